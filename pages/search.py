"""Shows: sentences ranked for a query by meaning and by shared words; how alike they all are in both
ways; a classifier trained at once on labelled sentences; where it breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import labelled, page, vectors
from components import search as shown
from components import search_cosines as cosines
from components import search_questions as questions
from components import text as texts
from components.guard import fragment
from components.i18n import _
from components.search_ranking import rankings, tell_unknown
from components.state import choice

#: What is compared at first where something breaks.
LOOKALIKES = {
    "negation": (
        "I like this café.",
        "I do not like this café.",
        "This is a nice place for coffee.",
    ),
    "language": ("Two coffees, please.", "请来两杯咖啡。", "Deux cafés, s'il vous plaît."),
}

here = page.start(
    "search",
    {
        "find": _("Search"),
        "alike": _("All with all"),
        "train": _("A classifier"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
_source, lab, characters = texts.text_of_tray()


@fragment
def find() -> None:
    pile = shown.asked()
    if pile is None:
        return
    written = st.text_input(
        _("Look for"),
        pile.query,
        key=f"search_query_{pile.key}",
        max_chars=200,
        persist_state="session",
    )
    query = shown.one_text(pile.lab, (written or "").strip() or pile.query, as_="query")
    rankings(pile, query, text)
    tell_unknown(pile, text["unknown_note"])


@fragment
def alike() -> None:
    if (pile := shown.asked()) is not None:
        cosines.all_with_all(pile, text)


@fragment
def train() -> None:
    written, tongue = labelled.ask_lines(lab)
    task = labelled.task(lab, characters, written, tongue)
    if task is None:
        return
    labelled.results(task, text)
    labelled.own_sentence(task, tongue, text["own_caption"])


@fragment
def breaks() -> None:
    cases = {
        "negation": _("“not” is ignored"),
        "language": _("Another language"),
        "leak": _("Tested on what it knows"),
    }
    case = choice(_("What breaks"), cases, key="search_case", hide_label=True)
    st.markdown(text[f"breaks_{case}"])
    if case == "leak":
        written, tongue = labelled.ask_lines(lab)
        if (task := labelled.task(lab, characters, written, tongue)) is not None:
            labelled.leak(task, text["leak_caption"])
        return
    folder = vectors.encoder(lab)
    if folder is None:
        return
    written = [
        (
            st.text_input(
                _("Text {number}", number=n + 1),
                start,
                key=f"search_{case}_{n}",
                max_chars=200,
                persist_state="session",
            )
            or start
        )
        for n, start in enumerate(LOOKALIKES[case])
    ]
    cosines.of_three(lab, folder, case, written, text[f"caption_{case}"])


def predict() -> None:
    if (pile := shown.asked()) is not None:
        questions.ask(pile, lab, characters)


here.run(find=find, alike=alike, train=train, breaks=breaks, predict=predict)
