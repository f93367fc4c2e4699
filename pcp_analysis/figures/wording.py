"""Figures and dates as a Board speaks of them: the one place where numbers are rounded and become words."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Context, Decimal

from pcp_analysis.figures.figure import Figure
from pcp_analysis.loaders.disclosure import SUPPRESSED

MINUS = "\N{MINUS SIGN}"
NOT_HELD = "not held"
# Written out, since strftime follows the locale of the machine.
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
# A float has up to 309 digits before its point; decimal's usual 28 would refuse the larger ones.
_WIDE = Context(prec=400)
_PLACES = {"count": 0, "percent": 1, "points": 1, "per_1000": 1, "pounds": 0, "rank": 0, "direction": 0}
_SUFFIX = {"count": "", "percent": "%", "per_1000": " per 1,000", "rank": "", "pounds": "", "direction": ""}


def number(value: float, *, places: int, signed: bool = False, exact: bool = False) -> str:
    """*value* rounded half up to *places*, with thousands separators and a true minus sign.

    *exact* keeps a printed figure as it was printed: 84 stays ``84``, and is never dressed up as ``84.0``.

    >>> number(2512.0, places=0), number(-1.25, places=1, signed=True), number(84.0, places=1, exact=True)
    ('2,512', '−1.3', '84')
    """
    decimal = Decimal(repr(float(value)))
    rounded = decimal.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_WIDE)
    if exact:
        rounded = (
            decimal.quantize(Decimal(1), context=_WIDE)
            if decimal == decimal.to_integral_value()
            else decimal.normalize()
        )
    if rounded == 0:
        rounded = rounded.copy_abs()
    sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
    return f"{sign}{rounded.copy_abs():,}"


def _with_unit(figure: Figure, amount: float, *, signed: bool) -> str:
    return _unit(figure, number(amount, places=_PLACES[figure.unit], signed=signed, exact=figure.basis == "quoted"))


def _unit(figure: Figure, printed: str) -> str:
    """A printed number with the unit of its figure."""
    if figure.unit == "direction":
        return f"said to {'be unchanged' if not figure.value else 'have risen' if figure.value > 0 else 'have fallen'}"
    if figure.unit == "points":
        return f"{printed} point" if printed.lstrip(f"+{MINUS}") in {"1", "1.0"} else f"{printed} points"
    if figure.unit == "pounds":
        return f"£{printed}"
    return f"{printed}{_SUFFIX[figure.unit]}"


def value(figure: Figure) -> str:
    """The figure with its unit, and with its sign where it is a change: ``2,512``, ``−5.2%``, ``+2 points``."""
    return _absent(figure) if figure.value is None else _with_unit(figure, figure.value, signed=figure.signed)


def _absent(figure: Figure) -> str:
    """What stands for a number that is not there: that it is not held, or that it was suppressed."""
    return SUPPRESSED if figure.suppressed else NOT_HELD


def size(figure: Figure) -> str:
    """The figure without its sign, for a sentence whose verb says the direction: ``fell by 5.2%``."""
    return _absent(figure) if figure.value is None else _with_unit(figure, abs(figure.value), signed=False)


def interval(figure: Figure) -> str:
    """The interval of the figure, ``82.9% to 84.9%``; empty where it has none."""
    if figure.low is None or figure.high is None:
        return ""
    low, high = (_bound(figure, each) for each in (figure.low, figure.high))
    unit = " points" if figure.unit == "points" else _SUFFIX[figure.unit]
    return f"{low}{unit if unit == '%' else ''} to {high}{unit}"


def _bound(figure: Figure, amount: float) -> str:
    """A bound of an interval. One that is near nought keeps its side of it: −0.04 is never printed as 0.0."""
    places = _PLACES[figure.unit]
    if figure.signed and amount:
        places = next(
            (each for each in range(places, places + 3) if _says_something(number(amount, places=each))), places
        )
    return number(amount, places=places, signed=figure.signed)


def about(figure: Figure) -> str:
    """A projected figure without the digits that it cannot bear: a count to three of them, a chance in whole per cent."""
    return _absent(figure) if figure.value is None else _about(figure, figure.value)


def about_interval(figure: Figure) -> str:
    """The interval of a projected figure, rounded likewise: ``163,000 to 179,000``; empty where it has none."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{_about(figure, figure.low)} to {_about(figure, figure.high)}"


def _about(figure: Figure, amount: float) -> str:
    if figure.unit != "count":
        return _unit(figure, number(amount, places=0, signed=figure.signed))
    exact = Decimal(repr(float(amount)))
    step = max(0, exact.adjusted() - 2)
    return number(
        float(exact.quantize(Decimal(1).scaleb(step), rounding=ROUND_HALF_UP, context=_WIDE)),
        places=0,
        signed=figure.signed,
    )


def odds(figure: Figure) -> str:
    """A chance as people say it, by the nearest of halves, thirds, quarters, fifths, sixths and tenths: ``about 4 in 5``."""
    chance = figure.number / 100
    if chance < 0.05 or chance >= 0.95:
        return "almost none" if chance < 0.05 else "almost certain"
    said = [(of, out) for out in (2, 3, 4, 5, 6, 10) for of in range(1, out)]
    of, out = min(said, key=lambda each: (round(abs(each[0] / each[1] - chance), 9), each[1]))
    return f"about {of} in {out}"


def part(figure: Figure, part_value: float | None) -> str:
    """The numerator or the denominator of a figure: a count, or a percentage where the figure is in points."""
    if part_value is None:
        return NOT_HELD
    return number(part_value, places=1, exact=True) + "%" if figure.unit == "points" else number(part_value, places=0)


def _says_something(printed: str) -> bool:
    """Whether a printed number is another one than nought."""
    return any(digit in printed for digit in "123456789")


def verb(figure: Figure) -> str:
    """``rose``, ``fell`` or ``is unchanged``, from the figure as it is printed."""
    if figure.value is None:
        return _absent(figure)
    if not _says_something(number(figure.value, places=_PLACES[figure.unit], exact=figure.basis == "quoted")):
        return "is unchanged"
    return "rose" if figure.value > 0 else "fell"


def day(date: dt.date) -> str:
    """A date in words: ``11 September 2014``."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def month(text: str) -> str:
    """A month in words: ``2014-12`` is ``December 2014``."""
    year, number_ = text.split("-")
    return f"{MONTHS[int(number_) - 1]} {year}"


def date_words(iso: str) -> str:
    """A date that is written ``2014-12-01``, in words."""
    return day(dt.date.fromisoformat(iso))


def listed(words: list[str]) -> str:
    """Words as a list in a sentence: ``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def count_word(count: int) -> str:
    """A small count as a word, for a sentence: ``three``."""
    words = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[count] if count < len(words) else str(count)
