"""What the press is asked to do: the notebooks of one cycle, and the words that stand above every page."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


class PressError(Exception):
    """The press could not do its work; the pack that was published before stands. Exit code 5 of ``pcp report``."""


@dataclass(frozen=True)
class Job:
    """One notebook to execute and to render.

    *id* is the file stem of the notebook and of its page (``06_reduce_crime``), but the front page is ``index.html``.
    *title* is the page's ``h1``, of a stub too. *inputs* maps a name to the sha256 of the rows that the cycle sees of
    it.
    """

    id: str
    title: str
    notebook: Path
    parameters: dict[str, str]
    page: str
    inputs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Heading:
    """The words of the template: what stands above and below every page of the pack."""

    board: str
    title: str
    date: str
    agenda_item: str
    cycle: str
    plan: str
    force: str


@dataclass(frozen=True)
class Limits:
    """How long the press waits, in seconds: for a cell, for a whole notebook, for a kernel to answer."""

    cell: float = 120.0
    notebook: float = 600.0
    start: float = 60.0


USUAL = Limits()
FRONT_PAGE = "index.html"
