"""A chart: a drawing with its message, its data as a table and as a file, its source and its alternative text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from pcp_analysis.figures import wording
from pcp_analysis.figures.commentary import Bound
from pcp_analysis.figures.figure import Figure
from pcp_analysis.pages import svg
from pcp_analysis.pages.exhibit import Exhibit
from pcp_analysis.strict.sheet import inert
from pcp_analysis.strict.value import published

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis


@dataclass(frozen=True)
class Source:
    """Where the data of a chart come from: *names* of entries of the register, and the *words* that follow from them."""

    names: tuple[str, ...]
    words: str

    def __post_init__(self) -> None:
        if not self.names:
            raise ValueError("a chart names the inputs that it was drawn from")


class Chart(Exhibit):
    """A chart with its message, its data, its source and its alternative text. *axes* and *frame* are there to go on with."""

    def __init__(
        self,
        name: str,
        message: Bound,
        subtitle: str,
        source: Source,
        axes: Axes,
        frame: pd.DataFrame,
        alt: str,
        figures: Iterable[Figure] = (),
    ) -> None:
        self.name, self.message, self.subtitle, self.source = name, message, subtitle, source
        self.axes, self.frame, self.alt = (
            axes,
            frame.map(lambda cell: published(cell) if isinstance(cell, float) else cell),
            alt,
        )
        super().__init__(
            self._html(),
            f"{message.plain}\n{subtitle}\n{alt}\nSource: {source.words}",
            [*message.figures, *figures],
            source.names,
            {
                self.file: self.frame.map(lambda cell: inert(cell) if isinstance(cell, str) else cell).to_csv(
                    index=False, lineterminator="\n"
                )
            },
        )

    @property
    def file(self) -> str:
        """The name of the file that has the chart's data, with all digits that are published."""
        return f"{self.name}.csv"

    def _html(self) -> Markup:
        drawn = svg.inline(svg.figure_of(self.axes), name=self.name, alt=self.alt)
        return Markup(
            '<figure class="{}" id="chart-{}">\n<figcaption><p class="title"><strong>{}</strong></p>'
            '<p class="subtitle">{}</p></figcaption>\n'
            '<div class="chart-scroll" role="region" tabindex="0" aria-label="Chart: {}">{}</div>\n<p class="source">Source: {}</p>\n'
            '<details class="data"><summary>Data of this chart</summary>{}</details>'
            '<p class="csv screen"><a href="{}">{}</a></p>\n</figure>'
        ).format(
            self._class(),
            self.name,
            self.message.html,
            self.subtitle,
            self.message.plain,
            drawn,
            self.source.words,
            data_table(self.frame, f"Data: {self.message.plain}"),
            self.file,
            self.file,
        )

    def _class(self) -> str:
        return "chart half" if svg.figure_of(self.axes).get_figwidth() == svg.HALF else "chart"


def data_table(frame: pd.DataFrame, caption: str) -> Markup:
    """The points of a chart as a table that opens without script."""
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(column) for column in frame.columns)
    rows = Markup("\n").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            row[0], Markup("").join(Markup('<td class="figure">{}</td>').format(_point(value)) for value in row[1:])
        )
        for row in frame.itertuples(index=False)
    )
    return Markup(
        '<div class="table" role="region" tabindex="0" aria-label="{}"><table><caption>{}</caption><thead><tr>{}</tr>'
        "</thead><tbody>{}</tbody></table></div>"
    ).format(caption, caption, head, rows)


def _point(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None or value != value:
        return "none"
    return wording.number(float(value), places=0 if float(value).is_integer() else 1)


def thousands(axis: Axis) -> None:
    """Numbers on an axis as a Board reads them."""
    from matplotlib.ticker import FuncFormatter

    axis.set_major_formatter(FuncFormatter(lambda value, _: wording.number(value, places=0)))
