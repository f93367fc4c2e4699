"""Rules of bases: a change in per cent and the same change in numbers say what both were measured from."""

from __future__ import annotations

import math
from collections.abc import Iterator

from pcp_analysis import metrics
from pcp_analysis.figures.commentary import Bound
from pcp_analysis.figures.figure import Figure
from pcp_analysis.findings import recorded
from pcp_analysis.paper.rules.claim import MILESTONE, MONTH_COUNT, ROW, Claim, Unfit, optional
from pcp_analysis.paper.rules.ledger import Ledger, Span
from pcp_analysis.paper.rules.rule import Finding, Rule, say, sentences

CHANGE, DIFFERENCE = "change", "difference"
# What it takes to hold an implied base against all that is counted.
_WHOLE = ("average", "months", "whole_change")
METHOD = "the difference over the change in per cent, both as printed"


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
    missing = [key for key in _WHOLE if key not in claim]
    if missing and len(missing) < len(_WHOLE):
        raise Unfit(missing[0], "is missing", f"Write {', '.join(_WHOLE)}, all of them or none.")
    base = implied(ledger, claim)
    if base is None:
        return contradiction(ledger, claim)
    change, difference = ledger.printed(claim[CHANGE]), ledger.printed(claim[DIFFERENCE])
    if math.isinf(base.value):
        return without_base(ledger, claim)
    made = ledger.figure(claim, "implied_base", base.value, "count", METHOD)
    words = say("{difference:size} is {change:size} of about {made}.", difference=difference, change=change, made=made)
    printed = ledger.rows.get(claim[CHANGE].replace(f".{CHANGE}", ".baseline", 1))
    if printed is not None and printed.value is not None and "average" not in claim:
        words = sentences(words, say("The paper prints {printed}.", printed=ledger.printed(printed.id)))
        verdict = "sound" if base.low <= float(printed.number) <= base.high else "fault"
        return Finding(verdict, words, say("{made}", made=made))
    if "within" in claim:
        words, too_many = _within_series(ledger, claim, base, words)
        if too_many:
            return Finding("fault", words, say("{made}", made=made))
    if "average" not in claim:
        if "within" in claim:
            return Finding("uncontradicted", words, say("{made}", made=made))
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


def _within_series(ledger: Ledger, claim: Claim, base: Span, words: Bound) -> tuple[Bound, bool]:
    """Hold an implied base to the series that it is a part of, in the same months of the year before, the period that
    runs among them: whether it is more than there was.
    """
    series = ledger.series(claim["within"])
    last = recorded.last_day(series)
    a_year = recorded.PERIODS_A_YEAR[last.freqstr[0]]
    year = metrics.previous_financial_year(metrics.financial_year(last))
    _, before = ledger.same_periods(claim, claim["within"], year)
    follows = series.get(last + 1 - a_year, 0)
    most = ledger.figure(
        claim,
        "at_most",
        before.number + float(follows),
        "count",
        "the same periods of the year before, and the one after them",
        inputs=before.inputs,
    )
    said = say(
        "It is a part of {whole}, of which {most} were recorded up to the end of {end}.",
        whole=recorded.words(claim["within"]),
        most=most,
        end=metrics.period_in_words(last + 1 - a_year),
    )
    if base.low > most.number:
        return sentences(words, said, say("A part cannot be more than its whole.")), True
    return sentences(words, said), False


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
    made = ledger.figure(claim, "implied_base", base.value, "count", METHOD)
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


_PAIR = {CHANGE: ROW, DIFFERENCE: ROW}
RULES = (
    Rule(
        "implied_base",
        "a change in per cent against the change in numbers",
        _judge_implied,
        {
            **_PAIR,
            "average": optional(ROW),
            "months": optional(MONTH_COUNT),
            "whole_change": optional(ROW),
            "within": optional(MILESTONE),
        },
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
)
