"""A latest period that may be incomplete is said to be that, and gives no course until somebody confirms it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from pcp_analysis.findings.view import open_view
from pcp_analysis.loaders import register, register_files
from pcp_analysis.loaders.suspect import doubtful, suspects
from pcp_analysis.pages import charts, summary
from tests.conftest import CHECKOUT, CYCLE

LEVEL = [100, 110, 105, 120]
SEPTEMBER = {"cut_off": dt.date(2014, 8, 31), "board_date": dt.date(2014, 9, 11)}


@pytest.mark.parametrize(
    ("last", "found"),
    [(100, False), (85, False), (81, False), (79, True), (50, True), (0, True), (124, False), (126, True)],
)
def test_a_count_outside_all_that_the_series_did_is_doubtful(last: int, found: bool) -> None:
    """Of a series that repeats itself a fifth below, or a quarter above, is outside."""
    assert doubtful([*LEVEL * 4, last], 4) is found


@pytest.mark.parametrize("counts", [[], [5], [*LEVEL, *LEVEL, 3], [3, 0, 2, 1] * 4 + [0], [30, 20, 40, 10] * 4 + [5]])
def test_little_is_never_doubtful(counts: list[int]) -> None:
    """Under three years, noughts that were there before, and small counts."""
    assert not (counts and doubtful(counts, 4))


def halve(root: Path, force: str = "West Midlands") -> None:
    """Half a quarter: every count of the force's latest one."""
    file = root / "data/raw/recorded_crime.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    total = lines[0].split(",").index("total_recorded_crime")
    for place, line in enumerate(lines):
        cells = line.split(",")
        if cells[:2] == [force, "2014-06-30"]:
            halves = [str(int(cell) // 2) if cell else "" for cell in cells[2:]]
            halves[total - 2] = str(sum(int(cell) for n, cell in enumerate(halves) if cell and n != total - 2))
            lines[place] = ",".join([*cells[:2], *halves])
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    register_files(root, ["recorded_crime.csv"], dt.date(2019, 4, 25))


def test_half_a_quarter_is_no_good_news(copied_root: Path) -> None:
    """No verdict, no course, no projection; the page and stderr say why."""
    halve(copied_root)
    found = [str(each) for each in suspects(copied_root, register.read(copied_root), "West Midlands", **SEPTEMBER)]
    assert any('"West Midlands: robbery, quarter ending 2014-06-30: 588"' in each for each in found)
    view = open_view(CYCLE, root=copied_root)
    for name in ("robbery", "burglary", "total_recorded_crime", "vehicle_crime"):
        position = view.positions[name]
        assert (position.course, position.verdict.more) == ("cannot be said", None)
        assert position.good.plain == position.outlook.plain == "Cannot be said: the latest period may be incomplete."
        assert "April to June 2014 may be incomplete" in position.happened.plain
        assert f"{name}.chance" not in view.figures
        assert "may be incomplete" in charts.control(view, name).message.plain
    said = summary.summary(view).plain
    assert "Changes of which nothing can be told yet: total recorded crime" in said
    assert "Changes that can be chance" not in said


def test_what_is_confirmed_is_told(copied_root: Path) -> None:
    """The line that is named, in the register's entry, for the series and for the total."""
    halve(copied_root)
    entry = register.read(copied_root)["recorded_crime"]
    lines = [
        f"West Midlands: {name}, quarter ending 2014-06-30: {count}"
        for name, count in (("robbery", 588), ("total_recorded_crime", 21637))
    ]
    register.record(copied_root, replace(entry, confirmed=(*entry.confirmed, *lines)))
    view = open_view(CYCLE, root=copied_root)
    assert view.positions["robbery"].verdict.more
    assert view.positions["robbery"].course == "on course"
    assert view.positions["burglary"].course == "cannot be said"


def test_the_real_quarter_is_in_no_doubt() -> None:
    """June 2014 of West Midlands lies within what its series did."""
    assert suspects(CHECKOUT, register.read(CHECKOUT), "West Midlands", **SEPTEMBER) == []


def test_a_force_that_ends_before_the_others_is_stale(copied_root: Path) -> None:
    """Its rows of the latest quarter gone, the table is as new as ever."""
    file = copied_root / "data/raw/recorded_crime.csv"
    lines = [
        line
        for line in file.read_text(encoding="utf-8").splitlines()
        if not line.startswith("West Midlands,2014-06-30")
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (found,) = suspects(copied_root, register.read(copied_root), "West Midlands", **SEPTEMBER)
    assert str(found) == (
        "recorded_crime: stale for West Midlands: its latest period ends on 2014-03-31, that of others on 2014-06-30"
    )


def test_a_series_of_the_force_that_ends_before_that_of_others_is_stale(copied_root: Path) -> None:
    """Though the force has later rows, and other series in them; one that ended for every force is not."""
    file = copied_root / "data/raw/recorded_crime.csv"
    header, *lines = file.read_text(encoding="utf-8").splitlines()
    place = header.split(",").index("robbery")
    for number, line in enumerate(lines):
        cells = line.split(",")
        if cells[0] == "West Midlands" and cells[1] >= "2014-04-01":
            cells[place] = ""
            lines[number] = ",".join(cells)
    file.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8", newline="\n")
    register_files(copied_root, ["recorded_crime.csv"], dt.date(2019, 4, 25))
    entries = register.read(copied_root)
    words = "stale for West Midlands: robbery ends on 2014-03-31, that of others on 2014-06-30"
    assert words in [each.words for each in suspects(copied_root, entries, "West Midlands", **SEPTEMBER)]
    later = {"cut_off": dt.date(2018, 12, 31), "board_date": dt.date(2019, 1, 9)}
    found = [each.words for each in suspects(copied_root, entries, "Kent", **later)]
    assert not any("burglary_dwelling" in words for words in found)
