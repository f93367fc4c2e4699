"""Disclosure: in a table that the register calls sensitive, no count of fewer than five people can be read or worked
out.

A row with such a count loses all its numbers; so does a second row where the first could be worked out from a total,
every percentage and change that stands beside a lost count, and every percentage that gives one with a base that is
held. A wave of a survey in which an answer stands for so few loses all its answers, since they make 100 per cent. What
is lost is lost to everything after: figures, pages, hashes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pcp_analysis.loaders.kinds import KINDS, is_change
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


@dataclass(frozen=True)
class Counted:
    """Where a kind of table counts people. *columns* hold the counts; *beside* what is worked out from them; rows that
    are alike in *shared* are parts of the row among them whose item is `TOTAL`, if there is one.
    """

    columns: tuple[str, ...]
    beside: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()


COUNTED = {
    "survey": Counted(("base",), ("percent",)),  # and a whole wave at once, see `_waves`
    "compliance": Counted(("examined", "required", "correct"), ("printed_percent",), ("measure", "shown_to")),
    "shown": Counted(("value",), (), ("measure", "shown_to", "period")),
}


def suppress(entry: Entry, rows: list[list[str]]) -> list[list[str]]:
    """The rows of a table, in the columns of its kind, as they may be seen; those of a table that is not sensitive as
    they are.

    Raises FaultError for a sensitive table of series with a small count: a gap in a series can be worked out, and hides
    nothing.
    """
    kind = KINDS[entry.loader]
    if not entry.sensitive:
        return rows
    held = [dict(zip(kind.names, row, strict=True)) for row in rows]
    if entry.loader not in COUNTED:
        _refuse_small(entry, held)
        return rows
    counted = COUNTED[entry.loader]
    hidden = {place for place, row in enumerate(held) if _is_small(row, entry.loader)}
    if entry.loader == "survey":
        hidden |= _waves(held)
    if entry.loader == "shown":
        hidden |= _implied(held)
    if counted.shared:
        for group in _groups(held, counted.shared, entry.loader):
            hidden |= _secondary(held, group, counted.columns, hidden)
    if entry.loader == "shown":
        hidden |= _beside(held, hidden)
    for place in hidden:
        held[place] |= dict.fromkeys((*counted.columns, *counted.beside), "") | {"basis": SUPPRESSED}
    return [[row[name] for name in kind.names] for row in held]


def _number(text: str) -> float | None:
    """The number in a cell; None where it is blank or is none, which the check of the table names."""
    try:
        return float(text)
    except ValueError:
        return None


def _small(number: float | None) -> bool:
    return number is not None and 0 < number < FEWEST


def _counts_people(row: Row, loader: str) -> bool:
    return loader != "shown" or (row["unit"] == "count" and not is_change(row["item"]))


def _is_small(row: Row, loader: str) -> bool:
    """Whether a row has a count of one to four people, or a share whose other part is one."""
    if not _counts_people(row, loader):
        return False
    numbers = [_number(row[name]) for name in COUNTED[loader].columns]
    if loader == "compliance":
        required, correct = _number(row["required"]), _number(row["correct"])
        if None not in (required, correct):
            numbers.append(required - correct)
        return any(_small(number) for number in numbers) or _tells(_number(row["printed_percent"]), required)
    return any(_small(number) for number in numbers)


def _tells(percent: float | None, base: float | None) -> bool:
    """Whether a percentage of a base that is held stands for one to four people, or leaves out so few."""
    if percent is None or base is None:
        return False
    count = round(percent / 100 * base)
    return _small(count) or _small(base - count)


def _waves(rows: list[Row]) -> set[int]:
    """Every row of the waves in which an answer stands for one to four people, or for all but so few."""
    waves: dict[tuple[str, str, str], list[int]] = {}
    for place, row in enumerate(rows):
        waves.setdefault((row["measure"], row["wave"], row["shown_to"]), []).append(place)
    return {
        place
        for places in waves.values()
        for place in places
        if any(_tells(_number(rows[each]["percent"]), _number(rows[each]["base"])) for each in places)
    }


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


def _groups(rows: list[Row], shared: tuple[str, ...], loader: str) -> Iterator[list[int]]:
    """The places of the counts that are parts of one total, and of the total, for each total that is held."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for place, row in enumerate(rows):
        if _counts_people(row, loader):
            groups.setdefault(tuple(row[name] for name in shared), []).append(place)
    return (group for group in groups.values() if any(rows[place]["item"] == TOTAL for place in group))


def _secondary(rows: list[Row], group: list[int], columns: tuple[str, ...], hidden: set[int]) -> set[int]:
    """The further rows of a group that must be hidden, so that none that is hidden can be worked out from the total."""
    total = next(place for place in group if rows[place]["item"] == TOTAL)
    parts = [place for place in group if place != total]
    more: set[int] = set()
    for column in columns:
        numbers = {place: _number(rows[place][column]) for place in parts}
        # A total that is hidden or lost tells nothing, and neither does one with a part that is lost.
        if total in hidden | more or _number(rows[total][column]) is None or None in numbers.values():
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


def _beside(rows: list[Row], hidden: set[int]) -> set[int]:
    """The changes and percentages of the measures that lost a count, and the percentages that tell one with a count of
    theirs.
    """
    bases: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        if _counts_people(row, "shown") and (number := _number(row["value"])) is not None:
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
