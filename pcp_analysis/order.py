"""What is to be checked or pressed: a cycle with what every room holds of it, gathered for the commands."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pcp_analysis.fault import Fault, FaultError

if TYPE_CHECKING:
    from pcp_analysis.findings import Evidence
    from pcp_analysis.loaders.stale import Stale
    from pcp_analysis.pack.job import Heading, Job
    from pcp_analysis.plan import Cycle, Plan

# The files of a cycle that its pages are made from.
CYCLE_FILES = ("cycle.toml", "updates.toml", "paper.csv", "claims.toml", "figures.csv", "glossary.toml")
# The pages after those of the outcomes.
APPENDICES = {
    "what_is_owed": "What is owed, and what falls due",
    "paper_check": "The Board paper, checked claim by claim",
    "paper_sound": "What is sound in the Board paper",
    "glossary": "Words that this pack uses",
}


@dataclass(frozen=True)
class Order:
    """A cycle to check or to press: what the rooms hold of it. Making one reads TOML and hashes rows, and loads no pandas."""

    root: Path
    cycle: Cycle
    plan: Plan
    jobs: list[Job]
    heading: Heading
    inputs: list[dict[str, Any]]
    environment: dict[str, str]

    @property
    def pressed(self) -> tuple[Path, str, list[Job], Heading]:
        """What the press is to make."""
        return self.root, self.cycle.id, self.jobs, self.heading

    @property
    def hashed(self) -> dict[str, Any]:
        """What it is made from."""
        return {"inputs": self.inputs, "environment": self.environment}

    def faults(self) -> list[Fault]:
        """Everything that is wrong, from every room."""
        from pcp_analysis import findings, pages
        from pcp_analysis.findings import diff
        from pcp_analysis.pack.installed import check_installed

        faults = [*_ground_faults(self.root, self.jobs), *check_installed(self.root)]
        # Figures are made from the inputs: while those are at fault, what the figures lack is no news.
        faults = faults or [*findings.check_evidence(self.evidence), *pages.check_glossary(self.evidence),
                            *diff.check(self.root, self.cycle.id)]
        return faults or [fault for job in self.jobs for fault in pages.check_calls(self.evidence, job.notebook)]

    @cached_property
    def evidence(self) -> Evidence:
        """The cycle with its plan and inputs, opened."""
        from pcp_analysis.findings import open_evidence

        return open_evidence(self.cycle.id, root=self.root)

    def stale(self) -> list[Stale]:
        """Inputs that are older than the cycle could have seen."""
        from pcp_analysis.loaders.stale import stale

        return stale(self.evidence.inputs, cut_off=self.cycle.data_cut_off)

    def write_processed(self) -> None:
        """Rebuild data/processed as the cycle sees it."""
        from pcp_analysis.loaders import write_processed

        write_processed(self.root, self.cycle.id, self.evidence.inputs)


def _ground_faults(root: Path, jobs: list[Job]) -> list[Fault]:
    """What is wrong with the register, the tables and the notebooks."""
    from pcp_analysis.loaders import check as check_inputs
    from pcp_analysis.pack.contract import check_notebooks

    return [*check_inputs(root), *check_notebooks(root, jobs)]


def root_at(root: Path | None) -> Path:
    """The folder that a command is about: *root*, else the nearest one upwards from here. Raises FaultError."""
    from pcp_analysis.plan.cycle import find_root

    return root.resolve() if root else find_root()


def place(root: Path | None, cycle_id: str | None) -> Order:
    """What is to be checked or pressed. Raises FaultError with all that plan, cycle and register alone can tell."""
    from pcp_analysis.loaders import register
    from pcp_analysis.loaders.rows import visible_sha256
    from pcp_analysis.pack import signature
    from pcp_analysis.pack.manifest import installed
    from pcp_analysis.plan import cycle, model

    root = root_at(root)
    cycle_id = cycle_id or cycle.newest(root)
    faults = [*cycle.check(root, cycle_id), *register.check(root), *signature.check(root, cycle_id)]
    if faults:
        if cycle_id not in cycle.cycles(root):
            raise FaultError(faults)
        plan = cycle.plan_as_read(root, cycle_id)
        raise FaultError([*faults, *_ground_faults(root, _jobs(root, cycle_id, plan, {}) if plan else [])])
    held = cycle.load(root, cycle_id)
    plan = model.load(cycle.plan_folder(root, held.plan), root=root)
    seen = visible_sha256(root, cut_off=held.data_cut_off, board_date=held.board_date)
    entries = register.read(root)
    inputs = [{"name": name, "title": entries[name].title, "publisher": entries[name].publisher,
               "as_at": entries[name].as_at.isoformat(), "sha256": digest} for name, digest in seen.items()]
    said = {f"{each}/{name}": _sha256(root / cycle.FOLDER / each / name)
            for each in (*cycle.earlier(root, cycle_id), cycle_id) for name in CYCLE_FILES if (root / cycle.FOLDER / each / name).is_file()}
    said["plan"] = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(cycle.plan_folder(root, held.plan).glob("*.toml")))
                                  ).hexdigest()
    return Order(root, held, plan, _jobs(root, held.id, plan, seen | said), _heading(held, plan), inputs, installed(_required()))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _required() -> list[str]:
    """The distributions that the package itself requires: their versions are part of what a pack is made from."""
    from importlib.metadata import requires

    return [re.match(r"[A-Za-z0-9._-]+", line)[0] for line in requires("pcp_analysis") or [] if "extra ==" not in line]


def _jobs(root: Path, cycle_id: str, plan: Plan, inputs: dict[str, str]) -> list[Job]:
    from pcp_analysis.pack.job import FRONT_PAGE, Job

    pages = [("00_overview", plan.title, FRONT_PAGE)]
    pages += [(outcome.id, f"{outcome.number}. {outcome.title}", f"{outcome.id}.html") for outcome in plan.outcomes]
    pages += [(name, title, f"{name}.html") for name, title in APPENDICES.items()]
    return [Job(id=name, title=title, notebook=root / "notebooks" / f"{name}.ipynb", parameters={"cycle": cycle_id}, page=page,
                inputs=inputs) for name, title, page in pages]


def _heading(cycle: Cycle, plan: Plan) -> Heading:
    from pcp_analysis.findings import text
    from pcp_analysis.pack.job import Heading

    return Heading(board=plan.board, title=cycle.title, date=text.day(cycle.board_date), agenda_item=cycle.agenda_item,
                   cycle=cycle.id, plan=plan.title, force=plan.police)
