"""Shows: the matrix that Whisper takes in, whole and beside a picture of the same size; why two
libraries that both say log-mel disagree, setting by setting, measured on the learner's sound; three
predictions.
"""

from __future__ import annotations

import streamlit as st

from components import cells, cepstra, page, quiz, show, whisper
from components.guard import fragment
from components.i18n import _
from components.picture import pixels_of
from components.show import Picture
from components.state import choice, slider
from components.tracks import Sound
from components.whisper import BANDS, COLUMNS
from engine import samples
from engine.image.color import rgb_to_gray
from engine.image.resize import fit_to
from engine.sound.logmel import (
    HOP,
    RATE,
    SECONDS,
    difference,
    difference_facts,
    first_columns,
    matrix_facts,
)

here = page.start(
    "melmatrix",
    {
        "matrix": _("A matrix like a picture"),
        "disagree": _("What breaks"),
        "predict": _("Predict"),
    },
)
SHOWN = 300  # columns of the matrix beside a picture: 3 s
OFF, DRAWN = 0.01, 0.5  # a difference that is counted, and the one that has the full colour
text = whisper.filled(here.text, off=OFF, drawn=DRAWN)
heard = whisper.heard_in_tray()
clip, lab = heard.clip, heard.lab


@fragment
def matrix() -> None:
    bands = whisper.ask_bands(key="mm_bands")
    features = whisper.chain(heard, bands)["scale"]
    title = _("Whisper's input, {shape}", shape=cepstra.shape(features))
    show.tracks(
        "whole",
        [heard.row, whisper.heat(features, title)],
        sounds=[heard.sound],
        caption=text["whole_caption"] + clip.note,
    )
    most = SECONDS - SHOWN * HOP // RATE
    start = slider(_("Columns shown from second"), 0, most, 0, key="mm_from")
    part = lab.run(first_columns, features, start=start * RATE // HOP, count=SHOWN, as_="part")
    source = samples.load("coffee")
    data = lab.open(source, as_="picture_data")
    pixels = pixels_of(lab, source, data, number=0, as_="picture_pixels")
    fitted = lab.run(fit_to, pixels, height=bands, width=SHOWN, as_="fitted")
    gray = lab.run(rgb_to_gray, fitted, as_="gray")
    show.pictures(
        "matrix",
        [
            Picture(part, _("Sound"), _("Columns of the matrix"), scale="viridis", lossy=False),
            Picture(gray, _("Picture"), _("A cup of coffee in gray"), (), 0, 255),
        ],
        caption=text["matrix_caption"] + clip.note,
    )
    facts = {
        name: (node, lab.run(matrix_facts, node, as_="facts"))
        for name, node in ((_("Sound"), part), (_("Picture"), gray))
    }
    show.register("facts", [node for _matrix, node in facts.values()])
    heads = ["", _("Shape"), _("Type"), _("Least"), _("Mean"), _("Greatest")]
    lines = [heads, [":--", "--:", ":--", "--:", "--:", "--:"]]
    for name, (node, three) in facts.items():
        numbers = [f"{n:.3g}" for n in three.value]
        lines.append([name, cepstra.shape(node), str(node.value.dtype), *numbers])
    st.markdown("\n".join(f"| {' | '.join(line)} |" for line in lines))


def changed(fault: str, bands: int) -> tuple[show.Node, show.Node, show.Node]:
    """Whisper's matrix, that with one setting of another library, and what this has more."""
    others = whisper.chain(heard, bands, name=f"{fault}_", **whisper.VARIANTS[fault])
    own = whisper.sounding(heard, whisper.chain(heard, bands)["scale"], "own")
    other = whisper.sounding(heard, others["scale"], fault)
    return own, other, lab.run(difference, own, other, as_=f"{fault}_difference")


def facts_of(fault: str, bands: int) -> show.Node:
    """The largest difference, the mean one, and the share of cells that differ by more than `OFF`."""
    change = changed(fault, bands)[2]
    return lab.run(difference_facts, change, above=OFF, as_=f"{fault}_facts")


@fragment
def disagree() -> None:
    names = {
        "htk": _("HTK's mel scale"),
        "magnitude": _("Magnitude, not power"),
        "peaks": _("Equal peaks, not areas"),
        "zeros": _("Zeros beyond the ends"),
    }
    fault = choice(_("What another library does"), names, key="mm_fault")
    bands = whisper.ask_bands(key="mm_fault_bands")
    own, other, change = changed(fault, bands)
    show.tracks(
        "disagree",
        [
            heard.short_row,
            whisper.heat(own, "Whisper"),
            whisper.heat(other, names[fault], mel=whisper.VARIANTS[fault].get("scale", "slaney")),
            whisper.heat(change, _("Difference"), lo=-DRAWN, hi=DRAWN, colours="signed"),
        ],
        sounds=[Sound(heard.wave, RATE, "16 kHz")],
        caption=text[fault] + " " + text["difference_caption"] + clip.note,
    )
    grid, nodes = [], []
    for name in names:
        facts = facts_of(name, bands)
        largest, mean, share = facts.value
        grid.append(
            [cells.Cell(f"{largest:.3f}"), cells.Cell(f"{mean:.4f}"), cells.Cell(f"{share:.1%}")]
        )
        nodes.append(facts)
    body = cells.grid(
        grid,
        label=_("How far four settings are from Whisper's input"),
        row_heads=list(names.values()),
        column_heads=[_("Largest"), _("Mean"), _("Cells off by over {off}", off=OFF)],
    )
    show.html("measured", body, nodes, caption=text["measured_caption"])


def predict() -> None:
    empty = 1 - heard.columns / COLUMNS
    quiz.question(
        _(
            "Whisper's matrix has {count} columns. How many of them are silence that was added?",
            count=f"{COLUMNS:,}",
        ),
        {"few": _("under a third"), "half": _("a third to 90 %"), "most": _("over 90 %")},
        answer="few" if empty < 1 / 3 else "half" if empty <= 0.9 else "most",
        why=_(
            "{share}: the part lasts {seconds} s of {all}.",
            share=f"{empty:.0%}",
            seconds=f"{clip.seconds:.1f}",
            all=SECONDS,
        ),
        key="mm_padding",
    )
    largest, _mean, _share = facts_of("zeros", BANDS).value
    quiz.question(
        _(
            "Zeros beyond the ends instead of the mirror image: how far off is the cell that "
            "changes most?"
        ),
        {"c": _("over 0.1"), "a": _("nothing changes"), "b": _("up to 0.1")},
        answer="a" if not largest else "b" if largest <= 0.1 else "c",
        why=_("By {largest}.", largest=f"{largest:.3f}"),
        key="mm_zeros",
    )
    share = facts_of("htk", BANDS).value[2]
    quiz.question(
        _(
            "HTK's mel scale instead of Slaney's: how many cells are off by more than {off}?",
            off=OFF,
        ),
        {"b": _("half to 90 %"), "c": _("over 90 %"), "a": _("under half")},
        answer="a" if share < 0.5 else "b" if share <= 0.9 else "c",
        why=_("{share} of the cells that hold sound.", share=f"{share:.1%}"),
        key="mm_htk",
    )


here.run(matrix=matrix, disagree=disagree, predict=predict)
