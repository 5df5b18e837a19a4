"""Shows: letters and words as rows with a single 1; every pair equally far apart; what such rows take
in memory as matrix, sparse matrix and ids; bags of words and TF-IDF of the text's sentences; four
predictions.
"""

from __future__ import annotations

import streamlit as st

from components import cells, charts, page, quiz, scales, show
from components import text as texts
from components.catalogue import COLOURS
from components.chooser import megabytes
from components.guard import fragment
from components.i18n import _, safe
from components.state import choice, slider
from engine.text.graphemes import visible
from engine.text.onehot import (
    alphabet,
    at_columns,
    bag_of_words,
    bytes_measured,
    corner,
    cost_curves,
    density,
    different,
    distance_matrix,
    document_words,
    documents_of,
    first_items,
    frequent_columns,
    how_many,
    ids_of,
    item_at,
    letters_of,
    most_similar,
    one_hot,
    reversed_words,
    strongest_words,
    symbols_of,
    tf_idf,
    vocabulary,
    weight_riddle,
    words_of,
)

here = page.start(
    "onehot",
    {
        "letters": _("Letters"),
        "words": _("Words"),
        "distance": _("Distances"),
        "cost": _("Memory"),
        "bag": _("Bag of words"),
        "predict": _("Predict"),
    },
)
text = here.text
_source, lab, characters = texts.text_of_tray()
#: Words that are counted at most, and how many of them are drawn.
MOST, DRAWN = 20_000, 200
#: Sentences and columns of the table of counts.
ROWS, COLUMNS = 8, 16


def shortened(sentence: str, count: int = 200) -> str:
    """The beginning of a sentence, as Markdown that shows it and does nothing else."""
    return safe(texts.beginning(sentence, count))


def hot_grid(matrix: object, *, label: str, rows: list[str], columns: list[str]) -> str:
    """Zeros without colour, ones on the brightest of viridis."""
    one = scales.colour("viridis", 1, 0, 1)
    grid = [[cells.Cell(str(n), one if n else None) for n in row] for row in matrix.tolist()]
    return cells.grid(grid, label=label, row_heads=rows, column_heads=columns)


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
    body = hot_grid(
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


def all_words() -> show.Node:
    """The words of the text, as many as lessons count at most."""
    return lab.run(words_of, characters, count=MOST, as_="tokens")


@fragment
def words() -> None:
    tokens = lab.run(first_items, all_words(), count=DRAWN, as_="first")
    columns = lab.run(vocabulary, tokens, as_="words")
    ids = lab.run(ids_of, tokens, columns, as_="ids")
    matrix = lab.run(one_hot, ids, columns, as_="matrix")
    height, width = matrix.value.shape
    alt = _("A dark matrix with a single bright cell in each row")
    state = show.pictures(
        "words",
        [show.Picture(matrix, _("One-hot"), alt, (), 0, 1, "viridis", "onehot", lossy=False)],
        caption=_(
            "Rows: the first {height} words of the text, in order. Columns: the {width} different ones "
            "among them, sorted. Share of ones: {share}.",
            height=height,
            width=width,
            share=f"{lab.run(density, columns, as_='share').value:.2%}",
        )
        + " "
        + text["words_caption"],
    )
    column, row = state.pin or (int(ids.value[0]), 0)
    row, column = min(row, height - 1), min(column, width - 1)
    st.markdown(
        _(
            "**Row {row}** is “{word}”, number {number} of the vocabulary: its 1 stands in that column. "
            "**Column {column}** is “{other}”.",
            row=row,
            word=shortened(tokens.value[row], 40),
            number=int(ids.value[row]),
            column=column,
            other=shortened(columns.value[column], 40),
        )
    )


@fragment
def distance() -> None:
    most = lab.run(how_many, lab.run(different, all_words(), count=16, as_="some")).value
    count = most if most < 3 else slider(_("How many words"), 2, most, min(8, most), key="pairs")
    some = lab.run(different, all_words(), count=count, as_="different_words")
    columns = lab.run(vocabulary, some, as_="words")
    ids = lab.run(ids_of, some, columns, as_="ids")
    matrix = lab.run(one_hot, ids, columns, as_="matrix")
    distances = lab.run(distance_matrix, matrix, as_="distances")
    grid = [
        [cells.Cell(f"{d:.3f}", scales.colour("viridis", d, 0, 1.5)) for d in row]
        for row in distances.value.tolist()
    ]
    names = [texts.beginning(word, 24) for word in some.value]
    body = cells.grid(grid, label=_("Distances between words"), row_heads=names, column_heads=names)
    show.html("distance", body, [distances], caption=text["distance_caption"])


def cost() -> None:
    tokens = all_words()
    columns = lab.run(vocabulary, tokens, as_="words")
    ids = lab.run(ids_of, tokens, columns, as_="ids")
    curves = lab.run(cost_curves, ids, as_="curves")
    colours = (show.CHANNEL_COLOURS["R"], show.CHANNEL_COLOURS["B"], show.CHANNEL_COLOURS["G"])

    def draw(points: object) -> object:
        kinds = (_("dense matrix"), _("sparse matrix"), _("ids"))
        series = {name: (points[:, 0], points[:, n + 1]) for n, name in enumerate(kinds)}
        x, y = _("size of the vocabulary"), _("bytes")
        return charts.lines(series, x=x, y=y, colours=colours, log_x=True, log_y=True)

    alt = _("The dense matrix grows with the vocabulary; the sparse one and the ids stay level")
    show.chart("cost", draw, [curves], caption=text["cost_caption"], alt=alt)
    measured = lab.run(bytes_measured, ids, columns, as_="measured")
    dense, sparse, numbers = map(megabytes, measured.value)
    st.markdown(
        _(
            "**Your text:** {tokens} words, {width} different ones. As a dense matrix {dense}, as a "
            "sparse one {sparse}, as ids {ids}.",
            tokens=f"{len(tokens.value):,}",
            width=f"{len(columns.value):,}",
            dense=dense,
            sparse=sparse,
            ids=numbers,
        )
    )

    def draw_density(points: object) -> object:
        series = {_("density"): (points[:, 0], points[:, 4])}
        x, y = _("size of the vocabulary"), _("% of the numbers that are 1")
        colour = (COLOURS["text"],)
        return charts.lines(series, x=x, y=y, colours=colour, log_x=True, log_y=True, height=240)

    alt = _("The share of ones falls with the vocabulary")
    show.chart("density", draw_density, [curves], caption=text["density_caption"], alt=alt)


@fragment
def bag() -> None:
    documents = lab.run(documents_of, characters, as_="documents")
    columns = lab.run(document_words, documents, as_="words")
    counts = lab.run(bag_of_words, documents, columns, as_="counts")
    weights = {"counts": _("Counts"), "tfidf": "TF-IDF"}
    chosen = choice(_("Numbers"), weights, key="weights", hide_label=True)
    matrix = counts if chosen == "counts" else lab.run(tf_idf, counts, as_="weights")
    used = lab.run(frequent_columns, counts, rows=ROWS, most=COLUMNS, as_="used")
    part = lab.run(corner, matrix, used, rows=ROWS, as_="part")
    found = lab.run(at_columns, columns, used, as_="names").value
    names = [texts.beginning(word, 24) for word in found]
    top = max(1.0, float(part.value.max())) if chosen == "counts" else 1.0
    form = "{:.0f}" if chosen == "counts" else "{:.2f}"
    grid = [
        [
            cells.Cell(form.format(n), scales.colour("viridis", n, 0, top) if n else None)
            for n in row
        ]
        for row in part.value.tolist()
    ]
    total = len(documents.value)
    heads = [f"{n + 1} {texts.beginning(d, 14)}" for n, d in enumerate(documents.value[:ROWS])]
    body = cells.grid(grid, label=weights[chosen], row_heads=heads, column_heads=names)
    show.html("bag", body, [part], caption=text[f"{chosen}_caption"])
    row = 0
    if total > 1:
        row = slider(_("Sentence, 1 to {count}", count=total), 1, total, 1, key="sentence") - 1
    strongest = lab.run(strongest_words, matrix, columns, row=row, count=8, as_="strongest")
    show.chart(
        "strongest",
        lambda pairs: charts.sizes(
            [(texts.beginning(w, 24), value, form.format(value), True) for w, value in pairs],
            x=weights[chosen],
            colour=COLOURS["text"],
        ),
        [strongest],
        caption=_("The words with the largest numbers in sentence {n}.", n=row + 1),
        alt=_("A bar for each word"),
    )
    near, cosine = lab.run(most_similar, matrix, row=row, as_="near").value
    sentence = lab.run(item_at, documents, index=row, as_="sentence")
    backwards = lab.run(reversed_words, sentence, as_="backwards").value
    st.markdown(
        _("Sentence {n}: {sentence}", n=row + 1, sentence=shortened(sentence.value))
        + "  \n"
        + _("The same numbers, for the same words backwards: {words}", words=shortened(backwards))
    )
    if near >= 0:
        st.markdown(
            _(
                "Most similar by the angle (cosine {cosine}): sentence {n}, {sentence}",
                cosine=f"{cosine:.2f}",
                n=near + 1,
                sentence=shortened(documents.value[near]),
            )
        )


def predict() -> None:
    tokens = all_words()
    columns = lab.run(vocabulary, tokens, as_="words")
    height, width = len(tokens.value), len(columns.value)
    numbers = height * width
    quiz.question(
        _(
            "All words of the text as one-hot rows over their own vocabulary: how many numbers are that?"
        ),
        {"few": _("under 1,000"), "some": _("1,000 to 100,000"), "many": _("over 100,000")},
        answer="few" if numbers < 1000 else "some" if numbers <= 100_000 else "many",
        why=_(
            "{height} × {width} = {numbers}.", height=height, width=width, numbers=f"{numbers:,}"
        ),
        key="numbers",
    )
    zeros = 1 - lab.run(density, columns, as_="share").value
    quiz.question(
        _("And how many of these numbers are 0?"),
        {"c": _("over 99 %"), "a": _("under 90 %"), "b": _("90 to 99 %")},
        answer="a" if zeros < 0.9 else "b" if zeros <= 0.99 else "c",
        why=_("{share}: all but one in each row.", share=f"{zeros:.2%}"),
        key="zeros",
    )
    ids = lab.run(ids_of, tokens, columns, as_="ids")
    dense, _sparse, stored = lab.run(bytes_measured, ids, columns, as_="measured").value
    times = dense / stored
    quiz.question(
        _("How many times smaller are the ids than the dense matrix?"),
        {"a": _("under 10 times"), "b": _("10 to 100 times"), "c": _("over 100 times")},
        answer="a" if times < 10 else "b" if times <= 100 else "c",
        why=_(
            "{times} times: {dense} against {ids}.",
            times=f"{times:,.0f}",
            dense=megabytes(dense),
            ids=megabytes(stored),
        ),
        key="smaller",
    )
    documents = lab.run(documents_of, characters, as_="documents")
    every = lab.run(document_words, documents, as_="all_words")
    weights = lab.run(tf_idf, lab.run(bag_of_words, documents, every, as_="counts"), as_="weights")
    row, three, right = lab.run(weight_riddle, weights, every, as_="riddle").value
    if three:
        quiz.question(
            _(
                "Which word has the largest TF-IDF in this sentence? {sentence}",
                sentence=shortened(documents.value[row], 300),
            ),
            {str(n): shortened(word, 40) for n, word in enumerate(three)},
            answer=str(three.index(right)),
            why=_("It is frequent here and rare in the other sentences."),
            key="weight",
        )


here.run(
    letters=letters,
    words=words,
    distance=distance,
    cost=cost,
    bag=bag,
    predict=predict,
)
