"""Shows: log-mel levels rebuilt from the first few cosines of the DCT; the cosines as a matrix, and how
much less its coefficients have to do with each other than the bands; three predictions.
"""

from __future__ import annotations

import streamlit as st

from components import cepstra, page, quiz, show
from components.cepstra import BANDS, COUNT
from components.guard import fragment
from components.i18n import _
from components.show import Picture
from components.state import slider
from engine.sound.mfcc import (
    dct_frames,
    dct_matrix,
    mean_correlation,
    rebuild_bands,
    rebuild_errors,
    root_mean_square_difference,
)

here = page.start(
    "cosines",
    {"rebuild": _("Few are enough"), "alike": _("Less alike"), "predict": _("Predict")},
)
SHADE = 0.3  # the value of a cosine that has the full colour
NEAR = 3.0  # dB within which a question calls the bands rebuilt
text = cepstra.filled(here.text, shade=SHADE)
s = cepstra.speech_of_tray()
m, lab = cepstra.chain_of(s), s.lab
LOUDEST = cepstra.loudest(lab, s.wave)
everything = lab.run(dct_frames, m.logs, count=BANDS, as_="all_coefficients")


@fragment
def rebuild() -> None:
    keep = slider(_("Coefficients kept"), 1, BANDS, COUNT, key="cos_keep")
    rebuilt = lab.run(rebuild_bands, everything, bands=BANDS, keep=keep, as_="rebuilt")
    number = cepstra.pinned_frame(lab, "rebuild", s.row, count=s.count)
    wrong = lab.run(root_mean_square_difference, m.logs, rebuilt, as_="wrong")
    show.register("wrong", [wrong])
    show.tracks(
        "rebuild",
        [
            s.row,
            cepstra.band_heat(m.logs, _("Mel bands in decibels")),
            cepstra.band_heat(rebuilt, _("Rebuilt")),
        ],
        sounds=[s.heard],
        frames=cepstra.FRAMES,
        cursor=LOUDEST,
        caption=text["rebuild_caption"] + s.clip.note,
    )
    cepstra.frame_chart(
        "one_frame",
        {
            _("Mel bands"): cepstra.column_of(lab, m.logs, number, "band_levels"),
            _("Rebuilt"): cepstra.column_of(lab, rebuilt, number, "rebuilt_levels"),
        },
        list(range(1, BANDS + 1)),
        x=_("mel band"),
        y="dB",
        caption=_(
            "Frame {number}: {bands} levels, and the sum of the first {keep} cosines. Over all frames "
            "the sum is {wrong} dB off (root mean square).",
            number=f"{number:,}",
            bands=BANDS,
            keep=keep,
            wrong=f"{wrong.value:.2f}",
        ),
        alt=_("Levels of the mel bands in one frame and their approximation"),
    )


def alike() -> None:
    cosines = lab.run(dct_matrix, bands=BANDS, count=BANDS, as_="cosines")
    title = _("The {count} cosines", count=BANDS)
    alt = _("Each row a cosine over the mel bands, slow ones at the top")
    picture = Picture(cosines, title, alt, (), -SHADE, SHADE, "signed", lossy=False)
    show.pictures("cosines", [picture], height=260, caption=text["cosines_caption"])
    pairs = {
        _("Likeness of two mel bands"): lab.run(mean_correlation, m.logs, as_="of_bands"),
        _("Likeness of two coefficients"): lab.run(mean_correlation, everything, as_="of_numbers"),
    }
    show.register("likeness", list(pairs.values()))
    with st.container(horizontal=True):
        for label, node in pairs.items():
            st.metric(label, f"{node.value:.2f}")
    st.caption(text["likeness"])


def predict() -> None:
    if s.count < 10 or not m.energies.value.any():
        st.info(text["too_little"], icon=":material/info:")
        return
    errors = lab.run(rebuild_errors, m.logs, as_="errors").value.tolist()
    enough = next((n for n, error in enumerate(errors, 1) if error <= NEAR), BANDS)
    quiz.question(
        _(
            "How many coefficients rebuild the mel bands to {near} dB (root mean square)?",
            near=f"{NEAR:g}",
        ),
        {
            "a": _("1 to 5"),
            "b": _("6 to {count}", count=COUNT),
            "c": _("more than {count}", count=COUNT),
        },
        answer="a" if enough <= 5 else "b" if enough <= COUNT else "c",
        why=_(
            "{count}. With {usual} it is {error} dB.",
            count=enough,
            usual=COUNT,
            error=f"{errors[COUNT - 1]:.1f}",
        ),
        key="cos_enough",
    )
    quiz.question(
        _("Each frame keeps coefficient 0 alone, its mean level. How far off are the bands then?"),
        {"a": _("under 8 dB"), "b": _("8 to 14 dB"), "c": _("over 14 dB")},
        answer="a" if errors[0] < 8 else "b" if errors[0] <= 14 else "c",
        why=_("{error} dB (root mean square).", error=f"{errors[0]:.1f}"),
        key="cos_mean",
    )
    of_bands = lab.run(mean_correlation, m.logs, as_="of_bands").value
    of_numbers = lab.run(mean_correlation, everything, as_="of_numbers").value
    quiz.question(
        _("How alike do two mel bands run over time, on average? 1 would be: always together."),
        {"c": _("over 0.7"), "a": _("under 0.4"), "b": _("0.4 to 0.7")},
        answer="a" if of_bands < 0.4 else "b" if of_bands <= 0.7 else "c",
        why=_(
            "{bands}; two coefficients only {numbers}.",
            bands=f"{of_bands:.2f}",
            numbers=f"{of_numbers:.2f}",
        )
        if of_numbers < of_bands
        else _(
            "{bands}; two coefficients {numbers}.",
            bands=f"{of_bands:.2f}",
            numbers=f"{of_numbers:.2f}",
        ),
        key="cos_alike",
    )


here.run(rebuild=rebuild, alike=alike, predict=predict)
