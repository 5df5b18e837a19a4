"""Shows: a picture as a sum of waves: its spectrum and phase, filters with a cut-off, their ringing, a
mask painted by hand, magnitude and phase of two pictures exchanged, and the picture built up from its
strongest waves; each with the share of energy that is kept.
"""

from __future__ import annotations

import streamlit as st

from components import charts, page, quiz, show, tray
from components.guard import fragment
from components.i18n import _
from components.show import RGB, Picture
from components.state import choice
from components.viewer import Circle, Paint
from engine import samples
from engine.image.color import rgb_to_gray
from engine.image.fourier import (
    apply_filter,
    energy_curve,
    energy_kept,
    full_spectrum,
    inverse2d,
    log_magnitude,
    mask_from_strokes,
    phase_angle,
    radius_axes,
    row_profile,
    signed_difference,
    single_wave,
    spectrum2d,
    strongest_edge,
    strongest_waves,
    swap_phase,
    transfer_function,
    wave_count,
    wave_facts,
)
from engine.image.matrix import mean_over_channels
from engine.image.metrics import psnr, ssim
from engine.image.resize import fit_to

text, step = page.start(
    "frequency",
    {
        "spectrum": _("Spectrum"),
        "filter": _("Filter"),
        "ringing": _("What breaks"),
        "paint": _("Paint the mask"),
        "swap": _("Swap phases"),
        "build": _("Build up"),
        "predict": _("Predict"),
    },
)
source, lab, pixels = tray.picture()
small = tray.working_copy(lab, pixels)
original, group = small.node, small.group
height, width = original.value.shape[:2]
longest = max(height, width)

gray = lab.run(rgb_to_gray, original, as_="gray")
gray_half = lab.run(spectrum2d, gray, as_="gray_half")
full = lab.run(full_spectrum, gray_half, width=width, as_="full")
magnitude = lab.run(log_magnitude, full, as_="magnitude")
half = lab.run(spectrum2d, original, as_="half")
before = Picture(original, _("Picture"), _("The picture"), RGB, group=group)


def spectrum_pane(**more: object) -> Picture:
    """The centred spectrum, as every step of this page draws it."""
    title = _("Spectrum, logarithm of the strength")
    return Picture(magnitude, title, _("Strength of each wave, the mean in the middle"),
                   scale="viridis", group="spectrum", **more)  # fmt: skip


def cut(radius: float, label: str = "") -> Circle:
    """The cut-off drawn over the spectrum."""
    ry, rx = radius_axes(height=height, width=width, radius=radius)
    return Circle(width // 2, height // 2, rx, ry, label)


@fragment
def spectrum() -> None:
    phase = lab.run(phase_angle, full, as_="phase")
    x, y = show.pinned("spectrum", "spectrum") or (width // 2 + min(3, width // 2), height // 2)
    u, v = min(x, width - 1) - width // 2, min(y, height - 1) - height // 2
    wave = lab.run(single_wave, gray_half, u=u, v=v, width=width, as_="wave")
    amplitude, period, angle, offset = lab.run(
        wave_facts, gray_half, u=u, v=v, width=width, as_="facts"
    ).value
    show.pictures(
        "spectrum", lab,
        [
            Picture(gray, _("Picture, gray"), _("The picture in gray"), group=group),
            spectrum_pane(),
            Picture(phase, _("Phase"), _("Where each wave has its crest"), (), -3.1416, 3.1416,
                    "cyclic", "spectrum"),
            Picture(wave, _("The wave you chose"), _("One wave alone"), (), scale="signed",
                    group=group, lo=-max(amplitude, 1e-9), hi=max(amplitude, 1e-9)),
        ],
        caption=_(
            "Each cell of the spectrum is one wave: its direction seen from the middle is the "
            "direction of the wave, its distance how fine it is; the middle is the mean. Click a "
            "cell to see its wave. Now: {u} across and {v} down, one crest every {period} pixels, "
            "{angle}°, {amplitude} gray levels up and down.",
            u=u, v=v, period=f"{period:.1f}", angle=f"{angle:.0f}", amplitude=f"{amplitude:.2f}",
        ) + small.note(group),
    )  # fmt: skip


@fragment
def filtering() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = choice(_("Keep"), {"low": _("Low"), "high": _("High"), "band": _("Band")}, key="kind")
        shape = choice(_("Edge of the filter"), SHAPES(), key="shape")
    low, high = st.slider(
        _("Cut-off, waves across the longer side"), 0, longest // 2,
        (min(30, longest // 4), min(80, longest // 2)), key="cut", bind="query-params",
    ) if kind == "band" else (
        st.slider(_("Cut-off, waves across the longer side"), 0, longest // 2,
                  min(30, longest // 4), key="cutoff", bind="query-params"), None)  # fmt: skip
    order = st.slider(_("Order (steepness)"), 1, 10, 2, key="order", bind="query-params") \
        if shape == "butterworth" else 2  # fmt: skip
    mask = lab.run(
        transfer_function, height=height, width=width, kind=kind, shape=shape, cutoff=float(low),
        cutoff_high=None if high is None else float(high), order=order, as_="mask",
    )  # fmt: skip
    result = lab.run(apply_filter, half, mask, width=width, as_="filtered")
    lost = lab.run(signed_difference, original, result, as_="difference")
    circles = tuple(cut(r, str(r)) for r in (low, high) if r is not None)
    show.pictures(
        "filter", lab,
        [before, spectrum_pane(circles=circles), filtered_pane(result, kind), difference_pane(lost)],
        caption=_(
            "Circle: the cut-off. Filtered: the picture from the waves that are kept. Removed: "
            "original minus filtered, gray where nothing was lost."
        ) + small.note(group),
    )  # fmt: skip
    measures(mask, result)


def SHAPES() -> dict[str, str]:
    return {"ideal": _("Ideal"), "gaussian": _("Gaussian"), "butterworth": _("Butterworth")}


def filtered_pane(node: show.Node, kind: str = "low") -> Picture:
    """Without the mean the numbers swing about 0, which is then drawn as middle gray."""
    lo, hi = (0, 255) if kind == "low" else (-128, 128)
    return Picture(node, _("Filtered"), _("What the filter keeps"), RGB, lo, hi, group=group)


def difference_pane(node: show.Node) -> Picture:
    mean = lab.run(mean_over_channels, node, as_="removed")
    return Picture(mean, _("Removed"), _("What the filter took away"), (), -64, 64, "signed", group)


def measures(mask: show.Node, result: show.Node) -> None:
    """How much is left, in four numbers."""
    kept = lab.run(energy_kept, half, mask, width=width, as_="energy").value
    contrast = lab.run(energy_kept, half, mask, width=width, without_mean=True, as_="contrast").value
    noise = lab.run(psnr, original, result, as_="peak_ratio").value
    with st.container(horizontal=True):
        st.metric(_("Energy kept"), f"{kept:.2%}", help=text["energy"])
        st.metric(_("Contrast kept"), f"{contrast:.2%}", help=text["contrast"])
        st.metric("PSNR", "∞" if noise == float("inf") else f"{noise:.1f} dB", help=text["psnr"])
        gray_result = lab.run(mean_over_channels, result, as_="gray_filtered")
        gray_before = lab.run(mean_over_channels, original, as_="gray_original")
        likeness = lab.run(ssim, gray_before, gray_result, as_="similarity").value
        st.metric("SSIM", f"{likeness:.3f}", help=text["ssim"])


@fragment
def ringing() -> None:
    radius = st.slider(_("Cut-off, waves across the longer side"), 1, max(2, longest // 2),
                       max(1, min(20, longest // 4)), key="ring", bind="query-params")  # fmt: skip
    row, column = lab.run(strongest_edge, gray, as_="edge").value if width > 1 else (0, 0)
    panes, profiles = [], {_("Picture"): lab.run(row_profile, gray, row=row, as_="row_before")}
    for shape, name in SHAPES().items():
        mask = lab.run(transfer_function, height=height, width=width, kind="low", shape=shape,
                       cutoff=float(radius), order=4, as_=f"mask_{shape}")  # fmt: skip
        result = lab.run(apply_filter, gray_half, mask, width=width, as_=f"low_{shape}")
        panes.append(Picture(result, name, _("Low-pass, {shape}", shape=name), (), 0, 255,
                             group=group))  # fmt: skip
        profiles[name] = lab.run(row_profile, result, row=row, as_=f"row_{shape}")
    show.pictures("ringing", lab, panes, height=320, caption=text["ringing_caption"])
    lo = max(0, column - 60)
    show.chart(
        "profile", lab,
        lambda *rows: charts.lines(
            {name: (list(range(lo, min(width, column + 60))), values[lo : column + 60])
             for name, values in zip(profiles, rows, strict=True)},
            x=_("column x"), y=_("gray level"), colours=("#7A7F87", "#D55E00", "#0072B2", "#009E73"),
        ),
        list(profiles.values()),
        caption=_("Row {row}, across the sharpest edge of your picture: the ideal filter overshoots "
                  "and swings on both sides, the Gaussian does not.", row=row),
        alt=_("Gray levels along one row, before and after three filters"),
    )  # fmt: skip


@fragment
def paint() -> None:
    strokes = show.strokes("paint", original.key)
    mask = lab.run(mask_from_strokes, height=height, width=width, strokes=strokes, as_="mask")
    result = lab.run(apply_filter, half, mask, width=width, as_="filtered")
    brush = Paint(radius=max(2, longest // 40), mirror=True, token=original.key)
    show.pictures("paint", lab, [spectrum_pane(paint=brush), filtered_pane(result)],
                  caption=text["paint_caption"])  # fmt: skip
    measures(mask, result)


@fragment
def swap() -> None:
    names = {s.name: _(s.title) for s in samples.SAMPLES if s.kind == "image"}
    name = choice(_("Second picture"), names, key="other", default="cat", look="menu")
    other = samples.load(name)
    read = tray.pixels_of(lab, other, lab.open(other, as_="other_data"), number=0,
                          as_="other_pixels")  # fmt: skip
    second = lab.run(rgb_to_gray, lab.run(fit_to, read, height=height, width=width, as_="other"),
                     as_="other_gray")  # fmt: skip
    second_half = lab.run(spectrum2d, second, as_="other_half")
    mixed = []
    for a, b, title in (
        (gray_half, second_half, _("Strengths of the first, phases of the second")),
        (second_half, gray_half, _("Strengths of the second, phases of the first")),
    ):
        swapped = lab.run(swap_phase, a, b, as_="swapped")
        mixed.append(
            Picture(lab.run(inverse2d, swapped, width=width, as_="mixed"), title, title, (), 0, 255,
                    group=group)
        )  # fmt: skip
    show.pictures(
        "swap", lab,
        [Picture(gray, _("First"), _("Your picture in gray"), group=group),
         Picture(second, _("Second"), names[name], group=group), *mixed],
        caption=text["swap_caption"],
    )  # fmt: skip


@fragment
def build() -> None:
    most = wave_count(height=height, width=width)
    steps = [2**n for n in range(most.bit_length()) if 2**n < most] + [most]
    count = st.select_slider(_("Strongest waves kept"), steps, steps[min(7, len(steps) - 1)],
                             key="waves", bind="query-params",
                             format_func=lambda n: f"{n:,}")  # fmt: skip
    mask = lab.run(strongest_waves, half, count=count, width=width, as_="mask")
    result = lab.run(apply_filter, half, mask, width=width, as_="built")
    shown = lab.run(full_spectrum, mask, width=width, as_="kept")
    show.pictures(
        "build", lab,
        [before, filtered_pane(result),
         Picture(shown, _("Waves kept"), _("White where a wave is kept"), group="spectrum",
                 lossy=False)],
        caption=_("{count} of {all} waves: {share} of them.", count=f"{count:,}", all=f"{most:,}",
                  share=f"{count / most:.2%}") + small.note(group),
    )  # fmt: skip
    measures(mask, result)
    curve = lab.run(energy_curve, half, width=width, without_mean=True, as_="curve")
    show.chart(
        "curve", lab,
        lambda points: charts.lines(
            {_("Contrast kept"): (points[:, 0], 100 * points[:, 1])}, x=_("strongest waves kept"),
            y="%", colours=("#0072B2",), log_x=True),
        [curve],
        caption=_("How much of the contrast the strongest waves hold; the axis across is "
                  "logarithmic. This is why pictures can be compressed."),
        alt=_("Rising curve of the contrast kept by the number of waves"),
    )  # fmt: skip


def predict() -> None:
    def share(radius: float, kind: str = "low") -> float:
        mask = lab.run(transfer_function, height=height, width=width, kind=kind, cutoff=radius,
                       as_="quiz_mask")  # fmt: skip
        return lab.run(energy_kept, half, mask, width=width, without_mean=True, as_="quiz").value

    tenth = share(longest / 20)
    quiz.question(
        _("Only the coarsest waves are kept, up to a tenth of the finest possible. How much of the "
          "contrast is left?"),
        {"a": _("under half"), "b": _("half to 90 %"), "c": _("over 90 %")},
        answer="a" if tenth < 0.5 else "b" if tenth <= 0.9 else "c",
        why=_("{share}. That circle holds about 1 % of all waves.", share=f"{tenth:.1%}"), key="low",
    )  # fmt: skip
    mask = lab.run(strongest_waves, half, count=max(1, wave_count(height=height, width=width) // 100),
                   width=width, as_="quiz_strong")  # fmt: skip
    best = lab.run(energy_kept, half, mask, width=width, without_mean=True, as_="quiz").value
    quiz.question(
        _("Keep the strongest 1 % of the waves, wherever they lie. Is more contrast left than with "
          "the coarsest 1 %?"),
        {"more": _("More"), "same": _("Nearly the same"), "less": _("Less")},
        answer="more" if best - tenth > 0.02 else "same",
        why=_("{best} against {tenth}. Choosing by strength can't be worse.", best=f"{best:.1%}",
              tenth=f"{tenth:.1%}"),
        key="strong",
    )  # fmt: skip
    across = lab.run(wave_facts, gray_half, u=min(1, width // 2), v=0, width=width, as_="q").value[0]
    down = lab.run(wave_facts, gray_half, u=0, v=min(1, height // 2), width=width, as_="q").value[0]
    quiz.question(
        _("Which is stronger here: the one wave from left to right, or the one from top to bottom?"),
        {"across": _("Left to right"), "down": _("Top to bottom"), "same": _("Equal")},
        answer="same" if abs(across - down) < 0.05 else "across" if across > down else "down",
        why=_("{across} gray levels across, {down} down: it shows on which side the picture is "
              "brighter.", across=f"{across:.1f}", down=f"{down:.1f}"),
        key="wave",
    )  # fmt: skip


page.run(step, spectrum=spectrum, filter=filtering, ringing=ringing, paint=paint, swap=swap,
         build=build, predict=predict)  # fmt: skip
