"""What no rule can check: figures that are lost, and figures that stand alone; and those held again from another
source.
"""

from __future__ import annotations

from collections.abc import Iterator

from pcp_analysis.paper.rules.entry import Entry
from pcp_analysis.paper.rules.ledger import Ledger
from pcp_analysis.paper.rules.rule import Finding, Rule, say


def _follow_official(held: Ledger) -> Iterator[Entry]:
    for row in held.rows.values():
        if row.basis == "recomputed":
            yield Entry(row.id, "official", row.paragraph, row.quote, {"figure": row.id})


def _judge_official(held: Ledger, entry: Entry) -> Finding:
    row = held.rows[entry["figure"]]
    official = held.view.figures[row.computed_from]
    same = held.checked[row.id].computed == row.value
    words = say(
        "Official statistics give {official} for {period}.", official=official, period=official.period or "the same"
    )
    return Finding("sound" if same else "fault", words, say("{official}", official=official))


def _follow_not_held(held: Ledger) -> Iterator[Entry]:
    for row in held.rows.values():
        if row.basis == "not held":
            yield Entry(row.id, "not_held", row.paragraph, row.quote, {"figure": row.id})


def _judge_not_held(held: Ledger, entry: Entry) -> Finding:
    row = held.rows[entry["figure"]]
    name = row.id.replace("_", " ").replace(".", ", ").capitalize()
    return Finding("not_checkable", say("{name}: not held. {note}", name=name, note=row.note))


def _judge_alone(held: Ledger, entry: Entry) -> Finding:
    return Finding(
        "not_checkable",
        say(
            "{printed} stands alone: nothing printed or held tells whether it is right.",
            printed=held.printed(entry["figure"]),
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
        gives_way="figure",
    ),
    Rule(
        "not_held",
        "a figure that is lost",
        _judge_not_held,
        follow=_follow_not_held,
        declared=False,
        gives_way="figure",
    ),
    ALONE,
)
