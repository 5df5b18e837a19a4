"""The first numbers of any source: cells of a table, pixels, samples, bytes."""

from __future__ import annotations

import streamlit as st

from components import cells, charts, scales, show, sound
from components.catalogue import COLOURS, KINDS, LESSONS
from components.chooser import badge, facts
from components.i18n import _, language, safe
from components.picture import pixels_of
from components.table import child
from engine import export, samples
from engine.image.color import rgb_to_gray
from engine.image.matrix import strongest_step, window
from engine.lab import Lab
from engine.sources import Image, Sound, Source, Table, Text
from engine.table.preview import read_cells
from engine.text.preview import decode_text, first_characters

#: Sounds that a browser decodes by itself; of others the first seconds are decoded here.
BROWSERS_PLAY = ("WAV", "FLAC", "OGG", "Opus", "MP3", "M4A", "AAC", "WebM")


def scene(kind: str) -> Source:
    """The part of the opening scene that is of this kind."""
    name = samples.SCENE[kind]
    return samples.load(f"{name}-zh" if kind == "text" and language() == "zh" else name)


def draw(key: str, source: Source) -> None:
    """What the source is, its first numbers, and where to take it."""
    colour = COLOURS[source.kind]
    st.markdown(
        f"{badge(source.kind)} **{_(KINDS[source.kind])}** · {safe(source.label)}  \n"
        f":small[{facts(source)}]"
    )
    lab = Lab(source)
    if isinstance(source, Image):
        _image(key, lab, source)
    elif isinstance(source, Table):
        _table(key, lab, source)
    elif isinstance(source, Sound):
        _sound(key, lab, source, colour)
    elif isinstance(source, Text):
        _text(key, lab, source)
    lessons = [page for page in LESSONS if page.kind == source.kind]
    if not lessons and key == "yours":
        st.caption(
            _("There is no lesson about this kind of data yet; these are its first numbers.")
        )
    elif key == "yours":
        with st.container(horizontal=True):
            for page in lessons:
                st.page_link(f"pages/{page.name}.py", label=_(page.title), icon=page.icon)


def _image(key: str, lab: Lab, source: Image) -> None:
    pixels = pixels_of(lab, source, lab.source)
    gray = lab.run(rgb_to_gray, pixels, as_="gray")
    height, width = gray.value.shape
    edge = lab.run(strongest_step, gray, as_="edge").value  # a place where something is to be seen
    row, column = (
        min(max(0, n - 4), max(0, m - 8)) for n, m in zip(edge, (height, width), strict=True)
    )
    block = lab.run(window, gray, row=row, column=column, size=8, as_="block")
    left, right = st.columns([1, 2.4], vertical_alignment="center")
    left.image(show.thumbnail(pixels), width="stretch", alt=_("The picture, small"))
    grid = [
        [cells.Cell(str(v), scales.colour("gray", v, 0, 255)) for v in line]
        for line in block.value.tolist()
    ]
    with right:
        show.html(
            f"first_{key}",
            cells.grid(grid, label=_("Pixels")),
            [block],
            caption=_("The brightness of 8 × 8 pixels at its strongest edge, from 0 to 255."),
        )


def _table(key: str, lab: Lab, source: Table) -> None:
    # What is packed is unpacked, in parts at least, before its reader gets it.
    apart = child() if key == "yours" and not source.encoding else {}
    table = lab.run(read_cells, lab.source, rows=6, columns=5, **apart, as_="cells")
    names, *rows = table.value
    grid = [[cells.Cell(text) for text in row] for row in rows]
    show.html(
        f"first_{key}",
        cells.grid(grid, label=_("Table"), column_heads=names),
        [table],
        caption=_("The first cells: a row is one sample, a column one feature."),
    )


def _sound(key: str, lab: Lab, source: Sound, colour: str) -> None:
    wave = sound.part_of(lab, source, 0.0, 1.0)
    first = wave.value[:, 0]
    if source.format in BROWSERS_PLAY:
        st.audio(source.data)
    else:
        start = sound.part_of(lab, source, 0.0, sound.FIRST).value
        st.audio(export.to_wav(start, sample_rate=source.sample_rate or 1))
    show.chart(
        f"first_{key}",
        lambda y: charts.lines(
            {"": charts.envelope(y[:, 0])},
            x=_("sample"),
            y=_("value"),
            colours=(colour,),
            height=170,
        ),
        [wave],
        caption=_(
            "The first second: {rate} numbers a second between −1 and 1. In the middle: {values}",
            rate=f"{source.sample_rate:,}" if source.sample_rate else "?",
            values=", ".join(f"{v:.3f}" for v in first[len(first) // 2 :][:6]),
        ),
        alt=_("The wave of the first second"),
    )


def _text(key: str, lab: Lab, source: Text) -> None:
    text = lab.run(decode_text, lab.source, encoding=source.encoding, as_="text")
    first = lab.run(first_characters, text, count=12, as_="characters")
    st.text(text.value[:160])
    head, points, codes = zip(*first.value, strict=True) if first.value else ((), (), ())
    grid = [
        [cells.Cell(c) for c in head],
        [cells.Cell(str(p)) for p in points],
        [cells.Cell(c) for c in codes],
    ]
    show.html(
        f"first_{key}",
        cells.grid(
            grid, label=_("Characters"), row_heads=(_("character"), _("code point"), "UTF-8")
        ),
        [first],
        caption=_("Each character has a number in Unicode, and is stored as one to four bytes."),
    )
