"""Weights of Whisper in the format of CTranslate2, a library that runs Transformers on CPUs.

Reference implementation: `specs/model_spec.py` and `converters/transformers.py` of OpenNMT/CTranslate2.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Weights = dict[str, NDArray[np.floating]]

#: What CTranslate2 calls the numbers of one data type.
_CT2_TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}


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
