"""What the lesson on word2vec draws: windows and pairs, a run under way and done, what breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import charts, corpora, plot, scales, scatter, show
from components.catalogue import COLOURS
from components.cells import Cell, grid
from components.corpora import Corpus
from components.i18n import _, safe
from components.state import slider
from components.text import beginning
from engine import work
from engine.lab import Lab, Node
from engine.vectors import word2vec
from engine.vectors.pca import pca
from engine.vectors.similarity import unit_rows

#: The most frequent words on the map; the chosen one and its neighbours come to them.
ON_MAP = 120
ROWS = 40


# ------------------------------------------------------------------------------ drawings


def window_grid(words: Sequence[str], near: Any, window: int) -> str:
    """The words of the window with their distance, and how often each is looked at."""
    heads, row = [], []
    for distance, number in near.tolist():
        chance = (window - abs(distance) + 1) / window if distance else 0.0
        colour = scales.colour("viridis", chance, 0, 1) if distance else None
        hint = _("distance {count}", count=abs(distance))
        heads.append(beginning(words[number], 20))
        row.append(Cell(f"{chance:.0%}" if distance else _("centre"), colour, hint))
    return grid([row], label=_("The window"), column_heads=heads)


def pairs_grid(words: Sequence[str], near: Any, noise: Any) -> str:
    """A row for each pair of the centre with a word near it: what it is to learn, and the noise."""
    centre = next(words[number] for distance, number in near.tolist() if not distance)
    contexts = [number for distance, number in near.tolist() if distance]
    rows = [
        [Cell(beginning(words[one], 20)), *(Cell(beginning(words[n], 20)) for n in drawn)]
        for one, drawn in zip(contexts, noise.tolist(), strict=True)
    ]
    heads = [_("in the text: 1"), *[_("noise: 0")] * noise.shape[1]]
    names = [beginning(centre, 20)] * len(rows)
    return grid(rows, label=_("Pairs"), row_heads=names, column_heads=heads)


def noise_chart(shares: Any, words: Sequence[str]) -> Any:
    """Share in the text and in the noise, word after word."""
    ranks = list(range(1, len(shares) + 1))
    series = {
        _("in the text"): (ranks, 100 * shares[:, 0]),
        _("as noise"): (ranks, 100 * shares[:, 1]),
    }
    x, y = _("rank of the word"), _("% of the words")
    return charts.lines(
        series, x=x, y=y, colours=(COLOURS["text"], "#0072B2"), log_x=True, log_y=True, height=260
    )


def loss_chart(losses: Sequence[float]) -> Any:
    """The loss over the epochs."""
    series = {_("loss"): (list(range(len(losses))), losses)}
    x, y = _("epoch"), _("mean loss of a pair")
    return charts.lines(series, x=x, y=y, colours=(COLOURS["text"],), height=260)


def neighbour_chart(found: Sequence[tuple[str, float]]) -> Any:
    """A bar for each neighbour, as long as its cosine."""
    rows = [
        (beginning(word, 20), max(0.0, cosine), f"{cosine:.2f}", True) for word, cosine in found
    ]
    return charts.sizes(rows, x=_("cosine"), colour=COLOURS["text"], height=260)


def draw_map(
    key: str,
    made: Corpus,
    rows: Any,
    panes: Sequence[scatter.Pane],
    near: Sequence[str] = (),
    word: str = "",
    same_scale: bool = False,
) -> None:
    """Words as points: in the groups of the made-up language, or one word and its neighbours.

    `rows` : the numbers of the words, of `map_rows`. `near` : the neighbours of `word`.
    """
    names = [made.words.value[n] for n in rows.tolist()]
    if made.groups is not None:
        kinds = [
            _("people"),
            _("drinks"),
            _("animals"),
            _("what they chase"),
            _("vehicles"),
            _("cities"),
            _("other words"),
        ]
        numbers = made.groups.value.tolist()
        groups = [numbers[n] if numbers[n] >= 0 else 6 for n in rows.tolist()]
    else:
        shown = beginning(word, 24)
        kinds = [_("other words"), _("neighbours of {word}", word=shown), shown]
        groups = [2 if name == word else 1 if name in near else 0 for name in names]
    scatter.draw(
        key,
        panes,
        names=names,
        groups=groups,
        group_names=kinds,
        content=made.words.key,
        height=380,
        same_scale=same_scale,
    )


def watched(job: work.Job, made: Corpus, row: int, epochs: int) -> None:
    """The state of a run under way: loss so far, a word's neighbours, the map."""
    steps = job.steps
    words, newest = made.words.value, steps[-1][None]
    matrix = word2vec.input_matrix(newest)
    near = word2vec.nearest_words(matrix, words, row=row)
    left, right = st.columns(2)
    with left:
        figure = loss_chart([float(step[0, 0]) for step in steps])
        figure["layout"]["xaxis"]["range"] = [0, epochs]
        alt = _("The loss so far")
        plot.plot(figure, key="live_loss", alt=alt)
    with right:
        alt = _("The nearest words so far")
        plot.plot(neighbour_chart(near), key="live_near", alt=alt)
    rows = word2vec.map_rows(matrix, row=row, count=ON_MAP)
    spots = word2vec.map_positions(newest, rows)
    alt = _("The words so far, by PCA")
    pane = scatter.Pane(_("Map (PCA)"), alt, spots, f"{job.key}:{row}:{len(steps)}")
    draw_map("w2v", made, rows, [pane], [word for word, _cosine in near], words[row])


def score_grid(
    parts: Any, score: float, probability: float, names: tuple[str, str], label: str
) -> str:
    """Two rows of numbers, their products, and what these add up to."""
    most = max(float(abs(parts).max()), 1e-9)
    shown = min(parts.shape[1], 10)
    rows = [
        [Cell(f"{n:+.2f}", scales.colour("signed", n, -most, most)) for n in line[:shown]]
        for line in parts.tolist()
    ]
    more = parts.shape[1] > shown
    for line in rows:
        line += [Cell("…")] if more else []
    rows[0].append(Cell(""))
    rows[1].append(Cell(""))
    rows[2].append(Cell(f"Σ {score:+.2f} → {probability:.0%}"))
    heads = [beginning(names[0], 16), beginning(names[1], 16), _("product")]
    return grid(rows, label=label, row_heads=heads)


# ------------------------------------------------------------------------------ whole views


def noise_view(key: str, made: Corpus, caption: str, *, sample: float | None = None) -> None:
    """Share of each word in the text and in the noise; with `sample`, what of the first one is kept."""
    words, counts = made.words.value, made.counts.value
    shares = made.lab.run(word2vec.noise_shares, made.counts, as_="shares")
    nodes = [shares]
    if sample is not None:
        kept = made.lab.run(word2vec.keep_probability, made.counts, sample=sample, as_="kept")
        nodes.append(kept)
        if counts[0] == counts[-1]:
            said = _("All words of this text occur equally often, so the two lines are the same.")
        else:
            said = _(
                "“{word}”, the most frequent word, is {share} of the text and {noise} of the noise; "
                "when frequent words are thinned out, {kept} of its occurrences are kept.",
                word=safe(beginning(words[0], 40)),
                share=f"{shares.value[0, 0]:.1%}",
                noise=f"{shares.value[0, 1]:.1%}",
                kept=f"{kept.value[0]:.0%}",
            )
        caption = f"{caption} {said}"
    show.chart(
        key,
        lambda values, *_kept: noise_chart(values, words),
        nodes,
        caption=caption,
        alt=_("Two falling lines that cross: the noise is more even than the text"),
    )


def learnt(corpus: Corpus, run: Node, row: int, text: Mapping[str, str]) -> None:
    """What a run has learnt, after any of its epochs: loss, neighbours, map; it can be saved."""
    trained = corpora.keep(corpus, run)
    last = len(run.value) - 1
    losses = corpus.lab.run(word2vec.loss_curve, run, as_="losses")
    idle = word2vec.idle_epochs(losses.value)
    if idle == last:
        st.info(text["nothing_learnt"], icon=":material/info:")
        return
    said, control = st.columns([2, 3], vertical_alignment="center")
    with said:
        st.caption(_("Already learnt with these settings. Play at the map shows it again."))
    with control:
        epoch = slider(_("After epoch"), 0, last, last, key="w2v_epoch", bound=False)
    words = corpus.words.value
    matrix = corpus.lab.run(word2vec.input_matrix, run, epoch=epoch, as_="matrix")
    near = corpus.lab.run(word2vec.nearest_words, matrix, corpus.words, row=row, as_="near")
    left, right = st.columns(2)
    with left:
        alt = _("The loss falls, fast at first")
        caption = text["loss_caption"] + (" " + text["loss_gap"] if idle else "")
        show.chart("loss", loss_chart, [losses], caption=caption, alt=alt)
    with right:
        alt = _("A bar for each of the nearest words")
        caption = text["near_caption"]
        show.chart("near", neighbour_chart, [near], caption=caption, alt=alt)
    newest = corpus.lab.run(word2vec.input_matrix, run, as_="newest")
    rows = corpus.lab.run(word2vec.map_rows, newest, row=row, count=ON_MAP, as_="rows")
    spots = corpus.lab.run(word2vec.map_positions, run, rows, epoch=epoch, as_="spots")
    alt = _("The most frequent words by PCA")
    steps = corpus.lab.run(word2vec.map_steps, run, rows, as_="map_steps")
    titles = [_("{title}, epoch {at}", title=_("Map (PCA)"), at=n) for n in range(last + 1)]
    pane = scatter.Pane(
        titles[epoch],
        alt,
        spots.value,
        spots.key,
        steps=steps.value,
        steps_key=steps.key,
        step_titles=titles,
    )
    near_names = [word for word, _cosine in near.value]
    draw_map("w2v", corpus, rows.value, [pane], near_names, words[row])
    show.footer("map", [spots, rows, corpus.words], text["map_caption"].format(most=ON_MAP))
    st.download_button(
        _("The vectors (safetensors)"),
        lambda: trained.file.value,
        file_name="word2vec.safetensors",
        icon=":material/download:",
        on_click="ignore",
        key="w2v_save",
    )
    st.caption(
        _(
            "Until you reload the page, the lessons Embeddings and Maps (Words of a text) offer these "
            "vectors, too, as “Your word2vec”."
        )
    )


def two_matrices(corpus: Corpus, inputs: Node, outputs: Node, caption: str) -> None:
    """The rows of the most frequent words in both matrices; a pinned row says which word's it is."""
    panes = []
    for matrix, title, alt in (
        (inputs, _("Input matrix"), _("Rows of the words as centres")),
        (outputs, _("Output matrix"), _("Rows of the words as neighbours")),
    ):
        rows = corpus.lab.run(word2vec.first_rows, matrix, count=ROWS, as_="rows")
        most = max(float(abs(rows.value).max()), 1e-9)
        height, width = rows.value.shape
        title = _(
            "{title}: {rows} rows, {numbers} numbers", title=title, rows=height, numbers=width
        )
        panes.append(show.Picture(rows, title, alt, (), -most, most, "signed", "w2v", lossy=False))
    state = show.pictures("matrices", panes, caption=caption.format(rows=len(rows.value)))
    words = corpus.words.value
    if state.pin and state.pin[1] < len(words):
        word = safe(beginning(words[state.pin[1]], 40))
        st.markdown(_("Row {row} is “{word}”.", row=state.pin[1], word=word))


def one_score(
    corpus: Corpus, inputs: Node, outputs: Node, centre: int, context: int, caption: str
) -> None:
    """The score of one pair, number by number, and what the sigmoid makes of it."""
    lab, words = corpus.lab, corpus.words.value
    parts = lab.run(
        word2vec.score_parts, inputs, outputs, centre=centre, context=context, as_="parts"
    )
    score = lab.run(word2vec.pair_score, parts, as_="score")
    chance = lab.run(word2vec.pair_probability, parts, as_="chance")
    names = (words[centre], words[context])
    body = score_grid(parts.value, score.value, chance.value, names, _("One score"))
    show.html("score", body, [parts, score, chance], caption=caption)


def broken(lab: Lab, caption: str) -> None:
    """The made-up language learnt four times, with one thing changed, as maps with their figures."""
    made = corpora.invented_corpus(lab, 300)
    assert made.groups is not None
    joined = lab.run(word2vec.joined_lines, made.lines, as_="joined")
    one = lab.run(word2vec.numbered, joined, made.words, as_="one_line")
    few = corpora.invented_corpus(lab, 12).lines
    few_ids = lab.run(word2vec.numbered, few, made.words, as_="few_ids")
    few_counts = lab.run(word2vec.word_counts, few, made.words, as_="few_counts")
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
        steps = lab.run(word2vec.word2vec, ids, counts, as_="steps", **params)
        matrix = lab.run(word2vec.input_matrix, steps, as_="matrix")
        rows = lab.run(word2vec.map_rows, matrix, row=0, count=every, as_="rows")
        spots = lab.run(pca, lab.run(unit_rows, matrix, as_="directions"), as_="spots")
        share = lab.run(word2vec.same_group_share, matrix, made.groups, as_="share")
        alike = lab.run(word2vec.mean_cosine, matrix, as_="alike")
        losses = lab.run(word2vec.loss_curve, steps, as_="losses")
        note = _(
            "own group {share}, mean cosine {cosine}, loss {loss}",
            share=f"{share.value:.0%}",
            cosine=f"{alike.value:.2f}",
            loss=f"{losses.value[-1]:.2f}",
        )
        alt = _("The words of the made-up language: {title}", title=title)
        panes.append(scatter.Pane(title, alt, spots.value, spots.key, note))
        nodes += [spots, share, alike, losses]
    draw_map("breaks", made, rows.value, panes, same_scale=True)
    show.footer("breaks", nodes, caption)
