"""Which chart answers which question: messages follow the data, and charts hold what the cycle's figures say."""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from pcp_analysis import edition, metrics
from pcp_analysis.figures import wording
from pcp_analysis.findings import chance
from pcp_analysis.findings.view import CycleView, open_view
from pcp_analysis.loaders import Inputs
from pcp_analysis.metrics import period
from pcp_analysis.pages import charts, open_outcome, printed_charts
from pcp_analysis.pages.chart import Chart
from pcp_analysis.plan import cycle as cycles
from tests.conftest import CHECKOUT, CYCLE

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def view() -> CycleView:
    """The real cycle of September 2014."""
    return open_view("2014-09", root=ROOT)


def changed(view: CycleView, table: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> CycleView:
    """The same cycle with one table made up: what *change* makes of a copy of it."""
    tables = {**view.inputs.tables, table: change(view.inputs.tables[table].copy())}
    inputs = Inputs.of(tables, view.inputs.entries, view.inputs.sha256)
    return CycleView(view.root, view.plan, view.cycle, view.earlier, inputs)


def latest_quarter(view: CycleView, series: str, count: int) -> CycleView:
    """The same cycle with a made-up count in the force's latest quarter."""

    def put(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[(table.force == view.plan.force) & (table.quarter_ending == "2014-06-30"), series] = count
        return table

    return changed(view, "recorded_crime", put)


# -- year to date
# ---------------------------------------------------------------------------------------------------------


def test_a_path_holds_the_added_up_quarters_of_three_years(view):
    """Last year and the lowest year to their ends, this year as far as the cycle sees; checked against the table by
    hand.
    """
    chart = charts.path(view, "total_recorded_crime")
    table = view.inputs.tables["recorded_crime"]
    own = table[table.force == "West Midlands"].set_index("quarter_ending").total_recorded_crime
    assert list(chart.frame.columns[1:]) == ["2013/14", "2012/13, the lowest", "2014/15"]
    assert chart.frame["2013/14"].tolist() == own["2013-06-30":"2014-03-31"].cumsum().tolist()
    assert chart.frame["2012/13, the lowest"].iloc[-1] == 168770
    assert chart.frame["2013/14"].iloc[-1] == 174524
    assert chart.frame["2014/15"].dropna().tolist() == [43285]


def test_where_last_year_was_the_lowest_one_line_is_drawn(view):
    """Robbery's lowest year is last year: it is not drawn twice."""
    assert list(charts.path(view, "robbery").frame.columns[1:]) == ["2013/14", "2014/15"]


@pytest.mark.parametrize(("count", "words"), [(1359, "is unchanged"), (1000, "fell by 26.4%"), (2000, "rose by 47.2%")])
def test_the_title_of_a_path_follows_the_data(count, words, view):
    """Whatever the latest quarter turns out to be, the title says that and nothing else."""
    chart = charts.path(latest_quarter(view, "robbery", count), "robbery")
    assert words in chart.message.plain
    assert "April to June 2013" in chart.message.plain


def test_a_path_shows_the_projection_of_the_figures(view):
    """The fan is the figure that the words beside it quote."""
    chart, figure = charts.path(view, "robbery"), view.figures["robbery.projected_total"]
    assert f"{figure.value:,.0f}, from {figure.low:,.0f} to {figure.high:,.0f}" in chart.alt


# -- control charts
# -------------------------------------------------------------------------------------------------------


def test_a_control_chart_shows_what_the_position_says(view):
    """The title has the words of the position, and the words of the points are those of the signals."""
    chart = charts.control(view, "robbery")
    assert chance.level(view.control_chart("robbery")) in chart.message.plain
    assert chart.frame["signal"].tolist() == [word or "none" for word in view.control_chart("robbery").words]
    assert chart.frame["value"].iloc[-1] == 1177


@pytest.mark.parametrize(
    ("count", "words", "signal"),
    [
        (760, "below what the last three years would lead one to expect", "improvement"),
        (1900, "above what the last three years would lead one to expect", "concern"),
    ],
)
def test_the_title_of_a_control_chart_follows_the_data(count, words, signal, view):
    """A quarter far out of range is named in the title, in the alternative and at the last point."""
    chart = charts.control(latest_quarter(view, "robbery", count), "robbery")
    assert words in chart.message.plain
    assert chart.frame["signal"].iloc[-1] == signal
    assert f"April to June 2014: {signal}" in chart.alt


def test_a_series_that_nothing_was_promised_of_is_neither_good_nor_bad(view):
    """Signals of violence with injury are high or low."""
    chart = charts.control(view, "violence_with_injury")
    assert set(chart.frame["signal"]) <= {"none", "high", "low"}
    assert chart.message.plain.startswith("Violence with injury")


def test_a_control_chart_says_what_was_done_to_its_series(view):
    """Whether seasons were taken out, which periods it covers and where they come from stand below the title."""
    chart = charts.control(view, "violence_with_injury")
    assert "season" in chart.subtitle
    assert "12 quarters" in chart.subtitle
    assert "West Midlands" in chart.subtitle
    assert "25 April 2019" in chart.source.words


def test_too_short_a_series_is_not_said_to_have_no_seasons(view):
    """Of five quarters nobody knows the seasons, and the chart does not claim that it looked."""

    def begin(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[table.quarter_ending < "2013-04-01", "shoplifting"] = pd.NA
        return table

    chart = charts.control(changed(view, "recorded_crime", begin), "shoplifting")
    assert len(chart.frame) == 5
    assert "no seasons found" not in chart.subtitle
    assert "the latest 12 quarters" not in chart.subtitle


def test_a_series_that_does_not_vary_has_a_chart(view):
    """Nought in every quarter has no usual range and breaks nothing."""

    def nothing(table: pd.DataFrame) -> pd.DataFrame:
        table["homicide"] = 0
        return table.astype({"homicide": "Int64"})

    chart = charts.control(changed(view, "recorded_crime", nothing), "homicide")
    assert "Latest 0" in chart.alt
    assert not re.search(r"\b(nan|inf)\b", chart.html)


# -- levels and rates
# -----------------------------------------------------------------------------------------------------


def test_a_record_is_named_with_its_beginning_and_never_ever(view):
    """The latest quarter of burglary is the lowest since April 2006; that of vehicle crime is not the lowest."""
    burglary, vehicle = (charts.level(view, name).message.plain for name in ("burglary", "vehicle_crime"))
    assert "2,512 in April to June 2014, the lowest since April 2006" in burglary
    assert "the lowest was 5,511 in January to March 2013" in vehicle
    assert " ever" not in burglary + vehicle


def test_a_level_covers_all_quarters_that_the_cycle_sees(view):
    """From the first to the last quarter, each once."""
    chart = charts.level(view, "burglary")
    assert len(chart.frame) == 33
    assert (chart.frame["period"].iloc[0], chart.frame["period"].iloc[-1]) == (
        "April to June 2006",
        "April to June 2014",
    )


def test_rates_stand_from_the_lowest_to_the_highest_with_the_force_among_them(view):
    """The force and its comparison forces in order of the rate, with no interval: counts of forces vary far more."""
    chart = charts.rates(view, "total_recorded_crime")
    forces = chart.frame.iloc[:, 0].tolist()
    assert set(forces) == {view.plan.force, *view.plan.comparison.forces}
    assert chart.frame["value"].is_monotonic_increasing
    assert chart.frame["low"].isna().all()
    above = len(forces) - 1 - forces.index("West Midlands")
    assert above == 4
    assert "four of five" in chart.message.plain
    assert "62.5 per 1,000" in chart.message.plain


def test_the_title_of_the_rates_follows_the_data(view):
    """With made-up crime the force has the highest rate, and the title does not say that it is lower than anyone's."""
    chart = charts.rates(latest_quarter(view, "total_recorded_crime", 400_000), "total_recorded_crime")
    assert chart.frame.iloc[-1, 0] == "West Midlands"
    assert not re.search(r"(fewer|lower) than (in )?(one|two|three|four|five) of", chart.message.plain)


def test_a_funnel_says_where_the_force_stands_and_follows_the_data(view):
    """All forces that are held, the own one marked, and a title that is true of made-up crime as well."""
    chart = charts.funnel(view, "violence_with_injury")
    own = chart.frame.set_index("force").loc["West Midlands"]
    assert own["recorded"] == 19603
    assert len(chart.frame) > 30
    far = charts.funnel(latest_quarter(view, "violence_with_injury", 90_000), "violence_with_injury")
    assert "more than is usual" in far.message.plain
    assert far.frame.set_index("force").loc["West Midlands", "verdict"].endswith("high")


def test_a_comparison_force_that_is_not_held_is_named(view):
    """A force whose quarters do not tie out is not left out in silence."""
    comparison = dataclasses.replace(view.plan.comparison, forces=(*view.plan.comparison.forces, "Cheshire"))
    plan = dataclasses.replace(view.plan, comparison=comparison)
    chart = charts.rates(CycleView(view.root, plan, view.cycle, view.earlier, view.inputs), "total_recorded_crime")
    assert "Cheshire" not in set(chart.frame.iloc[:, 0])
    assert "Cheshire" in chart.source.words


# -- what was printed
# -----------------------------------------------------------------------------------------------------


def test_waves_stand_with_the_number_asked_and_an_interval_that_is_called_indicative(view):
    """The latest wave first, each with its base; the title says by how much it rose."""
    chart = printed_charts.waves(view, "confidence", "agree")
    assert [label.split(",", 1)[0] for label in chart.frame.iloc[:, 0]] == ["Wave 36", "Wave 35", "Wave 34"]
    assert "8,082" in chart.frame.iloc[0, 0]
    assert "rose by 2" in chart.message.plain
    assert "84%" in chart.message.plain
    assert "indicative" in chart.message.plain + chart.subtitle


def test_answers_stand_on_their_scale_from_agreement_to_disagreement(view):
    """Seven answers a wave, in the order of the scale, that add up to about a hundred."""
    chart = printed_charts.answers(view, "confidence")
    assert [column.lower() for column in chart.frame.columns[1:]] == [
        "completely agree",
        "agree",
        "agree to some extent",
        "neither",
        "disagree to some extent",
        "disagree",
        "completely disagree",
    ]
    totals = chart.frame.iloc[:, 1:].sum(axis="columns")
    assert totals.between(97, 103).all()
    assert len({figure.id for figure in chart.figures if ".wave_" in figure.id}) == 21


def test_an_audit_stands_worst_first_with_its_counts(view):
    """21 of 31 is the weakest, and its wide interval is in the title."""
    chart = printed_charts.compliance(view, "crime_data_integrity")
    assert chart.frame["value"].is_monotonic_increasing
    assert "21 of 31" in chart.frame.iloc[0, 0]
    assert "67.7%" in chart.message.plain
    assert "50.1% to 81.4%" in chart.message.plain
    assert "provisional" in chart.subtitle


def test_a_ranking_has_no_interval_and_says_why(view):
    """Where no base was printed none can be given; the printed positions stand beside the places."""
    chart = printed_charts.ranking(view, "reoffending")
    assert len(chart.frame) == 7
    assert chart.frame["low"].isna().all()
    assert "no base" in chart.subtitle
    assert "position 26 of 171" in chart.frame.iloc[:, 0].str.cat()
    assert "15.2%" in chart.message.plain


def test_a_change_of_small_counts_is_shown_with_all_that_it_allows(view):
    """+21.9 % on 39 against 32 is in keeping with no change at all."""
    chart = printed_charts.change(view, "metro_crime")
    for part in ("39 after 32", "+21.9%", "−25.6% to +101.0%", "includes no change"):
        assert part in chart.message.plain, part


def test_a_change_that_leaves_out_no_change_says_so(view):
    """With made-up counts of thousands the title is another one."""

    def grow(table: pd.DataFrame) -> pd.DataFrame:
        for item, count in (("current", 3900.0), ("baseline", 3200.0)):
            table.loc[(table.measure == "metro_crime") & (table.item == item), "value"] = count
        return table

    assert (
        "leaves out no change"
        in printed_charts.change(changed(view, "transport_crime", grow), "metro_crime").message.plain
    )


def lose(table: pd.DataFrame, where: pd.Series, columns: list[str]) -> pd.DataFrame:
    """The rows of which nothing is held any more."""
    table.loc[where, columns] = pd.NA
    table.loc[where, "basis"] = "not held"
    return table


LOST: list[tuple[str, Callable[[CycleView], Chart], str, Callable[[pd.DataFrame], pd.DataFrame]]] = [
    (
        "waves",
        lambda held: printed_charts.waves(held, "confidence", "agree"),
        "confidence_survey",
        lambda table: lose(table, (table.wave == 34) & (table.answer == "agree"), ["percent"]),
    ),
    (
        "waves without a base",
        lambda held: printed_charts.waves(held, "confidence", "agree"),
        "confidence_survey",
        lambda table: table.assign(base=table.base.where(table.wave != 34)),
    ),
    (
        "answers",
        lambda held: printed_charts.answers(held, "confidence"),
        "confidence_survey",
        lambda table: lose(table, (table.wave == 34) & (table.answer == "said_agree"), ["percent"]),
    ),
    (
        "compliance",
        lambda held: printed_charts.compliance(held, "crime_data_integrity"),
        "crime_data_integrity",
        lambda table: lose(
            table, table.item == "no_crime_rape", ["examined", "required", "correct", "printed_percent"]
        ),
    ),
    (
        "ranking",
        lambda held: printed_charts.ranking(held, "reoffending"),
        "reoffending",
        lambda table: lose(table, table.area == "Walsall", ["rank", "ranked", "percent", "variation_percent"]),
    ),
]


@pytest.mark.parametrize(("draw", "table", "change"), [case[1:] for case in LOST], ids=[case[0] for case in LOST])
def test_a_row_that_is_not_held_breaks_no_chart(draw, table, change, view):
    """What was lost is left out or named, and the rest is drawn."""
    chart = draw(changed(view, table, change))
    assert len(chart.frame) >= 2
    assert not re.search(r"\b(nan|NaN|None|inf)\b|&lt;NA&gt;|<NA>", f"{chart.html} {chart.plain}")


@pytest.mark.parametrize(("count", "word"), [(0, "none"), (1, "one"), (5, "five"), (10, "ten"), (11, "11"), (42, "42")])
def test_small_counts_of_a_title_are_words(count, word):
    """Up to ten in letters, above in figures."""
    assert wording.count_word(count) == word


def test_changes_stand_by_size_with_the_milestones_marked(view):
    """On the year before for all of them, that of a milestone promised from another year too; the title follows the
    data.
    """
    chart = charts.changes(view, ["total_recorded_crime", "robbery", "violence_with_injury"], name="06")
    assert chart.name == "06-changes"
    assert {figure.baseline for figure in chart.figures} == {"April to June 2013"}
    assert chart.frame["measure"].tolist() == ["Robbery", "Total recorded crime", "Violence with injury"]
    assert chart.message.plain == "From −13.4% (robbery) to +5.1% (violence with injury): how three measures changed"
    assert charts.changes(view, ["robbery"], name="06").message.plain == "Robbery fell by 13.4% on April to June 2013"


def test_changes_of_an_unknown_series_are_refused_and_of_none_are_words(view):
    """A misspelt name lists the nearest; a cycle before the year's first quarter says that there is nothing to show."""
    with pytest.raises(KeyError, match="robbery"):
        charts.changes(view, ["robery"], name="06")
    assert "no change can be shown" in charts.changes(view, ["residential_burglary"], name="06").plain


@pytest.mark.slow
def test_the_metric_of_the_readme_leaves_no_page_contradicting_itself(copied_root: Path, monkeypatch) -> None:
    """Robbery on another metric than the change of the year to date: its path and the chart of changes still tell it."""
    blocks = re.findall(r"```python\n(.*?)```", (CHECKOUT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    names = dict(vars(period)) | {"replace": replace}
    exec("from __future__ import annotations\n" + blocks[0], names)
    monkeypatch.setattr(metrics, "period_average_change", names["period_average_change"], raising=False)
    monkeypatch.setattr(metrics, "__all__", [*metrics.__all__, "period_average_change"])
    held = cycles.load(copied_root, CYCLE)
    folder = shutil.copytree(cycles.plan_folder(copied_root, held.plan), copied_root / held.plan)
    file = folder / "06_reduce_crime.toml"
    before, robbery = file.read_text(encoding="utf-8").split('id     = "robbery"')
    robbery = robbery.replace('"year_to_date_change"', '"period_average_change"', 1)
    file.write_text(f'{before}id     = "robbery"{robbery}', encoding="utf-8")
    outcome = open_outcome("06_reduce_crime", CYCLE, root=copied_root)
    assert edition.gather(copied_root, CYCLE).figure_faults() == []
    assert outcome.position("robbery").plain.count("fell by 13.4%") == 1
    assert "fell by 13.4%" in outcome.path("robbery").message.plain
    assert "Robbery" in outcome.changes().plain
