"""Shows: pictures, sounds and sentences as numbers by rules and by a pretrained network; both with the
same kind of model, on the same tests, with few and with many labels, over several seeds; what a single
test hides and what moved digits do; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import classical as lessons
from components import jobs, page, quiz, show
from components.classical import Set
from components.guard import fragment
from components.i18n import _
from components.state import choice
from engine.lab import Lab
from engine.samples import load
from engine.training import classical_views as views
from engine.training.classical import EACH

here = page.start(
    "classical",
    {
        "numbers": _("Two kinds of numbers"),
        "compare": _("Compare"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
lab = Lab(load("coffee"))


@fragment
def numbers() -> None:
    data = lessons.ask(lab)
    if data is None:
        return
    lessons.examples_view(data, text[f"{data.kind}_caption"])
    lessons.sizes_view(data, text["sizes_caption"])


def compare() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        data = lessons.ask(lab)
        if data is None:
            return
        seeds = lessons.ask_seeds()
    fragment(watch, run_every=jobs.every(data.run(seeds)))(data, seeds)
    st.markdown(text["recorded"])
    lessons.curves_view(
        "cl_recorded", data, lessons.record(lab, data.name), text["recorded_caption"]
    )


def watch(data: Set, seeds: int) -> None:
    run = data.run(seeds)
    (job,) = jobs.panel([lessons.job_of(data, seeds)], key="cl", button=_("Compare"))
    if run.is_cached:
        if data.name == "languages":
            st.info(text["voices"], icon=":material/record_voice_over:")
        lessons.results(data, run, text)
    elif job is not None and job.last is not None:
        lessons.live(data, job)


@fragment
def breaks() -> None:
    cases = {"single": _("One test only"), "moved": _("Moved digits")}
    case = choice(_("What breaks"), cases, key="cl_case", hide_label=True)
    st.markdown(text[f"breaks_{case}"])
    if case == "moved":
        data = lessons.made(lab, "digits")
        assert data is not None  # digits need no network
        shares = lab.run(views.moved_shares, data.examples, as_="moved")
        show.chart(
            "cl_moved",
            lambda table: lessons.moved_chart(views.MOVES, table),
            [shares],
            caption=text["moved_caption"],
            alt=_("Both curves fall from left to right"),
        )
        return
    data = lessons.made(lab, "digits")
    assert data is not None
    names = {str(place): str(each) for place, each in enumerate(EACH)}
    place = int(choice(_("Examples of each class"), names, key="cl_place"))
    wins = lab.run(views.wins_of, lessons.record(lab, data.name), place=place, as_="wins")
    show.html("cl_wins", lessons.wins_grid(data, wins.value), [wins], caption=text["wins_caption"])


def predict() -> None:
    textures, digits = (lessons.made(lab, name) for name in ("textures", "digits"))
    assert textures is not None
    assert digits is not None
    _raw, hog, deep = lab.run(
        views.mean_with_most, lessons.record(lab, "textures"), as_="of_textures"
    ).value
    both = {"rules": _("HOG"), "same": _("Both within 5 %"), "learnt": _("ResNet-18")}
    quiz.question(
        _("Brick, fur, grass, gravel, tissue: which numbers give more right answers?"),
        both,
        answer=_better(hog, deep),
        why=_why(textures, (_raw, hog, deep)),
        key="cl_textures",
    )
    means = lab.run(views.mean_with_most, lessons.record(lab, "digits"), as_="of_digits").value
    quiz.question(
        _("And for handwritten digits, of which the network has never seen one?"),
        {"learnt": _("ResNet-18"), "rules": _("HOG"), "same": _("Both within 5 %")},
        answer=_better(means[1], means[2]),
        why=_why(digits, means),
        key="cl_digits",
    )
    wins = lab.run(views.wins_of, lessons.record(lab, "digits"), place=0, as_="wins_of_one").value
    quiz.question(
        _(
            "One digit of each kind is learnt from, and all is tried with ten seeds. How many of the "
            "three methods come first at least once?"
        ),
        {"two": _("two"), "one": _("one"), "three": _("all three")},
        answer=("one", "two", "three")[sum(n > 0 for n in wins.tolist()) - 1],
        why="; ".join(f"{t}: {n}" for t, n in zip(digits.titles, wins.tolist(), strict=True)) + ".",
        key="cl_wins",
    )
    place = lab.run(
        views.labels_worth, lessons.record(lab, "topic-en"), one=1, other=0, as_="worth"
    ).value
    quiz.question(
        _(
            "What a sentence is about: TF-IDF learns from {most} sentences of each topic. How many does "
            "MiniLM need to be as good?",
            most=EACH[-1],
        ),
        {"many": _("more than ten, or never"), "one": _("one of each"), "few": _("two to ten")},
        answer="one" if place == 0 else "few" if 0 < place <= EACH.index(10) else "many",
        why=_(
            "MiniLM with one of each: {first}. TF-IDF with {most}: {last}.",
            first=f"{lessons.record(lab, 'topic-en').value[1, 0].mean():.0%}",
            last=f"{lessons.record(lab, 'topic-en').value[0, -1].mean():.0%}",
            most=EACH[-1],
        ),
        key="cl_worth",
    )


def _better(rules: float, learnt: float) -> str:
    return "same" if abs(rules - learnt) < 0.05 else "rules" if rules > learnt else "learnt"


def _why(data: Set, means: tuple[float, ...]) -> str:
    parts = [f"{title}: {mean:.0%}" for title, mean in zip(data.titles, means, strict=True)]
    return "; ".join(parts) + "."


here.run(numbers=numbers, compare=compare, breaks=breaks, predict=predict)
