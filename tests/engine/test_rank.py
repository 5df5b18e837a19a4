"""The largest numbers of a list against Python's own sorting."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.rank import largest


@given(st.lists(st.integers(-3, 3)), st.integers(0, 5) | st.none())
def test_the_largest_come_first_and_of_equal_ones_the_earlier(
    values: list[int], count: int | None
) -> None:
    expected = sorted(range(len(values)), key=lambda n: -values[n])[:count]  # sorted() is stable
    assert largest(np.array(values, np.int64), count=count).tolist() == expected


def test_what_is_no_number_comes_last() -> None:
    assert largest(np.array([np.nan, 1.0, -np.inf, 2.0])).tolist() == [3, 1, 2, 0]
