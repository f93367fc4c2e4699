"""An outcome's page: every call of the notebooks on the real root, names that complete, and the sources of what was
shown.
"""

from __future__ import annotations

import ast
import datetime as dt
import inspect
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

import pcp_analysis as pcp
import pcp_analysis.findings.faults
import pcp_analysis.findings.view
from pcp_analysis import findings
from pcp_analysis.figures import commentary
from pcp_analysis.figures.figure import MIME
from pcp_analysis.findings.briefing import lay_out
from pcp_analysis.findings.view import CycleView, open_view
from pcp_analysis.pages import OutcomePage, OverviewPage, PaperCheckPage, open_outcome
from pcp_analysis.pages.chart import Chart
from pcp_analysis.pages.exhibit import Exhibit
from pcp_analysis.pages.outcome import Data
from tests.conftest import CHECKOUT, CYCLE

ROOT = Path(__file__).resolve().parents[1]
OUTCOMES = [path.stem for path in sorted((ROOT / "notebooks").glob("[01][0-9]_*.ipynb")) if path.stem != "00_overview"]


def calls(notebook: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every method that a notebook calls on its outcome, in its order, with its arguments."""
    cells = json.loads((ROOT / "notebooks" / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        for node in ast.walk(ast.parse("".join(cell["source"]))) if cell["cell_type"] == "code" else ():
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and getattr(node.func.value, "id", "") == "outcome"
            ):
                yield node.func.attr, tuple(ast.literal_eval(argument) for argument in node.args)


@pytest.fixture(scope="module")
def view() -> CycleView:
    """The real cycle of September 2014."""
    return open_view("2014-09", root=ROOT)


@pytest.fixture(scope="module")
def pages(view) -> dict[str, list[Exhibit]]:
    """What every notebook of an outcome shows."""
    return {
        name: [getattr(outcome, method)(*arguments) for method, arguments in calls(name)]
        for name in OUTCOMES
        for outcome in [OutcomePage(view, name)]
    }


def parsed(exhibit: Exhibit) -> ElementTree.Element:
    """The exhibit's HTML; an element that is not closed is an error."""
    return ElementTree.fromstring(f"<div>{exhibit.html}</div>")


def words(element: ElementTree.Element) -> str:
    """All text of an element."""
    return "".join(element.itertext())


# -- the notebooks' calls
# -------------------------------------------------------------------------------------------------


def test_there_is_a_notebook_for_each_of_the_ten_outcomes(view):
    """The stem of a notebook is the id of its outcome."""
    assert [outcome.id for outcome in view.plan.outcomes] == OUTCOMES
    assert len(OUTCOMES) == 10


@pytest.mark.parametrize("name", OUTCOMES)
def test_all_that_a_notebook_shows_is_whole(name, pages):
    """HTML that is closed, text for a console and records that are JSON, with no raw binding, no NaN and no empty
    header.
    """
    assert pages[name]
    for exhibit in pages[name]:
        if str(exhibit.html) == exhibit.plain == "":
            continue  # no milestone is left that no cell above showed
        html = parsed(exhibit)
        assert len(html) > 0
        assert exhibit.plain.strip()
        for said in (words(html), exhibit.plain):
            assert not re.search(r"\b(nan|NaN|None|<NA>|inf)\b|[{}]", said), said
        assert all(words(header).strip() and header.get("scope") in {"col", "row"} for header in html.iter("th"))
        assert not list(html.iter("script"))
        assert not list(html.iter("img"))
        bundle = json.loads(json.dumps(exhibit._repr_mimebundle_()))
        assert [record["id"] for record in bundle.get(MIME, [])] == [figure.id for figure in exhibit.figures]


@pytest.mark.parametrize("name", OUTCOMES)
def test_no_id_of_a_page_is_used_twice_and_its_headings_are_in_order(name, pages):
    """A link leads to one place, and no level of heading is left out or is that of the page."""
    html = "".join(str(exhibit.html) for exhibit in pages[name])
    ids = re.findall(r'\bid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
    assert 1 not in levels
    assert not [pair for pair in zip([2, *levels], levels, strict=False) if pair[1] - pair[0] > 1]


def test_every_figure_that_a_page_shows_is_one_of_the_cycle(pages, view):
    """A page shows figures and never makes one: each record equals the figure that plan and data give."""
    shown = [figure for exhibits in pages.values() for exhibit in exhibits for figure in exhibit.figures]
    assert len(shown) > 100
    assert [figure.id for figure in shown if figure.id not in view.figures] == []
    assert [figure.id for figure in shown if view.figures[figure.id] != figure] == []


@pytest.mark.parametrize("name", OUTCOMES)
def test_every_number_that_is_marked_is_among_the_records(name, pages):
    """What a page marks as a figure travels beside it, and the mark has the exact value."""
    for exhibit in pages[name]:
        held = {figure.id: figure for figure in exhibit.figures}
        for mark in parsed(exhibit).iter("data"):
            assert mark.get("data-figure") in held
            assert float(mark.get("value")) == pytest.approx(held[mark.get("data-figure")].value, rel=1e-12)


def test_every_deliverable_of_the_plan_stands_on_its_page(pages, view):
    """All 51, each with title, lead, cadence and status."""
    told = 0
    for outcome in view.plan.outcomes:
        said = words(parsed(pages[outcome.id][0]))
        for deliverable in outcome.deliverables:
            assert deliverable.title in said
            assert view.statuses[deliverable.id].words in said
            assert (deliverable.cadence or "none stated") in said
            assert all(lead in said for lead in deliverable.leads)
            told += 1
    assert told == 51


def test_every_chart_has_words_of_its_own(pages):
    """No two pictures of the pack have the same alternative."""
    charts = [exhibit for exhibits in pages.values() for exhibit in exhibits if isinstance(exhibit, Chart)]
    assert len(charts) > 8
    assert len({chart.alt for chart in charts}) == len(charts)
    assert all(chart.axes is not None and len(chart.frame) for chart in charts)


def test_the_acceptance_figures_stand_on_the_page_of_crime(pages):
    """Burglary 2,512 and robbery 1,177 in April to June 2014, and total crime down 1.3 % and up 1.6 %, side by side."""
    said = " ".join(words(parsed(exhibit)) for exhibit in pages["06_reduce_crime"])
    for part in ("2,512", "1,177", "−1.3%", "+1.6%", "2012/13"):
        assert part in said, part


def test_public_place_violence_is_not_measured_by_another_series(pages):
    """Violence with injury is never said to be public place violence: no recomputed figure carries its name."""
    figures = [figure for exhibit in pages["06_reduce_crime"] for figure in exhibit.figures]
    assert not [
        figure for figure in figures if figure.id.startswith("public_place_violence.") and figure.basis == "recomputed"
    ]


# -- other cycles
# ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cycle", "board_date", "cut_off"),
    [
        ("2014-12", dt.date(2014, 12, 4), dt.date(2014, 11, 30)),
        ("2014-10", dt.date(2014, 10, 2), dt.date(2014, 5, 31)),
    ],
    ids=["two quarters seen", "no quarter of the year seen"],
)
def test_a_notebook_runs_in_a_cycle_that_was_just_laid_out(cycle, board_date, cut_off, tmp_path):
    """A new cycle takes no code: what is shown of robbery is whole, whatever part of the year the cycle sees."""
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("processed", ".*"))
    lay_out(tmp_path, cycle, board_date=board_date, data_cut_off=cut_off, plan="west-midlands-2014-15")
    opened = open_view(cycle, root=tmp_path)
    assert [*findings.faults.check_names(opened), *findings.faults.check_words(opened)] == []
    view = open_view(cycle, root=tmp_path)
    page = OutcomePage(view, "06_reduce_crime")
    wanted = [
        (method, arguments)
        for method, arguments in calls("06_reduce_crime")
        if "robbery" in arguments or method == "deliverables"
    ]
    assert {"position", "path", "control_chart"} <= {method for method, _ in wanted}
    for method, arguments in wanted:
        exhibit = getattr(page, method)(*arguments)
        assert len(parsed(exhibit)) > 0
        assert not re.search(r"\b(nan|NaN|None|<NA>|inf)\b|[{}]", exhibit.plain), exhibit.plain


# -- sources
# --------------------------------------------------------------------------------------------------------------


SHOWN: list[tuple[Callable[[OutcomePage], object], set[str]]] = [
    (lambda page: page.deliverables(), {"year_to_date"}),
    (lambda page: page.control_chart("robbery"), {"recorded_crime"}),
    (lambda page: page.control_chart("violence_with_injury"), {"recorded_crime"}),
    (lambda page: page.level("robbery"), {"recorded_crime"}),
    (lambda page: page.path("robbery"), {"recorded_crime"}),
    (lambda page: page.rates("total_recorded_crime"), {"recorded_crime", "population"}),
    (lambda page: page.waves("confidence", "agree"), {"confidence_survey"}),
    (lambda page: page.answers("confidence"), {"confidence_survey"}),
    (lambda page: page.compliance("crime_data_integrity"), {"crime_data_integrity"}),
    (lambda page: page.ranking("reoffending"), {"reoffending"}),
    (lambda page: page.change("metro_crime"), {"transport_crime"}),
    (lambda page: page.shown("funding", "establishment"), {"funding", "establishment"}),
    (lambda page: page.position("hate_crime"), {"year_to_date"}),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("show", "inputs"),
    SHOWN,
    ids=[
        "deliverables",
        "control",
        "control of a series",
        "level",
        "path",
        "rates",
        "waves",
        "answers",
        "compliance",
        "ranking",
        "change",
        "shown",
        "position",
    ],
)
def test_the_sources_are_exactly_the_inputs_of_what_was_shown(show, inputs, view):
    """One cell alone, and the list names what it was made from and nothing else."""
    page = OutcomePage(view, "06_reduce_crime")
    show(page)
    expected = {f"data/raw/{view.inputs.entries[name].file}" for name in inputs}
    listed = set(page.sources().frame["File"])
    found = {file for file in listed if not file.startswith(("data/raw/cycles/", "plan "))}
    assert found == expected if show is not SHOWN[0][0] else expected <= found


def test_before_anything_is_shown_there_is_no_input(view):
    """A page's list grows with its cells."""
    page = OutcomePage(view, "10_national_policing")
    before = len(page.sources().frame)
    page.shown("funding")
    assert len(page.sources().frame) == before + 1


def test_pages_do_not_share_what_they_showed(view):
    """What one page shows is no source of another."""
    OutcomePage(view, "06_reduce_crime").shown("funding")
    other = OutcomePage(view, "06_reduce_crime").sources().frame
    assert not [file for file in other["File"] if "funding" in file]


# -- unknown names
# --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def outcome(view) -> OutcomePage:
    """The page of crime."""
    return OutcomePage(view, "06_reduce_crime")


@pytest.mark.parametrize(
    ("call", "nearest"),
    [
        (lambda page: page.position("robery"), "robbery"),
        (lambda page: page.path("robery"), "robbery"),
        (lambda page: page.control_chart("burglery"), "burglary"),
        (lambda page: page.level("homocide"), "homicide"),
        (lambda page: page.rates("total_crime"), "total_recorded_crime"),
        (lambda page: page.waves("confidnce", "agree"), "confidence"),
        (lambda page: page.waves("confidence", "agre"), "agree"),
        (lambda page: page.answers("confidnce"), "confidence"),
        (lambda page: page.compliance("crime_integrity"), "crime_data_integrity"),
        (lambda page: page.ranking("reofending"), "reoffending"),
        (lambda page: page.change("metro"), "metro_crime"),
        (lambda page: page.shown("fundng"), "funding"),
        (lambda page: page.shown("funding", "streettriage"), "street_triage"),
        (lambda page: page.data("robery"), "robbery"),
        (lambda page: page.data["recorded_crimes"], "recorded_crime"),
        (lambda page: page.figure("robery.year_to_date"), "robbery.year_to_date"),
    ],
    ids=[
        "position",
        "path",
        "control",
        "level",
        "rates",
        "waves",
        "answer",
        "answers",
        "compliance",
        "ranking",
        "change",
        "shown",
        "shown too",
        "data",
        "data in brackets",
        "figure",
    ],
)
def test_an_unknown_name_lists_the_nearest(call, nearest, outcome):
    """A slip of the finger is answered with what was meant."""
    with pytest.raises(KeyError) as error:
        call(outcome)
    assert nearest in str(error.value)
    assert re.search(r"no \w+", str(error.value))


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("path", "hate_crime"),
        ("path", "confidence"),
        ("control_chart", "hate_crime"),
        ("level", "confidence"),
        ("rates", "hate_crime"),
        ("rates", "homicide"),
        ("change", "robbery"),
        ("answers", "funding"),
    ],
)
def test_a_chart_that_a_name_does_not_have_is_refused_in_words(method, name, outcome):
    """A milestone without a series, a series without rates: an error that says so, not one from inside."""
    with pytest.raises(KeyError, match=r"no [a-z ]+ '"):
        getattr(outcome, method)(name)


@pytest.mark.parametrize("method", ["control_chart", "level", "funnel"])
def test_a_chart_of_a_label_that_was_not_in_use_yet_says_so_in_its_place(method, outcome):
    """The page stands, and the sentence names the series and the force."""
    found = getattr(outcome, method)("residential_burglary")
    assert found.plain == (
        "Residential burglary (residential burglary, West Midlands): a chart cannot be drawn, since nothing of it is held here."
    )


def test_an_unknown_outcome_lists_the_nearest():
    """A wrong page name is answered as well."""
    with pytest.raises(KeyError, match="06_reduce_crime"):
        pcp.open_outcome("06_reduce_crimes", "2014-09", root=ROOT)


def test_the_package_opens_an_outcome_by_name(view):
    """What a notebook writes is what it gets, and in a console the page says what it is."""
    page = pcp.open_outcome("06_reduce_crime", "2014-09", root=ROOT)
    assert repr(page).startswith("6. Reduce crime and offending, for the Board of 11 September 2014")
    assert {"open_outcome", "open_overview"} <= set(dir(pcp))


# -- data
# -----------------------------------------------------------------------------------------------------------------


def test_the_data_of_a_milestone_are_tidy_and_end_with_the_cut_off(outcome):
    """One row a period, with series, force and count; nothing after June 2014 is there."""
    frame = outcome.data("burglary")
    assert list(frame.columns) == ["series", "force", "period", "count"]
    assert set(frame["series"]) == {"burglary_dwelling"}
    assert set(frame["force"]) == {"West Midlands"}
    assert (str(frame["period"].iloc[0]), str(frame["period"].iloc[-1])) == ("2006Q2", "2014Q2")
    assert frame["count"].iloc[-1] == 2512
    assert not frame["period"].duplicated().any()


def test_the_data_of_a_measure_are_its_printed_rows(outcome):
    """What was printed of a measure can be gone on with."""
    frame = outcome.data("confidence")
    assert set(frame["measure"]) == {"confidence"}
    assert frame.loc[(frame["wave"] == 36) & (frame["answer"] == "agree"), "percent"].tolist() == [84.0]
    assert frame.index.tolist() == list(range(len(frame)))


def test_the_data_of_a_table_are_all_rows_that_the_cycle_sees(outcome):
    """A table by its name in the register, and no quarter after the cut-off in it."""
    frame = outcome.data("recorded_crime")
    assert frame["quarter_ending"].max() == pd.Timestamp("2014-06-30")
    assert frame["force"].nunique() > 30


def test_what_the_analyst_does_to_the_data_changes_no_page(outcome, view):
    """A frame is the analyst's own copy."""
    for name in ("recorded_crime", "robbery", "confidence"):
        frame = outcome.data(name)
        frame["mine"] = frame.iloc[:, -1]
        frame.iloc[-1] = frame.iloc[0]
        assert "mine" not in outcome.data(name).columns
    assert outcome.data("robbery")["count"].iloc[-1] == 1177
    table = view.inputs.tables["recorded_crime"]
    assert not table.duplicated(["force", "quarter_ending"]).any()


def test_names_complete_with_tab_and_every_one_of_them_opens(outcome):
    """What is offered can be had, by call and by brackets; of a label that was not in use yet there is no row."""
    names = outcome.data._ipython_key_completions_()
    assert names == outcome.data.names() == sorted(set(names))
    assert {"robbery", "homicide", "confidence", "recorded_crime", "population", "metro_crime"} <= set(names)
    assert [name for name in names if outcome.data(name).empty] == ["non_residential_burglary", "residential_burglary"]
    pd.testing.assert_frame_equal(outcome.data["robbery"], outcome.data("robbery"))
    assert isinstance(outcome.data, Data)


def test_a_figure_is_found_by_its_id(outcome):
    """The record behind a number of the page is one call away."""
    assert outcome.figure("robbery.year_to_date").value == 1177


def test_a_position_has_its_answers_as_text_and_its_figures_as_a_frame() -> None:
    """An analyst goes on with what a page shows: three answers by question, and every figure of both columns."""
    position = open_outcome("06_reduce_crime", CYCLE, root=CHECKOUT).position("robbery")
    assert list(position.answers) == ["What happened?", "Is that good?", "Will the milestone be met?"]
    assert position.answers["What happened?"].startswith("Robbery fell by 13.4% in April to June 2014")
    frame = position.frame.set_index("id")
    assert set(frame.basis) == {"quoted", "recomputed"}
    assert frame.value["robbery.year_to_date"] == 1177
    assert set(frame.index) >= {figure.id for figure in position.figures if figure.item == "year_to_date_change"}


def test_the_figures_that_can_be_bound_are_listed_with_their_forms() -> None:
    """Each form that is offered fits, and an unknown name is answered with the nearest."""
    outcome = open_outcome("06_reduce_crime", CYCLE, root=CHECKOUT)
    forms = outcome.figures("robbery").frame.set_index("Id").Forms
    assert "verb" in forms["robbery.year_to_date_change"].split(", ")
    assert "verb" not in forms["robbery.year_to_date"].split(", ")
    for name, fitting in forms.items():
        for form in fitting.split(", "):
            assert commentary.bind(f"It is {{{name}:{form}}}.", outcome.view.figures).plain
    with pytest.raises(KeyError, match="Did you mean robbery"):
        outcome.figures("robery")


def test_an_outcome_says_what_it_can_do() -> None:
    """Its milestones and its methods, in a few lines; no name is repeated."""
    lines = repr(open_outcome("06_reduce_crime", CYCLE, root=CHECKOUT)).splitlines()
    assert lines[0] == "6. Reduce crime and offending, for the Board of 11 September 2014"
    assert "robbery" in lines[1]
    assert {"position", "control_chart", "figures"} <= set(re.split(r"[ ,:]+", lines[2]))
    assert len(lines) == 4


def test_one_thing_has_one_name_among_the_arguments() -> None:
    """A series is a series, a milestone a milestone and a measure a measure, in whichever method it is asked for."""
    names = {
        parameter
        for page in (OutcomePage, OverviewPage, PaperCheckPage)
        for _, method in inspect.getmembers(page, inspect.isfunction)
        if not method.__name__.startswith("_")
        for parameter in inspect.signature(method).parameters
    }
    assert names - {"self"} == {
        "milestone",
        "series",
        "measure",
        "measures",
        "answer",
        "section",
        "name",
        "figure_id",
        "reason",
    }
