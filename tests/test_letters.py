"""What a reader cannot see, or takes for something else, stands in no input: not in a table, not in a text."""

from __future__ import annotations

from pathlib import Path

import pytest

from pcp_analysis.strict import toml, value
from pcp_analysis.strict.letters import odd
from pcp_analysis.strict.sheet import LONGEST_CELL, read_sheet
from pcp_analysis.strict.toml import Key

ODD = {
    "80\u202e82": "invisible character U+202E",
    "Rob\u200bbery": "invisible character U+200B",
    "Rob\u00adbery": "invisible character U+00AD",
    "Bell\x07": "invisible character U+0007",
    "\ufeffRobbery": "invisible character U+FEFF",
    "two\u2028lines": "invisible character U+2028",
    "\ue000": "invisible character U+E000",
    "\u3164": "blank U+3164",
    "1\u2009234": "blank U+2009",
    "\u2800": "blank U+2800",
    "\u0663": "digit of another script, U+0663",
    "\uff11\uff12": "digit of another script, U+FF11",
    "K\u0435nt": "letters of two scripts in one word, U+0435",
    "W\u03bfst": "letters of two scripts in one word, U+03BF",
}
SOUND = ["Robbery", "–5 %", "“no crime”", "£200k", "Dyfed-Powys", "Café", "Łódź", "Київ", "1 234", "x²", ""]


@pytest.mark.parametrize("text", ODD)
def test_what_is_not_what_it_looks_like_is_named_in_a_table_and_in_a_text(text: str, tmp_path: Path) -> None:
    """One rule for every kind of file, with line and column, or line and key."""
    assert ODD[text] in (odd(text) or "")
    (tmp_path / "a.csv").write_text(f"force,count\nKent,1\n{text},2\n", encoding="utf-8")
    _, (fault,) = read_sheet(tmp_path / "a.csv", "a.csv")
    assert (fault.where, ODD[text] in fault.rule, fault.value.isascii()) == ("line 3, column force", True, True)
    if text != "Bell\x07":  # which TOML itself refuses
        (tmp_path / "a.toml").write_text(f'ok = 1\nforce = "{text}"\n', encoding="utf-8")
        document = toml.read(tmp_path / "a.toml", "a.toml")
        document.take(document.data, "", {"ok": Key(value.anything), "force": Key(value.line)})
        assert [(fault.where, ODD[text] in fault.rule) for fault in document.faults] == [("line 2, force", True)]


@pytest.mark.parametrize("text", SOUND)
def test_what_people_write_is_sound(text: str, tmp_path: Path) -> None:
    """Typographic marks, accents, another alphabet throughout, a space that does not break."""
    assert odd(text) is None
    (tmp_path / "a.csv").write_text(f'force,count\n"{text}",2\n', encoding="utf-8")
    assert read_sheet(tmp_path / "a.csv", "a.csv")[1] == []


def test_the_length_of_a_cell_is_bounded(tmp_path: Path) -> None:
    """A cell that goes on and on is named, and its value is not printed whole."""
    (tmp_path / "a.csv").write_text(f"force,count\n{'x' * (LONGEST_CELL + 1)},2\n", encoding="utf-8")
    _, (fault,) = read_sheet(tmp_path / "a.csv", "a.csv")
    assert (fault.where, "may have 20,000" in fault.rule, len(fault.value)) == ("line 2, column force", True, 40)
