"""Fine-tuning on sentences: the split, runs that repeat and go on bit for bit, what they learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from engine.errors import UserError
from engine.language import classify
from engine.models.catalogue import MINILM
from engine.models.locate import find
from engine.models.public import path_of
from engine.training import textbag, textset, texttune, topics
from engine.training.splits import LEARN, TEST, UNUSED
from engine.vectors.contextual import sentence_vectors
from engine.vectors.pca import pca

minilm_needed = pytest.mark.skipif(find(MINILM) is None, reason="MiniLM is not installed")


def task(
    by: str = "purpose", language: str = "en", every: int = 1
) -> tuple[tuple[str, ...], np.ndarray]:
    lines = classify.labelled_lines(topics.ready_lines(language=language, by=by), most=1000)[
        ::every
    ]
    return classify.sentences_in(lines), classify.label_numbers(lines, classify.label_names(lines))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("by", ["topic", "purpose"])
def test_the_ready_sentences_are_even_and_all_different(language: str, by: str) -> None:
    sentences, labels = task(by, language)
    assert len(set(sentences)) == len(sentences) == 192
    assert np.bincount(labels).tolist() == [48] * 4
    assert not any(text.endswith(tuple(".?!。？！")) for text in sentences)


def test_a_copy_of_a_sentence_counts_once_under_its_first_label() -> None:
    lines = (("a", "One"), ("b", "Two"), ("b", "ONE"), ("a", "Two"))
    assert textset.without_copies(lines) == (("a", "One"), ("b", "Two"))


def test_too_many_labels_are_refused() -> None:
    lines = tuple((str(n), f"text {n}") for n in range(textset.MOST_LABELS + 1))
    with pytest.raises(UserError, match="13 labels"):
        textset.without_copies(lines)


def test_the_split_keeps_its_test_and_its_first_sentences_when_more_are_learnt() -> None:
    _sentences, labels = task()
    few, more = (textset.text_roles(labels, each=each, seed=3) for each in (5, 20))
    assert np.array_equal(few == TEST, more == TEST)
    assert set(np.flatnonzero(few == LEARN)) < set(np.flatnonzero(more == LEARN))
    assert np.bincount(labels[few == LEARN]).tolist() == [5] * 4
    assert (few == UNUSED).any()
    assert textset.role_counts(textset.text_roles(labels)) == (128, 64)


def test_loss_and_accuracy_are_those_of_the_definition() -> None:
    scores = np.log(np.array([[0.5, 0.5], [0.25, 0.75], [0.9, 0.1]]))
    labels, roles = np.array([0, 1, 1]), np.array([LEARN, TEST, TEST], np.int8)
    curve, answers = textset.measured_texts(scores, labels, roles)
    assert np.allclose(curve, [np.log(2), -np.log(0.75 * 0.1) / 2, 1, 0.5])
    assert np.allclose(answers, np.exp(scores))


def test_a_trained_head_gives_the_answers_of_scikit_learn() -> None:
    random = np.random.default_rng(0)
    labels = np.arange(60) % 3
    rows = random.normal(size=(60, 8)) + np.eye(3, 8)[labels]
    learnt = np.arange(60) < 40
    model = LogisticRegression(max_iter=1000).fit(rows[learnt], labels[learnt])
    assert (textset.head_answers(rows, labels, learnt) == model.predict(rows)).mean() > 0.98


def test_a_leak_makes_the_leaked_half_look_better() -> None:
    random = np.random.default_rng(0)
    labels = np.arange(120) % 4
    roles = textset.text_roles(labels)
    honest, slipped, clean = textset.leak_shares(random.normal(size=(120, 300)), labels, roles)
    assert slipped > 0.95
    assert max(honest, clean) < 0.6  # the numbers say nothing of the labels


def test_hardly_more_than_one_label_looks_good_only_on_the_whole() -> None:
    random = np.random.default_rng(0)
    labels = np.arange(160) % 4
    rows = random.normal(size=(160, 30))
    counts = textset.uneven_counts(rows, labels, textset.text_roles(labels))
    assert counts[1:, 0].tolist() == [3, 3, 3]
    assert counts[:, 2].sum() / counts[:, 1].sum() > 0.6
    assert counts[1:, 2].sum() / counts[1:, 1].sum() < 0.4


def test_the_map_shows_both_ends_along_their_widest_directions() -> None:
    random = np.random.default_rng(1)
    vectors = random.normal(size=(3, 20, 5)).astype(np.float32)
    run = (np.zeros((3, 4)), vectors, np.zeros((3, 20, 2)), b"")
    found = textset.text_maps(run)
    both = pca(np.concatenate([vectors[0], vectors[-1]]))
    assert np.allclose(np.concatenate([found[0], found[-1]]), both, atol=1e-5)
    cosines = textset.turned(run)
    assert cosines.shape == (20,)
    assert list(textset.most_turned(cosines)) == np.argsort(cosines)[:3].tolist()


# ------------------------------------------------------------------------------- the small encoder


@pytest.mark.parametrize("learning", [True, False])
def test_a_run_of_the_small_encoder_repeats_and_goes_on_bit_for_bit(learning: bool) -> None:
    sentences, labels = task(language="zh", every=4)
    roles = textset.text_roles(labels)
    once, again = (
        textbag.textbag(sentences, labels, roles, learning=learning, epochs=3) for _n in range(2)
    )
    assert all(np.array_equal(a, b) for a, b in zip(once[:3], again[:3], strict=True))
    assert once[3] == again[3]
    settings = {"learning": learning, "epochs": 3}
    states = [s for _x, s in textbag.textbag_steps(sentences, labels, roles, **settings)]
    rest = [
        shown
        for shown, _s in textbag.textbag_steps(
            sentences, labels, roles, **settings, resume=states[1]
        )
    ]
    assert len(rest) == 2
    assert np.array_equal(rest[-1][1], once[1][-1])
    assert rest[-1][3] == once[3]
    new = textbag.bag_answers(once, sentences, roles, sentences)
    assert np.allclose(new, once[2][-1], atol=1e-6)


def test_the_small_encoder_learns_chinese_from_nothing() -> None:
    sentences, labels = task("topic", "zh")
    shares = [
        textset.curves_in(
            textbag.textbag(
                sentences, labels, textset.text_roles(labels, seed=s), epochs=20, seed=s
            )
        )[-1, 3]
        for s in range(3)
    ]
    assert np.mean(shares) > 0.5  # chance is 0.25
    unknown = textbag.share_of_unknown_pieces(sentences, textset.text_roles(labels))
    assert 0.2 < unknown < 0.6


# ------------------------------------------------------------------------------------------ MiniLM


@minilm_needed
def test_vectors_in_batches_are_those_of_single_sentences() -> None:
    weights, (sentences, _labels) = path_of(MINILM), task(every=10)
    one_by_one = sentence_vectors(weights, sentences)
    assert np.abs(texttune.batch_vectors(weights, sentences) - one_by_one).max() < 1e-5


@minilm_needed
@pytest.mark.parametrize("learning", [0, 1, 6])
def test_a_run_repeats_and_goes_on_bit_for_bit(learning: int) -> None:
    weights, (sentences, labels) = path_of(MINILM), task(every=8)
    roles = textset.text_roles(labels)
    data = (weights, sentences, labels, roles)
    settings = {"learning": learning, "epochs": 2, "seed": 1}
    whole = texttune.texttune(*data, **settings)
    steps = list(texttune.texttune_steps(*data, **settings))
    assert np.array_equal(whole[1], [shown[1] for shown, _state in steps])
    ((rest, _state),) = texttune.texttune_steps(*data, **settings, resume=steps[1][1])
    assert np.array_equal(rest[1], whole[1][-1])
    assert rest[3] == whole[3]
    # Frozen layers leave the vectors as they are; those that learn move them.
    assert (textset.turned(whole).min() > 0.999999) == (learning == 0)
    # What was learnt, kept in 16 bits, answers as the network did.
    assert np.abs(texttune.new_answers(weights, whole, sentences) - whole[2][-1]).max() < 1e-3


@minilm_needed
def test_all_layers_learn_what_frozen_ones_do_not_say() -> None:
    weights, (sentences, labels) = path_of(MINILM), task()
    roles = textset.text_roles(labels)
    curves = [
        textset.curves_in(
            texttune.texttune(weights, sentences, labels, roles, learning=learning, epochs=2)
        )
        for learning in (0, 6)
    ]
    assert curves[1][-1, 3] > curves[0][-1, 3] + 0.15
    trained, whole = texttune.trained_numbers(weights, learning=6, labels=4)
    assert trained == 6 * (texttune.trained_numbers(weights, learning=1, labels=4)[0] - 1540) + 1540
    assert trained < whole


@minilm_needed
def test_the_shared_network_is_left_as_it_was() -> None:
    weights, (sentences, labels) = path_of(MINILM), task(every=16)
    before = texttune.batch_vectors(weights, sentences)
    run = texttune.texttune(weights, sentences, labels, textset.text_roles(labels), epochs=1)
    texttune.new_answers(weights, run, sentences)
    assert np.array_equal(texttune.batch_vectors(weights, sentences), before)
