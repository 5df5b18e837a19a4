"""A word's vector twice: multiplied out with a one-hot row, and copied from its row of the matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components import scales, show
from components.cells import Cell, grid
from components.embeddings import signed
from components.i18n import _, safe
from components.text import beginning
from engine.lab import Lab, Node
from engine.vectors.lookup import look_up, multiplications, multiply, one_hot_row


def product_grid(words: Sequence[str], hot: Any, matrix: Any, product: Any, *, label: str) -> str:
    """A one-hot column beside the matrix; the row that is picked in colour, the sum below."""
    most = float(abs(matrix).max())
    rows, place = [], int(hot.argmax())
    for number, (one, row) in enumerate(zip(hot.tolist(), matrix.tolist(), strict=True)):
        picked = number == place
        first = Cell(f"{one:.0f} ×", scales.colour("viridis", 1, 0, 1) if picked else None)
        cells = [Cell(f"{n:+.2f}", signed(n, most) if picked else None) for n in row]
        rows.append([first, *cells])
    total = [Cell(f"{n:+.2f}", signed(n, most)) for n in product.tolist()]
    rows.append([Cell("= "), *total])
    heads = [*(beginning(word, 16) for word in words), _("sum")]
    return grid(rows, label=label, row_heads=heads)


def vector_grid(vector: Any, *, label: str, width: int = 5) -> str:
    """The numbers of a vector on cells coloured by sign and size."""
    most = float(abs(vector).max())
    cells = [Cell(f"{n:+.2f}", signed(n, most)) for n in vector.tolist()]
    return grid([cells[at : at + width] for at in range(0, len(cells), width)], label=label)


def looked_up(kind: str, lab: Lab, words: Node, word: str, matrix: Node, caption: str) -> None:
    """The row of a word twice: multiplied out with a one-hot row, and copied.

    kind : "small", whose numbers are all shown, or "real", of which only the row is.
    """
    hot = lab.run(one_hot_row, words, word=word, as_="one_hot")
    product = lab.run(multiply, hot, matrix, as_="product")
    row = lab.run(look_up, matrix, words, word=word, as_="row")
    if kind == "small":
        label = _("A one-hot row times a matrix")
        body = product_grid(words.value, hot.value, matrix.value, product.value, label=label)
    else:
        body = vector_grid(row.value, label=_("The vector of a word"))
    height, width = matrix.value.shape
    found = _(
        "“{word}” is row {place} of {height}. Multiplied out: {height} × {width} = {products} "
        "products; looked up: none, {width} numbers are copied. Numbers that differ: {differ}.",
        word=safe(word),
        place=f"{words.value.index(word) + 1:,}",
        height=f"{height:,}",
        width=width,
        products=f"{multiplications(words=height, numbers=width):,}",
        differ=sum(a != b for a, b in zip(product.value, row.value, strict=True)),
    )
    show.html(f"lookup_{kind}", body, [hot, product, row], caption=f"{found} {caption}")
