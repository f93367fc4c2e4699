"""What a notebook calls, held against what its page has: a misspelt name is a fault before anything runs."""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from pcp_analysis.figures import unbound
from pcp_analysis.findings import recorded, words
from pcp_analysis.findings.view import CycleView
from pcp_analysis.pages.outcome import OutcomePage
from pcp_analysis.pages.overview import OverviewPage
from pcp_analysis.pages.paper_check import PaperCheckPage
from pcp_analysis.strict.fault import Fault
from pcp_analysis.strict.files import read
from pcp_analysis.strict.nearest import advise

#: The notebook of the front page, and the call by which a notebook says that it ends early on purpose.
FRONT, STOP = "00_overview", "nothing_to_show"
OPENED = {"open_outcome": OutcomePage, "open_overview": OverviewPage, "open_paper_check": PaperCheckPage}


def check_calls(view: CycleView, notebook: Path) -> list[Fault]:
    """Every call in *notebook* of a page that there is not, of a method that the page has not, or with an unknown name;
    and what its markdown claims by hand.
    """
    file = notebook.relative_to(view.root).as_posix()
    known = {
        "milestone": list(view.positions),
        "figure_id": view.figures,
        "series": list(recorded.measured_series(view.plan, view.inputs)),
        "name": view.figures.measures(),
        "section": list(view.cycle.sections),
        "measure": view.figures.measures(),
        "measures": view.figures.measures(),
    }
    found: list[Fault] = []
    pages: dict[str, type] = {}
    shown: list[tuple[str, ...]] = []
    for number, cell in enumerate(json.loads(read(notebook).decode("utf-8"))["cells"], 1):
        if cell["cell_type"] == "markdown":
            found += list(_markdown_faults(view, file, number, "".join(cell["source"])))
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.Call)
                and (kind := OPENED.get(_called(node.value)))
            ):
                pages |= {target.id: kind for target in node.targets if isinstance(target, ast.Name)}
                if kind is OutcomePage and (said := _texts(node.value)[:1]) and said[0] != notebook.stem:
                    rule = "opens an outcome other than the one that the notebook is named after"
                    found.append(Fault(file, f"cell {number}", said[0], rule, f"Write {notebook.stem!r}."))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                found += [Fault(file, f"cell {number}", *rest) for rest in _call_faults(node, pages, known)]
                if _called(node) == STOP:
                    shown.append((STOP,))
                    found += list(_markdown_faults(view, file, number, " ".join(_texts(node))))
        shown += [(_called(call), *_texts(call)[:1]) for call in _displayed(tree, "".join(cell["source"]))]
    return found + [Fault(file, "", *rest) for rest in _not_shown(view, notebook.stem, list(pages.values()), shown)]


def _displayed(tree: ast.Module, source: str) -> Iterator[ast.Call]:
    """The calls of methods whose result a cell shows: its last line, and what is given to display."""
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and not source.rstrip().endswith(";"):
        yield last.value
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "display":
            yield from (argument for argument in node.args if isinstance(argument, ast.Call))


def _not_shown(
    view: CycleView, name: str, pages: list[type], shown: Collection[tuple[str, ...]]
) -> Iterator[tuple[str, str, str]]:
    """What the plan has and the page of a notebook would not show, as (value, rule, mend); none of it where the notebook says
    that it has nothing to show.
    """
    if any(call[0] == STOP for call in shown):
        return
    said = f'Show it in a cell of its own, or say why not: outcome.{STOP}("…").'
    if OutcomePage in pages and (outcome := next((each for each in view.plan.outcomes if each.id == name), None)):
        if ("deliverables",) not in shown:
            yield "deliverables()", "is shown by no cell: the page lacks every deliverable of the outcome", said
        for milestone in (each for deliverable in outcome.deliverables for each in deliverable.milestones):
            if ("position", milestone.id) not in shown and ("positions",) not in shown:
                yield f'position("{milestone.id}")', "is shown by no cell: the page lacks that milestone", said
    if OverviewPage in pages and name == FRONT:
        for method in ("summary", "positions", "deliverables"):
            if (method,) not in shown:
                yield (
                    f"{method}()",
                    "is shown by no cell of the front page",
                    f"Write board.{method}() in a cell of its own.",
                )


def _markdown_faults(view: CycleView, file: str, number: int, source: str) -> Iterator[Fault]:
    """Numbers that are typed in a markdown cell, and words that claim something there, where no figure can be bound."""
    titles = [view.cycle.title, *(outcome.title for outcome in view.plan.outcomes)]
    titles += [deliverable.title for deliverable in view.plan.deliverables]
    text = re.sub(r"^(#+ )\d+\.", lambda found: " " * len(found[0]), source, flags=re.MULTILINE)
    for title in titles:
        text = text.replace(title, " " * len(title))
    mend = "Say it in the text of an update, bound to a figure, or show the figure in a cell."
    for each in unbound.typed(text, view.cycle.names):
        yield Fault(file, f"cell {number}, line {each.lines + 1}", each.value, "a number typed by hand", mend)
    for problem in words.problems(text, view):
        line = text.count("\n", 0, problem.start) + 1
        yield Fault(file, f"cell {number}, line {line}", problem.word.text, words.UNBOUND, mend)


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _texts(call: ast.Call) -> list[str]:
    return [
        argument.value
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def _call_faults(
    call: ast.Call, pages: dict[str, type], known: Mapping[str, Collection[str]]
) -> Iterator[tuple[str, str, str]]:
    """The faults of one call as (value, rule, mend)."""
    if not isinstance(call.func, ast.Attribute) or not isinstance(call.func.value, ast.Name):
        return
    owner, method = call.func.value, call.func.attr
    if (page := pages.get(owner.id)) is None:
        return
    function = getattr(page, method, None)
    if function is None:
        # `data` and `view` are made with the page, and are no methods of its class
        if method != "data":
            yield (
                f"{owner.id}.{method}",
                "is nothing that the page has",
                advise(method, [name for name in dir(page) if name[0] != "_"]),
            )
        return
    parameters = [each for each in inspect.signature(function).parameters.values() if each.name != "self"]
    for place, text in enumerate(_texts(call)):
        wanted = parameters[min(place, len(parameters) - 1)].name if parameters else ""
        if wanted in known and text not in known[wanted]:
            yield text, f"is no {wanted} that {method} knows", advise(text, known[wanted])
