"""An array as the bytes that lie in memory, one after the other."""

from __future__ import annotations

from components import cells, show
from components.i18n import _
from engine.image.layout import first_bytes, layout_facts, memory_order
from engine.lab import Lab, Node

COUNT = 64  # eight rows of eight: what fits a phone's width


def bytes_in_order(key: str, lab: Lab, array: Node, *, axes: str) -> None:
    """The first bytes of `array`, coloured by channel, each with the pixel that it belongs to."""
    order = lab.run(memory_order, array, axes=axes, count=COUNT, as_=f"{key}_order")
    raw = lab.run(first_bytes, array, count=COUNT, as_=f"{key}_bytes")
    letters = show.RGB
    squares = [
        cells.Cell(
            f"{letters[channel]} {value}",
            _tint(letters[channel], int(value)),
            hint=_(
                "byte {offset}: row {row}, column {column}, channel {channel}",
                offset=offset,
                row=row,
                column=column,
                channel=letters[channel],
            ),
        )
        for offset, row, column, channel, _byte, value in order.value.tolist()
    ]
    facts = dict(layout_facts(array.value))
    rows = [squares[start : start + 16] for start in range(0, len(squares), 16)]
    show.html(
        f"memory_{key}",
        cells.grid(rows, label=_("The first bytes in memory, {axes} order", axes=axes)),
        [order, raw],
        caption=_(
            "{axes}: shape {shape}, strides {strides}, {bytes} bytes. The first {count} bytes as "
            "`tobytes()` gives them; R, G, B is the channel that a byte belongs to.",
            axes=axes,
            shape=facts["shape"],
            strides=facts["strides"],
            bytes=facts["nbytes"],
            count=len(squares),
        ),
    )


def _tint(letter: str, value: int) -> tuple[int, int, int]:
    """The channel's colour, from a dark shade (0) to the full colour (255)."""
    shade = 0.3 + 0.7 * value / 255
    red, green, blue = (
        round(shade * part) for part in bytes.fromhex(show.CHANNEL_COLOURS[letter][1:])
    )
    return red, green, blue
