"""Tables and words of an outcome's page: deliverables, the two columns, cautions, and cells of the front page."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pcp_analysis.findings.view import CycleView, open_view
from pcp_analysis.pages import cells, exhibits
from pcp_analysis.pages.exhibit import Exhibit
from pcp_analysis.pages.tables import Table, plain
from pcp_analysis.plan.cycle import Caution, Commitment, Update
from tests.conftest import figure_of

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def view() -> CycleView:
    """The real cycle of September 2014."""
    return open_view("2014-09", root=ROOT)


def said(
    view: CycleView, *updates: Update, cautions: tuple[Caution, ...] = (), earlier: tuple[Caution, ...] | None = None
) -> CycleView:
    """The same cycle with made-up updates and cautions, and one before it with cautions of its own."""
    cycle = dataclasses.replace(view.cycle, updates=updates, cautions=cautions)
    before = dataclasses.replace(
        view.cycle, id="2014-06", board_date=dt.date(2014, 6, 5), updates=(), cautions=earlier or ()
    )
    return CycleView(view.root, view.plan, cycle, (before,) if earlier is not None else (), view.inputs)


def parsed(exhibit: Exhibit) -> ElementTree.Element:
    """The exhibit's HTML; an element that is not closed is an error."""
    return ElementTree.fromstring(f"<div>{exhibit.html}</div>")


def words(element: ElementTree.Element) -> str:
    """All text of an element."""
    return "".join(element.itertext())


# -- deliverables
# ---------------------------------------------------------------------------------------------------------


def test_every_deliverable_stands_with_lead_cadence_and_status(view):
    """One section a deliverable, in the plan's order, and the same in a frame to go on with."""
    outcome = view.plan.outcome("06_reduce_crime")
    shown = exhibits.Deliverables(view, outcome)
    titles = [words(heading) for heading in parsed(shown).iter("h3")]
    assert titles == [deliverable.title for deliverable in outcome.deliverables]
    assert [words(heading) for heading in parsed(shown).iter("h2")] == ["Deliverables"]
    frame = shown.frame
    assert frame["id"].tolist() == [deliverable.id for deliverable in outcome.deliverables]
    assert frame["status"].tolist() == [view.statuses[id].name for id in frame["id"]]
    assert frame.loc[frame["id"] == "lowest_crime", "leads"].item() == "ACC Local Policing and ACC Crime"


def test_a_deliverable_without_lead_and_cadence_says_so(view):
    """The paper prints neither for public place violence, and the page does not leave a gap."""
    text = exhibits.Deliverables(view, view.plan.outcome("06_reduce_crime")).plain
    (part,) = [part for part in text.split("\n\n") if part.startswith("Reduce public place violence")]
    assert part.count("none stated") == 2


def test_what_was_said_stands_with_its_source_and_dated_commitments(view):
    """Text, paragraph, and what was promised by when, in words; the figures of the text travel."""
    update = Update(
        "lowest_crime",
        text="Robbery {robbery.year_to_date_change:verb}.",
        source="paragraph 1",
        commitments=(
            Commitment("hub", "A hub opens", "2014-12"),
            Commitment("review", "A review <b>ends</b>", "2014-12-01"),
        ),
    )
    shown = exhibits.Deliverables(said(view, update), view.plan.outcome("06_reduce_crime"))
    html = words(parsed(shown))
    for part in (
        "Robbery fell.",
        "paragraph 1",
        "A hub opens (December 2014)",
        "A review <b>ends</b> (1 December 2014)",
    ):
        assert part in html, part
    assert "A hub opens" in shown.plain
    assert "robbery.year_to_date_change" in {figure.id for figure in shown.figures}
    assert not list(parsed(shown).iter("b"))


def test_a_deliverable_of_which_nothing_was_said_is_on_the_page(view):
    """Silence is a status, and no reason to leave a deliverable out or to accuse its lead."""
    shown = exhibits.Deliverables(said(view), view.plan.outcome("06_reduce_crime"))
    assert len(shown.frame) == 5
    assert set(shown.frame["status"]) <= {"nothing received", "not due", "due date cannot be derived"}
    assert "overdue" not in shown.plain


def test_commentary_of_a_lead_stays_text(view):
    """HTML in an update is printed and not obeyed."""
    update = Update("lowest_crime", text="<script>alert(1)</script>")
    shown = exhibits.Deliverables(said(view, update), view.plan.outcome("06_reduce_crime"))
    assert not list(parsed(shown).iter("script"))
    assert "<script>alert(1)</script>" in words(parsed(shown))


# -- positions
# ------------------------------------------------------------------------------------------------------------


def test_a_position_answers_three_questions_and_shows_two_tables(view):
    """What happened, whether it is good, whether it will be met; what the Board saw and what statistics give, apart."""
    shown = exhibits.PositionExhibit(view, view.positions["robbery"])
    html = parsed(shown)
    questions = [words(term) for term in html.iter("dt")]
    assert len(questions) == len(list(html.iter("dd"))) == 3
    assert all(question.endswith("?") for question in questions)
    captions = [words(caption) for caption in html.iter("caption")]
    assert len(captions) == len(set(captions)) == 2
    assert captions[0].startswith(exhibits.BOARD_SAW)
    assert captions[1].startswith(exhibits.STATISTICS_GIVE)
    assert "2019" in captions[1]


@pytest.mark.parametrize(
    "name", ["robbery", "total_recorded_crime", "vehicle_crime", "public_place_violence", "confidence", "metro_crime"]
)
def test_the_two_columns_are_never_mixed(name, view):
    """No figure stands in both tables, and each table holds figures of its own bases alone."""
    html = parsed(exhibits.PositionExhibit(view, view.positions[name]))
    held = {"shown": {"quoted", "arithmetic", "not held"}, "recomputed": {"recomputed"}}
    seen: list[set[str]] = []
    for table in html.iter("table"):
        ids = {mark.get("data-figure") for mark in table.iter("data")}
        assert ids
        assert {view.figures[id].basis for id in ids} <= held[table.get("class")]
        seen.append(ids)
    assert seen
    assert not set.intersection(*seen) or len(seen) == 1


def test_what_is_computed_from_printed_figures_is_not_called_printed(view):
    """A share or a change that was worked out here is told from what the paper prints, on the page and in the list."""
    arithmetic = [figure.id for figure in view.figures.of("metro_crime") if figure.basis == "arithmetic"]
    assert arithmetic
    position = parsed(exhibits.PositionExhibit(view, view.positions["metro_crime"]))
    listed = parsed(exhibits.shown(view, ["metro_crime"]))
    for html in (position, listed):
        for row in html.iter("tr"):
            marks = {mark.get("data-figure") for mark in row.iter("data")}
            if marks & set(arithmetic):
                assert "computed" in words(row)


def test_a_milestone_that_is_not_measured_has_one_table_and_its_note(view):
    """Public place violence shows what was printed, and why violence with injury does not stand in."""
    shown = exhibits.PositionExhibit(view, view.positions["public_place_violence"])
    html = parsed(shown)
    assert len(list(html.iter("table"))) == 1
    assert "violence with injury" in words(html)
    assert view.plan.milestone("public_place_violence").note in shown.plain


def test_a_position_carries_every_figure_that_it_shows(view):
    """Answers, tables and caution: what is marked is among the records."""
    for held in view.positions.values():
        shown = exhibits.PositionExhibit(view, held)
        assert {mark.get("data-figure") for mark in parsed(shown).iter("data")} <= {
            figure.id for figure in shown.figures
        }


def test_no_row_of_a_position_says_the_same_as_another(view):
    """A figure and its title stand once, and each row says what it is."""
    for held in view.positions.values():
        for table in parsed(exhibits.PositionExhibit(view, held)).iter("table"):
            titles = [words(header) for header in table.iter("th") if header.get("scope") == "row"]
            assert len(titles) == len(set(titles)), titles
            assert all(title[0].isupper() or title[0].isdigit() for title in titles)


def test_every_milestone_of_the_plan_has_three_answers(view):
    """None of the real positions leaves a question without words or prints a raw binding."""
    assert len(view.positions) == 16
    for name, held in view.positions.items():
        assert held.milestone.id == name
        for answer in (held.happened, held.good, held.outlook):
            assert answer.plain.strip().endswith("."), name
            assert not set("{}") & set(answer.plain + answer.html), name


def test_the_promises_with_a_number_are_three(view):
    """Burglary by 2, robbery and public place violence by 5 per cent."""
    assert {name: held.target.value for name, held in view.positions.items() if held.target} == {
        "burglary": -2.0,
        "robbery": -5.0,
        "public_place_violence": -5.0,
    }


def test_confidence_rose_by_two_points_and_hate_crime_is_neutral(view):
    """82 % to 84 % is two points; more reports of hate crime are neither good nor bad."""
    confidence = view.positions["confidence"]
    assert "rose by 2" in confidence.happened.plain
    assert "84% after 82%" in confidence.happened.plain
    assert all(
        figure.id.startswith(("confidence.agree.wave_", "confidence.change_on_previous_wave"))
        for figure in confidence.printed
    )
    assert view.positions["hate_crime"].good.plain.startswith("Neither good nor bad")
    assert view.positions["public_place_violence"].official == ()


# -- cautions
# -------------------------------------------------------------------------------------------------------------


def test_a_caution_stands_beside_what_it_applies_to_and_nothing_else(view):
    """What was said of recording violence is on violence, and not on robbery."""
    assert "no crime" in exhibits.recording_caution(view, "public_place_violence").plain
    assert "crime_data_integrity.no_crime_violence" in {
        figure.id for figure in exhibits.recording_caution(view, "public_place_violence").figures
    }
    assert exhibits.recording_caution(view, "robbery") is None
    assert 'class="caution"' in exhibits.PositionExhibit(view, view.positions["public_place_violence"]).html
    assert 'class="caution"' not in exhibits.PositionExhibit(view, view.positions["robbery"]).html


def test_a_caution_of_an_earlier_cycle_still_stands(view):
    """What was said in June holds in September, before what September says."""
    held = said(
        view,
        cautions=(Caution(("robbery",), "Said now."),),
        earlier=(Caution(("robbery", "burglary"), "Said before."),),
    )
    assert exhibits.recording_caution(held, "robbery").plain == "Said before. Said now."
    assert exhibits.recording_caution(held, "burglary").plain == "Said before."


# -- what was shown
# -------------------------------------------------------------------------------------------------------


def test_the_list_of_what_was_shown_has_period_and_what_to_know(view):
    """Each printed figure of the measures asked for, in their order; what the paper leaves open is said to be."""
    table = exhibits.shown(view, ["funding", "establishment"])
    assert isinstance(table, Table)
    assert [figure.id.split(".")[0] for figure in table.figures] == ["funding"] * 3 + ["establishment"] * 2
    frame = table.frame
    assert frame["Value"].tolist() == [200000.0, 210000.0, 1000000.0, 446.0, 720.0]
    assert "£200,000" in table.plain
    assert all(frame[column].str.strip().all() for column in frame.columns if column != "Value")
    assert "not stated" in frame["Period"].tolist()


def test_the_list_of_what_was_shown_holds_no_official_figure_and_no_promise(view):
    """Robbery has figures of every kind; the list has those that were printed."""
    ids = {figure.id for figure in exhibits.shown(view, ["robbery", "burglary"]).figures}
    assert "burglary.april" in ids
    assert not ids & {"robbery.year_to_date", "robbery.target", "burglary.target", "robbery.year_to_date_change"}


# -- cells of the front page
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("confidence", ["84%", "+2"]),
        ("vehicle_crime", ["−5.2%"]),
        ("total_recorded_crime", ["−1%", "+1.4%"]),
        ("satisfaction_crime", ["83.6%"]),
        ("burglary", ["868", "842", "803"]),
        ("metro_crime", ["+21.9%"]),
    ],
)
def test_the_headline_of_a_milestone_is_what_the_board_was_shown(name, parts, view):
    """Changes where any were printed, else levels, as printed; never a recomputed figure."""
    cell = cells.headline(view.positions[name], by_board=False)
    for part in parts:
        assert part in plain(cell), part
    figures = [figure for part in cell for figure in getattr(part, "figures", ())]
    assert {figure.basis for figure in figures} <= {"quoted", "arithmetic"}


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("robbery", ["−13.4%", "April to June 2013"]),
        ("total_recorded_crime", ["+1.6%", "−1.3%"]),
        ("hate_crime", ["no series is held"]),
        ("public_place_violence", ["no series is held"]),
    ],
)
def test_the_statistic_of_a_milestone_is_what_official_statistics_give(name, parts, view):
    """Changes with what they are measured from, or that no series is held."""
    for part in parts:
        assert part in plain(cells.statistic(view, view.positions[name])), part


def test_the_outlook_of_a_milestone_is_its_course(view):
    """The same word as on the outcome's page, with the chance where it is projected."""
    for name, held in view.positions.items():
        cell = plain(cells.outlook(view, held))
        assert held.outlook.plain.lower().startswith(held.course)
        assert cell.startswith(held.course)
        assert ("%" in cell) == (f"{name}.chance" in view.figures)


def test_the_vintage_says_that_nobody_could_see_it_then(view):
    """The age of the official figures, and that they were revised since, stand where they are set beside the paper's."""
    said_ = exhibits.vintage(view)
    assert "25 April 2019" in said_
    assert "2014" in said_
    assert "reconstruction" in said_


def test_exhibits_side_by_side_keep_their_order():
    """Two tables stand in one element, the first first, and both sets of figures travel."""
    figure = figure_of(id="a.b", title="Made up", value=1.0, unit="count", basis="quoted", method="", inputs=())
    both = exhibits.beside(Table("One", ("What",), [(figure,)]), Table("Two", ("What",), [("b",)]))
    assert re.findall(r"<caption>(\w+)", both.html) == ["One", "Two"]
    assert len(parsed(both)) == 1
    assert both.figures == (figure,)
