"""Questions on the LSTM whose answers are computed from the learner's text, the novel and the record."""

from __future__ import annotations

from components import lstm as shown
from components import quiz
from components.i18n import _
from components.lstm_faults import forced
from components.lstm_units import feature_names
from engine.lab import Lab, Node
from engine.training.lstm_gates import FEATURES, final_of, lstm_trace, unit_search
from engine.training.recorded import recorded


def ask(lab: Lab, characters: Node) -> None:
    """Four questions: gates held at 0 and at 1, the plain network, what a unit follows."""
    own = shown.read_own(lab, characters)
    right, closed, opened = (bits_with(own, fault) for fault in ("none", "closed", "open"))
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
    names = feature_names()
    quiz.question(
        _("Which of these does a single unit follow most closely, checked on new text?"),
        {name: names[name] for name in ("vowel", "quote", "word")},
        answer=max(three, key=lambda name: checked[name]),
        why=", ".join(f"{names[name]} {checked[name]:.2f}" for name in three) + ".",
        key="lstm_follow",
    )


def bits_with(own: shown.Read, fault: str) -> float:
    """Bits per character of the learner's text, with a fault or without ("none")."""
    as_ = f"{fault}_trace"
    if fault == "none":
        trace = own.lab.run(lstm_trace, own.weights, own.ids, as_=as_)
    else:
        trace = forced(own, fault, as_=as_)
    return shown.mean_of(own, shown.bits_of(own, trace, name=f"{fault}_bits"))
