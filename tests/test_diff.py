"""What changed between two Boards: the kinds of change, their order, their sizes, and what was kept of the Board
before.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcp_analysis.figures.figure import Figure
from pcp_analysis.findings import diff
from pcp_analysis.findings.status import Status
from pcp_analysis.findings.view import figures
from tests.conftest import CHECKOUT, copy_root, figure_of, run_pcp


def figure(name: str = "robbery.last_year", value: float | None = 100.0, **fields: object) -> Figure:
    """A figure that nobody counted."""
    given_ = {
        "title": name,
        "unit": "count",
        "basis": "not held" if value is None else "recomputed",
        "method": "made up",
        "inputs": ("recorded_crime",),
        "period": "2013/14",
    } | fields
    return figure_of(id=name, value=value, **given_)


def named(*figures: Figure) -> dict[str, Figure]:
    """Figures by id."""
    return {each.id: each for each in figures}


def kinds(before: Figure | None, after: Figure | None) -> list[str]:
    """The kinds of change between two figures."""
    return [each.kind for each in diff.compare(named(*filter(None, [before])), named(*filter(None, [after])))]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (figure(), figure(), []),
        (figure(), figure(value=100 + 1e-10), []),
        (figure(), figure(value=101.0), ["revised"]),
        (figure(value=0.0), figure(value=1.0), ["revised"]),
        (figure(), figure(period="2014/15"), ["changed"]),
        (figure(), figure(value=101.0, period="2014/15"), ["changed"]),
        (figure(signed=True, baseline="2012/13"), figure(signed=True, baseline="2011/12"), ["changed"]),
        (figure(baseline="April 2006 to June 2014"), figure(baseline="April 2006 to September 2014"), []),
        (figure("robbery.projected_total"), figure("robbery.projected_total", 90.0, looks_ahead=True), ["changed"]),
        (figure("robbery.promised_total"), figure("robbery.promised_total", 90.0), ["revised"]),
        (None, figure(), ["new"]),
        (figure(), None, ["gone"]),
        (figure(value=None), figure(), ["new"]),
        (figure(), figure(value=None), ["gone"]),
        (figure(value=None), figure(value=None), []),
        (None, figure(value=None), []),
        (figure(value=None), None, []),
    ],
)
def test_each_kind_of_change_is_told_from_the_others(before, after, kind):
    """The same period with another value is a revision; another period, or a look ahead that moves, is none."""
    assert kinds(before, after) == kind


def test_what_looks_ahead_is_what_the_outlook_makes():
    """All figures of the outlook but the promise itself move with the year, and no other figure does."""
    ahead = {each.item for each in figures("2014-09", root=CHECKOUT).of("robbery") if each.looks_ahead}
    assert ahead == {"projected_total", "chance", "needed_per_period", "needed"}


@pytest.mark.parametrize(
    ("unit", "before", "after", "size", "share"),
    [
        ("count", 200.0, 210.0, (10.0, "count"), 5.0),
        ("count", 200.0, 190.0, (-10.0, "count"), -5.0),
        ("count", 0.0, 3.0, (3.0, "count"), None),
        ("count", 1e-307, 300.0, (300.0, "count"), None),
        ("per_1000", 2.0, 3.0, (1.0, "per_1000"), 50.0),
        ("percent", -9.0, -9.5, (-0.5, "points"), None),
        ("points", 2.0, 3.0, (1.0, "points"), None),
        ("rank", 1.0, 2.0, (1.0, "rank"), None),
    ],
)
def test_a_revision_has_its_size_and_its_share(unit, before, after, size, share):
    """Percentages move by points and places by places, and neither has a share; both numbers are figures of their own."""
    (change,) = diff.compare(named(figure(value=before, unit=unit)), named(figure(value=after, unit=unit)))
    assert (change.size.value, change.size.unit) == size
    assert (change.size.id, change.size.signed, change.size.inputs) == (
        "revision.robbery.last_year",
        True,
        ("recorded_crime",),
    )
    assert (change.share.value if change.share else None) == share
    assert share is None or (change.share.unit, change.share.id) == ("percent", "revision_share.robbery.last_year")


def test_only_a_revision_has_a_size():
    """Between two periods a difference would be no revision of anything."""
    (change,) = diff.compare(named(figure()), named(figure(value=120.0, period="2014/15")))
    assert (change.size, change.share, change.kind) == (None, None, "changed")


def test_the_most_important_comes_first():
    """Milestones before all others, revisions by share before what changed, changes on a year before levels, gone last."""
    before = named(
        figure("other.last_year", 100.0),
        figure("robbery.lowest_year", 1000.0),
        figure("robbery.last_year", 100.0),
        figure("robbery.latest_period", period="June"),
        figure("robbery.change", signed=True, period="June"),
        figure("robbery.gone"),
    )
    after = named(
        figure("other.last_year", 300.0),
        figure("robbery.lowest_year", 1020.0),
        figure("robbery.last_year", 90.0),
        figure("robbery.latest_period", period="September"),
        figure("robbery.change", signed=True, period="September"),
        figure("robbery.new"),
    )
    found = [change.id for change in diff.compare(before, after, first=["robbery"])]
    assert found == [
        "robbery.last_year",
        "robbery.lowest_year",
        "robbery.change",
        "robbery.latest_period",
        "robbery.new",
        "robbery.gone",
        "other.last_year",
    ]
    assert next(change.id for change in diff.compare(before, after)) == "other.last_year"


def test_a_revision_carries_the_reason_of_its_inputs():
    """The reason of an input stands beside every figure that it revised, and beside no other."""
    before = named(figure(), figure("robbery.target", inputs=("plan",)), figure("robbery.latest_period", period="June"))
    after = named(
        figure(value=1.0),
        figure("robbery.target", 1.0, inputs=("plan",)),
        figure("robbery.latest_period", period="July"),
    )
    found = {
        change.id: change.reason for change in diff.compare(before, after, reasons={"recorded_crime": "late reports"})
    }
    assert found == {"robbery.last_year": "late reports", "robbery.target": "", "robbery.latest_period": ""}


values = st.dictionaries(
    st.sampled_from(["a.x", "a.y", "b.x", "b.chance"]),
    st.tuples(
        st.one_of(st.none(), st.floats(-1e6, 1e6)),
        st.sampled_from(["June", "July"]),
        st.sampled_from(["count", "percent"]),
    ),
)


@given(values, values)
def test_nothing_is_told_twice_and_nothing_is_left_out(one, other):
    """Nothing differs from itself; each id has at most one change; back again, what was new is gone."""
    before, after = (
        {name: figure(name, value, period=period, unit=unit) for name, (value, period, unit) in each.items()}
        for each in (one, other)
    )
    assert diff.compare(before, before) == []
    found, back = diff.compare(before, after), diff.compare(after, before)
    assert len({change.id for change in found}) == len(found)
    assert {change.id for change in found} == {change.id for change in back}
    assert {change.id for change in found if change.kind == "new"} == {
        change.id for change in back if change.kind == "gone"
    }
    lines = list(diff.lines(diff.Difference("2014-09", "2014-12", tuple(found), ())))
    assert len(lines) == len(found)


def status(name: str, due: str | None = None, deliverable: str = "green_cars") -> dict[str, Status]:
    """One deliverable's status."""
    return {deliverable: Status(deliverable, name, f"{name} {due}", due)}


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        (status("reported"), status("reported"), []),
        (status("reported"), status("deferred", "2014-12"), [("reported", "deferred")]),
        (status("deferred", "2014-12"), status("deferred", "2015-03"), [("deferred", "deferred")]),
        (status("not due", "2014-12"), status("not due", "2015-03"), []),
        ({}, status("reported"), [(None, "reported")]),
        (status("reported"), {}, [("reported", None)]),
    ],
)
def test_a_status_that_moved_is_told(before, after, moved):
    """Another status, or being put off once more, is a change; a plan that gained or lost a deliverable is one too."""
    assert [(each.before, each.after) for each in diff.compare_statuses(before, after)] == moved


def test_moves_are_counted_and_add_up():
    """The commonest move stands first, each count is a figure with an id of its own, and they add up to all that moved."""
    before = status("reported") | status("reported", deliverable="a") | status("awaited", deliverable="b")
    after = status("deferred") | status("deferred", deliverable="a")
    found = diff.Difference("2014-09", "2014-12", (), tuple(diff.compare_statuses(before, after)))
    assert [(old, new, count.id, count.value) for old, new, count in found.moves()] == [
        ("reported", "deferred", "since_last_board.reported_to_deferred", 2.0),
        ("awaited", "not in the plan", "since_last_board.awaited_to_not_in_the_plan", 1.0),
    ]
    assert found.count("moved").value == 3.0


def test_lines_say_what_a_person_needs():
    """Value, period, size, share and reason of a revision; of a status its words; and a line of counts."""
    old, new = figure(), figure(value=105.0)
    found = diff.Difference(
        "2014-09",
        "2014-12",
        tuple(diff.compare(named(old), named(new), reasons={"recorded_crime": "late reports"})),
        tuple(diff.compare_statuses(status("reported"), status("deferred", "2015-03"))),
        before_kept=False,
    )
    assert list(diff.lines(found)) == [
        "revised  robbery.last_year: 100 (2013/14) -> 105 (2013/14): +5 (+5.0%); late reports",
        "status   green_cars: reported -> deferred (deferred 2015-03)",
    ]
    assert "the register gives no reason" in next(
        diff.lines(replace(found, changes=(diff.Change("revised", old, new),)))
    )
    counts, unseen = diff.summary(found).splitlines()
    assert (
        counts
        == "2014-09 to 2014-12: 1 revised, 0 changed, 0 new, 0 gone; 1 deliverables have another status; 0 sentences read otherwise."
    )
    assert diff.UNSEEN in unseen
    assert diff.UNSEEN not in diff.summary(replace(found, before_kept=True))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with a second, later cycle."""
    root = copy_root(tmp_path_factory.mktemp("diff"))
    said = run_pcp("new-cycle", "2014-12", "--board-date", "2014-12-04", "--data-cut-off", "2014-11-30", root=root)
    assert said.returncode == 0, said.stderr
    return root


@pytest.mark.slow
def test_an_unknown_cycle_is_at_fault(root):
    """Exit code 1, with the cycles that there are, and no traceback."""
    for cycles in (("2014-09", "2015-12"), ("2013-09", "2014-12")):
        said = run_pcp("diff", *cycles, root=root)
        assert (said.returncode, said.stdout) == (1, "")
        assert "is no cycle" in said.stderr
        assert "Traceback" not in said.stderr
