"""Tables that everyone can read: a caption, a scope for every header, numbers aligned, and the frame behind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from pcp_analysis.figures import wording
from pcp_analysis.figures.commentary import Bound, mark
from pcp_analysis.figures.figure import Figure
from pcp_analysis.pages.exhibit import Exhibit

if TYPE_CHECKING:
    import pandas as pd

# What a cell may hold: words, words with figures in them, one figure, or a figure beside words.
Cell = str | Markup | Bound | Figure | tuple["str | Markup | Bound | Figure", ...] | None


class Group(str):
    """Words that stand over the rows below them, across all columns."""


class Table(Exhibit):
    """A table of figures and words. *frame* is the same table as a DataFrame, with exact values.

    *about* says what it is about where several tables of a page have the same caption. With a *heading* it is a section
    of its own that is left to the screen: it is not printed on paper.
    """

    def __init__(
        self,
        caption: str,
        columns: Sequence[str],
        rows: Iterable[Sequence[Cell] | Group],
        *,
        note: str = "",
        name: str = "",
        heading: str = "",
        about: str = "",
    ) -> None:
        self.caption, self.columns, self.note, self.heading = caption, tuple(columns), note, heading
        self.about = about
        self._lines = [row if isinstance(row, Group) else tuple(row) for row in rows]
        self.rows = [row for row in self._lines if not isinstance(row, Group)]
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{caption}: a row of {len(row)} cells under {len(self.columns)} columns")
        figures = [figure for row in self.rows for cell in row for figure in _figures(cell)]
        super().__init__(self._html(name), self._plain(), figures)

    @property
    def frame(self) -> pd.DataFrame:
        """The table as a DataFrame: figures as numbers, words as they stand."""
        import pandas as pd

        return pd.DataFrame([[_datum(cell) for cell in row] for row in self.rows], columns=list(self.columns))

    def _html(self, name: str) -> Markup:
        numeric = [_is_numeric(column) for column in zip(*self.rows, strict=True)] or [False] * len(self.columns)
        head = Markup("").join(
            Markup('<th scope="col"{}>{}</th>').format(_class(right), column)
            for column, right in zip(self.columns, numeric, strict=True)
        )
        body = Markup("\n").join(self._line(row, numeric) for row in self._lines)
        note = Markup('<p class="note">{}</p>').format(self.note) if self.note else ""
        table = Markup(
            '<div class="table" role="region" tabindex="0" aria-label="{}"><table{}>\n<caption>{}</caption>\n'
            "<thead><tr>{}</tr></thead>\n<tbody>\n{}\n</tbody>\n</table></div>{}"
        ).format(
            ": ".join(filter(None, [self.caption, self.about])),
            Markup(' class="{}"').format(name) if name else "",
            escape(self.caption) + self._hidden(),
            head,
            body,
            note,
        )
        return (
            Markup('<section class="screen"><h2>{}</h2>{}</section>').format(self.heading, table)
            if self.heading
            else table
        )

    def _line(self, row: tuple[Cell, ...] | Group, numeric: Sequence[bool]) -> Markup:
        """A row of the body; words over the rows below them begin a body of their own, as their scope asks for."""
        if isinstance(row, Group):
            begun = Markup("") if row is self._lines[0] else Markup("</tbody>\n<tbody>\n")
            return begun + Markup('<tr><th scope="rowgroup" colspan="{}">{}</th></tr>').format(
                len(self.columns), str(row)
            )
        return Markup("<tr>{}{}</tr>").format(
            Markup('<th scope="row">{}</th>').format(render(row[0])),
            Markup("").join(
                Markup("<td{}>{}</td>").format(_class(right), render(cell))
                for cell, right in zip(row[1:], numeric[1:], strict=True)
            ),
        )

    def _hidden(self) -> Markup:
        """What a table is about, for those who meet it without what stands around it."""
        return Markup('<span class="hidden">: {}</span>').format(self.about) if self.about else Markup("")

    def _plain(self) -> str:
        cells = [list(self.columns)] + [
            [str(row)] if isinstance(row, Group) else [plain(cell) for cell in row] for row in self._lines
        ]
        whole = [line for line in cells if len(line) == len(self.columns)]
        widths = [min(48, max(len(line[index]) for line in whole)) for index in range(len(self.columns))]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=False)).rstrip() for line in cells
        ]
        return "\n".join([self.caption, *lines, *([self.note] if self.note else [])])


def _class(right: bool) -> Markup:
    return Markup(' class="figure"') if right else Markup("")


def _is_numeric(column: Sequence[Cell]) -> bool:
    """A column is set flush right where every cell that holds anything is a figure."""
    cells = [cell for cell in column if cell not in (None, "")]
    return bool(cells) and all(isinstance(cell, Figure) for cell in cells)


def _figures(cell: Cell) -> tuple[Figure, ...]:
    if isinstance(cell, Figure):
        return (cell,)
    if isinstance(cell, Bound):
        return cell.figures
    if isinstance(cell, tuple):
        return tuple(figure for part in cell for figure in _figures(part))
    return ()


def render(cell: Cell) -> Markup:
    """A cell as HTML."""
    if cell is None:
        return Markup('<span class="absent">none</span>')
    if isinstance(cell, Figure):
        spread = wording.interval(cell)
        return mark(cell) + (Markup(' <span class="interval">({})</span>').format(spread) if spread else Markup(""))
    if isinstance(cell, Bound):
        return cell.html
    if isinstance(cell, tuple):
        return Markup(" ").join(render(part) for part in cell)
    return escape(cell)


def plain(cell: Cell) -> str:
    """A cell as plain text."""
    if cell is None:
        return "none"
    if isinstance(cell, Figure):
        spread = wording.interval(cell)
        return f"{wording.value(cell)} ({spread})" if spread else wording.value(cell)
    if isinstance(cell, Bound):
        return cell.plain
    if isinstance(cell, tuple):
        return " ".join(plain(part) for part in cell)
    return Markup(cell).striptags() if isinstance(cell, Markup) else cell


def _datum(cell: Cell) -> object:
    return cell.value if isinstance(cell, Figure) else plain(cell)
