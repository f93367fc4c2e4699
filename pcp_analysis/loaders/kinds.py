"""The kinds of tidy table: their columns, what may stand in them, and when a row may be seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: Offence labels whose sum is ``total_recorded_crime``; fraud, which moved to Action Fraud, is in neither.
OFFENCES = (
    "homicide",
    "violence_with_injury",
    "violence_without_injury",
    "stalking_and_harassment",
    "death_or_serious_injury_illegal_driving",
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
    "public_order_offences",
    "miscellaneous_crimes",
)
TOTAL = "total_recorded_crime"

#: Offence labels of the monthly table, whose sum is ``total_without_fraud``: a name that is in OFFENCES too counts the
#: same.
MONTHLY_OFFENCES = (
    "homicide",
    "violence_with_injury",
    "violence_without_injury_and_harassment",
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
    "public_order",
    "misc_crimes_against_society",
)
MONTHLY_TOTAL = "total_without_fraud"


@dataclass(frozen=True)
class Column:
    """A column: the type of its values, whether it may be blank, its bounds (both inside) or its choices."""

    name: str
    type: Literal["text", "id", "int", "float", "date", "month"]
    blank: bool = False
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of table. *key* names the columns that make a row; *seen* is the column that decides who may see it.

    *area* and *values* are given where the table holds series: the column of the area and those of the counts.
    *frequency* is how often a value of an area comes; *unit* is the unit of the values; *total* is the column that is
    the sum of the other values, if any.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    seen: str
    area: str | None = None
    values: tuple[str, ...] = ()
    frequency: Literal["monthly", "quarterly", "yearly", ""] = ""
    unit: str = ""
    total: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in the order in which they are written."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where there is none."""
        return {column.name: column for column in self.columns}[name]


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
                Column("quarter_ending", "date"),
                *(Column(name, "int", blank=True) for name in (*OFFENCES, TOTAL)),
            ),
            key=("force", "quarter_ending"),
            seen="quarter_ending",
            area="force",
            values=(*OFFENCES, TOTAL),
            frequency="quarterly",
            unit="count",
            total=TOTAL,
        ),
        Kind(
            "monthly_crime",
            (
                Column("force", "text"),
                Column("month_ending", "date"),
                *(Column(name, "int", blank=True, low=0) for name in (*MONTHLY_OFFENCES, MONTHLY_TOTAL)),
            ),
            key=("force", "month_ending"),
            seen="month_ending",
            area="force",
            values=(*MONTHLY_OFFENCES, MONTHLY_TOTAL),
            frequency="monthly",
            unit="count",
            total=MONTHLY_TOTAL,
        ),
        Kind(
            "population",
            (
                Column("force", "text"),
                Column("mid_year", "int", low=1900, high=2200),
                Column("persons", "int", low=1),
            ),
            key=("force", "mid_year"),
            seen="mid_year",
            area="force",
            values=("persons",),
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
            seen="shown_to",
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
            seen="shown_to",
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
            seen="shown_to",
            unit="percent",
        ),
        Kind(
            "shown",
            (
                Column("measure", "id"),
                Column("item", "id"),
                Column("title", "text"),
                Column("value", "float", blank=True),
                Column("unit", "text", choices=("count", "percent", "points", "pounds")),
                Column("period", "text", blank=True),
                Column("baseline", "text", blank=True),
                Column("better", "text", choices=("lower", "higher", "neutral")),
                *_SOURCE,
                Column("note", "text", blank=True),
            ),
            key=("measure", "item", "shown_to"),
            seen="shown_to",
        ),
    )
}

#: The columns of a table of printed figures that are blank where its basis is ``not held``, and filled otherwise.
PRINTED = {
    "survey": ("percent",),
    "compliance": ("examined", "required", "correct", "printed_percent"),
    "ranking": ("rank", "ranked", "percent", "variation_percent"),
    "shown": ("value",),
}


def is_change(item: str) -> bool:
    """Whether an item of a printed table is a change, which carries its sign, by its name."""
    return item.startswith(("change", "difference"))
