"""What the page about one-hot vectors shows: the words of the text, their matrix, and its cost."""

from __future__ import annotations

from typing import Any

from components import cells, charts, scales, show, text
from components.catalogue import COLOURS
from components.i18n import _
from engine.lab import Lab, Node
from engine.text.onehot import how_many, ids_of, one_hot, units_of, vocabulary

#: Words that are counted at most.
MOST = 20_000


def all_words(lab: Lab, characters: Node) -> tuple[Node, str]:
    """The words of the text, as many as are counted at most, and a note if that is not all."""
    tokens = lab.run(units_of, characters, count=MOST, as_="tokens")
    note = text.wordless(lab, characters)
    if lab.run(how_many, tokens, as_="token_count").value == MOST:
        note += " " + _("Counted: the first {most} words.", most=f"{MOST:,}")
    return tokens, note


def encoded(lab: Lab, tokens: Node) -> tuple[Node, Node, Node]:
    """The vocabulary of some words, their numbers in it, and their one-hot rows."""
    columns = lab.run(vocabulary, tokens, as_="words")
    ids = lab.run(ids_of, tokens, columns, as_="ids")
    return columns, ids, lab.run(one_hot, ids, columns, as_="matrix")


def distance_grid(distances: Any, words: tuple[str, ...]) -> str:
    """A table of the distance of every two words."""
    body = [
        [cells.Cell(f"{d:.2f}", scales.colour("viridis", d, 0, 1.5)) for d in row]
        for row in distances.tolist()
    ]
    names = [text.beginning(word, 12) for word in words]
    label = _("Distances between words")
    return cells.grid(body, label=label, row_heads=names, column_heads=names)


def cost_chart(points: Any, *, measure: str) -> charts.Figure:
    """The columns of `cost_curves` over the size of the vocabulary: "bytes" or "density"."""
    series = {_("density"): (points[:, 0], points[:, 4])}
    y, colours = _("% of the numbers that are 1"), (COLOURS["text"],)
    if measure == "bytes":
        kinds = (_("dense matrix"), _("sparse matrix"), _("ids"))
        series = {name: (points[:, 0], points[:, n + 1]) for n, name in enumerate(kinds)}
        y, colours = _("bytes"), tuple(show.CHANNEL_COLOURS[c] for c in "RBG")
    x = _("size of the vocabulary")
    return charts.lines(series, x=x, y=y, colours=colours, log_x=True, log_y=True)
