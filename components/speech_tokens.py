"""The tokens that Whisper writes: what could have stood at a step, all in a row, and the text."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import streamlit as st

from components import show, tokens
from components.catalogue import COLOURS
from components.cells import ink
from components.i18n import _, safe
from components.scales import colour
from components.speech import probability_bars, tell_nobody
from components.speech_languages import language_name
from components.speech_listener import Listener, Written
from engine.speech.decode import SHOWN, candidate_chances, candidate_ids
from engine.speech.tokens import token_texts

FOLDED = 40  # tokens that are written out; those behind them are folded


_FLOW = "display:flex;flex-wrap:wrap;gap:2px;font-size:0.85rem"


_TOKEN = "padding:0.2rem 0.3rem;border-radius:3px;font-family:monospace;white-space:nowrap"


def shown(token: str) -> str:
    """A token with its blanks made visible."""
    return "".join(tokens.visible(char) for char in token)


def token_flow(names: Sequence[str], chances: Any, at: int | None = None) -> str:
    """The tokens up to number `at` (None: all) in running lines, on the colours of their chances.

    All of a long text are folded behind the first ones.
    """
    parts = []
    for n, (name, p) in enumerate(zip(names, chances.tolist(), strict=True)):
        back = colour("viridis", p, 0, 1)
        edge = f"border-bottom:3px solid {COLOURS['sound']};" if n == at else ""
        style = f"background:rgb{back};color:{ink(back)};{edge}{_TOKEN}"
        parts.append(f'<span style="{style}" title="{p:.1%}">{html.escape(shown(name))}</span>')
    label = html.escape(_("The tokens written so far"), quote=True)
    open_ = FOLDED if at is None else at + 1
    body, rest = "".join(parts[:open_]), parts[open_:]
    flow = f'<div role="group" aria-label="{label}" style="{_FLOW}">{body}</div>'
    if at is not None or not rest:
        return flow
    more = html.escape(_("{count} more tokens", count=len(rest)))
    folded = f'<div style="{_FLOW}">{"".join(rest)}</div>'
    return f"{flow}<details><summary>{more}</summary>{folded}</details>"


def transcript(title: str, written: Written) -> None:
    """A text that was written, quoted; what stands in it is not taken for Markdown."""
    text, nothing = written.text.value, _("nothing")
    st.markdown(f"**{title}**")
    st.markdown(f"> {safe(text)}" if text.strip() else f"> *{nothing}*")
    if note := written.cut_off:
        st.caption(note)


def candidate_bars(names: Sequence[str], chances: Any) -> Any:
    """The likeliest tokens of a step; the one that was written is filled."""
    rows = [
        (f"{n + 1}. {shown(name)}", float(p), f"{p:.1%}", n == 0)
        for n, (name, p) in enumerate(zip(names, chances.tolist(), strict=True))
    ]
    return probability_bars(rows)


def given_first(written: Written) -> None:
    """The orders that Whisper was given before it wrote."""
    ear = written.by
    orders = ear.lab.run(token_texts, written.prompt, ear.vocabulary, as_="order_names")
    show.register("orders", [orders])
    quoted = " ".join(f"`{order}`" for order in orders.value)
    st.markdown(_("What it was given first: {orders}", orders=quoted))


def candidates(written: Written, step: int, caption: str) -> None:
    """The likeliest tokens of a step."""
    ear = written.by
    ids = ear.lab.run(candidate_ids, written.steps, step=step, as_="candidates")
    shares = ear.lab.run(candidate_chances, written.steps, step=step, as_="candidate_shares")
    likely = ear.lab.run(token_texts, ids, ear.vocabulary, as_="candidate_names")
    said = _(
        "The {shown} likeliest tokens at step {step}. The first is written.",
        shown=SHOWN,
        step=step + 1,
    )
    show.chart(
        "candidates",
        candidate_bars,
        [likely, shares],
        caption=f"{said} {caption}",
        alt=_("The likeliest tokens and their probabilities"),
    )


def with_orders(title: str, written: Written) -> None:
    """A text, its tokens, and the orders after which it was written."""
    transcript(title, written)
    name, ear = written.name, written.by
    given = ear.lab.run(token_texts, written.prompt, ear.vocabulary, as_=f"{name}orders")
    show.html(
        f"order_{name}",
        token_flow(written.texts.value, written.chances.value),
        [given, written.text, written.texts, written.chances],
        caption=" ".join(f"`{order}`" for order in given.value),
    )


def so_far(written: Written, step: int, caption: str) -> None:
    """The tokens up to a step."""
    body = token_flow(written.texts.value, written.chances.value, step)
    show.html("written", body, [written.texts, written.chances], caption=caption)


def heard_side(ear: Listener, title: str, caption: str) -> None:
    """What a Whisper hears in one of two waves: language, text, and how likely each token was."""
    written = ear.write()
    if not ear.is_english:
        name = language_name(written.language)
        title += ": " + _("{language} heard", language=name)
    transcript(title, written)
    tell_nobody(ear)
    show.html(
        f"sp_{ear.name}tokens",
        token_flow(written.texts.value, written.chances.value),
        [written.text, written.texts, written.chances],
        caption=caption,
    )
