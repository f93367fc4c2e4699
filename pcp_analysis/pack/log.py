"""run.log: one JSON object a line, kept outside the pack because it tells times and paths."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from pcp_analysis.strict.fault import FaultError

#: As many faults as are told of a run that was refused.
FIRST = 5
# The run that goes on in this process, whose end is to be told: its lines have one name.
_RUNS: list[str] = []


class Log:
    """Appends events to ``outputs/run.log``.

    Every line has ``time`` (UTC, ISO 8601), ``run`` (the same for one run of the press), ``cycle`` and ``event``.
    A line is one write in append mode, so that two runs never mix within a line.
    """

    def __init__(self, file: Path, cycle: str) -> None:
        self.file = file
        self.cycle = cycle
        self.run = _RUNS[-1] if _RUNS else f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}"

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


@contextmanager
def ended(file: Path, cycle: str, *, at_fault: int, could_not: int) -> Iterator[None]:
    """Has a run leave in *file* how it ended, whatever its exit code: with faults, with what could not be done, or done."""
    log = Log(file, cycle)
    how: dict[str, object] = {"exit": 0}
    _RUNS.append(log.run)
    try:
        yield
    except FaultError as error:
        faults = sorted(set(error.faults))
        how = {"exit": at_fault, "faults": len(faults), "first": [str(fault) for fault in faults[:FIRST]]}
        raise
    except SystemExit as error:
        how = {"exit": error.code}
        raise
    except BaseException as error:
        how = {"exit": could_not, "reason": f"{type(error).__name__}: {error}"}
        raise
    finally:
        _RUNS.pop()
        with suppress(OSError):  # it is as true on a disk that cannot be written
            file.parent.mkdir(parents=True, exist_ok=True)
            log.write("ended", **how)
