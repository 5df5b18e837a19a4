"""Colour spaces: other numbers for the same colours.

Input pictures are RGB in the sRGB encoding, (H, W, 3), either uint8 (0..255), uint16 (0..65535) or
floats (0..1). Results are float64 for float64 input and float32 otherwise, unless said differently.

Every sum is written out channel by channel, so that a result is the same bit for bit in each run
(a matrix product through BLAS may add in another order). Large pictures are converted in bands of
rows, so that the intermediate planes stay small.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_
from engine.image.ranges import as_unit

# Weights of red, green and blue in the brightness of a pixel. BT.601 (standard television) is what
# Pillow and OpenCV use; the BT.709 (HDTV) figures are those of scikit-image's rgb2gray.
GRAY_BT601 = (0.299, 0.587, 0.114)
GRAY_BT709 = (0.2125, 0.7154, 0.0721)

# Linear sRGB to CIE XYZ for daylight D65, and its inverse (IEC 61966-2-1, digits of scikit-image).
XYZ_FROM_RGB = (
    (0.412453, 0.357580, 0.180423),
    (0.212671, 0.715160, 0.072169),
    (0.019334, 0.119193, 0.950227),
)
RGB_FROM_XYZ = (
    (3.240481343200526, -1.5371515162713185, -0.4985363261688878),
    (-0.9692549499965682, 1.8759900014898907, 0.04155592655829284),
    (0.05564663913517716, -0.20404133836651123, 1.0573110696453443),
)
# XYZ of the white point: D65 seen by the CIE 1931 2-degree observer.
WHITE_D65 = (0.95047, 1.0, 1.08883)

# RGB 0..1 to Y'CbCr in 8-bit units, and the inverse. JPEG: full range, ITU-T T.871 (JFIF).
# Studio: ITU-R BT.601 with head-room, Y' 16..235 and Cb, Cr 16..240, digits of scikit-image.
JPEG_FROM_RGB = (
    (76.245, 149.685, 29.07),
    (-43.02765237020316, -84.47234762979684, 127.5),
    (127.5, -106.76533523537804, -20.734664764621966),
)
STUDIO_FROM_RGB = (
    (65.481, 128.553, 24.966),
    (-37.797, -74.203, 112.0),
    (112.0, -93.786, -18.214),
)
RGB_FROM_JPEG = (
    (0.00392156862745098, 0.0, 0.005498039215686274),
    (0.00392156862745098, -0.0013495540635334203, -0.002800534455690282),
    (0.00392156862745098, 0.006949019607843138, 0.0),
)
RGB_FROM_STUDIO = (
    (0.004566210045662101, 1.1808799897950177e-09, 0.006258928969943937),
    (0.004566210045662101, -0.0015363236860449021, -0.003188110949655707),
    (0.004566210045662101, 0.007910716233554741, 1.1977497040511743e-08),
)


# ---------------------------------------------------------------- channels


def channel(pixels: NDArray[Any], *, index: int) -> NDArray[Any]:
    """One channel of (H, W, C) as its own contiguous plane (H, W), values unchanged."""
    if pixels.ndim != 3 or not 0 <= index < pixels.shape[2]:
        raise ValueError(f"no channel {index} in the shape {pixels.shape}")
    return pixels[:, :, index].copy()


def stack_channels(*planes: NDArray[Any]) -> NDArray[Any]:
    """Planes (H, W) of one type to a picture (H, W, C): the inverse of `channel`."""
    if len({(plane.shape, plane.dtype) for plane in planes}) != 1:
        raise ValueError("the planes must have one shape and one dtype")
    return np.stack(planes, axis=2)


def reverse_channels(pixels: NDArray[Any]) -> NDArray[Any]:
    """RGB to BGR, or BGR to RGB: the last axis backwards. Twice gives the original.

    OpenCV's `imread` returns BGR. Shown as if it were RGB, red and blue change places: blue faces,
    orange skies. Nothing in the array tells the two orders apart.
    """
    if pixels.ndim != 3:
        raise ValueError(f"expected (H, W, C), not the shape {pixels.shape}")
    return np.ascontiguousarray(pixels[:, :, ::-1])


# ---------------------------------------------------------------- gray


def rgb_to_gray(rgb: NDArray[Any], *, standard: str = "bt601") -> NDArray[Any]:
    """Brightness of each pixel: a weighted sum of red, green and blue; green counts most.

    The sum is taken on the sRGB-encoded numbers, as in Pillow, OpenCV and scikit-image, so it is
    luma, not physical luminance.

    Parameters
    ----------
    rgb : array [shape=(H, W, 3)].
    standard : "bt601" (Pillow, OpenCV) or "bt709" (scikit-image).

    Returns
    -------
    (H, W) array of the type of `rgb`, same range. Integers are computed with 16-bit fixed-point
    weights and rounded, for "bt601" bit for bit as Pillow's `convert("L")`.
    """
    _require_rgb(rgb)
    weights = {"bt601": GRAY_BT601, "bt709": GRAY_BT709}[standard]
    gray = np.empty(rgb.shape[:2], rgb.dtype)
    for rows in row_bands(rgb):
        if rgb.dtype in (np.uint8, np.uint16):
            red, green = round(weights[0] * 65536), round(weights[1] * 65536)
            fixed = (np.uint32(red), np.uint32(green), np.uint32(65536 - red - green))
            total = _weigh(rgb[rows].astype(np.uint32), fixed)
            gray[rows] = (total + np.uint32(32768)) >> np.uint32(16)
        else:
            gray[rows] = _weigh(rgb[rows], weights)
    return gray


# ---------------------------------------------------------------- HSV


def rgb_to_hsv(rgb: NDArray[Any]) -> NDArray[Any]:
    """Hue, saturation, value: which colour, how strong, how bright.

    Parameters
    ----------
    rgb : array [shape=(H, W, 3)], integers or floats 0..1.

    Returns
    -------
    float array [shape=(H, W, 3)], all in 0..1. Hue is a fraction of the circle, 0 <= H < 1:
    0 red, 1/3 green, 2/3 blue (times 360 for degrees; OpenCV's 8-bit hue is degrees / 2). Gray
    has no hue and gets 0.

    References
    ----------
    A. R. Smith: Color gamut transform pairs. SIGGRAPH 1978. Agrees with `skimage.color.rgb2hsv`.
    """
    _require_rgb(rgb)
    hsv = np.empty(rgb.shape, as_unit(rgb[:0]).dtype)
    for rows in row_bands(rgb):
        r, g, b = np.moveaxis(as_unit(rgb[rows]), 2, 0)
        value = np.maximum(np.maximum(r, g), b)
        chroma = value - np.minimum(np.minimum(r, g), b)
        divisor = np.where(chroma > 0, chroma, 1)
        # Sixths of the circle, counted from the primary that is largest.
        sixths = np.where(
            value == b,
            4 + (r - g) / divisor,
            np.where(value == g, 2 + (b - r) / divisor, (g - b) / divisor),
        )
        hue = (sixths / 6) % 1
        hue[(chroma == 0) | (hue == 1)] = 0  # -1e-9 % 1 rounds to 1, the same hue as 0
        hsv[rows, :, 0] = hue
        hsv[rows, :, 1] = chroma / np.where(value > 0, value, 1)
        hsv[rows, :, 2] = value
    return hsv


def hsv_to_rgb(hsv: NDArray[Any]) -> NDArray[Any]:
    """The inverse of `rgb_to_hsv`: floats 0..1 (hue modulo 1) to RGB floats 0..1.

    Each primary is a trapezoid over the circle of hues: full for two sixths on either side of its
    own hue, falling to `1 - S` over one sixth.
    """
    _require_rgb(hsv)
    rgb = np.empty(hsv.shape, as_unit(hsv[:0]).dtype)
    for rows in row_bands(hsv):
        h, s, v = np.moveaxis(as_unit(hsv[rows]), 2, 0)
        for c, shift in enumerate((5, 3, 1)):
            k = (shift + 6 * h) % 6
            rgb[rows, :, c] = v - v * s * np.clip(np.minimum(k, 4 - k), 0, 1)
    return rgb


# ---------------------------------------------------------------- CIELAB


def srgb_to_linear(encoded: NDArray[Any]) -> NDArray[Any]:
    """sRGB-encoded 0..1 to amounts of light 0..1 (IEC 61966-2-1): undo the display's curve."""
    curve = ((np.maximum(encoded, 0.04045) + 0.055) / 1.055) ** 2.4
    return np.where(encoded > 0.04045, curve, encoded / 12.92)


def linear_to_srgb(light: NDArray[Any]) -> NDArray[Any]:
    """Amounts of light 0..1 to sRGB-encoded 0..1: the inverse of `srgb_to_linear`."""
    curve = 1.055 * np.maximum(light, 0.0031308) ** (1 / 2.4) - 0.055
    return np.where(light > 0.0031308, curve, light * 12.92)


def rgb_to_lab(rgb: NDArray[Any]) -> NDArray[Any]:
    """CIELAB (D65, 2 degrees): distances between its numbers are roughly distances to the eye.

    Steps
    -----
    1. sRGB to amounts of light. 2. Light to CIE XYZ. 3. Relative to white, a cube root (linear
    near black). 4. L* from Y; a* is the difference X - Y, b* the difference Y - Z.

    Parameters
    ----------
    rgb : array [shape=(H, W, 3)], integers or floats 0..1.

    Returns
    -------
    float array [shape=(H, W, 3)]: L* 0 (black) to 100 (white); a* green to red, in sRGB
    -86.2..98.2; b* blue to yellow, in sRGB -107.9..94.5. Gray has a* = b* = 0 (to 0.01).

    References
    ----------
    CIE 15:2004. Constants and result as `skimage.color.rgb2lab`.
    """
    _require_rgb(rgb)
    lab = np.empty(rgb.shape, as_unit(rgb[:0]).dtype)
    # a* and b* are small differences of large numbers, so a band is computed in float64. 8-bit
    # pixels have only 256 levels: raise those to the power 2.4, not millions of pixels.
    light_of_level = srgb_to_linear(np.arange(256) / 255)
    for rows in row_bands(rgb):
        if rgb.dtype == np.uint8:
            light = light_of_level[rgb[rows]]
        else:
            light = srgb_to_linear(as_unit(rgb[rows]).astype(np.float64, copy=False))
        fx, fy, fz = (_lab_curve(_weigh(light, XYZ_FROM_RGB[i]) / WHITE_D65[i]) for i in range(3))
        lab[rows, :, 0] = 116 * fy - 16
        lab[rows, :, 1] = 500 * (fx - fy)
        lab[rows, :, 2] = 200 * (fy - fz)
    return lab


def lab_to_rgb(lab: NDArray[Any]) -> NDArray[Any]:
    """CIELAB back to sRGB floats 0..1; colours that a screen cannot show are clipped."""
    _require_rgb(lab)
    rgb = np.empty(lab.shape, as_unit(lab[:0]).dtype)
    for rows in row_bands(lab):
        lightness, a, b = np.moveaxis(as_unit(lab[rows]), 2, 0)
        fy = (lightness + 16) / 116
        fz = np.maximum(fy - b / 200, 0)  # b* far beyond the possible would give negative light
        xyz = [
            _lab_curve_inverse(f) * white
            for f, white in zip((fy + a / 500, fy, fz), WHITE_D65, strict=True)
        ]
        for c in range(3):
            m = RGB_FROM_XYZ[c]
            light = xyz[0] * m[0] + xyz[1] * m[1] + xyz[2] * m[2]
            rgb[rows, :, c] = np.clip(linear_to_srgb(light), 0, 1)
    return rgb


def _lab_curve(t: NDArray[Any]) -> NDArray[Any]:
    return np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)


def _lab_curve_inverse(f: NDArray[Any]) -> NDArray[Any]:
    return np.where(f > 0.2068966, f * f * f, (f - 16 / 116) / 7.787)


# ---------------------------------------------------------------- YCbCr


def rgb_to_ycbcr(rgb: NDArray[Any], *, standard: str = "jpeg") -> NDArray[Any]:
    """Brightness (Y') and two differences of colour (blue - Y', red - Y'), in 8-bit units.

    Parameters
    ----------
    rgb : array [shape=(H, W, 3)], integers or floats 0..1.
    standard : "jpeg", full range (ITU-T T.871): all three 0..255, Cb = Cr = 128 for gray;
        "studio" (ITU-R BT.601, `skimage.color.rgb2ycbcr`): Y' 16..235, Cb and Cr 16..240.

    Returns
    -------
    float array [shape=(H, W, 3)] in levels, not rounded.
    """
    _require_rgb(rgb)
    matrix, offset = {"jpeg": (JPEG_FROM_RGB, 0.0), "studio": (STUDIO_FROM_RGB, 16.0)}[standard]
    ycbcr = np.empty(rgb.shape, as_unit(rgb[:0]).dtype)
    for rows in row_bands(rgb):
        unit = as_unit(rgb[rows])
        for c in range(3):
            ycbcr[rows, :, c] = _weigh(unit, matrix[c]) + (offset if c == 0 else 128.0)
    return ycbcr


def ycbcr_to_rgb(ycbcr: NDArray[Any], *, standard: str = "jpeg") -> NDArray[Any]:
    """The inverse of `rgb_to_ycbcr`: levels to RGB 0..1.

    Not clipped: many triples of levels are no colour of RGB and come out below 0 or above 1.
    """
    _require_rgb(ycbcr)
    matrix, offset = {"jpeg": (RGB_FROM_JPEG, 0.0), "studio": (RGB_FROM_STUDIO, 16.0)}[standard]
    real = np.dtype(np.float64 if ycbcr.dtype == np.float64 else np.float32)
    rgb = np.empty(ycbcr.shape, real)
    for rows in row_bands(ycbcr):
        levels = ycbcr[rows].astype(real)
        levels -= np.array((offset, 128, 128), real)
        for c in range(3):
            rgb[rows, :, c] = _weigh(levels, matrix[c])
    return rgb


# ---------------------------------------------------------------- CMYK


def rgb_to_cmyk(rgb: NDArray[Any]) -> NDArray[Any]:
    """Cyan, magenta, yellow, black by the naive formula: K = 1 - max(R, G, B), the rest inked.

    No ink profile is involved: print shops convert with measured ICC profiles, and get other
    numbers. Black is K = 1 with no other ink.

    Parameters
    ----------
    rgb : array [shape=(H, W, 3)], integers or floats 0..1.

    Returns
    -------
    float array [shape=(H, W, 4)], amounts of ink 0..1.
    """
    _require_rgb(rgb)
    cmyk = np.empty((*rgb.shape[:2], 4), as_unit(rgb[:0]).dtype)
    for rows in row_bands(rgb):
        unit = as_unit(rgb[rows])
        brightest = np.maximum(np.maximum(unit[..., 0], unit[..., 1]), unit[..., 2])
        divisor = np.where(brightest > 0, brightest, 1)
        for c in range(3):
            cmyk[rows, :, c] = (brightest - unit[..., c]) / divisor
        cmyk[rows, :, 3] = 1 - brightest
    return cmyk


def cmyk_to_rgb(cmyk: NDArray[Any]) -> NDArray[Any]:
    """Inks 0..1 to RGB 0..1 by the naive formula, e.g. R = (1 - C)(1 - K)."""
    if cmyk.ndim != 3 or cmyk.shape[2] != 4:
        raise ValueError(f"expected (H, W, 4), not the shape {cmyk.shape}")
    rgb = np.empty((*cmyk.shape[:2], 3), as_unit(cmyk[:0]).dtype)
    for rows in row_bands(cmyk):
        ink = as_unit(cmyk[rows])
        for c in range(3):
            rgb[rows, :, c] = (1 - ink[..., c]) * (1 - ink[..., 3])
    return rgb


# ---------------------------------------------------------------- display

# Lowest and highest value with which each plane is drawn, and its name. The ends of a* and b* are
# symmetric about 0, so that a diverging colour map has its middle at gray.
PLANES = {
    "rgb": ((0.0, 1.0, N_("Red")), (0.0, 1.0, N_("Green")), (0.0, 1.0, N_("Blue"))),
    "gray": ((0.0, 1.0, N_("Brightness")),),
    "hsv": ((0.0, 1.0, N_("Hue")), (0.0, 1.0, N_("Saturation")), (0.0, 1.0, N_("Value"))),
    "lab": (
        (0.0, 100.0, N_("L*, dark to light")),
        (-110.0, 110.0, N_("a*, green to red")),
        (-110.0, 110.0, N_("b*, blue to yellow")),
    ),
    "ycbcr": (
        (0.0, 255.0, N_("Y', brightness")),
        (0.0, 255.0, N_("Cb, towards blue")),
        (0.0, 255.0, N_("Cr, towards red")),
    ),
    "cmyk": (
        (0.0, 1.0, N_("Cyan")),
        (0.0, 1.0, N_("Magenta")),
        (0.0, 1.0, N_("Yellow")),
        (0.0, 1.0, N_("Black")),
    ),
}


def plane_range(*, space: str, index: int) -> tuple[float, float, str]:
    """Lowest and highest value of a plane for display, and its name (an English message).

    Parameters
    ----------
    space : "rgb", "gray", "hsv", "lab", "ycbcr" or "cmyk".
    index : int, number of the channel, from 0.
    """
    if space not in PLANES or not 0 <= index < len(PLANES[space]):
        raise ValueError(f"no plane {index} in the space {space!r}")
    return PLANES[space][index]


# ---------------------------------------------------------------- shared steps


def row_bands(pixels: NDArray[Any]) -> Iterator[slice]:
    """Slices of rows, about 65 000 pixels each: what is computed for a band stays in the cache."""
    step = max(1, 65536 // max(1, pixels.shape[1]))
    for top in range(0, pixels.shape[0], step):
        yield slice(top, top + step)


def _weigh(rgb: NDArray[Any], weights: tuple[Any, Any, Any]) -> NDArray[Any]:
    """Weighted sum of three channels, always added in the order red, green, blue."""
    return rgb[..., 0] * weights[0] + rgb[..., 1] * weights[1] + rgb[..., 2] * weights[2]


def _require_rgb(rgb: NDArray[Any]) -> None:
    if rgb.ndim != 3 or rgb.shape[2] != 3:
        raise ValueError(f"expected three channels (H, W, 3), not the shape {rgb.shape}")
