"""The examples, roots of their own that one command builds, and the page that says how to bring in an extract."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest

from pcp_analysis.findings.view import open_view
from pcp_analysis.loaders import import_release, register
from pcp_analysis.pages import charts
from pcp_analysis.strict.fault import FaultError
from tests.conftest import CHECKOUT, CYCLE, SHARED, run_pcp, tree

MET = CHECKOUT / "examples" / "met-2013-16"
BOROUGHS = SHARED / "publishers" / "met" / "mps-borough-level-crime-201004-202309.csv"


def copy_example(folder: Path) -> Path:
    """The example of the Metropolitan Police in *folder*, without what was built of it."""
    return Path(shutil.copytree(MET, folder / MET.name, ignore=shutil.ignore_patterns("outputs", "processed")))


@pytest.mark.slow
def test_the_met_example_is_built_by_one_command(tmp_path: Path) -> None:
    """April to August 2014: 17,575 burglaries in a dwelling after 20,654, -14.9 per cent, on the page and in its figures."""
    root = copy_example(tmp_path)
    done = run_pcp("report", "--root", root, CYCLE, root=root)
    assert done.returncode == 0, done.stderr
    pack = root / "outputs" / CYCLE
    with (pack / "figures.csv").open(encoding="utf-8", newline="") as file:
        figures = {row["id"]: row for row in csv.DictReader(file)}
    assert float(figures["burglary_dwelling.year_to_date_change"]["value"]) == pytest.approx(-14.907, abs=0.001)
    page = (pack / "01_neighbourhood_crime.html").read_text(encoding="utf-8")
    assert "17,575 after 20,654" in page
    assert "132,085 after 173,755" in page


def test_the_seven_crimes_add_up_to_the_promise() -> None:
    """In each month the eight series of the one table are the series of the other."""
    sums: dict[str, dict[str, int]] = {}
    for name in ("met_months", "met_promise"):
        with (MET / register.RAW / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                months = sums.setdefault(name, {})
                months[row["period"]] = months.get(row["period"], 0) + int(row["count"])
    assert len(sums["met_months"]) == 162
    assert sums["met_months"] == sums["met_promise"]


def test_the_tables_of_the_example_are_what_an_import_writes(tmp_path: Path) -> None:
    """Imported anew from the publisher's file, tables and register are the same to the byte."""
    if not BOROUGHS.is_file():
        pytest.skip("the publishers' files do not lie beside the checkout")
    root = copy_example(tmp_path)
    before = tree(root / register.RAW)
    for name in before:
        if "/" not in name:
            (root / register.RAW / name).unlink()
    for name in ("met_months", "met_promise"):
        import_release(root, name, [BOROUGHS], as_at=[date(2023, 9, 30)])
    assert tree(root / register.RAW) == before


def test_a_path_draws_the_year_that_its_title_names() -> None:
    """A promise measured from neither last year nor the lowest has its own year as a line; of twelve months four are named."""
    chart = charts.path(open_view(CYCLE, root=MET), "neighbourhood_crime")
    assert "on April to August 2011" in chart.message.plain
    assert list(chart.frame.columns[1:]) == ["2013/14", "2011/12", "2014/15"]
    assert chart.frame["2011/12"].iloc[[4, -1]].tolist() == [173_755, 405_052]
    assert [each.get_text() for each in chart.axes.get_xticklabels()] == ["to Jun", "to Sep", "to Dec", "to Mar"]


def made_up() -> list[list[str]]:
    """An extract as docs/own-data.md has it: borough, offence, month and a count, of 24 months to August 2014."""
    months = [date(2012 + (8 + at) // 12, (8 + at) % 12 + 1, 1) for at in range(24)]
    offences = ("BURGLARY IN A DWELLING", "ROBBERY OF PERSONAL PROPERTY", "ROBBERY OF BUSINESS PROPERTY")
    cells = [(borough, offence, month) for borough in ("Camden", "Hackney") for offence in offences for month in months]
    return [
        [borough, offence, f"{month:%b-%y}", str(140 + 7 * at % 31)]
        for at, (borough, offence, month) in enumerate(cells)
    ]


def test_the_description_of_the_page_is_read_as_it_stands(tmp_path: Path) -> None:
    """What docs/own-data.md prints brings an extract in, and its [[confirmed]] silences the count that it is about."""
    text = (CHECKOUT / "docs" / "own-data.md").read_text(encoding="utf-8")
    description, confirmed, *_ = (block.partition("```")[0] for block in text.split("```toml\n")[1:])
    path = tmp_path / "data" / "releases" / "force_months.toml"
    path.parent.mkdir(parents=True)
    path.write_text(description, encoding="utf-8")
    rows = made_up()
    file = tmp_path / "our_months.csv"

    def bring_in() -> str:
        file.write_text("\n".join(["Borough,Offence,Month,Count", *map(",".join, rows), ""]), encoding="utf-8")
        import_release(tmp_path, "force_months", [file], as_at=[date(2014, 9, 5)])
        return (tmp_path / register.RAW / "force_months.csv").read_text(encoding="utf-8")

    robberies = sum(
        int(row[3]) for row in rows if row[0] == "Camden" and row[1].startswith("ROBBERY") and row[2] == "May-13"
    )
    assert f"Metropolitan Police / Camden,robbery,2013-05,{robberies}\n" in bring_in()
    next(row for row in rows if row[:3] == ["Camden", "BURGLARY IN A DWELLING", "May-13"])[3] = "3000"
    with pytest.raises(
        FaultError, match='rows = \\[\\["Metropolitan Police / Camden", "burglary_dwelling", "2013-05", 3000'
    ):
        bring_in()
    path.write_text(description + confirmed, encoding="utf-8")
    assert "Metropolitan Police / Camden,burglary_dwelling,2013-05,3000\n" in bring_in()
