"""Takes the pictures of the README from the pack of September 2014, in Debian's Chromium: ``make pictures``."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Locator, sync_playwright

from pcp_analysis.pack.job import PressError
from pcp_analysis.pack.pdf import find_chromium

ROOT = Path(__file__).resolve().parents[1]
PACK = ROOT / "outputs" / "2014-09"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LARGEST = 300_000  # bytes


def main() -> None:
    """Write docs/front-page.png, what a chair sees first, and docs/chart.png, a chart as it stands on a page."""
    try:
        chromium = find_chromium()
    except PressError as error:
        sys.exit(f"the pictures stay as they are: {error}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1200, "height": 985})
        page.goto((PACK / "index.html").as_uri())
        page.screenshot(path=ROOT / "docs" / "front-page.png")
        page.goto((PACK / "06_reduce_crime.html").as_uri())
        around(page.locator("#chart-robbery-control"), ROOT / "docs" / "chart.png")
        browser.close()
    for picture in ("front-page.png", "chart.png"):
        if (size := (ROOT / "docs" / picture).stat().st_size) >= LARGEST:
            sys.exit(f"docs/{picture} has {size:,} bytes, and should have fewer than {LARGEST:,}")


def around(element: Locator, path: Path) -> None:
    """A picture of one element with a little of the page around it."""
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    edges = {"x": box["x"] - 16, "y": box["y"] - 12, "width": box["width"] + 32, "height": box["height"] + 24}
    element.page.screenshot(path=path, clip=edges)


if __name__ == "__main__":
    main()
