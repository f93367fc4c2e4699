"""Rules of ranks: a position, or a share of all positions, against the number that were ranked."""

from __future__ import annotations

import math

from pcp_analysis import metrics
from pcp_analysis.paper.rules.claim import BEST, ROW, ROWS, Claim, Unfit
from pcp_analysis.paper.rules.ledger import Ledger
from pcp_analysis.paper.rules.rule import Finding, Rule, say, sentences


def _ranks(ledger: Ledger, claim: Claim) -> dict[str, int]:
    ranks = {name: ledger.span(name).value for name in claim["ranks"]}
    for name, rank in ranks.items():
        if rank < 1 or rank != int(rank):
            raise Unfit("ranks", f"holds {name}, which is no position", "Name rows that print a position.")
    return {name: int(rank) for name, rank in ranks.items()}


def _judge_top_percent(ledger: Ledger, claim: Claim) -> Finding:
    ranks, ranked, claimed = _ranks(ledger, claim), ledger.span(claim["ranked"]).value, ledger.span(claim["figure"])
    last = max(ranks, key=lambda name: ranks[name])
    shown = {
        "last": ledger.printed(last),
        "ranked": ledger.printed(claim["ranked"]),
        "claimed": ledger.printed(claim["figure"]),
    }
    if ranks[last] > ranked:
        return Finding("fault", say("A position of {last} cannot be among {ranked}.", **shown))
    share = ledger.figure(
        claim,
        "share",
        metrics.share(ranks[last], ranked),
        "percent",
        "the last position as a share of all ranked",
        numerator=ranks[last],
        denominator=ranked,
    )
    words = say("The last of them is number {last} of {ranked}, which is {share}.", share=share, **shown)
    made = say("{share}", share=share)
    if share.number <= claimed.value:
        return Finding("sound", words, made)
    if share.number <= claimed.high:
        within = ledger.figure(
            claim, "within", math.floor(ranked * claimed.value / 100), "count", "whole positions within the share"
        )
        tail = say(
            "Rounded, that is {claimed}; strictly, only the first {within} are within it.", within=within, **shown
        )
        return Finding("rounding", sentences(words, tail), made)
    return Finding("fault", sentences(words, say("That is not within the top {claimed}.", **shown)), made)


def _judge_top_positions(ledger: Ledger, claim: Claim) -> Finding:
    ranks, claimed = _ranks(ledger, claim), int(ledger.span(claim["figure"]).value)
    first = sorted(ranks.values())[:claimed]
    words = say(
        "The first {claimed} positions in the table are {positions}.",
        claimed=ledger.printed(claim["figure"]),
        positions=tuple(ledger.printed(name) for name in sorted(ranks, key=lambda name: ranks[name])[:claimed]),
    )
    return Finding("sound" if first == list(range(1, claimed + 1)) else "fault", words)


def _judge_order(ledger: Ledger, claim: Claim) -> Finding:
    ranks = list(_ranks(ledger, claim).values())
    if len(ranks) != len(claim["by"]):
        raise Unfit(
            "by",
            f"names {len(claim['by'])} rows for {len(ranks)} ranks",
            "Name one row for each rank, in the same order.",
        )
    if len(ranks) < 2:
        return Finding("not_checkable", say("One position alone has no order."))
    ordered = sorted(zip(ranks, claim["by"], strict=True))
    values = [ledger.span(name).value for _, name in ordered]
    wanted = sorted(values, reverse=claim["best"] == "highest")
    shown = tuple(ledger.printed(name) for _, name in ordered)
    if values == wanted and len(set(ranks)) == len(ranks):
        return Finding(
            "sound",
            say(
                "In the order of the positions: {shown}. The {best} comes first, as it should.",
                shown=shown,
                best=claim["best"],
            ),
        )
    return Finding(
        "fault",
        say(
            "In the order of the positions: {shown}. They do not run from the {best}.", shown=shown, best=claim["best"]
        ),
    )


RULES = (
    Rule(
        "top_percent",
        "a top share against the number ranked",
        _judge_top_percent,
        {"figure": ROW, "ranks": ROWS, "ranked": ROW},
        overrides="figure",
    ),
    Rule(
        "top_positions",
        "top positions against the positions printed",
        _judge_top_positions,
        {"figure": ROW, "ranks": ROWS},
        overrides="figure",
    ),
    Rule("order", "positions against what they rank", _judge_order, {"ranks": ROWS, "by": ROWS, "best": BEST}),
)
