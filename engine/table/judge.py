"""How good a model's answers are: confusion, ROC and precision-recall, calibration, residuals.

Everything is taken from the test, the rows that the model has not learnt from. Reference
implementation: `sklearn.metrics` and `sklearn.calibration`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.table.task import classes_in

#: Rows of a cell that are shown.
MOST_SHOWN = 200
#: Bins of a calibration.
BINS = 10


def answers_at(
    outputs: NDArray[np.float64], *, threshold: float | None = None, positive: int = 1
) -> NDArray[np.int64]:
    """The class that each row is taken for.

    Parameters
    ----------
    outputs : float64 array (n, classes). threshold : float, 0..1: 1 (`positive`) for every row whose
        probability of that class is at least as high, else 0. None: the most probable class.
    """
    if threshold is None:
        return outputs.argmax(axis=1).astype(np.int64)
    return (outputs[:, positive] >= threshold).astype(np.int64)


def confusion_table(
    y: NDArray[np.int64], outputs: NDArray[np.float64], learn: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """How often tested rows of each class (row) were taken for each class (column)."""
    count = outputs.shape[1]
    table = np.zeros((count, count), np.int64)
    np.add.at(table, (y[~learn], answers_at(outputs[~learn])), 1)
    return table


def confusion_at(
    y: NDArray[np.int64],
    outputs: NDArray[np.float64],
    learn: NDArray[np.bool_],
    *,
    threshold: float,
    positive: int = 1,
) -> NDArray[np.int64]:
    """The same for one class against all others: (2, 2), the row and the column 1 are that class."""
    table = np.zeros((2, 2), np.int64)
    truth = (y[~learn] == positive).astype(np.int64)
    np.add.at(
        table, (truth, answers_at(outputs[~learn], threshold=threshold, positive=positive)), 1
    )
    return table


def cell_rows(
    data: Any,
    y: NDArray[np.int64],
    outputs: NDArray[np.float64],
    learn: NDArray[np.bool_],
    *,
    truth: int = -1,
    named: int = -1,
) -> Any:
    """The tested rows of one cell of the confusion table, those of which the model is surest first.

    Parameters
    ----------
    truth, named : int, the row and the column of the cell; both -1: all that are wrong.

    Returns
    -------
    pandas.DataFrame of at most `MOST_SHOWN` rows, with the number of the row in the table as its index;
    its first column is the probability of the answer.
    """
    answers, sure = answers_at(outputs), outputs.max(axis=1)
    inside = (answers != y) if truth < 0 else (y == truth) & (answers == named)
    rows = np.flatnonzero(inside & ~learn)
    rows = rows[np.argsort(-sure[rows], kind="stable")][:MOST_SHOWN]
    found = data.iloc[rows].copy()
    found.insert(0, free_name(data, "probability"), sure[rows])
    return found


def free_name(data: Any, wanted: str) -> str:
    """A name that no column has."""
    name = wanted
    while name in data.columns:
        name += "_"
    return name


def threshold_curve(
    y: NDArray[np.int64],
    outputs: NDArray[np.float64],
    learn: NDArray[np.bool_],
    *,
    positive: int = 1,
) -> NDArray[np.float64]:
    """What every threshold would give, from the highest down to the lowest.

    Returns
    -------
    float64 array (thresholds + 1, 4): false positive rate, true positive rate (recall), precision,
    threshold. Above the first threshold (inf) nothing is called positive; its precision counts as 1.
    """
    truth, chances = y[~learn] == positive, outputs[~learn, positive]
    order = np.argsort(-chances, kind="stable")
    chances, truth = chances[order], truth[order]
    last = np.append(np.flatnonzero(np.diff(chances)), len(chances) - 1)  # of equal ones
    hits = np.cumsum(truth)[last]
    alarms = last + 1 - hits
    positives, negatives = truth.sum(), (~truth).sum()
    found = [
        alarms / negatives if negatives else np.full(len(last), np.nan),
        hits / positives if positives else np.full(len(last), np.nan),
        hits / (hits + alarms),
        chances[last],
    ]
    return np.concatenate([[[0.0, 0.0, 1.0, np.inf]], np.stack(found, axis=1)])


def area_under_roc(curve: NDArray[np.float64]) -> float:
    """The area under the true positive rate over the false one: .5 is guessing, 1 is perfect."""
    return float(np.trapezoid(curve[:, 1], curve[:, 0]))


def average_precision(curve: NDArray[np.float64]) -> float:
    """The precision at each threshold, weighted by how much recall it adds."""
    return float((np.diff(curve[:, 1]) * curve[1:, 2]).sum())


def calibration(
    y: NDArray[np.int64],
    outputs: NDArray[np.float64],
    learn: NDArray[np.bool_],
    *,
    positive: int = 1,
    bins: int = BINS,
) -> NDArray[np.float64]:
    """How often the class is the true one among rows of about the same probability.

    The bins are equally wide; a probability on an edge lies in the lower one. Reference implementation:
    `sklearn.calibration.calibration_curve`.

    Returns
    -------
    float64 array (bins that have rows, 3): mean probability, share of the class, number of rows.
    """
    truth, chances = y[~learn] == positive, outputs[~learn, positive]
    number = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], chances)
    counts = np.bincount(number, minlength=bins)
    sums = (np.bincount(number, part, minlength=bins) for part in (chances, truth))
    some = counts > 0
    return np.stack([*(part[some] / counts[some] for part in sums), counts[some]], axis=1)


def brier_score(
    y: NDArray[np.int64],
    outputs: NDArray[np.float64],
    learn: NDArray[np.bool_],
    *,
    positive: int = 1,
) -> tuple[float, float]:
    """The mean squared distance of the probability from the truth (0 or 1), and that of the share.

    G. W. Brier, "Verification of forecasts expressed in terms of probability", 1950. The second number
    is what somebody gets who says the share of the class among the tested rows, each time.
    """
    truth = (y[~learn] == positive).astype(np.float64)
    said = ((outputs[~learn, positive] - truth) ** 2).mean()
    return float(said), float(((truth.mean() - truth) ** 2).mean())


def class_measures(
    y: NDArray[np.int64],
    learn: NDArray[np.bool_],
    outputs: NDArray[np.float64],
    *,
    side: str = "test",
) -> tuple[float, float, float]:
    """Share of right answers; its mean over the classes (balanced); and mean cross-entropy.

    Parameters
    ----------
    side : "learn" or "test", the rows that count.
    """
    rows = learn if side == "learn" else ~learn
    truth, found = y[rows], outputs[rows]
    right = found.argmax(axis=1) == truth
    recalls = [float(right[truth == n].mean()) for n in range(classes_in(y)) if (truth == n).any()]
    chances = np.maximum(found[np.arange(len(truth)), truth], 1e-15)
    return float(right.mean()), float(np.mean(recalls)), float(-np.log(chances).mean())


def number_measures(
    y: NDArray[np.float64],
    learn: NDArray[np.bool_],
    outputs: NDArray[np.float64],
    *,
    side: str = "test",
) -> tuple[float, float, float]:
    """R2, mean absolute error and root of the mean squared error, both in the target's unit.

    Parameters
    ----------
    side : "learn" or "test", the rows that count.
    """
    rows = learn if side == "learn" else ~learn
    errors, truth = outputs[rows, 0] - y[rows], y[rows]
    squares, spread = (errors**2).mean(), truth.var()
    r2 = 1 - squares / spread if spread > 0 else float("nan")
    return float(r2), float(np.abs(errors).mean()), float(np.sqrt(squares))


def residuals(
    y: NDArray[np.float64], outputs: NDArray[np.float64], learn: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Of each tested row what the model says, what is true, and truth less answer: float64 (rows, 3)."""
    said, truth = outputs[~learn, 0], y[~learn]
    return np.stack([said, truth, truth - said], axis=1)


def largest_errors(
    data: Any,
    y: NDArray[np.float64],
    learn: NDArray[np.bool_],
    outputs: NDArray[np.float64],
) -> Any:
    """The tested rows with the largest errors, their answer and residual in the first two columns."""
    errors = y - outputs[:, 0]
    rows = np.flatnonzero(~learn)
    rows = rows[np.argsort(-np.abs(errors[rows]), kind="stable")][:MOST_SHOWN]
    found = data.iloc[rows].copy()
    found.insert(0, free_name(data, "answer"), outputs[rows, 0])
    found.insert(1, free_name(data, "residual"), errors[rows])
    return found
