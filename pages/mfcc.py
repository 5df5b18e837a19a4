"""Shows: a sound on its way to MFCC, one stage at a time, the frame under the cursor followed through
all of them; the same without logarithm, without pre-emphasis and with a wrong sample rate; three
predictions.
"""

from __future__ import annotations

import streamlit as st

from components import cepstra, page, quiz, show
from components.cepstra import BANDS, COUNT
from components.guard import fragment
from components.i18n import _
from components.state import choice
from components.tracks import Sound
from engine.sound.logmel import RATE
from engine.sound.mfcc import (
    dct_frames,
    energies_to_db,
    energy_change_db,
    likeness,
    share_of_cells,
    strongest_row,
)

here = page.start(
    "mfcc",
    {
        "stages": _("Stage by stage"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
MOST = 0.9  # of the energy, in a question about cells
text = cepstra.filled(here.text)
s = cepstra.speech_of_tray()
m, lab = cepstra.chain_of(s), s.lab
STAGES = {
    "emphasis": _("Pre-emphasis"),
    "frames": _("Frames"),
    "window": _("Window"),
    "power": _("Power"),
    "mel": _("Mel bands"),
    "log": _("Decibels"),
    "cosines": _("Cosines"),
    "lifter": _("Lifter"),
    "delta": _("Deltas"),
}
LOUDEST = cepstra.loudest(lab, s.wave)


@fragment
def stages() -> None:
    name, _row = cepstra.stage(STAGES, key="mfcc_stage")
    near = name in ("frames", "window")  # a frame is too short to be seen in the whole sound
    key = "near" if near else "stages"
    number = cepstra.pinned_frame(lab, key, s.row, count=s.count)
    matrix, drawn = cepstra.stage_rows(s, m, name, STAGES[name], number)
    after = [Sound(s.emphasised, RATE, STAGES[name])] if name == "emphasis" else []
    show.tracks(
        key,
        [s.row, *drawn],
        sounds=[s.heard, *after],
        frames=cepstra.FRAMES,
        cursor=LOUDEST,
        view=cepstra.view_of_frames(number, s.clip.seconds) if near else None,
        caption=f"{text[name]} {cepstra.shape(matrix)}{s.clip.note}",
    )
    lines, places, x, y = cepstra.stage_frame(s, m, name, number)
    names = [_("After this stage")] if len(lines) == 1 else [_("Before it"), _("After this stage")]
    if name == "delta":
        names = [STAGES[name], _("Deltas of deltas")]
    cepstra.frame_chart(
        "frame",
        dict(zip(names, lines, strict=True)),
        places,
        x=x,
        y=y,
        caption=cepstra.which(number, s.count),
        alt=_("The frame under the cursor at this stage"),
    )


@fragment
def breaks() -> None:
    faults = {
        "log": _("No logarithm"),
        "emphasis": _("No pre-emphasis"),
        "rate": _("Wrong sample rate"),
    }
    fault = choice(_("What is done wrong"), faults, key="mfcc_fault")
    if fault == "emphasis":
        wrong = cepstra.mel_of(s, cepstra.plain_frames(s), name="wrong_energies")
        wrong_bands = lab.run(energies_to_db, wrong, as_="wrong_log_mel")
    elif fault == "rate":
        wrong = cepstra.mel_of(s, s.faded, rate=2 * RATE, name="wrong_energies")
        wrong_bands = lab.run(energies_to_db, wrong, as_="wrong_log_mel")
    else:
        wrong_bands = m.energies
    wrong = lab.run(dct_frames, wrong_bands, count=COUNT, as_="wrong_coefficients")
    title = faults[fault]
    show.tracks(
        "breaks",
        [
            cepstra.band_heat(m.logs, _("Mel bands, right")),
            cepstra.band_heat(
                wrong_bands,
                _("Mel bands: {fault}", fault=title),
                unit="dB" if fault != "log" else "",
            ),
            cepstra.number_heat(s, m.coefficients, _("Coefficients, right")),
            cepstra.number_heat(s, wrong, _("Coefficients: {fault}", fault=title)),
        ],
        sounds=[s.heard],
        caption=text[f"broken_{fault}"] + s.clip.note,
    )
    same = lab.run(likeness, m.coefficients, wrong, as_="same")
    show.register("same", [same])
    st.metric(_("Right and wrong coefficients alike"), f"{same.value:.2f}")
    st.caption(text["alike"])


def predict() -> None:
    if s.count < 10 or not m.energies.value.any():
        st.info(text["too_little"], icon=":material/info:")
        return
    strongest = lab.run(strongest_row, m.energies, as_="strongest").value + 1
    third, two = BANDS // 3, 2 * BANDS // 3
    quiz.question(
        _(
            "{bands} mel bands from low to high: which one holds the most energy, after pre-emphasis?",
            bands=BANDS,
        ),
        {
            "high": _("one of {first} to {last}", first=two + 1, last=BANDS),
            "low": _("one of {first} to {last}", first=1, last=third),
            "middle": _("one of {first} to {last}", first=third + 1, last=two),
        },
        answer="low" if strongest <= third else "middle" if strongest <= two else "high",
        why=_("Band {number}.", number=strongest),
        key="mfcc_band",
    )
    share = lab.run(share_of_cells, m.energies, part=MOST, as_="share").value
    quiz.question(
        _(
            "How many cells of the mel matrix, the strongest first, hold {part} of its energy?",
            part=f"{MOST:.0%}",
        ),
        {"a": _("under 2 %"), "b": _("2 to 10 %"), "c": _("over 10 %")},
        answer="a" if share < 0.02 else "b" if share <= 0.1 else "c",
        why=_(
            "{share}. Without the logarithm, the others would hardly count.", share=f"{share:.1%}"
        ),
        key="mfcc_cells",
    )
    change = lab.run(energy_change_db, s.wave, s.emphasised, as_="change").value
    quiz.question(
        _("What does pre-emphasis do to the energy of the whole sound?"),
        {
            "more": _("It grows"),
            "little": _("It falls by up to 10 dB"),
            "much": _("It falls by more than 10 dB"),
        },
        answer="more" if change > 0 else "little" if change >= -10 else "much",
        why=_(
            "{change} dB: low frequencies lose, those above a sixth of the sample rate gain.",
            change=f"{change:+.1f}",
        ),
        key="mfcc_emphasis",
    )


here.run(stages=stages, breaks=breaks, predict=predict)
