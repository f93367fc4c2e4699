"""The release in which the rows that a cycle sees last changed: a later one leaves an earlier cycle's as-at date alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pcp_analysis.loaders import register, register_files, rows, vintages
from pcp_analysis.strict.fault import FaultError
from tests.conftest import CHECKOUT

SEPTEMBER = {"cut_off": dt.date(2014, 8, 31), "board_date": dt.date(2014, 9, 11)}
DECEMBER = {"cut_off": dt.date(2014, 11, 30), "board_date": dt.date(2014, 12, 4)}
TABLE = "shown/year_to_date.csv"


def as_at(root: Path, name: str, **days: dt.date) -> dt.date:
    """The as-at date of a table as a cycle sees it."""
    return rows.entries_seen(root, **days)[name].as_at


def later_row(root: Path) -> str:
    """A row like the last of the table, shown to the Board of December."""
    last = (root / "data/raw" / TABLE).read_text(encoding="utf-8").splitlines()[-1]
    assert last.count("2014-09") == 1, "the row has its Board alone"
    return last.replace("2014-09", "2014-12") + "\n"


def test_a_release_that_adds_later_rows_leaves_the_earlier_as_at_date(copied_root: Path) -> None:
    """September's pages keep the date of the rows that they see, and December's have the new one."""
    path = copied_root / "data/raw" / TABLE
    path.write_text(path.read_text(encoding="utf-8") + later_row(copied_root), encoding="utf-8")
    before = as_at(copied_root, "year_to_date", **SEPTEMBER)
    register_files(copied_root, [TABLE], dt.date(2014, 12, 4))
    assert as_at(copied_root, "year_to_date", **SEPTEMBER) == before == dt.date(2014, 9, 11)
    assert as_at(copied_root, "year_to_date", **DECEMBER) == dt.date(2014, 12, 4)


@pytest.mark.parametrize("change", ["revised", "removed"])
def test_a_release_that_changes_a_row_which_is_seen_has_its_own_date(copied_root: Path, change: str) -> None:
    """A row that was revised, or taken out, is of the release that did so."""
    path = copied_root / "data/raw/recorded_crime.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    (place,) = (nth for nth, line in enumerate(lines) if line.startswith("West Midlands,2014-06-30"))
    lines[place] = "" if change == "removed" else lines[place].replace("2014-06-30,4,5119,", "2014-06-30,5,5118,")
    path.write_text("".join(lines), encoding="utf-8")
    register_files(copied_root, ["recorded_crime.csv"], dt.date(2020, 1, 31))
    assert as_at(copied_root, "recorded_crime", **SEPTEMBER) == dt.date(2020, 1, 31)
    june = {"cut_off": dt.date(2014, 5, 31), "board_date": dt.date(2014, 6, 12)}
    assert as_at(copied_root, "recorded_crime", **june) == dt.date(2019, 4, 25), "which does not see that quarter"


def test_every_table_of_the_repository_is_recorded_as_it_stands() -> None:
    """The file of vintages is what registering every table anew, as at its day, would write."""
    entries = register.read(CHECKOUT)
    tables = [(entry, rows.all_rows(CHECKOUT, entry)) for entry in entries.values()]
    assert vintages.text_with(CHECKOUT, tables) == (CHECKOUT / vintages.VINTAGES).read_text(encoding="utf-8")
    assert set(vintages.read(CHECKOUT)) == set(entries)


def test_a_table_that_is_not_recorded_has_the_date_of_its_entry(copied_root: Path) -> None:
    """Without the file everything is as at the day that the register says."""
    (copied_root / vintages.VINTAGES).unlink()
    assert as_at(copied_root, "recorded_crime", **SEPTEMBER) == register.read(copied_root)["recorded_crime"].as_at


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('[recorded_crime]\n"2014-06-30" = "2099-01-01 0123456789ab"\n', "is before 2099-01-01, its last release"),
        ('[recorded_crime]\n"2014-06-30" = "yesterday"\n', "is no day with a hash"),
        ('[recorded_crime]\n"2014-06-30" = "2014-02-30 0123456789ab"\n', "a day that there is not"),
        ("recorded_crime = 3\n", "must be a table"),
        ("[recorded_crime\n", "is not TOML"),
    ],
)
def test_a_file_at_fault_is_named(copied_root: Path, text: str, rule: str) -> None:
    """A file that somebody broke is said to be broken, with the way to mend it."""
    (copied_root / vintages.VINTAGES).write_text(text, encoding="utf-8")
    (fault,) = vintages.check(copied_root)
    assert rule in fault.rule
    assert fault.mend


def test_what_cannot_be_read_as_a_table_is_not_registered(copied_root: Path) -> None:
    """Half a file is refused, and register and vintages stay as they are."""
    before = [(copied_root / name).read_bytes() for name in (register.REGISTER, vintages.VINTAGES)]
    path = copied_root / "data/raw" / TABLE
    path.write_text("shown_to,paragraph\n", encoding="utf-8")
    with pytest.raises(FaultError):
        register_files(copied_root, [TABLE], dt.date(2014, 12, 4))
    assert [(copied_root / name).read_bytes() for name in (register.REGISTER, vintages.VINTAGES)] == before
