"""Where the frames of a GIF lie, so that one can be looked at before it is drawn over others."""

from __future__ import annotations

from engine.image.limits import MAX_FRAMES, no_such_frame


def gif_frames(data: bytes) -> list[tuple[int, int, int, int, int, int]]:
    """Where the frames of a GIF lie, without decoding them.

    Parameters
    ----------
    data : bytes, a GIF file.

    Returns
    -------
    list of up to `MAX_FRAMES` tuples (control, start, palette, colors, end, delay): byte positions
    of the frame's graphic control extension (-1: none), of its image descriptor and its colour
    table, the number of colours in that table, where its data end, and the delay in 1/100 s.

    Source: GIF89a specification, CompuServe 1990, sections 18 to 27.
    """
    common = 13  # the screen descriptor ends here, the colours for all frames follow
    common_colors = 2 << (data[10] & 7) if data[10] & 128 else 0
    position = common + 3 * common_colors
    frames: list[tuple[int, int, int, int, int, int]] = []
    control, delay = -1, 0
    while position + 1 < len(data) and len(frames) < MAX_FRAMES:
        block, begin = data[position], position
        if block == 0x2C and position + 10 < len(data):  # image descriptor
            flags = data[position + 9]
            palette, colors = common, common_colors
            position += 10
            if flags & 128:
                palette, colors = position, 2 << (flags & 7)
                position += 3 * colors
            position += 1  # the minimum code size
        elif block == 0x21:  # an extension
            if data[position + 1] == 0xF9 and position + 6 < len(data):
                control, delay = (
                    position,
                    int.from_bytes(data[position + 4 : position + 6], "little"),
                )
            position += 2
        elif block == 0x3B:
            break
        else:  # junk between blocks: decoders skip it
            position += 1
            continue
        while position < len(data) and data[position]:  # sub-blocks, each led by its length
            position += 1 + data[position]
        position += 1
        if block == 0x2C:
            frames.append((control, begin, palette, colors, min(position, len(data)), delay))
            control, delay = -1, 0
    return frames


def gif_frame_alone(data: bytes, frame: int) -> bytes:
    """Cut one frame out of a GIF animation as a GIF of its own: its numbers before any drawing."""
    frames = gif_frames(data)
    if not 0 <= frame < len(frames):
        raise no_such_frame(frame)
    control, start, _, _, end, _ = frames[frame]
    head = data[: 13 + 3 * (2 << (data[10] & 7) if data[10] & 128 else 0)]
    return head + (data[control : control + 8] if control >= 0 else b"") + data[start:end] + b";"
