"""Reads a plan strictly from its TOML files: one for the plan, one for each outcome, every fault of all of them at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pcp_analysis.plan.cadence import CADENCES
from pcp_analysis.plan.model import DIRECTIONS, Comparison, Deliverable, Exceptional, Milestone, Outcome, Plan, Rebase
from pcp_analysis.strict import toml, value
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.toml import Key


def _financial_year(given: object) -> str:
    text = value.line(given)
    if not re.fullmatch(r"[0-9]{4}/[0-9]{2}", text) or (int(text[:4]) + 1) % 100 != int(text[5:]):
        raise value.Refused("is no financial year", 'Write two years that follow each other, such as "2013/14".')
    return text


_ID = value.matching("[a-z][a-z0-9_]*", "is no id", "Use small letters, digits and underscores, such as vehicle_crime.")
_SERIES = value.matching(
    r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*", "is no name of a series", "Use small letters, digits, underscores and dots."
)
_WORDS = ("title", "force", "police", "board")
_PLAN = {name: Key(value.line, required=True) for name in _WORDS} | {
    "year": Key(_financial_year, required=True),
    "comparison": Key(value.table, required=True),
    "exceptional": Key(value.anything),
}
_EXCEPTIONAL = {
    "from": Key(value.month, required=True),
    "until": Key(value.month, required=True),
    "reason": Key(value.line, required=True),
    "series": Key(value.lines),
}
_COMPARISON = {
    "forces": Key(value.lines, required=True),
    "basis": Key(value.prose, required=True),
    "without": Key(value.lines),
}
_OUTCOME = {"title": Key(value.line, required=True), "deliverable": Key(value.anything, required=True)}
_SPAN = {"from": Key(value.month), "until": Key(value.month)}
_DELIVERABLE = _SPAN | {
    "id": Key(_ID, required=True),
    "title": Key(value.line, required=True),
    "leads": Key(value.lines, required=True),
    "source": Key(value.line, required=True),
    "cadence": Key(value.one_of(CADENCES, "cadence")),
    "first_due": Key(value.month),
    "printed": Key(value.line),
    "milestone": Key(value.anything),
}
_MILESTONE = _SPAN | {
    "id": Key(_ID, required=True),
    "title": Key(value.line, required=True),
    "better": Key(value.one_of(DIRECTIONS, "direction"), required=True),
    "promised": Key(value.one_of(("lower", "higher"), "direction")),
    "series": Key(_SERIES),
    "metric": Key(_ID),
    "baseline_year": Key(_financial_year),
    "baseline_may_include": Key(_SERIES),
    "target": Key(value.number),
    "note": Key(value.prose),
    "chart_start": Key(value.month),
    "chart_reason": Key(value.line),
    "rebase": Key(value.anything),
}
_PAIRS = (
    ("series", "metric", " where nothing is held that measures the milestone"),
    ("metric", "series", " where nothing is held that measures the milestone"),
    ("baseline_may_include", "baseline_year", ""),
    ("chart_start", "chart_reason", ""),
    ("chart_reason", "chart_start", ""),
)
_REBASE = {
    "at": Key(value.month, required=True),
    "reason": Key(value.line, required=True),
    "by": Key(value.line, required=True),
    "declared": Key(value.month, required=True),
}


def load(folder: Path, *, root: Path | None = None) -> Plan:
    """The plan in *folder*; FaultError with every fault of every file where it has any."""
    plan, faults = read(folder, root=root)
    if faults or plan is None:
        raise FaultError(faults)
    return plan


def check(folder: Path, *, root: Path | None = None) -> list[Fault]:
    """Every fault of every file of the plan in *folder*; whether a series or a metric exists is for findings to say."""
    return read(folder, root=root)[1]


def read(folder: Path, *, root: Path | None = None) -> tuple[Plan | None, list[Fault]]:
    """What can be read of the plan in *folder* (None: nothing), and every fault of it.

    Faults name their files from *root* where they lie under it, else from the folder of the plan.
    """
    base = root.resolve() if root and folder.resolve().is_relative_to(root.resolve()) else folder.resolve().parent
    name = folder.resolve().relative_to(base).as_posix()
    if not folder.is_dir():
        return None, [Fault(name, "", "", "no folder of a plan is here", "Name a folder that holds plan.toml.")]
    files = sorted(each for each in folder.glob("*.toml") if each.name != "plan.toml" and not each.name.startswith("."))
    top = toml.read(folder / "plan.toml", f"{name}/plan.toml")
    values = top.take(top.data, "", _PLAN) if top.readable else {}
    beside = top.take(values["comparison"], "comparison", _COMPARISON) if "comparison" in values else {}
    exceptional = tuple(_exceptional(top)) if top.readable else ()
    faults = [*top.faults, *_sequence(files, name)]
    outcomes: list[Outcome] = []
    seen: dict[tuple[str, str], str] = {}
    for path in files:
        outcome = _OutcomeFile(toml.read(path, f"{name}/{path.name}"), seen, values.get("year", ""))
        outcomes.append(outcome.read(path.stem))
        faults += outcome.document.faults
    plan = Plan(
        id=folder.resolve().name,
        comparison=Comparison(beside.get("forces", ()), beside.get("basis", ""), beside.get("without", ())),
        outcomes=tuple(outcomes),
        exceptional=exceptional,
        **{key: values.get(key, "") for key in (*_WORDS, "year")},
    )
    return plan, sorted(set(faults))


def _exceptional(document: toml.Document) -> Iterator[Exceptional]:
    """The months that plan.toml declares exceptional."""
    for path, table in document.tables(document.data, "exceptional"):
        values = document.take(table, path, _EXCEPTIONAL)
        since, until = values.get("from", ""), values.get("until", "")
        if since and until and until < since:
            document.fault(f"{path}.until", until, f"is before {since}", "Name the last month, or exchange the two.")
        yield Exceptional(since, until, values.get("reason", ""), values.get("series", ()))


def _sequence(files: list[Path], folder: str) -> Iterator[Fault]:
    """Faults of the names of the outcomes' files: NN_name.toml, numbered from 01 without a gap."""
    expected = 1
    for path in files:
        if not re.fullmatch(r"[0-9]{2}_[a-z][a-z0-9_]*", path.stem):
            mend = "Name it by number and id, such as 06_reduce_crime.toml."
            yield Fault(f"{folder}/{path.name}", "", path.name, "is no name of an outcome's file", mend)
            continue
        if int(path.stem[:2]) != expected:
            mend = f"Number the outcomes 01, 02, 03 without a gap; {expected:02d} is wanted here."
            yield Fault(f"{folder}/{path.name}", "", path.stem[:2], "is out of sequence", mend)
        expected = int(path.stem[:2]) + 1
    if not files:
        yield Fault(folder, "", "", "the plan has no outcome", "Add 01_name.toml.")


@dataclass(frozen=True)
class _OutcomeFile:
    """Reads one outcome; *seen* is where each id of the plan stands, by kind, *year* the plan's."""

    document: toml.Document
    seen: dict[tuple[str, str], str]
    year: str

    def read(self, stem: str) -> Outcome:
        data, document = self.document.data, self.document
        values = document.take(data, "", _OUTCOME) if document.readable else {}
        if data.get("deliverable") == []:
            document.fault("deliverable", None, "is empty", "Add at least one [[deliverable]].")
        deliverables = tuple(self._deliverable(path, table) for path, table in document.tables(data, "deliverable"))
        number = int(stem[:2]) if re.match(r"[0-9]{2}", stem) else 0
        return Outcome(stem, number, values.get("title", ""), deliverables)

    def _deliverable(self, path: str, table: dict[str, Any]) -> Deliverable:
        owner = table["id"] if isinstance(table.get("id"), str) else ""
        values = self.document.take(table, path, _DELIVERABLE, owner=owner)
        self._once(path, "deliverable", values, owner)
        beat, first_due = values.get("cadence"), values.get("first_due")
        if first_due and ("cadence" not in table or (beat and CADENCES[beat] is None)):
            rule = f"stands beside the cadence {beat!r}, which has no calendar" if beat else "stands without a cadence"
            mend = "Take it out, or give a cadence that it can be counted from."
            self.document.fault(f"{path}.first_due", first_due, rule, mend, owner=owner)
        below = self.document.tables(table, "milestone", path)
        values["milestones"] = tuple(self._milestone(at, each, owner) for at, each in below)
        self._span(path, values, owner)
        values.pop("milestone", None)
        return Deliverable(**{"id": "", "title": "", "leads": (), "source": "", **values})

    def _milestone(self, path: str, table: dict[str, Any], owner: str) -> Milestone:
        values = self.document.take(table, path, _MILESTONE, owner=owner)
        self._once(path, "milestone", values, owner)
        for one, other, why in _PAIRS:
            if one in table and other not in table:
                mend = f"Add the {other}, or take the {one} out{why}."
                self.document.fault(f"{path}.{one}", table[one], f"stands without a {other}", mend, owner=owner)
        if self.year and values.get("baseline_year", "") >= self.year:
            rule = f"is not before the year of the plan, {self.year}"
            given = values["baseline_year"]
            self.document.fault(
                f"{path}.baseline_year", given, rule, "Name the year that it is measured from.", owner=owner
            )
        below = (
            self.document.take(each, at, _REBASE, owner=owner)
            for at, each in self.document.tables(table, "rebase", path)
        )
        values["rebase"] = tuple(Rebase(**{"at": "", "reason": "", "by": "", "declared": "", **each}) for each in below)
        if "target" in values and values.get("better") == "neutral":
            mend = "Say whether lower or higher is better, or take the target out."
            rule = "stands beside better = 'neutral'"
            self.document.fault(f"{path}.target", values["target"], rule, mend, owner=owner)
        self._span(path, values, owner)
        return Milestone(**{"id": "", "title": "", "better": "neutral", **values})

    def _span(self, path: str, values: dict[str, Any], owner: str) -> None:
        """The months from and until which it stands in the plan, under the names of the model."""
        values["since"] = values.pop("from", "")
        if (until := values.get("until", "")) and until < values["since"]:
            mend = "Name the last month in which it stands, or exchange the two."
            self.document.fault(f"{path}.until", until, f"is before {values['since']}", mend, owner=owner)

    def _once(self, path: str, noun: str, values: dict[str, Any], owner: str) -> None:
        place = f"{self.document.file}, {path}"
        if "id" in values and (first := self.seen.setdefault((noun, values["id"]), place)) != place:
            mend = f"Choose another id; {first} has this one."
            self.document.fault(f"{path}.id", values["id"], f"is the id of another {noun}", mend, owner=owner)
