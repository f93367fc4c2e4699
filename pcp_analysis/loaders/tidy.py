"""Tidy tables: reading one, opening all as a cycle sees them, and every fault of one.

Reading and checking are kept apart: reading does only what a notebook needs, checking (pandera) only what `pcp check`
needs. The kinds of table are declared in :mod:`pcp_analysis.loaders.kinds`.
"""

from __future__ import annotations

from pathlib import Path

from pcp_analysis.fault import Fault, FaultError
from pcp_analysis.loaders import register
from pcp_analysis.loaders.frames import read_table, to_csv_text
from pcp_analysis.loaders.inputs import Inputs, open_inputs
from pcp_analysis.loaders.kinds import KINDS
from pcp_analysis.loaders.register import RAW, Entry

__all__ = ["KINDS", "Inputs", "check", "check_table", "open_inputs", "read_table", "to_csv_text"]


def check_table(root: Path, entry: Entry) -> list[Fault]:
    """Every fault of the table: its text, each value, each row, and what its rows must be together."""
    # pandera takes a third of a second to load, which a notebook need not spend.
    from pcp_analysis.loaders.schema import table_faults

    return table_faults(root / RAW / entry.file, (RAW / entry.file).as_posix(), KINDS[entry.loader], kept=entry.kept)


def check(root: Path) -> list[Fault]:
    """Every fault of the register and of every table that it names and that is there."""
    faults = register.check(root)
    try:
        entries = register.read(root)
    except FaultError:
        return faults
    for entry in entries.values():
        if (root / RAW / entry.file).is_file():
            faults += check_table(root, entry)
    return faults
