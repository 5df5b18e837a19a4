"""What the lesson on the LSTM asks and draws: gates over characters, one cell, gradients, units."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import charts, scales, show
from components.cells import Cell, grid
from components.corpora import ASSETS
from components.curves import COLOURS
from components.i18n import _
from components.text import text_of_sample
from engine.lab import Lab, Node
from engine.models.for_training import CHAR_LSTM, CHAR_LSTM_RUN
from engine.sources import Source, common_fields
from engine.text.preview import decode_text
from engine.training.lstm_gates import (
    character_ids,
    distance_below,
    gradient_reach,
    held_out,
    kept_shares,
    lstm_trace,
    mean_bits,
    next_probabilities,
    plain_characters,
    rnn_trace,
    share_unknown_characters,
    surprises,
    usual_reach,
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
    values: Any, labels: Sequence[str], *, first: int, unit: int, signed: bool
) -> charts.Figure:
    """Units down, characters across, from `first` on."""
    names = [f"{n + 1} {label}" for n, label in enumerate(labels)][first : first + WINDOW]
    rows = [str(unit + n) for n in range(values.shape[0])]
    span = float(abs(values).max()) if signed else 1.0
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
    figure["layout"]["xaxis"] |= {"ticktext": shown, "tickangle": 0}
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


def line_chart(series: Mapping[str, Any], *, x: str, y: str, height: int = 320) -> charts.Figure:
    """Lines over 0, 1, 2 and so on, up in powers of ten; the second one dashed."""
    curves = {name: (list(range(len(row))), row) for name, row in series.items()}
    figure = charts.lines(curves, x=x, y=y, colours=COLOURS, log_y=True, height=height)
    for trace in figure["data"][1:]:
        trace["line"]["dash"] = "dash"
    figure["layout"]["yaxis"]["hoverformat"] = ".2g"
    return figure


def bits_chart(bits: Any, labels: Sequence[str]) -> charts.Figure:
    """A bar for each character but the first: how many bits it cost."""
    bars = {
        "type": "bar",
        "x": list(range(len(bits))),
        "y": bits,
        "marker": {"color": COLOURS[0]},
        "customdata": list(labels[1:]),
        "hovertemplate": "%{customdata}: %{y:.2f}<extra></extra>",
    }
    figure = charts.made([bars], x=_("character"), y=_("bits"), height=280)
    few = min(len(bits), 80)
    figure["layout"]["xaxis"] |= {
        "range": [-0.7, few - 0.3],
        "tickvals": list(range(len(bits))),
        "ticktext": list(labels[1:]),
        "tickangle": 0,
        "tickfont": {"size": 10},
    }
    return figure


def feature_names() -> dict[str, str]:
    """What units may follow."""
    return {
        "quote": _("between quotation marks"),
        "line": _("place in the line"),
        "word": _("place in the word"),
        "ends": _("the word ends here"),
        "capital": _("capital letter"),
        "vowel": _("vowel"),
    }


def units_grid(found: Any) -> str:
    """For each feature the unit, both correlations, and what chance gives."""
    rows = [
        [
            Cell(f"{int(unit)}"),
            Cell(f"{first:+.2f}", scales.colour("signed", first, -1, 1)),
            Cell(f"{second:+.2f}", scales.colour("signed", second, -1, 1)),
            Cell(f"{chance:.2f}"),
        ]
        for unit, first, second, chance in found.tolist()
    ]
    heads = [_("unit"), _("where it was found"), _("checked elsewhere"), _("by chance")]
    names = list(feature_names().values())
    return grid(rows, label=_("Units and what they follow"), row_heads=names, column_heads=heads)


def state_chart(states: Any, feature: Any, labels: Sequence[str], name: str) -> charts.Figure:
    """One unit's cell state over the characters, and the feature below it, both scaled to 0..1."""
    series = {}
    for title, row in ((_("cell state"), states), (name, feature)):
        low, high = float(row.min()), float(row.max())
        series[title] = (list(range(len(row))), (row - low) / ((high - low) or 1))
    figure = charts.lines(
        series, x=_("character"), y=_("scaled to 0 … 1"), colours=COLOURS, height=300
    )
    figure["data"][1]["line"]["shape"] = "hv"
    figure["layout"]["xaxis"] |= {
        "tickvals": list(range(len(labels))),
        "ticktext": list(labels),
        "tickangle": 0,
        "tickfont": {"size": 10},
    }
    return figure


def scores_grid(bits: Mapping[str, float]) -> str:
    """Bits per character, a row for each way to foresee."""
    rows = [[Cell(f"{value:.2f}")] for value in bits.values()]
    heads = [_("bits per character")]
    label = _("Bits per character")
    return grid(rows, label=label, row_heads=list(bits), column_heads=heads)


def next_grid(found: Sequence[tuple[str, float]]) -> str:
    """The likeliest next characters."""
    cells = [Cell(f"{p:.0%}", scales.colour("viridis", p, 0, 1)) for _char, p in found]
    return grid([cells], label=_("What comes next"), column_heads=[sign(c) for c, _p in found])


def reach(novel: Read, text: Mapping[str, str]) -> None:
    """How far a gradient and a cell state reach, in charts."""
    plain = novel.lab.run(rnn_trace, novel.weights, novel.ids, as_="plain_trace")
    reaches = {}
    for name, trace in (("lstm", novel.trace), ("rnn", plain)):
        lengths = novel.lab.run(
            gradient_reach, novel.weights, novel.ids, trace, kind=name, as_=f"{name}_lengths"
        )
        reaches[name] = novel.lab.run(usual_reach, lengths, as_=f"{name}_reach")
    names = ("LSTM", _("plain network"))
    far = [
        novel.lab.run(distance_below, node, share=0.001, as_="far").value
        for node in reaches.values()
    ]
    show.chart(
        "reach",
        lambda *found: line_chart(
            dict(zip(names, found, strict=True)),
            x=_("characters back"),
            y=_("gradient, share of that at 0"),
        ),
        list(reaches.values()),
        caption=text["reach_caption"]
        + " "
        + _(
            "It falls below a thousandth after {lstm} characters in the LSTM, after {rnn} in the plain "
            "network; 40 characters back, the LSTM's is {times} times as large.",
            lstm=far[0],
            rnn=far[1],
            times=f"{reaches['lstm'].value[40] / reaches['rnn'].value[40]:,.1f}",
        ),
        alt=_("The gradient falls with the distance, in both networks"),
    )
    kept = novel.lab.run(kept_shares, novel.trace, as_="kept")
    show.chart(
        "kept",
        lambda rows: line_chart(
            {_("mean of all units"): rows[0], _("the tenth that keeps most"): rows[1]},
            x=_("characters later"),
            y=_("share of the cell state"),
        ),
        [kept],
        caption=text["kept_caption"]
        + " "
        + _(
            "After 10 characters {mean} is left on average, {best} in the units that keep most.",
            mean=f"{kept.value[0, 10]:.1%}",
            best=f"{kept.value[1, 10]:.1%}",
        ),
        alt=_("What is left of a cell state, character by character"),
    )
