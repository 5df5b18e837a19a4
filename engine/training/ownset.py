"""A learner's own examples: one zip file with a folder for each class.

    cat/0001.jpg   cat/0002.png   dog/0001.jpg          pictures, or sounds in the same way
    praise.txt     complaint.txt                        texts: one example a line

The file comes from outside, and nothing in it is believed: not the sizes it states, not its names. It
is never unpacked to a disk. A file of it that can't be read is left out and named; the others count.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from engine.errors import N_, UserError
from engine.image.limits import PICTURE_FORMATS, check_picture_size, picture_error
from engine.sound.logmel import (
    RATE,
    at_16_khz,
    clamp_range,
    log10_energies,
    scale_whisper,
    whisper_frames,
)
from engine.sound.mfcc import mel_energies, power_of_frames, window_frames
from engine.sound.read import (
    mean_of_channels,
    read_clip,
    read_clip_ffmpeg,
    sound_error,
    stated,
    stated_ffmpeg,
)
from engine.sources import MAX_BYTES, Source, common_fields, file_name
from engine.text.preview import decode_text, detect_encoding

#: What one set may hold. A thousand squares of 128 pixels take 49 MB.
MOST_EXAMPLES, MOST_CLASSES = 1000, 50
#: Bytes of one file, and of all of them, when unpacked.
MOST_FILE, MOST_UNPACKED = 40_000_000, 500_000_000
#: Bytes of the list of files at the end of a zip file; each takes some hundred.
MOST_LIST = 2_000_000
#: Letters of a class's name; letters of one text.
MOST_NAME, MOST_LETTERS = 60, 2000
#: Seconds that are listened to at most, to find the loudest part in.
MOST_SECONDS = 30.0
#: Mel bands of the picture of a sound.
BANDS = 80

#: Pictures, the class of each, the classes' names, the files' names, and what was left out:
#: (file, sentence, its fields).
Skipped = tuple[tuple[str, str, tuple[tuple[str, Any], ...]], ...]
Examples = tuple[NDArray[np.uint8], NDArray[np.int64], tuple[str, ...], tuple[str, ...], Skipped]


@dataclass(frozen=True, kw_only=True)
class ExampleSet(Source):
    """A zip file with a folder for each class."""

    kind: ClassVar[str] = "set"


def pack_set(classes: Mapping[str, Sequence[tuple[str, bytes]]]) -> bytes:
    """Put examples into one zip file: the same examples always make the same bytes.

    Parameters
    ----------
    classes : name of each class -> its files, (name, bytes). They are numbered, since two may have
        one name; only the ending is kept.

    Raises
    ------
    UserError : there is nothing in it, or a class has no name of its own.
    """
    if not any(classes.values()):
        raise UserError(N_("There is no example yet. Add some to each class."))
    packed, folders = io.BytesIO(), set()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for title in sorted(classes):
            folder = file_name(class_name(title)) if title.strip() else ""
            if not folder or folder in folders:
                raise UserError(N_("Each class needs a name of its own. Give each one another."))
            folders.add(folder)
            for number, (name, data) in enumerate(classes[title], 1):
                ending = re.search(r"\.[A-Za-z0-9]{1,5}$", name)
                place = f"{folder}/{number:04d}{ending.group().lower() if ending else ''}"
                info = zipfile.ZipInfo(place, (1980, 1, 1, 0, 0, 0))  # no clock, no owner
                info.create_system, info.external_attr = 3, 0o644 << 16
                archive.writestr(info, data)
    return packed.getvalue()


def own_set(name: str, data: bytes) -> ExampleSet:
    """Recognise a set of examples; what is in its files is looked at later, by `picture_set` and others.

    Raises
    ------
    UserError : no zip file, too large, or without folders.
    """
    if len(data) > MAX_BYTES:
        raise UserError(
            N_("This file has {size} MB; up to {limit} MB are accepted. Choose a smaller one."),
            size=round(len(data) / 1e6, 1),
            limit=MAX_BYTES // 1_000_000,
        )
    with open_set(data) as archive:
        listed(archive)
    return ExampleSet(**common_fields(name, data, "ZIP", None))


def file_bytes(path: str) -> bytes:
    """The bytes of a file."""
    with open(path, "rb") as file:
        return file.read()


# ------------------------------------------------------------------------------------- the zip file


def open_set(data: bytes) -> zipfile.ZipFile:
    """Open a zip file whose list of files is of a sensible length."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))  # the record at the end
    if end < 0 or len(data) < end + 22:
        raise UserError(
            N_(
                "This is no zip file, or its end is missing. Pack one folder for each class into one."
            )
        )
    if int.from_bytes(data[end + 12 : end + 16], "little") > MOST_LIST:
        raise too_many_examples()
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as problem:
        raise UserError(
            N_("This zip file is damaged: its list of files can't be read. Pack it again.")
        ) from problem


def listed(archive: zipfile.ZipFile) -> list[tuple[str, str, zipfile.ZipInfo]]:
    """The files of a set: (class, name, where it lies), sorted by class and name.

    One folder around all is left away; in a folder of a class, deeper ones make no difference. A text
    that lies in no folder is a class by itself.

    Raises
    ------
    UserError : nothing in it, or too many files or classes.
    """
    found = []
    for info in archive.infolist():
        parts = [
            part for part in re.split(r"[/\\]", shown_name(info)) if part not in ("", ".", "..")
        ]
        hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
        clutter = not parts or parts[-1].lower() in ("thumbs.db", "desktop.ini")
        if not (info.is_dir() or hidden or clutter):
            found.append((parts, info))
    while found and all(len(parts) > 2 for parts, _info in found):
        if len({parts[0] for parts, _info in found}) > 1:
            break
        found = [(parts[1:], info) for parts, info in found]
    if len(found) > MOST_EXAMPLES:
        raise too_many_examples()
    placed = []
    for parts, info in found:
        folder = (
            parts[0] if len(parts) > 1 else re.sub(r"\.txt$", "", parts[0], flags=re.IGNORECASE)
        )
        if len(parts) > 1 or folder != parts[0]:
            placed.append((class_name(folder), "/".join(parts), info))
    if not placed:
        raise UserError(
            N_(
                "There is no folder with files in this zip file. Pack one folder for each class into it."
            )
        )
    classes = len({title for title, _name, _info in placed})
    if classes > MOST_CLASSES:
        raise too_many_classes(classes)
    return sorted(placed, key=lambda one: one[:2])


def too_many_examples() -> UserError:
    """The sentence for a set with more files than are taken."""
    return UserError(
        N_("This set has too many files: up to {limit} are accepted. Choose fewer."),
        limit=MOST_EXAMPLES,
    )


def too_many_classes(count: int) -> UserError:
    """The sentence for a set with more classes than are taken."""
    return UserError(
        N_("This set has {count} classes; up to {limit} are accepted. Choose fewer folders."),
        count=count,
        limit=MOST_CLASSES,
    )


def shown_name(info: zipfile.ZipInfo) -> str:
    """A name in a zip file; old programs wrote it in the encoding of their country without saying so."""
    if info.flag_bits & 0x800 or info.filename.isascii():
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            name = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" or all(c.isascii() or "一" <= c <= "鿿" for c in name):
            return name
    return info.filename


def class_name(folder: str) -> str:
    """A folder's name as a class's: one form of each letter, nothing invisible, not too long."""
    kept = (c for c in unicodedata.normalize("NFC", folder) if unicodedata.category(c)[0] != "C")
    return "".join(kept).strip()[:MOST_NAME].strip() or "?"


def unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """One file of a zip file.

    Raises
    ------
    UserError : locked, damaged, or larger than `MOST_FILE`, whatever size it states.
    """
    try:
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NotImplementedError(info.compress_type)
        with archive.open(info) as file:
            data = file.read(MOST_FILE + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as problem:
        raise UserError(N_("This file is damaged in the zip file. Pack it again.")) from problem
    except (RuntimeError, NotImplementedError) as problem:
        raise UserError(
            N_("This file is locked by a password or packed in an unusual way. Pack it again.")
        ) from problem
    if len(data) > MOST_FILE:
        raise UserError(
            N_("This file is larger than {limit} MB when unpacked."), limit=MOST_FILE // 1_000_000
        )
    if not data:
        raise UserError(N_("This file is empty (0 bytes). Choose a file with something in it."))
    return data


def example_file(data: bytes, *, name: str) -> bytes:
    """One file of a set by its name, as `Examples` has it.

    Raises
    ------
    ValueError : there is none of this name.
    """
    with open_set(data) as archive:
        for _title, found, info in listed(archive):
            if found == name:
                return unpacked(archive, info)
    raise ValueError(f"no file {name!r} in this set")


def decoded_files(
    data: bytes, decode: Callable[[bytes], Any]
) -> tuple[list[Any], list[str], list[str], Skipped]:
    """Decode what can be: the values, the class and the name of each, and what was left out."""
    values, classes, names, skipped = [], [], [], []
    total = 0
    with open_set(data) as archive:
        for title, name, info in listed(archive):
            try:
                content = unpacked(archive, info)
                total += len(content)
                if total > MOST_UNPACKED:
                    break
                values.append(decode(content))
            except UserError as error:
                skipped.append((name, error.message, tuple(error.params.items())))
                continue
            classes.append(title)
            names.append(name)
    if total > MOST_UNPACKED:
        raise UserError(
            N_(
                "The files of this set take more than {limit} MB when unpacked. Choose fewer or "
                "smaller ones."
            ),
            limit=MOST_UNPACKED // 1_000_000,
        )
    if not values:
        raise UserError(
            N_(
                "None of the {count} files of this set can be read here. The first one, {file}, is "
                "damaged or of another kind."
            ),
            count=len(skipped),
            file=skipped[0][0] if skipped else "?",
        )
    return values, classes, names, tuple(skipped)


def as_examples(data: bytes, decode: Callable[[bytes], NDArray[np.uint8]]) -> Examples:
    """A set whose files become pictures."""
    pictures, classes, files, skipped = decoded_files(data, decode)
    names, labels = np.unique(np.array(classes), return_inverse=True)
    return (
        np.stack(pictures),
        labels.astype(np.int64),
        tuple(str(name) for name in names),
        tuple(files),
        skipped,
    )


# ----------------------------------------------------------------------------------------- pictures


def picture_set(data: bytes, *, side: int = 96) -> Examples:
    """The pictures of a set, cut to squares.

    Parameters
    ----------
    data : bytes, a zip file with a folder for each class.
    side : int, pixels of a square's side.

    Returns
    -------
    pictures : uint8 array (n, side, side, 3).
    labels : int64 array (n,), the number of each one's class.
    names : tuple of str, of the classes, sorted. files : tuple of n str.
    skipped : tuple of (file, sentence, fields), what can't be read.

    Raises
    ------
    UserError : nothing in it can be read, or it is too large.
    """
    return as_examples(data, lambda content: set_picture(content, side=side))


def set_picture(data: bytes, *, side: int) -> NDArray[np.uint8]:
    """Decode a picture file and cut it to a square; a JPEG at a fraction of its size, which is quick."""
    try:
        picture: Image.Image = Image.open(io.BytesIO(data), formats=PICTURE_FORMATS)
        check_picture_size(*picture.size)
        picture.draft("RGB", (2 * side, 2 * side))
        picture = ImageOps.exif_transpose(picture)
        if picture.mode.startswith("I;16"):
            picture = Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
        if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
            clear = picture.convert("RGBA")
            picture = Image.new("RGBA", clear.size, "white")
            picture.alpha_composite(clear)
        return new_picture(np.asarray(picture.convert("RGB")), side=side)
    except Exception as problem:  # decoders raise whatever they like at damaged files
        raise picture_error(problem) from problem


def new_picture(rgb: NDArray[np.uint8], *, side: int = 96) -> NDArray[np.uint8]:
    """The square in a picture's middle, resized: what the network sees of it.

    Parameters
    ----------
    rgb : uint8 array [shape=(H, W, 3)]. side : int, pixels.

    Returns
    -------
    uint8 array (side, side, 3).
    """
    height, width = rgb.shape[:2]
    short = min(height, width)
    top, left = (height - short) // 2, (width - short) // 2
    square = np.ascontiguousarray(rgb[top : top + short, left : left + short])
    resized = Image.fromarray(square).resize((side, side), Image.Resampling.BILINEAR)
    return np.array(resized)


# ------------------------------------------------------------------------------------------- sounds


def sound_set(data: bytes, *, side: int = 96, seconds: float = 2.0) -> Examples:
    """The sounds of a set as pictures: see `new_sound`; otherwise like `picture_set`."""
    return as_examples(data, lambda content: set_sound(content, side=side, seconds=seconds))


def set_sound(data: bytes, *, side: int, seconds: float) -> NDArray[np.uint8]:
    """Decode a sound file, by libsndfile or else by FFmpeg, and draw it."""
    try:
        rate, samples = stated(data)[0], read_clip(data, seconds=MOST_SECONDS)
    except UserError:
        rate, samples = stated_ffmpeg(data)[0], read_clip_ffmpeg(data, seconds=MOST_SECONDS)
    except Exception as problem:
        raise sound_error() from problem
    return new_sound(mean_of_channels(samples), sample_rate=rate, side=side, seconds=seconds)


def new_sound(
    wave: NDArray[np.float32], *, sample_rate: int, side: int = 96, seconds: float = 2.0
) -> NDArray[np.uint8]:
    """A sound as the picture that the network sees: the log-mel spectrogram of its loudest part.

    Time runs from left to right, the highest tones are at the top; white is the loudest cell, black is
    80 dB below it. The three channels are equal.

    Parameters
    ----------
    wave : float32 array [shape=(n,)], n >= 1. sample_rate : int, Hz.
    side : int, pixels. seconds : float, how much is seen; a shorter sound gets silence behind it.

    Returns
    -------
    uint8 array (side, side, 3).
    """
    heard = loudest_part(at_16_khz(wave, sample_rate=sample_rate), count=round(seconds * RATE))
    power = power_of_frames(window_frames(whisper_frames(heard)))
    logs = clamp_range(log10_energies(mel_energies(power, sample_rate=RATE, bands=BANDS)))
    shades = scale_whisper(logs)  # a range of 2 below the loudest cell
    gray = np.clip(255 * (1 + (shades - shades.max()) / 2), 0, 255).round().astype(np.uint8)
    seen = Image.fromarray(gray[::-1]).resize((side, side), Image.Resampling.BILINEAR)
    return np.repeat(np.asarray(seen)[..., None], 3, axis=2)


def loudest_part(wave: NDArray[np.float32], *, count: int) -> NDArray[np.float32]:
    """The `count` samples that have the most energy together; zeros behind a shorter wave."""
    if len(wave) <= count:
        return np.pad(wave, (0, count - len(wave)))
    sums = np.concatenate([[0.0], np.cumsum(wave.astype(np.float64) ** 2)])
    first = int(np.argmax(sums[count:] - sums[:-count]))
    return wave[first : first + count].copy()


# -------------------------------------------------------------------------------------------- texts


def text_set(
    data: bytes,
) -> tuple[tuple[str, ...], NDArray[np.int64], tuple[str, ...], tuple[str, ...], Skipped]:
    """The texts of a set: each line of a text that lies in no folder, each file that lies in one.

    Returns
    -------
    texts : tuple of n str, at most `MOST_LETTERS` each.
    labels, names, files, skipped : see `picture_set`; of a line, the file and the line's number.
    """
    found, classes, files, skipped = decoded_files(data, set_text)
    texts, titles, places = [], [], []
    for text, title, file in zip(found, classes, files, strict=True):
        whole = "/" in file
        for number, line in enumerate([text] if whole else text.splitlines(), 1):
            if line.strip():
                texts.append(line.strip()[:MOST_LETTERS])
                titles.append(title)
                places.append(file if whole else f"{file}:{number}")
    if len(texts) > MOST_EXAMPLES:
        raise UserError(
            N_(
                "This set has {count} texts, one a line; up to {limit} are accepted. "
                "Take out some lines."
            ),
            count=len(texts),
            limit=MOST_EXAMPLES,
        )
    if not texts:
        raise UserError(N_("The texts of this set have no letters in them."))
    names, labels = np.unique(np.array(titles), return_inverse=True)
    kept = tuple(str(name) for name in names)
    return tuple(texts), labels.astype(np.int64), kept, tuple(places), skipped


def set_text(data: bytes) -> str:
    """Decode a text file."""
    encoding = detect_encoding(data)
    if not encoding:
        raise UserError(N_("This file is no text."))
    return decode_text(data, encoding=encoding)


# ---------------------------------------------------------------------------------- parts of a set


def set_labels(examples: Examples) -> NDArray[np.int64]:
    """The number of each example's class: int64 (n,)."""
    return examples[1].copy()


def set_counts(examples: Examples) -> NDArray[np.int64]:
    """How many examples each class has: int64 (classes,)."""
    return np.bincount(examples[1], minlength=len(examples[2]))


def one_example(examples: Examples, *, index: int) -> NDArray[np.uint8]:
    """One picture of a set: uint8 (side, side, 3)."""
    return examples[0][index].copy()
