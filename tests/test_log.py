"""run.log."""

from __future__ import annotations

import json
from pathlib import Path

from pcp_analysis.pack.log import Log


def test_a_line_is_one_event(tmp_path: Path) -> None:
    """Every line is a JSON object with time, run, cycle and event, whatever the details hold."""
    log = Log(tmp_path / "run.log", "2014-09")
    log.write("failed", notebook="06", traceback="a\nb \ud800 é")
    Log(tmp_path / "run.log", "2014-12").write("started")
    first, second = (json.loads(line) for line in (tmp_path / "run.log").read_text(encoding="utf-8").splitlines())
    assert (first["event"], first["cycle"], first["notebook"], first["run"]) == ("failed", "2014-09", "06", log.run)
    assert first["traceback"].startswith("a\nb ")
    assert first["time"].endswith("+00:00")
    assert second["cycle"] == "2014-12"
