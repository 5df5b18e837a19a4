"""Whisper from the files in which it is passed on to the folder that transformers opens.

A. Radford and others, "Robust speech recognition via large-scale weak supervision", 2022. Names of the
weights: `convert_openai_to_hf.py` of transformers. Reference implementation: openai/whisper.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.models.ctranslate2 import from_ctranslate2
from engine.models.state import NAME, half, published
from engine.text.bytelevel import GPT2_PIECES, merge_bytes, read_ranks

TOKENIZERS = Path(__file__).resolve().parents[2] / "assets" / "tokenizers"

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
