"""The West Midlands Police and Crime Plan 2014/15 as the paper of its Board prints it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pcp_analysis.plan import CADENCES, model, reading

FOLDER = Path(model.__file__).parent / "west-midlands-2014-15"
PAPER = Path(__file__).resolve().parents[2] / "shared" / "paper" / "spcb-2014-09-11-item-6.txt"


@pytest.fixture(scope="module")
def plan() -> model.Plan:
    return reading.load(FOLDER)


def test_the_plan_has_ten_outcomes_and_51_deliverables_in_the_papers_numbers(plan):
    """The plan has the paper's 51 deliverables, 7, 7, 6, 5, 4, 5, 4, 6, 4 and 3 under its ten outcomes."""
    assert [len(outcome.deliverables) for outcome in plan.outcomes] == [7, 7, 6, 5, 4, 5, 4, 6, 4, 3]
    assert [outcome.number for outcome in plan.outcomes] == list(range(1, 11))
    assert len(plan.deliverables) == len({each.id for each in plan.deliverables}) == 51


def test_the_plan_is_named_and_says_whom_it_compares_with(plan):
    """The plan knows its force, Board and year, and the five forces that it may be set beside."""
    assert (plan.id, plan.force, plan.year) == ("west-midlands-2014-15", "West Midlands", "2014/15")
    assert (plan.police, plan.board) == ("West Midlands Police", "Strategic Policing and Crime Board")
    assert plan.comparison.forces == (
        "Greater Manchester",
        "Merseyside",
        "Northumbria",
        "South Yorkshire",
        "West Yorkshire",
    )
    assert "Most Similar Force list of 2014 is not held" in plan.comparison.basis


@pytest.mark.skipif(not PAPER.is_file(), reason="the paper's text is not beside the checkout")
def test_every_title_stands_in_the_paper_in_the_order_of_the_plan(plan):
    """Each outcome and each deliverable is titled as the paper prints it, in the paper's order."""
    paper = " ".join(PAPER.read_text(encoding="utf-8").split())
    place = 0
    for outcome in plan.outcomes:
        for title in (outcome.title, *(each.title for each in outcome.deliverables)):
            found = paper.find(title, place)
            assert found >= 0, title
            place = found + len(title)


@pytest.mark.skipif(not PAPER.is_file(), reason="the paper's text is not beside the checkout")
def test_what_the_paper_prints_after_each_title_is_the_lead_and_the_cadence(plan):
    """Lead and cadence follow each title in the paper, as printed where the plan corrects them."""
    paper = " ".join(PAPER.read_text(encoding="utf-8").split())
    for each in plan.deliverables:
        after = paper[paper.index(each.title) + len(each.title) :].strip()
        if each.printed:
            assert after.startswith(each.printed), each.id
        else:
            line = after[:60].removeprefix("Lead ").lower()
            for lead in each.leads:
                assert lead.lower() in line, each.id
            assert each.cadence is None or each.cadence in line, each.id


def test_the_six_cadences_all_occur(plan):
    """The six wordings of the paper are the closed set of cadences, and two deliverables have none."""
    counts = Counter(each.cadence for each in plan.deliverables)
    assert counts == {
        "monthly": 5,
        "quarterly": 35,
        "6 monthly": 6,
        "proposal 6 monthly": 1,
        "as required": 1,
        "quarterly until complete": 1,
        None: 2,
    }
    assert set(counts) - {None} == set(CADENCES)


def test_one_deliverable_has_a_lead_and_no_cadence_and_one_has_neither(plan):
    """Complaints has a lead and no cadence; public place violence has neither; no other lacks either."""
    without = [each for each in plan.deliverables if each.cadence is None]
    assert [(each.id, each.leads) for each in without] == [
        ("complaints", ("ACC Operations",)),
        ("public_place_violence", ()),
    ]
    assert [each.id for each in plan.deliverables if not each.leads] == ["public_place_violence"]


def test_misprinted_and_joined_leads_are_put_right_and_said(plan):
    """ "ACC Local Poling/Crime" is two leads, and the plan keeps what was printed."""
    assert plan.deliverable("property_crime").leads == ("ACC Local Policing", "ACC Crime")
    assert plan.deliverable("property_crime").printed == "Lead ACC Local Poling/Crime – Monthly"
    assert not any("/" in lead for each in plan.deliverables for lead in each.leads)


def test_first_due_months_follow_the_paper(plan):
    """Reported or awaited in September: due first then; deferred: in the month of the report; three cannot be told."""
    counts = Counter(each.first_due for each in plan.deliverables)
    assert counts == {"2014-09": 32, "2014-10": 5, "2014-11": 4, "2014-12": 7, None: 3}
    unknown = {each.id for each in plan.deliverables if each.first_due is None}
    assert unknown == {"complaints", "public_place_violence", "summit_action_plans"}


def test_three_promises_have_a_number(plan):
    """Burglary -2, robbery -5 and public place violence -5 per cent, and no other milestone has a target."""
    targets = {each.id: (each.target, each.better) for each in plan.milestones if each.target is not None}
    assert targets == {
        "burglary": (-2.0, "lower"),
        "robbery": (-5.0, "lower"),
        "public_place_violence": (-5.0, "lower"),
    }


def test_the_lowest_crime_promise_is_measured_from_the_lowest_year(plan):
    """ "Lowest ever" is a promise against 2012/13, without a number; burglary is promised against 2013/14."""
    total = plan.milestone("total_recorded_crime")
    assert (total.baseline_year, total.target) == ("2012/13", None)
    assert plan.milestone("burglary").baseline_year == "2013/14"


def test_no_other_series_stands_in_where_nothing_is_held(plan):
    """Public place violence, business crime and the like have no series; what more reports mean is neutral."""
    measured = {each.id: each.series for each in plan.milestones if each.series}
    assert measured == {
        "confidence": "confidence.agree",
        "total_recorded_crime": "total_recorded_crime",
        "burglary": "burglary_dwelling",
        "robbery": "robbery",
        "vehicle_crime": "vehicle_offences",
    }
    assert [each.id for each in plan.milestones if each.better == "neutral"] == ["domestic_abuse", "hate_crime"]
    assert len(plan.milestones) == 16
    assert "violence with injury" in plan.milestone("public_place_violence").note


def test_lookups_find_the_owner_and_name_the_nearest(plan):
    """A name that is unknown is a KeyError that lists the nearest names."""
    assert plan.outcome_of("property_crime").id == "06_reduce_crime"
    assert plan.outcome("06_reduce_crime").number == 6
    with pytest.raises(KeyError, match="robbery"):
        plan.milestone("robery")
    with pytest.raises(KeyError, match="property_crime"):
        plan.deliverable("property")
    with pytest.raises(KeyError, match="06_reduce_crime"):
        plan.outcome("06_reduced_crime")


def test_a_deliverable_knows_the_months_in_which_it_falls_due(plan):
    """A quarterly deliverable deferred to December is due then, not in November, and again in March."""
    diversity = plan.deliverable("workforce_diversity")
    months = ("2014-09", "2014-11", "2014-12", "2015-03")
    assert [diversity.falls_due(month) for month in months] == [False, False, True, True]
    assert plan.deliverable("complaints").falls_due("2014-12") is None
