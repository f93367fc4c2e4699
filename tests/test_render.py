"""Pages from executed notebooks."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pcp_analysis.pack.execute import Failure
from pcp_analysis.pack.job import Job
from pcp_analysis.pack.render import TEMPLATE, PageError, Renderer, last_published, reason
from tests.pack_fixture import HEADING, INPUTS, make_edition, make_jobs, markdown

JOBS = [
    *make_jobs(Path()),
    Job("02_july", "2. July & August", Path("02_july.ipynb"), {}, "02_july.html", {"sun": "cd" * 32}),
]


class Elements(HTMLParser):
    """Every start tag of a page with its attributes, and the text of each heading and the title."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append((tag, dict(attrs)))
        if re.fullmatch("h[1-6]|title", tag):
            self._open.append(tag)
            self.texts.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[-1] = (self.texts[-1][0], self.texts[-1][1] + data)

    def named(self, tag: str) -> list[dict]:
        return [attributes for name, attributes in self.tags if name == tag]


def notebook(*cells: dict) -> str:
    """The text of an executed notebook."""
    numbered = [{"id": f"c{n}", **cell} for n, cell in enumerate(cells)]
    return json.dumps({"cells": numbered, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def shows(**data: str) -> dict:
    """A code cell that shows *data*; double underscores in a name stand for a slash, single ones for a plus."""
    bundle = {name.replace("__", "/").replace("_", "+"): value for name, value in data.items()}
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": "printed words"},
        {"output_type": "display_data", "data": bundle, "metadata": {}},
    ]
    return {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": "secret_source()", "outputs": outputs}


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    """A renderer of three pages."""
    return Renderer(
        make_edition(Path(), jobs=JOBS, inputs=[*INPUTS, {**INPUTS[0], "name": "sun", "title": "Sunshine"}])
    )


@pytest.fixture(scope="module")
def june(renderer: Renderer) -> str:
    """The second page, with two sections."""
    text = notebook(
        markdown("# 1. June"),
        markdown("## Was it wet?\n\nA fee of £1 and $2 & more."),
        shows(text__html="<h2>Was it wet?</h2><svg viewBox='0 0 1 1'><title>A chart</title></svg>"),
        shows(image__svg_xml="<svg viewBox='0 0 2 2'></svg>"),
        shows(text__plain="<Axes: >"),
        shows(text__markdown="**strong words**"),
    )
    return renderer.page(JOBS[1], text, [])


def test_a_page_has_its_language_title_and_one_main_heading(june: str) -> None:
    """Screen readers need all three."""
    page = Elements(june)
    assert page.named("html") == [{"lang": "en-GB"}]
    assert page.texts[0][1].startswith(
        "1. June – Performance against the milestones and deliverables – Strategic Policing"
    )
    assert [text for tag, text in page.texts if tag == "h1"] == ["1. June"]


def test_landmarks_and_a_skip_link_to_the_content(june: str) -> None:
    """The skip link comes first in the body and leads to main."""
    page = Elements(june)
    names = [tag for tag, _ in page.tags]
    assert page.named("a")[0]["href"] == "#content"
    assert page.named("main")[0]["id"] == "content"
    assert names.count("header") == names.count("footer") == names.count("main") == 1
    assert all("aria-label" in nav or "aria-labelledby" in nav for nav in page.named("nav"))


def test_nothing_comes_from_a_network_and_nothing_runs(june: str) -> None:
    """No script, no link to a style, no address in an attribute or a style; and the page's own policy forbids them."""
    page = Elements(june)
    assert not {"script", "link", "iframe", "img", "object"} & {tag for tag, _ in page.tags}
    assert "http://" not in june
    assert "https://" not in june
    assert "default-src 'none'" in page.named("meta")[2]["content"]


def test_only_what_is_meant_for_the_board_is_shown(june: str) -> None:
    """HTML, SVG and markdown pass through; source, printed words and plain reprs do not."""
    assert "<svg viewBox='0 0 1 1'><title>A chart</title></svg>" in june
    assert "<svg viewBox='0 0 2 2'></svg>" in june
    assert "<strong>strong words</strong>" in june
    assert "A fee of £1 and $2 &amp; more." in june
    for hidden in ("secret_source", "printed words", "Axes"):
        assert hidden not in june


def test_headings_get_ids_of_their_own_and_stand_in_the_contents(june: str) -> None:
    """Two headings with the same words are two links."""
    page = Elements(june)
    ids = [attributes["id"] for tag, attributes in page.tags if tag == "h2"]
    assert ids == ["was-it-wet", "was-it-wet-2"]
    assert all(f'href="#{name}"' in june for name in ids)


def test_pages_follow_each_other(renderer: Renderer, june: str) -> None:
    """Previous, front page and next, as far as there are such pages."""
    links = {a["rel"]: a["href"] for a in Elements(june).named("a") if "rel" in a}
    assert links == {"prev": "index.html", "next": "02_july.html"}
    last = renderer.page(JOBS[2], notebook(markdown("# 2. July & August")), [])
    assert {a.get("rel") for a in Elements(last).named("a")} == {None, "prev"}


def test_the_footer_tells_the_inputs_of_this_page_alone(june: str) -> None:
    """Title, publisher, as-at date and hash of what the page used."""
    assert "Rain by month" in june
    assert "2014-08-31" in june
    assert "abababababababab" in june
    assert "Sunshine" not in june


def test_every_word_of_the_template_is_escaped() -> None:
    """A heading with markup or quotation marks stays words, in the page and in the style."""
    heading = replace(HEADING, board='<b>"Board" \\ & </style><script>', date="11 </title> September")
    page = Renderer(make_edition(Path(), jobs=JOBS, heading=heading, inputs=[])).page(
        JOBS[2], notebook(markdown("# 2. July & August")), []
    )
    assert "<script" not in page
    assert page.count("</style>") == page.count("<style>") == 3  # for every page, for paper, and the words at its foot
    assert page.count("</title>") == 1


def test_a_page_has_the_styles_that_it_needs_and_numbers_of_its_own(renderer: Renderer) -> None:
    """Those of charts only with charts, that of the printed front page only there; 1. June counts 1.1, a page without
    number A.1.
    """
    chart = shows(text__html="<figure class=\"chart\"><svg viewBox='0 0 1 1'></svg></figure><p>Words.</p>")
    with_chart = renderer.page(JOBS[1], notebook(markdown("# 1. June"), chart), [])
    without = renderer.page(JOBS[1], notebook(markdown("# 1. June\n\nWords.")), [])
    front = renderer.page(JOBS[0], notebook(markdown(f"# {JOBS[0].title}\n\nWords.")), [])
    assert ["figure.chart{" in page for page in (with_chart, without, front)] == [True, False, False]
    assert [".pair table{" in page for page in (with_chart, without, front)] == [False, False, True]
    assert all("@page{size:A4" in page for page in (with_chart, without, front))
    assert ['id="1.1"' in page for page in (with_chart, without)] == [True, True]
    assert '<a class="number" href="#1">1</a> Words.' in front
    bare = [*JOBS, Job("notes", "Notes", Path("notes.ipynb"), {}, "notes.html")]
    page = Renderer(make_edition(Path(), jobs=bare, inputs=[])).page(
        bare[-1], notebook(markdown("# Notes\n\nWords.")), []
    )
    assert '<a class="number" href="#A.1">A.1</a> Words.' in page


def test_draft_stands_on_every_page_until_it_is_approved(june: str) -> None:
    """The template puts the mark on, on the screen and on paper, and takes it off."""
    assert '<strong class="draft">DRAFT</strong>' in june
    assert '"DRAFT · ' in june
    signed = Renderer(make_edition(Path(), jobs=JOBS, approval="Approved by the Board on 11 September 2014"))
    page = signed.page(JOBS[1], notebook(markdown("# 1. June")), [])
    assert "DRAFT" not in page
    assert "Approved by the Board on 11 September 2014" in page


def test_incomplete_stands_on_the_front_page_alone(renderer: Renderer, june: str) -> None:
    """It names the pages that are missing, and links to their stubs."""
    front = renderer.page(JOBS[0], notebook(markdown("# The year in rain")), [JOBS[2]])
    assert "INCOMPLETE" in front
    assert '<a href="02_july.html">2. July &amp; August</a>' in front
    assert "1 of 3 pages" in front
    assert "INCOMPLETE" not in renderer.page(JOBS[1], notebook(markdown("# 1. June")), [JOBS[2]])
    assert "INCOMPLETE" not in june


def test_a_stub_says_what_why_and_where_the_last_one_is(renderer: Renderer) -> None:
    """In plain words, with the page's own title, and no link to a notebook that is not there."""
    why = reason(Failure("raised", 3, "ZeroDivisionError: division by zero"))
    stub = renderer.stub(JOBS[2], why, "2014-06", [JOBS[2]])
    assert [text for tag, text in Elements(stub).texts if tag == "h1"] == ["2. July & August"]
    assert "A calculation on it stopped with an error at step 3 of its notebook." in stub
    assert "It was last published in the pack of cycle 2014-06." in stub
    assert "ZeroDivisionError" not in stub
    assert ".ipynb" not in stub


def test_the_last_version_may_be_none_or_this_cycles_own() -> None:
    """What this pack replaces is not offered as if it could still be read."""
    assert last_published(None, "2014-09") == "No earlier pack that is held here has this page."
    assert "which this one replaces" in last_published("2014-09", "2014-09")


@pytest.mark.parametrize("kind", ["raised", "died", "cell time", "notebook time", "not started", "broken", "page"])
def test_every_kind_of_failure_has_its_words(kind: str) -> None:
    """A sentence, with the step where there is one."""
    words = reason(Failure(kind, 2, "detail"))
    assert words.endswith(".")
    assert "detail" not in words
    assert "{" not in words


@pytest.mark.parametrize(
    "cells",
    [[markdown("## 1. June")], [markdown("# 1. June"), shows(text__html="<h1>More</h1>")], [markdown("# July")]],
)
def test_a_page_without_its_one_main_heading_is_refused(renderer: Renderer, cells: list[dict]) -> None:
    """None, two, or another title: the notebook failed."""
    with pytest.raises(PageError, match="main headings"):
        renderer.page(JOBS[1], notebook(*cells), [])


def test_the_style_is_small_and_needs_nothing() -> None:
    """Under 20 kB, no import, no address."""
    css = "".join(
        (TEMPLATE / name).read_text(encoding="utf-8") for name in ("pack.css", "charts.css", "paper.css", "front.css")
    )
    assert len(css.encode()) < 20_000
    assert "url(" not in css
    assert "@import" not in css
    assert "@media print" in css
