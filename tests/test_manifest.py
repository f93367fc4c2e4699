"""The manifest and the keys of what is unchanged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pcp_analysis.pack import manifest
from tests.pack_fixture import HEADING, INPUTS, make_edition, make_jobs, make_root


def test_a_key_depends_on_what_can_change_the_result(tmp_path: Path) -> None:
    """Notebook source, parameters, rows and installed versions each change it."""
    job = make_jobs(make_root(tmp_path))[1]
    key = manifest.job_key(job, {"pandas": "3.1"})
    others = [
        manifest.job_key(replace(job, parameters={"cycle": "2014-12"}), {"pandas": "3.1"}),
        manifest.job_key(replace(job, inputs={"rain": "cd" * 32}), {"pandas": "3.1"}),
        manifest.job_key(job, {"pandas": "3.2"}),
    ]
    job.notebook.write_text(job.notebook.read_text(encoding="utf-8") + " ", encoding="utf-8")
    others.append(manifest.job_key(job, {"pandas": "3.1"}))
    assert len({key, *others}) == 5


def test_a_key_depends_on_nothing_else(tmp_path: Path) -> None:
    """Not on the folder, a file's time, the order of keys, or how the page is called."""
    one, other = (make_jobs(make_root(tmp_path / name))[1] for name in "ab")
    os.utime(other.notebook, (0, 0))
    environment = {"pandas": "3.1", "numpy": "2.4"}
    assert manifest.job_key(one, environment) == manifest.job_key(
        replace(other, page="elsewhere.html", title="Another"), dict(reversed(environment.items()))
    )


def test_the_hash_of_the_package_is_that_of_its_sources(tmp_path: Path) -> None:
    """A changed line, a renamed file and a new template change it; compiled files do not."""
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    hashes = [manifest.package_sha256.__wrapped__(tmp_path)]
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.cpython-311.pyc").write_bytes(b"1")
    (tmp_path / "__pycache__" / "b.py").write_bytes(b"1")
    assert manifest.package_sha256.__wrapped__(tmp_path) == hashes[0]
    (tmp_path / "a.py").write_text("x = 2\n", encoding="utf-8")
    hashes.append(manifest.package_sha256.__wrapped__(tmp_path))
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    hashes.append(manifest.package_sha256.__wrapped__(tmp_path))
    (tmp_path / "page.html.j2").write_text("", encoding="utf-8")
    hashes.append(manifest.package_sha256.__wrapped__(tmp_path))
    assert len(set(hashes)) == 4


def test_a_page_depends_on_its_surroundings(tmp_path: Path) -> None:
    """Heading, neighbours, its own inputs, approval and what is missing; not on inputs that it does not use."""
    jobs = make_jobs(make_root(tmp_path))

    def key(*, heading=HEADING, around=jobs, inputs=INPUTS, approval="", missing=None) -> str:
        edition = make_edition(tmp_path, jobs=around, heading=heading, inputs=inputs, approval=approval)
        return manifest.page_key(edition, jobs[1], "k", missing=missing)

    changed = [
        key(),
        key(heading=replace(HEADING, date="12 September 2014")),
        key(around=[jobs[1], jobs[0]]),
        key(inputs=[{**INPUTS[0], "as_at": "2014-09-30"}]),
        key(approval="Approved"),
        key(missing=[["02"], None]),
    ]
    assert len(set(changed)) == len(changed)
    assert key(inputs=[*INPUTS, {**INPUTS[0], "name": "sun"}]) == key()


def test_the_hash_of_a_pack_is_that_of_notebooks_and_figures() -> None:
    """What a signature covers: a page may be rendered anew without voiding it."""
    outputs = {"notebooks/01.ipynb": "a", "figures.csv": "b", "index.html": "c"}
    assert manifest.pack_sha256(outputs) == manifest.pack_sha256({**outputs, "index.html": "d"})
    assert manifest.pack_sha256(outputs) != manifest.pack_sha256({**outputs, "figures.csv": "d"})
    assert manifest.pack_sha256(outputs) != manifest.pack_sha256({**outputs, "notebooks/01.ipynb": "d"})


@pytest.mark.parametrize("text", ["", "[]", "{}", "{", '{"notebooks": {}}'])
def test_a_broken_manifest_is_none(tmp_path: Path, text: str) -> None:
    """Then everything runs again."""
    (tmp_path / manifest.NAME).write_text(text, encoding="utf-8")
    assert manifest.load(tmp_path) is None
    assert manifest.load(tmp_path / "absent") is None


def test_installed_versions_are_told_by_name() -> None:
    """What is not installed is left out."""
    found = manifest.installed(["pytest", "no-such-distribution"])
    assert found == {"pytest": pytest.__version__}


def test_an_unchanged_report_loads_nothing_heavy(tmp_path: Path) -> None:
    """Comparing hashes needs neither pandas nor the notebook libraries."""
    make_root(tmp_path)
    heavy = (
        "pandas",
        "numpy",
        "nbformat",
        "papermill",
        "nbconvert",
        "nbclient",
        "jupyter_client",
        "jinja2",
        "zmq",
    )
    script = f"""
import sys
from pathlib import Path
from pcp_analysis.pack.press import unchanged
from tests.pack_fixture import make_edition
root = Path({str(tmp_path)!r})
assert unchanged(make_edition(root)) is None
print([name for name in {heavy} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=Path(__file__).parents[1], check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_manifest_holds_no_path_and_no_time(tmp_path: Path) -> None:
    """It is the same in every folder and on every day."""
    jobs = make_jobs(make_root(tmp_path))
    keys = {job.id: "k" for job in jobs}
    edition = make_edition(tmp_path, jobs=jobs, environment={"b": "1", "a": "2"})
    value = manifest.build(edition, keys, keys, {}, outputs={"figures.csv": "f"})
    text = manifest.write(value)
    assert str(tmp_path) not in text
    assert json.loads(text)["complete"] is True
    assert list(json.loads(text)["environment"]) == ["a", "b"]
