"""A matplotlib figure as inline SVG: the same bytes everywhere, text kept as text, and an alternative in words."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

# Government Analysis Function palette for charts; each has 3:1 against white but the light purple, which is not used.
DARK_BLUE, DARK_PINK, ORANGE, DARK_GREY = "#12436D", "#801650", "#F46A25", "#3D3D3D"
MID_GREY = "#767676"
# The colours are made for white: a dark theme of JupyterLab shows a chart on a sheet of its own.
PAPER = "#fff"
FONTS = "Arial, Helvetica, 'Liberation Sans', sans-serif"
# A number with more decimals than a screen or a printer shows, in a tag: the words of a picture stand outside of tags.
_POINT = re.compile(r"-?\b\d+\.\d{3,}\b(?=[^<>]*>)")
FULL, HALF, POINTS_AN_INCH, PIXELS_AN_INCH = 6.8, 4.4, 72, 110
_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.id": None,
    # Measured with the font that matplotlib itself ships, so that no other font of a machine moves a label.
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "axes.edgecolor": DARK_GREY,
    "axes.labelcolor": DARK_GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": DARK_GREY,
    "ytick.color": DARK_GREY,
    "text.color": DARK_GREY,
    "axes.grid": False,
    "figure.dpi": POINTS_AN_INCH,
}


def figure_of(axes: Axes) -> Canvas:
    """The whole figure that the axes are in."""
    figure = axes.get_figure(root=True)
    if figure is None:
        raise ValueError("the axes are in no figure")
    return figure


@contextmanager
def _style(**settings: str) -> Iterator[None]:
    """The style of the pages and nothing else: a matplotlibrc or a theme of the analyst's changes no page."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        settled: Any = matplotlib.rcParams  # typed by the names of all its settings
        settled.update(_STYLE | settings)
        yield


def _numbered(svg: str, name: str) -> str:
    """The ids of a picture counted in their order, after *name*: those of matplotlib hang on the last digit of a point."""
    ids = {id_: f"{name}-{number}" for number, id_ in enumerate(dict.fromkeys(re.findall(r'\bid="([^"]*)"', svg)), 1)}
    return re.sub(r'(\bid="|href="#|url\(#)([^")]*)', lambda place: place[1] + ids[place[2]], svg)


@contextmanager
def canvas(height: float, width: float = FULL) -> Iterator[tuple[Canvas, Axes]]:
    """A figure of *width* and *height* inches and its axes, in the style of the pages: as wide as the page, or half of
    it.
    """
    from matplotlib.figure import Figure as Canvas

    with _style():
        figure = Canvas(figsize=(width, height), layout="constrained")
        yield figure, figure.add_subplot()


def inline(figure: Canvas, *, name: str, alt: str) -> Markup:
    """*figure* as an ``svg`` element whose ids begin with *name*, described by *alt*."""
    buffer = io.StringIO()
    with _style(**{"svg.hashsalt": name}):
        figure.savefig(
            buffer,
            format="svg",
            metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
            transparent=True,
        )
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    # The style sheet of an inline picture would be that of the whole page.
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", svg, flags=re.DOTALL)
    svg = _numbered(_POINT.sub(lambda point: f"{float(point[0]):.2f}".rstrip("0").rstrip("."), svg), name)
    svg = re.sub(r"'DejaVu Sans'(, [^;\"]*)?", FONTS, svg)
    end = svg.index(">") + 1
    # where no style of ours says how wide a chart is, it is as wide as on a page
    widest = figure.get_figwidth() * PIXELS_AN_INCH
    (view,) = re.findall(r'viewBox="[^"]*"', svg[:end])
    style = f"max-width: {widest:.0f}px; background: {PAPER}; stroke-linejoin: round; stroke-linecap: butt"
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {view} role="img" '
        f'aria-label="{escape(alt)}" style="{style}">'
    )
    return Markup(opening + re.sub(r"\n\s*", "\n", svg[end:]).strip())
