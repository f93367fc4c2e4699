"""A claim as data, and what the keys of one may hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pcp_analysis.strict import value


class Unfit(ValueError):
    """A claim that its rule cannot be applied to: the key at fault, the rule that it breaks and how to mend it."""

    def __init__(self, key: str, rule: str, mend: str) -> None:
        super().__init__(f"{key} {rule}")
        self.key, self.rule, self.mend = key, rule, mend


@dataclass(frozen=True)
class ClaimKey:
    """What a key of a claim may hold: *read* gives its value; *refers* says what its names are names of."""

    read: Callable[[object], Any]
    refers: str = ""
    required: bool = True


def optional(key: ClaimKey) -> ClaimKey:
    """The same kind, for a key that a claim may leave out."""
    return replace(key, required=False)


def _row_or_number(given: object) -> str | float:
    return value.line(given) if isinstance(given, str) else value.number(given)


def _dates(given: object) -> dict[str, str]:
    """A table of paragraph and month or day, with two entries at least."""
    table = value.table(given)
    if len(table) < 2:
        raise value.Refused("holds fewer than two dates", 'Write dates = { "11" = "2014-09", "61" = "2014-10" }.')
    return {value.line(paragraph): value.month_or_day(date) for paragraph, date in table.items()}


def _months(given: object) -> tuple[str, ...]:
    return tuple(value.month(each) for each in value.some_lines(given))


def _month_count(given: object) -> float:
    number = value.number(given)
    if not (number.is_integer() and 1 <= number <= 1200):
        raise value.Refused("is no number of months", "Write a whole number, 1 or more.")
    return number


ROW = ClaimKey(value.line, "row")
ROWS = ClaimKey(value.some_lines, "row")
WHOLE = ClaimKey(_row_or_number, "row")
SHARES = ClaimKey(value.some_lines, "share")
MILESTONE = ClaimKey(value.line, "milestone")
YEAR = ClaimKey(value.matching(r"[12]\d{3}/\d{2}", "is no financial year", 'Write it as "2013/14".'))
SPAN_END = ClaimKey(
    value.matching(
        r"[12]\d{3}(/\d{2}|-(0[1-9]|1[0-2]))",
        "is neither a financial year nor a month",
        'Write "2013/14" or "2014-07".',
    )
)
DATE = ClaimKey(value.month_or_day)
DATES = ClaimKey(_dates)
MONTHS = ClaimKey(_months)
NUMBER = ClaimKey(value.number)
MONTH_COUNT = ClaimKey(_month_count)
LINE = ClaimKey(value.line)
LINES = ClaimKey(value.some_lines)
BEST = ClaimKey(value.one_of(("lowest", "highest"), "record"))
DIRECTION = ClaimKey(value.one_of(("lower", "higher"), "direction"))


@dataclass(frozen=True)
class Claim:
    """A claim as data: *about* holds what its rule asks for. *where* is its place in a file, empty where it follows
    from a row of the paper, and *lines* are those of its keys there, with its own under "". *needs* says what it would
    take to check it.
    """

    id: str
    rule: str
    paragraph: str
    quote: str
    about: Mapping[str, Any] = field(default_factory=dict)
    needs: str = ""
    note: str = ""
    where: str = ""
    lines: Mapping[str, int | None] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:
        return self.about[key]

    def __contains__(self, key: str) -> bool:
        return key in self.about
