"""The Home Office's police recorded crime open data: single quarters of one financial year, by force and offence code."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

from pcp_analysis.loaders.publishers.declared import Declared, broken, unused
from pcp_analysis.strict.fault import Fault
from pcp_analysis.strict.sheet import Sheet, header_faults, read_sheet, shown_path

YEAR, QUARTER, FORCE = "Financial_Year", "Financial_Quarter", "Force_Name"
SUBGROUP, CODE, COUNT = "Offence_Subgroup", "Offence_Code", "Number_of_Offences"
COLUMNS = (YEAR, QUARTER, FORCE, SUBGROUP, CODE, COUNT)
QUARTERS = {"1": (6, 30), "2": (9, 30), "3": (12, 31), "4": (3, 31)}

#: (force, series) -> the count of each of the four quarters, April to June first.
Anchor = dict[tuple[str, str], list[int]]


def year_ends(financial_year: str) -> tuple[date, ...]:
    """The last days of the four quarters of a financial year.

    >>> [str(day) for day in year_ends("2017/18")]
    ['2017-06-30', '2017-09-30', '2017-12-31', '2018-03-31']
    """
    year = int(financial_year[:4])
    return tuple(date(year + (month == 3), month, day) for month, day in QUARTERS.values())


def anchor_quarters(path: Path, given: Declared) -> tuple[Anchor, list[Fault]]:
    """The four quarters of each territorial force and series, and every fault of the file.

    Counts below nought, codes on several rows and names that are turned round are taken only as declared.
    """
    shown = shown_path(path)
    sheet, faults = read_sheet(path, shown, byte_order_mark=True)
    faults += header_faults(sheet.header, COLUMNS, shown, others_allowed=True) if sheet.header else []
    if any(name not in sheet.header for name in COLUMNS):
        return {}, faults
    if not sheet.rows:
        return {}, faults or [Fault(shown, "line 2", "", "has at least one row", "Restore the file.")]
    reader = _Reader(sheet, shown, given, unplaced=len(sheet.ragged))
    for place, line in enumerate(sheet.lines):
        reader.take(place, line)
    return reader.anchor, faults + reader.all_faults()


class _Reader:
    """Adds up the rows of one file and keeps what is wrong with them."""

    def __init__(self, sheet: Sheet, shown: str, given: Declared, *, unplaced: int) -> None:
        self.sheet, self.file, self.declared = sheet, shown, given
        # Lines that belong to some force, quarter and code, but cannot be read as it.
        self.unplaced = unplaced
        self.at = {name: sheet.header.index(name) for name in COLUMNS}
        self.anchor: Anchor = defaultdict(lambda: [0, 0, 0, 0])
        self.faults: list[Fault] = []
        self.wrong: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.rows: Counter[tuple[str, int, str]] = Counter()
        self.line_of: dict[tuple[str, int, str], int] = {}
        self.renamed: set[str] = set()
        self.negatives: set[tuple[str, int, str]] = set()

    def take(self, place: int, line: int) -> None:
        """Take one row: add its count, or keep what is wrong with it."""
        row = {name: self.sheet.rows[place][at] for name, at in self.at.items()}
        force = row[FORCE]
        if force in self.declared.force_names:
            self.renamed.add(force)
            force = self.declared.force_names[force]
        if force in self.declared.not_territorial:
            return
        series = self.declared.codes.get(row[CODE]) or self.declared.subgroups.get(row[SUBGROUP])
        known, year = force in self.declared.forces, row[YEAR] == self.declared.anchor_year
        sound = ((FORCE, known), (YEAR, year), (QUARTER, row[QUARTER] in QUARTERS), (SUBGROUP, series is not None))
        wrong = broken(row, sound)
        for name, value in wrong:
            self.wrong[name, value].append(line)
        self.unplaced += bool(wrong)
        if not re.fullmatch(r"-?[0-9]{1,9}", row[COUNT]):
            self._fault(
                line, COUNT, row[COUNT], "is a whole number of offences", "Restore the file, or correct the count."
            )
            self.unplaced += not wrong
        elif series and not wrong:
            self._add((force, int(row[QUARTER]), row[CODE]), series, int(row[COUNT]), line)

    def _add(self, key: tuple[str, int, str], series: str, count: int, line: int) -> None:
        force, quarter, code = key
        self.rows[key] += 1
        self.line_of.setdefault(key, line)
        if self.rows[key] > self.declared.repeated_codes.get(code, 1):
            self._fault(
                line,
                CODE,
                code,
                f"stands once in a quarter of {force}; line {self.line_of[key]} has it too",
                "Remove the row that is too many.",
            )
            return
        if count < 0:
            self.negatives.add(key)
            if self.declared.negative_quarters.get(key) != count:
                self._fault(
                    line,
                    COUNT,
                    str(count),
                    "is not below nought, unless declared with its reason",
                    "Ask the publisher, or declare it under negative_quarter.",
                )
        self.anchor[force, series][quarter - 1] += count

    def _fault(self, line: int, column: str, value: str, rule: str, mend: str) -> None:
        self.faults.append(Fault(self.file, f"line {line}, column {column}", value, rule, mend))

    def all_faults(self) -> list[Fault]:
        """Every fault of the rows, of the quarters that are missing, and of declarations that apply to nothing."""
        rules = {
            FORCE: ("is a force, or is declared not territorial", "Declare it, or correct its name."),
            YEAR: (f"is the anchor's financial year, {self.declared.anchor_year}", "Take the file of that year."),
            QUARTER: ("is a financial quarter, 1 to 4", "Correct it."),
            SUBGROUP: ("is an offence subgroup with a series", "Declare the series that it belongs to."),
        }
        for (name, value), lines in self.wrong.items():
            more = f" (and {len(lines) - 1} more rows)" if len(lines) > 1 else ""
            self._fault(lines[0], name, value, rules[name][0] + more, rules[name][1])
        return (
            self.faults
            + self._missing()
            + [
                *unused("force_name", self.declared.force_names, self.renamed),
                *unused("negative_quarter", self.declared.negative_quarters, self.negatives),
                *unused(
                    "repeated_code",
                    self.declared.repeated_codes,
                    {
                        code
                        for (_, _, code), count in self.rows.items()
                        if count == self.declared.repeated_codes.get(code)
                    },
                ),
            ]
        )

    def _missing(self) -> list[Fault]:
        """A force's quarter in which codes, or some rows of a code, are missing that other quarters or forces have."""
        codes = {code for _, _, code in self.rows}
        wanted = {code: self.declared.repeated_codes.get(code, 1) for code in codes}
        gone = {
            (force, quarter): missing
            for force in self.declared.forces
            for quarter in range(1, 5)
            if (missing := sorted(code for code, rows in wanted.items() if self.rows[force, quarter, code] < rows))
        }
        # As many rows could not be placed as are missing: they are these, and have their fault already.
        if sum(len(missing) for missing in gone.values()) <= self.unplaced:
            return []
        return [
            Fault(
                self.file,
                f"{force}, quarter {quarter}",
                ", ".join(missing[:5]) + (" …" if len(missing) > 5 else ""),
                "has a row for every offence code",
                "Restore the file: it may be cut short.",
            )
            for (force, quarter), missing in gone.items()
        ]
