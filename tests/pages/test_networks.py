"""The lessons on architectures: stepping in, every network, hostile clicks, odd pictures, cards."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
import streamlit as st
from PIL import Image

from components import architecture, layercard, timeline
from components.timeline import SIDES
from engine.lab import Lab, Node
from engine.networks.catalogue import NETWORKS
from engine.networks.history import MILESTONES
from engine.networks.inputs import mel_shape
from engine.networks.trace import Rows, is_layer, layers_of, parts_of, path_to, table
from engine.samples import load
from tests.pages.harness import assert_fine, go, open_page, upload

CROPS = {"lenet5": (1, 32, 32)}


def traced(name: str) -> tuple[Node, Rows]:
    network = next(n for n in NETWORKS if n.name == name)
    shapes: dict[str, Any] = {"text": (16,), "sound": mel_shape()}
    shape = shapes.get(network.takes, CROPS.get(name, (3, 224, 224)))
    lab = Lab(load("coffee"))
    node = lab.run(shape_of, numbers=shape)
    return lab.run(network.function, node), network.function(shape)


def shape_of(*, numbers: tuple[int, ...]) -> tuple[int, ...]:
    """The shape itself, as a node."""
    return numbers


class Drawn:
    """Stands in for the browser: keeps what it is sent."""

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}

    def __call__(self, *, data: dict[str, Any], **_rest: Any) -> None:
        self.data = data


@pytest.mark.parametrize("name", [network.name for network in NETWORKS])
def test_every_part_can_be_reached_and_fits_into_its_picture(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = Drawn()
    monkeypatch.setattr(architecture, "_COMPONENT", drawn)
    node, rows = traced(name)
    monkeypatch.setattr(type(node), "value", property(lambda _node: rows))
    named = table(rows)
    seen: set[int] = set()
    waiting = [0]
    while waiting:
        number = waiting.pop()
        architecture.draw("test", name, node, number)
        data = drawn.data
        boxes = data["boxes"]
        assert data["focus"] == number
        assert data["trail"][0]["n"] == 0
        assert data["trail"][-1]["n"] == number
        for box in boxes:
            assert box["x"] >= 0
            assert box["x"] + box["w"] + box["d"] <= data["width"]
            assert box["y"] - box["h"] / 2 - box["d"] >= 0
            assert box["y"] + box["h"] / 2 <= data["height"]
            assert all(box["words"])
        places = [(box["middle"], box["y"]) for box in boxes]
        assert len(set(places)) == len(places), "two boxes lie on each other"
        for box in boxes:
            if box["n"] >= 0:
                assert box["n"] not in seen
                seen.add(box["n"])
                if box["block"]:
                    waiting.append(box["n"])
    # Every layer has a box somewhere, and each box's number leads back to its picture.
    assert set(layers_of(rows)) <= seen
    for number in seen:
        architecture.draw("test", name, node, number)
        shown = {box["n"] for box in drawn.data["boxes"]}
        assert number in shown or number == drawn.data["focus"]
        marked = [box["n"] for box in drawn.data["boxes"] if box["marked"]]
        assert marked == ([number] if is_layer(named[number]) else [])
        assert path_to(rows, number=number)[-1] == number


@pytest.mark.parametrize("name", [network.name for network in NETWORKS])
def test_every_layer_has_a_formula_whose_arithmetic_is_right(name: str) -> None:
    _node, rows = traced(name)
    checked = 0
    for number in layers_of(rows):
        row = table(rows)[number]
        settings = dict(row.settings)
        formula = layercard.formula(row, settings)
        assert formula
        if row.kind in ("Conv", "Linear"):
            assert (" b" in formula or "b_c" in formula) == settings["bias"]
        if row.kind == "Conv":
            assert ("d," in formula) == (settings["groups"] == 1)
            assert ("v" in formula) == (len(row.output) == 3)
        for line in layercard.arithmetic(row, settings):
            for said in line.split(": ", 1)[-1:]:
                left, equals, right = said.partition(" = ")
                sides = left.replace("(QKᵀ)", "").replace("(V)", "").replace("(γ, β)", "")
                plain = sides.replace("·", "*").replace("−", "-").replace(",", "")
                plain = plain.replace("⌊", "int(").replace("⌋", ")").replace("⌈", "up(")
                plain = plain.replace("⌉", ")")
                if not equals or not set(plain) <= set("0123456789 +-*/().intup"):
                    continue
                up = lambda value: -int(-value // 1)  # noqa: E731
                found = eval(plain, {"int": int, "up": up})
                assert found == int(right.split(" ")[0].replace(",", "")), line
                checked += 1
    assert checked > 0


def test_a_link_opens_a_layer() -> None:
    app = open_page("networks", step="unfold", net="vgg16", part="3")
    assert_fine(app)
    assert any("features.0" in mark.value for mark in app.markdown)
    assert app.query_params["part"] in ("3", ["3"])
    # The number belongs to this network; another one begins with the whole.
    app.selectbox(key="net").set_value("lstm").run()
    assert_fine(app)
    assert "part" not in app.query_params


@pytest.mark.parametrize("part", ["99999", "4000", "-1", "x", "1e3", ""])
def test_nonsense_for_a_part(part: str) -> None:
    assert_fine(open_page("networks", step="unfold", net="bert", part=part))


@pytest.mark.parametrize(
    "picked",
    [
        ["resnet18", 5],
        ["resnet18", -3],
        ["resnet18", 10**9],
        ["vgg16", 5],
        ["resnet18", "x"],
        7,
        None,
    ],
)
def test_only_a_part_of_this_network_can_be_chosen(
    picked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    state: dict[str, Any] = {"architecture_unfold": {"picked": picked}}
    monkeypatch.setattr(st, "session_state", state)
    monkeypatch.setattr(st, "query_params", {})
    expected = 5 if picked == ["resnet18", 5] else 0
    assert architecture.chosen("unfold", "resnet18", 106) == expected


def picture(height: int, width: int) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.zeros((height, width, 3), np.uint8)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (2000, 2)])
def test_odd_pictures(size: tuple[int, int]) -> None:
    app = open_page("home")
    upload(app, "home_upload", "odd.png", picture(*size))
    for step in ("unfold", "field", "predict"):
        assert_fine(go(app, "networks", step))


def test_a_picture_too_small_for_a_network_says_so() -> None:
    app = open_page("home")
    upload(app, "home_upload", "odd.png", picture(8, 8))
    go(app, "networks", "unfold")
    app.session_state["net"] = "alexnet"
    app.session_state["net_way"] = "whole"
    app.run()
    assert not app.exception
    assert len(app.error) == 1
    assert "too small" in app.error[0].value


@pytest.mark.parametrize("place", [1, 29])
def test_the_first_and_the_last_layer_with_maps(place: int) -> None:
    app = open_page("networks", step="field", field_layer=str(place))
    assert_fine(app)
    assert app.slider(key="field_layer").value == place


def test_every_milestone_has_a_card() -> None:
    app = open_page("timeline", step="story")
    for milestone in MILESTONES:
        app.selectbox(key="milestone").set_value(milestone.name).run()
        assert_fine(app)
        assert any(milestone.title in mark.value for mark in app.markdown)
    names = {milestone.name for milestone in MILESTONES}
    assert all(set(sides) <= names for sides in SIDES.values())


@pytest.mark.parametrize(
    ("told", "wished"),
    [
        ({"selection": {"point_indices": [2]}}, "c"),
        ({"selection": {"point_indices": [3]}}, None),
        ({"selection": {"point_indices": [-1]}}, None),
        ({"selection": {"point_indices": ["1"]}}, None),
        ({"selection": {"point_indices": []}}, None),
        ({"selection": {"point_indices": 1}}, None),
        ({"selection": None}, None),
        (None, None),
        (7, None),
    ],
)
def test_a_click_in_the_timeline_chooses_a_milestone(
    told: Any, wished: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    state: dict[str, Any] = {"milestone": "a", "chart_milestone_a": told}
    monkeypatch.setattr(st, "session_state", state)
    timeline.take_click("milestone", ["a", "b", "c"])
    assert state.get("_wish_milestone") == wished


def test_the_quiz_says_which_picture_its_share_is_of() -> None:
    app = open_page("networks", step="predict")
    said = " ".join(mark.value for mark in app.markdown)
    assert "ResNet-18 whole, 512 × 341 pixels" in said


def test_parts_are_where_their_numbers_say() -> None:
    _node, rows = traced("resnet50")
    for number in parts_of(rows):
        assert table(rows)[number].depth == 1
