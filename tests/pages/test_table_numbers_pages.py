"""Odd tables as numbers and as components: a sentence or a lesson that works, never a crash."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from engine.sources import open_source
from tests.pages.harness import PAGE_STEPS, assert_fine, check_code, open_page


def lines(head: str, row: Callable[[int], str], count: int) -> bytes:
    return "\n".join([head, *(row(n) for n in range(count))]).encode()


def parquet(**columns: object) -> bytes:
    file = io.BytesIO()
    pd.DataFrame(columns).to_parquet(file)
    return file.getvalue()


def many_columns() -> bytes:
    rows = np.random.default_rng(0).normal(size=(30, 1000)).round(3).tolist()
    head = ",".join(f"c{n}" for n in range(1000))
    return "\n".join([head, *(",".join(map(str, row)) for row in rows)]).encode()


TABLES = {
    "no rows": parquet(a=np.zeros(0), b=np.zeros(0)),
    "one row": b"a,b,t\n1,2,x\n",
    "two rows": b"a,b,t\n1,2,x\n3,4,y\n",
    "one column": lines("a", lambda n: str(n * n), 40),
    "only text": lines("s,t", lambda n: f"k{n % 3},name {n}", 40),
    "all missing": parquet(a=np.full(9, np.nan), b=np.arange(9.0), c=np.arange(9.0) ** 2),
    "nothing known": parquet(a=np.full(9, np.nan), b=np.full(9, np.nan)),
    "no whole row": parquet(a=[1, None, 2, None, 5.0], b=[None, 1, None, 3, None], t=list("abcab")),
    "constant": parquet(a=np.full(9, 0.1), b=np.full(9, 7), t=["x"] * 9),
    "1,000 columns": many_columns(),
    "10,000 categories": parquet(t=[f"k{n}" for n in range(10_000)], a=np.arange(1e4)),
    "infinities": parquet(a=[np.inf, 1, 2, -np.inf, 4], b=[1.0, 2, 3, np.inf, 5], t=list("aabbc")),
    "huge": parquet(a=[1e308, -1e308, 3.0, 4], b=[1e-308, 0, 5, 6]),
    "dates": parquet(d=pd.date_range("2020-01-01", periods=30), a=np.arange(30.0), b=np.ones(30)),
    "truths": parquet(a=[True, False] * 10, b=[False, True, True, True] * 5, t=list("ab") * 10),
    "hostile": parquet(
        **{
            "<b>*x*</b>": [1.0, 2, 3, None],
            "$y_{z}$": [4.0, 1, 0, 2],
            "`{t}`": ["<img src=x>", "{k}", "", "*a*"],
        }
    ),
}  # fmt: skip


def opened(page: str, data: bytes, step: str, **query: str) -> AppTest:
    """A step of a page with the table in the tray."""
    app = open_page(page, step=step, **query)
    name = "table.parquet" if data[:4] == b"PAR1" else "table.csv"
    app.session_state["_sources"] = {"table": open_source(name, data)}
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


CASES = {"tablenumbers": ("distance", "outlier", "integers"), "pca": ("outlier", "integer")}
OPENED = [
    (page, step, {case_key: case})
    for page, case_key in (("tablenumbers", "tn_case"), ("pca", "pc_case"))
    for step in PAGE_STEPS[page]
    for case in (CASES[page] if step == "breaks" else CASES[page][:1])
]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("page", CASES)
def test_no_table_breaks_a_step(table: str, page: str) -> None:
    for name, step, query in OPENED:
        if name == page:
            app = opened(page, TABLES[table], step, **query)
            assert_fine(app)
            views = app.session_state.get("_views", {})
            said = [one.value for one in app.info]
            assert views or said or step == "predict", f"{step} says nothing"
            assert not any("<img" in str(one.value) for one in (*app.markdown, *app.caption))


@pytest.mark.parametrize("page", CASES)
@pytest.mark.parametrize("table", ["infinities", "hostile", "all missing"])
def test_the_code_holds_for_odd_tables(page: str, table: str, tmp_path: Path) -> None:
    views = []
    for name, step, query in OPENED:
        if name == page:
            app = opened(page, TABLES[table], step, **query)
            views += app.session_state.get("_views", {}).items()
    assert check_code(views, tmp_path) > 0


def test_the_row_of_a_link_is_shown() -> None:
    app = open_page("tablenumbers", step="row", tn_row="4")
    (_key, (node,)) = next(iter(app.session_state["_views"].items()))
    parts = {name: cell for name, cell, _numbers in node.value}
    assert parts["species"] == "Adelie"
    assert parts["bill_length_mm"] == ""  # the fourth penguin was not measured


def test_telling_columns_come_first() -> None:
    data = lines("id,name,town,x", lambda n: f"{n},name {n},{'ab'[n % 2]},{n % 11}", 40)
    app = opened("tablenumbers", data, "categories")
    coded, _counts = app.session_state["_views"]["tn_codes"]
    assert coded.value[1] == ("a", "b")
    app = opened("tablenumbers", data, "scaling")
    (bars,) = app.session_state["_views"]["tn_before"]
    assert dict(bars.inputs[0].call.params)["column"] == "x"


def test_a_price_is_shown_to_its_cents() -> None:
    app = opened("tablenumbers", b"t,price\na,184935.29\nb,2\n", "row")
    assert any("184935.29</td>" in str(one.proto.body) for one in app.get("html"))


def test_one_file_in_two_sessions_is_kept_once() -> None:
    def script() -> None:
        from components import tray

        tray.accept("same.csv", b"".join([b"a,b\n", b"1,2\n" * 9]))

    one, other = (AppTest.from_function(script).run() for _ in range(2))
    assert one.session_state["_sources"]["table"] is other.session_state["_sources"]["table"]


def test_turning_ends_at_the_components_that_are_shown() -> None:
    app = open_page("pca", step="turn")
    _seen, axes, _grouped = app.session_state["_views"]["pc_turn"]
    components = axes.inputs[0].value
    np.testing.assert_allclose(np.abs(axes.value[-1]), np.abs(components[0][:2]), atol=1e-9)


def test_the_row_is_typed_or_moved_to() -> None:
    app = open_page("tablenumbers", step="row", table="california", tn_row="4")
    field = app.number_input(key="tn_row_typed")
    assert field.value == 4
    field.set_value(7312).run()
    assert app.slider(key="tn_row").value == 7312
    assert app.query_params["tn_row"] in ("7312", ["7312"])
    (node,) = app.session_state["_views"]["tn_row"]
    assert dict(node.call.params)["row"] == 7311
    app.slider(key="tn_row").set_value(20_640).run()
    assert app.number_input(key="tn_row_typed").value == 20_640
    app.number_input(key="tn_row_typed").decrement().run()
    assert app.slider(key="tn_row").value == 20_639
    assert_fine(app)
