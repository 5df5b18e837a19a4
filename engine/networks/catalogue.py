"""The networks that the lesson unfolds, in the order of their years."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.networks.convnets import alexnet, googlenet, lenet5, vgg16
from engine.networks.mobilenet import mobilenet_v2
from engine.networks.resnet import resnet18, resnet50
from engine.networks.sequences import (
    bert_base,
    lstm,
    transformer_encoder,
    vit_b_16,
    whisper_base,
)
from engine.networks.trace import Rows


@dataclass(frozen=True)
class Network:
    """One network: `function` traces it.

    takes : "picture", "text" or "sound". resize, crop : how a picture is made to fit, in pixels.
    any_size : whether pictures of other sizes may go in. has_maps : whether its layers are maps that lie
    over a picture.
    """

    name: str
    title: str
    function: Callable[..., Rows]
    takes: str = "picture"
    channels: int = 3
    resize: int = 256
    crop: int = 224
    any_size: bool = True
    has_maps: bool = True


NETWORKS = (
    Network("lstm", "LSTM", lstm, "text", has_maps=False),
    Network("lenet5", "LeNet-5", lenet5, channels=1, resize=32, crop=32, any_size=False),
    Network("alexnet", "AlexNet", alexnet),
    Network("vgg16", "VGG-16", vgg16),
    Network("googlenet", "GoogLeNet", googlenet),
    Network("resnet18", "ResNet-18", resnet18),
    Network("resnet50", "ResNet-50", resnet50),
    Network("transformer", "Transformer", transformer_encoder, "text", has_maps=False),
    Network("mobilenet", "MobileNetV2", mobilenet_v2),
    Network("bert", "BERT", bert_base, "text", has_maps=False),
    Network("vit", "ViT-B/16", vit_b_16, any_size=False, has_maps=False),
    Network("whisper", "Whisper", whisper_base, "sound", has_maps=False),
)
BY_NAME = {network.name: network for network in NETWORKS}
