"""The kinds of tidy table: their columns, what may stand in them, and when a row may be seen."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from pcp_analysis.loaders.columns import Column, People

# Labels that have the same name in the quarterly and the monthly table, and count the same.
_ALIKE = (
    "sexual_offences",
    "robbery",
    "burglary_dwelling",
    "burglary_other",
    "residential_burglary",
    "non_residential_burglary",
    "vehicle_offences",
    "theft_from_the_person",
    "bicycle_theft",
    "shoplifting",
    "other_theft",
    "criminal_damage_and_arson",
    "drug_offences",
    "possession_of_weapons",
)
#: Offence labels whose sum is ``total_recorded_crime``; fraud, which moved to Action Fraud, is a label beside them.
OFFENCES = (
    "homicide",
    "violence_with_injury",
    "violence_without_injury",
    "stalking_and_harassment",
    "death_or_serious_injury_illegal_driving",
    *_ALIKE,
    "public_order_offences",
    "miscellaneous_crimes",
)
TOTAL = "total_recorded_crime"
FRAUD = "fraud_offences"
#: Offence labels of the monthly table, whose sum is ``total_without_fraud``.
MONTHLY_OFFENCES = (
    "homicide",
    "violence_with_injury",
    "violence_without_injury_and_harassment",
    *_ALIKE,
    "public_order",
    "misc_crimes_against_society",
)
MONTHLY_TOTAL = "total_without_fraud"


@dataclass(frozen=True)
class Kind:
    """A kind of table, with all that anything asks of it; a new kind is one of these and nothing else.

    *key* names the columns that make a row. *visible_by* is the column that decides which cycle sees a row: the end of
    its period, or the Board that was shown it. *people* says which columns count people; a table of a kind that does
    not say it cannot be sensitive.

    *figures* names what makes figures of the table: ``series``, or a maker of :mod:`pcp_analysis.findings.printed`. A
    kind that makes none says why in *no_figures*. *prints* are the columns that are blank where the basis of a row is
    ``not held``, and filled otherwise. *mixed* says that the rows have units of their own, and that items which begin
    with change or difference are changes.

    *area* and *values* are given where the table holds series: the column of the area and those of the counts.
    *frequency* is how often a value of an area comes; *unit* is the unit of the values; *total* is the column that is
    the sum of the other values, if any, but for those *apart*. *below_nought* says that a count below nought may stand where the register
    names it. *at_most* are pairs of printed columns, the first of which is counted among the second: where a paper prints
    more, that is the paper's fault, and its check says so.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    visible_by: str
    people: People | None = None
    figures: str = ""
    no_figures: str = ""
    prints: tuple[str, ...] = ()
    mixed: bool = False
    area: str = ""
    values: tuple[str, ...] = ()
    frequency: Literal["monthly", "quarterly", "yearly", ""] = ""
    unit: str = ""
    total: str = ""
    apart: tuple[str, ...] = ()
    below_nought: bool = False
    at_most: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if bool(self.figures) == bool(self.no_figures):
            raise ValueError(f"the kind {self.name} says either which figures it makes or why it makes none")
        hidden = () if self.people is None or self.frequency else (*self.people.counts, *self.people.beside)
        if filled := [name for name in hidden if not self.column(name).blank]:
            raise ValueError(f"the kind {self.name} can be suppressed only where {', '.join(filled)} may be blank")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in the order in which they are written."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where there is none."""
        return {column.name: column for column in self.columns}[name]

    @property
    def by_board(self) -> bool:
        """Whether a row is seen by the Board that was shown it, and not by the end of its period."""
        return self.column(self.visible_by).type == "month" and not self.area

    @property
    def long(self) -> bool:
        """Whether a row is one count, and a column names its series."""
        return "series" in self.names

    def period_end(self, text: str) -> date:
        """The last day of the period that *text* names, an estimate for a year standing for 30 June of it.

        Raises ValueError where it names none.
        """
        yearly = self.column(self.visible_by).type == "int"
        try:
            if self.long:
                return date(int(text[:4]), int(text[5:]), monthrange(int(text[:4]), int(text[5:]))[1])
            return date(int(text), 6, 30) if yearly else date.fromisoformat(text)
        except OverflowError:
            raise ValueError(f"{text[:20]} is no year") from None

    @property
    def months(self) -> int:
        """How many months a period has; 0 for a table that holds no periods."""
        return {"monthly": 1, "quarterly": 3, "yearly": 12, "": 0}[self.frequency]

    @property
    def freq(self) -> str:
        """What pandas calls the period: ``M`` or ``Q-DEC``; empty where it has no such name."""
        return {"monthly": "M", "quarterly": "Q-DEC"}.get(self.frequency, "")


_SOURCE = (
    Column("shown_to", "month"),
    Column("paragraph", "text"),
    Column("basis", "text", choices=("quoted", "not held")),
)

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "recorded_crime",
            (
                Column("force", "text"),
                Column("quarter_ending", "date", ends="quarter"),
                *(Column(name, "int", blank=True) for name in (*OFFENCES, TOTAL, FRAUD)),
            ),
            key=("force", "quarter_ending"),
            visible_by="quarter_ending",
            area="force",
            values=(*OFFENCES, TOTAL, FRAUD),
            people=People(counts=(*OFFENCES, TOTAL, FRAUD)),
            figures="series",
            below_nought=True,
            frequency="quarterly",
            unit="count",
            total=TOTAL,
            apart=(FRAUD,),
        ),
        Kind(
            "monthly_crime",
            (
                Column("force", "text"),
                Column("month_ending", "date", ends="month"),
                *(Column(name, "int", blank=True, low=0) for name in (*MONTHLY_OFFENCES, MONTHLY_TOTAL)),
            ),
            key=("force", "month_ending"),
            visible_by="month_ending",
            area="force",
            values=(*MONTHLY_OFFENCES, MONTHLY_TOTAL),
            people=People(counts=(*MONTHLY_OFFENCES, MONTHLY_TOTAL)),
            no_figures="its labels have the names of recorded_crime's, and a milestone is measured by one of the two only",
            frequency="monthly",
            unit="count",
            total=MONTHLY_TOTAL,
        ),
        Kind(
            "counts",
            (
                Column("area", "text"),
                Column("series", "id"),
                Column("period", "month"),
                Column("count", "int", blank=True),
            ),
            key=("area", "series", "period"),
            visible_by="period",
            area="area",
            values=("count",),
            people=People(counts=("count",)),
            figures="series",
            frequency="monthly",
            unit="count",
            below_nought=True,
        ),
        Kind(
            "population",
            (
                Column("force", "text"),
                Column("mid_year", "int", low=1900, high=2200),
                Column("persons", "int", low=1),
            ),
            key=("force", "mid_year"),
            visible_by="mid_year",
            area="force",
            values=("persons",),
            people=People(counts=("persons",)),
            no_figures="residents are what counts are divided by",
            frequency="yearly",
            unit="persons",
        ),
        Kind(
            "survey",
            (
                Column("measure", "id"),
                Column("wave", "int", low=1),
                Column("answer", "id"),
                Column("percent", "float", blank=True, low=0, high=100),
                Column("base", "int", blank=True, low=1),
                *_SOURCE,
            ),
            key=("measure", "wave", "answer", "shown_to"),
            visible_by="shown_to",
            people=People(
                counts=("base",),
                beside=("percent",),
                shares=(("percent", "base"),),
                together=("measure", "wave", "shown_to"),
            ),
            figures="survey",
            prints=("percent",),
            unit="percent",
        ),
        Kind(
            "compliance",
            (
                Column("measure", "id"),
                Column("item", "id"),
                Column("examined", "int", blank=True, low=0),
                Column("required", "int", blank=True, low=0),
                Column("correct", "int", blank=True, low=0),
                Column("printed_percent", "float", blank=True, low=0, high=100),
                *_SOURCE,
            ),
            key=("measure", "item", "shown_to"),
            visible_by="shown_to",
            people=People(
                counts=("examined", "required", "correct"),
                beside=("printed_percent",),
                shares=(("printed_percent", "required"), ("printed_percent", "examined")),
                parts=(("correct", "required"), ("correct", "examined"), ("required", "examined")),
                group=("measure", "shown_to"),
            ),
            figures="compliance",
            prints=("examined", "required", "correct", "printed_percent"),
            at_most=(("correct", "required"),),
            unit="percent",
        ),
        Kind(
            "ranking",
            (
                Column("measure", "id"),
                Column("area", "text"),
                Column("rank", "int", blank=True, low=1),
                Column("ranked", "int", blank=True, low=1),
                Column("percent", "float", blank=True, low=0, high=100),
                Column("variation_percent", "float", blank=True, low=-100),
                *_SOURCE,
            ),
            key=("measure", "area", "shown_to"),
            visible_by="shown_to",
            figures="ranking",
            prints=("rank", "ranked", "percent", "variation_percent"),
            at_most=(("rank", "ranked"),),
            unit="percent",
        ),
        Kind(
            "shown",
            (
                Column("measure", "id"),
                Column("item", "id"),
                Column("title", "text"),
                Column("value", "float", blank=True),
                Column("unit", "text", choices=("count", "percent", "points", "pounds", "direction")),
                Column("period", "text", blank=True),
                Column("baseline", "text", blank=True),
                Column("better", "text", choices=("lower", "higher", "neutral")),
                *_SOURCE,
                Column("note", "text", blank=True),
            ),
            key=("measure", "item", "shown_to"),
            visible_by="shown_to",
            people=People(counts=("value",), group=("measure", "shown_to", "period")),
            figures="shown",
            prints=("value",),
            mixed=True,
        ),
    )
}


def of_grain(name: str, grain: str) -> Kind:
    """The kind of that name, of periods of a *grain* (month, quarter, year) where the kind leaves that to the table."""
    kind = KINDS[name]
    frequencies: dict[str, Literal["monthly", "quarterly", "yearly"]]
    frequencies = {"month": "monthly", "quarter": "quarterly", "year": "yearly"}
    return replace(kind, frequency=frequencies[grain]) if kind.long and grain else kind


def is_change(item: str) -> bool:
    """Whether an item of a printed table is a change, which carries its sign, by its name."""
    return item.startswith(("change", "difference"))


def kept_line(force: str, series: str, ending: object, count: int, *, quarterly: bool = True) -> str:
    """The line by which a register entry names a count that is kept although it looks wrong."""
    return f"{force}: {series}, {'quarter ending ' if quarterly else ''}{ending}: {count}"


def is_confirmed(named: str, confirmed: Iterable[str]) -> bool:
    """Whether a line of *confirmed* names the count that *named* does (`kept_line`), with the reason after a full stop or none.

    >>> is_confirmed("Met: robbery, 2020-04: 1104", ["Met: robbery, 2020-04: 1104. The first lockdown."])
    True
    """
    return any(line == named or line.startswith(f"{named}. ") for line in confirmed)
