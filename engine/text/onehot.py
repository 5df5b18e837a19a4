"""One-hot vectors, what they cost, and what is counted with them: bag of words and TF-IDF.

C. D. Manning, P. Raghavan, H. Schütze, "Introduction to Information Retrieval", 2008, chapter 6.
Reference implementation: scikit-learn, `CountVectorizer` and `TfidfVectorizer`, whose smoothed idf and
unit length are used here, too.
"""

from __future__ import annotations

from itertools import islice

import numpy as np
import regex
import scipy.sparse
from numpy.typing import NDArray

from engine.errors import N_, UserError
from engine.rank import largest
from engine.text.words import split_words

#: The letters of the smallest useful alphabet: 26 and the space.
ALPHABET = " abcdefghijklmnopqrstuvwxyz"


def letters_of(text: str, *, count: int = 1000) -> tuple[str, ...]:
    """The first letters and spaces of a text, small; everything else is left out.

    Parameters
    ----------
    count : int, how many at most; they are looked for in 50 times as many characters.

    Returns
    -------
    tuple of str of length 1, all in `ALPHABET`; a run of white space counts as one space.
    """
    small = (char if char in ALPHABET else " " if char.isspace() else "" for char in text.lower())
    kept = regex.sub(" +", " ", "".join(islice(small, 50 * count)))
    return tuple(kept.strip()[:count])


def symbols_of(text: str, *, count: int = 1000) -> tuple[str, ...]:
    """The first graphemes of a text without white space: for writing systems without an alphabet."""
    found = (match.group() for match in regex.finditer(r"\X", text))
    return tuple(islice((c for c in found if not c.isspace()), count))


def alphabet() -> tuple[str, ...]:
    """The 27 symbols of `ALPHABET`."""
    return tuple(ALPHABET)


def words_of(text: str, *, count: int = 20_000) -> tuple[str, ...]:
    """The first words of a text in small letters; Chinese is cut by a dictionary, signs are left out.

    Parameters
    ----------
    count : int, how many at most. Of a long text no more is cut than that takes.

    Raises
    ------
    UserError : there is no word.
    """
    # Parts that end with white space or a Chinese sign, where no word goes on.
    parts = regex.finditer(r"(?s).{1,4000}(?<=[\s。！？，；])|.{1,4000}", text)
    pieces = (piece for part in parts for piece in split_words(part.group()))
    words = (piece.lower() for piece in pieces if regex.search(r"[\p{L}\p{N}]", piece))
    found = tuple(islice(words, count))
    if not found:
        raise UserError(N_("This text has no words. Choose another one."))
    return found


def has_words(text: str) -> bool:
    """Whether a text holds a letter or a digit; one of emoji or of signs has no words."""
    return bool(regex.search(r"[\p{L}\p{N}]", text))


def units_of(text: str, *, count: int = 20_000) -> tuple[str, ...]:
    """The first words of a text (`words_of`); of a text without words the first characters.

    Returns
    -------
    tuple of str, at least one of a text that is not empty: graphemes that are not white space take
    the words' place, and white space itself if there is nothing else.
    """
    if has_words(text):
        return words_of(text, count=count)
    return symbols_of(text, count=count) or tuple(text[:count])


def vocabulary(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The different tokens, in the order of their code points."""
    return tuple(sorted(set(tokens)))


def how_many(items: tuple[str, ...]) -> int:
    """The number of items."""
    return len(items)


def first_items(items: tuple[str, ...], *, count: int) -> tuple[str, ...]:
    """The first `count` items."""
    return items[:count]


def different(items: tuple[str, ...], *, count: int) -> tuple[str, ...]:
    """The first `count` different items, in the order in which they appear."""
    return tuple(islice(dict.fromkeys(items), count))


def ids_of(tokens: tuple[str, ...], words: tuple[str, ...]) -> NDArray[np.int32]:
    """The number of each token in the vocabulary.

    Parameters
    ----------
    tokens : tuple of str.
    words : tuple of str, the vocabulary, which has them all.

    Returns
    -------
    int32 array (tokens,), 0..len(words) - 1.

    Raises
    ------
    KeyError : a token is not in the vocabulary.
    """
    numbers = {word: number for number, word in enumerate(words)}
    return np.array([numbers[token] for token in tokens], np.int32)


def one_hot(ids: NDArray[np.int32], words: tuple[str, ...]) -> NDArray[np.uint8]:
    """A row for each token: 1 in the column of its number, 0 in all others.

    Parameters
    ----------
    ids : int array (tokens,).
    words : tuple of str, the vocabulary; its size is the width.

    Returns
    -------
    uint8 array (tokens, words).
    """
    matrix = np.zeros((len(ids), len(words)), np.uint8)
    matrix[np.arange(len(ids)), ids] = 1
    return matrix


def distance_matrix(vectors: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The Euclidean distance of every pair of rows.

    Parameters
    ----------
    vectors : array (n, width).

    Returns
    -------
    float64 array (n, n): sqrt(|a|² + |b|² - 2 a·b); for one-hot rows 0 or sqrt(2).
    """
    rows = vectors.astype(np.float64)
    squares = (rows**2).sum(axis=1)
    return np.sqrt(np.maximum(squares[:, None] + squares[None, :] - 2 * rows @ rows.T, 0))


def density(words: tuple[str, ...]) -> float:
    """The share of the numbers in one-hot rows that are not zero, 0..1."""
    return 1 / len(words)


def cost_curves(ids: NDArray[np.int32], *, most: int = 1_000_000) -> NDArray[np.float64]:
    """What tokens take in memory, by the size of the vocabulary that they are numbers of.

    Parameters
    ----------
    ids : int array (tokens,).
    most : int, the largest vocabulary.

    Returns
    -------
    float64 array (points, 5): size of the vocabulary; bytes as a dense matrix of float32; as a sparse
    matrix (CSR: for each token a float32 and an int32 column, and one int32 a row, plus one); as
    ids (int32); and the density in percent.
    """
    tokens = len(ids)
    sizes = np.unique(np.geomspace(2, most, 61).round()).astype(np.float64)
    same = np.ones_like(sizes)
    sparse = (4 + 4) * tokens + 4 * (tokens + 1)
    return np.stack(
        [sizes, 4 * sizes * tokens, sparse * same, 4 * tokens * same, 100 / sizes], axis=1
    )


def bytes_measured(ids: NDArray[np.int32], words: tuple[str, ...]) -> tuple[int, int, int]:
    """What these tokens take in memory.

    Returns
    -------
    (bytes of the dense float32 matrix, by its size; of the sparse one as scipy keeps it; of the ids).
    """
    rows, width = len(ids), len(words)
    starts = np.arange(rows + 1, dtype=np.int32)
    values = np.ones(rows, np.float32)
    sparse = scipy.sparse.csr_array((values, ids, starts), shape=(rows, width))
    stored = sparse.data.nbytes + sparse.indices.nbytes + sparse.indptr.nbytes
    return 4 * rows * width, int(stored), int(ids.nbytes)


def documents_of(text: str, *, count: int = 200) -> tuple[str, ...]:
    """The sentences of a text: cut at line ends and behind the signs that end a sentence.

    The full stops of Mr., Mrs., Ms., Dr. and St. do not end one.

    Parameters
    ----------
    count : int, how many at most.

    Returns
    -------
    tuple of str, those that hold a word.

    Raises
    ------
    UserError : there is none.
    """
    pieces = regex.splititer(
        r"[\r\n]+|(?<=[.!?]['’”\")\]]?)(?<!\b(?:Mr|Mrs|Ms|Dr|St)\.)\s+|(?<=[。！？…][”’」』）]?)(?![。！？…”’」』）])",
        text,
    )
    sentences = (
        piece.strip() for piece in pieces if piece and regex.search(r"[\p{L}\p{N}]", piece)
    )
    found = tuple(islice(sentences, count))
    if not found:
        raise UserError(N_("This text has no words. Choose another one."))
    return found


def sentences_of(text: str, *, count: int = 200) -> tuple[str, ...]:
    """The sentences of a text (`documents_of`); of a text without words its lines.

    Returns
    -------
    tuple of str, at least one of a text that is not empty.
    """
    if has_words(text):
        return documents_of(text, count=count)
    lines = (line for line in text.splitlines() if line.strip())
    return tuple(islice(lines, count)) or (text,)


def document_words(documents: tuple[str, ...]) -> tuple[str, ...]:
    """The vocabulary of all documents."""
    return vocabulary(tuple(word for document in documents for word in units_of(document)))


def bag_of_words(documents: tuple[str, ...], words: tuple[str, ...]) -> NDArray[np.int64]:
    """How often each word stands in each document: the sum of its one-hot rows.

    Returns
    -------
    int64 array (documents, words).
    """
    numbers = {word: number for number, word in enumerate(words)}
    counts = np.zeros((len(documents), len(words)), np.int64)
    for row, document in enumerate(documents):
        for word in units_of(document):
            counts[row, numbers[word]] += 1
    return counts


def largest_and_sum(counts: NDArray[np.int64]) -> tuple[int, int]:
    """The largest of all counts, and all counts added up."""
    return int(counts.max()), int(counts.sum())


def inverse_document_frequency(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """How rare each word is: ln((1 + documents) / (1 + documents with the word)) + 1.

    The ones are scikit-learn's smoothing, as if one more document held every word.
    """
    documents, holding = len(counts), np.count_nonzero(counts, axis=0)
    return np.log((1 + documents) / (1 + holding)) + 1


def tf_idf(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Counts times rarity, each document scaled to length 1.

    Parameters
    ----------
    counts : int array (documents, words), of `bag_of_words`; no row of zeros alone.

    Returns
    -------
    float64 array (documents, words), 0..1.
    """
    weights = counts * inverse_document_frequency(counts)
    return weights / np.sqrt((weights**2).sum(axis=1, keepdims=True))


def strongest_words(
    weights: NDArray[np.float64], words: tuple[str, ...], *, row: int, count: int
) -> tuple[tuple[str, float], ...]:
    """The words of one document with the largest weights, the largest first.

    Parameters
    ----------
    weights : array (documents, words).
    row : int, the document.
    count : int, how many at most; words with weight 0 are left out.
    """
    line = weights[row]
    order = sorted(np.flatnonzero(line).tolist(), key=lambda n: (-line[n], words[n]))
    return tuple((words[n], float(line[n])) for n in order[:count])


def most_similar(cosines: NDArray[np.float64]) -> tuple[int, int, float]:
    """The two documents with the smallest angle between them, and its cosine.

    Parameters
    ----------
    cosines : float64 array (documents, documents), the cosine of every two.

    Returns
    -------
    (the first, the second, the cosine); (0, 0, 0.0) if no two share a word.
    """
    pairs = np.triu(cosines, 1)
    first, second = divmod(int(np.argmax(pairs)), len(pairs))
    return (first, second, float(pairs[first, second])) if pairs.max() > 0 else (0, 0, 0.0)


def share_of_zeros(counts: NDArray[np.int64]) -> float:
    """The share of the numbers that are 0, 0..1."""
    return float(np.mean(counts == 0))


def commonest_word(counts: NDArray[np.int64], words: tuple[str, ...]) -> tuple[str, int]:
    """The word that stands in the most documents, and in how many."""
    holding = np.count_nonzero(counts, axis=0)
    best = int(np.argmax(holding))
    return words[best], int(holding[best])


def both_ways(documents: tuple[str, ...], *, row: int) -> tuple[str, str]:
    """The words of one document in their order and in the opposite one."""
    words = units_of(documents[row])
    return " ".join(words), " ".join(reversed(words))


def frequent_columns(counts: NDArray[np.int64], *, rows: int, most: int) -> NDArray[np.int64]:
    """The columns with the largest sums of the first `rows` rows, `most` of them, zeros left out."""
    sums = counts[:rows].sum(axis=0)
    order = largest(sums)
    return order[: min(most, int(np.count_nonzero(sums)))]


def corner(
    matrix: NDArray[np.float64], columns: NDArray[np.int64], *, rows: int
) -> NDArray[np.float64]:
    """The first `rows` rows of a matrix, in some columns."""
    return matrix[:rows][:, columns]


def at_columns(words: tuple[str, ...], columns: NDArray[np.int64]) -> tuple[str, ...]:
    """The words of some columns."""
    return tuple(words[n] for n in columns.tolist())


def where_it_stands(
    counts: NDArray[np.int64], words: tuple[str, ...], *, row: int, word: str
) -> tuple[int, int]:
    """How often a word stands in one document, and how many documents have it."""
    column = counts[:, words.index(word)]
    return int(column[row]), int(np.count_nonzero(column))


def weight_riddle(
    weights: NDArray[np.float64], words: tuple[str, ...]
) -> tuple[int, tuple[str, ...], str]:
    """Three words of the document with the most different words, to guess the heaviest of.

    Returns
    -------
    (the document, three of its words in the order of their code points, the one with the largest
    weight). No words if too few weights differ.
    """
    row = int(np.argmax(np.count_nonzero(weights, axis=1)))
    order = strongest_words(weights, words, row=row, count=len(words))
    lower = [word for word, weight in order if weight < order[0][1] - 1e-9]
    if len(lower) < 2:
        return row, (), ""
    return row, tuple(sorted([order[0][0], lower[len(lower) // 2 - 1], lower[-1]])), order[0][0]
