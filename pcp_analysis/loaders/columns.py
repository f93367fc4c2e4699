"""A column of a tidy table and what may stand in it, and which columns count people."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal


@dataclass(frozen=True)
class Column:
    """A column: the type of its values, whether it may be blank, its bounds (both inside) or its choices.

    *ends* says that a day must be the last of a ``month`` or a ``quarter``.
    """

    name: str
    type: Literal["text", "id", "int", "float", "date", "month"]
    blank: bool = False
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    ends: Literal["", "month", "quarter"] = ""

    def broken(self, value: Any) -> Iterator[str]:
        """The rules that a value of the column's type breaks."""
        if self.low is not None and value < self.low:
            yield f"is at least {self.low:g}"
        if self.high is not None and value > self.high:
            yield f"is at most {self.high:g}"
        if self.choices and value not in self.choices:
            yield f"is one of: {', '.join(self.choices)}"
        if self.ends and not (ends_a_quarter if self.ends == "quarter" else ends_a_month)(value):
            yield ENDS[self.ends]


ENDS = {
    "quarter": "is the last day of a quarter: 31 March, 30 June, 30 September or 31 December",
    "month": "is the last day of a month",
}


def ends_a_quarter(day: date) -> bool:
    """Whether *day* is the last of March, June, September or December."""
    return day.month % 3 == 0 and ends_a_month(day)


def ends_a_month(day: date) -> bool:
    """Whether *day* is the last of its month."""
    return day.day == monthrange(day.year, day.month)[1]


@dataclass(frozen=True)
class People:
    """Which columns of a table count people: what disclosure control hides where a count is small.

    *counts* are the columns that do, none where no column does; *beside* what is worked out from them and is lost with
    them. *shares* are pairs of a percentage and the count that it is a share of; *parts* pairs of a part and its whole,
    whose difference counts people too. Rows that are alike in *group* are parts of the row among them whose item is
    ``total``, if there is one; rows that are alike in *together* make 100 per cent, and lose their numbers together.
    """

    counts: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    shares: tuple[tuple[str, str], ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    group: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
