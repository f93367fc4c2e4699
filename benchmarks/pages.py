"""How long the charts of a pack take to draw and how large its pages are: rows of a Markdown table against their
limits.

Run as ``python benchmarks/pages.py``, which measures the pack that is published under ``outputs``.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
CYCLE = "2014-09"
DRAWN_IN, TEXT_PAGE, ANY_PAGE, ALL_PAGES, STYLE = 6.0, 65_000, 250_000, 1_500_000, 20_000
HEAD = ("| what | measured | limit | met |", "|---|---|---|---|")


def main() -> None:
    """Print the table of the published pack."""
    pack = CHECKOUT / "outputs" / CYCLE
    if not pack.is_dir():
        raise SystemExit(f"outputs/{CYCLE} has no pack; run pcp report {CYCLE} first")
    print("\n".join([*HEAD, *rows(CHECKOUT, pack)]))


def rows(root: Path, pack: Path) -> list[str]:
    """Draw every chart of the notebooks under *root* and weigh the pages of *pack*; a row of a table for each limit."""
    count, seconds = drawn(root)
    return [
        row(
            f"all {count} charts of the pack drawn, processor seconds of one core",
            f"{seconds:.2f} s",
            f"{DRAWN_IN:.0f} s",
            seconds < DRAWN_IN,
        ),
        *sizes(pack),
    ]


def drawn(root: Path) -> tuple[int, float]:
    """How many charts the notebooks show, and the processor time that drawing them takes when their figures are made
    already.
    """
    from pcp_analysis.pages import open_outcome
    from pcp_analysis.pages.chart import Chart

    charts, outcome = [], None
    for notebook in sorted((root / "notebooks").glob("[0-9]*.ipynb")):
        for name, arguments in calls(notebook):
            if name == "open_outcome":
                outcome = open_outcome(*arguments[:1], CYCLE, root=root)
            elif hasattr(outcome, name) and isinstance(getattr(outcome, name)(*arguments), Chart):
                charts.append((outcome, name, arguments))
    begun = time.process_time()
    for outcome, name, arguments in charts:
        getattr(outcome, name)(*arguments)
    return len(charts), time.process_time() - begun


def calls(notebook: Path) -> Iterator[tuple[str, list[str]]]:
    """Every method that the cells of a notebook call, with the texts that it is given."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            for node in ast.walk(ast.parse("".join(cell["source"]))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    yield node.func.attr, [each.value for each in node.args if isinstance(each, ast.Constant)]


def sizes(pack: Path) -> Iterator[str]:
    """The largest page without charts and with them, all pages together, and the style, each against its limit."""
    pages = {page.name: page.read_text(encoding="utf-8") for page in sorted(pack.glob("*.html"))}
    weights = {name: len(text.encode("utf-8")) for name, text in pages.items()}
    text = max((name for name in pages if "<svg" not in pages[name]), key=weights.get)
    largest = max(pages, key=weights.get)
    style = max(
        len("".join(re.findall(r"<style>(.*?)</style>", page, re.DOTALL)).encode("utf-8")) for page in pages.values()
    )
    for what, weight, limit in (
        (f"largest page without charts, `{text}`", weights[text], TEXT_PAGE),
        (f"largest page, `{largest}`", weights[largest], ANY_PAGE),
        (f"all {len(pages)} pages together", sum(weights.values()), ALL_PAGES),
        ("largest style of a page", style, STYLE),
    ):
        yield row(what, f"{weight / 1000:,.1f} kB", f"{limit / 1000:,.0f} kB", weight <= limit)


def row(what: str, measured: str, limit: str, met: bool) -> str:
    """A row of the table; what is not met stands out."""
    return f"| {what} | {measured} | {limit} | {'yes' if met else '**no**'} |"


if __name__ == "__main__":
    sys.exit(main())
