"""The linked picture viewer: from the whole picture to the digits on its pixels.

One browser component shows up to four panes side by side: pictures, a histogram, a matrix of
numbers. All panes of a group share one cursor and one zoom. `components/viewer_message.py` says what
the browser is sent; here stands what it sends back, checked, and the component itself.

Coordinates: pixel (x, y) is column x, row y, counted from 0 at the top left, and covers the
square from x to x + 1. A group's view and cursor are in pixels of the group's first pane; panes
of other sizes in the same group (a reduced copy, say) are mapped in proportion.

A pin and a view belong to the content of their group's first pane, strokes to the token of `Paint`:
the component's state outlives the picture, and a pin of another picture says nothing about this one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from components import blobs
from components.blobs import Memory, get, integers, is_number, is_whole, mapping, read_question
from components.viewer_message import ENCODED as _ENCODED  # noqa: F401  (bench counts its bytes)
from components.viewer_message import (
    EXACT_PIXELS,
    AnyPane,
    Box,
    Circle,
    Histogram,
    Matrix,
    Outline,
    Paint,
    Pane,
    Strokes,
    Wanted,
    contents_of,
    encode_overview,
    pack,
)
from engine.errors import N_

__all__ = [
    "NOTATIONS",
    "TEXT_KEYS",
    "AnyPane",
    "Circle",
    "Histogram",
    "Matrix",
    "Outline",
    "Paint",
    "Pane",
    "Strokes",
    "ViewerState",
    "contents_of",
    "encode_overview",
    "parse_strokes",
    "read_state",
    "viewer",
]

#: The texts that the component shows; the page passes them translated.
TEXT_KEYS: dict[str, str] = {
    "zoom_in": N_("Zoom in"),
    "zoom_out": N_("Zoom out"),
    "fit": N_("Show the whole picture"),
    "cursor": N_("Pixel under the cursor"),
    "waiting": N_("The exact value is on its way"),
    "hint": N_("Scroll or pinch to zoom, drag to move, click to pin a pixel"),
    "keys": N_("Arrow keys move the cursor, plus and minus zoom, 0 shows everything, Enter pins"),
    "controls": N_("Zoom"),
    "tools": N_("Brush"),
    "brush": N_("Paint"),
    "brush_hint": N_("Drag to paint; hold Shift and drag, or use two fingers, to move"),
    "erase": N_("Remove"),
    "keep": N_("Bring back"),
    "radius": N_("Brush radius in pixels"),
    "undo": N_("Undo the last stroke"),
    "clear": N_("Start again"),
    "pixels": N_("pixels"),
    "sqrt": N_("height: square root of the count"),
}

NOTATIONS = ("dec", "hex", "unit")

# Bounds on what comes from outside. The brush of viewer.js keeps within those of strokes.
MOST_STROKES = 500
MOST_NUMBERS = 20_000  # in all strokes together
LARGEST_RADIUS = 4096
LARGEST_COORDINATE = 100_000
LARGEST_PIXEL = 10**9


@dataclass(frozen=True)
class ViewerState:
    """What the learner did, to the pictures that are shown now.

    view : (x0, y0, x1, y1) seen of the first group, in pixels; None before any movement
    pin : pinned pixel (x, y) and the group it belongs to
    elsewhere : whether what the browser has pinned lies in another group, or in another picture
    unpinned : whether the learner has taken a pin away, which is more than having set none
    strokes : the brush's strokes, each (radius, value, x0, y0, x1, y1, ...)
    views : what is seen of each group
    painted : whether the learner has used the brush, if only to remove every stroke again
    """

    view: tuple[float, float, float, float] | None = None
    pin: tuple[int, int] | None = None
    pin_group: str | None = None
    elsewhere: bool = False
    unpinned: bool = False
    strokes: Strokes = ()
    views: Mapping[str, tuple[float, float, float, float]] = field(default_factory=dict)
    painted: bool = False


@dataclass(frozen=True)
class Request:
    """What the browser asked for: its question's number, the blobs it has, the parts it wants."""

    n: float | None = None
    have: tuple[str, ...] = ()
    wants: Mapping[str, Wanted] = field(default_factory=dict)


# ------------------------------------------------------------- what comes from outside, checked


def _clip(box: Sequence[int], width: int, height: int, most: int) -> Box | None:
    """``box`` cut to the picture and, about its centre, to at most ``most`` pixels."""
    x0, y0 = max(0, box[0]), max(0, box[1])
    x1, y1 = min(width, box[2]), min(height, box[3])
    if x1 <= x0 or y1 <= y0:
        return None
    w, h = x1 - x0, y1 - y0
    if w * h > most:
        shrink = (most / (w * h)) ** 0.5
        w2 = max(1, min(w, int(w * shrink)))
        h2 = max(1, min(h, most // w2))
        w2 = max(1, min(w, most // h2))
        x0, y0 = x0 + (w - w2) // 2, y0 + (h - h2) // 2
        x1, y1 = x0 + w2, y0 + h2
    return x0, y0, x1, y1


def parse_strokes(value: Any) -> Strokes:
    """The well-formed strokes of a list from outside, up to the bounds above.

    A stroke is (radius, value, x0, y0, x1, y1, ...), all integers, value 0 or 1. One that is anything
    else is left out.
    """
    strokes: list[tuple[int, ...]] = []
    left = MOST_NUMBERS
    for stroke in value[:MOST_STROKES] if isinstance(value, list | tuple) else ():
        if not isinstance(stroke, list | tuple) or not 4 <= len(stroke) <= left or len(stroke) % 2:
            continue
        radius, kept, *points = stroke
        if not is_whole(radius, LARGEST_RADIUS) or not is_whole(kept, 1):
            continue
        if all(is_whole(point, LARGEST_COORDINATE) for point in points):
            strokes.append(tuple(stroke))
            left -= len(stroke)
    return tuple(strokes)


def _strokes(value: Any, token: str) -> Strokes | None:
    """The strokes that belong to ``token``, or None if the browser has not sent any for it."""
    sheet = mapping(value)
    if sheet.get("token") != token or not isinstance(sheet.get("list"), list | tuple):
        return None
    return parse_strokes(sheet["list"])


def read_request(value: Any, panes: Sequence[AnyPane]) -> Request:
    """The browser's question, state "view", checked against the panes that it can be about.

    ``{n, have: [keys], want: {pane id: {exact, probe, detail}}}``: boxes (x0, y0, x1, y1) in pixels,
    detail with a fifth number, the width on the screen in device pixels.
    """
    request = mapping(value)
    n, have = read_question(request)
    want = mapping(request.get("want"))
    wants = {}
    for pane in panes:
        asked = mapping(want.get(pane.id))
        if not isinstance(pane, Pane) or not asked:
            continue
        height, width = pane.array.shape[:2]
        boxes = {}
        for name in ("exact", "probe"):
            box = integers(asked.get(name))
            boxes[name] = _clip(box, width, height, EXACT_PIXELS) if box else None
        detail = integers(asked.get("detail"), 5)
        wants[pane.id] = Wanted(
            **boxes,
            detail=_clip(detail, width, height, width * height) if detail else None,
            detail_width=detail[4] if detail else 0,
        )
    return Request(n, have, wants)


def read_state(state: Any, contents: Mapping[str, str], token: str = "") -> ViewerState:
    """What the browser sent, checked: it comes from outside, so nothing in it is trusted.

    contents : group -> content of its first pane (`contents_of`), the first group first; a pin or a
        view of another content is ignored
    token : the same for strokes, see `Paint`
    """
    seen = mapping(get(state, "view"))
    boxes, of = mapping(seen.get("views")), mapping(seen.get("contents"))
    views = {}
    for group, content in contents.items():
        box = boxes.get(group)
        if of.get(group) != content or not isinstance(box, list | tuple) or len(box) != 4:
            continue
        if all(map(is_number, box)):
            views[group] = (float(box[0]), float(box[1]), float(box[2]), float(box[3]))

    sent = mapping(get(state, "pin"))
    group, at = sent.get("group"), sent.get("at")
    mine = isinstance(group, str) and group in contents and sent.get("content") == contents[group]
    pin = None
    if mine and isinstance(at, list | tuple) and len(at) == 2:
        x, y = at
        pin = (x, y) if is_whole(x, LARGEST_PIXEL) and is_whole(y, LARGEST_PIXEL) else None
    strokes = _strokes(get(state, "strokes"), token)
    return ViewerState(
        view=views.get(next(iter(contents), "")),
        pin=pin,
        pin_group=group if pin else None,
        elsewhere="group" in sent and not mine,
        unpinned=mine and "at" in sent and at is None,
        strokes=strokes or (),
        views=views,
        painted=strokes is not None,
    )


# ------------------------------------------------------------------------------ the component


_CODE = blobs.code_of(
    ("common.css", "linked.css", "viewer.css"), ("common.js", "linked.js", "viewer.js")
)
_COMPONENT = st.components.v2.component("numeroscope_viewer", js=blobs.LOADER)


def viewer(
    panes: Sequence[AnyPane],
    *,
    key: str,
    text: Mapping[str, str],
    accent: str,
    notation: str = "dec",
    view: tuple[float, float, float, float] | None = None,
    cursor: tuple[int, int] | None = None,
    cursor_group: str | None = None,
    height: int = 420,
) -> ViewerState:
    """Show the panes; call it inside ``st.fragment``, since the browser asks for windows.

    text : translations of TEXT_KEYS; a missing one falls back to English
    accent : colour of the modality, "#rrggbb"
    notation : "dec", "hex" or "unit" (0-1, three decimals: value / largest value)
    view : what to show first, (x0, y0, x1, y1) in pixels of the first pane; afterwards the view
        is the learner's, until another ``view`` is passed (by a link, say)
    cursor : the pixel that is pinned at first
    cursor_group : the group of panes that this pixel lies in; None: that of the first pane
    height : greatest height of a pane in CSS pixels
    """
    if notation not in NOTATIONS:
        raise ValueError(f"notation is one of {NOTATIONS}, not {notation!r}.")
    state = st.session_state.get(key)
    request = read_request(get(state, "view"), panes)
    paint = next((p.paint for p in panes if isinstance(p, Pane) and p.paint is not None), None)
    token = paint.token if paint else ""
    strokes = _strokes(get(state, "strokes"), token)

    memory = Memory(st.session_state, key, request.n, request.have)
    data, used = pack(
        panes,
        wants=request.wants,
        n=request.n,
        known=memory.known,
        strokes=strokes,
        code=_CODE,
        view=list(view) if view is not None else None,
        cursor=list(cursor) if cursor is not None else None,
        cursor_group=cursor_group,
        notation=notation,
        height=int(height),
        accent=accent,
        text={name: str(text.get(name, default)) for name, default in TEXT_KEYS.items()},
    )
    memory.keep(used)

    _COMPONENT(
        key=key,
        data=data,
        on_view_change=blobs.nothing,
        on_pin_change=blobs.nothing,
        on_strokes_change=blobs.nothing,
    )
    result = read_state(state, contents_of(panes), token)
    return (
        result if strokes is not None or paint is None else replace(result, strokes=paint.strokes)
    )
