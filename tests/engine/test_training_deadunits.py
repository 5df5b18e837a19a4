"""Dead units: counted rightly, reproducible, resumable, and as the recorded runs say."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.models.for_training import DEAD_UNITS_RUN, MNIST_5K
from engine.models.public import path_of
from engine.training.deadunits import (
    DEAD_FIRST,
    DEAD_SECOND,
    LOSS,
    RIGHT,
    SCENES,
    counted,
    deaths,
    deaths_steps,
    outcome,
)
from engine.training.digits import LEARN, TEST
from engine.training.recorded import recorded
from engine.training.seeds import mean_over_seeds, range_over_seeds


def path() -> str:
    return path_of(MNIST_5K)


def test_a_run_repeats_bit_for_bit_and_goes_on_as_if_it_had_never_stopped() -> None:
    whole = list(deaths_steps(path(), rate=1.0, epochs=3))
    assert deaths(path(), rate=1.0, epochs=3).tobytes() == np.stack([s for s, _ in whole]).tobytes()
    rest = list(deaths_steps(path(), rate=1.0, epochs=3, resume=whole[1][1]))
    assert [s.tobytes() for s, _ in rest] == [s.tobytes() for s, _ in whole[2:]]
    assert rest[-1][1] == whole[-1][1]


def test_what_never_fires_is_counted() -> None:
    layers = torch.nn.ModuleList(
        [torch.nn.Linear(784, 4), torch.nn.Linear(4, 2), torch.nn.Linear(2, 10)]
    )
    with torch.no_grad():
        layers[0].bias.copy_(torch.tensor([-1e3, 1e3, 1e3, 1e3]))
        layers[1].weight.zero_()
        layers[1].bias.copy_(torch.tensor([1.0, 0.0]))  # 0 is not above 0
    x = torch.rand(LEARN + TEST, 784, generator=torch.Generator().manual_seed(0))
    y = torch.zeros(LEARN + TEST, dtype=torch.int64)
    row = counted(layers, x, y, "relu")
    assert row[DEAD_FIRST] == 0.25
    assert row[DEAD_SECOND] == 0.5


def test_a_bad_bias_kills_relu_for_good() -> None:
    relu = deaths(path(), rate=SCENES["bias"][0], bias=-5.0, epochs=2)
    assert (relu[:, DEAD_FIRST] == 1).all()
    np.testing.assert_allclose(relu[:, LOSS], np.log(10), atol=0.01)  # it only guesses
    right, first, second = outcome(relu)
    assert (first, second) == (1, relu[-1, DEAD_SECOND])
    assert right == relu[-1, RIGHT]


@pytest.mark.parametrize("kind", ["relu", "leaky", "gelu"])
def test_recorded_runs_say_what_the_lesson_says(kind: str) -> None:
    file = path_of(DEAD_UNITS_RUN)
    runs = {scene: recorded(file, name=f"{scene}/{kind}") for scene in SCENES}
    ends = {s: range_over_seeds(r, column=RIGHT, epoch=-1) for s, r in runs.items()}
    assert ends["fine"][0] > 0.9
    assert mean_over_seeds(runs["fine"], column=DEAD_FIRST).max() < 0.1
    died = range_over_seeds(runs["step"], column=DEAD_FIRST, epoch=-1)
    assert died[0] > 0.05
    never = range_over_seeds(runs["bias"], column=DEAD_FIRST, epoch=-1)
    if kind == "relu":
        assert died[1] > 0.2
        assert ends["bias"][1] < 0.3
        assert never[0] > 0.9
    if kind == "leaky":
        assert ends["bias"][0] > 0.8
    if kind == "gelu":
        assert ends["bias"][0] > 0.9
        assert never[2] < 0.2


def test_a_recorded_run_is_what_a_live_one_gives() -> None:
    live = deaths(path(), epochs=1)
    kept = recorded(path_of(DEAD_UNITS_RUN), name="fine/relu")[0, :2]
    np.testing.assert_allclose(live, kept, rtol=0.02, atol=0.02)
