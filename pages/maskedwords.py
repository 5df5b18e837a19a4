"""Shows: a token of the learner's sentence hidden and filled in by a BERT; one word changed elsewhere;
how texts are masked in training; the loss of one blank by hand; the recorded training, epoch by epoch;
a tiny model trained live; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import jobs, page
from components import maskedwords as shown
from components import maskedwords_live as live
from components import maskedwords_questions as questions
from components import maskedwords_record as records
from components import maskedwords_traps as traps
from components import text as texts
from components.guard import fragment
from components.i18n import _
from components.maskedwords_loss import losses_view, worked_view
from components.maskedwords_mask import mask_view
from components.state import choice, slider
from engine.lab import Node
from engine.training.maskedtiny import collected, text_tokens, tiny, tiny_steps, usual_tokens

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


@fragment
def fill() -> None:
    asked = shown.asked(lab, characters)
    if asked is None:
        return
    place = asked.pick(_("Click the token that is to be hidden"))
    shown.filled_view(asked, place, text["fill_caption"])


@fragment
def change() -> None:
    chosen = shown.model_of_choice(lab)
    if chosen is None:
        return
    tongue, weights = chosen
    one, other = shown.PAIRS[tongue]
    left, right = st.columns(2)
    with left:
        first = texts.ask_sentence(_("Sentence with ___"), one, f"mw_one_{tongue}") or one
    with right:
        second = texts.ask_sentence(_("The same, changed"), other, f"mw_other_{tongue}") or other
    caption = text["change_caption"]
    shown.two_answers(lab, weights, (first, second), key="change", caption=caption)


@fragment
def mask() -> None:
    asked = shown.asked(lab, characters)
    if asked is None:
        return
    seed = slider(_("Draw number"), 1, 50, 1, key="mw_draw")
    percent = slider(_("Share that is asked for, in percent"), 5, 60, 15, key="mw_percent")
    mask_view(asked, seed, percent / 100, text["mask_caption"])


@fragment
def loss() -> None:
    asked = shown.asked(lab, characters)
    if asked is None:
        return
    place = asked.pick(_("Click the token that is to be hidden"))
    scores = asked.hidden(place)
    worked_view(asked, scores, place, text["worked_caption"])
    losses_view(asked, scores, text["losses_caption"])


@fragment
def record() -> None:
    kept = records.record(lab)
    epochs = kept.array("epochs").value.tolist()
    epoch = st.select_slider(_("Epoch"), epochs, 1, key="mw_epoch", bind="query-params")
    at = epochs.index(epoch)
    sentences = records.recorded_sentences(kept.facts)
    options = {str(n): sentence for n, sentence in enumerate(sentences)}
    sentence = int(choice(_("Sentence"), options, key="mw_sentence", look="menu"))
    records.filled_view(kept, at, sentence, text["record_caption"])
    records.curves_view(kept, at, text)


def train() -> None:
    left, right = st.columns(2)
    with left:
        whole = live.text_of_choice(lab, characters)
        seed = slider(_("Seed"), 0, 99, 0, key="mw_seed")
    with right:
        epochs = slider(_("Epochs"), 2, 60, 20, key="mw_epochs")
        width = st.select_slider(
            _("Numbers for each token"), [32, 64, 128], 64, key="mw_width", persist_state="session"
        )
    tokens = lab.run(text_tokens, whole, as_="tokens")
    st.caption(
        _("Tokens of the text that are learnt from: {count}.", count=f"{len(tokens.value):,}")
    )
    run = lab.run(tiny, tokens, seed=seed, epochs=epochs, width=width, as_="trained")
    fragment(watch, run_every=jobs.every(run))(tokens, run, epochs)


def watch(tokens: Node, run: Node, epochs: int) -> None:
    job = live.training(run, tiny_steps, collected, epochs)
    st.markdown(live.shown_row(lab, tokens))
    if run.is_cached:
        live.learnt(lab, run, tokens, epochs, (text["live_caption"], text["filled_caption"]))
    elif job is not None and job.steps:
        live.watched(job, lab.run(usual_tokens, tokens, as_="usual").value, epochs)
    else:
        live.usual_view(lab, tokens, text["usual_caption"])


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
        traps.nothing_to_read(lab, weights, tongue, text["nothing_caption"])
        return
    caption = text["breaks_caption"]
    shown.two_answers(lab, weights, traps.TRAPS[tongue][case], key="breaks", caption=caption)


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
