"""Stacks by hand against autograd; what depth does to signal, gradient and error."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.models.for_training import DEPTHS_RUN, MNIST_5K
from engine.models.public import path_of
from engine.training.digits import digit_labels
from engine.training.loop import stack_rows
from engine.training.stacks import (
    LEARN_ERROR,
    at_start,
    errors_by_depth,
    first_pictures,
    gradients_after,
    recorded_stacks,
    stack_forward,
    stack_gradients,
    stack_weights,
    torch_scores,
    train_stack,
    train_stack_steps,
)

DIGITS = path_of(MNIST_5K)
RECORD = path_of(DEPTHS_RUN)


@pytest.mark.parametrize("norm", [False, True])
@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("init", ["torch", "he"])
def test_scores_and_gradients_equal_autograd(init: str, residual: bool, norm: bool) -> None:
    weights = stack_weights(depth=6, init=init, seed=3)
    x, labels = (
        first_pictures(DIGITS, start=0, count=20),
        digit_labels(DIGITS, start=0, count=20),
    )
    layers = stack_forward(weights, x, residual=residual, norm=norm)
    by_hand = stack_gradients(weights, layers, labels, residual=residual, norm=norm)
    tensors = [torch.tensor(w, requires_grad=True) for w in weights]
    scores = torch_scores(
        [(w, None) for w in tensors], torch.from_numpy(x), residual=residual, norm=norm
    )
    np.testing.assert_allclose(layers[-1][3], scores.detach().numpy(), rtol=1e-9, atol=1e-12)
    torch.nn.functional.cross_entropy(scores, torch.from_numpy(labels)).backward()
    for mine, tensor in zip(by_hand, tensors, strict=True):
        theirs = tensor.grad.numpy()
        np.testing.assert_allclose(mine, theirs, rtol=1e-7, atol=1e-10 * abs(theirs).max())


def test_a_plain_stack_loses_signal_and_gradient_and_a_residual_one_does_not() -> None:
    plain = at_start(DIGITS, depth=20, residual=False)
    residual = at_start(DIGITS, depth=20, residual=True)
    assert plain.shape == residual.shape == (2, 21)
    assert plain[0, -1] < 1e-12 * plain[0, 0]
    assert residual[0, -1] > 0.1 * residual[0, 0]
    assert residual[1, 0] > 1e6 * plain[1, 0]


def test_what_is_recorded_of_the_plain_stack_fails_in_every_seed_and_the_residual_one_in_none() -> (
    None
):
    plain = errors_by_depth(RECORD, name="plain_torch_bare", column=LEARN_ERROR)
    residual = errors_by_depth(RECORD, name="residual_torch_bare", column=LEARN_ERROR)
    assert plain[-1, 1] > 0.85  # the best seed of 40 layers
    assert plain[0, 2] < 0.05  # the worst of 2 layers
    assert residual[:, 2].max() < 0.05
    runs = recorded_stacks(RECORD, name="plain_torch_bare", depth=40)
    assert runs.shape == (10, 11, 3)
    assert runs[:, -1, LEARN_ERROR].mean() == pytest.approx(plain[-1, 0])


def test_a_run_is_the_same_twice_and_learns() -> None:
    how = {"depth": 2, "residual": True, "epochs": 2, "seed": 1}
    one, other = train_stack(DIGITS, **how), train_stack(DIGITS, **how)
    assert one.tobytes() == other.tobytes()
    assert one.shape == (3, 3 + 3)
    assert one[-1, LEARN_ERROR] < 0.1 < one[0, LEARN_ERROR]
    assert gradients_after(one, epoch=0).shape == (3,)


def test_a_run_that_goes_on_is_the_one_that_was_never_interrupted() -> None:
    how = {"depth": 2, "residual": False, "epochs": 2, "seed": 0}
    whole = list(train_stack_steps(DIGITS, **how))
    collected = stack_rows([shown for shown, _state in whole], whole[-1][1])
    assert collected.tobytes() == train_stack(DIGITS, **how).tobytes()
    after = list(train_stack_steps(DIGITS, **how, resume=whole[1][1]))
    assert len(after) == 1
    assert after[0][0].tobytes() == whole[2][0].tobytes()
    assert after[0][1] == whole[2][1]


def test_the_gradient_before_training_is_the_one_by_hand() -> None:
    run = train_stack(DIGITS, depth=4, residual=True, epochs=0)
    hand = at_start(DIGITS, depth=4, residual=True, count=500)
    np.testing.assert_allclose(gradients_after(run, epoch=0), hand[1], rtol=1e-4)


def test_an_odd_depth_is_refused() -> None:
    with pytest.raises(ValueError, match="7"):
        stack_weights(depth=7)
