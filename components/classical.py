"""The lesson on rules and learning: what is compared, how a run is watched, what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import curves, jobs, labelled, show
from components.cells import Cell, grid
from components.dots import strips
from components.i18n import _, language, safe
from components.scales import colour
from components.state import choice, slider
from components.text import beginning, shortened
from components.vectors import encoder
from engine import work
from engine.lab import Lab, Node
from engine.language import classify
from engine.models.catalogue import RESNET18
from engine.models.for_training import CLASSICAL_RUN, LANGUAGES_SET, MNIST_5K
from engine.training import classical, classical_views, ownset
from engine.training.classical_rows import COEFFICIENTS, RAW_SIDE
from engine.training.readysets import TEXTURE_TITLES, digit_set, texture_set
from engine.training.recorded import recorded, recorded_facts
from engine.training.topics import ready_lines

#: The kind of data in each ready set.
KIND = {
    "textures": "picture",
    "digits": "picture",
    "languages": "sound",
    "topic-en": "text",
    "purpose-en": "text",
    "topic-zh": "text",
    "purpose-zh": "text",
}
DIGITS_EACH = 36  # of each kind


@dataclass(frozen=True)
class Set:
    """A ready set. `inputs` : what the comparison takes. `labels`, `names` : of all examples."""

    lab: Lab
    name: str
    inputs: tuple[Node, ...]
    labels: Node
    names: Sequence[str]
    examples: Node  # pictures, or a tuple of sentences

    @property
    def kind(self) -> str:
        """ "picture", "sound" or "text"."""
        return KIND[self.name]

    @property
    def unit(self) -> str:
        """What texts are cut into for TF-IDF."""
        return "grams" if self.name.endswith("zh") else "word"

    @property
    def titles(self) -> list[str]:
        """The methods, in the order of the engine."""
        titles = {
            "raw": _("gray levels + linear SVM"),
            "hog": _("HOG + linear SVM"),
            "deep": _("ResNet-18, frozen + linear SVM"),
            "mfcc_forest": _("MFCC + forest"),
            "mfcc": _("MFCC + linear SVM"),
            "tfidf": _("TF-IDF + logistic regression"),
            "minilm": _("MiniLM, frozen + logistic regression"),
        }
        return [titles[name] for name in classical.METHODS_FOR[self.kind]]

    def run(self, seeds: int) -> Node:
        """The whole comparison."""
        function = getattr(classical, f"compare_{self.kind}s")
        params: dict[str, Any] = {"seeds": seeds}
        if self.kind == "text":
            params["unit"] = self.unit
        return self.lab.run(function, *self.inputs, as_="compared", **params)


def ask(lab: Lab) -> Set | None:
    """Ask for a set; None if its network is not here."""
    sets = {
        "textures": _("Pictures: textures"),
        "digits": _("Pictures: handwritten digits"),
        "languages": _("Sounds: five languages"),
        "topic-en": _("English sentences: what about"),
        "purpose-en": _("English sentences: what for"),
        "topic-zh": _("Chinese sentences: what about"),
        "purpose-zh": _("Chinese sentences: what for"),
    }
    return made(lab, choice(_("Data"), sets, key="cl_set", look="menu"))


def made(lab: Lab, name: str) -> Set | None:
    """A ready set by its name."""
    if KIND[name] == "text":
        minilm = encoder(lab)
        if minilm is None:
            return None
        by, tongue = name.split("-")
        lines = lab.run(ready_lines, language=tongue, by=by, as_="topics_ready")
        pairs = lab.run(classify.labelled_lines, lines, most=1000, as_="pairs")
        names = lab.run(classify.label_names, pairs, as_="names")
        labels = lab.run(classify.label_numbers, pairs, names, as_="labels")
        texts = lab.run(classify.sentences_in, pairs, as_="sentences")
        return Set(lab, name, (texts, labels, minilm), labels, names.value, texts)
    resnet = lab.weights(RESNET18, as_="resnet18")
    if name == "languages":
        path = lab.weights(LANGUAGES_SET, as_="languages_path")
        file = lab.run(ownset.file_bytes, path, as_="set_file")
        examples = lab.run(ownset.sound_set, file, as_="examples")
        titles = {
            "English": _("English"),
            "French": _("French"),
            "Italian": _("Italian"),
            "Russian": _("Russian"),
            "Spanish": _("Spanish"),
        }
        inputs: tuple[Node, ...] = (file, resnet)
    elif name == "digits":
        path = lab.weights(MNIST_5K, as_="mnist")
        examples = lab.run(digit_set, path, each=DIGITS_EACH, as_="examples")
        titles, inputs = {}, (examples, resnet)
    else:
        examples = lab.run(texture_set, as_="examples")
        titles = {one: _(title) for one, title in TEXTURE_TITLES.items()}
        inputs = (examples, resnet)
    labels = lab.run(ownset.set_labels, examples, as_="labels")
    names = [titles.get(one, one) for one in examples.value[2]]
    return Set(lab, name, inputs, labels, names, examples)


def record(lab: Lab, name: str) -> Node:
    """An array of the recorded comparison."""
    return lab.run(
        recorded, lab.weights(CLASSICAL_RUN, as_="record"), name=name, as_="rows_recorded"
    )


# -------------------------------------------------------------------------------- the examples


def examples_view(data: Set, caption: str) -> None:
    """Some examples of the set, and what each method makes of one."""
    lab = data.lab
    counts = lab.run(classical_views.class_counts, data.labels, as_="in_each").value
    named = zip(data.names, counts, strict=True)
    each = ("、" if language() == "zh" else ", ").join(f"{safe(n)} {count}" for n, count in named)
    said = _("{count} examples: {each}.", count=int(counts.sum()), each=each)
    if data.kind == "text":
        rows = lab.run(classical_views.one_of_each, data.labels, as_="shown")
        texts, numbers = data.examples.value, data.labels.value
        body = grid(
            [
                [Cell(beginning(texts[n], 60)), Cell(beginning(data.names[numbers[n]], 20))]
                for n in rows.value
            ],
            label=_("Some examples"),
            column_heads=[_("sentence"), _("label")],
        )
        show.html("cl_examples", body, [rows], caption=f"{said} {caption}")
        return
    row = lab.run(classical_views.one_of_each, data.labels, as_="shown")
    pictures = lab.run(classical_views.side_by_side, data.examples, row, as_="sheet")
    alt = _("One example of each class, side by side")
    below = lab.run(classical_views.hog_lines, pictures, as_="edges")
    views = [show.Picture(pictures, _("One of each class"), alt, group="sheet")]
    if data.kind == "picture":
        alt = _("The directions of edges in each cell")
        views.append(show.Picture(below, _("What HOG keeps of them"), alt, group="sheet", lo=0))
    show.pictures("cl_examples", views, caption=f"{said} {caption}", height=240)


def sizes_view(data: Set, caption: str) -> None:
    """How many numbers each method makes of an example, and how long that takes."""
    lab = data.lab
    seconds = record(lab, f"{data.name}_seconds")
    sizes = {
        "raw": f"{RAW_SIDE} × {RAW_SIDE} = {RAW_SIDE * RAW_SIDE}",
        "hog": "7 × 7 × 4 × 9 = 1764",
        "deep": "512",
        "mfcc_forest": f"2 × {COEFFICIENTS} = {2 * COEFFICIENTS}",
        "mfcc": f"2 × {COEFFICIENTS} = {2 * COEFFICIENTS}",
        "tfidf": _("one for each known piece"),
        "minilm": "384",
    }
    origin = {
        "raw": _("nobody: the picture itself"),
        "hog": _("thought of by people, 2005"),
        "deep": _("learnt from photographs"),
        "mfcc_forest": _("thought of by people, 1980"),
        "mfcc": _("thought of by people, 1980"),
        "tfidf": _("thought of by people, 1972"),
        "minilm": _("learnt from sentences"),
    }
    rows = [
        [
            Cell(sizes[name]),
            Cell(origin[name]),
            Cell(f"{took[0]:.2f} s"),
            Cell(f"{took[1]:.3f} s"),
        ]
        for name, took in zip(classical.METHODS_FOR[data.kind], seconds.value.tolist(), strict=True)
    ]
    heads = [
        _("numbers each"),
        _("features"),
        _("time for 100 examples"),
        _("time for training"),
    ]
    body = grid(rows, label=_("Numbers of an example"), row_heads=data.titles, column_heads=heads)
    machine = dict(recorded_facts(seconds.inputs[0].value))["machine"].partition(",")[0]
    note = _("Seconds of one processor, recorded ({machine}).", machine=safe(machine))
    show.html("cl_sizes", body, [seconds], caption=f"{caption} {note}")


# ------------------------------------------------------------------------------------- the run


def ask_seeds() -> int:
    """Ask how often everything is repeated."""
    with st.container(width=260):
        return slider(_("Seeds, each with another test"), 1, 10, 3, key="cl_seeds")


def job_of(data: Set, seeds: int) -> jobs.Run:
    """The run as the panel takes it."""
    methods = len(data.titles)
    return jobs.Run(
        data.run(seeds),
        getattr(classical, f"compare_{data.kind}s_steps"),
        range(seeds * methods + 1),
        _("Comparison"),
        before=_("Comparison: the features are computed"),
        collect=classical.collect_compared,
        resumable=True,
    )


def live(data: Set, job: work.Job) -> None:
    """What is known so far: a dot for each seed, at the greatest number of labels."""
    shares = job.last[0]
    figure = strips(_last(data, shares), x=_("right answers on the test, %"))
    curves.draw(figure, key="cl_live", alt=_("Right answers of each method so far"))


def _last(data: Set, shares: Any) -> dict[str, list[float]]:
    """The shares with most labels by method, as far as they are known."""
    best = classical_views.with_most(shares).tolist()
    return {
        title: [one for one in row if one == one]
        for title, row in zip(data.titles, best, strict=True)
    }


def curve_chart(data: Set, shares: Any) -> Any:
    """Right answers over the number of labels, with a band over the seeds."""
    means, spread = {}, {}
    for title, table in zip(data.titles, shares, strict=True):
        kept = classical_views.known_rows(table)
        each = list(classical.EACH[: len(kept)])
        means[title] = (each, (100 * kept.mean(axis=1)).tolist())
        low, high = 100 * kept.min(axis=1), 100 * kept.max(axis=1)
        spread[title] = (low.tolist(), high.tolist())
    x, y = _("examples of each class"), _("right answers on the test, %")
    figure = curves.figure(means, y=y, x=x, spread=spread, height=320)
    layout = figure["layout"]
    layout["xaxis"] |= {"type": "log", "tickvals": list(classical.EACH)}
    layout["xaxis"]["ticktext"] = [str(n) for n in classical.EACH]
    layout["yaxis"]["range"] = [0, 104]
    return figure


def curves_view(key: str, data: Set, shares: Node, caption: str) -> None:
    """Labels against accuracy."""
    alt = _("Right answers of each method over the number of examples of each class")
    show.chart(key, lambda table: curve_chart(data, table), [shares], caption=caption, alt=alt)


def results(data: Set, run: Node, text: Mapping[str, str]) -> None:
    """Accuracy over labels, dots at the greatest number, who wins how often, and what is wrong."""
    lab = data.lab
    shares = lab.run(classical_views.shares_of, run, as_="shares")
    curves_view("cl_curves", data, shares, text["curves_caption"])
    tested = lab.run(classical_views.tested_count, run, as_="tested").value
    chance = 1 / len(data.names)
    show.chart(
        "cl_dots",
        lambda table: strips(
            _last(data, table),
            x=_("right answers on the test, %"),
            chance=chance,
            chance_name=_("chance"),
        ),
        [shares],
        caption=text["dots_caption"].format(tested=tested),
        alt=_("A row of dots for each method, one dot a seed"),
    )
    _wrong(data, run, text)


def _wrong(data: Set, run: Node, text: Mapping[str, str]) -> None:
    lab = data.lab
    names = list(classical.METHODS_FOR[data.kind])
    titles = dict(zip(names, data.titles, strict=True))
    name = choice(_("Look at"), titles, key=f"cl_look_{data.kind}", default=names[-1])
    at = names.index(name)
    table = lab.run(classical_views.confusion_of, run, data.labels, method=at, as_="table")
    wrong = lab.run(classical_views.wrong_of, run, data.labels, method=at, as_="wrong")
    left, right = st.columns(2)
    with left:
        body = labelled.confusion_grid(table.value, data.names)
        show.html("cl_confusion", body, [table, wrong], caption=text["confusion_caption"])
    with right:
        if not wrong.value:
            st.caption(_("None of the tested examples got a wrong label."))
        for index, said in wrong.value[:12]:
            true = data.names[data.labels.value[index]]
            fields = {"true": safe(true), "guess": safe(data.names[said])}
            if data.kind == "text":
                sentence = shortened(data.examples.value[index], 120)
                st.markdown(
                    _("- {sentence}: {true}, taken for {guess}", sentence=sentence, **fields)
                )
            else:
                picture = lab.run(ownset.one_example, data.examples, index=index, as_="one")
                with st.container(horizontal=True, vertical_alignment="center"):
                    alt = _("A tested example that was taken for something else")
                    st.image(show.thumbnail(picture), width=48, alt=alt)
                    st.markdown(_("{true}, taken for {guess}", **fields))
        if len(wrong.value) > 12:
            st.caption(_("and {count} more", count=len(wrong.value) - 12))


def wins_grid(data: Set, wins: Any) -> str:
    """On how many single tests each method came first."""
    total = max(1, int(wins.sum()))
    rows = [[Cell(str(n), colour("viridis", n / total, 0, 1))] for n in wins.tolist()]
    heads = [_("tests on which it was best")]
    return grid(rows, label=_("Who wins"), row_heads=data.titles, column_heads=heads)


def moved_chart(moves: Sequence[int], table: Any) -> Any:
    """Right answers when the tested digits are moved."""
    names = [_("gray levels"), "HOG"]
    lines = {
        name: (list(moves), (100 * row).tolist()) for name, row in zip(names, table, strict=True)
    }
    x, y = _("pixels to the side, of {side}", side=28), _("right answers on the test, %")
    figure = curves.figure(lines, x=x, y=y)
    figure["layout"]["yaxis"]["range"] = [0, 104]
    return figure
