"""The values that a key of the plan or of a cycle may have: each reader gives the value, or says why it is refused."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable
from typing import Any

from pcp_analysis.strict.letters import odd
from pcp_analysis.strict.nearest import advise

MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
#: The years that anything here can be of: a year outside is a slip of the pen.
YEARS = range(1900, 2100)
LONGEST_TEXT = 20_000
LONGEST_SHOWN = 80
#: The significant digits of a number that is published.
DIGITS = 12


class Refused(Exception):
    """A value that its key does not allow: the rule that it breaks, and how to mend it."""

    def __init__(self, rule: str, mend: str) -> None:
        super().__init__(rule)
        self.rule, self.mend = rule, mend


def shown(value: object) -> str:
    """A value as a fault shows it: in one line's length at most, and nothing for None."""
    if isinstance(value, int) and value.bit_length() > LONGEST_SHOWN:
        return "a very large number"
    text = "" if value is None else value.isoformat() if isinstance(value, dt.date) else str(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."


def published(number: float) -> float:
    """A number as it leaves the house: twelve significant digits, since the last ones depend on the processor.

    >>> published(4717.583694795087), published(0.1 + 0.2), published(125351.0)
    (4717.5836948, 0.3, 125351.0)
    """
    return float(f"{number:.{DIGITS}g}")


def kind(value: object) -> str:
    """What a TOML value is, in words."""
    # a bool is an int and a datetime is a date to Python, so these come first
    names: dict[type | tuple[type, ...], str] = {
        bool: "true or false",
        str: "text",
        (int, float): "a number",
        dt.datetime: "a date and time",
        dt.date: "a date",
        list: "a list",
        dict: "a table",
    }
    return next((name for of, name in names.items() if isinstance(value, of)), "a time")


def _text(value: object, *, breaks: str) -> str:
    if not isinstance(value, str):
        raise Refused(f"is {kind(value)} and must be text", "Put it in quotation marks.")
    if len(value) > LONGEST_TEXT:
        raise Refused(f"has {len(value):,} characters and may have {LONGEST_TEXT:,}", "Shorten it.")
    if (rule := odd(value, breaks=breaks)) is not None:
        raise Refused(rule, "Take it out.")
    return value


def line(value: object) -> str:
    """Text on one line that is not blank."""
    text = _text(value, breaks="")
    if not text.strip():
        raise Refused("is blank", "Write it, or leave the key out where it may be absent.")
    return text


def blank_line(value: object) -> str:
    """Text on one line, which may be blank."""
    return _text(value, breaks="")


def prose(value: object) -> str:
    """Text of any number of lines, not blank; outer white space is dropped."""
    text = _text(value, breaks="\n\t").strip()
    if not text:
        raise Refused("is blank", "Write what was reported, or leave the whole entry out.")
    return text


def blank_prose(value: object) -> str:
    """Text of any number of lines, which may be blank; outer white space is dropped."""
    return _text(value, breaks="\n\t").strip()


def lines(value: object) -> tuple[str, ...]:
    """A list of different texts of one line each, which may be empty."""
    if not isinstance(value, list):
        raise Refused(f"is {kind(value)} and must be a list of texts", 'Write it as ["one", "other"].')
    texts = tuple(line(each) for each in value)
    if len(set(texts)) < len(texts):
        raise Refused("names one thing twice", "Name each once.")
    return texts


def some_lines(value: object) -> tuple[str, ...]:
    """As `lines`, with at least one."""
    texts = lines(value)
    if not texts:
        raise Refused("names nothing", "Name at least one, or leave the whole entry out.")
    return texts


def number(value: object) -> float:
    """A finite number."""
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
    except OverflowError:
        pass
    raise Refused(f"is {kind(value)} and must be a finite number", "Write the bare number, such as -5.0.")


def flag(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Refused(f"is {kind(value)} and must be true or false", "Write true or false without quotation marks.")
    return value


def day(value: object) -> dt.date:
    """A TOML date."""
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
        raise Refused(f"is {kind(value)} and must be a date", "Write it as 2014-09-11, without quotation marks.")
    if value.year not in YEARS:
        raise Refused(f"is a day of the years {YEARS.start} to {YEARS.stop - 1}", "Correct the year.")
    return value


def month(value: object) -> str:
    """A month as text, "2014-09"."""
    if not isinstance(value, str):
        raise Refused(
            f"is {kind(value)} and must be a month as text",
            'Write year and month in quotation marks, such as "2014-09".',
        )
    text = _text(value, breaks="")
    if not MONTH.fullmatch(text):
        raise Refused("is no month", 'Write year and month, such as "2014-09".')
    return text


def month_or_day(value: object) -> str:
    """A month, "2014-09", or a day, 2014-09-11 with or without quotation marks; as text in either case."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    if not isinstance(value, str):
        raise Refused(f"is {kind(value)} and must be a month or a day", 'Write "2014-09" or "2014-09-11".')
    text = _text(value, breaks="")
    if MONTH.fullmatch(text):
        return text
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise Refused("is neither a month nor a day", 'Write "2014-09" or "2014-09-11".')


def matching(pattern: str, rule: str, mend: str) -> Callable[[object], str]:
    """A reader of text that matches *pattern* from end to end."""

    def read_it(value: object) -> str:
        text = line(value)
        if not re.fullmatch(pattern, text):
            raise Refused(rule, mend)
        return text

    return read_it


def one_of(options: Iterable[str], noun: str) -> Callable[[object], str]:
    """A reader of one of a closed set."""
    known = list(options)

    def read_it(value: object) -> str:
        if (text := line(value)) not in known:
            raise Refused(f"is no {noun} that is known", advise(text, known, noun=f"{noun}s"))
        return text

    return read_it


def table(value: object) -> dict[str, Any]:
    """A table."""
    if not isinstance(value, dict):
        raise Refused(f"is {kind(value)} and must be a table", "Head it with its name in square brackets.")
    return value


def anything(value: object) -> object:
    """Whatever stands there: for tables, which are read one by one afterwards."""
    return value
