"""Rules of arithmetic: what a printed number is made of must give that number, within what rounding allows."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from decimal import Decimal

from pcp_analysis.figures import wording
from pcp_analysis.figures.commentary import Bound
from pcp_analysis.figures.figure import Figure
from pcp_analysis.loaders.kinds import KINDS
from pcp_analysis.paper import rows
from pcp_analysis.paper.rules.claim import ROWS, WHOLE, Claim, Unfit
from pcp_analysis.paper.rules.ledger import Ledger, Span
from pcp_analysis.paper.rules.rule import NOTHING, Finding, Rule, listed, say, sentences

NEAREST = ("half up", "half even")
# The rule that a row's expression is checked by, from the operation that it ends with.
_OPERATIONS = {
    "share": "percentage",
    "percent_change": "percentage",
    "point_change": "difference",
    "difference": "difference",
    "count": "counted",
}
_SAID = {
    "share": "{first} of {second} is {made}.",
    "percent_change": "{first} after {second} is a change of {made}.",
    "point_change": "{first} after {second} is a difference of {made}.",
    "difference": "{first} less {second} is {made}.",
    "total": "{parts} make {made}.",
}


def _operation(expression: str) -> str:
    tree = ast.parse(expression, mode="eval").body
    return tree.func.id if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) else ""


def _rule_of(row: rows.Row) -> str:
    operation = _operation(row.computed_from)
    if operation == "total":
        return "summary" if row.unit in rows.ROUNDED_UNITS else "sum"
    return _OPERATIONS.get(operation, "")


def following(rule: str) -> Callable[[Ledger], Iterator[Claim]]:
    """What yields a claim for every row whose expression *rule* checks."""

    def follow(ledger: Ledger) -> Iterator[Claim]:
        for row in ledger.rows.values():
            if row.basis == "arithmetic" and _rule_of(row) == rule:
                yield Claim(row.id, rule, row.paragraph, row.quote, {"figure": row.id})

    return follow


def verdict_of(found: rows.Recomputed) -> str:
    """Sound where the number is exact or rounded to the nearest, rounding where another one or its parts explain it."""
    if found.computed == found.row.value or set(NEAREST) & set(found.roundings):
        return "sound"
    return "rounding" if found.roundings or found.parts else "fault"


def made_of(ledger: Ledger, claim: Claim) -> Figure:
    """What recomputing the row of an entry gives, as a figure."""
    found = ledger.checked[claim["figure"]]
    return ledger.figure(
        claim,
        "recomputed",
        float(found.result),
        found.row.unit,
        f"computed as {found.row.computed_from}",
        signed=_operation(found.row.computed_from) in ("percent_change", "point_change", "difference"),
    )


def judge_computed(ledger: Ledger, claim: Claim) -> Finding:
    """Hold a row against what its expression gives."""
    found = ledger.checked[claim["figure"]]
    if found.computed is None:
        raise Unfit("figure", "is not computed from other rows", "Name a row that has computed_from.")
    verdict, made = verdict_of(found), made_of(ledger, claim)
    operation = _operation(found.row.computed_from)
    parts = tuple(ledger.printed(name) for name in rows.names(found.row.computed_from))
    flat = operation in _SAID and (operation == "total" or len(parts) == 2)
    template = _SAID[operation] if flat else "{parts}, from which it is made, give {made}."
    title = f"{ledger.printed(found.row.id).title}: " if claim.rule == "summary" else ""
    words = say("{title}" + template, title=title, made=made, parts=parts, first=parts[0], second=parts[-1])
    return Finding(verdict, sentences(words, _tail(ledger, found, verdict, made)), say("{made}", made=made))


def _tail(ledger: Ledger, found: rows.Recomputed, verdict: str, made: Figure) -> Bound:
    printed = ledger.printed(found.row.id)
    if verdict == "fault":
        return say(
            "No rounding makes that {printed}."
            if found.row.unit in rows.ROUNDED_UNITS
            else "The paper prints {printed}.",
            printed=printed,
        )
    if found.computed == found.row.value or wording.value(printed) == wording.value(made):
        return say("That is what is printed.")
    if verdict == "sound":
        return say("Rounded to the nearest, that is {printed}.", printed=printed)
    if found.roundings:
        how = "cut off" if "down" in found.roundings else "rounded up"
        return say(f"Printed as {{printed}}: {how}, not rounded to the nearest.", printed=printed)
    return say("The parts are rounded themselves, and within that {printed} is possible.", printed=printed)


def _rounded(ledger: Ledger) -> list[rows.Recomputed]:
    return [
        found
        for found in ledger.checked.values()
        if found.row.basis == "arithmetic"
        and found.roundings
        and found.computed != found.row.value
        and _rule_of(found.row) == "percentage"
    ]


def _follow_one_rounding(ledger: Ledger) -> Iterator[Claim]:
    rounded = _rounded(ledger)
    if len(rounded) > 1:
        paragraphs = list(dict.fromkeys(found.row.paragraph for found in rounded))
        yield Claim(
            "one_rounding",
            "one_rounding",
            ", ".join(paragraphs),
            ", ".join(found.row.numeral for found in rounded),
            {"figures": tuple(found.row.id for found in rounded)},
        )


def _judge_one_rounding(ledger: Ledger, claim: Claim) -> Finding:
    found = [ledger.checked[name] for name in claim["figures"]]
    shared = [mode for mode in rows.ROUNDINGS if all(mode in each.roundings for each in found)]
    groups: dict[str, list[Bound]] = {}
    all_made: list[Figure] = []
    for each in found:
        how = (
            "rounded to the nearest"
            if set(NEAREST) & set(each.roundings)
            else "cut off"
            if "down" in each.roundings
            else "rounded up"
        )
        made = ledger.figure(
            Claim(each.row.id, "", each.row.paragraph, ""),
            "recomputed",
            float(each.result),
            each.row.unit,
            f"computed as {each.row.computed_from}",
            signed=_operation(each.row.computed_from) == "percent_change",
        )
        all_made.append(made)
        printed = ledger.printed(each.row.id)
        if wording.value(made) != wording.value(printed):
            groups.setdefault(how, []).append(say("{made} as {printed}", made=made, printed=printed))
    recomputed = say("{made}", made=tuple(all_made))
    said = sentences(
        *[say("{how}: {which}.", how=how.capitalize(), which=listed(which)) for how, which in groups.items()]
    )
    if not shared:
        return Finding(
            "fault", sentences(say("No one way of rounding explains every percentage of the paper."), said), recomputed
        )
    if set(NEAREST) & set(shared):
        return Finding(
            "sound", sentences(say("Every percentage of the paper is rounded to the nearest."), said), recomputed
        )
    words = say("Every percentage of the paper is rounded the same way, but not to the nearest.")
    return Finding("rounding", sentences(words, said), recomputed)


def _sum(ledger: Ledger, claim: Claim) -> tuple[Figure, Span]:
    """The sum of the parts of an entry, and the bounds that their rounding sets."""
    spans = [ledger.span(name) for name in claim["parts"]]
    value, low, high = (
        float(sum(Decimal(repr(number)) for number in numbers))
        for numbers in ([each.value for each in spans], [each.low for each in spans], [each.high for each in spans])
    )
    made = ledger.figure(claim, "sum", value, ledger.rows[claim["parts"][0]].unit, "sum of the parts")
    return made, Span(value, low, high)


def _whole(ledger: Ledger, claim: Claim) -> tuple[Figure, Span]:
    """The whole that an entry names: a row, or a number such as 100 per cent."""
    whole = claim["whole"]
    if isinstance(whole, str):
        return ledger.printed(whole), ledger.span(whole)
    unit = ledger.rows[claim["parts"][0]].unit
    return ledger.figure(claim, "whole", whole, unit, "the whole, by definition", laid_down=True), Span(
        whole, whole, whole
    )


def _judge_whole(ledger: Ledger, claim: Claim) -> Finding:
    (made, span), (whole, wanted) = _sum(ledger, claim), _whole(ledger, claim)
    parts = tuple(ledger.printed(name) for name in claim["parts"])
    words = say("{parts} make {made}; the whole is {whole}.", parts=parts, made=made, whole=whole)
    if span.value == wanted.value:
        return Finding("sound", words, say("{made}", made=made))
    if span.low <= wanted.high and wanted.low <= span.high:
        return Finding(
            "rounding",
            sentences(words, say("Each part is rounded, and together that explains the difference.")),
            say("{made}", made=made),
        )
    return Finding("fault", sentences(words, say("Rounding does not explain so much.")), say("{made}", made=made))


def _follow_impossible(ledger: Ledger) -> Iterator[Claim]:
    """Every printed count with the count that it is among: the pairs that a kind of input declares."""
    among = {lesser: greater for kind in KINDS.values() for lesser, greater in kind.at_most}
    for row in ledger.rows.values():
        whole = ledger.rows.get(f"{row.subject}.{among[row.item]}") if row.item in among else None
        if row.value is not None and whole is not None and whole.value is not None:
            about = {"figure": row.id, "whole": whole.id}
            yield Claim(f"{row.id}.among", "impossible", row.paragraph, row.quote, about)


def _judge_impossible(ledger: Ledger, claim: Claim) -> Finding:
    part, whole = ledger.printed(claim["figure"]), ledger.printed(claim["whole"])
    if part.number > whole.number:
        return Finding("fault", say("{part} cannot be among {whole}.", part=part, whole=whole))
    return Finding("sound", say("{part} can be among {whole}.", part=part, whole=whole))


def _judge_part(ledger: Ledger, claim: Claim) -> Finding:
    (made, span), (whole, wanted) = _sum(ledger, claim), _whole(ledger, claim)
    several = len(claim["parts"]) > 1
    words = say(
        "{parts} make {made}, out of {whole}." if several else "{parts}, out of {whole}.",
        made=made,
        whole=whole,
        parts=tuple(ledger.printed(name) for name in claim["parts"]),
    )
    recomputed = say("{made}", made=made) if several else NOTHING
    if span.value <= wanted.value:
        return Finding("sound", words, recomputed)
    if span.low <= wanted.high:
        return Finding(
            "rounding", sentences(words, say("More than the whole, by no more than rounding allows.")), recomputed
        )
    return Finding("fault", sentences(words, say("A part cannot be more than its whole.")), recomputed)


def _computed(name: str, title: str) -> Rule:
    """A rule that follows from what a row says it is computed from."""
    return Rule(name, title, judge_computed, follow=following(name), declared=False, yields="figure")


RULES = (
    _computed("percentage", "a percentage against its counts"),
    Rule(
        "one_rounding",
        "one rounding for the whole paper",
        _judge_one_rounding,
        follow=_follow_one_rounding,
        declared=False,
    ),
    _computed("sum", "parts against their sum"),
    _computed("summary", "a summary against its parts"),
    _computed("difference", "a difference against its two figures"),
    Rule("whole", "parts that make a whole", _judge_whole, {"parts": ROWS, "whole": WHOLE}),
    Rule("part", "a part against its whole", _judge_part, {"parts": ROWS, "whole": WHOLE}, refutes_only=True),
    Rule(
        "impossible",
        "a count against the count that it is among",
        _judge_impossible,
        follow=_follow_impossible,
        declared=False,
        refutes_only=True,
    ),
)
