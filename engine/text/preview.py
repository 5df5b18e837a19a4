"""Bytes become characters, and characters become numbers: the first look at a text."""

from __future__ import annotations

import codecs

from engine.errors import N_, UserError

# What an encoding is guessed from: enough letters to count, little enough to be instant.
ENCODING_SAMPLE = 65_536
# Letters and signs that Western European texts use beyond ASCII. A text with no others is taken for
# Windows-1252: statistics need more letters than a short text has.
WESTERN = set(
    "äöüßÄÖÜáàâãåæçéèêëíìîïñóòôõøœúùûýÿÁÀÂÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÕØŒÚÙÛ€£§°²³µ·«»¿¡´…–—‘’“”„•©®½¼ \xa0"
)


def detect_encoding(data: bytes) -> str:
    """Guess how text was written as bytes.

    Parameters
    ----------
    data : bytes.

    Returns
    -------
    str, a Python codec: "utf-8", "utf-8-sig", "utf-16", "utf-32", ...; "" if this is no text.

    Notes
    -----
    A byte order mark decides; then valid UTF-8; then bytes of zero in every second place
    (UTF-16); then Windows-1252 if all letters are Western European; then charset-normalizer.
    """
    marks = (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is its beginning
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    )
    found = next((name for mark, name in marks if data.startswith(mark)), "")
    sample = data[:ENCODING_SAMPLE]
    candidates = [found] if found else ["utf-8"]
    if not found and len(data) % 2 == 0:
        if sample[1::2].count(0) > len(sample) // 5 > 0 == sample[::2].count(0):
            candidates.append("utf-16-le")
        elif sample[::2].count(0) > len(sample) // 5 > 0 == sample[1::2].count(0):
            candidates.append("utf-16-be")
    for name in candidates:
        try:
            text = data.decode(name)
        except UnicodeError:
            continue
        if is_legible(text[:ENCODING_SAMPLE]):
            return name
    # No 8-bit encoding uses the control characters.
    if found or not is_legible(sample.decode("latin-1"), limit=0.001):
        return ""
    try:
        text = data.decode("cp1252")
        if {c for c in text if c > "\x7f"} <= WESTERN:
            return "cp1252"
    except UnicodeError:
        pass
    import charset_normalizer

    # Encodings of mainframes and of old Macintoshes look like those of Windows to the statistics.
    rare = ["mac_cyrillic", "mac_greek", "mac_turkish", "mac_latin2", "mac_iceland"]
    rare += ["cp037", "cp500", "cp1026", "cp1140", "cp273", "cp424", "cp875"]
    best = charset_normalizer.from_bytes(sample, cp_exclusion=rare).best()
    if best is None:
        return ""
    try:
        # A sample can end inside a character, and the rest can hold what the sample does not.
        data.decode(best.encoding)
    except (UnicodeError, LookupError):
        return ""
    return str(best.encoding)


def is_legible(text: str, *, limit: float = 0.02) -> bool:
    """Whether at most the share `limit` are control characters, and none of them is NUL."""
    allowed = "\t\n\r\f\v\x1b\x08"  # terminals' colours and overstrikes are found in logs
    odd = sum((c < " " and c not in allowed) or c == "\x7f" for c in text)
    return "\0" not in text and odd <= limit * len(text)


def decode_text(data: bytes, *, encoding: str = "") -> str:
    """Turn the bytes of a text file into characters.

    Parameters
    ----------
    data : bytes.
    encoding : str, a Python codec; "" guesses it with `detect_encoding`.

    Returns
    -------
    str, without byte order mark; line ends as in the file.

    Raises
    ------
    UserError : not text, or not text in this encoding.
    """
    name = encoding or detect_encoding(data)
    if not name:
        raise UserError(
            N_("These bytes are not text in any encoding known here. Choose a text file.")
        )
    try:
        return data.decode(name).removeprefix("\ufeff")
    except (UnicodeError, LookupError, ValueError, TypeError) as problem:
        raise UserError(
            N_("This file is not text in the encoding {encoding}. Choose another encoding."),
            encoding=name[:40],
        ) from problem


def first_characters(text: str, *, count: int = 24) -> tuple[tuple[str, int, str], ...]:
    """The first characters with their numbers.

    Parameters
    ----------
    text : str.
    count : int >= 0.

    Returns
    -------
    tuple of (character, Unicode code point, its UTF-8 bytes in hexadecimal, such as "c3 a4").
    """
    # Half of a surrogate pair has no UTF-8 form of its own; its three bytes are shown all the same.
    return tuple((c, ord(c), c.encode("utf-8", "surrogatepass").hex(" ")) for c in text[:count])
