"""What fine-tuning has changed in the vectors: a map before and after, turns, what is forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import scatter, show
from components.cells import Cell, grid
from components.i18n import _
from components.scales import colour
from components.state import choice
from components.text import beginning
from components.texttune import Plan
from components.texttune_curves import band_figure, record
from engine.lab import Lab
from engine.training import textset

#: Sentences whose names stand on a map.
ON_MAP = 200


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
    names = {"purpose": _("purpose (is learnt)"), "topic": _("topic (nobody asked for it)")}
    for column, method in zip(st.columns(2), ("last", "all"), strict=True):
        nodes = [record(lab, f"purpose_{method}_{by}") for by in names]

        def draw(*values: Any) -> Any:
            shown = dict(zip(names.values(), values, strict=True))
            return band_figure(shown, y=_("right answers of a new head, %"), column=None)

        with column:
            title = _("Last layer learns") if method == "last" else _("All layers learn")
            st.markdown(f"**{title}**")
            alt = _("Two curves: what is learnt rises, what nobody asked for falls")
            caption = text["forgotten_caption"]
            show.chart(f"tt_forgotten_{method}", draw, nodes, caption=caption, alt=alt)
