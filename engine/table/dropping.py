"""Columns that can go, and what changes downstream when they are gone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.table.correlation import pearson_matrix
from engine.table.matrix import design_matrix
from engine.table.models import outputs_of, score_of
from engine.table.task import counts_rows

#: From this |r| on, two columns count as nearly equal.
ALIKE = 0.95
#: From this share of different texts on, a text column names the rows.
NAMES = 0.9


def superfluous(
    frame: Any, *, target: str, most: int = 100_000, limit: float = ALIKE
) -> tuple[tuple[str, str, str, float], ...]:
    """Columns that tell nothing, or nothing that another column does not tell.

    Parameters
    ----------
    target : str, the column that is never dropped. most : columns are compared with each other on so
        many first rows (equal columns on all). limit : |r| from which on two count as nearly equal.

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
    r, _rows = pearson_matrix(frame.iloc[:most], columns=numbers)
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

    first: dict[int, str] = {}
    found: dict[str, tuple[str, str, float]] = {}
    for name in names:
        mark = int(pd.util.hash_pandas_object(frame[name], index=False).to_numpy().sum())
        other = first.setdefault(mark, name)
        if other != name and frame[name].equals(frame[other]):
            found[name] = ("copy", other, 1.0)
    return found


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


def downstream(data: Any, *, columns: tuple[str, ...]) -> tuple[int, int, float, float]:
    """What a model is fed with when these columns go in.

    Returns
    -------
    inputs : int, columns of the matrix (see `design_matrix`).
    needed : int, principal components that hold 90 % of its variance.
    first : float, the share of the variance on the first one; NaN if nothing varies.
    inflation : float, see `largest_inflation`, of the columns of numbers.
    """
    matrix, names = design_matrix(data, columns=columns)
    if not matrix.any():
        return len(names), 0, float("nan"), float("nan")
    numbers = [place for place, name in enumerate(names) if name in columns]
    centred = matrix - matrix.mean(axis=0)
    with threadpool_limits(limits=1):
        variances = np.linalg.svd(centred, compute_uv=False) ** 2
        shares = variances / variances.sum()
        needed = int(np.searchsorted(np.cumsum(shares), 0.9) + 1)
        return len(names), needed, float(shares[0]), largest_inflation(centred[:, numbers])


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
    r = np.atleast_2d(np.corrcoef(varied.T))
    if np.linalg.cond(r) > 1e12:
        return float("inf")
    return float(np.diag(np.linalg.inv(r)).max())
