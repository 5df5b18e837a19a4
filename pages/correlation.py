"""Shows: the arithmetic of Pearson's r, ranks and Spearman, mutual information; all columns against a
target; the clustered matrix; columns dropped; Simpson, Anscombe, curves, outliers; three predictions.
"""

from __future__ import annotations

import streamlit as st

from components import correlation as shown
from components import page, quiz, show
from components import table as tables
from components.guard import fragment
from components.i18n import _, safe
from components.state import choice
from engine.table import correlation as engine
from engine.table import dropping, task

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
)
text = here.text
lab, table = tables.load()
frame = table.value


@fragment
def pair() -> None:
    made = shown.ask_pair(lab, table)
    if made is None:
        return
    caption = text["pair_caption"].format(r=shown.number(made.r))
    shown.scatter_view("correlation_pair", made, f"{caption} {made.note}")
    products = lab.run(engine.centred_products, made.all, as_="products")
    r = lab.run(engine.correlation, products, as_="r")
    body = shown.terms_grid(made.all.value, products.value)
    told = text["terms_caption"].format(rows=shown.FIRST_TERMS, r=shown.number(r.value))
    show.html("correlation_terms", body, [products, r], caption=told)


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
        caption=f"{caption} {made.note}",
        alt=_("A square for each part of one column and each part of the other"),
    )


@fragment
def ranking() -> None:
    target = tables.pick_target(frame, _("Target"), key="correlation_target")
    columns = tuple(name for name in tables.columns_of(frame) if name != target)
    if not columns or len(frame) < 3:
        st.info(text["too_little"], icon=":material/info:")
        return
    how = {"target": target, "columns": columns, "most": shown.MOST_ROWS}
    found = lab.run(engine.ranked_columns, table, as_="found", **how)
    texts = set(tables.columns_of(frame, ("text",)))
    first = found.value[: shown.MOST_OF_LIST]
    caption = text["ranking_caption"].format(
        target=safe(target), shown=len(first), all=len(columns), most=f"{shown.MOST_ROWS:,}"
    )
    body = shown.list_grid(first, texts | (set(columns) if target in texts else set()))
    show.html("correlation_ranking", body, [found], caption=caption)


@fragment
def matrix() -> None:
    shown.matrix_view(lab, table, text)


@fragment
def drop() -> None:
    target = tables.pick_target(frame, _("Column to predict"), key="correlation_aim")
    every = tuple(name for name in tables.columns_of(frame) if name != target)
    kind = lab.run(task.task_of, table, target=target, as_="kind").value if target else ""
    if kind not in ("classes", "numbers") or not every:
        st.info(text["no_task"], icon=":material/info:")
        return
    found = shown.found_superfluous(lab, table, target)
    if found.value:
        body = shown.superfluous_grid(found.value[: shown.MOST_OF_LIST])
        told = text["found_caption"].format(limit=dropping.ALIKE, count=len(found.value))
        show.html("correlation_found", body, [found], caption=told)
    else:
        st.info(text["none_found"].format(limit=dropping.ALIKE), icon=":material/check:")
    before = every[: task.MOST_COLUMNS]
    gone = {name for name, *_rest in found.value} & set(before)
    after = tables.pick_columns(
        frame,
        _("Columns that stay"),
        key="correlation_stay",
        kinds=tables.KINDS,
        most=task.MOST_COLUMNS + 1,
        first=[name for name in before if name not in gone] or before,
    )
    after = tuple(name for name in after if name != target)
    how = {"target": target, "most": task.ROWS}
    data = lab.run(task.learning_table, table, columns=every, as_="data", **how)
    y = lab.run(task.target_values, data, target=target, task=kind, as_="y")
    folds = lab.run(task.fold_numbers, y, as_="folds")
    sides = {}
    nodes = []
    for name, columns in ((_("before"), before), (_("after"), after)):
        scores = lab.run(dropping.fold_scores, data, y, folds, columns=columns, as_="scores")
        facts = lab.run(dropping.downstream, data, columns=columns, as_="facts")
        sides[name] = (scores.value, facts.value)
        nodes += [scores, facts]
    score = _("right answers") if kind == "classes" else "R²"
    caption = text["drop_caption"].format(
        rows=f"{len(y.value):,}", before=len(before), after=len(after), all=len(every)
    )
    show.html("correlation_drop", shown.downstream_grid(sides, score), nodes, caption=caption)


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
    lab_of, sample = shown.sample_table("simpson")
    names = ("course", "hours_practised", "mistakes")
    shown.groups_view("correlation_simpson", lab_of, sample, names, text)
    group = tables.pick_column(
        frame, _("Groups of your table"), key="correlation_group", kinds=("text",)
    )
    if group:
        made = shown.ask_pair(lab, table)
        if made is not None:
            shown.groups_view("correlation_own", lab, table, (group, made.x, made.y), text)


def anscombe() -> None:
    lab_of, sample = shown.sample_table("anscombe")
    how = {"group": "set", "x": "x", "y": "y"}
    found = lab_of.run(engine.by_group, sample, as_="relations", **how)
    parts = [
        lab_of.run(engine.grouped_points, sample, name=one[0], as_="points", **how)
        for one in found.value[1:]
    ]
    show.chart(
        "correlation_anscombe",
        shown.anscombe_figure,
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
            bits=f"{bits.value[0]:.2f}",
            chance=f"{bits.value[1]:.2f}",
        ),
        alt=_("Points made by formula"),
    )


both_measures = (engine.pearson, engine.spearman)


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
            lambda points, found, *_rest: shown.scatter(points, found, made.x, made.y),
            [drawn, fit, r, rho],
            caption=text["outlier_caption"].format(
                r=shown.number(r.value), rho=shown.number(rho.value)
            ),
            alt=_("The same points, one of them far away"),
        )


def predict() -> None:
    columns = shown.measures(lab, table)[:8]
    made = shown.pair_of(lab, table, *columns[:2]) if len(columns) > 1 else None
    if made is None or len(made.all.value) < 3 or made.r != made.r:
        st.info(text["too_little"], icon=":material/info:")
        return
    x, y, r = safe(made.x), safe(made.y), made.r
    quiz.question(
        _("“{x}” grows. What does “{y}” do, by Pearson's r over all rows?", x=x, y=y),
        {"falls": _("it falls"), "neither": _("neither (|r| < 0.1)"), "grows": _("it grows")},
        answer="neither" if abs(r) < 0.1 else "grows" if r > 0 else "falls",
        why=_("r = {r}.", r=shown.number(r)),
        key="correlation_sign",
    )
    found = lab.run(engine.measured_pairs, table, columns=columns, measure="pearson", as_="pairs")
    strengths = [0.0 if v != v else abs(v) for v in found.value[0][0].tolist()[1:]]
    best = max(range(len(strengths)), key=strengths.__getitem__)
    options = {str(n): safe(columns[n + 1]) for n in range(len(strengths))}
    if len(options) > 1:
        quiz.question(
            _("Which column goes most strongly with “{x}”, by |r|?", x=x),
            options,
            answer=str(best),
            why=_("|r| = {r}.", r=f"{strengths[best]:.3f}"),
            key="correlation_best",
        )
    quiz.question(
        _("How strong is the relation of the ranks of “{x}” and “{y}”?", x=x, y=y),
        {
            "middle": _("|Spearman| from 0.3 to 0.7"),
            "weak": _("below 0.3"),
            "strong": _("above 0.7"),
        },
        answer="weak" if abs(made.rho) < 0.3 else "middle" if abs(made.rho) <= 0.7 else "strong",
        why=_("Spearman = {rho}.", rho=shown.number(made.rho)),
        key="correlation_strength",
    )
    wrong = lab.run(engine.with_outlier, made.all, times=float(shown.TIMES), as_="wrong")
    then = lab.run(engine.pearson, wrong, as_="r_wrong").value
    change = abs(then) - abs(r)
    quiz.question(
        _("The first number of “{y}” is multiplied by {times}. |r| …", y=y, times=shown.TIMES),
        {
            "same": _("changes by less than 0.05"),
            "more": _("becomes larger"),
            "less": _("becomes smaller"),
        },
        answer="same" if abs(change) < 0.05 else "more" if change > 0 else "less",
        why=_("r goes from {before} to {after}.", before=shown.number(r), after=shown.number(then)),
        key="correlation_wrong",
    )


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
