"""One character of the text, chosen by its number or by a click on a row of characters.

Only the row on the screen is computed and sent, so a text of a million characters is as quick as a
short one. The number stands in the URL, and all views of a step mark that character.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from components.i18n import _
from engine.lab import Lab, Node
from engine.text.graphemes import characters, count_graphemes, grapheme_at, grapheme_ends

#: Characters in a row.
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


def choose(lab: Lab, text: Node, key: str) -> Place:
    """Draw the row and the number; return what was chosen. Call it inside a fragment.

    Parameters
    ----------
    key : str, different for each step of a page.
    """
    ends = lab.run(grapheme_ends, text, as_="ends")
    count = lab.run(count_graphemes, ends, as_="graphemes").value
    kept = st.session_state.get("char")
    if isinstance(kept, int) and not 1 <= kept <= count:
        st.session_state["char"] = min(max(kept, 1), count)  # of a longer text
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.number_input(
            _("Character number, 1 to {count}", count=f"{count:,}"),
            1,
            count,
            min(_linked(), count),
            key="char",
            bind="query-params",
            width=260,
        )
        first = (number - 1) // ROW * ROW
        for label, icon, step in (
            (_("Row before"), ":material/arrow_back:", -ROW),
            (_("Row after"), ":material/arrow_forward:", ROW),
        ):
            st.button(
                label,
                icon=icon,
                key=f"strip_{key}_{step}",
                disabled=not 0 <= first + step < count,
                on_click=_move,
                args=(step, count),
            )
    row = lab.run(characters, text, ends, first=first, count=ROW, as_="row")
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
        on_picked_change=lambda: _picked(f"strip_{key}", count),
    )
    index = number - 1
    chosen = lab.run(grapheme_at, text, ends, index=index, as_="character")
    return Place(index, first, ends, row, chosen)


def _linked() -> int:
    """The number that a link names; nonsense counts as the first."""
    linked = st.query_params.get("char", "")
    return max(1, int(linked)) if linked.isdecimal() and len(linked) < 9 else 1


def _move(step: int, count: int) -> None:
    first = (st.session_state["char"] - 1) // ROW * ROW
    st.session_state["char"] = min(max(first + step, 0), count - 1) + 1


def _picked(key: str, count: int) -> None:
    state = st.session_state.get(key)
    picked = state.get("picked") if state is not None else None
    if isinstance(picked, (int, float)) and 1 <= picked <= count:  # it comes from outside
        st.session_state["char"] = int(picked)
