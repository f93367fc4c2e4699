"""The Metropolitan Police's monthly crime: a row for each borough and offence label, a column for each month."""

from __future__ import annotations

import re
import tomllib
from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from pcp_analysis.loaders.kinds import MONTHLY_OFFENCES, MONTHLY_TOTAL
from pcp_analysis.loaders.publishers.declared import Use, unused
from pcp_analysis.loaders.publishers.ons import Imported
from pcp_analysis.loaders.rows import months_after
from pcp_analysis.strict.fault import Fault
from pcp_analysis.strict.sheet import Sheet, header_faults, raise_any, read_sheet, shown_path

HOME = Path(__file__).with_name("met.toml")
SHOWN = "pcp_analysis/loaders/publishers/met.toml"
MAJOR, MINOR, BOROUGH = "MajorText", "MinorText", "BoroughName"
COLUMNS = (MAJOR, MINOR, BOROUGH)
RESTORE = "Restore the file: it may be cut short."

#: A major label and one of its minor labels.
Label = tuple[str, str]
#: (place, label) -> month ending -> count.
Counts = dict[tuple[str, Label], dict[date, int]]


@dataclass(frozen=True)
class MetDeclared:
    """The declarations of ``met.toml``, where each is explained. *places* are the boroughs and the names that are none."""

    force: str
    first_month: date
    places: tuple[str, ...]
    labels: Mapping[Label, tuple[str, ...]]
    labels_left_out: Mapping[Label, str] = field(default_factory=dict)
    in_use: Mapping[str, Use] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    no_rows: Mapping[tuple[str, Label], str] = field(default_factory=dict)
    unplaced_name: str = ""
    unplaced_most_percent: float = 100.0
    unplaced: Mapping[tuple[date, int], str] = field(default_factory=dict)

    def series(self, label: Label, month: date) -> str | None:
        """The series in which *label* counts in the month that ends on *month*; None where none is in use."""
        return next((name for name in self.labels[label] if self.in_use.get(name, Use()).covers(month)), None)


@cache
def met_declared() -> MetDeclared:
    """The declarations that the package holds."""
    table = tomllib.loads(HOME.read_text(encoding="utf-8"))
    spans = [(series, block) for block in table["in_use"] for series in block["series"]]
    return MetDeclared(
        force=table["force"],
        first_month=table["first_month"],
        places=(*table["boroughs"], *table["not_boroughs"]),
        labels={label: tuple(series) for label, series in _by_label(table["labels"])},
        labels_left_out=dict(_by_label(table["labels_left_out"])),
        in_use={series: Use(block.get("from"), block.get("until")) for series, block in spans},
        reasons={series: block["reason"] for series, block in spans},
        no_rows={
            (place, (major, minor)): block["reason"]
            for block in table["no_row"]
            for place, major, minor in block["rows"]
        },
        unplaced_name=table["unplaced"]["name"],
        unplaced_most_percent=table["unplaced"]["most_percent"],
        unplaced={tuple(row): block["reason"] for block in table["unplaced"]["month"] for row in block["rows"]},
    )


def _by_label(table: Mapping[str, Mapping[str, Any]]) -> list[tuple[Label, Any]]:
    return [((major, minor), value) for major, minors in table.items() for minor, value in minors.items()]


def monthly_crime(path: Path, *, given: MetDeclared | None = None) -> Imported:
    """Recorded crime of the force by month, all boroughs and all that have none added up.

    The table has the columns of the kind ``monthly_crime``. A label counts in the series that is in use in the month;
    where none is, the month's count is left out and named, and the total is blank. Raises FaultError with every fault
    of the file: of its text, months, labels, boroughs and counts, of rows and months that are missing or stand twice,
    and of declarations that no longer apply.
    """
    given = given or met_declared()
    shown = shown_path(path)
    sheet, faults = read_sheet(path, shown, byte_order_mark=True)
    if sheet.header:
        faults += header_faults(sheet.header, COLUMNS, shown, others_allowed=True)
    months, wrong = _months(sheet, shown, given)
    faults += wrong
    if any(name not in sheet.header for name in COLUMNS):
        raise_any(faults)
    reader = _Reader(sheet, shown, given, months)
    for place, line in enumerate(sheet.lines):
        reader.take(place, line)
    raise_any([*faults, *reader.all_faults()])
    # What stands without a borough is judged by whole months only.
    raise_any(_unplaced(reader.counts, given, shown))
    return Imported(
        _table(reader.counts, given), tuple(_left_out(reader.counts, given)), tuple(_kept(reader.counts, given))
    )


def _months(sheet: Sheet, shown: str, given: MetDeclared) -> tuple[dict[str, date], list[Fault]]:
    """The last day of each column's month, by the column's name, and what is wrong with the columns of months."""
    if not sheet.header:
        return {}, []
    months, faults = {}, []
    for name in dict.fromkeys(sheet.header):
        if name in COLUMNS:
            continue
        if re.fullmatch(r"(19|20)[0-9]{2}(0[1-9]|1[0-2])", name, re.ASCII):
            year, month = int(name[:4]), int(name[4:])
            months[name] = date(year, month, monthrange(year, month)[1])
        else:
            faults.append(
                Fault(
                    shown,
                    f"line 1, column {name}",
                    name,
                    f"is a month, written {given.first_month:%Y%m}, or one of: {', '.join(COLUMNS)}",
                    "Correct the name of the column.",
                )
            )
    early = [name for name, month in months.items() if month < given.first_month]
    faults += [
        Fault(
            shown,
            f"line 1, column {name}",
            name,
            f"is not before {given.first_month:%Y%m}, where the release begins",
            "Declare first_month anew, or correct the name.",
        )
        for name in early
    ]
    run = _run(given.first_month, max([given.first_month, *months.values()]))
    missing = [f"{month:%Y%m}" for month in run if month not in months.values()]
    # As many columns could not be named as are missing: they are these, and have their fault already.
    if len(missing) > len(faults):
        rule = f"has a column for every month from {given.first_month:%Y%m} to {run[-1]:%Y%m}"
        faults.append(
            Fault(shown, "line 1", _some(missing), rule, "Take the whole release, or correct the name of a column.")
        )
    return months, faults


def _run(first: date, last: date) -> list[date]:
    """Every last day of a month from *first* to *last*."""
    run = [first]
    while run[-1] < last:
        run.append(months_after(run[-1], 1))
    return run


def _some(names: Sequence[str]) -> str:
    """The first few of *names*, and how many more there are."""
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


class _Reader:
    """Keeps the counts of one file and what is wrong with its rows."""

    def __init__(self, sheet: Sheet, shown: str, given: MetDeclared, months: Mapping[str, date]) -> None:
        self.sheet, self.file, self.declared = sheet, shown, given
        self.at = {name: sheet.header.index(name) for name in COLUMNS}
        self.months = {name: (sheet.header.index(name), month) for name, month in months.items()}
        self.labels = {*given.labels, *given.labels_left_out}
        self.majors = {major for major, _ in self.labels}
        # Lines that belong to some place and label, but cannot be read as it.
        self.unplaced = len(sheet.ragged)
        self.counts: Counts = {}
        self.faults: list[Fault] = []
        self.wrong: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        self.first_line: dict[tuple[str, Label], int] = {}

    def take(self, place: int, line: int) -> None:
        """Take one row: keep its counts, or what is wrong with it."""
        row = self.sheet.rows[place]
        major, minor, borough = (row[self.at[name]] for name in COLUMNS)
        known = [borough in self.declared.places, (major, minor) in self.labels]
        if not known[0]:
            self.wrong[BOROUGH, borough, "is a borough, or is declared to be none"].append(line)
        if major not in self.majors:
            self.wrong[MAJOR, major, "is a major label with a series"].append(line)
        elif not known[1]:
            self.wrong[MINOR, minor, f"is a minor label of {major} with a series"].append(line)
        self.unplaced += not all(known)
        counts = {}
        for name, (at, month) in self.months.items():
            value = row[at]
            if value.isascii() and value.isdigit() and len(value) < 8:
                counts[month] = int(value)
            else:
                negative = re.fullmatch(r"-[0-9]+", value, re.ASCII)
                self.wrong[name, value, "is not below nought" if negative else "is a whole number of offences"].append(
                    line
                )
        if all(known):
            self._keep((borough, (major, minor)), counts, line)

    def _keep(self, key: tuple[str, Label], counts: dict[date, int], line: int) -> None:
        first = self.first_line.setdefault(key, line)
        if first != line:
            value = ", ".join((*key[1], key[0]))
            self._fault(
                line,
                " + ".join(COLUMNS),
                value,
                f"stands once; line {first} has it too",
                "Remove the row that is too many.",
            )
        else:
            self.counts[key] = counts

    def _fault(self, line: int, column: str, value: str, rule: str, mend: str) -> None:
        self.faults.append(Fault(self.file, f"line {line}, column {column}", value, rule, mend))

    def all_faults(self) -> list[Fault]:
        """Every fault of the rows, of rows that are missing, and of declared gaps that are none."""
        mends = dict.fromkeys((MAJOR, MINOR), "Correct it, or declare its series under labels.")
        mends[BOROUGH] = "Correct it, or declare it under boroughs or not_boroughs."
        for (name, value, rule), lines in self.wrong.items():
            more = f" (and {len(lines) - 1} more rows)" if len(lines) > 1 else ""
            self._fault(lines[0], name, value, rule + more, mends.get(name, "Restore the file, or ask the publisher."))
        gone = {}
        for place in self.declared.places:
            lacks = [
                label
                for label in sorted(self.labels)
                if (place, label) not in self.counts and (place, label) not in self.declared.no_rows
            ]
            if lacks:
                gone[place] = [" / ".join(label) for label in lacks]
        # As many rows could not be placed as are missing: they are these, and have their fault already.
        if sum(len(lacks) for lacks in gone.values()) > self.unplaced:
            self.faults += [
                Fault(
                    self.file,
                    f"column {BOROUGH}, {place}",
                    _some(lacks),
                    "has a row for every label, unless declared",
                    RESTORE,
                )
                for place, lacks in gone.items()
            ]
        without = {key for key in self.declared.no_rows if key not in self.counts}
        return self.faults + unused("no_row", self.declared.no_rows, without, shown=SHOWN)


def _unplaced(counts: Counts, given: MetDeclared, shown: str) -> list[Fault]:
    """A month in which more offences have no borough than is usual and declared."""
    every, without = (
        _month_sums(counts),
        _month_sums({key: row for key, row in counts.items() if key[0] == given.unplaced_name}),
    )
    many = {
        month: count for month, count in without.items() if 100 * count > given.unplaced_most_percent * every[month]
    }
    return [
        Fault(
            shown,
            f"column {month:%Y%m}, {given.unplaced_name}",
            f"{count} of {every[month]}",
            f"is at most {given.unplaced_most_percent:g} per cent of the month's offences, unless declared with its reason",
            "Ask the publisher, or declare it under unplaced.",
        )
        for month, count in many.items()
        if (month, count) not in given.unplaced
    ] + unused("unplaced", given.unplaced, set(many.items()), shown=SHOWN)


def _month_sums(counts: Counts) -> dict[date, int]:
    sums: dict[date, int] = defaultdict(int)
    for row in counts.values():
        for month, count in row.items():
            sums[month] += count
    return dict(sorted(sums.items()))


def _label_sums(counts: Counts) -> dict[Label, dict[date, int]]:
    """The counts of each label by month, over all places."""
    by_label: dict[Label, Counts] = defaultdict(dict)
    for key, row in counts.items():
        by_label[key[1]][key] = row
    return {label: _month_sums(rows) for label, rows in by_label.items()}


def _table(counts: Counts, given: MetDeclared) -> pd.DataFrame:
    sums = _label_sums(counts)
    rows = []
    for month in _month_sums(counts):
        row: dict[str, Any] = {"force": given.force, "month_ending": pd.Timestamp(month)}
        named = {label: given.series(label, month) for label in given.labels}
        for label, series in named.items():
            if series:
                row[series] = row.get(series, 0) + sums[label][month]
        # Without one of its labels the sum would silently miss offences.
        if all(named.values()):
            row[MONTHLY_TOTAL] = sum(row[series] for series in set(named.values()) if series)
        rows.append(row)
    values = (*MONTHLY_OFFENCES, MONTHLY_TOTAL)
    return pd.DataFrame(rows, columns=["force", "month_ending", *values]).astype(dict.fromkeys(values, "Int64"))


def _left_out(counts: Counts, given: MetDeclared) -> list[str]:
    """One line for each label that the table lacks, and for each series of which it lacks months, with the reason."""
    sums = _label_sums(counts)
    lines = [
        f"{label[1]}: {sum(sums[label].values()):,} offences. {reason}"
        for label, reason in given.labels_left_out.items()
    ]
    for series, use in given.in_use.items():
        labels = [label for label, names in given.labels.items() if series in names]
        lost = sorted({month for label in labels for month in sums[label] if given.series(label, month) is None})
        if lost:
            offences = sum(sums[label][month] for label in labels for month in lost)
            what = f"{lost[0]:%Y-%m} to {lost[-1]:%Y-%m}, {offences:,} offences, and {MONTHLY_TOTAL} of these months"
        else:
            what = f"held {f'until {use.until:%Y-%m}' if use.until else f'from {use.start:%Y-%m}'} only"
        lines.append(f"{series}: {what}. {given.reasons[series]}")
    return lines


def _kept(counts: Counts, given: MetDeclared) -> list[str]:
    every = _month_sums(counts)
    lines = [
        f"{given.unplaced_name}, {month:%Y-%m}: {count:,} of {every[month]:,} offences. {reason}"
        for (month, count), reason in given.unplaced.items()
    ]
    return lines + [f"{place}: no row for {label[1]}. {reason}" for (place, label), reason in given.no_rows.items()]
