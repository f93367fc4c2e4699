"""The pack on paper: one document of all pages, and the PDF that Chromium prints of it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from html import unescape
from pathlib import Path

import pytest

from pcp_analysis.pack import pdf
from pcp_analysis.pack.job import PressError
from tests.conftest import CYCLE, PCP, Pack, run_pcp

PAGES = {
    "index.html": '<h1 id="plan">The plan</h1><p id="top"><a href="01_june.html#wet">June</a> <a href="#plan">above</a></p>',
    "01_june.html": '<h1 id="june">1. June</h1><section aria-labelledby="june wet"><h2 id="wet">Wet</h2></section>'
    '<svg><clipPath id="c"/><g clip-path="url(#c)"><use xlink:href="#c"/></g></svg>'
    '<a href="index.html">up</a> <a href="figures.csv">figures</a> <a href="https://example.org/a.html#b">out</a>',
}
FRAME = (
    '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<title>{name}</title>\n</head>\n<body>\n<header class="top"><p>Board</p></header>\n'
    '<main id="content" tabindex="-1">\n{body}\n</main>\n<footer>foot</footer>\n</body>\n</html>\n'
)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A made-up pack of two pages, whose manifest has them in the order of the pack."""
    folder = tmp_path / "outputs" / CYCLE
    folder.mkdir(parents=True)
    for name, body in PAGES.items():
        (folder / name).write_text(FRAME.format(name=name, body=body), encoding="utf-8")
    (folder / "manifest.json").write_text(
        '{"cycle": "2014-09", "notebooks": {"00": {"page": "index.html"}, "01": {"page": "01_june.html"}}, "outputs": {},'
        ' "pack_sha256": "abcdef0123456789"}',
        encoding="utf-8",
    )
    return folder


@pytest.fixture
def chromium() -> str:
    """Chromium, if it is installed here. In continuous integration its absence is a failure."""
    try:
        return pdf.find_chromium()
    except PressError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(f"nothing was printed: {error}")


def test_all_pages_are_one_document_in_their_order(pack: Path) -> None:
    """One header, each main part once, no footer of a page, and the words that say which pack it is."""
    whole = pdf.together(pack)
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", whole) == ["The plan", "1. June"]
    assert whole.count('<header class="top">') == whole.count("<!DOCTYPE html>") == whole.count("</html>") == 1
    assert whole.count("<main") == whole.count("</main>") == 2
    assert "<footer>foot" not in whole
    assert "whose hash begins abcdef012345." in whole


def test_ids_are_those_of_their_page_and_links_stay_inside(pack: Path) -> None:
    """No id twice, every reference is met, and a link to a page leads to its part of the document."""
    whole = pdf.together(pack)
    ids = re.findall(r'\sid="([^"]+)"', whole)
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    assert 'href="#01_june.html-wet"' in whole
    assert '<a href="#index.html-content">up</a>' in whole
    referred = (
        re.findall(r'(?:href="|url\()#([^")]+)', whole) + " ".join(re.findall(r'labelledby="([^"]+)"', whole)).split()
    )
    assert len(referred) == 7
    assert set(referred) <= set(ids)


def test_a_link_to_a_file_is_words_and_one_to_another_site_stays(pack: Path) -> None:
    """A PDF must not point at files of the machine that printed it: nothing of the pack's folder lies beside it."""
    whole = pdf.together(pack)
    assert "<a>figures</a>" in whole
    assert 'href="https://example.org/a.html#b"' in whole


def test_without_a_pack_there_is_nothing_to_print(tmp_path: Path) -> None:
    """A folder without a manifest is no pack."""
    with pytest.raises(PressError, match="nothing to print"):
        pdf.together(tmp_path)


def test_without_chromium_it_says_so_and_touches_nothing(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No program of any of the names: the PDF that was there stands."""
    target = pack.with_name("2014-09.pdf")
    target.write_bytes(b"old")
    monkeypatch.setenv("PATH", str(pack))
    monkeypatch.setattr(pdf, "_ELSEWHERE", ())
    with pytest.raises(PressError, match="no Chromium is installed here"):
        pdf.print_pack(pack, target)
    assert target.read_bytes() == b"old"


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a shell script")
def test_a_chromium_that_fails_leaves_what_was_printed_before(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its last words are handed on; nothing half-written is left behind."""
    target = pack.with_name("2014-09.pdf")
    target.write_bytes(b"old")
    program = tmp_path / "bin" / "chromium"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho cannot open display >&2\nexit 3\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    with pytest.raises(PressError, match=r"could not print \(exit code 3\): cannot open display"):
        pdf.print_pack(pack, target)
    assert target.read_bytes() == b"old"
    assert {file.name for file in target.parent.iterdir()} == {CYCLE, "2014-09.pdf"}


@pytest.mark.slow
def test_a_made_up_pack_is_printed(pack: Path, chromium: str) -> None:
    """Two pages, two sides at least, in place of what was there before."""
    target = pack.with_name("2014-09.pdf")
    target.write_bytes(b"old")
    assert pdf.print_pack(pack, target) == 2
    assert target.read_bytes().startswith(b"%PDF-")
    assert {file.name for file in target.parent.iterdir()} == {CYCLE, "2014-09.pdf"}


@pytest.mark.slow
def test_the_pack_is_printed_by_the_command(built: Pack, chromium: str) -> None:
    """``pcp report --pdf``: beside the pack and outside its hashes, tagged, in English, with an outline of every page."""
    before = {file: file.read_bytes() for file in built.folder.rglob("*") if file.is_file()}
    target = built.folder.with_name(f"{CYCLE}.pdf")
    try:
        done = run_pcp("report", CYCLE, "--pdf", root=built.root)
        assert done.returncode == 0, done.stderr
        assert "nothing new" in done.stdout
        data = target.read_bytes()
        if reader := shutil.which("pdftotext"):
            read = subprocess.run(
                [reader, "-layout", target, "-"], capture_output=True, text=True, encoding="utf-8", timeout=60
            )
            check_sides(read.stdout.split("\f")[:-1], built)
    finally:
        target.unlink(missing_ok=True)
    count = int(re.search(r"printed on (\d+) sides: outputs/2014-09.pdf", done.stdout)[1])
    assert len([name for name in built.pages if not name.endswith("_figures.html")]) <= count <= 45
    assert str(built.root).encode() not in data
    assert b"file://" not in data
    for part in (b"/StructTreeRoot", b"/MarkInfo", b"/Outlines", b"/Lang (en-GB)"):
        assert part in data, part
    assert {file: file.read_bytes() for file in built.folder.rglob("*") if file.is_file()} == before


def check_sides(sides: list[str], built: Pack) -> None:
    """What is to be read on each side: the front page on the first alone, an outcome on four at most, numbers of sides
    and statements.
    """
    titles = {
        name: unescape(re.search(r"<h1[^>]*>(.*?)</h1>", text)[1])
        for name, text in built.pages.items()
        if not name.endswith("_figures.html")
    }
    flat = [" ".join(side.split()) for side in sides]
    for number, side in enumerate(flat, 1):
        assert side.endswith(f"Page {number} of {len(sides)}")
        assert "DRAFT" in side
    first = {
        name: next(place for place, side in enumerate(flat) if side.startswith(title))
        for name, title in titles.items()
        if name != "index.html"
    }
    begins = sorted(first.values())
    assert begins[0] == 1, "the front page takes more than one side"
    for words in ("What happened?", "What is owed", "Every deliverable by name"):
        assert words in flat[0]
    for name, place in first.items():
        after = next((each for each in begins if each > place), len(sides))
        assert after - place <= {"paper_check.html": 6, "paper_sound.html": 6, "06_reduce_crime.html": 5}.get(
            name, 4
        ), name
    assert "6.12" in " ".join(flat[first["06_reduce_crime.html"] :])
    for hidden in ("Data of this chart", "How the figures of this page were made", "Skip to main content", ".csv"):
        assert hidden not in " ".join(flat).replace("paper_check.csv", "")


@pytest.mark.slow
def test_the_document_of_the_pack_has_no_id_twice(built: Pack) -> None:
    """Twelve pages with the same headings and charts of the same kinds, and every link inside is met."""
    whole = pdf.together(built.folder)
    ids = re.findall(r'\sid="([^"]+)"', whole)
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    assert set(re.findall(r'(?:href="|url\()#([^")]+)', whole)) <= set(ids)
    # how figures were made is left to the screen
    assert len(re.findall(r"<h1", whole)) == len([name for name in built.pages if not name.endswith("_figures.html")])


@pytest.mark.slow
@pytest.mark.skipif(
    any(Path(path).is_file() for path in pdf._ELSEWHERE), reason="a browser is installed where no PATH hides it"
)
def test_the_command_without_chromium_could_not(built: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 5 with a sentence that says what to do, before anything is run; the pack stands."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    done = run_pcp("report", CYCLE, "--pdf", root=built.root)
    assert PCP.is_file()
    assert done.returncode == 5
    assert "no Chromium is installed here" in done.stderr
    assert "leave --pdf away" in done.stderr
    assert not built.folder.with_name(f"{CYCLE}.pdf").exists()
