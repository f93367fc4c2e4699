"""The paper of September 2014, numeral by numeral, against its table, its parts and official statistics."""

from __future__ import annotations

import csv
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from pcp_analysis.figures.figure import Figures
from pcp_analysis.findings.view import figures
from pcp_analysis.paper.rows import (
    BASES,
    COLUMNS,
    PRINTED,
    REPRODUCED,
    ROUNDINGS,
    check_paper,
    fold,
    read_paper,
    recompute,
)
from tests.numerals import explanation, numerals

ROOT = Path(__file__).resolve().parents[1]
CYCLE = "2014-09"
PAPER = ROOT / "data" / "raw" / "cycles" / CYCLE / "paper.csv"
TEXT = Path(__file__).resolve().parents[2] / "shared" / "paper" / "spcb-2014-09-11-item-6.txt"
ROWS = read_paper(PAPER, root=ROOT)

# What no rounding explains: the paper's own faults. A row that turns out sound must leave this list.
FAULTS = {
    "confidence.said_neither.reduction": 'printed as "over 5%"; the answer "neither" went from 7 to 5 per cent',
    "street_triage.incidents": "573 on street and 921 in private premises are 1,494, and 1,496 are printed",
}
# A sum of printed percentages that differs by no more than the rounding of its parts allows: no fault.
ROUNDED_PARTS = {"confidence.disagree.wave_36", "confidence.agree.wave_34"}
# Images that the text has lost.
LOST_IN = {"6", "22", "58", "62", "63", "78"}


@pytest.fixture(scope="module")
def text() -> str:
    """The paper's text, from the folder beside the checkout."""
    if not TEXT.is_file():
        pytest.skip("the paper's text, ../shared/paper, is not beside this checkout")
    return TEXT.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def held() -> Figures:
    """Every figure that the cycle makes from plan and data."""
    return figures(CYCLE, root=ROOT)


def test_every_numeral_of_the_text_has_a_row(text: str) -> None:
    """The numerals and number-words of the text are those of paper.csv, one by one and in order."""
    printed = numerals(text)
    listed = [row for row in ROWS if row.basis != "not held"]
    for found, row in zip(printed, listed, strict=False):
        assert found.text == row.numeral, (
            f"line {found.line} of the text prints {found.text}; paper.csv line {row.line}"
        )
    assert len(printed) == len(listed)


def test_quotes_and_headings_stand_in_the_text(text: str) -> None:
    """Every quote and heading is found in the text, white space folded."""
    whole = fold(text)
    missing = [row.id for row in ROWS if row.quote not in whole or row.heading not in whole]
    assert missing == []


def test_quotes_of_one_paragraph_follow_each_other(text: str) -> None:
    """Each row's quote lies around the place of its numeral, so that no row quotes another part of the paper."""
    listed = [row for row in ROWS if row.basis != "not held"]
    lines = text.splitlines()
    for found, row in zip(numerals(text), listed, strict=True):
        nearby = fold(" ".join(lines[max(0, found.line - 35) : found.line + 35]))
        assert row.quote in nearby, f"{row.id}: the quote does not stand near line {found.line}"


def test_paragraphs_are_those_of_the_text() -> None:
    """The paragraphs run from 1 to 96, and the numbers 82 to 86, which the paper uses twice, are told apart."""
    numbers = [row.paragraph for row in ROWS if row.note.startswith("A paragraph number.")]
    second = [f"{number}.2" for number in range(82, 87)]
    assert numbers == [*map(str, range(1, 87)), *second, *map(str, range(87, 97))]


def test_each_row_by_its_basis(held: Figures, capsys: pytest.CaptureFixture[str]) -> None:
    """Goes through every row by its basis, prints the count of each, and holds what does not follow to be declared."""
    checked = recompute(ROWS, held)
    bases = Counter(found.row.basis for found in checked)
    explained = Counter((found.row.basis, explanation(found)) for found in checked if found.computed is not None)
    with capsys.disabled():
        print(f"\n{len(ROWS)} rows of {PAPER.name}: " + ", ".join(f"{bases[basis]} {basis}" for basis in BASES))
        for (basis, why), count in sorted(explained.items()):
            print(f"  {basis}, {why}: {count}")
    assert set(bases) == set(BASES)
    assert sum(explained.values()) == bases["recomputed"] + bases["arithmetic"]
    assert {found.row.id for found in checked if explanation(found) == "none"} == set(FAULTS)
    assert {found.row.id for found in checked if explanation(found) == "rounded parts"} == ROUNDED_PARTS


def test_recomputed_rows_come_from_other_sources(held: Figures) -> None:
    """A recomputed row equals a figure that is itself recomputed, from an input that no Board paper printed."""
    again = [found for found in recompute(ROWS, held) if found.row.basis == "recomputed"]
    assert again
    for found in again:
        figure = held[found.row.computed_from]
        assert figure.basis == "recomputed"
        assert figure.unit == found.row.unit
        assert explanation(found) == "exact"


def test_no_one_rounding_explains_the_paper(held: Figures) -> None:
    """The paper cuts one rate off and rounds its twin: no single rounding explains all of its arithmetic."""
    rounded = [found for found in recompute(ROWS, held) if found.roundings]
    shared = [mode for mode in ROUNDINGS if all(mode in found.roundings for found in rounded)]
    assert shared == []
    of = {found.row.id: found.roundings for found in rounded}
    assert of["crime_data_integrity.incidents.printed"] == ("down",)
    assert "down" not in of["crime_data_integrity.directly_recorded.printed"]


@pytest.mark.slow
def test_shown_tables_and_the_paper_agree(held: Figures) -> None:
    """Every quoted figure of the tables has its row here with the same value, and its direction of sign."""
    printed = {row.id: row.value for row in ROWS if row.basis in PRINTED}
    # The audit prints one number of "No Crime" cases: those examined are those that a decision was due on.
    once = {f"crime_data_integrity.no_crime_{kind}.examined" for kind in ("rape", "robbery", "violence")}
    # a direction that is said in words has no numeral: its note quotes the words
    quoted = {name: each for name, each in held.items() if each.basis == "quoted" and each.unit != "direction"}
    words = " ".join(row.quote for row in ROWS)
    for figure in held.values():
        if figure.unit == "direction":
            assert re.search('"([^"]+)"', figure.note)[1] in words, figure.id
    assert once <= quoted.keys()
    for name, figure in quoted.items():
        twin = printed.get(name.replace(".examined", ".required") if name in once else name)
        assert twin is not None, f"{name} is quoted, and paper.csv has no row of that id"
        assert Decimal(repr(float(figure.value))) == twin, name


def test_what_is_not_held_has_no_figure(held: Figures) -> None:
    """A figure that stood in a lost image has a row without a value, and nothing else stands in for it."""
    lost = [row for row in ROWS if row.basis == "not held"]
    assert {row.paragraph for row in lost} == LOST_IN
    assert [
        row.id for row in lost if row.value is not None or (row.id in held and held[row.id].value is not None)
    ] == []


def test_what_is_repeated_repeats() -> None:
    """A figure that the paper prints twice has the same value both times."""
    values = {row.id: row.value for row in ROWS}
    repeated = [row for row in ROWS if row.id.endswith(".repeated")]
    assert len(repeated) == 7
    assert [row.id for row in repeated if row.value != values[row.id.removesuffix(".repeated")]] == []


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("since 2010-\n11. Up", ["2010- 11"]),
        ("2013/14 and 2013/2014, 2013-14", ["2013/14", "2013/2014", "2013-14"]),
        ("(-5.2% or 470), correctly - 80%, - 12.46%", ["-5.2%", "470", "80%", "12.46%"]),
        ("14,809 offences, 40,000. Then 201,.", ["14,809", "40,000", "201"]),
        ("(200k) 210K £1million 1yr S136 s.136", ["200k", "210K", "£1million", "1", "136", "136"]),
        ("iv. On street\n  VIII. Should\nI think so.", ["iv", "VIII"]),
        ("A six-strand plan, once; the Four; secondment, quarterly, both", ["six", "once", "Four", "both"]),
        ("on the 1st and 31st, 11th", ["1st", "31st", "11th"]),
    ],
)
def test_numerals(printed: str, found: list[str]) -> None:
    """The tokenizer finds numerals of every form that the paper uses, and no word that merely looks like one."""
    assert [numeral.text for numeral in numerals(printed)] == found


def test_numerals_know_their_line() -> None:
    """A numeral says the line in which it begins."""
    assert [numeral.line for numeral in numerals("none\n1\n\ntwo 3")] == [2, 4, 4]


SOUND = {
    "id": "metro.current",
    "paragraph": "88",
    "heading": "",
    "quote": "39 offences",
    "numeral": "39",
    "value": "39",
    "unit": "count",
    "basis": "quoted",
    "computed_from": "",
    "note": "",
}
BEFORE = SOUND | {"id": "metro.baseline", "quote": "compared to 32", "numeral": "32", "value": "32"}
CHANGE = SOUND | {
    "id": "metro.change",
    "quote": "+21.9% on Metro",
    "numeral": "+21.9%",
    "value": "21.9",
    "unit": "percent",
    "basis": "arithmetic",
    "computed_from": "percent_change(metro.current, metro.baseline)",
}


def _table(folder: Path, *rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> Path:
    path = folder / "paper.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, extrasaction="ignore", lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_sound_table_has_no_fault(tmp_path: Path) -> None:
    """Three sound rows pass, so that what fails below fails for its own reason."""
    assert check_paper(_table(tmp_path, SOUND, BEFORE, CHANGE)) == []


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("8,082", "8082"),
        ("£200k", "200000"),
        ("six", "6"),
        ("-5.2%", "-5.2"),
        ("470", "-470"),
        ("2.0 points", "2"),
        ("1.2m", "1200000"),
    ],
)
def test_the_value_of_a_row_is_its_numeral(tmp_path: Path, numeral: str, value: str) -> None:
    """Thousands, signs that the words say, a number-word: none is a fault, and its digits turned round are."""
    given = SOUND | {"quote": f"about {numeral} of them", "numeral": numeral, "value": value}
    assert check_paper(_table(tmp_path, given)) == []
    turned = given | {"value": f"{value}1"}
    assert [fault.where for fault in check_paper(_table(tmp_path, turned))] == (
        [] if numeral == "six" else ["line 2, column value"]
    )


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"basis": "guessed"}, "basis"),
        ({"id": "Metro change"}, "id"),
        ({"id": "metro.current", "computed_from": "total(metro.baseline)"}, "id"),
        ({"paragraph": "82b"}, "paragraph"),
        ({"value": "about 22"}, "value"),
        ({"value": "1_000"}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": ""}, "value"),
        ({"value": "29.1"}, "value"),
        ({"value": "219"}, "value"),
        ({"value": "21900"}, "value"),
        ({"basis": "not held", "numeral": "", "computed_from": "", "note": "lost"}, "value"),
        ({"unit": "offences"}, "unit"),
        ({"numeral": "+22%"}, "quote"),
        ({"numeral": ""}, "numeral"),
        ({"computed_from": ""}, "computed_from"),
        ({"basis": "quoted"}, "computed_from"),
        ({"basis": "recomputed"}, "computed_from"),
        ({"computed_from": "percent_change(metro.current, metro.before)"}, "computed_from"),
        ({"computed_from": "metro.change"}, "computed_from"),
        ({"computed_from": "percent_change(metro.current, 32)"}, "computed_from"),
        ({"computed_from": "percent_change(metro.current)"}, "computed_from"),
        ({"computed_from": "metro.current + metro.baseline"}, "computed_from"),
        ({"computed_from": "total()"}, "computed_from"),
        ({"computed_from": "total(*metro.current)"}, "computed_from"),
        ({"computed_from": "__import__('os').system('true')"}, "computed_from"),
        ({"computed_from": "(lambda: metro.current)()"}, "computed_from"),
        ({"computed_from": "total(" * 400 + "metro.current" + ")" * 400}, "computed_from"),
        ({"computed_from": "total(metro.current, "}, "computed_from"),
        ({"value": "", "unit": "", "basis": "no figure", "computed_from": ""}, "note"),
        ({"value": "", "basis": "no figure", "computed_from": "", "note": "a name"}, "unit"),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path: Path, change: dict[str, str], column: str) -> None:
    """Each mistake is a fault in its own line and column, and no other row is blamed."""
    faults = check_paper(_table(tmp_path, SOUND, BEFORE, CHANGE | change), root=tmp_path)
    assert [(fault.file, fault.where) for fault in faults] == [("paper.csv", f"line 4, column {column}")]


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    """Mistakes in several rows are reported together."""
    faults = check_paper(_table(tmp_path, SOUND | {"unit": "x"}, BEFORE | {"value": "y"}, CHANGE | {"basis": "z"}))
    places = [fault.where for fault in faults]
    assert places == ["line 2, column unit", "line 3, column value", "line 4, column basis"]


def test_an_unknown_column_is_a_fault(tmp_path: Path) -> None:
    """A column that the table does not have, and one that it lacks, are both named."""
    columns = ("remark", *COLUMNS[1:])
    faults = check_paper(_table(tmp_path, SOUND, columns=columns), root=tmp_path)
    assert {fault.where for fault in faults} == {"line 1, column id", "line 1, column remark"}


def _explained(value: str, unit: str, parts: dict[str, tuple[str, str]], expression: str, folder: Path) -> str:
    def printed(number: str) -> dict[str, str]:
        return {"value": number, "numeral": number, "quote": f"{number} of them"}

    rows = [SOUND | printed(part) | {"id": name, "unit": of} for name, (part, of) in parts.items()]
    made = {"id": "x.printed", "unit": unit, "basis": "arithmetic", "computed_from": expression}
    rows.append(SOUND | printed(value) | made)
    return explanation(recompute(read_paper(_table(folder, *rows)), {})[-1])


@pytest.mark.parametrize(
    ("value", "expression", "explanation"),
    [
        ("98", "share(a.x, a.y)", "down"),
        ("99", "share(a.x, a.y)", "half up, half even, up"),
        ("98.8", "share(a.x, a.y)", "half up, half even, up"),
        ("98.7", "share(a.x, a.y)", "down"),
        ("97", "share(a.x, a.y)", "none"),
        ("100", "share(a.x, a.y)", "none"),
        ("660", "total(a.x, a.y)", "exact"),
        ("661", "total(a.x, a.y)", "none"),
        ("12.5", "share(a.one, a.eight)", "exact"),
        ("12", "share(a.one, a.eight)", "half even, down"),
        ("13", "share(a.one, a.eight)", "half up, up"),
        ("-12", "percent_change(a.seven, a.eight)", "half even, down"),
    ],
)
def test_roundings(tmp_path: Path, value: str, expression: str, explanation: str) -> None:
    """A printed number is explained by exactly the roundings that give it, to its printed decimals."""
    counts = {"a.x": "328", "a.y": "332", "a.one": "1", "a.seven": "7", "a.eight": "8"}
    parts = {name: (count, "count") for name, count in counts.items()}
    assert (
        _explained(value, "percent" if "." in value or int(value) < 200 else "count", parts, expression, tmp_path)
        == explanation
    )


@pytest.mark.parametrize(
    ("value", "explanation"), [("83", "exact"), ("82", "rounded parts"), ("85", "rounded parts"), ("86", "none")]
)
def test_rounded_parts(tmp_path: Path, value: str, explanation: str) -> None:
    """A sum of three rounded percentages may stand two points off, which is no fault; three points off is one."""
    parts = {"a.b": ("11", "percent"), "a.c": ("49", "percent"), "a.d": ("23", "percent")}
    assert _explained(value, "percent", parts, "total(a.b, a.c, a.d)", tmp_path) == explanation


def test_a_recomputed_row_takes_its_figure(tmp_path: Path) -> None:
    """A recomputed row is compared with the figure it names; a figure that is not there is an error, not a pass."""
    row = SOUND | {"basis": "recomputed", "computed_from": "metro.count"}
    rows = read_paper(_table(tmp_path, row))
    assert explanation(recompute(rows, {"metro.count": SimpleNamespace(value=39.0)})[0]) == "exact"
    assert explanation(recompute(rows, {"metro.count": SimpleNamespace(value=40.0)})[0]) == "none"
    with pytest.raises(KeyError):
        recompute(rows, {})


def test_reproduced_is_only_what_was_computed() -> None:
    """What is quoted is never called reproduced."""
    assert REPRODUCED == ("recomputed", "arithmetic")
    found = recompute([row for row in ROWS if row.basis not in REPRODUCED], {})
    assert {explanation(one) for one in found} == {""}
