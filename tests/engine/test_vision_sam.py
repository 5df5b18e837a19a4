"""MobileSAM: the decoder against that of transformers, the encoder's parts, known answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save
from skimage import data

from engine.models.catalogue import MOBILE_SAM
from engine.models.locate import file_of
from engine.vision import sam
from tests.fetched import fetched

#: What transformers calls a part -> what the authors call it.
NAMES = (
    ("shared_image_embedding", "prompt_encoder.pe_layer"),
    (".positional_embedding", ".positional_encoding_gaussian_matrix"),
    ("prompt_encoder.point_embed.", "prompt_encoder.point_embeddings."),
    ("upscale_conv1", "output_upscaling.0"),
    ("upscale_layer_norm", "output_upscaling.1"),
    ("upscale_conv2", "output_upscaling.3"),
    ("layer_norm_final_attn", "norm_final_attn"),
    ("layer_norm", "norm"),
    (".proj_in.", ".layers.0."),
    (".proj_out.", ".layers.2."),
)


def renamed(name: str) -> str:
    """A name of transformers as the authors of the network write it."""
    if "output_hypernetworks_mlps" in name or "iou_prediction_head" in name:
        name = name.replace(".layers.0.", ".layers.1.")
    for theirs, ours in NAMES:
        name = name.replace(theirs, ours)
    return name


def test_the_decoder_is_that_of_transformers() -> None:
    import torch
    from transformers import SamConfig, SamModel, SamVisionConfig

    torch.manual_seed(0)
    vision = SamVisionConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=1, mlp_dim=16)
    model = SamModel(SamConfig(vision_config=vision.to_dict())).eval()
    state = model.state_dict()
    with torch.no_grad():  # larger than at the start of a training, so that differences are seen
        for tensor in state.values():
            if tensor.ndim > 1:
                tensor.copy_(torch.randn_like(tensor) * 0.15)
    weights = {renamed(name): tensor for name, tensor in state.items()}
    embedding = torch.randn(1, 256, 64, 64)
    x, y = 333.0, 700.0
    with torch.no_grad():
        expected = model(
            image_embeddings=embedding,
            input_points=torch.tensor([[[[x, y]]]]),
            input_labels=torch.ones(1, 1, 1, dtype=torch.int64),
            multimask_output=True,
        )
        point = torch.tensor([[x + 0.5, y + 0.5]]) / sam.SIDE
        masks, quality = sam.mask_decoder(embedding, point, weights)
    scale = expected.pred_masks.abs().max()
    assert scale > 0.1
    torch.testing.assert_close(
        masks, expected.pred_masks[0, 0], atol=1e-4 * float(scale), rtol=1e-4
    )
    torch.testing.assert_close(quality, expected.iou_scores[0, 0], atol=1e-4, rtol=1e-4)


def block_weights(channels: int, heads: int, size: int) -> sam.Weights:
    """Random weights of one window attention."""
    import torch

    torch.manual_seed(1)
    return {
        "norm.weight": torch.rand(channels) + 0.5,
        "norm.bias": torch.randn(channels),
        "qkv.weight": torch.randn(3 * channels, channels),
        "qkv.bias": torch.randn(3 * channels),
        "proj.weight": torch.randn(channels, channels),
        "proj.bias": torch.randn(channels),
        "attention_biases": torch.randn(heads, size * size),
    }


def test_window_attention_is_scaled_dot_product_attention() -> None:
    import torch

    heads, size, channels = 2, 3, 8
    weights = block_weights(channels, heads, size)
    x = torch.randn(4, size * size, channels)
    found = sam.window_attention(x, weights, heads=heads, size=size)
    # The reference numbers the distances in the order in which it meets them.
    places = [(row, column) for row in range(size) for column in range(size)]
    numbers: dict[tuple[int, int], int] = {}
    for a in places:
        for b in places:
            numbers.setdefault((abs(a[0] - b[0]), abs(a[1] - b[1])), len(numbers))
    table = [[numbers[abs(a[0] - b[0]), abs(a[1] - b[1])] for b in places] for a in places]
    bias = weights["attention_biases"][:, torch.tensor(table)]
    normed = sam.layer_norm(x, weights, "norm")
    rows = sam.linear(normed, weights, "qkv").view(4, size * size, heads, -1).transpose(1, 2)
    q, k, v = rows.chunk(3, dim=-1)
    seen = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=bias)
    expected = sam.linear(seen.transpose(1, 2).flatten(2), weights, "proj")
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)


def test_convolution_and_norm_are_those_of_torch() -> None:
    import torch

    torch.manual_seed(2)
    conv = torch.nn.Conv2d(6, 6, 3, 2, 1, groups=6, bias=False)
    norm = torch.nn.BatchNorm2d(6)
    norm(torch.randn(9, 6, 4, 4))  # so that its means are not those of the start
    both = torch.nn.ModuleDict({"c": conv, "bn": norm}).eval()
    weights = {f"x.{name}": tensor for name, tensor in both.state_dict().items()}
    x = torch.randn(1, 6, 9, 9)
    with torch.no_grad():
        torch.testing.assert_close(sam.conv_norm(x, weights, "x", stride=2), norm(conv(x)))


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (600, 400), (3000, 4000)])
def test_every_picture_fits(shape: tuple[int, int]) -> None:
    tall, wide = sam.fitted(*shape)
    assert max(tall, wide) == sam.SIDE
    assert min(tall, wide) >= 1


def test_an_open_network_does_not_change_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(save({"ones": np.ones(5000, np.float32)}))
    tensor = sam.mobile_sam(str(path))["ones"]
    path.write_bytes(save({"ones": np.zeros(5000, np.float32)}))
    assert float(tensor.sum()) == 5000


def test_a_click_on_the_cat() -> None:
    """The numbers of the authors' program on the same pixels."""
    path, cat = str(file_of(Path(fetched(MOBILE_SAM)), MOBILE_SAM)), data.chelsea()
    embedding = sam.sam_embedding(path, cat)
    masks, quality = sam.masks_at(path, embedding, cat, x=220, y=150)
    np.testing.assert_allclose(quality, [0.9658, 0.9938, 0.9781], atol=2e-3)
    np.testing.assert_allclose(masks.mean(axis=(1, 2)), [0.620, 0.709, 0.745], atol=3e-3)
    assert masks[:, 150, 220].all(), "the pixel that was clicked"
    assert not masks[:, 10, 440].any(), "the background"
    np.testing.assert_array_equal(sam.one_mask((masks, quality), number=1), masks[1])
