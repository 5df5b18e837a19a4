"""The result of a fine-tuning: a confusion matrix that opens, doubtful examples, a map that moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from components import confusion, scatter, show
from components import finetune as lessons
from components import finetune_views as views
from components.finetune import NETWORK, Run, Set
from components.i18n import _, safe
from components.models import loading
from components.state import choice, slider, wish
from components.text import beginning
from engine.lab import Node
from engine.training.backbone import embeddings
from engine.training.evaluate import confusion as confusion_of
from engine.training.evaluate import embedding_maps, embeddings_after
from engine.training.finetune import answers_of, probabilities_of
from engine.training.ownset import example_file, set_labels
from engine.training.splits import LEARN, TEST, indices_of
from engine.vectors.pca import pca

MOST = 12  # examples of a cell that are shown
FRAMES = 21  # of the map between before and after


# ------------------------------------------------------------------------------ the matrix


def matrix(run: Run, text: Mapping[str, str]) -> None:
    """The confusion matrix of a run, and the examples of the cell that is chosen."""
    data = run.set
    table = data.lab.run(confusion_of, data.examples, data.roles, run.node, as_="table")
    names = data.names
    wrong = [
        (row, column)
        for row in range(len(names))
        for column in range(len(names))
        if row != column and table.value[row, column]
    ]
    wrong.sort(key=lambda cell: -int(table.value[cell]))
    right = [(n, n) for n in range(len(names)) if table.value[n, n]]
    options = {"all": _("all mistakes")} | {
        f"{row}-{column}": _(
            "{truth}, answer {answer}: {count}",
            truth=names[row],
            answer=names[column],
            count=int(table.value[row, column]),
        )
        for row, column in wrong + right
    }
    _take_click(list(options), len(names))
    left, other = st.columns([2, 3])
    with other:
        chosen = choice(_("Cell"), options, key="ft_cell", look="menu")
    cell = None if chosen == "all" else tuple(int(n) for n in chosen.split("-"))
    with left:
        confusion.draw(table.value, names, cell, key=f"ft_matrix_{chosen}")
    answers = data.lab.run(answers_of, run.node, as_="answers")
    likely = data.lab.run(probabilities_of, run.node, as_="likely")
    tested = data.lab.run(indices_of, data.roles, role=TEST, as_="tested")
    labels = data.lab.run(set_labels, data.examples, as_="labels")
    with left:
        show.footer("confusion", [table, answers], text["confusion_caption"])
    with other:
        places = _in_cell(cell, answers.value, tested.value, labels.value, likely.value)
        _examples(run, places, tested.value, likely.value, key="wrong")
        if places:
            show.footer("wrong", [likely, tested], text["wrong_caption"])
        else:
            st.success(_("No test example got a wrong answer."), icon=":material/check:")


def _take_click(options: Sequence[str], count: int) -> None:
    """Let the menu take the cell that was clicked, if there is an example in it."""
    found = confusion.clicked(f"ft_matrix_{st.session_state.get('ft_cell')}", count)
    if found is not None and (cell := f"{found[0]}-{found[1]}") in options:
        wish("ft_cell", cell)


def _in_cell(
    cell: tuple[int, ...] | None, answers: Any, tested: Any, labels: Any, likely: Any
) -> list[int]:
    """Which test examples lie in a cell, or are wrong; those of which the network is surest first."""
    found = []
    for place, (index, answer) in enumerate(zip(tested.tolist(), answers.tolist(), strict=True)):
        truth = int(labels[index])
        if truth != answer if cell is None else (truth, answer) == cell:
            found.append(place)
    return sorted(found, key=lambda place: -float(likely[place].max()))


def _examples(run: Run, places: Sequence[int], tested: Any, likely: Any, *, key: str) -> None:
    """Test examples with what the network says of them; sounds can be heard."""
    data = run.set
    names, labels = data.names, data.examples.value[1]
    shown = places[:MOST]
    captions = []
    for place in shown:
        answer = int(likely[place].argmax())
        captions.append(f"{beginning(names[answer], 10)} {likely[place, answer]:.0%}")
    indices = [int(tested[place]) for place in shown]
    truths = [names[labels[index]] for index in indices]
    if data.kind == "image":
        rest = f"+ {len(places) - MOST}" if len(places) > MOST else ""
        st.html(views.marks(data, indices, captions=captions, more=rest, large=True))
        return
    for start in range(0, min(len(shown), 6), 3):
        for column, n in zip(st.columns(3), range(start, min(start + 3, len(shown))), strict=False):
            with column:
                st.caption(f"{safe(truths[n])} → {safe(captions[n])}")
                listen(data, indices[n])


def listen(data: Set, index: int) -> None:
    """One sound of a set: its picture and its player."""
    pictures, _labels, _names, files, _skipped = data.examples.value
    st.image(views.mark(pictures[index], 160), width=160, alt=files[index])
    if data.file is not None:
        sound = data.lab.run(example_file, data.file, name=files[index], as_="heard")
        ending = files[index].rpartition(".")[2].lower()
        st.audio(sound.value, format=f"audio/{'mpeg' if ending == 'mp3' else ending}")


def unsure(run: Run, text: Mapping[str, str]) -> None:
    """The test examples of which the network is least sure."""
    data = run.set
    likely = data.lab.run(probabilities_of, run.node, as_="likely")
    tested = data.lab.run(indices_of, data.roles, role=TEST, as_="tested")
    lead = np.diff(np.sort(likely.value, axis=1)[:, -2:], axis=1)[:, 0]
    places = np.argsort(lead)[:9].tolist()
    st.markdown(_("**Least sure**"))
    _examples(run, places, tested.value, likely.value, key="unsure")
    show.footer("unsure", [likely, tested], text["unsure_caption"])


# --------------------------------------------------------------------------------- the map


def _draw_map(
    data: Set, places: Any, key: str, *, title: str, frames: Any = None, note: str = ""
) -> None:
    _pictures, labels, _names, files, _skipped = data.examples.value
    names = data.names
    roles = data.roles.value.tolist()
    told, unused = {LEARN: _("learnt"), TEST: _("test")}, _("unused")
    points = [
        f"{names[label]}: {file} ({told.get(role, unused)})"
        for label, file, role in zip(labels.tolist(), files, roles, strict=True)
    ]
    steps = len(frames) if frames is not None else 0
    pane = scatter.Pane(
        title,
        _("The examples as points, in the colours of their classes"),
        places,
        key,
        note,
        steps=frames,
        steps_key=f"{key}:steps" if steps else "",
        step_titles=[f"{title} {n / (steps - 1):.0%}" for n in range(steps)] if steps else (),
    )
    scatter.draw(
        "ft_map",
        [pane],
        names=points,
        groups=labels.tolist(),
        group_names=list(names),
        content=data.examples.key,
        height=430,
        named=False,
    )


def map_before(data: Set, text: Mapping[str, str]) -> None:
    """The examples as the pretrained network sees them, by PCA."""
    rows = before_of(data, lessons.weights_of(data.lab, NETWORK), NETWORK)
    with loading():
        places = data.lab.run(pca, rows, as_="places")
        places.value  # noqa: B018 (computed while the page says so)
    _draw_map(data, places.value, places.key, title=_("Before training"))
    show.footer("map", [places], text["map_before_caption"])


def before_of(data: Set, weights: Node, network: str) -> Node:
    """The last hidden layer of all examples, by the pretrained network."""
    return data.lab.run(
        embeddings,
        data.examples,
        weights,
        architecture=lessons.architecture(network),
        network=True,
        as_="before",
    )


def moving_map(run: Run, text: Mapping[str, str]) -> None:
    """The examples before and after training on the same axes, and everything between."""
    data = run.set
    before = before_of(data, run.weights, run.network)
    after = data.lab.run(
        embeddings_after, data.examples, run.weights, run.node, network=True, as_="after"
    )
    maps = data.lab.run(embedding_maps, before, after, as_="maps")
    st.markdown(_("**What the network sees, before and after**"))
    with loading():
        first, last = maps.value
    percent = slider(_("From before (0) to after (100)"), 0, 100, 100, key="ft_moved")
    ways = np.linspace(0, 1, FRAMES)[:, None, None]
    frames = first * (1 - ways) + last * ways
    at = percent / 100
    _draw_map(
        data,
        first * (1 - at) + last * at,
        f"{maps.key}:{percent}",
        title=_("From before to after"),
        frames=frames,
    )
    caption = text["map_caption"]
    if run.method == "head":
        caption += " " + text["map_frozen"]
    show.footer("map", [maps], caption)
