"""Decision trees: the first split found by hand, the tree as plain numbers, and a row's way through it.

L. Breiman, J. Friedman, R. Olshen and C. Stone, "Classification and regression trees", 1984. Reference
implementation: `sklearn.tree`, which grows the trees here; the search for the first split is written
out, and a test shows that it finds the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.table.matrix import column_numbers, one_hot
from engine.table.models import score_of
from engine.table.task import classes_in

#: How mixed a group of rows is. The last one is for numbers, the first two for classes.
CRITERIA = ("gini", "entropy", "squared_error")
#: A tree: left, right (-1: a leaf), column, threshold, impurity, rows, and values (nodes, classes or 1):
#: the share of each class, or the mean. At last, for each column of the matrix, see `merged_columns`.
Tree = tuple[
    NDArray[Any],
    NDArray[Any],
    NDArray[Any],
    NDArray[Any],
    NDArray[Any],
    NDArray[Any],
    NDArray[Any],
    NDArray[Any],
]
LEFT, RIGHT, COLUMN, THRESHOLD, IMPURITY, ROWS, VALUES, MERGED = range(8)


def tree_matrix(
    data: Any, learn: NDArray[np.bool_], *, columns: tuple[str, ...]
) -> NDArray[np.float64]:
    """Columns as a tree sees them: numbers as they are, each category as a column of 0 and 1.

    A missing number becomes the median of the rows learnt from. Scaling would change no split.

    Returns
    -------
    float64 array (n, p); the names of its columns are `tree_names`.
    """
    parts = [numbers for _names, numbers in _parts(data, learn, columns)]
    return np.concatenate(parts, axis=1) if parts else np.zeros((len(data), 0))


def tree_names(
    data: Any, learn: NDArray[np.bool_], *, columns: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """(column, "") for a number, (column, category) for a category; for each column of `tree_matrix`."""
    return tuple(name for names, _numbers in _parts(data, learn, columns) for name in names)


def _parts(
    data: Any, learn: NDArray[np.bool_], columns: tuple[str, ...]
) -> list[tuple[list[tuple[str, str]], NDArray[np.float64]]]:
    found = []
    for name in columns:
        if data[name].dtype.kind in "biufM":
            numbers = column_numbers(data, column=name)
            if not np.isnan(numbers[learn]).all():
                middle = np.nanmedian(numbers[learn])
                filled = np.where(np.isnan(numbers), middle, numbers)
                found.append(([(name, "")], filled[:, None]))
        elif data[name].notna().to_numpy()[learn].any():
            hot, words = one_hot(data[name], np.flatnonzero(learn))
            found.append(([(name, word) for word in words], hot))
    return found


def impurity_of(shares: NDArray[np.float64], *, criterion: str) -> NDArray[np.float64]:
    """How mixed groups are, from the shares of their classes [shape=(..., classes)].

    "gini": 1 - the sum of the squared shares, the chance that two rows drawn are of different classes.
    "entropy": - the sum of p log2 p, in bits.
    """
    if criterion == "gini":
        return np.asarray(1 - (shares**2).sum(axis=-1))
    if criterion == "entropy":
        logs = np.log2(np.where(shares > 0, shares, 1))
        return np.asarray(-(shares * logs).sum(axis=-1))
    raise ValueError(f"a criterion is one of {CRITERIA[:2]}, not {criterion!r}")


def node_impurity(y: NDArray[Any], *, criterion: str) -> float:
    """How mixed these rows are; of numbers ("squared_error") their variance."""
    if criterion == "squared_error":
        return float(y.var())
    return float(impurity_of(np.bincount(y) / len(y), criterion=criterion))


def split_scan(
    column: NDArray[np.float64], y: NDArray[Any], *, criterion: str
) -> NDArray[np.float64]:
    """The impurity behind every split of one column.

    1. Sort the rows by the column. 2. Between each two different neighbours lies a threshold, in the
    middle. 3. Running sums give the shares (or mean and variance) on both sides of all thresholds at
    once. 4. The impurity of a split is that of its sides, weighted by their rows.

    Parameters
    ----------
    column : float64 array (n,), no NaN. y : (n,), classes or numbers.

    Returns
    -------
    float64 array (thresholds, 4): threshold, impurity, rows on the left (at most the threshold), rows on
    the right. No threshold lies in a column of equal values.
    """
    order = np.argsort(column, kind="stable")
    values, y = column[order], y[order]
    cuts = np.flatnonzero(np.diff(values) > 0)  # the last row on the left of each
    left = (cuts + 1).astype(np.float64)
    right = len(y) - left
    if criterion == "squared_error":
        middle = y - y.mean()  # shorter sums round less
        sums, squares = np.cumsum(middle)[cuts], np.cumsum(middle**2)[cuts]
        total, all_squares = middle.sum(), (middle**2).sum()
        sides = [
            squares / left - (sums / left) ** 2,
            (all_squares - squares) / right - ((total - sums) / right) ** 2,
        ]
    else:
        counts = np.cumsum(np.eye(classes_in(y))[y], axis=0)
        below, above = counts[cuts], counts[-1] - counts[cuts]
        sides = [
            impurity_of(part / rows[:, None], criterion=criterion)
            for part, rows in ((below, left), (above, right))
        ]
    mixed = (left * sides[0] + right * sides[1]) / len(y)
    thresholds = values[cuts] / 2 + values[cuts + 1] / 2
    return np.stack([thresholds, np.maximum(mixed, 0), left, right], axis=1)


def split_sides(
    column: NDArray[np.float64],
    y: NDArray[Any],
    scan: NDArray[np.float64],
    *,
    criterion: str,
    number: int,
) -> NDArray[np.float64]:
    """The two groups of one split: at most the threshold, and more.

    Parameters
    ----------
    scan : of `split_scan`. number : int, the threshold's line in it.

    Returns
    -------
    float64 array (2, 2 + classes or 1): rows, impurity, and the share of each class or the mean.
    """
    low = column <= scan[number, 0]
    found = []
    for part in (y[low], y[~low]):
        answer = [part.mean()]
        if count := classes_in(y):
            answer = (np.bincount(part, minlength=count) / len(part)).tolist()
        found.append([len(part), node_impurity(part, criterion=criterion), *answer])
    return np.array(found, np.float64)


def column_of(
    x: NDArray[np.float64], learn: NDArray[np.bool_], *, number: int
) -> NDArray[np.float64]:
    """One column of the rows that are learnt from."""
    return x[learn, number]


def best_splits(
    x: NDArray[np.float64], y: NDArray[Any], learn: NDArray[np.bool_], *, criterion: str
) -> NDArray[np.float64]:
    """The best split of each column.

    Returns
    -------
    float64 array (p, 2): threshold, and the gain: impurity before less impurity behind it. A column
    without a threshold has NaN and 0.
    """
    known, truth = x[learn], y[learn]
    before = node_impurity(truth, criterion=criterion)
    found = np.zeros((x.shape[1], 2))
    for number in range(x.shape[1]):
        scan = split_scan(known[:, number], truth, criterion=criterion)
        best = int(scan[:, 1].argmin()) if len(scan) else -1
        found[number] = (scan[best, 0], before - scan[best, 1]) if len(scan) else (np.nan, 0.0)
    return found


def learnt_rows(values: NDArray[Any], learn: NDArray[np.bool_]) -> NDArray[Any]:
    """The rows that are learnt from."""
    return values[learn]


def grown_tree(
    x: NDArray[np.float64],
    y: NDArray[Any],
    learn: NDArray[np.bool_],
    *,
    criterion: str,
    depth: int | None,
    leaf: int = 1,
) -> Tree:
    """A decision tree, grown by scikit-learn from the rows learnt from.

    scikit-learn rounds all numbers to float32. Columns that do not stand this (see `merged_columns`) are
    given as the ranks of their values: no split changes, and the thresholds are turned back.

    Parameters
    ----------
    depth : questions on the longest way, at most; None: until every leaf is pure.
    leaf : rows in a leaf, at least.

    Returns
    -------
    Tree, node 0 is the root; see `Tree`.
    """
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    kind = DecisionTreeRegressor if criterion == "squared_error" else DecisionTreeClassifier
    if not x.shape[1]:
        x = np.zeros((len(x), 1))
    merged, fed = merged_columns(x), x.copy()
    distinct = {column: np.unique(x[:, column]) for column in np.flatnonzero(merged).tolist()}
    for column, values in distinct.items():
        fed[:, column] = np.searchsorted(values, x[:, column])
    with threadpool_limits(limits=1):
        model = kind(criterion=criterion, max_depth=depth, min_samples_leaf=leaf, random_state=0)
        grown = model.fit(fed[learn], y[learn]).tree_
    thresholds = np.array(grown.threshold, np.float64)
    for column, values in distinct.items():
        mine = grown.feature == column
        low, high = (values[thresholds[mine].astype(np.int64) + n] for n in (0, 1))
        middle = low / 2 + high / 2
        thresholds[mine] = np.where(middle < high, middle, low)  # between neighbours lies nothing
    values = np.asarray(grown.value[:, 0, :], np.float64)
    if classes := classes_in(y):  # a class that is not among the rows learnt from has the share 0
        shares = np.zeros((len(values), classes))
        shares[:, model.classes_] = values
        values = shares
    return (
        np.asarray(grown.children_left, np.int64),
        np.asarray(grown.children_right, np.int64),
        np.asarray(grown.feature, np.int64),
        thresholds,
        np.asarray(grown.impurity, np.float64),
        np.asarray(grown.n_node_samples, np.int64),
        values,
        merged,
    )


def merged_columns(x: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The columns (p,) in which float32 has no room for a number, or makes different ones equal."""
    found = np.zeros(x.shape[1], bool)
    for column in range(x.shape[1]):
        distinct = np.unique(x[:, column])
        short = _rounded(distinct)
        found[column] = not np.isfinite(short).all() or len(np.unique(short)) < len(distinct)
    return found


def _rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(over="ignore"):
        return values.astype(np.float32).astype(np.float64)


def path_of(tree: Tree, x: NDArray[np.float64], *, row: int) -> tuple[int, ...]:
    """The nodes that a row goes through, from the root to a leaf.

    As scikit-learn does, a number is rounded to float32 before it is compared, unless this would merge
    different ones.
    """
    node, path = 0, [0]
    values = np.where(tree[MERGED], x[row], _rounded(x[row]))
    while tree[LEFT][node] >= 0:
        low = values[tree[COLUMN][node]] <= tree[THRESHOLD][node]
        node = int(tree[LEFT if low else RIGHT][node])
        path.append(node)
    return tuple(path)


def leaves_of(tree: Tree, x: NDArray[np.float64]) -> NDArray[np.int64]:
    """The leaf of each row: all rows go one question further at a time."""
    values, nodes = np.where(tree[MERGED], x, _rounded(x)), np.zeros(len(x), np.int64)
    while (inner := np.flatnonzero(tree[LEFT][nodes] >= 0)).size:
        at = nodes[inner]
        low = values[inner, tree[COLUMN][at]] <= tree[THRESHOLD][at]
        nodes[inner] = np.where(low, tree[LEFT][at], tree[RIGHT][at])
    return nodes


def tree_score(
    tree: Tree, x: NDArray[np.float64], y: NDArray[Any], rows: NDArray[np.bool_]
) -> float:
    """The share of right answers of some rows, or R2; see `engine.table.models.score_of`."""
    return score_of(tree[VALUES][leaves_of(tree, x[rows])], y[rows])


def tree_size(tree: Tree) -> tuple[int, int]:
    """The leaves of a tree, and the questions on its longest way."""
    depth = np.zeros(len(tree[LEFT]), np.int64)
    for node in range(len(depth)):  # children have greater numbers than their parent
        if tree[LEFT][node] >= 0:
            depth[[tree[LEFT][node], tree[RIGHT][node]]] = depth[node] + 1
    return int((tree[LEFT] < 0).sum()), int(depth.max())


def scores_by_depth(
    x: NDArray[np.float64],
    y: NDArray[Any],
    learn: NDArray[np.bool_],
    folds: NDArray[np.int64],
    *,
    criterion: str,
    deepest: int = 12,
) -> NDArray[np.float64]:
    """How good trees of depth 1, 2, ... are on rows learnt from and on others.

    Returns
    -------
    float64 array (deepest, 6): score on the rows learnt from and on the test of the split; mean, least
    and greatest score over the folds (those that have one, see `score_of`); leaves of the tree of the
    split.
    """
    found = np.zeros((deepest, 6))
    for depth in range(1, deepest + 1):
        tree = grown_tree(x, y, learn, criterion=criterion, depth=depth)
        parts = []
        for number in range(int(folds.max()) + 1):
            inside = folds == number
            other = grown_tree(x, y, ~inside, criterion=criterion, depth=depth)
            parts.append(tree_score(other, x, y, inside))
        ends = [tree_score(tree, x, y, rows) for rows in (learn, ~learn)]
        known = [part for part in parts if np.isfinite(part)] or [np.nan]
        spread = [float(np.mean(known)), min(known), max(known)]
        found[depth - 1] = [*ends, *spread, tree_size(tree)[0]]
    return found


def with_row_number(x: NDArray[np.float64], *, seed: int = 0) -> NDArray[np.float64]:
    """The matrix with one more column: a number that only names the row, drawn at random."""
    names = np.random.default_rng(seed).permutation(len(x)).astype(np.float64)
    return np.concatenate([x, names[:, None]], axis=1)


def only_row_number(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The last column alone."""
    return x[:, -1:].copy()


def walk_of(tree: Tree, x: NDArray[np.float64], *, row: int) -> NDArray[np.float64]:
    """The way of a row with what is compared: float64 (nodes, 4).

    Each line is a node: its number, the column that is asked for, the row's number in it, the threshold.
    A leaf has the column -1 and NaN behind it.
    """
    lines = []
    for node in path_of(tree, x, row=row):
        column = int(tree[COLUMN][node]) if tree[LEFT][node] >= 0 else -1
        ends = [x[row, column], tree[THRESHOLD][node]] if column >= 0 else [np.nan, np.nan]
        lines.append([float(node), float(column), *ends])
    return np.array(lines)


def named_scores(
    x: NDArray[np.float64], y: NDArray[Any], learn: NDArray[np.bool_], *, criterion: str, depth: int
) -> NDArray[np.float64]:
    """What a column that only names the rows does to a tree without a limit, and to a small one.

    Returns
    -------
    float64 array (3, 2), scores on the rows learnt from and on the test: a tree without a limit that
        sees nothing but the names; a small tree without them; a tree without a limit that sees all.
    """
    named = with_row_number(x)
    alone = only_row_number(named)
    found = []
    for matrix, limit in ((alone, None), (x, depth), (named, None)):
        tree = grown_tree(matrix, y, learn, criterion=criterion, depth=limit)
        found.append([tree_score(tree, matrix, y, rows) for rows in (learn, ~learn)])
    return np.array(found)


def full_and_best(scores: NDArray[np.float64]) -> tuple[int, int]:
    """The depth with the best mean over the folds, the smallest of equal ones, and the deepest.

    If no fold has a score, the best is 1.
    """
    means = np.where(np.isfinite(scores[:, 2]), scores[:, 2], -np.inf)
    return int(means.argmax()) + 1, len(scores)


def others(learn: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The rows that are not learnt from."""
    return ~learn


def one_row(data: Any, *, row: int) -> Any:
    """One row as a table of its own; its index is the number of the row in the whole table."""
    return data.iloc[[row]].copy()
