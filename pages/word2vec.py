"""Shows: a window sliding over the learner's text, with its pairs and noise words; skip-gram with
negative sampling trained and watched, with loss, neighbours and map of every epoch; the two matrices
and one score by hand; four runs side by side that show what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import jobs, page, quiz, scatter, show
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
    first_rows,
    input_matrix,
    joined_lines,
    keep_probability,
    loss_curve,
    map_positions,
    map_rows,
    mean_cosine,
    nearest_words,
    neighbourhood,
    noise_shares,
    numbered,
    output_matrix,
    pair_probability,
    pair_score,
    same_group_share,
    score_parts,
    share_met_once,
    share_of_frequent,
    usual_neighbour,
    word2vec,
    word2vec_steps,
    word_counts,
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
    own = lessons.text_of_choice(lab, characters)
    words = own.words.value
    left, right = st.columns(2)
    with left:
        window = window_slider()
    with right:
        negatives = negatives_slider()
    most = min(PLACES, own.size)
    first = min(3, most)
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
    show.html("pairs", body, [own.words, near, noise], caption=text["pairs_caption"])
    shares = lab.run(noise_shares, own.counts, as_="shares")
    kept = lab.run(keep_probability, own.counts, sample=SAMPLE, as_="kept")
    word, counts = safe(texts.beginning(words[0], 40)), own.counts.value
    if counts[0] == counts[-1]:
        said = _("All words of this text occur equally often, so the two lines are the same.")
    else:
        said = _(
            "“{word}”, the most frequent word, is {share} of the text and {noise} of the noise; when "
            "frequent words are thinned out, {kept} of its occurrences are kept.",
            word=word,
            share=f"{shares.value[0, 0]:.1%}",
            noise=f"{shares.value[0, 1]:.1%}",
            kept=f"{kept.value[0]:.0%}",
        )
    show.chart(
        "noise",
        lambda values, _kept: lessons.noise_chart(values, words),
        [shares, kept],
        caption=f"{text['noise_caption']} {said}",
        alt=_("Two falling lines that cross: the noise is more even than the text"),
    )


def train() -> None:
    corpus = lessons.corpus_of_choice(lab, characters)
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
        large = corpus.size >= lessons.ENOUGH
        thinned = choice(
            _("Frequent words"), thin, key="w2v_thin", default="yes" if large else "no"
        )
    fields = {"size": f"{corpus.size:,}", "count": f"{len(corpus.words.value):,}"}
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


def watch(corpus: lessons.Corpus, run: Node, epochs: int) -> None:
    training = jobs.Run(run, word2vec_steps, range(epochs + 1), "word2vec")
    (job,) = jobs.panel([training], key="w2v", button=_("Train"))
    row = lessons.pick_word(_("Watch the neighbours of"), corpus, key="w2v_word")
    if run.is_cached:
        learnt(corpus, run, row)
    elif job is not None and job.steps:
        lessons.watched(job, corpus, row, epochs)
    else:
        shares = corpus.lab.run(noise_shares, corpus.counts, as_="shares")
        alt = _("Two falling lines that cross: the noise is more even than the text")
        words = corpus.words.value
        show.chart(
            "counts",
            lambda values: lessons.noise_chart(values, words),
            [shares],
            caption=text["before_caption"].format(most=f"{MOST_WORDS:,}"),
            alt=alt,
        )


def learnt(corpus: lessons.Corpus, run: Node, row: int) -> None:
    trained = lessons.keep(corpus, run)
    last = len(run.value) - 1
    epoch = slider(_("After epoch"), 0, last, last, key="w2v_epoch", bound=False)
    words = corpus.words.value
    matrix = corpus.lab.run(input_matrix, run, epoch=epoch, as_="matrix")
    near = corpus.lab.run(nearest_words, matrix, corpus.words, row=row, as_="near")
    left, right = st.columns(2)
    with left:
        losses = corpus.lab.run(loss_curve, run, as_="losses")
        alt = _("The loss falls, fast at first")
        show.chart("loss", lessons.loss_chart, [losses], caption=text["loss_caption"], alt=alt)
    with right:
        alt = _("A bar for each of the nearest words")
        caption = text["near_caption"]
        show.chart("near", lessons.neighbour_chart, [near], caption=caption, alt=alt)
    newest = corpus.lab.run(input_matrix, run, as_="newest")
    rows = corpus.lab.run(map_rows, newest, row=row, count=lessons.ON_MAP, as_="rows")
    spots = corpus.lab.run(map_positions, run, rows, epoch=epoch, as_="spots")
    alt = _("The most frequent words by PCA")
    pane = scatter.Pane(_("Map (PCA)"), alt, spots.value, spots.key)
    near_names = [word for word, _cosine in near.value]
    lessons.draw_map("w2v", corpus, rows.value, [pane], near_names, words[row])
    show.footer("map", [spots, rows, corpus.words], text["map_caption"].format(most=lessons.ON_MAP))
    st.download_button(
        _("The vectors (safetensors)"),
        lambda: trained.file.value,
        file_name="word2vec.safetensors",
        icon=":material/download:",
        on_click="ignore",
        key="w2v_save",
    )


@fragment
def matrices() -> None:
    trained = lessons.kept()
    if trained is not None and trained.steps.is_cached:
        corpus, run = trained.corpus, trained.steps
        st.caption(_("These are the matrices of your last training."))
    else:
        corpus = lessons.invented_corpus(lab)
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
    panes = []
    for matrix, title, alt in (
        (inputs, _("Input matrix"), _("Rows of the words as centres")),
        (outputs, _("Output matrix"), _("Rows of the words as neighbours")),
    ):
        rows = corpus.lab.run(first_rows, matrix, count=lessons.ROWS, as_="rows")
        most = max(float(abs(rows.value).max()), 1e-9)
        panes.append(show.Picture(rows, title, alt, (), -most, most, "signed", "w2v", lossy=False))
    state = show.pictures(
        "matrices", panes, caption=text["matrices_caption"].format(rows=len(rows.value))
    )
    words = corpus.words.value
    if state.pin and state.pin[1] < len(words):
        word = safe(texts.beginning(words[state.pin[1]], 40))
        st.markdown(_("Row {row} is “{word}”.", row=state.pin[1], word=word))
    left, right = st.columns(2)
    with left:
        centre = lessons.pick_word(_("Centre"), corpus, key="w2v_centre")
    usual = corpus.lab.run(usual_neighbour, corpus.ids, row=centre, as_="usual").value
    with right:
        context = lessons.pick_word(_("Neighbour"), corpus, key="w2v_context", default=words[usual])
    parts = corpus.lab.run(
        score_parts, inputs, outputs, centre=centre, context=context, as_="parts"
    )
    score = corpus.lab.run(pair_score, parts, as_="score")
    chance = corpus.lab.run(pair_probability, parts, as_="chance")
    body = lessons.score_grid(
        parts.value, score.value, chance.value, (words[centre], words[context]), _("One score")
    )
    show.html("score", body, [parts, score, chance], caption=text["score_caption"])


@fragment
def breaks() -> None:
    made = lessons.invented_corpus(lab, 300)
    assert made.groups is not None
    joined = lab.run(joined_lines, made.lines, as_="joined")
    one = lab.run(numbered, joined, made.words, as_="one_line")
    few = lessons.invented_corpus(lab, 12).lines
    few_ids = lab.run(numbered, few, made.words, as_="few_ids")
    few_counts = lab.run(word_counts, few, made.words, as_="few_counts")
    right = {"dimension": 10, "window": 4, "negatives": 5, "epochs": 20, "sample": 0.0}
    runs = {
        _("As it should be"): (made.ids, made.counts, right),
        _("No noise words"): (made.ids, made.counts, right | {"negatives": 0}),
        _("Window of 30, across sentences"): (one, made.counts, right | {"window": 30}),
        _("12 sentences, each 500 times"): (few_ids, few_counts, right | {"epochs": 500}),
    }
    every = len(made.words.value)
    panes, nodes = [], []
    for title, (ids, counts, params) in runs.items():
        steps = lab.run(word2vec, ids, counts, as_="steps", **params)
        matrix = lab.run(input_matrix, steps, as_="matrix")
        rows = lab.run(map_rows, matrix, row=0, count=every, as_="rows")
        spots = lab.run(map_positions, steps, rows, as_="spots")
        share = lab.run(same_group_share, matrix, made.groups, as_="share")
        alike = lab.run(mean_cosine, matrix, as_="alike")
        losses = lab.run(loss_curve, steps, as_="losses")
        note = _(
            "own group {share}, mean cosine {cosine}, loss {loss}",
            share=f"{share.value:.0%}",
            cosine=f"{alike.value:.2f}",
            loss=f"{losses.value[-1]:.2f}",
        )
        alt = _("The words of the made-up language: {title}", title=title)
        panes.append(scatter.Pane(title, alt, spots.value, spots.key, note))
        nodes += [spots, share, alike, losses]
    lessons.draw_map("breaks", made, rows.value, panes)
    show.footer("breaks", nodes, text["breaks_caption"])
    book = lessons.book_of_language(lab)
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
    own = lessons.own_corpus(lab, characters)
    narrow, wide = (lab.run(count_pairs, own.ids, window=n, as_=f"pairs_{n}").value for n in (2, 4))
    times = wide / narrow if narrow else 1.0
    quiz.question(
        _("The window grows from 2 to 4 words. How many times as many pairs does your text give?"),
        {"same": _("under 1.5 times"), "twice": _("over 1.9 times"), "less": _("1.5 to 1.9 times")},
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
        why=_("{share} of the time: the root of 0.001 over its share.", share=f"{kept:.1%}"),
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
