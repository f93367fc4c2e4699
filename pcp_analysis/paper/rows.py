"""The figures of a Board paper: every numeral of its text, what it is based on, and what recomputing it gives.

A cycle's ``paper.csv`` has a row for each numeral and number-word of the paper, in the order of the text. A row is a
figure (``recomputed``, ``arithmetic``, ``quoted``), a figure that stood in a lost image (``not held``, no numeral) or
``no figure``, with a note that says why. Values carry the sign that their sentence means: "470 fewer" is -470.
"""

from __future__ import annotations

import ast
import decimal
import inspect
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

from pcp_analysis import metrics
from pcp_analysis.figures.figure import UNITS as FIGURE_UNITS
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.nearest import advise
from pcp_analysis.strict.sheet import header_faults, read_sheet, shown_path

COLUMNS = ("id", "paragraph", "heading", "quote", "numeral", "value", "unit", "basis", "computed_from", "note")
REPRODUCED = ("recomputed", "arithmetic")
PRINTED = (*REPRODUCED, "quoted")
BASES = (*PRINTED, "not held", "no figure")
UNITS = (*(unit for unit in FIGURE_UNITS if unit != "direction"), "days", "weeks", "months", "years")
# A printed per cent is rounded; counts, ranks, money and durations are taken as they stand.
ROUNDED_UNITS = ("percent", "points", "per_1000")
ROUNDINGS = {
    "half up": decimal.ROUND_HALF_UP,
    "half even": decimal.ROUND_HALF_EVEN,
    "down": decimal.ROUND_DOWN,
    "up": decimal.ROUND_UP,
}
# Floating point leaves dust far behind any printed decimal.
_DUST = 9
# Each rounded part doubles the work of bounding an expression.
_MOST_ROWS, _LONGEST = 12, 1000

_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_VALUE = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_PARAGRAPH = re.compile(r"([1-9]\d*(\.\d)?)?")


@dataclass(frozen=True)
class Row:
    """A row of ``paper.csv``; *line* is where it stands in the file and *value* None where there is no number."""

    id: str
    paragraph: str
    heading: str
    quote: str
    numeral: str
    value: Decimal | None
    unit: str
    basis: str
    computed_from: str
    note: str
    line: int

    @property
    def measure(self) -> str:
        """What the number is of: the first part of the row's id, ``robbery`` of ``robbery.change``."""
        return self.id.partition(".")[0]

    @property
    def item(self) -> str:
        """What of it: the last part of the row's id, ``change`` of ``robbery.change``."""
        return self.id.rpartition(".")[2]

    @property
    def subject(self) -> str:
        """What the item is said of: the id without its last part."""
        return self.id.rpartition(".")[0]

    @property
    def number(self) -> Decimal:
        """The value of a row that has one. Raises ValueError where it has none."""
        if self.value is None:
            raise ValueError(f"{self.id} has no value")
        return self.value

    @property
    def half_unit(self) -> Decimal:
        """How far the printed value may stand from the true one: half its last place, 0 where nothing was rounded."""
        if self.value is None or self.unit not in ROUNDED_UNITS:
            return Decimal(0)
        return Decimal(1).scaleb(min(0, int(self.value.as_tuple().exponent))) / 2


@dataclass(frozen=True)
class Recomputed:
    """A row and what recomputing it gave; *computed* is None for a row that nothing recomputes.

    *low* and *high* bound it within the rounding of its printed parts. *roundings* are those of ``ROUNDINGS`` that turn
    it into the printed value; *parts* says that the rounding of the parts can explain a difference.
    """

    row: Row
    computed: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    roundings: tuple[str, ...] = ()
    parts: bool = False

    @property
    def result(self) -> Decimal:
        """What recomputing a row gave. Raises ValueError for a row that nothing recomputes."""
        if self.computed is None:
            raise ValueError(f"{self.row.id} is not computed")
        return self.computed


# What an expression of ``computed_from`` may call.
OPERATIONS: dict[str, Callable[..., float]] = {
    "percent_change": metrics.percent_change,
    "point_change": metrics.point_change,
    # a paper can print more than all: that is for its check to say
    "share": lambda part, whole: metrics.percent_change(part, whole) + 100,
    "total": lambda *parts: sum(parts),
    "difference": operator.sub,
    "count": lambda *named: len(named),
}


def fold(text: str) -> str:
    """*text* with every run of white space as one space, so that a quote is found across lines."""
    return " ".join(text.split())


def names(expression: str) -> list[str]:
    """The row ids that an expression of ``computed_from`` names; ValueError for anything but names and known calls."""
    try:
        tree = ast.parse(expression[:_LONGEST], mode="eval")
    except (SyntaxError, ValueError):
        raise ValueError("it cannot be read") from None
    found = list(dict.fromkeys(_names(tree.body)))
    if not 1 <= len(found) <= _MOST_ROWS or len(expression) > _LONGEST:
        raise ValueError(f"it names no row, or more than {_MOST_ROWS}, or is longer than {_LONGEST} characters")
    return found


def _names(node: ast.expr) -> Iterator[str]:
    if name := _dotted(node):
        yield name
        return
    if not isinstance(node, ast.Call) or node.keywords or not isinstance(node.func, ast.Name):
        raise ValueError("it may only hold row ids and calls of operations")
    if node.func.id not in OPERATIONS:
        raise ValueError(f"it calls {node.func.id}, which is none of {', '.join(OPERATIONS)}")
    try:
        inspect.signature(OPERATIONS[node.func.id]).bind(*node.args)
    except TypeError:
        raise ValueError(f"it calls {node.func.id} with {len(node.args)} arguments") from None
    for argument in node.args:
        yield from _names(argument)


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return before and f"{before}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def evaluate(expression: str, values: Mapping[str, Decimal]) -> Decimal:
    """The value of an *expression* that `names` has passed, over *values*, free of floating-point dust."""

    def value(node: ast.expr) -> float:
        if name := _dotted(node):
            return float(values[name])
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            raise ValueError("it may only hold row ids and calls of operations")
        return float(OPERATIONS[node.func.id](*map(value, node.args)))

    return Decimal(repr(round(value(ast.parse(expression, mode="eval").body), _DUST)))


def read_paper(path: Path, *, root: Path | None = None) -> tuple[Row, ...]:
    """The rows of a cycle's ``paper.csv``; FaultError with every fault where it has any."""
    rows, faults = _read(path, root)
    if faults:
        raise FaultError(faults)
    return tuple(rows)


def check_paper(path: Path, *, root: Path | None = None) -> list[Fault]:
    """Everything that is wrong with a cycle's ``paper.csv``, with line and column."""
    return sorted(_read(path, root)[1])


def _read(path: Path, root: Path | None) -> tuple[list[Row], list[Fault]]:
    file = shown_path(path, root)
    sheet, faults = read_sheet(path, file)
    wrong = header_faults(sheet.header, COLUMNS, file) if sheet.header else []
    if wrong or not sheet.header:
        return [], faults + wrong
    rows, problems = [], []
    for line, cells in zip(sheet.lines, sheet.rows, strict=True):
        named: dict[str, Any] = dict(zip(sheet.header, cells, strict=True))
        value = Decimal(named["value"]) if _VALUE.fullmatch(named["value"]) else None
        rows.append(Row(**{**named, "value": value}, line=line))
        problems += [(line, *problem) for problem in _problems(rows[-1], cells[sheet.header.index("value")])]
    problems += _problems_between(rows)
    faults += [Fault(file, f"line {line}, column {column}", *problem) for line, column, *problem in problems]
    return rows, faults


def _problems(row: Row, printed: str) -> Iterator[tuple[str, str, str, str]]:
    """What is wrong with one row by itself: column, value, rule, mend."""
    if not _ID.fullmatch(row.id):
        yield "id", row.id, "an id is words in small letters, joined by dots", "Write it as robbery.change."
    if not _PARAGRAPH.fullmatch(row.paragraph):
        yield "paragraph", row.paragraph, "a paragraph is its number", "Write 82.2 where 82 occurs a second time."
    if row.basis not in BASES:
        yield "basis", row.basis, f"a basis is one of {', '.join(BASES)}", "Choose one of them."
        return
    figure = row.basis in PRINTED
    if (row.value is not None) != figure or (printed and not figure):
        yield "value", printed, "a printed figure has a number, and no other row has", "Write 1,498 as 1498."
    if (row.unit not in UNITS) if row.basis != "no figure" else row.unit:
        yield "unit", row.unit, f"a figure has a unit of {', '.join(UNITS)}, and no other row has", "Correct it."
    if (row.basis == "not held") != (not row.numeral):
        yield "numeral", row.numeral, "a row has a numeral unless its figure is not held", "Copy it from the text."
    if row.numeral not in row.quote:
        yield "quote", row.quote, f"the quote holds the numeral {row.numeral!r}", "Quote the words around it."
    elif figure and row.value is not None and not _says(row.numeral, abs(row.value)):
        yield "value", printed, f"is not the number that is printed, {row.numeral!r}", "Correct the one that is wrong."
    if (row.basis in REPRODUCED) != bool(row.computed_from):
        rule = "what is recomputed or arithmetic, and nothing else, says what it is computed from"
        yield "computed_from", row.computed_from, rule, "Name a figure, or write an expression over row ids."
    if not figure and not row.note:
        yield "note", "", f"a row with the basis {row.basis!r} says why in its note", "Write why."


def _says(numeral: str, size: Decimal) -> bool:
    """Whether the digits of a numeral are those of a value, thousands and millions of ``k`` and ``m`` counted; words are not
    judged.
    """
    found = re.search(r"(\d[\d,]*(?:\.\d+)?)\s*(k|m|million)?\b", numeral, re.IGNORECASE)
    if found is None:
        return True
    printed = Decimal(found[1].replace(",", ""))
    scale = {"k": 1_000, "m": 1_000_000, "million": 1_000_000}.get((found[2] or "").lower(), 1)
    return size in (printed, printed * scale)


def _problems_between(rows: Sequence[Row]) -> Iterator[tuple[int, str, str, str, str]]:
    """What is wrong with rows taken together: line, column, value, rule, mend."""
    first: dict[str, int] = {}
    for row in rows:
        if first.setdefault(row.id, row.line) != row.line:
            yield row.line, "id", row.id, f"the id stands in line {first[row.id]} already", "Give each row its own id."
    known = {row.id: row for row in rows if row.value is not None}
    for row in rows:
        where = row.line, "computed_from"
        if row.basis == "recomputed" and row.computed_from and not _ID.fullmatch(row.computed_from):
            yield *where, row.computed_from, "a recomputed row names one figure", "Write its id."
        if row.basis != "arithmetic" or not row.computed_from:
            continue
        try:
            unknown = [name for name in names(row.computed_from) if name not in known or name == row.id]
            for name in unknown:
                others = [each for each in known if each != row.id]
                yield *where, name, "an expression names other rows that have a value", advise(name, others)
            if not unknown:
                _bounds(row, known)
        except ValueError as error:
            mend = "Write operation(id, id), as percent_change(metro_crime.current, metro_crime.baseline)."
            yield *where, row.computed_from, f"an expression can be computed; this one fails: {error}", mend


def recompute(rows: Sequence[Row], figures: Mapping[str, Any]) -> list[Recomputed]:
    """What each of *rows* gives when it is computed again, in their order.

    A recomputed row takes its value from *figures*, by the id in ``computed_from`` (KeyError where there is none); an
    arithmetic row from the other printed rows. The rest come back without a computed value.
    """
    by_id = {row.id: row for row in rows if row.value is not None}
    return [_check(row, by_id, figures) for row in rows]


def _bounds(row: Row, by_id: Mapping[str, Row]) -> tuple[Decimal, Decimal, Decimal]:
    """The value of an arithmetic row, and its least and greatest within the rounding of its parts."""
    used = [by_id[name] for name in names(row.computed_from)]
    ids = [part.id for part in used]
    computed = evaluate(row.computed_from, {part.id: part.number for part in used})
    # The operations are monotonic in each part, so the extremes are at the ends of the parts' ranges.
    ends = [{part.number - part.half_unit, part.number + part.half_unit} for part in used]
    corners = [evaluate(row.computed_from, dict(zip(ids, corner, strict=True))) for corner in product(*ends)]
    return computed, min(corners), max(corners)


def _check(row: Row, by_id: Mapping[str, Row], figures: Mapping[str, Any]) -> Recomputed:
    if row.basis == "recomputed":
        computed = low = high = Decimal(repr(round(float(figures[row.computed_from].value), _DUST)))
    elif row.basis == "arithmetic":
        computed, low, high = _bounds(row, by_id)
    else:
        return Recomputed(row)
    place = Decimal(1).scaleb(min(0, int(row.number.as_tuple().exponent)))
    roundings = tuple(name for name, mode in ROUNDINGS.items() if computed.quantize(place, rounding=mode) == row.value)
    parts = low < high and low <= row.number + row.half_unit and high >= row.number - row.half_unit
    return Recomputed(row, computed, low, high, roundings, parts)
