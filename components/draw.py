"""What the lesson Draw and see draws: paper, ten bars, maps, its training, mistakes, a collection."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from components import canvas, charts, curves, drawings, labelled, show
from components.catalogue import COLOURS
from components.cells import Cell, grid
from components.classify import percent
from components.i18n import _, safe
from components.show import Picture
from engine import export
from engine.errors import N_, UserError
from engine.lab import Lab, Node
from engine.models.for_training import LENET5, LENET5_RUN, MNIST_5K
from engine.sources import Source, common_fields
from engine.training.digits import LEARN, TEST, digit_labels, digits
from engine.training.recorded import recorded, recorded_facts
from engine.vision.drawing import (
    as_digit,
    blank,
    cornered,
    drawing_png,
    enlarged_digit,
    exchanged,
    no_digit,
    noise,
    quarter_turned,
    read_drawing,
    shrunk,
    thicker,
    upside,
)
from engine.vision.lenet import (
    MAPS,
    digit_answer,
    how_many_right,
    likeliest_digit,
    map_sheet,
    nearest_pattern,
    usual_distance,
)

#: The digit that is shown before anything is drawn: one of the test.
EXAMPLE = LEARN + 6
COLUMNS = {"C1": 3, "S2": 3, "C3": 4, "S4": 4}
LARGEST = 1.72  # of a map: the activation lies within -1.7159..1.7159
MARKS = 24  # small pictures of a class that are shown
MOST_MARKS = 60  # CSS pixels


@dataclass(frozen=True)
class Drawn:
    """A drawing as nodes: its 280 x 280 pixels, and the 28 x 28 numbers made of them as MNIST's were.

    `own` : whether the learner drew it; else it is the example. `png` : its file, b"" of the example.
    """

    lab: Lab
    pixels: Node
    digit: Node
    own: bool
    png: bytes = b""

    def ask(self, digit: Node, *, name: str = "") -> Node:
        """The ten probabilities of LeNet-5 for 28 x 28 numbers."""
        weights = self.lab.weights(LENET5, as_="lenet5")
        name = f"answer_{name}" if name else "answer"
        return self.lab.run(digit_answer, weights, digit, network=True, as_=name)

    def guess(self, digit: Node, *, name: str = "") -> tuple[int, float]:
        """What LeNet-5 takes it for, and the probability."""
        found: tuple[int, float] = self.lab.run(
            likeliest_digit, self.ask(digit, name=name), as_="likeliest"
        ).value
        return found


def drawn(lab: Lab, key: str) -> Drawn:
    """What is on the paper called `key`; the example as long as nothing is."""
    strokes = canvas.strokes(key)
    if not strokes:
        pixels = lab.run(
            enlarged_digit, lab.weights(MNIST_5K, as_="mnist"), number=EXAMPLE, as_="drawing"
        )
        return Drawn(lab, pixels, lab.run(as_digit, pixels, as_="digit"), own=False)
    png = drawing_png(strokes)
    file = lab.open(Source(**common_fields("drawing.png", png, "PNG", None)), as_="file")
    pixels = lab.run(read_drawing, file, as_="drawing")
    return Drawn(lab, pixels, lab.run(as_digit, pixels, as_="digit"), own=True, png=png)


def paper(lab: Lab, key: str, *, example: bool = True) -> Drawn:
    """Draw the paper; return what is on it."""
    sample = drawn(lab, f"{key}_none").pixels if example else None
    canvas.draw(key, sample=None if sample is None else lambda: export.to_png(sample.value))
    return drawn(lab, key)


def answer(key: str, seen: Drawn, digit: Node, caption: str) -> None:
    """Ten bars: the probability of each digit."""
    show.chart(
        key,
        bars,
        [seen.ask(digit)],
        caption=caption,
        alt=_("A bar for each digit from 0 to 9: its probability"),
    )


def bars(probabilities: Sequence[float]) -> charts.Figure:
    """Ten bars, the likeliest one full, the others hatched."""
    shares = [float(share) for share in probabilities]
    rows = [
        (str(digit), share, percent(share), share == max(shares))
        for digit, share in enumerate(shares)
    ]
    figure = charts.sizes(rows, x=_("probability"), colour=COLOURS["image"], height=330)
    figure["layout"]["xaxis"] |= {"tickvals": [0, 0.5, 1], "tickformat": ".0%"}
    figure["layout"]["yaxis"] |= {"type": "category", "dtick": 1}
    return figure


def matrix(key: str, digit: Node, caption: str) -> None:
    """The 28 x 28 numbers, large enough to be read."""
    show.pictures(
        key,
        [
            Picture(
                digit,
                "28 × 28",
                _("The drawing as the network sees it, with its numbers"),
                lo=0,
                hi=255,
                group="digit",
                lossy=False,
            )
        ],
        caption=caption,
        height=620,
    )


def layers(seen: Drawn, maps: Node, caption: str) -> None:
    """The maps of each of the four layers as one picture."""
    panes = []
    for layer, count in MAPS.items():
        sheet = seen.lab.run(map_sheet, maps, layer=layer, columns=COLUMNS[layer], as_=layer)
        side = maps.value[list(MAPS).index(layer)].shape[-1]
        panes.append(
            Picture(
                sheet,
                _("{layer}: {count} maps, {side} × {side}", layer=layer, count=count, side=side),
                _("The maps of layer {layer}", layer=layer),
                lo=-LARGEST,
                hi=LARGEST,
                scale="signed",
                group=layer,
                lossy=False,
            )
        )
    show.pictures("layers", panes, caption=caption, height=330)


# ------------------------------------------------------------------------------ how it learned


def learning(lab: Lab, text: Mapping[str, str]) -> None:
    """The recorded training of LeNet-5: loss and errors, one epoch in numbers, what it confuses."""
    run = lab.weights(LENET5_RUN, as_="record")
    loss, right, table = (
        lab.run(recorded, run, name=name, as_=name)
        for name in ("train_loss", "test_accuracy", "test_confusion")
    )
    facts = lab.run(recorded_facts, run, as_="facts")
    last, told = len(loss.value) - 1, dict(facts.value)
    tested = int(table.value.sum())
    epoch = curves.epoch_slider(_("After epoch"), range(last + 1), key="draw_epoch")
    epochs = list(range(last + 1))
    views = (
        ("loss", loss, _("mean loss"), lambda values: values),
        ("wrong", right, _("share of test digits answered wrongly"), lambda values: 1 - values),
    )
    for column, (key, node, y, of) in zip(st.columns(2), views, strict=True):
        with column:
            show.chart(
                f"learned_{key}",
                lambda values, y=y, of=of: curves.figure(
                    {y: (epochs, of(values))}, y=y, at=epoch, last=last, log_y=True
                ),
                [node],
                caption=text[f"learned_{key}_caption"].format(tested=f"{tested:,}"),
                alt=_("{measure}, epoch by epoch", measure=y),
            )
    wrong = round(tested * (1 - float(right.value[epoch])))
    st.markdown(
        _(
            "After epoch **{epoch}** of {last}: mean loss {loss}, **{wrong}** of {tested} test digits "
            "wrong. All epochs together took {minutes} minutes ({machine}).",
            epoch=epoch,
            last=last,
            loss=f"{float(loss.value[epoch]):.3f}",
            wrong=f"{wrong:,}",
            tested=f"{tested:,}",
            minutes=round(int(told["seconds"]) / 60),
            machine=_machine(told["machine"]),
        )
    )
    show.html(
        "learned_table",
        labelled.confusion_grid(table.value, [str(digit) for digit in range(10)]),
        [table],
        caption=text["learned_table_caption"].format(last=last),
    )


def _machine(told: str) -> str:
    """What a recorded run was computed on, in this session's language where it is known."""
    cpu = told.startswith("cpu, one thread")
    return _("one thread of a processor") if cpu else safe(told)


# ------------------------------------------------------------------------------ what breaks


def mistakes() -> dict[str, str]:
    """What can be wrong with a drawing, or be no digit at all."""
    return {
        "corner": _("Not centred"),
        "small": _("Half as large"),
        "light": _("Light and dark exchanged"),
        "thick": _("Thick pen"),
        "quarter": _("A quarter turn"),
        "head": _("On its head"),
        "letter": _("The letter A"),
        "triangle": _("A triangle"),
        "spiral": _("A spiral"),
        "blank": _("Blank paper"),
        "noise": _("Noise"),
    }


#: Of a drawing's pixels, of its 28 x 28 numbers, of nothing.
FROM_PIXELS = {"corner": cornered, "small": shrunk}
FROM_DIGIT = {"light": exchanged, "thick": thicker, "quarter": quarter_turned, "head": upside}
FROM_NOTHING = {"blank": blank, "noise": noise}


def wrong(seen: Drawn, name: str) -> Node:
    """The 28 x 28 numbers with one of the `mistakes`."""
    if name in FROM_PIXELS:
        return seen.lab.run(FROM_PIXELS[name], seen.pixels, as_=f"wrong_{name}")
    if name in FROM_DIGIT:
        return seen.lab.run(FROM_DIGIT[name], seen.digit, as_=f"wrong_{name}")
    if name in FROM_NOTHING:
        return seen.lab.run(FROM_NOTHING[name], as_=f"wrong_{name}")
    shape = seen.lab.run(no_digit, name=name, as_=f"{name}_drawing")
    return seen.lab.run(as_digit, shape, as_=f"wrong_{name}")


def guesses(seen: Drawn, names: Mapping[str, str], caption: str) -> None:
    """A table: what LeNet-5 takes each input for, how sure it is, how near its pattern is."""
    inputs = {"right": seen.digit} | {name: wrong(seen, name) for name in names}
    titles = {"right": _("As MNIST was made")} | dict(names)
    weights = seen.lab.weights(LENET5, as_="lenet5")
    nodes, rows = [], []
    for name, digit in inputs.items():
        guess = seen.lab.run(likeliest_digit, seen.ask(digit, name=name), as_=f"likeliest_{name}")
        near = seen.lab.run(nearest_pattern, weights, digit, network=True, as_=f"distance_{name}")
        (best, sure), nodes = guess.value, [*nodes, guess, near]
        rows.append([Cell(str(best)), Cell(percent(sure)), Cell(f"{near.value:.1f}")])
    pictures = test_digits(seen.lab)
    usual = seen.lab.run(usual_distance, weights, pictures, network=True, as_="usual")
    table = grid(
        rows,
        label=_("What LeNet-5 says of wrong inputs"),
        row_heads=list(titles.values()),
        column_heads=[_("answer"), _("probability"), _("distance to its pattern")],
    )
    caption = caption.format(usual=f"{usual.value:.1f}", count=f"{TEST:,}")
    show.html("guesses", table, [*nodes, usual], caption=caption)


def right_of_test(lab: Lab) -> tuple[int, int]:
    """How many of the test's digits in the set LeNet-5 names rightly, and how many there are."""
    file, weights = lab.weights(MNIST_5K, as_="mnist"), lab.weights(LENET5, as_="lenet5")
    labels = lab.run(digit_labels, file, start=LEARN, count=TEST, as_="labels")
    right = lab.run(how_many_right, weights, test_digits(lab), labels, network=True, as_="right")
    return right.value, TEST


def test_digits(lab: Lab) -> Node:
    """The pictures of the test's digits in the set."""
    file = lab.weights(MNIST_5K, as_="mnist")
    return lab.run(digits, file, start=LEARN, count=TEST, as_="pictures")


# ------------------------------------------------------------------------------ the learner's shapes


def take_pressed(lab: Lab, key: str) -> str:
    """Do what was pressed, before anything is drawn: keep the drawing, or remove some.

    Returns
    -------
    str, why it could not be done; "" if it could.
    """
    refused = ""
    if st.session_state.get("draw_keep"):
        seen = drawn(lab, key)
        try:
            if not seen.own:
                raise UserError(N_("Draw something first."))
            drawings.keep(st.session_state.get("draw_label") or "", seen.png)
            canvas.clear(key)
        except UserError as error:
            refused = _(error.message, **error.params)
    for number, label in enumerate(list(drawings.collected())):
        if st.session_state.get(f"draw_last_{number}"):
            drawings.remove(label)
        if st.session_state.get(f"draw_drop_{number}"):
            drawings.remove_class(label)
    return refused


def collection() -> None:
    """The classes: name, number, small pictures, and buttons to remove; the whole as a zip file."""
    classes = drawings.collected()
    for number, (label, many) in enumerate(classes.items()):
        with st.container(border=True, key=f"draw_class_{number}"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{safe(label)}** &nbsp; " + _("Drawings: {count}", count=len(many)))
                st.button(_("Remove the last"), key=f"draw_last_{number}", type="tertiary")
                st.button(_("Remove the class"), key=f"draw_drop_{number}", type="tertiary")
            st.html(marks([data for _name, data in many[-MARKS:]], label))
    if classes:
        st.download_button(
            _("The drawings as a zip file"),
            drawings.archive,
            file_name="drawings.zip",
            mime="application/zip",
            icon=":material/download:",
            key="draw_zip",
            on_click="ignore",
        )


def marks(pictures: Sequence[bytes], label: str) -> str:
    """Small pictures in a row, as HTML."""
    alt = _("A drawing of the class {label}", label=label)
    images = "".join(
        f'<img width="{MOST_MARKS}" height="{MOST_MARKS}" alt="{escape(alt)}" '
        f'style="border:1px solid #8888;border-radius:4px" '
        f'src="data:image/png;base64,{base64.b64encode(data).decode()}">'
        for data in pictures
    )
    return f'<div style="display:flex;flex-wrap:wrap;gap:6px">{images}</div>'
