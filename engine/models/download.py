"""Fetch files over HTTPS, going on where an earlier try broke off. Runs as a process of its own.

python engine/models/download.py hub|hub-checked REPOSITORY REVISION FOLDER NAME...
python engine/models/download.py url ADDRESS SHA256-PREFIX FOLDER

A file that is not complete is called .<hash>.incomplete, so only the rest of the same content is added
to it. The last line that is printed begins with the reason of a failure, a key of `locate.MESSAGES`.
"""

from __future__ import annotations

import errno
import hashlib
import sys
import time
from pathlib import Path

import httpx2  # what huggingface_hub itself uses
from filelock import FileLock
from huggingface_hub import get_hf_file_metadata, get_session, hf_hub_url
from huggingface_hub.errors import HfHubHTTPError

TRIES = 4
SECONDS = 20.0  # without a byte


def main(kind: str, *words: str) -> str:
    """Do what the command line says; returns "" or the reason of the failure."""
    try:
        if kind == "url":
            url, digest, folder = words
            whole(url, Path(folder) / url.rsplit("/", 1)[-1], digest)
        else:
            repository, revision, folder, *names = words
            for name in names:
                from_hub(repository, revision, Path(folder) / name, name, kind == "hub-checked")
    except ValueError as error:
        return f"changed: {error}"
    except (HfHubHTTPError, httpx2.HTTPStatusError) as error:
        return (
            f"{'missing' if error.response.status_code in (401, 403, 404) else 'offline'}: {error}"
        )
    except httpx2.TimeoutException as error:
        return f"slow: {error!r}"
    except OSError as error:
        return f"{'full' if error.errno in (errno.ENOSPC, errno.EDQUOT) else 'offline'}: {error!r}"
    except Exception as error:
        return f"offline: {error!r}"
    return ""


def from_hub(repository: str, revision: str, path: Path, name: str, checked: bool) -> None:
    """One file of the hub, which states its hash: of the content, or of it as an object of git.

    Raises
    ------
    ValueError : it has another content than the hub says, or `checked`, and the hub states no hash.
    """
    facts = get_hf_file_metadata(hf_hub_url(repository, name, revision=revision))
    etag = facts.etag or ""
    if checked and len(etag) not in (40, 64):
        raise ValueError(f"{name}: the server states no hash")
    whole(facts.location, path, etag, facts.size)


def whole(url: str, path: Path, digest: str, size: int | None = None) -> None:
    """The file at an address, unless it is here already.

    Parameters
    ----------
    digest : str, the beginning of its SHA-256, or all 40 digits of its git object; anything else is
        only a name for this content and is not checked.
    size : int, bytes; None if not known.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.parent / f".{hashlib.sha256(digest.encode()).hexdigest()[:16]}.incomplete"
    with FileLock(part.with_suffix(".lock")):  # the client of a killed app may still be at it
        if not (path.exists() and _is(path, digest)):
            _complete(url, path, part, digest, size)


def _complete(url: str, path: Path, part: Path, digest: str, size: int | None) -> None:
    """Add to `part` until it is whole, check it, and give it its name."""
    for attempt in range(TRIES):
        try:
            size = _more(url, part, size)
            if size is None or part.stat().st_size >= size:
                break
        except (httpx2.TransportError, httpx2.StreamError):
            if attempt == TRIES - 1:
                raise
        time.sleep(0.5 * attempt)
    else:
        raise httpx2.ReadError(f"{url} broke off {TRIES} times")
    if not _is(part, digest) or (size is not None and part.stat().st_size != size):
        part.unlink()
        raise ValueError(f"{path.name}: not the content that was announced")
    part.replace(path)


def _more(url: str, part: Path, size: int | None) -> int | None:
    """Add to a file what it lacks; returns how large it should be, as far as the server says.

    Raises
    ------
    ValueError : more comes than was announced.
    """
    have = part.stat().st_size if part.exists() else 0
    if size is not None and have >= size:
        return size
    # without compression, so that bytes on disk are bytes of the file
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with get_session().stream(
        "GET", url, headers=headers, timeout=SECONDS, follow_redirects=True
    ) as answer:
        if answer.status_code == 416:  # nothing is lacking, or it is another file
            return have
        answer.raise_for_status()
        goes_on = answer.status_code == 206
        if size is None and (length := answer.headers.get("Content-Length")):
            size = int(length) + (have if goes_on else 0)
        with part.open("ab" if goes_on else "wb", buffering=0) as file:
            for piece in answer.iter_raw():
                file.write(piece)
                if size is not None and file.tell() > size:
                    raise ValueError(f"{url}: more than was announced")
    return size


def _is(path: Path, digest: str) -> bool:
    with path.open("rb") as file:
        if len(digest) == 40:  # an object of git: its kind and size stand before the content
            start = b"blob %d\0" % path.stat().st_size
            return hashlib.file_digest(file, lambda: hashlib.sha1(start)).hexdigest() == digest
        found = hashlib.file_digest(file, "sha256").hexdigest()
    checkable = len(digest) in (8, 64)
    return found.startswith(digest) if checkable else True


if __name__ == "__main__":
    reason = " ".join(main(*sys.argv[1:]).split())
    print(reason)
    sys.exit(bool(reason))
