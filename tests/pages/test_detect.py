"""The pages that find things in a picture: sliders and steps do what they say, hard pictures work."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from components.detect import DRAWN, PLACES
from tests.pages.harness import PAGE_STEPS, assert_fine, go, open_page, upload


def value_of(app, view: str, number: int = -1):
    """The value of a node of a view."""
    return app.session_state["_views"][view][number].value


def test_the_least_score_lets_fewer_boxes_through() -> None:
    app = open_page("detect", step="boxes")
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
