"""A year of Boards in a scratch root, laid out as docs/cycles.md says: September, December, March, June, and September of
the next plan. MADE UP: every update, what the later Boards were shown, and the next plan. Recorded crime is as published.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from dataclasses import replace
from pathlib import Path

from pcp_analysis.loaders import register
from pcp_analysis.plan import reading
from tests.conftest import CHECKOUT, copy_root, run_pcp
from tests.small_root import make_small_root

PLAN = Path(reading.__file__).parent / "west-midlands-2014-15"
NEXT_PLAN = "plans/west-midlands-2015-16"
#: Each Board with its day, its data cut-off, the last quarter that it sees, and the day of the release that brought it.
BOARDS = {
    "2014-09": ("2014-09-11", "2014-08-31", "2014-06-30", "2014-08-28"),
    "2014-12": ("2014-12-04", "2014-11-30", "2014-09-30", "2014-11-27"),
    "2015-03": ("2015-03-05", "2015-02-28", "2014-12-31", "2015-02-26"),
    "2015-06": ("2015-06-11", "2015-05-31", "2015-03-31", "2015-05-28"),
    "2015-09": ("2015-09-10", "2015-08-31", "2015-06-30", "2015-08-27"),
}
MONTHS = {"2014-12": "November 2014", "2015-03": "February 2015", "2015-06": "May 2015"}
SATISFIED = {"2014-12": "84.1", "2015-03": "83.9", "2015-06": "84.4"}
# Counts that stand out while fewer years are held than the tree has; as published.
CONFIRMED = tuple(
    f"Merseyside: {named}"
    for named in (
        "stalking_and_harassment, quarter ending 2010-03-31: 42",
        "stalking_and_harassment, quarter ending 2006-06-30: 296",
        "public_order_offences, quarter ending 2006-06-30: 2431",
    )
)
CRIME, SATISFACTION = "recorded_crime.csv", "shown/satisfaction.csv"
MADE_UP = "Made up for a test."
ROLES = {"analyst": "Made-up Analyst", "assurer": "Made-up Assurer", "approver": "Made-up Approver"}


def command(*arguments: object, root: Path, codes: tuple[int, ...] = (0,)) -> str:
    """The real command, which ends with one of these codes; what it said."""
    done = run_pcp(*arguments, root=root)
    assert done.returncode in codes, (arguments, done.returncode, done.stdout + done.stderr)
    return done.stdout + done.stderr


def first(folder: Path) -> Path:
    """The tree as the Board of September 2014 had it: its cycle alone, and recorded crime to June."""
    root = copy_root(folder)
    for cycle in (root / "data/raw/cycles").iterdir():
        if cycle.name != "2014-09":
            shutil.rmtree(cycle)
    return _begun(root)


def small(folder: Path) -> Path:
    """The same of a plan of one outcome, a few forces and no printed figures, so that five packs are soon built."""
    return _begun(make_small_root(folder, "06_reduce_crime"))


def _begun(root: Path) -> Path:
    """With recorded crime as September had it."""
    release(_confirmed(root), "2014-09")
    return root


def _confirmed(root: Path) -> Path:
    entry = register.read(root)["recorded_crime"]
    register.record(root, replace(entry, confirmed=(*entry.confirmed, *CONFIRMED)))
    return root


def whole(folder: Path) -> Path:
    """September 2014 alone with every row of the tables, and with its plan in a folder of the root."""
    root = _confirmed(copy_root(folder))
    shutil.rmtree(root / "data/raw/cycles/2015-06")
    shutil.copytree(PLAN, root / "plans" / PLAN.name)
    file = root / "data/raw/cycles/2014-09/cycle.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(f'"{PLAN.name}"', f'"plans/{PLAN.name}"'), encoding="utf-8", newline="\n")
    return root


def release(root: Path, board: str) -> None:
    """Recorded crime as far as the Board sees it, registered as at the day of its release."""
    _, _, last, day = BOARDS[board]
    path = root / "data/raw" / CRIME
    forces = {line.split(",")[0] for line in path.read_text(encoding="utf-8").splitlines()}
    head, *rows = (CHECKOUT / "data/raw" / CRIME).read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [row for row in rows if row.split(",")[0] in forces and row.split(",")[1] <= last]
    path.write_text("".join([head, *kept]), encoding="utf-8", newline="\n")
    command("register", CRIME, "--as-at", day, root=root)


def add_board(root: Path, board: str) -> None:
    """The next cycle: its release, what it was shown, its folder, and its made-up updates in place of the comments."""
    day, cut_off, _, _ = BOARDS[board]
    release(root, board)
    if board in SATISFIED and (root / "data/raw" / SATISFACTION).is_file():
        add_shown(root, board, SATISFIED[board])
    plan = newest_plan(root)
    if board == "2015-09":
        add_plan(root)
        plan = NEXT_PLAN
    command("new-cycle", board, "--board-date", day, "--data-cut-off", cut_off, "--plan", plan, root=root)
    file = root / "data/raw/cycles" / board / "updates.toml"
    text = re.sub(r'(\[section\.executive_summary\]\ntext = )""', rf'\1"{MADE_UP}"', file.read_text(encoding="utf-8"))
    september = (root / "data/raw/cycles/2014-09/updates.toml").read_text(encoding="utf-8")
    blocks = UPDATES[board].split("\n\n[[")
    if "[[update]]" not in september:  # that of the small plan, which promised nothing
        blocks = ["", *(each for each in blocks if "property_crime" in each or "lowest_crime" in each)]
    file.write_text(text + "\n\n[[".join(blocks), encoding="utf-8", newline="\n")


def add_shown(root: Path, board: str, percent: str) -> None:
    """One more row of a printed table, for the Board of a later month."""
    file = root / "data/raw" / SATISFACTION
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))
    row = next(each for each in rows if each["item"] == "satisfied" and each["measure"] == "satisfaction_crime")
    rows.append(row | {"value": percent, "shown_to": board, "period": f"12 months to {MONTHS[board]}", "note": MADE_UP})
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(row), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    file.write_text(stream.getvalue(), encoding="utf-8", newline="\n")
    command("register", SATISFACTION, "--as-at", BOARDS[board][0], root=root)


def add_plan(root: Path) -> None:
    """A plan of 2015/16 with the outcomes of the one before, a year later; made up."""
    plan = root / newest_plan(root)
    shutil.copytree(plan if plan.is_dir() else PLAN, root / NEXT_PLAN)
    for file in (root / NEXT_PLAN).glob("*.toml"):
        text = re.sub(
            r'"(\d{4})/(\d\d)"', lambda m: f'"{int(m[1]) + 1}/{int(m[2]) + 1}"', file.read_text(encoding="utf-8")
        )
        text = re.sub(r'(first_due *= *)"(\d{4})-', lambda m: f'{m[1]}"{int(m[2]) + 1}-', text)
        text = text.replace('title  = "West Midlands Police and Crime Plan 2014/15"', 'title  = "Made-up Plan 2015/16"')
        file.write_text(text, encoding="utf-8", newline="\n")


def newest_plan(root: Path) -> str:
    """The plan that the newest cycle names."""
    newest = max((root / "data/raw/cycles").iterdir())
    return re.findall(r'(?m)^plan += "(.+)"$', (newest / "cycle.toml").read_text(encoding="utf-8"))[0]


def sign(root: Path, board: str, *roles: str) -> None:
    """Those who have these roles sign in turn."""
    for role in roles:
        command("sign-off", board, "--role", role, "--name", ROLES[role], "--date", BOARDS[board][0], root=root)


UPDATES = {
    "2014-12": f"""
[[settled]]
deliverable = "stop_and_search"
became = "kept"
date = 2014-10-14
source = "{MADE_UP}"

[[settled]]
commitment = "sentinel_2_launch"
became = "kept"
date = 2014-09-22
source = "{MADE_UP}"

[[settled]]
commitment = "no_crime_data"
became = "not kept"
date = 2014-12-01
source = "{MADE_UP}"

[[update]]
deliverable = "lowest_crime"
source = "{MADE_UP}"
text = "{MADE_UP} Total recorded crime {{total_recorded_crime.year_to_date_change:verb}} by {{total_recorded_crime.year_to_date_change:size}}."

  [[update.commitment]]
  id = "made_up_review"
  what = "A made-up review is held"
  due = "2015-02"

[[update]]
deliverable = "partnership_grants"
awaited_from = "WMOPC"
due = "2014-09"
not_received = true

[[update]]
deliverable = "workforce_diversity"
reported_in = "DoR Report"
due = "2015-03"
""",
    "2015-03": f"""
[[settled]]
commitment = "made_up_review"
became = "withdrawn"
date = 2015-02-20
source = "{MADE_UP}"

[[update]]
deliverable = "property_crime"
source = "{MADE_UP}"
text = "{MADE_UP} Robbery {{robbery.year_to_date_change:verb}} by {{robbery.year_to_date_change:size}}."
""",
    "2015-06": f"""
[[settled]]
deliverable = "workforce_diversity"
became = "kept"
date = 2015-03-24
source = "{MADE_UP}"

[[update]]
deliverable = "property_crime"
source = "{MADE_UP}"
text = "{MADE_UP} Nothing else is known."
""",
    "2015-09": f"""
[[settled]]
commitment = "coventry_triage"
became = "kept"
date = 2015-08-03
source = "{MADE_UP}"

[[update]]
deliverable = "property_crime"
source = "{MADE_UP}"
text = "{MADE_UP} A new plan has begun."
""",
}
