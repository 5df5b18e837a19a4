"""The lesson on tables as numbers: one column kept as other dtypes, and the smallest dtype of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from components import show
from components.cells import Cell, grid
from components.i18n import _
from components.table import kind_of
from components.text import beginning
from engine.lab import Lab, Node
from engine.table import dtypes

MOST_COLUMNS = 40


def kept_view(lab: Lab, table: Node, column: str, text: Mapping[str, str]) -> None:
    """A row for each dtype that the column can be kept as."""
    kept = lab.run(dtypes.kept_as, table, column=column, as_="kept")
    kind = kind_of(table.value[column])
    told = {"text": "texts", "date": "dates"}.get(kind, "numbers")
    body = kept_grid(kept.value, len(table.value), texts=kind == "text")
    show.html("tn_kept", body, [kept], caption=text[f"kept_{told}"])


def kept_grid(found: Sequence[dtypes.Kept], rows: int, *, texts: bool) -> str:
    """Bytes, and unless it is text, what is lost, with the cell that changes most."""
    heads = [_("bytes"), _("bytes a cell")]
    if not texts:
        heads += [_("changed"), _("overflow")]
    heads.append(_("gaps lost"))
    if not texts:
        heads.append(_("changes most (row)"))
    lines = []
    for _name, size, rounded, outside, gaps, example in found:
        line = [f"{size:,}", f"{size / rows:.4g}" if rows else "–"]
        if not texts:
            line += [_share(rounded, rows), _share(outside, rows)]
        line.append(_share(gaps, rows))
        if not texts:
            line.append(_example(example))
        lines.append([Cell(one) for one in line])
    return grid(
        lines,
        label=_("What each dtype costs and loses"),
        row_heads=[name for name, *_rest in found],
        column_heads=heads,
    )


def _share(count: int, rows: int) -> str:
    return f"{count:,} ({count / rows:.0%})" if count else "0"


def _example(example: dtypes.Example | None) -> str:
    if example is None:
        return "–"
    row, before, after = example
    left = after or _("undefined")
    return f"{before} → {left} ({row + 1:,})"


def smallest_view(lab: Lab, table: Node, text: Mapping[str, str]) -> None:
    """For each column the smallest dtype that keeps every cell, and what that spares."""
    columns = tuple(map(str, table.value.columns))
    first = columns[:MOST_COLUMNS]
    found = lab.run(dtypes.smallest_kinds, table, columns=first, as_="smallest")
    now, then = (sum(one[place] for one in found.value) for place in (2, 4))
    caption = text["smallest_caption"].format(
        now=f"{now:,}", then=f"{then:,}", shown=len(first), all=f"{len(columns):,}"
    )
    show.html("tn_smallest", smallest_grid(found.value), [found], caption=caption)


def smallest_grid(found: Sequence[tuple[str, str, int, str, int]]) -> str:
    """Column, dtype and bytes now, the smallest dtype and its bytes."""
    return grid(
        [
            [Cell(now), Cell(f"{size:,}"), Cell(small), Cell(f"{less:,}")]
            for _name, now, size, small, less in found
        ],
        label=_("The smallest dtype that keeps every cell"),
        row_heads=[beginning(name, 24) for name, *_rest in found],
        column_heads=[_("dtype"), _("bytes"), _("smallest dtype"), _("bytes then")],
    )
