"""The table of models: what each is, what it costs, and where its files come from, in order.

A file counts by its content: whatever the source, its SHA-256 has to be the one in its entry.
`engine/models/locate.py` tries the sources. A new model is a new entry in one of the modules
`for_*.py` and in `MODELS` here.
"""

from __future__ import annotations

from engine.models.entry import File, Hub, Installed, Model, Repository, Source, TorchHub, Wheel
from engine.models.for_pictures import DEEPLAB, MOBILENET_V2, RESNET18, YOLOX_NANO
from engine.models.for_words import CHINESE, GLOVE, GLOVE_ALL, MINILM

MODELS = (
    RESNET18,
    MOBILENET_V2,
    YOLOX_NANO,
    DEEPLAB,
    MINILM,
    GLOVE,
    GLOVE_ALL,
    CHINESE,
)
BY_NAME = {model.name: model for model in MODELS}

__all__ = [
    "BY_NAME",
    "CHINESE",
    "DEEPLAB",
    "GLOVE",
    "GLOVE_ALL",
    "MINILM",
    "MOBILENET_V2",
    "MODELS",
    "RESNET18",
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
