"""Several workers that learn one set of weights, simulated event by event in a time of their own.

Synchronous: all workers take the gradient of the same weights, and the mean of their gradients is one
step, when the slowest has come. Asynchronous: each reads the weights, works, and applies its gradient
when it has it, to weights that others have changed meanwhile (F. Niu et al., "Hogwild!", 2011; J. Dean
et al., "Large scale distributed deep networks", 2012). The gradients are real, only the clock is not.
"""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from engine.training.batches import batch_gradient, mean_cross_entropy, with_constant

BATCH_OF_WORKER = 20
JITTER = 0.1  # standard deviation of a worker's time for a gradient, of its mean
#: Columns of a schedule.
WORKER, STARTED, ENDED, STALE = range(4)

#: A schedule, and losses at each unit of time, as `simulated` returns them.
Simulation = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def durations(
    chance: np.random.Generator, *, worker: int, slow: float
) -> float:  # one gradient's time
    """How long a worker takes for one gradient: about 1; the first one `slow` times as long."""
    mean = slow if worker == 0 else 1.0
    return float(mean * max(0.2, 1 + JITTER * chance.standard_normal()))


def simulated(
    pictures: NDArray[np.uint8],
    labels: NDArray[np.int64],
    *,
    workers: int,
    together: bool,
    rate: float,
    slow: float = 1.0,
    until: float = 40.0,
    seed: int = 0,
) -> Simulation:
    """Let workers learn digits for some simulated time.

    A gradient always moves the weights by `rate`: together, the step is `rate` x `workers` times the
    mean gradient. So both ways learn as much from each example, and differ in waiting and in age only.

    Parameters
    ----------
    pictures, labels : the first 4/5 to learn from, the others to measure the loss.
    together : bool, synchronous.
    slow : float, how many times as long the first worker takes.
    until : float, in units of the mean time of a gradient.

    Returns
    -------
    schedule : float64 array (gradients, 4), by the time of their end: worker, start, end, and how many
        updates the weights had meanwhile (`STALE`).
    losses : float64 array (until + 1,), at each unit of time.
    weights : float64 array (785, 10), at the end.
    """
    x = with_constant(pictures)
    learn = len(x) - held_digits(count=len(x))
    test, test_labels = x[learn:], labels[learn:]
    batches = [np.random.default_rng([seed, worker, 0]) for worker in range(workers)]
    clocks = [np.random.default_rng([seed, worker, 1]) for worker in range(workers)]
    weights = np.zeros((x.shape[1], 10))

    def gradient_for(worker: int, read: NDArray[np.float64]) -> NDArray[np.float64]:
        part = batches[worker].integers(learn, size=BATCH_OF_WORKER)
        return batch_gradient(x[part], labels[part], read)

    rows: list[tuple[float, float, float, float]] = []
    losses = [mean_cross_entropy(test, test_labels, weights)[0]]

    def look(now: float) -> None:  # the loss at each unit of time before `now`
        if len(losses) <= min(now, until):
            value = mean_cross_entropy(test, test_labels, weights)[0]
            while len(losses) <= min(now, until):
                losses.append(value)

    if together:
        now = 0.0
        while True:
            ends = [now + durations(clocks[w], worker=w, slow=slow) for w in range(workers)]
            if max(ends) > until:
                break
            total = sum(gradient_for(w, weights) for w in range(workers))
            look(max(ends))
            weights = weights - rate * total
            rows += [(w, now, ends[w], 0) for w in range(workers)]
            now = max(ends)
    else:
        updates = 0
        queue = [(durations(clocks[w], worker=w, slow=slow), w, 0.0, 0) for w in range(workers)]
        heapq.heapify(queue)
        read = [weights] * workers
        while queue[0][0] <= until:
            end, worker, start, version = heapq.heappop(queue)
            look(end)
            weights = weights - rate * gradient_for(worker, read[worker])
            rows.append((worker, start, end, updates - version))
            updates += 1
            read[worker] = weights
            later = end + durations(clocks[worker], worker=worker, slow=slow)
            heapq.heappush(queue, (later, worker, end, updates))
    look(until)
    return np.array(rows, np.float64).reshape(-1, 4), np.array(losses), weights


def one_after_another(
    pictures: NDArray[np.uint8],
    labels: NDArray[np.int64],
    *,
    rate: float,
    updates: int,
    seed: int = 0,
) -> NDArray[np.float64]:
    """Plain gradient descent with the batches that worker 0 draws: the weights, float64 (785, 10)."""
    x = with_constant(pictures)
    learn = len(x) - held_digits(count=len(x))
    chance = np.random.default_rng([seed, 0, 0])
    weights = np.zeros((x.shape[1], 10))
    for _update in range(updates):
        part = chance.integers(learn, size=BATCH_OF_WORKER)
        weights = weights - rate * batch_gradient(x[part], labels[part], weights)
    return weights


def held_digits(*, count: int) -> int:
    """How many of the digits, the last ones, are only tested with."""
    return count - count * 4 // 5


def schedule_of(run: Simulation) -> NDArray[np.float64]:
    """The schedule of a simulation."""
    return run[0].copy()


def losses_of(run: Simulation) -> NDArray[np.float64]:
    """The losses of a simulation, at each unit of time."""
    return run[1].copy()


def pace(run: Simulation) -> tuple[float, float, float]:
    """Gradients used in a unit of time, their mean age in updates, and the greatest age."""
    rows, losses = run[0], run[1]
    if not len(rows):
        return 0.0, 0.0, 0.0
    ages = rows[:, STALE]
    return len(rows) / (len(losses) - 1), float(ages.mean()), float(ages.max())


def age_counts(run: Simulation) -> NDArray[np.int64]:
    """How many gradients had an age of 0, 1, 2, ... updates."""
    return np.bincount(run[0][:, STALE].astype(np.int64), minlength=1)
