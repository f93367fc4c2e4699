"""What a cycle sees: figures without a notebook, faults with file, line and key, and nothing from after the
cut-off.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pcp_analysis import findings
from pcp_analysis.figures import commentary
from pcp_analysis.findings import faults as names_and_words
from pcp_analysis.findings.view import CycleView, open_view
from pcp_analysis.loaders import register, register_files
from pcp_analysis.loaders.kinds import KINDS, OFFENCES
from pcp_analysis.loaders.register import Entry
from pcp_analysis.pages import charts
from pcp_analysis.paper import claims
from pcp_analysis.plan.model import Exceptional
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.files import sha256_of

ROOT = Path(__file__).resolve().parents[1]
PLAN = """\
title  = "Made-up plan 2014/15"
force  = "North"
police = "North Police"
board  = "Board"
year   = "2014/15"

[comparison]
forces = ["South"]
basis  = "Made up."
"""
OUTCOME = """\
title = "Less crime"

[[deliverable]]
id        = "less_robbery"
title     = "Reduce robbery by 5 per cent"
leads     = ["Somebody"]
cadence   = "quarterly"
first_due = "2014-09"
source    = "made up"

  [[deliverable.milestone]]
  id     = "robbery"
  title  = "Robbery"
  series = "SERIES"
  metric = "METRIC"
  baseline_year = "2013/14"
  target = -5.0
  better = "lower"

[[deliverable]]
id        = "more_trust"
title     = "Increase trust"
leads     = ["Somebody else"]
cadence   = "quarterly"
first_due = "2014-09"
source    = "made up"

  [[deliverable.milestone]]
  id     = "trust"
  title  = "Trust"
  series = "confidence.agree"
  metric = "change_on_previous_wave"
  better = "higher"
"""
UPDATES = """\
# Made up.

[section.purpose]
text = "To say that robbery {robbery.year_to_date_change:verb}."

[[update]]
deliverable = "less_robbery"
source = "paragraph 1"
text = \"\"\"
Robbery stands at {robbery.year_to_date}, \\
after {robbery.last_year} last year.\"\"\"

[[update]]
deliverable = "more_trust"
reported_in = "Trust Report"
due = "2014-12"

[[caution]]
applies_to = ["robbery"]
text = "Trust stands at {trust.change_on_previous_wave}."
"""
ENDS = ("06-30", "09-30", "12-31", "03-31")
ROBBERY = [400, 400, 400, 400, 300, 310, 320, 330, 350, 360, 340, 330, 315, 405]
SURVEY = ["confidence,35,agree,82,8331,2014-06,5,quoted", "confidence,36,agree,84,8082,2014-06,5,quoted"]


def faults_of(cycle_id: str, *, root: Path) -> list[Fault]:
    """What opening the cycle, its names, its words and its paper's claims give, as the command gathers them."""
    try:
        view = open_view(cycle_id, root=root)
    except FaultError as error:
        return list(error.faults)
    return names_and_words.check_names(view) or [*names_and_words.check_words(view), *claims.check(view)]


def crime(force: str, counts: list[int]) -> list[str]:
    """Quarters of robbery from April 2011."""
    return [
        ",".join(
            [
                force,
                f"{2011 + place // 4 + (place % 4 == 3)}-{ENDS[place % 4]}",
                *(str(count) if name == "robbery" else "" for name in OFFENCES),
                str(count),
                "",
            ]
        )
        for place, count in enumerate(counts)
    ]


def write(path: Path, text: str) -> None:
    """Text with line feeds, its folder made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def put(root: Path, name: str, kind: str, rows: list[str]) -> None:
    """A made-up table and its register entry."""
    path = root / "data/raw" / f"{name}.csv"
    write(path, "\n".join([",".join(KINDS[kind].names), *rows]) + "\n")
    register.record(
        root,
        Entry(
            name,
            path.name,
            f"Made-up {name}",
            "Nobody",
            "none",
            dt.date(2014, 8, 1),
            sha256_of(path),
            kind,
            sensitive=False,
            sensitive_reason="made up",
        ),
    )


def put_cycle(root: Path, month: str, updates: str, *, cut_off: str) -> None:
    """A made-up cycle."""
    folder = root / "data/raw/cycles" / month
    write(
        folder / "cycle.toml",
        f'board_date = {month}-11\ndata_cut_off = {cut_off}\nplan = "plans/made-up"\nagenda_item = "6"\n'
        'title = "Made up"\n',
    )
    write(folder / "updates.toml", updates)


@pytest.fixture
def root(tmp_path: Path) -> Callable[..., Path]:
    """A made-up root with one plan, a register, two tables and the cycle of September 2014, of which parts can be
    changed.
    """

    def lay_out(
        *,
        series: str = "robbery",
        metric: str = "year_to_date_change",
        updates: str = UPDATES,
        outcome: str = OUTCOME,
        robbery: list[int] = ROBBERY,
    ) -> Path:
        write(tmp_path / "plans/made-up/plan.toml", PLAN)
        write(
            tmp_path / "plans/made-up/01_less_crime.toml", outcome.replace("SERIES", series).replace("METRIC", metric)
        )
        put(tmp_path, "crime", "recorded_crime", [*crime("North", robbery), *crime("South", robbery)])
        put(tmp_path, "trust_survey", "survey", SURVEY)
        put_cycle(tmp_path, "2014-09", updates, cut_off="2014-08-31")
        return tmp_path

    return lay_out


def printed(faults: list) -> str:
    """Faults as `pcp check` prints them."""
    return "\n".join(str(fault) for fault in faults)


# -- figures
# --------------------------------------------------------------------------------------------------------------


def test_figures_are_made_without_a_notebook(root):
    """Plan and data alone give every figure: promised, printed and recomputed, each in its outcome."""
    figures = findings.view.figures("2014-09", root=root())
    assert figures["robbery.target"].value == -5.0
    assert figures["robbery.year_to_date_change"].value == pytest.approx(-10.0)
    assert figures["confidence.agree.wave_36"].value == 84.0
    assert figures["trust.change_on_previous_wave"].value == 2.0
    assert {
        figures[id].outcome for id in ("robbery.target", "robbery.year_to_date", "trust.change_on_previous_wave")
    } == {"01_less_crime"}
    assert figures["total_recorded_crime.year_to_date"].outcome == ""


def test_ids_are_unique_and_every_figure_is_found_under_its_own(root):
    """One record an id, found by it, and no id without a measure."""
    figures = findings.view.figures("2014-09", root=root())
    ids = list(figures)
    assert len(ids) == len(set(ids)) == len(figures) > 20
    assert all(figures[id].id == id for id in ids)
    assert all("." in id for id in ids)


def test_every_part_of_a_cycle_covers_the_whole_plan(root):
    """Each deliverable has a status and each milestone a position, in the order of the plan."""
    view = open_view("2014-09", root=root())
    assert list(view.statuses) == ["less_robbery", "more_trust"]
    assert list(view.positions) == ["robbery", "trust"]
    assert view.statuses["less_robbery"].name == "reported"
    assert view.statuses["more_trust"].name == "deferred"


def test_the_root_is_found_where_none_is_named(root, monkeypatch):
    """From a folder below, and from PCP_ROOT, the same cycle opens."""
    held = root()
    monkeypatch.delenv("PCP_ROOT", raising=False)
    monkeypatch.chdir(held / "plans")
    assert open_view("2014-09").root == held.resolve()
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PCP_ROOT", str(held))
    assert open_view("2014-09").root == held.resolve()


# -- only its own past
# ----------------------------------------------------------------------------------------------------


def records(root: Path) -> list[dict[str, object]]:
    """Every record of the cycle of September 2014."""
    return [figure.record() for figure in findings.view.figures("2014-09", root=root).values()]


def test_a_later_row_changes_no_figure(root):
    """A quarter that ended after the cut-off, another force's too, and a table that only a later Board is shown:
    nothing moves.
    """
    held = root()
    before = records(held)
    assert before
    put(
        held,
        "crime",
        "recorded_crime",
        [*crime("North", [*ROBBERY[:13], 9999, 1]), *crime("South", [*ROBBERY[:13], 1, 1])],
    )
    put(held, "trust_survey", "survey", [*SURVEY, "confidence,37,agree,10,9000,2014-12,5,quoted"])
    put(held, "later", "shown", ["later,change,Made up,-7,percent,now,then,lower,2014-12,5,quoted,"])
    assert records(held) == before
    assert faults_of("2014-09", root=held) == []


def test_a_row_that_is_seen_changes_the_figures_that_rest_on_it(root):
    """The test above can fail: the last quarter that the cycle sees moves what is made of it, and nothing else."""
    held = root()
    before = {record["id"]: record for record in records(held)}
    put(
        held,
        "crime",
        "recorded_crime",
        [*crime("North", [*ROBBERY[:12], 316, *ROBBERY[13:]]), *crime("South", ROBBERY)],
    )
    after = {record["id"]: record for record in records(held)}
    changed = {id for id in after if after[id] != before.get(id)}
    assert {"robbery.year_to_date", "robbery.year_to_date_change", "total_recorded_crime.year_to_date"} <= changed
    assert not [id for id in changed if id.startswith(("confidence.", "trust.", "robbery.last_year", "robbery.target"))]


@pytest.mark.slow
def test_a_later_row_of_the_real_table_changes_no_figure(tmp_path):
    """All real quarters after the cut-off changed at once, of every force: what rests on them most is what it was."""
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("processed", ".*"))
    table = tmp_path / "data/raw/recorded_crime.csv"
    header, *rows = table.read_text(encoding="utf-8").splitlines()
    later = [row for row in rows if row.split(",")[1] > "2014-08-31"]
    assert later
    changed = [
        row if row not in set(later) else ",".join([*row.split(",")[:2], *["7"] * (len(row.split(",")) - 2)])
        for row in rows
    ]
    table.write_text("\n".join([header, *changed]) + "\n", encoding="utf-8", newline="\n")
    register_files(tmp_path, [table], dt.date(2019, 4, 25))
    before, after = (findings.view.figures("2014-09", root=each) for each in (ROOT, tmp_path))
    for group in ("robbery", "robbery.rate_per_1000", "total_recorded_crime", "homicide"):
        assert len(before.of(group)) > 5
        assert before.of(group) == after.of(group)


# -- an earlier cycle
# -----------------------------------------------------------------------------------------------------


def test_what_an_earlier_cycle_deferred_is_remembered(root):
    """A deferral to December is still one in November, and without a record in January."""
    held = root()
    put_cycle(held, "2014-11", "# Nothing.\n", cut_off="2014-10-31")
    put_cycle(held, "2015-01", "# Nothing.\n", cut_off="2014-12-31")
    november, january = (open_view(month, root=held).statuses["more_trust"] for month in ("2014-11", "2015-01"))
    assert (november.name, november.words) == ("deferred", "deferred to the Trust Report, December 2014")
    assert january.name == "nothing received"
    assert "no record here that it was received" in january.words


def test_a_caution_holds_from_the_cycle_in_which_it_was_said(root):
    """What must be known of the recording of a crime stands in later cycles too, and in none before."""
    held = root()
    put_cycle(held, "2014-06", "# Nothing.\n", cut_off="2014-05-31")
    put_cycle(
        held, "2014-12", '[[caution]]\napplies_to = ["trust"]\ntext = "Said in December."\n', cut_off="2014-11-30"
    )
    said = {
        month: [caution.text for caution in open_view(month, root=held).cautions]
        for month in ("2014-06", "2014-09", "2014-12")
    }
    assert said["2014-06"] == []
    assert len(said["2014-09"]) == 1
    assert said["2014-12"] == [*said["2014-09"], "Said in December."]


def test_a_later_cycle_is_not_read(root):
    """What is wrong with a cycle to come is no matter of this one."""
    held = root()
    put_cycle(held, "2014-12", '[[update]]\ndeliverable = "nobody"\n', cut_off="2014-11-30")
    assert faults_of("2014-09", root=held) == []
    assert [past.id for past in open_view("2014-09", root=held).earlier] == []


def test_a_caution_of_an_earlier_cycle_that_binds_to_nothing_now_is_a_fault(root):
    """What a page of this cycle would print is checked for this cycle, whoever said it."""
    held = root(updates='[[caution]]\napplies_to = ["trust"]\ntext = "It was promised {robbery.target}."\n')
    assert faults_of("2014-09", root=held) == []
    put_cycle(held, "2014-12", "# Nothing.\n", cut_off="2014-11-30")
    (held / "data/raw/cycles/2014-12/cycle.toml").write_text(
        (held / "data/raw/cycles/2014-12/cycle.toml").read_text(encoding="utf-8").replace("made-up", "next"),
        encoding="utf-8",
    )
    shutil.copytree(held / "plans/made-up", held / "plans/next")
    file = held / "plans/next/01_less_crime.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace('"robbery"\n  title', '"muggings"\n  title'), encoding="utf-8"
    )
    faults = faults_of("2014-12", root=held)
    assert "{robbery.target}" in printed(faults)


# -- faults
# ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "where", "value", "rule"),
    [
        (
            ["robbery,year_to_date,Made up,7,count,,,lower,2014-09,5,quoted,"],
            "column item",
            "robbery.year_to_date",
            "another figure",
        ),
        (
            [
                "trust_calls,current,Made up,39,count,,,lower,2014-09,5,quoted,",
                "trust_calls,baseline,Made up,32,count,,,lower,2014-09,5,quoted,",
                "trust_calls,computed_change,Made up,7,percent,,,lower,2014-09,5,quoted,",
            ],
            "column item",
            "trust_calls.computed_change",
            "another figure",
        ),
        (
            ["last_board,calls,Made up,7,count,,,lower,2014-09,5,quoted,"],
            "column measure",
            "last_board",
            "the package's own",
        ),
        (
            ["paper_check,calls,Made up,7,count,,,lower,2014-09,5,quoted,"],
            "column measure",
            "paper_check",
            "the package's own",
        ),
    ],
)
def test_a_name_that_is_taken_is_a_fault_and_no_crash(root, rows, where, value, rule):
    """A printed item called as a figure that the package makes, and a measure called as its own groups."""
    held = root()
    put(held, "calls", "shown", rows)
    (fault,) = faults_of("2014-09", root=held)
    assert (fault.file, fault.where, fault.value) == ("data/raw/calls.csv", where, value)
    assert rule in fault.rule


def test_a_milestone_may_not_have_a_name_of_the_package(root):
    """Its figures would hide those of the last Board."""
    held = root(outcome=OUTCOME.replace('id     = "trust"', 'id     = "last_board"'), updates="# Nothing.\n")
    (fault,) = faults_of("2014-09", root=held)
    assert (fault.file, fault.where) == ("01_less_crime.toml", "deliverable more_trust, milestone last_board.id")


def test_a_caution_of_nothing_is_named_with_its_line(root):
    """The line of its key, as of every other fault."""
    held = root(updates=UPDATES.replace('applies_to = ["robbery"]', 'applies_to = ["robery"]'))
    (fault,) = faults_of("2014-09", root=held)
    assert (fault.where, fault.value) == ("line 19, caution[1].applies_to", "robery")


def test_a_sound_root_has_no_fault(root):
    """What is sound is not accused: the faults below are those of the changes that are made to it."""
    assert faults_of("2014-09", root=root()) == []


def test_an_unknown_series_names_file_deliverable_and_the_nearest(root):
    """A series that no input holds is a fault, and no other series stands in for it."""
    (fault,) = faults_of("2014-09", root=root(series="robery"))
    assert fault.file.endswith("01_less_crime.toml")
    assert "less_robbery" in fault.where
    assert fault.where.endswith("series")
    assert fault.value == "robery"
    assert "robbery" in fault.mend


def test_an_unknown_metric_names_file_deliverable_and_the_nearest(root):
    """A metric that does not exist is a fault."""
    (fault,) = faults_of("2014-09", root=root(metric="year_to_date_chnage"))
    assert fault.file.endswith("01_less_crime.toml")
    assert "less_robbery" in fault.where
    assert fault.where.endswith("metric")
    assert "year_to_date_change" in fault.mend


@pytest.mark.parametrize(
    ("series", "metric"),
    [
        ("robbery", "percent_change"),
        ("robbery", "wilson"),
        ("robbery", "Measured"),
        ("robbery", "year_totals"),
        ("robbery", "seasonality"),
        ("robbery", "period_average"),
        ("robbery", "project"),
        ("robbery", "change_on_previous_wave"),
        ("confidence.agree", "year_to_date_change"),
    ],
)
def test_a_metric_that_does_not_fit_its_series_is_a_fault_and_no_crash(series, metric, root):
    """What cannot be measured with a series is named by the check before anything is run."""
    faults = faults_of("2014-09", root=root(series=series, metric=metric))
    assert [fault for fault in faults if fault.value == metric and fault.file.endswith("01_less_crime.toml")]


def test_both_an_unknown_series_and_an_unknown_metric_are_named_at_once(root):
    """Faults of one milestone are not found one after the other."""
    faults = faults_of("2014-09", root=root(series="robery", metric="nothing"))
    assert sorted(fault.value for fault in faults) == ["nothing", "robery"]


@pytest.mark.parametrize(
    ("old", "new", "line", "where", "words"),
    [
        ("{robbery.year_to_date}", "{robery.year_to_date}", 10, "update less_robbery.text", "robbery.year_to_date"),
        ("{robbery.last_year}", "{robbery.last_year:verb}", 11, "update less_robbery.text", "level"),
        ("{robbery.last_year}", "{robbery.last_year:siez}", 11, "update less_robbery.text", "size"),
        (
            "{robbery.year_to_date_change:verb}",
            "{robbery.change:verb}",
            4,
            "section.purpose.text",
            "robbery.year_to_date_change",
        ),
        (
            "{trust.change_on_previous_wave}",
            "{trust.change}",
            20,
            "caution robbery.text",
            "trust.change_on_previous_wave",
        ),
    ],
)
def test_a_binding_that_is_wrong_names_file_line_and_key(old, new, line, where, words, root):
    """A misspelt figure in a section, an update or a caution is found before anything is published."""
    text = UPDATES.replace(old, new)
    (fault,) = faults_of("2014-09", root=root(updates=text))
    assert fault.file == "data/raw/cycles/2014-09/updates.toml"
    assert fault.value == new
    assert f"line {line}" in fault.where
    assert where in fault.where
    assert words in f"{fault.rule} {fault.mend}"
    assert new in text.splitlines()[line - 1]


def test_all_bindings_that_are_wrong_are_named_at_once(root):
    """Three texts with a fault each give three faults."""
    text = (
        UPDATES.replace("{robbery.year_to_date}", "{x.y}")
        .replace("{trust.change_on_previous_wave}", "{y.z}")
        .replace("{robbery.year_to_date_change:verb}", "{z")
    )
    assert sorted(fault.value for fault in faults_of("2014-09", root=root(updates=text))) == [
        "{ or }",
        "{x.y}",
        "{y.z}",
    ]


def test_a_figure_that_this_cycle_does_not_have_is_a_fault(root):
    """Where the cut-off sees no quarter of the year, a text that speaks of the year to date cannot be published."""
    held = root()
    put_cycle(held, "2014-06", UPDATES.replace('due = "2014-12"', 'due = "2014-07"'), cut_off="2014-05-31")
    values = [fault.value for fault in faults_of("2014-06", root=held)]
    assert "{robbery.year_to_date}" in values
    assert "{robbery.last_year}" not in values


def test_a_series_that_this_cycle_does_not_see_yet_is_no_fault_of_the_plan(root):
    """The plan may name what only a later Board is shown: an earlier cycle says that nothing is held."""
    held = root()
    put_cycle(held, "2014-03", "# Nothing.\n", cut_off="2014-02-28")
    assert faults_of("2014-03", root=held) == []
    assert open_view("2014-03", root=held).positions["trust"].official == ()


def test_a_caution_that_applies_to_nothing_is_a_fault(root):
    """A misspelt name would leave the figures that it is meant for without their caution."""
    faults = faults_of(
        "2014-09", root=root(updates=UPDATES.replace('applies_to = ["robbery"]', 'applies_to = ["robery"]'))
    )
    assert [fault for fault in faults if fault.value == "robery" and fault.file.endswith("updates.toml")]


def test_faults_of_plan_cycle_and_inputs_are_handed_on(root):
    """Where the cycle cannot be opened the faults of the rooms below are those of this one, and opening raises them."""
    held = root(outcome=OUTCOME.replace('cadence   = "quarterly"', 'cadence   = "weekly"', 1))
    faults = faults_of("2014-09", root=held)
    assert "weekly" in printed(faults)
    with pytest.raises(FaultError) as error:
        open_view("2014-09", root=held)
    assert list(error.value.faults) == faults


def test_an_unknown_cycle_is_a_fault_that_names_it(root):
    """A month without a folder is no cycle."""
    (fault,) = faults_of("2014-10", root=root())
    assert fault.value == "2014-10"


def test_a_missing_table_is_a_fault(root):
    """An input that the register names and that is gone is named by its file."""
    held = root()
    (held / "data/raw/crime.csv").unlink()
    assert "data/raw/crime.csv" in printed(faults_of("2014-09", root=held))


# -- the Board before
# -----------------------------------------------------------------------------------------------------


def second(root: Path, text: str) -> Path:
    """A cycle of December, whose Board is told *text* of robbery, after that of September."""
    put_cycle(
        root,
        "2014-12",
        f'[[update]]\ndeliverable = "less_robbery"\nsource = "paragraph 1"\ntext = "{text}"\n',
        cut_off="2014-11-30",
    )
    return root


def test_a_figure_of_the_last_board_is_bound_with_its_own_period_basis_and_inputs(root):
    """It is what that Board saw, under an id of its own, in every form; it is found and not iterated over."""
    held = second(
        root(), "It {last_board.robbery.year_to_date_change:verb} by {last_board.robbery.year_to_date_change:size}."
    )
    assert faults_of("2014-12", root=held) == []
    now, before = open_view("2014-12", root=held), open_view("2014-09", root=held)
    figure, own = now.figures["last_board.robbery.year_to_date_change"], before.figures["robbery.year_to_date_change"]
    assert (figure.value, figure.period, figure.baseline, figure.basis) == (
        own.value,
        own.period,
        own.baseline,
        own.basis,
    )
    assert figure.period != now.figures["robbery.year_to_date_change"].period
    assert figure.inputs == (*own.inputs, "cycles/2014-09")
    assert figure.title.endswith("(Board of September 2014)")
    bound = commentary.bind(now.cycle.updates[0].text, now.figures)
    assert bound.plain == "It fell by 10.0%."
    assert bound.figures == (figure,)
    assert not [name for name in now.figures if name.startswith("last_board.")]


def test_the_last_boards_words_of_records_are_its_own(root):
    """What was the lowest when that Board met is said so, whatever came after."""
    held = second(
        root(robbery=[*ROBBERY[:12], 290, 280]),
        "{last_board.robbery.latest_period:lowest}; {robbery.latest_period:lowest}",
    )
    put(held, "trust_survey", "survey", [*SURVEY, "confidence,37,agree,90,9000,2014-12,5,quoted"])
    now = open_view("2014-12", root=held)
    bound = commentary.bind(now.cycle.updates[0].text, now.figures)
    assert bound.plain == "the lowest since April 2011; the lowest since April 2011"
    assert {figure.id for figure in bound.figures} == {
        "last_board.robbery.latest_period",
        "last_board.robbery.lowest_period",
        "robbery.latest_period",
        "robbery.lowest_period",
    }
    assert (
        commentary.bind("{last_board.confidence.agree.wave_36:highest}", now.figures).plain
        == "the highest since wave 35"
    )
    assert [each.rule for each in commentary.problems("{confidence.agree.wave_36:highest}", now.figures)] == [
        "this figure is not the highest of its series"
    ]


@pytest.mark.parametrize(
    ("binding", "rule", "mend"),
    [
        (
            "{last_board.robbery.year_to_date_chnage}",
            "the Board of September 2014 had no such figure",
            "last_board.robbery.year_to_date_change",
        ),
        (
            "{last_board.confidence.agree.wave_37}",
            "the Board of September 2014 had no such figure",
            "last_board.confidence.agree.wave_36",
        ),
        ("{last_board.last_board.robbery.last_year}", "the Board of September 2014 had no such figure", ""),
        ("{last_board.robbery}", "the Board of September 2014 had no such figure", ""),
        ("{last_board.robbery.last_year:verb}", "this figure is a level", ""),
    ],
)
def test_a_figure_that_the_last_board_had_not_is_a_fault(binding, rule, mend, root):
    """Misspelt, newer than that Board, two Boards ago, or in a form that does not fit: with file, line and the nearest
    ids.
    """
    held = second(root(), f"It was {binding}.")
    put(held, "trust_survey", "survey", [*SURVEY, "confidence,37,agree,90,9000,2014-12,5,quoted"])
    (fault,) = faults_of("2014-12", root=held)
    assert (fault.file, fault.where, fault.value) == (
        "data/raw/cycles/2014-12/updates.toml",
        "line 4, update less_robbery.text",
        binding,
    )
    assert rule in fault.rule
    assert mend in fault.mend


def test_without_an_earlier_cycle_there_is_no_last_board(root):
    """The first Board has none before it; a later cycle is none."""
    held = second(root(updates=UPDATES.replace("{robbery.last_year}", "{last_board.robbery.last_year}")), "Made up.")
    (fault,) = faults_of("2014-09", root=held)
    assert (fault.value, fault.rule) == (
        "{last_board.robbery.last_year}",
        "no earlier cycle is held here, so there is no last Board",
    )
    assert "line 11" in fault.where


def test_what_the_last_board_was_given_is_kept(root):
    """A value that is kept in the cycle's folder stands, whatever the table gives now; kept figures at fault are named
    once.
    """
    held = second(root(), "It was {last_board.robbery.last_year}.")
    kept = held / "data/raw/cycles/2014-09/approved/figures.csv"
    kept.parent.mkdir()
    head = "outcome,id,value,unit,low,high,numerator,denominator,period,baseline,basis,method,inputs\n"
    write(kept, head + "a,robbery.last_year,1111,count,,,,,2013/14,,recomputed,as given,crime\n")
    assert open_view("2014-12", root=held).figures["last_board.robbery.last_year"].value == 1111
    assert open_view("2014-12", root=held).figures["robbery.last_year"].value == 1380
    write(kept, head + "a,robbery.last_year,many,count,,,,,2013/14,,recomputed,as given,crime\n")
    assert [fault.file for fault in faults_of("2014-12", root=held)] == ["data/raw/cycles/2014-09/approved/figures.csv"]


def test_the_cycle_before_is_opened_only_where_it_is_asked_for(root, monkeypatch):
    """Figures of this cycle, and a check that binds nothing of the last Board, cost no second cycle."""
    held = second(root(), "It stands at {robbery.last_year}.")
    monkeypatch.setattr(CycleView, "before", property(lambda _: pytest.fail("the cycle before was opened")))
    assert faults_of("2014-12", root=held) == []
    assert len(findings.view.figures("2014-12", root=held)) > 20


def test_a_problem_is_found_on_the_line_of_its_own_text(root):
    """A binding that stands in two texts and is at fault in both has a line in each."""
    held = root(
        updates=UPDATES.replace("{trust.change_on_previous_wave}", "{robery.x}").replace(
            "{robbery.last_year}", "{robery.x}"
        )
    )
    assert sorted(fault.where.partition(",")[0] for fault in faults_of("2014-09", root=held)) == [
        "line 11",
        "line 20",
    ]


def test_every_answer_that_rests_on_exceptional_months_says_so():
    """The verdict, the course and the control chart of robbery name them; a confidence survey has no such series."""
    view = open_view("2014-09")
    declared = Exceptional("2011-07", "2011-09", "made-up disorder")
    view.plan = replace(view.plan, exceptional=(declared,))
    words = "rests on exceptional months too, July 2011 to September 2011: made-up disorder."
    position = view.positions["robbery"]
    assert words in position.happened.plain
    assert words in position.outlook.plain
    assert words in charts.control(view, "robbery").subtitle
    assert all(words in verdict.reason for _, verdict in view.outside_plan.values())
    assert "exceptional" not in view.positions["confidence"].happened.plain
