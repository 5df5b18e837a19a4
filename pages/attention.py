"""Shows: the learner's words as queries, keys and values by matrices that can be changed; scores,
softmax and sums step by step, of the toy or a head of MiniLM; the mask and the temperature; several
heads; what an order does with and without positions; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import attention_faults as faulty
from components import attention_grids as grids
from components import attention_questions as questions
from components import attention_toy as toys
from components import attention_views as views
from components import page, show
from components import text as texts
from components.guard import fragment
from components.i18n import _, safe
from components.state import choice, slider
from components.stepper import stepper
from components.text import beginning
from engine.training.attention_steps import (
    head_map,
    heads_by_hand,
    learning_of,
    least_alike,
    rows_in_order,
    shares_in_use,
)

here = page.start(
    "attention",
    {
        "vectors": _("Query, key, value"),
        "byhand": _("Step by step"),
        "mask": _("Mask and temperature"),
        "heads": _("Several heads"),
        "order": _("Order"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
_source, lab, characters = texts.text_of_tray()
WIDE = 8  # numbers of a word where several heads share them


def asked_toy() -> toys.Head:
    """The toy of the learner's sentence, with the matrices of the first step."""
    words = toys.words_of(lab, toys.ask_sentence(lab, characters))
    return toys.toy(lab, words, toys.matrices(lab))


@fragment
def vectors() -> None:
    sentence = toys.ask_sentence(lab, characters)
    words = toys.words_of(lab, sentence)
    given = toys.ask_matrices(lab)
    head = toys.toy(lab, words, given)
    x = head.qkv.inputs[0]
    names = toys.labels(head.names)
    tables = [(_("in: x"), x.value)]
    tables += zip((_("query"), _("key"), _("value")), head.qkv.value, strict=True)
    columns = [*st.columns(2), *st.columns(2)]
    for column, (title, rows) in zip(columns, tables, strict=True):
        with column:
            st.markdown(f"**{title}**")
            st.html(grids.rows_grid(rows, names, label=title))
    show.footer("vectors", [x, head.qkv], text["vectors_caption"].format(size=toys.SIZE))


@fragment
def byhand() -> None:
    head = toys.ask_head(lab, toys.ask_sentence(lab, characters), key="att_of")
    if head is None:
        return
    place = toys.ask_token(toys.labels(head.names), key="att_token")
    step = stepper(_("Step"), 1, 5, 1, key="att_step")
    st.markdown(f"**{step}.** " + text[f"step_{step}"].format(size=head.size))
    views.step_view(head, place, step, text["byhand_caption"])
    st.page_link("pages/bert.py", label=_("All heads of MiniLM: Inside BERT"))


@fragment
def mask() -> None:
    head = asked_toy()
    names = toys.labels(head.names)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sides = {"causal": _("Later words hidden"), "all": _("All seen")}
        causal = choice(_("Mask"), sides, key="att_mask") == "causal"
        temperature = st.slider(
            _("Temperature"), 0.1, 5.0, 1.0, 0.1, key="att_temp", bind="query-params"
        )
    shares = toys.shares_of(head, causal=causal, temperature=float(temperature))
    used = lab.run(shares_in_use, shares, as_="in_use")
    mean = float(used.value.mean())
    caption = text["mask_caption"] + " "
    caption += _(
        "On average a word's shares are worth {count} words that get the same share each.",
        count=f"{mean:.1f}",
    )
    alt = _("Who looks at whom, as a matrix")
    views.heat("mask", shares, names, caption, alt, causal=causal)
    place = toys.ask_token(names, key="att_mask_token")
    plain = toys.shares_of(head, name="plain_shares", causal=causal)
    lengths = lab.run(learning_of, head.qkv, plain, token=place, as_="gradients")
    word = safe(beginning(head.names[place], 30))
    st.markdown(_("**What “{word}” can learn from**", word=word))
    body = grids.learning_grid(lengths.value, names)
    show.html("learning", body, [lengths], caption=text["learning_caption"])


@fragment
def heads() -> None:
    sentence = toys.ask_sentence(lab, characters)
    words = toys.words_of(lab, sentence)
    names = toys.labels(words.value)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = int(
            choice(_("Heads"), {"1": "1", "2": "2", "4": "4"}, key="att_count", default="2")
        )
        seed = slider(_("Matrices by chance, seed"), 0, 20, 0, key="att_heads_seed")
    x = lab.run(rows_in_order, words, size=WIDE, as_="x")
    maps = lab.run(heads_by_hand, x, heads=count, seed=seed, as_="maps")
    columns = st.columns(min(count, 2)) * 2
    for head in range(count):
        with columns[head]:
            one = lab.run(head_map, maps, head=head, as_=f"head_{head + 1}")
            title = _("Head {number}", number=head + 1)
            views.heat(f"head_{head}", one, names, title, title)
    apart = lab.run(least_alike, maps, as_="apart").value
    said = text["heads_caption"].format(toy=toys.SIZE, size=WIDE, part=WIDE // count)
    share = f"{apart:.0%}"
    if count == 2:
        said += " " + _("The heads place {share} of their shares on other words.", share=share)
    elif count > 2:
        said += " " + _(
            "The two heads that differ most place {share} of their shares on other words.",
            share=share,
        )
    st.caption(said)


@fragment
def order() -> None:
    words = toys.words_of(lab, toys.ask_sentence(lab, characters))
    ways = {"without": _("Without positions"), "with": _("With positions")}
    way = choice(_("Rows of the places"), ways, key="att_positions")
    views.order_view(lab, words, way == "with", text[f"order_{way}"])


@fragment
def breaks() -> None:
    faults = faulty.fault_names()
    fault = choice(_("What is done wrong"), faults, key="att_fault")
    if fault == "root":
        faulty.growth_view(lab, text["break_root"])
        return
    head = asked_toy()
    names = toys.labels(head.names)
    right, wrong = faulty.right_and_wrong(head, fault)
    sides = (("right", _("Right"), right), ("wrong", faults[fault], wrong))
    for column, (side, title, shares) in zip(st.columns(2), sides, strict=True):
        with column:
            faulty.side_view(lab, side, title, shares, names, fault)
    st.caption(text[f"break_{fault}"])


def predict() -> None:
    questions.ask(lab, toys.words_of(lab, toys.ask_sentence(lab, characters)))


here.run(
    vectors=vectors,
    byhand=byhand,
    mask=mask,
    heads=heads,
    order=order,
    breaks=breaks,
    predict=predict,
)
