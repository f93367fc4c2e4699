"""A root of two small notebooks for the tests of the press: real notebooks, real kernels, no crime."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pcp_analysis.pack.job import FRONT_PAGE, Edition, Heading, Job

CYCLE = "2014-09"
HEADING = Heading(
    board="Strategic Policing and Crime Board",
    title="Performance against the milestones and deliverables",
    date="11 September 2014",
    agenda_item="6",
    cycle=CYCLE,
    plan="Police and Crime Plan 2014/15",
    force="West Midlands",
)
INPUTS = [
    {
        "name": "rain",
        "title": "Rain by month",
        "publisher": "The Weather House",
        "as_at": "2014-08-31",
        "sha256": "ab" * 32,
    }
]
SHOW = (
    "from IPython.display import display\n"
    "record = [{{'id': '{id}', 'value': {value}, 'unit': 'mm', 'basis': 'recomputed', 'inputs': ['rain']}}]\n"
    "html = '<h2>{heading}</h2><p>In ' + cycle + ' it was {value} mm.</p>'\n"
    "display({{'text/html': html, 'application/vnd.pcp.figures+json': record}}, raw=True)"
)


def markdown(source: str) -> dict:
    """A markdown cell."""
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def code(source: str, *, tags: tuple[str, ...] = ()) -> dict:
    """A code cell without outputs."""
    metadata = {"tags": list(tags)} if tags else {}
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": [], "source": source}


def parameters(source: str = 'cycle = "2014-09"') -> dict:
    """The cell that is tagged parameters."""
    return code(source, tags=("parameters",))


def show(id: str, value: float, heading: str = "How much rain?") -> dict:
    """A cell that shows one figure, to people and to machines."""
    return code(SHOW.format(id=id, value=value, heading=heading))


def write_notebook(file: Path, cells: list[dict]) -> Path:
    """Write *cells* as a notebook of format 4.5 with ids cell-1, cell-2 and so on."""
    numbered = [{"id": f"cell-{n}", **cell} for n, cell in enumerate(cells, start=1)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {
        "cells": numbered,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(notebook, indent=1) + "\n", encoding="utf-8")
    return file


def overview(*more: dict) -> list[dict]:
    """The cells of the front page."""
    return [markdown("# The year in rain"), parameters(), show("rain.total", 612.5), *more]


def june(*more: dict) -> list[dict]:
    """The cells of the second page."""
    return [markdown("# 1. June"), parameters(), show("rain.june", 48, "Was June wet?"), *more]


def make_root(folder: Path, *, front: list[dict] | None = None, second: list[dict] | None = None) -> Path:
    """A root with two notebooks; *front* and *second* are cells instead of the sound ones."""
    write_notebook(folder / "notebooks" / "00_overview.ipynb", overview() if front is None else front)
    write_notebook(folder / "notebooks" / "01_june.ipynb", june() if second is None else second)
    (folder / "outputs").mkdir(exist_ok=True)
    return folder


def make_jobs(root: Path, *, cycle: str = CYCLE, rain: str = "ab" * 32) -> list[Job]:
    """The two jobs of the fixture; *rain* is the hash of the rows that they use."""
    pages = (("00_overview", "The year in rain", FRONT_PAGE), ("01_june", "1. June", "01_june.html"))
    return [
        Job(id, title, root / "notebooks" / f"{id}.ipynb", {"cycle": cycle}, page, {"rain": rain})
        for id, title, page in pages
    ]


def make_edition(root: Path, **changes: Any) -> Edition:
    """The edition of the fixture's two jobs, with *changes*."""
    whole = {"root": root, "cycle": CYCLE, "jobs": make_jobs(root), "heading": HEADING, "inputs": INPUTS}
    return Edition(**whole | changes)
