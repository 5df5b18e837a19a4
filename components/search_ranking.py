"""Sentences ranked for a query, by meaning and by shared words, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from components import show
from components import text as texts
from components.cells import Cell, grid
from components.i18n import _, safe
from components.scales import colour
from components.search import BLUE, ORANGE, Pile, which
from components.vectors import unknown_share
from engine.lab import Node
from engine.language.search import only_by, ranking, shared_pieces
from engine.text.tokens import typed

TOP = 8  # results that are listed


def ranking_grid(
    found: Sequence[tuple[int, float]],
    sentences: Sequence[str],
    only: Sequence[int],
    tint: str,
    *,
    label: str,
    longest: int,
) -> str:
    """The first sentences of a ranking, cut to `longest` characters.

    Those that the other ranking does not have on top are underlined. What shares nothing with the
    query has no rank.
    """
    rows = []
    for place, cosine in found[:TOP]:
        name = texts.beginning(sentences[place], longest)
        edge = tint if place in only else ""
        shade = colour("viridis", cosine, 0, 1) if cosine > 0 else None
        sentence = Cell(name, edge=edge, hint=sentences[place])
        rows.append([Cell(f"{cosine:.3f}", shade), sentence, Cell(str(place + 1))])
    ranks = [str(n + 1) if found[n][1] > 0 else "–" for n in range(len(rows))]
    heads = [_("cosine"), _("sentence"), _("no. in the text")]
    return grid(rows, label=label, row_heads=ranks, column_heads=heads)


def listed_note(count: int) -> str:
    """How many of the sentences a ranking lists."""
    return _("Listed: {which}.", which=which(min(TOP, count), count, first=False))


def rankings(pile: Pile, query: Node, text: Mapping[str, str]) -> None:
    """Both rankings; under each its best sentence, and what it shares with the query."""
    rows, wanted = pile.both(pile.sentences, as_="rows"), pile.both(query, as_="wanted")
    found = [
        pile.lab.run(ranking, q, r, as_=f"by_{name}")
        for q, r, name in zip(wanted, rows, ("meaning", "words"), strict=True)
    ]
    only = [pile.lab.run(only_by, *pair, as_="only").value for pair in (found, found[::-1])]
    titles, tints = (pile.title, pile.words_title), (BLUE, ORANGE)
    captions = (text["meaning_caption"], text["words_caption"])
    sentences = pile.sentences.value
    for column, node, title, mine, tint, caption in zip(
        st.columns(2), found, titles, only, tints, captions, strict=True
    ):
        with column:
            st.markdown(f"**{title}**")
            body = ranking_grid(
                node.value, sentences, mine, tint, label=title, longest=pile.longest
            )
            listed = listed_note(len(sentences))
            show.html(node.name, body, [node], caption=f"{listed} {caption}")
            best, cosine = node.value[0]
            if cosine > 0:
                best_one(pile, query, sentences[best])
            else:
                st.caption(_("No sentence shares anything with the query."))


def best_one(pile: Pile, query: Node, best: str) -> None:
    """The best sentence of a ranking, and the words that it shares with the query."""
    asked = pile.lab.run(typed, text=query.value[0], as_="asked")
    pair = (asked, pile.lab.run(typed, text=best, as_="best"))
    common = pile.lab.run(shared_pieces, *pair, unit=pile.unit, as_="common").value
    st.markdown(f"> {texts.shortened(best, 300)}")
    st.caption(
        _("Shared with the query: {words}.", words=safe(texts.listed(common)))
        if common
        else pile.nothing_shared
    )


def tell_unknown(pile: Pile, note: str) -> None:
    """Say how much of the text MiniLM does not know, if that is much."""
    if pile.kind != "minilm":
        return
    if said := unknown_share(pile.lab, pile.source, pile.sentences):
        st.info(f"{said} {note}", icon=":material/translate:")
