"""Shows: a row as a vector, the table as an array of NumPy and a tensor of PyTorch, fewer bytes a
number, categories as integers and one-hot, gaps filled, columns scaled, and what goes wrong with each.
"""

from __future__ import annotations

import streamlit as st

from components import page, quiz, show
from components import table as tables
from components import tablenumbers as shown
from components.guard import fragment
from components.i18n import _, safe
from components.state import choice, slider
from components.stepper import stepper
from engine.table import codes, gaps, scaling, vector
from engine.table.matrix import MOST_CATEGORIES

here = page.start(
    "tablenumbers",
    {
        "row": _("A row"),
        "array": _("The array"),
        "bytes": _("Fewer bytes"),
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
    return lacks(known, _("This table has no column of numbers. Choose another table above."))


@fragment
def row() -> None:
    if lacks(tuple(frame.columns), ""):
        return
    kinds = tables.KINDS
    columns = tables.pick_columns(frame, _("Columns"), key="tn_columns", kinds=kinds)
    at = stepper(_("Row"), 1, len(frame), 1, key="tn_row") - 1
    categories = lab.run(vector.categories_of, table, columns=columns, as_="categories")
    parts = lab.run(
        vector.row_vector, table, categories, row=at, columns=columns, as_="row_as_numbers"
    )
    length = sum(len(numbers) for _name, _cell, numbers in parts.value)
    told = _("This vector has {length} numbers.", length=length)
    caption = told + " " + text["row_caption"].format(most=MOST_CATEGORIES)
    show.html("tn_row", shown.row_grids(parts.value), [parts], caption=caption)


@fragment
def array() -> None:
    if no_numbers():
        return
    orders = {"C": _("C: row by row"), "F": _("Fortran: column by column")}
    order = choice(_("Order in memory"), orders, key="tn_order")
    shown.array_views(lab, table, numeric, order, text)


def fewer_bytes() -> None:
    if no_numbers():
        return
    costs = lab.run(vector.precision_costs, table, columns=numeric, as_="costs")
    worst = {
        name: lab.run(vector.worst_cell, table, columns=numeric, dtype=name, as_=f"worst_{name}")
        for name in vector.FLOATS
    }
    body = shown.precision_grid(costs.value, {name: node.value for name, node in worst.items()})
    show.html("tn_bytes", body, [costs, *worst.values()], caption=text["bytes_caption"])


def pick_category() -> str:
    return tables.pick_column(frame, _("Column of text"), key="tn_category", kinds=("text",))


@fragment
def categories() -> None:
    if lacks(tables.columns_of(frame, ("text",)), text["no_text"]):
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = pick_category()
        orders = {
            "alphabet": _("The alphabet"),
            "appearance": _("First appearance"),
            "frequency": _("How frequent they are"),
        }
        order = choice(_("Integers by"), orders, key="tn_numbering")
    counts = lab.run(codes.category_counts, table, column=column, as_="counts")
    coded = lab.run(codes.ordered_codes, table, column=column, order=order, as_="coded")
    show.html(
        "tn_codes",
        shown.codes_grid(dict(counts.value), coded.value[1]),
        [counts, coded],
        caption=text["codes_caption"].format(most=MOST_CATEGORIES),
    )
    shown.distance_views(lab, table, column, order, text)


@fragment
def missing() -> None:
    if no_numbers():
        return
    holed = max(known, key=lambda name: frame[name].isna().sum())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = tables.pick_column(
            frame, _("Column"), key="tn_gap", kinds=tables.NUMBERS, default=holed
        )
        other = tables.pick_column(
            frame, _("Correlated with"), key="tn_other", kinds=tables.NUMBERS, without=(column,)
        )
    share = slider(_("More cells emptied by chance, %"), 0, 80, 30, key="tn_holes")
    names = shown.fill_names()
    method = choice(_("Filled with"), names, key="tn_fill", default="mean", look="pills")
    others = tuple(name for name in numeric if name != column)
    shown.gap_views(lab, table, column, other or column, others, share / 100, method, text)


@fragment
def scaled() -> None:
    if no_numbers():
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = tables.pick_column(frame, _("Column"), key="tn_scaled", kinds=tables.NUMBERS)
        way = choice(_("Scaling"), shown.scaling_names(), key="tn_scaling")
    at = stepper(_("Row"), 1, len(frame), 1, key="tn_cell") - 1
    shown.scale_views(lab, table, column, way, at, text)


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
    shown.share_views(lab, table, columns, text)


def outlier() -> None:
    if no_numbers():
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = tables.pick_column(frame, _("Column"), key="tn_wrong", kinds=tables.NUMBERS)
        factors = {"10": "× 10", "100": "× 100", "1000": "× 1000"}
        times = choice(_("First number of the column"), factors, key="tn_times", default="100")
    shown.range_view(lab, table, column, float(times), text["ranges_caption"])


def integers() -> None:
    texts = tables.columns_of(frame, ("text",))
    if lacks(texts, text["no_text"]) or no_numbers():
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = pick_category()
        target = tables.pick_column(
            frame,
            _("Predicted"),
            key="tn_predicted",
            kinds=tables.NUMBERS,
            default=shown.most_misled(lab, table, column, known[:8]),
        )
    shown.line_view(lab, table, column, target, text["line_caption"])


def predict() -> None:
    if no_numbers():
        return
    shape, _dtype, size, _strides = lab.run(
        vector.memory_facts, table, columns=numeric, order="C", as_="facts"
    ).value
    cells = shape[0] * shape[1]
    quiz.question(
        _(
            "How many bytes do the {columns} columns of numbers take as float64, in {rows} rows?",
            columns=shape[1],
            rows=f"{shape[0]:,}",
        ),
        quiz.distinct(cells=cells, half=4 * cells, bytes=size, bits=64 * cells),
        answer="bytes",
        why=_("{rows} × {columns} × 8.", rows=f"{shape[0]:,}", columns=shape[1]),
        key="tn_bytes",
    )
    costs = lab.run(vector.precision_costs, table, columns=numeric, as_="costs").value
    _name, _size, count, changed, _lost, _error = costs[2]
    share = changed / count
    quiz.question(
        _("The numbers are kept as float16 instead. How many of them change?"),
        {"few": _("under 10 %"), "some": _("10 to 50 %"), "many": _("over 50 %")},
        answer="few" if share < 0.1 else "some" if share <= 0.5 else "many",
        why=_("{changed} of {count}.", changed=f"{changed:,}", count=f"{count:,}"),
        key="tn_half",
    )
    different = lab.run(vector.how_many_values, table, columns=known, as_="different").value
    most = known[different.index(max(different))]
    values = lab.run(scaling.column_of, table, column=most, as_="values")
    result = lab.run(scaling.scaled_column, values, scaling="minmax", as_="scaled_values")
    rows = lab.run(gaps.sampled_rows, table, most=len(frame), seed=0, as_="rows")
    _count, mean, _deviation, _r = lab.run(
        gaps.statistics_of, result, table, rows, other=most, as_="of_scaled"
    ).value
    quiz.question(
        _(
            "“{column}” is scaled to 0..1 by its least and its greatest value. Where is its mean then?",
            column=safe(most),
        ),
        {"middle": _("0.4 to 0.6"), "low": _("below 0.4"), "high": _("above 0.6")},
        answer="low" if mean < 0.4 else "middle" if mean <= 0.6 else "high",
        why=_("At {mean}: the ends of the range decide, not the mean.", mean=f"{mean:.3f}"),
        key="tn_minmax",
    )
    columns = known[:6]
    shares = lab.run(
        scaling.shares_of_distance, table, columns=columns, scaling="none", as_="shares_none"
    ).value
    if len(columns) > 1 and shares.any():
        first = int(shares.argmax())
        quiz.question(
            _("Nothing is scaled. Which column decides how far apart two rows are?"),
            {str(at): safe(name) for at, name in enumerate(columns)},
            answer=str(first),
            why=_("It makes {share} of the squared distance.", share=f"{shares[first]:.1%}"),
            key="tn_decides",
        )


here.run(
    row=row,
    array=array,
    bytes=fewer_bytes,
    categories=categories,
    missing=missing,
    scaling=scaled,
    breaks=breaks,
    predict=predict,
)
