"""The ids of figures: each follows the grammar that docs/figures.md lays down, and everything that stands there is
made.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pcp_analysis.figures.figure import UNITS, Figure
from pcp_analysis.figures.last_board import as_before
from pcp_analysis.findings import diff
from pcp_analysis.findings.courses import COURSES
from pcp_analysis.findings.recorded import area_id
from pcp_analysis.findings.status import STATUSES
from pcp_analysis.findings.view import CycleView, open_view
from pcp_analysis.loaders.places import JOINT
from pcp_analysis.pack.figures import COLUMNS
from pcp_analysis.paper import claims
from pcp_analysis.paper import rules as rules_package
from pcp_analysis.paper.rules import VERDICTS
from tests.conftest import CHECKOUT, CYCLE, Pack, figure_of
from tests.test_cycle_2014_12 import NEXT

DOCUMENT = (CHECKOUT / "docs/figures.md").read_text(encoding="utf-8")
#: The ids of the tables, as they stand there, by their unit.
PATTERNS = dict(re.findall(r"^\| `([A-Za-z_]+(?:\.[A-Za-z0-9_]+)+)` \| .+ \| ([^|]+) \|$", DOCUMENT, re.MULTILINE))
# Made where a claim is not as it should be, or is held to a standard; no claim of this paper is.
MADE_OF_OTHERS = {
    *(f"paper_check.CLAIM.{name}" for name in ("other", "least", "place_N", "needed", "record", "base_N")),
}
# Made of the places of a force, which this root holds none of; test_areas looks at them.
OF_PLACES = {
    *(f"SERIES.areas.PLACE.{name}" for name in ("year_to_date", "year_to_date_before", "change")),
    *(f"SERIES.areas.{name}" for name in ("compared", "fell", "rose", "share")),
}


def one_of(names: object) -> str:
    """A pattern of any of some names, the longest first."""
    return f"(?:{'|'.join(sorted(map(re.escape, set(names)), key=len, reverse=True)) or '(?!)'})"


def words(view: CycleView) -> dict[str, str]:
    """What each word in capitals may be in a cycle, from its plan and its tables and not from its figures."""
    plan, inputs = view.plan, view.inputs
    tables = [inputs.tables[name] for name in inputs.entries]
    items = {item for table in tables if "item" in table for item in table["item"]}
    milestones = {each.id for each in plan.milestones}
    named = re.search(r"^\| `METRIC` \| (.+) \|$", DOCUMENT, re.MULTILINE)[1]
    listed = {
        "SERIES": milestones | set(inputs.series_names()),
        "MILESTONE": milestones,
        "OTHER": set(inputs.series_names()),
        "METRIC": re.findall(r"`(\w+)`", named),
        "MEASURE": {measure for table in tables if "measure" in table for measure in table["measure"]},
        "ITEM": items,
        "SUFFIX": {re.sub("^(change|difference)", "", item) for item in items if re.match("change|difference", item)},
        "ANSWER": {answer for table in tables if "answer" in table for answer in table["answer"]},
        "AREA": {area_id(area) for table in tables if "area" in table for area in table["area"]},
        "FORCE": {area_id(area) for name in inputs.series_names() for area in inputs.areas(name)},
        "PLACE": {
            area_id(area.partition(JOINT)[2])
            for name in inputs.series_names()
            for area in inputs.areas(name)
            if JOINT in area
        },
        "STATUS": [status.replace(" ", "_") for status in (*STATUSES, "all", diff.NOT_PLANNED)],
        "COURSE": [course.replace(" ", "_") for course in (*COURSES, "all")],
        "KIND": diff.KINDS,
        "VERDICT": (*VERDICTS, "all"),
    }
    free = {
        "N": r"\d+",
        "MONTHS": r"[a-z0-9]+_months",
        "PERIOD": r"[a-z0-9_]+",
        "SOURCE": r"[a-z0-9_]+",
        "MONTH": r"(?:\d{4}_\d{2}|no_month)",
    }
    return (
        {word: one_of(names) for word, names in listed.items()}
        | free
        | dict.fromkeys(("ID", "CLAIM", "ROW"), r"[a-z0-9_.]+")
    )


def grammar(view: CycleView) -> dict[str, re.Pattern[str]]:
    """Every pattern of the document as one that ids match."""
    meant = words(view)
    return {
        pattern: re.compile(re.sub(r"[A-Z]+", lambda word: meant[word[0]], pattern.replace(".", r"\.")))
        for pattern in PATTERNS
    }


def undocumented(names: object, view: CycleView) -> list[str]:
    """The ids that no pattern of the document has."""
    known = list(grammar(view).values())
    return [name for name in names if not any(pattern.fullmatch(name) for pattern in known)]


@pytest.fixture(scope="module")
def september() -> CycleView:
    """The cycle of September 2014."""
    return open_view(CYCLE, root=CHECKOUT)


@pytest.fixture(scope="module")
def every(september: CycleView) -> dict[str, Figure]:
    """Every figure that the cycle makes, and every one that the check of its paper gives."""
    return dict(september.figures) | {
        figure.id: figure for claim in claims.check_claims(september) for figure in claim.figures
    }


def test_every_id_is_documented(september: CycleView, every: dict[str, Figure]) -> None:
    """A figure of the cycle, shown or not, has an id that the document explains."""
    assert len(every) > 700
    assert undocumented(every, september) == []


@pytest.mark.parametrize(
    "name",
    [
        "robbery.moving_average",
        "metro_crime.computed_changes",
        "confidence.agree.wave_x",
        "robbery.target.low",
        "reoffending.sandwell.score",
        "deliverables.outcome_1.overdue",
        "since_last_board.lost",
        "paper_check.x.y",
    ],
)
def test_an_undocumented_suffix_is_found(september: CycleView, name: str) -> None:
    """The test above can fail: no pattern is so wide that anything passes."""
    assert undocumented([name], september) == [name]


def test_every_unit_is_as_documented(september: CycleView, every: dict[str, Figure]) -> None:
    """A figure has one of the units that the row of its pattern names."""
    known = grammar(september)
    wrong = [
        (name, figure.unit)
        for name, figure in every.items()
        if not any(
            found.fullmatch(name) and (figure.unit in PATTERNS[pattern] or "its own" in PATTERNS[pattern])
            for pattern, found in known.items()
        )
    ]
    assert wrong == []


def test_the_record_is_documented() -> None:
    """The fields of the document are the columns of figures.csv, and it names every unit."""
    fields = [
        name
        for row in re.findall(r"^\| (`\w+`(?:, `\w+`)?) \| .+ \|$", DOCUMENT.split("## How an id")[0], re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    ]
    assert fields == list(COLUMNS)
    assert [unit for unit in UNITS if f"`{unit}`" not in DOCUMENT] == []


def test_nothing_is_documented_that_is_not_made(september: CycleView, every: dict[str, Figure]) -> None:
    """Every pattern has a figure: of the cycle, of its paper's check, or of the rules that name one."""
    (change,) = diff.compare({"a.x": _figure("robbery.last_year", 1)}, {"a.x": _figure("robbery.last_year", 2)})
    moved = tuple(diff.Moved(str(at), "reported", "deferred", "") for at in range(2))
    found = diff.Difference(CYCLE, NEXT, (change,), moved)
    made = [
        change.size,
        change.share,
        as_before(change.before, CYCLE),
        *(found.count(what) for what in (*diff.KINDS, "moved")),
        *(each[2] for each in found.moves()),
    ]
    # made at the year's end, where test_year_end looks at them
    told = [f"told.2014_09.robbery.{item}" for item in ("chance", "projected_total")]
    names = [
        *every,
        *told,
        *(figure.id for figure in made),
        *(f"paper_check.verdicts.{verdict}" for verdict in VERDICTS),
    ]
    assert undocumented(names, september) == []
    empty = {
        pattern for pattern, known in grammar(september).items() if not any(known.fullmatch(name) for name in names)
    }
    assert empty == MADE_OF_OTHERS | OF_PLACES
    source = "".join(path.read_text(encoding="utf-8") for path in Path(rules_package.__file__).parent.glob("*.py"))
    assert [
        pattern for pattern in MADE_OF_OTHERS if f'"{pattern.rpartition(".")[2].removesuffix("N")}' not in source
    ] == []


def _figure(name: str, value: float) -> Figure:
    return figure_of(
        id=name, title="Made up", value=value, unit="count", basis="recomputed", method="made up", inputs=(), period="x"
    )


@pytest.mark.slow
def test_every_id_of_the_pack_is_documented(september: CycleView, built: Pack) -> None:
    """What the pages show beside the figures of the cycle is explained too."""
    assert undocumented([row["id"] for row in built.figures], september) == []
