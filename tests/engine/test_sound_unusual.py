"""Sounds as telephones, old programs and broken recordings leave them: read rightly, or named."""

from __future__ import annotations

import io
import struct

import av
import numpy as np
import pytest
import soundfile

from engine import isolate
from engine.errors import UserError
from engine.sound.facts import FFMPEG_FORMATS, hidden_mpeg, sound_format
from engine.sound.read import ogg_links, outline, outline_ffmpeg, read_clip, read_clip_ffmpeg
from engine.sources import Sound, Text, open_source
from tests.engine.test_sound_read import (
    RAW,
    STEREO,
    by_ffmpeg,
    opened,
    packed,
    pitches,
    wav,
    written,
)

TIME = np.arange(2 * 44_100) / 44_100
#: 300 Hz on the left, 500 Hz on the right.
TONES = np.stack([np.sin(2 * np.pi * hertz * TIME) for hertz in (300, 500)], axis=1) * 0.4
MP3 = written("MP3", "MPEG_LAYER_III", TONES, 44_100)


def encoded(codec: str, form: str, wave: np.ndarray, rate: int, bits: int) -> bytes:
    """A file by an encoder of FFmpeg that wants to know its bit rate."""
    file = io.BytesIO()
    layout = {1: "mono", 2: "stereo"}[wave.shape[1]]
    with av.open(file, "w", format=form) as container:
        # No noise that the decoder draws by itself, or a part would differ from the whole.
        exact = {"aac_pns": "0"} if codec == "aac" else {}
        stream = container.add_stream(codec, rate=rate, options=exact)
        stream.layout, stream.bit_rate = layout, bits
        stream.codec_context.open()
        plane = np.ascontiguousarray(wave.T, np.float32)
        frame = av.AudioFrame.from_ndarray(plane, format="fltp", layout=layout)
        frame.sample_rate, frame.pts = rate, 0
        size = stream.codec_context.frame_size or None
        fitted = av.AudioResampler(stream.codec_context.format.name, layout, rate, frame_size=size)
        for piece in [*fitted.resample(frame), *fitted.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return file.getvalue()


def heard(source: Sound, start: float = 0.0) -> np.ndarray:
    """The samples as the tray decodes them, in a process of their own."""
    reader = read_clip_ffmpeg if source.format in FFMPEG_FORMATS else read_clip
    return isolate.call(reader, source.data, start=start, seconds=60.0)


# ------------------------------------------------------------------- telephones and Windows


@pytest.mark.parametrize(("form", "name"), [("amr", "AMR"), ("3gp", "3GP")])
def test_the_voice_recorder_of_an_old_telephone(form: str, name: str) -> None:
    voice = 0.4 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 8000)[:, None]
    data = encoded("libopencore_amrnb", form, voice, 8000, 12_200)
    source = opened(data)
    assert (source.format, source.sample_rate, source.channels) == (name, 8000, 1)
    assert source.subtype == "AMRNB"
    wave = heard(source)
    np.testing.assert_allclose(wave, by_ffmpeg(data), atol=1e-6)
    assert abs(len(wave) - 16_000) <= 320  # frames of 20 ms
    assert pitches(wave, 8000) == [440]


@pytest.mark.parametrize("codec", ["wmav1", "wmav2"])
def test_windows_media_without_pictures_is_a_sound(codec: str) -> None:
    data = encoded(codec, "asf", TONES, 44_100, 128_000)
    source = opened(data)
    assert (source.format, source.sample_rate, source.channels) == ("WMA", 44_100, 2)
    wave = heard(source)
    np.testing.assert_allclose(wave, by_ffmpeg(data), atol=1e-6)
    assert abs(len(wave) - len(TONES)) <= 4096
    assert pitches(wave, 44_100) == [300, 500]
    film = bytearray(data)
    place = film.index(bytes.fromhex("409e69f84d5bcf11"))
    film[place : place + 8] = bytes.fromhex("c0ef19bc4d5bcf11")
    with pytest.raises(UserError, match="video"):
        open_source("x.wmv", bytes(film))


@pytest.mark.parametrize(
    ("codec", "subtype"), [("pcm_s16le", "PCM_16"), ("pcm_s24le", "PCM_24"), ("aac", "AAC")]
)
def test_quicktime_without_pictures_is_a_sound(codec: str, subtype: str) -> None:
    data = encoded(codec, "mov", TONES, 44_100, 128_000)
    source = opened(data)
    assert (source.format, source.subtype) == ("QuickTime", subtype)
    assert source.bits == (int(subtype[4:]) if subtype != "AAC" else 0)
    wave = heard(source)
    assert abs(len(wave) - len(TONES)) <= 1024
    part = heard(source, start=1.5)
    np.testing.assert_allclose(part, wave[66_150:], atol=1e-4)
    if codec != "aac":
        np.testing.assert_allclose(wave, TONES, atol=2**-14)


def test_flac_in_ogg() -> None:
    source = opened(encoded("flac", "ogg", TONES, 44_100, 0))
    assert source.format == "Ogg FLAC"
    np.testing.assert_allclose(heard(source), TONES, atol=2**-14)


def test_aac_behind_an_id3_tag() -> None:
    data = packed("aac", "adts", np.repeat(STEREO, 2, axis=0))
    tagged = b"ID3\4\0\0\0\0\2\0" + bytes(256) + data
    source = opened(tagged)
    assert (source.format, source.sample_rate) == ("AAC", 48_000)
    np.testing.assert_allclose(heard(source), by_ffmpeg(data), atol=1e-6)


# ------------------------------------------------------------------------ broken recordings


def test_a_recording_that_was_broken_off_before_its_header_was_mended() -> None:
    """Recorders write the size last; a crash leaves 0, and all samples behind it."""
    source = opened(wav(RAW, size=0, riff=0))
    assert source.format == "WAV, unfinished"
    wave = heard(source)
    np.testing.assert_array_equal(wave[:, 0] * 32768, np.frombuffer(RAW, "<i2"))
    # An empty sound with a chunk behind it is empty.
    notes = b"LIST" + struct.pack("<I", 8) + b"INFOabcd"
    for data in (wav(b""), wav(notes, size=0)):
        assert sound_format(data) == "WAV"
        with pytest.raises(UserError, match="not one sample"):
            heard(opened(data))


@pytest.mark.parametrize(
    "front",
    [b"\1\2\3\4\5\6\7\10\11\12", bytes(600), bytes(range(1, 250)) * 9, MP3[3000:4000]],
    ids=["few", "zeros", "garbage", "middle of a frame"],
)
def test_mpeg_sound_that_does_not_begin_with_a_frame(front: bytes) -> None:
    whole = read_clip(MP3, seconds=60.0)
    source = opened(front + MP3)
    assert source.format == "MPEG audio"
    wave = heard(source)
    assert abs(len(wave) - len(whole)) < 10 * 1152
    assert pitches(wave[5000:], 44_100) == [300, 500]


def test_mpeg_sound_behind_a_wrong_tag() -> None:
    tag = b"ID3\3\0\0\0\0\2\0" + bytes(256)
    assert opened(tag + MP3).format == "MP3"
    for data in (
        tag + bytes(3000) + MP3,  # more padding than the tag says
        b"ID3\4\0\x10\0\0\2\0" + bytes(256) + b"3DI\4\0\x10\0\0\2\0" + MP3,  # with a footer
    ):
        source = opened(data)
        assert source.format == "MPEG audio"
        assert len(heard(source)) > len(TONES) - 2000


def test_what_looks_a_little_like_mpeg_is_none() -> None:
    chosen = np.random.default_rng(5)
    assert not hidden_mpeg(chosen.integers(0, 256, 200_000, np.uint8).tobytes())
    assert not hidden_mpeg(b"\xff" * 100_000)
    assert not hidden_mpeg(b"x" * 70_000 + MP3)  # looked for in 64 KB only
    assert not hidden_mpeg(b"")


# -------------------------------------------------------------- other forms of known formats


def test_24_bits_in_four_bytes_need_the_header_that_says_how() -> None:
    left = (np.arange(-50, 50) * 40_000 << 8).astype("<i4")
    with pytest.raises(UserError, match="24 bits in four bytes"):
        opened(wav(left.tobytes(), bits=24, align=4, second=32_000))
    # With the extensible header it is clear: the upper three bytes (Microsoft, WAVEFORMATEXTENSIBLE).
    guid = bytes.fromhex("0100000000001000800000aa00389b71")
    form = struct.pack("<HHIIHHHHI", 0xFFFE, 1, 8000, 32_000, 4, 32, 22, 24, 4) + guid
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form
    body += b"data" + struct.pack("<I", left.nbytes) + left.tobytes()
    source = opened(b"RIFF" + struct.pack("<I", len(body)) + body)
    np.testing.assert_array_equal(heard(source)[:, 0], left / 2**31)
    # And packed into three bytes it is the usual form.
    packed_bytes = b"".join(n.tobytes()[1:] for n in left)
    np.testing.assert_array_equal(heard(opened(wav(packed_bytes, bits=24)))[:, 0], left / 2**31)


@pytest.mark.parametrize(("subtype", "rate"), [("VORBIS", 44_100), ("OPUS", 48_000)])
def test_all_links_of_a_chained_ogg_are_read(subtype: str, rate: int) -> None:
    time = np.arange(rate) / rate
    tones = [0.4 * np.sin(2 * np.pi * hertz * time)[:, None] for hertz in (300, 500, 700)]
    links = [written("OGG", subtype, tone, rate) for tone in tones]
    data = b"".join(links)
    assert ogg_links(data) == links
    source = opened(data)
    wave = heard(source)
    whole = np.concatenate([read_clip(link, seconds=60.0) for link in links])
    np.testing.assert_array_equal(wave, whole)
    assert source.frames == len(wave) == outline(data)[0] == 3 * rate
    for number, hertz in enumerate((300, 500, 700)):
        assert pitches(wave[number * rate :][:rate], rate) == [hertz]
    part = read_clip(data, start=1.5, seconds=1.0)  # from the second link into the third
    np.testing.assert_allclose(part, wave[rate * 3 // 2 :][:rate], atol=1e-3)
    assert pitches(read_clip(data, start=2.0, seconds=1.0), rate) == [700]
    with pytest.raises(UserError, match="ends before"):
        read_clip(data, start=3.5)


def test_a_chain_ends_where_its_form_changes_or_it_is_damaged() -> None:
    mono = written("OGG", "VORBIS", TONES[:, :1], 44_100)
    stereo = written("OGG", "VORBIS", TONES, 44_100)
    alone = read_clip(mono, seconds=60.0)
    for data in (mono + stereo, mono + stereo[:60], mono + b"OggS" + bytes(90)):
        source = opened(data)
        np.testing.assert_array_equal(heard(source), alone)
        assert outline(data)[0] == len(alone)
    assert opened(mono + stereo).frames == len(alone)


@pytest.mark.parametrize(
    ("form", "endian", "name"),
    [
        ("WAV", "BIG", "RIFX"),
        ("AU", "LITTLE", "AU"),
        ("W64", "FILE", "W64"),
        ("NIST", "FILE", "NIST"),
        ("VOC", "FILE", "VOC"),
    ],
)
def test_forms_that_libsndfile_knows(form: str, endian: str, name: str) -> None:
    file = io.BytesIO()
    soundfile.write(file, STEREO, 24_000, format=form, subtype="PCM_16", endian=endian)
    source = opened(file.getvalue())
    assert (source.format, source.frames, source.bits) == (name, len(STEREO), 16)
    np.testing.assert_allclose(heard(source), STEREO, atol=2**-15)


def test_bw64_is_wav_with_long_sizes() -> None:
    sizes = struct.pack("<IQQQI", 28, len(RAW) + 72, len(RAW), len(RAW) // 2, 0)
    form = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16_000, 2, 16)
    data = b"BW64\xff\xff\xff\xffWAVEds64" + sizes + form + b"data\xff\xff\xff\xff" + RAW
    source = opened(data)
    assert (source.format, source.bits) == ("BW64", 16)
    np.testing.assert_array_equal(heard(source)[:, 0] * 32768, np.frombuffer(RAW, "<i2"))


def test_the_frames_of_compressed_aiff_are_not_its_samples() -> None:
    """`ima4` packs 64 samples into what COMM counts as one frame."""
    data = written("AIFF", "IMA_ADPCM")
    source = opened(data)
    whole = outline(data)[0]
    assert source.frames == whole
    assert len(STEREO) <= whole < len(STEREO) + 64


def test_an_aiff_file_has_no_more_frames_than_bytes() -> None:
    data = bytearray(written("AIFF", "PCM_16"))
    struct.pack_into(">I", data, data.index(b"COMM") + 10, 2**32 - 1)
    assert len(STEREO) <= (opened(bytes(data)).frames or 0) <= len(STEREO) + 30
    cut = opened(bytes(data[: len(data) // 2]))
    assert (cut.frames or 0) <= len(STEREO) // 2 + 30


# ------------------------------------------------------------------------------- sentences


def test_a_codec_that_is_not_read_is_named() -> None:
    with pytest.raises(UserError, match="stored as ac3"):
        open_source("x.m4a", encoded("ac3", "mp4", TONES, 44_100, 128_000))


def test_a_track_of_an_unknown_codec_is_one_sentence() -> None:
    data = packed("aac", "mp4", np.repeat(STEREO, 2, axis=0))
    data = data.replace(b"mp4a", b"zzzz").replace(b"esds", b"zzzz")
    with pytest.raises(UserError, match="cannot be read here"):
        open_source("x.m4a", data)
    for function in (read_clip_ffmpeg, outline_ffmpeg):
        with pytest.raises(UserError, match="cannot be read here"):
            isolate.call(function, data)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"MAC \x96\x0f\0\0" + bytes(80), "Monkey's Audio"),
        (encoded("wavpack", "wv", TONES[:9000], 44_100, 0), "WavPack"),
        (encoded("tta", "tta", TONES[:9000], 44_100, 0), "True Audio"),
        (b"\x02#!SILK_V3" + b"\x17" * 90, "SILK"),
        (b"DSD \x1c\0\0\0" + bytes(80), "DSD"),
    ],
)
def test_a_sound_that_is_not_read_is_named(data: bytes, name: str) -> None:
    with pytest.raises(UserError, match=f"a sound in the format {name}.* Save it as WAV"):
        open_source("x", data)


def test_a_text_that_begins_like_a_sound_is_a_text() -> None:
    for text in (b"MAC address list\nof all\n", b"MP+ is a format\n", b"FORM and content\n"):
        assert isinstance(open_source("x", text), Text)
