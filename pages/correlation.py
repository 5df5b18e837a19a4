"""Shows: the arithmetic of Pearson's r, ranks and Spearman, mutual information; all columns against a
target; the clustered matrix; columns dropped; Simpson, Anscombe, curves, outliers; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import correlation as shown
from components import correlation_breaks as deceived
from components import correlation_drop as dropped
from components import correlation_information as bits
from components import correlation_many as many
from components import correlation_questions as questions
from components import page, show
from components import table as tables
from components.guard import fragment
from components.i18n import _, safe
from components.state import choice
from engine.table import correlation as engine
from engine.table import task
from engine.table.matrix import MOST_CATEGORIES

here = page.start(
    "correlation",
    {
        "pair": _("Two columns"),
        "ranks": _("Ranks"),
        "information": _("Mutual information"),
        "ranking": _("Against a target"),
        "matrix": _("All pairs"),
        "drop": _("Drop columns"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
    few=tables.FEW_VALUES,
)
text = here.text
lab, table = tables.load()
frame = table.value


@fragment
def pair() -> None:
    made = shown.ask_pair(lab, table)
    if made is None:
        return
    x, y = made.means
    caption = text["pair_caption"].format(r=shown.number(made.r), x=x, y=y)
    shown.scatter_view("correlation_pair", made, f"{caption} {made.note}", means=True)
    terms = lab.run(engine.terms_of_r, made.all, first=shown.FIRST_TERMS, as_="terms")
    r = lab.run(engine.correlation, terms, as_="r")
    body = shown.terms_grid(made.all.value, terms.value)
    how = {"rows": len(terms.value[0]), "r": shown.number(r.value), "x": x, "y": y}
    told = text["terms_caption"].format(**how)
    show.html("correlation_terms", body, [terms, r], caption=told)


@fragment
def ranks() -> None:
    made = shown.ask_pair(lab, table)
    if made is not None:
        caption = text["ranks_caption"].format(rho=shown.number(made.rho))
        shown.ranks_view(made, f"{caption} {made.note}")


@fragment
def information() -> None:
    bits.information_view(lab, table, text)


@fragment
def ranking() -> None:
    likely = tables.likely_target(frame)
    if likely not in tables.columns_of(frame, tables.NUMBERS_AND_DATES):  # of a text there is no r
        likely = shown.first_pair(lab, table)[1] or likely
    target = tables.pick_column(frame, _("Target"), key="correlation_target", default=likely)
    columns = tuple(name for name in tables.columns_of(frame) if name != target)
    if not columns or len(frame) < 3:
        told = _("This needs two columns and three rows. Choose another table above.")
        st.info(told, icon=":material/info:")
        return
    most = min(many.ranked_rows(len(columns)), len(frame))
    how = {"target": target, "columns": columns, "most": most}
    found = lab.run(engine.ranked_columns, table, as_="found", **how)
    texts = set(tables.columns_of(frame, ("text",)))
    first = found.value[: many.MOST_OF_LIST]
    caption = text["ranking_caption"].format(
        target=safe(target), shown=len(first), all=f"{len(columns):,}", most=MOST_CATEGORIES
    )
    if most < len(frame):
        caption += " " + text["ranking_drawn"].format(most=f"{most:,}", rows=f"{len(frame):,}")
    body = many.list_grid(first, texts | (set(columns) if target in texts else set()))
    show.html("correlation_ranking", body, [found], caption=caption)


@fragment
def matrix() -> None:
    many.matrix_view(lab, table, text)


@fragment
def drop() -> None:
    target = tables.pick_target(frame, _("Column to predict"), key="correlation_aim")
    every = tuple(name for name in tables.columns_of(frame) if name != target)
    kind = lab.run(task.task_of, table, target=target, as_="kind").value if target else ""
    if kind not in ("classes", "numbers") or not every:
        st.info(text["no_task"], icon=":material/info:")
        return
    gone = dropped.found_view(lab, table, target, every, text)
    before = every[: task.MOST_COLUMNS]
    out = tables.pick_columns(
        frame,
        _("Columns left out"),
        key="correlation_out",
        kinds=tables.KINDS,
        most=len(every),
        first=gone,
        none=True,
    )
    after = tuple(name for name in before if name not in out)
    if not after:
        st.info(_("Leave at least one column in."), icon=":material/info:")
        return
    how = {"target": target, "most": task.ROWS}
    data = lab.run(task.learning_table, table, columns=before, as_="data", **how)
    y = lab.run(task.target_values, data, target=target, task=kind, as_="y")
    used = {"before": len(before), "after": len(after), "all": f"{len(every):,}"}
    captions = (
        text["drop_caption"].format(rows=f"{len(y.value):,}", table=f"{len(frame):,}", **used),
        text["variance_caption"],
    )
    score = _("right answers") if kind == "classes" else "R²"
    sides = {_("before dropping"): before, _("after dropping"): after}
    dropped.downstream_view(lab, data, y, sides, score, captions)


@fragment
def breaks() -> None:
    cases = {
        "simpson": _("Groups thrown together"),
        "anscombe": _("No look at the picture"),
        "curve": _("Curves"),
        "outlier": _("One wrong number"),
    }
    case = choice(_("What breaks"), cases, key="correlation_case", hide_label=True)
    st.markdown(text[f"breaks_{case}"].format(times=shown.TIMES))
    if case == "simpson":
        deceived.simpson_views(lab, table, text)
    elif case == "anscombe":
        deceived.anscombe_view(text)
    elif case == "curve":
        deceived.curve_views(lab, text)
    else:
        deceived.outlier_views(lab, table, text)


def predict() -> None:
    if not questions.ask(lab, table):
        tables.tell_too_few(lab, table, text["too_little"])


here.run(
    pair=pair,
    ranks=ranks,
    information=information,
    ranking=ranking,
    matrix=matrix,
    drop=drop,
    breaks=breaks,
    predict=predict,
)
