"""Shows: a table's cloud of rows turned from its columns to its principal components, their variance,
loadings, a row rebuilt from few of them, scaled against unscaled, what misleads them; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import page, quiz, show
from components import pca as shown
from components import table as tables
from components.guard import fragment
from components.i18n import _, safe
from components.state import choice
from components.stepper import stepper
from engine.table import components as engine

here = page.start(
    "pca",
    {
        "turn": _("Turn the cloud"),
        "variance": _("Variance"),
        "loadings": _("Loadings"),
        "rebuild": _("Rebuild a row"),
        "scale": _("Scaled or not"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
lab, table = tables.load()
frame = table.value


@fragment
def turn() -> None:
    made = shown.ask(lab, table)
    if made is None:
        return
    columns = made.columns
    most = min(len(columns), len(made.rows.value))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        views = {"plane": _("On a plane")} | ({"space": _("In space")} if most > 2 else {})
        size = {"plane": 2, "space": 3}[choice(_("Drawn"), views, key="pc_drawn")]
        picked: list[str] = []
        for name in ("x", "y", "z")[:size]:
            label = _("{axis} at first", axis=name)
            rest = [column for column in columns if column not in picked]
            names = {str(columns.index(column)): column for column in rest}
            picked.append(columns[int(choice(label, names, key=f"pc_{name}_{size}", look="menu"))])
        colour = shown.ask_colour(made)
    chosen = tuple(columns.index(column) for column in picked)
    caption = text[f"turn_caption_{size}"] + " " + shown.drawn_note(made, colour)
    shown.turn_view(made, chosen, colour, caption)


@fragment
def variance() -> None:
    made = shown.ask(lab, table)
    if made is None:
        return
    needed = lab.run(engine.needed_for, made.components, share=0.9, as_="needed")
    show.chart(
        "pc_variance",
        lambda components, _needed: shown.variance_chart(components),
        [made.components, needed],
        caption=text["variance_caption"].format(needed=needed.value, all=len(made.shares))
        + " "
        + made.note,
        alt=_("Bars that fall from left to right, and a line that rises to 100"),
    )


@fragment
def loadings() -> None:
    made = shown.ask(lab, table)
    if made is None:
        return
    colour = shown.ask_colour(made)
    show.chart(
        "pc_loadings",
        lambda components: shown.loadings_chart(components, made.columns),
        [made.components],
        caption=text["loadings_caption"] + " " + made.note,
        alt=_("A coloured square for each component and each column"),
    )
    caption = text["biplot_caption"] + " " + shown.drawn_note(made, colour)
    shown.plane_view("pc_biplot", made, colour, made.columns, caption)


@fragment
def rebuild() -> None:
    made = shown.ask(lab, table)
    if made is None:
        return
    rows = made.rows.value
    count = stepper(_("Components kept"), 0, len(made.shares), 1, key="pc_kept")
    at = stepper(_("Row that takes part"), 1, len(rows), 1, key="pc_row") - 1
    inputs = (table, made.rows, made.points, made.components)
    how = {"columns": made.columns, "scaled": made.scaled, "row": at, "count": count}
    rebuilt = lab.run(engine.rebuilt_row, *inputs, as_="rebuilt", **how)
    caption = text["rebuilt_caption"].format(row=int(rows[at]) + 1, count=count)
    if made.scaled:
        caption += " " + text["rebuilt_scaled"]
    show.html("pc_rebuilt", shown.rebuilt_grid(*rebuilt.value), [rebuilt], caption=caption)
    errors = lab.run(engine.rebuilding_errors, made.components, made.points, as_="errors")
    show.chart(
        "pc_errors",
        lambda found: shown.errors_chart(found, count),
        [errors],
        caption=text["errors_scaled" if made.scaled else "errors_plain"] + " " + made.note,
        alt=_("A curve that falls to 0 as more components are kept"),
    )


@fragment
def scale() -> None:
    made = shown.ask(lab, table, scaling=False)
    if made is None:
        return
    colour = shown.ask_colour(made)
    raw = shown.cloud(lab, table, made.columns, made.gaps, scaled=False, tail="_unscaled")
    sides = {"pc_raw": (_("As they are"), raw), "pc_even": (_("Scaled"), made)}
    shown.beside(sides, colour, made.columns, text["scale_caption"] + " " + text["unit_caption"])


@fragment
def breaks() -> None:
    cases = {"outlier": _("One wrong number"), "integer": _("A category as an integer")}
    case = choice(_("What breaks"), cases, key="pc_case", hide_label=True)
    st.markdown(text[f"breaks_{case}"].format(times=shown.TIMES))
    made = shown.ask(lab, table, scaling=False)
    if made is not None:
        {"outlier": outlier, "integer": integer}[case](made)


def outlier(made: shown.Cloud) -> None:
    colour = shown.ask_colour(made)
    how = {"scaled": True, "times": float(shown.TIMES), "tail": "_wrong"}
    wrong = shown.cloud(lab, table, made.columns, made.gaps, **how)
    sides = {"pc_right": (_("As it is"), made), "pc_wrong": (_("One number wrong"), wrong)}
    captions = text["scale_caption"], text["outlier_caption"]
    shown.beside(sides, colour, made.columns, *captions)


def integer(made: shown.Cloud) -> None:
    category = tables.pick_column(frame, _("Column of text"), key="pc_category", kinds=("text",))
    if not category:
        st.info(text["no_text"], icon=":material/info:")
        return
    orders = {"alphabet": _("numbered by the alphabet"), "frequency": _("numbered by frequency")}
    sides = {
        f"pc_{order}": (title, shown.with_codes(made, category, order))
        for order, title in orders.items()
    }
    colour = shown.groups(made, category)
    shown.beside(sides, colour, (*made.columns, category), text["integer_caption"])


def predict() -> None:
    columns = tables.measures(lab, table)[:8]
    made = shown.cloud(lab, table, columns) if len(columns) > 1 else None
    if made is None or len(made.rows.value) < 3:
        told = _("This needs two columns of numbers and three rows. Choose another table above.")
        st.info(told, icon=":material/info:")
        return
    st.caption(_("Columns: {names}.", names=", ".join(map(safe, columns))) + " " + made.note)
    needed = lab.run(engine.needed_for, made.components, share=0.9, as_="needed").value
    count = len(columns)
    sure = quiz.distinct(answer=needed, one=1, half=max(1, count // 2), all=count)
    quiz.question(
        _("How many components of the scaled columns does it take to hold 90 % of the variance?"),
        sure,
        answer="answer",
        why=_(
            "{needed} of {count}. The first ones hold {shares}.",
            needed=needed,
            count=count,
            shares=", ".join(f"{share:.1%}" for share in made.shares[:3]),
        ),
        key="pc_needed",
    )
    raw = shown.cloud(lab, table, columns, scaled=False, tail="_unscaled")
    sizes = abs(raw.components.value[0][0]).round(6).tolist()
    place = sizes.index(max(sizes))
    quiz.question(
        _("Nothing is scaled. Which column does the first component follow most?"),
        {str(at): safe(name) for at, name in enumerate(columns)},
        answer=tuple(str(at) for at, size in enumerate(sizes) if size == max(sizes)),
        why=_(
            "Its loading is {loading}, and the component holds {share} of the variance.",
            loading=f"{raw.components.value[0][0][place]:+.3f}",
            share=f"{raw.shares[0]:.1%}",
        ),
        key="pc_follows",
    )
    first = float(made.shares[0])
    quiz.question(
        _("All columns are scaled. How much of the variance does the first component hold?"),
        {"little": _("under 40 %"), "middle": _("40 to 70 %"), "much": _("over 70 %")},
        answer="little" if first < 0.4 else "middle" if first <= 0.7 else "much",
        why=_("{share}.", share=f"{first:.1%}"),
        key="pc_first",
    )
    wrong = shown.cloud(lab, table, columns, times=float(shown.TIMES), tail="_wrong")
    change = float(wrong.shares[0]) - first
    quiz.question(
        _(
            "The first number of “{column}” that is not 0 is multiplied by {times}, and all is "
            "scaled. The share of the first component …",
            column=safe(columns[0]),
            times=shown.TIMES,
        ),
        {
            "same": _("changes by less than 1 %"),
            "more": _("becomes larger"),
            "less": _("becomes smaller"),
        },
        answer="same" if abs(change) < 0.01 else "more" if change > 0 else "less",
        why=_("From {before} to {after}.", before=f"{first:.1%}", after=f"{wrong.shares[0]:.1%}"),
        key="pc_wrong",
    )


here.run(
    turn=turn,
    variance=variance,
    loadings=loadings,
    rebuild=rebuild,
    scale=scale,
    breaks=breaks,
    predict=predict,
)
