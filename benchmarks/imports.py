"""Time of an import beside reading and grouping with pandas alone, and time and memory of a national year of street files.

Reads the publishers' files beside the checkout; the national year (43 forces, twelve months, some six million rows) is made
of one of them in a temporary folder.
"""

from __future__ import annotations

import gzip
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd

from pcp_analysis.loaders.releases.description import description_of
from pcp_analysis.loaders.releases.table import read_release

ROOT = Path(__file__).resolve().parents[1]
PUBLISHERS = ROOT.parent / "shared" / "publishers"
STREET = PUBLISHERS / "police_uk" / "2014-01-merseyside-street.csv.gz"
RELEASES: dict[str, tuple[str, str, list[str]]] = {
    "home-office-crime": (
        "home_office/prc-pfa-201718.csv",
        "2019-04-25",
        ["Force_Name", "Offence_Subgroup", "Financial_Quarter"],
    ),
    "met": (
        "met/mps-borough-level-crime-201004-202309.csv",
        "2023-09-30",
        ["MajorText", "MinorText", "BoroughName"],
    ),
    "police-street": (
        "police_uk/2014-01-west-midlands-street.csv.gz",
        "2014-01-31",
        ["Month", "Falls within", "LSOA name", "Crime type"],
    ),
}


def best(task: Callable[[], object], times: int = 5) -> float:
    """The shortest of several runs, in seconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        task()
        taken.append(time.perf_counter() - start)
    return min(taken)


def plain(path: Path, columns: list[str]) -> object:
    """What pandas alone does: read, make long what stands across, group and count."""
    frame = pd.read_csv(path)
    months = [name for name in frame if name.isdigit()]
    if months:
        return frame.melt(columns, months).groupby([*columns, "variable"])["value"].sum()
    return frame.groupby(columns).size()


def national_year(path: Path) -> None:
    """An archive of 516 files of some 11,500 events each, every one of another force and month."""
    areas = description_of(ROOT, "police-street").areas.table
    text = gzip.decompress(STREET.read_bytes())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for month in (f"2014-{number:02d}" for number in range(1, 13)):
            for force in [name.split(" / ")[0] for name in areas][:43]:
                made = text.replace(b"2014-01", month.encode()).replace(b"Merseyside Police", force.encode())
                archive.writestr(f"{month}/{month}-{force}-street.csv", made)


def measured(path: Path) -> None:
    """Read the archive, and print rows, seconds and the most memory that the process had."""
    start = time.perf_counter()
    release = read_release([path], description_of(ROOT, "police-street"), date(2014, 12, 31))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{'national year':20} {time.perf_counter() - start:7.1f} s  {release.rows:,} rows, {most} MB at most")


def main() -> None:
    """Print a line for each release and one for the national year."""
    if not PUBLISHERS.is_dir():
        print("imports are not measured: the publishers' files are not beside the checkout")
        return
    for name, (file, day, columns) in RELEASES.items():
        path, what, as_at = PUBLISHERS / file, description_of(ROOT, name), date.fromisoformat(day)
        ours = best(lambda path=path, what=what, as_at=as_at: read_release([path], what, as_at))
        theirs = best(lambda path=path, columns=columns: plain(path, columns))
        print(f"{name:20} {ours:7.2f} s  pandas alone {theirs:.2f} s, {ours / theirs:.1f} times")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "year.zip"
        national_year(path)
        # a process of its own, whose memory is that of the import alone
        subprocess.run([sys.executable, __file__, path], check=True)


if __name__ == "__main__":
    measured(Path(sys.argv[1])) if len(sys.argv) > 1 else main()
