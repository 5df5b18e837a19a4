"""How surely the network foresees each character, what it expects next, and how it learnt to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from components import charts, curves, scales, show
from components.cells import Cell, grid
from components.curves import COLOURS
from components.i18n import _, safe
from components.lstm import Read, bits_of, mean_of, record, sign
from engine.lab import Lab
from engine.training.lstm_gates import final_of, likely_next, next_probabilities, nth_count
from engine.training.recorded import recorded


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
        "tickfont": {"size": 12},
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


def bits_view(own: Read, caption: str) -> None:
    """What each character of the learner's text costs."""
    cost = bits_of(own, own.trace)
    show.chart(
        "bits",
        lambda found: bits_chart(found, own.labels),
        [cost],
        caption=caption
        + " "
        + _("Your text: {bits} bits per character.", bits=f"{mean_of(own, cost):.2f}"),
        alt=_("A bar for each character: how many bits it costs"),
    )


def next_view(own: Read, at: int) -> None:
    """What the network expects behind the first `at` characters."""
    chances = own.lab.run(next_probabilities, own.weights, own.trace, as_="chances")
    likely = own.lab.run(likely_next, chances, at=at - 1, as_="likely")
    read = "".join(own.labels[max(0, at - 30) : at])
    show.html(
        "next",
        next_grid(likely.value),
        [likely],
        caption=_("After “{read}”: the likeliest next characters.", read=safe(read)),
    )


def learned_views(lab: Lab, text: Mapping[str, str]) -> None:
    """Bits per character on held-out text: by counting and by both networks, and epoch by epoch."""
    kept = record(lab)
    lines = {
        name: lab.run(recorded, kept, name=f"{name}_test", as_=f"{name}_curve")
        for name in ("lstm", "rnn")
    }
    counted = lab.run(recorded, kept, name="counted", as_="counted")
    titles = {"lstm": "LSTM", "rnn": _("plain network")}
    scores = {
        _("counted characters"): lab.run(nth_count, counted, place=0, as_="single").value,
        _("counted pairs"): lab.run(nth_count, counted, place=1, as_="pairs").value,
        _("counted triples"): lab.run(nth_count, counted, place=2, as_="triples").value,
        titles["rnn"]: lab.run(final_of, lines["rnn"], as_="rnn_bits").value,
        titles["lstm"]: lab.run(final_of, lines["lstm"], as_="lstm_bits").value,
    }
    show.html("scores", scores_grid(scores), [counted], caption=text["scores_caption"])
    show.chart(
        "learned",
        lambda *found: curves.figure(
            {},
            y=_("bits per character"),
            recorded={
                titles[name]: (list(range(len(row))), row)
                for name, row in zip(lines, found, strict=True)
            },
        ),
        list(lines.values()),
        caption=text["learned_caption"],
        alt=_("Bits per character, epoch by epoch"),
    )
