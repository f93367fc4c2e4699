"""Which hidden counts can be worked out from what is printed beside them: each hidden count is an unknown of equations.

A total less its parts, a change in number, a period made of others, a whole less its part: each is a sum of counts that
is known. A count is told where only one value of it agrees with all of them: the least and the most that it can be are
found by integer programming (Fischetti and Salazar, "Solving the cell suppression problem on tabular data with linear
constraints", Management Science 47, 2001: the attacker's problem), with scipy.optimize.milp (HiGHS).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

FEWEST = 5
#: Two numbers of a table are the same where they differ by no more: what a sum of decimals leaves.
_DUST = 1e-6

#: A number of the table, (place of its row, column); or one that no row has, with a name of another form.
Cell = tuple[Any, ...]


@dataclass(frozen=True)
class Equation:
    """That cells, each times its factor, add up to a number that everybody knows. *by* is the row that says so, where it is
    one of the table.
    """

    factors: Mapping[Cell, float]
    total: float = 0
    by: int | None = None

    @property
    def rows(self) -> set[int]:
        """The places of the rows that it speaks of."""
        return {cell[0] for cell in self.factors if isinstance(cell[0], int)}


def told(equations: Iterable[Equation], printed: Mapping[Cell, float], small: frozenset[Cell]) -> set[Cell]:
    """The cells that are not *printed* and have only one value, one to four people. *small* are cells of which a reader
    knows that they were hidden for that.

    Equations that contradict each other tell nothing.
    """
    found: set[Cell] = set()
    for group in _together([_of_the_hidden(each, printed) for each in equations]):
        found |= _told(group, small)
    return found


def _of_the_hidden(equation: Equation, printed: Mapping[Cell, float]) -> Equation:
    """The equation with what is printed taken to its other side."""
    known = sum(factor * printed[cell] for cell, factor in equation.factors.items() if cell in printed)
    hidden = {cell: factor for cell, factor in equation.factors.items() if cell not in printed}
    return Equation(hidden, equation.total - known, equation.by)


def _together(equations: Iterable[Equation]) -> list[list[Equation]]:
    """The equations in groups that share no unknown."""
    groups: list[tuple[set[Cell], list[Equation]]] = []
    for equation in (each for each in equations if each.factors):
        cells, own = set(equation.factors), [equation]
        for group in [each for each in groups if each[0] & cells]:
            groups.remove(group)
            cells, own = cells | group[0], group[1] + own
        groups.append((cells, own))
    return [own for _, own in groups]


def _told(group: list[Equation], small: frozenset[Cell]) -> set[Cell]:
    if len(group) == 1 and len(group[0].factors) == 1:  # one unknown needs no solver
        ((cell, factor),) = group[0].factors.items()
        return {cell} if _is_small(group[0].total / factor) else set()
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    cells = list(dict.fromkeys(cell for equation in group for cell in equation.factors))
    places = {cell: place for place, cell in enumerate(cells)}
    sums = np.zeros((len(group), len(cells)))
    for row, equation in enumerate(group):
        for cell, factor in equation.factors.items():
            sums[row, places[cell]] = factor
    totals = np.array([equation.total for equation in group])
    whole = bool(np.all(np.abs(totals - totals.round()) < _DUST))
    known_small = np.array([cell in small for cell in cells])
    least = np.where(known_small, 1.0 if whole else 0.0, 0.0)
    most = np.where(known_small, FEWEST - 1.0 if whole else FEWEST, np.inf)

    def furthest(place: int, sign: int) -> float | None:
        found = milp(
            sign * np.eye(len(cells))[place],
            constraints=LinearConstraint(sums, totals - _DUST, totals + _DUST),
            bounds=Bounds(least, most),
            integrality=np.full(len(cells), int(whole)),
        )
        return None if found.x is None else float(found.x[place])

    alone = set()
    for cell, place in places.items():
        low = furthest(place, 1)
        if low is None:  # they contradict each other, or there is no end to what it can be
            break
        if _is_small(low) and (high := furthest(place, -1)) is not None and abs(high - low) < 0.5:
            alone.add(cell)
    return alone


def _is_small(number: float) -> bool:
    return _DUST < number < FEWEST - _DUST
