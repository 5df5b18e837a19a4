"""Models that learn a target from the other columns, and how good they are on rows not seen.

The models are scikit-learn's. What they are fed with (medians, scaling, categories) is taken from the
rows that are learnt from, never from the test.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.table.matrix import design_matrix
from engine.table.task import classes_in

#: What is compared; the first looks at no column.
MODELS = ("baseline", "linear", "neighbours", "tree", "forest", "boosting")
#: Trees of a forest, the greatest depth of the single tree, and the neighbours that are asked.
TREES, DEPTH, NEIGHBOURS = 30, 5, 5
#: Trees of boosting, and their depth.
BOOSTS, BOOST_DEPTH = 50, 3
#: How often the cells of a column change places.
REPEATS = 5


def new_model(model: str, *, classes: int, depth: int | None = DEPTH) -> Any:
    """A model of scikit-learn that has learnt nothing yet.

    Parameters
    ----------
    model : one of `MODELS`. classes : int, 0 for a regression. depth : of the single tree; None: any.
    """
    from sklearn import dummy, ensemble, linear_model, neighbors, tree

    boost = {"n_estimators": BOOSTS, "max_depth": BOOST_DEPTH, "random_state": 0}
    if model == "baseline":
        return dummy.DummyClassifier() if classes else dummy.DummyRegressor()
    if model == "linear":
        if classes:
            return linear_model.LogisticRegression(max_iter=1000)
        return linear_model.LinearRegression()
    if model == "neighbours":
        near = neighbors.KNeighborsClassifier if classes else neighbors.KNeighborsRegressor
        return near(n_neighbors=NEIGHBOURS)
    if model == "tree":
        grown = tree.DecisionTreeClassifier if classes else tree.DecisionTreeRegressor
        return grown(max_depth=depth, random_state=0)
    if model == "forest":
        wood = ensemble.RandomForestClassifier if classes else ensemble.RandomForestRegressor
        return wood(TREES, random_state=0)
    if model == "boosting":
        if classes:
            return ensemble.GradientBoostingClassifier(**boost)
        return ensemble.GradientBoostingRegressor(**boost)
    raise ValueError(f"a model is one of {MODELS}, not {model!r}")


def fitted(model: Any, x: NDArray[np.float64], y: NDArray[Any]) -> Any:
    """The model after it has learnt from these rows.

    One class among them leaves nothing to be learnt, and k neighbours need k rows.
    """
    if hasattr(model, "n_neighbors"):
        model.n_neighbors = min(model.n_neighbors, len(x))
    if y.dtype.kind == "i" and len(np.unique(y)) < 2:
        model = new_model("baseline", classes=2)
    return model.fit(x, y)


def said(model: Any, x: NDArray[np.float64], *, classes: int) -> NDArray[np.float64]:
    """What a model says of each row: probabilities (n, classes), or numbers (n, 1).

    A class that was not among the rows learnt from has the probability 0.
    """
    if not classes:
        return np.asarray(model.predict(x), np.float64).reshape(-1, 1)
    shares = np.zeros((len(x), classes))
    shares[:, model.classes_] = model.predict_proba(x)
    return shares


def outputs_of(
    data: Any,
    y: NDArray[Any],
    learn: NDArray[np.bool_],
    *,
    columns: tuple[str, ...],
    model: str,
    depth: int | None = DEPTH,
) -> NDArray[np.float64]:
    """Let a model learn from some rows, and ask it about all of them.

    Parameters
    ----------
    data : pandas.DataFrame of n rows. y : (n,), see `target_values`. learn : bool (n,).
    columns : tuple of str. model, depth : see `new_model`.

    Returns
    -------
    float64 array: probabilities (n, classes), or numbers (n, 1).
    """
    classes = classes_in(y)
    x, _names = design_matrix(data, np.flatnonzero(learn), columns=columns)
    if not x.shape[1]:
        model, x = "baseline", np.zeros((len(data), 1))
    with threadpool_limits(limits=1):  # one thread adds in one order
        trained = fitted(new_model(model, classes=classes, depth=depth), x[learn], y[learn])
        return said(trained, x, classes=classes)


def score_of(outputs: NDArray[np.float64], y: NDArray[Any]) -> float:
    """The share of right answers, or R2 of a regression: 1 - squared errors / those of the mean.

    Of two equal probabilities the first class counts. NaN of no rows, and if all numbers are equal.
    """
    if not len(y):
        return float("nan")
    if classes_in(y) or y.dtype.kind == "i":
        return float((outputs.argmax(axis=1) == y).mean())
    spread = ((y - y.mean()) ** 2).sum()
    return float(1 - ((y - outputs[:, 0]) ** 2).sum() / spread) if spread > 0 else float("nan")


def score_on_test(y: NDArray[Any], learn: NDArray[np.bool_], outputs: NDArray[np.float64]) -> float:
    """The score of a model's answers on the rows that it has not learnt from."""
    return score_of(outputs[~learn], y[~learn])


def both_scores(
    y: NDArray[Any], learn: NDArray[np.bool_], outputs: NDArray[np.float64]
) -> tuple[float, float]:
    """The scores on the rows learnt from and on the test."""
    return score_of(outputs[learn], y[learn]), score_of(outputs[~learn], y[~learn])


def compare_steps(
    data: Any,
    y: NDArray[Any],
    learn: NDArray[np.bool_],
    folds: NDArray[np.int64],
    *,
    columns: tuple[str, ...],
    models: tuple[str, ...] = MODELS,
) -> Iterator[NDArray[np.float64]]:
    """The row of each model, one after the other; see `compare`."""
    for model in models:
        outputs = outputs_of(data, y, learn, columns=columns, model=model)
        row = [score_of(outputs[learn], y[learn]), score_of(outputs[~learn], y[~learn])]
        for number in range(int(folds.max()) + 1):
            inside = folds == number
            outputs = outputs_of(data, y, ~inside, columns=columns, model=model)
            row.append(score_of(outputs[inside], y[inside]))
        yield np.array(row)


def compare(
    data: Any,
    y: NDArray[Any],
    learn: NDArray[np.bool_],
    folds: NDArray[np.int64],
    *,
    columns: tuple[str, ...],
    models: tuple[str, ...] = MODELS,
) -> NDArray[np.float64]:
    """Every model on one split, and by cross-validation.

    Parameters
    ----------
    learn : bool (n,), of `split_rows`. folds : int64 (n,), of `fold_numbers`.

    Returns
    -------
    float64 array (models, 2 + folds): the score on the rows learnt from and on the test of the split,
    then on each fold by a model that has learnt from the others. See `score_of`.
    """
    return np.stack(list(compare_steps(data, y, learn, folds, columns=columns, models=models)))


def fold_statistics(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean, standard deviation (n - 1), least and greatest over the folds: float64 (models, 4).

    A fold without a score (R2 of equal numbers is none) is left out; NaN if none has one.
    """
    found = np.full((len(scores), 4), np.nan)
    for row, parts in zip(found, scores[:, 2:], strict=True):
        known = parts[np.isfinite(parts)]
        if len(known):
            spread = known.std(ddof=1) if len(known) > 1 else np.nan
            row[:] = [known.mean(), spread, known.min(), known.max()]
    return found


#: The shares of the rows learnt from of which a learning curve consists, and the draws of each.
SHARES, DRAWS = (0.1, 0.2, 0.4, 0.7, 1.0), 3


def learning_curve_steps(
    data: Any,
    y: NDArray[Any],
    learn: NDArray[np.bool_],
    *,
    columns: tuple[str, ...],
    model: str,
) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """One size after the other: how many rows, and scores (draws, 2); see `learning_curve`."""
    rows, test = np.flatnonzero(learn), ~learn
    orders = [np.random.default_rng(draw).permutation(rows) for draw in range(DRAWS)]
    for share in SHARES:
        size, scores = max(2, round(share * len(rows))), np.empty((DRAWS, 2))
        for draw, order in enumerate(orders):
            mask = np.zeros(len(y), bool)
            mask[order[:size]] = True
            outputs = outputs_of(data, y, mask, columns=columns, model=model)
            scores[draw] = [score_of(outputs[m], y[m]) for m in (mask, test)]
        yield size, scores


def curve_of(
    steps: list[tuple[int, NDArray[np.float64]]],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """All sizes of a learning curve together."""
    return np.array([size for size, _scores in steps], np.int64), np.stack([s for _n, s in steps])


def learning_curve(
    data: Any,
    y: NDArray[Any],
    learn: NDArray[np.bool_],
    *,
    columns: tuple[str, ...],
    model: str,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """How good a model is that learns from fewer rows; the test stays the same.

    Returns
    -------
    sizes : int64 array (shares,), rows learnt from.
    scores : float64 array (shares, draws, 2), on those rows and on the test.
    """
    return curve_of(list(learning_curve_steps(data, y, learn, columns=columns, model=model)))


def permutation_importance(
    data: Any,
    y: NDArray[Any],
    learn: NDArray[np.bool_],
    *,
    columns: tuple[str, ...],
    model: str,
    repeats: int = REPEATS,
    seed: int = 0,
) -> NDArray[np.float64]:
    """How much the score on the test falls when the cells of one column change places.

    L. Breiman, "Random forests", 2001. Reference implementation: `sklearn.inspection.
    permutation_importance`. The model is the same each time; only what it is asked about changes.

    Returns
    -------
    float64 array (columns, repeats).
    """
    classes = classes_in(y)
    blocks = [design_matrix(data, np.flatnonzero(learn), columns=(name,))[0] for name in columns]
    x = np.concatenate(blocks, axis=1)
    tested, random = np.flatnonzero(~learn), np.random.default_rng(seed)
    falls = np.zeros((len(columns), repeats))
    if not x.shape[1]:
        return falls
    with threadpool_limits(limits=1):
        trained = fitted(new_model(model, classes=classes), x[learn], y[learn])
        whole = score_of(said(trained, x[tested], classes=classes), y[tested])
        for repeat in range(repeats):
            first = 0
            for place, block in enumerate(blocks):
                last = first + block.shape[1]
                mixed = x[tested].copy()
                mixed[:, first:last] = mixed[random.permutation(len(tested)), first:last]
                score = score_of(said(trained, mixed, classes=classes), y[tested])
                falls[place, repeat] = whole - score
                first = last
    return falls


def work_of(names: tuple[str, ...], y: NDArray[Any]) -> int:
    """How much the models have to do: rows times columns of the design matrix times trees at a time.

    Boosting grows a tree for each class, if there are more than two.

    Parameters
    ----------
    names : of `design_names`. y : (n,), see `engine.table.task.target_values`.
    """
    classes = classes_in(y)
    return len(y) * max(1, len(names)) * (classes if classes > 2 else 1)


def coefficients(
    data: Any, y: NDArray[Any], learn: NDArray[np.bool_], *, columns: tuple[str, ...]
) -> NDArray[np.float64]:
    """The weights of the linear or logistic model, for columns in standard units.

    Returns
    -------
    float64 array (rows, p): one row of a regression or of two classes (for the second of them), else one
    for each class, 0 for one that was not learnt; p as in `design_names`.
    """
    classes = classes_in(y)
    x, _names = design_matrix(data, np.flatnonzero(learn), columns=columns)
    with threadpool_limits(limits=1):
        model = fitted(new_model("linear", classes=classes), x[learn], y[learn])
    if not hasattr(model, "coef_"):
        return np.zeros((classes if classes > 2 else 1, x.shape[1]))
    weights = np.atleast_2d(np.asarray(model.coef_, np.float64))
    if classes <= 2:
        return weights
    if len(weights) == 1:  # of two classes that are learnt: the second, and so the first
        weights = np.concatenate([-weights, weights])
    whole = np.zeros((classes, x.shape[1]))
    whole[model.classes_] = weights
    return whole


def design_names(
    data: Any, learn: NDArray[np.bool_], *, columns: tuple[str, ...]
) -> tuple[str, ...]:
    """The names of the columns of the design matrix: "age" for a number, "sex=male" for a category."""
    return design_matrix(data, np.flatnonzero(learn), columns=columns)[1]


def design(data: Any, learn: NDArray[np.bool_], *, columns: tuple[str, ...]) -> NDArray[np.float64]:
    """The design matrix (n, p) by the rows learnt from, for a network."""
    return design_matrix(data, np.flatnonzero(learn), columns=columns)[0]


def standard_target(y: NDArray[Any], learn: NDArray[np.bool_]) -> NDArray[Any]:
    """Numbers less their mean and over their deviation, of the rows learnt from; classes stay."""
    if y.dtype.kind == "i":
        return y.copy()
    spread = y[learn].std()
    return np.asarray((y - y[learn].mean()) / (spread if spread > 0 else 1.0))
