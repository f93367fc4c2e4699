"""Rules of notation: units, repeats, numbers of things listed, the numbering of paragraphs, and what the plan promises."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pcp_analysis import metrics
from pcp_analysis.paper import rows
from pcp_analysis.paper.rules.arithmetic import following
from pcp_analysis.paper.rules.claim import LINES, ROW, Claim
from pcp_analysis.paper.rules.ledger import Ledger
from pcp_analysis.paper.rules.rule import Finding, Rule, say, sentences

REPEATED = "repeated"
TARGET = "target"
CURRENCY = "£"


def _follow_unit(ledger: Ledger) -> Iterator[Claim]:
    """Money, and what is printed of a difference between two percentages."""
    for row in ledger.rows.values():
        if row.value is None or row.unit not in ("pounds", "points"):
            continue
        # a number that is not the difference in points is the matter of another rule
        if row.unit == "points" and ledger.checked[row.id].computed not in (None, row.value):
            continue
        yield Claim(f"{row.id}.unit", "unit", row.paragraph, row.quote, {"figure": row.id})


def _judge_unit(ledger: Ledger, claim: Claim) -> Finding:
    row = ledger.rows[claim["figure"]]
    if row.unit == "points" and not _per_cent(row):
        return Finding(
            "sound", say("It is printed without a per cent sign, as a difference of two percentages should be.")
        )
    if row.unit == "points":
        return _judge_points(ledger, claim)
    if CURRENCY in row.numeral:
        return Finding("sound", say("The currency is printed."))
    return Finding("fault", say("No currency is printed, so that it is an amount of money has to be guessed."))


def _per_cent(row: rows.Row) -> bool:
    """Whether a number is printed as per cent, by sign or in words: ``two per cent``."""
    words = r"\s*(%|per\s?cent\b)"
    return re.search(re.escape(row.numeral.rstrip("% ")) + words, row.quote, re.IGNORECASE) is not None or bool(
        re.search(r"%|per\s?cent", row.numeral, re.IGNORECASE)
    )


def _judge_points(ledger: Ledger, claim: Claim) -> Finding:
    """A difference of two percentages with a per cent sign: its number is that of the points, and its sign is not."""
    row = ledger.rows[claim["figure"]]
    printed = ledger.printed(row.id)
    wrong = say("A difference of two percentages is in points; printed with a per cent sign it says another thing.")
    parts = rows.names(row.computed_from) if row.basis == "arithmetic" else []
    if len(parts) != 2:
        return Finding("fault", wrong)
    now, before = (ledger.span(name).value for name in parts)
    relative = ledger.figure(
        claim,
        "in_per_cent",
        metrics.percent_change(now, before),
        "percent",
        f"per cent change of the parts of {row.computed_from}",
        signed=True,
    )
    words = say(
        "From {before} to {now} is {printed}; in per cent it is {relative}.",
        now=ledger.printed(parts[0]),
        before=ledger.printed(parts[1]),
        printed=printed,
        relative=relative,
    )
    return Finding("fault", sentences(words, wrong), say("{relative}", relative=relative))


def _follow_repeated(ledger: Ledger) -> Iterator[Claim]:
    for row in ledger.rows.values():
        if row.item == REPEATED and row.value is not None and row.subject in ledger.rows:
            yield Claim(row.id, "repeated", row.paragraph, row.quote, {"figure": row.id, "first": row.subject})


def _judge_repeated(ledger: Ledger, claim: Claim) -> Finding:
    here, first = ledger.printed(claim["figure"]), ledger.printed(claim["first"])
    if ledger.rows[claim["figure"]].value == ledger.rows[claim["first"]].value:
        return Finding("sound", say("{first} is printed both times.", first=first))
    one, other = ledger.span(claim["figure"]), ledger.span(claim["first"])
    if one.low <= other.high and other.low <= one.high:
        return Finding(
            "rounding", say("{first} the first time, {here} the second: rounded once more.", first=first, here=here)
        )
    return Finding("fault", say("{first} the first time, {here} the second.", first=first, here=here))


def _judge_listed(ledger: Ledger, claim: Claim) -> Finding:
    made = ledger.figure(claim, "listed", len(claim["items"]), "count", "things listed in the paper")
    printed = ledger.printed(claim["figure"])
    words = say("The paper lists {made} of them.", made=made)
    if ledger.span(claim["figure"]).value == len(claim["items"]):
        return Finding("sound", words, say("{made}", made=made))
    return Finding("fault", sentences(words, say("It says {printed}.", printed=printed)), say("{made}", made=made))


def _judge_counted(ledger: Ledger, claim: Claim) -> Finding:
    found = ledger.checked[claim["figure"]]
    made = ledger.figure(claim, "named", float(found.result), "count", f"computed as {found.row.computed_from}")
    printed = ledger.printed(claim["figure"])
    verdict = "sound" if found.computed == found.row.value else "fault"
    words = say("{made} of them are printed; the paper says {printed}.", made=made, printed=printed)
    return Finding(verdict, words, say("{made}", made=made))


def _numbers(ledger: Ledger) -> dict[int, list[str]]:
    """Every paragraph number with the paragraphs that bear it: 82 with "82" and "82.2", its second. Paragraphs 4.1, 4.2 and
    4.10 of a paper that numbers so bear the number 4 once.
    """
    found: dict[int, list[str]] = {}
    for paragraph in dict.fromkeys(row.paragraph for row in ledger.rows.values() if row.paragraph):
        found.setdefault(int(paragraph.split(".")[0]), []).append(paragraph)
    for number, occurrences in found.items():
        again = [f"{number}", *(f"{number}.{nth}" for nth in range(2, len(occurrences) + 1))]
        if sorted(occurrences) != sorted(again):
            found[number] = occurrences[:1]
    return found


def _follow_numbering(ledger: Ledger) -> Iterator[Claim]:
    numbers = _numbers(ledger)
    if not numbers:
        return
    yield Claim("numbering", "numbering", "", "the numbers of the paragraphs", {})
    for number, occurrences in sorted(numbers.items()):
        if len(occurrences) > 1:
            yield Claim(
                f"numbering.paragraph_{number}", "numbering", str(number), f"{number}.", {"twice": tuple(occurrences)}
            )


def _judge_numbering(ledger: Ledger, claim: Claim) -> Finding:
    if "twice" in claim:
        headings = dict.fromkeys(
            row.heading for name in claim["twice"] for row in ledger.rows.values() if row.paragraph == name
        )
        times = {2: "two", 3: "three"}.get(len(claim["twice"]), "several")
        where = " and ".join(f"“{heading}”" for heading in headings if heading)
        return Finding(
            "fault",
            say(
                "The number {number} stands before {times} paragraphs, under {where}. A reference to it is ambiguous.",
                number=claim.paragraph,
                times=times,
                where=where,
            ),
        )
    numbers = sorted(_numbers(ledger))
    missing = [str(number) for number in range(1, numbers[-1]) if number not in numbers]
    if missing:
        words = "No row of paper.csv is of {missing}: whether the paper leaves these numbers out its rows cannot tell."
        return Finding("not_checkable", say(words, missing=", ".join(missing)))
    return Finding(
        "sound",
        say("They run from {first} to {last} and leave none out.", first=str(numbers[0]), last=str(numbers[-1])),
    )


def _follow_promise(ledger: Ledger) -> Iterator[Claim]:
    for row in ledger.rows.values():
        if row.item == TARGET and row.value is not None and row.id in ledger.view.figures:
            yield Claim(row.id, "promise", row.paragraph, row.quote, {"figure": row.id})


def _judge_promise(ledger: Ledger, claim: Claim) -> Finding:
    promised, printed = ledger.view.figures[claim["figure"]], ledger.printed(claim["figure"])
    verdict = "sound" if promised.value == printed.number else "fault"
    return Finding(
        verdict, say("The plan promises {promised}.", promised=promised), say("{promised}", promised=promised)
    )


RULES = (
    Rule(
        "unit",
        "a number against the unit it is printed in",
        _judge_unit,
        follow=_follow_unit,
        declared=False,
        refutes_only=True,
    ),
    Rule(
        "repeated",
        "a figure that is printed twice",
        _judge_repeated,
        follow=_follow_repeated,
        declared=False,
        refutes_only=True,
    ),
    Rule(
        "listed",
        "a number of things against the things listed",
        _judge_listed,
        {"figure": ROW, "items": LINES},
        overrides="figure",
    ),
    Rule(
        "counted",
        "a number of things against those printed",
        _judge_counted,
        follow=following("counted"),
        declared=False,
        yields="figure",
    ),
    Rule("numbering", "the numbers of the paragraphs", _judge_numbering, follow=_follow_numbering, declared=False),
    Rule("promise", "a promise against the plan", _judge_promise, follow=_follow_promise, declared=False),
)
