"""Picture files become numbers: as the file stores them, or as a viewer shows them.

`read_samples` answers "which numbers are in the file?", `read_rgb` and `read_rgba` answer "which
colours do I see?". Most formats are decoded by Pillow (`engine.image.frame`). Pillow keeps 8 bits of
each colour sample, so what holds more goes elsewhere: 16-bit colour PNG and deep AVIF to imagecodecs
(libpng, libavif), TIFF to tifffile, and the Netpbm formats have a reader of their own.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageOps

from engine.errors import N_, UserError
from engine.image.apng import deep_png_samples, is_deep_png
from engine.image.frame import open_frame
from engine.image.gif import gif_frame_alone, gif_frames
from engine.image.limits import no_such_frame, picture_error
from engine.image.netpbm import is_netpbm, netpbm_samples
from engine.image.tiff import is_tiff, tiff_page, tiff_palette, tiff_samples


def divide_by_alpha(samples: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Undo the multiplication of colours by their opacity.

    Parameters
    ----------
    samples : np.ndarray [shape=(H, W, C)], colours multiplied by opacity
    alpha : np.ndarray [shape=(H, W)], opacity, in the same unit

    Returns
    -------
    np.ndarray [shape=(H, W, C)] uint8: round(255 * v / alpha), at most 255; 0 where alpha is 0.
    """
    colours = np.empty(samples.shape, np.uint8)
    # Row by row: 64-bit copies of a whole picture would take eight times its memory.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for row, values, opacity in zip(colours, samples, alpha, strict=True):
            ratio = values.astype(np.float64) / opacity[:, None]
            ratio[opacity == 0] = 0
            row[...] = np.rint(255 * np.clip(np.nan_to_num(ratio, posinf=1.0), 0, 1))
    return colours


def scale_to_8_bits(samples: np.ndarray, *, top: int = 0) -> np.ndarray:
    """Map sample values to 0..255 for the screen.

    Parameters
    ----------
    samples : np.ndarray [shape=(H, ...)], bool, integer or float
    top : int, the number that means "brightest"; 0 if the type has none

    Returns
    -------
    np.ndarray uint8, round(v * 255 / top). Without `top`: float values that lie in 0..1 are
    multiplied by 255, others are stretched from smallest to largest. NaN becomes 0.
    """
    if top == 255:
        return samples.astype(np.uint8)
    if top:
        table = np.arange(top + 1, dtype=np.uint64)  # one rounding for each possible value
        table = ((table * 510 + top) // (2 * top)).astype(np.uint8)
        if samples.dtype.itemsize > 2 or top < np.iinfo(np.uint16).max:
            samples = np.minimum(samples, top)
        return table[samples.astype(np.uint16, copy=False)]
    finite = samples[np.isfinite(samples)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if samples.dtype.kind == "f" and low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    spread = high - low or 1.0
    # Row by row: 64-bit copies of a whole picture would take eight times its memory.
    shown = np.empty(samples.shape, np.uint8)
    with np.errstate(invalid="ignore", over="ignore"):
        for row, values in zip(shown, samples, strict=True):
            unit = (values.astype(np.float64) - low) / spread
            unit = np.nan_to_num(unit, nan=0.0, posinf=1.0, neginf=0.0)
            row[...] = np.rint(np.clip(unit, 0, 1) * 255)
    return shown


def turn_upright(samples: np.ndarray, *, orientation: int) -> np.ndarray:
    """Apply an Exif orientation.

    Parameters
    ----------
    samples : np.ndarray [shape=(H, W, ...)]
    orientation : 1..8, Exif 2.32 section 4.6.4: where row 0 and column 0 of the numbers are seen
    """
    if orientation >= 5:
        samples = samples.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        samples = samples[:, ::-1]
    if orientation in (3, 4, 7, 8):
        samples = samples[::-1]
    return np.ascontiguousarray(samples)


def is_deep_avif(data: bytes) -> bool:
    """Whether an AVIF picture has 10 or 12 bits for each sample (bits in its `av1C` box)."""
    place = data[:4096].find(b"av1C") if data[4:8] == b"ftyp" else -1
    return place > 0 and bool(data[place + 6] & 0x40) if place + 6 < len(data) else False


def read_samples(data: bytes, *, frame: int = 0) -> np.ndarray:
    """Read the numbers that a picture file stores, after decompression and before any display.

    Nothing is turned upright, and no palette is applied. JPEG, WebP and AVIF are converted from
    their YCbCr to RGB by the decoder. CMYK means ink (0 none, 255 full): the JPEGs of Adobe's
    programs store it inverted, and that is undone. Grey PNGs of 2 and 4 bits give 0..3 and 0..15.
    In a GIF, `frame` gives that frame's own colour numbers; in other animations the drawn frame.

    Parameters
    ----------
    data : bytes, the file.
    frame : int >= 0, frame of an animation or page of a TIFF.

    Returns
    -------
    np.ndarray: (H, W) bool for 1 bit, uint8 colour numbers for a palette,
    uint8, uint16, int32 or float32 grey; (H, W, C) for 2 grey+alpha, 3 RGB, 4 RGBA or CMYK.

    Raises
    ------
    UserError : damaged, cut off, too large, or without this frame.
    """
    try:
        if is_netpbm(data) and frame == 0:
            return netpbm_samples(data)[0]
        if is_deep_png(data) and frame == 0:
            samples = deep_png_samples(data)
            # libpng turns a transparent colour into an alpha channel; the file has only three.
            return np.ascontiguousarray(samples[..., :3]) if data[25] == 2 else samples
        if is_tiff(data):
            try:
                return np.ascontiguousarray(tiff_samples(data, frame)[0])
            except UserError:
                raise
            except Exception:
                # Rare colours and compressions: libtiff knows more of them. It may decode in this
                # process, as it is among the decoders that are fuzzed without pause (OSS-Fuzz), and
                # Pillow has checked the size before; what has crashed the child does not come here.
                return np.array(open_frame(data, frame))
        if data[:4] == b"GIF8":
            return np.array(open_frame(gif_frame_alone(data, frame), 0))
        picture = open_frame(data, frame)
        if is_deep_avif(data) and frame == 0:
            import imagecodecs

            return np.asarray(imagecodecs.avif_decode(data, index=0))
        samples = np.array(picture)
        if data[:4] == b"\x89PNG" and picture.mode == "L" and data[24] in (2, 4):
            # Pillow has spread 0..3 and 0..15 over 0..255, by 85 and by 17: without a remainder.
            samples //= 85 if data[24] == 2 else 17
        return samples
    except UserError:
        raise
    except Exception as problem:  # decoders raise nearly everything when a file is damaged
        raise picture_error(problem) from problem


def read_palette(data: bytes, *, frame: int = 0) -> np.ndarray:
    """Read the table of colours that the numbers of a palette picture point into.

    Parameters
    ----------
    data : bytes, the file.
    frame : int >= 0.

    Returns
    -------
    np.ndarray [shape=(n, 3)] uint8 RGB, or (n, 4) RGBA if some colours are transparent.

    Raises
    ------
    UserError : this picture has no palette, or cannot be read.
    """
    try:
        transparency: bytes | int | None = None
        if data[:4] == b"GIF8":
            frames = gif_frames(data)
            if not 0 <= frame < len(frames):
                raise no_such_frame(frame)
            control, _, start, colors, _, _ = frames[frame]
            table = np.frombuffer(data, np.uint8, 3 * colors, start).reshape(-1, 3).copy()
            if control >= 0 and data[control + 3] & 1:
                transparency = data[control + 6]
        elif is_tiff(data):
            import tifffile

            with tifffile.TiffFile(io.BytesIO(data)) as file:
                palette = tiff_palette(tiff_page(file, frame))
            if palette is None:
                tiff_samples(data, frame)  # damaged files are told so, not that a palette lacks
            table = np.zeros((0, 3), np.uint8) if palette is None else palette
        else:
            picture = open_frame(data, frame)
            transparency = picture.info.get("transparency")
            flat = picture.getpalette("RGB") if picture.mode == "P" else None
            table = np.array(flat or [], np.uint8).reshape(-1, 3)
    except UserError:
        raise
    except Exception as problem:
        raise picture_error(problem) from problem
    if not len(table):
        raise UserError(
            N_(
                "This picture has no palette: its numbers are colours already. Choose a GIF or "
                "a PNG-8."
            )
        )
    if transparency is None:
        return table
    alpha = np.full(len(table), 255, np.uint8)
    if isinstance(transparency, bytes):
        alpha[: len(transparency)] = np.frombuffer(transparency, np.uint8)[: len(table)]
    elif transparency < len(table):
        alpha[transparency] = 0
    return np.column_stack([table, alpha])


def read_rgba(data: bytes, *, frame: int = 0) -> np.ndarray:
    """Read the colours and the opacity that a viewer shows.

    Palettes are applied, CMYK becomes RGB (without colour management), 16 bits are rounded to 8
    (v * 255 / 65535), float is scaled (see `scale_to_8_bits`), the Exif orientation is applied, and
    the frame of an animation is drawn over those before it.

    Parameters
    ----------
    data : bytes, the file.
    frame : int >= 0.

    Returns
    -------
    np.ndarray [shape=(H, W, 4)] uint8, upright; 255 is opaque.

    Raises
    ------
    UserError : damaged, cut off, too large, or without this frame.
    """
    return np.array(open_upright(data, frame).convert("RGBA"))


def read_rgb(data: bytes, *, frame: int = 0) -> np.ndarray:
    """Read the colours that a viewer shows, transparency laid over white; else like `read_rgba`.

    Parameters
    ----------
    data : bytes, the file.
    frame : int >= 0.

    Returns
    -------
    np.ndarray [shape=(H, W, 3)] uint8, upright.

    Raises
    ------
    UserError : damaged, cut off, too large, or without this frame.
    """
    picture = open_upright(data, frame)
    if picture.mode == "RGBA":
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture).convert("RGB")
    return np.array(picture)


def open_upright(data: bytes, frame: int) -> Image.Image:
    """Decode one frame for the screen: a PIL image in mode RGB or RGBA, upright."""
    try:
        samples, meaning, top, palette, orientation, alpha = None, "", 255, None, 1, 0
        if is_netpbm(data) and frame == 0:
            samples, meaning, top = netpbm_samples(data)
        elif is_deep_png(data) and frame == 0:
            samples, meaning, top = deep_png_samples(data), "rgb", 65535
            alpha = {2: 1, 4: 3}.get(samples.shape[2], 0)
        elif is_tiff(data):
            try:
                samples, meaning, top, palette, orientation, alpha = tiff_samples(data, frame)
            except UserError:
                raise
            except Exception:  # as in read_samples
                samples = None
        if samples is None:
            picture = open_frame(data, frame, colours=True)
            if picture.mode in ("I", "I;16", "I;16B", "I;16L", "F"):
                hidden = picture.info.get("transparency")
                stored = np.array(picture)
                eight = scale_to_8_bits(stored, top=65535 if "16" in picture.mode else 0)
                opaque = np.uint8(255) * (stored != hidden)
                planes = [eight] * 3 + ([opaque] if isinstance(hidden, int) else [])
                upright = Image.fromarray(np.stack(planes, axis=-1).astype(np.uint8))
                exif = picture.getexif().get(274, 1)
                return Image.fromarray(turn_upright(np.asarray(upright), orientation=exif))
            clear = "transparency" in picture.info or picture.mode in (
                "LA",
                "PA",
                "RGBA",
                "RGBa",
                "La",
            )
            # Turned while it still has its Exif; Pillow turns a TIFF by itself.
            if picture.format != "TIFF":
                picture = ImageOps.exif_transpose(picture)
            if picture.mode == "LA" or (clear and picture.mode != "RGBA"):
                return picture.convert("RGBA")
            return picture if picture.mode in ("RGB", "RGBA") else picture.convert("RGB")
        if samples.ndim == 2:
            samples = samples[..., None]
        channels = samples.shape[2]
        opacity = samples[..., abs(alpha)] if 0 < abs(alpha) < channels else None
        count = {"rgb": 3, "cmyk": 4}.get(meaning, 1)
        samples = samples[..., : count if count <= channels else 1]
        if meaning == "palette" and palette is not None:
            colours = palette[np.minimum(samples[..., 0].astype(np.intp), len(palette) - 1)]
        elif alpha < 0 and opacity is not None:
            colours = divide_by_alpha(samples, opacity)
        else:
            colours = scale_to_8_bits(samples, top=top)
        if meaning == "inverted":
            colours = 255 - colours
        elif meaning == "cmyk" and colours.shape[2] == 4:
            ink = Image.frombytes("CMYK", colours.shape[1::-1], colours.tobytes())
            colours = np.asarray(ink.convert("RGB"))
        if colours.shape[2] == 1:
            colours = np.repeat(colours, 3, axis=2)
        mode = "RGB"
        if opacity is not None:
            mode = "RGBA"
            if not top:  # from 0 to 1, or to the largest integer
                whole = 1 if opacity.dtype.kind == "f" else np.iinfo(opacity.dtype).max
                opacity = np.clip(opacity / whole, 0, 1)
            colours = np.dstack([colours, scale_to_8_bits(opacity, top=top)])
        if is_netpbm(data) or not is_tiff(data):
            orientation = 1
        if is_deep_png(data):
            orientation = Image.open(io.BytesIO(data), formats=["PNG"]).getexif().get(274, 1)
        colours = turn_upright(colours, orientation=orientation)
        return Image.frombytes(mode, colours.shape[1::-1], colours.tobytes())
    except UserError:
        raise
    except Exception as problem:
        raise picture_error(problem) from problem
