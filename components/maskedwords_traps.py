"""What breaks: pairs of sentences that show it, and a sentence without anything to read."""

from __future__ import annotations

import streamlit as st

from components import show
from components.i18n import _
from components.maskedwords import EXAMPLES, bars, blind, highest, of_text
from engine.lab import Lab, Node

#: What breaks: two sentences each.
TRAPS = {
    "en": {
        "not": ("A dog is an ___.", "A dog is not an ___."),
        "people": ("He was a brave ___.", "She was a brave ___."),
        "foreign": ("She opened the ___ and looked out.", "她打开了___，向外看。"),
    },
    "zh": {
        "not": ("狗是一种___物。", "狗不是一种___物。"),
        "people": ("他是一个___人。", "她是一个___人。"),
        "foreign": ("她打开了___，向外看。", "She opened the ___ and looked out."),
    },
}


def nothing_to_read(lab: Lab, weights: Node, tongue: str, caption: str) -> None:
    """One place of an example, read in its sentence and with all tokens hidden."""
    made = of_text(lab, weights, EXAMPLES[tongue])
    place = made.pick(_("Click the token that is to be hidden"))
    names = ("_seen", "_blind")
    scores = (made.hidden(place), blind(made, place))
    found = [made.best(one, name) for one, name in zip(scores, names, strict=True)]
    most = highest(found)
    titles = (_("Only this token is hidden"), _("All tokens are hidden"))
    for side, best, title, name in zip(st.columns(2), found, titles, names, strict=True):
        with side:
            st.markdown(title)
            show.chart(
                f"nothing{name}",
                lambda best: bars(best, made.names[place], most=most),
                [best],
                caption=caption,
                alt=_("The best candidates and their probabilities"),
            )
