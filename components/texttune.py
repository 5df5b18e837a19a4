"""The lesson on fine-tuning with text: its sentences, its runs, what they reach and what they change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import curves, jobs, labelled, scatter, show
from components.cells import Cell, grid
from components.i18n import _, language, safe
from components.scales import colour
from components.search import one_text
from components.state import choice, slider
from components.text import beginning, shortened
from components.vectors import encoder
from engine import work
from engine.lab import Lab, Node
from engine.language import classify
from engine.models.for_training import TEXTTUNE_RUN
from engine.text.tokens import typed
from engine.text.words import mostly_chinese
from engine.training import textset
from engine.training.evaluate import accuracy_interval
from engine.training.recorded import recorded
from engine.training.textbag import bag_answers, textbag, textbag_steps
from engine.training.texttune import LAYERS, new_answers, texttune, texttune_steps, trained_numbers
from engine.training.topics import NEW, ready_lines

MOST_LINES = 400
#: How many layers of MiniLM learn, by name.
LEARNING = {"frozen": 0, "last": 1, "all": LAYERS}
EPOCHS, BAG_EPOCHS = 4, 20
RATES = {"0.001": "0.1 %", "0.003": "0.3 %", "0.01": "1 %", "0.03": "3 %", "0.1": "10 %"}
#: Sentences whose names stand on a map.
ON_MAP = 200


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
        "purpose-en": _("English: what for"),
        "topic-en": _("English: what about"),
        "purpose-zh": _("Chinese: what for"),
        "topic-zh": _("Chinese: what about"),
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


# ------------------------------------------------------------------------------------- runs


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


# -------------------------------------------------------------------------------- recorded runs


def record(lab: Lab, name: str) -> Node:
    """An array of the recorded runs."""
    return lab.run(recorded, lab.weights(TEXTTUNE_RUN, as_="record"), name=name, as_=name)


def recorded_name(plan: Plan, method: str) -> str:
    """The recorded run with these sentences and settings but more seeds; "" if there is none."""
    task = plan.task
    if not task.ready or (plan.kind == "minilm" and plan.rate != "0.003"):
        return ""
    if plan.kind == "pieces":
        return f"bag_{task.tongue}_{task.ready}_{method}"
    if task.tongue == "zh":
        return f"zh_{task.ready}_{method}" if method != "last" else ""
    return f"{task.ready}_{method}"


def bands(
    runs: Mapping[str, Any], *, column: int | None = 3, scale: float = 100
) -> tuple[dict[str, curves.Curve], dict[str, tuple[list[float], list[float]]]]:
    """Mean, least and greatest over the seeds, epoch by epoch, of (epochs, seeds[, 4]) arrays."""
    means: dict[str, curves.Curve] = {}
    spread = {}
    for name, whole in runs.items():
        values = scale * (whole if column is None else whole[..., column])
        means[name] = (list(range(len(values))), values.mean(axis=1).tolist())
        spread[name] = (values.min(axis=1).tolist(), values.max(axis=1).tolist())
    return means, spread


# ------------------------------------------------------------------------------------- curves


def live(plan: Plan, found: Sequence[work.Job | None]) -> None:
    """Accuracy and loss of the runs under way."""
    shown = {}
    for (name, node), job in zip(plan.runs.items(), found, strict=True):
        if node.is_cached:
            shown[plan.titles[name]] = textset.curves_in(node.value)
        elif job is not None and job.steps:
            shown[plan.titles[name]] = textset.curves_in(textset.collect_texts(list(job.steps)))
    if shown:
        for column, what in zip(st.columns(2), ("accuracy", "loss"), strict=True):
            with column:
                drawn = curve_figure(shown, what, plan.epochs)
                curves.draw(drawn, key=f"tt_{what}", alt=alt_of(what))


def alt_of(what: str) -> str:
    """What a figure of curves shows, for those who can't see it."""
    return _("Accuracy over the epochs") if what == "accuracy" else _("Loss over the epochs")


def curve_figure(
    shown: Mapping[str, Any], what: str, last: int, recorded_runs: Mapping[str, Any] | None = None
) -> Any:
    """The tested accuracy, or the loss on the learnt sentences, of several runs."""
    column, scale = (3, 100) if what == "accuracy" else (0, 1)
    lines: dict[str, curves.Curve] = {
        name: (list(range(len(values))), (scale * values[:, column]).tolist())
        for name, values in shown.items()
    }
    means, spread = bands(recorded_runs or {}, column=column, scale=scale)
    for name in spread.keys() & lines.keys():  # a band is drawn over the epochs of its curve
        count = len(lines[name][0])
        least, greatest = (ys[:count] + ys[-1:] * (count - len(ys)) for ys in spread[name])
        spread[name] = (least, greatest)
    y = _("right of the tested, %") if what == "accuracy" else _("mean loss, learnt sentences")
    figure = curves.figure(lines, y=y, recorded=means, spread=spread, last=last)
    if what == "accuracy":
        figure["layout"]["yaxis"]["range"] = [0, 104]
    return figure


# ------------------------------------------------------------------------------------- results


def results(plan: Plan, text: Mapping[str, str]) -> None:
    """Curves with the recorded ones, all methods in a table, and what one of them gets wrong."""
    lab = plan.task.lab
    names = list(plan.runs)
    titles = [plan.titles[name] for name in names]
    nodes = [lab.run(textset.curves_in, plan.runs[n], as_=f"curves_{n}") for n in names]
    beside = {plan.titles[n]: record(lab, r) for n in names if (r := recorded_name(plan, n))}
    for column, what in zip(st.columns(2), ("accuracy", "loss"), strict=True):
        with column:
            show.chart(
                f"tt_{what}",
                _figure(titles, list(beside), what, plan.epochs),
                [*nodes, *beside.values()],
                caption=text[f"{what}_caption"] + (" " + text["recorded_note"] if beside else ""),
                alt=alt_of(what),
            )
    _table(plan, nodes, beside, text)
    _wrong(plan, text)
    _new(plan, text)


def _figure(
    titles: list[str], recorded_titles: list[str], what: str, epochs: int
) -> Callable[..., Any]:
    def draw(*values: Any) -> Any:
        own, other = values[: len(titles)], values[len(titles) :]
        last = max([epochs, *(len(one) - 1 for one in other)])
        beside = dict(zip(recorded_titles, other, strict=True))
        return curve_figure(dict(zip(titles, own, strict=True)), what, last, beside)

    return draw


def _table(
    plan: Plan, nodes: Sequence[Node], beside: Mapping[str, Node], text: Mapping[str, str]
) -> None:
    """Numbers trained, right answers with their uncertainty, and the recorded spread."""
    lab, task = plan.task.lab, plan.task
    tested = task.counts[1]
    rows, more = [], list(nodes)
    for name, node in zip(plan.runs, nodes, strict=True):
        right = round(float(node.value[-1, 3]) * tested)
        low, high = accuracy_interval(right, tested)
        cells = [
            Cell(f"{right} / {tested}", colour("viridis", right / tested, 0, 1)),
            Cell(f"{low:.0%} – {high:.0%}"),
        ]
        other = beside.get(plan.titles[name])
        if other is not None:
            at = min(plan.epochs, len(other.value) - 1)
            shares = other.value[at, :, 3]
            cells.append(Cell(f"{shares.mean():.0%} ({shares.min():.0%} – {shares.max():.0%})"))
            more.append(other)
        else:
            cells.append(Cell("–"))
        if plan.kind == "minilm":
            count = lab.run(
                trained_numbers,
                plan.runs[name].inputs[0],
                learning=LEARNING[name],
                labels=len(task.names.value),
                as_=f"numbers_{name}",
            )
            more.append(count)
            cells.insert(0, Cell(f"{count.value[0]:,}"))
        rows.append(cells)
    heads = [_("answered right"), _("certain to 95 %"), _("recorded, other seeds")]
    if plan.kind == "minilm":
        heads.insert(0, _("numbers that learn"))
    body = grid(rows, label=_("All runs"), row_heads=list(plan.titles.values()), column_heads=heads)
    caption = text["table_caption"]
    if plan.kind == "minilm":
        caption = text["numbers_caption"] + " " + caption
    show.html("tt_table", body, more, caption=caption)


def _wrong(plan: Plan, text: Mapping[str, str]) -> None:
    """The confusion table of one run, and its mistakes."""
    lab, task = plan.task.lab, plan.task
    name = choice(_("Look at"), plan.titles, key=f"tt_look_{plan.kind}", default="all")
    said = lab.run(textset.answers_in, plan.runs[name], as_="answers")
    mask = lab.run(textset.tested_mask, task.roles, as_="mask")
    table = lab.run(classify.confusion, said, task.labels, mask, as_="table")
    wrong = lab.run(classify.mistakes, said, task.labels, mask, as_="wrong")
    labels = task.names.value
    left, right = st.columns(2)
    with left:
        body = labelled.confusion_grid(table.value, labels)
        show.html("tt_confusion", body, [table, wrong], caption=text["confusion_caption"])
    with right:
        for place, guess, sure in wrong.value[:12]:
            sentence = shortened(task.sentences.value[place], 120)
            true = labels[task.labels.value[place]]
            st.markdown(
                _(
                    "- {sentence}: {true}, taken for {guess} ({sure})",
                    sentence=sentence,
                    true=safe(true),
                    guess=safe(labels[guess]),
                    sure=f"{sure:.0%}",
                )
            )
        if len(wrong.value) > 12:
            st.caption(_("and {count} more", count=len(wrong.value) - 12))
        if not wrong.value:
            st.caption(_("None of the tested sentences got a wrong label."))


def _new(plan: Plan, text: Mapping[str, str]) -> None:
    """A sentence of the learner's own, and what each run says of it."""
    lab, task = plan.task.lab, plan.task
    written = st.text_input(
        _("A sentence of your own"),
        NEW[task.tongue],
        key=f"tt_new_{task.tongue}",
        max_chars=300,
        persist_state="session",
    )
    new = one_text(lab, (written or "").strip() or NEW[task.tongue], as_="new")
    said = []
    for name, run in plan.runs.items():
        if plan.kind == "pieces":
            inputs = (run, task.sentences, task.roles, new)
            said.append(lab.run(bag_answers, *inputs, unit=task.unit, as_=f"said_{name}"))
        else:
            inputs = (run.inputs[0], run, new)
            said.append(lab.run(new_answers, *inputs, network=True, as_=f"said_{name}"))
    rows = [
        (title, node.value[0].tolist())
        for title, node in zip(plan.titles.values(), said, strict=True)
    ]
    body = labelled.shares_grid(rows, task.names.value)
    show.html("tt_new", body, said, caption=text["new_caption"])


# ------------------------------------------------------------------------------- what has changed


def changes(plan: Plan, text: Mapping[str, str]) -> None:
    """Sentences on one map before and after, how far they have turned, and which most."""
    lab, task = plan.task.lab, plan.task
    options = {name: title for name, title in plan.titles.items() if name != "frozen"}
    name = choice(_("Run"), options, key=f"tt_changed_{plan.kind}", default="all")
    run = plan.runs[name]
    layout = lab.run(textset.text_maps, run, as_="layout")
    cosines = lab.run(textset.turned, run, as_="cosines")
    ends = [
        lab.run(
            textset.nearness,
            lab.run(textset.vectors_in, run, epoch=epoch, as_="vectors"),
            task.labels,
            as_=f"near_{when}",
        )
        for when, epoch in (("before", 0), ("after", -1))
    ]
    maps = layout.value[:, :ON_MAP]
    labels = task.names.value
    moments = [_("Before training"), *(_("Epoch {at}", at=n) for n in range(1, len(maps)))]
    panes = [
        scatter.Pane(moments[0], _("Sentences before training"), maps[0], f"{layout.key}:0"),
        scatter.Pane(
            moments[-1],
            _("Sentences after training"),
            maps[-1],
            f"{layout.key}:-1",
            steps=maps,
            steps_key=layout.key,
            step_titles=moments,
        ),
    ]
    scatter.draw(
        "tt_maps",
        panes,
        names=list(task.sentences.value[:ON_MAP]),
        groups=[min(n, len(scatter.COLOURS) - 1) for n in task.labels.value[:ON_MAP].tolist()],
        group_names=_group_names(labels),
        content=task.sentences.key,
        height=380,
        same_scale=True,
        named=False,
    )
    show.footer("tt_maps", [layout], text["map_caption"])
    (same, other), (same_after, other_after) = (node.value for node in ends)
    body = grid(
        [
            [Cell(f"{n:+.2f}", colour("signed", n, -1, 1)) for n in row]
            for row in ((same, other), (same_after, other_after))
        ],
        label=_("Mean cosine of two sentences"),
        row_heads=[_("Before training"), _("After training")],
        column_heads=[_("one label"), _("different labels")],
    )
    show.html("tt_near", body, ends, caption=text["near_caption"])
    values = cosines.value
    far = lab.run(textset.most_turned, cosines, as_="far")
    body = grid(
        [
            [Cell(f"{values[n]:+.2f}", colour("signed", float(values[n]), -1, 1)),
             Cell(beginning(task.sentences.value[n], 60))]
            for n in far.value
        ],
        label=_("Sentences that have turned farthest"),
        column_heads=[_("cosine"), _("sentence")],
    )  # fmt: skip
    mean = _("Mean of all sentences: {cosine}.", cosine=f"{values.mean():.2f}")
    show.html("tt_turned", body, [cosines, far], caption=f"{mean} {text['turned_caption']}")


def _group_names(labels: Sequence[str]) -> list[str]:
    """Names of at most as many groups as there are colours; the last stands for the rest."""
    most = len(scatter.COLOURS)
    if len(labels) <= most:
        return list(labels)
    return [*labels[: most - 1], _("other labels")]


def forgotten(lab: Lab, text: Mapping[str, str]) -> None:
    """Recorded: how well purpose and topic can be read off the vectors while the purpose is learnt."""
    names = {"purpose": _("what for (is learnt)"), "topic": _("what about (nobody asked for it)")}
    for column, method in zip(st.columns(2), ("last", "all"), strict=True):
        nodes = [record(lab, f"purpose_{method}_{by}") for by in names]

        def draw(*values: Any) -> Any:
            shown = dict(zip(names.values(), values, strict=True))
            means, spread = bands(shown, column=None)
            y = _("read off by a new head, %")
            figure = curves.figure(means, y=y, spread=spread, last=len(values[0]) - 1)
            figure["layout"]["yaxis"]["range"] = [0, 104]
            return figure

        with column:
            title = _("Last layer learns") if method == "last" else _("All layers learn")
            st.markdown(f"**{title}**")
            alt = _("Two curves: what is learnt rises, what nobody asked for falls")
            caption = text["forgotten_caption"]
            show.chart(f"tt_forgotten_{method}", draw, nodes, caption=caption, alt=alt)


# ------------------------------------------------------------------------------------ what breaks


def high_rates(lab: Lab, caption: str) -> None:
    """Recorded: the tested accuracy with rates that are too high."""
    nodes = {
        RATES["0.003"]: record(lab, "purpose_all"),
        RATES["0.01"]: record(lab, "rate_100_all"),
        RATES["0.03"]: record(lab, "rate_300_all"),
        RATES["0.1"]: record(lab, "rate_1000_all"),
    }

    def draw(*values: Any) -> Any:
        means, spread = bands(dict(zip(nodes, values, strict=True)))
        figure = curves.figure(
            means, y=_("right of the tested, %"), spread=spread, last=len(values[0]) - 1
        )
        figure["layout"]["yaxis"]["range"] = [0, 104]
        return figure

    alt = _("Four curves: the higher the rate, the lower and the more uneven")
    show.chart("tt_rates", draw, list(nodes.values()), caption=caption, alt=alt)


def by_heart(lab: Lab, caption: str) -> None:
    """Recorded: labels that mean nothing are learnt all the same, but only by heart."""
    node = record(lab, "shuffled_purpose_all")

    def draw(values: Any) -> Any:
        sides = {_("learnt sentences"): 2, _("tested sentences"): 3}
        shown = {name: values[..., column] for name, column in sides.items()}
        means, spread = bands(shown, column=None)
        figure = curves.figure(means, y=_("right, %"), spread=spread, last=len(values) - 1)
        figure["layout"]["yaxis"]["range"] = [0, 104]
        return figure

    alt = _("Learnt sentences rise to nearly all right, tested ones stay at chance")
    show.chart("tt_by_heart", draw, [node], caption=caption, alt=alt)


def uneven_grid(names: Sequence[str], counts: Any) -> str:
    """Learnt, tested and right for each label, then for all."""
    rows = [
        [Cell(str(n)) for n in row[:2]]
        + [Cell(f"{row[2]} / {row[1]}", colour("viridis", row[2] / max(1, row[1]), 0, 1))]
        for row in [*counts.tolist(), counts.sum(axis=0).tolist()]
    ]
    heads = [_("learnt from"), _("tested"), _("answered right")]
    return grid(
        rows,
        label=_("Right answers for each label"),
        row_heads=[*(beginning(name, 16) for name in names), _("all")],
        column_heads=heads,
    )
