"""What a notebook must be before a kernel starts: read from the file, never by running it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from pcp_analysis.pack.job import FRONT_PAGE, Job
from pcp_analysis.strict.fault import Fault
from pcp_analysis.strict.files import read

_PICTURE = re.compile(r"!\[([^\]\n]*)\]\(\s*<?([^\s)>]+)")
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_LINK = re.compile(
    r"(?<!!)\[[^\]\n]*\]\(\s*<?([^\s)>]+)|<([a-z][\w+.-]*:[^>\s]*)>|^ {0,3}\[[^\]\n]+\]:\s*<?([^\s>]+)|\bhref\s*=\s*[\"']?([^\"'\s>]+)",
    re.IGNORECASE | re.MULTILINE,
)
ALLOWED_IMPORTS = ("pcp_analysis", "pandas", "seaborn")
LINES_A_CELL = 4
# Where a cell stands, the cell, and its source.
Cell = tuple[str, dict[str, Any], str]
_BANNED = {
    ast.FunctionDef: "a def", ast.AsyncFunctionDef: "a def", ast.ClassDef: "a class",
    ast.For: "a loop", ast.AsyncFor: "a loop", ast.While: "a loop",
}  # fmt: skip


def check_notebooks(root: Path, jobs: Iterable[Job], *, allowed: tuple[str, ...] = ALLOWED_IMPORTS) -> list[Fault]:
    """Every fault of every notebook in *jobs*; no kernel is started and nothing is imported that a notebook names."""
    found: list[Fault] = []
    for job in jobs:
        name = _relative(root, job.notebook)
        found.extend(Fault(name, *rest) for rest in _check(job, allowed))
    return sorted(set(found))


def _relative(root: Path, file: Path) -> str:
    try:
        return file.resolve().relative_to(Path(root).resolve()).as_posix()
    except ValueError:
        return file.name


def _check(job: Job, allowed: tuple[str, ...]) -> Iterator[tuple[str, str, str, str]]:
    """The faults of one notebook as (where, value, rule, mend)."""
    try:
        notebook = json.loads(read(job.notebook).decode("utf-8"))
    except FileNotFoundError:
        yield "", "", "the notebook does not exist", "Write it, or take it out of the plan."
        return
    except (ValueError, OSError) as error:
        yield "", type(error).__name__, "a notebook is a JSON file in UTF-8", "Restore it from the last good version."
        return
    invalid = _invalid(notebook)
    if invalid:
        yield invalid[0], invalid[1], "not a valid notebook of format 4.5 or newer", "Open and save it in JupyterLab."
        return
    kernel = str(notebook["metadata"].get("kernelspec", {}).get("name", ""))
    if kernel != "python3":
        yield "metadata.kernelspec.name", kernel, "the kernel is python3", "Choose the kernel python3."
    cells = [(f"cell {n}", cell, _source(cell)) for n, cell in enumerate(notebook["cells"], start=1)]
    yield from _check_title("" if job.page == FRONT_PAGE else job.title, cells)
    yield from _check_parameters(job.parameters, cells)
    for where, cell, source in cells:
        if cell["cell_type"] == "markdown":
            yield from _check_pictures(where, source, cell.get("attachments", {}))
            yield from _check_links(where, source)
        if cell["cell_type"] != "code":
            continue
        if cell.get("outputs"):
            mend = "Clear them: nbstripout, or Clear Outputs in JupyterLab."
            yield where, "outputs", "a committed cell has no outputs", mend
        if cell.get("execution_count") is not None:
            rule = "a committed cell has no execution count"
            yield where, str(cell["execution_count"]), rule, "Clear it with nbstripout."
        yield from _check_code(where, source, allowed)


def _invalid(notebook: object) -> tuple[str, str] | None:
    """Where and how *notebook* breaks the notebook format, or None."""
    from pcp_analysis.pack.formats import nbformat

    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        return "", "no cells"
    version = (notebook.get("nbformat"), notebook.get("nbformat_minor"))
    if version[0] != 4 or not isinstance(version[1], int) or version[1] < 5:
        return "nbformat", f"{version[0]}.{version[1]}"
    names = [cell.get("id") for cell in notebook["cells"] if isinstance(cell, dict)]
    if not all(isinstance(name, str) for name in names) or len(set(names)) != len(
        notebook["cells"]
    ):  # nbformat would make ids up, new ones each time
        return "cells.id", "missing or used twice"
    try:
        nbformat.validate(nbformat.from_dict(notebook))
    except Exception as error:  # of some shapes nbformat itself makes another error while it words its own
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        return ".".join(str(part) for part in getattr(error, "absolute_path", ())), first[:120]
    return None


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(source) if isinstance(source, list) else source


def _check_pictures(where: str, source: str, attached: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Pictures of a markdown cell: each says in words what it shows, and lies in the notebook itself."""
    for found in _PICTURE.finditer(source):
        words, address = found[1].strip(), found[2]
        name = address.removeprefix("attachment:")
        if not words:
            yield (
                where,
                found[0][:80],
                "a picture without words for those who cannot see it",
                "Write ![what it shows](…).",
            )
        if name == address:
            yield (
                where,
                address[:80],
                "a picture from elsewhere, which a page without network lacks",
                "Attach the picture.",
            )
        elif name not in attached:
            yield (
                where,
                address[:80],
                "a picture that is not attached",
                f"Attach it; the cell has {', '.join(attached) or 'none'}.",
            )
        elif not set(attached[name]) <= set(_PICTURES):
            yield where, name, f"a picture of a kind other than {', '.join(_PICTURES)}", "Save it as one of these."


def leads_astray(address: str) -> bool:
    """Whether a link leads elsewhere than to a page on the web (https), an address of mail, a place on its own page, or a
    file of the pack.

    >>> leads_astray("https://www.ons.gov.uk/"), leads_astray("06_reduce_crime.html#robbery"), leads_astray("#notes")
    (False, False, False)
    >>> [leads_astray(each) for each in ("http://a.uk", "javascript:x()", "file:///etc", "//a.uk", "../x.html", "C:\\\\x", "/x")]
    [True, True, True, True, True, True, True]
    """
    plain = re.sub(r"[\x00-\x20]", "", unescape(address))  # as a browser reads it
    scheme = re.match(r"([a-zA-Z][\w+.-]*):", plain)
    if scheme:
        return scheme[1].lower() not in ("https", "mailto")
    path = unquote(plain).partition("#")[0].partition("?")[0]
    return path.startswith(("/", "\\")) or "\\" in path or ".." in path.split("/")


def _check_links(where: str, source: str) -> Iterator[tuple[str, str, str, str]]:
    for found in _LINK.finditer(source):
        address = next(each for each in found.groups() if each)
        if leads_astray(address):
            rule = "a link leads to https, to mailto, to a place on the page, or to a file of the pack"
            yield where, address[:80], rule, "Correct the address, or say it in words."


def _check_title(title: str, cells: list[Cell]) -> Iterator[tuple[str, str, str, str]]:
    first = cells[0] if cells else None
    line = first[2].split("\n", 1)[0].rstrip() if first and first[1]["cell_type"] == "markdown" else ""
    # the front page has the title of its plan, whatever stands there
    if not line.startswith("# ") or (title and line != f"# {title}"):
        yield "cell 1", line, "the first cell is markdown with the page's title", f"Write: # {title or 'and a title'}"
    for number, (where, cell, source) in enumerate(cells):
        if cell["cell_type"] != "markdown":
            continue
        lines = source.split("\n")
        for more in lines[1:] if number == 0 else lines:
            if more.startswith("# "):
                yield where, more, "a page has one main heading", "Begin the heading with ##."


def _check_parameters(passed: dict[str, str], cells: list[Cell]) -> Iterator[tuple[str, str, str, str]]:
    tagged = [entry for entry in cells if "parameters" in entry[1]["metadata"].get("tags", [])]
    if len(tagged) != 1 or tagged[0][1]["cell_type"] != "code":
        value = f"{len(tagged)} cells" if len(tagged) != 1 else "not a code cell"
        mend = "Add the tag 'parameters' to the cell that sets them."
        yield "", value, "exactly one code cell is tagged parameters", mend
        return
    where, _, source = tagged[0]
    declared = set(_assigned(source))
    used = {
        node.id
        for other, cell, text in cells
        if cell["cell_type"] == "code" and other != where
        for node in ast.walk(_parse(text) or ast.Module(body=[], type_ignores=[]))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    for name in sorted(set(passed) - declared):
        mend = f"Declare it in the cell: {name} = {passed[name]!r}."
        yield where, name, "a parameter is passed that the notebook does not declare", mend
    for name in sorted(declared - used):
        yield where, name, "a parameter is declared and never used", "Use it, or delete it."


def _assigned(source: str) -> Iterator[str]:
    tree = _parse(source)
    for node in tree.body if tree else []:
        if isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and node.value is not None and isinstance(node.target, ast.Name):
            yield node.target.id


def _parse(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return None


def _check_code(where: str, source: str, allowed: tuple[str, ...]) -> Iterator[tuple[str, str, str, str]]:
    lines = len(source.strip("\n").split("\n"))
    if lines > LINES_A_CELL:
        rule = f"a code cell has at most {LINES_A_CELL} lines"
        yield where, f"{lines} lines", rule, "Split it, or move the work into the package."
    tree = _parse(source)
    if tree is None:
        mend = "Mend the syntax; magics and shell lines are not allowed."
        yield where, source.split("\n", 1)[0], "a code cell is plain Python", mend
        return
    rule, mend = f"a notebook imports only {', '.join(allowed)}", "Move what needs it into the package."
    for node in ast.walk(tree):
        line = f"{where}, line {getattr(node, 'lineno', 1)}"
        imported: list[str] = []
        if type(node) in _BANNED:
            moved = "Move it into the package and call it."
            yield line, _BANNED[type(node)], "a notebook has no def, class or loop", moved
        elif isinstance(node, ast.Import):
            imported = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imported = ["." if node.level else node.module or "."]
        for name in imported:
            if name.split(".")[0] not in allowed:
                yield line, name, rule, mend
