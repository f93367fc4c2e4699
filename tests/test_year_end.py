"""The year's end, on official statistics alone: what the front page says of 2014/15 is what a table of counts gives."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import tomllib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from pcp_analysis import edition
from pcp_analysis.findings import briefing, courses, diff
from pcp_analysis.findings.view import CycleView, open_view
from pcp_analysis.pages import open_outcome
from pcp_analysis.pages.overview import open_overview
from pcp_analysis.plan import cycle
from tests.conftest import CHECKOUT, CYCLE, copy_root

JUNE = "2015-06"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed root with a cycle at the year's end, of which no update and no paper is held."""
    root = copy_root(tmp_path_factory.mktemp("year_end") / "root")
    shutil.rmtree(root / "data/raw/cycles" / JUNE)
    plan = cycle.load(root, CYCLE).plan
    briefing.lay_out(root, JUNE, board_date=dt.date(2015, 6, 11), data_cut_off=dt.date(2015, 5, 31), plan=plan)
    return root


@pytest.fixture(scope="module")
def view(root: Path) -> CycleView:
    return open_view(JUNE, root=root)


@pytest.fixture(scope="module")
def years() -> pd.DataFrame:
    """The counts of West Midlands by financial year, added up from the table itself."""
    table = pd.read_csv(CHECKOUT / "data/raw/recorded_crime.csv", parse_dates=["quarter_ending"])
    table = table[(table.force == "West Midlands") & (table.quarter_ending <= "2015-03-31")]
    starts = table.quarter_ending.dt.year - (table.quarter_ending.dt.month <= 3)
    return table.groupby(starts.map(lambda year: f"{year}/{(year + 1) % 100:02d}")).sum(numeric_only=True)


SERIES = {
    "total_recorded_crime": ("total_recorded_crime", "2012/13", 0.0, "not met"),
    "burglary": ("burglary_dwelling", "2013/14", -2.0, "met"),
    "robbery": ("robbery", "2013/14", -5.0, "met"),
    "vehicle_crime": ("vehicle_offences", "2013/14", 0.0, "not met"),
}


@pytest.mark.parametrize("name", SERIES)
def test_a_completed_year_is_a_year(view: CycleView, years: pd.DataFrame, name: str) -> None:
    """Its total, its change, its place and the lowest of all; whether the promise was met, by another route."""
    series, baseline, target, course = SERIES[name]
    counts, figures = years[series], view.figures
    assert figures[f"{name}.year_to_date"].number == counts["2014/15"]
    assert figures[f"{name}.year_to_date"].period == "2014/15"
    change = figures[f"{name}.year_to_date_change"]
    assert (change.period, change.baseline) == ("2014/15", baseline)
    assert change.number == pytest.approx(100 * (counts["2014/15"] / counts[baseline] - 1))
    lowest = figures[f"{name}.lowest_year"]
    assert (lowest.period, lowest.number) == (counts.idxmin(), counts.min())
    assert figures[f"{name}.last_year_rank"].number == counts.rank(method="min")["2013/14"]
    promised = counts[baseline] * (1 + target / 100)
    met = counts["2014/15"] <= promised if target else counts["2014/15"] < promised
    position = view.positions[name]
    assert (position.course, met) == (course, course == "met")
    assert position.outlook.plain.startswith(f"{course.capitalize()}: the year came to {counts['2014/15']:,.0f}.")
    assert list(position.answers)[-1] == "Was the milestone met?"
    assert not any(figure.looks_ahead and "remaining" in figure.title for figure in position.official)


def test_of_what_was_only_printed_nothing_is_known(view: CycleView) -> None:
    """It says so and what the last Board was told, and has no word of a course any more."""
    printed = [each for name, each in view.positions.items() if name not in SERIES]
    assert {each.course for each in printed} == {courses.YEAR_UNKNOWN}
    hate = view.positions["hate_crime"]
    assert hate.outlook.plain == (
        "Not known here: the year is over, and no figure of all of it was received; the Board of September 2014 was last told: "
        "shown with no clear change."
    )
    assert not any("rest of the year" in figure.title for each in printed for figure in each.printed)


def test_the_front_page_says_what_came_and_what_was_told(root: Path, years: pd.DataFrame) -> None:
    """Met or not beside what the Board of September 2014 was told; no word of a course, no month in place of a year."""
    page = open_overview(JUNE, root=root)
    text = page.positions().plain + page.summary().plain
    assert "What became of the milestones?" in text
    for series, _, _, course in SERIES.values():
        assert f"{course}: {years[series]['2014/15']:,.0f}" in text
    ids = {figure.id for figure in page.positions().figures if figure.id.startswith("told.")}
    assert ids == {f"told.2014_09.{name}.{item}" for name in SERIES for item in ("chance", "projected_total")}
    told = text[text.index("What Boards were told") : text.index("Milestones that official statistics measure")]
    september = open_view(CYCLE, root=root).figures
    for name in SERIES:
        assert f"{september[f'{name}.chance'].number:.0f}%" in told
    assert not re.search(r"on course|off course|likely|could go either way|April 2014 to March 2015|on April 20", text)
    assert "revised for the same period" not in text, "where nothing was kept, nobody can know"
    assert "held no longer" in text
    assert "each remaining period" not in text


def by_another_route(view: CycleView, years: pd.DataFrame) -> dict[str, float]:
    """What each number of the front page of June 2015 must be: from the tables, the plan and September's own figures."""
    quarters = pd.read_csv(CHECKOUT / "data/raw/recorded_crime.csv").query("force == 'West Midlands'")
    june = quarters[quarters.quarter_ending.str.endswith("-06-30")].set_index("quarter_ending")
    found: dict[str, float] = {}
    for name, (series, baseline, _, _) in SERIES.items():
        counts = years[series]
        parts = {"": baseline, "_on_last_year": "2013/14", "_on_lowest_year": counts.drop("2014/15").idxmin()}
        for part, year in parts.items():
            found[f"{name}.year_to_date_change{part}"] = 100 * (counts["2014/15"] / counts[year] - 1)
        found[f"{name}.projected_total"] = counts["2014/15"]
        then = june[series][f"{int(baseline[:4])}-06-30"]
        found[f"last_board.{name}.year_to_date_change"] = 100 * (june[series]["2014-06-30"] / then - 1)
        for item in ("chance", "projected_total"):
            found[f"told.2014_09.{name}.{item}"] = open_view(CYCLE, root=view.root).figures[f"{name}.{item}"].number
    for file in (CHECKOUT / "data/raw/shown").glob("*.csv"):
        rows = pd.read_csv(file)
        if "value" in rows:
            found |= dict(zip(rows.measure + "." + rows.item, rows.value, strict=True))
    waves = pd.read_csv(CHECKOUT / "data/raw/shown/confidence_survey.csv").query("answer == 'agree'").set_index("wave")
    found["confidence.agree.wave_36"] = waves.percent[36]
    found["confidence.change_on_previous_wave"] = waves.percent[36] - waves.percent[35]
    audit = pd.read_csv(CHECKOUT / "data/raw/shown/crime_data_integrity.csv").set_index("item").loc["no_crime_violence"]
    found["crime_data_integrity.no_crime_violence"] = 100 * audit.correct / audit.required
    found |= {f"crime_data_integrity.no_crime_violence.{each}": audit[each] for each in ("correct", "required")}
    for file in Path(cycle.__file__).parent.glob("west-midlands-2014-15/0*.toml"):
        for deliverable in tomllib.loads(file.read_text(encoding="utf-8"))["deliverable"]:
            found |= {
                f"{each['id']}.target": each["target"] for each in deliverable.get("milestone", ()) if "target" in each
            }
    met = sum(
        years[series]["2014/15"] < years[series][base] * (1 + by / 100) for series, base, by, _ in SERIES.values()
    )
    everything = len(view.plan.milestones)
    found |= {"milestones.all": everything, "milestones.met": met, "milestones.not_met": len(SERIES) - met}
    return found | {"milestones.not_known_here": everything - len(SERIES)}


def test_every_number_of_the_front_page_is_found_by_another_route(years: pd.DataFrame) -> None:
    """Of the cycle that the tree holds: each figure of each part of the page, and each word of a course; none is left over."""
    view = open_view(JUNE, root=CHECKOUT)
    page, wanted = open_overview(JUNE, root=CHECKOUT), by_another_route(view, years)
    parts = [page.summary(), page.positions(), page.cautions(), page.deliverables(), page.changes(), page.sections()]
    shown = {figure.id: figure.number for part in parts for figure in part.figures}
    counted = {name for name in shown if name.startswith("since_last_board.")}
    assert shown.keys() - counted <= wanted.keys()
    assert len(shown) > 50
    for name in shown.keys() - counted:
        assert shown[name] == pytest.approx(wanted[name], rel=1e-9), name
    before, after = (diff.showing(each) for each in (view.before, view))
    moved = [name for name in before.keys() & after.keys() if before[name].period != after[name].period]
    assert shown["since_last_board.changed"] >= len(moved) > 10
    words = {name: position.course for name, position in view.positions.items()}
    assert words == dict.fromkeys(words, "not known here") | {name: course for name, (*_, course) in SERIES.items()}


def test_a_path_names_the_lowest_year_for_what_it_is(root: Path) -> None:
    """2012/13 is the lowest for vehicle crime; robbery has no line for a lowest year beside last year's. No label of the year
    that is over says "so far" or lies on another, and nothing is projected.
    """
    outcome = open_outcome("06_reduce_crime", JUNE, root=root)
    for name in SERIES:
        chart = outcome.path(name)
        FigureCanvasAgg(chart.axes.figure).draw()
        labels = sorted((each.get_window_extent() for each in chart.axes.texts), key=lambda box: box.y0)
        assert all(below.y1 <= above.y0 + 1 for below, above in pairwise(labels)), (name, labels)
        assert "2014/15" in {each.get_text() for each in chart.axes.texts}
        assert "Projected" not in chart.alt
    assert "2012/13, the lowest" in outcome.path("vehicle_crime").frame.columns
    assert not any("lowest" in str(column) for column in outcome.path("robbery").frame.columns)


REASON = "the papers of this Board were not sought"


@pytest.fixture(scope="module")
def without(root: Path) -> Path:
    """The cycle says that no updates and no paper are to be had of it, and why."""
    held = Path(shutil.copytree(root, root.parent / "without"))
    folder = held / "data/raw/cycles" / JUNE
    (folder / "updates.toml").unlink()
    (folder / "paper.csv").unlink()
    text = (folder / "cycle.toml").read_text(encoding="utf-8")
    keys = f'without = ["updates", "paper"]\nwithout_reason = "{REASON}"\n'
    (folder / "cycle.toml").write_text(text + keys, encoding="utf-8", newline="\n")
    return held


def test_a_cycle_without_updates_tells_no_status_and_accuses_nobody(without: Path) -> None:
    """No status, nothing owed, no page of what is owed or of a paper; the reason stands where they would be."""
    view = open_view(JUNE, root=without)
    assert (view.statuses, view.owed) == ({}, [])
    assert [job.id for job in edition.gather(without, JUNE).jobs][11:] == ["year_end", "glossary"]
    page = open_overview(JUNE, root=without)
    text = page.summary().plain + page.deliverables().plain + page.changes().plain
    assert text.count(REASON) == 2
    pages = [open_outcome(outcome.id, JUNE, root=without).deliverables().plain for outcome in view.plan.outcomes]
    assert all(f"is not held here, so that no status is told: {REASON}." in each for each in pages)
    for each in (text, *pages):
        assert not re.search(r"Status:|[Nn]othing received|no record here|overdue|another status", each)


def test_a_later_cycle_passes_over_one_without_updates(without: Path) -> None:
    """What September was promised stands in the Board after June; of what fell due until June nobody is said to be silent."""
    plan = cycle.load(without, CYCLE).plan
    later = Path(shutil.copytree(without, without.parent / "later"))
    for root in (later, gone := Path(shutil.copytree(without, without.parent / "gone"))):
        briefing.lay_out(root, "2015-07", board_date=dt.date(2015, 7, 9), data_cut_off=dt.date(2015, 6, 30), plan=plan)
    shutil.rmtree(gone / "data/raw/cycles" / JUNE)
    statuses = [open_view("2015-07", root=root).statuses for root in (later, gone)]
    promised = {name for name, each in statuses[1].items() if each.source}
    assert promised
    assert all(statuses[0][name] == statuses[1][name] for name in promised)
    silent = {name for name, each in statuses[1].items() if each.name == "nothing received" and not each.source}
    assert silent
    assert min(statuses[0][name].due for name in silent) > JUNE


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda text: text.replace('without_reason = "', '# "'), "does not go with the key without"),
        (lambda text: text.replace('["updates", "paper"]', '["papers"]'), "is no part of a cycle that is known"),
        (lambda text: text.replace('["updates", "paper"]', "[]"), ""),
    ],
)
def test_what_a_cycle_is_without_is_read_strictly(
    without: Path, tmp_path: Path, change: Callable[[str], str], rule: str
) -> None:
    """A part that is none, no reason, nothing; and a file that is there though it is said not to be."""
    root = Path(shutil.copytree(without, tmp_path / "root"))
    file = root / "data/raw/cycles" / JUNE / "cycle.toml"
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    assert any(rule in fault.rule for fault in cycle.check(root, JUNE))
    shutil.copy(without / "data/raw/cycles" / JUNE / "cycle.toml", file)
    (file.parent / "updates.toml").write_text("", encoding="utf-8")
    rules = [fault.rule for fault in cycle.check(root, JUNE)]
    assert "is said not to be had, and updates.toml is there" in rules
