"""Inside a BERT, against transformers: ids, embeddings, every hidden state, every attention map."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from engine.language import attention, compare, embeddings, head, layers, network
from engine.models.catalogue import MINILM
from engine.models.locate import find
from engine.softmax import softmax_rows

pytest.importorskip("torch")
FOLDER = str(find(MINILM))
TEXT, PAIR = "The crème brûlée isn't here, said Mr Unbelievable.", "A dog bites a man 🩷!"
#: A text alone, two texts, one of nothing, one that is cut off.
TEXTS = [(TEXT, ""), (TEXT, PAIR), ("", ""), ("word, " * 400, "")]


@pytest.fixture(scope="module")
def reference() -> tuple[Any, Any]:
    """Tokenizer and network as transformers opens them."""
    from transformers import AutoModel, AutoTokenizer

    model = AutoModel.from_pretrained(FOLDER, attn_implementation="eager").eval()
    return AutoTokenizer.from_pretrained(FOLDER), model


def run_reference(reference: tuple[Any, Any], text: str, pair: str) -> tuple[Any, Any]:
    import torch

    tokenizer, model = reference
    inputs = tokenizer(text, pair or None, truncation=True, max_length=512, return_tensors="pt")
    with torch.no_grad():
        return inputs, model(**inputs, output_hidden_states=True, output_attentions=True)


@pytest.mark.parametrize(("text", "pair"), TEXTS)
def test_everything_inside_agrees_with_transformers(
    reference: tuple[Any, Any], text: str, pair: str
) -> None:
    inputs, output = run_reference(reference, text, pair)
    ids = network.to_ids(FOLDER, text, pair)
    assert ids[0].tolist() == inputs["input_ids"][0].tolist()
    assert ids[1].tolist() == inputs["token_type_ids"][0].tolist()
    names = reference[0].convert_ids_to_tokens(ids[0].tolist())
    assert list(network.token_names(FOLDER, ids)) == names
    states, maps = layers.hidden_states(FOLDER, ids), layers.attention_maps(FOLDER, ids)
    assert states.shape == (7, ids.shape[1], 384)
    assert maps.shape == (6, 12, ids.shape[1], ids.shape[1])
    for found, expected in zip(states, output.hidden_states, strict=True):
        assert np.abs(found - expected[0].numpy()).max() < 1e-5
    for found, expected in zip(maps, output.attentions, strict=True):
        assert np.abs(found - expected[0].numpy()).max() < 1e-5
    assert np.allclose(maps.sum(axis=-1), 1, atol=1e-5)


@pytest.mark.parametrize(("text", "pair"), TEXTS[:3])
def test_three_rows_added_and_normalised_are_what_goes_in(
    reference: tuple[Any, Any], text: str, pair: str
) -> None:
    _inputs, output = run_reference(reference, text, pair)
    ids = network.to_ids(FOLDER, text, pair)
    rows = embeddings.embedding_rows(FOLDER, ids)
    tables = reference[1].embeddings
    for place, number in enumerate(ids[0].tolist()):
        expected = tables.word_embeddings.weight[number].detach().numpy()
        assert np.array_equal(rows[0, place], expected)
        expected = tables.position_embeddings.weight[place].detach().numpy()
        assert np.array_equal(rows[1, place], expected)
        expected = tables.token_type_embeddings.weight[ids[1, place]].detach().numpy()
        assert np.array_equal(rows[2, place], expected)
    sums = embeddings.added(rows)
    steps = embeddings.norm_steps(FOLDER, sums)
    assert np.abs(steps[-1] - output.hidden_states[0][0].numpy()).max() < 1e-5
    assert np.allclose(steps[1].mean(axis=1), 0, atol=1e-5)
    assert np.allclose(steps[1].std(axis=1), 1, atol=1e-3)
    way = embeddings.on_the_way(rows, sums, steps, token=1, columns=5)
    assert np.allclose(way[:3].sum(axis=0), way[3], atol=1e-6)
    mean, deviation = embeddings.mean_and_deviation(sums, token=1)
    assert np.allclose((way[3] - mean) / deviation, way[5], atol=1e-3)


@pytest.mark.parametrize("layer", [0, 3, 5])
def test_a_head_by_hand_is_the_networks(reference: tuple[Any, Any], layer: int) -> None:
    import torch

    _inputs, output = run_reference(reference, TEXT, PAIR)
    ids = network.to_ids(FOLDER, TEXT, PAIR)
    x = layers.state_at(layers.hidden_states(FOLDER, ids), layer=layer)
    maps = layers.attention_maps(FOLDER, ids)
    part = reference[1].encoder.layer[layer].attention.self
    with torch.no_grad():
        mixed = part(output.hidden_states[layer])[0][0].numpy()
    for number in range(12):
        qkv = attention.queries_keys_values(FOLDER, x, layer=layer, head=number)
        shares = softmax_rows(attention.head_scores(qkv))
        assert np.abs(shares - output.attentions[layer][0, number].numpy()).max() < 1e-5
        own = attention.one_map(maps, layer=layer, head=number)
        assert attention.largest_difference(shares, own) < 1e-5
        given = attention.weighted_values(shares, qkv)
        assert np.abs(given - mixed[:, number * 32 : (number + 1) * 32]).max() < 1e-5


def test_a_mask_makes_padding_as_if_it_were_not_there() -> None:
    ids = network.to_ids(FOLDER, TEXT)
    count = ids.shape[1]
    longer = network.padded(ids, count=30)
    alone = layers.hidden_states(FOLDER, ids)
    masked = layers.hidden_states(FOLDER, longer)
    assert np.abs(masked[:, :count] - alone).max() < 1e-5
    assert np.allclose(layers.mean_of_own(masked, longer), layers.pooled(alone)[0], atol=1e-5)
    maps = layers.attention_maps(FOLDER, longer)
    assert attention.share_of_padding(maps, longer) == 0
    forgotten = layers.attention_maps(FOLDER, longer, masked=False)
    assert attention.share_of_padding(forgotten, longer) > 0.02
    open_states = layers.hidden_states(FOLDER, longer, masked=False)
    assert np.abs(open_states[-1, :count] - alone[-1]).max() > 0.05


def test_without_positions_the_order_of_words_is_lost() -> None:
    one, other = (network.to_ids(FOLDER, text) for text in ("dog bites man", "man bites dog"))
    with_order = [layers.pooled(layers.hidden_states(FOLDER, ids))[0] for ids in (one, other)]
    without = [
        layers.pooled(layers.hidden_states(FOLDER, ids, positions=False))[0] for ids in (one, other)
    ]
    assert layers.cosine(*with_order) < 0.999
    assert layers.cosine(*without) == pytest.approx(1, abs=1e-6)


def test_two_threads_get_their_own() -> None:
    texts = [f"{TEXT} {number} {PAIR * (number % 3)}" for number in range(8)]
    alone = [
        layers.attention_maps(FOLDER, network.to_ids(FOLDER, text)).tobytes() for text in texts
    ]
    found: dict[int, list[bytes]] = {number: [] for number in range(8)}

    def work(number: int) -> None:
        for _again in range(3):
            ids = network.to_ids(FOLDER, texts[number])
            found[number].append(layers.attention_maps(FOLDER, ids).tobytes())

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(280)
    assert found == {number: [alone[number]] * 3 for number in range(8)}


def test_nothing_hangs_on_the_shared_network() -> None:
    layers.attention_maps(FOLDER, network.to_ids(FOLDER, TEXT))
    _tokenizer, model = network.bert(FOLDER)
    for module in model.modules():
        assert not module._forward_hooks
        assert not module._forward_pre_hooks
        assert not module.training


@pytest.mark.parametrize("text", ["", " ", "\0", "\ud800", "咖啡", "x" * 3000, "👩‍👩‍👧 é"])
def test_any_text_has_ids(text: str) -> None:
    ids = network.to_ids(FOLDER, text, longest=64)
    names = network.token_names(FOLDER, ids)
    assert (names[0], names[-1]) == ("[CLS]", "[SEP]")
    assert ids.shape[1] <= 64
    assert network.count_tokens(FOLDER, text) >= ids.shape[1]


def test_two_long_texts_are_cut_from_the_longer() -> None:
    ids = network.to_ids(FOLDER, "one " * 300, "two " * 20, longest=100)
    assert ids.shape == (2, 100)
    assert (ids[1] == 1).sum() == 21
    ids = network.to_ids(FOLDER, "one " * 300, "two " * 400, longest=103)
    assert abs((ids[1] == 1).sum() - 51) <= 1


def test_what_is_asked_of_the_maps() -> None:
    ids = network.to_ids(FOLDER, TEXT)
    maps = layers.attention_maps(FOLDER, ids)
    tiles = attention.side_by_side(maps)
    size = ids.shape[1] + 1
    assert np.array_equal(tiles[2 * size : 3 * size - 1, 5 * size : 6 * size - 1], maps[2, 5])
    ends = attention.share_of_ends(maps)
    assert ends.shape == (6,)
    assert ((ends > 0) & (ends < 1)).all()
    turned = layers.moved(layers.hidden_states(FOLDER, ids))
    assert np.allclose(turned[:, 0], 1)
    assert (turned[:, -1] < 0.9).all()


def test_texts_are_compared_by_the_mean_of_their_tokens() -> None:
    rows = [
        layers.pooled(layers.hidden_states(FOLDER, network.to_ids(FOLDER, text)))[0]
        for text in (TEXT, PAIR)
    ]
    assert compare.cosine_of_texts(FOLDER, TEXT, PAIR) == layers.cosine(*rows)
    expected = rows[0] @ rows[1] / np.linalg.norm(rows[0]) / np.linalg.norm(rows[1])
    assert layers.cosine(*rows) == pytest.approx(float(expected), abs=1e-6)
    assert compare.cosine_with_padding(FOLDER, TEXT, count=0, masked=False) == pytest.approx(1)
    near = compare.cosine_with_padding(FOLDER, TEXT, count=50, masked=False)
    far = compare.cosine_with_padding(FOLDER, TEXT, count=400, masked=False)
    assert far < near < 1
    assert compare.lost_to_padding(FOLDER, TEXT, count=50, masked=True) == 0
    assert compare.words_backwards("One cup, please.") == "please cup one"
    # What stands behind 512 tokens is not read.
    long = compare.joined("word " * 600, TEXT)
    assert compare.cosine_of_texts(FOLDER, "word " * 600, long) == pytest.approx(1, abs=1e-12)


# ------------------------------------------------------------------------------ an untrained head


def test_an_untrained_head_is_linear_and_softmax() -> None:
    import torch

    vectors = np.random.default_rng(1).normal(0, 3, (2, 384)).astype(np.float32)
    answers = head.untrained_answers(vectors, seeds=4)
    assert answers.shape == (2, 4)
    for seed in range(4):
        weights = torch.from_numpy(head.untrained_head(seed=seed, width=384))
        scores = torch.nn.functional.linear(torch.from_numpy(vectors).double(), weights)
        assert np.allclose(answers[:, seed], torch.softmax(scores, 1)[:, 0].numpy())
    assert head.wins(answers) == tuple((answers > 0.5).sum(axis=1).tolist())
    assert head.greatest_certainty(answers) == max(answers.max(), 1 - answers.min())
    assert head.least_certainty(answers) == min(max(p, 1 - p) for p in answers.ravel())
    assert head.largest_gap(answers) == np.abs(answers[0] - answers[1]).max()
    assert head.largest_gap(answers, first=1) == 0


def test_an_untrained_head_repeats_and_changes_with_the_seed() -> None:
    vectors = np.ones((1, 384), np.float32)
    first, again = (head.untrained_answers(vectors) for _ in range(2))
    assert first.tobytes() == again.tobytes()
    assert len(set(first[0].tolist())) == 10
    assert head.untrained_head(seed=0, width=90_000).std() == pytest.approx(0.02, rel=0.02)
