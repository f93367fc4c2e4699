"""Bringing in a release: by its description its files become a table in ``data/raw`` and the table's register entry.

No pandas is loaded before a release is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pcp_analysis.loaders import register, vintages
from pcp_analysis.loaders.kinds import kept_line, of_grain
from pcp_analysis.loaders.register import RAW, Entry
from pcp_analysis.loaders.releases.description import Description, description_of, names
from pcp_analysis.loaders.rows import months_after
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.files import sha256_text, write_all
from pcp_analysis.strict.sheet import parse_sheet, raise_any

if TYPE_CHECKING:
    from pandas import DataFrame

    from pcp_analysis.loaders.releases.table import Release


@dataclass(frozen=True)
class Import:
    """What an import made: the register *entry*, and a *summary* of what came in, a line each."""

    entry: Entry
    summary: tuple[str, ...]


def listed(root: Path) -> list[str]:
    """A line for each release that can be imported: its name, what it is, and when it was last fed."""
    held = register.read(root) if (root / register.REGISTER).exists() else {}
    lines = []
    for name in sorted(names(root)):
        try:
            what = description_of(root, name)
        except FaultError as error:
            # one that only others extend makes no table by itself
            if not any("release.makes" in fault.where for fault in error.faults):
                lines.append(f"{name}: its description is at fault: {error.faults[0]}")
            continue
        entry = held.get(what.table)
        fed = f"last fed as at {entry.as_at}" if entry else "never fed"
        columns = [f"{what.across} across"] * bool(what.across) + [each[0] for each in what.columns.values()]
        takes = f"takes {', '.join(columns)}{', and --anchor' if 'derive' in what.release else ''}"
        title = f"{what.release['title']} ({what.release['publisher']})"
        lines.append(f"{name}: {title}; {takes}; makes data/raw/{what.table}.csv, {fed}")
    return lines


def import_release(
    root: Path, name: str, files: Sequence[Path], *, anchor: Path | None = None, as_at: Sequence[date] = ()
) -> Import:
    """Read a release, write its table into ``data/raw`` and its entry into the register.

    *name* is that of a description (KeyError otherwise, with the nearest); *as_at* the day of the vintage of all files or
    of each. Files of counts that overlap, and the table that stands, are joined cell by cell: the newest wins, and what
    it changed goes to ``revisions.csv``. Raises FaultError with every fault of the files and of the table that they
    make; nothing is changed then.
    """
    what = description_of(root, name)
    raise_any(_asked_wrongly(what, files, anchor, as_at))
    held = register.read(root) if (root / register.REGISTER).exists() else {}
    raise_any(_taken(what, held))
    try:
        releases = _read(root, what, [Path(file) for file in files], anchor, as_at)
        return _put(root, what, releases, held.get(what.table))
    except OSError as error:
        shown = (RAW / f"{what.table}.csv").as_posix()
        fault = Fault(shown, "", error.strerror or str(error), "can be written", "Make room, or permit writing there.")
        raise FaultError([fault]) from error


def _asked_wrongly(what: Description, files: Sequence[Path], anchor: Path | None, as_at: Sequence[date]) -> list[Fault]:
    faults, command = [], f"pcp import {what.name}"
    if what.release["makes"] != "counts" and len(files) != 1:
        faults.append(Fault(command, "FILE", str(len(files)), "takes 1 file", "Name that many."))
    if "derive" in what.release and anchor is None:
        rule = f"is given: the file with the quarters of one year, {what.release['anchor']}"
        faults.append(Fault(command, "--anchor", "", rule, "Add --anchor FILE."))
    if "derive" not in what.release and anchor is not None:
        faults.append(Fault(command, "--anchor", str(anchor), "is not taken by this release", "Leave it out."))
    if len(as_at) not in (1, len(files)) or not as_at:
        rule = "is given: the day of the vintage, which no file states; once for all files, or once for each"
        days = ", ".join(map(str, as_at))
        faults.append(Fault(command, "--as-at", days, rule, "Add --as-at DATE, as in 2019-04-25."))
    return faults


def _taken(what: Description, held: dict[str, Entry]) -> list[Fault]:
    """A table of that name that is of another kind, or whose file is another: an import does not replace it."""
    entry = held.get(what.table)
    grain = what.writing.grain if what.release["makes"] == "counts" else ""
    wanted = (what.release["makes"], f"{what.table}.csv", grain)
    if entry is None or (entry.loader, entry.file, entry.grain) == wanted:
        return []
    rule = f"is no table of another kind; the register has one of the kind {entry.loader}, {entry.file} {entry.grain}"
    return [Fault(what.origin, "release.table", what.table, rule, 'Add table = "another_name" under [release].')]


def _read(
    root: Path, what: Description, files: Sequence[Path], anchor: Path | None, as_at: Sequence[date]
) -> list[tuple[date, Release]]:
    """The releases with the days of their vintage, the oldest first; the files of one day's events are one release."""
    from pcp_analysis.loaders.releases.table import read_release

    days = list(as_at) if len(as_at) == len(files) else list(as_at) * len(files)
    faults: list[Fault] = []
    anchored = None
    try:
        if anchor is not None:
            anchored = read_release([anchor], description_of(root, what.release["anchor"]), days[0])
    except FaultError as error:
        faults += error.faults
    groups: dict[tuple[date, int], list[Path]] = {}
    for number, (file, day) in enumerate(zip(files, days, strict=True)):
        groups.setdefault((day, 0 if what.events else number), []).append(file)
    releases = []
    for (day, _), group in groups.items():
        try:
            releases.append((day, read_release(group, what, day, anchored)))
        except FaultError as error:
            faults += error.faults
    raise_any(faults)
    return sorted(releases, key=lambda each: (each[0], each[1].table["month"].max()))


def _put(root: Path, what: Description, releases: Sequence[tuple[date, Release]], held: Entry | None) -> Import:
    """Join the releases with the table that stands, judge the table, and put it and its entry in their places."""
    from pcp_analysis.loaders.checked import text_faults
    from pcp_analysis.loaders.frames import to_csv_text
    from pcp_analysis.loaders.releases.revisions import joined, missing, revised_text
    from pcp_analysis.loaders.releases.summary import summary
    from pcp_analysis.loaders.releases.table import long_table, shaped

    counts = what.release["makes"] == "counts"
    before = held if counts else None
    table, revisions = joined(root, what, releases, before)
    confirmed = (*(held.confirmed if held else ()), *_confirmed(what, releases, long_table(table)))
    lines = [f"{file}, sha256 {sha256}, as at {day}" for day, release in releases for file, sha256 in release.files]
    kept = [line for _, release in releases for line in release.kept]
    left_out = [line for _, release in releases for line in release.left_out]
    for area, series, period, count in long_table(table[table["count"] < 0] if counts else table[:0]).to_numpy():
        kept.append(kept_line(area, series, period, count, quarterly=False))
    kind, target = of_grain(what.release["makes"], what.writing.grain), RAW / f"{what.table}.csv"
    text = to_csv_text(shaped(table, what), kind)
    release = what.release
    differ = release.get("places_differ", "")
    raise_any(
        text_faults(text, target.as_posix(), kind, kept=kept, right=(*kept, *confirmed), places_differ=bool(differ))
    )
    entry = Entry(
        name=what.table,
        file=target.name,
        title=release["title"],
        publisher=release["publisher"],
        licence=release["licence"],
        as_at=max([day for day, _ in releases] + ([before.as_at] if before else [])),
        sha256=sha256_text(text),
        loader=release["makes"],
        publication_lag_months=release.get("publication_lag_months", 0),
        sensitive=release.get("sensitive", True),
        sensitive_reason=release.get("sensitive_reason", ""),
        source=release.get("source", ""),
        note=release.get("note", ""),
        grain=what.writing.grain if counts else "",
        provisional=what.periods.get("provisional", 0) if counts else 0,
        places_differ=differ,
        missing=tuple(missing(table, what)) if counts else (),
        files=tuple(dict.fromkeys([*(before.files if before else ()), *lines])),
        left_out=tuple(dict.fromkeys([*(before.left_out if before else ()), *left_out])),
        kept=tuple(dict.fromkeys([*(before.kept if before else ()), *kept])),
        confirmed=tuple(dict.fromkeys(confirmed)),
    )
    texts = {root / target: text, root / register.REGISTER: register.text_with(root, entry)}
    if len(revisions):
        texts |= revised_text(root, what.table, revisions)
    rows = parse_sheet(text, target.as_posix())[0].rows
    texts[root / vintages.VINTAGES] = vintages.text_with(root, [(entry, rows)])
    write_all(texts)
    return Import(entry, tuple(summary(table, [each for _, each in releases], revisions, entry)))


def _confirmed(what: Description, releases: Sequence[tuple[date, Release]], table: DataFrame) -> Iterator[str]:
    """The counts of the table that the description says are right though they are far from their neighbours, each with why."""
    from pcp_analysis.loaders.plausible import ALL_AREAS

    edition: set[str | date] = {day for day, _ in releases} | {each for _, one in releases for _, each in one.files}
    quarterly = of_grain(what.release["makes"], what.writing.grain).frequency == "quarterly"
    areas, periods = {ALL_AREAS, *table["area"]}, set(table["period"])
    for (area, series, period, count), reason in what.rows("confirmed", edition):
        if area in areas and period in periods:
            ending = months_after(date.fromisoformat(f"{period}-01"), 1) - timedelta(days=1) if quarterly else period
            yield f"{kept_line(area, series, ending, count, quarterly=quarterly)}. {reason}"
