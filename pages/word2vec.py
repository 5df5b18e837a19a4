"""Shows: a window sliding over the learner's text, with its pairs and noise words; skip-gram with
negative sampling trained and watched, with loss, neighbours and map of every epoch; the two matrices
and one score by hand; four runs side by side that show what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import corpora, jobs, maps, page
from components import text as texts
from components import word2vec_questions as questions
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from components.word2vec import SAMPLE
from components.word2vec_broken import broken, thinned_out
from components.word2vec_matrices import one_score, two_matrices
from components.word2vec_pairs import noise_view, pairs_view
from components.word2vec_training import learnt, watched
from engine.lab import Node
from engine.vectors.word2vec import (
    MOST_WORDS,
    input_matrix,
    output_matrix,
    share_met_once,
    usual_neighbour,
    word2vec,
    word2vec_steps,
)

here = page.start(
    "word2vec",
    {
        "pairs": _("Pairs"),
        "train": _("Training"),
        "matrices": _("Two matrices"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
_source, lab, characters = texts.text_of_tray()
#: Words of the learner's text that the window slides over at most.
PLACES = 500
maps.prepare()


def window_slider() -> int:
    return slider(_("Window, words to each side"), 1, 10, 5, key="w2v_window")


def negatives_slider() -> int:
    return slider(_("Noise words for each pair"), 1, 15, 5, key="w2v_noise")


def moved(first: int, most: int) -> None:
    """Move the window by the button that was pressed, before the slider is drawn at the new place."""
    for name, by in (("w2v_back", -1), ("w2v_on", 1)):
        if st.session_state.get(name):
            place = st.session_state.get("w2v_place", first) + by
            st.session_state["w2v_place"] = min(max(place, 1), most)


@fragment
def pairs() -> None:
    own = corpora.corpus_of_choice(lab, characters)
    left, right = st.columns(2)
    with left:
        window = window_slider()
    with right:
        negatives = negatives_slider()
    most = min(PLACES, own.size)
    first = min(12 if own.least > 1 else 3, most)  # behind the title of a book
    moved(first, most)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place = slider(_("Word in the middle"), 1, most, first, key="w2v_place") - 1
        st.button(_("Back"), icon=":material/chevron_left:", key="w2v_back")
        st.button(_("On"), icon=":material/chevron_right:", key="w2v_on")
    pairs_view(own, place, window, negatives, text)
    noise_view("noise", own, text["noise_caption"], sample=SAMPLE)


def train() -> None:
    corpus = corpora.corpus_of_choice(lab, characters)
    left, middle, right = st.columns(3)
    with left:
        dimension = slider(_("Numbers for each word"), 2, 100, 50, key="w2v_size")
        window = window_slider()
    with middle:
        negatives = negatives_slider()
        epochs = slider(_("Epochs"), 1, 30, 15, key="w2v_epochs")
    with right:
        rates = {"0.01": "0.01", "0.1": "0.1", "0.5": "0.5"}
        rate = choice(_("Learning rate"), rates, key="w2v_rate", default="0.1")
        thin = {"yes": _("Thinned out"), "no": _("All kept")}
        large = corpus.size >= corpora.ENOUGH
        thinned = choice(
            _("Frequent words"), thin, key="w2v_thin", default="yes" if large else "no"
        )
    fields = {"size": f"{corpus.size:,}", "count": f"{len(corpus.words.value):,}"}
    if corpus.least > 1 or len(corpus.words.value) == MOST_WORDS:
        facts = _("{size} words; the {count} most frequent ones get vectors.", **fields)
    else:
        facts = _("{size} words, {count} different ones.", **fields)
    if once := corpus.lab.run(share_met_once, corpus.counts, as_="once").value:
        facts += " " + _("{once} of these occur only once.", once=f"{once:.0%}")
    st.caption(facts if large or corpus.groups is not None else f"{facts} {text['small']}")
    run = corpus.lab.run(
        word2vec,
        corpus.ids,
        corpus.counts,
        dimension=dimension,
        window=window,
        negatives=negatives,
        epochs=epochs,
        rate=float(rate),
        sample=SAMPLE if thinned == "yes" else 0.0,
        as_="steps",
    )
    fragment(watch, run_every=jobs.every(run))(corpus, run, epochs)


def watch(corpus: corpora.Corpus, run: Node, epochs: int) -> None:
    training = jobs.Run(run, word2vec_steps, range(epochs + 1), "word2vec")
    (job,) = jobs.panel([training], key="w2v", button=_("Train"))
    if jobs.is_busy(run):
        st.session_state["_w2v_begun"] = (corpus, run)
    row = corpora.pick_word(_("Watch the neighbours of"), corpus, key="w2v_word")
    if run.is_cached:
        st.session_state.pop("_w2v_begun", None)
        learnt(corpus, run, row, text)
    elif job is not None and job.steps:
        watched(job, corpus, row, epochs)
    else:
        caption = text["before_caption"].format(most=f"{MOST_WORDS:,}")
        noise_view("counts", corpus, caption)


@fragment
def matrices() -> None:
    begun = st.session_state.get("_w2v_begun")
    if begun and begun[1].is_cached:  # it was done while another step was open
        corpora.keep(*begun)
        del st.session_state["_w2v_begun"]
    trained = corpora.kept()
    if trained is not None and trained.steps.is_cached:
        corpus, run = trained.corpus, trained.steps
        st.caption(_("These are the matrices of your last training."))
    else:
        corpus = corpora.invented_corpus(lab)
        run = corpus.lab.run(
            word2vec, corpus.ids, corpus.counts, dimension=10, epochs=5, sample=0.0, as_="steps"
        )
        if begun and jobs.is_busy(begun[1]):
            st.caption(
                _(
                    "Your training is under way: until it is done, these belong to the made-up language."
                )
            )
        else:
            st.caption(_("You have not trained yet: these belong to the made-up language."))
    moments = {"after": _("After training"), "before": _("Before training")}
    epoch = (
        -1 if choice(_("Matrices"), moments, key="w2v_moment", hide_label=True) == "after" else 0
    )
    inputs = corpus.lab.run(input_matrix, run, epoch=epoch, as_="inputs")
    outputs = corpus.lab.run(output_matrix, run, epoch=epoch, as_="outputs")
    two_matrices(corpus, inputs, outputs, text["matrices_caption"])
    words = corpus.words.value
    left, right = st.columns(2)
    with left:
        centre = corpora.pick_word(_("Centre"), corpus, key="w2v_centre")
    usual = corpus.lab.run(usual_neighbour, corpus.ids, row=centre, as_="usual").value
    with right:
        context = corpora.pick_word(_("Neighbour"), corpus, key="w2v_context", default=words[usual])
    one_score(corpus, inputs, outputs, centre, context, text["score_caption"])


@fragment
def breaks() -> None:
    broken(lab, text["breaks_caption"])
    thinned_out(lab)


def predict() -> None:
    questions.ask(corpora.for_questions(corpora.corpus_of_choice(lab, characters)))


here.run(pairs=pairs, train=train, matrices=matrices, breaks=breaks, predict=predict)
