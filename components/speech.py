"""Which Whisper listens, what it says of itself, and its numbers over time under the wave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components import charts, show, whisper
from components.catalogue import COLOURS
from components.i18n import _
from components.models import offer
from components.speech_listener import Listener, listener
from components.state import choice
from components.tracks import Heat, Sound, Wave
from components.whisper import Heard
from engine.lab import Node
from engine.models.catalogue import WHISPER_BASE, WHISPER_TINY_EN, Model
from engine.models.locate import find
from engine.sound.logmel import RATE, first_columns, log_mel
from engine.speech.align import (
    FRAME,
)
from engine.speech.network import (
    NO_SPEECH,
    vectors_over_time,
)

MODELS = {"base": WHISPER_BASE, "tiny": WHISPER_TINY_EN}
LIMIT = 2.0  # values of the encoder beyond this have the darkest colour


def ask_model() -> Model | None:
    """Ask which Whisper listens; None if it is not here, after an offer to fetch it."""
    labels = {"base": _("base: 99 languages"), "tiny": _("tiny.en: English only")}
    present = [name for name, model in MODELS.items() if find(model)]
    default = present[0] if present else "base"
    model = MODELS[choice(_("Which Whisper"), labels, key="sp_model", default=default)]
    if find(model) is None:
        offer(model)
        return None
    return model


def tell_cost(model: Model) -> None:
    """Say what memory a Whisper takes, and how long it has just taken."""
    megabytes = f"{model.memory / 1e6:.0f}"
    cost = _("{model} takes {megabytes} MB of memory.", model=model.title, megabytes=megabytes)
    if seconds := st.session_state.get(f"_sp_seconds_{model.name}"):
        cost += " " + _(
            "Listening took {seconds} s here, with all that had to be loaded.",
            seconds=f"{seconds:.1f}",
        )
    st.caption(cost)


def tell_nobody(ear: Listener) -> None:
    """Say that the network itself takes the sound for one in which nobody speaks, if it does."""
    share = ear.nobody.value
    if share > NO_SPEECH:
        st.info(
            _(
                "Whisper itself says that nobody speaks here: {share} (limit of openai-whisper: "
                "{limit}).",
                share=f"{share:.1%}",
                limit=f"{NO_SPEECH:.0%}",
            ),
            icon=":material/voice_over_off:",
        )


def hear(heard: Heard, caption: str) -> Listener | None:
    """The clip as the chosen Whisper hears it; None, with its input and an offer, if it is not here."""
    model = ask_model()
    if model is not None:
        ear = listener(heard, model, heard.wave)
        tell_cost(model)
        return ear
    draw_input(heard, caption)
    return None


def draw_input(heard: Heard, caption: str) -> None:
    """The log-mel spectrogram under the wave, without the silence that fills up the 30 seconds."""
    lab = heard.lab
    features = lab.run(log_mel, heard.wave, sample_rate=RATE, as_="log_mel_input")
    part = lab.run(first_columns, features, start=0, count=heard.columns, as_="sounding")
    rows = [heard.short_row, whisper.heat(part, _("Log-mel"))]
    sound = Sound(heard.wave, RATE, _("Sound"))
    show.tracks("sp_input", rows, sounds=[sound], caption=caption + heard.clip.note)


def draw_encoder(heard: Heard, ear: Listener, caption: str) -> None:
    """The vectors of the encoder as columns under the wave."""
    name = _("Encoder")
    columns = ear.lab.run(vectors_over_time, ear.encoded, count=ear.count, as_="vectors")
    heat = Heat(
        columns,
        name,
        _("Numbers (rows) of the vector of each moment (columns)"),
        hop=FRAME,
        start=FRAME / 2,
        lo=-LIMIT,
        hi=LIMIT,
        scale="signed",
        unit="",
        rows_name=_("number"),
        first_row=1,
    )
    sound = Sound(heard.wave, RATE, _("Sound"))
    caption = caption + heard.clip.note
    show.tracks("sp_encoder", [heard.short_row, heat], sounds=[sound], caption=caption, height=220)


def probability_bars(rows: Sequence[tuple[str, float, str, bool]]) -> Any:
    """A bar from 0 to 1 for each (name, probability, text behind it, filled)."""
    figure = charts.sizes(rows, x=_("probability"), colour=COLOURS["sound"])
    figure["layout"]["xaxis"] |= {"range": [0, 1.15], "tickvals": [0, 0.25, 0.5, 0.75, 1]}
    return figure


def noisy_row(node: Node) -> Wave:
    """The noisy wave as a row of tracks."""
    return Wave(node, RATE, _("With noise"), _("The wave with noise"))
