"""LeNet-5: its layers against PyTorch's, its weights against the paper's, and what was measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from engine.models.for_training import LENET5, LENET5_RUN, MNIST_5K
from engine.models.public import path_of
from engine.networks.convnets import LINKS_OF_C3, lenet5
from engine.networks.trace import totals
from engine.training.digits import LEARN, TEST, digit_labels, digits
from engine.training.recorded import recorded, recorded_facts
from engine.vision.lenet import (
    INK,
    MAPS,
    PAPER,
    SEES,
    digit_answer,
    digit_distances,
    how_many_right,
    lenet_input,
    lenet_maps,
    likeliest_digit,
    map_sheet,
    nearest_pattern,
    patterns,
    squashed_sum,
    usual_distance,
)

PATH, RUN, SET = path_of(LENET5), path_of(LENET5_RUN), path_of(MNIST_5K)
UNSEEN = digits(SET, start=LEARN, count=TEST)


def torch_network() -> list:
    """The same network built of torch's layers: every C3 map has a convolution of its own."""
    import torch
    from torch import nn

    w = {name: torch.from_numpy(a.astype(np.float32)) for name, a in load_file(PATH).items()}

    def put(layer: nn.Module, weight: torch.Tensor, bias: torch.Tensor) -> nn.Module:
        layer.weight.data, layer.bias.data = weight, bias
        return layer

    def subsampling(name: str, count: int) -> nn.Module:
        kernel = w[f"{name}.weight"][:, None, None, None].expand(count, 1, 2, 2).contiguous()
        return put(nn.Conv2d(count, count, 2, 2, groups=count), kernel, w[f"{name}.bias"])

    c3 = [
        put(
            nn.Conv2d(len(seen), 1, 5),
            w["c3.weight"][number : number + 1, list(seen)],
            w["c3.bias"][number : number + 1],
        )
        for number, seen in enumerate(SEES)
    ]
    return [
        put(nn.Conv2d(1, 6, 5), w["c1.weight"], w["c1.bias"]),
        subsampling("s2", 6),
        lambda x: torch.cat([c(x[:, list(s)]) for c, s in zip(c3, SEES, strict=True)], 1),
        subsampling("s4", 16),
        put(nn.Conv2d(16, 120, 5), w["c5.weight"], w["c5.bias"]),
        lambda x: put(nn.Linear(120, 84), w["f6.weight"], w["f6.bias"])(x.flatten(1)),
    ]


def test_it_computes_what_torch_layers_compute() -> None:
    import torch

    pictures = UNSEEN[:20]
    x, outputs = torch.from_numpy(lenet_input(pictures)), []
    with torch.no_grad():
        for layer in torch_network():
            x = 1.7159 * torch.tanh(layer(x) * 2 / 3)
            outputs.append(x)
    expected = torch.cdist(x, torch.from_numpy(patterns())) ** 2
    assert np.allclose(digit_distances(PATH, pictures), expected.numpy(), rtol=1e-4, atol=1e-3)
    maps = lenet_maps(PATH, pictures[3])
    for found, right, count in zip(maps, outputs, MAPS.values(), strict=False):
        assert found.shape[0] == count
        assert np.allclose(found, right[3].numpy(), atol=1e-4)


def test_it_has_the_layers_and_the_weights_of_the_paper() -> None:
    weights = load_file(PATH)
    c3 = weights["c3.weight"]
    linked = np.zeros(c3.shape[:2], bool)
    for number, seen in enumerate(SEES):
        linked[number, list(seen)] = True
    assert linked.sum() == LINKS_OF_C3
    assert (c3[~linked] == 0).all()
    assert (np.abs(c3[linked]).max(axis=(1, 2)) > 0).all()
    count = sum(array.size for array in weights.values()) - (~linked).sum() * 25
    assert count == 60_000 == totals(lenet5((1, 32, 32)))[0]


def test_every_map_of_s2_is_seen_by_as_many_maps_as_in_table_1() -> None:
    assert [sum(n in seen for seen in SEES) for n in range(6)] == [10] * 6
    assert sorted(map(len, SEES)) == [3] * 6 + [4] * 9 + [6]


def test_patterns_are_ten_different_pictures_of_signs() -> None:
    found = patterns()
    assert found.shape == (10, 84)
    assert set(np.unique(found)) == {-1, 1}
    apart = ((found[:, None] - found[None]) ** 2).sum(axis=2)
    assert (apart[~np.eye(10, dtype=bool)] >= 4 * 4).all()  # at least four places differ


def test_the_activation_is_the_papers() -> None:
    import torch

    at = squashed_sum(torch.tensor([-1.0, 0.0, 1.0, 100.0])).numpy()
    assert np.allclose(at, [-1, 0, 1, 1.7159], atol=1e-4)


def test_paper_and_ink_are_the_papers_numbers() -> None:
    x = lenet_input(np.array([[[0, 255] * 14] * 28], np.uint8))
    assert x.shape == (1, 1, 32, 32)
    assert np.allclose(np.unique(x), [PAPER, INK])
    assert np.allclose(x[0, 0, :2], PAPER)
    assert np.allclose(x[0, 0, 2, 2:6], [PAPER, INK, PAPER, INK])


def test_it_reads_digits_that_it_has_not_learned_from() -> None:
    right = how_many_right(PATH, UNSEEN, digit_labels(SET, start=LEARN, count=TEST))
    assert right >= 0.98 * TEST
    assert right < TEST


def test_what_was_measured_stands_in_the_documents() -> None:
    counts = recorded(RUN, name="test_confusion")
    accuracy, losses = (recorded(RUN, name=name) for name in ("test_accuracy", "train_loss"))
    assert counts.sum() == 10_000
    assert np.trace(counts) >= 9_900
    assert accuracy[-1] == pytest.approx(np.trace(counts) / 10_000, abs=0.0005)  # float16
    assert len(recorded(RUN, name="epochs")) == len(accuracy) == len(losses) == 21
    assert losses[-1] < losses[1] < losses[0]
    assert dict(recorded_facts(RUN))["script"] == "assets/make_lenet.py"
    assert f"{np.trace(counts):,}" in Path("assets/README.md").read_text(encoding="utf-8")


def test_the_answer_is_the_softmax_of_the_distances() -> None:
    distances = digit_distances(PATH, UNSEEN[:1])[0].astype(np.float64)
    powers = np.exp(-(distances - distances.min()))
    answer = digit_answer(PATH, UNSEEN[0])
    assert np.allclose(answer, powers / powers.sum())
    assert answer.sum() == pytest.approx(1)
    assert likeliest_digit(answer) == (int(distances.argmin()), answer.max())
    assert nearest_pattern(PATH, UNSEEN[0]) == pytest.approx(distances.min(), rel=1e-5)


def test_a_share_of_the_pictures_is_nearer_than_the_usual_distance() -> None:
    least = digit_distances(PATH, UNSEEN).min(axis=1)
    assert (least <= usual_distance(PATH, UNSEEN)).mean() == pytest.approx(0.95, abs=0.001)
    assert usual_distance(PATH, UNSEEN, share=1.0) == pytest.approx(float(least.max()))


def test_maps_lie_side_by_side() -> None:
    maps = lenet_maps(PATH, UNSEEN[0])
    sheet = map_sheet(maps, layer="C3", columns=4)
    assert sheet.shape == (43, 43)
    assert np.array_equal(sheet[11:21, 22:32], maps[2][6])
    assert (sheet[10] == 0).all()
    assert (sheet[:, 10] == 0).all()
    assert map_sheet(maps, layer="S2", columns=3).shape == (29, 44)
