"""Documents: where each key stands, and what is at fault in it."""

from __future__ import annotations

import pytest

from pcp_analysis.strict import toml, value
from pcp_analysis.strict.toml import Key

TEXT = """\
title = "a"

[[update]]
deliverable = "one"
text = \"\"\"
title = "not a key"
[[update]]
\"\"\"

[[update]]  # the second
deliverable = "two"

  [[update.commitment]]
  what = "it"

[section.purpose]
'text' = ''
"""


def write(tmp_path, text: str) -> toml.Document:
    (tmp_path / "any.toml").write_text(text, encoding="utf-8")
    return toml.read(tmp_path / "any.toml", "any.toml")


def test_each_key_has_its_line_and_tables_count_from_one():
    """Keys inside a text of many lines are no keys; tables of a list are told apart by their number."""
    assert toml.key_lines(TEXT) == {
        "title": 1,
        "update[1]": 3,
        "update[1].deliverable": 4,
        "update[1].text": 5,
        "update[2]": 10,
        "update[2].deliverable": 11,
        "update[2].commitment[1]": 13,
        "update[2].commitment[1].what": 14,
        "section.purpose": 16,
        "section.purpose.text": 17,
    }


def test_a_missing_key_is_named_at_the_table_that_lacks_it(tmp_path):
    """What is not there has no line of its own, so the line of its table is given."""
    document = write(tmp_path, TEXT)
    for path, table in document.tables(document.data, "update"):
        document.take(table, path, {name: Key(value.anything) for name in table} | {"due": Key(value.month, True)})
    assert [(fault.where, fault.rule) for fault in document.faults] == [
        ("line 3, update[1].due", "is missing"),
        ("line 10, update[2].due", "is missing"),
    ]


@pytest.mark.parametrize("key", ['"a\\nb"', '"' + "x" * 500 + '"', '"a.b"'])
def test_a_hostile_key_is_named_in_one_short_line(tmp_path, key):
    """A key with line breaks or without end makes a fault that fits on a line."""
    document = write(tmp_path, f"{key} = 1\n")
    assert document.take(document.data, "", {"title": Key(value.line)}) == {}
    (fault,) = document.faults
    assert "\n" not in fault.where
    assert len(fault.where) < 120
    assert fault.rule == "is no key that is known here"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a = ", "is not TOML"),
        ("a = 1\na = 2", "is not TOML"),
        ("a = 2014-02-30", "is not TOML"),
        ("a = " + "9" * 5000, "is not TOML"),
        ("a = " + "[" * 50_000, "nested too deeply"),
        ("a = '\x00'", "is not TOML"),
    ],
)
def test_what_cannot_be_parsed_is_one_fault(tmp_path, text, rule):
    """Whatever keeps a file from being TOML is a fault, and the document is not readable."""
    document = write(tmp_path, text)
    assert not document.readable
    (fault,) = document.faults
    assert rule in fault.rule


def test_a_missing_file_and_a_folder_in_its_place_are_faults(tmp_path):
    """What cannot be opened is a fault that says so."""
    assert toml.read(tmp_path / "none.toml", "none.toml").faults[0].rule == "the file is missing"
    assert "cannot be read" in toml.read(tmp_path, "folder").faults[0].rule
