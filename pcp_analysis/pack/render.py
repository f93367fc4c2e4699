"""Executed notebooks become pages: nbconvert with our own template, no script, no network, one exporter for all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import unescape
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

from pcp_analysis.pack import paragraphs, provenance
from pcp_analysis.pack.contract import leads_astray
from pcp_analysis.pack.execute import Failure
from pcp_analysis.pack.job import FRONT_PAGE, STOPPED, Edition, Job

TEMPLATE = Path(__file__).parent / "template"
_HEADING = re.compile(r"<h([1-6])((?:\s[^>]*)?)>(.*?)</h\1>", re.DOTALL)
_ID = re.compile(r"\bid\s*=\s*[\"']([^\"']+)[\"']")
_COMMENT = re.compile(r"/\*.*?\*/\n?", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_HREF = re.compile(r"""\b(?:href|action|formaction)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_NUMBER = re.compile(r"\d+\.")
_REASONS = {
    "raised": "A calculation on it stopped with an error{step}.",
    "ended": "It was ended before all of its calculations were done{step}.",
    "output": "One calculation put out more than a page can hold{step}.",
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
        return (
            f"It was last published in an earlier version of this pack, that of cycle {cycle}, which this one replaces."
        )
    return f"It was last published in the pack of cycle {last}."


class Renderer:
    """Makes the pages of one pack. Raises PageError for a notebook whose output is not a page with one main heading."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._exporter = _exporter()
        self._page = self._exporter.environment.get_template("page.html.j2")
        self._stub = self._exporter.environment.get_template("stub.html.j2")
        self._entries = self._exporter.environment.get_template("figures.html.j2")
        self._styles = {name: _style(f"{name}.css") for name in ("pack", "charts", "paper", "front")}

    def page(self, job: Job, text: str, missing: Sequence[Job]) -> str:
        """The page of *job* from the *text* of its executed notebook."""
        from pcp_analysis.pack.formats import nbformat

        notebook = nbformat.reads(text, as_version=4)
        for place, cell in enumerate(notebook["cells"]):
            if any(STOPPED in output.get("metadata", {}) for output in cell.get("outputs", ())):
                notebook["cells"] = notebook["cells"][: place + 1]
                break
        if job.page == FRONT_PAGE:  # several plans may share the notebook
            first = notebook["cells"][0]
            first["source"] = re.sub(r"\A# .*", lambda _: f"# {job.title}", first["source"])
        for cell in notebook["cells"]:
            for name, kinds in cell.get("attachments", {}).items():
                kind, data = next(iter(kinds.items()))
                address = f"data:{kind};base64,{''.join(data.split())}"
                cell["source"] = cell["source"].replace(f"(attachment:{name}", f"({address}")
        body, _ = self._exporter.from_notebook_node(notebook)
        if astray := [
            address for each in _HREF.findall(body) if leads_astray(address := each[0] or each[1] or each[2])
        ]:
            raise PageError(f"{job.id} links out of the pack, other than to https or mailto: {astray[0][:80]}")
        steps = provenance.steps(text)
        if bare := provenance.unrecorded(body, steps):
            raise PageError(f"{job.id} shows figures without their records: {', '.join(bare)}")
        entries = provenance.page_name(job.id) if steps else ""
        return self._own(job, body, missing, notebook=_notebook(job), entries=entries)

    def stub(self, job: Job, why: str, last: str | None, missing: Sequence[Job]) -> str:
        """The page that stands where *job* failed: what is missing, *why*, the cycle of the *last* whole version."""
        body = self._stub.render(title=job.title, reason=why, last=last_published(last, self._edition.heading.cycle))
        return self._own(job, body, missing, notebook="", entries="")

    def entries(self, job: Job, steps: Sequence[provenance.Step], homes: Mapping[str, str]) -> str:
        """The page that says how the figures of *job* were made: those that have their entry there, and where the
        others have theirs.
        """
        shown = {record["id"] for step in steps for record in step.records}
        mine = {name for name in shown if homes[name] == job.id}
        groups = provenance.grouped(steps, mine)
        names = dict.fromkeys(name for _, found in groups for entry in found for name in entry.inputs.split())
        elsewhere = {homes[name] for name in shown - mine}
        title = f"{job.title}: how its figures were made"
        body = self._entries.render(
            title=title, notebook=_notebook(job),
            sections=[(heading, list(group)) for heading, group in groupby(groups, key=lambda pair: pair[0].heading or job.title)],
            elsewhere=[(provenance.page_name(other.id), other.title) for other in self._edition.jobs if other.id in elsewhere],
            inputs=[self._input(job, name) for name in names],
        )  # fmt: skip
        up = (job.page, "Back to the page", job.title)
        # how figures were made is left to the screen, and without what lays a page out on paper it is the lighter
        return self._frame(title, provenance.page_name(job.id), body, sheets=["pack"], up=up, notebook=_notebook(job))

    def _input(self, job: Job, name: str) -> dict[str, str]:
        """What is known of an input by its name: its entry in the register, or the file of the cycle or the plan that
        it is.
        """
        inputs = {entry["name"]: entry for entry in self._edition.inputs}
        if name in inputs:
            return inputs[name]
        path, digest = next(
            ((path, digest) for path, digest in job.inputs.items() if re.sub(r".*/|\.\w+$", "", path) == name),
            (name, ""),
        )
        title = self._edition.heading.plan if path == name else f"{path.rpartition('/')[2]} of the cycle"
        return {
            "name": name,
            "title": title,
            "publisher": self._edition.heading.board,
            "as_at": self._edition.heading.date,
            "sha256": digest,
        }

    def _own(self, job: Job, body: str, missing: Sequence[Job], *, notebook: str, entries: str) -> str:
        """The page of a notebook, between those of the notebooks before and after it."""
        place = next(n for n, each in enumerate(self._edition.jobs) if each.id == job.id)
        return self._frame(
            job.title, job.page, paragraphs.number(body, self._prefix(job)), sheets=self._sheets(job, body), notebook=notebook,
            entries=entries, missing=missing,
            previous=self._edition.jobs[place - 1] if place else None,
            next=self._edition.jobs[place + 1] if place + 1 < len(self._edition.jobs) else None,
            up=None if job.page == FRONT_PAGE else (FRONT_PAGE, "Front page", "All pages of the pack"),
            inputs=[entry for entry in self._edition.inputs if entry["name"] in job.inputs],
        )  # fmt: skip

    def _sheets(self, job: Job, body: str) -> list[str]:
        """The style sheets that a page needs: a page without charts is the lighter without theirs."""
        charts = ["charts"] if '<figure class="chart' in body else []
        return ["pack", *charts, "paper", *(["front"] if job.page == FRONT_PAGE else [])]

    def _prefix(self, job: Job) -> str:
        """What the numbers of a page's paragraphs begin with: nothing on the front page, the number of the page, or a
        letter where it has none.
        """
        if job.page == FRONT_PAGE:
            return ""
        if numbered := _NUMBER.match(job.title):
            return numbered[0]
        bare = [each.id for each in self._edition.jobs if each.page != FRONT_PAGE and not _NUMBER.match(each.title)]
        return f"{chr(ord('A') + bare.index(job.id))}."

    def _frame(
        self, title: str, page: str, body: str, *, sheets: Sequence[str], up: tuple[str, str, str] | None, notebook: str, entries: str = "",
        missing: Sequence[Job] = (), previous: Job | None = None, next: Job | None = None, inputs: Sequence[dict[str, Any]] = (),
    ) -> str:  # fmt: skip
        body, headings = _identify(body)
        main = [text for level, _, text in headings if level == 1]
        if main != [title]:
            raise PageError(f"{page} has the main headings {main}, and should have one: {title!r}")
        html = self._page.render(
            title=title,
            heading=self._edition.heading,
            approval=self._edition.approval,
            signed=self._edition.signed if page == FRONT_PAGE else (),
            sheets=[self._styles[name] for name in sheets],
            foot=self._foot(),
            body=body.strip(),
            contents=[(name, text) for level, name, text in headings if level == 2],
            page=page,
            front=FRONT_PAGE,
            previous=previous,
            next=next,
            up=up,
            missing=list(missing),
            total=len(self._edition.jobs),
            version=version("pcp_analysis"),
            inputs=list(inputs),
            notebook=notebook,
            entries=entries,
        )
        return str(html).rstrip("\n") + "\n"

    def _foot(self) -> str:
        """The foot of a printed page, as a CSS string."""
        state = "" if self._edition.approval else "DRAFT · "
        words = f"{state}{self._edition.heading.board} · {self._edition.heading.date}"
        return '"' + re.sub(r'["\\<>\n]', lambda match: f"\\{ord(match[0]):x} ", words) + '"'


def _style(name: str) -> str:
    """A style sheet of the template without its comments."""
    return _COMMENT.sub("", (TEMPLATE / name).read_text(encoding="utf-8")).strip()


def _notebook(job: Job) -> str:
    """Where the executed notebook of *job* lies in the pack."""
    return f"notebooks/{job.id}.ipynb"


def _identify(body: str) -> tuple[str, list[tuple[int, str, str]]]:
    """Give every heading of *body* an id of its own, and list them as (level, id, text)."""
    taken = {"content", "page-contents", *_ID.findall(body)}
    headings: list[tuple[int, str, str]] = []

    def name(match: re.Match[str]) -> str:
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


def _exporter() -> Any:
    """An HTMLExporter with our template. Its search through the finished HTML is left out: it is made for JupyterLab's
    page, writes a placeholder where alt text is missing, and lowers the case of SVG's attributes."""
    from nbconvert.exporters import HTMLExporter, TemplateExporter

    class PageExporter(HTMLExporter):
        def from_notebook_node(self, nb: Any, resources: dict[str, Any] | None = None, **options: Any) -> Any:
            return TemplateExporter.from_notebook_node(self, nb, resources, **options)

    return PageExporter(
        template_name=TEMPLATE.name,
        template_file="body.html.j2",
        extra_template_basedirs=[str(TEMPLATE.parent)],
        exclude_anchor_links=True,
    )
