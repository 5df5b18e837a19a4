"""Shows: how far a batch's gradient is from that of all examples, by its size; learning with batches of
three sizes at one rate and at scaled ones, live and recorded; workers that wait for each other or do
not; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import batches as shown
from components import batches_noise as noises
from components import batches_questions as questions
from components import batches_workers as working
from components import jobs, page, several
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from engine.lab import Lab
from engine.samples import load
from engine.training.batches import BASE_RATE, BATCH_TEST_RIGHT, TRAIN_SIZES
from engine.training.digits import LEARN, TEST

here = page.start(
    "batches",
    {
        "noise": _("Noise"),
        "learning": _("Learning"),
        "workers": _("Workers"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
    learn=f"{LEARN:,}",
)
text = here.text
lab = Lab(load("coffee"))


@fragment
def noise() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        after = {"0": "0", "1": "1", "10": "10"}
        epochs = choice(_("Epochs of training before"), after, key="bat_epochs", default="1")
        sizes = {str(n): f"{n:,}" for n in (1, 10, 100, 1000)}
        size = int(choice(_("Batch"), sizes, key="bat_size"))
        draw = slider(_("Batch drawn"), 1, 20, 1, key="bat_draw") - 1
        digit = slider(_("Weights of the digit"), 0, 9, 3, key="bat_digit")
    start = noises.start_of_noise(lab, int(epochs))
    noises.gradient_view(
        lab, start, digit=digit, size=size, draw=draw, caption=text["gradients_caption"]
    )
    found = noises.noise_of(lab, start)
    left, right = st.columns(2)
    with left:
        noises.error_view(lab, start, found, text["errors_caption"])
    with right:
        noises.cosine_view(lab, found, text["cosines_caption"])


def learning() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        rates = {"fixed": _("the same"), "scaled": _("grows with the batch")}
        scaled = choice(_("Learning rate"), rates, key="bat_rate") == "scaled"
        epochs = slider(_("Epochs"), 2, 20, 8, key="bat_train_epochs")
        seed = slider(_("Seed"), 0, 9, 0, key="bat_seed")
    kinds = shown.compared(lab, scaled=scaled, epochs=epochs, seed=seed)
    watching = jobs.every(*[kind.live.node for kind in kinds.values()])
    fragment(watch, run_every=watching)(kinds)
    losses(scaled)


def watch(kinds: dict[str, several.Kind]) -> None:
    several.watch(
        lab,
        kinds,
        {"test": (_("right answers, test"), BATCH_TEST_RIGHT)},
        key="bat_train",
        caption=text["train_caption"].format(
            rate=BASE_RATE, least=TRAIN_SIZES[0], test=f"{TEST:,}"
        ),
    )


@fragment
def losses(scaled: bool) -> None:
    ways = {"examples": _("examples seen"), "updates": _("updates of the weights")}
    against = choice(_("Along the chart"), ways, key="bat_against")
    left, right = st.columns(2)
    with left:
        shown.loss_view(
            lab, "losses", scaled=scaled, against=against, caption=text[f"losses_{against}"]
        )
    with right:
        shown.time_view(lab, text["times_caption"])


@fragment
def workers() -> None:
    left, middle, right = st.columns(3)
    with left:
        count = slider(_("Workers"), 1, 16, 4, key="bat_workers")
    with middle:
        rates = {str(rate): str(rate) for rate in (0.02, 0.1, 0.3)}
        rate = float(choice(_("Rate of a gradient"), rates, key="bat_work_rate"))
    with right:
        slow = slider(_("Worker 1: times as slow"), 1, 8, 3, key="bat_slow")
    runs = working.both(lab, count, rate, float(slow))
    oldest = working.oldest_of(lab, runs)
    for together, run in runs.items():
        st.markdown(f"**{working.titles()[together]}**")
        working.schedule_view(lab, together, run, oldest, text["schedule_caption"])
    working.loss_view(lab, runs, text["work_losses_caption"])


@fragment
def breaks() -> None:
    faults = {
        "stale": _("Old gradients, large steps"),
        "slow": _("Waiting for a slow one"),
        "fixed": _("A large batch, the old rate"),
    }
    fault = choice(_("What is done wrong"), faults, key="bat_fault")
    left, right = st.columns(2)
    if fault == "stale":
        for column, rate in ((left, 0.02), (right, 0.3)):
            with column:
                working.stale_view(lab, rate, text["stale_caption"])
    elif fault == "slow":
        for column, slow in ((left, 1), (right, 8)):
            with column:
                working.slow_view(lab, slow, text["slow_caption"])
    else:
        sides = (("fixed", _("One rate")), ("scaled", _("The rate grows with the batch")))
        for column, (name, title) in zip((left, right), sides, strict=True):
            with column:
                st.markdown(f"**{title}**")
                shown.loss_view(
                    lab,
                    f"rate_{name}",
                    scaled=name == "scaled",
                    against="examples",
                    caption=text["rate_caption"],
                )


def predict() -> None:
    questions.ask(lab)


here.run(noise=noise, learning=learning, workers=workers, breaks=breaks, predict=predict)
