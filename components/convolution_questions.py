"""Questions on convolution whose answers are computed from what the learner sees."""

from __future__ import annotations

from components import quiz
from components.convolution import EDGE, Given, given, preset
from components.convolution_shift import curve_names
from components.i18n import _
from engine.image.color import rgb_to_gray
from engine.lab import Lab, Node
from engine.training.convolve import cross_correlate, layer_costs, mean_size, places
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
    asked_edges(part)
    gray = lab.run(rgb_to_gray, lab.run(wide_view, pixels, as_="wide"), as_="wide_gray")
    curves = lab.run(changes, gray, as_="changes_by_shift")
    two = {
        name: lab.run(curve_of, curves, name=name, as_="curve").value[2]
        for name in ("none", "max", "global mean")
    }
    least = f"{min(two.values()):.1%}"
    names = curve_names()
    quiz.question(
        _("The picture moves by 2 pixels. Which changes least?"),
        {name.replace(" ", "-"): names[name] for name in ("max", "none", "global mean")},
        answer=tuple(
            name.replace(" ", "-") for name, value in two.items() if f"{value:.1%}" == least
        ),
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


def asked_edges(part: Given) -> None:
    """Which of Sobel's kernels answers more strongly on the whole picture?"""
    lab = part.lab
    across, down = (
        lab.run(
            mean_size,
            lab.run(cross_correlate, part.gray, preset(lab, name), **EDGE, as_=f"edges_{name}"),
            as_=f"mean_{name}",
        ).value
        for name in ("sobel", "down")
    )
    larger = max(across, down)
    equal = abs(across - down) <= 0.05 * larger
    quiz.question(
        _(
            "Edges across (brighter from left to right) or edges down: which kernel answers more "
            "strongly on your picture?"
        ),
        {
            "across": _("Edges across"),
            "same": _("both the same, to 5 %"),
            "down": _("Edges down"),
        },
        answer="same" if equal else "across" if across > down else "down",
        why=_(
            "Mean size of the answers: {across} across, {down} down.",
            across=f"{across:.1f}",
            down=f"{down:.1f}",
        ),
        key="conv_edges",
    )
