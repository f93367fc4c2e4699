"""A series by the places of a force: their changes, the signals among them under one rate of false calls, and the page."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import false_discovery_control

import pcp_analysis as pcp
from pcp_analysis import metrics
from pcp_analysis.findings import areas
from pcp_analysis.findings.view import CycleView, open_view
from pcp_analysis.loaders import import_release, register, register_files
from pcp_analysis.loaders.checked import check
from pcp_analysis.pages import exhibits
from pcp_analysis.pages.outcome import OutcomePage
from pcp_analysis.strict.fault import FaultError
from tests.conftest import CHECKOUT, CYCLE
from tests.small_root import SMALL
from tests.test_figure_ids import undocumented
from tests.test_months import FORCE, SERIES, make_root, run_pcp

PLACES = [f"{first} {second}" for first in ("North", "East", "South", "West") for second in ("Hill", "Vale", "Marsh")]
MONTHS = [f"{year}-{month:02d}" for year in range(2010, 2015) for month in range(1, 13)][3:56]
FELL, ROSE = "North Hill", "West Marsh"
CELLS = (
    "outcome.deliverables()",
    *(f'outcome.{method}("{name}")' for name in ("burglary", "robbery") for method in ("position", "areas")),
    "outcome.words()",
    "outcome.sources()",
)


def made_up() -> dict[tuple[str, str, str], int]:
    """Poisson counts of about a hundred a month; from April 2014 robbery halves in one place and rises by 60 % in another."""
    random = np.random.default_rng(3)
    found = {}
    for place, series, month in itertools.product(PLACES, SERIES, MONTHS):
        factor = {FELL: 0.5, ROSE: 1.6}.get(place, 1.0) if series == "robbery" and month >= "2014-04" else 1.0
        found[place, series, month] = int(random.poisson(100 * factor))
    return found


def total(place: str, series: str, year: int) -> int:
    """The count of a place from April to August of a year, by another way."""
    return sum(made_up()[place, series, f"{year}-{month:02d}"] for month in range(4, 9))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root whose only series are an extract of twelve made-up places."""
    return make_root(tmp_path_factory.mktemp("areas"), made_up(), CELLS)


@pytest.fixture(scope="module")
def view(root: Path) -> CycleView:
    """The cycle of September 2014."""
    return open_view(CYCLE, root=root)


@pytest.fixture(scope="module")
def page(root: Path) -> OutcomePage:
    """The page of the one outcome."""
    return pcp.open_outcome(SMALL, CYCLE, root=root)


def found(view: CycleView, name: str = "robbery") -> list[areas.Place]:
    """The places of the cycle, the largest fall first."""
    return areas.places(name, f"force_months.{name}", view.plan, view.inputs, view.figures)


def test_each_place_has_its_counts_and_its_change(view: CycleView) -> None:
    """The year to date, the same months of last year and the change, from the counts of that place alone."""
    now, before = total(FELL, "robbery", 2014), total(FELL, "robbery", 2013)
    own = "robbery.areas.north_hill"
    assert (view.figures[f"{own}.year_to_date"].value, view.figures[f"{own}.year_to_date_before"].value) == (
        now,
        before,
    )
    change = view.figures[f"{own}.change"]
    assert (change.number, change.parts) == (pytest.approx(100 * (now / before - 1)), (now, before))
    assert (change.period, change.baseline) == ("April to August 2014", "April to August 2013")
    series = view.inputs.series("force_months.robbery", f"{FORCE} / {FELL}")
    spread = metrics.change_interval(series, as_at=series.index[-1], baseline_year="2013/14")
    assert (change.low, change.high) == pytest.approx((spread.low, spread.high))


def test_signals_are_marked_under_one_rate_for_all_places(view: CycleView) -> None:
    """The p-values are those of the intervals, adjusted together (scipy's false_discovery_control); two places stand out."""
    own = {place.name: place for place in found(view)}
    assert set(own) == set(PLACES)
    raw = []
    for place in own:
        series = view.inputs.series("force_months.robbery", f"{FORCE} / {place}")
        raw.append(metrics.change_interval(series, as_at=series.index[-1], baseline_year="2013/14").p_value)
    assert [place.change.p_value for place in own.values()] == pytest.approx(list(false_discovery_control(raw)))
    signals = {name: place.words for name, place in own.items() if place.verdict.more}
    assert signals == {FELL: "fell by more than chance", ROSE: "rose by more than chance"}
    assert [view.figures[f"robbery.areas.{item}"].value for item in ("compared", "fell", "rose")] == [12, 1, 1]


def test_one_verdict_of_a_place_wherever_it_is_asked(view: CycleView) -> None:
    """What commentary may say of a change is what the table says, and not what the interval alone or the force's chart would."""
    change = view.figures["robbery.areas.north_hill.change"]
    assert view.figures.more(change) is True
    close = replace(change, p_value=0.06)
    assert (close.clear, view.verdict(close).more) == (True, False)
    assert view.verdict(replace(change, p_value=None)).more is None


def test_the_title_is_the_message(page: OutcomePage) -> None:
    """In how many places it fell and rose by more than chance; of burglary, that is made up to be as before, in none."""
    robbery = page.areas("robbery").plain
    assert robbery.startswith("Robbery fell in 1 of 12 places by more than chance and rose in 1")
    assert "in bold more than chance among all places" in robbery
    quiet = page.areas("burglary").plain
    assert quiet.startswith("Burglary in a dwelling: in none of 12 places did it change by more than chance")
    assert "in bold" not in quiet


def test_the_table_has_every_number_and_the_word(page: OutcomePage) -> None:
    """A row a place, with both counts, the change, its interval and whether it is more than chance in words."""
    lines = page.areas("robbery").plain.splitlines()
    (row,) = [line for line in lines if line.startswith(FELL)]
    assert f"{total(FELL, 'robbery', 2014)} " in row
    assert row.endswith("fell by more than chance")
    assert sum(line.endswith("can be chance") for line in lines) == 10


def test_the_funnel_names_the_places_that_changed_otherwise(page: OutcomePage) -> None:
    """Its data have a row a place with limits around the change of all; of fewer than ten places none is drawn."""
    shown = page.areas("robbery")
    assert "robbery-areas-funnel.csv" in shown.files
    rows = shown.files["robbery-areas-funnel.csv"].splitlines()
    assert len(rows) == 13
    assert "North Hill" in shown.plain.split("Funnel chart")[1]


def test_a_series_without_places_has_a_sentence(page: OutcomePage) -> None:
    """Where a force is held whole only, the page says that no place is; an unknown name is refused with the nearest."""
    whole = pcp.open_outcome("06_reduce_crime", CYCLE, root=CHECKOUT).areas("robbery").plain
    assert whole.endswith("a chart cannot be drawn, since of no place of the force are both years held.")
    with pytest.raises(KeyError, match="robbery"):
        page.areas("robery")


def test_of_many_places_the_surest_changes_are_shown(page: OutcomePage, monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for three rows both signals are among them, all twelve are counted, and the funnel's data have all."""
    monkeypatch.setattr("pcp_analysis.pages.areas.LONGEST", 3)
    shown = page.areas("robbery")
    assert len(shown.files["robbery-areas.csv"].splitlines()) == 1 + 3
    assert len(shown.files["robbery-areas-funnel.csv"].splitlines()) == 1 + 12
    assert {FELL, ROSE} < {line.split(",")[0] for line in shown.files["robbery-areas.csv"].splitlines()}
    assert "fell in 1 of 12 places" in shown.plain
    assert "Of 12 places that are looked at, the 3 whose changes" in shown.plain


def test_a_place_that_was_not_held_last_year_is_counted_and_not_compared(tmp_path: Path) -> None:
    """It began in January 2014: the note says that one place is not shown, and what the rest hold of the force."""
    root = make_root(tmp_path / "root", made_up(), CELLS)
    file = root / register.RAW / "force_months.csv"
    rows = file.read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if FELL not in row or row.split(",")[2] >= "2014-01"]
    file.write_text("\n".join([*kept, ""]), encoding="utf-8")
    register_files(root, ["force_months.csv"], register.read(root)["force_months"].as_at)
    page = pcp.open_outcome(SMALL, CYCLE, root=root)
    words = page.areas("robbery").plain
    assert words.startswith("Robbery rose in 1 of 11 places by more than chance and fell in none")
    assert "Not shown: one place of which one of the two years is not held whole." in words
    share = page.figure("robbery.areas.share")
    assert share.numerator == sum(total(place, "robbery", 2014) for place in PLACES if place != FELL)
    assert share.denominator == share.numerator + total(FELL, "robbery", 2014)


def test_the_figures_of_places_are_documented(view: CycleView) -> None:
    """Each id follows docs/figures.md, and a made-up one does not."""
    ids = [figure.id for figure in view.figures.of("robbery.areas")]
    listed = exhibits.bindable(view, "robbery.areas").plain
    assert "robbery.areas.west_marsh.change" in listed
    assert len(ids) == 3 * 12 + 4
    assert undocumented(ids, view) == []
    assert undocumented(["robbery.areas.north_hill.share"], view) == ["robbery.areas.north_hill.share"]


def with_force(root: Path, more: int) -> None:
    """The force's own robbery stands beside its places, in two months by *more* than their sum."""
    file = root / register.RAW / "force_months.csv"
    rows = file.read_text(encoding="utf-8").splitlines()
    sums: dict[str, int] = {}
    for (_, series, month), count in made_up().items():
        if series == "robbery":
            sums[month] = sums.get(month, 0) + count
    own = [f"{FORCE},robbery,{month},{count + (more if month >= '2014-07' else 0)}" for month, count in sums.items()]
    file.write_text("\n".join([*rows, *own, ""]), encoding="utf-8")
    register_files(root, ["force_months.csv"], register.read(root)["force_months"].as_at)


def test_places_that_do_not_add_up_to_their_force_are_a_fault_unless_it_is_said_why(tmp_path: Path) -> None:
    """One fault for the series, with the line, the sum and how to mend it; the declared reason stands on the page."""
    root = make_root(tmp_path / "root", made_up(), CELLS)
    with_force(root, 0)
    assert check(root) == []
    text = (root / register.REGISTER).read_text(encoding="utf-8")
    file = root / register.RAW / "force_months.csv"
    table = file.read_text(encoding="utf-8")
    last = table.splitlines()[-1]
    count = int(last.rpartition(",")[2])
    file.write_text(table.replace(last, last.replace(str(count), str(count + 40))), encoding="utf-8")
    faults = [fault for fault in check(root) if "sum of its places" in fault.rule]
    (fault,) = faults
    assert fault.where == f"line {len(table.splitlines())}, column count"
    assert f"{count} in 2014-08" in fault.rule
    assert "places_differ" in fault.mend
    why = 'places_differ = "Offences at airports are in no place."\n'
    (root / register.REGISTER).write_text(
        text.replace('grain = "month"\n', f'grain = "month"\n{why}'), encoding="utf-8"
    )
    register_files(root, ["force_months.csv"], register.read(root)["force_months"].as_at)
    assert check(root) == []
    words = pcp.open_outcome(SMALL, CYCLE, root=root).areas("robbery").plain
    assert f"of what {FORCE} counts: Offences at airports are in no place." in words


def test_an_extract_with_a_force_beside_its_places_comes_in_with_the_reason(tmp_path: Path) -> None:
    """`pcp import` refuses it where they do not add up and the description does not say why; the entry takes over what it says."""
    root = make_root(tmp_path / "root", made_up(), CELLS)
    file, described = root / "force.csv", root / "data/releases/force_months.toml"
    lines = ["Borough,Offence,Month,Count"]
    for (place, series, month), count in made_up().items():
        lines.append(f"{place},{series},{date.fromisoformat(f'{month}-01'):%b-%y},{count}")
    for series, month in itertools.product(SERIES, MONTHS):
        whole = sum(made_up()[place, series, month] for place in PLACES) + 10
        lines.append(f"All,{series},{date.fromisoformat(f'{month}-01'):%b-%y},{whole}")
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")
    text = described.read_text(encoding="utf-8").replace("[areas]\n", f'[areas]\n"All" = "{FORCE}"\n')
    described.write_text(text, encoding="utf-8")
    with pytest.raises(FaultError, match="53 periods differ"):
        import_release(root, "force_months", [file], as_at=[date(2014, 9, 6)])
    why = 'places_differ = "Offences at airports are in no place."\n'
    described.write_text(text.replace("sensitive = false\n", f"sensitive = false\n{why}"), encoding="utf-8")
    made = import_release(root, "force_months", [file], as_at=[date(2014, 9, 6)])
    assert made.entry.places_differ == "Offences at airports are in no place."
    file.unlink()
    assert check(root) == []


@pytest.mark.slow
def test_a_page_of_places_is_built_by_the_command(root: Path) -> None:
    """Without a fault, with both charts and the data of each beside the page."""
    done = run_pcp("report", CYCLE, root=root)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (root / "outputs" / CYCLE / "robbery-areas.csv").exists()
    html = (root / "outputs" / CYCLE / f"{SMALL}.html").read_text(encoding="utf-8")
    assert "fell by more than chance" in html
