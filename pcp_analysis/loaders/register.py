"""The register of inputs, ``data/raw/register.toml``: what each is, whose, under which licence, as at which day."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

from pcp_analysis.loaders.kinds import KINDS, Kind, of_grain
from pcp_analysis.strict import toml, value
from pcp_analysis.strict.fault import Fault
from pcp_analysis.strict.files import sha256_lines, write_whole
from pcp_analysis.strict.sheet import raise_any
from pcp_analysis.strict.toml import Document, Key

RAW = Path("data", "raw")
REGISTER = RAW / "register.toml"
#: What imports changed in tables that stood.
REVISIONS = "revisions.csv"
SHOWN = REGISTER.as_posix()
HEADING = (
    "# Every input of data/raw. Written by `pcp import` and `pcp register`; the sha256 is that of the whole file.\n"
)
NAME = re.compile(r"[a-z][a-z0-9_]*")
LONGEST_LAG, LONGEST_PATH = 120, 200


@dataclass(frozen=True)
class Entry:
    """One input. *file* is relative to ``data/raw``; *loader* is the kind of table; *as_at* the day of its vintage.

    A table is *sensitive*, and small counts of people in it are suppressed, unless it is declared not to be, with the
    reason. *totals* are the sums that its printed counts make, ``incidents = on_street + in_private``, where they can tell a
    count that is suppressed. *publication_lag_months*: how long after the end of its period a row may be seen. *left_out* and *kept* name
    what an importer left out and what it kept although it looks wrong, one line each; *confirmed* the counts that
    somebody has looked at and found right, though they lie outside all that their series did, or far from their neighbours. *revision* is why this vintage
    differs from the one before it, where the publisher says so: the reason that stands beside every figure that it
    revised.

    *grain* is the length of a period of a table of counts, and *provisional* how many of its latest periods may still
    change; *missing* are periods between its first and last of which nothing is held. *files* are the downloads of which
    an import made the table, each with its sha256 and its as-at day. *places_differ* is why the places of a force do not add up to
    what is held of the force beside them.
    """

    name: str
    file: str
    title: str
    publisher: str
    licence: str
    as_at: date
    sha256: str
    loader: str
    publication_lag_months: int = 0
    sensitive: bool = True
    sensitive_reason: str = ""
    totals: tuple[str, ...] = ()
    source: str = ""
    note: str = ""
    revision: str = ""
    grain: str = ""
    provisional: int = 0
    places_differ: str = ""
    missing: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """The kind of its table."""
        return of_grain(self.loader, self.grain)


def _inside(given: object) -> str:
    """A path inside ``data/raw``, with forward slashes."""
    text = value.line(given)
    parts = text.split("/")
    if {"", ".", ".."} & set(parts) or {"\\", ":"} & set(text) or parts[0] == "cycles" or len(text) > LONGEST_PATH:
        raise value.Refused(
            "is no path inside data/raw", "Write it from data/raw, with forward slashes; cycles/ needs no entry."
        )
    return text


def _lag(given: object) -> int:
    if type(given) is not int or not 0 <= given <= LONGEST_LAG:
        raise value.Refused(f"is no whole number of months, 0 to {LONGEST_LAG}", "Write it without quotation marks.")
    return given


def _kind(given: object) -> str:
    return value.one_of(KINDS, "kind of table")(given)


_TOTAL = value.matching(r"[a-z0-9_]+ = [a-z0-9_]+( \+ [a-z0-9_]+)+", "is no total", "Write it as: all = some + others")


def _totals(given: object) -> tuple[str, ...]:
    return tuple(_TOTAL(line) for line in value.lines(given))


_RUN = "Run `pcp register FILE --as-at DATE`."
KEYS = {
    "file": Key(_inside, required=True),
    "title": Key(value.line, required=True),
    "publisher": Key(value.line, required=True),
    "licence": Key(value.line, required=True),
    "as_at": Key(value.day, required=True, mend=_RUN),
    "sha256": Key(value.matching("[0-9a-f]{64}", "is no sha256: 64 digits and letters a to f", _RUN), True, mend=_RUN),
    "loader": Key(_kind, required=True),
    "publication_lag_months": Key(_lag),
    "sensitive": Key(value.flag),
    "sensitive_reason": Key(value.blank_line),
    "totals": Key(_totals),
    "source": Key(value.blank_prose),
    "note": Key(value.blank_prose),
    "revision": Key(value.blank_prose),
    "grain": Key(value.one_of(("month", "quarter", "year"), "grain")),
    "provisional": Key(_lag),
    "places_differ": Key(value.line),
    "missing": Key(value.lines),
    "files": Key(value.lines),
    "left_out": Key(value.lines),
    "kept": Key(value.lines),
    "confirmed": Key(value.lines),
}


def read(root: Path) -> dict[str, Entry]:
    """Every entry by its name, in the order of the file. Raises FaultError with all faults of the register's text.

    Reads the register alone: whether the files are there and unchanged is :func:`check`'s question.
    """
    document = toml.read(root / REGISTER, SHOWN)
    entries = entries_of(document)
    raise_any(document.faults)
    return entries


def check(root: Path) -> list[Fault]:
    """Every fault of the register: its text, missing and altered files, files in ``data/raw`` that it does not name."""
    document = toml.read(root / REGISTER, SHOWN)
    if not document.readable:
        return document.faults  # which files it names cannot be told
    entries = entries_of(document)
    faults = document.faults + [fault for entry in entries.values() for fault in _file_faults(root, entry)]
    # A faulty entry still names its file, so that one mistake is not reported twice.
    named = {str(keys.get("file")) for keys in document.data.values() if isinstance(keys, dict)}
    rule = "is named by no entry of the register"
    mend = f"Write an entry for it in {SHOWN} and run `pcp register {{}} --as-at DATE`, or take the file away."
    return faults + [
        Fault((RAW / path).as_posix(), "", "", rule, mend.format(path)) for path in raw_files(root) if path not in named
    ]


def record(root: Path, entry: Entry) -> None:
    """Write *entry* into the register in place of the one of its name, if any; every other entry is kept as it is.

    Makes the register where there is none. Raises FaultError where the register as it stands, or *entry*, is at fault.
    """
    write_whole(root / REGISTER, text_with(root, entry))


def text_with(root: Path, entry: Entry) -> str:
    """The register's text with *entry* in it; raises what :func:`record` raises, and writes nothing."""
    entries = read(root) if (root / REGISTER).exists() else {}
    return sound_text(entries | {entry.name: entry})


def raw_files(root: Path) -> list[str]:
    """The files of ``data/raw`` that need an entry: all but the register, the vintages, the revisions, ``cycles/``, hidden ones and what file managers
    and office programs leave there; sorted.
    """
    folder = root / RAW
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(
        path.as_posix()
        for path in found
        if path.parts[0] != "cycles"
        and path.as_posix() not in (REGISTER.name, REVISIONS, "vintages.toml")
        and not any(part.startswith((".", "~$")) for part in path.parts)
        and path.name.lower() not in ("thumbs.db", "desktop.ini")
    )


def entries_of(document: Document) -> dict[str, Entry]:
    """The entries of a register that are sound; the faults of the others are noted in the document."""
    entries = {}
    for name, keys in document.data.items():
        before = len(document.faults)
        if not isinstance(keys, dict):
            document.fault(name, keys, "is no entry", "Head an entry with its [name], and put its keys below.")
            continue
        if not NAME.fullmatch(name):
            rule = "is no name of an entry"
            document.fault(name, name, rule, "Use small letters, digits and underscores, a letter first.")
        values = document.take(keys, name, KEYS)
        if values.get("sensitive") is False and not str(keys.get("sensitive_reason", "")).strip():
            mend = "Say in sensitive_reason why small counts in it may be published."
            document.fault(f"{name}.sensitive", "false", "stands without a sensitive_reason", mend)
        if len(document.faults) == before:
            entries[name] = Entry(name=name, **values)
    files = Counter(entry.file for entry in entries.values())
    loaders = Counter(entry.loader for entry in entries.values())
    for entry in entries.values():
        if files[entry.file] > 1:
            document.fault(f"{entry.name}.file", entry.file, "is named by another entry too", "Remove one of the two.")
        # A kind that holds series names them, so that two tables of it would hold two series of one name.
        if entry.kind.frequency and not entry.kind.long and loaders[entry.loader] > 1:
            rule = "is the kind of another entry too, and its series have names of their own"
            document.fault(f"{entry.name}.loader", entry.loader, rule, "Remove one of the two.")
    return entries


def _file_faults(root: Path, entry: Entry) -> list[Fault]:
    path = root / RAW / entry.file
    shown = (RAW / entry.file).as_posix()
    mend = f"Restore the file, or run `pcp register {shown} --as-at DATE` if it was changed on purpose."
    try:
        found = sha256_lines(path)
    except OSError as error:
        rule = f"is no file that can be read, as the register's [{entry.name}] says"
        return [
            Fault(shown, "", error.strerror or "", rule, f"Restore the file, or take [{entry.name}] out of {SHOWN}.")
        ]
    if found != entry.sha256:
        return [Fault(shown, "", f"sha256 {found}", f"has not the sha256 of the register's [{entry.name}]", mend)]
    return []


def sound_text(entries: Mapping[str, Entry]) -> str:
    """The register's text, read once more: an entry at fault never reaches the register. Raises FaultError."""
    text = to_toml(entries.values())
    document = toml.parse(text, SHOWN)
    entries_of(document)
    raise_any(document.faults)
    return text


def to_toml(entries: Iterable[Entry]) -> str:
    """The register's text: entries by name, keys in the order of :class:`Entry`, keys at their default left out."""
    defaults = {field.name: field.default for field in fields(Entry)}
    blocks = [HEADING]
    for entry in sorted(entries, key=lambda entry: entry.name):
        lines = [f"[{entry.name}]"]
        for name, key in KEYS.items():
            if key.required or getattr(entry, name) != defaults[name]:
                lines.append(f"{name} = {toml.written(getattr(entry, name))}")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)
