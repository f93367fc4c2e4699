"""From printed names to areas, series and months of the project; whatever has no place in it is a fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pcp_analysis.loaders.releases.cells import KEY, Edition, distinct
from pcp_analysis.loaders.releases.description import Description
from pcp_analysis.loaders.releases.keys import Exclusion
from pcp_analysis.loaders.releases.parts import RESTORE, Part, roles
from pcp_analysis.loaders.releases.periods import Writing, month_of, months_in, text_of
from pcp_analysis.strict.fault import Fault
from pcp_analysis.strict.nearest import near

#: Formats of periods that a fault may propose, apart by bars.
COMMON = [
    "%Y-%m",
    "%Y%m",
    "%b-%y",
    "%B %Y",
    "%b %Y",
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%Y-%m-%d",
    "%d/%m/%Y %H:%M",
    "%Y",
    "%F",
    "%F / %Q",
]
#: What a printed name stands for: a kind, the area or the series of each time, and why it is left out.
Meaning = tuple[str, Any, str]


def mapped(cells: pd.DataFrame, parts: Sequence[Part], edition: Edition) -> tuple[pd.DataFrame, list[Fault]]:
    """The printed *cells* (of every part, column *part*) with *month*, *kind* and *name*, *series*; and every fault.

    *kind* is ``area``, ``left out`` or ``total``, of which *name* is the area, or the printed name or code; *label_kind*
    likewise ``label``. *series* is the series, blank where the label is left out, a total, or in use at another time.
    """
    what = edition.what
    cells = cells.assign(**{role: cells[role].astype("category") for role in KEY})
    faults = _periods(cells, parts, edition)
    for role, kind, reader, known in (
        ("area", "kind", _area, what.areas.exact),
        ("label", "label_kind", _label, what.labels.exact),
    ):
        place, meanings = _each(cells, ["code", "area"] if role == "area" else ["label"], reader, what)
        cells[kind] = _taken([meaning[0] for meaning in meanings], place)
        if role == "area":
            cells["name"] = _taken([meaning[1] for meaning in meanings], place)
        for text, rows in cells[cells[kind].isin(["", "other name"])].groupby(role, sort=False, observed=True):
            faults.append(_unknown(str(text), rows, parts, role, known, what))
        for number, reason in ((number, meaning[2]) for number, meaning in enumerate(meanings) if meaning[2]):
            own = cells[(place == number) & (cells["kind"] == "area" if role == "label" else True)]
            across = what.across == "periods"
            count = len(own[["part", "row"]].drop_duplicates()) if across else int(own["rows"].sum())
            edition.note(f"{own[role].iloc[0] if count else ''}: {reason}", count)
    timed, months = pd.factorize(cells["month"].fillna(-1).to_numpy())
    pair, pairs = pd.factorize(place * len(months) + timed)
    used = [_series(meanings[at // len(months)], float(months[at % len(months)]), what) for at in pairs.tolist()]
    cells["series"] = _taken(used, pair)
    return cells, faults


def _taken(values: list[str], place: np.ndarray) -> pd.Categorical:
    codes, names = pd.factorize(np.array(values, dtype=object))
    return pd.Categorical.from_codes(codes[place], categories=names)


def _each(
    cells: pd.DataFrame, columns: list[str], reader: Callable[..., Any], what: object
) -> tuple[np.ndarray, list[Any]]:
    """What *reader* makes of each distinct set of texts, and for each row which of these is its own."""
    own = (cells[name].cat for name in columns)
    place, first = distinct((each.codes.to_numpy().astype(np.int64), len(each.categories)) for each in own)
    texts = cells[columns].iloc[first].astype(object).itertuples(index=False, name=None)
    return place, [reader(*each, what) for each in texts]


def _area(code: str, area: str, what: Description) -> Meaning:
    if (code or area).casefold() in what.total_names("areas"):
        return "total", what.total_names("areas")[(code or area).casefold()], ""
    known = what.areas.of(area)
    if known is None and "one_area" in what.release and not what.areas.table:
        known = (what.release["one_area"],)
    if isinstance(known, Exclusion):
        return "left out", area, known.reason
    if code and what.codes:
        by_code = what.codes.get(code)
        confirmed = by_code in (area, *(known or ()))
        return ("area", by_code, "") if by_code and confirmed else ("other name" if by_code else "", area, "")
    return ("area", known[0], "") if known else ("", area, "")


def _label(label: str, what: Description) -> Meaning:
    if label.casefold() in what.total_names("labels"):
        return "total", (), "a total of the labels, which adds up"
    known = what.series_of(label)
    left_out = what.labels.of(label)
    if isinstance(left_out, Exclusion):
        return "left out", (), left_out.reason
    return "label" if known else "", known, ""


def _series(meaning: Meaning, month: float, what: Description) -> str:
    if "derive" in what.release or month < 0:
        return str(next(iter(meaning[1]), ""))
    return next((name for name in meaning[1] if name not in what.in_use or what.in_use[name].covers(int(month))), "")


def _unknown(
    text: str, rows: pd.DataFrame, parts: Sequence[Part], role: str, known: list[str], what: Description
) -> Fault:
    """The one fault of all rows that have a name which the description does not know, or another than their code says."""
    first, count = rows.iloc[0], int(rows["rows"].sum())
    part, more = parts[first["part"]], f" (and {count - 1:,} more rows)" if count > 1 else ""
    where = part.where(int(first["row"]), column_of(part, first, role, what))
    if role == "area" and first["kind"] == "other name":
        mend = f"Restore the file, or correct [codes] in {what.origin}."
        return Fault(part.origin, where, f"{first['code']} {text}", "code and name are of one area" + more, mend)
    close = near(text, known)
    mend = f"Is it {' or '.join(map(repr, close[:3]))}? " if close else ""
    mend += f'Add it to [{role}s] in {what.origin}, or leave it out there: {{ left_out = "the reason" }}.'
    found = f"{first['code']} {text}".strip() if role == "area" else text
    return Fault(
        part.origin,
        where,
        found,
        f"is {'an' if role == 'area' else 'a'} {role} that the description knows" + more,
        mend,
    )


def _periods(cells: pd.DataFrame, parts: Sequence[Part], edition: Edition) -> list[Fault]:
    """Fill in *month*; faults of periods that no format reads, do not ascend, or are not those that the title names."""
    what, faults = edition.what, []
    titled = [months_in(part.title, what.periods.get("in_title", ())) for part in parts]
    if "period" not in what.columns and what.across != "periods":
        cells["month"] = np.array([months[-1] if months else np.nan for months in titled], dtype=float)[cells["part"]]
        rule = f"names the period, written {' or '.join(what.periods.get('in_title', ())) or 'as in_title says'}"
        mend = f"Add its format to in_title under [periods] in {what.origin}."
        nameless = [part for part, months in zip(parts, titled, strict=True) if not months]
        return [Fault(part.origin, "title", f"{part.title:.120}", rule, mend) for part in nameless]
    place, months = _each(cells, ["period"], month_of, what.writing)
    cells["month"] = np.array([np.nan if month is None else float(month) for month in months])[place]
    wrong = cells[cells["month"].isna()]
    if len(wrong):
        row, texts = wrong.iloc[0], list(wrong["period"].unique())
        seen, part = formats_of(texts, what.writing), parts[row["part"]]
        add = f"Add {seen[0]!r} to written under [periods]" if seen else "Correct it, or declare a [[correction]]"
        more = f" (and {len(texts) - 1} others, {int(wrong['rows'].sum()):,} rows in all)" if len(texts) > 1 else ""
        rule = f"is a {what.writing.grain}, written {' or '.join(what.writing.forms)}{more}"
        where = part.where(row["row"], column_of(part, row, "period", what))
        faults.append(Fault(part.origin, where, row["period"], rule, f"{add} in {what.origin}."))
    for number, part in enumerate(parts):
        own = cells[(cells["part"] == number) & cells["month"].notna()]
        order = own.drop_duplicates("column").sort_values("column") if what.across == "periods" else own[:0]
        for heading in order["period"][(order["month"].diff() <= 0).to_numpy()]:
            rule, mend = "is later than the heading before it", "Restore the file: two headings may be exchanged."
            faults.append(Fault(part.origin, f"{part.unit} {part.line - 1}, column {heading}", heading, rule, mend))
        if titled[number] and len(own):
            named, found = (min(titled[number]), max(titled[number])), (own["month"].min(), own["month"].max())
            if found[1] != named[1] or (len(titled[number]) > 1 and found[0] != named[0]):
                value = f"{text_of(int(found[0]))} to {text_of(int(found[1]))}"
                rule = f"agrees with the title of the sheet, which names {' and '.join(map(text_of, named))}"
                faults.append(Fault(part.origin, part.unit, value, rule, RESTORE))
    return faults


def formats_of(texts: Sequence[str], writing: Writing) -> list[str]:
    """The common formats in which every one of *texts* is a period."""
    ways = {each: Writing((each,), writing.grain, writing.year_ends, events=True) for each in COMMON}
    return [each for each, way in ways.items() if len(texts) and all(month_of(t, way) is not None for t in texts)]


def column_of(part: Part, row: pd.Series, role: str, what: Description) -> int | None:
    """The column of a cell's role; None where it has none."""
    if what.across == f"{role}s" or (role == "count" and what.across):
        return int(row["column"])
    return next((at for at, (each, _) in roles(part.headings, what) if each == role), None)
