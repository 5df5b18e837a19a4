"""Numbers of few bits: sign, exponent, fraction, and what rounding does to a value.

IEEE 754-2019 (float32, float16); Google's bfloat16; P. Micikevicius and others, "FP8 formats for deep
learning", 2022 (E4M3 and E5M2). Reference implementations: NumPy's float16 and float32, PyTorch's
bfloat16, float8_e4m3fn and float8_e5m2. The value of a pattern with exponent field e > 0 and
fraction field f is (-1)^s * 2^(e - bias) * (1 + f / 2^n); with e = 0, (-1)^s * 2^(1 - bias) * f / 2^n.
"""

from __future__ import annotations

import math
import re

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, UserError

#: Bits of the exponent and of the fraction.
FORMATS = {
    "float32": (8, 23),
    "float16": (5, 10),
    "bfloat16": (8, 7),
    "float8 E4M3": (4, 3),
    "float8 E5M2": (5, 2),
}
#: It has no infinity: its greatest exponent holds numbers, but for one pattern, which is "not a number",
#: and what is too large becomes the greatest number.
NO_INFINITY = "float8 E4M3"
MOST_TYPED = 1e300


def typed_number(*, text: str) -> float:
    """The number that somebody typed: 0.1, -3, 1e-8, 6,5 with a comma.

    Raises
    ------
    UserError : it is none, or beyond 1e300.
    """
    flat = text.strip().replace(",", ".").replace("−", "-")
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,4})?", flat):
        raise UserError(N_("Type a number, such as 0.1, -3 or 1e-8."))
    value = float(flat)
    if abs(value) > MOST_TYPED:
        raise UserError(N_("Type a number between -1e300 and 1e300."))
    return value


def size_of(form: str) -> int:
    """Bits of a number."""
    exponent, fraction = FORMATS[form]
    return 1 + exponent + fraction


def bias_of(form: str) -> int:
    """What is taken off the exponent field."""
    return int(2 ** (FORMATS[form][0] - 1) - 1)


def greatest(form: str) -> float:
    """The greatest number."""
    exponent, fraction = FORMATS[form]
    if form == NO_INFINITY:
        return float(2.0 ** (2**exponent - 1 - bias_of(form)) * (2 - 2 * 2.0**-fraction))
    return float(2.0 ** (2**exponent - 2 - bias_of(form)) * (2 - 2.0**-fraction))


def least_normal(form: str) -> float:
    """The least positive number with all bits of the fraction."""
    return float(2.0 ** (1 - bias_of(form)))


def least(form: str) -> float:
    """The least positive number at all."""
    return float(least_normal(form) * 2.0 ** -FORMATS[form][1])


def gap_at_one(form: str) -> float:
    """The gap from 1 to the next number (epsilon)."""
    return float(2.0 ** -FORMATS[form][1])


def unbounded(values: NDArray[np.float64], *, form: str) -> NDArray[np.float64]:
    """Values with as many digits as a format has, of whatever size: the nearest, ties to even."""
    x = np.asarray(values, np.float64)
    _mantissa, power = np.frexp(x)  # x = mantissa * 2^power, mantissa 0.5..1
    least_power = 1 - bias_of(form)
    quantum = np.ldexp(1.0, np.maximum(power - 1, least_power) - FORMATS[form][1])
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(np.rint(x / quantum) * quantum)


def rounded(values: NDArray[np.float64], *, form: str) -> NDArray[np.float64]:
    """Values as a format can hold them: the nearest number, of two equally near the even one.

    Parameters
    ----------
    values : float64 array.
    form : str, of `FORMATS`.

    Returns
    -------
    float64 array of the same shape; beyond the greatest number infinity, in E4M3 the greatest itself.
    """
    near = unbounded(values, form=form)
    beyond = np.copysign(greatest(form) if form == NO_INFINITY else np.inf, near)
    return np.where(np.abs(near) > greatest(form), beyond, near)


def pattern_of(value: float, *, form: str) -> int:
    """The bits of a value in a format, as one whole number."""
    exponent, fraction = FORMATS[form]
    near = float(rounded(np.array([value]), form=form)[0])
    sign = int(math.copysign(1, near) < 0)
    ones = 2**exponent - 1
    if math.isnan(near):
        field, rest = ones, 2**fraction - 1 if form == NO_INFINITY else 2 ** (fraction - 1)
    elif math.isinf(near):
        field, rest = ones, 0
    elif abs(near) < least_normal(form):
        field, rest = 0, round(abs(near) / least(form))
    else:
        mantissa, power = math.frexp(abs(near))
        field, rest = power - 1 + bias_of(form), round((2 * mantissa - 1) * 2**fraction)
    return sign << (exponent + fraction) | field << fraction | rest


def values_of(patterns: NDArray[np.int64], *, form: str) -> NDArray[np.float64]:
    """What patterns of bits stand for."""
    exponent, fraction = FORMATS[form]
    p = np.asarray(patterns, np.int64)
    sign = np.where(p >> (exponent + fraction) & 1, -1.0, 1.0)
    field, rest = p >> fraction & (2**exponent - 1), p & (2**fraction - 1)
    normal = np.ldexp(1 + rest / 2**fraction, field - bias_of(form))
    small = np.ldexp(rest / 2**fraction, 1 - bias_of(form))
    found = sign * np.where(field > 0, normal, small)
    ones = field == 2**exponent - 1
    if form == NO_INFINITY:
        return np.where(ones & (rest == 2**fraction - 1), np.nan, found)
    return np.where(ones, np.where(rest == 0, sign * np.inf, np.nan), found)


def bits_of(value: float, *, form: str) -> tuple[str, str, str]:
    """Sign, exponent and fraction of a value in a format, as digits 0 and 1."""
    exponent, fraction = FORMATS[form]
    digits = f"{pattern_of(value, form=form):0{1 + exponent + fraction}b}"
    return digits[0], digits[1 : 1 + exponent], digits[1 + exponent :]


def held(value: float, *, form: str) -> float:
    """The number that a format holds in place of a value."""
    return float(rounded(np.array([value]), form=form)[0])


def neighbours(value: float, *, form: str) -> tuple[float, float, float]:
    """The number that is held and the ones next to it, below and above: (below, held, above).

    Raises
    ------
    UserError : the value is beyond the range of the format, so there is no number there.
    """
    here = held(value, form=form)
    if not math.isfinite(here):
        raise UserError(N_("{form} has no number near this value."), form=form)
    pattern = pattern_of(abs(here), form=form)
    up, down = pattern + 1, pattern - 1
    above = float(values_of(np.array([up]), form=form)[0])
    below = float(values_of(np.array([down]), form=form)[0]) if pattern else -least(form)
    return (below, here, above) if here >= 0 else (-above, here, -below)


def all_bits(value: float) -> tuple[tuple[str, str, str], ...]:
    """`bits_of` a value in all formats."""
    return tuple(bits_of(value, form=form) for form in FORMATS)


def near_rows(value: float) -> tuple[tuple[str, float, float, float, float], ...]:
    """What each format holds of a value: (format, next below, held, next above, relative error).

    Where a value is beyond the range, infinity is held (in E4M3, which has none, the greatest number);
    the last number before it is its one neighbour, and the other is not a number.
    """
    rows = []
    for form in FORMATS:
        here = held(value, form=form)
        if math.isfinite(here):
            below, here, above = neighbours(value, form=form)
            error = abs(here - value) / abs(value) if value else 0.0
        else:
            above, error = math.nan, math.inf
            below = greatest(form)
            if here < 0:
                below, above = above, -below
        rows.append((form, below, here, above, error))
    return tuple(rows)


def factors_of(value: float, *, form: str) -> tuple[int, int, int, float]:
    """What the bits of a value say: (sign, exponent, bias, factor), each as a number.

    The number held is sign * 2^(exponent - bias) * factor. The factor of a normal number is 1 or more
    and below 2; in a subnormal one the exponent counts as 1, not 0, and the factor is below 1. Beyond
    the range the factor is infinite.
    """
    sign, exponent, fraction = bits_of(value, form=form)
    field, rest = int(exponent, 2), int(fraction, 2) / 2 ** len(fraction)
    factor = math.inf if math.isinf(held(value, form=form)) else rest + (field > 0)
    return (-1 if sign == "1" else 1), max(field, 1), bias_of(form), factor


def all_factors(value: float) -> tuple[tuple[int, int, int, float], ...]:
    """`factors_of` a value in all formats."""
    return tuple(factors_of(value, form=form) for form in FORMATS)


def least_power(form: str) -> int:
    """The power of two of the least number at all."""
    return round(math.log2(least(form)))


def format_table() -> tuple[tuple[str, int, float, float, float, float], ...]:
    """All formats: (name, bits, greatest, least with all bits, least, gap at 1)."""
    return tuple(
        (form, size_of(form), greatest(form), least_normal(form), least(form), gap_at_one(form))
        for form in FORMATS
    )


def gaps(*, form: str) -> NDArray[np.float64]:
    """The gap between neighbours at each power of two of a format: (2, powers), value and gap."""
    powers = np.arange(least_power(form), math.floor(math.log2(greatest(form))) + 1)
    gap = np.ldexp(1.0, np.maximum(powers, 1 - bias_of(form)) - FORMATS[form][1])
    return np.stack([np.ldexp(1.0, powers), gap])


# ------------------------------------------------------------------------------ sums


def running_sums(*, form: str, start: float, step: float, count: int) -> NDArray[np.float64]:
    """`step` added `count` times to `start`, rounded after each addition: (count + 1,)."""
    total, each = held(start, form=form), held(step, form=form)
    found = [total]
    for _turn in range(count):
        total = held(total + each, form=form)
        found.append(total)
    return np.array(found)


def pairwise_sum(*, form: str, step: float, count: int) -> float:
    """`step` added up `count` times by halves: neighbours first, then their sums, and so on."""
    parts = np.full(count, held(step, form=form))
    while len(parts) > 1:
        odd = parts[len(parts) // 2 * 2 :]
        pairs = parts[: len(parts) // 2 * 2].reshape(-1, 2).sum(axis=1)
        parts = np.concatenate([rounded(pairs, form=form), odd])
    return float(parts[0])


def stands_still(*, form: str, step: float) -> float:
    """The first power of two at which adding `step` changes nothing."""
    each = held(step, form=form)
    power = 2.0 ** math.floor(math.log2(each))
    while held(power + each, form=form) != power:
        power *= 2
    return power
