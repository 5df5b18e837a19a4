"""What a picture file says of itself, in words: how its numbers are stored, and all its facts."""

from __future__ import annotations

import streamlit as st

from components import cells, show
from components.chooser import megabytes
from components.i18n import _, safe
from engine.errors import N_
from engine.image.matrix import used_indices
from engine.lab import Lab, Node
from engine.sources import Image

_LETTERS = {
    "rgb": show.RGB,
    "rgba": (*show.RGB, "A"),
    "gray+alpha": ("Y", "A"),
    "cmyk": ("C", "M", "Y", "K"),
}
_COLOUR_TYPES = {
    "bilevel": N_("black and white"),
    "gray": N_("gray"),
    "gray+alpha": N_("gray and alpha"),
    "palette": N_("palette"),
    "rgb": "RGB",
    "rgba": "RGBA",
    "cmyk": "CMYK",
    "ycbcr": "YCbCr",
    "lab": "Lab",
    "float": N_("floating point"),
}


def channel_names(source: Image) -> tuple[str, ...]:
    """The letters of the stored channels; () for one channel, which needs no name."""
    return _LETTERS.get(source.color_type, ()) if source.channels > 1 else ()


def largest(source: Image) -> float | None:
    """The largest possible stored number, or None where the file's own extremes are drawn."""
    return None if source.top is None else float(source.top)


def seen_as_stored(source: Image) -> bool:
    """Whether the numbers of this file are the 8-bit colours that are seen, only perhaps turned."""
    return (
        source.bit_depth == 8
        and source.color_type in ("rgb", "gray")
        and not source.palette_size
        and not source.has_alpha
    )


def what_is_stored(source: Image) -> tuple[str, str]:
    """A short name for how this file stores colour, and a sentence about what that means."""
    top = largest(source)
    if source.palette_size:
        return _("Palette."), _(
            "Each number is not a colour but a place in a list of {count} colours, which the file "
            "holds as well. Similar numbers need not be similar colours.",
            count=source.palette_size,
        )
    if source.color_type == "bilevel":
        return _("One bit."), _(
            "Each number is 0 or 1; eight pixels fit into one byte. The format says which of the two "
            "is white."
        )
    if source.color_type == "cmyk":
        return _("CMYK."), _(
            "Four numbers a pixel for printing: how much cyan, magenta, yellow and black ink. What "
            "you see on the screen is only a conversion to red, green and blue."
        )
    if source.color_type in ("ycbcr", "lab"):
        return _("{name}.", name=_COLOUR_TYPES[source.color_type]), _(
            "One number for how bright and two for the colour. What you see on the screen is "
            "converted to red, green and blue."
        )
    if top is None:
        return _("{bits}-bit numbers.", bits=source.bit_depth), _(
            "Measured values rather than screen colours; the picture is drawn from the smallest to "
            "the largest."
        )
    if source.has_alpha:
        return _("With alpha."), _(
            "One more number a pixel says how opaque it is, from 0 (invisible) to {top}. Invisible "
            "pixels have colours too; a model that drops alpha sees them.",
            top=f"{top:.0f}",
        )
    if source.bit_depth > 8:
        return _("{bits} bits.", bits=source.bit_depth), _(
            "Each number runs from 0 to {top}. A screen shows about 256 steps, so most of them can't "
            "be told apart by eye; a model can use them.",
            top=f"{top:.0f}",
        )
    if source.channels == 1:
        return _("Gray."), _(
            "One number a pixel for its brightness, from 0 to {top}.", top=f"{top:.0f}"
        )
    return _("RGB."), _(
        "Three numbers a pixel, each from 0 to {top}: red, green and blue.", top=f"{top:.0f}"
    )


def palette(node: Node, lab: Lab, samples: Node) -> None:
    """The list of colours that the stored numbers point into, those in use first named."""
    colours = node.value
    used = lab.run(used_indices, samples, as_="used").value
    squares = [
        cells.Cell(
            str(number),
            tuple(int(c) for c in colours[number][:3]),
            hint=" ".join(str(int(c)) for c in colours[number]),
        )
        for number in range(len(colours))
    ]
    rows = [squares[start : start + 16] for start in range(0, len(squares), 16)]
    show.html(
        "palette",
        cells.grid(rows, label=_("Palette")),
        [node],
        caption=_(
            "The palette: {count} colours, {used} of them in use. Point at a field to read its "
            "red, green and blue.",
            count=len(colours),
            used=len(used),
        ),
    )


def table(source: Image) -> None:
    """Everything that the file's header says."""
    size = f"{source.width} × {source.height}"
    upright = f"{source.upright_width} × {source.upright_height} (EXIF {source.exif_orientation})"
    colours = _(_COLOUR_TYPES.get(source.color_type, source.color_type))
    per_frame = [f"{d:.2f} s" for d in source.durations[:3]]
    facts = {
        _("Format"): source.format,
        _("Width × height"): size,
        _("Upright, as the camera noted"): upright if source.exif_orientation != 1 else "",
        _("Channels"): f"{source.channels} ({colours})",
        _("Bits a number"): str(source.bit_depth),
        _("Colours in the palette"): str(source.palette_size or ""),
        _("Frames"): str(source.frames) if source.frames > 1 else "",
        _("Time a frame"): ", ".join(per_frame) + (" …" if len(source.durations) > 3 else ""),
        _("Compression"): source.compression,
        _("Colour sampling"): source.subsampling,
        _("Interlaced or progressive"): _("yes") if source.interlaced else "",
        _("Colour profile"): source.icc_profile or "",
        _("Dots an inch"): " × ".join(f"{d:.0f}" for d in source.dpi or ()),
        _("As a file"): megabytes(len(source.data)),
        "SHA-256": source.digest[:16] + "…",
    }
    about, content = _("Fact"), _("What the file says")
    with st.expander(_("All facts of the file"), icon=":material/list:"):
        rows = [(k, v) for k, v in facts.items() if v] + [(k, v) for k, v in source.metadata]
        # A Markdown table: both sides are escaped, since a file may say anything of itself.
        lines = [f"| {safe(name)} | {safe(value)} |" for name, value in rows]
        head = f"| {about} | {content} |"
        st.markdown("\n".join([head, "|---|---|", *lines]))
