"""Periods as they are written: each read by a declared format, as the number of the month in which it ends."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

GRAINS = {"month": 1, "quarter": 3, "year": 12}
_NAMES = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
          "december"]  # fmt: skip
# What a format may hold, beside plain text: %F is a financial year as 2017/18, %Q a quarter of it, April to June first.
_DIRECTIVES = {
    "Y": r"[0-9]{4}",
    "y": r"[0-9]{2}",
    "m": r"0?[1-9]|1[0-2]",
    "b": "|".join(name[:3] for name in _NAMES),
    "B": "|".join(_NAMES),
    "d": r"[0-3]?[0-9]",
    "H": r"[0-9]{1,2}",
    "M": r"[0-9]{2}",
    "S": r"[0-9]{2}",
    "F": r"[0-9]{4}[/-](?:[0-9]{2}){1,2}",
    "Q": r"[1-4]",
}
_FOOTNOTE = r"(?:\s*[0-9]{1,2}(?:,\s*[0-9]{1,2})*)?"


@dataclass(frozen=True)
class Writing:
    """How a release writes its periods: the formats, the grain, the month in which a year that is written as such ends.

    The periods are of *events*, whose days lie anywhere in them, or of counts, whose days are their last. With
    *footnotes* the number of a footnote may follow a part.
    """

    forms: tuple[str, ...]
    grain: str = "month"
    year_ends: int = 12
    events: bool = False
    footnotes: bool = False


@cache
def form(written: str, footnotes: bool = False) -> tuple[re.Pattern[str], list[str]] | None:
    """The pattern of a format such as ``%d/%m/%Y`` and its letters; None where it holds a directive that is unknown, or names no month.

    With *footnotes* the number of a footnote may follow a part.
    """
    letters = re.findall(r"%(.)", written)
    if not set(letters) <= set(_DIRECTIVES) or not ({"Y", "y"} & set(letters) or "F" in letters):
        return None
    pattern = "".join(
        f"({_DIRECTIVES[part[1]]})" if part.startswith("%") else re.sub(r"(\\ )+", r"\\s+", re.escape(part))
        for part in re.split(r"(%.)", written)
    )
    if footnotes:
        pattern = pattern.replace(r"\s+/\s+", rf"{_FOOTNOTE}\s*/\s*") + _FOOTNOTE
    return re.compile(pattern, re.ASCII | re.IGNORECASE), letters


def month_of(text: str, writing: Writing) -> int | None:
    """The month, counted from the year nought, in which the period *text* ends; None where no format reads it.

    A day is the last of its month, or the first where a period is a month, unless it is an event's. Two dates in one
    format are a period's beginning and end.

    >>> divmod(month_of("Apr '07 to Mar '08", Writing(("%b '%y to %b '%y",), "year")), 12)
    (2008, 2)
    >>> month_of("30-12-2017", Writing(("%d-%m-%Y",), "year"))
    """
    for each in writing.forms:
        pattern, letters = form(each, writing.footnotes) or (None, [])
        if pattern and (found := pattern.fullmatch(text)):
            month = _month(list(zip(letters, found.groups(), strict=True)), writing)
            if month is not None:
                return month
    return None


def months_in(title: str, written: Iterable[str]) -> list[int]:
    """The months that a title names in the first of the formats that finds any: ``year ending %B %Y``."""
    for each in written:
        pattern, letters = form(each) or (None, [])
        found = pattern.finditer(title) if pattern else ()
        months = [_month(list(zip(letters, match.groups(), strict=True)), Writing((each,))) for match in found]
        if known := [month for month in months if month is not None]:
            return known
    return []


def _month(parts: list[tuple[str, str]], writing: Writing) -> int | None:
    first, last, months = dict(reversed(parts)), dict(parts), GRAINS[writing.grain]
    end, start = _one(last, writing), _one(first, writing)
    if end is None or start is None or (first != last and end - start + 1 != months):
        return None
    return end + (-(end + 1)) % months if writing.events else end


def _one(parts: dict[str, str], writing: Writing) -> int | None:
    if "F" in parts:
        year = int(parts["F"][:4])
        if int(parts["F"][5:]) % 100 != (year + 1) % 100:
            return None
        return year * 12 + 2 + 3 * int(parts.get("Q", 4))
    year = int(parts["Y"]) if "Y" in parts else int(parts["y"]) + (2000 if int(parts["y"]) < 69 else 1900)
    name = (parts.get("b") or parts.get("B") or "").lower()[:3]
    month = [each[:3] for each in _NAMES].index(name) + 1 if name else int(parts.get("m", writing.year_ends))
    if "d" in parts and year:
        day, length = int(parts["d"]), monthrange(year, month)[1]
        whole = day == length or (day == 1 and writing.grain == "month")
        if not 1 <= day <= length or not (writing.events or whole):
            return None
    return year * 12 + month - 1


def text_of(month: int) -> str:
    """A month as text.

    >>> text_of(2014 * 12 + 7)
    '2014-08'
    """
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def number_of(text: str) -> int:
    """The number of a month that is written 2014-08."""
    return int(text[:4]) * 12 + int(text[5:]) - 1
