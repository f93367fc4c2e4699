"""The change that a word describes, from a series, a printed per cent or two printed figures."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from pcp_analysis import metrics
from pcp_analysis.figures.figure import Figure
from pcp_analysis.findings import chance
from pcp_analysis.findings.chance import Verdict
from pcp_analysis.findings.signals import Signals
from pcp_analysis.paper.rules import bases
from pcp_analysis.paper.rules.claim import Claim, Unfit
from pcp_analysis.paper.rules.ledger import Ledger, Span


@dataclass(frozen=True)
class StatedChange:
    """A change that a word describes: *span* in per cent, or in points between two percentages.

    *figure* is the change, *figures* are those to show, *spread* gives the least and the greatest that it may be by
    chance, None where the counts behind it are not printed. *control_chart* is that of its series where it has one.
    """

    figure: Figure
    span: Span
    figures: tuple[Figure, ...]
    spread: Callable[[], tuple[float, float]] | None
    control_chart: Signals | None = None

    @property
    def verdict(self) -> Verdict:
        """Whether it is more than chance, by the function that every page asks."""
        if self.spread is None:
            return Verdict(None, "The counts behind it are not printed, so chance cannot be ruled out or in.")
        low, high = self.spread()
        figure = replace(self.figure, low=low, high=high)
        if figure.unit == "percent" and figure.basis != "recomputed":
            counts = (each.number for each in self.figures)
            figure = replace(figure, basis="arithmetic", numerator=next(counts), denominator=next(counts))
        return chance.judge(figure, self.control_chart)


def change_of(ledger: Ledger, claim: Claim) -> StatedChange:
    """The change that an entry is about: of a series, of a printed per cent, or between two printed figures."""
    if "milestone" in claim:
        return _of_series(ledger, claim)
    if "change" in claim:
        return _of_percent(ledger, claim)
    if "earlier" in claim and "later" in claim:
        return _of_two(ledger, claim)
    raise Unfit("word", "describes no change that the claim names", "Name a milestone, a change, or earlier and later.")


def _interval(ratio: metrics.Estimate) -> tuple[float, float]:
    """The interval of a ratio of counts as a change in per cent."""
    return (ratio.low - 1) * 100, (ratio.high - 1) * 100


def _of_series(ledger: Ledger, claim: Claim) -> StatedChange:
    if "baseline_year" not in claim:
        raise Unfit("baseline_year", "is missing", "Say which year the change is on.")
    if "year" in claim:
        now, before = (ledger.year(claim, key, claim["milestone"]) for key in ("year", "baseline_year"))
    else:
        now, before = ledger.same_periods(claim, claim["milestone"], claim["baseline_year"])
    percent = metrics.percent_change(now.number, before.number)
    figure = ledger.figure(
        claim,
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
    series, whole = ledger.series(claim["milestone"]), "year" in claim

    def spread() -> tuple[float, float]:
        as_at = (metrics.financial_years(series.index) == claim["year"]).nonzero()[0][-1] if whole else -1
        found = metrics.change_interval(series, as_at=series.index[as_at], baseline_year=claim["baseline_year"])
        return found.low, found.high

    # the chart is of the latest period, which a year that has ended says nothing of
    chart = None if whole else ledger.view.control_chart(claim["milestone"])
    return StatedChange(figure, Span(percent, percent, percent), (now, before), spread, chart)


def _of_percent(ledger: Ledger, claim: Claim) -> StatedChange:
    figure, span = ledger.printed(claim["change"]), ledger.span(claim["change"])
    if "difference" not in claim:
        return StatedChange(figure, span, (), None)
    base = bases.implied(ledger, claim)
    if base is None or math.isinf(base.value):
        # that the two contradict each other is another rule's finding; here they imply no counts
        return StatedChange(figure, span, (), None)
    before = ledger.figure(
        claim, "implied_base", base.value, "count", "the difference over the change in per cent, both as printed"
    )
    now = ledger.figure(
        claim,
        "implied_now",
        base.value + ledger.span(claim["difference"]).value,
        "count",
        "the implied base and the difference",
    )
    return StatedChange(
        figure, span, (now, before), lambda: _interval(metrics.rate_ratio(round(now.number), round(before.number)))
    )


def _of_two(ledger: Ledger, claim: Claim) -> StatedChange:
    later, earlier = ledger.span(claim["later"]), ledger.span(claim["earlier"])
    shown = (ledger.printed(claim["later"]), ledger.printed(claim["earlier"]))
    if ledger.rows[claim["later"]].unit != "percent":
        percent = metrics.percent_change(later.value, earlier.value)
        figure = ledger.figure(
            claim, "change", percent, "percent", "per cent change of the two printed figures", signed=True
        )
        return StatedChange(
            figure,
            Span(percent, percent, percent),
            shown,
            lambda: _interval(metrics.rate_ratio(int(later.value), int(earlier.value))),
        )
    span = Span(later.value - earlier.value, later.low - earlier.high, later.high - earlier.low)
    figure = ledger.figure(
        claim, "change", span.value, "points", "difference of the two printed percentages", signed=True
    )
    if "later_base" not in claim or "earlier_base" not in claim:
        return StatedChange(figure, span, shown, None)

    def survey_spread() -> tuple[float, float]:
        sizes = [int(ledger.span(claim[key]).value) for key in ("later_base", "earlier_base")]
        counts = [
            round(percent / 100 * size) for percent, size in zip((later.value, earlier.value), sizes, strict=True)
        ]
        found = metrics.proportion_difference(counts[0], sizes[0], counts[1], sizes[1])
        return found.low, found.high

    return StatedChange(figure, span, shown, survey_spread)
