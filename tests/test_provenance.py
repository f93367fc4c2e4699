"""How figures were made: where each has its entry, the links that lead there, and what an entry says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pcp_analysis.pack import figures, provenance
from pcp_analysis.pack.job import FRONT_PAGE, PressError
from pcp_analysis.pack.render import PageError, Renderer
from tests.pack_fixture import make_edition, make_jobs


def record(name: str, value: float | None = 1.0, **more: object) -> dict:
    """A figure's record with what an entry needs."""
    return {
        "id": name,
        "title": f"Made up: {name}",
        "value": value,
        "unit": "count",
        "basis": "recomputed",
        "method": "made up",
        "inputs": "rain",
        **more,
    }


def notebook(*cells: tuple[str, list[dict]]) -> str:
    """The text of an executed notebook: a heading, or the source of a cell with the records that it shows."""
    made_up = []
    for source, records in cells:
        if source.startswith("#"):
            made_up.append({"cell_type": "markdown", "source": source})
        else:
            outputs = [{"output_type": "execute_result", "data": {figures.FIGURES: records}}] if records else []
            made_up.append({"cell_type": "code", "source": source, "outputs": outputs})
    return json.dumps({"cells": made_up})


FRONT = notebook(("# The year", []), ("board.all()", [record("rain.total"), record("rain.june"), record("rain.wind")]))
JUNE = notebook(
    ("# 1. June", []),
    ("import pcp", []),
    ("## Was it wet?", []),
    ("page.rain()", [record("rain.june"), record("rain.wind")]),
)
JULY = notebook(("# 2. July", []), ("page.wind()", [record("rain.wind")]))
SHOWN = {"front": provenance.steps(FRONT), "june": provenance.steps(JUNE), "july": provenance.steps(JULY)}


def test_a_step_is_a_cell_that_shows_figures() -> None:
    """With the heading above it, its place among the steps that are run, and its code."""
    (step,) = provenance.steps(JUNE)
    assert (step.heading, step.number, step.code) == ("Was it wet?", 2, "page.rain()")
    assert [each["id"] for each in step.records] == ["rain.june", "rain.wind"]
    assert provenance.steps(notebook(("# None", []), ("x = 1", []))) == []


def test_a_figure_has_its_entry_where_it_belongs() -> None:
    """With its own outcome where that shows it, else with the first page that does, and on the front page only where no
    other does.
    """
    assert provenance.homes(SHOWN, {}, front="front") == {
        "rain.june": "june",
        "rain.wind": "june",
        "rain.total": "front",
    }
    assert provenance.homes(SHOWN, {"rain.wind": "july"}, front="front")["rain.wind"] == "july"
    assert provenance.homes(SHOWN, {"rain.wind": "august"}, front="front")["rain.wind"] == "june"


def test_a_mark_becomes_a_link_and_a_link_follows_its_entry() -> None:
    """A page that is taken over is linked anew: where the entry moved, so does the link; what is printed stays."""
    page = 'It was <data class="figure" value="48" data-figure="rain.june">48 mm</data>, <a href="june.html#x">see</a>.'
    linked = provenance.link(page, {"rain.june": "june"})
    assert linked == 'It was <a href="june_figures.html#rain.june">48 mm</a>, <a href="june.html#x">see</a>.'
    assert provenance.link(linked, {"rain.june": "june"}) == linked
    assert provenance.link(linked, {"rain.june": "front"}) == linked.replace("june_figures", "front_figures")


def test_in_a_row_a_figure_is_linked_once_and_in_words_each_time() -> None:
    """A row that prints a figure three times is one stop for the keyboard; two rows are two."""
    mark = '<data class="figure" value="48" data-figure="rain.june">48</data>'
    row = f"<tr><th>{mark}</th><td>{mark} and {mark}</td></tr>"
    linked = provenance.link(f"<table>{row}{row}</table><p>{mark} {mark}</p>", {"rain.june": "june"})
    assert linked.count("<a ") == 2 + 2
    assert "<td>48 and 48</td>" in linked
    assert provenance.link(linked, {"rain.june": "june"}) == linked


def test_a_mark_without_a_record_fails_the_pack() -> None:
    """A number on a page that no output carries is not published."""
    with pytest.raises(PressError, match=r"rain\.june stands on a page"):
        provenance.link('<data class="figure" value="48" data-figure="rain.june">48</data>', {})


def test_a_page_with_a_mark_of_nothing_is_no_page() -> None:
    """Its notebook is at fault, and the other pages stand: a number that no record explains is not shown."""
    mark = '<data class="figure" value="48" data-figure="rain.june">48</data>'
    assert provenance.unrecorded(mark, provenance.steps(JUNE)) == []
    assert provenance.unrecorded(mark, provenance.steps(JULY)) == ["rain.june"]
    jobs = make_jobs(Path())
    june = next(job for job in jobs if job.page != FRONT_PAGE)
    cells = [
        {"id": "a", "cell_type": "markdown", "metadata": {}, "source": "# 1. June"},
        {
            "id": "b",
            "cell_type": "code",
            "metadata": {},
            "execution_count": 1,
            "source": "page.rain()",
            "outputs": [
                {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/html": mark}}
            ],
        },
    ]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    with pytest.raises(PageError, match=r"without their records: rain\.june"):
        Renderer(make_edition(Path(), jobs=jobs)).page(june, text, [])


def test_an_entry_says_all_that_a_record_holds() -> None:
    """Exact numbers, the unit, what it is compared with; a figure that is not held says so."""
    step = provenance.Step(
        "",
        1,
        "",
        (
            record(
                "a.b",
                -1 / 3,
                low=-1.5,
                high=0.25,
                numerator=2.0,
                denominator=3.0,
                period="June",
                baseline="May",
                unit="percent",
            ),
            record("c.d", None, basis="not held"),
        ),
    )
    ((_, (first, second)),) = provenance.grouped([step], ["a.b", "c.d"])
    assert (first.value, first.interval, first.parts) == ("-0.3333333333333333 percent", "-1.5 to 0.25", "2 / 3")
    assert (first.period, first.basis, first.method, first.inputs) == (
        "June, compared with May",
        "recomputed",
        "made up",
        "rain",
    )
    assert (second.value, second.interval, second.parts) == ("not held", "", "")
    assert provenance.grouped([step, step], ["c.d"]) == [(step, [second])]


def test_the_page_of_entries_has_code_inputs_and_a_way_back() -> None:
    """Each figure with an anchor of its own, the code that shows it, its inputs by title, publisher and date."""
    jobs = make_jobs(Path())
    june = next(job for job in jobs if job.page != FRONT_PAGE)
    steps = {"00_overview": provenance.steps(FRONT), june.id: provenance.steps(JUNE)}
    page = Renderer(make_edition(Path(), jobs=jobs)).entries(
        june, steps[june.id], provenance.homes(steps, {}, front="00_overview")
    )
    assert re.findall(r'<tr id="([^"]+)">', page) == ["rain.june", "rain.wind"]
    assert "<code>page.rain()</code>" in page
    assert '<h2 id="was-it-wet">Was it wet?</h2>' in page
    for words in (
        "Rain by month",
        "The Weather House",
        "2014-08-31",
        f'href="{june.page}"',
        f'href="notebooks/{june.id}.ipynb"',
    ):
        assert words in page
    front = Renderer(make_edition(Path(), jobs=jobs)).entries(
        jobs[0], steps["00_overview"], provenance.homes(steps, {}, front="00_overview")
    )
    assert re.findall(r'<tr id="([^"]+)">', front) == ["rain.total"]
    assert f'<a href="{provenance.page_name(june.id)}">' in front
