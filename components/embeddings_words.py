"""The words nearest to one, by angle and by distance, and those nearest to a - b + c."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import show
from components.cells import Cell, grid
from components.embeddings import OF_THE_NOVEL, bars
from components.i18n import _, safe
from components.text import beginning
from components.vectors import Table
from engine.vectors.similarity import analogy, length_of, nearest

BLUE, ORANGE = "#0072B2", "#D55E00"


def neighbours_grid(cosine: Sequence[Any], euclid: Sequence[Any]) -> str:
    """Two rankings side by side; a word that only one of them has is underlined in its colour."""
    names = {word for word, *_rest in cosine} & {word for word, *_rest in euclid}
    rows = []
    for one, other in zip(cosine, euclid, strict=True):
        rows.append(
            [
                Cell(beginning(one[0], 20), edge="" if one[0] in names else BLUE),
                Cell(f"{one[1]:.3f}"),
                Cell(f"{one[2]:.2f}"),
                Cell(beginning(other[0], 20), edge="" if other[0] in names else ORANGE),
                Cell(f"{other[1]:.3f}"),
                Cell(f"{other[2]:.2f}"),
            ]
        )
    heads = [_("by angle"), _("cosine"), _("length"), _("by distance"), _("distance"), _("length")]
    numbers = [str(n + 1) for n in range(len(rows))]
    return grid(rows, label=_("Nearest words"), row_heads=numbers, column_heads=heads)


def two_rankings(table: Table, word: str, caption: str) -> None:
    """The nearest words of one by angle and by distance, side by side."""
    lab = table.lab
    cosine = lab.run(nearest, table.vectors, word=word, as_="by_angle")
    euclid = lab.run(nearest, table.vectors, word=word, measure="euclid", as_="by_distance")
    common = {w for w, *_rest in cosine.value} & {w for w, *_rest in euclid.value}
    found = _(
        "The {count} words nearest to “{word}”, whose vector is {length} long. Both lists share "
        "{common} of them; a word that only one list has is underlined.",
        word=safe(word),
        count=len(cosine.value),
        length=f"{lab.run(length_of, table.vectors, word=word, as_='length').value:.2f}",
        common=len(common),
    )
    body = neighbours_grid(cosine.value, euclid.value)
    show.html("nearest", body, [cosine, euclid], caption=f"{found} {caption} {table.note}")


def analogy_view(
    table: Table, words: Sequence[str], *, kept: bool, text: Mapping[str, str]
) -> None:
    """The words nearest to a − b + c; `kept`: these three may win themselves."""
    a, b, c = words
    found = table.lab.run(analogy, table.vectors, a=a, b=b, c=c, keep_inputs=kept, as_="ranking")
    if not found.value:
        st.info(_("There is no other word in this table."), icon=":material/info:")
        return
    tries = {"glove": text["try_glove"], "sanguo": text["try_sanguo"].format(**OF_THE_NOVEL)}
    said = _("The words nearest to {a} − {b} + {c}.", a=safe(a), b=safe(b), c=safe(c))
    rule = text["caption_kept" if kept else "caption_out"]
    advice = tries.get(table.name.removesuffix("-all"), "")
    show.chart(
        "analogy",
        lambda ranking: bars([f[:2] for f in ranking], x=_("cosine"), hollow=words),
        [found],
        caption=f"{said} {rule} {advice}",
        alt=_("A bar for each word, the nearest on top"),
    )
