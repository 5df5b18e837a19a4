"""Shows: how far a batch's gradient is from that of all examples, by its size; learning with batches of
three sizes at one rate and at scaled ones, live and recorded; workers that wait for each other or do
not; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import batches as shown
from components import jobs, page, quiz, several, show
from components.guard import fragment
from components.i18n import _
from components.show import Picture
from components.state import choice, slider
from engine.lab import Lab, Node
from engine.models.for_training import BATCHES_RUN
from engine.samples import load
from engine.training.asynchronous import held_digits, losses_of, pace, schedule_of
from engine.training.batches import (
    BASE_RATE,
    BATCH_TEST_LOSS,
    BATCH_TEST_RIGHT,
    SIZES,
    TIMED,
    TRAIN_SIZES,
    cosines_by_size,
    error_by_size,
    expected_noise,
    gradient_noise,
    gradient_picture,
)
from engine.training.digits import LEARN, TEST
from engine.training.recorded import recorded
from engine.training.seeds import mean_over_seeds

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
DRAWS = 50
UNTIL = 40.0
MANY = 16  # workers whose gradients are old


@fragment
def noise() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        epochs = int(
            choice(
                _("Epochs of training before"),
                {"0": "0", "1": "1", "10": "10"},
                key="bat_epochs",
                default="1",
            )
        )
        size = int(
            choice(_("Batch"), {str(n): f"{n:,}" for n in (1, 10, 100, 1000)}, key="bat_size")
        )
        digit = slider(_("Weights of the digit"), 0, 9, 3, key="bat_digit")
    start = shown.start_of_noise(lab, epochs)
    one = lab.run(gradient_picture, *start, digit=digit, size=size, as_="of_batch")
    full = lab.run(gradient_picture, *start, digit=digit, size=0, as_="of_all")
    reach = max(float(abs(full.value).max()), 1e-9)
    alt = _("The gradient of each pixel's weight, blue below 0, red above")
    show.pictures(
        "gradients",
        [
            Picture(full, _("All examples"), alt, lo=-reach, hi=reach, scale="signed"),
            Picture(
                one,
                _("A batch of {size}", size=f"{size:,}"),
                alt,
                lo=-reach,
                hi=reach,
                scale="signed",
            ),
        ],
        caption=text["gradients_caption"].format(count=f"{shown.NOISE_COUNT:,}"),
        height=260,
    )
    found = lab.run(gradient_noise, *start, draws=DRAWS, as_="noise")
    left, right = st.columns(2)
    with left:
        show.chart(
            "errors",
            shown.error_lines,
            [
                lab.run(error_by_size, found, as_="errors"),
                lab.run(expected_noise, *start, as_="expected"),
            ],
            caption=text["errors_caption"].format(draws=DRAWS),
            alt=_("The error falls with the root of the batch's size"),
        )
    with right:
        show.chart(
            "cosines",
            shown.cosine_lines,
            [lab.run(cosines_by_size, found, as_="cosines")],
            caption=text["cosines_caption"],
            alt=_("The cosine with the full gradient grows with the batch"),
        )


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
        nodes = [mean_loss(size, scaled) for size in TRAIN_SIZES]
        show.chart(
            "losses",
            lambda *rows: shown.loss_lines(
                dict(zip(TRAIN_SIZES, rows, strict=True)), against=against
            ),
            nodes,
            caption=text["losses_caption"],
            alt=_("The loss of recorded runs"),
        )
    with right:
        show.chart(
            "times",
            shown.time_lines,
            [times()],
            caption=text["times_caption"].format(repeats=TIMED),
            alt=_("The time of an example, by the size of its batch"),
        )


def mean_loss(size: int, scaled: bool) -> Node:
    record = lab.weights(BATCHES_RUN, as_="record")
    runs = shown.of_record(lab, record, size, scaled)
    return lab.run(mean_over_seeds, runs, column=BATCH_TEST_LOSS, as_=f"loss_{size}")


def times() -> Node:
    record = lab.weights(BATCHES_RUN, as_="record")
    return lab.run(recorded, record, name="seconds_per_example", as_="seconds")


def both(workers: int, rate: float, slow: float) -> dict[bool, Node]:
    """The simulation with waiting and without."""
    how = {"workers": workers, "rate": rate, "slow": slow, "until": UNTIL}
    return {
        True: shown.of_workers(lab, together=True, name="together", **how),
        False: shown.of_workers(lab, together=False, name="apart", **how),
    }


@fragment
def workers() -> None:
    left, middle, right = st.columns(3)
    with left:
        count = slider(_("Workers"), 1, 16, 4, key="bat_workers")
    with middle:
        rates = {str(rate): str(rate) for rate in (0.02, 0.1, 0.3)}
        rate = float(choice(_("Rate of a gradient"), rates, key="bat_work_rate"))
    with right:
        slow = slider(_("Worker 1 takes, times as long"), 1, 8, 3, key="bat_slow")
    titles = {True: _("Synchronous"), False: _("Asynchronous")}
    runs = both(count, rate, float(slow))
    for together, run in runs.items():
        st.markdown(f"**{titles[together]}**")
        used = lab.run(pace, run, as_="speed")
        each, mean, most = used.value
        show.chart(
            f"schedule_{'together' if together else 'apart'}",
            lambda rows, _pace: shown.schedule_bars(rows),
            [lab.run(schedule_of, run, as_="schedule"), used],
            caption=text["schedule_caption"]
            + " "
            + _(
                "Gradients used in a unit of time: {each}. Their age: {mean} updates on average, at "
                "most {most}.",
                each=f"{each:.1f}",
                mean=f"{mean:.1f}",
                most=f"{most:.0f}",
            ),
            alt=_("What each worker does, in simulated time"),
        )
    show.chart(
        "work_losses",
        lambda *rows: shown.time_losses(
            dict(zip(titles.values(), rows, strict=True)), x=_("simulated time"), step={}
        ),
        [
            lab.run(losses_of, run, as_=f"losses_{'together' if together else 'apart'}")
            for together, run in runs.items()
        ],
        caption=text["work_losses_caption"].format(held=held_digits(count=shown.WORK_COUNT)),
        alt=_("The loss over simulated time, with waiting and without"),
    )


def stale_and_fresh(rate: float) -> tuple[Node, Node, Node]:
    """Losses with one worker and with `MANY`, as many updates, and the pace of the many."""
    how = {"together": False, "rate": rate, "slow": 1.0}
    one = shown.of_workers(lab, workers=1, until=MANY * UNTIL / 2, name="one", **how)
    many = shown.of_workers(lab, workers=MANY, until=UNTIL / 2, name="many", **how)
    return (
        lab.run(losses_of, one, as_="losses_0"),
        lab.run(losses_of, many, as_="losses_1"),
        lab.run(pace, many, as_="speed"),
    )


@fragment
def breaks() -> None:
    faults = {
        "stale": _("Old gradients, large steps"),
        "slow": _("Waiting for a slow one"),
        "fixed": _("A large batch, the old rate"),
    }
    fault = choice(_("What is done wrong"), faults, key="bat_fault")
    if fault == "stale":
        for column, rate in zip(st.columns(2), (0.02, 0.3), strict=True):
            *losses, speed = stale_and_fresh(rate)
            with column:
                st.markdown("**" + _("Rate {rate}", rate=rate) + "**")
                names = (_("1 worker"), _("16 workers"))
                show.chart(
                    f"stale_{rate}".replace(".", "_"),
                    lambda *rows, names=names: shown.time_losses(
                        dict(zip(names, rows, strict=True)),
                        x=_("updates of the weights"),
                        step={names[1]: MANY},
                    ),
                    losses,
                    caption=text["stale_caption"].format(workers=MANY, age=f"{speed.value[1]:.1f}"),
                    alt=_("The loss with fresh gradients and with old ones"),
                )
    elif fault == "slow":
        for column, slow in zip(st.columns(2), (1, 8), strict=True):
            run = both(4, 0.02, float(slow))[True]
            with column:
                st.markdown("**" + _("Worker 1 takes {times} times as long", times=slow) + "**")
                show.chart(
                    f"slow_{slow}",
                    shown.schedule_bars,
                    [lab.run(schedule_of, run, as_="schedule")],
                    caption=text["slow_caption"],
                    alt=_("What each worker does, in simulated time"),
                )
    else:
        for column, scaled in zip(st.columns(2), (False, True), strict=True):
            with column:
                st.markdown(
                    "**" + (_("The rate grows with the batch") if scaled else _("One rate")) + "**"
                )
                show.chart(
                    f"rate_{'scaled' if scaled else 'fixed'}",
                    lambda *rows: shown.loss_lines(
                        dict(zip(TRAIN_SIZES, rows, strict=True)), against="examples"
                    ),
                    [mean_loss(size, scaled) for size in TRAIN_SIZES],
                    caption=text["rate_caption"],
                    alt=_("The loss of recorded runs"),
                )


def predict() -> None:
    start = shown.start_of_noise(lab, 1)
    found = lab.run(gradient_noise, *start, draws=DRAWS, as_="noise")
    errors = lab.run(error_by_size, found, as_="errors").value
    small, large = (float(errors[SIZES.index(n)]) for n in (10, 1000))
    times_ = small / large
    quiz.question(
        _("Batches of 1,000 instead of 10: how many times smaller is the error of the gradient?"),
        {"b": _("about 100 times"), "a": _("about 10 times"), "c": _("about 3 times")},
        answer="c" if times_ < 5 else "a" if times_ < 30 else "b",
        why=_(
            "{times} times: {one} against {other} of the full gradient's length.",
            times=f"{times_:.1f}",
            one=f"{small:.2f}",
            other=f"{large:.2f}",
        ),
        key="bat_error",
    )
    before = lab.run(error_by_size, noise_after(0), as_="errors_0").value[SIZES.index(100)]
    after = lab.run(error_by_size, noise_after(10), as_="errors_10").value[SIZES.index(100)]
    quiz.question(
        _("After 10 epochs, is a batch of 100 nearer to the full gradient than before training?"),
        {"near": _("nearer"), "far": _("farther off")},
        answer="far" if after > before else "near",
        why=_(
            "Relative error {before} before, {after} after: the full gradient has become short, the "
            "differences between examples remain.",
            before=f"{before:.2f}",
            after=f"{after:.2f}",
        ),
        key="bat_later",
    )
    rates = {together: lab.run(pace, run, as_="speed").value for together, run in work().items()}
    share = rates[True][0] / rates[False][0]
    quiz.question(
        _(
            "Four workers, one takes 8 times as long. How many gradients are used by those who wait, "
            "compared with those who do not?"
        ),
        {"most": _("over three quarters"), "few": _("under a quarter"), "half": _("about half")},
        answer="few" if share < 0.25 else "half" if share < 0.75 else "most",
        why=_(
            "{wait} in a unit of time against {not_}.",
            wait=f"{rates[True][0]:.2f}",
            not_=f"{rates[False][0]:.2f}",
        ),
        key="bat_wait",
    )
    one, many = (float(node.value[-1]) for node in stale_and_fresh(0.3)[:2])
    quiz.question(
        _(
            "Rate 0.3, as many updates: who ends with the lower loss, 1 worker or 16 that do not wait?"
        ),
        {"many": _("16 workers"), "one": _("1 worker")},
        answer="one" if one < many else "many",
        why=_("{one} with 1 worker, {many} with 16.", one=f"{one:.2f}", many=f"{many:.2f}"),
        key="bat_stale",
    )


def noise_after(epochs: int) -> Node:
    start = shown.start_of_noise(lab, epochs)
    return lab.run(gradient_noise, *start, draws=DRAWS, as_=f"noise_{epochs}")


def work() -> dict[bool, Node]:
    return both(4, 0.02, 8.0)


here.run(noise=noise, learning=learning, workers=workers, breaks=breaks, predict=predict)
