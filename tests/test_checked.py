"""Tidy tables: every fault with its place, what a cycle sees, and what it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcp_analysis.loaders import register, visible, write_processed
from pcp_analysis.loaders.checked import check, check_table
from pcp_analysis.loaders.frames import read_table
from pcp_analysis.loaders.inputs import Inputs, open_inputs
from pcp_analysis.loaders.kinds import FRAUD, KINDS, MONTHLY_OFFENCES, OFFENCES, TOTAL
from pcp_analysis.loaders.register import Entry
from pcp_analysis.loaders.rows import months_after
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.files import sha256_of, write_whole

ROOT = Path(__file__).resolve().parents[1]
SEPTEMBER = {"cut_off": date(2014, 8, 31), "board_date": date(2014, 9, 11)}
DECEMBER = {"cut_off": date(2014, 11, 30), "board_date": date(2014, 12, 4)}

SOUND = {
    "population": "force,mid_year,persons\nAlpha,2012,1000\nAlpha,2013,1100\nAlpha,2014,1200\n",
    "survey": (
        "measure,wave,answer,percent,base,shown_to,paragraph,basis\n"
        "confidence,35,agree,82,8331,2014-09,5,quoted\n"
        "confidence,36,agree,84,8082,2014-09,5,quoted\n"
        "safety,36,dark,,,2014-12,6,not held\n"
    ),
    "compliance": (
        "measure,item,examined,required,correct,printed_percent,shown_to,paragraph,basis\n"
        "audit,incidents,341,332,328,98,2014-09,20,quoted\n"
    ),
    "ranking": (
        "measure,area,rank,ranked,percent,variation_percent,shown_to,paragraph,basis\n"
        "reoffending,Sandwell,1,171,5.38,-25.66,2014-09,36,quoted\n"
    ),
    "shown": (
        "measure,item,title,value,unit,period,baseline,better,shown_to,paragraph,basis,note\n"
        'metro,change,"Change, Metro",21.9,percent,April to July 2014,2013,lower,2014-09,88,quoted,\n'
        "metro,current,Offences,39,count,April to July 2014,,lower,2014-09,88,quoted,\n"
    ),
}


def crime(force: str, counts: list[tuple[str, str, str]]) -> list[str]:
    """Rows of recorded crime with robbery, residential burglary and their total: (day, robbery, residential)."""
    rows = []
    for day, robbery, residential in counts:
        labels = {"robbery": robbery, "residential_burglary": residential}
        total = str(sum(int(count) for count in labels.values() if count))
        rows.append(",".join([force, day, *(labels.get(name, "") for name in OFFENCES), total, ""]))
    return rows


QUARTERS = [("2013-12-31", "10", ""), ("2014-03-31", "12", ""), ("2014-06-30", "9", ""), ("2014-09-30", "11", "5")]
SOUND["recorded_crime"] = (
    "\n".join([",".join(KINDS["recorded_crime"].names), *crime("Alpha", QUARTERS), *crime("Beta", QUARTERS[:3])]) + "\n"
)


MONTHS = [("2014-06-30", "3"), ("2014-07-31", "4"), ("2014-08-31", "6"), ("2014-09-30", "5")]
SOUND["monthly_crime"] = (
    "\n".join(
        [
            ",".join(KINDS["monthly_crime"].names),
            *(
                ",".join(["Alpha", day, *(count if name == "robbery" else "" for name in MONTHLY_OFFENCES), count])
                for day, count in MONTHS
            ),
        ]
    )
    + "\n"
)
SOUND["counts"] = "area,series,period,count\nAlpha / One,robbery,2014-06,3\nAlpha / One,robbery,2014-07,\n"


def put(root: Path, kind: str, text: str | bytes, **keys: object) -> Entry:
    """Write a table of this kind into the root and register it."""
    path = root / "data/raw" / f"{kind}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    lag = 12 if kind == "population" else 0
    entry = Entry(
        kind,
        path.name,
        "T",
        "P",
        "L",
        date(2019, 4, 25),
        sha256_of(path),
        kind,
        publication_lag_months=lag,
        **({"sensitive": False, "sensitive_reason": "made up"} | keys),
    )
    register.record(root, entry)
    return entry


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with a sound table of every kind."""
    for kind, text in SOUND.items():
        put(tmp_path, kind, text)
    return tmp_path


def places(faults: list[Fault]) -> list[tuple[str, str]]:
    """Place and value of each fault."""
    return [(fault.where, fault.value) for fault in faults]


# Checking


@pytest.mark.parametrize("kind", KINDS)
def test_a_sound_table_has_no_fault(root: Path, kind: str) -> None:
    """A sound table of each kind has no fault and is read with the columns of its kind."""
    entry = register.read(root)[kind]
    assert check_table(root, entry) == []
    assert list(read_table(root, entry).columns) == list(KINDS[kind].names)


@pytest.mark.parametrize(
    ("kind", "old", "new", "place", "value", "rule"),
    [
        ("survey", "36,agree,84", "36,agree,184", "line 3, column percent", "184", "at most 100"),
        ("survey", "36,agree,84", "36,agree,-1", "line 3, column percent", "-1", "at least 0"),
        ("survey", "36,agree,84", "36,agree,", "line 3, column percent", "", "is not blank where the basis is quoted"),
        ("survey", "dark,,,", "dark,50,,", "line 4, column percent", "50.0", "is blank where the basis is not held"),
        ("survey", "36,agree,84", "36,agree,84%", "line 3, column percent", "84%", "is a number"),
        ("survey", "8082", "8,082", "line 3", "confidence,36,agree,84,8,082,2014-09,5,quoted", "has 8 fields"),
        ("survey", "8082,2014-09", "8082,2014-9", "line 3, column shown_to", "2014-9", "written 2014-09"),
        ("survey", "8082,2014-09", "8082,2014-13", "line 3, column shown_to", "2014-13", "written 2014-09"),
        ("survey", "36,agree", "36,Agree", "line 3, column answer", "Agree", "small letters"),
        (
            "survey",
            "8082,2014-09,5,quoted",
            "8082,2014-09,5,guess",
            "line 3, column basis",
            "guess",
            "is one of: quoted, not held",
        ),
        ("survey", "8082,2014-09,5,quoted", "8082,2014-09,,quoted", "line 3, column paragraph", "", "is not blank"),
        ("ranking", "Sandwell", " Sandwell", "line 2, column area", " Sandwell", "without space at its ends"),
        ("shown", "39,count", "39,crimes", "line 3, column unit", "crimes", "is one of: count"),
        (
            "shown",
            "39,count",
            "-39,count",
            "line 3, column value",
            "-39",
            "is not below nought; only an item that begins with change",
        ),
        ("shown", "2013,lower", "2013,down", "line 2, column better", "down", "is one of: lower"),
        ("population", "2013,1100", "2013,1100.5", "line 3, column persons", "1100.5", "whole number"),
        ("population", "2013,1100", "2013,-1", "line 3, column persons", "-1", "at least 1"),
        (
            "population",
            "Alpha,2013,1100\n",
            "",
            "line 3, column mid_year",
            "Alpha, 2014",
            "follows 2012 (line 2) without a gap",
        ),
        (
            "recorded_crime",
            "Alpha,2014-03-31",
            "Alpha,2014-03-30",
            "line 3, column quarter_ending",
            "2014-03-30",
            "last day of a quarter",
        ),
        (
            "recorded_crime",
            "Alpha,2014-03-31",
            "Alpha,2014-02-31",
            "line 3, column quarter_ending",
            "2014-02-31",
            "day of the calendar",
        ),
        (
            "recorded_crime",
            "Alpha,2014-03-31",
            "Alpha,31-03-2014",
            "line 3, column quarter_ending",
            "31-03-2014",
            "written 2014-06-30",
        ),
        ("recorded_crime", ",12,", ",1x,", "line 3, column robbery", "1x", "whole number"),
        ("recorded_crime", ",12,", ",13,", "line 3, column total_recorded_crime", "12", "is the sum of the labels, 13"),
        (
            "monthly_crime",
            "2014-07-31",
            "2014-07-30",
            "line 3, column month_ending",
            "2014-07-30",
            "last day of a month",
        ),
        ("counts", "2014-07", "2014-13", "line 3, column period", "2014-13", "is a month of the calendar"),
        (
            "counts",
            "2014-07",
            "2014-06",
            "line 3, column area + series + period",
            "Alpha / One, robbery, 2014-06",
            "once",
        ),
        ("counts", ",3", ",-3", "line 2, column count", "-3", "is not below nought"),
        ("monthly_crime", ",4,", ",-4,", "line 3, column robbery", "-4", "is at least 0"),
        ("monthly_crime", ",4,", ",5,", "line 3, column total_without_fraud", "4", "is the sum of the labels, 5"),
    ],
)
def test_a_wrong_value_is_one_fault(
    root: Path, kind: str, old: str, new: str, place: str, value: str, rule: str
) -> None:
    """A value that is wrong is one fault, with file, line, column, value, rule and mend."""
    entry = put(root, kind, SOUND[kind].replace(old, new, 1))
    faults = check_table(root, entry)
    assert places(faults) == [(place, value)]
    assert faults[0].file == f"data/raw/{kind}.csv"
    assert rule in faults[0].rule
    assert faults[0].mend


def test_all_faults_of_a_table_come_at_once(root: Path) -> None:
    """Faults of writing, of bounds, of choices and of rows together are all in one list."""
    text = SOUND["survey"].replace("82,8331", "182,83x1").replace("5,quoted\nsafety", "5,guess\nsafety")
    text += "trust,1,agree,50,10,2014-09,5,quoted\ntrust,1,agree,51,10,2014-09,5,quoted\nshort,1\n"
    assert set(places(check_table(root, put(root, "survey", text)))) == {
        ("line 2, column percent", "182"),
        ("line 2, column base", "83x1"),
        ("line 3, column basis", "guess"),
        ("line 6, column measure + wave + answer + shown_to", "trust, 1, agree, 2014-09"),
        ("line 7", "short,1"),
    }


@pytest.mark.parametrize(
    ("change", "place", "rule"),
    [
        (lambda text: text.replace("Alpha", "Alphá").encode("cp1252"), "line 2", "is UTF-8 text"),
        (lambda text: text.encode("utf-16"), "line 1", "is UTF-8 text"),
        (lambda text: text.encode("utf-8-sig"), "line 1", "without a byte order mark"),
        (lambda text: b"", "line 1", "is not an empty file"),
        (lambda text: b"\n" + text.encode(), "line 1", "names of the columns"),
        (lambda text: text.splitlines()[0].encode(), "line 2", "at least one row"),
        (lambda text: text.replace("Alpha,2014", '"Alpha,2014').encode(), "line 4", "well-formed"),
        (lambda text: text.replace("mid_year", "force").encode(), "line 1, column force", "named once"),
        (lambda text: text.replace("mid_year", "year").encode(), "line 1, column mid_year", "is missing"),
        (lambda text: text.replace("mid_year", "year").encode(), "line 1, column year", "is no column"),
        (lambda text: text.encode() + b"\n", "line 5", "has 3 fields"),
    ],
)
def test_text_that_is_no_table_is_named(root: Path, change: Callable[[str], bytes], place: str, rule: str) -> None:
    """Another encoding, a byte order mark, emptiness, a broken quotation or header are named with their line."""
    faults = check_table(root, put(root, "population", change(SOUND["population"])))
    assert any(fault.where == place and rule in fault.rule for fault in faults), faults


def test_a_line_break_inside_quotes_does_not_shift_the_lines(root: Path) -> None:
    """Line numbers are those of the file, also below a row that runs over two lines."""
    text = SOUND["shown"].replace('"Change, Metro"', '"Change,\nMetro"').replace("39,count", "39,crimes")
    assert [fault.where for fault in check_table(root, put(root, "shown", text))] == [
        "line 2, column title",
        "line 4, column unit",
    ]


def test_gaps_and_blanks_inside_a_series_are_faults(root: Path) -> None:
    """A quarter that is missing, and a blank between two counts of a label, are named; a blank before its use is none."""
    rows = SOUND["recorded_crime"].splitlines()
    assert places(check_table(root, put(root, "recorded_crime", "\n".join([*rows[:2], *rows[3:]])))) == [
        ("line 3, column quarter_ending", "Alpha, 2014-06-30")
    ]
    blank = SOUND["recorded_crime"].replace(rows[2], rows[2].replace(",12,", ",,", 1).replace(",12,", ",0,"))
    assert places(check_table(root, put(root, "recorded_crime", blank))) == [("line 3, column robbery", "")]


def test_a_count_below_nought_must_be_named_by_the_entry(root: Path) -> None:
    """A negative count is a fault unless the register's entry keeps exactly that one."""
    text = SOUND["recorded_crime"].replace(",12,", ",-12,").replace(",12\n", ",-12\n")
    only = "\n".join(line for line in text.splitlines() if not line.startswith("Beta")) + "\n"
    kept = tuple(f"Alpha: {name}, quarter ending 2014-03-31: -12" for name in ("robbery", TOTAL))
    assert places(check_table(root, put(root, "recorded_crime", only))) == [
        ("line 3, column robbery", "-12"),
        ("line 3, column total_recorded_crime", "-12"),
    ]
    assert check_table(root, put(root, "recorded_crime", only, kept=kept)) == []
    assert len(check_table(root, put(root, "recorded_crime", only.replace(",-12", ",-13"), kept=kept))) == 2


def test_check_names_faults_of_the_register_and_of_every_table(root: Path) -> None:
    """One call gives the altered file and the faults of two tables."""
    put(root, "survey", SOUND["survey"].replace("84", "840"))
    write_whole(root / "data/raw/population.csv", SOUND["population"].replace("1100", "x"))
    assert {(fault.file, fault.where) for fault in check(root)} == {
        ("data/raw/population.csv", ""),
        ("data/raw/population.csv", "line 3, column persons"),
        ("data/raw/survey.csv", "line 3, column percent"),
    }


def test_a_table_that_cannot_be_read_raises_its_faults(root: Path) -> None:
    """Opening tables with a wrong cell raises every fault of all of them, with line and column."""
    put(root, "recorded_crime", SOUND["recorded_crime"].replace(",12,", ",1x,"))
    put(root, "ranking", SOUND["ranking"].replace("5.38", "5,38"))
    with pytest.raises(FaultError) as raised:
        open_inputs(root, **SEPTEMBER)
    assert {(fault.file, fault.where) for fault in raised.value.faults} == {
        ("data/raw/ranking.csv", "line 2"),
        *(
            ("data/raw/recorded_crime.csv", f"line {line}, column {name}")
            for line in (3, 7)
            for name in ("robbery", TOTAL)
        ),
    }


# What a cycle sees


def test_a_cycle_sees_what_ended_and_was_shown_by_then(root: Path) -> None:
    """Quarters by the cut-off, estimates twelve months old, figures shown to this Board or an earlier one."""
    seen = open_inputs(root, **SEPTEMBER)
    assert seen.tables["recorded_crime"].quarter_ending.max() == pd.Timestamp("2014-06-30")
    assert seen.tables["population"].mid_year.tolist() == [2012, 2013]
    assert seen.tables["survey"].answer.tolist() == ["agree", "agree"]
    later = open_inputs(root, **DECEMBER)
    assert later.tables["recorded_crime"].quarter_ending.max() == pd.Timestamp("2014-09-30")
    assert later.tables["survey"].answer.tolist() == ["agree", "agree", "dark"]
    assert later.tables["survey"].index.tolist() == [0, 1, 2]


def test_later_rows_change_nothing_that_an_earlier_cycle_sees(root: Path) -> None:
    """Rows after the cut-off, and an input that holds nothing else, change neither tables nor hashes."""
    before = open_inputs(root, **SEPTEMBER)
    put(
        root,
        "recorded_crime",
        SOUND["recorded_crime"].replace("2014-09-30,,,,,,,11", "2014-09-30,7,,,,,,99").replace(",16\n", ",111\n"),
    )
    put(root, "population", SOUND["population"].replace("1200", "9") + "Alpha,2015,7\n")
    put(root, "survey", SOUND["survey"].replace("dark,,,2014-12,6,not held", "dark,70,12,2014-12,6,quoted"))
    after = open_inputs(root, **SEPTEMBER)
    assert after.sha256 == before.sha256
    for name, table in before.tables.items():
        pd.testing.assert_frame_equal(table, after.tables[name])
    later = put(root, "ranking", SOUND["ranking"].replace("2014-09", "2014-12"))
    assert later.name not in open_inputs(root, **SEPTEMBER).sha256
    assert open_inputs(root, **DECEMBER).sha256.keys() == before.sha256.keys()


def test_a_visible_change_changes_the_hash(root: Path) -> None:
    """The hash is of what is seen: one changed count, and only that input's hash is another."""
    before = open_inputs(root, **SEPTEMBER).sha256
    put(root, "recorded_crime", SOUND["recorded_crime"].replace(",12,", ",13,").replace(",12\n", ",13\n"))
    after = open_inputs(root, **SEPTEMBER).sha256
    assert {name for name in before if before[name] != after[name]} == {"recorded_crime"}


def test_a_series_has_its_periods_and_whole_counts(root: Path) -> None:
    """A series is named, quarterly, int64, and skips the quarters before its label was in use."""
    seen = open_inputs(root, **DECEMBER)
    robbery = seen.series("robbery", "Alpha")
    assert (robbery.name, robbery.index.freqstr, str(robbery.dtype)) == ("robbery", "Q-DEC", "int64")
    assert robbery.to_dict() == {
        pd.Period("2013Q4"): 10,
        pd.Period("2014Q1"): 12,
        pd.Period("2014Q2"): 9,
        pd.Period("2014Q3"): 11,
    }
    assert seen.series("residential_burglary", "Alpha").to_dict() == {pd.Period("2014Q3"): 5}
    assert seen.series("residential_burglary", "Beta").empty
    assert (seen.frequency("robbery"), seen.source("robbery")) == ("quarterly", "recorded_crime")
    assert seen.series_names() == ["counts.robbery", *OFFENCES, TOTAL, FRAUD]
    assert seen.areas("residential_burglary") == ["Alpha"]


def test_an_unknown_name_lists_the_nearest(root: Path) -> None:
    """A misspelt series is a KeyError that names what was meant; of an area that is not there nothing is held."""
    with pytest.raises(KeyError, match="Did you mean robbery"):
        open_inputs(root, **SEPTEMBER).series("robery", "Alpha")
    nothing = open_inputs(root, **SEPTEMBER).series("robbery", "Alfa")
    assert (nothing.empty, nothing.index.freqstr, nothing.name) == (True, "Q-DEC", "robbery")


def test_a_gap_or_a_double_period_inside_a_series_raises(root: Path) -> None:
    """Nothing is computed across a quarter that is missing or stands twice."""
    rows = SOUND["recorded_crime"].splitlines()
    put(root, "recorded_crime", "\n".join([*rows[:2], *rows[3:]]))
    with pytest.raises(FaultError, match="2014Q1"):
        open_inputs(root, **SEPTEMBER).series("robbery", "Alpha")
    put(root, "recorded_crime", "\n".join([*rows, rows[2]]))
    with pytest.raises(FaultError, match="stands once"):
        open_inputs(root, **SEPTEMBER).series("robbery", "Alpha")


def test_the_order_of_rows_and_columns_does_not_matter_to_a_series(root: Path) -> None:
    """A table with its rows turned round and its columns in another order holds the same series."""
    before = open_inputs(root, **SEPTEMBER)
    rows = [line.split(",") for line in SOUND["recorded_crime"].splitlines()]
    turned = [row[::-1] for row in [rows[0], *rows[:0:-1]]]
    put(root, "recorded_crime", "\n".join(",".join(row) for row in turned) + "\n")
    after = open_inputs(root, **SEPTEMBER)
    pd.testing.assert_series_equal(before.series("robbery", "Alpha"), after.series("robbery", "Alpha"))
    assert check_table(root, after.entries["recorded_crime"]) == []


def test_hashes_need_no_pandas(root: Path) -> None:
    """The hashes of what a cycle sees are had without loading pandas, and are the same."""
    code = (
        "import sys; from datetime import date; from pathlib import Path; from pcp_analysis.loaders import visible\n"
        "seen = visible(Path(sys.argv[1]), cut_off=date(2014, 8, 31), board_date=date(2014, 9, 11))\n"
        "assert not {'pandas', 'numpy'} & set(sys.modules), sorted(sys.modules)\n"
        "print([(name, each.sha256) for name, each in sorted(seen.items())])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(root)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert run.stdout.strip() == str(sorted(open_inputs(root, **SEPTEMBER).sha256.items()))
    hashes = [{name: each.sha256 for name, each in visible(root, **days).items()} for days in (SEPTEMBER, DECEMBER)]
    assert hashes[0] != hashes[1]


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2013, 6, 30), 12, date(2014, 6, 30)),
        (date(2014, 6, 30), 2, date(2014, 8, 31)),
        (date(2013, 12, 31), 2, date(2014, 2, 28)),
        (date(2014, 1, 15), 13, date(2015, 2, 15)),
        (date(2014, 6, 30), 0, date(2014, 6, 30)),
    ],
)
def test_a_lag_keeps_the_end_of_the_month(day: date, months: int, later: date) -> None:
    """A publication lag is counted in months, and the last day of one stays the last day."""
    assert months_after(day, months) == later


# Processed tables


def test_processed_tables_are_long_and_the_same_each_time(root: Path) -> None:
    """A row a series, force and period, nothing later than the cut-off; the same inputs give the same bytes."""
    seen: Inputs = open_inputs(root, **SEPTEMBER)
    written = write_processed(root, "2014-09", seen)
    first = {path.name: path.read_bytes() for path in written}
    assert first["recorded_crime.csv"].decode().splitlines()[:3] == [
        "series,force,period_start,period_end,frequency,value,unit",
        "robbery,Alpha,2013-10-01,2013-12-31,quarterly,10,count",
        "robbery,Alpha,2014-01-01,2014-03-31,quarterly,12,count",
    ]
    assert (
        first["population.csv"].decode().splitlines()[1] == "population,Alpha,2012-06-30,2012-06-30,yearly,1000,persons"
    )
    assert len(first["survey.csv"].splitlines()) == 3
    stale = root / "data/processed/2014-09/gone.csv"
    stale.write_text("x", encoding="utf-8")
    write_processed(root, "2014-09", open_inputs(root, **SEPTEMBER))
    assert {path.name: path.read_bytes() for path in stale.parent.iterdir()} == first


# This repository's own tables


def test_the_committed_tables_are_sound() -> None:
    """The register and every table of this repository have no fault."""
    assert check(ROOT) == []


def test_the_committed_tables_open_for_the_first_cycle() -> None:
    """The first cycle sees West Midlands to June 2014 and populations to mid-2013."""
    seen = open_inputs(ROOT, **SEPTEMBER)
    assert seen.series("burglary_dwelling", "West Midlands").iloc[-1] == 2512
    assert seen.series(TOTAL, "West Midlands").index[-1] == pd.Period("2014Q2")
    assert seen.tables["population"].mid_year.max() == 2013
    assert len(seen.areas(TOTAL)) == 38
    assert len(seen.areas("burglary_dwelling")) == 43


@pytest.mark.slow
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), kind=st.sampled_from(sorted(SOUND)))
def test_a_damaged_file_gives_faults_and_no_traceback(root: Path, data: st.DataObject, kind: str) -> None:
    """Whatever bytes are put anywhere into a table, checking returns faults, and opening opens or raises them."""
    text = SOUND[kind].encode()
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 30))
    piece = data.draw(
        st.one_of(st.binary(max_size=6), st.sampled_from([b",", b'"', b"\n", b"\r", b"nan", b"1e9", b"9" * 30, b"-"]))
    )
    entry = put(root, kind, text[:at] + piece + text[at + cut :])
    faults = check_table(root, entry)
    assert all(fault.rule and fault.mend for fault in faults)
    raised = set(faults)
    try:
        read_table(root, entry)
    except FaultError as error:
        raised = set(error.faults)
    assert raised == set(faults)
