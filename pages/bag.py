"""Shows: how often each word stands in each sentence (bag of words); a sentence and its words
backwards with equal rows; counts beside TF-IDF; which sentences are alike; at least three predictions.
"""

from __future__ import annotations

import functools

import streamlit as st

from components import bag, page, quiz, show
from components import text as texts
from components.bag import COLUMNS, ROWS, Bag
from components.guard import fragment
from components.i18n import _
from components.state import choice
from engine.text.onehot import (
    at_columns,
    bag_of_words,
    both_ways,
    commonest_word,
    corner,
    document_words,
    frequent_columns,
    largest_and_sum,
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


@fragment
def counts() -> None:
    b = bag.asked()
    used = b.lab.run(frequent_columns, b.counts, rows=ROWS, most=COLUMNS, as_="used")
    part = b.lab.run(corner, b.counts, used, rows=ROWS, as_="part")
    found = b.lab.run(at_columns, b.words, used, as_="names").value
    names = [texts.beginning(word, 12) for word in found]
    top = max(2.0, float(part.value.max()))
    body = bag.grid(part.value, "{}", top=top, rows=bag.heads(b), columns=names)
    caption = _(
        "{sentences} sentences, {words} different words: each sentence becomes {words} numbers. Shown: "
        "the first sentences and the words that are most frequent in them.",
        sentences=f"{len(b.documents.value):,}",
        words=f"{len(b.words.value):,}",
    )
    show.html("counts", body, [part], caption=f"{text['counts_caption']} {caption}{b.note}")


@fragment
def order() -> None:
    b = bag.asked()
    pair = b.lab.run(both_ways, b.documents, row=bag.chosen_sentence(b), as_="pair")
    columns = b.lab.run(document_words, pair, as_="pair_words")
    found = b.lab.run(bag_of_words, pair, columns, as_="pair_counts")
    used = b.lab.run(frequent_columns, found, rows=2, most=COLUMNS, as_="pair_used")
    part = b.lab.run(corner, found, used, rows=2, as_="pair_part")
    names = [texts.beginning(word, 12) for word in b.lab.run(at_columns, columns, used).value]
    rows = [texts.beginning(words, 24) for words in pair.value]
    top = max(2.0, float(part.value.max()))
    body = bag.grid(part.value, "{}", top=top, rows=rows, columns=names)
    show.html("order", body, [part], caption=text["order_caption"])


@fragment
def weights() -> None:
    b = bag.asked()
    row = bag.chosen_sentence(b)
    weighed = b.lab.run(tf_idf, b.counts, as_="weights")
    kinds = {
        "plain": (b.counts, _("Counts"), "{:.0f}", text["plain_caption"]),
        "weighed": (weighed, "TF-IDF", "{:.2f}", text["tfidf_caption"] + b.note),
    }
    for place, key in zip(st.columns(2), kinds, strict=True):
        matrix, title, form, caption = kinds[key]
        words = b.lab.run(strongest_words, matrix, b.words, row=row, count=10, as_=f"{key}_words")
        draw = functools.partial(bag.bars, title=title, form=form)
        with place:
            alt = _("A bar for each of the words with the largest numbers")
            show.chart(key, draw, [words], caption=caption, alt=alt)


@fragment
def alike() -> None:
    b = bag.asked()
    numbers = {"counts": _("Counts"), "tfidf": "TF-IDF"}
    chosen = choice(_("Numbers"), numbers, key="alike_by", default="tfidf")
    matrix = b.counts if chosen == "counts" else b.lab.run(tf_idf, b.counts, as_="weights")
    cosines = b.lab.run(cosine_matrix, matrix, as_="cosines")
    part = cosines.value[:ROWS, :ROWS]
    columns = [str(n + 1) for n in range(len(part))]
    body = bag.grid(part, "{:.2f}", top=1.0, rows=bag.heads(b), columns=columns)
    show.html("alike", body, [cosines], caption=text["alike_caption"])
    first, second, cosine = b.lab.run(most_similar, cosines, as_="near").value
    if not cosine:
        st.markdown(_("No two sentences share a word."))
        return
    st.markdown(
        _(
            "Most alike of all (cosine {cosine}): sentence {first}, {one}; and sentence {second}, {two}",
            cosine=f"{cosine:.2f}",
            first=first + 1,
            second=second + 1,
            one=texts.shortened(b.documents.value[first]),
            two=texts.shortened(b.documents.value[second]),
        )
        + b.note
    )


def predict() -> None:
    b = bag.bag_of_tray()
    width = len(b.words.value)
    quiz.question(
        _("How many numbers does each sentence of your text become?"),
        {"few": _("under 50"), "some": _("50 to 500"), "many": _("over 500")},
        answer="few" if width < 50 else "some" if width <= 500 else "many",
        why=_("{count}: one for each different word of the text.", count=f"{width:,}") + b.note,
        key="bag_width",
    )
    if len(b.documents.value) > 1:
        ask_sentences(b)
    else:
        ask_row(b)
    ask_weight(b)


def ask_sentences(b: Bag) -> None:
    """What the rows of several sentences have in common."""
    zeros = b.lab.run(share_of_zeros, b.counts, as_="zeros").value
    quiz.question(
        _("How many of the numbers of all sentences are 0?"),
        {"half": _("up to half"), "most": _("half to 90 %"), "all": _("over 90 %")},
        answer="half" if zeros <= 0.5 else "most" if zeros <= 0.9 else "all",
        why=_("{share}: a sentence has few of the words.", share=f"{zeros:.1%}") + b.note,
        key="bag_zeros",
    )
    word, holding = b.lab.run(commonest_word, b.counts, b.words, as_="commonest").value
    total = len(b.documents.value)
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
        + b.note,
        key="bag_common",
    )


def ask_row(b: Bag) -> None:
    """What the row of the only sentence holds."""
    largest, added = b.lab.run(largest_and_sum, b.counts, as_="facts").value
    quiz.question(
        _("Your text is a single sentence. What is the largest number of its row?"),
        {"two": _("2 to 4"), "many": _("5 or more"), "one": "1"},
        answer="one" if largest == 1 else "two" if largest < 5 else "many",
        why=_("{count}: so often does the most frequent word stand in it.", count=f"{largest:,}")
        + b.note,
        key="bag_largest",
    )
    quiz.question(
        _("All numbers of its row are added up. How much is that?"),
        {"some": _("10 to 100"), "few": _("under 10"), "many": _("over 100")},
        answer="few" if added < 10 else "some" if added <= 100 else "many",
        why=_("{count}: every word of the sentence counts once.", count=f"{added:,}") + b.note,
        key="bag_sum",
    )


def ask_weight(b: Bag) -> None:
    """Which of three words of a sentence weighs most, if their weights differ."""
    weighed = b.lab.run(tf_idf, b.counts, as_="weights")
    row, three, right = b.lab.run(weight_riddle, weighed, b.words, as_="riddle").value
    if not three:
        return
    times, holding = b.lab.run(
        where_it_stands, b.counts, b.words, row=row, word=right, as_="stands"
    ).value
    quiz.question(
        _(
            "Which word has the largest TF-IDF in this sentence? {sentence}",
            sentence=texts.shortened(b.documents.value[row], 300),
        ),
        {str(n): texts.shortened(word, 40) for n, word in enumerate(three)},
        answer=str(three.index(right)),
        why=_(
            "Times that it stands here: {times}. Sentences that have it: {holding} of {total}.",
            times=times,
            holding=holding,
            total=len(b.documents.value),
        )
        + b.note,
        key="bag_weight",
    )


here.run(counts=counts, order=order, weights=weights, alike=alike, predict=predict)
