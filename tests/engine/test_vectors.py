"""Vectors of words and sentences against NumPy, scikit-learn, PyTorch, transformers and people.

WordSim-353 (L. Finkelstein and others, "Placing search in context", 2002) and SimLex-999 (F. Hill, R.
Reichart, A. Korhonen, 2015) are read from the data of the installed package gensim.
"""

from __future__ import annotations

import importlib.util
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from safetensors.numpy import load
from scipy.stats import spearmanr
from sklearn.metrics.pairwise import cosine_similarity, euclidean_distances
from sklearn.neighbors import NearestNeighbors

from engine.errors import UserError
from engine.models.catalogue import GLOVE, MINILM
from engine.models.locate import file_of, find
from engine.models.read import vectors_file
from engine.vectors import contextual, hidden, lookup, similarity, static

FOLDER = find(GLOVE)
assert FOLDER is not None
DATA = file_of(FOLDER, GLOVE).read_bytes()
ROWS = load(DATA)["vectors"].astype(np.float64)
WORDS = static.open_table(DATA).words

FINITE = st.floats(-100, 100, width=32).map(lambda x: x + 0.0)  # no negative zero


def table(rows: np.ndarray) -> bytes:
    """A vectors file whose words are w0, w1, ..."""
    return vectors_file([f"w{n}" for n in range(len(rows))], rows)


# ------------------------------------------------------------------------------ look-up


@given(
    arrays(np.float32, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=FINITE), st.data()
)
def test_one_hot_times_matrix_is_the_row_bit_for_bit(
    matrix: np.ndarray, data: st.DataObject
) -> None:
    words = tuple(f"w{n}" for n in range(len(matrix)))
    word = data.draw(st.sampled_from(words))
    product = lookup.multiply(lookup.one_hot_row(words, word=word), matrix)
    assert product.tobytes() == lookup.look_up(matrix, words, word=word).tobytes()


@pytest.mark.parametrize("word", ["the", "coffee", WORDS[-1]])
def test_the_same_for_all_of_glove_and_as_torch_does_it(word: str) -> None:
    torch = pytest.importorskip("torch")
    matrix = static.table_rows(DATA)
    words = static.table_words(DATA)
    row = lookup.look_up(matrix, words, word=word)
    assert lookup.multiply(lookup.one_hot_row(words, word=word), matrix).tobytes() == row.tobytes()
    layer = torch.nn.Embedding.from_pretrained(torch.from_numpy(matrix))
    assert layer(torch.tensor(words.index(word))).numpy().tobytes() == row.tobytes()
    assert static.word_vector(DATA, word=word).tobytes() == row.tobytes()


def test_a_looked_up_row_is_a_copy() -> None:
    matrix = lookup.small_matrix(("a", "b"))
    lookup.look_up(matrix, ("a", "b"), word="a")[:] = 9
    assert np.array_equal(matrix, lookup.small_matrix(("a", "b")))
    assert lookup.multiplications(words=20_000, numbers=50) == 1_000_000


# ------------------------------------------------------------------------------ the file


def test_the_file_in_the_repository_is_glove() -> None:
    assert static.table_shape(DATA) == (20_000, 50)
    assert WORDS[:5] == ("the", ",", ".", "of", "to")
    assert len(set(WORDS)) == 20_000
    # The first numbers of "the" as Stanford publishes them in glove.6B.50d.txt.
    published = [0.418, 0.24968, -0.41242, 0.1217, 0.34527, -0.044457]
    assert np.allclose(ROWS[0, :6], published, rtol=5e-4)
    assert np.isfinite(ROWS).all()


def test_unknown_words_are_a_sentence() -> None:
    with pytest.raises(UserError, match="qwertyuiop"):
        static.word_vector(DATA, word="qwertyuiop")
    assert not static.knows(DATA, word="")
    assert static.begins_like(DATA, start="cof")[0] == "coffee"
    assert static.begins_like(DATA, start="coffq") == static.begins_like(DATA, start="coff")
    assert static.begins_like(DATA, start="") == ()
    assert static.begins_like(DATA, start="咖啡") == ()


def test_words_of_a_text_that_say_something() -> None:
    tokens = ("the", "coffee", "of", "zzzqx", "coffee", "tea", "2004", "x", "river")
    assert static.known_words(tokens, DATA) == ("coffee", "tea", "river")
    assert static.known_words(tokens, DATA, count=1) == ("coffee",)
    assert static.share_unknown(tokens, DATA) == 1 / 9
    frequent, unknown = static.passed_over(tokens, DATA)
    assert frequent == ("the", "of")
    assert unknown == ("zzzqx",)
    assert static.passed_over(tokens, DATA, count=1)[0] == ("the",)
    filled = static.with_examples(("tea",), DATA, least=4)
    assert filled == ("tea", "coffee", "cup", "sugar")
    assert static.with_examples(tuple("abcdef"), DATA) == tuple("abcdef")
    assert static.known_words((), DATA) == static.no_words() == ()


def test_the_examples_are_in_the_table() -> None:
    assert all(static.knows(DATA, word=word) for word in static.EXAMPLES["en"])


# ------------------------------------------------------------------------------ neighbours


@pytest.mark.parametrize("word", ["king", "coffee", "cultivate", "the", "2004", WORDS[-1]])
@pytest.mark.parametrize("measure", ["cosine", "euclid"])
def test_neighbours_are_those_of_scikit_learn(word: str, measure: str) -> None:
    metric = "cosine" if measure == "cosine" else "euclidean"
    search = NearestNeighbors(n_neighbors=11, metric=metric, algorithm="brute").fit(ROWS)
    row = WORDS.index(word)
    distances, places = search.kneighbors(ROWS[row : row + 1])
    expected = [WORDS[place] for place in places[0] if place != row]
    found = similarity.nearest(DATA, word=word, measure=measure)
    assert [name for name, *_rest in found] == expected
    values = distances[0][1:] if measure == "euclid" else 1 - distances[0][1:]
    assert np.allclose([value for _name, value, _length in found], values, atol=1e-9)
    lengths = [np.linalg.norm(ROWS[WORDS.index(name)]) for name, *_rest in found]
    assert np.allclose([length for *_rest, length in found], lengths)
    assert np.isclose(similarity.length_of(DATA, word=word), np.linalg.norm(ROWS[row]))


@given(arrays(np.float16, st.tuples(st.integers(1, 12), st.just(2)), elements=st.integers(-2, 2)))
def test_neighbours_of_any_table_are_in_one_order(rows: np.ndarray) -> None:
    """Ties, zeros and equal rows included: the larger score first, of equal ones the earlier word."""
    data = table(rows)
    for measure in ("cosine", "euclid"):
        found = similarity.nearest(data, word="w0", count=5, measure=measure)
        assert len(found) == min(5, len(rows) - 1)
        sign = 1 if measure == "euclid" else -1
        order = [(sign * value, int(name[1:])) for name, value, _length in found]
        assert order == sorted(order)
        wide = rows.astype(np.float64)
        table_ = euclidean_distances(wide) if measure == "euclid" else cosine_similarity(wide)
        best = np.sort(sign * table_[0, 1:])[: len(found)]
        assert np.allclose(best, [value for value, _number in order], atol=1e-6)
        assert "w0" not in [name for name, *_rest in found]


def test_a_table_larger_than_a_block_is_searched_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = similarity.nearest(DATA, word="coffee")
    monkeypatch.setattr(similarity, "BLOCK", 777)
    assert similarity.nearest(DATA, word="coffee") == whole


def test_cosine_and_euclid_differ_where_lengths_differ() -> None:
    data = table(np.array([[1, 0], [9, 0], [0.5, 0.6]]))
    assert similarity.nearest(data, word="w0", count=1)[0][0] == "w1"
    assert similarity.nearest(data, word="w0", count=1, measure="euclid")[0][0] == "w2"
    word, common = similarity.most_different(DATA, ("coffee", "please", "cultivate"))
    one, other = (
        {name for name, *_rest in similarity.nearest(DATA, word=word, measure=measure)}
        for measure in ("cosine", "euclid")
    )
    assert len(one & other) == common < 10
    with pytest.raises(ValueError, match="manhattan"):
        similarity.nearest(DATA, word="coffee", measure="manhattan")


def test_cosines_agree_with_scikit_learn() -> None:
    rows = ROWS[[5, 500, 5000, 19_999]]
    assert np.allclose(similarity.cosine_matrix(rows), cosine_similarity(rows), atol=1e-12)
    between = similarity.cosines_between(rows[:1], rows)
    assert np.allclose(between, cosine_similarity(rows[:1], rows), atol=1e-12)
    zero = similarity.cosine_matrix(np.zeros((2, 3), np.float32))
    assert np.array_equal(zero, np.zeros((2, 2)))


# ------------------------------------------------------------------------------ analogies


@pytest.mark.parametrize(
    ("a", "b", "c", "expected"),
    [
        ("king", "man", "woman", "queen"),
        ("paris", "france", "japan", "tokyo"),
        ("walking", "walk", "swim", "swimming"),
    ],
)
def test_published_analogies(a: str, b: str, c: str, expected: str) -> None:
    unit = ROWS / np.linalg.norm(ROWS, axis=1, keepdims=True)
    one, two, three = (unit[WORDS.index(word)] for word in (a, b, c))
    cosines = cosine_similarity((one - two + three)[None, :], ROWS)[0]
    order = [WORDS[place] for place in np.argsort(-cosines)]
    found = similarity.analogy(DATA, a=a, b=b, c=c)
    assert [name for name, *_rest in found] == [w for w in order if w not in (a, b, c)][:8]
    assert found[0][0] == expected
    kept = similarity.analogy(DATA, a=a, b=b, c=c, keep_inputs=True)
    assert [name for name, *_rest in kept] == order[:8]


def test_with_the_inputs_left_in_the_king_stays_king() -> None:
    kept = similarity.analogy(DATA, a="king", b="man", c="woman", keep_inputs=True)
    assert [name for name, *_rest in kept[:2]] == ["king", "queen"]


def test_the_most_and_the_least_similar_pair() -> None:
    words = ("coffee", "tea", "river", "parliament")
    pairs = similarity.closest_pair(DATA, words)
    assert {pairs[0][0], pairs[0][1]} == {"coffee", "tea"}
    assert pairs[0][2] > pairs[1][2] > pairs[2][2]


# ------------------------------------------------------------------------------ what they hide


def test_occupations_lie_between_he_and_she() -> None:
    words, one, other = hidden.LINES["en"]
    assert (one, other) == ("she", "he")
    places = dict(hidden.along(DATA, words=words, one=one, other=other))
    unit = ROWS / np.linalg.norm(ROWS, axis=1, keepdims=True)
    direction = unit[WORDS.index("she")] - unit[WORDS.index("he")]
    expected = unit[WORDS.index("nurse")] @ direction / np.linalg.norm(direction)
    assert np.isclose(places["nurse"], expected)
    assert places["nurse"] > 0.3
    assert places["captain"] < -0.3
    assert list(places.values()) == sorted(places.values())


def test_opposites_are_near_each_other() -> None:
    for word, opposite, cosine, place in hidden.opposites(DATA, pairs=hidden.OPPOSITES["en"]):
        names = [n for n, *_rest in similarity.nearest(DATA, word=word, count=500)]
        assert names.index(opposite) + 1 == place
        assert cosine > 0.5


def test_vectors_of_rare_words_are_shorter() -> None:
    points = hidden.length_by_rank(DATA)
    assert np.all(np.diff(points[:, 0]) > 0)
    lengths = np.linalg.norm(ROWS, axis=1)
    assert np.isclose(points[0, 1], lengths[0])
    assert points[-1, 1] < points[len(points) // 2, 1]


def test_turning_changes_numbers_but_no_angle() -> None:
    before = static.word_vectors(DATA, ("king", "queen", "apple", "river"))
    after = hidden.turned(before)
    assert hidden.largest_change(before, after) < 1e-12
    assert np.allclose(np.linalg.norm(before, axis=1), np.linalg.norm(after, axis=1))
    assert np.abs(before - after).mean() > 0.1
    assert hidden.first_numbers(after).shape == (4, 6)


# ------------------------------------------------------------------------------ MiniLM

MINILM_FOLDER = str(find(MINILM))
SENTENCES = contextual.example_sentences()


@pytest.fixture(scope="module")
def reference() -> np.ndarray:
    """Sentence vectors by the recipe of the model's own card: padded batch, mask, mean, normalised."""
    torch = pytest.importorskip("torch")
    from transformers import AutoModel, AutoTokenizer

    folder = MINILM_FOLDER
    tokenizer, network = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)
    encoded = tokenizer(
        list(SENTENCES), padding=True, truncation=True, max_length=256, return_tensors="pt"
    )
    with torch.no_grad():
        output = network(**encoded)
    mask = encoded["attention_mask"].unsqueeze(-1).expand(output[0].size()).float()
    pooled = torch.sum(output[0] * mask, 1) / torch.clamp(mask.sum(1), min=1e-9)
    return torch.nn.functional.normalize(pooled, p=2, dim=1).numpy()


def test_sentences_agree_with_the_recipe_of_the_model_card(reference: np.ndarray) -> None:
    found = contextual.sentence_vectors(MINILM_FOLDER, SENTENCES)
    assert found.shape == (5, 384)
    assert found.dtype == np.float32
    assert np.abs(found - reference).max() < 1e-5
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)


def test_similar_sentences_are_similar_and_others_are_not() -> None:
    cosines = similarity.cosine_matrix(contextual.sentence_vectors(MINILM_FOLDER, SENTENCES))
    pairs = {(0, 1), (2, 3)}
    for i in range(5):
        for j in range(i + 1, 5):
            assert (cosines[i, j] > 0.5) if (i, j) in pairs else (cosines[i, j] < 0.2), (i, j)


def test_a_sentence_does_not_depend_on_its_company_nor_on_the_thread() -> None:
    alone = contextual.sentence_vectors(MINILM_FOLDER, SENTENCES[:1])
    results: list[bytes] = []

    def work() -> None:
        results.append(contextual.sentence_vectors(MINILM_FOLDER, SENTENCES)[:1].tobytes())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(280)
    assert results == [alone.tobytes()] * 4


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "\ud800", "咖啡", "x" * 3000, "word " * 5000, "👩‍👩‍👧 é"]
)
def test_any_text_has_vectors(text: str) -> None:
    names = contextual.names_in(MINILM_FOLDER, text=text)
    vectors = contextual.token_vectors(MINILM_FOLDER, text=text)
    assert vectors.shape == (len(names), 384)
    assert 2 <= len(names) <= contextual.LONGEST
    assert (names[0], names[-1]) == ("[CLS]", "[SEP]")
    assert np.isfinite(vectors).all()


def test_a_word_is_another_in_another_sentence() -> None:
    sentences = (
        "I ate an apple after lunch.",
        "This apple tastes sweet.",
        "Apple presented a new telephone.",
        "He bought shares of Apple.",
    )
    cosines = similarity.cosine_matrix(
        contextual.words_in_context(MINILM_FOLDER, sentences=sentences, word="apple")
    )
    fruit, company = cosines[0, 1], cosines[2, 3]
    across = cosines[:2, 2:].max()
    assert min(fruit, company) > across
    assert across < 0.85
    always = similarity.cosine_matrix(static.in_contexts(DATA, word="apple", times=4))
    assert np.allclose(always, 1)


def test_a_word_of_several_tokens_is_their_mean() -> None:
    text = "The crème brûlée costs too much, said Mr Unbelievablylong."
    names = contextual.names_in(MINILM_FOLDER, text=text)
    first = names.index("un")
    count = next(n for n, name in enumerate(names[first + 1 :], 1) if not name.startswith("##"))
    (found,) = contextual.words_in_context(
        MINILM_FOLDER, sentences=(text,), word="unbelievablylong"
    )
    expected = contextual.token_vectors(MINILM_FOLDER, text=text)[first : first + count].mean(
        axis=0
    )
    assert count > 1
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("word", ["app", "pple", "", "banana", "."])
def test_a_word_has_to_stand_there_as_a_whole(word: str) -> None:
    text = "An apple"
    assert not contextual.has_word(text, word=word)
    assert contextual.has_word(text, word="APPLE")
    with pytest.raises(UserError, match="does not stand"):
        contextual.words_in_context(MINILM_FOLDER, sentences=(text,), word=word)


def test_what_the_model_does_not_know_is_counted() -> None:
    assert contextual.share_of_unknown(MINILM_FOLDER, SENTENCES) == 0
    assert contextual.share_of_unknown(MINILM_FOLDER, ("饕餮",)) > 0.4


# ------------------------------------------------------------------------------ people's judgement


def judged(name: str, columns: tuple[int, int, int]) -> list[tuple[str, str, float]]:
    """Pairs of words with the similarity that people gave them."""
    package = importlib.util.find_spec("gensim")
    if package is None or package.origin is None:  # no wheel of it for this Python
        return []
    path = Path(package.origin).parent / "test" / "test_data" / name
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    first, second, score = columns
    return [
        (row[first].lower(), row[second].lower(), float(row[score]))
        for row in rows
        if not row[0].startswith("#") and row[-1].replace(".", "").isdigit()
    ]


WORDSIM = judged("wordsim353.tsv", (0, 1, 2))
SIMLEX = judged("simlex999.txt", (0, 1, 2))


needs_people = pytest.mark.skipif(not WORDSIM, reason="gensim, whose data this needs, is missing")


@needs_people
def test_the_sets_are_whole() -> None:
    assert len(WORDSIM) == 353
    assert len(SIMLEX) == 999


@needs_people
@pytest.mark.parametrize(
    ("pairs", "known", "low", "high"),
    [(WORDSIM, 319, 0.515, 0.53), (SIMLEX, 923, 0.265, 0.28)],
    ids=["WordSim-353", "SimLex-999"],
)
def test_glove_against_people(
    pairs: list[tuple[str, str, float]], known: int, low: float, high: float
) -> None:
    held = [p for p in pairs if static.knows(DATA, word=p[0]) and static.knows(DATA, word=p[1])]
    cosines = [
        similarity.cosine_matrix(static.word_vectors(DATA, (a, b)))[0, 1] for a, b, _score in held
    ]
    correlation = spearmanr(cosines, [score for *_words, score in held]).statistic
    assert len(held) == known
    assert low < correlation < high


@needs_people
@pytest.mark.slow
def test_minilm_against_people() -> None:
    words = tuple(sorted({word for a, b, _score in WORDSIM for word in (a, b)}))
    vectors = contextual.sentence_vectors(MINILM_FOLDER, words)
    places = {word: place for place, word in enumerate(words)}
    cosines = [float(vectors[places[a]] @ vectors[places[b]]) for a, b, _score in WORDSIM]
    correlation = spearmanr(cosines, [score for *_words, score in WORDSIM]).statistic
    assert 0.72 < correlation < 0.74
