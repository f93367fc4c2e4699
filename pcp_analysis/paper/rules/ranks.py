"""Rules of ranks: a position, or a share of all positions, against the number that were ranked."""

from __future__ import annotations

import math

from pcp_analysis import metrics
from pcp_analysis.paper.rules.entry import BEST, ROW, ROWS, Entry, Unfit
from pcp_analysis.paper.rules.ledger import Ledger
from pcp_analysis.paper.rules.rule import Finding, Rule, say, sentences


def _ranks(held: Ledger, entry: Entry) -> dict[str, int]:
    ranks = {name: held.span(name).value for name in entry["ranks"]}
    for name, rank in ranks.items():
        if rank < 1 or rank != int(rank):
            raise Unfit("ranks", f"holds {name}, which is no position", "Name rows that print a position.")
    return {name: int(rank) for name, rank in ranks.items()}


def _judge_top_percent(held: Ledger, entry: Entry) -> Finding:
    ranks, ranked, claimed = _ranks(held, entry), held.span(entry["ranked"]).value, held.span(entry["figure"])
    last = max(ranks, key=lambda name: ranks[name])
    shown = {
        "last": held.printed(last),
        "ranked": held.printed(entry["ranked"]),
        "claimed": held.printed(entry["figure"]),
    }
    if ranks[last] > ranked:
        return Finding("fault", say("A position of {last} cannot be among {ranked}.", **shown))
    share = held.made(
        entry,
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
        within = held.made(
            entry, "within", math.floor(ranked * claimed.value / 100), "count", "whole positions within the share"
        )
        tail = say(
            "Rounded, that is {claimed}; strictly, only the first {within} are within it.", within=within, **shown
        )
        return Finding("rounding", sentences(words, tail), made)
    return Finding("fault", sentences(words, say("That is not within the top {claimed}.", **shown)), made)


def _judge_top_positions(held: Ledger, entry: Entry) -> Finding:
    ranks, claimed = _ranks(held, entry), int(held.span(entry["figure"]).value)
    first = sorted(ranks.values())[:claimed]
    words = say(
        "The first {claimed} positions in the table are {positions}.",
        claimed=held.printed(entry["figure"]),
        positions=tuple(held.printed(name) for name in sorted(ranks, key=lambda name: ranks[name])[:claimed]),
    )
    return Finding("sound" if first == list(range(1, claimed + 1)) else "fault", words)


def _judge_order(held: Ledger, entry: Entry) -> Finding:
    ranks = list(_ranks(held, entry).values())
    if len(ranks) != len(entry["by"]):
        raise Unfit(
            "by",
            f"names {len(entry['by'])} rows for {len(ranks)} ranks",
            "Name one row for each rank, in the same order.",
        )
    ordered = sorted(zip(ranks, entry["by"], strict=True))
    values = [held.span(name).value for _, name in ordered]
    wanted = sorted(values, reverse=entry["best"] == "highest")
    shown = tuple(held.printed(name) for _, name in ordered)
    if values == wanted and len(set(ranks)) == len(ranks):
        return Finding(
            "sound",
            say(
                "In the order of the positions: {shown}. The {best} comes first, as it should.",
                shown=shown,
                best=entry["best"],
            ),
        )
    return Finding(
        "fault",
        say(
            "In the order of the positions: {shown}. They do not run from the {best}.", shown=shown, best=entry["best"]
        ),
    )


RULES = (
    Rule(
        "top_percent",
        "a top share against the number ranked",
        _judge_top_percent,
        {"figure": ROW, "ranks": ROWS, "ranked": ROW},
        takes_over="figure",
    ),
    Rule(
        "top_positions",
        "top positions against the positions printed",
        _judge_top_positions,
        {"figure": ROW, "ranks": ROWS},
        takes_over="figure",
    ),
    Rule("order", "positions against what they rank", _judge_order, {"ranks": ROWS, "by": ROWS, "best": BEST}),
)
