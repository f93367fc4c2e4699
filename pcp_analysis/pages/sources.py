"""What a page was made from."""

from __future__ import annotations

from collections.abc import Collection
from importlib.metadata import version

from pcp_analysis.figures import last_board, wording
from pcp_analysis.findings.view import CycleView
from pcp_analysis.pages.tables import Table
from pcp_analysis.plan import Cycle
from pcp_analysis.strict.files import sha256_lines


def sources_table(view: CycleView, used: Collection[str]) -> Table:
    """The inputs named in *used*, in the order of the register, then the plan and what leads reported."""
    rows: list[tuple[str, ...]] = []
    for name in view.inputs.entries:
        if name in used:
            entry = view.inputs.entries[name]
            file, seen = f"data/raw/{entry.file}", view.inputs.sha256[name][:12]
            rows.append((entry.title, file, entry.publisher, wording.day(entry.as_at), entry.licence, seen))
    cycle = view.cycle
    # what a page shows of the last Board was made from the files of that Board's cycle too
    for board in (*(each for each in view.earlier if last_board.source(each.id) in used), cycle):
        of = "" if board is cycle else f" of {last_board.board(board.id).removeprefix('Board of ')}"
        files = (
            ("cycle.toml", f"Dates of the cycle{of}"),
            ("updates.toml", f"What leads reported to the cycle{of}"),
            *([(last_board.KEPT, f"Figures that the Board{of} was given")] if board is not cycle else []),
        )
        for name, title in files:
            rows += file_rows(view, board, name, title)
    plan, day = view.plan, wording.day(cycle.board_date)
    rows.append((plan.title, f"plan {plan.id}", plan.board, day, "none stated", "see manifest.json"))
    return Table(
        "Inputs, as this cycle sees them",
        ("Input", "File", "Publisher", "As at", "Licence", "SHA-256 of the rows seen"),
        rows,
        note=f"Data to {wording.day(cycle.data_cut_off)}; no row of a later period is seen. "
        f"Made by pcp_analysis {version('pcp_analysis')}.",
        name="sources",
        heading="What this page was made from",
    )


def file_rows(view: CycleView, board: Cycle, name: str, title: str) -> list[tuple[str, ...]]:
    """The row of a file in the folder of a cycle, which the Board put there; none where there is no such file."""
    path = board.folder / name
    if not path.is_file():
        return []
    file, day = path.relative_to(view.root).as_posix(), wording.day(board.board_date)
    return [(title, file, view.plan.board, day, "none stated", sha256_lines(path)[:12])]
