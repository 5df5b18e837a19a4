"""Shows: a sound on its way to the matrix that Whisper takes in, one stage at a time; the mel bank as a
matrix and as triangles, one of its filters on two mel scales; three predictions.
"""

from __future__ import annotations

import streamlit as st

from components import cepstra, charts, page, quiz, show, whisper
from components.guard import fragment
from components.i18n import _
from components.numbers import plain
from components.show import Picture
from components.state import choice
from components.tracks import AnyRow, Sound, Wave
from components.whisper import BANDS, COLUMNS
from engine.sound.logmel import FFT_SIZE, RATE, frame_row, matrix_facts, raised_share
from engine.sound.mel import mel_bank, mel_edges, triangle_corners
from engine.sound.mfcc import strongest_row
from engine.sound.spectrum import frequencies

here = page.start(
    "logmel",
    {"stages": _("Stage by stage"), "bank": _("The mel bank"), "predict": _("Predict")},
)
text = whisper.filled(here.text)
heard = whisper.heard_in_tray()
clip, lab = heard.clip, heard.lab
LOUDEST = cepstra.loudest(lab, heard.wave)
STAGES = {
    "rate": "16 kHz",
    "pad": _("{seconds} seconds", seconds=whisper.SECONDS),
    "frames": _("Frames"),
    "window": _("Window"),
    "power": _("Power"),
    "mel": _("Mel bands"),
    "log": _("Logarithm"),
    "clamp": _("Clamp"),
    "scale": _("Scale"),
}
WITH_BANDS = ("mel", "log", "clamp", "scale")
SCALES = {"slaney": "Slaney", "htk": "HTK"}


def rows_of(name: str, node: show.Node) -> tuple[list[AnyRow], list[Sound]]:
    """What is drawn and heard at a stage."""
    if name == "rate":
        own = Wave(clip.wave, clip.sample_rate, _("As it came"), _("The wave before resampling"))
        if clip.sample_rate == RATE:
            return [heard.short_row], [Sound(heard.wave, RATE, "16 kHz")]
        before = Sound(clip.wave, clip.sample_rate, _("As it came"))
        return [own, heard.short_row], [before, Sound(heard.wave, RATE, "16 kHz")]
    rows: list[AnyRow] = [heard.row]
    if name == "power":
        rows.append(whisper.bin_heat(node, STAGES[name]))
    elif name not in ("pad", "frames", "window"):
        rows.append(whisper.heat(node, STAGES[name]))
    return rows, [heard.sound]


@fragment
def stages() -> None:
    name, row = cepstra.stage(STAGES, key="lm_stage")
    with row:
        bands = whisper.ask_bands(key="lm_bands") if name in WITH_BANDS else BANDS
    m = whisper.chain(heard, bands)
    rows, sounds = rows_of(name, m[name])
    key = "rate" if name == "rate" else "stages"
    number = cepstra.pinned_frame(
        lab, key, rows[0] if key == "stages" else heard.row, count=COLUMNS, start=0.0
    )
    facts = lab.run(matrix_facts, m[name], as_="facts")
    show.register("facts", [facts])
    least, mean, most = facts.value
    show.tracks(
        key,
        rows,
        sounds=sounds,
        cursor=LOUDEST,
        frames=None if name in ("rate", "pad") else whisper.FRAMES,
        caption=text["same" if name == "rate" and clip.sample_rate == RATE else name] + clip.note,
    )
    with st.container(horizontal=True):
        st.metric(whisper.sides(name), cepstra.shape(m[name]))
        for label, value in ((_("Least"), least), (_("Mean"), mean), (_("Greatest"), most)):
            st.metric(label, plain(value))
    if name in ("rate", "pad"):
        return
    if name in ("frames", "window"):
        places, x, y = (
            [1000 * n / RATE for n in range(FFT_SIZE)],
            _("time in the frame, ms"),
            _("value"),
        )
        one = lab.run(frame_row, m[name], at=number, as_="one_frame")
    else:
        one = cepstra.column_of(lab, m[name], number, "one_frame")
        count, y = len(one.value), _("value")
        first, step, x = (0, RATE / FFT_SIZE, "Hz") if name == "power" else (1, 1, _("mel band"))
        places = [first + n * step for n in range(count)]
    cepstra.frame_chart(
        "frame",
        {STAGES[name]: one},
        places,
        x=x,
        y=y,
        caption=cepstra.which(number, COLUMNS),
        alt=_("The frame under the cursor at this stage"),
    )


@fragment
def bank() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        bands = whisper.ask_bands(key="lm_bank_bands")
        scale = choice(_("Mel scale"), SCALES, key="lm_scale")
        norm = choice(
            _("Height"), {"slaney": _("Equal areas"), "none": _("Equal peaks")}, key="lm_norm"
        )
    height = None if norm == "none" else norm
    options = {"sample_rate": RATE, "fft_size": FFT_SIZE, "bands": bands, "norm": height}
    own = lab.run(mel_bank, scale=scale, as_="bank", **options)
    hertz = lab.run(frequencies, sample_rate=RATE, fft_size=FFT_SIZE, as_="hertz")
    title = _("Bank, {shape}", shape=cepstra.shape(own))
    alt = _("Weights of the bins (columns) in each band (rows)")
    state = show.pictures(
        "bank",
        [Picture(own, title, alt, scale="viridis", lossy=False)],
        caption=text["bank_caption"],
        height=300,
    )
    band = min(state.pin[1], bands - 1) if state.pin else bands // 2
    whisper.one_filter(lab, band, SCALES, options, caption=text["filter_caption"])
    shape = {"bands": bands, "fmax": RATE / 2, "scale": scale, "norm": height}
    ideal = lab.run(triangle_corners, as_="corners", **shape)
    show.chart(
        "triangles",
        lambda weights, at, corners: charts.bank(
            weights,
            at,
            x="Hz",
            y=_("weight"),
            colours=(cepstra.RIGHT, cepstra.WRONG),
            corners=corners,
        ),
        [own, hertz, ideal],
        caption=text["triangles_caption"],
        alt=_("All filters over frequency"),
    )


def predict() -> None:
    m = whisper.chain(heard, BANDS)
    if not clip.wave.value.any():
        st.info(text["silent"], icon=":material/info:")
    before = whisper.sounding(heard, m["log"], "sounding_logs")
    after = whisper.sounding(heard, m["clamp"], "sounding_clamped")
    raised = lab.run(raised_share, before, after, as_="raised").value
    quiz.question(
        _("Of the columns that hold sound: how many cells does the clamp raise?"),
        {"a": _("under 10 %"), "b": _("10 to 50 %"), "c": _("over 50 %")},
        answer="a" if raised < 0.1 else "b" if raised <= 0.5 else "c",
        why=_(
            "{share}: they lie more than {decibels} dB below the loudest cell.",
            share=f"{raised:.1%}",
            decibels=f"{whisper.RANGE_DB:g}",
        ),
        key="lm_clamp",
    )
    loudest = lab.run(strongest_row, m["mel"], as_="strongest").value
    edges = lab.run(mel_edges, bands=BANDS, fmin=0.0, fmax=RATE / 2, as_="edges").value
    peak = float(edges[loudest + 1])
    quiz.question(
        _("Where does the mel band with the most energy peak?"),
        {"high": _("over 1 kHz"), "low": _("under 300 Hz"), "middle": _("300 Hz to 1 kHz")},
        answer="low" if peak < 300 else "middle" if peak <= 1000 else "high",
        why=_("Band {number}, at {hertz} Hz.", number=loudest + 1, hertz=f"{peak:.0f}"),
        key="lm_band",
    )
    facts = lab.run(matrix_facts, m["scale"], as_="facts").value
    quiz.question(
        _("What is the least number in the matrix that Whisper takes in?"),
        {"a": _("under −0.7"), "b": _("−0.7 to −0.6"), "c": _("over −0.6")},
        answer="a" if facts[0] < -0.7 else "b" if facts[0] <= -0.6 else "c",
        why=_(
            "{least}. It lies {width} below the greatest, {most}: a louder sound lifts both.",
            least=f"{facts[0]:.3f}",
            most=f"{facts[2]:.3f}",
            width=f"{facts[2] - facts[0]:.3g}",
        ),
        key="lm_least",
    )


here.run(stages=stages, bank=bank, predict=predict)
