"""Shows: letters and words as rows with a single 1; every pair of words equally far apart; what such
rows take in memory as matrix, sparse matrix and ids; three predictions.
"""

from __future__ import annotations

import functools

import streamlit as st

from components import glyphs, onehot, page, quiz, show
from components import text as texts
from components.chooser import megabytes
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from engine.text.graphemes import visible
from engine.text.onehot import (
    alphabet,
    bytes_measured,
    cost_curves,
    density,
    different,
    distance_matrix,
    first_items,
    how_many,
    ids_of,
    letters_of,
    one_hot,
    symbols_of,
    vocabulary,
)
from engine.text.words import split_characters

here = page.start(
    "onehot",
    {
        "letters": _("Letters"),
        "words": _("Words"),
        "distance": _("Distances"),
        "cost": _("Memory"),
        "predict": _("Predict"),
    },
)
text = here.text
_source, lab, characters = texts.text_of_tray()
glyphs.draw_style()
#: Words that are drawn at most; up to how many each number is written out.
DRAWN, WRITTEN = 200, 16


@fragment
def letters() -> None:
    latin = lab.run(letters_of, characters, as_="letters")
    kinds = {"latin": _("26 letters and the space"), "own": _("The text's own characters")}
    kind = choice(_("Alphabet"), kinds, key="alphabet", default="latin" if latin.value else "own")
    symbols = latin if kind == "latin" else lab.run(symbols_of, characters, as_="symbols")
    if not symbols.value:
        st.info(text["no_letters"], icon=":material/info:")
        return
    count = slider(_("How many characters"), 1, 24, 9, key="letters")
    first = lab.run(first_items, symbols, count=count, as_="first")
    columns = lab.run(alphabet) if kind == "latin" else lab.run(vocabulary, first, as_="columns")
    ids = lab.run(ids_of, first, columns, as_="ids")
    matrix = lab.run(one_hot, ids, columns, as_="matrix")
    height, width = matrix.value.shape
    body = glyphs.hot_table(
        matrix.value,
        label=_("One-hot rows of characters"),
        rows=[visible(symbol) for symbol in first.value],
        columns=[visible(symbol) for symbol in columns.value],
    )
    caption = _(
        "{height} characters × {width} columns = {numbers} numbers, of which {height} are 1.",
        height=height,
        width=width,
        numbers=height * width,
    )
    show.html("letters", body, [matrix], caption=f"{caption} {text['letters_caption']}")


@fragment
def words() -> None:
    everything, _note = onehot.all_words(lab, characters)
    tokens = lab.run(first_items, everything, count=DRAWN, as_="first")
    columns, ids, matrix = onehot.encoded(lab, tokens)
    height, width = matrix.value.shape
    caption = _(
        "Rows: the first {height} words of the text, in order. Columns: the {width} different ones "
        "among them, sorted. Share of ones: {share}.",
        height=height,
        width=width,
        share=f"{lab.run(density, columns, as_='share').value:.2%}",
    )
    caption = f"{caption} {text['words_caption']}{texts.wordless(lab, characters)}"
    if width <= WRITTEN and height <= 2 * WRITTEN:
        rows, heads = ([texts.beginning(w, 12) for w in node.value] for node in (tokens, columns))
        body = glyphs.hot_table(
            matrix.value, label=_("One-hot rows of words"), rows=rows, columns=heads
        )
        show.html("few_words", body, [matrix], caption=caption)
        return
    alt = _("A dark matrix with a single bright cell in each row")
    picture = show.Picture(matrix, _("One-hot"), alt, (), 0, 1, "viridis", "onehot", lossy=False)
    state = show.pictures("words", [picture], caption=f"{caption} {text['zoom_caption']}")
    column, row = state.pin or (int(ids.value[0]), 0)
    row, column = min(row, height - 1), min(column, width - 1)
    st.markdown(
        _(
            "**Row {row}**, counted from 0, is “{word}”. It is number {number} of the vocabulary, so "
            "its 1 stands in column {number}. **Column {column}** is “{other}”.",
            row=row,
            word=texts.shortened(tokens.value[row], 40),
            number=int(ids.value[row]),
            column=column,
            other=texts.shortened(columns.value[column], 40),
        )
    )


@fragment
def distance() -> None:
    everything, _note = onehot.all_words(lab, characters)
    most = lab.run(how_many, lab.run(different, everything, count=16, as_="some")).value
    count = most if most < 3 else slider(_("How many words"), 2, most, min(8, most), key="pairs")
    some = lab.run(different, everything, count=count, as_="different_words")
    _columns, _ids, matrix = onehot.encoded(lab, some)
    distances = lab.run(distance_matrix, matrix, as_="distances")
    body = onehot.distance_grid(distances.value, some.value)
    caption = _("The first {count} different words of the text.", count=count)
    caption = f"{caption} {text['distance_caption']}{texts.wordless(lab, characters)}"
    show.html("distance", body, [distances], caption=caption)


@fragment
def cost() -> None:
    tokens, note = onehot.all_words(lab, characters)
    columns = lab.run(vocabulary, tokens, as_="words")
    ids = lab.run(ids_of, tokens, columns, as_="ids")
    curves = lab.run(cost_curves, ids, as_="curves")
    measures = {"bytes": _("Bytes"), "density": _("Share of ones")}
    measure = choice(_("Curves"), measures, key="cost_of", hide_label=True)
    alts = {
        "bytes": _(
            "The dense matrix grows with the vocabulary; the sparse one and the ids stay level"
        ),
        "density": _("The share of ones falls with the vocabulary"),
    }
    captions = {"bytes": text["cost_caption"], "density": text["density_caption"]}
    draw = functools.partial(onehot.cost_chart, measure=measure)
    show.chart("cost", draw, [curves], caption=captions[measure] + note, alt=alts[measure])
    dense, sparse, numbers = lab.run(bytes_measured, ids, columns, as_="measured").value
    st.markdown(
        _(
            "**Your text:** {tokens} words, {width} different ones. As a dense matrix {dense}, as a "
            "sparse one {sparse}, as ids {ids}.",
            tokens=f"{len(tokens.value):,}",
            width=f"{len(columns.value):,}",
            dense=megabytes(dense),
            sparse=megabytes(sparse),
            ids=megabytes(numbers),
        )
    )


def predict() -> None:
    tokens, note = onehot.all_words(lab, characters)
    columns = lab.run(vocabulary, tokens, as_="words")
    height, width = len(tokens.value), len(columns.value)
    numbers = height * width
    quiz.question(
        _(
            "All words of the text as one-hot rows over their own vocabulary: how many numbers are that?"
        ),
        {"few": _("under 1,000"), "some": _("1,000 to 100,000"), "many": _("over 100,000")},
        answer="few" if numbers < 1000 else "some" if numbers <= 100_000 else "many",
        why=_("{height} × {width} = {numbers}.", height=height, width=width, numbers=f"{numbers:,}")
        + note,
        key="hot_numbers",
    )
    zeros = 1 - lab.run(density, columns, as_="share").value
    quiz.question(
        _("And how many of these numbers are 0?"),
        {"c": _("over 99 %"), "a": _("under 90 %"), "b": _("90 to 99 %")},
        answer="a" if zeros < 0.9 else "b" if zeros <= 0.99 else "c",
        why=_("{share}: all but one in each row.", share=f"{zeros:.2%}") + note,
        key="hot_zeros",
    )
    if height > 1:
        ask_equal(height, width, note)
    else:
        ask_characters()


def ask_equal(height: int, width: int, note: str) -> None:
    """Whether a word repeats, if there are several."""
    quiz.question(
        _("Are there two words in the text, at different places, whose rows are equal?"),
        {"yes": _("Yes"), "no": _("No")},
        answer="yes" if height > width else "no",
        why=_(
            "{height} words, {width} different ones; equal words have equal rows.",
            height=f"{height:,}",
            width=f"{width:,}",
        )
        + note,
        key="hot_equal",
    )


def ask_characters() -> None:
    """How many numbers the only word's characters become."""
    everything = lab.run(split_characters, characters, as_="everything")
    first = lab.run(first_items, everything, count=1000, as_="first")
    columns = lab.run(vocabulary, first, as_="columns")
    height, width = len(first.value), len(columns.value)
    numbers = height * width
    quiz.question(
        _(
            "The characters of the text, 1000 at most, as one-hot rows over their own alphabet: how "
            "many numbers are that?"
        ),
        {"few": _("under 10"), "many": _("over 100"), "some": _("10 to 100")},
        answer="few" if numbers < 10 else "some" if numbers <= 100 else "many",
        why=_(
            "{height} × {width} = {numbers}.", height=height, width=width, numbers=f"{numbers:,}"
        ),
        key="hot_characters",
    )


here.run(letters=letters, words=words, distance=distance, cost=cost, predict=predict)
