"""What each lead is asked before a Board: the deliverables that are due or were promised for now, and open commitments."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pcp_analysis.figures import commentary, unbound, wording
from pcp_analysis.figures.figure import LAST_BOARD, Figures
from pcp_analysis.figures.forms import said
from pcp_analysis.findings import expected, status
from pcp_analysis.findings.view import CycleView
from pcp_analysis.strict.files import sha256_text

if TYPE_CHECKING:
    from pcp_analysis.plan.cycle import Cycle
    from pcp_analysis.plan.model import Deliverable

RETURN, COMMITMENTS = "Return", "Commitments"
NO_LEAD = "no-lead"
LONGEST = 300


@dataclass(frozen=True)
class Asked:
    """A deliverable or a commitment, by its *id*: what it is, what the Board was told of it and what was promised."""

    id: str
    deliverable: str
    told: str
    promised: str


@dataclass(frozen=True)
class Form:
    """What one *lead* is asked, "" where none is stated; *name* is that of its file."""

    lead: str
    name: str
    rows: dict[str, tuple[Asked, ...]]


def unanswered(view: CycleView) -> CycleView:
    """The cycle as it stood before anything was reported to it: what it was told already changes nothing that is asked."""
    return CycleView(view.root, view.plan, replace(view.cycle, updates=(), settlements=()), view.earlier, view.inputs)


def forms_of(view: CycleView) -> list[Form]:
    """What each lead is asked, whatever was answered already, in the order of the plan; no form of who is asked nothing."""
    bare = unanswered(view)
    found = {
        RETURN: [(each, row) for each in view.plan.deliverables if (row := _asked(each, bare))],
        COMMITMENTS: list(_commitments(bare)),
    }
    leads = dict.fromkeys(lead for rows in found.values() for deliverable, _ in rows for lead in leads_of(deliverable))
    names: dict[str, str] = {}
    forms = []
    for lead in leads:
        slug = _slug(lead)
        while f"{slug}.xlsx" in names:
            slug += "-again"
        names[f"{slug}.xlsx"] = lead
        rows = {
            sheet: tuple(_beside(row, each, lead) for each, row in asked if lead in leads_of(each))
            for sheet, asked in found.items()
        }
        forms.append(Form(lead, f"{slug}.xlsx", rows))
    return forms


def stamp_of(view: CycleView, forms: Sequence[Form]) -> tuple[str, str, str]:
    """The cycle and the plan that forms are of, and a hash of all that is asked in them."""
    ids = sorted({f"{sheet} {row.id}" for form in forms for sheet, rows in form.rows.items() for row in rows})
    return view.cycle.id, view.plan.id, sha256_text("\n".join(ids))[:16]


def open_commitments(view: CycleView) -> list[expected.Dated]:
    """The commitments of earlier Boards that no Board before this one settled."""
    return [each for each in expected.commitments(view) if each.cycle != view.cycle.id]


def leads_of(deliverable: Deliverable) -> tuple[str, ...]:
    """Who leads a deliverable; "" where none is stated."""
    return deliverable.leads or ("",)


def _slug(lead: str) -> str:
    plain = unicodedata.normalize("NFKD", lead).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or ("lead" if lead else NO_LEAD)


def _beside(row: Asked, deliverable: Deliverable, lead: str) -> Asked:
    """The row as it is asked of one lead: it says with whom the deliverable is shared."""
    others = [each for each in deliverable.leads if each != lead]
    return replace(row, deliverable=f"{row.deliverable} (joint with {wording.listed(others)})") if others else row


def _asked(deliverable: Deliverable, view: CycleView) -> Asked | None:
    """What is asked of a deliverable that is due, was promised for now, or whose month the plan does not tell; None of others."""
    found = status.derive(deliverable, view.cycle, view.earlier)
    if found.name == "not due" or (found.due or "") > status.board_month(view.cycle):
        return None
    untold = found.name == "due date cannot be derived"
    words = "the plan does not tell its month" if untold else found.words
    return Asked(deliverable.id, deliverable.title, _told(deliverable, view), words)


def _told(deliverable: Deliverable, view: CycleView) -> str:
    """What the last Board that was told anything of a deliverable was told, and when it met."""
    for place in reversed(range(len(view.earlier))):
        past = view.earlier[place]
        update = past.update(deliverable.id)
        if update is not None:
            words = status.derive(deliverable, past, view.earlier[:place]).words
            return f"{_board(past)}: {_cut(_plain(update.text, _opened(view, past.id)) if update.text else words)}"
    return "No earlier Board was told anything of it here."


def _board(board: Cycle) -> str:
    return f"Board of {wording.day(board.board_date)}"


def _opened(view: CycleView, cycle_id: str) -> CycleView:
    """An earlier cycle as its own Board saw it."""
    found: CycleView | None = view
    while found is not None and found.cycle.id != cycle_id:
        found = found.before
    assert found is not None  # it is one of those that this view was opened with
    return found


def _plain(text: str, view: CycleView) -> str:
    """The text of an update with the figures that its Board was given; a binding that has none any more stays as it is."""
    given = Figures((), lambda: view.as_given)

    def words(binding: re.Match[str]) -> str:
        name, _, form = binding[1].partition(":")
        figures, known = (view.figures, name) if name.startswith(f"{LAST_BOARD}.") else (given, f"{LAST_BOARD}.{name}")
        return said(figures[known], form, figures)[0] if known in figures else binding[0]

    return commentary.BINDING.sub(words, unbound.unmarked(text))


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST - 1].rpartition(" ")[0].rstrip(" ,.;:") + "…"


def _commitments(view: CycleView) -> Iterator[tuple[Deliverable, Asked]]:
    boards = {board.id: board for board in view.earlier}
    for each in open_commitments(view):
        if each.deliverable is not None:  # one of an earlier plan has no lead here
            told = f"{_board(boards[each.cycle])}: {_cut(each.commitment.what)}"
            asked = Asked(each.commitment.id, each.deliverable.title, told, f"{each.when}: {each.words}")
            yield each.deliverable, asked
