"""Shows: the characters of the text with their code points and names; one character in every
encoding and UTF-8 taken apart; sizes compared; an unknown file read in many ways; mojibake made and
undone; four answers to how long the text is, and normal forms; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import charts, encoded, glyphs, page, quiz, show, strip
from components import text as texts
from components.catalogue import COLOURS
from components.glyphs import Cell
from components.guard import fragment
from components.i18n import _, safe
from components.state import choice
from engine.text.encodings import (
    ENCODINGS,
    beginning,
    byte_spans,
    bytes_in_all,
    bytes_of_row,
    candidates,
    encoding_sizes,
    joined,
    mojibake_rows,
    utf8_bits,
    write_bytes,
)
from engine.text.graphemes import (
    beyond_ascii,
    character_forms,
    normal_forms,
    text_lengths,
    visible,
)

here = page.start(
    "encodings",
    {
        "characters": _("Characters"),
        "bytes": _("Bytes"),
        "compare": _("Compare"),
        "detect": _("Unknown file"),
        "mojibake": _("What breaks"),
        "length": _("How long?"),
        "predict": _("Predict"),
    },
)
text = here.text
source, lab, characters = texts.text_of_tray()
glyphs.draw_style()
#: Those among which a wrong guess is likely; a file without a mark tells nothing of its order.
MISTAKEN = {
    name: ENCODINGS[name]
    for name in ("utf-8", "gbk", "big5", "shift_jis", "euc_jp", "euc_kr", "latin-1", "utf-16-le")
}
#: How many characters the two panes of mojibake show.
SHOWN = 200


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
def in_bytes() -> None:
    place = strip.choose(lab, characters, "bytes")
    bits = lab.run(utf8_bits, place.character, as_="bits")
    heads = (_("character"), _("code point"), *(_("byte {n}", n=n + 1) for n in range(4)))
    body = glyphs.table(
        encoded.bit_rows(bits.value),
        label=_("UTF-8, bit by bit"),
        heads=(*heads, _("payload = code point")),
    )
    show.html("bits", body, [bits], caption=text["bits_caption"])
    found = lab.run(bytes_in_all, place.character, as_="encoded")
    body = glyphs.table(
        encoded.byte_rows(found.value),
        label=_("The character in every encoding"),
        heads=(_("encoding"), _("bytes"), _("bits"), _("how many")),
        row_heads=list(ENCODINGS.values()),
    )
    show.html("bytes", body, [found], caption=text["bytes_caption"])


@fragment
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
    place = strip.choose(lab, characters, "compare")
    row = lab.run(bytes_of_row, place.row, as_="row_bytes")
    body = glyphs.table(
        encoded.matrix_rows(row.value),
        label=_("Characters in every encoding"),
        heads=(_("encoding"), *(drawn for drawn, _points in place.row.value)),
        row_heads=[ENCODINGS[name] for name, _cells in row.value],
        marked_columns=(place.in_row,),
    )
    show.html("row", body, [row], caption=text["row_caption"])


def detect() -> None:
    found = lab.run(candidates, lab.source, detected=source.encoding, as_="readings")
    chosen = texts.encoding_of(source)
    body = glyphs.table(
        [
            [Cell(f"{odd:,}" if odd else "–"), Cell(texts.beginning(start, 60), "words")]
            for _name, start, odd in found.value
        ],
        label=_("The beginning of the file in many encodings"),
        heads=(_("read as"), _("not readable"), _("the file then begins")),
        row_heads=[texts.encoding_name(name) for name, _start, _odd in found.value],
        marked=[n for n, (name, _s, _o) in enumerate(found.value) if name == chosen],
    )
    caption = text["detect_caption"]
    caption += " " + _(
        "Detected: {detected}. Read as: {chosen}.",
        detected=texts.encoding_name(source.encoding),
        chosen=texts.encoding_name(chosen),
    )
    show.html("detect", body, [found], caption=caption)


@fragment
def mojibake() -> None:
    with st.container(horizontal=True):
        written = choice(_("Written in"), MISTAKEN, key="written", look="menu")
        read = choice(_("Read in"), MISTAKEN, key="read", default="gbk", look="menu")
    place = strip.choose(lab, characters, "mojibake")
    row = lab.run(joined, place.row, as_="row_text")
    data = lab.run(write_bytes, row, encoding=written, as_="row_bytes")
    meant = lab.run(byte_spans, data, encoding=written, as_="written")
    seen = lab.run(byte_spans, data, encoding=read, as_="read")
    body = glyphs.table(
        encoded.span_rows(meant.value, data.value, seen.value),
        label=_("The same bytes, written and read"),
        row_heads=(ENCODINGS[written], _("bytes"), ENCODINGS[read]),
    )
    show.html("spans", body, [meant, data, seen], caption=text["spans_caption"])
    start = lab.run(beginning, characters, count=SHOWN, as_="start")
    result = lab.run(mojibake_rows, start, written=written, read=read, as_="result")
    wrong, back, _kept, lost, odd = result.value
    body = glyphs.table(
        [[Cell(texts.beginning(part, SHOWN), "words")] for part in (start.value, wrong, back)],
        label=_("Meant, read wrongly, and undone"),
        row_heads=(_("meant"), _("read as {encoding}", encoding=ENCODINGS[read]), _("undone")),
    )
    show.html("mojibake", body, [start, result], caption=text["mojibake_caption"])
    counts = {"lost": f"{lost:,}", "odd": f"{odd:,}"}
    if back == start.value:
        st.success(_("It comes back: no byte was lost on the way."), icon=":material/check:")
    else:
        st.warning(
            _(
                "It does not come back. The writer had no bytes for {lost} characters (?); the "
                "reader found nothing for {odd} places (�) and forgot the bytes there.",
                **counts,
            ),
            icon=":material/close:",
        )


@fragment
def length() -> None:
    forms = lab.run(normal_forms, characters, as_="forms")
    body = glyphs.table(
        encoded.form_rows(forms.value),
        label=_("How long the text is"),
        heads=(
            _("form"),
            _("graphemes"),
            _("code points"),
            _("UTF-16 units"),
            _("UTF-8 bytes"),
            _("what it changes"),
        ),
        row_heads=[form or _("as it is") for form, *_rest in forms.value],
    )
    show.html("length", body, [forms], caption=text["length_caption"])
    place = strip.choose(lab, characters, "length")
    one = lab.run(character_forms, place.character, as_="one")
    body = glyphs.table(
        [
            [Cell(encoded.codes(points)), Cell(encoded.names(points), "words")]
            for _f, points in one.value
        ],
        label=_("One character in its normal forms"),
        heads=(_("form"), _("code points"), _("name")),
        row_heads=[form or _("as it is") for form, _points in one.value],
    )
    show.html("forms", body, [one], caption=text["forms_caption"])


def predict() -> None:
    first = lab.run(beyond_ascii, characters, as_="first")
    found = {name: len(data) for name, _m, data, _r, _c in lab.run(bytes_in_all, first).value}
    size = found["utf-8"]
    quiz.question(
        _(
            "How many bytes does {character} take in UTF-8?",
            character=f"**{safe(visible(first.value))}**",
        ),
        {"1": "1", "2": "2", "3": "3", "4": "4", "more": _("more than 4")},
        answer=str(size) if size <= 4 else "more",
        why=_("{count}: {bytes}.", count=size, bytes=encoded.hexadecimal(first.value.encode())),
        key="bytes",
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
        key="smaller",
    )
    start = lab.run(beginning, characters, count=SHOWN, as_="start")
    _seen, back, _kept, _lost, odd = lab.run(
        mojibake_rows, start, written="utf-8", read="gbk", as_="result"
    ).value
    quiz.question(
        _("The text is written in UTF-8 and read as GBK. Can what is read be turned back?"),
        {"no": _("No, something is lost"), "yes": _("Yes, exactly")},
        answer="yes" if back == start.value else "no",
        why=_("Of the first characters, {odd} places were no character of GBK.", odd=odd),
        key="back",
    )
    graphemes, points, units, _size = lab.run(text_lengths, characters, as_="lengths").value
    quiz.question(
        _("Which is the greater number for this text?"),
        {
            "points": _("its code points"),
            "same": _("both are equal"),
            "graphemes": _("the characters that a reader counts"),
        },
        answer="same" if graphemes == points else "points",
        why=_(
            "{graphemes} graphemes, {points} code points, {units} units of UTF-16.",
            graphemes=f"{graphemes:,}",
            points=f"{points:,}",
            units=f"{units:,}",
        ),
        key="longer",
    )


here.run(
    characters=code_points,
    bytes=in_bytes,
    compare=compare,
    detect=detect,
    mojibake=mojibake,
    length=length,
    predict=predict,
)
