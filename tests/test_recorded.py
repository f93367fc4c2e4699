"""Figures of official statistics: made-up quarters against hand computation, and the acceptance figures of the real
ones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from pcp_analysis import metrics
from pcp_analysis.figures.figure import Figures
from pcp_analysis.findings import recorded
from pcp_analysis.findings.view import open_view
from pcp_analysis.loaders import register
from pcp_analysis.loaders.inputs import Inputs, open_inputs
from pcp_analysis.loaders.kinds import KINDS, OFFENCES
from pcp_analysis.loaders.register import Entry
from pcp_analysis.plan.model import Comparison, Deliverable, Milestone, Outcome, Plan
from pcp_analysis.strict.files import sha256_of

ROOT = Path(__file__).resolve().parents[1]
ENDS = ("06-30", "09-30", "12-31", "03-31")
# Quarters from April 2011: years of 1,600, 1,260 and 1,380, then 315 where last year had 350 and the lowest year 300.
ROBBERY = [400, 400, 400, 400, 300, 310, 320, 330, 350, 360, 340, 330, 315]
ROBBERY_PROMISE = Milestone(
    "street_robbery",
    "Street robbery",
    "lower",
    series="robbery",
    metric="year_to_date_change",
    baseline_year="2013/14",
    target=-5.0,
)
Opened = Callable[..., Inputs]


def plan(*milestones: Milestone, force: str = "North", year: str = "2014/15") -> Plan:
    """A plan that no Board agreed."""
    deliverable = Deliverable("made_up", "Made up", (), "made up", milestones=milestones)
    return Plan(
        "made-up",
        "Made up",
        force,
        "North Police",
        "Board",
        year,
        Comparison(("South",), "made up"),
        (Outcome("01_made_up", 1, "Made up", (deliverable,)),),
    )


def crime(force: str, first_year: int, **series: list[int | None]) -> list[str]:
    """Rows of recorded crime from April of a year on; None is a label that was not in use yet."""
    rows = []
    for place in range(len(next(iter(series.values())))):
        year = first_year + place // 4 + (place % 4 == 3)
        held = {name: counts[place] for name, counts in series.items()}
        labels = ["" if held.get(name) is None else str(held[name]) for name in OFFENCES]
        rows.append(
            ",".join([force, f"{year}-{ENDS[place % 4]}", *labels, str(sum(count or 0 for count in held.values())), ""])
        )
    return rows


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """Made-up tables as a cycle with the cut-off sees them."""

    def open_tables(rows: list[str], population: list[str] = (), *, cut_off: dt.date = dt.date(2014, 8, 31)) -> Inputs:
        for kind, lines, lag in (("recorded_crime", rows, 0), ("population", population, 12)):
            if not lines:
                continue
            path = tmp_path / "data/raw" / f"{kind}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join([",".join(KINDS[kind].names), *lines]) + "\n", encoding="utf-8", newline="\n")
            register.record(
                tmp_path,
                Entry(
                    kind,
                    path.name,
                    "Made up",
                    "Nobody",
                    "none",
                    dt.date(2014, 8, 1),
                    sha256_of(path),
                    kind,
                    publication_lag_months=lag,
                    sensitive=False,
                    sensitive_reason="made up",
                ),
            )
        return open_inputs(tmp_path, cut_off=cut_off, board_date=cut_off)

    return open_tables


def made(inputs: Inputs, *milestones: Milestone, **fields: str) -> Figures:
    """The figures of a plan of these milestones."""
    return Figures(recorded.makers(plan(*milestones, **fields), inputs))


# -- hand computation
# -----------------------------------------------------------------------------------------------------


def test_levels_are_those_of_the_hand(opened):
    """Year to date, latest, lowest and highest period, last year, lowest year and its place, each with its period."""
    figures = made(opened(crime("North", 2011, robbery=ROBBERY)), ROBBERY_PROMISE)
    expected = {
        "year_to_date": (315, "April to June 2014"),
        "latest_period": (315, "April to June 2014"),
        "lowest_period": (300, "April to June 2012"),
        "highest_period": (400, "April to June 2011"),
        "last_year": (1380, "2013/14"),
        "lowest_year": (1260, "2012/13"),
        "last_year_rank": (2, "2013/14"),
    }
    found = {item: figures[f"street_robbery.{item}"] for item in expected}
    assert {item: (figure.value, figure.period) for item, figure in found.items()} == expected
    assert {figure.unit for item, figure in found.items() if item != "last_year_rank"} == {"count"}
    assert found["last_year_rank"].unit == "rank"
    assert found["last_year_rank"].baseline == "2011/12 to 2013/14"
    assert found["lowest_period"].baseline == "April 2011 to June 2014"
    assert {figure.basis for figure in found.values()} == {"recomputed"}
    assert {figure.inputs for figure in found.values()} == {("recorded_crime",)}


def test_changes_compare_the_same_periods_of_both_years(opened):
    """315 after 350 is -10 % on last year, and 315 after 300 is +5 % on the lowest: side by side, each with its counts."""
    figures = made(opened(crime("North", 2011, robbery=ROBBERY)), ROBBERY_PROMISE)
    on_last, on_lowest = (
        figures["street_robbery.year_to_date_change"],
        figures["street_robbery.year_to_date_change_on_lowest_year"],
    )
    assert (on_last.value, on_last.numerator, on_last.denominator) == (pytest.approx(-10.0), 315, 350)
    assert (on_lowest.value, on_lowest.numerator, on_lowest.denominator) == (pytest.approx(5.0), 315, 300)
    assert (on_last.period, on_last.baseline) == ("April to June 2014", "April to June 2013")
    assert on_lowest.baseline == "April to June 2012"
    assert on_last.unit == on_lowest.unit == "percent"
    assert on_last.signed
    assert on_last.low < -10 < on_last.high
    assert "street_robbery.year_to_date_change_on_last_year" not in figures


def test_later_in_the_year_more_periods_are_compared(opened):
    """With two quarters seen both years are summed over two, and never over a fraction of one."""
    inputs = opened(crime("North", 2011, robbery=[*ROBBERY, 405]), cut_off=dt.date(2014, 11, 30))
    found = made(inputs, ROBBERY_PROMISE)["street_robbery.year_to_date_change"]
    assert (found.numerator, found.denominator) == (720, 710)
    assert (found.period, found.baseline) == ("April to September 2014", "April to September 2013")


def test_a_promise_against_another_year_has_last_year_beside_it(opened):
    """Where the promise is measured from the lowest year, the change on last year is a figure of its own."""
    promise = Milestone(
        "total", "Total", "lower", series="total_recorded_crime", metric="year_to_date_change", baseline_year="2012/13"
    )
    figures = made(opened(crime("North", 2011, robbery=ROBBERY)), promise)
    assert figures["total.year_to_date_change"].value == pytest.approx(5.0)
    assert figures["total.year_to_date_change_on_last_year"].value == pytest.approx(-10.0)
    assert "total.year_to_date_change_on_lowest_year" not in figures


def test_where_last_year_was_the_lowest_there_is_one_change(opened):
    """Nothing is said twice."""
    figures = made(opened(crime("North", 2012, robbery=[*[400] * 4, *[300] * 4, 315])), ROBBERY_PROMISE)
    assert [figure.id for figure in figures.of("street_robbery") if "year_to_date_change" in figure.id] == [
        "street_robbery.year_to_date_change"
    ]
    assert figures["street_robbery.lowest_year"].period == "2013/14"


def test_last_year_that_was_the_lowest_stands_once_beside_an_earlier_base(opened):
    """Where the promise is measured from another year, the change on last year and on the lowest year are one."""
    promise = Milestone(
        "total", "Total", "lower", series="robbery", metric="year_to_date_change", baseline_year="2012/13"
    )
    figures = made(opened(crime("North", 2012, robbery=[*[400] * 4, *[300] * 4, 315])), promise)
    assert [figure.id for figure in figures.of("total") if "year_to_date_change" in figure.id] == [
        "total.year_to_date_change",
        "total.year_to_date_change_on_last_year",
    ]


def test_a_series_without_a_milestone_has_figures_under_its_own_name(opened):
    """Every series of the table can be shown and bound, promised or not; a milestone that is about it takes no name
    away.
    """
    figures = made(opened(crime("North", 2011, robbery=ROBBERY, homicide=[5] * 13)), ROBBERY_PROMISE)
    assert figures["homicide.year_to_date"].value == 5
    assert figures["homicide.year_to_date_change"].value == 0
    assert figures["robbery.year_to_date"].value == figures["street_robbery.year_to_date"].value
    assert {id.split(".")[1] for id in figures if id.startswith("robbery.")} <= {
        id.split(".")[1] for id in figures if id.startswith("street_robbery.")
    }, "what is promised is the milestone's alone"


def test_a_metric_of_a_milestone_gives_its_figure(opened):
    """A difference in offences is a count with a sign, under the name of its metric."""
    promise = Milestone(
        "street_robbery",
        "Street robbery",
        "lower",
        series="robbery",
        metric="year_to_date_difference",
        baseline_year="2013/14",
    )
    figures = made(opened(crime("North", 2011, robbery=ROBBERY)), promise)
    found = figures["street_robbery.year_to_date_difference"]
    assert (found.value, found.unit, found.signed) == (-35, "count", True)
    assert figures["street_robbery.year_to_date_change_on_last_year"].value == pytest.approx(-10.0)


# -- what cannot be said
# --------------------------------------------------------------------------------------------------


def test_a_force_without_a_row_has_no_figure(opened):
    """The figures of another force are not taken for those of the plan's."""
    inputs = opened([*crime("South", 2011, robbery=ROBBERY), *crime("North", 2011, homicide=[1] * 13)])
    assert not [id for id in made(inputs, ROBBERY_PROMISE) if id.startswith("street_robbery.") and "rate" not in id]


def test_a_series_that_begins_late_has_no_year_to_compare_with(opened):
    """A label that came into use this April has a level and no change; one of last autumn has no change either."""
    late = [*[None] * 12, 40]
    autumn = [*[None] * 10, 40, 45, 50]
    figures = made(
        opened(crime("North", 2011, robbery=ROBBERY, residential_burglary=late, non_residential_burglary=autumn))
    )
    assert figures["residential_burglary.year_to_date"].value == 40
    assert figures["non_residential_burglary.lowest_period"].baseline == "October 2013 to June 2014"
    for name in ("residential_burglary", "non_residential_burglary"):
        assert [id for id in figures if id.startswith(f"{name}.")] == [
            f"{name}.{item}" for item in ("year_to_date", "latest_period", "lowest_period", "highest_period")
        ]


def test_a_series_that_ended_has_no_year_to_date(opened):
    """Of a label that went out of use last year nothing is said of this year."""
    figures = made(opened(crime("North", 2011, robbery=ROBBERY, burglary_dwelling=[*[200] * 12, None])))
    assert figures["burglary_dwelling.latest_period"].period == "January to March 2014"
    assert "burglary_dwelling.year_to_date" not in figures
    assert not [id for id in figures if id.startswith("burglary_dwelling.year_to_date_change")]


def test_before_a_period_of_the_year_has_ended_nothing_is_said_of_the_year(opened):
    """A cut-off in May sees no quarter of the year: levels stand, year to date and changes do not."""
    figures = made(opened(crime("North", 2011, robbery=ROBBERY), cut_off=dt.date(2014, 5, 31)), ROBBERY_PROMISE)
    assert figures["street_robbery.latest_period"].period == "January to March 2014"
    assert figures["street_robbery.last_year"].value == 1380
    assert not [id for id in figures if "year_to_date" in id or "projected" in id or "chance" in id]


@pytest.mark.parametrize("then", [0, -1], ids=["none", "a revision below nought"])
def test_nothing_is_measured_from_a_year_of_no_offence(then, opened):
    """From nought, or from what a revision left below it, no percentage can be taken, and the level stands all the
    same.
    """
    figures = made(opened(crime("North", 2012, homicide=[3, 0, 2, 1, then, 2, 0, 1, 4])))
    assert figures["homicide.year_to_date"].value == 4
    assert "homicide.year_to_date_change" not in figures


def test_a_count_below_nought_now_breaks_no_figure(opened):
    """A revision can leave this year's count below nought; its level is printed, whatever else can be said of it."""
    figures = made(opened(crime("North", 2012, homicide=[3, 1, 2, 1, 4, 2, 1, 1, -1])))
    assert figures["homicide.year_to_date"].value == -1


def test_a_promise_from_a_year_that_is_not_held_has_no_change(opened):
    """A baseline before the series began is not replaced by another year."""
    promise = Milestone(
        "street_robbery",
        "Street robbery",
        "lower",
        series="robbery",
        metric="year_to_date_change",
        baseline_year="2005/06",
    )
    figures = made(opened(crime("North", 2011, robbery=ROBBERY)), promise)
    assert "street_robbery.year_to_date_change" not in figures
    assert figures["street_robbery.year_to_date_change_on_last_year"].value == pytest.approx(-10.0)


def test_a_plan_of_an_earlier_year_does_not_read_the_later_ones(opened):
    """What is compared is the plan's year; a cycle that sees the year after has no year to date of the plan's."""
    figures = made(opened(crime("North", 2011, robbery=ROBBERY)), ROBBERY_PROMISE, year="2013/14")
    assert "street_robbery.year_to_date" not in figures
    assert figures["street_robbery.last_year"].period == "2012/13"


# -- rates
# ----------------------------------------------------------------------------------------------------------------


POPULATION = [
    "North,2012,900000",
    "North,2013,1000000",
    "North,2014,2000000",
    "South,2013,500000",
    "Far-off West,2013,100",
]


def test_rates_are_taken_over_twelve_months_and_the_latest_population_that_is_seen(opened):
    """1,345 robberies in twelve months among a million are 1.345 per 1,000; the estimate of mid-2014 is not out yet."""
    rows = [*crime("North", 2011, robbery=ROBBERY), *crime("South", 2011, robbery=[100] * 13)]
    figures = made(opened(rows, POPULATION[:4]), ROBBERY_PROMISE)
    own, other = figures["street_robbery.rate_per_1000.north"], figures["street_robbery.rate_per_1000.south"]
    assert (own.value, own.unit, own.numerator, own.denominator) == (pytest.approx(1.345), "per_1000", 1345, 1_000_000)
    assert own.period == "July 2013 to June 2014"
    assert "mid-2013" in own.method
    assert own.inputs == ("recorded_crime", "population")
    assert other.value == pytest.approx(0.8)
    # an interval of one count would say far less than how much the counts of forces vary
    assert (own.low, own.high) == (None, None)


def test_rates_of_fewer_than_twelve_months_are_not_made(opened):
    """Three quarters are not blown up to a year."""
    rows = [*crime("North", 2011, robbery=ROBBERY), *crime("South", 2011, robbery=[*[None] * 10, 5, 5, 5])]
    figures = made(opened(rows, POPULATION[:4]), ROBBERY_PROMISE)
    assert "street_robbery.rate_per_1000.north" in figures
    assert "street_robbery.rate_per_1000.south" not in figures


def test_without_a_population_there_is_no_rate(opened):
    """Nothing stands in for a population that is not held or not out yet."""
    rows = crime("North", 2011, robbery=ROBBERY)
    assert "street_robbery.rate_per_1000.north" not in made(opened(rows), ROBBERY_PROMISE)
    assert "street_robbery.rate_per_1000.north" not in made(opened(rows, ["North,2014,2000000"]), ROBBERY_PROMISE)


@pytest.mark.parametrize("area", ["Nowhere", "South"])
def test_a_population_of_a_force_whose_crime_is_not_held_breaks_nothing(area, opened):
    """A force that is in one table and not in the other has no rate, and the others keep theirs."""
    rows = crime("North", 2011, robbery=ROBBERY)
    figures = made(opened(rows, ["North,2013,1000000", f"{area},2013,1000"]), ROBBERY_PROMISE)
    assert figures["street_robbery.rate_per_1000.north"].value == pytest.approx(1.345)
    assert len(figures.of("street_robbery.rate_per_1000")) == 1


@pytest.mark.parametrize(
    ("area", "id"),
    [
        ("West Midlands", "west_midlands"),
        ("Avon and Somerset", "avon_and_somerset"),
        ("Dyfed-Powys", "dyfed_powys"),
    ],
)
def test_an_area_has_an_id_that_a_binding_can_name(area, id):
    """Spaces and hyphens become underscores."""
    assert recorded.area_id(area) == id


def test_a_metric_is_called_with_what_it_takes():
    """A metric names its options by keyword, and gets those alone."""
    import pandas as pd

    series = pd.Series(ROBBERY, pd.period_range("2011Q2", periods=13, freq="Q-DEC"), name="robbery")
    assert recorded.measure("rolling_year", series, baseline_year="2013/14").value == 1345
    assert recorded.measure("year_to_date_change", series, baseline_year="2013/14").value == pytest.approx(-10.0)
    assert recorded.measure("record_low", series, baseline_year=None).value == 300


# -- the real table
# -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def figures() -> Figures:
    """The real figures of September 2014."""
    return open_view("2014-09", root=ROOT).figures


@pytest.mark.parametrize(
    ("id", "value"),
    [
        ("burglary.year_to_date", 2512),
        ("robbery.year_to_date", 1177),
        ("total_recorded_crime.last_year", 174524),
        ("total_recorded_crime.lowest_year", 168770),
        ("total_recorded_crime.year_to_date", 43285),
    ],
)
def test_the_acceptance_figures_are_recomputed(id, value, figures):
    """The counts that the first pack is accepted by, from official statistics and not from the paper."""
    assert figures[id].value == value
    assert figures[id].basis == "recomputed"
    assert figures[id].inputs == ("recorded_crime",)


@pytest.mark.parametrize(
    ("id", "percent", "baseline"),
    [
        ("total_recorded_crime.year_to_date_change_on_last_year", -1.3, "April to June 2013"),
        ("total_recorded_crime.year_to_date_change", 1.6, "April to June 2012"),
    ],
)
def test_total_crime_is_down_on_last_year_and_up_on_the_lowest(id, percent, baseline, figures):
    """-1.3 % and +1.6 %, side by side, each against the same quarter."""
    assert round(figures[id].value, 1) == percent
    assert (figures[id].period, figures[id].baseline) == ("April to June 2014", baseline)


@pytest.mark.parametrize("name", ["burglary", "robbery"])
def test_burglary_and_robbery_were_at_their_lowest_since_april_2006(name, figures):
    """The latest quarter is the lowest of all that are held, and the figure says since when."""
    lowest = figures[f"{name}.lowest_period"]
    assert lowest.value == figures[f"{name}.latest_period"].value
    assert (lowest.period, lowest.baseline) == ("April to June 2014", "April 2006 to June 2014")


@pytest.mark.slow
def test_every_real_figure_is_found_under_an_id_of_its_own(figures):
    """All figures of the real cycle: one record an id, found by it."""
    ids = list(figures)
    assert len(ids) == len(set(ids)) > 400
    assert all(figures[id].id == id for id in ids)


def test_every_real_figure_is_a_number_with_its_parts(figures):
    """Of recomputed figures none is empty, a change follows from its parts, and an interval holds its value."""
    held = [figure for figure in figures.values() if figure.basis == "recomputed"]
    assert len(held) > 200
    for figure in held:
        assert figure.value == figure.value, figure.id
        if figure.unit == "percent" and figure.signed:
            assert figure.value == pytest.approx(metrics.percent_change(figure.numerator, figure.denominator)), (
                figure.id
            )
        if figure.unit == "per_1000":
            assert figure.value == pytest.approx(1000 * figure.numerator / figure.denominator), figure.id
        if figure.low is not None:
            assert figure.low <= figure.value <= figure.high, figure.id
