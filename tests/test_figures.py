"""figures.csv and the files beside a page, as read from executed notebooks."""

from __future__ import annotations

import json

import pytest

from pcp_analysis.pack import figures
from pcp_analysis.pack.job import PressError


def executed(*bundles: dict) -> str:
    """The text of a notebook with one output for each of *bundles*."""
    outputs = [{"output_type": "display_data", "data": bundle, "metadata": {}} for bundle in bundles]
    return json.dumps({"cells": [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": outputs}]})


def test_rows_come_by_page_and_then_by_appearance_and_once() -> None:
    """A figure that two pages show alike is one row, where it is shown first."""
    one = executed({figures.FIGURES: [{"id": "b", "value": 2}, {"id": "a", "value": 1}]})
    two = executed(
        {figures.FIGURES: [{"id": "c", "value": 3}]}, {figures.FIGURES: [{"id": "a", "value": 1, "outcome": "01"}]}
    )
    assert [(row["id"], row["outcome"]) for row in figures.collect([("01", one), ("02", two)])] == [
        ("b", "01"),
        ("a", "01"),
        ("c", "02"),
    ]


def test_one_id_with_two_values_fails_the_pack() -> None:
    """Two pages that contradict each other are not published."""
    pages = [
        (page, executed({figures.FIGURES: [{"id": "a", "value": value, "outcome": "01"}]}))
        for page, value in (("01", 1), ("02", 2))
    ]
    with pytest.raises(PressError, match="figure a: value is '1' on 01 and '2' on 02"):
        figures.collect(pages)


def test_a_record_that_is_no_figure_fails_the_pack() -> None:
    """A figure needs an id, and a value that is a number or nothing."""
    with pytest.raises(PressError, match="without an id"):
        figures.collect([("01", executed({figures.FIGURES: [{"value": 1}]}))])
    with pytest.raises(PressError, match="holds nan"):
        figures.collect([("01", executed({figures.FIGURES: [{"id": "a", "value": float("nan")}]}))])


def test_numbers_are_written_in_their_shortest_form() -> None:
    """2512.0 is 2512, a third keeps every digit, nothing is nothing, a list is words."""
    record = {"id": "a", "value": 2512.0, "low": 1 / 3, "high": None, "inputs": ["recorded_crime", "population"]}
    text = figures.write(figures.collect([("01", executed({figures.FIGURES: [record]}))]))
    assert text.splitlines() == [
        "outcome,id,value,unit,low,high,numerator,denominator,period,baseline,basis,method,inputs",
        "01,a,2512,,0.3333333333333333,,,,,,,,recorded_crime population",
    ]
    assert figures.read(text)["a"]["value"] == "2512"


def test_files_are_handed_over_by_name() -> None:
    """Each bundle maps file names to texts."""
    text = executed(
        {figures.FILES: {"robbery.csv": "a\n"}}, {figures.FILES: {"burglary.csv": "b\n", "robbery.csv": "a\n"}}
    )
    assert figures.files("06", text) == {"robbery.csv": "a\n", "burglary.csv": "b\n"}


@pytest.mark.parametrize(
    "name", ["../up.csv", "notebooks/x.csv", "figures.csv", "manifest.json", "x.html", "", ".hidden.csv"]
)
def test_a_file_name_cannot_leave_the_pack_or_replace_its_own(name: str) -> None:
    """Only plain names of data files."""
    with pytest.raises(PressError, match="publishes a file"):
        figures.files("06", executed({figures.FILES: {name: ""}}))
