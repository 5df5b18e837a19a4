"""Columns as numbers against pandas and scikit-learn, and what holds for every table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from engine.table.matrix import (
    MOST_CATEGORIES,
    NO_CELL,
    RARE_CELL,
    column_numbers,
    complete_rows,
    design_matrix,
    numeric_matrix,
    target_codes,
)

MIXED = pd.DataFrame(
    {
        "age": [22.0, np.nan, 26.0, 35.0, np.inf, 54.0],
        "class": [3, 1, 3, 1, 2, 3],
        "alone": [True, False, True, False, True, True],
        "sex": pd.Series(["male", "female", None, "female", "male", "male"], dtype="str"),
        "day": pd.to_datetime(
            ["1970-01-01", "1970-01-02", None, "2026-11-27", "1969-12-31", "1970-01-01 06:00"],
            format="mixed",
        ),
        "nothing": [np.nan] * 6,
        "same": [0.1] * 6,
    }
)


def sklearn_matrix(frame: pd.DataFrame, rows: np.ndarray, numbers: list, texts: list) -> np.ndarray:
    reference = ColumnTransformer(
        [
            ("n", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
            (
                "c",
                OneHotEncoder(
                    max_categories=MOST_CATEGORIES,
                    handle_unknown="infrequent_if_exist",
                    sparse_output=False,
                ),
                texts,
            ),
        ]
    )
    plain = frame.astype(dict.fromkeys(texts, object))
    return reference.fit(plain.iloc[rows]).transform(plain)


def test_numbers_truths_and_dates_become_floats() -> None:
    found = numeric_matrix(MIXED, columns=("age", "class", "alone", "day"))
    expected = [
        [22, 3, 1, 0],
        [np.nan, 1, 0, 1],
        [26, 3, 1, np.nan],
        [35, 1, 0, (pd.Timestamp("2026-11-27") - pd.Timestamp(0)).days],
        [np.nan, 2, 1, -1],
        [54, 3, 1, 0.25],
    ]
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == np.float64
    assert found.flags.c_contiguous


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_date_is_the_same_number_in_every_unit(unit: str) -> None:
    frame = pd.DataFrame({"day": pd.to_datetime(["1890-03-01 12:00", None]).as_unit(unit)})
    (first, second) = column_numbers(frame, column="day")
    assert first == (pd.Timestamp("1890-03-01 12:00") - pd.Timestamp(0)) / pd.Timedelta(days=1)
    assert np.isnan(second)


def test_the_table_is_not_changed() -> None:
    before = MIXED.copy()
    numeric_matrix(MIXED, columns=("age",))
    design_matrix(MIXED, columns=tuple(MIXED.columns))
    pd.testing.assert_frame_equal(MIXED, before)


def test_numbers_without_a_finite_square_are_missing() -> None:
    frame = pd.DataFrame({"x": [1e308, -1e151, 1e150, -np.inf, np.nan]})
    np.testing.assert_array_equal(
        column_numbers(frame, column="x"), [np.nan, np.nan, 1e150, np.nan, np.nan]
    )
    np.testing.assert_array_equal(complete_rows(frame, columns=("x",)), [2])


def test_text_is_refused_as_a_number() -> None:
    with pytest.raises(ValueError, match="sex"):
        numeric_matrix(MIXED, columns=("sex",))


def test_complete_rows_are_those_that_dropna_keeps() -> None:
    for columns in [("age",), ("sex", "day"), ("age", "sex", "day"), ("nothing",), ()]:
        kept = MIXED.replace(np.inf, np.nan).dropna(subset=list(columns)) if columns else MIXED
        found = complete_rows(MIXED, columns=columns)
        np.testing.assert_array_equal(found, kept.index)
        assert found.dtype == np.int64


def random_table(seed: int, rows: int = 300) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "a": rng.normal(1e6, 1, rows),
            "b": rng.integers(0, 9, rows),
            "c": rng.lognormal(0, 3, rows),
            "constant": np.full(rows, 0.1),
            "few": pd.Series(rng.choice(list("xyz"), rows), dtype="str"),
            "many": pd.Series(rng.integers(0, 60, rows).astype(str), dtype="str"),
        }
    )
    frame.loc[rng.random(rows) < 0.2, ["a", "c"]] = np.nan
    frame.loc[rng.random(rows) < 0.1, ["few", "many"]] = None
    return frame


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("part", [1.0, 0.3])
def test_the_design_matrix_is_that_of_scikit_learn(seed: int, part: float) -> None:
    frame = random_table(seed)
    rows = np.flatnonzero(np.random.default_rng(seed).random(len(frame)) < part)
    numbers, texts = ["a", "b", "c", "constant"], ["few", "many"]
    found, names = design_matrix(frame, rows, columns=(*numbers, *texts))
    expected = sklearn_matrix(frame, rows, numbers, texts)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    assert len(names) == found.shape[1]
    assert sum(name.startswith("many=") for name in names) == MOST_CATEGORIES
    assert names[-1] == f"many={RARE_CELL}"
    assert f"few={NO_CELL}" in names


def test_without_rows_the_statistics_are_those_of_all_rows() -> None:
    frame = random_table(7)
    found, names = design_matrix(frame, columns=tuple(frame.columns))
    other, same_names = design_matrix(frame, np.arange(len(frame)), columns=tuple(frame.columns))
    np.testing.assert_array_equal(found, other)
    assert names == same_names
    np.testing.assert_allclose(found[:, :3].mean(axis=0), 0, atol=1e-6)


def test_an_unseen_category_is_all_zeros() -> None:
    frame = pd.DataFrame({"t": pd.Series(["a", "b", "c"], dtype="str")})
    found, names = design_matrix(frame, [0, 1], columns=("t",))
    assert names == ("t=a", "t=b")
    np.testing.assert_array_equal(found, [[1, 0], [0, 1], [0, 0]])


def test_columns_without_anything_are_left_out() -> None:
    nothing = MIXED.assign(void=pd.Series([None] * 6, dtype="str"))
    found, names = design_matrix(nothing, columns=("nothing", "void", "same"))
    assert names == ("same",)
    np.testing.assert_array_equal(found, np.zeros((6, 1)))
    found, names = design_matrix(nothing, columns=("nothing",))
    assert found.shape == (6, 0)
    assert names == ()


def test_a_table_without_rows_gives_a_matrix_without_rows() -> None:
    none = MIXED.iloc[:0]
    assert numeric_matrix(none, columns=("age", "day")).shape == (0, 2)
    assert complete_rows(none, columns=("age",)).shape == (0,)
    assert design_matrix(none, columns=("age", "sex"))[0].shape == (0, 0)
    assert target_codes(none, column="sex")[1] == ()


@given(st.lists(st.one_of(st.none(), st.text(max_size=3)), min_size=1, max_size=80))
@settings(max_examples=60, deadline=None)
def test_each_row_has_one_category(words: list[str | None]) -> None:
    frame = pd.DataFrame({"t": pd.Series(words, dtype="str")})
    found, names = design_matrix(frame, columns=("t",))
    if names:
        np.testing.assert_array_equal(found.sum(axis=1), 1)
        assert found.shape[1] <= MOST_CATEGORIES


@pytest.mark.parametrize(
    ("values", "classes", "codes"),
    [
        (["b", None, "a", "b"], ("a", "b"), [1, -1, 0, 1]),
        ([3.0, 1.5, np.nan, 3.0], ("1.5", "3"), [1, 0, -1, 1]),
        ([10, 9, 9, 10], ("9", "10"), [1, 0, 0, 1]),
        ([True, False, True, True], ("False", "True"), [1, 0, 1, 1]),
        (
            pd.to_datetime(["2026-01-02", "2026-01-01", None]),
            ("2026-01-01", "2026-01-02"),
            [1, 0, -1],
        ),
    ],
)
def test_classes_are_numbered_in_their_order(
    values: Any, classes: tuple[str, ...], codes: list[int]
) -> None:
    series = pd.Series(values)
    frame = pd.DataFrame({"y": series.astype("str") if series.dtype == object else series})
    found, names = target_codes(frame, column="y")
    assert names == classes
    np.testing.assert_array_equal(found, codes)
    assert found.dtype == np.int64


def test_a_million_rows() -> None:
    rng = np.random.default_rng(0)
    big = pd.DataFrame({"x": rng.random(1_000_000), "t": rng.choice(["a", "b"], 1_000_000)})
    big["t"] = big["t"].astype("str")
    found, names = design_matrix(big, columns=("x", "t"))
    assert found.shape == (1_000_000, 3)
    np.testing.assert_allclose(found[:, 0], (big["x"] - big["x"].mean()) / big["x"].std(ddof=0))
    assert names == ("x", "t=a", "t=b")
