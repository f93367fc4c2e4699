"""Figures as words: rounding half up, true minus signs, printed figures as printed, units and intervals."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcp_analysis.figures import wording
from pcp_analysis.figures.figure import UNITS, Figure
from tests.conftest import figure_of

VALUES = st.floats(-1e12, 1e12, allow_nan=False)
PLACES = st.integers(0, 3)


def made_up(value: float | None, unit: str = "percent", *, basis: str = "recomputed", **fields: object) -> Figure:
    """A figure that nobody published."""
    basis = "not held" if value is None else basis
    return figure_of(id="made.up", title="Made up", value=value, unit=unit, basis=basis, method="", inputs=(), **fields)


@pytest.mark.parametrize(
    ("value", "places", "printed"),
    [
        (2.5, 0, "3"),
        (3.5, 0, "4"),
        (-2.5, 0, "−3"),
        (0.05, 1, "0.1"),
        (1.005, 2, "1.01"),
        (-1.25, 1, "−1.3"),
        (21.875, 1, "21.9"),
        (2512.0, 0, "2,512"),
        (174524.0, 0, "174,524"),
        (1234567.891, 2, "1,234,567.89"),
        (999.5, 0, "1,000"),
        (1e6, 0, "1,000,000"),
        (84.0, 1, "84.0"),
        (0.0, 1, "0.0"),
    ],
)
def test_numbers_are_rounded_half_up_with_thousands_and_a_true_minus(value, places, printed):
    """Halves go away from zero, as a Board expects, and not to the even neighbour."""
    assert wording.number(value, places=places) == printed


@pytest.mark.parametrize("value", [-0.04, -0.0, 0.0, 0.04, -1e-300])
@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("exact", [True, False])
def test_what_rounds_to_nothing_has_no_sign(value, signed, exact):
    """Nothing is ever printed as minus nought or plus nought."""
    printed = wording.number(value, places=1, signed=signed, exact=exact and value == 0)
    assert printed in {"0.0", "0"}


def test_a_number_of_any_size_can_be_printed() -> None:
    """The share of a revision of next to nothing is astronomic, and is still a number."""
    assert wording.number(8.5e39, places=1, signed=True).startswith("+8,500,000")
    assert len(wording.number(1.7976931348623157e308, places=0).replace(",", "")) == 309


def test_a_change_that_rises_carries_a_plus_and_a_level_does_not():
    """Signs are those of changes."""
    assert wording.number(1.44, places=1, signed=True) == "+1.4"
    assert wording.number(1.44, places=1) == "1.4"
    assert wording.number(-1.44, places=1, signed=True) == wording.number(-1.44, places=1) == "−1.4"


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (84.0, "84"),
        (83.6, "83.6"),
        (5.38, "5.38"),
        (100.0, "100"),
        (-25.66, "−25.66"),
        (-23.2, "−23.2"),
        (40000.0, "40,000"),
    ],
)
def test_a_printed_number_keeps_the_places_that_it_was_printed_with(value, printed):
    """84 is not dressed up as 84.0, and 5.38 is not cut to 5.4."""
    assert wording.number(value, places=1, exact=True) == printed


@given(value=VALUES, places=PLACES, signed=st.booleans())
def test_what_is_printed_lies_within_half_a_unit_of_its_last_place(value, places, signed):
    """Read back, a printed number is the number to within half a unit of its last place, and has exactly its places."""
    printed = wording.number(value, places=places, signed=signed)
    assert re.fullmatch(r"[+−]?[0-9]{1,3}(,[0-9]{3})*" + (rf"\.[0-9]{{{places}}}" if places else ""), printed)
    back = Decimal(printed.replace(",", "").replace(wording.MINUS, "-"))
    assert abs(back - Decimal(repr(value))) <= Decimal(5).scaleb(-places - 1)
    assert "-" not in printed
    assert (printed[0] == wording.MINUS) == (back < 0)
    assert (printed[0] == "+") == (signed and back > 0)


@given(st.decimals(-(10**9), 10**9, places=2).map(float))
def test_a_printed_number_is_read_back_whole(value):
    """Kept as printed, a number loses nothing."""
    printed = wording.number(value, places=1, exact=True)
    assert float(printed.replace(",", "").replace(wording.MINUS, "-")) == value


@pytest.mark.parametrize(
    ("figure", "printed"),
    [
        (made_up(2512.0, "count"), "2,512"),
        (made_up(2512.4, "count"), "2,512"),
        (made_up(-13.392, signed=True), "−13.4%"),
        (made_up(1.5, signed=True), "+1.5%"),
        (made_up(84.0), "84.0%"),
        (made_up(84.0, basis="quoted"), "84%"),
        (made_up(83.6, basis="quoted"), "83.6%"),
        (made_up(-7.0, basis="quoted", signed=True), "−7%"),
        (made_up(2.0, "points", signed=True, basis="quoted"), "+2 points"),
        (made_up(2.0, "points", signed=True), "+2.0 points"),
        (made_up(1.0, "points", signed=True), "+1.0 point"),
        (made_up(-1.0, "points", signed=True, basis="quoted"), "−1 point"),
        (made_up(11.0, "points", signed=True), "+11.0 points"),
        (made_up(0.0, "points", signed=True), "0.0 points"),
        (made_up(63.449, "per_1000"), "63.4 per 1,000"),
        (made_up(200000.0, "pounds", basis="quoted"), "£200,000"),
        (made_up(26.0, "rank", basis="quoted"), "26"),
        (made_up(None), "not held"),
    ],
)
def test_a_figure_is_printed_with_its_unit(figure, printed):
    """Each unit is written in the one way that a page uses."""
    assert wording.value(figure) == printed


def test_the_size_of_a_figure_has_no_sign():
    """Where the verb says the direction the number does not say it again."""
    assert wording.size(made_up(-5.2, basis="quoted", signed=True)) == "5.2%"
    assert wording.size(made_up(5.2, basis="quoted", signed=True)) == "5.2%"
    assert wording.size(made_up(-1.0, "points", signed=True)) == "1.0 point"
    assert wording.size(made_up(None)) == "not held"


@pytest.mark.parametrize(
    ("figure", "printed"),
    [
        (made_up(84.0, low=83.18, high=84.78), "83.2% to 84.8%"),
        (made_up(21.875, signed=True, low=-25.63, high=101.0), "−25.6% to +101.0%"),
        (made_up(2.0, "points", signed=True, low=0.85, high=3.15), "+0.9 to +3.2 points"),
        (made_up(63.4, "per_1000", low=63.1, high=63.7), "63.1 to 63.7 per 1,000"),
        (made_up(12.0, "count", low=6.2, high=20.96), "6 to 21"),
        (made_up(84.0), ""),
        (made_up(84.0, low=83.0), ""),
        (made_up(84.0, high=85.0), ""),
    ],
)
def test_an_interval_is_said_with_its_unit(figure, printed):
    """Both bounds are printed alike; a figure without two bounds has no interval."""
    assert wording.interval(figure) == printed


@pytest.mark.parametrize("unit", UNITS)
@given(
    value=st.floats(-1e9, 1e9, allow_nan=False),
    signed=st.booleans(),
    basis=st.sampled_from(["quoted", "recomputed", "arithmetic"]),
)
def test_no_figure_of_any_unit_is_printed_as_minus_nought(unit, value, signed, basis):
    """Whatever the unit, no sign stands before a number that is printed as nothing, and no ASCII minus is printed."""
    printed = wording.value(made_up(round(value, 3), unit, basis=basis, signed=signed))
    assert not re.search(r"[+−]£?0(\.0+)?(?![0-9.])", printed)
    assert not re.search(r"-[0-9]", printed)


@pytest.mark.parametrize(
    ("figure", "printed"),
    [
        (made_up(171_234.0, "count"), "171,000"),
        (made_up(5087.4, "count"), "5,090"),
        (made_up(5085.0, "count"), "5,090"),
        (made_up(99_950.0, "count"), "100,000"),
        (made_up(123.5, "count"), "124"),
        (made_up(9.6, "count"), "10"),
        (made_up(0.0, "count"), "0"),
        (made_up(0.3, "count"), "0"),
        (made_up(-1234.0, "count"), "−1,230"),
        (made_up(62.5), "63%"),
        (made_up(0.4), "0%"),
        (made_up(-3.6, signed=True), "−4%"),
        (made_up(None, "count"), "not held"),
    ],
)
def test_a_projection_is_printed_without_digits_that_it_cannot_bear(figure, printed):
    """A count to three digits, half up, and a chance in whole per cent."""
    assert wording.about(figure) == printed


@pytest.mark.parametrize("unit", sorted(set(UNITS) - {"count", "rank"}))
def test_a_rounded_projection_keeps_its_unit(unit):
    """However much it is rounded, a figure in pounds or points says so."""
    figure = made_up(1200.0, unit, basis="quoted", low=1100.0, high=1300.0)
    around = wording.value(figure).split("1,200")
    assert wording.about(figure) == "1,200".join(around)


@pytest.mark.parametrize(
    ("low", "high", "printed"),
    [
        (-9.0, -0.04, "−9.0% to −0.04%"),
        (-9.0, 0.0, "−9.0% to 0.0%"),
        (0.004, 5.0, "+0.004% to +5.0%"),
        (-0.06, 5.0, "−0.1% to +5.0%"),
        (-0.0001, 5.0, "0.0% to +5.0%"),
    ],
)
def test_a_bound_near_nought_keeps_its_side_of_it(low, high, printed):
    """An interval that leaves out no change is not printed as one that touches it."""
    assert wording.interval(made_up(-4.0, "percent", low=low, high=high, signed=True)) == printed


def test_the_interval_of_a_projection_is_rounded_as_the_projection_is():
    """Both ends have three digits, and a projection without an interval has none."""
    assert wording.about_interval(made_up(171_234.0, "count", low=163_456.0, high=178_999.0)) == "163,000 to 179,000"
    assert wording.about_interval(made_up(171_234.0, "count")) == ""


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (made_up(5.2, signed=True), "rose"),
        (made_up(-5.2, signed=True), "fell"),
        (made_up(0.04, signed=True), "is unchanged"),
        (made_up(-0.04, signed=True), "is unchanged"),
        (made_up(0.05, signed=True), "rose"),
        (made_up(0.0, "points", signed=True), "is unchanged"),
        (made_up(10.0, "count", signed=True), "rose"),
        (made_up(None, signed=True), "not held"),
    ],
)
def test_the_verb_follows_the_figure_as_it_is_printed(figure, said):
    """A change that is printed as nothing is no change, and one that is printed as something has its direction."""
    assert wording.verb(figure) == said


@pytest.mark.parametrize("unit", UNITS)
def test_a_change_of_nothing_is_unchanged_in_every_unit(unit):
    """The digits of a unit (per 1,000) are not taken for those of the number."""
    assert wording.verb(made_up(0.0, unit, signed=True)) == "is unchanged"


def test_the_parts_of_a_figure_are_counts_or_percentages():
    """A difference in points is made of two percentages as printed, everything else of counts."""
    assert wording.part(made_up(2.0, "points"), 84.0) == "84%"
    assert wording.part(made_up(-13.4), 1177.0) == "1,177"
    assert wording.part(made_up(-13.4), None) == "not held"


def test_dates_are_written_out():
    """Months are English words in every locale."""
    assert wording.day(dt.date(2014, 9, 11)) == "11 September 2014"
    assert wording.month("2014-12") == "December 2014"
    assert wording.date_words("2014-12-01") == "1 December 2014"
    assert len(wording.MONTHS) == len(set(wording.MONTHS)) == 12


@given(st.dates())
def test_a_date_in_words_names_its_day_month_and_year(date):
    """Every date can be read back from its words."""
    day, month, year = wording.day(date).split()
    assert (int(year), wording.MONTHS.index(month) + 1, int(day)) == (date.year, date.month, date.day)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
    ],
)
def test_words_are_listed_as_in_a_sentence(words, said):
    """Commas between, and an "and" before the last."""
    assert wording.listed(words) == said
