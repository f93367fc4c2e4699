"""The progress of a run, on a terminal and elsewhere."""

from __future__ import annotations

import io

from pcp_analysis.pack.progress import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def tell(stream: io.StringIO, *, shown: bool = True) -> str:
    """What a short run prints."""
    progress = Progress("2014-09", 2, shown=shown, stream=stream)
    progress.tell("06_reduce_crime", "executed", done=True)
    progress.tell("06_reduce_crime", "rendered")
    progress.close()
    return stream.getvalue()


def test_a_terminal_gets_a_bar() -> None:
    """With the outcome and its stage."""
    text = tell(Terminal())
    assert "06_reduce_crime rendered" in text
    assert "1/2" in text
    assert "\r" in text


def test_elsewhere_there_is_a_line_each() -> None:
    """Nothing that a log file cannot hold."""
    assert tell(io.StringIO()) == "2014-09 06_reduce_crime executed\n2014-09 06_reduce_crime rendered\n"


def test_a_silent_run_prints_nothing() -> None:
    """Neither here nor there."""
    assert tell(Terminal(), shown=False) == tell(io.StringIO(), shown=False) == ""
