"""Masked language modelling: hide a token, and let a BERT say what stood there.

J. Devlin and others, "BERT: pre-training of deep bidirectional transformers for language
understanding", 2018; W. L. Taylor, "Cloze procedure", 1953, for people. Reference implementation:
transformers, `BertForMaskedLM` and `DataCollatorForLanguageModeling`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, UserError
from engine.models.device import computing, on_device, ready
from engine.models.memory import kept
from engine.rank import largest
from engine.softmax import softmax
from engine.text.wordpiece import FIRST, LAST, UNKNOWN, read_vocabulary, wordpiece_tokens

MASK, PAD = "[MASK]", "[PAD]"
BLANK = "___"  # how people write a blank
LONGEST = 32  # tokens of a sentence, [CLS] and [SEP] among them
#: The rule of BERT: this share of the tokens is asked for; of those, so many become [MASK], so many
#: another token, and the others stay.
ASKED, TO_MASK, TO_OTHER = 0.15, 0.8, 0.1
LEFT_ALONE, MASKED, SWAPPED, ASKED_AS_IT_IS = range(4)


@kept
def masked_network(folder: str) -> Any:
    """Open a BERT with the head that it was pretrained with: transformers' BertForMaskedLM."""
    from transformers import BertForMaskedLM
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()  # what belongs to BERT's other task is left out
    return ready(
        BertForMaskedLM.from_pretrained(folder, local_files_only=True, use_safetensors=True)
    )


def vocabulary_of(weights: str) -> dict[str, int]:
    """The tokens of a model and their ids."""
    return read_vocabulary((Path(weights) / "vocab.txt").read_bytes())


def token_ids(weights: str, text: str) -> NDArray[np.int64]:
    """The ids of a text, [CLS] before and [SEP] behind it; at most `LONGEST`, the rest is cut off.

    Parameters
    ----------
    weights : str, the folder of the model.
    """
    data = (Path(weights) / "vocab.txt").read_bytes()
    ids = [number for number, *_more in wordpiece_tokens(text, data, special=False)]
    names = read_vocabulary(data)
    return np.array([names[FIRST], *ids[: LONGEST - 2], names[LAST]], np.int64)


def ids_with_blank(weights: str, text: str) -> NDArray[np.int64]:
    """The ids of a text in which `BLANK` stands for one hidden token, which becomes [MASK].

    Raises
    ------
    UserError : there is no blank, more than one, or it lies behind the `LONGEST` first tokens.
    """
    parts = text.split(BLANK)
    if len(parts) != 2:
        raise UserError(N_("Write {blank} once, where a word is to be filled in."), blank=BLANK)
    before, after = (token_ids(weights, part)[1:-1] for part in parts)
    names = vocabulary_of(weights)
    ids = [names[FIRST], *before, names[MASK], *after][: LONGEST - 1]
    if names[MASK] not in ids:
        raise UserError(
            N_("The blank must lie within the first {count} tokens."), count=LONGEST - 2
        )
    return np.array([*ids, names[LAST]], np.int64)


def tokens_of(weights: str, ids: tuple[int, ...]) -> tuple[str, ...]:
    """What the ids stand for; `##` goes on a word."""
    names = list(vocabulary_of(weights))  # in the order of their ids
    return tuple(names[number] for number in ids)


def token_names(weights: str, ids: NDArray[np.int64]) -> tuple[str, ...]:
    """The same for an array of ids."""
    return tokens_of(weights, tuple(ids.tolist()))


def hidden_at(weights: str, ids: NDArray[np.int64], *, place: int) -> NDArray[np.int64]:
    """The ids with [MASK] at one place; all but [CLS] and [SEP] hidden if `place` is -1."""
    seen = ids.copy()
    seen[slice(1, -1) if place == -1 else place] = vocabulary_of(weights)[MASK]
    return seen


def blank_of(weights: str, ids: NDArray[np.int64]) -> int:
    """The first place of [MASK]."""
    return int(np.flatnonzero(ids == vocabulary_of(weights)[MASK])[0])


def scores_at(weights: str, ids: NDArray[np.int64], *, place: int) -> NDArray[np.float32]:
    """The score (logit) of every token of the vocabulary for one place: float32 (vocabulary,).

    Parameters
    ----------
    weights : str, the folder of the model.
    ids : int64 array [shape=(tokens,)], as the model sees them.
    """
    network = masked_network(weights)
    with computing():
        scores = network(on_device(ids[None])).logits[0, place]
    return np.array(scores.cpu().numpy(), np.float32)


def candidates(
    weights: str, scores: NDArray[np.float32], *, count: int
) -> tuple[tuple[str, float], ...]:
    """The tokens that fit best: (token, probability), the best first."""
    shares = softmax(scores)
    best = largest(shares, count=count)
    return tuple(zip(token_names(weights, best), shares[best].tolist(), strict=True))


def rank_of(scores: NDArray[np.floating], ids: NDArray[np.int64], *, place: int) -> int:
    """The place of the hidden token among all candidates; 1 is the best."""
    return int((scores > scores[ids[place]]).sum()) + 1


def share_of(scores: NDArray[np.floating], ids: NDArray[np.int64], *, place: int) -> float:
    """The probability of the hidden token, 0..1."""
    return float(softmax(scores)[ids[place]])


def overlap(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """How much two answers have in common: the sum of the smaller of both probabilities, 0..1.

    1 minus the total variation distance.
    """
    return float(np.minimum(softmax(one), softmax(other)).sum())


def worked_loss(
    weights: str, scores: NDArray[np.float32], ids: NDArray[np.int64], *, place: int, count: int
) -> tuple[tuple[str, float, float, float], ...]:
    """One blank by hand: (token, score, e to the power of it, probability), in rows.

    The `count` best tokens, the hidden one if it isn't among them, and at last the sum of all.
    """
    shares = softmax(scores)
    best = largest(shares, count=count).tolist()
    truth = int(ids[place])
    rows = best if truth in best else [*best, truth]
    raised = np.exp(scores.astype(np.float64))
    names = token_names(weights, np.array(rows))
    found = [
        (name, float(scores[n]), float(raised[n]), float(shares[n]))
        for name, n in zip(names, rows, strict=True)
    ]
    return (*found, ("", float("nan"), float(raised.sum()), 1.0))


def loss_at(scores: NDArray[np.floating], ids: NDArray[np.int64], *, place: int) -> float:
    """The loss of one blank in nats: minus the logarithm of the hidden token's probability."""
    x = scores.astype(np.float64) - float(scores.max())
    return float(np.log(np.exp(x).sum()) - x[ids[place]])


def loss_by_chance(scores: NDArray[np.floating]) -> float:
    """The loss if all tokens of the vocabulary were equally likely, in nats."""
    return float(np.log(len(scores)))


def losses_of_all(weights: str, ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """The loss of each token when it alone is hidden, in nats: float64 (tokens - 2,).

    The sum over a text is minus its pseudo-log-likelihood (J. Salazar and others, "Masked language model
    scoring", 2020).
    """
    return np.array(
        [
            loss_at(scores_at(weights, hidden_at(weights, ids, place=n), place=n), ids, place=n)
            for n in range(1, len(ids) - 1)
        ]
    )


def as_in_training(
    weights: str, ids: NDArray[np.int64], *, seed: int, share: float = ASKED
) -> NDArray[np.int64]:
    """What the model would see of a text in training, and what is done with each token.

    Each token but [CLS] and [SEP] is asked for with probability `share`.

    Returns
    -------
    int64 array (2, tokens): the ids that are seen; 0 not asked for, 1 [MASK], 2 another token, 3 asked
    for and left as it is.
    """
    draw = np.random.default_rng(seed)
    names = vocabulary_of(weights)
    others = [n for name, n in names.items() if name not in (PAD, UNKNOWN, FIRST, LAST, MASK)]
    asked = draw.random(len(ids)) < share
    asked[[0, -1]] = False
    way = draw.random(len(ids))
    kinds = np.select(
        [~asked, way < TO_MASK, way < TO_MASK + TO_OTHER], [LEFT_ALONE, MASKED, SWAPPED], 3
    )
    swapped = draw.choice(others, len(ids))
    seen = np.select([kinds == MASKED, kinds == SWAPPED], [names[MASK], swapped], ids)
    return np.stack([seen, kinds]).astype(np.int64)


def kind_counts(masked: NDArray[np.int64]) -> tuple[int, ...]:
    """How many tokens of `as_in_training` were left alone, masked, swapped, asked for as they are."""
    return tuple(np.bincount(masked[1], minlength=4).tolist())


def average_counts(
    weights: str, ids: NDArray[np.int64], *, times: int, share: float = ASKED
) -> NDArray[np.float64]:
    """The same over many draws, as shares of the tokens between [CLS] and [SEP]: (4,)."""
    names = np.array([0] * 4, np.float64)
    for seed in range(times):
        counts = np.array(kind_counts(as_in_training(weights, ids, seed=seed, share=share)))
        counts[LEFT_ALONE] -= 2  # [CLS] and [SEP]
        names += counts
    return names / max(names.sum(), 1)


def filled_at(
    weights: str, filled: NDArray[np.int32], shares: NDArray[np.float32], *, row: int, sentence: int
) -> tuple[tuple[str, float], ...]:
    """What was recorded behind one epoch for one sentence: (token, probability), the best first."""
    names = token_names(weights, filled[row, sentence].astype(np.int64))
    return tuple(zip(names, shares[row, sentence].tolist(), strict=True))
