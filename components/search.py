"""Sentences as vectors in two ways, by meaning and by counted words."""

from __future__ import annotations

from dataclasses import dataclass

from components import vectors
from components.i18n import _
from components.state import choice
from components.text import corpus, text_of_sample, text_of_tray
from engine.lab import Lab, Node
from engine.language.search import mean_word_vectors, one_of, tf_idf_rows
from engine.text.onehot import sentences_of
from engine.text.tokens import typed
from engine.text.words import mostly_chinese
from engine.vectors.contextual import sentence_vectors

SENTENCES = 40  # of a text that are searched
BLUE, ORANGE = "#0072B2", "#D55E00"
#: What to look for at first.
QUERIES = {
    "alice": "an animal that wears clothes",
    "kong-yiji": "喝酒的人",
    "yours-en": "something sweet to eat",
    "yours-zh": "甜的东西",
}


@dataclass(frozen=True)
class Pile:
    """Sentences and how they become vectors.

    `kind` : "minilm", or "words" for the mean of word vectors. `source` : the network's folder or the
    file of word vectors. `unit` : of TF-IDF, "word" or "grams". `query` : what to look for at first.
    """

    lab: Lab
    sentences: Node
    kind: str
    source: Node
    unit: str
    query: str = ""
    key: str = ""

    @property
    def title(self) -> str:
        """What the vectors are called."""
        return "MiniLM" if self.kind == "minilm" else _("Mean of word vectors")

    @property
    def words_title(self) -> str:
        """What the counted vectors are called."""
        return "TF-IDF" if self.unit == "word" else _("TF-IDF of 1 and 2 characters")

    @property
    def longest(self) -> int:
        """How many characters of a sentence a list shows: about two lines."""
        return 56 if self.unit == "word" else 26

    @property
    def nothing_shared(self) -> str:
        """What is said of a sentence whose counted vector is at a right angle to the query's."""
        if self.unit == "word":
            return _("It shares no word with the query.")
        return _("It shares no character with the query.")

    def meant(self, texts: Node, *, as_: str) -> Node:
        """The vectors of texts by meaning."""
        if self.kind == "words":
            return self.lab.run(mean_word_vectors, self.source, texts, as_=as_)
        return self.lab.run(sentence_vectors, self.source, texts, network=True, as_=as_)

    def counted(self, texts: Node, *, as_: str, known: Node | None = None) -> Node:
        """The vectors of texts by TF-IDF, whose vocabulary is that of `known`."""
        known = known or self.sentences
        return self.lab.run(tf_idf_rows, known, texts, unit=self.unit, as_=as_)

    def both(self, texts: Node, *, as_: str, known: Node | None = None) -> tuple[Node, Node]:
        """The vectors of texts in both ways."""
        pair = (
            self.meant(texts, as_=f"{as_}_meant"),
            self.counted(texts, as_=f"{as_}_counted", known=known),
        )
        with vectors.loading():
            pair[0].value  # noqa: B018 (computed while the page says so)
        return pair


def one_text(lab: Lab, text: str, *, as_: str) -> Node:
    """A typed text as a list of one."""
    return lab.run(one_of, lab.run(typed, text=text, as_=f"{as_}_text"), as_=as_)


def asked() -> Pile | None:
    """Ask for a text and for the way its sentences become vectors; None if that is not here."""
    _source, lab, characters = text_of_tray()
    own = lab.run(sentences_of, characters, count=SENTENCES, as_="sentences")
    name = corpus(_("Which text"), key="search_of", enough=len(own.value) >= 5)
    if name != "yours":
        lab, characters = text_of_sample(name)
        own = lab.run(sentences_of, characters, count=SENTENCES, as_="sentences")
    tongue = "zh" if lab.run(mostly_chinese, characters, as_="in_chinese").value else "en"
    query = QUERIES.get(name) or QUERIES[f"yours-{tongue}"]
    key = f"{name}_{characters.origin[:12]}"
    return pile_of(lab, characters, own, tongue, query=query, key=key)


def pile_of(
    lab: Lab,
    characters: Node,
    own: Node,
    tongue: str,
    *,
    query: str = "",
    key: str = "",
    ask: bool = True,
) -> Pile | None:
    """Some sentences in this language, "en" or "zh"; asks how they become vectors."""
    kind = "words" if tongue == "zh" else "minilm"
    if ask:
        kinds = {"minilm": "MiniLM", "words": _("Mean of word vectors")}
        key_of = f"search_by_{tongue}"  # another language begins with its own way
        kind = choice(_("Meaning by"), kinds, key=key_of, param="search_by", default=kind)
    unit = "grams" if tongue == "zh" else "word"
    if kind == "minilm":
        source = vectors.encoder(lab)
    else:
        table = vectors.open_table(lab, characters, vectors.OURS[tongue])
        source = table.vectors if table else None
    return Pile(lab, own, kind, source, unit, query, key) if source else None


def which(some: int, all_: int, *, first: bool = True) -> str:
    """So many sentences of all, the `first` of the text or the best."""
    if some == all_:
        return _("all {all} sentences", all=all_)
    if first:
        return _("the first {some} of {all} sentences", some=some, all=all_)
    return _("{some} of {all} sentences", some=some, all=all_)
