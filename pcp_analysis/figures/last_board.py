"""The figures that the Board before was given: as its cycle makes them, with the values that its folder keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pcp_analysis.figures import wording
from pcp_analysis.figures.figure import BASES, LAST_BOARD, Figure, Figures
from pcp_analysis.plan import cycle
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.sheet import read_sheet

# The figures.csv of the pack that a Board was given, kept in the folder of its cycle when the approver signs.
KEPT = "approved/figures.csv"
# No figure is as large; what is larger, or no number, was not copied from a pack.
LARGEST = 1e15
MEND = "Restore the folder approved/ from a copy of it."
NUMBERS = ("value", "low", "high", "numerator", "denominator")


class LastBoard(Mapping[str, Figure]):
    """The figures of an opened cycle by their own ids, with the values that its Board was given where they are kept.

    A past cycle that is not approved is computed from the tables as they stand now, and a revision of
    them cannot be seen. Raises FaultError with every fault of that file.
    """

    def __init__(self, figures: Figures, cycle_id: str, *, root: Path) -> None:
        self._figures, self._cycle_id = figures, cycle_id
        self._values, faults = _read(root / cycle.FOLDER / cycle_id / KEPT, root)
        if faults:
            raise FaultError(faults)

    @property
    def board(self) -> str:
        """Which Board it was, in words: ``Board of September 2014``."""
        return board(self._cycle_id)

    def as_given(self, figure: Figure) -> Figure:
        """A figure of the cycle as its Board was given it."""
        if figure.id not in self._values:
            return figure
        row = self._values[figure.id]
        numbers: dict[str, Any] = {name: float(row[name]) if row[name] else None for name in NUMBERS}
        return replace(
            figure, **numbers, period=row["period"], baseline=row["baseline"], basis=row["basis"], method=row["method"]
        )

    def __getitem__(self, name: str) -> Figure:
        return self.as_given(self._figures[name])

    def __contains__(self, name: object) -> bool:
        # what that Board in its turn bound to the one before it is two Boards ago
        return isinstance(name, str) and not name.startswith(f"{LAST_BOARD}.") and name in self._figures

    def __iter__(self) -> Iterator[str]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)

    def beside(self, name: str) -> tuple[str, ...]:
        """The ids of the group that the figure of that id is in."""
        return self._figures.beside(name)

    def as_before(self, figure: Figure) -> Figure:
        """A figure of it, to stand beside this Board's: ``last_board.robbery.year_to_date_change``."""
        return as_before(figure, self._cycle_id)

    def more(self, change: Figure) -> bool | None:
        """Whether one of its changes is more than chance, by the charts of that Board; None where nothing tells."""
        return self._figures.more(change)


def board(cycle_id: str) -> str:
    """The Board of a cycle, in words."""
    name = cycle_id[8:].replace("-", " ")
    return f"Board of {wording.month(cycle_id[:7])}" + (f" ({name})" if name else "")


def as_before(figure: Figure, cycle_id: str) -> Figure:
    """A figure of an earlier Board under the id that it has beside this one's; its cycle is among what it was made
    from.
    """
    return replace(
        figure,
        id=f"{LAST_BOARD}.{figure.id}",
        title=f"{figure.title} ({board(cycle_id)})",
        inputs=(*figure.inputs, source(cycle_id)),
    )


def source(cycle_id: str) -> str:
    """The folder of a cycle, as one of the inputs of a figure."""
    return f"cycles/{cycle_id}"


def check(root: Path, cycle_id: str) -> list[Fault]:
    """Every fault of the figures that are kept of the cycles before this one."""
    return [
        fault for name in cycle.earlier(root, cycle_id) for fault in _read(root / cycle.FOLDER / name / KEPT, root)[1]
    ]


def _read(path: Path, root: Path) -> tuple[dict[str, dict[str, str]], list[Fault]]:
    """The rows of a kept ``figures.csv`` by id, none where there is none, and every fault of it."""
    if not path.is_file():
        return {}, []
    file = path.relative_to(root).as_posix()
    sheet, faults = read_sheet(path, file)
    missing = [name for name in ("id", *NUMBERS, "period", "baseline", "basis", "method") if name not in sheet.header]
    if missing and sheet.header:
        faults.append(Fault(file, "line 1", ", ".join(missing), "columns of figures.csv are missing", MEND))
    if faults:
        return {}, faults
    rows = [dict(zip(sheet.header, row, strict=True)) for row in sheet.rows]
    wrong = _row_faults(list(zip(sheet.lines, rows, strict=True)))
    return {row["id"]: row for row in rows}, [Fault(file, where, value, rule, MEND) for where, value, rule in wrong]


def _row_faults(rows: list[tuple[int, dict[str, str]]]) -> Iterator[tuple[str, str, str]]:
    first: dict[str, int] = {}
    for line, row in rows:
        if first.setdefault(row["id"], line) != line:
            yield f"line {line}, column id", row["id"], f"stands in line {first[row['id']]} already"
        for name in NUMBERS:
            try:
                sound = not row[name] or abs(float(row[name])) < LARGEST
            except ValueError:
                sound = False
            if not sound:
                yield f"line {line}, column {name}", row[name], "is no number"
        if row["basis"] not in BASES:
            yield f"line {line}, column basis", row["basis"], f"is none of {', '.join(BASES)}"
        elif (row["basis"] == "not held") != (row["value"] == ""):
            yield f"line {line}, column basis", row["basis"], "does not go with the value"
