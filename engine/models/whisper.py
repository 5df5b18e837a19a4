"""Whisper from the files in which it is passed on to the folder that transformers opens.

A. Radford and others, "Robust speech recognition via large-scale weak supervision", 2022. Names of the
weights: `convert_openai_to_hf.py` of transformers. Reference implementation: openai/whisper.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.state import NAME, half, published
from engine.text.bytelevel import GPT2_PIECES, merge_bytes, read_ranks

TOKENIZERS = Path(__file__).resolve().parents[2] / "assets" / "tokenizers"
Weights = dict[str, NDArray[np.floating]]

#: From OpenAI's names to those of transformers, in the order of replacement.
_NAMES = (
    ("blocks", "layers"),
    ("mlp.0", "fc1"),
    ("mlp.2", "fc2"),
    ("mlp_ln", "final_layer_norm"),
    ("cross_attn_ln", "encoder_attn_layer_norm"),
    ("cross_attn.query", "encoder_attn.q_proj"),
    ("cross_attn.key", "encoder_attn.k_proj"),
    ("cross_attn.value", "encoder_attn.v_proj"),
    ("cross_attn.out", "encoder_attn.out_proj"),
    (".attn_ln", ".self_attn_layer_norm"),
    (".attn.query", ".self_attn.q_proj"),
    (".attn.key", ".self_attn.k_proj"),
    (".attn.value", ".self_attn.v_proj"),
    (".attn.out", ".self_attn.out_proj"),
    ("decoder.ln", "decoder.layer_norm"),
    ("ln_post", "layer_norm"),
    ("encoder.positional_embedding", "encoder.embed_positions.weight"),
    ("decoder.positional_embedding", "decoder.embed_positions.weight"),
    ("token_embedding", "embed_tokens"),
)
#: What CTranslate2 calls the numbers of one data type.
_CT2_TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
#: Layers and heads of the decoder's cross-attention whose maxima follow the words in time, as OpenAI
#: chose them (`_ALIGNMENT_HEADS` in `whisper/__init__.py`).
ALIGNMENT = {
    "tiny.en": ((1, 0), (2, 0), (2, 5), (3, 0), (3, 1), (3, 2), (3, 3), (3, 4)),
    "base": ((3, 1), (4, 2), (4, 3), (4, 7), (5, 1), (5, 2), (5, 4), (5, 6)),
}


def tiny_en(folder: Path) -> dict[str, bytes]:
    """Whisper tiny.en from OpenAI's own file `tiny.en.pt`."""
    checkpoint = published(folder / "tiny.en.pt")
    weights = {}
    for name, tensor in checkpoint["model_state_dict"].items():
        if name == "decoder.mask":  # no weight: minus infinity above the diagonal
            continue
        for theirs, ours in _NAMES:
            name = name.replace(theirs, ours)
        weights[f"model.{name}"] = tensor
    return folder_of(weights, "tiny.en")


def base(folder: Path) -> dict[str, bytes]:
    """Whisper base from CTranslate2's format, in two parts `model.part1` and `model.part2`."""
    data = b"".join((folder / f"model.part{number}").read_bytes() for number in (1, 2))
    return folder_of(from_ctranslate2(data), "base")


def folder_of(weights: Mapping[str, Any], name: str) -> dict[str, bytes]:
    """All files of a model: weights, configuration, tokenizer, what the sound is turned into."""
    vocabulary, width = weights["model.decoder.embed_tokens.weight"].shape
    layers = 1 + max(int(key.split(".")[3]) for key in weights if ".layers." in key)
    tokens = special_tokens(vocabulary)
    settings: dict[str, dict[str, Any]] = {
        "config.json": {
            "architectures": ["WhisperForConditionalGeneration"],
            "model_type": "whisper",
            "vocab_size": vocabulary,
            "d_model": width,
            "encoder_layers": layers,
            "decoder_layers": layers,
            "encoder_attention_heads": width // 64,
            "decoder_attention_heads": width // 64,
            "encoder_ffn_dim": 4 * width,
            "decoder_ffn_dim": 4 * width,
            "num_mel_bins": 80,
            "max_source_positions": 1500,
            "max_target_positions": 448,
            "tie_word_embeddings": True,
            **_ends(tokens),
        },
        "generation_config.json": generation(tokens, name),
        "preprocessor_config.json": {
            "feature_extractor_type": "WhisperFeatureExtractor",
            "feature_size": 80,
            "sampling_rate": 16000,
            "hop_length": 160,
            "chunk_length": 30,
            "n_fft": 400,
            "padding_value": 0.0,
            "return_attention_mask": False,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "WhisperTokenizer",
            "model_max_length": 448,
            "bos_token": "<|endoftext|>",
            "eos_token": "<|endoftext|>",
            "pad_token": "<|endoftext|>",
            "unk_token": "<|endoftext|>",
            "additional_special_tokens": [name for name in tokens if not is_time(name)],
        },
    }
    files = {key: json.dumps(value, indent=1).encode() for key, value in settings.items()}
    return files | {NAME: half(weights), "tokenizer.json": tokenizer(tokens)}


def special_tokens(vocabulary: int) -> dict[str, int]:
    """The tokens behind those of text: commands, languages, then times in steps of 0.02 s.

    Parameters
    ----------
    vocabulary : int, 51865 for the multilingual models, 51864 for the English ones.
    """
    from transformers.models.whisper.tokenization_whisper import LANGUAGES

    codes = list(LANGUAGES)[:99]  # the hundredth, Cantonese, came with large-v3
    commands = ["translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps"]
    names = ["endoftext", "startoftranscript", *codes, *commands]
    names += [f"{step * 0.02:.2f}" for step in range(1501)]
    first = vocabulary - len(names)
    return {f"<|{name}|>": first + place for place, name in enumerate(names)}


def is_time(token: str) -> bool:
    """Whether a special token is a time, like <|1.24|>."""
    return token[2:-2].replace(".", "").isdigit()


def generation(tokens: Mapping[str, int], name: str) -> dict[str, Any]:
    """How text is made of probabilities: what may not come, and which heads tell the time."""
    from transformers.models.whisper import configuration_whisper
    from transformers.models.whisper.tokenization_whisper import TO_LANGUAGE_CODE

    english = name.endswith(".en")
    signs = (
        configuration_whisper.NON_SPEECH_TOKENS
        if english
        else configuration_whisper.NON_SPEECH_TOKENS_MULTI
    )
    text_end = tokens["<|endoftext|>"]
    words = ["startoftranscript", "translate", "transcribe", "startoflm", "startofprev", "nospeech"]
    never = [sign for sign in signs if sign < text_end] + [tokens[f"<|{word}|>"] for word in words]
    settings = {
        "suppress_tokens": sorted(never),
        "begin_suppress_tokens": [220, text_end],
        "alignment_heads": [list(pair) for pair in ALIGNMENT[name]],
        "no_timestamps_token_id": tokens["<|notimestamps|>"],
        "prev_sot_token_id": tokens["<|startofprev|>"],
        "max_initial_timestamp_index": 50,
        "max_length": 448,
        "return_timestamps": False,
        "is_multilingual": not english,
        **_ends(tokens),
    }
    if not english:
        codes = set(TO_LANGUAGE_CODE.values())
        settings["lang_to_id"] = {key: id for key, id in tokens.items() if key[2:-2] in codes}
        settings["task_to_id"] = {
            task: tokens[f"<|{task}|>"] for task in ("transcribe", "translate")
        }
    return settings


def _ends(tokens: Mapping[str, int]) -> dict[str, int]:
    end = tokens["<|endoftext|>"]
    start = tokens["<|startoftranscript|>"]
    return {
        "bos_token_id": end,
        "eos_token_id": end,
        "pad_token_id": end,
        "decoder_start_token_id": start,
    }


def tokenizer(tokens: Mapping[str, int]) -> bytes:
    """The tokenizer as `tokenizer.json`, made of OpenAI's own list of ranks.

    The list says what is a token, not which two make it: a token's parts are what is left of its
    bytes after all merges of lower rank.
    """
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers
    from tokenizers.pre_tokenizers import ByteLevel

    english = tokens["<|endoftext|>"] == 50256
    path = TOKENIZERS / ("gpt2.tiktoken" if english else "multilingual.tiktoken")
    ranks = read_ranks(path.read_bytes())
    letters = dict(zip(_byte_order(), sorted(ByteLevel.alphabet()), strict=True))

    def spelt(token: bytes) -> str:
        return "".join(letters[byte] for byte in token)

    lower: dict[bytes, int] = {}
    merges = []
    for token, rank in sorted(ranks.items(), key=lambda item: item[1]):
        if len(token) > 1:
            parts = merge_bytes(token, lower)
            if len(parts) == 2:
                merges.append((spelt(parts[0]), spelt(parts[1])))
        lower[token] = rank
    made = Tokenizer(models.BPE({spelt(token): rank for token, rank in ranks.items()}, merges))
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(GPT2_PIECES.pattern), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens([AddedToken(n, normalized=False) for n in tokens if not is_time(n)])
    made.add_tokens([AddedToken(n, normalized=False) for n in tokens if is_time(n)])
    if any(made.token_to_id(name) != number for name, number in tokens.items()):
        raise ValueError("the special tokens don't follow those of the text")
    return made.to_str().encode()


def _byte_order() -> list[int]:
    """The 256 bytes in the order of the letters that GPT-2 writes them with.

    Printable bytes are their own letters; the others get the letters from U+0100 on.
    """
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    return printable + [byte for byte in range(256) if byte not in printable]


# ------------------------------------------------------------------------------ CTranslate2


def from_ctranslate2(data: bytes) -> Weights:
    """The weights of a Whisper in CTranslate2's format, under the names of transformers.

    CTranslate2 keeps query, key and value of an attention as one matrix.
    """
    raw = dict(ctranslate2_variables(data))
    weights: Weights = {}
    width = raw["decoder/embeddings/weight"].shape[1]

    def norm(ours: str, theirs: str) -> None:
        weights[f"{ours}.weight"] = raw[f"{theirs}/gamma"]
        weights[f"{ours}.bias"] = raw[f"{theirs}/beta"]

    def linear(ours: str, theirs: str) -> None:
        weights[f"{ours}.weight"] = raw[f"{theirs}/weight"]
        weights[f"{ours}.bias"] = raw[f"{theirs}/bias"]

    def split(ours: str, theirs: str, names: str) -> None:
        for place, name in enumerate(names):
            rows = slice(place * width, (place + 1) * width)
            weights[f"{ours}.{name}_proj.weight"] = raw[f"{theirs}/weight"][rows]
            if name != "k":  # Whisper's keys have no bias
                weights[f"{ours}.{name}_proj.bias"] = raw[f"{theirs}/bias"][rows]

    for side in ("encoder", "decoder"):
        positions = f"{side}/position_encodings/encodings"
        weights[f"model.{side}.embed_positions.weight"] = raw[positions]
        norm(f"model.{side}.layer_norm", f"{side}/layer_norm")
        numbers = {key.split("/")[1] for key in raw if key.startswith(f"{side}/layer_")}
        for number in range(len(numbers - {"layer_norm"})):
            ours, theirs = f"model.{side}.layers.{number}", f"{side}/layer_{number}"
            own, across = f"{theirs}/self_attention", f"{theirs}/attention"
            split(f"{ours}.self_attn", f"{own}/linear_0", "qkv")
            linear(f"{ours}.self_attn.out_proj", f"{own}/linear_1")
            norm(f"{ours}.self_attn_layer_norm", f"{own}/layer_norm")
            if side == "decoder":
                split(f"{ours}.encoder_attn", f"{across}/linear_0", "q")
                split(f"{ours}.encoder_attn", f"{across}/linear_1", "kv")
                linear(f"{ours}.encoder_attn.out_proj", f"{across}/linear_2")
                norm(f"{ours}.encoder_attn_layer_norm", f"{across}/layer_norm")
            linear(f"{ours}.fc1", f"{theirs}/ffn/linear_0")
            linear(f"{ours}.fc2", f"{theirs}/ffn/linear_1")
            norm(f"{ours}.final_layer_norm", f"{theirs}/ffn/layer_norm")
    for name in ("conv1", "conv2"):
        linear(f"model.encoder.{name}", f"encoder/{name}")
    weights["model.decoder.embed_tokens.weight"] = raw["decoder/embeddings/weight"]
    return weights


def ctranslate2_variables(data: bytes) -> Iterator[tuple[str, NDArray[np.floating]]]:
    """The variables of a model in CTranslate2's binary format (its `specs/model_spec.py`).

    Little-endian: version, name of the model, its revision, number of variables; for each one its
    name, rank, dimensions, data type, bytes, numbers. A name has its length before it and a 0 behind.

    Raises
    ------
    ValueError : the data break off or are in another format.
    """
    place = 0

    def number(code: str) -> int:
        nonlocal place
        (value,) = struct.unpack_from(f"<{code}", data, place)
        place += struct.calcsize(code)
        return int(value)

    def word() -> str:
        nonlocal place
        length = number("H")
        place += length
        return data[place - length : place - 1].decode("ascii")

    try:
        _version, _name, _revision = number("I"), word(), number("I")
        for _variable in range(number("I")):
            name, rank = word(), number("B")
            shape = [number("I") for _axis in range(rank)]
            kind, size = np.dtype(_CT2_TYPES[number("B")]), number("I")
            yield name, np.frombuffer(data, kind, size // kind.itemsize, place).reshape(shape)
            place += size
    except (struct.error, UnicodeDecodeError, KeyError) as error:
        raise ValueError(f"not a model of CTranslate2: {error} at byte {place}") from error
