"""How a text is masked in training: its tokens on colours, and how many of each kind there are."""

from __future__ import annotations

from collections.abc import Sequence

from components import show
from components.cells import Cell, grid
from components.i18n import _
from components.maskedwords import Asked
from components.tokens import visible
from engine.training.maskedwords import (
    TO_MASK,
    TO_OTHER,
    as_in_training,
    average_counts,
    kind_counts,
    token_names,
    tokens_of,
)

DRAWS = 400  # of the masking, for its mean


#: Colours under tokens: asked for and masked, swapped, left as they are.
KINDS = (None, (255, 214, 153), (240, 170, 160), (190, 225, 200))


def masked_grid(names: Sequence[str], seen: Sequence[str], kinds: Sequence[int]) -> str:
    """What the model sees in training: eight tokens in a row, those asked for on colour."""
    cells = []
    for own, other, kind in zip(names, seen, kinds, strict=True):
        text = visible(other)
        if kind == 2:
            text = f"{visible(own)} → {visible(other)}"
        elif kind == 3:
            text = f"{visible(own)} ="
        cells.append(Cell(text, KINDS[kind], hint=visible(own)))
    rows = [cells[n : n + 8] for n in range(0, len(cells), 8)]
    rows[-1] += [Cell("")] * (len(rows[0]) - len(rows[-1]))
    return grid(rows, label=_("The tokens as the model sees them in training"))


def mask_view(asked: Asked, seed: int, share: float, caption: str) -> None:
    """One draw, and the mean of many."""
    lab, weights = asked.lab, asked.weights
    masked = lab.run(as_in_training, weights, asked.ids, seed=seed, share=share, as_="masked")
    seen, kinds = masked.value
    counts = lab.run(kind_counts, masked, as_="counts").value
    drawn = {"times": DRAWS, "share": share}
    means = lab.run(average_counts, weights, asked.ids, **drawn, as_="means").value
    names = lab.run(token_names, weights, asked.ids, as_="own_names").value
    swapped = tokens_of(weights.value, tuple(seen.tolist()))
    rule = caption.format(
        to_mask=f"{TO_MASK:.0%}", other=f"{TO_OTHER:.0%}", rest=f"{1 - TO_MASK - TO_OTHER:.0%}"
    )
    here = _(
        "Here: {masked} masked, {swapped} swapped, {same} asked for as they are. Of all tokens, in the "
        "mean of {draws} draws: {of_masked} masked, {of_swapped} swapped, {of_same} as they are.",
        masked=counts[1],
        swapped=counts[2],
        same=counts[3],
        draws=DRAWS,
        of_masked=f"{means[1]:.1%}",
        of_swapped=f"{means[2]:.1%}",
        of_same=f"{means[3]:.1%}",
    )
    body = masked_grid(names, swapped, kinds.tolist())
    show.html("mask", body, [masked], caption=f"{rule} {here}")
