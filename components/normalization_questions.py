"""Questions on dropout and normalisation whose answers are computed from what the learner sees."""

from __future__ import annotations

from components import normalization as shown
from components import quiz
from components.i18n import _
from components.normalization_tables import MANY, table_of
from engine.lab import Lab, Node
from engine.training.dropout import expected_distance
from engine.training.normalize import first_rows, normalise, number_at
from engine.training.regular import RATES, TEST_LOSS, TEST_RIGHT
from engine.training.seeds import range_over_seeds


def ask(lab: Lab) -> None:
    """Four questions on dropout, a batch of one, and the recorded runs."""
    half = lab.run(expected_distance, p=0.5, draws=100, as_="expected").value
    quiz.question(
        _(
            "p is 0.5. The mean of one draw is off by 100 % of the layer's length. By how much the mean "
            "of 100 draws?"
        ),
        {"b": _("about 10 %"), "a": _("about 1 %"), "c": _("about 50 %")},
        answer="a" if half[-1] < 0.05 else "b" if half[-1] < 0.3 else "c",
        why=_("{share}: the root of p / (1 − p) / 100.", share=f"{half[-1]:.0%}"),
        key="norm_draws",
    )
    many = table_of(lab, MANY)
    one = lab.run(first_rows, many, count=1, as_="one")
    alone = lab.run(normalise, one, kind="batch", as_="alone")
    value = lab.run(number_at, alone, row=0, column=0, as_="value").value
    quiz.question(
        _(
            "Batch normalisation, a batch of one digit, while learning: what becomes of its numbers?"
        ),
        {"same": _("They stay"), "zero": _("All become 0"), "one": _("All become 1")},
        answer="zero" if value == 0 else "one" if value == 1 else "same",
        why=_("{value}: each number is its own mean.", value=f"{value:g}"),
        key="norm_one",
    )
    slow = RATES[0]
    first = {
        kind: lab.run(
            range_over_seeds,
            shown.of_record(lab, slow, kind),
            column=TEST_RIGHT,
            epoch=3,
            as_="range",
        ).value[1]
        for kind in ("none", "dropout", "batch")
    }
    names = shown.kind_names()
    quiz.question(
        _("Learning rate {rate}: which network is ahead after 3 epochs?", rate=slow),
        {kind: names[kind] for kind in ("dropout", "batch", "none")},
        answer=max(first, key=lambda kind: first[kind]),
        why=_("Right answers on the test, mean of the recorded runs: ")
        + ", ".join(f"{names[kind]} {share:.0%}" for kind, share in first.items())
        + ".",
        key="norm_first",
    )
    losses = ends(lab, slow, TEST_LOSS)
    lower = losses["dropout"][1] < losses["none"][1]
    quiz.question(
        _("At the end: has dropout a lower or a higher loss on the test than none of them?"),
        {"higher": _("higher"), "lower": _("lower")},
        answer="lower" if lower else "higher",
        why=_(
            "{dropout} against {none}, means of the recorded runs.",
            dropout=f"{losses['dropout'][1]:.2f}",
            none=f"{losses['none'][1]:.2f}",
        ),
        key="norm_loss",
    )


def ends(lab: Lab, rate: float, column: int) -> dict[str, tuple[float, float, float]]:
    """Least, mean and greatest over the seeds at the end of the recorded runs, for each kind."""
    found: dict[str, Node] = {kind: shown.of_record(lab, rate, kind) for kind in shown.kind_names()}
    return {
        kind: lab.run(range_over_seeds, node, column=column, epoch=-1, as_="range").value
        for kind, node in found.items()
    }
