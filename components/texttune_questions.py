"""Questions on fine-tuning with text whose answers are computed from the sentences and the record."""

from __future__ import annotations

from components import quiz
from components.i18n import _
from components.texttune import LEARNING, Task
from components.texttune_curves import record
from components.texttune_heads import heads
from engine.lab import Node
from engine.training.texttune import trained_numbers


def ask(task: Task, rows: Node) -> None:
    """Four questions: an untrained head, a trained one, how many numbers learn, what is forgotten."""
    lab = task.lab
    untrained, trained = (node.value.mean() for node in heads(task, rows))
    quiz.question(
        _(
            "A head was drawn by chance and learnt nothing. How many of the tested sentences does it "
            "get right, on average over ten such heads?"
        ),
        {"half": _("40 to 70 %"), "few": _("under 40 %"), "most": _("over 70 %")},
        answer="few" if untrained < 0.4 else "half" if untrained <= 0.7 else "most",
        why=_(
            "{share}; by chance it would be {chance}.",
            share=f"{untrained:.0%}",
            chance=f"{1 / len(task.names.value):.0%}",
        ),
        key="tt_untrained",
    )
    quiz.question(
        _("The layers stay frozen and the head learns to the end. How many does it get right?"),
        {"most": _("over 90 %"), "some": _("60 to 90 %"), "few": _("under 60 %")},
        answer="few" if trained < 0.6 else "some" if trained <= 0.9 else "most",
        why=_("{share}, as the mean of ten splits.", share=f"{trained:.0%}"),
        key="tt_frozen",
    )
    last, whole = (
        lab.run(
            trained_numbers,
            rows.inputs[0],
            learning=LEARNING[name],
            labels=len(task.names.value),
            as_=f"numbers_{name}",
        ).value[0]
        for name in ("last", "all")
    )
    quiz.question(
        _("All six layers learn instead of one. How many times as many numbers learn?"),
        {"equal": _("3 to 7 times"), "more": _("over 7 times"), "less": _("under 3 times")},
        answer="less" if whole / last < 3 else "equal" if whole / last <= 7 else "more",
        why=_("{whole} against {last}.", whole=f"{whole:,}", last=f"{last:,}"),
        key="tt_numbers",
    )
    topic = record(lab, "purpose_all_topic").value
    first, final = topic[0].mean(), topic[-1].mean()
    quiz.question(
        _(
            "All layers have learnt what a sentence is for. Before, a new head could read off what it "
            "is about, of {share} of the sentences. And now?",
            share=f"{first:.0%}",
        ),
        {
            "more": _("of more"),
            "less": _("of less than half as many"),
            "as": _("of nearly as many"),
        },
        answer="more" if final > first else "less" if final < first / 2 else "as",
        why=_(
            "Of {share}, in the recorded runs. What nobody asks for is not kept.",
            share=f"{final:.0%}",
        ),
        key="tt_topic",
    )
