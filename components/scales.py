"""Colour scales as look-up tables: sequential, diverging and cyclic; never a rainbow.

viridis: S. van der Walt and N. Smith, 2015 (CC0), its ten anchors as Plotly publishes them. The
diverging scale runs from blue through white to vermilion, the two ends distinguishable by
colour-blind eyes. The cyclic one returns to its beginning, as an angle does.
"""

from __future__ import annotations

import functools

import numpy as np

_ANCHORS = {
    "viridis": "440154 482878 3e4989 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725",
    "signed": "053061 2166ac 4393c3 92c5de d1e5f0 f7f7f7 fddbc7 f4a582 d6604d b2182b 67001f",
    "cyclic": "e2d9e2 9ebbc9 6785be 5e43a5 421257 2f1436 571a42 9a3a4b c17a65 d7bbae e2d9e2",
}


@functools.cache
def table(name: str) -> np.ndarray | None:
    """The scale called `name` as (256, 3) uint8 from lowest to highest; None for plain gray."""
    if name == "gray":
        return None
    anchors = np.array([list(bytes.fromhex(code)) for code in _ANCHORS[name].split()])
    places = np.linspace(0, 255, len(anchors))
    channels = [np.interp(np.arange(256), places, anchors[:, c]) for c in range(3)]
    return np.rint(np.stack(channels, axis=1)).astype(np.uint8)


def colour(name: str, value: float, lo: float, hi: float) -> tuple[int, int, int]:
    """The colour of one value on a scale."""
    place = 0 if hi <= lo else round(255 * min(max((value - lo) / (hi - lo), 0), 1))
    lut = table(name)
    return (place,) * 3 if lut is None else tuple(int(c) for c in lut[place])
