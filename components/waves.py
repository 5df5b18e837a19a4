"""What the pages about waves share: the transform of the tray's picture, its panes, its measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import charts, show, tray
from components.catalogue import COLOURS
from components.i18n import _
from components.picture import WorkingCopy, working_copy
from components.show import RGB, Picture
from components.state import slider
from components.viewer import Circle
from engine.image.color import rgb_to_gray
from engine.image.fourier import (
    energy_kept,
    full_spectrum,
    log_magnitude,
    radius_axes,
    spectrum2d,
    transfer_function,
)
from engine.image.matrix import height_and_width, mean_over_channels
from engine.image.metrics import psnr, ssim
from engine.lab import Lab, Node
from engine.sources import Image

COLOUR = COLOURS["image"]


@dataclass(frozen=True)
class Waves:
    """A picture, its half spectrum in colour and in gray, and the spectrum as it is drawn."""

    source: Image
    lab: Lab
    copy: WorkingCopy
    original: Node
    gray: Node
    half: Node
    gray_half: Node
    full: Node
    magnitude: Node
    height: int
    width: int

    @property
    def longest(self) -> int:
        """The longer side in pixels: the unit of every cut-off."""
        return max(self.height, self.width)

    @property
    def group(self) -> str:
        """The linked cursor that the picture's panes share."""
        return self.copy.group

    @property
    def note(self) -> str:
        """What a caption says when a reduced copy is shown."""
        return self.copy.note(self.copy.group)


def waves_of_tray() -> Waves:
    """Record the transforms of the tray's picture; each is computed once, when it is first shown."""
    source, lab, pixels = tray.picture()
    copy = working_copy(lab, pixels)
    height, width = lab.run(height_and_width, copy.node, as_="size").value
    gray = lab.run(rgb_to_gray, copy.node, as_="gray")
    gray_half = lab.run(spectrum2d, gray, as_="gray_half")
    full = lab.run(full_spectrum, gray_half, width=width, as_="full")
    return Waves(
        source=source,
        lab=lab,
        copy=copy,
        original=copy.node,
        gray=gray,
        half=lab.run(spectrum2d, copy.node, as_="half"),
        gray_half=gray_half,
        full=full,
        magnitude=lab.run(log_magnitude, full, as_="magnitude"),
        height=height,
        width=width,
    )


def picture_pane(waves: Waves) -> Picture:
    """The picture before anything was done to it."""
    return Picture(waves.original, _("Picture"), _("The picture"), RGB, group=waves.group)


def gray_pane(waves: Waves, node: Node, title: str, alt: str) -> Picture:
    """A gray picture of the same size."""
    return Picture(node, title, alt, (), 0, 255, group=waves.group)


def spectrum_pane(waves: Waves, **more: object) -> Picture:
    """The centred spectrum."""
    alt = _("Strength of each wave, the mean in the middle")
    return Picture(waves.magnitude, _("Spectrum"), alt, scale="viridis", group="spectrum", **more)


def cutoff_circle(waves: Waves, radius: float) -> Circle:
    """A cut-off drawn over the spectrum: an ellipse if the picture is not square."""
    ry, rx = radius_axes(height=waves.height, width=waves.width, radius=radius)
    return Circle(waves.width // 2, waves.height // 2, rx, ry, f"{radius:g}")


def filtered_pane(waves: Waves, node: Node, kind: str = "low", *, title: str = "") -> Picture:
    """The filtered picture; without the mean its numbers swing about 0, drawn as middle gray."""
    lo, hi = (0, 255) if kind == "low" else (-128, 128)
    alt = _("What the filter keeps")
    return Picture(node, title or _("Filtered"), alt, RGB, lo, hi, group=waves.group)


def removed_pane(waves: Waves, difference: Node) -> Picture:
    """What was taken away, with its sign."""
    mean = waves.lab.run(mean_over_channels, difference, as_="removed")
    alt = _("What the filter took away")
    return Picture(mean, _("Removed"), alt, (), -64, 64, "signed", waves.group)


def ask_cutoffs(waves: Waves, kind: str) -> tuple[float, float | None]:
    """Ask for the cut-off of a filter, or for the two of a band."""
    label, most = _("Cut-off, waves across the longer side"), max(1, waves.longest // 2)
    first = min(30, most)
    if kind == "band":
        start = (first, min(80, most))
        low, high = sorted(slider(label, 0, most, start, key="band"))  # a link may say 90 to 10
        return float(low), float(high)
    return float(slider(label, 0, most, first, key="cut")), None


def low_pass(waves: Waves, radius: float) -> Node:
    """The mask of the ideal low-pass at a cut-off."""
    size = {"height": waves.height, "width": waves.width}
    return waves.lab.run(transfer_function, cutoff=radius, as_="quiz_mask", **size)


def row_chart(names: Sequence[str], column: int, *rows: Any) -> charts.Figure:
    """Gray levels along one row of several pictures, near a column."""
    window = slice(max(0, column - 80), column + 80)
    columns = list(range(len(rows[0])))[window]
    series = {name: (columns, row[window]) for name, row in zip(names, rows, strict=True)}
    colours = (show.NEUTRAL, *show.CHANNEL_COLOURS.values())
    return charts.lines(series, x=_("column x"), y=_("gray level"), colours=colours)


def share_kept(waves: Waves, mask: Node, *, without_mean: bool = True) -> float:
    """The share of the picture's energy that passes a mask, 0..1."""
    name = "contrast" if without_mean else "energy"
    options = {"width": waves.width, "without_mean": without_mean, "as_": name}
    return waves.lab.run(energy_kept, waves.half, mask, **options).value


def measures(waves: Waves, mask: Node, result: Node, text: dict[str, str]) -> None:
    """How much is left, in four numbers."""
    lab = waves.lab
    before = lab.run(mean_over_channels, waves.original, as_="gray_original")
    after = lab.run(mean_over_channels, result, as_="gray_filtered")
    noise = lab.run(psnr, waves.original, result, as_="peak_ratio").value
    # Structural similarity compares windows of 11 x 11 pixels; a smaller picture has none.
    fits = min(waves.height, waves.width) >= 11
    likeness = lab.run(ssim, before, after, as_="similarity").value if fits else None
    with st.container(horizontal=True):
        kept = share_kept(waves, mask, without_mean=False)
        st.metric(_("Energy kept"), f"{kept:.2%}", help=text["energy"])
        st.metric(_("Contrast kept"), f"{share_kept(waves, mask):.2%}", help=text["contrast"])
        decibels = f"{noise:.1f} dB" if noise < 100 else "> 100 dB"  # beyond lies only rounding
        st.metric("PSNR", decibels, help=text["psnr"])
        st.metric("SSIM", "–" if likeness is None else f"{likeness:.3f}", help=text["ssim"])
