"""A lead's form as a workbook: its sheets, columns and answers, and how it is written."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pcp_analysis.figures import wording
from pcp_analysis.findings.view import CycleView
from pcp_analysis.plan.updates import BECAME
from pcp_analysis.returns.asked import COMMITMENTS, RETURN, Asked, Form

#: The answers that a lead may choose from.
REPORTED, REPORTED_IN, DEFERRED, AWAITED = "reported", "reported in", "deferred to", "awaited from"
SETTLED = tuple(f"settled: {each}" for each in BECAME)
ANSWERS = {RETURN: (REPORTED, REPORTED_IN, DEFERRED, AWAITED, *SETTLED), COMMITMENTS: SETTLED}
#: The first cell of the row that says which cycle and plan a form is of.
FORM = "form"


@dataclass(frozen=True)
class Column:
    """A column of a form: what it is to a reader of the sheet, its heading and its width; whether the lead fills it in."""

    key: str
    heading: str
    width: int
    open: bool = False


_ID, _DELIVERABLE = Column("id", "id", 24), Column("deliverable", "deliverable", 34)
_ANSWER, _SOURCE = Column("answer", "answer", 19, open=True), Column("source", "source", 20, open=True)
#: The columns of each sheet, in their order.
COLUMNS = {
    RETURN: (
        _ID,
        _DELIVERABLE,
        Column("told", "what the Board was told last", 48),
        Column("promised", "what was promised for now", 30),
        _ANSWER,
        Column("place", "report or body", 24, open=True),
        Column("when", "month or day", 14, open=True),
        Column("text", "text", 60, open=True),
        _SOURCE,
    ),
    COMMITMENTS: (
        _ID,
        _DELIVERABLE,
        Column("told", "what the Board was told", 48),
        Column("promised", "by when", 30),
        _ANSWER,
        Column("when", "day", 14, open=True),
        _SOURCE,
    ),
}
_HEADS = {RETURN: "Return to", COMMITMENTS: "Commitments, for the return to"}
_HELP = {
    RETURN: (
        'It asks what you report of each deliverable below. Choose an "answer", fill in what it needs, and leave blank what you cannot answer.',
        'reported: write it in "text".   reported in: name the report, and its month if it is known (as 2014-12).',
        "deferred to: name the report and its later month.   awaited from: name the body and the month.",
        "settled, of what an earlier Board was promised: it came (kept), did not come (not kept) or will not (withdrawn); "
        "give the day (as 2014-12-04) and the source.",
        'Rows may be sorted or hidden. Leave the headings and the column "id" as they are, save the workbook and send it back.',
    ),
    COMMITMENTS: (
        "What was promised to an earlier Board and is still open. It came (kept), it did not (not kept), or it will not (withdrawn).",
        "Give the day (as 2014-12-04) and the source; leave blank what you cannot answer.",
    ),
}


def workbook(view: CycleView, form: Form, stamp: Sequence[str]) -> bytes:
    """The workbook of a form: the same bytes wherever the same is asked."""
    from xlsxwriter import Workbook

    made = io.BytesIO()
    day = view.cycle.board_date
    board = f"{view.plan.board} of {wording.day(day)}"
    with Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": f"Return to the {board}", "created": dt.datetime(day.year, day.month, day.day)})
        for sheet in (RETURN, COMMITMENTS):
            head = f"{_HEADS[sheet]} the {board}: {form.lead or 'no lead stated'}"
            lines = (*_HELP[sheet], *(() if form.rows[sheet] else ("Nothing is asked here.",)))
            _write_sheet(book, sheet, head, lines, stamp, form.rows[sheet])
    return made.getvalue()


def _write_sheet(
    book: Any, name: str, head: str, lines: Sequence[str], stamp: Sequence[str], rows: Sequence[Asked]
) -> None:
    sheet, columns = book.add_worksheet(name), COLUMNS[name]
    asked = book.add_format(
        {"text_wrap": True, "valign": "top", "bg_color": "#F2F2F2", "border": 1, "border_color": "#BFBFBF"}
    )
    # as text: a month must not become a date, nor a dash a formula
    answer = book.add_format(
        {"text_wrap": True, "valign": "top", "num_format": "@", "border": 1, "border_color": "#7F7F7F"}
    )
    sheet.write_string(0, 0, head, book.add_format({"bold": True, "font_size": 14}))
    for place, line in enumerate(lines, start=1):
        sheet.write_string(place, 0, line)
    top = len(lines) + 2
    for place, text in enumerate((FORM, *stamp)):
        sheet.write_string(top - 1, place, text, book.add_format({"font_color": "#7F7F7F"}))
    last = top + max(len(rows), 1)
    sheet.add_table(
        top,
        0,
        last,
        len(columns) - 1,
        {"name": name, "style": "Table Style Light 1", "columns": [{"header": each.heading} for each in columns]},
    )
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        for number, row in enumerate(rows, start=top + 1):
            if column.open:
                sheet.write_blank(number, place, None, answer)
            else:
                sheet.write_string(number, place, getattr(row, column.key), asked)
    if rows:
        place = columns.index(_ANSWER)
        sheet.data_validation(
            top + 1,
            place,
            last,
            place,
            {
                "validate": "list",
                "source": list(ANSWERS[name]),
                "error_title": "No answer of this form",
                "error_message": "Choose one of the list, or leave it blank.",
            },
        )
    sheet.freeze_panes(top + 1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
