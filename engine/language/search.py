"""Search in sentences: by the words that they share with a query, or by the angle between vectors.

C. D. Manning, P. Raghavan, H. Schütze, "Introduction to Information Retrieval", 2008, chapter 6;
N. Reimers and I. Gurevych, "Sentence-BERT", 2019. Reference implementation of TF-IDF: scikit-learn.
"""

from __future__ import annotations

import numpy as np
import regex
from numpy.typing import NDArray

from engine.rank import largest
from engine.text.onehot import inverse_document_frequency, units_of
from engine.vectors.similarity import unit_rows
from engine.vectors.static import open_table

#: How many neighbouring characters make a piece, where words are not separated.
GRAMS = (1, 2)

#: A sentence's place, from 0, and its cosine with the query.
Ranked = tuple[tuple[int, float], ...]


def pieces_of(text: str, unit: str) -> list[str]:
    """What is counted in a text: its words, or its runs of 1 and 2 characters.

    Parameters
    ----------
    unit : "word", or "grams" for runs of letters and digits, which do not cross signs or spaces.

    Raises
    ------
    ValueError : another unit.
    """
    if unit == "word":
        return list(units_of(text))
    if unit != "grams":
        raise ValueError(f"a unit is word or grams, not {unit}")
    runs = regex.findall(r"[\p{L}\p{N}]+", text.lower())
    return [run[n : n + g] for run in runs for g in GRAMS for n in range(len(run) - g + 1)]


def tf_idf_rows(
    known: tuple[str, ...], texts: tuple[str, ...], *, unit: str = "word"
) -> NDArray[np.float64]:
    """TF-IDF vectors of texts, with the vocabulary and the rarity of words that `known` has.

    Parameters
    ----------
    known : tuple of str, the sentences from which is learned which pieces there are and how rare.
    texts : tuple of str; their pieces that `known` lacks are not counted.
    unit : see `pieces_of`.

    Returns
    -------
    float64 array (texts, pieces), each row of length 1, or of zeros if it shares nothing with `known`.
    """
    cut = [pieces_of(text, unit) for text in known]
    numbers = {piece: n for n, piece in enumerate(sorted({p for found in cut for p in found}))}

    def counted(parts: list[list[str]]) -> NDArray[np.int64]:
        counts = np.zeros((len(parts), len(numbers)), np.int64)
        for row, pieces in enumerate(parts):
            for piece in pieces:
                if piece in numbers:
                    counts[row, numbers[piece]] += 1
        return counts

    rarity = inverse_document_frequency(counted(cut))
    return unit_rows(counted([pieces_of(text, unit) for text in texts]) * rarity)


def mean_word_vectors(data: bytes, texts: tuple[str, ...]) -> NDArray[np.float32]:
    """The mean of the vectors of a text's words; zeros if the table has none of them.

    Parameters
    ----------
    data : bytes, a vectors file, see `engine.vectors.static`.
    texts : tuple of str.

    Returns
    -------
    float32 array (texts, numbers).
    """
    table = open_table(data)
    found = np.zeros((len(texts), table.rows.shape[1]), np.float32)
    for row, text in enumerate(texts):
        places = [table.numbers[word] for word in units_of(text) if word in table.numbers]
        if places:
            found[row] = table.rows[places].astype(np.float64).mean(axis=0)
    return found


def one_of(text: str) -> tuple[str, ...]:
    """A text as the only one of its kind."""
    return (text,)


def these(*, texts: tuple[str, ...]) -> tuple[str, ...]:
    """Take texts that were typed."""
    return texts


def without_hit(found: Ranked) -> int:
    """How many sentences share nothing with the query: their cosine is 0."""
    return sum(cosine == 0 for _place, cosine in found)


def ranking(query: NDArray[np.floating], rows: NDArray[np.floating]) -> Ranked:
    """All sentences by their cosine with the query, the greatest first; of equal ones the earlier.

    Parameters
    ----------
    query : array [shape=(1, n)]. rows : array [shape=(sentences, n)].

    Returns
    -------
    tuple of (place of the sentence from 0, cosine). A row of zeros has the cosine 0.
    """
    cosines = np.einsum("n,sn->s", unit_rows(query)[0], unit_rows(rows))
    order = largest(cosines)
    return tuple((int(n), float(cosines[n])) for n in order)


def only_by(one: Ranked, other: Ranked, *, top: int = 3) -> tuple[int, ...]:
    """The sentences among the first `top` of one ranking that are not among those of the other.

    A sentence whose cosine is 0 counts as not found.
    """
    first, second = (
        [place for place, cosine in found[:top] if cosine > 0] for found in (one, other)
    )
    return tuple(place for place in first if place not in second)


def shared_pieces(one: str, other: str, *, unit: str = "word") -> tuple[str, ...]:
    """The pieces, see `pieces_of`, that two texts have in common, in the order of the first.

    There is one exactly if their cosine by `tf_idf_rows` is not 0, where `other` is of what is known.
    """
    second = set(pieces_of(other, unit))
    return tuple(dict.fromkeys(piece for piece in pieces_of(one, unit) if piece in second))
