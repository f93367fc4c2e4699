"""A Board cycle: its dates, and what leads reported to it, read strictly from TOML."""

from __future__ import annotations

import datetime as dt
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pcp_analysis.plan import model, reading
from pcp_analysis.plan.updates import (
    SECTIONS,
    Caution,
    Commitment,
    Settled,
    Update,
    read_cautions,
    read_names,
    read_sections,
    read_settled,
    read_updates,
    updates_text,
)
from pcp_analysis.strict import nearest, toml, value
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.toml import Key
from pcp_analysis.strict.value import MONTH

__all__ = [
    "FOLDER",
    "PAPER_COLUMNS",
    "SECTIONS",
    "Caution",
    "Commitment",
    "Cycle",
    "Settled",
    "Update",
    "check",
    "cycles",
    "earlier",
    "find_root",
    "lay_out",
    "load",
    "newest",
    "plan_folder",
]

FOLDER = "data/raw/cycles"
# The month of the Board, and a name where one month has several.
_ID = re.compile(rf"{MONTH.pattern}(-[a-z0-9]+)*")
#: The columns of paper.csv: a row for every number that the Board was shown.
PAPER_COLUMNS = (
    "id",
    "paragraph",
    "heading",
    "quote",
    "numeral",
    "value",
    "unit",
    "basis",
    "computed_from",
    "note",
)


@dataclass(frozen=True)
class Cycle:
    """A Board date with the data that it may see; *id* is its month, "2014-09", with a name where a month has
    several Boards, "2014-09-special", and the name of its *folder*.

    *sections* has every one of `SECTIONS`, "" where it is blank; *names* are those that hold a number, such as
    "Sentinel 2". *written* is its `updates.toml` as it was read, with the line of each key. *without* is what is not to be
    had of the cycle, ``updates`` or ``paper``, for a *without_reason*: nothing is told from its absence.
    """

    id: str
    board_date: dt.date
    data_cut_off: dt.date
    plan: str
    agenda_item: str
    title: str
    folder: Path
    updates: tuple[Update, ...]
    sections: dict[str, str]
    cautions: tuple[Caution, ...] = ()
    names: tuple[str, ...] = ()
    settled: tuple[Settled, ...] = ()
    without: tuple[str, ...] = ()
    without_reason: str = ""
    written: toml.Document = field(default_factory=lambda: toml.Document("updates.toml"), compare=False)

    @property
    def no_updates(self) -> str:
        """The sentence that no updates are to be had, and why; empty of a cycle that has them or may have none yet."""
        if UPDATES not in self.without:
            return ""
        return f"What leads reported to this Board is not held here, so that no status is told: {self.without_reason}"

    def update(self, deliverable: str) -> Update | None:
        """What was reported of the deliverable of that id; None where nothing was."""
        return next((each for each in self.updates if each.deliverable == deliverable), None)


UPDATES, PAPER = "updates", "paper"
_WITHOUT = value.one_of((UPDATES, PAPER), "part of a cycle")


def _without(given: object) -> tuple[str, ...]:
    return tuple(_WITHOUT(each) for each in value.some_lines(given))


_CYCLE = {
    "board_date": Key(value.day, required=True),
    "data_cut_off": Key(value.day, required=True),
    "plan": Key(value.line, required=True),
    "agenda_item": Key(value.blank_line, required=True),
    "title": Key(value.line, required=True),
    "without": Key(_without),
    "without_reason": Key(value.line),
}


def find_root(start: Path | None = None) -> Path:
    """The folder that holds `data/`, `notebooks/` and `outputs/`: PCP_ROOT, else the nearest upwards from *start*.

    *start* is the current folder by default. Raises FaultError where there is none.
    """
    named = os.environ.get("PCP_ROOT")
    if named:
        if not (Path(named) / "data" / "raw").is_dir():
            mend = "Let PCP_ROOT name the folder that holds data/, notebooks/ and outputs/."
            raise FaultError([Fault("PCP_ROOT", "", named, "holds no folder data/raw", mend)])
        return Path(named).resolve()
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "data" / "raw" / "register.toml").is_file():
            return folder
    mend = "Go to the project's folder, or name it with --root or PCP_ROOT."
    raise FaultError([Fault(here.name, "", "", "no data/raw/register.toml is here or in any folder above", mend)])


def cycles(root: Path) -> list[str]:
    """The ids of every cycle under *root*, oldest first; a folder in which nothing lies is none."""
    folder = root / FOLDER
    return sorted(
        path.name for path in folder.glob("*") if path.is_dir() and _ID.fullmatch(path.name) and any(path.iterdir())
    )


def newest(root: Path) -> str:
    """The id of the newest cycle under *root*; FaultError where there is none."""
    known = cycles(root)
    if not known:
        raise FaultError([Fault(FOLDER, "", "", "no cycle is here", "Lay one out with pcp new-cycle.")])
    return known[-1]


def earlier(root: Path, cycle_id: str) -> list[str]:
    """The ids of the cycles before *cycle_id*, oldest first."""
    return [known for known in cycles(root) if known < cycle_id]


def plan_folder(root: Path, name: str) -> Path:
    """The folder of the plan *name*: one under *root*, else one in the package; FaultError where there is neither."""
    package = Path(__file__).parent
    if re.fullmatch(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*", name):
        for folder in (root / name, package / name):
            if (folder / "plan.toml").is_file():
                return folder
    known = sorted(path.parent.name for path in package.glob("*/plan.toml"))
    close = nearest.advise(name, known, noun="plans of the package")
    mend = f"Name a folder under the root that holds plan.toml, or a plan of the package. {close}"
    raise FaultError([Fault("", "plan", name, "is no plan", mend)])


def plan_folders(root: Path) -> list[Path]:
    """The folders of the plans that the cycles under *root* name, as far as they can be read."""
    found = set()
    for name in cycles(root):
        plan = toml.read(root / FOLDER / name / "cycle.toml", "", may_lack=True).data.get("plan")
        with suppress(FaultError):
            found.add(plan_folder(root, str(plan)))
    return sorted(found)


def load(root: Path, cycle_id: str) -> Cycle:
    """The cycle of that id; FaultError with every fault of its files and of its plan where there is any."""
    cycle, faults = _read(root, cycle_id)
    if faults or cycle is None:
        raise FaultError(faults)
    return cycle


def check(root: Path, cycle_id: str) -> list[Fault]:
    """Every fault of the cycle's files and of its plan; a deliverable without an update is none."""
    return _read(root, cycle_id)[1]


def plan_as_read(root: Path, cycle_id: str) -> model.Plan | None:
    """What can be read of the plan of a cycle, whatever its faults; None where nothing can. For checks that need no
    more.
    """
    head = toml.read(root / FOLDER / cycle_id / "cycle.toml", f"{FOLDER}/{cycle_id}/cycle.toml")
    return _plan(root, head, head.take(head.data, "", _CYCLE) if head.readable else {})[0]


def _read(root: Path, cycle_id: str) -> tuple[Cycle | None, list[Fault]]:
    folder = root / FOLDER / cycle_id
    if cycle_id not in (known := cycles(root)):
        mend = f"{nearest.advise(cycle_id, known, noun='cycles')} A new one is laid out with pcp new-cycle."
        return None, [Fault(FOLDER, "", cycle_id, "is no cycle", mend)]
    head = toml.read(folder / "cycle.toml", f"{FOLDER}/{cycle_id}/cycle.toml")
    values = head.take(head.data, "", _CYCLE) if head.readable else {}
    _check_dates(head, cycle_id, values)
    plan, faults = _plan(root, head, values)
    _check_without(head, folder, values)
    said = toml.read(
        folder / "updates.toml", f"{FOLDER}/{cycle_id}/updates.toml", may_lack=UPDATES in values.get("without", ())
    )
    updates: tuple[Update, ...] = ()
    cautions: tuple[Caution, ...] = ()
    names: tuple[str, ...] = ()
    settled: tuple[Settled, ...] = ()
    sections = dict.fromkeys(SECTIONS, "")
    if said.readable:
        updates = read_updates(said, cycle_id, plan)
        sections |= read_sections(said)
        cautions = read_cautions(said)
        names = read_names(said)
        settled = read_settled(said)
    faults = sorted({*faults, *head.faults, *said.faults})
    if faults:
        return None, faults
    return Cycle(
        id=cycle_id,
        folder=folder,
        updates=updates,
        sections=sections,
        cautions=cautions,
        names=names,
        settled=settled,
        written=said,
        **values,
    ), []


def _check_without(head: toml.Document, folder: Path, values: dict[str, Any]) -> None:
    """What a cycle says that it is without is not there, and the reason is."""
    without = values.get("without", ())
    if bool(without) != bool(values.get("without_reason")):
        mend = "Write both, or neither: what is not to be had of this cycle, and why."
        head.fault("without_reason", values.get("without_reason", ""), "does not go with the key without", mend)
    for what, name in ((UPDATES, "updates.toml"), (PAPER, "paper.csv"), (PAPER, "claims.toml")):
        if what in without and (folder / name).is_file():
            head.fault("without", what, f"is said not to be had, and {name} is there", "Take one of the two away.")


def _check_dates(head: toml.Document, cycle_id: str, values: dict[str, Any]) -> None:
    board, cut_off = values.get("board_date"), values.get("data_cut_off")
    if board and f"{board:%Y-%m}" != cycle_id[:7]:
        mend = f"The folder of this cycle would be {board:%Y-%m}: mend the date or the folder's name."
        head.fault("board_date", board, f"is not in the month of the cycle, {cycle_id}", mend)
    if board and cut_off and cut_off > board:
        head.fault(
            "data_cut_off", cut_off, f"is after the Board's date, {board}", "A cycle sees only what came before it."
        )


def _plan(root: Path, head: toml.Document, values: dict[str, Any]) -> tuple[model.Plan | None, list[Fault]]:
    if "plan" not in values:
        return None, []
    try:
        return reading.read(plan_folder(root, values["plan"]), root=root)
    except FaultError as error:
        for fault in error.faults:
            head.fault("plan", fault.value, fault.rule, fault.mend)
        return None, []


def lay_out(root: Path, cycle_id: str, *, board_date: dt.date, data_cut_off: dt.date, plan: str) -> Path:
    """Make the folder of a new cycle, ready to be filled in, and return it.

    `updates.toml` has a commented entry for each deliverable that falls due after the cycle before and until this one,
    or whose month cannot be told. Raises FaultError, and writes nothing, where an argument is at fault or the folder is
    there already.
    """
    folder = root / FOLDER / cycle_id
    faults = []
    if not _ID.fullmatch(cycle_id):
        mend = "Write the Board's year and month, such as 2014-12, and a name behind it where a month has two: 2014-12-special."
        faults.append(Fault(FOLDER, "", cycle_id, "is no cycle", mend))
    elif folder.exists():
        mend = "Fill in the files that stand there; nothing is overwritten."
        faults.append(Fault(FOLDER, "", cycle_id, "is laid out already", mend))
    head = toml.Document(f"{FOLDER}/{cycle_id}/cycle.toml")
    values = {"board_date": board_date, "data_cut_off": data_cut_off, "plan": plan}
    _check_dates(head, cycle_id, values)
    promised, wrong = _plan(root, head, values)
    faults += [*head.faults, *wrong]
    if faults or promised is None:
        raise FaultError(faults)
    texts = {
        "cycle.toml": _cycle_text(values, promised),
        "updates.toml": updates_text(
            promised, cycle_id[:7], board_date, after=before[-1][:7] if (before := earlier(root, cycle_id)) else None
        ),
        "paper.csv": ",".join(PAPER_COLUMNS) + "\n",
    }
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=folder.parent) as beside:
        made = Path(beside) / cycle_id
        made.mkdir()
        for name, text in texts.items():
            (made / name).write_text(text, encoding="utf-8", newline="\n")
        # in one step, so that no half of a cycle is ever seen
        made.rename(folder)
    return folder


def _cycle_text(values: dict[str, Any], plan: model.Plan) -> str:
    title = toml.written(f"Performance against the milestones and deliverables of the {plan.title}")
    return (
        f"board_date   = {values['board_date'].isoformat()}\n"
        f"data_cut_off = {values['data_cut_off'].isoformat()}\n"
        f"plan         = {toml.written(values['plan'])}\n"
        'agenda_item  = ""\n'
        f"title        = {title}\n"
    )
