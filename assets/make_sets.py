"""Make `assets/sets/mnist-5k.npz`: 5,000 of MNIST's 70,000 digits, each digit 500 times.

.venv/bin/python assets/make_sets.py PACKAGE

PACKAGE : see `assets/mnist.py`. The first 4,000 are drawn from the 60,000 that MNIST has to learn from,
400 of each digit; the last 1,000 from its test, 100 of each. So a network that has learnt from all
60,000 has seen none of the last 1,000. Both parts are shuffled, from a fixed seed.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import numpy as np
from mnist import read_package

RESULT = Path(__file__).resolve().parent / "sets" / "mnist-5k.npz"
LEARN, TEST = 400, 100  # of each digit
SEED = 1998


def drawn(labels: np.ndarray, each: int, draw: np.random.Generator) -> np.ndarray:
    """The numbers of `each` pictures of every digit, in random order."""
    chosen = [draw.permutation(np.flatnonzero(labels == digit))[:each] for digit in range(10)]
    return draw.permutation(np.concatenate(chosen))


def main() -> None:
    """Write the file and print its hash."""
    pictures, labels, test_pictures, test_labels = read_package(Path(sys.argv[1]))
    draw = np.random.default_rng(SEED)
    learn, test = drawn(labels, LEARN, draw), drawn(test_labels, TEST, draw)
    RESULT.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        RESULT,
        pictures=np.concatenate([pictures[learn], test_pictures[test]]),
        labels=np.concatenate([labels[learn], test_labels[test]]),
    )
    data = RESULT.read_bytes()
    print(RESULT.name, len(data), hashlib.sha256(data).hexdigest())


if __name__ == "__main__":
    main()
