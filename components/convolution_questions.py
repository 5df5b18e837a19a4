"""Questions on convolution whose answers are computed from what the learner sees."""

from __future__ import annotations

from components import convolution as shown
from components import quiz
from components.convolution import given
from components.i18n import _
from engine.image.color import rgb_to_gray
from engine.lab import Lab, Node
from engine.training.convolve import layer_costs, places
from engine.training.shifts import changes, curve_of, wide_view


def ask(lab: Lab, pixels: Node) -> None:
    """Four questions: the width of a result, edges, a moved picture, what a full convolution costs."""
    part = given(lab, pixels)
    height, width = part.gray.value.shape
    same, valid, double = (
        places(width, 5, stride, padding, 1) for stride, padding in ((2, 2), (2, 0), (1, 0))
    )
    options = quiz.distinct(valid=valid, same=same, double=double)
    answer = next(name for name in options if options[name] == f"{valid:,}")
    quiz.question(
        _(
            "Your picture, reduced, is {width} pixels wide. A 5 × 5 kernel, stride 2, no padding: how "
            "many columns has the result?",
            width=width,
        ),
        options,
        answer=answer,
        why=_("({width} − 5) / 2 + 1, rounded down: {count}.", width=width, count=valid),
        key="conv_width",
    )
    shown.asked_edges(part)
    gray = lab.run(rgb_to_gray, lab.run(wide_view, pixels, as_="wide"), as_="wide_gray")
    curves = lab.run(changes, gray, as_="changes_by_shift")
    two = {
        name: lab.run(curve_of, curves, name=name, as_="curve").value[2]
        for name in ("none", "max", "global mean")
    }
    least = min(two, key=lambda name: two[name])
    names = shown.curve_names()
    quiz.question(
        _("The picture moves by 2 pixels. Which changes least?"),
        {name.replace(" ", "-"): names[name] for name in ("max", "none", "global mean")},
        answer=least.replace(" ", "-"),
        why=", ".join(f"{names[name]}: {value:.1%}" for name, value in two.items()) + ".",
        key="conv_least",
    )
    costs = lab.run(
        layer_costs, channels=64, outs=128, side=3, height=height, width=width, as_="costs"
    ).value
    times = costs[0][1] / costs[3][1]
    quiz.question(
        _(
            "64 maps in, 128 out, 3 × 3. How many times as many weights has the full convolution as "
            "depthwise and 1 × 1 after each other?"
        ),
        {"b": _("5 to 10 times"), "c": _("over 10 times"), "a": _("under 5 times")},
        answer="a" if times < 5 else "b" if times <= 10 else "c",
        why=_(
            "{full} against {separable}: {times} times.",
            full=f"{costs[0][1]:,}",
            separable=f"{costs[3][1]:,}",
            times=f"{times:.1f}",
        ),
        key="conv_times",
    )
