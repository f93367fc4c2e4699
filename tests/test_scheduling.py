"""The ready files for schedules under docs/schedule/."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

CHECKOUT = Path(__file__).parents[1]
SCHEDULE = CHECKOUT / "docs" / "schedule"
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def test_every_file_is_told_of() -> None:
    """docs/scheduling.md links each, and links to nothing that is not there."""
    text = (CHECKOUT / "docs" / "scheduling.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\(schedule/([^)]+)\)", text)) == {file.name for file in SCHEDULE.iterdir()}


@pytest.mark.parametrize("file", sorted(SCHEDULE.iterdir()), ids=lambda file: file.name)
def test_no_file_takes_the_cycle_from_the_clock(file: Path) -> None:
    """A date command in a schedule would change what is reported without anybody's word."""
    text = file.read_text(encoding="ascii")
    assert not re.search(r"\$\(date|`date|%date%|Get-Date|strftime", text)
    assert "2014-09" in text or "%i" in text


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_finds_no_fault_in_its_units(tmp_path: Path) -> None:
    """As they stand, with the folder of this checkout in place of the example's."""
    for file in SCHEDULE.glob("pcp-report@.*"):
        text = file.read_text(encoding="utf-8").replace(
            "/srv/pcp_analysis/.venv/bin/pcp", str(Path(sys.executable).with_name("pcp"))
        )
        (tmp_path / file.name).write_text(text.replace("/srv/pcp_analysis", str(CHECKOUT)), encoding="utf-8")
    units = [f"pcp-report@2014-09.{kind}" for kind in ("service", "timer")]
    command = ["systemd-analyze", "verify", *(str(tmp_path / unit) for unit in units)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    complaints = [line for line in done.stderr.splitlines() if "pcp-report" in line]
    assert complaints == []
    assert done.returncode == 0


def test_the_windows_task_is_well_formed_and_declares_no_encoding() -> None:
    """schtasks refuses a file whose declaration does not fit what it reads."""
    data = (SCHEDULE / "pcp-report.xml").read_bytes()
    assert data.startswith(b'<?xml version="1.0"?>\n')
    task = ElementTree.fromstring(data)
    assert task.tag == f"{TASK}Task"
    assert task.findtext(f".//{TASK}Arguments").startswith("report 2014-09 --root ")
    assert task.findtext(f".//{TASK}MultipleInstancesPolicy") == "IgnoreNew"


def test_the_workflow_is_valid_yaml_and_runs_make() -> None:
    """With a time limit, one run at a time, and the pack kept whatever happens."""
    yaml = pytest.importorskip("yaml")
    workflow = yaml.safe_load((SCHEDULE / "pcp-report.yml").read_text(encoding="utf-8"))
    job = workflow["jobs"]["report"]
    assert job["timeout-minutes"] <= 60
    assert workflow["concurrency"]["cancel-in-progress"] is False
    assert any(step.get("run") == 'make report CYCLE="$CYCLE"' for step in job["steps"])
    assert job["steps"][-1]["if"] == "always()"


def test_the_crontab_has_one_entry_of_five_times_and_a_command() -> None:
    """cron reads a per cent sign as a line's end, so there is none."""
    lines = [
        line
        for line in (SCHEDULE / "pcp.cron").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    entries = [line for line in lines if not re.match(r"[A-Z_]+=", line)]
    assert len(entries) == 1
    assert re.match(r"\d+ \d+ \* \* \*\s+cd ", entries[0])
    assert "%" not in entries[0]
