"""What one character is: a code point, or the several that a reader takes for one sign.

Unicode Standard Annex #29 says which code points belong together (a grapheme cluster); the package
`regex` follows it with the data of Unicode 18, and `unicodedata2` knows names of the same version.
"""

from __future__ import annotations

from itertools import islice

import numpy as np
import regex
import unicodedata2
from numpy.typing import NDArray

# What is drawn for characters that have no picture of their own; the rest goes by number.
CONTROLS = (
    *("NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "⇥", "⏎", "VT", "FF", "CR"),
    *("SO", "SI", "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB"),
    *("ESC", "FS", "GS", "RS", "US"),
)
GLYPHS = {
    **dict(enumerate(CONTROLS)),
    0x20: "␣",
    0x7F: "DEL",
    0xA0: "NBSP",
    0xAD: "SHY",
    0x034F: "CGJ",
    0x061C: "ALM",
    0x200B: "ZWSP",
    0x200C: "ZWNJ",
    0x200D: "ZWJ",
    0x200E: "LRM",
    0x200F: "RLM",
    0x2028: "LSEP",
    0x2029: "PSEP",
    0x202A: "LRE",
    0x202B: "RLE",
    0x202C: "PDF",
    0x202D: "LRO",
    0x202E: "RLO",
    0x202F: "NNBSP",
    0x2060: "WJ",
    0x2066: "LRI",
    0x2067: "RLI",
    0x2068: "FSI",
    0x2069: "PDI",
    0x3000: "IDSP",
    0xFEFF: "BOM",
}
# Ranges, first and last, of everyday characters that never join their neighbours; a mark still joins
# them. Letters, signs, kana and Chinese characters; all else is looked up by `regex`.
ALONE = (
    *((0x0A, 0x0A), (0x20, 0x7E), (0xC0, 0x2FF), (0x370, 0x482), (0x2010, 0x2027)),
    *((0x3001, 0x3029), (0x3041, 0x3096), (0x30A1, 0x30FA), (0x3400, 0x4DBF), (0x4E00, 0x9FFF)),
    (0xFF01, 0xFF60),
)
# A grapheme may have any number of marks; so many code points of it are drawn.
MOST_DRAWN = 16


def grapheme_ends(text: str) -> NDArray[np.int32]:
    """Where each grapheme cluster ends: extended clusters of UAX #29.

    Parameters
    ----------
    text : str.

    Returns
    -------
    int32 array (graphemes,), the index of the code point behind each cluster; the last is len(text).
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    alone = stand_alone(codes)
    if np.count_nonzero(~alone) > codes.size // 8:  # nothing to be saved
        return np.cumsum([len(cluster) for cluster in regex.findall(r"\X", text)], dtype=np.int32)
    # Between two that stand alone there is always an end (rule GB999); the rest is searched.
    certain = np.flatnonzero(np.concatenate([alone[1:] & alone[:-1], [True]])[: codes.size]) + 1
    starts = np.concatenate([[0], certain[:-1]])[: certain.size]
    inner: list[int] = []
    for number in np.flatnonzero(certain - starts > 1).tolist():
        end = int(starts[number])
        for cluster in regex.findall(r"\X", text[end : certain[number]]):
            end += len(cluster)
            inner.append(end)
    whole = np.concatenate([certain[certain - starts == 1], np.array(inner, np.int64)])
    return np.sort(whole).astype(np.int32)


def stand_alone(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Whether a code point lies in `ALONE`."""
    found = np.zeros(codes.shape, bool)
    for first, last in ALONE:
        found |= (codes >= first) & (codes <= last)
    return found


def count_graphemes(ends: NDArray[np.int32]) -> int:
    """How many grapheme clusters a text has, by where they end."""
    return int(ends.size)


def graphemes_between(
    text: str, ends: NDArray[np.int32], *, first: int, count: int
) -> tuple[str, ...]:
    """`count` graphemes from number `first` (from 0) on, fewer at the end of the text.

    Parameters
    ----------
    text : str.
    ends : int32 array (graphemes,), of `grapheme_ends`.
    first, count : int >= 0.
    """
    stops = ends[first : first + count].tolist()
    starts = [int(ends[first - 1]) if 0 < first <= ends.size else 0, *stops[:-1]]
    return tuple(text[a:b] for a, b in zip(starts, stops, strict=False))


def grapheme_at(text: str, ends: NDArray[np.int32], *, index: int) -> str:
    """The grapheme number `index`, from 0."""
    return text[int(ends[index - 1]) if index else 0 : int(ends[index])]


def code_points(character: str) -> tuple[tuple[str, int, str, str], ...]:
    """The code points of a grapheme.

    Returns
    -------
    tuple of (what is drawn, code point 0..0x10FFFF, its name in Unicode, its general category such
    as "Lu" or "Mn"). What has no name has a label in <> (Unicode Standard, section 4.8).
    """
    return tuple(
        (visible(char), ord(char), name_of(char), unicodedata2.category(char)) for char in character
    )


def name_of(char: str) -> str:
    """The name of one code point, or the label that the Unicode Standard (4.8) gives without one."""
    code = ord(char)
    kinds = {"Cc": "control", "Co": "private-use", "Cs": "surrogate", "Cn": "unassigned"}
    if code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return f"<noncharacter-{code:04X}>"
    kind = kinds.get(unicodedata2.category(char), "")
    return unicodedata2.name(char, f"<{kind}-{code:04X}>")


def characters(
    text: str, ends: NDArray[np.int32], *, first: int, count: int
) -> tuple[tuple[str, tuple[tuple[str, int, str, str], ...]], ...]:
    """`count` graphemes from number `first` on, each with its `code_points`."""
    window = graphemes_between(text, ends, first=first, count=count)
    return tuple((visible(character), code_points(character)) for character in window)


def visible(character: str) -> str:
    """A grapheme as it can be drawn: signs for white space and controls, marks on a dotted circle."""
    if len(character) == 1 or character == "\r\n":
        return " ".join(map(_glyph, character))
    first = unicodedata2.category(character[0])
    if first[0] in "CZ":  # marks on a blank, or a cluster that begins with a format character
        return _glyph(character[0]) + "".join(_glyph(c) for c in character[1:MOST_DRAWN])
    drawn = character[:MOST_DRAWN] + ("…" if len(character) > MOST_DRAWN else "")
    return "◌" + drawn if first[0] == "M" else drawn


def _glyph(char: str) -> str:
    code = ord(char)
    if code in GLYPHS:
        return GLYPHS[code]
    category = unicodedata2.category(char)
    if category[0] == "C":
        return f"U+{code:04X}"
    return "◌" + char if category[0] == "M" else char


def text_lengths(text: str) -> tuple[int, int, int, int]:
    """Four answers to how long a text is.

    Returns
    -------
    (grapheme clusters, code points, UTF-16 code units, UTF-8 bytes). Half of a surrogate pair
    counts as one unit and as the three bytes of U+FFFD, which a writer puts in its place.
    """
    graphemes = int(grapheme_ends(text).size)
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    return graphemes, len(text), units, len(text.encode("utf-8", "surrogatepass"))


def normal_form(text: str, *, form: str) -> str:
    """One of the four normal forms of UAX #15.

    Parameters
    ----------
    form : str, "NFC" (marks composed), "NFD" (taken apart), or "NFKC" and "NFKD", which also
        replace compatibility characters such as a ligature or a full-width letter.

    Raises
    ------
    ValueError : another form.
    """
    if form not in ("NFC", "NFD", "NFKC", "NFKD"):
        raise ValueError(f"the normal forms are NFC, NFD, NFKC and NFKD, not {form}")
    return str(unicodedata2.normalize(form, text))


def normal_forms(
    text: str, *, most: int = 8
) -> tuple[tuple[str, int, int, int, int, tuple[tuple[str, str], ...]], ...]:
    """The text as it is and in its four normal forms: how long it is, and what changes.

    Returns
    -------
    tuple of ("" or the form, the four `text_lengths`, up to `most` different graphemes that the form
    changes, each before and after).
    """
    ends = grapheme_ends(text)
    starts = np.concatenate([[0], ends[:-1]])[: ends.size]
    several = np.flatnonzero(ends - starts > 1).tolist()  # graphemes of more than one code point
    different = dict.fromkeys(char for char in dict.fromkeys(text) if not char.isascii())
    different |= dict.fromkeys(text[starts[n] : ends[n]] for n in several)
    lengths = {text: text_lengths(text)}
    rows: list[tuple[str, int, int, int, int, tuple[tuple[str, str], ...]]]
    rows = [("", *lengths[text], ())]
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        changed = normal_form(text, form=form)
        if changed not in lengths:
            lengths[changed] = text_lengths(changed)
        pairs = ((before, normal_form(before, form=form)) for before in different)
        examples = tuple(islice((pair for pair in pairs if pair[0] != pair[1]), most))
        rows.append((form, *lengths[changed], examples))
    return tuple(rows)


def character_forms(
    character: str,
) -> tuple[tuple[str, tuple[tuple[str, int, str, str], ...]], ...]:
    """The code points of one grapheme as it is ("") and in each normal form."""
    forms = ("NFC", "NFD", "NFKC", "NFKD")
    others = tuple((form, code_points(normal_form(character, form=form))) for form in forms)
    return (("", code_points(character)), *others)


def first_beyond_ascii(text: str, ends: NDArray[np.int32]) -> int:
    """The number, from 0, of the first grapheme that is not ASCII; 0 if all are.

    Parameters
    ----------
    text : str.
    ends : int32 array (graphemes,), of `grapheme_ends`.
    """
    found = regex.search(r"[^\x00-\x7f]", text)
    return int(np.searchsorted(ends, found.start(), side="right")) if found else 0


def beyond_ascii(text: str) -> str:
    """The first grapheme of a text that is not ASCII, or its first one; "" of an empty text."""
    found = regex.search(r"[^\x00-\x7f]", text)
    if not found:
        return text[:1]
    start = max(0, found.start() - 1)  # a mark may stand on a letter of ASCII
    clusters = (cluster.group() for cluster in regex.finditer(r"\X", text, pos=start))
    return str(next(c for c in clusters if not c.isascii()))
