"""Questions on classification whose answers are computed from the learner's own picture."""

from __future__ import annotations

from components import classify as shown
from components import quiz
from components.i18n import _
from engine.lab import Lab, Node
from engine.softmax import softmax
from engine.vision.classify import classes_for, probability_of, scores, top


def ask(lab: Lab, pixels: Node) -> None:
    """Four questions: two networks, a hot softmax, the worst mistake, classes that share 90 %."""
    both = [shown.seen(lab, pixels, name) for name in shown.AT_HAND]
    with shown.loading():
        logits = [seen.ask(scores, as_="logits") for seen in both]
        (label, name, _score), (other, other_name, _other) = (
            lab.run(top, z, count=1, as_="highest").value[0] for z in logits
        )
    one, two = (seen.title for seen in both)
    quiz.question(
        _("Do {one} and {two} put the same class of the 1000 first?", one=one, two=two),
        {"same": _("The same"), "other": _("Another one")},
        answer="same" if label == other else "other",
        why=_(
            "{one} says “{name}”, {two} says “{other}”.",
            one=one,
            name=name,
            two=two,
            other=other_name,
        ),
        key="networks_agree",
    )
    hot = lab.run(softmax, logits[0], temperature=5.0, as_="hot")
    share = lab.run(probability_of, hot, label=label, as_="share").value
    quiz.question(
        _("{network} at temperature 5: how likely is its first class then?", network=one),
        {"low": _("under 2 %"), "middle": _("2 to 20 %"), "high": _("over 20 %")},
        answer="low" if share < 0.02 else "middle" if share <= 0.2 else "high",
        why=_("“{name}” has {share}.", name=name, share=shown.percent(share)),
        key="hot",
    )
    left, mistakes = {}, shown.mistakes()
    for trap in ("bgr", "plain", "flipped"):
        z = both[0].ask(scores, x=shown.wrong_input(both[0], pixels, trap), as_=f"logits_{trap}")
        p = lab.run(softmax, z, as_="wrong")
        left[trap] = lab.run(probability_of, p, label=label, as_="left").value
    said = {trap: shown.percent(p) for trap, p in left.items()}
    least = said[min(left, key=lambda trap: left[trap])]
    quiz.question(
        _("Which of these mistakes takes most from “{name}” in {network}?", name=name, network=one),
        {trap: mistakes[trap] for trap in left},
        answer=tuple(trap for trap in said if said[trap] == least),  # of equal ones, all
        why="; ".join(f"{mistakes[trap]}: {p}" for trap, p in said.items()) + ".",
        key="worst_trap",
    )
    certain = lab.run(softmax, logits[0], as_="certain")
    count = lab.run(classes_for, certain, as_="count").value
    quiz.question(
        _("How many classes have 90 % of {network}'s probability together?", network=one),
        {"one": _("one"), "few": _("2 to 10"), "many": _("more than 10")},
        answer="one" if count == 1 else "few" if count <= 10 else "many",
        why=_("It takes {count} of 1000.", count=count),
        key="ninety",
    )
