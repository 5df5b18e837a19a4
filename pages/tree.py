"""Shows: the first question of a decision tree found by hand, threshold by threshold; the tree drawn;
the way of one row through it; depth against what is learnt and tested; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import learning, page, quiz, show
from components import table as tables
from components import tree as shown
from components.guard import fragment
from components.i18n import _, safe
from components.learning import Task
from components.state import choice, slider
from components.stepper import stepper
from engine.lab import Node
from engine.table import tree as trees

STEPS = {
    "first": _("The first question"),
    "drawn": _("The tree"),
    "walk": _("One row"),
    "depth": _("How deep"),
    "breaks": _("What breaks"),
    "predict": _("Predict"),
}
here = page.start("tree", STEPS)
text = here.text
lab, table = tables.load()
DEEPEST_DRAWN = 5


def task_here() -> Task | None:
    """The task that was chosen, and a line that says which."""
    found = learning.recall(lab, table)
    if found:
        learning.told(found, where=STEPS["first"])
    return found


def matrix_of(task: Task) -> tuple[Node, Node]:
    """The columns as a tree sees them, and their names."""
    how = {"columns": task.columns}
    x = lab.run(trees.tree_matrix, task.data, task.learn, as_="x", **how)
    return x, lab.run(trees.tree_names, task.data, task.learn, as_="names", **how)


def criterion_kept(task: Task) -> str:
    """Gini or entropy as chosen in the first step; of numbers the variance."""
    if not task.classes:
        return "squared_error"
    kept = st.session_state.get("tree_criterion", st.query_params.get("tree_criterion"))
    return kept if kept in ("gini", "entropy") else "gini"


def grown(task: Task, depth: int | None) -> tuple[Node, Node, Node]:
    """The tree, the matrix and the names of its columns."""
    x, names = matrix_of(task)
    node = lab.run(
        trees.grown_tree,
        x,
        task.y,
        task.learn,
        criterion=criterion_kept(task),
        depth=depth,
        as_="tree",
    )
    return node, x, names


def both_ends(task: Task, tree: Node, x: Node) -> list[Node]:
    """How good the tree is on the rows learnt from and on the test."""
    test = lab.run(trees.others, task.learn, as_="test")
    return [
        lab.run(trees.tree_score, tree, x, task.y, rows, as_=name)
        for name, rows in (("learnt", task.learn), ("tested", test))
    ]


@fragment
def first() -> None:
    task = learning.ask(lab, table)
    if task is None:
        return
    x, names = matrix_of(task)
    if not names.value:
        st.info(text["no_column"], icon=":material/info:")
        return
    left, right = st.columns(2)
    criteria = shown.criterion_names()
    with left:
        if task.classes:
            both = {name: criteria[name] for name in ("gini", "entropy")}
            choice(_("A group is mixed by its"), both, key="tree_criterion")
    criterion = criterion_kept(task)
    gains = lab.run(trees.best_splits, x, task.y, task.learn, criterion=criterion, as_="gains")
    numbers = [n for n, name in enumerate(names.value) if not name[1]]  # these have many thresholds
    best = max(numbers or range(len(names.value)), key=lambda n: float(gains.value[n, 1]))
    with right:
        columns = {str(n): shown.column_name(name) for n, name in enumerate(names.value)}
        place = choice(_("Look at"), columns, key="tree_column", default=str(best), look="menu")
    values = lab.run(trees.column_of, x, task.learn, number=int(place), as_="column")
    truth = lab.run(trees.learnt_rows, task.y, task.learn, as_="truth")
    scan = lab.run(trees.split_scan, values, truth, criterion=criterion, as_="scan")
    before = lab.run(trees.node_impurity, truth, criterion=criterion, as_="before")
    show.chart(
        "tree_scan",
        lambda found, start: shown.scan_chart(
            found, start, column=columns[place], criterion=criteria[criterion]
        ),
        [scan, before],
        caption=text["scan_caption"] + " " + text[f"about_{criterion}"],
        alt=_("Impurity over the threshold, the best one marked"),
    )
    root = lab.run(
        trees.grown_tree, x, task.y, task.learn, criterion=criterion, depth=1, as_="root"
    )
    said = text["gains_caption"].format(before=f"{before.value:.4g}")
    if (column := int(root.value[trees.COLUMN][0])) >= 0:
        theirs = names.value[column]
        said += " " + _(
            "scikit-learn's tree asks first: **{question}**",
            question=safe(shown.question_of(theirs, float(root.value[trees.THRESHOLD][0]))),
        )
    show.chart(
        "tree_gains",
        lambda found, found_names, _root: shown.gains_chart(found, found_names, int(place)),
        [gains, names, root],
        caption=said,
        alt=_("The gain of the best split of each column"),
    )


def ask_depth() -> int:
    """Ask how deep the drawn tree may be."""
    return slider(_("Depth"), 1, DEEPEST_DRAWN, 3, key="tree_depth")


@fragment
def drawn() -> None:
    task = task_here()
    if task is None:
        return
    tree, x, names = grown(task, ask_depth())
    ends = both_ends(task, tree, x)
    st.html(shown.classes_key(task))
    leaves, deepest = lab.run(trees.tree_size, tree, as_="size").value
    caption = _(
        "{leaves} leaves, {depth} questions at most. {score}: {learnt} on the rows learnt from, "
        "{tested} on the test.",
        leaves=leaves,
        depth=deepest,
        score=task.score_name.capitalize(),
        learnt=task.score(ends[0].value),
        tested=task.score(ends[1].value),
    )
    body = shown.tree_html(task, tree.value, names.value)
    kind = text["boxes_classes" if task.classes else "boxes_numbers"]
    show.html("tree_drawn", body, [tree, *ends], caption=caption + " " + kind)


@fragment
def walk() -> None:
    task = task_here()
    if task is None:
        return
    left, right = st.columns(2)
    with left:
        row = stepper(_("Row in use"), 1, len(task.data.value), 1, key="tree_row") - 1
    with right:
        tree, x, names = grown(task, ask_depth())
    way = lab.run(trees.walk_of, tree, x, row=row, as_="walk")
    last = len(way.value) - 1
    upto = stepper(_("Question"), 1, last + 1, 1, key="tree_step") - 1 if last else 0
    path = {int(line[0]) for line in way.value.tolist()[: upto + 1]}
    body = shown.tree_html(task, tree.value, names.value, path=path)
    show.html("tree_path", body, [tree], caption=text["path_caption"])
    one = lab.run(trees.one_row, task.data, row=row, as_="row")
    grid = shown.walk_grid(task, tree.value, names.value, way.value, upto)
    show.html("tree_walk", grid, [way], caption=text["walk_caption"])
    st.dataframe(one.value, key="tree_one_row")
    show.footer("tree_row", [one], text["row_caption"])


@fragment
def depth() -> None:
    task = task_here()
    if task is None:
        return
    scores, best = by_depth(task)
    show.chart(
        "tree_by_depth",
        lambda found: shown.depth_chart(task, found, best),
        [scores],
        caption=text["depth_caption"].format(best=best)
        + " "
        + _("The deepest tree here has {leaves} leaves.", leaves=f"{int(scores.value[-1, 5]):,}"),
        alt=_("Scores by depth: what is learnt rises, what is tested does not"),
    )


def by_depth(task: Task) -> tuple[Node, int]:
    """The scores of trees by their depth, and the depth that is best by the folds."""
    x, _names = matrix_of(task)
    scores = lab.run(
        trees.scores_by_depth,
        x,
        task.y,
        task.learn,
        task.folds,
        criterion=criterion_kept(task),
        as_="scores",
    )
    return scores, lab.run(trees.full_and_best, scores, as_="best").value[0]


@fragment
def breaks() -> None:
    task = task_here()
    if task is None:
        return
    faults = {"full": _("No limit"), "names": _("A column of row numbers")}
    fault = choice(_("What is done wrong"), faults, key="tree_fault")
    st.markdown(text[f"breaks_{fault}"])
    scores, best = by_depth(task)
    heads = [_("rows learnt from"), _("test")]
    small = _("depth {depth}, best by the folds", depth=best)
    if fault == "full":
        rows = [(_("Right: {name}", name=small), scores.value[best - 1, :2].tolist())]
        full, x, _names = grown(task, None)
        ends = both_ends(task, full, x)
        leaves, deepest = lab.run(trees.tree_size, full, as_="size").value
        wrong = _("Wrong: no limit, depth {depth}, {leaves} leaves", depth=deepest, leaves=leaves)
        rows.append((wrong, [node.value for node in ends]))
        nodes = [scores, *ends]
    else:
        x, _names = matrix_of(task)
        named = lab.run(
            trees.named_scores,
            x,
            task.y,
            task.learn,
            criterion=criterion_kept(task),
            depth=best,
            as_="named",
        )
        alone, right, both = named.value.tolist()
        rows = [
            (_("Right: {name}", name=small), right),
            (_("Wrong: all columns and the row number, no limit"), both),
            (_("Wrong: the row number alone, no limit"), alone),
        ]
        nodes = [named]
    body = shown.scores_grid(task, rows, heads)
    show.html("tree_breaks", body, nodes, caption=text[f"{fault}_caption"])


def predict() -> None:
    task = task_here()
    if task is None:
        return
    x, names = matrix_of(task)
    gains = lab.run(
        trees.best_splits, x, task.y, task.learn, criterion=criterion_kept(task), as_="gains"
    ).value
    best = int(gains[:, 1].argmax()) if len(gains) else 0
    options = {f"c{n}": safe(shown.column_name(name)) for n, name in enumerate(names.value[:5])}
    if len(gains):
        options |= {f"c{best}": safe(shown.column_name(names.value[best]))}
        quiz.question(
            _("Which column does the first question ask about?"),
            options,
            answer=f"c{best}",
            why=_("Its best split gains {gain}.", gain=f"{float(gains[best, 1]):.4g}"),
            key="tree_first",
        )
    scores, at = by_depth(task)
    learnt = float(scores.value[-1, 0])
    quiz.question(
        _(
            "A tree of depth {depth}: how good is it on the rows that it has learnt from ({score})?",
            depth=len(scores.value),
            score=task.score_name,
        ),
        {"low": _("below 0.7"), "high": _("0.95 or more"), "middle": _("0.7 to 0.95")},
        answer="low" if learnt < 0.7 else "high" if learnt >= 0.95 else "middle",
        why=_(
            "{learnt}, and {tested} on the test.",
            learnt=task.score(learnt),
            tested=task.score(float(scores.value[-1, 1])),
        ),
        key="tree_learnt",
    )
    quiz.question(
        _("Which depth has the best mean over the folds?"),
        {"middle": _("3 to 5"), "deep": _("6 or more"), "small": _("1 or 2")},
        answer="small" if at <= 2 else "middle" if at <= 5 else "deep",
        why=_(
            "Depth {depth}: {score}.",
            depth=at,
            score=task.score(float(scores.value[at - 1, 2])),
        ),
        key="tree_best",
    )
    fall = learnt - float(scores.value[-1, 1])
    quiz.question(
        _("How much worse does that deepest tree do on the test than on what it has learnt?"),
        {"some": _("by 0.05 to 0.2"), "much": _("by more than 0.2"), "little": _("by less")},
        answer="much" if fall > 0.2 else "some" if fall >= 0.05 else "little",
        why=_("By {fall}.", fall=f"{fall:.2f}"),
        key="tree_fall",
    )


here.run(first=first, drawn=drawn, walk=walk, depth=depth, breaks=breaks, predict=predict)
