"""The lessons on classification and learned features: what they say of the picture in the tray."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import features, rollout, show
from engine.models.catalogue import VIT, VIT_SMALL
from engine.models.entry import File, Repository
from engine.models.public import path_of
from engine.vision.vit import share_right
from tests.pages.harness import assert_fine, check_code, open_page


def node(app: AppTest, view: str, name: str) -> object:
    """The value of a node of a view."""
    (found,) = (one for one in app.session_state["_views"][view] if one.name == name)
    return found.value


@pytest.mark.parametrize(
    ("network", "picture", "label"),
    [
        ("resnet18", "coffee", "espresso"),
        ("mobilenet_v2", "coffee", "espresso"),
        ("resnet18", "cat", "Egyptian cat"),
        ("mobilenet_v2", "cat", "Egyptian cat"),
    ],
)
def test_the_page_names_what_the_tray_shows(network: str, picture: str, label: str) -> None:
    app = open_page("classify", step="answer", classify_net=network, picture=picture)
    assert_fine(app)
    likeliest = node(app, "answer", "likeliest")
    assert isinstance(likeliest, tuple)
    assert likeliest[0][1] == label


def test_a_higher_temperature_makes_the_first_class_less_likely() -> None:
    app = open_page("classify", step="temperature")
    shares = []
    for heat in (0.5, 1.0, 4.0):
        app.slider(key="heat").set_value(heat).run()
        assert_fine(app)
        found = node(app, "temperature", "likeliest")
        assert isinstance(found, tuple)
        shares.append(found[0][2])
        assert found[0][1] == "espresso"
    assert shares == sorted(shares, reverse=True)


def test_the_table_of_mistakes_begins_with_the_right_input() -> None:
    app = open_page("classify", step="traps", picture="cat")
    assert_fine(app)
    assert app.session_state["_views"]["guesses"][0].name == "first_right"
    guesses = {n.name: n.value[0][1] for n in app.session_state["_views"]["guesses"]}
    assert len(guesses) == 6
    assert guesses["first_right"] == "Egyptian cat"
    assert len(set(guesses.values())) > 1


def test_another_class_is_looked_for_elsewhere() -> None:
    maps = []
    for rank in ("1", "3"):
        app = open_page("features", step="where", features_class=rank)
        assert_fine(app)
        maps.append(node(app, "gradcam", "heat"))
    assert (maps[0] != maps[1]).any()


def test_a_channel_of_another_place_in_the_order_is_shown() -> None:
    app = open_page("features", step="stages", stage="5")
    assert_fine(app)
    before = node(app, "stages", "answers")
    app.slider(key="features_channel").set_value(7).run()
    assert_fine(app)
    assert (node(app, "stages", "answers") != before).any()


def test_a_click_on_a_tile_chooses_its_channel() -> None:
    app = open_page("features", step="stages")
    assert_fine(app)
    tiles = next(n for n in app.session_state["_views"]["stages"] if n.name == "tiles")
    before = node(app, "stages", "answers")
    side = tiles.value.shape[1] // features.COLUMNS
    pin = {"group": "tiles", "content": show.content_of(tiles), "at": [2 * side + 3, side + 3]}
    app.session_state["viewer_stages"] = {"pin": pin}
    app.run()
    assert_fine(app)
    rank = features.COLUMNS + 3
    assert app.slider(key="features_channel").value == rank
    assert (node(app, "stages", "answers") != before).any()  # type: ignore[attr-defined]
    app.slider(key="features_channel").set_value(2).run()
    assert app.slider(key="features_channel").value == 2  # the pin is still there


def test_a_small_transformer_looks_at_garments() -> None:
    app = open_page("features", step="where", looks="rollout")
    assert_fine(app)
    assert node(app, "heads", "tiles").shape == (31, 31)  # type: ignore[attr-defined]
    assert node(app, "rollout", "shares").shape == (7, 7)  # type: ignore[attr-defined]
    right, count = share_right(path_of(VIT_SMALL))
    said = " ".join(one.value for one in app.markdown)
    assert f"{right:.1%}" in said
    assert f"{count:,}" in said
    before = node(app, "heads", "look")
    app.slider(key="rollout_layer").set_value(1).run()
    assert (node(app, "heads", "look") != before).any()  # type: ignore[attr-defined]


def test_the_transformer_looks_at_the_learners_picture_too() -> None:
    app = open_page("features", step="where", looks="rollout", rollout_picture="own")
    assert_fine(app)
    square = node(app, "rollout", "square")
    app.toggle(key="rollout_negative").set_value(True).run()
    assert_fine(app)
    assert (node(app, "rollout", "square") == 255 - square).all()  # type: ignore[operator]


def test_a_larger_transformer_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollout, "find", lambda model: None)
    app = open_page("features", step="where", looks="rollout")
    assert_fine(app)
    assert any("B/16" in one.value for one in app.markdown)


def test_a_transformer_rolls_out_its_attention(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import torch
    from transformers import ViTConfig, ViTForImageClassification

    torch.manual_seed(0)
    config = ViTConfig(
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=3,
        intermediate_size=48,
        image_size=224,
        patch_size=32,
    )
    folder = tmp_path / "model"
    ViTForImageClassification(config).save_pretrained(folder)
    files = tuple(
        File(path.name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(folder.iterdir())
    )
    small = replace(VIT, files=files, sources=(Repository(str(folder)),))
    monkeypatch.setattr(rollout, "VIT", small)
    app = open_page("features", step="where", looks="rollout", rollout_net="large")
    assert_fine(app)
    shares = node(app, "rollout", "shares")
    assert shares.shape == (7, 7)  # type: ignore[attr-defined]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert check_code(app.session_state["_views"].items(), elsewhere) > 0
