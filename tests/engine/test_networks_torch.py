"""Traced networks against the real ones: torchvision's, PyTorch's and transformers', built on "meta".

Compared for every module: its parameters, its output's shape, its multiply-adds.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest

from engine.networks import convnets, mobilenet, resnet, sequences
from engine.networks.trace import Rows, is_layer, layers_of, parts_of, path_to, table, totals

TOKENS = 23


def picture_model(name: str, **options: Any) -> tuple[Any, tuple[Any, ...]]:
    import torch
    import torchvision

    with torch.device("meta"):
        model = getattr(torchvision.models, name)(weights=None, **options).eval()
        return model, (torch.empty(1, 3, 224, 224),)


def token_ids(count: int = TOKENS) -> Any:
    import torch

    return torch.zeros(1, count, dtype=torch.long, device="meta")


def lstm_model() -> tuple[Any, tuple[Any, ...]]:
    from torch import nn

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(10_000, 650)
            self.layers = nn.LSTM(650, 650, 2, batch_first=True)
            self.output = nn.Linear(650, 10_000)

        def forward(self, ids: Any) -> Any:
            return self.output(self.layers(self.embedding(ids))[0])

    return Model().to("meta"), (token_ids(),)


def encoder_model() -> tuple[Any, tuple[Any, ...]]:
    import torch
    from torch import nn

    with torch.device("meta"):
        layer = nn.TransformerEncoderLayer(512, 8, 2048, dropout=0.0, batch_first=True)
        model = nn.TransformerEncoder(layer, 6, enable_nested_tensor=False).train()
        return model, (torch.empty(1, TOKENS, 512),)


def bert_model() -> tuple[Any, tuple[Any, ...]]:
    import torch
    from transformers import BertConfig, BertModel

    with torch.device("meta"):
        model = BertModel(BertConfig(attn_implementation="eager")).eval()
    return model, (token_ids(),)


def whisper_config() -> Any:
    from transformers import WhisperConfig

    return WhisperConfig(
        d_model=512,
        encoder_layers=6,
        decoder_layers=6,
        encoder_attention_heads=8,
        decoder_attention_heads=8,
        encoder_ffn_dim=2048,
        decoder_ffn_dim=2048,
        vocab_size=51865,
        attn_implementation="eager",
    )


def whisper_model() -> tuple[Any, tuple[Any, ...]]:
    import torch
    from transformers import WhisperModel

    with torch.device("meta"):
        model = WhisperModel(whisper_config()).eval()
        return model, (torch.empty(1, 80, 3000),)


Case = tuple[Callable[[], Rows], Callable[[], tuple[Any, tuple[Any, ...]]]]
PICTURE = (3, 224, 224)
CASES: dict[str, Case] = {
    "alexnet": (lambda: convnets.alexnet(PICTURE), lambda: picture_model("alexnet")),
    "vgg16": (lambda: convnets.vgg16(PICTURE), lambda: picture_model("vgg16")),
    "googlenet": (
        lambda: convnets.googlenet(PICTURE),
        lambda: picture_model("googlenet", aux_logits=False, init_weights=False),
    ),
    "resnet18": (lambda: resnet.resnet18(PICTURE), lambda: picture_model("resnet18")),
    "resnet50": (lambda: resnet.resnet50(PICTURE), lambda: picture_model("resnet50")),
    "mobilenet": (
        lambda: mobilenet.mobilenet_v2(PICTURE),
        lambda: picture_model("mobilenet_v2"),
    ),
    "vit": (lambda: sequences.vit_b_16(PICTURE), lambda: picture_model("vit_b_16")),
    "transformer": (lambda: sequences.transformer_encoder((TOKENS,)), encoder_model),
    "bert": (lambda: sequences.bert_base((TOKENS,)), bert_model),
    "whisper": (lambda: sequences.whisper_base((80, 3000), tokens=TOKENS), whisper_model),
}
#: Modules of ours whose numbers the library keeps in one matrix, or that have no module there.
APART = (".q", ".k", ".v", "class_token", "pos_embedding", "embedding", "output")


@functools.cache
def measured(name: str) -> tuple[Any, dict[str, tuple[int, ...]], dict[str, int], int]:
    """The model, the output shape and the multiply-adds of each module that ran, and of all."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    model, inputs = CASES[name][1]()
    shapes: dict[str, list[tuple[int, ...]]] = {}

    def note(module_name: str) -> Callable[..., None]:
        def hook(_module: Any, _inputs: Any, output: Any) -> None:
            first = output if isinstance(output, torch.Tensor) else output[0]
            if isinstance(first, torch.Tensor):
                shapes.setdefault(module_name, []).append(tuple(first.shape[1:]))

        return hook

    for module_name, module in model.named_modules():
        module.register_forward_hook(note(module_name))
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        if name == "whisper":
            model(*inputs, decoder_input_ids=token_ids())
        else:
            model(*inputs)
    root = type(model).__name__
    work = {
        module_name.removeprefix(f"{root}."): sum(counts.values()) // 2
        for module_name, counts in counter.get_flop_counts().items()
    }
    once = {key: found[0] for key, found in shapes.items() if len(set(found)) == 1}
    return model, once, work, counter.get_total_flops() // 2


@pytest.mark.parametrize("name", list(CASES))
def test_every_module_has_the_parameters_of_the_real_one(name: str) -> None:
    model = measured(name)[0]
    ours = {row.module: row for row in table(CASES[name][0]()) if row.module}
    real = dict(model.named_modules())
    compared = 0
    for module_name, row in ours.items():
        if module_name in real:
            expected = sum(p.numel() for p in real[module_name].parameters())
            assert row.parameters == expected, module_name
            compared += 1
        else:
            assert row.parameters == 0 or module_name.endswith(APART), module_name
    owners = {key for key, module in real.items() if list(module.parameters(recurse=False))}
    parents = {owner.rpartition(".")[0] for owner in owners}
    assert compared > 3
    assert owners <= set(ours) | parents | {"", "encoder"}, owners - set(ours)


@pytest.mark.parametrize("name", list(CASES))
def test_all_parameters_together(name: str) -> None:
    found = totals(CASES[name][0]())[0]
    expected = sum(p.numel() for p in measured(name)[0].parameters())
    extra = 37_000 * 512 if name == "transformer" else 0  # PyTorch's encoder has no embedding
    assert found == expected + extra


@pytest.mark.parametrize("name", list(CASES))
def test_every_module_puts_out_the_shape_of_the_real_one(name: str) -> None:
    _model, shapes, _work, _all = measured(name)
    compared = 0
    for row in table(CASES[name][0]()):
        if row.module and row.module in shapes and row.kind not in ("Positions", "Activation"):
            assert row.output == shapes[row.module], row.module
            compared += 1
    assert compared >= 12


@pytest.mark.parametrize("name", list(CASES))
def test_every_module_multiplies_as_often_as_the_real_one(name: str) -> None:
    _model, _shapes, work, everything = measured(name)
    rows = CASES[name][0]()
    compared = 0
    for row in table(rows):
        if row.module and row.module in work and row.multiply_adds:
            assert row.multiply_adds == work[row.module], row.module
            compared += 1
    # WhisperModel ends before the layer that rates the tokens.
    extra = TOKENS * 512 * 51_865 if name == "whisper" else 0
    assert totals(rows)[1] == everything + extra
    assert compared >= 8


def test_the_lstm_has_the_parameters_of_pytorch() -> None:
    model, _inputs = lstm_model()
    rows = sequences.lstm((TOKENS,))
    layers = {row.name: row for row in table(rows)}
    assert totals(rows)[0] == sum(p.numel() for p in model.parameters())
    assert layers["lstm 1"].parameters * 2 == sum(p.numel() for p in model.layers.parameters())
    assert layers["output"].output == (TOKENS, 10_000)


def test_the_output_of_whisper_is_tied() -> None:
    import torch
    from transformers import WhisperForConditionalGeneration

    with torch.device("meta"):
        model = WhisperForConditionalGeneration(whisper_config())
        model.tie_weights()
    expected = sum(p.numel() for p in model.parameters())
    assert totals(sequences.whisper_base((80, 3000)))[0] == expected


@pytest.mark.parametrize("side", [64, 97, 225, 300])
@pytest.mark.parametrize("name", ["alexnet", "vgg16", "googlenet", "resnet50", "mobilenet"])
def test_other_sizes_of_pictures(name: str, side: int) -> None:
    import torch

    function = {
        "alexnet": convnets.alexnet,
        "vgg16": convnets.vgg16,
        "googlenet": convnets.googlenet,
        "resnet50": resnet.resnet50,
        "mobilenet": mobilenet.mobilenet_v2,
    }[name]
    model, _inputs = CASES[name][1]()
    shapes: dict[str, tuple[int, ...]] = {}
    for key, module in model.named_modules():
        module.register_forward_hook(
            lambda _m, _i, out, key=key: shapes.__setitem__(key, tuple(out.shape[1:]))
        )
    with torch.no_grad():
        model(torch.empty(1, 3, side, side + 31, device="meta"))
    rows = table(function((3, side, side + 31)))
    kinds = ("Conv", "Pool", "AdaptivePool", "Linear", "Norm")
    compared = [row for row in rows if row.kind in kinds and row.module in shapes]
    assert len(compared) > 10
    for row in compared:
        assert row.output == shapes[row.module], row.module


@pytest.mark.parametrize("name", list(CASES))
def test_rows_are_a_tree_and_blocks_are_sums(name: str) -> None:
    rows = CASES[name][0]()
    named = table(rows)
    assert sum(named[n].parameters for n in layers_of(rows)) == named[0].parameters
    for number, row in enumerate(named):
        parts = parts_of(rows, number=number)
        assert path_to(rows, number=number)[0] == 0
        assert path_to(rows, number=number)[-1] == number
        if parts:
            for what in ("parameters", "multiply_adds", "numbers"):
                assert getattr(row, what) == sum(getattr(named[n], what) for n in parts)
            assert all(path_to(rows, number=n)[-2] == number for n in parts)
        else:
            assert is_layer(row) or row.numbers == 0
