"""Shows: the gates and states of a character LSTM over the learner's text; one unit's sums with the
numbers of one step; how surely it foresees each character, in bits; what its units follow; how far a
gradient reaches back, beside a plain network; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import lstm as shown
from components import lstm_bits as foreseen
from components import lstm_faults as faulty
from components import lstm_questions as questions
from components import lstm_reach as reaching
from components import lstm_units as following
from components import page, show
from components import text as texts
from components.guard import fragment
from components.i18n import _, safe
from components.lstm import LONG, UNITS, WINDOW
from components.state import choice, slider
from components.stepper import stepper
from engine.training.lstm_gates import FEATURES, cell_sums, cell_values, part_of_trace, unit_search

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
    foreseen.bits_view(own, text["bits_caption"])
    at = slider(_("After character"), 1, len(own.labels), min(8, len(own.labels)), key="lstm_next")
    foreseen.next_view(own, at)
    foreseen.learned_views(lab, text)


@fragment
def units() -> None:
    novel = shown.read_novel(lab)
    found = novel.lab.run(unit_search, novel.trace, novel.ids, as_="found")
    show.html(
        "units",
        following.units_grid(found.value),
        [found],
        caption=text["units_caption"].format(count=f"{LONG:,}", units=ALL),
    )
    names = following.feature_names()
    feature = choice(_("Look at"), names, key="lstm_feature", default="word")
    unit = int(found.value[FEATURES.index(feature), 0])
    first = slider(_("From character"), 1001, LONG - 80, 1001, key="lstm_from") - 1
    following.state_view(novel, unit, feature, first)


@fragment
def breaks() -> None:
    own = shown.read_novel(lab, faulty.FEW)
    faults = faulty.fault_names()
    fault = choice(_("What is done wrong"), faults, key="lstm_fault")
    wrong = faulty.forced(own, fault, as_="wrong_trace")
    sides = (("right", _("Right: as learned"), own.trace), ("wrong", faults[fault], wrong))
    reach = faulty.reach_of([faulty.cells_of(own, trace, side) for side, _title, trace in sides])
    for column, (side, title, trace) in zip(st.columns(2), sides, strict=True):
        with column:
            st.markdown(f"**{title}**")
            faulty.side_view(own, side, title, trace, reach)
    st.caption(text[f"break_{fault}"])


@fragment
def reach() -> None:
    reaching.reach(shown.read_novel(lab), text)


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
