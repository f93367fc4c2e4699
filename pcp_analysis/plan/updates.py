"""What leads reported to a cycle, and the sections of the Board's template: `updates.toml`, read strictly."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pcp_analysis.plan import model
from pcp_analysis.strict import nearest, toml, value
from pcp_analysis.strict.toml import Key

#: The sections of the Board's report template, in its order.
SECTIONS = (
    "purpose",
    "executive_summary",
    "background",
    "financial_implications",
    "legal_implications",
    "equalities_implications",
)
# Numbers in words, from two on, and shares of something: "one", ordinals, "both" and the quarters of a year name things
# rather than count them.
_UNITS = "two|three|four|five|six|seven|eight|nine"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_SHARES = r"(?:(?<=\ba )|(?<=\bone ))(?:third|quarter|fifth|tenth)|(?<!first )(?<!second )(?<!last )(?<!next )half"
NUMBER_WORD = (
    rf"\b(?:(?:{_TENS})(?:-(?:one|{_UNITS}))?|{_UNITS}|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    rf"dozens?|hundreds?|thousands?|[mb]illions?|(?:{_SHARES})(?=\s+of\b))\b"
)


@dataclass(frozen=True)
class Commitment:
    """Something that an update says will happen; *due* is a month, "2014-12", or a day, "2014-12-01".

    *id* names it in all cycles: a later one that promises it anew, for another date, or settles it, uses the same.
    """

    id: str
    what: str
    due: str


#: What can become of something that was promised.
BECAME = ("kept", "not kept", "withdrawn")


@dataclass(frozen=True)
class Settlement:
    """What became of something that was promised to an earlier Board, on which *date*, and the *source* that says so.

    It is a *commitment*, by its id, or the report that a *deliverable* was put off to or awaited from; the other is "".
    """

    became: str
    date: dt.date
    source: str
    commitment: str = ""
    deliverable: str = ""


@dataclass(frozen=True)
class Update:
    """What a lead reported of one deliverable: *text*, or the report that has it, or whom it is awaited from.

    *due* is the month, "2014-12", of that report or answer, None where the paper names none; *not_received* records
    that the month ended without it. *reported_by* says whose words the text is in where they are not all checked.
    """

    deliverable: str
    text: str = ""
    reported_in: str | None = None
    due: str | None = None
    awaited_from: str | None = None
    not_received: bool = False
    reported_by: str = ""
    source: str = ""
    commitments: tuple[Commitment, ...] = ()

    @property
    def is_promise(self) -> bool:
        """Whether it points to a report or an answer that stays owed until a cycle records it: one with a month, or one that is
        awaited.
        """
        return not self.text and bool(self.due or self.awaited_from)


@dataclass(frozen=True)
class Caution:
    """What must be known beside every figure of some milestones or series, such as how they are recorded.

    It is said in one cycle and holds from then on. *applies_to* names milestones or series; *text* is commentary.
    """

    applies_to: tuple[str, ...]
    text: str
    source: str = ""


_COMMITMENT_ID = value.matching(
    r"[a-z0-9]+(_[a-z0-9]+)*",
    "is no id of a commitment",
    "Write small letters, digits and single underscores, such as sentinel_2_launch.",
)
_COMMITMENT = {
    "id": Key(_COMMITMENT_ID, required=True),
    "what": Key(value.line, required=True),
    "due": Key(value.month_or_day, required=True),
}
_UPDATE = {
    "deliverable": Key(value.line, required=True),
    "text": Key(value.prose),
    "reported_in": Key(value.line),
    "due": Key(value.month),
    "awaited_from": Key(value.line),
    "not_received": Key(value.flag),
    "reported_by": Key(value.line),
    "source": Key(value.line),
    "commitment": Key(value.anything),
}
_CAUTION = {
    "applies_to": Key(value.some_lines, required=True),
    "text": Key(value.prose, required=True),
    "source": Key(value.line),
}
_SETTLED = {
    "commitment": Key(value.line),
    "deliverable": Key(value.line),
    "became": Key(value.one_of(BECAME, "end of a promise"), required=True),
    "date": Key(value.day, required=True),
    "source": Key(value.line, required=True),
}
_TABLES = {
    "names": Key(value.lines),
    "update": Key(value.anything),
    "settled": Key(value.anything),
    "section": Key(value.table),
    "caution": Key(value.anything),
}


def read_names(said: toml.Document) -> tuple[str, ...]:
    """The names with a number in them that texts may use, such as "Sentinel 2"; its faults are noted in the document."""
    try:
        names = value.lines(said.data.get("names", []))
    except value.Refused:
        return ()  # noted with the document's other keys
    for name in names:
        counts = any(each.isnumeric() for each in name) or re.search(NUMBER_WORD, name, re.IGNORECASE)
        if not (name[0].isalpha() and counts):
            said.fault(
                "names", name, "is no name with a number in it", 'A name begins with a letter, as "Sentinel 2" does.'
            )
    return names


def read_cautions(said: toml.Document) -> tuple[Caution, ...]:
    """The cautions that the document has; its faults are noted in it."""
    found = (said.take(table, path, _CAUTION) for path, table in said.tables(said.data, "caution"))
    return tuple(Caution(**{"applies_to": (), "text": "", **values}) for values in found)


def read_sections(said: toml.Document) -> dict[str, str]:
    """The text of each section that the document has; its faults are noted in it."""
    found = {}
    tables = said.take(said.data, "", _TABLES).get("section", {})
    tables = said.take(tables, "section", {name: Key(value.table) for name in SECTIONS})
    for name, table in tables.items():
        path = f"section.{name}"
        found[name] = said.take(table, path, {"text": Key(value.blank_prose, required=True)}).get("text", "")
    return found


def read_settlements(said: toml.Document) -> tuple[Settlement, ...]:
    """What the document says became of earlier promises; its faults are noted in it."""
    found = []
    for path, table in said.tables(said.data, "settled"):
        values = said.take(table, path, _SETTLED)
        if ("commitment" in table) == ("deliverable" in table):
            mend = "Name a commitment by its id, or the deliverable whose report was promised."
            said.fault(path, None, "names both or neither of commitment and deliverable", mend)
        if values.get("deliverable") and values.get("became") == "not kept":
            mend = "Write an [[update]] of the deliverable with what was due, its month, and not_received = true."
            said.fault(f"{path}.became", "not kept", "is said of a commitment alone", mend)
        if len(values) == len(table) >= len(_SETTLED) - 1:
            found.append(Settlement(**values))
    return tuple(found)


def read_updates(said: toml.Document, cycle_id: str, plan: model.Plan | None) -> tuple[Update, ...]:
    """The updates that the document has; its faults are noted in it. Deliverables are looked up in *plan*, if any."""
    known = [each.id for each in plan.deliverables if each.id] if plan else []
    seen: dict[str, str] = {}
    updates = []
    for path, table in said.tables(said.data, "update"):
        owner = table["deliverable"] if isinstance(table.get("deliverable"), str) else ""
        values = said.take(table, path, _UPDATE, owner=owner)
        name = values.get("deliverable")
        if name and plan and name not in known:
            mend = nearest.advise(name, known, noun="deliverables")
            said.fault(f"{path}.deliverable", name, "is no deliverable of the plan", mend)
        if name and seen.setdefault(name, path) != path:
            mend = f"Make one of it and {seen[name]}."
            said.fault(f"{path}.deliverable", name, "has another update in this cycle", mend)
        for key, given, rule, mend in _contradictions(table, values, cycle_id):
            said.fault(f"{path}.{key}" if key else path, given, rule, mend, owner=owner)
        below = (said.take(each, at, _COMMITMENT, owner=owner) for at, each in said.tables(table, "commitment", path))
        values["commitments"] = tuple(Commitment(**{"id": "", "what": "", "due": "", **each}) for each in below)
        values.pop("commitment", None)
        updates.append(Update(**{"deliverable": "", **values}))
    return tuple(updates)


def _contradictions(
    table: dict[str, Any], values: dict[str, Any], cycle_id: str
) -> Iterator[tuple[str, object, str, str]]:
    """Keys of an update that do not go together: key, value, rule, mend."""
    given = [key for key in ("text", "reported_in", "awaited_from") if key in table]
    if len(given) != 1:
        rule = f"has {' and '.join(given)}" if given else "says nothing"
        mend = "Give exactly one of text, reported_in and awaited_from; leave the entry out where nothing was received."
        yield "", None, rule, mend
    elsewhere = "reported_in" in given or "awaited_from" in given
    if "due" in table and not elsewhere:
        mend = "A month belongs to reported_in or awaited_from; what the text promises is an [[update.commitment]]."
        yield "due", table["due"], "stands without reported_in or awaited_from", mend
    if values.get("not_received") and not (elsewhere and "due" in table):
        mend = "Say in what, or from whom, and in which month it was due."
        yield "not_received", "true", "stands without what was due, and when", mend
    elif values.get("not_received") and values.get("due", "") >= cycle_id[:7]:
        mend = "A month that is due runs to its last day; take not_received out."
        yield "not_received", "true", f"is said before the month {values['due']} has ended", mend
