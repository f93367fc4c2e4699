"""Checking a tidy table: each value against its column, then the rows together; each fault with line, column and mend."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from pcp_analysis.loaders import disclosure, register, series
from pcp_analysis.loaders.columns import Column
from pcp_analysis.loaders.consistency import together_faults
from pcp_analysis.loaders.kinds import Kind
from pcp_analysis.loaders.places import JOINT, not_added_up
from pcp_analysis.loaders.register import RAW, Entry
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.sheet import Sheet, header_faults, odd_cells, parse_sheet, read_sheet

#: How a value of each type is written, in words and as a pattern that the whole text must match.
WRITTEN = {
    "text": ("is text in one line, without space at its ends", r"\S(.*\S)?"),
    "id": ("is a name of small letters, digits and underscores, a letter first", r"[a-z][a-z0-9_]*"),
    "int": ("is a whole number, without a comma or a unit", r"-?\d{1,12}"),
    "float": ("is a number, without a comma or a unit", r"-?\d{1,12}(\.\d{1,12})?"),
    "date": ("is a day of the calendar, written 2014-06-30", r"\d{4}-\d{2}-\d{2}"),
    "month": ("is a month of the calendar, written 2014-09", r"\d{4}-(0[1-9]|1[0-2])"),
}
CORRECT = "Correct the value."
# How much of two names must be alike to be one with a slip in it.
_A_SLIP = 0.8


def check(root: Path) -> list[Fault]:
    """Every fault of the register, of the declared series, and of every table that is named and is there."""
    faults = register.check(root) + series.check(root)
    try:
        entries = register.read(root)
    except FaultError:
        return faults
    for entry in entries.values():
        if (root / RAW / entry.file).is_file():
            faults += check_table(root, entry)
    # while a table is at fault, what it holds cannot be compared
    return faults or list(_written_in_two_ways(root, entries.values()))


def _written_in_two_ways(root: Path, entries: Iterable[Entry]) -> Iterator[Fault]:
    """Areas that a table of series holds and no table of residents, or the other way round, under a name that is nearly one
    of the other's: a slip, which would leave the area without its rate.
    """
    held: dict[bool, dict[str, tuple[Entry, int]]] = {True: {}, False: {}}
    for entry in entries:
        kind = entry.kind
        if kind.area and (root / RAW / entry.file).is_file():
            sheet, _ = read_sheet(root / RAW / entry.file, entry.file)
            place = sheet.header.index(kind.area)
            for line, row in zip(sheet.lines, sheet.rows, strict=True):
                held["persons" in kind.names].setdefault(row[place].split(JOINT)[0], (entry, line))
    for residents, areas in held.items():
        others = held[not residents]
        for area in sorted(areas.keys() - others.keys()):
            if close := difflib.get_close_matches(area, others, n=1, cutoff=_A_SLIP):
                entry, line = areas[area]
                where = f"line {line}, column {entry.kind.area}"
                rule = f"is written as in {others[close[0]][0].file}, where {close[0]} stands"
                yield Fault(
                    (RAW / entry.file).as_posix(), where, area, rule, "Correct the name in one of the two tables."
                )


def check_table(root: Path, entry: Entry) -> list[Fault]:
    """Every fault of the table: its text, each value, each row, what its rows must be together, whom it may tell of."""
    undeclared = [disclosure.undeclared(entry)] if entry.sensitive and entry.kind.people is None else []
    return undeclared + table_faults(
        root / RAW / entry.file,
        (RAW / entry.file).as_posix(),
        entry.kind,
        kept=entry.kept,
        right=(*entry.kept, *entry.confirmed),
        places_differ=bool(entry.places_differ),
    )


def table_faults(
    path: Path,
    shown: str,
    kind: Kind,
    *,
    kept: Sequence[str] = (),
    right: Sequence[str] = (),
    places_differ: bool = False,
) -> list[Fault]:
    """Every fault of the table in *path*: text, header, how values are written, what they may be, and rows together.

    *kept* are the lines of the register's entry that name what looks wrong and is kept, and *right* those of what somebody
    has looked at; *places_differ* is whether it says why the places of a force do not add up to it.
    """
    return _sheet_faults(*read_sheet(path, shown), shown, kind, kept=kept, right=right, places_differ=places_differ)


def text_faults(
    text: str,
    shown: str,
    kind: Kind,
    *,
    kept: Sequence[str] = (),
    right: Sequence[str] = (),
    places_differ: bool = False,
) -> list[Fault]:
    """Every fault of a table that is not written yet, as :func:`table_faults` finds them."""
    sheet, faults = parse_sheet(text, shown)
    faults += odd_cells(text, sheet, shown)
    return _sheet_faults(sheet, faults, shown, kind, kept=kept, right=right, places_differ=places_differ)


def _sheet_faults(
    sheet: Sheet,
    faults: list[Fault],
    shown: str,
    kind: Kind,
    *,
    kept: Sequence[str],
    right: Sequence[str],
    places_differ: bool,
) -> list[Fault]:
    if not sheet.header:
        return faults
    header = header_faults(sheet.header, kind.names, shown)
    faults += header
    if not sheet.rows and not faults:
        faults.append(Fault(shown, "line 2", "", "has at least one row", "Restore the file; only its header is there."))
    values, typed = _value_faults(sheet, kind, shown)
    faults += values
    # Rows that are wrong in themselves are not judged together: one mistake is one fault.
    wrong = sorted({*_lines_of(faults), *sheet.ragged})
    if not header:
        together = typed.drop(index=wrong, errors="ignore")
        faults += together_faults(together, kind, shown, wrong=wrong, kept=kept, right=right)
        # a sum that lacks a row would be out for that
        if kind.long and not wrong and not places_differ:
            faults += not_added_up(together, shown)
    return faults


def _value_faults(sheet: Sheet, kind: Kind, shown: str) -> tuple[list[Fault], pd.DataFrame]:
    """Every value that is not written as its type is or breaks a rule of its column, and the typed rows, by line."""
    faults: list[Fault] = []
    typed: dict[str, object] = {}
    for name in (each for each in kind.names if each in sheet.header):
        column, place = kind.column(name), sheet.header.index(name)
        rule, pattern = WRITTEN[column.type]
        compiled = re.compile(pattern, re.ASCII if column.type != "text" else 0)
        texts = [row[place] for row in sheet.rows]
        parsed = {text: _parsed(text, column, compiled) for text in dict.fromkeys(texts)}
        values = [parsed[text] for text in texts]
        wrong = {text: list(_broken(text, value, column, rule)) for text, value in parsed.items()}
        for line, text in zip(sheet.lines, texts, strict=True):
            faults += [Fault(shown, f"line {line}, column {name}", text, *broken) for broken in wrong[text]]
        dtype = {"int": "Int64", "float": "Float64"}.get(column.type)
        typed[name] = pd.array(values, dtype=dtype) if dtype else pd.Series(values, dtype=object).to_numpy()
    return faults, pd.DataFrame(typed, index=sheet.lines)


def _broken(text: str, value: object, column: Column, rule: str) -> Iterator[tuple[str, str]]:
    """The rules that a text of the column breaks, each with how to mend it."""
    if value is not None:
        yield from ((broken, CORRECT) for broken in column.broken(value))
    elif text:
        yield rule, CORRECT
    elif not column.blank:
        yield "is not blank", "Fill it in."


def _parsed(value: str, column: Column, compiled: re.Pattern[str]) -> object | None:
    """The value as its type, or None where it is blank or not written as its type is."""
    if not compiled.fullmatch(value):
        return None
    try:
        read: dict[str, Callable[[str], object]] = {"int": int, "float": float, "date": date.fromisoformat}
        return read.get(column.type, str)(value)
    except ValueError:
        return None


def _lines_of(faults: list[Fault]) -> list[int]:
    """The lines, below the header, that have a fault of their own."""
    found = (re.match(r"line (\d+)", fault.where) for fault in faults)
    return sorted({int(match.group(1)) for match in found if match} - {1})
