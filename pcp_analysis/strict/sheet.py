"""A CSV file as text: its header and its rows with their line numbers, and every fault of the text itself."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.files import read
from pcp_analysis.strict.letters import CONTROL, odd

UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
WORKBOOK_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
UTF8_MARK = b"\xef\xbb\xbf"
#: More lines than this with the same fault of text are one fault, which says how many they are.
MANY = 20
#: The most characters that a cell may have.
LONGEST_CELL = 20_000
# What a spreadsheet takes for a formula: a number with its sign, and words behind it, is none.
_FORMULA = re.compile(r"\s*[=@\t\r]|[+-](?=\s*[A-Za-z]|.*[|!(=@])", re.DOTALL)
#: What stands between columns where no comma does.
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
SAVE_AS_UTF8 = "Save the file again as UTF-8"


@dataclass(frozen=True)
class Sheet:
    """The text of a CSV file: *rows* without the header, each as wide as it, *lines* their line numbers (header: 1).

    *ragged* are the lines that are not as wide as the header, or cannot be read at all.
    """

    header: tuple[str, ...] = ()
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    ragged: list[int] = field(default_factory=list)


def shown_path(path: Path, root: Path | None = None) -> str:
    """The path as faults print it: relative to *root* where it lies under it, with forward slashes."""
    if root is not None:
        try:
            return path.resolve().relative_to(root.resolve()).as_posix()
        except ValueError:
            pass
    return path.as_posix()


def read_sheet(path: Path, shown: str) -> tuple[Sheet, list[Fault]]:
    """The sheet of *path* and every fault of its text; *shown* is its name in a fault.

    A row that is not as wide as the header is a fault and is left out of the sheet. A file in another encoding is a
    fault; where Windows-1252 can read it, the rows are still given, so that all its other faults are found as well.
    """
    try:
        data = read(path)
    except OSError as error:
        reason = error.strerror or str(error)
        return Sheet(), [Fault(shown, "", reason, "is a file that can be read", "Put the file in its place.")]
    if not data.strip():
        return Sheet(), [Fault(shown, "line 1", "", "is not an empty file", "Restore the file; nothing is in it.")]
    if (binary := _binary(data, shown)) is not None:
        return Sheet(), [binary]
    faults = []
    if data.startswith(UTF8_MARK):
        rule = "is UTF-8 text without a byte order mark"
        faults.append(Fault(shown, "line 1", "byte order mark", rule, f"{SAVE_AS_UTF8} without a byte order mark."))
        data = data.removeprefix(UTF8_MARK)
    text, not_utf8 = _decode(data, shown)
    sheet, ragged = parse_sheet(text, shown)
    return sheet, faults + not_utf8 + ragged + ([] if not_utf8 else odd_cells(text, sheet, shown))


def _binary(data: bytes, shown: str) -> Fault | None:
    """The fault of a file that is no text of single bytes: a workbook, UTF-16, or a byte that no text has."""
    if data.startswith(WORKBOOK_MARKS):
        mend = "Open it in the program that made it and save the sheet as CSV in UTF-8."
        return Fault(shown, "line 1", "workbook", "is a CSV file", mend)
    # of plain text in UTF-16 every other byte is nought
    if data.startswith(UTF16_MARKS) or data.count(0) > len(data) / 4:
        return Fault(shown, "line 1", "UTF-16 or binary", "is UTF-8 text", f"{SAVE_AS_UTF8}.")
    if (at := data.find(0)) >= 0:
        line = data.count(b"\n", 0, at) + 1
        mend = "Write the line anew, or restore the file: it may be damaged."
        return Fault(shown, f"line {line}", "byte 0x00", "is UTF-8 text", mend)
    return None


def odd_cells(text: str, sheet: Sheet, shown: str) -> list[Fault]:
    """Cells that hold what a reader cannot see or takes for something else, and cells that are far too long."""
    if text.isascii() and not CONTROL.search(text) and len(max(text.split("\n"), key=len)) <= LONGEST_CELL:
        return []
    faults = []
    for line, row in zip((1, *sheet.lines), (sheet.header, *sheet.rows), strict=True):
        for name, cell in zip(sheet.header, row, strict=True):
            rule = odd(cell, breaks="\n\r")
            if len(cell) > LONGEST_CELL:
                rule = f"has {len(cell):,} characters and may have {LONGEST_CELL:,}"
            if rule:
                where = f"line {line}, column {name[:40]}" if odd(name) is None else f"line {line}"
                faults.append(Fault(shown, where, ascii(cell[:40])[1:-1], rule, "Write it anew."))
    return faults


def _decode(data: bytes, shown: str) -> tuple[str, list[Fault]]:
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        wrong = {}
        for number, line in enumerate(data.split(b"\n"), start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                wrong[number] = f"byte 0x{line[error.start]:02x}"
        mend = f"{SAVE_AS_UTF8}; it looks like Windows-1252."
        return data.decode("cp1252", errors="replace"), _of_lines(shown, wrong, "is UTF-8 text", mend)


def parse_sheet(text: str, shown: str) -> tuple[Sheet, list[Fault]]:
    """The sheet of a *text*, and every fault of how its lines are made."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    faults: list[Fault] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    header: list[str] = []
    ragged: dict[int, dict[int, str]] = defaultdict(dict)
    broken: list[int] = []
    started = 1
    try:
        header = next(reader)
        if not header:
            mend = "Remove the empty line, or restore the file."
            return Sheet(), [Fault(shown, "line 1", "", "has the names of the columns", mend)]
        if other := next((name for mark, name in SEPARATORS.items() if len(header) == 1 and mark in header[0]), None):
            rule, mend = "has commas between its columns", f"Save the file again with commas; here are {other}."
            return Sheet(), [Fault(shown, "line 1", header[0][:40], rule, mend)]
        started = reader.line_num + 1
        for row in reader:
            if len(row) == len(header):
                rows.append(row)
                lines.append(started)
            else:
                ragged[len(row)][started] = ",".join(row)[:80]
            started = reader.line_num + 1
    except csv.Error as error:
        broken = [started]
        mend = "Mend the quotation marks, or restore the file: it may be cut short."
        faults.append(Fault(shown, f"line {started}", str(error), "is a well-formed line of CSV", mend))
    for width, found in ragged.items():
        rule = f"has {len(header)} fields, as the header has; here are {width}"
        faults += _of_lines(shown, found, rule, "Mend the line, or restore the file: it may be cut short.")
    faults += header_repeats(header, shown)
    return Sheet(
        tuple(header), rows, lines, sorted([*(line for found in ragged.values() for line in found), *broken])
    ), faults


def _of_lines(shown: str, wrong: dict[int, str], rule: str, mend: str) -> list[Fault]:
    """A fault for each line that breaks the same rule, by line number; one for all of them where they are many."""
    if len(wrong) > MANY:
        line, value = min(wrong.items())
        return [Fault(shown, f"line {line}", value, f"{rule} (and {len(wrong) - 1} more lines)", mend)]
    return [Fault(shown, f"line {line}", value, rule, mend) for line, value in wrong.items()]


def header_repeats(header: Sequence[str], shown: str) -> list[Fault]:
    """A fault for each column that the header names twice."""
    repeated = sorted({name for name in header if header.count(name) > 1})
    return [
        Fault(shown, f"line 1, column {name}", name, "is a column named once", "Remove one of them.")
        for name in repeated
    ]


def header_faults(header: Sequence[str], wanted: Iterable[str], shown: str) -> list[Fault]:
    """A fault for each *wanted* column that is missing and for each other column."""
    wanted = list(wanted)
    faults = []
    for name in wanted:
        if name not in header:
            rule = "is a column of this table and is missing"
            mend = f"Add it, or correct its name; the header has: {', '.join(header)}."
            faults.append(Fault(shown, f"line 1, column {name}", "", rule, mend))
    for name in dict.fromkeys(header):
        if name not in wanted:
            mend = f"Remove it, or correct its name; the columns are: {', '.join(wanted)}."
            faults.append(Fault(shown, f"line 1, column {name}", name, "is no column of this table", mend))
    return faults


def inert(cell: str) -> str:
    """A cell that leaves the house: one that a spreadsheet would run as a formula gets an apostrophe before it.

    >>> inert("=1+1"), inert("+2.0 points"), inert("-12"), inert("+cmd"), inert("-2+3|A0!B")
    ("'=1+1", '+2.0 points', '-12', "'+cmd", "'-2+3|A0!B")
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def raise_any(faults: Iterable[Fault]) -> None:
    """Raise :class:`FaultError` with all *faults* where there is one."""
    faults = list(faults)
    if faults:
        raise FaultError(faults)
