"""word2vec: gradients against autograd, known neighbours, the same bits from a worker."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load

from engine import samples, work
from engine.cache import ByteCache
from engine.errors import UserError
from engine.lab import Lab
from engine.vectors import word2vec as w
from engine.vectors.static import open_table, word_vectors

BOOKS = Path(__file__).resolve().parents[2] / "assets" / "corpora"
WORDS = st.lists(st.sampled_from("abcd\n"), min_size=1, max_size=30).map(" ".join)


def ready(lines: str, least: int = 1) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    words = w.counted_vocabulary(lines, least=least)
    return words, w.numbered(lines, words), w.word_counts(lines, words)


# ------------------------------------------------------------------------------ gradients


@pytest.mark.parametrize(
    ("words", "dimension", "pairs", "negatives"), [(7, 3, 20, 5), (2, 2, 9, 0)]
)
def test_gradients_equal_autograd(words: int, dimension: int, pairs: int, negatives: int) -> None:
    random = np.random.default_rng(0)
    inputs, outputs = random.normal(size=(2, words, dimension))
    centres = random.integers(0, words, pairs)
    targets = random.integers(0, words, (pairs, 1 + negatives))  # the same word many times over
    v, u = (torch.tensor(m, requires_grad=True) for m in (inputs, outputs))
    scores = torch.einsum("pd,ptd->pt", v[centres], u[targets])
    log = torch.nn.functional.logsigmoid
    losses = -log(scores[:, 0]) - log(-scores[:, 1:]).sum(dim=1)
    losses.sum().backward()
    found = w.gradients(inputs, outputs, centres, targets)
    for ours, theirs in zip(found, (losses.detach(), v.grad, u.grad), strict=True):
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-12, atol=1e-14)


def test_one_pair_by_hand() -> None:
    inputs, outputs = np.array([[2.0, 0.0], [0.0, 0.0]]), np.array([[0.0, 0.0], [1.0, 1.0]])
    # The score of word 0 with its context 1 is 2; with the noise word 0 it is 0.
    losses, by_inputs, by_outputs = w.gradients(inputs, outputs, np.array([0]), np.array([[1, 0]]))
    error = 1 / (1 + np.exp(-2)) - 1
    np.testing.assert_allclose(losses, [np.log1p(np.exp(-2)) + np.log(2)])
    np.testing.assert_allclose(by_inputs, [[error, error], [0, 0]])
    np.testing.assert_allclose(by_outputs, [[1, 0], [2 * error, 0]])


def test_gradients_stay_finite_for_huge_scores() -> None:
    inputs = outputs = np.array([[100.0], [-100.0]], np.float32)
    found = w.gradients(inputs, outputs, np.array([0, 1]), np.array([[0, 1], [0, 1]]))
    assert all(np.isfinite(part).all() and part.dtype == np.float32 for part in found)
    np.testing.assert_allclose(found[0], [0, 20_000])


# ------------------------------------------------------------------------------ words and pairs


def pairs_slowly(lines: str, words: tuple[str, ...], window: int) -> list[tuple[int, int]]:
    found = []
    for line in lines.split("\n"):
        ids = [words.index(word) for word in line.split()]
        for i, centre in enumerate(ids):
            for j in range(max(0, i - window), min(len(ids), i + window + 1)):
                if i != j:
                    found.append((centre, ids[j]))
    return found


@given(WORDS, st.integers(1, 9))
def test_pairs_are_those_of_two_loops(lines: str, window: int) -> None:
    lines = re.sub(" *\n *", "\n", lines)
    words = tuple("abcd")
    ids = w.numbered(lines, words)
    pairs = w.skip_gram_pairs(ids, np.full(len(ids), window))
    expected = pairs_slowly(lines, words, window)
    assert sorted(zip(*(p.tolist() for p in pairs), strict=True)) == sorted(expected)
    assert w.count_pairs(ids, window=window) == len(expected)


@given(WORDS, st.integers(1, 4), st.data())
def test_the_neighbourhood_of_a_word_is_its_pairs(
    lines: str, window: int, data: st.DataObject
) -> None:
    lines = re.sub(" *\n *", "\n", lines)
    ids = w.numbered(lines, tuple("abcd"))
    size = w.how_many_words(ids)
    assert size == len(lines.split())
    if size:
        place = data.draw(st.integers(0, size - 1))
        near = w.neighbourhood(ids, place=place, window=window)
        assert near[near[:, 0] == 0].tolist() == [[0, "abcd".index(lines.split()[place])]]
        total = sum(len(w.neighbourhood(ids, place=p, window=window)) - 1 for p in range(size))
        assert total == w.count_pairs(ids, window=window)


def test_a_word_looks_as_far_as_its_own_reach() -> None:
    ids = np.array([0, 1, 2, w.END], np.int32)
    centres, contexts = w.skip_gram_pairs(ids, np.array([2, 1, 1, 9]))
    pairs = sorted(zip(centres.tolist(), contexts.tolist(), strict=True))
    assert pairs == [(0, 1), (0, 2), (1, 0), (1, 2), (2, 1)]


def test_words_are_counted_and_numbered_by_frequency() -> None:
    lines = w.paragraph_lines("The tea, the _TEA_!\nThe cup.\n\n我喜欢咖啡。 3.50 €")
    assert lines == "the tea the tea the cup\n我 喜欢 咖啡 3.50"
    words, ids, counts = ready(lines)
    assert words[:2] == ("the", "tea")
    assert counts.tolist()[:3] == [3, 2, 1]
    assert [words[n] for n in ids if n != w.END] == lines.split()
    assert w.counted_vocabulary(lines, least=2) == ("the", "tea")
    assert w.counted_vocabulary(lines, least=1, most=3) == words[:3]
    # A word without number leaves no gap: its neighbours become neighbours.
    assert w.numbered("the cup tea", ("the", "tea")).tolist() == [0, 1, w.END]


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=50))
def test_probabilities(counts: list[int]) -> None:
    many = np.array(counts)
    kept = w.keep_probability(many, sample=1e-3)
    assert ((kept > 0) & (kept <= 1)).all()
    assert (w.keep_probability(many, sample=0.0) == 1).all()
    shares = w.noise_shares(many)
    np.testing.assert_allclose(shares.sum(axis=0), 1)
    np.testing.assert_allclose(shares[:, 1] / shares[0, 1], (many / many[0]) ** 0.75)


def test_thinning_is_that_of_the_paper() -> None:
    # Equation 5: a word is discarded with probability 1 - sqrt(t / f).
    np.testing.assert_allclose(
        w.keep_probability(np.array([90, 10]), sample=0.2), [np.sqrt(0.2 / 0.9), 1]
    )


def test_noise_follows_its_distribution() -> None:
    counts = np.array([800, 100, 100])
    drawn = w.drawn_noise(counts, pairs=20_000, negatives=5)
    assert drawn.shape == (20_000, 5)
    found = np.bincount(drawn.ravel(), minlength=3) / drawn.size
    np.testing.assert_allclose(found, w.noise_distribution(counts), atol=0.01)


@pytest.mark.parametrize("text", ["", "... !?", "one", "one one one"])
def test_too_little_is_said(text: str) -> None:
    with pytest.raises(UserError):
        ready(w.paragraph_lines(text))


def test_words_that_never_meet_are_said() -> None:
    words, ids, counts = ready("a\nb\na\nb")
    assert words == ("a", "b")
    with pytest.raises(UserError, match="side by side"):
        w.word2vec(ids, counts)


# ------------------------------------------------------------------------------ learning


@given(WORDS, st.integers(1, 9), st.integers(0, 3))
@settings(max_examples=25, deadline=None)
def test_tiny_texts_are_learnt_or_refused(lines: str, window: int, negatives: int) -> None:
    try:
        _words, ids, counts = ready(lines)
        steps = w.word2vec(ids, counts, dimension=2, window=window, negatives=negatives, epochs=2)
    except UserError:
        return
    assert steps.shape == (3, 1 + 2 * len(counts), 2)
    assert steps.dtype == np.float32
    assert np.isfinite(steps[:, 1:]).all()
    none = (steps[:, 0, 1] == 0) & (np.arange(3) > 0)  # all pairs thinned out: no loss
    np.testing.assert_array_equal(np.isnan(steps[:, 0, 0]), none)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_known_neighbours_are_found(language: str) -> None:
    words, ids, counts = ready(w.invented_lines(sentences=600, language=language))
    steps = w.word2vec(ids, counts, dimension=10, window=4, epochs=15, sample=0.0)
    losses = w.loss_curve(steps)
    np.testing.assert_allclose(losses[0], 6 * np.log(2), rtol=1e-6)
    assert losses[-1] < 0.7 * losses[0]
    assert (np.diff(losses) < 0.05).all()
    groups = w.invented_groups(words, language=language)
    assert np.bincount(groups[groups >= 0]).tolist() == [4] * 6
    assert w.same_group_share(w.input_matrix(steps), groups) == 1
    before = w.same_group_share(w.input_matrix(steps, epoch=0), groups)
    assert before < 0.4
    drink = {"en": ("coffee", {"tea", "cocoa", "milk"}), "zh": ("咖啡", {"茶", "可可", "牛奶"})}
    start, others = drink[language]
    near = w.nearest_words(w.input_matrix(steps), words, row=words.index(start), count=3)
    assert {word for word, _cosine in near} == others


def test_what_breaks_does_break() -> None:
    lines = w.invented_lines(sentences=300)
    words, ids, counts = ready(lines)
    groups = w.invented_groups(words)
    right = {"dimension": 10, "window": 4, "negatives": 5, "epochs": 20, "sample": 0.0}

    def outcome(ids: np.ndarray, **change: int) -> tuple[float, float, float]:
        steps = w.word2vec(ids, counts, **(right | change))  # type: ignore[arg-type]
        matrix = w.input_matrix(steps)
        share, alike = w.same_group_share(matrix, groups), w.mean_cosine(matrix)
        return share, alike, w.loss_curve(steps)[-1]

    good = outcome(ids)
    collapsed = outcome(ids, negatives=0)
    wide = outcome(w.numbered(w.joined_lines(lines), words), window=30)
    few = outcome(w.numbered(w.invented_lines(sentences=12), words), epochs=500)
    assert good[0] == 1
    assert collapsed[1] > 0.95 > good[1]
    assert collapsed[2] < good[2]
    assert max(collapsed[0], wide[0], few[0]) < 0.6
    assert few[2] < good[2]


def test_frequent_words_fill_the_pairs_unless_thinned_out() -> None:
    lines = w.paragraph_lines((BOOKS / "pride-and-prejudice.txt").read_text()[:100_000])
    _words, ids, counts = ready(lines, 2)
    share = {
        sample: w.share_of_frequent(ids, counts, top=10, window=5, sample=sample)
        for sample in (0.0, 1e-3)
    }
    assert share[0.0] > 0.4
    assert share[1e-3] < 0.75 * share[0.0]


@pytest.mark.parametrize(
    ("name", "size", "beginning"),
    [
        ("pride-and-prejudice.txt", 122_000, "pride and prejudice by jane austen"),
        ("three-kingdoms.txt", 285_000, "第一回"),
    ],
)
def test_books(name: str, size: int, beginning: str) -> None:
    lines = w.paragraph_lines((BOOKS / name).read_text(encoding="utf-8")).replace("\n", " ")
    assert lines.startswith(beginning)
    assert lines.count(" ") == pytest.approx(size, rel=0.1)
    words = w.counted_vocabulary(lines)
    assert len(words) == w.MOST_WORDS
    assert {"pride-and-prejudice.txt": "mother", "three-kingdoms.txt": "玄德"}[name] in words


def test_a_seed_decides_everything() -> None:
    _words, ids, counts = ready(w.invented_lines(sentences=50))
    settings_ = {"dimension": 4, "epochs": 3, "sample": 0.0}
    one = w.word2vec(ids, counts, **settings_)  # type: ignore[arg-type]
    again = w.word2vec(ids, counts, **settings_)  # type: ignore[arg-type]
    other = w.word2vec(ids, counts, seed=1, **settings_)  # type: ignore[arg-type]
    assert one.tobytes() == again.tobytes()
    assert not np.array_equal(one, other)


def test_a_worker_gives_the_same_bits() -> None:
    lab = Lab(samples.load("order"), cache=ByteCache())
    lines = lab.run(w.invented_lines, sentences=200, as_="lines")
    words = lab.run(w.counted_vocabulary, lines, least=1, as_="words")
    counts = lab.run(w.word_counts, lines, words, as_="counts")
    ids = lab.run(w.numbered, lines, words, as_="ids")
    node = lab.run(w.word2vec, ids, counts, dimension=20, epochs=4, sample=0.0, as_="steps")
    job = work.start(node, w.word2vec_steps, watcher="a")
    assert job.finished.wait(120)
    assert (job.state, job.count, job.error) == ("done", 5, None)
    assert node.is_cached
    plain = w.word2vec(ids.value, counts.value, dimension=20, epochs=4, sample=0.0)
    assert node.value.tobytes() == plain.tobytes()
    assert job.last.tobytes() == plain[-1].tobytes()


# ------------------------------------------------------------------------------ the result


def test_the_sheets_hold_both_matrices() -> None:
    _words, ids, counts = ready("a b\nb c")
    steps = w.word2vec(ids, counts, dimension=3, epochs=1, sample=0.0)
    inputs, outputs = w.input_matrix(steps, epoch=0), w.output_matrix(steps, epoch=0)
    assert inputs.shape == outputs.shape == (3, 3)
    assert (np.abs(inputs) <= 0.5 / 3).all()
    assert not outputs.any()
    assert steps[1, 0, 1] == 4
    np.testing.assert_array_equal(np.concatenate([inputs, outputs]), steps[0, 1:])


def test_a_score_by_hand() -> None:
    inputs, outputs = np.float32([[1, 2], [3, 4]]), np.float32([[5, 6], [7, -8]])
    parts = w.score_parts(inputs, outputs, centre=1, context=1)
    np.testing.assert_array_equal(parts, [[3, 4], [7, -8], [21, -32]])
    assert w.pair_score(parts) == -11
    assert w.pair_probability(parts) == pytest.approx(1 / (1 + np.exp(11)))


def test_neighbours_against_numpy_and_zero_vectors() -> None:
    vectors = np.float32([[1, 0], [1, 1], [0, 2], [0, 0], [-1, 0]])
    np.testing.assert_allclose(w.cosines_to(vectors, row=0), [1, np.sqrt(0.5), 0, 0, -1])
    near = w.nearest_words(vectors, tuple("abcde"), row=0, count=9)
    assert [word for word, _cosine in near] == ["b", "c", "d", "e"]
    assert w.mean_cosine(np.float32([[1, 0], [2, 0], [3, 0]])) == pytest.approx(1)


def test_the_map_is_a_pca_seen_from_one_side() -> None:
    from sklearn.decomposition import PCA

    words, ids, counts = ready(w.invented_lines(sentences=200))
    steps = w.word2vec(ids, counts, dimension=6, epochs=5, sample=0.0)
    fitted = PCA(2, svd_solver="full").fit(w.input_matrix(steps).astype(np.float64))
    for epoch in (0, 3, -1):
        seen = w.map_positions(steps, np.arange(len(words)), epoch=epoch)
        expected = fitted.transform(w.input_matrix(steps, epoch=epoch).astype(np.float64))
        np.testing.assert_allclose(np.abs(seen), np.abs(expected), atol=1e-5)
        np.testing.assert_array_equal(w.map_steps(steps, np.arange(len(words)))[epoch], seen)


def test_the_map_shows_frequent_words_and_a_word_with_its_neighbours() -> None:
    vectors = np.float32([[1, 0], [0, 1], [-1, 0], [1, 0.1], [1, 0.3], [0, -1]])
    assert w.map_rows(vectors, row=4, count=2, near=1).tolist() == [0, 1, 4, 3]
    assert sorted(w.map_rows(vectors, row=1, count=9).tolist()) == [0, 1, 2, 3, 4, 5]


def test_usual_neighbours() -> None:
    words, ids, counts = ready("the tea is hot\nthe tea\nalone")
    assert words[:2] == ("the", "tea")  # of two equally frequent words the first to appear
    assert w.usual_neighbour(ids, row=0) == 1
    alone = words.index("alone")
    assert w.usual_neighbour(ids, row=alone) == alone
    assert w.share_met_once(counts) == pytest.approx(3 / 5)


def test_the_file_is_a_table_like_the_others() -> None:
    words, vectors = ("tea", "咖啡"), np.float32([[1, 2, 3], [4, 5, 6.5]])
    data = w.vectors_file(words, vectors)
    np.testing.assert_array_equal(load(data)["vectors"], vectors)
    assert open_table(data).words == words
    np.testing.assert_array_equal(word_vectors(data, ("咖啡",)), vectors[1:])


def test_an_epoch_without_a_pair_has_no_loss() -> None:
    lines = w.paragraph_lines("one two one two three")
    words = w.counted_vocabulary(lines, least=1)
    steps = w.word2vec(
        w.numbered(lines, words), w.word_counts(lines, words), dimension=2, sample=1e-9
    )
    assert (steps[1:, 0, 1] == 0).all()
    losses = w.loss_curve(steps)
    assert np.isfinite(losses[0])
    assert np.isnan(losses[1:]).all()
    assert w.idle_epochs(losses) == len(losses) - 1
    assert w.idle_epochs(np.array([np.nan, 2.0, np.nan, 1.0])) == 1


def test_a_number_with_a_narrow_space_is_counted_and_numbered_alike() -> None:
    lines = w.paragraph_lines("10\u202f000 10\u202f000")  # one word by Unicode's rules
    words = w.counted_vocabulary(lines, least=1)
    ids = w.numbered(lines, words)
    assert w.how_many_words(ids) == w.word_counts(lines, words).sum() == 4
