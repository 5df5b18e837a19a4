"""The pages that find things in a picture: sliders and steps do what they say, hard pictures work."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from skimage import data

from components.detect import DRAWN, PLACES
from engine.vision import detect, segment
from tests.pages.harness import PAGE_STEPS, assert_fine, go, open_page, upload


def value_of(app, view: str, number: int = -1):
    """The value of a node of a view."""
    return app.session_state["_views"][view][number].value


def test_the_least_score_lets_fewer_boxes_through() -> None:
    app = open_page("detect", step="boxes", det_from="0")
    assert_fine(app)
    assert len(value_of(app, "boxes")) == PLACES
    assert any(f"Drawn: the {DRAWN:,} strongest" in c.value for c in app.caption)
    app.slider(key="det_from").set_value(30).run()
    assert_fine(app)
    left = value_of(app, "boxes")
    assert 0 < len(left) < 100
    assert left[:, 4].min() >= 0.3


def test_suppression_goes_step_by_step_and_back() -> None:
    app = open_page("detect", step="nms")
    assert_fine(app)
    kept = value_of(app, "fates")
    assert len(kept) == 2
    captions = [c.value for c in app.caption]
    assert any("Step 1 of 2: cup" in c for c in captions), captions
    app.button(key="det_step_on").click().run()
    assert any("Step 2 of 2: dining table" in c.value for c in app.caption)
    assert app.button(key="det_step_on").disabled
    for _ in range(2):
        app.button(key="det_step_back").click().run()
    assert_fine(app)
    assert app.slider(key="det_step").value == 0
    app.slider(key="det_most").set_value(100).run()
    assert len(value_of(app, "fates")) == len(value_of(app, "fates", 0))
    app.slider(key="det_least").set_value(99).run()
    assert_fine(app)
    assert any("No box has this score" in i.value for i in app.info)


@pytest.mark.parametrize("picture", ["pixel-art", "bricks", "zone-plate", "gradient16"])
def test_pictures_without_objects(picture: str) -> None:
    for step in ("cell", "boxes", "iou", "nms", "breaks", "predict"):
        assert_fine(open_page("detect", step=step, picture=picture))


def picture_file(array: np.ndarray) -> bytes:
    """A PNG of an array."""
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "PNG")
    return buffer.getvalue()


HARD = {
    "one pixel": np.full((1, 1, 3), 90, np.uint8),
    "one column": np.full((2000, 1), 120, np.uint8),
    "one row with alpha": np.full((1, 2000, 4), 120, np.uint8),
    "16 bits": (np.arange(60 * 80, dtype=np.uint16) * 13).reshape(60, 80),
}


@pytest.mark.parametrize("kind", HARD)
@pytest.mark.parametrize("page", ["detect", "segment", "ocr"])
def test_hard_pictures(page: str, kind: str) -> None:
    first, *others = PAGE_STEPS[page]
    app = upload(
        open_page(page, step=first), "tray_upload", f"{page}.png", picture_file(HARD[kind])
    )
    assert_fine(app)
    for step in others:
        assert_fine(go(app, page, step))


def test_a_link_shows_the_cell_that_it_names() -> None:
    app = open_page("segment", step="probability", picture="cat", at="3,200")
    assert_fine(app)
    assert any(caption.value.startswith("Column 3, row 200.") for caption in app.caption)


def test_a_lesson_starts_with_its_own_sample_until_one_is_chosen() -> None:
    app = open_page("segment", step="probability")
    assert_fine(app)
    assert (value_of(app, "probability", 0) == segment.squeezed(data.chelsea())).all()
    assert "picture" not in app.query_params
    go(app, "detect", "input")
    assert value_of(app, "input", 0).shape == data.coffee().shape, "the other lessons' own"
    assert "picture" not in app.query_params


def test_a_chosen_sample_is_kept_from_lesson_to_lesson_and_in_the_links() -> None:
    app = open_page("segment", step="probability", picture="coffee")
    assert (value_of(app, "probability", 0) == segment.squeezed(data.coffee())).all()
    assert "coffee" in app.query_params["picture"]
    go(app, "detect", "input")
    assert "picture" not in app.query_params
    go(app, "segment", "probability")
    assert (value_of(app, "probability", 0) == segment.squeezed(data.coffee())).all()
    assert "coffee" in app.query_params["picture"]
    app = open_page("detect", step="input", picture="cat")
    assert "cat" in app.query_params["picture"]
    go(app, "segment", "classes")
    assert "picture" not in app.query_params
    go(app, "detect", "input")
    assert "cat" in app.query_params["picture"]


def test_the_share_that_is_unsure_is_that_of_what_is_drawn() -> None:
    app = open_page("segment", step="borders")
    upload(app, "tray_upload", "tiny.png", picture_file(np.eye(3, dtype=np.uint8) * 200))
    assert_fine(app)
    mask = value_of(app, "borders")
    assert mask.shape == (3, 3)
    assert any(f"Unsure: {mask.mean():.1%} of the pixels." in c.value for c in app.caption)


@pytest.mark.parametrize("mistake", ["order", "range", "squash", "off"])
def test_a_mistake_is_drawn_as_the_network_is_fed(mistake: str) -> None:
    app = open_page("detect", step="breaks", det_break=mistake)
    assert_fine(app)
    fed = [n.value for n in app.session_state["_views"]["breaks"] if n.name == "fed"]
    right, wrong = fed[0], fed[-1]  # one picture without suppression, else two
    assert (right == detect.letterbox(data.coffee())).all()
    if mistake == "order":
        assert (wrong == right[..., ::-1]).all()
    elif mistake == "range":
        assert (wrong == np.rint(right / 255)).all()
    else:
        assert (wrong == right).all() == (mistake == "off")


def test_no_box_leaves_no_table() -> None:
    app = open_page("detect", step="nms", det_least="99")
    assert_fine(app)
    assert len(app.info) == 1
    assert list(app.session_state["_views"]) == ["nms"]


def test_a_link_opens_the_cell_that_was_pinned() -> None:
    app = open_page("detect", step="cell", at="square:100,200", det_grid="32")
    assert_fine(app)
    numbers = next(n for n in app.session_state["_views"]["cell"] if n.name == "numbers")
    assert dict(numbers.call.params)["number"] == detect.cell_at(x=100, y=200, stride=32)
    assert app.query_params["at"] == "square:100,200"
