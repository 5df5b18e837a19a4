"""The history's numbers against models that libraries build, and against each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.networks.convnets import lenet5
from engine.networks.history import (
    BY_NAME,
    MILESTONES,
    largest_of,
    names_by_year,
    sizes_by_year,
    times_as_large,
)
from engine.networks.trace import totals


def vision(name: str) -> Callable[[], Any]:
    def build() -> Any:
        import torchvision

        return getattr(torchvision.models, name)(weights=None)

    return build


def densenet264() -> Any:
    from torchvision.models.densenet import DenseNet

    return DenseNet(growth_rate=32, block_config=(6, 12, 64, 48), num_init_features=64)


def bert_large() -> Any:
    from transformers import BertConfig, BertModel

    sizes = {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16}
    return BertModel(BertConfig(intermediate_size=4096, **sizes))


def clip_large() -> Any:
    from transformers import CLIPConfig, CLIPModel

    text = {"hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12}
    picture = {
        "hidden_size": 1024,
        "intermediate_size": 4096,
        "num_hidden_layers": 24,
        "num_attention_heads": 16,
        "patch_size": 14,
        "image_size": 336,
        "projection_dim": 768,
    }
    text["projection_dim"] = 768
    return CLIPModel(CLIPConfig(text_config=text, vision_config=picture, projection_dim=768))


def whisper_large() -> Any:
    from transformers import WhisperConfig, WhisperModel

    sizes: dict[str, int] = {"d_model": 1280, "vocab_size": 51865}
    for part in ("encoder", "decoder"):
        sizes |= {f"{part}_layers": 32, f"{part}_attention_heads": 20, f"{part}_ffn_dim": 5120}
    return WhisperModel(WhisperConfig(**sizes))


def bit_large() -> Any:
    from transformers import BitConfig, BitModel

    return BitModel(
        BitConfig(
            depths=[3, 8, 36, 3],
            embedding_size=256,
            hidden_sizes=[1024, 2048, 4096, 8192],
            layer_type="preactivation",
        )
    )


def transformer_big() -> Any:
    from torch import nn

    body = nn.Transformer(1024, 16, 6, 6, 4096, batch_first=True)
    return nn.ModuleList([body, nn.Embedding(37_000, 1024)])


@pytest.mark.parametrize(
    ("name", "build", "within"),
    [
        ("AlexNet", vision("alexnet"), 0.03),
        ("VGG", vision("vgg19"), 0.003),
        ("ResNet", vision("resnet152"), 0.0),
        ("DenseNet", densenet264, 0.0),
        ("ViT", vision("vit_h_14"), 0.002),
        ("MAE", vision("vit_h_14"), 0.002),
        ("BERT", bert_large, 0.03),
        ("CLIP", clip_large, 0.0),
        ("Whisper", whisper_large, 0.01),
        ("BiT", bit_large, 0.003),
        ("Transformer", transformer_big, 0.02),
    ],
)
def test_parameters_are_those_of_a_model(name: str, build: Any, within: float) -> None:
    import torch

    with torch.device("meta"):
        model = build()
    counted = sum(p.numel() for p in model.parameters())
    assert BY_NAME[name].parameters == pytest.approx(counted, rel=within or 1e-12)


def test_lenet_is_the_one_that_is_traced() -> None:
    assert BY_NAME["LeNet-5"].parameters == totals(lenet5((1, 32, 32)))[0]


def test_the_largest_image_gpt_is_its_layers() -> None:
    # 60 layers of d = 3072 (section 3.3 of the paper), 12 d d weights each.
    assert BY_NAME["ImageGPT"].parameters == pytest.approx(12 * 60 * 3072**2, rel=0.002)


def test_simclr_is_resnet50_four_times_as_wide() -> None:
    def weights(width: int) -> int:
        """All parameters of ResNet-50 but its last layer; normalisation has two per channel."""
        total, channels = (3 * 49 + 2) * 64 * width, 64 * width
        for stage, blocks in enumerate((3, 4, 6, 3)):
            narrow = 64 * width * 2**stage
            wide = 4 * narrow
            total += (channels + 2) * wide  # the shortcut
            for _block in range(blocks):
                total += (channels + 2) * narrow + (9 * narrow + 2) * narrow + (narrow + 2) * wide
                channels = wide
        return total

    import torch
    import torchvision

    with torch.device("meta"):
        resnet50 = torchvision.models.resnet50(weights=None)
    resnet50.fc = torch.nn.Identity()
    assert weights(1) == sum(p.numel() for p in resnet50.parameters())
    assert BY_NAME["SimCLR"].parameters == pytest.approx(weights(4), rel=0.002)


def test_googlenet_is_the_sum_of_its_table() -> None:
    table = (2.7, 112, 159, 380, 364, 437, 463, 580, 840, 1072, 1388, 1000)  # thousands
    assert BY_NAME["GoogLeNet"].parameters == pytest.approx(sum(table) * 1000, rel=0.001)


def test_what_is_not_published_is_left_out() -> None:
    names = {m.name for m in MILESTONES}
    for what in ("parameters", "examples"):
        known = {name for name, _year, _value in sizes_by_year(what=what)}
        assert known == {m.name for m in MILESTONES if getattr(m, what)}
        assert known < names
    years = [year for _name, year in names_by_year()]
    assert years == sorted(years)
    assert len(years) == len(MILESTONES) == len(names)


def test_comparisons() -> None:
    sizes = sizes_by_year()
    assert times_as_large(sizes, name="AlexNet", other="LeNet-5") == pytest.approx(1000)
    assert largest_of(sizes) == "ImageGPT"
    with pytest.raises(ValueError, match="weight"):
        sizes_by_year(what="weight")


def test_every_milestone_says_what_it_changed_and_where_it_stands() -> None:
    for milestone in MILESTONES:
        assert milestone.changed.endswith(".")
        assert milestone.title
        assert milestone.venue
        assert bool(milestone.examples) == bool(milestone.unit) == bool(milestone.data)
        assert bool(milestone.parameters) == bool(milestone.model)
