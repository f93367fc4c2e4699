"""Any JSON, TOML or CSV of any shape is read, or is a fault with its place: never an error from inside."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pcp_analysis import edition
from pcp_analysis.pack import manifest, signature
from pcp_analysis.plan import reading
from pcp_analysis.strict.fault import Fault, FaultError
from tests.conftest import CYCLE, copy_root

pytestmark = pytest.mark.slow
TRIES = 60
TOML = [
    "[]", "{}", "[[]]", "[{}]", "[[1]]", "true", "-1", "0", "99999999999999999999", "1e400", "nan", "1979-05-27", "07:32:00",
    '""', '" "', '"\\u202e"', '"a/../b"', '"9999-12"', '"2014-13"', '["a", 1]', '{ a = 1 }', "1979-05-27T07:32:00Z", "'x'", "",
]  # fmt: skip
CELLS = [
    "",
    " ",
    "nan",
    "-0",
    "1e5",
    "99999999999999999999",
    "NULL",
    "=1+1",
    "2014-02-30",
    "9999-12-31",
    "\u0663",
    "x" * 500,
    '"',
]
JSON: list[Any] = [None, True, 0, -1, 1e300, "", "x", [], {}, [[]], [{}], {"a": None}, "\u202e"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed root with a plan of its own, so that every text input lies in it."""
    root = copy_root(tmp_path_factory.mktemp("shapes") / "root")
    shutil.copytree(Path(reading.__file__).parent / "west-midlands-2014-15", root / "plans" / "made-up-2014-15")
    file = root / "data/raw/cycles" / CYCLE / "cycle.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("west-midlands-2014-15", "plans/made-up-2014-15"), encoding="utf-8"
    )
    (root / "outputs" / CYCLE).mkdir(parents=True)
    return root


def altered_toml(text: str, draw: random.Random) -> str:
    """Another value for one key, another key, or a line gone."""
    lines = text.split("\n")
    keyed = [place for place, line in enumerate(lines) if re.match(r"\s*[\w.-]+\s*=", line)]
    place = draw.choice(keyed)
    key = lines[place].partition("=")[0]
    lines[place] = draw.choice([f"{key}= {draw.choice(TOML)}", f"{key.rstrip()}x = 1", "", f"[{key.strip()}]"])
    return "\n".join(lines)


def altered_csv(text: str, draw: random.Random) -> str:
    """Another cell, a column or a line gone, or a line twice."""
    lines = text.split("\n")
    place = draw.randrange(len(lines) - 1)
    cells = lines[place].split(",")
    column = draw.randrange(len(cells))
    how = draw.randrange(4)
    if how == 0:
        cells[column] = draw.choice(CELLS)
        lines[place] = ",".join(cells)
    elif how == 1:
        lines = [",".join(line.split(",")[:column] + line.split(",")[column + 1 :]) for line in lines]
    elif how == 2:
        del lines[place]
    else:
        lines.insert(place, lines[place])
    return "\n".join(lines)


def altered_json(text: str, draw: random.Random) -> str:
    """Another value somewhere in the tree, or something else altogether."""
    tree = json.loads(text)
    if draw.random() < 0.1:
        return json.dumps(draw.choice(JSON))
    node: Any = tree
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = draw.choice(keys)
        below = node[key]
        if not isinstance(below, dict | list) or not below or draw.random() < 0.3:
            node[key] = draw.choice(JSON)
            return json.dumps(tree)
        node = below


def inputs(root: Path) -> Iterator[Path]:
    """Every text input of the root."""
    for pattern in ("data/raw/**/*.toml", "data/raw/**/*.csv", "plans/**/*.toml", "notebooks/*.ipynb"):
        yield from sorted(root.glob(pattern))


def test_no_shape_of_an_input_is_an_error_from_inside(whole: Path) -> None:
    """What is drawn by chance is read, or every fault of it has a file and a rule; figures are made of what is sound."""
    draw = random.Random(20140911)
    files = list(inputs(whole))
    change = {".toml": altered_toml, ".csv": altered_csv, ".ipynb": altered_json}
    named = 0
    for _ in range(TRIES):
        file = draw.choice(files)
        before = file.read_text(encoding="utf-8")
        file.write_text(change[file.suffix](before, draw), encoding="utf-8")
        try:
            found = edition.gather(whole, CYCLE).ground_faults()
        except FaultError as error:
            found = list(error.faults)
        except Exception as error:
            raise AssertionError(f"{file.relative_to(whole)}: {file.read_text(encoding='utf-8')[:300]}") from error
        finally:
            file.write_text(before, encoding="utf-8")
        assert all(isinstance(fault, Fault) and fault.rule for fault in found)
        named += bool(found)
    assert named > TRIES / 2


def test_no_shape_of_what_the_press_reads_is_an_error_from_inside(whole: Path) -> None:
    """The manifest of a published pack and the signatures over it."""
    draw = random.Random(20140911)
    pack = whole / "outputs" / CYCLE
    made = {
        "complete": True,
        "inputs": [{"name": "a", "sha256": "b"}],
        "notebooks": {"06_reduce_crime": {"key": "k", "inputs": {"a": "b"}, "failed": {"last_published": None}}},
        "outputs": {"figures.csv": "c"},
        "pack_sha256": "d",
        "environment": {"pandas": "3"},
    }
    for _ in range(TRIES):
        (pack / "manifest.json").write_text(altered_json(json.dumps(made), draw), encoding="utf-8")
        gathered = edition.gather(whole, CYCLE)
        signature.stands(gathered)
        signature.published(whole, CYCLE)
        signature.unsigned(whole, CYCLE)
        if (found := manifest.load(pack)) is not None:
            assert isinstance(found["notebooks"], dict)
            assert all(isinstance(digest, str) for digest in found["outputs"].values())
