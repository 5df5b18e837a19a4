"""Questions on BERT whose answers are computed from the learner's own sentence."""

from __future__ import annotations

from components import quiz
from components.bert import Asked
from components.i18n import _
from engine.language.attention import share_of_ends
from engine.language.compare import cosine_of_texts, words_backwards
from engine.language.head import untrained_answers, wins
from engine.language.layers import cls_rows, mean_turn
from engine.text.tokens import typed


def ask(asked: Asked) -> None:
    """Four questions: attention to the ends, turned vectors, words backwards, untrained classifiers."""
    lab = asked.lab
    ends = lab.run(share_of_ends, asked.maps, as_="ends").value
    share = float(ends[1])
    quiz.question(
        _("How much of all attention in layer 2 goes to [CLS] and the last [SEP]?"),
        {"low": _("under 20 %"), "middle": _("20 to 50 %"), "high": _("over 50 %")},
        answer="low" if share < 0.2 else "middle" if share <= 0.5 else "high",
        why=_(
            "{share}. They mean nothing, so they are a place to look when nothing fits.",
            share=f"{share:.0%}",
        ),
        key="bert_ends",
    )
    turned = lab.run(mean_turn, asked.states, as_="turn").value
    quiz.question(
        _("Behind the last layer: what is the mean cosine of a token's vector with what went in?"),
        {"low": _("under 0.3"), "middle": _("0.3 to 0.7"), "high": _("over 0.7")},
        answer="low" if turned < 0.3 else "middle" if turned <= 0.7 else "high",
        why=_("{cosine}.", cosine=f"{turned:.2f}"),
        key="bert_turn",
    )
    words = lab.run(words_backwards, lab.run(typed, text=asked.sentence), as_="backwards")
    one = lab.run(typed, text=asked.sentence, as_="forwards")
    near = asked.run(cosine_of_texts, one, words, as_="near").value
    quiz.question(
        _("The words of your first sentence in reverse order: how alike is the text's vector?"),
        {"low": _("cosine under 0.8"), "middle": _("0.8 to 0.99"), "high": _("over 0.99")},
        answer="low" if near < 0.8 else "middle" if near <= 0.99 else "high",
        why=_(
            "{cosine}. Without positions it would be {same}.",
            cosine=f"{near:.3f}",
            same=f"{asked.run(cosine_of_texts, one, words, positions=False, as_='same').value:.3f}",
        ),
        key="bert_reverse",
    )
    rows = lab.run(cls_rows, asked.states, as_="cls_vector")
    count = lab.run(wins, lab.run(untrained_answers, rows, as_="answers"), as_="count").value[0]
    quiz.question(
        _("Ten untrained classifiers decide between A and B. How many say A of your text?"),
        {"few": _("0 to 2"), "some": _("3 to 7"), "most": _("8 to 10")},
        answer="few" if count < 3 else "some" if count < 8 else "most",
        why=_("{count} of 10: each classifier was made by chance.", count=count),
        key="bert_heads",
    )
