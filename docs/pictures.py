"""Takes the picture of the README from the pack of September 2014, in Debian's Chromium: ``make pictures``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "outputs" / "2014-09" / "06_reduce_crime.html"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")


def main() -> None:
    """Write docs/page-06.png: the section on robbery."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("no Chromium is installed here: the picture stays as it is")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1240, "height": 1000})
        page.goto(PAGE.as_uri())
        box = page.locator("#is-robbery-falling").bounding_box()
        end = page.locator("#is-vehicle-crime-falling").bounding_box()
        page.screenshot(path=ROOT / "docs" / "page-06.png", full_page=True,
                        clip={"x": box["x"] - 20, "y": box["y"] - 5, "width": box["width"] + 40, "height": end["y"] - box["y"] - 20})
        browser.close()


if __name__ == "__main__":
    main()
