"""The publishers' releases: every one beside the checkout imports by a shipped description, equal to an independent sum."""

from __future__ import annotations

import csv
import gzip
import shutil
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from pcp_analysis.loaders import import_release, open_inputs, register
from pcp_analysis.loaders.imports import Import
from pcp_analysis.loaders.kinds import OFFENCES, TOTAL
from pcp_analysis.loaders.releases.quarters import single_quarters
from pcp_analysis.strict.fault import Fault, FaultError

ROOT = Path(__file__).resolve().parents[1]
ROLLING, ANCHOR = "ons/rec-crime-pfa.csv", "home_office/prc-pfa-201718.csv"
WORKBOOKS = {
    "ons/policeforceareatablesyearendingmarch2018v2.xlsx": date(2018, 7, 19),
    "ons/policeforceareadatatablesyearendingjune2018corrected.xlsx": date(2019, 2, 6),
    "ons/policeforceareatablesyeendingmarch2019.xlsx": date(2019, 7, 18),
    "ons/pfatablesdec19.xlsx": date(2020, 4, 23),
}
MET = "met/mps-borough-level-crime-"


@pytest.fixture(scope="module")
def publishers(shared: Path) -> Path:
    """The folder of the publishers' files; the test is skipped where it is absent."""
    return shared / "publishers"


def brought_in(
    root: Path, name: str, *files: Path, as_at: date, anchor: Path | None = None
) -> tuple[pd.DataFrame, Import]:
    """The table that an import makes, and what it says."""
    made = import_release(root, name, list(files), as_at=[as_at], anchor=anchor)
    return pd.read_csv(root / register.RAW / made.entry.file), made


def faults_of(root: Path, name: str, file: Path, as_at: date, anchor: Path | None = None) -> tuple[Fault, ...]:
    """The faults of an import, which leaves no file behind."""
    with pytest.raises(FaultError) as raised:
        import_release(root, name, [file], as_at=[as_at], anchor=anchor)
    assert not (root / register.RAW).exists()
    return raised.value.faults


# The three tables of the project


@pytest.mark.parametrize(
    ("name", "file", "anchor", "table"),
    [
        ("ons-recorded-crime", ROLLING, ANCHOR, "recorded_crime"),
        ("ons-population", next(iter(WORKBOOKS)), None, "population"),
        ("met-monthly-crime", f"{MET}201004-202309.csv", None, "met_recorded_crime"),
    ],
)
def test_the_committed_tables_are_what_the_import_writes(
    publishers: Path, tmp_path: Path, name: str, file: str, anchor: str | None, table: str
) -> None:
    """Into an empty root, each table to the byte, and its entry."""
    committed = register.read(ROOT)[table]
    _, made = brought_in(
        tmp_path, name, publishers / file, as_at=committed.as_at, anchor=publishers / anchor if anchor else None
    )
    raw = register.RAW / committed.file
    assert (tmp_path / raw).read_bytes() == (ROOT / raw).read_bytes()
    assert made.entry == committed
    assert register.check(tmp_path) == []


quarters = st.lists(st.integers(0, 10_000), min_size=4, max_size=40)


@given(quarters.flatmap(lambda all_: st.tuples(st.just(all_), st.integers(0, len(all_) - 4))))
def test_quarters_come_back_out_of_their_rolling_years(case: tuple[list[int], int]) -> None:
    """From any four of them and the rolling years every quarter follows; four others are refused."""
    singles, at = case
    rolling = [sum(singles[start : start + 4]) for start in range(len(singles) - 3)]
    assert single_quarters(rolling, singles[at : at + 4], at) == singles
    with pytest.raises(ValueError, match="adds up to"):
        single_quarters(rolling, [singles[at] + 1, *singles[at + 1 : at + 4]], at)
    with pytest.raises(ValueError, match="four quarters"):
        single_quarters(rolling, singles[at : at + 3], at)


def test_four_quarters_add_up_to_every_published_year(publishers: Path) -> None:
    """Read by another way than the engine's, every published year of West Midlands is the sum of four quarters."""
    table = pd.read_csv(ROOT / register.RAW / "recorded_crime.csv", parse_dates=["quarter_ending"])
    own = table[table.force == "West Midlands"].set_index("quarter_ending")
    published = pd.read_csv(publishers / ROLLING)
    published.columns = ["ending", "force", "region", "label", "count"]
    published = published[(published.force == "West Midlands") & (published.label != "Fraud offences")]
    ends = pd.to_datetime(published.ending.replace("30-12-2017", "31-12-2017"), format="%d-%m-%Y")
    years = published.groupby(ends)["count"].sum()["2007-03-31":]
    assert own[TOTAL].rolling(4).sum().dropna().tolist() == years.tolist()
    assert (own[list(OFFENCES)].sum(axis=1) == own[TOTAL]).all()


def test_an_anchor_of_another_vintage_is_refused(publishers: Path, tmp_path: Path) -> None:
    """With one offence moved in the anchor the force no longer ties out, and its label is named."""
    rows = (publishers / ANCHOR).read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(at for at, row in enumerate(rows) if "1,West Midlands,Robbery of personal property" in row)
    cells = next(csv.reader([rows[at]]))
    rows[at] = rows[at].replace(f",{cells[8]},", f",{int(cells[8]) + 1},")
    anchor = tmp_path / "anchor.csv"
    anchor.write_text("".join(rows), encoding="utf-8")
    root = tmp_path / "root"
    (fault,) = faults_of(root, "ons-recorded-crime", publishers / ROLLING, date(2019, 4, 25), anchor)
    assert fault.where == "West Midlands, robbery, year ending 2018-03"


def test_a_mended_date_makes_its_correction_a_fault(publishers: Path, tmp_path: Path) -> None:
    """With the impossible date put right, the declared correction is named, and nothing else is wrong."""
    mended = tmp_path / "rolling.csv"
    mended.write_bytes((publishers / ROLLING).read_bytes().replace(b"30-12-2017", b"31-12-2017"))
    (fault,) = faults_of(tmp_path / "root", "ons-recorded-crime", mended, date(2019, 4, 25), publishers / ANCHOR)
    assert (fault.where, fault.rule) == ("correction", "applies to something in the file")


# The workbooks of ONS


@pytest.mark.parametrize("file", WORKBOOKS)
def test_a_year_by_force_is_the_sum_of_its_sheet(publishers: Path, tmp_path: Path, file: str) -> None:
    """Any edition, by the title of its sheet: each force has the total that the sheet prints, and what is `..` is blank."""
    table, made = brought_in(tmp_path, "ons-year-by-force", publishers / file, as_at=WORKBOOKS[file])
    book = CalamineWorkbook.from_path(publishers / file)
    sheet = book.get_sheet_by_name(next(name for name in book.sheet_names if name.strip() == "Table P1")).to_python()
    totals = {row[1]: row[2] for row in sheet if str(row[0]).startswith(("E23", "W15")) and row[2] != ".."}
    sums = table.dropna().groupby("area")["count"].sum()
    assert sorted(sums.tolist()) == sorted(totals.values())
    held_to = {"2018-06": (237_666, 4_917_482), "2019-03": (259_661, None), "2019-12": (259_638, 4_942_768)}
    (period,) = table.period.unique()
    if period in held_to:
        assert sums["West Midlands"] == held_to[period][0]
        assert held_to[period][1] in (None, sums.sum())
    assert len(sums) == (42 if period == "2019-12" else 43)
    assert made.entry.grain == "year"


@pytest.mark.parametrize("file", [name for name in WORKBOOKS if "march" in name])
def test_incidents_of_anti_social_behaviour_add_up(publishers: Path, tmp_path: Path, file: str) -> None:
    """With codes of areas or without: England and Wales without the British Transport Police is the sum of the forces."""
    table, _ = brought_in(tmp_path, "ons-antisocial-behaviour", publishers / file, as_at=WORKBOOKS[file])
    book = CalamineWorkbook.from_path(publishers / file)
    sheet = book.get_sheet_by_name(next(name for name in book.sheet_names if name.strip() == "Table P7")).to_python()
    whole = next(row for row in sheet if "ENGLAND AND WALES (exc. BTP)" in row[:2])
    printed = [cell for cell in whole if isinstance(cell, float)][::2]
    assert table.groupby("period")["count"].sum().tolist() == printed


@pytest.mark.parametrize("change", ["names exchanged", "years and a hundred", "a region and a force exchanged"])
def test_a_workbook_whose_names_or_years_are_wrong_is_refused(publishers: Path, change: str) -> None:
    """What gave West Midlands 6,000 residents: a name that its code does not confirm, a year that has not begun."""
    from pcp_analysis.loaders.releases import parts as room
    from pcp_analysis.loaders.releases.cells import Edition, printed
    from pcp_analysis.loaders.releases.description import description_of
    from pcp_analysis.loaders.releases.mapping import mapped
    from pcp_analysis.loaders.releases.together import together

    what = description_of(ROOT, "ons-population")
    (part,) = room.parts(publishers / next(iter(WORKBOOKS)), what, "workbook")
    names = part.cells[1].str.strip()
    west, city = names[names == "West Midlands"].index[-1], names[names.str.contains("City of")].index[0]
    if change == "names exchanged":
        part.cells.loc[[west, city], 1] = part.cells.loc[[city, west], 1].to_numpy()
    if change == "years and a hundred":
        part.headings = tuple(str(int(name) + 100) if name.isdigit() else name for name in part.headings)
    if change == "a region and a force exchanged":
        region = names[names == "West Midlands"].index[0]
        part.cells.loc[[west, region], 2:] = part.cells.loc[[region, west], 2:].to_numpy()
    edition = Edition(what, date(2019, 4, 24))
    cells, faults = printed(part, edition)
    if not faults:
        cells, faults = mapped(cells.assign(part=0), [part], edition)
    assert faults or together(cells, [part], edition)


# The Metropolitan Police


@pytest.mark.parametrize(
    ("name", "file", "as_at", "total"),
    [
        ("met-historic", "historic-200801-201612", date(2016, 12, 31), 6_816_004),
        ("met", "201004-202309", date(2023, 9, 30), None),
        ("met", "most-recent-24-months-to-202307", date(2023, 7, 31), 1_758_003),
        ("met", "most-recent-24-months-to-202511", date(2025, 11, 30), 1_854_185),
        ("met", "most-recent-24-months-to-202606", date(2026, 6, 30), 1_841_702),
    ],
)
def test_each_layout_of_the_metropolitan_police_adds_up(
    publishers: Path, tmp_path: Path, name: str, file: str, as_at: date, total: int | None
) -> None:
    """Without fraud, the counts of every borough and month are those of the file, read by another way."""
    path = publishers / f"{MET}{file}.csv"
    table, made = brought_in(tmp_path, name, path, as_at=as_at)
    raw = pd.read_csv(path)
    months = [column for column in raw if column.isdigit()]
    fraud = (
        raw[[column for column in raw if not column.isdigit()]]
        .apply(lambda row: row.str.contains("fraud|nfib", case=False))
        .any(axis=1)
    )
    misc = raw.apply(lambda row: "miscellaneous" in str(row.iloc[0]).lower(), axis=1)
    kept = raw[~fraud | misc]
    assert table["count"].sum() == (total or kept[months].sum().sum()) - _before_their_use(kept, months, name)
    where = next(column for column in ("Borough", "BoroughName", "LookUp_BoroughName", "BOCU") if column in raw)
    camden = kept[kept[where] == "Camden"][months[-3:]].sum().tolist()
    own = table[table.area == "Metropolitan Police / Camden"].groupby("period")["count"].sum()
    assert own.iloc[-3:].tolist() == camden
    assert register.check(tmp_path) == []
    assert made.entry.files[0].startswith(f"{path.name}, sha256 ")


def _before_their_use(kept: pd.DataFrame, months: list[str], name: str) -> int:
    """The counts of labels in months before their series begin, which are left out and named."""
    early = [month for month in months if month < "201205"]
    if name != "met" or not early:
        return 0
    rows = kept["MinorText"].eq("VIOLENCE WITHOUT INJURY") | kept["MajorText"].eq("PUBLIC ORDER OFFENCES")
    return int(kept.loc[rows, early].sum().sum())


def test_the_files_of_the_metropolitan_police_make_one_run(publishers: Path, tmp_path: Path) -> None:
    """April 2010 to June 2026 with October and November 2023 missing; what a newer file changed is kept."""
    files = {"201004-202309": date(2023, 9, 30), "most-recent-24-months-to-202307": date(2023, 7, 31),
             "most-recent-24-months-to-202511": date(2025, 11, 30), "most-recent-24-months-to-202606": date(2026, 6, 30)}  # fmt: skip
    paths = [publishers / f"{MET}{name}.csv" for name in files]
    made = import_release(tmp_path, "met", paths, as_at=list(files.values()))
    assert made.entry.missing == ("2023-10", "2023-11")
    assert any(line.startswith("2010-04 to 2026-06, 193 periods") for line in made.summary)
    table = pd.read_csv(tmp_path / register.RAW / "met_boroughs.csv")
    own = table[table.series == "robbery"].groupby("period")["count"].sum()
    newest = pd.read_csv(paths[-1])
    months = [column for column in newest if column.isdigit()]
    assert own.iloc[-24:].tolist() == newest[newest.Group == "ROBBERY"][months].sum().tolist()
    revisions = pd.read_csv(tmp_path / register.RAW / "revisions.csv")
    assert (revisions.old != revisions.new).all()
    assert set(revisions.file) == {paths[at].name for at in (0, 3)}


def test_the_metropolitan_file_cut_short_or_with_two_months_exchanged_is_refused(
    publishers: Path, tmp_path: Path
) -> None:
    """The last three bytes, the last row, or two headings: each is a fault of its own."""
    text, cut = (publishers / f"{MET}201004-202309.csv").read_text(encoding="utf-8-sig"), tmp_path / "release.csv"
    for broken, rule in (
        (text[:-3], "is a line that ends"),
        (text[: text.rstrip().rindex("\n") + 1], "has a count of every label in use"),
        (text.replace("201405,201406", "201406,201405", 1), "is later than the heading before it"),
        (text.replace("201405", "202405", 1), "is later than the heading before it"),
    ):
        cut.write_text(broken, encoding="utf-8", newline="")
        faults = faults_of(tmp_path / "root", "met-monthly-crime", cut, date(2023, 9, 30))
        assert {fault.rule for fault in faults} == {rule}


# police.uk


def events(path: Path) -> Counter[tuple[str, str]]:
    """The events of a street file by force and type, counted by another way."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return Counter((row["Falls within"], row["Crime type"]) for row in csv.DictReader(file))


def test_every_street_file_adds_up(publishers: Path, tmp_path: Path) -> None:
    """All 27 files at once: modern, 2011 and Northern Ireland's layout; every row is counted."""
    folder = publishers / "police_uk"
    table, made = brought_in(tmp_path, "police-street", folder, as_at=date(2014, 11, 30))
    counted = sum((events(path) for path in folder.glob("*.gz")), Counter())
    assert table["count"].sum() == counted.total()
    by_force = table.groupby(table.area.str.split(" / ").str[0])["count"].sum()
    assert by_force["City of London"] == 514
    assert by_force["Northern Ireland"] == 14_998
    own = table[table.area == "Northern Ireland / not stated"].set_index("series")["count"]
    assert own["anti_social_behaviour"] == 6_154
    birmingham = table[(table.area == "West Midlands / Birmingham") & (table.series == "robbery")]
    assert birmingham.period.tolist() == ["2014-01", "2014-02"]
    assert len(made.entry.files) == 27


def test_a_months_folder_and_the_archive_are_read_alike(publishers: Path, tmp_path: Path) -> None:
    """A folder of months, and the archive of it with other files beside, give the same table."""
    folder = tmp_path / "archive" / "2014-06"
    folder.mkdir(parents=True)
    for name in ("btp", "city-of-london", "northern-ireland"):
        path = publishers / "police_uk" / f"2014-06-{name}-street.csv.gz"
        (folder / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
    archive = shutil.make_archive(str(tmp_path / "all"), "zip", tmp_path / "archive")
    with zipfile.ZipFile(archive, "a") as made:
        made.writestr("2014-06/2014-06-btp-outcomes.csv", "Crime ID\n")
    one, _ = brought_in(tmp_path / "one", "police-street", folder.parent, as_at=date(2014, 6, 30))
    two, _ = brought_in(tmp_path / "two", "police-street", Path(archive), as_at=date(2014, 6, 30))
    assert one.equals(two)
    assert one["count"].sum() == 4_404 + 514 + 14_998


# The Home Office


def test_home_office_quarters_add_up_to_the_published_year(publishers: Path, tmp_path: Path) -> None:
    """West Midlands in 2017/18 by quarter and series: 233,393 offences, as ONS publishes it."""
    table, _ = brought_in(tmp_path, "home-office-crime", publishers / ANCHOR, as_at=date(2019, 4, 25))
    own = table[table.area == "West Midlands"]
    assert own["count"].sum() == 233_393
    assert sorted(own.period.unique()) == ["2017-06", "2017-09", "2017-12", "2018-03"]


@pytest.mark.parametrize("file", ["workforce/officer-fte-2015.csv", "workforce/police-workforce-tabs-30sep15.ods"])
def test_officers_are_those_of_the_forces(publishers: Path, tmp_path: Path, file: str) -> None:
    """As text and as a workbook: West Midlands is the force and not the region, to whole officers."""
    table, _ = brought_in(tmp_path, "home-office-workforce", publishers / file, as_at=date(2015, 9, 30))
    own = table[table.area == "West Midlands"]
    assert own["count"].tolist() == [7155, 7133, 7043]
    sums = table.groupby("period")["count"].sum().tolist()
    assert all(abs(ours - theirs) < 4 for ours, theirs in zip(sums, [127_077.36, 126_818.09, 125_184.76], strict=True))


def test_a_workbook_given_for_text_says_what_it_is(publishers: Path, tmp_path: Path) -> None:
    """A workbook in the place of the Metropolitan Police's file is refused as one."""
    faults = faults_of(tmp_path, "met", publishers / next(iter(WORKBOOKS)), date(2018, 7, 19))
    assert "is a workbook with one sheet" in faults[0].rule


# A force's own extract, made of the boroughs


EXTRACT = """[release]
title = "Our months"
publisher = "The force"
licence = "internal"
makes = "counts"
[columns]
area = ["BoroughName"]
label = ["MinorText"]
{layout}
[areas]
"*" = "Metropolitan Police / *"
[labels]
"BURGLARY IN A DWELLING" = "burglary_dwelling"
"ROBBERY OF *" = "robbery"
"""
WRITTEN = {
    "long": 'period = ["Month"]\ncount = ["Count"]\n[periods]\nwritten = ["%b-%y"]',
    "wide": '[headings]\nare = "periods"\n[periods]\nwritten = ["%Y%m"]',
    "events": 'period = ["Recorded on"]\n[periods]\nwritten = ["%d/%m/%Y"]',
}


@pytest.mark.parametrize("layout", WRITTEN)
def test_an_extract_comes_in_with_fifteen_lines(publishers: Path, tmp_path: Path, layout: str) -> None:
    """Long, wide or one row an event: April to August 2014 has 17,575 burglaries in a dwelling after 20,654."""
    raw = pd.read_csv(publishers / f"{MET}201004-202309.csv").drop(columns="MajorText")
    raw = raw[raw.MinorText.isin(["BURGLARY IN A DWELLING", "ROBBERY OF PERSONAL PROPERTY"])]
    months = [name for name in raw if name.isdigit() and "201304" <= name <= "201408"]
    long = raw.melt(["MinorText", "BoroughName"], months, "Month", "Count")
    tables = {"long": long.assign(Month=pd.to_datetime(long.Month, format="%Y%m").dt.strftime("%b-%y"))}
    tables["wide"] = raw[["MinorText", "BoroughName", *months]]
    each = long.loc[long.index.repeat(long.Count)].reset_index(drop=True)
    day = (each.index % 28 + 1).astype(str).str.zfill(2)
    tables["events"] = each.assign(**{"Recorded on": day + "/" + each.Month.str[4:] + "/" + each.Month.str[:4]})
    description = EXTRACT.format(layout=WRITTEN[layout])
    assert len(description.splitlines()) <= 18
    (tmp_path / "data" / "releases").mkdir(parents=True)
    (tmp_path / "data" / "releases" / "ours.toml").write_text(description, encoding="utf-8")
    file = tmp_path / "extract.csv"
    tables[layout].drop(columns="Count" if layout == "events" else []).to_csv(file, index=False)
    import_release(tmp_path, "ours", [file], as_at=[date(2014, 9, 5)])
    seen = open_inputs(tmp_path, cut_off=date(2014, 8, 31), board_date=date(2014, 9, 11))
    own = seen.series("ours.burglary_dwelling", "Metropolitan Police")
    assert (own["2014-04":"2014-08"].sum(), own["2013-04":"2013-08"].sum()) == (17_575, 20_654)
