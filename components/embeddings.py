"""What the lesson on embeddings has around its steps: tables of vectors, words of the text, drawings."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from components import charts, scales, show, word2vec
from components.catalogue import COLOURS
from components.cells import Cell, grid
from components.chooser import megabytes
from components.i18n import _, safe
from components.state import choice
from components.text import beginning
from engine.errors import UserError
from engine.lab import Lab, Node
from engine.models.catalogue import CHINESE, GLOVE, GLOVE_ALL, MINILM, Installed, Model
from engine.models.locate import file_of, find, locate
from engine.sources import Source, common_fields
from engine.text.onehot import first_items, words_of
from engine.vectors import hidden
from engine.vectors.contextual import token_names, token_vectors, words_in_context
from engine.vectors.similarity import cosine_matrix, cosines_between
from engine.vectors.static import (
    begins_like,
    in_contexts,
    known_words,
    knows,
    no_words,
    with_examples,
    word_vectors,
)

#: Words of a text that are looked at, and how many there are at least, with examples.
MOST, LEAST = 12, 6
DRAWN = 30  # tokens of a sentence
BLUE, ORANGE = "#0072B2", "#D55E00"
#: One word in two meanings, in English as MiniLM is.
WORD = "apple"
SENTENCES = (
    "I ate an apple after lunch.",
    "This apple tastes sweet.",
    "Apple presented a new telephone.",
    "He bought shares of Apple.",
)
#: a - b + c in the language of a table.
ANALOGIES = {"en": ("king", "man", "woman"), "zh": ("国王", "男人", "女人")}
#: And for what was trained here: a book of families, the made-up language in English and Chinese.
OWN_ANALOGIES = (("mother", "she", "he"), ("coffee", "tea", "cat"), ("咖啡", "茶", "猫"))


@dataclass(frozen=True)
class Table:
    """A table of vectors and the words of the learner's text that it knows, filled up with examples.

    `kind` : the language, or "own" for vectors that this session has trained. `vectors` : the bytes of
    the file. `words` : tuple of at least `LEAST` words. `own` : how many of
    them are the learner's. `tokens` : all words of the text, None if it has none. `start` : the word to
    begin with, "" for one of `words`.
    """

    kind: str
    lab: Lab
    vectors: Node
    words: Node
    own: int
    tokens: Node | None
    start: str = ""

    @property
    def analogy(self) -> tuple[str, str, str]:
        """Three words that the table knows, to begin with."""
        for three in (ANALOGIES.get(self.kind), *OWN_ANALOGIES):
            if three and all(
                self.lab.run(knows, self.vectors, word=word, as_="known").value for word in three
            ):
                return three
        words = self.words.value
        return words[0], words[-1], words[len(words) // 2]

    @property
    def note(self) -> str:
        """What a caption says of words that are not the learner's, "" if all are."""
        if self.own >= LEAST:
            return ""
        return " " + _(
            "Of your text the table knows {own} words with a meaning of their own; examples are added.",
            own=self.own,
        )

    def understood(self, typed: str) -> str | None:
        """The typed word as the table writes it; None, and why on the page, if it lacks it."""
        for word in (typed, typed.lower()):
            if self.lab.run(knows, self.vectors, word=word, as_="known").value:
                return word
        like = self.lab.run(begins_like, self.vectors, start=typed.lower(), as_="like").value
        message = _("The table has no vector for “{word}”.", word=safe(beginning(typed, 40)))
        if like:
            known = ", ".join(safe(word) for word in like)
            message += " " + _("Words that begin like it: {words}.", words=known)
        st.info(message, icon=":material/search_off:")
        return None


@functools.lru_cache(maxsize=2)
def _opened(path: str, changed: int) -> Source:
    data = Path(path).read_bytes()
    return Source(**common_fields(Path(path).name, data, "safetensors", None))


def open_table(lab: Lab, characters: Node, model: Model = GLOVE) -> Table | None:
    """The table of a model, or None if its file is not on this computer."""
    folder = find(model)
    if folder is None:
        return None
    path = file_of(folder, model)
    source = _opened(str(path), path.stat().st_mtime_ns)
    vectors = lab.open(source, as_="vectors")
    tokens: Node | None = lab.run(words_of, characters, as_="tokens")
    words = lab.run(known_words, tokens, vectors, count=MOST, as_="own_words")
    try:
        own = len(words.value)
    except UserError:  # the text has no words at all
        tokens, own = None, 0
        words = lab.run(no_words, as_="own_words")
    kind = model.languages[0]
    words = lab.run(with_examples, words, vectors, language=kind, least=LEAST, as_="words")
    return Table(kind, lab, vectors, words, own, tokens)


def trained_table(trained: word2vec.Trained) -> Table:
    """What this session has trained, as a table; its words are the most frequent ones."""
    made = trained.corpus
    words = made.lab.run(first_items, made.words, count=MOST, as_="words")
    return Table("own", made.lab, trained.file, words, LEAST, None, made.word)


def table_of_choice(lab: Lab, characters: Node) -> Table | None:
    """Ask which vectors to use; those that are not here are offered, and None is returned.

    What this session has trained on the page of word2vec is one of them.
    """
    models = {model.name: model for model in (GLOVE, GLOVE_ALL, CHINESE)}
    labels = {
        "glove": _("English, 20,000 words"),
        "glove-all": _("English, 400,000 words"),
        "chinese": _("Chinese, 435,729 words"),
    }
    if (trained := word2vec.kept()) is not None:
        count = len(trained.corpus.words.value)
        labels["own"] = _("Your word2vec: {count} words", count=f"{count:,}")
    chosen = choice(_("Vectors"), labels, key="vectors")
    if trained is not None and chosen == "own":
        st.caption(_("What you trained on the page word2vec, until you train again."))
        return trained_table(trained)
    model = models[chosen]
    table = open_table(lab, characters, model)
    if table is None:
        offer(model)
    elif not model.licence:
        st.caption(_(model.origin))
    return table


def offer(model: Model) -> None:
    """Say what would be fetched, from where and under which licence; fetch it when asked."""
    st.markdown(
        _(
            "**{title}** is not on this computer yet. To fetch: {download}; on disk: {size}; in memory: "
            "about {memory}. Licence: {licence}.",
            title=safe(model.title),
            download=megabytes(model.download),
            size=megabytes(model.size),
            memory=megabytes(model.memory),
            licence=safe(model.licence) or _("not stated"),
        )
        + " "
        + _(model.origin)
    )
    if st.button(_("Fetch"), icon=":material/download:", key=f"fetch_{model.name}"):
        bar = st.progress(0.0, _("Fetching: {share}", share="0%"))
        locate(
            model,
            progress=lambda share: bar.progress(
                share, _("Fetching: {share}", share=f"{share:.0%}")
            ),
        )
        st.rerun()


def encoder() -> dict[str, str] | None:
    """Where MiniLM is, as a parameter of the functions that use it; None, with an offer, if nowhere.

    The usual place, the installed package, needs no parameter, so the code runs anywhere.
    """
    folder = find(MINILM)
    if folder is None:
        offer(MINILM)
        return None
    package = next(s.package for s in MINILM.sources if isinstance(s, Installed))
    return {} if package in folder.parts else {"folder": str(folder)}


def typed_word(label: str, default: str, *, key: str) -> str:
    """A word that the learner types; as long as the field is empty, `default`."""
    typed = st.text_input(
        label, key=key, placeholder=default, max_chars=60, bind="query-params", width=220
    )
    return " ".join((typed or "").split()) or default


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


def heat(matrix: Any, rows: Sequence[str], columns: Sequence[str]) -> Any:
    """Cosines as a heat map from 0 to 1, with its digits as long as they fit."""
    import plotly.graph_objects as go

    digits = max(matrix.shape) <= 14
    lut = scales.table("viridis")
    assert lut is not None
    colours = [[n / 10, f"rgb{tuple(int(c) for c in lut[round(25.5 * n)])}"] for n in range(11)]
    figure = go.Figure()
    figure.add_heatmap(
        z=matrix,
        zmin=0,
        zmax=1,
        colorscale=colours,
        colorbar={"thickness": 12, "len": 0.9},
        texttemplate="%{z:.2f}" if digits else None,
        customdata=[[f"{r} · {c}" for c in columns] for r in rows],
        hovertemplate="%{customdata}: %{z:.3f}<extra></extra>",
        xgap=1,
        ygap=1,
    )
    figure.update_layout(height=30 * len(rows) + 120, margin={"l": 8, "r": 8, "t": 8, "b": 8})
    figure.update_xaxes(
        tickvals=list(range(len(columns))),
        ticktext=list(columns),
        tickangle=-45 if max(map(len, columns)) > 2 else 0,
    )
    figure.update_yaxes(tickvals=list(range(len(rows))), ticktext=list(rows), autorange="reversed")
    return figure


def numbered(sentences: Sequence[str], count: int = 18) -> list[str]:
    """Short names of sentences."""
    return [f"{n + 1} {beginning(sentence, count)}" for n, sentence in enumerate(sentences)]


# ------------------------------------------------------------------------------ whole views


def cosines_in_context(
    table: Table,
    lines: Sequence[str],
    word: str,
    where: Mapping[str, str],
    text: Mapping[str, str],
) -> None:
    """How alike the vectors of one word are in several sentences: of the table, and of MiniLM."""
    lab, count = table.lab, len(lines)
    vectors = lab.run(
        words_in_context, sentences=tuple(lines), word=word, as_="in_context", **where
    )
    with loading():
        moving = lab.run(cosine_matrix, vectors, as_="context_cosines")
        moving.value  # noqa: B018 (computed while the page says so)
    sides = [(moving, "MiniLM", text["moving_caption"])]
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
                lambda cosines: heat(cosines, names, numbers),
                [node],
                caption=caption,
                alt=_("Cosines of one word in several sentences, {model}", model=title),
            )


def cosines_of_tokens(
    lab: Lab, lines: Sequence[str], where: Mapping[str, str], caption: str
) -> None:
    """Every token of one sentence with every token of another."""
    one, other = (lab.run(token_vectors, text=s, as_="tokens", **where) for s in lines)
    rows, columns = (
        lab.run(token_names, text=s, as_="names", **where).value[:DRAWN] for s in lines
    )
    show.chart(
        "tokens",
        lambda cosines: heat(cosines[:DRAWN, :DRAWN], rows, columns),
        [lab.run(cosines_between, one, other, as_="token_cosines")],
        caption=caption,
        alt=_("Cosines of the tokens of two sentences"),
    )


def loading() -> AbstractContextManager[None]:
    """What the page says while the libraries are loaded."""
    return st.spinner(_("PyTorch and MiniLM are loaded; the first time that takes a while."))


def prejudice(table: Table, caption: str) -> None:
    """Occupations on the line from he to she."""
    words = {"words": hidden.OCCUPATIONS, "one": "she", "other": "he"}
    along = table.lab.run(hidden.along, table.vectors, as_="places", **words)
    x, alt = _("cosine with she − he"), _("Occupations between he and she")
    show.chart("bias", lambda places: bars(places, x=x), [along], caption=caption, alt=alt)


def opposites(table: Table, caption: str) -> None:
    """Pairs of opposites: cosine and place among the neighbours."""
    pairs = table.lab.run(hidden.opposites, table.vectors, pairs=hidden.OPPOSITES, as_="pairs")
    rows = [
        [Cell(a), Cell(b), Cell(f"{c:.3f}", scales.colour("viridis", c, 0, 1)), Cell(f"{place:,}")]
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
        return charts.lines(series, x=x, y=y, colours=(COLOURS["text"],), log_x=True)

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
        part = lab.run(hidden.first_numbers, node, as_="first")
        st.markdown(f"**{label}**")
        show.html(
            f"turned_{key}",
            rows_grid(part.value[:LEAST], names, label=label),
            [part],
            caption=said,
        )
