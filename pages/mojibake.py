"""Shows: the beginning of the file read in many encodings; bytes written in one encoding and read in
another, and the attempt to undo it; four answers to how long the text is; the normal forms of a
character; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import encoded, glyphs, page, quiz, show, strip
from components import text as texts
from components.glyphs import Cell
from components.guard import fragment
from components.i18n import _
from components.state import choice
from engine.text.encodings import (
    ENCODINGS,
    beginning,
    byte_spans,
    candidates,
    joined,
    mojibake_rows,
    write_bytes,
)
from engine.text.graphemes import character_forms, normal_forms, text_lengths

here = page.start(
    "mojibake",
    {
        "detect": _("Unknown file"),
        "misread": _("Read wrongly"),
        "undo": _("Undo it"),
        "length": _("How long?"),
        "forms": _("Normal forms"),
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
#: How many code points are misread and undone.
SHOWN = 200


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


def two_encodings() -> tuple[str, str]:
    """In which encoding the text is written, and in which it is read."""
    with st.container(horizontal=True):
        written = choice(_("Written in"), MISTAKEN, key="written", look="menu")
        read = choice(_("Read in"), MISTAKEN, key="read", default="gbk", look="menu")
    return written, read


@fragment
def misread() -> None:
    written, read = two_encodings()
    place = strip.choose(lab, characters, "misread")
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


@fragment
def undo() -> None:
    written, read = two_encodings()
    start = lab.run(beginning, characters, count=SHOWN, as_="start")
    result = lab.run(mojibake_rows, start, written=written, read=read, as_="result")
    wrong, back, _kept, lost, odd = result.value
    body = glyphs.table(
        [[Cell(texts.beginning(part, SHOWN), "words")] for part in (start.value, wrong, back)],
        label=_("Meant, read wrongly, and undone"),
        row_heads=(_("meant"), _("read as {encoding}", encoding=ENCODINGS[read]), _("undone")),
    )
    note = " " + _("Only the first {count} code points.", count=SHOWN)
    note = note if len(characters.value) > SHOWN else ""
    show.html("mojibake", body, [start, result], caption=text["mojibake_caption"] + note)
    if back == start.value:
        st.success(_("It comes back: no byte was lost on the way."), icon=":material/check:")
        return
    st.warning(
        _(
            "It does not come back. Characters for which the writer had no bytes (?): {lost}. Places "
            "where the reader found no character and forgot the bytes (�): {odd}.",
            lost=f"{lost:,}",
            odd=f"{odd:,}",
        ),
        icon=":material/close:",
    )


def length() -> None:
    forms = lab.run(normal_forms, characters, as_="forms")
    heads = (_("graphemes"), _("code points"), _("UTF-16 units"), _("UTF-8 bytes"))
    body = glyphs.table(
        encoded.form_rows(forms.value),
        label=_("How long the text is"),
        heads=(_("form"), *heads, _("what it changes")),
        row_heads=[form or _("as it is") for form, *_rest in forms.value],
    )
    show.html("length", body, [forms], caption=text["length_caption"])


@fragment
def forms() -> None:
    place = strip.choose(lab, characters, "forms")
    one = lab.run(character_forms, place.character, as_="one")
    body = glyphs.table(
        [
            [
                Cell(encoded.drawn(points), "glyph"),
                Cell(encoded.codes(points)),
                Cell(encoded.names(points), "words"),
            ]
            for _form, points in one.value
        ],
        label=_("One character in its normal forms"),
        heads=(_("form"), _("parts"), _("code points"), _("name")),
        row_heads=[form or _("as it is") for form, _points in one.value],
    )
    show.html("forms", body, [one], caption=text["forms_caption"])


def predict() -> None:
    start = lab.run(beginning, characters, count=SHOWN, as_="start")
    _seen, back, _kept, _lost, odd = lab.run(
        mojibake_rows, start, written="utf-8", read="gbk", as_="result"
    ).value
    quiz.question(
        _(
            "The first {count} code points are written in UTF-8 and read as GBK. Can what is read be "
            "turned back?",
            count=len(start.value),
        ),
        {"no": _("No, something is lost"), "yes": _("Yes, exactly")},
        answer="yes" if back == start.value else "no",
        why=_("Places that were no character of GBK: {odd}.", odd=f"{odd:,}"),
        key="back",
    )
    graphemes, points, units, size = lab.run(text_lengths, characters, as_="lengths").value
    times = size / points
    quiz.question(
        _(
            "The text is saved in UTF-8 and opened as Latin-1. How many code points does it have then?"
        ),
        {"same": _("as many"), "more": _("up to twice as many"), "many": _("more than that")},
        answer="same" if size == points else "more" if times <= 2 else "many",
        why=_(
            "Latin-1 makes a character of every byte: {bytes} of {points}.",
            bytes=f"{size:,}",
            points=f"{points:,}",
        ),
        key="as_latin",
    )
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
    apart = {form: rest[1] for form, *rest in lab.run(normal_forms, characters).value}["NFD"]
    quiz.question(
        _("Are there letters in this text that NFD takes apart?"),
        {"none": _("no"), "some": _("yes, some")},
        answer="some" if apart > points else "none",
        why=_("{before} code points become {after}.", before=f"{points:,}", after=f"{apart:,}"),
        key="apart",
    )


here.run(detect=detect, misread=misread, undo=undo, length=length, forms=forms, predict=predict)
