"""What a page was made from: exactly the inputs of what it shows, then cycle, updates and plan."""

from __future__ import annotations

import hashlib
from pathlib import Path
from xml.etree import ElementTree

import pytest

import pcp_analysis
from pcp_analysis.findings.view import CycleView, open_view
from pcp_analysis.pages.sources import sources_table

ROOT = Path(__file__).resolve().parents[1]
ALWAYS = 3  # cycle.toml, updates.toml and the plan stand on every page


@pytest.fixture(scope="module")
def view() -> CycleView:
    """The real cycle of September 2014."""
    return open_view("2014-09", root=ROOT)


def test_a_page_that_shows_no_input_names_cycle_updates_and_plan(view):
    """A page of pointers was made from what leads reported, from the plan, and from nothing else."""
    frame = sources_table(view, set()).frame
    assert frame["File"].tolist() == [
        "data/raw/cycles/2014-09/cycle.toml",
        "data/raw/cycles/2014-09/updates.toml",
        f"plan {view.plan.id}",
    ]


def test_an_input_is_named_with_publisher_vintage_licence_and_hash(view):
    """The row of an input says what the register says of it, and the hash of the rows that the cycle sees."""
    frame = sources_table(view, {"recorded_crime"}).frame
    assert len(frame) == 1 + ALWAYS
    row = frame.iloc[0]
    assert row["File"] == "data/raw/recorded_crime.csv"
    assert row["Publisher"] == "Office for National Statistics; Home Office"
    assert row["As at"] == "25 April 2019"
    assert row["Licence"] == "Open Government Licence v3.0"
    hashed = next(value for column, value in row.items() if "SHA-256" in column)
    assert view.inputs.sha256["recorded_crime"].startswith(hashed)
    assert len(hashed) >= 12
    whole = hashlib.sha256((ROOT / "data/raw/recorded_crime.csv").read_bytes()).hexdigest()
    assert not whole.startswith(hashed), "a hash of the whole file would change with a row that the cycle cannot see"


def test_inputs_stand_in_the_order_of_the_register_whatever_was_shown_first(view):
    """The list does not depend on the order of a set."""
    names = list(view.inputs.entries)
    frame = sources_table(view, names[::-1]).frame
    assert frame["File"].tolist()[:-ALWAYS] == [f"data/raw/{view.inputs.entries[name].file}" for name in names]


def test_what_is_no_input_has_no_row(view):
    """A name that is not in the register, such as the plan's own, adds no row of a table."""
    assert len(sources_table(view, {"plan", "updates", "nothing"}).frame) == ALWAYS


def test_the_files_of_the_cycle_are_named_with_their_own_hash(view):
    """What leads reported can be told from another version of it."""
    row = sources_table(view, set()).frame.iloc[1]
    hashed = next(value for column, value in row.items() if "SHA-256" in column)
    assert hashlib.sha256((ROOT / row["File"]).read_bytes()).hexdigest().startswith(hashed)


def test_the_note_says_to_which_day_the_cycle_sees_and_with_what_it_was_made(view):
    """Cut-off and version stand below the table."""
    note = sources_table(view, set()).note
    assert "31 August 2014" in note
    assert pcp_analysis.__version__ in note


def test_every_cell_of_the_table_says_something(view):
    """No cell is empty, no path is one of this machine, and the table is well formed."""
    table = sources_table(view, set(view.inputs.entries))
    html = ElementTree.fromstring(f"<div>{table.html}</div>")
    cells = ["".join(cell.itertext()).strip() for row in html.iter("tr") for cell in row]
    assert all(cells)
    assert str(ROOT) not in table.html
    assert str(ROOT) not in table.plain
