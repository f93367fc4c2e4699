"""From printed names to areas, series and months of the project; whatever has no place in it is a fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pcp_analysis.loaders.releases.cells import KEY, Edition
from pcp_analysis.loaders.releases.description import Described, LeftOut
from pcp_analysis.loaders.releases.names import plain
from pcp_analysis.loaders.releases.parts import Part, roles
from pcp_analysis.loaders.releases.periods import Writing, month_of, months_in, text_of
from pcp_analysis.strict.fault import Fault
from pcp_analysis.strict.nearest import near

#: Formats of periods that a fault may propose.
COMMON = (
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
)


def mapped(cells: pd.DataFrame, parts: Sequence[Part], edition: Edition) -> tuple[pd.DataFrame, list[Fault]]:
    """The printed *cells* (of every part, column *part*) with *month*, *kind* and *name*, *series*; and every fault.

    *kind* is ``area``, ``left out`` or ``total``, of which *name* is the area, or the printed name or code. *series* is
    the series, blank where the label is left out or a total.
    """
    what = edition.what
    faults: list[Fault] = []
    cells = cells.assign(**{role: cells[role].astype("category") for role in KEY})
    faults += _periods(cells, parts, edition)
    place, areas = _each(cells, ["code", "area"], lambda code, area: _area(code, area, what))
    cells["kind"] = _taken([each[0] for each in areas], place)
    cells["name"] = _taken([each[1] for each in areas], place)
    by_label, labels = _each(cells, ["label"], lambda label: _label(label, what))
    faults += _unknown(
        cells[cells["kind"] == ""], parts, "area", "is an area that the description knows", what.areas.listed, what
    )
    faults += _causes(
        cells[cells["kind"] == "other name"], parts, "area", "code and name are of one area",
        lambda text: f"Restore the file, or correct [codes] in {what.shown}.",
    )  # fmt: skip
    unlabelled = np.array([label is None for label in labels], dtype=bool)[by_label]
    faults += _unknown(
        cells[unlabelled], parts, "label", "is a label that the description knows", what.labels.listed, what
    )
    timed, months = pd.factorize(cells["month"].fillna(-1).to_numpy())
    pair, pairs = pd.factorize(by_label * len(months) + timed)
    series = [_series(labels[each // len(months)], float(months[each % len(months)]), what) for each in pairs.tolist()]
    cells["series"] = _taken(series, pair)
    kinds = [
        "total"
        if plain(printed).casefold() in _folded(what.totals["labels"])
        else "left out"
        if isinstance(label, LeftOut)
        else "label"
        for printed, label in zip(_texts(cells, ["label"], by_label, len(labels)), labels, strict=True)
    ]
    cells["label_kind"] = _taken(kinds, by_label)
    left_out = {number: f"{each[3]}: {each[2]}" for number, each in enumerate(areas) if each[0] == "left out"}
    _noted(cells, place, left_out, edition)
    texts = _texts(cells, ["label"], by_label, len(labels))
    left_out = {
        number: f"{texts[number]}: {each.reason}" for number, each in enumerate(labels) if isinstance(each, LeftOut)
    }
    _noted(cells[cells["kind"] == "area"], by_label[(cells["kind"] == "area").to_numpy()], left_out, edition)
    return cells, faults


def _noted(cells: pd.DataFrame, place: np.ndarray, left_out: dict[int, str], edition: Edition) -> None:
    """Note how many rows of the file are left out for each reason."""
    for number, words in left_out.items():
        own = cells[place == number]
        across = len(own) and own["column"].iloc[0] >= 0 and edition.what.across == "periods"
        count = len(own[["part", "row"]].drop_duplicates()) if across else int(own["rows"].sum())
        if count:
            edition.note(words, count)


def _folded(names: Iterable[str]) -> dict[str, str]:
    return {plain(name).casefold(): name for name in names}


def _taken(values: list[str], place: np.ndarray) -> pd.Categorical:
    codes, names = pd.factorize(np.array(values, dtype=object))
    return pd.Categorical.from_codes(codes[place], categories=names)


def _each(cells: pd.DataFrame, columns: list[str], reader: Callable[..., Any]) -> tuple[np.ndarray, list[Any]]:
    """What *reader* makes of each distinct set of texts, and for each row which of these is its own."""
    combined = np.zeros(len(cells), dtype=np.int64)
    for name in columns:
        combined = combined * len(cells[name].cat.categories) + cells[name].cat.codes.to_numpy()
    place, found = pd.factorize(combined)
    first = _first(place, len(found))
    return place, [
        reader(*texts) for texts in cells[columns].iloc[first].astype(object).itertuples(index=False, name=None)
    ]


def _first(place: np.ndarray, count: int) -> np.ndarray:
    first = np.zeros(count, dtype=np.int64)
    first[place[::-1]] = np.arange(len(place))[::-1]
    return first


def _texts(cells: pd.DataFrame, columns: list[str], place: np.ndarray, count: int) -> list[str]:
    return list(cells[columns[0]].iloc[_first(place, count)].astype(object))


def _area(code: str, area: str, what: Described) -> tuple[str, str, str, str]:
    """The kind, the name, the reason where it is left out, and the name as it is printed."""
    totals = _folded(what.totals["areas"])
    if (code or area).casefold() in totals:
        return "total", totals[(code or area).casefold()], "", area
    known = what.areas.of(area)
    if known is None and "one_area" in what.release and not what.areas.table:
        known = (what.release["one_area"],)
    if isinstance(known, LeftOut):
        return "left out", area, known.reason, area
    by_code = what.codes.get(code)
    if by_code is not None:
        confirmed = by_code == area or (known and known[0] == by_code)
        return "area" if confirmed else "other name", by_code if confirmed else area, "", area
    return ("area", known[0], "", area) if known and not (code and what.codes) else ("", area, "", area)


def _label(label: str, what: Described) -> Any:
    if "series" in what.release:
        return (what.release["series"],)
    found = what.labels.of(label)
    if found is None and plain(label).casefold() in _folded(what.totals["labels"]):
        return LeftOut("a total of the labels, which adds up")
    return found


def _series(label: Any, month: float, what: Described) -> str:
    if label is None or isinstance(label, LeftOut) or month < 0:
        return ""
    if "derive" in what.release:
        return str(label[0])
    return next((name for name in label if name not in what.in_use or what.in_use[name].covers(int(month))), "")


def _periods(cells: pd.DataFrame, parts: Sequence[Part], edition: Edition) -> list[Fault]:
    """Fill in *month*; faults of periods that no format reads, do not ascend, or are not those that the title names."""
    what = edition.what
    faults: list[Fault] = []
    titled = [months_in(part.title, what.periods.get("in_title", ())) for part in parts]
    by_title = "period" not in what.columns and what.across != "periods"
    if by_title:
        for part, months in zip(parts, titled, strict=True):
            if not months:
                rule = (
                    f"names the period, written {' or '.join(what.periods.get('in_title', ())) or 'as in_title says'}"
                )
                mend = f"Add its format to in_title under [periods] in {what.shown}."
                faults.append(Fault(part.shown, "title", part.title[:120], rule, mend))
        cells["month"] = np.array([months[-1] if months else np.nan for months in titled], dtype=float)[cells["part"]]
        return faults
    place, months = _each(cells, ["period"], lambda text: month_of(text, what.writing))
    cells["month"] = np.array([np.nan if month is None else float(month) for month in months])[place]
    wrong = cells[cells["month"].isna()]
    if len(wrong):
        row, texts = wrong.iloc[0], list(wrong["period"].unique())
        written = " or ".join(what.writing.written)
        seen = formats_of(texts, what.writing)
        add = (
            f"Add {seen[0]!r} to written under [periods]" if seen else "Correct it, or declare it under [[correction]]"
        )
        more = f" (and {len(texts) - 1} others, {int(wrong['rows'].sum()):,} rows in all)" if len(texts) > 1 else ""
        part = parts[row["part"]]
        rule = f"is a {what.writing.grain}, written {written}{more}"
        faults.append(
            Fault(
                part.shown,
                part.where(row["row"], column_of(part, row, "period", what)),
                row["period"],
                rule,
                f"{add} in {what.shown}.",
            )
        )
    for number, part in enumerate(parts):
        own = cells[(cells["part"] == number) & cells["month"].notna()]
        if what.across == "periods":
            order = own.drop_duplicates("column").sort_values("column")
            before = order["month"].diff()
            for at in order.index[(before <= 0).to_numpy()]:
                heading = order.at[at, "period"]
                rule, mend = "is later than the heading before it", "Restore the file: two headings may be exchanged."
                faults.append(Fault(part.shown, f"{part.unit} {part.line - 1}, column {heading}", heading, rule, mend))
        if titled[number] and len(own):
            named, found = (min(titled[number]), max(titled[number])), (own["month"].min(), own["month"].max())
            if found[1] != named[1] or (len(titled[number]) > 1 and found[0] != named[0]):
                value = f"{text_of(int(found[0]))} to {text_of(int(found[1]))}"
                rule = f"agrees with the title of the sheet, which names {' and '.join(map(text_of, named))}"
                faults.append(Fault(part.shown, part.unit, value, rule, "Restore the file, or ask the publisher."))
    return faults


def formats_of(texts: Sequence[str], writing: Writing) -> list[str]:
    """The common formats in which every one of *texts* is a period."""
    return [
        each
        for each in COMMON
        if len(texts)
        and all(
            month_of(text, Writing((each,), writing.grain, writing.year_ends, events=True)) is not None
            for text in texts
        )
    ]


def column_of(part: Part, row: pd.Series, role: str, what: Described) -> int | None:
    """The column of a cell's role; None where it has none."""
    if what.across == f"{role}s" or (role == "count" and what.across):
        return int(row["column"])
    return next((at for at, (each, _) in roles(part.headings, what) if each == role), None)


def _unknown(
    wrong: pd.DataFrame, parts: Sequence[Part], role: str, rule: str, known: list[str], what: Described
) -> list[Fault]:
    def mend(text: str) -> str:
        close = near(text, known)
        hint = f"Is it {' or '.join(map(repr, close[:3]))}? " if close else ""
        return f'{hint}Add it to [{role}s] in {what.shown}, or leave it out there: {{ left_out = "the reason" }}.'

    return _causes(wrong, parts, role, rule, mend, what)


def _causes(
    wrong: pd.DataFrame,
    parts: Sequence[Part],
    role: str,
    rule: str,
    mend: Callable[[str], str],
    what: Described | None = None,
) -> list[Fault]:
    """One fault for each distinct text of a role, with the place of the first and how many rows have it."""
    faults = []
    for text, rows in wrong.groupby(role, sort=False, observed=True):
        first = rows.iloc[0]
        part, count = parts[first["part"]], int(rows["rows"].sum())
        more = f" (and {count - 1:,} more rows)" if count > 1 else ""
        column = column_of(part, first, role, what) if what else None
        found = f"{first['code']} {text}".strip() if role == "area" else str(text)
        faults.append(Fault(part.shown, part.where(int(first["row"]), column), found, rule + more, mend(str(text))))
    return faults
