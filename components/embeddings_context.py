"""Cosines by MiniLM: of one word in several sentences, of tokens, and of sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from components import charts, show
from components.i18n import _, safe
from components.text import beginning
from components.vectors import Table, loading, unknown_share
from engine.lab import Lab, Node
from engine.vectors.contextual import (
    LONGEST,
    names_in,
    sentence_vectors,
    token_vectors,
    words_in_context,
)
from engine.vectors.similarity import cosine_matrix, cosines_between
from engine.vectors.static import in_contexts, knows

COMPARED = 12  # sentences of a text


DRAWN = 30  # tokens of a sentence


#: One word in two meanings, in English as MiniLM is.
WORD = "apple"


SENTENCES = (
    "I ate an apple after lunch.",
    "This apple tastes sweet.",
    "Apple presented a new telephone.",
    "He bought shares of Apple.",
)


def numbered(sentences: Sequence[str], count: int = 18) -> list[str]:
    """Short names of sentences."""
    return [f"{n + 1} {beginning(sentence, count)}" for n, sentence in enumerate(sentences)]


def cosines_in_context(
    table: Table,
    lines: Sequence[str],
    word: str,
    weights: Node,
    text: Mapping[str, str],
) -> None:
    """How alike the vectors of one word are in several sentences: of the table, and of MiniLM."""
    lab, count = table.lab, len(lines)
    vectors = lab.run(
        words_in_context,
        weights,
        sentences=tuple(lines),
        word=word,
        network=True,
        as_="in_context",
    )
    with loading():
        moving = lab.run(cosine_matrix, vectors, as_="context_cosines")
        moving.value  # noqa: B018 (computed while the page says so)
    caption = text["moving_caption"]
    if word == WORD and tuple(lines) == SENTENCES:
        caption += " " + text["moving_examples"]
    sides = [(moving, "MiniLM", caption)]
    lower = word.lower()
    if lab.run(knows, table.vectors, word=lower, as_="known").value:
        same = lab.run(in_contexts, table.vectors, word=lower, times=count, as_="always")
        cosines = lab.run(cosine_matrix, same, as_="static_cosines")
        sides.insert(0, (cosines, "GloVe", text["static_caption"]))
    names, numbers = numbered(lines), [str(n + 1) for n in range(count)]
    for column, (node, title, caption) in zip(st.columns(len(sides)), sides, strict=True):
        with column:
            st.markdown(f"**{title}**")
            show.chart(
                f"context_{title}",
                lambda cosines: charts.heat(cosines, names, numbers),
                [node],
                caption=caption,
                alt=_("Cosines of one word in several sentences, {model}", model=title),
            )


def cosines_of_tokens(lab: Lab, lines: Sequence[str], weights: Node, caption: str) -> None:
    """Every token of one sentence with every token of another."""
    one, other = (
        lab.run(token_vectors, weights, text=s, network=True, as_="tokens") for s in lines
    )
    rows, columns = (lab.run(names_in, weights, text=s, as_="names").value[:DRAWN] for s in lines)
    show.chart(
        "tokens",
        lambda cosines: charts.heat(cosines[:DRAWN, :DRAWN], rows, columns),
        [lab.run(cosines_between, one, other, as_="token_cosines")],
        caption=caption,
        alt=_("Cosines of the tokens of two sentences"),
    )


def cosines_of_sentences(lab: Lab, own: Node, weights: Node, note: str, caption: str) -> None:
    """How alike every two of some sentences are, by MiniLM; under it the sentences."""
    with loading():
        rows = lab.run(sentence_vectors, weights, own, network=True, as_="sentence_rows")
        rows.value  # noqa: B018 (computed while the page says so)
    fields = {"numbers": rows.value.shape[1], "most": COMPARED, "longest": LONGEST}
    if said := unknown_share(lab, weights, own):
        note += f" {said}"
    names, numbers = numbered(own.value), [str(n + 1) for n in range(len(own.value))]
    show.chart(
        "sentences",
        lambda cosines: charts.heat(cosines, names, numbers),
        [lab.run(cosine_matrix, rows, as_="cosines")],
        caption=caption.format(**fields) + note,
        alt=_("Cosines of every two sentences"),
    )
    st.markdown("  \n".join(f"{n + 1}. {safe(s[:300])}" for n, s in enumerate(own.value)))
