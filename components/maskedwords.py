"""What the lesson on masked words asks and draws: a model, a sentence, candidates as bars, tokens."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import charts, corpora, curves, jobs, show
from components.catalogue import COLOURS
from components.cells import Cell, grid
from components.i18n import _, language
from components.models import offer
from components.state import choice
from components.text import shortened
from components.tokens import visible
from engine.lab import Lab, Node
from engine.models.catalogue import ALBERT_CHINESE, BERT, BERT_CHINESE
from engine.models.for_training import MASKED_WORDS, MASKED_WORDS_RUN
from engine.models.locate import find
from engine.text.encodings import read_text
from engine.text.onehot import sentences_of
from engine.text.tokens import beginning, typed
from engine.text.words import mostly_chinese
from engine.training.maskedtiny import (
    LETTERS,
    MOST,
    filled_in,
    is_enough,
    numbers_of,
    test_row,
    usual_tokens,
)
from engine.training.maskedwords import (
    BLANK,
    blank_of,
    candidates,
    hidden_at,
    ids_with_blank,
    scores_at,
    token_ids,
    token_names,
    tokens_of,
)
from engine.training.recorded import recorded, recorded_facts
from engine.work import Job

MODELS = {
    "ours": MASKED_WORDS,
    "bert": BERT,
    "albert": ALBERT_CHINESE,
    "chinese": BERT_CHINESE,
}
CANDIDATES = 8  # bars
MOST_TYPED = 300  # characters
#: Where a text is in another language than the model.
EXAMPLES = {
    "en": "The old man sat by the window and drank a cup of tea.",
    "zh": "今天天气很好，我们去公园玩。",
}
#: Two sentences that differ in one word.
PAIRS = {
    "en": ("He drank a cup of ___ in the morning.", "He ate a piece of ___ in the morning."),
    "zh": ("今天天气很___，我们去公园玩。", "今天天气很___，我们在家里玩。"),
}
#: What breaks: two sentences each.
TRAPS = {
    "en": {
        "not": ("A dog is an ___.", "A dog is not an ___."),
        "people": ("He was a brave ___.", "She was a brave ___."),
        "foreign": ("She opened the ___ and looked out.", "她打开了___，向外看。"),
    },
    "zh": {
        "not": ("狗是一种___物。", "狗不是一种___物。"),
        "people": ("他是一个___人。", "她是一个___人。"),
        "foreign": ("她打开了___，向外看。", "She opened the ___ and looked out."),
    },
}
#: Colours under tokens: asked for and masked, swapped, left as they are.
KINDS = (None, (255, 214, 153), (240, 170, 160), (190, 225, 200))


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
    own = text_input(_("Sentence"), start, f"mw_text_{characters.origin[:8]}_{tongue}")
    made = of_text(lab, weights, own or start)
    if len(made.names) > 2:
        return made
    st.caption(_("This sentence has no token to hide, so an example is taken."))
    return of_text(lab, weights, EXAMPLES[tongue])


def text_input(label: str, start: str, key: str) -> str:
    value = st.text_input(label, start, key=key, max_chars=MOST_TYPED, persist_state="session")
    return (value or "").strip()


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


# ------------------------------------------------------------------------------ views


def bars(best: Sequence[tuple[str, float]], truth: str = "") -> charts.Figure:
    """Candidates and their probabilities; the token that was hidden has a tick."""
    rows = [
        (visible(token), share, f"{share:.1%}" + (" ✓" if token == truth else ""), True)
        for token, share in best
    ]
    figure = charts.sizes(rows, x=_("Probability"), colour=COLOURS["text"])
    top = max(share for _token, share in best)
    figure["layout"]["xaxis"] |= {"range": [0, 1.35 * top], "tickformat": ".1~%"}
    if top > 0.5:  # no probability is above 1
        figure["layout"]["xaxis"]["tickvals"] = [0, 0.2, 0.4, 0.6, 0.8, 1]
    return figure


def two_answers(key: str, pair: tuple[Asked, Asked], caption: str) -> tuple[Node, Node]:
    """What a model fills into two sentences, side by side; their scores."""
    found = []
    for side, made, name in zip(st.columns(2), pair, ("_a", "_b"), strict=True):
        scores, best = answer_to(made, name)
        with side:
            st.markdown(sentence_with(made))
            show.chart(
                f"{key}{name}",
                bars,
                [best],
                caption=caption + made.note,
                alt=_("The best candidates and their probabilities"),
            )
        found.append(scores)
    return found[0], found[1]


def names_of(made: Asked, ids: Sequence[int]) -> tuple[str, ...]:
    """What some ids stand for."""
    return tokens_of(made.weights.value, tuple(ids))


def blind(made: Asked, place: int) -> Node:
    """The scores for one place when all tokens are hidden."""
    seen = made.lab.run(hidden_at, made.weights, made.ids, place=-1, as_="all_hidden")
    return made.run(scores_at, seen, place=place, as_="blind_scores")


def nothing_to_read(lab: Lab, weights: Node, tongue: str, caption: str) -> None:
    """One place of an example, read in its sentence and with all tokens hidden."""
    made = of_text(lab, weights, EXAMPLES[tongue])
    place = made.pick(_("Click the token that is to be hidden"))
    scores = (made.hidden(place), blind(made, place))
    titles = (_("Only this token is hidden"), _("All tokens are hidden"))
    for side, one, title, name in zip(
        st.columns(2), scores, titles, ("_seen", "_blind"), strict=True
    ):
        with side:
            st.markdown(title)
            show.chart(
                f"nothing{name}",
                lambda best: bars(best, made.names[place]),
                [made.best(one, name)],
                caption=caption,
                alt=_("The best candidates and their probabilities"),
            )


def masked_grid(names: Sequence[str], seen: Sequence[str], kinds: Sequence[int]) -> str:
    """What the model sees in training: eight tokens in a row, those asked for on colour."""
    cells = []
    for own, other, kind in zip(names, seen, kinds, strict=True):
        text = visible(other)
        if kind == 2:
            text = f"{visible(own)} → {visible(other)}"
        elif kind == 3:
            text = f"{visible(own)} ="
        cells.append(Cell(text, KINDS[kind], hint=visible(own)))
    rows = [cells[n : n + 8] for n in range(0, len(cells), 8)]
    rows[-1] += [Cell("")] * (len(rows[0]) - len(rows[-1]))
    return grid(rows, label=_("The tokens as the model sees them in training"))


def worked_grid(rows: Sequence[tuple[str, float, float, float]], truth: str) -> str:
    """A softmax by hand: the last row is the sum over the whole vocabulary."""
    cells, heads = [], []
    for token, score, raised, share in rows[:-1]:
        heads.append(visible(token) + (" ✓" if token == truth else ""))
        cells.append([Cell(f"{score:.3f}"), Cell(f"{raised:,.1f}"), Cell(f"{share:.4f}")])
    heads.append(_("all tokens together"))
    cells.append([Cell(""), Cell(f"{rows[-1][2]:,.1f}"), Cell("1")])
    return grid(
        cells,
        label=_("Scores and probabilities"),
        row_heads=heads,
        column_heads=[_("Score"), _("e to the power of it"), _("Divided by the sum")],
    )


def loss_bars(losses: Any, names: Sequence[str]) -> charts.Figure:
    """The loss of each token of a sentence, in its order."""
    rows = [
        (f"{n} {visible(name)}", loss, f"{loss:.2f}", True)
        for n, (name, loss) in enumerate(zip(names, losses, strict=True), start=1)
    ]
    return charts.sizes(rows, x=_("Loss, nats"), colour=COLOURS["text"])


# ------------------------------------------------------------------------------ the record


@dataclass(frozen=True)
class Record:
    """The recorded training of our model."""

    lab: Lab
    path: Node

    def array(self, name: str) -> Node:
        """One of its arrays."""
        return self.lab.run(recorded, self.path, name=name, as_=f"{name}_recorded")

    @property
    def facts(self) -> dict[str, str]:
        """What is said about it."""
        return dict(self.lab.run(recorded_facts, self.path, as_="facts").value)


def recorded_sentences(facts: dict[str, str]) -> list[str]:
    """The sentences whose blanks were filled in behind each epoch."""
    return [sentence.replace("[MASK]", BLANK) for sentence in json.loads(facts["sentences"])]


def record(lab: Lab) -> Record:
    """Record where it lies."""
    return Record(lab, lab.weights(MASKED_WORDS_RUN, as_="record"))


def record_curves(epochs: Any, loss: Any, test_loss: Any, at: int) -> charts.Figure:
    """Both losses over the epochs."""
    rows = {_("while learning"): (epochs[1:], loss[1:]), _("on the test"): (epochs, test_loss)}
    return curves.figure(rows, y=_("Loss, nats"), at=at, last=int(epochs[-1]))


def share_curves(epochs: Any, first: Any, five: Any, baseline: Any, at: int) -> charts.Figure:
    """How often the hidden token comes first and among the first five; dashed: without reading."""
    names = (_("comes first"), _("among the first five"))
    rows = {name: (epochs, ys) for name, ys in zip(names, (first, five), strict=True)}
    flat = {
        name: (epochs, [value] * len(epochs))
        for name, value in zip(names, baseline[1:], strict=True)
    }
    figure = curves.figure(rows, y=_("Share of the blanks"), at=at, last=int(epochs[-1]))
    for name, (xs, ys), colour in zip(flat, flat.values(), curves.COLOURS, strict=False):
        figure["data"].append(
            {
                "type": "scatter",
                "x": xs,
                "y": ys,
                "mode": "lines",
                "name": _("{name}, always the most frequent", name=name),
                "line": {"color": colour, "width": 1.4, "dash": "dot"},
            }
        )
    figure["layout"]["yaxis"]["tickformat"] = ".0%"
    return figure


# ------------------------------------------------------------------------------ live


def text_of_choice(lab: Lab, characters: Node) -> Node:
    """Ask which text the tiny model learns from."""
    names = {"book": _("A novel"), "yours": _("Your text")}
    if choice(_("Which text"), names, key="mw_corpus") == "yours":
        start = lab.run(beginning, characters, most=LETTERS * MOST, as_="start")
        if lab.run(is_enough, start, as_="enough").value:
            return start
        st.caption(_("Your text is too short to learn from, so the novel is taken."))
    data = lab.open(corpora.book_file("kingdoms" if language() == "zh" else "pride"), as_="book")
    return lab.run(read_text, data, encoding="utf-8", most=LETTERS * MOST, as_="text")


def live_curves(numbers: Any, usual: Any, epochs: int, at: int | None = None) -> charts.Figure:
    """How often the hidden token comes first and among the first five, while the tiny model learns."""
    names = (_("comes first"), _("among the first five"))
    xs = list(range(len(numbers)))
    rows = {name: (xs, [row[n] for row in numbers]) for n, name in enumerate(names, start=2)}
    both = {
        _("{name}, always the most frequent", name=name): ([0, epochs], [float(value)] * 2)
        for name, value in zip(names, usual, strict=True)
    }
    figure = curves.figure(rows, y=_("Share of the blanks"), at=at, last=epochs)
    for (name, (x, y)), colour in zip(both.items(), curves.COLOURS, strict=False):
        line = {"color": colour, "width": 1.4, "dash": "dot"}
        figure["data"].append(
            {"type": "scatter", "x": x, "y": y, "mode": "lines", "name": name, "line": line}
        )
    figure["layout"]["yaxis"]["tickformat"] = ".0%"
    return figure


def shown_row(lab: Lab, tokens: Node) -> str:
    """The row of the test whose middle is hidden."""
    row = list(lab.run(test_row, tokens, as_="row").value)
    row[len(row) // 2] = f"**[{visible(row[len(row) // 2])}]**"
    return " ".join(one if one.startswith("**") else shortened(visible(one)) for one in row)


def watched(job: Job, usual: Any, epochs: int) -> None:
    """A training that is under way."""
    rows = list(job.steps)
    figure = live_curves(rows, usual, epochs)
    curves.draw(figure, key="mw", alt=_("Shares of the blanks, epoch by epoch"))
    curves.draw(
        bars(list(zip(rows[-1][4], rows[-1][5], strict=True))),
        key="mw_filled",
        alt=_("The best candidates and their probabilities"),
    )


def learnt(lab: Lab, run: Node, tokens: Node, epochs: int, captions: tuple[str, str]) -> None:
    """A training that is done, epoch by epoch."""
    epoch = curves.epoch_slider(_("Epoch"), range(epochs + 1), key="mw_live_epoch")
    usual = lab.run(usual_tokens, tokens, as_="usual")
    left, right = st.columns(2)
    with left:
        show.chart(
            "live",
            lambda numbers, often: live_curves(numbers, often, epochs, epoch),
            [lab.run(numbers_of, run, as_="numbers"), usual],
            caption=captions[0],
            alt=_("Shares of the blanks, epoch by epoch"),
        )
    with right:
        show.chart(
            "live_filled",
            bars,
            [lab.run(filled_in, run, epoch=epoch, as_="filled")],
            caption=captions[1],
            alt=_("The best candidates and their probabilities"),
        )


def usual_view(lab: Lab, tokens: Node, caption: str) -> None:
    """Before the training: what is right without reading."""
    show.chart(
        "usual",
        lambda often: live_curves([], often, 20),
        [lab.run(usual_tokens, tokens, as_="usual")],
        caption=caption,
        alt=_("Shares that are right without reading"),
    )


def training(run: Node, steps: Any, collect: Any, epochs: int) -> Job | None:
    """The panel of the tiny training."""
    whole = jobs.Run(
        run, steps, range(epochs + 1), _("Tiny model"), collect=collect, resumable=True
    )
    (job,) = jobs.panel([whole], key="mw", button=_("Train"))
    return job
