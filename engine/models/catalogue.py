"""The table of models: what each is, what it costs, and where its files come from, in order.

A file counts by its content: whatever the source, its SHA-256 has to be the one in its entry; where
that is not known beforehand, the one that the hub states.
`engine/models/locate.py` tries the sources. A new model is a new entry in one of the modules
`for_*.py` and in `MODELS` here.
"""

from __future__ import annotations

from engine.models.entry import File, Hub, Installed, Model, Repository, Source, TorchHub, Wheel
from engine.models.for_languages import LANGUAGE_CLASSIFIER
from engine.models.for_pictures import (
    CLIP,
    DEEPLAB,
    GOOGLENET,
    MOBILE_SAM,
    MOBILENET_V2,
    PP_OCR,
    RESNET18,
    RESNET50,
    VIT,
    VIT_SMALL,
    YOLOX_NANO,
)
from engine.models.for_sound import WHISPER_BASE, WHISPER_TINY_EN
from engine.models.for_training import TRAINED
from engine.models.for_words import (
    ALBERT_CHINESE,
    BERT,
    BERT_CHINESE,
    CHINESE,
    GLOVE,
    GLOVE_ALL,
    MINILM,
    SANGUO,
)

MODELS = (
    RESNET18,
    MOBILENET_V2,
    YOLOX_NANO,
    DEEPLAB,
    VIT_SMALL,
    RESNET50,
    GOOGLENET,
    VIT,
    MOBILE_SAM,
    PP_OCR,
    CLIP,
    WHISPER_TINY_EN,
    WHISPER_BASE,
    LANGUAGE_CLASSIFIER,
    MINILM,
    BERT,
    BERT_CHINESE,
    ALBERT_CHINESE,
    GLOVE,
    GLOVE_ALL,
    CHINESE,
    SANGUO,
    *TRAINED,
)
BY_NAME = {model.name: model for model in MODELS}

__all__ = [
    "ALBERT_CHINESE",
    "BERT",
    "BERT_CHINESE",
    "BY_NAME",
    "CHINESE",
    "CLIP",
    "DEEPLAB",
    "GLOVE",
    "GLOVE_ALL",
    "GOOGLENET",
    "LANGUAGE_CLASSIFIER",
    "MINILM",
    "MOBILENET_V2",
    "MOBILE_SAM",
    "MODELS",
    "PP_OCR",
    "RESNET18",
    "RESNET50",
    "SANGUO",
    "VIT",
    "VIT_SMALL",
    "WHISPER_BASE",
    "WHISPER_TINY_EN",
    "YOLOX_NANO",
    "File",
    "Hub",
    "Installed",
    "Model",
    "Repository",
    "Source",
    "TorchHub",
    "Wheel",
]
