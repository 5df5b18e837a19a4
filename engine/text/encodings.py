"""From characters to bytes: the encodings, taken apart where a rule makes the bytes.

The Unicode Standard, chapter 3 (UTF-8, UTF-16, UTF-32); the national character sets come from the
tables of Python's codecs, and their names are Python's. "-bom" behind a name: U+FEFF is written
first, by which a reader knows the order of bytes.
"""

from __future__ import annotations

import codecs
from collections import Counter

from engine.errors import N_, UserError

#: Every encoding that is compared: name -> what people call it.
ENCODINGS = {
    "ascii": "ASCII",
    "latin-1": "Latin-1",
    "utf-8": "UTF-8",
    "utf-8-bom": "UTF-8 + BOM",
    "utf-16-le": "UTF-16 LE",
    "utf-16-le-bom": "UTF-16 LE + BOM",
    "utf-16-be": "UTF-16 BE",
    "utf-16-be-bom": "UTF-16 BE + BOM",
    "utf-32-le": "UTF-32 LE",
    "utf-32-be": "UTF-32 BE",
    "gb2312": "GB2312",
    "gbk": "GBK",
    "gb18030": "GB18030",
    "big5": "Big5",
    "shift_jis": "Shift-JIS",
    "euc_jp": "EUC-JP",
    "euc_kr": "EUC-KR",
}
#: The highest code point that an encoding without a table can hold.
HIGHEST = {"ascii": 0x7F, "latin-1": 0xFF}

#: Bytes of a unit where it is more than one.
SIZES = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}


def utf8(code: int) -> bytes:
    """One code point in UTF-8 (Unicode Standard, table 3-6).

    Parameters
    ----------
    code : int, 0..0x10FFFF without the surrogates 0xD800..0xDFFF.

    Raises
    ------
    ValueError : no code point of a character.
    """
    _check_scalar(code)
    if code < 0x80:
        return bytes([code])  # 0xxxxxxx
    if code < 0x800:
        return bytes([0b11000000 | code >> 6, 0b10000000 | code & 0x3F])
    if code < 0x10000:
        return bytes(
            [0b11100000 | code >> 12, 0b10000000 | code >> 6 & 0x3F, 0b10000000 | code & 0x3F]
        )
    return bytes(
        [
            0b11110000 | code >> 18,
            0b10000000 | code >> 12 & 0x3F,
            0b10000000 | code >> 6 & 0x3F,
            0b10000000 | code & 0x3F,
        ]
    )


def utf16_units(code: int) -> tuple[int, ...]:
    """One code point as one or two 16-bit units (Unicode Standard, table 3-5).

    Raises
    ------
    ValueError : no code point of a character.
    """
    _check_scalar(code)
    if code < 0x10000:
        return (code,)
    rest = code - 0x10000  # 20 bits
    return 0xD800 | rest >> 10, 0xDC00 | rest & 0x3FF


def units(code: int, encoding: str) -> tuple[int, ...]:
    """One code point in the units of UTF-16 or UTF-32."""
    return utf16_units(code) if encoding.startswith("utf-16") else (code,)


def _check_scalar(code: int) -> None:
    if not 0 <= code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise ValueError(f"U+{code:04X} is no character")


def encode_character(char: str, *, encoding: str) -> bytes:
    """The bytes of one code point; the byte order mark, if the encoding has one, is not among them.

    Parameters
    ----------
    char : str of length 1.
    encoding : str, a key of `ENCODINGS`.

    Raises
    ------
    UnicodeEncodeError : the encoding can't hold it.
    """
    name = encoding.removesuffix("-bom")
    code = ord(char)
    if not 0xD800 <= code <= 0xDFFF:
        if name == "utf-8":
            return utf8(code)
        if name in ("utf-16-le", "utf-32-le"):  # the last byte first
            return b"".join(unit.to_bytes(SIZES[name], "little") for unit in units(code, name))
        if name in ("utf-16-be", "utf-32-be"):
            return b"".join(unit.to_bytes(SIZES[name], "big") for unit in units(code, name))
        if code <= HIGHEST.get(name, -1):
            return bytes([code])
    return char.encode(name)


def byte_order_mark(encoding: str) -> bytes:
    """What stands first in a file of this encoding: U+FEFF as bytes, or nothing."""
    if not encoding.endswith("-bom"):
        return b""
    return encode_character("\ufeff", encoding=encoding)


def reason_against(char: str, *, encoding: str) -> str:
    """Why an encoding can't hold a code point.

    Returns
    -------
    str : "" if it can; "surrogate" for half of a pair, which is no character; "above" where the
    code point is too large for one byte; "table" where it is not in the encoding's table.
    """
    try:
        encode_character(char, encoding=encoding)
    except UnicodeEncodeError:
        if 0xD800 <= ord(char) <= 0xDFFF:
            return "surrogate"
        return "above" if encoding in HIGHEST else "table"
    return ""


def bytes_in_all(character: str) -> tuple[tuple[str, bytes, bytes, str, str], ...]:
    """One grapheme in every encoding.

    Returns
    -------
    tuple of (encoding, byte order mark, bytes, reason, the code point that can't be held). The
    bytes are those of the code points that can be held; see `reason_against`.
    """
    rows = []
    for encoding in ENCODINGS:
        held, reason, missing = b"", "", ""
        for char in character:
            why = reason_against(char, encoding=encoding)
            if why and not reason:
                reason, missing = why, char
            elif not why:
                held += encode_character(char, encoding=encoding)
        rows.append((encoding, byte_order_mark(encoding), held, reason, missing))
    return tuple(rows)


def utf8_bits(character: str) -> tuple[tuple[int, tuple[tuple[int, str, str], ...]], ...]:
    """UTF-8 taken apart: which bits say how long the character is, and which are its number.

    Returns
    -------
    tuple of (code point, tuple of (byte, marker bits, payload bits)), one for each code point. The
    payload bits in a row are the code point in binary. Halves of surrogate pairs are left out.
    """
    rows = []
    for char in character:
        if 0xD800 <= ord(char) <= 0xDFFF:
            continue
        data = utf8(ord(char))
        marker = 1 if len(data) == 1 else len(data) + 1  # 0, 110, 1110, 11110
        parts = []
        for place, byte in enumerate(data):
            bits, cut = f"{byte:08b}", marker if place == 0 else 2
            parts.append((byte, bits[:cut], bits[cut:]))
        rows.append((ord(char), tuple(parts)))
    return tuple(rows)


def encoding_sizes(text: str) -> tuple[tuple[str, int, int, int, str], ...]:
    """What a whole text takes in every encoding, by its different characters and their counts.

    Returns
    -------
    tuple of (encoding, bytes, of which byte order mark, characters that can't be held, up to 12
    different ones of these, the most frequent first). The bytes are of the characters that can be
    held.
    """
    counts = Counter(text)
    rows = []
    for encoding in ENCODINGS:
        mark = len(byte_order_mark(encoding))
        size, lost = mark, 0
        missing: list[str] = []
        for char, count in counts.most_common():
            try:
                size += count * len(encode_character(char, encoding=encoding))
            except UnicodeEncodeError:
                lost += count
                if len(missing) < 12:
                    missing.append(char)
        rows.append((encoding, size, mark, lost, "".join(missing)))
    return tuple(rows)


def write_bytes(text: str, *, encoding: str) -> bytes:
    """A text as bytes; "?" for what the encoding can't hold, as many programs do.

    Parameters
    ----------
    encoding : str, a key of `ENCODINGS`.
    """
    name = encoding.removesuffix("-bom")
    return byte_order_mark(encoding) + text.encode(name, "replace")


def read_bytes(data: bytes, *, encoding: str) -> str:
    """Bytes as a text; U+FFFD, the replacement character, for what is nothing in this encoding.

    Parameters
    ----------
    encoding : str, a key of `ENCODINGS`; a byte order mark is left out where the name says so.
    """
    text = data.decode(encoding.removesuffix("-bom"), "replace")
    return text.removeprefix("\ufeff") if encoding.endswith("-bom") else text


def beginning(text: str, *, count: int) -> str:
    """The first `count` code points."""
    return text[:count]


def joined(row: tuple[tuple[str, tuple[tuple[str, int, str, str], ...]], ...]) -> str:
    """The text of a row of `engine.text.graphemes.characters`."""
    return "".join(chr(point[1]) for _drawn, points in row for point in points)


def bytes_of_row(
    row: tuple[tuple[str, tuple[tuple[str, int, str, str], ...]], ...],
) -> tuple[tuple[str, tuple[tuple[bytes, str, str], ...]], ...]:
    """Each grapheme of a row of `characters` in every encoding without a byte order mark.

    Returns
    -------
    tuple of (encoding, tuple of (bytes, reason, the code point that can't be held)).
    """
    texts = ["".join(chr(point[1]) for point in points) for _drawn, points in row]
    table = [{found[0]: found[2:] for found in bytes_in_all(text)} for text in texts]
    names = (name for name in ENCODINGS if not name.endswith("-bom"))
    return tuple((name, tuple(column[name] for column in table)) for name in names)


def byte_spans(data: bytes, *, encoding: str) -> tuple[tuple[str, int], ...]:
    """The characters that a reader makes of bytes, each with how many bytes it took.

    Returns
    -------
    tuple of (character, bytes); U+FFFD where the bytes are nothing in this encoding.
    """
    name = encoding.removesuffix("-bom")
    decoder = codecs.getincrementaldecoder(name)("replace")
    unit = 2 if name.startswith("utf-16") else 4 if name.startswith("utf-32") else 1
    spans: list[tuple[str, int]] = []
    done = 0  # bytes that the spans account for
    for place in range(1, len(data) + 2):
        chars = decoder.decode(data[place - 1 : place], place > len(data))
        taken = min(place, len(data)) - len(decoder.getstate()[0]) - done
        # Of several characters at once, the first was cut short by those that follow.
        for number, char in enumerate(chars):
            size = unit if number else taken - unit * (len(chars) - 1)
            spans.append((char, size))
        done += taken if chars else 0
    return tuple(spans)


def replaced(data: bytes, *, encoding: str, whole: bool = True) -> int:
    """How many replacement characters a reader puts in for bytes that are nothing in an encoding.

    Parameters
    ----------
    encoding : str, a Python codec.
    whole : bool, whether the bytes are all; if not, the last character may be cut off.

    Returns
    -------
    int; those U+FFFD that were written on purpose do not count.
    """
    decoder = codecs.getincrementaldecoder(encoding)
    # "ignore" leaves out what is nothing, so that only the written ones remain.
    written = decoder("ignore").decode(data, whole).count("\ufffd")
    return decoder("replace").decode(data, whole).count("\ufffd") - written


def mojibake_rows(text: str, *, written: str, read: str) -> tuple[str, str, str, int, int]:
    """A text written in one encoding and read in another, and the way back.

    Parameters
    ----------
    written, read : str, keys of `ENCODINGS`.

    Returns
    -------
    (what the reader sees, what comes of undoing it, what the writer could hold, how many characters
    the writer replaced by "?", how many replacement characters the reader put in).
    """
    data = write_bytes(text, encoding=written)
    kept = read_bytes(data, encoding=written)
    lost = sum(
        count
        for char, count in Counter(text).items()
        if reason_against(char, encoding=written) != ""
    )
    seen = read_bytes(data, encoding=read)
    back = read_bytes(write_bytes(seen, encoding=read), encoding=written)
    return seen, back, kept, lost, replaced(data, encoding=read.removesuffix("-bom"))


def read_text(data: bytes, *, encoding: str, most: int = 1_000_000) -> str:
    """The first characters of a file in an encoding that somebody chose.

    Parameters
    ----------
    data : bytes.
    encoding : str, a Python codec. Bytes that are nothing in it become U+FFFD.
    most : int, how many characters at most.

    Returns
    -------
    str, without byte order mark; line ends as in the file.

    Raises
    ------
    UserError : nothing is left, or the encoding is not known.
    """
    piece = data[: 4 * most + 4]  # no encoding here takes more than 4 bytes for a character
    try:
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        text = decoder.decode(piece, len(piece) == len(data))
    except (LookupError, UnicodeError) as problem:
        raise UserError(
            N_("This file is not text in the encoding {encoding}. Choose another encoding."),
            encoding=encoding[:40],
        ) from problem
    text = text.removeprefix("\ufeff")[:most]
    if not text:
        raise UserError(N_("This file has no characters. Choose a text with something in it."))
    return text


#: What a file may be read as by hand, beside what is detected: Python's codec -> its name.
READABLE = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "gb18030": "GB18030 (GBK, GB2312)",
    "big5": "Big5",
    "cp932": "Shift-JIS",
    "euc_jp": "EUC-JP",
    "cp949": "EUC-KR",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
    "cp1251": "Windows-1251",
    "koi8_r": "KOI8-R",
}


def candidates(data: bytes, *, detected: str) -> tuple[tuple[str, str, int], ...]:
    """What a file's beginning says in each encoding that it may be in.

    Parameters
    ----------
    data : bytes.
    detected : str, a Python codec, put first.

    Returns
    -------
    tuple of (codec, its first characters, how many of the first bytes were no character in it).
    """
    sample = data[:4096]
    whole = len(sample) == len(data)
    names = dict.fromkeys([detected, *READABLE])
    rows = []
    for name in names:
        decoder = codecs.getincrementaldecoder(name)("replace")
        try:
            text = decoder.decode(sample, whole)
        except UnicodeError:  # UTF-16 and UTF-32 refuse what has no mark
            continue
        odd = replaced(sample, encoding=name, whole=whole)
        rows.append((name, text.removeprefix("\ufeff")[:80], odd))
    return tuple(rows)
