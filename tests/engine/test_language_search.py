"""Search, the classifier and CLIP against scikit-learn and transformers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix

from engine.errors import UserError
from engine.language import classify, clip, search
from engine.models.catalogue import SANGUO
from engine.models.locate import file_of, find
from engine.text.onehot import units_of
from engine.vectors.static import open_table
from engine.vision.preprocess import tensor

SENTENCES = (
    "A cat sleeps on the sofa.",
    "The kitten is napping on the couch.",
    "Share prices fell this morning.",
    "The stock market lost value today.",
    "Two coffees, please.",
)
CHINESE = ("猫睡在沙发上。", "小猫在沙发上打盹。", "今天股市下跌了。", "请给我两杯咖啡。")


@pytest.mark.parametrize(
    ("texts", "query", "unit"),
    [
        (SENTENCES, "the cat on the couch, zzz", "word"),
        (SENTENCES, "cats", "grams"),
        (CHINESE, "沙发上的猫", "word"),
        (CHINESE, "沙发上的猫", "grams"),
    ],
)
def test_tf_idf_agrees_with_scikit_learn(texts: tuple[str, ...], query: str, unit: str) -> None:
    counter = TfidfVectorizer(analyzer=lambda text: search.pieces_of(text, unit))
    expected = counter.fit_transform(texts).toarray()
    assert np.allclose(search.tf_idf_rows(texts, texts, unit=unit), expected)
    row = search.tf_idf_rows(texts, (query,), unit=unit)
    assert np.allclose(row, counter.transform([query]).toarray())
    found = search.ranking(row, search.tf_idf_rows(texts, texts, unit=unit))
    cosines = (counter.transform([query]) @ expected.T).ravel()
    assert [place for place, _cosine in found] == np.argsort(-cosines, kind="stable").tolist()


def test_words_are_found_by_words_only() -> None:
    rows = search.tf_idf_rows(SENTENCES, SENTENCES)
    found = search.ranking(search.tf_idf_rows(SENTENCES, ("a pet",)), rows)
    assert found[0] == (0, pytest.approx(found[0][1]))
    assert search.shared_pieces("A pet sleeps", SENTENCES[0]) == ("a", "sleeps")
    nothing = search.ranking(search.tf_idf_rows(SENTENCES, ("xyz",)), rows)
    assert {cosine for _place, cosine in nothing} == {0.0}
    assert search.only_by(found, nothing, top=1) == (0,)
    assert search.only_by(nothing, found) == ()


@pytest.mark.parametrize("unit", ["word", "grams"])
@pytest.mark.parametrize("query", ["酒", "喝酒的人", "a cat", "xyz", "!", "乙己 the"])
def test_what_is_shared_is_what_has_a_cosine(query: str, unit: str) -> None:
    known = (
        *SENTENCES,
        "鲁镇的酒店的格局，是和别处不同的。",
        "孔乙己是站着喝酒而穿长衫的唯一的人。",
    )
    rows = search.tf_idf_rows(known, known, unit=unit)
    for place, cosine in search.ranking(search.tf_idf_rows(known, (query,), unit=unit), rows):
        assert bool(search.shared_pieces(query, known[place], unit=unit)) == (cosine > 0)
    if (query, unit) == ("喝酒的人", "grams"):
        found = search.shared_pieces(query, known[-1], unit=unit)
        assert set(found) == {"喝", "酒", "的", "人", "喝酒", "的人"}


@given(st.text(max_size=30))
def test_any_query_has_a_row(query: str) -> None:
    for unit in ("word", "grams"):
        row = search.tf_idf_rows(SENTENCES, (query,), unit=unit)
        length = np.linalg.norm(row)
        assert length == pytest.approx(1) or length == 0


def test_runs_of_characters_do_not_cross_signs() -> None:
    assert search.pieces_of("Ab, c", "grams") == ["a", "b", "ab", "c"]
    with pytest.raises(ValueError, match="letters"):
        search.pieces_of("a", "letters")


def test_the_mean_of_word_vectors() -> None:
    folder = find(SANGUO)
    assert folder is not None
    data = file_of(folder, SANGUO).read_bytes()
    table = open_table(data)
    text = "".join(table.words[400:404])
    found = search.mean_word_vectors(data, (text, "xyz"))
    places = [table.numbers[w] for w in units_of(text) if w in table.numbers]
    assert places
    assert np.allclose(found[0], table.rows[places].astype(np.float64).mean(axis=0), atol=1e-6)
    assert not found[1].any()


# ------------------------------------------------------------------------------ the classifier


@settings(max_examples=8, deadline=None)
@given(st.integers(2, 4), st.integers(4, 12), st.integers(0, 99))
def test_logistic_regression_agrees_with_scikit_learn(labels: int, each: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    y = np.repeat(np.arange(labels), each)
    x = chance.normal(0, 1, (len(y), 6)) + y[:, None] * chance.normal(0, 1, 6)
    mask = classify.held_out(y, seed=seed)
    weights = classify.fit(x, y, mask)
    model = LogisticRegression(tol=1e-10, max_iter=10_000).fit(x[~mask], y[~mask])
    answers = classify.probabilities(x, weights)
    assert np.abs(answers - model.predict_proba(x)).max() < 2e-4
    table = classify.confusion(answers, y, mask)
    guesses = answers[mask].argmax(axis=1)
    assert np.array_equal(table, confusion_matrix(y[mask], guesses, labels=range(labels)))
    assert classify.share_right(table) == pytest.approx((guesses == y[mask]).mean())
    wrong = [place for place, _guess, _p in classify.mistakes(answers, y, mask)]
    assert len(wrong) == (guesses != y[mask]).sum()


@given(st.lists(st.integers(0, 2), min_size=3, max_size=60), st.integers(0, 9))
def test_a_third_of_each_label_is_held_out(numbers: list[int], seed: int) -> None:
    labels = np.array(numbers, np.int64)
    mask = classify.held_out(labels, seed=seed)
    for label in range(labels.max() + 1):
        assert mask[labels == label].sum() == (labels == label).sum() // 3


def test_lines_with_labels() -> None:
    text = "a: one\na: two\nno label\na：three: four\nb: x\n a : five\nb: y\nb:z\nb: w\n: n\nc:\n"
    lines = classify.labelled_lines(text)
    assert lines[2] == ("a", "three: four")
    assert classify.label_names(lines) == ("a", "b")
    assert classify.label_numbers(lines, ("a", "b")).tolist() == [0, 0, 0, 1, 0, 1, 1, 1]
    assert classify.sentences_in(lines)[-1] == "w"
    with pytest.raises(UserError, match="two labels"):
        classify.labelled_lines("a: one\na: two")
    with pytest.raises(UserError, match="has 1 sentences"):
        classify.labelled_lines("a: one\na: two\na: 3\na: 4\nb: three")


def test_what_is_counted_on_other_splits() -> None:
    chance = np.random.default_rng(0)
    y = np.repeat([0, 1], 30)
    x = chance.normal(0, 1, (60, 4))
    x[:, 0] += 6 * y
    assert classify.over_splits(x, y, splits=3).min() == 1
    assert classify.over_splits(x, classify.shuffled_labels(y)).mean() < 0.75
    texts = tuple(("sun rain" if n else "bread soup") + f" w{k}" for k, n in enumerate(y))
    assert classify.over_splits_of_words(texts, y, unit="word", splits=2).tolist() == [1, 1]


# ------------------------------------------------------------------------------ CLIP


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Any]:
    """A CLIP of random weights in a folder, and the same as transformers holds it."""
    torch = pytest.importorskip("torch")
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import CLIPConfig, CLIPModel

    folder = tmp_path_factory.mktemp("clip")
    words = ["<|startoftext|>", "<|endoftext|>", "unk", "a", "photo", "of", "cup", "cat"]
    tokenizer = Tokenizer(models.WordLevel({w: n for n, w in enumerate(words)}, unk_token="unk"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<|startoftext|> $A <|endoftext|>",
        special_tokens=[("<|startoftext|>", 0), ("<|endoftext|>", 1)],
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    small = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2}
    heads = {"num_attention_heads": 4}
    config = CLIPConfig(
        text_config=small
        | heads
        | {
            "vocab_size": 8,
            "max_position_embeddings": 10,
            "bos_token_id": 0,
            "eos_token_id": 1,
            "pad_token_id": 1,
        },
        vision_config=small | heads | {"image_size": 32, "patch_size": 8},
        projection_dim=16,
    )
    torch.manual_seed(0)
    model = CLIPModel(config).eval()
    model.save_pretrained(folder)
    return str(folder), model


def test_clip_agrees_with_transformers(tiny: tuple[str, Any]) -> None:
    import torch

    folder, model = tiny
    assert clip.clip_side(folder) == 32
    pictures = np.random.default_rng(0).normal(0, 1, (2, 3, 32, 32)).astype(np.float32)
    captions = ("a photo of a cup", "a cat", "dog")
    rows = np.concatenate([clip.picture_vector(folder, x) for x in pictures])
    columns = clip.caption_vectors(folder, captions)
    found = clip.matches(rows, columns, scale=clip.clip_scale(folder))
    ids = [[0, 3, 4, 5, 3, 6, 1], [0, 3, 7, 1, 1, 1, 1], [0, 2, 1, 1, 1, 1, 1]]
    seen = [[1] * 7, [1] * 4 + [0] * 3, [1] * 3 + [0] * 4]
    with torch.no_grad():
        output = model(
            input_ids=torch.tensor(ids),
            attention_mask=torch.tensor(seen),
            pixel_values=torch.from_numpy(pictures),
        )
    assert np.abs(rows - output.image_embeds.numpy()).max() < 1e-5
    assert np.abs(columns - output.text_embeds.numpy()).max() < 1e-5
    expected = output.logits_per_image
    assert np.abs(found[0] * clip.clip_scale(folder) - expected.numpy()).max() < 1e-4
    assert np.abs(found[1] - expected.softmax(dim=1).numpy()).max() < 1e-5
    long = clip.caption_vectors(folder, ("cat " * 50,))
    assert np.allclose(np.linalg.norm(long, axis=1), 1)


def test_the_loss_is_that_of_transformers(tiny: tuple[str, Any]) -> None:
    import torch

    folder, model = tiny
    pictures = np.random.default_rng(0).normal(0, 1, (3, 3, 32, 32)).astype(np.float32)
    captions, ids = ("a cat", "a cup", "of cat"), [[0, 3, 7, 1], [0, 3, 6, 1], [0, 5, 7, 1]]
    rows = np.concatenate([clip.picture_vector(folder, x) for x in pictures])
    (cosines, _shares) = clip.matches(rows, clip.caption_vectors(folder, captions), scale=1.0)
    with torch.no_grad():
        loss = model(
            input_ids=torch.tensor(ids), pixel_values=torch.from_numpy(pictures), return_loss=True
        ).loss
    scale = clip.clip_scale(folder)
    assert clip.contrastive_loss(cosines, scale=scale) == pytest.approx(float(loss), abs=1e-5)
    assert clip.contrastive_loss(np.zeros((5, 5)), scale=20.0) == pytest.approx(np.log(5))


@pytest.mark.parametrize(
    "shape", [(300, 451, 3), (451, 300, 3), (100, 90, 3), (7, 50, 3), (1, 1, 3)]
)
def test_the_crop_is_that_of_transformers(shape: tuple[int, int, int]) -> None:
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    rgb = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    mean, std = list(clip.CLIP_MEAN), list(clip.CLIP_STD)
    found = tensor(clip.clip_crop(rgb, side=32), mean=clip.CLIP_MEAN, std=clip.CLIP_STD)
    processor = CLIPImageProcessorPil(
        size={"shortest_edge": 32},
        crop_size={"height": 32, "width": 32},
        image_mean=mean,
        image_std=std,
    )
    expected = processor(Image.fromarray(rgb), return_tensors="np")["pixel_values"][0]
    assert np.abs(found - expected).max() < 1e-5


def test_the_makeshift_is_a_weighted_mean() -> None:
    found = ((1, "cup", 0.6), (2, "cat", 0.2))
    assert clip.class_phrases(found) == ("a photo of cup", "a photo of cat")
    vectors = np.float32([[1, 0], [0, 1]])
    assert np.allclose(clip.mixed_vector(vectors, found), [[0.75, 0.25]])
