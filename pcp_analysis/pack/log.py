"""run.log: one JSON object a line, kept outside the pack because it tells times and paths."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path


class Log:
    """Appends events to ``outputs/run.log``.

    Every line has ``time`` (UTC, ISO 8601), ``run`` (the same for one run of the press), ``cycle`` and ``event``.
    A line is one write in append mode, so that two runs never mix within a line.
    """

    def __init__(self, file: Path, cycle: str) -> None:
        self.file = file
        self.cycle = cycle
        self.run = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}"

    def write(self, event: str, **details: object) -> None:
        """Append one event; *details* must be what JSON can hold. Raises OSError where the log cannot be written."""
        moment = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = {"time": moment, "run": self.run, "cycle": self.cycle, "event": event, **details}
        data = (json.dumps(line, ensure_ascii=False) + "\n").encode("utf-8", errors="backslashreplace")
        descriptor = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(descriptor, data)
        finally:
            os.close(descriptor)
