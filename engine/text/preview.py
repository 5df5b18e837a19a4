"""Bytes become characters, and characters become numbers: the first look at a text."""

from __future__ import annotations

import codecs
from collections import Counter

from engine.errors import N_, UserError

# What an encoding is guessed from: enough letters to count, little enough to be instant.
ENCODING_SAMPLE = 65_536
# Letters and signs that Western European texts use beyond ASCII. A text with no others is taken for
# Windows-1252: statistics need more letters than a short text has.
WESTERN = set(
    "äöüßÄÖÜáàâãåæçéèêëíìîïñóòôõøœúùûýÿÁÀÂÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÕØŒÚÙÛ€£§°²³µ·«»¿¡´…–—‘’“”„•©®½¼ \xa0"
)


# The characters that everyday texts are made of; kana are all common. Traditional forms are for
# Big5. A quarter to a half of a text are these, of a text in the wrong encoding hardly any.
COMMON_SIMPLIFIED = set(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后"
    "作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因"
    "只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应"
    "战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿"
    "原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太"
    "，。、；：？！“”（）《》"
)
COMMON_TRADITIONAL = set(
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後"
    "作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因"
    "只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應"
    "，。、；：？！「」（）《》"
)
COMMON_KOREAN = set(
    "이다는에을의가고하지를한은로도사리기어서니자아시나해정게인대그일으있들부수제라전과보상여주스원장만"
    "구선화관비성경안요면것습세우동소유생분적연오합조위공국러신문할음드마개방말계내물모무되중발행간교거"
    "용없었했던않며와같때더또야저려네실미치입단식학회용현후진명산날"
)


COMMON_JAPANESE = set(
    "、。「」・ー？！一二三四五六七八九十百千万円年月日時分人子女男父母友上下左右前後中外大小高長山川水火木"
    "金土天気雨車電名生先学校本語文字国東西南北間今来行出入見聞読書食休会話私何"
)
# Codec: its national standard, the lead bytes of usual characters there, everyday characters. The
# standards put the rarer characters behind (level 2 of GB 2312, JIS X 0208 and Big5, and hanja).
EAST_ASIAN = {
    "gb18030": ("gb2312", range(0xB0, 0xD8), COMMON_SIMPLIFIED),
    "big5": ("big5", range(0xA4, 0xC7), COMMON_TRADITIONAL),
    "cp932": ("euc_jp", range(0xB0, 0xD0), COMMON_JAPANESE),
    "euc_jp": ("euc_jp", range(0xB0, 0xD0), COMMON_JAPANESE),
    "cp949": ("euc_kr", range(0xB0, 0xC9), COMMON_KOREAN),
}
# Points of a character on average, from which on an East Asian encoding is believed.
EVERYDAY = 0.3


def everyday_points(char: str, codec: str) -> float:
    """How much a character speaks for an East Asian codec: 2 everyday, 0 usual, -2 odd."""
    standard, usual, common = EAST_ASIAN[codec]
    if char in common:
        return 2
    if "\u3041" <= char <= "\u3093" or "\u30a1" <= char <= "\u30f6":  # hiragana, katakana
        return -2 if standard != "euc_jp" else 2 if char < "\u30a0" else 1
    if char in "　、。，！？：；（）～…—‘’“”·":
        return 0
    try:
        return 0 if char.encode(standard)[0] in usual else -2
    except UnicodeError:
        return -2


def detect_east_asian(data: bytes) -> str:
    """Guess a Chinese, Japanese or Korean encoding by the characters that it yields.

    Parameters
    ----------
    data : bytes, neither UTF-8 nor UTF-16.

    Returns
    -------
    str, "gb18030", "big5", "cp932", "euc_jp", "cp949", or "" if the text is everyday in none.

    Notes
    -----
    Nearly all bytes are valid in all of these, so that validity decides little; but read wrongly, a
    text consists of rare characters. Of pieces of 4 to 8 characters, cut from everyday texts, 1 to 2
    in 100 were read wrongly (5 of Korean in cp949), of 12 to 40 fewer than 1 (3 of Korean in EUC-KR,
    all with syllables outside of it); none of 3000 pieces in Western, Cyrillic, Greek, Hebrew and
    Arabic encodings of one byte was taken for East Asian. What is wrong: words of rare characters
    alone, such as names, and two characters between blanks. Of 39 other phrases of 2 to 12
    characters, a third of them names and single words, 7 were read wrongly.
    """
    best, found = EVERYDAY, ""
    for codec in EAST_ASIAN:
        try:
            decoder = codecs.getincrementaldecoder(codec)()
            text = decoder.decode(data[:ENCODING_SAMPLE], len(data) <= ENCODING_SAMPLE)
            counts = Counter(char for char in text if char > "\x7f")
            if counts.total() < 2:  # one pair of bytes is also found in Western words
                continue
            points = sum(n * everyday_points(char, codec) for char, n in counts.items())
            mean = points / counts.total()
            if mean > best:
                data.decode(codec)  # the rest, too
                best, found = mean, codec
        except UnicodeError:
            continue
    return found


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
    (UTF-16); then an East Asian encoding in which the text has everyday characters (see
    `detect_east_asian`); then Windows-1252 if all letters are Western European; then
    charset-normalizer.
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
        candidates += wide_encodings(sample)
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
    east_asian = detect_east_asian(data)
    if east_asian:
        return east_asian
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


def wide_encodings(sample: bytes) -> list[str]:
    """The encodings of two or four bytes a character that bytes of zero in regular places speak for."""
    zeros = [sample[place::4].count(0) for place in range(4)]
    fourth = len(sample) // 4
    if zeros[3] == fourth > 0 and 2 * zeros[2] > fourth > zeros[0]:
        return ["utf-32-le"]
    if zeros[0] == fourth > 0 and 2 * zeros[1] > fourth > zeros[3]:
        return ["utf-32-be"]
    first, second = zeros[0] + zeros[2], zeros[1] + zeros[3]  # of each pair of bytes
    if second > len(sample) // 5 > 0 and 10 * first <= second:
        return ["utf-16-le"]
    return ["utf-16-be"] if first > len(sample) // 5 > 0 and 10 * second <= first else []


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
