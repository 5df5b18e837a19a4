"""Shows: a row as a vector, the table as an array of NumPy and a tensor of PyTorch, fewer bytes a
number, categories as integers and one-hot, gaps filled, columns scaled, and what goes wrong with each.
"""

from __future__ import annotations

import streamlit as st

from components import page, show
from components import table as tables
from components import tablenumbers as arrays
from components import tablenumbers_bytes as kept
from components import tablenumbers_categories as hot
from components import tablenumbers_gaps as filled
from components import tablenumbers_questions as questions
from components import tablenumbers_scales as scales
from components.guard import fragment
from components.i18n import _
from components.rows import ask_row
from components.state import choice
from engine.table import vector
from engine.table.matrix import MOST_CATEGORIES

here = page.start(
    "tablenumbers",
    {
        "row": _("A row"),
        "array": _("The array"),
        "bytes": _("Kinds of numbers"),
        "categories": _("Categories"),
        "missing": _("Gaps"),
        "scaling": _("Scales"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
lab, table = tables.load()
frame = table.value
numeric = tables.columns_of(frame, tables.NUMBERS)
known = tuple(name for name in numeric if frame[name].notna().any())  # with at least one number


def lacks(columns: tuple[str, ...], sentence: str) -> bool:
    """Say so if the table has no rows, or none of the columns that a step is about."""
    if len(frame) and columns:
        return False
    told = sentence if len(frame) else _("This table has no rows, so there is nothing to compute.")
    st.info(told, icon=":material/info:")
    return True


def no_numbers() -> bool:
    return lacks(known, text["no_numbers"])


def pick_measure(key: str) -> str:
    first = arrays.first_measure(lab, table)
    return tables.pick_column(frame, _("Column"), key=key, kinds=tables.NUMBERS, default=first)


@fragment
def row() -> None:
    if lacks(tuple(frame.columns), ""):
        return
    kinds = tables.KINDS
    columns = tables.pick_columns(frame, _("Columns"), key="tn_columns", kinds=kinds)
    at = ask_row(_("Row"), len(frame), key="tn_row")
    categories = lab.run(vector.categories_of, table, columns=columns, as_="categories")
    parts = lab.run(
        vector.row_vector, table, categories, row=at, columns=columns, as_="row_as_numbers"
    )
    length = sum(len(numbers) for _name, _cell, numbers in parts.value)
    told = _("This vector has {length} numbers.", length=length)
    caption = told + " " + text["row_caption"].format(most=MOST_CATEGORIES)
    show.html("tn_row", arrays.row_grids(parts.value, categories.value), [parts], caption=caption)


@fragment
def array() -> None:
    if no_numbers():
        return
    orders = {"C": _("C: row by row"), "F": _("Fortran: column by column")}
    order = choice(_("Order in memory"), orders, key="tn_order")
    arrays.array_views(lab, table, numeric, order, text)


@fragment
def dtypes() -> None:
    if lacks(tuple(frame.columns), ""):
        return
    first = arrays.first_measure(lab, table)
    column = tables.pick_column(frame, _("Column"), key="tn_kept", default=first)
    kept.kept_view(lab, table, column, text)
    kept.smallest_view(lab, table, text)


@fragment
def categories() -> None:
    if not lacks(tables.columns_of(frame, ("text",)), text["no_text"]):
        hot.categories_views(lab, table, text)


@fragment
def missing() -> None:
    if not no_numbers():
        filled.gap_steps(lab, table, numeric, known, text)


@fragment
def scaled() -> None:
    if no_numbers():
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = pick_measure("tn_scaled")
        way = choice(_("Scaling"), scales.scaling_names(), key="tn_scaling", look="menu")
    at = ask_row(_("Row"), len(frame), key="tn_cell")
    scales.scale_views(lab, table, column, way, at, text)


@fragment
def breaks() -> None:
    cases = {
        "distance": _("Columns of different size"),
        "outlier": _("One wrong number"),
        "integers": _("Categories as integers"),
    }
    case = choice(_("What breaks"), cases, key="tn_case", hide_label=True)
    st.markdown(text[f"breaks_{case}"])
    {"distance": distances, "outlier": outlier, "integers": integers}[case]()


def distances() -> None:
    if no_numbers():
        return
    columns = tables.pick_columns(frame, _("Columns"), key="tn_distance", most=6)
    scales.share_views(lab, table, columns, text)


def outlier() -> None:
    if no_numbers():
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = pick_measure("tn_wrong")
        factors = {"10": "× 10", "100": "× 100", "1000": "× 1000"}
        times = choice(_("Its number farthest from 0"), factors, key="tn_times", default="100")
    scales.range_view(lab, table, column, float(times), text["ranges_caption"])


def integers() -> None:
    texts = tables.columns_of(frame, ("text",))
    if not (lacks(texts, text["no_text"]) or no_numbers()):
        hot.misled_views(lab, table, known, text)


def predict() -> None:
    if no_numbers():
        return
    questions.ask(lab, table, numeric, known)


here.run(
    row=row,
    array=array,
    bytes=dtypes,
    categories=categories,
    missing=missing,
    scaling=scaled,
    breaks=breaks,
    predict=predict,
)
