"""Shows: a window sliding over the learner's text, with its pairs and noise words; skip-gram with
negative sampling trained and watched, with loss, neighbours and map of every epoch; the two matrices
and one score by hand; four runs side by side that show what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import corpora, jobs, maps, page, quiz, show
from components import text as texts
from components import word2vec as lessons
from components.guard import fragment
from components.i18n import _, safe
from components.state import choice, slider
from engine.lab import Node
from engine.vectors.word2vec import (
    MOST_WORDS,
    count_pairs,
    drawn_noise,
    input_matrix,
    keep_probability,
    neighbourhood,
    noise_shares,
    output_matrix,
    share_met_once,
    share_of_frequent,
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
#: The smaller the number, the more often frequent words are left out.
SAMPLE = 1e-3
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
    words = own.words.value
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
    near = lab.run(neighbourhood, own.ids, place=place, window=window, as_="near")
    count = len(near.value) - 1
    noise = lab.run(drawn_noise, own.counts, pairs=count, negatives=negatives, seed=place)
    st.html(lessons.window_grid(words, near.value, window))
    body = lessons.pairs_grid(words, near.value, noise.value)
    caption = text["pairs_caption"]
    if own.least > 1:
        caption += " " + text["rare_left_out"].format(least=own.least)
    show.html("pairs", body, [own.words, near, noise], caption=caption)
    lessons.noise_view("noise", own, text["noise_caption"], sample=SAMPLE)


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
    row = corpora.pick_word(_("Watch the neighbours of"), corpus, key="w2v_word")
    if run.is_cached:
        lessons.learnt(corpus, run, row, text)
    elif job is not None and job.steps:
        lessons.watched(job, corpus, row, epochs)
    else:
        caption = text["before_caption"].format(most=f"{MOST_WORDS:,}")
        lessons.noise_view("counts", corpus, caption)


@fragment
def matrices() -> None:
    trained = corpora.kept()
    if trained is not None and trained.steps.is_cached:
        corpus, run = trained.corpus, trained.steps
        st.caption(_("These are the matrices of your last training."))
    else:
        corpus = corpora.invented_corpus(lab)
        run = corpus.lab.run(
            word2vec, corpus.ids, corpus.counts, dimension=10, epochs=5, sample=0.0, as_="steps"
        )
        st.caption(_("You have not trained yet: these belong to the made-up language."))
    moments = {"after": _("After training"), "before": _("Before training")}
    epoch = (
        -1 if choice(_("Matrices"), moments, key="w2v_moment", hide_label=True) == "after" else 0
    )
    inputs = corpus.lab.run(input_matrix, run, epoch=epoch, as_="inputs")
    outputs = corpus.lab.run(output_matrix, run, epoch=epoch, as_="outputs")
    lessons.two_matrices(corpus, inputs, outputs, text["matrices_caption"])
    words = corpus.words.value
    left, right = st.columns(2)
    with left:
        centre = corpora.pick_word(_("Centre"), corpus, key="w2v_centre")
    usual = corpus.lab.run(usual_neighbour, corpus.ids, row=centre, as_="usual").value
    with right:
        context = corpora.pick_word(_("Neighbour"), corpus, key="w2v_context", default=words[usual])
    lessons.one_score(corpus, inputs, outputs, centre, context, text["score_caption"])


@fragment
def breaks() -> None:
    lessons.broken(lab, text["breaks_caption"])
    book = corpora.book_of_language(lab)
    thin, thick = (
        lab.run(
            share_of_frequent, book.ids, book.counts, top=10, window=5, sample=sample, as_="top"
        ).value
        for sample in (SAMPLE, 0.0)
    )
    st.markdown(
        _(
            "**Frequent words not thinned out:** in the book, one of the ten most frequent words is in "
            "{thick} of all pairs; thinned out, in {thin}.",
            thick=f"{thick:.0%}",
            thin=f"{thin:.0%}",
        )
    )


def predict() -> None:
    own = corpora.for_questions(corpora.corpus_of_choice(lab, characters))
    narrow, wide = (lab.run(count_pairs, own.ids, window=n, as_=f"pairs_{n}").value for n in (2, 4))
    if narrow:  # not where every paragraph is a single word
        times = wide / narrow
        quiz.question(
            _(
                "The window grows from 2 to 4 words. How many times as many pairs does the text give?"
            ),
            {
                "same": _("under 1.5 times"),
                "twice": _("over 1.9 times"),
                "less": _("1.5 to 1.9 times"),
            },
            answer="same" if times < 1.5 else "less" if times <= 1.9 else "twice",
            why=_(
                "{times} times: {wide} against {narrow}. At the ends of a paragraph there are fewer.",
                times=f"{times:.2f}",
                wide=f"{wide:,}",
                narrow=f"{narrow:,}",
            ),
            key="times",
        )
    size = 2 * 50 * len(own.words.value)
    quiz.question(
        _("Each word gets 50 numbers in both matrices. How many numbers are to be learnt?"),
        {"c": _("over 100,000"), "a": _("under 10,000"), "b": _("10,000 to 100,000")},
        answer="a" if size < 10_000 else "b" if size <= 100_000 else "c",
        why=_(
            "2 × {count} × 50 = {size}, from {words} words of text.",
            count=f"{len(own.words.value):,}",
            size=f"{size:,}",
            words=f"{own.size:,}",
        ),
        key="size",
    )
    kept = float(lab.run(keep_probability, own.counts, sample=SAMPLE, as_="kept").value[0])
    word = safe(texts.beginning(own.words.value[0], 40))
    quiz.question(
        _("Frequent words are thinned out. How often is “{word}” kept?", word=word),
        {"half": _("15 to 50 %"), "rare": _("under 15 %"), "most": _("over 50 %")},
        answer="rare" if kept < 0.15 else "half" if kept <= 0.5 else "most",
        why=_(
            "{share} of the time: the root of {sample} over its share.",
            share=f"{kept:.1%}",
            sample=SAMPLE,
        ),
        key="thin",
    )
    share, noise = lab.run(noise_shares, own.counts, as_="shares").value[0].tolist()
    ratio = noise / share
    quiz.question(
        _(
            "And as noise, how often is “{word}” drawn, compared with its share of the text?",
            word=word,
        ),
        {"as": _("almost as often"), "half": _("less than half as often"), "less": _("in between")},
        answer="half" if ratio < 0.5 else "less" if ratio < 0.9 else "as",
        why=_(
            "{noise} of the noise, {share} of the text.",
            noise=f"{noise:.1%}",
            share=f"{share:.1%}",
        ),
        key="noise",
    )


here.run(pairs=pairs, train=train, matrices=matrices, breaks=breaks, predict=predict)
