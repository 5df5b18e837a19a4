"""Questions on optimisers whose answers are computed on the surfaces of the lesson."""

from __future__ import annotations

from components import numbers, quiz
from components.i18n import _
from components.optimizers import (
    CURVATURE,
    FIRST_RATES,
    STARTS,
    STEPS,
    limit_of,
    lowest,
    names,
    paths,
)
from engine.lab import Lab, Node
from engine.training.surface import has_run_off


def ask(lab: Lab, rows: Node) -> None:
    """Four questions: the largest rate, a rate above it, the ridge of the saddle, the valley."""
    limit = limit_of(lab, rows, "bowl")
    quiz.question(
        _(
            "A bowl bends by {curvature} in y and by 1 in x. From which learning rate on does "
            "plain descent run off?",
            curvature=f"{CURVATURE:g}",
        ),
        {"c": _("over 0.5"), "a": _("under 0.05"), "b": _("0.05 to 0.5")},
        answer="a" if limit < 0.05 else "b" if limit <= 0.5 else "c",
        why=_("2 ÷ {curvature} = {limit}.", curvature=f"{CURVATURE:g}", limit=f"{limit:g}"),
        key="opt_limit",
    )
    how = {"surface": "bowl", "start": STARTS["bowl"], "steps": STEPS}
    over = paths(lab, rows, ["sgd"], rates=(1.05 * limit, 0.1), **how)["sgd"]
    off = lab.run(has_run_off, over, as_="off").value
    quiz.question(
        _(
            "The rate is 5 % above that. After {steps} steps, is descent higher than it began?",
            steps=STEPS,
        ),
        {"no": _("No, it is lower"), "yes": _("Yes, it is higher")},
        answer="yes" if off else "no",
        why=_(
            "From {first} to {last}.",
            first=numbers.plain(over.value[0, 2], 3),
            last=numbers.plain(over.value[-1, 2], 3),
        ),
        key="opt_over",
    )
    start = (STARTS["saddle"][0], 0.0)
    ridge = paths(lab, rows, ["sgd"], rates=(0.1, 0.1), surface="saddle", start=start, steps=STEPS)[
        "sgd"
    ]
    _low, floor = lowest(lab, rows, "saddle")
    left = float(ridge.value[-1, 2]) - floor
    quiz.question(
        _(
            "Descent begins exactly on the ridge of the saddle, y = 0. Does it reach the lowest point?"
        ),
        {"never": _("No, it stays in the middle"), "soon": _("Yes")},
        answer="never" if left > 0.1 else "soon",
        why=_(
            "It ends {left} above it: across the ridge, the slope is exactly 0. A little chance "
            "would help.",
            left=numbers.plain(left, 2),
        ),
        key="opt_ridge",
    )
    methods = ("momentum", "sgd", "adam")
    valley = paths(
        lab,
        rows,
        methods,
        rates=FIRST_RATES["valley"],
        surface="valley",
        start=STARTS["valley"],
        steps=STEPS,
    )
    ends = {method: float(node.value[-1, 2]) for method, node in valley.items()}
    titles = names()
    plain, scaled = FIRST_RATES["valley"]
    quiz.question(
        _(
            "In Rosenbrock's valley, {steps} steps, rate {plain} (Adam {scaled}): which gets lowest?",
            steps=STEPS,
            plain=plain,
            scaled=scaled,
        ),
        {method: titles[method] for method in ("sgd", "adam", "momentum")},
        answer=min(ends, key=lambda method: ends[method]),
        why=", ".join(f"{titles[method]} {numbers.plain(end, 2)}" for method, end in ends.items())
        + ".",
        key="opt_valley",
    )
