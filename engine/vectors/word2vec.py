"""word2vec: skip-gram with negative sampling, trained from nothing.

Each word gets a vector, and each word a second one for when it stands near another. A pair of words
that do stand near each other shall score high, a pair drawn at random low.

T. Mikolov, K. Chen, G. Corrado, J. Dean, "Efficient estimation of word representations in vector
space", 2013; T. Mikolov, I. Sutskever, K. Chen, G. Corrado, J. Dean, "Distributed representations of
words and phrases and their compositionality", 2013. The gradients are written out in Y. Goldberg,
O. Levy, "word2vec explained", 2014. The reference implementation, the C tool `word2vec`, takes a step
after each pair. Here the gradients of `BATCH` pairs are added up before each step, and each number has
a stride of its own (J. Duchi, E. Hazan, Y. Singer, "Adaptive subgradient methods", 2011: AdaGrad), so
that frequent words, which meet in one batch many times, do not leap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import regex
import scipy.sparse
from numpy.typing import NDArray
from safetensors.numpy import save
from scipy.special import expit

from engine.errors import N_, UserError
from engine.rank import largest
from engine.text.words import split_words
from engine.vectors.pca import principal_axes

#: Pairs whose gradients are added up before each step of the descent.
BATCH = 512
#: Words that get vectors at most: the most frequent ones.
MOST_WORDS = 2000
#: Words apart in `numbered`: the end of a paragraph.
END = -1


# ------------------------------------------------------------------------------- the words


def paragraph_lines(text: str) -> str:
    """A text as word2vec reads it: a paragraph a line, words in small letters between single spaces.

    Paragraphs end at empty lines; Chinese is cut into words by a dictionary; signs are left out.

    Raises
    ------
    UserError : the text has no words.
    """
    lines = []
    for paragraph in regex.split(r"\n\s*\n", text):
        words = (piece.strip("_").lower() for piece in split_words(paragraph))
        lines.append(" ".join(word for word in words if any(map(str.isalnum, word))))
    found = "\n".join(line for line in lines if line)
    if not found:
        raise UserError(N_("This text has no words. Choose another one."))
    return found


def invented_lines(*, sentences: int, language: str = "en", seed: int = 0) -> str:
    """Sentences of a tiny made-up language whose groups of words are known.

    In each sentence stand words of two groups that belong together, such as people and drinks. Words of
    one group stand in the same places, so they should become neighbours.

    Parameters
    ----------
    sentences : int >= 1.
    language : "en" or "zh", of the words.

    Returns
    -------
    str, as `paragraph_lines` returns it.
    """
    random = np.random.default_rng(seed)
    scenes = SCENES[language]
    lines = []
    for scene in random.integers(0, len(scenes), sentences).tolist():
        slots = [group.split() for group in scenes[scene]]
        lines.append(" ".join(slot[random.integers(len(slot))] for slot in slots))
    return "\n".join(lines)


#: The made-up language: each scene is a sequence of groups, of which a sentence takes one word each.
SCENES = {
    "en": (
        ("the", "anna ben carla david", "drinks sips orders", "coffee tea cocoa milk", "today"),
        ("the", "cat dog hamster rabbit", "chases sees follows", "ball mouse bird leaf", "today"),
        (
            "the",
            "train bus tram ferry",
            "leaves reaches passes",
            "berlin paris rome vienna",
            "today",
        ),
    ),
    "zh": (
        ("在", "小明 小红 小刚 小丽", "喝 点 品尝", "咖啡 茶 可可 牛奶", "了"),
        ("在", "猫 狗 仓鼠 兔子", "追 看见 跟着", "球 老鼠 小鸟 树叶", "了"),
        ("在", "火车 公交 电车 渡轮", "离开 到达 经过", "北京 上海 广州 西安", "了"),
    ),
}


def invented_groups(words: tuple[str, ...], *, language: str = "en") -> NDArray[np.int64]:
    """The group of each noun of the made-up language, two in each scene; -1 for all other words."""
    groups: dict[str, int] = {}
    for scene, slots in enumerate(SCENES[language]):
        groups |= dict.fromkeys(slots[1].split(), 2 * scene)
        groups |= dict.fromkeys(slots[3].split(), 2 * scene + 1)
    return np.array([groups.get(word, -1) for word in words], np.int64)


def joined_lines(lines: str) -> str:
    """All paragraphs as a single one."""
    return lines.replace("\n", " ")


def counted_vocabulary(lines: str, *, least: int = 5, most: int = MOST_WORDS) -> tuple[str, ...]:
    """The vocabulary: words that occur at least `least` times, the most frequent first.

    Of equally frequent words the one that appears first comes first.

    Parameters
    ----------
    lines : str, of `paragraph_lines`.
    most : int, how many at most.

    Raises
    ------
    UserError : fewer than two words are left; a single one has no neighbours.
    """
    ranked = [word for word, n in Counter(lines.split()).most_common() if n >= least]
    if len(ranked) < 2:
        raise UserError(
            N_(
                "Fewer than two words occur {least} times in this text. Choose a longer text or a "
                "smaller count."
            ),
            least=least,
        )
    return tuple(ranked[:most])


def word_counts(lines: str, words: tuple[str, ...]) -> NDArray[np.int64]:
    """How often each word of the vocabulary occurs."""
    counts = Counter(lines.split())
    return np.array([counts[word] for word in words], np.int64)


def numbered(lines: str, words: tuple[str, ...]) -> NDArray[np.int32]:
    """The text as numbers of words, without words that have none; `END` after each paragraph."""
    numbers = {word: n for n, word in enumerate(words)}
    ids: list[int] = []
    for line in lines.split("\n"):
        ids += [numbers[word] for word in line.split() if word in numbers]
        ids.append(END)
    return np.array(ids, np.int32)


# ------------------------------------------------------------------------------- the pairs


def keep_probability(counts: NDArray[np.int64], *, sample: float = 1e-3) -> NDArray[np.float64]:
    """The probability with which each occurrence of a word is kept in an epoch.

    Mikolov et al. 2013b, equation 5: sqrt(sample / frequency), at most 1. If `sample` is 0,
    everything is kept.

    Returns
    -------
    float64 array (words,), 0..1.
    """
    if not sample:
        return np.ones(len(counts))
    return np.minimum(1.0, np.sqrt(sample * counts.sum() / counts))


def noise_distribution(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """The probability of each word to be drawn as noise: its count to the power 3/4, scaled to sum 1.

    Mikolov et al. 2013b found the power by trial: it makes rare words a little less rare.
    """
    weights = counts**0.75
    return weights / weights.sum()


def skip_gram_pairs(
    ids: NDArray[np.int32], reaches: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """All pairs of a word and a word near it.

    Parameters
    ----------
    ids : int array (n,), of `numbered`.
    reaches : int array (n,), how far each word looks to both sides.

    Returns
    -------
    centres, contexts : int32 arrays (pairs,); no pair crosses the end of a paragraph.
    """
    ends = np.cumsum(ids == END)
    centres, contexts = [], []
    for step in range(1, min(int(reaches.max(initial=0)), len(ids) - 1) + 1):
        left, right = ids[:-step], ids[step:]
        near = (ends[:-step] == ends[step:]) & (left != END)
        to_right, to_left = near & (reaches[:-step] >= step), near & (reaches[step:] >= step)
        centres += [left[to_right], right[to_left]]
        contexts += [right[to_right], left[to_left]]
    none = [np.zeros(0, np.int32)]
    return np.concatenate(centres or none), np.concatenate(contexts or none)


def epoch_pairs(
    ids: NDArray[np.int32],
    counts: NDArray[np.int64],
    random: np.random.Generator,
    *,
    window: int,
    sample: float,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The pairs of one epoch in random order: frequent words thinned out, each reach drawn anew.

    A reach drawn evenly from 1..window counts near words more than far ones.
    """
    keep = np.append(keep_probability(counts, sample=sample), 1.0)  # the last belongs to END
    kept = ids[random.random(len(ids)) < keep[ids]]
    centres, contexts = skip_gram_pairs(kept, random.integers(1, window + 1, len(kept)))
    order = random.permutation(len(centres))
    return centres[order], contexts[order]


def how_many_words(ids: NDArray[np.int32]) -> int:
    """The number of words of a text, ends of paragraphs not counted."""
    return int(np.count_nonzero(ids != END))


def neighbourhood(ids: NDArray[np.int32], *, place: int, window: int) -> NDArray[np.int64]:
    """A word and those up to `window` words before and behind it, in its paragraph.

    Parameters
    ----------
    place : int, which word of the text, counted from 0.

    Returns
    -------
    int64 array (n, 2): distance, negative before the word and 0 for itself; number of the word.
    """
    at = int(np.flatnonzero(ids != END)[place])
    ends = np.cumsum(ids == END)
    first = max(0, at - window)
    near = np.arange(first, min(len(ids), at + window + 1))
    near = near[(ends[near] == ends[at]) & (ids[near] != END)]
    return np.stack([near - at, ids[near].astype(np.int64)], axis=1)


def drawn_noise(
    counts: NDArray[np.int64], *, pairs: int, negatives: int, seed: int = 0
) -> NDArray[np.int64]:
    """Noise words for some pairs, each drawn by `noise_distribution`: int64 array (pairs, negatives)."""
    random = np.random.default_rng(seed)
    return random.choice(len(counts), (pairs, negatives), p=noise_distribution(counts))


def noise_shares(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """The share of each word in the text, and in the noise: float64 array (words, 2)."""
    return np.stack([counts / counts.sum(), noise_distribution(counts)], axis=1)


def share_met_once(counts: NDArray[np.int64]) -> float:
    """The share of the vocabulary that occurs a single time, 0..1."""
    return float(np.mean(counts == 1))


def usual_neighbour(ids: NDArray[np.int32], *, row: int) -> int:
    """The word that most often stands within two words of one; the word itself if none does."""
    centres, contexts = skip_gram_pairs(ids, np.full(len(ids), 2))
    around = contexts[centres == row]
    return int(np.argmax(np.bincount(around))) if len(around) else row


def count_pairs(ids: NDArray[np.int32], *, window: int) -> int:
    """How many pairs a text has if every word looks `window` words to both sides."""
    return len(skip_gram_pairs(ids, np.full(len(ids), window))[0])


def share_of_frequent(
    ids: NDArray[np.int32],
    counts: NDArray[np.int64],
    *,
    top: int,
    window: int,
    sample: float,
    seed: int = 0,
) -> float:
    """The share of one epoch's pairs in which one of the `top` most frequent words stands, 0..1."""
    random = np.random.default_rng(seed)
    pairs = np.stack(epoch_pairs(ids, counts, random, window=window, sample=sample))
    return float((pairs < top).any(axis=0).mean()) if pairs.size else 0.0


# ------------------------------------------------------------------------------- the learning


def gradients(
    inputs: NDArray[Any], outputs: NDArray[Any], centres: NDArray[Any], targets: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """The loss of each pair, and the gradients of their sum by both matrices.

    loss = -log s(v . u_context) - sum over the noise words of log s(-v . u_noise), s the sigmoid, v the
    row of the centre in `inputs`, u rows of `outputs` (Goldberg and Levy 2014, equation 4).

    Parameters
    ----------
    inputs, outputs : float arrays (words, dimension).
    centres : int array (pairs,).
    targets : int array (pairs, 1 + negatives): the context, then the noise words.

    Returns
    -------
    losses : (pairs,). by_inputs, by_outputs : (words, dimension).
    """
    pairs, width = targets.shape
    words = len(inputs)
    v = inputs[centres]  # (pairs, dimension)
    scores = np.einsum("pd,ptd->pt", v, outputs[targets])  # (pairs, 1 + negatives)
    sign = np.ones(width, v.dtype)
    sign[1:] = -1  # the context shall score high, noise low
    losses = np.logaddexp(0, -sign * scores).sum(axis=1)  # -log s(x) = log(1 + exp(-x))
    errors = expit(scores)  # s(x) = 1 / (1 + exp(-x))
    errors[:, 0] -= 1  # d loss / d score: probability minus what it should be
    # Row p of this sparse matrix holds pair p's errors in the columns of its targets; row p of the
    # other is one-hot. Their products add up what belongs to one word.
    error = scipy.sparse.csr_array(
        (errors.ravel(), targets.ravel(), np.arange(0, targets.size + 1, width)), (pairs, words)
    )
    hot = scipy.sparse.csr_array(
        (np.ones(pairs, v.dtype), centres, np.arange(pairs + 1)), (pairs, words)
    )
    return losses, hot.T @ (error @ outputs), error.T @ v


def word2vec_steps(
    ids: NDArray[np.int32],
    counts: NDArray[np.int64],
    *,
    dimension: int = 50,
    window: int = 5,
    negatives: int = 5,
    epochs: int = 15,
    rate: float = 0.1,
    sample: float = 1e-3,
    seed: int = 0,
) -> Iterator[NDArray[np.float32]]:
    """Both matrices before the first epoch and after each: stochastic gradient descent with AdaGrad.

    The learning rate falls evenly from `rate` to almost 0. All numbers are float32, and one thread
    computes them.

    Parameters
    ----------
    ids : int32 array (n,), the text, of `numbered`.
    counts : int64 array (words,), of `word_counts`.
    dimension : int >= 2, numbers a word. window : int >= 1. negatives : int >= 0, noise words a pair.
    rate : float > 0. sample : float >= 0, see `keep_probability`.

    Yields
    ------
    float32 array (1 + 2 * words, dimension). Row 0: mean loss of the epoch's pairs, number of pairs,
    zeros. An epoch whose pairs were all thinned out has no loss: NaN.
    Then the rows of the input matrix, then those of the output matrix.

    Raises
    ------
    UserError : no word stands near another, or the vectors grow without limit.
    """
    random = np.random.default_rng(seed)
    words = len(counts)
    inputs = ((random.random((words, dimension)) - 0.5) / dimension).astype(np.float32)
    outputs = np.zeros((words, dimension), np.float32)
    squares_in = np.full_like(inputs, 1e-6)  # more than 0, so that nothing is divided by 0
    squares_out = np.full_like(outputs, 1e-6)
    noise = np.cumsum(noise_distribution(counts))
    most = len(skip_gram_pairs(ids, np.full(len(ids), window))[0])
    if not most:
        raise UserError(
            N_("In this text no two frequent words stand side by side. Choose a longer one.")
        )
    # All scores are 0 at first, so each probability is 1/2.
    yield _sheet(inputs, outputs, (1 + negatives) * np.log(2), 0)
    for epoch in range(epochs):
        centres, contexts = epoch_pairs(ids, counts, random, window=window, sample=sample)
        total = 0.0
        for first in range(0, len(centres), BATCH):
            part = slice(first, first + BATCH)
            drawn = np.searchsorted(noise, random.random((len(centres[part]), negatives)))
            targets = np.column_stack([contexts[part], np.minimum(drawn, words - 1)])
            losses, by_inputs, by_outputs = gradients(inputs, outputs, centres[part], targets)
            done = (epoch + first / len(centres)) / epochs
            step = np.float32(rate * max(1 - done, 1e-4))
            squares_in += by_inputs**2
            squares_out += by_outputs**2
            inputs -= step * by_inputs / np.sqrt(squares_in)
            outputs -= step * by_outputs / np.sqrt(squares_out)
            total += float(losses.sum(dtype=np.float64))
        if not np.isfinite(total):
            raise UserError(N_("The numbers grow without limit. Choose a smaller learning rate."))
        loss = total / len(centres) if len(centres) else np.nan
        yield _sheet(inputs, outputs, loss, len(centres))


def word2vec(
    ids: NDArray[np.int32], counts: NDArray[np.int64], **settings: Any
) -> NDArray[np.float32]:
    """All steps of `word2vec_steps`, whose settings it takes.

    Returns
    -------
    float32 array (1 + epochs, 1 + 2 * words, dimension).
    """
    return np.stack(list(word2vec_steps(ids, counts, **settings)))


def _sheet(
    inputs: NDArray[np.float32], outputs: NDArray[np.float32], loss: float, pairs: int
) -> NDArray[np.float32]:
    """One step in one array."""
    head = np.zeros((1, inputs.shape[1]), np.float32)
    head[0, :2] = loss, pairs
    return np.concatenate([head, inputs, outputs])


# ------------------------------------------------------------------------------- the result


def loss_curve(steps: NDArray[np.float32]) -> NDArray[np.float64]:
    """The mean loss a pair: before the first epoch, and of each epoch."""
    return steps[:, 0, 0].astype(np.float64)


def idle_epochs(losses: NDArray[np.float64]) -> int:
    """How many epochs had no pair left to learn from."""
    return int(np.isnan(losses[1:]).sum())


def input_matrix(steps: NDArray[np.float32], *, epoch: int = -1) -> NDArray[np.float32]:
    """The vectors of the words after an epoch (0: before the first; -1: the last)."""
    words = (steps.shape[1] - 1) // 2
    return steps[epoch][1 : 1 + words].copy()


def output_matrix(steps: NDArray[np.float32], *, epoch: int = -1) -> NDArray[np.float32]:
    """The vectors that words have as neighbours, after an epoch."""
    words = (steps.shape[1] - 1) // 2
    return steps[epoch][1 + words :].copy()


def first_rows(matrix: NDArray[np.float32], *, count: int) -> NDArray[np.float32]:
    """The rows of the most frequent words."""
    return matrix[:count].copy()


def map_rows(
    vectors: NDArray[np.float32], *, row: int, count: int, near: int = 8
) -> NDArray[np.int64]:
    """Which words to draw: the `count` most frequent, then one word and its neighbours.

    Returns
    -------
    int64 array of rows, each once.
    """
    cosines = cosines_to(vectors, row=row)
    cosines[row] = 2
    wanted = [*range(min(count, len(vectors))), *largest(cosines, count=near + 1)]
    return np.array(list(dict.fromkeys(int(n) for n in wanted)), np.int64)


def map_positions(
    steps: NDArray[np.float32], rows: NDArray[np.int64], *, epoch: int = -1
) -> NDArray[np.float32]:
    """Some words after an epoch, seen along the two widest axes of the last epoch.

    All epochs are seen from the same side, so that only the words move, not the observer.

    Parameters
    ----------
    steps : array of `word2vec`. rows : int array (n,), of `map_rows`.

    Returns
    -------
    float32 array (n, 2).
    """
    last = input_matrix(steps)[rows].astype(np.float64)
    axes, _variances = principal_axes(last)
    centred = input_matrix(steps, epoch=epoch)[rows] - last.mean(axis=0)
    return np.einsum("wd,ad->wa", centred, axes[:2]).astype(np.float32)


def map_steps(steps: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """`map_positions` before the first epoch and after each: float32 (epochs + 1, n, 2)."""
    return np.stack([map_positions(steps, rows, epoch=n) for n in range(len(steps))])


def score_parts(
    inputs: NDArray[np.float32], outputs: NDArray[np.float32], *, centre: int, context: int
) -> NDArray[np.float64]:
    """The score of one pair, number by number.

    Returns
    -------
    float64 array (3, dimension): the centre's row of the input matrix, the context's row of the output
    matrix, and their products, whose sum is the score.
    """
    v, u = np.float64(inputs[centre]), np.float64(outputs[context])
    return np.stack([v, u, v * u])


def pair_score(parts: NDArray[np.float64]) -> float:
    """The sum of the products of `score_parts`."""
    return float(parts[2].sum())


def pair_probability(parts: NDArray[np.float64]) -> float:
    """What the sigmoid makes of the score: the probability, 0..1, that the pair is from the text."""
    return float(expit(parts[2].sum()))


def vectors_file(words: tuple[str, ...], vectors: NDArray[np.float32]) -> bytes:
    """Words and their vectors as a safetensors file, the form of the other tables of vectors here.

    Returns
    -------
    bytes: the tensors `vectors`, float32 (words, dimension), and `words`, UTF-8 with line feeds between.
    """
    names = np.frombuffer("\n".join(words).encode(), np.uint8)
    return save({"vectors": np.ascontiguousarray(vectors), "words": names})


def cosines_to(vectors: NDArray[np.float32], *, row: int) -> NDArray[np.float64]:
    """The cosine between one row and each; 0 where a row has length 0."""
    rows = vectors.astype(np.float64)
    lengths = np.sqrt((rows**2).sum(axis=1))
    dots = np.einsum("wd,d->w", rows, rows[row])
    scale = lengths * lengths[row]
    return np.divide(dots, scale, out=np.zeros_like(dots), where=scale > 0)


def nearest_words(
    vectors: NDArray[np.float32], words: tuple[str, ...], *, row: int, count: int = 8
) -> tuple[tuple[str, float], ...]:
    """The words whose vectors point most nearly the same way as that of one, by the cosine."""
    cosines = cosines_to(vectors, row=row)
    order = largest(cosines)
    return tuple((words[n], float(cosines[n])) for n in order.tolist() if n != row)[:count]


def same_group_share(vectors: NDArray[np.float32], groups: NDArray[np.int64]) -> float:
    """The share of words whose nearest word is of their own group, 0..1; groups below 0 do not count."""
    asked = np.flatnonzero(groups >= 0)
    found = 0
    for row in asked.tolist():
        cosines = cosines_to(vectors, row=row)
        cosines[row] = -2  # not itself
        found += int(groups[int(np.argmax(cosines))] == groups[row])
    return found / max(1, len(asked))


def mean_cosine(vectors: NDArray[np.float32]) -> float:
    """The mean cosine of all pairs of different words: 1 if all point the same way."""
    words = len(vectors)
    total = sum(float(cosines_to(vectors, row=row).sum()) - 1 for row in range(words))
    return total / max(1, words * (words - 1))
