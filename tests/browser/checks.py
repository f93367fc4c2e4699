"""What is wrong with a page as Chromium shows it. Each check takes a page and returns its faults, in words; none is
good.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Error, Page, Request

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALLEST = 12  # pixels of a letter of a chart, as rendered at desktop width
SIDE = 1025  # pixels of a side of A4 between its margins
LARGEST = {False: 65_000, True: 250_000}  # bytes of a page without and with charts
LARGEST_PACK = 1_500_000  # bytes of all pages together
LARGEST_STYLE = 20_000  # bytes
_PLACEHOLDER = re.compile(r"no description|image|picture|chart|figure|untitled|todo", re.IGNORECASE)


@dataclass
class Heard:
    """What a page asked for and said while it was open."""

    requests: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Take note of every request, message and error of *page* from now on."""
        page.on("request", self._request)
        page.on("console", self._message)
        page.on("pageerror", self._error)

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _message(self, message: ConsoleMessage) -> None:
        self.messages.append(f"{message.type}: {message.text}")

    def _error(self, error: Error) -> None:
        self.messages.append(f"error: {error}")

    def faults(self) -> list[str]:
        """Every request that is not for a file of this computer, and every message."""
        return [f"asks for {url}" for url in self.requests if not url.startswith("file://")] + self.messages


def axe(page: Page) -> list[str]:
    """The violations that axe-core finds under ``TAGS``, each with the element where it stands."""
    found = (
        Axe().run(page, options={"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": TAGS}}).response
    )
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:160]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def sideways(page: Page) -> list[str]:
    """The document must not be wider than its window; the elements that stick out, but for those in a region that
    scrolls.
    """
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"the document is {width} px wider than its window"] if width > 0 else []


def alternatives(page: Page) -> list[str]:
    """Every picture has words in its stead, which are no placeholder and are those of no other picture of the page."""
    words = page.evaluate("""() => [...document.querySelectorAll('img, svg')]
        .filter(each => !each.parentElement.closest('svg') && each.getAttribute('aria-hidden') !== 'true')
        .map(each => each.tagName === 'IMG' ? each.getAttribute('alt')
             : each.getAttribute('role') === 'img' ? each.getAttribute('aria-label') : null)""")
    faults = [
        f"a picture says only {said!r}" for said in words if not said or (len(said) < 30 and _PLACEHOLDER.search(said))
    ]
    return faults + [
        f"two pictures say {said!r}" for said in {said for said in words if said and words.count(said) > 1}
    ]


def structure(page: Page) -> list[str]:
    """Language, title, one h1, no heading level left out, a caption for every table, a scope and words for every th."""
    return page.evaluate("""() => {
        const faults = [];
        if (document.documentElement.lang !== 'en-GB') faults.push('the language is not en-GB');
        if (document.title.length < 20) faults.push(`the title is ${document.title}`);
        const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(each => [+each.tagName[1], each.textContent.trim()]);
        if (levels.filter(([level]) => level === 1).length !== 1) faults.push('there is not one h1');
        levels.forEach(([level, words], place) => {
            if (!words) faults.push('a heading is empty');
            if (level > (place ? levels[place - 1][0] : 0) + 1) faults.push(`the heading ${words} leaves a level out`);
        });
        for (const table of document.querySelectorAll('table'))
            if (!table.caption || !table.caption.textContent.trim()) faults.push('a table has no caption');
        for (const header of document.querySelectorAll('th')) {
            if (!['col', 'row', 'colgroup', 'rowgroup'].includes(header.scope)) faults.push(`no scope: ${header.textContent}`);
            if (!header.textContent.trim()) faults.push('a header of a table is empty');
        }
        return faults;
    }""")


def letters(page: Page) -> list[str]:
    """Letters of a chart that are smaller than ``SMALLEST`` as they are rendered."""
    return page.evaluate(
        """smallest => [...document.querySelectorAll('svg text')].map(each => {
            const drawn = each.getScreenCTM();
            return [parseFloat(getComputedStyle(each).fontSize) * Math.hypot(drawn.c, drawn.d), each.textContent];
        }).filter(([size]) => size < smallest - 0.01).map(([size, words]) => `${size.toFixed(1)} px: ${words}`)""",
        SMALLEST,
    )


def labels(page: Page) -> list[str]:
    """Labels of a chart that lie on one another or stick out of their picture, by the boxes of their letters."""
    return page.evaluate("""() => {
        const faults = [], slack = 1;
        for (const svg of document.querySelectorAll('svg')) {
            const around = svg.getBoundingClientRect();
            const boxes = [...svg.querySelectorAll('text')].filter(each => each.textContent.trim()).map(each => {
                const box = each.getBoundingClientRect();
                // A line box is taller than its letters, which stand in the middle seven tenths of it.
                const air = box.height * 0.15;
                return {words: each.textContent.trim(), left: box.left, right: box.right, top: box.top + air, bottom: box.bottom - air};
            });
            boxes.forEach((one, place) => {
                if (one.left < around.left - slack || one.right > around.right + slack
                    || one.top < around.top - slack || one.bottom > around.bottom + slack)
                    faults.push(`${svg.parentElement.closest('figure')?.id}: clipped: ${one.words}`);
                for (const other of boxes.slice(place + 1)) {
                    const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
                    const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
                    if (across > slack && down > slack)
                        faults.push(`${svg.parentElement.closest('figure')?.id}: ${one.words} lies on ${other.words}`);
                }
            });
        }
        return faults;
    }""")


def keyboard(page: Page) -> list[str]:
    """Tab goes to the skip link first, which leads to the main part, and every stop has a focus to be seen."""
    faults = []
    page.keyboard.press("Tab")
    first = page.evaluate("[document.activeElement.getAttribute('href'), document.activeElement.textContent]")
    if first[0] != "#content" or "Skip" not in first[1]:
        return [f"the first stop is {first}, not the link that skips to the main part"]
    if page.evaluate("document.activeElement.getBoundingClientRect().left < 0"):
        faults.append("the skip link cannot be seen when it has the focus")
    page.keyboard.press("Enter")
    if page.evaluate("document.activeElement.id") != "content":
        faults.append("the skip link does not move the focus to the main part")
    inside = page.evaluate("document.querySelectorAll('main a, main summary, main [tabindex=\"0\"]').length")
    page.keyboard.press("Tab")
    if inside and not page.evaluate("document.activeElement.closest('main') !== null"):
        faults.append("what follows the skip link is not in the main part")
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    return faults + unseen_focus(page)


def unseen_focus(page: Page) -> list[str]:
    """Tab through the whole page: every stop is in view and drawn with an outline or a shadow, in the order of the
    document.
    """
    page.evaluate("""() => { scrollTo(0, 0); getSelection().removeAllRanges();
        document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex'); document.activeElement.blur(); }""")
    faults: list[str] = []
    places: list[int] = []
    for _ in range(page.evaluate("document.querySelectorAll('a, summary, [tabindex]').length") + 1):
        page.keyboard.press("Tab")
        stop = page.evaluate("""() => {
            const each = document.activeElement, style = getComputedStyle(each), box = each.getBoundingClientRect();
            return {place: [...document.querySelectorAll('*')].indexOf(each), body: each === document.body,
                    words: each.outerHTML.slice(0, 100),
                    drawn: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== 'none',
                    seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth};
        }""")
        if stop["body"] or stop["place"] in places:
            break
        if not stop["drawn"]:
            faults.append(f"no focus is to be seen on {stop['words']}")
        if not stop["seen"]:
            faults.append(f"out of sight with the focus: {stop['words']}")
        places.append(stop["place"])
    if places != sorted(places):
        faults.append("the focus does not follow the order of the document")
    return faults


def cut(page: Page) -> list[str]:
    """On paper: no row of a table, no picture and no heading is parted from what belongs to it, and none is higher than
    a side.
    """
    page.emulate_media(media="print")
    faults = page.evaluate(
        """side => {
        const faults = [];
        for (const each of document.querySelectorAll('tr, figure')) {
            const box = each.getBoundingClientRect();
            if (!box.height) continue;
            if (getComputedStyle(each).breakInside !== 'avoid') faults.push(`can be cut: ${each.textContent.trim().slice(0, 80)}`);
            if (box.height > side) faults.push(`higher than a side: ${each.textContent.trim().slice(0, 80)}`);
        }
        for (const each of document.querySelectorAll('h1, h2, h3, h4, caption, figcaption, tr:has([scope=rowgroup])'))
            if (getComputedStyle(each).breakAfter !== 'avoid') faults.push(`can end a side: ${each.textContent.trim().slice(0, 80)}`);
        return faults;
    }""",
        SIDE,
    )
    page.emulate_media(media="screen")
    return faults


def contrast(page: Page) -> list[str]:
    """Words that have less than 4.5:1 with what lies behind them: the nearest colour among the elements around them.

    Letters that stand on a mark of a chart are left to the test of its colours: what is drawn beneath them is not
    around them.
    """
    return page.evaluate("""() => {
        const parts = words => (words.match(/[\\d.]+/g) || []).map(Number);
        const solid = words => { const [, , , alpha = 1] = parts(words); return alpha === 1 && words !== 'transparent'; };
        const light = words => {
            const [red, green, blue] = parts(words).slice(0, 3).map(each => each / 255)
                .map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
            return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        };
        const behind = each => each === null ? 'rgb(255, 255, 255)'
            : solid(getComputedStyle(each).backgroundColor) ? getComputedStyle(each).backgroundColor : behind(each.parentElement);
        const faults = [];
        for (const each of document.querySelectorAll('body *')) {
            if (![...each.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())) continue;
            if (!each.getClientRects().length || each.closest('style, script')) continue;
            const drawn = each.closest('svg'), ink = drawn ? getComputedStyle(each).fill : getComputedStyle(each).color;
            const [dark, bright] = [light(ink), light(behind(each))].sort((one, other) => one - other);
            const ratio = (bright + 0.05) / (dark + 0.05);
            if (ratio < 4.5) faults.push(`${ratio.toFixed(1)}:1: ${each.textContent.trim().slice(0, 60)}`);
        }
        return faults;
    }""")


def dangling(pages: Mapping[str, str], files: Collection[str]) -> list[str]:
    """Links of *pages*, by file name, that lead to no file of the pack, or to no place on a page of it."""
    ids = {name: set(re.findall(r'\sid="([^"]+)"', text)) for name, text in pages.items()}
    faults = []
    for name, text in pages.items():
        for href in re.findall(r'<a\b[^>]*?\shref="([^"]+)"', text):
            file, _, place = href.partition("#")
            if not href.startswith(("http://", "https://")) and (
                (file or name) not in files or (place and unquote(place) not in ids.get(file or name, ()))
            ):
                faults.append(f"{name} leads to {href}")
    return faults


def unnumbered(name: str, text: str) -> list[str]:
    """What is wrong with the numbers of a page's statements: one that has none, a gap, or a number of another page."""
    main = re.search(r"<main\b.*?</main>", text, re.DOTALL)[0]
    main = re.sub(r"<(details|table|figure|li|blockquote)\b.*?</\1>", "", main, flags=re.DOTALL)
    faults = [
        f"{name}: a statement without a number: {words[:60]}" for words in re.findall(r"<(?:p|dd)>(.{0,60})", main)
    ]
    numbers = re.findall(r'<(?:p|dd) id="([^"]+)"[^>]*><a class="number" href="#([^"]+)">([^<]+)</a>', main)
    prefix = (
        ""
        if name == "index.html"
        else f"{int(name[:2])}."
        if name[0].isdigit()
        else numbers[0][0][:2]
        if numbers
        else ""
    )
    wanted = [(f"{prefix}{count}",) * 3 for count in range(1, len(numbers) + 1)]
    return faults + [
        f"{name}: numbered {found} where {want[0]} follows"
        for found, want in zip(numbers, wanted, strict=True)
        if found != want
    ]


def unmarked(name: str, text: str, ids: Collection[str]) -> list[str]:
    """Figures on a page that lead nowhere, or to what is no figure of the pack."""
    faults = [
        f"{name}: {words} does not lead to how it was made" for words in re.findall(r"<data\b[^>]*>(.*?)</data>", text)
    ]
    return faults + [
        f"{name}: {each} is no figure of the pack"
        for each in re.findall(r'_figures\.html#([^"]+)"', text)
        if each not in ids
    ]


def without_data(name: str, text: str, files: Collection[str]) -> list[str]:
    """Charts without a table of their data that opens, or without a file of it beside the page."""
    faults = []
    for chart in re.findall(r'<figure class="chart.*?</figure>', text, re.DOTALL):
        title = re.search(r'id="([^"]*)"', chart)[1]
        if "<details" not in chart or "<table" not in chart:
            faults.append(f"{name}: {title} has no table of its data")
        if not [file for file in re.findall(r'href="([^"#]+\.csv)"', chart) if file in files]:
            faults.append(f"{name}: {title} has no file of its data")
    return faults


def sides(page: Page) -> int:
    """How many sides of A4 the page is printed on."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True, print_background=True)))


def sizes(pages: Mapping[str, str]) -> list[str]:
    """Pages, by file name, that are larger than their budget; their sum; and the style sheet."""
    faults = []
    for name, text in pages.items():
        size, drawn = len(text.encode("utf-8")), "<svg" in text
        if size > LARGEST[drawn]:
            faults.append(f"{name} has {size:,} bytes, {'with' if drawn else 'without'} charts")
        if (
            style := len("".join(re.findall(r"<style>(.*?)</style>", text, re.DOTALL)).encode("utf-8"))
        ) >= LARGEST_STYLE:
            faults.append(f"the style of {name} has {style:,} bytes")
    whole = sum(len(text.encode("utf-8")) for text in pages.values())
    return [*faults, *([f"all pages together have {whole:,} bytes"] if whole > LARGEST_PACK else [])]


EVERYWHERE: dict[str, Callable[[Page], list[str]]] = {
    "axe": axe,
    "sideways": sideways,
    "structure": structure,
    "alternatives": alternatives,
}
AT_DESKTOP: dict[str, Callable[[Page], list[str]]] = {
    "letters": letters,
    "labels": labels,
    "keyboard": keyboard,
    "cut": cut,
}
