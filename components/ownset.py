"""A set of the learner's own: classes with names, and in each class pictures or sounds.

Every example is checked at the door like any file from outside, and kept small: a picture reduced to
`SIDE` pixels, a sound as its first `SECONDS` at 16 kHz. Both kinds of sets live in the session, so a
change of page loses nothing; `source_of` is a whole set as one zip file with a folder a class, which is
what the lesson computes with, what can be saved, and what can be opened again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from components import scales
from components.picture import decode, pixels_of
from components.sound import part_of
from engine import export
from engine.errors import N_, UserError
from engine.image.resize import fit_within
from engine.lab import Lab
from engine.sound.logmel import RATE, at_16_khz, log_mel
from engine.sound.read import mean_of_channels
from engine.sources import Image, Sound, file_name, open_source
from engine.training.ownset import (
    MOST_UNPACKED,
    ExampleSet,
    listed,
    open_set,
    own_set,
    pack_set,
    unpacked,
)

SIDE = 256  # pixels of a kept picture's longer side, at most
SECONDS = 4.0  # of a kept sound, at most
MARK = 96  # pixels of the small copy that is shown
MOST_CLASSES = 20
MOST_EXAMPLES = 600
MOST_BYTES = 40_000_000
NAME_LENGTH = 40


@dataclass(frozen=True)
class Example:
    """A picture (PNG or JPEG) or a sound (WAV) of the learner; `mark` is its small picture (PNG)."""

    name: str
    data: bytes
    mark: bytes
    ending: str


#: Class -> its examples, in the order in which they came.
OwnSet = dict[str, tuple[Example, ...]]


def current(kind: str) -> OwnSet:
    """The learner's set of `kind`, "image" or "sound"; it may be empty."""
    return dict(st.session_state.setdefault("_own_sets", {}).get(kind, {}))


def put(kind: str, classes: OwnSet) -> None:
    """Let `classes` be the learner's set of `kind`."""
    st.session_state.setdefault("_own_sets", {})[kind] = classes


def count(classes: OwnSet) -> int:
    """How many examples there are in all classes."""
    return sum(map(len, classes.values()))


def size(classes: OwnSet) -> int:
    """How many bytes the examples take."""
    return sum(len(one.data) + len(one.mark) for many in classes.values() for one in many)


# ------------------------------------------------------------------------------- changing a set


def class_name(written: str) -> str:
    """A name that a folder can have, at most `NAME_LENGTH` long; "" if nothing is left of it."""
    name = " ".join(written.split())[:NAME_LENGTH].strip(" .")
    return file_name(name.replace("/", "_").replace("\\", "_")) if name else ""


def add_class(kind: str, written: str) -> str:
    """Make an empty class and return its name.

    Raises
    ------
    UserError : no name, a name that is taken, or too many classes.
    """
    classes, name = current(kind), class_name(written)
    if not name:
        raise UserError(N_("Write a name for the class."))
    if name in classes:
        raise UserError(N_("There is a class {name} already."), name=name)
    if len(classes) >= MOST_CLASSES:
        raise UserError(N_("A set has up to {most} classes."), most=MOST_CLASSES)
    put(kind, {**classes, name: ()})
    return name


def rename_class(kind: str, old: str, written: str) -> str:
    """Give a class another name; of a class that exists already the examples are joined."""
    name = class_name(written)
    if not name or name == old:
        return old
    classes: OwnSet = {}
    for known, examples in current(kind).items():
        new = name if known == old else known
        classes[new] = classes.get(new, ()) + examples
    put(kind, classes)
    return name


def remove_class(kind: str, name: str) -> None:
    """Remove a class and all that is in it."""
    put(kind, {known: many for known, many in current(kind).items() if known != name})


def remove_example(kind: str, name: str, place: int) -> None:
    """Remove one example of a class."""
    classes = current(kind)
    examples = classes[name]
    put(kind, {**classes, name: examples[:place] + examples[place + 1 :]})


def add(kind: str, name: str, files: Iterable[tuple[str, bytes]]) -> list[tuple[str, UserError]]:
    """Add files to a class; return those that were refused, each with the reason."""
    classes, refused = current(kind), []
    added, bytes_now, most = list(classes.get(name, ())), size(classes), count(classes)
    for label, data in files:
        try:
            if most >= MOST_EXAMPLES or bytes_now >= MOST_BYTES:
                raise UserError(
                    N_("The set is full: up to {most} examples, {limit} MB."),
                    most=MOST_EXAMPLES,
                    limit=MOST_BYTES // 1_000_000,
                )
            example = kept(kind, label, data)
        except UserError as error:
            # A copy: the traceback of the error itself would keep the file.
            refused.append((label, UserError(error.message, **error.params)))
            continue
        added.append(example)
        most, bytes_now = most + 1, bytes_now + len(example.data) + len(example.mark)
    put(kind, {**classes, name: tuple(added)})
    return refused


def kept(kind: str, name: str, data: bytes) -> Example:
    """Open a file from outside and keep a small copy of what is in it.

    Raises
    ------
    UserError : it can't be read, or is of another kind.
    """
    source = open_source(name, data)
    if source.kind != kind:
        raise other_kind(kind)
    if isinstance(source, Image):
        return _picture(source)
    assert isinstance(source, Sound)
    return _sound(source)


def other_kind(kind: str) -> UserError:
    """The sentence for a file that is not of `kind`, "image" or "sound"."""
    if kind == "image":
        return UserError(N_("This is not a picture."))
    return UserError(N_("This is not a sound."))


def _picture(source: Image) -> Example:
    decode(source)  # says so if its pixels are damaged
    lab = Lab(source)
    pixels = pixels_of(lab, source, lab.source, number=0).value
    small = fit_within(pixels, side=SIDE)
    mark = export.to_png(fit_within(pixels, side=MARK))
    if max(small.shape[:2]) <= MARK or (source.format == "PNG" and small.shape == pixels.shape):
        return Example(source.label, export.to_png(small), mark, "png")
    return Example(source.label, export.to_jpeg(small, quality=92), mark, "jpg")


def _sound(source: Sound) -> Example:
    lab = Lab(source)
    rate = source.sample_rate or RATE
    wave = mean_of_channels(part_of(lab, source, 0.0, SECONDS).value)
    wave = at_16_khz(wave, sample_rate=rate)[: int(SECONDS * RATE)]
    return Example(source.label, export.to_wav(wave, sample_rate=RATE), mel_mark(wave), "wav")


def mel_mark(wave: np.ndarray) -> bytes:
    """A small log-mel picture of a sound of 16 kHz: low tones at the bottom, at most `SECONDS` wide."""
    frames = max(1, round(len(wave) / RATE * 100))
    logs = log_mel(wave, sample_rate=RATE, bands=80)[:, :frames]
    lut = scales.table("viridis")
    assert lut is not None
    low, high = float(logs.min()), float(logs.max())
    places = np.rint(255 * (logs - low) / max(high - low, 1e-9)).astype(np.uint8)
    return export.to_png(fit_within(np.ascontiguousarray(lut[places][::-1]), side=200))


# --------------------------------------------------------------------------- as a file, and back


def source_of(classes: OwnSet, name: str) -> ExampleSet:
    """The set as one zip file: a folder a class. The same examples give the same bytes.

    Raises
    ------
    UserError : there is nothing in it.
    """
    files = {
        folder: [(f"{n}.{one.ending}", one.data) for n, one in enumerate(many)]
        for folder, many in classes.items()
        if many
    }
    return own_set(name, pack_set(files))


def packed(kind: str, name: str) -> ExampleSet:
    """The learner's set of `kind` as one zip file, which is made anew only when the set has changed."""
    classes = current(kind)
    known = st.session_state.setdefault("_own_packed", {})
    if kind not in known or known[kind][0] != classes:
        known[kind] = (classes, source_of(classes, name))
    return known[kind][1]


def is_zip(data: bytes) -> bool:
    """Whether these bytes begin as a zip file does."""
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def add_zip(kind: str, data: bytes) -> list[tuple[str, UserError]]:
    """Add the files of a zip file with a folder a class; return those that were refused.

    Raises
    ------
    UserError : it is no zip file, or it is too large, or it has no folder.
    """
    refused = []
    unpacked_bytes = 0
    with open_set(data) as archive:
        for title, path, info in listed(archive):
            try:
                unpacked_bytes += info.file_size
                if unpacked_bytes > MOST_UNPACKED:
                    raise UserError(
                        N_(
                            "Behind the first {limit} MB of the unpacked file, nothing more is read."
                        ),
                        limit=MOST_UNPACKED // 1_000_000,
                    )
                name = class_name(title)
                if name not in current(kind):
                    name = add_class(kind, name)
                refused += add(kind, name, [(path, unpacked(archive, info))])
            except UserError as error:
                refused.append((path, UserError(error.message, **error.params)))
    return refused
