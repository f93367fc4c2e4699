"""What the project says of itself, held against what it is: dependencies, documents, files, tests, docstrings."""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

from pcp_analysis import __version__
from pcp_analysis.cli import main
from tests.conftest import CHECKOUT, OF_SEPTEMBER, copy_root

PACKAGE = CHECKOUT / "pcp_analysis"
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8")
LARGEST = 1_000_000  # bytes of a committed file
PYTHONS = ("3.11.2", "3.12.3", "3.13.1")  # of Debian 12, Ubuntu 24.04 and Debian 13
# Modules that are tested in a file of another name, by that file: they are the parts that it takes to test what it
# names.
TESTED_ELSEWHERE = {
    "test_checked.py": "loaders: columns consistency frames inputs processed; strict: sheet",  # a table, from its text to its faults
    "test_register.py": "loaders: registering; strict: files",  # writing whole files is what a register that is never half written needs
    "test_releases.py": "loaders: imports series; loaders/releases: cells description draft keys mapping names parts periods "
    "revisions together",
    "test_publishers.py": "loaders/releases: quarters table",
    "test_contract.py": "strict: fault",  # a fault is what it finds, sorted and printed
    "test_signature.py": "pack: archive lapse",  # what is kept when the approver signs
    "test_press.py": "pack: environment job run",  # one run of the press, and what it is asked
    "test_kernels.py": "pack: warm zygote",  # the two ends of a kernel that is forked
    "test_environments.py": "exits; pack: limits",  # how a command ends where the machine gives it too little
    "test_areas.py": "pages: areas_funnel",  # one of its two charts
    "test_assess.py": "findings: answers courses outlook",  # the third of the three answers
    "test_five_boards.py": "findings: over_boards reworded; pages: year_end",  # what needs several Boards to be seen
    "test_printed.py": "findings: implied",  # what follows from what is printed
    "test_view.py": "findings: faults",  # what the check says of what a cycle sees
    "test_exhibits.py": "pages: cells",  # what the front page shows of a milestone
    "test_chart.py": "pages: trends",  # the kinds of chart that follow a series
    "test_charts.py": "pages: printed_charts",  # the charts of printed figures
    "test_claims.py": "paper: declared",  # what a claim is read as
    "test_rules.py": "paper/rules: alone amounts arithmetic bases changes claim contradictions dates "
    "ledger notation ranks records recounts rule words",
    "test_rows.py": "loaders: rows",
    "test_disclosure.py": "loaders: sums",  # the equations that a table makes
    "test_reading.py": "plan: model",  # what is read into it
    "test_returns.py": "returns: answers asked entries rows workbook",  # a form, out and in
    "test_words.py": "figures: lexicon",  # the words that are found
}


@cache
def pins() -> list[tuple[Requirement, list[str]]]:
    """The lock's requirements with their hashes."""
    found = []
    for line in re.sub(r"\\\n", " ", re.sub(r"^\s*#.*\n", "", LOCK, flags=re.MULTILINE)).splitlines():
        if line.strip():
            requirement, *hashes = re.split(r"\s+--hash=", line.strip())
            found.append((Requirement(requirement), hashes))
    return found


def dependencies() -> list[Requirement]:
    """Everything that pyproject.toml asks for, to run and to develop."""
    return [Requirement(line) for line in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]]


def plain(name: str) -> str:
    """The name of a distribution as an index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("wanted", dependencies(), ids=lambda wanted: wanted.name)
def test_every_dependency_is_pinned_once_and_fits(wanted: Requirement, python: str) -> None:
    """One version for each Python that is supported, with hashes, inside the bounds of pyproject.toml."""
    environment = {
        "python_version": python.rpartition(".")[0],
        "python_full_version": python,
        "implementation_version": python,
    }
    held = [
        (pin, hashes)
        for pin, hashes in pins()
        if plain(pin.name) == plain(wanted.name) and (pin.marker is None or pin.marker.evaluate(environment))
    ]
    assert len(held) == 1, f"{wanted.name} is pinned {len(held)} times for Python {python}"
    ((pin, hashes),) = held
    version = re.fullmatch(r"==([^*]+)", str(pin.specifier))[1]
    assert wanted.specifier.contains(version), f"{pin} does not satisfy {wanted}"
    assert hashes


def test_every_pin_is_one_version_with_hashes_and_no_place_to_get_it_from() -> None:
    """The lock says what, never where: no index, no address, no path of a machine."""
    for pin, hashes in pins():
        assert [specifier.operator for specifier in pin.specifier] == ["=="], pin
        assert pin.url is None, pin
        assert hashes, pin
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), pin
    assert not re.search(r"(?m)^\s*(-[^-]|--(?!hash=))", LOCK)
    assert not re.search(r"://|file:|/opt/|/home/|\bindex\b", LOCK)
    assert len({(plain(pin.name), str(pin.marker)) for pin, _ in pins()}) == len(pins())


def test_conda_installs_the_lock_and_nothing_else() -> None:
    """environment.yml gives a Python that the project supports and pip, and pip gives the lock."""
    held = yaml.safe_load((CHECKOUT / "environment.yml").read_text(encoding="utf-8"))
    assert held["channels"] == ["conda-forge"]
    *others, last = held["dependencies"]
    assert last == {"pip": ["-r requirements.lock"]}
    python, pip = others
    assert pip == "pip"
    required = Requirement(f"python{PROJECT['requires-python']}").specifier
    assert required.contains(Version(python.removeprefix("python=")))
    assert any(full.startswith(python.removeprefix("python=") + ".") for full in PYTHONS)


def test_the_installed_versions_are_those_of_the_lock() -> None:
    """These tests run on what is pinned."""
    from importlib.metadata import version

    for wanted in dependencies():
        pin = next(
            pin
            for pin, _ in pins()
            if plain(pin.name) == plain(wanted.name) and (not pin.marker or pin.marker.evaluate())
        )
        assert pin.specifier.contains(version(wanted.name), prereleases=True), wanted.name


@pytest.mark.slow
def test_what_environment_yml_lists_makes_a_working_command(tmp_path: Path) -> None:
    """A new environment from the pip part alone, then the package as a wheel: its files are all there, help and check
    run.
    """
    venv.create(tmp_path / "venv", with_pip=True)
    programs = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    pip = [programs / "python", "-m", "pip", "--disable-pip-version-check", "--quiet"]
    small = next(pin for pin, _ in pins() if pin.name == "packaging")
    asked = subprocess.run(
        [*pip, "download", "--no-deps", "--dest", tmp_path / "tried", str(small)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    if asked.returncode:
        pytest.skip(f"no package index answers here: {asked.stderr.strip().splitlines()[-1][:100]}")
    listed = yaml.safe_load((CHECKOUT / "environment.yml").read_text(encoding="utf-8"))["dependencies"][-1]["pip"]
    arguments = [part for line in listed for part in shlex.split(line)]
    run([*pip, "install", "--require-hashes", "--no-compile", *arguments], CHECKOUT)
    run([*pip, "install", "--no-deps", "--no-build-isolation", CHECKOUT], tmp_path)
    installed = next((tmp_path / "venv").glob("lib/python*/site-packages/pcp_analysis"))
    sources = {
        path.relative_to(PACKAGE) for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }
    assert {path for path in sources if not (installed / path).is_file()} == set()
    root = copy_root(tmp_path / "root")
    assert "Usage: pcp" in run([programs / "pcp", "--help"], tmp_path)
    assert f"no fault in {len(OF_SEPTEMBER)} notebooks" in run(
        [programs / "pcp", "check", "2014-09", "--root", root], tmp_path
    )


def run(command: list[object], folder: Path) -> str:
    """What a command says; it must succeed."""
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PCP_ROOT")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"[-3000:]
    return done.stdout


def test_the_changelog_tells_of_this_version() -> None:
    """An entry for what is not released yet, or for the version that the package says it is."""
    headings = re.findall(r"^## +\[?([\w.]+)", (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] in ("Unreleased", __version__)
    assert PROJECT["version"] == __version__


def test_the_readme_names_every_command_and_every_make_target() -> None:
    """What a newcomer can type is what there is, and no more."""
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z]+):.*##", (CHECKOUT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"help", "report", "test", "lab", "bench", "clean"} <= set(targets)
    assert [name for name in main.commands if f"pcp {name}" not in readme] == []
    assert [name for name in targets if name != "help" and f"make {name}" not in readme] == []  # make alone is help
    assert set(
        re.findall(r"\bpcp ([a-z][a-z-]+)\b", "\n".join(re.findall(r"`[^`]+`|```.*?```", readme, re.DOTALL)))
    ) <= set(main.commands)
    assert set(re.findall(r"`make ([a-z]+)", readme)) <= set(targets)


def test_what_the_documents_point_to_is_there() -> None:
    """Every relative link, image and path of the README and of docs/ leads to a file of the checkout."""
    documents = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]
    gone = []
    for document in documents:
        text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
        links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)", text) if "://" not in link]
        gone += [(document.name, link) for link in links if link and not (document.parent / link).exists()]
        paths = re.findall(r"`((?:docs|data/raw|notebooks|benchmarks|pcp_analysis|tests)/[\w./-]+\.\w+)`", text)
        # A cycle that the reader is told to lay out is not there yet.
        gone += [
            (document.name, path)
            for path in paths
            if not (CHECKOUT / path).exists() and not path.startswith("data/raw/cycles/")
        ]
    assert gone == []


def committed() -> list[Path]:
    """The files that git holds; where there is no git, every file that is not ignored by its folder."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=CHECKOUT,
            capture_output=True,
            check=True,
        ).stdout.decode("utf-8")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("git is not here, or this is no checkout: what is committed cannot be told")
    return [CHECKOUT / name for name in listed.split("\0") if name and (CHECKOUT / name).is_file()]


def test_no_committed_file_is_over_a_megabyte() -> None:
    """Figures are small; a publisher's file has no place here."""
    assert {path.name: path.stat().st_size for path in committed() if path.stat().st_size > LARGEST} == {}


def test_what_is_built_is_not_committed() -> None:
    """No pack, no processed table, no output in a notebook, nothing that an editor or a tool left behind."""
    names = [path.relative_to(CHECKOUT).as_posix() for path in committed()]
    assert [name for name in names if re.match(r"(outputs|data/processed)/(?!\.gitkeep$)", name)] == []
    assert [
        name
        for name in names
        if re.search(r"\.(pyc|orig|rej|swp|DS_Store|xlsx|ods|gz|zip)$|uv\.lock|-checkpoint", name)
    ] == []
    notebooks = [json.loads(path.read_text(encoding="utf-8")) for path in committed() if path.suffix == ".ipynb"]
    assert len(notebooks) >= 11
    assert not [
        cell
        for notebook in notebooks
        for cell in notebook["cells"]
        if cell.get("outputs") or cell.get("execution_count")
    ]


def test_no_committed_text_names_a_folder_of_a_machine() -> None:
    """Paths are relative to the checkout, in code, documents and data alike."""
    places = re.compile(r"(?<![\w.])/(home|Users|work|opt|root|mnt)/\w|[A-Z]:\\\\Users")
    found = []
    for path in committed():
        if path.suffix in {
            ".py",
            ".md",
            ".toml",
            ".yml",
            ".csv",
            ".ipynb",
            ".j2",
            ".css",
            ".lock",
            ".txt",
            "",
        } and path != Path(__file__):
            text = path.read_text(encoding="utf-8")
            found += [(path.name, match[0]) for match in places.finditer(text) if not _is_example(path, text, match)]
    assert found == []


def _is_example(path: Path, text: str, match: re.Match[str]) -> bool:
    """A path that stands for the reader's own, in the documents on scheduling and in tests of what must not leak."""
    line = text[text.rfind("\n", 0, match.start()) + 1 : text.find("\n", match.end())]
    return (
        path.name.startswith("test_")
        or "docs/scheduling" in path.as_posix()
        or path.name == "scheduling.md"
        or "your" in line
    )


def modules() -> Iterator[Path]:
    """The modules of the package that must be tested by name: not those with a leading underscore."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if not path.name.startswith("_"):
            yield path


def test_every_module_has_a_test_of_its_name() -> None:
    """test_<module>.py, or a file that is named above with its reason, and that is there."""
    tests = {path.name for path in (CHECKOUT / "tests").glob("test_*.py")}
    elsewhere = {}
    for file, named in TESTED_ELSEWHERE.items():
        for room, _, names in (each.rpartition(": ") for each in named.split("; ")):
            elsewhere |= {f"{room}/{name}.py".lstrip("/"): file for name in names.split()}
    found = [path.relative_to(PACKAGE).as_posix() for path in modules()]
    lacking = [name for name in found if elsewhere.get(name, f"test_{Path(name).stem}.py") not in tests]
    assert lacking == []
    assert set(elsewhere) <= set(found), "a module of the table above is gone"


def test_everything_public_has_a_docstring() -> None:
    """Each module, and each class, function and method of it whose name and whose owner's name have no underscore."""
    lacking = []
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        name = path.relative_to(CHECKOUT).as_posix()
        lacking += [name] if ast.get_docstring(tree) is None else []
        lacking += [f"{name}: {found}" for found in _undocumented(tree)]
    assert lacking == []


def _undocumented(owner: ast.Module | ast.ClassDef) -> Iterator[str]:
    for node in owner.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            overloaded = any(
                isinstance(each, ast.Attribute | ast.Name)
                and getattr(each, "attr", getattr(each, "id", "")) == "setter"
                for each in node.decorator_list
            )
            if ast.get_docstring(node) is None and not overloaded:
                yield f"{node.name}, line {node.lineno}"
            if isinstance(node, ast.ClassDef):
                yield from (f"{node.name}.{found}" for found in _undocumented(node))


def test_every_test_says_in_a_sentence_what_it_shows() -> None:
    """A test's docstring is what is left to read when it fails."""
    lacking = []
    for path in sorted((CHECKOUT / "tests").glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.FunctionDef)
                and node.name.startswith("test_")
                and not (ast.get_docstring(node) or "").strip()
            ):
                lacking.append(f"{path.name}: {node.name}")
    assert lacking == []


def test_no_module_is_longer_than_two() -> None:
    """About 300 lines; a module that passes it is two modules."""
    assert {
        path.name: length
        for path in PACKAGE.rglob("*.py")
        if (length := path.read_text(encoding="utf-8").count("\n")) > 340
    } == {}


def test_no_module_is_a_drawer() -> None:
    """A module is named after what it holds."""
    assert [
        path.name for path in PACKAGE.rglob("*.py") if path.stem in ("utils", "helpers", "common", "manager", "base")
    ] == []
