"""Rules of a printed change against the same change in a series that is held, which is revised and reaches less far."""

from __future__ import annotations

import math
from typing import Any

from pcp_analysis import metrics
from pcp_analysis.figures.commentary import Bound
from pcp_analysis.figures.figure import Figure
from pcp_analysis.findings import recorded
from pcp_analysis.paper.rules import bases
from pcp_analysis.paper.rules.bases import CHANGE, DIFFERENCE
from pcp_analysis.paper.rules.changes import change_of
from pcp_analysis.paper.rules.claim import MILESTONE, ROW, YEAR, Claim, optional
from pcp_analysis.paper.rules.ledger import Ledger
from pcp_analysis.paper.rules.rule import Finding, Rule, say, sentences

REVISED = "Counts are revised from release to release, and that can be the difference."
# Chance alone leads a printed change out of this interval in two cases of a thousand.
NEARLY_ALL = 0.998


def _judge_series_change(ledger: Ledger, claim: Claim) -> Finding:
    base = bases.implied(ledger, claim)
    if base is None:
        return bases.contradiction(ledger, claim)
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
    if not math.isinf(base.value) and "beside" not in claim:
        words = sentences(
            words,
            say(
                "What the paper prints would be measured from about {base}.",
                base=ledger.figure(claim, "implied_base", base.value, "count", bases.METHOD),
            ),
        )
    both = say("{change}, {count}", change=change, count=count)
    if _printed_so(ledger, claim, change, count):
        return Finding("sound", words, both)
    if _printed_so(ledger, claim, change, count, revised=revision(now.number) + revision(before.number)):
        return Finding("uncontradicted", sentences(words, say(REVISED)), both)
    if "beside" in claim:
        return _with_other_series(ledger, claim, (now, before), words, both)
    return Finding("fault", sentences(words, say("That is not what is printed.")), both)


def _printed_so(ledger: Ledger, claim: Claim, change: Figure, count: Figure, *, revised: float = 0.0) -> bool:
    """Whether a change in per cent and in numbers is what the paper prints, within the rounding of both.

    *revised* is how much the difference may have moved between two releases.
    """
    printed, said = ledger.span(claim[CHANGE]), ledger.span(claim[DIFFERENCE]).value
    moved = abs(change.number * revised / count.number) if count.number else 0.0
    return (
        printed.low - moved <= change.number <= printed.high + moved
        and abs(count.number - said) <= _round_half(said) + revised
    )


def revision(count: float) -> float:
    """How much a count often moves between two releases: two offences, or a tenth of a per cent.

    Of 254 counts of forces in the year ending June 2018, four in five moved by no more between the release of that year and
    the one of April 2019 (ONS).
    """
    return max(2.0, 0.001 * abs(count))


def _with_other_series(
    ledger: Ledger, claim: Claim, alone: tuple[Figure, Figure], words: Bound, recomputed: Bound
) -> Finding:
    """The same change with another series counted in both years; a year after that series had ended counts none of it."""
    other, beside = ledger.years(claim, claim["beside"]), recorded.words(claim["beside"])
    counts = [float(other.get(claim[key], 0.0)) for key in ("year", "baseline_year")]
    inputs = tuple(dict.fromkeys((*alone[0].inputs, ledger.source(claim["beside"]))))
    now, before = (
        ledger.figure(
            claim,
            f"{key}_with_{claim['beside']}",
            figure.number + count,
            "count",
            f"sum of the periods of the financial year, with {beside}",
            inputs=inputs,
            period=figure.period,
        )
        for key, figure, count in zip(("year", "baseline_year"), alone, counts, strict=True)
    )
    common: dict[str, Any] = {"signed": True, "inputs": inputs, "period": now.period, "baseline": before.period}
    percent = metrics.percent_change(now.number, before.number)
    change = ledger.figure(
        claim, f"change_with_{claim['beside']}", percent, "percent", "per cent change of both totals", **common
    )
    count = ledger.figure(
        claim,
        f"difference_with_{claim['beside']}",
        now.number - before.number,
        "count",
        "difference of both totals",
        **common,
    )
    with_it = say(
        "With {beside} counted it is {now} after {before}: {change}, or {count}.",
        beside=beside,
        now=now,
        before=before,
        change=change,
        count=count,
    )
    recomputed = sentences(recomputed, say("({change}, {count})", change=change, count=count))
    if not _printed_so(ledger, claim, change, count):
        return Finding("fault", sentences(words, with_it, say("Neither is what is printed.")), recomputed)
    alike = (
        ""
        if all(counts)
        else f" Of {claim['year' if not counts[0] else 'baseline_year']} none is counted, so it is not like for like."
    )
    return Finding("sound", sentences(words, with_it, say(f"That is what is printed.{alike}")), recomputed)


def _round_half(number: float) -> float:
    """Half of the last place that a number was rounded to: 40,000 says ten thousands, and may be 35,000 to 45,000."""
    digits = str(int(abs(number)))
    return 0.5 * 10 ** (len(digits) - len(digits.rstrip("0"))) if number else 0.5


def _judge_held_change(ledger: Ledger, claim: Claim) -> Finding:
    """A printed change to date against the series, which knows the periods that had ended and those of the baseline year.

    A fault where it lies outside what the series' own variation allows and the period that runs would have to be higher,
    or lower, than any before it.
    """
    name, year, printed = claim["milestone"], claim["baseline_year"], ledger.printed(claim["change"])
    series = ledger.series(name)
    stated = change_of(ledger, claim)
    held, (now, before) = stated.figure, stated.figures
    last = recorded.last_day(series)
    spread = metrics.change_interval(series, as_at=last, baseline_year=year, confidence=NEARLY_ALL)
    words = say("The series that is held gives {held} in {period}.", held=held, period=now.period)
    shown = say("{held}", held=held)
    a_year = recorded.PERIODS_A_YEAR[last.freqstr[0]]
    follows = series.get(last + 1 - a_year)
    if spread.low <= printed.number <= spread.high or follows is None:
        return Finding("uncontradicted", sentences(words, say("That does not deny it.")), shown)
    wanted = (before.number + float(follows)) * (1 + printed.number / 100) - now.number
    most, least = metrics.record_high(series, as_at=last), metrics.record_low(series, as_at=last)
    record = most if printed.number > held.number else least
    if least.value <= wanted <= most.value:
        return Finding("uncontradicted", sentences(words, say("That does not deny it.")), shown)
    needed = ledger.figure(
        claim,
        "needed",
        wanted,
        "count",
        "the printed change of the periods of the baseline year up to the one that runs, less what had come",
        inputs=now.inputs,
    )
    extreme = ledger.figure(
        claim, "record", record.value, "count", "the extreme of the series", inputs=now.inputs, period=record.period
    )
    why = say(
        "For {printed} the {grain} that runs would have to come to about {needed:about}; the {word} in any was {extreme}.",
        printed=printed,
        grain="month" if last.freqstr[0] == "M" else "quarter",
        needed=needed,
        word="most" if record is most else "fewest",
        extreme=extreme,
    )
    return Finding("fault", sentences(words, why), shown)


RULES = (
    Rule(
        "series_change",
        "a change against the series that is held",
        _judge_series_change,
        {
            "milestone": MILESTONE,
            "year": YEAR,
            "baseline_year": YEAR,
            CHANGE: ROW,
            DIFFERENCE: ROW,
            "beside": optional(MILESTONE),
        },
        overrides=CHANGE,
    ),
    Rule(
        "held_change",
        "a printed change to date against the series that is held",
        _judge_held_change,
        {"milestone": MILESTONE, "baseline_year": YEAR, "change": ROW},
        refutes_only=True,
    ),
)
