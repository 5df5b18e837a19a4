"""A weight of the network, turned by hand: which one, to what, and what becomes of the boundary."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import plane, show
from components.boundary_data import Data
from components.boundary_network import (
    NET_SIDE,
    UNIT_SIDE,
    Network,
    as_trained,
    ask_epoch,
    draw_network,
    feature_names,
)
from components.cells import Cell, grid
from components.i18n import _
from components.plane import Packed
from components.scales import colour
from components.show import LONGEST_PARAMETER
from components.state import slider
from engine.lab import Node
from engine.table import playground, turned
from engine.table.mlp import LEARN_LOSS, LEARN_SCORE, TEST_LOSS, TEST_SCORE

#: Which weight: its layer, the input from which it comes (behind the last one: the bias), its unit.
Place = tuple[int, int, int]
MOST_EDITS = 30
MOST_VALUE = 999.0  # of a weight that can be set
LEAST_REACH = 5.0  # of the slider to both sides
MOST_MORE = 20  # epochs by which training goes on from what the hand has set
PLACES = 3  # behind the point


@dataclass(frozen=True)
class Names:
    """What the layers and units of a network are called."""

    sizes: tuple[int, ...]
    features: Sequence[str]
    classes: Sequence[str]

    @classmethod
    def of(cls, network: Network, data: Data) -> Names:
        """Those of one network."""
        seen = feature_names()
        return cls(network.sizes(data), [seen[name] for name in network.features], data.classes)

    def layer(self, layer: int) -> str:
        """The layer into which the weights of `layer` go."""
        return _("class") if layer == len(self.sizes) - 2 else f"{layer + 1}"

    def units(self, layer: int) -> list[str]:
        """The units of a layer, 0 for what the network sees."""
        if layer == 0:
            return list(self.features)
        if layer == len(self.sizes) - 1:
            return list(self.classes)
        return [f"{layer}.{n + 1}" for n in range(self.sizes[layer])]


def hand_view(data: Data, network: Network, texts: Mapping[str, str]) -> None:
    """The whole step; `texts` : of the lesson."""
    wished = network
    network = as_trained(data, wished, texts["untrained"])
    run, sizes = network.run(data), network.sizes(data)
    names = Names.of(network, data)
    left, right = st.columns(2)
    with left:
        epoch = ask_epoch(network, key="boundary_hand_epoch")
        place = ask_place(names)
        most = network.quick_epochs(data, MOST_MORE)
        more = slider(_("Then train on, epochs"), 0, most, 0, key="boundary_hand_more")
    before = data.lab.run(turned.weights_after, run, epoch=epoch, as_="before")
    if not abs(before.value).max() < MOST_VALUE:
        st.info(_("These weights are too large to be turned. Choose an earlier epoch."))
        return
    with right:
        # What a link has turned belongs to the network once that is trained.
        edits = ask_value(before, sizes, place, wished.run(data).key, bound=network == wished)
    by_hand, rows = rows_of(data, network, before, edits, epoch, more)
    facts = data.lab.run(playground.fact_rows, rows, as_="losses")
    with right:
        st.markdown(_told(facts.value, bool(data.test.value.any())))
    net_view(data, network, rows, place, texts["hand_caption"])
    if place[0] < len(sizes) - 2:
        unit_views(data, network, rows, place, names)
    left, right = st.columns(2)
    with left:
        measures_view(data, facts, more)
    with right:
        weights_view(data, by_hand, names, place)


def _told(facts: Any, held: bool) -> str:
    """Loss and share of right answers of the points held out (or learnt from), before and by hand."""
    columns = [TEST_LOSS, TEST_SCORE] if held else [LEARN_LOSS, LEARN_SCORE]
    (loss, right), (new_loss, new_right) = facts[0, columns], facts[1, columns]
    fields = {
        "loss": _number(loss),
        "new_loss": _number(new_loss),
        "right": _share(right),
        "new_right": _share(new_right),
    }
    if held:
        return _(
            "Held out: loss {loss} → **{new_loss}**, right {right} → **{new_right}**.", **fields
        )
    return _(
        "Learnt from: loss {loss} → **{new_loss}**, right {right} → **{new_right}**.", **fields
    )


def ask_place(names: Names) -> Place:
    """Ask for a weight; one that was clicked is taken. It stands in the URL."""
    state, sizes = st.session_state, names.sizes
    keys = [f"boundary_turn_{name}" for name in ("layer", "row", "column")]
    wished: Sequence[int] | None = plane.picked_line("hand", sizes)
    if wished is None:
        wished = [state[key] for key in keys] if all(k in state for k in keys) else _linked_place()
    layer = min(wished[0], len(sizes) - 2)
    place = layer, min(wished[1], sizes[layer]), min(wished[2], sizes[layer + 1] - 1)
    state.update(zip(keys, place, strict=True))
    froms, tos = [*names.units(layer), _("bias")], names.units(layer + 1)
    asked = (
        (_("Into layer"), [names.layer(n) for n in range(len(sizes) - 1)]),
        (_("From"), froms),
        (_("To"), tos),
    )
    with st.container(horizontal=True):
        for key, (label, options) in zip(keys, asked, strict=True):
            st.selectbox(
                label,
                range(len(options)),
                format_func=lambda n, options=options: options[n] if n < len(options) else "",
                key=key,
                width=120,
                persist_state="session",
            )
    if place != (len(sizes) - 2, 0, 0):
        st.query_params["boundary_turn"] = ".".join(map(str, place))
    elif "boundary_turn" in st.query_params:
        del st.query_params["boundary_turn"]
    return place


def _linked_place() -> Place:
    """The weight that a link names; else the first one into the outputs."""
    parts = st.query_params.get("boundary_turn", "").split(".")
    if len(parts) == 3 and all(part.isdecimal() and len(part) < 3 for part in parts):
        return int(parts[0]), int(parts[1]), int(parts[2])
    return 99, 0, 0


def ask_value(
    before: Node, sizes: tuple[int, ...], place: Place, wished: str, *, bound: bool
) -> dict[Place, float]:
    """Ask for the value of one weight; return all that a hand has set.

    `wished` : the key of the run that is chosen. While it is not `bound` to be that of `before`, what a
    link has turned is kept for it, too.
    """
    state = st.session_state
    linked = state.get("_boundary_edits", (wished,))[0] == wished
    edits = kept = _kept_edits(wished if linked else before.key, sizes)
    layer, row, column = place
    start = float(turned.layer_table(before.value, sizes=sizes, layer=layer)[row, column])
    now = edits.get(place, start)
    same = state.get("_boundary_turning") == (before.key, place)
    moved = [
        state[key]
        for key in ("boundary_value", "boundary_number_set")
        if same and state.get(key) is not None and state[key] != state.get("_boundary_shown")
    ]
    if moved:
        now = float(moved[0])
    if state.get("boundary_flip"):
        now = -now
    if state.get("boundary_zero"):
        now = 0.0
    if state.get("boundary_reset") or round(now, PLACES) == round(start, PLACES):
        now = start
    if state.get("boundary_reset_all"):
        edits, now = {}, start
    edits = {where: value for where, value in edits.items() if where != place}
    if now != start and len(edits) < MOST_EDITS:
        edits[place] = now
    _keep_edits(wished if linked and edits == kept and not bound else before.key, edits)
    shown = round(edits.get(place, start), PLACES)
    state["_boundary_turning"], state["_boundary_shown"] = (before.key, place), shown
    state["boundary_value"] = state["boundary_number_set"] = shown
    reach = max(LEAST_REACH, float(math.ceil(1.5 * max(abs(start), abs(shown)))))
    one, two = st.columns([3, 1], vertical_alignment="bottom")
    with one:
        st.slider(_("Weight"), -reach, reach, step=0.01, key="boundary_value")
    with two:
        st.number_input(
            _("As a number"),
            -MOST_VALUE,
            MOST_VALUE,
            step=0.1,
            format="%.3f",
            key="boundary_number_set",
        )
    with st.container(horizontal=True):
        st.button(_("Turn its sign"), key="boundary_flip", icon=":material/swap_vert:")
        st.button(_("Set to 0"), key="boundary_zero", icon=":material/content_cut:")
        off = place not in edits
        st.button(_("Reset"), key="boundary_reset", icon=":material/undo:", disabled=off)
        label = _("Reset all ({count})", count=len(edits))
        st.button(label, key="boundary_reset_all", icon=":material/replay:", disabled=not edits)
    return edits


def _kept_edits(of: str, sizes: tuple[int, ...]) -> dict[Place, float]:
    """What a hand has set in the weights `of`; at first what a link says."""
    name = "_boundary_edits"
    if name not in st.session_state:
        return _linked_edits(sizes)
    kept_of, edits = st.session_state[name]
    return edits if kept_of == of else {}


def _linked_edits(sizes: tuple[int, ...]) -> dict[Place, float]:
    found: dict[Place, float] = {}
    text = st.query_params.get("boundary_turned", "")[:LONGEST_PARAMETER]
    for part in text.split("~")[:MOST_EDITS]:
        where, _line, value = part.partition("_")
        parts = where.split(".")
        try:
            layer, row, column = (int(n) for n in parts)
            number = float(value)
        except ValueError:
            continue
        if 0 <= layer < len(sizes) - 1 and abs(number) <= MOST_VALUE:
            if 0 <= row <= sizes[layer] and 0 <= column < sizes[layer + 1]:
                found[layer, row, column] = number
    return found


def _keep_edits(of: str, edits: dict[Place, float]) -> None:
    st.session_state["_boundary_edits"] = (of, edits)
    if edits:
        parts = (f"{'.'.join(map(str, place))}_{value!r}" for place, value in edits.items())
        st.query_params["boundary_turned"] = "~".join(parts)
    elif "boundary_turned" in st.query_params:
        del st.query_params["boundary_turned"]


def rows_of(
    data: Data,
    network: Network,
    before: Node,
    edits: Mapping[Place, float],
    epoch: int,
    more: int,
) -> tuple[Node, Node]:
    """The weights as set, and the rows of a run: before, by hand, and the epochs behind it."""
    lab, sizes = data.lab, network.sizes(data)
    inputs = (data.points, data.test, data.plane)
    by_hand = before
    for (layer, row, column), value in edits.items():
        by_hand = lab.run(
            turned.with_weight,
            by_hand,
            sizes=sizes,
            layer=layer,
            row=row,
            column=column,
            value=value,
            as_="by_hand",
        )
    pair = lab.run(
        turned.before_and_by_hand, before, by_hand, *inputs, as_="pair", **network.shape(data)
    )
    if not more:
        return by_hand, pair
    how = {
        name: value for name, value in vars(network).items() if name not in ("epochs", "numbers")
    }
    return by_hand, lab.run(
        turned.trained_on, pair, *inputs, epoch=epoch, more=more, as_="rows", **how
    )


def measures_view(data: Data, facts: Node, more: int) -> None:
    """Loss and share of right answers: before, by hand, after training on."""
    heads = [_("before"), _("by hand")]
    columns = [facts.value[0], facts.value[1]]
    if more:
        heads.append(_("{count} epochs on", count=more))
        columns.append(facts.value[-1])
    held = int(data.test.value.sum())
    learnt = len(data.test.value) - held
    kinds = [_("loss of {count} learnt from", count=learnt), _("right of these")]
    if held:
        kinds += [_("loss of {count} held out", count=held), _("right of these")]
    texts = (_number, _share) * 2
    places = (LEARN_LOSS, LEARN_SCORE, TEST_LOSS, TEST_SCORE)
    cells = [
        [Cell(text(column[place])) for column in columns]
        for place, _kind, text in zip(places, kinds, texts, strict=False)
    ]
    body = grid(cells, label=_("Before and by hand"), row_heads=kinds, column_heads=heads)
    caption = _("The loss is the mean cross-entropy.")
    show.html("hand_measures", body, [facts], caption=caption)


def _number(value: float) -> str:
    return f"{value:.3f}"


def _share(value: float) -> str:
    return f"{value:.0%}"


def weights_view(data: Data, by_hand: Node, names: Names, place: Place) -> None:
    """The weights into the layer of the chosen one."""
    table = data.lab.run(
        turned.layer_table, by_hand, sizes=names.sizes, layer=place[0], as_="weights_in"
    )
    caption = _(
        "The weights as set: a row for each input, a column for each unit. The one that you turn is "
        "underlined."
    )
    show.html("hand_weights", weight_grid(table.value, names, place), [table], caption=caption)


def weight_grid(table: Any, names: Names, place: Place) -> str:
    """The weights into one layer as a table, the chosen one with an edge."""
    layer, row, column = place
    most = max(1.0, float(abs(table).max()))
    cells = [
        [
            Cell(
                f"{value:+.2f}",
                colour("signed", value, -most, most),
                hint=f"{value:+.5g}",
                edge="currentColor" if (n, m) == (row, column) else "",
            )
            for m, value in enumerate(values)
        ]
        for n, values in enumerate(table.tolist())
    ]
    rows = [*names.units(layer), _("bias")]
    return grid(
        cells,
        label=_("Weights into a layer"),
        row_heads=rows,
        column_heads=names.units(layer + 1),
    )


def net_view(data: Data, network: Network, rows: Node, place: Place, caption: str) -> None:
    """The network before, by hand, and as it trains on."""
    lab, shape = data.lab, network.shape(data)
    maps = lab.run(playground.class_maps, rows, data.plane, side=NET_SIDE, as_="maps", **shape)
    units = lab.run(playground.unit_maps, rows, data.plane, side=UNIT_SIDE, as_="units", **shape)
    weights = lab.run(playground.weight_rows, rows, as_="weights")
    nodes = {"maps": maps, "units": units, "weights": weights}
    count = len(rows.value)
    later = [_("{count} epochs on", count=n) for n in range(1, count - 1)]
    draw_network(
        "hand",
        data,
        network,
        {name: Packed(node.value, node.key) for name, node in nodes.items()},
        (),
        range(count),
        line=place,
        names=[_("Before"), _("Set by hand"), *later],
        ghost=True,
        plays=1 if count > 2 else None,
    )
    show.footer("hand", list(nodes.values()), f"{data.note} {caption}")


def unit_views(data: Data, network: Network, rows: Node, place: Place, names: Names) -> None:
    """The map of the unit into which the weight goes, before and by hand."""
    layer, _row, column = place
    unit = names.units(layer + 1)[column]
    titles = (_("Unit {unit} before", unit=unit), _("Unit {unit} by hand", unit=unit))
    for epoch, (box, title) in enumerate(zip(st.columns(2), titles, strict=True)):
        found = data.lab.run(
            playground.unit_map,
            rows,
            data.plane,
            epoch=epoch,
            layer=layer,
            unit=column,
            side=NET_SIDE,
            as_="one_map",
            **network.shape(data),
        )
        key = "hand_unit_now" if epoch else "hand_unit_before"
        with box:
            st.markdown(f"**{title}**")
            plane.draw(
                key,
                axes=data.both_axes,
                classes=data.classes,
                alt=_("What the unit gives at every place, with the points over it"),
                points=data.packed,
                maps=Packed(found.value, found.key),
                signed=True,
            )
            show.footer(key, [found], _("Red above 0, blue below."))
