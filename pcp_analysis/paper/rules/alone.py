"""What no rule can check: figures that are lost, and figures that stand alone; and those held again from another
source.
"""

from __future__ import annotations

from collections.abc import Iterator

from pcp_analysis.paper.rules.claim import Claim
from pcp_analysis.paper.rules.ledger import Ledger
from pcp_analysis.paper.rules.recounts import REVISED, revision
from pcp_analysis.paper.rules.rule import Finding, Rule, say, sentences


def _follow_official(ledger: Ledger) -> Iterator[Claim]:
    for row in ledger.rows.values():
        if row.basis == "recomputed":
            yield Claim(row.id, "official", row.paragraph, row.quote, {"figure": row.id})


def _judge_official(ledger: Ledger, claim: Claim) -> Finding:
    row = ledger.rows[claim["figure"]]
    official = ledger.view.figures[row.computed_from]
    same = ledger.checked[row.id].computed == row.value
    printed = float(row.number)
    words = say(
        "Official statistics give {official} for {period}.", official=official, period=official.period or "the same"
    )
    shown = say("{official}", official=official)
    if not same and row.unit == "count" and abs(official.number - printed) <= revision(printed):
        return Finding("uncontradicted", sentences(words, say(REVISED)), shown)
    return Finding("sound" if same else "fault", words, shown)


def _follow_not_held(ledger: Ledger) -> Iterator[Claim]:
    for row in ledger.rows.values():
        if row.basis == "not held":
            yield Claim(row.id, "not_held", row.paragraph, row.quote, {"figure": row.id})


def _judge_not_held(ledger: Ledger, claim: Claim) -> Finding:
    row = ledger.rows[claim["figure"]]
    name = row.id.replace("_", " ").replace(".", ", ").capitalize()
    return Finding("not_checkable", say("{name}: not held. {note}", name=name, note=row.note))


def _judge_alone(ledger: Ledger, claim: Claim) -> Finding:
    return Finding(
        "not_checkable",
        say(
            "{printed} stands alone: nothing printed or held tells whether it is right.",
            printed=ledger.printed(claim["figure"]),
        ),
    )


#: The rule of the printed figures that no claim is about.
ALONE = Rule("alone", "a figure that stands alone", _judge_alone, declared=False)
RULES = (
    Rule(
        "official",
        "a figure against official statistics",
        _judge_official,
        follow=_follow_official,
        declared=False,
        yields="figure",
    ),
    Rule(
        "not_held",
        "a figure that is lost",
        _judge_not_held,
        follow=_follow_not_held,
        declared=False,
        yields="figure",
    ),
    ALONE,
)
