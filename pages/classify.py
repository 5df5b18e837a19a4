"""Shows: the picture on its way into ResNet-18 or MobileNetV2, byte by byte; the likeliest of 1000
classes; scores, softmax and temperature; five wrong inputs beside the right one; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import classify as shown
from components import classify_questions as questions
from components import page, show, tray
from components.guard import fragment
from components.i18n import _
from components.picture import working_copy
from components.show import RGB, Picture
from components.state import choice
from engine.softmax import softmax
from engine.vision.classify import classes_for, probability_of, scores, top
from engine.vision.features import spotlight
from engine.vision.preprocess import (
    CROP,
    RESIZE,
    crop_box,
    limits,
    share_seen,
    step_by_step,
)

here = page.start(
    "classify",
    {
        "prepare": _("What it sees"),
        "answer": _("What it says"),
        "temperature": _("Temperature"),
        "traps": _("What breaks"),
        "predict": _("Predict"),
    },
    crop=CROP,
    resize=RESIZE,
)
text = here.text
_source, lab, pixels = tray.picture()


@fragment
def prepare() -> None:
    seen = shown.seen(lab, pixels, "resnet18")
    copy = working_copy(lab, pixels)
    box = lab.run(crop_box, copy.node, as_="box")
    light = lab.run(spotlight, copy.node, box, as_="seen_part")
    x, y = show.pinned("prepare", "crop", seen.crop) or (CROP // 2, CROP // 2)
    share = lab.run(share_seen, pixels, as_="share").value
    if share < 0.5:
        st.warning(
            _("The network sees only {share} of your picture.", share=f"{share:.0%}"),
            icon=":material/crop:",
        )
    low, mean, high = lab.run(limits, seen.x, as_="limits").value
    show.pictures(
        "prepare",
        [
            Picture(light, _("Your picture"), _("The part that the network sees is bright"), RGB),
            Picture(seen.crop, f"{CROP} × {CROP}", _("The part as bytes"), RGB, group="crop"),
            shown.picture_of(lab, seen.x, _("Tensor"), _("The part as the network's numbers")),
        ],
        caption=text["prepare_caption"].format(
            black=shown.signed(shown.BLACK), white=shown.signed(shown.WHITE)
        )
        + " "
        + _(
            "The network sees {share} of your picture; its numbers run from {low} to {high}, their mean "
            "is {mean}.",
            share=f"{share:.0%}",
            low=shown.signed(low),
            high=shown.signed(high),
            mean=shown.signed(mean),
        ),
    )
    steps = lab.run(step_by_step, seen.crop, row=y, column=x, as_="steps")
    caption = _("The pixel in column {x}, row {y} of the part.", x=x, y=y)
    show.html(
        "steps",
        shown.steps_grid(steps.value),
        [steps],
        caption=f"{caption} {text['steps_caption']}",
    )


@fragment
def answer() -> None:
    seen = shown.chosen(lab, pixels, key="classify_net")
    logits = seen.ask(scores, as_="logits")
    with shown.loading():
        logits.value
    probabilities = lab.run(softmax, logits, as_="probabilities")
    show.chart(
        "answer",
        shown.likeliest,
        [lab.run(top, probabilities, as_="likeliest")],
        caption=text["answer_caption"]
        + " "
        + _(
            "Classes that have 90 % of the probability together: {count} of {all}.",
            count=lab.run(classes_for, probabilities, as_="count").value,
            all=f"{len(logits.value):,}",
        )
        + " "
        + text["names_note"],
        alt=_("A bar for each of the five likeliest classes"),
    )
    label = _("Where in the picture it sees that: Learned features")
    st.page_link("pages/features.py", label=label, icon=":material/center_focus_strong:")
    shown.larger()


@fragment
def temperature() -> None:
    seen = shown.chosen(lab, pixels, key="classify_net")
    heat = st.slider(_("Temperature"), 0.1, 10.0, 1.0, 0.1, key="heat", bind="query-params")
    st.latex(r"p_k = e^{z_k / T} \; \Big/ \; \textstyle\sum_j e^{z_j / T}")
    logits = seen.ask(scores, as_="logits")
    with shown.loading():
        first = lab.run(top, logits, as_="highest_scores").value
    probabilities = lab.run(softmax, logits, temperature=heat, as_="probabilities")
    likeliest = lab.run(top, probabilities, as_="likeliest")
    behind = [f"z = {score:.2f}" for _number, _name, score in first]
    show.chart(
        "temperature",
        lambda found: shown.bars(
            [
                (n, p, f"{shown.percent(p)}, {z}")
                for (_k, n, p), z in zip(found, behind, strict=True)
            ],
            x=_("probability"),
        ),
        [likeliest],
        caption=text["temperature_caption"]
        + " "
        + _(
            "Classes that have 90 % of the probability together at {heat}: {count}.",
            heat=f"{heat:.1f}",
            count=lab.run(classes_for, probabilities, as_="count").value,
        ),
        alt=_("The five likeliest classes at this temperature"),
    )


@fragment
def traps() -> None:
    seen = shown.chosen(lab, pixels, key="classify_net")
    mistakes = shown.mistakes()
    trap = choice(_("Mistake"), mistakes, key="trap", look="pills")
    inputs = {"right": seen.x} | {name: shown.wrong_input(seen, pixels, name) for name in mistakes}
    names = {"right": _("As it was trained")} | mistakes
    show.pictures(
        "traps",
        [
            shown.picture_of(lab, seen.x, names["right"], _("The input as it should be")),
            shown.picture_of(lab, inputs[trap], mistakes[trap], _("The input with the mistake")),
        ],
        caption=text["traps_caption"],
        height=320,
    )
    with shown.loading():
        logits = {name: seen.ask(scores, x=x, as_=f"logits_{name}") for name, x in inputs.items()}
        logits["right"].value
    shares = {n: lab.run(softmax, z, as_=f"probabilities_{n}") for n, z in logits.items()}
    firsts = {n: lab.run(top, p, count=1, as_=f"first_{n}") for n, p in shares.items()}
    ((best, best_name, _share),) = firsts["right"].value
    rows = []
    for name in inputs:
        ((_number, guess, sure),) = firsts[name].value
        right = lab.run(probability_of, shares[name], label=best, as_=f"right_{name}").value
        rows.append((names[name], guess, sure, right))
    body = shown.traps_grid(rows, best_name)
    show.html("guesses", body, list(firsts.values()), caption=text["guesses_caption"])


def predict() -> None:
    questions.ask(lab, pixels)


here.run(prepare=prepare, answer=answer, temperature=temperature, traps=traps, predict=predict)
