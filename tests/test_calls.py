"""What a notebook calls is held against what its page has, before anything runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pcp_analysis.findings.view import CycleView, open_view
from pcp_analysis.pages import check_calls

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def view() -> CycleView:
    """The real cycle of September 2014."""
    return open_view("2014-09", root=ROOT)


@pytest.fixture
def found(view, tmp_path, monkeypatch):
    """The faults of a made-up notebook with these code cells, as (cell, value)."""

    def check(*cells: str, stem: str = "06_reduce_crime", whole: bool = True) -> list[tuple[str, str]]:
        notebook = tmp_path / f"{stem}.ipynb"
        if whole:
            own = [each for deliverable in view.plan.outcome(stem).deliverables for each in deliverable.milestones]
            cells += ("outcome.deliverables()", *(f'outcome.position("{each.id}")' for each in own))
        notebook.write_text(
            json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]}), encoding="utf-8"
        )
        monkeypatch.setattr(view, "root", tmp_path)
        return [(fault.where, fault.value) for fault in check_calls(view, notebook)]

    return check


OPEN = 'import pcp_analysis as pcp\n\noutcome = pcp.open_outcome("06_reduce_crime", cycle)'


def test_the_committed_notebooks_call_only_what_there_is(view):
    """Every outcome, method and name of the real notebooks is known."""
    assert [fault for path in sorted((ROOT / "notebooks").glob("*.ipynb")) for fault in check_calls(view, path)] == []


def test_what_is_right_is_no_fault(found):
    """Milestones, series, measures and the data behind them are known."""
    assert (
        found(
            OPEN,
            'outcome.position("robbery")',
            'outcome.control_chart("violence_with_injury")',
            'outcome.data("robbery")',
            'outcome.figure("robbery.last_year")',
            'outcome.shown("shop_theft", "bilking")',
            "outcome.sources()",
        )
        == []
    )


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ('outcome.position("robery")', "robery"),
        ('outcome.control_chart("violence")', "violence"),
        ('outcome.shown("shop_theft", "bilkin")', "bilkin"),
        ("outcome.positon()", "outcome.positon"),
        ('outcome.figure("robbery.last_yaer")', "robbery.last_yaer"),
    ],
)
def test_a_misspelt_name_is_a_fault_with_its_cell(found, call, value):
    """A slip in a method, a milestone, a series or a measure is named."""
    assert found(OPEN, call) == [("cell 2", value)]


@pytest.mark.parametrize(
    ("cell", "lacks"),
    [
        ("outcome.deliverables()", False),
        ("outcome.deliverables();", True),
        ("found = outcome.deliverables()", True),
        ("outcome.deliverables()\noutcome.sources()", True),
        ("display(outcome.deliverables())", False),
        ('outcome.nothing_to_show("the return is late")', False),
        ('outcome.nothing_to_show("the return is late") if cycle == "2014-09" else None', False),
    ],
)
def test_a_page_that_would_lack_a_part_of_the_plan_is_at_fault(found, view, cell, lacks):
    """Every deliverable and every milestone is shown by the last line of a cell, or the notebook says why nothing is."""
    own = [each for deliverable in view.plan.outcome("06_reduce_crime").deliverables for each in deliverable.milestones]
    shown = [f'outcome.position("{each.id}")' for each in own]
    assert found(OPEN, cell, *shown, whole=False) == ([("", "deliverables()")] if lacks else [])
    missed = found(OPEN, cell, *shown[1:], whole=False)
    stops = "nothing_to_show" in cell
    assert (("", f'position("{own[0].id}")') in missed) is not stops


def test_the_reason_of_a_page_without_figures_is_held_to_its_words(found):
    """It stands on the page as any other sentence."""
    assert found(OPEN, 'outcome.nothing_to_show("robbery fell by 12")') == [
        ("cell 2, line 1", "12"),
        ("cell 2, line 1", "fell"),
    ]


def test_a_notebook_opens_the_outcome_that_it_is_named_after(found):
    """Another outcome's page under this one's name would be published without a word."""
    assert found(OPEN, stem="07_protecting_people") == [("cell 1", "06_reduce_crime")]


def test_every_fault_is_found_at_once_and_names_the_nearest(view, tmp_path, monkeypatch):
    """Two slips are two faults, and the mend has what was meant."""
    notebook = tmp_path / "06_reduce_crime.ipynb"
    cells = [OPEN, 'outcome.position("robery")', 'outcome.path("burglry")']
    notebook.write_text(
        json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]}), encoding="utf-8"
    )
    monkeypatch.setattr(view, "root", tmp_path)
    faults = check_calls(view, notebook)
    assert ["robbery" in faults[0].mend, "burglary" in faults[1].mend] == [True, True]
