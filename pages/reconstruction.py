"""Shows: a wave rebuilt from its samples by holding, by straight lines and by sincs, and the error of
each; what each of them makes up above half the rate; three predictions.
"""

from __future__ import annotations

import streamlit as st

from components import page, pcm, quiz, rates, show, sound, spectra
from components.catalogue import COLOURS
from components.guard import fragment
from components.i18n import _
from components.rates import RATES, RIGHT, THIRD, WRONG, ask_rate
from components.tracks import Row, Sound, Wave
from engine.lab import Node
from engine.sound.quantize import error_of, snr_db
from engine.sound.sampling import band_limited, loudest_sample, rebuild, resample, share_above

STEPS = {"ways": _("Three ways"), "copies": _("What breaks"), "predict": _("Predict")}
METHODS = {"hold": _("Hold"), "linear": _("Straight lines"), "sinc": _("Sum of sincs")}
TINTS = {"hold": WRONG, "linear": THIRD, "sinc": RIGHT}

here = page.start("reconstruction", STEPS)
text = here.text
clip = sound.clip_of_tray()
lab, rate, wave = clip.lab, clip.sample_rate, clip.wave
count = len(wave.value)
YOURS = Sound(wave, rate, _("Your sound"))


def ask_samples() -> int:
    """Ask how many samples a second are kept."""
    return ask_rate(_("Samples a second"), max(RATES[0], rate // 2), 4000, "samplerate")


def samples_and_wave(new: int) -> tuple[Node, Node]:
    """The samples at a lower rate, and what of the sound they can hold."""
    samples = lab.run(resample, wave, sample_rate=rate, new_rate=new, as_="few")
    return samples, lab.run(band_limited, wave, sample_rate=rate, new_rate=new, as_="fits")


def built_by(method: str, samples: Node, new: int) -> Node:
    """The wave rebuilt from its samples."""
    options = {"rate": new, "new_rate": rate, "count": count, "method": method}
    return lab.run(rebuild, samples, as_=f"{method}_wave", **options)


@fragment
def ways() -> None:
    new = ask_samples()
    samples, fits = samples_and_wave(new)
    points = Wave(
        samples, new, _("samples"), _("The samples"), look="stems", colour=COLOURS["sound"]
    )
    ideal = Wave(fits, rate, _("what fits"), _("What the samples can hold"), colour=show.NEUTRAL)
    rows, sounds, errors = [], [YOURS], []
    with st.container(horizontal=True):
        for method, name in METHODS.items():
            built = built_by(method, samples, new)
            error = lab.run(error_of, fits, built, as_=f"{method}_error")
            gap = lab.run(snr_db, fits, built, as_=f"{method}_ratio").value
            st.metric(name, pcm.decibels(gap), help=text["rebuild_ratio"])
            colour, look = TINTS[method], "steps" if method == "hold" else "auto"
            line = Wave(built, rate, name, name, colour=colour, look=look)
            rows.append(Row((ideal, line, points), name, text[f"alt_{method}"]))
            errors.append(Wave(error, rate, name, name, colour=colour, lo=None, hi=None))
            sounds.append(Sound(built, rate, name))
    rows.append(Row(tuple(errors), _("Error of each"), _("Rebuilt minus what fits")))
    peak = lab.run(loudest_sample, wave, as_="peak").value / rate
    near = (max(0.0, peak - 4 / new), peak + 12 / new)  # sixteen samples are seen first
    caption = text["rebuild_caption"] + clip.note
    show.tracks("rebuilt", rows, sounds=sounds, view=near, height=120, caption=caption)


@fragment
def copies() -> None:
    new = ask_samples()
    samples, _fits = samples_and_wave(new)
    waves = {name: built_by(method, samples, new) for method, name in METHODS.items()}
    with st.container(horizontal=True):
        for name, built in waves.items():
            options = {"sample_rate": rate, "frequency": new / 2}
            share = lab.run(share_above, built, as_="made_up", **options).value
            label = _("Made up: {name}", name=name)
            st.metric(label, f"{share:.2%}", help=text["made_up"])
    size = {"length": 1024, "hop": 512}
    maps = {name: spectra.spectrogram(clip, node, **size) for name, node in waves.items()}
    top = spectra.top_of(clip, maps[METHODS["sinc"]])
    rows = [spectra.heat(clip, node, name, name, top=top, **size) for name, node in maps.items()]
    sounds = [YOURS, *(Sound(node, rate, name) for name, node in waves.items())]
    caption = text["copies_caption"] + clip.note
    show.tracks("copies", rows, sounds=sounds, height=130, caption=caption)
    rates.levels(
        "images",
        lab,
        {_("Your sound"): (wave, rate), **{name: (node, rate) for name, node in waves.items()}},
        colours=(show.NEUTRAL, *TINTS.values()),
        caption=text["images_caption"],
        alt=_("Mean level of each frequency in the three rebuilt sounds"),
        half=new / 2,
    )


def predict() -> None:
    if count < rate // 10 or not wave.value.any():
        st.info(text["too_short"], icon=":material/info:")
        return
    new = max(RATES[0], rate // 4)
    samples, fits = samples_and_wave(new)
    held, lines = (built_by(method, samples, new) for method in ("hold", "linear"))
    gaps = [lab.run(snr_db, fits, node, as_="quiz_gap").value for node in (held, lines)]
    better = gaps[1] - gaps[0]
    quiz.question(
        _(
            "{rate} samples a second, joined by straight lines instead of held: by how much does the "
            "signal-to-noise ratio rise?",
            rate=f"{new:,}",
        ),
        {"few": _("under 10 dB"), "some": _("10 to 12 dB"), "many": _("over 12 dB")},
        answer="few" if better < 10 else "some" if better <= 12 else "many",
        why=_(
            "By {better} dB: from {hold} dB to {lines} dB. The more slowly the wave moves from "
            "sample to sample, the more the lines gain.",
            better=f"{better:.1f}",
            hold=f"{gaps[0]:.1f}",
            lines=f"{gaps[1]:.1f}",
        ),
        key="linesgain",
    )
    options = {"sample_rate": rate, "frequency": new / 2}
    share = lab.run(share_above, held, as_="quiz_share", **options).value
    quiz.question(
        _(
            "{rate} samples a second, each held until the next: how much of the energy of this wave "
            "lies above half the rate, where the samples hold nothing?",
            rate=f"{new:,}",
        ),
        {"few": _("under 1 %"), "some": _("1 to 5 %"), "many": _("over 5 %")},
        answer="few" if share < 0.01 else "some" if share <= 0.05 else "many",
        why=_(
            "{share}. The higher the tones of the sound, the steeper the steps, and the more goes into "
            "their copies.",
            share=f"{share:.2%}",
        ),
        key="heldabove",
    )
    ratios = {}
    for part in (16, 8, 4, 2):
        fewer = rate // part
        samples, fits = samples_and_wave(fewer)
        ratios[fewer] = lab.run(
            snr_db, fits, built_by("linear", samples, fewer), as_="quiz_ratio"
        ).value
    enough = next((fewer for fewer, ratio in ratios.items() if ratio >= 20), 0)
    quiz.question(
        _("Straight lines: at which of these rates do they first reach 20 dB?"),
        {str(fewer): rates.hertz(fewer) for fewer in ratios} | {"0": _("none of these")},
        answer=str(enough),
        why=_(
            "{ratios}. The more a wave bends between two samples, the less it is a straight line.",
            ratios=" · ".join(
                f"{rates.hertz(fewer)}: {pcm.decibels(ratio)}" for fewer, ratio in ratios.items()
            ),
        ),
        key="linesenough",
    )


here.run(ways=ways, copies=copies, predict=predict)
