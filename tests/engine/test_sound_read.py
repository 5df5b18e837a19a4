"""Sounds as samples, against libsndfile, SciPy and FFmpeg; and files that are not what they say."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import av
import numpy as np
import pytest
import scipy.io.wavfile
import soundfile

from engine import isolate, samples
from engine.errors import UserError
from engine.sound import read
from engine.sound.facts import FFMPEG_FORMATS, SPEAKERS
from engine.sound.read import (
    envelope,
    mean_of_channels,
    one_channel,
    outline,
    outline_ffmpeg,
    read_clip,
    read_clip_ffmpeg,
    replace_unusable,
)
from engine.sources import Sound, open_source

RATE = 24_000
CHOSEN = np.random.default_rng(3)
SECONDS = 3
TIME = np.arange(SECONDS * RATE) / RATE
#: Two channels that differ, with noise: no two places look alike.
STEREO = np.stack([np.sin(2 * np.pi * 440 * TIME), np.sin(2 * np.pi * 555 * TIME)], axis=1) * 0.4
STEREO += CHOSEN.normal(size=STEREO.shape) * 0.05

LOSSLESS = [
    *(("WAV", s) for s in ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE")),
    *(("WAV", s) for s in ("ALAW", "ULAW")),
    *(("WAVEX", s) for s in ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE")),
    *(("FLAC", s) for s in ("PCM_S8", "PCM_16", "PCM_24")),
    *(("AIFF", s) for s in ("PCM_S8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "ALAW", "ULAW")),
    *(("AU", s) for s in ("PCM_S8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "ULAW", "ALAW")),
    *(("CAF", s) for s in ("PCM_S8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "ULAW", "ALAW")),
    ("RF64", "PCM_16"),
]
LOSSY = [("MP3", "MPEG_LAYER_III"), ("OGG", "VORBIS"), ("OGG", "OPUS")]
PACKED = [
    ("aac", "mp4"),
    ("alac", "mp4"),
    ("aac", "adts"),
    ("libopus", "webm"),
]


def written(form: str, subtype: str, wave: np.ndarray = STEREO, rate: int = RATE) -> bytes:
    """A sound file written by libsndfile."""
    file = io.BytesIO()
    soundfile.write(file, wave, rate, format=form, subtype=subtype)
    return file.getvalue()


def packed(codec: str, form: str, wave: np.ndarray = STEREO, rate: int = 48_000) -> bytes:
    """A sound file written by FFmpeg."""
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[wave.shape[1]]
    file = io.BytesIO()
    with av.open(file, "w", format=form) as container:
        # No noise that the decoder draws by itself, or no two decodings would agree.
        exact = {"aac_pns": "0"} if codec == "aac" else {}
        stream = container.add_stream(codec, rate=rate, options=exact)
        stream.layout = layout
        kind = "s16p" if codec == "alac" else "fltp"
        numbers = wave.T * (32767 if codec == "alac" else 1)
        shaped = np.ascontiguousarray(numbers, np.int16 if codec == "alac" else np.float32)
        frame = av.AudioFrame.from_ndarray(shaped, format=kind, layout=layout)
        frame.sample_rate, frame.pts = rate, 0
        stream.codec_context.open()
        size = stream.codec_context.frame_size or None
        wanted = stream.codec_context.format.name
        fitted = av.AudioResampler(wanted, layout, rate, frame_size=size)
        for piece in [*fitted.resample(frame), *fitted.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return file.getvalue()


def by_ffmpeg(data: bytes) -> np.ndarray:
    """All samples, (n, channels) float64, by FFmpeg's decoder: a second opinion."""
    with av.open(io.BytesIO(data)) as container:
        stream = container.streams.audio[0]
        frames = [frame.to_ndarray() for frame in container.decode(stream)]
        channels, planar = stream.codec_context.channels, stream.codec_context.format.is_planar
        numbers = np.concatenate(frames, axis=1)
        numbers = numbers.T if planar else numbers.reshape(-1, channels)
    if numbers.dtype == np.uint8:
        return (numbers.astype(np.float64) - 128) / 128
    if numbers.dtype.kind == "i":
        return numbers / 2.0 ** (8 * numbers.dtype.itemsize - 1)
    return numbers.astype(np.float64)


def opened(data: bytes) -> Sound:
    """The file as the tray gets it."""
    source = open_source("x", data)
    assert isinstance(source, Sound)
    return source


# ------------------------------------------------------------------ formats and bit depths


@pytest.mark.parametrize(("form", "subtype"), LOSSLESS)
def test_lossless_formats_agree_with_two_decoders(form: str, subtype: str) -> None:
    data = written(form, subtype)
    found = read_clip(data, seconds=60)
    assert found.dtype == np.float32
    reference = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)[0]
    np.testing.assert_array_equal(found, reference)
    second = by_ffmpeg(data)
    assert second.shape == found.shape
    # A whole number of 32 bits has more digits than float32.
    np.testing.assert_allclose(found, second, atol=0 if subtype != "PCM_32" else 2**-24, rtol=6e-8)
    step = {"PCM_U8": 2**-7, "PCM_S8": 2**-7, "PCM_16": 2**-15, "PCM_24": 2**-23}.get(subtype, 0)
    if subtype not in ("ALAW", "ULAW"):
        np.testing.assert_allclose(found, STEREO, atol=step + 2**-23)


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
def test_wave_files_agree_with_scipy(subtype: str) -> None:
    data = written("WAV", subtype)
    rate, numbers = scipy.io.wavfile.read(io.BytesIO(data))
    assert rate == opened(data).sample_rate
    whole = {"uint8": 128, "int16": 2**15, "int32": 2**31}.get(str(numbers.dtype), 1)
    middle = 128 if numbers.dtype == np.uint8 else 0
    expected = ((numbers.astype(np.float64) - middle) / whole).astype(np.float32)
    np.testing.assert_array_equal(read_clip(data, seconds=60), expected)


@pytest.mark.parametrize(("form", "subtype"), LOSSY)
def test_lossy_formats_agree_with_two_decoders(form: str, subtype: str) -> None:
    data = written(form, subtype)
    found = read_clip(data, seconds=60)
    reference = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)[0]
    np.testing.assert_allclose(found, reference, atol=3e-7)  # MP3 rounds by the size of a block
    assert len(found) == len(STEREO)
    if subtype == "OPUS":
        return  # FFmpeg decodes at 48 kHz only
    second = by_ffmpeg(data)
    np.testing.assert_allclose(found, second[: len(found)], atol=1e-5)


@pytest.mark.parametrize(("codec", "form"), PACKED)
def test_packed_formats_agree_with_ffmpeg(codec: str, form: str) -> None:
    wave = np.repeat(STEREO, 2, axis=0)
    data = packed(codec, form, wave)
    source = opened(data)
    assert source.format in FFMPEG_FORMATS
    assert (source.sample_rate, source.channels) == (48_000, 2)
    assert source.positions == ("FL", "FR")
    found = read_clip_ffmpeg(data, seconds=60)
    np.testing.assert_allclose(found, by_ffmpeg(data), atol=1e-7)
    assert len(wave) <= len(found) + 64 <= len(wave) + 3 * 1024 + 64
    if codec == "alac":
        np.testing.assert_allclose(found[: len(wave)], wave, atol=2**-14)
    # Raw AAC says nothing about its length: that is guessed from its bit rate.
    assert abs((source.frames or 0) - len(found)) < (len(found) / 20 if form == "adts" else 2000)


# --------------------------------------------------------------------------------- parts


@pytest.mark.parametrize(
    ("form", "subtype"), [*LOSSLESS[:3], *LOSSY, ("FLAC", "PCM_16"), ("CAF", "FLOAT")]
)
def test_a_part_is_a_slice_of_the_whole(form: str, subtype: str) -> None:
    data = written(form, subtype)
    whole = read_clip(data, seconds=60)
    for start, seconds in ((0, 0.5), (1 / RATE, 1), (0.123, 0.7), (1.7, 0.001), (2.9, 5)):
        first, count = round(start * RATE), round(seconds * RATE)
        part = read_clip(data, start=start, seconds=seconds)
        np.testing.assert_allclose(part, whole[first : first + count], atol=1e-6)


@pytest.mark.parametrize(("codec", "form"), PACKED)
def test_a_part_of_a_packed_sound_is_a_slice_of_the_whole(codec: str, form: str) -> None:
    wave = np.repeat(STEREO, 2, axis=0)
    data = packed(codec, form, wave)
    whole = read_clip_ffmpeg(data, seconds=60)
    for start, seconds in ((0, 0.5), (0.25, 0.5), (1.2, 0.5), (1.7, 0.001), (2.5, 5)):
        first, count = round(start * 48_000), round(seconds * 48_000)
        part = read_clip_ffmpeg(data, start=start, seconds=seconds)
        np.testing.assert_allclose(part, whole[first : first + count], atol=1e-5)


def test_a_part_behind_the_end_is_refused() -> None:
    for data, function in (
        (written("WAV", "PCM_16"), read_clip),
        (written("MP3", "MPEG_LAYER_III"), read_clip),
        (packed("aac", "mp4", STEREO), read_clip_ffmpeg),
    ):
        with pytest.raises(UserError, match=r"ends before 100\.0 s"):
            function(data, start=100.0)


def test_a_part_is_never_too_large_for_memory() -> None:
    assert read.longest_part(96_000, 8, 30.0) == 30.0
    assert read.longest_part(768_000, 64, 30.0) < 1
    assert read.most_frames(768_000, 64, 30.0) * 64 <= read.MOST_SAMPLES
    assert read.most_frames(8000, 1, 0.0) == 1


# ------------------------------------------------------------------------------- outlines


@pytest.mark.parametrize(("form", "subtype"), [("WAV", "PCM_16"), ("FLAC", "PCM_24"), *LOSSY])
@pytest.mark.parametrize("bins", [1, 7, 2000])
def test_an_outline_holds_the_extremes_of_the_whole(form: str, subtype: str, bins: int) -> None:
    data = written(form, subtype)
    whole = read_clip(data, seconds=60)
    frames, replaced, shape = outline(data, bins=bins)
    assert (frames, replaced) == (len(whole), 0)
    assert shape.dtype == np.float32
    assert shape.shape[1:] == (2, 2)
    assert 1 <= len(shape) <= bins
    np.testing.assert_array_equal(shape[..., 0].min(axis=0), whole.min(axis=0))
    np.testing.assert_array_equal(shape[..., 1].max(axis=0), whole.max(axis=0))
    if bins == 2000:
        fine = whole[: len(whole) // read.FINE * read.FINE].reshape(-1, read.FINE, 2)
        np.testing.assert_array_equal(shape[: len(fine), :, 0], fine.min(axis=1))
        np.testing.assert_array_equal(shape[: len(fine), :, 1], fine.max(axis=1))


def test_the_outline_of_a_packed_sound() -> None:
    data = packed("aac", "mp4", np.repeat(STEREO, 2, axis=0))
    whole = read_clip_ffmpeg(data, seconds=60)
    frames, replaced, shape = outline_ffmpeg(data)
    assert (frames, replaced) == (len(whole), 0)
    np.testing.assert_array_equal(shape[..., 1].max(axis=0), whole.max(axis=0))


def test_an_outline_does_not_depend_on_the_blocks() -> None:
    wave = CHOSEN.normal(size=(10 * read.FINE + 17, 3)).astype(np.float32)
    cut = [wave[: 4 * read.FINE], wave[4 * read.FINE :]]
    for one, other in zip(envelope([wave], 100), envelope(cut, 100), strict=True):
        np.testing.assert_array_equal(one, other)


# -------------------------------------------------------------- what is no number, channels


def test_what_is_no_number_becomes_zero_and_is_counted() -> None:
    wave = np.zeros((3000, 2), np.float32)
    wave[:, 0] = 0.25
    wave[10, 0], wave[11, 1], wave[12, 1], wave[2999, 0] = np.nan, np.inf, -np.inf, 3e38
    data = written("WAV", "FLOAT", wave)
    found = read_clip(data)
    assert np.isfinite(found).all()
    assert (found[[10, 2999], 0] == 0).all()
    assert (np.delete(found[:, 0], [10, 2999]) == 0.25).all()
    frames, replaced, shape = outline(data)
    assert (frames, replaced) == (3000, 4)
    assert (shape.min(), shape.max()) == (0, 0.25)
    clean, count = replace_unusable(np.array([[1e6, 1.0]], np.float32))
    assert count == 0
    assert clean[0, 0] == 1e6
    huge = written("WAV", "DOUBLE", np.full((5, 1), 1e300))
    assert (read_clip(huge) == 0).all()
    assert outline(huge)[1] == 5


def test_channels_apart_and_together() -> None:
    wave = CHOSEN.normal(size=(50, 3)).astype(np.float32)
    for number in range(3):
        np.testing.assert_array_equal(one_channel(wave, number=number), wave[:, number])
    np.testing.assert_allclose(mean_of_channels(wave), wave.astype(float).mean(axis=1), atol=1e-7)
    assert mean_of_channels(wave).dtype == np.float32


SURROUND = ("FL", "FR", "FC", "LFE", "BL", "BR")
PITCHES = dict(zip(SURROUND, (300, 500, 700, 80, 1100, 1300), strict=True))


def pitches(wave: np.ndarray, rate: int) -> list[int]:
    """The strongest frequency of each channel, in Hz."""
    strength = np.abs(np.fft.rfft(wave[:rate], axis=0))
    return [int(np.argmax(strength[:, k])) for k in range(wave.shape[1])]


@pytest.mark.parametrize(
    ("codec", "form"),
    [("pcm_s16le", "wav"), ("flac", "flac"), ("libopus", "ogg"), ("aac", "mp4"), ("aac", "adts")],
)
def test_each_channel_is_called_by_its_place(codec: str, form: str) -> None:
    """FFmpeg writes each loudspeaker's tone to where the format wants it; here it has to be found."""
    t = np.arange(48_000 * 2) / 48_000
    wave = np.stack([0.5 * np.sin(2 * np.pi * PITCHES[name] * t) for name in SURROUND], axis=1)
    data = packed(codec, form, wave)
    source = opened(data)
    assert sorted(source.positions) == sorted(SURROUND)
    reader = read_clip_ffmpeg if source.format in FFMPEG_FORMATS else read_clip
    found = reader(data, start=0.5, seconds=1.0)
    assert pitches(found, 48_000) == [PITCHES[name] for name in source.positions]


def test_the_channels_of_vorbis_are_called_by_their_place() -> None:
    """libsndfile writes the channels as they come; FFmpeg, reading, puts them into its own order."""
    t = np.arange(48_000) / 48_000
    tones = [0.5 * np.sin(2 * np.pi * pitch * t) for pitch in PITCHES.values()]
    data = written("OGG", "VORBIS", np.stack(tones, axis=1), 48_000)
    source = opened(data)
    names = dict(zip(source.positions, pitches(read_clip(data), 48_000), strict=True))
    with av.open(io.BytesIO(data)) as container:
        stream = container.streams.audio[0]
        order = [channel.name for channel in stream.layout.channels]
    assert [names[name] for name in order] == pitches(by_ffmpeg(data), 48_000)


def test_a_film_is_told_from_a_sound_by_its_tracks() -> None:
    """Among compressed numbers stand the letters of any short mark."""
    data = packed("libopus", "webm", np.repeat(STEREO, 2, axis=0))
    assert opened(data + b"V_").format == "WebM"
    with pytest.raises(UserError, match="video"):
        open_source("x", data[:300] + b"V_VP9" + data[300:])
    mp4 = packed("aac", "mp4", STEREO)
    assert opened(mp4 + b"vide").format == "M4A"


def test_a_wave_file_without_a_mask_numbers_its_channels() -> None:
    data = written("WAV", "PCM_16", np.zeros((10, 5)))
    assert opened(data).positions == ()
    assert opened(written("WAV", "PCM_16")).positions == ("FL", "FR")
    assert opened(written("AIFF", "PCM_16", np.zeros((10, 1)))).positions == ()
    assert len(SPEAKERS) == 18


# ----------------------------------------------------------------- files of unusual size


def wav(
    frames: bytes, *, channels: int = 1, rate: int = 8000, bits: int = 16, **lies: int
) -> bytes:
    """A WAV file whose header may lie about the size of its data, of a frame or of a second."""
    align = lies.get("align", channels * bits // 8)
    second = lies.get("second", rate * channels * bits // 8) & 0xFFFFFFFF
    head = struct.pack("<HHIIHH", 1, channels & 0xFFFF, rate, second, align & 0xFFFF, bits)
    size = lies.get("size", len(frames))
    body = b"WAVEfmt " + struct.pack("<I", 16) + head + b"data" + struct.pack("<I", size) + frames
    return b"RIFF" + struct.pack("<I", lies.get("riff", len(body))) + body


NUMBERS = np.arange(1, 101, dtype="<i2")
RAW = NUMBERS.tobytes()


@pytest.mark.parametrize(
    "lies",
    [
        {"size": 2**32 - 1},
        {"size": 2**32 - 2, "riff": 2**32 - 1},
        {"size": 10_000},
        {"riff": 0},
        {"riff": 10},
        {"second": 0},
        {"second": 2**32 - 1},
    ],
    ids=str,
)
def test_the_samples_that_are_really_there(lies: dict[str, int]) -> None:
    data = wav(RAW, **lies)
    found = isolate.call(read_clip, data)
    np.testing.assert_array_equal(found[:, 0] * 32768, NUMBERS)
    assert isolate.call(outline, data)[0] == 100
    assert opened(data).frames == 100


@pytest.mark.parametrize("align", [0, 1, 3, 4, 65_535])
def test_a_wrong_frame_size_is_mended_or_refused(align: int) -> None:
    data = wav(RAW, align=align)
    try:
        found = isolate.call(read_clip, data)
    except UserError as error:
        assert "WAV" in str(error)  # noqa: PT017
    else:
        assert 1 <= len(found) <= 200


@pytest.mark.parametrize("cut", [1, 3, 10, 50, 100, 1000])
def test_a_file_that_was_cut_off(cut: int) -> None:
    data = written("WAV", "PCM_16")
    found = read_clip(data[:-cut], seconds=60)
    np.testing.assert_array_equal(found, read_clip(data, seconds=60)[: len(found)])
    assert len(found) == len(STEREO) - -(-cut // 4)


@pytest.mark.parametrize(("form", "subtype"), [*LOSSY, ("FLAC", "PCM_16")])
@pytest.mark.parametrize("share", [0.9, 0.5, 0.2])
def test_a_compressed_file_that_was_cut_off(form: str, subtype: str, share: float) -> None:
    data = written(form, subtype)
    part = data[: int(len(data) * share)]
    try:
        found = isolate.call(read_clip, part, seconds=60.0)
    except UserError:
        return  # one sentence
    whole = read_clip(data, seconds=60)
    assert 0 < len(found) <= len(whole) + 2000
    frames = isolate.call(outline, part)[0]
    assert frames == len(found)
    if form == "FLAC":
        assert len(found) > len(whole) * (share - 0.2)
        np.testing.assert_array_equal(found, whole[: len(found)])


@pytest.mark.parametrize("total", [0, 5, 10**9, 2**36 - 1])
def test_a_flac_that_lies_about_its_length(total: int) -> None:
    data = bytearray(written("FLAC", "PCM_16"))
    (packed_fields,) = struct.unpack_from(">Q", data, 18)
    struct.pack_into(">Q", data, 18, packed_fields >> 36 << 36 | total)
    lie = bytes(data)
    whole = read_clip(written("FLAC", "PCM_16"), seconds=60)
    try:
        frames = isolate.call(outline, lie)[0]
        found = isolate.call(read_clip, lie, seconds=60.0)
    except UserError:
        return
    assert frames == len(found)
    assert frames in (total, len(whole)), "neither what is said nor what is there"
    np.testing.assert_array_equal(found, whole[:frames])


def test_one_sample_none_and_silence() -> None:
    for form, subtype in (
        ("WAV", "PCM_16"),
        ("FLAC", "PCM_16"),
        ("AIFF", "PCM_24"),
        ("AU", "FLOAT"),
    ):
        one = written(form, subtype, np.array([[0.5]]))
        assert read_clip(one).shape == (1, 1)
        assert read_clip(one)[0, 0] == 0.5
        assert outline(one)[0] == 1
        silent = written(form, subtype, np.zeros((800, 1)))
        assert read_clip(silent).shape == (800, 1)
        assert not read_clip(silent).any()
        empty = written(form, subtype, np.zeros((0, 1)))
        for function in (read_clip, outline):
            with pytest.raises(UserError, match=r"not one sample|cannot be read"):
                function(empty)


def test_surround_sound_at_96_kilohertz() -> None:
    """7.1 at 96 kHz, with the mask that says which loudspeaker is meant."""
    wave = CHOSEN.normal(size=(96_000, 8)) * 0.1
    data = bytearray(written("WAVEX", "PCM_24", wave, 96_000))
    struct.pack_into("<I", data, data.index(b"fmt ") + 28, 0x63F)
    source = opened(bytes(data))
    assert (source.sample_rate, source.channels, source.frames) == (96_000, 8, 96_000)
    assert source.positions == ("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR")
    assert source.bits == 24
    np.testing.assert_allclose(read_clip(source.data), wave, atol=2**-22)


@pytest.mark.parametrize(
    ("channels", "rate"), [(65_535, 8000), (65, 48_000), (2, 4_000_000_000), (1, 100), (1, 768_001)]
)
def test_impossible_sizes_are_refused_before_memory_is_spent(channels: int, rate: int) -> None:
    data = wav(RAW, channels=channels, rate=rate)
    with pytest.raises(UserError, match="This sound says that it has"):
        open_source("x", data)
    for function in (read_clip, outline):
        with pytest.raises(UserError):
            isolate.call(function, data)


@pytest.mark.parametrize("function", [read_clip, read_clip_ffmpeg, outline, outline_ffmpeg])
def test_nonsense_gives_one_sentence(function: Callable[..., object]) -> None:
    for data in (
        b"",
        b"RIFF",
        bytes(1000),
        b"\0\0\0\x18ftypM4A " + bytes(200),
        b"fLaC" + bytes(99),
    ):
        with pytest.raises(UserError, match=r"cannot be read here|not one sample"):
            isolate.call(function, data)


def test_ffmpeg_opens_only_sound_in_the_containers_it_is_meant_for() -> None:
    """A play list would let FFmpeg fetch other files; it is no container here."""
    lists = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", b"ffconcat version 1.0\nfile x.wav\n"
    for data in (*lists, written("AU", "PCM_16")):
        with pytest.raises(UserError, match="cannot be read here"):
            read_clip_ffmpeg(data)


@pytest.mark.parametrize("name", [s.name for s in samples.SAMPLES if s.kind == "sound"])
def test_every_sample_is_what_its_header_says(name: str) -> None:
    source = samples.load(name)
    assert isinstance(source, Sound)
    frames, replaced, _shape = outline(source.data)
    assert (frames, replaced) == (source.frames, 0)
    assert source.positions in ((), ("FL", "FR"))
    wave = read_clip(source.data, seconds=60)
    assert wave.shape == (frames, source.channels)
    assert 0.05 < np.abs(wave).max() <= 1
