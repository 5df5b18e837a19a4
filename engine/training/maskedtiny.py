"""A tiny masked language model that learns from one text while one looks on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, UserError
from engine.rank import largest
from engine.text.wordpiece import basic_words
from engine.training.loop import epoch_of, pack_state, start_epoch, unpack_state

WINDOW = 32  # tokens in a row
MOST, LEAST = 20_000, 320  # tokens of a text that are learnt from
LETTERS = 6  # of an English token and the blank behind it, in the mean of a novel
HIDDEN = 0.15  # share of the tokens that are asked for; 8 of 10 become [MASK]
TEST_EVERY = 5  # one row in so many is kept for the test
BATCH = 8
SHOWN = 5  # candidates

Row = tuple[float, float, float, float, tuple[str, ...], tuple[float, ...]]


def words_and_signs(text: str) -> tuple[str, ...]:
    """A text as BERT's words: small letters, signs apart, each Chinese character a word of its own."""
    return tuple("".join(char for char, _place in word) for word in basic_words(text))


def is_enough(text: str) -> bool:
    """Whether a text has the `LEAST` words that it takes to learn from it."""
    return len(words_and_signs(text[: 200 * LEAST])) >= LEAST


def text_tokens(text: str) -> tuple[str, ...]:
    """The first `MOST` words and signs of a text, which are the tokens of the tiny model.

    Raises
    ------
    UserError : there are fewer than `LEAST`.
    """
    tokens = words_and_signs(text[: LETTERS * MOST])[:MOST]
    if len(tokens) < LEAST:
        raise UserError(
            N_("The text has {count} tokens; to learn from it takes {least} at least."),
            count=len(tokens),
            least=LEAST,
        )
    return tokens


def rows_of(tokens: tuple[str, ...]) -> tuple[list[str], NDArray[np.int64]]:
    """The different tokens behind [MASK], and the text as rows of their numbers: (rows, 32)."""
    names = ["[MASK]", *sorted(set(tokens))]
    number = {name: n for n, name in enumerate(names)}
    whole = len(tokens) // WINDOW * WINDOW
    return names, np.array([number[t] for t in tokens[:whole]], np.int64).reshape(-1, WINDOW)


def tiny_network(count: int, width: int) -> Any:
    """An untrained BERT of two layers with a masked-language-model head."""
    from transformers import BertConfig, BertForMaskedLM

    return BertForMaskedLM(
        BertConfig(
            vocab_size=count,
            hidden_size=width,
            num_hidden_layers=2,
            num_attention_heads=4,
            intermediate_size=4 * width,
            max_position_embeddings=WINDOW,
            type_vocab_size=1,
            pad_token_id=None,
            initializer_range=0.05,  # BERT's 0.02 is for layers that are wide
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
    )


def hide(
    rows: NDArray[np.int64], count: int, draw: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """What is seen and where it is asked for: 15 % of the tokens, by BERT's rule of 80, 10 and 10 %."""
    asked = draw.random(rows.shape) < HIDDEN
    way = draw.random(rows.shape)
    others = draw.integers(1, count, rows.shape)
    seen = np.where(asked & (way < 0.8), 0, rows)
    return np.where(asked & (way >= 0.9), others, seen), asked


def tiny_steps(
    tokens: tuple[str, ...],
    *,
    seed: int,
    epochs: int,
    width: int = 64,
    rate: float = 2e-3,
    resume: bytes = b"",
) -> Iterator[tuple[Row, bytes]]:
    """Train and show each epoch.

    Parameters
    ----------
    tokens : tuple of str, the text.
    width : int, numbers of a token. rate : float, of AdamW.

    Yields
    ------
    ((loss on what is learnt, on the test, share of the test's blanks whose token comes first, among the
    first five, the best tokens for the first blank of the test, their probabilities), state).
    """
    import torch
    from torch.nn.functional import cross_entropy

    names, rows = rows_of(tokens)
    tested = np.arange(len(rows)) % TEST_EVERY == TEST_EVERY - 1
    learnt, test = rows[~tested], rows[tested]
    test_seen, test_asked = hide(test, len(names), np.random.default_rng(seed))
    test_seen[0, WINDOW // 2], test_asked[0, WINDOW // 2] = 0, True  # the blank that is shown
    start_epoch(seed, 0)
    network = tiny_network(len(names), width)
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate)
    if resume:
        unpack_state(resume, network, optimizer)

    def scores_of(seen: NDArray[np.int64], asked: NDArray[np.bool_]) -> Any:
        states = network.bert(torch.from_numpy(seen))[0]
        return network.cls(states[torch.from_numpy(asked)])

    def shown(loss: float) -> Row:
        network.eval()
        with torch.inference_mode():
            scores = scores_of(test_seen, test_asked)
            truth = torch.from_numpy(test[test_asked])
            right = scores.topk(SHOWN).indices == truth[:, None]
            at = int(test_asked[0, : WINDOW // 2].sum())  # the shown blank among those of row 0
            best = scores[at].softmax(-1).topk(SHOWN)
            if np.isnan(loss):  # before training there is none: the loss on the test stands for it
                loss = float(cross_entropy(scores, truth))
            return (
                loss,
                float(cross_entropy(scores, truth)),
                float(right[:, 0].float().mean()),
                float(right.any(1).float().mean()),
                tuple(names[n] for n in best.indices.tolist()),
                tuple(best.values.tolist()),
            )

    if not resume:
        yield shown(float("nan")), pack_state(network, optimizer, epoch=0)
    for epoch in range(epoch_of(resume) + 1 if resume else 1, epochs + 1):
        draw = start_epoch(seed, epoch)
        network.train()
        total = 0.0
        for part in np.array_split(draw.permutation(len(learnt)), -(-len(learnt) // BATCH)):
            seen, asked = hide(learnt[part], len(names), draw)
            asked[0, 0] = True  # never a batch without a blank
            loss = cross_entropy(scores_of(seen, asked), torch.from_numpy(learnt[part][asked]))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += float(loss.detach()) * len(part)
        yield shown(total / len(learnt)), pack_state(network, optimizer, epoch=epoch)


def collected(rows: list[Row], _state: bytes = b"") -> tuple[Any, ...]:
    """All epochs: numbers (epochs + 1, 4), tokens and their probabilities (epochs + 1, 5).

    `_state` : the last state of the run, which isn't needed.
    """
    numbers = np.array([row[:4] for row in rows])
    return numbers, tuple(row[4] for row in rows), np.array([row[5] for row in rows])


def tiny(
    tokens: tuple[str, ...], *, seed: int, epochs: int, width: int = 64, rate: float = 2e-3
) -> tuple[Any, ...]:
    """What `tiny_steps` shows, of all epochs; see `collected`."""
    steps = tiny_steps(tokens, seed=seed, epochs=epochs, width=width, rate=rate)
    return collected([row for row, _state in steps])


def numbers_of(trained: tuple[Any, ...]) -> NDArray[np.float64]:
    """Losses and shares of `tiny`, a row an epoch: (epochs + 1, 4)."""
    return np.array(trained[0])


def filled_in(trained: tuple[Any, ...], *, epoch: int) -> tuple[tuple[str, float], ...]:
    """What `tiny` filled into the first blank of the test behind an epoch."""
    return tuple(zip(trained[1][epoch], trained[2][epoch].tolist(), strict=True))


def test_row(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The row of the test whose middle is hidden while `tiny` is watched."""
    start = (TEST_EVERY - 1) * WINDOW
    return tokens[start : start + WINDOW]


def usual_tokens(tokens: tuple[str, ...]) -> NDArray[np.float64]:
    """What is right without reading: shares of the most frequent token, and of the five, on the test.

    Returns
    -------
    float64 array (2,).
    """
    names, rows = rows_of(tokens)
    tested = np.arange(len(rows)) % TEST_EVERY == TEST_EVERY - 1
    counts = np.bincount(rows[~tested].ravel(), minlength=len(names))
    often = largest(counts, count=5)
    test = rows[tested]
    return np.array([(test == often[0]).mean(), np.isin(test, often).mean()])
