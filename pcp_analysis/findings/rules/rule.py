"""A rule that claims are held to, a claim as data, and what a rule finds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from pcp_analysis.findings.commentary import FORMS, Bound, mark
from pcp_analysis.findings.figure import Figure
from pcp_analysis.plan import value

if TYPE_CHECKING:
    from pcp_analysis.findings.rules.held import Held

#: What a check may come to, in the order in which a page shows it.
VERDICTS = ("fault", "rounding", "not_checkable", "sound")
_PART = re.compile(r"\{([a-z_]+)(?::([a-z]+))?\}")
NOTHING = Bound(Markup(""), "", ())

Said = Figure | Bound | str | tuple[Figure, ...]


class Unfit(ValueError):
    """A claim that its rule cannot be applied to: the key at fault, the rule that it breaks and how to mend it."""

    def __init__(self, key: str, rule: str, mend: str) -> None:
        super().__init__(f"{key} {rule}")
        self.key, self.rule, self.mend = key, rule, mend


@dataclass(frozen=True)
class Kind:
    """What a key of a claim may hold: *read* gives its value; *refers* says what its names are names of."""

    read: Callable[[object], Any]
    refers: str = ""
    required: bool = True


def optional(kind: Kind) -> Kind:
    """The same kind, for a key that a claim may leave out."""
    return replace(kind, required=False)


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


ROW = Kind(value.line, "row")
ROWS = Kind(value.some_lines, "row")
WHOLE = Kind(_row_or_number, "row")
SHARES = Kind(value.some_lines, "share")
MILESTONE = Kind(value.line, "milestone")
YEAR = Kind(value.matching(r"[12]\d{3}/\d{2}", "is no financial year", 'Write it as "2013/14".'))
SPAN_END = Kind(
    value.matching(
        r"[12]\d{3}(/\d{2}|-(0[1-9]|1[0-2]))",
        "is neither a financial year nor a month",
        'Write "2013/14" or "2014-07".',
    )
)
DATE = Kind(value.month_or_day)
DATES = Kind(_dates)
MONTHS = Kind(_months)
NUMBER = Kind(value.number)
MONTH_COUNT = Kind(_month_count)
LINE = Kind(value.line)
LINES = Kind(value.some_lines)
BEST = Kind(value.one_of(("lowest", "highest"), "record"))
DIRECTION = Kind(value.one_of(("lower", "higher"), "direction"))


@dataclass(frozen=True)
class Entry:
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


@dataclass(frozen=True)
class Finding:
    """What a rule finds: one of ``VERDICTS``, why in words, and what is recomputed."""

    verdict: str
    words: Bound
    recomputed: Bound = NOTHING


@dataclass(frozen=True)
class Rule:
    """A rule: *title* in plain words, the *keys* that a declared claim has, and the function that judges one.

    *follow* yields the claims that follow from the rows of the paper alone, without being declared; only a rule that is
    *declared* may be named in a file. A declared claim stands in place of one that follows where the row under the key
    that it *takes_over* is the row under the key that the other *gives_way* for.
    """

    id: str
    title: str
    judge: Callable[[Held, Entry], Finding]
    keys: Mapping[str, Kind] = field(default_factory=dict)
    follow: Callable[[Held], Iterator[Entry]] | None = None
    takes_over: str = ""
    gives_way: str = ""
    declared: bool = True


def say(template: str, **parts: Said) -> Bound:
    """A sentence with its figures in place; ``{part}`` or ``{part:form}``, where a tuple of figures becomes a list."""
    html, plain, figures, end = Markup(""), "", [], 0
    for found in _PART.finditer(template):
        between = template[end : found.start()]
        shown = _shown(parts[found[1]], found[2] or "value")
        html += escape(between) + shown.html
        plain += between + shown.plain
        figures += shown.figures
        end = found.end()
    return Bound(html + escape(template[end:]), plain + template[end:], tuple(dict.fromkeys(figures)))


def _shown(part: Said, form: str) -> Bound:
    if isinstance(part, Bound):
        return part
    if isinstance(part, Figure):
        return Bound(mark(part, form), FORMS[form](part), (part,))
    if isinstance(part, str):
        return Bound(escape(part), part, ())
    return listed([_shown(figure, form) for figure in part])


def listed(parts: list[Bound]) -> Bound:
    """Several parts as a list in a sentence: ``a, b and c``."""
    joined = NOTHING
    for place, part in enumerate(parts):
        between = "" if not place else " and " if place == len(parts) - 1 else ", "
        joined = Bound(
            joined.html + between + part.html, joined.plain + between + part.plain, (*joined.figures, *part.figures)
        )
    return joined


def sentences(*parts: Bound) -> Bound:
    """Sentences one after the other, without those that say nothing."""
    said = [part for part in parts if part.plain]
    return Bound(
        Markup(" ").join(part.html for part in said),
        " ".join(part.plain for part in said),
        tuple(dict.fromkeys(figure for part in said for figure in part.figures)),
    )
