"""A small network that learns to part a plane, and what each of its units makes of it.

Points go in as chosen features of their two coordinates, through layers of a few units, and come out as
a probability for each class. It learns by plain stochastic gradient descent on the cross-entropy, as
TensorFlow Playground does (D. Smilkov et al., "Direct-manipulation visualization of deep networks",
2017), which has one output instead. Of points with numbers instead of classes it learns these, by the
mean squared error. Forward and backward pass are those of `engine.table.mlp`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.softmax import softmax_rows
from engine.table.mlp import (
    TEST_SCORE,
    activated,
    first_weights,
    mlp_forward,
    mlp_gradients,
    mlp_layers,
    mlp_measures,
)
from engine.table.plane import class_count, grid_places, standardised, value_units

FEATURES = ("x", "y", "xx", "yy", "xy", "sinx", "siny")
#: By which the sine features multiply: within -2..2, where most points lie, that is about two waves.
TURN = 3.0
#: So many columns of a run stand before the weights: the measures of `mlp_measures`.
FACTS = TEST_SCORE + 1


def plane_features(
    places: NDArray[np.float64], *, features: tuple[str, ...]
) -> NDArray[np.float64]:
    """What the network sees of places: x, y, their squares, their product, the sines of 3x and 3y.

    Parameters
    ----------
    places : (n, 2 or more) in standard units. features : some of `FEATURES`.

    Returns
    -------
    float64 array (n, features).
    """
    x, y = places[:, 0], places[:, 1]
    every = {
        "x": x,
        "y": y,
        "xx": x * x,
        "yy": y * y,
        "xy": x * y,
        "sinx": np.sin(TURN * x),
        "siny": np.sin(TURN * y),
    }
    return np.stack([every[name] for name in features], axis=1)


def plane_sizes(
    *, features: tuple[str, ...], hidden: tuple[int, ...], classes: int
) -> tuple[int, ...]:
    """The numbers of each layer: of features, of the units of each hidden layer, of classes.

    `classes` : 0 for a network that gives a number.
    """
    return (len(features), *hidden, classes or 1)


def shrink(weights: NDArray[np.float64], *, sizes: tuple[int, ...]) -> NDArray[np.float64]:
    """The gradient of the sum of |w|: the sign of each weight; 0 for biases. Float64 (P,)."""
    signs = np.zeros_like(weights)
    for (part, _biases), (matrix, _) in zip(
        mlp_layers(signs, sizes=sizes), mlp_layers(weights, sizes=sizes), strict=True
    ):
        part[:] = np.sign(matrix)
    return signs


def seen_and_aims(
    points: NDArray[np.float64],
    test: NDArray[np.bool_],
    plane: NDArray[np.float64],
    *,
    features: tuple[str, ...],
    numbers: bool = False,
) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """What the network sees of each point, what it should answer, and how many classes there are.

    Returns
    -------
    float64 arrays (n, features) and (n,), the classes or the numbers in standard units; int, 0 of
    numbers.
    """
    known = standardised(points, plane)
    seen = plane_features(known, features=features)
    if not numbers:
        return seen, known[:, 2], class_count(points)
    mean, deviation, _reach = value_units(points, test)
    return seen, (points[:, 2] - mean) / deviation, 0


def network_steps(
    points: NDArray[np.float64],
    test: NDArray[np.bool_],
    plane: NDArray[np.float64],
    *,
    features: tuple[str, ...],
    hidden: tuple[int, ...],
    activation: str,
    rate: float,
    batch: int,
    penalty: str,
    strength: float,
    epochs: int,
    seed: int,
    numbers: bool = False,
    resume: bytes = b"",
) -> Iterator[tuple[NDArray[np.float64], bytes]]:
    """Learn epoch by epoch; an epoch shows every point that is not held out once, in a random order.

    Parameters
    ----------
    points : (n, 3) x, y, class. test : (n,) what is held out. plane : see `plane_of`.
    numbers : the points have numbers instead of classes; they are learnt in standard units.
    features : some of `FEATURES`. hidden : the units of each hidden layer, () for none.
    rate : the learning rate. batch : points between two steps.
    penalty : "none", "l1" (strength * sum |w|) or "l2" (strength / 2 * sum w²); not of the biases.
    resume : the state of an epoch; the run goes on with the next one.

    Yields
    ------
    (shown, state) before the first epoch and after each: a row of the mean cross-entropy and the
    share of right answers of the points learnt from, the same of those held out (NaN if there are none),
    then all weights; NaN for numbers that have become too large. Of numbers it is the mean squared
    error in standard units, and R2. The state is that of `state_after`.
    """
    seen, aims, classes = seen_and_aims(points, test, plane, features=features, numbers=numbers)
    sizes = plane_sizes(features=features, hidden=hidden, classes=classes)
    learn = np.flatnonzero(~test)
    weights, epoch = first_weights(sizes=sizes, seed=seed), 0
    if resume:
        kept = np.frombuffer(resume)
        epoch, weights = int(kept[0]) + 1, kept[1:].copy()
    shape: dict[str, Any] = {"sizes": sizes, "activation": activation, "classes": classes}
    while epoch <= epochs:
        # Too great a rate lets the weights overflow; the row then says so by NaN.
        with threadpool_limits(limits=1), np.errstate(over="ignore", invalid="ignore"):
            order = np.random.default_rng([seed, epoch]).permutation(learn) if epoch else learn[:0]
            for start in range(0, len(order), batch):
                some = order[start : start + batch]
                decay = strength if penalty == "l2" else 0.0
                gradient = mlp_gradients(weights, seen[some], aims[some], penalty=decay, **shape)
                if penalty == "l1":
                    gradient = gradient + strength * shrink(weights, sizes=sizes)
                weights = weights - rate * gradient
            measures = mlp_measures(weights, seen, aims, ~test, **shape)
        if not np.isfinite(weights).all():
            measures = np.full(FACTS, np.nan)
        yield np.concatenate([measures, weights]), state_after(epoch, weights)
        epoch += 1


def state_after(epoch: int, weights: NDArray[np.float64]) -> bytes:
    """The state from which `network_steps` goes on behind an epoch: its number and the weights."""
    return np.append(epoch, weights).tobytes()


def rows_of_run(rows: list[NDArray[np.float64]], state: bytes = b"") -> NDArray[np.float64]:
    """All rows of a run as one array; the last state is not needed."""
    return np.stack(rows)


def playground(
    points: NDArray[np.float64],
    test: NDArray[np.bool_],
    plane: NDArray[np.float64],
    *,
    features: tuple[str, ...],
    hidden: tuple[int, ...],
    activation: str,
    rate: float,
    batch: int,
    penalty: str,
    strength: float,
    epochs: int,
    seed: int,
    numbers: bool = False,
) -> NDArray[np.float64]:
    """The whole run of `network_steps`, float64 (epochs + 1, 4 + weights)."""
    pairs = list(
        network_steps(
            points,
            test,
            plane,
            features=features,
            hidden=hidden,
            activation=activation,
            rate=rate,
            batch=batch,
            penalty=penalty,
            strength=strength,
            epochs=epochs,
            seed=seed,
            numbers=numbers,
        )
    )
    return rows_of_run([shown for shown, _state in pairs], pairs[-1][1])


# --------------------------------------------------------------------------- what a run has learnt


def some_epochs(run: NDArray[np.float64], *, most: int) -> tuple[int, ...]:
    """The numbers of at most `most` epochs of a run: each k-th one, and the last.

    Parameters
    ----------
    run : (epochs, 4 + weights), see `network_steps`. most : int >= 2.
    """
    last = len(run) - 1
    every = max(1, -(-last // (most - 1)))
    return (*range(0, last, every), last)


def rows_after(run: NDArray[np.float64], *, epochs: tuple[int, ...]) -> NDArray[np.float64]:
    """The rows of some epochs of a run."""
    return run[list(epochs)]


def class_maps(
    run: NDArray[np.float64],
    plane: NDArray[np.float64],
    *,
    features: tuple[str, ...],
    sizes: tuple[int, ...],
    activation: str,
    side: int,
) -> NDArray[np.uint16]:
    """The probability of each class at every place, after every epoch.

    Parameters
    ----------
    run : (epochs, 4 + weights), see `network_steps`. sizes : see `plane_sizes`.

    Returns
    -------
    uint16 array (epochs, classes, side, side): 65535 is certain; all 0 where numbers are too large.
    """
    seen = plane_features(grid_places(plane, side=side), features=features)
    found = np.empty((len(run), sizes[-1], side, side), np.uint16)
    with threadpool_limits(limits=1), np.errstate(over="ignore", invalid="ignore"):
        for number, row in enumerate(run[:, FACTS:]):
            sums = mlp_forward(row, seen, sizes=sizes, activation=activation)[-1]
            chances = softmax_rows(sums)
            found[number] = np.rint(65535 * np.nan_to_num(chances)).T.reshape(found.shape[1:])
    return found


def value_maps(
    run: NDArray[np.float64],
    points: NDArray[np.float64],
    test: NDArray[np.bool_],
    plane: NDArray[np.float64],
    *,
    features: tuple[str, ...],
    sizes: tuple[int, ...],
    activation: str,
    side: int,
) -> NDArray[np.uint8]:
    """The number that a network gives every place, after every epoch.

    Returns
    -------
    uint8 array (epochs, 1, side, side): 128 is the mean of the numbers learnt from, 255 and 1 are
    as far above and below it as the farthest point, or farther.
    """
    seen = plane_features(grid_places(plane, side=side), features=features)
    _mean, deviation, reach = value_units(points, test)
    found = np.empty((len(run), 1, side, side), np.uint8)
    with threadpool_limits(limits=1), np.errstate(over="ignore", invalid="ignore"):
        for number, row in enumerate(run[:, FACTS:]):
            given = mlp_forward(row, seen, sizes=sizes, activation=activation)[-1]
            parts = np.clip(np.nan_to_num(given * deviation / reach), -1, 1)
            found[number] = np.rint(128 + 127 * parts).reshape(1, side, side)
    return found


def unit_maps(
    run: NDArray[np.float64],
    plane: NDArray[np.float64],
    *,
    features: tuple[str, ...],
    sizes: tuple[int, ...],
    activation: str,
    side: int,
) -> NDArray[np.uint8]:
    """What every feature and every hidden unit gives at every place, after every epoch.

    Parameters
    ----------
    run, sizes : see `class_maps`.

    Returns
    -------
    uint8 array (epochs, features + hidden units, side, side): 128 is 0, 255 and 1 are the
    greatest absolute value of the map, but at least 1.
    """
    seen = plane_features(grid_places(plane, side=side), features=features)
    found = np.empty((len(run), sum(sizes[:-1]), side, side), np.uint8)
    with threadpool_limits(limits=1), np.errstate(over="ignore", invalid="ignore"):
        for number, row in enumerate(run[:, FACTS:]):
            values = mlp_forward(row, seen, sizes=sizes, activation=activation)[:-1]
            maps = np.nan_to_num(np.concatenate(values, axis=1).T)
            most = np.maximum(np.abs(maps).max(axis=1, keepdims=True), 1)
            found[number] = np.rint(128 + 127 * (maps / most)).reshape(found.shape[1:])
    return found


def unit_map(
    run: NDArray[np.float64],
    plane: NDArray[np.float64],
    *,
    features: tuple[str, ...],
    sizes: tuple[int, ...],
    activation: str,
    epoch: int,
    layer: int,
    unit: int,
    side: int,
) -> NDArray[np.uint8]:
    """The map of one hidden unit after one epoch, uint8 (1, 1, side, side); see `unit_maps`."""
    shape: dict[str, Any] = {"features": features, "sizes": sizes, "activation": activation}
    every = unit_maps(run[epoch : epoch + 1], plane, side=side, **shape)
    number = sum(sizes[: layer + 1]) + unit
    return every[:, number : number + 1].copy()


def weight_rows(run: NDArray[np.float64]) -> NDArray[np.float32]:
    """The weights after every epoch, float32 (epochs, weights); 0 where they are too large."""
    weights = np.nan_to_num(run[:, FACTS:], posinf=0, neginf=0)
    return np.where(np.abs(weights) < 1e30, weights, 0).astype(np.float32)


def fact_rows(run: NDArray[np.float64]) -> NDArray[np.float64]:
    """Losses and shares of right answers after every epoch, (epochs, 4)."""
    return run[:, :FACTS].copy()


def last_facts(run: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Loss and share of right answers after the last epoch: learnt from, then held out."""
    learn_loss, learn_right, test_loss, test_right = run[-1, :FACTS].tolist()
    return learn_loss, learn_right, test_loss, test_right


def first_overflow(run: NDArray[np.float64]) -> int:
    """The first epoch after which a weight was too large for a number, or -1."""
    bad = np.flatnonzero(~np.isfinite(run[:, FACTS:]).all(axis=1))
    return int(bad[0]) if len(bad) else -1


def unit_sum(
    run: NDArray[np.float64],
    points: NDArray[np.float64],
    plane: NDArray[np.float64],
    *,
    features: tuple[str, ...],
    sizes: tuple[int, ...],
    activation: str,
    epoch: int,
    point: int,
    layer: int,
    unit: int,
) -> NDArray[np.float64]:
    """The arithmetic of one hidden unit for one point.

    Parameters
    ----------
    epoch, point, layer, unit : counted from 0; hidden layers only.

    Returns
    -------
    float64 array (3, inputs + 2): the inputs, the weights, the products; then 1, the bias, the bias;
    last NaN, the sum of the products and the bias, and what the activation makes of it.
    """
    row = run[epoch, FACTS:]
    one = plane_features(standardised(points[point : point + 1], plane), features=features)
    with np.errstate(over="ignore", invalid="ignore"):
        inputs = mlp_forward(row, one, sizes=sizes, activation=activation)[layer][0]
        weights, biases = mlp_layers(row, sizes=sizes)[layer]
        products = inputs * weights[:, unit]
        total = products.sum() + biases[unit]
        given = activated(np.array([total]), activation=activation)[0]
    return np.stack(
        [
            np.concatenate([inputs, [1, np.nan]]),
            np.concatenate([weights[:, unit], [biases[unit], total]]),
            np.concatenate([products, [biases[unit], given]]),
        ]
    )


def standard_point(
    points: NDArray[np.float64], plane: NDArray[np.float64], *, point: int
) -> NDArray[np.float64]:
    """One point: its value, mean and deviation of what is learnt from, and (value - mean) / deviation.

    Returns
    -------
    float64 array (2, 4), a row for x and for y.
    """
    value = points[point, :2]
    return np.stack([value, plane[:, 0], plane[:, 1], (value - plane[:, 0]) / plane[:, 1]], axis=1)
