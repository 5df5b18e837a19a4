"""Residual networks and their two blocks: K. He et al., "Deep residual learning", CVPR 2016.

Names and counts as in torchvision, whose bottleneck strides in its 3 x 3 convolution.
"""

from __future__ import annotations

from engine.networks.layers import (
    Activation,
    AdaptivePool,
    Add,
    Conv,
    Flatten,
    Layer,
    Linear,
    Norm,
    Pool,
    Shape,
)
from engine.networks.trace import Block, Rows, totals, trace

STAGES = (64, 128, 256, 512)  # channels of the 3 x 3 convolutions
EXPANSION = 4  # a bottleneck puts out four times as many


def resnet18(shape: Shape) -> Rows:
    """ResNet-18: two blocks of two 3 x 3 convolutions in each of four stages.

    Parameters
    ----------
    shape : (3, H, W); trained with 224 x 224.
    """
    return trace(residual_network("ResNet-18", (2, 2, 2, 2), bottleneck=False), shape)


def resnet50(shape: Shape) -> Rows:
    """ResNet-50: 3, 4, 6 and 3 bottlenecks of 1 x 1, 3 x 3 and 1 x 1 convolutions.

    Parameters
    ----------
    shape : (3, H, W); trained with 224 x 224.
    """
    return trace(residual_network("ResNet-50", (3, 4, 6, 3), bottleneck=True), shape)


def without_bottleneck(shape: Shape) -> Rows:
    """ResNet-50 if nobody had thought of the bottleneck: its blocks' widths, but two 3 x 3 in each.

    No network that anybody trained; it shows what the 1 x 1 convolutions save.
    """
    wide = residual_network("3×3, 3×3", (3, 4, 6, 3), bottleneck=False, widen=EXPANSION)
    return trace(wide, shape)


def residual_network(
    name: str, counts: tuple[int, ...], *, bottleneck: bool, widen: int = 1
) -> Block:
    """A start that shrinks the picture to a quarter, four stages, a mean over places, 1000 classes."""
    stages: list[Block] = []
    inside = 64
    for stage, (count, channels) in enumerate(zip(counts, STAGES, strict=True)):
        blocks: list[Block] = []
        for number in range(count):
            stride = 2 if stage and not number else 1
            out = channels * (EXPANSION if bottleneck else widen)
            if bottleneck:
                main = bottleneck_path(channels, out, stride)
            else:
                main = basic_path(out, stride)
            blocks.append(residual_block(f"{number}", main, inside, out, stride))
            inside = out
        stages.append(Block(f"layer{stage + 1}", tuple(blocks)))
    parts: tuple[Block | Layer, ...] = (
        Conv("conv1", 64, 7, 2, 3, bias=False),
        Norm("bn1"),
        Activation("relu"),
        Pool("maxpool", 3, 2, 1),
        *stages,
        AdaptivePool("avgpool", 1),
        Flatten("flatten"),
        Linear("fc", 1000),
    )
    return Block(name, parts)


def residual_block(name: str, main: tuple[Layer, ...], inside: int, out: int, stride: int) -> Block:
    """What comes in goes around the convolutions and is added to what comes out of them.

    Where shapes differ, a 1 x 1 convolution on the way around makes them equal.
    """
    around = Block("shortcut", (), scope=False)
    if stride != 1 or inside != out:
        around = Block("downsample", (Conv("0", out, 1, stride, bias=False), Norm("1")))
    branches = (Block("main", main, scope=False), around)
    both = Block("residual", branches, join=Add("add"), scope=False)
    return Block(name, (both, Activation("relu")))


def basic_path(channels: int, stride: int) -> tuple[Layer, ...]:
    """Two 3 x 3 convolutions."""
    return (
        Conv("conv1", channels, 3, stride, 1, bias=False),
        Norm("bn1"),
        Activation("relu"),
        Conv("conv2", channels, 3, 1, 1, bias=False),
        Norm("bn2"),
    )


def bottleneck_path(channels: int, out: int, stride: int) -> tuple[Layer, ...]:
    """1 x 1 to fewer channels, 3 x 3 on these, 1 x 1 back to many."""
    return (
        Conv("conv1", channels, 1, bias=False),
        Norm("bn1"),
        Activation("relu"),
        Conv("conv2", channels, 3, stride, 1, bias=False),
        Norm("bn2"),
        Activation("relu"),
        Conv("conv3", out, 1, bias=False),
        Norm("bn3"),
    )


# --------------------------------------------------------------------------- the two blocks


def basic_block(*, channels: int, side: int) -> Rows:
    """3 x 3 and 3 x 3 on `channels` maps of `side` x `side`, with the shortcut around them."""
    block = residual_block("3×3, 3×3", basic_path(channels, 1), channels, channels, 1)
    return trace(block, (channels, side, side))


def bottleneck_block(*, channels: int, side: int) -> Rows:
    """1 x 1, 3 x 3 and 1 x 1 on as many maps, a quarter of them inside."""
    path = bottleneck_path(channels // EXPANSION, channels, 1)
    block = residual_block("1×1, 3×3, 1×1", path, channels, channels, 1)
    return trace(block, (channels, side, side))


def how_many_times(rows: Rows, others: Rows) -> tuple[float, float]:
    """How many times the parameters and the multiply-adds of `others` the first rows have."""
    one, other = totals(rows), totals(others)
    return one[0] / other[0], one[1] / other[1]
