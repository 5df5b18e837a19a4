"""Attention in views: the matrix of shares, a word's way to its output, heads, an order turned round."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from components import charts, numbers, show
from components.attention_grids import output_grid, rows_grid, score_grid, written_sum
from components.attention_toy import Head, labels, matrices
from components.i18n import _, safe
from components.text import beginning
from engine.lab import Lab, Node
from engine.softmax import softmax_rows
from engine.training.attention_steps import (
    attention_output,
    attention_scores,
    parts_of_output,
    products_of,
    projected,
    put_back,
    rows_apart,
    rows_in_order,
    word_backwards,
)


def heat(
    key: str, shares: Node, names: list[str], caption: str, alt: str, *, causal: bool = False
) -> None:
    """Who looks at whom, as a matrix; `causal` : words that come later are left empty."""

    def draw(found: Any) -> charts.Figure:
        seen = np.where(np.triu(np.ones_like(found), 1) > 0, np.nan, found) if causal else found
        figure = charts.heat(seen, names, names, x=_("is looked at"))
        figure["layout"]["yaxis"]["title"] = {"text": _("looks")}
        return figure

    show.chart(
        key,
        draw,
        [shares],
        caption=caption,
        alt=alt,
    )


def step_view(head: Head, place: int, step: int, caption: str) -> None:
    """A word's way to its output up to a step, in numbers, and what it looks at most."""
    lab, names = head.lab, labels(head.names)
    products = lab.run(products_of, head.qkv, token=place, as_="products")
    scores = lab.run(attention_scores, head.qkv, divide=False, as_="products_added")
    roots = lab.run(attention_scores, head.qkv, as_="scores")
    shares = lab.run(softmax_rows, roots, as_="shares")
    parts = lab.run(parts_of_output, shares, head.qkv, token=place, as_="parts")
    rows = [node.value[place] for node in (scores, roots, shares)]
    if step < 5:
        body = score_grid(names, products.value, *rows, step)
        nodes = [products, scores, roots, shares][: step + 1]
    else:
        body, nodes = output_grid(names, rows[2], parts.value), [shares, parts]
    best = int(rows[2].argmax())
    fields = {
        "one": safe(beginning(head.names[place], 30)),
        "other": safe(beginning(head.names[best], 30)),
        "sum": written_sum(products.value[best], rows[0][best]),
        "size": head.size,
        "score": f"{rows[1][best]:+.3f}".replace("-", "−"),
        "share": f"{rows[2][best]:.1%}",
    }
    if step == 1:
        said = _("“{one}” and “{other}”: {sum}.", **fields)
    elif step < 4:
        said = _("“{one}” and “{other}”: {sum}; ÷ √{size} = {score}.", **fields)
    else:
        said = _(
            "“{one}” looks most at “{other}”: {sum}; ÷ √{size} = {score}; share {share}.", **fields
        )
    show.html("byhand", body, nodes, caption=f"{said} {caption}{head.note}")


def order_view(lab: Lab, words: Node, positions: bool, caption: str) -> None:
    """The outputs of the words as they come, and in reverse with the rows put back."""
    names = labels(words.value)
    back = lab.run(word_backwards, count=len(names), as_="order").value
    queries, keys, values = matrices(lab)
    outputs = []
    for name, turned in (("forwards", ()), ("backwards", back)):
        x = lab.run(rows_in_order, words, order=turned, positions=positions, as_=f"x_{name}")
        qkv = lab.run(projected, x, queries=queries, keys=keys, values=values, as_=f"qkv_{name}")
        shares = lab.run(softmax_rows, lab.run(attention_scores, qkv), as_=f"shares_{name}")
        outputs.append(lab.run(attention_output, shares, qkv, as_=name))
    forwards = outputs[0]
    again = lab.run(put_back, outputs[1], order=back, as_="in_place")
    apart = lab.run(rows_apart, forwards, again, as_="difference")
    titles = (_("Words as they come"), _("Words in reverse, rows put back"))
    for column, title, node in zip(st.columns(2), titles, (forwards, again), strict=True):
        with column:
            st.markdown(f"**{title}**")
            st.html(rows_grid(node.value, names, label=title))
    most = _("Largest difference: {most}.", most=numbers.plain(float(apart.value.max()), 2))
    show.footer("order", [forwards, again, apart], f"{caption} {most}")
