"""Answers as entries of a cycle's `updates.toml`: where each stands, and what `pcp check` will say of its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pcp_analysis.findings.faults import check_words, settlement_faults
from pcp_analysis.findings.view import CycleView
from pcp_analysis.plan import updates
from pcp_analysis.plan.cycle import Cycle
from pcp_analysis.returns.answers import Answer
from pcp_analysis.returns.workbook import SETTLED
from pcp_analysis.strict import toml
from pcp_analysis.strict.fault import Fault
from pcp_analysis.strict.sheet import raise_any

# A commented entry as pcp new-cycle lays it out, with nothing filled in.
_ENTRY = re.compile(
    r'^# \[\[update\]\]\r?\n# deliverable = "(?P<id>[^"\r\n]+)"\r?\n'
    r'(?:# (?:source = "(?:paragraph )?"|text = """)\r?\n)*# """\r?\n',
    re.MULTILINE,
)
# Which cell a key was taken from.
_KEYS = {
    "text": "text",
    "reported_in": "place",
    "awaited_from": "place",
    "due": "when",
    "date": "when",
    "source": "source",
}


def stands(answer: Answer, board: Cycle, faults: list[Fault]) -> bool:
    """Whether `updates.toml` says this already: the very thing, or of what is reported any text, whose numbers were bound
    since; a fault where it says something else of it.
    """
    document = toml.parse(answer.block, "updates.toml")
    held: object
    said: Sequence[object]
    if answer.kind in SETTLED:
        held = next((each for each in board.settlements if getattr(each, answer.of) == answer.id), None)
        said = updates.read_settlements(document)
    else:
        held, said = board.update(answer.id), updates.read_updates(document, board.id, None)
    if held is None or held in said:
        return held is not None
    if answer.text and isinstance(held, updates.Update) and held.text:
        return True
    mend = "Blank the answer here, or take the entry out there."
    faults.append(answer.row.cell("id").fault(answer.id, f"has an entry in {board.written.file} already", mend))
    return False


def with_answers(text: str, answers: Sequence[Answer]) -> str:
    """The text of `updates.toml` with these answers: in place of the commented entry that was laid out, else at the end."""
    ends = "\r\n" if "\r\n" in text else "\n"
    left = {(each.table, each.of, each.id): each.block.replace("\n", ends) for each in answers}

    def replaced(found: re.Match[str]) -> str:
        # what stands right below may belong to the table above
        ended = re.match(r"\s*(?:[#\[]|$)", found.string[found.end() :])
        return (left.pop(("update", "deliverable", found["id"]), None) if ended else None) or found[0]

    text = _ENTRY.sub(replaced, text)
    if left and not text.endswith("\n"):
        text += ends
    return text + "".join(f"{ends}{block}" for block in left.values())


def judged(text: str, answers: Sequence[Answer], view: CycleView) -> list[Fault]:
    """What `pcp check` will say of the words of these answers, by their cells. Raises FaultError for what the strict reader
    refuses.
    """
    said = toml.parse(text.removeprefix("\ufeff"), view.cycle.written.file)
    board = replace(
        view.cycle,
        updates=updates.read_updates(said, view.cycle.id, view.plan),
        sections=view.cycle.sections | updates.read_sections(said),
        cautions=updates.read_cautions(said),
        names=updates.read_names(said),
        settlements=updates.read_settlements(said),
        written=said,
    )
    raise_any(_traced(fault, said, answers) or fault for fault in said.faults)
    rule, mend = "an entry that is marked out stands within a text", "Take it out of the text."
    raise_any(Fault(said.file, "", each.id, rule, mend) for each in answers if not stands(each, board, []))
    whole = CycleView(view.root, view.plan, board, view.earlier, view.inputs)
    raise_any(_traced(fault, said, answers) or fault for fault in settlement_faults(whole))
    asked = check_words(whole)
    return [found for fault in sorted(set(asked)) if (found := _traced(fault, said, answers)) is not None]


def _traced(fault: Fault, said: toml.Document, answers: Sequence[Answer]) -> Fault | None:
    """A fault of `updates.toml` at the cell that its line was taken from; None where it was taken from none."""
    line = re.match(r"line (\d+)", fault.where)
    if fault.file != said.file or line is None:
        return None
    heads = {at: path for path, at in said.lines.items() if re.fullmatch(r"\w+\[\d+\]|[a-z_.]+", path)}
    above = [at for at in heads if at <= int(line[1])]
    found = re.fullmatch(r"(update|settled)\[(\d+)\]", heads[max(above)]) if above else None
    if found is None:
        return None
    table = said.data[found[1]][int(found[2]) - 1]
    answer = next((each for each in answers if each.table == found[1] and table.get(each.of) == each.id), None)
    if answer is None:
        return None
    key = next((key for key in _KEYS if re.search(rf"\.{key}\b", fault.where)), "")
    return answer.row.cell(_KEYS.get(key, "answer")).fault(fault.value, fault.rule, fault.mend)
