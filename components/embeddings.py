"""What the lesson on embeddings draws: grids of numbers, rankings, cosines, whole views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import charts, scales, show
from components.catalogue import COLOURS
from components.cells import Cell, grid
from components.i18n import _, safe
from components.text import beginning
from components.vectors import LEAST, Table, loading
from engine.lab import Lab, Node
from engine.vectors import hidden
from engine.vectors.contextual import (
    LONGEST,
    names_in,
    sentence_vectors,
    share_of_unknown,
    token_vectors,
    words_in_context,
)
from engine.vectors.lookup import look_up, multiplications, multiply, one_hot_row
from engine.vectors.similarity import cosine_matrix, cosines_between, length_of, nearest
from engine.vectors.static import in_contexts, knows, word_vectors

COMPARED = 12  # sentences of a text
DRAWN = 30  # tokens of a sentence
FIRST = 6  # numbers of a vector that are shown before and after a rotation
#: Words of the Chinese novel that the texts of the lesson speak of, by what these call them.
OF_THE_NOVEL = {
    "xuande": "玄德",
    "caocao": "曹操",
    "guangong": "关公",
    "zhangfei": "张飞",
    "zhaoyun": "赵云",
    "kongming": "孔明",
    "xunyu": "荀彧",
    "guojia": "郭嘉",
    "chengyu": "程昱",
    "jianxiong": "奸雄",
    "jianzei": "奸贼",
    "renyi": "仁义",
    "guanxing": "关兴",
    "zhangbao": "张苞",
    "xichuan": "西川",
    "liuzhang": "刘璋",
    "liubiao": "刘表",
    "sunquan": "孙权",
    "cao": "操",
}
BLUE, ORANGE = "#0072B2", "#D55E00"
#: One word in two meanings, in English as MiniLM is.
WORD = "apple"
SENTENCES = (
    "I ate an apple after lunch.",
    "This apple tastes sweet.",
    "Apple presented a new telephone.",
    "He bought shares of Apple.",
)


# ------------------------------------------------------------------------------ drawings


def product_grid(words: Sequence[str], hot: Any, matrix: Any, product: Any, *, label: str) -> str:
    """A one-hot column beside the matrix; the row that is picked in colour, the sum below."""
    most = float(abs(matrix).max())
    rows, place = [], int(hot.argmax())
    for number, (one, row) in enumerate(zip(hot.tolist(), matrix.tolist(), strict=True)):
        picked = number == place
        first = Cell(f"{one:.0f} ×", scales.colour("viridis", 1, 0, 1) if picked else None)
        cells = [Cell(f"{n:+.2f}", _signed(n, most) if picked else None) for n in row]
        rows.append([first, *cells])
    total = [Cell(f"{n:+.2f}", _signed(n, most)) for n in product.tolist()]
    rows.append([Cell("= "), *total])
    heads = [*(beginning(word, 16) for word in words), _("sum")]
    return grid(rows, label=label, row_heads=heads)


def vector_grid(vector: Any, *, label: str, width: int = 5) -> str:
    """The numbers of a vector on cells coloured by sign and size."""
    most = float(abs(vector).max())
    cells = [Cell(f"{n:+.2f}", _signed(n, most)) for n in vector.tolist()]
    return grid([cells[at : at + width] for at in range(0, len(cells), width)], label=label)


def rows_grid(vectors: Any, names: Sequence[str], *, label: str) -> str:
    """A row of numbers for each name."""
    most = float(abs(vectors).max())
    cells = [[Cell(f"{n:+.2f}", _signed(n, most)) for n in row] for row in vectors.tolist()]
    return grid(cells, label=label, row_heads=names)


def _signed(value: float, most: float) -> tuple[int, int, int]:
    return scales.colour("signed", value, -most, most)


def neighbours_grid(cosine: Sequence[Any], euclid: Sequence[Any]) -> str:
    """Two rankings side by side; a word that only one of them has is underlined in its colour."""
    names = {word for word, *_rest in cosine} & {word for word, *_rest in euclid}
    rows = []
    for one, other in zip(cosine, euclid, strict=True):
        rows.append(
            [
                Cell(beginning(one[0], 20), edge="" if one[0] in names else BLUE),
                Cell(f"{one[1]:.3f}"),
                Cell(f"{one[2]:.2f}"),
                Cell(beginning(other[0], 20), edge="" if other[0] in names else ORANGE),
                Cell(f"{other[1]:.3f}"),
                Cell(f"{other[2]:.2f}"),
            ]
        )
    heads = [_("by angle"), _("cosine"), _("length"), _("by distance"), _("distance"), _("length")]
    numbers = [str(n + 1) for n in range(len(rows))]
    return grid(rows, label=_("Nearest words"), row_heads=numbers, column_heads=heads)


def bars(pairs: Sequence[tuple[str, float]], *, x: str, hollow: Sequence[str] = ()) -> Any:
    """A horizontal bar for each (name, value), to either side of zero; `hollow` ones are not filled."""
    import plotly.graph_objects as go

    names = [beginning(name, 24) for name, _value in pairs]
    values = [value for _name, value in pairs]
    filled = [name not in hollow for name, _value in pairs]
    figure = go.Figure()
    figure.add_bar(
        x=values,
        y=list(range(len(pairs))),
        text=[f"{value:.3f}" for value in values],
        customdata=names,
        orientation="h",
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{customdata}: %{text}<extra></extra>",
        marker={
            "color": [COLOURS["text"] if one else "rgba(0,0,0,0)" for one in filled],
            "line": {"color": COLOURS["text"], "width": 1},
        },
    )
    low, high = min([0.0, *values]), max([0.0, *values])
    room = 0.25 * (high - low or 1)
    figure.update_layout(
        height=26 * len(pairs) + 70, margin={"l": 8, "r": 8, "t": 8, "b": 8}, showlegend=False
    )
    figure.update_xaxes(title=x, range=[low - (room if low < 0 else 0), high + room])
    figure.update_yaxes(tickvals=list(range(len(pairs))), ticktext=names, autorange="reversed")
    return figure


def numbered(sentences: Sequence[str], count: int = 18) -> list[str]:
    """Short names of sentences."""
    return [f"{n + 1} {beginning(sentence, count)}" for n, sentence in enumerate(sentences)]


# ------------------------------------------------------------------------------ whole views


def looked_up(kind: str, lab: Lab, words: Node, word: str, matrix: Node, caption: str) -> None:
    """The row of a word twice: multiplied out with a one-hot row, and copied.

    kind : "small", whose numbers are all shown, or "real", of which only the row is.
    """
    hot = lab.run(one_hot_row, words, word=word, as_="one_hot")
    product = lab.run(multiply, hot, matrix, as_="product")
    row = lab.run(look_up, matrix, words, word=word, as_="row")
    if kind == "small":
        label = _("A one-hot row times a matrix")
        body = product_grid(words.value, hot.value, matrix.value, product.value, label=label)
    else:
        body = vector_grid(row.value, label=_("The vector of a word"))
    height, width = matrix.value.shape
    found = _(
        "“{word}” is row {place} of {height}. Multiplied out: {height} × {width} = {products} "
        "products; looked up: none, {width} numbers are copied. Numbers that differ: {differ}.",
        word=safe(word),
        place=f"{words.value.index(word) + 1:,}",
        height=f"{height:,}",
        width=width,
        products=f"{multiplications(words=height, numbers=width):,}",
        differ=sum(a != b for a, b in zip(product.value, row.value, strict=True)),
    )
    show.html(f"lookup_{kind}", body, [hot, product, row], caption=f"{found} {caption}")


def two_rankings(table: Table, word: str, caption: str) -> None:
    """The nearest words of one by angle and by distance, side by side."""
    lab = table.lab
    cosine = lab.run(nearest, table.vectors, word=word, as_="by_angle")
    euclid = lab.run(nearest, table.vectors, word=word, measure="euclid", as_="by_distance")
    common = {w for w, *_rest in cosine.value} & {w for w, *_rest in euclid.value}
    found = _(
        "The {count} words nearest to “{word}”, whose vector is {length} long. Both lists share "
        "{common} of them; a word that only one list has is underlined.",
        word=safe(word),
        count=len(cosine.value),
        length=f"{lab.run(length_of, table.vectors, word=word, as_='length').value:.2f}",
        common=len(common),
    )
    body = neighbours_grid(cosine.value, euclid.value)
    show.html("nearest", body, [cosine, euclid], caption=f"{found} {caption} {table.note}")


def cosines_in_context(
    table: Table,
    lines: Sequence[str],
    word: str,
    weights: Node,
    text: Mapping[str, str],
) -> None:
    """How alike the vectors of one word are in several sentences: of the table, and of MiniLM."""
    lab, count = table.lab, len(lines)
    vectors = lab.run(
        words_in_context,
        weights,
        sentences=tuple(lines),
        word=word,
        network=True,
        as_="in_context",
    )
    with loading():
        moving = lab.run(cosine_matrix, vectors, as_="context_cosines")
        moving.value  # noqa: B018 (computed while the page says so)
    caption = text["moving_caption"]
    if word == WORD and tuple(lines) == SENTENCES:
        caption += " " + text["moving_examples"]
    sides = [(moving, "MiniLM", caption)]
    lower = word.lower()
    if lab.run(knows, table.vectors, word=lower, as_="known").value:
        same = lab.run(in_contexts, table.vectors, word=lower, times=count, as_="always")
        cosines = lab.run(cosine_matrix, same, as_="static_cosines")
        sides.insert(0, (cosines, "GloVe", text["static_caption"]))
    names, numbers = numbered(lines), [str(n + 1) for n in range(count)]
    for column, (node, title, caption) in zip(st.columns(len(sides)), sides, strict=True):
        with column:
            st.markdown(f"**{title}**")
            show.chart(
                f"context_{title}",
                lambda cosines: charts.heat(cosines, names, numbers),
                [node],
                caption=caption,
                alt=_("Cosines of one word in several sentences, {model}", model=title),
            )


def cosines_of_tokens(lab: Lab, lines: Sequence[str], weights: Node, caption: str) -> None:
    """Every token of one sentence with every token of another."""
    one, other = (
        lab.run(token_vectors, weights, text=s, network=True, as_="tokens") for s in lines
    )
    rows, columns = (lab.run(names_in, weights, text=s, as_="names").value[:DRAWN] for s in lines)
    show.chart(
        "tokens",
        lambda cosines: charts.heat(cosines[:DRAWN, :DRAWN], rows, columns),
        [lab.run(cosines_between, one, other, as_="token_cosines")],
        caption=caption,
        alt=_("Cosines of the tokens of two sentences"),
    )


def cosines_of_sentences(lab: Lab, own: Node, weights: Node, note: str, caption: str) -> None:
    """How alike every two of some sentences are, by MiniLM; under it the sentences."""
    with loading():
        rows = lab.run(sentence_vectors, weights, own, network=True, as_="sentence_rows")
        rows.value  # noqa: B018 (computed while the page says so)
    fields = {"numbers": rows.value.shape[1], "most": COMPARED, "longest": LONGEST}
    unknown = lab.run(share_of_unknown, weights, own, as_="unknown").value
    if unknown > 0.05:
        note += " " + _("MiniLM does not know {share} of these tokens.", share=f"{unknown:.0%}")
    names, numbers = numbered(own.value), [str(n + 1) for n in range(len(own.value))]
    show.chart(
        "sentences",
        lambda cosines: charts.heat(cosines, names, numbers),
        [lab.run(cosine_matrix, rows, as_="cosines")],
        caption=caption.format(**fields) + note,
        alt=_("Cosines of every two sentences"),
    )
    st.markdown("  \n".join(f"{n + 1}. {safe(s[:300])}" for n, s in enumerate(own.value)))


def glossed(word: str) -> str:
    """A word of a list, and behind it what it means in the language of the page, if that differs."""
    meaning = _(word)
    return word if meaning == word else f"{word} {meaning}"


def prejudice(table: Table, caption: str) -> None:
    """Words on the line from one word to another: from he to she, or from one hero to the other."""
    words, one, other = hidden.LINES[table.kind]
    along = table.lab.run(
        hidden.along, table.vectors, words=words, one=one, other=other, as_="places"
    )
    x = _("cosine with {one} − {other}", one=one, other=other)
    show.chart(
        "bias",
        lambda places: bars([(glossed(word), cosine) for word, cosine in places], x=x),
        [along],
        caption=caption,
        alt=_("Words between {other} and {one}", one=one, other=other),
    )


def opposites(table: Table, caption: str) -> None:
    """Pairs of opposites: cosine and place among the neighbours."""
    pairs = table.lab.run(
        hidden.opposites, table.vectors, pairs=hidden.OPPOSITES[table.kind], as_="pairs"
    )
    rows = [
        [
            Cell(glossed(a)),
            Cell(glossed(b)),
            Cell(f"{c:.3f}", scales.colour("viridis", c, 0, 1)),
            Cell(f"{place:,}"),
        ]
        for a, b, c, place in pairs.value
    ]
    heads = [_("word"), _("opposite"), _("cosine"), _("place among its neighbours")]
    body = grid(rows, label=_("Opposites"), column_heads=heads)
    show.html("opposites", body, [pairs], caption=caption)


def lengths(table: Table, caption: str) -> None:
    """The length of vectors by the frequency of their words."""
    points = table.lab.run(hidden.length_by_rank, table.vectors, as_="lengths")

    def draw(values: Any) -> Any:
        series = {_("length"): (values[:, 0], values[:, 1])}
        x, y = _("rank of the word by frequency"), _("median length of the vectors")
        figure = charts.lines(series, x=x, y=y, colours=(COLOURS["text"],), log_x=True)
        figure["layout"]["yaxis"]["rangemode"] = "tozero"
        return figure

    alt = _("The median length of vectors by rank")
    show.chart("frequency", draw, [points], caption=caption, alt=alt)


def turned(table: Table, caption: str) -> None:
    """The first numbers of some words before and after a rotation of all vectors."""
    lab, names = table.lab, table.words.value[:LEAST]
    before = lab.run(word_vectors, table.vectors, table.words, as_="before")
    after = lab.run(hidden.turned, before, as_="after")
    change = lab.run(hidden.largest_change, before, after, as_="change").value
    note = _("Largest change of a cosine: {change}.", change=f"{change:.1e}")
    for key, label, node, said in (
        ("before", _("before"), before, ""),
        ("after", _("after"), after, f"{caption} {note}"),
    ):
        part = lab.run(hidden.first_numbers, node, count=FIRST, as_="first")
        st.markdown(f"**{label}**")
        show.html(
            f"turned_{key}",
            rows_grid(part.value[:LEAST], names, label=label),
            [part],
            caption=said,
        )
