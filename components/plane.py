"""A plane with points over the map of a model, a network's units beside it; or paper for points.

The browser (`components/frontend/plane.js`) gets the maps of all epochs at once, as whole numbers that
the engine has computed, and plays them without asking the server. Painted points come back as
strokes, each of one class, and are checked like anything from outside; they are kept in the session,
and short paintings stand in the URL. So do the epoch that is looked at and the point that is chosen.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from components import blobs, scales
from components.blobs import Memory, Packer, get, is_whole, mapping, read_question
from components.curves import COLOURS
from components.i18n import _
from components.show import LONGEST_PARAMETER, Strokes
from components.viewer import MOST_STROKES, parse_strokes
from engine.table.toys import PAPER

MOST_POINTS = 600  # that can be painted
LONGEST_NAME = 40  # characters of a column or a class that are drawn

_CODE = blobs.code_of(
    ("common.css", "plane.css"), ("common.js", "shapes.js", "units.js", "plane.js")
)
#: What a picture does if nothing else is said.
NOTHING_MORE = {
    "content": "",
    "start": 0,
    "kept": False,
    "plays": None,
    "switches": False,
    "picked": None,
    "signedMap": False,
    "value": None,
    "names": (),
    "ghost": False,
}
_COMPONENT = st.components.v2.component("numeroscope_plane", js=blobs.LOADER)


@dataclass(frozen=True)
class Axis:
    """One axis: its name, mean and deviation of the standard units, and what is drawn of it in them."""

    name: str
    mean: float
    deviation: float
    low: float
    high: float


@dataclass(frozen=True)
class Packed:
    """An array, and the key that tells it: the same key, the same numbers."""

    array: np.ndarray
    key: str


@dataclass(frozen=True)
class Net:
    """The units of a network, features first, and its weights, both for each epoch.

    `maps` : uint8 (epochs, units, side, side). `weights` : float32 (epochs, numbers). `names` : of the
    features, `outs` : of the outputs. `heads` : what stands above each column. `line` : the weight that
    is marked (layer, row, column), and another one can be clicked, see `picked_line`.
    """

    maps: Packed
    weights: Packed
    sizes: Sequence[int]
    names: Sequence[str]
    outs: Sequence[str]
    heads: Sequence[str]
    line: tuple[int, int, int] | None = None


@dataclass(frozen=True)
class Scale:
    """What a number from -1 to 1 means: `middle` + `reach` times it. `name` : of the quantity."""

    name: str
    middle: float
    reach: float


def draw(
    key: str,
    *,
    axes: Sequence[Axis],
    classes: Sequence[str],
    alt: str,
    points: Packed | None = None,
    maps: Packed | None = None,
    net: Net | None = None,
    facts: Any = (),
    epochs: Sequence[int] = (0,),
    last: int = 0,
    at_first: bool = False,
    keep: str = "",
    plays: int | None = None,
    switches: bool = False,
    picked: int | None = None,
    signed: bool = False,
    scale: Scale | None = None,
    names: Sequence[str] = (),
    ghost: bool = False,
) -> None:
    """Draw the plane.

    Parameters
    ----------
    points : float32 (n, 4): x and y in standard units, class, 1 if held out.
    maps : uint16 (epochs, classes, side, side), the probability of each class at each place.
    facts : for each epoch of the run, from 0, loss and share of right answers of the points learnt from
        and held out. epochs : the numbers of those whose maps are given. last : that of the last one.
    at_first : the first epoch is shown at first, not the last one.
    keep : the name in the URL under which the epoch that is looked at is kept; "" keeps none.
    plays : the epochs are played from this one, unless another one than the last was kept.
    switches : buttons for regions without shades, and to hide what is held out.
    picked : the number of the point that is marked, and another one can be clicked, see `picked_point`.
    signed : `maps` has one map, uint8 (epochs, 1, side, side), of numbers about 128.
    scale : the points have numbers from -1 to 1 instead of classes, and so has the map.
    names : what the maps are called, if not by their epochs.
    ghost : the boundary of the first map is drawn over the others, dashed.
    """
    content = f"{maps.key if maps else ''}:{points.key if points else ''}"
    start = 0 if at_first else len(epochs) - 1
    if keep:
        start = _kept_epoch(key, keep, content, epochs)
    _send(
        key,
        axes=axes,
        classes=classes,
        words=_words(
            alt,
            hint=_("Point at the map to read it.") if maps else "",
            held="" if points is None else _held(points.array, scale is not None),
        ),
        points=points,
        maps=maps,
        net=net,
        facts=[
            [float(f"{n:.5g}") if math.isfinite(n) else None for n in row]
            for row in np.asarray(facts).tolist()
        ],
        epochs=epochs,
        last=last,
        more={
            "content": content,
            "start": start,
            "kept": bool(keep),
            "plays": _frame(plays, epochs) if start == len(epochs) - 1 else None,
            "switches": switches,
            "picked": picked,
            "signedMap": signed or scale is not None,
            "value": None if scale is None else {**vars(scale), "name": _short(scale.name)},
            "names": list(names),
            "ghost": ghost,
        },
    )


def _frame(epoch: int | None, epochs: Sequence[int]) -> int | None:
    """The place in `epochs` of the first one from `epoch` on."""
    return None if epoch is None else bisect_left(epochs, epoch)


def _kept_epoch(key: str, param: str, content: str, epochs: Sequence[int]) -> int:
    """The place in `epochs` of the one that the learner or a link wishes to see, else the last one.

    What is kept belongs to one run: another one begins at its last epoch.
    """
    name = f"_plane_at_{key}"
    said = mapping(get(st.session_state.get(f"plane_{key}"), "at"))
    if name not in st.session_state:
        text = st.query_params.get(param, "")
        linked = int(text) if text.isdecimal() and len(text) < 6 else -1
        st.session_state[name] = (content, linked)
    elif said.get("content") == content and is_whole(said.get("epoch"), 100_000):
        st.session_state[name] = (content, said["epoch"])
    kept, epoch = st.session_state[name]
    if kept != content or epoch not in epochs or epoch == epochs[-1]:
        st.query_params.pop(param, None)
        st.session_state[name] = (content, epochs[-1])
        return len(epochs) - 1
    st.query_params[param] = str(epoch)
    return epochs.index(epoch)


def picked_point(key: str, count: int) -> int | None:
    """The point that was clicked since the last call, one of `count`; None if none was."""
    said = mapping(get(st.session_state.get(f"plane_{key}"), "picked"))
    name = f"_plane_picked_{key}"
    if said.get("n") == st.session_state.get(name):
        return None
    st.session_state[name] = said.get("n")
    point = said.get("point")
    return point if is_whole(point, count - 1) else None


def picked_line(key: str, sizes: Sequence[int]) -> tuple[int, int, int] | None:
    """The weight that was clicked since the last call: layer, row, column; None if none was."""
    said = mapping(get(st.session_state.get(f"plane_{key}"), "line"))
    name = f"_plane_line_{key}"
    if said.get("n") == st.session_state.get(name):
        return None
    st.session_state[name] = said.get("n")
    place = said.get("place")
    if not (isinstance(place, list) and len(place) == 3 and is_whole(place[0], len(sizes) - 2)):
        return None
    layer, row, column = place
    if not (is_whole(row, sizes[layer]) and is_whole(column, sizes[layer + 1] - 1)):
        return None
    return layer, row, column


def paint(key: str, *, classes: Sequence[str], half: float, alt: str) -> None:
    """Draw paper on which points are put; call it in a fragment: each stroke runs it again.

    `half` : the coordinates of the paper run from -half to half.
    """
    axes = [Axis(name, 0.0, 1.0, -half, half) for name in ("x", "y")]
    sheet = {
        "strokes": st.session_state.get(f"_plane_{key}", ()),
        "side": PAPER,
        "most": {"strokes": MOST_STROKES, "points": MOST_POINTS},
    }
    hint = _(
        "Choose a class, then click or drag. Keyboard: arrow keys move, Space puts a point, numbers "
        "choose the class, Backspace takes back."
    )
    _send(key, axes=axes, classes=classes, words=_words(alt, hint=hint), paint=sheet)


def _words(alt: str, *, hint: str, held: str = "") -> dict[str, str]:
    """The texts of one picture: what it is, what to do, and what rings are."""
    return {"map": alt, "hint": hint, "held": held}


def strokes(key: str, param: str, example: Strokes) -> Strokes:
    """What is painted on the paper called `key`; at first what the link says, else `example`.

    A stroke is (class, 1, x0, y0, x1, y1, ...), places 0..PAPER from the upper left.
    """
    name = f"_plane_{key}"
    if name not in st.session_state:
        text = st.query_params.get(param, "")[:LONGEST_PARAMETER]
        parts = [stroke.split(".") for stroke in text.split("~") if stroke]
        good = all(n.isdecimal() and len(n) < 5 for part in parts for n in part)
        linked = _fitting(
            [[int(part[0]), 1, *map(int, part[1:])] for part in parts] if good else []
        )
        st.session_state[name] = linked or example
    said = mapping(get(st.session_state.get(f"plane_{key}"), "ink"))
    if "list" in said:
        st.session_state[name] = _fitting(said["list"])
    kept: Strokes = st.session_state[name]
    text = "~".join(".".join(map(str, (kind, *places))) for kind, _one, *places in kept)
    if kept != example and text and len(text) <= LONGEST_PARAMETER:
        st.query_params[param] = text
    elif param in st.query_params:
        del st.query_params[param]
    return kept


def marks_of(painted: Strokes) -> tuple[tuple[int, int, int], ...]:
    """The points of strokes: (class, x, y) of each."""
    return tuple(
        (kind, *places[n : n + 2])
        for kind, _one, *places in painted
        for n in range(0, len(places), 2)
    )


def _fitting(value: Any) -> Strokes:
    """The strokes of a list from outside that lie on the paper, up to `MOST_POINTS` points."""
    found, left = [], MOST_POINTS
    for kind, one, *places in parse_strokes(value):
        if kind < len(COLOURS) and all(is_whole(n, PAPER) for n in places) and left > 0:
            found.append((kind, one, *places[: 2 * left]))
            left -= len(places) // 2
    return tuple(found)


def _held(points: np.ndarray, rimmed: bool) -> str:
    if not points[:, 3].any():
        return ""
    return _("thick rim: held out for the test") if rimmed else _("hollow: held out for the test")


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _send(
    key: str,
    *,
    axes: Sequence[Axis],
    classes: Sequence[str],
    words: dict[str, str],
    points: Packed | None = None,
    maps: Packed | None = None,
    net: Net | None = None,
    facts: Sequence[Any] = (),
    epochs: Sequence[int] = (0,),
    last: int = 0,
    paint: dict[str, Any] | None = None,
    more: dict[str, Any] | None = None,
) -> None:
    told = st.session_state.get(f"plane_{key}")
    n, have = read_question(mapping(get(told, "view")))
    memory = Memory(st.session_state, f"plane_{key}", n, have)
    packer = Packer(memory.known)

    def add(packed: Packed, dtype: str) -> dict[str, Any]:
        raw = np.ascontiguousarray(packed.array, dtype)
        return packer.add(f"{dtype}:{packed.key}", raw.tobytes)

    sent_net = None
    lut = scales.table("signed")
    assert lut is not None
    coloured = net is not None or bool((more or {}).get("signedMap"))
    if net is not None:
        sent_net = {
            "maps": add(net.maps, "u1"),
            "weights": add(net.weights, "<f4"),
            "side": net.maps.array.shape[-1],
            "count": net.maps.array.shape[1],
            "numbers": net.weights.array.shape[1],
            "sizes": list(net.sizes),
            "names": list(net.names),
            "outs": [_short(name) for name in net.outs],
            "heads": list(net.heads),
            "line": net.line,
            "colours": ["#2166ac", "#b2182b"],  # the ends of the scale, but for the darkest
        }
    header = {
        "code": packer.add_code(_CODE),
        "n": n,
        **NOTHING_MORE,
        **(more or {}),
        "axes": [{**vars(axis), "name": _short(axis.name)} for axis in axes],
        "classes": [_short(name) for name in classes],
        "colours": COLOURS,
        "lossColours": [COLOURS[0], COLOURS[1]],
        "points": add(points, "<f4") if points else None,
        "maps": add(maps, "<u2" if maps.array.itemsize == 2 else "u1") if maps else None,
        "top": 65535 if maps and maps.array.itemsize == 2 else 255,
        "side": maps.array.shape[-1] if maps else 0,
        "frames": len(epochs),
        "epochs": list(epochs),
        "last": last,
        "facts": list(facts),
        "net": sent_net,
        "lut": packer.add("lut:signed", lut.tobytes) if coloured else None,
        "paint": paint,
        "text": {
            "play": _("Play"),
            "pause": _("Pause"),
            "back": _("Step back"),
            "on": _("Step"),
            "epoch": _("Epoch"),
            "undo": _("Undo"),
            "clear": _("Clear"),
            "class": _("Class"),
            "learn": _("learnt from"),
            "test": _("held out"),
            "net": _(
                "Maps of the features and of every unit, joined by the weights. Arrow keys go from unit "
                "to unit, Escape goes back."
            ),
            "loss": _("Loss by epoch: learnt from as a line, held out dashed"),
            "unit": _("red where it is above 0, blue where it is below"),
            "weight": _("weight"),
            "ghost": _("dashed: the boundary before"),
            "weights": _("weights"),
            "bias": _("bias"),
            "sharp": _("Without shades"),
            "bare": _("Hide held-out points"),
            "keys": _(
                "Arrow keys move the cross, with Shift in small steps. Space puts a point, the numbers "
                "choose a class, Backspace takes back the last points, Delete takes all."
            ),
            **words,
        },
    }
    memory.keep(list(packer.used))
    _COMPONENT(
        key=f"plane_{key}",
        data=packer.message(header),
        on_view_change=blobs.nothing,
        on_ink_change=blobs.nothing,
        on_at_change=blobs.nothing,
        on_picked_change=blobs.nothing,
        on_line_change=blobs.nothing,
    )
