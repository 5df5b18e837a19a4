"""Shows: how often each word stands in each sentence (bag of words); a sentence and its words
backwards with equal rows; counts beside TF-IDF; which sentences are alike; four predictions.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from components import cells, charts, page, quiz, scales, show
from components import text as texts
from components.catalogue import COLOURS
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from engine.lab import Lab, Node
from engine.text.onehot import (
    at_columns,
    bag_of_words,
    both_ways,
    commonest_word,
    corner,
    document_words,
    documents_of,
    frequent_columns,
    most_similar,
    share_of_zeros,
    strongest_words,
    tf_idf,
    weight_riddle,
    where_it_stands,
)
from engine.vectors.similarity import cosine_matrix

here = page.start(
    "bag",
    {
        "counts": _("Counts"),
        "order": _("What is lost"),
        "weights": "TF-IDF",
        "alike": _("Alike"),
        "predict": _("Predict"),
    },
)
text = here.text
_source, own_lab, own_characters = texts.text_of_tray()
#: Sentences that are counted at most; rows and columns of the tables that are drawn.
SENTENCES, ROWS, COLUMNS = 200, 8, 14


def counted(lab: Lab, characters: Node) -> tuple[Node, Node, Node, str]:
    """The sentences of a text, their vocabulary, the counts, and a note if that is not all."""
    documents = lab.run(documents_of, characters, count=SENTENCES, as_="documents")
    columns = lab.run(document_words, documents, as_="words")
    counts = lab.run(bag_of_words, documents, columns, as_="counts")
    cut = len(documents.value) == SENTENCES
    note = " " + _("Counted: the first {count} sentences.", count=SENTENCES) if cut else ""
    return documents, columns, counts, note


def sentences() -> tuple[Lab, Node, Node, Node, str]:
    """Ask for the text, and count it; a text of a few sentences shows little."""
    own = own_lab.run(documents_of, own_characters, count=SENTENCES, as_="documents")
    name = texts.corpus(_("Which text"), key="bag_of", enough=len(own.value) >= 5)
    lab, characters = (own_lab, own_characters) if name == "yours" else texts.text_of_sample(name)
    return lab, *counted(lab, characters)


def coloured(matrix: Any, form: str, *, top: float, rows: list[str], columns: list[str]) -> str:
    """A grid whose zeros have no colour."""
    grid = [
        [
            cells.Cell(form.format(n), scales.colour("viridis", n, 0, top) if n else None)
            for n in row
        ]
        for row in matrix.tolist()
    ]
    label = _("Numbers of the sentences")
    return cells.grid(grid, label=label, row_heads=rows, column_heads=columns)


def heads(documents: Node) -> list[str]:
    """The first sentences, short enough to stand before their rows."""
    return [f"{n + 1} {texts.beginning(d, 12)}" for n, d in enumerate(documents.value[:ROWS])]


def chosen_sentence(documents: Node) -> int:
    """Ask for one of the sentences, and write it out; its number from 0."""
    total, row = len(documents.value), 0
    if total > 1:
        row = slider(_("Sentence, 1 to {count}", count=total), 1, total, 1, key="sentence") - 1
    st.markdown("> " + texts.shortened(documents.value[row], 300))
    return row


@fragment
def counts() -> None:
    lab, documents, columns, found, note = sentences()
    used = lab.run(frequent_columns, found, rows=ROWS, most=COLUMNS, as_="used")
    part = lab.run(corner, found, used, rows=ROWS, as_="part")
    names = [texts.beginning(w, 12) for w in lab.run(at_columns, columns, used, as_="names").value]
    top = max(2.0, float(part.value.max()))
    body = coloured(part.value, "{}", top=top, rows=heads(documents), columns=names)
    caption = _(
        "{sentences} sentences, {words} different words: each sentence becomes {words} numbers. Shown: "
        "the first sentences and the words that are most frequent in them.",
        sentences=f"{len(documents.value):,}",
        words=f"{len(columns.value):,}",
    )
    show.html("counts", body, [part], caption=f"{text['counts_caption']} {caption}{note}")


@fragment
def order() -> None:
    lab, documents, _columns, _found, _note = sentences()
    row = chosen_sentence(documents)
    pair = lab.run(both_ways, documents, row=row, as_="pair")
    columns = lab.run(document_words, pair, as_="pair_words")
    found = lab.run(bag_of_words, pair, columns, as_="pair_counts")
    used = lab.run(frequent_columns, found, rows=2, most=COLUMNS, as_="pair_used")
    part = lab.run(corner, found, used, rows=2, as_="pair_part")
    names = [texts.beginning(w, 12) for w in lab.run(at_columns, columns, used).value]
    rows = [texts.beginning(words, 24) for words in pair.value]
    top = max(2.0, float(part.value.max()))
    body = coloured(part.value, "{}", top=top, rows=rows, columns=names)
    show.html("order", body, [part], caption=text["order_caption"])


@fragment
def weights() -> None:
    lab, documents, columns, found, note = sentences()
    row = chosen_sentence(documents)
    weighed = lab.run(tf_idf, found, as_="weights")
    kinds = {
        "plain": (found, _("Counts"), "{:.0f}", text["plain_caption"]),
        "weighed": (weighed, "TF-IDF", "{:.2f}", text["tfidf_caption"] + note),
    }
    for place, (key, (matrix, title, form, caption)) in zip(
        st.columns(2), kinds.items(), strict=True
    ):
        words = lab.run(strongest_words, matrix, columns, row=row, count=10, as_=f"{key}_words")

        def draw(pairs: Any, title: str = title, form: str = form) -> Any:
            bars = [(texts.beginning(w, 16), n, form.format(n), True) for w, n in pairs]
            return charts.sizes(bars, x=title, colour=COLOURS["text"])

        with place:
            alt = _("A bar for each of the words with the largest numbers")
            show.chart(key, draw, [words], caption=caption, alt=alt)


@fragment
def alike() -> None:
    lab, documents, _columns, found, note = sentences()
    numbers = {"counts": _("Counts"), "tfidf": "TF-IDF"}
    chosen = choice(_("Numbers"), numbers, key="alike_by", default="tfidf")
    matrix = found if chosen == "counts" else lab.run(tf_idf, found, as_="weights")
    cosines = lab.run(cosine_matrix, matrix, as_="cosines")
    part = cosines.value[:ROWS, :ROWS]
    columns = [str(n + 1) for n in range(len(part))]
    body = coloured(part, "{:.2f}", top=1.0, rows=heads(documents), columns=columns)
    show.html("alike", body, [cosines], caption=text["alike_caption"])
    first, second, cosine = lab.run(most_similar, cosines, as_="near").value
    if not cosine:
        st.markdown(_("No two sentences share a word."))
        return
    st.markdown(
        _(
            "Most alike of all (cosine {cosine}): sentence {first}, {one}; and sentence {second}, {two}",
            cosine=f"{cosine:.2f}",
            first=first + 1,
            second=second + 1,
            one=texts.shortened(documents.value[first]),
            two=texts.shortened(documents.value[second]),
        )
        + note
    )


def predict() -> None:
    documents, columns, found, note = counted(own_lab, own_characters)
    width, total = len(columns.value), len(documents.value)
    quiz.question(
        _("How many numbers does each sentence of your text become?"),
        {"few": _("under 50"), "some": _("50 to 500"), "many": _("over 500")},
        answer="few" if width < 50 else "some" if width <= 500 else "many",
        why=_("{count}: one for each different word of the text.", count=f"{width:,}") + note,
        key="bag_width",
    )
    zeros = own_lab.run(share_of_zeros, found, as_="zeros").value
    quiz.question(
        _("How many of the numbers of all sentences are 0?"),
        {"half": _("up to half"), "most": _("half to 90 %"), "all": _("over 90 %")},
        answer="half" if zeros <= 0.5 else "most" if zeros <= 0.9 else "all",
        why=_("{share}: a sentence has few of the words.", share=f"{zeros:.1%}") + note,
        key="bag_zeros",
    )
    word, holding = own_lab.run(commonest_word, found, columns, as_="commonest").value
    quiz.question(
        _("Is there a word that stands in more than half of the sentences?"),
        {"no": _("No"), "yes": _("Yes")},
        answer="yes" if 2 * holding > total else "no",
        why=_(
            "At most {holding} of {total} sentences share one: {word}.",
            holding=holding,
            total=total,
            word=texts.shortened(word, 40),
        )
        + note,
        key="bag_common",
    )
    weighed = own_lab.run(tf_idf, found, as_="weights")
    row, three, right = own_lab.run(weight_riddle, weighed, columns, as_="riddle").value
    if three:
        times, holding = own_lab.run(
            where_it_stands, found, columns, row=row, word=right, as_="stands"
        ).value
        quiz.question(
            _(
                "Which word has the largest TF-IDF in this sentence? {sentence}",
                sentence=texts.shortened(documents.value[row], 300),
            ),
            {str(n): texts.shortened(word, 40) for n, word in enumerate(three)},
            answer=str(three.index(right)),
            why=_(
                "Times that it stands here: {times}. Sentences that have it: {holding} of {total}.",
                times=times,
                holding=holding,
                total=total,
            )
            + note,
            key="bag_weight",
        )


here.run(counts=counts, order=order, weights=weights, alike=alike, predict=predict)
