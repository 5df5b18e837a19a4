"""The page on reading text: a picture without text, and the growth of the boxes."""

from __future__ import annotations

from tests.pages.harness import PAGE_STEPS, assert_fine, open_page


def test_the_sample_stands_in_and_says_so_once() -> None:
    for step in PAGE_STEPS["ocr"]:
        app = open_page("ocr", step=step, picture="coffee", lang="en")
        assert_fine(app)
        captions = [c.value for c in app.caption]
        assert bool(app.info) == (step == "find")
        assert any(c.startswith("Shown: the sample") for c in captions) == (step != "find")
        if step == "find":
            assert any(c.startswith("First the sample, then") for c in captions)


def test_the_growth_is_the_ratio() -> None:
    app = open_page("ocr", step="boxes", picture="notice", lang="en")
    assert_fine(app)
    assert app.slider(key="ocr_growth").value == 1.6
    assert not app.info
    assert not any(c.value.startswith("Shown: the sample") for c in app.caption)
    grown = _heights(app)
    app.slider(key="ocr_growth").set_value(0.5).run()
    assert_fine(app)
    assert sum(_heights(app)) < sum(grown)
    assert open_page("ocr", step="boxes", ocr_growth="2.5").slider(key="ocr_growth").value == 2.5


def _heights(app: object) -> list[float]:
    """The heights of all boxes, from corner to corner."""
    (node,) = (n for n in app.session_state["_views"]["boxes"] if n.name == "found_boxes")
    return [float(box[:, 1].max() - box[:, 1].min()) for box in node.value[0]]
