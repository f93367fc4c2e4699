"""Disclosure: no count of fewer than five people is seen or can be worked out, and what is published already is left
alone.
"""

from __future__ import annotations

import datetime as dt
import itertools
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from pcp_analysis.figures import wording
from pcp_analysis.figures.figure import Figures
from pcp_analysis.findings import printed
from pcp_analysis.loaders import register, visible
from pcp_analysis.loaders.disclosure import REASON, SUPPRESSED, suppress
from pcp_analysis.loaders.inputs import open_inputs
from pcp_analysis.loaders.kinds import KINDS, OFFENCES
from pcp_analysis.loaders.register import Entry
from pcp_analysis.loaders.rows import visible_rows
from pcp_analysis.loaders.sums import months_of
from pcp_analysis.plan.model import Comparison, Plan
from pcp_analysis.strict.fault import FaultError
from pcp_analysis.strict.files import sha256_of, write_whole

ROOT = Path(__file__).resolve().parents[1]
DAYS = {"cut_off": dt.date(2014, 8, 31), "board_date": dt.date(2014, 9, 11)}
PLAN = Plan("made-up", "Made up", "North", "North Police", "Board", "2014/15", Comparison((), "made up"), ())


def entry(kind: str, **keys: object) -> Entry:
    """The entry of a made-up table of a kind, which says nothing of whether it is sensitive."""
    return Entry(
        f"made_up_{kind}", f"{kind}.csv", "Made up", "Nobody", "none", dt.date(2014, 9, 1), "0" * 64, kind, **keys
    )


def line(
    item: str,
    value: object,
    *,
    measure: str = "custody",
    unit: str = "count",
    period: str = "2014",
    board: str = "2014-09",
) -> str:
    """A row of a made-up table of printed figures."""
    return f"{measure},{item},Made up,{value},{unit},{period},,neutral,{board},1,quoted,"


def put(root: Path, kind: str, lines: list[str], **keys: object) -> Path:
    """A made-up table under *root* with its entry, as `pcp register` would leave it."""
    path = root / "data/raw" / f"{kind}.csv"
    write_whole(path, "\n".join([",".join(KINDS[kind].names), *lines]) + "\n")
    held = entry(kind, **keys)
    register.record(root, Entry(**{**held.__dict__, "sha256": sha256_of(path)}))
    return root


def seen(kind: str, lines: list[str], **keys: object) -> dict[str, str]:
    """What is left of the first column of counts, by item, with "" where a row lost its numbers."""
    rows = suppress(entry(kind, **keys), [row.split(",") for row in lines])
    names = KINDS[kind].names
    column = {"shown": "value", "compliance": "correct", "survey": "base"}[kind]
    key = "answer" if kind == "survey" else "item"
    return {row[names.index(key)]: row[names.index(column)] for row in rows}


@pytest.mark.parametrize(
    ("value", "left"), [(0, "0"), (1, ""), (2, ""), (3, ""), (4, ""), (4.5, ""), (5, "5"), (17, "17"), ("", "")]
)
def test_counts_from_one_to_four_are_suppressed(value: object, left: str) -> None:
    """Nought and five are published, what lies between is not, and a number that is lost stays lost."""
    assert seen("shown", [line("detained", value)]) == {"detained": left}


def test_a_new_table_is_sensitive_until_it_is_declared_not_to_be() -> None:
    """The default suppresses; a declaration with its reason leaves every row alone."""
    rows = [line("detained", 2), line("released", 30)]
    assert seen("shown", rows) == {"detained": "", "released": "30"}
    assert seen("shown", rows, sensitive=False, sensitive_reason="made up") == {"detained": "2", "released": "30"}


def test_a_second_count_goes_where_a_total_would_tell_the_first() -> None:
    """Of the parts of a held total the smallest other one is hidden too; without a total one is enough."""
    parts = [line("a", 2), line("b", 12), line("c", 7), line("d", 0)]
    assert seen("shown", parts) == {"a": "", "b": "12", "c": "7", "d": "0"}
    assert seen("shown", [*parts, line("total", 21)]) == {"a": "", "b": "12", "c": "", "d": "0", "total": "21"}


def test_two_small_counts_hide_each_other_unless_their_sum_tells_both() -> None:
    """2 and 3 of a total need no third; 1 and 1, or 4 and 4, are told by their sum and do."""

    def with_total(*counts: int) -> list[str]:
        items = [line(name, count) for name, count in zip("abc", counts, strict=True)]
        return [*items, line("total", sum(counts))]

    assert seen("shown", with_total(2, 3, 50)) == {"a": "", "b": "", "c": "50", "total": "55"}
    assert seen("shown", with_total(1, 1, 50)) == {"a": "", "b": "", "c": "", "total": "52"}
    assert seen("shown", with_total(4, 4, 50)) == {"a": "", "b": "", "c": "", "total": "58"}


def test_where_nothing_else_is_left_to_hide_the_total_goes() -> None:
    """A total of one part is that part."""
    assert seen("shown", [line("a", 3), line("total", 3)]) == {"a": "", "total": ""}
    assert seen("shown", [line("a", 3), line("total", 8, period="2013")]) == {"a": "", "total": "8"}  # of other people


def test_a_part_that_is_lost_hides_the_first_already() -> None:
    """What is not held cannot be subtracted, so no second count has to go."""
    assert seen("shown", [line("a", 3), line("b", ""), line("c", 9), line("total", 20)]) == {
        "a": "",
        "b": "",
        "c": "9",
        "total": "20",
    }


def test_changes_and_percentages_beside_a_lost_count_are_lost() -> None:
    """A change in per cent and in number would give the count back; another measure and another Board keep theirs."""
    rows = [
        line("current", 3),
        line("baseline", 12),
        line("difference", -9),
        line("change", -75, unit="percent"),
        line("rate", 10, unit="percent"),
        line("cost", 900, unit="pounds"),
        line("change", -1, measure="other", unit="percent"),
    ]
    left = suppress(entry("shown"), [row.split(",") for row in rows])
    assert [row[3] for row in left] == ["", "12", "", "", "", "900", "-1"]


def test_a_change_in_number_is_no_count_of_people_unless_it_tells_one() -> None:
    """Two more than before is no two people; but 2 more, or 100 %, are two and then four."""
    assert seen("shown", [line("difference", 2), line("change", 1.5, unit="percent")]) == {
        "difference": "2",
        "change": "1.5",
    }
    assert seen("shown", [line("difference", 2), line("change", 100, unit="percent")]) == {
        "difference": "",
        "change": "",
    }


def test_counts_of_an_audit_go_with_their_rate() -> None:
    """Few right or few wrong: the row loses its counts and its rate; of a total, a second row goes too."""
    rows = [
        "audit,few_right,30,30,3,10,2014-09,1,quoted",
        "audit,few_wrong,31,31,29,94,2014-09,1,quoted",
        "audit,many,40,40,20,50,2014-09,1,quoted",
        "audit,more,80,80,40,50,2014-09,1,quoted",
    ]
    left = suppress(entry("compliance"), [row.split(",") for row in rows])
    assert [row[2:6] for row in left] == [[""] * 4, [""] * 4, ["40", "40", "20", "50"], ["80", "80", "40", "50"]]
    assert [row[-1] for row in left] == [SUPPRESSED, SUPPRESSED, "quoted", "quoted"]
    one = [rows[0], rows[2], rows[3], "audit,total,150,150,63,42,2014-09,1,quoted"]
    assert seen("compliance", one) == {"few_right": "", "many": "", "more": "40", "total": "63"}


def test_a_survey_of_a_handful_tells_nothing() -> None:
    """A percentage of four people asked is lost with the number asked."""
    rows = ["trust,1,agree,75,4,2014-09,5,quoted", "trust,2,agree,100,5,2014-09,5,quoted"]
    rows = suppress(entry("survey"), [row.split(",") for row in rows])
    assert [row[3:5] for row in rows] == [["", ""], ["100", "5"]]


def survey(answer: str, percent: object, base: object, *, wave: int = 1) -> str:
    """A row of a made-up survey."""
    return f"trust,{wave},{answer},{percent},{base},2014-09,5,quoted"


def test_an_answer_of_a_few_people_takes_its_wave_with_it() -> None:
    """3 per cent of 100 are three people, and what is left of 100 per cent would tell them; another wave keeps its
    answers.
    """
    rows = [
        survey("yes", 60, 100),
        survey("no", 37, 100),
        survey("unsure", 3, 100),
        survey("yes", 60, 1000, wave=2),
        survey("unsure", 3, 1000, wave=2),
    ]
    left = suppress(entry("survey"), [row.split(",") for row in rows])
    assert [row[3:5] for row in left] == [["", ""]] * 3 + [["60", "1000"], ["3", "1000"]]
    assert seen("survey", [survey("yes", 98, 100)]) == {"yes": ""}
    assert seen("survey", [survey("yes", 100, 100), survey("no", 0, 100)]) == {"yes": "100", "no": "100"}
    assert seen("survey", rows[:3], sensitive=False, sensitive_reason="made up") == {
        "yes": "100",
        "no": "100",
        "unsure": "100",
    }


def test_a_percentage_of_a_base_that_is_held_tells_no_few() -> None:
    """4 per cent of 50 are two people: the percentage goes, and the base may stay; of 500 they are twenty, and it
    stays.
    """
    rows = [
        line("asked", 50),
        line("detained", 4, unit="percent"),
        line("released", 60, unit="percent"),
        line("unhurt", 96, unit="percent"),
    ]
    assert seen("shown", rows) == {"asked": "50", "detained": "", "released": "60", "unhurt": ""}
    assert seen("shown", [line("asked", 500), *rows[1:3]]) == {"asked": "500", "detained": "4", "released": "60"}
    # a base is a base by whatever name its measure has, and whichever Board it was shown to
    assert seen("shown", [line("asked", 50, measure="other"), rows[1]])["detained"] == ""
    assert seen("shown", [line("asked", 600, board="2014-06"), line("hurt", 0.5, unit="percent")])["hurt"] == ""
    audit = ["audit,few,30,30,,10,2014-09,1,quoted", "audit,many,80,80,,50,2014-09,1,quoted"]
    left = suppress(entry("compliance"), [row.split(",") for row in audit])
    assert [row[2:6] for row in left] == [[""] * 4, ["80", "80", "", "50"]]


@given(st.integers(5, 400), st.lists(st.integers(0, 100), min_size=1, max_size=5))
def test_no_printed_percentage_gives_a_small_count_with_a_base_that_is_held(base: int, percents: list[int]) -> None:
    """Whatever is left of a survey, of an audit and of a printed table, no percentage times a base beside it is one to
    four people.
    """

    def few(percent: str, base: str) -> bool:
        if not (percent and base):
            return False
        count = round(float(percent) / 100 * float(base))
        return 0 < count < 5 or 0 < float(base) - count < 5

    tables = {
        "survey": [survey(f"a{place}", percent, base) for place, percent in enumerate(percents)],
        "compliance": [
            f"audit,a{place},{base},{base},,{percent},2014-09,1,quoted" for place, percent in enumerate(percents)
        ],
        "shown": [
            line("asked", base),
            *(line(f"a{place}", percent, unit="percent") for place, percent in enumerate(percents)),
        ],
    }
    left = {kind: suppress(entry(kind), [row.split(",") for row in rows]) for kind, rows in tables.items()}
    assert not any(few(row[3], row[4]) for row in left["survey"])
    assert not any(few(row[5], row[3]) for row in left["compliance"])
    assert not any(few(row[3], left["shown"][0][3]) for row in left["shown"][1:])
    # and a wave is lost whole, or not at all
    assert len({row[3] == "" for row in left["survey"]}) == 1


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=4))
def test_no_small_count_of_an_audit_can_be_worked_out_from_its_totals(parts: list[tuple[int, int]]) -> None:
    """Of right and wrong alike: whoever subtracts has more than one answer for every count that is lost."""
    rows = [
        f"audit,a{place},{right + wrong},{right + wrong},{right},,2014-09,1,quoted"
        for place, (right, wrong) in enumerate(parts)
    ]
    total = [sum(each) for each in zip(*parts, strict=True)]
    rows.append(f"audit,total,{sum(total)},{sum(total)},{total[0]},,2014-09,1,quoted")
    left = suppress(entry("compliance"), [row.split(",") for row in rows])
    lost = [place for place, row in enumerate(left[:-1]) if row[4] == ""]
    assert all(not 0 < count < 5 for place, pair in enumerate(parts) for count in pair if place not in lost)
    if left[-1][4] and lost:
        assert len(lost) > 1


def test_a_total_is_found_by_its_sum_or_by_what_the_register_declares() -> None:
    """An item of another name that is the sum of all others tells as a total does; one that is the sum of some is declared."""
    parts = [line("a", 2), line("b", 12), line("c", 7)]
    assert seen("shown", [*parts, line("everyone", 21)]) == {"a": "", "b": "12", "c": "", "everyone": "21"}
    some = [*parts, line("d", 400), line("a_and_b", 14)]
    assert seen("shown", some)["b"] == "12"
    declared = {"totals": ("a_and_b = a + b",)}
    assert seen("shown", some, **declared) == {"a": "", "b": "", "c": "7", "d": "400", "a_and_b": "14"}
    with pytest.raises(FaultError) as raised:
        seen("shown", some, totals=("a_and_b = a + e",))
    assert "the table has none called e" in raised.value.faults[0].rule


def test_a_total_that_does_not_add_up_is_known_to_be_off() -> None:
    """573 and 921 are not 1,496: who knows by how much subtracts as well."""
    rows = [line("a", 2), line("b", 12), line("c", 7), line("total", 23)]
    assert seen("shown", rows) == {"a": "", "b": "12", "c": "", "total": "23"}


def test_a_difference_tells_a_count_of_its_measure() -> None:
    """12 and 9 fewer are 3; of another Board too, where the difference goes, since the count was printed before."""
    rows = [line("baseline", 12), line("current", 3), line("difference", -9)]
    assert seen("shown", rows) == {"baseline": "12", "current": "", "difference": ""}
    later = [line("before", 12), line("now", 3, board="2014-12"), line("difference_so_far", -9, board="2014-12")]
    assert seen("shown", later) == {"before": "12", "now": "", "difference_so_far": ""}


@pytest.mark.parametrize(
    "periods",
    [
        [("April to June 2014", 8), ("July to September 2014", 2), ("April to September 2014", 10)],
        [("April 2014", 9), ("May 2014", 3), ("June 2014", 8), ("April to June 2014", 20)],
        [("2014/15", 30), ("April to December 2014", 28), ("January to March 2015", 2)],
        [("January to July 2014", 40), ("January to July 2014 (not stated)", 2), ("August 2014", 3), ("January to August 2014", 43)],
    ],
)  # fmt: skip
def test_a_period_between_two_others_is_not_told(periods: list[tuple[str, int]]) -> None:
    """A quarter between two totals of the year to date, a month of a quarter, the last quarter of a year."""
    rows = [line(f"item_{place}", count, period=period) for place, (period, count) in enumerate(periods)]
    left = seen("shown", rows)
    shown = [(period, int(left[f"item_{place}"] or 0)) for place, (period, _) in enumerate(periods)]
    by_span = {span: count for period, count in shown if (span := months_of(period)) is not None}
    assert not any(0 < count < 5 for count in by_span.values())
    # whoever subtracts a part from its whole gets no few people
    for (start, stop), whole in by_span.items():
        parts = [(span, count) for span, count in by_span.items() if start <= span[0] and span[1] <= stop and count]
        if whole and sum(span[1] - span[0] for span, _ in parts) == 2 * (stop - start):
            assert not 0 < 2 * whole - sum(count for _, count in parts) < 5
    assert sum(count == 0 for _, count in shown) >= 2


def test_a_quarter_that_no_row_has_is_not_told_by_two_boards() -> None:
    """8 to June and 10 to September are 2 between: the later one is not printed, and the earlier one stands."""
    rows = [
        line("so_far", 8, period="April to June 2014"),
        line("so_far", 10, period="April to September 2014", board="2014-12"),
        line("so_far", 31, period="April to December 2014", board="2015-03"),
    ]
    left = suppress(entry("shown"), [row.split(",") for row in rows])
    assert [row[3] for row in left] == ["8", "", "31"]


def test_what_was_hidden_once_stays_hidden() -> None:
    """Rows of a later Board choose nothing anew for an earlier one: what September hid, December hides."""
    september = [line("a", 2), line("b", 12), line("c", 7), line("total", 21)]
    before = seen("shown", september)
    later = [line(name, 5, board="2014-12", period="2015") for name in ("a", "b", "c")]
    left = suppress(entry("shown"), [row.split(",") for row in (*september, *later)])
    assert {row[1]: row[3] for row in left if row[8] == "2014-09"} == before


def test_examined_less_required_counts_people_too() -> None:
    """20 examined and 18 required leave two; 600 examined and 0.5 per cent are three."""
    rows = [
        "audit,a,20,18,9,50,2014-09,1,quoted",
        "audit,b,600,,,0.5,2014-09,1,quoted",
        "audit,c,60,50,40,80,2014-09,1,quoted",
    ]
    left = suppress(entry("compliance"), [row.split(",") for row in rows])
    assert [row[2:6] for row in left] == [[""] * 4, [""] * 4, ["60", "50", "40", "80"]]


def test_words_beside_a_count_do_not_tell_it() -> None:
    """Notes of its measure go with a count; a title that names the count is a fault, which says how to mend it."""
    rows = [[*line("a", 2).split(",")[:-1], "only two of them"], [*line("b", 50).split(",")[:-1], "b and two others"]]
    assert [row[-1] for row in suppress(entry("shown"), rows)] == ["", ""]
    for title in ("Two people", "People taken (2)", "2 people"):
        rows[0][2] = title
        with pytest.raises(FaultError) as raised:
            suppress(entry("shown"), rows)
        assert "names it" in raised.value.faults[0].rule
    for title in ("People in 2014/15", "People, 2.2 a week", "Twofold"):
        rows[0][2] = title
        assert suppress(entry("shown"), rows)[0][3] == ""


def test_of_whom_a_ranking_is_no_column_says() -> None:
    """Its percentages are of a number that it does not hold, so it is published by declaration, or not."""
    with pytest.raises(FaultError) as raised:
        suppress(entry("ranking"), [["reoffending", "Alpha", "1", "9", "5", "-3", "2014-09", "1", "quoted"]])
    assert "does not hold how many people" in raised.value.faults[0].rule


PERIODS = (
    "April to June 2014",
    "July to September 2014",
    "April to September 2014",
    "April to December 2014",
    "2014/15",
)


@given(st.lists(st.tuples(st.sampled_from(PERIODS), st.integers(0, 12), st.sampled_from(["2014-06", "2014-09"])), max_size=6, unique_by=lambda row: (row[0], row[2])))  # fmt: skip
def test_whatever_is_printed_leaves_no_equation_that_tells(rows: list[tuple[str, int, str]]) -> None:
    """What is left of any table, solved over all whole numbers up to its greatest, gives no single answer below five."""
    lines = [line(f"p{PERIODS.index(period)}", count, period=period, board=board) for period, count, board in rows]
    left = suppress(entry("shown"), [each.split(",") for each in lines])
    assert not any(0 < int(row[3]) < 5 for row in left if row[3])
    whole = {(row[1], row[8]): int(row[3]) for row in left if row[3]}
    for (item, board), count in whole.items():
        for (other, _), less in whole.items():
            one, part = months_of(PERIODS[int(item[1])]), months_of(PERIODS[int(other[1])])
            assert one
            assert part
            touching = one[0] == part[0] or one[1] == part[1]
            if touching and one != part and part[1] - part[0] < one[1] - one[0] and coherent(lines):
                assert not 0 < count - less < 5, (item, board, other)


def coherent(lines: list[str]) -> bool:
    """Whether the counts of made-up rows can be those of one thing, with as many people in each month as in none."""
    values = {(row[1], row[8]): int(row[3]) for row in (each.split(",") for each in lines)}
    spans = [months_of(PERIODS[int(item[1])]) for item, _ in values]
    if len(set(spans)) < len(spans):
        return False
    ends = sorted({end for span in spans if span for end in span})
    sums = [[float(span[0] <= end < span[1]) for end in ends] for span in spans if span]
    found = linprog([0.0] * len(ends), A_eq=sums, b_eq=list(values.values()), bounds=(0, None)) if spans else None
    return found is not None and found.status == 0


def test_a_sensitive_table_of_series_with_small_counts_is_refused(tmp_path: Path) -> None:
    """A gap in a series is seen and hides nothing: the fault names the entry, and how to declare it."""
    cells = ["2" if name == "homicide" else "" for name in OFFENCES]
    put(tmp_path, "recorded_crime", [",".join(["Alpha", "2014-06-30", *cells, "2", ""])])
    with pytest.raises(FaultError) as raised:
        open_inputs(tmp_path, **DAYS)
    (fault,) = raised.value.faults
    assert (fault.file, fault.where) == ("data/raw/register.toml", "[made_up_recorded_crime] sensitive")
    assert "sensitive = false" in fault.mend
    put(
        tmp_path,
        "recorded_crime",
        [",".join(["Alpha", "2014-06-30", *cells, "2", ""])],
        sensitive=False,
        sensitive_reason="made up",
    )
    assert open_inputs(tmp_path, **DAYS).series("homicide", "Alpha").tolist() == [2]


def consistent(visible: list[int | None], total: int) -> set[tuple[int, ...]]:
    """Every way to fill the hidden parts so that all add up to the total, where whoever fills them knows that one is
    small.
    """
    free = total - sum(part for part in visible if part is not None)
    places = [place for place, part in enumerate(visible) if part is None]
    ways = (each for each in itertools.product(range(free + 1), repeat=len(places)) if sum(each) == free)
    return {way for way in ways if any(0 < part < 5 for part in way)}


@given(st.lists(st.integers(0, 9), min_size=1, max_size=4))
@example([1, 1, 0])
@example([4, 4])
@example([3, 0, 0])
def test_no_small_count_can_be_worked_out_from_its_total(parts: list[int]) -> None:
    """Whoever subtracts what is printed from the total is left with more than one answer for every small count."""
    left = seen(
        "shown", [*(line(f"part_{place}", part) for place, part in enumerate(parts)), line("total", sum(parts))]
    )
    visible = [int(left[f"part_{place}"]) if left[f"part_{place}"] else None for place in range(len(parts))]
    assert all(part is None or not 0 < part < 5 for part in visible)
    if left["total"] and None in visible:
        ways = consistent(visible, sum(parts))
        hidden = [part for part, shown_ in zip(parts, visible, strict=True) if shown_ is None]
        for place, part in enumerate(hidden):
            assert not 0 < part < 5 or len({way[place] for way in ways}) > 1, (parts, left)


def test_what_is_lost_is_in_no_figure_and_in_no_hash(tmp_path: Path) -> None:
    """The figure is there without a value and says why in the same words for both rows; another small count gives the
    same hash.
    """
    rows = [line("a", 2), line("b", 9), line("total", 11), line("c", 40, measure="other")]
    put(tmp_path, "shown", rows)
    inputs = open_inputs(tmp_path, **DAYS)
    figures = Figures(printed.makers(PLAN, inputs, current=lambda month: True))
    lost = [figures[f"custody.{name}"] for name in "ab"]
    assert [(figure.value, figure.basis, figure.method) for figure in lost] == [
        (None, "not held", f"{REASON}, paragraph 1")
    ] * 2
    assert {wording.value(figure) for figure in lost} == {"suppressed"}
    assert figures["custody.total"].value == 11
    assert figures["other.c"].value == 40
    before = visible(tmp_path, **DAYS)
    assert before["made_up_shown"].sha256 == inputs.sha256["made_up_shown"]
    put(tmp_path, "shown", [line("a", 3), line("b", 8), *rows[2:]])
    assert visible(tmp_path, **DAYS) == before


@pytest.mark.parametrize(
    ("keys", "where", "rule"),
    [
        ("sensitive = false", "sensitive", "stands without a sensitive_reason"),
        ('sensitive = false\nsensitive_reason = " "', "sensitive", "stands without a sensitive_reason"),
        ('sensitive = "no"', "sensitive", "is text and must be true or false"),
        ("sensitive = false\nsensitive_reason = 3", "sensitive_reason", "is a number and must be text"),
    ],
)
def test_a_declaration_needs_its_reason(tmp_path: Path, keys: str, where: str, rule: str) -> None:
    """Who declares that a table is not sensitive says why, and the key is true or false."""
    put(tmp_path, "shown", [line("a", 2)])
    path = tmp_path / register.REGISTER
    path.write_text(path.read_text(encoding="utf-8") + keys + "\n", encoding="utf-8")
    assert [(fault.where.partition(", ")[2], fault.rule) for fault in register.check(tmp_path)] == [
        (f"made_up_shown.{where}", rule)
    ]


def test_the_declaration_is_written_and_read_back(tmp_path: Path) -> None:
    """The register is TOML that says false in small letters, and says nothing of what is at its default."""
    put(tmp_path, "shown", [line("a", 2)], sensitive=False, sensitive_reason="made up")
    held = tomllib.loads((tmp_path / register.REGISTER).read_text(encoding="utf-8"))["made_up_shown"]
    assert (held["sensitive"], held["sensitive_reason"]) == (False, "made up")
    assert not register.read(tmp_path)["made_up_shown"].sensitive
    put(tmp_path, "shown", [line("a", 2)])
    assert "sensitive" not in (tmp_path / register.REGISTER).read_text(encoding="utf-8")


def test_every_committed_table_is_declared_with_a_reason_and_keeps_its_rows() -> None:
    """What is quoted from a Board paper or published at force level is not sensitive, and nothing of it is suppressed."""
    for name, held in register.read(ROOT).items():
        assert not held.sensitive, name
        assert "lready" in held.sensitive_reason, name
        rows = visible_rows(ROOT, held, cut_off=dt.date.max.replace(year=9000), board_date=dt.date(2014, 9, 11))
        assert all(SUPPRESSED not in row for row in rows)
    triage = register.read(ROOT)["street_triage"]
    rows = visible_rows(ROOT, triage, **DAYS)
    assert any(row[1] == "taken_to_police_stations" and row[3] == "2" for row in rows)
