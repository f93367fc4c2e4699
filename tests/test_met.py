"""The Metropolitan Police's monthly crime: its import, its labels, and every way in which the file can be wrong."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given as generated
from hypothesis import settings
from hypothesis import strategies as st
from pcp_analysis.loaders.publishers.declared import Use
from pcp_analysis.loaders.publishers.met import BOROUGH, COLUMNS, MAJOR, MINOR, MetDeclared, met_declared, monthly_crime
from pcp_analysis.loaders.publishers.ons import Imported

from pcp_analysis.loaders import open_inputs, register, write_processed
from pcp_analysis.loaders.checked import check_table
from pcp_analysis.loaders.imports import import_release
from pcp_analysis.loaders.kinds import MONTHLY_OFFENCES, MONTHLY_TOTAL
from pcp_analysis.strict.fault import Fault, FaultError

ROOT = Path(__file__).resolve().parents[1]
RELEASE = ROOT.parent / "shared" / "publishers" / "met" / "mps-borough-level-crime-201004-202309.csv"
AS_AT = date(2023, 9, 30)
SEPTEMBER = {"cut_off": date(2014, 8, 31), "board_date": date(2014, 9, 11)}

GIVEN = MetDeclared(
    force="Alpha Police",
    first_month=date(2016, 12, 31),
    places=("North", "South", "Unknown"),
    labels={
        ("ROBBERY", "OF BUSINESS"): ("robbery",),
        ("ROBBERY", "OF PERSONS"): ("robbery",),
        ("BURGLARY", "IN A DWELLING"): ("burglary_dwelling", "residential_burglary"),
        ("DISORDER", "DISORDER"): ("public_order",),
    },
    labels_left_out={("FRAUD", "FRAUD"): "Recorded nationally."},
    in_use={
        "burglary_dwelling": Use(until=date(2017, 3, 31)),
        "residential_burglary": Use(start=date(2017, 4, 1)),
        "public_order": Use(start=date(2017, 2, 1)),
    },
    reasons={"burglary_dwelling": "Ended.", "residential_burglary": "Began.", "public_order": "Grew."},
    no_rows={("Unknown", ("FRAUD", "FRAUD")): "None there."},
    unplaced_name="Unknown",
    unplaced_most_percent=50,
)
#: December 2016 to May 2017.
MONTHS = ("201612", "201701", "201702", "201703", "201704", "201705")
LABELS = (*GIVEN.labels, *GIVEN.labels_left_out)
HEADER = (*COLUMNS, *MONTHS)


def made_rows() -> list[list[str]]:
    """The rows of a sound release: each place, each label, six months; the first row stands in line 2."""
    return [
        [*label, place, *(str(10 * number + month + (place == "North")) for month in range(len(MONTHS)))]
        for number, label in enumerate(LABELS, start=1)
        for place in GIVEN.places
        if (place, label) not in GIVEN.no_rows
    ]


def counts_of(rows: list[list[str]], *majors: str) -> list[int]:
    """What rows of these major labels add up to, month by month."""
    return [sum(int(row[at]) for row in rows if row[0] in majors) for at in range(len(COLUMNS), len(HEADER))]


def write(path: Path, rows: list[list[str]], header: tuple[str, ...] = HEADER) -> Path:
    """Write the rows as the publisher would, its lines ended as on Windows."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    return path


def load(folder: Path, rows: list[list[str]], given: MetDeclared = GIVEN, header: tuple[str, ...] = HEADER) -> Imported:
    """What the loader makes of a release of these rows."""
    return monthly_crime(write(folder / "release.csv", rows, header), given=given)


def faults_of(make: Callable[[], object]) -> list[Fault]:
    """The faults that a call raises."""
    with pytest.raises(FaultError) as raised:
        make()
    return list(raised.value.faults)


def places(faults: list[Fault]) -> list[tuple[str, str]]:
    """Place and value of each fault."""
    return [(fault.where, fault.value) for fault in faults]


# Small made-up releases


def test_boroughs_and_minor_labels_are_added_up(tmp_path: Path) -> None:
    """A series is the sum of its labels over all places, those without a borough too; fraud is in none."""
    rows = made_rows()
    table = load(tmp_path, rows).table
    assert table.force.unique().tolist() == ["Alpha Police"]
    assert table.month_ending.dt.strftime("%Y-%m-%d").tolist() == [
        "2016-12-31",
        "2017-01-31",
        "2017-02-28",
        "2017-03-31",
        "2017-04-30",
        "2017-05-31",
    ]
    assert table.robbery.tolist() == counts_of(rows, "ROBBERY")
    assert table.columns.tolist() == ["force", "month_ending", *MONTHLY_OFFENCES, MONTHLY_TOTAL]
    assert table.homicide.isna().all()


def test_a_label_that_changed_its_meaning_is_two_series(tmp_path: Path) -> None:
    """One label counts as one series until March 2017 and as another from April: blank beyond, never nought."""
    rows = made_rows()
    table = load(tmp_path, rows).table
    counts = counts_of(rows, "BURGLARY")
    assert table.burglary_dwelling.dropna().tolist() == counts[:4]
    assert table.residential_burglary.dropna().tolist() == counts[4:]
    assert table.burglary_dwelling.isna().tolist() == [False] * 4 + [True] * 2


def test_the_total_is_blank_where_a_label_is(tmp_path: Path) -> None:
    """In months of which a label is left out there is no total, in the others it is the sum of the labels."""
    rows = made_rows()
    table = load(tmp_path, rows).table
    assert table.public_order.isna().tolist() == table[MONTHLY_TOTAL].isna().tolist() == [True] * 2 + [False] * 4
    assert table[MONTHLY_TOTAL].dropna().tolist() == counts_of(rows, "ROBBERY", "BURGLARY", "DISORDER")[2:]
    assert (table[MONTHLY_TOTAL] == table[list(MONTHLY_OFFENCES)].sum(axis=1)).dropna().all()


def test_what_is_left_out_is_named(tmp_path: Path) -> None:
    """A label in no series, months out of use and a row that is not there are named with their offences and reason."""
    rows = made_rows()
    result = load(tmp_path, rows)
    lost = sum(counts_of(rows, "DISORDER")[:2])
    assert result.left_out == (
        f"FRAUD: {sum(counts_of(rows, 'FRAUD'))} offences. Recorded nationally.",
        "burglary_dwelling: held until 2017-03 only. Ended.",
        "residential_burglary: held from 2017-04 only. Began.",
        f"public_order: 2016-12 to 2017-01, {lost} offences, and total_without_fraud of these months. Grew.",
    )
    assert result.kept == ("Unknown: no row for FRAUD. None there.",)


@settings(max_examples=25, deadline=None)
@generated(st.lists(st.integers(0, 9_999_999), min_size=6, max_size=6), st.randoms())
def test_counts_come_through_whatever_the_order(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[int], chance: object
) -> None:
    """Random counts come back exactly, and neither the order of rows nor that of columns changes the table."""
    rows = made_rows()
    rows[0][3:] = map(str, drawn)
    folder = tmp_path_factory.mktemp("release")
    table = load(folder, rows, replace(GIVEN, unplaced_most_percent=100)).table
    assert table.robbery.tolist() == counts_of(rows, "ROBBERY")
    chance.shuffle(rows)
    order = list(range(len(HEADER)))
    chance.shuffle(order)
    turned = load(
        folder,
        [[row[at] for at in order] for row in rows],
        replace(GIVEN, unplaced_most_percent=100),
        tuple(HEADER[at] for at in order),
    ).table
    pd.testing.assert_frame_equal(table, turned)


@pytest.mark.parametrize(
    ("column", "value", "where", "rule"),
    [
        (0, "ROBERY", MAJOR, "is a major label with a series"),
        (1, "OF BUSINES", MINOR, "is a minor label of ROBBERY with a series"),
        (1, "IN A DWELLING", MINOR, "is a minor label of ROBBERY with a series"),
        (2, "Nort", BOROUGH, "is a borough, or is declared to be none"),
        (3, "-2", "201612", "is not below nought"),
        (4, "n/a", "201701", "is a whole number of offences"),
        (4, "", "201701", "is a whole number of offences"),
        (5, "1,234", "201702", "is a whole number of offences"),
        (5, "1e3", "201702", "is a whole number of offences"),
        (5, "12.0", "201702", "is a whole number of offences"),
        (5, "١٢", "201702", "is a whole number of offences"),
        (8, "123456789", "201705", "is a whole number of offences"),
    ],
)
def test_a_wrong_value_is_one_fault(tmp_path: Path, column: int, value: str, where: str, rule: str) -> None:
    """A value that is wrong is named with file, line, column, rule and mend, and nothing else is accused for it."""
    rows = made_rows()
    rows[0][column] = value
    faults = faults_of(lambda: load(tmp_path, rows))
    assert places(faults) == [(f"line 2, column {where}", value)]
    assert (faults[0].file, faults[0].rule, bool(faults[0].mend)) == ((tmp_path / "release.csv").as_posix(), rule, True)


def test_all_faults_of_the_file_come_at_once(tmp_path: Path) -> None:
    """A month, a label, a borough, two counts, a row twice and the rows that a cut file lacks are all in one list."""
    rows = made_rows()
    rows[0][1], rows[1][2], rows[2][3], rows[3][4] = "PIRACY", "East", "-1", "many"
    header = (*HEADER[:-1], "May 2017")
    assert set(places(faults_of(lambda: load(tmp_path, [*rows[:-4], rows[5]], header=header)))) == {
        ("line 1, column May 2017", "May 2017"),
        ("line 2, column MinorText", "PIRACY"),
        ("line 3, column BoroughName", "East"),
        ("line 4, column 201612", "-1"),
        ("line 5, column 201701", "many"),
        ("line 12, column MajorText + MinorText + BoroughName", "ROBBERY, OF PERSONS, Unknown"),
        ("column BoroughName, North", "FRAUD / FRAUD, ROBBERY / OF BUSINESS"),
        ("column BoroughName, South", "DISORDER / DISORDER, FRAUD / FRAUD, ROBBERY / OF BUSINESS"),
        ("column BoroughName, Unknown", "DISORDER / DISORDER"),
    }


def test_a_renamed_label_is_one_fault(tmp_path: Path) -> None:
    """A label that is renamed throughout is named once, with how many rows have it."""
    rows = [[row[0].replace("ROBBERY", "ROBBERIES"), *row[1:]] for row in made_rows()]
    faults = faults_of(lambda: load(tmp_path, rows))
    assert [(fault.value, fault.rule) for fault in faults] == [
        ("ROBBERIES", "is a major label with a series (and 5 more rows)")
    ]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    """Each column of names that is missing is a fault of line 1, and a name that is no month is another."""
    faults = faults_of(lambda: load(tmp_path, made_rows(), header=("Major", "MinorText", "Borough", *MONTHS)))
    assert {fault.where for fault in faults} == {
        "line 1, column MajorText",
        "line 1, column BoroughName",
        "line 1, column Major",
        "line 1, column Borough",
    }


@pytest.mark.parametrize(
    ("column", "name", "where", "value"),
    [
        (4, "2017-01", "line 1, column 2017-01", "2017-01"),
        (4, "201713", "line 1, column 201713", "201713"),
        (8, "Total", "line 1, column Total", "Total"),
        (3, "201611", "line 1, column 201611", "201611"),
        (8, "201707", "line 1", "201705, 201706"),
        (5, "201701", "line 1, column 201701", "201701"),
    ],
)
def test_a_wrong_month_is_named(tmp_path: Path, column: int, name: str, where: str, value: str) -> None:
    """A column that is no month, comes before the release begins, leaves a gap or stands twice is named."""
    header = tuple(name if at == column else old for at, old in enumerate(HEADER))
    assert (where, value) in places(faults_of(lambda: load(tmp_path, made_rows(), header=header)))


def test_a_month_that_is_left_out_is_named(tmp_path: Path) -> None:
    """A file without its first or a middle month is at fault, and says which month it lacks."""
    for gone in (3, 5):
        rows = [[value for at, value in enumerate(row) if at != gone] for row in made_rows()]
        header = tuple(name for at, name in enumerate(HEADER) if at != gone)
        assert places(faults_of(lambda: load(tmp_path, rows, header=header))) == [("line 1", HEADER[gone])]  # noqa: B023


def test_a_row_twice_is_named_with_the_first(tmp_path: Path) -> None:
    """A borough's label that stands twice is a fault that names both lines."""
    rows = made_rows()
    faults = faults_of(lambda: load(tmp_path, [*rows, rows[3]]))
    assert places(faults) == [
        (f"line {len(rows) + 2}, column MajorText + MinorText + BoroughName", "ROBBERY, OF PERSONS, North")
    ]
    assert faults[0].rule == "stands once; line 5 has it too"


def test_a_file_cut_short_is_named_with_what_it_lacks(tmp_path: Path) -> None:
    """A file that ends early lacks rows, named by borough; a row that may lack is declared."""
    faults = faults_of(lambda: load(tmp_path, made_rows()[:-3]))
    assert places(faults) == [
        ("column BoroughName, North", "FRAUD / FRAUD"),
        ("column BoroughName, South", "FRAUD / FRAUD"),
        ("column BoroughName, Unknown", "DISORDER / DISORDER"),
    ]
    empty = faults_of(lambda: load(tmp_path, []))
    assert [fault.where for fault in empty] == [f"column BoroughName, {place}" for place in GIVEN.places]


@pytest.mark.parametrize(
    ("change", "where", "rule"),
    [
        (lambda data: data.replace(b"North", b"N\xf6rth", 1), "line 2", "is UTF-8 text"),
        (lambda data: data.decode().encode("utf-16"), "line 1", "is UTF-8 text"),
        (lambda data: b"", "line 1", "is not an empty file"),
        (lambda data: data[:-12], "line 15", "has 9 fields"),
        (lambda data: data + b'ROBBERY,"OF', "line 16", "well-formed"),
    ],
)
def test_text_that_is_none_is_named(tmp_path: Path, change: Callable[[bytes], bytes], where: str, rule: str) -> None:
    """Another encoding, an empty file, a line cut short and an open quotation mark are named with their line."""
    path = write(tmp_path / "release.csv", made_rows())
    path.write_bytes(change(path.read_bytes()))
    faults = faults_of(lambda: monthly_crime(path, given=GIVEN))
    assert any(fault.where == where and rule in fault.rule for fault in faults), faults


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    """A file that is not there is one fault that names it."""
    faults = faults_of(lambda: monthly_crime(tmp_path / "none.csv", given=GIVEN))
    assert [(Path(fault.file).name, fault.rule) for fault in faults] == [("none.csv", "is a file that can be read")]


def test_offences_without_a_borough_are_few_unless_declared(tmp_path: Path) -> None:
    """A month in which most offences have no borough is a fault until declared, then it is counted and named."""
    rows = made_rows()
    lost = next(row for row in rows if row[:3] == ["ROBBERY", "OF PERSONS", "Unknown"])
    lost[5] = "5000"
    without = sum(int(row[5]) for row in rows if row[2] == "Unknown")
    every = sum(int(row[5]) for row in rows)
    faults = faults_of(lambda: load(tmp_path, rows))
    assert places(faults) == [("column 201702, Unknown", f"{without} of {every}")]
    result = load(tmp_path, rows, replace(GIVEN, unplaced={(date(2017, 2, 28), without): "Places were lost."}))
    assert result.kept[0] == f"Unknown, 2017-02: {without:,} of {every:,} offences. Places were lost."
    assert result.table.robbery[2] == counts_of(rows, "ROBBERY")[2]


def test_declarations_that_apply_to_nothing_are_faults(tmp_path: Path) -> None:
    """When the publisher adds a row or mends a month, the declared exception must go."""
    fraud = ("FRAUD", "FRAUD")
    given = replace(GIVEN, no_rows=GIVEN.no_rows | {("North", fraud): "None there."})
    assert [fault.where for fault in faults_of(lambda: load(tmp_path, made_rows(), given))] == ["no_row"]
    given = replace(GIVEN, unplaced={(date(2017, 2, 28), 7): "Places were lost."})
    assert places(faults_of(lambda: load(tmp_path, made_rows(), given))) == [("unplaced", "2017-02-28, 7")]


def test_the_declarations_make_the_series_of_the_kind() -> None:
    """The labels make every series of the kind and no other, each with its reason where it was not in use throughout."""
    given = met_declared()
    assert {series for names in given.labels.values() for series in names} == set(MONTHLY_OFFENCES)
    assert set(given.in_use) == set(given.reasons) <= set(MONTHLY_OFFENCES)
    assert (len(given.labels), len(given.places), len(given.no_rows)) == (27, 34, 3)
    # No month has two series of one label.
    for label, names in given.labels.items():
        for month in pd.date_range("2010-04-30", "2023-09-30", freq="ME").date:
            assert sum(given.in_use.get(name, Use()).covers(month) for name in names) == (
                given.series(label, month) is not None
            )


# The committed table, and the real release


@pytest.fixture(scope="module")
def committed() -> pd.DataFrame:
    """The committed table by month."""
    entry = register.read(ROOT)["met_recorded_crime"]
    assert check_table(ROOT, entry) == []
    return pd.read_csv(ROOT / register.RAW / entry.file, parse_dates=["month_ending"]).set_index("month_ending")


def test_the_committed_table_is_whole(committed: pd.DataFrame) -> None:
    """April 2010 to September 2023, one force, every month once, blanks only outside the declared use."""
    assert committed.index.tolist() == pd.date_range("2010-04-30", "2023-09-30", freq="ME").tolist()
    assert committed.force.unique().tolist() == ["Metropolitan Police"]
    blank = committed[list(MONTHLY_OFFENCES)].isna()
    for name, use in met_declared().in_use.items():
        assert blank[name].tolist() == [not use.covers(day.date()) for day in committed.index]
    assert set(blank.columns[blank.any()]) == set(met_declared().in_use)


def test_the_committed_years_lie_near_the_official_ones(committed: pd.DataFrame) -> None:
    """A series with the name of an official one is within 2.5 % of it in every year to March 2018, but for three in 9
    %.
    """
    official = pd.read_csv(ROOT / register.RAW / "recorded_crime.csv", parse_dates=["quarter_ending"])
    official = official[official.force == "Metropolitan Police"].set_index("quarter_ending")
    named_alike = [name for name in MONTHLY_OFFENCES if name in official]
    assert len(named_alike) == 16
    ours = committed[named_alike].resample("YE-MAR").sum(min_count=12)
    theirs = official[named_alike].resample("YE-MAR").sum(min_count=4).reindex(ours.index)
    apart = (100 * ours / theirs - 100).abs().max()
    assert set(apart.index[apart > 2.5]) == {"drug_offences", "possession_of_weapons", "homicide"}
    assert apart.max() < 9


@pytest.fixture(scope="module")
def release() -> Path:
    """The publisher's file; the test is skipped where it is not beside the checkout."""
    if not RELEASE.exists():
        pytest.skip("the publisher's file is not beside the checkout")
    return RELEASE


def test_the_committed_table_is_what_the_import_writes(release: Path, tmp_path: Path) -> None:
    """The import into an empty root gives the committed table to the byte, under 1 MB, and the committed entry."""
    entry = import_release(tmp_path, "met-monthly-crime", [release], as_at=AS_AT)
    path = tmp_path / register.RAW / entry.file
    assert path.read_bytes() == (ROOT / register.RAW / entry.file).read_bytes()
    assert hashlib.sha256(path.read_bytes()).hexdigest() == entry.sha256
    assert path.stat().st_size < 1_000_000
    assert entry == register.read(ROOT)["met_recorded_crime"]
    assert register.check(tmp_path) == []


def test_the_committed_table_is_the_release_read_by_another_way(release: Path, committed: pd.DataFrame) -> None:
    """pandas alone gives the same: robbery and vehicle offences, burglary by its two names, the total without fraud."""
    raw = pd.read_csv(release).set_index(["MajorText", "MinorText", "BoroughName"])
    raw.columns = pd.to_datetime(raw.columns, format="%Y%m") + pd.offsets.MonthEnd(0)
    major, minor = raw.groupby(level=0).sum().T, raw.groupby(level=1).sum().T
    assert committed.robbery.tolist() == major["ROBBERY"].tolist()
    assert committed.vehicle_offences.tolist() == major["VEHICLE OFFENCES"].tolist()
    dwelling = committed.burglary_dwelling.fillna(committed.residential_burglary)
    assert dwelling.tolist() == minor["BURGLARY IN A DWELLING"].tolist()
    total = (raw.sum() - major["FRAUD AND FORGERY"])["2012-05-31":]
    assert committed[MONTHLY_TOTAL].dropna().tolist() == total.tolist()


def test_the_real_file_cut_short_is_at_fault(release: Path, tmp_path: Path) -> None:
    """Cut in the middle of a line, the file is at fault for that line and for the rows that it lacks."""
    cut = tmp_path / "release.csv"
    cut.write_bytes(release.read_bytes()[:400_000])
    faults = faults_of(lambda: monthly_crime(cut))
    assert any("fields, as the header has" in fault.rule for fault in faults)
    assert any(fault.where == "column BoroughName, Westminster" for fault in faults)


def test_an_import_at_fault_changes_nothing(tmp_path: Path) -> None:
    """A release at fault leaves no table, no register and no file behind."""
    root = tmp_path / "root"
    faults_of(
        lambda: import_release(root, "met-monthly-crime", [write(tmp_path / "release.csv", made_rows())], as_at=AS_AT)
    )
    assert not [path for path in root.rglob("*") if path.is_file()]


# What a cycle sees of it


def test_a_cycle_sees_months_to_its_cut_off_and_no_series_of_them() -> None:
    """The cycle of September 2014 sees months to August 2014 as a table; its series are those of recorded crime alone."""
    seen = open_inputs(ROOT, **SEPTEMBER)
    table = seen.tables["met_recorded_crime"]
    assert (len(table), table.month_ending.max()) == (53, pd.Timestamp("2014-08-31"))
    assert {seen.source(name) for name in seen.series_names()} == {"recorded_crime"}
    assert not {MONTHLY_TOTAL, "public_order", "misc_crimes_against_society"} & set(seen.series_names())
    assert seen.series("robbery", "Metropolitan Police").index.freqstr == "Q-DEC"


def test_a_page_reaches_it_by_its_name_only() -> None:
    """`outcome.data` gives the rows that the cycle sees under the input's name, and a shared label stays the official
    one.
    """
    import pcp_analysis as pcp

    outcome = pcp.open_outcome("06_reduce_crime", "2014-09", root=ROOT)
    assert outcome.data("met_recorded_crime").month_ending.max() == pd.Timestamp("2014-08-31")
    assert set(outcome.data("shoplifting").force) == {"West Midlands"}


def test_processed_it_is_long(tmp_path: Path) -> None:
    """Rebuilt for a cycle it has a row a series and month with its first and last day, and none for a blank."""
    write_processed(tmp_path, "2014-09", open_inputs(ROOT, **SEPTEMBER))
    long = pd.read_csv(tmp_path / "data/processed/2014-09/met_recorded_crime.csv")
    assert long.iloc[0].tolist() == [
        "homicide",
        "Metropolitan Police",
        "2010-04-01",
        "2010-04-30",
        "monthly",
        17,
        "count",
    ]
    assert long.period_end.max() == "2014-08-31"
    assert long[long.series == "public_order"].period_start.min() == "2012-05-01"
    assert "residential_burglary" not in set(long.series)
