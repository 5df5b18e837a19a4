"""Wrong inputs of a BERT beside the right one: no positions, no mask, unknown signs, a text too long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from components import show
from components.bert import of_texts
from components.cells import Cell, grid
from components.i18n import _, safe
from components.state import slider
from components.text import ask_sentence, beginning, text_of_sample
from components.vectors import loading
from engine.lab import Lab, Node
from engine.language.compare import (
    cosine_of_texts,
    cosine_with_padding,
    joined,
    lost_to_padding,
)
from engine.language.network import MOST_TOKENS, count_tokens
from engine.text.tokens import beginning as beginning_of
from engine.text.tokens import typed

SWAPPED = ("The dog bites the man.", "The man bites the dog.")
UNKNOWN = ("I like 🍕.", "I like 🚀.")
SECRET = "The password is walrus."
READ = 20_000  # characters of a long text that are cut into tokens


def _two_texts(start: tuple[str, str], key: str) -> tuple[str, str]:
    one, other = st.columns(2)
    with one:
        first = ask_sentence(_("One text"), start[0], f"{key}_a") or start[0]
    with other:
        return first, ask_sentence(_("Almost the same"), start[1], f"{key}_b") or start[1]


def _cosines(
    key: str,
    rows: Sequence[tuple[str, Sequence[str]]],
    heads: Sequence[str],
    nodes: Sequence[Node],
    caption: str,
) -> None:
    body = [[Cell(text) for text in texts] for _name, texts in rows]
    names = [name for name, _texts in rows]
    label = _("What the mistake changes")
    show.html(
        key, grid(body, label=label, row_heads=names, column_heads=heads), nodes, caption=caption
    )


def _positions(lab: Lab, folder: Node, text: Mapping[str, str]) -> None:
    written = _two_texts(SWAPPED, "bert_order")
    one, other = (lab.run(typed, text=t, as_=f"text_{n}") for n, t in enumerate(written, 1))
    found = [
        lab.run(cosine_of_texts, folder, one, other, positions=kept, network=True, as_=name)
        for kept, name in ((True, "right"), (False, "wrong"))
    ]
    with loading():
        cosines = [node.value for node in found]
    names = (_("as it should be"), _("positions left out"))
    rows = [(name, [f"{value:.4f}"]) for name, value in zip(names, cosines, strict=True)]
    heads = [_("cosine of the two texts")]
    _cosines("positions", rows, heads, found, text["positions_caption"])


def _padding(lab: Lab, folder: Node, text: Mapping[str, str]) -> None:
    own = ask_sentence(_("Sentence"), SWAPPED[0], "bert_padded") or SWAPPED[0]
    count = slider(_("Empty tokens behind it"), 0, 200, 40, key="bert_pads")
    written = lab.run(typed, text=own, as_="sentence")
    rows, nodes = [], []
    for name, masked in ((_("with the mask"), True), (_("mask forgotten"), False)):
        pair = [
            lab.run(
                function,
                folder,
                written,
                count=count,
                masked=masked,
                network=True,
                as_=f"{name_}_{'masked' if masked else 'open'}",
            )
            for function, name_ in ((cosine_with_padding, "cosine"), (lost_to_padding, "lost"))
        ]
        with loading():
            near, lost = (node.value for node in pair)
        rows.append((name, [f"{near:.4f}", f"{lost:.1%}"]))
        nodes += pair
    heads = [_("cosine with the text alone"), _("attention that goes to [PAD]")]
    _cosines("padding", rows, heads, nodes, text["padding_caption"])


def _unknown(lab: Lab, folder: Node, text: Mapping[str, str]) -> None:
    written = _two_texts(UNKNOWN, "bert_unknown")
    both = [of_texts(lab, folder, t, name=f"_{n}") for n, t in enumerate(written, 1)]
    one, other = (lab.run(typed, text=t, as_=f"text_{n}") for n, t in enumerate(written, 1))
    near = lab.run(cosine_of_texts, folder, one, other, network=True, as_="near")
    rows = [(beginning(t, 24), [" ".join(a.labels)]) for t, a in zip(written, both, strict=True)]
    said = _("The cosine of the two texts: {cosine}.", cosine=f"{near.value:.4f}")
    nodes = [*(a.ids for a in both), near]
    _cosines("unknown", rows, [_("tokens")], nodes, f"{said} {text['unknown_caption']}")


def _cut(lab: Lab, folder: Node, text: Mapping[str, str]) -> None:
    book, whole = text_of_sample("alice")
    start = book.run(beginning_of, whole, most=READ, as_="start")
    secret = book.run(typed, text=SECRET, as_="secret")
    rows, nodes = [], []
    for name, place, parts in (
        ("end", _("at the end"), (start, secret)),
        ("front", _("at the front"), (secret, start)),
    ):
        longer = book.run(joined, *parts, as_=f"secret_at_{name}")
        near = book.run(cosine_of_texts, folder, start, longer, network=True, as_=f"near_{name}")
        with loading():
            rows.append((place, [f"{near.value:.4f}"]))
        nodes.append(near)
    count = book.run(count_tokens, folder, start, as_="count").value
    said = _(
        "The beginning of Alice has {count} tokens here; MiniLM gets {longest} of them. Put into it: "
        "“{secret}”",
        count=f"{count:,}",
        longest=MOST_TOKENS,
        secret=safe(SECRET),
    )
    heads = [_("cosine with the text without it")]
    _cosines("cut", rows, heads, nodes, f"{said} {text['cut_caption']}")


#: The mistakes that the lesson on BERT shows, each a view of its own.
TRAPS = {"positions": _positions, "padding": _padding, "unknown": _unknown, "cut": _cut}
