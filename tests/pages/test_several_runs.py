"""What the lessons on activations and normalisation train: done in a worker, repeated by a script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from components import activations, normalization, several
from engine import work
from engine.lab import Lab
from engine.samples import load
from tests.pages.harness import check_code


@pytest.mark.parametrize(
    ("compared", "name"),
    [
        (lambda lab: activations.compared(lab, "bias", epochs=2, seed=3), "gelu"),
        (lambda lab: normalization.compared(lab, rate=0.5, drop=0.4, epochs=2, seed=3), "dropout"),
    ],
    ids=["activations", "normalization"],
)
def test_the_script_repeats_what_the_worker_did(
    compared: Callable[[Lab], Mapping[str, several.Kind]], name: str, tmp_path: Path
) -> None:
    run: Any = compared(Lab(load("coffee")))[name].live
    job = work.start(
        run.node, run.steps, watcher="test", collect=run.collect, resumable=run.resumable
    )
    assert job.finished.wait(240)
    assert job.state == "done", job.error
    assert len(run.node.value) == 3  # before training, and after each of two epochs
    assert check_code([(name, (run.node,))], tmp_path) == 1
