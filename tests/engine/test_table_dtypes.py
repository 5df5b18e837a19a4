"""Columns kept as other dtypes: against what NumPy and pandas make of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.table.dtypes import (
    DATE_KINDS,
    NUMBER_KINDS,
    changes,
    converted,
    how_many_known,
    kept_as,
    smallest_kinds,
)


def kept(frame: pd.DataFrame, column: str) -> dict[str, tuple[Any, ...]]:
    return {name: rest for name, *rest in kept_as(frame, column=column)}


def test_numbers_overflow_are_rounded_or_lost() -> None:
    frame = pd.DataFrame({"x": [39.1, 65519.0, 65520.0, np.nan, -129.0, 2.0**63, np.inf]})
    found = kept(frame, "x")
    assert tuple(found) == (*NUMBER_KINDS, "object")
    assert found["float64"] == [56, 0, 0, 0, None]
    # 39.1 and 65519 are rounded, the latter to 65504; 65520 and 2**63 become infinite.
    assert found["float16"][:4] == [14, 2, 2, 0]
    assert found["float16"][4] == (2, "65520.0", "inf")
    assert found["int8"][:4] == [7, 1, 5, 1]
    assert found["int8"][4] == (1, "65519.0", "-17")
    assert found["int64"][:4] == [56, 1, 2, 1]
    assert found["int64"][4] == (5, str(2.0**63), "")
    assert found["bool"][:4] == [7, 6, 0, 1]
    assert how_many_known(frame, column="x") == 6


def test_whole_numbers_beyond_2_to_the_53_are_no_floats() -> None:
    frame = pd.DataFrame({"id": 2**53 + 1 + 2 * np.arange(40)})
    found = kept(frame, "id")
    assert found["float64"][1:4] == [40, 0, 0]
    assert found["float64"][4] == (0, str(2**53 + 1), "9007199254740992.0")
    assert found["int64"][1:] == [0, 0, 0, None]
    assert smallest_kinds(frame, columns=("id",)) == (("id", "int64", 320, "int64", 320),)


@given(
    st.one_of(
        arrays(np.int64, st.integers(1, 6), elements=st.integers(-(2**63), 2**63 - 1)),
        arrays(np.float64, st.integers(1, 6), elements=st.floats(-1e5, 1e5, width=32)),
        arrays(np.bool_, st.integers(1, 6)),
    ),
    st.sampled_from(NUMBER_KINDS),
)
def test_within_the_range_it_is_numpys_astype(values: np.ndarray, dtype: str) -> None:
    made, outside = converted(values, dtype=dtype)
    with np.errstate(all="ignore"):
        expected = values.astype(dtype)
    assert made.dtype == expected.dtype
    whole = values.dtype.kind != "f"  # of broken numbers out of range, the result is the computer's
    np.testing.assert_array_equal(made[whole | ~outside], expected[whole | ~outside])
    exact = [a == b for a, b in zip(values.tolist(), made.tolist(), strict=True)]
    np.testing.assert_array_equal(changes(values, made), ~np.array(exact))


def test_objects_and_texts_take_what_pandas_says() -> None:
    frame = pd.DataFrame(
        {
            "t": pd.Series(["é", None, "abc", "x", "x"] * 40, dtype="str"),
            "d": pd.Series(np.datetime64("2020-01-01T00:00:01", "us") + 10**6 * np.arange(200)),
            "n": np.arange(200) % 7,
        }
    )
    for column in frame:
        size = frame[column].astype(object).memory_usage(index=False, deep=True)
        assert kept(frame, str(column))["object"] == [size, 0, 0, 0, None]
    found = kept(frame, "t")
    words = frame["t"].dropna().tolist()
    assert found["str"][0] == 8 * 201 + len("".join(words).encode())
    assert found["category"][0] == 200 + 8 * 4 + len("éabcx".encode())
    assert found["<U3"] == [np.array(["abc"] * 200).nbytes, 0, 0, 40, None]
    empty = pd.DataFrame({"t": pd.Series([None], dtype="str")})
    assert kept(empty, "t")["<U1"] == [4, 0, 0, 1, None]


def test_dates_as_days_are_rounded() -> None:
    moments = ["2020-01-01T06:00", "NaT", "9999-12-31", "1970-01-01"]
    frame = pd.DataFrame({"d": pd.Series(np.array(moments, "datetime64[us]"))})
    found = kept(frame, "d")
    assert tuple(found) == (*DATE_KINDS, "object")
    assert found["datetime64[us]"] == [32, 0, 0, 0, None]
    assert found["datetime64[D]"][1:3] == [1, 0]
    assert found["float64"][1:] == [0, 0, 0, None]
    assert found["float32"][1:] == [0, 0, 0, None]  # 18262.25 needs 17 bits of 24
    assert found["float16"][1:3] == [1, 1]
    assert found["float16"][4] == (2, "9999-12-31T00:00:00.000000", "inf")


@pytest.mark.parametrize("rows", [0, 1])
def test_short_tables_have_dtypes_too(rows: int) -> None:
    frame = pd.DataFrame({"x": np.full(rows, np.nan), "t": pd.Series([None] * rows, dtype="str")})
    for column in frame:
        for _name, _size, rounded, outside, _gaps, example in kept_as(frame, column=str(column)):
            assert (rounded, outside, example) == (0, 0, None)


def test_the_smallest_dtype_keeps_every_cell() -> None:
    frame = pd.DataFrame(
        {
            "truth": [0.0, 1.0] * 600,
            "small": np.arange(1200) % 128,
            "late": [0] * 1199 + [40_001],
            "half": [0.5, np.nan] * 600,
            "text": pd.Series(["red", "green"] * 600, dtype="str"),
            "own": pd.Series([f"name {n}" for n in range(1200)], dtype="str"),
        }
    )
    small = {
        name: kind for name, _now, _size, kind, _less in smallest_kinds(frame, columns=tuple(frame))
    }
    assert small == {
        "truth": "bool",
        "small": "int8",
        "late": "int32",
        "half": "float16",
        "text": "category",
        "own": "str",
    }
    for name, kind in small.items():
        if kind not in ("str", "category"):
            pd.testing.assert_series_equal(
                frame[name].astype(kind).astype(frame[name].dtype), frame[name]
            )
