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
    np.testing.assert_allclose(relu[:, LOSS], np.log(10), atol=0.002)  # it only guesses
    np.testing.assert_allclose(relu[:, RIGHT], 0.1)  # one digit for every picture
    right, first, second = outcome(relu)
    assert (first, second) == (1, relu[-1, DEAD_SECOND])
    assert right == relu[-1, RIGHT]


@pytest.mark.parametrize("kind", ["relu", "leaky", "gelu"])
def test_recorded_runs_say_what_the_lesson_says(kind: str) -> None:
    file = path_of(DEAD_UNITS_RUN)
    runs = {scene: recorded(file, name=f"{scene}/{kind}") for scene in SCENES}
    right = {scene: run[:, -1, RIGHT] for scene, run in runs.items()}
    dead = {scene: run[:, :, DEAD_FIRST] for scene, run in runs.items()}  # run, epoch
    assert right["fine"].min() > 0.93
    assert dead["fine"].max() == 0
    # The bias begins with nearly all of them silent, the step silences some on the way.
    assert dead["bias"][:, 0].min() > 0.95
    assert dead["step"][:, 0].max() == 0
    assert dead["step"][:, -1].min() > 0.06
    if kind == "relu":
        assert all((np.diff(run, axis=1) >= 0).all() for run in dead.values())  # no way back
        assert 0.1 < dead["step"][:, -1].min() < dead["step"][:, -1].max() < 0.5
        assert right["step"].min() > 0.93  # it can do without them
        assert dead["bias"][:, -1].min() > 0.96
        assert (right["bias"] < 0.101).sum() == 4  # of five; one of them learns a little
        assert right["bias"].max() < 0.6
    if kind == "leaky":  # some wake
        assert (dead["bias"][:, -1] < dead["bias"][:, 0] - 0.05).all()
        assert right["step"].min() > 0.93
        assert right["bias"].min() > 0.82
    if kind == "gelu":  # nearly all wake, but one run of the large step dies altogether
        assert dead["bias"][:, -1].max() < 0.12
        assert right["bias"].min() > 0.92
        assert dead["step"][:, -1].max() == 1


def test_a_recorded_run_is_what_a_live_one_gives() -> None:
    live = deaths(path(), epochs=1)
    kept = recorded(path_of(DEAD_UNITS_RUN), name="fine/relu")[0, :2]
    np.testing.assert_allclose(live[:, LOSS], kept[:, LOSS], rtol=0.001)
    np.testing.assert_allclose(live[:, RIGHT], kept[:, RIGHT], atol=0.003)  # three of 1,000
    np.testing.assert_array_equal(live[:, DEAD_FIRST:], kept[:, DEAD_FIRST:])
