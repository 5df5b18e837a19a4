"""What models make of every place of a plane: their probabilities, and the boundary between classes.

The models are scikit-learn's, except for the network, which stands in `engine.table.playground`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.table.plane import class_count, grid_places, standardised

#: Trees of a forest, and the depth of those of boosting.
TREES, BOOST_DEPTH = 60, 2
MODELS = ("logistic", "neighbours", "tree", "forest", "svm", "boosting")


def plane_model(model: str, *, amount: float, penalty: float) -> Any:
    """A classifier of scikit-learn for points in standard units.

    Parameters
    ----------
    model : one of `MODELS`.
    amount : what there is of it: "neighbours" k, "tree" and "forest" the greatest depth,
        "boosting" the number of trees, "svm" gamma, the inverse of the squared width of an RBF.
    penalty : C of "logistic" and "svm": the greater, the more each mistake costs.
    """
    from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.svm import SVC
    from sklearn.tree import DecisionTreeClassifier

    whole = max(1, round(amount))
    made = {
        "logistic": lambda: LogisticRegression(C=penalty, max_iter=1000),
        "neighbours": lambda: KNeighborsClassifier(n_neighbors=whole),
        "tree": lambda: DecisionTreeClassifier(max_depth=whole, random_state=0),
        "forest": lambda: RandomForestClassifier(TREES, max_depth=whole, random_state=0),
        "svm": lambda: SVC(gamma=amount, C=penalty),
        "boosting": lambda: GradientBoostingClassifier(
            n_estimators=whole, max_depth=BOOST_DEPTH, random_state=0
        ),
    }
    if model not in made:
        raise ValueError(f"a model is one of {MODELS}, not {model!r}")
    return made[model]()


def class_shares(fitted: Any, places: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probability of each class, float64 (n, classes).

    A support vector machine knows no probabilities: the logistic function of its distance from the
    boundary (or softmax of the distances, of more than two classes) stands for them.
    """
    if hasattr(fitted, "predict_proba"):
        return np.asarray(fitted.predict_proba(places), np.float64)
    away = np.asarray(fitted.decision_function(places), np.float64)
    if away.ndim == 1:
        away = np.stack([-away / 2, away / 2], axis=1)
    powers = np.exp(away - away.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def decision_map(
    points: NDArray[np.float64],
    test: NDArray[np.bool_],
    plane: NDArray[np.float64],
    *,
    model: str,
    amount: float,
    penalty: float,
    side: int,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Let a model learn from the points that are not held out, and ask it about every place.

    Parameters
    ----------
    points : (n, 3) x, y, class. test : (n,) what is held out. plane : see `plane_of`.
    model, amount, penalty : see `plane_model`; k is at most the number of points learnt from.
    side : cells in each direction.

    Returns
    -------
    probabilities : float32 (classes, side, side), from the upper left.
    of points : float32 (n, classes).
    """
    known = standardised(points, plane)
    learn = known[~test]
    if model == "neighbours":
        amount = min(amount, len(learn))
    with threadpool_limits(limits=1):
        fitted = plane_model(model, amount=amount, penalty=penalty)
        fitted.fit(learn[:, :2], learn[:, 2].astype(np.int64))
        shares = class_shares(fitted, grid_places(plane, side=side))
        of_points = class_shares(fitted, known[:, :2])
    maps = shares.T.reshape(class_count(points), side, side)
    return maps.astype(np.float32), of_points.astype(np.float32)


def right_shares(
    found: tuple[NDArray[np.float32], NDArray[np.float32]],
    points: NDArray[np.float64],
    test: NDArray[np.bool_],
) -> tuple[float, float, int, int]:
    """The share of right answers among the points learnt from and those held out, and both numbers.

    The second share is NaN if none is held out.
    """
    right = found[1].argmax(axis=1) == points[:, 2]
    held = float(right[test].mean()) if test.any() else float("nan")
    return float(right[~test].mean()), held, int((~test).sum()), int(test.sum())


def map_levels(
    found: tuple[NDArray[np.float32], NDArray[np.float32]],
) -> NDArray[np.uint16]:
    """The probabilities of the places as whole numbers 0..65535, (classes, side, side)."""
    return np.rint(65535.0 * found[0]).astype(np.uint16)
