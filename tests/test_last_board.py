"""What the Board before was given: read strictly from the figures that its cycle keeps, else as its cycle makes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pcp_analysis.figures import last_board as kept_figures
from pcp_analysis.findings import diff
from pcp_analysis.findings.view import open_view
from pcp_analysis.strict.fault import FaultError
from tests.conftest import CYCLE, copy_root, run_pcp

HEAD = "outcome,id,value,unit,low,high,numerator,denominator,period,baseline,basis,method,inputs\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with a second, later cycle."""
    root = copy_root(tmp_path_factory.mktemp("kept"))
    said = run_pcp("new-cycle", "2014-12", "--board-date", "2014-12-04", "--data-cut-off", "2014-11-30", root=root)
    assert said.returncode == 0, said.stderr
    return root


@pytest.fixture
def kept(root: Path):
    """Where the figures of the first Board are kept; taken away afterwards."""
    path = root / "data/raw/cycles" / CYCLE / kept_figures.KEPT
    path.parent.mkdir(exist_ok=True)
    yield path
    path.unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("text", "where", "rule"),
    [
        ("id,value\n", "line 1", "columns of figures.csv are missing"),
        (HEAD + "a,robbery.x,1,count\n", "line 2", "has 13 fields, as the header has; here are 4"),
        (HEAD + "a,robbery.x,many,count,,,,,2013/14,,recomputed,m,plan\n", "line 2, column value", "is no number"),
        (HEAD + "a,robbery.x,nan,count,,,,,2013/14,,recomputed,m,plan\n", "line 2, column value", "is no number"),
        (HEAD + "a,robbery.x,1e300,count,,,,,2013/14,,recomputed,m,plan\n", "line 2, column value", "is no number"),
        (
            HEAD + "a,robbery.x,,count,,,,,2013/14,,recomputed,m,plan\n",
            "line 2, column basis",
            "does not go with the value",
        ),
        (HEAD + '"a', "line 2", "is a well-formed line of CSV"),
        (b"\xff\xfe", "line 1", "is UTF-8 text"),
    ],
)
def test_kept_figures_at_fault_are_named(root, kept, text, where, rule):
    """The check of the later cycle names file, line and column; that of the first cycle does not read its own."""
    kept.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    assert [(fault.file, fault.where, fault.rule) for fault in kept_figures.check(root, "2014-12")] == [
        (f"data/raw/cycles/{CYCLE}/approved/figures.csv", where, rule)
    ]
    assert kept_figures.check(root, CYCLE) == []


@pytest.mark.slow
def test_kept_figures_stand_for_what_the_board_was_given(root, kept):
    """A kept value, its period and its parts take the place of what the tables give now; everything else stays."""
    view = open_view(CYCLE, root=root)
    now = diff.showing(view)
    assert diff.as_given(view, now) == now
    kept.write_text(
        HEAD + "a,robbery.last_year,5000,count,,,,,2013/14,,recomputed,as given,recorded_crime\n", encoding="utf-8"
    )
    was = diff.as_given(open_view(CYCLE, root=root), now)
    assert (was["robbery.last_year"].value, was["robbery.last_year"].title) == (5000.0, now["robbery.last_year"].title)
    assert {name for name in now if now[name] != was[name]} == {"robbery.last_year"}
    kept.write_text("id\n", encoding="utf-8")
    with pytest.raises(FaultError, match="columns of figures"):
        diff.as_given(open_view(CYCLE, root=root), now)


def test_a_figure_of_a_board_goes_by_its_own_id_and_stands_beside_this_ones_under_another(root):
    """Its title says which Board it was, and its cycle is among what it was made from; nobody's last Board has a last
    Board.
    """
    given = open_view(CYCLE, root=root).as_given
    assert given.board == "Board of September 2014"
    figure = given.as_before(given["confidence.agree.wave_36"])
    assert (figure.id, figure.value) == ("last_board.confidence.agree.wave_36", 84.0)
    assert figure.inputs == ("confidence_survey", "cycles/2014-09")
    assert "confidence.agree.wave_36" in given
    assert "last_board.confidence.agree.wave_36" not in given
    assert "confidence.agree.wave_36" in given.beside("confidence.agree.wave_35")
