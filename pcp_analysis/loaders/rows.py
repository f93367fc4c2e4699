"""The rows of a table that a cycle may see, as text: no pandas is needed to know them or their hash."""

from __future__ import annotations

import csv
import io
import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from pcp_analysis.loaders import register, vintages
from pcp_analysis.loaders.disclosure import suppress
from pcp_analysis.loaders.register import RAW, Entry
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.files import sha256_text
from pcp_analysis.strict.sheet import header_faults, read_sheet


def all_rows(root: Path, entry: Entry) -> list[list[str]]:
    """Every row of the table, in the order of the file, its columns in the order of its kind.

    Raises FaultError with every fault of the table where its text or header is at fault.
    """
    kind = entry.kind
    shown = (RAW / entry.file).as_posix()
    sheet, faults = read_sheet(root / RAW / entry.file, shown)
    if sheet.header:
        faults += header_faults(sheet.header, kind.names, shown)
    if faults:
        raise every_fault(root, entry, faults)
    if sheet.header == kind.names:
        return sheet.rows
    order = [sheet.header.index(name) for name in kind.names]
    return [[row[place] for place in order] for row in sheet.rows]


def every_fault(root: Path, entry: Entry, found: list[Fault]) -> FaultError:
    """The error to raise for a table that cannot be read: all that checking it gives, else what was *found*."""
    # pandas is loaded for this only where something is wrong.
    from pcp_analysis.loaders.checked import check_table

    return FaultError(check_table(root, entry) or found)


def visible_rows(root: Path, entry: Entry, *, cut_off: date, board_date: date) -> list[list[str]]:
    """The rows that a cycle may see: a period that ended, and was published, by its cut-off; a figure shown by its
    Board.

    Of a sensitive table without the small counts of people.

    Raises FaultError with every fault of the table where the column that decides it cannot be read.
    """
    kind = entry.kind
    place, sees, kept = kind.names.index(kind.visible_by), _sees(entry, cut_off, board_date), []
    for row in all_rows(root, entry):
        try:
            if sees(row[place]):
                kept.append(row)
        except ValueError:
            shown = (RAW / entry.file).as_posix()
            rule = "is a year" if kind.column(kind.visible_by).type == "int" else "is a date, as in 2014-06-30"
            found = Fault(shown, f"column {kind.visible_by}", row[place], rule, "Run `pcp check`.")
            raise every_fault(root, entry, [found]) from None
    return suppress(entry, kept)


def _sees(entry: Entry, cut_off: date, board_date: date) -> Callable[[str], bool]:
    """Whether a cycle sees the rows of a period, by how the table writes it; ValueError where it writes none."""
    kind = entry.kind

    @cache
    def sees(text: str) -> bool:
        if kind.by_board:
            return text <= f"{board_date:%Y-%m}"
        return months_after(kind.period_end(text), entry.publication_lag_months) <= cut_off

    return sees


def entries_seen(root: Path, *, cut_off: date, board_date: date) -> dict[str, Entry]:
    """The register as a cycle sees it: the as-at date of each entry is that of the rows seen, and what only a later release
    says of its table is not there.
    """
    recorded, seen = vintages.read(root), {}
    for name, entry in register.read(root).items():
        day = vintages.as_at(entry, recorded.get(name), _sees(entry, cut_off, board_date))
        confirmed = tuple(line for line in entry.confirmed if not _after(line, cut_off))
        revision = entry.revision if day == entry.as_at else ""
        seen[name] = replace(entry, as_at=day, revision=revision, confirmed=confirmed, left_out=(), kept=())
    return seen


def _after(line: str, cut_off: date) -> bool:
    """Whether a line of the register is about a period after the cut-off."""
    found = re.search(r"\b(\d{4}-\d{2}(?:-\d{2})?): -?\d+(?:\. |$)", line)
    return found is not None and found[1] > cut_off.isoformat()


def months_after(day: date, months: int) -> date:
    """The day *months* later; the last day of a month stays one.

    >>> months_after(date(2013, 6, 30), 12), months_after(date(2014, 6, 30), 1)
    (datetime.date(2014, 6, 30), datetime.date(2014, 7, 31))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    length = monthrange(year, month + 1)[1]
    is_last = day.day == monthrange(day.year, day.month)[1]
    return date(year, month + 1, length if is_last else min(day.day, length))


def canonical_text(entry: Entry, rows: list[list[str]]) -> str:
    """The rows as CSV: the kind's columns in their order, lines ended by a line feed, quotes only where needed."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(entry.kind.names)
    writer.writerows(rows)
    return stream.getvalue()


@dataclass(frozen=True)
class Visible:
    """What a cycle sees of an input: the *sha256* of its rows, whether there are *any*, and the *measures* that they
    hold.

    *latest* is the last day of its latest period; None where it holds no periods.
    """

    sha256: str
    any: bool
    measures: tuple[str, ...]
    latest: date | None


def visible(root: Path, *, cut_off: date, board_date: date) -> dict[str, Visible]:
    """For every input what the cycle may see of it, so that a later row changes nothing here."""
    found = {}
    for name, entry in register.read(root).items():
        rows, kind = visible_rows(root, entry, cut_off=cut_off, board_date=board_date), entry.kind
        columns = {
            column: [row[place] for row in rows]
            for place, column in enumerate(kind.names)
            if column in ("measure", kind.visible_by)
        }
        latest = kind.period_end(max(columns[kind.visible_by])) if rows and kind.frequency else None
        found[name] = Visible(
            sha256_text(canonical_text(entry, rows)),
            bool(rows),
            tuple(dict.fromkeys(columns.get("measure", ()))),
            latest,
        )
    return found


def month_end(month: int) -> date:
    """The last day of a month that is counted from the year nought.

    >>> month_end(2014 * 12 + 7)
    datetime.date(2014, 8, 31)
    """
    year, of = divmod(month, 12)
    return date(year, of + 1, monthrange(year, of + 1)[1])
