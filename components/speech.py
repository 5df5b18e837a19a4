"""What the page about speech to text draws: Whisper's stages, and a small classifier beside it."""

from __future__ import annotations

import html
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import charts, show, tokens, whisper
from components.catalogue import COLOURS
from components.cells import Cell, grid, ink
from components.i18n import _, safe
from components.models import offer
from components.scales import colour
from components.state import choice
from components.tracks import Heat, Sound, Wave
from components.whisper import Heard
from engine.lab import Lab, Node
from engine.models.catalogue import LANGUAGE_CLASSIFIER, WHISPER_BASE, WHISPER_TINY_EN, Model
from engine.models.locate import find
from engine.sound.logmel import HOP, RATE, first_columns, log_mel
from engine.speech.align import (
    FRAME,
    mean_of_heads,
    rising_steps,
    sound_attention,
    token_times,
    word_times,
)
from engine.speech.classifier import LANGUAGES as FIVE
from engine.speech.classifier import clip_statistics, language_chances, telephone_logs
from engine.speech.decode import (
    MOST,
    repeats_itself,
    write_tokens,
    written_chances,
    written_ids,
)
from engine.speech.network import (
    NO_SPEECH,
    encode,
    first_scores,
    language_probabilities,
    no_speech_probability,
    vectors_over_time,
)
from engine.speech.tokens import first_tokens, text_of, token_texts, told_language

MODELS = {"base": WHISPER_BASE, "tiny": WHISPER_TINY_EN}
VECTORS = 1500  # vectors that the encoder puts out for 30 s
LIMIT = 2.0  # values of the encoder beyond this have the darkest colour
CLIMBING = 0.8  # from this share of the tokens on attention climbs with time
FOLDED = 40  # tokens that are written out; those behind them are folded
_FLOW = "display:flex;flex-wrap:wrap;gap:2px;font-size:0.85rem"
_TOKEN = "padding:0.2rem 0.3rem;border-radius:3px;font-family:monospace;white-space:nowrap"
#: The language codes of Whisper that Unicode writes in another way.
_CODES = {"jw": "jv"}


def language_name(code: str) -> str:
    """The name of one of Whisper's languages in the learner's language."""
    return tokens.language_name(_CODES.get(code, code))


# ------------------------------------------------------------------------------ what is computed


@dataclass(frozen=True)
class Listener:
    """A wave as one Whisper hears it, stage by stage. `name` begins the names of all results."""

    lab: Lab
    weights: Node
    vocabulary: Node
    features: Node  # (80, 3000)
    encoded: Node  # (1500, d)
    first: Node  # (tokens,), the scores of what comes after <start>
    chances: Node  # (99,) or (0,)
    count: int  # vectors that hold sound
    name: str = ""

    @property
    def is_english(self) -> bool:
        """Whether the model knows no other language."""
        return not self.chances.value.size

    @property
    def nobody(self) -> Node:
        """How likely it is that nobody speaks."""
        return self.lab.run(no_speech_probability, self.first, as_=f"{self.name}empty")

    def write(self, *, language: str = "", translate: bool = False, name: str = "") -> Written:
        """The tokens that it writes when it is told this language ("": the likeliest) and this task."""
        lab, name = self.lab, self.name + name
        told = {"language": language, "translate": translate}
        prompt = lab.run(first_tokens, self.chances, as_=f"{name}prompt", **told)
        inputs = (self.weights, self.encoded, prompt)
        steps = lab.run(write_tokens, *inputs, as_=f"{name}steps", network=True)
        ids = lab.run(written_ids, steps, as_=f"{name}ids")
        return Written(self, prompt, steps, ids, name)


@dataclass(frozen=True)
class Written:
    """What a Whisper wrote."""

    by: Listener
    prompt: Node
    steps: Node  # (tokens, candidates, chances)
    ids: Node  # (n,)
    name: str

    @property
    def text(self) -> Node:
        """All of it as a text."""
        return self.by.lab.run(text_of, self.ids, self.by.vocabulary, as_=f"{self.name}text")

    @property
    def texts(self) -> Node:
        """Token by token."""
        inputs = (self.ids, self.by.vocabulary)
        return self.by.lab.run(token_texts, *inputs, as_=f"{self.name}token_names")

    @property
    def chances(self) -> Node:
        """How likely each token was."""
        return self.by.lab.run(written_chances, self.steps, as_=f"{self.name}token_chances")

    @property
    def language(self) -> str:
        """The language that it was told, or has heard."""
        return told_language(self.prompt.value)

    @property
    def cut_off(self) -> str:
        """What is said of a text that the limit has ended; "" of any other."""
        lab = self.by.lab
        if self.texts.value[-1] == "<end>":
            return ""
        if lab.run(repeats_itself, self.text, as_=f"{self.name}repeats").value:
            return _("Stopped after {most} tokens: it repeats itself.", most=MOST)
        return _("Stopped after {most} tokens.", most=MOST)

    @property
    def attention(self) -> Node:
        """Which moments each token looked at: (heads, tokens, vectors that hold sound)."""
        inputs = (self.by.weights, self.by.encoded, self.prompt, self.ids)
        name = f"{self.name}attention"
        return self.by.lab.run(
            sound_attention, *inputs, frames=self.by.count, as_=name, network=True
        )

    @property
    def mean_attention(self) -> Node:
        """The mean over the heads: (tokens, vectors that hold sound)."""
        return self.by.lab.run(mean_of_heads, self.attention, as_=f"{self.name}mean_attention")

    @property
    def words(self) -> Node:
        """Words with their times."""
        times = self.by.lab.run(token_times, self.attention, as_=f"{self.name}times")
        inputs = (times, self.prompt, self.ids, self.by.vocabulary)
        return self.by.lab.run(word_times, *inputs, as_=f"{self.name}words")


def listener(heard: Heard, model: Model, wave: Node, *, name: str = "") -> Listener:
    """Let a Whisper hear a wave at 16 kHz; the encoder runs at once, while the page says so."""
    lab = heard.lab
    weights = lab.weights(model, as_="whisper_weights")
    vocabulary = tokens.gpt2(lab) if model.languages == ("en",) else tokens.whisper(lab)
    features = lab.run(log_mel, wave, sample_rate=RATE, as_=f"{name}log_mel_input")
    encoded = lab.run(encode, weights, features, as_=f"{name}encoded", network=True)
    if not encoded.is_cached:
        begin = time.perf_counter()
        with st.spinner(_("Whisper is listening; the first time that takes a while.")):
            encoded.value  # noqa: B018 (computed while the page says so)
        st.session_state[f"_sp_seconds_{model.name}"] = time.perf_counter() - begin
    inputs = (weights, encoded)
    first = lab.run(first_scores, *inputs, as_=f"{name}start_scores", network=True)
    chances = lab.run(language_probabilities, first, as_=f"{name}languages")
    count = min(VECTORS, -(-len(wave.value) // (2 * HOP)))
    return Listener(lab, weights, vocabulary, features, encoded, first, chances, count, name)


def named_by_classifier(heard: Heard, wave: Node, *, name: str = "") -> Node:
    """How likely each of five languages is, says the small classifier."""
    lab = heard.lab
    logs = lab.run(telephone_logs, wave, as_=f"{name}telephone_bands")
    features = lab.run(clip_statistics, logs, as_=f"{name}statistics")
    weights = lab.weights(LANGUAGE_CLASSIFIER, as_="classifier")
    return lab.run(language_chances, weights, features, as_=f"{name}five")


def winner(chances: Node) -> str:
    """The language that the classifier names."""
    return FIVE[int(chances.value.argmax())]


# ------------------------------------------------------------------------------ what is asked


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
    cost = _("{megabytes} MB in memory.", megabytes=f"{model.memory / 1e6:.0f}")
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


def climbing_note(attention: Node, lab: Lab, climbs: str) -> str:
    """How many tokens look no earlier than the one before; `climbs` is added if nearly all do."""
    rising, steps = lab.run(rising_steps, attention, as_="rising").value
    if not steps:
        return ""
    said = _(
        "From token to token, {rising} of {steps} times the brightest moment is not earlier than before",
        rising=rising,
        steps=steps,
    )
    if rising >= CLIMBING * steps:
        return f" {said}{climbs}"
    return f" {said}" + _(": here the network does not follow the sound steadily.")


def hear(heard: Heard, caption: str) -> Listener | None:
    """The clip as the chosen Whisper hears it; None, with its input and an offer, if it is not here."""
    model = ask_model()
    if model is not None:
        ear = listener(heard, model, heard.wave)
        tell_cost(model)
        return ear
    draw_input(heard, caption)
    return None


# ------------------------------------------------------------------------------ what is drawn


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


def over_time(
    key: str,
    heard: Heard,
    node: Node,
    labels: Sequence[str],
    *,
    title: str,
    alt: str,
    row: str,
    caption: str,
    top: float | None = None,
) -> None:
    """A map with a named row for each token or word under the wave."""
    heat = Heat(
        node,
        title,
        alt,
        hop=FRAME,
        start=FRAME / 2,
        lo=0.0,
        hi=top,
        unit="",
        rows_name=row,
        first_row=1,
        ticks=tuple((float(n), label.strip()) for n, label in enumerate(labels)),
        lossy=False,
    )
    tall = min(600, max(160, 18 * len(labels)))
    sound = Sound(heard.wave, RATE, _("Sound"))
    caption = caption + heard.clip.note
    show.tracks(key, [heard.short_row, heat], sounds=[sound], caption=caption, height=tall)


def candidate_bars(names: Sequence[str], chances: Any) -> Any:
    """The likeliest tokens of a step; the one that was written is filled."""
    rows = [
        (f"{n + 1}. {shown(name)}", float(p), f"{p:.1%}", n == 0)
        for n, (name, p) in enumerate(zip(names, chances.tolist(), strict=True))
    ]
    return probability_bars(rows)


def language_bars(pairs: Sequence[tuple[str, float]]) -> Any:
    """Languages and their probabilities; the likeliest is filled."""
    rows = [(language_name(code), p, f"{p:.1%}", n == 0) for n, (code, p) in enumerate(pairs)]
    return probability_bars(rows)


def probability_bars(rows: Sequence[tuple[str, float, str, bool]]) -> Any:
    """A bar from 0 to 1 for each (name, probability, text behind it, filled)."""
    figure = charts.sizes(rows, x=_("probability"), colour=COLOURS["sound"])
    figure["layout"]["xaxis"] |= {"range": [0, 1.15], "tickvals": [0, 0.25, 0.5, 0.75, 1]}
    return figure


def five_bars(chances: Any) -> Any:
    """The five languages of the classifier, the likeliest first."""
    pairs = zip(FIVE, chances.tolist(), strict=True)
    return language_bars(sorted(pairs, key=lambda pair: -pair[1]))


def shown(token: str) -> str:
    """A token with its blanks made visible."""
    return "".join(tokens.visible(char) for char in token)


def token_flow(names: Sequence[str], chances: Any, at: int | None = None) -> str:
    """The tokens up to number `at` (None: all) in running lines, on the colours of their chances.

    All of a long text are folded behind the first ones.
    """
    parts = []
    for n, (name, p) in enumerate(zip(names, chances.tolist(), strict=True)):
        back = colour("viridis", p, 0, 1)
        edge = f"border-bottom:3px solid {COLOURS['sound']};" if n == at else ""
        style = f"background:rgb{back};color:{ink(back)};{edge}{_TOKEN}"
        parts.append(f'<span style="{style}" title="{p:.1%}">{html.escape(shown(name))}</span>')
    label = html.escape(_("The tokens written so far"), quote=True)
    open_ = FOLDED if at is None else at + 1
    body, rest = "".join(parts[:open_]), parts[open_:]
    flow = f'<div role="group" aria-label="{label}" style="{_FLOW}">{body}</div>'
    if at is not None or not rest:
        return flow
    more = html.escape(_("{count} more tokens", count=len(rest)))
    folded = f'<div style="{_FLOW}">{"".join(rest)}</div>'
    return f"{flow}<details><summary>{more}</summary>{folded}</details>"


def word_grid(words: Sequence[tuple[str, float, float]]) -> str:
    """The words with their times."""
    rows = [
        [Cell(word), Cell(f"{start:.2f}"), Cell(f"{end:.2f}"), Cell(f"{end - start:.2f}")]
        for word, start, end in words
    ]
    heads = [_("word"), _("from, s"), _("to, s"), _("length, s")]
    return grid(rows, label=_("Words and their times"), column_heads=heads)


def counts_grid(counts: Any, label: str) -> str:
    """How often each language (row) was named as each (column)."""
    spoken = [n for n, row in enumerate(counts.tolist()) if sum(row)]
    rows = [
        [Cell(str(c), colour("viridis", c / sum(row), 0, 1)) for c in row]
        for row in (counts[n].tolist() for n in spoken)
    ]
    names = [language_name(code) for code in FIVE]
    heads = [names[n] for n in spoken]
    return grid(rows, label=label, row_heads=heads, column_heads=names)


def transcript(title: str, written: Written) -> None:
    """A text that was written, quoted; what stands in it is not taken for Markdown."""
    text, nothing = written.text.value, _("nothing")
    st.markdown(f"**{title}**")
    st.markdown(f"> {safe(text)}" if text.strip() else f"> *{nothing}*")
    if note := written.cut_off:
        st.caption(note)


def noisy_row(node: Node) -> Wave:
    """The noisy wave as a row of tracks."""
    return Wave(node, RATE, _("With noise"), _("The wave with noise"))
