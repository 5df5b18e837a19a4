"""Shows: the gates and states of a character LSTM over the learner's text; one unit's sums with the
numbers of one step; how surely it foresees each character, in bits; what its units follow; how far a
gradient reaches back, beside a plain network; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import curves, page, quiz, show
from components import lstm as shown
from components import text as texts
from components.guard import fragment
from components.i18n import _, safe
from components.lstm import LONG, UNITS, WINDOW
from components.state import choice, slider
from components.stepper import stepper
from engine.lab import Node
from engine.training.lstm_gates import (
    FEATURES,
    cell_sums,
    cell_values,
    distance_below,
    final_of,
    gradient_reach,
    kept_shares,
    likely_next,
    lstm_trace,
    mean_bits,
    next_probabilities,
    nth_count,
    one_feature,
    part_of_trace,
    rnn_trace,
    surprises,
    unit_search,
    unit_states,
    usual_reach,
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


def bits_of(own: shown.Read, trace: Node, *, name: str = "bits", kind: str = "lstm") -> Node:
    """What each character costs, by one network."""
    chances = own.lab.run(next_probabilities, own.weights, trace, kind=kind, as_=f"{name}_chances")
    return own.lab.run(surprises, chances, own.ids, as_=name)


def mean_of(own: shown.Read, bits: Node) -> float:
    """Bits per character."""
    return float(own.lab.run(mean_bits, bits, as_="mean").value)


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
    cost = bits_of(own, own.trace)
    show.chart(
        "bits",
        lambda found: shown.bits_chart(found, own.labels),
        [cost],
        caption=text["bits_caption"]
        + " "
        + _("Your text: {bits} bits per character.", bits=f"{mean_of(own, cost):.2f}"),
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
def reach() -> None:
    novel = shown.read_novel(lab)
    plain = novel.lab.run(rnn_trace, novel.weights, novel.ids, as_="plain_trace")
    reaches = {}
    for name, trace in (("lstm", novel.trace), ("rnn", plain)):
        lengths = novel.lab.run(
            gradient_reach, novel.weights, novel.ids, trace, kind=name, as_=f"{name}_lengths"
        )
        reaches[name] = novel.lab.run(usual_reach, lengths, as_=f"{name}_reach")
    names = ("LSTM", _("plain network"))
    far = [
        novel.lab.run(distance_below, node, share=0.001, as_="far").value
        for node in reaches.values()
    ]
    show.chart(
        "reach",
        lambda *found: shown.line_chart(
            dict(zip(names, found, strict=True)),
            x=_("characters back"),
            y=_("gradient, share of that at 0"),
        ),
        list(reaches.values()),
        caption=text["reach_caption"]
        + " "
        + _(
            "It falls below a thousandth after {lstm} characters in the LSTM, after {rnn} in the plain "
            "network; 40 characters back, the LSTM's is {times} times as large.",
            lstm=far[0],
            rnn=far[1],
            times=f"{reaches['lstm'].value[40] / reaches['rnn'].value[40]:,.1f}",
        ),
        alt=_("The gradient falls with the distance, in both networks"),
    )
    kept = novel.lab.run(kept_shares, novel.trace, as_="kept")
    show.chart(
        "kept",
        lambda rows: shown.line_chart(
            {_("mean of all units"): rows[0], _("the tenth that keeps most"): rows[1]},
            x=_("characters later"),
            y=_("share of the cell state"),
        ),
        [kept],
        caption=text["kept_caption"]
        + " "
        + _(
            "After 10 characters {mean} is left on average, {best} in the units that keep most.",
            mean=f"{kept.value[0, 10]:.1%}",
            best=f"{kept.value[1, 10]:.1%}",
        ),
        alt=_("What is left of a cell state, character by character"),
    )


def forced(own: shown.Read, fault: str) -> float:
    """Bits per character with a fault."""
    how = {
        "closed": {"forget": 0.0},
        "open": {"forget": 1.0},
        "reset": {"carried": 5},
        "none": {},
    }[fault]
    trace = own.lab.run(lstm_trace, own.weights, own.ids, as_=f"{fault}_trace", **how)
    return mean_of(own, bits_of(own, trace, name=f"{fault}_bits"))


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
            cost = bits_of(own, trace, name=f"{side}_bits")
            show.chart(
                f"break_{side}",
                lambda values, _cost: shown.gate_chart(
                    values, own.labels, first=0, unit=72, signed=True
                ),
                [node, cost],
                caption=_(
                    "{bits} bits per character, over {count} characters.",
                    bits=f"{mean_of(own, cost):.2f}",
                    count=FEW,
                ),
                alt=title,
            )
    st.caption(text[f"break_{fault}"])


def predict() -> None:
    own = shown.read_own(lab, characters)
    right, closed, opened = (forced(own, fault) for fault in ("none", "closed", "open"))
    quiz.question(
        _(
            "All forget gates are held at 0. How many more bits does each character of your "
            "text cost?"
        ),
        {"b": _("0.3 to 3 more"), "c": _("over 3 more"), "a": _("under 0.3 more")},
        answer="a" if closed - right < 0.3 else "b" if closed - right <= 3 else "c",
        why=_("{wrong} instead of {right}.", wrong=f"{closed:.2f}", right=f"{right:.2f}"),
        key="lstm_closed",
    )
    quiz.question(
        _("And held at 1, so that nothing is ever forgotten: better or worse than held at 0?"),
        {"better": _("better"), "worse": _("worse"), "same": _("about the same")},
        answer="same" if abs(opened - closed) < 0.1 else "worse" if opened > closed else "better",
        why=_(
            "{open} bits against {closed}: the cell states grow and grow.",
            open=f"{opened:.2f}",
            closed=f"{closed:.2f}",
        ),
        key="lstm_open",
    )
    record = shown.record(lab)
    lstm_bits, rnn_bits = (
        lab.run(final_of, lab.run(recorded, record, name=f"{name}_test", as_=name), as_="end").value
        for name in ("lstm", "rnn")
    )
    gap = rnn_bits - lstm_bits
    quiz.question(
        _(
            "On the part of the novel that was held out: how many bits per character does the LSTM "
            "save, compared with the plain network of as many units?"
        ),
        {"c": _("over 0.5"), "a": _("under 0.05"), "b": _("0.05 to 0.5")},
        answer="a" if gap < 0.05 else "b" if gap <= 0.5 else "c",
        why=_("{lstm} against {rnn}.", lstm=f"{lstm_bits:.2f}", rnn=f"{rnn_bits:.2f}"),
        key="lstm_gap",
    )
    novel = shown.read_novel(lab)
    found = novel.lab.run(unit_search, novel.trace, novel.ids, as_="found").value
    checked = {name: abs(float(row[2])) for name, row in zip(FEATURES, found, strict=True)}
    three = ("word", "quote", "vowel")
    names = shown.feature_names()
    quiz.question(
        _("Which of these does a single unit follow most closely, checked on new text?"),
        {name: names[name] for name in ("vowel", "quote", "word")},
        answer=max(three, key=lambda name: checked[name]),
        why=", ".join(f"{names[name]} {checked[name]:.2f}" for name in three) + ".",
        key="lstm_follow",
    )


here.run(
    gates=gates,
    cell=cell,
    bits=bits,
    units=units,
    reach=reach,
    breaks=breaks,
    predict=predict,
)
