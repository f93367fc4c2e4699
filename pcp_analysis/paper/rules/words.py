"""Rules of words: what a described direction or size must mean, and where that meaning comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pcp_analysis import metrics
from pcp_analysis.figures.commentary import Bound
from pcp_analysis.figures.figure import Figure
from pcp_analysis.figures.lexicon import STEMS
from pcp_analysis.paper.rules.changes import StatedChange, change_of
from pcp_analysis.paper.rules.claim import (
    DIRECTION,
    LINE,
    MILESTONE,
    NUMBER,
    ROW,
    SHARES,
    YEAR,
    Claim,
    ClaimKey,
    Unfit,
    optional,
)
from pcp_analysis.paper.rules.ledger import Ledger
from pcp_analysis.paper.rules.rule import Finding, Rule, say, sentences
from pcp_analysis.strict import value


def _described(change: StatedChange) -> Bound:
    """The change with what it is made of."""
    if len(change.figures) == 2:
        return say(
            "From {before} to {now} is {figure}.", now=change.figures[0], before=change.figures[1], figure=change.figure
        )
    return say("The change that is printed is {figure}.", figure=change.figure)


def _astray(claim: Claim, change: StatedChange) -> bool:
    """Whether the change goes the other way than the words say."""
    direction = claim.about.get("direction", "")
    return bool(direction) and (change.span.value <= 0 if direction == "higher" else change.span.value >= 0)


def _finding(verdict: str, change: StatedChange, *parts: Bound) -> Finding:
    return Finding(verdict, sentences(_described(change), *parts), say("{figure}", figure=change.figure))


def _other_way(change: StatedChange) -> Finding:
    return _finding("fault", change, say("That goes the other way."))


def _promises(ledger: Ledger, claim: Claim) -> tuple[Figure, Figure, Figure | None]:
    """The smallest and the largest change that the plan promises, and that of the milestone itself where it has one."""
    targets = {
        each.id: ledger.view.figures[f"{each.id}.target"] for each in ledger.plan.milestones if each.target is not None
    }
    if not targets:
        raise Unfit(
            "word",
            "is measured by what the plan promises, and the plan promises no number",
            "Say what the claim needs instead.",
        )
    ranked = sorted(targets.values(), key=lambda figure: abs(figure.number))
    about = ledger.milestone(
        claim.about.get("milestone") or claim.about.get("change") or claim.about.get("later") or ""
    )
    return ranked[0], ranked[-1], targets.get(about.id) if about else None


def _is_significant(ledger: Ledger, claim: Claim) -> Finding:
    change = change_of(ledger, claim)
    if _astray(claim, change):
        return _other_way(change)
    verdict = "not_checkable" if change.verdict.more is None else "sound" if change.verdict.more else "fault"
    return _finding(verdict, change, _chance(change))


def _chance(change: StatedChange) -> Bound:
    """Whether a change is more than chance, as a sentence, by the function that every page asks."""
    if change.spread is None:
        return say(change.verdict.reason)
    if change.verdict.more:
        return say("That is more than chance.")
    if change.verdict.more is None:
        return say(
            "Recorded crime varies by more than its counts alone would, and no series is held that says by how much."
        )
    return say("Counts of that kind differ as much by chance.")


def _is_small(ledger: Ledger, claim: Claim) -> Finding:
    change, (_, largest, own) = change_of(ledger, claim), _promises(ledger, claim)
    if _astray(claim, change):
        return _other_way(change)
    limit, whose = (
        (own, "The plan promises {limit:size} of this very measure")
        if own
        else (largest, "The largest change that the plan promises is {limit:size}")
    )
    found = _against(change, limit, say(whose + ", and small is less than that.", limit=limit), below=True)
    return _unless_chance(ledger, claim, change, found)


def _is_stable(ledger: Ledger, claim: Claim) -> Finding:
    change, (smallest, _, _) = change_of(ledger, claim), _promises(ledger, claim)
    said = say(
        "The plan promises a change of {limit:size} as something worth having, so stable is less than that.",
        limit=smallest,
    )
    return _unless_chance(ledger, claim, change, _against(change, smallest, said, below=True))


def _unless_chance(ledger: Ledger, claim: Claim, change: StatedChange, found: Finding) -> Finding:
    """A fault only where chance is excluded; else not checkable, with what the counts would have to be."""
    if found.verdict != "fault" or change.verdict.more:
        return found
    words = _chance(change)
    if change.spread is None and change.figure.unit == "percent" and change.figure.value:
        count = ledger.figure(
            claim,
            "telling_count",
            metrics.telling_count(change.figure.value),
            "count",
            "the count from which such a change is more than chance of independent events",
        )
        words = sentences(words, say("If fewer than about {count:about} were recorded it can be chance.", count=count))
    return Finding("not_checkable", sentences(found.words, words), found.recomputed)


def _against(change: StatedChange, limit: Figure, said: Bound, *, below: bool) -> Finding:
    """Hold the size of a change against a promise; where only rounding decides it is rounding."""
    sizes = sorted(abs(each) for each in (change.span.low, change.span.high))
    bound = abs(limit.number)
    if (abs(change.span.value) < bound) == below:
        return _finding("sound", change, said)
    straddles = sizes[0] < bound if below else sizes[1] >= bound
    return _finding("rounding" if straddles and not change.span.exact else "fault", change, said)


def _is_good(ledger: Ledger, claim: Claim) -> Finding:
    if "shares" in claim:
        return _are_good(ledger, claim)
    change, (_, largest, own) = change_of(ledger, claim), _promises(ledger, claim)
    about = ledger.milestone(
        claim.about.get("milestone") or claim.about.get("change") or claim.about.get("later") or ""
    )
    if about is None or about.better == "neutral":
        raise Unfit(
            "word", "is said of something that the plan gives no direction of good", "Say what the claim needs instead."
        )
    if (change.span.value < 0) != (about.better == "lower") or change.span.value == 0 or _astray(claim, change):
        return _other_way(change)
    limit = own or largest
    return _against(
        change,
        limit,
        say("Good is the way that the plan wants, and as much as it promises: {limit:size}.", limit=limit),
        below=False,
    )


def _are_good(ledger: Ledger, claim: Claim) -> Finding:
    """One word of several rates: the lowest must not differ from the highest by more than chance, nor miss the
    standard.
    """
    # a share of more than all is another rule's fault, and is no rate
    shares = [each for name in claim["shares"] if (each := ledger.view.figures[name]).number <= 100]
    rates = sorted(shares, key=lambda figure: figure.number)
    low, high = rates[0], rates[-1]
    shown = say("{rates}", rates=tuple(rates))
    if "least" in claim:
        least = ledger.figure(
            claim, "least", claim["least"], "percent", "the standard that the claim is held to", laid_down=True
        )
        said = say(
            "Good is {least} or more: {source}. The lowest is {low}.",
            least=least,
            low=low,
            source=claim.about.get("source", "as the claim is held to"),
        )
        return Finding("sound" if low.number >= claim["least"] else "fault", said, shown)
    found = metrics.proportion_difference(*(int(part) for part in (*high.parts, *low.parts)))
    words = say("One word is said of {rates}.", rates=tuple(rates))
    if found.low > 0:
        return Finding(
            "fault",
            sentences(
                words,
                say("The lowest and the highest differ by more than chance explains, so it cannot be true of both."),
            ),
            shown,
        )
    return Finding("not_checkable", sentences(words, say("No standard is printed to hold them against.")), shown)


def _is_well(ledger: Ledger, claim: Claim) -> Finding:
    change = change_of(ledger, claim)
    about = ledger.milestone(claim.about.get("milestone") or claim["change"])
    if about is None or about.better == "neutral":
        raise Unfit(
            "word", "is said of something that the plan gives no direction of good", "Say what the claim needs instead."
        )
    against = f"The plan wants it {about.better}" + (f" than in {about.baseline_year}" if about.baseline_year else "")
    if (change.span.value < 0) == (about.better == "lower") and change.span.value:
        return _finding("sound", change, say("{against}, and it is.", against=against))
    return _finding("fault", change, say("{against}, and it is not.", against=against))


def _has_direction(ledger: Ledger, claim: Claim) -> Finding:
    if "direction" not in claim:
        raise Unfit("direction", "is missing", "Write lower or higher.")
    change = change_of(ledger, claim)
    return _other_way(change) if _astray(claim, change) else _finding("sound", change)


@dataclass(frozen=True)
class ClaimWord:
    """A word of size or direction: what it must mean, where that comes from, and the check."""

    meaning: str
    source: str
    judge: Callable[[Ledger, Claim], Finding]


_DIRECTION = ("The later figure stands on the side that the word says.", "the meaning of the word")
#: Every word that a claim may be held to.
WORDS = {
    "significant": ClaimWord(
        "The change is more than chance, by the one function that every page asks.",
        "the use of the word in official statistics",
        _is_significant,
    ),
    "small": ClaimWord(
        "The change is less than what the plan promises of the measure, or else than the largest change that it promises; a fault "
        "only where chance is excluded.",
        "the plan",
        _is_small,
    ),
    "stable": ClaimWord(
        "The change is less than the smallest change that the plan promises; a fault only where chance is excluded.",
        "the plan",
        _is_stable,
    ),
    "good": ClaimWord(
        "A change goes the way that the plan wants, by as much as it promises. Rates reach the standard that is named; "
        "without one, they do not differ among themselves by more than chance explains.",
        "the plan; the paper itself",
        _is_good,
    ),
    "well": ClaimWord(
        "The measure stands on the promised side of the year that the promise is measured from.", "the plan", _is_well
    ),
    **{word: ClaimWord(*_DIRECTION, _has_direction) for word in STEMS},
}


def _judge_word(ledger: Ledger, claim: Claim) -> Finding:
    return WORDS[claim["word"]].judge(ledger, claim)


_WORD = ClaimKey(value.one_of(WORDS, "word"))
_CHANGES = {
    key: optional(kind)
    for key, kind in {
        "direction": DIRECTION,
        "milestone": MILESTONE,
        "year": YEAR,
        "baseline_year": YEAR,
        "change": ROW,
        "difference": ROW,
        "earlier": ROW,
        "later": ROW,
        "earlier_base": ROW,
        "later_base": ROW,
        "shares": SHARES,
        "least": NUMBER,
        "source": LINE,
    }.items()
}
RULES = (Rule("word", "a word of size or direction against its figures", _judge_word, {"word": _WORD, **_CHANGES}),)
