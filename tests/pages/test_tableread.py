"""The page about reading tables: odd files, changed options, words among numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine.lab import Lab, Node
from engine.sources import Text, as_table, open_source
from tests.pages.harness import PAGE_STEPS, assert_fine, check_code, go, open_page, upload

DATA = Path(__file__).parent.parent / "data"
GERMAN = "Ort;Preis\nKöln;1.234,50\nBonn;2.000,25\nUlm;10,5\n".encode("cp1252")
#: Files by name: every step works, or says one sentence.
TABLES = {
    "no rows": b"a,b\n",
    "one cell": b"a\n",
    "titles": b"Report, 2020\n\nname,n,m\na,1,2\nb,2,x\nc,3,4\n",
    "uneven": b"a,b,c\n1,2,3\n1,2\n1,2,3,4\n",
    "all missing": b"a,b\n,1\n,2\n",
    "large": b"id,x\n"
    + b"".join(b"%d,%se308\n" % (10**17 + n, [b"1.7", b"-1.7"][n % 2]) for n in range(30)),
    "hostile": b"<b>*x*</b>,`y`\n=cmd|'/C calc'!A0,$a$\n<img src=x onerror=1>,{k}\n",
    "blanks": b"x   y\n1   2.5\n30  4\n",
    "german": GERMAN,
    "one object": b'{\n"a": [1, {"b": 2}],\n"c": "x"}',
}


def opened(data: bytes, step: str, name: str = "table.csv") -> AppTest:
    app = open_page("tableread", step=step)
    source = open_source(name, data)
    source = as_table(source) if isinstance(source, Text) else source
    app.session_state["_sources"] = {"table": source}
    return app.run()


@pytest.mark.parametrize("name", TABLES)
def test_odd_tables(name: str) -> None:
    app = opened(TABLES[name], "bytes")
    for step in PAGE_STEPS["tableread"]:
        app = go(app, "tableread", step)
        assert_fine(app)


@pytest.mark.parametrize("form", ["xls", "xlsb", "ods"])
def test_workbooks(form: str) -> None:
    app = opened((DATA / f"table.{form}").read_bytes(), "bytes")
    for step in ("bytes", "options", "kinds", "statistics"):
        app = go(app, "tableread", step)
        assert_fine(app)


def test_both_readings_stand_side_by_side(tmp_path: Path) -> None:
    app = opened(GERMAN, "options")
    assert "As detected" not in app.get("html")[-1].proto.body
    decimal = next(box for box in app.selectbox if box.label == "Decimal sign")
    app = decimal.select(".").run()
    assert_fine(app)
    body = next(one.proto.body for one in app.get("html") if "As detected" in one.proto.body)
    assert body.index("As detected") < body.index("As you chose")
    said = " ".join(str(one.value) for one in app.caption)
    assert "Preis: decimal number became text" in said
    assert check_code(app.session_state["_views"].items(), tmp_path) > 0


def test_a_file_that_is_read_only_when_an_option_is_changed() -> None:
    app = opened(b'a,b\n1,"x\n2,y\n3,z\n', "options")
    assert any("quotation mark" in str(one.value) for one in app.error)
    quote = next(box for box in app.selectbox if box.label == "Quotation mark")
    app = quote.select("").run()
    assert not app.error
    assert any("quotation mark" in str(one.value) for one in app.warning)


def test_a_word_among_numbers_is_taken_as_missing_by_one_button() -> None:
    app = opened("name,mark\n甲,90\n乙,缺考\n丙,80\n丁,70\n".encode(), "kinds")
    button = next(one for one in app.button if "缺考" in one.label)
    app = button.click().run()
    assert_fine(app)
    assert not [one for one in app.button if "缺考" in one.label]
    app = go(app, "tableread", "options")
    assert "text became decimal number" in " ".join(str(one.value) for one in app.caption)


def test_an_own_file_is_read_in_a_child_process_only(monkeypatch: pytest.MonkeyPatch) -> None:
    isolated: dict[str, bool] = {}
    run = Lab.run

    def noted(self: Lab, function: Callable[..., Any], *inputs: Node, **how: Any) -> Node:
        isolated[function.__name__] = "isolated" in how
        return run(self, function, *inputs, **how)

    monkeypatch.setattr(Lab, "run", noted)
    app = opened(GERMAN, "options")
    assert_fine(app)
    assert_fine(go(app, "tableread", "breaks"))
    names = ("zero_characters", "uneven_rows", "first_lines", "read_text_table")
    assert [isolated[name] for name in names] == [True] * 4


def test_what_a_lesson_about_tables_is_given_is_a_table() -> None:
    app = open_page("tableread", step="options")
    upload(app, "tray_upload", "notes.txt", b"name\nAnn\nBob\nEve\n")
    assert_fine(app)
    assert app.session_state["_sources"]["table"].separator == ""
    upload(app, "tray_upload", "report.xls", b"<html><table><tr><td>1</td></tr></table></html>")
    assert any("HTML" in str(one.value) for one in app.error)
