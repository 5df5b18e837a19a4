"""Questions on search whose answers are computed from the sentences that are searched."""

from __future__ import annotations

from components import labelled, quiz
from components import text as texts
from components.i18n import _, language, safe
from components.search import Pile, one_text
from engine.lab import Lab, Node
from engine.language import classify
from engine.language.examples import BY_LANGUAGE
from engine.language.search import ranking, without_hit


def ask(pile: Pile, lab: Lab, characters: Node) -> None:
    """Two questions on the ranking of `pile`, two on the classifier of the café's sentences."""
    query = one_text(pile.lab, pile.query, as_="query")
    rows, wanted = pile.both(pile.sentences, as_="rows"), pile.both(query, as_="wanted")
    meant, counted = (
        pile.lab.run(ranking, q, r, as_="found") for q, r in zip(wanted, rows, strict=True)
    )
    first, second = meant.value[0][0], counted.value[0][0]
    tied = first != second and dict(counted.value)[first] >= counted.value[0][1] - 1e-9
    hits = len(counted.value) - pile.lab.run(without_hit, counted, as_="without").value
    quiz.question(
        _(
            "Looking for “{query}”: do meaning and words put the same sentence first?",
            query=safe(pile.query),
        ),
        {"same": _("The same"), "other": _("Different ones")},
        answer="same" if hits and (first == second or tied) else "other",
        why=_("By meaning: {one}", one=texts.shortened(pile.sentences.value[first], 120))
        + "  \n"
        + (
            _("By words: nothing at all.")
            if not hits
            else _("By words, it shares the first place.")
            if tied
            else _("By words: {other}", other=texts.shortened(pile.sentences.value[second], 120))
        ),
        key="search_first",
    )
    share = hits / len(counted.value)
    quiz.question(
        _(
            "“{query}”: how many of the sentences share at least one word or character with it?",
            query=safe(pile.query),
        ),
        {"few": _("under a third"), "some": _("a third to two thirds"), "most": _("more")},
        answer="few" if share < 1 / 3 else "some" if share <= 2 / 3 else "most",
        why=_("{count} of {all}.", count=hits, all=len(counted.value)),
        key="search_share",
    )
    tongue = language()
    task = labelled.task(lab, characters, BY_LANGUAGE[tongue], tongue, ask=False)
    if task is None:
        return
    both = task.rows()
    one = lab.run(classify.over_splits, both[0], task.labels, as_="meant_splits").value.mean()
    other = lab.run(
        classify.over_splits_of_words,
        task.pile.sentences,
        task.labels,
        unit=task.pile.unit,
        as_="counted_splits",
    ).value.mean()
    quiz.question(
        _(
            "Praise or complaint, of the café's sentences: which vectors give more right answers on "
            "held-out ones?"
        ),
        {"counted": task.pile.words_title, "meant": task.pile.title, "same": _("Both within 5 %")},
        answer="same" if abs(one - other) < 0.05 else "meant" if one > other else "counted",
        why=_(
            "{meant}: {one}. {counted}: {other}. Chance: 50 %.",
            meant=task.pile.title,
            counted=task.pile.words_title,
            one=f"{one:.0%}",
            other=f"{other:.0%}",
        ),
        key="search_better",
    )
    mixed = lab.run(classify.shuffled_labels, task.labels, as_="mixed")
    mask = lab.run(classify.held_out, mixed, as_="mixed_mask")
    _weights, said = labelled.Task(task.pile, task.names, mixed, mask).trained(both[0], as_="mixed")
    heart = lab.run(classify.share_right_on_training, said, mixed, mask, as_="by_heart").value
    quiz.question(
        _(
            "The labels are shuffled, so they mean nothing. How many of the sentences that it learned "
            "from does it get right?"
        ),
        {"half": _("about half, as by guessing"), "more": _("60 to 90 %"), "all": _("over 90 %")},
        answer="half" if heart < 0.6 else "more" if heart <= 0.9 else "all",
        why=_(
            "{share}. Vectors with many numbers leave room to learn a few sentences by heart.",
            share=f"{heart:.0%}",
        ),
        key="search_heart",
    )
