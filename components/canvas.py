"""Paper to draw on: strokes of a mouse, a finger, a pen or the arrow keys.

The browser (`components/frontend/canvas.js`) sends strokes, not pixels, and Python draws them
(`engine.vision.drawing.drawing_png`). What it sends is checked like anything from outside. The strokes
of each paper are kept in the session, so they are there again after a change of page.
"""

from __future__ import annotations

import base64
from collections.abc import Callable

import streamlit as st

from components import blobs
from components.blobs import Memory, Packer, get, is_whole, mapping, read_question
from components.i18n import _
from components.viewer import MOST_NUMBERS, MOST_STROKES, parse_strokes
from engine.vision.drawing import CANVAS, Strokes

RADII = (3, 26)  # pixels, the thinnest and the thickest pen
RADIUS = 11  # at first: about as thick as MNIST's, if the digit fills the paper

_CODE = blobs.code_of(("common.css", "canvas.css"), ("common.js", "canvas.js"))
_COMPONENT = st.components.v2.component("numeroscope_canvas", js=blobs.LOADER)


def strokes(key: str) -> Strokes:
    """What is drawn on the paper called `key`; () if nothing."""
    version, kept = _sheet(key)
    said = mapping(get(st.session_state.get(f"canvas_{key}"), "ink"))
    if said.get("version") == version:
        kept = tuple(filter(_fits, parse_strokes(said.get("list"))))
        st.session_state[f"_sheet_{key}"] = (version, kept)
    return kept


def clear(key: str) -> None:
    """Take a new sheet: the browser's strokes are those of an old one."""
    version, _old = _sheet(key)
    st.session_state[f"_sheet_{key}"] = (version + 1, ())


def draw(key: str, *, sample: Callable[[], bytes] | None = None, live: bool = True) -> None:
    """Draw the paper. Call it inside a fragment: each stroke runs it again.

    Parameters
    ----------
    sample : makes the picture (PNG) that is seen in gray as long as nothing is drawn.
    live : whether Python is told of a stroke while it is being drawn, too.
    """
    told = st.session_state.get(f"canvas_{key}")
    asked, have = read_question(mapping(get(told, "view")))
    memory = Memory(st.session_state, f"canvas_{key}", asked, have)
    packer = Packer(memory.known)
    drawn, n = strokes(key), mapping(get(told, "ink")).get("n")
    picture = "" if sample is None or drawn else base64.b64encode(sample()).decode()
    header = {
        "code": packer.add_code(_CODE),
        "n": n if _is_time(n) else None,
        "version": _sheet(key)[0],
        "strokes": drawn,
        "sample": f"data:image/png;base64,{picture}" if picture else "",
        "live": live,
        "side": CANVAS,
        "radius": RADIUS,
        "radii": RADII,
        "most": {"strokes": MOST_STROKES, "numbers": MOST_NUMBERS},
        "text": {
            "paper": _("Paper to draw on"),
            "width": _("Pen"),
            "undo": _("Undo"),
            "clear": _("Clear"),
            "hint": _("Draw with the mouse, a finger, a pen, or the arrow keys."),
            "sample": _("An example. It goes away when you begin to draw."),
            "keys": _(
                "Arrow keys move the pen, with Shift in small steps. Space puts it down and lifts it. "
                "Backspace takes back a stroke, Delete clears the paper."
            ),
            "pen_down": _("Pen down at"),
            "pen_up": _("Pen up at"),
        },
    }
    memory.keep(list(packer.used))
    _COMPONENT(
        key=f"canvas_{key}",
        data=packer.message(header),
        on_view_change=blobs.nothing,
        on_ink_change=blobs.nothing,
    )


def _is_time(value: object) -> bool:
    """Whether `value` is a whole number that JavaScript's clock may give."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


def _fits(stroke: tuple[int, ...]) -> bool:
    """Whether a stroke lies on the paper, drawn with one of the pens."""
    radius, _value, *points = stroke
    return RADII[0] <= radius <= RADII[1] and all(is_whole(place, CANVAS) for place in points)


def _sheet(key: str) -> tuple[int, Strokes]:
    """The number of the sheet, and what is drawn on it."""
    version, kept = st.session_state.setdefault(f"_sheet_{key}", (0, ()))
    return version, kept
