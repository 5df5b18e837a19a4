"""The same sound as different files: how many bytes each takes, and what it loses.

libsndfile writes and reads them (through soundfile): WAV and FLAC keep every number; MP3 (LAME), Ogg
Vorbis and Opus leave out what should not be heard.
"""

from __future__ import annotations

import io
import struct

import numpy as np
import soundfile
from numpy.typing import NDArray

from engine.sound.quantize import quantize_codes

#: name -> (container, subtype, bits of a sample; 0 for the formats that leave something out)
SOUND_FORMS = {
    "wav8": ("WAV", "PCM_U8", 8),
    "wav16": ("WAV", "PCM_16", 16),
    "wav24": ("WAV", "PCM_24", 24),
    "flac16": ("FLAC", "PCM_16", 16),
    "mp3": ("MP3", "MPEG_LAYER_III", 0),
    "vorbis": ("OGG", "VORBIS", 0),
    "opus": ("OGG", "OPUS", 0),
}
#: The highest rate of libFLAC, Hz (its FLAC__MAX_SAMPLE_RATE).
FLAC_FASTEST = 655_350
#: The sampling rates that a format knows, in Hz; the others take any.
FORM_RATES = {
    "mp3": (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000),
    "vorbis": (8000, 11025, 16000, 22050, 32000, 44100, 48000),
    "opus": (8000, 12000, 16000, 24000, 48000),
}
#: Samples handed to the encoder at once: libvorbis keeps all of one call on the stack and
#: crashes when it is long (https://github.com/libsndfile/libsndfile/issues/1095).
WRITE_BLOCK = 4096


def rate_for(*, form: str, sample_rate: int) -> int:
    """The rate at which a format can hold a sound: its own, or the next higher, or the highest."""
    if form == "flac16":
        # Above 65,535 Hz a frame states the rate in tens of Hz (RFC 9639, 9.1.2).
        return min(
            sample_rate if sample_rate < 65_536 else -(-sample_rate // 10) * 10, FLAC_FASTEST
        )
    rates = FORM_RATES.get(form, (sample_rate,))
    return min((rate for rate in rates if rate >= sample_rate), default=rates[-1])


def encode(
    wave: NDArray[np.floating], *, sample_rate: int, form: str, quality: float = 0.5
) -> bytes:
    """Write one channel into a file of the given format.

    For the formats that keep every number, the samples are first rounded to the format's bits, as
    `quantize_codes` does, so that the file holds exactly these whole numbers.

    Parameters
    ----------
    wave : float array [shape=(n,)], nominally -1..1; beyond, it is clipped.
    sample_rate : int, Hz, one that the format knows (`rate_for`).
    form : a key of `SOUND_FORMS`.
    quality : float, 0..1, for the formats that leave something out: 0 is the smallest file. libsndfile
        takes it as 1 minus its compression level; for MP3 it chooses a constant bit rate.

    Returns
    -------
    bytes, the file; the same for the same arguments.
    """
    if form not in SOUND_FORMS:
        raise ValueError(f"form must be one of {tuple(SOUND_FORMS)}, not {form!r}")
    if rate_for(form=form, sample_rate=sample_rate) != sample_rate:
        raise ValueError(f"{form} knows no rate of {sample_rate} Hz")
    container, subtype, bits = SOUND_FORMS[form]
    options: dict[str, object] = {}
    samples: NDArray[np.int32] | NDArray[np.float32]
    if bits:
        # libsndfile takes whole numbers of 32 bits and keeps the upper ones.
        samples = quantize_codes(wave, bits=bits) << (32 - bits)
    else:
        samples = np.clip(wave, -1, 1).astype(np.float32)
        # The very lowest step of MP3 is refused by libsndfile.
        options["compression_level"] = min(1 - quality, 0.99 if form == "mp3" else 1.0)
        if form == "mp3":
            options["bitrate_mode"] = "CONSTANT"
    buffer = io.BytesIO()
    with soundfile.SoundFile(
        buffer, "w", sample_rate, 1, format=container, subtype=subtype, **options
    ) as file:
        for start in range(0, len(samples), WRITE_BLOCK):
            file.write(samples[start : start + WRITE_BLOCK])
    data = buffer.getvalue()
    return with_serial(data) if container == "OGG" else data


def decode(data: bytes) -> NDArray[np.float32]:
    """The samples of a file that `encode` wrote, float32 [shape=(n,)], at the file's own rate."""
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        return file.read(dtype="float32")


def byte_count(data: bytes) -> int:
    """How many bytes a file has."""
    return len(data)


def codec_delay(
    wave: NDArray[np.floating], decoded: NDArray[np.floating], *, most: int = 4096
) -> int:
    """By how many samples the decoded sound comes late: where both agree best.

    The shift at which the cross-correlation is greatest. Encoders work on blocks and may begin with
    silence; players skip it when the file says how long it is.

    Parameters
    ----------
    wave, decoded : float array [shape=(n,)] and [shape=(m,)].
    most : int >= 0, the greatest shift looked for, in samples, to both sides.

    Returns
    -------
    int, -most..most; 0 if one of them is silent.
    """
    from scipy.fft import irfft, next_fast_len, rfft

    most = min(most, max(len(wave), len(decoded)) - 1)
    size = next_fast_len(max(len(wave), len(decoded)) + most, real=True)
    spectra = rfft(np.asarray(decoded, np.float64), size), rfft(np.asarray(wave, np.float64), size)
    likeness = irfft(spectra[0] * spectra[1].conj(), size)
    shifts = np.arange(-most, most + 1)
    values = likeness[shifts]  # a negative shift counts from the end, as the transform does
    # Among equals, and those that only rounding tells apart, the smallest shift.
    tolerance = 1e-9 * np.sqrt(np.sum(np.square(wave)) * np.sum(np.square(decoded)))
    best = shifts[values >= values.max() - tolerance]
    return int(best[np.argmin(np.abs(best))])


def aligned(
    wave: NDArray[np.floating], decoded: NDArray[np.floating], delay: int
) -> NDArray[np.float32]:
    """The decoded sound moved back by `delay` samples (see `codec_delay`), and as long as the wave.

    Returns
    -------
    float32 array [shape=(n,)], 0 where the decoded sound has no sample.
    """
    moved = decoded[delay:] if delay >= 0 else np.pad(decoded, (-delay, 0))
    moved = moved[: len(wave)]
    return np.pad(moved, (0, len(wave) - len(moved))).astype(np.float32)


def with_serial(data: bytes, serial: int = 1) -> bytes:
    """An Ogg file with a fixed serial number in each page, and the checksums to match (RFC 3533).

    libsndfile draws the serial number at random, so equal sounds would give unequal files.
    """
    result = bytearray(data)
    start = 0
    while result[start : start + 4] == b"OggS":
        segments = result[start + 26]
        body = sum(result[start + 27 : start + 27 + segments])
        end = start + 27 + segments + body
        struct.pack_into("<I", result, start + 14, serial)
        struct.pack_into("<I", result, start + 22, 0)
        struct.pack_into("<I", result, start + 22, ogg_checksum(bytes(result[start:end])))
        start = end
    return bytes(result)


def ogg_checksum(page: bytes) -> int:
    """The CRC-32 of an Ogg page: polynomial 0x04C11DB7, greatest weight first, begun with 0."""
    value = 0
    for byte in page:
        value = value << 8 & 0xFFFFFFFF ^ OGG_TABLE[value >> 24 ^ byte]
    return value


def _ogg_table() -> tuple[int, ...]:
    table = []
    for value in range(256):
        value <<= 24
        for _ in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
        table.append(value)
    return tuple(table)


OGG_TABLE = _ogg_table()
