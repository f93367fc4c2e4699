"""What changed since the last Board, as tables of the front page: as many rows as it can bear, and no number without
its figure.
"""

from __future__ import annotations

from types import SimpleNamespace

from pcp_analysis.figures.figure import Figure
from pcp_analysis.findings import diff
from pcp_analysis.findings.diff import Difference, Moved
from pcp_analysis.pages import changed
from pcp_analysis.pages.tables import Table
from tests.conftest import figure_of

NOTHING = SimpleNamespace(positions={}, figures={}, before=None)


def figure(name: str, value: float, unit: str = "count") -> Figure:
    """A figure that nobody counted."""
    return figure_of(
        id=name,
        title=name,
        value=value,
        unit=unit,
        basis="recomputed",
        method="made up",
        inputs=("made_up",),
        period="June",
    )


def tables(before: list[Figure], after: list[Figure], *moved: Moved, **reasons: str) -> dict[str, Table]:
    """The tables of a difference, by their first words."""
    changes = diff.compare({each.id: each for each in before}, {each.id: each for each in after}, reasons=reasons)
    found = changed._tables(NOTHING, Difference("2014-09", "2014-12", tuple(changes), moved))
    return {table.caption.split(":")[0]: table for table in found}


def test_a_revision_stands_with_both_values_its_size_its_share_and_its_reason():
    """Each of the four numbers is a figure with an id of its own, so that none has two values in a pack."""
    (table,) = tables([figure("a.x", 200)], [figure("a.x", 210)], made_up="late reports").values()
    assert table.frame.iloc[0].tolist() == ["a.x", "200 in June;", "210 in June;", "+10 (+5.0%)", "late reports"]
    assert [each.id for each in table.figures] == ["last_board.a.x", "a.x", "revision.a.x", "revision_share.a.x"]


def test_a_revised_percentage_has_points_and_no_share_and_may_have_no_reason():
    """Nothing is made up where the register says nothing."""
    (table,) = tables([figure("a.x", -9, "percent")], [figure("a.x", -9.5, "percent")]).values()
    assert table.frame.iloc[0].tolist()[3:] == [-0.5, "the register gives none"]


def test_the_front_page_lists_the_largest_and_says_where_all_are():
    """A page that is read in a minute has a few rows, and names the command that prints every one."""
    before = [figure(f"a.x{number}", 100) for number in range(changed.LONGEST + 1)]
    after = [figure(f"a.x{number}", 101 + number) for number in range(changed.LONGEST + 1)]
    (table,) = tables(before, after).values()
    assert len(table.rows) == changed.LONGEST
    assert table.rows[0][0] == f"a.x{changed.LONGEST}"
    assert "pcp diff 2014-09 2014-12" in table.note
    (whole,) = tables(before[1:], after[1:]).values()
    assert (len(whole.rows), whole.note) == (changed.LONGEST, "")


def test_what_is_new_and_what_is_gone_has_one_side():
    """The side that holds nothing says so."""
    (table,) = tables([figure("a.gone", 1)], [figure("a.new", 2)]).values()
    assert [row[1:] for row in table.frame.itertuples(index=False)] == [
        ("not held", "2 in June;"),
        ("1 in June;", "not held"),
    ]


def test_statuses_that_moved_are_counted():
    """How many went from which status to which; without any, and without another change, there is no table."""
    moved = [Moved(name, "reported", "deferred", "") for name in "ab"]
    (table,) = tables([], [], *moved).values()
    assert table.frame.values.tolist() == [["Reported", "Deferred", 2.0]]
    assert tables([], []) == {}


def test_one_sentence_counts_everything():
    """Each count is marked as its figure; where nothing was kept of the Board before, the page says what cannot be
    seen.
    """
    found = Difference("2014-09", "2014-12", (), (), before_kept=False)
    said = changed._summary(found)
    assert said.plain.startswith("Of the deliverables, 0 have another status than at the Board of September 2014. ")
    assert [each.id for each in said.figures] == [
        f"since_last_board.{what}" for what in (*diff.KINDS[1:], "reworded", "moved")
    ]
    assert all(f'data-figure="{each.id}"' in said.html for each in said.figures)
    assert diff.UNSEEN in said.plain
    assert diff.UNSEEN not in changed._summary(Difference("2014-09", "2014-12", (), ())).plain
