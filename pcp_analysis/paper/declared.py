"""Reading what a paper claims in words: ``claims.toml`` beside its ``paper.csv``, strictly."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pcp_analysis.paper.rules import RULES, Claim, Ledger
from pcp_analysis.paper.rules.claim import ROW, ClaimKey, optional
from pcp_analysis.strict import nearest, toml, value
from pcp_analysis.strict.fault import Fault
from pcp_analysis.strict.toml import Key

if TYPE_CHECKING:
    from pathlib import Path

    from pcp_analysis.paper.rules import Rule

FILE = "claims.toml"
_ID = value.matching(r"[a-z][a-z0-9_]*", "is no id", "Write it in small letters, as neither_fell.")
_PARAGRAPH = value.matching(
    r"[1-9]\d*(\.\d)?", "is no paragraph", "Write its number, and 82.2 where 82 occurs a second time."
)
_DECLARED = {rule.id: rule for rule in RULES.values() if rule.declared}
# What every claim has. With *needs*, which says what is not held, the keys of the rule may be left out.
_COMMON = {
    "id": Key(_ID, required=True),
    "rule": Key(value.one_of(_DECLARED, "rule"), required=True),
    "paragraph": Key(_PARAGRAPH, required=True),
    "quote": Key(value.line, required=True),
    "needs": Key(value.line),
    "note": Key(value.line),
}
_NOUNS = {
    "row": "rows of paper.csv",
    "milestone": "milestones and series that are held",
    "share": "shares with both counts",
}


@dataclass(frozen=True)
class _Names:
    """What the names in a claim may be names of."""

    known: Mapping[str, Collection[str]]
    paragraphs: Collection[str]

    @classmethod
    def of(cls, ledger: Ledger) -> _Names:
        figures = ledger.view.figures
        # shares are of printed counts; the figures of series, which take long to make, hold none that a claim is about
        printed = (
            figure
            for measure in figures.measures()
            if measure not in ledger.series_names
            for figure in figures.of(measure)
        )
        shares = [
            figure.id
            for figure in printed
            if figure.unit == "percent"
            and figure.numerator is not None
            and figure.denominator is not None
            and not figure.signed
        ]
        rows = [row.id for row in ledger.rows.values() if row.basis != "no figure"]
        return cls(
            {"row": rows, "milestone": tuple(ledger.series_names), "share": shares},
            {row.paragraph for row in ledger.rows.values()},
        )


def judged_words(path: Path, file: str) -> Callable[[str, str], bool]:
    """Whether words that an update marks as stated in a paragraph are those of a declared claim that has a verdict.

    They are, where half or more of the words of four letters and more stand in the quote of a claim of that paragraph,
    whatever their endings. What is wrong with the file is `read_claims` to say.
    """
    document = toml.read(path, file, may_lack=True)
    quotes: dict[str, list[set[str]]] = {}
    claims = document.data.get("claim", []) if document.readable else []
    for table in claims if isinstance(claims, list) else []:
        if isinstance(table, dict) and "needs" not in table:
            quotes.setdefault(f"paragraph {table.get('paragraph')}", []).append(_stems(str(table.get("quote", ""))))

    def judged(words: str, where: str) -> bool:
        wanted = _stems(words)
        return any(2 * len(wanted & quote) >= len(wanted) > 0 for quote in quotes.get(where, []))

    return judged


def _stems(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"[a-z]{4,}", text.casefold())}


def read_claims(path: Path, file: str, ledger: Ledger) -> tuple[list[Claim], list[Fault]]:
    """The claims that are declared in *path*, and everything that is wrong with them; *file* is its name in a fault."""
    document = toml.read(path, file)
    if not document.readable:
        return [], document.faults
    document.take(
        {name: each for name, each in document.data.items() if name != "claim"}, "", {"claim": Key(value.anything)}
    )
    names, entries = _Names.of(ledger), []
    first: dict[str, str] = {}
    for path_, table in document.tables(document.data, "claim"):
        claim = _entry(document, path_, table, names)
        if claim is None:
            continue
        if first.setdefault(claim.id, path_) != path_:
            document.fault(
                f"{path_}.id", claim.id, f"is the id of {first[claim.id]} already", "Give each claim its own id."
            )
        entries.append(claim)
    return entries, document.faults


def _entry(document: toml.Document, path: str, table: dict[str, Any], names: _Names) -> Claim | None:
    """One claim, or None where it has a fault, which is then among those of the *document*."""
    owner = str(table.get("id", ""))
    before = len(document.faults)
    rule = _DECLARED.get(str(table.get("rule")))
    kinds = _kinds(rule, waived="needs" in table) if rule else {}
    own = (
        {name: Key(kind.read, required=kind.required) for name, kind in kinds.items()}
        if rule
        else {name: Key(value.anything) for name in table if name not in _COMMON}
    )
    taken = document.take(table, path, {**_COMMON, **own}, owner=owner)
    if rule:
        for key, name, noun, known in _unknown(kinds, taken, names):
            document.fault(
                f"{path}.{key}", name, f"is not among the {noun}", nearest.advise(name, known, noun=noun), owner=owner
            )
        word = taken.get("word")
        if word and word not in taken.get("quote", word).casefold():
            document.fault(
                f"{path}.word", word, "does not stand in the quote", "Quote the words that hold it.", owner=owner
            )
    if len(document.faults) > before:
        return None
    about = {key: taken[key] for key in own if key in taken}
    return Claim(
        taken["id"],
        taken["rule"],
        taken["paragraph"],
        taken["quote"],
        about,
        taken.get("needs", ""),
        taken.get("note", ""),
        path,
        {key: document.line(f"{path}.{key}" if key else path) for key in ("", *about)},
    )


def _kinds(rule: Rule, *, waived: bool) -> dict[str, ClaimKey]:
    """The keys that a claim of *rule* has: all may be left out where they are *waived*, and then it may name a figure."""
    if not waived:
        return dict(rule.keys)
    return {"figure": optional(ROW), **{name: optional(kind) for name, kind in rule.keys.items()}}


def _unknown(
    kinds: Mapping[str, ClaimKey], taken: Mapping[str, Any], names: _Names
) -> Iterator[tuple[str, str, str, Collection[str]]]:
    """Names that are names of nothing: key, name, noun, and what there is."""
    if "paragraph" in taken and taken["paragraph"] not in names.paragraphs:
        yield "paragraph", taken["paragraph"], "paragraphs of paper.csv", sorted(names.paragraphs)
    for paragraph in taken["dates"] if isinstance(taken.get("dates"), dict) else ():
        if paragraph not in names.paragraphs:
            yield "dates", paragraph, "paragraphs of paper.csv", sorted(names.paragraphs)
    for key, kind in kinds.items():
        given = taken.get(key)
        if not kind.refers or given is None or isinstance(given, float):
            continue
        known = names.known[kind.refers]
        for name in (given,) if isinstance(given, str) else given:
            if name not in known:
                yield key, name, _NOUNS[kind.refers], known
