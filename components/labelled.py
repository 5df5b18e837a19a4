"""Labelled sentences: what is learned from them, by vectors of meaning and of counted words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import show
from components.cells import Cell, grid
from components.i18n import _, language, safe
from components.scales import colour
from components.search import BLUE, Pile, one_text, pile_of
from components.state import choice
from components.text import beginning, shortened
from engine.lab import Lab, Node
from engine.language import classify
from engine.language.examples import BY_LANGUAGE, TRY
from engine.text.tokens import typed
from engine.text.words import mostly_chinese


@dataclass(frozen=True)
class Task:
    """Labelled sentences, and which are held out."""

    pile: Pile
    names: Node
    labels: Node
    mask: Node

    @property
    def learned_from(self) -> Node:
        """The sentences that are not held out."""
        return self.pile.lab.run(
            classify.chosen_texts, self.pile.sentences, self.mask, as_="learned_from"
        )

    def rows(self) -> tuple[Node, Node]:
        """The vectors of all sentences in both ways."""
        return self.pile.both(self.pile.sentences, as_="rows", known=self.learned_from)

    def trained(self, rows: Node, *, as_: str) -> tuple[Node, Node]:
        """The weights, and the answers to all sentences."""
        lab = self.pile.lab
        weights = lab.run(classify.fit, rows, self.labels, self.mask, as_=f"{as_}_weights")
        return weights, lab.run(classify.probabilities, rows, weights, as_=f"{as_}_answers")


def task(lab: Lab, characters: Node, written: str, tongue: str, *, ask: bool = True) -> Task | None:
    """What to learn from the lines that were written; a UserError if they are no task."""
    lines = lab.run(
        classify.labelled_lines, lab.run(typed, text=written, as_="written"), as_="lines"
    )
    names = lab.run(classify.label_names, lines, as_="names")
    labels = lab.run(classify.label_numbers, lines, names, as_="labels")
    mask = lab.run(classify.held_out, labels, as_="mask")
    texts = lab.run(classify.sentences_in, lines, as_="sentences")
    pile = pile_of(lab, characters, texts, tongue, ask=ask)
    return Task(pile, names, labels, mask) if pile else None


def ask_lines(lab: Lab) -> tuple[str, str]:
    """Ask for labelled sentences; what was written, and its language, "en" or "zh"."""
    sets = {"en": _("Café, in English"), "zh": _("Café, in Chinese")}
    name = choice(_("Ready sentences"), sets, key="search_set", default=language())
    written = st.text_area(
        _("One a line: label, colon, sentence. Change them, or write your own."),
        BY_LANGUAGE[name],
        key=f"search_lines_{name}",
        max_chars=20_000,
        height=220,
        persist_state="session",
    )
    written = written or BY_LANGUAGE[name]
    lines = lab.run(typed, text=written, as_="written")
    return written, "zh" if lab.run(mostly_chinese, lines, as_="in_chinese").value else "en"


# ------------------------------------------------------------------------------ whole views


def results(task: Task, text: Mapping[str, str]) -> None:
    """Right answers over several splits, then both confusion tables and what is wrong."""
    lab = task.pile.lab
    pile, names = task.pile, task.names.value
    titles, rows = (pile.title, pile.words_title), task.rows()
    tables, answers = [], []
    for node, name in zip(rows, ("meant", "counted"), strict=True):
        _weights, said = task.trained(node, as_=name)
        answers.append(said)
        tables.append(
            lab.run(classify.confusion, said, task.labels, task.mask, as_=f"{name}_table")
        )
    splits = [
        lab.run(classify.over_splits, rows[0], task.labels, as_="meant_splits"),
        lab.run(
            classify.over_splits_of_words,
            pile.sentences,
            task.labels,
            unit=pile.unit,
            as_="counted_splits",
        ),
    ]
    shares = [
        (title, f"{table.value.trace()} / {table.value.sum()}", node.value)
        for title, table, node in zip(titles, tables, splits, strict=True)
    ]
    counts = _(
        "Learned from {learned} sentences, tested on {tested}.",
        learned=len(task.learned_from.value),
        tested=int(tables[0].value.sum()),
    )
    show.html("splits", splits_grid(shares), splits, caption=f"{counts} {text['splits_caption']}")
    for column, title, table, said, key in zip(
        st.columns(2), titles, tables, answers, ("meant", "counted"), strict=True
    ):
        with column:
            st.markdown(f"**{title}**")
            body = confusion_grid(table.value, names)
            show.html(f"confusion_{key}", body, [table], caption=text["confusion_caption"])
            wrong = lab.run(classify.mistakes, said, task.labels, task.mask, as_="wrong").value
            for place, guess, sure in wrong:
                sentence = shortened(pile.sentences.value[place], 120)
                st.markdown(f"- {sentence} → {safe(names[guess])} ({sure:.0%})")
            if not wrong:
                st.caption(_("None of the held-out sentences got a wrong label."))


def own_sentence(task: Task, tongue: str, caption: str) -> None:
    """Ask for a sentence; what both classifiers say of it."""
    lab, pile = task.pile.lab, task.pile
    own = st.text_input(
        _("A sentence of your own"),
        TRY[tongue],
        key=f"search_try_{tongue}",
        max_chars=300,
        persist_state="session",
    )
    query = one_text(lab, (own or "").strip() or TRY[tongue], as_="own")
    wanted = pile.both(query, as_="own_row", known=task.learned_from)
    said = []
    for rows, row, name in zip(task.rows(), wanted, ("meant", "counted"), strict=True):
        weights, _answers = task.trained(rows, as_=name)
        said.append(lab.run(classify.probabilities, row, weights, as_=f"{name}_of_own"))
    shares = [
        (title, node.value[0].tolist())
        for title, node in zip((pile.title, pile.words_title), said, strict=True)
    ]
    body = shares_grid(shares, task.names.value)
    show.html("own", body, said, caption=caption)


def leak(task: Task, caption: str) -> None:
    """Right answers on what was learned from and on other sentences, with right and shuffled labels."""
    lab = task.pile.lab
    rows, _counted = task.rows()
    _weights, answers = task.trained(rows, as_="meant")
    learned = lab.run(
        classify.share_right_on_training, answers, task.labels, task.mask, as_="learned"
    )
    held = lab.run(classify.over_splits, rows, task.labels, as_="held")
    mixed = lab.run(classify.shuffled_labels, task.labels, as_="mixed")
    nothing = Task(
        task.pile, task.names, mixed, lab.run(classify.held_out, mixed, as_="mixed_mask")
    )
    _w, said = nothing.trained(rows, as_="mixed")
    by_heart = lab.run(classify.share_right_on_training, said, mixed, nothing.mask, as_="by_heart")
    chance = lab.run(classify.over_splits, rows, mixed, as_="chance")
    body = leak_grid(
        [
            (_("right labels"), learned.value, held.value.mean()),
            (_("labels shuffled"), by_heart.value, chance.value.mean()),
        ]
    )
    show.html("leak", body, [learned, held, by_heart, chance], caption=caption)


# ------------------------------------------------------------------------------ drawings


def confusion_grid(table: Any, names: Sequence[str]) -> str:
    """How many of each label (row) got each label (column); the diagonal is right."""
    most = max(1, int(table.max()))
    rows = [
        [
            Cell(str(n), colour("viridis", n, 0, most), edge=BLUE if i == j else "")
            for j, n in enumerate(row)
        ]
        for i, row in enumerate(table.tolist())
    ]
    short = [beginning(name, 16) for name in names]
    return grid(rows, label=_("Confusion table"), row_heads=short, column_heads=short)


def splits_grid(rows: Sequence[tuple[str, str, Any]]) -> str:
    """A row for each way: right answers on the first split, then over all splits."""
    body = [
        [
            Cell(first),
            *(Cell(f"{n:.0%}", colour("viridis", n, 0, 1)) for n in (s.mean(), s.min(), s.max())),
        ]
        for _name, first, s in rows
    ]
    heads = [_("first split"), _("mean of all"), _("worst"), _("best")]
    names = [name for name, _first, _s in rows]
    return grid(
        body, label=_("Right answers on held-out sentences"), row_heads=names, column_heads=heads
    )


def shares_grid(rows: Sequence[tuple[str, Sequence[float]]], names: Sequence[str]) -> str:
    """A row of probabilities for each way."""
    body = [
        [Cell(f"{p:.1%}", colour("viridis", p, 0, 1)) for p in shares] for _name, shares in rows
    ]
    heads = [beginning(name, 16) for name in names]
    return grid(body, label=_("Probabilities"), row_heads=[n for n, _s in rows], column_heads=heads)


def leak_grid(rows: Sequence[tuple[str, float, float]]) -> str:
    """Right answers on the sentences that were learned from, and on others."""
    body = [
        [Cell(f"{share:.0%}", colour("viridis", share, 0, 1)) for share in shares]
        for _name, *shares in rows
    ]
    heads = [_("on what it learned from"), _("on held-out sentences")]
    names = [name for name, *_shares in rows]
    return grid(body, label=_("Right answers"), row_heads=names, column_heads=heads)
