"""Shows: a token of the learner's sentence hidden and filled in by a BERT; one word changed elsewhere;
how texts are masked in training; the loss of one blank by hand; the recorded training, epoch by epoch;
a tiny model trained live; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import jobs, page, show
from components import maskedwords as shown
from components import maskedwords_questions as questions
from components import text as texts
from components.guard import fragment
from components.i18n import _, safe
from components.state import choice, slider
from components.tokens import visible
from engine.lab import Node
from engine.training.maskedtiny import collected, text_tokens, tiny, tiny_steps, usual_tokens
from engine.training.maskedwords import (
    TO_MASK,
    TO_OTHER,
    as_in_training,
    average_counts,
    filled_at,
    kind_counts,
    loss_at,
    loss_by_chance,
    losses_of_all,
    overlap,
    rank_of,
    share_of,
    token_names,
    worked_loss,
)

here = page.start(
    "maskedwords",
    {
        "fill": _("Fill the blank"),
        "change": _("One word elsewhere"),
        "mask": _("Masking"),
        "loss": _("The loss"),
        "record": _("As it learned"),
        "train": _("Train a tiny one"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
_source, lab, characters = texts.text_of_tray()
DRAWS = 400  # of the masking, for its mean


@fragment
def fill() -> None:
    asked = shown.asked(lab, characters)
    if asked is None:
        return
    place = asked.pick(_("Click the token that is to be hidden"))
    scores = asked.hidden(place)
    rank, share = (
        lab.run(function, scores, asked.ids, place=place, as_=as_).value
        for function, as_ in ((rank_of, "rank"), (share_of, "share"))
    )
    show.chart(
        "fill",
        lambda best: shown.bars(best, asked.names[place]),
        [asked.best(scores)],
        caption=text["fill_caption"]
        + " "
        + _(
            "The hidden token “{token}” comes at place {rank}, with {share}.",
            token=safe(visible(asked.names[place])),
            rank=f"{rank:,}",
            share=f"{share:.2%}",
        )
        + asked.note,
        alt=_("The best candidates and their probabilities"),
    )


@fragment
def change() -> None:
    chosen = shown.model_of_choice(lab)
    if chosen is None:
        return
    tongue, weights = chosen
    one, other = shown.PAIRS[tongue]
    left, right = st.columns(2)
    with left:
        first = shown.text_input(_("Sentence with ___"), one, f"mw_one_{tongue}") or one
    with right:
        second = shown.text_input(_("The same, changed"), other, f"mw_other_{tongue}") or other
    pair = tuple(
        shown.of_text(lab, weights, sentence, blank=True, name=name)
        for sentence, name in ((first, "_a"), (second, "_b"))
    )
    a, b = shown.two_answers("change", (pair[0], pair[1]), text["change_caption"])
    st.markdown(
        _(
            "Both answers have **{share}** of their probability in common.",
            share=f"{lab.run(overlap, a, b, as_='common').value:.0%}",
        )
    )


@fragment
def mask() -> None:
    asked = shown.asked(lab, characters)
    if asked is None:
        return
    seed = slider(_("Draw number"), 1, 50, 1, key="mw_draw")
    percent = slider(_("Share that is asked for, in percent"), 5, 60, 15, key="mw_percent")
    share = percent / 100
    masked = lab.run(as_in_training, asked.weights, asked.ids, seed=seed, share=share, as_="masked")
    seen, kinds = masked.value
    counts = lab.run(kind_counts, masked, as_="counts").value
    means = lab.run(
        average_counts, asked.weights, asked.ids, times=DRAWS, share=share, as_="means"
    ).value
    names = asked.lab.run(token_names, asked.weights, asked.ids, as_="own_names").value
    swapped = shown.names_of(asked, seen.tolist())
    show.html(
        "mask",
        shown.masked_grid(names, swapped, kinds.tolist()),
        [masked],
        caption=text["mask_caption"].format(
            to_mask=f"{TO_MASK:.0%}", other=f"{TO_OTHER:.0%}", rest=f"{1 - TO_MASK - TO_OTHER:.0%}"
        )
        + " "
        + _(
            "Here: {masked} masked, {swapped} swapped, {same} asked for as they are. In the mean of "
            "{draws} draws: {means} of the tokens.",
            masked=counts[1],
            swapped=counts[2],
            same=counts[3],
            draws=DRAWS,
            means=", ".join(f"{one:.1%}" for one in means[1:]),
        ),
    )


@fragment
def loss() -> None:
    asked = shown.asked(lab, characters)
    if asked is None:
        return
    place = asked.pick(_("Click the token that is to be hidden"))
    scores = asked.hidden(place)
    worked = asked.lab.run(
        worked_loss, asked.weights, scores, asked.ids, place=place, count=5, as_="worked"
    )
    nats = lab.run(loss_at, scores, asked.ids, place=place, as_="loss").value
    share = lab.run(share_of, scores, asked.ids, place=place, as_="share").value
    show.html(
        "worked",
        shown.worked_grid(worked.value, asked.names[place]),
        [worked],
        caption=text["worked_caption"]
        + " "
        + _(
            "The hidden token has {share}: the loss is −ln {share} = {loss}.",
            share=f"{share:.4g}",
            loss=f"{nats:.3f}",
        )
        + asked.note,
    )
    count = len(scores.value)
    chance = lab.run(loss_by_chance, scores, as_="chance").value
    show.chart(
        "losses",
        lambda losses: shown.loss_bars(losses, asked.names[1:-1]),
        [asked.run(losses_of_all, asked.ids, as_="losses")],
        caption=text["losses_caption"].format(count=f"{count:,}", chance=f"{chance:.2f}"),
        alt=_("The loss of each token when it is hidden"),
    )


@fragment
def record() -> None:
    kept = shown.record(lab)
    epochs = kept.array("epochs")
    numbers = epochs.value.tolist()
    facts = kept.facts
    at = numbers.index(
        st.select_slider(_("Epoch"), numbers, 1, key="mw_epoch", bind="query-params")
    )
    sentences = shown.recorded_sentences(facts)
    options = {str(n): sentence for n, sentence in enumerate(sentences)}
    sentence = int(choice(_("Sentence"), options, key="mw_sentence", look="menu"))
    weights = lab.weights(shown.MASKED_WORDS)
    filled, shares = kept.array("filled"), kept.array("filled_shares")
    sides = ((at, "then"), (len(numbers) - 1, "last"))
    for side, (row, name) in zip(st.columns(2), sides, strict=True):
        with side:
            st.markdown(_("**After epoch {epoch}**", epoch=numbers[row]))
            best = lab.run(
                filled_at, weights, filled, shares, row=row, sentence=sentence, as_=f"best_{name}"
            )
            show.chart(
                f"record_{name}",
                shown.bars,
                [best],
                caption=text["record_caption"],
                alt=_("The best candidates and their probabilities"),
            )
    left, right = st.columns(2)
    final = kept.array("final").value.tolist()
    baseline = kept.array("baseline").value.tolist()
    with left:
        show.chart(
            "record_losses",
            lambda *rows: shown.record_curves(*rows, at=numbers[at]),
            [epochs, kept.array("loss"), kept.array("test_loss")],
            caption=text["record_losses_caption"].format(
                tokens=f"{int(facts['learnt_tokens']):,}",
                machine=safe(facts["machine"]),
                minutes=f"{int(facts['seconds']) / 60:.0f}",
            ),
            alt=_("The losses, epoch by epoch"),
        )
    with right:
        arrays = [kept.array(name) for name in ("test_first", "test_five", "baseline")]
        show.chart(
            "record_shares",
            lambda *rows: shown.share_curves(*rows, at=numbers[at]),
            [epochs, *arrays],
            caption=text["record_shares_caption"].format(
                blanks=f"{int(facts['tested_blanks']):,}",
                first=f"{final[1]:.1%}",
                five=f"{final[2]:.1%}",
                usual=f"{baseline[1]:.1%}",
                usual_five=f"{baseline[2]:.1%}",
            ),
            alt=_("Shares of the blanks, epoch by epoch"),
        )


def train() -> None:
    left, right = st.columns(2)
    with left:
        whole = shown.text_of_choice(lab, characters)
        seed = slider(_("Seed"), 0, 99, 0, key="mw_seed")
    with right:
        epochs = slider(_("Epochs"), 2, 60, 20, key="mw_epochs")
        width = st.select_slider(_("Numbers for each token"), [32, 64, 128], 64, key="mw_width")
    tokens = lab.run(text_tokens, whole, as_="tokens")
    st.caption(
        _("Tokens of the text that are learnt from: {count}.", count=f"{len(tokens.value):,}")
    )
    run = lab.run(tiny, tokens, seed=seed, epochs=epochs, width=width, as_="trained")
    fragment(watch, run_every=jobs.every(run))(tokens, run, epochs)


def watch(tokens: Node, run: Node, epochs: int) -> None:
    job = shown.training(run, tiny_steps, collected, epochs)
    st.markdown(shown.shown_row(lab, tokens))
    if run.is_cached:
        shown.learnt(lab, run, tokens, epochs, (text["live_caption"], text["filled_caption"]))
    elif job is not None and job.steps:
        shown.watched(job, lab.run(usual_tokens, tokens, as_="usual").value, epochs)
    else:
        shown.usual_view(lab, tokens, text["usual_caption"])


@fragment
def breaks() -> None:
    chosen = shown.model_of_choice(lab)
    if chosen is None:
        return
    tongue, weights = chosen
    cases = {
        "not": _("Not"),
        "people": _("People"),
        "foreign": _("Foreign letters"),
        "nothing": _("Nothing to read"),
    }
    case = choice(_("Mistake"), cases, key="mw_case", hide_label=True)
    st.markdown(text[f"breaks_{case}"])
    if case == "nothing":
        shown.nothing_to_read(lab, weights, tongue, text["nothing_caption"])
        return
    pair = [
        shown.of_text(lab, weights, sentence, blank=True, name=name)
        for sentence, name in zip(shown.TRAPS[tongue][case], ("_a", "_b"), strict=True)
    ]
    a, b = shown.two_answers("breaks", (pair[0], pair[1]), text["breaks_caption"])
    st.markdown(
        _(
            "Both answers have **{share}** of their probability in common.",
            share=f"{lab.run(overlap, a, b, as_='common').value:.0%}",
        )
    )


def predict() -> None:
    questions.ask(lab, characters)


here.run(
    fill=fill,
    change=change,
    mask=mask,
    loss=loss,
    record=record,
    train=train,
    breaks=breaks,
    predict=predict,
)
