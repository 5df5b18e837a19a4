"""Attention in numbers: rows of vectors, products, scores and shares of a word, the sum it gives on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from components import scales
from components.cells import Cell, grid
from components.i18n import _

SHOWN = 6  # products of a larger head that are written out


def number(n: float, most: float, digits: int = 2) -> Cell:
    """A number on a colour by its sign and size."""
    return Cell(f"{n:+.{digits}f}", scales.colour("signed", n, -most, most))


def rows_grid(rows: Any, names: Sequence[str], *, label: str) -> str:
    """Rows of numbers, coloured over all of them."""
    most = max(float(abs(rows).max()), 1e-9)
    cells = [[number(n, most) for n in row] for row in rows.tolist()]
    heads = [str(n + 1) for n in range(len(cells[0]))]
    return grid(cells, label=label, row_heads=names, column_heads=heads)


def score_grid(
    names: Sequence[str], products: Any, scores: Any, roots: Any, shares: Any, upto: int
) -> str:
    """One token's way to its shares, a row for each token that it looks at; columns up to a step.

    upto : int, 1: the products and their sum; 2: over the root; 3: exp of that; 4: the share.
    """
    most = max(float(abs(products).max()), 1e-9)
    few = products[:, :SHOWN]
    more = products.shape[1] > SHOWN
    powers = np.exp(roots - roots[np.isfinite(roots)].max())
    rows = []
    for n, row in enumerate(few.tolist()):
        cells = [number(p, most) for p in row] + ([Cell("…")] if more else [])
        cells.append(Cell(f"{scores[n]:+.3f}"))
        if upto >= 2:
            cells.append(Cell("−∞" if np.isneginf(roots[n]) else f"{roots[n]:+.3f}"))
        if upto >= 3:
            cells.append(Cell(f"{powers[n]:.3f}"))
        if upto >= 4:
            cells.append(Cell(f"{shares[n]:.3f}", scales.colour("viridis", shares[n], 0, 1)))
        rows.append(cells)
    heads = [f"q{n + 1}·k{n + 1}" for n in range(few.shape[1])] + (["…"] if more else [])
    heads += [_("sum"), "÷ √d", "exp", _("share")][:upto]
    return grid(rows, label=_("From products to shares"), row_heads=names, column_heads=heads)


def output_grid(names: Sequence[str], shares: Any, parts: Any) -> str:
    """Share times value, a row for each token, and the sum that attention gives on."""
    few, more = parts[:, : SHOWN + 2], parts.shape[1] > SHOWN + 2
    total = few.sum(axis=0)
    most = max(float(abs(few).max()), float(abs(total).max()), 1e-9)
    rows = [
        [
            Cell(f"{share:.3f}", scales.colour("viridis", share, 0, 1)),
            *(number(n, most, 3) for n in row),
            *([Cell("…")] if more else []),
        ]
        for share, row in zip(shares.tolist(), few.tolist(), strict=True)
    ]
    rows.append([Cell("Σ"), *(number(n, most, 3) for n in total), *([Cell("…")] if more else [])])
    heads = [_("share"), *(f"v{n + 1}" for n in range(few.shape[1])), *(["…"] if more else [])]
    return grid(
        rows,
        label=_("Share times value"),
        row_heads=[*names, _("sum")],
        column_heads=heads,
    )


def written_sum(products: Any, score: float) -> str:
    """The products of one pair as a sum, the first ones written out."""
    few = [f"{n:+.2f}".replace("-", "−") for n in products[:SHOWN].tolist()]
    more = " + …" if len(products) > SHOWN else ""
    return f"{' '.join(few)}{more} = {score:+.3f}".replace("-", "−")


def growth_grid(rows: Any, sizes: Sequence[int]) -> str:
    """What the root of the size is for, a row for each size."""
    cells = [
        [Cell(f"{a:.2f}"), Cell(f"{c:.0%}"), Cell(f"{b:.2f}"), Cell(f"{d:.0%}")]
        for a, b, c, d in rows.tolist()
    ]
    heads = [
        _("spread of q · k"),
        _("largest share"),
        _("spread of q · k ÷ √d"),
        _("largest share with √d"),
    ]
    return grid(
        cells,
        label=_("Longer vectors, with and without the root"),
        row_heads=[f"d = {size}" for size in sizes],
        column_heads=heads,
    )


def learning_grid(lengths: Any, names: Sequence[str]) -> str:
    """How strongly an output depends on each token's query, key and value."""
    most = max(float(lengths.max()), 1e-9)
    cells = [
        [Cell(f"{n:.3f}", scales.colour("viridis", n, 0, most)) for n in row]
        for row in lengths.T.tolist()
    ]
    heads = [_("query"), _("key"), _("value")]
    return grid(cells, label=_("Gradients"), row_heads=names, column_heads=heads)
