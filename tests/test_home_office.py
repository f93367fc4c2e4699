"""The Home Office's quarters: what is added up, and every way in which a file can be at fault."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pcp_analysis.loaders.publishers.declared import Declared, declared
from pcp_analysis.loaders.publishers.home_office import COLUMNS, anchor_quarters, year_ends

from pcp_analysis.strict.fault import Fault

REAL = Path(__file__).resolve().parents[2] / "shared" / "publishers" / "home_office" / "prc-pfa-201718.csv"
real_file = pytest.mark.skipif(not REAL.exists(), reason="the publishers' files are not beside the checkout")

GIVEN = Declared(
    rolling_from=date(2017, 3, 31),
    anchor_year="2017/18",
    forces=("Alpha", "Beta"),
    not_territorial=("Railway",),
    labels={"Robbery": "robbery", "Shoplifting": "shoplifting"},
    subgroups={"Robbery of business property": "robbery", "Shoplifting": "shoplifting"},
    codes={"99": "robbery"},
    force_names={"Beta, City of": "Beta"},
    repeated_codes={"46": 2},
    negative_quarters={("Beta", 4, "34A"): -1},
)


def rows() -> list[list[str]]:
    """A sound file of two forces: one code on two rows, a code of its own series, a name turned round, one declared -1."""
    made = []
    for force, base in (("Alpha", 10), ("Beta, City of", 20)):
        for quarter in "1234":
            robbery = "-1" if base == 20 and quarter == "4" else str(base)
            made += [
                ["2017/18", quarter, force, "Robbery of business property", "34A", robbery],
                ["2017/18", quarter, force, "Shoplifting", "46", str(base + int(quarter))],
                ["2017/18", quarter, force, "Shoplifting", "46", "1"],
                ["2017/18", quarter, force, "Shoplifting", "99", "100"],
            ]
    return [*made, ["2017/18", "1", "Railway", "Robbery of business property", "34A", "7"]]


def write(path: Path, made: list[list[str]], header: tuple[str, ...] = COLUMNS) -> Path:
    """Write the rows as the publisher would."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *made])
    return path


def faults_of(tmp_path: Path, made: list[list[str]], given: Declared = GIVEN) -> list[Fault]:
    """The faults of a file of these rows."""
    return anchor_quarters(write(tmp_path / "anchor.csv", made), given)[1]


def test_quarters_are_added_up_by_series(tmp_path: Path) -> None:
    """Rows of one code are added, a code goes to its own series, and a recorder without territory is left out."""
    anchor, faults = anchor_quarters(write(tmp_path / "anchor.csv", rows()), GIVEN)
    assert faults == []
    assert dict(anchor) == {
        ("Alpha", "robbery"): [110, 110, 110, 110],
        ("Alpha", "shoplifting"): [12, 13, 14, 15],
        ("Beta", "robbery"): [120, 120, 120, 99],
        ("Beta", "shoplifting"): [22, 23, 24, 25],
    }


@pytest.mark.parametrize(
    ("place", "column", "value", "where", "rule"),
    [
        (0, 0, "2016/17", "line 2, column Financial_Year", "financial year, 2017/18"),
        (0, 1, "5", "line 2, column Financial_Quarter", "1 to 4"),
        (0, 2, "Alfa", "line 2, column Force_Name", "is a force"),
        (0, 3, "Piracy", "line 2, column Offence_Subgroup", "subgroup with a series"),
        (0, 5, "-3", "line 2, column Number_of_Offences", "not below nought"),
        (0, 5, "1,000", "line 2, column Number_of_Offences", "whole number"),
        (0, 5, "", "line 2, column Number_of_Offences", "whole number"),
    ],
)
def test_a_wrong_value_is_one_fault(tmp_path: Path, place: int, column: int, value: str, where: str, rule: str) -> None:
    """A value that is wrong is named with line, column and rule, and nothing else is accused for it."""
    made = rows()
    made[place][column] = value
    faults = faults_of(tmp_path, made)
    assert [(fault.where, fault.value) for fault in faults] == [(where, value)]
    assert rule in faults[0].rule
    assert faults[0].mend


def test_a_row_too_many_is_named_with_the_first(tmp_path: Path) -> None:
    """A code stands once in a quarter of a force, unless it is declared to have several rows."""
    made = rows()
    made.insert(1, made[0])
    made.insert(5, made[3])
    faults = faults_of(tmp_path, made)
    assert [fault.where for fault in faults] == ["line 3, column Offence_Code", "line 7, column Offence_Code"]
    assert "line 2 has it too" in faults[0].rule


def test_a_missing_row_is_named_by_force_and_quarter(tmp_path: Path) -> None:
    """A force's quarter that lacks a code which others have is a fault, as in a file that is cut short."""
    made = [row for row in rows() if not (row[2] == "Alpha" and row[1] == "3" and row[4] == "99")]
    assert [(fault.where, fault.value) for fault in faults_of(tmp_path, made)] == [("Alpha, quarter 3", "99")]


def test_missing_columns_are_all_named(tmp_path: Path) -> None:
    """Every column that is missing is a fault; columns of a third party do no harm."""
    header = ("Added", *(name.lower() if name.endswith("e") else name for name in COLUMNS))
    path = write(tmp_path / "anchor.csv", [["x", *row] for row in rows()], header)
    anchor, faults = anchor_quarters(path, GIVEN)
    assert anchor == {}
    assert {fault.where for fault in faults} == {"line 1, column Force_Name", "line 1, column Offence_Code"}


def test_a_correction_that_applies_to_nothing_is_a_fault(tmp_path: Path) -> None:
    """A declared correction may not linger when the publisher has put the thing right."""
    given = replace(
        GIVEN,
        force_names={**GIVEN.force_names, "Alpha, City of": "Alpha"},
        repeated_codes={"46": 2, "47": 3},
        negative_quarters={**GIVEN.negative_quarters, ("Alpha", 1, "34A"): -2},
    )
    faults = faults_of(tmp_path, rows(), given)
    assert {(fault.where, fault.value) for fault in faults} == {
        ("force_name", "Alpha, City of"),
        ("repeated_code", "47"),
        ("negative_quarter", "Alpha, 1, 34A"),
    }


def test_year_ends_are_the_quarters_of_the_financial_year() -> None:
    """The year 2017/18 ends with the quarter to 31 March 2018."""
    assert year_ends("2017/18")[-1] == date(2018, 3, 31)


@real_file
def test_west_midlands_adds_up_to_its_published_year() -> None:
    """The four quarters of West Midlands add up to 233,393, as ONS publishes for the year ending March 2018."""
    anchor, faults = anchor_quarters(REAL, declared())
    assert faults == []
    assert sum(sum(quarters) for (force, _), quarters in anchor.items() if force == "West Midlands") == 233_393


@real_file
def test_the_real_file_cut_short_is_at_fault(tmp_path: Path) -> None:
    """A file that ends in the middle of a line is named as that, with the quarters that it lacks."""
    cut = tmp_path / "anchor.csv"
    cut.write_bytes(REAL.read_bytes()[:2_000_000])
    _, faults = anchor_quarters(cut, declared())
    assert any("fields, as the header has" in fault.rule for fault in faults)
    assert any(fault.where == "Wiltshire, quarter 4" for fault in faults)
