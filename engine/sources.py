"""The door for bytes from outside: they become a picture, a table, a sound, a text, or a sentence.

What a file is, its content says; its name is never believed. Sizes are read from headers and
checked before memory is spent on them. The content is decoded later, by `engine.image.read`,
`engine.sound.read` and the readers of `engine.table`, which raise `UserError` in the same way if it
turns out to be damaged.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import warnings
from dataclasses import dataclass, field
from typing import ClassVar, TypedDict

from PIL import Image as Pillow

from engine.errors import N_, UserError
from engine.image.facts import PictureFacts, picture_facts, picture_format
from engine.image.limits import MAX_PIXELS
from engine.refused import refuse_markup, refuse_other_kinds, unknown
from engine.sound.facts import SoundFacts, hidden_mpeg, sound_facts, sound_format
from engine.table.facts import (
    damaged_encoding,
    packed_table_format,
    refuse_markup_table,
    text_table_format,
)
from engine.table.layout import likely_separator
from engine.text.preview import decode_text, detect_encoding

# What one visitor may send: the whole file stays in memory while it is looked at.
MAX_BYTES = 100_000_000
# Characters of a file name on a page.
MAX_LABEL = 120
# File systems allow 255 bytes; the rest is for a number behind it.
MAX_NAME_BYTES = 240

# Pillow itself warns above this size and refuses the double; here the warning is an error, too. Set
# for the whole process: it holds for every thread, and nobody may switch it off for a moment.
Pillow.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("error", category=Pillow.DecompressionBombWarning)


@dataclass(frozen=True, kw_only=True)
class Source:
    """Bytes from outside, recognised.

    `name` : as given, untrusted. `data` : the bytes. `digest` : SHA-256, hexadecimal.
    `format` : "PNG", "CSV", ... `expression` : Python that yields the bytes in generated code.
    """

    kind: ClassVar[str] = ""
    name: str
    data: bytes = field(repr=False)
    digest: str
    format: str
    expression: str

    @property
    def label(self) -> str:
        """The name for display: no folders, no control characters. HTML in it is not escaped."""
        return safe_name(self.name)

    @property
    def file_name(self) -> str:
        """The name for generated code and downloads: every system can hold a file of this name."""
        return file_name(self.name)


@dataclass(frozen=True, kw_only=True)
class Image(PictureFacts, Source):
    """A picture; its facts are those of `PictureFacts`."""

    kind: ClassVar[str] = "image"

    @property
    def bytes_as_numbers(self) -> int:
        """What the result of `read_samples` takes in memory: one number a sample, no packing."""
        whole = (self.bit_depth + 7) // 8
        # NumPy's numbers have 1, 2, 4 or 8 bytes; a Boolean takes a byte, too.
        return self.height * self.width * self.channels * 2 ** (whole - 1).bit_length()

    @property
    def is_plain(self) -> bool:
        """Whether the short `read_plain` gives the same pixels as the full `read_rgb`."""
        return (
            self.format in ("PNG", "JPEG", "WebP", "BMP")
            and self.mode in ("1", "L", "P", "RGB")
            and self.bit_depth <= 8
            and self.frames == 1
            and not self.has_alpha
        )


@dataclass(frozen=True, kw_only=True)
class Table(Source):
    """A table. `encoding` is "" unless it is a text; `separator`, too, and where nothing separates.

    A column of nothing but numbers has the line feed as its separator.
    """

    kind: ClassVar[str] = "table"
    encoding: str = ""
    separator: str = ""


@dataclass(frozen=True, kw_only=True)
class Sound(SoundFacts, Source):
    """A sound; its facts are those of `SoundFacts`."""

    kind: ClassVar[str] = "sound"


@dataclass(frozen=True, kw_only=True)
class Text(Source):
    """A text. `characters` : Unicode characters, the byte order mark not counted."""

    kind: ClassVar[str] = "text"
    encoding: str = "utf-8"
    characters: int = 0
    lines: int = 0


def safe_name(name: str) -> str:
    """A file name without folders and control characters, at most `MAX_LABEL` long, never empty."""
    last = re.split(r"[/\\]", name[-4096:])[-1]
    # Category C: control characters, also those that turn the direction of writing, and surrogates;
    # Zl and Zp: separators of lines and paragraphs.
    kept = (c for c in last if unicodedata.category(c)[0] != "C")
    last = "".join(" " if unicodedata.category(c) in ("Zl", "Zp") else c for c in kept).strip(" .")
    if len(last) > MAX_LABEL:
        stem, dot, ending = last.rpartition(".")
        ending = dot + ending if stem and len(ending) <= 10 else ""
        last = last[: MAX_LABEL - 1 - len(ending)] + "…" + ending
    return last if last.strip() else "file"


def file_name(name: str) -> str:
    """`safe_name` without what Windows forbids, and at most `MAX_NAME_BYTES` long as UTF-8."""
    last = re.sub(r'[<>:"|?*]', "_", safe_name(name))
    # The names of devices, with any ending: whoever opens con.png gets the console.
    if re.match(r"(CON|PRN|AUX|NUL|(COM|LPT)[0-9¹²³]) *(\.|$)", last, re.IGNORECASE):
        last = "_" + last
    stem, dot, ending = last.rpartition(".")
    if not stem or len(ending) > 10:
        stem, dot, ending = last, "", ""
    room = MAX_NAME_BYTES - len((dot + ending).encode())
    if len(stem.encode()) > room:
        stem = stem.encode()[:room].decode(errors="ignore").rstrip(" .")
    return stem + dot + ending


def open_source(
    name: str, data: bytes, *, expression: str | None = None
) -> Image | Table | Sound | Text:
    """Recognise bytes from outside.

    Parameters
    ----------
    name : str, the file's name; only shown, never believed.
    data : bytes.
    expression : str, Python that yields the bytes in generated code; None reads the file.

    Returns
    -------
    Image, Table, Sound or Text: headers read and sizes checked, content not yet decoded.

    Raises
    ------
    UserError : empty, too large, damaged, or of a kind that is not accepted; one sentence.
    """
    if not data:
        raise UserError(N_("This file is empty (0 bytes). Choose a file with something in it."))
    if len(data) > MAX_BYTES:
        raise UserError(
            N_("This file has {size} MB; up to {limit} MB are accepted. Choose a smaller one."),
            size=round(len(data) / 1e6, 1),
            limit=MAX_BYTES // 1_000_000,
        )
    form = picture_format(data)
    if form:
        facts = picture_facts(data)
        form = "APNG" if form == "PNG" and facts.frames > 1 else form
        return Image(**common_fields(name, data, form, expression), **vars(facts))
    form = sound_format(data)
    if form:
        return _sound(name, data, form, expression)
    form = packed_table_format(data)
    if form:
        return Table(**common_fields(name, data, form, expression))
    refuse_other_kinds(data)
    encoding = detect_encoding(data)
    if not encoding:
        if hidden_mpeg(data):
            return _sound(name, data, "MPEG audio", expression)
        encoding = damaged_encoding(data)
    if not encoding:
        raise unknown(data)
    text = decode_text(data, encoding=encoding)
    refuse_markup(text)
    form, separator = text_table_format(text)
    if form:
        fields = common_fields(name, data, form, expression)
        return Table(**fields, encoding=encoding, separator=separator)
    return Text(
        **common_fields(name, data, "Text", expression),
        encoding=encoding,
        characters=len(text),
        lines=text.count("\n") + (not text.endswith("\n")),
    )


def _sound(name: str, data: bytes, form: str, expression: str | None) -> Sound:
    """A sound of that format, its headers read."""
    return Sound(**common_fields(name, data, form, expression), **vars(sound_facts(data, form)))


def typed_text(text: str, name: str = "text.txt") -> Text:
    """What somebody typed or pasted: a text, whatever it looks like.

    Halves of surrogate pairs, which are no characters, become U+FFFD (as in the WHATWG Encoding
    Standard).

    Raises
    ------
    UserError : there is nothing in it.
    """
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return as_text(name, whole.encode(), "utf-8")


def as_text(name: str, data: bytes, encoding: str) -> Text:
    """Bytes whose encoding is known as a text, although they may be a table or a program, too.

    Raises
    ------
    UserError : no text in this encoding, or nothing in it.
    """
    text = decode_text(data, encoding=encoding)
    if not text:
        raise UserError(N_("This file has no characters. Choose a text with something in it."))
    return Text(
        **common_fields(name, data, "Text", None),
        encoding=encoding,
        characters=len(text),
        lines=text.count("\n") + (not text.endswith("\n")),
    )


def as_table(source: Text) -> Table:
    """A text as the table that its owner takes it for, although it does not look like one.

    Raises
    ------
    UserError : a page of the web, which is no table of text.
    """
    text = decode_text(source.data, encoding=source.encoding)
    start = text[:4096].lstrip("\ufeff \t\r\n")
    refuse_markup_table(start)
    form, separator = "JSON" if re.match(r"\{|\[\s*[{\[]", start) else "CSV", ""
    if form == "CSV":
        separator = likely_separator(text)
        form = "TSV" if separator == "\t" else "CSV"
    fields = common_fields(source.name, source.data, form, source.expression)
    return Table(**fields, encoding=source.encoding, separator=separator)


def pasted_table(text: str, name: str = "pasted.tsv") -> Table:
    """What somebody pasted as a table, from a spreadsheet say: cells apart by tabs, or by what is found.

    Raises
    ------
    UserError : there is nothing in it.
    """
    source = typed_text(text.strip("\r\n"), name)
    separator = likely_separator(text)
    form = "TSV" if separator == "\t" else "CSV"
    fields = common_fields(name, source.data, form, None)
    return Table(**fields, encoding="utf-8", separator=separator)


class CommonFields(TypedDict):
    """The fields of `Source`."""

    name: str
    data: bytes
    digest: str
    format: str
    expression: str


def common_fields(name: str, data: bytes, form: str, expression: str | None) -> CommonFields:
    """The fields that a source of any kind has."""
    return {
        "name": name,
        "data": data,
        "digest": hashlib.sha256(data).hexdigest(),
        "format": form,
        "expression": expression or f"Path({file_name(name)!r}).read_bytes()",
    }
