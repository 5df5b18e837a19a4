"""Tables from any file: against pandas, back from what was written, and what is wrong with them."""

from __future__ import annotations

import csv
import io
import json
import string
import zipfile
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import samples
from engine.errors import UserError
from engine.sources import open_source
from engine.table.delimited import read_text_table, uneven_rows
from engine.table.extent import column_number, largest_sheet
from engine.table.frame import MISSING, as_csv
from engine.table.kinds import as_kinds, as_texts, failed_cells
from engine.table.layout import has_header, layout, number_signs, text_layout, unique_names
from engine.table.parquet import parquet_columns, read_parquet
from engine.table.preview import read_cells
from engine.table.records import read_json_table
from engine.table.rows import DRAWN
from engine.table.workbook import cell_sources, read_workbook, sheet_names

CSV_SAMPLES = ["cafe", "iris", "penguins", "titanic", "anscombe", "simpson"]
ALLOWED = {"int64", "float64", "bool", "datetime64[us]", "str"}


def read(data: bytes, encoding: str = "utf-8", **options: Any) -> pd.DataFrame:
    """Read a text table as the app does: by what is detected, unless told otherwise."""
    names = ("separator", "quote", "decimal", "thousands", "header", "skip", "escape")
    found = dict(zip(names, text_layout(data, encoding=encoding), strict=True))
    return read_text_table(data, encoding=encoding, **{**found, **options})


@pytest.mark.parametrize("name", CSV_SAMPLES)
def test_samples_are_read_as_pandas_reads_them(name: str) -> None:
    data = samples.load(name).data
    pd.testing.assert_frame_equal(read(data), pd.read_csv(io.BytesIO(data)), check_exact=True)


def test_parquet_is_read_as_pandas_reads_it() -> None:
    data = samples.load("california").data
    expected = pd.read_parquet(io.BytesIO(data))
    expected.columns = expected.columns.astype("str")
    found = read_parquet(data)
    assert found.shape == (20_640, 9)
    pd.testing.assert_frame_equal(found, expected, check_exact=True, check_column_type=False)
    chunks = parquet_columns(data)
    assert [chunk[0] for chunk in chunks] == list(expected.columns)
    assert all(data[:4] == b"PAR1" and 4 <= chunk[4] < len(data) for chunk in chunks)


def test_the_kinds_of_columns() -> None:
    data = (
        b"whole,gap,part,truth,day,moment,clock,word,empty,long\n"
        b"1,1,1.5,true,2020-01-02,2020-01-02T10:30:00,08:15,a,,12345678901234567890\n"
        b"2,,-2e3,false,1999-12-31,1999-12-31T00:00:00,9:00,NA,,12345678901234567891\n"
    )
    frame = read(data)
    assert {str(dtype) for dtype in frame.dtypes} <= ALLOWED
    assert dict(frame.dtypes.astype(str)) == {
        "whole": "int64",
        "gap": "float64",
        "part": "float64",
        "truth": "bool",
        "day": "datetime64[us]",
        "moment": "datetime64[us]",
        "clock": "str",
        "word": "str",
        "empty": "float64",
        "long": "str",
    }
    assert frame["part"].tolist() == [1.5, -2000.0]
    assert frame["day"][1] == pd.Timestamp("1999-12-31")
    assert frame["clock"].tolist() == ["08:15", "9:00"]
    assert frame["long"].tolist() == ["12345678901234567890", "12345678901234567891"]
    assert frame.isna().sum().sum() == 4


def test_infinities_are_numbers() -> None:
    frame = read(b"a,b\ninf,1\n-inf,2\n1.5,3\n")
    assert frame["a"].tolist() == [np.inf, -np.inf, 1.5]


def test_names_are_different_and_never_empty() -> None:
    frame = read(b"a,a,,a\n1,2,3,4\n5,6,7,8\n")
    assert list(frame.columns) == ["a", "a.1", "column 3", "a.2"]
    assert unique_names(["a", "a.1", "a"], 3) == ["a", "a.1", "a.2"]


@given(st.lists(st.sampled_from(["a", "a.1", "a.2", "", "b", " a "]), max_size=8))
def test_any_names_become_different(names: list[str]) -> None:
    found = unique_names(names, len(names))
    assert len(set(found)) == len(found) == len(names)
    assert all(found)


def test_uneven_rows_are_filled_up_or_cut_and_counted() -> None:
    data = b"a,b\n1,2\n1\n1,2,3\n3,4\n"
    frame = read_text_table(data)
    assert frame["a"].tolist() == [1, 1, 1, 3]
    assert frame["b"].tolist()[::2] == [2, 2]
    assert np.isnan(frame["b"][1])
    assert uneven_rows(data) == (1, 1, (3, 4))
    assert uneven_rows(b"a,b\n1,2\n") == (0, 0, ())


@pytest.mark.parametrize("data", [b'a,b\n1,"x\n2,y\n3,z\n', b'a,b\n"x,1\n' + b"2,y\n" * 100_000])
def test_a_quote_that_never_closes_is_told(data: bytes) -> None:
    with pytest.raises(UserError, match=r"quotation mark|cut into cells"):
        read_text_table(data)
    assert read_text_table(data, quote="").shape[1] == 2


def test_an_inch_sign_is_no_open_quote() -> None:
    assert read_text_table(b'size,n\n5" disk,1\n3.5,2\n')["size"].tolist() == ['5" disk', "3.5"]


def test_a_leading_line_remarks_and_comments() -> None:
    assert read(b"sep=;\r\na;b\r\n1,5;2\r\n2,5;3\r\n")["a"].tolist() == [1.5, 2.5]
    assert read(b"# made by a machine\na,b\n1,2\n3,4\n").shape == (2, 2)
    frame = read(b"a,b\n1,2\n% no row\n3,4\n", comment="%", separator=",", header=True)
    assert frame["a"].tolist() == [1, 3]


@pytest.mark.parametrize(
    ("cells", "signs"),
    [
        (["1.5", "2"], (".", "")),
        (["1,5", "2"], (",", "")),
        (["1.234", "5.678"], (".", "")),
        (["1,234.5", "12"], (".", ",")),
        (["1.234,5", "12"], (",", ".")),
        (["1 234,5", "12"], (",", " ")),
        (["1'234.5", "12"], (".", "'")),
        (["1.234.567", "1"], (",", ".")),
        (["word", "1"], (".", "")),
    ],
)
def test_signs_of_numbers(cells: list[str], signs: tuple[str, str]) -> None:
    assert number_signs([[cell] for cell in cells]) == signs


def test_thousands_and_decimal_comma() -> None:
    frame = read(b"x;y\n1.234,5;1\n2.000,25;2\n")
    assert frame["x"].tolist() == [1234.5, 2000.25]
    wrong = read_text_table(b"x\n1.234\n", separator="", decimal=",", thousands=".")
    assert wrong["x"].tolist() == [1234]
    assert read_text_table(b"x\n1.234\n", separator="")["x"].tolist() == [1.234]


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("a,b\n1,2\n3,4\n", True),
        ("1,2\n3,4\n5,6\n", False),
        ("x,y\nz,w\nu,v\n", True),
        ("name,2019,2020,2021\nAnn,1,2,3\nBob,4,5,6\n", True),
        ("Ann,1,2\nBob,3,4\n", False),
    ],
)
def test_whether_the_first_row_names_the_columns(text: str, header: bool) -> None:
    assert has_header(list(csv.reader(io.StringIO(text)))) is header
    frame = read(text.encode())
    shown = read_cells(text.encode())
    assert list(frame.columns) == list(shown[0])  # the tray's first look agrees


def test_a_column_is_read_as_another_kind() -> None:
    data = b"n,t\n007,yes\n12,no\nx,maybe\n"
    frame = read(data, types=(("n", "text"), ("t", "boolean")))
    assert frame["n"].tolist() == ["007", "12", "x"]
    assert frame["t"].isna().tolist() == [False, False, True]
    texts = as_texts(read(data), column="n")
    assert failed_cells(texts, kind="integer") == (1, ((2, "x"),))
    assert failed_cells(as_texts(read(data), column="t"), kind="boolean") == (1, ((2, "maybe"),))
    days = pd.DataFrame({"d": ["2020-02-30", "2020-02-28", "3 May 1999"]})
    assert failed_cells(as_texts(days, column="d"), kind="date")[0] == 1
    other = as_kinds(pd.DataFrame({"f": [1.0, 2.5], "i": [0, 1]}), types=(("i", "boolean"),))
    assert other["i"].tolist() == [False, True]
    assert as_kinds(other, types=(("gone", "text"),)).equals(other)


def test_what_counts_as_missing_can_be_chosen() -> None:
    data = b"a,b\n1,-\n-,2\n"
    assert read(data)["a"].dtype == "str"
    frame = read(data, missing=(*MISSING, "-"))
    assert frame["a"].isna().tolist() == [False, True]
    assert frame["b"].tolist()[1] == 2


def test_json_records_and_lines() -> None:
    records = [{"a": 1, "b": "x", "c": True}, {"a": 2.5, "b": None, "d": [1, 2]}]
    whole = read_json_table(json.dumps(records).encode())
    lines = read_json_table("\n".join(map(json.dumps, records)).encode())
    pd.testing.assert_frame_equal(whole, lines)
    assert list(whole.columns) == ["a", "b", "c", "d"]
    assert whole["a"].tolist() == [1.0, 2.5]
    assert whole["d"].tolist()[1] == "[1, 2]"
    assert {str(dtype) for dtype in whole.dtypes} <= ALLOWED


def test_parquet_of_unusual_types() -> None:
    import datetime
    import decimal

    table = pa.table(
        {
            "cat": pa.array(["a", "b", None]).dictionary_encode(),
            "dec": pa.array([decimal.Decimal("1.5"), None, decimal.Decimal(2)]),
            "list": pa.array([[1, 2], None, []]),
            "flag": pa.array([True, None, False]),
            "day": pa.array([datetime.date(2020, 1, 2), None, datetime.date(1, 1, 1)]),
            "zone": pa.array([0, 1, None], pa.timestamp("s", "Europe/Paris")),
            "small": pa.array([1, 2, 3], pa.uint8()),
            "nothing": pa.nulls(3),
        }
    )
    out = io.BytesIO()
    pa.parquet.write_table(table, out)
    frame = read_parquet(out.getvalue())
    assert {str(dtype) for dtype in frame.dtypes} <= ALLOWED
    assert frame["list"].tolist()[0] == "[1, 2]"
    assert frame["small"].tolist() == [1, 2, 3]
    assert frame["zone"][1] == pd.Timestamp("1970-01-01 00:00:01")


def workbook(rows: list[str], strings: str = "") -> bytes:
    """An XLSX file with one sheet of these rows of XML."""
    kind = "application/vnd.openxmlformats-"
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    members = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        f'<Default Extension="rels" ContentType="{kind}package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}officedocument.spreadsheetml.'
        'sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{link}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{link}"><sheets><sheet name="First" '
        'sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{link}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{link}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>",
        "xl/sharedStrings.xml": f"<sst {main}>{strings}</sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet {main}><sheetData>{''.join(rows)}</sheetData>"
        "</worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return out.getvalue()


def xml_cell(place: str, value: Any) -> str:
    """A cell of a workbook as XML."""
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>' if value is not None else f'<c r="{place}"/>'


def xml_rows(rows: list[list[Any]]) -> list[str]:
    """Rows of values as XML."""
    return [
        f'<row r="{r}">'
        + "".join(xml_cell(f"{string.ascii_uppercase[c]}{r}", v) for c, v in enumerate(row))
        + "</row>"
        for r, row in enumerate(rows, 1)
    ]


def test_a_workbook() -> None:
    data = workbook(xml_rows([["name", "size", "mixed"], ["a", 1, 2.5], ["b", 3, "x"]]))
    frame = read_workbook(data)
    assert dict(frame.dtypes.astype(str)) == {"name": "str", "size": "int64", "mixed": "str"}
    assert frame["mixed"].tolist() == ["2.5", "x"]
    assert sheet_names(data) == ("First",)
    assert largest_sheet(data, "XLSX") == (3, 3)
    assert list(read_workbook(data, header=False).columns) == ["column 1", "column 2", "column 3"]
    sources = cell_sources(data, sheet="First", rows=2, columns=2)
    assert [(row, column) for _xml, row, column, _text in sources] == [
        (0, 0),
        (0, 1),
        (1, 0),
        (1, 1),
    ]


def test_the_xml_of_a_shared_text() -> None:
    data = workbook(
        ['<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1"><v>2</v></c></row>'],
        "<si><t>no</t></si><si><r><t>ye</t></r><r><t>s</t></r></si>",
    )
    assert cell_sources(data, sheet="") == (
        ('<c r="A1" t="s"><v>1</v></c>', 0, 0, "yes"),
        ('<c r="B1"><v>2</v></c>', 0, 1, ""),
    )


def test_a_cell_in_the_last_corner_is_refused_before_it_takes_memory() -> None:
    rows = ['<row r="1"><c r="A1"><v>1</v></c></row>']
    rows += ['<row r="1048576"><c r="XFD1048576"><v>3</v></c></row>']
    data = workbook(rows)
    assert largest_sheet(data, "XLSX") == (1_048_576, 16_384)
    assert column_number("XFD") == 16_384
    with pytest.raises(UserError, match="columns"):
        open_source("x.xlsx", data)


def test_damaged_files_are_told() -> None:
    for function, data in (
        (read_parquet, b"PAR1" + b"x" * 40 + b"PAR1"),
        (read_workbook, b"PK\3\4" + b"x" * 40),
        (read_json_table, b"[]"),
        (read_text_table, b"\n\n"),
    ):
        with pytest.raises(UserError):
            function(data)


def test_a_thousand_columns_and_a_million() -> None:
    wide = ",".join(f"c{n}" for n in range(1000)) + "\n" + ",".join(map(str, range(1000))) + "\n"
    assert read(wide.encode()).shape == (1, 1000)
    with pytest.raises(UserError, match="columns"):
        read_text_table(b"," * 1_000_000 + b"\n1\n")


def test_tables_of_no_and_of_one_row() -> None:
    assert read_text_table(b"a,b\n").shape == (0, 2)
    assert read_text_table(b"a,b\n1,2\n").shape == (1, 2)
    assert read_text_table(b"a\n1\n", separator="").shape == (1, 1)


def test_a_table_written_as_csv_comes_back() -> None:
    frame = read(samples.load("titanic").data)
    pd.testing.assert_frame_equal(read(as_csv(frame, rows=1000)), frame)


# ------------------------------------------------------------------------------------- round trips

LETTERS = st.characters(codec="utf-8", exclude_categories=("C", "Z"))
WORDS = st.text(LETTERS, min_size=1, max_size=8).map(lambda word: f"w{word}")
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=64)
INTEGERS = st.integers(-(2**53), 2**53)


@st.composite
def frames(draw: Any, gaps: bool = True) -> pd.DataFrame:
    """A table of three columns: whole numbers, numbers with a fraction, words; some of them missing."""
    rows = draw(st.integers(2, 6))
    whole = draw(st.lists(INTEGERS, min_size=rows, max_size=rows))
    part = draw(st.lists(NUMBERS, min_size=rows, max_size=rows))
    words = draw(st.lists(WORDS, min_size=rows, max_size=rows))
    if gaps and draw(st.booleans()):
        part[draw(st.integers(0, rows - 1))] = float("nan")
        words[draw(st.integers(0, rows - 1))] = None
    return pd.DataFrame(
        {
            "whole": pd.array(whole, "int64"),
            "part, with a comma": pd.array(part, "float64"),
            'word "quoted"': pd.Series(words, dtype="str"),
        }
    )


def alike(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Equal, but that a column of numbers without fractions is one of whole numbers."""
    assert list(found.columns) == list(expected.columns)
    for name in expected:
        if expected[name].dtype == "float64":
            found = found.assign(**{name: found[name].astype("float64")})
    pd.testing.assert_frame_equal(found, expected, check_exact=True)


@settings(max_examples=60, deadline=None)
@given(
    frames(),
    st.sampled_from([",", ";", "\t", "|", ":"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_csv_comes_back(frame: pd.DataFrame, separator: str, encoding: str, end: str) -> None:
    text = frame.to_csv(index=False, sep=separator, lineterminator=end, na_rep="NA")
    found = read_text_table(text.encode(encoding), encoding=encoding, separator=separator)
    alike(found, frame)


@settings(max_examples=40, deadline=None)
@given(frames())
def test_parquet_comes_back(frame: pd.DataFrame) -> None:
    out = io.BytesIO()
    frame.to_parquet(out)
    alike(read_parquet(out.getvalue()), frame)


@settings(max_examples=40, deadline=None)
@given(frames())
def test_json_lines_come_back(frame: pd.DataFrame) -> None:
    records = [
        {name: None if pd.isna(value) else value for name, value in zip(frame, row, strict=True)}
        for row in zip(*(frame[name].tolist() for name in frame), strict=True)
    ]
    data = "\n".join(json.dumps(record) for record in records).encode()
    alike(read_json_table(data), frame)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(-(2**50), 2**50), NUMBERS), min_size=1, max_size=6))
def test_workbooks_come_back(rows: list[tuple[int, float]]) -> None:
    data = workbook(xml_rows([["whole", "part"], *map(list, rows)]))
    found = read_workbook(data)
    assert found["whole"].tolist() == [whole for whole, _part in rows]
    assert found["part"].tolist() == pytest.approx([part for _whole, part in rows], rel=1e-15)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_one_sentence(data: bytes) -> None:
    try:
        frame = read_text_table(data, encoding="latin-1")
    except UserError:
        return
    assert len(set(frame.columns)) == frame.shape[1]
    assert {str(dtype) for dtype in frame.dtypes} <= ALLOWED


@given(st.text(max_size=300))
def test_a_layout_is_found_in_any_text(text: str) -> None:
    separator, quote, decimal, thousands, header, skip, escape = layout(text)
    assert separator in ("", *"\t;|,^~ ", DRAWN)
    assert (quote in ('"', "'"), decimal in (".", ","), escape in ("", "\\")) == (True, True, True)
    assert thousands != decimal
    assert isinstance(header, bool)
    assert 0 <= skip <= text.count("\n") + text.count("\r")
