"""What breaks in fine-tuning: high rates, labels without sense, a leak, hardly more than one label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components import show
from components.cells import Cell, grid
from components.i18n import _
from components.scales import colour
from components.text import beginning
from components.texttune import RATES, Task
from components.texttune_curves import band_figure, record
from engine.lab import Lab, Node
from engine.training import textset


def fault_names() -> dict[str, str]:
    """The mistakes to choose from."""
    return {
        "rate": _("Too high a rate"),
        "heart": _("Labels without sense"),
        "leak": _("Tested on what it learnt"),
        "uneven": _("Hardly more than one label"),
    }


def high_rates(lab: Lab, caption: str) -> None:
    """Recorded: the tested accuracy with rates that are too high."""
    nodes = {
        RATES["0.003"]: record(lab, "purpose_all"),
        RATES["0.01"]: record(lab, "rate_100_all"),
        RATES["0.03"]: record(lab, "rate_300_all"),
        RATES["0.1"]: record(lab, "rate_1000_all"),
    }

    def draw(*values: Any) -> Any:
        runs = dict(zip(nodes, values, strict=True))
        figure = band_figure(runs, y=_("right answers on the test, %"))
        lines = [trace for trace in figure["data"] if trace.get("name")]
        for trace, dash in zip(lines, ("solid", "dash", "dot", "dashdot"), strict=False):
            trace["line"]["dash"] = dash  # two of them lie on one another
        return figure

    alt = _("Four curves: the higher the rate, the lower and the more uneven")
    show.chart("tt_rates", draw, list(nodes.values()), caption=caption, alt=alt)


def by_heart(lab: Lab, caption: str) -> None:
    """Recorded: labels that mean nothing are learnt all the same, but only by heart."""
    node = record(lab, "shuffled_purpose_all")

    def draw(values: Any) -> Any:
        sides = {_("learnt sentences"): 2, _("tested sentences"): 3}
        shown = {name: values[..., column] for name, column in sides.items()}
        return band_figure(shown, y=_("right, %"), column=None)

    alt = _("Learnt sentences rise to nearly all right, tested ones stay at chance")
    show.chart("tt_by_heart", draw, [node], caption=caption, alt=alt)


def uneven_grid(names: Sequence[str], counts: Any) -> str:
    """Learnt, tested and right for each label, then for all."""
    rows = [
        [Cell(str(n)) for n in row[:2]]
        + [Cell(f"{row[2]} / {row[1]}", colour("viridis", row[2] / max(1, row[1]), 0, 1))]
        for row in [*counts.tolist(), counts.sum(axis=0).tolist()]
    ]
    heads = [_("learnt from"), _("tested"), _("answered right")]
    return grid(
        rows,
        label=_("Right answers for each label"),
        row_heads=[*(beginning(name, 16) for name in names), _("all")],
        column_heads=heads,
    )


def uneven_view(task: Task, rows: Node, caption: str) -> None:
    """Right answers for each label when nearly all learnt sentences have the same one."""
    counts = task.lab.run(textset.uneven_counts, rows, task.labels, task.roles, as_="uneven")
    body = uneven_grid(task.names.value, counts.value)
    show.html("tt_uneven", body, [counts], caption=caption)


def leak_view(task: Task, rows: Node, caption: str) -> None:
    """Right answers when half of the tested sentences were learnt."""
    shares = task.lab.run(textset.leak_shares, rows, task.labels, task.roles, as_="leak")
    cells = [[Cell(f"{n:.0%}", colour("viridis", n, 0, 1)) for n in shares.value]]
    columns = [_("without a leak"), _("the half that slipped in"), _("the other half")]
    body = grid(cells, label=_("Right of the tested sentences"), column_heads=columns)
    show.html("tt_leak", body, [shares], caption=caption)
