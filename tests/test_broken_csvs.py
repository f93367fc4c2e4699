"""A CSV file that arrives broken: ``pcp check`` names it with its file, its place and how to mend it."""

from __future__ import annotations

import io
import os
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pcp_analysis.cli import main
from pcp_analysis.edition import gather
from pcp_analysis.plan import cycle
from tests.conftest import CYCLE, run_pcp, tree
from tests.small_root import make_small_root

RECORDED = "data/raw/recorded_crime.csv"
PEOPLE = "data/raw/population.csv"
SHOWN = "data/raw/shown/transport_crime.csv"
PAPER = f"data/raw/cycles/{CYCLE}/paper.csv"
Change = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small root without a fault, with something that stands published."""
    root = make_small_root(tmp_path_factory.mktemp("sound") / "root")
    (root / "outputs" / CYCLE).mkdir(parents=True)
    (root / "outputs" / CYCLE / "index.html").write_text("<h1>Published</h1>\n", encoding="utf-8")
    assert pcp("check", CYCLE, root=root).exit_code == 0
    return root


@pytest.fixture
def root(sound: Path, tmp_path: Path) -> Path:
    """A copy of it to break."""
    return Path(shutil.copytree(sound, tmp_path / "root"))


def pcp(*arguments: str, root: Path) -> Result:
    """The command in this process."""
    return CliRunner().invoke(main, [*arguments, "--root", str(root)])


def put(number: int, text: str, *, with_line: str | None = None) -> Change:
    """Put *text* in place of the line of that number, or of its part *with_line*."""

    def change(data: bytes) -> bytes:
        lines = data.decode("utf-8").split("\n")
        lines[number - 1] = text if with_line is None else lines[number - 1].replace(with_line, text, 1)
        return "\n".join(lines).encode("utf-8")

    return change


def lines(change: Callable[[list[str]], list[str]]) -> Change:
    """Put other lines in place of all of them."""
    return lambda data: ("\n".join(change(data.decode("utf-8").splitlines())) + "\n").encode("utf-8")


def cells(change: Callable[[list[str]], list[str]]) -> Change:
    """Put other cells in place of those of every line; the tables that are changed so quote none."""
    return lines(lambda all_lines: [",".join(change(line.split(","))) for line in all_lines])


def as_workbook(data: bytes) -> bytes:
    """What a spreadsheet saves when nobody asks it for CSV."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", data)
    return held.getvalue()


def replaced(old: str, new: str) -> Change:
    """Put *new* in place of *old*, which must be there, the first time that it stands."""

    def change(data: bytes) -> bytes:
        assert old.encode("utf-8") in data
        return data.replace(old.encode("utf-8"), new.encode("utf-8"), 1)

    return change


#: How a file is broken: the file, the change, and of each fault, in their order, its place and what it says, the mend included.
BROKEN: dict[str, tuple[str, Change, list[tuple[str, str]]]] = {
    "a column is missing": (
        PEOPLE,
        cells(lambda row: row[:2]),
        [("line 1, column persons", "is missing. Add it, or correct its name; the header has: force, mid_year.")],
    ),
    "a column too many": (
        PEOPLE,
        cells(lambda row: [*row, "x"]),
        [("line 1, column x", "is no column of this table. Remove it, or correct its name")],
    ),
    "a column has another name": (
        RECORDED,
        put(1, "robberies", with_line="robbery"),
        [("line 1, column robberies", "is no column of this table"), ("line 1, column robbery", "is missing. Add it")],
    ),
    "the paper has a column less": (
        PAPER,
        lines(lambda rows: [row.rpartition(",")[0] for row in rows if '"' not in row]),
        [("line 1, column note", "is missing. Add it")],
    ),
    "a day that no calendar has": (
        RECORDED,
        put(3, "2006-06-31", with_line="2006-09-30"),
        [("line 3, column quarter_ending", "'2006-06-31': is a day of the calendar, written 2014-06-30. Correct")],
    ),
    "a day as a spreadsheet writes it": (
        RECORDED,
        put(3, "30/09/2006", with_line="2006-09-30"),
        [("line 3, column quarter_ending", "'30/09/2006': is a day of the calendar, written 2014-06-30. Correct")],
    ),
    "a row stands twice": (
        RECORDED,
        lines(lambda rows: [*rows[:5], rows[4], *rows[5:]]),
        [("line 6, column force + quarter_ending", "stands once; line 5 has it too. Remove one of the two rows.")],
    ),
    "a row of the paper stands twice": (
        PAPER,
        lines(lambda rows: [*rows[:5], rows[4], *rows[5:]]),
        [("line 6, column id", "stands in line 5 already. Give each row its own id.")],
    ),
    "a count is below nought": (
        PEOPLE,
        put(4, "-7100", with_line="7100"),
        [("line 4, column persons", "'-7100'")],
    ),
    "a count has a decimal": (
        PEOPLE,
        put(4, "7100.5", with_line="7100"),
        [("line 4, column persons", "'7100.5': is a whole number, without a comma or a unit. Correct the value.")],
    ),
    "a count has its thousands apart": (
        PEOPLE,
        put(4, '"7,100"', with_line="7100"),
        [("line 4, column persons", "'7,100': is a whole number, without a comma or a unit. Correct the value.")],
    ),
    "a count has an exponent": (
        PEOPLE,
        put(4, "7.1E+03", with_line="7100"),
        [("line 4, column persons", "'7.1E+03': is a whole number, without a comma or a unit. Correct the value.")],
    ),
    "a value is infinite": (
        SHOWN,
        put(2, ",inf,", with_line=",-7,"),
        [("line 2, column value", "'inf': is a number, without a comma or a unit. Correct the value.")],
    ),
    "a value is no number": (
        SHOWN,
        put(2, ",NaN,", with_line=",-7,"),
        [("line 2, column value", "'NaN': is a number, without a comma or a unit. Correct the value.")],
    ),
    "a cell is blank": (
        PEOPLE,
        put(4, "", with_line="7100"),
        [("line 4, column persons", "is not blank. Fill it in.")],
    ),
    "a blank line in the middle": (
        PEOPLE,
        lines(lambda rows: [*rows[:5], "", *rows[5:]]),
        [("line 6", "has 3 fields, as the header has; here are 0. Mend the line")],
    ),
    "a row is short": (
        RECORDED,
        lines(lambda rows: [*rows[:5], rows[5].rpartition(",")[0], *rows[6:]]),
        [("line 6", "has 25 fields, as the header has; here are 24. Mend the line")],
    ),
    "a row is long": (
        RECORDED,
        lines(lambda rows: [*rows[:5], f"{rows[5]},5", *rows[6:]]),
        [("line 6", "has 25 fields, as the header has; here are 26. Mend the line")],
    ),
    "a quotation mark is not closed": (
        SHOWN,
        replaced("No counts", '"No counts'),
        [("line 2", "is a well-formed line of CSV. Mend the quotation marks")],
    ),
    "a quotation mark of the paper is gone": (
        PAPER,
        replaced('"Counted', "Counted"),
        [("line 8", "has 10 fields, as the header has; here are 11. Mend the line")],
    ),
    "in UTF-16": (
        PEOPLE,
        lambda data: data.decode("utf-8").encode("utf-16"),
        [("line 1", "is UTF-8 text. Save the file again as UTF-8.")],
    ),
    "in UTF-16 that does not say so": (
        PAPER,
        lambda data: data.decode("utf-8").encode("utf-16-le"),
        [("line 1", "is UTF-8 text. Save the file again as UTF-8.")],
    ),
    "in Windows-1252": (
        SHOWN,
        lambda data: data.replace(b"No counts", b"No \x96 counts", 1),
        [("line 2", "'byte 0x96': is UTF-8 text. Save the file again as UTF-8; it looks like Windows-1252.")],
    ),
    "with a byte order mark": (
        PEOPLE,
        lambda data: b"\xef\xbb\xbf" + data,
        [("line 1", "is UTF-8 text without a byte order mark. Save the file again as UTF-8 without")],
    ),
    "with a byte of nought": (
        PEOPLE,
        lambda data: data.replace(b"2005", b"20\x0005", 1),
        [("line 5", "'byte 0x00': is UTF-8 text. Write the line anew, or restore the file")],
    ),
    "with tabs": (
        PEOPLE,
        lambda data: data.replace(b",", b"\t"),
        [("line 1", "has commas between its columns. Save the file again with commas; here are tabs.")],
    ),
    "with semicolons": (
        PAPER,
        lambda data: data.replace(b",", b";"),
        [("line 1", "has commas between its columns. Save the file again with commas; here are semicolons.")],
    ),
    "cut off in a row": (
        RECORDED,
        lambda data: data[: data.index(b"Merseyside,2010-06-30") + 40],
        [
            (
                "line 120",
                "has 25 fields, as the header has; here are 8. Mend the line, or restore the file: it may be cut short.",
            )
        ],
    ),
    "empty": (PAPER, lambda data: b"", [("line 1", "is not an empty file. Restore the file; nothing is in it.")]),
    "a header without rows": (
        PEOPLE,
        lines(lambda rows: rows[:1]),
        [("line 2", "has at least one row. Restore the file; only its header is there.")],
    ),
    "a header that stands twice": (
        PEOPLE,
        lines(lambda rows: [rows[0], *rows]),
        [
            ("line 2, column mid_year", "'mid_year': is a whole number, without a comma or a unit. Correct the value."),
            ("line 2, column persons", "'persons': is a whole number, without a comma or a unit. Correct the value."),
        ],
    ),
    "no header": (
        PEOPLE,
        lines(lambda rows: ["City of London,2001,7000", *rows[1:]]),
        [
            ("line 1, column 2001", "is no column of this table"),
            ("line 1, column 7000", "is no column of this table"),
            ("line 1, column City of London", "is no column of this table"),
            ("line 1, column force", "is missing. Add it"),
            ("line 1, column mid_year", "is missing. Add it"),
            ("line 1, column persons", "is missing. Add it"),
        ],
    ),
    "a workbook": (
        PEOPLE,
        as_workbook,
        [
            (
                "line 1",
                "'workbook': is a CSV file. Open it in the program that made it and save the sheet as CSV in UTF-8.",
            )
        ],
    ),
    "a force that is written in two ways": (
        PEOPLE,
        lambda data: data.replace(b"Merseyside,2002", b"Mersyside,2002"),
        [
            (
                "line 32, column force",
                "'Mersyside': is written as in recorded_crime.csv, where Merseyside stands. Correct",
            )
        ],
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_file_is_named_with_its_place_and_its_mend(root: Path, broken: str) -> None:
    """Each fault has file, line, the column where there is one, and a mend; nothing changes. What is no table is not even
    registered.
    """
    name, change, faults = BROKEN[broken]
    before = (root / name).read_bytes()
    (root / name).write_bytes(change(before))
    assert (root / name).read_bytes() != before
    command, register = ("check", CYCLE), ("register", name, "--as-at", "2019-04-24")
    if name != PAPER and pcp(*register, root=root).exit_code:
        command = register
    refused(root, [f"{name}: {place}" for place, _ in faults], [words for _, words in faults], command=command)


def refused(root: Path, places: list[str], words: list[str], *, command: tuple[str, ...] = ("check", CYCLE)) -> None:
    """The *command* names these places with these words and no other, and nothing of the root changes."""
    before = tree(root)
    said = pcp(*command, root=root)
    assert (said.exit_code, "Traceback" in said.output) == (1, False), said.output
    *told, count = said.stderr.splitlines()
    assert (
        count == f"{len(places)} {'fault' if len(places) == 1 else 'faults'}; nothing was run and nothing was changed."
    )
    for line, place, text in zip(told, places, words, strict=True):
        assert line.startswith(f"{place}: "), line
        assert text in line
        assert re.search(r"\. [A-Z][^.]+.*\.$", line), f"no mend: {line}"
    assert tree(root) == before


def test_a_file_that_was_not_registered_is_named_by_its_hash(root: Path) -> None:
    """Half a number at the end of a file is no number's shape: the hash tells it, and what its neighbours are."""
    data = (root / PEOPLE).read_bytes()
    (root / PEOPLE).write_bytes(data.rstrip()[:-2])
    line = data.rstrip().count(b"\n") + 1
    refused(
        root,
        [PEOPLE, f"{PEOPLE}: line {line}, column persons"],
        [
            "or run `pcp register data/raw/population.csv --as-at DATE` if it was changed on purpose.",
            "is in line with the periods beside it",
        ],
    )


@pytest.mark.parametrize("name", [PEOPLE, PAPER])
def test_a_folder_of_the_name_is_no_file(root: Path, name: str) -> None:
    """It is said of what the register, or the cycle, has under that name."""
    (root / name).unlink()
    (root / name).mkdir()
    said = pcp("check", CYCLE, root=root)
    assert (said.exit_code, "Traceback" in said.output) == (1, False), said.output
    assert re.search(rf"^{re.escape(name)}: .*is no file that can be read", said.stderr, re.MULTILINE), said.stderr
    assert re.search("(Restore|Put) the file", said.stderr)


@pytest.mark.parametrize("ends", [b"\r\n", b"\r"], ids=["as on Windows", "as on an old Macintosh"])
@pytest.mark.parametrize("name", [RECORDED, PAPER])
def test_other_ends_of_lines_are_no_fault(root: Path, name: str, ends: bytes) -> None:
    """The rows are the same ones, and so is the hash of what the cycle sees of them."""
    before = gather(root, CYCLE).inputs
    (root / name).write_bytes((root / name).read_bytes().replace(b"\n", ends))
    if name != PAPER:
        assert pcp("register", name, "--as-at", "2019-04-25", root=root).exit_code == 0
    said = pcp("check", CYCLE, root=root)
    assert said.exit_code == 0, said.stderr
    assert gather(root, CYCLE).inputs == before
    assert cycle.load(root, CYCLE).has_paper


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_named(root: Path) -> None:
    """With the reason of the operating system."""
    (root / PEOPLE).chmod(0)
    refused(root, [PEOPLE], ["'Permission denied': is no file that can be read"])


@pytest.mark.parametrize(("command", "name"), [("check", PAPER), ("report", PEOPLE)])
def test_the_installed_command_refuses_a_broken_file_and_publishes_nothing(root: Path, command: str, name: str) -> None:
    """In a process of its own: exit code 1, the fault, and what stands published stands."""
    before = tree(root / "outputs")
    (root / name).write_bytes(b"PK\x03\x04")
    said = run_pcp(command, root=root)
    assert (said.returncode, f"{name}: " in said.stderr, "Traceback" in said.stderr) == (1, True, False), said.stderr
    assert tree(root / "outputs") == before
