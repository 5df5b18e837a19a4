"""Texts compared by the mean of their tokens' vectors, done rightly and wrongly."""

from __future__ import annotations

from engine.language.attention import share_of_padding
from engine.language.layers import attention_maps, cosine, hidden_states, mean_of_own
from engine.language.network import padded, to_ids
from engine.text.onehot import units_of


def cosine_of_texts(weights: str, one: str, other: str, *, positions: bool = True) -> float:
    """The cosine of two texts; what stands behind 512 tokens is cut off.

    Parameters
    ----------
    weights : str, the folder of the model.
    positions : bool, False leaves the positions out (a trap).
    """
    means = []
    for text in (one, other):
        ids = to_ids(weights, text)
        means.append(mean_of_own(hidden_states(weights, ids, positions=positions), ids))
    return cosine(means[0], means[1])


def cosine_with_padding(weights: str, text: str, *, count: int, masked: bool) -> float:
    """The cosine of a text with itself, padded by `count` tokens; `masked` False is a trap."""
    alone, longer = to_ids(weights, text), padded(to_ids(weights, text), count=count)
    states = hidden_states(weights, longer, masked=masked)
    return cosine(mean_of_own(hidden_states(weights, alone), alone), mean_of_own(states, longer))


def lost_to_padding(weights: str, text: str, *, count: int, masked: bool) -> float:
    """The share of the attention of a text's tokens that goes to [PAD], 0..1."""
    longer = padded(to_ids(weights, text), count=count)
    return share_of_padding(attention_maps(weights, longer, masked=masked), longer)


def joined(one: str, other: str) -> str:
    """Two texts with a space between."""
    return f"{one} {other}"


def words_backwards(text: str) -> str:
    """The words of a text, its signs left out, in reverse order."""
    return " ".join(reversed(units_of(text)))
