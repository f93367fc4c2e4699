"""What the loaders of recorded crime take as given: labels, forces, dates of use and corrections, each declared once."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pcp_analysis.strict.fault import Fault

HOME = Path(__file__).with_name("recorded_crime.toml")
SHOWN = "pcp_analysis/loaders/publishers/recorded_crime.toml"


@dataclass(frozen=True)
class Use:
    """The days from and until which a label was in use (None: no limit held), and the label that followed it."""

    start: date | None = None
    until: date | None = None
    successor: str | None = None

    def covers(self, day: date) -> bool:
        """Whether the label was in use in the quarter that ends on *day*."""
        return (self.start is None or day > self.start) and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Declared:
    """The declarations of ``recorded_crime.toml``, where each is explained; a mapping's values are mostly the meaning."""

    rolling_from: date
    anchor_year: str
    forces: tuple[str, ...]
    labels: Mapping[str, str]
    subgroups: Mapping[str, str]
    codes: Mapping[str, str] = field(default_factory=dict)
    labels_left_out: Mapping[str, str] = field(default_factory=dict)
    not_territorial: tuple[str, ...] = ()
    in_use: Mapping[str, Use] = field(default_factory=dict)
    dates: Mapping[str, date] = field(default_factory=dict)
    force_names: Mapping[str, str] = field(default_factory=dict)
    repeated_codes: Mapping[str, int] = field(default_factory=dict)
    not_tied: Mapping[str, str] = field(default_factory=dict)
    negative_years: Mapping[tuple[str, str, date], int] = field(default_factory=dict)
    negative_quarters: Mapping[tuple[str, int, str], int] = field(default_factory=dict)
    negative_derived: Mapping[tuple[str, str, date], int] = field(default_factory=dict)
    strays: Mapping[tuple[str, str, date], int] = field(default_factory=dict)

    @property
    def series(self) -> tuple[str, ...]:
        """The series that the labels make, in their order."""
        return tuple(dict.fromkeys(self.labels.values()))

    def use(self, series: str) -> Use:
        """When the label of *series* was in use; throughout where nothing else is declared."""
        return self.in_use.get(series, Use())


@cache
def declared() -> Declared:
    """The declarations that the package holds."""
    table = tomllib.loads(HOME.read_text(encoding="utf-8"))
    in_use = {
        series: Use(keys.get("from"), keys.get("until"), keys.get("successor"))
        for series, keys in table["in_use"].items()
    }
    return Declared(
        rolling_from=table["rolling_from"],
        anchor_year=table["anchor_year"],
        forces=tuple(table["forces"]),
        labels=table["labels"],
        subgroups=table["home_office"]["subgroups"],
        codes=table["home_office"]["codes"],
        labels_left_out=table["labels_left_out"],
        not_territorial=tuple(table["not_territorial"]),
        in_use=in_use,
        dates={row["printed"]: row["meant"] for row in table["date"]},
        force_names={row["printed"]: row["meant"] for row in table["force_name"]},
        repeated_codes={row["code"]: row["rows"] for row in table["repeated_code"]},
        not_tied={row["force"]: row["reason"] for row in table["not_tied"]},
        negative_years=_rows(table["negative_year"]),
        negative_quarters=_rows(table["negative_quarter"]),
        negative_derived=_rows(table["negative_derived"]),
        strays=_rows(table["stray"]),
    )


def broken(row: Mapping[str, str], rules: Iterable[tuple[str, bool]]) -> list[tuple[str, str]]:
    """The columns of a row, with their values, whose rule does not hold."""
    return [(name, row[name]) for name, holds in rules if not holds]


def _rows(blocks: Iterable[Mapping[str, Any]]) -> dict[tuple[Any, ...], int]:
    return {tuple(row[:-1]): row[-1] for block in blocks for row in block["rows"]}


def unused(what: str, entries: Iterable[object], applied: Collection[object], *, shown: str = SHOWN) -> list[Fault]:
    """A fault for each correction declared in *shown* that applied to nothing in the file: it must not linger."""
    return [
        Fault(
            shown,
            what,
            _words(entry),
            "applies to something in the file",
            "Remove the line: the publisher has changed it.",
        )
        for entry in entries
        if entry not in applied
    ]


def _words(entry: object) -> str:
    return ", ".join(str(part) for part in entry) if isinstance(entry, tuple) else str(entry)
