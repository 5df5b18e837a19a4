"""One character of the text, chosen by its number or by a click on a row of characters.

Only the row on the screen is computed and sent, so a text of a million characters is as quick as a
short one. The number stands in the URL, and all views of a step mark that character.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from components import blobs
from components.i18n import _
from engine.lab import Lab, Node
from engine.text.graphemes import (
    characters,
    count_graphemes,
    first_beyond_ascii,
    grapheme_at,
    grapheme_ends,
)

#: Characters in a row, unless a step asks for another number.
ROW = 16
_FRONTEND = Path(__file__).parent / "frontend"
_COMPONENT = st.components.v2.component(
    "numeroscope_strip",
    html='<div class="strip" role="group"></div>',
    css=(_FRONTEND / "strip.css").read_text(encoding="utf-8"),
    js=(_FRONTEND / "strip.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Place:
    """The chosen character: its number from 0, its node, and the row that it stands in."""

    index: int
    first: int  # number of the row's first character
    ends: Node  # int32 (graphemes,), where each grapheme ends
    row: Node  # what `characters` says about each character of the row
    character: Node  # str, the chosen grapheme

    @property
    def in_row(self) -> int:
        """The chosen character's number within the row."""
        return self.index - self.first


def choose(lab: Lab, text: Node, key: str, *, size: int = ROW) -> Place:
    """Draw the row and the number; return what was chosen. Call it inside a fragment.

    A new text begins with its first character beyond ASCII, where the encodings differ.

    Parameters
    ----------
    key : str, different for each step of a page.
    size : int, how many characters a row has.
    """
    ends = lab.run(grapheme_ends, text, as_="ends")
    count = lab.run(count_graphemes, ends, as_="graphemes").value
    start = lab.run(first_beyond_ascii, text, ends, as_="first_beyond").value + 1
    _take_over(f"strip_{key}", text.key, start, count, size)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.number_input(
            _("Character number, 1 to {count}", count=f"{count:,}"),
            1,
            count,
            start,
            key="char",
            bind="query-params",
            width=260,
        )
        first = (number - 1) // size * size
        for label, icon, step in (
            (_("Row before"), ":material/arrow_back:", -size),
            (_("Row after"), ":material/arrow_forward:", size),
        ):
            st.button(
                label,
                icon=icon,
                key=f"strip_{key}_{step}",
                disabled=not 0 <= first + step < count,
            )
    row = lab.run(characters, text, ends, first=first, count=size, as_="row")
    cells = [
        {
            "text": drawn,
            "number": first + place + 1,
            "hint": ", ".join(f"U+{point[1]:04X} {point[2]}" for point in points[:6]),
            "sign": len(drawn) > 2 and drawn.isascii(),
        }
        for place, (drawn, points) in enumerate(row.value)
    ]
    _COMPONENT(
        key=f"strip_{key}",
        data={"cells": cells, "chosen": number, "label": _("Characters of the text")},
        on_picked_change=blobs.nothing,
    )
    index = number - 1
    chosen = lab.run(grapheme_at, text, ends, index=index, as_="character")
    return Place(index, first, ends, row, chosen)


def _take_over(key: str, text: str, start: int, count: int, size: int) -> None:
    """Set the number before its field is drawn: something was pressed, or the text is new."""
    linked = st.query_params.get("char", "")
    number = st.session_state.get("char")
    if number is None and linked.isdecimal() and len(linked) < 9:
        number = int(linked)
    elif number is None or st.session_state.get("_char_text", text) != text:
        number = start
    st.session_state["_char_text"] = text
    for step in (-size, size):
        if st.session_state.get(f"{key}_{step}"):
            number = (number - 1) // size * size + step + 1
    picked = (st.session_state.get(key) or {}).get("picked")
    if isinstance(picked, (int, float)) and 1 <= picked <= count:  # it comes from outside
        number = int(picked)
    number = min(max(number, 1), count)
    if number != st.session_state.get("char"):
        st.session_state["char"] = number
