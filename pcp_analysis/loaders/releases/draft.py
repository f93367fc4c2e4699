"""A draft of a description, from one file of a release: what it has, what that looks like, and the questions left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pcp_analysis.loaders.releases.mapped import formats_of
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
_NUMBER = set("0123456789,.- ")


@dataclass
class _Column:
    name: str
    texts: list[str]
    formats: list[str] = field(default_factory=list)

    @property
    def numeric(self) -> bool:
        """Whether every text is a number, or one of a few marks."""
        filled = [text for text in self.texts if text]
        return bool(filled) and sum(set(text) <= _NUMBER for text in filled) >= 0.9 * len(filled)


def draft(path: Path, name: str, series: Sequence[str]) -> str:
    """The text of a description for the file at *path*; *series* are the known ones, of which the nearest are proposed.

    Raises FaultError where the file cannot be read.
    """
    sheet, rows, sheets = parts_as_rows(path)
    at = max(range(min(len(rows), DEEPEST)), key=lambda place: (sum(map(_names_a_column, rows[place])), -place))
    headings = [plain(text) for text in rows[at]]
    body = rows[at + 1 :]
    columns = [
        _Column(
            heading or f"column {column_letter(place)}",
            list(dict.fromkeys(row[place].strip() for row in body if place < len(row))),
        )
        for place, heading in enumerate(headings)
        if heading or any(row[place].strip() for row in body if place < len(row))
    ]
    across = formats_of([each.name for each in columns if each.numeric], Writing((), "month")) if columns else []
    for each in columns:
        each.formats = formats_of([text for text in each.texts if text][:200], Writing((), "month"))
    wide = bool(across) and sum(each.numeric for each in columns) > 1
    others = [each for each in columns if not (wide and each.numeric)]
    period = None if wide else next((each for each in others if each.formats), None)
    count = None if wide else _liked([each for each in others if each.numeric and each is not period], _COUNTS)
    names = [each for each in others if each not in (period, count) and 1 < len(each.texts) < max(400, len(body) / 4)]
    label = _liked(names, _LABELS) or (names[-1] if names else None)
    area = _liked([each for each in names if each is not label], _AREAS)
    formats = across if wide else period.formats if period else []
    marks = sorted({text for each in columns if each.numeric for text in each.texts if not set(text) <= _NUMBER})
    lines = [
        f"# Drafted from {path.name}: {len(body):,} rows below a heading in row {at + 1}. Mend what is marked with ?, then: pcp import {name} FILE --as-at DATE",
        "# Its headings: " + ", ".join(headings)[:300],
        "",
        "[release]",
        f"title = {written(f'? {path.stem}')}",
        'publisher = "? whose figures these are"',
        'licence = "? internal, or the licence"',
        'makes = "counts"',
        "sensitive = true                # small counts are suppressed; where they need not be: false, with sensitive_reason",
        "",
        *(["[file]"] if sheet or marks else []),
        *(
            [f"sheet = {written(sheet)}" + (f"          # ? of {', '.join(sheets)}" if len(sheets) > 1 else "")]
            if sheet
            else []
        ),
        *([f"missing = {_list(marks)}          # ? not supplied"] if marks else []),
        "",
        "[columns]",
        *(
            [f"area = {_list([area.name])}"]
            if area
            else ['# ? no column of areas: add one_area = "the force" under [release]']
        ),
        *(
            [f"label = {_list([label.name])}"]
            if label
            else ["# ? no column of labels: add series = ... under [release]"]
        ),
        *([f"period = {_list([period.name])}"] if period else []),
        *([f"count = {_list([count.name])}"] if count else []),
        *([] if wide or count else ["# No column of counts was seen: each row is one event."]),
        *(["", "[headings]", 'are = "periods"'] if wide else []),
        "",
        "[periods]",
        f"written = {_list(formats[:1] or ['?'])}"
        + (f"          # ? or {', '.join(formats[1:])}" if formats[1:] else ""),
        f'grain = "month"                 # ? {", ".join(GRAINS)}',
        "provisional = 1                 # ? how many of the latest periods may still change",
        "",
        '[areas]                         # name -> area of the project, "Force / Place"; or { left_out = "the reason" }',
        *(f"{written(text)} = {written(text)}" for text in (area.texts[:MOST] if area else []) if text),
        *([f"# ? and {len(area.texts) - MOST} more"] if area and len(area.texts) > MOST else []),
        "",
        '[labels]                        # label -> series; or { left_out = "the reason" }',
    ]
    for text in label.texts[:MOST] if label else []:
        if text:
            close = near(text.casefold().replace(" ", "_"), series)
            lines.append(
                f"{written(text)} = {written(close[0] if close else '?')}"
                + (f"          # ? or {', '.join(close[1:3])}" if close[1:] else "")
            )
    return "\n".join(lines) + "\n"


def _names_a_column(text: str) -> bool:
    """Whether a cell of a heading is a name or a period, and no figure."""
    return bool(text.strip()) and (not set(text) <= _NUMBER or bool(formats_of([text], Writing((), "month"))))


def _liked(columns: Sequence[_Column], words: str) -> _Column | None:
    """The column whose name has the first of the *words* that any has; None where none has one."""
    return next((each for word in words.split() for each in columns if word in each.name.casefold()), None)


def _list(texts: Sequence[str]) -> str:
    return "[" + ", ".join(written(text) for text in texts) + "]"
