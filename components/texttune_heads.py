"""Heads on MiniLM's vectors before any of its layers learns: untrained ones and trained ones."""

from __future__ import annotations

import streamlit as st

from components import show
from components.dots import strips
from components.i18n import _
from components.texttune import Task
from components.vectors import encoder, loading, unknown_share
from engine.lab import Node
from engine.language.classify import over_splits
from engine.training import textset
from engine.training.texttune import batch_vectors

SEEDS = 10


def vectors(task: Task) -> Node | None:
    """MiniLM's vectors of the sentences before any training; None if it is not here."""
    minilm = encoder(task.lab)
    if minilm is None:
        return None
    rows = task.lab.run(batch_vectors, minilm, task.sentences, network=True, as_="rows")
    with loading():
        rows.value  # noqa: B018 (computed while the page says so)
    return rows


def heads(task: Task, rows: Node) -> tuple[Node, Node]:
    """Right answers of untrained heads, and of heads trained on other splits."""
    untrained = task.lab.run(
        textset.untrained_shares, rows, task.labels, task.roles, seeds=SEEDS, as_="untrained"
    )
    return untrained, task.lab.run(over_splits, rows, task.labels, splits=SEEDS, as_="trained")


def heads_view(task: Task, rows: Node, caption: str) -> None:
    """Right answers of both, a point for each seed or split, and chance as a line."""
    names = (_("not trained, ten seeds"), _("trained, ten splits"))
    chance = 1 / len(task.names.value)
    show.chart(
        "tt_heads",
        lambda *shares: strips(
            dict(zip(names, shares, strict=True)),
            x=_("right answers on the test, %"),
            chance=chance,
            chance_name=_("chance"),
        ),
        list(heads(task, rows)),
        caption=caption.format(
            tested=task.counts[1], labels=len(task.names.value), chance=f"{chance:.0%}"
        ),
        alt=_("Right answers of untrained and trained heads"),
    )


def unknown_note(task: Task, rows: Node, note: str) -> None:
    """Say so if MiniLM does not know many of the tokens."""
    if said := unknown_share(task.lab, rows.inputs[0], task.sentences):
        st.info(f"{said} {note}", icon=":material/translate:")
