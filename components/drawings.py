"""Drawings that the learner has kept, in classes: what the lesson Draw and see collects.

They live in the session. Each is a gray PNG of 280 x 280 pixels, dark on white.
"""

from __future__ import annotations

import io
import zipfile

import streamlit as st

from engine.errors import N_, UserError
from engine.sources import file_name

MOST_CLASSES = 20
MOST_DRAWINGS = 200  # of a class
LONGEST_NAME = 40  # characters


def collected() -> dict[str, list[tuple[str, bytes]]]:
    """Class -> its drawings, each a name ("0001.png") and the bytes of a PNG file, oldest first."""
    return {
        label: [(f"{number:04d}.png", data) for number, data in enumerate(many, 1)]
        for label, many in _kept().items()
    }


def keep(label: str, data: bytes) -> None:
    """Put a drawing into a class, which is made if there is none of that name.

    Raises
    ------
    UserError : the class has no name, or there is no room for it.
    """
    name, kept = class_name(label), _kept()
    if not name:
        raise UserError(N_("Write a name for the class."))
    if name not in kept and len(kept) >= MOST_CLASSES:
        raise UserError(N_("A set has up to {most} classes."), most=MOST_CLASSES)
    if len(kept.get(name, ())) >= MOST_DRAWINGS:
        raise UserError(N_("A class has up to {most} drawings."), most=MOST_DRAWINGS)
    kept[name] = (*kept.get(name, ()), data)


def remove(label: str, place: int = -1) -> None:
    """Take one drawing out of a class, its last one if no other is named; an empty class goes too."""
    kept = _kept()
    many = list(kept.get(label, ()))
    if not -len(many) <= place < len(many):
        return
    del many[place]
    if many:
        kept[label] = tuple(many)
    else:
        del kept[label]


def remove_class(label: str) -> None:
    """Take a class out with all its drawings."""
    _kept().pop(label, None)


def class_name(written: str) -> str:
    """A name that a folder can have, at most `LONGEST_NAME` long; "" if nothing is left of it."""
    name = " ".join(written.replace("/", " ").replace("\\", " ").split())
    name = name[:LONGEST_NAME].strip(" .")
    return file_name(name) if name else ""


def archive() -> bytes:
    """All drawings as a zip file: a folder a class, `class name/0001.png`."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
        for label, many in collected().items():
            for name, data in many:
                packed.writestr(zipfile.ZipInfo(f"{label}/{name}"), data)
    return file.getvalue()


def _kept() -> dict[str, tuple[bytes, ...]]:
    kept: dict[str, tuple[bytes, ...]] = st.session_state.setdefault("_drawings", {})
    return kept
