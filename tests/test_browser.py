"""Every page of the pack of September 2014 in a real browser: axe, and the checks where axe is silent; and a test for
those tests.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from pcp_analysis.pack.job import PressError
from pcp_analysis.pack.pdf import find_chromium
from tests.browser import checks
from tests.conftest import OF_SEPTEMBER, Pack, copy_root, run_pcp, tree

pytestmark = pytest.mark.slow
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PAGES = ["index.html" if path.stem == "00_overview" else f"{path.stem}.html" for path in OF_SEPTEMBER]
# How the figures of a page were made; a page without figures has none.
WITHOUT = {"05_social_responsibility", "10_national_policing", "what_is_owed", "glossary"}
ENTRIES = [f"{path.stem}_figures.html" for path in OF_SEPTEMBER if path.stem not in WITHOUT]
DESKTOP, TELEPHONE = 1280, 320
MOST_SIDES = {
    "index.html": 1,
    "paper_check.html": 6,
    "paper_sound.html": 6,
    "06_reduce_crime.html": 5,
}  # of paper; any other page has four at most
THEMES = Path(sys.prefix) / "share/jupyter/lab/themes/@jupyterlab"


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
    assert sorted([*PAGES, *ENTRIES]) == sorted(built.pages)


@pytest.mark.parametrize("width", [DESKTOP, TELEPHONE])
@pytest.mark.parametrize("name", PAGES)
def test_axe_and_the_own_checks_find_nothing(built: Pack, visit: Visit, name: str, width: int) -> None:
    """No violation of WCAG 2.2 AA or of best practice, no request, no message, nothing wider than the window; at
    desktop width also the letters and labels of charts, the way of the keyboard, and what paper may cut.
    """
    page, heard = visit(built.folder / name, width)
    todo = checks.EVERYWHERE | (checks.AT_DESKTOP if width == DESKTOP else {})
    found = {kind: faults for kind, check in todo.items() if (faults := check(page))}
    assert found == {}
    assert heard.faults() == []
    assert heard.requests == [(built.folder / name).as_uri()]


@pytest.fixture(scope="module")
def june(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack of the year's end, which has a page that no other has."""
    root = copy_root(tmp_path_factory.mktemp("june") / "root")
    assert run_pcp("report", "2015-06", root=root).returncode == 0
    return root / "outputs/2015-06"


@pytest.mark.parametrize("width", [DESKTOP, TELEPHONE])
@pytest.mark.parametrize("name", ["index.html", "year_end.html"])
def test_the_pages_of_the_years_end_are_as_accessible(june: Path, visit: Visit, name: str, width: int) -> None:
    """Axe and the own checks find nothing there either."""
    page, heard = visit(june / name, width)
    todo = checks.EVERYWHERE | (checks.AT_DESKTOP if width == DESKTOP else {})
    assert {kind: faults for kind, check in todo.items() if (faults := check(page))} == {}
    assert heard.faults() == []


@pytest.mark.parametrize("name", ENTRIES)
def test_pages_that_say_how_figures_were_made_are_as_accessible(built: Pack, visit: Visit, name: str) -> None:
    """Axe and the own checks at both widths, no request and no message; they are for the screen, and have no print
    style.
    """
    page, heard = visit(built.folder / name, DESKTOP)
    found = {kind: faults for kind, check in checks.EVERYWHERE.items() if (faults := check(page))}
    page.set_viewport_size({"width": TELEPHONE, "height": 900})
    found |= {f"{kind} at 320 px": faults for kind, check in checks.EVERYWHERE.items() if (faults := check(page))}
    assert found == {}
    assert heard.faults() == []


def test_a_figure_leads_to_its_entry_and_back(built: Pack, visit: Visit) -> None:
    """By the keyboard: from a number on the page to its row, which stands out, and from there back to the page."""
    page, _ = visit(built.folder / "06_reduce_crime.html", DESKTOP)
    page.locator('a[href$="#robbery.year_to_date"]').first.press("Enter")
    page.wait_for_url("**/06_reduce_crime_figures.html#robbery.year_to_date")
    row = page.locator(":target")
    assert "1177" in row.text_content()
    assert row.evaluate("each => getComputedStyle(each).backgroundColor") != "rgba(0, 0, 0, 0)"
    page.locator("nav.turn .up a").press("Enter")
    page.wait_for_url("**/06_reduce_crime.html")


def test_a_number_leads_to_its_statement(built: Pack, visit: Visit) -> None:
    """A link that somebody was sent, to 6.12, shows that statement."""
    page, _ = visit(built.folder / "06_reduce_crime.html", DESKTOP)
    page.locator('a.number[href="#6.12"]').press("Enter")
    assert page.url.endswith("#6.12")
    assert 0 <= page.locator(":target").bounding_box()["y"] < 900


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_notebook_is_readable_in_both_themes_of_jupyterlab(
    built: Pack, visit: Visit, tmp_path: Path, theme: str
) -> None:
    """What the cells of a notebook show, as JupyterLab shows it, in its own colours: every word has 4.5:1 with what
    lies behind it.
    """
    shown = lab(built, theme)
    assert shown.count("<svg") >= 8
    assert shown.count("<table") >= 8
    file = tmp_path / f"{theme}.html"
    file.write_text(shown, encoding="utf-8", newline="\n")
    page, _ = visit(file, DESKTOP)
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert dark == (theme == "dark")
    assert checks.contrast(page) == []
    # without a sheet of its own a chart cannot be read on a dark page: the check finds it
    file.write_text(shown.replace("background: #fff; ", ""), encoding="utf-8", newline="\n")
    page, _ = visit(file, DESKTOP)
    assert bool(checks.contrast(page)) == dark


def lab(pack: Pack, theme: str) -> str:
    """A page with the outputs of the executed notebook on crime in the colours of a theme of JupyterLab's."""
    colours = (THEMES / f"theme-{theme}-extension" / "index.css").read_text(encoding="utf-8")
    colours = re.sub(r"url\([^)]*\)", "none", colours)
    cells = json.loads((pack.folder / "notebooks" / "06_reduce_crime.ipynb").read_text(encoding="utf-8"))["cells"]
    shown = [
        "".join(output["data"]["text/html"])
        for cell in cells
        for output in cell.get("outputs", ())
        if "text/html" in output["data"]
    ]
    style = "body{background:var(--jp-layout-color0);color:var(--jp-content-font-color1)}a{color:var(--jp-content-link-color)}"
    outputs = "\n".join(f'<div class="jp-RenderedHTMLCommon">{each}</div>' for each in shown)
    attributes = f'data-jp-theme-light="{str(theme == "light").lower()}"'
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{theme}</title><style>{colours}{style}</style></head>'
        f"<body {attributes}>{outputs}</body></html>"
    )


@pytest.mark.parametrize("name", PAGES)
def test_at_400_per_cent_the_page_still_fits(built: Pack, visit: Visit, name: str) -> None:
    """A desktop window of 1280 pixels at 400 per cent has 320 by 256 pixels: the text is within it, and nothing that
    sticks to the window hides it.
    """
    page, _ = visit(built.folder / name, TELEPHONE)
    page.set_viewport_size({"width": TELEPHONE, "height": 256})
    assert checks.sideways(page) == []
    assert (
        page.evaluate("""() => [...document.querySelectorAll('*')].filter(each =>
        ['fixed', 'sticky'].includes(getComputedStyle(each).position)).length""")
        == 0
    )


@pytest.mark.parametrize("name", PAGES)
def test_the_data_of_a_chart_opens_without_script(built: Pack, visit: Visit, name: str) -> None:
    """Each chart has a table under it that the keyboard opens, and a page with all of them open has no violation
    either.
    """
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
    """The front page is one side, an outcome four at most; the data tables, the way through the pack and how the
    figures were made are left to the screen, and the numbers of the statements are kept.
    """
    page, _ = visit(built.folder / name, DESKTOP)
    assert 1 <= checks.sides(page) <= MOST_SIDES.get(name, 4)
    page.emulate_media(media="print")
    assert page.locator("details:visible, nav:visible, .skip:visible, .screen:visible, .files:visible").count() == 0
    hidden = page.locator("main > p a.number, main > section:not(.screen) a.number, dl.answers a.number").evaluate_all(
        "all => all.filter(each => !each.getClientRects().length && !each.closest('.screen')).length"
    )
    assert hidden == 0


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
    """65 kB without charts, 250 kB with, 1.5 MB all together, 20 kB of style."""
    assert checks.sizes(built.pages) == []


def test_links_are_spelt_out_on_paper(built: Pack, visit: Visit, tmp_path: Path) -> None:
    """The address of another site is printed after its words; a link inside the pack, and that of a figure, is words
    alone.
    """
    link = '<p><a href="https://example.org/paper">a paper</a> and <a href="06_reduce_crime.html">a page</a></p></main>'
    file = tmp_path / "page.html"
    file.write_text(plant(built.pages["10_national_policing.html"], "</main>", link), encoding="utf-8", newline="\n")
    page, _ = visit(file, DESKTOP)
    page.emulate_media(media="print")
    after = page.locator("main a").evaluate_all(
        "all => all.map(each => [each.textContent, getComputedStyle(each, '::after').content])"
    )
    assert dict(after)["a paper"] == '" (" attr(href) ")"' or "https://example.org/paper" in dict(after)["a paper"]
    assert dict(after)["a page"] == "none"


# A fault of each kind: the check that must find it, what is replaced in a good page, by what, and words of what is
# found.
SAID = 'role="img" aria-label="A made-up chart of how often it rained, latest 12."'
PLANTED = {
    "faint letters": ("axe", "</main>", '<p style="color:#ccc">Faint</p></main>', "color-contrast"),
    "a link without words": ("axe", "</main>", '<a href="#content"></a></main>', "link-name"),
    "two regions of one name": (
        "axe",
        "</main>",
        2 * '<div role="region" aria-label="One">1</div>' + "</main>",
        "landmark-unique",
    ),
    "a link told by colour alone": (
        "axe",
        "</main>",
        '<p>Some words, <a href="#content" style="text-decoration:none">a link</a> in them.</p></main>',
        "link-in-text-block",
    ),
    "targets that are too small": (
        "axe",
        "</main>",
        3 * '<a href="#content" style="display:block;font-size:8px;line-height:9px">go</a>' + "</main>",
        "target-size",
    ),
    "a wide line": (
        "sideways",
        "</main>",
        f'<p style="white-space:nowrap">{80 * "wide "}</p></main>',
        "wider than its window",
    ),
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
    "small letters": (
        "letters",
        "</main>",
        f'<svg {SAID}><text y="9" font-size="8">small</text></svg></main>',
        "8.0 px: small",
    ),
    "small letters, turned": (
        "letters",
        "</main>",
        f'<svg {SAID}><text y="9" font-size="8" transform="rotate(90)">small</text></svg></main>',
        "8.0 px: small",
    ),
    "a label on another": (
        "labels",
        "</main>",
        f'<svg {SAID}><text y="30">one</text><text y="32" x="9">two</text></svg></main>',
        "one lies on two",
    ),
    "a clipped label": (
        "labels",
        "</main>",
        f'<svg {SAID}><text x="-20" y="30">one long label</text></svg></main>',
        "clipped",
    ),
    "no skip link": ("keyboard", re.compile('<a class="skip".*?</a>'), "", "the first stop"),
    "a skip link to nowhere": ("keyboard", 'id="content" tabindex="-1"', 'id="content"', "does not move the focus"),
    "no focus to be seen": (
        "keyboard",
        "</style>",
        "a:focus-visible{outline:none!important;box-shadow:none!important}</style>",
        "no focus",
    ),
    "another order": ("keyboard", "</main>", '<a href="#content" tabindex="3">Me first</a></main>', "first stop"),
    "a row that can be cut": ("cut", "</style>", "@media print{tr{break-inside:auto!important}}</style>", "can be cut"),
    "a heading that can end a side": (
        "cut",
        "</style>",
        "@media print{h2{break-after:auto!important}}</style>",
        "can end a side",
    ),
    "words over rows that can end a side": (
        "cut",
        "</tbody>",
        '</tbody><tbody><tr style="break-after:auto!important"><th scope="rowgroup" colspan="2">Rule</th></tr></tbody>',
        "can end a side: Rule",
    ),
    "a picture higher than a side": (
        "cut",
        "</main>",
        '<figure><p style="height:2000px">High</p></figure></main>',
        "higher than a side",
    ),
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


@pytest.mark.parametrize(
    ("new", "policy"),
    [
        ('<img src="http://127.0.0.1:9/chart.png" alt="A chart">', False),
        ("<script>console.log('hello')</script>", False),
        ("<script>console.log('hello')</script>", True),
        ('<link rel="stylesheet" href="https://127.0.0.1:9/fonts.css">', True),
    ],
    ids=["a request", "a message", "a script that the policy refuses", "a style that the policy refuses"],
)
def test_a_planted_request_or_message_is_heard(
    built: Pack, visit: Visit, tmp_path: Path, new: str, policy: bool
) -> None:
    """With the page's policy and without it: what is asked for and what is refused are both heard."""
    text = plant(built.pages["09_stronger_communities.html"], "</main>", f"{new}</main>")
    if not policy:
        text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    file = tmp_path / "page.html"
    file.write_text(text, encoding="utf-8", newline="\n")
    page, heard = visit(file, DESKTOP)
    page.wait_for_load_state("load")
    assert heard.faults() != []


CRIME = "06_reduce_crime.html"
# The same for the checks that need no browser: what is replaced, by what, and words of what is found.
PLANTED_LINKS = {
    "a link to no file": ("</main>", '<a href="07_nowhere.html">on</a></main>', "leads to 07_nowhere.html"),
    "a link to no place": ("</main>", '<a href="index.html#nowhere">on</a></main>', "leads to index.html#nowhere"),
    "a figure that moved": ("#robbery.year_to_date", "#robery.year_to_date", "robery.year_to_date"),
    "a figure that leads nowhere": ("</main>", '<data class="figure" value="1">1</data></main>', "1 does not lead"),
    "a figure of another pack": (
        "</main>",
        '<a href="06_reduce_crime_figures.html#made.up">1</a></main>',
        "made.up is no figure",
    ),
    "a statement without a number": ("</main>", "<p>One more.</p></main>", "without a number: One more."),
    "a number twice": ('href="#6.12">6.12', 'href="#6.11">6.11', "where 6.12 follows"),
    "a chart without its table": (re.compile("<details.*?</details>", re.DOTALL), "", "no table of its data"),
    "a chart without its file": (re.compile('<p class="csv.*?</p>', re.DOTALL), "", "no file of its data"),
}


def linked(pack: Pack, changed: dict[str, str]) -> list[str]:
    """What the checks of links, numbers, figures and files find in the pages of a pack, some of them *changed*."""
    pages = pack.pages | changed
    files, ids = set(tree(pack.folder)), {row["id"] for row in pack.figures}
    found = checks.dangling(pages, files)
    for name, text in (changed or pages).items():
        found += checks.unmarked(name, text, ids) + checks.without_data(name, text, files)
        found += [] if name.endswith("_figures.html") else checks.unnumbered(name, text)
    return found


def test_links_numbers_figures_and_files_of_the_pack_are_whole(built: Pack) -> None:
    """No link dangles, every figure leads to its entry, every statement has its number, every chart its data."""
    assert linked(built, {}) == []


@pytest.mark.parametrize("kind", PLANTED_LINKS)
def test_a_planted_fault_of_links_is_found(built: Pack, kind: str) -> None:
    """A page of the pack with one fault of each kind fails."""
    old, new, words = PLANTED_LINKS[kind]
    found = linked(built, {CRIME: plant(built.pages[CRIME], old, new)})
    assert [fault for fault in found if words in fault], found


def test_a_planted_weight_is_found() -> None:
    """A page, a pack and a style over their budgets are each named."""
    text, chart, style = "<p>x</p>" * 9_000, "<svg></svg>" * 25_000, f"<style>{'a{color:red}' * 2_000}</style>"
    assert checks.sizes({"text.html": text}) == ["text.html has 72,000 bytes, without charts"]
    assert checks.sizes({"chart.html": chart}) == ["chart.html has 275,000 bytes, with charts"]
    assert checks.sizes({"style.html": style}) == ["the style of style.html has 24,000 bytes"]
    assert checks.sizes({f"{number}.html": "<svg>" * 40_000 for number in range(8)}) == [
        "all pages together have 1,600,000 bytes"
    ]


def test_a_planted_sheet_is_counted(built: Pack, visit: Visit, tmp_path: Path) -> None:
    """A page that is made longer takes more sides."""
    file = tmp_path / "page.html"
    text = built.pages["10_national_policing.html"]
    file.write_text(
        plant(text, "</main>", '<p style="break-before:page">More</p></main>'), encoding="utf-8", newline="\n"
    )
    before, _ = visit(built.folder / "10_national_policing.html", DESKTOP)
    after, _ = visit(file, DESKTOP)
    assert checks.sides(after) == checks.sides(before) + 1
