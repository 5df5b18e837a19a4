"""Tables of vectors of words: those of this app, those to fetch, and what this session has trained."""

from __future__ import annotations

import functools
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from components import corpora
from components.i18n import _, language, safe
from components.models import offer
from components.state import Look, choice
from components.text import beginning
from engine.errors import UserError
from engine.lab import Lab, Node
from engine.models.catalogue import CHINESE, GLOVE, GLOVE_ALL, MINILM, SANGUO, Model
from engine.models.locate import file_of, find
from engine.sources import Source, common_fields
from engine.text.onehot import first_items, words_of
from engine.text.words import mostly_chinese
from engine.vectors.contextual import share_of_unknown
from engine.vectors.static import (
    begins_like,
    known_words,
    knows,
    no_words,
    passed_over,
    table_shape,
    with_examples,
)

#: Words of a text that are looked at, and how many there are at least, with examples.
MOST, LEAST = 12, 6
#: Letters at the beginning that make two words alike.
LIKE = 5
#: The tables that come with the app, by language.
OURS = {"en": GLOVE, "zh": SANGUO}
#: a - b + c; a table takes the first of which it has all words.
ANALOGIES = (
    ("king", "man", "woman"),
    ("国王", "男人", "女人"),
    ("关兴", "关公", "张飞"),
    ("mother", "she", "he"),
    ("coffee", "tea", "cat"),
    ("咖啡", "茶", "猫"),
)


@dataclass(frozen=True)
class Table:
    """A table of vectors and the words of the learner's text that it knows, filled up with examples.

    `name` : of the model, or "own" for vectors that this session has trained. `kind` : the language, or
    "own". `vectors` : the bytes of the file. `words` : tuple of at least `LEAST` words. `own` : how many
    of them are the learner's. `tokens` : all words of the text, None if it has none. `start` : the word
    to begin with, "" for one of `words`.
    """

    name: str
    kind: str
    lab: Lab
    vectors: Node
    words: Node
    own: int
    tokens: Node | None
    start: str = ""

    @property
    def title(self) -> str:
        """What the table is called in a sentence."""
        titles = {"sanguo": _("the Three Kingdoms vectors"), "chinese": "simplechinese"}
        return titles.get(self.name, "word2vec" if self.name == "own" else "GloVe")

    @property
    def shape(self) -> tuple[int, int]:
        """How many words it has, and how many numbers each."""
        words, numbers = self.lab.run(table_shape, self.vectors, as_="shape").value
        return int(words), int(numbers)

    @property
    def analogy(self) -> tuple[str, str, str]:
        """Three words that the table knows, to begin with."""
        for three in ANALOGIES:
            if all(self.lab.run(knows, self.vectors, word=w, as_="known").value for w in three):
                return three
        words = self.words.value
        return words[0], words[-1], words[len(words) // 2]

    @property
    def note(self) -> str:
        """What a caption says of words that are not the learner's, "" if all are."""
        if self.own >= LEAST:
            return ""
        added = ", ".join(safe(word) for word in self.words.value[self.own :])
        note = _(
            "Of your text the table knows {own} words with a meaning of their own, so examples are "
            "added: {added}.",
            own=self.own,
            added=added,
        )
        if self.tokens is not None:
            kinds = self.lab.run(passed_over, self.tokens, self.vectors, as_="left_out").value
            frequent, unknown = (", ".join(safe(beginning(w, 20)) for w in kind) for kind in kinds)
            if frequent:
                note += " " + _("Too frequent to say much: {words}.", words=frequent)
            if unknown:
                note += " " + _("Not in the table: {words}.", words=unknown)
        return f" {note}"

    def understood(self, typed: str) -> str | None:
        """The typed word as the table writes it; None, and why on the page, if it lacks it."""
        for word in (typed, typed.lower()):
            if self.lab.run(knows, self.vectors, word=word, as_="known").value:
                return word
        like = self.lab.run(begins_like, self.vectors, start=typed.lower(), as_="like").value
        like = [one for one in like if one.startswith(typed.lower()[:LIKE])]
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


def tongue_of(lab: Lab, characters: Node) -> str:
    """ "zh" if the page is in Chinese or the learner's text is, else "en"."""
    chinese = language() == "zh" or lab.run(mostly_chinese, characters, as_="in_chinese").value
    return "zh" if chinese else "en"


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
    return Table(model.name, kind, lab, vectors, words, own, tokens)


def trained_table(trained: corpora.Trained) -> Table:
    """What this session has trained, as a table; its words are the most frequent ones."""
    made = trained.corpus
    words = made.lab.run(first_items, made.words, count=MOST, as_="words")
    return Table("own", "own", made.lab, trained.file, words, LEAST, None, made.word)


def table_here(lab: Lab, characters: Node, *, ask: bool = True, look: Look = "segments") -> Table:
    """A table that comes with the app: the one in the learner's language, or the other if asked for."""
    tongue = tongue_of(lab, characters)
    if ask:
        labels = {"en": _("English (GloVe)"), "zh": _("Chinese (Three Kingdoms)")}
        key = f"tongue_{tongue}"  # another language begins with its own table
        tongue = choice(_("Vectors"), labels, key=key, param="tongue", default=tongue, look=look)
    table = open_table(lab, characters, OURS[tongue])
    assert table is not None  # it lies in the repository
    return table


def table_of_choice(lab: Lab, characters: Node, *, look: Look = "segments") -> Table | None:
    """Ask which vectors to use; those that are not here are offered, and None is returned.

    What this session has trained on the page of word2vec is one of them.
    """
    models = {model.name: model for model in (GLOVE, SANGUO, GLOVE_ALL, CHINESE)}
    labels = {
        "glove": _("English, 20,000 words"),
        "sanguo": _("Chinese, 6,000 words"),
        "glove-all": _("English, 400,000 words"),
        "chinese": _("Chinese, 435,729 words"),
    }
    if (trained := corpora.kept()) is not None:
        count = len(trained.corpus.words.value)
        labels["own"] = _("Your word2vec: {count} words", count=f"{count:,}")
    tongue = tongue_of(lab, characters)
    default = CHINESE if tongue == "zh" and find(CHINESE) else OURS[tongue]
    key = f"vectors_{tongue}"  # another language begins with its own table
    chosen = choice(_("Vectors"), labels, key=key, param="vectors", default=default.name, look=look)
    if trained is not None and chosen == "own":
        st.caption(_("What you trained on the page word2vec, until you train again."))
        return trained_table(trained)
    model = models[chosen]
    table = open_table(lab, characters, model)
    if table is None:
        offer(model)
    elif model in (SANGUO, CHINESE):
        st.caption(_(model.origin))
    return table


def encoder(lab: Lab) -> Node | None:
    """MiniLM; if it is not on this computer, it is offered, and None is returned."""
    if find(MINILM) is None:
        offer(MINILM)
        return None
    return lab.weights(MINILM, as_="minilm")


def loading() -> AbstractContextManager[None]:
    """What the page says while the libraries of the encoder are loaded."""
    return st.spinner(
        _("MiniLM computes the vectors. The first time, PyTorch is loaded, too: about 15 seconds.")
    )


def unknown_share(lab: Lab, minilm: Node, sentences: Node) -> str:
    """A sentence on how many tokens MiniLM does not know; "" unless they are over 5 %."""
    share = lab.run(share_of_unknown, minilm, sentences, as_="unknown").value
    if share <= 0.05:
        return ""
    return _("MiniLM does not know {share} of these tokens.", share=f"{share:.0%}")


def typed_word(label: str, default: str, *, key: str) -> str:
    """A word that the learner types; as long as the field is empty, `default`."""
    typed = st.text_input(
        label, key=key, placeholder=default, max_chars=60, bind="query-params", width=220
    )
    return " ".join((typed or "").split()) or default
