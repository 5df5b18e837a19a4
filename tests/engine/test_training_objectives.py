"""Objectives of pretraining: losses by hand against PyTorch, runs that repeat, the recorded ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from engine.models.for_training import DIGIT_ENCODERS, DIGIT_ENCODERS_RUN, MNIST_5K
from engine.models.public import path_of
from engine.training.autoencoder import autoencoder, autoencoder_steps
from engine.training.bottleneck import errors_by_digit, mean_error, montage, plane, squared_errors
from engine.training.contrastive import (
    choices,
    contrast,
    cosines,
    nt_xent,
    nt_xent_gradient,
    row_losses,
    row_numbers,
    simclr,
    simclr_steps,
    spread,
    two_views,
)
from engine.training.digits import LEARN, TEST, digit_labels, digits
from engine.training.drift import drift_map
from engine.training.encoder import INK, as_pictures, as_tensor, begin_with_paper, decoder
from engine.training.loop import epoch_of
from engine.training.maskedimage import (
    fill_in,
    masked,
    masked_network,
    masked_steps,
    visible_places,
)
from engine.training.patches import (
    HIDDEN,
    PATCHES,
    cut,
    drawn_patches,
    filled_in,
    hidden_by_ink,
    hidden_error,
    patch_errors,
    pixels_of_patches,
    put_together,
)
from engine.training.pretrained import (
    embed,
    errors_by_share,
    filled,
    filled_by_transformer,
    living_units,
    projected,
    reconstructed,
)
from engine.training.probe import (
    ENCODERS,
    LABELS,
    SEEDS,
    balanced,
    probe_accuracy,
    supervised_steps,
)
from engine.training.probes import alike_share, most_alike, numbers_of, probes
from engine.training.recorded import recorded

SET, NETWORKS, RUN = (path_of(m) for m in (MNIST_5K, DIGIT_ENCODERS, DIGIT_ENCODERS_RUN))
FEW, ASKED = digits(SET, start=0, count=192), digits(SET, start=LEARN, count=40)
FEW_LABELS, ASKED_LABELS = (
    digit_labels(SET, start=0, count=192),
    digit_labels(SET, start=LEARN, count=40),
)
TESTED, TRUTH = digits(SET, start=LEARN, count=TEST), digit_labels(SET, start=LEARN, count=TEST)

TRAININGS: dict[str, Callable[..., Any]] = {
    "autoencoder": lambda **more: autoencoder_steps(FEW, ASKED, numbers=4, **more),
    "denoising": lambda **more: autoencoder_steps(FEW, ASKED, noise=0.5, **more),
    "hidden": lambda **more: autoencoder_steps(FEW, ASKED, hidden=HIDDEN, **more),
    "transformer": lambda **more: masked_steps(FEW[:64], ASKED, **more),
    "contrastive": lambda **more: simclr_steps(FEW, ASKED, **more),
    "collapse": lambda **more: simclr_steps(FEW, ASKED, negatives=False, **more),
    "supervised": lambda **more: supervised_steps(FEW, FEW_LABELS, ASKED, ASKED_LABELS, **more),
}


def same(one: Any, other: Any) -> bool:
    """Whether two steps show the same, bit for bit."""
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


# ------------------------------------------------------------------------------ trainings


@pytest.mark.parametrize("name", list(TRAININGS))
def test_a_run_that_goes_on_does_what_an_unbroken_one_does(name: str) -> None:
    whole = list(TRAININGS[name](seed=3, epochs=2))
    assert len(whole) == 3
    later = list(TRAININGS[name](seed=3, epochs=2, resume=whole[1][1]))
    assert len(later) == 1
    assert same(later[0][0], whole[2][0])
    assert later[0][1] == whole[2][1]  # the states, too


@pytest.mark.parametrize("name", list(TRAININGS))
def test_every_objective_lowers_its_loss(name: str) -> None:
    losses = [shown[0] for shown, _state in TRAININGS[name](seed=0, epochs=3)]
    assert losses[-1] < losses[0]


@pytest.mark.parametrize(
    "train",
    [
        lambda seed: autoencoder(FEW, ASKED, seed=seed, epochs=1),
        lambda seed: masked(FEW[:64], ASKED, seed=seed, epochs=1),
        lambda seed: simclr(FEW, ASKED, seed=seed, epochs=1),
    ],
    ids=["autoencoder", "masked", "simclr"],
)
def test_a_seed_gives_the_same_run_and_another_seed_another(
    train: Callable[[int], tuple[Any, ...]],
) -> None:
    first = train(1)
    assert same(first, train(1))
    assert not same(first, train(2))


def test_the_loss_in_hidden_pixels_is_the_mean_over_them() -> None:
    (shown, state), *_ = autoencoder_steps(FEW, ASKED, seed=0, epochs=0, hidden=HIDDEN)
    from engine.training.encoder import decoder, encoder_and
    from engine.training.loop import unpack_state

    network = encoder_and(decoder(32), numbers=32)
    unpack_state(state, network)
    gone = pixels_of_patches(drawn_patches(len(ASKED), HIDDEN, np.random.default_rng(0)))
    clear = ASKED / np.float32(255)
    seen = np.where(gone, np.float32(0.5), clear)
    with torch.inference_mode():
        made = network(torch.from_numpy(seen[:, None])).numpy()[:, 0]
    assert shown[1] == pytest.approx(((made - clear)[gone] ** 2).mean(), rel=1e-5)


def test_without_negatives_directions_collapse() -> None:
    def spreads(negatives: bool) -> Any:
        return simclr(FEW, ASKED, seed=0, epochs=6, negatives=negatives)[1]

    alone, pushed = spreads(False), spreads(True)
    assert alone[0] == pushed[0] > 0.3, "both begin alike"
    assert alone[-1] < 0.1 * alone[0]
    assert pushed[-1] > 3 * alone[-1]


# ------------------------------------------------------------------------------ NT-Xent


def torch_nt_xent(first: torch.Tensor, second: torch.Tensor, temperature: float) -> torch.Tensor:
    """The loss as its paper writes it, pair after pair."""
    z = torch.cat([first, second])
    n, losses = len(first), []
    for i in range(2 * n):
        scores = torch.stack(
            [
                torch.nn.functional.cosine_similarity(z[i], z[k], dim=0) / temperature
                for k in range(2 * n)
                if k != i
            ]
        )
        partner = (i + n) % (2 * n)
        place = torch.tensor([partner - (partner > i)])
        losses.append(torch.nn.functional.cross_entropy(scores[None], place))
    return torch.stack(losses).mean()


@given(
    st.integers(2, 6), st.integers(2, 8), st.sampled_from([0.07, 0.2, 1.0, 3.0]), st.integers(0, 99)
)
def test_nt_xent_and_its_gradient_by_hand_are_those_of_autograd(
    n: int, d: int, temperature: float, seed: int
) -> None:
    pair = np.random.default_rng(seed).normal(size=(2, n, d))
    views = [torch.tensor(one, requires_grad=True) for one in pair]
    loss = torch_nt_xent(*views, temperature)
    loss.backward()
    assert nt_xent(*pair, temperature=temperature) == pytest.approx(loss.item(), rel=1e-10)
    assert contrast(*views, temperature).item() == pytest.approx(loss.item(), rel=1e-10)
    by_hand = nt_xent_gradient(*pair, temperature=temperature)
    for one, view in zip(by_hand, views, strict=True):
        assert view.grad is not None
        np.testing.assert_allclose(one, view.grad.numpy(), rtol=1e-7, atol=1e-10)


def test_what_stands_in_the_row_is_what_the_loss_takes() -> None:
    pair = np.random.default_rng(0).normal(size=(2, 4, 5))
    similar = cosines(*pair)
    chosen = choices(similar, temperature=0.3)
    for view in range(8):
        rows = row_numbers(similar, view=view, temperature=0.3)
        np.testing.assert_allclose(rows[:, 3], chosen[view], atol=1e-12)
        assert rows[:, 3].sum() == pytest.approx(1)
        assert row_losses(chosen)[view] == pytest.approx(-np.log(rows[(view + 4) % 8, 3]))


def test_spread_is_0_for_one_direction_and_1_for_opposite_ones() -> None:
    one = np.ones((6, 3), np.float32)
    assert spread(one * np.arange(1, 7)[:, None]) == pytest.approx(0, abs=1e-7)
    assert spread(np.concatenate([one, -one])) == pytest.approx(1)


def test_views_of_strength_0_are_the_digit_itself() -> None:
    still = two_views(ASKED, seed=0, strength=0.0)
    np.testing.assert_array_equal(still, [ASKED, ASKED])
    moved = two_views(ASKED, seed=0)
    assert not np.array_equal(moved[0], moved[1])
    np.testing.assert_array_equal(moved, two_views(ASKED, seed=0))


# ------------------------------------------------------------------------------ patches


def test_patches_are_cut_and_put_together() -> None:
    gray = ASKED.astype(np.float32)
    parts = cut(gray)
    np.testing.assert_array_equal(put_together(parts), gray)
    np.testing.assert_array_equal(parts[0, 9].reshape(4, 4), gray[0, 4:8, 8:12])


@given(st.integers(1, 48), st.integers(0, 50))
def test_as_many_patches_are_hidden_as_were_asked_for(hidden: int, seed: int) -> None:
    gone = drawn_patches(5, hidden, np.random.default_rng(seed))
    assert (gone.sum(axis=1) == hidden).all()
    assert (pixels_of_patches(gone).sum(axis=(1, 2)) == 16 * hidden).all()
    places = visible_places(gone)
    assert places.shape == (5, PATCHES - hidden)
    assert not np.take_along_axis(gone, places, axis=1).any()


def test_the_transformer_does_not_see_hidden_patches() -> None:
    network = masked_network().eval()
    gone = drawn_patches(2, HIDDEN, np.random.default_rng(0))
    patches = cut(ASKED[:2] / np.float32(255))
    other = np.where(gone[..., None], np.float32(0.7), patches)
    visible = torch.from_numpy(visible_places(gone))
    with torch.inference_mode():
        one, two = (fill_in(network, torch.from_numpy(p), visible) for p in (patches, other))
    assert torch.equal(one, two)


def test_ink_is_hidden_from_the_most_or_the_least() -> None:
    amount = cut(ASKED.astype(np.float32)).sum(axis=2)
    most, least = (hidden_by_ink(ASKED, hidden=10, most=end) for end in (True, False))
    for row in range(len(ASKED)):
        assert amount[row][most[row]].min() >= amount[row][~most[row]].max()
        assert amount[row][least[row]].max() <= amount[row][~least[row]].min()


# ------------------------------------------------------------------------------ pictures and maps


def test_errors_are_means_of_squares() -> None:
    made = np.zeros_like(ASKED)
    np.testing.assert_allclose(
        squared_errors(ASKED, made), ((ASKED / 255.0) ** 2).mean(axis=(1, 2)), rtol=1e-12
    )
    by_digit = errors_by_digit(TESTED, np.zeros_like(TESTED), TRUTH)
    assert by_digit.mean() == pytest.approx(mean_error(TESTED, np.zeros_like(TESTED)))  # balanced


def test_a_montage_goes_by_rows() -> None:
    sheet = montage(ASKED[:5], across=3)
    assert sheet.shape == (56, 84)
    np.testing.assert_array_equal(sheet[28:, 28:56], ASKED[4])
    assert not sheet[28:, 56:].any()


def test_the_plane_begins_at_the_top_left() -> None:
    codes = np.random.default_rng(0).normal(size=(200, 2)).astype(np.float32)
    points = plane(codes, steps=3)
    low, high = np.percentile(codes, (1, 99), axis=0)
    np.testing.assert_allclose(points[0], (low[0], high[1]), rtol=1e-6)
    np.testing.assert_allclose(points[-1], (high[0], low[1]), rtol=1e-6)


def test_pictures_survive_the_way_to_the_network_and_back() -> None:
    np.testing.assert_array_equal(as_pictures(as_tensor(ASKED)), ASKED)


def test_a_map_that_was_only_turned_does_not_move() -> None:
    numbers = np.random.default_rng(0).normal(size=(50, 8)) * np.arange(8, 0, -1)
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(8, 8)))[0]
    maps = drift_map(np.stack([numbers, 3 * numbers @ turn, numbers[:, ::-1]]))
    np.testing.assert_allclose(maps[0], maps[1], atol=1e-5)
    np.testing.assert_allclose((maps**2).sum(axis=2).mean(axis=1), 1, rtol=1e-5)


# ------------------------------------------------------------------------------ probes


def test_the_probe_is_logistic_regression_on_scaled_numbers() -> None:
    scaler = StandardScaler().fit(FEW.reshape(192, -1))
    model = LogisticRegression(max_iter=500).fit(scaler.transform(FEW.reshape(192, -1)), FEW_LABELS)
    expected = model.score(scaler.transform(TESTED.reshape(TEST, -1)), TRUTH)
    found = probe_accuracy(FEW.reshape(192, -1), FEW_LABELS, TESTED.reshape(TEST, -1), TRUTH)
    assert found == pytest.approx(expected)


def test_labels_are_drawn_evenly() -> None:
    few = balanced(TRUTH, count=100, seed=4)
    assert np.bincount(TRUTH[few]).tolist() == [10] * 10
    assert len(set(few.tolist())) == 100
    with pytest.raises(ValueError, match="55"):
        balanced(TRUTH, count=55, seed=0)


def test_the_nearest_are_those_of_scikit_learn() -> None:
    from sklearn.neighbors import NearestNeighbors

    numbers = StandardScaler().fit_transform(numbers_of(NETWORKS, TESTED, name="contrastive"))
    model = NearestNeighbors(n_neighbors=6, metric="cosine").fit(numbers)
    nearest = model.kneighbors(numbers, return_distance=False)[:, 1:]
    raw = numbers_of(NETWORKS, TESTED, name="contrastive")
    assert most_alike(raw, number=7, count=5).tolist() == nearest[7].tolist()
    share = float(np.mean(TRUTH[nearest] == TRUTH[:, None]))
    assert alike_share(raw, TRUTH, count=5) == pytest.approx(share, abs=1e-3)


# ------------------------------------------------------------------------------ the record


@pytest.mark.parametrize(
    "name", ["autoencoder-2", "autoencoder-8", "autoencoder-32", "autoencoder"]
)
def test_the_recorded_error_is_that_of_the_stored_autoencoder(name: str) -> None:
    rows = recorded(RUN, name=f"{name}/rows")
    found = mean_error(TESTED, reconstructed(NETWORKS, TESTED, name=name))
    assert found == pytest.approx(rows[-1, 1], rel=0.01)  # weights in 16 bits, pictures in 8


def test_the_recorded_error_is_that_of_the_stored_masked_network() -> None:
    hidden = drawn_patches(TEST, HIDDEN, np.random.default_rng(0))
    patches = filled(NETWORKS, TESTED, hidden)
    found = hidden_error(patch_errors(TESTED, hidden, patches), hidden)
    assert found == pytest.approx(recorded(RUN, name="masked/rows")[-1, 1], rel=0.01)
    whole = filled_in(TESTED, hidden, patches)
    np.testing.assert_array_equal(
        whole[~pixels_of_patches(hidden)], TESTED[~pixels_of_patches(hidden)]
    )


def test_the_recorded_spread_is_that_of_the_stored_projection() -> None:
    found = spread(projected(NETWORKS, TESTED[:300]))
    assert found == pytest.approx(recorded(RUN, name="contrastive/rows")[-1, 1], abs=0.002)


@pytest.mark.parametrize("name", ["supervised", "contrastive", "masked", "autoencoder"])
def test_the_recorded_probe_and_map_are_those_of_the_stored_encoder(name: str) -> None:
    pictures, labels = digits(SET, start=0, count=LEARN), digit_labels(SET, start=0, count=LEARN)
    few = balanced(labels, count=100, seed=0)
    numbers = embed(NETWORKS, TESTED, name=name)
    found = probe_accuracy(embed(NETWORKS, pictures[few], name=name), labels[few], numbers, TRUTH)
    assert found == pytest.approx(recorded(RUN, name=f"{name}/probe")[-1], abs=0.003)
    spots = recorded(RUN, name=f"{name}/map")[-1].astype(np.float64)
    again = drift_map(numbers[None, :300])[0]
    left, _sizes, right = np.linalg.svd(again.T @ spots)
    np.testing.assert_allclose(again @ (left @ right), spots, atol=0.02)


def test_the_recorded_table_of_probes_is_computed_again() -> None:
    table = recorded(RUN, name="probes")
    assert table.shape == (len(ENCODERS), len(LABELS), SEEDS)
    names = ("contrastive", "random")
    found = probes(
        NETWORKS,
        digits(SET, start=0, count=LEARN),
        digit_labels(SET, start=0, count=LEARN),
        TESTED,
        TRUTH,
        seeds=2,
        encoders=names,
    )
    for name, one in zip(names, found, strict=True):
        np.testing.assert_allclose(one, table[ENCODERS.index(name)][:, :2], atol=0.003)


def test_what_the_lesson_says_of_pretraining_holds() -> None:
    means = dict(zip(ENCODERS, recorded(RUN, name="probes").mean(axis=2), strict=True))
    assert (means["supervised"] > means["contrastive"]).all()  # it has seen 60,000 labels
    for name in ("masked", "autoencoder", "random", "pixels"):
        assert (means["contrastive"] > means[name]).all()


def test_units_that_live_are_counted() -> None:
    living = living_units(NETWORKS, TESTED, name="autoencoder-32")
    assert living == round(64 * (1 - recorded(RUN, name="autoencoder-32/silent")[-1]))
    assert living >= 60


def test_a_careless_start_silences_units_and_costs_accuracy() -> None:
    silent, rows = (
        {name: recorded(RUN, name=f"{name}/{what}")[-1] for name in ("careless", "autoencoder-32")}
        for what in ("silent", "rows")
    )
    assert silent["careless"] > 0.8 > 0.1 > silent["autoencoder-32"]
    assert rows["careless"][1] > 2.5 * rows["autoencoder-32"][1]
    learned = digits(SET, start=0, count=2000)
    errors = {}
    for careful in (True, False):
        *_steps, (shown, state) = autoencoder_steps(
            learned, TESTED, seed=0, epochs=1, numbers=32, careful=careful
        )
        errors[careful] = shown[1]
        assert epoch_of(state) == 1
    assert errors[True] < 0.9 * errors[False]


def test_a_decoder_begins_with_paper() -> None:
    network = decoder(8)
    begin_with_paper(network)
    with torch.inference_mode():
        drawn = network(torch.randn(20, 8))
    assert abs(float(drawn.mean()) - INK) < 0.01
    assert float(drawn.std()) < 0.03


def test_the_recorded_error_is_that_of_the_stored_transformer() -> None:
    hidden = drawn_patches(TEST, HIDDEN, np.random.default_rng(0))
    errors = patch_errors(TESTED, hidden, filled_by_transformer(NETWORKS, TESTED, hidden))
    found = hidden_error(errors, hidden)
    assert found == pytest.approx(recorded(RUN, name="masked-transformer/rows")[-1, 1], rel=0.01)


def test_fewer_hidden_patches_confuse_the_transformer() -> None:
    few, usual = errors_by_share(NETWORKS, TESTED[:100], TESTED, counts=(8, HIDDEN))
    assert few[0] < usual[0]  # convolutions
    assert few[2] > 2 * usual[2]


def test_the_recorded_collapse_is_one() -> None:
    spreads = {n: recorded(RUN, name=f"{n}/rows")[:, 1] for n in ("collapsed", "contrastive")}
    assert spreads["collapsed"][0] == pytest.approx(spreads["contrastive"][0], abs=1e-4)
    assert spreads["collapsed"][1] < 0.05 < 0.9 < spreads["contrastive"][-1]
    right = recorded(RUN, name="collapsed/probe")
    assert right[-1] < right[0]
