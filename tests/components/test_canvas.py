"""The paper and the collection: what the browser sends is checked, kept, and can be taken as a zip."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine.vision.drawing import NO_DIGITS, drawing_png

LINE = [11, 1, 50, 60, 200, 60]


def paper() -> None:
    import streamlit as st

    from components import canvas

    if st.session_state.pop("clear", False):
        canvas.clear("one")
    st.session_state["found"] = canvas.strokes("one")


def said(app: AppTest, ink: Any) -> Any:
    """What the paper holds after the browser has sent `ink`."""
    app.session_state["canvas_one"] = {"ink": ink}
    app.run()
    assert not app.exception
    return app.session_state["found"]


@pytest.fixture
def app() -> AppTest:
    opened = AppTest.from_function(paper, default_timeout=240).run()
    assert opened.session_state["found"] == ()
    return opened


def test_strokes_are_kept_when_the_browser_says_nothing_more(app: AppTest) -> None:
    assert said(app, {"version": 0, "n": 1, "list": [LINE]}) == (tuple(LINE),)
    for nothing in (None, {}, {"version": 7, "list": []}, "x", {"list": [LINE, LINE]}):
        assert said(app, nothing) == (tuple(LINE),)
    assert said(app, {"version": 0, "list": []}) == ()


def test_a_new_sheet_forgets_the_strokes_of_the_old_one(app: AppTest) -> None:
    said(app, {"version": 0, "list": [LINE]})
    app.session_state["clear"] = True
    assert said(app, {"version": 0, "list": [LINE]}) == ()
    assert said(app, {"version": 1, "list": [LINE, LINE]}) == (tuple(LINE), tuple(LINE))


@pytest.mark.parametrize(
    "stroke",
    [
        [11, 1, 50, 281],
        [11, 1, -1, 50],
        [11, 1, 50],
        [11, 2, 50, 50],
        [27, 1, 50, 50],
        [2, 1, 50, 50],
        [11, 1, 50.5, 50],
        [11, 1, True, 50],
        [11, 1, "50", 50],
        [11, 1, None, 50],
        "11",
        {"0": 11},
        [11, 1, 10**30, 50],
    ],
)
def test_what_is_no_stroke_is_left_out(app: AppTest, stroke: Any) -> None:
    assert said(app, {"version": 0, "list": [stroke, LINE]}) == (tuple(LINE),)


def test_too_many_strokes_are_cut_off(app: AppTest) -> None:
    assert len(said(app, {"version": 0, "list": [LINE] * 5000})) == 500
    long = [11, 1, *([5] * 30_000)]
    assert said(app, {"version": 0, "list": [long, LINE]}) == (tuple(LINE),)


def collection() -> None:
    import streamlit as st

    from components import drawings
    from engine.errors import UserError

    for name, *args in st.session_state.pop("calls", []):
        try:
            getattr(drawings, name)(*args)
        except UserError as error:
            st.session_state.setdefault("refused", []).append(error.message)
    st.session_state["collected"] = drawings.collected()
    st.session_state["zip"] = drawings.archive()


def call(app: AppTest, *calls: tuple) -> dict[str, list[tuple[str, bytes]]]:
    app.session_state["calls"] = list(calls)
    app.run()
    assert not app.exception
    return app.session_state["collected"]


def test_drawings_are_collected_in_classes_and_packed_in_folders() -> None:
    app = AppTest.from_function(collection, default_timeout=240).run()
    star, heart = (drawing_png(NO_DIGITS[name]) for name in ("spiral", "triangle"))
    found = call(
        app,
        ("keep", "star", star),
        ("keep", " a  heart ", heart),
        ("keep", "star", heart),
        ("keep", "星/形", star),
    )
    assert found == {
        "star": [("0001.png", star), ("0002.png", heart)],
        "a heart": [("0001.png", heart)],
        "星 形": [("0001.png", star)],
    }
    with zipfile.ZipFile(io.BytesIO(app.session_state["zip"])) as packed:
        assert packed.namelist() == [
            "star/0001.png",
            "star/0002.png",
            "a heart/0001.png",
            "星 形/0001.png",
        ]
        assert packed.read("star/0002.png") == heart
    found = call(app, ("remove", "star"), ("remove", "a heart"), ("remove", "nobody"))
    assert found == {"star": [("0001.png", star)], "星 形": [("0001.png", star)]}
    assert list(call(app, ("remove_class", "star"), ("remove_class", "star"))) == ["星 形"]
    assert "refused" not in app.session_state


def test_a_name_can_lead_out_of_no_folder() -> None:
    app = AppTest.from_function(collection, default_timeout=240).run()
    found = call(app, ("keep", "../../etc/x", b"1"), ("keep", "con", b"2"), ("keep", "a:b", b"3"))
    for name in found:
        assert "/" not in name
        assert not name.startswith(".")
    assert "con" not in found
    for empty in ("", "  ", " / ", ".."):
        call(app, ("keep", empty, b"4"))
    assert app.session_state["refused"] == ["Write a name for the class."] * 4


def test_a_collection_has_room_for_so_many() -> None:
    app = AppTest.from_function(collection, default_timeout=240).run()
    found = call(app, *[("keep", "many", b"1")] * 201, *[("keep", str(n), b"2") for n in range(20)])
    assert len(found["many"]) == 200
    assert len(found) == 20
    assert app.session_state["refused"] == [
        "A class has up to {most} drawings.",
        "A set has up to {most} classes.",
    ]
