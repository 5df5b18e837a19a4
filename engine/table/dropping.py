"""Columns that can go, and what changes downstream when they are gone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.table.correlation import (
    count_table,
    drawn_rows,
    information,
    parts_for,
    parts_of,
    pearson_matrix,
    rows_compared,
)
from engine.table.matrix import design_matrix
from engine.table.models import outputs_of, score_of
from engine.table.task import counts_rows

#: From this |r| on, two columns count as nearly equal.
ALIKE = 0.95
#: So many of the columns that have nothing to do with a target tell at most what chance allows.
CHANCE = 0.95
#: From this share of different texts on, a text column names the rows.
NAMES = 0.9


def superfluous(
    frame: Any, *, target: str, limit: float = ALIKE
) -> tuple[tuple[str, str, str, float], ...]:
    """Columns that tell nothing, or nothing that another column does not tell.

    Parameters
    ----------
    target : str, the column that is never dropped. limit : |r| from which on two count as nearly equal;
        it is taken from `rows_compared` rows.

    Returns
    -------
    tuple of (name, reason, other column or "", r or 0): "empty" (no value), "constant" (one value),
    "number" (1, 2, 3 ... from row to row), "names" (texts, nearly all different), "copy" (equal to an
    earlier column), "alike" (|r| above `limit` with an earlier column that stays).
    """
    found: dict[str, tuple[str, str, float]] = {}
    for name in frame.columns:
        column = frame[name]
        different = int(column.nunique())
        if name == target:
            continue
        if different == 0:
            found[name] = ("empty", "", 0.0)
        elif different == 1 and not column.isna().any():
            found[name] = ("constant", "", 0.0)
        elif counts_rows(column):
            found[name] = ("number", "", 0.0)
        elif column.dtype.kind not in "biufM" and different > max(20, NAMES * len(column)):
            found[name] = ("names", "", 0.0)
    kept = [name for name in frame.columns if name not in found and name != target]
    found |= copies(frame, kept)
    numbers = tuple(n for n in kept if n not in found and frame[n].dtype.kind in "biufM")
    most = rows_compared(rows=len(frame), columns=frame.shape[1])
    r, _rows = pearson_matrix(frame, columns=numbers, most=most)
    strength = np.nan_to_num(np.abs(r))
    for place, name in enumerate(numbers):
        earlier = [n for n in range(place) if numbers[n] not in found]
        best = max(earlier, key=lambda n: strength[place, n], default=None)
        if best is not None and strength[place, best] > limit:
            found[name] = ("alike", numbers[best], float(r[place, best]))
    return tuple((str(name), *found[name]) for name in frame.columns if name in found)


def copies(frame: Any, names: list[str]) -> dict[str, tuple[str, str, float]]:
    """Which of the columns equal an earlier one, cell by cell."""
    import pandas as pd

    earlier: dict[int, list[str]] = {}  # by a mark that equal columns share
    found: dict[str, tuple[str, str, float]] = {}
    for name in names:
        mark = int(pd.util.hash_pandas_object(frame[name], index=False).to_numpy().sum())
        same = earlier.setdefault(mark, [])
        other = next((one for one in same if frame[name].equals(frame[one])), None)
        if other is None:
            same.append(name)
        else:
            found[name] = ("copy", other, 1.0)
    return found


def silent_columns(
    frame: Any, *, target: str, columns: tuple[str, ...], most: int = 20_000
) -> tuple[tuple[str, float, float], ...]:
    """Columns that, each by itself, tell no more about the target than chance does.

    2 n ln 2 times the mutual information in bits of two columns that have nothing to do with each
    other is about chi-square distributed with (p - 1) (q - 1) degrees of freedom (S. S. Wilks, "The
    large-sample distribution of the likelihood ratio", 1938). A column is silent if it has fewer bits
    than `CHANCE` of such columns would have.

    Parameters
    ----------
    most : int, the rows that count: of more, so many are drawn by chance.

    Returns
    -------
    tuple of (name, its bits, the bits that `CHANCE` of such columns stay below).
    """
    from scipy.special import gammaincinv

    some = drawn_rows(frame, most=most)
    parts = parts_for(len(some))
    aim = parts_of(some, column=target, parts=parts)
    found = []
    for name in columns:
        counts = count_table(aim, parts_of(some, column=name, parts=parts))
        p, q = (int((counts.sum(axis=axis) > 0).sum()) for axis in (0, 1))
        if p > 1 and q > 1:
            # 2 · gammaincinv(k / 2, CHANCE): so much chi-square has in CHANCE of all cases.
            limit = gammaincinv((p - 1) * (q - 1) / 2, CHANCE) / (counts.sum() * np.log(2))
            if (bits := information(counts)) < limit:
                found.append((name, bits, float(limit)))
    return tuple(found)


def fold_scores(
    data: Any, y: NDArray[Any], folds: NDArray[np.int64], *, columns: tuple[str, ...]
) -> NDArray[np.float64]:
    """The linear (or logistic) model's score on each fold, learnt from the other folds.

    Returns
    -------
    float64 array (folds,): shares of right answers, or R2 of a regression.
    """
    scores = []
    for number in range(int(folds.max()) + 1):
        learn = folds != number
        outputs = outputs_of(data, y, learn, columns=columns, model="linear")
        scores.append(score_of(outputs[~learn], y[~learn]))
    return np.array(scores)


def shares_of_inputs(data: Any, *, columns: tuple[str, ...]) -> NDArray[np.float64]:
    """The share of the variance along each principal component of what a model is fed with.

    Returns
    -------
    float64 array (p,) for the p columns of the matrix (see `design_matrix`); all 0 if nothing varies.
    """
    matrix, names = design_matrix(data, columns=columns)
    shares = np.zeros(len(names))
    if matrix.any():
        with threadpool_limits(limits=1):
            lengths = np.linalg.svd(matrix - matrix.mean(axis=0), compute_uv=False)
        variances = (lengths / max(lengths[0], np.finfo(np.float64).tiny)) ** 2
        shares[: len(variances)] = variances / (variances.sum() or 1.0)
    return shares


def inflation_of(data: Any, *, columns: tuple[str, ...]) -> float:
    """The largest variance inflation factor of the columns of numbers, see `largest_inflation`."""
    matrix, names = design_matrix(data, columns=columns)
    numbers = [place for place, name in enumerate(names) if name in columns]
    with threadpool_limits(limits=1):
        return largest_inflation(matrix[:, numbers] - matrix[:, numbers].mean(axis=0))


def largest_inflation(numbers: NDArray[np.float64]) -> float:
    """The largest variance inflation factor of centred columns: 1 / (1 - R2).

    R2 says how well the other columns tell one of them by a linear model. So many times larger is the
    variance of its coefficient than if the columns had nothing to do with each other (D. Marquardt,
    1970).

    Returns
    -------
    float from 1 on; `inf` if a column is a sum of others, NaN if none varies.
    """
    varied = numbers[:, numbers.any(axis=0)]
    if not varied.shape[1]:
        return float("nan")
    varied = varied / np.abs(varied).max(axis=0)  # the squares of tiny numbers would be 0
    r = np.atleast_2d(np.corrcoef(varied.T))
    if np.linalg.cond(r) > 1e12:
        return float("inf")
    return float(np.diag(np.linalg.inv(r)).max())
