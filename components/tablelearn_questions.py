"""Four predictions about the models of the learner's own task."""

from __future__ import annotations

import streamlit as st

from components import quiz
from components.i18n import _, safe
from components.learning import FOLDS, Task, model_names
from components.tablelearn import comparison
from engine.table import models

#: Scores that differ by less are equal but for rounding.
SAME = 1e-9


def questions(task: Task, *, where: str) -> None:
    """Ask them; `where` : the step in which a long comparison is run."""
    scores = comparison(task).node
    if task.is_long and not scores.is_cached:
        st.info(
            _(
                "Compare the models in the step “{step}” first: the answers are read from it.",
                step=where,
            ),
            icon=":material/info:",
        )
        return
    labels = model_names(task.kind)
    statistics = task.lab.run(models.fold_statistics, scores, as_="statistics").value
    found = dict(zip(models.MODELS, statistics[:, 0].tolist(), strict=True))
    scored = {name: score for name, score in found.items() if name != "baseline" and score == score}
    if not scored:
        st.info(_("No fold has a score: its numbers are all equal."), icon=":material/info:")
        return
    best = max(scored.values())  # what looks equal is equally right
    named = {
        name: labels[name]
        for name in ("tree", "forest", "linear", "boosting", "neighbours")
        if name in scored
    }
    quiz.question(
        _("Which of these has the best mean over the folds?"),
        named,
        answer=tuple(n for n in named if task.score(scored[n]) == task.score(best)),
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
        {
            "none": _("by less than {amount}", amount=amount(task, 0.05)),
            "some": _("in between"),
            "much": _("by more than {amount}", amount=amount(task, 0.3)),
        },
        answer="much" if gain > 0.3 else "none" if gain < 0.05 else "some",
        why=_(
            "{linear} against {baseline}, a difference of {gain}.",
            linear=task.score(found["linear"]),
            baseline=task.score(found["baseline"]),
            gain=amount(task, gain),
        ),
        key="tl_gain",
    )
    least, most = statistics[models.MODELS.index("linear"), 2:].tolist()
    apart = most - least
    quiz.question(
        _("By how much do the best and the worst of its {folds} folds differ?", folds=FOLDS),
        {
            "near": _("by less than {amount}", amount=amount(task, 0.02)),
            "middle": _("in between"),
            "far": _("by more than {amount}", amount=amount(task, 0.08)),
        },
        answer="near" if apart < 0.02 else "far" if apart > 0.08 else "middle",
        why=_(
            "From {least} to {most}. One split alone may show any of these.",
            least=task.score(least),
            most=task.score(most),
        ),
        key="tl_apart",
    )
    falls = task.lab.run(
        models.permutation_importance,
        *task.inputs,
        columns=task.columns,
        model="linear",
        as_="falls",
    ).value.mean(axis=1)
    strongest = int(falls.argmax())
    places = sorted({*range(min(5, len(falls))), strongest})
    quiz.question(
        _("Which of these columns does {linear} need most?", linear=labels["linear"]),
        {f"c{n}": safe(task.columns[n]) for n in places},
        answer=tuple(f"c{n}" for n in places if falls[n] > falls[strongest] - SAME),
        why=_(
            "Its cells mixed up, the score falls by {fall}.", fall=f"{float(falls[strongest]):.3f}"
        ),
        key="tl_column",
    )


def amount(task: Task, difference: float) -> str:
    """The difference of two scores, in the unit in which scores are shown."""
    if task.classes:
        return _("{count} percentage points", count=f"{100 * difference:.3g}")
    return f"{difference:.2g}"
