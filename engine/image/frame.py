"""One frame decoded by Pillow, in an animation as drawn over the frames before it.

`open_frame` and `draw_png_frame` call each other, so they stay together.
"""

from __future__ import annotations

import io
import struct

from PIL import Image

from engine.image.apng import png_chunks, png_frames
from engine.image.limits import (
    MAX_DRAWN_PIXELS,
    MAX_FRAMES,
    PICTURE_FORMATS,
    check_picture_size,
    no_such_frame,
)


def draw_png_frame(data: bytes, frame: int) -> Image.Image:
    """Draw the frames of an animated PNG up to `frame` over each other, in mode RGBA.

    Pillow mixes the opacities of two frames where one covers the other; by the specification they
    add up, as everywhere: alpha = above + below * (1 - above).
    """
    frames = png_frames(data)
    if not 0 <= frame < len(frames):
        raise no_such_frame(frame)
    size = struct.unpack(">II", data[16:24])
    canvas = Image.new("RGBA", size)
    start = int(frames[0][4] < 0 < frame)
    for number, (png, x, y, dispose, blend) in enumerate(frames[start : frame + 1], start):
        part = open_frame(png, 0).convert("RGBA")
        box = (x, y, x + part.width, y + part.height)
        if box[2] > size[0] or box[3] > size[1]:
            raise ValueError("a frame outside of the picture")
        before = canvas.crop(box) if dispose == 2 and number < frame else None
        if blend == 1:
            part = Image.alpha_composite(canvas.crop(box), part)
        canvas.paste(part, box)
        if number < frame and dispose:
            canvas.paste(before or (0, 0, 0, 0), box)
    return canvas


def open_frame(data: bytes, frame: int, *, colours: bool = False) -> Image.Image:
    """Let Pillow decode one frame; in an animation that is the frame as drawn over earlier ones.

    Parameters
    ----------
    data : bytes, the file.
    frame : int >= 0.
    colours : bool, whether a later frame of a PNG may be RGBA even if the file holds other numbers.

    Returns
    -------
    PIL.Image.Image, loaded, in the mode in which Pillow keeps it.

    Raises
    ------
    Exception : whatever the decoder raises; the callers turn it into a `UserError`.
    """
    picture = Image.open(io.BytesIO(data), formats=PICTURE_FORMATS)
    check_picture_size(*picture.size)
    reach = MAX_DRAWN_PIXELS // (picture.width * picture.height)
    if not 0 <= frame < MAX_FRAMES or frame > reach or (frame and picture.format == "MPO"):
        raise no_such_frame(frame)
    flat = ("1", "L", "P", "RGB") if colours else ()
    if frame and picture.format == "PNG" and picture.mode in ("LA", "RGBA", *flat):
        if frame >= getattr(picture, "n_frames", 1):
            raise no_such_frame(frame)
        drawn = draw_png_frame(data, frame)
        drawn.info = {k: v for k, v in picture.info.items() if k != "transparency"}
        for name, place, length in png_chunks(data):
            if name == b"eXIf":
                drawn.info["exif"] = b"Exif\0\0" + data[place : place + length]
        return drawn if colours else drawn.convert(picture.mode)
    if frame:
        try:
            picture.seek(frame)
        except EOFError as problem:
            raise no_such_frame(frame) from problem
        check_picture_size(*picture.size)
    picture.load()
    # An icon's true size is known only now.
    check_picture_size(*picture.size)
    key = picture.info.get("transparency")
    if picture.format == "PNG" and picture.mode == "L" and isinstance(key, int):
        # Pillow has spread pixels of 2 and 4 bits over 0..255, but not the transparent one.
        spread = {2: 85, 4: 17}.get(data[24], 1)
        picture.info["transparency"] = key % (255 // spread + 1) * spread
    return picture
