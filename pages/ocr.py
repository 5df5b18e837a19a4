"""Shows: where text is in the learner's picture; boxes around its lines; a line cut out and turned
level; the symbols that are read step by step; all texts; three mistakes; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import ocr as shown
from components import page, quiz, show
from components.guard import fragment
from components.i18n import _, safe
from components.show import RGB, Picture
from components.state import choice, slider
from engine.vision import ocr

here = page.start(
    "ocr",
    {
        "find": _("Find"),
        "boxes": _("Boxes"),
        "cut": _("Cut out"),
        "symbols": _("Symbols"),
        "read": _("Read"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
reading = shown.reading_of_tray()
lab, found = reading.lab, reading.boxes()
shown.tell(reading, fully=here.step == "find")


def find() -> None:
    alt = _("How probably each place is the middle of a line of text")
    row = [
        Picture(reading.pixels, reading.title, _("The picture"), RGB),
        Picture(reading.map, _("Text?"), alt, (), 0, 1, "viridis"),
    ]
    tall, wide = reading.map.value.shape
    picture = _("the sample") if reading.note else _("your picture")
    caption = text["find_caption"].format(width=wide, height=tall, unit=ocr.UNIT, picture=picture)
    show.pictures("find", row, caption=caption)


@fragment
def boxes() -> None:
    with st.container(horizontal=True):
        level = slider(_("Text from a probability of, in %"), 5, 95, shown.LEVEL, key="ocr_level")
        label, key = _("Growth"), "ocr_growth"
        ratio = st.slider(label, 0.0, 4.0, shown.RATIO, 0.1, key=key, bind="query-params")
    now = reading.boxes(level, ratio)
    told = _("{count} boxes.", count=len(now.value[0]))
    caption = f"{told} {text['boxes_caption']}"
    show.pictures("boxes", [shown.pane(reading, now)], caption=caption, drawn=[now])


@fragment
def cut() -> None:
    number = shown.ask_line(found)
    line = reading.line(found, number)
    show.pictures(
        "cut",
        [shown.pane(reading, found, number), shown.line_pane(line)],
        caption=text["cut_caption"].format(height=ocr.HEIGHT),
    )


@fragment
def symbols() -> None:
    number = shown.ask_line(found)
    line = reading.line(found, number)
    steps = reading.steps(line)
    names = lab.run(ocr.symbols, reading.weights, as_="names").value
    result = reading.text(steps)
    best, probability = steps.value
    kept = ocr.collapse(best[:, 0])
    show.pictures("line", [shown.line_pane(line)], height=140, caption=text["line_caption"])
    body = shown.steps_grid(names, best, probability, kept)
    written, sure = result.value
    told = _("Read: “{text}”, confidence {sure}.", text=safe(written), sure=f"{sure:.1%}")
    caption = text["symbols_caption"].format(symbols=f"{len(names):,}")
    show.html("symbols", body, [steps, result], caption=f"{told} {caption}")


def read() -> None:
    lines = reading.lines(found)
    with shown.reading(len(found.value[0])):
        lines.value
    caption = text["read_caption"]
    if len(found.value[0]) > shown.MOST:
        caption += " " + _("Read: the first {count} lines.", count=shown.MOST)
    show.pictures(
        "read", [shown.pane(reading, found)], caption=text["order_caption"], drawn=[found]
    )
    show.html("texts", shown.texts_grid(lines.value), [lines], caption=caption)


@fragment
def breaks() -> None:
    kinds = {
        "grow": _("Boxes not grown"),
        "level": _("Not turned level"),
        "blanks": _("Blanks dropped first"),
    }
    kind = choice(_("The mistake"), kinds, key="ocr_break", hide_label=True)
    right = reading.lines(found)
    mistake = {"grow": {}, "level": {"turned": False}, "blanks": {"blanks": False}}[kind]
    boxes = reading.boxes(ratio=0) if kind == "grow" else found
    wrong = reading.lines(boxes, "wrong_lines", **mistake)
    number = shown.first_changed(right.value, wrong.value)
    if kind != "blanks" and number is not None:
        cut = reading.line(found, number)
        wrongly = reading.line(boxes, number, "wrong_line", **mistake)
        show.pictures(
            "cuts",
            [
                shown.line_pane(cut, _("As it should be cut")),
                shown.line_pane(wrongly, _("With the mistake")),
            ],
            height=140,
            caption=_(
                "Line {number}, both {height} pixels high as the reader gets them.",
                number=number + 1,
                height=ocr.HEIGHT,
            ),
        )
    body = shown.compared_grid(right.value, wrong.value)
    show.html("breaks", body, [right, wrong], caption=text[f"breaks_{kind}"])


def predict() -> None:
    right = reading.lines(found)
    lines = right.value
    steps = reading.steps(reading.line(found, 0)).value
    count, kept = len(steps[0]), len(ocr.collapse(steps[0][:, 0]))
    first = safe(lines[0][0])
    quiz.question(
        _(
            "The first line says “{text}”: {kept} characters. In how many steps was it read?",
            text=first,
            kept=kept,
        ),
        {
            "same": _("In as many steps as characters"),
            "twice": _("In up to twice as many"),
            "more": _("In more than twice as many"),
        },
        answer="same" if count == kept else "twice" if count <= 2 * kept else "more",
        why=_("{count}: a step for every 8 pixels, wherever the characters are.", count=count),
        key="ocr_steps",
    )
    blanks = int((steps[0][:, 0] == ocr.BLANK).sum())
    quiz.question(
        _("At how many of these steps is “nothing new” the best symbol?"),
        {
            "few": _("under 33 %"),
            "some": _("33 to 67 %"),
            "most": _("over 67 %"),
        },
        answer="few" if blanks < 0.33 * count else "some" if blanks <= 0.67 * count else "most",
        why=_(
            "At {blanks} of {count}: {share}.",
            blanks=blanks,
            count=count,
            share=f"{blanks / count:.0%}",
        ),
        key="ocr_blanks",
    )
    shrunk = reading.lines(reading.boxes(ratio=0), "wrong_lines")
    wrong, all_ = lab.run(ocr.read_differently, right, shrunk, as_="differently").value
    quiz.question(
        _("The boxes do not grow. How many of the characters are read differently?"),
        {"b": _("under 5 %"), "a": _("5 to 30 %"), "c": _("over 30 %")},
        answer="b" if wrong / all_ < 0.05 else "a" if wrong / all_ <= 0.3 else "c",
        why=_("{wrong} of {all}: {share}.", wrong=wrong, all=all_, share=f"{wrong / all_:.1%}"),
        key="ocr_shrunk",
    )
    weakest = min(range(len(lines)), key=lambda n: lines[n][1])
    sure = lines[weakest][1]
    quiz.question(
        _("How sure is the reader of the line that it is least sure of?"),
        {"a": _("below 80 %"), "b": _("80 to 97 %"), "c": _("above 97 %")},
        answer="a" if sure < 0.8 else "b" if sure <= 0.97 else "c",
        why=_(
            "{sure}, for line {number}: “{text}”.",
            sure=f"{sure:.1%}",
            number=weakest + 1,
            text=safe(lines[weakest][0]),
        ),
        key="ocr_weakest",
    )


here.run(
    find=find, boxes=boxes, cut=cut, symbols=symbols, read=read, breaks=breaks, predict=predict
)
