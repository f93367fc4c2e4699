"""What follows from the numbers that a paper prints of a change: its interval, and the counts that it implies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pcp_analysis import metrics
from pcp_analysis.figures.figure import Figure

#: The items of the figures that are made here.
COMPUTED, IMPLIED, IMPLIED_BASE = "computed_change", "implied_change", "implied_baseline"


def of_two_counts(measure: str, printed: dict[str, Any], name: str) -> Iterator[Figure]:
    """A change that the paper gives both counts of, and its exact interval."""
    if not {"current", "baseline"} <= printed.keys():
        return
    current, baseline = printed["current"], printed["baseline"]
    whole = current.value.is_integer() and baseline.value.is_integer()
    if {current.unit, baseline.unit} != {"count"} or baseline.value == 0 or not whole:
        return
    ratio = metrics.rate_ratio(current.value, baseline.value)
    yield Figure(
        measure=measure,
        item=COMPUTED,
        title=f"{current.title}, change",
        p_value=ratio.p_value,
        period=current.period,
        baseline=baseline.period,
        inputs=(name,),
        **_change(current.value, baseline.value, ratio),
        method=f"per cent change of the counts printed in paragraph {current.paragraph}; exact 95% interval of the ratio",
    )


def implied(measure: str, printed: dict[str, Any], name: str) -> Iterator[Figure]:
    """The counts that a printed change in per cent and in offences were both measured from, and the change's interval."""
    for change in [item for item in printed if item.startswith("change")]:
        suffix = change.removeprefix("change")
        if f"difference{suffix}" not in printed or printed[change].value == 0:
            continue
        percent, count = printed[change], printed[f"difference{suffix}"]
        base = count.value / percent.value * 100
        yield Figure(
            id=f"{measure}.{IMPLIED_BASE}{suffix}",
            measure=measure,
            item=IMPLIED_BASE,
            part=suffix.removeprefix("_"),
            title=f"{percent.title}: the count that both are measured from",
            value=base,
            unit="count",
            numerator=count.value,
            denominator=percent.value,
            period=percent.baseline,
            method=f"difference in offences over the change in per cent, both printed in paragraph {percent.paragraph}",
            basis="arithmetic",
            inputs=(name,),
        )
        before, after = round(base), round(base + count.value)
        if before <= 0 or after < 0:
            continue
        yield Figure(
            id=f"{measure}.{IMPLIED}{suffix}",
            measure=measure,
            item=IMPLIED,
            part=suffix.removeprefix("_"),
            title=f"{percent.title}, on the counts that it implies",
            period=percent.period,
            baseline=percent.baseline,
            method=f"per cent change of the counts implied in paragraph {percent.paragraph}; 95% interval of chance alone (exact Poisson)",
            inputs=(name,),
            **_change(after, before, metrics.rate_ratio(after, before)),
        )


def _change(now: float, before: float, ratio: metrics.Estimate) -> dict[str, Any]:
    """The fields of a change of two counts, with the interval of their *ratio*."""
    return {
        "signed": True,
        "value": metrics.percent_change(now, before),
        "unit": "percent",
        "low": (ratio.low - 1) * 100,
        "high": (ratio.high - 1) * 100,
        "numerator": now,
        "denominator": before,
        "basis": "arithmetic",
    }
