"""Texts that word2vec learns from, and what this session has learnt from one.

Another page can use what was learnt here: `kept` gives words and vectors of this session's last run.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from components import tray
from components.i18n import _, language
from components.state import choice, slider
from engine.lab import Lab, Node
from engine.sources import Source, common_fields
from engine.text.encodings import read_text
from engine.text.preview import decode_text
from engine.vectors import word2vec
from engine.vectors.mapdata import unwrapped

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
#: Words of a book that must be there how often.
LEAST_IN_BOOK = 5
#: Characters of a book from which maps take their words and sentences.
BEGINNING = 40_000
#: Words below which hardly any comes twice.
LONG_ENOUGH = 100


@dataclass(frozen=True)
class Corpus:
    """A text ready to be learnt from.

    `lines` : str. `words` : the vocabulary, most frequent first. `counts`, `ids` : see
    `engine/vectors/word2vec.py`. `groups` : of the made-up language, else None. `word` : to begin with.
    `least` : how often a word must occur.
    """

    lab: Lab
    lines: Node
    words: Node
    counts: Node
    ids: Node
    groups: Node | None = None
    word: str = ""
    least: int = 1

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


def corpus(lab: Lab, lines: Node, *, least: int = LEAST_IN_BOOK, word: str = "") -> Corpus:
    """Count the words of some lines and number them."""
    words = lab.run(word2vec.counted_vocabulary, lines, least=least, as_="words")
    counts = lab.run(word2vec.word_counts, lines, words, as_="counts")
    ids = lab.run(word2vec.numbered, lines, words, as_="ids")
    return Corpus(lab, lines, words, counts, ids, word=word, least=least)


def own_corpus(lab: Lab, characters: Node, *, least: int = 1) -> Corpus:
    """The learner's text."""
    return corpus(lab, lab.run(word2vec.paragraph_lines, characters, as_="lines"), least=least)


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


def book_file(name: str) -> Source:
    """One of `BOOKS` as a file."""
    return _book(BOOKS[name][0])


def corpus_of_choice(lab: Lab, characters: Node) -> Corpus:
    """Ask which text to learn from, once for the whole lesson; the learner's own comes first."""
    options = {
        "pride": _("Pride and Prejudice, English"),
        "kingdoms": _("Romance of the Three Kingdoms, Chinese"),
        "invented": _("A made-up language"),
        "own": _("Your text"),
    }
    default, key = "kingdoms" if language() == "zh" else "pride", "w2v_corpus"
    if tray.is_own("text"):
        default, key = "own", "w2v_corpus_own"  # a text that was just given is taken at once
    chosen = choice(
        _("Which text"), options, key=key, param="w2v_corpus", default=default, look="menu"
    )
    if chosen == "own":
        least = slider(_("A word must occur at least … times"), 1, 10, 1, key="w2v_least")
        return own_corpus(lab, characters, least=least)
    if chosen == "invented":
        return invented_corpus(lab)
    return _book_corpus(lab, chosen)


def for_questions(made: Corpus) -> Corpus:
    """The text, or a book if its words hardly come again: that leaves nothing to ask."""
    counts = made.counts.value
    if made.size >= LONG_ENOUGH and counts[0] > counts[-1]:
        return made
    st.caption(_("This text is too short for these questions, so they are about a book."))
    return book_of_language(made.lab)


def text_for_maps(lab: Lab, characters: Node, *, tongue: str, enough: bool) -> Node:
    """Ask which text gives a map its words or sentences: the learner's or the beginning of a book.

    enough : bool, whether the learner's text is long enough to begin with; one that is not a sample
    always is. tongue : "en" or "zh", the language of the book to begin with.
    """
    options = {
        "yours": _("Your text"),
        "pride": _("Pride and Prejudice"),
        "kingdoms": _("Three Kingdoms"),
    }
    own = tray.is_own("text")
    book = "kingdoms" if tongue == "zh" else "pride"
    key = f"map_text_{'own' if own else tongue}"  # a new text is taken at once
    default = "yours" if own or enough else book
    chosen = choice(
        _("Which text"), options, key=key, param="map_text", default=default, look="menu"
    )
    return characters if chosen == "yours" else _beginning(lab, chosen)


def _beginning(lab: Lab, name: str) -> Node:
    """The first characters of a book, a paragraph a line."""
    data = lab.open(_book(BOOKS[name][0]), as_="book")
    start = lab.run(read_text, data, encoding="utf-8", most=BEGINNING, as_="beginning")
    return lab.run(unwrapped, start, as_="paragraphs")


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
