"""What a cell of a notebook shows: HTML for people, text for a console, figures for machines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Self

from markupsafe import Markup

from pcp_analysis.figures.figure import MIME, Figure
from pcp_analysis.loaders.usage import Usage

# What the kernel has read until a cell is shown; what the last cell says decides which later change makes the page
# anew.
USED = "application/vnd.pcp.used+json"

#: In the metadata of an output: the notebook stops here on purpose.
STOPPED = "pcp_stopped"
FILES_MIME = "application/vnd.pcp.files+json"
#: What was read of each cycle that a page of this kernel opened: a kernel runs one notebook, which may open several.
OPENED: list[Usage] = []


class Exhibit:
    """One thing on a page. JupyterLab, papermill and the press all read its mime bundle.

    *inputs* name what it was made from where its figures do not: the points of a chart are no figures. *files* are
    published beside the page, by their names.
    """

    def __init__(
        self,
        html: Markup,
        plain: str,
        figures: Iterable[Figure] = (),
        inputs: Iterable[str] = (),
        files: Mapping[str, str] | None = None,
    ) -> None:
        self.html = html
        self.plain = plain
        self.files = dict(files or {})
        self.figures = tuple({figure.id: figure for figure in figures}.values())
        self.inputs = tuple(dict.fromkeys([*inputs, *(name for figure in self.figures for name in figure.inputs)]))

    def above(self, *others: Exhibit) -> Self:
        """The same exhibit, with *others* below it."""
        if not others:
            return self
        whole, both = copy(self), gather(self, *others)
        whole.html, whole.plain, whole.files = both.html, both.plain, both.files
        whole.figures, whole.inputs = both.figures, both.inputs
        return whole

    def __repr__(self) -> str:
        return self.plain

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        bundle: dict[str, object] = {"text/plain": self.plain, "text/html": str(self.html)}
        if self.figures:
            bundle[MIME] = [figure.record() for figure in self.figures]
        if self.files:
            bundle[FILES_MIME] = self.files
        bundle[USED] = sorted({name for usage in OPENED for name in usage.names()})
        return bundle


def gather(*exhibits: Exhibit) -> Exhibit:
    """Several exhibits as one, in their order."""
    return Exhibit(
        Markup("\n").join(exhibit.html for exhibit in exhibits),
        "\n\n".join(exhibit.plain for exhibit in exhibits),
        [figure for exhibit in exhibits for figure in exhibit.figures],
        [name for exhibit in exhibits for name in exhibit.inputs],
        {name: content for exhibit in exhibits for name, content in exhibit.files.items()},
    )
