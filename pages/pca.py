"""Shows: a table's cloud of rows turned from its columns to its principal components, their variance,
loadings, a row rebuilt from few of them, scaled against unscaled, what misleads them; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import page
from components import pca as shown
from components import pca_cloud as clouds
from components import pca_parts as parts
from components import pca_questions as questions
from components import table as tables
from components.guard import fragment
from components.i18n import _
from components.rows import ask_row
from components.state import choice
from components.stepper import stepper

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
    clouds.turn_view(made, chosen, colour, caption)


@fragment
def variance() -> None:
    made = shown.ask(lab, table)
    if made is not None:
        parts.variance_view(made, text["variance_caption"])


@fragment
def loadings() -> None:
    made = shown.ask(lab, table)
    if made is None:
        return
    colour = shown.ask_colour(made)
    parts.loadings_view(made, text["loadings_caption"])
    caption = text["biplot_caption"] + " " + shown.drawn_note(made, colour)
    clouds.plane_view("pc_biplot", made, colour, made.columns, caption)


@fragment
def rebuild() -> None:
    made = shown.ask(lab, table)
    if made is None:
        return
    count = stepper(_("Components kept"), 0, len(made.shares), 1, key="pc_kept")
    at = ask_row(_("Row that takes part"), len(made.rows.value), key="pc_row")
    parts.rebuilt_view(made, at, count, text)
    parts.errors_view(made, count, text["errors_scaled" if made.scaled else "errors_plain"])


@fragment
def scale() -> None:
    made = shown.ask(lab, table, scaling=False)
    if made is None:
        return
    colour = shown.ask_colour(made)
    raw = shown.cloud(lab, table, made.columns, made.gaps, scaled=False, tail="_unscaled")
    sides = {"pc_raw": (_("As they are"), raw), "pc_even": (_("Scaled"), made)}
    clouds.beside(sides, colour, made.columns, text["scale_caption"] + " " + text["unit_caption"])


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
    clouds.beside(sides, colour, made.columns, *captions)


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
    clouds.beside(sides, colour, (*made.columns, category), text["integer_caption"])


def predict() -> None:
    questions.ask(lab, table)


here.run(
    turn=turn,
    variance=variance,
    loadings=loadings,
    rebuild=rebuild,
    scale=scale,
    breaks=breaks,
    predict=predict,
)
