"""Four predictions about the trees of the learner's own task."""

from __future__ import annotations

from components import quiz
from components.i18n import _, safe
from components.learning import Task
from components.tablelearn_questions import SAME, amount
from components.tree import by_depth, criterion_kept, grown, matrix_of
from engine.table import tree as trees

_FIRST = ("c0", "c1", "c2", "c3", "c4")


def questions(task: Task) -> None:
    """Ask them."""
    _first(task)
    scores, at = by_depth(task)
    learnt, tested = scores.value[-1, :2].tolist()
    quiz.question(
        _(
            "A tree that may ask {depth} questions in a row: how good is it on the rows that it has "
            "learnt from ({score})?",
            depth=len(scores.value),
            score=task.score_name,
        ),
        {
            "low": _("below {score}", score=task.score(0.7)),
            "middle": _("in between"),
            "high": _("{score} or more", score=task.score(0.95)),
        },
        answer="low" if learnt < 0.7 else "high" if learnt >= 0.95 else "middle",
        why=_(
            "{learnt}, and {tested} on the test.",
            learnt=task.score(learnt),
            tested=task.score(tested),
        ),
        key="tree_learnt",
    )
    quiz.question(
        _("Which depth has the best mean over the folds?"),
        {"small": _("1 or 2"), "middle": _("3 to 5"), "deep": _("6 or more")},
        answer="small" if at <= 2 else "middle" if at <= 5 else "deep",
        why=_(
            "Depth {depth}: {score}. Of equally good depths the smallest counts.",
            depth=at,
            score=task.score(float(scores.value[at - 1, 2])),
        ),
        key="tree_best",
    )
    fall = learnt - tested
    if fall == fall:
        quiz.question(
            _("How much worse does that deepest tree do on the test than on what it has learnt?"),
            {
                "little": _("by less than {amount}", amount=amount(task, 0.05)),
                "some": _("in between"),
                "much": _("by more than {amount}", amount=amount(task, 0.2)),
            },
            answer="much" if fall > 0.2 else "some" if fall >= 0.05 else "little",
            why=_("By {fall}.", fall=amount(task, fall)),
            key="tree_fall",
        )


def _first(task: Task) -> None:
    """Ask for the column of the first question of the tree that is drawn on this page."""
    x, names = matrix_of(task)
    gains = task.lab.run(
        trees.best_splits, x, task.y, task.learn, criterion=criterion_kept(task), as_="gains"
    ).value
    root = int(grown(task, 1)[0].value[trees.COLUMN][0])
    if root < 0:
        return
    best: dict[str, float] = {}  # by the column of the table: a category is none of its own
    for (column, _category), gain in zip(names.value, gains[:, 1].tolist(), strict=True):
        best[column] = max(gain, best.get(column, 0.0))
    asked = names.value[root][0]
    places = {name: f"c{n}" for n, name in enumerate(best)}
    offered = [name for name in best if name == asked or places[name] in _FIRST]
    quiz.question(
        _("Which column does the first question ask about?"),
        {places[name]: safe(name) for name in offered},
        answer=tuple(places[name] for name in offered if best[name] > best[asked] - SAME),
        why=_("Its best split gains {gain}.", gain=f"{best[asked]:.4g}"),
        key="tree_first",
    )
