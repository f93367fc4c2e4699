"""Figures of what the Board was shown: quoted as printed, computed only where counts allow it, against hand
computation.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from pcp_analysis.figures.figure import Figure, Figures
from pcp_analysis.findings import printed
from pcp_analysis.findings.view import open_view
from pcp_analysis.loaders import checked, register
from pcp_analysis.loaders.inputs import open_inputs
from pcp_analysis.loaders.kinds import KINDS
from pcp_analysis.loaders.register import Entry
from pcp_analysis.plan.model import Comparison, Deliverable, Milestone, Outcome, Plan
from pcp_analysis.strict.files import sha256_of

ROOT = Path(__file__).resolve().parents[1]
CONFIDENCE = Milestone("trust", "Trust", "higher", series="confidence.agree", metric="change_on_previous_wave")
PLAN = Plan(
    "made-up",
    "Made up",
    "North",
    "North Police",
    "Board",
    "2014/15",
    Comparison((), "made up"),
    (
        Outcome(
            "01_made_up", 1, "Made up", (Deliverable("made_up", "Made up", (), "made up", milestones=(CONFIDENCE,)),)
        ),
    ),
)

Opened = Callable[..., Figures]


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """The figures of made-up tables, given as rows by kind, which the check of inputs finds sound."""

    def open_tables(**rows: list[str]) -> Figures:
        for kind, lines in rows.items():
            path = tmp_path / "data/raw" / f"{kind}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join([",".join(KINDS[kind].names), *lines]) + "\n", encoding="utf-8", newline="\n")
            register.record(
                tmp_path,
                Entry(
                    f"made_up_{kind}",
                    path.name,
                    "Made up",
                    "Nobody",
                    "none",
                    dt.date(2014, 9, 11),
                    sha256_of(path),
                    kind,
                    sensitive=False,
                    sensitive_reason="made up",
                ),
            )
        assert checked.check(tmp_path) == []
        inputs = open_inputs(tmp_path, cut_off=dt.date(2014, 11, 30), board_date=dt.date(2014, 12, 11))
        return Figures(printed.makers(PLAN, inputs, current=lambda month: True))

    return open_tables


WAVES = [
    "confidence,34,agree,82,8000,2014-09,5,quoted",
    "confidence,36,agree,84,8082,2014-09,5,quoted",
    "confidence,35,agree,82,8331,2014-09,5,quoted",
]


# -- surveys
# --------------------------------------------------------------------------------------------------------------


def test_a_survey_gives_each_wave_as_printed_with_an_indicative_interval(opened):
    """84 % of 8,082 is quoted, with Wilson's interval worked out by hand: 83.2 to 84.8."""
    figure = opened(survey=WAVES)["confidence.agree.wave_36"]
    assert (figure.value, figure.unit, figure.basis, figure.denominator, figure.period) == (
        84.0,
        "percent",
        "quoted",
        8082,
        "wave 36",
    )
    z, n, p = 1.959964, 8082, 6789 / 8082
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    assert figure.low == pytest.approx(100 * (centre - half), abs=1e-4)
    assert figure.high == pytest.approx(100 * (centre + half), abs=1e-4)
    assert "indicative" in figure.method
    assert not figure.signed
    assert figure.inputs == ("made_up_survey",)


def test_a_change_between_waves_is_in_points_and_in_the_order_of_the_waves(opened):
    """82 % to 84 % is two points, whatever the order of the rows, and its parts are the printed percentages."""
    figures = opened(survey=WAVES)
    found = figures["confidence.agree.change_wave_36"]
    assert (found.value, found.unit, found.basis, found.signed) == (2.0, "points", "arithmetic", True)
    assert (found.numerator, found.denominator, found.period, found.baseline) == (84.0, 82.0, "wave 36", "wave 35")
    assert figures["confidence.agree.change_wave_35"].value == 0.0
    assert "confidence.agree.change_wave_34" not in figures
    # Newcombe's method 10 from the two Wilson intervals, by hand
    low, high = [], []
    for count, base in ((6789, 8082), (6831, 8331)):
        z, p = 1.959964, count / base
        half = z * math.sqrt(p * (1 - p) / base + z**2 / (4 * base**2)) / (1 + z**2 / base)
        centre = (p + z**2 / (2 * base)) / (1 + z**2 / base)
        low.append(centre - half)
        high.append(centre + half)
    now, before = 6789 / 8082, 6831 / 8331
    assert found.low == pytest.approx(100 * (now - before - math.hypot(now - low[0], high[1] - before)), abs=1e-3)
    assert found.high == pytest.approx(100 * (now - before + math.hypot(high[0] - now, before - low[1])), abs=1e-3)


def test_the_metric_of_a_milestone_that_a_survey_measures_is_its_own_figure(opened):
    """The milestone's metric has the milestone's id, title and words, and the interval of the same change."""
    figures = opened(survey=WAVES)
    found, change = figures["trust.change_on_previous_wave"], figures["confidence.agree.change_wave_36"]
    assert (found.value, found.unit, found.numerator, found.denominator) == (2.0, "points", 84.0, 82.0)
    assert (found.low, found.high) == (change.low, change.high)
    assert (found.period, found.baseline) == ("wave 36", "wave 35")
    assert found.title.startswith("Trust")


def test_one_wave_alone_has_no_change(opened):
    """Where a single wave is held nothing is compared."""
    figures = opened(survey=WAVES[:1])
    assert list(figures) == ["confidence.agree.wave_34"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("agree", "agree (summary)"),
        ("said_agree", "agree"),
        ("said_agree_to_some_extent", "agree to some extent"),
    ],
)
def test_answers_are_told_from_summaries(answer, words):
    """The printed summary "agree" is not taken for the answer "agree"."""
    assert printed.answer_words(answer) == words


# -- audits, rankings and single figures
# ----------------------------------------------------------------------------------


def test_an_audit_gives_a_share_of_counts_beside_the_printed_rate(opened):
    """24 of 30 is 80 %, 62.7 to 90.5 (Wilson, as prop.test(24, 30, correct = FALSE) of R gives it)."""
    figures = opened(compliance=["audit,rape,30,30,24,80,2014-09,20,quoted"])
    share = figures["audit.rape"]
    assert (share.value, share.basis, share.numerator, share.denominator) == (80.0, "arithmetic", 24, 30)
    assert (round(share.low, 2), round(share.high, 2)) == (62.69, 90.49)
    assert [
        (figures[f"audit.rape.{part}"].value, figures[f"audit.rape.{part}"].basis)
        for part in ("printed", "examined", "required", "correct")
    ] == [(80.0, "quoted"), (30.0, "quoted"), (30.0, "quoted"), (24.0, "quoted")]
    assert figures["audit.rape.printed"].unit == "percent"
    assert figures["audit.rape.correct"].unit == "count"


def test_a_share_is_taken_of_what_was_required_and_not_of_what_was_examined(opened):
    """121 of 124 crimes due, from 100 reports, are 97.6 % and not 121 %."""
    figures = opened(compliance=["audit,direct,100,124,121,98,2014-09,20,quoted"])
    assert figures["audit.direct"].value == pytest.approx(100 * 121 / 124)


def test_a_ranking_gives_what_is_printed_and_the_place_as_a_share(opened):
    """Place 26 of 171 is 15.2 % of the way down the list, which is not the top 15 %."""
    figures = opened(ranking=["reoffending,New Town,26,171,7.84,-12.46,2014-09,36,quoted"])
    assert figures["reoffending.new_town.rank"].value == 26
    assert figures["reoffending.new_town.rank"].unit == "rank"
    assert figures["reoffending.new_town.percent"].value == 7.84
    assert figures["reoffending.new_town.variation"].value == -12.46
    assert figures["reoffending.new_town.variation"].signed
    assert not figures["reoffending.new_town.percent"].signed
    share = figures["reoffending.new_town.rank_share"]
    assert share.value == pytest.approx(15.2047, abs=1e-4)
    assert (share.numerator, share.denominator, share.basis) == (26, 171, "arithmetic")


def row(
    item: str,
    value: object,
    unit: str = "count",
    *,
    measure: str = "metro",
    period: str = "now",
    baseline: str = "",
    shown_to: str = "2014-09",
    note: str = "",
) -> str:
    """A row of the kind `shown`."""
    basis = "quoted" if value != "" else "not held"
    return f"{measure},{item},Made up,{value},{unit},{period},{baseline},lower,{shown_to},88,{basis},{note}"


def test_a_printed_figure_keeps_what_its_row_says(opened):
    """Title, period, baseline, unit and note travel with the number."""
    figure = opened(shown=[row("change", 21.9, "percent", baseline="then", note="Small counts.")])["metro.change"]
    assert (figure.value, figure.unit, figure.basis, figure.period, figure.baseline) == (
        21.9,
        "percent",
        "quoted",
        "now",
        "then",
    )
    assert (figure.note, figure.title) == ("Small counts.", "Made up")
    assert "paragraph 88" in figure.method


@pytest.mark.parametrize(
    ("item", "signed"),
    [
        ("change", True),
        ("change_on_lowest_year", True),
        ("difference", True),
        ("current", False),
        ("monthly_average", False),
    ],
)
def test_changes_and_differences_carry_a_sign_and_levels_none(item, signed, opened):
    """What a row is follows from its item."""
    assert opened(shown=[row(item, 5)])[f"metro.{item}"].signed is signed


def test_two_printed_counts_give_their_change_with_its_exact_interval(opened):
    """39 after 32 is 21.875 %, from -25.6 to 101.0 (R: poisson.test(c(39, 32)), less one)."""
    found = opened(shown=[row("current", 39), row("baseline", 32, period="then")])["metro.computed_change"]
    assert (found.value, found.unit, found.basis, found.signed) == (21.875, "percent", "arithmetic", True)
    assert (round(found.low, 1), round(found.high, 1)) == (-25.6, 101.0)
    assert (found.numerator, found.denominator, found.period, found.baseline) == (39, 32, "now", "then")


@pytest.mark.parametrize(
    ("suffix", "change", "difference", "base"),
    [
        ("", -5.2, -470, 470 / 5.2 * 100),
        ("_on_lowest_year", 1.4, 1027, 1027 / 1.4 * 100),
    ],
)
def test_a_printed_change_and_a_printed_difference_imply_a_base(suffix, change, difference, base, opened):
    """470 offences that are 5.2 % were measured from about 9,038."""
    figures = opened(
        shown=[row(f"change{suffix}", change, "percent", baseline="then"), row(f"difference{suffix}", difference)]
    )
    found = figures[f"metro.implied_baseline{suffix}"]
    assert found.value == pytest.approx(base)
    assert (found.unit, found.basis, found.period) == ("count", "arithmetic", "then")


def test_no_base_follows_from_a_change_of_nothing_or_from_another_difference(opened):
    """A printed 0 % implies no base, and a difference of one comparison none for another."""
    figures = opened(
        shown=[row("change", 0, "percent"), row("difference", 3), row("change_on_lowest_year", 2, "percent")]
    )
    assert not [id for id in figures if "implied" in id]


def test_measures_are_not_mixed(opened):
    """The current count of one measure is never compared with the baseline of another."""
    figures = opened(shown=[row("current", 39), row("baseline", 32, measure="bus")])
    assert sorted(figures) == ["bus.baseline", "metro.current"]


# -- what is not held, and other sound tables at the edge
# -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "rows", "expected", "absent"),
    [
        (
            "survey",
            ["confidence,35,agree,82,8331,2014-09,5,quoted", "confidence,36,agree,,8082,2014-09,5,not held"],
            {"confidence.agree.wave_35": 82.0, "confidence.agree.wave_36": None},
            ("change",),
        ),
        (
            "survey",
            ["confidence,35,agree,82,,2014-09,5,quoted", "confidence,36,agree,84,,2014-09,5,quoted"],
            {"confidence.agree.wave_36": 84.0},
            (),
        ),
        (
            "survey",
            ["confidence,34,agree,82,8331,2014-09,5,quoted", "confidence,36,agree,84,8082,2014-09,5,quoted"],
            {"confidence.agree.wave_36": 84.0},
            ("trust.change_on_previous_wave",),
        ),
        (
            "compliance",
            ["audit,rape,,,,,2014-09,20,not held"],
            {"audit.rape.correct": None, "audit.rape.printed": None},
            (),
        ),
        ("compliance", ["audit,rape,0,0,0,0,2014-09,20,quoted"], {"audit.rape.correct": 0.0}, ()),
        (
            "ranking",
            ["reoffending,North,,,,,2014-09,36,not held"],
            {"reoffending.north.rank": None, "reoffending.north.percent": None},
            (),
        ),
        ("shown", [row("change", "", "percent")], {"metro.change": None}, ()),
        (
            "shown",
            [row("current", ""), row("baseline", 32)],
            {"metro.current": None, "metro.baseline": 32.0},
            ("computed",),
        ),
        (
            "shown",
            [row("current", 39), row("baseline", "")],
            {"metro.current": 39.0, "metro.baseline": None},
            ("computed",),
        ),
        (
            "shown",
            [row("current", 5), row("baseline", 0)],
            {"metro.current": 5.0, "metro.baseline": 0.0},
            ("computed",),
        ),
        (
            "shown",
            [row("current", 0), row("baseline", 0)],
            {"metro.current": 0.0, "metro.baseline": 0.0},
            ("computed",),
        ),
        (
            "shown",
            [row("current", 50, "percent"), row("baseline", 30, "percent")],
            {"metro.current": 50.0},
            ("computed",),
        ),
        ("shown", [row("current", 445.5), row("baseline", 430)], {"metro.current": 445.5, "metro.baseline": 430.0}, ()),
        (
            "shown",
            [row("change", "", "percent"), row("difference", -3)],
            {"metro.change": None, "metro.difference": -3.0},
            ("implied",),
        ),
        (
            "shown",
            [row("change", -4, "percent"), row("difference", "")],
            {"metro.change": -4.0, "metro.difference": None},
            ("implied",),
        ),
    ],
    ids=[
        "survey not held",
        "survey without base",
        "survey with a wave left out",
        "audit not held",
        "audit of nothing",
        "ranking not held",
        "change not held",
        "count not held",
        "baseline not held",
        "baseline of 0",
        "nothing after nothing",
        "percentages are no counts",
        "a count of posts with a fraction",
        "no base from a lost change",
        "no base from a lost difference",
    ],
)
def test_a_table_that_the_check_finds_sound_gives_its_figures_and_no_more(kind, rows, expected, absent, opened):
    """What is not held stays a figure without a value, and nothing is computed from what is not there."""
    figures = opened(**{kind: rows})
    made = dict(figures)
    assert {id: made[id].value for id in expected} == expected
    assert all((figure.value is None) == (figure.basis == "not held") for figure in made.values())
    assert all(figure.value is None or math.isfinite(figure.value) for figure in made.values())
    assert not [id for id in made for word in absent if word in id]


@pytest.mark.parametrize(
    ("kind", "rows", "id"),
    [
        (
            "shown",
            [
                row("change", -4, "percent", period="to September"),
                row("change", -5, "percent", period="to December", shown_to="2014-12"),
            ],
            "metro.change",
        ),
        (
            "survey",
            ["confidence,36,agree,4,8331,2014-09,5,quoted", "confidence,36,agree,5,8082,2014-12,5,quoted"],
            "confidence.agree.wave_36",
        ),
        (
            "compliance",
            ["audit,rape,30,30,24,4,2014-09,20,quoted", "audit,rape,30,30,24,5,2014-12,20,quoted"],
            "audit.rape.printed",
        ),
        (
            "ranking",
            ["reoffending,North,1,10,4,1,2014-09,36,quoted", "reoffending,North,2,10,5,1,2014-12,36,quoted"],
            "reoffending.north.percent",
        ),
    ],
    ids=["shown", "survey", "compliance", "ranking"],
)
def test_what_was_shown_to_two_boards_is_the_figure_of_the_later_one(kind, rows, id, opened):
    """A measure that is printed for each Board has one figure in a cycle: the one that its Board was shown last."""
    figure = opened(**{kind: rows})[id]
    assert abs(figure.value) == 5.0


def test_every_record_of_every_kind_can_travel_as_json(opened):
    """Numbers of pandas and numpy become plain ones, so that a notebook can hold them."""
    figures = opened(
        survey=WAVES,
        compliance=["audit,rape,30,30,24,80,2014-09,20,quoted"],
        ranking=["reoffending,North,26,171,7.84,-12.46,2014-09,36,quoted"],
        shown=[row("current", 39), row("baseline", 32), row("lost", "")],
    )
    assert len(figures) > 12
    for figure in figures.values():
        assert isinstance(figure, Figure)
        assert json.loads(json.dumps(figure.record()))["id"] == figure.id


# -- the real paper
# -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "value"),
    [
        ("confidence.agree.wave_36", 84.0),
        ("confidence.agree.change_wave_36", 2.0),
        ("satisfaction_crime.satisfied", 83.6),
        ("metro_crime.computed_change", 21.875),
        ("vehicle_crime.implied_baseline", 470 / 5.2 * 100),
        ("burglary.april", 868.0),
        ("crime_data_integrity.incidents", 100 * 328 / 332),
    ],
)
def test_the_paper_of_september_2014_gives_its_printed_figures(id, value, view):
    """Figures of the real tables are those that the paper prints, or follow from them by hand."""
    figure = view.figures[id]
    assert figure.value == pytest.approx(value, rel=1e-11)
    assert figure.basis == ("quoted" if figure.method.startswith(printed.AS_PRINTED) else "arithmetic")


@pytest.fixture(scope="module")
def view():
    """The real cycle of September 2014."""
    return open_view("2014-09", root=ROOT)
