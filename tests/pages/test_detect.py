"""The page on detection: sliders and steps do what they say."""

from __future__ import annotations

import pytest

from components.detect import DRAWN, PLACES
from tests.pages.harness import assert_fine, open_page


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
