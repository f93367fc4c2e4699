"""The register of inputs, ``data/raw/register.toml``: what each is, whose, under which licence, as at which day."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from pathlib import Path

from pcp_analysis.loaders.kinds import KINDS
from pcp_analysis.strict.fault import Fault
from pcp_analysis.strict.files import sha256_of, write_whole
from pcp_analysis.strict.sheet import raise_any, shown_path

RAW = Path("data", "raw")
REGISTER = RAW / "register.toml"
SHOWN = REGISTER.as_posix()
HEADING = (
    "# Every input of data/raw. Written by `pcp import` and `pcp register`; the sha256 is that of the whole file.\n"
)
NAME = re.compile(r"[a-z][a-z0-9_]*")
REQUIRED = ("file", "title", "publisher", "licence", "as_at", "sha256", "loader")


@dataclass(frozen=True)
class Entry:
    """One input. *file* is relative to ``data/raw``; *loader* is the kind of table; *as_at* the day of its vintage.

    A table is *sensitive*, and small counts of people in it are suppressed, unless it is declared not to be, with the
    reason. *publication_lag_months*: how long after the end of its period a row may be seen. *left_out* and *kept* name
    what an importer left out and what it kept although it looks wrong, one line each. *revision* is why this vintage
    differs from the one before it, where the publisher says so: the reason that stands beside every figure that it
    revised.
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
    source: str = ""
    note: str = ""
    revision: str = ""
    left_out: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


KEYS = {field.name: field for field in fields(Entry) if field.name != "name"}


def read(root: Path) -> dict[str, Entry]:
    """Every entry by its name, in the order of the file. Raises FaultError with all faults of the register's text.

    Reads the register alone: whether the files are there and unchanged is :func:`check`'s question.
    """
    entries, faults = _parse(root)
    raise_any(faults)
    return entries


def check(root: Path) -> list[Fault]:
    """Every fault of the register: its text, missing and altered files, files in ``data/raw`` that it does not name."""
    entries, faults = _parse(root)
    if not entries and any(not fault.where for fault in faults):
        return faults  # it could not be read: which files it names cannot be told
    for entry in entries.values():
        faults += _file_faults(root, entry)
    # A faulty entry still names its file, so that one mistake is not reported twice.
    named = {entry.file for entry in entries.values()} | _named_files(root)
    for path in raw_files(root):
        if path not in named:
            faults.append(
                Fault(
                    (RAW / path).as_posix(),
                    "",
                    "",
                    "is named by an entry of the register",
                    f"Write an entry for it in {SHOWN} and run `pcp register {path} --as-at DATE`, or take the file away.",
                )
            )
    return faults


def record(root: Path, entry: Entry) -> None:
    """Write *entry* into the register in place of the one of its name, if any; every other entry is kept as it is.

    Makes the register where there is none. Raises FaultError where the register as it stands, or *entry*, is at fault.
    """
    write_whole(root / REGISTER, text_with(root, entry))


def text_with(root: Path, entry: Entry) -> str:
    """The register's text with *entry* in it; raises what :func:`record` raises, and writes nothing."""
    entries = read(root) if (root / REGISTER).exists() else {}
    return _sound_text(entries | {entry.name: entry})


def register_files(root: Path, files: Iterable[Path | str], as_at: date) -> list[Entry]:
    """Record the sha256 and the as-at day of files that were written or changed on purpose.

    A file is named from the root, from ``data/raw`` or from anywhere (absolute). Its entry may lack ``sha256`` and
    ``as_at``, which are filled in. Raises FaultError, and changes nothing, where a file is missing or has no entry.
    """
    table, faults = _load(root)
    changed = {}
    for file in files:
        path, relative = _place(root, Path(file))
        names = [name for name, keys in table.items() if isinstance(keys, dict) and keys.get("file") == relative]
        if not path.is_file():
            faults.append(Fault(shown_path(path, root), "", "", "is a file", "Correct the name."))
        elif not names:
            faults.append(
                Fault(
                    shown_path(path, root),
                    "",
                    "",
                    f"has an entry in {SHOWN}",
                    f'Write one there ([name], file = "{relative}", title, publisher, licence, loader), then run this again.',
                )
            )
        else:
            table[names[0]] |= {"sha256": sha256_of(path), "as_at": as_at}
            changed[names[0]] = None
    entries, wrong = _entries(table)
    raise_any(faults + _with_lines(root, wrong))
    write_whole(root / REGISTER, _sound_text(entries))
    return [entries[name] for name in changed]


def raw_files(root: Path) -> list[str]:
    """The files of ``data/raw`` that need an entry: all but the register, ``cycles/`` and hidden ones; sorted."""
    folder = root / RAW
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(
        path.as_posix()
        for path in found
        if path.parts[0] != "cycles"
        and path != Path(REGISTER.name)
        and not any(part.startswith(".") for part in path.parts)
    )


def _place(root: Path, file: Path) -> tuple[Path, str]:
    folder = (root / RAW).resolve()
    tried = [file] if file.is_absolute() else [folder / file, root.resolve() / file, Path.cwd() / file]
    path = next((path for path in tried if path.is_file()), tried[0]).resolve()
    return path, path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()


def _load(root: Path) -> tuple[dict, list[Fault]]:
    try:
        text = (root / REGISTER).read_bytes().decode("utf-8")
        return tomllib.loads(text), []
    except FileNotFoundError:
        fault = Fault(SHOWN, "", "", "is there", "Restore it, or name the folder that holds data/ with --root.")
    except UnicodeDecodeError as error:
        fault = Fault(SHOWN, "", f"byte 0x{error.object[error.start]:02x}", "is UTF-8 text", "Save it again as UTF-8.")
    except tomllib.TOMLDecodeError as error:
        fault = Fault(SHOWN, "", str(error), "is valid TOML", "Correct that line.")
    return {}, [fault]


def _parse(root: Path) -> tuple[dict[str, Entry], list[Fault]]:
    table, faults = _load(root)
    entries, wrong = _entries(table)
    return entries, faults + _with_lines(root, wrong)


def _with_lines(root: Path, faults: list[Fault]) -> list[Fault]:
    """The faults with the line of the register that each is about: that of its key, else of its entry's name."""
    lines = (root / REGISTER).read_text(encoding="utf-8").splitlines() if faults else []
    return [
        replace(fault, where=f"line {line}, {fault.where}") if (line := _line(lines, fault.where)) else fault
        for fault in faults
    ]


def _line(lines: list[str], where: str) -> int | None:
    """The line, counted from 1, of ``[name] key`` or of a key above every entry; None where it is not found."""
    name, _, key = (
        where.rpartition(" ") if " " in where else (where, "", "") if where.startswith("[") else ("", "", where)
    )
    heads = [
        number for number, line in enumerate(lines, 1) if line.split("#")[0].strip().startswith("[") and "=" not in line
    ]
    begun = next((number for number in heads if name and lines[number - 1].split("#")[0].strip() == name), None)
    if name and begun is None:
        return None
    first = begun or 0
    last = next((number for number in heads if number > first), len(lines) + 1)
    found = (
        (number for number in range(first + 1, last) if re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", lines[number - 1]))
        if key
        else ()
    )
    return next(iter(found), begun)


def _entries(table: dict) -> tuple[dict[str, Entry], list[Fault]]:
    entries, faults = {}, []
    for name, keys in table.items():
        wrong = _entry_faults(name, keys)
        faults += wrong
        if not wrong:
            lists = {key: tuple(keys[key]) for key in ("left_out", "kept") if key in keys}
            entries[name] = Entry(name=name, **(keys | lists))
    files = Counter(entry.file for entry in entries.values())
    loaders = Counter(entry.loader for entry in entries.values())
    for entry in entries.values():
        if files[entry.file] > 1:
            faults.append(
                Fault(SHOWN, f"[{entry.name}] file", entry.file, "is named by one entry", "Remove the other.")
            )
        # A kind that holds series names them, so that two tables of it would hold two series of one name.
        if KINDS[entry.loader].frequency and loaders[entry.loader] > 1:
            faults.append(
                Fault(SHOWN, f"[{entry.name}] loader", entry.loader, "is that of one entry", "Remove the other.")
            )
    return entries, faults


def _entry_faults(name: str, keys: object) -> list[Fault]:
    if not isinstance(keys, dict):
        return [Fault(SHOWN, name, str(keys), "is a key of an entry", "Move it below the entry's [name].")]
    faults = []
    if not NAME.fullmatch(name):
        rule = "is made of small letters, digits and underscores, a letter first"
        faults.append(Fault(SHOWN, f"[{name}]", name, rule, "Rename it."))
    for key in REQUIRED:
        if key not in keys:
            mend = "Run `pcp register FILE --as-at DATE`." if key in ("as_at", "sha256") else "Add it."
            faults.append(Fault(SHOWN, f"[{name}] {key}", "", "is a key that every entry has", mend))
    if keys.get("sensitive") is False and not str(keys.get("sensitive_reason", "")).strip():
        rule = "is given where sensitive = false"
        faults.append(
            Fault(SHOWN, f"[{name}] sensitive_reason", "", rule, "Say why small counts in it may be published.")
        )
    for key, value in keys.items():
        rule = _broken_rule(key, value)
        if rule:
            mend = f"The keys are: {', '.join(KEYS)}." if key not in KEYS else "Correct it."
            faults.append(Fault(SHOWN, f"[{name}] {key}", str(value), rule, mend))
    return faults


def _broken_rule(key: str, value: object) -> str:
    """The rule that the value of *key* breaks, or nothing."""
    if key not in KEYS:
        return "is no key of an entry"
    if key == "as_at":
        # A datetime is a date to isinstance, and a day is what is meant.
        return "" if isinstance(value, date) and not isinstance(value, datetime) else "is a date, as in 2014-09-11"
    if key == "publication_lag_months":
        return "" if type(value) is int and 0 <= value <= 120 else "is a whole number of months, 0 to 120"
    if key == "sensitive":
        return "" if isinstance(value, bool) else "is true or false"
    if key in ("left_out", "kept"):
        return "" if isinstance(value, list) and all(isinstance(line, str) for line in value) else "is a list of texts"
    if not isinstance(value, str):
        return "is text"
    if key in REQUIRED and not value.strip():
        return "is not empty"
    if key == "sha256":
        return "" if re.fullmatch(r"[0-9a-f]{64}", value) else "is a sha256: 64 digits and letters a to f"
    if key == "loader":
        return "" if value in KINDS else f"is a kind of table: {', '.join(KINDS)}"
    if key == "file":
        parts = value.split("/")
        inside = not {"", ".", ".."} & set(parts) and not {"\\", ":"} & set(value)
        return (
            ""
            if inside and parts[0] != "cycles"
            else "is a path inside data/raw, with forward slashes, not under cycles/"
        )
    return ""


def _file_faults(root: Path, entry: Entry) -> list[Fault]:
    path = root / RAW / entry.file
    shown = (RAW / entry.file).as_posix()
    mend = f"Restore the file, or run `pcp register {shown} --as-at DATE` if it was changed on purpose."
    try:
        found = sha256_of(path)
    except OSError as error:
        rule = f"is there and can be read, as the register's [{entry.name}] says"
        return [
            Fault(shown, "", error.strerror or "", rule, f"Restore the file, or take [{entry.name}] out of {SHOWN}.")
        ]
    if found != entry.sha256:
        return [Fault(shown, "", f"sha256 {found}", f"has the sha256 of the register's [{entry.name}]", mend)]
    return []


def _named_files(root: Path) -> set[str]:
    table, _ = _load(root)
    return {str(keys["file"]) for keys in table.values() if isinstance(keys, dict) and "file" in keys}


def _sound_text(entries: dict[str, Entry]) -> str:
    text = to_toml(entries.values())
    # What is to be written is read first: an entry at fault never reaches the register.
    raise_any(_entries(tomllib.loads(text))[1])
    return text


def to_toml(entries: Iterable[Entry]) -> str:
    """The register's text: entries by name, keys in the order of :class:`Entry`, keys at their default left out."""
    blocks = [HEADING]
    for entry in sorted(entries, key=lambda entry: entry.name):
        lines = [f"[{entry.name}]"]
        for key, field in KEYS.items():
            value = getattr(entry, key)
            if key in REQUIRED or value != field.default:
                lines.append(f"{key} = {_toml(value)}")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return "[\n" + "".join(f"  {_toml(line)},\n" for line in value) + "]"
    if isinstance(value, date | int):
        # TOML writes true and false in small letters
        return str(value).lower()
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found.group()):04X}", escaped) + '"'
