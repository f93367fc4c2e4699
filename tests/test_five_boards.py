"""A year of Boards: five cycles, each approved; whatever comes later leaves what an earlier Board was given to the byte."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pcp_analysis import edition
from pcp_analysis.findings import briefing, courses, diff
from pcp_analysis.findings.view import CycleView, open_view
from pcp_analysis.loaders import register, register_files
from pcp_analysis.pack.run import Run
from pcp_analysis.pages import open_outcome
from pcp_analysis.pages.overview import open_overview
from tests import five_boards
from tests.conftest import CYCLE, tree

JUNE, NEXT_YEAR = "2015-06", "2015-09"


# -- what the pages say over the year
# ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All five cycles, laid out and filled in, with no pack; no test may change it."""
    root = five_boards.first(tmp_path_factory.mktemp("year") / "root")
    for board in list(five_boards.BOARDS)[1:]:
        five_boards.add_board(root, board)
    return root


@pytest.fixture(scope="module")
def board(year: Path) -> Callable[[str], CycleView]:
    """Opens a cycle of the year, each once."""
    opened: dict[str, CycleView] = {}

    def view(name: str) -> CycleView:
        return opened.setdefault(name, open_view(name, root=year))

    return view


def test_every_cycle_is_without_a_fault(year: Path) -> None:
    """As it is laid out by the command and filled in by hand."""
    for name in five_boards.BOARDS:
        assert edition.gather(year, name).faults() == [], name


def test_a_promise_stands_until_a_cycle_records_its_end(board: Callable[[str], CycleView]) -> None:
    """A deferral, an overdue answer and a report that came, at each Board of the year."""

    def words(deliverable: str) -> list[str]:
        return [board(name).statuses[deliverable].words for name in five_boards.BOARDS]

    assert words("workforce_diversity") == [
        "deferred to the DoR Report, December 2014",
        "deferred to the DoR Report, March 2015",
        "DoR Report, March 2015: no record here that it was received",
        "DoR Report: received on 24 March 2015",
        "not due until December 2015",
    ]
    assert words("partnership_grants")[1:] == ["overdue from WMOPC since September 2014: recorded as not received"] * 4
    assert words("stop_and_search")[1:3] == [
        "standalone report on stop and search: received on 14 October 2014",
        "due in January 2015: no record here that it was received",
    ]


def test_a_commitment_leaves_the_list_when_it_is_settled(year: Path, board: Callable[[str], CycleView]) -> None:
    """December tells the end of three, and March lists them no more; the page of the year's end has them all."""
    ends = open_overview("2014-12", root=year).commitments().frame.set_index("What")["How it stands"]
    launch, data = "Sentinel 2 is launched (paragraph 11)", "No-crime data for 2013/14"
    assert ends[launch] == f"kept on 22 September 2014 ({five_boards.MADE_UP.rstrip('.')})"
    assert next(words for what, words in ends.items() if what.startswith(data)).startswith("not kept, as recorded on")
    assert launch not in open_overview("2015-03", root=year).commitments().frame["What"].tolist()
    whole = open_overview(JUNE, root=year).ends()
    assert (
        "Of the commitments with a date: 1 kept, 1 not kept, 1 withdrawn and 11 without a record here." in whole.plain
    )
    assert "kept on 22 September 2014" in whole.plain
    late = open_overview(NEXT_YEAR, root=year).commitments().frame.set_index("What")["How it stands"]
    assert late["Street triage begins in Coventry (paragraph 29)"].startswith("kept late, on 3 August 2015")


def test_what_boards_were_shown_is_a_series(year: Path, board: Callable[[str], CycleView]) -> None:
    """Two points are told beside each other with their Boards; from three on they are charted, and every point is a figure."""
    december = open_outcome("08_public_service", "2014-12", root=year).position("satisfaction_crime")
    assert "84.1% after 83.6%" in december.answers["What happened?"]
    assert "rose by 0.5 points" in december.answers["What happened?"]
    assert december.files == {}
    march = open_outcome("08_public_service", "2015-03", root=year).position("satisfaction_crime")
    (file,) = march.files.values()
    assert re.findall(r"Board of (\w+ \d{4}),([\d.]+)", file) == [
        ("September 2014", "83.6"),
        ("December 2014", "84.1"),
        ("March 2015", "83.9"),
    ]
    assert "fell by 0.2 points on what the Board of December 2014 was shown" in march.plain
    figures = board("2015-03").figures
    assert figures["satisfaction_crime.satisfied.board_2014_09"].value == 83.6
    assert figures["satisfaction_crime.change_between_boards"].value == pytest.approx(-0.2)
    rows = march.frame
    assert rows.title.is_unique, "which Board a row is of is part of what it is"


def test_the_page_of_the_years_end_has_every_promise(year: Path, board: Callable[[str], CycleView]) -> None:
    """Sixteen milestones: promise, what each of three Boards was told, and what came."""
    frame = open_overview(JUNE, root=year).promises().frame.set_index("Milestone")
    assert len(frame) == len(board(JUNE).positions) == 16
    robbery = frame.loc["Robbery"].tolist()
    assert robbery[0].startswith("−5%")
    assert [cell.split(":")[0] for cell in robbery[1:]] == ["likely", "likely", "on course", "met"]
    assert frame.loc["Public place violence"].tolist()[1:] == [
        *["shown going the wrong way", "nothing new", "nothing new"],
        "not known here; last told in September 2014",
    ]


@pytest.mark.parametrize("name", [JUNE, NEXT_YEAR])
def test_a_page_of_the_years_end_is_there_once_it_has_ended(year: Path, name: str) -> None:
    """June has one, and the first Board of the next plan has none; neither has pages of a paper that nobody wrote."""
    pages = [job.id for job in edition.gather(year, name).jobs]
    assert ("year_end" in pages) == (name == JUNE)
    assert not {"paper_check", "paper_sound"} & set(pages)


def test_figures_of_the_old_plan_are_no_news_of_the_new_one(year: Path, board: Callable[[str], CycleView]) -> None:
    """Nothing printed to last year's Boards tells where a milestone of this year is going."""
    positions = board(NEXT_YEAR).positions
    for name in ("business_crime", "confidence", "satisfaction_crime"):
        assert positions[name].course == courses.COURSES[-1], name
        assert "nothing was shown to a Board of this plan yet" in positions[name].happened.plain
        assert positions[name].printed == ()
    assert "the Board of June 2015 was last shown: +0.5 points" in positions["satisfaction_crime"].happened.plain
    frame = open_overview(NEXT_YEAR, root=year).positions().plain
    assert "shown going" not in frame


def test_before_the_new_year_begins_its_promise_is_told(year: Path, tmp_path: Path) -> None:
    """No quarter of 2015/16 has ended: last year's total and the promised one stand there, and no series is said to be missing."""
    root = Path(shutil.copytree(year, tmp_path / "root"))
    shutil.rmtree(root / "data/raw/cycles" / NEXT_YEAR)
    days = {"board_date": dt.date(2015, 6, 25), "data_cut_off": dt.date(2015, 5, 31)}
    briefing.lay_out(root, "2015-06-new-plan", plan=five_boards.NEXT_PLAN, **days)
    robbery = open_view("2015-06-new-plan", root=root).positions["robbery"]
    assert robbery.happened.plain == "Robbery: no quarter of 2015/16 has ended yet; 2014/15 came to 4,888."
    assert robbery.outlook.plain == "Cannot be said yet. The promise is at most 4,644."
    front = open_overview("2015-06-new-plan", root=root)
    assert "no quarter of 2015/16 has ended yet" in front.summary().plain
    assert "No series is held" not in front.summary().plain


def test_sentences_that_read_otherwise_are_told(year: Path, board: Callable[[str], CycleView]) -> None:
    """Each answer of a milestone and each report, as two Boards read it; the front page counts them and names other ways."""
    found = diff.since_last_board(board("2015-03"))
    assert found is not None
    by_place = {each.where: each for each in found.reworded}
    burglary = by_place["burglary: What happened?"]
    assert "in April to September 2014" in str(burglary.before)
    assert "in April to December 2014" in str(burglary.after)
    assert by_place["lowest_crime"].after is None
    assert "property_crime" in by_place
    assert f"{'sentence':8} {burglary.where}: {burglary.before} -> {burglary.after}" in list(diff.lines(found))
    changes = open_overview("2015-03", root=year).changes().plain
    count = sum(each.answer for each in found.reworded)
    assert f"of the three answers about each, {count} read otherwise" in changes
    assert "Milestones that go another way than at the last Board" in changes


def test_official_statistics_of_their_time_are_no_reconstruction(year: Path) -> None:
    """A release of before the Board is what the Board could have seen, and the page says no more of it."""
    assert "as published by 26 February 2015." in open_overview("2015-03", root=year).positions().plain
    assert "reconstruction" not in open_overview("2015-03", root=year).positions().plain


# -- approved packs over the year
# ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_approved_pack_is_the_same_bytes_a_year_later(tmp_path: Path) -> None:
    """Each cycle is built and signed in its turn; after each step every earlier pack stands, here and in its folder."""
    root, kept = five_boards.small(tmp_path / "root"), {}
    for name in five_boards.BOARDS:
        if kept:
            five_boards.add_board(root, name)
        five_boards.command("report", name, root=root)
        five_boards.sign(root, name, *([] if kept else ["analyst", "assurer"]), "approver")
        for earlier, bytes_of in kept.items():
            said = five_boards.command("report", earlier, root=root)
            assert "approved" in said
            assert pack(root, earlier) == bytes_of, (earlier, name)
        kept[name] = pack(root, name)
    five_boards.command("report", "--all", root=root)
    assert {name: pack(root, name) for name in kept} == kept
    front = (root / "outputs" / JUNE / "index.html").read_text(encoding="utf-8")
    assert front.count("The cycle before is not approved") == 0
    shutil.rmtree(root / "outputs")
    five_boards.command("report", "--all", root=root)
    assert {name: pack(root, name) for name in kept} == kept, "every file comes back from what was kept"


def pack(root: Path, name: str) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Every byte of a pack, in outputs and in the folder of its cycle."""
    return tree(root / "outputs" / name), tree(root / "data/raw/cycles" / name / "approved")


# -- what comes later is invisible
# ------------------------------------------------------------------------------------------------------


def append(file: str, line: Callable[[list[str]], str], *, as_at: str = "2030-01-31") -> Callable[[Path], None]:
    """Add a line, made of those that stand there, to a table, and register it."""

    def change(root: Path) -> None:
        path = root / "data/raw" / file
        text = path.read_text(encoding="utf-8")
        path.write_text(text + line(text.splitlines()) + "\n", encoding="utf-8", newline="\n")
        register_files(root, [file], dt.date.fromisoformat(as_at))

    return change


def shown_later(lines: list[str]) -> str:
    """The last row as a later Board was shown it."""
    return lines[-1].replace("2014-09", "2014-12")


def revised(since: str, row: str, old: str, new: str, *, as_at: str = "2030-01-31") -> Callable[[Path], None]:
    """Another count in a row that ends on or after a day."""

    def change(root: Path) -> None:
        path = root / "data/raw/recorded_crime.csv"
        text = path.read_text(encoding="utf-8")
        (line,) = (each for each in text.splitlines() if each.startswith(f"{row},{since}"))
        assert old in line
        path.write_text(text.replace(line, line.replace(old, new, 1)), encoding="utf-8", newline="\n")
        register_files(root, ["recorded_crime.csv"], dt.date.fromisoformat(as_at))

    return change


def registered(name: str, **fields: object) -> Callable[[Path], None]:
    """The register's entry of a table, changed."""

    def change(root: Path) -> None:
        entry = register.read(root)[name]
        register.record(root, type(entry)(**{**vars(entry), **fields}))

    return change


def confirmed_too(line: str) -> Callable[[Path], None]:
    """One more count that somebody found right."""

    def change(root: Path) -> None:
        held = register.read(root)["recorded_crime"].confirmed
        registered("recorded_crime", confirmed=(*held, line))(root)

    return change


def cut(file: str, keep: Callable[[str], bool], *, as_at: str = "2030-01-31") -> Callable[[Path], None]:
    """The table without some of its later rows."""

    def change(root: Path) -> None:
        path = root / "data/raw" / file
        head, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        left = [row for row in rows if keep(row)]
        assert len(left) < len(rows)
        path.write_text("".join([head, *left]), encoding="utf-8", newline="\n")
        register_files(root, [file], dt.date.fromisoformat(as_at))

    return change


def one_after_the_other(*changes: Callable[[Path], None]) -> Callable[[Path], None]:
    """Several changes of one tree."""

    def change(root: Path) -> None:
        for each in changes:
            each(root)

    return change


def as_at_later(file: str) -> Callable[[Path], None]:
    """A release in which no row is another."""
    return lambda root: register_files(root, [file], dt.date(2030, 1, 31)) and None


def planned(old: str, new: str, file: str = "06_reduce_crime.toml") -> Callable[[Path], None]:
    """The plan as a folder of the root, so that it can be changed; the cycle's page is not asked about that move."""

    def change(root: Path) -> None:
        path = root / "plans" / five_boards.PLAN.name / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")

    return change


def cycle_later(name: str, files: dict[str, str]) -> Callable[[Path], None]:
    """Files of a later cycle's folder."""

    def change(root: Path) -> None:
        folder = root / "data/raw/cycles" / name
        folder.mkdir(exist_ok=True)
        head = (root / "data/raw/cycles/2014-09/cycle.toml").read_text(encoding="utf-8")
        head = head.replace("2014-09-11", "2014-12-04").replace("2014-08-31", "2014-11-30")
        for file, text in ({"cycle.toml": head, "updates.toml": "# nothing\n"} | files).items():
            (folder / file).write_text(text, encoding="utf-8", newline="\n")

    return change


def new_table(name: str, kind: str, line: str) -> Callable[[Path], None]:
    """A table that was not there, of which the cycle sees no row."""

    def change(root: Path) -> None:
        from pcp_analysis.loaders.kinds import KINDS

        path = root / "data/raw/shown" / f"{name}.csv"
        path.write_text(",".join(KINDS[kind].names) + f"\n{line}\n", encoding="utf-8", newline="\n")
        with (root / register.REGISTER).open("a", encoding="utf-8") as stream:
            stream.write(
                f'\n[{name}]\nfile = "shown/{name}.csv"\ntitle = "Made up"\npublisher = "Nobody"\nlicence = "none"\n'
                f'loader = "{kind}"\nsensitive = false\nsensitive_reason = "made up"\n'
            )
        register_files(root, [path], dt.date(2014, 12, 4))

    return change


def copied_notebook(folder: str) -> Callable[[Path], None]:
    """A notebook of another plan."""

    def change(root: Path) -> None:
        (root / "notebooks" / folder).mkdir()
        shutil.copy(root / "notebooks/glossary.ipynb", root / "notebooks" / folder / "06_reduce_crime.ipynb")

    return change


def moved_plan(root: Path) -> None:
    """The plan of another year."""
    five_boards.add_plan(root)


DELIVERABLE = '[[deliverable]]\nid = "made_up"\ntitle = "Made up"\nleads = []\nsource = "made up"\nfrom = "2014-12"\n\n'
MILESTONE = (
    '  [[deliverable.milestone]]\n  id = "made_up"\n  title = "Made up"\n  better = "lower"\n  from = "2014-12"\n\n'
)
REBASE = '    [[deliverable.milestone.rebase]]\n    at = "2014-07"\n    reason = "made up"\n    by = "nobody"\n    declared = "2014-12"\n\n'
WEST, VULNERABLE = "West Midlands", '[[deliverable]]\nid        = "vulnerable_reporting"'
#: Everything that may come after the Board of September 2014, each in its own copy of the tree.
LATER: dict[str, Callable[[Path], None]] = {
    "a later quarter is revised": revised("2014-09-30", WEST, ",4,", ",5,"),
    "a quarter of years later is revised": revised("2018-12-31", WEST, ",1", ",2"),
    "a later quarter of another force is revised": revised("2014-09-30", "Kent", ",1", ",2"),
    "later quarters are not published yet": cut("recorded_crime.csv", lambda row: row.split(",")[1] <= "2014-09-30"),
    "no later quarter is published": cut("recorded_crime.csv", lambda row: row.split(",")[1] <= "2014-06-30"),
    "a later estimate of residents is gone": cut("population.csv", lambda row: row.split(",")[1] != "2016"),
    "later months of another force are gone": cut("met_recorded_crime.csv", lambda row: row.split(",")[1] < "2020"),
    "the same rows are registered as at a later day": as_at_later("recorded_crime.csv"),
    "satisfaction is shown to December": append("shown/satisfaction.csv", shown_later),
    "a year to date is shown to December": append("shown/year_to_date.csv", shown_later),
    "triage is shown to December": append("shown/street_triage.csv", shown_later),
    "an audit is shown to December": append("shown/crime_data_integrity.csv", shown_later),
    "money is shown to December": append("shown/funding.csv", shown_later),
    "posts are shown to December": append("shown/establishment.csv", shown_later),
    "crime on buses is shown to December": append("shown/transport_crime.csv", shown_later),
    "a survey's wave is shown to December": append(
        "shown/confidence_survey.csv", lambda lines: lines[-1].replace("2014-09", "2014-12").replace(",34,", ",37,")
    ),
    "places are shown to December": append("shown/reoffending.csv", shown_later),
    "a new table of a later Board": new_table(
        "hotline", "shown", "hotline,calls,Calls made,50,count,2014,,higher,2014-12,9,quoted,"
    ),
    "a later release that gives a reason for its revision": one_after_the_other(
        revised("2014-09-30", WEST, ",4,", ",5,"), registered("recorded_crime", revision="Made up.")
    ),
    "a later count is confirmed": confirmed_too("Kent: robbery, quarter ending 2016-03-31: 1"),
    "a line on what a later release left out": registered("population", left_out=("Kent: made up, 2020.",)),
    "a line on what a later release kept": registered("population", kept=("Kent: made up, 2020.",)),
    "a later deliverable": planned("[[deliverable]]\n", DELIVERABLE + "[[deliverable]]\n"),
    "a later milestone": planned("  [[deliverable.milestone]]\n", MILESTONE + "  [[deliverable.milestone]]\n"),
    "a later deliverable of another outcome": planned(
        "[[deliverable]]\n", DELIVERABLE + "[[deliverable]]\n", "05_social_responsibility.toml"
    ),
    "a milestone that ends later": planned('  id     = "robbery"\n', '  id     = "robbery"\n  until  = "2015-03"\n'),
    "a break of a series that is declared later": planned(VULNERABLE, REBASE + VULNERABLE),
    "the plan of the next year": moved_plan,
    "a notebook of another plan": copied_notebook("west-midlands-2015-16"),
    "a later cycle": cycle_later("2014-12", {}),
    "a later cycle with a text": cycle_later("2014-12", {"updates.toml": '[section.purpose]\ntext = "Made up."\n'}),
    "a later cycle with a settlement": cycle_later(
        "2014-12",
        {
            "updates.toml": '[[settled]]\ncommitment = "sentinel_2_launch"\nbecame = "kept"\ndate = 2014-09-22\nsource = "x"\n'
        },
    ),
    "a later cycle with a caution": cycle_later(
        "2014-12", {"updates.toml": '[[caution]]\napplies_to = ["robbery"]\ntext = "Made up."\n'}
    ),
    "a later cycle with a paper": cycle_later("2014-12", {"paper.csv": "id\n", "claims.toml": "# none\n"}),
    "a later special Board": cycle_later("2014-12-special", {}),
}


@pytest.fixture(scope="module")
def with_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """September 2014, not approved, with its plan in a folder of the root, and its pack."""
    root = five_boards.whole(tmp_path_factory.mktemp("later") / "root")
    five_boards.command("report", CYCLE, root=root)
    return root


@pytest.mark.slow
@pytest.mark.parametrize("change", LATER)
def test_what_comes_later_changes_no_byte(with_plan: Path, tmp_path: Path, change: str) -> None:
    """An unsigned pack is what the next report would publish: nothing is executed or rendered anew."""
    root = Path(shutil.copytree(with_plan, tmp_path / "root"))
    before = tree(root / "data"), tree(root / "notebooks"), tree(root / "plans")
    LATER[change](root)
    assert (tree(root / "data"), tree(root / "notebooks"), tree(root / "plans")) != before
    assert Run(edition.gather(root, CYCLE)).is_published()


@pytest.mark.slow
def test_all_that_comes_later_leaves_an_unsigned_september_the_same(with_plan: Path, tmp_path: Path) -> None:
    """Executed anew in a tree that has most of it at once, September is the same bytes; and then it is nothing new."""
    root = Path(shutil.copytree(with_plan, tmp_path / "root"))
    before = tree(root / "outputs" / CYCLE)
    for name in TOGETHER:
        LATER[name](root)
    five_boards.command("report", CYCLE, "--force", root=root)
    assert tree(root / "outputs" / CYCLE) == before
    last = json.loads((root / "outputs/run.log").read_text(encoding="utf-8").splitlines()[-1])
    assert last["event"] != "failed"


TOGETHER = (
    "satisfaction is shown to December",
    "a survey's wave is shown to December",
    "a new table of a later Board",
    "a later deliverable",
    "a later milestone",
    "the plan of the next year",
    "a notebook of another plan",
    "a later cycle with a settlement",
    "no later quarter is published",
)


def test_at_least_thirty_kinds_of_later_change_are_tried() -> None:
    """None of them twice, and those that are tried together are among them."""
    assert len(LATER) >= 30
    assert set(TOGETHER) <= set(LATER)
