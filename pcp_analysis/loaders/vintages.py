"""The vintages of a table's periods, ``data/raw/vintages.toml``: the release in which the rows of each last changed.

A cycle sees the rows of its own past, so the as-at date on its pages is that of the last release which changed any of
those: a release that only adds later rows changes no page of an earlier cycle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path

from pcp_analysis.loaders import register
from pcp_analysis.loaders.register import RAW, REGISTER, Entry
from pcp_analysis.strict import toml, value
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.files import sha256_text

VINTAGES = RAW / "vintages.toml"
SHOWN = VINTAGES.as_posix()
HEADING = (
    "# For each period of a table the release in which its rows last changed, and their hash. Written by `pcp import` and\n"
    "# `pcp register`; a table that is not here has the as-at date of its entry throughout.\n"
)
_GONE = "-" * 12
_VINTAGE = value.matching(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2} ([0-9a-f]{12}|-{12})",
    "is no day with a hash of 12 digits",
    "Restore the file; `pcp register` writes it.",
)
#: Of a table: its periods, each with the day of the release that changed it last, and the hash of its rows.
Periods = Mapping[str, tuple[date, str]]


def read(root: Path) -> dict[str, Periods]:
    """The periods of every table by its name; none where nothing is recorded. FaultError with every fault of the file."""
    document = toml.read(root / VINTAGES, SHOWN, may_lack=True)
    found: dict[str, Periods] = {}
    for name, table in document.data.items():
        try:
            rows = {period: _VINTAGE(each) for period, each in value.table(table).items()}
            found[name] = {period: (date.fromisoformat(text[:10]), text[11:]) for period, text in rows.items()}
        except value.Refused as refused:
            document.fault(name, "", refused.rule, refused.mend)
        except ValueError:
            document.fault(name, "", "has a day that there is not", "Restore the file; `pcp register` writes it.")
    if document.faults:
        raise FaultError(document.faults)
    return found


def check(root: Path) -> list[Fault]:
    """What is wrong with the file: what cannot be read, and a release that is later than its table's entry says."""
    try:
        recorded, entries = read(root), register.read(root)
    except FaultError as error:
        return [each for each in error.faults if each.file == SHOWN]  # the register's own are told by its own check
    return [
        Fault(REGISTER.as_posix(), f"[{name}] as_at", str(entry.as_at), f"is before {last}, its last release", _MEND)
        for name, entry in entries.items()
        if (last := max((day for day, _ in recorded.get(name, {}).values()), default=entry.as_at)) > entry.as_at
    ]


_MEND = "Run `pcp register FILE --as-at DATE` with the day of the release."


def text_with(root: Path, changed: Iterable[tuple[Entry, list[list[str]]]]) -> str:
    """The text of the file with these tables as they are now: each entry with all rows of its table, as at its day.

    A period whose rows are those that were recorded keeps its day, or has the entry's where that is earlier.
    """
    recorded = dict(read(root))
    for entry, rows in changed:
        before, now = recorded.get(entry.name, {}), _hashes(entry, rows)
        gone = {period: _GONE for period in before if period not in now}
        periods: dict[str, tuple[date, str]] = {}
        for period, digest in sorted((now | gone).items()):
            day, known = before.get(period, (entry.as_at, ""))
            periods[period] = (min(day, entry.as_at) if known == digest else entry.as_at, digest)
        recorded[entry.name] = periods
    blocks = [HEADING]
    for name, table in sorted(recorded.items()):
        blocks.append(f"[{name}]\n" + "".join(f'"{key}" = "{day} {digest}"\n' for key, (day, digest) in table.items()))
    return "\n".join(blocks)


def _hashes(entry: Entry, rows: list[list[str]]) -> dict[str, str]:
    """The hash of the rows of each period, in the order of the file."""
    place = entry.kind.names.index(entry.kind.visible_by)
    by_period: dict[str, list[str]] = {}
    for row in rows:
        by_period.setdefault(row[place], []).append("\x1f".join(row))
    return {period: sha256_text("\n".join(texts))[:12] for period, texts in by_period.items()}


def as_at(entry: Entry, periods: Periods | None, sees: Callable[[str], bool]) -> date:
    """The day of the last release that changed a row which a cycle *sees*, by the row's period."""
    found = []
    for period, (day, _) in (periods or {}).items():
        with suppress(ValueError):  # what is no period is a fault of the table, which its own check tells
            found += [day] if sees(period) else []
    return max(found, default=entry.as_at)
