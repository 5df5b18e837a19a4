"""Views: what is drawn from recorded nodes, each with its caption, its code and its downloads.

Every view registers what it shows, so one test can run the code of every view of every page outside
the app and compare the numbers: a new view is tested because it exists.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import scales
from components import viewer as viewers
from components.catalogue import COLOURS
from components.guard import fragment
from components.i18n import _
from engine import export
from engine.lab import Lab, Node

#: Red, green, blue told apart by colour-blind eyes too, and gray for what is neither.
CHANNEL_COLOURS = {"R": "#D55E00", "G": "#009E73", "B": "#0072B2"}
NEUTRAL = "#7A7F87"
RGB = ("R", "G", "B")
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
    group: str = "picture"
    lossy: bool = True
    circles: tuple[viewers.Circle, ...] = ()
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
    lab: Lab,
    row: Sequence[Picture | Bars | Digits],
    *,
    caption: str,
    notation: str = "dec",
    height: int = 420,
) -> viewers.ViewerState:
    """Draw pictures side by side under one cursor and one zoom; return what the learner did.

    Call it inside a fragment: zooming asks the server for the numbers of the window. The pinned
    pixel and the zoom stand in the URL as `at` and `zoom`, so a link shows the same place.
    """
    first = next(item.node.value.shape for item in row if isinstance(item, Picture))
    state = viewers.viewer(
        [_pane(number, item) for number, item in enumerate(row)],
        key=f"viewer_{key}",
        notation=notation,
        text=viewer_text(),
        height=height,
        accent=COLOURS["image"],
        view=_linked(f"_{key}_zoom", "zoom", 4, first),
        cursor=_linked(f"_{key}_at", "at", 2, first),
    )
    if state.pin and state.pin_group in (None, "picture"):
        st.query_params["at"] = ",".join(str(n) for n in state.pin)
    if state.view:
        whole = (0, 0, first[1], first[0])
        box = tuple(round(n) for n in state.view)
        if box != whole:
            st.query_params["zoom"] = ",".join(str(n) for n in box)
        elif "zoom" in st.query_params:
            del st.query_params["zoom"]
    footer(key, lab, [item.node for item in row if not isinstance(item, Digits)], caption)
    return state


def pinned(key: str, group: str) -> tuple[int, int] | None:
    """The pixel (x, y) that the learner pinned in `group` of the pictures called `key`."""
    state = viewers.read_state(st.session_state.get(f"viewer_{key}"))
    return state.pin if state.pin_group == group else None


Strokes = tuple[tuple[int, ...], ...]


def strokes(key: str, token: str) -> Strokes:
    """What the learner painted over the pictures called `key`, on the picture called `token`.

    Short paintings stand in the URL as `strokes`, numbers joined by dots, strokes by tildes; a link
    shows them as long as the learner has not painted.
    """
    first = _strokes_of_link(key)
    state = viewers.read_state(st.session_state.get(f"viewer_{key}"), token)
    painted = state.strokes if state.painted else first
    text = "~".join(".".join(str(number) for number in stroke) for stroke in painted)
    if text and len(text) <= LONGEST_PARAMETER:
        st.query_params["strokes"] = text
    elif "strokes" in st.query_params:
        del st.query_params["strokes"]
    return painted


def _strokes_of_link(key: str) -> Strokes:
    """The strokes of a link, read once; nonsense counts as nothing."""
    kept = f"_{key}_strokes"
    if kept not in st.session_state:
        text = st.query_params.get("strokes", "")[:LONGEST_PARAMETER]
        parts = [stroke.split(".") for stroke in text.split("~") if stroke]
        good = all(
            len(part) >= 4
            and len(part) % 2 == 0
            and part[1] in ("0", "1")
            and all(number.isdecimal() and len(number) < 6 for number in part)
            for part in parts
        )
        st.session_state[kept] = tuple(tuple(map(int, part)) for part in parts) if good else ()
    return st.session_state[kept]


def _linked(kept: str, name: str, count: int, shape: tuple[int, ...]) -> Any:
    """What a link says about the place to show, read once; nonsense counts as nothing."""
    if kept not in st.session_state:
        parts = st.query_params.get(name, "").split(",")
        good = len(parts) == count and all(part.isdecimal() and len(part) < 7 for part in parts)
        place = tuple(int(part) for part in parts) if good else None
        limits = (shape[1], shape[0]) * (count // 2)
        inside = place is not None and all(n <= m for n, m in zip(place, limits, strict=True))
        st.session_state[kept] = place if inside else None
    return st.session_state[kept]


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
            scale="sqrt",
        )
    return viewers.Pane(
        id=name,
        array=item.node.value,
        key=item.node.key,
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
        paint=item.paint,
    )


def thumbnail(node: Node, side: int = 320) -> bytes:
    """A small encoded copy of a picture node, for places where nothing is read from it."""
    return viewers.encode_overview(node.value, 0, 255, None, side)[1]


def colours(channels: Sequence[str]) -> tuple[str, ...]:
    """The line colour of each channel."""
    return tuple(CHANNEL_COLOURS.get(name, NEUTRAL) for name in channels)


def chart(
    key: str,
    lab: Lab,
    draw: Callable[..., Any],
    nodes: Sequence[Node],
    *,
    caption: str,
    alt: str,
) -> None:
    """Draw the Plotly figure `draw(*values)` of recorded nodes."""
    figure = draw(*(node.value for node in nodes))
    st.plotly_chart(figure, key=f"chart_{key}", alt=alt, config={"displayModeBar": False})
    footer(key, lab, nodes, caption)


def html(key: str, lab: Lab, body: str, nodes: Sequence[Node], *, caption: str) -> None:
    """Draw HTML that was made from numbers (see components/cells.py)."""
    st.html(body)
    footer(key, lab, nodes, caption)


def register(key: str, lab: Lab, nodes: Sequence[Node]) -> None:
    """Note that this run shows `nodes`, for the test that runs every view's code."""
    st.session_state.setdefault("_views", {})[key] = (lab, tuple(nodes))


@fragment
def footer(key: str, lab: Lab, nodes: Sequence[Node], caption: str) -> None:
    """What stands under every view: the caption, the code that ran, the numbers as files."""
    register(key, lab, nodes)
    st.caption(caption)
    with st.container(key=f"footer_{key}", horizontal=True, gap="small"):
        code = st.popover(
            _("Code"), icon=":material/code:", key=f"code_{key}", on_change="rerun", type="tertiary"
        )
        files = st.popover(
            _("Save"),
            icon=":material/download:",
            key=f"save_{key}",
            on_change="rerun",
            type="tertiary",
        )
    if code.open:
        with code:
            _code(key, lab, nodes)
    if files.open:
        with files:
            _files(key, nodes)


def _code(key: str, lab: Lab, nodes: Sequence[Node]) -> None:
    st.markdown(
        _(
            "This is the code that just ran. It needs only public libraries, and gives the same numbers."
        )
    )
    with st.container(horizontal=True):
        _save(_("Python script"), lambda: lab.script(*nodes).encode(), f"{key}.py", "text/x-python")
        _save(_("Notebook"), lambda: lab.notebook(*nodes).encode(), f"{key}.ipynb", "text/plain")
        source = lab.source.call
        if source.expression.startswith("Path("):
            _save(_("The file that it reads"), source.literal, lab.file_name, None)
    st.code(lab.script(*nodes), language="python", height=380, width=720)


def _files(key: str, nodes: Sequence[Node]) -> None:
    for node in nodes:
        value = node.value
        shape = " × ".join(str(n) for n in getattr(value, "shape", ())) or _("one number")
        st.markdown(f"`{node.name}` &nbsp; {shape} &nbsp; {getattr(value, 'dtype', '')}")
        with st.container(horizontal=True):
            name = f"{key}-{node.name}"
            if export.is_picture(value):
                _save("PNG", lambda n=node: export.to_png(n.value), f"{name}.png", "image/png")
            _save("NPY", lambda n=node: export.to_npy(n.value), f"{name}.npy", None)
            if getattr(value, "size", 1) <= 4_000_000 and not _is_complex(value):
                _save("CSV", lambda n=node: export.to_csv(n.value), f"{name}.csv", "text/csv")


def _is_complex(value: Any) -> bool:
    return getattr(value, "dtype", None) is not None and value.dtype.kind == "c"


def _save(label: str, data: Any, name: str, mime: str | None) -> None:
    # The bytes are made when the button is clicked, not each time the page is drawn.
    st.download_button(
        label, data, file_name=name, mime=mime, key=f"get_{name}_{label}", on_click="ignore"
    )


def viewer_text() -> dict[str, str]:
    """The viewer's own words; the keys are `viewer.TEXT_KEYS`."""
    return {name: _(english) for name, english in viewers.TEXT_KEYS.items()}
