"""The same examples, the same test: features made by rules against features that a network has learnt.

The models on top are scikit-learn's. Everything is repeated with several seeds, each of which tests
other examples, because the difference of two methods on one test may be luck.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.training.backbone import embeddings
from engine.training.classical_rows import hog_rows, mfcc_rows, raw_rows
from engine.training.loop import epoch_of, pack_state, start_epoch, unpack_state
from engine.training.ownset import Examples, sound_set
from engine.training.texttune import batch_vectors

#: Examples of each class to learn from.
EACH = (1, 2, 5, 10, 20)
#: What is tested of each class: a third, but no more than so many.
MOST_TESTED = 30
#: What is compared: features and model, by kind of data.
METHODS_FOR = {
    "picture": ("raw", "hog", "deep"),
    "sound": ("mfcc_forest", "mfcc", "deep"),
    "text": ("tfidf", "minilm"),
}

#: Shares of right answers (methods, `EACH`, seeds), NaN where there is none; the answers of the first
#: seed at the greatest number (methods, n), -1 for what is not tested; numbers of an example (methods,).
Compared = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]


def svm() -> Any:
    """A linear support vector machine on standardised numbers (C. Cortes and V. Vapnik, 1995)."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import LinearSVC

    return make_pipeline(StandardScaler(), LinearSVC(C=0.01, random_state=0))


def forest() -> Any:
    """A forest of 100 decision trees (L. Breiman, "Random forests", 2001)."""
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(n_estimators=100, random_state=0)


def logistic() -> Any:
    """A logistic regression (D. R. Cox, 1958)."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=10, max_iter=1000)


def word_weights(unit: str) -> Any:
    """TF-IDF with a logistic regression; the vocabulary is that of the sentences learnt from.

    Parameters
    ----------
    unit : "word" for words, "grams" for one and two characters.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline

    cut = {"analyzer": "char", "ngram_range": (1, 2)} if unit == "grams" else {}
    # A word of one letter, as "I", counts, too.
    return make_pipeline(TfidfVectorizer(token_pattern=r"(?u)\b\w+\b", **cut), logistic())


def drawn_split(
    labels: NDArray[np.int64], *, seed: int
) -> tuple[NDArray[np.int64], list[NDArray[np.int64]]]:
    """What is tested with; of each class the rest in a random order, of which the first are learnt."""
    random = np.random.default_rng(seed)
    orders = [random.permutation(np.flatnonzero(labels == c)) for c in range(labels.max() + 1)]
    cuts = [min(MOST_TESTED, max(1, len(order) // 3)) for order in orders]
    tested = np.concatenate([order[:cut] for order, cut in zip(orders, cuts, strict=True)])
    return np.sort(tested), [order[cut:] for order, cut in zip(orders, cuts, strict=True)]


def compared(
    methods: Sequence[tuple[Any, Any]], labels: NDArray[np.int64], seeds: int, resume: bytes
) -> Iterator[tuple[Compared, bytes]]:
    """Try each method with each seed, and yield what is known so far: first nothing, then step by step.

    Parameters
    ----------
    methods : (rows, make): an array or an array of texts, one for each example, and what makes a model.
    """
    shares = np.full((len(methods), len(EACH), seeds), np.nan)
    said = np.full((len(methods), len(labels)), -1, np.int64)
    sizes = np.array([rows.shape[1] if rows.ndim > 1 else 0 for rows, _make in methods])
    done = -1
    if resume:
        kept = unpack_state(resume, {})
        shares, said, done = kept["shares"].copy(), kept["said"].copy(), epoch_of(resume)
    for step in range(done + 1, seeds * len(methods) + 1):
        start_epoch(0, step)
        if step:
            seed, method = divmod(step - 1, len(methods))
            rows, make = methods[method]
            tested, pools = drawn_split(labels, seed=seed)
            with threadpool_limits(limits=1):  # one thread adds in one order
                for place, each in enumerate(EACH):
                    if each > max(map(len, pools)):
                        continue
                    learnt = np.concatenate([pool[:each] for pool in pools])
                    answers = make().fit(rows[learnt], labels[learnt]).predict(rows[tested])
                    shares[method, place, seed] = (answers == labels[tested]).mean()
                    if seed == 0:
                        said[method, tested] = answers
        state = pack_state({}, epoch=step, shares=shares, said=said)
        yield (shares.copy(), said.copy(), sizes), state


def compare_pictures_steps(
    examples: Examples, weights: str, *, seeds: int = 3, resume: bytes = b""
) -> Iterator[tuple[Compared, bytes]]:
    """Gray levels, histograms of gradients and ResNet-18's numbers, each with the same linear machine.

    Parameters
    ----------
    examples : see `engine.training.ownset`. weights : str, path of ResNet-18's file.
    seeds : int >= 1. resume : bytes, a state that was yielded.

    Yields
    ------
    (shares, answers, numbers of an example), see `Compared`; state.
    """
    pictures, labels = examples[:2]
    rows = (
        raw_rows(pictures),
        hog_rows(pictures),
        embeddings(examples, weights, architecture="resnet18"),
    )
    yield from compared([(one, svm) for one in rows], labels, seeds, resume)


def compare_sounds_steps(
    set_file: bytes, weights: str, *, seeds: int = 3, resume: bytes = b""
) -> Iterator[tuple[Compared, bytes]]:
    """Cepstral statistics with a forest and with a linear machine, against ResNet-18's numbers.

    The network sees each sound as a picture, its log-mel spectrogram; see `compare_pictures_steps`.
    """
    examples = sound_set(set_file)
    rows = mfcc_rows(set_file)
    deep = embeddings(examples, weights, architecture="resnet18")
    yield from compared([(rows, forest), (rows, svm), (deep, svm)], examples[1], seeds, resume)


def compare_texts_steps(
    sentences: tuple[str, ...],
    labels: NDArray[np.int64],
    minilm: str,
    *,
    unit: str = "word",
    seeds: int = 3,
    resume: bytes = b"",
) -> Iterator[tuple[Compared, bytes]]:
    """TF-IDF against MiniLM's numbers, each with a logistic regression; see `compare_pictures_steps`.

    unit : see `word_weights`.
    """
    texts = np.array(sentences, dtype=object)
    methods = [(texts, lambda: word_weights(unit)), (batch_vectors(minilm, sentences), logistic)]
    yield from compared(methods, labels, seeds, resume)


def collect_compared(shown: list[Compared], state: bytes = b"") -> Compared:
    """What is known behind the last step."""
    return shown[-1]


def compare_pictures(examples: Examples, weights: str, *, seeds: int = 3) -> Compared:
    """The last step of `compare_pictures_steps`."""
    return collect_compared(
        [s for s, _state in compare_pictures_steps(examples, weights, seeds=seeds)]
    )


def compare_sounds(set_file: bytes, weights: str, *, seeds: int = 3) -> Compared:
    """The last step of `compare_sounds_steps`."""
    return collect_compared(
        [s for s, _state in compare_sounds_steps(set_file, weights, seeds=seeds)]
    )


def compare_texts(
    sentences: tuple[str, ...],
    labels: NDArray[np.int64],
    minilm: str,
    *,
    unit: str = "word",
    seeds: int = 3,
) -> Compared:
    """The last step of `compare_texts_steps`."""
    steps = compare_texts_steps(sentences, labels, minilm, unit=unit, seeds=seeds)
    return collect_compared([shown for shown, _state in steps])
