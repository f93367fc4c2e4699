"""Checking a tidy table: pandera looks at the values, and what it finds is said with line, column, rule and mend."""

from __future__ import annotations

import re
import warnings
from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from pcp_analysis.loaders import register
from pcp_analysis.loaders.consistency import together_faults
from pcp_analysis.loaders.kinds import KINDS, Column, Kind
from pcp_analysis.loaders.register import RAW, Entry
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.sheet import Sheet, header_faults, read_sheet

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


def check(root: Path) -> list[Fault]:
    """Every fault of the register and of every table that it names and that is there."""
    faults = register.check(root)
    try:
        entries = register.read(root)
    except FaultError:
        return faults
    for entry in entries.values():
        if (root / RAW / entry.file).is_file():
            faults += check_table(root, entry)
    return faults


def check_table(root: Path, entry: Entry) -> list[Fault]:
    """Every fault of the table: its text, each value, each row, and what its rows must be together."""
    return table_faults(root / RAW / entry.file, (RAW / entry.file).as_posix(), KINDS[entry.loader], kept=entry.kept)


def table_faults(path: Path, shown: str, kind: Kind, *, kept: Sequence[str] = ()) -> list[Fault]:
    """Every fault of the table in *path*: text, header, how values are written, what they may be, and rows together.

    *kept* are the lines of the register's entry that name what looks wrong and is kept.
    """
    sheet, faults = read_sheet(path, shown)
    if not sheet.header:
        return faults
    header = header_faults(sheet.header, kind.names, shown)
    faults += header
    if not sheet.rows and not faults:
        faults.append(Fault(shown, "line 2", "", "has at least one row", "Restore the file; only its header is there."))
    text = _text_frame(sheet, kind)
    written, typed = _written_faults(text, kind, shown)
    faults += written + _value_faults(typed, text, kind, shown)
    # Rows that are wrong in themselves are not judged together: one mistake is one fault.
    wrong = sorted({*_lines_of(faults), *sheet.ragged})
    if not header:
        faults += together_faults(typed.drop(index=wrong, errors="ignore"), kind, shown, wrong=wrong, kept=kept)
    return faults


def _text_frame(sheet: Sheet, kind: Kind) -> pd.DataFrame:
    """The columns that are there, as text, by line number."""
    frame = pd.DataFrame(sheet.rows, columns=list(sheet.header), index=sheet.lines, dtype="object")
    frame = frame.loc[:, ~frame.columns.duplicated()]
    return frame[[name for name in kind.names if name in frame.columns]]


def _written_faults(text: pd.DataFrame, kind: Kind, shown: str) -> tuple[list[Fault], pd.DataFrame]:
    faults, typed = [], {}
    for name in text.columns:
        column = kind.column(name)
        rule, pattern = WRITTEN[column.type]
        compiled = re.compile(pattern, re.ASCII if column.type != "text" else 0)
        values = []
        for line, value in text[name].items():
            parsed = _parsed(value, column, compiled)
            if parsed is None and value != "":
                faults.append(Fault(shown, f"line {line}, column {name}", value, rule, CORRECT))
            values.append(parsed)
        dtype = {"int": "Int64", "float": "Float64"}.get(column.type, "object")
        typed[name] = pd.array(values, dtype=dtype) if dtype != "object" else pd.Series(values, dtype=object).to_numpy()
    return faults, pd.DataFrame(typed, index=text.index)


def _parsed(value: str, column: Column, compiled: re.Pattern[str]) -> object | None:
    """The value as its type, or None where it is blank or not written as its type is."""
    if not compiled.fullmatch(value):
        return None
    try:
        return {"int": int, "float": float, "date": date.fromisoformat}.get(column.type, str)(value)
    except ValueError:
        return None


def _value_faults(typed: pd.DataFrame, text: pd.DataFrame, kind: Kind, shown: str) -> list[Fault]:
    if typed.empty:
        return []
    schema = pa.DataFrameSchema({name: _schema(kind.column(name)) for name in typed.columns})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", category=FutureWarning)
            schema.validate(typed, lazy=True)
    except pa.errors.SchemaErrors as error:
        faults = []
        for case in error.failure_cases.itertuples():
            value = text.at[case.index, case.column]
            # A cell that is not written as its type is has its fault already; it stands as missing here.
            if case.check == "not_nullable" and value != "":
                continue
            rule, mend = ("is not blank", "Fill it in.") if case.check == "not_nullable" else (case.check, CORRECT)
            faults.append(Fault(shown, f"line {case.index}, column {case.column}", value, rule, mend))
        return faults
    return []


def _schema(column: Column) -> pa.Column:
    checks = []
    if column.low is not None:
        checks.append(pa.Check.ge(column.low, error=f"is at least {column.low:g}"))
    if column.high is not None:
        checks.append(pa.Check.le(column.high, error=f"is at most {column.high:g}"))
    if column.choices:
        checks.append(pa.Check.isin(column.choices, error=f"is one of: {', '.join(column.choices)}"))
    if column.name == "quarter_ending":
        rule = "is the last day of a quarter: 31 March, 30 June, 30 September or 31 December"
        checks.append(pa.Check(ends_a_quarter, element_wise=True, error=rule))
    if column.name == "month_ending":
        checks.append(pa.Check(ends_a_month, element_wise=True, error="is the last day of a month"))
    return pa.Column(nullable=column.blank, checks=checks)


def ends_a_quarter(day: date) -> bool:
    """Whether *day* is the last of March, June, September or December."""
    return day.month % 3 == 0 and ends_a_month(day)


def ends_a_month(day: date) -> bool:
    """Whether *day* is the last of its month."""
    return day.day == monthrange(day.year, day.month)[1]


def _lines_of(faults: list[Fault]) -> list[int]:
    """The lines, below the header, that have a fault of their own."""
    found = (re.match(r"line (\d+)", fault.where) for fault in faults)
    return sorted({int(match.group(1)) for match in found if match} - {1})
