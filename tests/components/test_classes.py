"""Colours of classes: told apart by all eyes in both themes, and the same wherever a class is drawn."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab
from streamlit.testing.v1 import AppTest

from components.classes import COLOURS, looks_among
from engine.table.matrix import NO_CELL, RARE_CELL
from tests.pages.harness import open_page

#: What eyes without one kind of cones see, in linear RGB (G. Machado and others, 2009, severity 1).
EYES = {
    "all": np.eye(3),
    "no red": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no blue": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(colours: tuple[str, ...]) -> np.ndarray:
    values = np.array([[int(ink[at : at + 2], 16) / 255 for at in (1, 3, 5)] for ink in colours])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("eyes", EYES)
def test_colours_are_told_apart(eyes: str) -> None:
    seen = np.clip(linear(COLOURS) @ np.transpose(EYES[eyes]), 0, 1)
    shown = np.where(seen <= 0.0031308, 12.92 * seen, 1.055 * seen ** (1 / 2.4) - 0.055)
    lab = rgb2lab(shown[None])[0]
    apart = deltaE_ciede2000(lab[:, None], lab[None]) + 1000 * np.eye(len(lab))
    assert apart.min() > 10  # 2 are just told apart side by side


@pytest.mark.parametrize("page", ["#ffffff", "#11161d"])
def test_colours_are_seen_on_both_themes(page: str) -> None:
    ground, *lights = (linear((page, *COLOURS)) @ [0.2126, 0.7152, 0.0722] + 0.05).tolist()
    assert all(max(light, ground) / min(light, ground) > 2 for light in lights)


def test_a_class_keeps_its_colour_where_others_are_missing() -> None:
    every = ("a", "b", "c", "d")
    assert looks_among(every, ("b", "d")) == [looks_among(every, every)[n] for n in (1, 3)]
    gray = looks_among(every, ("a", RARE_CELL, NO_CELL))[1:]
    assert gray[0] == gray[1]
    assert gray[0][0] not in COLOURS
    assert looks_among((), ("1 – 2", "2 – 5", NO_CELL))[1] == looks_among(every, every)[1]


def colours_of_charts(app: AppTest) -> dict[str, str]:
    """The colour of each named trace of the points on a page."""
    import json

    found = {}
    for chart in app.get("plotly_chart"):
        for trace in json.loads(chart.proto.spec)["data"]:
            if trace.get("name") and trace.get("mode") == "markers":
                found[trace["name"].strip("\u2068\u2069")] = trace["marker"]["color"]
    return found


def test_pages_have_the_same_colours() -> None:
    components = colours_of_charts(open_page("pca", step="loadings", table="penguins"))
    assert list(components) == ["Adelie", "Chinstrap", "Gentoo"]
    assert list(components.values()) == list(COLOURS[:3])
    groups = colours_of_charts(
        open_page("correlation", step="breaks", table="penguins", correlation_group="0")
    )
    assert {name: groups[name] for name in components} == components
    tree = open_page("tree", step="drawn", table="penguins", learn_target="0")
    key = next(
        str(one.proto.body) for one in tree.get("html") if "Chinstrap" in str(one.proto.body)
    )
    for name, ink in components.items():
        assert f'background:{ink}"></span>\u2068{name}' in key
