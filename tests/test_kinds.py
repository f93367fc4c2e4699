"""What a kind of table declares: a new one says whom it counts and which figures it makes, or is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from pcp_analysis.cli import main
from pcp_analysis.findings import printed
from pcp_analysis.loaders import visible
from pcp_analysis.loaders.columns import Column, People
from pcp_analysis.loaders.kinds import KINDS, Kind
from pcp_analysis.strict.fault import FaultError
from tests.conftest import CYCLE

COLUMNS = (
    Column("measure", "id"),
    Column("item", "id"),
    Column("victims", "int", blank=True),
    Column("shown_to", "month"),
    Column("paragraph", "text"),
    Column("basis", "text", choices=("quoted", "not held")),
)
KEY = ("measure", "item", "shown_to")
ENTRY = """
[made_up]
file = "made_up.csv"
title = "Made up"
publisher = "Nobody"
licence = "none"
as_at = 2014-09-01
sha256 = "{sha256}"
loader = "made_up"
"""


def kind(**fields: object) -> Kind:
    """A made-up kind of table with a column that counts people."""
    return Kind("made_up", COLUMNS, KEY, "shown_to", **fields)


@pytest.fixture
def table(copied_root: Path, monkeypatch: pytest.MonkeyPatch):
    """Adds a sensitive table of a made-up kind, in which two people are counted, to a copy of the root."""
    from pcp_analysis.strict.files import sha256_of

    def add(made_up: Kind) -> Path:
        monkeypatch.setitem(KINDS, "made_up", made_up)
        file = copied_root / "data/raw/made_up.csv"
        text = "measure,item,victims,shown_to,paragraph,basis\nfraud_victims,old,2,2014-09,5,quoted\n"
        file.write_text(text, encoding="utf-8", newline="\n")
        with (copied_root / "data/raw/register.toml").open("a", encoding="utf-8", newline="\n") as register:
            register.write(ENTRY.format(sha256=sha256_of(file)))
        return copied_root

    return add


def checked(root: Path) -> str:
    """What `pcp check` prints of *root*, which must be at fault."""
    result = CliRunner().invoke(main, ["check", CYCLE], env={"PCP_ROOT": str(root)})
    assert result.exit_code == 1, result.output
    return result.stderr


def test_a_sensitive_table_whose_kind_says_nothing_of_people_is_refused(table) -> None:
    """Its count of two people is not published: check names the entry, and no row of it is given out."""
    root = table(kind(no_figures="made up"))
    assert "register.toml: [made_up] sensitive" in checked(root)
    assert "a table of the kind made_up does not hold how many people its numbers are of" in checked(root)
    with pytest.raises(FaultError, match="does not hold how many people its numbers are of"):
        visible(root, cut_off=date(2014, 8, 31), board_date=date(2014, 9, 11))


@pytest.mark.slow
def test_a_kind_that_names_its_people_has_its_small_counts_suppressed(table) -> None:
    """The same table, declared: the two people are hidden, and nothing is at fault."""
    from pcp_analysis.loaders import open_inputs

    root = table(kind(people=People(counts=("victims",)), no_figures="made up"))
    assert CliRunner().invoke(main, ["check", CYCLE], env={"PCP_ROOT": str(root)}).exit_code == 0
    frame = open_inputs(root, cut_off=date(2014, 8, 31), board_date=date(2014, 9, 11)).tables["made_up"]
    assert frame.basis.tolist() == ["suppressed"]
    assert frame.victims.isna().all()


def test_a_kind_that_contradicts_itself_is_none() -> None:
    """It makes figures or says why it makes none, and what it may have to hide may be blank."""
    with pytest.raises(ValueError, match="made_up says either which figures it makes or why it makes none"):
        kind(people=People())
    with pytest.raises(ValueError, match="only where measure may be blank"):
        kind(people=People(counts=("measure",)), no_figures="made up")
    with pytest.raises(ValueError, match="made_up says either"):
        kind(figures="shown", no_figures="made up")


def test_a_kind_whose_figures_nothing_makes_is_a_fault(table) -> None:
    """A printed kind that would be accepted, show in outcome.data, and make no figure is named by check."""
    root = table(kind(people=People(counts=("victims",)), figures="victims"))
    assert "is of the kind made_up, whose figures nothing makes" in checked(root)


def test_every_kind_says_whom_it_counts_and_every_maker_has_a_kind() -> None:
    """The kinds that are there are whole, and no maker of figures is left over; of whom a ranking's percentages are, no
    column says, so that it cannot be sensitive.
    """
    assert [each.name for each in KINDS.values() if each.people is None] == ["ranking"]
    assert {each.figures for each in KINDS.values() if each.figures} == {"series", *printed.MAKERS}


def test_a_period_that_a_kind_cannot_read_is_refused() -> None:
    """The column that decides who sees a row is a day, or a year that stands for its 30 June."""
    assert KINDS["population"].period_end("2013") == date(2013, 6, 30)
    assert KINDS["recorded_crime"].period_end("2014-06-30") == date(2014, 6, 30)
    with pytest.raises(ValueError, match="Invalid isoformat"):
        KINDS["recorded_crime"].period_end("June 2014")


def test_a_column_names_each_rule_that_a_value_breaks() -> None:
    """Bounds are inside, choices are closed, and an end of a quarter is one of four days."""
    assert list(Column("percent", "float", low=0, high=100).broken(100.5)) == ["is at most 100"]
    assert list(Column("wave", "int", low=1).broken(0)) == ["is at least 1"]
    assert list(Column("unit", "text", choices=("count",)).broken("points")) == ["is one of: count"]
    quarter = KINDS["recorded_crime"].column("quarter_ending")
    assert list(quarter.broken(date(2014, 6, 30))) == []
    assert next(iter(quarter.broken(date(2014, 5, 31)))).startswith("is the last day of a quarter")
    assert list(replace(quarter, ends="month").broken(date(2014, 5, 31))) == []
