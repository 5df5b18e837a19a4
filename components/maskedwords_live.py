"""A tiny model of masked words that learns while one watches."""

from __future__ import annotations

from typing import Any

import streamlit as st

from components import charts, corpora, curves, jobs, show
from components.i18n import _, language
from components.maskedwords import add_usual, bars
from components.state import choice
from components.text import shortened
from components.tokens import visible
from engine.lab import Lab, Node
from engine.text.encodings import read_text
from engine.text.tokens import beginning
from engine.training.maskedtiny import (
    LETTERS,
    MOST,
    filled_in,
    is_enough,
    numbers_of,
    test_row,
    usual_tokens,
)
from engine.work import Job


def text_of_choice(lab: Lab, characters: Node) -> Node:
    """Ask which text the tiny model learns from."""
    names = {"book": _("A novel"), "yours": _("Your text")}
    if choice(_("Which text"), names, key="mw_corpus") == "yours":
        start = lab.run(beginning, characters, most=LETTERS * MOST, as_="start")
        if lab.run(is_enough, start, as_="enough").value:
            return start
        st.caption(_("Your text is too short to learn from, so the novel is taken."))
    data = lab.open(corpora.book_file("kingdoms" if language() == "zh" else "pride"), as_="book")
    return lab.run(read_text, data, encoding="utf-8", most=LETTERS * MOST, as_="text")


def live_curves(numbers: Any, usual: Any, epochs: int, at: int | None = None) -> charts.Figure:
    """How often the hidden token comes first and among the first five, while the tiny model learns."""
    names = (_("comes first"), _("among the first five"))
    xs = list(range(len(numbers)))
    rows = {name: (xs, [row[n] for row in numbers]) for n, name in enumerate(names, start=2)}
    figure = curves.figure(rows, y=_("Share of the blanks"), at=at, last=epochs)
    add_usual(figure, [0, epochs], usual)
    return figure


def shown_row(lab: Lab, tokens: Node) -> str:
    """The row of the test whose middle is hidden, and what it is."""
    row = list(lab.run(test_row, tokens, as_="row").value)
    row[len(row) // 2] = f"**[{visible(row[len(row) // 2])}]**"
    words = " ".join(one if one.startswith("**") else shortened(visible(one)) for one in row)
    return _("A row of the text; the token in brackets is hidden:") + f" {words}"


def watched(job: Job, usual: Any, epochs: int) -> None:
    """A training that is under way."""
    rows = list(job.steps)
    figure = live_curves(rows, usual, epochs)
    curves.draw(figure, key="mw", alt=_("Shares of the blanks, epoch by epoch"))
    curves.draw(
        bars(list(zip(rows[-1][4], rows[-1][5], strict=True))),
        key="mw_filled",
        alt=_("The best candidates and their probabilities"),
    )


def learnt(lab: Lab, run: Node, tokens: Node, epochs: int, captions: tuple[str, str]) -> None:
    """A training that is done, epoch by epoch."""
    epoch = curves.epoch_slider(_("Epoch"), range(epochs + 1), key="mw_live_epoch")
    usual = lab.run(usual_tokens, tokens, as_="usual")
    left, right = st.columns(2)
    with left:
        show.chart(
            "live",
            lambda numbers, often: live_curves(numbers, often, epochs, epoch),
            [lab.run(numbers_of, run, as_="numbers"), usual],
            caption=captions[0],
            alt=_("Shares of the blanks, epoch by epoch"),
        )
    with right:
        show.chart(
            "live_filled",
            bars,
            [lab.run(filled_in, run, epoch=epoch, as_="filled")],
            caption=captions[1],
            alt=_("The best candidates and their probabilities"),
        )


def usual_view(lab: Lab, tokens: Node, caption: str) -> None:
    """Before the training: what is right without reading."""
    show.chart(
        "usual",
        lambda often: live_curves([], often, 20),
        [lab.run(usual_tokens, tokens, as_="usual")],
        caption=caption,
        alt=_("Shares that are right without reading"),
    )


def training(run: Node, steps: Any, collect: Any, epochs: int) -> Job | None:
    """The panel of the tiny training."""
    whole = jobs.Run(
        run, steps, range(epochs + 1), _("Tiny model"), collect=collect, resumable=True
    )
    (job,) = jobs.panel([whole], key="mw", button=_("Train"))
    return job
