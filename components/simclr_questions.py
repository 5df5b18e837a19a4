"""Questions on contrastive learning whose answers are computed from digits and a recorded run."""

from __future__ import annotations

import math

from components import quiz
from components.digits import Given
from components.i18n import _
from components.simclr import SIZE, Batch, batch
from engine.lab import Lab
from engine.training.contrastive import choices, mean_share_alike, row_losses


def ask(all_: Given) -> None:
    """Four questions: the temperature, an untrained network, digits pushed away, the spread."""
    lab = all_.lab
    one, before = batch(all_, 1, 1.0, True), batch(all_, 1, 1.0, False)
    means = {heat: mean_loss(lab, one, heat) for heat in (0.1, 1.0)}
    quiz.question(
        _(
            "The temperature goes from 1 down to 0.1. What happens to the mean loss of the first batch?"
        ),
        {"rises": _("It rises"), "falls": _("It falls")},
        answer="falls" if means[0.1] < means[1.0] else "rises",
        why=_(
            "From {warm} to {cold}: like views are preferred more sharply.",
            warm=f"{means[1.0]:.3f}",
            cold=f"{means[0.1]:.3f}",
        ),
        key="sc_heat",
    )
    learned, random_ = mean_loss(lab, one, 0.2), mean_loss(lab, before, 0.2)
    guess = math.log(2 * SIZE - 1)
    quiz.question(
        _(
            "An untrained network looks at 12 views. Guessing has a loss of {guess}. How large is the "
            "network's own?",
            guess=f"{guess:.2f}",
        ),
        {
            "like": _("Nearly that, within 10 %"),
            "less": _("Clearly less"),
            "more": _("Clearly more"),
        },
        answer="less" if random_ < 0.9 * guess else "like" if random_ <= 1.1 * guess else "more",
        why=_(
            "{random}; after training it is {learned}.",
            random=f"{random_:.2f}",
            learned=f"{learned:.2f}",
        ),
        key="sc_random",
    )
    share = lab.run(mean_share_alike, all_.labels, count=100, as_="alike").value
    quiz.question(
        _(
            "In a batch of 100 digits, how many of the 99 others show the same digit as one of them, "
            "and are pushed away all the same?"
        ),
        {"c": _("about 20"), "a": _("none"), "b": _("about 9")},
        answer="a" if share < 0.01 else "b" if share < 0.15 else "c",
        why=_("{share} of them: the loss does not know what the digits are.", share=f"{share:.1%}"),
        key="sc_alike",
    )
    spread = all_.recorded("contrastive/rows").value[:, 1]
    quiz.question(
        _(
            "Spread is 0 if all directions are the same and 1 if they point evenly everywhere. Does "
            "training bring it up or down?"
        ),
        {
            "down": _("Down: like things come together"),
            "up": _("Up: unlike things are pushed apart"),
        },
        answer="up" if spread[-1] > spread[0] else "down",
        why=_(
            "From {first} to {last} in the recorded run.",
            first=f"{spread[0]:.2f}",
            last=f"{spread[-1]:.2f}",
        ),
        key="sc_spread",
    )


def mean_loss(lab: Lab, one: Batch, temperature: float) -> float:
    """The mean loss over all views of a batch."""
    chosen = lab.run(choices, one.similar, temperature=temperature, as_="chosen")
    return float(lab.run(row_losses, chosen, as_="losses").value.mean())
