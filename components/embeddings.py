"""What the lesson on embeddings has around its steps: tables of vectors, words of the text, drawings."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from components import scales
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
from engine.text.onehot import words_of
from engine.vectors.static import (
    begins_like,
    known_words,
    knows,
    no_words,
    with_examples,
)

#: Words of a text that are looked at, and how many there are at least, with examples.
MOST, LEAST = 12, 6
BLUE, ORANGE = "#0072B2", "#D55E00"
#: a - b + c in the language of a table.
ANALOGIES = {"en": ("king", "man", "woman"), "zh": ("国王", "男人", "女人")}


@dataclass(frozen=True)
class Table:
    """A table of vectors and the words of the learner's text that it knows, filled up with examples.

    `vectors` : the bytes of the file. `words` : tuple of at least `LEAST` words. `own` : how many of
    them are the learner's. `tokens` : all words of the text, None if it has none.
    """

    model: Model
    lab: Lab
    vectors: Node
    words: Node
    own: int
    tokens: Node | None

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
    return Table(model, lab, vectors, words, own, tokens)


def table_of_choice(lab: Lab, characters: Node) -> Table | None:
    """Ask which vectors to use; those that are not here are offered, and None is returned."""
    models = {model.name: model for model in (GLOVE, GLOVE_ALL, CHINESE)}
    labels = {
        "glove": _("English, 20,000 words"),
        "glove-all": _("English, 400,000 words"),
        "chinese": _("Chinese, 435,729 words"),
    }
    model = models[choice(_("Vectors"), labels, key="vectors")]
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
        bar = st.progress(0.0, _("Fetching"))
        locate(model, progress=lambda share: bar.progress(share, f"{_('Fetching')} {share:.0%}"))
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


def vector_grid(vector: Any, *, label: str, width: int = 10) -> str:
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
    low, high = min(0.0, *values), max(0.0, *values)
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


def opposites_grid(found: Sequence[tuple[str, str, float, int]]) -> str:
    """A row for each pair of opposites: cosine and place among the neighbours."""
    rows = [
        [Cell(a), Cell(b), Cell(f"{c:.3f}", scales.colour("viridis", c, 0, 1)), Cell(f"{place:,}")]
        for a, b, c, place in found
    ]
    heads = [_("word"), _("opposite"), _("cosine"), _("place among its neighbours")]
    return grid(rows, label=_("Opposites"), column_heads=heads)


def numbered(sentences: Sequence[str], count: int = 18) -> list[str]:
    """Short names of sentences."""
    return [f"{n + 1} {beginning(sentence, count)}" for n, sentence in enumerate(sentences)]
