"""The parts of a release's files: each sheet, member or text with its heading, read as text whatever the file is."""

from __future__ import annotations

import csv
import fnmatch
import gzip
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pcp_analysis.loaders.releases.description import Description
from pcp_analysis.loaders.releases.names import plain
from pcp_analysis.loaders.releases.periods import month_of
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.files import read
from pcp_analysis.strict.sheet import UTF8_MARK, UTF16_MARKS

RESTORE = "Restore the file: it may be damaged or cut short."
TAKE = "Take the file as its publisher gives it, or name another description."
#: How far down a heading may stand, and what a file that is no text begins with.
DEEPEST = 40
SIGNS = {"%pdf": "a PDF", "<": "a web page, or another text with tags", "{": "JSON", "[": "JSON"}
_ZIP, _OLD, _GZIP = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b"


@dataclass
class Part:
    """A text or a sheet: the *origin* by which faults name it, its *headings*, and its *cells* as text (columns by number, rows by number, *line* the first's)."""

    origin: str
    sha256: str
    title: str
    headings: tuple[str, ...]
    cells: pd.DataFrame
    line: int
    unit: str = "line"

    def where(self, row: int, column: int | None = None) -> str:
        """The place of a cell in words."""
        place = f"{self.unit} {self.line + row}"
        return place if column is None else f"{place}, column {self.headings[column] or column_letter(column)}"


def column_letter(place: int) -> str:
    """The letter by which a spreadsheet calls the column at *place*, counted from nought."""
    return (chr(64 + place // 26) if place >= 26 else "") + chr(65 + place % 26)


def parts(path: Path, what: Description, shown: str) -> Iterator[Part]:
    """Every part of the file, the folder or the archive at *path*; raises FaultError where one cannot be read."""
    if path.is_dir():
        wanted = what.file.get("members", "*")
        inside = sorted(each for each in path.rglob("*") if each.is_file() and fnmatch.fnmatch(each.name, wanted))
        if not inside:
            raise _refused(shown, "", f"holds a file such as {wanted}", "Name the folder that holds them.")
        for each in inside:
            yield from parts(each, what, f"{shown}/{each.relative_to(path).as_posix()}")
        return
    try:
        with path.open("rb") as file:
            archived = file.read(4) == _ZIP and zipfile.is_zipfile(path) and not _is_workbook(path)
            file.seek(0)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        # an archive is read member by member: it may be larger than the memory
        yield from _archive(path, what, shown, sha256) if archived else _of_bytes(read(path), what, shown, sha256)
    except OSError as error:
        rule, mend = "is a file that can be read", "Correct its name."
        raise _refused(shown, error.strerror or str(error), rule, mend) from error


def _archive(path: Path, what: Description, shown: str, sha256: str) -> Iterator[Part]:
    try:
        with zipfile.ZipFile(path) as archive:
            wanted = what.file.get("members", "*")
            inside = [each for each in archive.namelist() if fnmatch.fnmatch(each, wanted) and each[-1] != "/"]
            if not inside:
                raise _refused(shown, "a zip archive", f"holds a file such as {wanted}", TAKE)
            for each in inside:
                yield from _of_bytes(archive.read(each), what, f"{shown}: {each}", sha256)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise _refused(shown, str(error), "can be unpacked", RESTORE) from error


def _of_bytes(data: bytes, what: Description, shown: str, sha256: str) -> Iterator[Part]:
    if not data.strip():
        raise _refused(shown, "", "is not an empty file", "Restore the file; nothing is in it.")
    try:
        if data.startswith(_GZIP):
            yield from _of_bytes(gzip.decompress(data), what, shown, sha256)
        elif data.startswith((_OLD, _ZIP)):
            yield from _sheets(data, what, shown, sha256)
        else:
            yield _text(data, what, shown, sha256)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _refused(shown, str(error), "can be unpacked", RESTORE) from error


def _is_workbook(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return bool({"xl/workbook.xml", "content.xml", "xl/workbook.bin"} & set(archive.namelist()))


def _workbook(data: bytes, shown: str) -> dict[str, list[list[Any]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (CalamineError, OSError, ValueError) as error:
        raise _refused(shown, str(error), "is a workbook that can be read", RESTORE) from error


def _sheets(data: bytes, what: Description, shown: str, sha256: str) -> Iterator[Part]:
    sheets = _workbook(data, shown)
    titles = {name: _title(rows) for name, rows in sheets.items()}
    by_name, by_title = what.file.get("sheet", "*"), what.file.get("title", "*")
    chosen = [
        name
        for name in sheets
        if fnmatch.fnmatch(name.strip().casefold(), by_name.casefold())
        and fnmatch.fnmatch(titles[name].casefold(), by_title.casefold())
    ]
    if len(chosen) != 1 and not (chosen and "*" in what.file.get("sheet", "")):
        rule = f"is a workbook with one sheet {by_name}" + (f" whose title is {by_title}" if by_title != "*" else "")
        mend = f"Name its sheet under [file] in {what.origin}, or take another file."
        raise _refused(shown, ", ".join(chosen or sheets), rule, mend)
    for name in chosen:
        rows = [[_cell(each) for each in row] for row in sheets[name]]
        at, headings = heading(rows, what)
        if at is None:
            raise _no_heading(f"{shown}: {name}", rows, what)
        body = rows[at:]
        yield Part(
            shown, sha256, titles[name], headings, pd.DataFrame(body, dtype=object), at + 1, f"{name.strip()}, row"
        )


def parts_as_rows(path: Path) -> tuple[str, list[list[str]], list[str]]:
    """The file at *path* as it stands: the sheet with the most rows and all sheets' names where it is a workbook, and its rows."""
    try:
        data = read(path)
        data = gzip.decompress(data) if data.startswith(_GZIP) else data
    except (OSError, EOFError, zlib.error) as error:
        raise _refused(path.name, str(error), "can be read", RESTORE) from error
    if data.startswith((_OLD, _ZIP)):
        sheets = _workbook(data, path.name)
        name = max(sheets, key=lambda each: len(sheets[each]))
        return name.strip(), [[_cell(each) for each in row] for row in sheets[name]], [each.strip() for each in sheets]
    text = data.removeprefix(UTF8_MARK).decode("utf-8", errors="replace").replace("\0", "")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t|", key=text[:2000].count)))
    if not any(any(row) for row in rows):
        raise _refused(path.name, "", "is not an empty file", "Restore the file; nothing is in it.")
    return "", rows, []


def _title(rows: Sequence[Sequence[Any]]) -> str:
    return next((plain(str(cell)) for row in rows[:3] for cell in row if cell not in ("", None)), "")


def _cell(cell: Any) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell == int(cell) else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()


def _text(data: bytes, what: Description, shown: str, sha256: str) -> Part:
    if data.startswith(UTF16_MARKS):
        raise _refused(shown, "UTF-16", "is UTF-8 text", "Save the file again as UTF-8.")
    data = data.removeprefix(UTF8_MARK)
    encoding = what.file.get("encoding", "utf-8")
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        at = getattr(error, "start", 0)
        where, found = f"line {data.count(10, 0, at) + 1}", f"byte 0x{data[at]:02x}"
        mend = f'Save the file again as UTF-8, or add encoding = "cp1252" under [file] in {what.origin}.'
        raise _refused(shown, found, f"is text in {encoding}", mend, where) from error
    if "\0" in text:
        where = f"line {text.count(chr(10), 0, text.index(chr(0))) + 1}"
        raise _refused(shown, "byte 0x00", "is text", RESTORE, where)
    if not text.endswith("\n"):
        last, where = text.rsplit("\n", 1)[-1], f"line {text.count(chr(10)) + 1}"
        mend = "Restore the file, which may be cut short; if it is whole, end its last line."
        raise _refused(shown, last[:60], "is a line that ends", mend, where)
    separator = what.file.get("separator", ",")
    beginning = "".join(line for line, _ in zip(io.StringIO(text, newline=""), range(DEEPEST), strict=False))
    try:
        rows = list(csv.reader(io.StringIO(beginning, newline=""), delimiter=separator))
    except csv.Error as error:
        raise _refused(shown, str(error), "is a well-formed line", RESTORE, "line 1") from error
    at, headings = heading(rows, what)
    if at is None:
        raise _no_heading(shown, rows, what)
    _even(text, len(headings), separator, at, shown)
    wanted = None if what.across else [place for place, _ in roles(headings, what)]
    try:
        cells = pd.read_csv(
            io.StringIO(text), header=None, names=range(len(headings)), skiprows=at, sep=separator, dtype=object,
            usecols=wanted, na_filter=False, skip_blank_lines=False, quoting=csv.QUOTE_MINIMAL,
        )  # fmt: skip
    except (pd.errors.ParserError, ValueError) as error:
        raise _refused(shown, str(error), "is well-formed", RESTORE) from error
    return Part(shown, sha256, "", headings, cells, at + 1)


def _even(text: str, width: int, separator: str, skipped: int, shown: str) -> None:
    """Raise FaultError where lines have more or fewer fields than the heading; an empty line has none."""
    quoted = re.sub(r'"[^"]*"', '""', text) if '"' in text else text
    raw = np.frombuffer(quoted.encode("utf-8"), dtype=np.uint8)
    ends = np.flatnonzero(raw == 10)
    starts = np.concatenate(([0], ends[:-1] + 1))
    before = np.searchsorted(np.flatnonzero(raw == ord(separator)), np.concatenate((starts[:1], ends)))
    fields, empty = np.diff(before) + 1, ends - starts <= (raw[ends - 1] == 13)
    wrong = np.flatnonzero((fields != width) & ~empty & (np.arange(len(ends)) >= skipped))
    if '"' in quoted.replace('""', ""):
        raise _refused(shown, '"', "has an end for each quotation mark", RESTORE)
    if len(wrong):
        line, more = int(wrong[0]), f" (and {len(wrong) - 1} more lines)" if len(wrong) > 1 else ""
        found = quoted.split("\n", line + 1)[line].strip()[:60]
        rule = f"has {width} fields, as the heading has; here are {fields[line]}{more}"
        raise _refused(shown, found, rule, RESTORE, f"line {line + 1}")


def heading(rows: Sequence[Sequence[str]], what: Description) -> tuple[int | None, tuple[str, ...]]:
    """The number of the first row below the heading, and the headings: the rows with the most names that are known."""
    best: tuple[int, int | None, tuple[str, ...]] = (0, None, ())
    tallest = what.headings.get("rows", 1)
    windows = ((at, at + tall) for tall in range(1, tallest + 1) for at in range(min(len(rows) - tall + 1, DEEPEST)))
    for at, below in windows:
        headings = _joined(rows[at:below], what)
        count = sum(1 for _ in roles(headings, what)) + sum(is_across(each, what) for each in headings)
        if count > best[0] and any(roles(headings, what)):
            best = (count, below, headings)
        if count >= len(headings):
            break  # every heading is known
    return best[1], best[2]


def _joined(rows: Sequence[Sequence[str]], what: Description) -> tuple[str, ...]:
    """One heading a column: the lowest of several that stand over each other, or all where those above span columns."""
    width, spans = max(map(len, rows)), what.headings.get("span", False)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    if spans and len(rows) > 1:
        for row in padded[:-1]:
            for place in range(1, width):
                row[place] = row[place] or row[place - 1]
        return tuple(
            " / ".join(filter(None, (padded[-2][at], padded[-1][at]))) if padded[-1][at] else "" for at in range(width)
        )
    return tuple(next((row[at] for row in reversed(padded) if row[at].strip()), "") for at in range(width))


def roles(headings: Sequence[str], what: Description) -> Iterator[tuple[int, tuple[str, str]]]:
    """The places of the columns that have a role, each with the role and the name by which the description knows it."""
    folded: dict[str, int] = {}
    for place, each in enumerate(headings):
        folded.setdefault(plain(each, what.writing.footnotes).casefold(), place)
    for role, names in what.columns.items():
        for accepted in names:
            columns = [each.strip() for each in accepted.split(" + ")]
            places = [_placed(each, folded, len(headings)) for each in columns]
            if all(at is not None or name.endswith("?") for at, name in zip(places, columns, strict=True)):
                yield from ((at, (role, name)) for at, name in zip(places, columns, strict=True) if at is not None)
                break


def _placed(name: str, folded: dict[str, int], width: int) -> int | None:
    if letter := re.fullmatch(r"column ([A-Z])", name):
        place = ord(letter[1]) - 65
        return place if place < width else None
    return folded.get(plain(name.rstrip("?")).casefold())


def is_across(heading: str, what: Description) -> bool:
    """Whether a heading is one of those that stand across: a period or a label that the description knows."""
    if what.across == "periods":
        return month_of(plain(heading), what.writing) is not None
    known = what.labels.of(heading) is not None or plain(heading, what.writing.footnotes) in what.totals["labels"]
    return bool(heading) and what.across == "labels" and known


def _no_heading(shown: str, rows: Sequence[Sequence[str]], what: Description) -> FaultError:
    first = next((row for row in rows if any(row)), [])
    wanted = "; ".join(f"{role}: {' or '.join(names)}" for role, names in what.columns.items())
    other = next((mark for mark in ";\t|" if len(first) == 1 and mark in first[0]), None)
    mend = f"Add the file's own names under [columns] in {what.origin}."
    text = ", ".join(first)[:120]
    if found := next((words for sign, words in SIGNS.items() if text.casefold().startswith(sign)), None):
        return _refused(shown, found, "is a text with columns, or a workbook", TAKE)
    if other:
        mend = f"Add separator = {other!r} under [file] in {what.origin}."
    return _refused(shown, text, f"has a heading with the columns of the description ({wanted})", mend)


def _refused(shown: str, found: str, rule: str, mend: str, where: str = "") -> FaultError:
    return FaultError([Fault(shown, where, found, rule, mend)])
