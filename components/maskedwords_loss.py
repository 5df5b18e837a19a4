"""The loss of a blank worked out from its scores, and the loss of each token of the sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components import charts, show
from components.catalogue import COLOURS
from components.cells import Cell, grid
from components.i18n import _
from components.maskedwords import Asked
from components.tokens import visible
from engine.lab import Node
from engine.training.maskedwords import (
    loss_at,
    loss_by_chance,
    losses_of_all,
    share_of,
    worked_loss,
)


def worked_grid(rows: Sequence[tuple[str, float, float, float]], truth: str) -> str:
    """A softmax by hand: the last row is the sum over the whole vocabulary."""
    cells, heads = [], []
    for token, score, raised, share in rows[:-1]:
        heads.append(visible(token) + (" ✓" if token == truth else ""))
        cells.append([Cell(f"{score:.3f}"), Cell(f"{raised:,.1f}"), Cell(f"{share:.4f}")])
    heads.append(_("all tokens together"))
    cells.append([Cell(""), Cell(f"{rows[-1][2]:,.1f}"), Cell("1")])
    return grid(
        cells,
        label=_("Scores and probabilities"),
        row_heads=heads,
        column_heads=[_("Score"), _("e to the power of it"), _("Divided by the sum")],
    )


def loss_bars(losses: Any, names: Sequence[str]) -> charts.Figure:
    """The loss of each token of a sentence, in its order."""
    rows = [
        (f"{n} {visible(name)}", loss, f"{loss:.2f}", True)
        for n, (name, loss) in enumerate(zip(names, losses, strict=True), start=1)
    ]
    return charts.sizes(rows, x=_("Loss, nats"), colour=COLOURS["text"])


def worked_view(asked: Asked, scores: Node, place: int, caption: str) -> None:
    """The loss of one blank by hand."""
    lab, ids = asked.lab, asked.ids
    worked = lab.run(worked_loss, asked.weights, scores, ids, place=place, count=5, as_="worked")
    nats = lab.run(loss_at, scores, ids, place=place, as_="loss").value
    share = lab.run(share_of, scores, ids, place=place, as_="share").value
    said = _(
        "The hidden token has {share}: the loss is −ln {share} = {loss}.",
        share=f"{share:.4g}",
        loss=f"{nats:.3f}",
    )
    body = worked_grid(worked.value, asked.names[place])
    show.html("worked", body, [worked], caption=f"{caption} {said}{asked.note}")


def losses_view(asked: Asked, scores: Node, caption: str) -> None:
    """The loss of each token when it alone is hidden, against that of a guess by chance."""
    chance = asked.lab.run(loss_by_chance, scores, as_="chance").value
    show.chart(
        "losses",
        lambda losses: loss_bars(losses, asked.names[1:-1]),
        [asked.run(losses_of_all, asked.ids, as_="losses")],
        caption=caption.format(count=f"{len(scores.value):,}", chance=f"{chance:.2f}"),
        alt=_("The loss of each token when it is hidden"),
    )
