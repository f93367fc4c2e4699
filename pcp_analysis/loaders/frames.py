"""Reading a tidy table as a typed frame, and writing one as the text that is committed."""

from __future__ import annotations

import io
import math
from pathlib import Path

import pandas as pd

from pcp_analysis.loaders.columns import Column
from pcp_analysis.loaders.kinds import Kind
from pcp_analysis.loaders.register import RAW, Entry
from pcp_analysis.loaders.rows import all_rows, canonical_text, every_fault
from pcp_analysis.strict.fault import Fault


def read_table(root: Path, entry: Entry) -> pd.DataFrame:
    """The whole table as a frame, its columns in the order of its kind.

    Whole numbers that may be blank are ``Int64`` (``pd.NA``), others ``int64``, per cents ``float64`` (NaN), days
    ``datetime64``, the rest text (blank: ""). Raises FaultError with every fault of the table where it cannot be read.
    """
    return frame_of(root, entry, canonical_text(entry, all_rows(root, entry)))


def frame_of(root: Path, entry: Entry, text: str) -> pd.DataFrame:
    """The rows of the table in *text* as a typed frame; raises FaultError with every fault where they cannot be one."""
    kind = entry.kind
    counts = [column.name for column in kind.columns if column.type == "int"]
    try:
        frame = pd.read_csv(
            io.StringIO(text),
            dtype={column.name: _dtype(column) for column in kind.columns},
            keep_default_na=False,
            na_values={name: [""] for name in counts},
        )
        for column in kind.columns:
            if column.type == "date":
                frame[column.name] = pd.to_datetime(frame[column.name], format="%Y-%m-%d")
            if column.type == "float":
                # Python's own reading of a decimal is exact, whatever the pandas.
                frame[column.name] = [float(value) if value else math.nan for value in frame[column.name]]
    except (ValueError, TypeError, OverflowError) as error:
        # Which cell it was is the check's business: it names all of them.
        shown = (RAW / entry.file).as_posix()
        found = Fault(shown, "", str(error), f"can be read as a table of the kind {kind.name}", "Run `pcp check`.")
        raise every_fault(root, entry, [found]) from error
    return frame


def _dtype(column: Column) -> str:
    if column.type == "int":
        return "Int64" if column.blank else "int64"
    return "str"


def to_csv_text(frame: pd.DataFrame, kind: Kind) -> str:
    """A frame as the text that is committed: the kind's columns, ISO days, blanks for what is missing, line feeds."""
    return str(frame[list(kind.names)].to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d"))
