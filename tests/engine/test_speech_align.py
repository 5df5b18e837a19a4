"""Times of words: dynamic time warping against transformers' and brute force, words against theirs."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from transformers.models.whisper.generation_whisper import _dynamic_time_warping, _median_filter

from engine.speech import align, tokens
from engine.text.bytelevel import byte_tokens

VOCABULARY = Path("assets/tokenizers/multilingual.tiktoken").read_bytes()
COSTS = arrays(
    np.float64,
    st.tuples(st.integers(1, 7), st.integers(1, 9)),
    elements=st.floats(-5, 5, width=16),
)


@given(COSTS)
def test_the_way_is_no_dearer_than_that_of_transformers(cost: np.ndarray) -> None:
    rows, columns = align.cheapest_way(cost)
    theirs = _dynamic_time_warping(cost)
    assert cost[rows, columns].sum() <= cost[theirs[0], theirs[1]].sum() + 1e-4
    assert (rows[0], columns[0]) == (0, 0)
    assert (rows[-1], columns[-1]) == (cost.shape[0] - 1, cost.shape[1] - 1)
    steps = set(zip(np.diff(rows).tolist(), np.diff(columns).tolist(), strict=True))
    assert steps <= {(0, 1), (1, 0), (1, 1)}


def test_the_way_of_a_real_size_is_that_of_transformers() -> None:
    cost = np.random.default_rng(1).normal(size=(40, 300))
    found = align.cheapest_way(cost)
    for ours, theirs in zip(found, _dynamic_time_warping(cost), strict=True):
        assert np.array_equal(ours, theirs)


@given(arrays(np.float64, (3, 4), elements=st.floats(-3, 3, width=16)))
def test_no_way_is_cheaper(cost: np.ndarray) -> None:
    best = np.inf
    for length in range(3, 7):
        for steps in itertools.product(((0, 1), (1, 0), (1, 1)), repeat=length - 1):
            cells = np.cumsum([(0, 0), *steps], axis=0)
            if tuple(cells[-1]) == (2, 3):
                best = min(best, float(cost[cells[:, 0], cells[:, 1]].sum()))
    rows, columns = align.cheapest_way(cost)
    assert cost[rows, columns].sum() == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("frames", [1, 3, 4, 7, 50])
def test_the_median_is_that_of_transformers(frames: int) -> None:
    import torch

    maps = np.random.default_rng(2).normal(size=(2, 5, frames))
    theirs = _median_filter(torch.from_numpy(maps[None]), align.MEDIAN)[0].numpy()
    assert np.array_equal(align._median_over_time(maps), theirs)


def test_times_of_a_clear_staircase() -> None:
    attention = np.full((3, 4, 100), 0.001)
    for token, (start, end) in enumerate([(0, 20), (20, 45), (45, 80), (80, 100)]):
        attention[:, token, start:end] = 0.04
    times = align.token_times(attention)
    assert np.allclose(times, [0, 0.4, 0.9, 1.6], atol=0.061)
    assert (np.diff(times) >= 0).all()


@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 5, 1), (2, 1, 40), (1, 9, 3)])
def test_times_of_little_sound_or_little_text(shape: tuple[int, int, int]) -> None:
    times = align.token_times(np.random.default_rng(0).random(shape))
    assert times.shape == (shape[1],)
    assert times[0] == 0
    assert (np.diff(times) >= 0).all()


def words(text: str, code: str) -> list[str]:
    ids = tokens.special_tokens(51865)
    prompt = np.array([ids["start"], ids[code], ids["transcribe"], ids["no_time"]])
    written = [token[0] for token in byte_tokens(text, VOCABULARY)]
    row = np.array([*written, ids["end"]])
    times = np.arange(len(row)) / 10
    found = align.word_times(times, prompt, row, VOCABULARY)
    assert found[0][1] == 0
    assert found[-1][2] == pytest.approx(times[-1])
    assert all(end == after for (_w, _s, end), (_x, after, _e) in itertools.pairwise(found))
    return [word for word, _start, _end in found]


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        (" Please leave, when done!", "en", ["Please", "leave,", "when", "done!"]),
        (" Don't \u201cquote\u201d me.", "en", ["Don't", "\u201cquote\u201d", "me."]),
        (" Оставьте сообщение.", "ru", ["Оставьте", "сообщение."]),
        ("你好，世界。", "zh", ["你", "好，", "世", "界。"]),
        (" ¿Qué tal?", "es", ["¿Qué", "tal?"]),
    ],
)
def test_words_and_their_signs(text: str, code: str, expected: list[str]) -> None:
    found = words(text, code)
    if code == "zh":  # a token may hold two characters
        assert "".join(found) == text
        assert not any(word[0] in "，。" for word in found)
    else:
        assert found == expected


def test_rows_of_words() -> None:
    rows = align.word_rows((("a", 0.0, 0.1), ("b", 0.1, 0.1)), frames=10)
    assert rows.tolist() == [[1] * 5 + [0] * 5, [0] * 5 + [1] + [0] * 4]
    assert align.word_rows((), frames=4).shape == (1, 4)


def test_steps_that_rise() -> None:
    assert align.rising_steps(np.eye(4)) == (2, 2)  # the last row is <end>
    assert align.rising_steps(np.eye(4)[::-1]) == (0, 2)
    assert align.rising_steps(np.eye(4)[[0, 0, 1, 3, 2, 0]]) == (3, 4)
    assert align.rising_steps(np.ones((1, 5))) == (0, 0)
    assert align.rising_steps(np.ones((2, 1))) == (0, 0)
