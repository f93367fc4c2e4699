"""The keys that a description of a release may have, each with the reader of its value."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pcp_analysis.loaders.releases.periods import GRAINS, form
from pcp_analysis.strict import value
from pcp_analysis.strict.toml import Key
from pcp_analysis.strict.value import Refused

MAKES = ("counts", "recorded_crime", "monthly_crime", "population")
ROLES = ("area", "code", "label", "period", "count", "id")
_SERIES = value.matching("[a-z][a-z0-9_]*", "is no name of a series", "Use small letters, digits and underscores.")


@dataclass(frozen=True)
class Exclusion:
    """A name that is in no series or area of the project, and why."""

    reason: str


def _answer(given: object) -> str:
    """A line that is no question which a draft left."""
    text = value.line(given)
    if text.startswith("? "):
        raise Refused("is a question that the draft left", "Answer it, and take the mark away.")
    return text


def _strings(given: object) -> tuple[str, ...]:
    return value.some_lines([given] if isinstance(given, str) else given)


def _whole(low: int, high: int) -> Callable[[object], int]:
    def read_it(given: object) -> int:
        if type(given) is not int or not low <= given <= high:
            raise Refused(f"is no whole number from {low} to {high}", "Write it without quotation marks.")
        return given

    return read_it


def _formats(given: object) -> tuple[str, ...]:
    for each in (texts := _strings(given)):
        if form(each) is None:
            raise Refused("is no format of a period", "Write it as %b-%y, %Y%m or %d/%m/%Y; see docs/data.md.")
    return texts


def _rows(example: str) -> Callable[[object], list[Any]]:
    """A reader of rows of as many texts and numbers as one of the examples has, which are apart by bars."""
    lengths = {len(each.split(",")) for each in example.split("|")}

    def read_it(given: object) -> list[Any]:
        rows: list[Any] = given if isinstance(given, list) and given else [None]
        if not all(isinstance(row, list) and len(row) in lengths for row in rows):
            raise Refused("is no list of such rows", f"Write it as rows = [[{example.replace('|', ']] or [[')}]].")
        if not all(isinstance(cell, str | int | float) for row in rows for cell in row):
            raise Refused("has a cell that is neither text nor a number", 'Write a month as text, "2014-03".')
        return rows

    return read_it


def _edition(given: object) -> object:
    if isinstance(given, str) and re.fullmatch("[0-9a-f]{64}", given):
        return given
    return value.day(given)


def _pattern(given: object) -> re.Pattern[str]:
    try:
        return re.compile(value.line(given))
    except re.error as error:
        raise Refused(f"is no pattern: {error}", "Write it as ' [0-9]{3}[A-Z]$'.") from error


def _separator(given: object) -> str:
    if given not in (",", ";", "\t", "|"):
        raise Refused("is no separator of columns", 'Write ",", ";", "|" or "\\t".')
    return str(given)


def _name_or_reason(given: object) -> object:
    if isinstance(given, dict) and list(given) == ["left_out"]:
        return Exclusion(value.line(given["left_out"]))
    if isinstance(given, dict):
        raise Refused("is neither a name nor left out", 'Write it as { left_out = "the reason" }.')
    return tuple(_answer(each) for each in _strings(given))


def _series_or_reason(given: object) -> object:
    found = _name_or_reason(given)
    if isinstance(found, tuple):
        return tuple(_SERIES(each) for each in found)
    return found


_MONTH = {"from": Key(value.month), "until": Key(value.month)}
#: What each block of a list says beside its rows.
LISTED = {"reason": Key(value.line, True), "edition": Key(_edition)}
#: The tables of a description whose keys are known.
FIXED: dict[str, dict[str, Key]] = {
    "release": {
        **{name: Key(_answer) for name in ("title", "publisher", "licence", "source", "one_area", "anchor")},
        "makes": Key(value.one_of(MAKES, "kind of table")),
        "table": Key(value.matching("[a-z][a-z0-9_]*", "is no name", "Use small letters, digits and underscores.")),
        "note": Key(value.prose),
        "sensitive": Key(value.flag),
        "sensitive_reason": Key(value.line),
        "places_differ": Key(value.line),
        "publication_lag_months": Key(_whole(0, 120)),
        "series": Key(_SERIES),
        "derive": Key(value.one_of(("quarters_of_rolling_years",), "derivation")),
    },
    "file": {
        **{name: Key(value.line) for name in ("sheet", "title", "members", "encoding", "to_whole")},
        "separator": Key(_separator),
        "missing": Key(value.lines),
        "footnotes": Key(value.flag),
        "absent": Key(value.one_of(("fault", "nought"), "meaning of an absent row")),
    },
    "columns": {role: Key(_strings) for role in ROLES} | {"cut": Key(value.table)},
    "periods": {
        "written": Key(_formats),
        "in_title": Key(_formats),
        "grain": Key(value.one_of(GRAINS, "grain")),
        "step": Key(_whole(1, 12)),
        "year_ends": Key(_whole(1, 12)),
        "first": Key(value.month),
        "earlier_left_out": Key(value.line),
        "provisional": Key(_whole(0, 24)),
    },
    "headings": {
        "are": Key(value.one_of(("periods", "labels"), "kind of heading")),
        "rows": Key(_whole(1, 5)),
        "span": Key(value.flag),
        "left_out": Key(value.table),
    },
    "totals": {"rounded": Key(value.number), "areas": Key(value.table), "labels": Key(value.table)},
    "quarters": {"year": Key(value.line), "successors": Key(value.table)},
}
#: The tables whose keys are names as the file prints them.
FREE: dict[str, Callable[[object], Any]] = {"areas": _name_or_reason, "labels": _series_or_reason, "codes": value.line}
#: The tables within these whose keys are names too.
INNER = {"columns.cut": _pattern, "headings.left_out": value.line, "totals.areas": _strings, "totals.labels": _strings}
#: The lists of exceptions, each row of which is used or is a fault.
LISTS = {
    "correction": _rows('"column", "printed", "meant"|"area", "label", "2014-03", 21, 12'),
    "below_nought": _rows('"area", "label", "2014-03", -1'),
    "repeated": _rows('"label", 4'),
    "no_row": _rows('"area", "label"'),
    "unplaced": _rows('"area", 10, "2014-03", 12'),
    "untied": _rows('"area", "label", "2014-03", -1'),
    "not_tied": _rows('"area"'),
    "stray": _rows('"area", "series", "2014-03", 1'),
    "confirmed": _rows('"area or all areas", "series or all series", "2014-03", 12'),
    "derived_below_nought": _rows('"area", "series", "2014-03", -1'),
}
USE = {"series": Key(_strings, True), "reason": Key(value.line, True), **_MONTH}
