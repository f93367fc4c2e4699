"""A figure: one number on a page, with what it was made from."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace

MIME = "application/vnd.pcp.figures+json"
UNITS = ("count", "percent", "points", "per_1000", "pounds", "rank")
BASES = ("recomputed", "arithmetic", "quoted", "not held")


@dataclass(frozen=True)
class Figure:
    """One number, its unit and its interval, and what it was made from.

    *value* is a number, or None where the figure is not held. *unit* is one of ``UNITS``; per cent is 84.0, never 0.84.
    *low* and *high* bound the interval that *method* names. *basis* is one of ``BASES``. *inputs* are names of the
    register. *signed* figures are changes and are printed with their sign.
    """

    id: str
    title: str
    value: float | None
    unit: str
    basis: str
    method: str
    inputs: tuple[str, ...]
    period: str = ""
    baseline: str = ""
    low: float | None = None
    high: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    outcome: str = ""
    signed: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"{self.id}: unit {self.unit!r} is none of {', '.join(UNITS)}")
        if self.basis not in BASES:
            raise ValueError(f"{self.id}: basis {self.basis!r} is none of {', '.join(BASES)}")
        if (self.value is None) != (self.basis == "not held"):
            raise ValueError(f"{self.id}: a figure has a value unless its basis is 'not held'")

    def within(self, outcome: str) -> Figure:
        """The same figure, as one of the outcome of that id."""
        return replace(self, outcome=outcome)

    def record(self) -> dict[str, object]:
        """The figure as it travels in a notebook beside the HTML that shows it."""
        record = asdict(self)
        record["inputs"] = " ".join(self.inputs)
        return record


class Figures(Mapping[str, Figure]):
    """Figures by id; an unknown id names the nearest ones."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        self._by_id: dict[str, Figure] = {}
        for figure in figures:
            if figure.id in self._by_id:
                raise ValueError(f"two figures have the id {figure.id!r}")
            self._by_id[figure.id] = figure

    def __getitem__(self, name: str) -> Figure:
        try:
            return self._by_id[name]
        except KeyError:
            raise KeyError(f"no figure {name!r} in this cycle; nearest: {', '.join(self.nearest(name)) or 'none'}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._by_id

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def of(self, measure: str) -> tuple[Figure, ...]:
        """The figures whose id begins with *measure*, in the order in which they were made."""
        return tuple(figure for name, figure in self._by_id.items() if name.split(".")[0] == measure)

    def nearest(self, name: str) -> list[str]:
        """Up to four ids that look like *name*."""
        return difflib.get_close_matches(name, self._by_id, n=4, cutoff=0.5)
