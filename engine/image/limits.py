"""What a picture file may ask for, and the sentences that refuse one."""

from __future__ import annotations

from engine.errors import N_, UserError

# 50 megapixels: as RGBA they fill 200 MB, what one visitor may ask of a server with 1 GB of memory;
# phones and most cameras stay below.
MAX_PIXELS = 50_000_000
# The same in bytes, for samples of 16 or more bits and for many channels: 200 MB.
MAX_SAMPLE_BYTES = 4 * MAX_PIXELS
# libjpeg's own limit (JPEG_MAX_DIMENSION); longer strips are not pictures that anyone looks at.
MAX_SIDE = 65_500
# A longer animation is a film; also bounds the walk through a file made of empty frames.
MAX_FRAMES = 1_000
# A frame of an animation is drawn over all frames before it: about 5 s of drawing at 100 MP/s.
MAX_DRAWN_PIXELS = 500_000_000
# PNG and RIFF chunks that are walked; a file of empty chunks must not take long.
MAX_CHUNKS = 100_000
# The only decoders offered to a file: Pillow knows many more, old and rarely examined.
PICTURE_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP", "DIB", "AVIF", "ICO", "PPM")


def check_picture_size(width: int, height: int) -> None:
    """Refuse a picture too large to be decoded safely; called before any memory is spent.

    Parameters
    ----------
    width, height : int, pixels, as the file's header states them.

    Raises
    ------
    UserError : no pixels at all, more than `MAX_PIXELS` or a side longer than `MAX_SIDE`.
    """
    if width < 1 or height < 1:
        raise UserError(
            N_("This picture says that it is {width} × {height} pixels. Choose one with pixels."),
            width=width,
            height=height,
        )
    if width * height > MAX_PIXELS:
        raise UserError(
            N_(
                "This picture has {width} × {height} pixels, {megapixels} million; up to {limit} "
                "million are accepted. Make it smaller and try again."
            ),
            width=width,
            height=height,
            megapixels=round(width * height / 1e6, 1),
            limit=MAX_PIXELS // 1_000_000,
        )
    if max(width, height) > MAX_SIDE:
        raise UserError(
            N_(
                "This picture is {width} × {height} pixels; a side may have up to {limit}. "
                "Crop it and try again."
            ),
            width=width,
            height=height,
            limit=MAX_SIDE,
        )


def check_sample_bytes(size: int) -> None:
    """Refuse a picture whose numbers take more than `MAX_SAMPLE_BYTES`, before they are decoded."""
    if size > MAX_SAMPLE_BYTES:
        raise UserError(
            N_(
                "The numbers of this picture take {size} MB; up to {limit} MB are accepted. Make "
                "it smaller or save it with 8 bits for each sample."
            ),
            size=round(size / 1e6),
            limit=MAX_SAMPLE_BYTES // 1_000_000,
        )


def picture_error(problem: Exception) -> UserError:
    """The sentence for what a decoder complained about: cut off, too large, or damaged."""
    words = str(problem).lower()
    signs = ("truncated", "not enough", "too small", "unexpected end", "end of file", "too short")
    if isinstance(problem, UserError):
        return problem
    if isinstance(problem, EOFError) or any(sign in words for sign in signs):
        return UserError(
            N_(
                "The file ends before the picture does. It was probably not copied or downloaded "
                "completely; fetch it again."
            )
        )
    if isinstance(problem, MemoryError) or "decompression bomb" in words:
        return UserError(
            N_(
                "This picture needs more memory than there is; up to {limit} million pixels are "
                "accepted. Make it smaller and try again."
            ),
            limit=MAX_PIXELS // 1_000_000,
        )
    return UserError(
        N_(
            "The picture in this file is damaged or stored in a way that cannot be read here. Open "
            "it in a picture program, save it as PNG and try again."
        )
    )


def no_such_frame(frame: int) -> UserError:
    """The sentence for a frame number that the file does not have (or that is out of reach)."""
    return UserError(
        N_("This file has no frame number {frame} that can be shown. Choose a lower number."),
        frame=frame,
    )
