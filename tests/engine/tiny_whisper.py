"""A Whisper of random weights in the form of the real ones, for tests that fetch nothing."""

from __future__ import annotations

from pathlib import Path

from engine.models.whisper import generation, special_tokens


def make(folder: Path, *, english: bool = False) -> Path:
    """Write a model of two layers and 16 numbers a vector into `folder`."""
    import torch
    from transformers import GenerationConfig, WhisperConfig, WhisperForConditionalGeneration

    size = 51864 if english else 51865
    tokens = special_tokens(size)
    torch.manual_seed(5)
    ends = dict.fromkeys(("pad_token_id", "bos_token_id", "eos_token_id"), tokens["<|endoftext|>"])
    network = WhisperForConditionalGeneration(
        WhisperConfig(
            vocab_size=size,
            d_model=16,
            encoder_layers=2,
            decoder_layers=2,
            encoder_attention_heads=2,
            decoder_attention_heads=2,
            encoder_ffn_dim=32,
            decoder_ffn_dim=32,
            decoder_start_token_id=tokens["<|startoftranscript|>"],
            init_std=0.5,
            **ends,
        )
    )
    rules = generation(tokens, "tiny.en" if english else "base")
    del rules["alignment_heads"]
    network.generation_config = GenerationConfig(**rules)
    network.save_pretrained(folder)
    return folder
