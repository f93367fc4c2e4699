"""Releases of ONS: quarters out of rolling years, populations, their import, and every way in which a file can be
wrong.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given as generated
from hypothesis import settings
from hypothesis import strategies as st
from pcp_analysis.loaders.publishers import home_office, ons_population, ons_rolling
from pcp_analysis.loaders.publishers.declared import Declared, Use, declared
from pcp_analysis.loaders.publishers.ons import Imported, population, recorded_crime
from pcp_analysis.loaders.publishers.quarters import rolling_years, single_quarters

from pcp_analysis.loaders import register
from pcp_analysis.loaders.imports import IMPORT_KINDS, import_release
from pcp_analysis.loaders.kinds import OFFENCES, TOTAL
from pcp_analysis.loaders.rows import months_after
from pcp_analysis.strict.fault import Fault, FaultError

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "publishers"
ROLLING, ANCHOR = SHARED / "ons" / "rec-crime-pfa.csv", SHARED / "home_office" / "prc-pfa-201718.csv"
WORKBOOK = SHARED / "ons" / "policeforceareatablesyearendingmarch2018v2.xlsx"
real_files = pytest.mark.skipif(not ROLLING.exists(), reason="the publishers' files are not beside the checkout")

GIVEN = Declared(
    rolling_from=date(2017, 3, 31),
    anchor_year="2017/18",
    forces=("Alpha", "Beta"),
    not_territorial=("Railway",),
    labels={
        "Robbery": "robbery",
        "Domestic burglary": "burglary_dwelling",
        "Residential burglary": "residential_burglary",
    },
    labels_left_out={"Fraud offences": "Recorded nationally."},
    subgroups={"Robbery": "robbery", "Old burglary": "burglary_dwelling", "New burglary": "residential_burglary"},
    in_use={
        "burglary_dwelling": Use(until=date(2017, 3, 31), successor="residential_burglary"),
        "residential_burglary": Use(start=date(2017, 3, 31)),
    },
    dates={"30-12-2017": date(2017, 12, 31)},
)
#: April 2016 to September 2018: ten quarters, the anchor's from the fifth to the eighth.
FIRST, QUARTERS, ANCHORED = date(2016, 6, 30), 10, slice(4, 8)
Counts = dict[tuple[str, str], list[int]]


def made_counts() -> Counts:
    """Quarters of two forces; each burglary label is nought outside the time of its use."""
    counts = {}
    for force, base in (("Alpha", 100), ("Beta", 50)):
        counts[force, "Robbery"] = [base + 7 * place % 11 for place in range(QUARTERS)]
        counts[force, "Domestic burglary"] = [base + place for place in range(4)] + [0] * 6
        counts[force, "Residential burglary"] = [0] * 4 + [base + 2 * place for place in range(6)]
    return counts


def rolling_rows(counts: Counts) -> list[list[str]]:
    """The rows of the rolling file that these quarters make, with the publisher's one wrong date."""
    rows = []
    for place in range(QUARTERS - 3):
        ending = months_after(FIRST, 3 * (place + 3))
        printed = "30-12-2017" if ending == date(2017, 12, 31) else f"{ending:%d-%m-%Y}"
        for (force, label), quarters in counts.items():
            rows.append([printed, force, "Midlands", label, str(sum(quarters[place : place + 4]))])
        rows.append([printed, "Alpha", "Midlands", "Fraud offences", "3"])
        rows.append([printed, "Railway", "Railway", "Robbery", "-5"])
    return rows


def anchor_rows(counts: Counts) -> list[list[str]]:
    """The rows of the Home Office file that these quarters make."""
    subgroups = {"Robbery": "Robbery", "Domestic burglary": "Old burglary", "Residential burglary": "New burglary"}
    return [
        ["2017/18", str(quarter), force, subgroups[label], label[:3], str(count)]
        for (force, label), quarters in counts.items()
        for quarter, count in enumerate(quarters[ANCHORED], start=1)
    ]


def write(path: Path, header: tuple[str, ...], rows: list[list[str]]) -> Path:
    """Write the rows as the publisher would."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    return path


def derive(folder: Path, rolling: list[list[str]], anchor: list[list[str]], given: Declared = GIVEN) -> Imported:
    """What the loader makes of two files of these rows."""
    return recorded_crime(
        write(folder / "rolling.csv", ons_rolling.COLUMNS, rolling),
        write(folder / "anchor.csv", home_office.COLUMNS, anchor),
        given=given,
    )


def faults_of(make: Callable[[], object]) -> list[Fault]:
    """The faults that a call raises."""
    with pytest.raises(FaultError) as raised:
        make()
    return list(raised.value.faults)


def faults_of_rolling(tmp_path: Path, rows: list[list[str]], given: Declared = GIVEN) -> list[Fault]:
    """The faults of a rolling file of these rows beside a sound anchor."""
    return faults_of(lambda: derive(tmp_path, rows, anchor_rows(made_counts()), given))


# The arithmetic


@generated(
    st.lists(st.integers(-50, 100_000), min_size=4, max_size=60).flatmap(
        lambda quarters: st.tuples(st.just(quarters), st.integers(0, len(quarters) - 4))
    )
)
def test_quarters_come_back_out_of_their_rolling_years(case: tuple[list[int], int]) -> None:
    """Whatever the quarters, and wherever they are anchored, their rolling years give them back exactly."""
    quarters, at = case
    assert single_quarters(rolling_years(quarters), quarters[at : at + 4], at) == quarters


@settings(max_examples=25, deadline=None)
@generated(st.lists(st.integers(0, 10**6), min_size=2 * QUARTERS, max_size=2 * QUARTERS))
def test_quarters_come_back_through_the_publishers_files(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[int]
) -> None:
    """Random quarters written as both publishers' files come back as the table, with the sum of labels as the total."""
    counts = made_counts()
    counts["Alpha", "Robbery"], counts["Beta", "Robbery"] = drawn[:QUARTERS], drawn[QUARTERS:]
    table = derive(tmp_path_factory.mktemp("release"), rolling_rows(counts), anchor_rows(counts)).table
    for force in GIVEN.forces:
        rows = table[table.force == force]
        assert rows.robbery.tolist() == counts[force, "Robbery"]
        assert rows[TOTAL].tolist() == [
            sum(parts) for parts in zip(*(counts[force, label] for label in GIVEN.labels), strict=True)
        ]


def test_an_anchor_that_does_not_add_up_is_refused() -> None:
    """Quarters are never derived from an anchor that misses its year."""
    with pytest.raises(ValueError, match="adds up to 10, its year is 11"):
        single_quarters([11], [1, 2, 3, 4], 0)
    with pytest.raises(ValueError, match="four quarters, not 3"):
        single_quarters([6], [1, 2, 3], 0)


# Small made-up releases


def test_a_label_is_blank_outside_its_use(tmp_path: Path) -> None:
    """The old burglary label ends and the new one begins in April 2017: blank beyond, never nought."""
    counts = made_counts()
    alpha = derive(tmp_path, rolling_rows(counts), anchor_rows(counts)).table.query("force == 'Alpha'")
    assert alpha.burglary_dwelling.dropna().tolist() == [100, 101, 102, 103]
    assert alpha.burglary_dwelling.isna().tolist() == [False] * 4 + [True] * 6
    assert alpha.residential_burglary.isna().tolist() == [True] * 4 + [False] * 6
    assert alpha.homicide.isna().all()


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        (0, "31-02-2018", "last day of a quarter"),
        (0, "2017-06-30", "last day of a quarter"),
        (0, "30-04-2017", "last day of a quarter"),
        (1, "Gamma", "is a force"),
        (3, "Piracy", "offence label with a series"),
        (4, "-2", "not below nought"),
        (4, "n/a", "whole number"),
        (4, "1e3", "whole number"),
    ],
)
def test_a_wrong_value_is_one_fault(tmp_path: Path, column: int, value: str, rule: str) -> None:
    """A value that is wrong is named with file, line, column, rule and mend, and nothing else is accused for it."""
    rows = rolling_rows(made_counts())
    rows[8][column] = value
    faults = faults_of_rolling(tmp_path, rows)
    assert len(faults) == 1
    fault = faults[0]
    assert (fault.file, fault.where) == (
        (tmp_path / "rolling.csv").as_posix(),
        f"line 10, column {ons_rolling.COLUMNS[column]}",
    )
    assert (fault.value, rule in fault.rule, bool(fault.mend)) == (value, True, True)


def test_all_faults_of_both_files_come_at_once(tmp_path: Path) -> None:
    """A label, a force, a date, a count, a row twice and a missing quarter are six faults, with the anchor's seventh."""
    rows = [row for row in rolling_rows(made_counts()) if row[0] != "31-03-2018"]
    rows[0][3], rows[1][1], rows[2][0], rows[3][4] = "Piracy", "Gamma", "31-02-2017", "many"
    rows.append(rows[10])
    anchor = anchor_rows(made_counts())
    anchor[0][5] = "-9"
    faults = faults_of(lambda: derive(tmp_path, rows, anchor))
    assert {(Path(fault.file).name, fault.value) for fault in faults} == {
        ("rolling.csv", "Piracy"),
        ("rolling.csv", "Gamma"),
        ("rolling.csv", "31-02-2017"),
        ("rolling.csv", "many"),
        ("rolling.csv", "31-03-2018"),
        ("rolling.csv", "2017-06-30, Alpha, Residential burglary"),
        ("anchor.csv", "-9"),
    }


def test_an_unknown_label_on_many_rows_is_one_fault(tmp_path: Path) -> None:
    """A label that is renamed throughout is named once, with how many rows have it."""
    rows = rolling_rows(made_counts())
    for row in rows:
        row[3] = row[3].replace("Robbery", "Robberies")
    assert [(fault.value, fault.rule) for fault in faults_of_rolling(tmp_path, rows)] == [
        ("Robberies", "is an offence label with a series (and 20 more rows)")
    ]


def test_a_file_cut_short_is_named_with_what_it_lacks(tmp_path: Path) -> None:
    """The last year end without half its rows is a fault of each force that lacks some."""
    faults = faults_of_rolling(tmp_path, rolling_rows(made_counts())[:-4])
    assert [fault.where for fault in faults] == ["Beta, 12 months ending 30-09-2018"]
    assert faults[0].value == "Residential burglary"


def test_missing_and_strange_columns_are_all_named(tmp_path: Path) -> None:
    """Each missing column and each column that is none of the table's is a fault of line 1."""
    header = ("12 months ending", "PFA", "Region", "Crime", "Total")
    path = write(tmp_path / "rolling.csv", header, rolling_rows(made_counts()))
    anchor = write(tmp_path / "anchor.csv", home_office.COLUMNS, anchor_rows(made_counts()))
    faults = faults_of(lambda: recorded_crime(path, anchor, given=GIVEN))
    assert {fault.where for fault in faults} == {
        "line 1, column Offence",
        f"line 1, column {ons_rolling.COUNT}",
        "line 1, column Crime",
        "line 1, column Total",
    }


@pytest.mark.parametrize(
    ("change", "where", "rule"),
    [
        (lambda data: data.replace(b"Midlands,Robbery", b"Midl\xe9nds,Robbery", 1), "line 2", "is UTF-8 text"),
        (lambda data: data.decode().encode("utf-16"), "line 1", "is UTF-8 text"),
        (lambda data: b"", "line 1", "is not an empty file"),
        (lambda data: data[:-9], "line 57", "has 5 fields"),
        (lambda data: data + b'31-12-2018,"Alpha', "line 58", "well-formed"),
    ],
)
def test_text_that_is_none_is_named(tmp_path: Path, change: Callable[[bytes], bytes], where: str, rule: str) -> None:
    """Another encoding, an empty file, a line cut short and an open quotation mark are named with their line."""
    path = write(tmp_path / "rolling.csv", ons_rolling.COLUMNS, rolling_rows(made_counts()))
    path.write_bytes(change(path.read_bytes()))
    anchor = write(tmp_path / "anchor.csv", home_office.COLUMNS, anchor_rows(made_counts()))
    faults = faults_of(lambda: recorded_crime(path, anchor, given=GIVEN))
    assert any(fault.where == where and rule in fault.rule for fault in faults), faults


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    """Both files that are not there are named."""
    faults = faults_of(lambda: recorded_crime(tmp_path / "a.csv", tmp_path / "b.csv", given=GIVEN))
    assert [Path(fault.file).name for fault in faults] == ["a.csv", "b.csv"]


def test_a_force_that_does_not_tie_out_is_a_fault_unless_declared(tmp_path: Path) -> None:
    """An anchor that misses its year stops the import; a declared force is left out and named, with its total."""
    anchor = anchor_rows(made_counts())
    anchor[0][5] = str(int(anchor[0][5]) + 1)
    faults = faults_of(lambda: derive(tmp_path, rolling_rows(made_counts()), anchor))
    assert [fault.where for fault in faults] == [f"Alpha, robbery, year ending 2018-03-31, column {ons_rolling.COUNT}"]
    result = derive(tmp_path, rolling_rows(made_counts()), anchor, replace(GIVEN, not_tied={"Alpha": "Revised later."}))
    assert result.left_out == ("Alpha: every series but burglary_dwelling. Revised later.",)
    alpha = result.table[result.table.force == "Alpha"]
    # The anchor of the ended label is nought on both sides, so its quarters are known.
    assert alpha.burglary_dwelling.tolist() == [100, 101, 102, 103]
    assert alpha[["robbery", "residential_burglary", TOTAL]].isna().all(axis=None)
    assert result.table[result.table.force == "Beta"][TOTAL].notna().all()


def test_a_declared_force_that_ties_out_is_a_fault(tmp_path: Path) -> None:
    """A force may not stay left out once its quarters add up."""
    given = replace(GIVEN, not_tied={"Beta": "Revised later."})
    faults = faults_of_rolling(tmp_path, rolling_rows(made_counts()), given)
    assert [(fault.where, fault.value) for fault in faults] == [("not_tied", "Beta")]


def test_an_anchor_with_another_split_is_found_by_the_new_label(tmp_path: Path) -> None:
    """Quarters that add up to the year but are split otherwise give the new label a count before it was in use."""
    anchor = anchor_rows(made_counts())
    new = [row for row in anchor if row[2] == "Alpha" and row[3] == "New burglary"]
    new[0][5], new[1][5] = str(int(new[0][5]) + 4), str(int(new[1][5]) - 4)
    faults = faults_of(lambda: derive(tmp_path, rolling_rows(made_counts()), anchor))
    assert [(fault.where, fault.value) for fault in faults] == [
        ("Alpha, residential_burglary, quarter ending 2016-06-30", "4"),
        ("Alpha, residential_burglary, quarter ending 2016-09-30", "-4"),
    ]


def test_a_derived_negative_is_kept_only_where_declared(tmp_path: Path) -> None:
    """A quarter below nought is a fault until it is declared, then it is kept and named."""
    counts = made_counts()
    counts["Beta", "Robbery"][1] = -6
    faults = faults_of(lambda: derive(tmp_path, rolling_rows(counts), anchor_rows(counts)))
    assert [(fault.where, fault.value) for fault in faults] == [("Beta, robbery, quarter ending 2016-09-30", "-6")]
    key = ("Beta", "robbery", date(2016, 9, 30))
    result = derive(tmp_path, rolling_rows(counts), anchor_rows(counts), replace(GIVEN, negative_derived={key: -6}))
    assert result.kept == ("Beta: robbery, quarter ending 2016-09-30: -6",)
    assert result.table[(result.table.force == "Beta")].robbery.tolist()[1] == -6
    stale = faults_of(
        lambda: derive(tmp_path, rolling_rows(counts), anchor_rows(counts), replace(GIVEN, negative_derived={key: -7}))
    )
    assert [fault.value for fault in stale] == ["-6"]


def test_a_stray_count_is_moved_only_where_declared(tmp_path: Path) -> None:
    """A count under a label that has ended is a fault until declared, then it counts under the label that followed."""
    counts = made_counts()
    counts["Beta", "Domestic burglary"][9] = 2
    faults = faults_of(lambda: derive(tmp_path, rolling_rows(counts), anchor_rows(counts)))
    assert [(fault.where, fault.value) for fault in faults] == [
        ("Beta, burglary_dwelling, quarter ending 2018-09-30", "2")
    ]
    given = replace(GIVEN, strays={("Beta", "burglary_dwelling", date(2018, 9, 30)): 2})
    result = derive(tmp_path, rolling_rows(counts), anchor_rows(counts), given)
    last = result.table[result.table.force == "Beta"].iloc[-1]
    assert last.residential_burglary == counts["Beta", "Residential burglary"][9] + 2
    assert last[TOTAL] == sum(counts["Beta", label][9] for label in GIVEN.labels)
    assert result.kept == ("Beta: burglary_dwelling, quarter ending 2018-09-30: 2 counted as residential_burglary",)


def test_corrections_that_apply_to_nothing_are_faults(tmp_path: Path) -> None:
    """When the publisher mends a date or a count, the declared correction must go."""
    rows = rolling_rows(made_counts())
    for row in rows:
        row[0] = row[0].replace("30-12-2017", "31-12-2017")
    given = replace(GIVEN, negative_years={("Alpha", "Robbery", date(2017, 3, 31)): -1})
    faults = faults_of_rolling(tmp_path, rows, given)
    assert {(fault.where, fault.value) for fault in faults} == {
        ("date", "30-12-2017"),
        ("negative_year", "Alpha, Robbery, 2017-03-31"),
    }


def test_a_release_without_the_anchors_year_is_a_fault(tmp_path: Path) -> None:
    """A rolling table that ends before the anchor's year cannot be anchored."""
    rows = [row for row in rolling_rows(made_counts()) if row[0][-4:] == "2017"]
    faults = faults_of_rolling(tmp_path, rows)
    assert [fault.rule for fault in faults] == ["has the year of the anchor, 2017/18"]


# The real release


@pytest.fixture(scope="module")
def real() -> Imported:
    """The table that the loader makes of the publishers' files."""
    if not ROLLING.exists():
        pytest.skip("the publishers' files are not beside the checkout")
    return recorded_crime(ROLLING, ANCHOR)


@pytest.fixture(scope="module")
def west_midlands(real: Imported) -> pd.DataFrame:
    """West Midlands by quarter."""
    return real.table[real.table.force == "West Midlands"].set_index("quarter_ending")


def test_the_figures_of_the_first_cycle(west_midlands: pd.DataFrame) -> None:
    """April to June 2014: 2,512 burglaries in a dwelling and 1,177 robberies, each the lowest quarter since April 2006."""
    seen = west_midlands.loc[:"2014-06-30"]
    assert (seen.burglary_dwelling.iloc[-1], seen.burglary_dwelling.min()) == (2512, 2512)
    assert (seen.robbery.iloc[-1], seen.robbery.min()) == (1177, 1177)
    assert (seen.burglary_dwelling == 2512).sum() == (seen.robbery == 1177).sum() == 1


def test_the_totals_of_the_first_cycle(west_midlands: pd.DataFrame) -> None:
    """Without fraud 174,524 in 2013/14 after 168,770 in 2012/13; April to June 2014 is 1.3 % below and 1.6 % above
    theirs.
    """
    total = west_midlands[TOTAL]
    assert total.loc["2013-06-30":"2014-03-31"].sum() == 174_524
    assert total.loc["2012-06-30":"2013-03-31"].sum() == 168_770
    assert round((total["2014-06-30"] / total["2013-06-30"] - 1) * 100, 1) == -1.3
    assert round((total["2014-06-30"] / total["2012-06-30"] - 1) * 100, 1) == 1.6


@real_files
def test_four_quarters_add_up_to_every_published_year(real: Imported) -> None:
    """Read by another way than the loader's, every published year of every series held is the sum of four quarters."""
    published = pd.read_csv(ROLLING)
    published.columns = ["ending", "force", "region", "label", "count"]
    published["ending"] = pd.to_datetime(published.ending.replace("30-12-2017", "31-12-2017"), format="%d-%m-%Y")
    published["series"] = published.label.map(declared().labels)
    # Ten burglaries of Humberside stand under the labels that followed, so these are added up together there.
    for old in ("burglary_dwelling", "burglary_other"):
        moved = (published.force == "Humberside") & published.series.isin([old, declared().use(old).successor])
        published.loc[moved, "series"] = old
    years = published.dropna(subset="series").pivot_table(
        index="ending", columns=["force", "series"], values="count", aggfunc="sum", fill_value=0
    )
    counts = real.table.set_index(["quarter_ending", "force"])[list(OFFENCES)].astype("float64")
    for old in ("burglary_dwelling", "burglary_other"):
        moved = counts.index.get_level_values("force") == "Humberside"
        counts.loc[moved, old] = counts.loc[moved, [old, declared().use(old).successor]].sum(axis=1)
        counts.loc[moved, declared().use(old).successor] = float("nan")
    quarters = counts.unstack("force").swaplevel(axis=1).dropna(axis=1, how="all").fillna(0).sort_index()
    assert quarters.shape == (51, 38 * 21 + 5 * 2 - 2)
    rolled = quarters.rolling(4).sum().loc["2007-03-31":]
    differs = rolled != years.reindex(index=rolled.index, columns=rolled.columns)
    assert not differs.any(axis=None), differs.columns[differs.any()].tolist()


def test_forces_left_out_and_named(real: Imported) -> None:
    """Five forces do not tie out: they keep the two ended burglary labels, have no total, and are named."""
    left_out = {line.split(":")[0] for line in real.left_out}
    assert left_out == {"Cheshire", "Derbyshire", "Leicestershire", "North Wales", "Sussex"}
    for force, rows in real.table.groupby("force"):
        held = {name for name in (*OFFENCES, TOTAL) if rows[name].notna().any()}
        assert held == ({"burglary_dwelling", "burglary_other"} if force in left_out else {*OFFENCES, TOTAL}), force
    assert real.table.force.nunique() == 43


def test_quarters_below_nought_are_the_declared_ones(real: Imported) -> None:
    """Every count below nought is named under kept, and every one named there is in the table."""
    long = real.table.melt(["force", "quarter_ending"]).dropna()
    below = {
        f"{row.force}: {row.variable}, quarter ending {row.quarter_ending:%Y-%m-%d}: {row.value}"
        for row in long[long.value < 0].itertuples()
    }
    assert below == {line for line in real.kept if "counted as" not in line}
    assert len(below) == 56


@real_files
def test_a_mended_date_makes_its_correction_a_fault(tmp_path: Path) -> None:
    """In the real file with its impossible date put right, the declared correction is named as one to remove."""
    mended = tmp_path / "rolling.csv"
    mended.write_bytes(ROLLING.read_bytes().replace(b"30-12-2017", b"31-12-2017"))
    faults = faults_of(lambda: recorded_crime(mended, ANCHOR))
    assert [(fault.where, fault.value) for fault in faults] == [("date", "30-12-2017")]


@real_files
def test_the_real_file_cut_short_is_at_fault(tmp_path: Path) -> None:
    """Cut in the middle of the year ending September 2018, the table lacks rows that are named by force."""
    cut = tmp_path / "rolling.csv"
    cut.write_bytes(ROLLING.read_bytes()[:2_800_000])
    faults = faults_of(lambda: recorded_crime(cut, ANCHOR))
    assert any("fields, as the header has" in fault.rule for fault in faults)
    assert any(fault.where.startswith("Wiltshire, 12 months ending") for fault in faults)


# Populations


@real_files
def test_populations_are_of_forces_not_of_regions() -> None:
    """West Midlands is a region too: the force had 2,781,800 residents in mid-2013, the region more than twice that."""
    table = population(WORKBOOK).set_index(["force", "mid_year"]).persons
    assert table["West Midlands", 2013] == 2_781_800
    assert table["Wiltshire", 2016] == 710_800
    assert (len(table), table.index.is_unique, table.index.levels[1].tolist()) == (
        43 * 15,
        True,
        list(range(2002, 2017)),
    )


def population_sheet() -> list[list]:
    """A small Table P9 of two forces, as the publisher lays it out."""
    return [
        ["Table P9", "", "", ""],
        ["Area Code", "Area Name", 2012.0, 2013.0],
        ["K04000001", "ENGLAND AND WALES", 3000.0, 3300.0],
        ["E12000005", "Alpha", 9000.0, 9000.0],
        ["E23000001", "Alpha", 1000.0, 1100.0],
        ["W15000001", "Beta", 2000.0, 2100.0],
        ["Source: nobody", "", "", ""],
    ]


@pytest.mark.parametrize(
    ("row", "column", "value", "where", "rule"),
    [
        (4, 2, "1,000", "Table P9, row 5, column 2012", "whole number of persons"),
        (4, 3, 0.0, "Table P9, row 5, column 2013", "whole number of persons"),
        (4, 2, 1000.5, "Table P9, row 5, column 2012", "whole number of persons"),
        (1, 3, 2015.0, "Table P9, row 2", "every year once"),
        (1, 0, "Code", "Table P9", "has a heading"),
        (5, 0, "X15000001", "Table P9", "is a force with a row"),
        (2, 3, 3400.0, "Table P9, K04000001, column 2013", "within rounding of the sum of its forces, 3200"),
    ],
)
def test_a_wrong_cell_of_the_populations_is_named(row: int, column: int, value: object, where: str, rule: str) -> None:
    """A cell, a heading, a force or a sum that is wrong is named with its place in the sheet."""
    sheet = population_sheet()
    sheet[2][3] = 3200.0
    assert ons_population.sheet_rows(sheet, GIVEN, "book.xlsx")[1] == []
    sheet[row][column] = value
    _, faults = ons_population.sheet_rows(sheet, GIVEN, "book.xlsx")
    assert [(fault.where, rule in fault.rule) for fault in faults] == [(where, True)]


def test_a_workbook_that_is_none_is_a_fault(tmp_path: Path) -> None:
    """A file that is no workbook, and one that is not there, are named."""
    (tmp_path / "book.xlsx").write_text("no workbook", encoding="utf-8")
    for name in ("book.xlsx", "none.xlsx"):
        assert [fault.rule for fault in faults_of(partial(population, tmp_path / name))] == [
            "is a workbook that can be read"
        ]


# Import


@real_files
def test_the_committed_tables_are_what_the_import_writes(tmp_path: Path) -> None:
    """The import of both releases into an empty root gives the committed tables to the byte, and entries that agree."""
    import_release(tmp_path, "ons-recorded-crime", [ROLLING], anchor=ANCHOR, as_at=date(2019, 4, 25))
    import_release(tmp_path, "ons-population", [WORKBOOK], as_at=date(2019, 4, 24))
    committed = register.read(ROOT)
    for name, entry in register.read(tmp_path).items():
        path = tmp_path / register.RAW / entry.file
        assert path.read_bytes() == (ROOT / register.RAW / entry.file).read_bytes()
        assert hashlib.sha256(path.read_bytes()).hexdigest() == entry.sha256
        assert path.stat().st_size < 1_000_000
        assert entry == committed[name]
    assert register.check(tmp_path) == []


@real_files
def test_an_import_at_fault_changes_nothing(tmp_path: Path) -> None:
    """A release at fault leaves table and register as they were, and no file behind."""
    import_release(tmp_path, "ons-population", [WORKBOOK], as_at=date(2019, 4, 24))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    broken = write(wrong / "rolling.csv", ("a", "b"), [["1", "2"]])
    faults_of(lambda: import_release(tmp_path, "ons-recorded-crime", [broken], anchor=ANCHOR, as_at=date(2019, 4, 25)))
    faults_of(lambda: import_release(tmp_path, "ons-population", [broken], as_at=date(2019, 4, 25)))
    broken.unlink()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_an_import_asks_for_what_it_needs(tmp_path: Path) -> None:
    """Too many files, no anchor and no date are all named; an unknown kind lists the known ones."""
    faults = faults_of(lambda: import_release(tmp_path, "ons-recorded-crime", [tmp_path, tmp_path]))
    assert {fault.where for fault in faults} == {"FILE", "--anchor", "--as-at"}
    faults = faults_of(
        lambda: import_release(tmp_path, "ons-population", [tmp_path], anchor=tmp_path, as_at=date(2019, 4, 24))
    )
    assert {fault.where for fault in faults} == {"--anchor"}
    with pytest.raises(KeyError, match="ons-recorded-crime, ons-population"):
        import_release(tmp_path, "crime", [tmp_path])
    assert list(IMPORT_KINDS) == ["ons-recorded-crime", "ons-population", "met-monthly-crime"]
