"""Rules of what stands beside each other: a statement of the paper that another one, or a series that is held, denies."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations

from pcp_analysis.figures.lexicon import STEMS
from pcp_analysis.paper.rules import bases
from pcp_analysis.paper.rules.claim import LINE, ROW, ROWS, Claim, Unfit
from pcp_analysis.paper.rules.ledger import Ledger, Span
from pcp_analysis.paper.rules.notation import REPEATED
from pcp_analysis.paper.rules.rule import Finding, Rule, say, sentences

#: Words that say that nothing changed, and words beside those of direction that say that something did.
UNCHANGED = ("stable", "steady", "unchanged", "flat")
CHANGED = ("step change", "improve", "deteriorat", "worse", *STEMS)


def _judge_none(ledger: Ledger, claim: Claim) -> Finding:
    """None of them, as "no integrity issues": as many are right as were looked at."""
    whole, right = ledger.printed(claim["whole"]), ledger.printed(claim["right"])
    wrong = ledger.figure(claim, "wrong", whole.number - right.number, "count", "those looked at, less those right")
    words = say("{right} of {whole} were right: {wrong} were not.", right=right, whole=whole, wrong=wrong)
    return Finding("sound" if wrong.number == 0 else "fault", words, say("{wrong}", wrong=wrong))


def _judge_two_words(ledger: Ledger, claim: Claim) -> Finding:
    """Stable over a span, of half of which or more a change is told: one of the two is not so."""
    quote = claim.quote.lower()
    for key, known in (("word", UNCHANGED), ("other_word", CHANGED)):
        if claim[key].lower() not in quote:
            raise Unfit(key, "does not stand in the quote", "Quote the words of the paper with both.")
        if not any(each in claim[key].lower() for each in known):
            raise Unfit(key, f"is none of the words that are held here: {', '.join(known)}", "Name one of those.")
    part, whole = ledger.printed(claim["part"]), ledger.printed(claim["whole"])
    words = say(
        "{part} of the {whole} months that are called {word} are told as {other}.",
        part=part,
        whole=whole,
        word=f"“{claim['word']}”",
        other=f"“{claim['other_word']}”",
    )
    if part.number * 2 < whole.number:
        return Finding("sound", words)
    return Finding("fault", sentences(words, say("That is most of them: one of the two is not so.")))


def _follow_one_difference(ledger: Ledger) -> Iterator[Claim]:
    """A change in numbers, ``X.difference``, of which two in per cent are printed, ``X.change`` and ``X.change.summary``."""
    for row in ledger.rows.values():
        if row.item.startswith(bases.DIFFERENCE) and row.value is not None:
            pair = f"{row.subject}.{bases.CHANGE}{row.item.removeprefix(bases.DIFFERENCE)}"
            changes = tuple(
                each.id
                for each in ledger.rows.values()
                if (each.id == pair or (each.subject == pair and each.item != REPEATED))
                and each.unit == "percent"
                and each.value is not None
            )
            if len(changes) > 1:
                yield Claim(
                    f"{row.id}.one_difference",
                    "one_difference",
                    row.paragraph,
                    row.quote,
                    {"changes": changes, bases.DIFFERENCE: row.id},
                )


def _judge_one_difference(ledger: Ledger, claim: Claim) -> Finding:
    """One change in numbers with several in per cent: all are measured from one base, within their rounding."""
    implied: list[tuple[str, Span]] = []
    for name in claim["changes"]:
        pair = Claim(claim.id, claim.rule, claim.paragraph, claim.quote, {**claim.about, bases.CHANGE: name})
        base = bases.implied(ledger, pair)
        if base is None:
            return bases.contradiction(ledger, pair)
        implied.append((name, base))
    made = tuple(
        ledger.figure(claim, f"base_{place}", base.value, "count", "the difference over the change in per cent")
        for place, (_, base) in enumerate(implied, 1)
        if not math.isinf(base.value)
    )
    words = say(
        "{difference:size} is {changes} of about {made}.",
        difference=ledger.printed(claim[bases.DIFFERENCE]),
        changes=tuple(ledger.printed(name) for name, _ in implied),
        made=made,
    )
    apart = [(a, b) for (_, a), (_, b) in combinations(implied, 2) if a.low > b.high or b.low > a.high]
    if apart:
        return Finding("fault", sentences(words, say("It cannot be both.")), say("{made}", made=made))
    return Finding("sound", words, say("{made}", made=made))


RULES = (
    Rule("none", '"none" of a number against those that were right', _judge_none, {"whole": ROW, "right": ROW}),
    Rule(
        "two_words",
        "two words that cannot both be true",
        _judge_two_words,
        {"word": LINE, "other_word": LINE, "part": ROW, "whole": ROW},
        refutes_only=True,
    ),
    Rule(
        "one_difference",
        "one change in numbers against several in per cent",
        _judge_one_difference,
        {"changes": ROWS, bases.DIFFERENCE: ROW},
        follow=_follow_one_difference,
        yields=bases.DIFFERENCE,
        overrides=bases.DIFFERENCE,
    ),
)
