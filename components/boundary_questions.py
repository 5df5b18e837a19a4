"""The predictions of the lesson on boundaries."""

from __future__ import annotations

from components import quiz
from components.boundary_data import Data, toy
from components.boundary_models import fitted, shares_of
from components.boundary_network import NET_SIDE, Network
from components.i18n import _
from engine.table import playground


def band(share: float) -> str:
    """Which of the answers of a question a share is."""
    return "low" if share < 0.7 else "middle" if share <= 0.9 else "high"


def fixed_questions() -> None:
    """Two questions about sets made by formula."""
    circles = toy("circles")
    held = shares_of(circles, fitted(circles, "logistic", 1.0, side=NET_SIDE)).value[1]
    options = {"low": _("under 70 %"), "middle": _("70 to 90 %"), "high": _("over 90 %")}
    quiz.question(
        _(
            "Logistic regression learns the circles from x and y alone. How many held-out points does "
            "it get right?"
        ),
        options,
        answer=band(held),
        why=_("{share}: one line can't run around a circle.", share=f"{held:.0%}"),
        key="boundary_circles",
    )
    xor = toy("xor")
    found = {}
    for name, features in (("bare", ("x", "y")), ("product", ("x", "y", "xy"))):
        run = Network(features=features, hidden=(), epochs=30).run(xor)
        found[name] = xor.lab.run(playground.last_facts, run, as_="end").value[3]
    quiz.question(
        _(
            "XOR without a hidden layer, but the network also sees x times y. Held-out points right?"
        ),
        options,
        answer=band(found["product"]),
        why=_(
            "{with_} instead of {without}: the sign of x times y is the class, so one weight is enough.",
            with_=f"{found['product']:.0%}",
            without=f"{found['bare']:.0%}",
        ),
        key="boundary_product",
    )


def own_questions(data: Data) -> None:
    """Two questions about the chosen points."""
    one = shares_of(data, fitted(data, "neighbours", 1.0, side=NET_SIDE)).value
    many = shares_of(data, fitted(data, "neighbours", 15.0, side=NET_SIDE)).value
    line = shares_of(data, fitted(data, "logistic", 1.0, side=NET_SIDE)).value
    quiz.question(
        _(
            "Your points, k nearest neighbours with k = 1: how many of the points learnt from are right?"
        ),
        {"few": _("under 80 %"), "some": _("80 to 99 %"), "all": _("more than 99 %")},
        answer="few" if one[0] < 0.8 else "some" if one[0] <= 0.99 else "all",
        why=_(
            "{learn}: each point is its own nearest neighbour, unless another one lies at the same "
            "place. Of the held-out ones {held}.",
            learn=f"{one[0]:.1%}",
            held="–" if not one[3] else f"{one[1]:.0%}",
        ),
        key="boundary_one",
    )
    if not one[3]:
        return
    gap = many[1] - line[1]
    quiz.question(
        _(
            "Your points, held out: which is right more often, the 15 nearest neighbours or logistic "
            "regression?"
        ),
        {
            "line": _("logistic regression"),
            "same": _("within 3 percentage points"),
            "near": "k = 15",
        },
        answer="same" if abs(gap) <= 0.03 else "near" if gap > 0 else "line",
        why=_(
            "k = 15: {near}, logistic regression: {line}, of {count} points.",
            near=f"{many[1]:.0%}",
            line=f"{line[1]:.0%}",
            count=one[3],
        ),
        key="boundary_own",
    )
