"""What executed notebooks carry for machines: figure records for figures.csv, and files to stand beside a page."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

from pcp_analysis.pack.job import PressError
from pcp_analysis.strict.sheet import inert

FIGURES = "application/vnd.pcp.figures+json"  # a list of records with the COLUMNS
FILES = "application/vnd.pcp.files+json"  # {file name: text}: published beside the page
USED = "application/vnd.pcp.used+json"  # names of all inputs that the kernel has read until then
COLUMNS = (
    "outcome", "id", "value", "unit", "low", "high", "numerator", "denominator", "period", "baseline", "basis", "method",
    "inputs",
)  # fmt: skip
_FILE_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*\.(csv|json|txt)")
RESERVED = ("figures.csv", "manifest.json")


def collect(notebooks: Iterable[tuple[str, str]], *, front: str = "") -> list[dict[str, str]]:
    """The rows of figures.csv from (job id, text of its executed notebook), by page and then by appearance.

    A figure that is shown twice is one row. A record that names no outcome is of the first page that shows it, and of
    the *front* page only where no other shows it. Raises PressError where one id has two values, or a record is not
    one.
    """
    rows: dict[str, dict[str, str]] = {}
    seen: dict[str, str] = {}
    for job, text in notebooks:
        for record in _bundles(text, FIGURES):
            for entry in record if isinstance(record, list) else [record]:
                row = _row(job, entry)
                before = rows.setdefault(row["id"], row)
                if not entry.get("outcome") and before["outcome"] == front:
                    before["outcome"] = job
                row["outcome"] = entry.get("outcome") or before["outcome"]
                if before != row:
                    column = next(name for name in COLUMNS if before[name] != row[name])
                    raise PressError(
                        f"figure {row['id']}: {column} is {before[column]!r} on {seen[row['id']]} "
                        f"and {row[column]!r} on {job}; one figure has one value in a pack"
                    )
                seen.setdefault(row["id"], job)
    return list(rows.values())


def beside(texts: list[tuple[str, str]], *, front: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    """What executed notebooks, by id, publish beside their pages, figures.csv among it; and the rows of that.

    Raises PressError where two publish one file with different content, and as `collect`.
    """
    content: dict[str, str] = {}
    for name, text in texts:
        for file, words in files(name, text).items():
            if content.setdefault(file, words) != words:
                raise PressError(f"{name} publishes {file}, which another page publishes with different content")
    rows = collect(texts, front=front)
    content["figures.csv"] = write(rows)
    return content, rows


def clashing(texts: list[tuple[str, str]], *, front: str) -> Iterator[tuple[str, Exception]]:
    """The notebooks whose records or files cannot be collected, or cannot stand beside those of the ones before, and why."""
    sound: list[tuple[str, str]] = []
    try:
        beside(texts, front=front)
    except Exception:  # whatever one of them holds, it costs that one alone
        for each in texts:
            try:
                beside([*sound, each], front=front)
                sound.append(each)
            except Exception as error:
                yield each[0], error


def files(job: str, text: str) -> dict[str, str]:
    """The files that the executed notebook *text* asks to have published beside its page: name -> content."""
    found: dict[str, str] = {}
    for bundle in _bundles(text, FILES):
        if not isinstance(bundle, dict):
            raise PressError(f"{job} publishes files that are not named")
        for name, content in bundle.items():
            if not _FILE_NAME.fullmatch(name) or name in RESERVED:
                raise PressError(
                    f"{job} publishes a file called {name!r}; a name is like robbery.csv, and not reserved"
                )
            if found.setdefault(name, content) != content:
                raise PressError(f"{job} publishes {name} twice, with different content")
    return found


def used(text: str) -> list[str] | None:
    """The inputs that the executed notebook *text* used, by name; None where its last cell does not tell, so that it
    may be any.
    """
    code = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    told = [output["data"][USED] for output in (code[-1]["outputs"] if code else ()) if USED in output.get("data", {})]
    return sorted({str(name) for names in told for name in names}) if told else None


def write(rows: Iterable[dict[str, str]]) -> str:
    """The text of figures.csv."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def read(text: str) -> dict[str, dict[str, str]]:
    """The rows of a figures.csv by id."""
    return {row["id"]: row for row in csv.DictReader(io.StringIO(text))}


def _bundles(text: str, kind: str) -> Iterator[Any]:
    """The outputs of *kind* in a notebook's text, in order; JSON bundles are stored as JSON, not as lines."""
    for cell in json.loads(text)["cells"]:
        for output in cell.get("outputs", ()):
            if kind in output.get("data", {}):
                yield output["data"][kind]


def _row(job: str, record: object) -> dict[str, str]:
    if not isinstance(record, dict) or not record.get("id"):
        raise PressError(f"{job} shows a figure without an id: {str(record)[:80]}")
    try:
        row = {column: cell(record, column) for column in COLUMNS}
    except ValueError as error:
        raise PressError(f"{job}: {error}") from None
    row["outcome"] = row["outcome"] or job
    return row


def cell(record: dict[str, Any], column: str) -> str:
    """A field of a record as figures.csv has it: numbers as Python writes them shortest, a list joined by spaces,
    nothing as nothing. Raises ValueError for what is no number.
    """
    return _text(record["id"], record.get(column))


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"figure {name} holds {value}, which is no number")
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, list | tuple):
        return " ".join(_text(name, part) for part in value)
    return inert(str(value))
