"""What one Whisper hears and writes, stage by stage, and which language a small classifier hears."""

from __future__ import annotations

import time
from dataclasses import dataclass

import streamlit as st

from components import tokens
from components.i18n import _
from components.whisper import Heard
from engine.lab import Lab, Node
from engine.models.catalogue import LANGUAGE_CLASSIFIER, Model
from engine.sound.logmel import HOP, RATE, log_mel
from engine.speech.align import mean_of_heads, sound_attention, token_times, word_times
from engine.speech.classifier import LANGUAGES as FIVE
from engine.speech.classifier import clip_statistics, language_chances, telephone_logs
from engine.speech.decode import MOST, repeats_itself, write_tokens, written_chances, written_ids
from engine.speech.network import (
    encode,
    first_scores,
    language_probabilities,
    no_speech_probability,
)
from engine.speech.tokens import first_tokens, text_of, token_texts, told_language

VECTORS = 1500  # vectors that the encoder puts out for 30 s


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
