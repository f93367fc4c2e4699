"""The glossary: every word of the trade on every Board page has its line, and no word stands there that nobody could
explain.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pcp_analysis.cli import main
from pcp_analysis.findings.view import CycleView, open_view
from pcp_analysis.pages import glossary
from pcp_analysis.pages.glossary import Term
from pcp_analysis.pages.overview import OverviewPage
from tests.conftest import CHECKOUT, CYCLE, Pack, copy_root

# What a Board member may not know, wherever it stands on a page; each must have its line.
TERMS = (
    "usual range",
    "indicative",
    "interval",
    "year to date",
    "recorded crime",
    "per 1,000",
    "signal",
    "more than chance",
    "can be chance",
    "too close to call",
    "on course",
    "off course",
    "points",
    "projected",
    "cadence",
    "deliverable",
    "milestone",
    "deferred",
    "awaited",
    "reported elsewhere",
    "series",
    "wave",
    "vintage",
    "reconstruction",
    "provisional",
    "expected offences",
    "comparison forces",
    "same period",
    "seasons taken out",
    "no crime",
    "compliance",
    "not held",
    "recomputed",
    "section 136",
    "street triage",
    "rounding",
    "most similar force",
    "SHA-256",
    "as printed",
)
# What belongs into docs/methods.md.
FORBIDDEN = re.compile(
    r"p-values?|\bphi\b|\bXmR\b|\bz-?(score|value)s?\b|\bz\b|Poisson|Wilson|Newcombe|dispersion|Benjamini|sigma\b|φ|σ",
    re.IGNORECASE,
)
ABBREVIATION = re.compile(r"(?<![\w.-])[A-Z][a-z]?[A-Z]+s?(?![\w-])")
# Written so by everybody, and read so.
KNOWN = {"CSV", "PDF", "UK", "OK", "A&E"}


@pytest.fixture(scope="module")
def view() -> CycleView:
    """The cycle of September 2014."""
    return open_view(CYCLE, root=CHECKOUT)


def said(page: str) -> str:
    """All that a page says for people: its words, and those that stand for a picture; no code and no style."""
    main = re.search(r"<main\b.*?</main>", page, re.DOTALL)[0]
    main = re.sub(r'aria-label="([^"]*)"', r">\1<", re.sub(r"<(code|style)\b.*?</\1>", "", main, flags=re.DOTALL))
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def lacking(text: str, words: list[Term]) -> list[str]:
    """Terms of art and abbreviations in *text* that none of *words* explains."""
    explained = [word.pattern for word in words]
    terms = [term for term in TERMS if Term(term, "").pattern.search(text)]
    found = dict.fromkeys([*terms, *ABBREVIATION.findall(text)])
    return [term for term in found if term not in KNOWN and not any(pattern.search(term) for pattern in explained)]


def board_pages(pack: Pack) -> dict[str, str]:
    """The pages that are meant for the Board; how figures were made is for those who check them."""
    return {name: text for name, text in pack.pages.items() if not name.endswith("_figures.html")}


@pytest.mark.slow
def test_no_term_stands_on_a_page_that_the_glossary_does_not_explain(built: Pack, view: CycleView) -> None:
    """Terms of art from the list above, and abbreviations wherever they stand."""
    words = glossary.words(view)
    assert {name: found for name, text in board_pages(built).items() if (found := lacking(said(text), words))} == {}


@pytest.mark.slow
def test_each_page_names_the_words_that_it_uses_and_leads_to_their_lines(built: Pack, view: CycleView) -> None:
    """Every word of the glossary that a page uses is named there, with a link to its line."""
    anchors = set(re.findall(r'<div id="([^"]+)"><dt>', built.pages["glossary.html"]))
    assert anchors == {word.anchor for word in glossary.words(view)}
    for name, text in board_pages(built).items():
        if name == "glossary.html":
            continue
        named = set(re.findall(r'href="glossary\.html#([^"]+)"', text))
        body = said(re.sub(r'<section class="screen"><h2[^>]*>Words explained.*?</section>', "", text, flags=re.DOTALL))
        used = {word.anchor for word in glossary.words(view) if word.pattern.search(body)}
        assert len(named) >= 5
        assert used <= named, (name, used - named)
        assert named <= anchors


@pytest.mark.slow
def test_no_word_of_the_statistician_stands_on_a_page(built: Pack) -> None:
    """Neither what a test is called nor what it gives."""
    assert {name: found for name, text in board_pages(built).items() if (found := FORBIDDEN.findall(said(text)))} == {}


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Burglary is within its usual range.", []),
        ("A FUNKY QZX was held.", ["FUNKY", "QZX"]),
        ("Led by the DCC and two ACCs.", ["ACCs"]),
        ("Its rate per 1,000 rose.", []),
        ("The NCRs are new.", ["NCRs"]),
    ],
)
def test_the_test_finds_what_is_not_explained(text: str, missing: list[str], view: CycleView) -> None:
    """An abbreviation that nobody explained is found; what the glossary has is not."""
    assert lacking(text, glossary.words(view)) == missing


@pytest.mark.parametrize("word", ["p-value", "phi", "XmR", "z", "z-score", "Poisson"])
def test_the_test_finds_what_is_forbidden(word: str) -> None:
    """Each of the words that must not stand on a page."""
    assert FORBIDDEN.search(f"The {word} of this is small.")


def test_every_meaning_is_a_line_and_uses_no_forbidden_word(view: CycleView) -> None:
    """One sentence or two, in words that need no glossary of their own; the order is that of the alphabet."""
    words = glossary.words(view)
    assert [word.term.lower() for word in words] == sorted(word.term.lower() for word in words)
    assert len({word.anchor for word in words}) == len(words) > 60
    for word in words:
        assert 10 < len(word.meaning) <= 130, word
        assert word.meaning[0].isupper()
        assert word.meaning.endswith(".")
        assert not FORBIDDEN.search(word.meaning), word


def december(folder: Path) -> Path:
    """A copy of the root with a cycle of December 2014 to which nothing was said."""
    root = copy_root(folder / "root")
    later = root / "data/raw/cycles/2014-12"
    later.mkdir()
    head = (root / "data/raw/cycles" / CYCLE / "cycle.toml").read_text(encoding="utf-8")
    (later / "cycle.toml").write_text(
        head.replace("2014-09-11", "2014-12-04").replace("2014-08-31", "2014-11-30"), encoding="utf-8"
    )
    (later / "updates.toml").write_text("# Nothing was said.\n", encoding="utf-8")
    return root


def test_a_later_cycle_has_the_words_of_an_earlier_one(tmp_path: Path) -> None:
    """What one paper explained need not be explained again, and a later meaning takes the place of an earlier one."""
    root = december(tmp_path)
    later = root / "data/raw/cycles/2014-12"
    (later / glossary.FILE).write_text('[[word]]\nterm = "WMP"\nmeaning = "The force."\n', encoding="utf-8")
    held = {word.term: word.meaning for word in glossary.words(open_view("2014-12", root=root))}
    assert held["WMP"] == "The force."
    assert held["DoR"] == "Director of Resources."


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("word = 1", "must be a list of tables"),
        ("[[word", "is not TOML"),
        ('[[word]]\nterm = "A"\n', "is missing"),
        ("[other]\na = 1\n", "is no key that is known here"),
        ('[[word]]\nterm = "A"\nmeaning = "B."\nmeans = "C."\n', "is no key"),
        ('[[word]]\nterm = "A"\nmeaning = 3\n', "must be text"),
        ('[[word]]\nterm = "A"\nmeaning = "B."\nalso = [1]\n', "must be text"),
        (2 * '[[word]]\nterm = "A"\nmeaning = "B."\n', "explained twice"),
    ],
)
def test_a_faulty_glossary_is_told_with_its_place(tmp_path: Path, text: str, rule: str) -> None:
    """As every other input: the file, the word, the value, the rule and how to mend it."""
    root = copy_root(tmp_path / "root")
    view = open_view(CYCLE, root=root)
    (view.cycle.folder / glossary.FILE).write_text(text, encoding="utf-8")
    faults = glossary.check_glossary(view)
    assert [fault for fault in faults if rule in fault.rule], faults
    assert {fault.file for fault in faults} == {f"data/raw/cycles/{CYCLE}/glossary.toml"}


def test_the_committed_glossary_has_no_fault(view: CycleView) -> None:
    """And a cycle may have none."""
    assert glossary.check_glossary(view) == []


def test_a_page_names_only_what_it_said(view: CycleView) -> None:
    """Before anything is shown only the list of sources has words to explain."""
    page = OverviewPage(view)
    assert "cadence" not in page.words().plain.lower()
    page.next_due()
    page.expected()
    assert "WMOPC" in page.words().plain


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("glossary.toml", '[[word]]\nterm = "A"\nmeaning = 3\n'),
        ("glossary.toml", "[[word"),
        ("glossary.toml", "\n"),
        ("glossary.toml", "\ufeff[[word]]\nterm = 1\n"),
        ("updates.toml", "[[update]]\ndeliverable = 1\n"),
        ("cycle.toml", "board_date = 3\n"),
        ("approved/figures.csv", "id,value\n"),
    ],
)
def test_a_fault_in_the_folder_of_an_earlier_cycle_is_found_by_check(tmp_path: Path, file: str, text: str) -> None:
    """Whatever a page of December reads of September is checked before: exit 1 with the file, nothing published."""
    root = december(tmp_path)
    assert pcp("check", "2014-12", root=root).exit_code == 0
    path = root / "data/raw/cycles" / CYCLE / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    for command in ("check", "report"):
        result = pcp(command, "2014-12", root=root)
        assert result.exit_code == 1, result.output
        assert re.search(rf"data/raw/cycles/{CYCLE}/{file}: (line \d|end of document)", result.stderr)
    assert not (root / "outputs/2014-12").exists()


def test_a_glossary_that_was_edited_is_read_anew(tmp_path: Path) -> None:
    """A kernel that runs on sees the edit at its next call."""
    view = open_view("2014-12", root=december(tmp_path))
    path = view.cycle.folder / glossary.FILE
    for meaning in ("The force.", "West Midlands Police."):
        path.write_text(f'[[word]]\nterm = "WMP"\nmeaning = "{meaning}"\n', encoding="utf-8")
        assert {word.term: word.meaning for word in glossary.words(view)}["WMP"] == meaning


def pcp(*arguments: str, root: Path) -> Result:
    """The command in this process."""
    return CliRunner().invoke(main, list(arguments), env={"PCP_ROOT": str(root)})
