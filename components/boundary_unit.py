"""The sum of one unit for one point, as tables of its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import plane, show
from components.boundary_data import Data
from components.boundary_network import (
    NET_SIDE,
    Network,
    activation_names,
    as_trained,
    ask_epoch,
    feature_names,
)
from components.cells import Cell, grid
from components.i18n import _, safe
from components.plane import Packed
from components.scales import colour
from components.state import choice, slider
from engine.lab import Node
from engine.table import playground


def one_unit(data: Data, network: Network, texts: Mapping[str, str]) -> None:
    """The whole step; `texts` : of the lesson."""
    network = as_trained(data, network, texts["untrained"])
    run = network.run(data)
    clicked_point(data)
    one, two, three = st.columns(3)
    with one:
        point = slider(_("Point"), 1, len(data.points.value), 1, key="boundary_point") - 1
    with two:
        layers = {str(n): str(n) for n in range(1, len(network.hidden) + 1)}
        layer = int(choice(_("Layer"), layers, key="boundary_layer")) - 1
    with three:
        numbers = {str(n): str(n) for n in range(1, network.hidden[layer] + 1)}
        number = int(choice(_("Unit"), numbers, key="boundary_unit")) - 1
    at = (point, layer, number, ask_epoch(network, key="boundary_epoch"))
    left, right = st.columns(2)
    with left:
        unit_map(data, network, run, at, texts["unit_map_caption"])
    with right:
        unit_view(data, network, run, at, texts["unit_caption"])


def sum_grid(table: Any, names: Sequence[str], activation: str) -> str:
    """The sum of one unit: inputs, weights, products, bias, what comes out."""
    inputs, weights, products = table.tolist()
    most = max(*(abs(n) for n in products[:-1]), 1e-9)
    rows = [
        [
            Cell(f"{a:+.3f}"),
            Cell(f"{w:+.3f}"),
            Cell(f"{p:+.3f}", colour("signed", p, -most, most)),
        ]
        for a, w, p in zip(inputs[:-1], weights[:-1], products[:-1], strict=True)
    ]
    rows.append([Cell(""), Cell(""), Cell(f"Σ {weights[-1]:+.3f}")])
    rows.append([Cell(""), Cell(""), Cell(f"{products[-1]:+.3f}")])
    heads = [_("input"), _("weight"), _("product")]
    row_heads = [*names, _("bias"), _("sum"), activation]
    return grid(rows, label=_("The sum of one unit"), row_heads=row_heads, column_heads=heads)


def point_grid(rows: Any, axes: Sequence[str]) -> str:
    """How one point comes into standard units."""
    cells = [
        [Cell(f"{n:.4g}") for n in row[:3]] + [Cell(f"{row[3]:+.3f}")] for row in rows.tolist()
    ]
    heads = [_("value"), _("mean"), _("deviation"), _("(value − mean) / deviation")]
    names = [
        f"{letter}: {name}" if name != letter else letter
        for letter, name in zip("xy", axes, strict=True)
    ]
    return grid(cells, label=_("One point in standard units"), row_heads=names, column_heads=heads)


def unit_view(
    data: Data, network: Network, run: Node, at: tuple[int, int, int, int], caption: str
) -> None:
    """The arithmetic of one unit for one point; `at` : point, layer, unit, epoch, from 0."""
    point, layer, unit, epoch = at
    lab = data.lab
    standard = lab.run(
        playground.standard_point, data.points, data.plane, point=point, as_="one_point"
    )
    table = lab.run(
        playground.unit_sum,
        run,
        data.points,
        data.plane,
        epoch=epoch,
        point=point,
        layer=layer,
        unit=unit,
        as_="one_sum",
        **network.shape(data),
    )
    names = feature_names()
    if layer:
        inputs = [
            _("unit {layer}.{number}", layer=layer, number=n + 1)
            for n in range(network.hidden[layer - 1])
        ]
    else:
        inputs = [names[name] for name in network.features]
    body = sum_grid(table.value, inputs, activation_names()[network.activation])
    if layer == 0:
        body = point_grid(standard.value, data.axes) + body
    kind = data.classes[int(data.points.value[point, 2])]
    said = _("Point {number} is of class {name}.", number=point + 1, name=safe(kind))
    nodes = [standard, table] if layer == 0 else [table]
    show.html("unit", body, nodes, caption=f"{said} {caption}")


def unit_map(
    data: Data, network: Network, run: Node, at: tuple[int, int, int, int], caption: str
) -> None:
    """What the unit gives at every place, with the points over it, of which one is chosen by a click."""
    point, layer, unit, epoch = at
    found = data.lab.run(
        playground.unit_map,
        run,
        data.plane,
        epoch=epoch,
        layer=layer,
        unit=unit,
        side=NET_SIDE,
        as_="one_map",
        **network.shape(data),
    )
    plane.draw(
        "unit",
        axes=data.both_axes,
        classes=data.classes,
        alt=_("What the unit gives at every place, with the points over it"),
        points=data.packed,
        maps=Packed(found.value, found.key),
        picked=point,
        signed=True,
    )
    show.footer("unit_map", [found], caption)


def clicked_point(data: Data) -> None:
    """A point that was clicked moves the slider; call it before the slider is drawn."""
    point = plane.picked_point("unit", len(data.points.value))
    if point is not None:
        st.session_state["boundary_point"] = point + 1
