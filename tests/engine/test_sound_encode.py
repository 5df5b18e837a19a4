"""Files of every format: what they keep, how long they are, and that equal sounds give equal files."""

from __future__ import annotations

import io
import zlib

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.sound.encode import (
    SOUND_FORMS,
    aligned,
    byte_count,
    codec_delay,
    decode,
    encode,
    ogg_checksum,
    rate_for,
    with_serial,
)
from engine.sound.quantize import quantize, snr_db
from engine.sound.sampling import chirp, tone

KEEPING = [form for form, (_container, _subtype, bits) in SOUND_FORMS.items() if bits]
LOSING = [form for form in SOUND_FORMS if form not in KEEPING]


def in_step(wave: np.ndarray, decoded: np.ndarray) -> np.ndarray:
    """What was decoded, moved back by its delay."""
    return aligned(wave, decoded, codec_delay(wave, decoded))


def music(rate: int, seconds: float = 2.0) -> np.ndarray:
    """Tones over a chirp with a little noise: something that every codec can work on."""
    wave = chirp(start=200, stop=rate / 5, sample_rate=rate, seconds=seconds, amplitude=0.3)
    wave = wave + tone(frequency=440, sample_rate=rate, seconds=seconds, amplitude=0.2)
    return (wave + np.random.default_rng(0).normal(0, 0.005, len(wave))).astype(np.float32)


@pytest.mark.parametrize("form", KEEPING)
@pytest.mark.parametrize("rate", [8000, 11025, 44100, 96000])
def test_wav_and_flac_keep_every_number(form: str, rate: int) -> None:
    wave = music(rate, 0.7)
    data = encode(wave, sample_rate=rate, form=form)
    bits = SOUND_FORMS[form][2]
    np.testing.assert_array_equal(decode(data), quantize(wave, bits=bits))
    assert codec_delay(wave, decode(data)) == 0
    if form.startswith("wav"):
        odd = len(wave) * bits // 8 % 2  # a chunk of odd length is followed by a 0 byte
        assert len(data) == 44 + len(wave) * bits // 8 + odd
    else:
        assert len(data) < len(encode(wave, sample_rate=rate, form="wav16"))


def test_a_wav_file_is_that_of_soundfile() -> None:
    wave = quantize(music(16000), bits=16)
    buffer = io.BytesIO()
    soundfile.write(buffer, (wave * 32768).astype(np.int16), 16000, format="WAV", subtype="PCM_16")
    assert encode(wave, sample_rate=16000, form="wav16") == buffer.getvalue()


@pytest.mark.parametrize("form", LOSING)
@pytest.mark.parametrize("rate", [8000, 16000, 44100, 48000])
def test_more_bytes_are_closer_to_the_sound(form: str, rate: int) -> None:
    rate = rate_for(form=form, sample_rate=rate)
    wave = music(rate)
    sizes, ratios = [], []
    for quality in (0.0, 0.5, 1.0):
        data = encode(wave, sample_rate=rate, form=form, quality=quality)
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            assert (file.samplerate, file.channels, file.format) == (rate, 1, SOUND_FORMS[form][0])
        sizes.append(len(data))
        ratios.append(snr_db(wave, in_step(wave, decode(data))))
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[2]
    assert ratios[2] > ratios[0]
    assert ratios[2] > 12  # aligned: a shift of a few samples would leave next to nothing


@pytest.mark.parametrize(
    ("quality", "kilobits"), [(0.0, 32), (1 / 3, 128), (2 / 3, 224), (1.0, 320)]
)
def test_mp3_has_the_bit_rate_that_was_asked_for(quality: float, kilobits: int) -> None:
    # libsndfile: 320 - 288 * compression level at 32 kHz and more, which LAME rounds to a known rate.
    wave = music(44100, 10)
    data = encode(wave, sample_rate=44100, form="mp3", quality=quality)
    assert len(data) * 8 / 10 / 1000 == pytest.approx(kilobits, rel=0.02)


@pytest.mark.parametrize("form", SOUND_FORMS)
def test_equal_sounds_give_equal_files(form: str) -> None:
    wave = music(rate_for(form=form, sample_rate=44100), 0.5)
    rate = rate_for(form=form, sample_rate=44100)
    first = encode(wave, sample_rate=rate, form=form)
    assert first == encode(wave, sample_rate=rate, form=form)
    assert byte_count(first) == len(first)


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
def test_a_changed_serial_number_keeps_the_file_whole(subtype: str) -> None:
    buffer = io.BytesIO()
    soundfile.write(buffer, music(48000), 48000, format="OGG", subtype=subtype)
    data = buffer.getvalue()
    changed = with_serial(data, 77)
    before, after = (soundfile.read(io.BytesIO(d))[0] for d in (data, changed))
    np.testing.assert_array_equal(before, after)
    assert changed[14:18] == (77).to_bytes(4, "little")
    serial = int.from_bytes(data[14:18], "little")
    assert with_serial(changed, serial) == data  # the checksums are those of libogg


def test_the_checksum_of_ogg_is_the_mirror_of_zlibs() -> None:
    # zlib works on reflected bits, begins with ones and inverts; undone, both are one polynomial.
    mirrored = [int(f"{n:08b}"[::-1], 2) for n in range(256)]
    page = bytes(range(200))
    seeded = zlib.crc32(bytes(mirrored[b] for b in page), 0xFFFFFFFF) ^ 0xFFFFFFFF
    assert ogg_checksum(page) == int(f"{seeded:032b}"[::-1], 2)


def test_a_long_sound_does_not_crash_the_encoder() -> None:
    # 110 s in one call overflow the stack in libvorbis; in blocks they do not.
    wave = tone(frequency=300, sample_rate=44100, seconds=110, amplitude=0.3)
    data = encode(wave, sample_rate=44100, form="vorbis", quality=0.0)
    assert len(decode(data)) == len(wave)


@pytest.mark.parametrize("form", SOUND_FORMS)
@pytest.mark.parametrize("count", [1, 2, 5, 100])
def test_very_short_silent_and_loud_sounds(form: str, count: int) -> None:
    rate = rate_for(form=form, sample_rate=22050)
    for wave in (np.zeros(count), np.full(count, 3.0), np.full(count, -0.2)):
        back = in_step(wave, decode(encode(wave, sample_rate=rate, form=form, quality=0.0)))
        assert back.shape == wave.shape
        assert back.dtype == np.float32
        assert np.isfinite(back).all()


@given(st.integers(-60, 60), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_a_delay_is_found_and_undone(delay: int, seed: int) -> None:
    wave = np.random.default_rng(seed).normal(size=400)
    late = np.roll(np.pad(wave, 100), delay)[100:500]
    assert codec_delay(wave, late, most=80) == delay
    back = aligned(wave, late, codec_delay(wave, late, most=80))
    inner = slice(max(0, -delay), min(400, 400 - delay))
    np.testing.assert_allclose(back[inner], wave[inner].astype(np.float32))


def test_silence_has_no_delay() -> None:
    assert codec_delay(np.zeros(50), np.zeros(60)) == 0
    assert codec_delay(np.ones(1), np.ones(1)) == 0


def test_rates() -> None:
    assert rate_for(form="wav16", sample_rate=44056) == 44056
    assert rate_for(form="opus", sample_rate=44100) == 48000
    assert rate_for(form="flac16", sample_rate=768_000) == 655_350
    assert rate_for(form="flac16", sample_rate=88_211) == 88_220
    for rate in (44_056, 65_535, 65_540, 88_220, 655_350):
        assert rate_for(form="flac16", sample_rate=rate) == rate
        assert len(decode(encode(np.zeros(99), sample_rate=rate, form="flac16"))) == 99
    assert rate_for(form="mp3", sample_rate=96000) == 48000
    assert rate_for(form="vorbis", sample_rate=1000) == 8000
    with pytest.raises(ValueError, match="96000"):
        encode(np.zeros(9), sample_rate=96000, form="mp3")
    with pytest.raises(ValueError, match="tape"):
        encode(np.zeros(9), sample_rate=96000, form="tape")
