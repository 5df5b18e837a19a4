"""Questions about the chosen set whose answers are computed from it."""

from __future__ import annotations

from components import finetune as lessons
from components import quiz
from components.finetune import NETWORK, Set
from components.finetune_more import roles_with
from components.finetune_result import before_of
from components.i18n import _
from components.models import loading
from engine.training.backbone import trained_counts
from engine.training.evaluate import label_curve
from engine.training.traps import (
    framed,
    head_answers,
    part_examples,
    part_roles,
    right_of,
    some_of_each,
)

SEEDS = 5


def ask(data: Set) -> None:
    """Four questions: what is trained, one example, five times as many, a false cue."""
    lab, count = data.lab, len(data.names)
    trained, every = lab.run(
        trained_counts,
        architecture=lessons.architecture(NETWORK),
        method="head",
        classes=count,
        as_="numbers",
    ).value
    share = trained / every
    quiz.question(
        _(
            "{network} gets a new head for {count} classes, the rest is frozen. What share of its "
            "numbers is trained?",
            network=lessons.NETWORKS[NETWORK],
            count=count,
        ),
        {"middle": _("2 to 20 %"), "few": _("under 2 %"), "many": _("over 20 %")},
        answer="few" if share < 0.02 else "middle" if share <= 0.2 else "many",
        why=_(
            "{trained} of {every}: {share}.",
            trained=f"{trained:,}",
            every=f"{every:,}",
            share=f"{share:.2%}",
        ),
        key="ft_share",
    )
    features = before_of(data, lessons.weights_of(lab, NETWORK), NETWORK)
    shares = lab.run(
        label_curve,
        features,
        data.examples,
        roles_with(data, 0),
        counts=(1, 5),
        seeds=SEEDS,
        as_="few",
    )
    with loading():
        one, five = (float(row.mean()) for row in shares.value)
    quiz.question(
        _(
            "One example of each of the {count} classes, frozen features, a new head. Of 100 test "
            "examples, how many are right, on average over {seeds} draws? Chance alone: {chance}.",
            count=count,
            seeds=SEEDS,
            chance=round(100 / count),
        ),
        {"most": _("over 80"), "low": _("under 40"), "half": _("40 to 80")},
        answer="low" if one < 0.4 else "half" if one <= 0.8 else "most",
        why=_("{share} of 100.", share=f"{100 * one:.0f}"),
        key="ft_one",
    )
    if five == five:  # each class has five
        gain = 100 * (five - one)
        quiz.question(
            _("Now five examples of each class instead of one. How many more of 100 are right?"),
            {"c": _("over 30 more"), "a": _("under 10 more"), "b": _("10 to 30 more")},
            answer="a" if gain < 10 else "b" if gain <= 30 else "c",
            why=_("{five} instead of {one}.", five=f"{100 * five:.0f}", one=f"{100 * one:.0f}"),
            key="ft_five",
        )
    _cue(data)


def _cue(data: Set) -> None:
    lab = data.lab
    whole = lab.run(some_of_each, data.examples, data.roles, as_="part")
    roles = lab.run(part_roles, whole, as_="less_roles")
    less = lab.run(part_examples, whole, as_="less")
    weights = lessons.weights_of(lab, NETWORK)
    seen = []
    for moved in (0, 1):
        cued = lab.run(framed, less, roles, moved=moved, as_=f"framed_{moved}")
        seen.append(_features(data, cued, weights))
    answers = lab.run(head_answers, *seen, less, roles, as_="misled")
    right = int(lab.run(right_of, answers, less, roles, as_="misled_right").value)
    share = right / len(answers.value)
    quiz.question(
        _(
            "In the examples to learn from, each class gets a frame of its own colour; in the test, "
            "each has the frame of another class. What share of the test answers is right?"
        ),
        {"half": _("30 to 70 %"), "most": _("over 70 %"), "few": _("under 30 %")},
        answer="few" if share < 0.3 else "half" if share <= 0.7 else "most",
        why=_(
            "{right} of {tested}. As far as the head trusts the frames, they lead it astray.",
            right=right,
            tested=len(answers.value),
        ),
        key="ft_cue",
    )


def _features(data: Set, examples: object, weights: object) -> object:
    from dataclasses import replace

    return before_of(replace(data, examples=examples), weights, NETWORK)
