"""What the press is asked to do: the notebooks of one cycle, and the words that stand above every page."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


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
    """How long the press waits, in seconds: for a cell, for a whole notebook, for a kernel to answer; and how many bytes
    a cell may put out.
    """

    cell: float = 120.0
    notebook: float = 600.0
    start: float = 60.0
    output: int = 1_000_000


USUAL = Limits()
#: The failures that are the computer's and not a notebook's: no disk, no memory, a kernel that was killed from outside.
OF_THE_MACHINE = ("died", "not started", "broken")
#: In the metadata of an output: the notebook stops here on purpose, and its page says why.
STOPPED = "pcp_stopped"
FRONT_PAGE = "index.html"


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One pack to make: the notebooks of a cycle, what they are made from, and the words around them.

    *inputs* are the entries of the register as the cycle sees them (name, title, publisher, as_at, sha256);
    *environment* maps a distribution to its installed version. *approval* are the words that stand in place of DRAFT,
    and *signed* who signed the pack, in words.
    *entries* is how many entries each file has that people write for the cycle. *preload* names the modules that a warm kernel has imported before its notebook starts. Raises PressError where two
    notebooks cannot be told apart.
    """

    root: Path
    cycle: str
    jobs: list[Job]
    heading: Heading
    inputs: list[dict[str, Any]]
    environment: dict[str, str] = field(default_factory=dict)
    approval: str = ""
    signed: tuple[str, ...] = ()
    limits: Limits = USUAL
    preload: tuple[str, ...] = ()
    entries: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "root", self.root.resolve())
        for kind in ("id", "page"):
            names = [getattr(job, kind) for job in self.jobs]
            if len(set(names)) != len(names):
                raise PressError(f"two notebooks have the same {kind}: {min(n for n in names if names.count(n) > 1)}")

    @property
    def pack(self) -> Path:
        """The folder of the published pack."""
        return self.root / "outputs" / self.cycle
