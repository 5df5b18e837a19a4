"""What the steps on masked words share: a model, a sentence, a blank, and its candidates as bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import charts, curves, show
from components.catalogue import COLOURS
from components.i18n import _, language, safe
from components.models import offer
from components.state import choice
from components.text import ask_sentence, shortened
from components.tokens import visible
from engine.lab import Lab, Node
from engine.models.catalogue import ALBERT_CHINESE, BERT, BERT_CHINESE
from engine.models.for_training import MASKED_WORDS
from engine.models.locate import find
from engine.text.onehot import sentences_of
from engine.text.tokens import beginning, typed
from engine.text.words import mostly_chinese
from engine.training.maskedwords import (
    blank_of,
    candidates,
    hidden_at,
    ids_with_blank,
    overlap,
    rank_of,
    scores_at,
    share_of,
    token_ids,
    token_names,
)

MODELS = {
    "ours": MASKED_WORDS,
    "bert": BERT,
    "albert": ALBERT_CHINESE,
    "chinese": BERT_CHINESE,
}
CANDIDATES = 8  # bars
#: Where a text is in another language than the model.
EXAMPLES = {
    "en": "The old man sat by the window and drank a cup of tea.",
    "zh": "今天天气很好，我们去公园玩。",
}
#: Two sentences that differ before the blank.
PAIRS = {
    "en": ("He drank a cup of ___ in the morning.", "He ate a piece of ___ in the morning."),
    "zh": ("他每天早上喝一杯___。", "他每天早上吃一个___。"),
}


@dataclass(frozen=True)
class Asked:
    """A sentence for a model: its folder, the ids, what they stand for, a note for captions."""

    lab: Lab
    weights: Node
    ids: Node
    names: tuple[str, ...]
    note: str

    def run(self, function: Any, *inputs: Node, as_: str, **params: Any) -> Node:
        """Record a function of the network, which waits for its turn."""
        return self.lab.run(function, self.weights, *inputs, network=True, as_=as_, **params)

    def hidden(self, place: int, name: str = "") -> Node:
        """The scores for one place when it alone is hidden."""
        seen = self.lab.run(hidden_at, self.weights, self.ids, place=place, as_=f"seen{name}")
        return self.run(scores_at, seen, place=place, as_=f"scores{name}")

    def best(self, scores: Node, name: str = "") -> Node:
        """The best candidates of some scores."""
        return self.lab.run(candidates, self.weights, scores, count=CANDIDATES, as_=f"best{name}")

    def pick(self, label: str) -> int:
        """Ask for a token by a click; [CLS] and [SEP] can't be hidden."""
        places = range(1, len(self.names) - 1)
        key = f"mw_place_{self.ids.key[:10]}"
        longest = max(places, key=lambda n: len(self.names[n]) * self.names[n].isalpha(), default=1)
        chosen = st.pills(
            label,
            list(places),
            default=longest,
            format_func=lambda n: visible(self.names[n]),
            key=key,
            required=True,
            persist_state="session",
        )
        return chosen if chosen in places else longest


def model_of_choice(lab: Lab) -> tuple[str, Node] | None:
    """Ask which model fills in; its language and its folder, None if it isn't here."""
    names = {
        "ours": _("Ours (English)"),
        "bert": "BERT base",
        "albert": _("ALBERT tiny (Chinese)"),
        "chinese": _("BERT base Chinese"),
    }
    start = "albert" if language() == "zh" and find(ALBERT_CHINESE) is not None else "ours"
    model = MODELS[choice(_("Model"), names, key="mw_model", default=start, look="menu")]
    if find(model) is None:
        offer(model)
        return None
    return model.languages[0], lab.weights(model)


def asked(lab: Lab, characters: Node) -> Asked | None:
    """Ask for a model and a sentence."""
    chosen = model_of_choice(lab)
    if chosen is None:
        return None
    tongue, weights = chosen
    start = EXAMPLES[tongue]
    if lab.run(mostly_chinese, characters).value == (tongue == "zh"):
        sentence = lab.run(sentences_of, characters, count=1, as_="sentences").value[0]
        start = lab.run(beginning, lab.run(typed, text=sentence), most=100).value
    else:
        st.caption(
            _(
                "Your text is in another language than the model, so this is an example to begin with."
            )
        )
    own = ask_sentence(_("Sentence"), start, f"mw_text_{characters.origin[:8]}_{tongue}")
    made = of_text(lab, weights, own or start)
    if len(made.names) > 2:
        return made
    st.caption(_("This sentence has no token to hide, so an example is taken."))
    return of_text(lab, weights, EXAMPLES[tongue])


def of_text(lab: Lab, weights: Node, text: str, *, blank: bool = False, name: str = "") -> Asked:
    """A sentence as a model gets it; with `blank`, one with `___` in it."""
    one = lab.run(typed, text=text, as_=f"sentence{name}")
    ids = lab.run(ids_with_blank if blank else token_ids, weights, one, as_=f"ids{name}")
    names = lab.run(token_names, weights, ids, as_=f"tokens{name}").value
    unknown, note = names.count("[UNK]"), ""
    if unknown:
        note = " " + _(
            "{count} of {all} tokens are [UNK]: their letters are not in the vocabulary.",
            count=unknown,
            all=len(names) - 2,
        )
    return Asked(lab, weights, ids, names, note)


def answer_to(made: Asked, name: str = "") -> tuple[Node, Node]:
    """Scores and candidates for the blank of a sentence with [MASK]."""
    place = made.lab.run(blank_of, made.weights, made.ids, as_=f"place{name}").value
    scores = made.run(scores_at, made.ids, place=place, as_=f"scores{name}")
    return scores, made.best(scores, name)


def sentence_with(made: Asked) -> str:
    """A sentence with its blank, as the model gets it."""
    return shortened(" ".join(visible(name) for name in made.names[1:-1]))


def bars(
    best: Sequence[tuple[str, float]], truth: str = "", share: float | None = None, most: float = 0
) -> charts.Figure:
    """Candidates and their probabilities; the token that was hidden has a tick.

    share : of `truth`, which is drawn below the others if it is not among them.
    most : the probability that the axis reaches, so that two charts can be compared.
    """
    rows = [
        (visible(token), p, f"{p:.1%}" + (" ✓" if token == truth else ""), True)
        for token, p in best
    ]
    if share is not None and truth not in dict(best):
        rows.append((visible(truth), share, f"{share:.2%} ✓", True))
    figure = charts.sizes(rows, x=_("Probability"), colour=COLOURS["text"])
    top = max(most, *(p for _token, p in best))
    figure["layout"]["xaxis"] |= {"range": [0, 1.35 * top], "tickformat": ".1~%"}
    if top > 0.5:  # no probability is above 1
        figure["layout"]["xaxis"]["tickvals"] = [0, 0.2, 0.4, 0.6, 0.8, 1]
    return figure


def add_usual(figure: charts.Figure, epochs: Sequence[float], shares: Any) -> None:
    """Add what is right without reading: dotted, comes first and among the first five."""
    names = (_("comes first"), _("among the first five"))
    for name, share, colour in zip(names, shares, curves.COLOURS, strict=False):
        figure["data"].append(
            {
                "type": "scatter",
                "x": epochs,
                "y": [float(share)] * len(epochs),
                "mode": "lines",
                "name": _("{name}, always the most frequent", name=name),
                "line": {"color": colour, "width": 1.4, "dash": "dot"},
            }
        )
    figure["layout"]["yaxis"]["tickformat"] = ".0%"


def highest(answers: Iterable[Node]) -> float:
    """The highest probability of several lists of candidates."""
    return max(p for best in answers for _token, p in best.value)


def two_answers(
    lab: Lab, weights: Node, sentences: tuple[str, str], *, key: str, caption: str
) -> None:
    """What a model fills into two sentences, side by side, and how much the answers share."""
    names = ("_a", "_b")
    pair = [
        of_text(lab, weights, sentence, blank=True, name=name)
        for sentence, name in zip(sentences, names, strict=True)
    ]
    answers = [answer_to(made, name) for made, name in zip(pair, names, strict=True)]
    most = highest(best for _scores, best in answers)
    for side, made, (_scores, best), name in zip(st.columns(2), pair, answers, names, strict=True):
        with side:
            st.markdown(sentence_with(made))
            show.chart(
                f"{key}{name}",
                lambda found: bars(found, most=most),
                [best],
                caption=caption + made.note,
                alt=_("The best candidates and their probabilities"),
            )
    common = lab.run(overlap, *(scores for scores, _best in answers), as_="common").value
    st.markdown(
        _("Both answers have **{share}** of their probability in common.", share=f"{common:.0%}")
    )


def blind(made: Asked, place: int) -> Node:
    """The scores for one place when all tokens are hidden."""
    seen = made.lab.run(hidden_at, made.weights, made.ids, place=-1, as_="all_hidden")
    return made.run(scores_at, seen, place=place, as_="blind_scores")


def filled_view(asked: Asked, place: int, caption: str) -> None:
    """The best candidates for a hidden token, and where the token itself comes."""
    scores = asked.hidden(place)
    rank, share = (
        asked.lab.run(function, scores, asked.ids, place=place, as_=as_).value
        for function, as_ in ((rank_of, "rank"), (share_of, "share"))
    )
    said = _(
        "The hidden token “{token}” comes at place {rank}, with {share}.",
        token=safe(visible(asked.names[place])),
        rank=f"{rank:,}",
        share=f"{share:.2%}",
    )
    show.chart(
        "fill",
        lambda best: bars(best, asked.names[place], share),
        [asked.best(scores)],
        caption=f"{caption} {said}{asked.note}",
        alt=_("The best candidates and their probabilities"),
    )
