"""How figures were made: the entry of each in the pack, the links that lead there, and what a page of entries says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import Any
from urllib.parse import quote

from pcp_analysis.pack import figures
from pcp_analysis.pack.job import PressError

SUFFIX = "_figures.html"
# A mark; or its link, which a page has already that is taken over from the published pack.
_FIGURE = re.compile(
    r'<data class="figure" value="[^"]*" data-figure="([^"]+)">(.*?)</data>'
    rf'|<a href="[^"#]*{re.escape(SUFFIX)}#([^"]+)">(.*?)</a>',
    re.DOTALL,
)
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_HEADING = re.compile(r"^#{2,6}\s+(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """A cell of a notebook that shows figures: the *heading* above it, its *number* among the steps, its *code*, its
    records.
    """

    heading: str
    number: int
    code: str
    records: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class FigureEntry:
    """A figure as its entry says it, every number exact."""

    id: str
    title: str
    value: str
    interval: str
    parts: str
    period: str
    basis: str
    method: str
    inputs: str


def page_name(job: str) -> str:
    """The page that says how the figures of the notebook *job* were made: ``06_reduce_crime_figures.html``."""
    return f"{job}{SUFFIX}"


def steps(text: str) -> list[Step]:
    """The cells of an executed notebook that show figures, in their order."""
    found, heading, number = [], "", 0
    for cell in json.loads(text)["cells"]:
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            headings = _HEADING.findall(source)
            heading = headings[-1] if headings else heading
            continue
        number += cell["cell_type"] == "code"
        bundles = [
            output["data"][figures.FIGURES]
            for output in cell.get("outputs", ())
            if figures.FIGURES in output.get("data", {})
        ]
        records = [record for bundle in bundles for record in (bundle if isinstance(bundle, list) else [bundle])]
        if records:
            found.append(Step(heading, number, source.strip(), tuple(records)))
    return found


def homes(shown: Mapping[str, Sequence[Step]], outcomes: Mapping[str, str], *, front: str) -> dict[str, str]:
    """The notebook whose page of entries has the one entry of each figure.

    *shown* has the steps of each notebook, in the pack's order; *outcomes* the outcome of each figure by id. It is the
    figure's own outcome where that shows it, else the first notebook that does, and the *front* page only where no
    other does.
    """
    by_figure: dict[str, list[str]] = {}
    for job in sorted(shown, key=lambda job: job == front):
        for step in shown[job]:
            for record in step.records:
                by_figure.setdefault(record["id"], []).append(job)
    return {name: outcomes[name] if outcomes.get(name) in jobs else jobs[0] for name, jobs in by_figure.items()}


def link(page: str, homes: Mapping[str, str]) -> str:
    """A *page* whose figures lead to their entries; the page of a reader carries the link in place of the mark for
    machines.

    In one row of a table a figure leads there once: the second link to one place is one stop more on the way of the
    keyboard.
    """
    page = _ROW.sub(lambda row: _linked(row[0], homes, once=True), page)
    return _linked(page, homes, once=False)


def _linked(part: str, homes: Mapping[str, str], *, once: bool) -> str:
    linked: set[str] = set()

    def to_entry(match: re.Match[str]) -> str:
        name, inner = unescape(match[1] or match[3]), match[2] or match[4]
        if name not in homes:
            raise PressError(f"figure {name} stands on a page, and no output of its notebook carries its record")
        if once and name in linked:
            return inner
        linked.add(name)
        return f'<a href="{escape(quote(page_name(homes[name])))}#{escape(quote(name))}">{inner}</a>'

    return _FIGURE.sub(to_entry, part)


def unrecorded(page: str, steps: Iterable[Step]) -> list[str]:
    """The figures that are marked on a *page* and whose record none of the *steps* of its notebook carries."""
    recorded = {record["id"] for step in steps for record in step.records}
    marked = dict.fromkeys(unescape(match[1]) for match in _FIGURE.finditer(page) if match[1])
    return [name for name in marked if name not in recorded]


def grouped(steps: Iterable[Step], mine: Iterable[str]) -> list[tuple[Step, list[FigureEntry]]]:
    """The entries of the figures that are *mine*, each once, with the first of the *steps* that shows it."""
    left = set(mine)
    found = []
    for step in steps:
        here = {record["id"]: _entry(record) for record in step.records if record["id"] in left}
        left -= here.keys()
        if here:
            found.append((step, list(here.values())))
    return found


def _entry(record: dict[str, Any]) -> FigureEntry:
    said = {column: figures.cell(record, column) for column in figures.COLUMNS}
    compared = f", compared with {said['baseline']}" if said["baseline"] else ""
    return FigureEntry(
        id=record["id"],
        title=record.get("title") or record["id"],
        value=f"{said['value']} {said['unit']}".strip() if said["value"] else "not held",
        interval=f"{said['low']} to {said['high']}" if said["low"] and said["high"] else "",
        parts=" / ".join(filter(None, [said["numerator"], said["denominator"]])),
        period=f"{said['period']}{compared}".removeprefix(", "),
        basis=said["basis"],
        method=said["method"],
        inputs=said["inputs"],
    )
