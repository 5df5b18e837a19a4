"""Shows: the learner's words as queries, keys and values by matrices that can be changed; scores,
softmax and sums step by step, of the toy or a head of MiniLM; the mask and the temperature; several
heads; what an order does with and without positions; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import attentionsteps as shown
from components import charts, numbers, page, quiz, show
from components import text as texts
from components.guard import fragment
from components.i18n import _, safe
from components.state import choice, slider
from components.stepper import stepper
from components.text import beginning
from engine.lab import Node
from engine.softmax import softmax_rows
from engine.training.attention_steps import (
    attention_output,
    attention_scores,
    growth_with_size,
    head_map,
    heads_by_hand,
    learning_of,
    least_alike,
    parts_of_output,
    products_of,
    projected,
    put_back,
    rows_apart,
    rows_in_order,
    share_of_later,
    shares_in_use,
    softmax_columns,
    word_backwards,
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
SIZES = (4, 16, 64, 256)  # of the vectors by chance that show what the root is for
WIDE = 8  # numbers of a word where several heads share them


def shares_of(head: shown.Head, *, name: str = "shares", **how: object) -> Node:
    """The attention of a head: softmax over each row of its scores."""
    return lab.run(softmax_rows, lab.run(attention_scores, head.qkv, as_="scores", **how), as_=name)


def heat(key: str, shares: Node, names: list[str], caption: str, alt: str) -> None:
    """Who looks at whom, as a matrix."""
    show.chart(
        key,
        lambda found: charts.heat(found, names, names, x=_("is looked at")),
        [shares],
        caption=caption,
        alt=alt,
    )


@fragment
def vectors() -> None:
    sentence = shown.ask_sentence(lab, characters)
    words = shown.words_of(lab, sentence)
    given = shown.ask_matrices(lab)
    head = shown.toy(lab, words, given)
    x = head.qkv.inputs[0]
    names = shown.labels(head.names)
    views = [(_("in: x"), x.value)]
    views += zip((_("query"), _("key"), _("value")), head.qkv.value, strict=True)
    columns = [*st.columns(2), *st.columns(2)]
    for column, (title, rows) in zip(columns, views, strict=True):
        with column:
            st.markdown(f"**{title}**")
            st.html(shown.rows_grid(rows, names, label=title))
    show.footer("vectors", [x, head.qkv], text["vectors_caption"].format(size=shown.SIZE))


@fragment
def byhand() -> None:
    sentence = shown.ask_sentence(lab, characters)
    head = shown.ask_head(lab, sentence, key="att_of")
    if head is None:
        return
    names = shown.labels(head.names)
    place = shown.ask_token(names, key="att_token")
    step = stepper(_("Step"), 1, 5, 1, key="att_step")
    products = lab.run(products_of, head.qkv, token=place, as_="products")
    scores = lab.run(attention_scores, head.qkv, divide=False, as_="products_added")
    roots = lab.run(attention_scores, head.qkv, as_="scores")
    shares = lab.run(softmax_rows, roots, as_="shares")
    parts = lab.run(parts_of_output, shares, head.qkv, token=place, as_="parts")
    rows = [node.value[place] for node in (scores, roots, shares)]
    st.markdown(f"**{step}.** " + text[f"step_{step}"].format(size=head.size))
    if step < 5:
        body = shown.score_grid(names, products.value, *rows, step)
        nodes = [products, scores, roots, shares][: step + 1]
    else:
        body, nodes = shown.output_grid(names, rows[2], parts.value), [shares, parts]
    best = int(rows[2].argmax())
    said = _(
        "“{one}” looks most at “{other}”: {sum}; ÷ √{size} = {score}; share {share}.",
        one=safe(beginning(head.names[place], 30)),
        other=safe(beginning(head.names[best], 30)),
        sum=shown.written_sum(products.value[best], rows[0][best]),
        size=head.size,
        score=f"{rows[1][best]:+.3f}".replace("-", "−"),
        share=f"{rows[2][best]:.1%}",
    )
    show.html("byhand", body, nodes, caption=f"{said} {text['byhand_caption']}{head.note}")
    st.page_link("pages/bert.py", label=_("All heads of MiniLM: Inside BERT"))


@fragment
def mask() -> None:
    sentence = shown.ask_sentence(lab, characters)
    head = shown.toy(lab, shown.words_of(lab, sentence), shown.matrices(lab))
    names = shown.labels(head.names)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sides = {"causal": _("Later words hidden"), "all": _("All seen")}
        causal = choice(_("Mask"), sides, key="att_mask") == "causal"
        temperature = st.slider(
            _("Temperature"), 0.1, 5.0, 1.0, 0.1, key="att_temp", bind="query-params"
        )
    shares = shares_of(head, causal=causal, temperature=float(temperature))
    used = lab.run(shares_in_use, shares, as_="in_use")
    mean = float(used.value.mean())
    caption = text["mask_caption"] + " "
    caption += _("On average a word looks at {count} words, in effect.", count=f"{mean:.1f}")
    heat("mask", shares, names, caption, _("Who looks at whom, as a matrix"))
    place = shown.ask_token(names, key="att_mask_token")
    plain = shares_of(head, name="plain_shares", causal=causal)
    lengths = lab.run(learning_of, head.qkv, plain, token=place, as_="gradients")
    word = safe(beginning(head.names[place], 30))
    st.markdown(_("**What “{word}” can learn from**", word=word))
    body = shown.learning_grid(lengths.value, names)
    show.html("learning", body, [lengths], caption=text["learning_caption"])


@fragment
def heads() -> None:
    sentence = shown.ask_sentence(lab, characters)
    words = shown.words_of(lab, sentence)
    names = shown.labels(words.value)
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
            heat(f"head_{head}", one, names, title, title)
    apart = lab.run(least_alike, maps, as_="apart").value
    said = text["heads_caption"].format(size=WIDE, part=WIDE // count)
    if count > 1:
        said += " " + _(
            "The two heads that differ most place {share} of their shares elsewhere.",
            share=f"{apart:.0%}",
        )
    st.caption(said)


@fragment
def order() -> None:
    sentence = shown.ask_sentence(lab, characters)
    words = shown.words_of(lab, sentence)
    names = shown.labels(words.value)
    ways = {"without": _("Without positions"), "with": _("With positions")}
    positions = choice(_("Rows of the places"), ways, key="att_positions") == "with"
    back = lab.run(word_backwards, count=len(names), as_="order").value
    queries, keys, values = shown.matrices(lab)
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
            st.html(shown.rows_grid(node.value, names, label=title))
    most = float(apart.value.max())
    show.footer(
        "order",
        [forwards, again, apart],
        text[f"order_{'with' if positions else 'without'}"]
        + " "
        + _("Largest difference: {most}.", most=numbers.plain(most, 2)),
    )


@fragment
def breaks() -> None:
    faults = {
        "columns": _("Softmax over columns"),
        "future": _("Mask forgotten"),
        "root": _("Root forgotten"),
    }
    fault = choice(_("What is done wrong"), faults, key="att_fault")
    if fault == "root":
        rows = lab.run(growth_with_size, sizes=SIZES, as_="growth")
        body = shown.growth_grid(rows.value, SIZES)
        show.html("growth", body, [rows], caption=text["break_root"])
        return
    head = shown.toy(
        lab, shown.words_of(lab, shown.ask_sentence(lab, characters)), shown.matrices(lab)
    )
    names = shown.labels(head.names)
    right = shares_of(head, name="right", causal=fault == "future")
    wrong = (
        lab.run(softmax_columns, lab.run(attention_scores, head.qkv, as_="scores"), as_="wrong")
        if fault == "columns"
        else shares_of(head, name="wrong")
    )
    sides = ((_("Right"), right, "right"), (faults[fault], wrong, "wrong"))
    for column, (title, node, side) in zip(st.columns(2), sides, strict=True):
        with column:
            st.markdown(f"**{title}**")
            sums = ", ".join(f"{row.sum():.2f}" for row in node.value)
            caption = _("Sums of the rows: {sums}.", sums=sums)
            if fault == "future":
                later = lab.run(share_of_later, node, as_="later").value
                caption = _("{share} of all attention goes to later words.", share=f"{later:.0%}")
            heat(f"break_{side}", node, names, caption, title)
    st.caption(text[f"break_{fault}"])


def predict() -> None:
    head = shown.toy(
        lab, shown.words_of(lab, shown.ask_sentence(lab, characters)), shown.matrices(lab)
    )
    plain = shares_of(head)
    word = safe(beginning(head.names[0], 30))
    first = shares_of(head, name="first", causal=True).value[0, 0]
    quiz.question(
        _(
            "Later words are hidden. What share of its attention does “{word}”, the first, give itself?",
            word=word,
        ),
        {"some": _("about its share of all words"), "all": _("all of it"), "none": _("none")},
        answer="all" if first > 0.99 else "none" if first < 0.01 else "some",
        why=_("{share}: nothing else is there yet.", share=f"{first:.0%}"),
        key="att_first",
    )
    hot = shares_of(head, name="hot", temperature=1000.0)
    gap = float(hot.value.max() - hot.value.min())
    quiz.question(
        _("The temperature rises to 1000. What becomes of the shares?"),
        {"one": _("one word gets all"), "even": _("all get the same"), "stay": _("they stay")},
        answer="even" if gap < 0.05 else "one" if hot.value.max() > 0.95 else "stay",
        why=_(
            "From {least} to {most}: each word gets about one part in {count}.",
            least=f"{hot.value.min():.1%}",
            most=f"{hot.value.max():.1%}",
            count=len(head.names),
        ),
        key="att_hot",
    )
    bare = shares_of(shown.toy(lab, shown.words_of_pair(lab), shown.matrices(lab), positions=False))
    same = float(abs(bare.value[0] - bare.value[2]).max())
    quiz.question(
        _("“tea and tea”, without positions: do the two “tea” look at the words in the same way?"),
        {"yes": _("Yes, exactly"), "no": _("No")},
        answer="yes" if same < 1e-12 else "no",
        why=_("The largest difference between their shares is {gap}.", gap=numbers.plain(same, 1)),
        key="att_same",
    )
    most = int(plain.value.mean(axis=0).argmax())
    options = {str(n): safe(f"{n + 1} {beginning(name, 30)}") for n, name in enumerate(head.names)}
    quiz.question(
        _(
            "With your matrices of the first step: which word is looked at most by all words together?"
        ),
        options,
        answer=str(most),
        why=_("It gets {share} of all attention.", share=f"{plain.value.mean(axis=0)[most]:.0%}"),
        key="att_most",
    )


here.run(
    vectors=vectors,
    byhand=byhand,
    mask=mask,
    heads=heads,
    order=order,
    breaks=breaks,
    predict=predict,
)
