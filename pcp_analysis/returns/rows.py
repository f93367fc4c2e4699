"""The rows of a form as a lead sends it back: read from the workbook, each fault with sheet and cell."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pcp_analysis.returns.asked import RETURN
from pcp_analysis.returns.workbook import COLUMNS, FORM
from pcp_analysis.strict import files, value
from pcp_analysis.strict.fault import Fault

TAKE = "Take the workbook that pcp returns wrote."
#: The columns beside the answer that a lead fills in.
FILLED = ("text", "place", "when", "source")


class Cell(NamedTuple):
    """A cell of a workbook, or one of its sheets, or all of it: where a fault is."""

    file: str
    sheet: str = ""
    row: int = 0
    column: int = 0

    def fault(self, found: object, rule: str, mend: str) -> Fault:
        """A fault of this cell, in which *found* stands."""
        where = f"sheet {self.sheet}" if self.sheet else ""
        where += f", cell {letters(self.column)}{self.row}" if self.row else ""
        return Fault(self.file, where, value.shown(found), rule, mend)


@dataclass(frozen=True)
class Row:
    """A row of a form as it was filled in: its *cells* by the keys of the columns, blank ones left out."""

    file: str
    sheet: str
    number: int
    cells: dict[str, object]

    @property
    def filled(self) -> bool:
        """Whether a lead wrote anything in it."""
        return bool(set(self.cells) & {"answer", *FILLED})

    def cell(self, key: str) -> Cell:
        """The cell of that key."""
        place = next(at for at, each in enumerate(COLUMNS[self.sheet]) if each.key == key)
        return Cell(self.file, self.sheet, self.number, place)


def rows_of(
    path: Path, shown: str, stamp: tuple[str, str, str] | None, faults: list[Fault], notes: list[str]
) -> list[Row]:
    """The rows of both sheets of a workbook that hold anything to be filled in, or an id."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(files.read(path)))
        names = book.sheet_names
        sheets = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in COLUMNS if name in names
        }
    except OSError as error:
        faults.append(
            Cell(shown).fault("", f"cannot be read: {error.strerror}", "Name a form; close it in other programs.")
        )
        return []
    except CalamineError:
        faults.append(Cell(shown).fault("", "is no workbook that can be read", TAKE))
        return []
    for name in [each for each in COLUMNS if each not in names]:
        faults.append(Cell(shown).fault(", ".join(names), f"has no sheet {name}", f"Name it {name} again, or: {TAKE}"))
    tops = {name: _top(name, cells, shown, faults) for name, cells in sheets.items()}
    wrong = list(_foreign(sheets[RETURN][: tops[RETURN]], stamp, shown, notes)) if tops.get(RETURN) and stamp else []
    if wrong:
        faults += wrong
        return []
    rows = []
    for name, cells in sheets.items():
        keys = [each.key for each in COLUMNS[name]]
        for number, values in enumerate(cells[tops[name] :] if tops[name] else [], start=tops[name] + 1):
            found = {key: each for key, each in zip(keys, map(_cell, values), strict=False) if each != ""}
            row = Row(shown, name, number, found)
            if "id" in found or row.filled:
                rows.append(row)
    return rows


def _top(name: str, cells: Sequence[Sequence[object]], shown: str, faults: list[Fault]) -> int:
    """The number of the row of headings; 0, with a fault for each that is missing or moved, where they are not as written."""
    wanted = [each.heading for each in COLUMNS[name]]
    number, found = max(
        ((number, [on_one_line(each) for each in row]) for number, row in enumerate(cells, start=1)),
        key=lambda each: len(set(each[1]) & set(wanted)),
        default=(1, [""]),
    )
    if not set(found) & set(wanted):
        faults.append(Cell(shown, name).fault("", "has no row of headings", TAKE))
        return 0
    wrong = [place for place, heading in enumerate(wanted) if found[place : place + 1] != [heading]]
    for place in wrong:
        at = found.index(wanted[place]) if wanted[place] in found else None
        rule = f"is not the heading {wanted[place]!r}" + (
            "" if at is None else f", which stands in column {letters(at)}"
        )
        cell = Cell(shown, name, number, place)
        faults.append(cell.fault("".join(found[place : place + 1]), rule, "Put the headings back as they were."))
    return 0 if wrong else number


def _foreign(
    above: Sequence[Sequence[object]], stamp: tuple[str, str, str], shown: str, notes: list[str]
) -> Iterator[Fault]:
    """What tells that a form is of another cycle or plan; a note where the same cycle asks for other things by now."""
    number, cells = next(
        ((at, [on_one_line(each) for each in row]) for at, row in enumerate(above, start=1) if row[0] == FORM),
        (0, []),
    )
    if not number:
        yield Cell(shown, RETURN).fault("", f"has no row that begins with {FORM}", TAKE)
        return
    for place, what in enumerate(("cycle", "plan"), start=1):
        if cells[place] != stamp[place - 1]:
            rule = f"is a form of another {what}: this is {stamp[place - 1]}"
            yield Cell(shown, RETURN, number, place).fault(cells[place], rule, "Read it into the cycle that it is of.")
            return
    if cells[3] != stamp[2]:
        notes.append(f"{shown}: what is asked has changed since this form was written.")


def _cell(given: object) -> object:
    """What stands in a cell: a day, or text without blanks around it; "" where it is blank."""
    if isinstance(given, dt.datetime):
        return given.date()
    if isinstance(given, float) and given.is_integer():
        return str(int(given))
    return given if isinstance(given, dt.date) else str(given).strip()


def on_one_line(given: object) -> str:
    """What stands in a cell, as text on one line."""
    return " ".join(str(given).split())


def letters(column: int) -> str:
    """The letter of a column, counted from nought."""
    return chr(ord("A") + column)
