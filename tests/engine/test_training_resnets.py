"""Plain and residual networks of 56 layers: stored weights, shortcuts, and what the record says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.models.for_training import MNIST_5K, RESNETS, RESNETS_RUN
from engine.models.public import path_of
from engine.training.digits import LEARN, digit_labels, digits
from engine.training.recorded import recorded
from engine.training.resnets import (
    DEPTHS,
    KINDS,
    LEARN_ERROR,
    SETTINGS,
    STORED,
    TEST_ERROR,
    TESTED,
    best_of_trials,
    error_of,
    errors_over_epochs,
    gradients_recorded,
    resnet,
    resnet_answers,
    resnet_scores,
)

PATH, RUN, SET = path_of(RESNETS), path_of(RESNETS_RUN), path_of(MNIST_5K)


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_stored_networks_do_what_the_record_says(setting: str, kind: str) -> None:
    pictures, labels = (f(SET, start=LEARN, count=60) for f in (digits, digit_labels))
    answers = resnet_answers(PATH, pictures, name=f"{setting}-{kind}")
    np.testing.assert_allclose(answers.sum(axis=1), 1)
    last = errors_over_epochs(RUN, name=f"{setting}-{kind}-{STORED}", column=TEST_ERROR)[-1]
    if (setting, kind) == ("bare", "plain"):
        assert last > 0.85
        assert set(answers.argmax(axis=1)) == {1}  # the most frequent digit
    else:
        assert last < 0.02
        assert error_of(answers, labels) <= 0.1


def test_the_shortcut_adds_every_other_pixel_and_no_new_channel() -> None:
    layers = resnet(PATH, "norm-residual")
    assert len(layers) == STORED
    assert [layer.stride[0] for layer in layers[:-1]].count(2) == 2
    silent = torch.nn.ModuleList(
        torch.nn.Conv2d(one.in_channels, one.out_channels, 3, one.stride, 1) for one in layers[:-1]
    )
    for layer in silent:
        torch.nn.init.zeros_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
    with torch.no_grad():
        silent[0].weight[0, 0, 1, 1] = 1  # the picture itself in the first channel
    silent.append(torch.nn.Linear(layers[-1].in_features, 10))
    x = torch.rand(2, 1, 28, 28)
    with torch.no_grad():
        found = resnet_scores(silent, x, residual=True)
        means = torch.zeros(2, layers[-1].in_features)
        means[:, 0] = x[:, 0, ::4, ::4].mean((1, 2))
        np.testing.assert_allclose(found, silent[-1](means), atol=1e-6)
        alone = resnet_scores(silent, x, residual=False)
        np.testing.assert_allclose(alone, silent[-1](torch.zeros(2, 32)), atol=1e-6)


def test_plain_networks_fall_behind_and_fail_without_normalisation() -> None:
    last = {
        (s, k, d): errors_over_epochs(RUN, name=f"{s}-{k}-{d}", column=LEARN_ERROR)[-1]
        for s in SETTINGS
        for k in KINDS
        for d in DEPTHS
    }
    assert last["norm", "plain", 56] > 2 * last["norm", "plain", 20]
    assert last["norm", "residual", 56] <= last["norm", "residual", 20]
    assert last["bare", "plain", 20] > 0.85
    assert last["bare", "residual", 56] < 0.01
    tried = best_of_trials(RUN, kind="plain")
    assert tried[:, 0].tolist() == [0.01, 0.03, 0.1]
    assert (tried[:, 1] > 0.85).all()
    assert (best_of_trials(RUN, kind="residual")[:, 1] < 0.2).all()


def test_the_gradient_of_the_first_layer_is_gone_without_shortcut_and_normalisation() -> None:
    plain, residual = (gradients_recorded(RUN, name=f"bare-{kind}-56", epoch=0) for kind in KINDS)
    assert plain.shape == residual.shape == (STORED - 1,)
    assert plain[0] == 0  # below what float32 holds
    assert residual.min() > 0.01


def test_the_readme_tells_what_was_measured() -> None:
    readme = Path("assets/README.md").read_text("utf-8")
    found = {
        (s, k, d): round(TESTED * float(recorded(RUN, name=f"{s}-{k}-{d}/rows")[0, -1, TEST_ERROR]))
        for s in SETTINGS
        for k in KINDS
        for d in DEPTHS
    }
    norm = "20 layers plain {}, residual {}; 56 layers plain {}, residual {}"
    order = [("norm", k, d) for d in DEPTHS for k in KINDS]
    assert norm.format(*(found[one] for one in order)) in readme
    bare = [found["bare", "residual", d] for d in DEPTHS]
    assert f"residual {bare[0]} and {bare[1]}" in readme
    assert f"plain {found['bare', 'plain', 56]:,}" in readme
