"""Shows: dropout with its masks, its mean over many draws and all networks it can draw; batch and layer
normalisation step by step; what a batch does to a digit, and running statistics; four networks that
learn digits, live and recorded; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import jobs, page, several, show
from components import normalization as shown
from components import normalization_questions as questions
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from engine.lab import Lab
from engine.samples import load
from engine.training.digits import TEST
from engine.training.dropout import (
    WEIGHTS,
    distance_from,
    drawn_mask,
    dropped,
    every_network,
    expected_distance,
    histogram_of_networks,
    mean_of_networks,
    means_of_draws,
    small_layer,
    weighted_sum,
)
from engine.training.normalize import (
    MOMENTUM,
    centred,
    deviations,
    first_rows,
    mean_distance,
    means,
    normalise,
    normalise_by,
    row_by_sizes,
    running,
    scaled,
    shifted,
    variances,
)
from engine.training.regular import BATCH, COUNT, HIDDEN, LEARN_RIGHT, RATES, TEST_RIGHT, UNITS

here = page.start(
    "normalization",
    {
        "dropout": _("Dropout"),
        "ensemble": _("All networks"),
        "steps": _("Normalising"),
        "batches": _("Batches"),
        "train": _("Training"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
lab = Lab(load("coffee"))
layer = lab.run(small_layer, as_="layer")
DRAWS = 2000


def ask_p(key: str) -> float:
    """Ask for the probability with which a number is struck out."""
    label = _("p, struck out")
    return float(st.slider(label, 0.1, 0.9, 0.5, 0.1, key=key, bind="query-params"))


@fragment
def dropout() -> None:
    left, right = st.columns(2)
    with left:
        p = ask_p("drop_p")
    with right:
        seed = slider(_("Draw number"), 1, 50, 1, key="drop_seed") - 1
    mask = lab.run(drawn_mask, layer, p=p, seed=seed, as_="mask")
    learning = lab.run(dropped, layer, mask, p=p, as_="learning")
    rows = [
        (_("the layer"), layer.value),
        (_("mask"), mask.value),
        (_("while learning: × mask / {rest}", rest=f"{1 - p:.1f}"), learning.value),
        (_("when used: as it is"), layer.value),
    ]
    most = max(float(learning.value.max()), float(layer.value.max()))
    body = shown.units_grid(rows, most)
    show.html("dropout", body, [layer, mask, learning], caption=text["dropout_caption"])
    means_ = lab.run(means_of_draws, layer, p=p, draws=DRAWS, as_="means")
    bare = lab.run(means_of_draws, layer, p=p, draws=DRAWS, scaled=False, as_="bare_means")
    nodes = [
        lab.run(distance_from, layer, means_, as_="distance"),
        lab.run(expected_distance, p=p, draws=DRAWS, as_="expected"),
        lab.run(distance_from, layer, bare, as_="bare_distance"),
    ]
    show.chart(
        "expectation",
        shown.distance_chart,
        nodes,
        caption=text["expectation_caption"],
        alt=_("The distance falls with the number of draws; without the division it does not"),
    )


@fragment
def ensemble() -> None:
    p = ask_p("drop_p")
    weights = lab.run(small_layer, values=WEIGHTS, as_="weights")
    networks = lab.run(every_network, layer, weights, p=p, as_="networks")
    bins = lab.run(histogram_of_networks, networks, as_="bins")
    whole = lab.run(weighted_sum, layer, weights, as_="whole")
    mean = lab.run(mean_of_networks, networks, as_="mean")
    show.chart(
        "ensemble",
        lambda found, all_, _mean: shown.networks_chart(*found, [(all_, _("no dropout"))]),
        [bins, whole, mean],
        caption=text["ensemble_caption"].format(
            count=networks.value.shape[1],
            mean=f"{mean.value[0]:.6f}",
            whole=f"{whole.value:.6f}",
            spread=f"{mean.value[1]:.2f}",
        ),
        alt=_("What each of the networks gives, as a histogram"),
    )


@fragment
def steps() -> None:
    kinds = {"batch": _("Batch norm"), "layer": _("Layer norm")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = choice(_("Normalisation"), kinds, key="norm_kind")
        stages = {
            "mean": _("1 mean"),
            "centre": _("2 centred"),
            "scale": _("3 scaled"),
            "shift": _("4 gain and bias"),
        }
        stage = choice(_("Step of normalising"), stages, key="norm_stage")
    table = shown.table_of(lab, shown.EXAMPLES)
    mean = lab.run(means, table, kind=kind, as_="mean")
    variance = lab.run(variances, table, kind=kind, as_="variance")
    middle = lab.run(centred, table, mean, as_="middle")
    straight = lab.run(scaled, middle, variance, as_="straight")
    label, nodes = stages[stage], [table, mean]
    if stage == "mean":
        body = shown.table_grid(table.value, label=label, mark=kind, extra=(_("mean"), mean.value))
    elif stage == "centre":
        spread = lab.run(deviations, variance, as_="deviation")
        body = shown.table_grid(
            middle.value, label=label, mark=kind, extra=(_("deviation"), spread.value)
        )
        nodes = [middle, spread]
    elif stage == "scale":
        body, nodes = shown.signed_grid(straight.value, label=label), [straight]
    else:
        left, right = st.columns(2)
        with left:
            gain = st.slider(_("Gain"), 0.0, 3.0, 2.0, 0.1, key="norm_gain", bind="query-params")
        with right:
            bias = st.slider(_("Bias"), -2.0, 2.0, 0.5, 0.1, key="norm_bias", bind="query-params")
        end = lab.run(shifted, straight, gain=float(gain), bias=float(bias), as_="end")
        body, nodes = shown.signed_grid(end.value, label=label), [end]
    caption = text[f"axis_{kind}"] + " " + text[f"stage_{stage}"]
    show.html("steps", body, nodes, caption=caption)


@fragment
def batches() -> None:
    many = shown.table_of(lab, shown.MANY)
    by_batch, by_layer = (
        lab.run(row_by_sizes, many, kind=kind, as_=f"by_{kind}") for kind in ("batch", "layer")
    )
    left, right = st.columns(2)
    with left:
        st.markdown(_("**One digit in batches of every size**"))
        show.chart(
            "sizes",
            shown.sizes_chart,
            [by_batch, by_layer],
            caption=text["sizes_caption"],
            alt=_("By batch the number changes with the batch, by layer it does not"),
        )
    with right:
        st.markdown(_("**Running statistics**"))
        size = slider(_("Digits in a batch"), 2, 50, 20, key="norm_batch")
        column = 0
        statistics = lab.run(running, many, batch=size, as_="running_statistics")
        all_mean, all_variance = (
            lab.run(function, many, kind="batch", as_=name)
            for function, name in ((means, "all_mean"), (variances, "all_variance"))
        )
        spread = lab.run(deviations, all_variance, as_="all_deviation")
        show.chart(
            "running",
            lambda found, mean, deviation: shown.running_chart(
                found, column, (float(mean[0, column]), float(deviation[0, column]))
            ),
            [statistics, all_mean, spread],
            caption=text["running_caption"].format(share=f"{MOMENTUM:.0%}"),
            alt=_("Running mean and deviation come near those of all digits"),
        )


def train() -> None:
    one, two, three, four = st.columns(4)
    with one:
        rates = {str(rate): str(rate) for rate in RATES}
        rate = float(choice(_("Learning rate"), rates, key="norm_rate"))
    with two:
        drop = float(
            st.slider(_("p of dropout"), 0.1, 0.8, 0.3, 0.1, key="norm_drop", bind="query-params")
        )
    with three:
        epochs = slider(_("Epochs"), 2, 40, 15, key="norm_epochs")
    with four:
        seed = slider(_("Seed"), 0, 9, 0, key="norm_seed")
    kinds = shown.compared(lab, rate=rate, drop=drop, epochs=epochs, seed=seed)
    watching = jobs.every(*[kind.live.node for kind in kinds.values()])
    fragment(watch, run_every=watching)(kinds)


def watch(kinds: dict[str, several.Kind]) -> None:
    several.watch(
        lab,
        kinds,
        {
            "test": (_("right answers, test"), TEST_RIGHT),
            "learn": (_("right answers, digits to learn from"), LEARN_RIGHT),
        },
        key="norm_train",
        caption=text["train_caption"].format(
            hidden=HIDDEN, units=UNITS, batch=BATCH, learn=f"{COUNT:,}", test=f"{TEST:,}"
        ),
    )


@fragment
def breaks() -> None:
    faults = {
        "one": _("A batch of one"),
        "eval": _("Used as in training"),
        "early": _("Used too early"),
    }
    fault = choice(_("What is done wrong"), faults, key="norm_fault")
    many = shown.table_of(lab, shown.MANY)
    some = lab.run(first_rows, many, count=shown.EXAMPLES, as_="some")
    statistics = lab.run(running, many, batch=20, as_="running_statistics")
    right = lab.run(normalise_by, some, statistics, as_="right")
    if fault == "one":
        some = lab.run(first_rows, many, count=1, as_="one")
        right = lab.run(normalise_by, some, statistics, as_="right")
        wrong = lab.run(normalise, some, kind="batch", as_="wrong")
    elif fault == "eval":
        wrong = lab.run(normalise, some, kind="batch", as_="wrong")
    else:
        wrong = lab.run(normalise_by, some, statistics, after=2, as_="wrong")
    off = lab.run(mean_distance, right, wrong, as_="off")
    for column, (name, node, title) in zip(
        st.columns(2),
        (("right", right, _("Right: running statistics")), ("wrong", wrong, faults[fault])),
        strict=True,
    ):
        with column:
            st.markdown(f"**{title}**")
            note = text["right_caption"] if name == "right" else text[f"break_{fault}"]
            if name == "wrong":
                note += " " + _("Mean difference: {off}.", off=f"{off.value:.2f}")
            nodes = [node] if name == "right" else [node, off]
            body = shown.signed_grid(node.value, label=title)
            show.html(f"breaks_{name}", body, nodes, caption=note)


def predict() -> None:
    questions.ask(lab)


here.run(
    dropout=dropout,
    ensemble=ensemble,
    steps=steps,
    batches=batches,
    train=train,
    breaks=breaks,
    predict=predict,
)
