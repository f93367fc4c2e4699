"""A force's own months: a milestone on ``force_months.robbery`` is a monthly series wherever a page shows it."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

import pcp_analysis as pcp
from pcp_analysis.findings import faults
from pcp_analysis.findings.outlook import peers
from pcp_analysis.findings.view import CycleView, open_view
from pcp_analysis.loaders import import_release, register, register_files
from pcp_analysis.pages.outcome import OutcomePage
from tests.conftest import CHECKOUT, CYCLE, run_pcp
from tests.small_root import SMALL, make_small_root

FORCE = "Metropolitan Police"
BOROUGHS = ("Camden", "Hackney")
SERIES = ("burglary_dwelling", "robbery")
DESCRIPTION = """
[release]
title = "Recorded crime by month and borough"
publisher = "Metropolitan Police Service"
licence = "internal"
makes = "counts"
sensitive = false
sensitive_reason = "The counts are published; their places are made up."

[columns]
area = ["Borough"]
label = ["Offence"]
period = ["Month"]
count = ["Count"]

[periods]
written = ["%b-%y"]
grain = "month"

[areas]
"""
DELIVERABLE = """title = "Reduce crime"

[[deliverable]]
id     = "property_crime"
title  = "Reduce burglary by 5 per cent, and robbery"
leads  = ["Made-up Lead"]
source = "made up"
"""
MILESTONE = """
  [[deliverable.milestone]]
  id     = "{id}"
  title  = "{title}"
  series = "force_months.{series}"
  metric = "year_to_date_change"
  baseline_year = "2013/14"
  better = "lower"
"""
PLAN = f"""title  = "Made-up plan for London"
force  = "{FORCE}"
police = "Metropolitan Police Service"
board  = "Made-up Board"
year   = "2014/15"

[comparison]
forces = ["Greater Manchester", "West Midlands"]
basis  = "Made up."
"""
CELLS = (
    "outcome.deliverables()",
    *(
        f'outcome.{method}("{name}")'
        for name in ("burglary", "robbery")
        for method in ("position", "path", "control_chart", "rates")
    ),
    'outcome.level("force_months.robbery")',
    "outcome.changes()",
    "outcome.outside_plan()",
    "outcome.words()",
    "outcome.sources()",
)


def counts() -> dict[tuple[str, str], int]:
    """The force's counts of the committed table by series and month, to August 2014."""
    with (CHECKOUT / register.RAW / "met_recorded_crime.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["month_ending"] < "2014-09"]
    return {(name, row["month_ending"][:7]): int(row[name]) for row in rows for name in SERIES}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root whose only series are an extract by month and borough, two made-up places of which the force is the sum."""
    parts = {
        (borough, name, month): part
        for (name, month), count in counts().items()
        for borough, part in zip(BOROUGHS, (count * 2 // 5, count - count * 2 // 5), strict=True)
    }
    return make_root(tmp_path_factory.mktemp("months"), parts, CELLS)


def make_root(folder: Path, parts: dict[tuple[str, str, str], int], cells: Sequence[str]) -> Path:
    """A root in *folder* with an extract of the counts by place, series and month, and a page of *cells*."""
    root = make_small_root(folder)
    raw = root / register.RAW
    entries = {name: each for name, each in register.read(root).items() if name == "population"}
    for name in ("recorded_crime.csv", "shown/transport_crime.csv"):
        (raw / name).unlink()
    (root / register.REGISTER).write_text(register.to_toml(entries.values()), encoding="utf-8", newline="\n")
    shutil.copy(CHECKOUT / register.RAW / "population.csv", raw)
    register_files(root, ["population.csv"], entries["population"].as_at)
    (root / "plans/small/plan.toml").write_text(PLAN, encoding="utf-8")
    burglary, robbery = (
        MILESTONE.format(id=name, title=title, series=series)
        for name, title, series in (
            ("burglary", "Burglary in a dwelling", "burglary_dwelling"),
            ("robbery", "Robbery", "robbery"),
        )
    )
    text = f"{DELIVERABLE}{burglary}  target = -5.0\n{robbery}"
    (root / "plans/small" / f"{SMALL}.toml").write_text(text, encoding="utf-8")
    paper = root / "data/raw/cycles" / CYCLE / "paper.csv"
    rows = paper.read_text(encoding="utf-8").splitlines(keepends=True)
    paper.write_text("".join(row for row in rows if "total_recorded_crime" not in row), encoding="utf-8", newline="\n")
    _write_notebook(root / "notebooks" / f"{SMALL}.ipynb", cells)
    folder = root / "data" / "releases"
    folder.mkdir()
    areas = [f'"{each}" = "{FORCE} / {each}"' for each in dict.fromkeys(borough for borough, *_ in parts)]
    labels = [f'"{each}" = "{each}"' for each in SERIES]
    described = DESCRIPTION + "\n".join([*areas, "[labels]", *labels, ""])
    (folder / "force_months.toml").write_text(described, encoding="utf-8")
    lines = ["Borough,Offence,Month,Count"]
    for (borough, name, month), count in parts.items():
        lines.append(f"{borough},{name},{date.fromisoformat(f'{month}-01'):%b-%y},{count}")
    file = root / "extract.csv"
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")
    import_release(root, "force_months", [file], as_at=[date(2014, 9, 5)])
    file.unlink()
    return root


def _write_notebook(path: Path, texts: Sequence[str]) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    head = [{**notebook["cells"][0], "source": ["# 1. Reduce crime"]}, *notebook["cells"][1:3]]
    cells = [{**head[2], "id": f"cell-{at}", "source": [text]} for at, text in enumerate(texts)]
    path.write_text(json.dumps({**notebook, "cells": [*head, *cells]}, indent=1) + "\n", encoding="utf-8", newline="\n")


@pytest.fixture(scope="module")
def view(root: Path) -> CycleView:
    """The cycle of September 2014, which sees the extract to August."""
    return open_view(CYCLE, root=root)


@pytest.fixture(scope="module")
def page(root: Path) -> OutcomePage:
    """The page of the one outcome."""
    return pcp.open_outcome(SMALL, CYCLE, root=root)


def to_date(name: str, year: int) -> int:
    """The force's count from April to August of a year, by another way."""
    return sum(counts()[name, f"{year}-{month:02d}"] for month in range(4, 9))


@pytest.mark.parametrize(
    ("milestone", "series", "now", "before"),
    [("burglary", "burglary_dwelling", 17_575, 20_654), ("robbery", "robbery", 8_905, 12_434)],
)
def test_a_milestone_is_judged_by_its_months_to_august(
    view: CycleView, milestone: str, series: str, now: int, before: int
) -> None:
    """The change of April to August, under the milestone's own id, from the counts of both places."""
    assert (now, before) == (to_date(series, 2014), to_date(series, 2013))
    change = view.figures[f"{milestone}.year_to_date_change"]
    assert (change.numerator, change.denominator, change.inputs) == (now, before, ("force_months",))
    assert change.number == pytest.approx(100 * (now / before - 1))
    assert view.positions[milestone].change == change
    assert view.figures[f"{milestone}.latest_period"].period == "August 2014"


def test_an_answer_says_what_each_month_that_is_left_allows(view: CycleView) -> None:
    """The promise, the projection and the chance of it are of months: seven are left of the year."""
    outlook = view.positions["burglary"].outlook.plain
    assert outlook.endswith("in each month left.")
    promised = sum(count for (name, month), count in counts().items() if name == "burglary_dwelling" and "2013-04" <= month < "2014-04") * 0.95  # fmt: skip
    assert view.figures["burglary.promised_total"].number == pytest.approx(promised)
    left = (promised - to_date("burglary_dwelling", 2014)) / 7
    assert view.figures["burglary.needed_per_period"].number == pytest.approx(left)
    assert 0 < view.figures["burglary.chance"].number < 100


def test_a_projection_does_not_take_the_forces_own_places_for_other_forces(view: CycleView) -> None:
    """Its places are parts of the force, so no other force is held that its pace could follow."""
    assert len(view.inputs.areas("force_months.robbery")) == 1 + len(BOROUGHS)
    assert peers("force_months.robbery", view.plan, view.inputs) is None


def test_a_control_chart_is_of_three_years_of_months(view: CycleView, page: OutcomePage) -> None:
    """36 points to August 2014, of burglary with its seasons taken out."""
    chart = view.control_chart("burglary")
    assert chart is not None
    assert (len(chart.chart.frame), chart.periods, str(chart.chart.frame.index[-1])) == (36, "months", "2014-08")
    assert chart.seasons == "seasons taken out"
    words = page.control_chart("burglary").plain
    assert "Burglary dwelling, Metropolitan Police, by month" in words
    assert "force_months" not in words


def test_a_page_shows_whose_data_these_are(page: OutcomePage) -> None:
    """The figures of an extract stand under its publisher and day, and not as official statistics; its file is a source."""
    position = page.position("robbery").plain
    assert "What the data of Metropolitan Police Service give (as at 5 September 2014)" in position
    assert "official" not in position
    assert "8,905 after 12,434" in position
    assert "data/raw/force_months.csv" in page.sources().plain


def test_the_front_page_says_which_milestones_an_extract_measures(root: Path) -> None:
    """A cell says whose data give the change, and nothing calls it an official statistic or published."""
    words = pcp.open_overview(CYCLE, root=root).positions().plain
    assert "Milestones that official statistics or extracts measure" in words
    assert "on April to August 2013, data of Metropolitan Police Service" in words
    assert "Recorded crime by month and borough, as at 5 September 2014." in words


def test_the_official_series_of_what_a_milestone_is_about_is_not_outside_the_plan(
    tmp_path_factory: pytest.TempPathFactory, root: Path
) -> None:
    """With recorded crime held too, burglary by quarter is no news beside the milestone on burglary by month."""
    both = tmp_path_factory.mktemp("both") / "root"
    shutil.copytree(root, both, ignore=shutil.ignore_patterns("outputs"))
    shutil.copy(CHECKOUT / register.RAW / "recorded_crime.csv", both / register.RAW)
    register.record(both, register.read(CHECKOUT)["recorded_crime"])
    view = open_view(CYCLE, root=both)
    assert {"force_months.robbery", "burglary_dwelling", "drug_offences"} <= set(view.inputs.series_names())
    assert "drug_offences" in view.outside_plan
    assert not {"burglary_dwelling", "robbery"} & set(view.outside_plan)
    assert view.positions["burglary"].change == view.figures["burglary.year_to_date_change"]
    assert view.figures["burglary.year_to_date_change"].inputs == ("force_months",)


def test_a_rate_is_told_where_only_the_force_itself_is_held(view: CycleView, page: OutcomePage) -> None:
    """Residents of the force are held, and of no other force the months: nothing is compared, and no ratio to itself told."""
    words = page.rates("robbery").plain
    assert "residents; of no comparison force is it held" in words
    assert "Not held: Greater Manchester and West Midlands" in words
    assert "robbery.ratio_to_expected" not in view.figures
    assert page.funnel("robbery").plain.endswith("a chart cannot be drawn, since of no other force is it held.")


def test_a_series_of_an_extract_that_no_milestone_is_about_has_figures_by_its_own_name(root: Path) -> None:
    """``force_months.robbery.latest_period`` is bound and listed by that name, and charts call it robbery."""
    plan = root / "plans/small" / f"{SMALL}.toml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.partition('\n  [[deliverable.milestone]]\n  id     = "robbery"')[0] + "\n", encoding="utf-8")
    try:
        page = pcp.open_outcome(SMALL, CYCLE, root=root)
        figure = page.figure("force_months.robbery.year_to_date_change")
        assert figure.title == "Robbery, change on April to August 2013"
        assert figure.id in page.figures("force_months.robbery").plain
        assert "Recorded robbery" in page.level("force_months.robbery").plain
        assert "Robbery" in page.outside_plan().plain
    finally:
        plan.write_text(text, encoding="utf-8")


def test_a_metric_fits_a_series_with_a_dot_by_what_it_is_of(root: Path) -> None:
    """The series of an extract has metrics of counts and none of a survey; a plan that names one of a survey is refused."""
    assert "year_to_date_change" in faults.metrics_for("force_months.robbery", ["force_months.robbery"])
    assert "year_to_date_change" not in faults.metrics_for("confidence.agree", ["force_months.robbery"])
    plan = root / "plans/small" / f"{SMALL}.toml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("year_to_date_change", "change_on_previous_wave", 1), encoding="utf-8")
    try:
        (fault,) = faults.check_names(open_view(CYCLE, root=root))
        assert (fault.value, fault.rule) == ("change_on_previous_wave", "no metric of that name fits its series")
    finally:
        plan.write_text(text, encoding="utf-8")


@pytest.mark.slow
def test_a_pack_of_months_is_built_by_the_command(root: Path) -> None:
    """Without a fault, with every chart of the page."""
    done = run_pcp("report", CYCLE, root=root)
    assert done.returncode == 0, done.stdout + done.stderr
    html = (root / "outputs" / CYCLE / f"{SMALL}.html").read_text(encoding="utf-8")
    assert "fell by 14.9%" in html
    assert "cannot be drawn" not in html
