"""LeNet-5 against the numbers of its paper; receptive fields against gradients; blocks; inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UserError
from engine.networks import catalogue, convnets, inputs, mobilenet, resnet
from engine.networks.field import field_of, mark_field
from engine.networks.layers import slid
from engine.networks.trace import Block, Rows, maps_of, table, totals, trace


def test_lenet5_has_the_numbers_of_the_paper() -> None:
    rows = table(convnets.lenet5((1, 32, 32)))
    found = {row.name: row for row in rows}
    # Section II.B of the paper: trainable parameters and connections of each layer.
    parameters = {"c1": 156, "s2": 12, "c3": 1516, "s4": 32, "c5": 48_120, "f6": 10_164}
    assert {name: found[name].parameters for name in parameters} == parameters
    assert rows[0].parameters == 60_000
    connections = {"c1": 122_304, "c3": 151_600, "c5": 48_120, "f6": 10_164, "output": 840}
    for name, expected in connections.items():
        row = found[name]
        biases = int(np.prod(row.output)) if name != "output" else 0
        assert row.multiply_adds + biases == expected, name
    sides = [(6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (120, 1, 1), (84,), (10,)]
    assert [found[n].output for n in ("c1", "s2", "c3", "s4", "c5", "f6", "output")] == sides


def test_lenet5_as_it_is_written_today() -> None:
    from torch import nn

    model = nn.Sequential(
        *(nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh()),
        *(nn.AvgPool2d(2), nn.Conv2d(16, 120, 5), nn.Tanh(), nn.Flatten(), nn.Linear(120, 84)),
        *(nn.Tanh(), nn.Linear(84, 10)),
    )
    found = totals(convnets.lenet5_today((1, 32, 32)))[0]
    assert found == sum(p.numel() for p in model.parameters()) == 61_706


def positive(model: Any) -> Any:
    """The model with weights of one, means for maxima and no activations: nothing hides a gradient."""
    import torch
    from torch import nn

    for module in list(model.modules()):
        for child_name, child in list(module.named_children()):
            if isinstance(child, nn.MaxPool2d):
                pool = nn.AvgPool2d(child.kernel_size, child.stride, child.padding, child.ceil_mode)
                setattr(module, child_name, pool)
            elif isinstance(child, (nn.ReLU, nn.ReLU6, nn.BatchNorm2d, nn.Dropout)):
                setattr(module, child_name, nn.Identity())
        if isinstance(module, nn.Conv2d):
            fan = module.weight[0].numel()
            torch.nn.init.constant_(module.weight, 1 / fan)
            module.weight.requires_grad_(False)
    return model.double().eval()


FIELDS: list[tuple[str, Callable[[Any], Rows], str, int]] = [
    ("alexnet", convnets.alexnet, "features.3", 195),
    ("alexnet", convnets.alexnet, "features.12", 391),
    ("vgg16", convnets.vgg16, "features.16", 160),
    ("resnet18", resnet.resnet18, "layer1.1", 160),
    ("resnet18", resnet.resnet18, "layer3.0", 300),
    ("resnet50", resnet.resnet50, "layer2.1", 256),
    ("mobilenet_v2", mobilenet.mobilenet_v2, "features.6", 192),
    ("googlenet", convnets.googlenet, "inception3b", 224),
]


@pytest.mark.parametrize(
    ("name", "function", "layer", "side"), FIELDS, ids=[f"{f[0]}-{f[2]}" for f in FIELDS]
)
def test_receptive_fields_are_those_of_the_gradients(
    name: str, function: Callable[[Any], Rows], layer: str, side: int
) -> None:
    import torch
    import torchvision
    from torchvision.models.feature_extraction import create_feature_extractor

    options = {"aux_logits": False, "init_weights": False} if name == "googlenet" else {}
    model = positive(getattr(torchvision.models, name)(weights=None, **options))
    cut = create_feature_extractor(model, [layer])
    rows = function((3, side, side))
    number = next(n for n, row in enumerate(table(rows)) if row.module == layer)
    picture = torch.ones(1, 3, side, side, dtype=torch.double, requires_grad=True)
    maps = cut(picture)[layer]
    assert tuple(maps.shape[1:]) == table(rows)[number].output
    places = [(maps.shape[2] // 2, maps.shape[3] // 2), (0, 0), (maps.shape[2] - 1, 1)]
    for row, column in places:
        (gradient,) = torch.autograd.grad(maps[0, :, row, column].sum(), picture, retain_graph=True)
        seen = np.argwhere(gradient[0, 0].numpy() != 0)
        top, left = seen.min(axis=0)
        bottom, right = seen.max(axis=0) + 1
        y = round((row + 0.5) / maps.shape[2] * side)
        x = round((column + 0.5) / maps.shape[3] * side)
        found = field_of(rows, number=number, x=x, y=y, row=row, column=column)
        assert found[:4] == (left, top, right, bottom)


def test_known_receptive_fields() -> None:
    # Table 1 of A. Araujo, W. Norris, J. Sim, "Computing receptive fields of convolutional neural
    # networks", Distill, 2019: the last map of VGG-16 and of ResNet-50. Theirs strides in the 1 x 1
    # convolutions; in torchvision's the 3 x 3 before each stride see 2 jumps less.
    for function, name, expected in (
        (convnets.vgg16, "features", 212),
        (resnet.resnet50, "layer4", 483 - 2 * (4 + 8 + 16)),
    ):
        found = {row.module: row for row in table(function((3, 512, 512)))}
        assert found[name].field[0][:2] == (expected, 32)


def test_a_field_is_marked_on_the_picture() -> None:
    rng = np.random.default_rng(0)
    picture = rng.integers(1, 256, (64, 80, 3), dtype=np.uint8)
    rows = resnet.resnet18((3, 64, 80))
    for number in maps_of(rows):
        marked = mark_field(picture, rows, number=number, x=41, y=20)
        left, top, right, bottom, row, column = field_of(rows, number=number, x=41, y=20)
        assert 0 <= left < right <= 80
        assert 0 <= top < bottom <= 64
        _c, height, width = table(rows)[number].output
        assert 0 <= row < height
        assert 0 <= column < width
        inside = marked[top + 2 : bottom - 2, left + 2 : right - 2]
        assert (inside == picture[top + 2 : bottom - 2, left + 2 : right - 2]).all()
        if (right - left, bottom - top) != (80, 64):
            outside = np.ones((64, 80), bool)
            outside[max(top - 2, 0) : bottom + 2, max(left - 2, 0) : right + 2] = False
            assert (marked[outside] <= picture[outside]).all()
            assert not outside.any() or (marked[outside] < picture[outside]).any()


def test_the_field_stands_around_the_chosen_pixel() -> None:
    rows = resnet.resnet18((3, 224, 224))
    for number in maps_of(rows):
        for x, y in ((0, 0), (112, 60), (223, 223)):
            left, top, right, bottom, *_unit = field_of(rows, number=number, x=x, y=y)
            jump = table(rows)[number].field[0][1]
            assert left <= x + jump / 2
            assert right >= x + 1 - jump / 2
            assert top <= y + jump / 2
            assert bottom >= y + 1 - jump / 2


@given(st.integers(1, 60), st.integers(1, 11), st.integers(1, 5), st.integers(0, 5), st.booleans())
def test_places_of_a_window(
    length: int, kernel: int, stride: int, padding: int, ceil: bool
) -> None:
    import torch

    padding = min(padding, kernel // 2)
    try:
        expected = torch.nn.functional.max_pool1d(
            torch.zeros(1, 1, length), kernel, stride, padding, ceil_mode=ceil
        ).shape[-1]
    except RuntimeError:
        expected = None
    if expected is None:
        with pytest.raises(UserError):
            slid(length, kernel, stride, padding, ceil=ceil)
    else:
        assert slid(length, kernel, stride, padding, ceil=ceil) == expected


@pytest.mark.parametrize("channels", [16, 64, 256, 1024])
def test_the_two_blocks_are_those_of_torchvision(channels: int) -> None:
    from torchvision.models.resnet import BasicBlock, Bottleneck

    for rows, model in (
        (resnet.basic_block(channels=channels, side=14), BasicBlock(channels, channels)),
        (
            resnet.bottleneck_block(channels=channels, side=14),
            Bottleneck(channels, channels // 4),
        ),
    ):
        assert totals(rows)[0] == sum(p.numel() for p in model.parameters())
        assert table(rows)[0].output == (channels, 14, 14)
    plain, neck = (
        f(channels=channels, side=14) for f in (resnet.basic_block, resnet.bottleneck_block)
    )
    weights, work = resnet.how_many_times(plain, neck)
    assert work == pytest.approx(18 / (17 / 16))  # 2 (9 C C) against C C / 4 (1 + 9 / 4 + 1)
    assert weights == pytest.approx(work, rel=0.2)


def test_the_wide_network_is_one_that_torch_can_build() -> None:
    import torch
    from torchvision.models.resnet import BasicBlock, ResNet

    class Wide(BasicBlock):
        expansion = 4

        def __init__(
            self,
            inside: int,
            planes: int,
            stride: int = 1,
            downsample: Any = None,
            *_rest: Any,
            **_more: Any,
        ) -> None:
            super().__init__(inside, planes * 4, stride, downsample)

    with torch.device("meta"):
        model = ResNet(Wide, [3, 4, 6, 3])  # type: ignore[arg-type]
    expected = sum(p.numel() for p in model.parameters())
    assert totals(resnet.without_bottleneck((3, 224, 224)))[0] == expected


def test_a_picture_that_is_too_small_is_refused() -> None:
    for function in (convnets.alexnet, convnets.vgg16):
        with pytest.raises(UserError):
            function((3, 8, 8))


def test_the_catalogue_holds_what_it_says() -> None:
    for network in catalogue.NETWORKS:
        shape = {"text": (7,), "sound": inputs.mel_shape()}.get(
            network.takes, (network.channels, network.crop, network.crop)
        )
        rows = network.function(shape)
        assert table(rows)[0].depth == 0
        assert rows == network.function(shape)
        assert network.has_maps == (len(maps_of(rows)) > 1)
    assert trace(Block("nothing", ()), (3, 4, 5))[0][6] == (3, 4, 5)
