"""Shows: a sound on its way to the matrix that Whisper takes in, one stage at a time; the mel bank;
the matrix beside a picture's; why two libraries disagree, measured; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import cells, cepstra, charts, page, quiz, show, whisper
from components.guard import fragment
from components.i18n import _
from components.picture import pixels_of
from components.show import Picture
from components.state import choice, slider
from components.tracks import AnyRow, Sound, Wave
from components.whisper import COLUMNS
from engine import samples
from engine.image.color import rgb_to_gray
from engine.image.resize import fit_to
from engine.sound.logmel import (
    FFT_SIZE,
    HOP,
    RATE,
    SECONDS,
    difference,
    difference_facts,
    first_columns,
    frame_row,
    matrix_facts,
    raised_share,
)
from engine.sound.mel import mel_bank, mel_edges
from engine.sound.mfcc import strongest_row
from engine.sound.spectrum import frequencies

here = page.start(
    "logmel",
    {
        "stages": _("Stage by stage"),
        "bank": _("The mel bank"),
        "matrix": _("A matrix like a picture"),
        "disagree": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = whisper.filled(here.text)
heard = whisper.heard_in_tray()
clip, lab = heard.clip, heard.lab
LOUDEST = cepstra.loudest(lab, heard.wave)
STAGES = {
    "rate": "16 kHz",
    "pad": _("30 seconds"),
    "frames": _("Frames"),
    "window": _("Window"),
    "power": _("Power"),
    "mel": _("Mel bands"),
    "log": _("Logarithm"),
    "clamp": _("Clamp"),
    "scale": _("Scale"),
}
SCALES = {"slaney": "Slaney", "htk": "HTK"}
SHOWN = 300  # columns of the matrix beside a picture: 3 s


def ask_bands() -> int:
    """How many mel bands: most Whisper models take 80, large-v3 takes 128."""
    return int(choice(_("Mel bands"), {"80": "80", "128": "128"}, key="lm_bands"))


def rows_of(name: str, node: show.Node) -> tuple[list[AnyRow], list[Sound]]:
    """What is drawn and heard at a stage."""
    if name == "rate":
        own = Wave(clip.wave, clip.sample_rate, _("As it came"), _("The wave before resampling"))
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
    bands = ask_bands()
    name = cepstra.stage(STAGES, key="lm_stage")
    m = whisper.chain(heard, bands)
    rows, sounds = rows_of(name, m[name])
    key = "rate" if name == "rate" else "stages"
    number = cepstra.pinned_frame(
        lab, key, rows[0] if key == "stages" else heard.row, count=COLUMNS, start=0.0
    )
    least, mean, most = lab.run(matrix_facts, m[name], as_="facts").value
    show.tracks(
        key,
        rows,
        sounds=sounds,
        cursor=LOUDEST,
        frames=None
        if name in ("rate", "pad")
        else (FFT_SIZE / RATE, HOP / RATE, -FFT_SIZE / 2 / RATE),
        caption=text[name] + clip.note,
    )
    with st.container(horizontal=True):
        st.metric(_("Shape"), cepstra.shape(m[name]))
        for label, value in ((_("Least"), least), (_("Mean"), mean), (_("Greatest"), most)):
            st.metric(label, f"{value:.4g}")
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
        step, x = (RATE / FFT_SIZE, "Hz") if name == "power" else (1, _("mel band"))
        places = [n * step for n in range(count)]
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
        bands = ask_bands()
        scale = choice(_("Mel scale"), SCALES, key="lm_scale")
        norm = choice(
            _("Height"), {"slaney": _("Equal areas"), "none": _("Equal peaks")}, key="lm_norm"
        )
    height = None if norm == "none" else norm
    options = {"sample_rate": RATE, "fft_size": FFT_SIZE, "bands": bands, "norm": height}
    own = lab.run(mel_bank, scale=scale, as_="bank", **options)
    hertz = lab.run(frequencies, sample_rate=RATE, fft_size=FFT_SIZE, as_="hertz")
    title = _("Bank, {shape}", shape=cepstra.shape(own))
    alt = _("Weights of 201 bins (columns) in each band (rows)")
    state = show.pictures(
        "bank",
        [Picture(own, title, alt, scale="viridis", lossy=False)],
        caption=text["bank_caption"],
        height=300,
    )
    band = min(state.pin[1], bands - 1) if state.pin else bands // 2
    edges = {
        name: lab.run(
            mel_edges, bands=bands, fmin=0.0, fmax=RATE / 2, scale=name, as_=f"{name}_edges"
        )
        for name in SCALES
    }
    banks = {name: lab.run(mel_bank, scale=name, as_=f"{name}_bank", **options) for name in SCALES}
    filters = {n: lab.run(frame_row, b, at=band, as_=f"{n}_filter") for n, b in banks.items()}

    def draw(places: object, *values: object) -> object:
        series = {SCALES[n]: (places, v) for n, v in zip(SCALES, values, strict=True)}
        colours = (cepstra.RIGHT, cepstra.WRONG)
        return charts.spectra(
            series, x="Hz", y=_("weight"), colours=colours, x_range=span, height=260
        )

    ends = [e.value[band : band + 3].tolist() for e in edges.values()]
    low, high = min(e[0] for e in ends), max(e[2] for e in ends)
    span = (max(0.0, low - (high - low)), min(RATE / 2, high + (high - low)))
    places = "; ".join(
        f"{SCALES[n]}: " + " – ".join(f"{f:.0f}" for f in e.value[band : band + 3].tolist()) + " Hz"
        for n, e in edges.items()
    )
    show.chart(
        "filter",
        draw,
        [hertz, *filters.values()],
        caption=_(
            "Band {number} of {count} begins, peaks and ends at: {places}.",
            number=band + 1,
            count=bands,
            places=places,
        )
        + " "
        + text["filter_caption"],
        alt=_("One filter on two mel scales"),
    )
    show.chart(
        "triangles",
        lambda weights, at: charts.bank(
            weights, at, x="Hz", y=_("weight"), colours=(cepstra.RIGHT, cepstra.WRONG)
        ),
        [own, hertz],
        caption=text["triangles_caption"],
        alt=_("All filters over frequency"),
    )


@fragment
def matrix() -> None:
    bands = ask_bands()
    features = whisper.chain(heard, bands)["scale"]
    title = _("Whisper's input, {shape}", shape=cepstra.shape(features))
    show.tracks(
        "whole",
        [heard.row, whisper.heat(features, title)],
        sounds=[heard.sound],
        caption=text["whole_caption"] + clip.note,
    )
    most = SECONDS - SHOWN * HOP // RATE
    start = slider(_("Columns shown from second"), 0, most, 0, key="lm_from")
    part = lab.run(first_columns, features, start=start * RATE // HOP, count=SHOWN, as_="part")
    source = samples.load("coffee")
    data = lab.open(source, as_="picture_data")
    pixels = pixels_of(lab, source, data, number=0, as_="picture_pixels")
    fitted = lab.run(fit_to, pixels, height=bands, width=SHOWN, as_="fitted")
    gray = lab.run(rgb_to_gray, fitted, as_="gray")
    show.pictures(
        "matrix",
        [
            Picture(
                part, _("Sound"), _("Three seconds of the matrix"), scale="viridis", lossy=False
            ),
            Picture(gray, _("Picture"), _("A cup of coffee in gray"), (), 0, 255),
        ],
        caption=text["matrix_caption"] + clip.note,
    )
    heads = ["", _("Shape"), _("Type"), _("Least"), _("Mean"), _("Greatest")]
    lines = [heads, [":--", "--:", ":--", "--:", "--:", "--:"]]
    for name, node in ((_("Sound"), part), (_("Picture"), gray)):
        numbers = [f"{n:.3g}" for n in lab.run(matrix_facts, node, as_="facts").value]
        lines.append([name, cepstra.shape(node), str(node.value.dtype), *numbers])
    st.markdown("\n".join(f"| {' | '.join(line)} |" for line in lines))


def changed(fault: str, bands: int) -> tuple[show.Node, show.Node, show.Node]:
    """Whisper's matrix, that with one setting of another library, and what this has more."""
    others = whisper.chain(heard, bands, name=f"{fault}_", **whisper.VARIANTS[fault])
    own = whisper.sounding(heard, whisper.chain(heard, bands)["scale"], "own")
    other = whisper.sounding(heard, others["scale"], fault)
    return own, other, lab.run(difference, own, other, as_=f"{fault}_difference")


@fragment
def disagree() -> None:
    names = {
        "zeros": _("Zeros beyond the ends"),
        "htk": _("HTK's mel scale"),
        "magnitude": _("Magnitude, not power"),
        "peaks": _("Equal peaks, not areas"),
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        fault = choice(_("What another library does"), names, key="lm_fault")
        bands = ask_bands()
    own, other, change = changed(fault, bands)
    show.tracks(
        "disagree",
        [
            heard.short_row,
            whisper.heat(own, "Whisper"),
            whisper.heat(other, names[fault], mel=whisper.VARIANTS[fault].get("scale", "slaney")),
            whisper.heat(change, _("Difference"), lo=-0.5, hi=0.5, colours="signed"),
        ],
        sounds=[Sound(heard.wave, RATE, "16 kHz")],
        caption=text[fault] + " " + text["difference_caption"] + clip.note,
    )
    grid, nodes = [], []
    for name in names:
        facts = lab.run(difference_facts, changed(name, bands)[2], as_=f"{name}_facts")
        largest, mean, share = facts.value
        grid.append(
            [cells.Cell(f"{largest:.3f}"), cells.Cell(f"{mean:.4f}"), cells.Cell(f"{share:.1%}")]
        )
        nodes.append(facts)
    body = cells.grid(
        grid,
        label=_("How far four settings are from Whisper's input"),
        row_heads=list(names.values()),
        column_heads=[_("Largest"), _("Mean"), _("Cells off by over 0.01")],
    )
    show.html("measured", body, nodes, caption=text["measured_caption"])


def predict() -> None:
    m = whisper.chain(heard, 80)
    empty = 1 - heard.columns / COLUMNS
    quiz.question(
        _(
            "Whisper's matrix has {count} columns. How many of them are silence that was added?",
            count=f"{COLUMNS:,}",
        ),
        {"few": _("under a third"), "half": _("a third to 90 %"), "most": _("over 90 %")},
        answer="few" if empty < 1 / 3 else "half" if empty <= 0.9 else "most",
        why=_(
            "{share}: the part lasts {seconds} s of {all}.",
            share=f"{empty:.0%}",
            seconds=f"{clip.seconds:.1f}",
            all=SECONDS,
        ),
        key="lm_padding",
    )
    if not clip.wave.value.any():
        st.info(text["silent"], icon=":material/info:")
    before = whisper.sounding(heard, m["log"], "sounding_logs")
    after = whisper.sounding(heard, m["clamp"], "sounding_clamped")
    raised = lab.run(raised_share, before, after, as_="raised").value
    quiz.question(
        _("Of the columns that hold sound: how many cells does the clamp raise?"),
        {"a": _("under 10 %"), "b": _("10 to 50 %"), "c": _("over 50 %")},
        answer="a" if raised < 0.1 else "b" if raised <= 0.5 else "c",
        why=_("{share}: they lie more than 80 dB below the loudest cell.", share=f"{raised:.1%}"),
        key="lm_clamp",
    )
    loudest = lab.run(strongest_row, m["mel"], as_="strongest").value
    edges = lab.run(mel_edges, bands=80, fmin=0.0, fmax=RATE / 2, as_="edges").value
    peak = float(edges[loudest + 1])
    quiz.question(
        _("Where does the mel band with the most energy peak?"),
        {"high": _("over 1 kHz"), "low": _("under 300 Hz"), "middle": _("300 Hz to 1 kHz")},
        answer="low" if peak < 300 else "middle" if peak <= 1000 else "high",
        why=_("Band {number}, at {hertz} Hz.", number=loudest + 1, hertz=f"{peak:.0f}"),
        key="lm_band",
    )
    means = {
        name: lab.run(difference_facts, changed(name, 80)[2], as_=f"{name}_facts").value[1]
        for name in ("htk", "peaks")
    }
    apart = abs(means["htk"] - means["peaks"]) > 0.05 * max(means.values())
    quiz.question(
        _("Which moves the numbers more, on average over all cells?"),
        {
            "htk": _("HTK's mel scale"),
            "same": _("Both about the same"),
            "peaks": _("Equal peaks, not areas"),
        },
        answer=max(means, key=means.get) if apart else "same",
        why=_(
            "By {htk} with HTK's scale, by {peaks} with equal peaks.",
            htk=f"{means['htk']:.4f}",
            peaks=f"{means['peaks']:.4f}",
        ),
        key="lm_which",
    )


here.run(stages=stages, bank=bank, matrix=matrix, disagree=disagree, predict=predict)
