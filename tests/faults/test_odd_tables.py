"""Tables as they come: workbooks of all formats, bombs, layouts, dates, JSON and Parquet with faults."""

from __future__ import annotations

import io
import json
import struct
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from engine.errors import UserError
from engine.sources import Table, Text, as_table, open_source
from engine.table.cut import cut_text
from engine.table.delimited import has_padded, read_text_table, uneven_rows
from engine.table.extent import largest_sheet
from engine.table.kinds import as_texts, date_order
from engine.table.layout import find_separator, layout, lines_before, text_layout, zero_characters
from engine.table.parquet import read_parquet
from engine.table.preview import read_cells
from engine.table.records import read_json_table
from engine.table.rows import DRAWN, first_lines, is_drawn
from engine.table.summary import date_columns
from engine.table.workbook import cell_sources, read_workbook, sheet_names
from tests.effort import at_most

DATA = Path(__file__).parent.parent / "data"
KINDS = {
    "name": "str",
    "n": "int64",
    "x": "float64",
    "day": "datetime64[us]",
    "moment": "datetime64[us]",
    "ok": "bool",
    "gap": "float64",
}


def read(data: bytes) -> pd.DataFrame:
    """Read a text as the page does when it is put on a lesson about tables."""
    source = open_source("x.csv", data)
    if isinstance(source, Text):
        source = as_table(source)
    assert isinstance(source, Table)
    if source.format.startswith("JSON"):
        return read_json_table(data, encoding=source.encoding)
    names = ("separator", "quote", "decimal", "thousands", "header", "skip", "escape")
    found = dict(zip(names, text_layout(data, encoding=source.encoding), strict=True))
    return read_text_table(data, encoding=source.encoding, **found)


# --------------------------------------------------------------------------------------- workbooks


@pytest.mark.parametrize("form", ["xls", "xlsb", "ods"])
def test_workbooks_of_every_format(form: str) -> None:
    data = (DATA / f"table.{form}").read_bytes()
    assert open_source("named.csv", data).format == form.upper()
    frame = read_workbook(data)
    assert dict(frame.dtypes.astype(str))["long"] == "str" if "long" in frame else True
    assert {name: str(frame[name].dtype) for name in KINDS} == KINDS
    assert frame["day"].tolist() == [pd.Timestamp("2020-01-02"), pd.Timestamp("1999-12-31")]
    assert frame["moment"][0] == pd.Timestamp("2020-01-02 10:30")
    assert frame["x"].tolist() == [1.5, -2.25]
    if "long" in frame:
        assert frame["long"].tolist() == ["30:00:00"] * 2
    if "error" in frame:
        assert frame["error"].isna().all()
    assert read_cells(data, rows=1)[0][:2] == ("name", "n")


def last_cell_moved(form: str) -> bytes:
    """The workbook with its last cell in the last corner that the format has."""
    data = (DATA / f"table.{form}").read_bytes()
    if form == "xls":
        number = struct.pack("<HHHH", 0x0203, 14, 5, 8)  # the NUMBER in the last row, of "gap"
        records = [at for at in range(len(data)) if data[at : at + 2] == b"\x7e\x02"]
        place = data.find(number)
        place = place if place >= 0 else records[-1]
        return data[: place + 4] + struct.pack("<HH", 65_535, 255) + data[place + 8 :]
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "content.xml":
                cell = b'table:number-columns-repeated="1024"'
                assert content.count(cell) == 1
                content = content.replace(cell, cell + b' office:value-type="float"')
            if name == "xl/worksheets/sheet1.bin":  # the head of the third row
                head = b"\0\x19" + struct.pack("<I", 2)
                assert content.count(head) == 1
                content = content.replace(head, head[:2] + struct.pack("<I", 1_048_575))
            new.writestr(name, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


@pytest.mark.parametrize(
    ("form", "rows"), [("xls", 65_536), ("xlsb", 1_048_576), ("ods", 1_048_000)]
)
def test_a_cell_in_the_last_corner(form: str, rows: int) -> None:
    data = last_cell_moved(form)
    assert largest_sheet(data, form.upper())[0] >= rows - 10
    if form == "xlsb":  # seven columns of a million rows are within the limit
        return
    tracemalloc.start()
    with at_most(2), pytest.raises(UserError, match="far away"):
        open_source("x", data)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def xlsx(
    sheet: str, shared: str = "", state: str = "visible", texts: str = "sharedStrings.xml"
) -> bytes:
    """An XLSX file: an empty sheet, and one of this XML."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://purl.oclc.org/ooxml/spreadsheetml/main"  # "Strict", as Excel may save it
    link = '<Relationship Id="r{0}" Type="' + office + '/{1}" Target="{2}"/>'
    links = "".join(
        link.format(*row)
        for row in (
            (1, "worksheet", "worksheets/one.xml"),
            (2, "worksheet", "/xl/worksheets/two.xml"),
            (3, "sharedStrings", texts),
        )
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    members = {
        "_rels/.rels": f'<Relationships xmlns="{package}">'
        + link.format(1, "officeDocument", "xl/workbook.xml")
        + "</Relationships>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">{links}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        f'<sheet name="one" sheetId="1" state="{state}" r:id="r1"/>'
        '<sheet name="two" sheetId="2" r:id="r2"/></sheets></workbook>',
        "xl/worksheets/one.xml": f'<worksheet xmlns="{main}"><sheetData/></worksheet>',
        "xl/worksheets/two.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
        f"xl/{texts}": f'<sst xmlns="{main}">{shared}</sst>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return out.getvalue()


def test_cells_without_places_and_with_formats_only() -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row>" * 3
    plain = xlsx(rows)
    assert read_workbook(plain, header=False).to_numpy().tolist() == [[1, 2]] * 3
    assert [cell[1:3] for cell in cell_sources(plain, sheet="", rows=1)] == [(0, 0), (0, 1)]
    styled = xlsx(
        '<row r="4"><c r="C4" t="s"><v>0</v></c><c r="D4"><v>7</v></c><c r="XFD4" s="1"/></row>'
        '<row r="5"><c r="C5"><v>1</v></c><c r="D5"><v>8</v></c></row>'
        '<row r="1048576"><c r="XFD1048576" s="2"></c></row>',
        "<si><t>name</t></si>",
    )
    assert largest_sheet(styled, "XLSX") == (2, 2)  # cells without a value don't count
    assert open_source("x", styled).format == "XLSX"
    assert list(read_workbook(styled).columns) == ["name", "7"]
    assert cell_sources(styled, sheet="")[0] == ('<c r="C4" t="s"><v>0</v></c>', 0, 0, "name")


def test_shared_texts_under_another_name() -> None:
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2"><v>7</v></c></row>'
    data = xlsx(rows, "<si><t>name</t></si>", texts="words/all.xml")
    assert list(read_workbook(data).columns) == ["name"]
    assert cell_sources(data, sheet="two")[0][3] == "name"
    assert read_cells(data)[0] == ("name",)


def test_damage_under_another_name_is_one_sentence() -> None:
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    data = xlsx(rows, "<si><t>name</t></si>", texts="words/all.xml")
    links, out = "xl/_rels/workbook.xml.rels", io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<Relation" if name == links else old.read(name))
    for damaged in (data.replace(b"<t>name", b"<t>nama", 1), out.getvalue()):  # a wrong checksum
        assert open_source("x", damaged).format == "XLSX"
        with pytest.raises(UserError, match="damaged"):
            read_cells(damaged)


def test_a_hidden_sheet_is_read_last() -> None:
    data = (DATA / "table.xls").read_bytes()
    assert list(read_workbook(data, sheet="hidden", header=False).columns) == ["column 1"]
    assert list(read_workbook(data).columns)[:2] == ["name", "n"]
    assert read_workbook(data, skip=0).columns[0] == "A title"


def bomb(size: int, *names: str) -> bytes:
    """A zip archive of members that say that each unpacks to so many bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            calc = "application/vnd.oasis.opendocument.spreadsheet"
            archive.writestr(name, calc if name == "mimetype" else bytes(100_000))
    parts = out.getvalue().split(b"PK\1\2")
    parts[2:] = [part[:20] + struct.pack("<I", size) + part[24:] for part in parts[2:]]
    return b"PK\1\2".join(parts)


def test_bombs_are_refused_within_a_second() -> None:
    one = bomb(210_000_000, "xl/workbook.xml", "xl/worksheets/sheet1.xml")
    # Members that lie over one another, as in bombs without recursion: each is counted.
    place, end = one.rfind(b"PK\1\2"), one.rfind(b"PK\5\6")
    entry = one[place:end]
    entry = entry[:24] + struct.pack("<I", 10_000_000) + entry[28:]
    tail = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 40, 40, 40 * len(entry), place, 0)
    files = {
        "a sheet of zeros": bomb(2**32 - 2, "xl/workbook.xml", "xl/worksheets/sheet1.xml"),
        "texts": bomb(4 * 10**9, "xl/workbook.xml", "xl/sharedStrings.xml"),
        "ODS": bomb(210_000_000, "mimetype", "content.xml"),
        "six": bomb(40_000_000, "xl/workbook.xml", *(f"xl/worksheets/s{n}.xml" for n in range(6))),
        "overlapping": one[:place] + entry * 40 + tail,
    }
    for what, data in files.items():
        with at_most(1, what), pytest.raises(UserError):
            open_source("x.xlsx", data)


def test_a_bomb_of_few_bytes_is_told_by_how_it_is_packed() -> None:
    data = bomb(40_000_000, "xl/workbook.xml", "xl/worksheets/sheet1.xml")
    with pytest.raises(UserError, match="times its size"):
        open_source("x.xlsx", data)


def test_the_sheets_of_a_damaged_workbook_are_one_sentence() -> None:
    with pytest.raises(UserError, match="damaged"):
        sheet_names(b"PK\3\4 and no more of it")


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"<html><body><table><tr><td>1</td></tr></table>", "HTML"),
        (b"\xef\xbb\xbf<TABLE border=1><tr><td>1</td></tr></TABLE>", "HTML"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "XML"),
    ],
)
def test_web_pages_and_xml_that_are_called_workbooks(start: bytes, kind: str) -> None:
    with pytest.raises(UserError) as caught:
        read(start)
    assert caught.value.params["kind"] == kind


# -------------------------------------------------------------------------------------------- text

TITLES = {
    "titles and an empty line": "Report\nCreated in 2020\n\nname,n\na,1\nb,2\nc,3\n",
    "titles filled up": "Sales,,\n2020,,\n,,\nname,n,m\na,1,2\nb,2,3\nc,3,4\n",
    "quoted titles": '"Source","Bank",\n\n"Updated","2020",\n\n"name","n","m","",\n'
    + "".join(f'"{letter}","{n}","1","2",\n' for n, letter in enumerate("abc")),
    "a title with the separator": "Place: X;Y\nHeight: 1\nname;n;q\na;1,5;1\nb;2,5;1\nc;2,7;1\n",
}


@pytest.mark.parametrize("text", TITLES.values(), ids=list(TITLES))
def test_titles_above_a_table_are_left_out(text: str) -> None:
    frame = read(text.encode())
    assert list(frame.columns)[:2] == ["name", "n"]
    assert len(frame) == 3
    assert frame["n"].dtype.kind in "if"
    skip = text_layout(text.encode(), encoding="utf-8")[5]
    assert lines_before(text.encode(), encoding="utf-8", skip=skip)[1][0] == text.split("\n")[0]
    assert read_cells(text.encode(), columns=2)[0] == ("name", "n")


@pytest.mark.parametrize(
    "text", ["x,,\n1,2,3\n4,5,6\n", "name,n\na,1\nb,2\n", "a,b,\n1,2,\n3,4,\n", "a\n1\n2\n3\n"]
)
def test_names_are_no_title(text: str) -> None:
    assert text_layout(text.encode(), encoding="utf-8")[5] == 0


def test_what_only_its_owner_calls_a_table() -> None:
    assert read(b"name\nAnn\nBob\n").shape == (2, 1)
    assert read(b"a,b,c\n").shape == (0, 3)
    assert read(b"name   age city\nAnn     20 Rome\nBob      3 Oslo\n")["age"].tolist() == [20, 3]
    assert read(b"a,b\n1,2\n# no\n3,4\n").shape == (3, 2)
    rows = read(b"a,b\nr1,1,2\nr2,3,4\nr3,5,6\n")  # as R writes it
    assert list(rows.columns) == ["column 1", "a", "b"]
    assert read(b"a,b\n" + b"x" * 200_000 + b",1\ny,2\n").shape == (2, 2)


def test_numbers_that_are_names_stay_texts() -> None:
    frame = read(
        b"zip,month,id,gap,phone,hex,plus,x\n"
        b"01234,01,9007199254740993,9007199254740993,+4912345678,0x1F,+1,0.5\n"
        b"10115,12,5,,+4912345679,0x20,-2,1e3\n"
    )
    assert frame["phone"].tolist() == ["+4912345678", "+4912345679"]
    assert frame["hex"].tolist() == ["0x1F", "0x20"]
    assert frame["plus"].tolist() == [1, -2]
    assert frame["x"].tolist() == [0.5, 1000]
    assert frame["zip"].tolist() == ["01234", "10115"]
    assert frame["month"].tolist() == [1, 12]
    assert frame["id"].tolist() == [9007199254740993, 5]
    assert frame["gap"].tolist()[0] == "9007199254740993"


@pytest.mark.parametrize(
    "text",
    [
        "zip;x\r01234;1\r04567;2\r",
        "zip;x\n 01234;1\n 04567;2\n",
        "zip\tx\n\n  01234\t1\n04567\t2\n",
    ],
)
def test_zeros_stay_wherever_their_cell_begins(text: str) -> None:
    frame = read(text.encode())
    assert frame["zip"].str.strip().tolist() == ["01234", "04567"]


def test_zeros_of_the_first_cell_of_a_table_without_names() -> None:
    assert read(b"012;1\n345;2\n678;3\n").iloc[:, 0].tolist() == ["012", "345", "678"]


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (["1.1.2020", "24.12.2021", "3.5.2021"], "str"),
        (["192.168.1.1", "10.0.0.1", "8.8.8.8"], "str"),
        (["12.345.678", "-1.000", "999,5"], "float64"),
    ],
)
def test_a_sign_between_thousands_stands_between_thousands(column: list[str], kind: str) -> None:
    numbers = ["1.234,5", "2.345,6", "999,0"]
    rows = "\n".join(map(";".join, zip(column, numbers, strict=True)))
    frame = read(f"a;x\n{rows}\n".encode())
    assert frame["x"].tolist() == [1234.5, 2345.6, 999]
    assert frame["a"].dtype == kind
    expected = [float(cell.replace(".", "").replace(",", ".")) for cell in column[kind == "str" :]]
    assert frame["a"].tolist() == (column if kind == "str" else expected)


@pytest.mark.parametrize(
    ("cells", "signs", "expected"),
    [
        (["7,8", "9,1"], (".", ","), ["7,8", "9,1"]),
        (["12,34,567", "1,234.5"], (".", ","), [1234567, 1234.5]),
        (["1'234.5", "12"], (".", "'"), [1234.5, 12]),
        (["1\u202f234,567\u202f8", "-1\u202f000"], (",", "\u202f"), [1234.5678, -1000]),
        (["1,234e3", "2"], (".", ","), [1234000, 2]),
    ],
)
def test_groups_of_digits(cells: list[str], signs: tuple[str, str], expected: list[Any]) -> None:
    data = ("x\n" + "\n".join(cells) + "\n").encode()
    frame = read_text_table(data, separator=";", decimal=signs[0], thousands=signs[1])
    assert frame["x"].tolist() == expected


def test_commas_between_thousands_where_commas_separate() -> None:
    assert read(b'x,y\n"1,234",1\n"2,345",2\n')["x"].tolist() == [1234, 2345]
    assert read(b"x;y\n1,234;1\n2,345;2\n")["x"].tolist() == [1.234, 2.345]


@pytest.mark.parametrize(
    ("first", "second", "order"),
    [
        ("13/02/2020", "01/03/2020", "day"),
        ("02/13/2020", "03/01/2020", "month"),
        ("02/03/2020", "03/01/2020", "month"),
        ("02.03.2020", "03.01.2020", "day"),
        ("2020-01-02", "x", ""),
    ],
)
def test_one_order_of_day_and_month_for_a_column(first: str, second: str, order: str) -> None:
    data = f"d,v\n{first},1\n{second},2\n".encode()
    frame = read(data)
    assert date_order(as_texts(frame, column="d")) == order
    assert date_columns(frame) == (("d",) if order else ())
    if order:
        days = read_text_table(data, types=(("d", "date"),))["d"]
        form = "%d/%m/%Y" if order == "day" else "%m/%d/%Y"
        expected = pd.to_datetime([first.replace(".", "/"), second.replace(".", "/")], format=form)
        assert days.tolist() == expected.tolist()


def test_the_beginning_of_a_long_table() -> None:
    data = "a,b\n" + '1,"x\ny"\n' * 10
    assert first_lines(data.encode(), encoding="utf-8", lines=100) == data.encode()
    part = first_lines(data.encode(), encoding="utf-8", lines=4)  # line 4 lies inside of a cell
    assert part == b'a,b\n1,"x\ny"\n'
    assert (
        first_lines(data.encode("utf-16"), encoding="utf-16", lines=3).decode("utf-16") == data[:12]
    )


def test_the_beginning_is_found_by_work_that_grows_with_the_lines() -> None:
    data = b'"x\n' + b"y\n" * 100_000
    with at_most(5):
        assert first_lines(data, encoding="utf-8", lines=90_000) == b'"x\n'


# Texts by which patterns that try each place again and again would take hours.
ENDLESS = {
    "a rule that is none": lambda: is_drawn("-" * 60_000 + "x\n|a|b|\n"),
    "a row of dashes": lambda: is_drawn("|a|b|\n|" + "-" * 60_000 + "x|b\n|c|d|\n"),
    "blanks": lambda: find_separator("abc\n" + " " * 60_000 + "x\nq\n"),
    "digits": lambda: layout("a,b\n" + ("1" * 80_000 + "x,1\n") * 3),
    "tabs": lambda: has_padded(b"\t" * 1_000_000, separator="\t", quote='"'),
}


@pytest.mark.parametrize("look", ENDLESS.values(), ids=list(ENDLESS))
def test_no_look_at_a_text_takes_time_by_the_square_of_it(look: Any) -> None:
    with at_most(5):
        look()


# What is written in files of other programs, and the cells that are meant.
DIALECTS = {
    "escaped quotes": ('id,t\n1,"say \\"hi\\", then"\n2,"x"\n3,"\\"y\\""\n', [1, 'say "hi", then']),
    "escaped separators": ("id,t\n1,Hello\\, you\n2,plain\n3,x\\,y\n", [1, "Hello, you"]),
    "a missing value of a database": ("id,t\n1,a\\,b\n\\N,c\\,d\n", [1, "a,b"]),
    "paths that end with a backslash": (
        'id,t\n1,"C:\\a\\"\n2,"D:\\b\\c"\n3,"E:\\"\n',
        [1, "C:\\a\\"],
    ),
    "single quotes": ("id,t\n1,'x, y'\n2,'z'\n3,'w, q'\n", [1, "x, y"]),
    "Markdown": ("| id | t |\n|:--|--:|\n| 1 | a\\|b |\n| 2 | - |\n", [1, "a|b"]),
    "Markdown without edges": ("id | t\n--- | ---\n1 | a\n2 | b\n", [1, "a"]),
    "psql": (" id | t  \n----+----\n  1 | ab\n  2 | \n(2 rows)\n", [1, "ab"]),
    "mysql": ("+----+---+\n| id | t |\n+----+---+\n|  1 | a |\n+----+---+\n", [1, "a"]),
    "carets": ("id^t\n1^a\n2^b\n", [1, "a"]),
    "names behind a remark": ("# by hand\n# id t\n1 a\n2 b\n3 c\n", [1, "a"]),
    "short rows": ("id,t,u\n1,a\n2,b,3\n4\n", [1, "a"]),
    "more names than cells": ("id,t,u,v\n1,a\n2,b\n3,c\n", [1, "a"]),
    "names that end with a separator": ("x\n\nid,t,u,\n1,a,3\n2,b,4\n3,c,5\n", [1, "a"]),
    "rows that end with a tab": ("id\tt\n1\ta\n2\tb\t\n3\tc\t\n4\td\t\n", [1, "a"]),
    "blanks for nothing": ("id,t\n1,a\n   ,b\n", [1, "a"]),
    "a minus sign": ("id,t\n1,a\n\u22122,b\n", [1, "a"]),
    "the end of a file in DOS": ("id,t\n" + "1,a\n" * 20 + "\x1a", [1, "a"]),
}


@pytest.mark.parametrize(("text", "first"), DIALECTS.values(), ids=list(DIALECTS))
def test_dialects(text: str, first: list[Any]) -> None:
    frame = read(text.encode())
    assert list(frame.columns)[:2] == ["id", "t"]
    assert frame["id"].dtype.kind in "if"
    assert frame.iloc[0, :2].tolist() == first
    found = text_layout(text.encode(), encoding="utf-8")
    how = dict(zip(("separator", "quote"), found[:2], strict=True)) | {"escape": found[6]}
    marks = cut_text(text.encode(), encoding="utf-8", skip=found[5], **how)
    cell = "".join(
        char for char, _code, row, column, role in marks if (row, column, role) == (1, 1, "cell")
    )
    assert cell.replace("\\|", "|") == first[1]  # the bytes that are shown make the same cell


@pytest.mark.parametrize(
    ("text", "names", "rows"),
    [
        ("#1,2,3\n4,5,6\n7,8,9\n1,1,2\n", ["column 1", "column 2", "column 3"], 3),
        ("# Ann\t2\nn\tx\nBob\t3\nCy\t4\n", ["n", "x"], 2),
        ("# n,2019,2020\na,1,2\nb,3,4\n", ["n", "2019", "2020"], 2),
        ("#\tx\ty\n1\t2\t3\n4\t5\t6\n", ["column 1", "x", "y"], 2),
        ("#\tx\ty\n2\t3\n5\t6\n", ["x", "y"], 2),
        ("# a remark\r\n# n,x\r\na,1\r\nb,2\r\n", ["n", "x"], 2),
        ("# a remark\rn,x\ra,1\rb,2\r", ["n", "x"], 2),
        ("#a,b\n" + "#1,2\n" * 20_000 + "#1,2,3\n7,8\n9,9\n", ["#a", "b"], 20_003),
    ],
)
def test_remarks_names_and_rows_behind_a_sign(text: str, names: list[str], rows: int) -> None:
    frame = read(text.encode())
    assert list(frame.columns) == names
    assert len(frame) == rows


@pytest.mark.parametrize(
    ("text", "rows", "uneven"),
    [
        ("| a | b |\n|---|---|\n| - | - |\n| 3 | 4 |\n", [["-", "-"], ["3", "4"]], ()),
        ("| a | b |\n|---|---|\n| --- | --- |\n| 3 | 4 |\n", [["---", "---"], ["3", "4"]], ()),
        ("|a|b|\n|--+--|\n|---+---|\n|3|4|\n(1 row)\n", [["3", "4"]], ()),
        (" a | b\n---+---\n 1 | 2\nlost\n 3 | 4\n", [["1", "2"], ["lost", ""], ["3", "4"]], (3,)),
    ],
)
def test_no_row_of_a_drawing_is_lost(text: str, rows: list[list[str]], uneven: Any) -> None:
    assert is_drawn(text)
    frame = read_text_table(text.encode(), separator=DRAWN, quote="")
    assert list(frame.columns) == ["a", "b"]
    cells = [[str(cell) if cell == cell else "" for cell in row] for row in frame.to_numpy(object)]
    assert [[cell.removesuffix(".0") for cell in row] for row in cells] == rows
    assert uneven_rows(text.encode(), separator=DRAWN, quote="")[2] == uneven


def test_comments_within_quotes_are_cells() -> None:
    text = 'a,b\n"t\n# x",1\n#no "row\n"u\n# y",2\n3,z\n4,w\n'
    frame = read_text_table(text.encode(), comment="#")
    assert frame["a"].tolist() == ["t\n# x", "u\n# y", "3", "4"]
    text = "# remark\ra,b\r1,2\r# end\r3,4\r"
    assert read_text_table(text.encode(), comment="#").to_numpy().tolist() == [[1, 2], [3, 4]]
    marks = cut_text(b"a,b\r#no\r1,2\r", encoding="utf-8", separator=",", comment="#")
    assert [char for char, _code, row, *_rest in marks if row == 1] == ["1", ",", "2", "\r"]


def test_ends_of_lines_within_cells_of_uneven_tables() -> None:
    frame = read_text_table(b'a,b\n"x\ry",1\n"x\r\nz",9\n2\n3,4\n5,6\n')
    assert frame["a"].tolist() == ["x\ry", "x\r\nz", "2", "3", "5"]
    assert frame["b"].tolist()[:2] == [1, 9]


def test_empty_lines_above_the_names() -> None:
    for start in ("\n", "\r\n\r\n", "#no\n\n"):
        frame = read_text_table(f"{start}a,b\n1,2\n3,4\n".encode(), comment="#")
        assert frame.to_numpy().tolist() == [[1, 2], [3, 4]]


def test_a_row_that_is_too_long_is_told_as_that() -> None:
    with pytest.raises(UserError, match="too long"):
        read_text_table(b"a,b\n" + b"x" * 2**25 + b",1\n2,3\n")


def test_a_drawing_within_prose_is_no_table() -> None:
    prose = "Some words.\n\n| id | t |\n|----|---|\n| 1 | a |\n\nAnd more of them.\n"
    assert isinstance(open_source("x.md", prose.encode()), Text)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_characters_without_a_mark(codec: str) -> None:
    frame = read("id,t\n1,\u4e00\n2,b\n".encode(codec))
    assert frame.to_numpy().tolist() == [[1, "\u4e00"], [2, "b"]]


def test_bytes_of_zero_are_told_as_damage() -> None:
    data = b"id,t\n1,a\0b\n2,c\n" + b"\0" * 500
    assert read(data).to_numpy().tolist() == [[1, "ab"], [2, "c"]]
    assert zero_characters(data, encoding="utf-8") == 501
    assert zero_characters(b"a\n1\n", encoding="utf-8") == 0
    escaped = b'id,t\n1,"\\"a\\", then"\n2,b\0\n3,c\n'
    assert read(escaped)["t"].tolist() == ['"a", then', "b", "c"]
    for binary in (bytes(range(256)) * 9, b"id,t\n1,a\n" + b"\0\1" * 40 + b"x"):
        with pytest.raises(UserError, match="not recognised"):
            open_source("x.csv", binary)


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("2020-01-02,x\n2020-01-03,y\n2020-01-04,z\n", False),
        ("day,2020-01-02,2020-01-03\na,1,2\nb,3,5\n", True),
        ("wave,400,401,402\na,1,5,2\nb,3,1,9\n", True),
        ("a,1,2,3\nb,2,3,4\nc,5,6,7\n", False),
        ("5,3,1\n2,2,4\n1,1,5\n3,4,4\n", False),
        ("1,2,3\n8,5,9\n7,9,4\n9,6,8\n", False),
        ("1,2,3,4,5\n8,1,9,7,7\n7,9,2,8,9\n", False),
        ("2000,2010,2020\n2001,2013,2021\n2002,2017,2022\n", False),
        ("2019,2020,2021,2022,2023\n3,1,4,1,5\n9,2,6,5,3\n", True),
        ("a,1999,2005\nb,1998,2004\nc,1997,2011\n", False),
        ("#1,#2\n#3,#4\n#5,#6\n#7,#8\n#9,#1\nx,y\n", True),
    ],
)
def test_what_the_first_row_is(text: str, header: bool) -> None:
    frame = read(text.encode())
    assert text_layout(text.encode(), encoding="utf-8")[4] is header
    assert len(frame) == text.count("\n") - header


# -------------------------------------------------------------------------------- JSON and Parquet


@pytest.mark.parametrize("place", [3, 130])
def test_a_broken_line_of_json_is_named(place: int) -> None:
    lines = [json.dumps({"a": n, "b": {"x": [n]}}) for n in range(150)]
    lines[place] = '{"a": 1,'
    with pytest.raises(UserError) as caught:
        read("\n".join(lines).encode())
    assert caught.value.params["line"] == str(place + 1)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('{\n"a": 1,\n"b": "x"}', [[1, "x"]]),
        ('{"a": [1, 2], "b": ["x", "y"]}', [[1, "x"], [2, "y"]]),
        ('{"n": 2, "data": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]}', [[1, "x"], [2, "y"]]),
    ],
)
def test_one_object(text: str, rows: list[list[Any]]) -> None:
    assert read(text.encode())[["a", "b"]].to_numpy().tolist() == rows


def test_one_line_of_json_is_recognised_and_shown_as_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [{"a": n, "b": "x"} for n in range(3)]
    data = json.dumps({"n": 2, "data": rows}).encode()
    assert open_source("x", data).format == "JSON"
    assert read_cells(data) == (("a", "b"), ("0", "x"), ("1", "x"), ("2", "x"))
    assert read_json_table(data).shape == (3, 2)
    monkeypatch.setattr("engine.table.facts.MAX_JSON", 20)
    monkeypatch.setattr("engine.table.records.MAX_JSON", 20)
    with pytest.raises(UserError, match="longer than"):
        open_source("x", data)


def test_whole_numbers_of_hundreds_of_digits() -> None:
    digits = "1" * 400
    assert read(f'[{{"a": {digits}}}, {{"a": 2.5}}]'.encode())["a"].tolist() == [digits, "2.5"]
    lines = [f'{{"a": {n}}}' for n in range(120)] + ['{"a": ' + "1" * 5000 + "}"]
    with pytest.raises(UserError, match=r"Line 121 .*4300 digits"):
        read("\n".join(lines).encode())
    with pytest.raises(UserError, match="nested too deeply"):
        read_json_table(b"[" * 100_000)


def test_halves_of_characters_in_json() -> None:
    frame = read(b'[{"a\\ud800": "\\udc00", "b": [{"c": "\\ud800"}]}]')
    assert list(frame.columns) == ["a\ufffd", "b"]
    assert frame.iloc[0].tolist() == ["\ufffd", '[{"c": "\ufffd"}]']
    assert read_cells(b'[{"a": "\\udc00"}]')[1] == ("\ufffd",)


def test_times_that_lie_too_far_away_stay_texts() -> None:
    out = io.BytesIO()
    times = pa.array([2**55, 0], pa.timestamp("ms"))
    parquet.write_table(pa.table({"far": times, "near": pa.array([0, 1], pa.timestamp("ms"))}), out)
    assert dict(read_parquet(out.getvalue()).dtypes.astype(str)) == {
        "far": "str",
        "near": "datetime64[us]",
    }
    days = pa.table(
        {name: pa.array([n, 0], pa.date32()) for name, n in (("f", 2 * 10**8), ("n", 1))}
    )
    out = io.BytesIO()
    parquet.write_table(days, out)
    frame = read_parquet(out.getvalue())
    assert dict(frame.dtypes.astype(str)) == {"f": "str", "n": "datetime64[us]"}
    assert frame["f"][1] == "1970-01-01"
    assert read_cells(out.getvalue())[2] == ("1970-01-01", "1970-01-01")


def test_numbers_that_no_column_of_numbers_holds() -> None:
    big = 123456789012345678901234567890
    assert read(json.dumps([{"a": big}, {"a": 2}]).encode())["a"].tolist() == [str(big), "2"]
    table = pa.table(
        {
            "u": pa.array([2**64 - 1, 1], pa.uint64()),
            "gap": pa.array([2**62 + 1, None]),
            "least": pa.array([-(2**63), 1]),
            "bytes": pa.array([b"ok", None]),
        }
    )
    out = io.BytesIO()
    parquet.write_table(table, out)
    frame = read_parquet(out.getvalue())
    assert frame["u"].tolist() == [str(2**64 - 1), "1"]
    assert frame["gap"][0] == str(2**62 + 1)
    assert frame["least"].tolist() == [-(2**63), 1]
    assert frame["bytes"][0] == "ok"


def test_texts_of_parquet_that_are_no_utf8_are_damage() -> None:
    out = io.BytesIO()
    texts = pa.array([b"ok", b"\xff\xfe"]).view(pa.string())
    parquet.write_table(pa.table({"s": texts}), out)
    with pytest.raises(UserError, match="damaged"):
        read_parquet(out.getvalue())
    with pytest.raises(UserError, match="damaged"):
        read_cells(out.getvalue())


def test_damaged_parquet_is_one_sentence() -> None:
    out = io.BytesIO()
    parquet.write_table(pa.table({"a": list(range(500)), "s": [f"x{n}" for n in range(500)]}), out)
    data = out.getvalue()
    refused = 0
    for place in range(4, len(data) - 4, len(data) // 60):
        broken = data[:place] + bytes([data[place] ^ 0x5A]) + data[place + 1 :]
        try:
            read_parquet(broken)
        except UserError:
            refused += 1
    assert refused > 10
