"""Positions: what happened, whether that is good, whether it will be met; two columns that are never mixed."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd
import pytest
from markupsafe import Markup

from pcp_analysis.figures.figure import Figure, Figures
from pcp_analysis.findings import assess, chance, courses, faults, outlook
from pcp_analysis.findings.assess import Position
from pcp_analysis.findings.signals import Signals, signals
from pcp_analysis.loaders.inputs import Inputs
from pcp_analysis.loaders.register import Entry
from pcp_analysis.plan.model import Comparison, Deliverable, Milestone, Outcome, Plan, Rebase
from tests.conftest import figure_of

QUARTERS = pd.period_range("2011Q3", periods=12, freq="Q-DEC", name="period")
LEVEL = [100, 104, 98, 101, 99, 103, 100, 97, 102, 100, 101, 99]


def milestone(**fields: object) -> Milestone:
    """A milestone that nobody promised."""
    return Milestone(
        **{
            "id": "robbery",
            "title": "Robbery",
            "better": "lower",
            "series": "robbery",
            "metric": "year_to_date_change",
            "baseline_year": "2013/14",
            "target": -5.0,
            **fields,
        }
    )


def change(value: float = -13.4, *, low: float = -30.0, high: float = 10.0, **fields: object) -> Figure:
    """A change of a series that nobody counted."""
    return figure_of(
        **{
            "id": "robbery.year_to_date_change",
            "title": "Robbery, change",
            "value": value,
            "unit": "percent",
            "basis": "recomputed",
            "method": "",
            "inputs": ("made_up",),
            "signed": True,
            "low": low,
            "high": high,
            "numerator": 1177.0,
            "denominator": 1359.0,
            "period": "April to June 2014",
            "baseline": "April to June 2013",
            "p_value": 0.2,
            **fields,
        }
    )


def count(item: str, value: float, **fields: object) -> Figure:
    """A count that nobody made."""
    return figure_of(
        **{
            "id": f"robbery.{item}",
            "title": f"Robbery, {item}",
            "value": value,
            "unit": "count",
            "basis": "recomputed",
            "method": "",
            "inputs": ("made_up",),
            **fields,
        }
    )


def level(*, last: float = 100.0) -> Signals:
    """The control chart of a level series with this last point."""
    series = pd.Series([*LEVEL[:-1], last], QUARTERS, name="robbery")
    return signals(series, None, better="lower")


def position(
    *figures: Figure, held: Milestone | None = None, chart: Signals | None = None, before: Signals | None = None
) -> Position:
    """The position of a milestone that has these figures."""
    held = held or milestone()
    deliverable = Deliverable("less_robbery", "Less robbery", (), "made up", milestones=(held,))
    outcome = Outcome("01_made_up", 1, "Made up", (deliverable,))
    made = Figures((figure.id.partition(".")[0], lambda figure=figure: [figure]) for figure in figures)
    return assess.position(outcome, deliverable, held, made, chart, before, board="2014-09", current=lambda month: True)


# -- what happened
# --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "words"), [(-13.4, "fell by 13.4%"), (13.4, "rose by 13.4%"), (0.02, "is unchanged")]
)
def test_what_happened_is_said_in_words_that_follow_the_figure(value, words):
    """Verb, size, both periods and both counts come from the figure, which travels with the words."""
    found = position(change(value)).happened
    assert words in found.plain
    assert ("by 0" in found.plain) is False
    assert "April to June 2014" in found.plain
    assert "April to June 2013" in found.plain
    assert "1,177 after 1,359" in found.plain
    assert [figure.id for figure in found.figures] == ["robbery.year_to_date_change"]


def test_a_change_is_never_said_without_its_uncertainty():
    """The interval stands in the sentence, or the sentence says that none is known."""
    assert "−30.0% to +10.0%" in position(change()).happened.plain
    assert "not known" in position(change(low=None, high=None, p_value=None)).happened.plain


@pytest.mark.parametrize(("low", "high", "words"), [(-30.0, -1.0, "more than chance"), (-30.0, 10.0, "can be chance")])
def test_the_one_verdict_is_what_the_words_say(low, high, words):
    """What `chance.judge` says of the change stands in the sentence, in words of no statistics."""
    found = position(change(low=low, high=high))
    assert words in found.happened.plain
    assert found.verdict == chance.judge(change(low=low, high=high))
    assert not re.search(r"(?i)p[- ]value|significan|phi|xmr|p = |signal", found.happened.plain)


def test_where_nothing_was_received_the_page_says_so():
    """Without a series or a printed figure nothing is said to have happened, and no other figure stands in."""
    found = position(held=milestone(series=None, metric=None))
    assert "nothing was received" in found.happened.plain
    assert found.happened.figures == ()
    assert found.official == found.printed == ()
    assert found.course == "cannot be said"


def test_a_level_that_lasts_is_said_beside_the_change_and_is_no_verdict():
    """Seven quarters below the average say since when, and leave a change that can be chance what it is."""
    series = pd.Series([130.0, 80, 150, 120, 140, 90, 70, 100, 75, 95, 70, 90], QUARTERS, name="robbery")
    found = position(change(), chart=signals(series, None, better="lower"))
    assert "The level has been lower since October to December 2012." in found.happened.plain
    assert found.good.plain.startswith("Neither")


@pytest.mark.parametrize(
    ("period", "words"),
    [("April to June 2014", "the fewest in any quarter since April 2006"), ("another", "after 1,359.")],
)
def test_a_record_is_said_where_the_latest_period_is_one(period, words):
    """The latest quarter is the fewest of all where it is the lowest one held, and nothing is said where it is not."""
    latest = count("latest_period", 1177, period="April to June 2014")
    lowest = count("lowest_period", 1177, period=period, grain="quarter", since="April 2006")
    assert words in position(change(), latest, lowest).happened.plain


def test_the_cycle_that_first_declares_a_break_gives_both_verdicts():
    """A break in the series is named with its reason and author, and with what the change would be without it."""
    held = milestone(rebase=(Rebase("2014-04", "counted anew", "made-up analyst", "2014-09"),))
    found = position(change(), held=held, chart=level(), before=level(last=60.0)).happened.plain
    assert "so it can be chance" in found
    assert (
        "The chart of the series begins anew in April 2014 (counted anew; declared by made-up analyst); without that the "
        "change would be more than chance."
    ) in found
    assert "begins anew" not in position(change(), held=held, chart=level()).happened.plain


# -- is that good
# ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "better", "answer"),
    [
        (-13.4, "lower", "Yes"),
        (13.4, "lower", "No"),
        (-13.4, "higher", "No"),
        (13.4, "higher", "Yes"),
    ],
)
def test_good_and_bad_follow_from_the_declared_direction(value, better, answer):
    """The direction of good is applied to a change that is more than chance, in one place."""
    clear = change(value, low=value - 1, high=value + 1)
    assert position(clear, held=milestone(better=better)).good.plain.startswith(answer)


@pytest.mark.parametrize("value", [-13.4, 13.4])
@pytest.mark.parametrize("reach", [1.0, 50.0])
def test_a_neutral_measure_is_never_good_or_bad(value, reach):
    """More reports and more crime cannot be told apart, whether the change is more than chance or not."""
    figure = change(value, low=value - reach, high=value + reach)
    found = position(figure, held=milestone(better="neutral", target=None)).good.plain
    assert found.startswith("Neither good nor bad")


@pytest.mark.parametrize("value", [-13.4, 13.4])
def test_chance_is_neither_good_nor_bad(value):
    """A change that can be chance, at a level within its usual range, is not praised or blamed."""
    assert position(change(value), chart=level()).good.plain.startswith("Neither")


def test_a_quarter_outside_its_limits_counts_on_the_side_of_the_change():
    """A fall to a quarter far below is more than chance although its interval allows a rise; a rise is not."""
    assert position(change(-13.4), chart=level(last=60.0)).good.plain.startswith("Yes")
    assert position(change(13.4, low=-10.0, high=30.0), chart=level(last=60.0)).good.plain.startswith("Neither")


def test_of_what_is_not_measured_nothing_good_or_bad_is_said():
    """Without a change there is no answer."""
    assert position(held=milestone(series=None, metric=None)).good.plain.startswith("Cannot be said")


# -- will it be met
# -------------------------------------------------------------------------------------------------------


def projected(likely: float, **fields: object) -> tuple[Figure, ...]:
    """What a projection gives, with this chance of meeting the promise."""
    return (
        change(),
        count("promised_total", 5104.35, baseline="2013/14"),
        count("projected_total", 4897.4, low=4350.6, high=5538.3),
        count("chance", likely, unit="percent"),
        count("needed_per_period", 1309.1),
        count("target", -5.0, unit="percent", signed=True),
    )


@pytest.mark.parametrize(
    ("likely", "answer"),
    [
        (100.0, "On course"),
        (80.0, "On course"),
        (79.5, "On course"),
        (79.4, "Likely"),
        (60.0, "Likely"),
        (59.4, "Could go either way"),
        (40.0, "Could go either way"),
        (39.4, "Unlikely"),
        (20.5, "Unlikely"),
        (20.4, "Off course"),
        (0.0, "Off course"),
    ],
)
def test_the_scale_of_courses_has_five_words_by_the_printed_chance(likely, answer):
    """The bounds of the design, by the chance as it is printed in whole per cent."""
    found = position(*projected(likely), chart=level()).outlook
    assert found.plain.startswith(answer)
    assert "robbery.chance" in {figure.id for figure in found.figures}


@pytest.mark.parametrize(
    ("likely", "words"),
    [(93.0, "about 9 in 10"), (79.0, "about 4 in 5"), (50.0, "about 1 in 2"), (2.0, "almost none")],
)
def test_a_chance_is_said_in_words_too(likely, words):
    """People read fifths and tenths more easily than per cent."""
    assert words in position(*projected(likely), chart=level()).outlook.plain


def test_the_outlook_names_promise_projection_and_what_is_left():
    """The promised total, where the year is heading with its range, the chance and what a quarter may still hold."""
    found = position(*projected(68.2), chart=level()).outlook.plain
    for part in ("5,104", "4,900", "4,350 to 5,540", "68%", "1,310 in each quarter"):
        assert part in found, part


def test_the_outlook_of_a_promise_to_rise_speaks_of_rising():
    """Where higher is better the promise is a floor and not a ceiling."""
    found = position(*projected(68.2), held=milestone(better="higher"), chart=level()).outlook.plain
    assert "at least" in found
    assert "at most" not in found


@pytest.mark.parametrize(("target", "held"), [(-5.0, "series"), (None, "series"), (-5.0, None)])
def test_without_a_projection_nothing_is_forecast(target, held):
    """Where no pace is known no word of a projection is said, and a promise without a number is said to have none."""
    promise = milestone(target=target, series=held and "robbery", metric=held and "year_to_date_change")
    found = position(change(), held=promise).outlook.plain
    assert not any(word in found.lower() for _, word in courses.SCALE)
    assert ("sets no number" in found) == (target is None and held is not None)


def test_when_the_year_is_over_nothing_is_forecast():
    """With no period left the total is a fact: no chance, no range and no heading is said of it."""
    over = (
        change(),
        count("promised_total", 5104.35, baseline="2013/14"),
        count("projected_total", 4888.0, low=4888.0, high=4888.0),
        count("chance", 100.0, unit="percent"),
        count("target", -5.0, unit="percent", signed=True),
    )
    found = position(*over, chart=level()).outlook.plain
    assert "4,888" in found
    assert "chance" not in found
    assert "heading" not in found


# -- what printed figures allow
# ----------------------------------------------------------------------------------------------------------


def printed_change(value: float, **fields: object) -> Figure:
    """A change in per cent that a paper prints without its counts."""
    return change(
        value,
        **{
            "id": "robbery.change",
            "basis": "quoted",
            "low": None,
            "high": None,
            "p_value": None,
            "numerator": None,
            "denominator": None,
            **fields,
        },
    )


def said(value: float) -> Figure:
    """A direction that a paper says in words."""
    return count("direction", value, unit="direction", basis="quoted")


@pytest.mark.parametrize(
    ("figures", "better", "going"),
    [
        ([printed_change(-7.0)], "lower", "shown going the right way"),
        ([printed_change(7.0)], "lower", "shown going the wrong way"),
        ([printed_change(7.0)], "higher", "shown going the right way"),
        (
            [printed_change(1.5), count("telling_count", 34_700, basis="arithmetic")],
            "lower",
            "shown with no clear change",
        ),
        (
            [printed_change(-7.0), count("telling_count", 1_460, basis="arithmetic")],
            "lower",
            "shown going the right way",
        ),
        ([said(0)], "higher", "not met so far"),
        ([said(1)], "higher", "said to go the right way"),
        ([said(-1)], "higher", "said to go the wrong way"),
        ([], "higher", "cannot be said"),
    ],
)
def test_a_course_of_printed_figures_is_no_word_of_a_projection(figures, better, going):
    """What was printed is shown going one way or the other, said to, or met so far; nothing is forecast."""
    held = milestone(series=None, metric=None, target=None, better=better)
    found = position(*figures, held=held)
    assert found.course == going
    assert found.outlook.plain.lower().startswith(going)


@pytest.mark.parametrize(
    ("value", "low", "high", "going"),
    [
        (2.0, 0.9, 3.2, "met so far"),
        (-2.0, -3.2, -0.9, "not met so far"),
        (0.5, -0.4, 1.4, "shown with no clear change"),
    ],
)
def test_a_survey_has_met_a_promise_of_direction_so_far_or_not(value, low, high, going):
    """A change in points that is more than chance has met a promise to rise, or has not."""
    trust = milestone(series="confidence.agree", metric="change_on_previous_wave", target=None, better="higher")
    figure = change(
        value, low=low, high=high, id="robbery.change_on_previous_wave", unit="points", basis="arithmetic", p_value=None
    )
    found = position(figure, held=trust)
    assert found.course == going
    assert "no series is held" not in found.outlook.plain


@pytest.mark.parametrize(
    ("promised", "going"), [("higher", "said to go the right way"), (None, "shown with no clear change")]
)
def test_a_neutral_measure_goes_as_the_plan_asks_and_is_still_no_good(promised, going):
    """More reports can be what the plan asks for; whether they are good is not said."""
    held = milestone(series=None, metric=None, target=None, better="neutral", promised=promised)
    found = position(said(1 if promised else 0), held=held)
    assert found.course == going
    assert found.good.plain.startswith("Neither good nor bad")


def counts(*years: list[int], last: tuple[int, ...] = ()) -> pd.Series:
    """Quarters of whole financial years up to March 2014, and then those of the plan's year."""
    values = [count_ for year in years for count_ in year] + list(last)
    return pd.Series(
        values,
        pd.period_range(f"{2014 - len(years)}Q2", periods=len(values), freq="Q-DEC", name="period"),
        name="robbery",
    )


@pytest.mark.parametrize(
    ("fields", "total"),
    [
        ({"target": -5.0}, 380.0),
        ({"target": None}, 400.0),
        ({"target": 10.0, "better": "higher"}, 440.0),
        ({"better": "neutral"}, None),
        ({"baseline_year": None}, None),
        ({"baseline_year": "2001/02"}, None),
        ({"baseline_year": "2012/13"}, 475.0),
    ],
)
def test_a_promise_is_a_count_over_the_year(fields, total):
    """Five per cent below 400 is 380; a promise of direction alone is the baseline; without a year that is held there
    is none.
    """
    series = counts([125] * 4, [100] * 4, last=(90,))
    assert outlook.promised_total(milestone(**{"target": -5.0, **fields}), series) == (
        None if total is None else pytest.approx(total)
    )


def inputs(**forces: pd.Series) -> Inputs:
    """Inputs that hold one made-up series of some forces."""
    table = pd.concat(
        [
            pd.DataFrame(
                {"force": force, "quarter_ending": series.index.end_time.normalize(), "robbery": series.to_numpy()}
            )
            for force, series in forces.items()
        ]
    )
    entry = Entry(
        "made_up", "made_up.csv", "Made up", "Nobody", "none", dt.date(2014, 8, 1), "0" * 64, "recorded_crime"
    )
    return Inputs.of({"made_up": table.astype({"robbery": "Int64"})}, {"made_up": entry}, {})


def forecast(own: pd.Series, other: pd.Series | None = None, **fields: object) -> dict[str, Figure]:
    """The outlook's figures of a made-up series."""
    held, forces = milestone(**fields), {"North": own} | ({} if other is None else {"South": other})
    return {
        figure.id.partition(".")[2]: figure
        for figure in outlook.outlook_figures(held, plan(held), inputs(**forces), "made_up")
    }


YEARS = ([100, 102, 98, 101], [99, 103, 97, 100], [101, 100, 99, 102], [100, 98, 102, 100])


def test_the_outlook_is_a_total_a_chance_and_what_is_left_by_hand():
    """Of 380 promised 90 are used: 290 over three quarters; the projection lies in its interval, the chance is a
    percentage.
    """
    found = forecast(counts(*YEARS, last=(90,)))
    assert found["promised_total"].value == pytest.approx(380.0)
    assert found["needed_per_period"].value == pytest.approx((380 - 90) / 3)
    assert found["projected_total"].low < found["projected_total"].value < found["projected_total"].high
    assert 0 < found["chance"].value < 100
    assert {figure.basis for figure in found.values()} == {"recomputed"}
    assert {figure.period for figure in found.values() if figure.item != "needed"} == {"2014/15"}
    assert sum(figure.value for figure in found.values() if figure.item == "needed") == pytest.approx(290)
    assert {figure.unit for item, figure in found.items() if item != "chance"} == {"count"}


def test_a_lower_promise_has_a_lower_chance_and_a_higher_better_the_other():
    """What is promised moves the chance and not the projection; "higher" turns it round."""
    own = counts(*YEARS, last=(98,))
    mild, bold, high = (
        forecast(own, target=0.0),
        forecast(own, target=-10.0),
        forecast(own, target=0.0, better="higher"),
    )
    assert mild["projected_total"].value == bold["projected_total"].value
    assert bold["chance"].value < mild["chance"].value
    assert high["chance"].value == pytest.approx(100 - mild["chance"].value, abs=1e-6)


def test_what_is_used_up_leaves_nothing_and_never_less():
    """Once the promised total is passed no quarter may hold less than none."""
    assert forecast(counts(*YEARS, last=(300, 300)))["needed_per_period"].value == 0.0


def test_other_forces_are_asked_for_their_pace():
    """The same offence elsewhere narrows what the year may still bring, and is said in the method."""
    own, other = counts(*YEARS, last=(90,)), counts(*YEARS, last=(99,))
    assert forecast(own, other)["projected_total"].method != forecast(own)["projected_total"].method


@pytest.mark.parametrize(
    "own",
    [
        counts(*YEARS[:2], last=(90,)),
        counts(*YEARS),
        pd.Series([90, 95], pd.period_range("2014Q1", periods=2, freq="Q-DEC", name="period"), name="robbery"),
    ],
    ids=["two complete years", "nothing of the year", "begun this year"],
)
def test_without_three_years_or_a_quarter_of_the_year_there_is_no_outlook(own):
    """Too little is no pace."""
    # what is promised is known before the year begins
    assert forecast(own).keys() <= {"promised_total"}


# -- two columns
# ----------------------------------------------------------------------------------------------------------


def test_what_was_shown_and_what_is_official_are_kept_apart():
    """Quoted figures and what follows from them are one column, recomputed ones the other, the promise is neither."""
    shown = [
        count("april", 374, basis="quoted"),
        count("computed_change", 2.0, basis="arithmetic"),
        count("lost", None, basis="not held"),
    ]
    official = [count("year_to_date", 1177), change()]
    found = position(*shown, *official, count("target", -5.0, unit="percent", basis="quoted", signed=True))
    assert list(found.printed) == shown
    assert list(found.official) == official
    assert found.target.value == -5.0
    assert not set(found.printed) & set(found.official)


def test_a_figure_of_another_measure_is_in_no_column():
    """A series with a similar name does not stand in."""
    other = count("year_to_date", 5, id="robbery_of_business.year_to_date")
    found = position(other)
    assert found.printed == found.official == ()


def test_a_promise_without_a_number_has_no_target():
    """Nothing is made up for a promise of direction alone."""
    assert position(change(), held=milestone(target=None)).target is None


@pytest.mark.parametrize("title", ["Robbery <b> & more", "Robbery *more*", "1. Robbery", "Robbery {per head}"])
def test_the_title_of_a_milestone_is_text(title):
    """A title with special characters is neither markup nor a binding in the sentence that it begins."""
    found = position(change(), held=milestone(title=title)).happened
    assert found.plain.startswith(f"{title} fell")
    assert str(found.html).startswith(str(Markup.escape(f"{title} fell")))


# -- targets and metrics
# --------------------------------------------------------------------------------------------------


def plan(*milestones: Milestone) -> Plan:
    """A plan that no Board agreed."""
    deliverable = Deliverable("less_robbery", "Less robbery", (), "paragraph 1", milestones=milestones)
    return Plan(
        "made-up",
        "Made up",
        "North",
        "North Police",
        "Board",
        "2014/15",
        Comparison((), ""),
        (Outcome("01_made_up", 1, "Made up", (deliverable,)),),
    )


def test_every_promised_number_is_a_quoted_figure_with_its_source():
    """A target has the plan's year and the year that it is measured from; a promise without a number has no figure."""
    promises = (
        milestone(),
        milestone(id="burglary", target=-2.0, baseline_year=None),
        milestone(id="none", target=None),
    )
    made = Figures(assess.makers(plan(*promises)))
    assert list(made) == ["robbery.target", "burglary.target"]
    target = made["robbery.target"]
    assert (target.value, target.unit, target.basis, target.signed) == (-5.0, "percent", "quoted", True)
    assert (target.period, target.baseline) == ("2014/15", "2013/14")
    assert made["burglary.target"].baseline == "", "a year that the plan does not name is not made up"
    assert "paragraph 1" in target.method


@pytest.mark.parametrize(
    ("series", "fitting", "others"),
    [
        ("robbery", {"year_to_date_change", "year_to_date_difference", "rolling_year"}, {"change_on_previous_wave"}),
        ("confidence.agree", {"change_on_previous_wave"}, {"year_to_date_change", "rolling_year"}),
    ],
)
def test_a_metric_of_a_milestone_fits_its_series(series, fitting, others):
    """Counts by period have metrics of their own and surveys others; what takes two numbers, or gives a series, is
    none.
    """
    found = set(faults.metrics_for(series))
    assert fitting <= found
    assert not found & {
        *others,
        "percent_change",
        "wilson",
        "Estimate",
        "Measured",
        "year_totals",
        "seasonality",
        "project",
        "period_average",
    }
