"""Executed notebooks become pages: nbconvert with our own template, no script, no network, one exporter for all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from importlib.metadata import version
from pathlib import Path

from pcp_analysis.pack.execute import Failure
from pcp_analysis.pack.job import FRONT_PAGE, Heading, Job

TEMPLATE = Path(__file__).parent / "template"
_HEADING = re.compile(r"<h([1-6])((?:\s[^>]*)?)>(.*?)</h\1>", re.DOTALL)
_ID = re.compile(r"\bid\s*=\s*[\"']([^\"']+)[\"']")
_COMMENT = re.compile(r"/\*.*?\*/\n?", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_REASONS = {
    "raised": "A calculation on it stopped with an error{step}.",
    "died": "The program that calculates it ended unexpectedly{step}.",
    "cell time": "One calculation took longer than the time allowed{step}.",
    "notebook time": "Its calculations together took longer than the time allowed; time ran out{step}.",
    "not started": "The program that calculates it could not be started.",
    "broken": "The program that makes the pack could not carry out its calculations{step}.",
    "page": "Its calculations were done, but the page that they gave breaks the rules for pages.",
}


class PageError(Exception):
    """A notebook ran, but what it shows is not a page: the notebook is at fault, and gets a stub."""


def reason(failure: Failure) -> str:
    """Why a page is missing, in words for a member of the Board: no traceback, no name of a library."""
    return _REASONS[failure.kind].format(step=f" at step {failure.cell} of its notebook" if failure.cell else "")


def last_published(last: str | None, cycle: str) -> str:
    """The sentence that says in which cycle's pack a page was *last* published whole."""
    if last is None:
        return "No earlier pack that is held here has this page."
    if last == cycle:
        return f"It was last published in an earlier version of this pack, that of cycle {cycle}, which this one replaces."
    return f"It was last published in the pack of cycle {last}."


class Renderer:
    """Makes the pages of one pack. Raises PageError for a notebook whose output is not a page with one main heading."""

    def __init__(self, jobs: Sequence[Job], heading: Heading, inputs: Sequence[dict], approval: str) -> None:
        self._jobs = list(jobs)
        self._heading = heading
        self._inputs = list(inputs)
        self._approval = approval
        self._exporter = _exporter()
        self._page = self._exporter.environment.get_template("page.html.j2")
        self._stub = self._exporter.environment.get_template("stub.html.j2")
        self._css = _COMMENT.sub("", (TEMPLATE / "pack.css").read_text(encoding="utf-8")).strip()

    def page(self, job: Job, text: str, missing: Sequence[Job]) -> str:
        """The page of *job* from the *text* of its executed notebook."""
        from pcp_analysis.pack.formats import nbformat

        body, _ = self._exporter.from_notebook_node(nbformat.reads(text, as_version=4))
        return self._frame(job, body, missing, notebook=f"notebooks/{job.id}.ipynb")

    def stub(self, job: Job, why: str, last: str | None, missing: Sequence[Job]) -> str:
        """The page that stands where *job* failed: what is missing, *why*, the cycle of the *last* whole version."""
        body = self._stub.render(title=job.title, reason=why, last=last_published(last, self._heading.cycle))
        return self._frame(job, body, missing, notebook="")

    def _frame(self, job: Job, body: str, missing: Sequence[Job], notebook: str) -> str:
        body, headings = _identify(body)
        main = [text for level, _, text in headings if level == 1]
        if main != [job.title]:
            raise PageError(f"{job.id} has the main headings {main}, and should have one: {job.title!r}")
        place = self._jobs.index(job)
        html = self._page.render(
            title=job.title,
            heading=self._heading,
            approval=self._approval,
            css=self._css,
            foot=self._foot(),
            body=body.strip(),
            contents=[(name, text) for level, name, text in headings if level == 2],
            page=job.page,
            front=FRONT_PAGE,
            previous=self._jobs[place - 1] if place else None,
            next=self._jobs[place + 1] if place + 1 < len(self._jobs) else None,
            missing=list(missing),
            total=len(self._jobs),
            version=version("pcp_analysis"),
            inputs=[entry for entry in self._inputs if entry["name"] in job.inputs],
            notebook=notebook,
        )
        return html.rstrip("\n") + "\n"

    def _foot(self) -> str:
        """The foot of a printed page, as a CSS string."""
        state = "" if self._approval else "DRAFT · "
        words = f"{state}{self._heading.board} · {self._heading.date}"
        return '"' + re.sub(r'["\\<>\n]', lambda match: f"\\{ord(match[0]):x} ", words) + '"'


def _identify(body: str) -> tuple[str, list[tuple[int, str, str]]]:
    """Give every heading of *body* an id of its own, and list them as (level, id, text)."""
    taken = {"content", "page-contents", *_ID.findall(body)}
    headings: list[tuple[int, str, str]] = []

    def name(match: re.Match) -> str:
        level, attributes, inner = int(match[1]), match[2], match[3]
        text = " ".join(unescape(_TAG.sub("", inner)).split())
        given = _ID.search(attributes)
        if given:
            # nbconvert's ids keep the heading's full stops and capitals; a link to them still works, so they stay.
            headings.append((level, given[1], text))
            return match[0]
        stem = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "section"
        unique, number = stem, 2
        while unique in taken:
            unique, number = f"{stem}-{number}", number + 1
        taken.add(unique)
        headings.append((level, unique, text))
        return f'<h{level} id="{unique}"{attributes}>{inner}</h{level}>'

    return _HEADING.sub(name, body), headings


def _exporter():
    """An HTMLExporter with our template. Its search through the finished HTML is left out: it is made for JupyterLab's
    page, writes a placeholder where alt text is missing, and lowers the case of SVG's attributes."""
    from nbconvert.exporters import HTMLExporter, TemplateExporter

    class PageExporter(HTMLExporter):
        def from_notebook_node(self, nb: dict, resources: dict | None = None, **options: object) -> tuple:
            return TemplateExporter.from_notebook_node(self, nb, resources, **options)

    return PageExporter(
        template_name=TEMPLATE.name,
        template_file="body.html.j2",
        extra_template_basedirs=[str(TEMPLATE.parent)],
        exclude_anchor_links=True,
    )
