"""The first samples of a sound file, decoded where a crash does no harm."""

from __future__ import annotations

import io
import subprocess
import sys

import numpy as np

from engine.errors import N_, UserError

# Seconds that decoding may take; a minute of MP3 takes about one.
DECODE_SECONDS = 20
# Frames × channels handed over: two minutes of stereo at 48 kHz fill 46 MB as float32.
MAX_FIRST_SAMPLES = 12_000_000
# What the child may take in all: Python, numpy and the samples.
DECODE_MEMORY = 2_000_000_000

SOUND_READER = """
import io, os, sys
# Each thread reserves address space, and the limit below counts it.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy, soundfile
seconds, most, memory = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
data = sys.stdin.buffer.read()
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
except (ImportError, ValueError, OSError):
    pass
with soundfile.SoundFile(io.BytesIO(data)) as file:
    count = max(0, min(int(seconds * file.samplerate), most // file.channels))
    samples = file.read(count, dtype="float32", always_2d=True)
packed = io.BytesIO()
numpy.save(packed, samples)
sys.stdout.buffer.write(packed.getbuffer())
"""


def read_first_samples(data: bytes, *, seconds: float) -> np.ndarray:
    """Decode the beginning of a sound.

    libsndfile is compiled code, and a malformed file can crash it with everything around it, so it
    works in a child process.

    Parameters
    ----------
    data : bytes, the file: WAV, FLAC, Ogg (Vorbis, Opus), MP3, AIFF, AU or CAF.
    seconds : float >= 0, how much at most.

    Returns
    -------
    np.ndarray [shape=(frames, channels)] float32, -1..1.

    Raises
    ------
    UserError : damaged, cut off, or in a format that cannot be decoded here.
    """
    if (
        data[4:8] == b"ftyp"
        or data[:4] == b"\x1aE\xdf\xa3"
        or data[:2] in (b"\xff\xf1", b"\xff\xf9")
    ):
        raise UserError(
            N_(
                "This sound is compressed as AAC or WebM, which cannot be decoded here. Save it as "
                "WAV, FLAC, OGG or MP3 and try again."
            )
        )
    limits = [str(float(seconds)), str(MAX_FIRST_SAMPLES), str(DECODE_MEMORY)]
    command = [sys.executable, "-I", "-c", SOUND_READER, *limits]
    try:
        answer = subprocess.run(command, input=data, capture_output=True, timeout=DECODE_SECONDS)
        if answer.returncode:
            raise ValueError(answer.stderr[-500:].decode("utf-8", "replace"))
        samples = np.load(io.BytesIO(answer.stdout), allow_pickle=False)
        if samples.ndim != 2 or samples.dtype != np.float32:
            raise ValueError("not samples")
    except subprocess.TimeoutExpired as problem:
        raise UserError(
            N_("Decoding this sound takes longer than {seconds} s. Choose a shorter one."),
            seconds=DECODE_SECONDS,
        ) from problem
    except (OSError, ValueError, EOFError) as problem:
        raise UserError(
            N_(
                "The sound in this file is damaged or stored in a way that cannot be read here. "
                "Save it as WAV, FLAC, OGG or MP3 and try again."
            )
        ) from problem
    return samples
