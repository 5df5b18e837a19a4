"""A weight of a trained network, turned by hand: what becomes of its loss, and whether it recovers.

The network is that of `engine.table.playground`, its weights one list of numbers as in
`engine.table.mlp`. What a hand has set is measured like an epoch of a run, and training can go on from
there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.table.mlp import mlp_layers, mlp_measures
from engine.table.playground import FACTS, network_steps, seen_and_aims, state_after


def weights_after(run: NDArray[np.float64], *, epoch: int) -> NDArray[np.float64]:
    """The weights after an epoch of a run, float64 (P,)."""
    return run[epoch, FACTS:].copy()


def layer_table(
    weights: NDArray[np.float64], *, sizes: tuple[int, ...], layer: int
) -> NDArray[np.float64]:
    """The weights into one layer, a column for each of its units; its biases are the last row.

    Parameters
    ----------
    layer : int, 0 is the first layer that has weights.

    Returns
    -------
    float64 array (inputs + 1, units).
    """
    matrix, biases = mlp_layers(weights, sizes=sizes)[layer]
    return np.vstack([matrix, biases])


def with_weight(
    weights: NDArray[np.float64],
    *,
    sizes: tuple[int, ...],
    layer: int,
    row: int,
    column: int,
    value: float,
) -> NDArray[np.float64]:
    """The same weights but for one, which is set to `value`.

    Parameters
    ----------
    weights : float64 array (P,). sizes : the numbers of each layer.
    layer : int, 0 is the first layer that has weights. row : the input from which the weight comes; the
        row behind the last one is the bias. column : the unit to which it goes.

    Returns
    -------
    float64 array (P,), a copy.

    Raises
    ------
    ValueError : there is no such weight.
    """
    ins, outs = sizes[layer], sizes[layer + 1]
    if not (0 <= row <= ins and 0 <= column < outs):
        raise ValueError(f"layer {layer} has {ins} inputs and {outs} units, no ({row}, {column})")
    changed = weights.copy()
    layers = mlp_layers(changed, sizes=sizes)  # views: what is set in them is set in `changed`
    matrix, biases = layers[layer]
    if row < ins:
        matrix[row, column] = value
    else:
        biases[column] = value
    return changed


def strongest_weight(
    weights: NDArray[np.float64], *, sizes: tuple[int, ...]
) -> tuple[int, int, int, float]:
    """Layer, row, column and value of the weight that is farthest from 0; biases don't count."""
    best = (0, 0, 0, 0.0)
    for layer, (matrix, _biases) in enumerate(mlp_layers(weights, sizes=sizes)):
        row, column = np.unravel_index(np.abs(matrix).argmax(), matrix.shape)
        if abs(matrix[row, column]) > abs(best[3]):
            best = (layer, int(row), int(column), float(matrix[row, column]))
    return best


def before_and_by_hand(
    before: NDArray[np.float64],
    by_hand: NDArray[np.float64],
    points: NDArray[np.float64],
    test: NDArray[np.bool_],
    plane: NDArray[np.float64],
    *,
    features: tuple[str, ...],
    sizes: tuple[int, ...],
    activation: str,
) -> NDArray[np.float64]:
    """Both lists of weights behind their measures, as the rows of a run: float64 (2, 4 + P)."""
    seen, aims, classes = seen_and_aims(points, test, plane, features=features)
    with np.errstate(over="ignore", invalid="ignore"):
        rows = [
            np.concatenate(
                [
                    mlp_measures(
                        weights,
                        seen,
                        aims,
                        ~test,
                        sizes=sizes,
                        activation=activation,
                        classes=classes,
                    ),
                    weights,
                ]
            )
            for weights in (before, by_hand)
        ]
    return np.stack(rows)


def trained_on(
    pair: NDArray[np.float64],
    points: NDArray[np.float64],
    test: NDArray[np.bool_],
    plane: NDArray[np.float64],
    *,
    epoch: int,
    more: int,
    features: tuple[str, ...],
    hidden: tuple[int, ...],
    activation: str,
    rate: float,
    batch: int,
    penalty: str,
    strength: float,
    seed: int,
) -> NDArray[np.float64]:
    """Training goes on from the weights of the last row, as if they had been learnt.

    Parameters
    ----------
    pair : float64 (2, 4 + P), see `before_and_by_hand`. epoch : the one after which a hand set them.
    more : int, so many epochs. The others are those of `playground`.

    Returns
    -------
    float64 array (2 + more, 4 + P): the pair, then a row after each further epoch.
    """
    steps = network_steps(
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
        epochs=epoch + more,
        seed=seed,
        resume=state_after(epoch, pair[-1, FACTS:]),
    )
    return np.vstack([pair, *(row for row, _state in steps)])
