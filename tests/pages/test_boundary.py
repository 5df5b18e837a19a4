"""Boundaries and clusters on odd tables, with painted points, and a network that is trained."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components import boundary_data, boundary_network, plane
from engine import work
from engine.sources import open_source
from tests.pages.harness import (
    LONG,
    PAGE_STEPS,
    assert_fine,
    check_code,
    go,
    job_of,
    open_page,
)


def lines(head: str, *rows: str) -> bytes:
    return "\n".join([head, *rows]).encode()


def no_rows() -> bytes:
    file = io.BytesIO()
    pd.DataFrame({"a": [1.0], "b": [2.0], "c": [True]}).iloc[:0].to_parquet(file)
    return file.getvalue()


TABLES = {
    "no rows": no_rows(),
    "one row": b"a,b\n1,2\n",
    "two rows": b"a,b\n1,2\n3,4\n",
    "three rows": b"a,b,c\n1,2,x\n3,4,y\n5,5,x\n",
    "four rows": b"a,b,c\n1,2,x\n3,4,y\n5,5,x\n6,7,y\n",
    "one column": lines("a", *(str(n % 2) for n in range(40))),
    "words only": lines("a,b", *(f"x{n},y{n % 3}" for n in range(40))),
    "all different": lines("a,b,c", *(f"{n % 7},{n * n},name{n}" for n in range(60))),
    "one class": lines("a,b,c", *(f"{n},{n * n},x" for n in range(60))),
    "all constant": lines("a,b,c", *("5,5,5" for n in range(60))),
    "missing": lines("a,b,c", *(f"{n},,{n % 2}" for n in range(60))),
    "infinite": lines(
        "a,b,c", *(f"{'inf' if n % 9 == 0 else n},{n * n},{n % 2}" for n in range(60))
    ),
    "dates": lines("d,b,c", *(f"2024-01-{n % 28 + 1:02d},{n * n},{n % 2}" for n in range(60))),
    "1,000 columns": lines(
        ",".join(f"c{n}" for n in range(1000)),
        *(",".join(str((n * k) % 101) for n in range(1000)) for k in range(30)),
    ),
    "10,000 categories": lines("a,b,c", *(f"{n % 89},{n % 97},k{n}" for n in range(10_000))),
    "large and small": lines(
        "a,b,c", *(f"{1e300 + n * 1e290},{n * 1e-300},{n % 2}" for n in range(9))
    ),
    "hostile": lines(
        "<b>*x*</b>,`y`,{z}",
        *(
            f"{n},{n * n % 50},{'<img src=x onerror=alert(1)>' if n % 3 else '{k}|a'}"
            for n in range(60)
        ),
    ),
}


def opened(page: str, data: bytes, step: str, **query: str) -> AppTest:
    app = open_page(page, step=step, lang="en", **query)
    app.session_state["_sources"] = {"table": open_source("table.csv", data)}
    return app.run()


@pytest.mark.parametrize("page", ["boundary", "clusters"])
@pytest.mark.parametrize("name", TABLES)
def test_odd_tables_are_drawn_or_answered_by_one_sentence(page: str, name: str) -> None:
    first, *rest = PAGE_STEPS[page]
    app = opened(page, TABLES[name], first)
    for step in (first, *rest):
        app = go(app, page, step) if step != first else app
        assert not app.exception, (step, [e.value for e in app.exception])
        told = [*app.info, *app.error]
        assert app.session_state["_views"] or len(told) == 1 or step == "predict", step
        assert not any("Something went wrong" in str(one.value) for one in told), step
        bodies = "".join(element.proto.body for element in app.get("html"))
        assert "<img src" not in bodies
        assert "<b>*x*" not in bodies


def test_rows_beyond_a_thousand_are_drawn_and_told() -> None:
    rows = [f"{n % 89},{n % 97},{n % 2}" for n in range(1000)]
    app = opened("boundary", lines("a,b,c", *rows, "1,,0"), "points")
    assert any("1,000 of 1,001 rows have all three values" in str(one.value) for one in app.caption)
    app = opened("boundary", lines("a,b,c", *rows, "1,2,0", "1,,0"), "points")
    told = "1,000 of 1,002 rows, drawn at random among the 1,001 that have all three values"
    assert any(told in str(one.value) for one in app.caption)


def test_painted_points_stand_in_the_link_and_in_the_script(tmp_path: Path) -> None:
    ink = "0.100.100.200.100~4.900.900.800.900.850.800"
    app = open_page("boundary", step="models", boundary_data="paint", boundary_ink=ink)
    nodes = app.session_state["_views"]["models"]
    marks = plane.marks_of(app.session_state["_plane_boundary_paper"])
    assert marks == ((0, 100, 100), (0, 200, 100), (4, 900, 900), (4, 800, 900), (4, 850, 800))
    assert app.query_params["boundary_ink"] in (ink, [ink])
    assert check_code([("models", nodes)], tmp_path) > 0


@pytest.mark.parametrize(
    "ink", ["x", "0.1", "9.1.1", "0.1001.2", "0.5.5~~", "~", "0.-1.2", "0." * 999]
)
def test_nonsense_in_a_link_paints_the_example(ink: str) -> None:
    app = open_page("boundary", boundary_data="paint", boundary_ink=ink)
    assert not app.exception
    kept = app.session_state["_plane_boundary_paper"]
    assert kept == boundary_data.EXAMPLE or plane.marks_of(kept) == ((0, 5, 5),)


def test_no_points_are_answered_by_a_sentence() -> None:
    app = open_page("boundary", lang="en", boundary_data="paint")
    app.session_state["_plane_boundary_paper"] = ()
    app = go(app, "boundary", "network")
    assert [str(one.value) for one in app.info] == [
        "Paint at least four points, of two classes or more."
    ]


def test_what_the_browser_paints_is_checked() -> None:
    fits = [[0, 1, 10, 10], [5, 1, *[20, 30] * 700]]
    bad = [[6, 1, 1, 1], [0, 1, 1001, 1], [0, 1, 1], "x", [0, 1, 1.5, 2], None]
    kept = plane._fitting([*bad, *fits])
    assert kept[0] == (0, 1, 10, 10)
    assert len(plane.marks_of(kept)) == plane.MOST_POINTS


def test_a_network_is_trained_and_its_code_gives_the_same(tmp_path: Path) -> None:
    query = {"boundary_data": "xor", "boundary_epochs": "20", "boundary_count": "60"}
    app = open_page("boundary", step="network", lang="en", **query)
    assert set(app.session_state["_views"]) == {"begin"}
    app.button(key="run_boundary").click().run()
    assert job_of(app).finished.wait(LONG)
    app.session_state["_boundary_watched"] = (job_of(app).key, (3,)), {}  # large, no longer needed
    app.run()
    assert not app.exception
    nodes = app.session_state["_views"]["network"]
    assert "_boundary_watched" not in app.session_state
    maps, units, weights, losses = (node.value for node in nodes)
    assert maps.shape == (21, 2, boundary_network.NET_SIDE, boundary_network.NET_SIDE)
    assert units.shape[:2] == (21, 2 + 8)
    assert weights.shape == (21, 3 * 4 + 5 * 4 + 5 * 2)
    assert losses[-1, 0] < losses[0, 0]
    assert check_code([("network", nodes)], tmp_path) > 0
    app = go(app, "boundary", "unit")
    assert not app.caption or not any("has learnt for" in str(one.value) for one in app.caption)
    assert app.slider(key="boundary_epoch").value == 20


def test_numbers_are_learnt_too_and_the_code_gives_the_same(tmp_path: Path) -> None:
    query = {"boundary_epochs": "10", "boundary_number": "3"}
    app = open_page("boundary", step="numbers", lang="en", **query)
    app.button(key="run_boundary").click().run()
    assert job_of(app).finished.wait(LONG)
    app.run()
    assert not app.exception
    nodes = app.session_state["_views"]["surface"]
    maps, _units, weights, losses = (node.value for node in nodes)
    assert maps.shape == (11, 1, boundary_network.NET_SIDE, boundary_network.NET_SIDE)
    assert weights.shape == (11, 3 * 4 + 5 * 4 + 5)
    assert losses[-1, 3] > 0.5  # R2 of petal width held out
    assert any("150 of 150 rows have all three values" in str(one.value) for one in app.caption)
    assert check_code([("surface", nodes)], tmp_path) > 0


def test_painted_points_can_be_changed_beside_the_model() -> None:
    app = open_page("boundary", step="models", lang="en", boundary_data="paint")
    before = app.session_state["_views"]["models"][0].value[1].shape
    app.session_state["_plane_boundary_paper"] = ((0, 1, 1, 1), (0, 1, 9, 9), (1, 1, 900, 900))
    app = app.run()  # three points only: the paper stays, the reason is told
    assert [str(one.value) for one in app.info] == [
        "Paint at least four points, of two classes or more."
    ]
    app.session_state["_plane_boundary_paper"] = ((0, 1, 1, 1, 9, 9, 5, 5), (1, 1, 900, 900))
    app = app.run()
    assert not app.info
    assert app.session_state["_views"]["models"][0].value[1].shape == (4, 2) != before


def trained(app: AppTest, button: str) -> AppTest:
    """The page after a click and the run that it begins."""
    app.button(key=button).click().run()
    for job in list(work._jobs.values()):
        if app.session_state["_session"] in job._watchers:
            assert job.finished.wait(LONG)
    app = app.run()
    assert_fine(app)
    return app


def test_a_run_goes_on_from_where_it_stands_and_is_the_longer_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = {"boundary_data": "moons", "boundary_epochs": "10", "boundary_count": "70"}
    app = trained(open_page("boundary", step="network", lang="en", **query), "run_boundary")
    begun = []
    start = work.start
    monkeypatch.setattr(
        work, "start", lambda *a, **how: begun.append(len(how["begun"][0])) or start(*a, **how)
    )
    app = trained(app, "more_10")
    assert begun == [11]
    assert app.slider(key="boundary_epochs").value == 20
    assert app.query_params["boundary_epochs"] in ("20", ["20"])
    nodes = app.session_state["_views"]["network"]
    assert nodes[0].value.shape[0] == 21
    assert check_code([("network", nodes)], tmp_path) > 0  # the script trains 20 epochs at once
    # The slider asks for more, too: what is learnt is shown until the run goes on.
    app.slider(key="boundary_epochs").set_value(30)
    app = app.run()
    assert_fine(app)
    assert any("So far: 20 epochs" in str(one.value) for one in app.caption)
    app = trained(app, "run_boundary")
    assert begun == [11, 21]
    assert app.session_state["_views"]["network"][0].value.shape[0] == 31


def test_a_long_run_is_drawn_in_fewer_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundary_network, "MOST_FRAMES", 6)
    query = {"boundary_data": "xor", "boundary_epochs": "11", "boundary_count": "50"}
    app = trained(open_page("boundary", step="network", lang="en", **query), "run_boundary")
    maps, units, weights, losses = app.session_state["_views"]["network"]
    assert [len(node.value) for node in (maps, units, weights, losses)] == [5, 5, 5, 12]
    assert any("Of 3 epochs one is drawn" in str(one.value) for one in app.caption)


def test_a_weight_is_turned_and_the_link_and_the_script_give_the_same(tmp_path: Path) -> None:
    query = {"boundary_data": "moons", "boundary_count": "60", "boundary_turn": "2.4.1"}
    app = open_page("boundary", step="hand", lang="en", **query)
    assert_fine(app)
    slider, number = "boundary_value", "boundary_number_set"
    app.slider(key=slider).set_value(-1.25)
    app = app.run()
    assert app.number_input(key=number).value == -1.25
    assert app.query_params["boundary_turned"] in ("2.4.1_-1.25", ["2.4.1_-1.25"])
    app.selectbox(key="boundary_turn_layer").set_value(0)
    app = app.run()  # the bias behind 4 units is now that behind 2 features
    assert [app.selectbox(key=f"boundary_turn_{n}").value for n in ("row", "column")] == [2, 1]
    app.number_input(key=number).set_value(7.5)
    app = app.run()
    assert app.slider(key=slider).value == 7.5
    app = app.button(key="boundary_flip").click().run()
    assert app.slider(key=slider).value == -7.5
    app.slider(key="boundary_hand_more").set_value(3)
    app = app.run()
    assert_fine(app)
    views = app.session_state["_views"]
    assert check_code([(name, views[name]) for name in ("hand", "hand_measures")], tmp_path) > 0
    told = views["hand"][2].value
    assert told.shape == (5, 3 * 4 + 5 * 4 + 5 * 2)
    changed = told[0] != told[1]
    assert changed.sum() == 2
    assert sorted(told[1][changed]) == [-7.5, -1.25]
    link = {
        name: value[0] if isinstance(value, list) else value
        for name, value in app.query_params.items()
    }
    again = open_page("boundary", **link, boundary_hand_more="3")  # the browser writes the slider's
    assert again.session_state["_views"]["hand"][2].value.tobytes() == told.tobytes()
    app = app.button(key="boundary_reset").click().run()
    assert "~" not in str(app.query_params["boundary_turned"])
    app = app.button(key="boundary_reset_all").click().run()
    assert "boundary_turned" not in app.query_params
    before, after = app.session_state["_views"]["hand"][2].value[:2]
    assert before.tobytes() == after.tobytes()


def test_a_link_to_a_step_without_controls_names_the_network() -> None:
    link = "x.xy_3.5_relu_0.03_7_l2_0.001_30_4"
    app = open_page("boundary", step="hand", lang="en", boundary_data="moons", boundary_net=link)
    assert_fine(app)
    assert app.query_params["boundary_net"] in (link, [link])
    assert app.session_state["_views"]["hand"][2].value.shape[1] == 3 * 3 + 4 * 5 + 6 * 2
    app = go(app, "boundary", "network")
    assert_fine(app)
    chosen = app.session_state["_boundary_network"]
    assert chosen == boundary_network.Network(
        ("x", "xy"), (3, 5), "relu", 0.03, 7, "l2", 0.001, 30, 4
    )
    assert "boundary_net" not in app.query_params


@pytest.mark.parametrize(
    "link",
    [
        "x",
        "x_9_tanh_0.1_10_none_0_100_0",
        "x_4_sine_0.1_10_none_0_100_0",
        "_" * 8,
        "x_4_tanh_2_1_l1_0_1_1",
        "x.foo_4_tanh_0.1_10_none_0_100_0",
        "x_4.abc_tanh_0.1_10_none_0_100_0",
    ],
)
def test_half_a_network_in_a_link_is_none(link: str) -> None:
    app = open_page("boundary", step="hand", lang="en", boundary_data="xor", boundary_net=link)
    assert_fine(app)
    assert "boundary_net" not in app.query_params


def test_what_a_link_turns_waits_for_the_training() -> None:
    query = {"boundary_data": "moons", "boundary_count": "50", "boundary_turned": "0.0.1_7.5"}
    link = "x.y_3_tanh_0.1_10_none_0_12_3"
    app = open_page("boundary", step="hand", lang="en", boundary_net=link, **query)
    assert_fine(app)
    assert (app.session_state["_views"]["hand"][2].value[1] == 7.5).sum() == 1
    app = trained(app.run(), "run_boundary")
    assert app.query_params["boundary_turned"] in ("0.0.1_7.5", ["0.0.1_7.5"])
    told = app.session_state["_views"]["hand"][2].value
    assert told[1][told[0] != told[1]].tolist() == [7.5]
    assert app.slider(key="boundary_hand_epoch").value == 12
    app.slider(key="boundary_hand_epoch").set_value(5)  # these are other weights
    app = app.run()
    assert_fine(app)
    assert "boundary_turned" not in app.query_params


@pytest.mark.parametrize(
    "turned", ["x", "9.0.0_1", "0.0.0_nan", "0.0_1", "0.-1.0_2", "~~", "0.0.0_1e9"]
)
def test_nonsense_in_a_link_turns_nothing(turned: str) -> None:
    names = {"boundary_turn": f"{turned}", "boundary_turned": turned}
    app = open_page("boundary", step="hand", lang="en", boundary_data="xor", **names)
    assert_fine(app)
    assert "boundary_turned" not in app.query_params


def test_a_clicked_line_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    bad = [[3, 0, 0], [0, 3, 0], [0, 0, 4], [0, 0], "x", None, [0, True, 0], [-1, 0, 0]]
    for n, place in enumerate([[0, 2, 3], *bad, [1, 4, 1]]):
        state = {"plane_hand": {"line": {"n": n, "place": place}}}
        monkeypatch.setattr(plane.st, "session_state", state)
        found.append(plane.picked_line("hand", (2, 4, 2)))
        assert plane.picked_line("hand", (2, 4, 2)) is None  # taken once
    assert found == [(0, 2, 3), *[None] * len(bad), (1, 4, 1)]
