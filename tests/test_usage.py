"""What a process has read is noted once it is read, and looking at what there is notes nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pcp_analysis.loaders.usage import Tracked, Usage
from pcp_analysis.pack.figures import used as used_by

ROOT = Path(__file__).resolve().parents[1]
OPENED = ["2014-09/cycle.toml", "2014-09/updates.toml", "plan", "tables"]


def test_what_is_taken_is_used_and_what_is_listed_is_not() -> None:
    """Names, number and membership are no use; a value is, and so are all values."""
    usage = Usage()
    held = Tracked({"rain": 1, "snow": 2}, usage)
    assert (list(held), len(held), "rain" in held, "hail" in held, held.untracked["snow"]) == (
        ["rain", "snow"],
        2,
        True,
        False,
        2,
    )
    assert usage.names() == []
    assert held["rain"] == 1
    assert usage.names() == ["rain"]
    assert dict(held) == {"rain": 1, "snow": 2}
    assert usage.names() == ["rain", "snow"]


def test_what_is_not_there_is_not_used() -> None:
    """Asking in vain notes nothing."""
    usage = Usage()
    with pytest.raises(KeyError):
        Tracked({"rain": 1}, usage)["hail"]
    assert Tracked({"rain": 1}, usage).get("hail") is None
    assert usage.names() == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "more"),
    [
        ("", []),
        ("page.deliverables();", []),
        ("page.view.figures.measures();", []),
        ("list(page.view.positions);", []),
        ("page.data('establishment');", ["establishment"]),
        ("page.figure('establishment.current');", ["establishment"]),
        ("page.view.inputs.series('robbery', 'West Midlands');", ["recorded_crime"]),
        (
            "pcp.open_paper_check('2014-09', root=ROOT).summary();",
            ["2014-09/claims.toml", "2014-09/paper.csv", "recorded_crime"],
        ),
    ],
)
def test_a_page_uses_what_it_asks_for(asked: str, more: list[str]) -> None:
    """Through whichever room, and of whichever page the question is: one process is one notebook."""
    code = (
        "import json; from pathlib import Path; import pcp_analysis as pcp; from pcp_analysis.pages import exhibit\n"
        f"ROOT = Path({str(ROOT)!r}); page = pcp.open_outcome('05_social_responsibility', '2014-09', root=ROOT)\n"
        f"{asked}\nprint(json.dumps(exhibit.Exhibit('', '')._repr_mimebundle_()[exhibit.USED]))"
    )
    told = json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
    assert set(told) >= {*OPENED, *more}
    if len(more) < 2:
        assert told == sorted([*OPENED, *more])


AUDITED = """
import ast, json, os, sys
from pathlib import Path
import pcp_analysis.pages
from pcp_analysis.pages import exhibit
root = Path(sys.argv[1])
for notebook in sorted((root / "notebooks").glob("*.ipynb")):
    if (child := os.fork()):
        os.waitpid(child, 0)
        continue
    opened = set()
    def audit(event, arguments):
        if event == "open" and isinstance(arguments[0], (str, os.PathLike)):
            opened.add(os.fspath(arguments[0]))
    sys.addaudithook(audit)
    names = {}
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
    cycles = str(root / "data/raw/cycles") + os.sep
    found = sorted(each.removeprefix(cycles) for each in opened if each.startswith(cycles))
    print(json.dumps([notebook.stem, found, exhibit.Exhibit("", "")._repr_mimebundle_()[exhibit.USED]]), flush=True)
    os._exit(0)
"""


@pytest.mark.slow
@pytest.mark.skipif(
    not hasattr(os, "fork"), reason="a process for each notebook, forked from one that has loaded the libraries"
)
def test_every_file_of_a_cycle_that_a_notebook_opens_is_noted() -> None:
    """What Python itself says was opened, while the cells of every real notebook run, against what would make the page
    anew.
    """
    environment = os.environ | {"PCP_ROOT": str(ROOT), "MPLBACKEND": "agg"}
    done = subprocess.run(
        [sys.executable, "-c", AUDITED, str(ROOT)], capture_output=True, text=True, check=True, env=environment
    )
    told = {name: (set(opened), set(names)) for name, opened, names in map(json.loads, done.stdout.splitlines())}
    assert set(told) == {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {name: opened - names for name, (opened, names) in told.items() if opened - names} == {}
    assert all("2014-09/updates.toml" in opened for opened, _ in told.values()), "the audit hears of what is opened"


def notebook(*cells: list[str] | None) -> str:
    """An executed notebook whose cells tell what was used until then; None tells nothing."""
    outputs = [[] if told is None else [{"data": {"application/vnd.pcp.used+json": told}}] for told in cells]
    return json.dumps(
        {"cells": [{"cell_type": "code", "outputs": each} for each in outputs] + [{"cell_type": "markdown"}]}
    )


def test_the_last_cell_of_code_decides() -> None:
    """What it tells holds for the whole notebook; where it tells nothing, anything may have been used."""
    assert used_by(notebook(["a"], ["b", "a"])) == ["a", "b"]
    assert used_by(notebook(["a"], None)) is None
    assert used_by(notebook(["a"], [])) == []
    assert used_by(notebook()) is None
