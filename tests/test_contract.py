"""The contract of a notebook, read from its file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pcp_analysis.pack.contract import check_notebooks
from pcp_analysis.pack.job import Job
from tests.pack_fixture import code, make_jobs, make_root, markdown, parameters, write_notebook

ALLOWED = ("pcp_analysis", "pandas", "seaborn", "IPython")
USE = code("print(cycle)")


def faults(tmp_path: Path, cells: list[dict], **passed: str) -> list[tuple[str, str, str]]:
    """The faults of a notebook of *cells* as (where, value, rule), given the parameters *passed*."""
    file = write_notebook(tmp_path / "notebooks" / "01_june.ipynb", cells)
    job = Job("01_june", "1. June", file, passed or {"cycle": "2014-09"}, "01_june.html")
    found = check_notebooks(tmp_path, [job])
    assert all(fault.file == "notebooks/01_june.ipynb" and fault.mend for fault in found)
    return [(fault.where, fault.value, fault.rule) for fault in found]


def test_sound_notebooks_have_no_fault(tmp_path: Path) -> None:
    """The fixture's notebooks pass, where IPython may be imported."""
    root = make_root(tmp_path)
    assert check_notebooks(root, make_jobs(root), allowed=ALLOWED) == []


def test_an_import_that_is_not_allowed_is_named(tmp_path: Path) -> None:
    """A notebook imports only what the contract lists, whichever way it imports."""
    cells = [
        markdown("# 1. June"),
        parameters(),
        USE,
        code("import os.path, pandas\nfrom numpy import array\nimport seaborn as sns"),
    ]
    assert [(where, value) for where, value, _ in faults(tmp_path, cells)] == [
        ("cell 4, line 1", "os.path"),
        ("cell 4, line 2", "numpy"),
    ]


@pytest.mark.parametrize("first", [markdown("# 1. july"), markdown("Words\n\n# 1. June"), code("cycle")])
def test_the_first_cell_is_the_title(tmp_path: Path, first: dict) -> None:
    """Another title, a title further down and a code cell are faults of the first cell."""
    assert ("cell 1", "the first cell is markdown with the page's title") in [
        (where, rule) for where, _, rule in faults(tmp_path, [first, parameters(), USE])
    ]


def test_a_second_main_heading_is_a_fault(tmp_path: Path) -> None:
    """A page has one h1."""
    cells = [markdown("# 1. June"), parameters(), USE, markdown("## Fine\n# Not fine")]
    assert [(where, value) for where, value, _ in faults(tmp_path, cells)] == [("cell 4", "# Not fine")]


@pytest.mark.parametrize(
    "tagged", [[], [parameters(), parameters()], [{**markdown("x"), "metadata": {"tags": ["parameters"]}}]]
)
def test_exactly_one_code_cell_holds_the_parameters(tmp_path: Path, tagged: list[dict]) -> None:
    """None, two, and a markdown cell are faults."""
    rules = [rule for _, _, rule in faults(tmp_path, [markdown("# 1. June"), *tagged, USE])]
    assert rules == ["exactly one code cell is tagged parameters"]


def test_a_misspelt_parameter_is_a_fault(tmp_path: Path) -> None:
    """What papermill only warns of: the notebook would run with its default."""
    cells = [markdown("# 1. June"), parameters('cylce = "2014-09"'), code("print(cylce)")]
    assert [(value, rule) for _, value, rule in faults(tmp_path, cells)] == [
        ("cycle", "a parameter is passed that the notebook does not declare")
    ]


def test_a_parameter_that_no_cell_reads_is_a_fault(tmp_path: Path) -> None:
    """Declared and never used; assigning it anew is no use."""
    cells = [markdown("# 1. June"), parameters('cycle: str = "2014-09"'), code('cycle = "2014-12"')]
    assert [(value, rule) for _, value, rule in faults(tmp_path, cells)] == [
        ("cycle", "a parameter is declared and never used")
    ]


def test_outputs_and_execution_counts_are_faults(tmp_path: Path) -> None:
    """A committed notebook is stripped."""
    ran = {
        **code("print(cycle)"),
        "execution_count": 3,
        "outputs": [{"output_type": "stream", "name": "stdout", "text": "x"}],
    }
    assert [value for _, value, _ in faults(tmp_path, [markdown("# 1. June"), parameters(), ran])] == ["3", "outputs"]


def test_five_lines_are_one_too_many(tmp_path: Path) -> None:
    """Four lines pass, five do not."""
    four, five = (code("\n".join(["print(cycle)"] * n)) for n in (4, 5))
    assert [
        (where, value) for where, value, _ in faults(tmp_path, [markdown("# 1. June"), parameters(), four, five])
    ] == [("cell 4", "5 lines")]


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("def f(): ...", "a def"),
        ("async def f(): ...", "a def"),
        ("class C: ...", "a class"),
        ("for i in (1, 2): print(i)", "a loop"),
        ("while False: ...", "a loop"),
        ("if cycle:\n    for i in 'ab': print(i)", "a loop"),
    ],
)
def test_programs_are_not_for_notebooks(tmp_path: Path, source: str, what: str) -> None:
    """No def, class or loop, at any depth."""
    assert what in [value for _, value, _ in faults(tmp_path, [markdown("# 1. June"), parameters(), USE, code(source)])]


def test_comprehensions_and_lambdas_pass(tmp_path: Path) -> None:
    """An expression is not a program."""
    cells = [markdown("# 1. June"), parameters(), code("[c for c in cycle if c]\nsorted(cycle, key=lambda c: c)")]
    assert faults(tmp_path, cells) == []


@pytest.mark.parametrize("source", ["%matplotlib inline", "!ls", "print('"])
def test_a_cell_is_plain_python(tmp_path: Path, source: str) -> None:
    """Magics, shell lines and broken syntax are named by their first line."""
    cells = [markdown("# 1. June"), parameters(), USE, code(source)]
    assert faults(tmp_path, cells) == [("cell 4", source, "a code cell is plain Python")]


def test_another_kernel_is_a_fault(tmp_path: Path) -> None:
    """The kernel's name is python3, which every machine has."""
    file = write_notebook(tmp_path / "notebooks" / "01_june.ipynb", [markdown("# 1. June"), parameters(), USE])
    file.write_text(file.read_text(encoding="utf-8").replace('"name": "python3"', '"name": "my-env"'), encoding="utf-8")
    job = Job("01_june", "1. June", file, {"cycle": "2014-09"}, "01_june.html")
    assert [fault.value for fault in check_notebooks(tmp_path, [job])] == ["my-env"]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"cells": [], "nbformat": 4, "nbformat_minor": 4, "metadata": {}}', "\x00"]
)
def test_what_is_no_notebook_is_one_fault(tmp_path: Path, text: str) -> None:
    """Broken JSON and an old format are told, not raised."""
    file = tmp_path / "01_june.ipynb"
    file.write_text(text, encoding="utf-8")
    assert len(check_notebooks(tmp_path, [Job("01_june", "1. June", file, {}, "01_june.html")])) == 1


def test_a_cell_without_an_id_is_not_valid(tmp_path: Path) -> None:
    """Ids made up on reading would differ from run to run."""
    file = write_notebook(tmp_path / "01_june.ipynb", [markdown("# 1. June"), parameters(), USE])
    notebook = json.loads(file.read_text(encoding="utf-8"))
    del notebook["cells"][0]["id"]
    file.write_text(json.dumps(notebook), encoding="utf-8")
    found = check_notebooks(tmp_path, [Job("01_june", "1. June", file, {"cycle": ""}, "01_june.html")])
    assert [fault.rule for fault in found] == ["not a valid notebook of format 4.5 or newer"]


def test_a_missing_notebook_is_a_fault(tmp_path: Path) -> None:
    """The plan names an outcome that has no notebook."""
    found = check_notebooks(tmp_path, [Job("01_june", "1. June", tmp_path / "01_june.ipynb", {}, "01_june.html")])
    assert [(fault.file, fault.rule) for fault in found] == [("01_june.ipynb", "the notebook does not exist")]
