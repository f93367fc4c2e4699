"""What a command is about: a cycle with its notebooks, its inputs and their hashes, gathered without a heavy library."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pcp_analysis import edition
from pcp_analysis.figures import last_board
from pcp_analysis.findings import briefing
from pcp_analysis.pack.environment import kernel_environment
from pcp_analysis.pack.warm import WarmKernels
from pcp_analysis.plan import cycle, reading
from pcp_analysis.strict.fault import FaultError
from tests.conftest import run_pcp

ROOT = Path(__file__).resolve().parents[1]


def test_an_order_has_a_notebook_for_every_page():
    """The front page, the ten outcomes in the plan's order, and what follows them."""
    placed = edition.gather(ROOT, "2014-09")
    assert [job.page for job in placed.jobs][:2] == ["index.html", "01_public_confidence.html"]
    assert [job.id for job in placed.jobs][1:11] == [outcome.id for outcome in placed.plan.outcomes]
    assert [job.id for job in placed.jobs][11:] == [each for each in edition.APPENDICES if each != "year_end"]
    assert all(job.parameters == {"cycle": "2014-09"} for job in placed.jobs)


def test_without_a_cycle_the_newest_is_meant():
    """`pcp report` alone is about the newest cycle under the root."""
    assert edition.gather(ROOT, None).cycle == "2015-06"


def test_every_job_names_the_hashes_that_its_page_depends_on():
    """Tables as the cycle sees them, the cycle's own files, and the plan."""
    job = edition.gather(ROOT, "2014-09").jobs[0]
    assert {
        "recorded_crime",
        "population",
        "plan",
        "2014-09/cycle.toml",
        "2014-09/updates.toml",
        "2014-09/paper.csv",
    } <= set(job.inputs)


def test_the_inputs_are_those_that_the_cycle_sees():
    """Each has its title, publisher, as-at date and the hash of its visible rows."""
    inputs = {each["name"]: each for each in edition.gather(ROOT, "2014-09").inputs}
    assert inputs["recorded_crime"]["as_at"] == "2019-04-25"
    assert len(inputs["recorded_crime"]["sha256"]) == 64


def test_an_unknown_cycle_is_refused():
    """The fault names what was asked for."""
    with pytest.raises(FaultError) as error:
        edition.gather(ROOT, "2014-10")
    assert [fault.value for fault in error.value.faults] == ["2014-10"]


def test_placing_an_order_loads_no_heavy_library():
    """An unchanged report goes no further than this, so it may not wait for pandas."""
    code = (
        "import sys; from pathlib import Path; from pcp_analysis import edition; edition.gather(Path(sys.argv[1]), '2014-09'); "
        "print([name for name in ('pandas', 'nbformat', 'papermill', 'nbconvert') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(ROOT)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.fixture
def placed(copied_root: Path) -> edition.CycleEdition:
    """A root where commentary binds to nothing and a notebook asks for a milestone that there is not."""
    updates = copied_root / "data/raw/cycles/2014-09/updates.toml"
    text = updates.read_text(encoding="utf-8")
    updates.write_text(text.replace("{safety_by_day.safe}", "{safty_by_day.safe}"), encoding="utf-8", newline="\n")
    assert "{safty_by_day.safe}" in updates.read_text(encoding="utf-8")
    return edition.gather(copied_root, "2014-09")


@pytest.mark.slow
def test_what_is_judged_aside_is_what_is_judged_here(placed: edition.CycleEdition):
    """The same faults, from a process that was forked; and nothing is noted as good."""
    with WarmKernels(("pcp_analysis.findings",), kernel_environment(placed.root)) as warm:
        aside = placed.judge_aside(warm)()
    assert aside == placed.judge()
    assert [fault.value for fault in aside if "safty" in fault.value]
    assert not placed.passed()


@pytest.mark.slow
def test_without_a_process_to_fork_from_it_is_judged_here(
    placed: edition.CycleEdition, monkeypatch: pytest.MonkeyPatch
):
    """On another platform, or where the process was killed before it could answer."""
    expected = placed.judge()
    with WarmKernels((), kernel_environment(placed.root)) as warm:
        judging = placed.judge_aside(warm)
        os.kill(warm.pid, signal.SIGKILL)
        assert judging() == expected
        assert placed.judge_aside(warm)() == expected


@pytest.mark.slow
def test_a_good_check_is_noted_wherever_it_was_made(copied_root: Path):
    """The process aside writes the tidy tables, and the note that these inputs are without fault."""
    placed = edition.gather(copied_root, "2014-09")
    assert not placed.passed()
    with WarmKernels((), kernel_environment(placed.root)) as warm:
        assert placed.judge_aside(warm)() == placed.figure_faults() == []
    assert placed.passed()


def test_what_is_stale_is_known_without_pandas(copied_root: Path):
    """The schedule's run that finds nothing new says it as well."""
    cycle = copied_root / "data/raw/cycles/2014-09/cycle.toml"
    text = cycle.read_text(encoding="utf-8")
    later = copied_root / "data/raw/cycles/2019-12"
    shutil.copytree(cycle.parent, later)
    (later / "cycle.toml").write_text(
        text.replace("2014-09-11", "2019-12-12").replace("2014-08-31", "2019-11-30"), encoding="utf-8", newline="\n"
    )
    assert [each.name for each in edition.gather(copied_root, "2014-09").doubts] == []
    assert {"recorded_crime", "population"} <= {each.name for each in edition.gather(copied_root, "2019-12").doubts}


def test_a_file_that_lost_its_entries_since_the_pack_is_named(copied_root: Path) -> None:
    """A save that failed leaves the comments: check says how many entries fewer there are, and refuses a file without any."""
    folder = copied_root / "data/raw/cycles/2014-09"
    whole = edition.gather(copied_root, "2014-09")
    assert (whole.entries["paper.csv"], whole.entries["updates.toml"] > 50, whole.doubts) == (398, True, [])
    pack = copied_root / "outputs/2014-09"
    pack.mkdir(parents=True)
    manifest = {"notebooks": {}, "outputs": {}, "entries": whole.entries}
    (pack / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    for name in ("updates.toml", "claims.toml", "glossary.toml"):
        path, text = folder / name, (folder / name).read_text(encoding="utf-8")
        path.write_text("# Only a comment is left.\n", encoding="utf-8")
        told = run_pcp("check", "2014-09", root=copied_root)
        assert told.returncode == 1
        rule = f"{name}: '': has no entry, and the published pack was made of {whole.entries[name]}"
        assert rule.replace(": ''", "") in told.stderr.replace(": ''", ""), told.stderr
        path.write_text(text, encoding="utf-8")
    claims = folder / "claims.toml"
    blocks = claims.read_text(encoding="utf-8").split("\n[[claim]]")
    claims.write_text("\n[[claim]]".join(blocks[:-2]), encoding="utf-8")
    told = run_pcp("check", "2014-09", root=copied_root)
    assert (
        f"claims.toml has {whole.entries['claims.toml'] - 2} entries, 2 fewer than in the published pack" in told.stderr
    )


def test_a_plan_has_its_own_notebooks_where_it_differs(copied_root: Path) -> None:
    """One in the folder of the plan comes before the one that all plans share; of an id that a plan has not, none is taken."""
    own = copied_root / "notebooks/west-midlands-2014-15/06_reduce_crime.ipynb"
    own.parent.mkdir()
    shutil.copy(copied_root / "notebooks/06_reduce_crime.ipynb", own)
    shared = {job.id: job.notebook for job in edition.gather(copied_root, "2014-09").jobs}
    assert shared.pop("06_reduce_crime") == own
    assert {path.parent for path in shared.values()} == {copied_root / "notebooks"}
    other = copied_root / "plans/another-2014-15"
    shutil.copytree(reading.__file__.removesuffix("reading.py") + "west-midlands-2014-15", other)
    file = copied_root / "data/raw/cycles/2014-09/cycle.toml"
    text = file.read_text(encoding="utf-8").replace("west-midlands-2014-15", "plans/another-2014-15")
    file.write_text(text, encoding="utf-8")
    jobs = edition.gather(copied_root, "2014-09").jobs
    assert {job.notebook.parent for job in jobs} == {copied_root / "notebooks"}


def test_a_month_may_have_two_boards(copied_root: Path) -> None:
    """The second has a name behind its month; the date must be in the month, and the pack says which Board it is."""
    days = {"board_date": dt.date(2014, 9, 25), "data_cut_off": dt.date(2014, 8, 31)}
    plan = cycle.load(copied_root, "2014-09").plan
    briefing.lay_out(copied_root, "2014-09-special", plan=plan, **days)
    assert cycle.cycles(copied_root)[:2] == ["2014-09", "2014-09-special"]
    placed = edition.gather(copied_root, "2014-09-special")
    assert [each.id for each in placed.view.earlier] == ["2014-09"]
    assert last_board.board("2014-09-special") == "Board of September 2014 (special)"
    with pytest.raises(FaultError, match="is not in the month"):
        briefing.lay_out(copied_root, "2014-10-special", plan=plan, **days)
    for wrong in ("2014-09-", "2014-09-Ä", "2014-09_special", "2014-9"):
        with pytest.raises(FaultError, match="is no cycle"):
            briefing.lay_out(copied_root, wrong, plan=plan, **days)
