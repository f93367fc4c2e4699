"""Rules of bases: a change in per cent and the same change in numbers say what both were measured from."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from pcp_analysis import metrics
from pcp_analysis.figures.figure import Figure
from pcp_analysis.paper.rules.claim import LINE, MILESTONE, MONTH_COUNT, ROW, YEAR, Claim, optional
from pcp_analysis.paper.rules.ledger import Ledger, Span
from pcp_analysis.paper.rules.rule import Finding, Rule, say, sentences

CHANGE, DIFFERENCE = "change", "difference"
_METHOD = "the difference over the change in per cent, both as printed"


def implied(ledger: Ledger, claim: Claim, *, change: str = CHANGE, difference: str = DIFFERENCE) -> Span | None:
    """The number that the two rows of an entry were both measured from; None where they contradict each other."""
    percent, count = ledger.span(claim[change]), ledger.span(claim[difference])
    if percent.value * count.value < 0 or ((percent.value == 0) != (count.value == 0) and percent.value != 0):
        return None
    # a change that is printed as 0 can be a little more: then nothing bounds the base from above
    most = max(abs(percent.low), abs(percent.high)) / 100
    least = 0.0 if percent.low <= 0 <= percent.high else min(abs(percent.low), abs(percent.high)) / 100
    size = abs(count.value)
    return Span(
        size / abs(percent.value) * 100 if percent.value else math.inf,
        size / most if most else math.inf,
        size / least if least else math.inf,
    )


def _follow_implied(ledger: Ledger) -> Iterator[Claim]:
    """Every pair of rows that the convention of ids names as one change in per cent and in numbers."""
    for row in ledger.rows.values():
        if not row.item.startswith(CHANGE) or row.value is None:
            continue
        suffix = row.item.removeprefix(CHANGE)
        twin = f"{row.subject}.{DIFFERENCE}{suffix}"
        if twin in ledger.rows and ledger.rows[twin].value is not None:
            yield Claim(
                f"{row.subject}.implied_base{suffix}",
                "implied_base",
                row.paragraph,
                row.quote,
                {CHANGE: row.id, DIFFERENCE: twin},
            )


def contradiction(ledger: Ledger, claim: Claim) -> Finding:
    """What is found where a change in per cent and in numbers cannot be one change."""
    words = say(
        "{difference} and {change} go different ways: they cannot be one change.",
        difference=ledger.printed(claim[DIFFERENCE]),
        change=ledger.printed(claim[CHANGE]),
    )
    return Finding("fault", words)


def without_base(ledger: Ledger, claim: Claim) -> Finding:
    """What is found where the change is printed as nothing."""
    return Finding(
        "not_checkable",
        say(
            "{change} and {difference}: a change that is printed as nothing implies no base.",
            change=ledger.printed(claim[CHANGE]),
            difference=ledger.printed(claim[DIFFERENCE]),
        ),
    )


def _judge_implied(ledger: Ledger, claim: Claim) -> Finding:
    base = implied(ledger, claim)
    if base is None:
        return contradiction(ledger, claim)
    change, difference = ledger.printed(claim[CHANGE]), ledger.printed(claim[DIFFERENCE])
    if math.isinf(base.value):
        return without_base(ledger, claim)
    made = ledger.figure(claim, "implied_base", base.value, "count", _METHOD)
    words = say("{difference:size} is {change:size} of about {made}.", difference=difference, change=change, made=made)
    printed = ledger.rows.get(claim[CHANGE].replace(f".{CHANGE}", ".baseline", 1))
    if printed is not None and printed.value is not None and "average" not in claim:
        words = sentences(words, say("The paper prints {printed}.", printed=ledger.printed(printed.id)))
        verdict = "sound" if base.low <= float(printed.number) <= base.high else "fault"
        return Finding(verdict, words, say("{made}", made=made))
    if "average" not in claim:
        return Finding(
            "not_checkable",
            sentences(words, say("The paper prints no number to hold that against.")),
            say("{made}", made=made),
        )
    whole, of_whole = _whole_before(ledger, claim)
    words = sentences(words, say("All that is counted was about {whole}.", whole=whole))
    if base.low > of_whole.high:
        return Finding(
            "fault", sentences(words, say("A part cannot be more than its whole.")), say("{made}", made=made)
        )
    fits = say("It is a part of that, as it should be.")
    return Finding("uncontradicted", sentences(words, fits), say("{made}", made=made))


def average_total(ledger: Ledger, claim: Claim) -> tuple[Figure, Span]:
    """What a printed average a month comes to over the months of an entry."""
    average, months = ledger.rows[claim["average"]], claim["months"]
    value, half = float(average.number) * months, 0.5 * months
    made = ledger.figure(claim, "total", value, "count", "the printed average a month times the number of months")
    return made, Span(value, value - half, value + half)


def _whole_before(ledger: Ledger, claim: Claim) -> tuple[Figure, Span]:
    """The whole at the same stage of the year before: its average times the months, less its own change."""
    _, now = average_total(ledger, claim)
    change = ledger.span(claim["whole_change"])
    before = Span(
        now.value / (1 + change.value / 100), now.low / (1 + change.high / 100), now.high / (1 + change.low / 100)
    )
    return ledger.figure(claim, "whole_before", before.value, "count", "the whole now, less its printed change"), before


def _judge_two_bases(ledger: Ledger, claim: Claim) -> Finding:
    base = implied(ledger, claim)
    if base is None:
        return contradiction(ledger, claim)
    if math.isinf(base.value):
        return without_base(ledger, claim)
    now, total = average_total(ledger, claim)
    count = ledger.span(claim[DIFFERENCE]).value
    other = Span(total.value - count, total.low - count, total.high - count)
    made = ledger.figure(claim, "implied_base", base.value, "count", _METHOD)
    second = ledger.figure(
        claim, "other_base", other.value, "count", "the average times its months, less the difference"
    )
    words = say(
        "{difference:size} is {change:size} of about {made}. The printed average of {average} over {months} months is {now}; "
        "less {difference:size} that is {second}.",
        difference=ledger.printed(claim[DIFFERENCE]),
        change=ledger.printed(claim[CHANGE]),
        made=made,
        average=ledger.printed(claim["average"]),
        now=now,
        second=second,
        months=ledger.figure(
            claim, "months", claim["months"], "count", "whole months of the year to date", laid_down=True
        ),
    )
    both = say("{made} and {second}", made=made, second=second)
    if other.low > base.high or other.high < base.low:
        return Finding("fault", sentences(words, say("The two do not agree within rounding.")), both)
    if base.exact or base.value == other.value:
        return Finding("sound", words, both)
    return Finding("rounding", sentences(words, say("The change is rounded, and that explains the difference.")), both)


def _judge_series_change(ledger: Ledger, claim: Claim) -> Finding:
    base = implied(ledger, claim)
    if base is None:
        return contradiction(ledger, claim)
    now, before = (ledger.year(claim, key, claim["milestone"]) for key in ("year", "baseline_year"))
    percent = metrics.percent_change(now.number, before.number)
    common: dict[str, Any] = {"signed": True, "inputs": now.inputs, "period": now.period, "baseline": before.period}
    change = ledger.figure(claim, "change", percent, "percent", "per cent change of the totals of both years", **common)
    count = ledger.figure(
        claim, "difference", now.number - before.number, "count", "difference of the totals of both years", **common
    )
    words = say(
        "The series that is held gives {now} in {year} after {before} in {baseline_year}: {change}, or {count}.",
        now=now,
        before=before,
        change=change,
        count=count,
        year=claim["year"],
        baseline_year=claim["baseline_year"],
    )
    if not math.isinf(base.value):
        words = sentences(
            words,
            say(
                "What the paper prints would be measured from about {base}.",
                base=ledger.figure(claim, "implied_base", base.value, "count", _METHOD),
            ),
        )
    both = say("{change}, {count}", change=change, count=count)
    printed, said = ledger.span(claim[CHANGE]), ledger.span(claim[DIFFERENCE]).value
    if printed.low <= percent <= printed.high and abs(count.number - said) <= _round_half(said):
        return Finding("sound", words, both)
    if "lacks" in claim:
        lacking = say(
            "The series is without {lacks}, so it cannot say whether the paper is right.", lacks=claim["lacks"]
        )
        return Finding("not_checkable", sentences(words, lacking), both)
    return Finding("fault", sentences(words, say("That is not what is printed.")), both)


def _round_half(number: float) -> float:
    """Half of the last place that a number was rounded to: 40,000 says ten thousands, and may be 35,000 to 45,000."""
    digits = str(int(abs(number)))
    return 0.5 * 10 ** (len(digits) - len(digits.rstrip("0"))) if number else 0.5


_PAIR = {CHANGE: ROW, DIFFERENCE: ROW}
RULES = (
    Rule(
        "implied_base",
        "a change in per cent against the change in numbers",
        _judge_implied,
        {**_PAIR, "average": ROW, "months": MONTH_COUNT, "whole_change": ROW},
        follow=_follow_implied,
        yields=CHANGE,
        overrides=CHANGE,
    ),
    Rule(
        "two_bases",
        "two bases against each other",
        _judge_two_bases,
        {**_PAIR, "average": ROW, "months": MONTH_COUNT},
        overrides=CHANGE,
    ),
    Rule(
        "series_change",
        "a change against the series that is held",
        _judge_series_change,
        {"milestone": MILESTONE, "year": YEAR, "baseline_year": YEAR, **_PAIR, "lacks": optional(LINE)},
        overrides=CHANGE,
    ),
)
