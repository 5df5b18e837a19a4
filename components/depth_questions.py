"""Questions on deep stacks whose answers are computed from stacks and from recorded runs."""

from __future__ import annotations

from components import quiz, twins
from components.depth import PLAIN, by_depth, started
from components.i18n import _
from engine.lab import Lab
from engine.training.resnets import STORED, TESTED
from engine.training.resnets import TEST_ERROR as TEST_ERROR_OF_TWINS
from engine.training.stacks import LEARN_ERROR, TEST_ERROR


def ask(lab: Lab) -> None:
    """Five questions: a gradient, errors by depth, He's weights, the test, two networks of 56 layers."""
    nodes = started(lab, 20, PLAIN)
    times = float(nodes["residual"].value[1, 0] / nodes["plain"].value[1, 0])
    quiz.question(
        _(
            "20 layers with PyTorch's weights, before training. How many times as long is the gradient "
            "of the first layer when each block adds its input?"
        ),
        {"b": _("1,000 to a million times"), "a": _("under 1,000 times"), "c": _("over a million")},
        answer="a" if times < 1e3 else "b" if times <= 1e6 else "c",
        why=_("{times} times.", times=f"{times:,.0f}"),
        key="stack_times",
    )
    learn = by_depth(lab, PLAIN, LEARN_ERROR)
    deep, flat = float(learn["plain"].value[-1, 0]), float(learn["plain"].value[0, 0])
    quiz.question(
        _(
            "A plain stack of 40 layers has many more weights than one of 2. Which is more often wrong "
            "on the pictures that it has learned from?"
        ),
        {"flat": _("the one of 2 layers"), "same": _("both alike"), "deep": _("the one of 40")},
        answer="same" if abs(deep - flat) < 0.01 else "deep" if deep > flat else "flat",
        why=_(
            "2 layers {flat}, 40 layers {deep}, the mean of ten seeds. That is no overfitting: it can't "
            "even learn by heart.",
            flat=f"{flat:.1%}",
            deep=f"{deep:.1%}",
        ),
        key="stack_worse",
    )
    large = by_depth(lab, {"init": "he", "norm": False}, LEARN_ERROR)["residual"]
    error = float(large.value[-1, 0])
    quiz.question(
        _(
            "He's weights keep a plain signal as large as it is. A residual stack of 40 layers begins "
            "with them, without normalisation. How often is it wrong in the end?"
        ),
        {"low": _("under 5 %"), "middle": _("5 to 50 %"), "high": _("over 50 %")},
        answer="low" if error < 0.05 else "middle" if error <= 0.5 else "high",
        why=_(
            "{error}: each block adds as much as there was, the signal doubles each time.",
            error=f"{error:.0%}",
        ),
        key="stack_large",
    )
    test = by_depth(lab, PLAIN, TEST_ERROR)["residual"]
    gap = float(test.value[-1, 0] - learn["residual"].value[-1, 0])
    quiz.question(
        _(
            "The residual stack of 40 layers: how much higher is its error on test pictures than on "
            "those that it has learned from?"
        ),
        {"c": _("over 10 points"), "b": _("3 to 10 points"), "a": _("under 3 points")},
        answer="a" if gap < 0.03 else "b" if gap <= 0.1 else "c",
        why=_(
            "{gap} percentage points. Learning the pictures and knowing others are two questions.",
            gap=f"{100 * gap:.1f}",
        ),
        key="stack_gap",
    )
    last = {
        kind: float(node.value[-1])
        for kind, node in twins.errors(lab, "norm", STORED, TEST_ERROR_OF_TWINS, "test").items()
    }
    ratio = last["plain"] / last["residual"]
    quiz.question(
        _(
            "Convolutional networks of {layers} layers, batch normalisation in each. On {count} test "
            "digits, how many times as many errors has the plain one?",
            layers=STORED,
            count=f"{TESTED:,}",
        ),
        {"b": _("1.2 to 5 times"), "c": _("over 5 times"), "a": _("under 1.2 times")},
        answer="a" if ratio < 1.2 else "b" if ratio <= 5 else "c",
        why=_(
            "{plain} against {residual}. Normalisation keeps the signal alive; the shortcuts help "
            "beyond that.",
            plain=round(TESTED * last["plain"]),
            residual=round(TESTED * last["residual"]),
        ),
        key="stack_twins",
    )
