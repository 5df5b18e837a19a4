"""What the lesson on word2vec has around its steps: texts to learn from, drawings, the result kept.

Another page can use what was learnt here: `kept` gives words and vectors of this session's last run.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from components import charts, scales, scatter
from components.catalogue import COLOURS
from components.cells import Cell, grid
from components.i18n import _, language
from components.state import choice, slider
from components.text import beginning, text_of_sample
from components.text import corpus as chosen_text
from engine import work
from engine.errors import UserError
from engine.lab import Lab, Node
from engine.sources import Source, common_fields
from engine.text.preview import decode_text
from engine.vectors import word2vec

ASSETS = Path(__file__).resolve().parent.parent / "assets" / "corpora"
#: The books: file, language, a word to begin with.
BOOKS = {
    "pride": ("pride-and-prejudice.txt", "mother"),
    "kingdoms": ("three-kingdoms.txt", "玄德"),
}
#: Sentences of the made-up language.
INVENTED = 2000
#: Words below which a text gives hardly more than chance.
ENOUGH = 20_000
#: Words below which hardly any comes twice.
LONG_ENOUGH = 100
#: The most frequent words on the map; the chosen one and its neighbours come to them.
ON_MAP = 120
ROWS = 40


@dataclass(frozen=True)
class Corpus:
    """A text ready to be learnt from.

    `lines` : str. `words` : the vocabulary, most frequent first. `counts`, `ids` : see
    `engine/vectors/word2vec.py`. `groups` : of the made-up language, else None. `word` : to begin with.
    """

    lab: Lab
    lines: Node
    words: Node
    counts: Node
    ids: Node
    groups: Node | None = None
    word: str = ""

    @property
    def size(self) -> int:
        """The number of words of the text, rare ones left out."""
        return int(self.lab.run(word2vec.how_many_words, self.ids, as_="size").value)


@dataclass(frozen=True)
class Trained:
    """The result of a run: `matrix` is the input matrix, `file` both as bytes of a safetensors file."""

    corpus: Corpus
    steps: Node
    matrix: Node
    file: Node


def corpus(lab: Lab, lines: Node, *, least: int = 5, word: str = "") -> Corpus:
    """Count the words of some lines and number them."""
    words = lab.run(word2vec.counted_vocabulary, lines, least=least, as_="words")
    counts = lab.run(word2vec.word_counts, lines, words, as_="counts")
    ids = lab.run(word2vec.numbered, lines, words, as_="ids")
    return Corpus(lab, lines, words, counts, ids, word=word)


def own_corpus(lab: Lab, characters: Node, *, least: int = 1) -> Corpus:
    """The learner's text."""
    return corpus(lab, lab.run(word2vec.paragraph_lines, characters, as_="lines"), least=least)


def text_of_choice(lab: Lab, characters: Node) -> Corpus:
    """Ask which text to look at: the learner's, or one that is long enough for words to come again."""
    own = own_corpus(lab, characters)
    try:
        enough = own.size >= LONG_ENOUGH
    except UserError:  # no words at all
        enough = False
    name = chosen_text(_("Which text"), key="w2v_of", enough=enough)
    return own if name == "yours" else own_corpus(*text_of_sample(name))


def invented_corpus(lab: Lab, sentences: int = INVENTED) -> Corpus:
    """The made-up language, in the language of the page."""
    tongue = "zh" if language() == "zh" else "en"
    lines = lab.run(
        word2vec.invented_lines, sentences=sentences, language=tongue, as_="sentences_made"
    )
    made = corpus(lab, lines, least=1)
    groups = lab.run(word2vec.invented_groups, made.words, language=tongue, as_="groups")
    word = "咖啡" if tongue == "zh" else "coffee"
    return Corpus(lab, lines, made.words, made.counts, made.ids, groups, word)


@functools.lru_cache(maxsize=2)
def _book(name: str) -> Source:
    data = (ASSETS / name).read_bytes()
    return Source(**common_fields(name, data, "Text", f'Path("{name}").read_bytes()'))


def corpus_of_choice(lab: Lab, characters: Node) -> Corpus:
    """Ask which text to learn from."""
    options = {
        "pride": _("Pride and Prejudice, English"),
        "kingdoms": _("Romance of the Three Kingdoms, Chinese"),
        "invented": _("A made-up language"),
        "own": _("Your text"),
    }
    default = "kingdoms" if language() == "zh" else "pride"
    chosen = choice(_("Learn from"), options, key="w2v_corpus", default=default, look="menu")
    if chosen == "own":
        least = slider(_("A word must occur at least … times"), 1, 10, 1, key="w2v_least")
        return own_corpus(lab, characters, least=least)
    if chosen == "invented":
        return invented_corpus(lab)
    return _book_corpus(lab, chosen)


def book_of_language(lab: Lab) -> Corpus:
    """The book in the language of the page."""
    return _book_corpus(lab, "kingdoms" if language() == "zh" else "pride")


def _book_corpus(lab: Lab, chosen: str) -> Corpus:
    name, word = BOOKS[chosen]
    data = lab.open(_book(name), as_="book")
    text = lab.run(decode_text, data, encoding="utf-8", as_="text")
    return corpus(lab, lab.run(word2vec.paragraph_lines, text, as_="lines"), word=word)


def pick_word(label: str, made: Corpus, *, key: str, default: str = "") -> int:
    """Ask for a word of the vocabulary; return its number."""
    words = made.words.value
    key = f"{key}_{made.words.key[:8]}"  # another text has other words
    start = default or made.word
    index = words.index(start) if start in words else 0
    kept = st.session_state.get(key)
    if kept is not None and kept not in words:
        del st.session_state[key]
    word = st.selectbox(label, words, index=index, key=key, persist_state="session")
    return int(words.index(word)) if word in words else index


# ------------------------------------------------------------------------------ the result


def keep(made: Corpus, steps: Node) -> Trained:
    """Keep what was learnt, for other steps and other pages of this session."""
    matrix = made.lab.run(word2vec.input_matrix, steps, as_="matrix")
    file = made.lab.run(word2vec.vectors_file, made.words, matrix, as_="vectors")
    trained = Trained(made, steps, matrix, file)
    file.value  # noqa: B018 (it stays in the cache when the many steps have to go)
    st.session_state["_word2vec"] = trained
    return trained


def kept() -> Trained | None:
    """The session's last result, or None if there is none or the cache had to let it go."""
    trained = st.session_state.get("_word2vec")
    return trained if trained is not None and trained.file.is_cached else None


# ------------------------------------------------------------------------------ drawings


def window_grid(words: Sequence[str], near: Any, window: int) -> str:
    """The words of the window with their distance, and how often each is looked at."""
    heads, row = [], []
    for distance, number in near.tolist():
        chance = (window - abs(distance) + 1) / window if distance else 0.0
        colour = scales.colour("viridis", chance, 0, 1) if distance else None
        hint = _("distance {count}", count=abs(distance))
        heads.append(beginning(words[number], 20))
        row.append(Cell(f"{chance:.0%}" if distance else _("centre"), colour, hint))
    return grid([row], label=_("The window"), column_heads=heads)


def pairs_grid(words: Sequence[str], near: Any, noise: Any) -> str:
    """A row for each pair of the centre with a word near it: what it is to learn, and the noise."""
    centre = next(words[number] for distance, number in near.tolist() if not distance)
    contexts = [number for distance, number in near.tolist() if distance]
    rows = [
        [Cell(beginning(words[one], 20)), *(Cell(beginning(words[n], 20)) for n in drawn)]
        for one, drawn in zip(contexts, noise.tolist(), strict=True)
    ]
    heads = [_("in the text: 1"), *[_("noise: 0")] * noise.shape[1]]
    names = [beginning(centre, 20)] * len(rows)
    return grid(rows, label=_("Pairs"), row_heads=names, column_heads=heads)


def noise_chart(shares: Any, words: Sequence[str]) -> Any:
    """Share in the text and in the noise, word after word."""
    ranks = list(range(1, len(shares) + 1))
    series = {
        _("in the text"): (ranks, 100 * shares[:, 0]),
        _("as noise"): (ranks, 100 * shares[:, 1]),
    }
    x, y = _("rank of the word"), _("% of the words")
    return charts.lines(
        series, x=x, y=y, colours=(COLOURS["text"], "#0072B2"), log_x=True, log_y=True, height=260
    )


def loss_chart(losses: Sequence[float]) -> Any:
    """The loss over the epochs."""
    series = {_("loss"): (list(range(len(losses))), losses)}
    x, y = _("epoch"), _("mean loss of a pair")
    return charts.lines(series, x=x, y=y, colours=(COLOURS["text"],), height=260)


def neighbour_chart(found: Sequence[tuple[str, float]]) -> Any:
    """A bar for each neighbour, as long as its cosine."""
    rows = [
        (beginning(word, 20), max(0.0, cosine), f"{cosine:.2f}", True) for word, cosine in found
    ]
    return charts.sizes(rows, x=_("cosine"), colour=COLOURS["text"], height=260)


def draw_map(
    key: str,
    made: Corpus,
    rows: Any,
    panes: Sequence[scatter.Pane],
    near: Sequence[str] = (),
    word: str = "",
) -> None:
    """Words as points: in the groups of the made-up language, or one word and its neighbours.

    `rows` : the numbers of the words, of `map_rows`. `near` : the neighbours of `word`.
    """
    names = [made.words.value[n] for n in rows.tolist()]
    if made.groups is not None:
        kinds = [
            _("people"),
            _("drinks"),
            _("animals"),
            _("what they chase"),
            _("vehicles"),
            _("cities"),
            _("other words"),
        ]
        numbers = made.groups.value.tolist()
        groups = [numbers[n] if numbers[n] >= 0 else 6 for n in rows.tolist()]
    else:
        shown = beginning(word, 24)
        kinds = [_("other words"), _("neighbours of {word}", word=shown), shown]
        groups = [2 if name == word else 1 if name in near else 0 for name in names]
    scatter.draw(
        key,
        panes,
        names=names,
        groups=groups,
        group_names=kinds,
        content=made.words.key,
        height=380,
    )


def watched(job: work.Job, made: Corpus, row: int, epochs: int) -> None:
    """The state of a run under way: loss so far, a word's neighbours, the map."""
    steps = job.steps
    words, newest = made.words.value, steps[-1][None]
    matrix = word2vec.input_matrix(newest)
    near = word2vec.nearest_words(matrix, words, row=row)
    left, right = st.columns(2)
    quiet = {"displayModeBar": False}
    with left:
        figure = loss_chart([float(step[0, 0]) for step in steps])
        figure["layout"]["xaxis"]["range"] = [0, epochs]
        alt = _("The loss so far")
        st.plotly_chart(figure, key="live_loss", config=quiet, alt=alt)
    with right:
        alt = _("The nearest words so far")
        st.plotly_chart(neighbour_chart(near), key="live_near", config=quiet, alt=alt)
    rows = word2vec.map_rows(matrix, row=row, count=ON_MAP)
    spots = word2vec.map_positions(newest, rows)
    alt = _("The words so far, by PCA")
    pane = scatter.Pane(_("Map (PCA)"), alt, spots, f"{job.key}:{row}:{len(steps)}")
    draw_map("w2v", made, rows, [pane], [word for word, _cosine in near], words[row])


def score_grid(
    parts: Any, score: float, probability: float, names: tuple[str, str], label: str
) -> str:
    """Two rows of numbers, their products, and what these add up to."""
    most = max(float(abs(parts).max()), 1e-9)
    shown = min(parts.shape[1], 10)
    rows = [
        [Cell(f"{n:+.2f}", scales.colour("signed", n, -most, most)) for n in line[:shown]]
        for line in parts.tolist()
    ]
    more = parts.shape[1] > shown
    for line in rows:
        line += [Cell("…")] if more else []
    rows[0].append(Cell(""))
    rows[1].append(Cell(""))
    rows[2].append(Cell(f"Σ {score:+.2f} → {probability:.0%}"))
    heads = [beginning(names[0], 16), beginning(names[1], 16), _("product")]
    return grid(rows, label=label, row_heads=heads)
