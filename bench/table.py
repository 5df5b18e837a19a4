"""Tables of text: what was measured, the goal, and whether it is met."""

from __future__ import annotations

from collections.abc import Sequence


def verdict(value: float, goal: float) -> str:
    """Say whether `value` stays within `goal`."""
    return "met" if value <= goal else "MISSED"


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[object]], *notes: str) -> None:
    """Print a title, a table whose columns (but the first) are flush right, and notes."""
    lines = [[_text(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    print(f"\n{title}")
    for number, line in enumerate(lines):
        first, *rest = zip(line, widths, strict=True)
        print("  ".join([f"{first[0]:<{first[1]}}", *(f"{cell:>{width}}" for cell, width in rest)]))
        if number == 0:
            print("  ".join("-" * width for width in widths))
    for note in notes:
        print(note)
    print(flush=True)


def _text(cell: object) -> str:
    return f"{cell:,.0f}" if isinstance(cell, float) else str(cell)
