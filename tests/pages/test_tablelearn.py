"""Learning from tables that are odd: one clear sentence or a lesson that works, and never a crash."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from engine.samples import load
from engine.sources import open_source
from tests.pages.harness import PAGE_STEPS, assert_fine, check_code, go, open_page


def lines(head: str, row: Callable[[int], str], count: int) -> bytes:
    return "\n".join([head, *(row(n) for n in range(count))]).encode()


def no_rows() -> bytes:
    file = io.BytesIO()
    pd.DataFrame({"a": np.zeros(0), "b": np.zeros(0)}).to_parquet(file)
    return file.getvalue()


def many_columns() -> bytes:
    rows = np.random.default_rng(0).normal(size=(30, 1000)).round(3).tolist()
    head = ",".join(f"c{n}" for n in range(1000))
    return "\n".join([head, *(",".join(map(str, row)) for row in rows)]).encode()


#: Tables by name, and what is said of their last column; "" if it can be learnt.
TABLES: dict[str, tuple[bytes, str]] = {
    "no rows": (no_rows(), "Fewer than"),
    "one row": (b"a,b\n1,2\n", "Fewer than"),
    "two rows": (b"a,b\n1,2\n3,4\n", "Fewer than"),
    "one column": (lines("a", lambda n: str(n % 2), 40), "no column to learn from"),
    "all different": (lines("a,b", lambda n: f"{n % 7},name{n}", 60), "classes apart at most"),
    "one class": (lines("a,b", lambda n: f"{n * n},x", 60), "one value only"),
    "constant": (lines("a,b", lambda n: f"{n * n},5", 60), "one value only"),
    "missing": (lines("a,b", lambda n: f"{n * n},", 60), "no value at all"),
    "500 classes": (lines("a,b", lambda n: f"{n % 7},k{n % 500}", 1500), "classes apart at most"),
    "1,000 columns": (many_columns(), ""),
    "infinite": (lines("a,b", lambda n: f"{'inf' if n % 9 == 0 else n * n},{n % 2}", 60), ""),
    "rare class": (lines("a,b", lambda n: f"{n * n},{'rare' if n == 3 else 'usual'}", 60), ""),
    "empty column": (lines("a,e,b", lambda n: f"{n * n},,{n % 2}", 60), ""),
    "dates": (lines("d,b", lambda n: f"2024-01-{n % 28 + 1:02d},{n % 2}", 60), ""),
    "two rows a class": (lines("a,b", lambda n: f"{n * n % 37},k{n // 2}", 40), ""),
    "equal numbers": (lines("a,b", lambda n: f"{n * n},{1.7 if n == 3 else 0.5}", 30), ""),
    "date target": (lines("a,b", lambda n: f"{n * n},2024-{n % 12 + 1:02d}-01", 40), ""),
    "gaps": (lines("a,b", lambda n: f"{n * n if n % 5 else ''},{n % 2 if n % 3 else ''}", 90), ""),
    "sorted": (lines("a,b", lambda n: f"{n * n},{n // 30}", 60), ""),
    "hostile": (
        lines("<b>*x*</b>,`y`", lambda n: f"{n * n},{'<img src=x>' if n % 3 else '{k}|a'}", 60),
        "",
    ),
}


def opened(page: str, data: bytes, step: str, **query: str) -> AppTest:
    app = open_page(page, step=step, **query)
    app.session_state["_sources"] = {"table": open_source("table.csv", data)}
    del app.session_state["_learn_table"]  # as if the link had been opened with this table
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


@pytest.mark.parametrize("page", ["tablelearn", "tree"])
@pytest.mark.parametrize("name", TABLES)
def test_odd_tables(page: str, name: str) -> None:
    data, told = TABLES[name]
    last = 1 if name == "no rows" else data.split(b"\n")[0].count(b",")
    first, *rest = PAGE_STEPS[page]
    app = opened(page, data, first, learn_target=str(last))
    for step in (first, *rest):
        app = go(app, page, step) if step != first else app
        assert_fine(app)
        infos = " ".join(str(info.value) for info in app.info)
        shown = [str(one.value) for kind in (app.caption, app.markdown) for one in kind]
        shown += [str(one.proto.body) for one in app.get("html")]
        assert not [words for words in shown if re.search(r"\bnan\b", words)], step
        if told:
            assert told in infos, (step, infos)
        else:
            assert app.session_state["_views"] or step == "predict"


def test_what_is_chosen_first_holds_in_all_steps() -> None:
    app = open_page("tablelearn", step="target", table="titanic", learn_target="9")
    assert_fine(app)
    assert app.get("selectbox")[0].value == "9"  # Fare
    app = go(app, "tablelearn", "errors")
    assert any("**Fare**" in str(one.value) for one in app.caption)
    app = open_page("tree", step="drawn", table="titanic", learn_target="9")
    assert any("**Fare**" in str(one.value) for one in app.caption)


def test_another_table_begins_with_its_own_target() -> None:
    app = open_page("tablelearn", step="errors", table="titanic", learn_target="2")
    assert any("**Pclass**" in str(one.value) for one in app.caption)
    app.session_state["_sources"] = {"table": load("iris")}
    app.run()
    assert any("**species**" in str(one.value) for one in app.caption)


def test_a_number_can_be_taken_as_classes() -> None:
    app = open_page("tablelearn", step="errors", table="california", learn_kind="classes")
    assert_fine(app)
    assert "tl_confusion" in app.session_state["_views"]


@pytest.mark.parametrize("step", ["errors", "breaks"])
def test_the_code_holds_for_classes_and_for_numbers(step: str, tmp_path: object) -> None:
    views = []
    for table in ("penguins", "california"):
        views += open_page("tablelearn", step=step, table=table).session_state["_views"].items()
    assert check_code(views, tmp_path) > 0  # type: ignore[arg-type]


def test_a_cell_opens_its_rows() -> None:
    app = open_page("tablelearn", step="errors", table="titanic", tl_cell="0.1")
    assert_fine(app)
    _table, rows = (
        app.session_state["_views"][key][0].value for key in ("tl_confusion", "tl_rows")
    )
    assert len(rows) == _table[0, 1] > 0
    assert (rows["Survived"] == 0).all()


def test_names_of_columns_and_classes_stay_text() -> None:
    app = opened("tree", TABLES["hostile"][0], "drawn")
    bodies = [str(one.proto.body) for one in app.get("html")]
    drawn = next(body for body in bodies if 'role="region"' in body)
    assert "<img" not in drawn
    assert "<b>*x*" not in drawn
    assert "&lt;img" in drawn
