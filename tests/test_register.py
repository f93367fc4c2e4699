"""The register of inputs: strict, deterministic, and never silent about a file."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcp_analysis.loaders import register, register_files
from pcp_analysis.loaders.kinds import KINDS
from pcp_analysis.loaders.register import Entry
from pcp_analysis.strict.fault import FaultError
from pcp_analysis.strict.files import sha256_of, write_all, write_whole

ROOT = Path(__file__).resolve().parents[1]
TWICE = "is the kind of another entry too, and its series have names of their own"
TABLE = "force,mid_year,persons\nAlpha,2012,1000\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with one registered table, a cycle and a hidden file."""
    write_whole(tmp_path / "data/raw/population.csv", TABLE)
    write_whole(tmp_path / "data/raw/cycles/2014-09/cycle.toml", "")
    write_whole(tmp_path / "data/raw/.gitkeep", "")
    register.record(tmp_path, entry(tmp_path))
    return tmp_path


def entry(root: Path, **changes: object) -> Entry:
    """The entry of the population table as it stands."""
    made = Entry(
        "population",
        "population.csv",
        "Populations",
        "ONS",
        "OGL",
        date(2019, 4, 24),
        sha256_of(root / "data/raw/population.csv"),
        "population",
        publication_lag_months=12,
    )
    return replace(made, **changes)


def edit(root: Path, old: str, new: str) -> None:
    """Replace text in the register, as a person would."""
    path = root / register.REGISTER
    assert old in path.read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def unlined(root: Path, where: str) -> str:
    """A place in the register without its line, which must be that of the key, or of the entry that lacks it."""
    if not where:
        return where
    line, _, place = where.partition(", ")
    name, _, key = place.rpartition(".")
    text = (root / register.REGISTER).read_text(encoding="utf-8").splitlines()[int(line.removeprefix("line ")) - 1]
    assert text.startswith((f"{key} =", f"[{name}]") if name else (place, f"[{place}]")), (where, text)
    return place


def faults(root: Path) -> list[tuple[str, str, str]]:
    """File, place and rule of each fault of the register."""
    return [(fault.file, unlined(root, fault.where), fault.rule) for fault in register.check(root)]


def test_a_sound_register_has_no_fault(root: Path) -> None:
    """What was recorded is read back as it was, and the cycle's files and hidden ones need no entry."""
    assert register.check(root) == []
    assert register.read(root) == {"population": entry(root)}


def test_an_altered_file_is_named_with_both_ways_out(root: Path) -> None:
    """A changed byte is a fault that says to restore the file or to register it."""
    (root / "data/raw/population.csv").write_text(TABLE.replace("1000", "1001"), encoding="utf-8")
    found = register.check(root)
    assert [(fault.file, fault.rule) for fault in found] == [
        ("data/raw/population.csv", "has not the sha256 of the register's [population]")
    ]
    assert "Restore the file" in found[0].mend
    assert "pcp register data/raw/population.csv --as-at DATE" in found[0].mend


def test_missing_and_unregistered_files_are_named(root: Path) -> None:
    """A registered file that is gone and files that nobody registered are faults of their own."""
    (root / "data/raw/population.csv").rename(root / "data/raw/people.csv")
    write_whole(root / "data/raw/shown/note.txt", "x")
    assert [file for file, _, _ in faults(root)] == [
        "data/raw/population.csv",
        "data/raw/people.csv",
        "data/raw/shown/note.txt",
    ]


@pytest.mark.parametrize(
    ("old", "new", "where", "rule"),
    [
        ('title = "Populations"', 'titel = "Populations"', "population.titel", "is no key that is known here"),
        ('title = "Populations"', 'title = " "', "population.title", "is blank"),
        ('title = "Populations"', "title = 3", "population.title", "must be text"),
        ("as_at = 2019-04-24", 'as_at = "2019-04-24"', "population.as_at", "must be a date"),
        ("as_at = 2019-04-24", "as_at = 2019-04-24T10:00:00", "population.as_at", "must be a date"),
        ('loader = "population"', 'loader = "populations"', "population.loader", "is no kind of table"),
        (
            "publication_lag_months = 12",
            "publication_lag_months = -1",
            "population.publication_lag_months",
            "0 to 120",
        ),
        (
            "publication_lag_months = 12",
            "publication_lag_months = true",
            "population.publication_lag_months",
            "0 to 120",
        ),
        ("publication_lag_months = 12", "left_out = [1]", "population.left_out", "must be text"),
        ("publication_lag_months = 12", "revision = 1", "population.revision", "must be text"),
        ('"population.csv"', '"../population.csv"', "population.file", "is no path inside data/raw"),
        ('"population.csv"', '"cycles/2014-09/cycle.toml"', "population.file", "is no path inside data/raw"),
        ('"population.csv"', '"./population.csv"', "population.file", "is no path inside data/raw"),
        ("[population]", "[Population]", "Population", "is no name of an entry"),
        ("[population]", "stray = 1\n[population]", "stray", "is no entry"),
    ],
)
def test_a_wrong_key_is_named(root: Path, old: str, new: str, where: str, rule: str) -> None:
    """A misspelt key, a wrong type, a path that leads out: each is named by entry and key."""
    edit(root, old, new)
    named = [(place, rule in text) for file, place, text in faults(root) if file == register.SHOWN]
    assert (where, True) in named


def test_all_faults_come_at_once(root: Path) -> None:
    """A missing key, a bad date and an unknown loader of one entry are three faults, and reading raises all of them."""
    edit(root, 'title = "Populations"\n', "")
    edit(root, "2019-04-24", "19")
    edit(root, 'loader = "population"', 'loader = "x"')
    with pytest.raises(FaultError) as raised:
        register.read(root)
    assert {unlined(root, fault.where) for fault in raised.value.faults} == {
        "population.title",
        "population.as_at",
        "population.loader",
    }


@pytest.mark.parametrize(
    ("content", "rule"),
    [(b"[population\n", "is not TOML"), (b"title = '\xe9'", "is not UTF-8"), (None, "the file is missing")],
)
def test_a_register_that_cannot_be_read_is_a_fault(root: Path, content: bytes | None, rule: str) -> None:
    """Broken TOML, another encoding and no register at all are faults, not tracebacks."""
    path = root / register.REGISTER
    path.unlink() if content is None else path.write_bytes(content)
    (fault,) = register.check(root)
    assert (fault.file, rule in fault.rule) == (register.SHOWN, True), "the files that it may name are not accused"


def test_two_entries_of_one_file_or_one_kind_of_series_are_faults(root: Path) -> None:
    """A file has one entry, and a kind that names its series has one table."""
    text = (root / register.REGISTER).read_text(encoding="utf-8")
    (root / register.REGISTER).write_text(
        text + text[text.index("[population]") :].replace("[population]", "[people]"), encoding="utf-8"
    )
    assert {(where, rule) for _, where, rule in faults(root)} == {
        ("population.file", "is named by another entry too"),
        ("people.file", "is named by another entry too"),
        ("population.loader", TWICE),
        ("people.loader", TWICE),
    }


def test_recording_keeps_the_other_entries(root: Path) -> None:
    """A recorded entry replaces the one of its name; the text does not depend on the order of recording."""
    other = entry(root, name="funding", file="shown/funding.csv", loader="shown", publication_lag_months=0)
    register.record(root, other)
    register.record(root, entry(root, title="Persons"))
    assert register.read(root) == {"funding": other, "population": entry(root, title="Persons")}
    assert register.to_toml([other, entry(root)]) == register.to_toml([entry(root), other])


def test_an_entry_at_fault_never_reaches_the_register(root: Path) -> None:
    """Recording an entry with a wrong loader raises and leaves the register as it was."""
    before = (root / register.REGISTER).read_bytes()
    with pytest.raises(FaultError, match="is no kind of table"):
        register.record(root, entry(root, loader="x"))
    assert (root / register.REGISTER).read_bytes() == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    lines=st.lists(st.text('a"\\\n\t€', max_size=8), max_size=3),
)
def test_any_text_is_valid_toml(root: Path, text: str, lines: list[str]) -> None:
    """Whatever stands in a note or a list, the register is TOML that reads back the same."""
    made = entry(root, note=text, left_out=tuple(lines))
    table = tomllib.loads(register.to_toml([made]))["population"]
    assert table.get("note", "") == text
    assert table.get("left_out", []) == lines
    assert table["as_at"] == date(2019, 4, 24)


@pytest.mark.parametrize("named", ["population.csv", "data/raw/population.csv", "/absolute"])
def test_registering_takes_the_file_as_it_is(root: Path, named: str) -> None:
    """After a change on purpose the hash and the day are those of now, however the file is named."""
    path = root / "data/raw/population.csv"
    path.write_text(TABLE.replace("1000", "1100"), encoding="utf-8")
    changed = register_files(root, [path if named == "/absolute" else named], date(2020, 1, 31))
    assert register.check(root) == []
    assert [(each.name, each.as_at, each.title) for each in changed] == [
        ("population", date(2020, 1, 31), "Populations")
    ]


def test_registering_fills_in_a_new_entry(root: Path) -> None:
    """An entry written by hand without hash and day is completed; the register was at fault before."""
    write_whole(root / "data/raw/shown/funding.csv", ",".join(KINDS["shown"].names) + "\n")
    with (root / register.REGISTER).open("a", encoding="utf-8") as stream:
        stream.write(
            '[funding]\nfile = "shown/funding.csv"\ntitle = "F"\npublisher = "P"\nlicence = "L"\nloader = "shown"\n'
        )
    assert {where for _, where, _ in faults(root)} == {"funding.as_at", "funding.sha256"}
    register_files(root, ["shown/funding.csv"], date(2014, 9, 11))
    assert register.check(root) == []


def test_registering_what_is_not_there_changes_nothing(root: Path) -> None:
    """A file that is missing and one without an entry are named together, and nothing is written."""
    write_whole(root / "data/raw/other.csv", "x\n")
    before = (root / register.REGISTER).read_bytes()
    with pytest.raises(FaultError) as raised:
        register_files(root, ["population.csv", "other.csv", "none.csv"], date(2020, 1, 31))
    assert {fault.file for fault in raised.value.faults} == {"data/raw/other.csv", "data/raw/none.csv"}
    assert (root / register.REGISTER).read_bytes() == before


def test_files_are_written_all_or_none(tmp_path: Path) -> None:
    """Where one of two files cannot be written, the other stays as it was and nothing is left behind."""
    write_whole(tmp_path / "a.csv", "old")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OSError, match="file"):
        write_all({tmp_path / "a.csv": "new", tmp_path / "file" / "b.csv": "new"})
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "file"]


def test_the_committed_register_is_sound() -> None:
    """Every input of this repository is registered as it stands, and the register is as this code writes it."""
    assert register.check(ROOT) == []
    text = (ROOT / register.REGISTER).read_text(encoding="utf-8")
    assert register.to_toml(register.read(ROOT).values()) == text
