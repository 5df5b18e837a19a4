"""When each word was said, read from the decoder's attention to the sound.

Some heads of the decoder look, while it writes a word, at the place where the word is spoken. Dynamic
time warping turns their maps (tokens x time) into one way through both, forwards only. As
`whisper/timing.py` of openai-whisper and `return_token_timestamps` of transformers do it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.device import computing, on_device
from engine.speech.network import whisper_network
from engine.speech.tokens import WITHOUT_SPACES, told_language
from engine.text.bytelevel import read_ranks

FRAME = 0.02  # seconds of a vector of the encoder
MEDIAN = 7  # frames
_BEFORE = "\"'“¿([{-"  # belongs to the word behind it
_AFTER = "\"'.。,，!！?？:：”)]}、"  # belongs to the word before it


def alignment_heads(network: Any) -> tuple[tuple[int, int], ...]:
    """The heads that follow the sound, (layer, head), as OpenAI found them among all.

    A model whose `generation_config` names none takes all of its upper half, as openai-whisper does.
    """
    named = getattr(network.generation_config, "alignment_heads", None)
    layers, heads = network.config.decoder_layers, network.config.decoder_attention_heads
    upper = tuple((n, h) for n in range(layers // 2, layers) for h in range(heads))
    return tuple((n, h) for n, h in named) if named else upper


def sound_attention(
    weights: str,
    encoded: NDArray[Any],
    prompt: NDArray[Any],
    written: NDArray[Any],
    *,
    frames: int,
) -> NDArray[np.float32]:
    """How much each step of the decoder looked at each moment of the sound, in the heads that follow it.

    All tokens go through the decoder once more, this time together.

    Parameters
    ----------
    weights : str, folder of a Whisper model.
    encoded : float32 array [shape=(1500, d)] of `encode`.
    prompt : int64 array of `first_tokens`. written : int64 array [shape=(n,)] of `written_ids`.
    frames : int, 1..1500, how many vectors of the encoder hold sound; the silence behind is cut off.

    Returns
    -------
    float32 array (heads, n, frames), 0..1: row k is the step that wrote token k.
    """
    network = whisper_network(weights)
    tokens = np.concatenate([prompt, written[:-1]])[None]
    with computing():
        out = network(
            encoder_outputs=(on_device(encoded[None]),),
            decoder_input_ids=on_device(tokens),
            output_attentions=True,
        )
        maps = [out.cross_attentions[n][0, h] for n, h in alignment_heads(network)]
        found = [one[len(prompt) - 1 :, :frames].float().cpu().numpy() for one in maps]
    return np.stack(found)


def mean_of_heads(attention: NDArray[Any]) -> NDArray[np.float32]:
    """The mean over the heads: (tokens, frames)."""
    return attention.mean(axis=0, dtype=np.float32)


def rising_steps(attention: NDArray[Any]) -> tuple[int, int]:
    """How often a token looks most at a moment that is not before that of the token written before it.

    The last token is left out: it is <end>, which is not spoken.

    Parameters
    ----------
    attention : float array [shape=(tokens, frames)] of `mean_of_heads`.

    Returns
    -------
    rising, steps : int, so many of so many steps from token to token.
    """
    steps = np.diff(attention[:-1].argmax(axis=1))
    return int((steps >= 0).sum()), len(steps)


def token_times(attention: NDArray[Any]) -> NDArray[np.float64]:
    """When each step of the decoder begins in the sound, and when the last one does end.

    Each frame of each head is first made comparable (minus its mean over the tokens, by its standard
    deviation), then a median over 7 frames takes out single spikes, and the heads are averaged.

    Parameters
    ----------
    attention : float array [shape=(heads, n, frames)] of `sound_attention`.

    Returns
    -------
    float64 array (n,), seconds, rising: token k is spoken from number k to number k + 1; the last is
    that of <end>.
    """
    mean = attention.mean(axis=1, keepdims=True)
    deviation = attention.std(axis=1, keepdims=True)
    standard = (attention - mean) / np.maximum(deviation, 1e-9)
    smooth = _median_over_time(standard)
    rows, columns = cheapest_way(-smooth.mean(axis=0))
    first = np.flatnonzero(np.diff(rows, prepend=-1))
    return np.asarray(columns[first] * FRAME, np.float64)


def _median_over_time(maps: NDArray[Any]) -> NDArray[Any]:
    """The median of 7 neighbouring frames; the ends are mirrored. Fewer than 4 frames stay."""
    half = MEDIAN // 2
    if maps.shape[-1] <= half:
        return maps
    wide = np.pad(maps, ((0, 0), (0, 0), (half, half)), mode="reflect")
    return np.median(np.lib.stride_tricks.sliding_window_view(wide, MEDIAN, axis=-1), axis=-1)


def cheapest_way(cost: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Dynamic time warping: the way from the first cell to the last whose sum is least.

    Each step goes one on in the rows, in the columns, or in both (H. Sakoe and S. Chiba, "Dynamic
    programming algorithm optimization for spoken word recognition", 1978). On a tie it stays in its
    row; Whisper does so too, even where another way of that tie is cheaper.

    Parameters
    ----------
    cost : float array [shape=(rows, columns)].

    Returns
    -------
    rows, columns : int64 arrays, the cells of the way in order.
    """
    height, width = cost.shape
    total = np.full((height + 1, width + 1), np.inf)
    total[0, 0] = 0
    step = np.full((height + 1, width + 1), 2, np.int8)  # 0 both, 1 next row, 2 next column
    step[1:, 0] = 1
    # The cells of a diagonal need only those of the two before it, so each is one array operation.
    for diagonal in range(2, height + width + 1):
        i = np.arange(max(1, diagonal - width), min(height, diagonal - 1) + 1)
        j = diagonal - i
        both, down, right = total[i - 1, j - 1], total[i - 1, j], total[i, j - 1]
        kind = np.where((right <= both) & (right <= down), 2, np.where(both <= down, 0, 1))
        step[i, j] = kind
        total[i, j] = cost[i - 1, j - 1] + np.choose(kind, (both, down, right))
    i, j, way = height, width, []
    while i > 0 and j > 0:
        way.append((i - 1, j - 1))
        i, j = (i - 1, j - 1) if step[i, j] == 0 else (i - 1, j) if step[i, j] == 1 else (i, j - 1)
    rows, columns = np.array(way[::-1], np.int64).T
    return rows.copy(), columns.copy()


def word_times(
    times: NDArray[Any], prompt: NDArray[Any], written: NDArray[Any], vocabulary: bytes
) -> tuple[tuple[str, float, float], ...]:
    """The words, and from when to when each was said.

    A word begins with a blank; in languages that write none, every character counts as one. Signs
    belong to the word beside them.

    Parameters
    ----------
    times : float array [shape=(n,)] of `token_times`.
    prompt, written : int64 arrays of `first_tokens` and `written_ids`.
    vocabulary : bytes, the tokens of text.

    Returns
    -------
    tuple of (word, start in s, end in s).
    """
    tokens = {rank: token for token, rank in read_ranks(vocabulary).items()}
    spaced = told_language(prompt) not in WITHOUT_SPACES
    parts: list[list[Any]] = []  # [bytes, first token, token behind the last]
    open_bytes = b""
    for place, number in enumerate(written.tolist()):
        if number not in tokens:
            break
        open_bytes += tokens[number]
        try:
            text = open_bytes.decode()
        except UnicodeDecodeError as error:
            if error.reason != "unexpected end of data":  # no further token can mend it
                first = parts.pop()[1] if parts and parts[-1][0] is None else place
                parts.append([open_bytes.decode(errors="replace"), first, place + 1])
                open_bytes = b""
                continue
            if not parts or parts[-1][0] is not None:
                parts.append([None, place, place + 1])
            continue  # a character goes on in the next token
        first = parts.pop()[1] if parts and parts[-1][0] is None else place
        parts.append([text, first, place + 1])
        open_bytes = b""
    parts = [part for part in parts if part[0] is not None]
    words = _joined(parts, spaced)
    ends = [*times.tolist(), times[-1]]
    return tuple((text.strip(), ends[first], ends[last]) for text, first, last in words)


def _joined(parts: list[list[Any]], spaced: bool) -> list[tuple[str, int, int]]:
    """Tokens to words, and signs to the words beside them."""
    words: list[tuple[str, int, int]] = []
    for text, first, last in parts:
        begins = not words or text.startswith(" ") or not spaced
        if text.strip() and all(sign in _AFTER for sign in text.strip()) and words:
            begins = False
        if not begins or (words and words[-1][0].strip() and _opens(words[-1][0])):
            before, start, _end = words.pop()
            words.append((before + text, start, last))
        else:
            words.append((text, first, last))
    return [word for word in words if word[0].strip()]


def _opens(text: str) -> bool:
    """Whether a text is nothing but signs that belong to the word behind them."""
    return all(sign in _BEFORE for sign in text.strip())


def word_rows(words: tuple[tuple[str, float, float], ...], *, frames: int) -> NDArray[np.float32]:
    """A row for each word, 1 in the frames of 20 ms in which it was said and 0 elsewhere."""
    rows = np.zeros((max(len(words), 1), frames), np.float32)
    for row, (_word, start, end) in zip(rows, words, strict=False):
        row[round(start / FRAME) : max(round(end / FRAME), round(start / FRAME) + 1)] = 1
    return rows
