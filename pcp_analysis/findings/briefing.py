"""A new cycle laid out: what each lead was last asked and told, what was promised for now, and what falls due."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from pcp_analysis.figures import wording
from pcp_analysis.findings import expected, status
from pcp_analysis.plan import cycle as cycles
from pcp_analysis.plan import model
from pcp_analysis.plan.cycle import FOLDER, ID, PAPER_COLUMNS, SECTIONS, Cycle
from pcp_analysis.strict import toml
from pcp_analysis.strict.fault import Fault, FaultError

# As much of what a Board was told as reminds its reader of it.
LONGEST = 300


def lay_out(root: Path, cycle_id: str, *, board_date: dt.date, data_cut_off: dt.date, plan: str) -> Path:
    """Make the folder of a new cycle, ready to be filled in, and return it.

    `updates.toml` has a commented entry for each deliverable that is due, or was promised, or whose month cannot be told,
    and one for each commitment that no cycle has settled. Raises FaultError, and writes nothing, where an argument is at
    fault or the folder is there already.
    """
    folder = root / FOLDER / cycle_id
    faults = []
    if not ID.fullmatch(cycle_id):
        mend = "Write the Board's year and month, such as 2014-12, and a name behind it where a month has two: 2014-12-special."
        faults.append(Fault(FOLDER, "", cycle_id, "is no cycle", mend))
    elif folder.exists():
        mend = "Fill in the files that stand there; nothing is overwritten."
        faults.append(Fault(FOLDER, "", cycle_id, "is laid out already", mend))
    head = toml.Document(f"{FOLDER}/{cycle_id}/cycle.toml")
    values = {"board_date": board_date, "data_cut_off": data_cut_off, "plan": plan}
    cycles.check_dates(head, cycle_id, values)
    promised, wrong = cycles.plan_of(root, head, values)
    faults += [*head.faults, *wrong]
    if faults or promised is None:
        raise FaultError(faults)
    title = f"Performance against the milestones and deliverables of the {promised.title}"
    board = Cycle(cycle_id, board_date, data_cut_off, plan, "", title, folder, (), dict.fromkeys(SECTIONS, ""))
    earlier = tuple(cycles.load(root, name) for name in cycles.earlier(root, cycle_id))
    texts = {
        "cycle.toml": _cycle_text(board),
        "updates.toml": updates_text(promised.at(cycle_id[:7]), board, earlier),
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


def _cycle_text(board: Cycle) -> str:
    return (
        f"board_date   = {board.board_date.isoformat()}\n"
        f"data_cut_off = {board.data_cut_off.isoformat()}\n"
        f"plan         = {toml.written(board.plan)}\n"
        'agenda_item  = ""\n'
        f"title        = {toml.written(board.title)}\n"
    )


def updates_text(plan: model.Plan, board: Cycle, earlier: Sequence[Cycle]) -> str:
    """The text of an `updates.toml` that is ready to be filled in, for a *board* that was told nothing yet."""
    blocks = [_HEAD.format(board_date=board.board_date), *(f'[section.{name}]\ntext = ""' for name in SECTIONS)]
    for outcome in plan.outcomes:
        blocks.append(f"# ---- {outcome.number}. {outcome.title} ----")
        blocks += [_deliverable(each, board, earlier) for each in outcome.deliverables]
    standing = [each for each in expected.every_commitment(plan, (*earlier, board)) if each.settlement is None]
    if standing:
        blocks.append("# ---- Commitments that no Board was told the end of ----")
        blocks += [
            f"# {each.commitment.what} ({each.when})\n# {each.words}\n"
            + _SETTLED.format(key="commitment", id=each.commitment.id)
            for each in standing
        ]
    return "\n\n".join(blocks) + "\n"


def _deliverable(deliverable: model.Deliverable, board: Cycle, earlier: Sequence[Cycle]) -> str:
    """A deliverable: who leads it, what was told of it last and what it comes to now; and an entry, where it is asked for."""
    found = status.derive(deliverable, board, earlier)
    about = "; ".join([", ".join(deliverable.leads) or "no lead", deliverable.cadence or "no cadence"])
    lines = [f"# {deliverable.title}", f"# ({about})", *_told(deliverable, earlier), f"# Now: {found.words}"]
    if found.name != "not due":
        lines.append(_ENTRY.format(id=deliverable.id))
    if found.source:
        lines += ["# or, where it came:", _SETTLED.format(key="deliverable", id=deliverable.id)]
    return "\n".join(lines)


def _told(deliverable: model.Deliverable, earlier: Sequence[Cycle]) -> Iterator[str]:
    """What a Board was last told of a deliverable, in its own words; nothing where no Board was."""
    for board in reversed(earlier):
        update = board.update(deliverable.id)
        if update is not None:
            words = " ".join(update.text.replace("\\\n", " ").split())
            short = words if len(words) <= LONGEST else words[:LONGEST].rsplit(" ", 1)[0] + " …"
            told = short or status.derive(deliverable, board, ()).words
            yield f"# Told in {wording.month(status.board_month(board))}: {told}"
            return


_HEAD = """\
# What leads reported to the Board of {board_date}.
# Take the marks off the entries that were received; one that keeps them is published as the line "Now" above it says.
# Each says exactly one of
#   text, in Markdown: a number is bound to a figure, {{robbery.change}}, or to what the last Board was given,
#     {{last_board.robbery.change}}, or marked as its lead states it, [29 weeks]{{stated: paragraph 28}}, and never merely typed:
#     see docs/commentary.md
#   reported_in = "DoR Report", with due = "2014-12" where a month is stated
#   awaited_from = "WMOPC", likewise; not_received = true once that month has ended without it
# A dated promise inside a text is an [[update.commitment]] with id, what and due. What became of an earlier promise is a
# [[settled]]: kept, not kept or withdrawn, with its date and source."""
_ENTRY = """\
# [[update]]
# deliverable = "{id}"
# source = ""
# text = \"\"\"
# \"\"\""""
_SETTLED = """\
# [[settled]]
# {key} = "{id}"
# became = "kept"
# date = YYYY-MM-DD
# source = \"\""""
