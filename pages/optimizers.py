"""Shows: six optimisers on four surfaces of two numbers, one of them a real loss, step by step from a
start that can be clicked; the end by learning rate, with the rate from which descent runs off; small
batches and chance; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import numbers, page, quiz, show
from components import optimizers as shown
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from components.stepper import stepper
from engine.lab import Lab
from engine.samples import load
from engine.training.surface import (
    curvatures,
    ends_by_rate,
    even_rates,
    has_run_off,
    largest_rate,
    loss_at,
    lowest_point,
    spread_of_ends,
    visits,
)

here = page.start(
    "optimizers",
    {
        "walk": _("Downhill"),
        "rate": _("Learning rate"),
        "noise": _("Small batches"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
lab = Lab(load("cafe"))
rows = lab.run(visits, lab.source, as_="rows")
STEPS = 80
CURVATURE = 20.0
PAUSE = 0.4  # seconds between two steps that are played


def lowest(surface: str, curvature: float = CURVATURE) -> tuple[tuple[float, float], float]:
    """Where a surface is lowest, and how high it is there."""
    x, y = lab.run(lowest_point, rows, surface=surface, as_="lowest").value
    floor = lab.run(loss_at, rows, surface=surface, x=x, y=y, curvature=curvature, as_="floor")
    return (x, y), floor.value


def limit_of(surface: str, curvature: float = CURVATURE) -> float:
    """The rate from which plain descent runs off at the lowest point."""
    (x, y), _floor = lowest(surface, curvature)
    how = {"surface": surface, "x": x, "y": y, "curvature": curvature}
    return lab.run(largest_rate, rows, as_="limit", **how).value


def walk() -> None:
    playing = bool(st.session_state.get("opt_playing"))
    fragment(walked, run_every=PAUSE if playing else None)(playing)


def play(playing: bool) -> None:
    """A button that lets the steps follow each other, and the next step while they do."""
    state = st.session_state
    step = int(state.get("opt_step", 30))
    label, icon = (_("Stop"), "stop") if playing else (_("Play"), "play_arrow")
    if st.button(label, icon=f":material/{icon}:", key="opt_play"):
        state["opt_playing"] = not playing
        if not playing and step >= STEPS:
            state["opt_step"] = 0
        st.rerun()
    if playing and step >= STEPS:
        state["opt_playing"] = False
        st.rerun()
    if playing:
        state["opt_step"] = step + 1


def walked(playing: bool) -> None:
    surface = shown.ask_surface("opt_surface")
    methods = shown.ask_methods()
    left, right = st.columns(2)
    with left:
        plain = shown.ask_rate(_("Rate of descent, momentum, Nesterov"), surface)
    with right:
        scaled = shown.ask_rate(_("Rate of RMSProp, Adam, AdamW"), surface, scaled=True)
    start = shown.ask_start(surface, "walk")
    play(playing)
    upto = stepper(_("Steps"), 0, STEPS, 30, key="opt_step")
    nodes = shown.paths(
        lab, rows, methods, rates=(plain, scaled), surface=surface, start=start, steps=STEPS
    )
    z = shown.height_map(lab, rows, surface, CURVATURE)
    low, floor = lowest(surface)
    found = {method: node.value for method, node in nodes.items()}
    shown.draw_clickable(
        shown.from_above(z.value, found, surface, upto=upto, low=low, clickable=True),
        "walk",
        surface,
        alt=_("The surface from above with the paths"),
    )
    show.footer("walk", [z, *nodes.values()], text["walk_caption"] + " " + text[f"about_{surface}"])
    show.chart(
        "heights",
        lambda *paths: shown.height_chart(dict(zip(methods, paths, strict=True)), upto, floor),
        list(nodes.values()),
        caption=text["heights_caption"],
        alt=_("The height of each path, step by step"),
    )


@fragment
def rate() -> None:
    surface = shown.ask_surface("opt_rate_surface")
    curvature = CURVATURE
    if surface == "bowl":
        curvature = float(slider(_("Curvature across"), 1, 100, 20, key="opt_curvature"))
    rates = lab.run(even_rates, least=1e-4, as_="rates").value
    methods = ("sgd", "momentum", "adam")
    how = {"surface": surface, "curvature": curvature, "start": shown.STARTS[surface]}
    nodes = [
        lab.run(ends_by_rate, rows, method=method, rates=rates, as_=f"{method}_ends", **how)
        for method in methods
    ]
    (x, y), floor = lowest(surface, curvature)
    bends = lab.run(curvatures, rows, surface=surface, x=x, y=y, curvature=curvature, as_="bends")
    limit = limit_of(surface, curvature)
    show.chart(
        "rate",
        lambda *ends: shown.rate_chart(
            rates, dict(zip(methods, ends[:3], strict=True)), limit, floor
        ),
        [*nodes, bends],
        caption=text["rate_caption"],
        alt=_("The height at the end by learning rate"),
    )
    flat, steep = bends.value.tolist()
    st.markdown(
        _(
            "**At the lowest point** the surface bends by {flat} in one direction and by {steep} "
            "in the other, {times} times as much. Plain descent runs off from a rate of 2 ÷ {steep} "
            "= **{limit}** on.",
            flat=numbers.plain(flat, 3),
            steep=numbers.plain(steep, 3),
            times=f"{steep / flat:,.0f}",
            limit=numbers.plain(limit, 3),
        )
    )


@fragment
def noise() -> None:
    kinds = {"line": _("Batches of visits"), "bowl": _("Chance added to the slope")}
    surface = choice(_("Where the noise comes from"), kinds, key="opt_noise_kind")
    left, right = st.columns(2)
    with left:
        if surface == "line":
            batch = slider(_("Visits in a batch, of 40"), 1, 40, 4, key="opt_batch")
            how = {"batch": batch if batch < 40 else 0}
        else:
            how = {"noise": slider(_("Noise, in tenths"), 0, 50, 20, key="opt_noise") / 10}
    with right:
        seed = slider(_("Seed"), 0, 19, 0, key="opt_seed")
    rates = {"line": (2e-4, 0.1), "bowl": (0.05, 0.1)}[surface]
    methods = ("sgd", "momentum", "adam")
    same = {"surface": surface, "start": shown.STARTS[surface], "steps": STEPS}
    nodes = shown.paths(lab, rows, methods, rates=rates, seed=seed, **same, **how)
    z = shown.height_map(lab, rows, surface, CURVATURE)
    low, floor = lowest(surface)
    show.chart(
        "noise",
        lambda z, *paths: shown.from_above(
            z, dict(zip(methods, paths, strict=True)), surface, upto=STEPS, low=low
        ),
        [z, *nodes.values()],
        caption=text["noise_caption"],
        alt=_("The surface from above with the paths"),
    )
    lines = []
    for method in methods:
        size = rates[method in shown.SCALED]
        spread = lab.run(
            spread_of_ends, rows, method=method, rate=size, as_=f"{method}_spread", **same, **how
        )
        least, middle, most = (max(end - floor, 0.0) for end in spread.value)
        lines.append(
            _(
                "{name}, rate {rate}: {middle} ({least} to {most})",
                name=shown.names()[method],
                rate=f"{size:g}",
                middle=numbers.plain(middle, 2),
                least=numbers.plain(least, 2),
                most=numbers.plain(most, 2),
            )
        )
    st.markdown(
        _(
            "**Height above the lowest point after {steps} steps, middle of 20 seeds (least to "
            "greatest):** ",
            steps=STEPS,
        )
        + "; ".join(lines)
    )


@fragment
def breaks() -> None:
    faults = {
        "rate": _("Rate too high"),
        "ridge": _("Begun on the ridge"),
        "scale": _("Adam with a large rate"),
    }
    fault = choice(_("What is done wrong"), faults, key="opt_fault")
    limit = limit_of("bowl")
    bowl, saddle = shown.STARTS["bowl"], shown.STARTS["saddle"]
    surface, method, right, wrong = {
        "rate": ("bowl", "sgd", (0.9 * limit, bowl), (1.02 * limit, bowl)),
        "ridge": ("saddle", "sgd", (0.1, saddle), (0.1, (saddle[0], 0.0))),
        "scale": ("bowl", "adam", (0.1, bowl), (1.5, bowl)),
    }[fault]
    z = shown.height_map(lab, rows, surface, CURVATURE)
    low, floor = lowest(surface)
    sides = ((_("Right"), right, "right"), (faults[fault], wrong, "wrong"))
    for column, (title, (size, start), side) in zip(st.columns(2), sides, strict=True):
        nodes = shown.paths(
            lab, rows, [method], rates=(size, size), surface=surface, start=start, steps=40
        )
        with column:
            st.markdown(f"**{title}**")
            end = float(nodes[method].value[-1, 2]) - floor
            show.chart(
                f"break_{side}",
                lambda z, path: shown.from_above(
                    z, {method: path}, surface, upto=40, low=low, height=380
                ),
                [z, nodes[method]],
                caption=_(
                    "Rate {rate}. After 40 steps {end} above the lowest point.",
                    rate=f"{size:.3g}",
                    end=numbers.plain(end, 2),
                ),
                alt=title,
            )
    st.caption(text[f"break_{fault}"])


def predict() -> None:
    limit = limit_of("bowl")
    quiz.question(
        _(
            "A bowl bends by {curvature} across and by 1 along. From which learning rate on does "
            "plain descent run off?",
            curvature=f"{CURVATURE:g}",
        ),
        {"c": _("over 0.5"), "a": _("under 0.05"), "b": _("0.05 to 0.5")},
        answer="a" if limit < 0.05 else "b" if limit <= 0.5 else "c",
        why=_("2 ÷ {curvature} = {limit}.", curvature=f"{CURVATURE:g}", limit=f"{limit:g}"),
        key="opt_limit",
    )
    how = {"surface": "bowl", "start": shown.STARTS["bowl"], "steps": STEPS}
    over = shown.paths(lab, rows, ["sgd"], rates=(1.05 * limit, 0.1), **how)["sgd"]
    off = lab.run(has_run_off, over, as_="off").value
    quiz.question(
        _(
            "The rate is 5 % above that. After {steps} steps, is descent higher than it began?",
            steps=STEPS,
        ),
        {"no": _("No, it is lower"), "yes": _("Yes, it is higher")},
        answer="yes" if off else "no",
        why=_(
            "From {first} to {last}.",
            first=numbers.plain(over.value[0, 2], 3),
            last=numbers.plain(over.value[-1, 2], 3),
        ),
        key="opt_over",
    )
    start = (shown.STARTS["saddle"][0], 0.0)
    ridge = shown.paths(
        lab, rows, ["sgd"], rates=(0.1, 0.1), surface="saddle", start=start, steps=STEPS
    )["sgd"]
    _low, floor = lowest("saddle")
    left = float(ridge.value[-1, 2]) - floor
    quiz.question(
        _(
            "Descent begins exactly on the ridge of the saddle, y = 0. Does it reach the lowest point?"
        ),
        {"never": _("No, it stays in the middle"), "soon": _("Yes")},
        answer="never" if left > 0.1 else "soon",
        why=_(
            "It ends {left} above it: across the ridge, the slope is exactly 0. A little chance "
            "would help.",
            left=numbers.plain(left, 2),
        ),
        key="opt_ridge",
    )
    methods = ("momentum", "sgd", "adam")
    valley = shown.paths(
        lab,
        rows,
        methods,
        rates=shown.FIRST_RATES["valley"],
        surface="valley",
        start=shown.STARTS["valley"],
        steps=STEPS,
    )
    ends = {method: float(node.value[-1, 2]) for method, node in valley.items()}
    titles = shown.names()
    plain, scaled = shown.FIRST_RATES["valley"]
    quiz.question(
        _(
            "In Rosenbrock's valley, {steps} steps, rate {plain} (Adam {scaled}): which gets lowest?",
            steps=STEPS,
            plain=plain,
            scaled=scaled,
        ),
        {method: titles[method] for method in ("sgd", "adam", "momentum")},
        answer=min(ends, key=lambda method: ends[method]),
        why=", ".join(f"{titles[method]} {numbers.plain(end, 2)}" for method, end in ends.items())
        + ".",
        key="opt_valley",
    )


here.run(walk=walk, rate=rate, noise=noise, breaks=breaks, predict=predict)
