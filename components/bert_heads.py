"""One attention head computed by hand, and heads for classes that nobody has trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from components import bert, charts, scales, show
from components.cells import Cell, grid
from components.i18n import _, safe
from components.numbers import plain
from components.text import beginning
from engine.language.attention import (
    head_scores,
    largest_difference,
    one_map,
    queries_keys_values,
    row_of_each,
    weighted_values,
)
from engine.language.head import (
    greatest_certainty,
    largest_gap,
    least_certainty,
    untrained_answers,
    wins,
)
from engine.language.layers import cls_rows, state_at
from engine.softmax import softmax_rows

#: Two texts that any trained head for liking would tell apart.
OPPOSITES = ("I love this!", "I hate this!")
#: Standard deviations of an untrained head's weights, by their names in the lesson.
SPREADS = {"bert": 0.02, "wide": 1.0}
CERTAIN = 0.9  # a probability from which on an answer is called certain


def by_hand(asked: bert.Asked, layer: int, head: int, place: int, text: Mapping[str, str]) -> None:
    """Query, key and value of one token, and its attention beside the network's; all from 0."""
    lab = asked.lab
    x = lab.run(state_at, asked.states, layer=layer, as_="state")
    qkv = asked.run(queries_keys_values, x, layer=layer, head=head, as_="qkv")
    scores = lab.run(head_scores, qkv, as_="scores")
    shares = lab.run(softmax_rows, scores, as_="shares")
    given = lab.run(weighted_values, shares, qkv, as_="given")
    own = lab.run(one_map, asked.maps, layer=layer, head=head, as_="of_network")
    rows = lab.run(row_of_each, qkv, given, token=place, columns=bert.COLUMNS, as_="vectors")
    names = [_("query q"), _("key k"), _("value v"), _("given on")]
    show.html(
        "qkv",
        bert.signed_rows(rows.value, names, label=_("The vectors of one token in one head")),
        [rows],
        caption=text["qkv_caption"].format(columns=bert.COLUMNS, size=qkv.value.shape[2]),
    )
    difference = lab.run(largest_difference, shares, own, as_="difference").value
    show.html(
        "byhand",
        hand_grid(asked.numbered, *(n.value[place].tolist() for n in (scores, shares, own))),
        [scores, shares, own],
        caption=text["byhand_caption"].format(size=qkv.value.shape[2])
        + " "
        + _(
            "“{token}” looks. Largest difference between by hand and network, of all tokens: "
            "{difference}.",
            token=safe(asked.labels[place]),
            difference=plain(difference, 2),
        )
        + asked.note,
    )


def untrained(asked: bert.Asked, spread: str, text: Mapping[str, str]) -> None:
    """What ten untrained classifiers say of the learner's text and of two opposite ones."""
    lab = asked.lab
    every = [
        asked,
        *(bert.of_texts(lab, asked.weights, t, name=f"_{n}") for n, t in enumerate(OPPOSITES)),
    ]
    rows = lab.run(cls_rows, *(one.states for one in every), as_="cls_vectors")
    answers = lab.run(untrained_answers, rows, spread=SPREADS[spread], as_="answers")
    a, *_others = lab.run(wins, answers, as_="wins").value
    least = lab.run(least_certainty, answers, as_="least").value
    most = lab.run(greatest_certainty, answers, as_="most").value
    gap = lab.run(largest_gap, answers, first=1, as_="gap").value
    weights = text[f"untrained_{spread}"].format(times=f"{SPREADS['wide'] / SPREADS['bert']:g}")
    show.chart(
        "untrained",
        lambda found: answers_chart(found, [_("Your text"), *OPPOSITES]),
        [answers],
        caption=f"{text['untrained_caption']} {weights} "
        + _(
            "Of {heads} classifiers {count} call your text A. Their answers have probabilities of "
            "{least} to {most}.",
            heads=answers.value.shape[1],
            count=a,
            least=f"{least:.1%}",
            most=f"{most:.1%}",
        )
        + " "
        + (text["untrained_certain"] + " " if least >= CERTAIN else "")
        + _(
            "Between “{one}” and “{other}” one classifier's probabilities differ by at most {gap} "
            "percentage points.",
            one=OPPOSITES[0],
            other=OPPOSITES[1],
            gap=f"{100 * gap:.1f}",
        ),
        alt=_("Bars: the answers of ten untrained classifiers to three texts"),
    )


def hand_grid(
    names: Sequence[str], scores: Sequence[float], shares: Sequence[float], own: Sequence[float]
) -> str:
    """One token's attention by hand, one row for each token that it looks at."""
    rows = [
        [
            Cell(f"{score:+.3f}"),
            Cell(f"{share:.4f}", scales.colour("viridis", share, 0, 1)),
            Cell(f"{real:.4f}", scales.colour("viridis", real, 0, 1)),
        ]
        for score, share, real in zip(scores, shares, own, strict=True)
    ]
    heads = [_("q · k ÷ √d"), "softmax", _("the network")]
    return grid(rows, label=_("Attention by hand"), row_heads=names, column_heads=heads)


def answers_chart(answers: Any, names: Sequence[str]) -> charts.Figure:
    """Bars for each text: the probability of class A by each untrained head; a line at chance."""
    seeds, texts = answers.shape[1], len(names)
    tints = ["#CC79A7", "#0072B2", "#E69F00", "#009E73"]
    data = [
        {
            "type": "bar",
            "name": beginning(name, 30),
            "x": [str(seed + 1) for seed in range(seeds)],
            "y": values,
            "marker": {"color": tint, "pattern": {"shape": "" if n % 2 == 0 else "/"}},
            "hovertemplate": "%{y:.3f}<extra></extra>",
        }
        for n, (name, values, tint) in enumerate(
            zip(names, answers.tolist(), tints[:texts], strict=True)
        )
    ]
    figure = charts.made(
        data,
        x=_("classifier, made with another seed"),
        y=_("probability of class A"),
        height=320,
        **charts.legend_above(texts),
    )
    line = {"dash": "dot", "color": "#7A7F87", "width": 1.6}
    figure["layout"]["shapes"] = [
        {"type": "line", "xref": "x domain", "x0": 0, "x1": 1, "y0": 0.5, "y1": 0.5, "line": line}
    ]
    figure["layout"]["yaxis"] |= {"range": [0, 1], "tickformat": ".0%"}
    figure["layout"]["xaxis"] |= {"type": "category"}
    return figure
