"""Points on a plane, the models' maps against scikit-learn, and the small network against PyTorch."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_iris
from sklearn.feature_selection import f_classif
from sklearn.metrics import r2_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from engine.errors import UserError
from engine.table.boundaries import MODELS, decision_map, map_levels, plane_model, right_shares
from engine.table.mlp import first_weights, mlp_forward, mlp_gradients
from engine.table.plane import (
    MOST_CLASSES,
    OTHER,
    class_count,
    classes_of,
    drawn_values,
    grid_places,
    held_out,
    held_out_values,
    parting_columns,
    plane_of,
    standardised,
    table_points,
    table_values,
    value_units,
)
from engine.table.playground import (
    FACTS,
    FEATURES,
    class_maps,
    fact_rows,
    first_overflow,
    last_facts,
    network_steps,
    plane_features,
    plane_sizes,
    playground,
    rows_after,
    shrink,
    some_epochs,
    standard_point,
    unit_map,
    unit_maps,
    unit_sum,
    value_maps,
    weight_rows,
)
from engine.table.toys import HILLS, SHAPES, painted_points, toy_points, toy_values

SETTINGS = {
    "features": ("x", "y"),
    "hidden": (4, 4),
    "activation": "tanh",
    "rate": 0.1,
    "batch": 10,
    "penalty": "none",
    "strength": 0.0,
    "epochs": 100,
    "seed": 0,
}


def prepared(shape: str, count: int = 300, noise: float = 0.1) -> tuple[np.ndarray, ...]:
    points = toy_points(shape=shape, count=count, noise=noise, seed=0)
    test = held_out(points, share=0.3, seed=0)
    return points, test, plane_of(points, test)


# --------------------------------------------------------------------------------- the points


@pytest.mark.parametrize("shape", SHAPES)
def test_toy_sets_are_seeded_and_lie_about_the_origin(shape: str) -> None:
    points = toy_points(shape=shape, count=301, noise=0.0, seed=4)
    assert points.shape == (301, 3)
    assert np.abs(points[:, :2]).max() < 7
    np.testing.assert_array_equal(points, toy_points(shape=shape, count=301, noise=0.0, seed=4))
    assert not np.array_equal(points, toy_points(shape=shape, count=301, noise=0.0, seed=5))
    noisy = toy_points(shape=shape, count=301, noise=0.5, seed=4)
    assert 0.4 < (noisy - points)[:, :2].std() < 0.6
    kinds = set(points[:, 2])
    assert kinds == ({0} if shape == "uniform" else {0, 1, 2} if points[:, 2].max() > 1 else {0, 1})


def test_circles_and_xor_are_what_they_are_called() -> None:
    x, y, kind = toy_points(shape="circles", count=400, noise=0, seed=0).T
    assert (np.hypot(x, y)[kind == 0] <= 1).all()
    assert (np.hypot(x, y)[kind == 1] >= 1.8).all()
    x, y, kind = toy_points(shape="xor", count=400, noise=0, seed=0).T
    np.testing.assert_array_equal(kind, x * y < 0)


def test_painted_points_go_up_and_skip_classes_that_nobody_used() -> None:
    points = painted_points(marks=((2, 0, 0), (2, 500, 500), (4, 1000, 1000), (4, 0, 1000)))
    np.testing.assert_allclose(points, [[-3, 3, 0], [0, 0, 0], [3, -3, 1], [-3, -3, 1]])
    for marks in ((), ((0, 1, 1),) * 9, ((0, 1, 1), (1, 2, 2))):
        with pytest.raises(UserError):
            painted_points(marks=marks)


def test_classes_of_columns_of_every_kind() -> None:
    frame = pd.DataFrame(
        {
            "few": [3, 1, 1, 2, 3, 3, 1, 2],
            "many": [1.0, 2, 3, 4, 5, 6, 7, np.nan],
            "most": [9.0, 9, 9, 9, 9, 1, 2, 3],
            "flag": [True, False] * 4,
            "words": [*list("bbbaac"), None, "d"],
            "all": list("abcdefgh"),
            "none": [np.nan] * 8,
            "endless": [1, np.inf, 1, 2, 2, 1, 2, 1],
        }
    )
    found = {name: classes_of(frame, target=name) for name in frame}
    assert found["few"][1] == ("1", "2", "3")
    assert found["few"][0][0] == 2
    assert found["many"][1] == ("≤ 4", "> 4")
    assert found["many"][0].tolist() == [0] * 4 + [1] * 3 + [-1]
    assert found["flag"][1] == ("False", "True")
    assert found["words"][1] == ("a", "b", "c", "d")
    assert found["words"][0][6] == -1
    assert len(found["all"][1]) == MOST_CLASSES
    assert found["all"][1][-1] == OTHER
    assert found["none"][1] == ()
    assert (found["none"][0] == -1).all()
    assert found["endless"][0][1] == -1
    steep = frame.assign(most=[9.0, 9, 9, 9, 9, 9, 8, 7]).assign(few=[1, 2, 3, 4, 5, 6, 7, 7])
    assert classes_of(steep, target="few")[1] == ("≤ 4.5", "> 4.5")
    greatest = pd.DataFrame({"a": [1, 2, 3, 4, 5, 6, 9, 9, 9, 9, 9, 9, 9, 9]})
    codes, names = classes_of(greatest, target="a")
    assert names == ("< 9", "≥ 9")
    assert codes.sum() == 8
    days = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=10)})
    codes, names = classes_of(days, target="day")
    assert names == ("≤ 2024-01-05", "> 2024-01-05")
    assert codes.tolist() == [0] * 5 + [1] * 5
    hours = pd.DataFrame({"at": pd.date_range("2024-01-01T06:00", periods=9, freq="h")})
    assert classes_of(hours, target="at")[1][0] == "≤ 2024-01-01T10:00:00"
    assert classes_of(hours, target="at")[0].sum() == 4


def test_points_of_a_table_are_complete_and_at_most_so_many() -> None:
    values, kinds = load_iris(return_X_y=True)
    frame = pd.DataFrame(values, columns=list("abcd")).assign(kind=kinds.astype(str))
    frame.loc[3, "a"] = np.nan
    points = table_points(frame, x="a", y="c", target="kind", most=1000, seed=0)
    assert points.shape == (149, 3)
    assert class_count(points) == 3
    assert table_points(frame, x="a", y="a", target="kind", most=50, seed=0).shape == (50, 3)
    with pytest.raises(UserError, match="one class"):
        table_points(frame.iloc[:50], x="a", y="c", target="kind", most=99, seed=0)
    with pytest.raises(UserError, match="four rows"):
        table_points(frame.iloc[:3], x="a", y="c", target="kind", most=99, seed=0)


@settings(max_examples=40, deadline=None)
@given(st.integers(4, 60), st.floats(0, 1), st.integers(0, 99))
def test_every_class_keeps_a_point_to_learn_from(count: int, share: float, seed: int) -> None:
    points = toy_points(shape="islands", count=count, noise=0, seed=seed)
    test = held_out(points, share=share, seed=seed)
    assert set(points[~test, 2]) == set(points[:, 2])
    assert share < 1 or test.sum() == count - len(set(points[:, 2]))


def test_the_plane_is_in_units_of_what_is_learnt_from() -> None:
    points, test, plane = prepared("moons")
    known = standardised(points, plane)
    np.testing.assert_allclose(known[~test, :2].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(known[~test, :2].std(axis=0), 1)
    assert (plane[:, 2] < known[:, :2].min(axis=0)).all()
    places = grid_places(plane, side=4).reshape(4, 4, 2)
    assert (np.diff(places[0, :, 0]) > 0).all()
    assert (np.diff(places[:, 0, 1]) < 0).all()
    flat = np.array([[1e9, 1, 0], [1e9, 2, 1], [1e9, 3, 0], [1e9, 4, 1]])
    level = plane_of(flat, np.zeros(4, bool))
    np.testing.assert_allclose(level[0], [1e9, 1, -1, 1])


# --------------------------------------------------------------------------------- the models


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("shape", ["moons", "islands"])
def test_maps_are_what_scikit_learn_says(model: str, shape: str) -> None:
    points, test, plane = prepared(shape, 120)
    amount = {"svm": 0.5, "neighbours": 7}.get(model, 4)
    found = decision_map(points, test, plane, model=model, amount=amount, penalty=2.0, side=6)
    maps, of_points = found
    assert maps.shape == (class_count(points), 6, 6)
    assert maps.dtype == np.float32
    np.testing.assert_allclose(maps.sum(axis=0), 1, atol=1e-6)
    reference = make_pipeline(StandardScaler(), plane_model(model, amount=amount, penalty=2.0))
    reference.fit(points[~test, :2], points[~test, 2])
    places = grid_places(plane, side=6) * plane[:, 1] + plane[:, 0]
    if model == "svm":
        np.testing.assert_array_equal(
            maps.reshape(len(maps), -1).argmax(axis=0), reference.predict(places)
        )
    else:
        np.testing.assert_allclose(
            maps.reshape(len(maps), -1).T, reference.predict_proba(places), atol=1e-6
        )
    learn, held, n_learn, n_held = right_shares(found, points, test)
    assert learn == pytest.approx(reference.score(points[~test, :2], points[~test, 2]))
    assert held == pytest.approx(reference.score(points[test, :2], points[test, 2]))
    assert n_learn + n_held == 120
    assert of_points.shape == (120, len(maps))
    assert np.abs(map_levels(found) / 65535 - maps).max() < 1e-5


def test_a_line_can_not_part_circles_and_others_can() -> None:
    points, test, plane = prepared("circles")
    shares = {
        model: right_shares(
            decision_map(points, test, plane, model=model, amount=amount, penalty=1.0, side=4),
            points,
            test,
        )[1]
        for model, amount in (("logistic", 1), ("svm", 1), ("neighbours", 5), ("tree", 6))
    }
    assert shares.pop("logistic") < 0.7
    assert min(shares.values()) > 0.9
    with pytest.raises(ValueError, match="magic"):
        plane_model("magic", amount=1, penalty=1)


# -------------------------------------------------------------------------------- the network


def test_features_are_what_their_names_say() -> None:
    places = np.array([[2.0, -1.0]])
    np.testing.assert_allclose(
        plane_features(places, features=FEATURES),
        [[2, -1, 4, 1, -2, np.sin(6.0), np.sin(-3.0)]],
    )


@pytest.mark.parametrize("penalty", ["l1", "l2"])
@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "linear"])
def test_one_step_is_that_of_pytorch(activation: str, penalty: str) -> None:
    import torch

    points, test, plane = prepared("islands", 60)
    own = SETTINGS | {
        "features": FEATURES,
        "hidden": (5, 3),
        "activation": activation,
        "penalty": penalty,
        "strength": 0.01,
        "batch": 1000,
        "epochs": 1,
    }
    before, after = playground(points, test, plane, **own)[:, FACTS:]
    sizes = plane_sizes(features=FEATURES, hidden=(5, 3), classes=3)
    assert len(before) == 8 * 5 + 6 * 3 + 4 * 3
    functions = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU, "sigmoid": torch.nn.Sigmoid}
    layers: list[torch.nn.Module] = []
    at = 0
    for ins, outs in itertools.pairwise(sizes):
        layer = torch.nn.Linear(ins, outs, dtype=torch.float64)
        layer.weight.data = torch.from_numpy(
            before[at : at + ins * outs].reshape(ins, outs).T.copy()
        )
        layer.bias.data = torch.from_numpy(before[at + ins * outs : at + (ins + 1) * outs].copy())
        at += (ins + 1) * outs
        layers += [layer, functions.get(activation, torch.nn.Identity)()]
    network = torch.nn.Sequential(*layers[:-1])
    known = standardised(points, plane)[~test]
    inputs = torch.from_numpy(plane_features(known, features=FEATURES))
    loss = torch.nn.functional.cross_entropy(network(inputs), torch.from_numpy(known[:, 2]).long())
    for layer in network:
        if isinstance(layer, torch.nn.Linear):
            loss = loss + 0.01 * (
                layer.weight.abs().sum() if penalty == "l1" else (layer.weight**2).sum() / 2
            )
    loss.backward()
    gradients = [
        (layer.weight.grad.T.ravel(), layer.bias.grad)
        for layer in network
        if isinstance(layer, torch.nn.Linear)
    ]
    flat = torch.cat([part for pair in gradients for part in pair]).numpy()
    np.testing.assert_allclose(after, before - 0.1 * flat, rtol=1e-9, atol=1e-12)


def test_l1_leaves_the_biases_alone() -> None:
    sizes = (2, 3, 2)
    weights = first_weights(sizes=sizes, seed=0)
    signs = shrink(weights, sizes=sizes)
    np.testing.assert_array_equal(signs, np.sign(weights))  # biases begin at 0
    assert (shrink(np.ones_like(weights), sizes=sizes) == 0).sum() == 5
    assert (
        mlp_gradients(
            weights, np.ones((1, 2)), np.array([0]), sizes=sizes, activation="tanh", classes=2
        ).shape
        == signs.shape
    )


def test_a_run_repeats_and_goes_on_bit_for_bit() -> None:
    points, test, plane = prepared("circles", 80)
    own = SETTINGS | {"epochs": 6, "penalty": "l1", "strength": 0.001}
    whole = playground(points, test, plane, **own)
    assert whole.tobytes() == playground(points, test, plane, **own).tobytes()
    steps = network_steps(points, test, plane, **own)
    state = [next(steps) for _ in range(4)][-1][1]
    rest = [row for row, _state in network_steps(points, test, plane, **own, resume=state)]
    assert np.stack(rest).tobytes() == whole[4:].tobytes()
    other = playground(points, test, plane, **(own | {"seed": 1}))
    assert not np.array_equal(other, whole)


@pytest.mark.parametrize(("shape", "least"), [("circles", 0.97), ("moons", 0.97), ("xor", 0.95)])
def test_hidden_units_learn_what_a_line_can_not(shape: str, least: float) -> None:
    points, test, plane = prepared(shape)
    assert last_facts(playground(points, test, plane, **SETTINGS))[3] >= least
    bare = playground(points, test, plane, **(SETTINGS | {"hidden": ()}))
    assert last_facts(bare)[3] < 0.9


def test_a_product_as_a_feature_makes_xor_easy_without_hidden_units() -> None:
    points, test, plane = prepared("xor")
    own = SETTINGS | {"hidden": (), "features": ("x", "y", "xy")}
    assert last_facts(playground(points, test, plane, **own))[3] > 0.95


def test_maps_and_sums_are_those_of_the_network() -> None:
    points, test, plane = prepared("islands", 90)
    own = SETTINGS | {"epochs": 3}
    run = playground(points, test, plane, **own)
    sizes = plane_sizes(features=("x", "y"), hidden=(4, 4), classes=3)
    shown = {"features": ("x", "y"), "sizes": sizes, "activation": "tanh"}
    maps = class_maps(run, plane, side=8, **shown)
    units = unit_maps(run, plane, side=8, **shown)
    assert maps.shape == (4, 3, 8, 8)
    assert units.shape == (4, 10, 8, 8)
    assert np.abs(maps.sum(axis=1, dtype=int) - 65535).max() <= 2
    # The sum of one unit, by hand, at a point in the middle of a cell.
    place = grid_places(plane, side=8)[27]
    point = np.append(place * plane[:, 1] + plane[:, 0], 0)[None]
    table = unit_sum(run, point, plane, **shown, epoch=2, point=0, layer=1, unit=3)
    inputs, weights, products = table
    np.testing.assert_allclose(products[:4], inputs[:4] * weights[:4])
    assert weights[5] == pytest.approx(products[:5].sum())
    assert products[5] == pytest.approx(np.tanh(weights[5]))
    assert abs(128 + 127 * products[5] - units[2, 2 + 4 + 3].ravel()[27]) <= 0.51
    first = unit_sum(run, point, plane, **shown, epoch=2, point=0, layer=0, unit=0)
    np.testing.assert_allclose(first[0, :2], place)
    np.testing.assert_allclose(standard_point(point, plane, point=0)[:, 3], place)
    assert weight_rows(run).shape == (4, run.shape[1] - FACTS)
    assert fact_rows(run).shape == (4, 4)


def test_of_a_long_run_some_epochs_are_drawn_and_the_last() -> None:
    run = np.arange(1001.0)[:, None]
    assert some_epochs(run[:501], most=501) == tuple(range(501))
    assert some_epochs(run, most=501) == tuple(range(0, 1001, 2))
    assert some_epochs(run[:503], most=501)[-2:] == (500, 502)
    assert some_epochs(run[:504], most=501)[-2:] == (502, 503)
    assert some_epochs(run[:1], most=501) == (0,)
    assert all(len(some_epochs(run[:n], most=7)) <= 7 for n in range(1, 200))
    np.testing.assert_array_equal(rows_after(run, epochs=(3, 9)), [[3], [9]])


def test_too_great_a_rate_is_told() -> None:
    points, test, plane = prepared("circles", 60)
    own = SETTINGS | {"rate": 1e6, "activation": "linear", "epochs": 8}
    run = playground(points, test, plane, **own)
    at = first_overflow(run)
    assert at > 0
    assert np.isnan(run[at, :FACTS]).all()
    shown = {"features": ("x", "y"), "sizes": (2, 4, 4, 2), "activation": "linear", "side": 4}
    assert (class_maps(run, plane, **shown)[at] == 0).all()
    assert np.isfinite(weight_rows(run)).all()
    assert unit_maps(run, plane, **shown).dtype == np.uint8
    assert first_overflow(playground(points, test, plane, **(SETTINGS | {"epochs": 2}))) == -1


def test_without_held_out_points_their_loss_is_unknown() -> None:
    points = toy_points(shape="circles", count=40, noise=0, seed=0)
    test = held_out(points, share=0.0, seed=0)
    run = playground(points, test, plane_of(points, test), **(SETTINGS | {"epochs": 1}))
    assert np.isnan(run[:, 2:FACTS]).all()
    assert np.isfinite(run[:, :2]).all()


# ----------------------------------------------------------------------- numbers instead of classes


def numbered(shape: str, count: int = 200) -> tuple[np.ndarray, ...]:
    points = toy_values(shape=shape, count=count, noise=0.0, seed=0)
    test = held_out_values(points, share=0.3, seed=0)
    return points, test, plane_of(points, test)


def test_toy_numbers_lie_where_their_names_say() -> None:
    x, y, value = toy_values(shape="slope", count=300, noise=0.0, seed=1).T
    np.testing.assert_allclose(value, (x + y) / 6)
    x, y, value = toy_values(shape="hills", count=3000, noise=0.0, seed=1).T
    for across, up, sign in HILLS:
        near = np.hypot(x - across, y - up) < 0.2
        assert (sign * value[near] > 0.8).all()
    assert np.abs(value).max() <= 1.01
    moved = toy_values(shape="hills", count=3000, noise=0.5, seed=1)
    np.testing.assert_array_equal(moved[:, 2], value)
    with pytest.raises(ValueError, match="hole"):
        toy_values(shape="hole", count=9, noise=0, seed=0)


def test_numbers_of_a_table_are_complete_and_differ() -> None:
    values = load_iris().data
    frame = pd.DataFrame(values, columns=list("abcd"))
    frame.loc[3, "d"] = np.nan
    points = table_values(frame, x="a", y="b", target="d", most=1000, seed=0)
    np.testing.assert_array_equal(points, np.delete(values, 3, axis=0)[:, [0, 1, 3]])
    assert len(table_values(frame, x="a", y="b", target="d", most=50, seed=0)) == 50
    with pytest.raises(UserError, match="same number"):
        table_values(frame.assign(d=1), x="a", y="b", target="d", most=9, seed=0)
    with pytest.raises(UserError, match="four rows"):
        table_values(frame.iloc[:4], x="a", y="b", target="d", most=9, seed=0)
    test = held_out_values(points, share=1.0, seed=0)
    assert (~test).sum() == 2
    assert held_out_values(points, share=0.3, seed=0).sum() == round(0.3 * 149)
    assert value_units(np.array([[0, 0, 5.0], [1, 1, 5]]), np.zeros(2, bool))[1] == 1


def test_a_step_on_numbers_is_that_of_pytorch_and_its_score_is_r2() -> None:
    import torch

    points, test, plane = numbered("hills")
    own = SETTINGS | {"batch": 1000, "epochs": 1, "penalty": "l2", "strength": 0.01}
    run = playground(points, test, plane, **own, numbers=True)
    sizes = plane_sizes(features=("x", "y"), hidden=(4, 4), classes=0)
    assert sizes == (2, 4, 4, 1)
    known = standardised(points, plane)[:, :2]
    aims = (points[:, 2] - points[~test, 2].mean()) / points[~test, 2].std()
    weights = torch.from_numpy(run[0, FACTS:].copy()).requires_grad_()
    one, two, three = torch.split(weights, [3 * 4, 5 * 4, 5])
    values = torch.from_numpy(known[~test])
    for part, ins in ((one, 2), (two, 4)):
        values = torch.tanh(values @ part[: 4 * ins].reshape(ins, 4) + part[4 * ins :])
    loss = torch.nn.functional.mse_loss(
        values @ three[:4] + three[4], torch.from_numpy(aims[~test])
    )
    squares = (one[:8] ** 2).sum() + (two[:16] ** 2).sum() + (three[:4] ** 2).sum()
    (loss + 0.01 / 2 * squares).backward()
    gradient = weights.grad.numpy()
    np.testing.assert_allclose(run[1, FACTS:], run[0, FACTS:] - 0.1 * gradient, rtol=1e-9)
    given = mlp_forward(run[1, FACTS:], known, sizes=sizes, activation="tanh")[-1][:, 0]
    assert run[1, 0] == pytest.approx(((given - aims)[~test] ** 2).mean())
    assert run[1, 1] == pytest.approx(r2_score(aims[~test], given[~test]))
    assert run[1, 3] == pytest.approx(r2_score(aims[test], given[test]))


def test_a_line_learns_a_slope_and_no_hills_and_maps_are_in_units_of_the_farthest_point() -> None:
    points, test, plane = numbered("slope")
    own = SETTINGS | {"hidden": (), "epochs": 20}
    run = playground(points, test, plane, **own, numbers=True)
    assert run[-1, 3] > 0.99
    shown = {"features": ("x", "y"), "sizes": (2, 1), "activation": "tanh"}
    maps = value_maps(run, points, test, plane, side=6, **shown)
    assert maps.shape == (21, 1, 6, 6)
    mean, _deviation, reach = value_units(points, test)
    x, y = (grid_places(plane, side=6) * plane[:, 1] + plane[:, 0]).T
    parts = np.clip(((x + y) / 6 - mean) / reach, -1, 1)
    assert np.abs(maps[-1, 0].ravel() - (128 + 127 * parts)).max() < 8
    drawn = drawn_values(points, test, plane)
    assert np.abs(drawn[:, 2]).max() == 1
    hills = numbered("hills")
    assert playground(*hills, **own, numbers=True)[-1, 3] < 0.2


def test_the_map_of_one_unit_is_that_among_all() -> None:
    points, test, plane = prepared("xor", 60)
    run = playground(points, test, plane, **(SETTINGS | {"epochs": 2}))
    shown = {"features": ("x", "y"), "sizes": (2, 4, 4, 2), "activation": "tanh", "side": 5}
    every = unit_maps(run, plane, **shown)
    one = unit_map(run, plane, epoch=1, layer=1, unit=2, **shown)
    np.testing.assert_array_equal(one[0, 0], every[1, 2 + 4 + 2])


def test_axes_are_the_columns_that_part_the_classes() -> None:
    values, kinds = load_iris(return_X_y=True)
    frame = pd.DataFrame(values, columns=list("abcd")).assign(same=1.0, none=np.nan, kind=kinds)
    columns = ("same", "a", "b", "c", "d", "none", "kind")
    assert parting_columns(frame, columns=columns, target="kind") == ("c", "d")  # the petals
    strength = f_classif(values, kinds)[0]
    assert set(np.argsort(strength)[-2:]) == {2, 3}
    assert parting_columns(frame, columns=("a",), target="kind") == ("a",)
    assert parting_columns(frame, columns=("none", "a", "kind"), target="kind") == ("none", "a")
