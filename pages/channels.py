"""Shows: the picture split into channels of six colour spaces; RGB read as BGR; the bytes in memory as
HWC and as CHW; the ranges 0-255, 0-1 and standardized; 8-bit arithmetic that wraps around; each wrong
result beside the right one with its cure.
"""

from __future__ import annotations

import streamlit as st

from components import channels, memory, page, show, tray
from components import channels_questions as questions
from components.channels import SPACES
from components.guard import fragment
from components.i18n import _
from components.picture import working_copy
from components.show import RGB, Bars, Picture
from components.state import choice, slider
from engine.image.color import reverse_channels
from engine.image.histogram import channel_histogram
from engine.image.layout import hwc_to_chw, reshape_instead_of_transpose
from engine.image.ranges import (
    add_saturating,
    add_wrapping,
    cast_without_clipping,
    standardize_channels,
    to_unit,
)

here = page.start(
    "channels",
    {
        "split": _("Split"),
        "order": _("RGB or BGR"),
        "memory": _("In memory"),
        "range": _("Ranges"),
        "wrap": _("Wrap-around"),
        "predict": _("Predict"),
    },
)
text = here.text
source, lab, pixels = tray.picture()
small = working_copy(lab, pixels)


@fragment
def split() -> None:
    space = choice(_("Colour space"), SPACES, key="space", hide_label=True)
    row = channels.planes(lab, pixels, small, space)
    show.pictures(
        f"split_{space}",
        row,
        height=360,
        caption=_(
            "One picture a channel, each pixel drawn by its number: dark is small and bright is large; "
            "a* and b* run from blue over white (0) to red, and hue round a colour circle. Zoom in to "
            "compare the digits of one pixel."
        )
        + small.note(row[0].group),
    )
    st.markdown(text[f"space_{space}"])


@fragment
def order() -> None:
    swapped = lab.run(reverse_channels, pixels, as_="bgr")
    show.pictures(
        "order",
        [
            Picture(pixels, _("Right: read as RGB"), _("The picture in its true colours"), RGB),
            Picture(
                swapped,
                _("Wrong: BGR read as RGB"),
                _("The picture with red and blue exchanged"),
                RGB,
            ),
        ],
        caption=_(
            "The same numbers; only first and third channel have changed places. Green stays, skin "
            "turns blue. OpenCV reads BGR; Pillow, Matplotlib and PyTorch's models expect RGB."
        ),
    )
    st.code("rgb = bgr[:, :, ::-1]  # or cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)", language="python")


@fragment
def memory_step() -> None:
    planes = lab.run(hwc_to_chw, pixels, as_="planes")
    memory.bytes_in_order("hwc", lab, pixels, axes="HWC")
    memory.bytes_in_order("chw", lab, planes, axes="CHW")
    st.markdown(text["memory_trap"])
    scrambled = lab.run(reshape_instead_of_transpose, planes, as_="scrambled")
    show.pictures(
        "layout",
        [
            Picture(pixels, _("Right: axes transposed"), _("The picture"), RGB),
            Picture(
                scrambled,
                _("Wrong: only reshaped"),
                _("Nine small gray copies: planes taken for pixels"),
                RGB,
                group="scrambled",
            ),
        ],
        caption=_(
            "A (3, H, W) array called (H, W, 3) without moving a byte: three neighbours of one plane "
            "become the red, green and blue of one pixel, so the picture appears three times across "
            "and three times down, in gray."
        ),
    )
    st.code("hwc = chw.transpose(1, 2, 0)  # not chw.reshape(height, width, 3)", language="python")


@fragment
def range_step() -> None:
    unit = lab.run(to_unit, small.node, as_="unit")
    standard = lab.run(standardize_channels, unit, as_="standardized")
    group = {"group": small.group}
    kinds = {"u8": "0 … 255", "unit": "0 … 1", "standard": _("standardized")}
    kind = choice(_("Range"), kinds, key="range", hide_label=True)
    lo, hi, bins = channels.RANGES[kind]
    node = {"u8": small.node, "unit": unit, "standard": standard}[kind]
    counts = lab.run(channel_histogram, node, bins=bins, lo=lo, hi=hi, as_="counts")
    show.pictures(
        f"range_{kind}",
        [
            Picture(
                node, kinds[kind], _("The picture; zoom in for its numbers"), RGB, lo, hi, **group
            ),
            Bars(counts, _("Values"), _("Histogram of the three channels"), lo, hi, RGB),
        ],
        caption=_(
            "The same picture in another unit: the histogram keeps its shape and changes its scale. "
            "Networks are trained on one of these ranges and cannot use any other."
        )
        + small.note(small.group),
    )
    st.markdown(text["range_trap"])
    twice = lab.run(to_unit, unit, peak=255.0, as_="divided_twice")
    cast = lab.run(cast_without_clipping, standard, as_="cast")
    dark = _("Black: all numbers are at most 1/255")
    noise = _("Noise of 0, 1, 2, 254 and 255: the numbers do not fit")
    show.pictures(
        "range_wrong",
        [
            Picture(unit, _("Right: divided by 255 once"), _("The picture"), RGB, 0, 1, **group),
            Picture(twice, _("Wrong: divided twice"), dark, RGB, 0, 1, **group),
            Picture(cast, _("Wrong: then stored in 8 bits"), noise, RGB, **group),
        ],
        caption=_(
            "Drawn as the numbers say, 0 black and 1 (or 255) full. Check `x.dtype`, "
            "`x.min()` and `x.max()` before you feed a model."
        ),
    )
    st.code(
        "x = pixels.astype(np.float32) / 255 if pixels.dtype == np.uint8 else pixels  # once\n"
        "shown = x * std + mean  # undo the standardization before you store or draw",
        language="python",
    )


@fragment
def wrap() -> None:
    amount = slider(_("Add to every number"), -255, 255, 60, key="add")
    wrapped = lab.run(add_wrapping, pixels, amount=amount, as_="wrapped")
    saturated = lab.run(add_saturating, pixels, amount=amount, as_="saturated")
    show.pictures(
        "wrap",
        [
            Picture(pixels, _("Before"), _("The picture"), RGB),
            Picture(saturated, _("Right: stops at 0 and 255"), _("Brighter or darker"), RGB),
            Picture(wrapped, _("Wrong: wraps around"), _("Bright turns dark"), RGB),
        ],
        caption=_(
            "8 bits hold 0 to 255. What does not fit leaves its remainder after division by 256: "
            "{example} gives {rest}.",
            example=f"250 + {amount}" if amount >= 0 else f"5 − {-amount}",
            rest=(250 + amount if amount >= 0 else 5 + amount) % 256,
        ),
    )
    st.code(
        "np.clip(x.astype(np.int16) + k, 0, 255).astype(np.uint8)  # not: x + np.uint8(k)",
        language="python",
    )


def predict() -> None:
    questions.ask(lab, pixels)


here.run(
    split=split,
    order=order,
    memory=memory_step,
    range=range_step,
    wrap=wrap,
    predict=predict,
)
