"""A figure: one number on a page, with what it was made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, Protocol

from pcp_analysis.strict.nearest import near, suggest
from pcp_analysis.strict.value import published

MIME = "application/vnd.pcp.figures+json"
UNITS = ("count", "percent", "points", "per_1000", "pounds", "rank", "direction")
#: What else a figure is decides its words, and does not travel in a notebook with its record.
UNRECORDED = {"measure", "item", "part", "wave", "grain", "since", "suppressed", "looks_ahead", "p_value"}
GRAINS = ("", "month", "quarter", "year", "year to date", "rolling year", "wave")
BASES = ("recomputed", "arithmetic", "counted", "quoted", "not held")
#: The first part of the ids of what the Board before was given: ``last_board.robbery.year_to_date_change``.
LAST_BOARD = "last_board"
#: The first parts of ids that are the package's own: no measure and no milestone may have such a name.
RESERVED = (
    LAST_BOARD,
    "since_last_board",
    "revision",
    "revision_share",
    "deliverables",
    "paper",
    "paper_check",
    "told",
)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number, its unit and its interval, and what it was made from.

    *measure* is what it is about: a milestone, a series, or a measure of a printed table; *item* is what of it,
    ``year_to_date_change``, and *part* which part of that: a force of a rate, a column of a result. *wave* is that of a
    survey, and *grain* the kind of period. *since* is the first period of those among which it is a record. The *id* is
    measure, item and part, joined by dots, where none is given. *suppressed* is whether disclosure control took the
    value. *looks_ahead* is whether it is of a period that has not ended.

    *value* is a number, or None where the figure is not held. *unit* is one of ``UNITS``; per cent is 84.0, never 0.84.
    *low* and *high* bound the interval that *method* names. *basis* is one of ``BASES``. *inputs* are names of the
    register. *shown_to* is the month of the Board, ``2014-09``, that was shown a printed figure, or what a figure
    follows from. *signed* figures are changes and are printed with their sign. *p_value*, that of no change, decides
    what is called a signal, adjusted where many are looked at together, and goes no further: it is no part of the record.
    """

    id: str = ""
    title: str
    value: float | None
    unit: str
    basis: str
    method: str
    inputs: tuple[str, ...]
    measure: str
    item: str
    part: str = ""
    wave: int | None = None
    grain: str = ""
    since: str = ""
    suppressed: bool = False
    looks_ahead: bool = False
    period: str = ""
    baseline: str = ""
    low: float | None = None
    high: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    outcome: str = ""
    signed: bool = False
    note: str = ""
    shown_to: str = ""
    p_value: float | None = None

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", ".".join(filter(None, (self.measure, self.item, self.part))))
        for name in ("value", "low", "high", "numerator", "denominator", "p_value"):
            # numbers of numpy and pandas become plain ones, so that a record can travel as JSON
            if (number := getattr(self, name)) is not None:
                object.__setattr__(self, name, published(number))
        if self.unit not in UNITS:
            raise ValueError(f"{self.id}: unit {self.unit!r} is none of {', '.join(UNITS)}")
        if self.grain not in GRAINS:
            raise ValueError(f"{self.id}: grain {self.grain!r} is none of {', '.join(GRAINS[1:])}")
        if self.basis not in BASES:
            raise ValueError(f"{self.id}: basis {self.basis!r} is none of {', '.join(BASES)}")
        if (self.value is None) != (self.basis == "not held"):
            raise ValueError(f"{self.id}: a figure has a value unless its basis is 'not held'")

    @property
    def number(self) -> float:
        """The value of a figure that is held. Raises ValueError where it is not."""
        if self.value is None:
            raise ValueError(f"{self.id} is not held")
        return self.value

    @property
    def parts(self) -> tuple[float, float]:
        """The numerator and the denominator of a figure that is made of two numbers. Raises ValueError where it is not."""
        if self.numerator is None or self.denominator is None:
            raise ValueError(f"{self.id} is not made of two numbers")
        return self.numerator, self.denominator

    @property
    def clear(self) -> bool | None:
        """Whether the interval of a change leaves out no change; None of a level, and where there is no interval."""
        if not self.signed or self.low is None or self.high is None:
            return None
        return self.low > 0 or self.high < 0

    def within(self, outcome: str) -> Figure:
        """The same figure, as one of the outcome of that id."""
        return replace(self, outcome=outcome)

    def record(self) -> dict[str, object]:
        """The figure as it travels in a notebook beside the HTML that shows it."""
        names = [field.name for field in fields(self) if field.name not in UNRECORDED]
        return {name: getattr(self, name) for name in names} | {"inputs": " ".join(self.inputs)}


class TwoFigures(ValueError):
    """Two figures with one id."""

    def __init__(self, one: Figure, other: Figure) -> None:
        super().__init__(f"two figures have the id {one.id!r}")
        self.one, self.other = one, other


class EarlierFigures(Protocol):
    """Figures that an earlier Board was given, as :class:`Figures` asks for them: by their own ids."""

    def __getitem__(self, name: str) -> Figure: ...

    def __contains__(self, name: object) -> bool: ...

    def __iter__(self) -> Iterator[str]: ...

    @property
    def board(self) -> str:
        """Which Board it was, in words."""
        ...

    def beside(self, name: str) -> tuple[str, ...]:
        """The ids of the group that the figure of that id is in."""
        ...

    def as_before(self, figure: Figure) -> Figure:
        """A figure of it under the id that it has beside those of this Board."""
        ...

    def more(self, change: Figure) -> bool | None:
        """Whether one of its changes is more than chance; None where nothing tells."""
        ...


Maker = Callable[[], Iterable[Figure]]


class Figures(Mapping[str, Figure]):
    """Figures by id, each group made when it is first asked for; an unknown id names the nearest ones.

    A group is named by the first part of its figures' ids, ``robbery``, or by the first two or three, ``robbery.rate_per_1000``,
    and may have several makers. *before* opens what the Board before was given: those figures are found under
    ``last_board.`` and their id, and are not iterated over. *judge* says whether a change is more than chance.
    """

    def __init__(
        self,
        makers: Iterable[tuple[str, Maker]],
        before: Callable[[], EarlierFigures | None] = lambda: None,
        judge: Callable[[Figure], bool | None] = lambda change: change.clear,
    ) -> None:
        self._before, self._judge = before, judge
        self._makers: dict[str, list[Maker]] = {}
        for group, maker in makers:
            self._makers.setdefault(group, []).append(maker)
        self._by_group: dict[str, dict[str, Figure]] = {}

    def _group(self, group: str) -> dict[str, Figure]:
        if group not in self._by_group:
            made: dict[str, Figure] = {}
            for figure in (figure for maker in self._makers.get(group, ()) for figure in maker()):
                if figure.id in made:
                    raise TwoFigures(made[figure.id], figure)
                made[figure.id] = figure
            self._by_group[group] = made
        return self._by_group[group]

    def _holder(self, name: str) -> dict[str, Figure]:
        parts = name.split(".")
        if parts[0] == LAST_BOARD:
            return self._of_last_board(name)
        # the narrowest group: of a series of an extract three parts name one
        groups = (".".join(parts[:length]) for length in (3, 2))
        return self._group(next((group for group in groups if group in self._makers), parts[0]))

    @cached_property
    def last_board(self) -> EarlierFigures | None:
        """What the Board before was given, by its own ids; None where no earlier cycle is held."""
        return self._before()

    def _of_last_board(self, name: str) -> dict[str, Figure]:
        own, given = name.removeprefix(f"{LAST_BOARD}."), self.last_board
        return {name: given.as_before(given[own])} if given is not None and own in given else {}

    def more(self, change: Figure) -> bool | None:
        """Whether a change, of this Board or of the one before, is more than chance; None where nothing tells."""
        own = change.id.removeprefix(f"{LAST_BOARD}.")
        if own == change.id or self.last_board is None:
            return self._judge(change)
        return self.last_board.more(replace(change, id=own))

    def __getitem__(self, name: str) -> Figure:
        group = self._holder(name)
        if name not in group:
            raise KeyError(f"no figure {name!r} in this cycle. {suggest(self.nearest(name))}")
        return group[name]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._holder(name)

    def get(self, name: str, default: Any = None) -> Any:
        """The figure of that id, or *default*; asking makes no other group, as looking for the nearest ids does."""
        return self._holder(name).get(name, default)

    def __iter__(self) -> Iterator[str]:
        return (name for group in self._makers for name in self._group(group))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def measures(self) -> list[str]:
        """What there are figures of, without making them: the groups that are no part of another."""
        return [group for group in self._makers if group.rpartition(".")[0] not in self._makers]

    def of(self, measure: str) -> tuple[Figure, ...]:
        """The figures of a group, in the order in which they were made; none where there is no such group."""
        return tuple(self._group(measure).values())

    def beside(self, name: str) -> tuple[str, ...]:
        """The ids of the group that the figure of that id is in: of the last Board's, those of that Board."""
        if not name.startswith(f"{LAST_BOARD}."):
            return tuple(self._holder(name))
        beside = self.last_board.beside(name.removeprefix(f"{LAST_BOARD}.")) if self.last_board else ()
        return tuple(f"{LAST_BOARD}.{each}" for each in beside)

    def nearest(self, name: str) -> list[str]:
        """Up to four ids that look like *name*; of the last Board's figures among those."""
        if not name.startswith(f"{LAST_BOARD}."):
            return near(name, self)
        return [f"{LAST_BOARD}.{each}" for each in near(name.removeprefix(f"{LAST_BOARD}."), self.last_board or ())]
