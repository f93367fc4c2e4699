"""Disclosure: in a table that the register calls sensitive, no count of fewer than five people can be read or worked
out.

A row with such a count loses all its numbers; so does a second row where the first could be worked out from a total,
every percentage and change that stands beside a lost count, and every percentage that gives one with a base that is
held. A wave of a survey in which an answer stands for so few loses all its answers, since they make 100 per cent. What
is lost is lost to everything after: figures, pages, hashes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pcp_analysis.loaders.kinds import KINDS, Kind, is_change
from pcp_analysis.loaders.register import SHOWN, Entry
from pcp_analysis.strict.fault import Fault, FaultError

FEWEST = 5
#: What stands in the column `basis` of a row that lost its numbers.
SUPPRESSED = "suppressed"
#: Why a figure has no value: the same for every row, since a row of one person must look like the one beside it.
REASON = f"suppressed: fewer than {FEWEST} people, here or by subtraction"
#: The item of a measure that is the sum of the measure's other counts.
TOTAL = "total"

Row = dict[str, str]


def suppress(entry: Entry, rows: list[list[str]]) -> list[list[str]]:
    """The rows of a table, in the columns of its kind, as they may be seen; those of a table that is not sensitive as
    they are.

    Raises FaultError for a sensitive table whose kind does not say which columns count people, and for one of series
    with a small count: a gap in a series can be worked out, and hides nothing.
    """
    kind = KINDS[entry.loader]
    if not entry.sensitive:
        return rows
    if kind.people is None:
        raise FaultError([undeclared(entry)])
    records = [dict(zip(kind.names, row, strict=True)) for row in rows]
    if kind.frequency:
        _refuse_small(entry, records)
        return rows
    people = kind.people
    hidden = {place for place, row in enumerate(records) if _is_small(row, kind)}
    hidden |= {place for group in _alike(records, people.together) for place in group if hidden & set(group)}
    if kind.mixed:
        hidden |= _implied(records)
    for group in _totalled(records, kind):
        hidden |= _secondary(records, group, people.counts, hidden)
    if kind.mixed:
        hidden |= _beside(records, hidden, kind)
    for place in hidden:
        records[place] |= dict.fromkeys((*people.counts, *people.beside), "") | {"basis": SUPPRESSED}
    return [[row[name] for name in kind.names] for row in records]


def undeclared(entry: Entry) -> Fault:
    """The fault of a sensitive table whose kind does not say which of its columns count people."""
    rule = f"is a sensitive table, and the kind {entry.loader} does not say which of its columns count people"
    mend = "Give the kind its people in loaders/kinds.py, or write sensitive = false and sensitive_reason."
    return Fault(SHOWN, f"[{entry.name}] sensitive", "true", rule, mend)


def _number(text: str) -> float | None:
    """The number in a cell; None where it is blank or is none, which the check of the table names."""
    try:
        return float(text)
    except ValueError:
        return None


def _small(number: float | None) -> bool:
    return number is not None and 0 < number < FEWEST


def _counts_people(row: Row, kind: Kind) -> bool:
    return not kind.mixed or (row["unit"] == "count" and not is_change(row["item"]))


def _is_small(row: Row, kind: Kind) -> bool:
    """Whether a row has a count of one to four people, or a share or a part that tells one."""
    people = kind.people
    if people is None or not _counts_people(row, kind):
        return False
    numbers = {name: _number(row[name]) for name in kind.names}
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
        percent, number = _number(rows[place]["value"]), _number(rows[other]["value"])
        if (
            percent
            and number is not None
            and (_small(round(number / percent * 100)) or _small(round(number / percent * 100 + number)))
        ):
            found |= {place, other}
    return found


def _alike(rows: list[Row], columns: tuple[str, ...], among: Iterable[int] | None = None) -> list[list[int]]:
    """The places of the rows, or of those *among* them, that are alike in *columns*; none where no column is named."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for place in (range(len(rows)) if among is None else among) if columns else ():
        groups.setdefault(tuple(rows[place][name] for name in columns), []).append(place)
    return list(groups.values())


def _totalled(rows: list[Row], kind: Kind) -> Iterator[list[int]]:
    """The places of the counts that are parts of one total, and of the total, for each total that is held."""
    counts = [place for place, row in enumerate(rows) if _counts_people(row, kind)]
    groups = _alike(rows, kind.people.group if kind.people else (), counts)
    return (group for group in groups if any(rows[place]["item"] == TOTAL for place in group))


def _secondary(rows: list[Row], group: list[int], columns: tuple[str, ...], hidden: set[int]) -> set[int]:
    """The further rows of a group that must be hidden, so that none that is hidden can be worked out from the total."""
    total = next(place for place in group if rows[place]["item"] == TOTAL)
    parts = [place for place in group if place != total]
    more: set[int] = set()
    for column in columns:
        read = {place: _number(rows[place][column]) for place in parts}
        numbers = {place: number for place, number in read.items() if number is not None}
        # A total that is hidden or lost tells nothing, and neither does one with a part that is lost.
        if total in hidden | more or _number(rows[total][column]) is None or len(numbers) < len(parts):
            continue
        while _told([numbers[place] for place in parts if place in hidden | more]):
            left = sorted(
                (place for place in parts if place not in hidden | more),
                key=lambda place: (numbers[place] == 0, numbers[place]),
            )
            more.add(left[0] if left else total)
            if not left:
                break
    return more


def _told(lost: list[float]) -> bool:
    """Whether the sum of the lost counts tells them: there is one, or all are the least or the most that a lost count
    can be.
    """
    least, most = len(lost), len(lost) * (FEWEST - 1)
    return len(lost) == 1 or (bool(lost) and all(_small(number) for number in lost) and sum(lost) in (least, most))


def _beside(rows: list[Row], hidden: set[int], kind: Kind) -> set[int]:
    """The changes and percentages of the measures that lost a count, and the percentages that tell one with a count of
    theirs.
    """
    bases: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        if _counts_people(row, kind) and (number := _number(row["value"])) is not None:
            bases.setdefault((row["measure"], row["shown_to"]), []).append(number)
    telling = {
        place
        for place, row in enumerate(rows)
        if row["unit"] == "percent"
        and not is_change(row["item"])
        and any(_tells(_number(row["value"]), base) for base in bases.get((row["measure"], row["shown_to"]), ()))
    }
    lost = {(rows[place]["measure"], rows[place]["shown_to"]) for place in hidden}
    return telling | {
        place
        for place, row in enumerate(rows)
        if (row["measure"], row["shown_to"]) in lost
        and (is_change(row["item"]) or row["unit"] in ("percent", "points"))
    }


def _refuse_small(entry: Entry, rows: list[Row]) -> None:
    small = [(row, name) for row in rows for name in KINDS[entry.loader].values if _small(_number(row[name]))]
    if small:
        rule = f"is a sensitive table of series, and {len(small)} of its counts are of fewer than {FEWEST} people, which no gap hides"
        mend = (
            "Leave those series out; or, where it is published already, write sensitive = false and sensitive_reason."
        )
        raise FaultError([Fault(SHOWN, f"[{entry.name}] sensitive", "true", rule, mend)])
