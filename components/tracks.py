"""The linked sound viewer: from the whole clip to single samples, seen and heard.

Rows lie under one time axis: waves, curves, heat maps. All share one cursor, one zoom, one selection
and one player. `components/tracks_message.py` says what the browser is sent; here stands what it
sends back, checked, and the component itself.

A pin and a view belong to a content (the file and its length): the component's state outlives the
sound, and a pin in another sound says nothing about this one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from components import blobs
from components.blobs import Memory, get, integers, is_number, mapping, read_question
from components.tracks_message import (
    EXACT_CELLS,
    EXACT_SAMPLES,
    WINDOW_SLICES,
    AnyRow,
    Curve,
    Curves,
    Heat,
    Row,
    Sound,
    Wanted,
    Wave,
    domain_of,
    map_of,
    nodes_of,
    pack,
    parts_of,
    values_of,
)
from engine.errors import N_

__all__ = [
    "TEXT_KEYS",
    "AnyRow",
    "Curve",
    "Curves",
    "Heat",
    "Row",
    "Sound",
    "TracksState",
    "Wave",
    "domain_of",
    "draw",
    "nodes_of",
    "read_request",
    "read_state",
]

#: The texts that the component shows; the page passes them translated.
TEXT_KEYS: dict[str, str] = {
    "zoom_in": N_("Zoom in"),
    "zoom_out": N_("Zoom out"),
    "fit": N_("Show the whole clip"),
    "fit_selection": N_("Zoom to the selection"),
    "fit_height": N_("Height of the waves: as much as is seen"),
    "controls": N_("Zoom"),
    "cursor": N_("Values under the cursor"),
    "waiting": N_("The exact value is on its way"),
    "hint": N_("Scroll or pinch to zoom, drag to select, click to pin a moment"),
    "touch_hint": N_(
        "Pinch to zoom and drag to move; with the whole clip in view drag to select; tap to pin a moment"
    ),
    "keys": N_(
        "Left and right arrows move the cursor, up and down choose the row of a map, plus and "
        "minus zoom, 0 shows everything, Enter pins, Shift and an arrow key select, Escape clears, "
        "space plays"
    ),
    "time": N_("time"),
    "sample": N_("sample"),
    "frame": N_("frame"),
    "row": N_("row"),
    "selection": N_("selection"),
    "player": N_("Player"),
    "play": N_("Play"),
    "pause": N_("Pause"),
    "loop": N_("Repeat"),
    "volume": N_("Volume"),
    "sounds": N_("Which sound is heard"),
    "match": N_("Same loudness"),
    "matched": N_("turned by {gain} dB"),
    "reduced": N_("all turned by {gain} dB, so that nothing clips"),
    "loading": N_("Loading"),
    "no_audio": N_("This browser can not play sounds."),
    "bad_rate": N_("This browser can not play {rate} samples a second."),
    "silent": N_("silent"),
    "empty": N_("nothing to show"),
}


@dataclass(frozen=True)
class TracksState:
    """What the learner did, to the clip that is shown now.

    cursor : pinned time in s, or None
    view : (t0, t1) seen; None before any movement
    selection : (t0, t1) selected, or None
    unpinned : whether the learner has taken a pin away, which is more than having set none
    """

    cursor: float | None = None
    view: tuple[float, float] | None = None
    selection: tuple[float, float] | None = None
    unpinned: bool = False


@dataclass(frozen=True)
class Request:
    """What the browser asked for: its question's number, the blobs it has, the parts it wants."""

    n: float | None = None
    have: tuple[str, ...] = ()
    wants: Mapping[str, Wanted] = field(default_factory=dict)
    heard: tuple[str, ...] = ()


# ------------------------------------------------------------- what comes from outside, checked


def _part(value: Any, count: int, most: int) -> tuple[int, int] | None:
    """[first, last) cut to `count` values and, about its middle, to at most `most`."""
    part = integers(value, 2)
    if part is None:
        return None
    first, last = max(0, part[0]), min(count, part[1])
    if last - first > most:
        first += (last - first - most) // 2
        last = first + most
    return (first, last) if first < last else None


def _slices(value: Any, count: int) -> tuple[int, int, int] | None:
    """(size of a slice, first slice, last slice), the size a power of two."""
    asked = integers(value, 3)
    if asked is None or not 2 <= asked[0] <= 2**30 or asked[0] & (asked[0] - 1):
        return None
    size = asked[0]
    part = _part(asked[1:], -(-count // size), WINDOW_SLICES)
    return (size, *part) if part else None


def _detail(value: Any, count: int) -> tuple[int, int, int] | None:
    """(first column, last column, width in device pixels) of an encoded crop."""
    asked = integers(value, 3)
    part = _part(asked[:2], count, count) if asked else None
    return (*part, min(max(asked[2], 16), 2000)) if asked and part else None


def read_request(value: Any, rows: Sequence[AnyRow], sounds: Sequence[Sound] = ()) -> Request:
    """The browser's question, state "view", checked against the rows that it can be about.

    ``{n, have: [keys], sounds: [names], want: {name: {exact, probe, slices, detail}}}``
    """
    request = mapping(value)
    n, have = read_question(request)
    want, heard = mapping(request.get("want")), request.get("sounds")
    wants = {}
    for name, part in parts_of(rows).items():
        asked = mapping(want.get(name))
        if not asked:
            continue
        if isinstance(part, Heat):
            bands, count = map_of(part).shape
            most = max(1, EXACT_CELLS // max(1, bands))
            slices, detail = None, _detail(asked.get("detail"), count)
        else:
            count, most = len(values_of(part)), EXACT_SAMPLES
            slices, detail = _slices(asked.get("slices"), count), None
        wants[name] = Wanted(
            _part(asked.get("exact"), count, most),
            _part(asked.get("probe"), count, most),
            slices,
            detail,
        )
    names = {f"s{number}" for number in range(len(sounds))}
    asked_for = heard[: len(names)] if isinstance(heard, list | tuple) else ()
    return Request(
        n, have, wants, tuple(one for one in asked_for if isinstance(one, str) and one in names)
    )


def _span(value: Any, domain: tuple[float, float]) -> tuple[float, float] | None:
    """Two times within the clip, the first before the second."""
    if not isinstance(value, list | tuple) or len(value) != 2 or not all(map(is_number, value)):
        return None
    first, last = max(domain[0], float(value[0])), min(domain[1], float(value[1]))
    return (first, last) if first < last else None


def read_state(state: Any, content: str, domain: tuple[float, float]) -> TracksState:
    """What the browser sent, checked: it comes from outside, so nothing in it is trusted.

    content : what pins, views and selections belong to; others are ignored
    domain : first and last moment of the clip
    """
    seen = mapping(get(state, "view"))
    mine = seen.get("content") == content
    sent = mapping(get(state, "pin"))
    at, pinned_here = sent.get("at"), sent.get("content") == content
    good = pinned_here and is_number(at) and domain[0] <= at <= domain[1]
    return TracksState(
        cursor=float(at) if good else None,
        view=_span(seen.get("view"), domain) if mine else None,
        selection=_span(seen.get("selection"), domain) if mine else None,
        unpinned=pinned_here and "at" in sent and at is None,
    )


# ------------------------------------------------------------------------------ the component

_CODE = blobs.code_of(
    ("common.css", "linked.css", "tracks.css"), ("common.js", "linked.js", "tracks.js")
)
_COMPONENT = st.components.v2.component("numeroscope_tracks", js=blobs.LOADER)


def draw(
    rows: Sequence[AnyRow],
    *,
    key: str,
    text: Mapping[str, str],
    accent: str,
    content: str,
    sounds: Sequence[Sound] = (),
    frames: tuple[float, float, float] | None = None,
    view: tuple[float, float] | None = None,
    cursor: float | None = None,
    height: int = 140,
) -> TracksState:
    """Show the rows; call it inside ``st.fragment``, since the browser asks for windows.

    text : translations of TEXT_KEYS; a missing one falls back to English
    accent : colour of the modality, "#rrggbb"
    content : what pins and views belong to
    frames : (length, hop, start) of analysis frames in s, drawn over the first row of waves
    view : what to show first, (t0, t1) in s; afterwards the view is the learner's
    cursor : the time that is pinned at first
    height : of a row in CSS pixels
    """
    state = st.session_state.get(key)
    request = read_request(get(state, "view"), rows, sounds)
    memory = Memory(st.session_state, key, request.n, request.have)
    data, used = pack(
        rows,
        sounds,
        wants=request.wants,
        heard=request.heard,
        frames=frames,
        n=request.n,
        known=memory.known,
        code=_CODE,
        content=content,
        view=list(view) if view is not None else None,
        cursor=cursor,
        height=int(height),
        accent=accent,
        text={name: str(text.get(name, default)) for name, default in TEXT_KEYS.items()},
    )
    memory.keep(used)
    _COMPONENT(key=key, data=data, on_view_change=blobs.nothing, on_pin_change=blobs.nothing)
    return read_state(state, content, domain_of(rows, sounds))
