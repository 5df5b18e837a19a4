"""Vectors of tokens and sentences that depend on the words around them: the encoder MiniLM.

N. Reimers and I. Gurevych, "Sentence-BERT", 2019; W. Wang and others, "MiniLM", 2020. The model is
all-MiniLM-L6-v2, six layers, 384 numbers a token. As in the library sentence-transformers, the vector of
a sentence is the mean of the vectors of its tokens, scaled to length 1.
"""

from __future__ import annotations

import numpy as np
import regex
from numpy.typing import NDArray

from engine.errors import N_, UserError
from engine.language.layers import hidden_states
from engine.language.network import encoding_of, to_ids, token_names

LONGEST = 256  # tokens, as the model was trained; what comes behind them is cut off


def names_in(weights: str, *, text: str) -> tuple[str, ...]:
    """The tokens of a text, [CLS] first and [SEP] last; `##` goes on a word."""
    return token_names(weights, to_ids(weights, text, longest=LONGEST))


def token_vectors(weights: str, *, text: str) -> NDArray[np.float32]:
    """The vectors of the tokens of a text behind the last layer: float32 (tokens, 384).

    Parameters
    ----------
    weights : str, the folder of the model.
    text : str; it is used up to `LONGEST` tokens.
    """
    return hidden_states(weights, to_ids(weights, text, longest=LONGEST))[-1].copy()


def sentence_vectors(weights: str, sentences: tuple[str, ...]) -> NDArray[np.float32]:
    """The vectors of sentences: the mean over the tokens, scaled to length 1.

    Each sentence is computed alone, so that it does not matter which others stand beside it.

    Parameters
    ----------
    weights : str, the folder of the model.
    sentences : tuple of str, at least one.

    Returns
    -------
    float32 array (sentences, 384).
    """
    means = [token_vectors(weights, text=sentence).mean(axis=0) for sentence in sentences]
    vectors = np.stack(means)
    lengths = np.sqrt((vectors**2).sum(axis=1, keepdims=True))
    return vectors / np.maximum(lengths, 1e-12)


def share_of_unknown(weights: str, sentences: tuple[str, ...]) -> float:
    """The share of the tokens that the model does not know ([UNK]), 0..1."""
    tokens = [token for text in sentences for token in names_in(weights, text=text)[1:-1]]
    return tokens.count("[UNK]") / max(1, len(tokens))


def has_word(text: str, *, word: str) -> bool:
    """Whether a word stands in a text, as a whole and in small or capital letters."""
    return _place_of(text, word) is not None


def words_in_context(weights: str, *, sentences: tuple[str, ...], word: str) -> NDArray[np.float32]:
    """The vector that a word has in each sentence: the mean of its tokens where it stands first.

    Returns
    -------
    float32 array (sentences, 384).

    Raises
    ------
    UserError : the word does not stand in a sentence, or behind its `LONGEST` tokens.
    """
    vectors = []
    for sentence in sentences:
        place = _place_of(sentence, word)
        inside = []
        if place is not None:
            spans = encoding_of(weights, sentence).offsets[: LONGEST - 2]
            # one further: [CLS] stands before the first
            inside = [n for n, (a, b) in enumerate(spans, 1) if a < place[1] and b > place[0]]
        if not inside:
            raise UserError(
                N_("“{word}” does not stand in the sentence “{text}”."),
                word=word[:60],
                text=sentence[:60],
            )
        vectors.append(token_vectors(weights, text=sentence)[inside].mean(axis=0))
    return np.stack(vectors)


def _place_of(text: str, word: str) -> tuple[int, int] | None:
    """Where a word stands first in a text, from its start to its end."""
    if not word:
        return None
    whole = r"(?<![\p{L}\p{N}])" + regex.escape(word) + r"(?![\p{L}\p{N}])"
    found = regex.search(whole, text, regex.IGNORECASE)
    return found.span() if found else None


def example_sentences() -> tuple[str, ...]:
    """Five sentences, two pairs of which say nearly the same in other words."""
    return (
        "A cat sleeps on the sofa.",
        "The kitten is napping on the couch.",
        "Share prices fell this morning.",
        "The stock market lost value today.",
        "Two coffees, please.",
    )
