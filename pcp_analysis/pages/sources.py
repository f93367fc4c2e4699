"""What a page was made from."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import TYPE_CHECKING

import pcp_analysis
from pcp_analysis.findings import kept, text
from pcp_analysis.pages.tables import Table

if TYPE_CHECKING:
    from pcp_analysis.findings import Evidence


def sources_table(evidence: Evidence, used: Collection[str]) -> Table:
    """The inputs named in *used*, in the order of the register, then the plan and what leads reported."""
    rows = []
    for name in evidence.inputs.entries:
        if name in used:
            entry = evidence.inputs.entries[name]
            rows.append(
                (
                    entry.title,
                    f"data/raw/{entry.file}",
                    entry.publisher,
                    text.day(entry.as_at),
                    entry.licence,
                    evidence.inputs.sha256[name][:12],
                )
            )
    cycle = evidence.cycle
    # what a page shows of the last Board was made from the files of that Board's cycle too
    for held in (*(each for each in evidence.earlier if kept.source(each.id) in used), cycle):
        of = "" if held is cycle else f" of {text.month(held.id)}"
        files = (
            ("cycle.toml", f"Dates of the cycle{of}"),
            ("updates.toml", f"What leads reported to the cycle{of}"),
            *([(kept.KEPT, f"Figures that the Board{of} was given")] if held is not cycle else []),
        )
        for name, title in files:
            path = held.folder / name
            if path.is_file():
                rows.append(
                    (
                        title,
                        path.relative_to(evidence.root).as_posix(),
                        evidence.plan.board,
                        text.day(held.board_date),
                        "none stated",
                        hashlib.sha256(path.read_bytes()).hexdigest()[:12],
                    )
                )
    rows.append(
        (
            evidence.plan.title,
            f"plan {evidence.plan.id}",
            evidence.plan.board,
            text.day(cycle.board_date),
            "none stated",
            "see manifest.json",
        )
    )
    return Table(
        "Inputs, as this cycle sees them",
        ("Input", "File", "Publisher", "As at", "Licence", "SHA-256 of the rows seen"),
        rows,
        note=f"Data to {text.day(cycle.data_cut_off)}; nothing later is seen. Made by pcp_analysis {pcp_analysis.__version__}.",
        name="sources",
        heading="What this page was made from",
    )
