"""Shows: magnitude and phase of two pictures exchanged; a picture built up from its strongest waves,
with the energy that they hold; three predictions.
"""

from __future__ import annotations

import streamlit as st

from components import charts, page, quiz, show, waves
from components.guard import fragment
from components.i18n import _
from components.picture import pixels_of
from components.show import Picture
from components.state import choice
from engine import samples
from engine.image.color import rgb_to_gray
from engine.image.fourier import (
    apply_filter,
    coarsest_waves,
    energy_curve,
    full_spectrum,
    inverse2d,
    spectrum2d,
    strongest_waves,
    swap_phase,
    wave_count,
)
from engine.image.resize import fit_to

here = page.start(
    "phase",
    {"swap": _("Swap phases"), "build": _("Build up"), "predict": _("Predict")},
)
text = here.text
w = waves.waves_of_tray()
lab, height, width = w.lab, w.height, w.width
most = wave_count(height=height, width=width)


@fragment
def swap() -> None:
    titles = {s.name: _(s.title) for s in samples.SAMPLES if s.kind == "image"}
    other = "cat" if w.source.digest != samples.load("cat").digest else "coffee"
    name = choice(_("Second picture"), titles, key="other", default=other, look="menu")
    source = samples.load(name)
    data = lab.open(source, as_="second_data")
    pixels = pixels_of(lab, source, data, number=0, as_="second_pixels")
    fitted = lab.run(fit_to, pixels, height=height, width=width, as_="second")
    second = lab.run(rgb_to_gray, fitted, as_="second_gray")
    second_half = lab.run(spectrum2d, second, as_="second_half")
    row = [
        waves.gray_pane(w, w.gray, _("1, yours"), _("Your picture in gray")),
        waves.gray_pane(w, second, _("2, the other"), titles[name]),
    ]
    for strengths, phases, title, alt in (
        (
            w.gray_half,
            second_half,
            _("1 with phases of 2"),
            _("Strengths of the first picture, phases of the second"),
        ),
        (
            second_half,
            w.gray_half,
            _("2 with phases of 1"),
            _("Strengths of the second picture, phases of the first"),
        ),
    ):
        swapped = lab.run(swap_phase, strengths, phases, as_="swapped")
        mixed = lab.run(inverse2d, swapped, width=width, as_="mixed")
        row.append(waves.gray_pane(w, mixed, title, alt))
    show.pictures("swap", row, caption=text["swap_caption"] + w.note)


@fragment
def build() -> None:
    counts = [*(2**n for n in range(most.bit_length()) if 2**n < most), most]
    count = st.select_slider(
        _("Strongest waves kept"),
        counts,
        counts[min(3, len(counts) - 1)],
        key="waves",
        bind="query-params",
    )
    mask = lab.run(strongest_waves, w.half, count=count, width=width, as_="mask")
    result = lab.run(apply_filter, w.half, mask, width=width, as_="built")
    kept = lab.run(full_spectrum, mask, width=width, as_="kept")
    alt = _("White where a wave is kept")
    show.pictures(
        "build",
        [
            waves.picture_pane(w),
            waves.filtered_pane(w, result, title=_("Their sum")),
            Picture(kept, _("Waves kept"), alt, (), 0, 1, group="spectrum", lossy=False),
        ],
        caption=_(
            "{count} of {most} waves, {share} of them. On the right, each kept wave is a white cell "
            "and its mirror image another.",
            count=f"{count:,}",
            most=f"{most:,}",
            share=f"{count / most:.2%}",
        )
        + w.note,
    )
    waves.measures(w, mask, result, text)
    curve = lab.run(energy_curve, w.half, width=width, without_mean=True, as_="curve")

    def draw(points: object) -> object:
        series = {_("Contrast kept"): (points[:, 0], 100 * points[:, 1])}
        x = _("strongest waves kept")
        return charts.lines(series, x=x, y="%", colours=(waves.COLOUR,), log_x=True)

    show.chart(
        "curve",
        draw,
        [curve],
        caption=text["curve_caption"],
        alt=_("Rising curve of the contrast kept by the number of waves"),
    )


def strongest_share(count: int) -> float:
    """The share of the contrast in the `count` strongest waves beside the mean."""
    options = {"count": count, "width": width, "without_mean": True}
    return waves.share_kept(w, lab.run(strongest_waves, w.half, as_="strongest", **options))


def predict() -> None:
    if most < 100:
        st.info(text["too_few"], icon=":material/info:")
        return
    hundredth = most // 100
    one = strongest_share(hundredth)
    quiz.question(
        _("Only the strongest 1 % of the waves are kept. How much of the contrast is left?"),
        {"a": _("under half"), "b": _("half to 90 %"), "c": _("over 90 %")},
        answer="a" if one < 0.5 else "b" if one <= 0.9 else "c",
        why=_("{share}. A few waves carry most of a picture.", share=f"{one:.1%}"),
        key="strong",
    )
    size = {"height": height, "width": width}
    coarse = waves.share_kept(w, lab.run(coarsest_waves, count=hundredth, as_="coarse", **size))
    quiz.question(
        _("And with the coarsest 1 % instead of the strongest: more, about the same, or less?"),
        {"more": _("More"), "same": _("About the same"), "less": _("Less")},
        answer="less" if one - coarse > 0.02 else "same",
        why=_(
            "{coarse} with the coarsest 1 %, {one} with the strongest 1 %: strong waves are mostly "
            "coarse ones, but not all of them.",
            coarse=f"{coarse:.1%}",
            one=f"{one:.1%}",
        ),
        key="coarse",
    )
    pairs = [
        (count, strongest_share(count)) for count in (1, 10, 100, 1000, 10_000) if count < most
    ]
    enough = next((str(count) for count, share in pairs if share >= 0.9), "more")
    quiz.question(
        _("Beside the mean: how many waves are enough for 90 % of the contrast?"),
        {str(count): f"{count:,}" for count, _share in pairs} | {"more": _("even more")},
        answer=enough,
        why=_(
            "Waves and contrast kept: {share}.",
            share=", ".join(f"{c:,}: {s:.0%}" for c, s in pairs),
        ),
        key="enough",
    )


here.run(swap=swap, build=build, predict=predict)
