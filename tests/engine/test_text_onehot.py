"""One-hot rows, their distances and bytes; bags of words and TF-IDF against scikit-learn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.preprocessing import OneHotEncoder

from engine.errors import UserError
from engine.text.onehot import (
    ALPHABET,
    alphabet,
    bag_of_words,
    both_ways,
    bytes_measured,
    commonest_word,
    corner,
    cost_curves,
    density,
    different,
    distance_matrix,
    document_words,
    documents_of,
    frequent_columns,
    ids_of,
    largest_and_sum,
    letters_of,
    most_similar,
    one_hot,
    sentences_of,
    share_of_zeros,
    strongest_words,
    symbols_of,
    tf_idf,
    units_of,
    vocabulary,
    weight_riddle,
    where_it_stands,
    words_of,
)
from engine.text.words import split_words
from engine.vectors.similarity import cosine_matrix

SAMPLES = Path(__file__).parents[2] / "assets" / "samples"
NAMES = ("alice", "kong-yiji", "order", "order-zh", "scripts")
TOKENS = st.lists(st.sampled_from(["a", "b", "好", "🙂", "zz"]), min_size=1, max_size=30).map(tuple)


def sample(name: str) -> str:
    return (SAMPLES / f"{name}.txt").read_text("utf-8")


def hot(tokens: tuple[str, ...]) -> np.ndarray:
    words = vocabulary(tokens)
    return one_hot(ids_of(tokens, words), words)


def test_i_love_ai_is_243_numbers() -> None:
    letters = letters_of("I Love AI!\n")
    assert "".join(letters) == "i love ai"
    matrix = one_hot(ids_of(letters, alphabet()), alphabet())
    assert matrix.shape == (9, 27)
    assert matrix.size == 243
    assert "".join(ALPHABET[n] for n in matrix.argmax(axis=1)) == "i love ai"


@given(st.text())
def test_letters_are_in_the_alphabet_whatever_comes(text: str) -> None:
    letters = letters_of(text, count=20)
    assert len(letters) <= 20
    assert set(letters) <= set(ALPHABET)
    assert not any(symbol.isspace() for symbol in symbols_of(text))


@given(TOKENS)
def test_one_hot_equals_scikit_learn_s_encoder(tokens: tuple[str, ...]) -> None:
    expected = OneHotEncoder(dtype=np.uint8).fit_transform(np.array(tokens)[:, None]).toarray()
    np.testing.assert_array_equal(hot(tokens), expected)


@given(TOKENS)
def test_every_row_has_a_single_one_which_gives_the_token_back(tokens: tuple[str, ...]) -> None:
    matrix, words = hot(tokens), vocabulary(tokens)
    assert (matrix.sum(axis=1) == 1).all()
    assert tuple(words[n] for n in matrix.argmax(axis=1)) == tokens
    assert matrix.mean() == pytest.approx(density(words))


def test_a_token_outside_of_the_vocabulary_has_no_number() -> None:
    with pytest.raises(KeyError, match="c"):
        ids_of(("a", "c"), ("a", "b"))


@given(TOKENS)
def test_all_different_words_are_equally_far(tokens: tuple[str, ...]) -> None:
    rows = hot(different(tokens, count=9))
    found = distance_matrix(rows)
    np.testing.assert_allclose(found, cdist(rows, rows), atol=1e-12)
    off = ~np.eye(len(rows), dtype=bool)
    np.testing.assert_array_equal(found[off], np.sqrt(2))
    np.testing.assert_array_equal(np.diag(found), 0)


@given(TOKENS)
def test_bytes_are_those_that_numpy_and_scipy_take(tokens: tuple[str, ...]) -> None:
    words = vocabulary(tokens)
    ids = ids_of(tokens, words)
    dense = one_hot(ids, words).astype(np.float32)
    sparse = scipy.sparse.csr_array(dense)
    stored = sparse.data.nbytes + sparse.indices.nbytes + sparse.indptr.nbytes
    assert bytes_measured(ids, words) == (dense.nbytes, stored, ids.nbytes)


def test_the_curves_go_through_what_is_measured() -> None:
    ids = np.arange(500, dtype=np.int32) % 2
    curves = cost_curves(ids)
    assert tuple(curves[0, 1:4]) == bytes_measured(ids, ("a", "b"))
    assert (curves[0, 0], curves[-1, 0]) == (2, 1_000_000)
    assert curves[-1, 1] == 4 * 500 * 1_000_000
    np.testing.assert_allclose(curves[:, 4], 100 / curves[:, 0])


@pytest.mark.parametrize("name", NAMES)
def test_bag_and_tf_idf_equal_scikit_learn(name: str) -> None:
    documents = documents_of(sample(name))
    words = document_words(documents)
    counts = bag_of_words(documents, words)
    counter = CountVectorizer(analyzer=words_of)
    np.testing.assert_array_equal(counts, counter.fit_transform(documents).toarray())
    assert tuple(counter.get_feature_names_out()) == words
    expected = TfidfVectorizer(analyzer=words_of).fit_transform(documents).toarray()
    weights = tf_idf(counts)
    np.testing.assert_allclose(weights, expected, rtol=1e-12)
    cosines = cosine_similarity(expected)
    np.testing.assert_allclose(cosine_matrix(weights), cosines, atol=1e-12)
    first, second, cosine = most_similar(cosine_matrix(weights))
    best = float(np.triu(cosines, 1).max())
    assert cosine == pytest.approx(best, abs=1e-12)
    assert (first < second) == (best > 0)
    if best > 0:
        assert cosines[first, second] == pytest.approx(best)


@given(st.lists(st.text("ab好 c", min_size=1).filter(str.strip), min_size=1, max_size=6))
def test_tf_idf_of_any_documents(texts: list[str]) -> None:
    documents = tuple(texts)
    words = document_words(documents)
    counts = bag_of_words(documents, words)
    expected = TfidfVectorizer(analyzer=words_of).fit_transform(documents).toarray()
    np.testing.assert_allclose(tf_idf(counts), expected, rtol=1e-12)


def test_a_bag_is_the_sum_of_its_one_hot_rows_and_forgets_the_order() -> None:
    documents = ("The dog bites the man.", "the man bites the dog", "猫追老鼠")
    words = document_words(documents)
    counts = bag_of_words(documents, words)
    for row, document in zip(counts, documents, strict=True):
        rows = one_hot(ids_of(words_of(document), words), words)
        np.testing.assert_array_equal(row, rows.sum(axis=0))
    np.testing.assert_array_equal(counts[0], counts[1])
    pair = both_ways(documents, row=0)
    assert pair == ("the dog bites the man", "man the bites dog the")
    for row in bag_of_words(pair, words):
        np.testing.assert_array_equal(row, counts[0])


def test_what_is_said_of_a_bag() -> None:
    counts = np.array([[0, 2, 1], [3, 1, 0]])
    assert share_of_zeros(counts) == pytest.approx(2 / 6)
    assert type(share_of_zeros(counts)) is float
    assert commonest_word(counts, ("a", "b", "c")) == ("b", 2)
    assert most_similar(np.eye(3)) == (0, 0, 0.0)
    assert most_similar(np.eye(1)) == (0, 0, 0.0)
    assert most_similar(np.array([[1, 0, 0.5], [0, 1, 0.7], [0.5, 0.7, 1]])) == (1, 2, 0.7)


@pytest.mark.parametrize("name", NAMES)
def test_words_are_those_of_the_whole_text(name: str) -> None:
    text = sample(name)
    whole = tuple(w.lower() for w in split_words(text) if any(c.isalnum() for c in w))
    assert words_of(text) == whole
    assert words_of(text, count=5) == whole[:5]


def test_long_texts_are_cut_where_a_word_ends() -> None:
    text = "Alice was tired, 鲁镇的酒店。 " * 2000
    words = words_of(text, count=9000)
    assert words == words_of("Alice was tired, 鲁镇的酒店。 ") * (9000 // 6)
    assert len(words_of("a" * 10_000)) == 3  # one word of 10,000 letters: cut all the same


def test_sentences_of_both_languages() -> None:
    assert documents_of("One. Two!  Three?\nFour 3.5 m") == ("One.", "Two!", "Three?", "Four 3.5 m")
    assert documents_of("你好。再见！“走吧。”他说。") == ("你好。", "再见！", "“走吧。”", "他说。")
    assert documents_of("Mr. and Mrs. Hill left. So did Dr. Lee!") == (
        "Mr. and Mrs. Hill left.",
        "So did Dr. Lee!",
    )
    assert documents_of("等等……好") == ("等等……", "好")
    assert documents_of("‘Oh!’ she said.") == ("‘Oh!’", "she said.")
    assert len(documents_of("a. " * 500)) == 200


@pytest.mark.parametrize("text", ["", " \n", "...\n", "👩‍👩‍👧 🙂"])
def test_a_text_without_words_is_said_so(text: str) -> None:
    with pytest.raises(UserError, match="no words"):
        words_of(text)
    with pytest.raises(UserError, match="no words"):
        documents_of(text)


@pytest.mark.parametrize(
    ("text", "units", "sentences"),
    [
        ("🎉 👍🏽\n🎉", ("🎉", "👍🏽", "🎉"), ("🎉 👍🏽", "🎉")),
        ("\0\0", ("\0", "\0"), ("\0\0",)),
        (" \n", (" ", "\n"), (" \n",)),
        ("?!", ("?", "!"), ("?!",)),
        ("Oh! Oh?", ("oh", "oh"), ("Oh!", "Oh?")),
    ],
)
def test_characters_take_the_place_of_missing_words(
    text: str, units: tuple[str, ...], sentences: tuple[str, ...]
) -> None:
    assert units_of(text) == units
    assert sentences_of(text) == sentences
    counts = bag_of_words(sentences, document_words(sentences))
    assert largest_and_sum(counts)[1] == counts.sum() == len(units)
    assert largest_and_sum(counts)[0] == counts.max()


def test_the_strongest_words_of_a_document() -> None:
    weights = np.array([[0.0, 0.5, 0.5, 0.1]])
    words = ("a", "c", "b", "d")
    assert strongest_words(weights, words, row=0, count=9) == (("b", 0.5), ("c", 0.5), ("d", 0.1))
    assert weight_riddle(np.array([[0.0, 0.5, 0.4, 0.1]]), words) == (0, ("b", "c", "d"), "c")
    assert weight_riddle(np.array([[0.5, 0.5, 0.5, 0.5]]), words) == (0, (), "")


def test_the_corner_that_is_drawn() -> None:
    counts = np.array([[0, 2, 1], [3, 0, 0], [9, 9, 9]])
    columns = frequent_columns(counts, rows=2, most=2)
    assert columns.tolist() == [0, 1]
    assert corner(counts, columns, rows=2).tolist() == [[0, 2], [3, 0]]
    assert frequent_columns(np.array([[0, 1]]), rows=1, most=5).tolist() == [1]


def test_where_a_word_stands() -> None:
    counts = np.array([[4, 1, 0], [1, 0, 1]])
    assert where_it_stands(counts, ("a", "b", "c"), row=0, word="a") == (4, 2)
    assert where_it_stands(counts, ("a", "b", "c"), row=1, word="b") == (0, 1)
