"""The classifier of spoken languages that this project has trained itself."""

from __future__ import annotations

from engine.errors import N_
from engine.models.entry import File, Model, Repository

LANGUAGE_CLASSIFIER = Model(
    name="language-classifier",
    title="Five languages",
    task=N_("which of five languages is spoken"),
    languages=("en", "es", "fr", "it", "ru"),
    licence="MIT",
    origin=N_(
        "Trained by this project on the telephone prompts of Asterisk: five languages, four voices."
    ),
    files=(
        File(
            "model.safetensors",
            3120,
            "cffc02589b3c92f80dcf5a12985be8e90d3a25c6d22272a1961d4f198a24cbbb",
        ),
    ),
    memory=2_664,
    sources=(Repository("assets/networks/language-classifier"),),
    architecture="logistic regression, 39 × 5",
)
