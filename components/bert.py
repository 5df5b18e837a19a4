"""What the lesson on BERT asks and draws: the learner's sentences as ids, grids, maps and bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import charts, scales
from components.cells import Cell, grid
from components.i18n import _
from components.text import beginning, shortened
from components.tokens import visible
from components.vectors import encoder, loading
from engine.lab import Lab, Node
from engine.language.layers import attention_maps, hidden_states
from engine.language.network import to_ids, token_names, unknown_of
from engine.text.onehot import sentences_of
from engine.text.tokens import beginning as beginning_of
from engine.text.tokens import typed

DRAWN = 32  # tokens that are computed and drawn
MOST = 300  # characters of a typed sentence
CHOSEN = (255, 214, 153)  # the colour under the token that is looked at
COLUMNS = 8  # numbers of a vector that are written out


@dataclass(frozen=True)
class Asked:
    """What goes into the network: its folder, the ids, what they stand for, and a note for captions."""

    lab: Lab
    weights: Node
    ids: Node
    names: tuple[str, ...]
    note: str
    sentence: str

    @property
    def labels(self) -> list[str]:
        """The tokens with signs for what can't be seen, short enough for an axis."""
        return [visible(name)[:14] for name in self.names]

    @property
    def numbered(self) -> list[str]:
        """The same with their positions, from 0: an axis may name a thing once only."""
        return [f"{n} {label}" for n, label in enumerate(self.labels)]

    @property
    def states(self) -> Node:
        """The vectors of all tokens as they go in and behind each layer."""
        return self.run(hidden_states, self.ids, as_="states")

    @property
    def maps(self) -> Node:
        """The attention of all heads of all layers."""
        return self.run(attention_maps, self.ids, as_="maps")

    def run(self, function: Any, *inputs: Node, as_: str, **params: Any) -> Node:
        """Record a function of the network, which waits for its turn."""
        return self.lab.run(function, self.weights, *inputs, network=True, as_=as_, **params)


def asked(lab: Lab, characters: Node) -> Asked | None:
    """Ask for a sentence and a second one; what goes into the network, None if it is not here."""
    folder = encoder(lab)
    if folder is None:
        return None
    source = characters.origin[:12]  # a new text begins with its own first sentence
    sentences = lab.run(sentences_of, characters, count=1, as_="sentences").value
    start = lab.run(beginning_of, lab.run(typed, text=sentences[0]), most=120).value
    first, second = st.columns(2)
    with first:
        own = text_input(_("Sentence"), start, f"bert_one_{source}")
    with second:
        pair = text_input(_("Second sentence, if you like"), "", "bert_two")
    if not own:
        st.caption(
            _(
                "The field is empty, so this sentence of the text is used: {sentence}",
                sentence=shortened(start),
            )
        )
    return of_texts(lab, folder, own or start, pair)


def text_input(label: str, start: str, key: str) -> str:
    value = st.text_input(label, start, key=key, max_chars=MOST, persist_state="session")
    return (value or "").strip()


def of_texts(lab: Lab, folder: Node, text: str, pair: str = "", *, name: str = "") -> Asked:
    """A typed sentence, and a second one or "", as the network gets them."""
    one = lab.run(typed, text=text, as_=f"sentence{name}")
    parts = [one, lab.run(typed, text=pair, as_=f"second{name}")] if pair else [one]
    ids = lab.run(to_ids, folder, *parts, longest=DRAWN, network=True, as_=f"ids{name}")
    with loading():
        ids.value  # noqa: B018 (computed while the page says so)
    tokens = lab.run(token_names, folder, ids, as_="tokens")
    note = ""
    if len(tokens.value) == DRAWN:
        note += " " + _("At most the first {count} tokens are computed here.", count=DRAWN)
    if unknown := lab.run(unknown_of, tokens, as_="unknown").value:
        note += " " + _(
            "{count} of {all} tokens are [UNK]: MiniLM has read English, and its vocabulary holds few "
            "characters of other scripts.",
            count=unknown,
            all=len(tokens.value),
        )
    return Asked(lab, folder, ids, tokens.value, note, text)


# ------------------------------------------------------------------------------ grids


def ids_grid(asked: Asked, chosen: int) -> str:
    """Token, id, position and segment, one token a row; the chosen one stands on colour."""
    ids, segments = asked.ids.value.tolist()
    rows = [
        [Cell(str(n), CHOSEN if place == chosen else None) for n in (number, place, segment)]
        for place, (number, segment) in enumerate(zip(ids, segments, strict=True))
    ]
    heads = [_("id"), _("position"), _("segment")]
    label = _("The tokens with their three numbers")
    return grid(rows, label=label, row_heads=asked.labels, column_heads=heads)


def way_grid(stages: Any) -> str:
    """The first numbers of a token at each stage, coloured within each row."""
    heads = [
        _("row of the id"),
        _("+ row of the position"),
        _("+ row of the segment"),
        _("= sum"),
        _("less its mean"),
        _("over its deviation"),
        _("× weight + bias"),
    ]
    return signed_rows(stages, heads, label=_("One token on its way into the first layer"))


def signed_rows(matrix: Any, names: Sequence[str], *, label: str, digits: int = 3) -> str:
    """Rows of numbers; colours show sign and size within the row."""
    rows = []
    for row in matrix.tolist():
        most = max(map(abs, row)) or 1
        rows.append(
            [Cell(f"{n:+.{digits}f}", scales.colour("signed", n, -most, most)) for n in row]
        )
    columns = [str(n) for n in range(matrix.shape[1])]
    return grid(rows, label=label, row_heads=names, column_heads=columns)


def hand_grid(
    names: Sequence[str], scores: Sequence[float], shares: Sequence[float], own: Sequence[float]
) -> str:
    """One token's attention by hand, one row for each token that it looks at."""
    rows = [
        [
            Cell(f"{score:+.3f}"),
            Cell(f"{share:.4f}", scales.colour("viridis", share, 0, 1)),
            Cell(f"{real:.4f}", scales.colour("viridis", real, 0, 1)),
        ]
        for score, share, real in zip(scores, shares, own, strict=True)
    ]
    heads = [_("q · k ÷ √d"), "softmax", _("the network")]
    return grid(rows, label=_("Attention by hand"), row_heads=names, column_heads=heads)


# ------------------------------------------------------------------------------ figures


def answers_chart(answers: Any, names: Sequence[str]) -> charts.Figure:
    """Bars for each text: the probability of class A by each untrained head; a line at chance."""
    seeds, texts = answers.shape[1], len(names)
    tints = ["#CC79A7", "#0072B2", "#E69F00", "#009E73"]
    data = [
        {
            "type": "bar",
            "name": beginning(name, 30),
            "x": [str(seed + 1) for seed in range(seeds)],
            "y": values,
            "marker": {"color": tint, "pattern": {"shape": "" if n % 2 == 0 else "/"}},
            "hovertemplate": "%{y:.3f}<extra></extra>",
        }
        for n, (name, values, tint) in enumerate(
            zip(names, answers.tolist(), tints[:texts], strict=True)
        )
    ]
    figure = charts.made(
        data,
        x=_("classifier, made with another seed"),
        y=_("probability of class A"),
        height=320,
        **charts.legend_above(texts),
    )
    line = {"dash": "dot", "color": "#7A7F87", "width": 1.6}
    figure["layout"]["shapes"] = [
        {"type": "line", "xref": "x domain", "x0": 0, "x1": 1, "y0": 0.5, "y1": 0.5, "line": line}
    ]
    figure["layout"]["yaxis"] |= {"range": [0, 1], "tickformat": ".0%"}
    figure["layout"]["xaxis"] |= {"type": "category"}
    return figure
