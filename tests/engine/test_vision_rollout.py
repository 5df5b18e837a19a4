"""Attention roll-out against the formula of its paper and against what transformers itself says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.vision.rollout import attentions, looks_of, patch_at, patches_of_class, rollout

TOKENS = 17  # a class token and 4 x 4 patches


@pytest.fixture(scope="module")
def small_vit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vision transformer of three layers that nobody has trained."""
    import torch
    from transformers import ViTConfig, ViTForImageClassification

    torch.manual_seed(0)
    config = ViTConfig(
        hidden_size=24,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=48,
        image_size=32,
        patch_size=8,
        initializer_range=0.5,
    )
    folder = tmp_path_factory.mktemp("vit")
    ViTForImageClassification(config).save_pretrained(folder)
    return folder


def reference(attention: np.ndarray) -> np.ndarray:
    """Abnar and Zuidema's recursion, number by number: A~(1) = A(1), A~(l) = A(l) A~(l - 1)."""
    layers, heads, tokens, _ = attention.shape
    flow: list[list[float]] = []
    for layer in range(layers):
        a = [
            [
                0.5 * sum(float(attention[layer, h, i, j]) for h in range(heads)) / heads
                + 0.5 * (i == j)
                for j in range(tokens)
            ]
            for i in range(tokens)
        ]
        if not flow:
            flow = a
            continue
        flow = [
            [sum(a[i][k] * flow[k][j] for k in range(tokens)) for j in range(tokens)]
            for i in range(tokens)
        ]
    return np.array(flow)


@given(st.integers(1, 4), st.integers(1, 3), st.integers(2, 6), st.integers(0, 2**31))
def test_roll_out_is_the_papers(layers: int, heads: int, tokens: int, seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(layers, heads, tokens, tokens))
    attention = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
    found = rollout(attention)
    assert np.allclose(found, reference(attention), atol=1e-10)
    assert np.allclose(found.sum(1), 1)


def test_the_network_tells_its_attention(small_vit: Path) -> None:
    import torch
    from transformers import ViTForImageClassification

    x = np.random.default_rng(0).normal(size=(3, 32, 32)).astype(np.float32)
    found = attentions(str(small_vit), x)
    assert found.shape == (3, 4, TOKENS, TOKENS)
    network = ViTForImageClassification.from_pretrained(small_vit, attn_implementation="eager")
    with torch.no_grad():
        expected = network.eval()(torch.from_numpy(x)[None], output_attentions=True).attentions
    for ours, theirs in zip(found, expected, strict=True):
        assert np.abs(ours - theirs[0].numpy()).max() <= 1e-5
    flow = rollout(found)
    shares = patches_of_class(flow)
    assert shares.shape == (4, 4)
    assert shares.sum() == pytest.approx(1 - flow[0, 0], abs=1e-6)
    assert shares[1, 2] == pytest.approx(flow[0, 1 + 6], abs=1e-7)


def test_a_token_looks_at_patches_in_every_head(small_vit: Path) -> None:
    x = np.random.default_rng(1).normal(size=(3, 32, 32)).astype(np.float32)
    found = attentions(str(small_vit), x)
    for token in (0, 6):
        looks = looks_of(found, token=token)
        assert looks.shape == (12, 4, 4)
        assert looks[1 * 4 + 2, 3, 1] == found[1, 2, token, 1 + 3 * 4 + 1]
        shares = looks.sum(axis=(1, 2)).reshape(3, 4) + found[:, :, token, 0]
        assert np.allclose(shares, 1, atol=1e-5)


def test_a_patch_is_found_by_its_pixels() -> None:
    for side, patches in ((28, 7), (224, 14)):
        size = side // patches
        numbers = [patch_at(x=x, y=y, side=side, patches=patches)
                   for y in range(0, side, size) for x in range(0, side, size)]  # fmt: skip
        assert numbers == list(range(1, patches * patches + 1))
        assert patch_at(x=size - 1, y=size - 1, side=side, patches=patches) == 1
        assert patch_at(x=side - 1, y=side - 1, side=side, patches=patches) == patches * patches
        assert patch_at(x=10**6, y=10**6, side=side, patches=patches) == patches * patches
