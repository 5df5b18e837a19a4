"""What the page about channels shows: planes of six colour spaces, and the ranges of their numbers."""

from __future__ import annotations

from components.i18n import _
from components.picture import WorkingCopy
from components.show import RGB, Picture
from engine.image.color import PLANES, channel, rgb_to_cmyk, rgb_to_hsv, rgb_to_lab, rgb_to_ycbcr
from engine.lab import Lab, Node

SPACES = {"rgb": "RGB", "hsv": "HSV", "lab": "Lab", "ycbcr": "YCbCr", "cmyk": "CMYK"}
CONVERT = {"hsv": rgb_to_hsv, "lab": rgb_to_lab, "ycbcr": rgb_to_ycbcr, "cmyk": rgb_to_cmyk}
LETTERS = {
    "rgb": RGB,
    "hsv": ("H", "S", "V"),
    "lab": ("L*", "a*", "b*"),
    "ycbcr": ("Y", "Cb", "Cr"),
    "cmyk": ("C", "M", "Y", "K"),
}
#: Least and greatest number of each range as it is drawn, and how many bars its histogram has.
RANGES = {"u8": (0.0, 255.0, 256), "unit": (0.0, 1.0, 256), "standard": (-2.2, 2.7, 70)}


def planes(lab: Lab, pixels: Node, small: WorkingCopy, space: str) -> list[Picture]:
    """A picture for each channel of a colour space; all but RGB are computed on the working copy."""
    rgb = space == "rgb"
    whole = pixels if rgb else lab.run(CONVERT[space], small.node, as_=space)
    group = "picture" if rgb else small.group
    row = []
    for index, (letter, (lo, hi, name)) in enumerate(
        zip(LETTERS[space], PLANES[space], strict=True)
    ):
        node = lab.run(channel, whole, index=index, as_=f"{space}_{index}")
        scale = "signed" if lo < 0 else "cyclic" if letter == "H" else "gray"
        alt, top = _("Channel: {name}", name=_(name)), 255.0 if rgb else hi
        row.append(Picture(node, _(name), alt, (letter,), lo, top, scale, group))
    return row
