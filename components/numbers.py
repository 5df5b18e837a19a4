"""Numbers as people write them."""

from __future__ import annotations

import math

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def plain(value: float, digits: int = 4) -> str:
    """A number without an exponent in computer notation: 12,345; 0.25; 0.000048; 3.1 · 10⁻¹².

    digits : how many are shown of a number that is neither very large nor very small.
    """
    size = abs(value)
    if not math.isfinite(value):
        return "∞" if size == math.inf else "–"
    if size >= 1e15:
        return _with_power(value)
    if size >= 10 ** (digits - 1):
        return f"{value:,.0f}"
    if size >= 1e-4 or value == 0:
        return f"{value:.{digits}g}"
    if size >= 1e-7:
        return f"{value:.8f}".rstrip("0")
    return _with_power(value)


def _with_power(value: float) -> str:
    return raised(f"{value:.1e}")


def raised(written: str) -> str:
    """A number in computer notation as people write it: "1.5e-08" becomes 1.5 · 10⁻⁸."""
    mantissa, e, power = written.partition("e")
    return f"{mantissa} · 10{str(int(power)).translate(RAISED)}" if e else mantissa
