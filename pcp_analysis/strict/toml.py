"""Reading a TOML file strictly: every key known, every value of its kind, every fault with its line and key path."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pcp_analysis.strict import files
from pcp_analysis.strict.fault import Fault
from pcp_analysis.strict.nearest import advise
from pcp_analysis.strict.value import Refused, kind, shown

_BARE_MONTH = re.compile(r"=\s*[0-9]{4}-[0-9]{2}\s*(#|$)")
_HEADER = re.compile(r"^\s*(\[\[?)([^\[\]]+)\]")
_KEY = re.compile(r"^\s*([A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')\s*=\s*(.*)$")
# A key whose text begins with three quotation marks and does not end on its line.
_OPENED = re.compile(r"^\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')\s*=\s*(\"\"\"|''')(?!.*\1)")


@dataclass(frozen=True)
class Key:
    """A key that a table may have: the reader of its value, whether the table must have it, and how it is filled in."""

    read: Callable[[object], Any]
    required: bool = False
    mend: str = ""


@dataclass
class Document:
    """One TOML file: what it holds, at which line each key stands, and the faults found in it so far."""

    file: str
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    readable: bool = False
    text: str = ""

    def fault(self, path: str, value: object, rule: str, mend: str, *, owner: str = "") -> None:
        """Note a fault at the key *path*; *owner* is the id of what the key belongs to."""
        line = self.line(path)
        where = f"line {line}, {path}" if line else path
        self.faults.append(Fault(self.file, f"{where} ({shown(owner)})" if owner else where, shown(value), rule, mend))

    def line(self, path: str) -> int | None:
        """The line of the key *path*, of the first of a list of tables, or else of the table that it would stand in."""
        while path:
            for at in (path, f"{path}[1]"):
                if at in self.lines:
                    return self.lines[at]
            path = path.rpartition(".")[0]
        return None

    def take(self, table: Mapping[str, Any], path: str, keys: Mapping[str, Key], *, owner: str = "") -> dict[str, Any]:
        """The values of *table* that are as *keys* wants them; a fault for each other one, unknown or missing."""
        taken: dict[str, Any] = {}
        for name, value in table.items():
            label = name if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", name) else shown(repr(name))
            at = f"{path}.{label}" if path else label
            if name not in keys:
                self.fault(at, name, "is no key that is known here", advise(name, keys, noun="keys"), owner=owner)
                continue
            try:
                taken[name] = keys[name].read(value)
            except Refused as refused:
                self.fault(at, value, refused.rule, refused.mend, owner=owner)
        for name, key in keys.items():
            if key.required and name not in table:
                at = f"{path}.{name}" if path else name
                self.fault(at, None, "is missing", key.mend or f"Add {name} = ...", owner=owner)
        return taken

    def tables(self, table: Mapping[str, Any], name: str, path: str = "") -> list[tuple[str, dict[str, Any]]]:
        """The array of tables *name* of *table*: each with its key path, counted from 1."""
        at = f"{path}.{name}" if path else name
        value = table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            header = re.sub(r"\[\d+\]", "", at)
            self.fault(at, None, f"is {kind(value)} and must be a list of tables", f"Head each with [[{header}]].")
            return []
        return [(f"{at}[{place}]", each) for place, each in enumerate(value, start=1)]


def read(path: Path, file: str, *, may_lack: bool = False) -> Document:
    """Read the TOML file at *path*, which faults call *file*; where it cannot be read, `readable` is False.

    A file that is not there is a fault, or a document that holds nothing where a cycle *may_lack* it.
    """
    document = Document(file)
    try:
        raw = files.read(path)
        text = raw.decode("utf-8-sig")
    except FileNotFoundError:
        if may_lack:
            return document
        document.faults.append(Fault(file, "", "", "the file is missing", "Add it, or restore it from the repository."))
    except OSError as error:
        document.faults.append(
            Fault(file, "", "", f"the file cannot be read: {error.strerror}", "Mend its permissions.")
        )
    except UnicodeDecodeError as error:
        where = f"line {raw[: error.start].count(10) + 1}"
        document.faults.append(
            Fault(file, where, repr(raw[error.start : error.end])[2:-1], "is not UTF-8", "Save the file as UTF-8.")
        )
    else:
        return parse(text, file)
    return document


def parse(text: str, file: str) -> Document:
    """Read a TOML text, as :func:`read` reads that of a file."""
    document = Document(file, text=text)
    if not text.strip():
        mend = "Restore it, or write a comment in it if nothing is to be said."
        document.faults.append(Fault(file, "line 1", "", "is an empty file", mend))
        return document
    try:
        document.data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        document.faults.append(_syntax_fault(file, text, error))
    else:
        document.readable = True
        document.lines = key_lines(text)
    return document


def written(value: object) -> str:
    """A value as TOML writes it: text, a number, a date, true or false, or a list of texts, one a line.

    >>> written("50 % \\u20ac"), written(True)
    ('"50 % \\u20ac"', 'true')
    """
    if isinstance(value, tuple | list):
        return "[\n" + "".join(f"  {written(line)},\n" for line in value) + "]"
    if not isinstance(value, str):
        return str(value).lower()
    # a JSON text is a TOML text too, but for the one control character that JSON lets stand
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _syntax_fault(file: str, text: str, error: ValueError | RecursionError) -> Fault:
    found = re.search(r"\(at (line (\d+), column \d+|end of document)\)", str(error))
    said = (
        "nested too deeply" if isinstance(error, RecursionError) else re.sub(r" \(at .*\)$", "", str(error)).rstrip(".")
    )
    where, mend = found[1] if found else "", "Mend the syntax at this place."
    if found and found[2] and _BARE_MONTH.search(text.split("\n")[int(found[2]) - 1]):
        mend = 'Put the month in quotation marks: due = "2014-12".'
    elif said == "Cannot overwrite a value":
        said, mend = (
            "a key or a table of this name stands above already",
            "Take one of the two away, or head each with [[ and ]].",
        )
    elif found and not found[2] and (begun := unended(text)):
        where = f"line {begun}"
        mend = 'The text that begins here has no end: write """ behind it, or restore the file: it may be cut short.'
    return Fault(file, where, "", f"is not TOML: {said}", mend)


def unended(text: str) -> int | None:
    """The line on which a text between three quotation marks begins that has no end; None where each has one."""
    begun, quotes = None, ""
    for place, content in enumerate(text.split("\n"), start=1):
        if quotes:
            quotes = "" if quotes in content else quotes
        elif found := _OPENED.match(content):
            begun, quotes = place, found[1]
    return begun if quotes else None


def key_lines(text: str) -> dict[str, int]:
    """At which line of a TOML text each table and key stands: {"deliverable[2].cadence": 14}; tables count from 1."""
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    table, quotes = "", ""
    for place, content in enumerate(text.split("\n"), start=1):
        if quotes:
            quotes = "" if quotes in content else quotes
            continue
        if header := _HEADER.match(content):
            table = ""
            names = [name.strip().strip("\"'") for name in header[2].split(".")]
            for last, name in ((step == len(names) - 1, name) for step, name in enumerate(names)):
                table = f"{table}.{name}" if table else name
                if last and header[1] == "[[":
                    counts[table] = counts.get(table, 0) + 1
                if table in counts:
                    table = f"{table}[{counts[table]}]"
            found.setdefault(table, place)
        elif key := _KEY.match(content):
            name = key[1].strip("\"'")
            found.setdefault(f"{table}.{name}" if table else name, place)
            quotes = opened[1] if (opened := _OPENED.match(content)) else ""
    return found
