"""Gradients of batches against autograd, their noise against theory; workers against plain descent."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.models.for_training import MNIST_5K
from engine.models.public import path_of
from engine.training.asynchronous import (
    ENDED,
    STALE,
    STARTED,
    WORKER,
    age_counts,
    losses_of,
    one_after_another,
    pace,
    schedule_of,
    simulated,
)
from engine.training.batches import (
    SIZES,
    batch_gradient,
    by_batches,
    by_batches_steps,
    cosines_by_size,
    error_by_size,
    expected_noise,
    gradient_noise,
    gradient_picture,
    learned_weights,
    mean_cross_entropy,
    rate_of,
    with_constant,
)
from engine.training.digits import digit_labels, digits

COUNT = 500
PICTURES = digits(path_of(MNIST_5K), start=0, count=COUNT)
LABELS = digit_labels(path_of(MNIST_5K), start=0, count=COUNT)


@pytest.mark.parametrize("epochs", [0, 2])
def test_gradient_and_loss_are_those_of_autograd(epochs: int) -> None:
    x = with_constant(PICTURES)
    weights = learned_weights(PICTURES, LABELS, epochs=epochs)
    w = torch.tensor(weights, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(torch.from_numpy(x) @ w, torch.from_numpy(LABELS))
    loss.backward()
    np.testing.assert_allclose(batch_gradient(x, LABELS, weights), w.grad.numpy(), atol=1e-12)
    assert mean_cross_entropy(x, LABELS, weights)[0] == pytest.approx(loss.item(), rel=1e-12)


def test_noise_is_the_root_of_the_variance_over_the_size() -> None:
    weights = learned_weights(PICTURES, LABELS, epochs=1)
    noise = gradient_noise(PICTURES, LABELS, weights, draws=60)
    expected = expected_noise(PICTURES, LABELS, weights)
    np.testing.assert_allclose(error_by_size(noise), expected, rtol=0.25)
    np.testing.assert_allclose(expected / expected[0], np.array(SIZES) ** -0.5)
    cosines = cosines_by_size(noise)
    assert cosines.shape == (len(SIZES), 3)
    assert (np.diff(cosines, axis=1) >= 0).all()
    assert cosines[-1, 1] > 0.9 > cosines[0, 1]


def test_the_expected_noise_is_that_of_all_gradients_one_by_one() -> None:
    weights = learned_weights(PICTURES, LABELS, epochs=1)
    x = with_constant(PICTURES)
    full = batch_gradient(x, LABELS, weights)
    squares = [
        ((batch_gradient(x[n : n + 1], LABELS[n : n + 1], weights) - full) ** 2).sum()
        for n in range(COUNT)
    ]
    one = np.sqrt(np.mean(squares) / (full**2).sum())
    assert expected_noise(PICTURES, LABELS, weights)[0] == pytest.approx(one, rel=1e-9)


def test_the_picture_is_a_column_of_the_gradient() -> None:
    weights = np.zeros((785, 10))
    whole = batch_gradient(with_constant(PICTURES), LABELS, weights)
    found = gradient_picture(PICTURES, LABELS, weights, digit=3, size=0)
    np.testing.assert_array_equal(found.ravel(), whole[:-1, 3])


def test_a_run_is_the_same_bit_for_bit_and_goes_on_where_it_was() -> None:
    how = {"size": 1000, "scaled": True, "epochs": 3, "seed": 1}
    path = path_of(MNIST_5K)
    whole = by_batches(path, **how)
    np.testing.assert_array_equal(whole, by_batches(path, **how))
    _first, second = (next(steps := by_batches_steps(path, **how)), next(steps))
    rest = [row for row, _state in by_batches_steps(path, **how, resume=second[1])]
    np.testing.assert_array_equal(whole[2:], rest)


def test_the_rate_grows_with_the_batch() -> None:
    assert rate_of(size=1000, scaled=True, base=0.01) == pytest.approx(1.0)
    assert rate_of(size=1000, scaled=False, base=0.01) == 0.01


@pytest.mark.parametrize("together", [False, True])
def test_one_worker_is_plain_descent_bit_for_bit(together: bool) -> None:
    schedule, _losses, weights = simulated(
        PICTURES, LABELS, workers=1, together=together, rate=0.1, until=20
    )
    plain = one_after_another(PICTURES, LABELS, rate=0.1, updates=len(schedule))
    np.testing.assert_array_equal(weights, plain)
    assert (schedule[:, STALE] == 0).all()


@pytest.mark.parametrize("together", [False, True])
def test_a_schedule_has_no_gaps_but_those_of_waiting(together: bool) -> None:
    run = simulated(PICTURES, LABELS, workers=4, together=together, rate=0.05, slow=3, until=15)
    schedule = schedule_of(run)
    for worker in range(4):
        mine = schedule[schedule[:, WORKER] == worker]
        gaps = mine[1:, STARTED] - mine[:-1, ENDED]
        assert (gaps >= 0).all()
        assert together or (gaps == 0).all()
    assert schedule[:, ENDED].max() <= 15
    assert len(losses_of(run)) == 16
    assert age_counts(run).sum() == len(schedule)


def test_ages_are_counted_by_hand_from_the_ends() -> None:
    schedule = schedule_of(
        simulated(PICTURES, LABELS, workers=5, together=False, rate=0.05, slow=4, until=12)
    )
    ends = schedule[:, ENDED]
    assert (np.diff(ends) >= 0).all()
    for start, end, age in schedule[:, [STARTED, ENDED, STALE]]:
        between = (ends > start) & (ends < end)
        assert between.sum() == age


def test_a_slow_worker_holds_up_only_those_who_wait() -> None:
    def used(together: bool, slow: float) -> float:
        run = simulated(PICTURES, LABELS, workers=4, together=together, rate=0.02, slow=slow)
        return pace(run)[0]

    assert used(True, 4) < 0.4 * used(True, 1)
    assert used(False, 4) > 0.75 * used(False, 1)


def test_old_gradients_at_a_large_rate_do_worse_than_fresh_ones() -> None:
    def last(workers: int, until: float) -> float:
        run = simulated(PICTURES, LABELS, workers=workers, together=False, rate=0.3, until=until)
        return float(losses_of(run)[-1])

    assert last(16, 10) > 2 * last(1, 160)
