"""The ONS workbook of police force area tables: mid-year populations, Table P9."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from pcp_analysis.loaders.publishers.declared import Declared, declared
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.sheet import raise_any, shown_path

SHEET = "Table P9"
CODE, NAME = "Area Code", "Area Name"
#: Codes of police force areas in England and in Wales; "West Midlands" is the name of a region too, under E12.
FORCE_CODE = re.compile(r"(E23|W15)\d{6}")
#: England and Wales.
WHOLE = "K04000001"
ROUNDED_TO = 100
TAKE = "Take the workbook of police force area tables as ONS published it."


def population(workbook: Path, *, given: Declared | None = None) -> pd.DataFrame:
    """Mid-year population of each territorial force, the columns of the kind ``population``; ONS rounds to 100 persons.

    Raises FaultError with every fault of the sheet: a missing sheet, heading, force or year, and each cell that is no
    whole number of persons.
    """
    given = given or declared()
    shown = shown_path(workbook)
    try:
        book = CalamineWorkbook.from_path(workbook)
        sheet = book.get_sheet_by_name(SHEET).to_python(skip_empty_area=False) if SHEET in book.sheet_names else None
    except (CalamineError, OSError) as error:
        raise_any([Fault(shown, "", str(error), "is a workbook that can be read", TAKE)])
    if sheet is None:
        raise FaultError([Fault(shown, "", ", ".join(book.sheet_names), f"has a sheet named {SHEET}", TAKE)])
    rows, faults = sheet_rows(sheet, given, shown)
    raise_any(faults)
    return pd.DataFrame(rows, columns=["force", "mid_year", "persons"]).sort_values(
        ["force", "mid_year"], ignore_index=True
    )


def sheet_rows(
    sheet: Sequence[Sequence[object]], given: Declared, shown: str
) -> tuple[list[tuple[str, int, int]], list[Fault]]:
    """The rows of Table P9 of each force, and every fault of the sheet, which is given as lists of cells."""
    top = next((place for place, row in enumerate(sheet) if row[:2] == [CODE, NAME]), None)
    if top is None:
        return [], [Fault(shown, SHEET, "", f"has a heading with {CODE} and {NAME}", TAKE)]
    years = {place: int(cell) for place, cell in enumerate(sheet[top]) if isinstance(cell, float) and cell == int(cell)}
    faults = list(_year_faults(sorted(years.values()), f"{SHEET}, row {top + 1}", shown))
    rows: list[tuple[str, int, int]] = []
    seen: dict[str, int] = {}
    whole: Sequence[object] = ()
    for number, cells in enumerate(sheet[top + 1 :], start=top + 2):
        if str(cells[0]).strip() == WHOLE:
            whole = cells
        if not FORCE_CODE.fullmatch(str(cells[0]).strip()):
            continue
        force, where = str(cells[1]).strip(), f"{SHEET}, row {number}"
        if force not in given.forces:
            faults.append(
                Fault(shown, f"{where}, column {NAME}", force, "is a force", "Correct its name, or declare it.")
            )
        elif force in seen:
            faults.append(
                Fault(shown, f"{where}, column {NAME}", force, f"stands once; row {seen[force]} has it too", TAKE)
            )
        seen.setdefault(force, number)
        for place, year in years.items():
            persons = cells[place]
            if isinstance(persons, float) and persons == int(persons) and persons > 0:
                rows.append((force, year, int(persons)))
            else:
                faults.append(
                    Fault(shown, f"{where}, column {year}", str(persons), "is a whole number of persons", TAKE)
                )
    faults += [Fault(shown, SHEET, force, "is a force with a row", TAKE) for force in given.forces if force not in seen]
    if not faults:
        faults += _sum_faults(rows, {year: whole[place] for place, year in years.items() if whole}, shown)
    return rows, faults


def _sum_faults(rows: list[tuple[str, int, int]], whole: dict[int, object], shown: str) -> Iterator[Fault]:
    """A year whose forces do not add up to England and Wales within what the rounding of each allows."""
    for year, persons in whole.items():
        parts = [count for _, mid_year, count in rows if mid_year == year]
        if not isinstance(persons, float) or abs(sum(parts) - persons) > ROUNDED_TO / 2 * (len(parts) + 1):
            rule = f"is within rounding of the sum of its forces, {sum(parts)}"
            yield Fault(shown, f"{SHEET}, {WHOLE}, column {year}", str(persons), rule, TAKE)


def _year_faults(years: list[int], where: str, shown: str) -> Iterator[Fault]:
    if not years:
        yield Fault(shown, where, "", "has the years as numbers", TAKE)
    elif years != list(range(years[0], years[-1] + 1)):
        yield Fault(shown, where, ", ".join(map(str, years)), "has every year once, from the first to the last", TAKE)
