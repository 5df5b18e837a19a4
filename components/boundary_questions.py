"""The predictions of the lesson on boundaries."""

from __future__ import annotations

from components import quiz
from components.boundary_data import Data, toy
from components.boundary_hand import Names
from components.boundary_models import fitted, shares_of
from components.boundary_network import NET_SIDE, Network
from components.i18n import _
from engine.table import playground, turned
from engine.table.mlp import TEST_SCORE

#: Whose strongest weight is turned.
TURNED = Network(hidden=(4,), epochs=40)


def band(share: float) -> str:
    """Which of the answers of a question a share is."""
    return "low" if share < 0.7 else "middle" if share <= 0.9 else "high"


def fixed_questions() -> None:
    """Questions about sets made by formula."""
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
    before, by_hand, name, value = _strongest_turned(circles)
    quiz.question(
        _(
            "A network of one layer of 4 units has learnt the circles: {share} of the held-out points "
            "are right. Of its {count} numbers one is changed: its strongest weight gets the opposite "
            "sign. How many are right then?",
            share=f"{before:.0%}",
            count=len(TURNED.run(circles).value[0]) - playground.FACTS,
        ),
        {"few": _("under 50 %"), "some": _("50 to 90 %"), "many": _("over 90 %")},
        answer="few" if by_hand < 0.5 else "some" if by_hand <= 0.9 else "many",
        why=_(
            "{share}. The weight {name} was {value}: one number of a small network may decide most "
            "answers.",
            share=f"{by_hand:.0%}",
            name=name,
            value=f"{value:+.2f}",
        ),
        key="boundary_turned_sign",
    )
    xor = toy("xor")
    found = {}
    for name, features in (("bare", ("x", "y")), ("product", ("x", "y", "xy"))):
        run = Network(features=features, hidden=(), epochs=30).run(xor)
        found[name] = xor.lab.run(playground.last_facts, run, as_="end").value[TEST_SCORE]
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


def _strongest_turned(data: Data) -> tuple[float, float, str, float]:
    """The shares held out that are right before and after the strongest weight is turned, and which."""
    lab, sizes = data.lab, TURNED.sizes(data)
    run = TURNED.run(data)
    learnt = lab.run(turned.weights_after, run, epoch=TURNED.epochs, as_="learnt")
    layer, row, column, value = lab.run(
        turned.strongest_weight, learnt, sizes=sizes, as_="strongest"
    ).value
    by_hand = lab.run(
        turned.with_weight,
        learnt,
        sizes=sizes,
        layer=layer,
        row=row,
        column=column,
        value=-value,
        as_="by_hand",
    )
    pair = lab.run(
        turned.before_and_by_hand,
        learnt,
        by_hand,
        data.points,
        data.test,
        data.plane,
        as_="pair",
        **TURNED.shape(data),
    )
    facts = lab.run(playground.fact_rows, pair, as_="losses").value
    names = Names.of(TURNED, data)
    name = f"{names.units(layer)[row]} → {names.units(layer + 1)[column]}"
    return facts[0, TEST_SCORE], facts[1, TEST_SCORE], name, value


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
