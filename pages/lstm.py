"""Shows: the gates and states of a character LSTM over the learner's text; one unit's sums with the
numbers of one step; how surely it foresees each character, in bits; what its units follow; how far a
gradient reaches back, beside a plain network; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import curves, page, show
from components import lstm as shown
from components import lstm_questions as questions
from components import text as texts
from components.guard import fragment
from components.i18n import _, safe
from components.lstm import LONG, UNITS, WINDOW
from components.state import choice, slider
from components.stepper import stepper
from engine.training.lstm_gates import (
    FEATURES,
    cell_sums,
    cell_values,
    final_of,
    likely_next,
    lstm_trace,
    next_probabilities,
    nth_count,
    one_feature,
    part_of_trace,
    unit_search,
    unit_states,
)
from engine.training.recorded import recorded

here = page.start(
    "lstm",
    {
        "gates": _("Gates"),
        "cell": _("One unit"),
        "bits": _("What comes next"),
        "units": _("What units follow"),
        "reach": _("How far back"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
_source, lab, characters = texts.text_of_tray()
ALL = 128  # units of the network
FEW = 600  # characters of the novel on which mistakes are measured


@fragment
def gates() -> None:
    own = shown.read_own(lab, characters)
    part = choice(_("Part"), shown.part_names(), key="lstm_part")
    one, other = st.columns(2)
    last = max(1, len(own.labels) - WINDOW + 1)
    with one:
        first = stepper(_("From character"), 1, last, 1, key="lstm_first") - 1
    with other:
        unit = slider(_("From unit"), 0, ALL - UNITS, 72, key="lstm_unit")
    node = own.lab.run(
        part_of_trace,
        own.trace,
        part=part,
        first=first,
        count=WINDOW,
        unit=unit,
        units=UNITS,
        as_="part",
    )
    signed = part in ("candidate", "cell", "hidden")
    show.chart(
        "gates",
        lambda values: shown.gate_chart(values, own.labels, first=first, unit=unit, signed=signed),
        [node],
        caption=text[f"about_{part}"] + " " + text["gates_caption"].format(units=ALL),
        alt=_("Units down, characters across"),
    )


@fragment
def cell() -> None:
    own = shown.read_own(lab, characters)
    one, other = st.columns(2)
    with one:
        at = stepper(_("Character"), 1, len(own.labels), min(8, len(own.labels)), key="lstm_at") - 1
    with other:
        unit = slider(_("Unit"), 0, ALL - 1, 77, key="lstm_one")
    read = "".join(own.labels[max(0, at - 30) : at])
    st.markdown(_("Read so far: {before}**{char}**", before=safe(read), char=safe(own.labels[at])))
    sums = own.lab.run(cell_sums, own.weights, own.ids, own.trace, at=at, unit=unit, as_="sums")
    values = own.lab.run(cell_values, own.trace, at=at, unit=unit, as_="values")
    show.html("sums", shown.sums_grid(sums.value), [sums], caption=text["sums_caption"])
    names = ("i", "f", "o", "g", "before", "kept", "new", "after", "h")
    fields = dict(zip(names, (f"{n:.3f}" for n in values.value.tolist()), strict=True))
    fields |= {"new": f"{abs(values.value[6]):.3f}", "sign": "+" if values.value[6] >= 0 else "−"}
    st.markdown(
        _(
            "**Cell state:** f · c + i · g = {f} · {before} + {i} · {g} = {kept} {sign} {new} = "
            "**{after}**",
            **fields,
        )
    )
    st.markdown(_("**Output:** o · tanh(c) = {o} · tanh({after}) = **{h}**", **fields))
    show.register("values", [values])


@fragment
def bits() -> None:
    own = shown.read_own(lab, characters)
    cost = shown.bits_of(own, own.trace)
    show.chart(
        "bits",
        lambda found: shown.bits_chart(found, own.labels),
        [cost],
        caption=text["bits_caption"]
        + " "
        + _("Your text: {bits} bits per character.", bits=f"{shown.mean_of(own, cost):.2f}"),
        alt=_("A bar for each character: how many bits it costs"),
    )
    at = slider(_("After character"), 1, len(own.labels), min(8, len(own.labels)), key="lstm_next")
    chances = own.lab.run(next_probabilities, own.weights, own.trace, as_="chances")
    likely = own.lab.run(likely_next, chances, at=at - 1, as_="likely")
    read = "".join(own.labels[max(0, at - 30) : at])
    show.html(
        "next",
        shown.next_grid(likely.value),
        [likely],
        caption=_("After “{read}”: the likeliest next characters.", read=safe(read)),
    )
    record = shown.record(lab)
    lines = {
        name: lab.run(recorded, record, name=f"{name}_test", as_=f"{name}_curve")
        for name in ("lstm", "rnn")
    }
    counted = lab.run(recorded, record, name="counted", as_="counted")
    titles = {"lstm": "LSTM", "rnn": _("plain network")}
    scores = {
        _("counted characters"): lab.run(nth_count, counted, place=0, as_="single").value,
        _("counted pairs"): lab.run(nth_count, counted, place=1, as_="pairs").value,
        _("counted triples"): lab.run(nth_count, counted, place=2, as_="triples").value,
        titles["rnn"]: lab.run(final_of, lines["rnn"], as_="rnn_bits").value,
        titles["lstm"]: lab.run(final_of, lines["lstm"], as_="lstm_bits").value,
    }
    show.html("scores", shown.scores_grid(scores), [counted], caption=text["scores_caption"])
    show.chart(
        "learned",
        lambda *found: curves.figure(
            {},
            y=_("bits per character"),
            recorded={
                titles[name]: (list(range(len(row))), row)
                for name, row in zip(lines, found, strict=True)
            },
        ),
        list(lines.values()),
        caption=text["learned_caption"],
        alt=_("Bits per character, epoch by epoch"),
    )


@fragment
def units() -> None:
    novel = shown.read_novel(lab)
    found = novel.lab.run(unit_search, novel.trace, novel.ids, as_="found")
    show.html(
        "units",
        shown.units_grid(found.value),
        [found],
        caption=text["units_caption"].format(count=f"{LONG:,}", units=ALL),
    )
    names = shown.feature_names()
    feature = choice(_("Look at"), names, key="lstm_feature", default="word")
    unit = int(found.value[FEATURES.index(feature), 0])
    first = slider(_("From character"), 1001, LONG - 80, 1001, key="lstm_from") - 1
    states = novel.lab.run(unit_states, novel.trace, unit=unit, first=first, count=80, as_="states")
    rows = novel.lab.run(
        one_feature, novel.ids, name=feature, first=first, count=80, as_="feature_row"
    )
    show.chart(
        "states",
        lambda one, other: shown.state_chart(
            one, other, novel.labels[first : first + 80], names[feature]
        ),
        [states, rows],
        caption=_("Unit {unit} over 80 characters of the second half.", unit=unit),
        alt=_("The cell state of a unit and what it follows"),
    )


@fragment
def breaks() -> None:
    own = shown.read_novel(lab, FEW)
    faults = {
        "closed": _("Forget gate 0"),
        "open": _("Forget gate 1"),
        "reset": _("Memory wiped every 5 characters"),
    }
    fault = choice(_("What is done wrong"), faults, key="lstm_fault")
    how = {"closed": {"forget": 0.0}, "open": {"forget": 1.0}, "reset": {"carried": 5}}[fault]
    wrong = own.lab.run(lstm_trace, own.weights, own.ids, as_="wrong_trace", **how)
    sides = ((_("Right: as learned"), own.trace, "right"), (faults[fault], wrong, "wrong"))
    for column, (title, trace, side) in zip(st.columns(2), sides, strict=True):
        with column:
            st.markdown(f"**{title}**")
            node = own.lab.run(
                part_of_trace,
                trace,
                part="cell",
                first=0,
                count=WINDOW,
                unit=72,
                units=UNITS,
                as_=f"{side}_cells",
            )
            cost = shown.bits_of(own, trace, name=f"{side}_bits")
            show.chart(
                f"break_{side}",
                lambda values, _cost: shown.gate_chart(
                    values, own.labels, first=0, unit=72, signed=True
                ),
                [node, cost],
                caption=_(
                    "{bits} bits per character, over {count} characters.",
                    bits=f"{shown.mean_of(own, cost):.2f}",
                    count=FEW,
                ),
                alt=title,
            )
    st.caption(text[f"break_{fault}"])


@fragment
def reach() -> None:
    shown.reach(shown.read_novel(lab), text)


def predict() -> None:
    questions.ask(lab, characters)


here.run(
    gates=gates,
    cell=cell,
    bits=bits,
    units=units,
    reach=reach,
    breaks=breaks,
    predict=predict,
)
