"""A rule that claims are held to, a claim as data, and what a rule finds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from pcp_analysis.figures.commentary import Bound, mark
from pcp_analysis.figures.figure import Figure
from pcp_analysis.figures.forms import FORMS
from pcp_analysis.paper.rules.claim import Claim, ClaimKey
from pcp_analysis.paper.rules.ledger import Ledger

#: What a check may come to, in the order in which a page shows it.
VERDICTS = ("fault", "rounding", "not_checkable", "uncontradicted", "sound")
_PART = re.compile(r"\{([a-z_]+)(?::([a-z]+))?\}")
NOTHING = Bound(Markup(""), "", ())

Said = Figure | Bound | str | tuple[Figure, ...]


@dataclass(frozen=True)
class Finding:
    """What a rule finds: one of ``VERDICTS``, why in words, and what is recomputed."""

    verdict: str
    words: Bound
    recomputed: Bound = NOTHING


@dataclass(frozen=True)
class Rule:
    """A rule: *title* in plain words, the *keys* that a declared claim has, and the function that judges one.

    *follow* yields the claims that follow from the rows of the paper alone, without being declared; only a rule that is
    *declared* may be named in a file. A declared claim stands in place of one that follows where the row under the key
    that it *overrides* is the row under the key that the other *yields* for. A rule that *refutes_only* can show that a
    claim is wrong and never that it is right: what it lets pass is not contradicted.
    """

    id: str
    title: str
    judge: Callable[[Ledger, Claim], Finding]
    keys: Mapping[str, ClaimKey] = field(default_factory=dict)
    follow: Callable[[Ledger], Iterator[Claim]] | None = None
    overrides: str = ""
    yields: str = ""
    declared: bool = True
    refutes_only: bool = False


def say(template: str, **parts: Said) -> Bound:
    """A sentence with its figures in place; ``{part}`` or ``{part:form}``, where a tuple of figures becomes a list."""
    html, plain, end = Markup(""), "", 0
    figures: list[Figure] = []
    for found in _PART.finditer(template):
        between = template[end : found.start()]
        shown = _shown(parts[found[1]], found[2] or "value")
        html += escape(between) + shown.html
        plain += between + shown.plain
        figures += shown.figures
        end = found.end()
    return Bound(html + escape(template[end:]), plain + template[end:], tuple(dict.fromkeys(figures)))


def _shown(part: Said, form: str) -> Bound:
    if isinstance(part, Bound):
        return part
    if isinstance(part, Figure):
        return Bound(mark(part, form), FORMS[form](part), (part,))
    if isinstance(part, str):
        return Bound(escape(part), part, ())
    return listed([_shown(figure, form) for figure in part])


def listed(parts: list[Bound]) -> Bound:
    """Several parts as a list in a sentence: ``a, b and c``."""
    joined = NOTHING
    for place, part in enumerate(parts):
        between = "" if not place else " and " if place == len(parts) - 1 else ", "
        joined = Bound(
            joined.html + between + part.html, joined.plain + between + part.plain, (*joined.figures, *part.figures)
        )
    return joined


def sentences(*parts: Bound) -> Bound:
    """Sentences one after the other, without those that say nothing."""
    said = [part for part in parts if part.plain]
    return Bound(
        Markup(" ").join(part.html for part in said),
        " ".join(part.plain for part in said),
        tuple(dict.fromkeys(figure for part in said for figure in part.figures)),
    )
