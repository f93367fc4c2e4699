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
from pcp_analysis.figures.figure import MIME
from pcp_analysis.findings import status
from pcp_analysis.findings.expected import commitments, next_due
from pcp_analysis.findings.view import CycleView, open_view
from pcp_analysis.pages.exhibit import Exhibit
from pcp_analysis.pages.overview import BLANK, UNWRITTEN, OverviewPage
from tests.conftest import copy_root

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def view() -> CycleView:
    """The real cycle of September 2014."""
    return open_view("2014-09", root=ROOT)


@pytest.fixture(scope="module")
def board(view) -> OverviewPage:
    """The real front page."""
    return OverviewPage(view)


def parsed(exhibit: Exhibit) -> ElementTree.Element:
    """The exhibit's HTML; an element that is not closed is an error."""
    return ElementTree.fromstring(f"<div>{exhibit.html}</div>")


def words(element: ElementTree.Element) -> str:
    """All text of an element."""
    return "".join(element.itertext())


def calls(notebook: str = "00_overview") -> list[tuple[str, tuple[str, ...]]]:
    """Every method that a notebook calls, that of the front page or another, with its arguments."""
    cells = json.loads((ROOT / f"notebooks/{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    source = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    found = re.findall(r"^board\.(\w+)\(([^)]*)\)", source, re.M)
    return [(method, tuple(re.findall(r'"([^"]*)"', arguments))) for method, arguments in found]


def test_the_notebook_shows_the_whole_front_page():
    """The summary, the paper's own, where milestones stand, what is owed, what changed, and what is left to the screen."""
    assert [method for method, _ in calls()] == [
        "summary",
        "section",
        "positions",
        "cautions",
        "deliverables",
        "changes",
        "sections",
        "comparison",
        "words",
        "sources",
    ]


def test_the_long_lists_have_a_page_of_their_own():
    """What is not before the Board, what is next due, and what was promised with a date."""
    assert [method for method, _ in calls("what_is_owed")] == [
        "expected",
        "next_due",
        "commitments",
        "words",
        "sources",
    ]


ALL = [*calls(), *calls("what_is_owed"), *calls("glossary")]


@pytest.mark.parametrize(
    ("method", "arguments"), ALL, ids=[f"{method}{number}" for number, (method, _) in enumerate(ALL)]
)
def test_all_that_the_notebook_shows_is_whole(method, arguments, board):
    """HTML that is closed, text for a console and records that are JSON, with no raw binding, no NaN and no empty
    header.
    """
    exhibit = getattr(board, method)(*arguments)
    html = parsed(exhibit)
    for said in (words(html), exhibit.plain):
        assert said.strip()
        assert not re.search(r"\b(nan|NaN|None|<NA>|inf)\b|[{}]", said), said
    assert all(words(header).strip() and header.get("scope") in {"col", "row"} for header in html.iter("th"))
    assert not re.search(r"<(script|style|img|h1)\b", exhibit.html)
    bundle = json.loads(json.dumps(exhibit._repr_mimebundle_()))
    assert [record["id"] for record in bundle.get(MIME, [])] == [figure.id for figure in exhibit.figures]


def test_every_figure_of_the_front_page_is_one_that_findings_made(board, view):
    """A page shows figures and never makes one: each is the cycle's, by its id."""
    shown = [figure for method, arguments in ALL for figure in getattr(board, method)(*arguments).figures]
    assert len(shown) > 40
    assert [figure.id for figure in shown if figure != view.figures.get(figure.id)] == []


def test_a_section_has_its_heading_and_its_text(board):
    """The paper's own summary stands under the heading that the Board's template has."""
    html = parsed(board.section("executive_summary"))
    assert [words(heading) for heading in html.iter("h2")] == ["Executive summary"]
    assert "second lowest year" in words(html)


def test_the_other_sections_stand_in_one_and_blank_ones_in_one_line(board):
    """Nothing of the template is lost: what has text, and what the paper leaves blank."""
    html = parsed(board.sections())
    assert [words(heading) for heading in html.iter("h3")] == [
        "Purpose",
        "Background",
        "Financial implications, legal implications and equalities implications",
    ]
    assert "milestones and deliverables" in words(html)
    assert BLANK.format("these sections") in words(html)


def test_a_cycle_without_a_paper_does_not_blame_one(tmp_path):
    """Where no paper is held nothing has been left blank: nothing has been written yet."""
    root = copy_root(tmp_path / "root")
    folder = root / "data/raw/cycles/2014-09"
    (folder / "claims.toml").unlink()
    (folder / "updates.toml").write_text("# Nothing was said.\n", encoding="utf-8")
    (folder / "paper.csv").write_text(
        (folder / "paper.csv").read_text(encoding="utf-8").split("\n", 1)[0] + "\n", encoding="utf-8"
    )
    page = OverviewPage(open_view("2014-09", root=root))
    assert UNWRITTEN in page.section("executive_summary").plain
    assert UNWRITTEN in page.sections().plain
    assert "paper leaves" not in page.sections().plain + page.section("executive_summary").plain


def test_an_unknown_section_lists_the_nearest(board):
    """A slip of the finger is answered with what was meant."""
    with pytest.raises(KeyError, match="executive_summary"):
        board.section("executive_sumary")


def tables(exhibit: Exhibit) -> list[list[list[str]]]:
    """The tables of an exhibit as rows of words, heads and all."""
    return [[[words(cell) for cell in row] for row in table.iter("tr")] for table in parsed(exhibit).iter("table")]


def test_every_milestone_has_one_row_and_the_columns_are_not_mixed(board, view):
    """Those that official statistics measure with both columns, the others with what the Board was shown; each leads to
    its page.
    """
    both, alone = tables(board.positions())
    titles = [held.milestone.title for held in view.positions.values()]
    assert sorted(row[0] for row in (*both[1:], *alone[1:])) == sorted(titles)
    assert [row[0] for row in both[1:]] == [
        "Total recorded crime",
        "Burglary in a dwelling",
        "Robbery",
        "Vehicle crime",
    ]
    links = {link.get("href") for link in parsed(board.positions()).iter("a")}
    assert links == {f"{held.outcome.id}.html" for held in view.positions.values()}
    shown, official = both[0].index("What the Board was shown"), both[0].index("What official statistics give")
    assert shown != official
    marked = {
        mark.get("data-figure"): place
        for row in parsed(board.positions()).iter("tr")
        for place, cell in enumerate(row)
        for mark in cell.iter("data")
    }
    for name, place in marked.items():
        basis = view.figures[name].basis
        if place in (shown, official) and not name.endswith(".target"):
            assert (basis == "recomputed") == (place == official), name


def test_positions_say_what_the_acceptance_asks_for(board):
    """Total crime stands at +1.6 % on the lowest year and -1.3 % on last year; what is more than chance, and what is on course,
    say so.
    """
    both, alone = ({row[0]: row for row in table} for table in tables(board.positions()))
    assert "+1.6%" in both["Total recorded crime"][3]
    assert "−1.3%" in both["Total recorded crime"][3]
    assert both["Burglary in a dwelling"][4:] == ["more than chance", "on course: 93%"]
    assert both["Vehicle crime"][4] == "can be chance"
    assert both["Robbery"][1].startswith("−5")
    assert "no direction" in alone["Recorded hate crime"][1]


def test_the_counts_of_statuses_add_up_to_all_deliverables(board, view):
    """27 reported, 17 deferred or reported elsewhere, 7 awaited: 51 in all; each row and column adds up and leads to
    its page.
    """
    matrix, _ = tables(board.deliverables())
    head, *rows = matrix
    counts = [list(map(int, row[1:])) for row in rows]
    assert dict(zip(head[1:], counts[-1], strict=True)) == {
        "Reported": 27,
        "Reported elsewhere": 1,
        "Deferred": 16,
        "Awaited": 7,
        "All": 51,
    }
    assert all(sum(row[:-1]) == row[-1] for row in counts)
    assert [sum(column) for column in zip(*counts[:-1], strict=True)] == counts[-1]
    assert [row[-1] for row in counts[:-1]] == [7, 7, 6, 5, 4, 5, 4, 6, 4, 3]
    links = [link.get("href") for link in parsed(board.deliverables()).iter("a")]
    assert links == [
        *(f"{outcome.id}.html" for outcome in view.plan.outcomes),
        "what_is_owed.html",
        "glossary.html",
    ]
    assert {name.lower() for name in head[1:-1]} == {each.name for each in view.statuses.values()}
    assert [name for name in status.STATUSES if name.capitalize() in head] == [name.lower() for name in head[1:-1]]


def test_what_is_owed_adds_up_to_what_is_not_reported(board):
    """Each report or body once a month, with how many deliverables and who leads; together all that is not before the
    Board.
    """
    _, owed = tables(board.deliverables())
    assert sum(int(row[2]) for row in owed[1:]) == 51 - 27
    assert ["deferred to the DoR Report", "December 2014", "7", "Director of Resources and ACC Beale"] in owed
    assert ["awaited from WMOPC", "September 2014", "7", "PCC, TBC and Various"] in owed
    assert owed[-1][:2] == ["reported in the Professional Standards Report", "no month stated"]


def test_everything_that_is_not_before_the_board_is_listed_by_lead(board, view):
    """24 deliverables, each once, with lead and status in words, and none that was reported."""
    frame = board.expected().frame
    held = view.statuses
    owed = [deliverable for deliverable in view.plan.deliverables if held[deliverable.id].name != "reported"]
    assert len(frame) == len(owed) == 24
    assert Counter(frame["Deliverable"]) == Counter(deliverable.title for deliverable in owed)
    assert Counter(frame["Status"]) == Counter(held[deliverable.id].words for deliverable in owed)
    assert all(frame["Lead"].str.strip())
    assert frame["Lead"].tolist() == sorted(frame["Lead"])


def test_the_first_cycle_says_that_there_is_none_before_it(board):
    """The section stands there in the first cycle too, and says why it is empty."""
    assert "No earlier cycle is held here" in board.changes().plain
    assert board.changes().figures == ()
    assert [words(heading) for heading in parsed(board.changes()).iter("h2")] == ["What changed since the last Board"]


def test_what_is_next_due_stands_by_lead_and_month(board, view):
    """One row a lead and month, each deliverable once, with how its month is known and a link to its page."""
    table, due = board.next_due(), next_due(view)
    assert [row[:2] for row in table.rows] == list(
        dict.fromkeys(
            (
                " and ".join(filter(None, [", ".join(each.deliverable.leads[:-1]), *each.deliverable.leads[-1:]])),
                {"09": "September 2014", "10": "October 2014", "11": "November 2014", "12": "December 2014"}[
                    each.month[5:]
                ],
            )
            for each in due
        )
    )
    links = [link.get("href") for link in parsed(table).iter("a")]
    assert links == [f"{view.plan.outcome_of(each.deliverable.id).id}.html" for each in due]
    for each in due:
        assert f"{each.deliverable.title} ({each.why})" in " ".join(words(parsed(table)).split())


def test_commitments_never_accuse(board, view):
    """Each dated commitment has a row; where its date has passed the page says what it lacks, and that this tells
    nothing.
    """
    frame = board.commitments().frame
    assert frame["What"].tolist() == [each.commitment.what for each in commitments(view)]
    assert frame["How it stands"].value_counts().to_dict() == {
        "still to come": 10,
        "falls due this month": 2,
        "the date has passed; no record here that it happened": 1,
    }
    assert not re.search(
        r"overdue|fail|late\b|broken|missed", " ".join([*frame["How it stands"], board.commitments().note]), re.I
    )


def test_without_commitments_the_page_says_so(view):
    """No empty table: a sentence."""
    bare = copy(view)
    bare.cycle = replace(view.cycle, updates=())
    assert OverviewPage(bare).commitments().plain == "No update that is held here makes a commitment with a date."


def test_comparison_forces_are_named_with_their_basis(board, view):
    """The page says whom it compares with, why, and that the list of 2014 is not held."""
    plain = board.comparison().plain
    assert all(force in plain for force in view.plan.comparison.forces)
    assert "Most Similar Force list of 2014 is not held" in plain


def test_a_caution_is_printed_once_and_on_paper_beside_its_figures(board, view):
    """It is not repeated for each milestone that it applies to; on paper it stands where figures are printed that it is
    about.
    """
    plain = board.cautions().plain
    assert view.cautions
    assert len(plain) == len(plain.strip()) > 0
    paragraphs = plain.split("\n\n")
    assert len(paragraphs) == len(set(paragraphs))
    assert '<div class="screen">' in board.cautions().html, "no violence is among what is printed"
    measured = copy(view)
    measured.positions = dict(view.positions) | {
        "public_place_violence": replace(
            view.positions["public_place_violence"], official=view.positions["robbery"].official
        )
    }
    assert '<div class="screen">' not in OverviewPage(measured).cautions().html


def test_the_sources_grow_with_what_was_shown(view):
    """A front page that showed positions was made from the table of recorded crime, one that showed statuses was not."""
    page = OverviewPage(view)
    page.deliverables()
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
