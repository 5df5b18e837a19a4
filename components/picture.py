"""How a lesson gets from a picture's file to numbers: its pixels, its frame, a copy to work on."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import streamlit as st

from components.i18n import _
from engine import export, samples
from engine.errors import UserError
from engine.image.limits import picture_error
from engine.image.matrix import height_and_width
from engine.image.plain import read_plain
from engine.image.read import read_rgb
from engine.image.resize import fit_within
from engine.lab import Lab, Node
from engine.sources import Image

#: The longer side, in pixels, of what is computed while a control moves: a transform there and back
#: takes tens of milliseconds, and a screen shows the copy whole.
SIDE = 1024


def frame_key(source: Image) -> str:
    """The name of the frame slider: each file has its own, so a new one starts with its first."""
    return f"frame_{source.digest[:12]}"


def frame(source: Image) -> int:
    """The chosen frame of an animation or page of a TIFF file, from 0: the slider's or a link's."""
    if source.shown_frames < 2:
        return 0
    linked = st.query_params.get("frame", "")
    first = int(linked) if linked.isdecimal() and len(linked) < 7 else 1
    chosen = st.session_state.get(frame_key(source))
    if chosen is None:
        chosen = first if "_framed" not in st.session_state else 1  # a link speaks of its own file
    st.session_state["_framed"] = True
    return min(max(int(chosen), 1), source.shown_frames) - 1


def pixels_of(
    lab: Lab, source: Image, data: Node, *, number: int | None = None, as_: str = "pixels"
) -> Node:
    """Record how a picture's file becomes pixels, (H, W, 3) uint8: by two lines if that is enough.

    `number` is the frame, that of the tray when none is given.
    """
    if source.is_plain:
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
    except UserError:
        raise
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
    # The size stays in the cache when a large picture has to leave it, and spares decoding again.
    if max(lab.run(height_and_width, pixels, as_="size").value) <= SIDE:
        return WorkingCopy(pixels, "picture", False)
    return WorkingCopy(lab.run(fit_within, pixels, side=SIDE, as_="small"), "copy", True)


@functools.cache
def thumbnail(name: str) -> bytes:
    """A sample picture, 160 pixels wide, encoded once for all sessions."""
    source = samples.load(name)
    assert isinstance(source, Image)
    lab = Lab(source)
    pixels = lab.run(fit_within, pixels_of(lab, source, lab.source, number=0), side=160).value
    return export.to_jpeg(pixels)
