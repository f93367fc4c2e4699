"""An edition of a cycle, to be checked or pressed: what every room knows of it, gathered for the commands."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, astuple, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pcp_analysis.pack.job import FRONT_PAGE, Edition, Heading, Job
from pcp_analysis.pack.manifest import Fewer
from pcp_analysis.strict import files as strict_files
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.files import sha256_lines, sha256_of, write_seal, write_whole

if TYPE_CHECKING:
    from pcp_analysis.findings.view import CycleView
    from pcp_analysis.loaders.stale import Stale
    from pcp_analysis.loaders.suspect import Suspect
    from pcp_analysis.pack.lapse import Lapsed
    from pcp_analysis.pack.warm import WarmKernels
    from pcp_analysis.plan import Cycle, Plan

# What every notebook imports, and so what a warm kernel has in memory.
PRELOAD = (
    "pandas",
    "scipy.stats",
    "statsmodels.tsa.seasonal",
    "seaborn",
    "matplotlib.backends.backend_svg",
    "pcp_analysis.pages",
)
# The files of a cycle that its pages are made from.
CYCLE_FILES = ("cycle.toml", "updates.toml", "paper.csv", "claims.toml", "glossary.toml")
# What of an earlier, approved cycle is read besides: the figures that its Board was given.
BEFORE_FILES = (*CYCLE_FILES, "approved/figures.csv")
# The pages after those of the outcomes.
APPENDICES = {
    "year_end": "What became of the year",
    "what_is_owed": "What is owed, and what falls due",
    "paper_check": "The Board paper, checked claim by claim",
    "paper_sound": "What is sound in the Board paper",
    "glossary": "Words that this pack uses",
}
# What of a cycle such a page is about: where the cycle lacks that, there is no page.
ABOUT = {"what_is_owed": "updates", "paper_check": "paper", "paper_sound": "paper", "year_end": "year's end"}


@dataclass(frozen=True, kw_only=True)
class CycleEdition(Edition):
    """An edition of a cycle, gathered from the rooms: what the press takes, with what there is to check of it first.

    Making one reads TOML and hashes rows, and loads no pandas. *sources* is the hash of all that it is made from, whole
    files of it; *doubts* are the inputs that are older than they should be, whose latest period may be incomplete, or that have
    lost entries since the pack was published, and signatures that lapsed.
    """

    plan: Plan
    data_cut_off: date
    sources: str
    doubts: list[Stale | Suspect | Fewer | Lapsed]

    def faults(self) -> list[Fault]:
        """Everything that is wrong, from every room."""
        # Figures are made from the inputs: while those are at fault, what the figures lack is no news.
        return self.ground_faults() or self.figure_faults()

    def ground_faults(self, *, passed: bool = False) -> list[Fault]:
        """What is wrong with the tables, the notebooks and what is installed; with *passed*, not of the tables."""
        from pcp_analysis.pack.contract import check_notebooks
        from pcp_analysis.pack.installed import check_installed

        ground = check_notebooks(self.root, self.jobs) if passed else _ground_faults(self.root, self.jobs)
        return [*ground, *self._emptied(), *check_installed(self.root)]

    def _emptied(self) -> list[Fault]:
        """Files of which the published pack had entries and nothing is left, as a save that failed leaves them."""
        rule = "has no entry, and the published pack was made of {}"
        mend = "Restore the file; or take it away, where none of it is meant to be shown."
        return [
            Fault(f"data/raw/cycles/{self.cycle}/{each.name}", "", "", rule.format(each.published), mend)
            for each in self.doubts
            if isinstance(each, Fewer) and not each.entries
        ]

    def figure_faults(self, *, passed: bool = False) -> list[Fault]:
        """What only figures can tell is wrong; with *passed*, of what the notebooks call alone."""
        from pcp_analysis import pages
        from pcp_analysis.findings.faults import check_names, check_words
        from pcp_analysis.paper import claims

        faults: list[Fault] = []
        if not passed:
            # words and claims are judged only by sound figures
            named = check_names(self.view)
            faults = named or [*check_words(self.view), *claims.check(self.view)]
            faults += pages.check_glossary(self.view)
        return faults or [fault for job in self.jobs for fault in pages.check_calls(self.view, job.notebook)]

    def judge(self) -> list[Fault]:
        """What is wrong that only figures can tell; where nothing is, data/processed is rebuilt."""
        faults = self.figure_faults()
        if not faults:
            self.write_processed()
        return faults

    def judge_aside(self, warm: WarmKernels) -> Callable[[], list[Fault]]:
        """As :meth:`judge`, in a process that is forked from *warm*, while this one goes on; the result is waited for.

        Where nothing can be forked, or that process ends without a result, it is done here: what it raises is raised
        here.
        """
        from pcp_analysis.pack.environment import kernel_environment
        from pcp_analysis.pack.publish import scratch
        from pcp_analysis.pack.warm import NoZygote

        held = ExitStack()
        folder = held.enter_context(scratch())
        told = folder / "judged.json"
        arguments = ["pcp_analysis.edition:judge_for", str(self.root), self.cycle, str(told)]
        environment = kernel_environment(self.root) | write_seal(folder / "seal.json")
        try:
            process = warm.fork(arguments, str(self.root), environment, str(folder / "log"))
        except NoZygote:
            process = None

        def result() -> list[Fault]:
            with held:
                if process is not None and process.wait() == 0 and told.is_file():
                    return [Fault(*each) for each in json.loads(told.read_text(encoding="utf-8"))]
            return self.judge()

        return result

    @cached_property
    def view(self) -> CycleView:
        """The cycle with its plan and inputs, opened."""
        from pcp_analysis.findings.view import open_view

        return open_view(self.cycle, root=self.root)

    def passed(self) -> bool:
        """Whether an earlier report found no fault in these very inputs, whole files of them, and its tables still lie
        there.
        """
        try:
            good = json.loads(self._good.read_text(encoding="utf-8"))
            return good["sources"] == self.sources and all(
                sha256_of(self._good.parent / name) == digest for name, digest in good["tables"].items()
            )
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return False  # no note, or none that can be read: everything is checked again

    @property
    def _good(self) -> Path:
        return self.root / "data" / "processed" / self.cycle / "checked.json"

    def write_processed(self) -> None:
        """Rebuild data/processed as the cycle sees it, and note beside the tables that these inputs are without fault."""
        from pcp_analysis.loaders import write_processed

        tables = write_processed(self.root, self.cycle, self.view.inputs)
        note = {"sources": self.sources, "tables": {path.name: sha256_of(path) for path in tables}}
        write_whole(self._good, json.dumps(note, indent=1) + "\n")


def judge_for(arguments: list[str]) -> None:
    """What :meth:`CycleEdition.judge_aside` runs: *arguments* are the root, the cycle and the file that the result goes to."""
    root, cycle_id, file = arguments
    faults = gather(Path(root), cycle_id).judge()
    Path(file).write_text(json.dumps([astuple(fault) for fault in faults]), encoding="utf-8")


def _ground_faults(root: Path, jobs: list[Job]) -> list[Fault]:
    """What is wrong with the register, the tables and the notebooks."""
    from pcp_analysis.loaders import check as check_inputs
    from pcp_analysis.pack.contract import check_notebooks

    return [*check_inputs(root), *check_notebooks(root, jobs)]


def _no_files(root: Path, cycle_id: str) -> Iterator[Fault]:
    """What has the name of a file of the cycle and is none: a folder, or a link that leads nowhere."""
    from pcp_analysis.plan import cycle

    for name in CYCLE_FILES:
        path = root / cycle.FOLDER / cycle_id / name
        if os.path.lexists(path) and not path.is_file():
            mend = "Put the file in its place, or take away what has its name."
            yield Fault(f"{cycle.FOLDER}/{cycle_id}/{name}", "", "", "is no file that can be read", mend)


def root_at(root: Path | None) -> Path:
    """The folder that a command is about: *root*, else the nearest one upwards from here. Raises FaultError."""
    from pcp_analysis.plan.cycle import find_root

    return root.resolve() if root else find_root()


@contextmanager
def sealed(root: Path | None) -> Iterator[Path]:
    """The folder that a command is about; until the end everything in it that a pack is made from is read as it is now."""
    from pcp_analysis.plan import cycle

    root = root_at(root)
    folders = [root / "data" / "raw", *cycle.plan_folders(root)]
    found = [path for folder in folders for path in folder.rglob("*") if path.suffix in (".csv", ".toml")]
    absent = [root / cycle.FOLDER / each / name for each in cycle.cycles(root) for name in BEFORE_FILES]
    with strict_files.sealed([*found, *absent, *(root / "notebooks").rglob("*.ipynb")]):
        yield root


def gather(root: Path | None, cycle_id: str | None) -> CycleEdition:
    """The edition that a command is about: of *cycle_id*, else of the newest cycle. Raises FaultError with all that plan, cycle and register alone can tell."""
    from pcp_analysis.loaders import register, rows, vintages
    from pcp_analysis.loaders.stale import stale
    from pcp_analysis.loaders.suspect import suspects
    from pcp_analysis.loaders.usage import LISTED
    from pcp_analysis.pack import lapse, signature
    from pcp_analysis.pack.manifest import digest, entries_of, fewer, installed, package_sha256
    from pcp_analysis.plan import cycle

    root = root_at(root)
    cycle_id = cycle_id or cycle.newest(root)
    faults = [*cycle.check(root, cycle_id), *_no_files(root, cycle_id), *register.check(root), *vintages.check(root)]
    faults += signature.check(root, cycle_id)
    if faults:
        if cycle_id not in cycle.cycles(root):
            raise FaultError(faults)
        plan = cycle.plan_as_read(root, cycle_id)
        raise FaultError([*faults, *_ground_faults(root, _jobs(root, cycle_id, plan, {}) if plan else [])])
    board = cycle.load(root, cycle_id)
    plan = cycle.plan_of_board(root, board)
    entries = rows.entries_seen(root, cut_off=board.data_cut_off, board_date=board.board_date)
    visible = rows.visible(root, cut_off=board.data_cut_off, board_date=board.board_date)
    seen = {name: each for name, each in visible.items() if each.any}
    inputs = [
        {
            "name": name,
            "title": entries[name].title,
            "publisher": entries[name].publisher,
            "as_at": entries[name].as_at.isoformat(),
            "sha256": each.sha256,
        }
        for name, each in seen.items()
    ]
    # Pages print what the register says of an input; the hash of its whole file would let a later row change them.
    tables = {
        name: digest([each.sha256, {key: str(value) for key, value in vars(entries[name]).items() if key != "sha256"}])
        for name, each in seen.items()
    }
    boards = (*cycle.earlier(root, cycle_id), cycle_id)
    files = {
        f"{each}/{name}": sha256_lines(root / cycle.FOLDER / each / name)
        for each in boards
        for name in (CYCLE_FILES if each == cycle_id else BEFORE_FILES)
        if (root / cycle.FOLDER / each / name).is_file()
    }
    # as each Board saw its plan: what is in force later changes nothing here
    files["plan"] = digest([asdict(cycle.plan_of_board(root, cycle.load(root, name))) for name in boards])
    listed = [[name, entries[name].loader, each.measures] for name, each in seen.items()]
    tables[LISTED] = digest([listed, sorted(files)])
    environment = installed(_required())
    written = [root / cycle.FOLDER / board.id / name for name in CYCLE_FILES if name != "cycle.toml"]
    counts = {path.name: count for path in written if path.is_file() and (count := entries_of(path)) is not None}
    return CycleEdition(
        root=root,
        cycle=board.id,
        jobs=_jobs(root, board.id, plan, tables | files, without=board.lacks(plan)),
        heading=_heading(board, plan),
        inputs=inputs,
        environment=environment,
        preload=PRELOAD,
        plan=plan,
        data_cut_off=board.data_cut_off,
        # The register holds the hash of every whole file, which was just compared: a later row at fault is no secret.
        sources=digest([sha256_lines(root / register.REGISTER), files, package_sha256(), environment]),
        entries=counts,
        doubts=[
            *lapse.lapsed(root, board.id),
            *fewer(root / "outputs" / board.id, counts),
            *stale(visible, entries, cut_off=board.data_cut_off),
            *suspects(root, entries, plan.force, cut_off=board.data_cut_off, board_date=board.board_date),
        ],
    )


def _required() -> list[str]:
    """The distributions that the package itself requires: their versions are part of what a pack is made from."""
    from importlib.metadata import requires

    lines = [line for line in requires("pcp_analysis") or [] if "extra ==" not in line]
    return [re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0] for line in lines]


def _jobs(
    root: Path, cycle_id: str, plan: Plan, inputs: dict[str, str], *, without: Collection[str] = ("year's end",)
) -> list[Job]:
    pages = [("00_overview", plan.title, FRONT_PAGE)]
    pages += [(outcome.id, f"{outcome.number}. {outcome.title}", f"{outcome.id}.html") for outcome in plan.outcomes]
    pages += [(name, title, f"{name}.html") for name, title in APPENDICES.items() if ABOUT.get(name) not in without]

    def notebook(name: str) -> Path:
        """The plan's own, where it has one of that name."""
        own = root / "notebooks" / plan.id / f"{name}.ipynb"
        return own if own.is_file() else root / "notebooks" / f"{name}.ipynb"

    return [
        Job(
            id=name,
            title=title,
            notebook=notebook(name),
            parameters={"cycle": cycle_id},
            page=page,
            inputs=inputs,
        )
        for name, title, page in pages
    ]


def _heading(cycle: Cycle, plan: Plan) -> Heading:
    from pcp_analysis.figures import wording

    return Heading(
        board=plan.board,
        title=cycle.title,
        date=wording.day(cycle.board_date),
        agenda_item=cycle.agenda_item,
        cycle=cycle.id,
        plan=plan.title,
        force=plan.police,
    )
