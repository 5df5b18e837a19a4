"""A network drawn as the shapes that flow through it; a block that is chosen unfolds into its parts.

Python lays the picture out, the browser draws it and says which part was chosen. A box is as high as
its maps are (or as many tokens as there are) and as wide as there are channels, both by logarithm.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from components import blobs
from components.i18n import _
from engine.errors import N_
from engine.lab import Node
from engine.networks.layers import Shape
from engine.networks.trace import Row, is_layer, parts_of, path_to, table

_FRONTEND = Path(__file__).parent / "frontend"
_COMPONENT = st.components.v2.component(
    "numeroscope_architecture",
    css=(_FRONTEND / "architecture.css").read_text(encoding="utf-8"),
    js=(_FRONTEND / "architecture.js").read_text(encoding="utf-8"),
)

CELL = 84  # least room for a box and its words, in pixels
GAP = 26
FORK = 26
WORDS = 70  # height of the four lines under a box
#: What is alike has one colour, of those that colour-blind eyes tell apart (Okabe and Ito, 2008).
FAMILIES = {
    "Conv": "conv",
    **dict.fromkeys(("Pool", "Subsample", "AdaptivePool"), "pool"),
    **dict.fromkeys(("Linear", "Distances", "LSTM"), "linear"),
    **dict.fromkeys(("Embedding", "Positions", "ClassToken"), "table"),
    "Attention": "attention",
}
FAMILY_NAMES = {
    "conv": N_("convolution"),
    "pool": N_("pooling"),
    "linear": N_("linear, LSTM"),
    "attention": N_("attention"),
    "table": N_("table of vectors"),
    "other": N_("no multiplication by weights"),
}
JOIN_SIGNS = {"Add": "+", "Concat": "∥", "Attention": "QKᵀV"}
#: Our own names of parts that PyTorch has no module for, to be translated.
OWN_NAMES = {
    "add": N_("add"),
    "concat": N_("lay together"),
    "attention": N_("attention"),
    "flatten": N_("flatten"),
    "tokens": N_("to tokens"),
    "first": N_("first token"),
    "encoder output": N_("from the encoder"),
    "text so far": N_("text so far"),
    "positions": N_("positions"),
    "output": N_("output"),
    "embedding": N_("embedding"),
}


def short(number: float) -> str:
    """A number in three digits with k, M or G."""
    for size, sign in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= 0.9995 * size:
            return f"{number / size:.3g} {sign}" if number < 999.5 * size else f"{number:,.0f}"
    return f"{number:,.3g}" if number < 1000 else f"{number:,.0f}"


def times(shape: Shape) -> str:
    """A shape as it is spoken: 64 × 112 × 112."""
    return " × ".join(str(n) for n in shape) or "1"


def label_of(row: Row) -> str:
    """What a box is called: the last word of its module's name, or our own word."""
    if row.name.isdecimal() and not is_layer(row):
        return _("block {number}", number=row.name)
    last = row.name.rpartition(".")[2]
    return _(OWN_NAMES[last]) if last in OWN_NAMES else last


def does(row: Row) -> str:
    """What a layer does, in a word or two; "" where its name says so."""
    settings = dict(row.settings)
    if row.kind in ("Conv", "Pool"):
        window = "×".join([str(settings["kernel"])] * (len(row.output) - 1))
        stride = f" /{settings['stride']}" if settings["stride"] != 1 else ""
        if row.kind == "Pool":
            rule = _("max") if settings["rule"] == "max" else _("mean")
            return f"{rule} {window}{stride}"
        depthwise = settings["groups"] > 1
        return (_("depthwise") if depthwise else "conv") + f" {window}{stride}"
    if row.kind == "Activation":
        function = str(settings["function"])
        return function if len(function) < 8 else "tanh"
    words = {
        "Norm": _("normalise"),
        "Linear": _("linear"),
        "Dropout": "dropout",
        "Subsample": "2×2 /2",
        "AdaptivePool": _("mean"),
        "Distances": _("distances"),
        "Embedding": _("embedding"),
        "Positions": _("positions"),
    }
    return words.get(row.kind, "")


def at_heart(rows: Sequence[Row], number: int) -> str:
    """What the only convolution of a block does; "" for a block with none or several."""
    depth = rows[number].depth
    found = []
    for row in rows[number + 1 :]:
        if row.depth <= depth or len(found) > 1:
            break
        if row.kind == "Conv":
            found.append(row)
    return does(found[0]) if len(found) == 1 else ""


# ------------------------------------------------------------------------------ what is chosen


def chosen(key: str, network: str, count: int) -> int:
    """The row that the learner has stepped into: by a click, or by a link's `part`; else the whole."""
    told = blobs.get(st.session_state.get(f"architecture_{key}"), "picked")
    sent = told if isinstance(told, list | tuple) and len(told) == 2 else ("", None)
    kept = st.session_state.get("_part", ("", 0))
    linked = st.query_params.get("part", "")
    number = kept[1] if kept[0] == network else 0
    if "_part" not in st.session_state and linked.isdecimal() and len(linked) < 5:
        number = int(linked)
    if sent[0] == network and blobs.is_whole(sent[1], count - 1):
        number = sent[1]
    number = number if number < count else 0
    st.session_state["_part"] = (network, number)
    if number:
        st.query_params["part"] = str(number)
    elif "part" in st.query_params:
        del st.query_params["part"]
    return number


def shown_block(rows: Sequence[Row], path: Sequence[int]) -> int:
    """The innermost block of a path that has a picture of its own."""
    blocks = [n for n in path if not is_layer(rows[n]) and not _is_inline(rows, path, n)]
    return blocks[-1]


def _is_inline(rows: Sequence[Row], path: Sequence[int], number: int) -> bool:
    """Whether a block is drawn within its parent's picture: branches without a name, and their lanes."""
    place = path.index(number)
    if not place:
        return False
    lane = rows[path[place - 1]].kind == "Branches"
    return lane or (rows[number].kind == "Branches" and not rows[number].module)


# -------------------------------------------------------------------------------- the picture


@dataclass
class _Drawing:
    """Boxes and lines, and how far they reach."""

    value: tuple[tuple[object, ...], ...]
    rows: tuple[Row, ...]
    marked: int
    boxes: list[dict[str, object]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def lanes(self, number: int) -> list[list[int]]:
        """The branches of a row of branches, each a list of elements."""
        found = []
        for part in parts_of(self.value, number=number)[:-1]:
            layer = is_layer(self.rows[part])
            found.append([part] if layer else list(parts_of(self.value, number=part)))
        return found

    def opens(self, number: int) -> bool:
        """Whether a row is drawn as branches, not as a box."""
        return self.rows[number].kind == "Branches" and not self.rows[number].module

    # Sizes: (width, height above the line, height below it).

    def size(self, number: int) -> tuple[float, float, float]:
        """The room that an element takes."""
        if self.opens(number):
            return self.fan_size(number)
        _w, height, depth, width = measures(self.rows[number])
        return max(CELL, width + GAP), height / 2 + depth + 8, height / 2 + WORDS

    def run_size(self, elements: Sequence[int]) -> tuple[float, float, float]:
        """The room of elements in a row; of none, a line."""
        if not elements:
            return 0.0, 14.0, 14.0
        sizes = [self.size(n) for n in elements]
        return sum(s[0] for s in sizes), max(s[1] for s in sizes), max(s[2] for s in sizes)

    def fan_size(self, number: int) -> tuple[float, float, float]:
        """The room of branches: their widest, all their heights, and where they part and meet."""
        sizes = [self.run_size(lane) for lane in self.lanes(number)]
        width = max(s[0] for s in sizes) + 2 * FORK + CELL + (CELL if len(sizes) > 2 else 0)
        if len(sizes) == 2:  # a way around stands above
            return width, sizes[0][1] + sizes[1][1] + sizes[1][2], max(sizes[0][2], WORDS)
        above, below = around_line(sizes)
        return width, above, max(below, WORDS)

    # Places: each draws its part and returns where its line goes on.

    def put(
        self, number: int, x: float, y: float, start: tuple[float, float]
    ) -> tuple[float, float]:
        """Draw one element in its room that begins at x."""
        if self.opens(number):
            return self.put_fan(number, x, y, start)
        row = self.rows[number]
        room = self.size(number)[0]
        wide, high, depth, whole = measures(row)
        left = x + (room - whole) / 2
        self.arrow(start, (left, y))
        self.box(number, row, left, y, wide, high, depth, x + room / 2)
        return left + whole, y

    def put_run(
        self, elements: Sequence[int], x: float, y: float, start: tuple[float, float]
    ) -> tuple[float, float]:
        """Draw elements one after the other."""
        for number in elements:
            start = self.put(number, x, y, start)
            x += self.size(number)[0]
        return start

    def put_fan(
        self, number: int, x: float, y: float, start: tuple[float, float]
    ) -> tuple[float, float]:
        """Draw branches, and the sign at which they meet."""
        lanes = self.lanes(number)
        sizes = [self.run_size(lane) for lane in lanes]
        room, above, _below = self.fan_size(number)
        aside = len(lanes) > 2
        meet = x + room - CELL / 2 - (CELL if aside else 0)
        fork = (x + 6, y)
        self.lines.append(f"M{start[0]:.0f},{start[1]:.0f} H{fork[0]:.0f}")
        if len(lanes) == 2:
            places = [y, y - above + sizes[1][1]]
        else:
            places, top = [], y - around_line(sizes)[0]
            for size in sizes:
                places.append(top + size[1])
                top += size[1] + size[2]
        for lane, place in zip(lanes, places, strict=True):
            begin = (fork[0] + FORK, place)
            if place != y:
                self.lines.append(
                    f"M{fork[0]:.0f},{y:.0f} C{fork[0] + 16:.0f},{y:.0f} "
                    f"{fork[0] + 6:.0f},{place:.0f} {begin[0]:.0f},{place:.0f}"
                )
            else:
                begin = fork
            end = self.put_run(lane, fork[0] + FORK, place, begin)
            if place == y:
                self.arrow(end, (meet - 17, y))
            else:
                turn = meet - 17 - FORK
                self.lines.append(f"M{end[0]:.0f},{place:.0f} H{turn:.0f}")
                up = 17 if place < y else -17
                self.arrow((turn, place), (meet, y - up), bend=True)
        join = parts_of(self.value, number=number)[-1]
        self.box(join, self.rows[join], meet - 17, y, 34, 34, 0, meet, aside=aside)
        return meet + 17, y

    def arrow(
        self, start: tuple[float, float], end: tuple[float, float], *, bend: bool = False
    ) -> None:
        """A line with a head, straight or bent down into its end."""
        (a, b), (c, d) = start, end
        path = f"M{a:.0f},{b:.0f} L{c:.0f},{d:.0f}"
        if bend:
            path = f"M{a:.0f},{b:.0f} C{c:.0f},{b:.0f} {c:.0f},{b:.0f} {c:.0f},{d:.0f}"
        self.lines.append(path + "|")

    def box(
        self,
        number: int,
        row: Row,
        left: float,
        y: float,
        wide: float,
        high: float,
        depth: float,
        middle: float,
        *,
        aside: bool = False,
    ) -> None:
        """A box with its words under it, or beside it if lines come from below."""
        name = label_of(row)
        about = does(row) if is_layer(row) else at_heart(self.rows, number)
        words = [name, about, times(row.output)]
        if words[1] in ("", name):
            del words[1]
        if row.parameters:
            words.append(short(row.parameters))
        steps = is_layer(row)
        family = FAMILIES.get(heaviest(self.rows, number).kind, "other")
        cost = _(
            "{parameters} parameters, {work} multiply-adds",
            parameters=f"{row.parameters:,}",
            work=f"{row.multiply_adds:,}",
        )
        self.boxes.append(
            {
                "n": number,
                "x": round(left),
                "y": round(y),
                "w": round(wide),
                "h": round(high),
                "d": round(depth),
                "middle": round(middle),
                "family": family,
                "sign": JOIN_SIGNS.get(row.kind, ""),
                "block": not steps,
                "marked": number == self.marked,
                "words": words,
                "aside": aside,
                "hint": f"{name}: {times(row.output)}; {cost}",
            }
        )


def around_line(sizes: Sequence[tuple[float, float, float]]) -> tuple[float, float]:
    """How far a stack of lanes reaches above and below its line: the middle lane, if there is one."""
    heights = [above + below for _width, above, below in sizes]
    if len(sizes) % 2 == 0:
        return sum(heights) / 2, sum(heights) / 2
    middle = len(sizes) // 2
    above = sum(heights[:middle]) + sizes[middle][1]
    return above, sum(heights) - above


def measures(row: Row) -> tuple[float, float, float, float]:
    """Width, height, depth of a box in pixels, and its width with the depth."""
    if row.kind in JOIN_SIGNS:
        return 34, 34, 0, 34
    return extent(row.output)


def extent(shape: Shape) -> tuple[float, float, float, float]:
    """The same of a shape: channels are width, the sides of a map height and depth, all by logarithm."""
    if len(shape) == 3:
        channels, height, width = shape
        depth = 3 + 2.2 * math.log2(width)
        wide, high = 4 + 4 * math.log2(channels), 8 + 10 * math.log2(height)
    elif len(shape) == 2:
        tokens, numbers = shape
        wide, high, depth = 6 + 4 * math.log2(numbers), 8 + 8 * math.log2(tokens), 0
    else:
        wide, high, depth = 9, 10 + 8 * math.log2(max(math.prod(shape), 1)), 0
    return wide, high, depth, wide + depth


def heaviest(rows: Sequence[Row], number: int) -> Row:
    """The layer that has most multiply-adds (then parameters) of a block; a layer itself."""
    if is_layer(rows[number]):
        return rows[number]
    depth = rows[number].depth
    inside = []
    for row in rows[number + 1 :]:
        if row.depth <= depth:
            break
        if is_layer(row):
            inside.append(row)
    return max(inside, key=lambda row: (row.multiply_adds, row.parameters), default=rows[number])


def draw(key: str, network: str, rows: Node, number: int, *, still: bool = False) -> Row:
    """Draw the block in which row `number` lies, that row marked; return the row.

    `still` : nothing can be chosen.
    """
    value = rows.value
    named = table(value)
    path = path_to(value, number=number)
    block = shown_block(named, path)
    if not is_layer(named[number]):
        number, path = block, path_to(value, number=block)
    drawing = _Drawing(value, named, number if is_layer(named[number]) else -1)
    around = named[block].kind == "Branches"
    elements = [] if around else list(parts_of(value, number=block))
    width, above, below = drawing.fan_size(block) if around else drawing.run_size(elements)
    given = named[block].inputs[0]
    wide, high, depth, whole = extent(given)
    y = max(above, high / 2 + depth + 8) + 4
    room = max(CELL, whole + GAP)
    drawing.boxes.append(
        {
            **{"n": -1, "x": round((room - whole) / 2), "y": round(y), "w": round(wide)},
            **{"h": round(high), "d": round(depth), "middle": round(room / 2), "family": "input"},
            **{"sign": "", "block": False, "marked": False, "hint": ""},
            **{"words": [_("input"), times(given)], "aside": False},
        }
    )
    start = ((room + whole) / 2, y)
    if around:
        drawing.put_fan(block, room, y, start)
    else:
        drawing.put_run(elements, room, y, start)
    families = {str(box["family"]) for box in drawing.boxes}
    trail = [n for n in path if n == number or not _is_inline(named, path, n)]
    _COMPONENT(
        key=f"architecture_{key}",
        data={
            "network": network,
            "still": still,
            "focus": block,
            "width": round(room + width + 8),
            "height": round(y + max(below, high / 2 + WORDS) + 4),
            "boxes": drawing.boxes,
            "lines": drawing.lines,
            "trail": [{"n": n, "name": label_of(named[n]) if n else named[0].name} for n in trail],
            "legend": [[name, _(FAMILY_NAMES[name])] for name in FAMILY_NAMES if name in families],
            "alt": _(
                "The network {name}: boxes are what each part puts out, arrows lead on",
                name=named[0].name,
            ),
            "path": _("Where you are"),
            "more": _("The drawing goes on: scroll sideways →"),
        },
        on_picked_change=blobs.nothing,
    )
    return named[number]
