"""The cells of a part: each count with the area, label and period that the file prints for it, equal ones added up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from pcp_analysis.loaders.places import JOINT
from pcp_analysis.loaders.releases.description import Description
from pcp_analysis.loaders.releases.names import BLANK, Names, plain
from pcp_analysis.loaders.releases.parts import Part, is_across, roles
from pcp_analysis.strict.fault import Fault
from pcp_analysis.strict.nearest import near

_WHOLE = re.compile(r"-?(?:[0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,3})", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]{1,9}\.[0-9]{1,17}", re.ASCII)
NO_FIGURE = "rows without a figure: notes, units and blank lines"
KEY = ["code", "area", "label", "period"]


@dataclass
class Edition:
    """Files of a release by their *sha256*, the day of their vintage, and the exceptions that applied to something in them."""

    what: Description
    as_at: date
    sha256: set[str] = field(default_factory=set)
    uses: set[tuple[str, tuple[Any, ...]]] = field(default_factory=set)
    notes: dict[str, int] = field(default_factory=dict)

    def rows(self, name: str) -> list[tuple[tuple[Any, ...], str]]:
        """The rows of a list of exceptions, with their reasons."""
        return list(self.what.rows(name, {self.as_at, *self.sha256}))

    def excepted(self, name: str, row: tuple[Any, ...]) -> bool:
        """Whether *row* is one of the list, in which ``*`` stands for anything; it is noted as used."""
        for each, _ in self.rows(name):
            if len(each) == len(row) and all(one in (other, "*") for one, other in zip(each, row, strict=True)):
                self.uses.add((name, each))
                return True
        return False

    def note(self, words: str, count: int) -> None:
        """Add to the rows that were left out for that reason."""
        if count:
            self.notes[words] = self.notes.get(words, 0) + count


def printed(part: Part, edition: Edition) -> tuple[pd.DataFrame, list[Fault]]:
    """The counts of *part* by printed code, area, label and period, and what is wrong with its columns and numbers.

    Columns beside these: *count* (float; NaN where it is not supplied), *rows* that were added, *row* and *column* of the
    first, *twins*: rows whose id another has too.
    """
    what = edition.what
    placed: dict[str, list[int]] = {}
    for place, (role, _) in roles(part.headings, what):
        placed.setdefault(role, []).append(place)
    faults = list(_column_faults(part, what, placed))
    if faults:
        return pd.DataFrame(), faults
    known = {at for places in placed.values() for at in places}
    across = [at for at, name in enumerate(part.headings) if at not in known and is_across(name, what)]
    rows = np.arange(len(part.cells))
    if across:
        cells = part.cells[across].to_numpy(dtype=object)
        place, texts = pd.factorize(cells.ravel())
        marks = what.file.get("missing", ())
        filled = np.array([text in marks or bool(re.search("[0-9]", text)) for text in texts], dtype=bool)
        held = filled[place].reshape(cells.shape).any(axis=1)
        edition.note(NO_FIGURE, int((~held).sum()))
        rows, values = rows[held], (place.reshape(cells.shape)[held].ravel(), texts)
    else:
        blank = np.logical_and.reduce([(part.cells[at] == "").to_numpy() for at in known])
        edition.note(NO_FIGURE, int(blank.sum()))
        rows = rows[~blank]
        values = (np.zeros(len(rows), dtype=np.int64), ["1"])
        if "count" in placed:
            values = _factors(part.cells[placed["count"][0]].iloc[rows])
    keys = {role: _names(part, rows, placed.get(role, []), role, edition) for role in KEY}
    wide = max(len(across), 1)
    codes = {role: np.repeat(key[0], wide) for role, key in keys.items()}
    if across:
        role = "period" if what.across == "periods" else "label"
        names = [_corrected(part.headings[at], plain(part.headings[at]), edition) for at in across]
        keys[role] = (np.arange(wide), [plain(name, what.writing.footnotes and role == "label") for name in names])
        codes[role] = np.tile(keys[role][0], len(rows))
    numbers, faults = _numbers(part, rows, across or placed.get("count", [0]), values, what)
    frame = _added_up(codes, keys, numbers[values[0]], rows, across)
    if "id" in placed:
        ids = _factors(part.cells[placed["id"][0]])
        twins = np.bincount(ids[0], minlength=len(ids[1]))
        frame.attrs["twins"] = int(sum(n for n, text in zip(twins, ids[1], strict=True) if n > 1 and text))
    return frame, faults


def _column_faults(part: Part, what: Description, placed: dict[str, list[int]]) -> Iterable[Fault]:
    """Roles without a column, and columns that are nothing that the description knows: one of each is probably the same."""
    known = {at for places in placed.values() for at in places}
    across = {at for at, name in enumerate(part.headings) if is_across(name, what)}
    left_out = Names(what.headings.get("left_out", {}), what.writing.footnotes)
    others = [at for at, name in enumerate(part.headings) if at not in known | across and left_out.of(name) is None]
    where = f"{part.unit} {part.line - 1}"
    lacking = [role for role in what.columns if role not in placed and role != "id"]
    for role in lacking:
        accepted, alike = what.columns[role], [part.headings[at] for at in others if part.headings[at]]
        one = near(accepted[-1], alike)[:1] or (alike if len(alike) == 1 else [])
        mend = f"Add it under [columns] in {what.origin}; the heading has: {', '.join(part.headings)[:200]}."
        if one:
            mend = f"{one[0]!r} is unknown and is probably it: add it to {role} under [columns] in {what.origin}."
        yield Fault(part.origin, where, "", f"has the column of each {role}: {' or '.join(accepted)}", mend)
    for at in others if what.across and not lacking else ():
        name, mend = part.headings[at], f"Correct it, or leave it out under [headings.left_out] in {what.origin}."
        if name or part.cells[at].str.fullmatch(r"-?[0-9][0-9.,]*").any():
            rule = f"is one of the {what.across} that stand across"
            yield Fault(part.origin, f"{where}, column {name}", name, rule, mend)
    names = [part.headings[at] for at in sorted(known | across)]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Fault(part.origin, f"{where}, column {name}", name, "is a column named once", "Remove one of them.")


def _factors(column: pd.Series) -> tuple[np.ndarray, list[str]]:
    codes, found = pd.factorize(column.to_numpy(dtype=object))
    return codes, list(found)


def _corrected(heading: str, text: str, edition: Edition) -> str:
    """What is meant by a printed text in the column *heading*, by the corrections of the edition."""
    for row, _ in edition.rows("correction"):
        if len(row) == 3 and plain(row[0]).casefold() == plain(heading).casefold() and row[1] == text:
            edition.uses.add(("correction", row))
            return str(row[2])
    return text


def _names(
    part: Part, rows: np.ndarray, places: Sequence[int], role: str, edition: Edition
) -> tuple[np.ndarray, list[str]]:
    """The names of a role, row by row: the texts of its columns, cut and joined."""
    what = edition.what
    footnotes = what.writing.footnotes and role != "period"
    whole: np.ndarray = np.zeros(len(rows), dtype=np.int64)
    names = [""]
    for count, at in enumerate(places):
        codes, texts = _factors(part.cells[at].iloc[rows])
        cut = what.cut.get(part.headings[at])
        ready = []
        for text in texts:
            text = _corrected(part.headings[at], text.strip(), edition)
            text = plain(cut.sub("", text) if cut else text, footnotes)
            ready.append(text or (BLANK if len(places) > 1 or role == "area" else ""))
        joined = whole * len(ready) + codes
        whole, found = pd.factorize(joined)
        names = [
            (names[each // len(ready)] + JOINT if count else "") + ready[each % len(ready)] for each in found.tolist()
        ]
    codes, found = pd.factorize(np.array(names, dtype=object))
    whole, names = codes[whole], list(found)
    both = {name.removesuffix(" (total)").casefold() for name in what.totals["areas"] if name.endswith(" (total)")}
    for at, name in enumerate(list(names)):
        # Where a region has the name of a force, the region heads the block of its forces.
        if role == "area" and name.casefold() in both:
            first = np.flatnonzero(whole == at)[0]
            whole[first] = len(names)
            names.append(f"{name} (total)")
    if len(places) and len(places) < len(what.columns.get(role, ("",))[0].split(" + ")):
        names = [name + (JOINT + BLANK) for name in names]
    return whole, names


def _numbers(
    part: Part, rows: np.ndarray, columns: Sequence[int], values: tuple[np.ndarray, Sequence[str]], what: Description
) -> tuple[np.ndarray, list[Fault]]:
    """Each distinct text as a number, and one fault for each kind of text that is none."""
    numbers = np.full(len(values[1]), np.nan)
    wrong: dict[str, list[int]] = {}
    for at in np.unique(values[0]).tolist():
        text = str(values[1][at]).strip()
        if _WHOLE.fullmatch(text) or ("to_whole" in what.file and _DECIMAL.fullmatch(text)):
            numbers[at] = float(text.replace(",", ""))
        elif text not in what.file.get("missing", ()):
            wrong.setdefault("decimals" if _DECIMAL.fullmatch(text) else "blank" if not text else "text", []).append(at)
    faults = []
    mends = {
        "decimals": f"say under to_whole of [file] in {what.origin} why it is rounded",
        "blank": f'where a blank means not supplied, add "" to missing under [file] in {what.origin}',
        "text": f"where it means not supplied, add it to missing under [file] in {what.origin}",
    }
    for kind, found in wrong.items():
        cells = np.flatnonzero(np.isin(values[0], found))
        row, column = divmod(int(cells[0]), len(columns))
        rule = "is a whole number" + (f" (and {len(cells) - 1} more cells)" if len(cells) > 1 else "")
        where, text = part.where(int(rows[row]), columns[column]), str(values[1][values[0][cells[0]]])
        faults.append(Fault(part.origin, where, text, rule, f"Restore the file; {mends[kind]}."))
    return numbers, faults


def distinct(codes: Iterable[tuple[np.ndarray, int]]) -> tuple[np.ndarray, np.ndarray]:
    """The set of codes of each row, of several columns with so many codes, by its number; and the first row of each set."""
    combined: Any = 0
    for column, size in codes:
        combined = combined * max(size, 1) + column
    group, found = pd.factorize(combined)
    first = np.zeros(len(found), dtype=np.int64)
    first[group[::-1]] = np.arange(len(group))[::-1]
    return group, first


def _added_up(
    codes: dict[str, np.ndarray],
    keys: dict[str, tuple[Any, list[str]]],
    numbers: np.ndarray,
    rows: np.ndarray,
    across: Sequence[int],
) -> pd.DataFrame:
    group, first = distinct((codes[role], len(keys[role][1])) for role in KEY)
    frame = pd.DataFrame(
        {role: pd.Categorical.from_codes(codes[role][first], categories=keys[role][1]) for role in KEY}
    )
    frame["rows"] = np.bincount(group, minlength=len(first))
    # A cell that is not supplied makes no sum: what is added to it is not known.
    frame["count"] = np.bincount(group, weights=numbers, minlength=len(first)) if len(first) else 0.0
    least = np.full(len(first), np.inf)
    np.minimum.at(least, group, np.nan_to_num(numbers))
    frame["least"] = least
    wide = max(len(across), 1)
    frame["row"] = rows[first // wide] if len(first) else 0
    frame["column"] = np.array(across or [-1])[first % wide] if len(first) else -1
    return frame
