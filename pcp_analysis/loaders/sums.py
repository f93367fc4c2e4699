"""The equations that a table of printed figures makes: totals, changes in number, periods within periods, wholes less
their parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pcp_analysis.loaders.equations import Cell, Equation
from pcp_analysis.loaders.kinds import Kind
from pcp_analysis.loaders.register import SHOWN, Entry
from pcp_analysis.strict.fault import Fault, FaultError

#: The item of a measure that is the sum of the measure's other counts, where the register declares no other.
TOTAL = "total"
_ENDS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_ENDS)}
_MONTH = r"([A-Z][a-z]{2})[a-z]*(?: (\d{4}))?"
_SPAN = re.compile(rf"{_MONTH}(?: to {_MONTH})?")
_YEAR = re.compile(r"(\d{4})/(\d{2})")

Row = dict[str, str]
Counts = dict[Cell, float]
Span = tuple[int, int]


def count_in(text: str) -> float | None:
    """The number in a cell; None where it is blank or is none, which the check of the table names."""
    try:
        return float(text)
    except ValueError:
        return None


def alike(rows: list[Row], columns: tuple[str, ...], among: Iterable[int] | None = None) -> list[list[int]]:
    """The places of the rows, or of those *among* them, that are alike in *columns*; none where no column is named."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for place in (range(len(rows)) if among is None else among) if columns else ():
        groups.setdefault(tuple(rows[place][name] for name in columns), []).append(place)
    return list(groups.values())


def totals(entry: Entry, kind: Kind, rows: list[Row], counts: Counts, counting: list[int]) -> Iterator[Equation]:
    """That counts add up to the item ``total`` of their group, to the one of them that is the sum of all others, and to the
    totals that the register's entry declares.

    Raises FaultError for a declared total of items that the table has not.
    """
    people = kind.people
    if people is None:
        return
    for column in people.counts:
        for group in alike(rows, people.group, counting):
            cells = [(place, column) for place in group if (place, column) in counts]
            named = [cell for cell in cells if rows[cell[0]]["item"] == TOTAL]
            whole = sum(counts[cell] for cell in cells)
            sums = [cell for cell in cells if len(cells) > 2 and abs(2 * counts[cell] - whole) < 1e-9]
            # a count that is lost cannot be subtracted
            if len(cells) == len(group) and (found := named or sums[:1]):
                yield _sum(counts, found[0], [cell for cell in cells if cell != found[0]])
        for declared in entry.totals:
            items = declared_items(declared)
            for group in alike(rows, ("measure", "shown_to"), counting):
                by_item = {rows[place]["item"]: place for place in group}
                cells = [(by_item[item], column) for item in items if item in by_item]
                if len(cells) == len(items) and all(cell in counts for cell in cells):
                    yield _sum(counts, cells[0], cells[1:])


def declared_items(line: str) -> list[str]:
    """The items of a declared total, the total first.

    >>> declared_items("incidents = on_street + in_private")
    ['incidents', 'on_street', 'in_private']
    """
    return re.split(r" [=+] ", line)


def refuse_unknown_items(entry: Entry, rows: list[Row]) -> None:
    """Raise FaultError for each declared total of items that no row of the table has."""
    known = {row.get("item", "") for row in rows}
    faults = []
    for line in entry.totals if rows else ():
        if missing := [item for item in declared_items(line) if item not in known]:
            rule = f"is a total of items, and the table has none called {', '.join(missing)}"
            faults.append(Fault(SHOWN, f"[{entry.name}] totals", line, rule, "Correct the name of the item."))
    if faults:
        raise FaultError(faults)


def _sum(counts: Counts, total: Cell, parts: Iterable[Cell]) -> Equation:
    """That parts add up to their total, as far as they do: what a printed total is off by is known as well."""
    factors = {total: 1.0} | dict.fromkeys(parts, -1.0)
    return Equation(factors, sum(factor * counts[cell] for cell, factor in factors.items()))


def changes_and_periods(rows: list[Row], counts: Counts) -> Iterator[Equation]:
    """What the counts of each measure say of each other: changes in number, and periods within periods."""
    for group in alike(rows, ("measure",)):
        cells = [(place, "value") for place in group if (place, "value") in counts]
        yield from _differences(rows, group, {cell: counts[cell] for cell in cells})
        yield from _periods(rows, cells)


def _differences(rows: list[Row], group: list[int], counts: Counts) -> Iterator[Equation]:
    """A change in number is the difference of two counts of its measure: of any two that it fits."""
    for place in group:
        change = count_in(rows[place]["value"])
        if not rows[place]["item"].startswith("difference") or change is None:
            continue
        for one, count in counts.items():
            for other, less in counts.items():
                if one != other and abs(count - less - change) < 1e-9:
                    yield Equation({one: 1, other: -1}, change, place)


def _periods(rows: list[Row], cells: list[Cell]) -> Iterator[Equation]:
    """A count of a period is the sum of the stretches between the ends of all periods of its group."""
    spans = {cell: span for cell in cells if (span := months_of(rows[cell[0]]["period"])) is not None}
    groups: list[list[Cell]] = [list(spans)]
    # several things are counted over one period: each is followed by its item
    if len(set(spans.values())) < len(spans):
        by_item: dict[str, list[Cell]] = {}
        for cell in spans:
            by_item.setdefault(rows[cell[0]]["item"], []).append(cell)
        groups = [group for group in by_item.values() if len({spans[cell] for cell in group}) == len(group)]
    for group in groups:
        ends = sorted({end for cell in group for end in spans[cell]})
        name = tuple(group)

        def stretches(start: int, stop: int, name: Cell = name, ends: list[int] = ends) -> dict[Cell, float]:
            return {("stretch", name, end): -1.0 for end in ends if start <= end < stop}

        for cell in group:
            yield Equation({cell: 1.0} | stretches(*spans[cell]))
        # of two periods that begin or end together a reader knows the rest as well
        for start, stop in sorted(
            {rest for one in group for other in group for rest in _rest(spans[one], spans[other])}
        ):
            yield Equation({("rest", name, start, stop): 1.0} | stretches(start, stop))


def _rest(whole: Span, part: Span) -> Iterator[Span]:
    if part[0] == whole[0] and part[1] < whole[1]:
        yield part[1], whole[1]
    if part[1] == whole[1] and part[0] > whole[0]:
        yield whole[0], part[0]


def months_of(period: str) -> Span | None:
    """The months that a period's words name, the first and the one after the last, counted from year 0; None where they
    name none.

    >>> months_of("April to June 2014"), months_of("July 2014"), months_of("2014/15"), months_of("so far")
    ((24171, 24174), (24174, 24175), (24171, 24183), None)
    """
    if year := _YEAR.fullmatch(period):
        return int(year[1]) * 12 + 3, int(year[1]) * 12 + 15
    found = _SPAN.fullmatch(period)
    if found is None:
        return None
    first, year_of_first, last, year_of_last = found.groups()
    last, year_of_last = last or first, year_of_last or year_of_first
    if year_of_last is None or first.lower() not in _MONTHS or last.lower() not in _MONTHS:
        return None
    start = int(year_of_first or year_of_last) * 12 + _MONTHS[first.lower()]
    stop = int(year_of_last) * 12 + _MONTHS[last.lower()] + 1
    return (start, stop) if start < stop else None
