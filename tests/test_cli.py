"""The ``pcp`` command on copies of the committed root: what it refuses, what it leaves alone, what it writes."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pcp_analysis import __version__
from pcp_analysis.cli import main
from pcp_analysis.findings.view import open_view
from pcp_analysis.loaders import check as check_inputs
from pcp_analysis.plan import cycle as cycles
from tests.conftest import CHECKOUT, CYCLE, OF_SEPTEMBER, tree

HEAVY = (
    "pandas",
    "numpy",
    "scipy",
    "statsmodels",
    "matplotlib",
    "seaborn",
    "nbformat",
    "papermill",
    "nbconvert",
)
PLAN = "plans/next"
UPDATES = f"data/raw/cycles/{CYCLE}/updates.toml"
RECORDED = "data/raw/recorded_crime.csv"


@pytest.fixture(autouse=True)
def _no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """No root is named by the machine's settings."""
    monkeypatch.delenv("PCP_ROOT", raising=False)


@pytest.fixture
def root(copied_root: Path) -> Path:
    """A copy of the root where something stands published, and whose plan is a folder under the root."""
    shutil.copytree(cycles.plan_folder(copied_root, cycles.load(copied_root, CYCLE).plan), copied_root / PLAN)
    edit(copied_root / f"data/raw/cycles/{CYCLE}/cycle.toml", r'plan( *)= ".*"', rf'plan\1= "{PLAN}"')
    for name, text in {
        "2014-09/index.html": "<h1>Published</h1>\n",
        "2014-09/manifest.json": "{}\n",
        "run.log": "{}\n",
    }.items():
        (copied_root / "outputs" / name).parent.mkdir(parents=True, exist_ok=True)
        (copied_root / "outputs" / name).write_text(text, encoding="utf-8", newline="\n")
    return copied_root


def edit(path: Path, pattern: str, replacement: str) -> None:
    """Replace the first match of *pattern* in a text file, as a person would; there must be one."""
    text, count = re.subn(pattern, replacement, path.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)
    assert count == 1, f"{path.name} has no {pattern}"
    path.write_text(text, encoding="utf-8", newline="\n")


def pcp(*arguments: object, root: Path | None = None) -> Result:
    """The command in this process."""
    at = ["--root", str(root)] if root else []
    return CliRunner().invoke(main, [*map(str, arguments), *at])


def refused(root: Path, *, count: int, command: tuple[str, ...] = ()) -> list[str]:
    """The lines of the faults that check and report both print, *count* of them; neither changes a byte of the root."""
    before = tree(root)
    said = []
    for each in [command] if command else [("check", CYCLE), ("report", CYCLE)]:
        result = pcp(*each, root=root)
        assert result.exit_code == 1, (each, result.output)
        assert "Traceback" not in result.output
        assert tree(root) == before, f"{each} changed the root"
        said.append(result.stderr.splitlines())
    assert all(lines == said[0] for lines in said)
    faults = said[0][:-1]
    assert said[0][-1] == f"{count} {'fault' if count == 1 else 'faults'}; nothing was run and nothing was changed.", (
        said[0]
    )
    assert len(faults) == count
    return faults


def only(lines: list[str], *parts: str) -> str:
    """The one line that holds all *parts*."""
    found = [line for line in lines if all(part in line for part in parts)]
    assert len(found) == 1, f"{parts} in {len(found)} of {lines}"
    return found[0]


def line_of(path: Path, text: str, *, last: bool = False) -> int:
    """The line of a file, counted from 1, that holds *text*."""
    found = [number for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if text in line]
    return found[-1 if last else 0]


def misspell_a_key(root: Path) -> list[tuple[str, ...]]:
    """A key of the plan that does not exist."""
    file = root / PLAN / "06_reduce_crime.toml"
    edit(file, r"^first_due( *)=", r"first_deu\1=")
    return [(f"{PLAN}/06_reduce_crime.toml: line {line_of(file, 'first_deu')}, deliverable[1].first_deu", "first_due")]


def duplicate_a_deliverable(root: Path) -> list[tuple[str, ...]]:
    """A deliverable of one outcome that has the id of another's."""
    first = tomllib.loads((root / PLAN / "04_value_for_money.toml").read_text(encoding="utf-8"))["deliverable"][0]["id"]
    file = root / PLAN / "10_national_policing.toml"
    mine = tomllib.loads(file.read_text(encoding="utf-8"))["deliverable"][2]["id"]
    edit(file, rf'^id( *)= "{mine}"', rf'id\1= "{first}"')
    edit(root / UPDATES, rf'^deliverable( *)= "{mine}"\n', rf'deliverable\1= "{mine}"\n')
    return [
        (
            f"{PLAN}/10_national_policing.toml: line {line_of(file, first)}, deliverable[3].id",
            first,
            "04_value_for_money.toml",
        ),
        (f"{UPDATES}: ", f"'{mine}'", "is no deliverable of the plan"),  # its update has nothing to stand on now
    ]


def update_of_nothing(root: Path) -> list[tuple[str, ...]]:
    """An update for a deliverable that does not exist."""
    name = tomllib.loads((root / UPDATES).read_text(encoding="utf-8"))["update"][0]["deliverable"]
    with (root / UPDATES).open("a", encoding="utf-8", newline="\n") as file:
        file.write(f'\n[[update]]\ndeliverable = "{name}x"\ntext = "Done."\nsource = "paragraph 1"\n')
    return [(f"{UPDATES}: line {line_of(root / UPDATES, f'{name}x')}, update[52].deliverable", f"'{name}x'", name)]


def alter_an_input(root: Path) -> list[tuple[str, ...]]:
    """Rows in another order, which the table does not mind and its sha256 does."""
    path = root / "data/raw/shown/funding.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([header, *reversed(rows)]), encoding="utf-8", newline="\n")
    return [("data/raw/shown/funding.csv: ", hashlib.sha256(path.read_bytes()).hexdigest(), "register")]


def lose_an_input(root: Path) -> list[tuple[str, ...]]:
    """A registered file that is not there."""
    (root / "data/raw/shown/establishment.csv").unlink()
    return [("data/raw/shown/establishment.csv: ", "[establishment]")]


def leave_a_file_about(root: Path) -> list[tuple[str, ...]]:
    """A file that no entry of the register names."""
    (root / "data/raw/shown/stray.csv").write_text("measure\n", encoding="utf-8")
    return [("data/raw/shown/stray.csv: ", "register")]


def miscount(root: Path) -> list[tuple[str, ...]]:
    """A count that is not a number, in a table that was registered again on purpose."""
    rows = (root / RECORDED).read_text(encoding="utf-8").splitlines()
    line = next(number for number, row in enumerate(rows, 1) if row.startswith("West Midlands,2014-06-30"))
    cells = rows[line - 1].split(",")
    place = rows[0].split(",").index("robbery")
    cells[place] = "1 177"
    rows[line - 1] = ",".join(cells)
    (root / RECORDED).write_text("\n".join(rows) + "\n", encoding="utf-8", newline="\n")
    register_again(root, RECORDED)
    return [(f"{RECORDED}: line {line}, column robbery: '1 177'", "whole number")]


def register_again(root: Path, file: str) -> None:
    """Record a table that was changed on purpose, as at the day that it had."""
    register = tomllib.loads((root / "data/raw/register.toml").read_text(encoding="utf-8"))
    as_at = next(entry["as_at"] for entry in register.values() if f"data/raw/{entry['file']}" == file)
    assert pcp("register", file, "--as-at", as_at, root=root).exit_code == 0


def spoil_notebooks(root: Path) -> list[tuple[str, ...]]:
    """A notebook without a parameters cell, one with outputs, one with a misspelt parameter, one that is not there."""

    def change(name: str, cell: int, **values: object) -> None:
        path = root / "notebooks" / name
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["cells"][cell] |= values
        path.write_text(json.dumps(notebook), encoding="utf-8")

    change("03_local_identity.ipynb", 1, metadata={})
    change("04_value_for_money.ipynb", 3, outputs=[{"output_type": "stream", "name": "stdout", "text": "51\n"}])
    change("05_social_responsibility.ipynb", 1, source='cylce = "2014-09"')
    (root / "notebooks" / "07_protecting_people.ipynb").unlink()
    return [
        ("notebooks/03_local_identity.ipynb: ", "tagged parameters"),
        ("notebooks/04_value_for_money.ipynb: cell 4", "outputs"),
        ("notebooks/05_social_responsibility.ipynb: cell 2: 'cylce'", "never used"),
        ("notebooks/05_social_responsibility.ipynb: cell 2: 'cycle'", "does not declare"),
        ("notebooks/07_protecting_people.ipynb: ", "does not exist"),
    ]


PLANTED = (
    misspell_a_key,
    duplicate_a_deliverable,
    update_of_nothing,
    alter_an_input,
    lose_an_input,
    leave_a_file_about,
    miscount,
    spoil_notebooks,
)


def test_the_root_is_sound_before_anything_is_planted(root: Path) -> None:
    """The committed plan, inputs, updates and notebooks have no fault, and checking them changes nothing."""
    before = tree(root)
    result = pcp("check", CYCLE, root=root)
    assert result.exit_code == 0, result.output
    assert f"no fault in {len(OF_SEPTEMBER)} notebooks" in result.stdout
    assert "51 deliverables" in result.stdout
    assert tree(root) == before


@pytest.mark.slow
@pytest.mark.parametrize("plant", PLANTED[:6], ids=lambda plant: plant.__name__)
def test_a_fault_is_printed_with_its_file_and_place_and_nothing_is_changed(root: Path, plant) -> None:
    """Each planted fault by itself: check and report say the same of it, exit 1, and leave every byte as it was."""
    expected = plant(root)
    lines = refused(root, count=len(expected))
    for parts in expected:
        only(lines, *parts)


@pytest.mark.slow
def test_faults_of_every_room_are_printed_at_once(root: Path) -> None:
    """One run names what is wrong in the plan, the updates, the register, a table and the notebooks: nobody mends one
    fault to be told of the next."""
    expected = [parts for plant in PLANTED for parts in plant(root)]
    lines = refused(root, count=len(expected))
    for parts in expected:
        only(lines, *parts)
    before = tree(root)
    forced = pcp("report", CYCLE, "--force", root=root)
    assert (forced.exit_code, forced.stderr.splitlines()[:-1]) == (1, lines)
    assert tree(root) == before


def test_an_unknown_series_and_an_unknown_metric_name_the_nearest(root: Path) -> None:
    """A milestone may name only what the inputs hold and what the metrics give; both misspellings are printed at once."""
    file = root / PLAN / "06_reduce_crime.toml"
    edit(file, r'^( *series *= )"robbery"', r'\1"robery"')
    edit(file, r'^( *id *= "vehicle_crime"(?:.|\n)*?metric *= )"\w+"', r'\1"yaer_to_date_change"')
    lines = refused(root, count=2, command=("check", CYCLE))
    assert (
        "robbery" in only(lines, "06_reduce_crime.toml: ", "milestone robbery.series", "'robery'").split("series", 1)[1]
    )
    assert "year_to_date_change" in only(
        lines, "06_reduce_crime.toml: ", "milestone vehicle_crime.metric", "'yaer_to_date_change'"
    )


@pytest.mark.slow
def test_a_binding_to_no_figure_names_its_line_and_the_nearest_ids(root: Path) -> None:
    """Commentary that binds to a figure that does not exist is found before a notebook runs, and each such binding is."""
    bound = re.findall(r"^(?!#).*\{([a-z]\w*\.[\w.]+)[:}]", (root / UPDATES).read_text(encoding="utf-8"), re.MULTILINE)
    right, other = bound[0], bound[-1]
    assert right != other
    edit(root / UPDATES, rf"^(?!#)(.*)\{{{re.escape(right)}(?=[:}}])", rf"\1{{{right}x")
    edit(root / UPDATES, rf"^(?!#)(.*)\{{{re.escape(other)}(:\w+)?\}}", rf"\1{{{other}:sise}}")
    lines = refused(root, count=2, command=("check", CYCLE))
    found = only(lines, f"{UPDATES}: line {line_of(root / UPDATES, f'{right}x')}, ", f"'{{{right}x", "Did you mean ")
    assert right in found.split("Did you mean ")[1].rstrip("?").split(" or ")
    only(
        lines, f"{UPDATES}: line {line_of(root / UPDATES, f'{other}:sise')}, ", f"'{{{other}:sise}}'", "no form 'sise'"
    )


def test_a_wrong_cycle_is_named_beside_the_known_ones(root: Path) -> None:
    """A cycle that is not there is a fault of the input, not of the usage."""
    for wrong in ("2014-08", "2014-9", "september", "../2014-09"):
        before = tree(root)
        for command in ("check", "report"):
            result = pcp(command, wrong, root=root)
            assert (result.exit_code, result.stdout) == (1, "")
            assert f"'{wrong}': is no cycle" in result.stderr
            assert "2014-09" in result.stderr
        assert tree(root) == before


@pytest.mark.slow
def test_a_notebook_of_an_unknown_outcome_is_found_before_it_runs(root: Path) -> None:
    """A notebook opens the outcome whose name it bears; a misspelt one is a fault with its cell, not a failed page."""
    path = root / "notebooks" / "06_reduce_crime.ipynb"
    edit(path, r'open_outcome\(\\"06_reduce_crime\\"', r'open_outcome(\\"06_reduce_crme\\"')
    lines = refused(root, count=1, command=("check", CYCLE))
    only(lines, "notebooks/06_reduce_crime.ipynb: cell 3", "06_reduce_crme")


@pytest.mark.slow
def test_the_deliverable_of_the_readme_is_one_block(root: Path) -> None:
    """As it stands there, and nothing else: no claim, cell or sentence that named its series before is at fault now."""
    block = re.search(r"```toml\n(.*?)```", (CHECKOUT / "README.md").read_text(encoding="utf-8"), re.DOTALL)[1]
    with (root / PLAN / "06_reduce_crime.toml").open("a", encoding="utf-8", newline="\n") as file:
        file.write(f"\n{block}")
    result = pcp("check", CYCLE, root=root)
    assert result.exit_code == 0, result.output
    assert "52 deliverables" in result.stdout


def test_a_deliverable_without_an_update_is_no_fault(root: Path) -> None:
    """It is published as nothing received, and counted; the others keep their status."""
    gone = next(each.deliverable for each in cycles.load(root, CYCLE).updates if each.text)
    edit(root / UPDATES, rf'\[\[update\]\]\ndeliverable *= "{gone}"\n(?:(?!\[\[update\]\])(?!^# ----)(?:.|\n))*', "")
    assert cycles.check(root, CYCLE) == []
    statuses = open_view(CYCLE, root=root).statuses
    assert statuses[gone].name == "nothing received"
    assert Counter(each.name for each in statuses.values()) == {
        "reported": 26,
        "deferred": 16,
        "awaited": 7,
        "reported elsewhere": 1,
        "nothing received": 1,
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--bogus"],
        ["report", CYCLE, "2014-12"],
        ["reprot"],
        ["register", "--as-at", "2014-09-11"],
        ["register", "x.csv", "--as-at", "11 September"],
        ["new-cycle", "2014-12"],
        ["import", "ons-recorded-crime"],
        ["import", "ons-recorded-crim", "x.csv", "--as-at", "2019-04-25"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_2(copied_root: Path, arguments: list[str]) -> None:
    """What the command line itself gets wrong is click's to refuse: exit 2, a usage line, no traceback."""
    before = tree(copied_root)
    result = CliRunner().invoke(main, arguments, env={"PCP_ROOT": str(copied_root)})
    assert result.exit_code == 2, result.output
    assert "Usage: " in result.stderr
    assert tree(copied_root) == before


def test_where_there_is_no_root_the_command_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither here nor above, nor under the folder that was named: exit 1 in words."""
    monkeypatch.chdir(tmp_path)
    assert pcp("check").exit_code == 1
    assert "--root or PCP_ROOT" in pcp("check").stderr
    assert pcp("check", root=tmp_path / "nowhere").exit_code == 1
    assert not (tmp_path / "nowhere").exists()


def test_the_root_is_found_upwards_and_by_its_name(
    copied_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a folder inside it, by PCP_ROOT, and by --root, which goes before PCP_ROOT."""
    # A cycle that is not there is answered with those that are, which takes no time.
    found = f"Did you mean {CYCLE} or "
    monkeypatch.chdir(copied_root / "notebooks")
    assert found in pcp("check", "2014-08").stderr
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PCP_ROOT", str(copied_root))
    assert found in pcp("check", "2014-08").stderr
    monkeypatch.setenv("PCP_ROOT", str(tmp_path))
    assert found not in pcp("check", "2014-08").stderr
    assert found in pcp("check", "2014-08", root=copied_root).stderr


def committed_register() -> dict[str, dict]:
    """The committed register."""
    return tomllib.loads((CHECKOUT / "data/raw/register.toml").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_importing_prints_the_table_and_what_came_in(shared: Path, tmp_path: Path) -> None:
    """Into an empty root: the table, its entry, and a summary; a list and a draft for whoever looks for them."""
    (tmp_path / "data/raw").mkdir(parents=True)
    book = shared / "publishers" / "ons" / "policeforceareatablesyearendingmarch2018v2.xlsx"
    result = pcp("import", "ons-population", book, "--as-at", "2019-04-24", root=tmp_path)
    assert result.exit_code == 0, result.output
    assert "data/raw/population.csv: Mid-year population" in result.stdout
    assert "43 areas; 1 series" in result.stdout
    written = ["data/raw/population.csv", "data/raw/register.toml", "data/raw/vintages.toml"]
    assert sorted(tree(tmp_path)) == written
    assert "ons-population: " in pcp("import", "--list", root=tmp_path).stdout
    assert "last fed as at 2019-04-24" in pcp("import", "--list", root=tmp_path).stdout
    assert "[labels]" in pcp("describe", tmp_path / "data/raw/population.csv", root=tmp_path).stdout


def test_a_release_that_cannot_be_read_changes_nothing(copied_root: Path) -> None:
    """A missing file and a missing anchor are both named; the table and the register stand as they were."""
    lines = refused(
        copied_root,
        count=2,
        command=(
            "import",
            "ons-recorded-crime",
            copied_root / "gone.csv",
            "--anchor",
            copied_root / "lost.csv",
            "--as-at",
            "2019-04-25",
        ),
    )
    only(lines, "gone.csv")
    only(lines, "lost.csv")


@pytest.mark.slow
def test_register_records_a_table_that_was_changed_on_purpose(copied_root: Path) -> None:
    """After an edit the check refuses the file; after registering it, it holds, with the new day and the new sha256."""
    path = copied_root / "data/raw/shown/establishment.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    edit(path, rf"\b{rows[0]['value']}\b", str(int(float(rows[0]["value"])) + 1))
    refused(copied_root, count=1)
    result = pcp("register", "shown/establishment.csv", "--as-at", "2014-09-12", root=copied_root)
    assert result.exit_code == 0, result.output
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert f"data/raw/shown/establishment.csv: as at 2014-09-12, sha256 {digest[:12]}" in result.stdout
    made = tomllib.loads((copied_root / "data/raw/register.toml").read_text(encoding="utf-8"))
    changed = {"sha256": digest, "as_at": dt.date(2014, 9, 12)}
    assert made == committed_register() | {"establishment": committed_register()["establishment"] | changed}
    assert check_inputs(copied_root) == []


def test_register_names_every_file_that_it_cannot_record(copied_root: Path) -> None:
    """A file without an entry and one that is not there, at once."""
    (copied_root / "data/raw/shown/stray.csv").write_text("measure\n", encoding="utf-8")
    lines = refused(
        copied_root, count=2, command=("register", "shown/stray.csv", "shown/gone.csv", "--as-at", "2014-09-12")
    )
    only(lines, "stray.csv", "has no entry in data/raw/register.toml")
    only(lines, "gone.csv")


def test_a_new_cycle_is_ready_to_check(copied_root: Path) -> None:
    """It is laid out with the plan of the cycle before, has no fault as it stands, and has its place among the others."""
    before = tree(copied_root)
    result = pcp("new-cycle", "2014-12", "--board-date", "2014-12-04", "--data-cut-off", "2014-11-30", root=copied_root)
    assert result.exit_code == 0, result.output
    assert "data/raw/cycles/2014-12" in result.stdout
    assert {name for name in tree(copied_root) if name not in before} == {
        f"data/raw/cycles/2014-12/{name}" for name in ("cycle.toml", "updates.toml", "paper.csv")
    }
    assert {name: tree(copied_root)[name] for name in before} == before
    assert cycles.check(copied_root, "2014-12") == []
    assert cycles.cycles(copied_root) == [CYCLE, "2014-12", "2015-06"]
    held = cycles.load(copied_root, "2014-12")
    assert (held.board_date, held.data_cut_off) == (dt.date(2014, 12, 4), dt.date(2014, 11, 30))
    assert held.plan == cycles.load(copied_root, CYCLE).plan


def test_a_cycle_that_is_there_is_never_laid_out_again(copied_root: Path) -> None:
    """Neither over another, nor with dates that contradict its name."""
    lines = refused(
        copied_root, count=1, command=("new-cycle", CYCLE, "--board-date", "2014-09-11", "--data-cut-off", "2014-08-31")
    )
    only(lines, "'2014-09'", "is laid out already")
    lines = refused(
        copied_root,
        count=2,
        command=("new-cycle", "2014-12", "--board-date", "2014-11-04", "--data-cut-off", "2014-11-30"),
    )
    only(lines, "board_date", "2014-11-04")
    only(lines, "data_cut_off", "2014-11-30")


def loaded(*arguments: object, root: Path) -> tuple[int, set[str]]:
    """The exit code of the command in a process of its own, and the heavy libraries that it loaded."""
    script = (
        "import sys\nfrom pcp_analysis.cli import main\ntry:\n    main(sys.argv[1:], prog_name='pcp')\n"
        "except SystemExit as end:\n    code = end.code or 0\n"
        "print('loaded', code, *sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    _, code, *modules = done.stdout.splitlines()[-1].split()
    return int(code), set(modules) & set(HEAVY)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["check", "--help"], ["report", "--help"], ["import", "--help"]], ids=" ".join
)
def test_help_loads_no_heavy_library(copied_root: Path, arguments: list[str]) -> None:
    """Help is there at once."""
    assert loaded(*arguments, root=copied_root) == (0, set())


def test_a_wrong_cycle_is_refused_without_a_heavy_library(copied_root: Path) -> None:
    """What names and dates alone can tell is told before anything is loaded."""
    assert loaded("check", "2014-08", root=copied_root) == (1, set())


def test_the_help_names_every_command() -> None:
    """Each command stands in the help with what it does, and each has help of its own."""
    result = pcp("--help")
    assert result.exit_code == 0
    for name, command in main.commands.items():
        assert re.search(rf"^  {re.escape(name)}  +\S", result.output, re.MULTILINE)
        assert command.help
        assert pcp(name, "--help").exit_code == 0
    assert pcp("--version").output.strip() == f"pcp, version {__version__}"
