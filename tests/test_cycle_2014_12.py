"""A second Board, laid out in a scratch root: what was put off, what is due, what changed, and what was revised."""

from __future__ import annotations

import csv
import re
import shutil
from html import unescape
from pathlib import Path

import pytest

from pcp_analysis.figures.last_board import KEPT
from pcp_analysis.findings import diff, expected
from pcp_analysis.findings.view import CycleView, open_view
from pcp_analysis.loaders import register
from tests.conftest import CYCLE, Pack, copy_root, run_pcp

NEXT = "2014-12"
FORCE, QUARTER, MORE = "West Midlands", "2013-12-31", 50
REASON = "Made up for a test: late reports of robbery."


class December(Pack):
    """A pack of December 2014."""

    @property
    def folder(self) -> Path:
        """Where the pack lies."""
        return self.root / "outputs" / NEXT


def laid_out(root: Path) -> Path:
    """*root* with the cycle of December 2014, not filled in."""
    said = run_pcp("new-cycle", NEXT, "--board-date", "2014-12-04", "--data-cut-off", "2014-11-30", root=root)
    assert said.returncode == 0, said.stderr
    return root


def revise(root: Path) -> None:
    """MADE UP, no publisher's revision: 50 more robberies in one past quarter, in its total too, registered with a
    reason.
    """
    path = root / "data/raw/recorded_crime.csv"
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    (row,) = (row for row in rows if (row["force"], row["quarter_ending"]) == (FORCE, QUARTER))
    for name in ("robbery", "total_recorded_crime"):
        row[name] = str(int(row[name]) + MORE)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    said = run_pcp("register", "data/raw/recorded_crime.csv", "--as-at", "2019-04-25", root=root)
    assert said.returncode == 0, said.stderr
    text = (root / register.REGISTER).read_text(encoding="utf-8")
    text = text.replace("[recorded_crime]\n", f'[recorded_crime]\nrevision = "{REASON}"\n')
    (root / register.REGISTER).write_text(text, encoding="utf-8", newline="\n")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed root with a second cycle."""
    return laid_out(copy_root(tmp_path_factory.mktemp("december")))


@pytest.fixture(scope="module")
def december(root: Path) -> CycleView:
    """December 2014 as the committed tables give it."""
    return open_view(NEXT, root=root)


@pytest.fixture(scope="module")
def revised(tmp_path_factory: pytest.TempPathFactory, built: Pack) -> December:
    """The pack of December 2014 where the figures of September were kept, and one past quarter was revised since (made
    up).
    """
    root = laid_out(copy_root(tmp_path_factory.mktemp("revised")))
    kept = root / "data/raw/cycles" / CYCLE / KEPT
    kept.parent.mkdir()
    kept.write_bytes((built.folder / "figures.csv").read_bytes())
    revise(root)
    said = run_pcp("report", NEXT, root=root)
    assert said.returncode == 0, said.stderr
    return December(root, said)


def test_what_was_put_off_to_a_month_that_ended_is_no_record_here(december: CycleView) -> None:
    """All that was deferred or awaited for September to December: nothing that was put off is taken as received."""
    (before,) = december.earlier
    put_off = {update.deliverable: update for update in before.updates if update.due}
    assert {update.due for update in put_off.values()} == {"2014-09", "2014-10", "2014-11", "2014-12"}
    for name, update in put_off.items():
        held = december.statuses[name]
        assert (held.name, held.due) == ("nothing received", update.due)
        assert held.words.endswith("no record here that it was received")
    assert not [held.words for held in december.statuses.values() if "overdue" in held.words]


def test_what_was_dated_before_december_has_no_record_here(december: CycleView) -> None:
    """The commitments of September's updates stand on December's page, neutral where their date has passed."""
    found = expected.commitments(december)
    assert {each.cycle for each in found} == {CYCLE}
    assert {each.commitment.due for each in found if each.passed} == {
        "2014-07",
        "2014-09",
        "2014-10",
        "2014-11",
        "2014-11-01",
        "2014-12-01",
    }
    assert {each.words for each in found if each.passed} == {"the date has passed; no record here that it happened"}


def test_what_is_next_due_lies_after_december(december: CycleView) -> None:
    """Nothing that was put off to a month that has ended is expected in the past."""
    assert {due.month for due in expected.next_due(december)} == {"2015-01", "2015-02", "2015-03"}


@pytest.mark.slow
def test_the_december_root_has_no_fault(root: Path) -> None:
    """A cycle that is not filled in, and the keys of its front page, pass the check."""
    said = run_pcp("check", NEXT, root=root)
    assert said.returncode == 0, said.stderr


@pytest.mark.slow
def test_the_diff_names_the_figures_that_changed(root: Path) -> None:
    """Real recorded crime: the year to date goes from June to September 2014, and every deliverable's status moved."""
    said = run_pcp("diff", CYCLE, NEXT, root=root)
    assert said.returncode == 0, said.stderr
    lines = said.stdout.splitlines()
    assert lines[0].startswith(
        "changed  total_recorded_crime.year_to_date_change: +1.6% (April to June 2014) -> +3.9% (April to September"
    )
    assert any(
        line == "changed  robbery.year_to_date: 1,177 (April to June 2014) -> 2,409 (April to September 2014)"
        for line in lines
    )
    assert not [line for line in lines if line.startswith(("revised", "gone"))]
    assert (
        "status   stop_and_search: deferred -> nothing received (standalone report on stop and search, October 2014: "
        in said.stdout
    )
    assert [line.split(": ")[0] for line in lines if line.startswith("new")] == [
        "new      death_or_serious_injury_illegal_driving.year_to_date_change_on_lowest_year"
    ]
    counts = r"^2014-09 to 2014-12: 0 revised, 1?\d\d changed, 1 new, 0 gone; 51 deliverables have another status; \d+ sentences read otherwise\.$"
    assert re.search(counts, said.stdout, re.M)
    assert diff.UNSEEN in said.stdout
    assert len(lines) == sum(map(int, re.findall(r"(\d+) (?:changed|new|deliverables|sentences)", said.stdout))) + 2


@pytest.mark.slow
def test_a_text_of_december_binds_what_september_was_given(revised: December, tmp_path: Path) -> None:
    """In a pack: the words, the figures of both Boards under ids of their own, and September's files among the sources
    of the page.
    """
    root = shutil.copytree(revised.root, tmp_path / "root")
    with (root / "data/raw/cycles" / NEXT / "updates.toml").open("a", encoding="utf-8") as file:
        file.write(
            '\n[[update]]\ndeliverable = "property_crime"\nsource = "made up"\ntext = """\n'
            "Robbery {robbery.year_to_date_change:verb} by {robbery.year_to_date_change:size}, after "
            "{last_board.robbery.year_to_date_change:size} in "
            '{last_board.robbery.year_to_date_change:period}; its lowest year was {last_board.robbery.lowest_year}."""\n'
        )
    said = run_pcp("report", NEXT, root=root)
    assert said.returncode == 0, said.stderr
    pack = December(root, said)
    page = " ".join(unescape(re.sub(r"<[^>]+>", "", pack.pages["06_reduce_crime.html"])).split())
    assert "Robbery fell by 9.1%, after 13.4% in April to June 2014; its lowest year was 5,373." in page
    rows = {row["id"]: row for row in pack.figures}
    assert float(rows["last_board.robbery.lowest_year"]["value"]) + MORE == float(rows["robbery.lowest_year"]["value"])
    assert rows["last_board.robbery.year_to_date_change"]["period"] == "April to June 2014"
    assert rows["last_board.robbery.year_to_date_change"]["inputs"] == f"recorded_crime cycles/{CYCLE}"
    assert f"data/raw/cycles/{CYCLE}/approved/figures.csv" in page
    assert f"data/raw/cycles/{CYCLE}/approved/figures.csv" not in pack.pages["07_protecting_people.html"]


@pytest.mark.slow
def test_a_made_up_revision_is_told_with_size_share_and_reason(revised: December) -> None:
    """50 robberies in a past quarter revise what the Board was given of that year and its promise, and nothing of the
    quarters since.
    """
    said = run_pcp("diff", CYCLE, NEXT, root=revised.root)
    assert said.returncode == 0, said.stderr
    lines = [line for line in said.stdout.splitlines() if line.startswith("revised")]
    assert f"revised  robbery.lowest_year: 5,373 (2013/14) -> 5,423 (2013/14): +50 (+0.9%); {REASON}" in lines
    assert (
        f"revised  total_recorded_crime.last_year: 174,524 (2013/14) -> 174,574 (2013/14): +50 (0.0%); {REASON}"
        in lines
    )
    assert any(line.startswith("revised  robbery.promised_total: ") for line in lines)
    assert {line.split()[1].split(".")[0] for line in lines} == {"robbery", "total_recorded_crime"}
    assert not [line for line in lines if "year_to_date" in line]
    shares = [abs(float(found[1])) for line in lines if (found := re.search(r"\(\+?([\d.]+)%\);", line))]
    assert shares == sorted(shares, reverse=True) == [0.9, 0.9, 0.0]
    assert diff.UNSEEN not in said.stdout


@pytest.mark.slow
def test_the_front_page_shows_what_changed(revised: December) -> None:
    """Revisions with their reason, milestones with both Boards' changes, statuses that moved: each number a figure that
    travels.
    """
    page = " ".join(unescape(re.sub(r"<[^>]+>", " ", revised.pages["index.html"])).split())
    assert "What changed since the last Board" in page
    assert REASON in page
    assert "Board of September 2014" in page
    assert "no record here that it was received" in page
    rows = {row["id"]: row for row in revised.figures}
    assert float(rows["revision.robbery.lowest_year"]["value"]) == MORE
    assert float(rows["last_board.robbery.lowest_year"]["value"]) == 5373
    assert float(rows["robbery.lowest_year"]["value"]) == 5373 + MORE
    assert float(rows["since_last_board.moved"]["value"]) == 51
    assert float(rows["last_board.robbery.year_to_date_change"]["value"]) < float(
        rows["robbery.year_to_date_change"]["value"]
    )
    marked = set(re.findall(r'_figures\.html#([^"]+)"', revised.pages["index.html"]))
    assert len(marked) > 40
    assert marked <= set(rows)
    moves = {
        name: float(row["value"])
        for name, row in rows.items()
        if name.startswith("since_last_board.") and "_to_" in name
    }
    assert sum(moves.values()) == 51


@pytest.mark.slow
def test_what_september_was_shown_is_said_to_be_that(revised: December) -> None:
    """December's Board was shown no paper yet: above printed figures stands whose they are, and behind a change that
    rests on them.
    """
    pages = {name: unescape(re.sub("<[^>]+>", "", text)) for name, text in revised.pages.items()}
    for page in ("index.html", "06_reduce_crime.html", "08_public_service.html"):
        assert "What the Board of September 2014 was shown" in pages[page]
        assert "What the Board was shown" not in pages[page]
    assert "This is what the Board of September 2014 was shown." in pages["06_reduce_crime.html"]


@pytest.mark.slow
def test_kept_figures_at_fault_stop_the_report(revised: December) -> None:
    """The kept figures are part of what a pack is made from: changed they are read again, and at fault nothing is run."""
    kept = revised.root / "data/raw/cycles" / CYCLE / KEPT
    text = kept.read_text(encoding="utf-8")
    try:
        kept.write_text(text.replace(",count,", ",many,", 1).replace("id,value", "id,worth", 1), encoding="utf-8")
        said = run_pcp("report", NEXT, root=revised.root)
        assert said.returncode == 1
        assert f"cycles/{CYCLE}/approved/figures.csv: line 1" in said.stderr
    finally:
        kept.write_text(text, encoding="utf-8", newline="\n")
