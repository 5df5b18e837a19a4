"""Principal components of a table: which mixtures of columns its rows differ in most.

K. Pearson, 1901; H. Hotelling, "Analysis of a complex of statistical variables into principal
components", 1933. Reference implementation: scikit-learn's `PCA` (its rule for signs included).
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.table.codes import ordered_codes
from engine.table.matrix import (
    NO_CELL,
    RARE_CELL,
    class_name,
    column_numbers,
    numeric_matrix,
    standard,
)
from engine.vectors.pca import principal_axes

#: What becomes of rows with gaps: they are left out, or the mean of the column stands there.
GAPS = ("drop", "mean")
#: A share of the variance with which one is often content.
ENOUGH = 0.9


def rows_for_components(
    frame: Any, *, columns: tuple[str, ...], gaps: str, most: int = 50_000, seed: int = 0
) -> NDArray[np.int64]:
    """The numbers of the rows that take part.

    Parameters
    ----------
    gaps : "drop" leaves out rows in which a number is missing or infinite, "mean" keeps all rows.
    most : int, of more rows so many are drawn by chance.

    Returns
    -------
    int64 array, ascending.
    """
    if gaps not in GAPS:
        raise ValueError(f"gaps is one of {GAPS}, not {gaps!r}")
    complete = np.ones(len(frame), bool)
    if gaps == "drop":
        for column in columns:
            complete &= ~np.isnan(column_numbers(frame, column=column))
    rows = np.flatnonzero(complete).astype(np.int64)
    return rows[places_drawn(rows, most=most, seed=seed)]


def points_for_components(
    frame: Any,
    rows: NDArray[np.int64],
    *,
    columns: tuple[str, ...],
    scaled: bool,
    times: float = 1.0,
) -> NDArray[np.float64]:
    """The numeric columns as points around 0, one a row.

    Parameters
    ----------
    frame : pandas.DataFrame.
    rows : int array, the rows that take part.
    scaled : bool, whether each column is divided by its standard deviation (n in the denominator,
        as `StandardScaler`); a constant column becomes 0 in any case.
    times : float, by which the first number of the first column that is not 0 is multiplied (a wrong
        number).

    Returns
    -------
    float64 array (n, d); each column has mean 0. What is missing is at the mean, which is 0; a
    column in which everything is missing is 0.
    """
    matrix = numeric_matrix(frame[list(columns)].iloc[rows], columns=columns)
    if times != 1:
        matrix[np.flatnonzero(np.nan_to_num(matrix[:, 0]))[:1], 0] *= times
    for place in range(len(columns)):
        values = matrix[:, place]
        known = values[~np.isnan(values)]
        if len(known):
            filled = np.where(np.isnan(values), known.mean(), values)
            matrix[:, place] = standard(filled, filled) if scaled else filled - filled.mean()
        else:
            matrix[:, place] = 0.0
    return matrix


def components_of(
    points: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The principal components of a cloud of points.

    Returns
    -------
    axes : float64 array (k, d), k = min(n, d): the loadings of each component, a row of length 1.
    variances : float64 array (k,), with n - 1 in the denominator, the largest first.
    shares : float64 array (k,), each variance over their sum; all 0 if the points are equal.
    """
    axes, variances = principal_axes(points)
    total = variances.sum()
    return axes, variances, variances / total if total > 0 else np.zeros_like(variances)


def scores_on(
    points: NDArray[np.float64],
    components: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    *,
    count: int,
) -> NDArray[np.float64]:
    """The coordinates of centred points on the first components.

    Returns
    -------
    float64 array (n, count); components that the cloud does not have are 0.
    """
    axes = components[0][:count]
    with threadpool_limits(limits=1):
        scores = points @ axes.T
    return np.pad(scores, ((0, 0), (0, count - scores.shape[1])))


def needed_for(
    components: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    *,
    share: float,
) -> int:
    """How many components together hold at least `share` of the variance; 0 if nothing varies."""
    return components_needed(components[2], share=share)


def components_needed(shares: NDArray[np.float64], *, share: float = ENOUGH) -> int:
    """How many of the first `shares` (k,) add up to at least `share`; 0 if nothing varies."""
    reached = np.flatnonzero(np.cumsum(shares) >= share - 1e-12)
    return int(reached[0]) + 1 if len(reached) else 0


def rebuilding_errors(
    components: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    points: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The root of the mean squared error of a number that is rebuilt from 0, 1, ... k components.

    The squares that are lost are those along the components left out (Eckart and Young, 1936).

    Returns
    -------
    float64 array (k + 1,), in the units of `points`; the last is 0.
    """
    _axes, variances, _shares = components
    kept = np.concatenate([[0.0], np.cumsum(variances)])
    lost = np.maximum(kept[-1] - kept, 0) * max(1, len(points) - 1)
    lost[-1] = 0.0
    return np.asarray(np.sqrt(lost / max(1, points.size)))


def rebuilt_row(
    frame: Any,
    rows: NDArray[np.int64],
    points: NDArray[np.float64],
    components: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    *,
    columns: tuple[str, ...],
    scaled: bool,
    row: int,
    count: int,
) -> tuple[tuple[float, ...], tuple[tuple[str, float, float, tuple[float, ...]], ...]]:
    """One row rebuilt from its first `count` coordinates, in the units of the table.

    Parameters
    ----------
    row : int, a place in `rows`, from 0.

    Returns
    -------
    coordinates : `count` numbers, the row along each component.
    parts : for each column: its name; the number in the table (NaN if missing); the column's mean; and
        what each component adds to it, its coordinate times its loading, times the column's standard
        deviation if the columns are scaled. The sum of mean and parts is the rebuilt number.
    """
    matrix = numeric_matrix(frame[list(columns)].iloc[rows], columns=columns)
    axes = components[0][:count]
    with threadpool_limits(limits=1):
        coordinates = points[row] @ axes.T
    result = []
    for place, column in enumerate(columns):
        values = matrix[:, place]
        known = values[~np.isnan(values)]
        mean = known.mean() if len(known) else np.nan
        filled = np.where(np.isnan(values), mean, values)
        added = coordinates * axes[:, place] * (filled.std() if scaled else 1.0)
        result.append((column, float(values[row]), float(mean), tuple(added.tolist())))
    return tuple(coordinates.tolist()), tuple(result)


def axes_on_the_way(
    components: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    *,
    chosen: tuple[int, ...],
    steps: int,
) -> NDArray[np.float64]:
    """The axes of a view that is turned from chosen columns to the first components.

    A view is m directions at right angles. The plane (or space) of the view is turned along the
    shortest way, as in the grand tour (D. Asimov, 1985), and the picture within it.

    Parameters
    ----------
    chosen : tuple of m different int, the columns that are seen first; m is 2 or 3, m <= k.
    steps : int >= 2, how many views there are, the first and the last included.

    Returns
    -------
    float64 array (steps, m, d). The last view is the first m components; the last of these has the other
    sign if it can't be reached by turning alone.
    """
    axes = components[0]
    start, end = np.eye(axes.shape[1])[list(chosen)], axes[: len(chosen)]
    way = np.linspace(0, 1, steps).tolist()
    with threadpool_limits(limits=1):
        return np.stack([axes_between(start, end, part=part) for part in way])


def axes_between(
    start: NDArray[np.float64], end: NDArray[np.float64], *, part: float
) -> NDArray[np.float64]:
    """The axes of a view that lies `part` of the way, 0..1, from `start` to `end`, both (m, d)."""
    from scipy.spatial.transform import Rotation

    left, cosines, right = np.linalg.svd(start @ end.T)
    if np.linalg.det(left) * np.linalg.det(right) < 0:  # mirrored: the last axis is turned round
        mirror = np.array([1.0] * (len(end) - 1) + [-1.0])
        right, end = right * mirror, end * mirror[:, None]
    # Pairs of directions, one in each plane, between which nothing but an angle lies.
    begin, finish = left.T @ start, right @ end
    angles = np.arccos(np.clip(cosines, -1, 1))[:, None]
    across = finish - np.cos(angles) * begin
    lengths = np.linalg.norm(across, axis=1, keepdims=True)
    across = np.divide(across, lengths, out=np.zeros_like(across), where=lengths > 1e-9)
    turned = np.cos(part * angles) * begin + np.sin(part * angles) * across
    # The same within the view, whose first axes are `left` in these directions, the last `right.T`.
    whole, size = np.eye(3), len(start)
    whole[:size, :size] = left.T @ right.T
    turn = Rotation.from_rotvec(part * Rotation.from_matrix(whole).as_rotvec()).as_matrix()
    return np.asarray(left @ turn[:size, :size] @ turned)


def seen_along(
    points: NDArray[np.float64], axes: NDArray[np.float64], drawn: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The points at the places `drawn`, seen along each set of axes.

    Returns
    -------
    float64 array (steps, len(drawn), m).
    """
    with threadpool_limits(limits=1):
        return np.stack([points[drawn] @ view.T for view in axes])


def places_drawn(rows: NDArray[np.int64], *, most: int, seed: int) -> NDArray[np.int64]:
    """At most `most` places in `rows`, drawn by chance, ascending."""
    if len(rows) <= most:
        return np.arange(len(rows))
    drawn = np.random.default_rng(seed).choice(len(rows), most, replace=False)
    return np.sort(drawn).astype(np.int64)


def groups_of(
    frame: Any, rows: NDArray[np.int64], drawn: NDArray[np.int64], *, column: str, most: int
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """A group for each point that is drawn, by a column.

    Categories (texts, or numbers of at most `most` different values) are groups of their own, the
    rarest together if they are too many; other numbers are cut into `most` - 1 parts of equally many
    rows. What is missing is a group, too.

    Returns
    -------
    int64 array (len(drawn),), and at most `most` + 1 names.
    """
    import pandas as pd

    series = frame[column].iloc[rows].iloc[drawn]
    if series.dtype.kind in "iufM" and series.nunique() > most:
        numbers = pd.Series(column_numbers(series.to_frame(), column=column))
        codes, edges = pd.qcut(numbers, most - 1, labels=False, retbins=True, duplicates="drop")
        numbered = codes.fillna(-1).to_numpy(np.int64)
        ends = names_of_edges(edges, dates=series.dtype.kind == "M")
        names = [f"{low} – {high}" for low, high in pairwise(ends)]
    else:
        numbered, values = pd.factorize(series, sort=True)
        names = [class_name(value) for value in values]
        if len(names) > most:
            counts = np.bincount(numbered[numbered >= 0], minlength=len(names))
            kept = np.sort(np.argsort(-counts, kind="stable")[: most - 1])
            place = np.full(len(names) + 1, len(kept))
            place[kept], place[-1] = np.arange(len(kept)), -1
            numbered, names = place[numbered], [*(names[one] for one in kept.tolist()), RARE_CELL]
    if (numbered < 0).any():
        numbered, names = np.where(numbered < 0, len(names), numbered), [*names, NO_CELL]
    return numbered.astype(np.int64), tuple(names)


def names_of_edges(edges: NDArray[np.float64], *, dates: bool) -> list[str]:
    """Rising numbers with as many digits as tell them apart, at least 4; `dates`: days since 1970."""
    if dates:
        return [str(np.datetime64(0, "D") + int(edge)) for edge in edges.tolist()]
    for digits in range(4, 17):
        names = [f"{float(f'{edge:.{digits}g}'):.15g}" for edge in edges.tolist()]
        if len(set(names)) == len(names):
            break
    return names


def points_with_codes(
    frame: Any, rows: NDArray[np.int64], *, columns: tuple[str, ...], category: str, order: str
) -> NDArray[np.float64]:
    """Columns of numbers and, behind them, a column of text as integers; all scaled.

    Parameters
    ----------
    order : which category gets which integer, see `ordered_codes`.

    Returns
    -------
    float64 array (n, d + 1).
    """
    numbers = points_for_components(frame, rows, columns=columns, scaled=True)
    codes, _names = ordered_codes(frame, column=category, order=order)
    chosen = codes[rows].astype(np.float64)
    last = standard(chosen, chosen) if len(chosen) else chosen
    return np.column_stack([numbers, last])
