"""Whisper's tokenizer and weights, rebuilt from OpenAI's and CTranslate2's files."""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest
from tokenizers import Tokenizer

from engine.models import whisper
from engine.models.state import half
from engine.text.bytelevel import byte_tokens

TEXTS = (
    "  two   blanks\n\n it's 12345, don't",
    "😀 é ﬁ 人工智能\u200d",
    "Please leave your message.",
    *(whisper.TOKENIZERS / "udhr-article-1.tsv").read_text(encoding="utf-8").splitlines(),
)


@pytest.mark.parametrize(
    ("vocabulary", "file"), [(51865, "multilingual.tiktoken"), (51864, "gpt2.tiktoken")]
)
def test_the_tokenizer_gives_the_ids_of_the_list_of_ranks(vocabulary: int, file: str) -> None:
    tokens = whisper.special_tokens(vocabulary)
    made = Tokenizer.from_str(whisper.tokenizer(tokens).decode())
    ranks = (whisper.TOKENIZERS / file).read_bytes()
    assert made.get_vocab_size() == vocabulary
    for text in TEXTS:
        ids = [number for number, *_rest in byte_tokens(text, ranks)]
        assert made.encode(text).ids == ids
        assert made.decode(ids) == text
    marked = made.encode("<|startoftranscript|><|en|><|1.24|> Hi").ids
    start = tokens["<|startoftranscript|>"]
    assert marked[:3] == [start, start + 1, tokens["<|0.00|>"] + 62]


def test_special_tokens_are_where_openai_has_them() -> None:
    many = whisper.special_tokens(51865)
    assert (many["<|endoftext|>"], many["<|startoftranscript|>"], many["<|en|>"]) == (
        50257,
        50258,
        50259,
    )
    assert (many["<|transcribe|>"], many["<|notimestamps|>"]) == (50359, 50363)
    assert (many["<|0.00|>"], many["<|30.00|>"]) == (50364, 51864)
    english = whisper.special_tokens(51864)
    assert {english[name] + 1 for name in many} == set(many.values())


def test_what_may_not_be_said() -> None:
    never = whisper.generation(whisper.special_tokens(51865), "base")["suppress_tokens"]
    assert never[-6:] == [50258, 50358, 50359, 50360, 50361, 50362]
    assert len(never) == 88  # as many as in generation_config.json of openai/whisper-base
    assert 50257 not in never


class Writer:
    """Writes CTranslate2's binary format."""

    def __init__(self) -> None:
        self.variables: dict[str, np.ndarray] = {}

    def bytes(self) -> bytes:
        """The file."""

        def word(text: str) -> bytes:
            return struct.pack("<H", len(text) + 1) + text.encode() + b"\0"

        data = struct.pack("<I", 6) + word("WhisperSpec") + struct.pack("<I", 3)
        data += struct.pack("<I", len(self.variables))
        for name, array in self.variables.items():
            data += word(name) + struct.pack(f"<B{array.ndim}I", array.ndim, *array.shape)
            data += struct.pack("<BI", 4, array.nbytes) + array.tobytes()
        return data


def small_whisper() -> tuple[object, Writer]:
    """A random Whisper of transformers, and the same weights as CTranslate2 keeps them."""
    import torch
    from transformers import WhisperConfig, WhisperForConditionalGeneration

    torch.manual_seed(0)
    sizes = {"d_model": 64, "encoder_ffn_dim": 256, "decoder_ffn_dim": 256, "vocab_size": 51865}
    heads = {"encoder_attention_heads": 1, "decoder_attention_heads": 1}
    network = WhisperForConditionalGeneration(
        WhisperConfig(**sizes, **heads, encoder_layers=2, decoder_layers=2)
    )
    held = {k: v.detach().numpy().astype(np.float16) for k, v in network.state_dict().items()}
    writer = Writer()
    put = writer.variables

    def copy(theirs: str, ours: str, names: dict[str, str]) -> None:
        for one, other in names.items():
            put[f"{theirs}/{one}"] = held[f"{ours}.{other}"]

    linear, norm = {"weight": "weight", "bias": "bias"}, {"gamma": "weight", "beta": "bias"}
    for side in ("encoder", "decoder"):
        copy(f"{side}/position_encodings", f"model.{side}.embed_positions", {"encodings": "weight"})
        copy(f"{side}/layer_norm", f"model.{side}.layer_norm", norm)
        for number in range(2):
            ours, theirs = f"model.{side}.layers.{number}", f"{side}/layer_{number}"
            parts = [("self_attn", "self_attention", ["qkv"])]
            if side == "decoder":
                parts.append(("encoder_attn", "attention", ["q", "kv"]))
            for mine, other, groups in parts:
                for place, group in enumerate(groups):
                    where = f"{theirs}/{other}/linear_{place}"
                    rows = [held[f"{ours}.{mine}.{n}_proj.weight"] for n in group]
                    zero = np.zeros(64, np.float16)
                    biases = [held.get(f"{ours}.{mine}.{n}_proj.bias", zero) for n in group]
                    put[f"{where}/weight"], put[f"{where}/bias"] = (
                        np.concatenate(rows),
                        np.concatenate(biases),
                    )
                copy(f"{theirs}/{other}/linear_{len(groups)}", f"{ours}.{mine}.out_proj", linear)
                copy(f"{theirs}/{other}/layer_norm", f"{ours}.{mine}_layer_norm", norm)
            copy(f"{theirs}/ffn/linear_0", f"{ours}.fc1", linear)
            copy(f"{theirs}/ffn/linear_1", f"{ours}.fc2", linear)
            copy(f"{theirs}/ffn/layer_norm", f"{ours}.final_layer_norm", norm)
    for name in ("conv1", "conv2"):
        copy(f"encoder/{name}", f"model.encoder.{name}", linear)
    copy("decoder/embeddings", "model.decoder.embed_tokens", {"weight": "weight"})
    return network, writer


def test_ctranslate2_becomes_the_same_network() -> None:
    network, writer = small_whisper()
    weights = whisper.from_ctranslate2(writer.bytes())
    held = {k: v for k, v in network.state_dict().items() if k != "proj_out.weight"}
    assert set(weights) == set(held)
    for name, tensor in held.items():
        assert np.array_equal(weights[name], tensor.numpy().astype(np.float16)), name


@pytest.mark.parametrize("cut", [0, 10, 40, 5000, -1])
def test_a_file_that_breaks_off_is_refused(cut: int) -> None:
    _network, writer = small_whisper()
    with pytest.raises(ValueError):  # noqa: PT011 (numpy's words, or ours)
        whisper.from_ctranslate2(writer.bytes()[:cut])


def test_the_folder_opens_with_transformers(tmp_path: object) -> None:
    import torch
    from transformers import WhisperForConditionalGeneration, WhisperProcessor

    network, writer = small_whisper()
    for name, data in whisper.folder_of(whisper.from_ctranslate2(writer.bytes()), "base").items():
        (tmp_path / name).write_bytes(data)
    opened, report = WhisperForConditionalGeneration.from_pretrained(
        tmp_path, output_loading_info=True, dtype=torch.float32
    )
    assert not any(report.values())
    sound = torch.zeros(1, 80, 3000)
    start = torch.tensor([[50258, 50259]])
    with torch.inference_mode():
        ours = opened(input_features=sound, decoder_input_ids=start).logits
        theirs = network.eval()(input_features=sound, decoder_input_ids=start).logits
    assert float((ours - theirs).abs().max()) < 0.01  # float16 between them
    processor = WhisperProcessor.from_pretrained(tmp_path)
    assert (
        processor.tokenizer.decode([50364, 40, 50414], decode_with_timestamps=True)
        == "<|0.00|>I<|1.00|>"
    )
    settings = json.loads((tmp_path / "generation_config.json").read_text())
    assert opened.generation_config.alignment_heads == settings["alignment_heads"]


def test_half_precision_only_where_it_is_harmless() -> None:
    from safetensors.numpy import load

    weights = {"w": np.full((2, 2), 1 / 3, np.float32), "v": np.float32([1e-12]), "n": np.int64(5)}
    kept = load(half(weights))
    assert kept["w"].dtype == np.float16
    assert kept["v"].dtype == np.float32
    assert kept["v"][0] == np.float32(1e-12)
    assert kept["n"] == 5
    with pytest.raises(ValueError, match="w has numbers"):
        half({"w": np.full((1, 1), 1e6, np.float32)})


def test_a_nested_pickle_may_hold_tensors_only(tmp_path: object) -> None:
    import pickle
    from collections import OrderedDict

    import torch
    from safetensors.numpy import load

    from assets import make_networks

    path = tmp_path / "resnet18.pkl"
    weights = OrderedDict(a=torch.arange(4.0).reshape(2, 2), n=torch.tensor(3))
    path.write_bytes(pickle.dumps(weights))
    made = load(make_networks.resnet(tmp_path)["model.safetensors"])
    assert made["a"].tolist() == [[0, 1], [2, 3]]
    assert made["n"].shape == ()
    path.write_bytes(pickle.dumps({"a": print}))
    with pytest.raises(pickle.UnpicklingError, match=r"asks for builtins\.print"):
        make_networks.resnet(tmp_path)
