"""A draft of a description, from one file of a release: what it has, what that looks like, and the questions left."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pcp_analysis.loaders.releases.mapping import COMMON, formats_of
from pcp_analysis.loaders.releases.names import plain
from pcp_analysis.loaders.releases.parts import DEEPEST, column_letter, parts_as_rows
from pcp_analysis.loaders.releases.periods import GRAINS, Writing
from pcp_analysis.strict.nearest import near
from pcp_analysis.strict.toml import written

MOST = 60
# Words in the names of columns, the most telling first.
_COUNTS = "count number total volume offences crimes"
_LABELS = "subgroup sub minor type offence crime category label group"
_AREAS = "lpu ward borough bocu district division beat neighbourhood area force falls place lsoa station column"
_ANY = Writing((), "month")
_NUMBER = set("0123456789,.- ")


@dataclass
class _Column:
    """A column by its heading: its distinct *texts*, the common *formats* that read each of them, and whether it is numeric."""

    name: str
    texts: list[str]

    def __post_init__(self) -> None:
        filled = [text for text in self.texts if text]
        self.formats = formats_of(filled[:200], _ANY)
        self.numeric = bool(filled) and sum(set(text) <= _NUMBER for text in filled) >= 0.9 * len(filled)


def draft(path: Path, series: Sequence[str]) -> str:
    """The text of a description for the file at *path*; *series* are the known ones, of which the nearest are proposed.

    Raises FaultError where the file cannot be read.
    """
    sheet, rows, sheets = parts_as_rows(path)
    at = max(range(min(len(rows), DEEPEST)), key=lambda place: (sum(map(_names_a_column, rows[place])), -place))
    headings, body = [plain(text) for text in rows[at]], rows[at + 1 :]
    texts = [
        list(dict.fromkeys(row[place].strip() for row in body if place < len(row))) for place in range(len(headings))
    ]
    columns = [
        _Column(heading or f"column {column_letter(place)}", texts[place])
        for place, heading in enumerate(headings)
        if heading or any(texts[place])
    ]
    numeric = [each for each in columns if each.numeric]
    across = max(COMMON, key=lambda form: sum(form in formats_of([each.name], _ANY) for each in numeric))
    months = [each for each in numeric if across in formats_of([each.name], _ANY)]
    wide = len(months) > 1
    others = [each for each in columns if not (wide and each in months)]
    dated = [each for each in others if each.formats]
    # four figures may be a year, and a number of a row as well
    period = None if wide else min(dated, key=lambda each: each.formats == ["%Y"], default=None)
    count = None if wide else _liked([each for each in numeric if each is not period], _COUNTS)
    names = [
        each
        for each in others
        if not (each.numeric or each is period) and 1 < len(each.texts) < max(400, len(body) / 4)
    ]
    label = _liked(names, _LABELS) or (names[-1] if names else None)
    area = _liked([each for each in names if each is not label], _AREAS)
    formats = [across] if wide else period.formats if period else ["?"]
    marks = sorted({text for each in numeric for text in each.texts if not set(text) <= _NUMBER})
    places = [text for text in area.texts if text] if area else []
    lines = {
        f"# Drafted from {path.name}: {len(body):,} rows below a heading in row {at + 1}. Mend what is marked with ?, then:": True,
        "# pcp import NAME FILE --as-at DATE": True,
        "# Its headings: " + ", ".join(headings)[:300]: True,
        f"\n[release]\ntitle = {written(f'? {path.stem}')}\npublisher = {written('? whose figures these are')}": True,
        f"licence = {written('? internal, or the licence')}\nmakes = {written('counts')}": True,
        "sensitive = true    # small counts are not shown; where they may be: false, with sensitive_reason": True,
        "\n[file]": sheet or marks,
        f"sheet = {written(sheet)}    # ? of {', '.join(sheets)}": sheet,
        f"missing = {_list(marks)}    # ? not supplied": marks,
        "\n[columns]": True,
        f"area = {_list([area.name if area else ''])}": area,
        '# ? no column of areas: add one_area = "the force" under [release]': not area,
        f"label = {_list([label.name if label else ''])}": label,
        "# ? no column of labels: add series = ... under [release]": not label,
        f"period = {_list([period.name if period else ''])}": period,
        f"count = {_list([count.name if count else ''])}": count,
        "# No column of counts was seen: each row is one event.": not (wide or count),
        '\n[headings]\nare = "periods"': wide,
        f"\n[periods]\nwritten = {_list(formats[:1])}    # ? of {', '.join(formats)}": True,
        f'grain = "month"    # ? {", ".join(GRAINS)}\nprovisional = 1    # ? how many of the latest may still change': True,
        '\n[areas]    # name -> area of the project, "Force / Place"; or { left_out = "the reason" }': True,
        "\n".join(f"{written(text)} = {written(f'? / {text}')}" for text in places[:MOST]): places,
        f"# ? and {len(places) - MOST} more": len(places) > MOST,
        '\n[labels]    # label -> series; or { left_out = "the reason" }': True,
    }
    for text in (label.texts if label else [])[:MOST]:
        close = _close(text.casefold(), series)
        among = f"of {', '.join(close[:3])}" if close else "no series of the project is near; name a new one"
        lines[f"{written(text)} = {written(close[0] if close else '?')}    # ? {among}"] = text
    return "\n".join(line for line, stands in lines.items() if stands) + "\n"


def _close(label: str, series: Sequence[str]) -> list[str]:
    """The series that a label may mean: those whose every word it has, the longest first, and those of a near name."""
    words = set(re.findall(r"[a-z]+", label))
    inside = sorted((each for each in series if set(each.split("_")) <= words), key=len, reverse=True)
    return list(dict.fromkeys([*inside, *near(label.replace(" ", "_"), series)]))


def _names_a_column(text: str) -> bool:
    """Whether a cell of a heading is a name or a period, and no figure."""
    return bool(text.strip()) and (not set(text) <= _NUMBER or bool(formats_of([text], _ANY)))


def _liked(columns: Sequence[_Column], words: str) -> _Column | None:
    """The column whose name has the first of the *words* that any has; None where none has one."""
    return next((each for word in words.split() for each in columns if word in each.name.casefold()), None)


def _list(texts: Sequence[str]) -> str:
    return "[" + ", ".join(written(text) for text in texts) + "]"
