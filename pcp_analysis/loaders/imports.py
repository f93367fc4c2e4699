"""Bringing in a publisher's release: its file becomes a tidy table in ``data/raw`` and the table's register entry.

No pandas is loaded before a release is read.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pcp_analysis.loaders import register, vintages
from pcp_analysis.loaders.kinds import KINDS
from pcp_analysis.loaders.register import RAW, Entry
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.files import sha256_lines, write_all, write_whole
from pcp_analysis.strict.sheet import raise_any, read_sheet

if TYPE_CHECKING:
    from pcp_analysis.loaders.publishers.ons import Imported

LICENCE = "Open Government Licence v3.0"
# Why no count of a release is suppressed.
PUBLISHED = "An aggregate at the level of a police force that its publisher has published already."


@dataclass(frozen=True)
class ImportKind:
    """A kind of release: how it is read, the entry that it makes, and how many files it takes.

    *read* takes the files and the anchor (None where *anchored* is false); *file* is relative to ``data/raw``.
    """

    name: str
    read: Callable[[Sequence[Path], Path | None], Imported]
    anchored: bool
    file: str
    loader: str
    title: str
    publisher: str
    source: str
    note: str
    publication_lag_months: int = 0
    files: int = 1


def _recorded_crime(files: Sequence[Path], anchor: Path | None) -> Imported:
    from pcp_analysis.loaders.publishers.ons import recorded_crime

    assert anchor is not None, "asked for before"
    return recorded_crime(files[0], anchor)


def _population(files: Sequence[Path], anchor: Path | None) -> Imported:
    from pcp_analysis.loaders.publishers.ons import Imported, population

    return Imported(population(files[0]))


def _monthly_crime(files: Sequence[Path], anchor: Path | None) -> Imported:
    from pcp_analysis.loaders.publishers.met import monthly_crime

    return monthly_crime(files[0])


IMPORT_KINDS: dict[str, ImportKind] = {
    kind.name: kind
    for kind in (
        ImportKind(
            "ons-recorded-crime",
            _recorded_crime,
            anchored=True,
            file="recorded_crime.csv",
            loader="recorded_crime",
            title="Police recorded crime by force and quarter, from April 2006",
            publisher="Office for National Statistics; Home Office",
            source="Recorded crime data at police force area level (ONS), rolling years; "
            "police recorded crime open data, police force area, 2017/18 (Home Office), quarters",
            note="Single quarters derived from rolling years: see docs/data.md. The vintage is that of as_at: counts have "
            "revisions that nobody could see at an earlier Board. The total is without fraud. A label that was not in use "
            "in a quarter is blank.",
        ),
        ImportKind(
            "ons-population",
            _population,
            anchored=False,
            file="population.csv",
            loader="population",
            title="Mid-year population estimates by police force area, from mid-2002",
            publisher="Office for National Statistics",
            source="Police force area data tables, year ending March 2018, Table P9",
            note="Rounded by the publisher to 100 persons. The vintage is that of as_at: estimates have revisions that "
            "nobody could see at an earlier Board. A mid-year estimate is seen twelve months after its 30 June.",
            publication_lag_months=12,
        ),
        ImportKind(
            "met-monthly-crime",
            _monthly_crime,
            anchored=False,
            file="met_recorded_crime.csv",
            loader="monthly_crime",
            title="Recorded crime of the Metropolitan Police by month, from April 2010",
            publisher="Metropolitan Police Service (London Datastore)",
            source="Monthly crime by borough, major and minor offence, one column a month",
            note="The sum of all boroughs, of the airports and of offences without a borough. The file covers April 2010 to "
            "September 2023 and does not state its day of release: as_at is the last day that it covers, before which it "
            "cannot have been made. Counts have revisions that nobody could see at an earlier Board. The total is without "
            "fraud. A label is blank outside the months in which it meant what its name says, and the total is blank where "
            "it would lack a label; a name that recorded_crime does not have counts something else: see docs/data.md.",
        ),
    )
}


def import_release(
    root: Path, kind: str, files: Sequence[Path], *, anchor: Path | None = None, as_at: date | None = None
) -> Entry:
    """Read a release, write its table into ``data/raw`` and its entry into the register; the entry is returned.

    *kind* is a key of ``IMPORT_KINDS`` (KeyError otherwise, naming them); *as_at* is the day of the release's vintage.
    Raises FaultError with every fault of the files and of the table that they make; nothing is changed then.
    """
    if kind not in IMPORT_KINDS:
        raise KeyError(f"no kind of release {kind!r}; the kinds: {', '.join(IMPORT_KINDS)}")
    what = IMPORT_KINDS[kind]
    raise_any(_asked_wrongly(what, files, anchor, as_at))
    if (root / register.REGISTER).exists():
        register.read(root)
    result = what.read([Path(file) for file in files], anchor)
    assert as_at is not None, "asked for before"
    return _put(root, what, result, as_at)


def _asked_wrongly(what: ImportKind, files: Sequence[Path], anchor: Path | None, as_at: date | None) -> list[Fault]:
    faults = []
    if len(files) != what.files:
        rule = f"takes {what.files} file" + ("s" if what.files > 1 else "")
        faults.append(Fault(f"pcp import {what.name}", "FILE", str(len(files)), rule, "Name that many."))
    if what.anchored and anchor is None:
        rule = "is given: the Home Office file with the quarters of one financial year"
        faults.append(Fault(f"pcp import {what.name}", "--anchor", "", rule, "Add --anchor FILE."))
    if not what.anchored and anchor is not None:
        faults.append(
            Fault(f"pcp import {what.name}", "--anchor", str(anchor), "is not taken by this kind", "Leave it out.")
        )
    if as_at is None:
        rule = "is given: the day of the release's vintage, which no file of this kind states"
        faults.append(Fault(f"pcp import {what.name}", "--as-at", "", rule, "Add --as-at DATE, as in 2019-04-25."))
    return faults


def _put(root: Path, what: ImportKind, result: Imported, as_at: date) -> Entry:
    """Write the table beside its place, check it there, then put table and entry in their places."""
    from pcp_analysis.loaders.checked import table_faults
    from pcp_analysis.loaders.frames import to_csv_text

    kind, target = KINDS[what.loader], root / RAW / what.file
    held = register.read(root) if (root / register.REGISTER).exists() else {}
    confirmed = held[target.stem].confirmed if target.stem in held else ()
    text = to_csv_text(result.table, kind)
    shown = (RAW / what.file).as_posix()
    # The checks read a file; a name that begins with a dot is no input, so the register does not ask for it.
    beside = target.with_name(f".{target.name}.new")
    try:
        write_whole(beside, text)
        raise_any(table_faults(beside, shown, kind, kept=result.kept, right=(*result.kept, *confirmed)))
        entry = Entry(
            name=target.stem,
            file=what.file,
            title=what.title,
            publisher=what.publisher,
            licence=LICENCE,
            as_at=as_at,
            sha256=sha256_lines(beside),
            loader=what.loader,
            publication_lag_months=what.publication_lag_months,
            sensitive=False,
            sensitive_reason=PUBLISHED,
            source=what.source,
            note=what.note,
            left_out=result.left_out,
            kept=result.kept,
            confirmed=confirmed,
        )
        table = vintages.text_with(root, [(entry, read_sheet(beside, shown)[0].rows)])
        texts = {target: text, root / register.REGISTER: register.text_with(root, entry)}
        write_all({**texts, root / vintages.VINTAGES: table})
    except OSError as error:
        fault = Fault(shown, "", error.strerror or str(error), "can be written", "Make room, or permit writing there.")
        raise FaultError([fault]) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
    return entry
