"""MobileNetV2 as torchvision has it: M. Sandler et al., CVPR 2018, blocks that are wide inside."""

from __future__ import annotations

from engine.networks.layers import (
    Activation,
    AdaptivePool,
    Add,
    Conv,
    Dropout,
    Flatten,
    Layer,
    Linear,
    Norm,
    Shape,
)
from engine.networks.trace import Block, Rows, trace

#: Of each stage: how many times wider it is inside, channels, blocks, the first one's stride.
INVERTED = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)


def mobilenet_v2(shape: Shape) -> Rows:
    """MobileNetV2: blocks that are wide inside, where each 3 x 3 kernel looks at one channel only.

    Parameters
    ----------
    shape : (3, H, W); trained with 224 x 224.
    """
    parts: list[Block | Layer] = [conv_norm_relu6("0", 32, 3, 2)]
    inside = 32
    for widen, channels, count, first_stride in INVERTED:
        for number in range(count):
            stride = first_stride if number == 0 else 1
            parts.append(inverted_residual(f"{len(parts)}", inside, channels, stride, widen))
            inside = channels
    parts.append(conv_norm_relu6("18", 1280, 1))
    classifier = Block("classifier", (Dropout("0", 0.2), Linear("1", 1000)))
    whole = (
        Block("features", tuple(parts)),
        AdaptivePool("avgpool", 1),
        Flatten("flatten"),
        classifier,
    )
    return trace(Block("MobileNetV2", whole), shape)


def conv_norm_relu6(
    name: str, channels: int, kernel: int, stride: int = 1, groups: int = 1
) -> Block:
    """A convolution without bias, its normalisation, and ReLU cut off at 6."""
    conv = Conv("0", channels, kernel, stride, kernel // 2, groups, bias=False)
    return Block(name, (conv, Norm("1"), Activation("2", "ReLU6")))


def inverted_residual(name: str, inside: int, out: int, stride: int, widen: int) -> Block:
    """1 x 1 to many channels, 3 x 3 in each channel alone (depthwise), 1 x 1 to few, without ReLU.

    What comes in is added if its shape is that of what comes out.
    """
    wide = inside * widen
    steps: list[Block | Layer] = [] if widen == 1 else [conv_norm_relu6("0", wide, 1)]
    steps.append(conv_norm_relu6(f"{len(steps)}", wide, 3, stride, groups=wide))
    steps += [Conv(f"{len(steps)}", out, 1, bias=False), Norm(f"{len(steps) + 1}")]
    main = Block("conv", tuple(steps))
    if stride == 1 and inside == out:
        return Block(name, (main, Block("shortcut", (), scope=False)), join=Add("add"))
    return Block(name, (main,))
