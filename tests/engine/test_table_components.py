"""Principal components of tables against scikit-learn and published values; turning that ends there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_diabetes, load_digits, load_iris, load_wine
from sklearn.decomposition import PCA
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from engine.table.components import (
    axes_between,
    axes_on_the_way,
    components_of,
    groups_of,
    needed_for,
    places_drawn,
    points_for_components,
    points_with_codes,
    rebuilding_errors,
    rebuilt_row,
    rows_for_components,
    scores_on,
    seen_along,
)
from engine.table.matrix import NO_CELL, RARE_CELL

SAMPLES = Path(__file__).resolve().parents[2] / "assets" / "samples"
PENGUINS = pd.read_csv(SAMPLES / "penguins.csv")
MEASURES = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")


def table_of(matrix: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(matrix, columns=[f"c{n}" for n in range(matrix.shape[1])])


def random_matrix(seed: int, rows: int, columns: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return generator.normal(size=(rows, columns)) @ generator.normal(size=(columns, columns)) + 100


IRIS = load_iris().data
DIGITS = load_digits().data
CASES = {
    "iris": IRIS,
    "digits": DIGITS,
    "wine": load_wine().data,
    "diabetes": load_diabetes(scaled=False).data,
    "random": random_matrix(0, 200, 7),
    "wide": random_matrix(1, 5, 12),
    "constant": np.column_stack([IRIS, np.full(150, 0.1)]),
    "two rows": random_matrix(2, 2, 3),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("scaled", [False, True])
def test_components_are_those_of_scikit_learn(name: str, scaled: bool) -> None:
    matrix = CASES[name]
    frame = table_of(matrix)
    columns = tuple(frame.columns)
    rows = rows_for_components(frame, columns=columns, gaps="drop")
    points = points_for_components(frame, rows, columns=columns, scaled=scaled)
    axes, variances, shares = found = components_of(points)
    model = PCA(svd_solver="full")
    reference = (make_pipeline(StandardScaler(), model) if scaled else model).fit_transform(matrix)
    np.testing.assert_allclose(variances, model.explained_variance_, atol=1e-9, rtol=1e-9)
    np.testing.assert_allclose(shares, model.explained_variance_ratio_, atol=1e-12)
    real = shares > 1e-9  # the direction of a component without variance is arbitrary
    np.testing.assert_allclose(axes[real], model.components_[real], atol=1e-7)
    lengths = np.linalg.svd(points, full_matrices=False)[1]  # NumPy's own
    np.testing.assert_allclose(variances, lengths**2 / (len(matrix) - 1), atol=1e-9, rtol=1e-9)
    assert (axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)] > 0).all()  # the rule of signs
    count = int(real.sum())
    scores = scores_on(points, found, count=count + 2)
    np.testing.assert_allclose(scores[:, :count], reference[:, :count], atol=1e-7)
    assert scores.shape == (len(matrix), count + 2)


def test_iris_has_the_published_shares() -> None:
    frame = table_of(IRIS)
    points = points_for_components(
        frame, np.arange(150), columns=tuple(frame.columns), scaled=False
    )
    components = components_of(points)
    np.testing.assert_allclose(components[2], [0.92462, 0.05307, 0.01710, 0.00521], atol=5e-6)
    assert needed_for(components, share=0.9) == 1
    assert needed_for(components, share=0.95) == 2
    assert needed_for(components, share=1.0) == 4


def test_rank_that_is_missing_has_no_variance() -> None:
    matrix = random_matrix(3, 50, 3)
    frame = table_of(np.column_stack([matrix, matrix[:, 0] + matrix[:, 1], matrix[:, 2] * 2]))
    points = points_for_components(frame, np.arange(50), columns=tuple(frame.columns), scaled=True)
    _axes, variances, shares = components_of(points)
    assert (shares > 1e-12).sum() == 3
    np.testing.assert_allclose(variances.sum(), points.var(axis=0, ddof=1).sum())


@pytest.mark.parametrize("rows", [0, 1, 4])
def test_equal_rows_have_no_components(rows: int) -> None:
    frame = pd.DataFrame({"a": [0.1] * rows, "b": [7.0] * rows})
    points = points_for_components(frame, np.arange(rows), columns=("a", "b"), scaled=True)
    assert not points.any()
    if rows:
        components = components_of(points)
        assert not components[2].any()
        assert needed_for(components, share=0.9) == 0
        assert not rebuilding_errors(components, points).any()


def test_gaps_are_left_out_or_filled_with_the_mean() -> None:
    dropped = rows_for_components(PENGUINS, columns=MEASURES, gaps="drop")
    np.testing.assert_array_equal(dropped, PENGUINS.dropna(subset=list(MEASURES)).index)
    rows = rows_for_components(PENGUINS, columns=MEASURES, gaps="mean")
    assert len(rows) == len(PENGUINS)
    points = points_for_components(PENGUINS, rows, columns=MEASURES, scaled=True)
    reference = make_pipeline(SimpleImputer(), StandardScaler())
    np.testing.assert_allclose(
        points, reference.fit_transform(PENGUINS[list(MEASURES)]), rtol=1e-9, atol=1e-9
    )
    with pytest.raises(ValueError, match="zero"):
        rows_for_components(PENGUINS, columns=MEASURES, gaps="zero")
    nothing = PENGUINS.assign(void=np.nan)
    rows = rows_for_components(nothing, columns=("void", "year"), gaps="mean")
    assert not points_for_components(nothing, rows, columns=("void", "year"), scaled=True)[
        :, 0
    ].any()


def test_one_wrong_number_is_a_component_of_its_own() -> None:
    frame = table_of(IRIS)
    columns = tuple(frame.columns)
    points = points_for_components(
        frame, np.arange(150), columns=columns, scaled=False, times=1000.0
    )
    axes, _variances, shares = components_of(points)
    assert shares[0] > 0.99
    assert abs(axes[0, 0]) > 0.99
    gap = pd.DataFrame({"a": [np.nan, 0.0, 2.0, 3.0], "b": [1.0, 2, 3, 5]})
    how = {"columns": ("a", "b"), "scaled": False}
    right, wrong = (
        points_for_components(gap, np.arange(1, 4), times=times, **how) for times in (1.0, 10.0)
    )
    assert np.ptp(wrong[:, 0]) == 20  # the first number that is not 0 has grown
    assert np.ptp(right[:, 0]) == 3


def test_of_very_many_rows_a_sample_takes_part() -> None:
    frame = table_of(random_matrix(4, 3000, 3))
    how = {"columns": tuple(frame.columns), "gaps": "drop"}
    rows = rows_for_components(frame, most=1000, **how)
    assert len(np.unique(rows)) == 1000
    assert (np.diff(rows) > 0).all()
    assert rows.max() > 2900
    np.testing.assert_array_equal(rows_for_components(frame, **how), np.arange(3000))


@pytest.mark.parametrize("scaled", [False, True])
def test_rebuilding_is_that_of_scikit_learn(scaled: bool) -> None:
    frame = PENGUINS.dropna().reset_index(drop=True)
    rows = np.arange(len(frame))
    points = points_for_components(frame, rows, columns=MEASURES, scaled=scaled)
    components = components_of(points)
    errors = rebuilding_errors(components, points)
    assert errors[-1] == 0
    assert (np.diff(errors) < 0).all()
    matrix = frame[list(MEASURES)].to_numpy(np.float64)
    for count in range(1, 5):
        model = PCA(count)
        pipeline = make_pipeline(StandardScaler(), model) if scaled else make_pipeline(model)
        back = pipeline.inverse_transform(pipeline.fit_transform(matrix))
        of_points = PCA(count).fit(points).inverse_transform(PCA(count).fit_transform(points))
        expected = np.sqrt(np.mean((of_points - points) ** 2))
        assert errors[count] == pytest.approx(expected, abs=1e-6)
        coordinates, told = rebuilt_row(
            frame, rows, points, components, columns=MEASURES, scaled=scaled, row=7, count=count
        )
        assert coordinates == pytest.approx(scores_on(points, components, count=count)[7])
        assert [name for name, *_rest in told] == list(MEASURES)
        np.testing.assert_allclose([true for _name, true, *_rest in told], matrix[7])
        rebuilt = [mean + sum(added) for _name, _true, mean, added in told]
        np.testing.assert_allclose(rebuilt, back[7], rtol=1e-9)
    assert errors[0] == pytest.approx(np.sqrt(np.mean(points**2)))


# ---------------------------------------------------------------------------- turning


@pytest.mark.parametrize("name", ["iris", "random", "wine", "wide"])
@pytest.mark.parametrize("chosen", [(0, 1), (2, 1), (3, 0), (0, 1, 2), (2, 3, 1)])
def test_turning_begins_at_the_columns_and_ends_at_the_components(
    name: str, chosen: tuple[int, ...]
) -> None:
    frame = table_of(CASES[name])
    columns, rows = tuple(frame.columns), np.arange(len(frame))
    points = points_for_components(frame, rows, columns=columns, scaled=True)
    components = components_of(points)
    axes = axes_on_the_way(components, chosen=chosen, steps=9)
    assert axes.shape == (9, len(chosen), points.shape[1])
    np.testing.assert_allclose(axes[0], np.eye(points.shape[1])[list(chosen)], atol=1e-9)
    last = components[0][: len(chosen)]
    np.testing.assert_allclose(np.abs(axes[-1]), np.abs(last), atol=1e-9)
    np.testing.assert_allclose(axes[-1][:-1], last[:-1], atol=1e-9)
    for view in axes:  # at right angles, of length 1: a rigid turn, without any stretching
        np.testing.assert_allclose(view @ view.T, np.eye(len(chosen)), atol=1e-9)
    lengths = np.linalg.norm(np.diff(axes, axis=0), axis=(1, 2))
    assert lengths.max() < 2.5 * max(lengths.min(), 1e-3)  # no leap
    drawn = places_drawn(rows, most=20, seed=0)
    seen = seen_along(points, axes, drawn)
    np.testing.assert_allclose(seen[0], points[drawn][:, list(chosen)], atol=1e-9)
    scores = scores_on(points, components, count=len(chosen))[drawn]
    np.testing.assert_allclose(np.abs(seen[-1]), np.abs(scores), atol=1e-9)


@given(st.integers(0, 10_000), st.integers(2, 3), st.integers(0, 4), st.floats(0, 1))
@settings(max_examples=80, deadline=None)
def test_every_view_is_rigid(seed: int, size: int, more: int, part: float) -> None:
    generator = np.random.default_rng(seed)
    start, end = (
        np.linalg.qr(generator.normal(size=(size + more, size)))[0].T.copy() for _ in range(2)
    )
    view = axes_between(start, end, part=part)
    np.testing.assert_allclose(view @ view.T, np.eye(size), atol=1e-8)
    np.testing.assert_allclose(axes_between(start, end, part=0.0), start, atol=1e-8)
    np.testing.assert_allclose(np.abs(axes_between(start, end, part=1.0)), np.abs(end), atol=1e-8)


@pytest.mark.parametrize(
    "end", [[[0, 1, 0], [1, 0, 0]], [[0, 0, 1], [0, 1, 0]], [[1, 0, 0], [0, -1, 0]]]
)
def test_views_at_right_angles_are_reached_too(end: list[list[float]]) -> None:
    start = np.eye(3)[:2]
    for part in np.linspace(0, 1, 7):
        view = axes_between(start, np.array(end, float), part=float(part))
        np.testing.assert_allclose(view @ view.T, np.eye(2), atol=1e-9)
    np.testing.assert_allclose(np.abs(view), np.abs(end), atol=1e-9)


# ---------------------------------------------------------------------------- groups and codes


def test_groups_are_those_of_the_column() -> None:
    rows = np.arange(344)
    drawn = places_drawn(rows, most=200, seed=1)
    assert len(drawn) == 200
    codes, names = groups_of(PENGUINS, rows, drawn, column="species", most=6)
    assert [names[code] for code in codes] == PENGUINS["species"][drawn].tolist()
    codes, names = groups_of(PENGUINS, rows, rows, column="sex", most=6)
    assert names == ("female", "male", NO_CELL)
    assert (codes == 2).sum() == PENGUINS["sex"].isna().sum()
    codes, names = groups_of(PENGUINS, rows, rows, column="body_mass_g", most=6)
    assert len(names) == 6
    assert names[-1] == NO_CELL
    counts = np.bincount(codes)
    assert counts[:-1].min() > 40
    codes, names = groups_of(PENGUINS, rows, rows, column="year", most=6)
    assert names == ("2007", "2008", "2009")
    many = PENGUINS.assign(t=pd.Series([str(n % 40) for n in range(344)], dtype="str"))
    codes, names = groups_of(many, rows, rows, column="t", most=6)
    assert len(names) == 6
    assert names[-1] == RARE_CELL
    assert [names[c] for c in codes] == [t if t in names else RARE_CELL for t in many["t"]]


def test_dates_and_equal_numbers_are_groups() -> None:
    days = pd.DataFrame({"d": pd.date_range("2020-01-01", periods=20), "z": [0.0] * 19 + [5.0]})
    every = np.arange(20)
    codes, _names = groups_of(days, every, every, column="d", most=6)
    np.testing.assert_array_equal(np.bincount(codes), [4] * 5)
    assert groups_of(days, every, every, column="z", most=6)[1] == ("0", "5")
    skewed = pd.DataFrame({"x": [0.0] * 90 + list(range(1, 11))})
    codes, _names = groups_of(skewed, np.arange(100), np.arange(100), column="x", most=6)
    assert (codes >= 0).all()


def test_groups_of_near_numbers_have_names_of_their_own() -> None:
    every = np.arange(200)
    near = pd.DataFrame({"n": 12_345_000 + every, "d": pd.date_range("1995-01-01", periods=200)})
    for column, first in (("n", "12345000 – "), ("d", "1995-01-01 – ")):
        names = groups_of(near, every, every, column=column, most=6)[1]
        assert len(set(names)) == 5
        assert names[0].startswith(first)


def test_a_category_as_an_integer_changes_the_components_with_its_numbers() -> None:
    rows = rows_for_components(PENGUINS, columns=MEASURES, gaps="drop")
    how = {"columns": MEASURES, "category": "species"}
    found = {
        order: points_with_codes(PENGUINS, rows, order=order, **how)
        for order in ("alphabet", "frequency")
    }
    for points in found.values():
        np.testing.assert_allclose(points.std(axis=0), 1)
        np.testing.assert_allclose(points.mean(axis=0), 0, atol=1e-12)
    one, other = (components_of(points)[2] for points in found.values())
    assert abs(one[0] - other[0]) > 0.05
