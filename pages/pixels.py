"""Shows: the picture beside its matrix of numbers, under one cursor, zoomed until the digits stand on
the pixels; the numbers that the file stores beside those that are seen; the lean of a wrong width;
three predictions about the learner's own picture.
"""

from __future__ import annotations

import streamlit as st

from components import facts, page, quiz, show, tray
from components.guard import fragment
from components.i18n import _
from components.picture import frame
from components.show import RGB
from components.state import choice, slider
from engine.image.color import rgb_to_gray
from engine.image.histogram import channel_histogram
from engine.image.matrix import channel_means, neighbour_difference, reflow, share_at_limits
from engine.image.read import read_palette, read_rgba, read_samples

here = page.start(
    "pixels",
    {
        "look": _("Look closely"),
        "stored": _("What the file stores"),
        "wrong": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
source, lab, pixels = tray.picture()


@fragment
def look() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        colour = choice(
            _("Colour"), {"rgb": _("Colour"), "gray": _("Gray")}, key="colour", hide_label=True
        )
        notation = choice(
            _("Numbers as"),
            {"dec": _("0 to 255"), "hex": _("00 to FF"), "unit": _("0 to 1")},
            key="numbers",
            hide_label=True,
        )
    shown, names = (
        (pixels, RGB) if colour == "rgb" else (lab.run(rgb_to_gray, pixels, as_="gray"), ())
    )
    counts = lab.run(channel_histogram, shown, bins=256, lo=0.0, hi=255.0, as_="counts")
    show.pictures(
        "pixels",
        [
            show.Picture(shown, _("Picture"), _("The picture; zoom in to see its digits"), names),
            show.Digits(_("Matrix at the cursor"), _("The numbers around the cursor")),
            show.Bars(counts, _("Histogram"), _("How often each value occurs"), 0, 255, names),
        ],
        caption=_(
            "x counts columns from the left, y rows from the top, both from 0. Each number is the "
            "brightness of one colour at one pixel, from 0 (none) to 255 (full). Histogram: value "
            "across, number of pixels upwards (square-root scale); the marks are the cursor's pixel."
        ),
        notation=notation,
    )
    if not facts.seen_as_stored(source):
        st.info(
            _(
                "These are the 8-bit colours that a screen shows. This file stores something else: "
                "see the step “{step}”.",
                step=here.steps["stored"],
            ),
            icon=":material/info:",
        )


@fragment
def stored() -> None:
    raw = lab.run(read_samples, lab.source, frame=frame(source), as_="samples")
    kind, meaning = facts.what_is_stored(source)
    st.markdown(f"**{kind}** {meaning}")
    names = facts.channel_names(source)
    row = [
        show.Picture(
            raw,
            _("Stored"),
            _("The stored numbers drawn as brightness"),
            names,
            lossy=False,
            group="stored",
            hi=facts.largest(source),
        ),
        show.Digits(_("Stored numbers"), _("The stored numbers around the cursor")),
        show.Picture(pixels, _("Seen"), _("The picture as a viewer shows it"), RGB, group="seen"),
    ]
    if source.has_alpha:
        rgba = lab.run(read_rgba, lab.source, frame=frame(source), as_="rgba")
        row.append(
            show.Picture(
                rgba,
                _("Colour without transparency"),
                _("The colours, drawn as if nothing were transparent"),
                (*RGB, "A"),
                group="seen",
            )
        )
    show.pictures(
        "stored",
        row,
        caption=_(
            "“Stored” are the numbers as the file holds them, not turned and not converted; “Seen” is "
            "what they stand for on a screen."
        ),
    )
    if source.palette_size:
        palette = lab.run(read_palette, lab.source, frame=frame(source), as_="palette")
        facts.palette(palette, lab, raw)
    facts.table(source)


@fragment
def wrong() -> None:
    height, width = pixels.value.shape[:2]
    error = slider(_("Believed width minus true width, in pixels"), -8, 8, 1, key="error")
    error = min(max(error, 1 - width), (height - 1) * width)  # so that a row is left
    leaning = lab.run(reflow, pixels, error=error, as_="leaning")
    show.pictures(
        "wrong",
        [
            show.Picture(
                pixels,
                _("Right: rows of {width} pixels", width=width),
                _("The picture with the right width"),
                RGB,
            ),
            show.Picture(
                leaning,
                _("Wrong: rows of {width} pixels", width=width + error)
                if error
                else _("Right: rows of {width} pixels", width=width),
                _("The same numbers with a wrong width: the picture leans"),
                RGB,
                group="leaning",
            ),
        ],
        caption=_(
            "The same {count} numbers in the same order; only the row length differs. The cure: read "
            "the width from the file, and never reshape by guess.",
            count=f"{height * width * 3:,}",
        ),
    )


def predict() -> None:
    height, width, channels = pixels.value.shape
    size = height * width * channels
    quiz.question(
        _(
            "How many numbers does a model get when it sees this picture of {width} × {height} pixels "
            "in colour?",
            width=width,
            height=height,
        ),
        {"one": f"{height * width:,}", "two": f"{size * 256:,}", "three": f"{size:,}"},
        answer="three",
        why=_(
            "{height} rows × {width} columns × {channels} colours = {size} numbers.",
            height=height,
            width=width,
            channels=channels,
            size=f"{size:,}",
        ),
        key="count",
    )
    means = lab.run(channel_means, pixels, as_="means").value
    names = {"R": _("Red"), "G": _("Green"), "B": _("Blue"), "tie": _("Two or three are equal")}
    ranked = sorted(zip(means, RGB, strict=True), reverse=True)
    quiz.question(
        _("Which colour has the largest numbers on average?"),
        names,
        answer="tie" if ranked[0][0] - ranked[1][0] < 0.05 else ranked[0][1],
        why=_(
            "The means are {means}.",
            means=", ".join(f"{name} {mean:.1f}" for name, mean in zip(RGB, means, strict=True)),
        ),
        key="mean",
    )
    share = lab.run(share_at_limits, pixels, as_="share").value
    quiz.question(
        _("How many of the numbers are at the very ends, 0 or 255?"),
        {"few": _("under 1 %"), "some": _("1 % to 10 %"), "many": _("over 10 %")},
        answer="few" if share < 0.01 else "some" if share <= 0.1 else "many",
        why=_(
            "{share} of them. There the picture is fully dark or fully bright, and detail is lost "
            "for good.",
            share=f"{share:.2%}",
        ),
        key="limits",
    )
    step_size = lab.run(neighbour_difference, pixels, as_="difference").value
    quiz.question(
        _("By how much does a number differ from its right-hand neighbour, on average?"),
        {"a": _("less than 5"), "b": _("5 to 20"), "c": _("more than 20")},
        answer="a" if step_size < 5 else "b" if step_size <= 20 else "c",
        why=_(
            "By {step} of 255. Neighbours are alike in most pictures; that is why they can be "
            "compressed, and why a network can look at small patches.",
            step=f"{step_size:.1f}",
        ),
        key="neighbour",
    )


here.run(look=look, stored=stored, wrong=wrong, predict=predict)
