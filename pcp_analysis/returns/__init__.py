"""The leads' forms of a cycle: one workbook a lead goes out (`asked`, `workbook`), and answers come back (`rows`, `answers`)
into `updates.toml` (`entries`).
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from pcp_analysis.findings.faults import check_names
from pcp_analysis.findings.view import CycleView, open_view
from pcp_analysis.pack.progress import say
from pcp_analysis.plan.cycle import FOLDER
from pcp_analysis.returns.answers import Answer, answer_of, once
from pcp_analysis.returns.asked import RETURN, forms_of, leads_of, stamp_of, unanswered
from pcp_analysis.returns.entries import judged, stands, with_answers
from pcp_analysis.returns.rows import Row, rows_of
from pcp_analysis.returns.workbook import ANSWERS, workbook
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.files import write_whole
from pcp_analysis.strict.sheet import raise_any, shown_path

__all__ = ["read", "write"]


def write(root: Path, cycle_id: str) -> None:
    """Write a workbook for each lead into `outputs/CYCLE-returns`, take away those of leads who are asked nothing more, and
    say what is asked of whom.

    Raises FaultError where the cycle is at fault or has no updates, and where a form that lies there is filled in.
    """
    view = _opened(root, cycle_id)
    folder = root / "outputs" / f"{cycle_id}-returns"
    raise_any(_unread(folder, root))
    forms = forms_of(view)
    stamp = stamp_of(view, forms)
    made = {form.name: workbook(view, form, stamp) for form in forms}
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".returns-", dir=folder.parent) as beside:
        for name, data in made.items():
            (Path(beside) / name).write_bytes(data)
        for name in made:
            os.replace(Path(beside) / name, folder / name)
    for path in _workbooks(folder):
        if path.name not in made:
            path.unlink()
    for form in forms:
        reports, commitments = (len(rows) for rows in form.rows.values())
        say(f"{shown_path(folder / form.name, root)}: deliverables {reports}, commitments {commitments}")
    asked = {form.lead for form in forms}
    if nothing := sorted({lead for each in view.plan.deliverables for lead in leads_of(each)} - asked):
        say(f"{cycle_id}: nothing is asked of {', '.join(lead or 'who leads what has no lead' for lead in nothing)}.")


def read(root: Path, cycle_id: str, files: Sequence[Path]) -> None:
    """Take the answers of filled-in forms into `updates.toml` of the cycle, whole or not at all, and say which.

    Words and numbers that are not bound yet are no fault of a form, whose lead cannot bind them: they are said, with
    their cells. Raises FaultError with everything else that is wrong, in all files at once.
    """
    view = _opened(root, cycle_id)
    raise_any(check_names(view))
    asked, stamp = unanswered(view), stamp_of(view, forms_of(view))
    faults: list[Fault] = []
    notes: list[str] = []
    rows: list[Row] = []
    for file in dict.fromkeys(files):
        found = rows_of(file, shown_path(file, root), stamp, faults, notes)
        if found and not any(row.filled for row in found):
            notes.append(f"{shown_path(file, root)}: no row has an answer.")
        rows += found
    filled = [row for row in rows if row.filled]
    answers = once([answer for row in filled if (answer := answer_of(row, asked, faults)) is not None], faults)
    known = [each for each in answers if stands(each, view.cycle, faults)]
    new = [each for each in answers if each not in known]
    for each in known:
        if each.text and each.text != getattr(view.cycle.update(each.id), "text", each.text):
            where = each.row.cell("text").fault("", "", "").where
            notes.append(f"{each.row.file}: {where}: updates.toml has a text of {each.id}, which stands.")
    raise_any(faults)
    for note in notes:
        say(note, err=True)
    blank = f"rows without an answer: {len(rows) - len(filled)}" + (f", taken before: {len(known)}" if known else "")
    if not new:
        say(f"{cycle_id}: nothing new; {blank}.")
        return
    path = view.cycle.folder / "updates.toml"
    text = with_answers(path.read_bytes().decode("utf-8"), new)
    questions = judged(text, new, view)
    write_whole(path, text)
    for question in questions:
        say(str(question), err=True)
    say(f"{shown_path(path, root)}: answers taken: {len(new)} ({_counts(new)}); {blank}.")
    if questions:
        count = len(questions)
        say(f"To be bound or marked before a pack is made: {count}, which pcp check {cycle_id} names too.")


def _opened(root: Path, cycle_id: str) -> CycleView:
    view = open_view(cycle_id, root=root)
    if view.cycle.no_updates:
        file, mend = (
            f"{FOLDER}/{cycle_id}/cycle.toml",
            "Take updates out of it, where leads report to this Board after all.",
        )
        raise FaultError([Fault(file, "without", "updates", "the cycle is without updates", mend)])
    return view


def _workbooks(folder: Path) -> list[Path]:
    """The workbooks of a folder, but for what Excel keeps beside one that is open."""
    return sorted(path for path in folder.glob("*.xlsx") if not path.name.startswith("~$"))


def _unread(folder: Path, root: Path) -> Iterator[Fault]:
    """A fault for each form that holds an answer, or cannot be read: to write it anew would lose that."""
    for path in _workbooks(folder):
        wrong: list[Fault] = []
        rows = rows_of(path, shown_path(path, root), None, wrong, [])
        if wrong or any(row.filled for row in rows):
            rule = "is no form that can be read" if wrong else "is filled in, and would be written over"
            mend = "Move it out of this folder; pcp returns CYCLE --read FILE takes it in."
            yield Fault(shown_path(path, root), "", "", rule, mend)


def _counts(answers: Sequence[Answer]) -> str:
    """How many answers there are of each kind: ``2 reported, 1 deferred to``."""
    counted = Counter(each.kind for each in answers)
    return ", ".join(f"{counted[kind]} {kind}" for kind in ANSWERS[RETURN] if counted[kind])
