"""The ONS table of recorded crime by police force area: years of four quarters, one ending each quarter."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pcp_analysis.loaders.publishers.declared import Declared, broken, unused
from pcp_analysis.loaders.publishers.home_office import QUARTERS
from pcp_analysis.loaders.rows import months_after
from pcp_analysis.strict.fault import Fault
from pcp_analysis.strict.sheet import Sheet, header_faults, read_sheet, shown_path

ENDING, FORCE, REGION, LABEL = "12 months ending", "PFA", "Region", "Offence"
COUNT = "Rolling year total number of offences"
COLUMNS = (ENDING, FORCE, REGION, LABEL, COUNT)

#: (force, series) -> year ending -> count.
Years = dict[tuple[str, str], dict[date, int]]


def rolling_table(path: Path, given: Declared) -> tuple[Years, list[date], list[Fault]]:
    """The published years of each territorial force and series, the unbroken run of year ends, and every fault.

    The annual years before the run are read and checked, and are in no run. Dates that are printed wrong and counts
    below nought are taken only as declared.
    """
    shown = shown_path(path)
    sheet, faults = read_sheet(path, shown, byte_order_mark=True)
    faults += header_faults(sheet.header, COLUMNS, shown) if sheet.header else []
    if any(name not in sheet.header for name in COLUMNS):
        return {}, [], faults
    reader = _Reader(sheet, shown, given, unplaced=len(sheet.ragged))
    for place, line in enumerate(sheet.lines):
        reader.take(place, line)
    run, missing = reader.run()
    return reader.years, run, faults + reader.all_faults() + missing


class _Reader:
    """Keeps the counts of one file and what is wrong with its rows."""

    def __init__(self, sheet: Sheet, shown: str, given: Declared, *, unplaced: int) -> None:
        self.sheet, self.file, self.declared = sheet, shown, given
        # Lines that belong to some force, label and year end, but cannot be read as it.
        self.unplaced = unplaced
        self.at = {name: sheet.header.index(name) for name in COLUMNS}
        self.years: Years = defaultdict(dict)
        self.faults: list[Fault] = []
        self.wrong: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.first_line: dict[tuple[str, str, date], int] = {}
        self.corrected: set[str] = set()
        self.negatives: set[tuple[str, str, date]] = set()
        self.days: dict[str, date | None] = {}

    def take(self, place: int, line: int) -> None:
        """Take one row: keep its count, or what is wrong with it."""
        row = {name: self.sheet.rows[place][at] for name, at in self.at.items()}
        force, label = row[FORCE], row[LABEL]
        ending = self._day(row[ENDING])
        labelled = label in self.declared.labels or label in self.declared.labels_left_out
        placed = force in self.declared.forces or force in self.declared.not_territorial
        wrong = broken(row, ((ENDING, ending is not None), (LABEL, labelled), (FORCE, placed)))
        for name, value in wrong:
            self.wrong[name, value].append(line)
        self.unplaced += bool(wrong)
        if not re.fullmatch(r"-?[0-9]{1,9}", row[COUNT]):
            self._fault(
                line, COUNT, row[COUNT], "is a whole number of offences", "Restore the file, or correct the count."
            )
            self.unplaced += not wrong
        elif ending and not wrong:
            self._keep((force, label, ending), int(row[COUNT]), line)

    def _day(self, printed: str) -> date | None:
        """The day that is meant; None where it is not the last of a month that ends a quarter."""
        if printed in self.declared.dates:
            self.corrected.add(printed)
        if printed not in self.days:
            self.days[printed] = self.declared.dates.get(printed) or parsed_day(printed)
        return self.days[printed]

    def _keep(self, key: tuple[str, str, date], count: int, line: int) -> None:
        force, label, ending = key
        first = self.first_line.setdefault(key, line)
        if first != line:
            self._fault(
                line,
                f"{ENDING} + {FORCE} + {LABEL}",
                f"{ending}, {force}, {label}",
                f"stands once; line {first} has it too",
                "Remove the row that is too many.",
            )
            return
        if force in self.declared.not_territorial:
            return
        if count < 0:
            self.negatives.add(key)
            if self.declared.negative_years.get(key) != count:
                self._fault(
                    line,
                    COUNT,
                    str(count),
                    "is not below nought, unless declared with its reason",
                    "Ask the publisher, or declare it under negative_year.",
                )
        if label in self.declared.labels:
            self.years[force, self.declared.labels[label]][ending] = count

    def _fault(self, line: int, column: str, value: str, rule: str, mend: str) -> None:
        self.faults.append(Fault(self.file, f"line {line}, column {column}", value, rule, mend))

    def all_faults(self) -> list[Fault]:
        """Every fault of the rows, and of declarations that apply to nothing."""
        rules = {
            ENDING: (
                "is the last day of a quarter, written 31-12-2018",
                "Correct it, or declare the correction under date.",
            ),
            LABEL: ("is an offence label with a series", "Declare its series under labels, or why it is left out."),
            FORCE: ("is a force, or is declared not territorial", "Declare it, or correct its name."),
        }
        for (name, value), lines in self.wrong.items():
            more = f" (and {len(lines) - 1} more rows)" if len(lines) > 1 else ""
            self._fault(lines[0], name, value, rules[name][0] + more, rules[name][1])
        return [
            *self.faults,
            *unused("date", self.declared.dates, self.corrected),
            *unused("negative_year", self.declared.negative_years, self.negatives),
        ]

    def run(self) -> tuple[list[date], list[Fault]]:
        """The year ends from the first unbroken one to the last, and what is missing of them."""
        endings = {ending for years in self.years.values() for ending in years}
        if not endings:
            return [], [Fault(self.file, "", "", "has counts of territorial forces", "Restore the file.")]
        run = list(_quarter_ends(self.declared.rolling_from, max(endings)))
        missing = [
            Fault(
                self.file,
                f"column {ENDING}",
                f"{ending:%d-%m-%Y}",
                "is a year end that the table has",
                "Restore the file: a quarter is missing.",
            )
            for ending in run
            if ending not in endings
        ]
        gone = {
            (force, ending): labels
            for ending in run
            if ending in endings
            for force in self.declared.forces
            if (labels := self._missing_labels(force, ending))
        }
        # As many rows could not be placed as are missing: they are these, and have their fault already.
        if sum(len(labels) for labels in gone.values()) > self.unplaced:
            missing += [
                Fault(
                    self.file,
                    f"{force}, 12 months ending {ending:%d-%m-%Y}",
                    ", ".join(labels[:4]) + (f" and {len(labels) - 4} more" if len(labels) > 4 else ""),
                    "has a row for every offence label in use",
                    "Restore the file: it may be cut short.",
                )
                for (force, ending), labels in gone.items()
            ]
        return run, missing

    def _missing_labels(self, force: str, ending: date) -> list[str]:
        return [
            label
            for label, series in self.declared.labels.items()
            if listed(series, ending, self.declared) and ending not in self.years.get((force, series), {})
        ]


def listed(series: str, ending: date, given: Declared) -> bool:
    """Whether the label was in use in any quarter of the year ending on *ending*, so that a row must be there."""
    use = given.use(series)
    return use.covers(ending) or (use.until is not None and months_after(ending, -12) < use.until < ending)


def parsed_day(printed: str) -> date | None:
    """The day that ``dd-mm-yyyy`` names, or None where it is no day, or not the last one of a quarter."""
    if not re.fullmatch(r"\d{2}-\d{2}-\d{4}", printed, re.ASCII):
        return None
    try:
        day = date(int(printed[6:]), int(printed[3:5]), int(printed[:2]))
    except ValueError:
        return None
    return day if (day.month, day.day) in QUARTERS.values() else None


def _quarter_ends(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = months_after(first, 3)
