"""What the counts of a release must be together: each once, none missing, none below nought, parts that add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from pcp_analysis.loaders.releases.cells import KEY, Edition
from pcp_analysis.loaders.releases.description import Description, Use
from pcp_analysis.loaders.releases.keys import Exclusion
from pcp_analysis.loaders.releases.mapping import column_of
from pcp_analysis.loaders.releases.names import plain
from pcp_analysis.loaders.releases.parts import RESTORE, Part
from pcp_analysis.loaders.releases.periods import GRAINS, number_of, text_of
from pcp_analysis.loaders.rows import month_end
from pcp_analysis.strict.fault import Fault

#: More faults of one kind than this are told as one.
MOST = 12


def together(cells: pd.DataFrame, parts: Sequence[Part], edition: Edition) -> list[Fault]:
    """Every fault of the mapped *cells* among themselves; each alone is sound."""
    what, shown = edition.what, parts[0].origin if len(parts) == 1 else edition.what.name
    faults = list(_late(cells, edition, shown))
    # Files of single months may be of any months: what they lack is named, and is no fault.
    if not (what.events and len(parts) > 1):
        faults += _run(cells, what, shown)
    if what.events:
        faults += _in_two_files(cells, parts)
    else:
        faults += [*_repeated(cells, parts, edition), *_below_nought(cells, parts, edition)]
    if not faults:
        faults += [*_missing(cells, edition, shown)]
    if not faults:
        faults += [*_totals(cells, edition, shown), *_unplaced(cells, edition, shown)]
    return _few(faults)


def _few(faults: list[Fault]) -> list[Fault]:
    by_rule: dict[str, list[Fault]] = {}
    for fault in faults:
        by_rule.setdefault(fault.rule.split(",")[0], []).append(fault)
    few = []
    for found in by_rule.values():
        few += found[:MOST]
        if len(found) > MOST:
            rule = f"{found[MOST].rule} (and {len(found) - MOST - 1} more such)"
            few.append(replace(found[MOST], rule=rule))
    return few


def _in_two_files(cells: pd.DataFrame, parts: Sequence[Part]) -> Iterator[Fault]:
    """Events of one area, label and period in two files: one may be the other once more, and all would count twice."""
    cell = ["area", "label", "month"]
    files = cells[["part", *cell]].drop_duplicates()
    for part, again in files[files.duplicated(cell)].groupby("part"):
        first = again.iloc[0]
        rule = "is in one of the files" + (f" (and {len(again) - 1} more such)" if len(again) > 1 else "")
        value = f"{first['area']}, {first['label']}, {text_of(int(first['month']))}"
        mend = "Take the file away that is there twice; put events of one period into one file."
        yield Fault(parts[part].origin, "", value, rule, mend)


def _late(cells: pd.DataFrame, edition: Edition, shown: str) -> Iterator[Fault]:
    last = int(cells["month"].max())
    if month_end(last) > edition.as_at:
        rule = f"has ended by the as-at day, {edition.as_at}"
        mend = "Correct --as-at, leave the period out that had not ended, or restore the file: a heading may be wrong."
        yield Fault(shown, "periods", text_of(last), rule, mend)


def _run(cells: pd.DataFrame, what: Description, shown: str) -> Iterator[Fault]:
    """Periods that are missing between the first and the last, or before the first where it is declared."""
    months = sorted(cells["month"].unique().astype(int).tolist())
    first = number_of(what.periods["first"]) if "first" in what.periods else months[0]
    if months[0] < first:
        rule = f"is not before {text_of(first)}, where the release begins"
        yield Fault(shown, "periods", text_of(months[0]), rule, f"Correct it, or first in {what.origin}.")
    odd = [month for month in months if (month - first) % what.step]
    missing = [month for month in range(first, months[-1], what.step) if month not in months]
    if odd or missing:
        texts = [text_of(month) for month in odd or missing]
        rule = f"is a period of the run from {text_of(first)} to {text_of(months[-1])}, one every {what.step} months"
        rule = rule if odd else f"has every period from {text_of(first)} to {text_of(months[-1])}; these are missing"
        more = f" and {len(texts) - 4} more" if len(texts) > 4 else ""
        yield Fault(shown, "periods", ", ".join(texts[:4]) + more, rule, "Take the whole release, or correct a period.")


def _repeated(cells: pd.DataFrame, parts: Sequence[Part], edition: Edition) -> Iterator[Fault]:
    """The same code, area, label and period on several rows, unless so many are declared."""
    key = [*KEY, "month"]
    again = (cells["rows"] > 1) | cells.duplicated(key, keep=False)
    cells = cells[again].assign(_sum=lambda own: own.groupby(key, observed=True)["rows"].transform("sum"))
    declared = {row[0]: row for row, _ in edition.rows("repeated")}
    for _, row in cells.drop_duplicates(key).iterrows():
        wanted = declared.get(row["label"])
        if wanted and row["_sum"] == wanted[1]:
            edition.uses.add(("repeated", wanted))
            continue
        part = parts[row["part"]]
        value = ", ".join(filter(None, (row["area"], row["label"], row["period"])))
        rule, mend = f"stands once, and is there {row['_sum']} times", "Remove the row that is too many."
        yield Fault(part.origin, part.where(int(row["row"])), value, rule, mend)


def _below_nought(cells: pd.DataFrame, parts: Sequence[Part], edition: Edition) -> Iterator[Fault]:
    for _, row in cells[(cells["least"] < 0) & (cells["kind"] != "left out")].iterrows():
        key = (row["name"], row["label"], text_of(int(row["month"])), int(row["least"]))
        if not edition.excepted("below_nought", key):
            part = parts[row["part"]]
            mend = f"Ask the publisher, or declare {list(key)} under [[below_nought]] in {edition.what.origin}."
            place = part.where(int(row["row"]), column_of(part, row, "count", edition.what))
            yield Fault(part.origin, place, str(key[3]), "is not below nought, unless declared with its reason", mend)


def _missing(cells: pd.DataFrame, edition: Edition, shown: str) -> Iterator[Fault]:
    """Areas, labels, and cells of both and a period, that are not there though they are declared or are elsewhere."""
    what = edition.what
    if what.events:
        return
    own = cells[(cells["kind"] == "area") & (cells["label_kind"] == "label")]
    if what.file.get("absent") == "nought":
        held = set(own[["name", "series"]].drop_duplicates().itertuples(index=False, name=None))
        used = {
            series
            for series in what.series
            if any(what.in_use.get(series, Use()).covers(int(m)) for m in own["month"].unique())
        }
        grid = [(area, series) for area in _areas(own, what) for series in used]
        gone: list[tuple[Any, ...]] = [
            pair for pair in grid if pair not in held and not edition.excepted("no_row", pair)
        ]
    else:
        folded = [plain(text).casefold() for text in own["label"].cat.categories]
        held = set(own["label"].cat.codes.unique())
        texts = {folded[at]: own["label"].cat.categories[at] for at in held} | {
            plain(n).casefold(): n for n in _labels(what)
        }
        labels, months = list(texts), sorted(own["month"].unique().astype(int))
        names = own.drop_duplicates("area").set_index("area")["name"]
        place = {text: at for at, text in enumerate(labels)}
        there = np.zeros((len(names), len(labels), len(months)), dtype=bool)
        at_label = np.array([place.get(text, 0) for text in folded])[own["label"].cat.codes]
        there[names.index.get_indexer(own["area"]), at_label, np.searchsorted(months, own["month"])] = True
        asked = np.array([[_asked(texts[label], month, what) for month in months] for label in labels])
        absent = np.argwhere(~there & asked[None])
        gone = [(names.index[a], texts[labels[b]], months[c]) for a, b, c in absent]
        excepted = {pair for pair in dict.fromkeys(each[:2] for each in gone) if edition.excepted("no_row", pair)}
        gone = [each for each in gone if each[:2] not in excepted]
        lacking = [name for name in _areas(own, what) if name not in set(names)]
        for name in lacking:
            yield Fault(shown, "areas", name, "is an area with a row", f"{RESTORE} Else take it out of {what.origin}.")
    by_first: dict[str, dict[str, list[int]]] = {}
    for each in gone:
        by_first.setdefault(each[0], {}).setdefault(each[1], []).append(each[2] if len(each) > 2 else 0)
    for area, found in by_first.items():
        whole = [name or area for name in found]
        periods = sorted({text_of(month) for months in found.values() for month in months if month})
        value = ", ".join(whole[:4]) + (f" and {len(whole) - 4} more" if len(whole) > 4 else "")
        value += f" in {periods[0]}" + (f" to {periods[-1]}" if len(periods) > 1 else "") if periods else ""
        mend = f"{RESTORE} Where nothing of it was counted, declare it under [[no_row]] in {what.origin}."
        yield Fault(shown, area, value, "has a count of every label in use", mend)


def _asked(label: str, month: int, what: Description) -> bool:
    """Whether a label must be there: one of its series was in use in some month of the period."""
    series = what.series_of(label)
    return not series or any(what.in_use.get(each, Use()).covers(month, GRAINS[what.writing.grain]) for each in series)


def _areas(own: pd.DataFrame, what: Description) -> list[str]:
    listed = {
        what.areas.table[name][0] for name in what.areas.exact if not isinstance(what.areas.table[name], Exclusion)
    }
    return sorted({*own["name"], *listed, *what.codes.values()})


def _labels(what: Description) -> list[str]:
    return [name for name in what.labels.exact if not isinstance(what.labels.table[name], Exclusion)]


def summed(cells: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The counts added up by *keys*; a sum with a part that is not supplied is not known."""
    groups = cells.assign(_lacks=cells["count"].isna()).groupby(keys, sort=False, observed=True)
    sums = groups["count"].sum().where(groups["_lacks"].sum() == 0)
    return sums.reset_index().astype(dict.fromkeys(set(keys) - {"month"}, object))


def _value(cells: pd.DataFrame) -> Mapping[tuple[str, str, int], float]:
    """The counts of each area, or what is left out or a total, by its name, by label and month."""
    rows = summed(cells, ["name", "label", "month"]).itertuples(index=False, name=None)
    return {(plain(name).casefold(), plain(label).casefold(), int(month)): count for name, label, month, count in rows}


def _totals(cells: pd.DataFrame, edition: Edition, shown: str) -> Iterator[Fault]:
    """Totals of areas and of labels that their parts do not make."""
    totals = edition.what.totals
    values = _value(cells) if totals["areas"] or totals["labels"] else {}
    for of, place in (("areas", 0), ("labels", 1)):
        others = sorted({(str(key[1 - place]), key[2]) for key in values})
        for total, members in totals[of].items():
            for other, month in others:
                names = [plain(each).casefold() for each in (total, *members)]
                keys = [(name, other, month) if of == "areas" else (other, name, month) for name in names]
                found, *parts = (values.get(key, np.nan) for key in keys)
                key = (total, other, month) if of == "areas" else (other, total, month)
                yield from _untied(found, parts, key, edition, shown)


def _untied(
    found: float, parts: list[float], key: tuple[str, str, int], edition: Edition, shown: str
) -> Iterator[Fault]:
    """A total that its parts do not make within their rounding; parts that are not supplied leave the total unjudged above."""
    known = [part for part in parts if not np.isnan(part)]
    if np.isnan(found) or not known:
        return
    allowed = edition.what.totals["rounded"] / 2 * (len(parts) + 1) + 1e-6
    short = found - sum(known)
    if abs(short) > allowed:
        row = (key[0], key[1], text_of(key[2]), round(short, 4))
        if not edition.excepted("untied", row):
            lacking = len(parts) - len(known)
            words = f", {lacking} of {len(parts)} not supplied" if lacking else ""
            rule = f"is the sum of its parts, {sum(known):,.10g}{words}"
            mend = f"Restore the file, or declare {list(row)} under [[untied]] in {edition.what.origin}."
            yield Fault(shown, f"{key[0]}, {key[1]}, {text_of(key[2])}".strip(", "), f"{found:,.10g}", rule, mend)


def _unplaced(cells: pd.DataFrame, edition: Edition, shown: str) -> Iterator[Fault]:
    """A month in which more offences have no place than is usual, unless declared: [name, per cent, month, count]."""
    what = edition.what
    for name, percent in {(row[0], row[1]) for row, _ in edition.rows("unplaced")}:
        every = cells.groupby("month")["count"].sum()
        own = cells[cells["area"] == name].groupby("month")["count"].sum()
        for month, count in own[own * 100 > every.reindex(own.index) * percent].items():
            row = (name, percent, text_of(int(month)), int(count))
            if not edition.excepted("unplaced", row):
                mend = f"Ask the publisher, or declare {list(row)} under [[unplaced]] in {what.origin}."
                rule = f"is at most {percent:g} per cent of the month's offences, unless declared with its reason"
                yield Fault(shown, f"{name}, {row[2]}", f"{row[3]:,} of {every[month]:,.0f}", rule, mend)
