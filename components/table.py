"""How a lesson gets from a table's file to columns: a pandas DataFrame, read as the learner wants it.

The reading options are kept for the session and the file; the page `tableread` changes them, and
every page about tables uses them.
"""

from __future__ import annotations

import html
from collections.abc import Collection
from typing import Any

import streamlit as st

from components import tray
from components.i18n import _, safe
from components.state import choice
from components.text import beginning, listed
from engine.lab import Lab, Node
from engine.sources import Source, Table
from engine.table.delimited import read_text_table
from engine.table.frame import MISSING
from engine.table.kinds import as_kinds
from engine.table.layout import text_layout
from engine.table.matrix import NO_CELL, RARE_CELL
from engine.table.parquet import read_parquet
from engine.table.records import read_json_table
from engine.table.summary import kind_of, nearly_numbers
from engine.table.task import counts_rows
from engine.table.vector import how_many_values
from engine.table.workbook import read_workbook

#: Seconds that a child process may take to read a table.
SECONDS = 60.0
#: What reads the formats; all others are workbooks.
READERS = {
    **dict.fromkeys(("CSV", "TSV"), read_text_table),
    **dict.fromkeys(("JSON", "JSON lines"), read_json_table),
    "Parquet": read_parquet,
}
#: Options that no file suggests: remarks are left out, words count as missing, kinds are chosen.
FURTHER: dict[str, Any] = {"comment": "", "missing": MISSING, "types": ()}
#: What the columns are called that a learner most likely wants to know from the others.
TARGETS = ("survived", "species", "target", "class", "price", "medhousevalue")
#: The kinds of columns.
KINDS = ("integer", "number", "boolean", "date", "text")
NUMBERS = ("integer", "number", "boolean")
NUMBERS_AND_DATES = (*NUMBERS, "date")  # all that lie on a scale
#: A column of more different values than this is no set of classes.
MOST_CLASSES = 20
#: A measure has more different values than this.
FEW_VALUES = 10
#: Columns that a sentence names.
MOST_NAMED = 5
#: What a link says where no column is chosen.
NOTHING = "none"
#: What belongs to no group, and the shapes of points group by group.
GRAY = "#7A7F87"
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "x", "cross", "circle-open")


def load() -> tuple[Lab, Node]:
    """The lab of the tray's table, and the table: a node "table" whose value is a DataFrame.

    Raises
    ------
    UserError : the table can't be read so.
    """
    source, lab = of_tray()
    table = read(lab, source)
    table.value  # noqa: B018 (a table without cells is refused before anything is drawn)
    return lab, table


def of_tray() -> tuple[Table, Lab]:
    """The tray's table and a lab for it; nothing is read yet."""
    source = tray.current("table")
    assert isinstance(source, Table)
    return source, Lab(source)


def read(lab: Lab, source: Table, **changes: Any) -> Node:
    """Record how the table is read: by the learner's options, changed by `changes`."""
    options = options_of(source) | changes
    types = tuple(sorted(dict(options.pop("types", ())).items()))
    function = READERS.get(source.format, read_workbook)
    apart = child() | ({"mapped": True} if tray.is_own("table") else {})
    if function is read_text_table and types:
        options["types"] = types
    table = lab.run(function, lab.source, as_="table", **apart, **options)
    if function is not read_text_table and types:
        table = lab.run(as_kinds, table, types=types, as_="table")
    return table


def child() -> dict[str, Any]:
    """Where the table is read: readers are compiled code, so files from outside get a child process."""
    return {"isolated": SECONDS} if tray.is_own("table") else {}


def options_of(source: Table) -> dict[str, Any]:
    """The reading options of this file: what was detected, and what the learner has changed."""
    return detected(source) | changed(source)


def detected(source: Table) -> dict[str, Any]:
    """The reading options that the file itself suggests."""
    if source.format == "Parquet":
        return {}
    if source.format.startswith("JSON"):
        return {"encoding": source.encoding}
    if not source.encoding:
        return {"sheet": "", "header": True, "skip": -1}
    lab = Lab(source)
    found = lab.run(text_layout, lab.source, encoding=source.encoding, as_="layout").value
    names = ("separator", "quote", "decimal", "thousands", "header", "skip", "escape")
    return {"encoding": source.encoding, **dict(zip(names, found, strict=True))}


def changed(source: Source) -> dict[str, Any]:
    """What the learner has changed in the reading options of this file; the session's own."""
    kept: dict[str, dict[str, Any]] = st.session_state.setdefault("_reading", {})
    return kept.setdefault(source.digest, {})


def types_of(source: Source) -> dict[str, str]:
    """The columns that the learner has chosen a kind for."""
    return dict(changed(source).get("types", ()))


def change(source: Table, name: str, value: Any) -> None:
    """Keep the learner's choice of one reading option; what is detected needs no keeping."""
    if value == detected(source).get(name, FURTHER.get(name)):
        changed(source).pop(name, None)
    else:
        changed(source)[name] = value


def columns_of(frame: Any, kinds: Collection[str] = KINDS) -> tuple[str, ...]:
    """The names of the columns of these kinds (`NUMBERS` for all that a model takes as numbers)."""
    return tuple(str(name) for name, column in frame.items() if kind_of(column) in kinds)


def measures(lab: Lab, table: Node) -> tuple[str, ...]:
    """The columns of numbers with more than a few values, if there are two: no codes, no years.

    Whole numbers that only count the rows are none.
    """
    frame = table.value
    numeric = tuple(name for name in columns_of(frame, NUMBERS) if not counts_rows(frame[name]))
    counts = lab.run(how_many_values, table, columns=numeric, as_="different").value
    found = tuple(name for name, count in zip(numeric, counts, strict=True) if count)
    many = tuple(name for name, count in zip(numeric, counts, strict=True) if count > FEW_VALUES)
    return many if len(many) > 1 else found


def too_few(lab: Lab, table: Node, told: str) -> str:
    """`told`, that numbers are missing, and which columns are numbers but for a few cells."""
    names = lab.run(nearly_numbers, table, as_="nearly").value
    if not names:
        return told
    first = listed(safe(beginning(name, 40)) for name in names[:MOST_NAMED])
    more = " …" if len(names) > MOST_NAMED else ""
    return f"{told} " + _(
        "Text only because words or signs stand among the numbers: {columns}{more}. The page “Reading "
        "tables” can make numbers of them, in the step “Kinds and gaps”.",
        columns=first,
        more=more,
    )


def tell_too_few(lab: Lab, table: Node, told: str) -> None:
    """Say `told` and what `too_few` adds, in place of what can't be drawn."""
    st.info(too_few(lab, table, told), icon=":material/info:")


def pick_columns(
    frame: Any,
    label: str,
    *,
    key: str,
    kinds: Collection[str] = NUMBERS,
    most: int = 8,
    first: Collection[str] = (),
    none: bool = False,
) -> tuple[str, ...]:
    """Ask for one or more columns; at first `first`, or else all of these kinds, at most `most`.

    Without a choice it is those of the beginning, so never none, unless `none` allows it. `key` is the
    widget's key and its name in the URL, where names that no column has fall away.
    """
    places = _places(frame, columns_of(frame, kinds))
    start = [place for place, name in places.items() if name in first]
    start = start if start or none else list(places)
    start, own = start[:most], _key(frame, key)
    linked = [place for place in st.query_params.get(key, "").split(".") if place in places]
    if own not in st.session_state:
        empty = none and st.query_params.get(key) == NOTHING
        st.session_state[own] = [] if empty else linked or start
    chosen = st.multiselect(
        label, list(places), key=own, format_func=places.get, persist_state="session"
    )
    chosen = sorted(chosen if chosen or none else start, key=int)
    if chosen != start:
        st.query_params[key] = ".".join(chosen) or NOTHING
    elif key in st.query_params:
        del st.query_params[key]
    return tuple(places[place] for place in chosen)


def pick_column(
    frame: Any,
    label: str,
    *,
    key: str,
    kinds: Collection[str] = KINDS,
    default: str = "",
    without: Collection[str] = (),
) -> str:
    """Ask for one column; "" if the table has none of these kinds."""
    names = [name for name in columns_of(frame, kinds) if name not in without]
    if not names:
        return ""
    places = _places(frame, names)
    start = next((place for place, name in places.items() if name == default), None)
    own = _key(frame, key)
    return places[choice(label, places, key=own, param=key, default=start, look="menu")]


def pick_target(frame: Any, label: str = "", *, key: str, kinds: Collection[str] = KINDS) -> str:
    """Ask for the column that is to be told from the others; "" if there is none."""
    return pick_column(
        frame,
        label or _("Column to predict"),
        key=key,
        kinds=kinds,
        default=likely_target(frame, kinds),
    )


def likely_target(frame: Any, kinds: Collection[str] = KINDS) -> str:
    """A column with a telling name, else the last one of few classes, else the last one."""
    names = columns_of(frame, kinds)
    for wanted in TARGETS:
        for name in names:
            if name.casefold().replace("_", "").replace(" ", "") == wanted:
                return name
    few = (name for name in reversed(names) if has_few_values(frame[name]))
    return next(few, names[-1] if names else "")


def has_few_values(column: Any) -> bool:
    """Whether a column has at least two different values and at most `MOST_CLASSES`."""
    # The first rows of a long column show soon that there are more.
    beginning = column.iloc[: 50 * MOST_CLASSES].nunique()
    return bool(beginning <= MOST_CLASSES and 2 <= column.nunique() <= MOST_CLASSES)


def _places(frame: Any, names: Collection[str]) -> dict[str, str]:
    """The columns of these names by their numbers: names are the learner's, a link gives numbers."""
    wanted = set(names)
    return {str(place): name for place, name in enumerate(frame.columns) if name in wanted}


def _key(frame: Any, key: str) -> str:
    """The widget's key for this table's columns: another table begins anew."""
    import hashlib

    columns = "\n".join(map(str, frame.columns))
    return f"{key}_{hashlib.sha256(columns.encode()).hexdigest()[:8]}"


def label(name: object, count: int = 24) -> str:
    """The name of a column or a category as Plotly shows it and does nothing else with it."""
    return html.escape(beginning(str(name), count), quote=False)  # Plotly knows no &quot;


def group_name(name: str) -> str:
    """A category in this language: what is missing, or stands for the rarest, has a name of its own."""
    return {NO_CELL: _("(missing)"), RARE_CELL: _("(other)")}.get(name, name)
