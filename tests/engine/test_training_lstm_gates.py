"""The LSTM by hand against torch.nn.LSTM and autograd, and what is measured of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file

from engine.errors import UserError
from engine.models.for_training import CHAR_LSTM, CHAR_LSTM_RUN
from engine.models.public import path_of
from engine.training.lstm_gates import (
    ALPHABET,
    FEATURES,
    PARTS,
    UNKNOWN,
    cell_gradient,
    cell_sums,
    cell_values,
    character_ids,
    correlations,
    distance_below,
    features_of,
    final_of,
    gradient_reach,
    held_out,
    kept_shares,
    likely_next,
    lstm_step,
    lstm_trace,
    mean_bits,
    next_probabilities,
    nth_count,
    plain_characters,
    rnn_trace,
    share_unknown_characters,
    surprises,
    unit_search,
    usual_reach,
)
from engine.training.recorded import recorded

WEIGHTS, RECORD = path_of(CHAR_LSTM), path_of(CHAR_LSTM_RUN)
NOVEL = Path("assets/corpora/pride-and-prejudice.txt").read_text("utf-8")
IDS = character_ids(plain_characters(held_out(NOVEL, start=0, count=600), most=600))
TRACE = lstm_trace(WEIGHTS, IDS)


def network(kind: str) -> torch.nn.Module:
    """PyTorch's own, with the same weights, in float64."""
    w = {n: torch.from_numpy(a.astype(np.float64)) for n, a in load_file(WEIGHTS).items()}
    size = w["rnn.weight_hh"].shape[1]
    make = torch.nn.LSTM if kind == "lstm" else torch.nn.RNN
    made = make(len(ALPHABET), size, dtype=torch.float64)
    with torch.no_grad():
        made.weight_ih_l0.copy_(w[f"{kind}.weight_ih"])
        made.weight_hh_l0.copy_(w[f"{kind}.weight_hh"])
        made.bias_ih_l0.copy_(w[f"{kind}.bias"])
        made.bias_hh_l0.zero_()
    made.head = torch.nn.Linear(size, len(ALPHABET), dtype=torch.float64)
    with torch.no_grad():
        made.head.weight.copy_(w[f"{kind}.head_weight"])
        made.head.bias.copy_(w[f"{kind}.head_bias"])
    return made


def rows(ids: np.ndarray) -> torch.Tensor:
    return torch.nn.functional.one_hot(torch.from_numpy(ids), len(ALPHABET)).double()


@pytest.mark.parametrize("kind", ["lstm", "rnn"])
def test_the_outputs_are_those_of_pytorch(kind: str) -> None:
    trace = TRACE if kind == "lstm" else rnn_trace(WEIGHTS, IDS)
    made = network(kind)
    with torch.no_grad():
        out, state = made(rows(IDS))
        chances = made.head(out).softmax(1).numpy()
    np.testing.assert_allclose(trace[-1], out.numpy(), atol=1e-10)
    if kind == "lstm":
        np.testing.assert_allclose(trace[4, -1], state[1][0].numpy(), atol=1e-10)
    mine = next_probabilities(WEIGHTS, trace, kind=kind)
    np.testing.assert_allclose(mine, chances, atol=1e-10)


def test_the_gradient_of_one_cell_is_autograds() -> None:
    random = np.random.default_rng(0)
    sums, before = random.normal(size=20), random.normal(size=5)
    by_hidden, by_cell = random.normal(size=5), random.normal(size=5)
    a, c = (torch.tensor(x, requires_grad=True) for x in (sums, before))
    i, f, g, o = a.chunk(4)
    cell = f.sigmoid() * c + i.sigmoid() * g.tanh()
    hidden = o.sigmoid() * cell.tanh()
    torch.autograd.backward([hidden, cell], [torch.tensor(by_hidden), torch.tensor(by_cell)])
    step = np.stack(lstm_step(sums, before))
    np.testing.assert_allclose(step[5], hidden.detach().numpy(), atol=1e-14)
    mine = cell_gradient(step, before, by_hidden, by_cell)
    np.testing.assert_allclose(mine[0], a.grad.numpy(), atol=1e-13)
    np.testing.assert_allclose(mine[1], c.grad.numpy(), atol=1e-13)


@pytest.mark.parametrize("kind", ["lstm", "rnn"])
def test_the_gradient_through_time_is_autograds(kind: str) -> None:
    trace = TRACE if kind == "lstm" else rnn_trace(WEIGHTS, IDS)
    mine = gradient_reach(WEIGHTS, IDS, trace, kind=kind, back=30, ends=2)
    made = network(kind)
    for row, at in zip(mine, (30, len(IDS) - 2), strict=True):
        x = rows(IDS[: at + 1]).requires_grad_()
        scores = made.head(made(x)[0])[-1]
        torch.nn.functional.cross_entropy(scores, torch.tensor(IDS[at + 1])).backward()
        theirs = x.grad.norm(dim=1).numpy()[at - np.arange(31)]
        np.testing.assert_allclose(row, theirs, rtol=1e-7)
    reach = usual_reach(mine)
    assert reach[0] == 1
    assert 0 < distance_below(reach, share=0.5) <= 31
    with pytest.raises(UserError):
        gradient_reach(WEIGHTS, IDS[:20], TRACE[:, :20])


def test_the_sums_and_values_of_one_unit_are_those_of_the_trace() -> None:
    for at in (0, 7):
        sums = cell_sums(WEIGHTS, IDS, TRACE, at=at, unit=5)
        np.testing.assert_allclose(sums[:, :3].sum(axis=1), sums[:, 3])
        i, f, o, g, before, kept, new, after, hidden = cell_values(TRACE, at=at, unit=5)
        np.testing.assert_allclose(sums[:, 4], [i, f, g, o], atol=1e-12)
        assert after == pytest.approx(kept + new)
        assert kept == pytest.approx(f * before)
        assert hidden == pytest.approx(o * np.tanh(after))


def test_bits_are_those_of_the_record_and_better_than_counting() -> None:
    costs = []
    for start in range(0, 60_001, 12_000):  # all over what it has not learned from
        ids = character_ids(plain_characters(held_out(NOVEL, start=start, count=400), most=400))
        costs.append(
            mean_bits(surprises(next_probabilities(WEIGHTS, lstm_trace(WEIGHTS, ids)), ids))
        )
    lstm, rnn = (final_of(recorded(RECORD, name=f"{n}_test")) for n in ("lstm", "rnn"))
    triples = nth_count(recorded(RECORD, name="counted"), place=2)
    assert lstm + 0.1 < rnn < triples - 0.5
    assert abs(np.mean(costs) - lstm) < 0.06  # 2,400 characters of 68,477
    readme = Path("assets/README.md").read_text("utf-8")
    assert f"the LSTM needs {lstm:.2f} bits per character, the plain network {rnn:.2f}" in readme


def test_a_memory_that_does_not_work_costs_bits() -> None:
    def bits(**how: object) -> float:
        trace = lstm_trace(WEIGHTS, IDS[:200], **how)
        return mean_bits(surprises(next_probabilities(WEIGHTS, trace), IDS[:200]))

    right = bits()
    assert bits(forget=0.0) > right + 1.2
    assert bits(forget=1.0) > right + 8
    assert bits(carried=5) > right + 1.2
    assert (lstm_trace(WEIGHTS, IDS[:9], forget=0.0)[PARTS.index("forget")] == 0).all()


@given(st.text(min_size=2, max_size=40))
def test_every_text_is_read_or_refused(text: str) -> None:
    try:
        plain = plain_characters(text, most=30)
    except UserError:
        return
    assert 2 <= len(plain) <= 30
    assert set(plain) <= set(ALPHABET)
    assert 0 <= share_unknown_characters(plain) <= 1
    assert character_ids(plain).max() < len(ALPHABET)


def test_accents_are_taken_off_and_strange_characters_cost_nothing() -> None:
    assert plain_characters("Crème “brûlée” — 你好", most=99) == 'Creme "brulee" - ' + 2 * UNKNOWN
    ids = character_ids("a" + UNKNOWN)
    cost = surprises(next_probabilities(WEIGHTS, lstm_trace(WEIGHTS, ids)), ids)
    assert np.isnan(cost).all()
    assert np.isnan(mean_bits(cost))


def test_features_are_what_a_reader_would_say() -> None:
    found = dict(
        zip(FEATURES, features_of(character_ids('He said "no".\nSo')).tolist(), strict=True)
    )
    assert found["quote"] == [0] * 8 + [1, 1, 1, 0, 0, 0, 0, 0]
    assert found["word"][:7] == [1, 2, 0, 1, 2, 3, 4]
    assert found["ends"][:7] == [0, 1, 0, 0, 0, 0, 1]
    assert found["line"][12:] == [13, 0, 1, 2]
    assert found["capital"][0] == found["capital"][14] == 1
    assert sum(found["vowel"]) == 5


def test_correlations_are_numpys_and_the_search_finds_a_unit_made_for_it() -> None:
    random = np.random.default_rng(1)
    states, features = random.normal(size=(50, 3)), random.normal(size=(2, 50))
    theirs = np.corrcoef(features, states.T)[:2, 2:]
    np.testing.assert_allclose(correlations(states, features), theirs, atol=1e-12)
    assert (correlations(np.ones((50, 1)), features) == 0).all()
    made = TRACE[:, :600].copy()
    made[4, :, 9] = features_of(IDS)[FEATURES.index("vowel")]
    found = unit_search(made, IDS)[FEATURES.index("vowel")]
    assert found[0] == 9
    np.testing.assert_allclose(found[1:3], 1)
    assert found[3] < 0.5


def test_what_is_kept_falls_and_the_best_keep_more() -> None:
    mean, best = kept_shares(TRACE, back=20)
    assert mean[0] == best[0] == 1
    assert (np.diff(mean) < 0).all()
    assert (best[1:] > mean[1:]).all()


def test_the_likeliest_characters_come_first() -> None:
    chances = next_probabilities(WEIGHTS, TRACE)
    found = likely_next(chances, at=10)
    shares = [share for _char, share in found]
    assert shares == sorted(shares, reverse=True)
    np.testing.assert_allclose(chances.sum(axis=1), 1)
