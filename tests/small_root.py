"""The committed root cut down to one outcome, a few forces and the start of the paper, so that the real commands are quick."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from pcp_analysis.loaders import register, register_files
from pcp_analysis.plan import reading
from tests.conftest import CYCLE, copy_root

PLAN = Path(reading.__file__).parent / "west-midlands-2014-15"
OUTCOME = "09_stronger_communities"
SMALL = "01_stronger_communities"
#: The force of the plan, those that it is compared with, and the one that is compared with none.
FORCES = (
    "West Midlands",
    "Greater Manchester",
    "Merseyside",
    "Northumbria",
    "South Yorkshire",
    "West Yorkshire",
    "City of London",
)
TABLES = ("recorded_crime.csv", "population.csv", "shown/transport_crime.csv")
PAPER_ROWS = 12


def make_small_root(folder: Path, outcome: str = OUTCOME) -> Path:
    """Six notebooks, three tables and a plan of one outcome in *folder*, without a fault."""
    root = copy_root(folder)
    for other in (root / "data/raw/cycles").iterdir():
        if other.name != CYCLE:
            shutil.rmtree(other)
    _cut_plan(root, outcome)
    _cut_tables(root)
    cycle = root / "data/raw/cycles" / CYCLE
    (cycle / "claims.toml").unlink()
    (cycle / "updates.toml").write_text("# nothing was said\n", encoding="utf-8")
    _keep_lines(cycle / "paper.csv", lambda number, line: number <= PAPER_ROWS)
    return root


def _cut_plan(root: Path, outcome: str) -> None:
    """The plan is a folder of the root, with one outcome, which is its first; its notebook has that name."""
    (root / "plans/small").mkdir(parents=True)
    shutil.copy(PLAN / "plan.toml", root / "plans/small/plan.toml")
    shutil.copy(PLAN / f"{outcome}.toml", root / "plans/small" / f"{SMALL}.toml")
    file = root / "data/raw/cycles" / CYCLE / "cycle.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(PLAN.name, "plans/small"), encoding="utf-8")
    text = (root / "notebooks" / f"{outcome}.ipynb").read_text(encoding="utf-8")
    for notebook in (root / "notebooks").glob("[01][0-9]_*.ipynb"):
        if notebook.stem != "00_overview":
            notebook.unlink()
    text = text.replace(outcome, SMALL).replace(f"# {int(outcome[:2])}. ", "# 1. ")
    (root / "notebooks" / f"{SMALL}.ipynb").write_text(text, encoding="utf-8", newline="\n")


def _cut_tables(root: Path) -> None:
    """A few forces in the tables of official statistics, and of what the Board was shown what the outcome uses."""
    raw = root / register.RAW
    entries = {entry.file: entry for entry in register.read(root).values()}
    for file in [*entries]:
        if file not in TABLES:
            (raw / file).unlink()
            del entries[file]
    (root / register.REGISTER).write_text(register.to_toml(entries.values()), encoding="utf-8", newline="\n")
    for file in TABLES[:2]:
        _keep_lines(
            raw / file, lambda number, line: number == 1 or line.startswith(tuple(f"{each}," for each in FORCES))
        )
        register_files(root, [file], entries[file].as_at)


def _keep_lines(file: Path, keep: Callable[[int, str], bool]) -> None:
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text(
        "".join(line for number, line in enumerate(lines, 1) if keep(number, line)), encoding="utf-8", newline="\n"
    )
