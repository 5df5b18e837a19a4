"""Shows: six optimisers on four surfaces of two numbers, one of them a real loss, step by step from a
start that can be clicked; the end by learning rate, with the rate from which descent runs off; small
batches and chance; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import optimizers as shown
from components import optimizers_faults as faulty
from components import optimizers_map as maps
from components import optimizers_noise as noises
from components import optimizers_questions as questions
from components import optimizers_rate as rates_of
from components import page, show
from components.guard import fragment
from components.i18n import _
from components.optimizers import CURVATURE, STEPS
from components.state import choice, slider
from components.stepper import stepper
from engine.lab import Lab
from engine.samples import load
from engine.training.surface import visits

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
PAUSE = 0.4  # seconds between two steps that are played


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
    start = maps.ask_start(surface, "walk")
    play(playing)
    upto = stepper(_("Steps"), 0, STEPS, 30, key="opt_step")
    nodes = shown.paths(
        lab, rows, methods, rates=(plain, scaled), surface=surface, start=start, steps=STEPS
    )
    z = shown.height_map(lab, rows, surface)
    low, floor = shown.lowest(lab, rows, surface)
    found = {method: node.value for method, node in nodes.items()}
    maps.draw_clickable(
        maps.from_above(z.value, found, surface, upto=upto, low=low, clickable=True),
        "walk",
        surface,
        alt=_("The surface from above with the paths"),
    )
    show.footer("walk", [z, *nodes.values()], text["walk_caption"] + " " + text[f"about_{surface}"])
    show.chart(
        "heights",
        lambda *paths: maps.height_chart(dict(zip(methods, paths, strict=True)), upto, floor),
        list(nodes.values()),
        caption=text["heights_caption"],
        alt=_("The height of each path, step by step"),
    )


@fragment
def rate() -> None:
    surface = shown.ask_surface("opt_rate_surface")
    curvature = CURVATURE
    if surface == "bowl":
        curvature = float(slider(_("Curvature in y"), 1, 100, 20, key="opt_curvature"))
    bends = rates_of.rate_view(lab, rows, surface, curvature, text["rate_caption"])
    limit = shown.limit_of(lab, rows, surface, curvature)
    st.markdown(rates_of.bends_sentence(bends, limit))


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
    noises.noise_view(lab, rows, surface, seed, text["noise_caption"], **how)
    noises.ends_view(lab, rows, surface, text["ends_caption"], **how)


@fragment
def breaks() -> None:
    faults = faulty.fault_names()
    fault = choice(_("What is done wrong"), faults, key="opt_fault")
    surface, method, right, wrong = faulty.fault_sides(lab, rows, fault)
    sides = (("right", _("Right"), right), ("wrong", faults[fault], wrong))
    for column, (side, title, begin) in zip(st.columns(2), sides, strict=True):
        with column:
            st.markdown(f"**{title}**")
            faulty.side_view(lab, rows, side, title, surface, method, begin)
    st.caption(text[f"break_{fault}"])


def predict() -> None:
    questions.ask(lab, rows)


here.run(walk=walk, rate=rate, noise=noise, breaks=breaks, predict=predict)
