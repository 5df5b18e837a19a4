"""Attention by hand against PyTorch's own, its gradients against autograd's, and what it can't know."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UserError
from engine.softmax import softmax_rows
from engine.training.attention_steps import (
    attention_gradients,
    attention_output,
    attention_scores,
    growth_with_size,
    heads_by_hand,
    learning_of,
    matrix_by_chance,
    parts_of_output,
    position_rows,
    products_of,
    projected,
    put_back,
    rows_in_order,
    sentence_words,
    share_of_later,
    shares_in_use,
    softmax_columns,
    word_backwards,
    word_rows,
)

WORDS = ("the", "cat", "saw", "the", "dog")


def head(words: tuple[str, ...] = WORDS, *, positions: bool = True, **how: object) -> np.ndarray:
    x = rows_in_order(words, positions=positions, **how)
    q, k, v = (tuple(map(tuple, m)) for m in matrix_by_chance(seed=3).tolist())
    return projected(x, queries=q, keys=k, values=v)


@pytest.mark.parametrize("causal", [False, True])
def test_the_output_is_that_of_pytorch_and_the_gradients_are_autograds(causal: bool) -> None:
    qkv = head()
    shares = softmax_rows(attention_scores(qkv, causal=causal))
    tensors = [torch.tensor(part[None, None], requires_grad=True) for part in qkv]
    theirs = torch.nn.functional.scaled_dot_product_attention(*tensors, is_causal=causal)
    np.testing.assert_allclose(
        attention_output(shares, qkv), theirs[0, 0].detach().numpy(), atol=1e-12
    )
    by_output = np.random.default_rng(0).normal(size=qkv.shape[1:])
    theirs.backward(torch.tensor(by_output[None, None]))
    mine = attention_gradients(qkv, shares, by_output)
    for part, tensor in zip(mine, tensors, strict=True):
        np.testing.assert_allclose(part, tensor.grad[0, 0].numpy(), atol=1e-12)


def test_the_parts_of_an_output_and_of_a_score_add_up() -> None:
    qkv = head()
    scores = attention_scores(qkv, divide=False)
    np.testing.assert_allclose(products_of(qkv, token=2).sum(axis=1), scores[2])
    np.testing.assert_allclose(attention_scores(qkv), scores / 2)
    shares = softmax_rows(attention_scores(qkv))
    np.testing.assert_allclose(
        parts_of_output(shares, qkv, token=1).sum(axis=0), attention_output(shares, qkv)[1]
    )


@pytest.mark.parametrize("heads", [1, 2, 4])
def test_several_heads_are_those_of_multihead_attention(heads: int) -> None:
    x = rows_in_order(WORDS, size=8)
    layer = torch.nn.MultiheadAttention(8, heads, bias=False, batch_first=True, dtype=torch.float64)
    matrices = matrix_by_chance(size=8, seed=5)
    with torch.no_grad():
        layer.in_proj_weight.copy_(torch.tensor(np.concatenate([m.T for m in matrices])))
        rows = torch.tensor(x[None])
        _out, theirs = layer(rows, rows, rows, average_attn_weights=False)
    np.testing.assert_allclose(heads_by_hand(x, heads=heads, seed=5), theirs[0].numpy(), atol=1e-12)
    with pytest.raises(ValueError, match="3 heads"):
        heads_by_hand(x, heads=3)


@given(st.permutations(range(5)))
def test_without_positions_the_order_of_the_words_changes_nothing(order: list[int]) -> None:
    def output(positions: bool, order: tuple[int, ...]) -> np.ndarray:
        qkv = head(positions=positions, order=order)
        return attention_output(softmax_rows(attention_scores(qkv)), qkv)

    turned = tuple(order)
    first = output(False, ())
    np.testing.assert_allclose(put_back(output(False, turned), order=turned), first, atol=1e-12)


def test_with_positions_the_order_counts() -> None:
    back = word_backwards(count=5)
    one, other = head(), put_back(head(order=back).transpose(1, 0, 2), order=back)
    assert np.abs(one.transpose(1, 0, 2) - other).max() > 0.1


def test_a_mask_hides_what_comes_later_from_shares_and_gradients() -> None:
    qkv = head()
    shares = softmax_rows(attention_scores(qkv, causal=True))
    assert share_of_later(shares) == 0
    assert shares[0, 0] == 1
    assert share_of_later(softmax_rows(attention_scores(qkv))) > 0
    lengths = learning_of(qkv, shares, token=2)
    assert (lengths[1:, 3:] == 0).all()
    assert lengths[2, 1] > 0


def test_temperature_goes_from_one_winner_to_all_alike() -> None:
    qkv = head()
    used = [
        shares_in_use(softmax_rows(attention_scores(qkv, temperature=t))).mean()
        for t in (0.01, 1.0, 1000.0)
    ]
    assert used[0] < 1.5 < used[1] < 4.9 < used[2] <= 5 + 1e-9
    with pytest.raises(ValueError, match="above 0"):
        attention_scores(qkv, temperature=0.0)


def test_the_root_keeps_the_spread_of_the_scores() -> None:
    rows = growth_with_size()
    np.testing.assert_allclose(rows[:, 1], 1, atol=0.1)
    np.testing.assert_allclose(rows[:, 0], [2, 4, 8, 16], rtol=0.1)
    assert rows[-1, 2] > 0.9 > 0.5 > rows[-1, 3]


def test_softmax_over_columns_gives_columns_the_sum_one() -> None:
    scores = attention_scores(head())
    np.testing.assert_allclose(softmax_columns(scores).sum(axis=0), 1)
    assert np.abs(softmax_columns(scores).sum(axis=1) - 1).max() > 0.05


def test_words_and_positions() -> None:
    assert sentence_words("The cat, the dog!") == ("The", "cat", "the", "dog")
    assert sentence_words("我爱机器学习。")[0] == "我"
    assert sentence_words("春晓") == ("春", "晓")
    for nothing in ("", "...", "A!"):
        with pytest.raises(UserError):
            sentence_words(nothing)
    rows = word_rows(WORDS)
    assert (rows[0] == rows[3]).all()
    assert (rows[0] != rows[1]).any()
    np.testing.assert_allclose(position_rows(count=2)[1, :2], [np.sin(1), np.cos(1)])
