"""What to be wary of before a score is believed, each of them measured on the table itself.

The faults that are shown on purpose stand in the second half: the same mistake made on the learner's own
table, beside the right way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.table.judge import free_name
from engine.table.matrix import column_numbers, design_matrix
from engine.table.models import fitted, new_model, outputs_of, said, score_of
from engine.table.task import FEW_VALUES, classes_in

#: From this score of one column alone on, it counts as giving the target away.
GIVEN_AWAY = 0.97
#: A share of the largest class, and of the smallest one, from which classes count as unequal.
LARGE, SMALL = 0.8, 0.05
#: Rows of a class below which its score is mostly chance.
FEW_ROWS = 10
#: How far neighbouring rows may be alike before a table counts as sorted.
SORTED = 0.3
#: A column counts as made of the target if so many cells at least differ from the most frequent one.
FEW_CELLS = 3
#: From this share of equal rows on, a table may hold copies.
COPIES = 0.3
#: How many standard deviations the mean of a standardised column is away from 0, at most.
CENTRED = 1e-4
#: The share of rows in which a column that is known afterwards is right.
KNOWN = 0.97
#: Columns of pure chance, how many of them are kept, and how often they are drawn.
NOISE_COLUMNS, NOISE_KEPT, NOISE_DRAWS = 500, 10, 10
LEAF = 5  # rows in a leaf of the tree that looks at one column, at least
FOLDS = 3


def alone_scores(
    data: Any, y: NDArray[Any], folds: NDArray[np.int64], *, columns: tuple[str, ...]
) -> NDArray[np.float64]:
    """How well a decision tree does that sees one column only, on rows that it has not seen.

    Returns
    -------
    float64 array (columns,), the mean over the folds that have a score, see `score_of`; NaN if none has.
    """
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    classes = classes_in(y)
    kind = DecisionTreeClassifier if classes else DecisionTreeRegressor
    found = np.zeros(len(columns))
    with threadpool_limits(limits=1):
        for place, name in enumerate(columns):
            scores = []
            for number in range(int(folds.max()) + 1):
                inside = folds == number
                x, _names = design_matrix(data, np.flatnonzero(~inside), columns=(name,))
                if not x.shape[1]:
                    x = np.zeros((len(data), 1))
                model = kind(min_samples_leaf=LEAF, random_state=0)
                model = fitted(model, x[~inside], y[~inside])
                scores.append(score_of(said(model, x[inside], classes=classes), y[inside]))
            known = [score for score in scores if np.isfinite(score)]
            found[place] = np.mean(known) if known else np.nan
    return found


def order_of(y: NDArray[Any]) -> float:
    """How much neighbouring rows are alike in their target: about 0 if the order is chance, 1 if sorted.

    Of classes: the share of neighbours of one class, above the share that chance would give, over what
    is possible above it. Of numbers: their correlation with the row before.
    """
    if len(y) < 3 or (y == y[0]).all():
        return 0.0
    if count := classes_in(y):
        alike = float((y[1:] == y[:-1]).mean())
        chance = float(((np.bincount(y, minlength=count) / len(y)) ** 2).sum())
        # A sorted table has a change of class between each two classes.
        most = 1 - (len(np.unique(y)) - 1) / (len(y) - 1)
        return (alike - chance) / (most - chance) if most > chance else 0.0
    middle = y - y.mean()
    return float((middle[1:] * middle[:-1]).sum() / (middle**2).sum())


def order_limit(y: NDArray[Any]) -> float:
    """From which `order_of` on a table counts as sorted: `SORTED`, or more if there are few rows."""
    return float(max(SORTED, 3 / np.sqrt(max(1, len(y)))))


def class_shares_of(y: NDArray[np.int64]) -> tuple[float, float, int, int]:
    """Share of the largest and the smallest class, rows of the smallest, and its number."""
    counts = np.bincount(y)
    least = int(counts.argmin())
    return float(counts.max() / len(y)), float(counts.min() / len(y)), int(counts.min()), least


def made_of_target(data: Any, y: NDArray[Any], *, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Columns whose cells can be told from the target: copies, scaled, rounded or coded ones.

    Of classes: every class has one value only in the column, or its cells are filled in certain classes
    and empty in all others. Of numbers: in the order of the target, the column never turns back.
    Fewer than `FEW_CELLS` cells that differ from the most frequent value are taken for chance.
    """
    found = []
    for name in columns:
        codes = data[name].factorize(sort=True, use_na_sentinel=True)[0]
        for part in (codes, (codes < 0).astype(np.int64)):
            rare = len(part) - int(np.bincount(part + 1).max())
            if rare >= FEW_CELLS and follows(part, y):
                found.append(name)
                break
    return tuple(found)


def follows(codes: NDArray[np.int64], y: NDArray[Any]) -> bool:
    """Whether codes depend on the target only; of numbers they must rise or fall with it, too."""
    order = np.lexsort((codes, y))
    codes, y = codes[order], y[order]
    if (codes[1:] != codes[:-1])[y[1:] == y[:-1]].any():
        return False
    steps = np.diff(codes)
    return classes_in(y) > 0 or bool((steps >= 0).all() or (steps <= 0).all())


def centred_columns(frame: Any, *, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Columns of numbers whose mean over all rows of the table is 0 (less than `CENTRED` deviations).

    Numbers as they were measured hardly ever have such a mean: somebody has standardised them before
    the table was split, and the rows of the test took part.
    """
    found = []
    for name in columns:
        column = frame[name]
        if column.dtype.kind == "f" and column.nunique() > FEW_VALUES:
            numbers = column_numbers(frame, column=name)
            mean, spread = np.nanmean(numbers), np.nanstd(numbers)
            if abs(mean) < CENTRED * spread:
                found.append(name)
    return tuple(found)


def numbers_in_texts(data: Any, *, columns: tuple[str, ...]) -> tuple[tuple[str, int, int], ...]:
    """Columns of texts of which at least half are numbers: name, numbers, cells that are filled."""
    import pandas as pd

    found = []
    for name in columns:
        if data[name].dtype.kind not in "biufM":
            words = data[name].dropna().astype(str).str.strip().str.removesuffix("%")
            count = int(pd.to_numeric(words, errors="coerce").notna().sum())
            if len(words) and 2 * count >= len(words):
                found.append((name, count, len(words)))
    return tuple(found)


def copies_in_test(data: Any, learn: NDArray[np.bool_]) -> int:
    """How many tested rows are, in all columns in use, equal to a row that is learnt from."""
    import pandas as pd

    marks = pd.util.hash_pandas_object(data, index=False).to_numpy()
    return int(np.isin(marks[~learn], marks[learn]).sum())


def row_names(data: Any, *, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Columns that may name rows: whole numbers or texts of which nearly every row has its own."""
    found = []
    for name in columns:
        column = data[name].dropna()
        own = column.nunique() > max(FEW_VALUES, 0.95 * len(column))
        whole = column.dtype.kind != "f" or bool((column == column.round()).all())
        if own and whole and column.dtype.kind not in "bM":
            found.append(name)
    return tuple(found)


# ------------------------------------------------------------------------- made wrong on purpose


def sorted_table(data: Any, y: NDArray[Any]) -> Any:
    """The same rows in the order of their target, as many files come.

    Numbers rise; of classes the most frequent comes first and the rarest last.
    """
    if count := classes_in(y):
        ranks = np.argsort(np.argsort(-np.bincount(y, minlength=count), kind="stable"))
        y = ranks[y]
    return data.iloc[np.argsort(y, kind="stable")]


def with_answer(data: Any, *, target: str, right: float = KNOWN, seed: int = 0) -> Any:
    """The table with a column that is only known afterwards: the target, wrong in some rows.

    Its place is behind the target, and its name is "known afterwards". In the wrong rows stands the
    value of another row.
    """
    random = np.random.default_rng(seed)
    rows = np.arange(len(data))
    wrong = random.random(len(rows)) > right
    rows[wrong] = random.permutation(rows)[wrong]
    found = data.copy()
    found[answer_name(data)] = data[target].array[rows]
    return found


def answer_name(data: Any) -> str:
    """The name of the column of `with_answer`."""
    return free_name(data, "known afterwards")


def leak_scores(
    data: Any,
    leaky: Any,
    y: NDArray[Any],
    learn: NDArray[np.bool_],
    *,
    columns: tuple[str, ...],
    model: str,
) -> tuple[float, float, float]:
    """Scores on the test: without the column, with it, and with it when nobody knows it yet.

    In the last case its cells are empty in the rows that are asked about, as they are in practice.
    """
    name, tested = answer_name(data), ~learn
    asked = leaky.copy()
    if asked[name].dtype.kind in "biu":
        asked[name] = asked[name].astype(float)
    asked.iloc[np.flatnonzero(tested), asked.columns.get_loc(name)] = None
    ways = ((data, columns), (leaky, (*columns, name)), (asked, (*columns, name)))
    first, second, third = (
        score_of(outputs_of(table, y, learn, columns=names, model=model)[tested], y[tested])
        for table, names in ways
    )
    return first, second, third


def fitted_on_all(
    data: Any, y: NDArray[Any], learn: NDArray[np.bool_], *, columns: tuple[str, ...]
) -> tuple[float, float]:
    """The linear model's score on the test: prepared by the rows learnt from, and by all rows.

    Preparing is medians, means, deviations and the list of categories (see `design_matrix`).
    """
    classes, scores = classes_in(y), []
    for rows in (np.flatnonzero(learn), None):
        x, _names = design_matrix(data, rows, columns=columns)
        with threadpool_limits(limits=1):
            model = fitted(new_model("linear", classes=classes), x[learn], y[learn])
            scores.append(score_of(said(model, x[~learn], classes=classes), y[~learn]))
    return scores[0], scores[1]


def chosen_from_noise(
    y: NDArray[Any],
    learn: NDArray[np.bool_],
    *,
    count: int = NOISE_COLUMNS,
    kept: int = NOISE_KEPT,
    draws: int = NOISE_DRAWS,
) -> NDArray[np.float64]:
    """Columns of pure chance, of which those are kept that go best with the target.

    T. Hastie, R. Tibshirani and J. Friedman, "The elements of statistical learning", 2009, section
    7.10.2. The score of a linear model on the test should be that of guessing.

    Returns
    -------
    float64 array (draws, 2): chosen on the rows learnt from, and chosen on all rows.
    """
    classes = classes_in(y)
    truth = np.eye(classes)[y] if classes else y[:, None].astype(np.float64)
    scores = np.zeros((draws, 2))
    for draw in range(draws):
        noise = np.random.default_rng(draw).normal(size=(len(y), count))
        for way, rows in enumerate((learn, np.ones(len(y), bool))):
            middle = noise[rows] - noise[rows].mean(axis=0)
            target = truth[rows] - truth[rows].mean(axis=0)
            strength = np.abs(middle.T @ target).max(axis=1) / np.linalg.norm(middle, axis=0)
            best = np.argsort(-strength, kind="stable")[:kept]
            with threadpool_limits(limits=1):
                model = fitted(
                    new_model("linear", classes=classes), noise[learn][:, best], y[learn]
                )
                found = said(model, noise[~learn][:, best], classes=classes)
            scores[draw, way] = score_of(found, y[~learn])
    return scores
