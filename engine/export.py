"""Values as files that other programs read: NPY, CSV, PNG, WAV."""

from __future__ import annotations

import io
import json
import re
import wave as riff
from typing import Any

import numpy as np

# The beginning of a cell that a spreadsheet program would compute, or hand to another program.
FORMULA = re.compile(r"^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def to_npy(value: Any) -> bytes:
    """NumPy's own format (numpy.lib.format): shape and dtype kept exactly."""
    buffer = io.BytesIO()
    np.save(buffer, np.asarray(value), allow_pickle=False)
    return buffer.getvalue()


def to_csv(array: np.ndarray) -> bytes:
    """Comma-separated text, one row of the matrix a line; deeper arrays one (row, column) a line.

    Parameters
    ----------
    array : np.ndarray [shape=(n,), (h, w) or (h, w, c)], any numeric dtype.
    """
    if array.ndim > 2:
        array = array.reshape(-1, array.shape[-1])
    buffer = io.StringIO()
    digits = {"f": "%.9g" if array.dtype.itemsize <= 4 else "%.17g"}  # enough to get all bits back
    np.savetxt(buffer, np.atleast_1d(array), delimiter=",", fmt=digits.get(array.dtype.kind, "%d"))
    return buffer.getvalue().encode()


def table_csv(frame: Any) -> bytes:
    """A DataFrame as comma-separated text that a spreadsheet shows and does not run.

    A text that begins like a formula gets an apostrophe before it, as OWASP advises against
    "CSV injection"; numbers keep their signs.

    Parameters
    ----------
    frame : pandas.DataFrame.
    """
    texts = {
        name: column.str.replace(FORMULA, r"'\g<0>", regex=True)
        for name, column in frame.items()
        if column.dtype == "str"
    }
    names = {name: FORMULA.sub(r"'\g<0>", str(name)) for name in frame.columns}
    safe = frame.assign(**texts).rename(columns=names)
    return bytes(safe.to_csv(index=False, lineterminator="\n").encode())


def to_json(value: Any) -> bytes:
    """A number, a text or a tuple of these; what JSON has no name for (infinity) as Python's.

    Bytes are written in hexadecimal: "e4 b8 96".
    """
    return json.dumps(
        value, ensure_ascii=False, indent=1, default=lambda data: data.hex(" ")
    ).encode()


def to_png(array: np.ndarray) -> bytes:
    """A lossless picture of exactly these numbers.

    Parameters
    ----------
    array : np.ndarray [shape=(h, w) or (h, w, 3 or 4), dtype=bool, uint8, or uint16 when 2-D]
    """
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(array)).save(buffer, format="PNG")
    return buffer.getvalue()


def to_jpeg(array: np.ndarray, *, quality: int = 85) -> bytes:
    """A small file for looking at only; its numbers are not those of `array`, (h, w, 3) uint8."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, format="JPEG", quality=quality)
    return buffer.getvalue()


def to_wav(wave: np.ndarray, *, sample_rate: int) -> bytes:
    """A sound as a WAV file (RIFF) of 16-bit samples; what exceeds -1..1 is clipped.

    Parameters
    ----------
    wave : float array [shape=(n,) or (n, channels)], -1..1; 1 is one step more than the largest sample,
        32767 / 32768, so that a 16-bit file that was read comes out as it was. NaN becomes 0.
    sample_rate : int > 0, Hz.

    Raises
    ------
    ValueError : `sample_rate` is not positive.
    """
    if sample_rate <= 0:
        raise ValueError(f"a sample rate is positive, not {sample_rate}")
    scaled = np.nan_to_num(np.asarray(wave, dtype=np.float64), posinf=1, neginf=-1) * 32768
    samples = np.clip(np.rint(scaled), -32768, 32767).astype("<i2")
    buffer = io.BytesIO()
    with riff.open(buffer, "wb") as file:
        file.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(samples.tobytes())
    return buffer.getvalue()


def is_picture(value: Any) -> bool:
    """Whether `to_png` can hold `value` without changing a number."""
    if not isinstance(value, np.ndarray) or not value.size:
        return False
    if value.ndim == 2:
        return value.dtype in (np.bool_, np.uint8, np.uint16)
    return value.ndim == 3 and value.shape[2] in (3, 4) and value.dtype == np.uint8
