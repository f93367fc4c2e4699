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
from pcp_analysis.paper.rules import ALONE, RULES, VERDICTS, Claim, Finding, Ledger, Unfit, say, sentences
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.nearest import suggest
from pcp_analysis.strict.sheet import inert, shown_path

if TYPE_CHECKING:
    from pathlib import Path

    from pcp_analysis.findings.view import CycleView
from pcp_analysis.findings.assess import TARGET

__all__ = ["COLUMNS", "FILE", "PAPER", "VERDICTS", "Claim", "check", "check_claims", "check_rows", "to_csv"]

PAPER = "paper.csv"
#: The columns of paper_check.csv.
COLUMNS = ("paragraph", "quoted", "recomputed", "rule", "verdict")
# A longer quote is shown with this many characters on either side of its numeral.
_LONGEST, _BESIDE = 150, 65


@dataclass(frozen=True)
class JudgedClaim:
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


def check_claims(view: CycleView) -> list[JudgedClaim]:
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


def _read(view: CycleView) -> tuple[list[JudgedClaim], list[Fault]]:
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
    ledger = Ledger(rows, view)
    name = shown_path(declared, view.root)
    entries, faults = read_claims(declared, name, ledger) if declared.is_file() else ([], [])
    if faults:
        return [], faults
    return check_rows(ledger, entries, file=name)


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
        # what the plan promises is another rule's to judge
        if figure is not None and figure.item == TARGET:
            continue
        if figure is not None and figure.basis == "quoted" and float(row.number) != figure.value:
            tables = ", ".join(f"data/raw/{view.inputs.entries[name].file}" for name in figure.inputs)
            rule = f"is another number than the one in {tables}, {figure.value:.15g}"
            yield Fault(
                file, f"line {row.line}, column value", str(row.value), rule, "Correct the one that is not as printed."
            )


def check_rows(ledger: Ledger, declared: Sequence[Claim], *, file: str = FILE) -> tuple[list[JudgedClaim], list[Fault]]:
    """The claims that follow from the rows of a paper and those that are *declared*, judged; and what no rule can
    judge.
    """
    entries = [*_following(ledger, declared), *declared]
    entries += list(_alone(ledger, entries))
    found: list[tuple[Claim, Finding]] = []
    faults: list[Fault] = []
    for claim in entries:
        try:
            found.append((claim, _judge(ledger, claim)))
        except Unfit as error:
            faults.append(_fault(file, claim, error.key, error.rule, error.mend))
        except (ValueError, ArithmeticError) as error:
            faults.append(
                _fault(file, claim, "", f"cannot be checked: {error}", "Correct its rows, or say what the claim needs.")
            )
    order = {name: place for place, name in enumerate(ledger.rows)}
    found.sort(
        key=lambda pair: (
            _number(pair[0].paragraph),
            min((order[name] for name in _rows_of(ledger, pair[0])), default=len(order)),
        )
    )
    return [_claim(ledger, claim, finding) for claim, finding in found], faults


def _fault(file: str, claim: Claim, key: str, rule: str, mend: str) -> Fault:
    given = str(claim.about.get(key, ""))
    if not claim.where:
        return Fault(file.removesuffix(FILE) + PAPER, f"row {claim.id}, {RULES[claim.rule].title}", given, rule, mend)
    line = claim.lines.get(key) or claim.lines.get("")
    where = f"{claim.where}.{key}" if key else claim.where
    return Fault(file, f"line {line}, {where} ({claim.id})" if line else f"{where} ({claim.id})", given, rule, mend)


def _following(ledger: Ledger, declared: Sequence[Claim]) -> Iterator[Claim]:
    """The claims that follow from the rows, but for those that a declared one stands in place of."""
    taken = {
        claim[RULES[claim.rule].overrides]
        for claim in declared
        if RULES[claim.rule].overrides and RULES[claim.rule].overrides in claim
    }
    taken |= {claim["figure"] for claim in declared if claim.needs and "figure" in claim}
    for rule in RULES.values():
        for claim in rule.follow(ledger) if rule.follow else ():
            if not rule.yields or claim[rule.yields] not in taken:
                yield claim


def _rows_of(ledger: Ledger, claim: Claim) -> set[str]:
    """The rows that an entry is about, with those that they are computed from."""
    given = [
        (value,) if isinstance(value, str) else value
        for value in claim.about.values()
        if isinstance(value, str | tuple)
    ]
    rows = {name for names in given for name in names if name in ledger.rows}
    made_of = {
        part
        for name in rows
        if ledger.rows[name].basis == "arithmetic"
        for part in names(ledger.rows[name].computed_from)
    }
    return rows | made_of


def _alone(ledger: Ledger, entries: Iterable[Claim]) -> Iterator[Claim]:
    """Printed figures that no entry is about."""
    about = {name for claim in entries for name in _rows_of(ledger, claim)}
    for row in ledger.rows.values():
        if row.value is not None and row.id not in about:
            yield Claim(row.id, ALONE.id, row.paragraph, row.quote, {"figure": row.id})


def _judge(ledger: Ledger, claim: Claim) -> Finding:
    found = (
        Finding("not_checkable", say("Not held: {needs}.", needs=claim.needs))
        if claim.needs
        else RULES[claim.rule].judge(ledger, claim)
    )
    verdict = "uncontradicted" if found.verdict == "sound" and RULES[claim.rule].refutes_only else found.verdict
    return Finding(verdict, sentences(found.words, say("{note}", note=claim.note)), found.recomputed)


def _claim(ledger: Ledger, claim: Claim, found: Finding) -> JudgedClaim:
    return JudgedClaim(
        claim.id, claim.paragraph, _quoted(ledger, claim), claim.rule, found.verdict, found.words, found.recomputed
    )


def _quoted(ledger: Ledger, claim: Claim) -> Bound:
    """The words of the paper, cut around the number that the claim is about, with the numbers of its rows marked."""
    named = [claim["figure"]] if isinstance(claim.about.get("figure"), str) else []
    rows = [
        ledger.rows[name]
        for name in [*named, *sorted(_rows_of(ledger, claim) - set(named))]
        if ledger.rows[name].value is not None
    ]
    quote = _excerpt(claim.quote, rows[0].numeral if rows else "")
    marked: dict[tuple[int, int], Row] = {}
    for row in rows:
        places = list(re.finditer(rf"(?<![\w.,]){re.escape(row.numeral)}(?![\w%]|[.,]\d)", quote))
        alike = [each.id for each in ledger.rows.values() if (each.quote, each.numeral) == (claim.quote, row.numeral)]
        if row.id in alike and len(alike) == len(places):  # the rows stand in the order of the text
            places = [places[alike.index(row.id)]]
        for place in places:
            if not any(place.start() < end and start < place.end() for start, end in marked):
                marked[place.span()] = row
                break
    html, end, figures = Markup(""), 0, []
    for (start, stop), row in sorted(marked.items()):
        figures.append(ledger.printed(row.id))
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


def to_csv(claims: Iterable[JudgedClaim]) -> str:
    """The text of paper_check.csv: the columns of ``COLUMNS``, a line a claim, in the order of *claims*."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(
        (claim.paragraph, inert(claim.quoted.plain), inert(claim.recomputed.plain), claim.rule, claim.verdict)
        for claim in claims
    )
    return text.getvalue()
