"""Shows: the wave on the levels of 1 to 16 bits, the error seen and heard, its signal-to-noise ratio
against the law; the error with and without dither; the same sound as WAV, FLAC, MP3, Ogg Vorbis and
Opus; the bytes and bits of samples, and what reading them wrongly does; four predictions.
"""

from __future__ import annotations

import math

import streamlit as st

from components import charts, page, pcm, quiz, show, sound
from components.catalogue import COLOURS
from components.guard import fragment
from components.i18n import _, safe
from components.pcm import decibels
from components.state import choice, slider
from components.tracks import Row, Sound, Wave
from engine import isolate
from engine.lab import Node
from engine.sound.encode import (
    SOUND_FORMS,
    aligned,
    byte_count,
    codec_delay,
    decode,
    encode,
    rate_for,
)
from engine.sound.quantize import (
    bits_of,
    error_counts,
    error_of,
    file_bytes,
    law_db,
    level_db,
    louder,
    off_by_a_byte,
    pcm_bytes,
    pcm_layout,
    quantize,
    quantize_codes,
    quiet_tone,
    room_db,
    share_of_zeros,
    snr_by_bits,
    snr_db,
    step_size,
    strongest_overtone,
    wrong_order,
    wrong_sign,
)
from engine.sound.sampling import first_around, loudest_sample, mean_level, resample, slice_around

STEPS = {
    "bits": _("Bits"),
    "noise": _("Dither"),
    "formats": _("File formats"),
    "bytes": _("Bytes"),
    "wrong": _("What breaks"),
    "predict": _("Predict"),
}
SHOWN = 8  # samples in the tables
TONE_RATE, TONE = 48000, 500.0  # of the quiet tone, Hz
WRONG, RIGHT = "#D55E00", "#0072B2"
FORMATS = {
    **{"wav8": _("WAV, 8 bits"), "wav16": _("WAV, 16 bits"), "wav24": _("WAV, 24 bits")},
    **{"flac16": _("FLAC, 16 bits"), "mp3": "MP3", "vorbis": "Ogg Vorbis", "opus": "Opus"},
}

here = page.start("quantization", STEPS)
text = here.text
clip = sound.clip_of_tray()
lab, rate, wave = clip.lab, clip.sample_rate, clip.wave
count = len(wave.value)
loudest = lab.run(loudest_sample, wave, as_="loudest").value
near = (max(0.0, loudest / rate - 0.004), loudest / rate + 0.004)  # what is seen first


def spectrum(
    key: str, waves: dict[str, Node], hertz: int, colours: tuple[str, ...], what: str
) -> None:
    """The mean level of each frequency in several waves."""
    levels = [lab.run(mean_level, node, sample_rate=hertz, as_="level") for node in waves.values()]

    def draw(*curves: object) -> object:
        series = {name: tuple(curve) for name, curve in zip(waves, curves, strict=True)}
        return charts.spectra(series, x=_("frequency in Hz"), y="dB", colours=colours)

    alt = _("Mean level of each frequency")
    show.chart(key, draw, levels, caption=what, alt=alt)


@fragment
def few_bits() -> None:
    kinds = {"mid-tread": _("With a zero (mid-tread)"), "mid-rise": _("Without a zero (mid-rise)")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        bits = slider(_("Bits of a sample"), 1, 16, 4, key="depthbits")
        kind = choice(_("Levels"), kinds, key="levels", hide_label=True)
    rounded = lab.run(quantize, wave, bits=bits, kind=kind, as_="rounded")
    error = lab.run(error_of, wave, rounded, as_="error")
    level = lab.run(level_db, wave, as_="level").value
    step = step_size(bits=bits)
    measured = lab.run(snr_db, wave, rounded, as_="ratio").value
    with st.container(horizontal=True):
        st.metric(_("Levels"), f"{2**bits:,}", help=text["steps"])
        st.metric(_("One step"), f"{step:.6g}")
        st.metric(_("SNR, measured"), decibels(measured), help=text["snr"])
        st.metric(_("SNR by the law"), decibels(law_db(bits=bits, level=level)), help=text["law"])
    rows = [
        Row(
            (
                Wave(wave, rate, _("Your sound"), _("Your sound"), colour=show.NEUTRAL),
                Wave(rounded, rate, _("Rounded"), _("Rounded"), look="steps", colour=RIGHT),
            ),
            _("Your sound and its {bits} bits", bits=bits),
            _("The wave in gray, over it a staircase on {levels} levels", levels=2**bits),
        ),
        Wave(
            error,
            rate,
            _("Error"),
            _("Rounded minus original"),
            lo=-step / 2,
            hi=step / 2,
            colour=WRONG,
        ),
    ]
    sounds = [
        Sound(wave, rate, _("Your sound")),
        Sound(rounded, rate, _("Rounded")),
        Sound(error, rate, _("Error alone")),
    ]
    show.tracks("bits", rows, sounds=sounds, view=near, caption=text["bits_caption"] + clip.note)
    curve = lab.run(snr_by_bits, wave, kind=kind, as_="curve")

    def draw(points: object) -> object:
        series = {_("measured"): (points[0], points[1]), _("law"): (points[0], points[2])}
        marks = [(bits, measured, f"{bits}")] if math.isfinite(measured) else []
        axes = {"x": _("bits of a sample"), "y": _("SNR in dB")}
        return charts.spectra(series, colours=(COLOURS["sound"], show.NEUTRAL), marks=marks, **axes)

    alt = _("The signal-to-noise ratio rises by about 6 dB with each bit")
    show.chart("law", draw, [curve], caption=text["law_caption"], alt=alt)


@fragment
def noise() -> None:
    sounds_of = {"tone": _("A quiet tone"), "yours": _("Your sound")}
    dithers = {"triangular": _("Triangular noise"), "rectangular": _("Rectangular noise")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = choice(_("Sound"), sounds_of, key="dithered", hide_label=True)
        dither = choice(_("Dither"), dithers, key="dither", hide_label=True)
        bits = slider(_("Bits of a sample"), 1, 16, 8, key="noisebits")
    hertz, before, view, note = rate, wave, near, clip.note
    if kind == "tone":
        hertz, view, note = TONE_RATE, (0.0, 0.008), ""
        before = lab.run(quiet_tone, bits=bits, sample_rate=hertz, frequency=TONE, as_="quiet")
    plain = lab.run(quantize, before, bits=bits, as_="plain")
    dithered = lab.run(quantize, before, bits=bits, dither=dither, as_="dithered")
    errors = [lab.run(error_of, before, node, as_="error") for node in (plain, dithered)]
    names = {_("Original"): before, _("Without dither"): plain, _("With dither"): dithered}
    first, bad, good = names
    reach = 3 * step_size(bits=bits) if kind == "tone" else 1.0

    def staircase(node: Node, name: str, colour: str) -> Row:
        look = {"lo": -reach, "hi": reach}
        back = Wave(before, hertz, first, first, colour=show.NEUTRAL, **look)
        return Row(
            (back, Wave(node, hertz, name, name, colour=colour, look="steps", **look)), name, name
        )

    gain = lab.run(room_db, before, as_="gain").value
    named = {**names, _("Error without"): errors[0], _("Error with"): errors[1]}
    sounds = [
        Sound(lab.run(louder, node, before, as_="heard"), hertz, name)
        for name, node in named.items()
    ]
    with st.container(horizontal=True):
        for name, node in ((bad, plain), (good, dithered)):
            ratio = lab.run(snr_db, before, node, as_="ratio").value
            st.metric(_("SNR: {name}", name=name), decibels(ratio), help=text["dither_ratio"])
        if kind == "tone":
            for name, node in ((bad, plain), (good, dithered)):
                options = {"sample_rate": hertz, "frequency": TONE}
                _at, level = lab.run(strongest_overtone, node, as_="overtone", **options).value
                label = _("Strongest overtone: {name}", name=name)
                st.metric(label, decibels(level), help=text["overtone"])
    rows = [staircase(plain, bad, WRONG), staircase(dithered, good, RIGHT)]
    show.tracks(
        f"dither_{kind}",
        rows,
        sounds=sounds,
        view=view,
        caption=text["noise_caption"]
        + " "
        + _("All of them are played {gain} dB louder.", gain=f"{gain:.0f}")
        + note,
    )
    spectrum("harmonics", names, hertz, (show.NEUTRAL, WRONG, RIGHT), text["harmonics_caption"])
    spread = [lab.run(error_counts, error, bits=bits, as_="spread") for error in errors]

    def draw(*counts: object) -> object:
        series = {name: tuple(c) for name, c in zip((bad, good), counts, strict=True)}
        axes = {"x": _("error in steps"), "y": _("% of the samples")}
        return charts.histogram(series, colours=(WRONG, RIGHT), **axes)

    alt = _("How often each error occurs, without and with dither")
    show.chart("spread", draw, spread, caption=text["spread_caption"], alt=alt)


def as_file(form: str, quality: float) -> tuple[Node, Node, Node]:
    """A file of the sound; what comes back from it, in step with the sound; by how much it came late."""
    at, lossy = rate_for(form=form, sample_rate=rate), SOUND_FORMS[form][2] == 0
    inside, options = wave, {"sample_rate": at, "form": form}
    if at != rate:
        inside = lab.run(resample, wave, sample_rate=rate, new_rate=at, quality="VHQ", as_="fitted")
    if lossy:  # these encoders are large compiled programs: they work apart from the app
        options |= {"quality": quality, "isolated": isolate.SECONDS}
    encoded = lab.run(encode, inside, as_=f"{form}_file", **options)
    decoded = lab.run(decode, encoded, as_="decoded")
    if at != rate:
        decoded = lab.run(
            resample, decoded, sample_rate=at, new_rate=rate, quality="VHQ", as_="back"
        )
    shifted = lab.run(codec_delay, wave, decoded, as_="delay")
    return encoded, lab.run(aligned, wave, decoded, as_=f"{form}_sound"), shifted


@fragment
def formats() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        form = choice(_("Listen to"), FORMATS, key="format", default="mp3", look="menu")
        steps = slider(_("Quality of MP3, Vorbis and Opus"), 0, 10, 3, key="quality")
    files = {name: as_file(name, steps / 10) for name in FORMATS}
    rows, nodes = [], []
    full = lab.run(byte_count, files["wav16"][0], as_="size").value
    for name, (encoded, back, shifted) in files.items():
        size = lab.run(byte_count, encoded, as_=f"{name}_size")
        ratio = lab.run(snr_db, wave, back, as_=f"{name}_ratio")
        nodes += [size, ratio, shifted]
        speed = 8 * size.value / clip.seconds / 1000
        cells = [f"{size.value:,}", f"{speed:,.0f}", f"{size.value / full:.0%}"]
        rows.append([FORMATS[name], *cells, decibels(ratio.value), f"{shifted.value}"])
    heads = [_("bytes"), _("kbit/s"), _("of WAV"), _("SNR"), _("delay")]
    body = pcm.table(heads, rows, label=_("Bytes and error of each format"))
    show.html("sizes", body, nodes, caption=text["sizes_caption"] + clip.note)
    encoded, back, _shift = files[form]
    error = lab.run(error_of, wave, back, as_="lost")
    yours, lost = _("Your sound"), _("Lost")
    shown = {yours: wave, FORMATS[form]: back, lost: error}
    waves = [
        Wave(wave, rate, yours, yours),
        Wave(back, rate, FORMATS[form], FORMATS[form], colour=RIGHT),
        Wave(error, rate, lost, _("Decoded minus original"), colour=WRONG, lo=None, hi=None),
    ]
    sounds = [Sound(node, rate, name) for name, node in shown.items()]
    show.tracks(
        "formats", waves, sounds=sounds, height=100, caption=text["lost_caption"] + clip.note
    )
    ending = SOUND_FORMS[form][0].lower()
    st.download_button(
        _("The sound as {format}", format=FORMATS[form]),
        lambda: encoded.value,
        file_name=f"sound.{ending}",
        mime=None,
        icon=":material/download:",
        key="get_sound_file",
        on_click="ignore",
    )
    spectrum("lost", shown, rate, (show.NEUTRAL, RIGHT, WRONG), text["lost_spectrum_caption"])


def place_of(cursor: float | None) -> int:
    """The sample at the pin, or the loudest one."""
    return loudest if cursor is None else min(round(cursor * rate), count - 1)


@fragment
def stored() -> None:
    depths = {"8": _("8 bits"), "16": _("16 bits"), "24": _("24 bits")}
    orders = {"little": _("As in WAV (little-endian)"), "big": _("As in AIFF (big-endian)")}
    with st.container(horizontal=True):
        bits = int(
            choice(_("Bits of a sample"), depths, key="depth", default="16", hide_label=True)
        )
        order = choice(_("Order of the bytes"), orders, key="byteorder", hide_label=True)
    row = [Wave(wave, rate, _("Your sound"), _("Your sound"))]
    state = show.tracks(
        "stored", row, view=near, height=120, caption=text["stored_caption"] + clip.note
    )
    middle = place_of(state.cursor)
    first = first_around(middle, count=SHOWN, length=count)
    few = lab.run(slice_around, wave, middle=middle, count=SHOWN, as_="few")
    codes = lab.run(quantize_codes, few, bits=bits, as_="codes")
    unsigned = bits == 8 and order == "little"
    options = {"bits": bits, "unsigned": unsigned}
    parts = lab.run(pcm_bytes, codes, order=order, as_="parts", **options)
    flags = lab.run(bits_of, codes, as_="flags", **options)
    values = [node.value for node in (few, codes, parts)]
    grid = pcm.samples_grid(*values, first=first, marked=middle, big=order == "big")
    show.html("stored_bytes", grid, [few, codes, parts], caption=text["stored_bytes_caption"])
    grid = pcm.bits_grid(codes.value, flags.value, few.value, unsigned=unsigned)
    what = text["unsigned_caption" if unsigned else "bits_table_caption"]
    show.html("stored_bits", grid, [few, codes, flags], caption=what)
    offset, frames, channels, depth, kept = lab.run(pcm_layout, lab.source, as_="layout").value
    if not frames:
        st.caption(text["no_layout"])
        return
    frame = min(round(clip.start * rate) + first, frames - 1)
    raw = lab.run(file_bytes, lab.source, frame=frame, count=SHOWN, as_="raw")
    start = offset + frame * channels * depth // 8
    show.html(
        "file_bytes",
        pcm.file_grid(raw.value, first=start, width=depth // 8, big=kept == "big"),
        [raw],
        caption=_(
            "The bytes of {name} itself from byte {start} on, one row for each instant; channels: "
            "{channels}, bits of a sample: {bits}, {order}. The file's first sample stands at "
            "byte {offset}.",
            name=safe(clip.source.label),
            start=f"{start:,}",
            channels=channels,
            bits=depth,
            order=_("big-endian") if kept == "big" else _("little-endian"),
            offset=f"{offset:,}",
        ),
    )


@fragment
def wrong() -> None:
    mistakes = {
        "order": (_("Bytes in the wrong order"), wrong_order),
        "late": (_("One byte too late"), off_by_a_byte),
        "sign": (_("Unsigned read as signed"), wrong_sign),
    }
    labels = {name: label for name, (label, _function) in mistakes.items()}
    name = choice(_("Mistake"), labels, key="mistake", hide_label=True)
    label, function = mistakes[name]
    bits = 8 if name == "sign" else 16
    kept = lab.run(quantize, wave, bits=bits, as_="kept")
    misread = lab.run(function, wave, bits=bits, as_="misread")
    rows = [
        Wave(kept, rate, _("Read rightly"), _("The wave as it was stored")),
        Wave(misread, rate, label, _("The same bytes read wrongly"), colour=WRONG),
    ]
    sounds = [Sound(kept, rate, _("Read rightly")), Sound(misread, rate, label)]
    state = show.tracks("misread", rows, sounds=sounds, caption=text[f"mistake_{name}"] + clip.note)
    place = {"middle": place_of(state.cursor), "count": SHOWN}
    few, off = (lab.run(slice_around, node, as_="few", **place) for node in (kept, misread))
    codes, other = (lab.run(quantize_codes, node, bits=bits, as_="codes") for node in (few, off))
    parts = lab.run(pcm_bytes, codes, bits=bits, unsigned=name == "sign", as_="parts")
    first = first_around(place["middle"], count=SHOWN, length=count)
    grid = pcm.misread_grid(parts.value, codes.value, other.value, first=first)
    show.html("misread_bytes", grid, [parts, codes, other], caption=text["misread_caption"])


def predict() -> None:
    if count < rate // 10 or not wave.value.any():
        st.info(text["too_short"], icon=":material/info:")
        return
    _bits, measured, _law = lab.run(snr_by_bits, wave, as_="quiz_curve").value.tolist()
    enough = next((n for n, ratio in enumerate(measured, 1) if ratio >= 40), 17)
    quiz.question(
        _("How many bits does your sound need for a signal-to-noise ratio of 40 dB?"),
        {"a": _("at most 6"), "b": _("7 or 8"), "c": _("9 or 10"), "d": _("11 or more")},
        answer="a" if enough <= 6 else "b" if enough <= 8 else "c" if enough <= 10 else "d",
        why=_(
            "6 bits: {six}, 8 bits: {eight}, 10 bits: {ten}, 12 bits: {twelve}. The quieter a sound, "
            "the more bits it needs.",
            six=decibels(measured[5]),
            eight=decibels(measured[7]),
            ten=decibels(measured[9]),
            twelve=decibels(measured[11]),
        ),
        key="enoughbits",
    )
    four = lab.run(quantize, wave, bits=4, as_="quiz_four")
    zeros = lab.run(share_of_zeros, four, as_="quiz_zeros").value
    quiz.question(
        _("With 4 bits (mid-tread), how many samples of your sound become exactly 0?"),
        {"few": _("under 25 %"), "some": _("25 to 75 %"), "many": _("over 75 %")},
        answer="few" if zeros < 0.25 else "some" if zeros <= 0.75 else "many",
        why=_("{share}: all that are closer to 0 than {half}.", share=f"{zeros:.1%}", half=1 / 16),
        key="zeros",
    )
    sizes = {}
    for form in ("wav16", "flac16", "mp3", "vorbis", "opus"):
        sizes[form] = lab.run(byte_count, as_file(form, 0.5)[0], as_="quiz_size").value
    part = sizes["flac16"] / sizes["wav16"]
    quiz.question(
        _("FLAC keeps every number. How large is it, compared with a WAV file of 16 bits?"),
        {"small": _("under half"), "middle": _("half to 80 %"), "large": _("over 80 %")},
        answer="small" if part < 0.5 else "middle" if part <= 0.8 else "large",
        why=_(
            "{flac} instead of {wav} bytes, {share}. The better each sample can be foretold from those "
            "before it, the less is left to store.",
            flac=f"{sizes['flac16']:,}",
            wav=f"{sizes['wav16']:,}",
            share=f"{part:.0%}",
        ),
        key="flac",
    )
    part = sizes["vorbis"] / sizes["wav16"]
    quiz.question(
        _(
            "As Ogg Vorbis with quality 5 of 10: how large is the file, compared with WAV of 16 bits?"
        ),
        {"small": _("under 10 %"), "middle": _("10 to 16 %"), "large": _("over 16 %")},
        answer="small" if part < 0.1 else "middle" if part <= 0.16 else "large",
        why=_(
            "{share}. Bytes: {sizes}. MP3 has a fixed number of bits a second here, Opus aims at one, "
            "Vorbis spends what it holds the sound to need: little for a still one, much for noise.",
            share=f"{part:.1%}",
            sizes=", ".join(f"{FORMATS[form]} {size:,}" for form, size in sizes.items()),
        ),
        key="vorbis",
    )


here.run(bits=few_bits, noise=noise, formats=formats, bytes=stored, wrong=wrong, predict=predict)
