"""Shows: the learner's table and a chosen target; one split and cross-validation; six models compared,
and a network that learns live; errors and the rows behind them, thresholds, calibration; what counts;
what to be wary of, measured; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import jobs, learning, page, quiz, show
from components import table as tables
from components import tablelearn as shown
from components.guard import fragment
from components.i18n import _, safe
from components.learning import FOLDS, Task
from components.state import choice, slider
from components.tablechecks import check_rows, checks_grid, fault_view
from engine.lab import Node
from engine.table import judge, mlp, models
from engine.table.task import ROWS, columns_for, side_counts, target_histogram

STEPS = {
    "target": _("The task"),
    "split": _("The split"),
    "compare": _("Models"),
    "network": _("Network"),
    "errors": _("Errors"),
    "threshold": _("Threshold"),
    "counts": _("What counts"),
    "checks": _("Warnings"),
    "breaks": _("What breaks"),
    "predict": _("Predict"),
}
here = page.start("tablelearn", STEPS)
text = here.text
lab, table = tables.load()


def task_here(*, most: int = ROWS) -> Task | None:
    """The task that was chosen, and a line that says which."""
    found = learning.recall(lab, table, most=most)
    if found:
        learning.told(found, where=STEPS["target"])
    return found


@fragment
def target() -> None:
    task = learning.ask(lab, table)
    if task is None:
        return
    bars = lab.run(target_histogram, task.y, as_="bars")
    show.chart(
        "tl_target",
        lambda found: shown.target_chart(task, *found),
        [bars],
        caption=text["target_caption"] + " " + task.drawn(),
        alt=_("How often each value of the target occurs"),
    )
    columns = lab.run(columns_for, table, target=task.target, as_="columns")
    if left := columns.value[1]:
        show.html("tl_left", learning.left_grid(left), [columns], caption=text["left_caption"])


@fragment
def split() -> None:
    learning.ask_seed()
    task = task_here()
    if task is None:
        return
    show.chart(
        "tl_split",
        shown.split_chart,
        [task.learn, task.folds],
        caption=text["split_caption"].format(folds=FOLDS),
        alt=_("Which rows are tested in the split and in each fold"),
    )
    sides = lab.run(side_counts, task.y, task.learn, as_="sides")
    show.html("tl_sides", shown.sides_grid(task, sides.value), [sides], caption=text["sides"])


def compare() -> None:
    task = learning.recall(lab, table)
    if task is None:
        return
    if wide := learning.more_rows(task):
        sizes = {
            "some": _("{count} rows, at once", count=f"{ROWS:,}"),
            "more": _("{count} rows, takes a while", count=f"{wide:,}"),
        }
        if choice(_("Learn from"), sizes, key="tl_rows") == "more":
            task = learning.recall(lab, table, most=wide)
            assert task is not None
            learning.told(task, where=STEPS["target"])
            run = compared(task)
            fragment(watch_models, run_every=jobs.every(run.node))(task, run)
            return
    learning.told(task, where=STEPS["target"])
    scores_views(task, compared(task).node)


def compared(task: Task) -> jobs.Run:
    """The comparison of all models; the same numbers whether it is watched or not."""
    node = lab.run(models.compare, *task.inputs, task.folds, columns=task.columns, as_="scores")
    count = len(models.MODELS)
    return jobs.Run(node, models.compare_steps, list(range(1, count + 1)), _("Models"), plain=True)


def watch_models(task: Task, run: jobs.Run) -> None:
    (job,) = jobs.panel([run], key="tl_models", button=_("Compare"))
    if run.node.is_cached:
        scores_views(task, run.node)
    elif job is not None and job.steps:
        names = shown.models_shown(task)[: len(job.steps)]
        figure = shown.scores_chart(task, [row.tolist() for row in job.steps], names)
        shown.curves.draw(figure, key="tl_models", alt=_("Scores until now"))


def scores_views(task: Task, scores: Node) -> None:
    names = shown.models_shown(task)
    folds = len(task.data.value) // FOLDS
    kind = text["scores_classes" if task.classes else "scores_numbers"]
    show.chart(
        "tl_scores",
        lambda found: shown.scores_chart(task, found.tolist(), names),
        [scores],
        caption=text["scores_caption"].format(folds=FOLDS, rows=f"{folds:,}") + " " + kind,
        alt=_("The score of each model on each fold"),
    )
    statistics = lab.run(models.fold_statistics, scores, as_="statistics")
    body = shown.scores_grid(task, scores.value, statistics.value, names)
    show.html("tl_table", body, [statistics], caption=text["table_caption"])


def network() -> None:
    task = task_here()
    if task is None:
        return
    how = shown.ask_network()
    run = shown.network_run(task, how)
    fragment(watch_network, run_every=jobs.every(run.node))(task, run, how["epochs"])
    names = ("layers", "units", "activation", "penalty", "batch", "seed")
    check = lab.run(
        mlp.gradient_check,
        *shown.network_inputs(task),
        classes=task.classes,
        as_="gradients",
        **{name: how[name] for name in names},
    )
    body = shown.gradients_grid(check.value)
    show.html("tl_gradients", body, [check], caption=text["gradients_caption"])


def watch_network(task: Task, run: jobs.Run, last: int) -> None:
    (job,) = jobs.panel([run], key="tl_network", button=_("Train"))
    if not run.node.is_cached and (job is None or not job.steps):
        return
    names = {"loss": _("loss"), "score": task.score_name}
    what = choice(_("Up the chart"), names, key="tl_measure")
    column = {"loss": mlp.LEARN_LOSS, "score": mlp.LEARN_SCORE}[what]
    alt = _("Loss or score, epoch by epoch")
    if not run.node.is_cached:
        rows = [measures for measures, _weights in job.steps]
        figure = shown.loss_figure(rows, last, column=column, y=names[what])
        shown.curves.draw(figure, key="tl_network", alt=alt)
        return
    show.chart(
        "tl_network",
        lambda found: shown.loss_figure(found[0], last, column=column, y=names[what]),
        [run.node],
        caption=text["network_caption"],
        alt=alt,
    )
    ends = {_("network"): float(run.node.value[0][-1, mlp.TEST_SCORE])}
    labels = learning.model_names(task.kind)
    for model in ("linear", "forest"):
        outputs = shown.said_by(task, model)
        score = lab.run(models.score_on_test, task.y, task.learn, outputs, as_="score")
        ends[labels[model]] = score.value
    told = ", ".join(f"{name} {task.score(value)}" for name, value in ends.items())
    st.markdown(_("**Test of the same split ({score}):** ", score=task.score_name) + told + ".")


@fragment
def errors() -> None:
    task = task_here()
    if task is None:
        return
    model = shown.ask_model(task)
    outputs = shown.said_by(task, model)
    measure = judge.class_measures if task.classes else judge.number_measures
    found = [
        (name, lab.run(measure, task.y, task.learn, outputs, side=side, as_=f"{side}_measures"))
        for side, name in (("learn", _("rows learnt from")), ("test", _("test")))
    ]
    body = shown.measures_grid(task, [(name, node.value) for name, node in found])
    if task.classes:
        shown.confusion_view(task, outputs, text)
    else:
        pairs = lab.run(judge.residuals, task.y, outputs, task.learn, as_="pairs")
        views = zip(st.columns(2), ("true", "residual"), (0, 1), strict=True)
        for column, name, place in views:
            with column:
                show.chart(
                    f"tl_{name}",
                    lambda values, at=place: shown.residual_charts(values, task.target)[at],
                    [pairs],
                    caption=text[f"{name}_caption"],
                    alt=_("A dot for each tested row"),
                )
        rows = lab.run(judge.largest_errors, task.data, *task.inputs[1:], outputs, as_="rows")
        shown.rows_view("tl_rows", rows, text["largest_caption"])
    kind = text["measures_classes" if task.classes else "measures_numbers"]
    show.html("tl_measures", body, [node for _name, node in found], caption=kind)


@fragment
def threshold() -> None:
    task = task_here()
    if task is None:
        return
    if not task.classes:
        st.info(text["no_threshold"], icon=":material/info:")
        task = learning.halved(task)
    left, right = st.columns(2)
    with left:
        model = shown.ask_model(task)
    with right:
        names = {str(n): name for n, name in enumerate(task.names)}
        positive = int(choice(_("Class"), names, key="tl_class", default="1", look="menu"))
    cut = slider(_("Threshold in %"), 0, 100, 50, key="tl_threshold") / 100
    outputs = shown.said_by(task, model)
    curve = lab.run(
        judge.threshold_curve, task.y, outputs, task.learn, positive=positive, as_="curve"
    )
    shown.threshold_views(task, outputs, curve, positive, cut, text)


@fragment
def counts() -> None:
    task = task_here()
    if task is None:
        return
    model = shown.ask_model(task)
    how = {"columns": task.columns, "model": model}
    falls = lab.run(models.permutation_importance, *task.inputs, as_="falls", **how)
    left, right = st.columns(2)
    with left:
        show.chart(
            "tl_importance",
            lambda found: shown.importance_chart(task, found),
            [falls],
            caption=text["importance_caption"],
            alt=_("How much the score falls when a column is mixed up"),
        )
    with right:
        weights = lab.run(models.coefficients, *task.inputs, columns=task.columns, as_="weights")
        names = lab.run(
            models.design_names, task.data, task.learn, columns=task.columns, as_="names"
        )
        show.chart(
            "tl_weights",
            shown.coefficients_chart,
            [weights, names],
            caption=text["weights_caption"],
            alt=_("The weights of the linear model"),
        )
    grown = lab.run(models.learning_curve, *task.inputs, as_="grown", **how)
    show.chart(
        "tl_curve",
        lambda found: shown.learning_chart(task, *found),
        [grown],
        caption=text["curve_caption"],
        alt=_("The score by the number of rows learnt from"),
    )


def checks() -> None:
    task = task_here()
    if task is None:
        return
    rows, nodes = check_rows(task)
    show.html("tl_checks", checks_grid(rows), nodes, caption=text["checks_caption"])


@fragment
def breaks() -> None:
    task = task_here()
    if task is None:
        return
    faults = {
        "order": _("Not shuffled"),
        "answer": _("A column known afterwards"),
        "prepare": _("Prepared by all rows"),
        "learnt": _("Tested on what was learnt"),
    }
    fault = choice(_("What is done wrong"), faults, key="tl_fault")
    st.markdown(text[f"breaks_{fault}"])
    fault_view(task, fault, text)


def predict() -> None:
    task = task_here()
    if task is None:
        return
    labels = learning.model_names(task.kind)
    scores = compared(task).node
    means = lab.run(models.fold_statistics, scores, as_="statistics").value[:, 0].tolist()
    found = dict(zip(models.MODELS, means, strict=True))
    named = {name: labels[name] for name in ("tree", "forest", "linear", "neighbours")}
    quiz.question(
        _("Which of these has the best mean over the folds?"),
        named,
        answer=max(named, key=lambda name: found[name]),
        why="; ".join(f"{labels[name]}: {task.score(found[name])}" for name in named) + ".",
        key="tl_best",
    )
    gain = found["linear"] - found["baseline"]
    quiz.question(
        _(
            "{linear} against a baseline that looks at no column: how much better is it, mean of the "
            "folds?",
            linear=labels["linear"].capitalize(),
        ),
        {"much": _("by more than 0.3"), "none": _("by less than 0.05"), "some": _("in between")},
        answer="much" if gain > 0.3 else "none" if gain < 0.05 else "some",
        why=_(
            "{linear} against {baseline}, a difference of {gain}.",
            linear=task.score(found["linear"]),
            baseline=task.score(found["baseline"]),
            gain=f"{gain:.2f}",
        ),
        key="tl_gain",
    )
    row = scores.value[models.MODELS.index("linear")]
    apart = float(row[2:].max() - row[2:].min())
    quiz.question(
        _("How far apart are the best and the worst of its {folds} folds?", folds=FOLDS),
        {"near": _("under 0.02"), "far": _("over 0.08"), "middle": _("0.02 to 0.08")},
        answer="near" if apart < 0.02 else "far" if apart > 0.08 else "middle",
        why=_(
            "From {least} to {most}. One split alone may show any of these.",
            least=task.score(float(row[2:].min())),
            most=task.score(float(row[2:].max())),
        ),
        key="tl_apart",
    )
    falls = lab.run(
        models.permutation_importance,
        *task.inputs,
        columns=task.columns,
        model="linear",
        as_="falls",
    ).value.mean(axis=1)
    strongest = int(falls.argmax())
    options = {f"c{n}": safe(name) for n, name in enumerate(task.columns[:5])}
    options |= {f"c{strongest}": safe(task.columns[strongest])}
    quiz.question(
        _("Which column does {linear} need most?", linear=labels["linear"]),
        options,
        answer=f"c{strongest}",
        why=_(
            "Its cells mixed up, the score falls by {fall}.", fall=f"{float(falls[strongest]):.3f}"
        ),
        key="tl_column",
    )


here.run(
    target=target,
    split=split,
    compare=compare,
    network=network,
    errors=errors,
    threshold=threshold,
    counts=counts,
    checks=checks,
    breaks=breaks,
    predict=predict,
)
