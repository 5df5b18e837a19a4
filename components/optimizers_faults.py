"""What breaks: a rate too high, a start on the ridge, Adam with a large rate; each beside the right."""

from __future__ import annotations

from components import numbers, show
from components.i18n import _
from components.optimizers import STARTS, height_map, limit_of, lowest, paths
from components.optimizers_map import from_above
from engine.lab import Lab, Node

Begin = tuple[float, tuple[float, float]]  # a rate, and where the path begins
UNTIL = 40  # steps


def fault_names() -> dict[str, str]:
    """The mistakes to choose from."""
    return {
        "rate": _("Rate too high"),
        "ridge": _("Begun on the ridge"),
        "scale": _("Adam with a large rate"),
    }


def fault_sides(lab: Lab, rows: Node, fault: str) -> tuple[str, str, Begin, Begin]:
    """The surface, the optimiser, how it should begin, and how it begins wrongly."""
    limit = limit_of(lab, rows, "bowl")
    bowl, saddle = STARTS["bowl"], STARTS["saddle"]
    return {
        "rate": ("bowl", "sgd", (0.9 * limit, bowl), (1.02 * limit, bowl)),
        "ridge": ("saddle", "sgd", (0.1, saddle), (0.1, (saddle[0], 0.0))),
        "scale": ("bowl", "adam", (0.1, bowl), (1.5, bowl)),
    }[fault]


def side_view(
    lab: Lab, rows: Node, side: str, title: str, surface: str, method: str, begin: Begin
) -> None:
    """One path from above, and how high it ends; `side` : "right" or "wrong"."""
    rate, start = begin
    path = paths(
        lab, rows, [method], rates=(rate, rate), surface=surface, start=start, steps=UNTIL
    )[method]
    z = height_map(lab, rows, surface)
    low, floor = lowest(lab, rows, surface)
    show.chart(
        f"break_{side}",
        lambda z, path: from_above(z, {method: path}, surface, upto=UNTIL, low=low, height=380),
        [z, path],
        caption=_(
            "Rate {rate}. After {steps} steps {end} above the lowest point.",
            steps=UNTIL,
            rate=f"{rate:.3g}",
            end=numbers.plain(float(path.value[-1, 2]) - floor, 2),
        ),
        alt=title,
    )
