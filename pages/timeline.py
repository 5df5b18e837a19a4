"""Shows: milestones from the neuron of 1943 to Whisper, what each changed and where it was published;
their parameters and training data on axes of powers of ten; the same on an even axis; three predictions.
"""

from __future__ import annotations

import streamlit as st

from components import page, quiz, show, timeline
from components.guard import fragment
from components.i18n import _
from components.state import choice
from engine.lab import Lab
from engine.networks.history import (
    BY_NAME,
    largest_of,
    names_by_year,
    sizes_by_year,
    times_as_large,
)
from engine.samples import load

here = page.start(
    "timeline",
    {
        "story": _("What each changed"),
        "sizes": _("How they grew"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
lab = Lab(load("coffee"))
names = lab.run(names_by_year, as_="names")
parameters, examples = (
    lab.run(sizes_by_year, what=what, as_=what) for what in ("parameters", "examples")
)


def ask(key: str, of: list[str], default: str) -> str:
    """Ask for one milestone, by a menu or a click in its chart."""
    timeline.take_click(key, of)
    labels = {name: f"{BY_NAME[name].year}  {name}" for name in of}
    return choice(_("Milestone"), labels, key=key, default=default, look="menu")


@fragment
def story() -> None:
    chosen = ask("milestone", [name for name, _year in names.value], "ResNet")
    timeline.card(BY_NAME[chosen])
    timeline.chart(
        "story",
        "milestone",
        lambda rows: timeline.years(rows, chosen),
        names,
        caption=text["story_caption"],
        alt=_("Milestones by year, from the earliest to the latest"),
    )


@fragment
def sizes() -> None:
    measures = {"parameters": _("Parameters"), "examples": _("Training examples")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        what = choice(_("Up the chart"), measures, key="history_of")
        node = parameters if what == "parameters" else examples
        chosen = ask("sized", [name for name, _year, _value in node.value], "AlexNet")
    timeline.chart(
        "sizes",
        "sized",
        lambda rows: timeline.sizes(rows, y=measures[what], marked=chosen, of=what),
        node,
        caption=text["sizes_caption"] + " " + text[f"scale_{what}"],
        alt=_("Sizes of milestones by year, up in powers of ten"),
    )
    timeline.card(BY_NAME[chosen])


@fragment
def breaks() -> None:
    for column, log, title in zip(
        st.columns(2), (True, False), (_("Powers of ten"), _("Even steps")), strict=True
    ):
        with column:
            st.markdown(f"**{title}**")
            show.chart(
                "log" if log else "even",
                lambda rows, log=log: timeline.sizes(
                    rows, y=_("Parameters"), log=log, of="parameters", few=True
                ),
                [parameters],
                caption=text["log_caption" if log else "even_caption"],
                alt=_("Parameters by year: {axis}", axis=title),
            )


def predict() -> None:
    times = lab.run(times_as_large, parameters, name="AlexNet", other="LeNet-5", as_="times").value
    quiz.question(
        _("AlexNet came 14 years after LeNet-5. How many times as many parameters has it?"),
        {"c": _("over 500 times"), "a": _("under 50 times"), "b": _("50 to 500 times")},
        answer="a" if times < 50 else "b" if times <= 500 else "c",
        why=_("{times} times.", times=f"{times:,.0f}"),
        key="line_alexnet",
    )
    share = lab.run(times_as_large, parameters, name="GoogLeNet", other="VGG", as_="share").value
    quiz.question(
        _("VGG and GoogLeNet are of the same year. Which one has more parameters?"),
        {
            "inception": "GoogLeNet",
            "equal": _("both about as many"),
            "vgg": "VGG",
        },
        answer="vgg" if share < 0.8 else "equal" if share <= 1.25 else "inception",
        why=_("VGG, {times} times as many: more is not always better.", times=f"{1 / share:.0f}"),
        key="line_vgg",
    )
    largest = lab.run(largest_of, parameters, as_="largest").value
    quiz.question(
        _("Which of these milestones has the most parameters?"),
        {name.lower().replace("-", ""): name for name in ("Whisper", "ImageGPT", "BERT", "BiT")},
        answer=largest.lower().replace("-", ""),
        why=_(
            "{name}: {count}, made by {authors}.",
            name=BY_NAME[largest].model,
            count=f"{BY_NAME[largest].parameters:,}",
            authors=BY_NAME[largest].authors,
        ),
        key="line_largest",
    )


here.run(story=story, sizes=sizes, breaks=breaks, predict=predict)
