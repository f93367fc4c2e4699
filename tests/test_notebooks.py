"""Every committed notebook, read from its file: thin, without outputs, and one for each outcome of the plan."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import nbformat
import pytest

from pcp_analysis.plan import Plan, cycle, reading
from tests.conftest import CHECKOUT, CYCLE, NOTEBOOKS, copy_root, run_pcp

OVERVIEW = "00_overview"
# Beside the outcomes' notebooks and the overview: not a page of the plan.
OTHERS = {"paper_check", "paper_sound", "what_is_owed", "year_end", "glossary"}
ALLOWED = {"pcp_analysis", "pandas", "seaborn"}
LINES = 4
BANNED = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return reading.load(cycle.plan_folder(CHECKOUT, cycle.load(CHECKOUT, CYCLE).plan))


def read(path: Path) -> dict:
    """The notebook as its file has it."""
    return json.loads(path.read_text(encoding="utf-8"))


def source(cell: dict) -> str:
    """The text of a cell."""
    return "".join(cell["source"])


def code(path: Path) -> list[str]:
    """The texts of the code cells."""
    return [source(cell) for cell in read(path)["cells"] if cell["cell_type"] == "code"]


def test_every_outcome_has_a_notebook_and_every_notebook_an_outcome(plan: Plan) -> None:
    """The file stem is the outcome's id; beside them there is the overview."""
    stems = {path.stem for path in NOTEBOOKS}
    assert stems - OTHERS == {OVERVIEW, *(outcome.id for outcome in plan.outcomes)}


@each_notebook
def test_the_title_is_the_plans(path: Path, plan: Plan) -> None:
    """The first cell is one main heading, the plan's own words, and no other cell has one."""
    titles = {outcome.id: f"# {outcome.number}. {outcome.title}" for outcome in plan.outcomes} | {
        OVERVIEW: f"# {plan.title}"
    }
    cells = read(path)["cells"]
    assert cells[0]["cell_type"] == "markdown"
    if path.stem in titles:
        assert source(cells[0]) == titles[path.stem]
    headings = [
        line
        for cell in cells
        if cell["cell_type"] == "markdown"
        for line in source(cell).splitlines()
        if line.startswith("# ")
    ]
    assert len(headings) == 1


@each_notebook
def test_there_is_one_parameters_cell_and_it_holds_the_cycle(path: Path) -> None:
    """One cell is tagged, it is the first code cell, it sets the cycle and nothing else, and a later cell uses it."""
    cells = [cell for cell in read(path)["cells"] if cell["cell_type"] == "code"]
    tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", ())]
    assert tagged == cells[:1]
    # of a page that only a year's end has, it is the cycle of one
    shown = "2015-06" if path.stem == "year_end" else CYCLE
    assert source(cells[0]) == f'cycle = "{shown}"'
    assert any(
        "cycle" in {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
        for text in code(path)[1:]
    )


@each_notebook
def test_a_cell_has_at_most_four_lines_and_only_calls(path: Path) -> None:
    """No def, class, lambda, loop or comprehension: what is more than a call belongs in the package."""
    for text in code(path):
        assert 1 <= len(text.splitlines()) <= LINES, text
        assert not [type(node).__name__ for node in ast.walk(ast.parse(text)) if isinstance(node, BANNED)], text


@each_notebook
def test_only_the_allowed_packages_are_imported(path: Path) -> None:
    """pcp_analysis, pandas and seaborn, and what is imported is used."""
    for text in code(path):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0
                assert node.module.split(".")[0] in ALLOWED
            elif isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= ALLOWED


@each_notebook
def test_nothing_is_committed_but_the_source(path: Path) -> None:
    """No outputs, no counts, no times of a run; cells have fixed ids; the kernel is any python3; the format is valid."""
    notebook = read(path)
    nbformat.validate(nbformat.from_dict(notebook))
    assert (notebook["nbformat"], notebook["nbformat_minor"] >= 5) == (4, True)
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert set(notebook["metadata"]) <= {"kernelspec", "language_info"}
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])
    for cell in notebook["cells"]:
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None
        assert set(cell["metadata"]) <= {"tags"}
        assert source(cell).strip()


@each_notebook
def test_the_outcome_that_is_opened_is_the_notebooks_own(path: Path) -> None:
    """A notebook that was copied and not renamed inside would publish another outcome under this one's title."""
    opened = [
        [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        for text in code(path)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.startswith("open_")
    ]
    assert opened == ([[path.stem]] if path.stem not in {OVERVIEW, *OTHERS} else [[]])


@each_notebook
def test_the_sources_are_the_last_cell(path: Path, plan: Plan) -> None:
    """Every page ends with what it was made from, under a heading of its own."""
    last = read(path)["cells"][-1]
    assert last["cell_type"] == "code"
    assert ast.parse(source(last)).body[0].value.func.attr == "sources"
    assert sum(text.count(".sources()") for text in code(path)) == 1


def test_every_deliverable_table_comes_first(plan: Plan) -> None:
    """An outcome's page opens with its deliverables, whatever else it shows."""
    for outcome in plan.outcomes:
        cells = code(CHECKOUT / "notebooks" / f"{outcome.id}.ipynb")
        assert cells[2] == "outcome.deliverables()", outcome.id


def test_every_milestone_has_its_position_on_a_page(plan: Plan) -> None:
    """What the plan promises in numbers is asked for by the notebook of its outcome."""
    for outcome in plan.outcomes:
        text = "\n".join(code(CHECKOUT / "notebooks" / f"{outcome.id}.ipynb"))
        for milestone in (each for deliverable in outcome.deliverables for each in deliverable.milestones):
            assert f'"{milestone.id}"' in text, f"{outcome.id} shows nothing of {milestone.id}"


@pytest.fixture(scope="module")
def december(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root where the cycle of December 2014 was laid out and not filled in."""
    root = copy_root(tmp_path_factory.mktemp("december"))
    assert (
        run_pcp(
            "new-cycle", "2014-12", "--board-date", "2014-12-04", "--data-cut-off", "2014-11-30", root=root
        ).returncode
        == 0
    )
    return root


@pytest.mark.slow
@each_notebook
def test_the_notebook_runs_from_top_to_bottom_in_a_later_cycle(
    path: Path, december: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new cycle needs no code: every cell runs on the rows of December 2014, and what a cell ends with can be shown."""
    monkeypatch.setenv("PCP_ROOT", str(december))
    names: dict[str, object] = {}
    for text in code(path):
        *before, last = ast.parse(text).body
        exec(compile(ast.Module(before, []), path.name, "exec"), names)
        if isinstance(last, ast.Expr):
            shown = eval(compile(ast.Expression(last.value), path.name, "eval"), names)
            assert shown._repr_mimebundle_() if hasattr(shown, "_repr_mimebundle_") else shown._repr_html_()
        else:
            exec(compile(ast.Module([last], []), path.name, "exec"), names)
        if text == code(path)[0]:  # the parameters
            names["cycle"] = "2014-12"
