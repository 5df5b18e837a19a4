"""A row as a vector, arrays, categories, gaps and scales: against NumPy, torch, scikit-learn."""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.datasets import load_iris, load_wine
from sklearn.impute import KNNImputer, MissingIndicator, SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.neighbors import KNeighborsRegressor, NearestNeighbors
from sklearn.preprocessing import (
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
)

from engine.table import codes, gaps, scaling, vector
from engine.table.matrix import NO_CELL, RARE_CELL, numeric_matrix

SAMPLES = Path(__file__).resolve().parents[2] / "assets" / "samples"
PENGUINS = pd.read_csv(SAMPLES / "penguins.csv")
TITANIC = pd.read_csv(SAMPLES / "titanic.csv")
WINE = pd.DataFrame(load_wine().data, columns=load_wine().feature_names)
MEASURES = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")


def nothing(rows: int = 3) -> pd.DataFrame:
    return pd.DataFrame({"x": [np.nan] * rows, "t": pd.Series([None] * rows, dtype="str")})


# ---------------------------------------------------------------------------- one row, the array


def test_a_row_is_what_scikit_learn_makes_of_it() -> None:
    columns = ("species", "bill_length_mm", "sex")
    categories = vector.categories_of(PENGUINS, columns=columns)
    texts = PENGUINS[["species", "sex"]].astype(object)
    hot = OneHotEncoder(sparse_output=False).fit_transform(texts)
    for row in (0, 3, 343):
        species, bill, sex = vector.row_vector(PENGUINS, categories, row=row, columns=columns)
        assert species[0] == "species"
        assert species[1] == PENGUINS["species"][row]
        np.testing.assert_array_equal([*species[2], *sex[2]], hot[row])
        np.testing.assert_array_equal(bill[2], [PENGUINS["bill_length_mm"][row]])
    empty = vector.row_vector(PENGUINS, categories, row=3, columns=columns)
    assert empty[1][1] == ""
    assert empty[2][1] == ""
    assert categories[2][-1] == NO_CELL


def test_a_rare_category_is_another_one() -> None:
    columns = ("Name",)
    categories = vector.categories_of(TITANIC, columns=columns)
    (name,) = vector.row_vector(TITANIC, categories, row=0, columns=columns)
    assert categories[0][-1] == RARE_CELL
    assert name[1] == "Braund, Mr. Owen Harris"
    assert name[2] == (0.0,) * (len(categories[0]) - 1) + (1.0,)


def in_order(columns: tuple[str, ...], order: str) -> np.ndarray:
    """The array as NumPy writes it into memory."""
    numbers = PENGUINS[list(columns)].to_numpy(np.float64)
    return np.array(numbers, order="F" if order == "F" else "C")


@pytest.mark.parametrize("order", ["C", "F"])
def test_the_places_are_where_the_numbers_lie(order: str) -> None:
    columns = MEASURES
    array = in_order(columns, order)
    assert array.flags.c_contiguous == (order == "C")
    assert array.flags.f_contiguous == (order == "F")
    places = vector.memory_places(PENGUINS, columns=columns, order=order, rows=6)
    for (row, column), place in np.ndenumerate(places):
        found = ctypes.c_double.from_address(array.ctypes.data + int(place)).value
        np.testing.assert_equal(found, array[row, column])
    raw = np.frombuffer(ctypes.string_at(array.ctypes.data, 20 * 8), np.float64)
    run = vector.memory_run(PENGUINS, columns=columns, order=order, count=20)
    np.testing.assert_array_equal(run, raw)
    short = vector.memory_run(PENGUINS.iloc[:3], columns=columns, order=order, count=7)
    np.testing.assert_array_equal(short, in_order(columns, order)[:3].ravel(order=order)[:7])
    rows = vector.first_rows(PENGUINS, columns=columns, rows=6)
    np.testing.assert_array_equal(rows, array[:6])
    strides = (32, 8) if order == "C" else (8, 8 * 344)
    assert vector.memory_facts(PENGUINS, columns=columns, order=order) == (
        ((344, 4), "float64", 344 * 4 * 8, strides)
    )


@pytest.mark.parametrize("order", ["C", "F"])
def test_the_tensor_shares_the_memory(order: str) -> None:
    shape, dtype, size, strides, shared, before, after = vector.tensor_facts(
        PENGUINS, columns=MEASURES, order=order
    )
    tensor = torch.from_numpy(in_order(MEASURES, order))
    assert (shape, dtype) == (tuple(tensor.shape), "torch.float64")
    assert size == tensor.numpy().nbytes
    assert strides == tensor.stride()
    assert shared
    assert (before, after) == (39.1, 40.1)


def test_different_values_are_counted_as_pandas_counts_them() -> None:
    columns = ("species", "bill_length_mm", "year", "sex")
    found = vector.how_many_values(PENGUINS, columns=columns)
    assert found == tuple(PENGUINS[list(columns)].nunique())


# ---------------------------------------------------------------------------- categories


def test_integers_are_those_of_scikit_learn_and_pandas() -> None:
    found, names = codes.ordered_codes(PENGUINS, column="island", order="alphabet")
    expected = OrdinalEncoder().fit_transform(PENGUINS[["island"]].astype(object))[:, 0]
    np.testing.assert_array_equal(found, expected)
    found, names = codes.ordered_codes(PENGUINS, column="island", order="appearance")
    expected, uniques = pd.factorize(PENGUINS["island"])
    np.testing.assert_array_equal(found, expected)
    assert names == tuple(uniques)
    coded = codes.ordered_codes(PENGUINS, column="island", order="frequency")
    assert coded[1] == tuple(PENGUINS["island"].value_counts().index)
    counts = codes.category_counts(coded)
    np.testing.assert_array_equal(counts, PENGUINS["island"].value_counts())
    with pytest.raises(ValueError, match="size"):
        codes.ordered_codes(PENGUINS, column="island", order="size")


def test_integers_make_distances_and_one_hot_does_not() -> None:
    coded = codes.ordered_codes(PENGUINS, column="island", order="alphabet")
    integers, hot = codes.distances_of_codes(coded)
    np.testing.assert_array_equal(integers, [[0, 1, 2], [1, 0, 1], [2, 1, 0]])
    np.testing.assert_allclose(hot, np.sqrt(2) * (1 - np.eye(3)))


@pytest.mark.parametrize("order", codes.ORDERS)
def test_the_line_is_that_of_linear_regression(order: str) -> None:
    column, target = "species", "body_mass_g"
    known = PENGUINS[target].notna().to_numpy()
    coded = codes.ordered_codes(PENGUINS, column=column, order=order)
    found, names = coded
    x, y = found[known, None].astype(float), PENGUINS[target][known]
    line = LinearRegression().fit(x, y)
    means = codes.means_of_categories(coded, PENGUINS, target=target)
    intercept, slope = codes.line_through_means(means)
    assert intercept == pytest.approx(line.intercept_)
    assert slope == pytest.approx(line.coef_[0])
    hot = np.eye(len(names))[found[known]]
    integer, one_hot, renumbered = codes.explained_by_codes(
        coded, PENGUINS, target=target, numberings=50, seed=0
    )
    assert integer == pytest.approx(line.score(x, y))
    assert one_hot == pytest.approx(LinearRegression().fit(hot, y).score(hot, y))
    assert renumbered.shape == (50,)
    assert renumbered.max() <= one_hot + 1e-12
    assert np.isclose(renumbered, integer).any()
    np.testing.assert_allclose(means[1], PENGUINS.groupby(column)[target].mean()[list(names)])


def test_categories_without_a_target_say_nothing() -> None:
    for frame in (nothing(), nothing(0), nothing(1)):
        coded = codes.ordered_codes(frame, column="t", order="frequency")
        found = codes.explained_by_codes(coded, frame, target="x", numberings=3, seed=0)
        assert found[:2] == (0.0, 0.0)
        means = codes.means_of_categories(coded, frame, target="x")
        assert codes.line_through_means(means) == (0.0, 0.0)
        rows = np.arange(len(frame))
        how = {"column": "t", "others": ("x",), "numberings": 2, "seed": 0}
        assert codes.category_models(frame, rows, target="x", **how) == ()
        assert codes.nearest_other_category(frame, rows, **how)[0] == 0


def test_models_of_categories_are_those_of_scikit_learn() -> None:
    frame = PENGUINS.assign(bill_depth_mm=PENGUINS["bill_depth_mm"].fillna(17.0))
    rows, others = np.arange(0, 344, 2), ("bill_depth_mm",)
    how = {"column": "species", "target": "body_mass_g", "others": others, "seed": 3}
    found = codes.category_models(frame, rows, numberings=2, **how)
    part = frame.iloc[rows][frame["body_mass_g"].iloc[rows].notna().to_numpy()]
    y = part["body_mass_g"].to_numpy()
    category = {
        "hot": pd.get_dummies(part["species"]).to_numpy(np.float64),
        "integer": pd.factorize(part["species"], sort=True)[0][:, None].astype(np.float64),
    }
    generator = np.random.default_rng(3)
    fold = generator.permutation(len(y)) % codes.FOLDS
    models = {"linear": LinearRegression(), "nearest": KNeighborsRegressor(codes.NEAREST)}
    for name, integer, hot, renumbered in found:
        for way, score in (("integer", integer), ("hot", hot)):
            x = np.column_stack(
                [
                    StandardScaler().fit_transform(part[list(others)]),
                    (category[way] - category[way].mean(axis=0))
                    / np.sqrt(category[way].var(axis=0).sum()),
                ]
            )
            said = cross_val_predict(models[name], x, y, cv=PredefinedSplit(fold))
            assert score == pytest.approx(r2_score(y, said), abs=0.01)  # equally near rows
        assert len(renumbered) == 2
    linear = {name: (integer, hot) for name, integer, hot, _others in found}["linear"]
    assert linear[0] < linear[1] - 0.1


def test_integers_choose_the_nearest_other_category() -> None:
    # Three groups on one spot: integers 0, 1, 2 say that the outer ones are far apart.
    frame = pd.DataFrame({"t": list("abc") * 4, "x": [0.0, 0.1, 0.05] * 4})
    how = {"column": "t", "others": ("x",), "seed": 0}
    count, hot, renumbered = codes.nearest_other_category(
        frame, np.arange(12), numberings=30, **how
    )
    assert count == 12
    assert hot == pytest.approx(2 / 3)  # by x alone, a and b are nearest to c
    assert 0.3 < renumbered < 0.7
    two = frame[frame["t"] != "c"].reset_index(drop=True)
    assert codes.nearest_other_category(two, np.arange(8), numberings=2, **how)[0] == 0


# ---------------------------------------------------------------------------- gaps


def test_holes_are_made_as_many_as_asked_for() -> None:
    rows = gaps.sampled_rows(PENGUINS, most=100, seed=1)
    assert len(np.unique(rows)) == 100
    assert (np.diff(rows) > 0).all()
    np.testing.assert_array_equal(gaps.sampled_rows(PENGUINS, most=344, seed=1), np.arange(344))
    rows = np.arange(344)
    holes = gaps.with_holes(PENGUINS, rows, column="body_mass_g", share=0.25, seed=0)
    assert np.isnan(holes).sum() == 2 + round(0.25 * 342)
    same = ~np.isnan(holes)
    np.testing.assert_array_equal(holes[same], PENGUINS["body_mass_g"].to_numpy()[same])
    assert (~np.isnan(gaps.with_holes(PENGUINS, rows, column="year", share=1.0, seed=0))).sum() == 1


@pytest.mark.parametrize(
    ("method", "strategy"),
    [("mean", "mean"), ("median", "median"), ("frequent", "most_frequent"), ("zero", "constant")],
)
def test_filling_is_that_of_scikit_learn(method: str, strategy: str) -> None:
    rows = np.arange(len(TITANIC))
    holes = gaps.with_holes(TITANIC, rows, column="Age", share=0.0, seed=0)
    found = gaps.filled_column(holes, TITANIC, rows, method=method, others=())
    reference = SimpleImputer(strategy=strategy, fill_value=0.0).fit_transform(holes[:, None])
    np.testing.assert_allclose(found, reference[:, 0], rtol=1e-12)


def test_neighbours_are_those_of_scikit_learn() -> None:
    rows = np.arange(len(PENGUINS))
    holes = gaps.with_holes(PENGUINS, rows, column="body_mass_g", share=0.3, seed=3)
    found = gaps.filled_column(holes, PENGUINS, rows, method="neighbours", others=MEASURES[:3])
    scaled = StandardScaler().fit_transform(PENGUINS[list(MEASURES[:3])])
    # A column hardly seen: it takes no part where it is missing, which is where it is asked for.
    both = np.column_stack([holes, scaled])
    reference = KNNImputer(n_neighbors=gaps.NEIGHBOURS).fit_transform(both)[:, 0]
    assert np.isclose(found, reference).mean() > 0.99  # equally near rows may be taken in any order
    assert not np.isnan(found).any()


def test_neighbours_without_other_columns_are_the_mean() -> None:
    rows = np.arange(len(PENGUINS))
    holes = gaps.with_holes(PENGUINS, rows, column="body_mass_g", share=0.3, seed=3)
    void = PENGUINS.assign(void=np.nan)
    for others in ((), ("void",)):
        found = gaps.filled_column(holes, void, rows, method="neighbours", others=others)
        np.testing.assert_allclose(found[np.isnan(holes)], np.nanmean(holes))
    unknown = gaps.with_holes(nothing(), np.arange(3), column="x", share=0.5, seed=0)
    assert np.isnan(
        gaps.filled_column(unknown, nothing(), np.arange(3), method="mean", others=())
    ).all()
    with pytest.raises(ValueError, match="guess"):
        gaps.filled_column(holes, PENGUINS, rows, method="guess", others=())


def test_the_indicator_is_that_of_scikit_learn() -> None:
    values = TITANIC["Age"].to_numpy()
    expected = MissingIndicator().fit_transform(values[:, None])[:, 0]
    np.testing.assert_array_equal(gaps.missing_indicator(values), expected)


def test_statistics_are_those_of_pandas() -> None:
    rows = np.arange(0, 344, 2)
    part = PENGUINS.iloc[rows]
    values = gaps.with_holes(PENGUINS, rows, column="bill_length_mm", share=0, seed=0)
    count, mean, deviation, r = gaps.statistics_of(values, PENGUINS, rows, other="body_mass_g")
    assert count == part["bill_length_mm"].count()
    assert mean == pytest.approx(part["bill_length_mm"].mean())
    assert deviation == pytest.approx(part["bill_length_mm"].std())
    assert r == pytest.approx(part["bill_length_mm"].corr(part["body_mass_g"]))
    short = gaps.statistics_of(np.array([np.nan] * 3), nothing(), np.arange(3), other="x")
    assert short[0] == 0
    assert np.isnan(short[1:]).all()


def test_the_mean_keeps_the_mean_and_shrinks_the_spread() -> None:
    rows = np.arange(344)
    truth = gaps.with_holes(PENGUINS, rows, column="body_mass_g", share=0, seed=0)
    holes = gaps.with_holes(PENGUINS, rows, column="body_mass_g", share=0.4, seed=0)
    filled = gaps.filled_column(holes, PENGUINS, rows, method="mean", others=())
    assert filled.mean() == pytest.approx(np.nanmean(holes))
    assert filled.std() < 0.85 * np.nanstd(holes)
    error = gaps.error_of_filling(filled, holes, truth)
    emptied = np.isnan(holes) & ~np.isnan(truth)
    assert error == pytest.approx(np.sqrt(np.mean((np.nanmean(holes) - truth[emptied]) ** 2)))
    better = gaps.filled_column(holes, PENGUINS, rows, method="neighbours", others=MEASURES[:3])
    assert gaps.error_of_filling(better, holes, truth) < error
    assert np.isnan(gaps.error_of_filling(truth, truth, truth))


# ---------------------------------------------------------------------------- scales


@pytest.mark.parametrize(
    ("name", "scaler"),
    [("minmax", MinMaxScaler()), ("standard", StandardScaler()), ("robust", RobustScaler())],
)
@pytest.mark.parametrize("column", ["Age", "Fare", "Survived", "SibSp"])
def test_scaling_is_that_of_scikit_learn(name: str, scaler: StandardScaler, column: str) -> None:
    values = scaling.column_of(TITANIC, column=column)
    expected = scaler.fit_transform(values[:, None])[:, 0]
    found = scaling.scaled_column(values, scaling=name)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", scaling.SCALINGS)
def test_a_constant_column_is_not_divided_by_zero(name: str) -> None:
    same = np.array([0.1, 0.1, np.nan, 0.1])
    found = scaling.scaled_column(same, scaling=name)
    assert np.isfinite(found[[0, 1, 3]]).all()
    assert np.ptp(found[[0, 1, 3]]) == 0
    assert scaling.shift_and_scale(np.array([np.nan]), scaling=name) == (0.0, 1.0)
    assert scaling.shift_and_spread(same, scaling=name)[1] == (name == "none")
    assert scaling.mean_of(same) == pytest.approx(0.1)
    assert np.isnan(scaling.mean_of(same[2:3]))


def test_an_unknown_scaling_is_refused() -> None:
    with pytest.raises(ValueError, match="log"):
        scaling.shift_and_scale(np.zeros(2), scaling="log")


def test_the_farthest_number_is_multiplied() -> None:
    frame = pd.DataFrame({"x": [np.nan, 2.0, -3.0, 3.0]})
    found = scaling.column_of(frame, column="x", times=10)
    np.testing.assert_array_equal(found, [np.nan, 2, -30, 3])
    assert np.isnan(scaling.column_of(nothing(), column="x", times=10)).all()


def test_bars_and_middle_are_those_of_numpy() -> None:
    values = scaling.column_of(TITANIC, column="Fare")
    middles, counts = scaling.bars_of(values, bins=20)
    expected, edges = np.histogram(values, 20)
    np.testing.assert_array_equal(counts, expected)
    np.testing.assert_allclose(middles, (edges[1:] + edges[:-1]) / 2)
    assert scaling.middle_of(values) == pytest.approx(tuple(np.quantile(values, (0.05, 0.95))))
    assert len(scaling.bars_of(np.array([np.nan]))[0]) == 0
    assert np.isnan(scaling.middle_of(np.array([np.nan]))).all()


@pytest.mark.parametrize("value", [0.1, 0.0, -7e12, 1e149])
def test_equal_numbers_are_one_bar(value: float) -> None:
    values = np.array([value, np.nan, value + 1e-12 * value])
    middles, counts, other = scaling.bars_of_both(values, values[:1], bins=40)
    assert np.count_nonzero(counts) == 1
    assert counts.sum() == 2
    assert other.sum() == 1
    assert (np.diff(middles) > 0).all()


@pytest.mark.parametrize("name", scaling.SCALINGS)
def test_the_shares_are_those_of_all_pairs(name: str) -> None:
    frame = pd.DataFrame(load_iris().data[::3], columns=list("abcd")).assign(e=1.0)
    columns = tuple("abcde")
    points = scaling.scaled_matrix(frame, columns=columns, scaling=name)
    squares = (points[:, None] - points[None]) ** 2
    expected = squares.sum(axis=(0, 1)) / squares.sum()
    found = scaling.shares_of_distance(frame, columns=columns, scaling=name)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    if name == "standard":
        np.testing.assert_allclose(found, [0.25] * 4 + [0], atol=1e-12)


def test_unscaled_wine_is_a_table_of_proline() -> None:
    found = scaling.shares_of_distance(WINE, columns=tuple(WINE), scaling="none")
    assert WINE.columns[np.argmax(found)] == "proline"
    assert found.max() > 0.99


@pytest.mark.parametrize("name", scaling.SCALINGS)
def test_nearest_rows_are_those_of_scikit_learn(name: str) -> None:
    rows = np.arange(0, 344, 3)
    numbers, nearest = scaling.nearest_rows(PENGUINS, rows, columns=MEASURES, scaling=name)
    points = scaling.scaled_matrix(PENGUINS.iloc[rows], columns=MEASURES, scaling=name)
    _distances, reference = NearestNeighbors(n_neighbors=2).fit(points).kneighbors(points)
    place = {row: n for n, row in enumerate(numbers.tolist())}
    for at, row in enumerate(nearest.tolist()):
        found = np.linalg.norm(points[at] - points[place[row]])
        assert found == pytest.approx(np.linalg.norm(points[at] - points[reference[at, 1]]))
    assert set(numbers) <= set(rows)
    assert numeric_matrix(PENGUINS.iloc[numbers], columns=MEASURES).shape == points.shape


def test_too_few_rows_have_no_distance() -> None:
    for frame in (nothing(), PENGUINS[["year"]].rename(columns={"year": "x"}).iloc[:1]):
        shares = scaling.shares_of_distance(frame, columns=("x",), scaling="standard")
        np.testing.assert_array_equal(shares, [0])
        every = np.arange(len(frame))
        assert scaling.nearest_rows(frame, every, columns=("x",), scaling="none").shape == (2, 0)
