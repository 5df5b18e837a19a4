"""Shows: one-hot times matrix as a row look-up; the nearest words by angle and by distance; a - b + c;
a word in several sentences and sentences side by side, by MiniLM; what vectors hide; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import embeddings_context as in_context
from components import embeddings_hidden as hides
from components import embeddings_questions as questions
from components import maps, page, vectors
from components import text as texts
from components.embeddings import OF_THE_NOVEL
from components.embeddings_lookup import looked_up
from components.embeddings_words import analogy_view, two_rankings
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from engine.text.onehot import documents_of, first_items, how_many
from engine.vectors.contextual import (
    example_sentences,
    has_word,
)
from engine.vectors.lookup import small_matrix
from engine.vectors.similarity import (
    most_different,
)
from engine.vectors.static import (
    table_rows,
    table_words,
)

here = page.start(
    "embeddings",
    {
        "lookup": _("Look-up"),
        "nearest": _("Nearest words"),
        "analogy": _("Analogies"),
        "context": _("In context"),
        "sentences": _("Sentences"),
        "hidden": _("What they hide"),
        "predict": _("Predict"),
    },
)
text = here.text
_source, lab, characters = texts.text_of_tray()
maps.prepare()


@fragment
def lookup() -> None:
    kinds = {"small": _("Small, by chance"), "real": _("Learned")}
    kind = choice(_("Matrix"), kinds, key="matrix")
    if kind == "small":
        table = vectors.table_here(lab, characters, ask=False)
        words = lab.run(first_items, table.words, count=vectors.LEAST, as_="vocabulary")
        matrix = lab.run(small_matrix, words, as_="matrix")
        label = _("Word, 1 to {count}", count=vectors.LEAST)
        word = words.value[slider(label, 1, vectors.LEAST, 2, key="lookup_word") - 1]
        caption = text["caption_small"].format(count=vectors.LEAST)
    else:
        table = vectors.table_here(lab, characters)
        typed = vectors.typed_word(_("Word"), table.words.value[0], key="lookup_typed")
        known = table.understood(typed)
        if known is None:
            return
        word = known
        words = lab.run(table_words, table.vectors, as_="vocabulary")
        matrix = lab.run(table_rows, table.vectors, as_="matrix")
        _count, numbers = table.shape
        caption = text["caption_real"].format(table=table.title, numbers=numbers)
    looked_up(kind, lab, words, word, matrix, caption + table.note)


@fragment
def neighbours() -> None:
    table = vectors.table_of_choice(lab, characters)
    if table is None:
        return
    few = lab.run(first_items, table.words, count=6, as_="few")
    start, _common = lab.run(most_different, table.vectors, few, as_="example").value
    typed = vectors.typed_word(_("Word"), table.start or start, key="near")
    word = table.understood(typed)
    if word is not None:
        two_rankings(table, word, text["nearest_caption"])


@fragment
def analogies() -> None:
    table = vectors.table_of_choice(lab, characters)
    if table is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        typed = [
            vectors.typed_word(label, start, key=f"analogy_{table.kind}_{number}")
            for number, (label, start) in enumerate(
                zip(("a", "− b", "+ c"), table.analogy, strict=True)
            )
        ]
        options = {"out": _("left out"), "kept": _("may win")}
        kept = choice(_("The three words themselves"), options, key="inputs")
    words = [table.understood(one) for one in typed]
    if None in words:
        return
    analogy_view(table, words, kept=kept == "kept", text=text)


@fragment
def context() -> None:
    weights = vectors.encoder(lab)
    if weights is None:
        return
    table = vectors.open_table(lab, characters)  # English, as MiniLM is
    assert table is not None
    word = vectors.typed_word(_("Word"), in_context.WORD, key="context_word")
    written = st.text_area(
        _("Sentences with it, one a line"),
        "\n".join(in_context.SENTENCES),
        key="context_sentences",
        max_chars=2000,
        height=130,
        persist_state="session",
    )
    lines = [line.strip()[:300] for line in (written or "").splitlines() if line.strip()]
    lines = [line for line in lines if has_word(line, word=word)][:6]
    if len(lines) < 2:
        st.info(text["too_few_sentences"], icon=":material/info:")
        return
    in_context.cosines_in_context(table, lines, word, weights, text)
    in_context.cosines_of_tokens(
        lab, lines[:2], weights, text["tokens_caption"].format(drawn=in_context.DRAWN)
    )


def sentences() -> None:
    weights = vectors.encoder(lab)
    if weights is None:
        return
    own = lab.run(documents_of, characters, count=in_context.COMPARED, as_="sentences")
    note = ""
    if lab.run(how_many, own, as_="count").value < 2:
        own, note = lab.run(example_sentences, as_="sentences"), " " + text["example_note"]
    in_context.cosines_of_sentences(lab, own, weights, note, text["sentences_caption"])


@fragment
def hidden() -> None:
    kinds = {
        "bias": _("Prejudice"),
        "opposites": _("Opposites"),
        "frequency": _("Frequency"),
        "turned": _("Names of the numbers"),
    }
    kind = choice(_("What is hidden"), kinds, key="hides", hide_label=True)
    table = vectors.table_here(lab, characters)
    views = {
        "bias": hides.prejudice,
        "opposites": hides.opposites,
        "frequency": hides.lengths,
        "turned": hides.turned,
    }
    if kind == "bias":
        caption = text[f"caption_bias_{table.kind}"]
    else:
        caption = text[f"caption_{kind}"]
    words, numbers = table.shape
    fields = {"words": f"{words:,}", "numbers": numbers, "first": hides.FIRST}
    views[kind](table, caption.format(**fields, **OF_THE_NOVEL))


def predict() -> None:
    table = vectors.table_here(lab, characters, ask=False)
    if table.note:
        st.caption(table.note.strip())
    questions.ask(table)


here.run(
    lookup=lookup,
    nearest=neighbours,
    analogy=analogies,
    context=context,
    sentences=sentences,
    hidden=hidden,
    predict=predict,
)
