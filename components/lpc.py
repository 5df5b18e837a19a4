"""What the page about linear prediction draws: envelopes over spectra, the recursion as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from components import cepstra, charts, show, spectra
from components.cells import Cell, grid
from components.i18n import _
from components.scales import colour
from engine.lab import Lab, Node
from engine.sound.logmel import RATE
from engine.sound.lpc import envelope_db, formants, lpc, prediction_error, spectrum_db
from engine.sound.pitch import clear_pitch, pitch_candidates

ORDER = 18  # two for each kHz of the sample rate, and two: one pair of roots for each formant
WIDEST = 400.0  # Hz, bandwidth of a peak that counts
FFT_SIZE = 1024  # points of the spectra that are drawn
HERTZ = [n * RATE / FFT_SIZE for n in range(FFT_SIZE // 2 + 1)]
NAMED = 10  # of more peaks the names would cover each other
DIGITS = 5  # after the point, of numbers that are added
PITCH_LENGTH, CLEAR = 1024, 0.7  # samples (64 ms at 16 kHz); least clearness of a pitch
DRAWN_DB = 80  # decibels below the highest point


def envelope_of(lab: Lab, frame: Node, order: int, name: str = "envelope") -> tuple[Node, Node]:
    """The predictor of a frame and its envelope in dB."""
    a = lab.run(lpc, frame, order=order, as_=f"{name}_coefficients")
    error = lab.run(prediction_error, frame, a, as_=f"{name}_error")
    return a, lab.run(envelope_db, a, error, fft_size=FFT_SIZE, as_=name)


def resonances(lab: Lab, a: Node, name: str = "resonances") -> Node:
    """Frequency and bandwidth of the narrow peaks of a predictor's envelope."""
    return lab.run(formants, a, sample_rate=RATE, widest=WIDEST, as_=name)


def spectra_chart(
    key: str,
    lab: Lab,
    frame: Node,
    envelopes: Mapping[str, Node],
    caption: str,
    peaks: Node | None = None,
) -> None:
    """The spectrum of a frame in gray, envelopes over it, the peaks of the first marked."""
    spectrum = lab.run(spectrum_db, frame, fft_size=FFT_SIZE, as_="frame_spectrum")
    names = [_("Spectrum of the frame"), *envelopes]
    nodes = [spectrum, *envelopes.values(), *([peaks] if peaks else [])]

    def draw(*values: Any) -> Any:
        lines = {name: (HERTZ, v) for name, v in zip(names, values, strict=False)}
        found = values[-1] if peaks else ()
        places = [(float(f), round(float(f) * FFT_SIZE / RATE)) for f, _width in found]
        few = len(places) <= NAMED
        named = [(f, float(values[1][n]), f"{f:.0f}" if few else "") for f, n in places]
        marks = spectra.spaced(named, 0, RATE / 2)
        colours = (show.NEUTRAL, cepstra.RIGHT, cepstra.WRONG)
        top = max(float(v.max()) for v in values[: len(names)])
        span = (top - DRAWN_DB, top + 12)  # room for the names above the peaks
        return charts.spectra(lines, x="Hz", y="dB", colours=colours, marks=marks, y_range=span)

    show.chart(key, draw, nodes, caption=caption, alt=_("Spectrum of a frame with its envelope"))


def recursion_grid(rows: Sequence[Sequence[float]]) -> str:
    """The table of `engine.sound.lpc.levinson_table` as HTML, a row for each order."""
    most = max(1.0, *(abs(v) for row in rows for v in row[2:]))
    body = [
        [
            Cell(f"{k:+.3f}" if m else "", colour("signed", k, -1, 1)),
            Cell(f"{share:.2%}", colour("viridis", share, 0, 1)),
            *(
                Cell(f"{v:+.2f}" if j <= m else "", colour("signed", v, -most, most))
                for j, v in enumerate(coefficients)
            ),
        ]
        for m, (k, share, *coefficients) in enumerate(rows)
    ]
    return grid(
        body,
        label=_("Predictors of all orders so far"),
        row_heads=[str(m) for m in range(len(rows))],
        column_heads=["k", _("E left"), *(f"a[{j}]" for j in range(len(rows)))],
    )


def recursion_step(rows: Sequence[Sequence[float]]) -> str:
    """The last step of the recursion in words, with its numbers."""
    m, before, after = len(rows) - 1, rows[-2], rows[-1]
    return _(
        "Order {m}: k = {k}. E goes from {before} to (1 − k²) · {before} = {after}. "
        "Each a[j] of order {former} gets k · a[{m} − j] added, and a[{m}] = k.",
        m=m,
        former=m - 1,
        k=f"{after[0]:+.3f}",
        before=f"{before[1]:.2%}",
        after=f"{after[1]:.2%}",
    )


def pitch_of(lab: Lab, wave: Node, number: int) -> float:
    """The pitch of the sound about a frame in Hz; 0 where it hardly repeats itself."""
    options = {"sample_rate": RATE, "length": PITCH_LENGTH, "hop": cepstra.HOP}
    found = lab.run(pitch_candidates, wave, fmin=60.0, fmax=500.0, as_="candidates", **options)
    pitch = lab.run(clear_pitch, found, threshold=CLEAR, as_="pitch").value
    # These frames are centred on multiples of the hop, those of the predictor begin there.
    at = round((number * cepstra.HOP + cepstra.LENGTH / 2) / cepstra.HOP)
    value = float(pitch[min(at, len(pitch) - 1)])
    return value if value > 0 else 0.0


def peaks_table(peaks: Sequence[Sequence[float]], numbers: Sequence[int]) -> str:
    """Peaks of an envelope (Hz, bandwidth) and the harmonics that they may be, as a Markdown table."""
    heads = " | ".join([_("Peak, Hz"), _("Bandwidth, Hz"), _("Harmonic of the voice")])
    rows = "\n".join(
        f"| {hertz:.0f} | {width:.0f} | {number or '–'} |"
        for (hertz, width), number in zip(peaks, numbers, strict=True)
    )
    return f"| {heads} |\n|--:|--:|--:|\n{rows}"


def cepstrum_sum(a: float, terms: Sequence[Sequence[float]], n: int) -> str:
    """One step of the cepstrum's recursion with its numbers, which add up as they are printed."""
    weight, total = round(-a, DIGITS), sum(round(row[-1], DIGITS) for row in terms)
    return _(
        "c[{n}] = −a[{n}] − sum = {a} − ({total}) = **{c}**",
        n=n,
        a=f"{weight:.{DIGITS}f}",
        total=f"{total:.{DIGITS}f}",
        c=f"{weight - total:.{DIGITS}f}",
    )


def terms_grid(rows: Sequence[Sequence[float]], n: int) -> str:
    """The terms of one step of the cepstrum's recursion as HTML."""
    return grid(
        [[Cell(f"{k:.0f}"), *(Cell(f"{v:+.{DIGITS}f}") for v in numbers)] for k, *numbers in rows],
        label=_("Terms of the recursion"),
        column_heads=["k", "c[k]", f"a[{n} − k]", f"k/{n} · c[k] · a[{n} − k]"],
    )
