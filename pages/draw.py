"""Shows: a drawing as 28 x 28 numbers made as MNIST's were, and LeNet-5's answer as it is drawn; the
maps of its layers; how it learned, epoch by epoch; wrong inputs and shapes that are no digits; a
collection of drawings; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import draw as shown
from components import page, quiz, show
from components.guard import fragment
from components.i18n import _
from components.show import Picture
from components.state import choice
from engine.lab import Lab
from engine.models.for_training import LENET5
from engine.samples import load
from engine.vision.drawing import BOX, SIDE, only_smaller, share_of_paper
from engine.vision.lenet import lenet_maps

here = page.start(
    "draw",
    {
        "paper": _("Draw"),
        "inside": _("See inside"),
        "learned": _("How it learned"),
        "breaks": _("What breaks"),
        "shapes": _("Your own shapes"),
        "predict": _("Predict"),
    },
    side=SIDE,
    box=BOX,
)
text = here.text
lab = Lab(load("coffee"))
lenet5 = lab.weights(LENET5, as_="lenet5")


@fragment
def paper() -> None:
    left, right = st.columns([2, 3], gap="large")
    with left:
        seen = shown.paper(lab, "digit")
    ways = {"mnist": _("As MNIST was made"), "smaller": _("Only made smaller")}
    way = choice(_("From the paper to {side} × {side}", side=SIDE), ways, key="draw_way")
    digit = seen.digit
    if way == "smaller":
        digit = lab.run(only_smaller, seen.pixels, as_="digit_smaller")
    with right:
        shown.answer("answer", seen, digit, text["answer_caption"])
    shown.matrix("matrix", digit, text[f"caption_{way}"].format(side=SIDE, box=BOX))


@fragment
def inside() -> None:
    left, right = st.columns([2, 3], gap="large")
    with left:
        seen = shown.paper(lab, "digit")
    with right:
        shown.answer("answer_inside", seen, seen.digit, text["inside_answer_caption"])
    maps = lab.run(lenet_maps, lenet5, seen.digit, network=True, as_="maps")
    shown.layers(seen, maps, text["layers_caption"])


@fragment
def learned() -> None:
    shown.learning(lab, text)


@fragment
def breaks() -> None:
    seen = shown.drawn(lab, "digit")
    names = shown.mistakes()
    mistake = choice(_("Mistake"), names, key="draw_mistake", look="pills")
    digit = shown.wrong(seen, mistake)
    show.pictures(
        "wrong",
        [
            Picture(node, title, title, lo=0, hi=255, group="digit", lossy=False)
            for node, title in ((seen.digit, _("As MNIST was made")), (digit, names[mistake]))
        ],
        caption=text["wrong_caption"],
        height=320,
    )
    shown.guesses(seen, names, text["guesses_caption"])


@fragment
def shapes() -> None:
    refused = shown.take_pressed(lab, "shape")
    left, right = st.columns([2, 3], gap="large")
    with left:
        seen = shown.paper(lab, "shape", example=False)
        st.text_input(
            _("What is it? The name of its class"),
            key="draw_label",
            max_chars=40,
            persist_state="session",
        )
        st.button(
            _("Keep this drawing"),
            icon=":material/add_photo_alternate:",
            key="draw_keep",
        )
        if refused:
            st.warning(refused, icon=":material/info:")
    with right:
        if not seen.own:
            st.caption(text["nothing_drawn"])
        digit = seen.digit if seen.own else shown.wrong(seen, "blank")
        shown.answer("answer_shape", seen, digit, text["shapes_caption"])
    shown.collection()
    st.page_link(
        "pages/finetune.py",
        label=text["to_finetune"],
        icon=":material/tune:",
        query_params={"ft_set": "pictures"},
    )


def predict() -> None:
    seen = shown.drawn(lab, "digit")
    digits = {str(digit): str(digit) for digit in range(10)}
    head, sure = seen.guess(shown.wrong(seen, "head"), name="head")
    quiz.question(
        _("Your drawing is put on its head. Which digit does LeNet-5 say?"),
        digits,
        answer=str(head),
        why=_("It says {digit}, with {share}.", digit=head, share=shown.percent(sure)),
        key="draw_head",
    )
    letter, sure = seen.guess(shown.wrong(seen, "letter"), name="letter")
    quiz.question(
        _("LeNet-5 gets the letter A. How likely does it think its answer is?"),
        {"low": _("under 50 %"), "middle": _("50 to 90 %"), "high": _("over 90 %")},
        answer="low" if sure < 0.5 else "middle" if sure <= 0.9 else "high",
        why=_("It says {digit}, with {share}.", digit=letter, share=shown.percent(sure)),
        key="draw_letter",
    )
    empty = lab.run(share_of_paper, seen.digit, as_="empty").value
    quiz.question(
        _("How many of the {count} numbers of your drawing are 0?", count=SIDE * SIDE),
        {"few": _("under half"), "more": _("half to three quarters"), "most": _("more")},
        answer="few" if empty < 0.5 else "more" if empty <= 0.75 else "most",
        why=_("{share} are 0: paper.", share=f"{empty:.0%}"),
        key="draw_empty",
    )
    right, count = shown.right_of_test(lab)
    quiz.question(
        _(
            "LeNet-5 reads {count} digits that it has never seen. How many does it get wrong?",
            count=f"{count:,}",
        ),
        {"few": _("under 5"), "some": _("5 to 20"), "many": _("over 20")},
        answer="few" if count - right < 5 else "some" if count - right <= 20 else "many",
        why=_("{wrong} of {count}.", wrong=count - right, count=f"{count:,}"),
        key="draw_wrong",
    )


here.run(paper=paper, inside=inside, learned=learned, breaks=breaks, shapes=shapes, predict=predict)
