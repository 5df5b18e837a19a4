"""From a sound's file to its samples: a part of it, or the outline of the whole.

libsndfile (through soundfile) reads WAV, FLAC, Ogg (Vorbis, Opus), MP3, AIFF, AU and CAF; FFmpeg
(through PyAV) reads what telephones and browsers record (AAC, M4A, 3GP, AMR, WebM), Windows Media, and
files that libsndfile takes for none. Both are compiled code, so with bytes from outside each function
here is called through `engine.isolate`.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, UserError

# What the lessons work with: from measurements at 1 kHz to the fastest converters.
LEAST_RATE, MOST_RATE = 1_000, 768_000
# Film sound has up to 24 channels, microphone arrays 64.
MOST_CHANNELS = 64
# Numbers in one part: 30 s of eight channels at 96 kHz, as float32 96 MB.
MOST_SAMPLES = 24_000_000
# Frames decoded at a time.
BLOCK = 1 << 16
# A number beyond this is damage or mischief: its square would leave float32's range in a sum.
LARGEST = 1e6
# Frames of one bin of the outline before bins are joined.
FINE = 256
# What FFmpeg may be asked to open: containers by a mark in the first eight bytes, and codecs of sound.
CONTAINERS = {
    **{b"ftyp": "mov,mp4,m4a,3gp,3g2,mj2", b"\x1aE\xdf\xa3": "matroska,webm", b"OggS": "ogg"},
    **{b"#!AMR": "amr", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11": "asf", b"caff": "caf"},
    **{b"RIFF": "wav", b"BW64": "wav"},
}
ADTS = (b"\xff\xf1", b"\xff\xf9")  # how AAC without a container begins
CODECS = (
    *("aac", "alac", "flac", "mp3", "mp3float", "opus", "libopus", "vorbis", "speex"),
    *("amrnb", "amrwb", "libopencore_amrnb", "libopencore_amrwb"),
    *("wmav1", "wmav2", "wmapro", "wmalossless", "wmavoice", "adpcm_ima_qt"),
    *("pcm_u8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be"),
    *("pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_f64be", "pcm_alaw", "pcm_mulaw"),
)
# A decoder that starts in the middle needs some time before its samples are the right ones.
RUN_UP = 1.0


def read_clip(data: bytes, *, start: float = 0.0, seconds: float = 10.0) -> NDArray[np.float32]:
    """Decode a part of a sound with libsndfile.

    Parameters
    ----------
    data : bytes, the file: WAV, FLAC, Ogg (Vorbis, Opus), MP3, AIFF, AU or CAF.
    start : float >= 0, where the part begins, in seconds.
    seconds : float > 0, how much at most.

    Returns
    -------
    float32 array (n, channels), n >= 1: whole numbers of b bits are divided by 2**(b - 1) and lie in
    -1..1, floating-point numbers are as stored. What is no number, or beyond `LARGEST`, is 0.

    Raises
    ------
    UserError : damaged, of an impossible size, or without samples in that part.
    """
    return join(soundfile_blocks(data, start, seconds), start)


def read_clip_ffmpeg(
    data: bytes, *, start: float = 0.0, seconds: float = 10.0
) -> NDArray[np.float32]:
    """Decode a part of a sound with FFmpeg: AAC, M4A (AAC, Apple Lossless), 3GP, AMR, WebM, WMA...

    Parameters, result and errors are those of `read_clip`. AAC may fill a band with noise that the
    decoder draws anew, so a part from the middle can differ there from the same part of the whole.
    """
    return join(ffmpeg_blocks(data, start, seconds), start)


def outline(data: bytes, *, bins: int = 2000) -> tuple[int, int, NDArray[np.float32]]:
    """Decode a whole sound block by block, and keep its length and its outline.

    Parameters
    ----------
    data : bytes, a file that `read_clip` reads.
    bins : int > 0, how many bins at most.

    Returns
    -------
    frames : int, samples of one channel that are really there, whatever the header says.
    replaced : int, how many numbers were set to 0 because they are none, or beyond `LARGEST`.
    envelope : float32 array (bins, channels, 2), the least and the greatest sample of each bin.

    Raises
    ------
    UserError : damaged, of an impossible size, or without samples.
    """
    return envelope(soundfile_blocks(data, 0.0, float("inf")), bins)


def outline_ffmpeg(data: bytes, *, bins: int = 2000) -> tuple[int, int, NDArray[np.float32]]:
    """Decode a whole sound that `read_clip_ffmpeg` reads; otherwise like `outline`."""
    return envelope(ffmpeg_blocks(data, 0.0, float("inf")), bins)


def join(blocks: Iterable[NDArray[np.float32]], start: float) -> NDArray[np.float32]:
    """Put the blocks of a part together, without what is no number."""
    found = list(blocks)
    if not found:
        raise no_samples(start)
    return replace_unusable(np.concatenate(found))[0]


def envelope(
    blocks: Iterable[NDArray[np.float32]], bins: int
) -> tuple[int, int, NDArray[np.float32]]:
    """Count the frames of a sound and take the least and the greatest sample of each bin."""
    frames = replaced = 0
    lows, highs = [], []
    for block in blocks:
        low, high = extremes(block)
        if not (np.abs(low) <= LARGEST).all() or not (np.abs(high) <= LARGEST).all():
            clean, count = replace_unusable(block)
            low, high = extremes(clean)
            replaced += count
        frames += len(block)
        lows.append(low)
        highs.append(high)
    if not frames:
        raise no_samples(0.0)
    low, high = np.concatenate(lows), np.concatenate(highs)
    places = np.arange(0, len(low), -(-len(low) // bins))
    joined = np.minimum.reduceat(low, places), np.maximum.reduceat(high, places)
    return frames, replaced, np.stack(joined, axis=-1)


def extremes(block: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The least and the greatest of each `FINE` frames of (n, channels): two (bins, channels)."""
    missing = -len(block) % FINE
    planes = np.pad(block.T, ((0, 0), (0, missing)), mode="edge")
    fine = planes.reshape(planes.shape[0], -1, FINE)  # NumPy is quickest along a contiguous axis
    return fine.min(axis=2).T, fine.max(axis=2).T


def replace_unusable(samples: NDArray[np.float32]) -> tuple[NDArray[np.float32], int]:
    """Set to 0 what is no number or beyond `LARGEST`, and count it."""
    usable = np.abs(samples) <= LARGEST  # False for NaN
    count = int(samples.size - np.count_nonzero(usable))
    return (np.where(usable, samples, np.float32(0)) if count else samples), count


def soundfile_blocks(data: bytes, start: float, seconds: float) -> Iterator[NDArray[np.float32]]:
    """Decode from `start` on with libsndfile, up to where the sound or its damage ends it.

    libsndfile reads the first link of a chained Ogg file only, so each link is opened by itself. A link
    with another rate or number of channels than the first ends the sound.
    """
    import soundfile

    form: tuple[int, int] | None = None  # rate and channels
    first = wanted = 0
    try:
        for link in ogg_links(data):
            with soundfile.SoundFile(io.BytesIO(link)) as file:
                if form is None:
                    check_sound_size(file.samplerate, file.channels)
                    form = file.samplerate, file.channels
                    first = round(start * file.samplerate)
                    wanted = most_frames(file.samplerate, file.channels, seconds)
                if form != (file.samplerate, file.channels):
                    return
                if first > file.frames:
                    first -= file.frames
                    continue
                if first:
                    file.seek(first)
                    first = 0
                for block in blocks_of_file(file, wanted):
                    wanted -= len(block)
                    yield block
                if wanted <= 0:
                    return
    except (soundfile.LibsndfileError, OSError, ValueError, OverflowError) as problem:
        if form is None:  # else it is a later link that is damaged
            raise sound_error() from problem


def blocks_of_file(file: Any, wanted: int) -> Iterator[NDArray[np.float32]]:
    """Read at most `wanted` frames of an open file from where it stands, up to the first damage."""
    import soundfile

    while wanted > 0:
        block = np.full((min(wanted, BLOCK), file.channels), np.nan, np.float32)
        try:
            block = file.read(out=block)
        except soundfile.LibsndfileError:  # damaged from here on: keep what came before
            block = block[: 1 + max(np.flatnonzero(np.isfinite(block[:, 0])), default=-1)]
            wanted = 0
        if not len(block):
            return
        wanted -= len(block)
        yield block


def ogg_links(data: bytes) -> list[bytes]:
    """The links of a chained Ogg file, each a file by itself; the whole of any other file.

    Recordings of a radio station are chained: each piece of music is a stream of its own behind the
    one before (RFC 3533, 4). A link begins with a page marked as the first of a stream that does
    not follow another such page.
    """
    if data[:4] != b"OggS":
        return [data]
    starts, place, before = [], 0, False
    while place >= 0 and place + 27 <= len(data):
        first = bool(data[place + 5] & 2)
        if first and not before:
            starts.append(place)
        before = first
        table = data[place + 27 : place + 27 + data[place + 26]]  # the lengths of the page's parts
        place += 27 + len(table) + sum(table)
        if data[place : place + 4] != b"OggS":
            place = data.find(b"OggS", place)
    if len(starts) < 2:
        return [data]
    return [data[a:b] for a, b in zip(starts, [*starts[1:], len(data)], strict=True)]


def ffmpeg_blocks(data: bytes, start: float, seconds: float) -> Iterator[NDArray[np.float32]]:
    """Decode from `start` on with FFmpeg, up to where the sound or its damage ends it."""
    import av

    try:
        with open_container(data) as container:
            stream = container.streams.audio[0]
            rate, channels = stream.rate, stream.channels
            first, wanted = round(start * rate), most_frames(rate, channels, seconds)
            # The channels in the order that they have, the numbers as float32 one after the other.
            as_float = av.AudioResampler(format="flt", layout=stream.layout, rate=rate)
            place = 0  # of the next frame; only MP4 tells it exactly, all else is decoded from 0 on
            if start > RUN_UP and "mp4" in container.format.name:
                container.seek(round((start - RUN_UP) / stream.time_base), stream=stream)
                place = -1
            for decoded in decoded_frames(container, stream):
                if place < 0:
                    place = round((decoded.time or 0.0) * rate)
                for frame in as_float.resample(decoded):
                    block: Any = frame.to_ndarray().reshape(-1, channels)
                    part = block[max(first - place, 0) :][:wanted]
                    place += len(block)
                    wanted -= len(part)
                    if len(part):
                        yield part
                if wanted <= 0:
                    return
    except (av.FFmpegError, OSError, ValueError, IndexError, OverflowError, TypeError) as problem:
        raise sound_error() from problem


def open_container(data: bytes) -> Any:
    """Open a container with FFmpeg, only as what its first bytes say and only for sound."""
    import av

    # Left to guess, FFmpeg also knows formats that are lists of other files.
    form = next((form for mark, form in CONTAINERS.items() if mark in data[:8]), "")
    if not form:
        start = id3_end(data) if data[:3] == b"ID3" else 0
        form = "aac" if data[start : start + 2] in ADTS else "mp3"
    container = av.open(io.BytesIO(data), format=form)
    try:
        check_stream(container)
    except UserError:
        container.close()
        raise
    return container


def check_stream(container: Any) -> None:
    """Refuse a container whose first sound is none, of an unknown codec or of an impossible size."""
    if not container.streams.audio:
        raise sound_error()
    stream = container.streams.audio[0]
    codec = stream.codec_context  # None: one that FFmpeg does not know
    if codec is None or not stream.rate or not stream.channels:
        raise sound_error()
    if codec.name not in CODECS:
        raise UserError(
            N_(
                "The sound in this file is stored as {codec}, which is not read here. Save it as "
                "WAV, FLAC, OGG or MP3 and try again."
            ),
            codec=codec.name,
        )
    check_sound_size(stream.rate, stream.channels)


def id3_end(data: bytes) -> int:
    """Where the sound begins after an ID3v2 tag (four times seven bits)."""
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 127
    return 10 + size


def decoded_frames(container: Any, stream: Any) -> Iterator[Any]:
    """Every frame of a stream that can be decoded; a damaged packet is left out."""
    import av

    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.FFmpegError):
            return
        try:
            yield from packet.decode()
        except av.InvalidDataError:
            continue


def most_frames(rate: int, channels: int, seconds: float) -> int:
    """How many frames a part may have: all of a sound if `seconds` is infinite."""
    if seconds == float("inf"):
        return 1 << 62
    return min(max(round(seconds * rate), 1), MOST_SAMPLES // channels)


def longest_part(rate: int, channels: int, seconds: float) -> float:
    """The seconds of a sound that fit into one part, at most `seconds`."""
    return min(seconds, MOST_SAMPLES / (rate * channels))


def stated(data: bytes) -> tuple[int, int, int, str]:
    """What libsndfile finds in the headers: rate in Hz, channels, frames (0: not said), subtype."""
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            check_sound_size(file.samplerate, file.channels)
            known = 0 < file.frames < 1 << 48
            return file.samplerate, file.channels, file.frames if known else 0, file.subtype
    except (soundfile.LibsndfileError, OSError, ValueError, OverflowError) as problem:
        raise sound_error() from problem


def stated_ffmpeg(data: bytes) -> tuple[int, int, int, str, tuple[str, ...]]:
    """What FFmpeg finds: the same as `stated`, and the positions of the channels ("FL", "FR", ...)."""
    import av

    try:
        with open_container(data) as container:
            stream = container.streams.audio[0]
            seconds = 0.0
            if stream.duration and container.format.name != "aac":
                seconds = float(stream.duration * stream.time_base)
            elif container.duration and container.duration > 0:
                seconds = container.duration / 1e6
            names = tuple(channel.name for channel in stream.layout.channels)
            codec = subtype_of(stream.codec_context.name)
            return stream.rate, stream.channels, round(seconds * stream.rate), codec, names
    except (av.FFmpegError, OSError, ValueError, IndexError, OverflowError, TypeError) as problem:
        raise sound_error() from problem


def subtype_of(codec: str) -> str:
    """How a sample is stored, by FFmpeg's name of the codec: PCM as libsndfile calls it."""
    names = {"pcm_u8": "PCM_U8", "pcm_alaw": "ALAW", "pcm_mulaw": "ULAW", "mp3float": "MP3"}
    names |= {"pcm_f32le": "FLOAT", "pcm_f32be": "FLOAT", "pcm_f64le": "DOUBLE"}
    if codec.startswith("pcm_s"):
        return "PCM_" + codec[5:7]
    return names.get(codec) or codec.removeprefix("lib").removeprefix("opencore_").upper()


def check_sound_size(rate: int, channels: int) -> None:
    """Refuse a sound of an impossible size, before memory is spent on it.

    Parameters
    ----------
    rate : int, Hz, as the header states it.
    channels : int.

    Raises
    ------
    UserError : a rate outside `LEAST_RATE`..`MOST_RATE`, no channel or more than `MOST_CHANNELS`.
    """
    if not 1 <= channels <= MOST_CHANNELS:
        raise UserError(
            N_(
                "This sound says that it has {channels} channels; 1 to {limit} are accepted. Save "
                "it with fewer channels."
            ),
            channels=channels,
            limit=MOST_CHANNELS,
        )
    if not LEAST_RATE <= rate <= MOST_RATE:
        raise UserError(
            N_(
                "This sound says that it has {rate} numbers a second; {least} to {most} are "
                "accepted. Save it with another sample rate."
            ),
            rate=rate,
            least=LEAST_RATE,
            most=MOST_RATE,
        )


def sound_error() -> UserError:
    """The sentence for what a decoder cannot read."""
    return UserError(
        N_(
            "The sound in this file is damaged or stored in a way that cannot be read here. "
            "Save it as WAV, FLAC, OGG or MP3 and try again."
        )
    )


def no_samples(start: float) -> UserError:
    """The sentence for a part in which there is no sound."""
    if start <= 0:
        return UserError(
            N_(
                "There is not one sample in this sound. Choose a file in which something was recorded."
            )
        )
    return UserError(
        N_("This sound ends before {start} s. Choose an earlier part."), start=f"{start:.1f}"
    )


def mean_of_channels(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """One sound from all channels: their mean, as Whisper and librosa take it.

    Parameters
    ----------
    samples : float32 array [shape=(n, channels)].

    Returns
    -------
    float32 array (n,).
    """
    return samples.mean(axis=1, dtype=np.float32)


def one_channel(samples: NDArray[np.float32], *, number: int = 0) -> NDArray[np.float32]:
    """One channel, counted from 0.

    Parameters
    ----------
    samples : float32 array [shape=(n, channels)].
    number : int, 0..channels - 1.

    Returns
    -------
    float32 array (n,).
    """
    return np.ascontiguousarray(samples[:, number])
