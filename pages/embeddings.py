"""Shows: one-hot times matrix as a row look-up; the nearest words by angle and by distance; a - b + c;
a word in several sentences and sentences side by side, by MiniLM; what vectors hide; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import embeddings as shown
from components import page, quiz, show
from components import text as texts
from components.guard import fragment
from components.i18n import _, safe
from components.state import choice, slider
from engine.text.onehot import documents_of, first_items, how_many
from engine.vectors.contextual import (
    example_sentences,
    has_word,
    sentence_vectors,
    share_of_unknown,
)
from engine.vectors.lookup import look_up, multiplications, multiply, one_hot_row, small_matrix
from engine.vectors.similarity import (
    analogy,
    closest_pair,
    cosine_matrix,
    length_of,
    most_different,
    nearest,
)
from engine.vectors.static import (
    share_unknown,
    table_rows,
    table_shape,
    table_words,
)

here = page.start(
    "embeddings",
    {
        "lookup": _("Look-up"),
        "nearest": _("Nearest words"),
        "analogy": _("Analogies"),
        "context": _("In context"),
        "sentences": _("Sentences"),
        "hidden": _("What they hide"),
        "predict": _("Predict"),
    },
)
text = here.text
_source, lab, characters = texts.text_of_tray()


def english() -> shown.Table:
    """The vectors that come with the app."""
    table = shown.open_table(lab, characters)
    assert table is not None
    return table


@fragment
def lookup() -> None:
    table = english()
    kinds = {"small": _("Small, by chance"), "real": "GloVe"}
    kind = choice(_("Matrix"), kinds, key="matrix")
    words, label = table.words, _("Word, 1 to {count}", count=shown.LEAST)
    if kind == "small":
        words = lab.run(first_items, table.words, count=shown.LEAST, as_="vocabulary")
        matrix = lab.run(small_matrix, words, as_="matrix")
        word = words.value[slider(label, 1, shown.LEAST, 2, key="lookup_word") - 1]
    else:
        typed = table.understood(shown.typed_word(_("Word"), words.value[0], key="lookup_typed"))
        if typed is None:
            return
        word = typed
        words = lab.run(table_words, table.vectors, as_="vocabulary")
        matrix = lab.run(table_rows, table.vectors, as_="matrix")
    hot = lab.run(one_hot_row, words, word=word, as_="one_hot")
    product = lab.run(multiply, hot, matrix, as_="product")
    row = lab.run(look_up, matrix, words, word=word, as_="row")
    alt = _("A one-hot row times a matrix")
    if kind == "small":
        body = shown.product_grid(words.value, hot.value, matrix.value, product.value, label=alt)
    else:
        body = shown.vector_grid(row.value, label=_("The vector of a word"))
    height, width = matrix.value.shape
    show.html(
        f"lookup_{kind}",
        body,
        [hot, product, row],
        caption=_(
            "“{word}” is row {place} of {height}. Multiplied out: {height} × {width} = {products} "
            "products; looked up: none, {width} numbers are copied. Numbers that differ: {differ}.",
            word=safe(word),
            place=f"{words.value.index(word) + 1:,}",
            height=f"{height:,}",
            width=width,
            products=f"{multiplications(words=height, numbers=width):,}",
            differ=sum(a != b for a, b in zip(product.value, row.value, strict=True)),
        )
        + " "
        + text[f"caption_{kind}"]
        + table.note,
    )


@fragment
def neighbours() -> None:
    table = shown.table_of_choice(lab, characters)
    if table is None:
        return
    few = lab.run(first_items, table.words, count=6, as_="few")
    start, _common = lab.run(most_different, table.vectors, few, as_="example").value
    word = table.understood(shown.typed_word(_("Word"), table.start or start, key="near"))
    if word is None:
        return
    cosine = lab.run(nearest, table.vectors, word=word, as_="by_angle")
    euclid = lab.run(nearest, table.vectors, word=word, measure="euclid", as_="by_distance")
    common = {w for w, *_rest in cosine.value} & {w for w, *_rest in euclid.value}
    body = shown.neighbours_grid(cosine.value, euclid.value)
    caption = _(
        "The {count} words nearest to “{word}”, whose vector is {length} long. Both lists share "
        "{common} of them; a word that only one list has is underlined.",
        word=safe(word),
        count=len(cosine.value),
        length=f"{lab.run(length_of, table.vectors, word=word, as_='length').value:.2f}",
        common=len(common),
    )
    caption += f" {text['nearest_caption']} {table.note}"
    show.html("nearest", body, [cosine, euclid], caption=caption)


@fragment
def analogies() -> None:
    table = shown.table_of_choice(lab, characters)
    if table is None:
        return
    kind = table.kind
    with st.container(horizontal=True, vertical_alignment="bottom"):
        typed = [
            shown.typed_word(label, start, key=f"analogy_{kind}_{number}")
            for number, (label, start) in enumerate(
                zip(("a", "− b", "+ c"), table.analogy, strict=True)
            )
        ]
        options = {"out": _("left out"), "kept": _("may win")}
        kept = choice(_("The three words themselves"), options, key="inputs")
    words = [table.understood(one) for one in typed]
    if None in words:
        return
    a, b, c = words
    found = lab.run(
        analogy, table.vectors, a=a, b=b, c=c, keep_inputs=kept == "kept", as_="ranking"
    )
    if not found.value:
        st.info(_("There is no other word in this table."), icon=":material/info:")
        return
    show.chart(
        "analogy",
        lambda ranking: shown.bars([f[:2] for f in ranking], x=_("cosine"), hollow=words),
        [found],
        caption=_("The words nearest to {a} − {b} + {c}.", a=safe(a), b=safe(b), c=safe(c))
        + " "
        + text[f"caption_{kept}"],
        alt=_("A bar for each word, the nearest on top"),
    )


@fragment
def context() -> None:
    where = shown.encoder()
    if where is None:
        return
    table = english()
    word = shown.typed_word(_("Word"), shown.WORD, key="context_word")
    written = st.text_area(
        _("Sentences with it, one a line"),
        "\n".join(shown.SENTENCES),
        key="context_sentences",
        max_chars=2000,
        height=130,
        persist_state="session",
    )
    lines = [line.strip()[:300] for line in (written or "").splitlines() if line.strip()]
    lines = [line for line in lines if has_word(line, word=word)][:6]
    if len(lines) < 2:
        st.info(text["too_few_sentences"], icon=":material/info:")
        return
    shown.cosines_in_context(table, lines, word, where, text)
    shown.cosines_of_tokens(lab, lines[:2], where, text["tokens_caption"])


def sentences() -> None:
    where = shown.encoder()
    if where is None:
        return
    own = lab.run(documents_of, characters, count=12, as_="sentences")
    note = ""
    if lab.run(how_many, own, as_="count").value < 2:
        own, note = lab.run(example_sentences, as_="sentences"), " " + text["example_note"]
    with shown.loading():
        vectors = lab.run(sentence_vectors, own, as_="sentence_rows", **where)
        vectors.value
    matrix = lab.run(cosine_matrix, vectors, as_="cosines")
    names = shown.numbered(own.value)
    unknown = lab.run(share_of_unknown, own, as_="unknown", **where).value
    if unknown > 0.05:
        note += " " + _("MiniLM does not know {share} of these tokens.", share=f"{unknown:.0%}")
    show.chart(
        "sentences",
        lambda cosines: shown.heat(cosines, names, [str(n + 1) for n in range(len(names))]),
        [matrix],
        caption=text["sentences_caption"] + note,
        alt=_("Cosines of every two sentences"),
    )
    st.markdown("  \n".join(f"{n + 1}. {safe(s[:300])}" for n, s in enumerate(own.value)))


@fragment
def hidden() -> None:
    kinds = {
        "bias": _("Prejudice"),
        "opposites": _("Opposites"),
        "frequency": _("Frequency"),
        "turned": _("Names of the numbers"),
    }
    kind = choice(_("What is hidden"), kinds, key="hides", hide_label=True)
    views = {
        "bias": shown.prejudice,
        "opposites": shown.opposites,
        "frequency": shown.lengths,
        "turned": shown.turned,
    }
    views[kind](english(), text[f"caption_{kind}"])


def predict() -> None:
    table = english()
    (a, b, most), *others = lab.run(closest_pair, table.vectors, table.words, as_="pairs").value
    pairs = sorted([(a, b), *((x, y) for x, y, _cosine in others)])
    quiz.question(
        _("Which two of these words have the most similar vectors?"),
        {str(n): safe(f"{x}, {y}") for n, (x, y) in enumerate(pairs)},
        answer=str(pairs.index((a, b))),
        why=_(
            "The cosines: {cosines}.",
            cosines=", ".join(
                f"{safe(x)} · {safe(y)} {cosine:.2f}" for x, y, cosine in ((a, b, most), *others)
            ),
        ),
        key="alike",
    )
    first = lab.run(first_items, table.words, count=1, as_="first")
    word, common = lab.run(most_different, table.vectors, first, as_="shared").value
    quiz.question(
        _(
            "“{word}”: how many of its ten nearest words do angle and distance agree on?",
            word=safe(word),
        ),
        {"few": _("under 5 words"), "some": _("5 to 8 words"), "most": _("9 or 10 words")},
        answer="few" if common < 5 else "some" if common < 9 else "most",
        why=_("On {common}: distance also depends on how long a vector is.", common=common),
        key="agree",
    )
    words, _numbers = lab.run(table_shape, table.vectors, as_="shape").value
    if table.tokens is not None:
        unknown = lab.run(share_unknown, table.tokens, table.vectors, as_="unknown").value
        quiz.question(
            _(
                "How many of the words of your text are missing in the table of {words}?",
                words=f"{words:,}",
            ),
            {"none": _("under 2 %"), "few": _("2 to 20 %"), "many": _("over 20 %")},
            answer="none" if unknown < 0.02 else "few" if unknown <= 0.2 else "many",
            why=_("{share}. For them this table has nothing at all.", share=f"{unknown:.1%}"),
            key="missing",
        )
    (best, *_rest), *_more = lab.run(
        nearest, table.vectors, word=word, count=1, as_="nearest_one"
    ).value
    back = lab.run(nearest, table.vectors, word=best, count=1, as_="back").value[0][0]
    quiz.question(
        _(
            "The word nearest to “{word}” is “{best}”. Is “{word}” also the word nearest to “{best}”?",
            word=safe(word),
            best=safe(best),
        ),
        {"yes": _("Yes, it is"), "no": _("No, another one")},
        answer="yes" if back == word else "no",
        why=_("The word nearest to “{best}” is “{back}”.", best=safe(best), back=safe(back)),
        key="mutual",
    )


here.run(
    lookup=lookup,
    nearest=neighbours,
    analogy=analogies,
    context=context,
    sentences=sentences,
    hidden=hidden,
    predict=predict,
)
