"""A character LSTM and a plain recurrent network by hand: gates, cells, gradients through time.

S. Hochreiter and J. Schmidhuber, "Long short-term memory", 1997; the forget gate is of F. A. Gers,
J. Schmidhuber and F. Cummins, "Learning to forget", 2000. Reference implementation: `torch.nn.LSTM`
and `torch.nn.RNN`, whose order of the gates (input, forget, candidate, output) is kept. The weights
are learned by `assets/make_lstm.py`.
"""

from __future__ import annotations

import unicodedata

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, UserError
from engine.rank import largest
from engine.softmax import softmax_rows

#: What stands for a character that the network has never read.
UNKNOWN = "\ufffd"
#: The characters of the novel that it has read, then the unknown one.
ALPHABET = (
    "\n !\"'()*,-.0123456789:;?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz" + UNKNOWN
)
#: Signs of other keyboards, and what the novel has instead.
SAME = {
    "“": '"',
    "”": '"',
    "„": '"',
    "‘": "'",
    "’": "'",
    "–": "-",
    "—": "-",
    "\t": " ",
    "\xa0": " ",
}
#: The share of the novel that it has learned from; the rest was held out.
LEARNED = 0.9
#: What a trace holds, in its order: gates, candidate, cell state, output.
PARTS = ("input", "forget", "output", "candidate", "cell", "hidden")


# ------------------------------------------------------------------------------- characters


def plain_characters(text: str, *, most: int) -> str:
    """The beginning of a text in the characters of the novel.

    Accents are taken off, signs of other keyboards replaced; what is still missing is `UNKNOWN`.

    Raises
    ------
    UserError : there are not even two characters.
    """
    parts = []
    for char in text[:most].replace("\r\n", "\n").replace("\r", "\n"):
        bare = unicodedata.normalize("NFKD", SAME.get(char, char))
        bare = "".join(one for one in bare if not unicodedata.combining(one))
        parts.append("".join(one if one in ALPHABET else UNKNOWN for one in bare))
    found = "".join(parts)[:most]
    if len(found) < 2:
        raise UserError(N_("This text has fewer than two characters. Choose a longer one."))
    return found


def character_ids(text: str) -> NDArray[np.int64]:
    """The place of each character in `ALPHABET`: int64 array (n,)."""
    place = {char: n for n, char in enumerate(ALPHABET)}
    return np.array([place[char] for char in text], np.int64)


def share_unknown_characters(text: str) -> float:
    """The share of a text's characters that are unknown, 0..1."""
    return text.count(UNKNOWN) / len(text)


def held_out(text: str, *, start: int, count: int) -> str:
    """Characters of the part of the novel that the network has not learned from."""
    first = round(LEARNED * len(text)) + start
    return text[first : first + count]


# ------------------------------------------------------------------------------- running


def _weights(path: str, kind: str) -> dict[str, NDArray[np.float64]]:
    """The matrices of "lstm" or "rnn", in float64."""
    from safetensors.numpy import load_file

    return {
        name.removeprefix(f"{kind}."): array.astype(np.float64)
        for name, array in load_file(path).items()
        if name.startswith(f"{kind}.")
    }


def sigmoid(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 / (1 + exp(-x)), without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * x))


def lstm_step(
    gates: NDArray[np.float64], cell: NDArray[np.float64]
) -> tuple[NDArray[np.float64], ...]:
    """One step of an LSTM.

    c' = f * c + i * g,  h' = o * tanh(c')

    Parameters
    ----------
    gates : float64 array (4 * units,): W x + U h + b for i, f, g, o.
    cell : float64 array (units,): c, the cell state before.

    Returns
    -------
    i, f, o, g, c', h' : float64 arrays (units,).
    """
    i, f, g, o = np.split(gates, 4)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    cell = f * cell + i * g
    return i, f, o, g, cell, o * np.tanh(cell)


def lstm_trace(
    path: str, ids: NDArray[np.int64], *, forget: float = -1.0, carried: int = 0
) -> NDArray[np.float64]:
    """All gates and states while the network reads a text, from states of zero on.

    Parameters
    ----------
    path : str, the file of the weights.
    ids : int64 array [shape=(n,)], of `character_ids`.
    forget : float, 0..1: the forget gates are held at this value; -1 leaves them as learned.
    carried : int, the states are set to zero after so many characters each; 0: never.

    Returns
    -------
    float64 array (6, n, units), in the order of `PARTS`.
    """
    w = _weights(path, "lstm")
    units = w["weight_hh"].shape[1]
    bias = w["bias"]
    hidden, cell = np.zeros(units), np.zeros(units)
    trace = np.empty((6, len(ids), units))
    for t, char in enumerate(ids.tolist()):
        if carried and t % carried == 0:
            hidden, cell = np.zeros(units), np.zeros(units)
        gates = w["weight_ih"][:, char] + np.einsum("gu,u->g", w["weight_hh"], hidden) + bias
        if forget >= 0:
            with np.errstate(divide="ignore"):
                gates[units : 2 * units] = np.log(forget) - np.log1p(-forget)
        trace[:, t] = lstm_step(gates, cell)
        cell, hidden = trace[4, t], trace[5, t]
    return trace


def rnn_trace(path: str, ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """The states of the plain recurrent network: h' = tanh(W x + U h + b); float64 (1, n, units)."""
    w = _weights(path, "rnn")
    hidden = np.zeros(w["weight_hh"].shape[1])
    states = np.empty((1, len(ids), len(hidden)))
    for t, char in enumerate(ids.tolist()):
        sums = w["weight_ih"][:, char] + np.einsum("gu,u->g", w["weight_hh"], hidden) + w["bias"]
        hidden = states[0, t] = np.tanh(sums)
    return states


def next_probabilities(
    path: str, trace: NDArray[np.float64], *, kind: str = "lstm"
) -> NDArray[np.float64]:
    """What each state says about the next character: float64 array (n, characters), rows of sum 1.

    Parameters
    ----------
    trace : of `lstm_trace` or `rnn_trace`; its last part is the output.
    kind : "lstm" or "rnn".
    """
    w = _weights(path, kind)
    scores = np.einsum("nu,vu->nv", trace[-1], w["head_weight"]) + w["head_bias"]
    return softmax_rows(scores)


def surprises(probabilities: NDArray[np.float64], ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """How many bits each character but the first costs: -log2 of the probability it was given.

    Unknown characters are NaN: the network can't foresee what it has never read.

    Returns
    -------
    float64 array (n - 1,).
    """
    given = probabilities[np.arange(len(ids) - 1), ids[1:]]
    return np.where(ids[1:] == len(ALPHABET) - 1, np.nan, -np.log2(given))


def mean_bits(bits: NDArray[np.float64]) -> float:
    """Bits per character, unknown ones left out; NaN if all are unknown."""
    known = bits[~np.isnan(bits)]
    return float(known.mean()) if known.size else float("nan")


def likely_next(
    probabilities: NDArray[np.float64], *, at: int, count: int = 6
) -> tuple[tuple[str, float], ...]:
    """The likeliest characters behind position `at`, the likeliest first, with their probabilities."""
    order = largest(probabilities[at], count=count)
    return tuple((ALPHABET[n], float(probabilities[at, n])) for n in order.tolist())


# ------------------------------------------------------------------------------- one cell


def cell_sums(
    path: str, ids: NDArray[np.int64], trace: NDArray[np.float64], *, at: int, unit: int
) -> NDArray[np.float64]:
    """The sums of one unit at one character.

    Returns
    -------
    float64 array (4, 5), rows input, forget, candidate, output; columns: from the character (W x),
    from the outputs before (U h), bias, their sum, what the sigmoid or tanh makes of it.
    """
    w = _weights(path, "lstm")
    units = trace.shape[2]
    before = trace[5, at - 1] if at else np.zeros(units)
    rows = np.arange(4) * units + unit
    parts = np.stack(
        [
            w["weight_ih"][rows, int(ids[at])],
            np.einsum("gu,u->g", w["weight_hh"][rows], before),
            w["bias"][rows],
        ],
        axis=1,
    )
    sums = parts.sum(axis=1)
    made = np.where([False, False, True, False], np.tanh(sums), sigmoid(sums))
    return np.column_stack([parts, sums, made])


def cell_values(trace: NDArray[np.float64], *, at: int, unit: int) -> NDArray[np.float64]:
    """i, f, o, g, the cell state before, f * c, i * g, the cell state after, h: float64 array (9,)."""
    i, f, o, g, cell, hidden = trace[:, at, unit]
    before = trace[4, at - 1, unit] if at else 0.0
    return np.array([i, f, o, g, before, f * before, i * g, cell, hidden])


def cell_gradient(
    step: NDArray[np.float64],
    before: NDArray[np.float64],
    by_hidden: NDArray[np.float64],
    by_cell: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Back through one step of an LSTM: what a change of its sums and of the old cell state does.

    Parameters
    ----------
    step : float64 array (6, ..., units), one character of a trace.
    before : float64 array (..., units), the cell state before.
    by_hidden, by_cell : float64 arrays (..., units), the gradients by h' and by c'.

    Returns
    -------
    by_gates : float64 array (..., 4 * units), in the order i, f, g, o.
    by_before : float64 array (..., units), the gradient by the cell state before: by c' times f.
    """
    i, f, o, g, cell, _hidden = step
    bent = np.tanh(cell)
    by_cell = by_cell + by_hidden * o * (1 - bent**2)
    by_gates = np.concatenate(
        [
            by_cell * g * i * (1 - i),
            by_cell * before * f * (1 - f),
            by_cell * i * (1 - g**2),
            by_hidden * bent * o * (1 - o),
        ],
        axis=-1,
    )
    return by_gates, by_cell * f


def gradient_reach(
    path: str,
    ids: NDArray[np.int64],
    trace: NDArray[np.float64],
    *,
    kind: str = "lstm",
    back: int = 60,
    ends: int = 100,
) -> NDArray[np.float64]:
    """How strongly one prediction depends on the character k steps before it.

    The loss of one prediction (-log of the probability of the character that came) is derived by the
    one-hot row that went in k characters before; the length of that gradient is measured at many ends.

    Parameters
    ----------
    ids, trace : a text and what `lstm_trace` or `rnn_trace` makes of it.
    back : int, the largest k.
    ends : int, how many predictions, evenly over the text.

    Returns
    -------
    float64 array (ends, back + 1).

    Raises
    ------
    UserError : the text is too short for it.
    """
    if len(ids) < back + 2:
        raise UserError(N_("This needs a text of at least {count} characters."), count=back + 2)
    w = _weights(path, kind)
    places = np.unique(np.linspace(back, len(ids) - 2, ends).round().astype(int))
    by_scores = next_probabilities(path, trace[:, places], kind=kind)
    by_scores[np.arange(len(places)), ids[places + 1]] -= 1
    by_hidden = np.einsum("nv,vu->nu", by_scores, w["head_weight"])
    by_cell = np.zeros_like(by_hidden)
    lengths = np.empty((len(places), back + 1))
    for k in range(back + 1):
        at = places - k
        if kind == "lstm":
            before = np.where(at[:, None] > 0, trace[4, at - 1], 0.0)
            by_sums, by_cell = cell_gradient(trace[:, at], before, by_hidden, by_cell)
        else:
            by_sums = by_hidden * (1 - trace[0, at] ** 2)
        by_input = np.einsum("ng,gv->nv", by_sums, w["weight_ih"])
        lengths[:, k] = np.sqrt((by_input**2).sum(axis=1))
        by_hidden = np.einsum("ng,gu->nu", by_sums, w["weight_hh"])
    return lengths


def usual_reach(lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    """The middle length at each distance, as a share of that at distance 0: float64 (back + 1,)."""
    middle = np.median(lengths, axis=0)
    return middle / middle[0]


def distance_below(reach: NDArray[np.float64], *, share: float) -> int:
    """The first distance from which on the gradient stays below a share; the length if it never does."""
    above = np.flatnonzero(reach >= share)
    return int(above[-1]) + 1 if above.size else 0


# ------------------------------------------------------------------------------- what units follow

#: What a unit may follow, in the order of `features_of`.
FEATURES = ("quote", "line", "word", "ends", "capital", "vowel")


def features_of(ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """What can be said of each character of a text without any network: float64 array (6, n).

    Whether it stands between quotation marks; its place in the line; its place in the word; whether the
    word ends behind it; whether it is a capital letter; whether it is a vowel.
    """
    text = [ALPHABET[n] for n in ids.tolist()]
    rows = np.zeros((len(FEATURES), len(text)))
    inside, line, word = 0, 0, 0
    for t, char in enumerate(text):
        if char == '"':
            inside = 1 - inside
        if char == "\n" and text[t - 1 : t] == ["\n"]:
            inside = 0  # a paragraph begins: nobody speaks
        line = 0 if char == "\n" else line + 1
        word = word + 1 if char.isalpha() else 0
        follows = text[t + 1] if t + 1 < len(text) else " "
        ends = char.isalpha() and not follows.isalpha()
        rows[:, t] = (inside, line, word, ends, char.isupper(), char in "aeiouAEIOU")
    return rows


def correlations(states: NDArray[np.float64], features: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pearson's correlation of each feature with each unit's cell state: float64 (features, units).

    Parameters
    ----------
    states : float64 array (n, units). features : float64 array (features, n).

    What never changes has the correlation 0.
    """

    def standard(x: NDArray[np.float64]) -> NDArray[np.float64]:
        x = x - x.mean(axis=1, keepdims=True)
        lengths = np.sqrt((x**2).sum(axis=1, keepdims=True))
        return np.divide(x, lengths, out=np.zeros_like(x), where=lengths > 1e-12)

    return np.einsum("fn,un->fu", standard(features), standard(states.T))


def unit_search(
    trace: NDArray[np.float64], ids: NDArray[np.int64], *, seed: int = 0, tries: int = 20
) -> NDArray[np.float64]:
    """The unit that follows each feature best, found in one half of a text, checked in the other.

    The best of many units follows anything somewhat; how much by chance, the same search says with the
    feature moved along the text by a random number of characters.

    Returns
    -------
    float64 array (features, 4): unit; correlation in the first half; in the second half, which had no
    part in the choice; the middle of the best of `tries` searches by chance, without sign.
    """
    half = len(ids) // 2
    states, features = trace[4], features_of(ids)
    first = correlations(states[:half], features[:, :half])
    second = correlations(states[half:], features[:, half:])
    best = np.abs(first).argmax(axis=1)
    random = np.random.default_rng(seed)
    by_chance = [
        np.abs(
            correlations(
                states[:half], np.roll(features[:, :half], int(random.integers(100, half - 100)), 1)
            )
        ).max(axis=1)
        for _ in range(tries)
    ]
    rows = np.arange(len(FEATURES))
    return np.column_stack(
        [best, first[rows, best], second[rows, best], np.median(by_chance, axis=0)]
    )


# ------------------------------------------------------------------------------- parts to look at


def part_of_trace(
    trace: NDArray[np.float64], *, part: str, first: int, count: int, unit: int, units: int
) -> NDArray[np.float64]:
    """One part of a trace as a picture: units down, characters across; float64 (units, count)."""
    rows = trace[PARTS.index(part), first : first + count, unit : unit + units]
    return np.ascontiguousarray(rows.T)


def unit_states(
    trace: NDArray[np.float64], *, unit: int, first: int, count: int
) -> NDArray[np.float64]:
    """The cell state of one unit over some characters."""
    return trace[4, first : first + count, unit].copy()


def one_feature(
    ids: NDArray[np.int64], *, name: str, first: int, count: int
) -> NDArray[np.float64]:
    """One row of `features_of` over some characters."""
    return features_of(ids)[FEATURES.index(name), first : first + count].copy()


def kept_shares(trace: NDArray[np.float64], *, back: int = 60) -> NDArray[np.float64]:
    """What is left of a cell state after k characters: the product of the forget gates.

    Returns
    -------
    float64 array (2, back + 1): the mean of all units, and of the tenth of the units that keep most.
    """
    log_gates = np.log(trace[1])  # (n, units)
    total = np.concatenate([np.zeros((1, log_gates.shape[1])), np.cumsum(log_gates, axis=0)])
    kept = []
    for k in range(back + 1):
        shares = np.exp(total[k:] - total[: len(total) - k]).mean(axis=0)  # of each unit
        best = np.sort(shares)[-max(1, len(shares) // 10) :]
        kept.append([shares.mean(), best.mean()])
    return np.array(kept).T


def final_of(curve: NDArray[np.float32]) -> float:
    """The last number of a recorded curve."""
    return float(curve[-1])


def nth_count(counted: NDArray[np.float32], *, place: int) -> float:
    """One of the recorded bits of counting: 0 characters, 1 pairs, 2 triples."""
    return float(counted[place])
