"""Frames that mislead, answers that leak: what the traps do to a set, and to a head."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from engine.training.splits import LEARN, TEST, UNUSED
from engine.training.traps import (
    FRAMES,
    framed,
    head_answers,
    part_examples,
    part_roles,
    right_of,
    some_of_each,
)

COUNT, CLASSES = 60, 3


@pytest.fixture
def examples() -> tuple:
    random = np.random.default_rng(0)
    pictures = random.integers(0, 255, (COUNT, 32, 32, 3)).astype(np.uint8)
    labels = np.arange(COUNT) % CLASSES
    return pictures, labels, ("a", "b", "c"), tuple(f"{n}" for n in range(COUNT)), ()


@pytest.fixture
def roles() -> np.ndarray:
    return np.array([LEARN] * 30 + [TEST] * 24 + [UNUSED] * 6, np.int8)


def test_a_part_has_the_first_of_each_class_and_side(examples: tuple, roles: np.ndarray) -> None:
    part = some_of_each(examples, roles, learnt=4, tested=3)
    less, sides = part_examples(part), part_roles(part)
    for number in range(CLASSES):
        assert ((less[1] == number) & (sides == LEARN)).sum() == 4
        assert ((less[1] == number) & (sides == TEST)).sum() == 3
    for place, name in enumerate(less[3]):
        assert (less[0][place] == examples[0][int(name)]).all()
        assert sides[place] == roles[int(name)]


@pytest.mark.parametrize("moved", [0, 1])
def test_a_frame_tells_the_class_and_leaves_the_middle(
    examples: tuple, roles: np.ndarray, moved: int
) -> None:
    before = examples[0].copy()
    drawn, labels = framed(examples, roles, moved=moved)[:2]
    assert (examples[0] == before).all()
    assert (drawn[:, 4:-4, 4:-4] == before[:, 4:-4, 4:-4]).all()
    for place in range(COUNT):
        told = (labels[place] + moved * (roles[place] == TEST)) % CLASSES
        for corner in (drawn[place, 0, 0], drawn[place, -1, -1], drawn[place, 0, 16]):
            assert (corner == FRAMES[told]).all()


@pytest.mark.parametrize("leaked", [False, True])
def test_the_head_is_logistic_regression(examples: tuple, roles: np.ndarray, leaked: bool) -> None:
    random = np.random.default_rng(1)
    middle = random.normal(0, 1, (CLASSES, 200))
    features = (middle[examples[1]] + random.normal(0, 4, (COUNT, 200))).astype(np.float32)
    known = roles != UNUSED if leaked else roles == LEARN
    model = LogisticRegression(max_iter=5000, tol=1e-8).fit(features[known], examples[1][known])
    answers = head_answers(features, features, examples, roles, leaked=leaked)
    assert (answers == model.predict(features[roles == TEST])).mean() > 0.95
    right = right_of(answers, examples, roles)
    assert right == 24 if leaked else right < 24


@pytest.mark.parametrize("count", [2, 5, 6, 7, 13])
def test_moved_on_no_test_picture_keeps_the_colour_of_its_class(count: int) -> None:
    labels = np.repeat(np.arange(count), 2)
    pictures = np.zeros((2 * count, 20, 20, 3), np.uint8)
    roles = np.tile(np.array([LEARN, TEST], np.int8), count)
    names = tuple(map(str, range(count)))
    shown = framed((pictures, labels, names, names * 2, ()), roles, moved=1)[0]
    corners = shown[:, 0, 0].tolist()
    assert all(corners[2 * n] != corners[2 * n + 1] for n in range(count))
