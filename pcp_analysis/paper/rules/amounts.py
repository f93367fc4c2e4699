"""Rules of amounts: "over 5%" and "just over a fifth" against what the figures give."""

from __future__ import annotations

import math

from pcp_analysis import metrics
from pcp_analysis.paper import rows
from pcp_analysis.paper.rules import bases
from pcp_analysis.paper.rules.claim import MONTH_COUNT, ROW, Claim, Unfit
from pcp_analysis.paper.rules.ledger import Ledger
from pcp_analysis.paper.rules.rule import Finding, Rule, say, sentences


def _judge_more_than(ledger: Ledger, claim: Claim) -> Finding:
    """Over a number, as "over 5%": the computed change is more than the number printed."""
    found, claimed = ledger.checked[claim["figure"]], ledger.printed(claim["figure"])
    if found.computed is None:
        raise Unfit("figure", "is not computed from other rows", "Name a row that has computed_from.")
    made = ledger.figure(
        claim,
        "recomputed",
        float(found.result),
        found.row.unit,
        f"computed as {found.row.computed_from}",
        signed=True,
    )
    parts = tuple(ledger.printed(name) for name in reversed(rows.names(found.row.computed_from)))
    words = say(
        "The figures go from {parts}, a difference of {made:size}." if len(parts) == 2 else "{parts} give {made:size}.",
        parts=say("{first} to {second}", first=parts[0], second=parts[-1]) if len(parts) == 2 else parts,
        made=made,
    )
    bound, one_way = abs(found.row.number), (found.result < 0) == (found.row.number < 0)
    most = max(abs(end) for end in (found.low, found.high) if end is not None)
    recomputed = say("{made}", made=made)
    if one_way and abs(found.result) > bound:
        return Finding("sound", words, recomputed)
    if one_way and most > bound:
        return Finding(
            "rounding",
            sentences(
                words, say("Both are rounded, and within that it can be more than {claimed:size}.", claimed=claimed)
            ),
            recomputed,
        )
    return Finding("fault", sentences(words, say("That is not over {claimed:size}.", claimed=claimed)), recomputed)


#: The shares that have a name of their own, in per cent.
NAMED_SHARES = (0.0, 10.0, 20.0, 25.0, 100 / 3, 50.0, 200 / 3, 75.0, 100.0)


def _judge_just_over(ledger: Ledger, claim: Claim) -> Finding:
    """Just over a share, as "just over a fifth": more than that share, and nearer to it than to the next one that has a
    name.
    """
    claimed = ledger.span(claim["figure"]).value
    if claimed not in NAMED_SHARES[:-1]:
        raise Unfit("figure", "is no share that has a name of its own", "Name a row such as a fifth, 20 per cent.")
    part = bases.implied(ledger, claim)
    if part is None:
        return bases.contradiction(ledger, claim)
    if math.isinf(part.value):
        return bases.without_base(ledger, claim)
    more = ledger.span(claim["difference"]).value
    now, total = bases.average_total(ledger, claim)
    count = ledger.figure(claim, "implied_now", part.value + more, "count", "the implied base and the difference")
    if count.number > now.number:
        return Finding("fault", say("{count} of {now}: a part cannot be more than its whole.", count=count, now=now))
    share = ledger.figure(
        claim,
        "share",
        metrics.share(count.number, now.number),
        "percent",
        "implied count over the average times its months",
        numerator=count.number,
        denominator=now.number,
    )
    least, most = (part.low + more) / total.high * 100, (part.high + more) / total.low * 100
    limit = (claimed + NAMED_SHARES[NAMED_SHARES.index(claimed) + 1]) / 2
    words = say(
        "The printed changes come to about {count} of {now}, which is {share}.", count=count, now=now, share=share
    )
    made = say("{share}", share=share)
    if claimed < share.number < limit:
        return Finding(
            "sound",
            sentences(
                words,
                say(
                    "That is nearer to {claimed} than to the next share that has a name.",
                    claimed=ledger.printed(claim["figure"]),
                ),
            ),
            made,
        )
    if least < limit and most > claimed:
        return Finding("rounding", sentences(words, say("Within the rounding of the printed figures it can be.")), made)
    return Finding(
        "fault",
        sentences(words, say("That is not just over {claimed}.", claimed=ledger.printed(claim["figure"]))),
        made,
    )


RULES = (
    Rule(
        "more_than",
        '"over" a number against what it is made of',
        _judge_more_than,
        {"figure": ROW},
        overrides="figure",
    ),
    Rule(
        "just_over",
        '"just over" a share against its figures',
        _judge_just_over,
        {"figure": ROW, "change": ROW, "difference": ROW, "average": ROW, "months": MONTH_COUNT},
    ),
)
