"""Situations in which a wrong, a gutted or a foreign pack was published once, each through the real command."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pcp_analysis.pack import manifest
from tests.conftest import CHECKOUT, CYCLE, PCP, Pack, run_pcp, tree
from tests.ring import check_whole, left_running, mounted, wait_for_kernels

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="signals and descriptors of Linux")]
CRIME = "06_reduce_crime"
# A picture of one navy point.
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


@pytest.fixture
def root(built: Pack, tmp_path: Path) -> Iterator[Path]:
    """The real root with its published pack; afterwards no process of it is left, and a whole pack stands."""
    root = Path(shutil.copytree(built.root, tmp_path / "root"))
    yield root
    assert not left_running(root)
    check_whole(root)


def add(root: Path, source: str, *, name: str = CRIME, kind: str = "code", **more: object) -> None:
    """Put a cell behind the one that shows the deliverables."""
    file = root / "notebooks" / f"{name}.ipynb"
    notebook = json.loads(file.read_text(encoding="utf-8"))
    cell = {"cell_type": kind, "id": f"added-{len(notebook['cells'])}", "metadata": {}, "source": source, **more}
    if kind == "code":
        cell |= {"outputs": [], "execution_count": None}
    place = next(n for n, each in enumerate(notebook["cells"]) if "deliverables()" in "".join(each["source"]))
    notebook["cells"].insert(place + 1, cell)
    file.write_text(json.dumps(notebook), encoding="utf-8", newline="\n")


def failed(root: Path) -> dict[str, str]:
    """The kind of failure of each notebook without a page."""
    made = manifest.load(root / "outputs" / CYCLE)
    assert made is not None
    return {name: entry["failed"]["kind"] for name, entry in made["notebooks"].items() if "failed" in entry}


def page(root: Path, name: str = CRIME) -> str:
    return (root / "outputs" / CYCLE / f"{name}.html").read_text(encoding="utf-8")


def log(root: Path) -> list[dict]:
    lines = (root / "outputs" / "run.log").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def begin(root: Path, *arguments: str, **options: object) -> subprocess.Popen[str]:
    """``pcp report --force`` as a process of its own, whose Ctrl-C is not ignored."""
    return subprocess.Popen(
        [PCP, "report", CYCLE, "--force", *arguments],
        cwd=root,
        env=os.environ | {"PCP_ROOT": str(root)},
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        **({"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options),
    )


# 1. Complete means that everything ran and is shown.


#: Notebooks of outcomes, each of which a test may spoil in a way of its own.
OTHERS = sorted(path.stem for path in (CHECKOUT / "notebooks").glob("[01][0-9]_*.ipynb") if path.stem != "00_overview")


def spoil(root: Path, *sources: str) -> list[str]:
    """Put each source into a notebook of its own, the first into that of crime; the names of the notebooks."""
    names = [CRIME, *(name for name in OTHERS if name != CRIME)][: len(sources)]
    for name, source in zip(names, sources, strict=True):
        add(root, source, name=name)
    return names


def test_a_notebook_that_ends_before_its_last_cell_has_no_page(root: Path) -> None:
    """Whatever ended it, and however quietly; the other pages are published."""
    names = spoil(
        root,
        "raise SystemExit(0)",
        "raise SystemExit",
        "exit()",
        "import pandas as pd\npd.io.common.os._exit(0)",
    )
    said = run_pcp("report", CYCLE, root=root)
    assert said.returncode == 3, said.stderr
    assert failed(root) == dict.fromkeys(names, "ended")
    assert "was ended before all of its calculations were done" in page(root)


def test_a_notebook_may_say_that_it_has_nothing_to_show(root: Path) -> None:
    """The reason stands on the page, which is complete, and nothing of the cells after it does."""
    add(root, 'outcome.nothing_to_show("the return of the force is late")')
    said = run_pcp("report", CYCLE, root=root)
    assert said.returncode == 0, said.stderr
    assert "Nothing more is shown here: the return of the force is late" in page(root)
    assert "Is robbery falling?" not in page(root)


def test_a_notebook_that_leaves_out_a_milestone_is_refused(root: Path) -> None:
    """The plan has it, so the page shows it or says why not."""
    file = root / "notebooks" / f"{CRIME}.ipynb"
    text = file.read_text(encoding="utf-8")
    text = text.replace('outcome.position(\\"robbery\\")', "outcome.deliverables()").replace(
        "outcome.positions()", "outcome.words()"
    )
    file.write_text(text, encoding="utf-8", newline="\n")
    said = run_pcp("check", CYCLE, root=root)
    assert (said.returncode, 'position("robbery")' in said.stderr) == (1, True), said.stderr


# 2. What was checked is what is read.


def change_table(root: Path) -> None:
    file = root / "data/raw/recorded_crime.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("West Midlands,2014-06-30,4,", "West Midlands,2014-06-30,9,"), encoding="utf-8")


def change_updates(root: Path) -> None:
    file = root / "data/raw/cycles" / CYCLE / "updates.toml"
    file.write_text(file.read_text(encoding="utf-8") + "# another word\n", encoding="utf-8")


def change_notebook(root: Path) -> None:
    add(root, "outcome.words()", name="09_stronger_communities")


def add_glossary(root: Path) -> None:
    (root / "data/raw/cycles" / CYCLE / "glossary.toml").write_text("# new\n", encoding="utf-8")


@pytest.mark.parametrize("change", [change_table, change_updates, change_notebook, add_glossary])
def test_what_changes_while_a_run_reads_is_not_published(root: Path, change: Callable[[Path], None]) -> None:
    """The run ends with 5 and says what changed; the old pack stands; the next run has the new state."""
    before = manifest.load(root / "outputs" / CYCLE)
    with begin(root) as run:
        wait_for_kernels(root, least=2)
        change(root)
        _, error = run.communicate(timeout=120)
    assert run.returncode == 5, error
    assert re.search(r"(has changed|was there|is gone)", error), error
    assert "Traceback" not in error
    check_whole(root, before)


def test_commands_that_write_inputs_wait_for_no_run(root: Path) -> None:
    """While a run goes on each is refused, saying who holds the lock."""
    commands = (
        ("register", "recorded_crime.csv", "--as-at", "2019-04-25"),
        ("new-cycle", "2014-12", "--board-date", "2014-12-04", "--data-cut-off", "2014-11-30"),
        ("sign-off", CYCLE, "--role", "analyst", "--name", "Made-up Person", "--date", "2014-09-12"),
    )
    with begin(root) as run:
        deadline = time.monotonic() + 60
        while not (root / "outputs/.press/holder.json").is_file() and time.monotonic() < deadline:
            time.sleep(0.02)
        said = [run_pcp(*command, root=root) for command in commands]
        run.communicate(timeout=120)
    assert run.returncode == 0
    assert [each.returncode for each in said] == [5, 5, 5]
    assert all("another run holds the lock" in each.stderr for each in said)


# 3. Output is bounded, limits are the press's own.


def test_a_line_of_half_a_megabyte_takes_no_minute(root: Path) -> None:
    """It took 138 seconds to join, under a lock that let no signal through."""
    add(root, 'print(outcome.data("recorded_crime").to_json())')
    begun = time.monotonic()
    said = run_pcp("report", CYCLE, root=root)
    assert (said.returncode, failed(root)) == (0, {}), said.stderr
    assert time.monotonic() - begun < 60


def test_a_cell_that_puts_out_too_much_fails_alone(root: Path) -> None:
    """A megabyte is the most: in one line, in many, as a table, or without end."""
    names = spoil(
        root,
        'outcome.data("recorded_crime").style',
        'print("x" * 10_000_000)',
        'print("x\\n" * 5_000_000)',
        "[print(n) for n in iter(int, 1)]",
    )
    said = run_pcp("report", CYCLE, root=root)
    assert (said.returncode, failed(root)) == (3, dict.fromkeys(names, "output")), said.stderr


# 7. Isolation to the end.


def test_a_picture_in_markdown_is_shown_and_needs_words(root: Path) -> None:
    """An attachment is part of the page; without words, from elsewhere or not attached it is a fault."""
    attached = {"attachments": {"a.png": {"image/png": PICTURE}}}
    assert base64.b64decode(PICTURE)[:4] == b"\x89PNG"
    add(root, "![a navy point](attachment:a.png)", kind="markdown", **attached)
    said = run_pcp("report", CYCLE, root=root)
    assert said.returncode == 0, said.stderr
    assert re.search(r'<img [^>]*src="data:image/png;base64,', page(root))
    for source, rule in (
        ("![](attachment:a.png)", "without words"),
        ("![a point](attachment:b.png)", "is not attached"),
        ("![a point](https://example.org/a.png)", "from elsewhere"),
    ):
        add(root, source, kind="markdown", **attached)
        said = run_pcp("check", CYCLE, root=root)
        assert (said.returncode, rule in said.stderr) == (1, True), said.stderr


def test_a_link_leads_out_of_the_pack_only_to_https_and_mail(root: Path) -> None:
    """Named by check where markdown has it; where a cell makes it, its page is the stub."""
    sources = (
        "[a](http://example.org/)",
        "[a](javascript:alert)",
        "<ftp://example.org/a>",
        "[a][b]\n\n[b]: file:///etc/hosts",
        '<a href="//example.org">a</a>',
        "[a](../2014-06/index.html)",
        "[a](java&#115;cript:alert)",
    )
    for source in sources:
        add(root, source, kind="markdown")
    said = run_pcp("check", CYCLE, root=root)
    assert (said.returncode, said.stderr.count("a link leads to https")) == (1, len(sources)), said.stderr
    shutil.copy(CHECKOUT / "notebooks" / f"{CRIME}.ipynb", root / "notebooks")
    add(
        root,
        '[a](https://example.org/ "b") [c](mailto:a@example.org) [d](07_protecting_people.html#x)',
        kind="markdown",
    )
    assert run_pcp("report", CYCLE, root=root).returncode == 0
    (name,) = spoil(root, 'display({"text/html": "<a href=\\"vbscript:x\\">a</a>"}, raw=True)')
    said = run_pcp("report", CYCLE, root=root)
    assert (said.returncode, failed(root)) == (3, {name: "page"}), said.stderr


FILES = 'display({{"application/vnd.pcp.files+json": {{"made_up.csv": "{0}"}}}}, raw=True)'
RECORD = 'display({{"application/vnd.pcp.figures+json": {0}}}, raw=True)'


def test_whatever_a_page_holds_costs_no_other_page(root: Path) -> None:
    """What cannot be collected, what clashes, what cannot be rendered: that page is the stub, and the rest is published."""
    sources = (
        FILES.format("second"),
        FILES.format("first"),
        'display({"application/vnd.pcp.files+json": ["no names"]}, raw=True)',
        'display({"application/vnd.pcp.files+json": {"../up.csv": "x"}}, raw=True)',
        RECORD.format('[{"no": "id"}]'),
        RECORD.format('[{"id": "robbery.year_to_date", "value": 1.0}]'),
        RECORD.format('"text"'),
        'display({"text/html": "<h1>Another heading</h1>"}, raw=True)',
        'display({"text/markdown": "![x](attachment:none.png)"}, raw=True)',
    )
    names = spoil(root, *sources)
    said = run_pcp("report", CYCLE, root=root)
    assert said.returncode == 3, said.stderr
    assert "Traceback" not in said.stderr
    # of those that clash the one that comes first in the pack stays: the file of the first page, the figure of an earlier one
    found = failed(root)
    assert set(found.values()) == {"page"}
    assert set(names) - set(found) <= {names[1], names[5]}
    assert CRIME in found


SHAPES = [
    "[]",
    "{}",
    '{"notebooks": [], "outputs": {}}',
    '{"notebooks": {}, "outputs": []}',
    '{"notebooks": {"06_reduce_crime": 3}, "outputs": {}}',
    '{"notebooks": {"06_reduce_crime": {"failed": 1}}, "outputs": {"a": 1}}',
    '{"notebooks": {}, "outputs": {}, "complete": "yes", "inputs": [1]}',
    "\x00",
]


def test_a_manifest_of_another_shape_is_none(root: Path) -> None:
    """The next run makes the pack anew, without being forced."""
    file = root / "outputs" / CYCLE / "manifest.json"
    for text in SHAPES:
        file.write_text(text, encoding="utf-8")
        assert manifest.load(file.parent) is None, text
    said = run_pcp("report", CYCLE, root=root)
    assert (said.returncode, "15 of 15 notebooks run" in said.stdout) == (0, True), said.stderr


# 8. A lost listener costs no pack.


@pytest.mark.parametrize("end", ["2>&1 | head -1", "2>/dev/full", ">/dev/full", ">&- 2>&- <&-"])
def test_whether_a_pack_is_published_depends_on_no_listener(root: Path, end: str) -> None:
    """The exit code is that of the run, and the pack is new."""
    add(root, "outcome.words()", name="09_stronger_communities")
    before = manifest.load(root / "outputs" / CYCLE)
    done = subprocess.run(
        ["bash", "-c", f"{PCP} report {CYCLE} {end}; exit ${{PIPESTATUS[0]}}"],
        cwd=root,
        env=os.environ | {"PCP_ROOT": str(root)},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert manifest.load(root / "outputs" / CYCLE) != before
    assert log(root)[-1]["exit"] == 0


def test_a_refused_run_leaves_its_faults_in_the_log(root: Path) -> None:
    """Exit 1 too: how many, and the first of them."""
    add(root, "outcome.positon()")
    said = run_pcp("report", CYCLE, root=root)
    assert said.returncode == 1
    last = log(root)[-1]
    assert (last["event"], last["exit"], last["faults"]) == ("ended", 1, 1)
    assert "outcome.positon" in last["first"][0]


# 9. Checkouts and folders as they are.


def test_a_checkout_of_windows_gives_the_same_bytes(root: Path) -> None:
    """Lines that end as on Windows are no fault, and no byte of the pack is another."""
    before = tree(root / "outputs" / CYCLE)
    for file in [*(root / "data/raw").rglob("*.*"), *(root / "notebooks").glob("*.ipynb")]:
        file.write_bytes(file.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert run_pcp("check", CYCLE, root=root).returncode == 0
    said = run_pcp("report", CYCLE, "--force", root=root)
    assert said.returncode == 0, said.stderr
    assert tree(root / "outputs" / CYCLE) == before


def test_what_file_managers_leave_is_passed_over(root: Path) -> None:
    """Thumbnails, lock files of office programs; and a folder in which nothing lies is not the newest cycle."""
    for name in ("Thumbs.db", ".DS_Store", "desktop.ini", "~$recorded_crime.csv", "shown/Thumbs.db"):
        (root / "data/raw" / name).write_bytes(b"\x00")
    (root / "data/raw/cycles/2015-03").mkdir()
    said = run_pcp("check", CYCLE, root=root)
    assert (said.returncode, said.stdout[:8]) == (0, f"{CYCLE}:"), said.stderr


# 10. A fault of the machine is no fault of the notebook.

KILLS_ITSELF = "import pandas as pd\npd.io.common.os.kill(pd.io.common.os.getpid(), 9)"


def test_a_kernel_that_is_killed_every_time_costs_no_page(root: Path) -> None:
    """Tried once more, alone; then the run ends with 5 and the complete pack stands."""
    before = manifest.load(root / "outputs" / CYCLE)
    add(root, KILLS_ITSELF)
    said = run_pcp("report", CYCLE, root=root)
    assert (said.returncode, "could not be run, twice" in said.stderr) == (5, True), said.stderr
    check_whole(root, before)


def test_a_kernel_that_is_killed_once_is_run_again(root: Path) -> None:
    """From outside, in the middle of a run: the pack comes out complete."""
    with begin(root) as run:
        ours = wait_for_kernels(root, least=4)
        youngest = max(ours, key=lambda process: process.create_time())
        youngest.kill()
        _, error = run.communicate(timeout=120)
    assert (run.returncode, failed(root)) == (0, {}), error


@pytest.mark.parametrize("size", ["4k", "64k"])
def test_a_full_temporary_folder_costs_no_page(root: Path, tmp_path: Path, size: str) -> None:
    """A temporary disk that fills up while kernels run is the machine's fault: exit 5, and the old pack stands."""
    before = tree(root / "outputs" / CYCLE)
    (small := tmp_path / "small").mkdir()
    with mounted(small, size):
        environment = os.environ | {"PCP_ROOT": str(root), "TMPDIR": str(small)}
        done = subprocess.run(
            [PCP, "report", CYCLE, "--force"], cwd=root, env=environment, capture_output=True, text=True, check=False
        )
        left = [path for path in small.rglob("*") if path.is_file()]
    assert done.returncode == 5, done.stderr
    assert "Traceback" not in done.stderr
    assert tree(root / "outputs" / CYCLE) == before
    assert left == []


# 5. A series that is short, renamed or absent.


def _rows(root: Path, keep: Callable[[str, str], bool]) -> None:
    """Keep of the force's rows those whose day *keep* lets stand, and register the table; no text is bound to what goes."""
    file = root / "data/raw/recorded_crime.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    left = [line for line in lines if not line.startswith("West Midlands,") or keep(line, line.split(",")[1])]
    file.write_text("\n".join(left) + "\n", encoding="utf-8")
    assert run_pcp("register", "recorded_crime.csv", "--as-at", "2019-04-25", root=root).returncode == 0
    cycle = root / "data/raw/cycles" / CYCLE
    for name in ("paper.csv", "claims.toml"):
        (cycle / name).unlink()
    said = '[[update]]\ndeliverable = "increase_confidence"\ntext = "Nothing is new."\n'
    (cycle / "updates.toml").write_text(said, encoding="utf-8")


@pytest.mark.parametrize(
    ("keep", "said"),
    [
        (lambda line, day: day == "2014-06-30", "is not held in full"),
        (lambda line, day: day <= "2013-09-30", "no quarter of 2014/15 is held yet"),
        (lambda line, day: day >= "2012-06-30", "Robbery fell by 13.4%"),
    ],
    ids=["one quarter", "stops early", "begins late"],
)
def test_a_series_that_is_short_costs_no_page(root: Path, keep: Callable[[str, str], bool], said: str) -> None:
    """What cannot be told says why, what cannot be drawn says so in its place, and the page stands."""
    _rows(root, keep)
    done = run_pcp("report", CYCLE, root=root)
    assert (done.returncode, failed(root)) == (0, {}), done.stderr
    assert said in re.sub(r"<[^>]+>", "", page(root))


def test_a_force_that_no_table_holds_is_named_before_anything_runs(root: Path) -> None:
    """All rows of the force gone: check says so, and nothing is replaced."""
    _rows(root, lambda line, day: False)
    done = run_pcp("report", CYCLE, root=root)
    assert (done.returncode, "no table of recorded crime holds a force of that name" in done.stderr) == (1, True)
