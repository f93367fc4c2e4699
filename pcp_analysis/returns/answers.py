"""What a lead answered of a deliverable or a commitment, held to the rules of each answer."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from pcp_analysis.figures import wording
from pcp_analysis.findings import status
from pcp_analysis.findings.view import CycleView
from pcp_analysis.plan.cycle import Cycle
from pcp_analysis.returns.asked import COMMITMENTS, RETURN, open_commitments
from pcp_analysis.returns.rows import FILLED, TAKE, Row, letters, on_one_line
from pcp_analysis.returns.workbook import ANSWERS, AWAITED, COLUMNS, DEFERRED, REPORTED, REPORTED_IN, SETTLED
from pcp_analysis.strict import nearest, toml, value
from pcp_analysis.strict.fault import Fault

#: What each answer needs, and what it may have besides.
_NEEDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    REPORTED: (("text",), ("source",)),
    REPORTED_IN: (("place",), ("when", "source")),
    DEFERRED: (("place", "when"), ("source",)),
    AWAITED: (("place", "when"), ("source",)),
    **dict.fromkeys(SETTLED, (("when", "source"), ())),
}
_READERS = {"text": value.prose, "place": value.line, "source": value.line}


@dataclass(frozen=True)
class Answer:
    """What a lead answered of a deliverable or a commitment; two that say the same are equal, wherever they stand."""

    id: str
    sheet: str
    kind: str
    text: str = ""
    place: str = ""
    when: str = ""
    source: str = ""
    row: Row = field(kw_only=True, compare=False)

    @property
    def of(self) -> str:
        """What it is an answer of, as a key of `updates.toml`."""
        return "commitment" if self.sheet == COMMITMENTS else "deliverable"

    @property
    def table(self) -> str:
        """The table of `updates.toml` that it is an entry of."""
        return "settled" if self.kind in SETTLED else "update"

    @property
    def block(self) -> str:
        """The entry of `updates.toml` that says it."""
        place = "awaited_from" if self.kind == AWAITED else "reported_in"
        keys = {self.of: self.id, "source": self.source, place: self.place, "due": self.when}
        if self.kind in SETTLED:
            keys = {self.of: self.id, "became": self.kind.partition(": ")[2], "date": self.when, "source": self.source}
        lines = [f"{key} = {text if key == 'date' else toml.written(text)}" for key, text in keys.items() if text]
        return "\n".join([f"[[{self.table}]]", *lines, *([f"text = {_long(self.text)}"] if self.text else [])]) + "\n"


def answer_of(row: Row, view: CycleView, faults: list[Fault]) -> Answer | None:
    """The answer of a row; None, with every fault of it, where there is any."""
    before = len(faults)
    name, kind = on_one_line(row.cells.get("id", "")), on_one_line(row.cells.get("answer", "")).casefold()
    faults += _id_faults(row, name, kind, view)
    taken: dict[str, str] = {}
    if not kind:
        beside = next(key for key in FILLED if key in row.cells)
        rule = f"is blank beside what stands in column {letters(row.cell(beside).column)}"
        faults.append(row.cell("answer").fault("", rule, "Choose an answer, or take out what stands beside it."))
    elif kind not in ANSWERS[row.sheet]:
        mend = nearest.advise(kind, ANSWERS[row.sheet], noun="answers")
        faults.append(row.cell("answer").fault(row.cells["answer"], "is no answer of this form", mend))
    else:
        for key, given in row.cells.items():
            if key in FILLED and key not in (*_NEEDS[kind][0], *_NEEDS[kind][1]):
                faults.append(row.cell(key).fault(given, f"does not go with the answer {kind!r}", "Take it out."))
        for key in (*_NEEDS[kind][0], *_NEEDS[kind][1]):
            try:
                taken[key] = _value(row, key, kind, view.cycle)
            except value.Refused as refused:
                faults.append(row.cell(key).fault(row.cells.get(key, ""), refused.rule, refused.mend))
    return Answer(name, row.sheet, kind, row=row, **taken) if len(faults) == before else None


def _id_faults(row: Row, name: str, kind: str, view: CycleView) -> Iterator[Fault]:
    if row.sheet == RETURN:
        known, noun = [each.id for each in view.plan.deliverables], "deliverable of the plan"
    else:
        known, noun = [each.commitment.id for each in open_commitments(view)], "open commitment"
    if name not in known:
        mend = nearest.advise(name, known, noun=f"{noun.split()[-1]}s") if known else TAKE
        yield row.cell("id").fault(name, f"is no {noun}", mend)
    elif row.sheet == RETURN and kind in SETTLED and status.record(name, view.earlier)[1] is None:
        rule = "settles a report that was promised to no earlier Board"
        yield row.cell("answer").fault(kind, rule, f"Answer {', '.join(ANSWERS[RETURN][:3])} or {AWAITED}.")


def _value(row: Row, key: str, kind: str, board: Cycle) -> str:
    """What a cell holds, as `updates.toml` has it; Refused where it must not be so, or is missing."""
    if key not in row.cells:
        if key in _NEEDS[kind][1]:
            return ""
        heading = row.cell(key).column
        raise value.Refused(
            f"is blank, and the answer {kind!r} needs it", f"Write the {COLUMNS[row.sheet][heading].heading}."
        )
    given = row.cells[key]
    if key != "when":
        return str(_READERS[key](_prose(given) if key == "text" else on_one_line(given)))
    if kind in SETTLED:
        day = _day(given)
        if day > board.board_date.isoformat():
            raise value.Refused("is later than the Board", "Write the day on which it was settled.")
        return day
    month, now = _month(given), status.board_month(board)
    if kind == DEFERRED and month <= now:
        raise value.Refused(
            f"is not later than the Board of {wording.month(now)}", "Write the month that it is put off to."
        )
    if kind == REPORTED_IN and month > now:
        raise value.Refused(
            f"is later than the Board of {wording.month(now)}", f"Answer {DEFERRED!r}, or correct the month."
        )
    if kind == REPORTED_IN and month < now:
        mend = "Blank it; or answer 'settled: kept' with the day, where that report was promised."
        raise value.Refused(
            f"is earlier than the Board of {wording.month(now)}, and nothing records that it came", mend
        )
    return month


def _day(given: object) -> str:
    with suppress(ValueError):
        day = given if isinstance(given, dt.date) else dt.date.fromisoformat(on_one_line(given))
        return f"{value.day(dt.date(day.year, day.month, day.day)):%Y-%m-%d}"
    raise value.Refused("is no day", "Write it as 2014-12-04.")


def _month(given: object) -> str:
    """A month, of a cell that holds it as text, in words, or as a day of it: 2014-12, December 2014, 2014-12-01."""
    with suppress(value.Refused):
        return _day(given)[:7]
    text = on_one_line(given)
    if words := re.fullmatch(r"([A-Za-z]{3,9})\.?[ -](\d{4})", text):
        known = [
            place for place, name in enumerate(wording.MONTHS, 1) if name.casefold().startswith(words[1].casefold())
        ]
        text = f"{words[2]}-{known[0]:02d}" if known else text
    if not value.MONTH.fullmatch(text) or int(text[:4]) not in value.YEARS:
        raise value.Refused("is no month", "Write year and month, such as 2014-12.")
    return text


def once(answers: Sequence[Answer], faults: list[Fault]) -> list[Answer]:
    """The answers, one of each deliverable and commitment; a fault for each that differs from the one before it."""
    first: dict[tuple[str, str], Answer] = {}
    for each in answers:
        other = first.setdefault((each.sheet, each.id), each)
        if other != each:
            said = other.row.cell("answer").fault("", "", "")
            rule = f"is answered otherwise in {said.file}, {said.where}"
            faults.append(each.row.cell("answer").fault(each.kind, rule, "Agree on one answer."))
    return list(first.values())


def _prose(given: object) -> str:
    """A text with its line breaks, as Excel on any machine writes them, and no blank at the end of a line."""
    text = re.sub(r"_x000D_|\r", "", str(given))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def _long(text: str) -> str:
    """A text of several lines as TOML writes it."""
    escaped = re.sub(r'"{3,}', lambda quotes: r"\"" * len(quotes[0]), text.replace("\\", "\\\\"))
    return f'"""\n{escaped}\n"""'
