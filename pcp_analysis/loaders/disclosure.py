"""Disclosure: in a table that the register calls sensitive, no count of fewer than five people can be read, or worked
out from what the table holds beside it.

A row with such a count loses its numbers and its note. So do a change or a percentage that gives one with a count of
the table, and a wave of a survey in which an answer stands for so few. What is left is read as equations
(:mod:`pcp_analysis.loaders.equations`), and as long as they tell a count of so few people a further row goes. Boards are
taken in their order: what was hidden from one stays hidden, and what was printed to one is taken as known. What is lost
is lost to everything after: figures, pages, hashes.

What stays possible is named in docs/data.md: what another table or another publication tells, a difference that is
printed rounded, and what people write in updates, in claims and in the paper's own text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from pcp_analysis.loaders import sums
from pcp_analysis.loaders.equations import FEWEST, Cell, Equation, told
from pcp_analysis.loaders.kinds import Kind, is_change
from pcp_analysis.loaders.places import without_small_counts
from pcp_analysis.loaders.register import SHOWN, Entry
from pcp_analysis.loaders.sums import Row, alike, count_in
from pcp_analysis.strict.fault import Fault, FaultError

#: What stands in the column `basis` of a row that lost its numbers.
SUPPRESSED = "suppressed"
#: Why a figure has no value: the same for every row, since a row of one person must look like the one beside it.
REASON = f"suppressed: fewer than {FEWEST} people, here or by subtraction"
_FEW = dict(zip(("one", "two", "three", "four", "a single", "only one"), (1, 2, 3, 4, 1, 1), strict=True))


class _Table:
    """The rows of a sensitive table while it is made safe: by the places of *records*, which are *hidden*, and
    which of those are percentages that give a small count with another of the table (*telling*)."""

    def __init__(self, entry: Entry, kind: Kind, records: list[Row]) -> None:
        assert kind.people is not None
        self.entry, self.kind, self.records, self.people = entry, kind, records, kind.people
        self.hidden: set[int] = set()
        self.telling: set[int] = set()
        self.counting = [place for place, row in enumerate(records) if _counts_people(row, kind)]
        self.values: dict[Cell, float] = {
            (place, column): number
            for place in self.counting
            for column in self.people.counts
            if (number := count_in(records[place][column])) is not None
        }
        # a whole less its part is a count too, which no column has
        rests = {
            ((place, whole), (place, part)): self.values[place, whole] - self.values[place, part]
            for place in self.counting
            for part, whole in self.people.parts
            if {(place, whole), (place, part)} <= self.values.keys()
        }
        self.small = frozenset(cell for cell, number in (self.values | rests).items() if _small(number))
        self.equations = [
            *sums.totals(entry, kind, records, self.values, self.counting),
            *(Equation({rest[0]: 1, rest[1]: -1, rest: -1}) for rest, count in rests.items() if count >= 0),
        ]
        if kind.mixed:
            self.equations += sums.changes_and_periods(records, self.values)

    def hide_for(self, board: str) -> None:
        """Hide what must not be seen of the rows of a Board, given what the Boards before it saw."""
        held = {place for place, row in enumerate(self.records) if row["shown_to"] <= board}
        fresh = {place for place in held if self.records[place]["shown_to"] == board}
        self.hidden |= {place for place in fresh if _is_small(self.records[place], self.kind)}
        for group in alike(self.records, self.people.together):
            if self.hidden & set(group):
                self.hidden |= fresh & set(group)
        if self.kind.mixed:
            self.hidden |= fresh & _implied(self.records)
            self.telling |= fresh & _telling(self, held)
        while True:
            if self.kind.mixed:
                self.hidden |= fresh & (self.telling | _beside(self.records, (self.hidden - self.telling) & held))
            before = len(self.hidden)
            self.hidden |= set(self._next(held, fresh))
            if len(self.hidden) == before:
                return

    def _next(self, held: set[int], fresh: set[int]) -> Iterator[int]:
        """A further row to hide where what is held tells a small count."""
        shown = held - self.hidden
        valid = [each for each in self.equations if each.rows <= held and (each.by is None or each.by in shown)]
        printed = {cell: number for cell, number in self.values.items() if cell[0] in shown}
        found = told(valid, printed, self.small)
        if not found:
            return
        near = [each for each in valid if found & set(each.factors)]
        # what says it goes first, then the smallest part that is not nought; a total goes last
        for equations in (near, valid):
            places = {place for each in equations for place in each.rows | {each.by} if place in fresh & shown}
            if places:
                yield min(places, key=partial(self._cost, {each.by for each in equations}))
                return

    def _cost(self, saying: set[int | None], place: int) -> tuple[bool, bool, bool, float, int]:
        number = min((count_in(self.records[place][column]) or 0.0 for column in self.people.counts), default=0.0)
        return place not in saying, self._is_total(place), number == 0, number, place

    def _is_total(self, place: int) -> bool:
        return self.records[place]["item"] in {
            sums.TOTAL,
            *(sums.declared_items(line)[0] for line in self.entry.totals),
        }


def suppress(entry: Entry, rows: list[list[str]]) -> list[list[str]]:
    """The rows of a table, in the columns of its kind, as they may be seen; those of a table that is not sensitive as
    they are, and of one of counts the series without small counts.

    Raises FaultError for a sensitive table whose kind does not say which columns count people, for one of series
    with a small count: a gap in a series can be worked out, and hides nothing; for a title that says the count which its
    row has lost; and for a declared total whose items the table has not.
    """
    kind = entry.kind
    if not entry.sensitive:
        return rows
    if kind.people is None:
        raise FaultError([undeclared(entry)])
    if kind.long:
        return without_small_counts(rows)
    records = [dict(zip(kind.names, row, strict=True)) for row in rows]
    if kind.frequency:
        _refuse_small(entry, records)
        return rows
    sums.refuse_unknown_items(entry, records)
    people, table = kind.people, _Table(entry, kind, records)
    for board in sorted({row["shown_to"] for row in records}):
        table.hide_for(board)
    if faults := [fault for place in sorted(table.hidden) for fault in _named_in_title(entry, records[place], kind)]:
        raise FaultError(faults)
    lost = {(records[place]["measure"], records[place]["shown_to"]) for place in table.hidden}
    for place, row in enumerate(records):
        if "note" in row and (row["measure"], row["shown_to"]) in lost:
            row["note"] = ""  # it may say in words what the row beside it has lost
        if place in table.hidden:
            row |= dict.fromkeys((*people.counts, *people.beside), "") | {"basis": SUPPRESSED}
    return [[row[name] for name in kind.names] for row in records]


def undeclared(entry: Entry) -> Fault:
    """The fault of a sensitive table whose kind does not hold how many people its numbers are of."""
    rule = (
        f"is a sensitive table, and a table of the kind {entry.loader} does not hold how many people its numbers are of"
    )
    mend = (
        "Write sensitive = false and sensitive_reason where its small counts may be published, or leave the table out."
    )
    return Fault(SHOWN, f"[{entry.name}] sensitive", "true", rule, mend)


def _named_in_title(entry: Entry, row: Row, kind: Kind) -> Iterator[Fault]:
    """The fault of a title that says, in digits or in words, the count that its row has lost."""
    title = row.get("title", "")
    words = set(re.findall(r"(?<![\d/.,-])\d+(?![\d/]|[.,-]\d)", title)) | {
        str(number) for word, number in _FEW.items() if re.search(rf"\b{word}\b", title, re.IGNORECASE)
    }
    counts = {
        f"{number:g}" for column in (kind.people.counts if kind.people else ()) if (number := count_in(row[column]))
    }
    if words & counts:
        rule = "is the title of a count that is suppressed, and names it"
        where = f"[{entry.name}] {row['measure']}.{row['item']}, column title"
        yield Fault(f"data/raw/{entry.file}", where, title, rule, "Write the title without the number.")


def _small(number: float | None) -> bool:
    return number is not None and 0 < number < FEWEST


def _counts_people(row: Row, kind: Kind) -> bool:
    return not kind.mixed or (row["unit"] == "count" and not is_change(row["item"]))


def _is_small(row: Row, kind: Kind) -> bool:
    """Whether a row has a count of one to four people, or a share or a part that tells one."""
    people = kind.people
    if people is None or not _counts_people(row, kind):
        return False
    numbers = {name: count_in(row[name]) for name in kind.names}
    rest = (
        whole - part
        for part, whole in ((numbers[part], numbers[whole]) for part, whole in people.parts)
        if part is not None and whole is not None
    )
    return any(_small(number) for number in (*(numbers[name] for name in people.counts), *rest)) or any(
        _tells(numbers[percent], numbers[base]) for percent, base in people.shares
    )


def _tells(percent: float | None, base: float | None) -> bool:
    """Whether a percentage of a base that is held stands for one to four people, or leaves out so few."""
    if percent is None or base is None:
        return False
    count = round(percent / 100 * base)
    return _small(count) or _small(base - count)


def _implied(rows: list[Row]) -> set[int]:
    """The changes in per cent and in number that together tell a small count."""
    changes = {
        (row["measure"], row["shown_to"], row["item"]): place
        for place, row in enumerate(rows)
        if is_change(row["item"])
    }
    found = set()
    for (measure, board, item), place in changes.items():
        other = changes.get((measure, board, item.replace("change", "difference", 1)))
        if not item.startswith("change") or other is None:
            continue
        percent, number = count_in(rows[place]["value"]), count_in(rows[other]["value"])
        if (
            percent
            and number is not None
            and (_small(round(number / percent * 100)) or _small(round(number / percent * 100 + number)))
        ):
            found |= {place, other}
    return found


def _telling(table: _Table, held: set[int]) -> set[int]:
    """The percentages that stand for one to four people of any count of the table, and the changes in per cent that tell
    so few of a count of their measure.
    """
    records = table.records
    bases = [(place, number) for (place, _), number in table.values.items() if place in held]
    found = set()
    for place in held:
        row, number = records[place], count_in(records[place]["value"])
        if row["unit"] != "percent" or number is None:
            continue
        for base_place, base in bases:
            changed = is_change(row["item"])
            of_it = records[base_place]["measure"] == row["measure"] and number > -100
            if (not changed and _tells(number, base)) or (changed and of_it and _changes_from_few(number, base)):
                found.add(place)
    return found


def _changes_from_few(percent: float, count: float) -> bool:
    """Whether a count changed by *percent*, or the count that changed by it into this one, is one to four people."""
    factor = 1 + percent / 100
    return _small(round(count * factor)) or _small(round(count / factor))


def _beside(rows: list[Row], hidden: set[int]) -> set[int]:
    """The changes and percentages of the measures that lost a count."""
    lost = {(rows[place]["measure"], rows[place]["shown_to"]) for place in hidden}
    return {
        place
        for place, row in enumerate(rows)
        if (row["measure"], row["shown_to"]) in lost
        and (is_change(row["item"]) or row["unit"] in ("percent", "points"))
    }


def _refuse_small(entry: Entry, rows: list[Row]) -> None:
    small = [(row, name) for row in rows for name in entry.kind.values if _small(count_in(row[name]))]
    if small:
        rule = f"is a sensitive table of series, and {len(small)} of its counts are of fewer than {FEWEST} people, which no gap hides"
        mend = (
            "Leave those series out; or, where it is published already, write sensitive = false and sensitive_reason."
        )
        raise FaultError([Fault(SHOWN, f"[{entry.name}] sensitive", "true", rule, mend)])
