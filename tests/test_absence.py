"""Why a milestone has no change to tell: each reason is its own, on real series."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from pcp_analysis.figures.figure import Figures
from pcp_analysis.findings import absence, assess, courses
from pcp_analysis.findings.view import open_view
from pcp_analysis.loaders import register, register_files
from pcp_analysis.loaders.inputs import open_inputs
from pcp_analysis.plan.model import Milestone
from tests.conftest import CHECKOUT, CYCLE

WHOLE = {"force": "West Midlands", "year": "2014/15", "series": "robbery", "baseline_year": "2013/14"}


@pytest.mark.parametrize(
    ("changed", "cut_off", "said"),
    [
        ({"series": None}, "2014-08-31", "nothing was received that measures it"),
        ({"series": "confidence.agree"}, "2014-08-31", "nothing was received that measures it"),
        (
            {"force": "Warwickshire", "series": "homicide"},
            "2014-08-31",
            "{made_up.year_to_date} in {made_up.year_to_date:period}, after none in April to June 2013; of a change from none no "
            "percentage is told",
        ),
        (
            {"series": "residential_burglary"},
            "2014-08-31",
            "nothing of West Midlands is held in the series that measures it",
        ),
        (
            {"force": "British Transport Police"},
            "2014-08-31",
            "nothing of British Transport Police is held in the series",
        ),
        (
            {"series": "burglary_dwelling", "year": "2018/19", "baseline_year": "2017/18"},
            "2018-12-31",
            "no quarter of 2018/19 is held yet; the series that measures it is held until January to March 2017 only",
        ),
        (
            {},
            "2014-05-31",
            "no quarter of 2014/15 has ended yet; the series that measures it is held until January to March 2014 only",
        ),
        ({"year": "2012/13"}, "2014-08-31", "the year 2012/13 is over, and no change in it is told"),
        (
            {"baseline_year": "2005/06"},
            "2014-08-31",
            "2005/06, which it is to be compared with, is not held in full; the series is held for April 2006 to June 2014",
        ),
        (
            {"series": "residential_burglary", "year": "2017/18", "baseline_year": None},
            "2017-08-31",
            "2016/17, which it is to be compared with, is not held in full; the series is held for April to June 2017",
        ),
    ],
)
def test_each_reason_is_its_own(changed: dict[str, str | None], cut_off: str, said: str) -> None:
    """No series, no row of the force, nothing of the year, a year that is over, no baseline, and a baseline of none."""
    given = WHOLE | changed
    plan = replace(open_view(CYCLE, root=CHECKOUT).plan, force=given["force"], year=given["year"])
    milestone = Milestone("made_up", "Made up", "lower", series=given["series"], baseline_year=given["baseline_year"])
    inputs = open_inputs(CHECKOUT, cut_off=dt.date.fromisoformat(cut_off), board_date=dt.date(2020, 1, 1))
    assert absence.reason(milestone, plan, inputs, Figures([]), cut_off=dt.date.fromisoformat(cut_off)).startswith(said)


def test_what_is_suppressed_was_received(copied_root: Path) -> None:
    """A milestone whose printed numbers disclosure control took is said to be that, in all three answers."""
    path = copied_root / "data/raw/shown/year_to_date.csv"
    row = "business_crime,current,Business crimes recorded,3,count,2014/15 year to date,,lower,2014-09,69,quoted,\n"
    path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8", newline="\n")
    register_files(copied_root, [path], dt.date(2014, 9, 11))
    held = replace(register.read(copied_root)["year_to_date"], sensitive=True, sensitive_reason="")
    register.record(copied_root, held)
    position = open_view(CYCLE, root=copied_root).positions["business_crime"]
    assert position.happened.plain == f"Business crime: {absence.SUPPRESSED}."
    assert {position.good.plain, position.outlook.plain} == {"Cannot be said: what was received is suppressed."}
    assert position.course == courses.COURSES[-1]
    assert assess.NOT_RECEIVED not in position.happened.plain
