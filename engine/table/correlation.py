"""Whether two columns go together: Pearson's r, Spearman's rank correlation, mutual information.

K. Pearson, 1896; C. Spearman, "The proof and measurement of association between two things", 1904;
C. E. Shannon, "A mathematical theory of communication", 1948. Reference implementations: pandas'
`DataFrame.corr` (each pair of columns on the rows that both know), SciPy, scikit-learn.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.table.matrix import (
    category_codes,
    class_name,
    column_numbers,
    complete_rows,
    numeric_matrix,
)

MEASURES = ("pearson", "spearman", "information")
#: Parts into which the numbers of a column are cut for the mutual information, and rows that a cell
#: of the table should have on average.
PARTS, ROWS_OF_A_CELL = 10, 5
#: Products of two numbers that are added up when all pairs of columns are compared, and the fewest rows.
PRODUCTS, FEWEST_COMPARED = 1_000_000_000, 1000
#: A spread below this share of the squared distance to the middle is measured about its own mean.
CLOSE = 1e-6
#: Rows that the k-NN estimate looks at, and the neighbours of each.
MOST_OF_ESTIMATE, NEIGHBOURS = 2000, 3


# -------------------------------------------------------------------------------- one pair


def pair_of(frame: Any, *, x: str, y: str) -> NDArray[np.float64]:
    """Two columns of numbers on the rows that know both.

    Returns
    -------
    float64 array (n, 2); n is at most the number of rows.
    """
    rows = complete_rows(frame, columns=(x, y))
    return numeric_matrix(frame[list({x: x, y: y})].iloc[rows], columns=(x, y))


def means_of(pair: NDArray[np.float64]) -> tuple[float, float]:
    """The means of both columns of a pair [shape=(n, 2)]; NaN without a row."""
    x, y = pair.mean(axis=0).tolist() if len(pair) else (np.nan, np.nan)
    return x, y


def terms_of_r(
    pair: NDArray[np.float64], *, first: int = 0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The terms of Pearson's r: x and y less their means, their product, and the square of each.

    Returns
    -------
    rows : float64 array (at most `first`, 5), of the first rows.
    sums : float64 array (5,), over all rows. The first two are 0, since a mean lies in the middle;
        the third is 0, too, where rounding alone is left of it.
    """
    if len(pair):
        pair = pair - pair.mean(axis=0)
        pair = pair - pair.mean(axis=0)  # the mean itself was rounded
    x, y = pair.T
    sums = np.array([0.0, 0.0, (x * y).sum(), (x**2).sum(), (y**2).sum()])
    rounding = np.finfo(np.float64).eps * len(pair) * np.sqrt(sums[3]) * np.sqrt(sums[4])
    if abs(sums[2]) <= rounding:
        sums[2] = 0.0
    x, y = x[:first], y[:first]
    return np.stack([x, y, x * y, x**2, y**2], axis=1), sums


def correlation(terms: tuple[NDArray[np.float64], NDArray[np.float64]]) -> float:
    """Pearson's r: the sum of the products over the root of both sums of squares, -1..1.

    NaN if one of the columns is constant: then it has no r.

    Parameters
    ----------
    terms : see `terms_of_r`.
    """
    _x, _y, both, own, other = terms[1]
    if own <= 0 or other <= 0:
        return float("nan")
    return float(np.clip(both / np.sqrt(own) / np.sqrt(other), -1, 1))


def pearson(pair: NDArray[np.float64]) -> float:
    """Pearson's r of two columns [shape=(n, 2)]; NaN if one of them is constant."""
    if len(pair) < 2 or (pair == pair[0]).all(axis=0).any():
        return float("nan")
    with np.errstate(over="ignore", invalid="ignore"):
        return correlation(terms_of_r(pair / _size(pair)))


def _size(pair: NDArray[np.float64]) -> NDArray[np.float64]:
    """The power of two below the largest of each column (2,): to divide by it rounds nothing."""
    return np.ldexp(1.0, np.frexp(np.abs(pair).max(axis=0))[1] - 1)


def ranks(pair: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each number's place in its column, the smallest is 1; equal ones share the mean of their places.

    Returns
    -------
    float64 array (n, 2).
    """
    import pandas as pd

    return pd.DataFrame(pair).rank(method="average").to_numpy(np.float64)


def spearman(pair: NDArray[np.float64]) -> float:
    """Spearman's rank correlation: Pearson's r of the ranks; NaN if a column is constant."""
    return pearson(ranks(pair))


def line_through(pair: NDArray[np.float64]) -> tuple[float, float]:
    """Slope and intercept of the line with the least squared distance upwards; NaN without one."""
    if len(pair) < 2 or (pair[:, 0] == pair[0, 0]).all():
        return float("nan"), float("nan")
    wide, high = _size(pair)  # the squares of tiny numbers would be 0
    _rows, sums = terms_of_r(pair / (wide, high))
    with np.errstate(over="ignore", invalid="ignore"):
        slope = sums[2] / sums[3] * (high / wide)
        return float(slope), float(pair[:, 1].mean() - slope * pair[:, 0].mean())


def with_outlier(pair: NDArray[np.float64], *, times: float) -> NDArray[np.float64]:
    """The pair with the first y that is not 0 multiplied by `times`: a decimal point is lost."""
    found = pair.copy()
    found[np.flatnonzero(pair[:, 1])[:1], 1] *= times
    return found


def varies(pair: NDArray[np.float64]) -> tuple[bool, bool]:
    """Whether each of the two columns has more than one value."""
    x, y = (pair != pair[:1]).any(axis=0).tolist()
    return x, y


# -------------------------------------------------------------------------------- mutual information


def parts_for(rows: int) -> int:
    """Into how many parts numbers are cut: `PARTS`, fewer if there are few rows, at least 2."""
    return int(np.clip(np.sqrt(rows / ROWS_OF_A_CELL), 2, PARTS))


def parts_for_table(frame: Any) -> int:
    """Into how many parts the columns of a table are cut."""
    return parts_for(len(frame))


def parts_of(frame: Any, *, column: str, parts: int) -> NDArray[np.int64]:
    """A column as the numbers of classes, from 0; -1 where the cell is missing.

    Numbers and dates of more than `parts` different values are cut where each part has about as many
    rows (quantiles); categories stay, the rarest of more than 20 together.

    Returns
    -------
    int64 array (n,).
    """
    import pandas as pd

    series = frame[column]
    codes = np.full(len(series), -1, np.int64)
    known = complete_rows(frame, columns=(column,))
    if series.dtype.kind not in "biufM":
        codes[known] = category_codes(series.iloc[known], np.arange(len(known)))[0]
        return codes
    values = column_numbers(frame, column=column)[known]
    if len(np.unique(values)) <= parts:
        codes[known] = pd.factorize(values, sort=True)[0]
    else:
        inner = np.unique(np.quantile(values, np.arange(1, parts) / parts))
        codes[known] = np.searchsorted(inner, values, side="left")
    return codes


def counts_of_parts(frame: Any, *, x: str, y: str, parts: int) -> NDArray[np.int64]:
    """How many rows lie in each part of x (column) and each part of y (row): int64 array (q, p)."""
    return count_table(*(parts_of(frame, column=name, parts=parts) for name in (y, x)))


def count_table(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """How often two codes meet; rows in which one of them is -1 do not count."""
    if not len(first):
        return np.zeros((0, 0), np.int64)
    height, width = int(first.max()) + 1, int(second.max()) + 1
    both = (first >= 0) & (second >= 0)
    flat = np.bincount(first[both] * width + second[both], minlength=height * width)
    return flat.reshape(height, width).astype(np.int64)


def names_of_parts(frame: Any, *, column: str, parts: int) -> tuple[str, ...]:
    """What the parts of a column are called (see `parts_of`): "least – greatest", a value, a category.

    A part without a row is called "". Numbers with a decimal point have five digits, and more where
    these would make ends alike that differ.
    """
    series = frame[column]
    known = complete_rows(frame, columns=(column,))
    if series.dtype.kind not in "biufM":
        return category_codes(series.iloc[known], np.arange(len(known)))[1]
    codes, values = parts_of(frame, column=column, parts=parts)[known], series.iloc[known]
    pieces = [values[codes == part] for part in range(int(codes.max(initial=-1)) + 1)]
    ends = [(mine.min(), mine.max()) if len(mine) else () for mine in pieces]
    different = list(dict.fromkeys(end for pair in ends for end in pair))
    for digits in range(5, 18):
        names = {end: _end_name(end, digits) for end in different}
        if len(set(names.values())) == len(different):
            break
    return tuple(" – ".join(dict.fromkeys(names[end] for end in pair)) for pair in ends)


def _end_name(value: Any, digits: int) -> str:
    """A value as the end of a part, with so many digits if it has a decimal point."""
    name = class_name(value)
    if not isinstance(value, float) or "." not in name:
        return name
    return name if digits > 15 else f"{value:.{digits}g}"


def terms_of_information(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """What each cell of a table of counts adds to the mutual information, and of what it is made.

    Returns
    -------
    float64 array (5, q, p): the share of all rows in the cell p(x, y), in its column p(x), in its row
    p(y), the product p(x) p(y) that a table without any relation would have, and the bits
    p(x, y) · log2(p(x, y) / p(x) p(y)), 0 where the cell is empty. Below 0 are the bits of a cell with
    fewer rows than the product.
    """
    both = counts / max(1, counts.sum())
    x, y = both.sum(axis=0, keepdims=True), both.sum(axis=1, keepdims=True)
    bits, some = np.zeros_like(both), both > 0
    bits[some] = both[some] * np.log2(both[some] / (x * y)[some])
    return np.stack([both, *np.broadcast_arrays(x, y, x * y, bits)])


def strongest_cells(terms: NDArray[np.float64], *, most: int) -> tuple[tuple[int, int], ...]:
    """The (row, column) of the `most` cells whose bits are farthest from 0, in the table's order."""
    size = np.abs(terms[-1]).ravel()
    first = np.sort(np.argsort(-size, kind="stable")[:most])
    rows, columns = np.unravel_index(first, terms.shape[1:])
    return tuple(zip(rows.tolist(), columns.tolist(), strict=True))


def information(counts: NDArray[np.int64]) -> float:
    """Mutual information in bits: how much one class tells about the other, 0 if nothing.

    The sum over all cells of p(x, y) · log2(p(x, y) / p(x) p(y)), with shares taken from the counts.
    """
    return max(0.0, float(terms_of_information(counts)[-1].sum()))


def information_by_chance(counts: NDArray[np.int64]) -> float:
    """About how many bits come out for columns that have nothing to do with each other.

    (p - 1) (q - 1) / (2 n ln 2) for p and q classes that occur (G. A. Miller, "Note on the bias of
    information estimates", 1955).
    """
    p, q = (int((counts.sum(axis=axis) > 0).sum()) for axis in (0, 1))
    total = counts.sum()
    return float((p - 1) * (q - 1) / (2 * total * np.log(2))) if total else 0.0


def estimated_information(pair: NDArray[np.float64]) -> float:
    """Mutual information in bits without parts, from the distances of nearest neighbours.

    A. Kraskov and others, "Estimating mutual information", 2004: scikit-learn's
    `mutual_info_regression` with `NEIGHBOURS` neighbours, on at most `MOST_OF_ESTIMATE` rows, drawn with
    a fixed seed. NaN of too few rows.
    """
    from sklearn.feature_selection import mutual_info_regression

    if len(pair) <= NEIGHBOURS:
        return float("nan")
    if len(pair) > MOST_OF_ESTIMATE:
        random = np.random.default_rng(0)
        pair = pair[random.choice(len(pair), MOST_OF_ESTIMATE, replace=False)]
    how = {"discrete_features": False, "n_neighbors": NEIGHBOURS, "random_state": 0}
    nats = mutual_info_regression(pair[:, :1], pair[:, 1], **how)[0]
    return float(nats / np.log(2))


# -------------------------------------------------------------------------------- many columns


def drawn_rows(frame: Any, *, most: int, seed: int = 0) -> Any:
    """The table, or `most` of its rows drawn by chance, in their order."""
    if len(frame) <= most:
        return frame
    rows = np.random.default_rng(seed).choice(len(frame), most, replace=False)
    return frame.iloc[np.sort(rows)]


def rows_compared(*, rows: int, columns: int) -> int:
    """On how many rows all pairs of columns are compared in about a second: `PRODUCTS` in all."""
    return min(rows, max(FEWEST_COMPARED, PRODUCTS // max(1, columns**2)))


def ranked_columns(
    frame: Any, *, target: str, columns: tuple[str, ...], most: int = 20_000
) -> tuple[tuple[str, int, float, float, float, float], ...]:
    """How strongly each column goes with the target, by three measures.

    Pearson's r is taken from all rows that know both; Spearman's and the mutual information from at
    most `most` rows.

    Returns
    -------
    tuple of (name, rows that know both, Pearson, Spearman, mutual information in bits, bits by chance),
    the most bits above chance first. Both correlations are NaN for a text or a constant column.
    """
    some = drawn_rows(frame, most=most)
    parts = parts_for(len(some))
    aim = parts_of(some, column=target, parts=parts)
    found = []
    for name in columns:
        counts = count_table(aim, parts_of(some, column=name, parts=parts))
        linear = monotone = float("nan")
        if all(frame[one].dtype.kind in "biufM" for one in (name, target)):
            pair = np.stack([column_numbers(frame, column=one) for one in (name, target)])
            pair = pair[:, ~np.isnan(pair).any(axis=0)].T
            linear = pearson(pair)
            monotone = spearman(pair if some is frame else pair_of(some, x=name, y=target))
            rows = len(pair)
        else:
            rows = len(complete_rows(frame, columns=(name, target)))
        bits, chance = information(counts), information_by_chance(counts)
        found.append((name, rows, linear, monotone, bits, chance))
    return tuple(sorted(found, key=lambda one: one[5] - one[4]))


def pearson_matrix(
    frame: Any,
    *,
    columns: tuple[str, ...],
    most: int | None = None,
    numbers_at_once: int = 1_000_000,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Pearson's r of each pair of columns, from all rows that know both.

    The sums of the products are taken piece by piece, so that a million rows need little memory.

    Parameters
    ----------
    most : int, of more rows so many are drawn by chance; None takes all.
    numbers_at_once : int, of a piece.

    Returns
    -------
    r : float64 array (d, d), NaN where there is none. rows : int64 array (d, d), how many count.
    """
    size = len(columns)
    if not size:
        return np.zeros((0, 0)), np.zeros((0, 0), np.int64)
    frame = frame if most is None else drawn_rows(frame, most=most)
    numbers = [column_numbers(frame, column=name) for name in columns]
    rows_at_once = max(1, numbers_at_once // size)
    middle, spread = np.zeros(size), np.ones(size)
    for place, values in enumerate(numbers):
        known = values[~np.isnan(values)]
        if len(known):
            middle[place] = known[0]
            spread[place] = np.abs(known - known[0]).max() or 1.0
            middle[place] += spread[place] * ((known - known[0]) / spread[place]).mean()
    counts, sums, squares, products = (np.zeros((size, size)) for _ in range(4))
    with threadpool_limits(limits=1):  # one thread adds in one order
        for start in range(0, len(frame), rows_at_once):
            piece = np.stack([values[start : start + rows_at_once] for values in numbers], axis=1)
            known = (~np.isnan(piece)).astype(np.float64)
            piece = np.nan_to_num((piece - middle) / spread)
            counts += known.T @ known
            sums += piece.T @ known  # of the row's column, over the rows that know both
            squares += (piece**2).T @ known
            products += piece.T @ piece
    few = np.maximum(counts, 1)
    varied = np.maximum(squares - sums**2 / few, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        r = (products - sums * sums.T / few) / np.sqrt(varied * varied.T)
    r[(counts < 2) | (varied * varied.T == 0)] = np.nan
    # The scale of a column is that of all its rows. Where the rows of a pair lie close together far
    # from the middle, the sums have lost their digits: such a pair is measured by itself.
    lost = (counts > 1) & (varied <= CLOSE * squares)
    for a, b in np.argwhere(np.triu(lost | lost.T)).tolist():
        pair = np.stack([numbers[a], numbers[b]], axis=1)
        r[a, b] = r[b, a] = pearson(pair[~np.isnan(pair).any(axis=1)])
    return np.clip(r, -1, 1), counts.astype(np.int64)


def measured_pairs(
    frame: Any, *, columns: tuple[str, ...], measure: str, most: int = 20_000
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """One of `MEASURES` for each pair of columns, and how many rows know both.

    "information" is in bits and takes texts too; on the diagonal stands what a column tells of itself.
    All of them are taken from at most `most` rows, which of more are drawn by chance.

    Returns
    -------
    values : float64 array (d, d), NaN where there is none. rows : int64 array (d, d).
    """
    if measure == "pearson":
        return pearson_matrix(frame, columns=columns, most=most)
    if measure not in MEASURES:
        raise ValueError(f"a measure is one of {MEASURES}, not {measure!r}")
    some, size = drawn_rows(frame, most=most), len(columns)
    values, rows = np.full((size, size), np.nan), np.zeros((size, size), np.int64)
    if measure == "information":
        parts = parts_for(len(some))
        codes = [parts_of(some, column=name, parts=parts) for name in columns]
        for a in range(size):
            for b in range(a, size):
                counts = count_table(codes[a], codes[b])
                values[a, b] = values[b, a] = information(counts)
                rows[a, b] = rows[b, a] = counts.sum()
        return values, rows
    matrix = numeric_matrix(some, columns=columns)
    known = ~np.isnan(matrix)
    whole = [ranks(matrix[known[:, place], place][:, None])[:, 0] for place in range(size)]
    for a in range(size):
        for b in range(a, size):
            if (known[:, a] == known[:, b]).all():
                pair = np.stack([whole[a], whole[b]], axis=1)
            else:
                pair = ranks(matrix[known[:, a] & known[:, b]][:, [a, b]])
            values[a, b] = values[b, a] = pearson(pair)
            rows[a, b] = rows[b, a] = len(pair)
    return values, rows


def most_related(
    found: tuple[NDArray[np.float64], NDArray[np.int64]], *, count: int
) -> NDArray[np.int64]:
    """The places of the columns whose strongest relation to another column is largest, ascending."""
    strength = np.nan_to_num(np.abs(found[0]))
    np.fill_diagonal(strength, 0)
    best = strength.max(axis=1, initial=0)
    return np.sort(np.argsort(-best, kind="stable")[:count]).astype(np.int64)


def telling_pair(
    found: tuple[NDArray[np.float64], NDArray[np.int64]], *, limit: float
) -> tuple[int, int]:
    """The places of the two columns whose r is farthest from 0, near copies left out.

    Parameters
    ----------
    found : see `pearson_matrix`, of at least two columns.
    limit : float, the |r| above which two columns are near copies. If there are only such, one of them
        is told, and without any r the first two columns.
    """
    strength = np.triu(np.nan_to_num(np.abs(found[0])), k=1)
    others = np.where(strength > limit, 0, strength)
    first, second = np.unravel_index(
        np.argmax(others if others.any() else strength), strength.shape
    )
    return (int(first), int(second)) if first != second else (0, 1)


def clustered_order(found: tuple[NDArray[np.float64], NDArray[np.int64]]) -> NDArray[np.int64]:
    """An order in which columns that go together stand together.

    Average linkage on the distance 1 - |r|, leaves turned so that neighbours are close (Z. Bar-Joseph
    and others, 2001: SciPy's `linkage` with `optimal_ordering`). Bits are divided by the most that
    two different columns share. A pair without a measure is at the distance 1.

    Returns
    -------
    int64 array (d,).
    """
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    strength = np.nan_to_num(np.abs(found[0]))
    np.fill_diagonal(strength, 0)
    if len(strength) < 3:
        return np.arange(len(strength))
    strength = strength / max(1.0, strength.max())
    distances = squareform(1 - strength - np.eye(len(strength)), checks=False)
    order = leaves_list(linkage(distances, "average", optimal_ordering=True))
    return np.asarray(order, np.int64)


def in_order(
    found: tuple[NDArray[np.float64], NDArray[np.int64]], order: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The values with rows and columns in this order: float64 array (d, d)."""
    return found[0][np.ix_(order, order)]


# -------------------------------------------------------------------------------- groups and shapes


def by_group(
    frame: Any, *, group: str, x: str, y: str, most: int = 12
) -> tuple[tuple[str, int, float, float, float], ...]:
    """The relation of two columns in all rows, and within each of the largest groups.

    Returns
    -------
    tuple of (name, rows, r, slope, intercept); the first is "" for all rows. The groups follow in the
    order of their names, at most `most`.
    """
    frame = frame[[group, x, y]]
    groups = frame[group].value_counts().index[:most]
    pieces = [("", frame)]
    pieces += [(str(one), frame[frame[group] == one]) for one in sorted(groups)]
    found = []
    for name, piece in pieces:
        pair = pair_of(piece, x=x, y=y)
        found.append((name, len(pair), pearson(pair), *line_through(pair)))
    return tuple(found)


def grouped_points(
    frame: Any, *, group: str, x: str, y: str, name: str, most: int = 300
) -> NDArray[np.float64]:
    """The points of one group, at most `most`: float64 array (n, 2)."""
    return drawn_pair(pair_of(frame.loc[frame[group] == name, [x, y]], x=x, y=y), most=most)


def drawn_pair(pair: NDArray[np.float64], *, most: int, seed: int = 0) -> NDArray[np.float64]:
    """The pair, or `most` of its rows drawn by chance, in their order."""
    if len(pair) <= most:
        return pair
    rows = np.random.default_rng(seed).choice(len(pair), most, replace=False)
    return pair[np.sort(rows)]


def shaped_pair(*, shape: str, count: int = 500, noise: float = 0.05) -> NDArray[np.float64]:
    """Points made by formula: float64 array (count, 2).

    Parameters
    ----------
    shape : "line", "bent" (y = e^4x), "parabola" (y = x²), "circle", "wave" (y = cos 3πx) or "cloud"
        (x and y have nothing to do with each other). noise : standard deviation of what is added to y;
        of "bent", to its logarithm.
    """
    random = np.random.default_rng(0)
    x = random.permutation(np.linspace(-1, 1, count))
    if shape == "bent":
        return np.stack([x, np.exp(4 * x + noise * random.normal(size=count))], axis=1)
    if shape == "circle":
        x, y = np.cos(np.pi * x), np.sin(np.pi * x)
    elif shape == "cloud":
        y = random.uniform(-1, 1, count)
    else:
        y = {"line": x, "parabola": x**2, "wave": np.cos(3 * np.pi * x)}[shape]
    return np.stack([x, y + noise * random.normal(size=count)], axis=1)


def information_of_pair(pair: NDArray[np.float64]) -> tuple[float, float]:
    """Mutual information of two columns of numbers in bits, and the bits by chance; see `parts_of`."""
    import pandas as pd

    frame = pd.DataFrame(pair, columns=["x", "y"])
    counts = counts_of_parts(frame, x="x", y="y", parts=parts_for(len(pair)))
    return information(counts), information_by_chance(counts)
