"""The small transformer of this app: its file, what it says of garments, and what was measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file
from skimage import data

from engine.models.catalogue import VIT_SMALL
from engine.models.public import path_of
from engine.softmax import softmax
from engine.vision.rollout import attentions, patches_of_class, rollout
from engine.vision.vit import (
    CONFIG,
    GARMENTS,
    answers,
    garment,
    garment_scores,
    likeliest_kind,
    one_plane,
    share_right,
    small_square,
)

FOLDER = path_of(VIT_SMALL)


def test_the_scores_are_those_of_transformers() -> None:
    import torch
    from transformers import ViTConfig, ViTForImageClassification

    network = ViTForImageClassification(ViTConfig(**CONFIG))
    state = load_file(Path(FOLDER) / "model.safetensors")
    network.load_state_dict({name: torch.from_numpy(a).float() for name, a in state.items()})
    pictures = load_file(Path(FOLDER) / "examples.safetensors")["pictures"]
    with torch.no_grad():
        x = torch.from_numpy(pictures[:, None] / 127.5 - 1).float()
        expected = network.eval()(x).logits.numpy()
    found = answers(FOLDER, pictures)
    assert np.allclose(found, expected, atol=1e-4)
    for number in range(len(GARMENTS)):
        one = garment_scores(FOLDER, one_plane(garment(FOLDER, number=number)))
        assert np.allclose(one, found[number], atol=1e-4)


def test_it_knows_garments_that_it_has_not_learned_from() -> None:
    said = []
    for number in range(len(GARMENTS)):
        x = one_plane(garment(FOLDER, number=number))
        kind, probability = likeliest_kind(softmax(garment_scores(FOLDER, x)))
        assert 0.1 <= probability <= 1
        said.append(kind == number)
    assert sum(said) >= 8


def test_what_was_measured_stands_in_the_documents() -> None:
    counts = load_file(Path(FOLDER) / "examples.safetensors")["counts"]
    assert (counts.sum(axis=1) == 1000).all()
    share, count = share_right(FOLDER)
    assert count == 10_000
    assert share == pytest.approx(np.diag(counts).sum() / 10_000)
    assert share > 0.8
    right = f"{round(share * count):,}"
    for path in ("assets/README.md", "docs/models-and-data.md"):
        assert right in Path(path).read_text(encoding="utf-8"), path


def test_its_attention_is_more_than_even() -> None:
    looks = attentions(FOLDER, one_plane(garment(FOLDER, number=9)))
    assert looks.shape == (4, 4, 50, 50)
    assert np.allclose(looks.sum(-1), 1, atol=1e-5)
    shares = patches_of_class(rollout(looks))
    assert shares.shape == (7, 7)
    assert shares.max() > 2 * shares.min()


def test_a_picture_becomes_a_small_gray_square() -> None:
    rgb = data.astronaut()
    square = small_square(rgb)
    expected = Image.fromarray(rgb).resize((28, 28), Image.Resampling.BILINEAR).convert("L")
    assert np.array_equal(square, np.repeat(np.asarray(expected)[..., None], 3, axis=2))
    assert np.array_equal(small_square(rgb, negative=True), 255 - square)
    x = one_plane(square)
    assert x.shape == (1, 28, 28)
    assert x.dtype == np.float32
    assert np.allclose(x[0], np.asarray(expected) / 127.5 - 1, atol=1e-6)
