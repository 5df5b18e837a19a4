"""Features by rules against learnt ones: the features, the fair split, runs that go on, the counts."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.feature import hog
from sklearn.linear_model import LogisticRegression

from engine.models.catalogue import MINILM, RESNET18
from engine.models.for_training import LANGUAGES_SET
from engine.models.locate import find
from engine.models.public import path_of
from engine.training import classical, classical_rows, classical_views
from engine.training.ownset import file_bytes, sound_set
from engine.training.readysets import texture_set


def toy(classes: int = 3, each: int = 30) -> tuple[np.ndarray, np.ndarray]:
    labels = np.repeat(np.arange(classes), each)
    random = np.random.default_rng(0)
    return random.normal(size=(len(labels), 20)) + 1.5 * np.eye(classes, 20)[labels], labels


def test_hog_is_that_of_scikit_image() -> None:
    pictures = texture_set(each=2)[0]
    rows = classical_rows.hog_rows(pictures)
    gray = pictures[3].astype(float).mean(axis=2) / 255
    assert rows.shape == (10, 1764)
    reference = hog(gray, 9, (12, 12), (2, 2))
    assert np.allclose(rows[3], reference, atol=1e-6)
    assert classical_rows.raw_rows(pictures).shape == (10, 28 * 28)


def test_cepstral_statistics_are_in_the_order_of_the_set() -> None:
    data = file_bytes(path_of(LANGUAGES_SET))
    rows = classical_rows.mfcc_rows(data)
    assert rows.shape == (150, 40)
    assert len(sound_set(data)[1]) == len(rows)
    assert (rows[:, 20:] >= 0).all()  # standard deviations


def test_nothing_is_learnt_from_and_tested_with() -> None:
    _rows, labels = toy()
    tested, pools = classical.drawn_split(labels, seed=4)
    assert np.bincount(labels[tested]).tolist() == [10] * 3
    assert not set(tested) & set(np.concatenate(pools))
    assert sorted([*tested, *np.concatenate(pools)]) == list(range(len(labels)))


def test_the_answers_are_those_of_scikit_learn_by_hand() -> None:
    rows, labels = toy()
    *_others, (shown, _state) = classical.compared([(rows, classical.logistic)], labels, 2, b"")
    shares, said, sizes = shown
    tested, pools = classical.drawn_split(labels, seed=0)
    learnt = np.concatenate([pool[:20] for pool in pools])
    model = LogisticRegression(C=10, max_iter=1000).fit(rows[learnt], labels[learnt])
    assert np.array_equal(said[0, tested], model.predict(rows[tested]))
    assert shares[0, -1, 0] == (model.predict(rows[tested]) == labels[tested]).mean()
    assert sizes.tolist() == [20]


def test_a_comparison_goes_on_bit_for_bit() -> None:
    rows, labels = toy()
    methods = [(rows, classical.svm), (rows[:, :4], classical.forest)]
    whole = list(classical.compared(methods, labels, 2, b""))
    assert len(whole) == 5
    assert np.isnan(whole[0][0][0]).all()
    rest = list(classical.compared(methods, labels, 2, whole[2][1]))
    assert len(rest) == 2
    for mine, other in zip(rest[-1][0], whole[-1][0], strict=True):
        assert np.array_equal(mine, other, equal_nan=True)


def test_more_examples_than_there_are_stay_unknown() -> None:
    rows, labels = toy(each=12)
    *_others, (shown, _state) = classical.compared([(rows, classical.svm)], labels, 1, b"")
    assert np.isnan(shown[0][0, -2:]).all()  # 8 are left to learn from
    assert not np.isnan(shown[0][0, :3]).any()
    assert np.array_equal(classical_views.with_most(shown[0]), shown[0][:, 2])
    assert len(classical_views.known_rows(shown[0][0])) == 3


def test_wins_ties_and_worth() -> None:
    shares = np.array([[[0.5, 0.7, 0.9]], [[0.6, 0.7, 0.1]]])
    assert classical_views.wins_of(shares).tolist() == [2, 2]
    grown = np.array([[[0.2], [0.4], [0.6]], [[0.5], [0.7], [0.8]], [[0.1], [0.1], [0.2]]])
    assert classical_views.labels_worth(grown, one=1, other=0) == 1
    assert classical_views.labels_worth(grown, one=2, other=0) == -1


def test_confusion_and_mistakes_are_of_the_tested_ones_only() -> None:
    labels = np.array([0, 0, 1, 1])
    run = (np.zeros((1, 5, 1)), np.array([[-1, 1, 1, -1]]), np.array([2]))
    assert classical_views.confusion_of(run, labels, method=0).tolist() == [[0, 1], [0, 1]]
    assert classical_views.wrong_of(run, labels, method=0) == ((1, 1),)
    assert classical_views.tested_count(run) == 2


@pytest.mark.skipif(find(RESNET18) is None, reason="ResNet-18 is not here")
def test_learnt_features_tell_textures_apart_and_edges_do_not() -> None:
    run = classical.compare_pictures(texture_set(each=20, side=64), path_of(RESNET18), seeds=1)
    raw, hogs, deep = classical_views.mean_with_most(run[0])
    assert deep > 0.85 > hogs + 0.1
    assert run[2].tolist() == [784, 1764, 512]
    assert raw < deep


@pytest.mark.skipif(find(MINILM) is None, reason="MiniLM is not installed")
def test_texts_are_cut_into_words_or_characters() -> None:
    texts = ("I like tea", "I like coffee", "we hate rain", "we hate snow") * 6
    labels = np.array([0, 0, 1, 1] * 6)
    run = classical.compare_texts(texts, labels, path_of(MINILM), seeds=1)
    assert classical_views.mean_with_most(run[0]).tolist() == [1.0, 1.0]
    model = classical.word_weights("grams").fit(["茶很好", "雨很大"], [0, 1])
    assert model.predict(["喝茶"]).tolist() == [0]
