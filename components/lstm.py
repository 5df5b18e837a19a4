"""A text as the LSTM has read it, and its gates and states: over characters, and one unit's sums."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import charts, scales
from components.cells import Cell, grid
from components.corpora import ASSETS
from components.i18n import _
from components.text import text_of_sample
from engine.lab import Lab, Node
from engine.models.for_training import CHAR_LSTM, CHAR_LSTM_RUN
from engine.sources import Source, common_fields
from engine.text.preview import decode_text
from engine.training.lstm_gates import (
    character_ids,
    held_out,
    lstm_trace,
    mean_bits,
    next_probabilities,
    plain_characters,
    share_unknown_characters,
    surprises,
)

MOST = 300  # characters of the learner's text that are read
LONG = 2000  # characters of the novel that units are looked for in
WINDOW = 40  # characters that a heat map shows
UNITS = 16  # units that a heat map shows
TOO_STRANGE = 0.3  # the share of unknown characters from which on another text is read


@dataclass(frozen=True)
class Read:
    """A text as the network has read it: its characters, their numbers, the trace."""

    lab: Lab
    weights: Node
    text: Node
    ids: Node
    trace: Node

    @property
    def labels(self) -> list[str]:
        """The characters, with signs for those that can't be seen."""
        return [sign(char) for char in self.text.value]


def sign(char: str) -> str:
    """A character as an axis shows it."""
    return {" ": "␣", "\n": "↵"}.get(char, char)


def read(lab: Lab, plain: Node) -> Read:
    """Let the network read some characters."""
    weights = lab.weights(CHAR_LSTM, as_="char_lstm")
    ids = lab.run(character_ids, plain, as_="ids")
    return Read(lab, weights, plain, ids, lab.run(lstm_trace, weights, ids, as_="trace"))


def read_own(lab: Lab, characters: Node) -> Read:
    """The beginning of the learner's text; another one if it is of characters that nobody knows here."""
    plain = lab.run(plain_characters, characters, most=MOST, as_="plain")
    if lab.run(share_unknown_characters, plain, as_="unknown").value > TOO_STRANGE:
        st.caption(
            _(
                "The network has read English only and doesn't know the characters of your text, so it "
                "reads the beginning of Alice in Wonderland."
            )
        )
        lab, sample = text_of_sample("alice")
        plain = lab.run(plain_characters, sample, most=MOST, as_="plain")
    return read(lab, plain)


@functools.cache
def _novel() -> Source:
    name = "pride-and-prejudice.txt"
    fields = common_fields(
        name, (ASSETS / name).read_bytes(), "Text", f'Path("{name}").read_bytes()'
    )
    return Source(**fields)


def read_novel(lab: Lab, count: int = LONG) -> Read:
    """A part of the novel that the network has not learned from."""
    book = lab.open(_novel(), as_="book")
    text = lab.run(decode_text, book, encoding="utf-8", as_="novel")
    part = lab.run(held_out, text, start=0, count=count, as_="held_out_part")
    return read(lab, lab.run(plain_characters, part, most=count, as_="plain"))


def bits_of(own: Read, trace: Node, *, name: str = "bits", kind: str = "lstm") -> Node:
    """What each character costs, by one network."""
    chances = own.lab.run(next_probabilities, own.weights, trace, kind=kind, as_=f"{name}_chances")
    return own.lab.run(surprises, chances, own.ids, as_=name)


def mean_of(own: Read, bits: Node) -> float:
    """Bits per character."""
    return float(own.lab.run(mean_bits, bits, as_="mean").value)


def record(lab: Lab) -> Node:
    """The record of the training."""
    return lab.weights(CHAR_LSTM_RUN, as_="record")


def part_names() -> dict[str, str]:
    """The parts of a trace by name."""
    return {
        "forget": _("Forget gate"),
        "input": _("Input gate"),
        "output": _("Output gate"),
        "candidate": _("Candidate"),
        "cell": _("Cell state"),
        "hidden": _("Output"),
    }


def gate_chart(
    values: Any,
    labels: Sequence[str],
    *,
    first: int,
    unit: int,
    signed: bool,
    reach: float = 0.0,
) -> charts.Figure:
    """Units down, characters across, from `first` on.

    reach : signed colours go from -reach to reach; 0 takes the greatest absolute value.
    """
    names = [f"{n + 1} {label}" for n, label in enumerate(labels)][first : first + WINDOW]
    rows = [str(unit + n) for n in range(values.shape[0])]
    span = reach or float(abs(values).max()) if signed else 1.0
    figure = charts.heat(
        values,
        rows,
        names,
        scale="signed" if signed else "viridis",
        span=(-span, span) if signed else (0.0, 1.0),
        x=_("character"),
        digits=False,
    )
    shown = list(labels[first : first + WINDOW])
    figure["layout"]["xaxis"] |= {"ticktext": shown, "tickangle": 0, "tickfont": {"size": 14}}
    figure["layout"]["yaxis"] |= {"title": {"text": _("unit")}}
    return figure


def sums_grid(sums: Any) -> str:
    """The sums of one unit, a row for each gate."""
    most = max(float(abs(sums[:, :4]).max()), 1e-9)
    rows = [
        [
            *(Cell(f"{n:+.3f}", scales.colour("signed", n, -most, most)) for n in row[:4]),
            Cell(f"{row[4]:+.3f}", scales.colour("signed", row[4], -1, 1)),
        ]
        for row in sums.tolist()
    ]
    heads = [
        _("from the character"),
        _("from the outputs before"),
        _("bias"),
        _("sum"),
        _("sigmoid or tanh"),
    ]
    names = [_("input gate i"), _("forget gate f"), _("candidate g"), _("output gate o")]
    return grid(rows, label=_("The sums of one unit"), row_heads=names, column_heads=heads)
