"""Releases that are described: a force's extract in every layout, and one fault for each cause that a file can have."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest

from pcp_analysis.loaders import import_release, open_inputs, register
from pcp_analysis.loaders.checked import check
from pcp_analysis.loaders.imports import listed
from pcp_analysis.loaders.kinds import KINDS
from pcp_analysis.loaders.kinds import OFFENCES as OFFENCES_OF
from pcp_analysis.loaders.releases.description import description_of, names
from pcp_analysis.loaders.releases.draft import draft
from pcp_analysis.loaders.releases.names import Names
from pcp_analysis.loaders.releases.periods import Writing, month_of, months_in, text_of
from pcp_analysis.loaders.series import known
from pcp_analysis.loaders.series import read as read_series
from pcp_analysis.strict.fault import Fault, FaultError

Rows = list[list[str]]
CHECKOUT = Path(__file__).resolve().parents[1]
AS_AT = date(2014, 9, 5)
LPUS, OFFENCES = ("Birmingham East", "Sandwell"), ("Robbery - business", "Robbery - personal", "Burglary dwelling")
MONTHS = ("May-14", "Jun-14", "Jul-14", "Aug-14")
DESCRIPTION = """
[release]
title = "Recorded crime by month and local policing unit"
publisher = "West Midlands Police"
licence = "internal"
makes = "counts"
sensitive = false
sensitive_reason = "Made up."

[file]
missing = [".."]

[columns]
area = ["LPU"]
label = ["Offence"]
period = ["Month", "Recorded on"]
count = ["Count", "Number"]

[periods]
written = ["%b-%y", "%d/%m/%Y"]
grain = "month"
provisional = 1

[areas]
"Birmingham East" = "West Midlands / Birmingham East"
"Sandwell" = "West Midlands / Sandwell"
"Not known" = { left_out = "No place was recorded." }

[labels]
"Robbery - business" = "robbery"
"Robbery - personal" = "robbery"
"Burglary dwelling" = "burglary_dwelling"
"Fraud" = { left_out = "Recorded nationally." }
"""
WIDE = DESCRIPTION.replace(
    'period = ["Month", "Recorded on"]\ncount = ["Count", "Number"]\n', '[headings]\nare = "periods"\n'
)
EVENTS = DESCRIPTION.replace('count = ["Count", "Number"]\n', 'id = ["Crime No"]\n')


def count_of(lpu: str, offence: str, month: str) -> int:
    """The count of the extract: another number in every cell."""
    return 10 + 100 * LPUS.index(lpu) + 20 * OFFENCES.index(offence) + MONTHS.index(month)


def long_rows() -> list[list[str]]:
    """The extract with a row for each count, its heading first."""
    cells = ((lpu, offence, month) for lpu in LPUS for offence in OFFENCES for month in MONTHS)
    return [["LPU", "Offence", "Month", "Count"], *([*cell, str(count_of(*cell))] for cell in cells)]


def wide_rows() -> list[list[str]]:
    """The extract with a column for each month."""
    rows = ([lpu, offence, *(str(count_of(lpu, offence, m)) for m in MONTHS)] for lpu in LPUS for offence in OFFENCES)
    return [["LPU", "Offence", *MONTHS], *rows]


def event_rows() -> list[list[str]]:
    """The extract with a row for each event, two of which have one id."""
    rows = [["Crime No", "LPU", "Offence", "Recorded on"]]
    for _, (lpu, offence, month, count) in enumerate(long_rows()[1:]):
        number = {"May": 5, "Jun": 6, "Jul": 7, "Aug": 8}[month[:3]]
        rows += [
            [f"{len(rows) + each}", lpu, offence, f"{1 + each % 28:02d}/{number:02d}/2014"]
            for each in range(int(count))
        ]
    rows[2][0] = rows[1][0]
    return rows


def as_csv(rows: Iterable[Iterable[str]]) -> str:
    """The rows as CSV."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root that describes the extract in each of its layouts."""
    folder = tmp_path / "data" / "releases"
    folder.mkdir(parents=True)
    for name, text in (("force_months", DESCRIPTION), ("wide", WIDE), ("events", EVENTS)):
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def brought_in(root: Path, name: str, content: str | bytes, suffix: str = ".csv") -> list[str]:
    """Import the content as a file, and the lines of the table that it makes."""
    file = root / f"download{suffix}"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    entry = import_release(root, name, [file], as_at=[AS_AT]).entry
    return (root / register.RAW / entry.file).read_text(encoding="utf-8").splitlines()


def faults_of(root: Path, name: str, content: str | bytes, suffix: str = ".csv") -> tuple[Fault, ...]:
    """The faults of an import, which has written nothing."""
    with pytest.raises(FaultError) as raised:
        brought_in(root, name, content, suffix)
    assert not (root / register.RAW).exists()
    return raised.value.faults


@pytest.fixture
def expected() -> list[str]:
    """The table that every layout makes: labels of one series added."""
    lines = []
    for lpu in LPUS:
        for series, offences in (("burglary_dwelling", OFFENCES[2:]), ("robbery", OFFENCES[:2])):
            for at, month in enumerate(MONTHS):
                count = sum(count_of(lpu, offence, month) for offence in offences)
                lines.append(f"West Midlands / {lpu},{series},2014-{at + 5:02d},{count}")
    return ["area,series,period,count", *lines]


@pytest.mark.parametrize(("name", "rows"), [("force_months", long_rows), ("wide", wide_rows), ("events", event_rows)])
def test_each_layout_makes_the_same_table(
    root: Path, name: str, rows: Callable[[], list[list[str]]], expected: list[str]
) -> None:
    """Long, wide and one row an event, as CSV and zipped, give the counts by area, series and month."""
    assert brought_in(root, name, as_csv(rows())) == expected
    assert brought_in(root, name, gzip.compress(as_csv(rows()).encode()), ".csv.gz") == expected
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("folder/extract.csv", as_csv(rows()))
    assert brought_in(root, name, archive.getvalue(), ".zip") == expected


def test_the_register_keeps_the_downloads_name_and_hash_and_no_copy(root: Path) -> None:
    """Of the file its name, sha256 and day stay; its table is sound, and its entry says grain and provisional months."""
    brought_in(root, "force_months", as_csv(long_rows()))
    entry = register.read(root)["force_months"]
    assert (entry.grain, entry.provisional, entry.licence) == ("month", 1, "internal")
    assert len(entry.files) == 1
    assert entry.files[0].startswith("download.csv, sha256 ")
    assert entry.files[0].endswith(", as at 2014-09-05")
    assert register.check(root) == []
    written = ["force_months.csv", "register.toml", "vintages.toml"]
    assert sorted(path.name for path in (root / register.RAW).iterdir()) == written


def test_a_series_is_named_after_its_entry_and_a_force_is_the_sum_of_its_places(root: Path) -> None:
    """``force_months.robbery`` is a monthly series of each place and, added up, of the force; a cycle sees its own past."""
    brought_in(root, "force_months", as_csv(long_rows()))
    brought_in(root, "wide", as_csv(wide_rows()))
    seen = open_inputs(root, cut_off=date(2014, 7, 31), board_date=date(2014, 8, 5))
    names = ["force_months.burglary_dwelling", "force_months.robbery", "wide.burglary_dwelling", "wide.robbery"]
    assert (seen.series_names(), seen.frequency("wide.robbery")) == (names, "monthly")
    assert seen.areas("wide.robbery") == ["West Midlands", *(f"West Midlands / {lpu}" for lpu in LPUS)]
    may = sum(count_of(lpu, offence, "May-14") for lpu in LPUS for offence in OFFENCES[:2])
    series = seen.series("force_months.robbery", "West Midlands")
    assert (series.iloc[0], [str(month) for month in series.index]) == (may, ["2014-05", "2014-06", "2014-07"])


def test_a_sensitive_extract_is_seen_without_the_places_that_tell_of_few(root: Path) -> None:
    """One month of two robberies hides both places of that series, and not their force."""
    path = root / "data" / "releases" / "force_months.toml"
    path.write_text(DESCRIPTION.replace('sensitive = false\nsensitive_reason = "Made up."\n', ""), encoding="utf-8")
    few = {month: "1" if month == "Jun-14" else "9" for month in MONTHS}
    rows = [[*row[:3], few[row[2]]] if row[0] == "Sandwell" and "Robbery" in row[1] else row for row in long_rows()]
    brought_in(root, "force_months", as_csv(rows))
    seen = open_inputs(root, cut_off=date(2014, 8, 31), board_date=date(2014, 9, 5))
    assert seen.areas("force_months.robbery") == ["West Midlands"]
    assert seen.series("force_months.robbery", "West Midlands")["2014-06"] == 42 + 2
    seen = open_inputs(root, cut_off=date(2014, 5, 31), board_date=date(2014, 6, 5))
    assert len(seen.areas("force_months.robbery")) == 3


def test_a_summary_says_what_came_in(root: Path) -> None:
    """Rows in, kept and left out by reason, the span, the areas and the totals by year."""
    file = root / "download.csv"
    file.write_text(as_csv([*long_rows(), ["Not known", "Fraud", "May-14", "3"]]), encoding="utf-8")
    summary = import_release(root, "force_months", [file], as_at=[AS_AT]).summary
    total = sum(int(row[3]) for row in long_rows()[1:])
    assert summary == (
        "rows in: 25; in the table: 24; left out: 1",
        "  1 Not known: No place was recorded.",
        "2014-05 to 2014-08, 4 periods; 2 areas; 2 series",
        f"total by financial year: 2014/15 {total:,}",
    )


def workbook(sheets: dict[str, Rows]) -> bytes:
    """A workbook as small as one can be: figures as numbers, the rest as text."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"

    def cell(text: str) -> str:
        return f"<c><v>{text}</v></c>" if text.isdigit() else f'<c t="inlineStr"><is><t>{text}</t></is></c>'

    places = list(enumerate(sheets.items(), start=1))
    names = "".join(f'<sheet name="{name}" sheetId="{at}" r:id="r{at}"/>' for at, (name, _) in places)
    targets = "".join(f'<Relationship Id="r{at}" Type="{office}/worksheet" Target="s{at}.xml"/>' for at, _ in places)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types"></Types>')
        root = f'<Relationship Id="r0" Type="{office}/officeDocument" Target="xl/workbook.xml"/>'
        made.writestr("_rels/.rels", f'<Relationships xmlns="{package}/relationships">{root}</Relationships>')
        made.writestr("xl/workbook.xml", f'<workbook {main} xmlns:r="{office}"><sheets>{names}</sheets></workbook>')
        made.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}/relationships">{targets}</Relationships>'
        )
        for at, (_, rows) in places:
            lines = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
            made.writestr(f"xl/s{at}.xml", f"<worksheet {main}><sheetData>{lines}</sheetData></worksheet>")
    return stream.getvalue()


def test_a_workbook_is_read_by_the_name_of_its_sheet(root: Path, expected: list[str]) -> None:
    """The heading is found below a title; of several sheets each that the description means is read, and a cell has its place."""
    path = root / "data" / "releases" / "force_months.toml"
    rows = [["Crime by month"], [], *long_rows()]
    book = workbook({"Notes": [["Nothing"]], "Data": rows})
    faults = faults_of(root, "force_months", book, ".xlsx")
    assert [(fault.value, fault.rule) for fault in faults] == [("Notes, Data", "is a workbook with one sheet *")]
    path.write_text(DESCRIPTION.replace("[file]", '[file]\nsheet = "Data"'), encoding="utf-8")
    broken = workbook({"Notes": [["Nothing"]], "Data": [*rows[:5], [*rows[5][:3], "twelve"], *rows[6:]]})
    (fault,) = faults_of(root, "force_months", broken, ".xlsx")
    assert (fault.where, fault.value) == ("Data, row 6, column Count", "twelve")
    assert brought_in(root, "force_months", book, ".xlsx") == expected
    path.write_text(DESCRIPTION.replace("[file]", '[file]\nsheet = "20*"'), encoding="utf-8")
    sheets = {"Notes": [["Nothing"]], "2013": rows[:14], "2014": [rows[2], *rows[14:]]}
    assert brought_in(root, "force_months", workbook(sheets), ".xlsx") == expected


def changed(row: int, column: int, value: str) -> str:
    """The long extract with another value in one cell; row 1 is line 2."""
    rows = long_rows()
    rows[row][column] = value
    return as_csv(rows)


@pytest.mark.parametrize(
    ("content", "where", "value", "rule"),
    [
        (changed(3, 0, "Birmingham Eest"), "line 4, column LPU", "Birmingham Eest", "is an area"),
        (changed(3, 1, "Robery - business"), "line 4, column Offence", "Robery - business", "is a label"),
        (changed(3, 2, "2014-07"), "line 4, column Month", "2014-07", "is a month, written %b-%y or %d/%m/%Y"),
        (changed(3, 2, "15/07/2014"), "line 4, column Month", "15/07/2014", "is a month"),
        (changed(3, 3, "12.5"), "line 4, column Count", "12.5", "is a whole number"),
        (changed(3, 3, ""), "line 4, column Count", "", "is a whole number"),
        (changed(3, 3, "1e3"), "line 4, column Count", "1e3", "is a whole number"),
        (changed(3, 3, "-4"), "line 4, column Count", "-4", "is not below nought, unless declared with its reason"),
        (changed(3, 2, "Jun-14"), "line 3", "Birmingham East, Robbery - business, Jun-14", "stands once, and is there 2 times"),
        (as_csv(long_rows()[:-1]), "Sandwell", "Burglary dwelling in 2014-08", "has a count of every label in use"),
        (as_csv(row for row in long_rows() if row[2] != "Jun-14"), "periods", "2014-06", "has every period"),
        (as_csv(long_rows())[:-3], "line 25", "Sandwell,Burglary dwelling,Aug-14,1", "is a line that ends"),
        (as_csv(long_rows()).replace("Jul-14,12", "Jul-14,12,9"), "line 4", "Birmingham East,Robbery - business,Jul-14,12,9", "has 4 fields"),
        (as_csv(long_rows()).replace("LPU", "Local unit"), "line 1", "", "has the column of each area: LPU"),
        (as_csv(long_rows()).replace("Aug-14", "Oct-14").replace("Jul-14", "Sep-14"), "periods", "2014-10", "has ended by the as-at day"),
        ("", "", "", "is not an empty file"),
        (b"\xff\xfeL\x00", "", "UTF-16", "is UTF-8 text"),
        (as_csv(long_rows()).replace("Sandwell", "Sandw\xe9ll").encode("cp1252"), "line 14", "byte 0xe9", "is text in utf-8"),
        (as_csv(long_rows()).replace(",", ";"), "", "LPU;Offence;Month;Count", "has a heading with the columns"),
        ("<!DOCTYPE html>\n<p>Moved.</p>\n", "", "a web page, or another text with tags", "is a text with columns"),
        ("%PDF-1.7\n", "", "a PDF", "is a text with columns"),
        (b"PK\x03\x04 and no more", "", "", "is a workbook that can be read"),
        (b"\x1f\x8b and no more", "", "", "can be unpacked"),
    ],
)  # fmt: skip
def test_one_cause_is_one_fault(root: Path, content: str | bytes, where: str, value: str, rule: str) -> None:
    """Each way in which the file can be wrong is one line, with its place, its value and the file to mend it in."""
    faults = faults_of(root, "force_months", content)
    assert [fault for fault in faults if fault.rule.startswith(rule)], faults
    found = next(fault for fault in faults if fault.rule.startswith(rule))
    assert (found.where, found.value if value else "") == (where, value)
    assert found.mend


def test_a_hundred_rows_of_one_cause_are_one_line(root: Path) -> None:
    """One label that is unknown, and one date format, are a fault each, which count their rows and propose the mend."""
    faults = faults_of(root, "force_months", as_csv(long_rows()).replace("Robbery - business", "Robbery business"))
    assert len(faults) == 1
    assert faults[0].rule == "is a label that the description knows (and 7 more rows)"
    assert "'Robbery - business'" in faults[0].mend
    assert "data/releases/force_months.toml" in faults[0].mend
    text = as_csv([*row[:2], row[2].replace("-14", " 2014"), row[3]] for row in long_rows())
    faults = faults_of(root, "force_months", text)
    assert len(faults) == 1
    assert "24 rows in all" in faults[0].rule
    assert "Add '%b %Y' to written under [periods] in data/releases/force_months.toml" in faults[0].mend


def test_a_column_missing_and_one_unknown_are_probably_the_same(root: Path) -> None:
    """The fault of a missing column names the one that nothing is known of."""
    faults = faults_of(root, "force_months", as_csv(long_rows()).replace("Count", "Volume"))
    assert [fault.where for fault in faults] == ["line 1"]
    assert "'Volume' is unknown and is probably it" in faults[0].mend


def test_headings_of_periods_ascend(root: Path) -> None:
    """Two months whose headings are exchanged, and a heading that is no month, are faults."""
    rows = wide_rows()
    rows[0][2], rows[0][3] = rows[0][3], rows[0][2]
    (fault,) = faults_of(root, "wide", as_csv(rows))
    assert (fault.value, fault.rule) == ("May-14", "is later than the heading before it")
    (fault,) = faults_of(root, "wide", as_csv(wide_rows()).replace("Jun-14", "June"))
    assert (fault.where, fault.rule) == ("line 1, column June", "is one of the periods that stand across")


def test_what_is_not_supplied_is_blank_and_no_fault_of_the_others(root: Path) -> None:
    """A marker of what is not supplied leaves its cell blank, and every sum that would lack it."""
    lines = brought_in(root, "force_months", changed(1, 3, ".."))
    assert "West Midlands / Birmingham East,robbery,2014-05," in lines
    assert "West Midlands / Sandwell,robbery,2014-05,240" in lines


def test_a_correction_is_bound_to_its_edition_and_asked_for_last(root: Path) -> None:
    """One that applies is used; one of another edition is passed over; one that applies to nothing is a fault, alone."""
    path = root / "data" / "releases" / "force_months.toml"
    block = '[[correction]]\nreason = "A slip."\nrows = [["Month", "Jnu-14", "Jun-14"]]\n'
    path.write_text(DESCRIPTION + block, encoding="utf-8")
    slip = as_csv(long_rows()).replace("Jun-14", "Jnu-14")
    assert [fault.rule for fault in faults_of(root, "force_months", as_csv(long_rows()))] == [
        "applies to something in the file"
    ]
    faults = faults_of(root, "force_months", as_csv(long_rows()).replace("Sandwell", "Sandwel"))
    assert [fault.rule for fault in faults] == ["is an area that the description knows (and 11 more rows)"]
    path.write_text(DESCRIPTION + block + "edition = 2013-01-01\n", encoding="utf-8")
    assert len(brought_in(root, "force_months", as_csv(long_rows()))) == 17
    path.write_text(DESCRIPTION + block + "edition = 2014-09-05\n", encoding="utf-8")
    assert len(brought_in(root, "force_months", slip)) == 17
    place = '["West Midlands / Sandwell", "Burglary dwelling", "2014-05", 150, 140]'
    path.write_text(DESCRIPTION + f'[[correction]]\nreason = "A slip."\nrows = [{place}]\n', encoding="utf-8")
    lines = brought_in(root, "force_months", as_csv(long_rows()))
    assert "West Midlands / Sandwell,burglary_dwelling,2014-05,140" in lines


def test_a_count_that_is_confirmed_is_no_fault_in_its_edition(root: Path) -> None:
    """A line names one count: another count, and a file of another day, are still out of line; the register keeps the line."""
    path = root / "data" / "releases" / "force_months.toml"
    low = as_csv(
        [*row[:3], "15"] if row[:3] == ["Sandwell", "Burglary dwelling", "Jun-14"] else row for row in long_rows()
    )
    (fault,) = faults_of(root, "force_months", low)
    assert fault.value == "15"
    assert "under confirmed in the register's entry" in fault.mend
    assert "under [[confirmed]] in the release's description" in fault.mend
    block = '[[confirmed]]\nreason = "A flood."\nrows = [["West Midlands / Sandwell", "burglary_dwelling", "2014-06", 15]]\n'
    for wrong in (block.replace("15]]", "16]]"), block.replace("2014-06", "2014-07"), f"{block}edition = 2013-01-01\n"):
        path.write_text(DESCRIPTION + wrong, encoding="utf-8")
        assert faults_of(root, "force_months", low) == (fault,)
    path.write_text(DESCRIPTION + f"{block}edition = 2014-09-05\n", encoding="utf-8")
    assert "West Midlands / Sandwell,burglary_dwelling,2014-06,15" in brought_in(root, "force_months", low)
    named = "West Midlands / Sandwell: burglary_dwelling, 2014-06: 15. A flood."
    assert register.read(root)["force_months"].confirmed == (named,)
    assert check(root) == []


def test_totals_of_areas_and_of_labels_add_up(root: Path) -> None:
    """A row that is the sum of others is checked and left out; one that is not their sum is a fault."""
    path = root / "data" / "releases" / "wide.toml"
    path.write_text(
        WIDE + '[totals.areas]\n"Force" = ["West Midlands / Birmingham East", "West Midlands / Sandwell"]\n'
        '[totals.labels]\n"All robbery" = ["Robbery - business", "Robbery - personal"]\n',
        encoding="utf-8",
    )
    rows = wide_rows()
    sums = {offence: [sum(count_of(lpu, offence, month) for lpu in LPUS) for month in MONTHS] for offence in OFFENCES}
    rows += [["Force", offence, *map(str, counts)] for offence, counts in sums.items()]
    robbery = [[count_of(lpu, OFFENCES[0], m) + count_of(lpu, OFFENCES[1], m) for m in MONTHS] for lpu in LPUS]
    rows += [[lpu, "All robbery", *map(str, counts)] for lpu, counts in zip(LPUS, robbery, strict=True)]
    assert len(brought_in(root, "wide", as_csv(rows))) == 17
    rows[-1][2] = str(int(rows[-1][2]) + 1)
    rows[-3][3] = str(int(rows[-3][3]) - 2)
    for path in (root / register.RAW).iterdir():
        path.unlink()
    (root / register.RAW).rmdir()
    faults = faults_of(root, "wide", as_csv(rows))
    assert [(fault.where, fault.rule) for fault in faults] == [
        ("Force, burglary dwelling, 2014-06", "is the sum of its parts, 202"),
        ("west midlands / sandwell, All robbery, 2014-05", "is the sum of its parts, 240"),
    ]


CODED = """
[release]
title = "Residents"
publisher = "Somebody"
licence = "internal"
makes = "counts"
series = "residents"
sensitive = false
sensitive_reason = "Made up."

[columns]
code = ["Code"]
area = ["Name"]

[headings]
are = "periods"

[periods]
written = ["%Y"]
grain = "year"

[codes]
"E1" = "North"
"E2" = "South"
"""


def test_a_force_is_known_by_its_code_and_its_name_confirms_it(root: Path) -> None:
    """Two names that are exchanged are a fault each, and so is a code that is unknown."""
    (root / "data" / "releases" / "coded.toml").write_text(CODED, encoding="utf-8")
    rows = [["Code", "Name", "2012", "2013"], ["E1", "North", "5", "6"], ["E2", "South", "7", "8"]]
    assert brought_in(root, "coded", as_csv(rows))[1] == "North,residents,2012-12,5"
    for path in [*(root / register.RAW).iterdir()]:
        path.unlink()
    (root / register.RAW).rmdir()
    rows[1][1], rows[2][1] = "South", "North"
    faults = faults_of(root, "coded", as_csv(rows))
    assert [(fault.value, fault.rule) for fault in faults] == [
        ("E1 South", "code and name are of one area (and 1 more rows)"),
        ("E2 North", "code and name are of one area (and 1 more rows)"),
    ]
    rows[1] = ["E9", "North", "5", "6"]
    assert "is an area" in faults_of(root, "coded", as_csv(rows))[0].rule


def test_files_that_overlap_are_joined_and_the_newest_wins(root: Path) -> None:
    """What a newer file changes stands in revisions.csv; a gap between two files is named as missing."""
    rows, files = wide_rows(), []
    for name, columns, more in (("a", (2, 3), 0), ("b", (3, 4), 5)):
        file = root / f"{name}.csv"
        file.write_text(
            as_csv([[*row[:2], *(row[at] if not line or at == 4 else str(int(row[at]) + more) for at in columns)]
                    for line, row in enumerate(rows)]),
            encoding="utf-8",
        )  # fmt: skip
        files.append(file)
    days = [date(2014, 7, 5), date(2014, 8, 5)]
    made = import_release(root, "wide", files[::-1], as_at=days[::-1])
    table = (root / register.RAW / "wide.csv").read_text().splitlines()
    assert "West Midlands / Sandwell,burglary_dwelling,2014-05,150" in table
    assert "West Midlands / Sandwell,burglary_dwelling,2014-06,156" in table
    revisions = (root / register.RAW / "revisions.csv").read_text().splitlines()
    assert revisions[0] == "series,area,period,old,new,file,as_at"
    assert "wide.burglary_dwelling,West Midlands / Sandwell,2014-06,151,156,b.csv,2014-08-05" in revisions
    assert len(revisions) == 5
    assert any(line.startswith("revised: 4 cells; the largest") for line in made.summary)
    later = root / "c.csv"
    later.write_text(
        as_csv([[*row[:2], row[5] if line else "Oct-14"] for line, row in enumerate(rows)]), encoding="utf-8"
    )
    made = import_release(root, "wide", [later], as_at=[date(2014, 11, 5)])
    assert (made.entry.missing, len(made.entry.files)) == (("2014-08", "2014-09"), 3)
    seen = open_inputs(root, cut_off=date(2014, 10, 31), board_date=date(2014, 11, 5))
    assert len(seen.series("wide.robbery", "West Midlands")) == 1
    seen = open_inputs(root, cut_off=date(2014, 8, 31), board_date=date(2014, 9, 5))
    assert len(seen.series("wide.robbery", "West Midlands")) == 3
    assert register.check(root) == []


def test_events_of_a_month_that_has_not_ended_are_left_out_and_named(root: Path, expected: list[str]) -> None:
    """Three events of the first days of September are no month; one of October is a fault."""
    rows = event_rows() + [[f"x{day}", LPUS[0], OFFENCES[0], f"0{day}/09/2014"] for day in (1, 2, 3)]
    assert brought_in(root, "events", as_csv(rows)) == expected
    made = import_release(root, "events", [root / "download.csv"], as_at=[AS_AT])
    assert "  3 in a period that had not ended on 2014-09-05" in made.summary
    (root / "download.csv").write_text(as_csv([*rows, ["y", *LPUS[:1], *OFFENCES[:1], "01/10/2014"]]), encoding="utf-8")
    with pytest.raises(FaultError) as raised:
        import_release(root, "events", [root / "download.csv"], as_at=[AS_AT])
    assert [fault.value for fault in raised.value.faults] == ["2014-09", "2014-10"]


def test_events_that_are_in_two_files_are_not_counted_twice(root: Path) -> None:
    """A file that is given twice is a fault; files of other months, or of other places, are one release."""
    rows = event_rows()
    files = [root / f"{name}.csv" for name in ("a", "b", "c")]
    for file, chosen in zip(files, ("/05/", "/06/", "/0"), strict=True):
        file.write_text(as_csv([rows[0], *(row for row in rows[1:] if chosen in row[3])]), encoding="utf-8")
    import_release(root, "events", files[:2], as_at=[AS_AT])
    with pytest.raises(FaultError) as raised:
        import_release(root, "events", [files[0], files[2]], as_at=[AS_AT])
    (fault,) = raised.value.faults
    assert (fault.file.endswith("c.csv"), fault.rule) == (True, "is in one of the files (and 5 more such)")


def test_ids_that_repeat_are_counted_and_never_dropped(root: Path) -> None:
    """Two events of one id are two events, and the summary says how many share theirs."""
    file = root / "download.csv"
    file.write_text(as_csv(event_rows()), encoding="utf-8")
    summary = import_release(root, "events", [file], as_at=[AS_AT]).summary
    assert any(line.startswith("ids: 2 of the rows share their id") for line in summary)


def test_an_import_asks_for_what_it_needs(root: Path) -> None:
    """A name that is unknown is named with the nearest; a missing day, a missing anchor and one too many are faults."""
    with pytest.raises(KeyError, match="Did you mean force_months"):
        import_release(root, "force_month", [root], as_at=[AS_AT])
    with pytest.raises(FaultError) as raised:
        import_release(root, "ons-recorded-crime", [root, root])
    assert [fault.where for fault in raised.value.faults] == ["--anchor", "--as-at", "FILE"]
    with pytest.raises(FaultError) as raised:
        import_release(root, "force_months", [root], anchor=root, as_at=[AS_AT])
    assert [fault.where for fault in raised.value.faults] == ["--anchor"]
    brought_in(root, "force_months", as_csv(long_rows()))
    path = root / "data" / "releases" / "force_months.toml"
    path.write_text(DESCRIPTION.replace('grain = "month"', 'grain = "quarter"'), encoding="utf-8")
    with pytest.raises(FaultError) as raised:
        import_release(root, "force_months", [root / "download.csv"], as_at=[AS_AT])
    assert [fault.where for fault in raised.value.faults] == ["release.table"]


def test_the_list_says_what_can_be_imported_and_when_it_was_last_fed(root: Path) -> None:
    """Every description that makes a table has a line; one that others extend has none."""
    brought_in(root, "force_months", as_csv(long_rows()))
    lines = {line.split(":")[0]: line for line in listed(root)}
    assert lines["force_months"].endswith("makes data/raw/force_months.csv, last fed as at 2014-09-05")
    assert lines["met"].endswith("never fed")
    assert "force-areas" not in lines
    assert "takes 12 months ending, PFA, Offence" in lines["ons-recorded-crime"]
    assert "and --anchor; makes data/raw/recorded_crime.csv" in lines["ons-recorded-crime"]


def test_a_description_of_the_root_goes_first_and_extends_the_packages(root: Path) -> None:
    """One of the same name takes over the rest of the package's; every shipped description is sound."""
    (root / "data" / "releases" / "met.toml").write_text(
        'extends = "met"\n[areas]\n"Camden" = "Metropolitan Police / North"\n', encoding="utf-8"
    )
    what = description_of(root, "met")
    assert what.areas.of("CAMDEN") == ("Metropolitan Police / North",)
    assert what.areas.of("Barnet") == ("Metropolitan Police / Barnet",)
    for name, path in names(root).items():
        if "makes = " in path.read_text(encoding="utf-8"):
            assert description_of(root, name).release["title"]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("[periods]", "[period]", "period"),
        ('grain = "month"', 'grain = "monthly"', "periods.grain"),
        ('"%b-%y"', '"%q-%y"', "periods.written"),
        ('makes = "counts"', 'makes = "count"', "release.makes"),
        ('title = "Recorded', 'titel = "Recorded', "release.titel"),
        ('{ left_out = "Recorded nationally." }', "{ out = 1 }", "labels.Fraud"),
        ('area = ["LPU"]\n', "", "columns.area"),
    ],
)
def test_a_description_at_fault_is_named_with_its_key(root: Path, old: str, new: str, where: str) -> None:
    """Every unknown key, kind or format is a fault of the file that holds it."""
    path = root / "data" / "releases" / "force_months.toml"
    path.write_text(DESCRIPTION.replace(old, new), encoding="utf-8")
    with pytest.raises(FaultError) as raised:
        description_of(root, "force_months")
    assert any(where in fault.where for fault in raised.value.faults), raised.value.faults
    assert {fault.file for fault in raised.value.faults} == {"data/releases/force_months.toml"}


def test_a_draft_needs_its_questions_answered_and_no_more(root: Path) -> None:
    """What is drafted from the long extract reads it once its questions are answered."""
    file = root / "download.csv"
    file.write_text(as_csv(long_rows()), encoding="utf-8")
    text = draft(file, known(root))
    assert '"Burglary dwelling" = "burglary_dwelling"' in text
    assert '"Robbery - business" = "robbery"' in text
    (root / "data" / "releases" / "drafted.toml").write_text(text, encoding="utf-8")
    left = faults_of(root, "drafted", as_csv(long_rows()))
    assert {fault.rule for fault in left} == {"is a question that the draft left"}
    text = text.replace('"? / ', '"West Midlands / ').replace('"? ', '"')
    text = text.replace("sensitive = true", 'sensitive_reason = "Made up."\nsensitive = false')
    (root / "data" / "releases" / "drafted.toml").write_text(text, encoding="utf-8")
    assert len(brought_in(root, "drafted", as_csv(long_rows()))) > 12


def test_a_draft_takes_no_number_of_a_row_for_a_year(root: Path) -> None:
    """Beside a column of days one of four figures is no period; a label with nothing near it is asked for."""
    file = root / "events.csv"
    rows = [f"{1000 + at},{at % 28 + 1:02d}/05/2014,Sandwell,{('Robbery', 'Affray')[at % 2]}" for at in range(60)]
    file.write_text("\n".join(["Crime No,Recorded on,LPU,Offence", *rows, ""]), encoding="utf-8")
    text = draft(file, known(root))
    assert 'period = ["Recorded on"]' in text
    assert '"Affray" = "?"    # ? no series of the project is near; name a new one' in text


@pytest.mark.parametrize(
    ("text", "written", "grain", "month"),
    [
        ("201408", "%Y%m", "month", "2014-08"),
        ("31/08/2014", "%d/%m/%Y", "month", "2014-08"),
        ("01/08/2014", "%d/%m/%Y", "month", "2014-08"),
        ("02/08/2014", "%d/%m/%Y", "month", None),
        ("01/08/2014", "%d/%m/%Y", "quarter", None),
        ("2017/18 / 1", "%F / %Q", "quarter", "2017-06"),
        ("2017/18", "%F", "year", "2018-03"),
        ("2017/19", "%F", "year", None),
        ("Apr '07 to Mar '08", "%b '%y to %b '%y", "year", "2008-03"),
        ("Apr '07 to Mar '09", "%b '%y to %b '%y", "year", None),
        ("september 2014", "%B %Y", "month", "2014-09"),
    ],
)
def test_a_period_is_read_by_its_format_only(text: str, written: str, grain: str, month: str | None) -> None:
    """A day is the last of its period; a beginning and an end are as far apart as the grain says."""
    found = month_of(text, Writing((written,), grain))
    assert (None if found is None else text_of(found)) == month


def test_a_title_names_its_periods() -> None:
    """The first format that finds any, with the number of a footnote behind it."""
    forms = ("year ending %B %Y", "year ending %B %y")
    assert [text_of(month) for month in months_in("offences, year ending December 20191,2", forms)] == ["2019-12"]
    assert [text_of(month) for month in months_in("offences, year ending June 181,2", forms)] == ["2018-06"]


def test_a_star_stands_for_a_part_of_a_name() -> None:
    """What stands there is put in the place of the star of the area."""
    known_names = Names({"Kent Police / *": ("Kent / *",), "Kent Police / Dover": ("Kent / Port",)})
    assert known_names.of("kent police / Ashford") == ("Kent / Ashford",)
    assert known_names.of("Kent Police / Dover") == ("Kent / Port",)
    assert known_names.of("Kent") is None


def test_every_series_of_today_is_declared() -> None:
    """Every column of counts of the committed tables, each part of a total with the total's name."""
    declared = read_series(CHECKOUT)
    kinds = {"recorded_crime": "", "monthly_crime": "met_recorded_crime.", "population": "population."}
    names = {before + name for kind, before in kinds.items() for name in KINDS[kind].values}
    assert set(declared) == names
    seen = open_inputs(CHECKOUT, cut_off=date(2014, 8, 31), board_date=date(2014, 9, 11))
    assert {seen.frequency(name) for name in seen.series_names()} == {f"{declared['robbery'].grain}ly"}
    parts = {name for name, each in declared.items() if each.adds_up_to == "total_recorded_crime"}
    assert parts == set(OFFENCES_OF)


def test_the_declared_series_are_read_strictly(tmp_path: Path) -> None:
    """A series has a title, a grain and a direction; a total that is none and a name that stands twice are faults."""
    path = tmp_path / "data" / "series.toml"
    path.parent.mkdir()
    block = '[[series]]\nname = "robbery"\ntitle = "Robbery"\ngrain = "quarter"\nbetter = "lower"\n'
    path.write_text(block, encoding="utf-8")
    assert read_series(tmp_path)["robbery"].better == "lower"
    path.write_text(block + 'adds_up_to = "all"\n' + block, encoding="utf-8")
    with pytest.raises(FaultError) as raised:
        read_series(tmp_path)
    assert sorted(fault.rule for fault in raised.value.faults) == [
        "is a declared series, as robbery says",
        "is declared once",
    ]
