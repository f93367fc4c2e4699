"""Equations: what can be worked out of hidden counts is what trying every possibility gives."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcp_analysis.loaders.equations import FEWEST, Cell, Equation, told

A, B, C, TOTAL = (0, "value"), (1, "value"), (2, "value"), (3, "value")


def of_parts(*parts: Cell) -> Equation:
    """That the total is the sum of its parts."""
    return Equation({TOTAL: 1} | dict.fromkeys(parts, -1))


@pytest.mark.parametrize(
    ("printed", "small", "alone"),
    [
        ({TOTAL: 12, A: 9}, {B}, {B}),  # one unknown
        ({TOTAL: 12}, {B}, set()),  # 1 to 4, and the rest
        ({TOTAL: 2}, {A, B}, {A, B}),  # one each
        ({TOTAL: 8}, {A, B}, {A, B}),  # four each
        ({TOTAL: 5}, {A, B}, set()),
        ({TOTAL: 17, A: 5}, set(), set()),  # 12 is told, and is no few
        ({TOTAL: 3, A: 9}, {B}, set()),  # a contradiction tells nothing
        ({TOTAL: 2.5, A: 0}, {B}, {B}),  # a number that is no whole one
    ],
)
def test_what_a_total_tells(printed: dict[Cell, float], small: set[Cell], alone: set[Cell]) -> None:
    """Of a total and two parts, some of which are printed."""
    assert told([of_parts(A, B)], printed, frozenset(small)) == alone


def test_equations_are_solved_together() -> None:
    """Neither tells alone: 10 less one part, and that part less 5, make the other."""
    alone = told([of_parts(A, B), Equation({A: 1, C: -1}, 5)], {TOTAL: 10, C: 2}, frozenset({B}))
    assert alone == {B}


@given(st.lists(st.integers(0, 7), min_size=3, max_size=3), st.sets(st.sampled_from([0, 1, 2]), min_size=1))
def test_it_is_what_trying_all_gives(counts: list[int], hidden: set[int]) -> None:
    """Every way to fill two crossing sums, where a reader knows which counts were hidden for being few."""
    cells = [A, B, C]
    values = dict(zip(cells, counts, strict=True))
    equations = [Equation({A: 1, B: 1}, counts[0] + counts[1]), Equation({B: 1, C: 1}, counts[1] + counts[2])]
    unknown = [cells[place] for place in sorted(hidden)]
    small = frozenset(cell for cell in unknown if 0 < values[cell] < FEWEST)
    ways = [
        way
        for numbers in itertools.product(range(15), repeat=len(unknown))
        if (way := values | dict(zip(unknown, numbers, strict=True)))
        and way[A] + way[B] == equations[0].total
        and way[B] + way[C] == equations[1].total
        and all(0 < way[cell] < FEWEST for cell in small)
    ]
    expected = {cell for cell in unknown if len({way[cell] for way in ways}) == 1 and 0 < values[cell] < FEWEST}
    printed = {cell: float(number) for cell, number in values.items() if cell not in unknown}
    assert told(equations, printed, small) == expected
