"""Questions on activations whose answers are computed from functions and from recorded runs."""

from __future__ import annotations

import functools

from components import quiz
from components.activations import names, of_record, whole
from components.i18n import _
from engine.lab import Lab, Node
from engine.training.activation import KINDS, at, steepest
from engine.training.deadunits import DEAD_FIRST, RIGHT, SCENES
from engine.training.seeds import range_over_seeds


def ask(lab: Lab) -> None:
    """Four questions: how steep sigmoid is, a sum of −2, two recorded trainings."""
    steep = lab.run(steepest, kind="sigmoid", as_="steepest").value
    quiz.question(
        _("How steep is sigmoid at most?"),
        {"b": _("0.3 to 0.8"), "c": _("over 0.8"), "a": _("under 0.3")},
        answer="a" if steep < 0.3 else "b" if steep <= 0.8 else "c",
        why=_("{slope}, at 0: every sigmoid takes three quarters or more.", slope=f"{steep:.2f}"),
        key="act_steep",
    )
    slopes = {kind: lab.run(at, x=-2.0, kind=kind, as_="pair").value[1] for kind in KINDS}
    three = ("gelu", "relu", "leaky")
    titles = names()
    quiz.question(
        _("A unit's sum is −2. Which of these lets no gradient through at all?"),
        {kind: titles[kind] for kind in three},
        answer=min(three, key=lambda kind: abs(slopes[kind])),
        why=", ".join(f"{titles[kind]}: {slopes[kind]:.3f}" for kind in three) + ".",
        key="act_none",
    )
    ends = functools.partial(of_record, lab)
    died = last_of(lab, ends("step", "relu"), DEAD_FIRST)
    quiz.question(
        _(
            "ReLU, learning rate {rate}: how many units of the first layer are dead at the end?",
            rate=SCENES["step"][0],
        ),
        {"c": _("over 20 %"), "a": _("under 5 %"), "b": _("5 to 20 %")},
        answer="a" if died < 0.05 else "b" if died <= 0.2 else "c",
        why=_("{share}, the mean of the recorded runs.", share=f"{died:.0%}"),
        key="act_died",
    )
    right = {kind: last_of(lab, ends("bias", kind), RIGHT) for kind in three}
    best = max(right, key=lambda kind: right[kind])
    quiz.question(
        _(
            "All biases of the first layer begin at {bias}, so hardly a unit fires. Which network "
            "learns the digits best?",
            bias=whole(SCENES["bias"][1]),
        ),
        {kind: titles[kind] for kind in ("relu", "gelu", "leaky")},
        answer=best,
        why=_("Right answers at the end, mean of the recorded runs: ")
        + ", ".join(f"{titles[kind]} {share:.0%}" for kind, share in right.items())
        + ".",
        key="act_bias",
    )


def last_of(lab: Lab, record: Node, column: int) -> float:
    """The mean over the seeds at the end of recorded runs."""
    return lab.run(range_over_seeds, record, column=column, epoch=-1, as_="range").value[1]
