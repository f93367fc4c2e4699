"""The change that a word describes, from a series, a printed per cent or two printed figures."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from pcp_analysis import metrics
from pcp_analysis.figures.figure import Figure
from pcp_analysis.paper.rules import bases
from pcp_analysis.paper.rules.entry import Entry, Unfit
from pcp_analysis.paper.rules.ledger import Ledger, Span


@dataclass(frozen=True)
class Change:
    """A change that a word describes: *span* in per cent, or in points between two percentages.

    *figure* is the change, *said* are the figures to show, *test* compares both counts, None where they are not
    printed.
    """

    figure: Figure
    span: Span
    said: tuple[Figure, ...]
    test: Callable[[], tuple[float, float]] | None


def change_of(held: Ledger, entry: Entry) -> Change:
    """The change that an entry is about: of a series, of a printed per cent, or between two printed figures."""
    if "milestone" in entry:
        return _of_series(held, entry)
    if "change" in entry:
        return _of_percent(held, entry)
    if "earlier" in entry and "later" in entry:
        return _of_two(held, entry)
    raise Unfit("word", "describes no change that the claim names", "Name a milestone, a change, or earlier and later.")


def _interval(ratio: metrics.Estimate) -> tuple[float, float]:
    """The interval of a ratio of counts as a change in per cent."""
    return (ratio.low - 1) * 100, (ratio.high - 1) * 100


def _of_series(held: Ledger, entry: Entry) -> Change:
    if "baseline_year" not in entry:
        raise Unfit("baseline_year", "is missing", "Say which year the change is on.")
    if "year" in entry:
        now, before = (held.year(entry, key, entry["milestone"]) for key in ("year", "baseline_year"))
    else:
        now, before = held.same_periods(entry, entry["milestone"], entry["baseline_year"])
    percent = metrics.percent_change(now.number, before.number)
    figure = held.made(
        entry,
        "change",
        percent,
        "percent",
        "per cent change of the same periods of both years",
        signed=True,
        inputs=now.inputs,
        period=now.period,
        baseline=before.period,
        numerator=now.number,
        denominator=before.number,
    )
    return Change(
        figure,
        Span(percent, percent, percent),
        (now, before),
        lambda: _interval(metrics.rate_ratio(int(now.number), int(before.number))),
    )


def _of_percent(held: Ledger, entry: Entry) -> Change:
    figure, span = held.printed(entry["change"]), held.span(entry["change"])
    if "difference" not in entry:
        return Change(figure, span, (), None)
    base = bases.implied(held, entry)
    if base is None or math.isinf(base.value):
        # that the two contradict each other is another rule's finding; here they imply no counts
        return Change(figure, span, (), None)
    before = held.made(
        entry, "implied_base", base.value, "count", "the difference over the change in per cent, both as printed"
    )
    now = held.made(
        entry,
        "implied_now",
        base.value + held.span(entry["difference"]).value,
        "count",
        "the implied base and the difference",
    )
    return Change(
        figure, span, (now, before), lambda: _interval(metrics.rate_ratio(round(now.number), round(before.number)))
    )


def _of_two(held: Ledger, entry: Entry) -> Change:
    later, earlier = held.span(entry["later"]), held.span(entry["earlier"])
    said = (held.printed(entry["later"]), held.printed(entry["earlier"]))
    if held.rows[entry["later"]].unit != "percent":
        percent = metrics.percent_change(later.value, earlier.value)
        figure = held.made(
            entry, "change", percent, "percent", "per cent change of the two printed figures", signed=True
        )
        return Change(
            figure,
            Span(percent, percent, percent),
            said,
            lambda: _interval(metrics.rate_ratio(int(later.value), int(earlier.value))),
        )
    span = Span(later.value - earlier.value, later.low - earlier.high, later.high - earlier.low)
    figure = held.made(entry, "change", span.value, "points", "difference of the two printed percentages", signed=True)
    if "later_base" not in entry or "earlier_base" not in entry:
        return Change(figure, span, said, None)

    def test() -> tuple[float, float]:
        sizes = [int(held.span(entry[key]).value) for key in ("later_base", "earlier_base")]
        counts = [
            round(percent / 100 * size) for percent, size in zip((later.value, earlier.value), sizes, strict=True)
        ]
        found = metrics.proportion_difference(counts[0], sizes[0], counts[1], sizes[1])
        return found.low, found.high

    return Change(figure, span, said, test)
