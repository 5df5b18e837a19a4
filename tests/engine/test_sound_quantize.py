"""Quantization: the law of its error, dither, and the bytes against NumPy and soundfile."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.sound.quantize import (
    bits_of,
    codes_of,
    dither_noise,
    error_counts,
    error_of,
    file_bytes,
    law_db,
    level_db,
    louder,
    off_by_a_byte,
    pcm_bytes,
    pcm_layout,
    quantize,
    quantize_codes,
    quiet_tone,
    room_db,
    room_gain,
    share_of_zeros,
    snr_by_bits,
    snr_db,
    step_size,
    strongest_overtone,
    values_of,
    wrong_order,
    wrong_sign,
)
from engine.sound.sampling import tone

WAVES = arrays(np.float32, st.integers(1, 50), elements=st.floats(-1, 1, width=32))
KINDS = st.sampled_from(["mid-tread", "mid-rise"])
BITS = st.integers(1, 16)
SINE = tone(frequency=997, sample_rate=48000, seconds=2)


# ---------------------------------------------------------------- the law


@pytest.mark.parametrize("bits", range(4, 17))
@pytest.mark.parametrize("kind", ["mid-tread", "mid-rise"])
def test_the_law_holds_for_a_full_scale_sine(bits: int, kind: str) -> None:
    # Full scale is the sine whose crest is the highest level (AES17). For mid-tread that is one step
    # below 1, which for few bits is a lower level; the law is taken at that level.
    top = values_of(np.array([2 ** (bits - 1) - 1]), bits=bits, kind=kind)[0]
    wave = tone(frequency=997, sample_rate=48000, seconds=2, amplitude=float(top))
    measured = snr_db(wave, quantize(wave, bits=bits, kind=kind))
    level = level_db(wave) if kind == "mid-tread" else 0.0
    assert abs(measured - (6.0206 * bits + 1.7609 + level)) < 0.5
    assert law_db(bits=bits) == pytest.approx(6.0206 * bits + 1.7609, abs=1e-3)


def test_mid_tread_clips_a_sine_of_amplitude_1() -> None:
    assert snr_db(SINE, quantize(SINE, bits=4)) < law_db(bits=4) - 2
    assert abs(snr_db(SINE, quantize(SINE, bits=16)) - law_db(bits=16)) < 0.1


def test_the_law_follows_the_level() -> None:
    for amplitude in (0.5, 0.1, 0.03):
        quiet = tone(frequency=997, sample_rate=48000, seconds=1, amplitude=amplitude)
        level = level_db(quiet)
        assert level == pytest.approx(20 * math.log10(amplitude), abs=1e-3)
        expected = law_db(bits=14, level=level)
        assert abs(snr_db(quiet, quantize(quiet, bits=14)) - expected) < 0.5


def test_dither_costs_what_theory_says() -> None:
    # Without: step² / 12. Rectangular dither: twice that. Triangular: three times (Wannamaker 2000).
    quiet = tone(frequency=997, sample_rate=48000, seconds=4, amplitude=0.4)
    plain = snr_db(quiet, quantize(quiet, bits=10))
    for kind, cost in (("rectangular", 10 * math.log10(2)), ("triangular", 10 * math.log10(3))):
        dithered = snr_db(quiet, quantize(quiet, bits=10, dither=kind))
        assert plain - dithered == pytest.approx(cost, abs=0.2)


def test_dither_frees_a_quiet_tone_from_its_harmonics() -> None:
    # A whole number of periods in a second: bin k of the transform is k Hz, without leakage.
    step = step_size(bits=8)
    quiet = tone(frequency=500, sample_rate=16000, seconds=1, amplitude=1.3 * step)

    def amplitudes(dither: str) -> np.ndarray:
        spectrum = np.fft.rfft(quantize(quiet, bits=8, dither=dither).astype(float))
        return 2 * np.abs(spectrum) / 16000 / step

    plain, dithered = amplitudes("none"), amplitudes("triangular")
    harmonics = np.arange(1500, 8000, 1000)  # the odd ones
    assert plain[harmonics].max() > 0.05
    assert dithered[harmonics].max() < 0.02
    assert dithered[500] == pytest.approx(1.3, abs=0.02)


def test_triangular_dither_makes_the_error_independent_of_the_sound() -> None:
    # Mean and variance of the error for constant sounds between two levels.
    for part in (0.0, 0.2, 0.5, 0.8):
        constant = np.full(100_000, part * step_size(bits=8))
        error = error_of(constant, quantize(constant, bits=8, dither="triangular"))
        steps = error / step_size(bits=8)
        assert steps.mean() == pytest.approx(0, abs=0.01)
        assert steps.var() == pytest.approx(3 / 12, abs=0.01)
    noise = dither_noise(100_000, kind="triangular")
    assert abs(noise).max() <= 1
    assert noise.var() == pytest.approx(2 / 12, abs=2e-3)
    assert dither_noise(100_000, kind="rectangular").var() == pytest.approx(1 / 12, abs=1e-3)
    np.testing.assert_array_equal(noise, dither_noise(100_000, kind="triangular"))


def test_the_curve_over_bits_is_made_of_the_single_ones() -> None:
    curve = snr_by_bits(SINE, most=8)
    assert curve.shape == (3, 8)
    np.testing.assert_array_equal(curve[0], np.arange(1, 9))
    assert curve[1, 4] == snr_db(SINE, quantize(SINE, bits=5))
    assert curve[2, 4] == law_db(bits=5, level=level_db(SINE))
    silent = snr_by_bits(np.zeros(9, np.float32), most=3)
    assert np.isposinf(silent[1]).all()
    assert np.isneginf(silent[2]).all()


# ---------------------------------------------------------------- the quantizer


@given(WAVES, BITS, KINDS)
@settings(max_examples=200, deadline=None)
def test_the_error_is_at_most_half_a_step(wave: np.ndarray, bits: int, kind: str) -> None:
    step = step_size(bits=bits)
    inside = np.clip(wave, -1, 1 - step / 2) if kind == "mid-tread" else wave
    rounded = quantize(inside, bits=bits, kind=kind)
    assert np.abs(rounded.astype(float) - inside).max() <= step / 2
    assert np.abs(rounded).max() <= 1


@given(WAVES, BITS, KINDS)
@settings(max_examples=200, deadline=None)
def test_quantizing_twice_changes_nothing(wave: np.ndarray, bits: int, kind: str) -> None:
    once = quantize(wave, bits=bits, kind=kind)
    np.testing.assert_array_equal(quantize(once, bits=bits, kind=kind), once)
    codes = quantize_codes(wave, bits=bits, kind=kind)
    assert codes.dtype == np.int32
    assert codes.min() >= -(2 ** (bits - 1))
    assert codes.max() < 2 ** (bits - 1)
    assert len(np.unique(once)) <= 2**bits


@given(WAVES, BITS, KINDS, st.sampled_from(["none", "rectangular", "triangular"]))
@settings(max_examples=100, deadline=None)
def test_louder_is_never_a_lower_level(wave: np.ndarray, bits: int, kind: str, dither: str) -> None:
    louder = quantize_codes(wave + np.float32(0.1), bits=bits, kind=kind, dither=dither)
    assert (louder >= quantize_codes(wave, bits=bits, kind=kind, dither=dither)).all()


def test_levels_by_hand() -> None:
    wave = np.array([-1.5, -1, -0.6, -0.25, -0.1, 0, 0.1, 0.25, 0.6, 1, 1.5])
    tread = quantize(wave, bits=2)
    np.testing.assert_array_equal(tread, [-1, -1, -0.5, 0, 0, 0, 0, 0, 0.5, 0.5, 0.5])
    rise = quantize(wave, bits=2, kind="mid-rise")
    expected = [-0.75, -0.75, -0.75, -0.25, -0.25, 0.25, 0.25, 0.25, 0.75, 0.75, 0.75]
    np.testing.assert_array_equal(rise, expected)
    np.testing.assert_array_equal(np.unique(quantize(SINE, bits=1)), [-1, 0])
    np.testing.assert_array_equal(np.unique(quantize(SINE, bits=1, kind="mid-rise")), [-0.5, 0.5])
    # 24 and 32 bits: exact for float64 input
    deep = np.array([0.1, -1, 1])
    np.testing.assert_array_equal(quantize_codes(deep, bits=24), [838861, -(2**23), 2**23 - 1])
    np.testing.assert_array_equal(quantize_codes(deep, bits=32), [214748365, -(2**31), 2**31 - 1])


def test_measures() -> None:
    wave = np.array([1.0, -1.0, 1.0, -1.0])
    assert snr_db(wave, wave * 0.9) == pytest.approx(20)
    assert snr_db(wave, wave) == math.inf
    assert snr_db(np.zeros(3), np.ones(3)) == -math.inf
    assert snr_db(np.zeros(3), np.zeros(3)) == math.inf
    assert level_db(np.zeros(3)) == -math.inf
    assert level_db(SINE) == pytest.approx(0, abs=1e-4)
    np.testing.assert_array_equal(error_of(wave, wave * 0.5), [-0.5, 0.5, -0.5, 0.5])
    assert share_of_zeros(np.array([0, 1, -0.0, 2])) == 0.5


def test_overtones_are_found() -> None:
    wave = tone(frequency=500, sample_rate=16000, seconds=1)
    wave = wave + tone(frequency=2500, sample_rate=16000, seconds=1, amplitude=0.1)
    wave = wave + tone(frequency=1000, sample_rate=16000, seconds=1, amplitude=0.01)
    frequency, level = strongest_overtone(wave, sample_rate=16000, frequency=500)
    assert (frequency, level) == (2500, pytest.approx(-20, abs=1e-3))
    silent = strongest_overtone(np.zeros(160), sample_rate=16000, frequency=500)
    assert silent[1] == -math.inf
    # A tone of an odd number of steps' rounding is symmetric: only odd overtones.
    quiet = quiet_tone(bits=8, sample_rate=48000)
    assert np.abs(quiet).max() == pytest.approx(1.3 / 128, rel=1e-3)
    rounded = quantize(quiet, bits=8)
    frequency, level = strongest_overtone(rounded, sample_rate=48000, frequency=500)
    assert frequency / 500 % 2 == 1
    dithered = quantize(quiet, bits=8, dither="triangular")
    assert strongest_overtone(dithered, sample_rate=48000, frequency=500)[1] < level - 15
    assert np.abs(quiet_tone(bits=1, sample_rate=8000)).max() <= 1


def test_error_counts_add_up() -> None:
    error = error_of(SINE * 0.9, quantize(SINE * 0.9, bits=10))
    middles, shares = error_counts(error, bits=10)
    assert shares.sum() == pytest.approx(100)
    inside = np.abs(middles) < 0.5
    assert shares[inside].sum() == pytest.approx(100)
    np.testing.assert_allclose(shares[inside], 100 / inside.sum(), rtol=0.2)  # evenly spread
    _, far = error_counts(np.array([9.0, -9.0]), bits=4, bins=4)
    np.testing.assert_array_equal(far, [50, 0, 0, 50])


def test_wrong_arguments_quote_the_value() -> None:
    for wrong in (
        {"bits": 0},
        {"bits": 33},
        {"bits": 8, "kind": "flat"},
        {"bits": 8, "dither": "x"},
    ):
        with pytest.raises(ValueError, match=str(list(wrong.values())[-1])):
            quantize(SINE, **wrong)
    with pytest.raises(ValueError, match="12"):
        pcm_bytes(np.zeros(3, np.int32), bits=12)
    with pytest.raises(ValueError, match="WAV or AIFF"):
        file_bytes(b"nothing", frame=0, count=1)


# ---------------------------------------------------------------- bytes


@pytest.mark.parametrize(("bits", "kind"), [(8, "i1"), (16, "i2"), (32, "i4")])
@pytest.mark.parametrize(("order", "mark"), [("little", "<"), ("big", ">")])
def test_bytes_are_those_of_numpy(bits: int, kind: str, order: str, mark: str) -> None:
    codes = quantize_codes(np.random.default_rng(0).uniform(-1, 1, 500), bits=bits)
    ours = pcm_bytes(codes, bits=bits, order=order)
    assert ours.tobytes() == codes.astype(f"{mark}{kind}").tobytes()
    np.testing.assert_array_equal(codes_of(ours, order=order), codes)


@given(st.lists(st.integers(-(2**23), 2**23 - 1), min_size=1, max_size=20))
def test_24_bits(numbers: list[int]) -> None:
    codes = np.array(numbers, np.int32)
    for order in ("little", "big"):
        parts = pcm_bytes(codes, bits=24, order=order)
        expected = b"".join(n.to_bytes(3, order, signed=True) for n in numbers)
        assert parts.tobytes() == expected
        np.testing.assert_array_equal(codes_of(parts, order=order), codes)
    weights = -(2**23), *(2**k for k in range(22, -1, -1))
    np.testing.assert_array_equal(bits_of(codes, bits=24).astype(np.int64) @ weights, codes)


@pytest.mark.parametrize("channels", [1, 2, 5])
@pytest.mark.parametrize(
    ("form", "subtype", "bits", "endian"),
    [("WAV", "PCM_U8", 8, None), ("WAV", "PCM_16", 16, None), ("WAV", "PCM_24", 24, None),
     ("WAV", "PCM_32", 32, None), ("WAVEX", "PCM_16", 16, None), ("WAVEX", "PCM_24", 24, None),
     ("AIFF", "PCM_S8", 8, None), ("AIFF", "PCM_16", 16, None), ("AIFF", "PCM_24", 24, None),
     ("AIFF", "PCM_32", 32, None), ("AIFF", "PCM_16", 16, "LITTLE")],
)  # fmt: skip
def test_the_bytes_of_files_are_those_of_their_samples(
    form: str, subtype: str, bits: int, endian: str | None, channels: int
) -> None:
    random = np.random.default_rng(1)
    codes = quantize_codes(random.uniform(-1, 1, 300 * channels), bits=bits)
    buffer = io.BytesIO()
    soundfile.write(
        buffer,
        (codes << (32 - bits)).reshape(-1, channels),
        8000,
        format=form,
        subtype=subtype,
        endian=endian,
    )
    data = buffer.getvalue()
    offset, frames, found, depth, order = pcm_layout(data)
    assert (frames, found, depth) == (300, channels, bits)
    assert order == ("big" if form == "AIFF" and endian is None else "little")
    parts = file_bytes(data, frame=7, count=20)
    unsigned = subtype == "PCM_U8"
    expected = pcm_bytes(codes, bits=bits, order=order, unsigned=unsigned)
    np.testing.assert_array_equal(parts, expected.reshape(300, -1)[7:27])
    assert data[offset : offset + 300 * parts.shape[1]] == expected.tobytes()
    read, _rate = soundfile.read(io.BytesIO(data), dtype="int32", always_2d=True)
    back = codes_of(parts.reshape(-1, bits // 8), order=order, unsigned=unsigned)
    np.testing.assert_array_equal(back << (32 - bits), read[7:27].ravel())
    assert len(file_bytes(data, frame=298, count=20)) == 2
    assert len(file_bytes(data, frame=999, count=20)) == 1


@pytest.mark.parametrize(
    ("form", "subtype"),
    [("WAV", "FLOAT"), ("WAV", "ULAW"), ("AIFF", "FLOAT"), ("FLAC", "PCM_16"), ("AU", "PCM_16")],
)
def test_other_files_have_no_layout(form: str, subtype: str) -> None:
    buffer = io.BytesIO()
    soundfile.write(buffer, np.zeros(100), 8000, format=form, subtype=subtype)
    assert pcm_layout(buffer.getvalue()) == (0, 0, 0, 0, "")


def test_damaged_files_have_no_layout_or_a_shorter_one() -> None:
    buffer = io.BytesIO()
    soundfile.write(buffer, np.zeros(100), 8000, format="WAV", subtype="PCM_16")
    data = buffer.getvalue()
    for length in range(len(data)):
        offset, frames, *_rest = pcm_layout(data[:length])
        assert frames == max(0, length - 44) // 2
        assert offset in (0, 44)


@given(st.binary(max_size=120))
def test_any_bytes_can_be_looked_at(data: bytes) -> None:
    for head in (b"", b"RIFF\0\0\0\0WAVE", b"FORM\0\0\0\0AIFF", b"FORM\0\0\0\0AIFC"):
        offset, frames, channels, bits, _order = pcm_layout(head + data)
        assert offset + frames * channels * bits // 8 <= len(head + data)
        assert min(offset, frames, channels, bits) >= 0


def test_bytes_read_wrongly() -> None:
    wave = np.array([0.5, -0.25, 1 / 32768, 0.3], np.float32)
    stored = quantize_codes(wave, bits=16).astype("<i2").tobytes()
    np.testing.assert_array_equal(wrong_order(wave), np.frombuffer(stored, ">i2") / 32768)
    late = np.frombuffer(stored[1:] + b"\0", "<i2") / 32768
    np.testing.assert_array_equal(off_by_a_byte(wave), late.astype(np.float32))
    np.testing.assert_array_equal(wrong_order(wrong_order(wave)), quantize(wave, bits=16))


def test_unsigned_numbers_read_as_signed() -> None:
    wave = np.array([0, 0.5, -0.5, 0.99, -1], np.float32)
    stored = (quantize_codes(wave, bits=8) + 128).astype(np.uint8)
    np.testing.assert_array_equal(wrong_sign(wave), stored.view(np.int8) / 128)
    codes = quantize_codes(wave, bits=8)
    unpacked = np.unpackbits(stored[:, None], axis=1)
    np.testing.assert_array_equal(bits_of(codes, bits=8, unsigned=True), unpacked)


def test_sounds_made_louder_by_one_factor() -> None:
    like = np.array([0.1, -0.25])
    assert room_gain(like) == 2
    assert room_db(like) == pytest.approx(6.0206, abs=1e-4)
    np.testing.assert_array_equal(louder(np.array([0.1, 0.3]), like), np.float32([0.2, 0.6]))
    np.testing.assert_array_equal(louder(like, np.zeros(3)), like.astype(np.float32))


def test_values_are_exact() -> None:
    codes = np.arange(-(2**15), 2**15, dtype=np.int32)
    np.testing.assert_array_equal(values_of(codes, bits=16), codes / 32768)
    np.testing.assert_array_equal(quantize_codes(values_of(codes, bits=16), bits=16), codes)
