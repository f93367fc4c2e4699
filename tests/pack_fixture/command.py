"""The ``pcp`` command on a fixture root: ``python -m tests.pack_fixture.command report --force --root ROOT``.

Everything is the real command's but what it gathers: the edition of the two small notebooks, which has no plan and no data to
check, so that a run takes a second.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from pcp_analysis import approval, cli
from pcp_analysis.pack.job import Edition
from pcp_analysis.strict.fault import Fault
from tests.pack_fixture import CYCLE, HEADING, INPUTS, make_jobs


class SmallEdition(Edition):
    """The fixture's edition, as the commands ask for one."""

    doubts = ()

    def passed(self) -> bool:
        """There is nothing to check anew."""
        return True

    def faults(self) -> list[Fault]:
        """The contract of notebooks is that of real ones; these show what no real one may."""
        return []

    def ground_faults(self, *, passed: bool) -> list[Fault]:
        """There is no data."""
        return []

    def figure_faults(self, *, passed: bool) -> list[Fault]:
        """There are no figures to judge."""
        return []

    def judge_aside(self, warm: object) -> Callable[[], list[Fault]]:
        """There are no figures to judge in another process either."""
        return list


def gather(root: Path | None, cycle: str | None) -> SmallEdition:
    """The edition of the fixture in *root*."""
    root = cli.root_at(root)
    return SmallEdition(root=root, cycle=CYCLE, jobs=make_jobs(root), heading=HEADING, inputs=INPUTS)


if __name__ == "__main__":
    cli.gather, approval.PRELOAD = gather, ()
    approval.closed = lambda root, cycle: None  # it has no cycles, so that none is approved
    sys.argv[0] = "pcp"
    cli.main()
