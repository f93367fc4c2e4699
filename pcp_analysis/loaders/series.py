"""The series that are declared, ``data/series.toml``: what each counts, in which unit and grain, and which way is good."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pcp_analysis.loaders.kinds import KINDS
from pcp_analysis.strict import toml, value
from pcp_analysis.strict.fault import Fault
from pcp_analysis.strict.nearest import advise
from pcp_analysis.strict.sheet import raise_any
from pcp_analysis.strict.toml import Document, Key

FILE = Path("data", "series.toml")
NAME = r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?"


@dataclass(frozen=True)
class Series:
    """A series: its *title*, *unit* and *grain*, whether *better* is lower, higher or neutral, and what it *adds_up_to*.

    *start* and *until* are the months from and until which it was in use, blank where no limit is known. The series of an
    extract is named ``ENTRY.SERIES``.
    """

    name: str
    title: str
    unit: str = "count"
    grain: str = "month"
    better: str = "neutral"
    start: str = ""
    until: str = ""
    adds_up_to: str = ""


KEYS = {
    "title": Key(value.line, required=True),
    "unit": Key(value.one_of(("count", "persons", "percent"), "unit")),
    "grain": Key(value.one_of(("month", "quarter", "year"), "grain"), required=True),
    "better": Key(value.one_of(("lower", "higher", "neutral"), "direction"), required=True),
    "from": Key(value.month),
    "until": Key(value.month),
    "adds_up_to": Key(value.matching(NAME, "is no name of a series", "Write the name of the total.")),
}


def read(root: Path) -> dict[str, Series]:
    """Every declared series by its name; none where the root has no such file. Raises FaultError with all faults."""
    document = toml.read(root / FILE, FILE.as_posix(), may_lack=True)
    series = _series(document)
    raise_any(document.faults)
    return series


def check(root: Path) -> list[Fault]:
    """Every fault of the file of series, each with its line."""
    document = toml.read(root / FILE, FILE.as_posix(), may_lack=True)
    _series(document)
    return document.faults


def _series(document: Document) -> dict[str, Series]:
    found = {}
    for at, keys in document.tables(document.data, "series"):
        values = document.take(keys, at, KEYS | {"name": Key(value.matching(NAME, "is no name of a series", ""), True)})
        if {"name", "title"} <= values.keys():
            start = values.pop("from", "")
            if values["name"] in found:
                document.fault(f"{at}.name", values["name"], "is declared once", "Remove one of the two.")
                continue
            found[values["name"]] = Series(start=start, **values)
    for name in document.data.keys() - {"series"}:
        document.fault(name, name, "is no table of series", "Head each with [[series]].")
    for place, (name, each) in enumerate(found.items(), start=1):
        if each.adds_up_to and each.adds_up_to not in found:
            mend = advise(each.adds_up_to, found, noun="series")
            document.fault(
                f"series[{place}].adds_up_to", each.adds_up_to, f"is a declared series, as {name} says", mend
            )
    return found


def known(root: Path) -> list[str]:
    """The names that a label may be given: those that are declared, without their entry, and those of the wide tables."""
    wide = [name for kind in KINDS.values() if kind.frequency and not kind.long for name in kind.values]
    return list(dict.fromkeys([*(name.rpartition(".")[2] for name in read(root)), *wide]))
