"""Positions: what happened, whether that is good, whether it will be met; two columns that are never mixed."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from pcp_analysis.findings import assess, open_evidence
from pcp_analysis.findings.assess import Position
from pcp_analysis.findings.figure import Figure, Figures
from pcp_analysis.findings.signals import Signals, signals
from pcp_analysis.plan.model import Comparison, Deliverable, Milestone, Outcome, Plan

ROOT = Path(__file__).resolve().parents[1]
LEVEL = [100, 104, 98, 101, 99, 103, 100, 97, 102, 100, 101, 99]


def milestone(**fields: object) -> Milestone:
    """A milestone that nobody promised."""
    return Milestone(**{"id": "robbery", "title": "Robbery", "better": "lower", "series": "robbery", "metric": "year_to_date_change",
                        "baseline_year": "2013/14", "target": -5.0, **fields})


def change(value: float = -13.4, *, low: float = -30.0, high: float = 10.0, **fields: object) -> Figure:
    """A change of a series that nobody counted."""
    return Figure(**{"id": "robbery.year_to_date_change", "title": "Robbery, change", "value": value, "unit": "percent",
                     "basis": "recomputed", "method": "", "inputs": ("made_up",), "signed": True, "low": low, "high": high,
                     "numerator": 1177.0, "denominator": 1359.0, "period": "April to June 2014", "baseline": "April to June 2013",
                     "p_value": 0.2, **fields})


def count(item: str, value: float, **fields: object) -> Figure:
    """A count that nobody made."""
    return Figure(**{"id": f"robbery.{item}", "title": f"Robbery, {item}", "value": value, "unit": "count", "basis": "recomputed",
                     "method": "", "inputs": ("made_up",), **fields})


def level(*, last: float = 100.0) -> Signals:
    """The control chart of a level series with this last point."""
    series = pd.Series([*LEVEL[:-1], last], pd.period_range("2011Q3", periods=12, freq="Q-DEC", name="period"), name="robbery")
    return signals(series, None, better="lower")


def position(*figures: Figure, held: Milestone | None = None, chart: Signals | None = None, called: bool = False) -> Position:
    """The position of a milestone that has these figures."""
    held = held or milestone()
    deliverable = Deliverable("less_robbery", "Less robbery", (), "made up", milestones=(held,))
    outcome = Outcome("01_made_up", 1, "Made up", (deliverable,))
    made = Figures((figure.id.partition(".")[0], lambda figure=figure: [figure]) for figure in figures)
    return assess.position(outcome, deliverable, held, made, chart, called)


# -- what happened --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "words"), [(-13.4, "fell by 13.4%"), (13.4, "rose by 13.4%"), (0.02, "is unchanged")])
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


@pytest.mark.parametrize(("called", "words"), [(True, "more than chance"), (False, "can be chance")])
def test_signal_or_chance_is_what_was_called(called, words):
    """Whether a change is more than chance is decided for all changes together, and the words follow that."""
    found = position(change(), called=called).happened.plain
    assert words in found
    assert not re.search(r"(?i)p[- ]value|significan|phi|xmr|p = ", found)


@pytest.mark.parametrize(("low", "high", "words"), [(0.9, 3.2, "more than chance"), (-0.4, 3.2, "can be chance")])
def test_a_survey_is_judged_by_its_own_interval(low, high, words):
    """A change in points is more than chance where its interval leaves out no change, whatever else was called."""
    trust = milestone(id="trust", title="Trust", better="higher", series="confidence.agree", metric="change_on_previous_wave", target=None)
    figure = change(2.0, low=low, high=high, id="trust.change_on_previous_wave", unit="points", basis="arithmetic", p_value=None,
                    numerator=84.0, denominator=82.0, period="wave 36", baseline="wave 35")
    for called in (True, False):
        found = position(figure, held=trust, called=called).happened.plain
        assert "84% after 82%" in found
        assert words in found


def test_where_nothing_measures_it_the_page_says_so():
    """Without a series nothing is said to have happened, and no other figure stands in."""
    found = position(held=milestone(series=None, metric=None))
    assert "no series is held" in found.happened.plain
    assert found.happened.figures == ()
    assert found.official == found.shown == ()


@pytest.mark.parametrize(("last", "words"), [
    (100.0, "within its usual range"), (60.0, "below its usual range"), (140.0, "above its usual range"),
])
def test_the_level_is_said_beside_the_change(last, words):
    """What the control chart shows of the latest period is the second half of what happened."""
    assert words in position(change(), chart=level(last=last)).happened.plain


def test_every_rule_of_a_chart_has_words_for_both_sides():
    """A rule that a chart can mark a point with is never printed as a bare name."""
    for rule in ("outside", "two_of_three", "shift", "trend"):
        for side in ("high", "low"):
            chart = level()
            chart.chart.frame.loc[chart.chart.frame.index[-1], ["rule", "side"]] = [rule, side]
            said = assess.shows(chart)
            assert "signal" in said
            assert rule not in said.split()
            assert "{" not in said


# -- is that good ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "better", "answer"), [
    (-13.4, "lower", "Yes"), (13.4, "lower", "No"), (-13.4, "higher", "No"), (13.4, "higher", "Yes"),
])
def test_good_and_bad_follow_from_the_declared_direction(value, better, answer):
    """The direction of good is applied to a change that is more than chance, in one place."""
    assert position(change(value), held=milestone(better=better), called=True).good.plain.startswith(answer)


@pytest.mark.parametrize("value", [-13.4, 13.4])
@pytest.mark.parametrize("called", [True, False])
def test_a_neutral_measure_is_never_good_or_bad(value, called):
    """More reports and more crime cannot be told apart, signal or not."""
    found = position(change(value), held=milestone(better="neutral", target=None), called=called).good.plain
    assert found.startswith("Neither good nor bad")


@pytest.mark.parametrize("value", [-13.4, 13.4])
def test_chance_is_neither_good_nor_bad(value):
    """A change that can be chance, at a level within its usual range, is not praised or blamed."""
    assert position(change(value), chart=level()).good.plain.startswith("Neither")


def test_a_signal_of_the_level_counts_where_the_change_does_not():
    """A level far below its usual range is good although the change on the year alone can be chance."""
    assert position(change(), chart=level(last=60.0)).good.plain.startswith("Yes")
    assert position(change(), chart=level(last=140.0)).good.plain.startswith("No")


def test_of_what_is_not_measured_nothing_good_or_bad_is_said():
    """Without a change there is no answer."""
    assert position(held=milestone(series=None, metric=None)).good.plain.startswith("Cannot be said")


# -- will it be met -------------------------------------------------------------------------------------------------------


def projected(chance: float, **fields: object) -> tuple[Figure, ...]:
    """What a projection gives, with this chance of meeting the promise."""
    return (change(), count("promised_total", 5104.35, baseline="2013/14"), count("projected_total", 4897.4, low=4350.6, high=5538.3),
            count("chance", chance, unit="percent"), count("needed_per_period", 1309.1), count("target", -5.0, unit="percent", signed=True))


@pytest.mark.parametrize(("chance", "answer"), [
    (100.0, "On course"), (80.0, "On course"), (79.9, "Too close to call"), (50.0, "Too close to call"), (20.1, "Too close to call"),
    (20.0, "Off course"), (0.0, "Off course"),
])
def test_on_course_is_eighty_per_cent_or_more_and_off_course_twenty_or_less(chance, answer):
    """The bounds of the design, both inclusive; all between is too close to call."""
    found = position(*projected(chance), chart=level()).outlook
    assert found.plain.startswith(answer)
    assert "robbery.chance" in {figure.id for figure in found.figures}


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


@pytest.mark.parametrize(("target", "held"), [(-5.0, "series"), (None, "series"), (-5.0, None), (None, None)])
def test_without_a_projection_nothing_is_forecast(target, held):
    """Where no pace is known no course is said, and a promise without a number is said to have none."""
    promise = milestone(target=target, series=held and "robbery", metric=held and "year_to_date_change")
    found = position(change(), held=promise).outlook.plain
    assert "course" not in found.lower()
    assert ("sets no number" in found) == (target is None)


def test_when_the_year_is_over_nothing_is_forecast():
    """With no period left the total is a fact: no chance, no range and no heading is said of it."""
    over = (change(), count("promised_total", 5104.35, baseline="2013/14"), count("projected_total", 4888.0, low=4888.0, high=4888.0),
            count("chance", 100.0, unit="percent"), count("target", -5.0, unit="percent", signed=True))
    found = position(*over, chart=level()).outlook.plain
    assert "4,888" in found
    assert "chance" not in found
    assert "heading" not in found


def test_a_series_that_is_held_is_not_said_to_be_missing():
    """Of a milestone that is measured the page never says that no series is held."""
    trust = milestone(id="trust", title="Trust", better="higher", series="confidence.agree", metric="change_on_previous_wave", target=None)
    figure = change(2.0, id="trust.change_on_previous_wave", unit="points", basis="arithmetic", p_value=None)
    assert "no series is held" not in position(figure, held=trust).outlook.plain
    assert "no series is held" not in position(count("latest_period", 1177)).outlook.plain


# -- two columns ----------------------------------------------------------------------------------------------------------


def test_what_was_shown_and_what_is_official_are_kept_apart():
    """Quoted figures and what follows from them are one column, recomputed ones the other, the promise is neither."""
    shown = [count("april", 374, basis="quoted"), count("computed_change", 2.0, basis="arithmetic"), count("lost", None, basis="not held")]
    official = [count("year_to_date", 1177), change()]
    found = position(*shown, *official, count("target", -5.0, unit="percent", basis="quoted", signed=True))
    assert list(found.shown) == shown
    assert list(found.official) == official
    assert found.target.value == -5.0
    assert not set(found.shown) & set(found.official)


def test_a_figure_of_another_measure_is_in_no_column():
    """A series with a similar name does not stand in."""
    other = count("year_to_date", 5, id="robbery_of_business.year_to_date")
    found = position(other)
    assert found.shown == found.official == ()


def test_a_promise_without_a_number_has_no_target():
    """Nothing is made up for a promise of direction alone."""
    assert position(change(), held=milestone(target=None)).target is None


def test_the_title_of_a_milestone_is_text():
    """A title with special characters does not become markup in the sentence."""
    found = position(change(), held=milestone(title="Robbery <b> & *more*"))
    assert "<b>" not in found.happened.html
    assert "&lt;b&gt; &amp;" in found.happened.html


# -- targets and metrics --------------------------------------------------------------------------------------------------


def plan(*milestones: Milestone) -> Plan:
    """A plan that no Board agreed."""
    deliverable = Deliverable("less_robbery", "Less robbery", (), "paragraph 1", milestones=milestones)
    return Plan("made-up", "Made up", "North", "North Police", "Board", "2014/15", Comparison((), ""),
                (Outcome("01_made_up", 1, "Made up", (deliverable,)),))


def test_every_promised_number_is_a_quoted_figure_with_its_source():
    """A target has the plan's year and the year that it is measured from; a promise without a number has no figure."""
    promises = (milestone(), milestone(id="burglary", target=-2.0, baseline_year=None), milestone(id="none", target=None))
    made = Figures(assess.makers(plan(*promises)))
    assert list(made) == ["robbery.target", "burglary.target"]
    target = made["robbery.target"]
    assert (target.value, target.unit, target.basis, target.signed) == (-5.0, "percent", "quoted", True)
    assert (target.period, target.baseline) == ("2014/15", "2013/14")
    assert made["burglary.target"].baseline == "2013/14"
    assert "paragraph 1" in target.method


@pytest.mark.parametrize(("series", "fitting", "others"), [
    ("robbery", {"year_to_date_change", "year_to_date_difference", "rolling_year"}, {"change_on_previous_wave"}),
    ("confidence.agree", {"change_on_previous_wave"}, {"year_to_date_change", "rolling_year"}),
])
def test_a_metric_of_a_milestone_fits_its_series(series, fitting, others):
    """Counts by period have metrics of their own and surveys others; what takes two numbers, or gives a series, is none."""
    found = set(assess.metrics_for(series))
    assert fitting <= found
    assert not found & {*others, "percent_change", "wilson", "Estimate", "Measured", "year_totals", "seasonality", "project", "period_average"}


@pytest.mark.parametrize(("name", "known", "said"), [
    ("robery", ["robbery", "burglary"], "Nearest: robbery."), ("zzz", ["robbery", "burglary"], "Known: burglary, robbery."),
])
def test_an_unknown_name_is_answered_with_the_nearest_or_with_all(name, known, said):
    """A fault says how to mend it."""
    assert assess.nearest(name, known) == said


# -- the real cycle -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> dict[str, Position]:
    """The real positions of September 2014."""
    return open_evidence("2014-09", root=ROOT).positions


def test_every_milestone_of_the_plan_has_three_answers(real):
    """None of the real positions leaves a question without words or prints a raw binding."""
    assert len(real) == 16
    for name, held in real.items():
        assert held.milestone.id == name
        for answer in (held.happened, held.good, held.outlook):
            assert answer.plain.strip().endswith("."), name
            assert not set("{}") & set(answer.plain + answer.html), name


def test_the_real_promises_with_a_number_are_three(real):
    """Burglary by 2, robbery and public place violence by 5 per cent."""
    assert {name: held.target.value for name, held in real.items() if held.target} == {
        "burglary": -2.0, "robbery": -5.0, "public_place_violence": -5.0}


def test_public_place_violence_has_no_official_figure(real):
    """Violence with injury is not public place violence, and does not stand in its column."""
    held = real["public_place_violence"]
    assert held.official == ()
    assert {figure.basis for figure in held.shown} <= {"quoted", "arithmetic"}


def test_recorded_hate_crime_is_neutral(real):
    """Under a promise to encourage reporting a rise is neither good nor bad."""
    assert real["hate_crime"].good.plain.startswith("Neither good nor bad")


def test_confidence_rose_by_two_points(real):
    """82 % to 84 % is two points, and the survey's other answers are not in the milestone's column."""
    held = real["confidence"]
    assert "rose by 2" in held.happened.plain
    assert "84% after 82%" in held.happened.plain
    assert all(figure.id.startswith(("confidence.agree.wave_", "confidence.change_on_previous_wave")) for figure in held.shown)
