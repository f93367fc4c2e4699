"""The page of the paper check: what it shows, in which order and in which words, and what it publishes beside it."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from pathlib import Path

import pytest

from pcp_analysis.figures.figure import MIME
from pcp_analysis.pages.exhibit import FILES_MIME, Exhibit
from pcp_analysis.pages.paper_check import NO_PAPER, PaperCheckPage, open_paper_check
from pcp_analysis.paper.claims import VERDICTS
from pcp_analysis.paper.rules import ALONE, RULES
from tests.conftest import CHECKOUT, CYCLE, copy_root

NOTEBOOKS = CHECKOUT / "notebooks"
SECTIONS = ("summary", "faults", "rounding", "not_checkable", "uncontradicted", "sound", "sources")


@pytest.fixture(scope="module")
def paper() -> PaperCheckPage:
    """The check of the paper of September 2014."""
    return open_paper_check(CYCLE, root=CHECKOUT)


@pytest.fixture(scope="module")
def shown(paper: PaperCheckPage) -> dict[str, Exhibit]:
    """What each cell of the notebook shows."""
    return {name: getattr(paper, name)() for name in SECTIONS}


def published(exhibit: Exhibit) -> dict[str, str]:
    """The files that an exhibit has published beside its page."""
    return exhibit._repr_mimebundle_()[FILES_MIME]


def words(exhibit: Exhibit) -> str:
    """The text of an exhibit as a browser shows it."""
    return unescape(re.sub(r"<[^>]+>", " ", str(exhibit.html)))


def test_the_summary_counts_every_claim_by_its_verdict(paper: PaperCheckPage, shown: dict[str, Exhibit]) -> None:
    """A line for each verdict and one for all; the lines add up."""
    counts = {figure.id.rsplit(".", 1)[1]: figure.value for figure in shown["summary"].figures}
    assert list(counts) == [*VERDICTS, "all"]
    assert sum(counts[verdict] for verdict in VERDICTS) == counts["all"] == len(paper.claims)
    assert counts["fault"] == len([claim for claim in paper.claims if claim.verdict == "fault"])


def test_the_csv_is_published_beside_the_page(paper: PaperCheckPage, shown: dict[str, Exhibit]) -> None:
    """One file, with a line for each claim, and a link to it."""
    files = published(shown["summary"])
    assert list(files) == ["paper_check.csv"]
    assert len(list(csv.reader(io.StringIO(files["paper_check.csv"])))) == len(paper.claims) + 1
    assert 'href="paper_check.csv"' in shown["summary"].html
    assert all(FILES_MIME not in shown[name]._repr_mimebundle_() for name in SECTIONS if name != "summary")


def test_each_claim_stands_in_the_section_of_its_verdict(paper: PaperCheckPage, shown: dict[str, Exhibit]) -> None:
    """As many rows as claims, with the words of the paper."""
    for name, verdict in {
        "faults": "fault",
        "rounding": "rounding",
        "not_checkable": "not_checkable",
        "uncontradicted": "uncontradicted",
        "sound": "sound",
    }.items():
        wanted = [claim for claim in paper.claims if claim.verdict == verdict]
        rows = re.findall(r'<th scope="row">', str(shown[name].html))
        assert len(rows) == len(wanted), name
        text = " ".join(words(shown[name]).split())
        for claim in wanted:
            assert re.sub(r"\s+", "", claim.quoted.plain) in re.sub(r"\s+", "", text), claim.id


def test_every_figure_travels_and_is_marked_where_it_stands(shown: dict[str, Exhibit]) -> None:
    """What the machine gets is what the reader sees: both ways, in each output."""
    for name, exhibit in shown.items():
        carried = {record["id"] for record in exhibit._repr_mimebundle_().get(MIME, ())}
        marked = set(re.findall(r'data-figure="([^"]+)"', str(exhibit.html)))
        assert carried == marked, name
    assert len([figure for exhibit in shown.values() for figure in exhibit.figures]) > 200


def test_a_mark_holds_the_number_that_is_printed(paper: PaperCheckPage, shown: dict[str, Exhibit]) -> None:
    """The numeral of the paper inside a quote has the value of its row: 1496 is 1496, a fifth is 20."""
    html = str(shown["faults"].html) + str(shown["sound"].html)
    assert '<data class="figure" value="1496" data-figure="street_triage.incidents">1496</data>' in html
    assert re.search(r'value="20" data-figure="[^"]+">fifth</data>', html)


def test_no_word_of_statistics_on_the_page(shown: dict[str, Exhibit]) -> None:
    """Plain words only: names of tests, p-values and the ids of rules and rows stay in the documents."""
    for name, exhibit in shown.items():
        text = words(exhibit)
        for jargon in (
            "p-value",
            "Poisson",
            "Newcombe",
            "Wilson",
            "interval",
            "not_checkable",
            "one_rounding",
            "wave_36",
            "None",
        ):
            assert jargon not in text, (name, jargon)


def test_the_sources_name_the_paper_and_its_claims(shown: dict[str, Exhibit]) -> None:
    """The files that the page was made from, with the hash of each, beside the table of recorded crime."""
    text = words(shown["sources"])
    for file in (
        "data/raw/cycles/2014-09/paper.csv",
        "data/raw/cycles/2014-09/claims.toml",
        "data/raw/recorded_crime.csv",
    ):
        assert file in text


def test_a_cycle_without_a_paper_says_so(tmp_path: Path) -> None:
    """A cycle that is only laid out has no claims: the page stands, and its file has only a header."""
    root = copy_root(tmp_path / "root")
    folder = root / "data/raw/cycles" / CYCLE
    (folder / "claims.toml").unlink()
    (folder / "paper.csv").write_text(
        (folder / "paper.csv").read_text(encoding="utf-8").split("\n", 1)[0] + "\n", encoding="utf-8"
    )
    paper = open_paper_check(CYCLE, root=root)
    summary = paper.summary()
    assert summary.plain == NO_PAPER
    assert published(summary) == {"paper_check.csv": "paragraph,quoted,recomputed,rule,verdict\n"}
    assert [getattr(paper, name)().plain for name in SECTIONS[1:5]] == ["None."] * 4
    assert "paper.csv" in paper.sources().plain


@pytest.mark.parametrize(
    ("name", "title", "sections"),
    [
        (
            "paper_check",
            "The Board paper, checked claim by claim",
            ["summary", "faults", "rounding", "not_checkable", "words", "sources"],
        ),
        ("paper_sound", "What is sound in the Board paper", ["sound", "uncontradicted", "words", "sources"]),
    ],
)
def test_the_notebooks_show_every_section_in_this_order(name: str, title: str, sections: list[str]) -> None:
    """Faults first, then what rounding explains and what cannot be checked; the most, what is sound, on a page of its
    own.
    """
    cells = [
        "".join(cell["source"])
        for cell in json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    ]
    assert cells[0] == f"# {title}"
    assert [cell for cell in cells if cell.startswith("paper.")] == [f"paper.{section}()" for section in sections]


def test_claims_stand_under_their_rule_in_plain_words(paper: PaperCheckPage, shown: dict[str, Exhibit]) -> None:
    """Each claim says by which rule it was judged; a rule is named once in a section, over all its claims."""
    for name, verdict in {
        "faults": "fault",
        "rounding": "rounding",
        "not_checkable": "not_checkable",
        "uncontradicted": "uncontradicted",
        "sound": "sound",
    }.items():
        rules = {
            RULES[claim.rule].title for claim in paper.claims if claim.verdict == verdict and claim.rule != ALONE.id
        }
        named = [
            unescape(each)
            for each in re.findall(r'<th scope="rowgroup" colspan="4">Rule: (.*?)</th>', str(shown[name].html))
        ]
        assert set(named) == rules
        assert len(named) == len(rules)
