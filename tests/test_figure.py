"""Figure records: what they refuse, how they travel, and how one is found by its id."""

from __future__ import annotations

import ast
import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcp_analysis import findings
from pcp_analysis.figures.figure import BASES, MIME, UNITS, Figure, Figures
from tests.conftest import CHECKOUT, figure_of


def made_up(id: str = "robbery.change", **fields: object) -> Figure:
    """A figure that nobody published."""
    return figure_of(
        **{
            "id": id,
            "title": "Made up",
            "value": -5.2,
            "unit": "percent",
            "basis": "quoted",
            "method": "as printed",
            "inputs": ("made_up",),
            **fields,
        }
    )


def test_units_and_bases_are_the_closed_sets_of_the_design():
    """Nothing but the units of a Board page and the five bases of the design can be said of a figure."""
    assert set(UNITS) == {"count", "percent", "points", "per_1000", "pounds", "rank", "direction"}
    assert set(BASES) == {"recomputed", "arithmetic", "counted", "quoted", "not held"}


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"unit": "per cent"}, "per cent"),
        ({"basis": "estimated"}, "estimated"),
        ({"value": None}, "not held"),
        ({"basis": "not held"}, "not held"),
    ],
)
def test_a_figure_that_contradicts_itself_is_refused_by_name(fields, named):
    """An unknown unit or basis, and a value that does not go with its basis, raise an error that names the figure."""
    with pytest.raises(ValueError, match=r"^robbery\.change: ") as error:
        made_up(**fields)
    assert named in str(error.value)


def test_a_figure_that_is_not_held_has_no_value():
    """What was lost is a figure all the same, without a value."""
    assert made_up(value=None, basis="not held").value is None


def test_a_figure_cannot_be_changed():
    """A record on a page stays what it was when it was made."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        made_up().value = 0.0


def test_within_gives_the_outcome_and_keeps_everything_else():
    """Attributing a figure to an outcome changes that field alone."""
    figure = made_up(low=-9.0, high=-1.0, numerator=94.8, denominator=100.0)
    moved = figure.within("06_reduce_crime")
    assert moved.outcome == "06_reduce_crime"
    assert dataclasses.replace(moved, outcome="") == figure


def test_a_record_holds_every_column_of_figures_csv_and_is_json():
    """What travels in a notebook has the columns of the design's figures.csv, and survives being written as JSON."""
    record = made_up(inputs=("recorded_crime", "population"), period="April to June 2014").record()
    columns = {
        "outcome",
        "id",
        "value",
        "unit",
        "low",
        "high",
        "numerator",
        "denominator",
        "period",
        "baseline",
        "basis",
        "method",
        "inputs",
    }
    assert columns <= record.keys()
    assert record["inputs"] == "recorded_crime population"
    assert json.loads(json.dumps(record)) == record
    assert MIME == "application/vnd.pcp.figures+json"


def test_a_p_value_stays_behind():
    """What decides whether a change is a signal goes no further: neither a page nor a file has it."""
    assert "p_value" not in made_up(p_value=0.03).record()


def held(*figures: Figure) -> Figures:
    """These figures, each made when its group is asked for."""
    return Figures((figure.id.partition(".")[0], lambda figure=figure: [figure]) for figure in figures)


def test_figures_keep_the_order_in_which_they_are_made():
    """Iterating gives the ids group by group in the order of the makers, so that files made from them do not shuffle."""
    figures = held(*map(made_up, ["robbery.z", "burglary.a", "robbery.a"]))
    assert list(figures) == ["robbery.z", "robbery.a", "burglary.a"]
    assert len(figures) == 3
    assert figures.measures() == ["robbery", "burglary"]


def test_two_figures_of_one_id_are_refused():
    """An id says one thing; a second figure of the same id is an error that names it, whoever makes it."""
    figures = held(made_up(), made_up(value=1.0))
    with pytest.raises(ValueError, match=r"two figures have the id 'robbery\.change'"):
        list(figures)


def test_an_unknown_id_names_the_nearest_ones():
    """A misspelt id is answered with what was probably meant, and not with what is nothing like it."""
    figures = held(made_up("robbery.year_to_date_change"), made_up("metro_crime.change"))
    with pytest.raises(KeyError, match=r"robbery\.year_to_date_change") as error:
        figures["robery.year_to_date_change"]
    assert "metro_crime" not in str(error.value)
    assert figures.get("robery.year_to_date_change") is None


@pytest.mark.parametrize("name", ["zzzzzzzz", "zzzz.qqqq", "", ".", "..", "robbery", "robbery.", ".robbery"])
def test_what_is_no_id_is_not_there(name):
    """A name that is like nothing, or no id at all, is an error as any other, and membership says the same."""
    figures = held(made_up())
    assert name not in figures
    with pytest.raises(KeyError, match="no figure"):
        figures[name]


def test_where_no_id_is_near_the_error_lists_none():
    """The message does not offer a random id."""
    with pytest.raises(KeyError, match="No name is near it"):
        held(made_up())["zzzzzzzz"]


def test_the_figures_of_a_measure_are_those_of_its_whole_name():
    """`rob` is not `robbery`, and `robbery` is not `robbery_of_business`."""
    figures = held(made_up("robbery.a"), made_up("robbery_of_business.a"), made_up("robbery.b.c"))
    assert [figure.id for figure in figures.of("robbery")] == ["robbery.a", "robbery.b.c"]
    assert figures.of("rob") == ()


def test_a_group_is_made_once_and_only_when_it_is_asked_for():
    """A page that shows robbery does not pay for burglary, and asking twice makes nothing twice."""
    made = []

    def maker(name: str) -> list[Figure]:
        made.append(name)
        return [made_up(f"{name}.a")]

    figures = Figures(
        (name, lambda name=name: maker(name)) for name in ("robbery", "burglary", "robbery.rate_per_1000")
    )
    assert made == []
    assert figures.measures() == ["robbery", "burglary"]
    assert figures["robbery.a"] == figures["robbery.a"]
    assert made == ["robbery"]
    assert figures["robbery.rate_per_1000.a"].id == "robbery.rate_per_1000.a"
    assert made == ["robbery", "robbery.rate_per_1000"]
    assert list(figures) == ["robbery.a", "burglary.a", "robbery.rate_per_1000.a"]
    assert made == ["robbery", "robbery.rate_per_1000", "burglary"]


def test_a_narrow_group_is_not_part_of_its_measure():
    """The rates of every force are a group of their own, and not among the figures of the measure itself."""
    figures = Figures(
        [("robbery", lambda: [made_up("robbery.a")]), ("robbery.rate", lambda: [made_up("robbery.rate.north")])]
    )
    assert [figure.id for figure in figures.of("robbery")] == ["robbery.a"]
    assert [figure.id for figure in figures.of("robbery.rate")] == ["robbery.rate.north"]


@given(st.lists(st.from_regex(r"[a-z][a-z0-9_]*\.[a-z0-9_]+", fullmatch=True), unique=True, max_size=8))
def test_every_figure_is_found_under_its_own_id(ids):
    """Whatever the ids, each finds its own figure, and membership, iteration and length agree with it."""
    figures = held(*map(made_up, ids))
    assert all(figures[id].id == id and id in figures for id in ids)
    assert sorted(figures) == sorted(ids)
    assert len(figures) == len(ids)


PACKAGE = CHECKOUT / "pcp_analysis"
TEXT = {"id", "title", "method"}
READ_APART = {
    "split",
    "rsplit",
    "partition",
    "rpartition",
    "startswith",
    "endswith",
    "removeprefix",
    "removesuffix",
    "find",
}
# A row of paper.csv has its id alone, which its own class reads once; figures find those of the last Board by their ids; a
# title is shortened where a caption says the rest.
MAY = {("paper/rows.py", "id"), ("figures/figure.py", "id"), ("pages/exhibits.py", "title")}


def readings() -> list[tuple[str, str]]:
    """Where the package takes the id, the title or the method of something apart, by file and attribute."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            read = []
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                read = [node.func.value] if node.func.attr in READ_APART else []
                read += node.args if isinstance(node.func.value, ast.Name) and node.func.value.id == "re" else []
            elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
                read = node.comparators
            elif isinstance(node, ast.Subscript):
                read = [node.value]
            found += [
                (path.relative_to(PACKAGE).as_posix(), each.attr)
                for each in read
                if isinstance(each, ast.Attribute) and each.attr in TEXT
            ]
    return found


def test_what_a_figure_is_is_read_from_its_fields() -> None:
    """No code takes an id, a title or a method apart to learn what a figure is of."""
    assert set(readings()) == MAY


def test_every_figure_of_a_cycle_says_what_it_is() -> None:
    """Each has a measure and an item; a wave has the grain of one; nothing of a printed paper is suppressed."""
    for name, figure in findings.view.figures("2014-09", root=CHECKOUT).items():
        assert figure.measure, name
        assert figure.item, name
        assert figure.wave is None or figure.grain == "wave", name
        assert figure.suppressed is False, name
