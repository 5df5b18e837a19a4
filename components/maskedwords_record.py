"""The recorded training of the model of masked words, epoch by epoch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import charts, curves, show
from components.i18n import _, safe
from components.maskedwords import add_usual, bars, highest
from engine.lab import Lab, Node
from engine.models.for_training import MASKED_WORDS, MASKED_WORDS_RUN
from engine.training.maskedwords import BLANK, filled_at
from engine.training.recorded import recorded, recorded_facts


@dataclass(frozen=True)
class Record:
    """The recorded training of our model."""

    lab: Lab
    path: Node

    def array(self, name: str) -> Node:
        """One of its arrays."""
        return self.lab.run(recorded, self.path, name=name, as_=f"{name}_recorded")

    @property
    def facts(self) -> dict[str, str]:
        """What is said about it."""
        return dict(self.lab.run(recorded_facts, self.path, as_="facts").value)


def recorded_sentences(facts: dict[str, str]) -> list[str]:
    """The sentences whose blanks were filled in behind each epoch."""
    return [sentence.replace("[MASK]", BLANK) for sentence in json.loads(facts["sentences"])]


def record(lab: Lab) -> Record:
    """Record where it lies."""
    return Record(lab, lab.weights(MASKED_WORDS_RUN, as_="record"))


def record_curves(epochs: Any, loss: Any, test_loss: Any, at: int) -> charts.Figure:
    """Both losses over the epochs."""
    rows = {_("while learning"): (epochs[1:], loss[1:]), _("on the test"): (epochs, test_loss)}
    return curves.figure(rows, y=_("Loss, nats"), at=at, last=int(epochs[-1]))


def share_curves(epochs: Any, first: Any, five: Any, baseline: Any, at: int) -> charts.Figure:
    """How often the hidden token comes first and among the first five; dotted: without reading."""
    names = (_("comes first"), _("among the first five"))
    rows = {name: (epochs, ys) for name, ys in zip(names, (first, five), strict=True)}
    figure = curves.figure(rows, y=_("Share of the blanks"), at=at, last=int(epochs[-1]))
    add_usual(figure, epochs, baseline[1:])
    return figure


def filled_view(kept: Record, at: int, sentence: int, caption: str) -> None:
    """What a sentence was filled with after epoch number `at`, and after the last."""
    lab, numbers = kept.lab, kept.array("epochs").value.tolist()
    weights = lab.weights(MASKED_WORDS)
    filled, shares = kept.array("filled"), kept.array("filled_shares")
    sides = ((at, "then"), (len(numbers) - 1, "last"))
    found = [
        lab.run(filled_at, weights, filled, shares, row=row, sentence=sentence, as_=f"best_{name}")
        for row, name in sides
    ]
    most = highest(found)
    for side, best, (row, name) in zip(st.columns(2), found, sides, strict=True):
        with side:
            st.markdown(_("**After epoch {epoch}**", epoch=numbers[row]))
            show.chart(
                f"record_{name}",
                lambda answers: bars(answers, most=most),
                [best],
                caption=caption,
                alt=_("The best candidates and their probabilities"),
            )


def curves_view(kept: Record, at: int, text: Mapping[str, str]) -> None:
    """The losses and the shares that were right over the epochs, with a mark at number `at`."""
    facts, epochs = kept.facts, kept.array("epochs")
    epoch = epochs.value.tolist()[at]
    final = kept.array("final").value.tolist()
    baseline = kept.array("baseline").value.tolist()
    left, right = st.columns(2)
    with left:
        show.chart(
            "record_losses",
            lambda *rows: record_curves(*rows, at=epoch),
            [epochs, kept.array("loss"), kept.array("test_loss")],
            caption=text["record_losses_caption"].format(
                tokens=f"{int(facts['learnt_tokens']):,}",
                machine=safe(facts["machine"]),
                minutes=f"{int(facts['seconds']) / 60:.0f}",
            ),
            alt=_("The losses, epoch by epoch"),
        )
    with right:
        arrays = [kept.array(name) for name in ("test_first", "test_five", "baseline")]
        show.chart(
            "record_shares",
            lambda *rows: share_curves(*rows, at=epoch),
            [epochs, *arrays],
            caption=text["record_shares_caption"].format(
                blanks=f"{int(facts['tested_blanks']):,}",
                first=f"{final[1]:.1%}",
                five=f"{final[2]:.1%}",
                usual=f"{baseline[1]:.1%}",
                usual_five=f"{baseline[2]:.1%}",
            ),
            alt=_("Shares of the blanks, epoch by epoch"),
        )
