"""The outline of what was clicked: MobileSAM.

A. Kirillov and others, "Segment anything", 2023; C. Zhang and others, "Faster segment anything", 2023,
whose image encoder is TinyViT (K. Wu and others, "TinyViT: fast pretraining distillation for small
vision transformers", 2022). Reference: https://github.com/ChaoningZhang/MobileSAM. There each part is a
class; here each is a function of its weights, which have the names of the reference.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.image.resize import resample
from engine.models.device import best_device, computing, on_device
from engine.models.memory import kept

SIDE = 1024  # pixels of the longer side of what the encoder sees
CELLS = 64  # its answer has so many places in a row and in a column
MEAN = (123.675, 116.28, 103.53)  # of ImageNet's pixels, red, green, blue
STD = (58.395, 57.12, 57.375)
HEADS = 8  # of the decoder's attention
#: TinyViT's stages after the first: heads of attention and pixels of a window's side.
STAGES = ((4, 7), (5, 14), (10, 7))

Weights = dict[str, Any]  # name -> tensor


@kept
def mobile_sam(path: str) -> Weights:
    """Open the weights once: name -> float32 tensor on the best device."""
    import torch
    from safetensors.torch import load

    torch.set_num_threads(1)  # one thread always adds in the same order
    # Read, not mapped into memory: a file that is cut off would end the whole program.
    tensors = load(Path(path).read_bytes())
    return {name: t.float().to(best_device()) for name, t in tensors.items()}


def part(weights: Weights, prefix: str) -> Weights:
    """The weights below a name, by the rest of their names."""
    start = f"{prefix}."
    return {name[len(start) :]: t for name, t in weights.items() if name.startswith(start)}


def linear(x: Any, weights: Weights, name: str) -> Any:
    """X times a matrix, plus a bias."""
    import torch

    return torch.nn.functional.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])


def layer_norm(x: Any, weights: Weights, name: str) -> Any:
    """Each row with mean 0 and variance 1, then scaled and shifted."""
    import torch

    scale, shift = weights[f"{name}.weight"], weights[f"{name}.bias"]
    return torch.nn.functional.layer_norm(x, scale.shape, scale, shift)


def channel_norm(x: Any, weights: Weights, name: str) -> Any:
    """The same over the channels of (B, C, H, W)."""
    import torch

    scale, shift = weights[f"{name}.weight"], weights[f"{name}.bias"]
    rows = x.permute(0, 2, 3, 1)
    return torch.nn.functional.layer_norm(rows, scale.shape, scale, shift, 1e-6).permute(0, 3, 1, 2)


def conv_norm(x: Any, weights: Weights, name: str, *, stride: int = 1) -> Any:
    """A convolution, then batch normalisation with the means of training."""
    import torch

    kernel = weights[f"{name}.c.weight"]
    groups = x.shape[1] // kernel.shape[1]  # each channel alone if the kernel has one channel
    x = torch.nn.functional.conv2d(
        x, kernel, None, stride, padding=kernel.shape[-1] // 2, groups=groups
    )
    bn = part(weights, f"{name}.bn")
    return torch.nn.functional.batch_norm(
        x, bn["running_mean"], bn["running_var"], bn["weight"], bn["bias"]
    )


def merge(x: Any, weights: Weights, *, stride: int) -> Any:
    """Fewer places and more channels between two stages: 1 x 1, 3 x 3 each channel alone, 1 x 1."""
    import torch

    gelu = torch.nn.functional.gelu
    x = gelu(conv_norm(x, weights, "conv1"))
    x = gelu(conv_norm(x, weights, "conv2", stride=stride))
    return conv_norm(x, weights, "conv3")


def inverted_bottleneck(x: Any, weights: Weights) -> Any:
    """A block of the first stage (MBConv): wider, 3 x 3 each channel alone, narrower, plus the input."""
    import torch

    gelu = torch.nn.functional.gelu
    y = gelu(conv_norm(x, weights, "conv1"))
    y = gelu(conv_norm(y, weights, "conv2"))
    return gelu(conv_norm(y, weights, "conv3") + x)


def bias_numbers(size: int) -> Any:
    """For each pair of places in a window the number of its learned bias: rows apart, columns apart."""
    row, column = np.divmod(np.arange(size * size), size)
    down, across = np.abs(row[:, None] - row), np.abs(column[:, None] - column)
    return on_device(down * size + across)


def window_attention(x: Any, weights: Weights, *, heads: int, size: int) -> Any:
    """Each place looks at the others of its window. (B, N, C) -> (B, N, C), N = size * size."""
    count, places, channels = x.shape
    x = layer_norm(x, weights, "norm")
    each = channels // heads
    qkv = linear(x, weights, "qkv").view(count, places, heads, 3 * each)
    q, k, v = (t.transpose(1, 2) for t in qkv.split(each, dim=3))  # each (B, heads, N, each)
    bias = weights["attention_biases"][:, bias_numbers(size)]  # (heads, N, N)
    scores = q @ k.transpose(-2, -1) * each**-0.5 + bias
    mixed = (scores.softmax(dim=-1) @ v).transpose(1, 2).reshape(count, places, channels)
    return linear(mixed, weights, "proj")


def attention_block(x: Any, weights: Weights, *, heads: int, size: int) -> Any:
    """A block of the later stages: attention in windows, a local 3 x 3, two layers. (B, C, H, W)."""
    import torch

    count, channels, height, width = x.shape
    right, below = -width % size, -height % size
    y = torch.nn.functional.pad(x.permute(0, 2, 3, 1), (0, 0, 0, right, 0, below))
    rows, columns = (height + below) // size, (width + right) // size
    y = y.view(count, rows, size, columns, size, channels).transpose(2, 3)
    y = y.reshape(count * rows * columns, size * size, channels)
    y = window_attention(y, part(weights, "attn"), heads=heads, size=size)
    y = y.view(count, rows, columns, size, size, channels).transpose(2, 3)
    y = y.reshape(count, height + below, width + right, channels)[:, :height, :width]
    x = conv_norm(x + y.permute(0, 3, 1, 2), weights, "local_conv")
    z = layer_norm(x.permute(0, 2, 3, 1), weights, "mlp.norm")
    z = torch.nn.functional.gelu(linear(z, weights, "mlp.fc1"))
    return x + linear(z, weights, "mlp.fc2").permute(0, 3, 1, 2)


def tiny_vit(x: Any, weights: Weights) -> Any:
    """The image encoder. (1, 3, 1024, 1024) -> (1, 256, 64, 64)."""
    import torch

    x = torch.nn.functional.gelu(conv_norm(x, weights, "patch_embed.seq.0", stride=2))
    x = conv_norm(x, weights, "patch_embed.seq.2", stride=2)  # (1, 64, 256, 256)
    for number in range(2):
        x = inverted_bottleneck(x, part(weights, f"layers.0.blocks.{number}"))
    for stage, (heads, size) in enumerate(STAGES, start=1):
        # 256 -> 128 -> 64 places a side; before the last stage only the channels grow.
        stride = 1 if stage == len(STAGES) else 2
        x = merge(x, part(weights, f"layers.{stage - 1}.downsample"), stride=stride)
        blocks = part(weights, f"layers.{stage}.blocks")
        for number in sorted({int(name.split(".")[0]) for name in blocks}):
            x = attention_block(x, part(blocks, str(number)), heads=heads, size=size)
    x = torch.nn.functional.conv2d(x, weights["neck.0.weight"])
    x = channel_norm(x, weights, "neck.1")
    x = torch.nn.functional.conv2d(x, weights["neck.2.weight"], padding=1)
    return channel_norm(x, weights, "neck.3")


def fitted(height: int, width: int) -> tuple[int, int]:
    """Height and width of the picture inside the encoder's square."""
    scale = SIDE / max(height, width)
    return max(1, int(height * scale + 0.5)), max(1, int(width * scale + 0.5))


def sam_embedding(path: str, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What the network makes of a picture before anything is clicked.

    Parameters
    ----------
    pixels : uint8 array [shape=(H, W, 3)], RGB.

    Returns
    -------
    float32 array [shape=(256, 64, 64)]: 256 numbers for each place of a square that holds the picture at
    its top left.
    """
    height, width = pixels.shape[:2]
    tall, wide = fitted(height, width)
    whole = (0.0, 0.0, float(width), float(height))
    sized = resample(pixels, height=tall, width=wide, crop=whole, filter_name="BILINEAR")
    square = np.zeros((1, 3, SIDE, SIDE), np.float32)
    scaled = (sized - np.array(MEAN, np.float32)) / np.array(STD, np.float32)
    square[0, :, :tall, :wide] = scaled.transpose(2, 0, 1)
    weights = part(mobile_sam(path), "image_encoder")
    with computing():
        return tiny_vit(on_device(square), weights)[0].cpu().numpy()


def places(points: Any, weights: Weights) -> Any:
    """Points (..., 2) in 0..1 as 256 sines and cosines of fixed random frequencies."""
    import torch

    frequencies = weights["prompt_encoder.pe_layer.positional_encoding_gaussian_matrix"]
    angles = 2 * math.pi * ((2 * points - 1) @ frequencies)
    return torch.cat([angles.sin(), angles.cos()], dim=-1)


def attention(q: Any, k: Any, v: Any, weights: Weights, name: str) -> Any:
    """Attention of several heads from q to k and v, each (1, N, 256)."""
    q, k, v = (linear(x, weights, f"{name}.{p}_proj") for x, p in ((q, "q"), (k, "k"), (v, "v")))
    q, k, v = (x.view(1, x.shape[1], HEADS, -1).transpose(1, 2) for x in (q, k, v))
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    mixed = (scores.softmax(dim=-1) @ v).transpose(1, 2).flatten(2)
    return linear(mixed, weights, f"{name}.out_proj")


def two_way(tokens: Any, image: Any, grid: Any, weights: Weights) -> tuple[Any, Any]:
    """Tokens look at each other and at the picture, the picture looks back; twice, and once more."""
    queries, keys = tokens, image
    for number in range(2):
        layer = part(weights, f"layers.{number}")
        if number == 0:
            queries = attention(queries, queries, queries, layer, "self_attn")
        else:
            q = queries + tokens
            queries = queries + attention(q, q, queries, layer, "self_attn")
        queries = layer_norm(queries, layer, "norm1")
        seen = attention(queries + tokens, keys + grid, keys, layer, "cross_attn_token_to_image")
        queries = layer_norm(queries + seen, layer, "norm2")
        wide = linear(queries, layer, "mlp.lin1").relu()
        queries = layer_norm(queries + linear(wide, layer, "mlp.lin2"), layer, "norm3")
        back = attention(keys + grid, queries + tokens, queries, layer, "cross_attn_image_to_token")
        keys = layer_norm(keys + back, layer, "norm4")
    last = attention(queries + tokens, keys + grid, keys, weights, "final_attn_token_to_image")
    return layer_norm(queries + last, weights, "norm_final_attn"), keys


def three_layers(x: Any, weights: Weights, name: str) -> Any:
    """Two layers with ReLU and one without."""
    x = linear(x, weights, f"{name}.layers.0").relu()
    x = linear(x, weights, f"{name}.layers.1").relu()
    return linear(x, weights, f"{name}.layers.2")


def mask_decoder(embedding: Any, point: Any, weights: Weights) -> tuple[Any, Any]:
    """Masks for one point, whose coordinates are in 0..1 of the square.

    Returns
    -------
    (3, 256, 256), above 0 inside; (3,), how well each mask is expected to fit (IoU).
    """
    import torch

    decoder = part(weights, "mask_decoder")
    prompt = places(point, weights) + weights["prompt_encoder.point_embeddings.1.weight"]
    none = weights["prompt_encoder.not_a_point_embed.weight"]
    start = torch.cat([decoder["iou_token.weight"], decoder["mask_tokens.weight"], prompt, none])
    image = embedding + weights["prompt_encoder.no_mask_embed.weight"].view(1, -1, 1, 1)
    steps = (torch.arange(CELLS, device=embedding.device) + 0.5) / CELLS
    grid = torch.stack(torch.meshgrid(steps, steps, indexing="xy"), dim=-1)  # (64, 64, 2): x, y
    grid = places(grid, weights).flatten(0, 1)[None]  # (1, 4096, 256)
    tokens, seen = two_way(
        start[None], image.flatten(2).transpose(1, 2), grid, part(decoder, "transformer")
    )
    x = seen.transpose(1, 2).reshape(1, -1, CELLS, CELLS)
    up, gelu = torch.nn.functional.conv_transpose2d, torch.nn.functional.gelu
    name = "output_upscaling"
    x = up(x, decoder[f"{name}.0.weight"], decoder[f"{name}.0.bias"], stride=2)
    x = gelu(channel_norm(x, decoder, f"{name}.1"))
    x = gelu(up(x, decoder[f"{name}.3.weight"], decoder[f"{name}.3.bias"], stride=2))
    # Token 0 tells the quality, tokens 1 to 4 a mask each; the first mask is for several points.
    hyper = [
        three_layers(tokens[:, 1 + n], decoder, f"output_hypernetworks_mlps.{n}")
        for n in range(1, 4)
    ]
    masks = torch.einsum("nc,chw->nhw", torch.cat(hyper), x[0])
    return masks, three_layers(tokens[:, 0], decoder, "iou_prediction_head")[0, 1:]


def masks_at(
    path: str, embedding: NDArray[np.float32], pixels: NDArray[np.uint8], *, x: int, y: int
) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """Three answers to one click, the smallest first.

    Parameters
    ----------
    embedding : what `sam_embedding` made of the picture.
    pixels : array [shape=(H, W, ...)], the picture.
    x, y : int, the pixel that was clicked.

    Returns
    -------
    masks : bool array [shape=(3, H, W)].
    quality : float32 array [3], the intersection over union that the network expects.
    """
    import torch

    height, width = pixels.shape[:2]
    tall, wide = fitted(height, width)
    point = np.array([[x * wide / width + 0.5, y * tall / height + 0.5]], np.float32) / SIDE
    weights = mobile_sam(path)
    with computing():
        logits, quality = mask_decoder(on_device(embedding)[None], on_device(point), weights)
        resize = torch.nn.functional.interpolate
        large = resize(logits[None], (SIDE, SIDE), mode="bilinear", align_corners=False)
        masks = resize(
            large[..., :tall, :wide], (height, width), mode="bilinear", align_corners=False
        )
        inside, fit = (masks[0] > 0).cpu().numpy(), quality.float().cpu().numpy()
    order = np.argsort(inside.sum(axis=(1, 2)), kind="stable")
    return inside[order], fit[order]


def one_mask(
    found: tuple[NDArray[np.bool_], NDArray[np.float32]], *, number: int
) -> NDArray[np.uint8]:
    """One of the masks, 1 inside and 0 outside."""
    return found[0][number].astype(np.uint8)
