"""Labelled sentences to fine-tune with, and the runs that are made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from components import jobs
from components.i18n import _, language
from components.state import choice, slider
from components.vectors import encoder
from engine.lab import Lab, Node
from engine.language import classify
from engine.text.tokens import typed
from engine.text.words import mostly_chinese
from engine.training import textset
from engine.training.textbag import textbag, textbag_steps
from engine.training.texttune import LAYERS, texttune, texttune_steps
from engine.training.topics import ready_lines

MOST_LINES = 400
#: How many layers of MiniLM learn, by name.
LEARNING = {"frozen": 0, "last": 1, "all": LAYERS}
EPOCHS, BAG_EPOCHS = 4, 20
RATES = {"0.001": "0.1 %", "0.003": "0.3 %", "0.01": "1 %", "0.03": "3 %", "0.1": "10 %"}


@dataclass(frozen=True)
class Task:
    """Labelled sentences and their split.

    `ready` : "purpose" or "topic" of the ready sentences, "" if they were changed. `tongue` : "en" or
    "zh".
    """

    lab: Lab
    ready: str
    tongue: str
    names: Node
    labels: Node
    sentences: Node
    roles: Node
    seed: int

    @property
    def counts(self) -> tuple[int, int]:
        """How many sentences are learnt from and tested with."""
        learnt, tested = self.lab.run(textset.role_counts, self.roles, as_="counts").value
        return int(learnt), int(tested)

    @property
    def unit(self) -> str:
        """What the small encoder cuts sentences into."""
        return "grams" if self.tongue == "zh" else "word"


def ask(lab: Lab, *, split: bool = False) -> Task:
    """Ask for the sentences, and with `split` how many are learnt from; the same on every step."""
    sets = {
        "purpose-en": _("English: purpose"),
        "topic-en": _("English: topic"),
        "purpose-zh": _("Chinese: purpose"),
        "topic-zh": _("Chinese: topic"),
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = choice(
            _("Sentences and labels"),
            sets,
            key="tt_set",
            default=f"purpose-{language()}",
            look="menu",
        )
        each = st.session_state.get("tt_each", 32)
        seed = st.session_state.get("tt_seed", 0)
        if split:
            with st.container(width=260):
                each = slider(_("Learnt from, of each label"), 2, 32, 32, key="tt_each")
            with st.container(width=200):
                seed = slider(_("Seed"), 0, 9, 0, key="tt_seed")
    by, tongue = name.split("-")
    start = lab.run(ready_lines, language=tongue, by=by, as_="topics_ready")
    with st.expander(_("Read and change the sentences"), icon=":material/edit:"):
        written = st.text_area(
            _("One a line: label, colon, sentence. Change them, or write your own."),
            start.value,
            key=f"tt_lines_{name}",
            max_chars=40_000,
            height=260,
            persist_state="session",
        )
    own = bool(written and written.strip() != start.value.strip())
    lines = lab.run(typed, text=written, as_="written") if own else start
    return _task(lab, lines, "" if own else by, each, seed)


def ready(lab: Lab, by: str, tongue: str) -> Task:
    """The ready sentences with one of their labels."""
    return _task(lab, lab.run(ready_lines, language=tongue, by=by, as_="topics_ready"), by, 0, 0)


def _task(lab: Lab, lines: Node, by: str, each: int, seed: int) -> Task:
    chinese = lab.run(mostly_chinese, lines, as_="in_chinese").value
    pairs = lab.run(classify.labelled_lines, lines, most=MOST_LINES, as_="pairs")
    pairs = lab.run(textset.without_copies, pairs, as_="lines")
    names = lab.run(classify.label_names, pairs, as_="names")
    labels = lab.run(classify.label_numbers, pairs, names, as_="labels")
    sentences = lab.run(classify.sentences_in, pairs, as_="sentences")
    roles = lab.run(textset.text_roles, labels, each=each, seed=seed, as_="roles")
    return Task(lab, by, "zh" if chinese else "en", names, labels, sentences, roles, seed)


@dataclass(frozen=True)
class Plan:
    """Runs on the same sentences and seed. `kind` : "minilm" or "pieces". `runs` : by method."""

    task: Task
    kind: str
    runs: Mapping[str, Node]
    epochs: int
    rate: str

    @property
    def titles(self) -> dict[str, str]:
        """What the methods are called."""
        if self.kind == "pieces":
            return {"frozen": _("vectors frozen"), "all": _("vectors learn")}
        return {
            "frozen": _("all layers frozen"),
            "last": _("last layer learns"),
            "all": _("all layers learn"),
        }

    @property
    def jobs(self) -> list[jobs.Run]:
        """The runs as the panel takes them."""
        steps = textbag_steps if self.kind == "pieces" else texttune_steps
        return [
            jobs.Run(
                node,
                steps,
                range(self.epochs + 1),
                self.titles[name],
                collect=textset.collect_texts,
                resumable=True,
            )
            for name, node in self.runs.items()
        ]

    @property
    def done(self) -> bool:
        """Whether all runs have come to their end."""
        return all(node.is_cached for node in self.runs.values())


def ask_plan(task: Task) -> Plan | None:
    """Ask for the encoder and its settings; None if MiniLM is not here."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kinds = {"minilm": "MiniLM", "pieces": _("Small, from nothing")}
        default = "pieces" if task.tongue == "zh" else "minilm"
        key = f"tt_kind_{task.tongue}"
        kind = choice(_("Encoder"), kinds, key=key, param="tt_kind", default=default)
        usual, most = (EPOCHS, 8) if kind == "minilm" else (BAG_EPOCHS, 40)
        with st.container(width=220):
            epochs = slider(_("Epochs"), 1, most, usual, key=f"tt_epochs_{kind}")
        rate = "0.003"
        if kind == "minilm":
            rate = choice(
                _("A step changes the layers by"), RATES, key="tt_rate", default=rate, look="menu"
            )
    return planned(task, kind, epochs, rate)


def planned(task: Task, kind: str, epochs: int, rate: str) -> Plan | None:
    """The runs with these settings; None if MiniLM is not here."""
    lab, data = task.lab, (task.sentences, task.labels, task.roles)
    if kind == "pieces":
        runs = {
            name: lab.run(
                textbag,
                *data,
                unit=task.unit,
                learning=name == "all",
                epochs=epochs,
                seed=task.seed,
                as_=f"run_{name}",
            )
            for name in ("frozen", "all")
        }
        return Plan(task, kind, runs, epochs, rate)
    minilm = encoder(lab)
    if minilm is None:
        return None
    runs = {
        name: lab.run(
            texttune,
            minilm,
            *data,
            learning=learning,
            epochs=epochs,
            rate=float(rate),
            seed=task.seed,
            as_=f"run_{name}",
        )
        for name, learning in LEARNING.items()
    }
    return Plan(task, kind, runs, epochs, rate)


def remember(plan: Plan) -> None:
    """Keep a plan that is done, for the steps behind the training."""
    if plan.done:
        st.session_state["_tt_plan"] = plan


def latest() -> Plan | None:
    """The plan that this session has trained last, if its runs are still there."""
    plan = st.session_state.get("_tt_plan")
    return plan if plan is not None and plan.done else None
