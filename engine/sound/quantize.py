"""Samples as whole numbers: quantization, its error, dither, and the bytes that are stored.

W. R. Bennett, "Spectra of quantized signals", 1948, for the error; R. A. Wannamaker, S. P. Lipshitz,
J. Vanderkooy and J. N. Wright, "A theory of nonsubtractive dither", 2000, for dither.
"""

from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.sound.sampling import tone

#: A quantizer of b bits has 2^b levels, one step of 2 / 2^b apart, over the range -1..1.
QUANTIZERS = ("mid-tread", "mid-rise")
DITHERS = ("none", "rectangular", "triangular")


def step_size(*, bits: int) -> float:
    """The distance between two levels of a quantizer whose range is -1..1."""
    if not 1 <= bits <= 32:
        raise ValueError(f"bits lie in 1..32, not {bits}")
    return 2.0 ** (1 - bits)


def quantize_codes(
    wave: NDArray[np.floating],
    *,
    bits: int,
    kind: str = "mid-tread",
    dither: str = "none",
    seed: int = 0,
) -> NDArray[np.int32]:
    """The number of the level nearest to each sample.

    Parameters
    ----------
    wave : float array [shape=(n,)], nominally -1..1; beyond the range it is clipped.
    bits : int, 1..32.
    kind : "mid-tread": level k is k steps, so there is a zero, and one more level below it than above.
        "mid-rise": level k is k + 1/2 steps, so there is no zero, and both sides are equal.
    dither : noise that is added first: "none", "rectangular" (between -1/2 and 1/2 step, all equally
        likely) or "triangular" (the sum of two such: TPDF, up to one step).
    seed : int, of the noise.

    Returns
    -------
    int32 array [shape=(n,)], -2^(bits - 1) .. 2^(bits - 1) - 1.
    """
    steps = np.asarray(wave, np.float64) / step_size(bits=bits)
    if dither != "none":
        steps += dither_noise(len(wave), kind=dither, seed=seed)
    if kind == "mid-tread":
        levels = np.rint(steps)  # a tie goes to the even level
    elif kind == "mid-rise":
        levels = np.floor(steps)
    else:
        raise ValueError(f"kind must be one of {QUANTIZERS}, not {kind!r}")
    half = 2 ** (bits - 1)
    return np.clip(levels, -half, half - 1).astype(np.int32)


def dither_noise(count: int, *, kind: str, seed: int = 0) -> NDArray[np.float64]:
    """Noise of `count` samples, in steps: "rectangular" or "triangular", see `quantize_codes`."""
    if kind not in DITHERS[1:]:
        raise ValueError(f"dither must be one of {DITHERS}, not {kind!r}")
    random = np.random.default_rng(seed)
    noise = random.random(count) - 0.5
    return noise if kind == "rectangular" else noise + random.random(count) - 0.5


def values_of(
    codes: NDArray[np.integer], *, bits: int, kind: str = "mid-tread"
) -> NDArray[np.float32]:
    """What each level number stands for, -1..1: exact in float32 up to 24 bits.

    Parameters
    ----------
    codes : int array, level numbers of `quantize_codes`.
    bits : int, 1..32.
    kind : "mid-tread" or "mid-rise".
    """
    shift = 0.5 if kind == "mid-rise" else 0.0
    return ((codes + shift) * step_size(bits=bits)).astype(np.float32)


def quantize(
    wave: NDArray[np.floating],
    *,
    bits: int,
    kind: str = "mid-tread",
    dither: str = "none",
    seed: int = 0,
) -> NDArray[np.float32]:
    """The wave rounded to the 2^bits levels of a quantizer; see `quantize_codes` for the arguments.

    Without dither, the error is at most half a step wherever the wave stays within the levels.
    """
    codes = quantize_codes(wave, bits=bits, kind=kind, dither=dither, seed=seed)
    return values_of(codes, bits=bits, kind=kind)


def error_of(wave: NDArray[np.floating], changed: NDArray[np.floating]) -> NDArray[np.float32]:
    """What was added to the wave: changed minus original, float32 [shape=(n,)]."""
    return (np.asarray(changed, np.float64) - wave).astype(np.float32)


def snr_db(wave: NDArray[np.floating], changed: NDArray[np.floating]) -> float:
    """Signal-to-noise ratio: the wave's energy over that of the error, in decibels.

    Returns
    -------
    float; infinite if there is no error, minus infinite if only the wave is silent.
    """
    signal = np.sum(np.square(wave, dtype=np.float64))
    noise = np.sum(np.square(np.asarray(changed, np.float64) - wave))
    if noise == 0:
        return math.inf
    return float(10 * np.log10(signal / noise)) if signal > 0 else -math.inf


def level_db(wave: NDArray[np.floating]) -> float:
    """The wave's effective (RMS) level; 0 dB is a sine of amplitude 1. Silence is minus infinity."""
    power = float(np.mean(np.square(wave, dtype=np.float64)))
    return 10 * math.log10(power / 0.5) if power > 0 else -math.inf


def law_db(*, bits: int, level: float = 0.0) -> float:
    """The SNR to expect if the error is evenly spread over one step: 6.02 bits + 1.76 dB + level.

    An error evenly spread between -1/2 and 1/2 step has the power step² / 12; a full-scale sine has 1/2.

    Parameters
    ----------
    bits : int, 1..32.
    level : float, of the sound in dB below a full-scale sine (`level_db`).
    """
    return float(10 * np.log10(0.5 / (step_size(bits=bits) ** 2 / 12)) + level)


def snr_by_bits(
    wave: NDArray[np.floating], *, kind: str = "mid-tread", dither: str = "none", most: int = 16
) -> NDArray[np.float64]:
    """Measured SNR and law for 1..most bits, in dB: float64 array [shape=(3, most)].

    Rows: bits, the SNR that was measured, the law at the wave's own level. A quantizer that silences
    everything has an SNR of 0 dB: its error is the sound itself.
    """
    level = level_db(wave)
    rows = []
    for bits in range(1, most + 1):
        rounded = quantize(wave, bits=bits, kind=kind, dither=dither)
        rows.append((bits, snr_db(wave, rounded), law_db(bits=bits, level=level)))
    return np.array(rows).T


def error_counts(
    error: NDArray[np.floating], *, bits: int, bins: int = 60, reach: float = 1.5
) -> NDArray[np.float64]:
    """How the error is spread, in steps: float64 array [shape=(2, bins)], middles and shares in percent.

    Parameters
    ----------
    error : float array [shape=(n,)].
    bits : int, 1..32, of the quantizer.
    bins : int >= 1, over -reach..reach steps; what lies beyond counts for the outermost bins.
    reach : float > 0, steps.
    """
    steps = np.clip(np.asarray(error, np.float64) / step_size(bits=bits), -reach, reach)
    counts, edges = np.histogram(steps, bins=bins, range=(-reach, reach))
    return np.stack([(edges[1:] + edges[:-1]) / 2, 100 * counts / max(1, len(steps))])


def quiet_tone(
    *,
    bits: int,
    sample_rate: int,
    steps: float = 1.3,
    frequency: float = 500.0,
    seconds: float = 2.0,
) -> NDArray[np.float32]:
    """A sine whose amplitude is a few steps of a quantizer: what its error sounds worst with.

    Parameters
    ----------
    bits : int, 1..32, of the quantizer.
    sample_rate : int > 0, Hz.
    steps : float > 0, the amplitude in steps; the result never exceeds 1.
    frequency, seconds : float > 0, Hz and s.
    """
    amplitude = min(1.0, steps * step_size(bits=bits))
    return tone(frequency=frequency, sample_rate=sample_rate, seconds=seconds, amplitude=amplitude)


def strongest_overtone(
    wave: NDArray[np.floating], *, sample_rate: int, frequency: float
) -> tuple[float, float]:
    """The strongest of a tone's overtones: its frequency in Hz, and its level below the tone in dB.

    The amplitude at each multiple of the frequency is found by multiplying with a sine and cosine of it;
    exact for a whole number of periods.

    Parameters
    ----------
    wave : float array [shape=(n,)].
    sample_rate : int > 0, Hz.
    frequency : float > 0, Hz; at least one overtone must lie below half the rate.
    """
    turns = frequency * np.arange(len(wave)) / sample_rate
    count = math.ceil(sample_rate / 2 / frequency) - 1  # multiples below half the rate
    wheel = np.exp(-2j * np.pi * turns)  # cosine and sine of the tone itself
    turned = np.asarray(wave, np.complex128)
    strengths = []
    for _multiple in range(count):
        turned = turned * wheel  # ... and of its next multiple
        strengths.append(abs(turned.sum()))
    best = 1 + int(np.argmax(strengths[1:]))
    if strengths[0] == 0 or strengths[best] == 0:
        return float((best + 1) * frequency), -math.inf
    return float((best + 1) * frequency), float(20 * np.log10(strengths[best] / strengths[0]))


def room_gain(like: NDArray[np.floating], *, peak: float = 0.5) -> float:
    """By what to multiply a sound so that its greatest value becomes `peak`; 1 for silence."""
    top = float(np.max(np.abs(like)))
    return peak / top if top > 0 else 1.0


def room_db(like: NDArray[np.floating], *, peak: float = 0.5) -> float:
    """The `room_gain` in decibels."""
    return float(20 * np.log10(room_gain(like, peak=peak)))


def louder(
    wave: NDArray[np.floating], like: NDArray[np.floating], *, peak: float = 0.5
) -> NDArray[np.float32]:
    """The wave multiplied by the `room_gain` of another: several sounds made louder by one factor."""
    return (np.asarray(wave, np.float64) * room_gain(like, peak=peak)).astype(np.float32)


def share_of_zeros(wave: NDArray[Any]) -> float:
    """The share of samples that are exactly 0, 0..1."""
    return float(np.count_nonzero(wave == 0) / len(wave))


# ---------------------------------------------------------------- bytes


def pcm_bytes(
    codes: NDArray[np.integer], *, bits: int, order: str = "little", unsigned: bool = False
) -> NDArray[np.uint8]:
    """The bytes in which level numbers are stored (PCM, pulse-code modulation).

    A negative number is stored as 2^bits more (two's complement). Order "little" writes the byte of
    least weight first (WAV), "big" last (AIFF).

    Parameters
    ----------
    codes : int array [shape=(n,)], -2^(bits - 1) .. 2^(bits - 1) - 1.
    bits : int: 8, 16, 24 or 32.
    order : "little" or "big".
    unsigned : bool, store the number plus 2^(bits - 1) instead: WAV does so with 8 bits.

    Returns
    -------
    uint8 array [shape=(n, bits / 8)].
    """
    if bits not in (8, 16, 24, 32) or order not in ("little", "big"):
        raise ValueError(f"no PCM of {bits} bits in the order {order!r}")
    stored = np.asarray(codes, np.int64) + (2 ** (bits - 1) if unsigned else 0)
    weights = np.arange(0, bits, 8)  # the byte of least weight first
    parts = (stored[:, None] >> weights & 255).astype(np.uint8)  # (n, bits / 8)
    return np.ascontiguousarray(parts if order == "little" else parts[:, ::-1])


def codes_of(
    parts: NDArray[np.uint8], *, order: str = "little", unsigned: bool = False
) -> NDArray[np.int32]:
    """Level numbers from bytes: the inverse of `pcm_bytes`.

    Parameters
    ----------
    parts : uint8 array [shape=(n, bits / 8)].
    order : "little" or "big".
    unsigned : bool.

    Returns
    -------
    int32 array [shape=(n,)].
    """
    bits = 8 * parts.shape[1]
    ordered = parts if order == "little" else parts[:, ::-1]
    stored = (ordered.astype(np.int64) << np.arange(0, bits, 8)).sum(axis=1)
    half = 2 ** (bits - 1)
    return np.asarray(stored - half if unsigned else (stored + half) % (2 * half) - half, np.int32)


def bits_of(codes: NDArray[np.integer], *, bits: int, unsigned: bool = False) -> NDArray[np.uint8]:
    """The bits of level numbers as `pcm_bytes` stores them: uint8 [shape=(n, bits)], greatest first."""
    stored = np.asarray(codes, np.int64) + (2 ** (bits - 1) if unsigned else 0)
    return (stored[:, None] >> np.arange(bits - 1, -1, -1) & 1).astype(np.uint8)


def wrong_order(wave: NDArray[np.floating], *, bits: int = 16) -> NDArray[np.float32]:
    """What is heard when the bytes of each sample are read in the wrong order, float32 [shape=(n,)]."""
    parts = pcm_bytes(quantize_codes(wave, bits=bits), bits=bits, order="little")
    return values_of(codes_of(parts, order="big"), bits=bits)


def off_by_a_byte(wave: NDArray[np.floating], *, bits: int = 16) -> NDArray[np.float32]:
    """What is heard when reading begins one byte too late, float32 [shape=(n,)], a 0 byte at the end."""
    parts = pcm_bytes(quantize_codes(wave, bits=bits), bits=bits)
    shifted = np.append(parts.ravel()[1:], np.uint8(0)).reshape(parts.shape)
    return values_of(codes_of(shifted), bits=bits)


def wrong_sign(wave: NDArray[np.floating], *, bits: int = 8) -> NDArray[np.float32]:
    """What is heard when unsigned numbers, as in 8-bit WAV, are read as signed, float32 (n,)."""
    parts = pcm_bytes(quantize_codes(wave, bits=bits), bits=bits, unsigned=True)
    return values_of(codes_of(parts), bits=bits)


def pcm_layout(data: bytes) -> tuple[int, int, int, int, str]:
    """Where the samples lie in a WAV or AIFF file that holds whole numbers.

    Microsoft and IBM, "Multimedia programming interface and data specifications 1.0", 1991 (WAV);
    Apple, "Audio Interchange File Format", 1989 (AIFF).

    Parameters
    ----------
    data : bytes, the file.

    Returns
    -------
    (offset of the first sample in bytes, frames, channels, bits of a sample, "little" or "big");
    (0, 0, 0, 0, "") if it is no such file.
    """
    nothing = (0, 0, 0, 0, "")
    little = data[:4] == b"RIFF" and data[8:12] == b"WAVE"
    if not little and not (data[:4] == b"FORM" and data[8:12] in (b"AIFF", b"AIFC")):
        return nothing
    order = "little" if little else "big"
    channels = bits = 0
    sound: tuple[int, int] | None = None
    position = 12
    while position + 8 <= len(data) and (sound is None or not channels):
        name, size = struct.unpack_from("<4sI" if little else ">4sI", data, position)
        body = position + 8
        if name == b"fmt " and body + 16 <= len(data):
            code, channels, _rate, _second, _frame, bits = struct.unpack_from("<HHIIHH", data, body)
            if code == 0xFFFE and size >= 26 and body + 26 <= len(data):
                (code,) = struct.unpack_from("<H", data, body + 24)
            if code != 1:
                return nothing
        elif name == b"COMM" and body + 18 <= len(data):
            channels, _frames, bits = struct.unpack_from(">HIH", data, body)
            packing = data[body + 18 : body + 22] if data[8:12] == b"AIFC" else b"NONE"
            if packing not in (b"NONE", b"sowt"):
                return nothing
            order = "little" if packing == b"sowt" else "big"
        elif name == b"data":
            sound = body, min(size, len(data) - body)
        elif name == b"SSND" and body + 8 <= len(data):
            (offset,) = struct.unpack_from(">I", data, body)
            start = body + 8 + offset
            sound = start, max(0, min(size - 8 - offset, len(data) - start))
        position = body + size + size % 2
    if sound is None or channels == 0 or bits not in (8, 16, 24, 32):
        return nothing
    return sound[0], sound[1] // (channels * bits // 8), channels, bits, order


def file_bytes(data: bytes, *, frame: int, count: int) -> NDArray[np.uint8]:
    """The bytes of a PCM file itself, one frame (a sample of each channel) a row.

    Parameters
    ----------
    data : bytes, a file whose `pcm_layout` is known.
    frame : int >= 0, the first frame.
    count : int >= 1; fewer rows if the file ends before.

    Returns
    -------
    uint8 array [shape=(count, channels * bits / 8)].
    """
    offset, frames, channels, bits, _order = pcm_layout(data)
    if not frames:
        raise ValueError("not a WAV or AIFF file of whole numbers")
    width = channels * bits // 8
    frame = max(0, min(frame, frames - 1))
    count = min(count, frames - frame)
    start = offset + frame * width
    return np.frombuffer(data, np.uint8, count * width, start).reshape(count, width).copy()
