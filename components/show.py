"""Views: what is drawn from recorded nodes, each with its caption, its code and its downloads.

Every view registers what it shows, so one test can run the code of every view of every page outside
the app and compare the numbers: a new view is tested because it exists.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from components import plot, scales
from components import tracks as sounds_shown
from components import viewer as viewers
from components.catalogue import COLOURS
from components.guard import fragment
from components.i18n import _, safe
from engine import export
from engine.cache import is_frame
from engine.lab import Node, calls_of, files_of, names_of, notebook_of, script_of

#: Red, green, blue told apart by colour-blind eyes too, and gray for what is neither.
CHANNEL_COLOURS = {"R": "#D55E00", "G": "#009E73", "B": "#0072B2"}
NEUTRAL = "#7A7F87"
RGB = ("R", "G", "B")
LARGEST_CSV = 4_000_000  # numbers: 16 MB of text and some seconds of a server's time
MAIN = "picture"  # the group of panes whose pin needs no name in a link
LONGEST_PARAMETER = 1500  # characters; servers and messengers cut URLs off at about 2000


@dataclass(frozen=True)
class Picture:
    """A node drawn as a picture that can be zoomed to its digits. See `viewer.Pane`."""

    node: Node
    title: str
    alt: str
    channels: tuple[str, ...] = ()
    lo: float | None = None
    hi: float | None = None
    scale: str = (
        "gray"  # "gray", "viridis" for magnitudes, "signed" around zero, "cyclic" for phase
    )
    group: str = MAIN
    lossy: bool = True
    circles: tuple[viewers.Circle, ...] = ()
    outlines: tuple[viewers.Outline, ...] = ()
    paint: viewers.Paint | None = None


@dataclass(frozen=True)
class Bars:
    """A histogram node (channels x bins) whose bin under the cursor is marked."""

    node: Node
    title: str
    alt: str
    lo: float
    hi: float
    channels: tuple[str, ...] = ()
    of: int = 0


@dataclass(frozen=True)
class Digits:
    """The matrix around the cursor of the picture at place `of` in the row."""

    title: str
    alt: str
    of: int = 0


def pictures(
    key: str,
    row: Sequence[Picture | Bars | Digits],
    *,
    caption: str,
    notation: str = "dec",
    height: int = 420,
    drawn: Sequence[Node] = (),
) -> viewers.ViewerState:
    """Draw pictures side by side under one cursor and one zoom; return what the learner did.

    Call it inside a fragment: zooming asks the server for the numbers of the window. The pinned
    pixel and the zoom stand in the URL as `at` and `zoom`, so a link shows the same place. A pin in
    another group than "picture" has its name before it: `square:12,30`.

    `drawn` : nodes whose values are drawn over the pictures, for the code and the files.
    """
    firsts: dict[str, Node] = {}
    for item in row:
        if isinstance(item, Picture):
            firsts.setdefault(item.group, item.node)
    first = next(iter(firsts.values()))
    links = ((_linked(key, "at", 2, node, group), group) for group, node in firsts.items())
    cursor, cursor_group = next((link for link in links if link[0]), (None, None))
    panes = [_pane(number, item) for number, item in enumerate(row)]
    state = viewers.viewer(
        panes,
        key=f"viewer_{key}",
        notation=notation,
        text=viewer_text(),
        height=height,
        accent=COLOURS["image"],
        view=_linked(key, "zoom", 4, first),
        cursor=cursor,
        cursor_group=cursor_group,
    )
    if state.pin:
        within = "" if state.pin_group == MAIN else f"{state.pin_group}:"
        st.query_params["at"] = within + ",".join(str(n) for n in state.pin)
    elif state.unpinned and "at" in st.query_params:
        del st.query_params["at"]
    if state.view:
        whole = (0, 0, *first.value.shape[1::-1])
        box = tuple(round(n) for n in state.view)
        if box != whole:
            st.query_params["zoom"] = ",".join(str(n) for n in box)
        elif "zoom" in st.query_params:
            del st.query_params["zoom"]
    nodes = {item.node.key: item.node for item in row if not isinstance(item, Digits)}
    footer(key, [*nodes.values(), *drawn], caption)
    return state


def content_of(node: Node) -> str:
    """What a pin belongs to: the file and the size, so that it outlives another filter or gray."""
    return f"{node.origin}:{'x'.join(map(str, node.value.shape[:2]))}"


def pinned(key: str, group: str, first: Node) -> tuple[int, int] | None:
    """The pixel (x, y) that the learner pinned in the `group` that `first` is the first node of."""
    contents = {group: content_of(first)}
    state = viewers.read_state(st.session_state.get(f"viewer_{key}"), contents)
    if not (state.pin or state.unpinned or state.elsewhere):  # the browser has not spoken yet
        return _linked(key, "at", 2, first, group)
    return state.pin if state.pin_group == group else None


Strokes = tuple[tuple[int, ...], ...]


def strokes(key: str, token: str) -> Strokes:
    """What the learner painted over the pictures called `key`, on the picture called `token`.

    Short paintings stand in the URL as `strokes`, numbers joined by dots, strokes by tildes; a link
    shows them on its first picture, as long as the learner has not painted.
    """
    first = _strokes_of_link(key, token)
    state = viewers.read_state(st.session_state.get(f"viewer_{key}"), {}, token)
    painted = state.strokes if state.painted else first
    text = "~".join(".".join(str(number) for number in stroke) for stroke in painted)
    if text and len(text) <= LONGEST_PARAMETER:
        st.query_params["strokes"] = text
    elif "strokes" in st.query_params:
        del st.query_params["strokes"]
    return painted


def _strokes_of_link(key: str, token: str) -> Strokes:
    """The strokes of a link, read once and for one picture only; nonsense counts as nothing."""
    kept = f"_{key}_strokes"
    if kept not in st.session_state:
        text = st.query_params.get("strokes", "")[:LONGEST_PARAMETER]
        parts = [stroke.split(".") for stroke in text.split("~") if stroke]
        good = all(n.isdecimal() and len(n) < 7 for part in parts for n in part)
        parsed = viewers.parse_strokes([list(map(int, part)) for part in parts]) if good else ()
        st.session_state[kept] = (token, parsed)
    first, strokes = st.session_state[kept]
    return strokes if first == token else ()


def _linked(key: str, name: str, count: int, picture: Node, group: str = MAIN) -> Any:
    """What a link says about the place to show, read once a picture; nonsense counts as nothing.

    Parameters
    ----------
    name : str, the parameter: "at" is x,y of a pixel, "zoom" is x0,y0,x1,y1 of a window.
    count : int, how many numbers it has.
    group : str, of the panes that it is a place in; a link that names another one counts as nothing.
    """
    kept = f"_{key}_{name}" if group == MAIN else f"_{key}_{name}_{group}"
    content = content_of(picture)
    if st.session_state.get(kept, ("",))[0] != content:
        of, _colon, numbers = st.query_params.get(name, "").rpartition(":")
        mine = (of or MAIN) == group
        if kept in st.session_state and name in st.query_params and mine:
            del st.query_params[name]  # a place in another picture
            numbers = ""
        place = _place(numbers, count, *picture.value.shape[1::-1]) if mine else None
        st.session_state[kept] = (content, place)
    return st.session_state[kept][1]


def _place(text: str, count: int, width: int, height: int) -> tuple[int, ...] | None:
    """`count` whole numbers that lie within a picture, else None."""
    parts = text.split(",")
    if len(parts) != count or not all(part.isdecimal() and len(part) < 7 for part in parts):
        return None
    place = tuple(int(part) for part in parts)
    if count == 2:
        return place if place[0] < width and place[1] < height else None
    x0, y0, x1, y1 = place
    return place if x0 < x1 <= width and y0 < y1 <= height else None


def _pane(number: int, item: Picture | Bars | Digits) -> viewers.AnyPane:
    name = f"p{number}"
    if isinstance(item, Digits):
        return viewers.Matrix(id=name, of=f"p{item.of}", title=item.title, alt=item.alt)
    names = item.channels or None
    tints = colours(item.channels) if item.channels else None
    if isinstance(item, Bars):
        return viewers.Histogram(
            id=name,
            of=f"p{item.of}",
            counts=item.node.value,
            lo=item.lo,
            hi=item.hi,
            title=item.title,
            alt=item.alt,
            channels=names,
            channel_colours=tints,
        )
    return viewers.Pane(
        id=name,
        array=item.node.value,
        key=item.node.key,
        content=content_of(item.node),
        title=item.title,
        alt=item.alt,
        group=item.group,
        channels=names,
        channel_colours=tints,
        lo=item.lo,
        hi=item.hi,
        lut=scales.table(item.scale),
        lossy=item.lossy,
        circles=item.circles,
        outlines=item.outlines,
        paint=item.paint,
    )


def tracks(
    key: str,
    rows: Sequence[sounds_shown.AnyRow],
    *,
    caption: str,
    sounds: Sequence[sounds_shown.Sound] = (),
    frames: tuple[float, float, float] | None = None,
    cursor: float | None = None,
    view: tuple[float, float] | None = None,
    height: int = 140,
) -> sounds_shown.TracksState:
    """Draw waves, curves and heat maps under one time axis, cursor, zoom and player.

    Call it inside a fragment: zooming asks the server for the samples of the window. The pinned time
    and the zoom stand in the URL as `t` and `span`, so a link shows the same place.

    Parameters
    ----------
    rows : see `components/tracks_message.py`: Wave, Row, Curve, Curves, Heat.
    sounds : what can be heard; several can be switched between, at the same loudness.
    frames : (length, hop, start) of analysis frames in s, drawn over the first row of waves.
    cursor : the time in s that is pinned at first, if the link says nothing else.
    view : the part in s that is seen at first, if the link says nothing else.
    height : of a row, in CSS pixels.

    Returns
    -------
    TracksState : the pinned time, what is seen, what is selected; times in s of the clip.
    """
    nodes = sounds_shown.nodes_of(rows, sounds)
    domain = sounds_shown.domain_of(rows, sounds)
    content = _clip_content(nodes[0], domain)
    told = sounds_shown.read_state(st.session_state.get(f"tracks_{key}"), content, domain)
    pin, seen = _times_kept(key, content, domain, told, cursor)
    sounds_shown.draw(
        rows,
        key=f"tracks_{key}",
        text={name: _(english) for name, english in sounds_shown.TEXT_KEYS.items()},
        accent=COLOURS["sound"],
        content=content,
        sounds=sounds,
        frames=frames,
        view=seen or view,
        cursor=pin,
        height=height,
    )
    if told.cursor is not None:
        st.query_params["t"] = _seconds(told.cursor)
    elif told.unpinned and "t" in st.query_params:
        del st.query_params["t"]
    if told.view:
        if told.view[1] - told.view[0] < 0.9999 * (domain[1] - domain[0]):
            st.query_params["span"] = ",".join(map(_seconds, told.view))
        elif "span" in st.query_params:
            del st.query_params["span"]
    footer(key, nodes, caption, {sound.node.key: round(sound.rate) for sound in sounds})
    return replace(told, cursor=pin)


def pinned_time(key: str, rows: Sequence[sounds_shown.AnyRow]) -> float | None:
    """The time that is pinned in the tracks called `key`, before they are drawn, else None.

    `rows` are those that decide how long the clip is, its first wave first. Pages that mark a part of
    the wave about the pin need it before they draw.
    """
    domain = sounds_shown.domain_of(rows, ())
    content = _clip_content(sounds_shown.nodes_of(rows)[0], domain)
    told = sounds_shown.read_state(st.session_state.get(f"tracks_{key}"), content, domain)
    return _times_kept(key, content, domain, told, None)[0]


def _clip_content(node: Node, domain: tuple[float, float]) -> str:
    """What a pin in a clip belongs to: the file, or a sound made without one, and its length.

    The length counts in half seconds, so that a control which changes the last sample changes nothing;
    0.37 keeps whole and half seconds away from the edges of that rounding.
    """
    root = node
    while root.inputs:
        root = root.inputs[0]
    file = root.key if root.call.function is None else ""
    return f"{file}:{math.floor(2 * (domain[1] - domain[0]) + 0.37)}"


def _seconds(time: float) -> str:
    """A time as the URL says it: to the tenth of a microsecond, without zeros at its end."""
    return f"{time:.7f}".rstrip("0").rstrip(".") or "0"


def _times_kept(
    key: str,
    content: str,
    domain: tuple[float, float],
    told: sounds_shown.TracksState,
    first: float | None,
) -> tuple[float | None, tuple[float, float] | None]:
    """Pin and view to show: the learner's own, else those of the link, else `first` and everything.

    A link is read once a clip; nonsense in it counts as nothing.
    """
    kept = f"_{key}_times"
    if st.session_state.get(kept, ("",))[0] != content:
        if kept in st.session_state:  # times in another clip
            for name in ("t", "span"):
                if name in st.query_params:
                    del st.query_params[name]
        times = _times(st.query_params.get("t", ""), 1, domain)
        span = _times(st.query_params.get("span", ""), 2, domain)
        linked = (span[0], span[1]) if span and span[0] < span[1] else None
        st.session_state[kept] = (content, times[0] if times else None, linked, False)
    _content, pin, view, unpinned = st.session_state[kept]
    if told.cursor is not None or told.unpinned:
        pin, unpinned = told.cursor, told.unpinned
    view = told.view or view
    st.session_state[kept] = (content, pin, view, unpinned)
    if pin is None and not unpinned and first is not None and domain[0] <= first <= domain[1]:
        pin = first
    return (pin if pin is None or domain[0] <= pin <= domain[1] else None), view


def _times(text: str, count: int, domain: tuple[float, float]) -> tuple[float, ...] | None:
    """`count` times within a clip, else None."""
    try:
        times = tuple(float(part) for part in text[:100].split(","))
    except ValueError:
        return None
    good = len(times) == count and all(math.isfinite(t) for t in times)
    slack = 1e-6  # what rounding in the URL may add
    if not good or not all(domain[0] - slack <= t <= domain[1] + slack for t in times):
        return None
    return tuple(min(max(t, domain[0]), domain[1]) for t in times)


def thumbnail(node: Node, side: int = 320) -> bytes:
    """A small encoded copy of a picture node, for places where nothing is read from it."""
    return viewers.encode_overview(node.value, 0, 255, None, side)[1]


def colours(channels: Sequence[str]) -> tuple[str, ...]:
    """The line colour of each channel."""
    return tuple(CHANNEL_COLOURS.get(name, NEUTRAL) for name in channels)


def chart(
    key: str,
    draw: Callable[..., Any],
    nodes: Sequence[Node],
    *,
    caption: str,
    alt: str,
) -> None:
    """Draw the Plotly figure `draw(*values)` of recorded nodes."""
    plot.settle()  # some figures are checked by Plotly as they are drawn
    plot.plot(draw(*[node.value for node in nodes]), key=f"chart_{key}", alt=alt)
    footer(key, nodes, caption)


def html(key: str, body: str, nodes: Sequence[Node], *, caption: str) -> None:
    """Draw HTML that was made from numbers (see components/cells.py)."""
    st.html(body)
    footer(key, nodes, caption)


def register(key: str, nodes: Sequence[Node]) -> None:
    """Note that this run shows `nodes`, for the test that runs every view's code."""
    st.session_state.setdefault("_views", {})[key] = tuple(nodes)


@fragment
def footer(
    key: str, nodes: Sequence[Node], caption: str, rates: Mapping[str, int] | None = None
) -> None:
    """What stands under every view: the caption, the code that ran, the numbers as files.

    `rates` : key of a node that is a sound -> samples a second.
    """
    register(key, nodes)
    st.caption(caption)
    panel = f"_panel_{key}"  # which of the two stands open under the view
    with st.container(key=f"footer_{key}", horizontal=True, gap="small"):
        for name, label, icon in (
            ("code", _("Code"), ":material/code:"),
            ("save", _("Save"), ":material/download:"),
        ):
            if st.button(label, icon=icon, key=f"{name}_{key}", type="tertiary"):
                st.session_state[panel] = "" if st.session_state.get(panel) == name else name
    if st.session_state.get(panel):
        with st.container(border=True, key=f"panel_{key}"):
            if st.session_state[panel] == "code":
                _code(key, nodes)
            else:
                _files(key, nodes, rates or {})


def _code(key: str, nodes: Sequence[Node]) -> None:
    st.markdown(
        _(
            "This is the code that just ran. It needs only public libraries, and gives the same numbers."
        )
    )
    with st.container(horizontal=True):
        script, notebook = lambda: script_of(*nodes).encode(), lambda: notebook_of(*nodes).encode()
        _save(_("Python script"), script, f"{key}.py", "text/x-python")
        _save(_("Notebook"), notebook, f"{key}.ipynb", "application/x-ipynb+json")
        for name, read in files_of(*nodes).items():
            _save(_("The file {name}", name=safe(name)), read, name, None)
    st.code(calls_of(*nodes), language="python")
    with st.expander(_("The whole script, with the functions that are called")):
        st.code(script_of(*nodes), language="python", height=480)


def _files(key: str, nodes: Sequence[Node], rates: Mapping[str, int]) -> None:
    for name, node in zip(names_of(*nodes), nodes, strict=True):
        value, file = node.value, f"{key}-{name}"
        if is_frame(value):
            st.markdown(f"`{name}` &nbsp; {value.shape[0]} × {value.shape[1]}")
            if value.size <= LARGEST_CSV:
                _save("CSV", lambda n=node: export.table_csv(n.value), f"{file}.csv", "text/csv")
            continue
        if not isinstance(value, np.ndarray):
            st.markdown(f"`{name}`")
            _save("JSON", lambda n=node: export.to_json(n.value), f"{file}.json", None)
            continue
        st.markdown(f"`{name}` &nbsp; {' × '.join(map(str, value.shape))} &nbsp; {value.dtype}")
        with st.container(horizontal=True):
            if export.is_picture(value):
                _save("PNG", lambda n=node: export.to_png(n.value), f"{file}.png", "image/png")
            if rate := rates.get(node.key):
                wav = partial(_wav, node, rate)
                _save(_("WAV, 16 bits"), wav, f"{file}.wav", "audio/wav")
            _save("NPY", lambda n=node: export.to_npy(n.value), f"{file}.npy", None)
            if value.size <= LARGEST_CSV and value.dtype.kind in "biuf":
                _save("CSV", lambda n=node: export.to_csv(n.value), f"{file}.csv", "text/csv")


def _wav(node: Node, rate: int) -> bytes:
    return export.to_wav(node.value, sample_rate=rate)


def _save(label: str, data: Any, name: str, mime: str | None) -> None:
    # The bytes are made when the button is clicked, not each time the page is drawn.
    st.download_button(
        label, data, file_name=name, mime=mime, key=f"get_{name}_{label}", on_click="ignore"
    )


def viewer_text() -> dict[str, str]:
    """The viewer's own words; the keys are `viewer.TEXT_KEYS`."""
    return {name: _(english) for name, english in viewers.TEXT_KEYS.items()}
