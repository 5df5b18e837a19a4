"""A classifier of sentences, trained at once: logistic regression on vectors that are there already.

D. R. Cox, "The regression analysis of binary sequences", 1958; for several classes see C. M. Bishop,
"Pattern Recognition and Machine Learning", 2006, 4.3.4. Reference implementation: scikit-learn,
`LogisticRegression` with its default C = 1.
"""

from __future__ import annotations

import numpy as np
import scipy.optimize
from numpy.typing import NDArray

from engine.errors import N_, UserError
from engine.language.search import tf_idf_rows
from engine.softmax import softmax_rows

LEAST = 4  # sentences of each label, of which one is held out
HELD_OUT = 3  # every third sentence of a label is kept for the test
MOST = 120  # sentences

#: A label and a sentence.
Labelled = tuple[tuple[str, str], ...]


def labelled_lines(text: str, *, most: int = MOST) -> Labelled:
    """Sentences with their labels: a line each, the label before the first colon.

    Lines without a colon, and what is behind `most` sentences, are left out.

    Raises
    ------
    UserError : there are fewer than two labels, or a label has fewer than `LEAST` sentences.
    """
    found = []
    for line in text.splitlines():
        label, colon, sentence = line.replace("：", ":").partition(":")
        if colon and label.strip() and sentence.strip():
            found.append((" ".join(label.split())[:30], " ".join(sentence.split())[:300]))
    found = found[:most]
    counts = {label: sum(one == label for one, _text in found) for label, _text in found}
    if len(counts) < 2:
        raise UserError(N_("Write at least two labels, each line as “label: sentence”."))
    rare = min(counts, key=lambda label: counts[label])
    if counts[rare] < LEAST:
        raise UserError(
            N_("The label “{label}” has {count} sentences; at least {least} are needed."),
            label=rare,
            count=counts[rare],
            least=LEAST,
        )
    return tuple(found)


def label_names(lines: Labelled) -> tuple[str, ...]:
    """The different labels, in the order in which they appear."""
    return tuple(dict.fromkeys(label for label, _text in lines))


def sentences_in(lines: Labelled) -> tuple[str, ...]:
    """The sentences without their labels."""
    return tuple(text for _label, text in lines)


def label_numbers(lines: Labelled, names: tuple[str, ...]) -> NDArray[np.int64]:
    """The number of each sentence's label."""
    return np.array([names.index(label) for label, _text in lines], np.int64)


def held_out(labels: NDArray[np.int64], *, seed: int = 0) -> NDArray[np.bool_]:
    """Which sentences are kept for the test: of each label every third one, in an order by chance.

    Returns
    -------
    bool array (sentences,), at least one True and two False for each label.
    """
    chance = np.random.default_rng(seed)
    kept = np.zeros(len(labels), bool)
    for label in range(labels.max() + 1):
        places = chance.permutation(np.flatnonzero(labels == label))
        kept[places[::HELD_OUT][: len(places) // HELD_OUT]] = True
    return kept


def chosen_texts(texts: tuple[str, ...], mask: NDArray[np.bool_]) -> tuple[str, ...]:
    """The texts where the mask is False: those to learn from."""
    return tuple(text for text, kept in zip(texts, mask, strict=True) if not kept)


def fit(
    rows: NDArray[np.floating], labels: NDArray[np.int64], mask: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Train on the sentences that are not held out.

    What is made small is the sum over the sentences of -ln(probability of the right label), plus half
    the sum of the squared weights, which keeps them from growing without end; biases go free.

    Parameters
    ----------
    rows : array [shape=(sentences, n)].
    labels : int array (sentences,), 0..labels - 1.
    mask : bool array (sentences,), True: held out.

    Returns
    -------
    float64 array (labels, n + 1): the weights, and the bias in the last column.
    """
    x, y = rows[~mask].astype(np.float64), labels[~mask]
    count, width = int(labels.max()) + 1, x.shape[1]
    right = np.eye(count)[y]  # (sentences, labels), one-hot
    # Of two labels only the difference counts. As scikit-learn does, it is taken as one vector, whose
    # square is twice the sum of the squares of its halves.
    strength = 2.0 if count == 2 else 1.0

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(count, width + 1)
        p = probabilities(x, weights)
        value = -np.log((p * right).sum(axis=1)).sum() + strength * (weights[:, :-1] ** 2).sum() / 2
        error = p - right
        slope = np.einsum("sc,sn->cn", error, x) + strength * weights[:, :-1]
        return float(value), np.column_stack([slope, error.sum(axis=0)]).ravel()

    start = np.zeros(count * (width + 1))
    options = {"maxiter": 500, "ftol": 1e-12, "gtol": 1e-7}
    found = scipy.optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options=options)
    return np.asarray(found.x, np.float64).reshape(count, width + 1)


def probabilities(rows: NDArray[np.floating], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Softmax of weights times row plus bias: float64 (rows, labels), each row with the sum 1."""
    scores = np.einsum("sn,cn->sc", rows, weights[:, :-1]) + weights[:, -1]
    return softmax_rows(scores)


def confusion(
    answers: NDArray[np.float64], labels: NDArray[np.int64], mask: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """How many held-out sentences of each label (row) got each label (column)."""
    count = answers.shape[1]
    table = np.zeros((count, count), np.int64)
    np.add.at(table, (labels[mask], answers[mask].argmax(axis=1)), 1)
    return table


def share_right(table: NDArray[np.int64]) -> float:
    """The share of a confusion table that lies on its diagonal, 0..1."""
    return float(np.trace(table) / table.sum())


def mistakes(
    answers: NDArray[np.float64], labels: NDArray[np.int64], mask: NDArray[np.bool_]
) -> tuple[tuple[int, int, float], ...]:
    """The held-out sentences that got a wrong label: (sentence, label it got, its probability)."""
    guesses = answers.argmax(axis=1)
    wrong = np.flatnonzero(mask & (guesses != labels))
    return tuple((int(n), int(guesses[n]), float(answers[n, guesses[n]])) for n in wrong)


def over_splits(
    rows: NDArray[np.floating], labels: NDArray[np.int64], *, splits: int = 10
) -> NDArray[np.float64]:
    """The share of right answers on what was held out, each time other sentences: (splits,).

    The rows are the same in each split; those of TF-IDF are not, see `over_splits_of_words`.
    """
    found = []
    for seed in range(splits):
        mask = held_out(labels, seed=seed)
        answers = probabilities(rows, fit(rows, labels, mask))
        found.append(share_right(confusion(answers, labels, mask)))
    return np.array(found)


def over_splits_of_words(
    texts: tuple[str, ...], labels: NDArray[np.int64], *, unit: str, splits: int = 10
) -> NDArray[np.float64]:
    """As `over_splits`, by TF-IDF, whose words are those of the sentences that are learned from."""
    found = []
    for seed in range(splits):
        mask = held_out(labels, seed=seed)
        rows = tf_idf_rows(chosen_texts(texts, mask), texts, unit=unit)
        answers = probabilities(rows, fit(rows, labels, mask))
        found.append(share_right(confusion(answers, labels, mask)))
    return np.array(found)


def share_right_on_training(
    answers: NDArray[np.float64], labels: NDArray[np.int64], mask: NDArray[np.bool_]
) -> float:
    """The share of right answers on the very sentences that were learned from, 0..1."""
    return share_right(confusion(answers, labels, ~mask))


def shuffled_labels(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The labels in an order by chance, so that they say nothing about the sentences."""
    return np.random.default_rng(0).permutation(labels)
