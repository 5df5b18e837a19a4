"""Correlation of odd tables; the pair shown first, samples that are told, what dropping changes."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from engine.sources import open_source
from tests.pages.harness import PAGE_STEPS, assert_fine, check_code, go, open_page


def lines(head: str, row: Callable[[int], str], count: int) -> bytes:
    return "\n".join([head, *(row(n) for n in range(count))]).encode()


def parquet(**columns: object) -> bytes:
    file = io.BytesIO()
    pd.DataFrame(columns).to_parquet(file)
    return file.getvalue()


def many_columns() -> bytes:
    rows = np.random.default_rng(0).normal(size=(40, 1000)).round(3)
    rows[:, 500] = 2 * rows[:, 3] + rows[:, 7] * 0.5
    return pd.DataFrame(rows, columns=[f"c{n}" for n in range(1000)]).to_csv(index=False).encode()


TWO_NUMBERS = "This needs two columns of numbers"
#: Tables by name, and what the first step says of them; "" if it shows two columns.
TABLES = {
    "no rows": (parquet(a=np.zeros(0), b=np.zeros(0)), "Fewer than three rows"),
    "one row": (b"a,b,t\n1,2,x\n", "Fewer than three rows"),
    "one category": (parquet(t=list("xyz") * 20), TWO_NUMBERS),
    "only text": (lines("s,t", lambda n: f"k{n % 3},name {n}", 40), TWO_NUMBERS),
    "all missing": (parquet(a=[np.nan] * 9, b=[np.nan] * 9), "Fewer than three rows"),
    "all constant": (lines("a,b,c", lambda _n: "1,2,3", 60), "one value only"),
    "two equal": (lines("a,b", lambda n: f"{n * n},{n * n}", 60), ""),
    "huge": (lines("a,b,c", lambda n: f"{n}e300,{n * n},{n % 7}", 60), ""),
    "tiny": (lines("a,b,c", lambda n: f"{n * n % 11}e-300,{n}e-308,{n % 2}", 40), ""),
    "infinite": (lines("a,b", lambda n: f"{'inf' if n % 9 == 0 else n * n},{n % 2}", 60), ""),
    "truths": (lines("a,b,c", lambda n: f"{n % 2 == 0},{n % 3 == 0},{n % 5 == 0}", 60), ""),
    "dates": (lines("d,a", lambda n: f"2024-01-{n % 28 + 1:02d},{n % 28}", 60), ""),
    "1,000 columns": (many_columns(), ""),
    "10,000 categories": (
        parquet(t=[f"k{n}" for n in range(10_000)], a=np.arange(1e4)),
        TWO_NUMBERS,
    ),
    "hostile": (
        lines(
            "<b>*x*</b>,$y_{z}$,`{t}`",
            lambda n: f"{n},{n * n % 17},{'<img src=x>' if n % 2 else '$a$ *b* {k}'}",
            60,
        ),
        "",
    ),
}


def opened(data: bytes, step: str, **query: str) -> AppTest:
    """A step of the page with the table in the tray."""
    app = open_page("correlation", step=step, **query)
    name = "table.parquet" if data[:4] == b"PAR1" else "table.csv"
    app.session_state["_sources"] = {"table": open_source(name, data)}
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def captions(app: AppTest) -> str:
    return " ".join(str(one.value) for one in app.caption)


@pytest.mark.parametrize("name", TABLES)
def test_no_table_breaks_a_step(name: str, tmp_path: Path) -> None:
    data, told = TABLES[name]
    first, *rest = PAGE_STEPS["correlation"]
    app = opened(data, first)
    views = []
    for step in (first, *rest):
        app = go(app, "correlation", step) if step != first else app
        assert_fine(app)
        said = [str(one.value) for one in app.info]
        shown = app.session_state.get("_views", {})
        assert said or shown or step == "predict", f"{step} says nothing"
        if step == first:
            assert any(told in one for one in said) if told else "correlation_pair" in shown
        if name in ("hostile", "dates"):
            views += shown.items()
    assert not any("<img" in str(one.value) for one in (*app.markdown, *app.caption))
    if views:
        assert check_code(views, tmp_path) > 5


@pytest.mark.parametrize("page", ["correlation", "pca", "boundary", "clusters"])
def test_columns_that_are_nearly_numbers_are_named(page: str) -> None:
    table = lines("name,mark", lambda n: f"k{n % 3},{n if n % 9 else 'absent'}", 40)
    app = open_page(page, lang="en")
    app.session_state["_sources"] = {"table": open_source("table.csv", table)}
    app = app.run()
    assert_fine(app)
    (told,) = (str(one.value) for one in app.info)
    assert "stand among the numbers: " in told
    assert "mark" in told
    assert "name" not in told.split("numbers: ")[1].split(".")[0]


def test_the_first_pair_is_the_strongest() -> None:
    app = open_page("correlation", step="pair")
    assert [box.value for box in app.selectbox][:2] == ["4", "5"]  # flipper length and body mass
    app = go(app, "correlation", "matrix")
    values = [box.value for box in app.selectbox]
    assert values[:2] == ["5", "4"]
    assert "correlation_cell" in app.session_state["_views"]


def test_the_sums_have_no_dust() -> None:
    app = open_page("correlation", step="pair")
    terms, _r = app.session_state["_views"]["correlation_terms"]
    assert terms.value[1][:2].tolist() == [0, 0]
    body = next(str(one.proto.body) for one in app.get("html") if "x̄" in str(one.proto.body))
    assert "e−12" not in body


def test_a_sample_is_told() -> None:
    random = np.random.default_rng(0)
    table = parquet(**{f"c{n}": random.normal(size=25_000) for n in range(4)})
    app = opened(table, "pair")
    assert "600 of them are drawn" in captions(app)
    app = go(app, "correlation", "matrix")
    assert "25,000 to 25,000 of 25,000" in captions(app)
    app.session_state["correlation_measure"] = "spearman"
    assert "drawn by chance from 25,000 rows" in captions(app.run())
    app = go(app, "correlation", "ranking")
    assert "20,000 of 25,000 rows" in captions(app)


def test_dropping_changes_what_comes_after() -> None:
    app = open_page("correlation", step="drop", table="iris")
    assert app.multiselect[0].value == ["3"]  # petal_width nearly equals petal_length
    before, after = (node.value for node in app.session_state["_views"]["correlation_variance"])
    assert (len(before), len(after)) == (4, 3)
    app.multiselect[0].set_value(["0", "3"]).run()
    assert_fine(app)
    _before, after = (node.value for node in app.session_state["_views"]["correlation_variance"])
    assert len(after) == 2
    assert app.query_params["correlation_out"] == "0.3"
    app.multiselect[0].set_value([]).run()
    assert app.query_params["correlation_out"] == "none"
    before, after = (node.value for node in app.session_state["_views"]["correlation_variance"])
    np.testing.assert_array_equal(before, after)


def test_what_is_left_out_belongs_to_the_table_not_to_the_target() -> None:
    app = open_page("correlation", step="drop", table="titanic", correlation_out="1.3")
    assert app.multiselect[0].value == ["1", "3"]
    app.selectbox[0].set_value("2").run()
    assert app.multiselect[0].value == ["1", "3"]
    app.multiselect[0].set_value([str(n) for n in range(12) if n != 2]).run()
    assert_fine(app)
    assert any("at least one column" in str(one.value) for one in app.info)


def test_what_is_said_of_groups_is_counted() -> None:
    table = lines("g,x,y", lambda n: f"{'ab'[n % 2]},{n},{n + n % 5 + 100 * (n % 2)}", 60)
    app = opened(table, "breaks")
    assert "In 3 of 3 groups" in captions(app)  # the sample
    assert "In 0 of 2 groups" in captions(app)
