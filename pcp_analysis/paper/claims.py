"""The claims of a Board paper, each held to its rule: those that follow from its rows, and those that are declared in
words.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from pcp_analysis.figures.commentary import Bound
from pcp_analysis.figures.figure import Figure
from pcp_analysis.paper.declared import FILE, read_claims
from pcp_analysis.paper.rows import Row, check_paper, names, read_paper
from pcp_analysis.paper.rules import ALONE, RULES, VERDICTS, Entry, Finding, Ledger, Unfit, say, sentences
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.nearest import suggest
from pcp_analysis.strict.sheet import shown_path

if TYPE_CHECKING:
    from pathlib import Path

    from pcp_analysis.findings.view import CycleView

__all__ = ["COLUMNS", "FILE", "PAPER", "VERDICTS", "Claim", "check", "check_claims", "check_rows", "to_csv"]

PAPER = "paper.csv"
#: The columns of paper_check.csv.
COLUMNS = ("paragraph", "quoted", "recomputed", "rule", "verdict")
# A longer quote is shown with this many characters on either side of its numeral.
_LONGEST, _BESIDE = 150, 65


@dataclass(frozen=True)
class Claim:
    """A claim of the paper and what became of it.

    *quoted* are the words of the paper with its numbers marked, *rule* is the id of the rule, *verdict* one of
    ``VERDICTS``, *words* say why, and *recomputed* is what its figures give, empty where nothing was computed.
    """

    id: str
    paragraph: str
    quoted: Bound
    rule: str
    verdict: str
    words: Bound
    recomputed: Bound

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure that the claim shows."""
        return tuple(dict.fromkeys((*self.quoted.figures, *self.words.figures, *self.recomputed.figures)))


def check_claims(view: CycleView) -> list[Claim]:
    """Every claim of the cycle's paper with its verdict, in the order of the paragraphs; none where the cycle holds no
    paper.

    Raises FaultError with every fault of ``paper.csv`` and ``claims.toml``.
    """
    claims, faults = _read(view)
    if faults:
        raise FaultError(faults)
    return claims


def check(view: CycleView) -> list[Fault]:
    """Everything that is wrong with the cycle's ``paper.csv`` and ``claims.toml``."""
    return _read(view)[1]


def _read(view: CycleView) -> tuple[list[Claim], list[Fault]]:
    source, declared = view.cycle.folder / PAPER, view.cycle.folder / FILE
    for file in (source, declared):
        view.note(view.cycle, file.name)
    if not source.is_file() and not declared.is_file():
        return [], []
    faults = check_paper(source, root=view.root)
    rows = [] if faults else read_paper(source, root=view.root)
    faults += [*_lost_figures(rows, view, source), *_other_figures(rows, view, source)]
    if faults:
        return [], faults
    held = Ledger(rows, view)
    name = shown_path(declared, view.root)
    entries, faults = read_claims(declared, name, held) if declared.is_file() else ([], [])
    if faults:
        return [], faults
    return check_rows(held, entries, file=name)


def _lost_figures(rows: Iterable[Row], view: CycleView, source: Path) -> list[Fault]:
    """Rows that are recomputed from a figure which this cycle does not make."""
    file, figures = shown_path(source, view.root), view.figures
    return [
        Fault(
            file,
            f"line {row.line}, column computed_from",
            row.computed_from,
            "no such figure in this cycle",
            suggest(figures.nearest(row.computed_from)),
        )
        for row in rows
        if row.basis == "recomputed" and row.computed_from not in figures
    ]


def _other_figures(rows: Iterable[Row], view: CycleView, source: Path) -> Iterator[Fault]:
    """Rows that print another number than the table of printed figures does under the same id."""
    file = shown_path(source, view.root)
    for row in rows:
        figure = view.figures.get(row.id) if row.value is not None else None
        if figure is not None and figure.basis == "quoted" and float(row.number) != figure.value:
            tables = ", ".join(f"data/raw/{view.inputs.entries[name].file}" for name in figure.inputs)
            rule = f"is another number than the one in {tables}, {figure.value:.15g}"
            yield Fault(
                file, f"line {row.line}, column value", str(row.value), rule, "Correct the one that is not as printed."
            )


def check_rows(held: Ledger, declared: Sequence[Entry], *, file: str = FILE) -> tuple[list[Claim], list[Fault]]:
    """The claims that follow from the rows of a paper and those that are *declared*, judged; and what no rule can
    judge.
    """
    entries = [*_following(held, declared), *declared]
    entries += list(_alone(held, entries))
    found: list[tuple[Entry, Finding]] = []
    faults: list[Fault] = []
    for entry in entries:
        try:
            found.append((entry, _judge(held, entry)))
        except Unfit as error:
            faults.append(_fault(file, entry, error.key, error.rule, error.mend))
        except (ValueError, ArithmeticError) as error:
            faults.append(
                _fault(file, entry, "", f"cannot be checked: {error}", "Correct its rows, or say what the claim needs.")
            )
    order = {name: place for place, name in enumerate(held.rows)}
    found.sort(
        key=lambda pair: (
            _number(pair[0].paragraph),
            min((order[name] for name in _rows_of(held, pair[0])), default=len(order)),
        )
    )
    return [_claim(held, entry, finding) for entry, finding in found], faults


def _fault(file: str, entry: Entry, key: str, rule: str, mend: str) -> Fault:
    given = str(entry.about.get(key, ""))
    if not entry.where:
        return Fault(file.removesuffix(FILE) + PAPER, f"row {entry.id}, {RULES[entry.rule].title}", given, rule, mend)
    line = entry.lines.get(key) or entry.lines.get("")
    where = f"{entry.where}.{key}" if key else entry.where
    return Fault(file, f"line {line}, {where} ({entry.id})" if line else f"{where} ({entry.id})", given, rule, mend)


def _following(held: Ledger, declared: Sequence[Entry]) -> Iterator[Entry]:
    """The claims that follow from the rows, but for those that a declared one stands in place of."""
    taken = {
        entry[RULES[entry.rule].takes_over]
        for entry in declared
        if RULES[entry.rule].takes_over and RULES[entry.rule].takes_over in entry
    }
    taken |= {entry["figure"] for entry in declared if entry.needs and "figure" in entry}
    for rule in RULES.values():
        for entry in rule.follow(held) if rule.follow else ():
            if not rule.gives_way or entry[rule.gives_way] not in taken:
                yield entry


def _rows_of(held: Ledger, entry: Entry) -> set[str]:
    """The rows that an entry is about, with those that they are computed from."""
    given = [
        (value,) if isinstance(value, str) else value
        for value in entry.about.values()
        if isinstance(value, str | tuple)
    ]
    rows = {name for names in given for name in names if name in held.rows}
    made_of = {
        part for name in rows if held.rows[name].basis == "arithmetic" for part in names(held.rows[name].computed_from)
    }
    return rows | made_of


def _alone(held: Ledger, entries: Iterable[Entry]) -> Iterator[Entry]:
    """Printed figures that no entry is about."""
    about = {name for entry in entries for name in _rows_of(held, entry)}
    for row in held.rows.values():
        if row.value is not None and row.id not in about:
            yield Entry(row.id, ALONE.id, row.paragraph, row.quote, {"figure": row.id})


def _judge(held: Ledger, entry: Entry) -> Finding:
    found = (
        Finding("not_checkable", say("Not held: {needs}.", needs=entry.needs))
        if entry.needs
        else RULES[entry.rule].judge(held, entry)
    )
    return Finding(found.verdict, sentences(found.words, say("{note}", note=entry.note)), found.recomputed)


def _claim(held: Ledger, entry: Entry, found: Finding) -> Claim:
    return Claim(
        entry.id, entry.paragraph, _quoted(held, entry), entry.rule, found.verdict, found.words, found.recomputed
    )


def _quoted(held: Ledger, entry: Entry) -> Bound:
    """The words of the paper, cut around the number that the claim is about, with the numbers of its rows marked."""
    named = [entry["figure"]] if isinstance(entry.about.get("figure"), str) else []
    rows = [
        held.rows[name]
        for name in [*named, *sorted(_rows_of(held, entry) - set(named))]
        if held.rows[name].value is not None
    ]
    quote = _excerpt(entry.quote, rows[0].numeral if rows else "")
    marked: dict[tuple[int, int], Row] = {}
    for row in rows:
        places = list(re.finditer(rf"(?<![\w.,]){re.escape(row.numeral)}(?![\w%]|[.,]\d)", quote))
        alike = [each.id for each in held.rows.values() if (each.quote, each.numeral) == (entry.quote, row.numeral)]
        if row.id in alike and len(alike) == len(places):  # the rows stand in the order of the text
            places = [places[alike.index(row.id)]]
        for place in places:
            if not any(place.start() < end and start < place.end() for start, end in marked):
                marked[place.span()] = row
                break
    html, end, figures = Markup(""), 0, []
    for (start, stop), row in sorted(marked.items()):
        figures.append(held.printed(row.id))
        html += escape(quote[end:start]) + Markup('<data class="figure" value="{}" data-figure="{}">{}</data>').format(
            format(figures[-1].value, ".15g"), figures[-1].id, quote[start:stop]
        )
        end = stop
    return Bound(html + escape(quote[end:]), quote, tuple(figures))


def _excerpt(quote: str, numeral: str) -> str:
    """A long quote as the words around its numeral, with an ellipsis where it is cut."""
    if len(quote) <= _LONGEST:
        return quote
    at = max(quote.find(numeral), 0)
    start = quote.rfind(" ", 0, max(at - _BESIDE, 0) + 1) + 1 if at > _BESIDE else 0
    stop = quote.find(" ", at + len(numeral) + _BESIDE)
    return f"{'…' if start else ''}{quote[start : stop if stop > 0 else None]}{'…' if stop > 0 else ''}"


def _number(paragraph: str) -> tuple[int, int]:
    """A paragraph for sorting: 82 before 82.2; several are sorted by the first, and what has none comes first."""
    number, _, second = paragraph.split(",")[0].partition(".")
    return int(number or 0), int(second or 1)


def to_csv(claims: Iterable[Claim]) -> str:
    """The text of paper_check.csv: the columns of ``COLUMNS``, a line a claim, in the order of *claims*."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(
        (claim.paragraph, claim.quoted.plain, claim.recomputed.plain, claim.rule, claim.verdict) for claim in claims
    )
    return text.getvalue()
