"""Questions on probes whose answers are computed from the recorded accuracies."""

from __future__ import annotations

from components import quiz
from components.digits import Given
from components.i18n import _
from components.probe import titles
from engine.training.probe import ENCODERS, LABELS


def ask(all_: Given) -> None:
    """Four questions on the recorded probes: ten labels, a gap, an untrained encoder, the spread."""
    table = all_.recorded("probes").value
    means = {
        name: dict(zip(LABELS, row.mean(axis=1).tolist(), strict=True))
        for name, row in zip(ENCODERS, table, strict=True)
    }
    called = titles()
    free = ("autoencoder", "contrastive", "masked", "pixels")
    best = max(free, key=lambda name: means[name][10])
    quiz.question(
        _(
            "Ten labels, one of each digit. Which one that never saw a label itself reads digits best?"
        ),
        {name: called[name] for name in free},
        answer=best,
        why=", ".join(f"{called[name]} {means[name][10]:.1%}" for name in free) + ".",
        key="pb_best",
    )
    gaps = {count: means["supervised"][count] - means["pixels"][count] for count in LABELS}
    quiz.question(
        _("The encoder with labels is ahead of raw pixels. Where is it further ahead?"),
        {"many": _("with 1,000 labels"), "few": _("with 10 labels")},
        answer="few" if gaps[10] > gaps[1000] else "many",
        why=_(
            "By {few} with 10 labels and {many} with 1,000.",
            few=f"{gaps[10]:.1%}",
            many=f"{gaps[1000]:.1%}",
        ),
        key="pb_gap",
    )
    quiz.question(
        _("With 1,000 labels: is an untrained encoder better than raw pixels?"),
        {"yes": _("Yes"), "no": _("No")},
        answer="yes" if means["random"][1000] > means["pixels"][1000] else "no",
        why=_(
            "{random} against {pixels}: 64 numbers by chance against all 784.",
            random=f"{means['random'][1000]:.1%}",
            pixels=f"{means['pixels'][1000]:.1%}",
        ),
        key="pb_random",
    )
    spreads = 100 * table[ENCODERS.index("pixels")].std(axis=1, ddof=1)
    quiz.question(
        _("Raw pixels, other labels drawn each time. Where does the accuracy vary more?"),
        {"few": _("with 10 labels"), "many": _("with 1,000 labels")},
        answer="few" if spreads[0] > spreads[-1] else "many",
        why=_(
            "Standard deviation {few} points with 10 labels, {many} with 1,000.",
            few=f"{spreads[0]:.1f}",
            many=f"{spreads[-1]:.1f}",
        ),
        key="pb_spread",
    )
