"""Change one input row: every sentence that depends on it changes, or the check names it, and nothing stale remains."""

from __future__ import annotations

import ast
import csv
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import pcp_analysis
from pcp_analysis.figures import commentary, unbound, wording
from pcp_analysis.figures.commentary import Bound
from pcp_analysis.figures.figure import Figure
from pcp_analysis.figures.forms import FORMS, misfit
from pcp_analysis.findings.view import CycleView, open_view
from pcp_analysis.loaders.inputs import Inputs
from pcp_analysis.pages.chart import Chart
from pcp_analysis.pages.exhibit import Exhibit
from pcp_analysis.paper import claims
from pcp_analysis.paper.rows import read_paper
from tests.conftest import CYCLE, OF_SEPTEMBER, copy_root

MORE = 40_000
CRIME = "data/raw/recorded_crime.csv"
# What is printed of each kind of table, and by how much it is changed.
PRINTED = {
    "shown": {"value": 1},
    "survey": {"percent": -1, "base": 100},
    "compliance": {"correct": -1, "required": 1, "examined": 1, "printed_percent": -1},
    "ranking": {"rank": 1, "ranked": 9, "percent": 1, "variation_percent": 1},
}
# Numbers of the method itself, which no data decide.
OF_THE_METHOD = ("8 chances in 10",)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the committed root."""
    return copy_root(tmp_path_factory.mktemp("stale"))


@pytest.fixture(scope="module")
def held(root: Path) -> CycleView:
    """The cycle as the committed tables give it."""
    return open_view(CYCLE, root=root)


def texts(view: CycleView) -> dict[str, Bound | None]:
    """Every text that a page prints, by its key path; None where the check names a problem of it."""
    return {
        path: None if list(commentary.problems(source, view.figures)) else commentary.bind(source, view.figures)
        for path, _, source in unbound.texts(view.cycle)
        if path.endswith(".text") and source
    }


def answers(view: CycleView) -> dict[str, Bound]:
    """The three answers of every milestone."""
    return {
        f"{name}: {part}": getattr(position, part)
        for name, position in view.positions.items()
        for part in ("happened", "good", "outlook")
    }


def altered(held: CycleView, name: str, line: object, **values: object) -> CycleView:
    """The cycle with other numbers in one row of a table."""
    table = held.inputs.tables[name].copy()
    for column, value in values.items():
        table.loc[line, column] = value
    inputs = Inputs.of({**held.inputs.tables, name: table}, held.inputs.entries, held.inputs.sha256)
    now = CycleView(held.root, held.plan, held.cycle, held.earlier, inputs)
    # the groups that the row is not about are not made again, which is what takes long
    about = groups(held, table.loc[line, "measure"])
    now.figures._by_group |= {
        group: made for group, made in held.figures._by_group.items() if group.split(".")[0] not in about
    }
    return now


def groups(held: CycleView, measure: str) -> set[str]:
    """The groups of figures that a measure of a printed table decides: its own, and the milestones that its survey
    measures.
    """
    return {measure, *(each.id for each in held.plan.milestones if (each.series or "").startswith(f"{measure}."))}


def cells(held: CycleView, *names: str) -> Iterator[tuple[str, object, str, float]]:
    """Every printed number: table, row, column, and another number in its place."""
    for name, entry in held.inputs.entries.items():
        table = held.inputs.tables[name]
        for column, by in PRINTED.get(entry.loader, {}).items() if not names or name in names else ():
            for line, value in table[column].items():
                if not pd.isna(value):
                    # a percentage stays one, and what is printed as nought becomes something
                    yield name, line, column, float(value) + by if float(value) + by != 0 else float(value) - by


def stale(before: dict[str, Bound | None], after: dict[str, Bound | None], now: CycleView) -> list[str]:
    """The sentences that still say of a figure what it was, though it is another now; without those that the check
    names.
    """
    return [path for path in due(before, now) if after[path] is not None and before[path].plain == after[path].plain]


def due(before: dict[str, Bound | None], now: CycleView) -> list[str]:
    """The sentences that said of a figure what cannot be said of it now."""
    return [path for path, old in before.items() if old and any(_moved(old, figure, now) for figure in old.figures)]


def _moved(old: Bound, figure: Figure, now: CycleView) -> bool:
    new = now.figures.get(figure.id)
    return any(
        says(figure) in old.plain
        and (new is None or misfit(new, form, now.figures) is not None or says(new) != says(figure))
        for form, says in FORMS.items()
        if not misfit(figure, form, now.figures)
    )


@pytest.mark.slow
def test_no_text_is_stale_when_a_printed_number_is_another(held: CycleView) -> None:
    """Each number of each table of printed figures, one at a time: what is bound to it says the new one or is named,
    and every row of a table decides a figure.
    """
    before = texts(held)
    bound = {figure.id for each in before.values() if each for figure in each.figures}
    assert len(bound) > 80
    said: set[str] = set()
    dead = []
    for name, line, column, value in cells(held):
        now = altered(held, name, line, **{column: value})
        measure = held.inputs.tables[name].loc[line, "measure"]
        moved = {
            figure.id
            for group in groups(held, measure)
            for figure in now.figures.of(group)
            if held.figures.get(figure.id) != figure
        }
        if not moved:
            dead.append((name, line, column))
        if moved & bound:
            after = texts(now)
            assert stale(before, after, now) == []
            said |= {
                path
                for path, each in before.items()
                if each and (after[path] is None or after[path].plain != each.plain)
            }
    assert dead == []
    # every text that binds a printed number was seen to change
    assert said == {
        path
        for path, each in before.items()
        if each
        and any(figure.basis in ("quoted", "arithmetic") and figure.value is not None for figure in each.figures)
    }


@pytest.mark.slow
def test_a_printed_number_that_the_paper_contradicts_is_named(held: CycleView) -> None:
    """paper.csv and a table hold one printed figure twice: where they differ, the check names file, line and both
    numbers.
    """
    rows = read_paper(held.cycle.folder / claims.PAPER)
    doubled = {
        row.id: row
        for row in rows
        if row.value is not None and (figure := held.figures.get(row.id)) is not None and figure.basis == "quoted"
    }
    assert len(doubled) > 90
    named = set()
    for name, line, column, value in cells(held):
        now = altered(held, name, line, **{column: value})
        named |= {fault.where for fault in claims._other_figures(rows, now, held.cycle.folder / claims.PAPER)}
    # what the plan promises is no printed table's, and has a rule of its own
    assert named == {f"line {row.line}, column value" for row in doubled.values() if not row.id.endswith(".target")}
    (fault,) = [
        each for each in claims.check(altered(held, "transport_crime", 2, value=99.0)) if "another number" in each.rule
    ]
    assert fault.file.endswith("paper.csv")
    assert "data/raw/shown/transport_crime.csv, 99" in fault.rule


@pytest.mark.slow
@pytest.mark.parametrize("name", ["confidence_survey", "year_to_date"])
def test_no_answer_is_stale_when_a_printed_number_is_another(held: CycleView, name: str) -> None:
    """The answers on milestones that printed figures decide, one number at a time."""
    before, changed = answers(held), set()
    used = {
        figure.id.rpartition(".")[0]
        for each in before.values()
        for figure in each.figures
        if figure.basis == "arithmetic"
    }
    for table, line, column, value in cells(held, name):
        row = held.inputs.tables[table].loc[line]
        if not any(group in (row["measure"], "confidence") for group in used) or row.get("answer", "agree") != "agree":
            continue
        now = altered(held, table, line, **{column: value})
        after = answers(now)
        assert stale(before, after, now) == []
        changed |= {path for path in before if before[path].plain != after[path].plain}
    assert changed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("quarter", "series"),
    [
        ("2014-06-30", "robbery"),
        ("2013-06-30", "robbery"),
        ("2013-12-31", "burglary_dwelling"),
        ("2012-06-30", "vehicle_offences"),
        ("2007-03-31", "homicide"),
    ],
)
def test_no_sentence_is_stale_when_a_count_is_another(held: CycleView, root: Path, quarter: str, series: str) -> None:
    """One quarter of recorded crime, and its total with it: texts, and the answers on every milestone."""
    path = root / CRIME
    raw = path.read_text(encoding="utf-8")
    rows = list(csv.DictReader(raw.splitlines()))
    (row,) = (row for row in rows if (row["force"], row["quarter_ending"]) == (held.plan.force, quarter))
    for name in (series, "total_recorded_crime"):
        row[name] = str(int(row[name]) + MORE)
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        now = open_view(CYCLE, root=root)
        before, after = texts(held) | answers(held), texts(now) | answers(now)
    finally:
        path.write_text(raw, encoding="utf-8", newline="\n")
    assert stale(before, after, now) == []
    assert due(before, now)
    if quarter.startswith("2013-12"):
        # last year is no longer the second lowest, and the texts say which it is
        assert after["section.executive_summary.text"].plain.startswith("After its fifth lowest year")


def test_a_word_that_can_be_said_no_longer_is_named(held: CycleView) -> None:
    """“The highest since wave 34” of a wave that is the highest no longer has no words, and the check names the text."""
    source = "It stands at {confidence.agree.wave_36}, {confidence.agree.wave_36:highest}."
    now = altered(
        held,
        "confidence_survey",
        held.inputs.tables["confidence_survey"].query("answer == 'agree' and wave == 34").index[0],
        percent=85.0,
    )
    assert commentary.bind(source, held.figures).plain == "It stands at 84%, the highest since wave 34."
    assert [problem.rule for problem in commentary.problems(source, now.figures)] == [
        "this figure is not the highest of its series"
    ]


def printed_by_none(sentence: Bound, *titles: str) -> list[str]:
    """The numbers of a sentence that none of its figures printed, and that are no dates and no title."""
    left = sentence.plain
    for title in sorted(titles, key=len, reverse=True):
        left = left.replace(title, " ")
    printed = {
        says(figure) for figure in sentence.figures for form, says in FORMS.items() if not misfit(figure, form, {})
    }
    for words in sorted((*printed, *OF_THE_METHOD), key=len, reverse=True):
        left = left.replace(words, " ") if words else left
    # number-words are those of the chart's rules, and of how many forces are compared
    return [each.value for each in unbound.typed(left) if not each.value.isalpha()]


def test_no_answer_holds_a_number_that_is_no_figure(held: CycleView) -> None:
    """Every number of the package's own sentences is a figure that travels with it, but for the number-words of the
    chart's rules.
    """
    titles = [milestone.title for milestone in held.plan.milestones]
    assert {name: found for name, each in answers(held).items() if (found := printed_by_none(each, *titles))} == {}
    assert printed_by_none(replace(answers(held)["robbery: happened"], plain="Robbery fell by 99.0%.")) == ["99.0%"]


# -- whole pages, in this process
# -----------------------------------------------------------------------------------------


def shown(root: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Exhibit]:
    """Everything that the notebooks show, by notebook and cell: their cells run one after the other, without a kernel."""
    monkeypatch.setenv("PCP_ROOT", str(root))
    found = {}
    for notebook in OF_SEPTEMBER:
        names: dict[str, object] = {"pcp": pcp_analysis}
        for number, cell in enumerate(json.loads(notebook.read_text(encoding="utf-8"))["cells"]):
            tree = ast.parse("".join(cell["source"])) if cell["cell_type"] == "code" else ast.Module([], [])
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, notebook.name, "exec"), names)
            given = eval(compile(ast.Expression(last.value), notebook.name, "eval"), names) if last else None
            if isinstance(given, Exhibit):
                found[f"{notebook.stem}, cell {number}"] = given
    return found


@pytest.mark.slow
def test_no_page_is_stale_when_one_row_of_every_table_is_another(
    root: Path, held: CycleView, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The last row that the cycle sees of each table is changed: each exhibit that prints a figure which moved is
    another one, and no message of a chart holds a number that is no figure.
    """
    before = shown(root, monkeypatch)
    titles = [milestone.title for milestone in held.plan.milestones]
    assert {
        name: found
        for name, each in before.items()
        if isinstance(each, Chart) and (found := printed_by_none(each.message, *titles))
    } == {}
    other = copy_root(tmp_path / "other")
    for entry in held.inputs.entries.values():
        path = other / "data/raw" / entry.file
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        rows = list(csv.DictReader(lines))
        force = held.plan.force if any(row.get("force") == held.plan.force for row in rows) else rows[0].get("force")
        place = max(
            at
            for at, row in enumerate(rows)
            if row.get("force") == force
            and row.get("quarter_ending", "") <= "2014-06-30"
            and row.get("month_ending", "") <= "2014-08-31"
            and row.get("mid_year", "") <= "2013"
            and row.get("basis", "quoted") == "quoted"
        )
        changes = PRINTED.get(entry.loader) or {
            "robbery": 5,
            "total_recorded_crime": 5,
            "total_without_fraud": 5,
            "persons": 90_000,
        }
        for column, by in changes.items():
            if rows[place].get(column):
                rows[place][column] = (
                    f"{float(rows[place][column]) + by:g}" if by != 90_000 else str(int(rows[place][column]) + by)
                )
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    now = open_view(CYCLE, root=other)
    # what paper.csv prints is mended with the tables, as the check asks for
    paper = other / held.cycle.folder.relative_to(root) / claims.PAPER
    rows = list(csv.DictReader(paper.read_text(encoding="utf-8").splitlines()))
    for row in rows:
        figure = now.figures.get(row["id"]) if row["value"] else None
        if figure is not None and figure.basis == "quoted" and float(row["value"]) != figure.value:
            row["value"] = f"{figure.value:.10g}"
            # and so are the words, in which it stands
            number = re.sub(r"\d[\d,]*(\.\d+)?", row["value"].lstrip("-"), row["numeral"], count=1)
            row["quote"], row["numeral"] = row["quote"].replace(row["numeral"], number), number
    with paper.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    after = shown(other, monkeypatch)
    moved = {
        figure.id
        for each in before.values()
        for figure in each.figures
        if (new := now.figures.get(figure.id)) is not None and wording.value(new) != wording.value(figure)
    }
    assert len(moved) > 30
    told = [
        name
        for name, each in before.items()
        if any(figure.id in moved and wording.value(figure) in each.plain for figure in each.figures)
    ]
    assert len(told) > 15
    assert [name for name in told if before[name].plain == after[name].plain] == []
    # and none prints a figure otherwise than the cycle has it now
    wrong = {
        figure.id
        for each in after.values()
        for figure in each.figures
        if figure.id in now.figures and wording.value(now.figures[figure.id]) != wording.value(figure)
    }
    assert wrong == set()
