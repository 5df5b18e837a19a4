"""How a lesson gets from a picture's file to numbers: its pixels, its frame, a copy to work on."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components.i18n import _
from engine.image.plain import is_plain, read_plain
from engine.image.read import picture_error, read_rgb
from engine.image.resize import fit_within
from engine.lab import Lab, Node
from engine.sources import Image

#: The longer side, in pixels, of what is computed while a control moves: a transform there and back
#: takes tens of milliseconds, and a screen shows the copy whole.
SIDE = 1024


def frame(source: Image) -> int:
    """The chosen frame of an animation or page of a TIFF file, from 0."""
    return min(int(st.session_state.get("frame", 1)), source.shown_frames) - 1


def pixels_of(
    lab: Lab, source: Image, data: Node, *, number: int | None = None, as_: str = "pixels"
) -> Node:
    """Record how a picture's file becomes pixels, (H, W, 3) uint8: by two lines if that is enough.

    `number` is the frame, that of the tray when none is given.
    """
    if is_plain(source):
        return lab.run(read_plain, data, as_=as_)
    return lab.run(read_rgb, data, frame=frame(source) if number is None else number, as_=as_)


def decode(source: Image) -> None:
    """Decode a picture before it enters the tray; the lesson then finds its pixels in the cache.

    Raises
    ------
    UserError : the pixels are damaged or cut off.
    """
    lab = Lab(source)
    try:
        pixels_of(lab, source, lab.source, number=0).value  # noqa: B018 (a property that computes)
    except Exception as error:  # a damaged file makes decoders raise nearly anything
        raise picture_error(error) from error


@dataclass(frozen=True)
class WorkingCopy:
    """A picture small enough to compute with at once, and what to say about it."""

    node: Node
    group: str  # linked with the full picture's cursor only if it is the full picture
    reduced: bool

    def note(self, group: str) -> str:
        """A sentence for the caption of a view that shows the copy."""
        if not self.reduced or group != self.group:
            return ""
        return " " + _("Computed on a copy reduced to {side} pixels, to answer at once.", side=SIDE)


def working_copy(lab: Lab, pixels: Node) -> WorkingCopy:
    """The picture itself if its longer side is at most `SIDE`, else its area average."""
    if max(pixels.value.shape[:2]) <= SIDE:
        return WorkingCopy(pixels, "picture", False)
    return WorkingCopy(lab.run(fit_within, pixels, side=SIDE, as_="small"), "copy", True)
