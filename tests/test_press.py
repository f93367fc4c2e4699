"""The press from contract to publication, on real kernels and a root of two notebooks."""

from __future__ import annotations

import dataclasses
import filecmp
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pcp_analysis.pack import manifest
from pcp_analysis.pack.job import Edition, Limits, PressError
from pcp_analysis.pack.press import Result, press, unchanged
from tests.pack_fixture import (
    CYCLE,
    HEADING,
    code,
    june,
    make_edition,
    make_jobs,
    make_root,
    markdown,
    overview,
    parameters,
    show,
    write_notebook,
)

CHECKOUT = Path(__file__).parents[1]
FILES = {
    "index.html", "01_june.html", "00_overview_figures.html", "01_june_figures.html", "figures.csv", "manifest.json",
    "notebooks/00_overview.ipynb", "notebooks/01_june.ipynb", "pack.zip",
}  # fmt: skip


def run(root: Path, **options: object) -> Result:
    """Press the fixture's two notebooks: options are those of the edition, or of the press."""
    fields = {field.name for field in dataclasses.fields(Edition)}
    changes = {name: value for name, value in options.items() if name in fields}
    return press(make_edition(root, **changes), **{name: options[name] for name in options if name not in fields})


def events(root: Path) -> list[dict]:
    """The lines of run.log."""
    return [json.loads(line) for line in (root / "outputs" / "run.log").read_text(encoding="utf-8").splitlines()]


def content(pack: Path) -> dict[str, bytes]:
    """Every file of a pack, by name."""
    return {file.relative_to(pack).as_posix(): file.read_bytes() for file in pack.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root whose pack was made; the tests copy it."""
    root = make_root(tmp_path_factory.mktemp("made"))
    assert run(root).complete
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    """A root of one's own with a pack."""
    return shutil.copytree(made, tmp_path / "root")


@pytest.mark.slow
def test_a_pack_has_its_files_and_nothing_else(made: Path) -> None:
    """Pages, figures, executed notebooks, manifest; beside it the log and the folder of the lock."""
    assert set(content(made / "outputs" / CYCLE)) == FILES
    assert {file.name for file in (made / "outputs").iterdir()} == {CYCLE, "run.log", ".press"}
    assert [file.name for file in (made / "outputs" / ".press").iterdir()] == ["lock"]
    assert (made / "outputs" / CYCLE / "figures.csv").read_text(encoding="utf-8").splitlines()[1:] == [
        "00_overview,rain.total,612.5,mm,,,,,,,recomputed,,rain",
        "01_june,rain.june,48,mm,,,,,,,recomputed,,rain",
    ]


@pytest.mark.slow
def test_the_manifest_tells_what_the_pack_consists_of(made: Path) -> None:
    """Every file with its hash, and no path of this computer in any of them."""
    pack = made / "outputs" / CYCLE
    value = manifest.load(pack)
    assert set(value["outputs"]) == FILES - {"manifest.json"}
    assert all(manifest.intact(pack, value, name) for name in value["outputs"])
    for name, data in content(pack).items():
        for place in (str(made), str(Path.home()), "pcp-", sys.prefix):
            assert place.encode() not in data or (name.endswith(".html") and place == "pcp-"), (name, place)


@pytest.mark.slow
def test_the_log_tells_the_run(made: Path) -> None:
    """Started, executed, rendered, published, in this order, with seconds."""
    told = events(made)
    assert [line["event"] for line in told] == ["started", "executed", "executed", "rendered", "rendered", "published"]
    assert told[0]["notebooks"] == ["00_overview", "01_june"]
    assert told[-1]["complete"] is True
    assert all(line["seconds"] >= 0 for line in told[1:])


@pytest.mark.slow
def test_an_unchanged_run_does_nothing(root: Path) -> None:
    """It says so, in the outcome and in the log, and touches no file of the pack."""
    before = {file: file.stat().st_mtime_ns for file in (root / "outputs" / CYCLE).rglob("*")}
    outcome = run(root)
    assert outcome.unchanged
    assert outcome.complete
    assert outcome.executed == ()
    assert events(root)[-1]["event"] == "unchanged"
    assert before == {file: file.stat().st_mtime_ns for file in (root / "outputs" / CYCLE).rglob("*")}
    assert unchanged(make_edition(root)).pack_sha256 == outcome.pack_sha256


@pytest.mark.slow
def test_only_what_changed_is_executed(root: Path) -> None:
    """An edited notebook, another hash of its rows: that notebook alone."""
    write_notebook(root / "notebooks" / "01_june.ipynb", june(markdown("Dry, in the end.")))
    outcome = run(root)
    assert outcome.executed == ("01_june",)
    assert [line.get("page") for line in events(root) if line["event"] == "rendered"][2:] == ["01_june.html"]
    assert "Dry, in the end." in (outcome.pack / "01_june.html").read_text(encoding="utf-8")
    jobs = make_jobs(root)
    jobs[0] = replace(jobs[0], inputs={"rain": "cd" * 32})
    assert run(root, jobs=jobs).executed == ("00_overview",)


@pytest.mark.slow
def test_a_touched_file_is_not_changed(root: Path) -> None:
    """A file's time is no reason to run."""
    os.utime(root / "notebooks" / "01_june.ipynb", (0, 0))
    assert run(root).unchanged


@pytest.mark.slow
def test_words_around_a_page_are_rendered_without_a_kernel(root: Path) -> None:
    """An approval, another heading: nothing is executed, and the hash that is signed stays."""
    signed = run(root, approval="Approved on 11 September 2014")
    assert signed.executed == ()
    assert not signed.unchanged
    assert "DRAFT" not in (signed.pack / "index.html").read_text(encoding="utf-8")
    draft = run(root)
    assert "DRAFT" in (draft.pack / "index.html").read_text(encoding="utf-8")
    assert draft.pack_sha256 == signed.pack_sha256


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FILES))
def test_a_damaged_pack_is_mended(root: Path, made: Path, name: str) -> None:
    """A file that somebody changed or deleted is made again, from what is whole."""
    file = root / "outputs" / CYCLE / name
    if name == "01_june.html":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes() + b" ")
    outcome = run(root)
    assert not outcome.unchanged
    if name != "manifest.json":
        assert outcome.executed == ((Path(name).stem,) if name.startswith("notebooks/") else ())
    assert content(outcome.pack) == content(made / "outputs" / CYCLE)


@pytest.mark.slow
def test_a_stray_file_leaves_the_pack(root: Path) -> None:
    """The pack is what the manifest says, and nothing else."""
    (root / "outputs" / CYCLE / "notes.txt").write_text("mine", encoding="utf-8")
    assert set(content(run(root).pack)) == FILES


@pytest.mark.slow
def test_a_notebook_that_fails_leaves_the_others_standing(root: Path) -> None:
    """A stub, INCOMPLETE on the front page, no figures of it, the traceback in the log alone; then mended."""
    write_notebook(root / "notebooks" / "01_june.ipynb", june(code("1 / 0")))
    outcome = run(root)
    assert not outcome.complete
    assert outcome.failed == {"01_june": "A calculation on it stopped with an error at step 3 of its notebook."}
    front, stub = ((outcome.pack / name).read_text(encoding="utf-8") for name in ("index.html", "01_june.html"))
    assert "INCOMPLETE" in front
    assert "612.5 mm" in front
    assert "stopped with an error" in stub
    assert "which this one replaces" in stub
    assert set(content(outcome.pack)) == FILES - {"notebooks/01_june.ipynb", "01_june_figures.html"}
    assert "rain.june" not in (outcome.pack / "figures.csv").read_text(encoding="utf-8")
    assert not any(b"ZeroDivisionError" in data for data in content(outcome.pack).values())
    failed = [line for line in events(root) if line["event"] == "failed"]
    assert "ZeroDivisionError" in failed[0]["traceback"]
    assert run(root).executed == ("01_june",)  # the next run tries again what failed, and nothing else
    write_notebook(root / "notebooks" / "01_june.ipynb", june())
    mended = run(root)
    assert mended.complete
    assert mended.executed == ("01_june",)
    assert "INCOMPLETE" not in (mended.pack / "index.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_failed_front_page_is_a_stub_that_says_incomplete(tmp_path: Path) -> None:
    """The front page is a notebook like any other."""
    root = make_root(tmp_path, front=overview(code("1 / 0")))
    outcome = run(root)
    front = (outcome.pack / "index.html").read_text(encoding="utf-8")
    assert "INCOMPLETE" in front
    assert "No earlier pack" in front


@pytest.mark.slow
def test_an_output_that_is_no_page_fails_its_notebook(tmp_path: Path) -> None:
    """Two main headings: the notebook ran, but its page is a stub."""
    second = [
        markdown("# 1. June"),
        parameters(),
        code("from IPython.display import HTML\nHTML('<h1>June ' + cycle + '</h1>')"),
    ]
    outcome = run(make_root(tmp_path, second=second))
    assert outcome.failed == {
        "01_june": "Its calculations were done, but the page that they gave breaks the rules for pages."
    }
    assert "INCOMPLETE" in (outcome.pack / "index.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_last_published_version_may_be_an_earlier_cycles(root: Path) -> None:
    """The stub of December names September's pack, not that of a later cycle."""
    shutil.copytree(root / "outputs" / CYCLE, root / "outputs" / "2015-03")
    write_notebook(root / "notebooks" / "01_june.ipynb", june(code("1 / 0")))
    heading = replace(HEADING, cycle="2014-12")
    outcome = press(make_edition(root, cycle="2014-12", jobs=make_jobs(root, cycle="2014-12"), heading=heading))
    assert "in the pack of cycle 2014-09" in (outcome.pack / "01_june.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_two_values_for_one_figure_cost_the_later_page(root: Path) -> None:
    """One figure has one value in a pack: the page that says another is a stub, and run.log says which."""
    front = [markdown("# The year in rain"), parameters(), show("rain.june", 49)]
    front[2]["source"] = front[2]["source"].replace("'id': 'rain.june'", "'id': 'rain.june', 'outcome': '01_june'")
    write_notebook(root / "notebooks" / "00_overview.ipynb", front)
    outcome = run(root)
    assert (outcome.complete, list(outcome.failed)) == (False, ["01_june"])
    (why,) = [each["traceback"] for each in events(root) if each["event"] == "failed"]
    assert "figure rain.june: value is '49' on 00_overview and '48' on 01_june" in why


@pytest.mark.slow
def test_files_that_a_page_hands_over_stand_beside_it(tmp_path: Path) -> None:
    """A chart's data as CSV."""
    beside = code("display({'application/vnd.pcp.files+json': {'june.csv': 'day,mm\\n1,2\\n'}}, raw=True)")
    outcome = run(make_root(tmp_path, second=june(beside)))
    assert (outcome.pack / "june.csv").read_text(encoding="utf-8") == "day,mm\n1,2\n"
    assert "june.csv" in manifest.load(outcome.pack)["outputs"]


def test_two_notebooks_cannot_have_one_page(tmp_path: Path) -> None:
    """Found before anything runs."""
    jobs = [replace(job, page="index.html") for job in make_jobs(make_root(tmp_path))]
    with pytest.raises(PressError, match=r"the same page: index\.html"):
        run(tmp_path, jobs=jobs)
    assert list((tmp_path / "outputs").iterdir()) == []


@pytest.mark.slow
def test_a_time_limit_gives_a_stub(tmp_path: Path) -> None:
    """The words name the time, not the cell's source."""
    root = make_root(tmp_path, second=june(code("import time\ntime.sleep(30)")))
    outcome = run(root, limits=Limits(cell=1.0))
    assert outcome.failed["01_june"].startswith("One calculation took longer than the time allowed")


@pytest.mark.slow
def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    """In another folder, time zone and locale, with another hash seed, other workers and other settings."""
    roots = []
    for name, settings in {
        "a": {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "1", "workers": "1", "preload": "json"},
        "another folder é": {
            "TZ": "Asia/Kolkata",
            "LC_ALL": "de_DE.UTF-8",
            "PYTHONHASHSEED": "77",
            "workers": "3",
            "preload": "pandas",
        },
    }.items():
        root = make_root(tmp_path / name, second=june(code("print(sorted({'b', 'a', 'c'}, key=hash))\nobject()")))
        options = [f"{key}={settings.pop(key)}" for key in ("workers", "preload")]
        subprocess.run(
            [sys.executable, "-m", "tests.pack_fixture", str(root), *options],
            cwd=CHECKOUT,
            env=os.environ | settings,
            check=True,
        )
        roots.append(root / "outputs" / CYCLE)
    assert content(roots[0]) == content(roots[1])
    assert filecmp.dircmp(*roots).left_list
