"""A release as its description says it: a TOML in ``data/releases`` of the root, else one that the package ships."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pcp_analysis.loaders.releases.keys import FIXED, FREE, INNER, LISTED, LISTS, ROLES, USE
from pcp_analysis.loaders.releases.names import Names, plain
from pcp_analysis.loaders.releases.periods import GRAINS, Writing, number_of
from pcp_analysis.strict import toml, value
from pcp_analysis.strict.nearest import advise
from pcp_analysis.strict.sheet import raise_any
from pcp_analysis.strict.toml import Document, Key

OWN = Path("data", "releases")
SHIPPED = Path(__file__).parent
SHIPPED_SHOWN = "pcp_analysis/loaders/releases"


@dataclass(frozen=True)
class Use:
    """The months from and until which a series was in use (None: no limit known), and why; both inside."""

    start: int | None = None
    until: int | None = None
    reason: str = ""

    def covers(self, month: int, months: int = 1) -> bool:
        """Whether it was in use in any of the *months* that end with *month*."""
        return (self.start is None or month >= self.start) and (self.until is None or month - months < self.until)


@dataclass(frozen=True)
class Description:
    """What a description says; every field is explained in docs/data.md by the name of its key.

    *origin* is its file as faults name it. *areas*, *labels*: printed name -> area, series of each time, or why it is left
    out. *lists*: name of a list of exceptions -> its blocks.
    """

    name: str
    origin: str
    release: Mapping[str, Any]
    file: Mapping[str, Any]
    columns: Mapping[str, tuple[str, ...]]
    cut: Mapping[str, re.Pattern[str]]
    writing: Writing
    periods: Mapping[str, Any]
    headings: Mapping[str, Any]
    areas: Names
    codes: Mapping[str, str]
    labels: Names
    in_use: Mapping[str, Use]
    totals: Mapping[str, Any]
    lists: Mapping[str, tuple[Mapping[str, Any], ...]]
    quarters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """The name of the table and of its register entry."""
        return str(self.release.get("table", self.name.replace("-", "_")))

    @property
    def events(self) -> bool:
        """Whether a row of the file is one event."""
        return "count" not in self.columns and not self.across

    @property
    def across(self) -> str:
        """What stands across in the headings: ``periods``, ``labels`` or nothing."""
        return str(self.headings.get("are", ""))

    @property
    def step(self) -> int:
        """How many months lie between two periods that follow each other."""
        return int(self.periods.get("step", GRAINS[self.writing.grain]))

    def total_names(self, of: str) -> dict[str, str]:
        """The names of what is the sum of other ``areas`` or ``labels``, by how they are compared."""
        return {plain(name).casefold(): name for name in self.totals[of]}

    def series_of(self, label: str) -> tuple[str, ...]:
        """The series that a printed label counts in, each at its time; none where it is left out or unknown."""
        found = (self.release["series"],) if "series" in self.release else self.labels.of(label)
        return found if isinstance(found, tuple) else ()

    @property
    def series(self) -> list[str]:
        """Every series that the labels name."""
        named = [each for each in self.labels.table.values() if isinstance(each, tuple)]
        return list(dict.fromkeys(name for each in named for name in each))

    def rows(self, name: str, edition: set[str | date]) -> Iterator[tuple[tuple[Any, ...], str]]:
        """The rows of a list of exceptions that hold for files of these sha256 and as-at day, each with its reason."""
        for block in self.lists.get(name, ()):
            if "edition" not in block or block["edition"] in edition:
                yield from ((tuple(row), block["reason"]) for row in block["rows"])


def names(root: Path) -> dict[str, Path]:
    """Every description by its name: those of the root before those of the package."""
    shipped = {path.stem: path for path in sorted(SHIPPED.glob("*.toml"))}
    return shipped | {path.stem: path for path in sorted((root / OWN).glob("*.toml"))}


def description_of(root: Path, name: str) -> Description:
    """The description of that name, with what it extends; raises FaultError with every fault of it.

    Raises KeyError, with the nearest names, where there is none.
    """
    known = names(root)
    if name not in known:
        raise KeyError(f"no description of a release {name!r}. {advise(name, known, noun='releases')}")
    documents: list[Document] = []
    data = _extended(known, name, known[name], documents)
    last = documents[0]
    if last.readable:
        # what is there and at fault is not missing
        there = {
            key for each in documents if isinstance(each.data.get("release"), dict) for key in each.data["release"]
        }
        for need in ("title", "publisher", "licence", "makes"):
            if need not in there:
                last.fault(f"release.{need}", None, "is missing", f"Add {need} = ... under [release].")
        columns, across = data.get("columns", {}), data.get("headings", {}).get("are", "")
        if "area" not in columns and "one_area" not in data.get("release", {}):
            last.fault("columns.area", None, "is missing", "Add area = [...], or one_area under [release].")
        if "label" not in columns and across != "labels" and "series" not in data.get("release", {}):
            last.fault("columns.label", None, "is missing", "Add label = [...], or series under [release].")
    raise_any(fault for document in documents for fault in document.faults)
    return _built(name, last.file, data)


def _extended(known: Mapping[str, Path], name: str, path: Path, documents: list[Document]) -> dict[str, Any]:
    """What the description at *path* says over what it extends."""
    own = path.parent != SHIPPED
    shown = f"{OWN.as_posix() if own else SHIPPED_SHOWN}/{path.name}"
    document = toml.read(path, shown)
    documents.append(document)
    data = _checked(document)
    base = document.data.get("extends")
    if base is None:
        return data
    below = SHIPPED / f"{name}.toml" if base == name and own else known.get(base)
    if below is None or not below.is_file() or len(documents) > 8:
        document.fault("extends", base, "is no description to extend", advise(str(base), known))
        return data
    return _over(_extended(known, str(base), below, documents), data)


def _over(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    return base | {
        key: _over(base[key], each) if isinstance(each, dict) and isinstance(base.get(key), dict) else each
        for key, each in own.items()
    }


def _checked(document: Document) -> dict[str, Any]:
    """The keys of one file, each as its reader gives it; the faults are noted in the document."""
    data: dict[str, Any] = {}
    known = ("extends", *FIXED, *FREE, *LISTS, "in_use")
    for table, keys in document.data.items():
        if table not in known:
            document.fault(table, table, "is no table of a description", advise(table, known, noun="tables"))
        elif table in FIXED and isinstance(keys, dict):
            data[table] = document.take(keys, table, FIXED[table])
        elif table in FREE and isinstance(keys, dict):
            data[table] = document.take(keys, table, {key: Key(FREE[table]) for key in keys})
        elif table in (*LISTS, "in_use"):
            spec = USE if table == "in_use" else LISTED | {"rows": Key(LISTS[table], True)}
            data[table] = [document.take(each, at, spec) for at, each in document.tables(document.data, table)]
        elif table != "extends":
            document.fault(table, keys, f"is {value.kind(keys)} and must be a table", f"Head it with [{table}].")
    for path, reader in INNER.items():
        table, key = path.split(".")
        if isinstance(found := data.get(table, {}).get(key), dict):
            data[table][key] = document.take(found, path, {name: Key(reader) for name in found})
    return data


def _number(block: Mapping[str, Any], key: str) -> int | None:
    return number_of(block[key]) if key in block else None


def _built(name: str, shown: str, data: dict[str, Any]) -> Description:
    columns, periods, file = data.get("columns", {}), data.get("periods", {}), data.get("file", {})
    across, footnotes = data.get("headings", {}).get("are", ""), file.get("footnotes", False)
    in_use = {
        series: Use(_number(block, "from"), _number(block, "until"), block["reason"])
        for block in data.get("in_use", [])
        for series in block["series"]
    }
    totals = data.get("totals", {})
    return Description(
        name,
        shown,
        data["release"],
        file,
        {role: names for role, names in columns.items() if role in ROLES},
        columns.get("cut", {}),
        Writing(
            periods.get("written", ()),
            periods.get("grain", "month"),
            periods.get("year_ends", 12),
            events="count" not in columns and not across,
            footnotes=footnotes,
        ),
        periods,
        data.get("headings", {}),
        Names(data.get("areas", {}), footnotes),
        data.get("codes", {}),
        Names(data.get("labels", {}), footnotes),
        in_use,
        {"areas": totals.get("areas", {}), "labels": totals.get("labels", {}), "rounded": totals.get("rounded", 0)},
        {each: tuple(data.get(each, ())) for each in LISTS},
        data.get("quarters", {}),
    )
