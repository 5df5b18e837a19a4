"""Shows: the bytes and bits of single samples and of the file itself; what reading them wrongly does;
the same sound as WAV, FLAC, MP3, Ogg Vorbis and Opus; three predictions.
"""

from __future__ import annotations

import streamlit as st

from components import page, pcm, quiz, rates, show, sound, soundforms
from components.guard import fragment
from components.i18n import _
from components.rates import RIGHT, WRONG
from components.state import choice, slider
from components.tracks import Sound, Wave
from engine.sound.encode import SOUND_FORMS
from engine.sound.quantize import (
    bits_of,
    error_of,
    level_db,
    off_by_a_byte,
    pcm_bytes,
    quantize,
    quantize_codes,
    wrong_order,
    wrong_sign,
)
from engine.sound.sampling import first_around, loudest_sample, slice_around

STEPS = {
    "bytes": _("Bytes"),
    "wrong": _("What breaks"),
    "formats": _("File formats"),
    "predict": _("Predict"),
}
SHOWN = 8  # samples in the tables
FORMATS = {form: _(name) for form, name in soundforms.NAMES.items()}

here = page.start("soundfiles", STEPS)
text = here.text
clip = sound.clip_of_tray()
lab, rate, wave = clip.lab, clip.sample_rate, clip.wave
count = len(wave.value)
loudest = lab.run(loudest_sample, wave, as_="loudest").value
near = (max(0.0, loudest / rate - 0.004), loudest / rate + 0.004)  # what is seen first


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
    soundforms.bytes_of_file(clip, first=first, count=SHOWN, none=text["no_layout"])


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


@fragment
def formats() -> None:
    lists = {"one": _("The chosen one"), "all": _("All seven")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        form = choice(_("Listen to"), FORMATS, key="format", default="mp3", look="menu")
        listed = choice(_("Compare"), lists, key="filelist")
        steps = slider(_("Quality of MP3, Vorbis and Opus"), 0, 10, 3, key="quality")
    compared = [name for name in FORMATS if listed == "all" or name in (*soundforms.EXACT, form)]
    files = {name: soundforms.coded(clip, name, steps / 10) for name in compared}
    caption = text["sizes_caption"] + clip.note
    soundforms.comparison(clip, files, FORMATS, caption=caption)
    back = files[form].back
    error = lab.run(error_of, wave, back, as_="lost")
    yours, lost = _("Your sound"), _("Lost")
    heard = {yours: wave, FORMATS[form]: back, lost: error}
    waves = [
        Wave(wave, rate, yours, yours),
        Wave(back, rate, FORMATS[form], FORMATS[form], colour=RIGHT),
        Wave(error, rate, lost, _("Decoded minus original"), colour=WRONG, lo=None, hi=None),
    ]
    sounds = [Sound(node, rate, name) for name, node in heard.items()]
    show.tracks(
        "formats", waves, sounds=sounds, height=100, caption=text["lost_caption"] + clip.note
    )
    ending = SOUND_FORMS[form][0].lower()
    st.download_button(
        _("The sound as {format}", format=FORMATS[form]),
        lambda: files[form].file.value,
        file_name=f"sound.{ending}",
        mime=None,
        icon=":material/download:",
        key="get_sound_file",
        on_click="ignore",
    )
    rates.levels(
        "lost",
        lab,
        {name: (node, rate) for name, node in heard.items()},
        colours=(show.NEUTRAL, RIGHT, WRONG),
        caption=text["lost_spectrum_caption"],
        alt=_("Mean level of each frequency"),
    )


def predict() -> None:
    if count < rate // 10 or not wave.value.any():
        st.info(text["too_short"], icon=":material/info:")
        return
    sizes = {}
    for form in ("wav16", "flac16", "vorbis"):
        sizes[form] = soundforms.size_of(clip, soundforms.coded(clip, form, 0.5), "quiz_size").value
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
        key="flacsize",
    )
    part = sizes["vorbis"] / sizes["wav16"]
    quiz.question(
        _(
            "As Ogg Vorbis with quality 5 of 10: how large is the file, compared with WAV of 16 bits?"
        ),
        {"small": _("under 10 %"), "middle": _("10 to 16 %"), "large": _("over 16 %")},
        answer="small" if part < 0.1 else "middle" if part <= 0.16 else "large",
        why=_(
            "{share}: {vorbis} instead of {wav} bytes. Vorbis spends what it holds the sound to need: "
            "little for a still one, much for noise.",
            share=f"{part:.1%}",
            vorbis=f"{sizes['vorbis']:,}",
            wav=f"{sizes['wav16']:,}",
        ),
        key="vorbissize",
    )
    misread = lab.run(wrong_order, wave, as_="quiz_misread")
    before, after = (lab.run(level_db, node, as_="quiz_level").value for node in (wave, misread))
    quiz.question(
        _("16 bits, read with the two bytes of each sample exchanged: how much louder is that?"),
        {"few": _("under 8 dB"), "some": _("8 to 14 dB"), "many": _("over 14 dB")},
        answer="few" if after - before < 8 else "some" if after - before <= 14 else "many",
        why=_(
            "{more} dB: from {before} to {after} dB, compared with a sine that fills the range. The "
            "byte of small weight takes nearly all values, so the result fills nearly the whole range.",
            more=f"{after - before:.1f}",
            before=f"{before:.1f}",
            after=f"{after:.1f}",
        ),
        key="louderby",
    )


here.run(bytes=stored, wrong=wrong, formats=formats, predict=predict)
