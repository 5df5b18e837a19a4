"""Convolutional networks before residual ones: LeNet-5, AlexNet, VGG-16, GoogLeNet.

Names of layers and counts are torchvision's, except for LeNet-5, which it does not have.
"""

from __future__ import annotations

from engine.networks.layers import (
    Activation,
    AdaptivePool,
    Concat,
    Conv,
    Distances,
    Dropout,
    Flatten,
    Layer,
    Linear,
    Norm,
    Pool,
    Shape,
    Subsample,
)
from engine.networks.trace import Block, Rows, trace

#: Which maps of S2 each map of C3 is joined to: 6 maps to 3, 9 to 4, 1 to all 6 (Table I of the paper).
LINKS_OF_C3 = 6 * 3 + 9 * 4 + 1 * 6


def lenet5(shape: Shape) -> Rows:
    """LeNet-5: Y. LeCun et al., "Gradient-based learning applied to document recognition", 1998.

    As in the paper: sub-sampling with a learned coefficient and bias, C3 joined to some maps only,
    ten fixed patterns at the end.

    Parameters
    ----------
    shape : (1, 32, 32), a gray picture.
    """
    squash = "1.7159 tanh(2/3 a)"
    parts = (
        Conv("c1", 6, 5),
        Activation("a1", squash),
        Subsample("s2"),
        Activation("a2", squash),
        Conv("c3", 16, 5, links=LINKS_OF_C3),
        Activation("a3", squash),
        Subsample("s4"),
        Activation("a4", squash),
        Conv("c5", 120, 5),
        Activation("a5", squash),
        Flatten("flatten"),
        Linear("f6", 84),
        Activation("a6", squash),
        Distances("output", 10),
    )
    return trace(Block("LeNet-5", parts), shape)


def lenet5_today(shape: Shape) -> Rows:
    """LeNet-5 as it is mostly written now: mean pooling, all maps joined, a linear last layer.

    Parameters
    ----------
    shape : (1, 32, 32), a gray picture.
    """
    parts = (
        Conv("c1", 6, 5),
        Activation("a1", "tanh"),
        Pool("s2", 2, 2, rule="mean"),
        Conv("c3", 16, 5),
        Activation("a3", "tanh"),
        Pool("s4", 2, 2, rule="mean"),
        Conv("c5", 120, 5),
        Activation("a5", "tanh"),
        Flatten("flatten"),
        Linear("f6", 84),
        Activation("a6", "tanh"),
        Linear("output", 10),
    )
    return trace(Block("LeNet-5", parts), shape)


def alexnet(shape: Shape) -> Rows:
    """AlexNet: A. Krizhevsky, I. Sutskever, G. Hinton, NeurIPS 2012.

    torchvision's version runs on one GPU and has fewer channels in places (A. Krizhevsky, "One weird
    trick for parallelizing convolutional neural networks", 2014).

    Parameters
    ----------
    shape : (3, H, W), from 63 x 63 on; trained with 224 x 224.
    """
    features = Block(
        "features",
        (
            Conv("0", 64, 11, 4, 2),
            Activation("1"),
            Pool("2", 3, 2),
            Conv("3", 192, 5, padding=2),
            Activation("4"),
            Pool("5", 3, 2),
            Conv("6", 384, 3, padding=1),
            Activation("7"),
            Conv("8", 256, 3, padding=1),
            Activation("9"),
            Conv("10", 256, 3, padding=1),
            Activation("11"),
            Pool("12", 3, 2),
        ),
    )
    classifier = Block(
        "classifier",
        (
            Dropout("0"),
            Linear("1", 4096),
            Activation("2"),
            Dropout("3"),
            Linear("4", 4096),
            Activation("5"),
            Linear("6", 1000),
        ),
    )
    parts = (features, AdaptivePool("avgpool", 6), Flatten("flatten"), classifier)
    return trace(Block("AlexNet", parts), shape)


def vgg16(shape: Shape) -> Rows:
    """VGG-16 (configuration D): K. Simonyan, A. Zisserman, ICLR 2015. Only 3 x 3 convolutions.

    Parameters
    ----------
    shape : (3, H, W), from 32 x 32 on; trained with 224 x 224.
    """
    stages: list[Block] = []
    number = 0
    for count, channels in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        layers: list[Layer] = []
        for _ in range(count):
            layers += [Conv(f"{number}", channels, 3, padding=1), Activation(f"{number + 1}")]
            number += 2
        layers.append(Pool(f"{number}", 2, 2))
        number += 1
        stages.append(Block(f"stage {len(stages) + 1}", tuple(layers), scope=False))
    classifier = Block(
        "classifier",
        (
            Linear("0", 4096),
            Activation("1"),
            Dropout("2"),
            Linear("3", 4096),
            Activation("4"),
            Dropout("5"),
            Linear("6", 1000),
        ),
    )
    parts = (
        Block("features", tuple(stages)),
        AdaptivePool("avgpool", 7),
        Flatten("flatten"),
        classifier,
    )
    return trace(Block("VGG-16", parts), shape)


def googlenet(shape: Shape) -> Rows:
    """GoogLeNet: C. Szegedy et al., "Going deeper with convolutions", CVPR 2015.

    As torchvision has it: with batch normalisation, and 3 x 3 where the paper has 5 x 5 (`branch3`).
    The two auxiliary classifiers, which only helped in training, are left out.

    Parameters
    ----------
    shape : (3, H, W), from 15 x 15 on; trained with 224 x 224.
    """
    parts: tuple[Block | Layer, ...] = (
        conv_norm("conv1", 64, 7, 2, 3),
        Pool("maxpool1", 3, 2, ceil=True),
        conv_norm("conv2", 64, 1),
        conv_norm("conv3", 192, 3, 1, 1),
        Pool("maxpool2", 3, 2, ceil=True),
        inception("inception3a", 64, 96, 128, 16, 32, 32),
        inception("inception3b", 128, 128, 192, 32, 96, 64),
        Pool("maxpool3", 3, 2, ceil=True),
        inception("inception4a", 192, 96, 208, 16, 48, 64),
        inception("inception4b", 160, 112, 224, 24, 64, 64),
        inception("inception4c", 128, 128, 256, 24, 64, 64),
        inception("inception4d", 112, 144, 288, 32, 64, 64),
        inception("inception4e", 256, 160, 320, 32, 128, 128),
        Pool("maxpool4", 2, 2, ceil=True),
        inception("inception5a", 256, 160, 320, 32, 128, 128),
        inception("inception5b", 384, 192, 384, 48, 128, 128),
        AdaptivePool("avgpool", 1),
        Flatten("flatten"),
        Dropout("dropout", 0.2),
        Linear("fc", 1000),
    )
    return trace(Block("GoogLeNet", parts), shape)


def conv_norm(name: str, channels: int, kernel: int, stride: int = 1, padding: int = 0) -> Block:
    """A convolution without bias, its normalisation, and ReLU."""
    conv = Conv("conv", channels, kernel, stride, padding, bias=False)
    return Block(name, (conv, Norm("bn"), Activation("relu")))


def inception(
    name: str, one: int, three_in: int, three: int, five_in: int, five: int, pooled: int
) -> Block:
    """Four branches that look at different scales; 1 x 1 convolutions narrow what goes into them."""
    branches = (
        conv_norm("branch1", one, 1),
        Block("branch2", (conv_norm("0", three_in, 1), conv_norm("1", three, 3, 1, 1))),
        Block("branch3", (conv_norm("0", five_in, 1), conv_norm("1", five, 3, 1, 1))),
        Block("branch4", (Pool("0", 3, 1, 1, ceil=True), conv_norm("1", pooled, 1))),
    )
    return Block(name, branches, join=Concat("concat"))
