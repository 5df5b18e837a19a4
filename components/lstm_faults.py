"""What breaks: forget gates held at 0 or at 1, a memory that is wiped; cell states and bits."""

from __future__ import annotations

from collections.abc import Sequence

from components import show
from components.i18n import _
from components.lstm import UNITS, WINDOW, Read, bits_of, gate_chart, mean_of
from engine.lab import Node
from engine.training.lstm_gates import lstm_trace, part_of_trace

FEW = 600  # characters of the novel on which mistakes are measured
#: What is forced on the network.
FAULTS = {"closed": {"forget": 0.0}, "open": {"forget": 1.0}, "reset": {"carried": 5}}


def fault_names() -> dict[str, str]:
    """The mistakes to choose from."""
    return {
        "closed": _("Forget gate 0"),
        "open": _("Forget gate 1"),
        "reset": _("Memory wiped every 5 characters"),
    }


def forced(own: Read, fault: str, *, as_: str) -> Node:
    """How a text is read with a fault."""
    return own.lab.run(lstm_trace, own.weights, own.ids, as_=as_, **FAULTS[fault])


def cells_of(own: Read, trace: Node, side: str) -> Node:
    """Some cell states of a trace; `side` : "right" or "wrong"."""
    how = {"part": "cell", "first": 0, "count": WINDOW, "unit": 72, "units": UNITS}
    return own.lab.run(part_of_trace, trace, as_=f"{side}_cells", **how)


def reach_of(cells: Sequence[Node]) -> float:
    """The greatest absolute value of all of them, for one scale of colours."""
    return max(float(abs(node.value).max()) for node in cells)


def side_view(own: Read, side: str, title: str, trace: Node, reach: float) -> None:
    """Some cell states and the bits per character of one trace."""
    cost = bits_of(own, trace, name=f"{side}_bits")
    show.chart(
        f"break_{side}",
        lambda values, _cost: gate_chart(
            values, own.labels, first=0, unit=72, signed=True, reach=reach
        ),
        [cells_of(own, trace, side), cost],
        caption=_(
            "{bits} bits per character, over {count} characters.",
            bits=f"{mean_of(own, cost):.2f}",
            count=FEW,
        ),
        alt=title,
    )
