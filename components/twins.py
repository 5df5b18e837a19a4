"""Networks of 20 and 56 layers in the lesson on depth: their recorded training, and their answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components import charts, curves, depth, draw, show
from components import digits as common
from components.classify import percent
from components.i18n import _
from components.state import choice, slider
from engine.lab import Lab, Node
from engine.models.for_training import MNIST_5K, RESNETS, RESNETS_RUN
from engine.training.bottleneck import as_batch
from engine.training.digits import LEARN, TEST, digits
from engine.training.resnets import (
    DEPTHS,
    LEARN_ERROR,
    STORED,
    TEST_ERROR,
    TESTED,
    best_of_trials,
    errors_over_epochs,
    gradients_recorded,
    resnet_answers,
)

#: A digit of the test that the plain network with normalisation takes for another one.
APART = 219


def ask_setting(key: str) -> str:
    """Ask for one of the recorded settings."""
    names = {"norm": _("Batch normalisation"), "bare": _("No normalisation")}
    return choice(_("Setting"), names, key=key)


def ask_layers(key: str) -> int:
    """Ask for one of the recorded depths."""
    names = {str(layers): str(layers) for layers in DEPTHS}
    return int(choice(_("Layers"), names, key=key, default=str(STORED)))


def errors(lab: Lab, setting: str, layers: int, column: int, name: str) -> dict[str, Node]:
    """The recorded errors of both kinds by epoch; `name` goes before their names in the script."""
    record = lab.weights(RESNETS_RUN, as_="twins_record")
    return {
        kind: lab.run(
            errors_over_epochs,
            record,
            name=f"{setting}-{kind}-{layers}",
            column=column,
            as_=f"{kind}_{name}",
        )
        for kind in depth.titles()
    }


def recorded(lab: Lab, text: Mapping[str, str]) -> None:
    """Errors and gradients of both kinds as they learned, epoch by epoch."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        setting, layers = ask_setting("twin_setting"), ask_layers("twin_layers")
        parts = {"test": _("Test digits"), "learn": _("Digits it learns from")}
        part = choice(_("Error on"), parts, key="twin_part")
    column = TEST_ERROR if part == "test" else LEARN_ERROR
    nodes = errors(lab, setting, layers, column, part)
    last = len(nodes["plain"].value) - 1
    epoch = curves.epoch_slider(_("After epoch"), range(last + 1), key="twin_epoch")
    names = depth.titles()
    left, right = st.columns(2)
    with left:
        show.chart(
            "twin_errors",
            lambda *found: _curves(dict(zip(names.values(), found, strict=True)), epoch, last),
            list(nodes.values()),
            caption=text["twins_caption"].format(count=f"{TESTED:,}"),
            alt=_("The error by epoch, plain and residual"),
        )
    record = lab.weights(RESNETS_RUN, as_="twins_record")
    gradients = [
        lab.run(
            gradients_recorded,
            record,
            name=f"{setting}-{kind}-{layers}",
            epoch=epoch,
            as_=f"{kind}_gradient",
        )
        for kind in names
    ]
    with right:
        show.chart(
            "twin_gradients",
            lambda *found: depth.layer_chart(
                dict(zip(names.values(), found, strict=True)), y=_("length of the gradient")
            ),
            gradients,
            caption=text["twin_gradients_caption"],
            alt=_("Gradient by layer, plain and residual"),
        )
    wrong = {kind: round(TESTED * float(node.value[epoch])) for kind, node in nodes.items()}
    st.markdown(
        _(
            "After epoch {epoch}, of {count} digits the plain network gets **{plain}** wrong, the "
            "residual one **{residual}**.",
            epoch=epoch,
            count=f"{TESTED:,}",
            plain=f"{wrong['plain']:,}",
            residual=f"{wrong['residual']:,}",
        )
    )
    if setting == "bare":
        tried = lab.run(best_of_trials, record, kind="plain", as_="tried")
        rates = ", ".join(f"{rate:g}: {error:.1%}" for rate, error in tried.value.tolist())
        st.caption(text["twin_rates"].format(layers=STORED, rates=rates))


def _curves(found: Mapping[str, Any], epoch: int, last: int) -> charts.Figure:
    """Errors over the epochs, up in powers of ten, so that small ones can be told apart."""
    epochs = list(range(last + 1))
    figure = curves.figure(
        {name: (epochs, values) for name, values in found.items()},
        y=_("error"),
        at=epoch,
        last=last,
        log_y=True,
        height=320,
    )
    figure["layout"]["yaxis"]["hoverformat"] = ".2%"
    return figure


def ask_digit(lab: Lab) -> Node:
    """Ask for a digit of the test or for a drawing: a batch of one."""
    kinds = {"test": _("A digit of the test"), "yours": _("Your drawing")}
    if choice(_("Picture"), kinds, key="twin_of") == "test":
        number = slider(_("Test digit number"), 1, TEST, APART, key="twin_digit") - 1
        path = lab.weights(MNIST_5K, as_="digits_file")
        return lab.run(digits, path, start=LEARN + number, count=1, as_="digit")
    return lab.run(as_batch, draw.paper(lab, "twin").digit, as_="digit")


def answers(lab: Lab, digit: Node, setting: str) -> dict[str, Node]:
    """The ten probabilities of both networks."""
    path = lab.weights(RESNETS, as_="twins")
    return {
        kind: lab.run(
            resnet_answers,
            path,
            digit,
            name=f"{setting}-{kind}",
            network=True,
            as_=f"{kind}_answer",
        )
        for kind in depth.titles()
    }


def asked(lab: Lab, text: Mapping[str, str]) -> None:
    """A digit, and what both networks of 56 layers take it for."""
    setting = ask_setting("twin_ask")
    left, *places = st.columns(3)
    with left:
        digit = ask_digit(lab)
    found = answers(lab, digit, setting)
    with left:
        show.pictures(
            "twin_digit",
            [common.pane(lab, digit, _("The digit"), _("The digit"), as_="whole")],
            caption=text["twin_digit_caption"],
            height=220,
        )
    for place, (kind, node) in zip(places, found.items(), strict=True):
        with place:
            st.markdown(f"**{depth.titles()[kind]}**")
            show.chart(
                f"twin_{kind}",
                lambda shares: draw.bars(shares[0]),
                [node],
                caption=_(
                    "It says {digit}, with {share}.",
                    digit=int(node.value[0].argmax()),
                    share=percent(float(node.value[0].max())),
                ),
                alt=_("A bar for each digit from 0 to 9: its probability"),
            )
