"""What a table holds against pandas, cells cut by hand against Python's reader, tables on their way."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import isolate, samples
from engine.cache import ByteCache, freeze, size_of
from engine.errors import UserError
from engine.export import table_csv
from engine.lab import MAPPED, Lab
from engine.sources import open_source, pasted_table
from engine.table.cut import cut_json, cut_text
from engine.table.delimited import read_text_table
from engine.table.layout import layout
from engine.table.parts import frame_of, parts_of
from engine.table.rows import DRAWN
from engine.table.summary import (
    cell_text,
    column_facts,
    column_histograms,
    column_kinds,
    column_statistics,
    duplicate_rows,
    first_cells,
    nearly_numbers,
    rows_with_gaps,
)

TITANIC = read_text_table(samples.load("titanic").data)
ODD = pd.DataFrame(
    {
        "all missing": [np.nan] * 4,
        "constant": [1, 1, 1, 1],
        "infinite": [np.inf, -np.inf, 1.0, 3.0],
        "same": [1, 1, 1, 1],
        "day": pd.array(["2020-01-01", None, "2020-01-03", "2020-01-03"], "datetime64[us]"),
        "flag": [True, False, True, True],
        "mixed": pd.Series(["1", "2.5", "x", None], dtype="str"),
    }
)


def test_statistics_are_those_of_pandas() -> None:
    described = TITANIC.describe()
    for name, kind, count, missing, different, frequent, times, numbers in column_statistics(
        TITANIC
    ):
        column = TITANIC[name]
        assert (count, missing) == (column.count(), column.isna().sum())
        assert different == column.nunique()
        assert times == (column.value_counts().iloc[0])
        assert (column.map(cell_text) == frequent).sum() == times
        if kind in ("integer", "number"):
            wanted = described[name].loc[["min", "25%", "50%", "75%", "max", "mean", "std"]]
            np.testing.assert_allclose(numbers, wanted.to_numpy(), rtol=1e-12)
        else:
            assert numbers == ()


def test_histograms_are_those_of_numpy() -> None:
    histograms = dict(zip(TITANIC.columns, column_histograms(TITANIC, bins=20), strict=True))
    ages = TITANIC["Age"].dropna()
    assert histograms["Age"].tolist() == np.histogram(ages, 20)[0].tolist()
    assert histograms["Sex"].tolist() == TITANIC["Sex"].value_counts().tolist()
    assert len(histograms["Name"]) == 20


def test_odd_columns_are_told() -> None:
    facts = {name: rest for name, *rest in column_facts(ODD)}
    assert facts["all missing"] == ["number", 4, 0, 0, ""]
    assert facts["constant"] == ["integer", 0, 1, 0, ""]
    assert facts["same"] == ["integer", 0, 1, 0, "constant"]
    assert facts["mixed"] == ["text", 1, 3, 2, ""]
    statistics = {row[0]: row for row in column_statistics(ODD)}
    assert statistics["infinite"][-1][:5] == (1, 1.5, 2, 2.5, 3)
    assert statistics["day"][-1][0] == pd.Timestamp("2020-01-01").timestamp() / 86_400
    assert statistics["all missing"][-1] == ()
    assert [len(bars) for bars in column_histograms(ODD, bins=5)] == [0, 5, 5, 5, 5, 2, 3]
    assert rows_with_gaps(ODD) == 4
    assert duplicate_rows(pd.concat([ODD, ODD])) == 4
    assert dict(column_kinds(ODD))["day"] == "date"


def test_columns_that_are_nearly_numbers() -> None:
    texts = {
        "marks": ["90", "absent", "80", None],
        "prices": ["12 €", "1,300 €", "7 €", "8 €"],
        "half": ["1", "x", "2", "y"],
        "words": ["a", "b", "c", "1"],
        "dates": ["1.2.2020", "13.2.2020", "14.2.2020", "15.2.2020"],
        "gaps": [None] * 4,
    }
    frame = pd.DataFrame({name: pd.Series(cells, dtype="str") for name, cells in texts.items()})
    frame["numbers"] = range(4)
    assert nearly_numbers(frame) == ("marks", "prices")
    assert nearly_numbers(pd.concat([frame] * 50), most=30)[:2] == ("marks", "prices")
    assert nearly_numbers(frame.iloc[:0]) == ()


@pytest.mark.parametrize("rows", [0, 1])
def test_tables_of_hardly_any_rows(rows: int) -> None:
    part = ODD.iloc[:rows]
    assert len(column_facts(part)) == len(column_statistics(part)) == 7
    assert len(column_histograms(part)) == 7
    assert len(first_cells(part)) == rows + 1
    assert duplicate_rows(part) == 0


def test_first_cells_are_texts() -> None:
    assert first_cells(ODD, rows=1)[1] == ("", "1", "inf", "1", "2020-01-01", "True", "1")
    assert first_cells(ODD, rows=1, names=("flag",)) == (("flag",), ("True",))


# ------------------------------------------------------------------------------------ cut by hand


def cells_of(marks: tuple[tuple[str, str, int, int, str], ...]) -> dict[tuple[int, int], str]:
    """What the marked characters say of each cell."""
    found: dict[tuple[int, int], str] = {}
    for char, _code, row, column, role in marks:
        if role == "cell":
            found[row, column] = found.get((row, column), "") + char
    return found


@settings(max_examples=200)
@given(st.text(st.sampled_from(list('ab1,;"\n\r é汉')), max_size=60), st.sampled_from(",;"))
def test_cut_as_pythons_reader_cuts(text: str, separator: str) -> None:
    marks = cut_text(text.encode(), encoding="utf-8", separator=separator, rows=99, columns=99)
    if any(not code for *_rest, code in marks):
        return
    spaced = f'{separator} "' in text
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=spaced)
    expected = {
        (r, c): cell
        for r, row in enumerate(filter(None, reader))
        for c, cell in enumerate(row)
        if cell
    }
    found = cells_of(marks)
    assert found == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gb18030"])
def test_the_bytes_of_characters_are_those_of_the_file(encoding: str) -> None:
    data = 'a,b\n"é, ""q""",2\n'.encode(encoding)
    marks = cut_text(data, encoding=encoding, separator=",")
    assert bytes.fromhex("".join(code for _c, code, *_rest in marks)) == data
    assert cells_of(marks)[1, 0] == 'é, "q"'


@pytest.mark.parametrize(
    ("text", "how", "cell", "outside"),
    [
        ("a,b\\,c\n1,\\N\n", {"escape": "\\"}, "\\N", ""),
        ("a,b\n1,\\Nx\n", {"escape": "\\"}, "Nx", ""),
        ('a, "b"\n1,  "x y"\n', {}, "x y", "  "),
        ("| a | b |\n|---|---|\n| 1 | x\\|y |\n", {"separator": DRAWN, "quote": ""}, "x|y", None),
    ],
)
def test_the_bytes_of_a_cell_are_what_is_read(
    text: str, how: dict[str, str], cell: str, outside: str | None
) -> None:
    how = {"separator": ",", **how}
    marks = cut_text(text.encode(), encoding="utf-8", **how)
    assert cells_of(marks)[1, 1] == cell
    read = read_text_table(text.encode(), missing=(), **how)
    assert read.iloc[0, 1] == cell
    left = "".join(char for char, _c, *place, role in marks if (place, role) == ([1, 1], "outside"))
    assert outside is None or left == outside


def test_columns_that_are_left_out_are_told() -> None:
    marks = cut_text(b"a,b,c\n1,2,3\n", encoding="utf-8", separator=",", columns=1)
    assert "".join(mark[0] for mark in marks) == "a,…\n1,…\n"
    remarks = cut_text(b"a,b\n#no\n1,2\n", encoding="utf-8", separator=",", comment="#")
    assert cells_of(remarks)[1, 0] == "1"


def test_json_is_cut_into_values() -> None:
    records = [{"a": 1, "b": "x}"}, {"b": [1, {"k": 2}], "a": None}]
    for data in (json.dumps(records), "\n".join(map(json.dumps, records))):
        found = cells_of(cut_json(data.encode(), encoding="utf-8"))
        assert found == {(1, 0): "1", (1, 1): '"x}"', (2, 1): '[1, {"k": 2}]', (2, 0): "null"}


@given(st.text(max_size=200))
def test_any_text_can_be_cut(text: str) -> None:
    cut_json(text.encode(), encoding="utf-8")
    cut_text(text.encode(), encoding="utf-8", separator=",")


# ----------------------------------------------------------------------------- tables on their way


def back(frame: pd.DataFrame) -> pd.DataFrame:
    """What arrives of a table on the other side."""
    parts = b"".join(bytes(part) for part in isolate.encode(frame))
    found = isolate.decode(io.BytesIO(parts))
    assert isinstance(found, pd.DataFrame)
    return found


@pytest.mark.parametrize("frame", [TITANIC, ODD, TITANIC.iloc[3:9], ODD.iloc[:0], ODD[[]]])
def test_tables_travel_without_loss(frame: pd.DataFrame) -> None:
    frame = frame.reset_index(drop=True)
    pd.testing.assert_frame_equal(back(frame), frame, check_exact=True, check_column_type=False)


@given(st.lists(st.none() | st.text(max_size=5), max_size=6))
def test_any_texts_travel(texts: list[str | None]) -> None:
    texts = [t if t is None else t.encode("utf-8", "replace").decode() for t in texts]
    frame = pd.DataFrame({"t": pd.Series(texts, dtype="str")})
    pd.testing.assert_frame_equal(back(frame), frame)


def test_what_is_no_table_is_refused() -> None:
    rows, columns = parts_of(pd.DataFrame({"t": pd.Series(["ab", "c"], dtype="str")}))
    name, kind, (missing, places, data) = columns[0]
    for wrong in (
        (rows, ((name, kind, (missing, places + 5, data)),)),  # beyond the end
        (rows, ((name, kind, (missing, places[::-1].copy(), data)),)),  # backwards
        (rows, ((name, kind, (missing, places, np.full(3, 255, np.uint8))),)),  # no UTF-8
        (rows + 1, columns),
        (rows, columns + columns),
        (rows, ((name, "code", (data,)),)),
        (rows, ((name, "numbers", (data,)),)),
        (rows, ((name, "dates", (np.zeros(1, "<i8"),)),)),
    ):
        with pytest.raises((ValueError, TypeError)):
            frame_of(wrong)


def test_a_table_in_a_file_takes_no_copy_and_is_read_only() -> None:
    data = samples.load("titanic").data
    found = isolate.call(read_text_table, data, mapped=True)
    pd.testing.assert_frame_equal(found, TITANIC)
    with pytest.raises(ValueError, match="read-only"):
        found.loc[0, "Age"] = 1.0
    array = found["Fare"].to_numpy()
    while isinstance(array.base, np.ndarray):
        array = array.base
    assert isinstance(array.base, memoryview)  # of the mapped file


def test_errors_arrive_from_a_child_that_writes_a_file() -> None:
    with pytest.raises(UserError, match="no cells"):
        isolate.call(read_text_table, b"\n", mapped=True)
    with pytest.raises(UserError, match="longer than"):
        isolate.call(read_text_table, b"a\n1\n", mapped=True, time_limit=0.01)


def test_tables_of_files_have_a_cache_of_their_own() -> None:
    source = open_source("x.csv", b"a,b\n1,2\n3,4\n")
    lab = Lab(source, cache=ByteCache(1000))
    node = lab.run(read_text_table, lab.source, isolated=60, mapped=True, as_="table")
    assert node.value.shape == (2, 2)
    assert node.key in MAPPED
    assert node.key == lab.run(read_text_table, lab.source).key


def test_the_cache_knows_tables() -> None:
    frame = freeze(ODD.copy())
    assert size_of(frame) >= frame.memory_usage().sum()
    with pytest.raises(ValueError, match="read-only"):
        frame.loc[0, "infinite"] = 1.0


def test_formulas_are_written_as_texts() -> None:
    texts = ["=HYPERLINK(0)", "+1", "-1", "@x", "\ttab", "fine", None, "=1"]
    frame = pd.DataFrame({"=name": pd.Series(texts, dtype="str"), "n": range(-4, 4)})
    rows = list(csv.reader(io.StringIO(table_csv(frame).decode())))
    assert rows[0] == ["'=name", "n"]
    assert [row[0] for row in rows[1:]] == [
        *("'=HYPERLINK(0)", "'+1", "'-1", "'@x", "'\ttab", "fine", "", "'=1"),
    ]
    assert rows[1][1] == "-4"


def test_a_pasted_table() -> None:
    source = pasted_table("a\tb\n1,5\t2\n2,5\t3\n")
    separator, _quote, decimal, *_rest = layout(source.data.decode())
    assert (source.format, separator, decimal) == ("TSV", "\t", ",")
    assert pasted_table("one\ntwo\n").separator == ""
    with pytest.raises(UserError):
        pasted_table("")


@given(
    st.lists(
        st.tuples(st.sampled_from([0.5, np.nan, 1.0]), st.sampled_from(["a", None])), max_size=12
    )
)
def test_duplicate_rows_are_those_of_pandas(rows: list[tuple[float, str | None]]) -> None:
    frame = pd.DataFrame(rows, columns=["x", "t"]).astype({"x": "float64", "t": "str"})
    assert duplicate_rows(frame) == frame.duplicated().sum()
    assert duplicate_rows(frame.assign(n=range(len(frame)))) == 0
