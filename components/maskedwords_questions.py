"""Questions on masked words whose answers are computed from what the learner sees."""

from __future__ import annotations

from components import maskedwords as shown
from components import quiz
from components.i18n import _, safe
from components.tokens import visible
from engine.lab import Lab, Node
from engine.training.maskedwords import ASKED, TO_MASK, losses_of_all, overlap, rank_of


def ask(lab: Lab, characters: Node) -> None:
    """Four questions on the sentence that is asked for above them."""
    asked = shown.asked(lab, characters)
    if asked is None:
        return
    losses = asked.run(losses_of_all, asked.ids, as_="losses").value.tolist()
    names = asked.names[1:-1]
    hard, easy = losses.index(max(losses)), losses.index(min(losses))
    options = {str(n): safe(visible(names[n])) for n in sorted({hard, easy, len(names) // 2})}
    quiz.question(
        _("Each of these tokens is hidden alone. Which is the hardest to guess?"),
        options,
        answer=str(hard),
        why=_(
            "“{hard}” costs {most} nats, “{easy}” {least}.",
            hard=safe(visible(names[hard])),
            easy=safe(visible(names[easy])),
            most=f"{losses[hard]:.2f}",
            least=f"{losses[easy]:.2f}",
        ),
        key="mw_hardest",
    )
    right = sum(
        lab.run(rank_of, asked.hidden(n, f"_{n}"), asked.ids, place=n, as_=f"rank_{n}").value == 1
        for n in range(1, len(asked.names) - 1)
    )
    part = right / len(names)
    quiz.question(
        _("For how many of the tokens is the model's first candidate the right one?"),
        {"most": _("over 60 %"), "few": _("under 30 %"), "some": _("30 to 60 %")},
        answer="few" if part < 0.3 else "some" if part <= 0.6 else "most",
        why=_("For {right} of {all}.", right=right, all=len(names)),
        key="mw_first",
    )
    seen, blind = asked.hidden(hard + 1, "_seen"), shown.blind(asked, hard + 1)
    common = lab.run(overlap, seen, blind, as_="common").value
    quiz.question(
        _(
            "“{token}” is hidden, and then all other tokens too. How much of its answer stays the same?",
            token=safe(visible(names[hard])),
        ),
        {"low": _("under 25 %"), "high": _("over 60 %"), "middle": _("25 to 60 %")},
        answer="low" if common < 0.25 else "middle" if common <= 0.6 else "high",
        why=_("{share} of the probability.", share=f"{common:.0%}"),
        key="mw_blind",
    )
    expected = ASKED * TO_MASK * len(names)
    quiz.question(
        _(
            "In training, how many of these {count} tokens become [MASK] on average?",
            count=len(names),
        ),
        {
            "all": f"{len(names) * TO_MASK:.2f}",
            "right": f"{expected:.2f}",
            "asked": f"{len(names) * ASKED:.2f}",
        },
        answer="right",
        why=_(
            "{asked} of them are asked for, and {mask} of those are masked.",
            asked=f"{ASKED:.0%}",
            mask=f"{TO_MASK:.0%}",
        ),
        key="mw_many",
    )
