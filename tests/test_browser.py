"""Every page of the pack of September 2014 in a real browser: axe, and the checks where axe is silent; and a test for those tests."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from pcp_analysis.pack.job import PressError
from pcp_analysis.pack.paper import find_chromium
from tests.browser import checks
from tests.conftest import NOTEBOOKS, Pack

pytestmark = pytest.mark.slow
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")
PAGES = ["index.html" if path.stem == "00_overview" else f"{path.stem}.html" for path in NOTEBOOKS]
DESKTOP, TELEPHONE = 1280, 320
MOST_SIDES = {"paper_check.html": 9}  # of paper; an outcome and the front page have four at most


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, if it is installed here. In continuous integration its absence is a failure."""
    try:
        chromium = find_chromium()
    except PressError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(f"not looked at in a browser: {error}")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield started
        started.close()


Visit = Callable[[Path, int], tuple[Page, checks.Heard]]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens a file in a window of a width; gives the page, and what it asked for and said."""
    opened: list[Page] = []

    def go(file: Path, width: int) -> tuple[Page, checks.Heard]:
        page, heard = browser.new_page(viewport={"width": width, "height": 900}), checks.Heard()
        opened.append(page)
        heard.listen(page)
        page.goto(file.as_uri())
        return page, heard

    yield go
    for page in opened:
        page.close()


def test_every_page_of_the_pack_is_looked_at(built: Pack) -> None:
    """The pages named here are those of the pack."""
    assert sorted(PAGES) == sorted(built.pages)


@pytest.mark.parametrize("width", [DESKTOP, TELEPHONE])
@pytest.mark.parametrize("name", PAGES)
def test_axe_and_the_own_checks_find_nothing(built: Pack, visit: Visit, name: str, width: int) -> None:
    """No violation of WCAG 2.2 AA or of best practice, no request, no message, nothing wider than the window; at desktop
    width also the letters and labels of charts, the way of the keyboard, and what paper may cut."""
    page, heard = visit(built.folder / name, width)
    todo = checks.EVERYWHERE | (checks.AT_DESKTOP if width == DESKTOP else {})
    found = {kind: faults for kind, check in todo.items() if (faults := check(page))}
    assert found == {}
    assert heard.faults() == []
    assert heard.requests == [(built.folder / name).as_uri()]


@pytest.mark.parametrize("name", PAGES)
def test_at_400_per_cent_the_page_still_fits(built: Pack, visit: Visit, name: str) -> None:
    """A desktop window of 1280 pixels at 400 per cent has 320 by 256 pixels: the text is within it, and nothing that sticks
    to the window hides it."""
    page, _ = visit(built.folder / name, TELEPHONE)
    page.set_viewport_size({"width": TELEPHONE, "height": 256})
    assert checks.sideways(page) == []
    assert page.evaluate("""() => [...document.querySelectorAll('*')].filter(each =>
        ['fixed', 'sticky'].includes(getComputedStyle(each).position)).length""") == 0


@pytest.mark.parametrize("name", PAGES)
def test_the_data_of_a_chart_opens_without_script(built: Pack, visit: Visit, name: str) -> None:
    """Each chart has a table under it that the keyboard opens, and a page with all of them open has no violation either."""
    page, _ = visit(built.folder / name, DESKTOP)
    for summary in page.locator("summary").all():
        summary.press("Enter")
    assert page.evaluate("[...document.querySelectorAll('details')].every(each => each.open)")
    charts = page.locator("figure.chart").count()
    assert page.locator("figure.chart details table:visible").count() == charts
    assert checks.axe(page) == []
    page.set_viewport_size({"width": TELEPHONE, "height": 900})
    assert checks.sideways(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_takes_few_sides_of_paper(built: Pack, visit: Visit, name: str) -> None:
    """An outcome takes four at most, as does the front page with its lists; the data tables and the way through the pack are
    left to the screen."""
    page, _ = visit(built.folder / name, DESKTOP)
    assert 1 <= checks.sides(page) <= MOST_SIDES.get(name, 4)
    page.emulate_media(media="print")
    assert page.locator("details:visible, nav:visible, .skip:visible, .screen:visible").count() == 0


def test_contents_lead_to_their_sections(built: Pack, visit: Visit) -> None:
    """The keyboard reaches a section through the contents of the page, and goes on from there."""
    page, _ = visit(built.folder / "06_reduce_crime.html", DESKTOP)
    link = page.locator(".contents a", has_text="Is robbery falling?")
    link.press("Enter")
    assert page.url.endswith("#is-robbery-falling")
    assert 0 <= page.locator("#is-robbery-falling").bounding_box()["y"] < 200
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") > 0


def test_pages_keep_to_their_budgets(built: Pack) -> None:
    """60 kB without charts, 250 kB with, 1.5 MB all together, 20 kB of style. The check of the paper, whose table of 155 claims
    is its point, may have more than a page of text."""
    assert checks.sizes({name: text for name, text in built.pages.items() if name != "paper_check.html"}) == []
    assert len(built.pages["paper_check.html"].encode()) < 160_000
    assert sum(len(text.encode()) for text in built.pages.values()) < checks.LARGEST_PACK


# A fault of each kind: the check that must find it, what is replaced in a good page, by what, and words of what is found.
SAID = 'role="img" aria-label="A made-up chart of how often it rained, latest 12."'
PLANTED = {
    "faint letters": ("axe", "</main>", '<p style="color:#ccc">Faint</p></main>', "color-contrast"),
    "a link without words": ("axe", "</main>", '<a href="#content"></a></main>', "link-name"),
    "two regions of one name": ("axe", "</main>", 2 * '<div role="region" aria-label="One">1</div>' + "</main>", "landmark-unique"),
    "a wide line": ("sideways", "</main>", f'<p style="white-space:nowrap">{80 * "wide "}</p></main>', "wider than its window"),
    "no language": ("structure", 'lang="en-GB"', "", "language"),
    "a short title": ("structure", re.compile("<title>.*?</title>"), "<title>Page</title>", "title"),
    "a second h1": ("structure", "</main>", "<h1>Another</h1></main>", "one h1"),
    "a level left out": ("structure", "</main>", "<h2>Two</h2><h4>Four</h4></main>", "leaves a level out"),
    "a header without scope": ("structure", ' scope="col"', "", "no scope"),
    "an empty header": ("structure", "</thead>", '<tr><th scope="col"></th></tr></thead>', "empty"),
    "a table without caption": ("structure", "</main>", "<table><tr><td>1</td></tr></table></main>", "no caption"),
    "no alternative": ("alternatives", "</main>", '<svg role="img"></svg></main>', "None"),
    "a placeholder": ("alternatives", "</main>", '<svg role="img" aria-label="Chart 1"></svg></main>', "Chart 1"),
    "an alternative twice": ("alternatives", "</main>", 2 * f"<svg {SAID}></svg>" + "</main>", "two pictures say"),
    "small letters": ("letters", "</main>", f'<svg {SAID}><text y="9" font-size="8">small</text></svg></main>', "8.0 px: small"),
    "small letters, turned": ("letters", "</main>", f'<svg {SAID}><text y="9" font-size="8" transform="rotate(90)">small</text>'
                              "</svg></main>", "8.0 px: small"),
    "a label on another": ("labels", "</main>", f'<svg {SAID}><text y="30">one</text><text y="32" x="9">two</text></svg></main>',
                           "one lies on two"),
    "a clipped label": ("labels", "</main>", f'<svg {SAID}><text x="-20" y="30">one long label</text></svg></main>', "clipped"),
    "no skip link": ("keyboard", re.compile('<a class="skip".*?</a>'), "", "the first stop"),
    "a skip link to nowhere": ("keyboard", 'id="content" tabindex="-1"', 'id="content"', "does not move the focus"),
    "no focus to be seen": ("keyboard", "</style>", "a:focus-visible{outline:none!important;box-shadow:none!important}</style>",
                            "no focus"),
    "another order": ("keyboard", "</main>", '<a href="#content" tabindex="3">Me first</a></main>', "first stop"),
    "a row that can be cut": ("cut", "</style>", "@media print{tr{break-inside:auto!important}}</style>", "can be cut"),
    "a heading that can end a side": ("cut", "</style>", "@media print{h2{break-after:auto!important}}</style>", "can end a side"),
    "a picture higher than a side": ("cut", "</main>", '<figure><p style="height:2000px">High</p></figure></main>', "higher than a side"),
}


def plant(good: str, old: str | re.Pattern, new: str) -> str:
    """A page with a fault: the last place of *old* replaced."""
    if isinstance(old, re.Pattern):
        old = old.search(good)[0]
    before, found, after = good.rpartition(old)
    assert found
    return before + new + after


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_fault_is_found(built: Pack, visit: Visit, tmp_path: Path, kind: str) -> None:
    """A page of the pack with one fault of each kind fails the check for that kind."""
    name, old, new, words = PLANTED[kind]
    file = tmp_path / "page.html"
    file.write_text(plant(built.pages["09_stronger_communities.html"], old, new), encoding="utf-8", newline="\n")
    page, _ = visit(file, TELEPHONE if name == "sideways" else DESKTOP)
    faults = (checks.EVERYWHERE | checks.AT_DESKTOP)[name](page)
    assert [fault for fault in faults if words in fault], faults


@pytest.mark.parametrize(("new", "policy"), [
    ('<img src="http://127.0.0.1:9/chart.png" alt="A chart">', False),
    ("<script>console.log('hello')</script>", False),
    ("<script>console.log('hello')</script>", True),
    ('<link rel="stylesheet" href="https://127.0.0.1:9/fonts.css">', True),
], ids=["a request", "a message", "a script that the policy refuses", "a style that the policy refuses"])
def test_a_planted_request_or_message_is_heard(built: Pack, visit: Visit, tmp_path: Path, new: str, policy: bool) -> None:
    """With the page's policy and without it: what is asked for and what is refused are both heard."""
    text = plant(built.pages["09_stronger_communities.html"], "</main>", f"{new}</main>")
    if not policy:
        text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    file = tmp_path / "page.html"
    file.write_text(text, encoding="utf-8", newline="\n")
    page, heard = visit(file, DESKTOP)
    page.wait_for_load_state("load")
    assert heard.faults() != []


def test_a_planted_weight_is_found() -> None:
    """A page, a pack and a style over their budgets are each named."""
    text, chart, style = "<p>x</p>" * 9_000, "<svg></svg>" * 25_000, f"<style>{'a{color:red}' * 2_000}</style>"
    assert checks.sizes({"text.html": text}) == ["text.html has 72,000 bytes, without charts"]
    assert checks.sizes({"chart.html": chart}) == ["chart.html has 275,000 bytes, with charts"]
    assert checks.sizes({"style.html": style}) == ["the style of style.html has 24,000 bytes"]
    assert checks.sizes({f"{number}.html": "<svg>" * 40_000 for number in range(8)}) == ["all pages together have 1,600,000 bytes"]


def test_a_planted_sheet_is_counted(built: Pack, visit: Visit, tmp_path: Path) -> None:
    """A page that is made longer takes more sides."""
    file = tmp_path / "page.html"
    text = built.pages["10_national_policing.html"]
    file.write_text(plant(text, "</main>", '<p style="break-before:page">More</p></main>'), encoding="utf-8", newline="\n")
    before, _ = visit(built.folder / "10_national_policing.html", DESKTOP)
    after, _ = visit(file, DESKTOP)
    assert checks.sides(after) == checks.sides(before) + 1
