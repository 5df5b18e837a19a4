"""Questions on linear prediction whose answers are computed from the loudest frame of the sound."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components import cepstra, quiz
from components.cepstra import Speech
from components.i18n import _
from components.lpc import ORDER, WIDEST, envelope_of, resonances
from engine.sound.lpc import autocorrelation, first_order, levinson_table, prediction_gain

ENOUGH = 0.25  # share of the energy that a question asks about


def ask(s: Speech, text: Mapping[str, str]) -> None:
    """Three questions: the prediction gain, the order that is enough, narrow peaks."""
    lab = s.lab
    number = cepstra.frame_at(cepstra.loudest(lab, s.wave), count=s.count)
    frame = cepstra.row_of(lab, s.faded, number, "frame")
    r = lab.run(autocorrelation, frame, order=ORDER, as_="r")
    table = lab.run(levinson_table, r, as_="table")
    shares = [row[1] for row in table.value.tolist()]
    if not shares[0]:
        st.info(text["silent"], icon=":material/info:")
        return
    st.caption(text["loudest"])
    a, _curve = envelope_of(lab, frame, ORDER)
    gain = lab.run(prediction_gain, a, frame, as_="gain").value
    quiz.question(
        _("Order {order}: how far below the frame does the residual lie?", order=ORDER),
        {"a": _("under 6 dB"), "b": _("6 to 15 dB"), "c": _("over 15 dB")},
        answer="a" if gain < 6 else "b" if gain <= 15 else "c",
        why=_(
            "{gain} dB: {share} of the energy is left.",
            gain=f"{gain:.1f}",
            share=f"{shares[ORDER]:.1%}",
        ),
        key="lpc_gain",
    )
    enough = lab.run(first_order, table, share=ENOUGH, as_="enough").value
    quiz.question(
        _(
            "Which order is the first to leave at most {share} of the energy?",
            share=f"{ENOUGH:.0%}",
        ),
        {
            "c": _("none up to {order}", order=ORDER),
            "a": _("1 or 2"),
            "b": _("3 to {order}", order=ORDER),
        },
        answer="c" if enough < 0 else "a" if enough <= 2 else "b",
        why=_(
            "Energy left by order: {shares}.",
            shares=", ".join(f"{m}: {shares[m]:.0%}" for m in (1, 2, 4, 8, ORDER)),
        ),
        key="lpc_order_enough",
    )
    found = resonances(lab, a).value.tolist()
    quiz.question(
        _(
            "How many narrow peaks (under {widest} Hz wide) does the envelope of order {order} have?",
            widest=f"{WIDEST:g}",
            order=ORDER,
        ),
        {"few": _("none to 3"), "some": _("4 or 5"), "many": _("6 or more")},
        answer="few" if len(found) <= 3 else "some" if len(found) <= 5 else "many",
        why=_(
            "{count}: {places} Hz.",
            count=len(found),
            places=", ".join(f"{hertz:.0f}" for hertz, _width in found) or "–",
        ),
        key="lpc_formants",
    )
