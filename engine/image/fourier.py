"""A picture as a sum of waves: the two-dimensional discrete Fourier transform.

A picture x of H rows and W columns is exactly the sum of H W complex waves,

    x[y, x] = 1/(H W) * sum over (v, u) of F[v, u] * exp(2 pi i (v y / H + u x / W)),

where v is the number of waves down the picture and u across it. For real pixels the wave (-v, -u)
is the complex conjugate of (v, u) (Hermitian symmetry), so half of the plane says everything:

half spectrum   complex array [shape=(H, W // 2 + 1) or (H, W // 2 + 1, C)], as `scipy.fft.rfft2`:
                v = 0, 1, ..., -2, -1 down the rows, u = 0..W // 2 along the columns. The width W
                must be told to the way back, because W = 2n and W = 2n + 1 have equally many
                columns.
full spectrum   (H, W), the mean in the middle, at [H // 2, W // 2]: what is drawn.
mask            float32 [shape=(H, W // 2 + 1)], 0 (remove the wave) to 1 (keep it).

The forward transform runs once for a picture; everything else works on the half spectrum. Inputs
in float32 give complex64, float64 gives complex128, integers are computed in float32.

Method: J. W. Cooley, J. W. Tukey: An algorithm for the machine calculation of complex Fourier
series. Math. Comp. 19 (1965), by pocketfft in SciPy. Filters: R. C. Gonzalez, R. E. Woods: Digital
Image Processing, 4th ed., chapter 4.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from engine.errors import N_, UserError
from engine.image.metrics import check_same_shape

# Threads of one transform. Each line of pixels is transformed by one thread, so the number changes
# the time and not one bit of the result. Two gain most at 12 megapixels, little at one.
WORKERS = 2
# Energy of all waves but the mean, relative to the mean's, that is only rounding: at most 1.2e-13 in
# pictures of one colour; one pixel that is one level off in a megapixel has 1.5e-11.
ROUNDING = 1e-12
# Cells that one painted mask may visit: some three seconds of work. A learner paints a hundredth.
MAX_PAINTED_CELLS = 300_000_000


# ---------------------------------------------------------------- there and back


def spectrum2d(pixels: NDArray[Any]) -> NDArray[Any]:
    """The half spectrum of a picture: two-dimensional real FFT of each channel.

    Parameters
    ----------
    pixels : array [shape=(H, W) or (H, W, C)], integers (taken as they are) or floats.

    Returns
    -------
    complex array [shape=(H, W // 2 + 1) or (H, W // 2 + 1, C)], not normalised: `[0, 0]` is the
    sum of all pixels.
    """
    if pixels.ndim not in (2, 3) or pixels.size == 0:
        raise ValueError(f"expected (H, W) or (H, W, C), not the shape {pixels.shape}")
    real = pixels if pixels.dtype == np.float64 else pixels.astype(np.float32, copy=False)
    half: NDArray[Any] = fft.rfft2(real, axes=(0, 1), workers=WORKERS)
    return half


def inverse2d(half: NDArray[Any], *, width: int) -> NDArray[Any]:
    """The picture (H, W[, C]) of a half spectrum: the exact way back from `spectrum2d`."""
    _check_width(half, width)
    # For colour these two steps take half the time of fft.irfft2 (same sums): side by side, the
    # channels are just more columns.
    columns = fft.ifft(half.reshape(half.shape[0], -1), axis=0, workers=WORKERS)
    pixels: NDArray[Any] = fft.irfft(columns.reshape(half.shape), n=width, axis=1, workers=WORKERS)
    return pixels


def apply_filter(half: NDArray[Any], mask: NDArray[Any], *, width: int) -> NDArray[Any]:
    """Multiply each wave by the mask and sum the waves up again: the filtered picture.

    Steps
    -----
    1. Find the last column u that the mask keeps; all further columns stay zero, and a low-pass
       filter costs only the columns that it lets through.
    2. Multiply. 3. Complex inverse FFT down each column. 4. Real inverse FFT along each row.

    Parameters
    ----------
    half : half spectrum [shape=(H, W // 2 + 1) or (H, W // 2 + 1, C)].
    mask : array [shape=(H, W // 2 + 1)], the same for all channels.
    width : int, W.

    Returns
    -------
    float array [shape=(H, W) or (H, W, C)] in the units of the picture. It can lie below black
    and above white, and without the mean (a high-pass) it swings about 0.
    """
    _check_width(half, width)
    _check_mask(half, mask)
    height = half.shape[0]
    kept = np.flatnonzero(mask.any(axis=0))
    columns = int(kept[-1]) + 1 if kept.size else 1
    weights = mask[:, :columns].astype(half.real.dtype, copy=False)
    product = half[:, :columns] * (weights if half.ndim == 2 else weights[:, :, None])
    shape = product.shape
    # Channels side by side, (H, columns * C): each is its own column of numbers to transform.
    product = fft.ifft(product.reshape(height, -1), axis=0, overwrite_x=True, workers=WORKERS)
    pixels: NDArray[Any] = fft.irfft(product.reshape(shape), n=width, axis=1, workers=WORKERS)
    return pixels


def full_spectrum(half: NDArray[Any], *, width: int) -> NDArray[Any]:
    """The whole centred plane (H, W[, C]) from its half, without a second transform.

    The missing waves are F[-v, -u] = conj(F[v, u]); then the mean is moved to the middle. Equal to
    `np.fft.fftshift(np.fft.fft2(pixels, axes=(0, 1)), axes=(0, 1))`. Works for anything that is
    equal on opposite waves too (a real array: a mask, a magnitude), but not for a phase, whose
    sign changes: take the phase of the full spectrum instead.
    """
    _check_width(half, width)
    columns = half.shape[1]
    missing = width - columns
    full = np.empty((half.shape[0], width, *half.shape[2:]), half.dtype)
    full[:, :columns] = half
    opposite = half[:, missing:0:-1]  # u = -missing..-1 is the mirror image of u = missing..1
    full[0, columns:] = opposite[0].conj()
    full[1:, columns:] = opposite[:0:-1].conj()
    return np.fft.fftshift(full, axes=(0, 1))


# ---------------------------------------------------------------- to look at


def log_magnitude(spectrum: NDArray[Any], *, scale: str = "log1p") -> NDArray[Any]:
    """How strong each wave is, on a scale on which more than the mean can be seen.

    Parameters
    ----------
    spectrum : complex array, half or full, any shape.
    scale : "log1p", log(1 + |F|), natural logarithm, 0 for an absent wave; "db", decibels below
        the strongest wave, 20 log10(|F| / max |F|), not below -120.

    Returns
    -------
    float array of the same shape.
    """
    magnitude: NDArray[Any] = np.abs(spectrum)
    if scale == "log1p":
        np.log1p(magnitude, out=magnitude)
        return magnitude
    if scale != "db":
        raise ValueError(f"scale must be 'log1p' or 'db', not {scale!r}")
    strongest = magnitude.max(initial=0.0)
    if strongest == 0:
        return np.full_like(magnitude, -120)
    np.maximum(magnitude / strongest, magnitude.dtype.type(1e-6), out=magnitude)
    np.log10(magnitude, out=magnitude)
    magnitude *= 20
    return magnitude


def phase_angle(spectrum: NDArray[Any], *, floor: float = 1e-6) -> NDArray[Any]:
    """Where each wave has its crest: the angle of F in radians, -pi..pi.

    A wave that is not there has no phase, only the phase of rounding errors: where |F| is below
    `floor` times the largest |F|, the result is not-a-number and is drawn as a gap.

    Parameters
    ----------
    spectrum : complex array, half or full, any shape.
    floor : float >= 0, relative to the largest magnitude. 0 keeps every angle.
    """
    angle = np.angle(spectrum).astype(spectrum.real.dtype, copy=False)
    magnitude = np.abs(spectrum)
    angle[magnitude < floor * magnitude.max(initial=0.0)] = np.nan
    return angle


def frequency_radius(*, height: int, width: int, half: bool = True) -> NDArray[np.float32]:
    """Frequency of each wave: how many of its periods fit into the longer side of the picture.

    D[v, u] = max(H, W) * sqrt((v / H)**2 + (u / W)**2). This is a length in the picture, so all
    waves of one D have the same period, max(H, W) / D pixels, in whatever direction they run. In
    a square picture D is the distance in the spectrum; in others, waves of one D form the ellipse
    of `radius_axes`.

    Returns
    -------
    float32 [shape=(H, W // 2 + 1)], or for `half=False` the centred [shape=(H, W)].
    """
    v, u = _frequencies(height, width)
    radius: NDArray[np.float32] = np.sqrt(v[:, None] ** 2 + u**2).astype(np.float32)
    return radius if half else full_spectrum(radius, width=width)


def radius_axes(*, height: int, width: int, radius: float) -> tuple[float, float]:
    """Half the height and half the width, in cells of the full spectrum, of the ellipse D = radius.

    To draw a cut-off over the centred spectrum, around the cell [H // 2, W // 2].
    """
    longer = max(height, width)
    return radius * height / longer, radius * width / longer


def row_profile(pixels: NDArray[Any], *, row: int) -> NDArray[Any]:
    """The pixels of one row, (W,) or (W, C): across an edge it shows the ringing of a filter."""
    if not 0 <= row < pixels.shape[0]:
        raise ValueError(f"no row {row} in a picture of {pixels.shape[0]} rows")
    return pixels[row].copy()


def strongest_edge(plane: NDArray[Any]) -> tuple[int, int]:
    """(row, column) of the largest jump between neighbours of one row, a place to see ringing.

    `column` is the left one of the two pixels; of equal jumps, the first in reading order.
    """
    if plane.ndim != 2 or plane.shape[1] < 2:
        raise ValueError(f"expected (H, W) with at least two columns, not the shape {plane.shape}")
    jump = np.abs(np.diff(plane.astype(np.float32), axis=1))
    row, column = divmod(int(jump.argmax()), jump.shape[1])
    return row, column


def signed_difference(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    """`a - b` with its sign, in floats: what a filter took away, or what two pictures differ in.

    float64 if one of the two is float64, otherwise float32. (In uint8 the difference would wrap.)
    """
    check_same_shape(a, b)
    real = np.float64 if np.float64 in (a.dtype, b.dtype) else np.float32
    difference: NDArray[Any] = np.subtract(a, b, dtype=real, order="C")
    return difference


# ---------------------------------------------------------------- filters


def transfer_function(
    *,
    height: int,
    width: int,
    kind: str = "low",
    shape: str = "ideal",
    cutoff: float,
    cutoff_high: float | None = None,
    order: int = 2,
) -> NDArray[np.float32]:
    """How much of each wave a filter lets through: a mask of 0..1 over the half spectrum.

    With the frequency D of `frequency_radius` and the cut-off D0, a low-pass is

        ideal        1 for D <= D0, else 0: keeps exactly, and rings along edges
        gaussian     exp(-D**2 / (2 D0**2)): 0.607 at the cut-off, no ringing (as long as the
                     cut-off is well below the fastest wave of the grid, max(H, W) / 2)
        butterworth  1 / (1 + (D / D0)**(2 order)): 0.5 at the cut-off, between the two

    and from it high = 1 - low(cutoff), and band = low(cutoff_high) - low(cutoff). Therefore the
    low-pass, the band and the high-pass above it add up to the original picture, in every shape.

    Parameters
    ----------
    height, width : int, of the picture.
    kind : "low", "high" or "band".
    shape : "ideal", "gaussian" or "butterworth".
    cutoff : float >= 0, in waves per longer side. 0 as a low-pass keeps only the mean.
    cutoff_high : float >= cutoff, upper end of a band; only for `kind="band"`.
    order : int >= 1, steepness of a Butterworth filter.

    Returns
    -------
    float32 [shape=(H, W // 2 + 1)].

    References
    ----------
    Gonzalez & Woods, 4th ed., sections 4.8 to 4.10. (For the band they give a difference of
    low-passes, as here, for the ideal shape, and own formulas of similar form for the others.)
    """
    options: dict[str, Any] = {"height": height, "width": width, "shape": shape, "order": order}
    if kind == "low":
        return low_pass_mask(cutoff=cutoff, **options)
    if kind == "high":
        low = low_pass_mask(cutoff=cutoff, **options)
        np.subtract(np.float32(1), low, out=low)
        return low
    if kind != "band":
        raise ValueError(f"kind must be 'low', 'high' or 'band', not {kind!r}")
    if cutoff_high is None or cutoff_high < cutoff:
        raise ValueError(f"cutoff_high must be at least cutoff = {cutoff}, not {cutoff_high}")
    band = low_pass_mask(cutoff=cutoff_high, **options)
    band -= low_pass_mask(cutoff=cutoff, **options)
    return band


def low_pass_mask(
    *, height: int, width: int, shape: str, cutoff: float, order: int
) -> NDArray[np.float32]:
    """The three low-pass filters of `transfer_function`, where they are defined."""
    if not cutoff >= 0:
        raise ValueError(f"cutoff must be 0 or more waves, not {cutoff}")
    v, u = _frequencies(height, width)
    mask = np.zeros((height, len(u)), np.float32)
    if cutoff < 1e-6:  # the slowest wave has D >= 1, a million times as fast: only the mean is left
        mask[0, 0] = 1
    elif shape == "ideal":
        inside = np.count_nonzero(u <= cutoff)  # the columns beyond are zero already
        mask[:, :inside] = v[:, None] ** 2 + u[:inside] ** 2 <= cutoff**2
    elif shape == "gaussian":
        # exp(-(v² + u²)) = exp(-v²) exp(-u²): two lines instead of a plane of exponentials. Below
        # 1e-12 a wave adds nothing that float32 can see; as exact zeros such columns cost nothing.
        down = np.exp(-(v**2) / (2 * cutoff**2))
        across = np.exp(-(u**2) / (2 * cutoff**2))
        inside = np.count_nonzero(across >= 1e-12)
        down[down < 1e-12] = 0
        np.multiply(
            down.astype(np.float32)[:, None],
            across[:inside].astype(np.float32),
            out=mask[:, :inside],
        )
    elif shape == "butterworth":
        if order < 1:
            raise ValueError(f"order must be at least 1, not {order}")
        upper = height // 2 + 1  # v and -v have equal values: compute one, copy to the other
        ratio = (v[:upper, None] / cutoff) ** 2 + (u / cutoff) ** 2
        with np.errstate(over="ignore"):  # infinity is right: 1 / (1 + infinity) is 0
            mask[:upper] = 1 / (1 + ratio.astype(np.float32) ** order)
        mask[upper:] = mask[1 : (height + 1) // 2][::-1]
    else:
        raise ValueError(f"shape must be 'ideal', 'gaussian' or 'butterworth', not {shape!r}")
    return mask


def mask_from_strokes(
    *, height: int, width: int, strokes: tuple[tuple[int, ...], ...], keep: int = 1
) -> NDArray[np.float32]:
    """A mask painted by hand on the centred full spectrum.

    A real picture needs opposite waves (v, u) and (-v, -u) treated alike, so every stroke also
    paints its mirror image through the centre.

    Parameters
    ----------
    height, width : int, of the picture and of the full spectrum.
    strokes : tuple of strokes (radius, value, x0, y0, x1, y1, ...), whole numbers: a line with
        round ends through the points (x, y), column and row of the full spectrum, covering all
        cells at most `radius` away from it; value 0 removes, 1 keeps; later strokes win. Parts
        outside the spectrum are ignored.
    keep : 0 or 1, the mask before the first stroke.

    Returns
    -------
    float32 [shape=(H, W // 2 + 1)], of zeros and ones.

    Raises
    ------
    UserError : more than `MAX_PAINTED_CELLS` would have to be visited.
    """
    full = np.full((height, width), np.float32(bool(keep)))
    visited = 0
    for radius, value, *points in strokes:
        if len(points) < 2 or len(points) % 2 or radius < 0:
            raise ValueError(f"not a stroke: {(radius, value, *points)}")
        corners = list(zip(points[::2], points[1::2], strict=True))
        for (x0, y0), (x1, y1) in zip(corners, corners[1:] or corners, strict=False):
            left, right = max(0, min(x0, x1) - radius), min(width - 1, max(x0, x1) + radius)
            top, bottom = max(0, min(y0, y1) - radius), min(height - 1, max(y0, y1) + radius)
            visited += max(0, bottom + 1 - top) * max(0, right + 1 - left)
            if visited > MAX_PAINTED_CELLS:
                raise UserError(
                    N_("This painting has too many strokes to be computed. Remove some of them.")
                )
            y, x = np.arange(top, bottom + 1.0)[:, None], np.arange(left, right + 1.0)
            # Squared distance of each cell to the segment, times the segment's squared length: to its
            # first end, to its last end, or across. Whole numbers, so a cell at exactly `radius` counts.
            dx, dy = x1 - x0, y1 - y0
            length = max(1, dx * dx + dy * dy)
            along = (x - x0) * dx + (y - y0) * dy
            first = ((x - x0) ** 2 + (y - y0) ** 2) * length
            last = ((x - x1) ** 2 + (y - y1) ** 2) * length
            across = ((x - x0) * dy - (y - y0) * dx) ** 2
            apart = np.where(along <= 0, first, np.where(along >= length, last, across))
            inside = apart <= radius**2 * length
            rows, columns = np.nonzero(inside)
            rows, columns = rows + top, columns + left
            full[rows, columns] = bool(value)
            # The opposite wave. For an even size the first row is its own opposite: modulo.
            full[(2 * (height // 2) - rows) % height, (2 * (width // 2) - columns) % width] = bool(
                value
            )
    return np.ascontiguousarray(np.fft.ifftshift(full)[:, : width // 2 + 1])


# ---------------------------------------------------------------- energy


def energy_kept(
    half: NDArray[Any], mask: NDArray[Any], *, width: int, without_mean: bool = False
) -> float:
    """Share of a picture's energy that passes a mask, 0..1.

    Energy is the sum of the squared pixels; by Parseval's theorem it is also
    sum |F|**2 / (H W), so no picture has to be computed. The mean alone is usually most of it:
    without it, the rest is the contrast (the variance of the pixels). All channels together.

    Parameters
    ----------
    half : half spectrum (H, W // 2 + 1[, C]).
    mask : array [shape=(H, W // 2 + 1)].
    width : int, W.
    without_mean : leave the wave (0, 0) out of both sums.

    Returns
    -------
    float. 1.0 for a picture with no energy at all: nothing was lost.
    """
    _check_mask(half, mask)
    power = _power(half)
    floor = ROUNDING * float(power[0, 0])
    if without_mean:
        power[0, 0] = 0
    total = _plane_sum(power, width)
    if total <= floor:
        return 1.0
    power *= mask
    power *= mask
    return _plane_sum(power, width) / total


def total_energy(half: NDArray[Any], *, width: int) -> float:
    """Sum of all squared pixels of all channels, from the spectrum (Parseval's theorem)."""
    _check_width(half, width)
    return _plane_sum(_power(half), width) / (half.shape[0] * width)


def wave_count(*, height: int, width: int) -> int:
    """Number of real waves in a picture: a wave and its opposite count as one, the mean as one."""
    return int(np.count_nonzero(_pair_weights(height, width)))


def strongest_waves(
    half: NDArray[Any], *, count: int, width: int, without_mean: bool = False
) -> NDArray[np.float32]:
    """The mask that keeps the `count` waves with the most energy: as few numbers, as much picture.

    A wave and its opposite are one real wave and are kept together. Of waves with equal energy,
    the first in the order of the half spectrum wins. All channels keep the same waves.

    Parameters
    ----------
    half : half spectrum (H, W // 2 + 1[, C]).
    count : int >= 0; more than `wave_count` keeps all.
    width : int, W.
    without_mean : the mean is kept and not counted.

    Returns
    -------
    float32 [shape=(H, W // 2 + 1)], of zeros and ones.
    """
    _check_width(half, width)
    score = _power(half) * _pair_weights(half.shape[0], width)
    if without_mean:
        score[0, 0] = np.inf
    return _best_waves(score, count=count + without_mean, width=width)


def coarsest_waves(*, height: int, width: int, count: int) -> NDArray[np.float32]:
    """The mask that keeps the `count` waves of the lowest frequency beside the mean.

    A wave and its opposite are one; of equal frequencies the first in the half spectrum wins.

    Parameters
    ----------
    height, width : int, of the picture. count : int >= 0.
    """
    score = 1 / (1 + frequency_radius(height=height, width=width))
    return _best_waves(score, count=count + 1, width=width)


def _best_waves(score: NDArray[Any], *, count: int, width: int) -> NDArray[np.float32]:
    """The mask of the `count` waves with the highest score (0 or more), opposite waves as one."""
    if count < 0:
        raise ValueError(f"count must be 0 or more waves, not {count}")
    height = score.shape[0]
    weights = _pair_weights(height, width)
    if count >= np.count_nonzero(weights):
        return np.ones(weights.shape, np.float32)
    mask = np.zeros(weights.shape, np.float32)
    if count == 0:
        return mask
    # -1 for the doubles, so that they rank below waves of score 0.
    ranked = np.where(weights > 0, score, -1).ravel()
    threshold = np.partition(ranked, ranked.size - count)[ranked.size - count]
    better = ranked > threshold
    ties = np.flatnonzero(ranked == threshold)[: count - np.count_nonzero(better)]
    flat = mask.reshape(-1)
    flat[better] = 1
    flat[ties] = 1
    # Give the doubles in the self-opposite columns what their partners have.
    for column in _self_opposite_columns(width):
        mask[height // 2 + 1 :, column] = mask[1 : (height + 1) // 2, column][::-1]
    return mask


def share_of_waves(mask: NDArray[Any], *, width: int) -> float:
    """The share of all waves that a mask of zeros and ones keeps, 0..1."""
    return float(full_spectrum(mask, width=width).mean(dtype=np.float64))


def energy_curve(
    half: NDArray[Any], *, width: int, without_mean: bool = False
) -> NDArray[np.float64]:
    """Share of the energy in the k strongest waves, for k = 1, 2, 4, 8, ... and all.

    Parameters
    ----------
    half : half spectrum (H, W // 2 + 1[, C]).
    width : int, W.
    without_mean : the mean counts as no wave and no energy.

    Returns
    -------
    float64 [shape=(n, 2)]: k and the share 0..1 of the energy. Rises, and ever more slowly.
    """
    _check_width(half, width)
    weights = _pair_weights(half.shape[0], width)
    power = _power(half) * weights
    floor = ROUNDING * float(power[0, 0])
    if without_mean:
        weights[0, 0] = 0
        power[0, 0] = 0
    energy = np.sort(power[weights > 0])[::-1]
    if energy.size == 0:
        return np.empty((0, 2))
    steps = 2 ** np.arange(int(energy.size).bit_length())
    counts = np.unique(np.append(steps[steps <= energy.size], energy.size))
    cumulated = np.cumsum(energy, dtype=np.float64)
    total = cumulated[-1]
    share = cumulated[counts - 1] / total if total > floor else np.ones(len(counts))
    return np.column_stack((counts.astype(np.float64), share))


# ---------------------------------------------------------------- magnitude and phase, one wave


def swap_phase(half_a: NDArray[Any], half_b: NDArray[Any]) -> NDArray[Any]:
    """The strengths of the waves of A at the places of the waves of B: |A| exp(i angle(B)).

    The picture looks like B: edges are where waves agree in phase. Where B has no wave, the
    phase is taken as 0.

    Parameters
    ----------
    half_a, half_b : half spectra of two pictures of one shape.

    References
    ----------
    A. V. Oppenheim, J. S. Lim: The importance of phase in signals. Proc. IEEE 69 (1981).
    """
    check_same_shape(half_a, half_b)
    strength = np.abs(half_b)
    absent = strength == 0
    strength[absent] = 1
    swapped: NDArray[Any] = half_b / strength
    swapped[absent] = 1
    swapped *= np.abs(half_a)
    return swapped


def wave_facts(
    half: NDArray[Any], *, u: int, v: int, width: int, channel: int = 0
) -> tuple[float, float, float, float]:
    """One wave in words: amplitude, period, direction, phase.

    The wave is `amplitude * cos(2 pi (u x / W + v y / H) + phase)`, x the column, y the row.

    Parameters
    ----------
    half : half spectrum (H, W // 2 + 1[, C]).
    u : int, -W // 2..W // 2, waves across the picture. v : int, -H // 2..H // 2, waves down.
    width : int, W.
    channel : int, for a spectrum with channels.

    Returns
    -------
    amplitude : half the distance from trough to crest, in the units of the pixels.
    period : distance from crest to crest in pixels (infinite for the mean).
    orientation : direction across the stripes in degrees, 0 <= d < 180, counter-clockwise from
        "to the right": 0 for upright stripes, 90 for lying ones (0 for the mean).
    phase : radians, -pi..pi.
    """
    _check_width(half, width)
    height = half.shape[0]
    _check_wave(height, width, u, v)
    plane = half if half.ndim == 2 else half[..., channel]
    coefficient = complex(plane[v % height, u] if u >= 0 else plane[-v % height, -u].conj())
    # Opposite waves add up to one cosine of twice the size; the mean, and the waves of period 2,
    # have no opposite.
    alone = 2 * u % width == 0 and 2 * v % height == 0
    amplitude = abs(coefficient) * (1 if alone else 2) / (height * width)
    frequency = float(np.hypot(u / width, v / height))
    period = 1 / frequency if frequency else float("inf")
    # y counts downwards and angles upwards, hence the minus.
    orientation = float(np.degrees(np.arctan2(-v / height, u / width))) % 180 if frequency else 0.0
    phase = float(np.angle(coefficient))
    return amplitude, period, 0.0 if orientation == 180 else orientation, phase


def single_wave(half: NDArray[Any], *, u: int, v: int, width: int) -> NDArray[Any]:
    """The picture of one wave alone, (H, W[, C]): one term of the sum that is the picture.

    Parameters as in `wave_facts`. The sum over all waves is the picture.
    """
    _check_width(half, width)
    height = half.shape[0]
    _check_wave(height, width, u, v)
    planes = half[..., None] if half.ndim == 2 else half
    real = half.real.dtype
    pixels = np.empty((height, width, planes.shape[2]), real)
    # cos(a + b) = cos a cos b - sin a sin b: one line down and one line across are enough.
    down = 2 * np.pi * (v * np.arange(height) % height) / height
    across = 2 * np.pi * (u * np.arange(width) % width) / width
    for c in range(planes.shape[2]):
        amplitude, _, _, phase = wave_facts(half, u=u, v=v, width=width, channel=c)
        even = np.outer(np.cos(down), amplitude * np.cos(across + phase))
        even -= np.outer(np.sin(down), amplitude * np.sin(across + phase))
        pixels[..., c] = even
    return pixels.reshape(height, width, *half.shape[2:])


# ---------------------------------------------------------------- shared steps


def _frequencies(height: int, width: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Frequencies of the rows and columns of the half spectrum, in waves per longer side."""
    if height < 1 or width < 1:
        raise ValueError(f"expected at least 1 x 1 pixel, not {height} x {width}")
    longer = max(height, width)
    # Multiply first: whole numbers of waves stay whole, and `<= cutoff` is exact for them.
    v = np.fft.ifftshift(np.arange(height) - height // 2) * longer / height
    return v, np.arange(width // 2 + 1) * longer / width


def _self_opposite_columns(width: int) -> tuple[int, ...]:
    """The columns of the half plane that hold both a wave and its opposite: u = 0, and W / 2."""
    return (0,) if width % 2 or width == 0 else (0, width // 2)


def _pair_weights(height: int, width: int) -> NDArray[np.float32]:
    """How many waves of the full plane each cell of the half plane stands for, each pair once.

    2 for a pair of opposite waves, 1 for a wave that is its own opposite, 0 for the second of a
    pair that the half plane holds twice.
    """
    weights = np.full((height, width // 2 + 1), 2, np.float32)
    for column in _self_opposite_columns(width):
        weights[0, column] = 1
        if height % 2 == 0:
            weights[height // 2, column] = 1
        weights[height // 2 + 1 :, column] = 0
    return weights


def _power(half: NDArray[Any]) -> NDArray[Any]:
    """|F|**2 summed over the channels, (H, W // 2 + 1)."""
    power: NDArray[Any] = half.real**2 + half.imag**2
    return power if half.ndim == 2 else power.sum(axis=2)


def _plane_sum(power: NDArray[Any], width: int) -> float:
    """Sum over the full plane from its half, in float64: columns twice, self-opposite once."""
    columns = power.sum(axis=0, dtype=np.float64)
    own = columns[list(_self_opposite_columns(width))]
    return float(2 * columns.sum() - own.sum())


def _check_width(half: NDArray[Any], width: int) -> None:
    if half.ndim not in (2, 3) or half.shape[1] != width // 2 + 1:
        raise ValueError(f"a picture {width} wide has no half spectrum of the shape {half.shape}")


def _check_mask(half: NDArray[Any], mask: NDArray[Any]) -> None:
    if mask.shape != half.shape[:2]:
        raise ValueError(f"the mask {mask.shape} does not fit the spectrum {half.shape}")


def _check_wave(height: int, width: int, u: int, v: int) -> None:
    if abs(u) > width // 2 or abs(v) > height // 2:
        raise ValueError(f"no wave ({u}, {v}) in a picture of {height} x {width} pixels")
