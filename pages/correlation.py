"""Shows: the arithmetic of Pearson's r, ranks and Spearman, mutual information; all columns against a
target; the clustered matrix; columns dropped; Simpson, Anscombe, curves, outliers; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import correlation as shown
from components import correlation_drop as dropped
from components import correlation_groups as grouped
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
both_measures = (engine.pearson, engine.spearman)
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
    made = shown.ask_pair(lab, table)
    if made is None:
        return
    parts = engine.parts_for(len(made.all.value))
    how = {"x": made.x, "y": made.y, "parts": parts}
    counts = lab.run(engine.counts_of_parts, table, as_="counts", **how)
    bits = lab.run(engine.information, counts, as_="bits")
    chance = lab.run(engine.information_by_chance, counts, as_="chance")
    near = lab.run(engine.estimated_information, made.all, as_="estimate")
    caption = text["information_caption"].format(
        bits=f"{bits.value:.3f}",
        chance=f"{chance.value:.3f}",
        parts=parts,
        near="–" if near.value != near.value else f"{near.value:.3f}",
        neighbours=engine.NEIGHBOURS,
        most=f"{engine.MOST_OF_ESTIMATE:,}",
    )
    show.chart(
        "correlation_information",
        lambda found, *_rest: shown.parts_figure(found, made.x, made.y),
        [counts, bits, chance, near],
        caption=f"{caption} {made.rows_note}",
        alt=_("A square for each part of one column and each part of the other"),
    )


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
    {"simpson": simpson, "anscombe": anscombe, "curve": curve, "outlier": outlier}[case]()


def simpson() -> None:
    lab_of, sample = grouped.sample_table("simpson")
    names = ("course", "hours_practised", "mistakes")
    grouped.groups_view("correlation_simpson", lab_of, sample, names, text)
    group = grouped.ask_group(lab, table)
    if group:
        made = shown.ask_pair(lab, table)
        if made is not None:
            grouped.groups_view("correlation_own", lab, table, (group, made.x, made.y), text)


def anscombe() -> None:
    lab_of, sample = grouped.sample_table("anscombe")
    how = {"group": "set", "x": "x", "y": "y"}
    found = lab_of.run(engine.by_group, sample, as_="relations", **how)
    parts = [
        lab_of.run(engine.grouped_points, sample, name=one[0], as_="points", **how)
        for one in found.value[1:]
    ]
    show.chart(
        "correlation_anscombe",
        grouped.anscombe_figure,
        [found, *parts],
        caption=text["anscombe_caption"],
        alt=_("Four clouds of eleven points, each with the same straight line"),
    )


def curve() -> None:
    shapes = {
        "parabola": "y = x²",
        "circle": _("Circle"),
        "wave": _("Wave"),
        "line": _("Line"),
        "cloud": _("Cloud"),
    }
    shape = choice(_("Shape"), shapes, key="correlation_shape")
    made = lab.run(engine.shaped_pair, shape=shape, as_="points")
    bits = lab.run(engine.information_of_pair, made, as_="bits")
    r, rho = (lab.run(one, made, as_=f"r{n}") for n, one in enumerate(both_measures))
    show.chart(
        "correlation_curve",
        lambda points, *_rest: shown.scatter(points, (float("nan"),) * 2, "x", "y"),
        [made, r, rho, bits],
        caption=text["curve_caption"].format(
            r=shown.number(r.value),
            rho=shown.number(rho.value),
            count=len(made.value),
            bits=f"{bits.value[0]:.2f}",
            chance=f"{bits.value[1]:.2f}",
        ),
        alt=_("Points made by formula"),
    )


def outlier() -> None:
    made = shown.ask_pair(lab, table)
    if made is None:
        return
    wrong = lab.run(engine.with_outlier, made.all, times=float(shown.TIMES), as_="wrong")
    r, rho = (lab.run(one, wrong, as_=f"r{n}") for n, one in enumerate(both_measures))
    fit = lab.run(engine.line_through, wrong, as_="fit")
    drawn = lab.run(engine.drawn_pair, wrong, most=shown.MOST_DRAWN, as_="drawn")
    left, right = st.columns(2)
    with left:
        told = _("r = {r}, Spearman {rho}.", r=shown.number(made.r), rho=shown.number(made.rho))
        shown.scatter_view("correlation_right", made, told)
    with right:
        show.chart(
            "correlation_wrong",
            lambda points, found, *_rest: shown.scatter(
                points, found, made.x, made.y, dates=made.dates
            ),
            [drawn, fit, r, rho],
            caption=text["outlier_caption"].format(
                r=shown.number(r.value), rho=shown.number(rho.value)
            ),
            alt=_("The same points, one of them far away"),
        )


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
