"""The front page: sections, every position in two columns, the counts of statuses, and what is still owed."""

from __future__ import annotations

import json
import re
from collections import Counter
from copy import copy
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

import pcp_analysis as pcp
from pcp_analysis.findings import Evidence, open_evidence, status
from pcp_analysis.findings.expected import commitments, next_due, status_counts
from pcp_analysis.findings.figure import MIME
from pcp_analysis.pages.exhibit import Exhibit
from pcp_analysis.pages.overview import BLANK, Overview

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    """The real cycle of September 2014."""
    return open_evidence("2014-09", root=ROOT)


@pytest.fixture(scope="module")
def board(evidence) -> Overview:
    """The real front page."""
    return Overview(evidence)


def parsed(exhibit: Exhibit) -> ElementTree.Element:
    """The exhibit's HTML; an element that is not closed is an error."""
    return ElementTree.fromstring(f"<div>{exhibit.html}</div>")


def words(element: ElementTree.Element) -> str:
    """All text of an element."""
    return "".join(element.itertext())


def calls() -> list[tuple[str, tuple[str, ...]]]:
    """Every method that the notebook of the front page calls, with its arguments."""
    cells = json.loads((ROOT / "notebooks/00_overview.ipynb").read_text(encoding="utf-8"))["cells"]
    source = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    found = re.findall(r"^board\.(\w+)\(([^)]*)\)", source, re.M)
    return [(method, tuple(re.findall(r'"([^"]*)"', arguments))) for method, arguments in found]


def test_the_notebook_shows_the_whole_front_page():
    """Sections, positions, what changed, statuses, what is expected and due, commitments and sources, in the order of their weight."""
    order = [method for method, _ in calls()]
    assert order == ["section", "positions", "cautions", "changes", "statuses", "expected", "next_due", "commitments", "section", "section",
                     "comparison", "sources"]


@pytest.mark.parametrize(("method", "arguments"), calls(), ids=[f"{method}{number}" for number, (method, _) in enumerate(calls())])
def test_all_that_the_notebook_shows_is_whole(method, arguments, board):
    """HTML that is closed, text for a console and records that are JSON, with no raw binding, no NaN and no empty header."""
    exhibit = getattr(board, method)(*arguments)
    html = parsed(exhibit)
    for said in (words(html), exhibit.plain):
        assert said.strip()
        assert not re.search(r"\b(nan|NaN|None|<NA>|inf)\b|[{}]", said), said
    assert all(words(header).strip() and header.get("scope") in {"col", "row"} for header in html.iter("th"))
    assert not re.search(r"<(script|style|img|h1)\b", exhibit.html)
    bundle = json.loads(json.dumps(exhibit._repr_mimebundle_()))
    assert [record["id"] for record in bundle.get(MIME, [])] == [figure.id for figure in exhibit.figures]


def test_every_figure_of_the_front_page_is_one_that_findings_made(board, evidence):
    """A page shows figures and never makes one: they are the cycle's, or counts of its statuses."""
    shown = [figure for method, arguments in calls() for figure in getattr(board, method)(*arguments).figures]
    counts = {figure.id: figure for row in status_counts(evidence).values() for figure in row}
    assert len(shown) > 40
    assert [figure.id for figure in shown if figure != (counts.get(figure.id) or evidence.figures.get(figure.id))] == []


def test_a_section_has_its_heading_and_its_text(board):
    """The Board's template is followed in the order that the notebook asks for."""
    html = parsed(board.section("purpose", "executive_summary"))
    assert [words(heading) for heading in html.iter("h2")] == ["Purpose", "Executive summary"]
    assert "milestones and deliverables" in words(html)


@pytest.mark.parametrize("name", ["financial_implications", "legal_implications", "equalities_implications"])
def test_a_section_that_the_paper_leaves_blank_says_so(name, board):
    """An empty section is no oversight of the page."""
    assert BLANK in board.section(name).plain


def test_an_unknown_section_lists_the_nearest(board):
    """A slip of the finger is answered with what was meant."""
    with pytest.raises(KeyError, match="executive_summary"):
        board.section("executive_sumary")


def test_every_milestone_has_one_row_of_positions(board, evidence):
    """What the Board was shown and what official statistics give stand in columns of their own, and link to the outcome's page."""
    table = board.positions()
    assert len(table.frame) == len(evidence.positions) == 16
    shown, official = (next(column for column in table.columns if part in column) for part in ("Board was shown", "official statistics"))
    assert table.columns.index(shown) != table.columns.index(official)
    for (name, held), row in zip(evidence.positions.items(), table.rows, strict=True):
        cells = dict(zip(table.columns, row, strict=True))
        for column, bases in ((shown, {"quoted", "arithmetic", "not held"}), (official, {"recomputed"})):
            parts = cells[column] if isinstance(cells[column], tuple) else ()
            figures = [figure for part in parts for figure in getattr(part, "figures", ())]
            assert {figure.basis for figure in figures} <= bases, name
        assert f"{held.outcome.id}.html" in str(row[0])
    links = [link.get("href") for link in parsed(table).iter("a")]
    assert links == [f"{held.outcome.id}.html" for held in evidence.positions.values()]


def test_positions_say_what_the_acceptance_asks_for(board):
    """Total crime stands at +1.6 % on the lowest year and -1.3 % on last year; what has no series says so."""
    frame = board.positions().frame.set_index("Milestone")
    total = " ".join(frame.loc["Total recorded crime"])
    assert "+1.6%" in total
    assert "−1.3%" in total
    assert "no series is held" in " ".join(frame.loc["Recorded hate crime"])
    assert "−5" in frame.loc["Robbery", "What the plan promises"]


def test_the_counts_of_statuses_add_up_to_all_deliverables(board):
    """27 reported, 17 deferred or reported elsewhere, 7 awaited: 51 in all, and each row and column adds up."""
    frame = board.statuses().frame.set_index("Outcome")
    total = frame.iloc[-1]
    assert total["All"] == 51
    assert total["Reported"] == 27
    assert total["Deferred"] + total["Reported elsewhere"] == 17
    assert total["Awaited"] == 7
    counts = frame.drop(columns="All")
    assert (counts.sum(axis="columns") == frame["All"]).all()
    assert (frame.iloc[:-1].sum() == total).all()
    assert frame["All"].tolist()[:-1] == [7, 7, 6, 5, 4, 5, 4, 6, 4, 3]


def test_statuses_are_linked_to_their_outcomes(board, evidence):
    """Each of the ten rows leads to its page."""
    links = [link.get("href") for link in parsed(board.statuses()).iter("a")]
    assert links == [f"{outcome.id}.html" for outcome in evidence.plan.outcomes]


def test_a_status_that_does_not_occur_can_still_be_counted(board, evidence):
    """The columns are statuses of the design, in its order."""
    columns = [name.lower() for name in board.statuses().columns[1:-1]]
    assert set(columns) <= set(status.STATUSES)
    assert columns == [name for name in status.STATUSES if name in columns]
    assert {each.name for each in evidence.statuses.values()} <= set(columns)


def test_everything_that_is_not_before_the_board_is_listed_by_lead(board, evidence):
    """24 deliverables, each once, with lead and status in words, and none that was reported."""
    frame = board.expected().frame
    held = evidence.statuses
    owed = [deliverable for deliverable in evidence.plan.deliverables if held[deliverable.id].name != "reported"]
    assert len(frame) == len(owed) == 24
    assert Counter(frame["Deliverable"]) == Counter(deliverable.title for deliverable in owed)
    assert Counter(frame["Status"]) == Counter(held[deliverable.id].words for deliverable in owed)
    assert all(frame["Lead"].str.strip())
    assert frame["Lead"].tolist() == sorted(frame["Lead"])


def test_the_first_cycle_says_that_there_is_none_before_it(board):
    """The section stands there in the first cycle too, and says why it is empty."""
    assert "No earlier cycle is held here" in board.changes().plain
    assert board.changes().figures == ()


def test_what_is_next_due_stands_by_lead_and_month(board, evidence):
    """One row a lead and month, each deliverable once, with how its month is known and a link to its page."""
    table, due = board.next_due(), next_due(evidence)
    assert [row[:2] for row in table.rows] == list(dict.fromkeys(
        (" and ".join(filter(None, [", ".join(each.deliverable.leads[:-1]), *each.deliverable.leads[-1:]])),
         {"09": "September 2014", "10": "October 2014", "11": "November 2014", "12": "December 2014"}[each.month[5:]]) for each in due))
    links = [link.get("href") for link in parsed(table).iter("a")]
    assert links == [f"{evidence.plan.outcome_of(each.deliverable.id).id}.html" for each in due]
    for each in due:
        assert f"{each.deliverable.title} ({each.why})" in " ".join(words(parsed(table)).split())


def test_commitments_never_accuse(board, evidence):
    """Each dated commitment has a row; where its date has passed the page says what it lacks, and that this tells nothing."""
    frame = board.commitments().frame
    assert frame["What"].tolist() == [each.commitment.what for each in commitments(evidence)]
    assert frame["How it stands"].value_counts().to_dict() == {
        "still to come": 10, "falls due this month": 2, "the date has passed; no record here that it happened": 1}
    assert not re.search(r"overdue|fail|late\b|broken|missed", " ".join([*frame["How it stands"], board.commitments().note]), re.I)


def test_without_commitments_the_page_says_so(evidence):
    """No empty table: a sentence."""
    bare = copy(evidence)
    bare.cycle = replace(evidence.cycle, updates=())
    assert Overview(bare).commitments().plain == "No update that is held here makes a commitment with a date."


def test_comparison_forces_are_named_with_their_basis(board, evidence):
    """The page says whom it compares with, why, and that the list of 2014 is not held."""
    plain = board.comparison().plain
    assert all(force in plain for force in evidence.plan.comparison.forces)
    assert "Most Similar Force list of 2014 is not held" in plain


def test_a_caution_is_printed_once(board, evidence):
    """What must be known of recording is not repeated for each milestone that it applies to."""
    plain = board.cautions().plain
    assert evidence.cautions
    assert len(plain) == len(plain.strip()) > 0
    paragraphs = plain.split("\n\n")
    assert len(paragraphs) == len(set(paragraphs))


def test_the_sources_grow_with_what_was_shown(evidence):
    """A front page that showed positions was made from the table of recorded crime, one that showed statuses was not."""
    page = Overview(evidence)
    page.statuses()
    assert not [file for file in page.sources().frame["File"] if file.endswith(".csv")]
    page.positions()
    files = set(page.sources().frame["File"])
    assert "data/raw/recorded_crime.csv" in files
    assert "data/raw/shown/confidence_survey.csv" in files
    assert "data/raw/shown/funding.csv" not in files


def test_the_package_opens_the_front_page():
    """What a notebook writes is what it gets, and in a console the page says what it is."""
    page = pcp.open_overview("2014-09", root=ROOT)
    assert repr(page) == "West Midlands Police and Crime Plan 2014/15: overview for the Board of 11 September 2014"
    assert "robbery" in page.data.names()
