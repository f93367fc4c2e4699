"""What a count, a number and a level of confidence must be; each rule raises ValueError naming value and rule."""

from __future__ import annotations

from math import isfinite
from numbers import Real


def number(value: float, name: str) -> float:
    """*value* as a float; ValueError where it is no finite number."""
    if not isinstance(value, Real) or not isfinite(value):
        raise ValueError(f"{name} is {value!r}: it must be a finite number")
    return float(value)


def positive(value: float, name: str) -> float:
    """*value* as a float; ValueError where it is not above zero."""
    if number(value, name) <= 0:
        raise ValueError(f"{name} is {value!r}: it must be above zero")
    return float(value)


def count(value: float, name: str) -> int:
    """*value* as an int; ValueError where it is negative or no whole number (39.0 is one, 39.5 is not)."""
    if number(value, name) < 0:
        raise ValueError(f"{name} is {value!r}: a count is never negative")
    if float(value) != int(value):
        raise ValueError(f"{name} is {value!r}: a count is a whole number")
    return int(value)


def level(confidence: float) -> float:
    """*confidence* as a float; ValueError where it is not strictly between 0 and 1 (0.95, not 95)."""
    if not 0 < number(confidence, "confidence") < 1:
        raise ValueError(f"confidence is {confidence!r}: it must lie between 0 and 1, for instance 0.95")
    return float(confidence)
