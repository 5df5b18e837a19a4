"""Shows: the characters of the text with their code points and names; one character in UTF-8, bit by
bit, and in every encoding; a row of characters in every encoding; the size of the whole text; three
predictions.
"""

from __future__ import annotations

from components import charts, encoded, glyphs, page, quiz, show, strip
from components import text as texts
from components.catalogue import COLOURS
from components.guard import fragment
from components.i18n import _, safe
from engine.text.encodings import (
    ENCODINGS,
    bytes_in_all,
    bytes_of_row,
    encoding_sizes,
    utf8_bits,
)
from engine.text.graphemes import beyond_ascii, visible

here = page.start(
    "encodings",
    {
        "characters": _("Characters"),
        "bits": "UTF-8",
        "bytes": _("Other encodings"),
        "row": _("Side by side"),
        "compare": _("Size"),
        "predict": _("Predict"),
    },
)
text = here.text
_source, lab, characters = texts.text_of_tray()
glyphs.draw_style()
#: Those of which the learner is asked how many can hold the text.
ASKED = ("ascii", "latin-1", "gbk", "big5", "shift_jis")


@fragment
def code_points() -> None:
    place = strip.choose(lab, characters, "characters")
    body = glyphs.table(
        encoded.character_rows(place.row.value),
        label=_("Characters of the text"),
        heads=(_("number"), _("character"), _("code point"), _("in decimal"), _("name")),
        row_heads=[f"{place.first + n + 1:,}" for n in range(len(place.row.value))],
        marked=(place.in_row,),
    )
    show.html("characters", body, [place.row], caption=text["characters_caption"])


@fragment
def bits_of_one() -> None:
    place = strip.choose(lab, characters, "bits")
    bits = lab.run(utf8_bits, place.character, as_="bits")
    heads = (_("character"), _("code point"), *(_("byte {n}", n=n + 1) for n in range(4)))
    body = glyphs.table(
        encoded.bit_rows(bits.value),
        label=_("UTF-8, bit by bit"),
        heads=(*heads, _("coloured bits = code point")),
    )
    show.html("bits", body, [bits], caption=text["bits_caption"])


@fragment
def bytes_of_one() -> None:
    place = strip.choose(lab, characters, "bytes")
    found = lab.run(bytes_in_all, place.character, as_="encoded")
    body = glyphs.table(
        encoded.byte_rows(found.value),
        label=_("The character in every encoding"),
        heads=(_("encoding"), _("bytes"), _("bits"), _("how many bytes")),
        row_heads=list(ENCODINGS.values()),
    )
    show.html("bytes", body, [found], caption=text["bytes_caption"])


@fragment
def row_of_characters() -> None:
    place = strip.choose(lab, characters, "row", size=8)
    row = lab.run(bytes_of_row, place.row, as_="row_bytes")
    body = glyphs.table(
        encoded.matrix_rows(row.value),
        label=_("Characters in every encoding"),
        heads=(_("encoding"), *(drawn for drawn, _points in place.row.value)),
        row_heads=[ENCODINGS[name] for name, _cells in row.value],
        marked_columns=(place.in_row,),
    )
    show.html("row", body, [row], caption=text["row_caption"])


def compare() -> None:
    sizes = lab.run(encoding_sizes, characters, as_="sizes")
    show.chart(
        "sizes",
        lambda rows: charts.sizes(
            encoded.size_rows(rows), x=_("bytes of the whole text"), colour=COLOURS["text"]
        ),
        [sizes],
        caption=text["compare_caption"],
        alt=_("A bar for each encoding: how many bytes the whole text takes"),
    )


def predict() -> None:
    first = lab.run(beyond_ascii, characters, as_="first")
    found = {name: data for name, _mark, data, *_why in lab.run(bytes_in_all, first).value}
    size = len(found["utf-8"])
    quiz.question(
        _(
            "How many bytes does {character} take in UTF-8?",
            character=f"**{safe(visible(first.value))}**",
        ),
        {"1": "1", "2": "2", "3": "3", "4": "4", "more": _("more than 4")},
        answer=str(size) if size <= 4 else "more",
        why=_("{count}: {bytes}.", count=size, bytes=encoded.hexadecimal(found["utf-8"])),
        key="utf8_bytes",
    )
    sizes = {name: rest for name, *rest in lab.run(encoding_sizes, characters, as_="sizes").value}
    eight, sixteen = sizes["utf-8"][0], sizes["utf-16-le"][0]
    quiz.question(
        _("In which encoding is the whole text smaller?"),
        {"utf16": "UTF-16", "same": _("The same"), "utf8": "UTF-8"},
        answer="same" if eight == sixteen else "utf8" if eight < sixteen else "utf16",
        why=_(
            "{eight} bytes in UTF-8, {sixteen} in UTF-16.",
            eight=f"{eight:,}",
            sixteen=f"{sixteen:,}",
        ),
        key="smaller_encoding",
    )
    able = [ENCODINGS[name] for name in ASKED if not sizes[name][2]]
    quiz.question(
        _(
            "How many of these can hold every character of the text: {names}?",
            names=", ".join(ENCODINGS[name] for name in ASKED),
        ),
        {"none": _("none"), "some": _("some of them"), "all": _("all of them")},
        answer="all" if len(able) == len(ASKED) else "some" if able else "none",
        why=_("Those that can: {names}.", names=", ".join(able) or "–"),
        key="able",
    )


here.run(
    characters=code_points,
    bits=bits_of_one,
    bytes=bytes_of_one,
    row=row_of_characters,
    compare=compare,
    predict=predict,
)
