"""Rules of records: "lowest ever" and "highest since" against the series that is held, saying since when it is."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from pcp_analysis import metrics
from pcp_analysis.figures import wording
from pcp_analysis.figures.commentary import Bound
from pcp_analysis.figures.figure import Figure
from pcp_analysis.paper.rules.claim import BEST, LINE, MILESTONE, MONTHS, ROW, ROWS, YEAR, Claim, Unfit, optional
from pcp_analysis.paper.rules.ledger import Ledger
from pcp_analysis.paper.rules.rule import NOTHING, Finding, Rule, say, sentences

if TYPE_CHECKING:
    import pandas as pd


def _judge_year(ledger: Ledger, claim: Claim) -> Finding:
    """A financial year that is said to be the lowest, or the second lowest, of all."""
    total = ledger.year(claim, "year", claim["milestone"])
    totals = ledger.years(claim, claim["milestone"])
    place = float(totals.rank(method="min", ascending=claim["best"] == "lowest")[claim["year"]])
    claimed = ledger.span(claim["figure"]).value if "figure" in claim else 1.0
    made = ledger.figure(
        claim,
        "place",
        place,
        "rank",
        f"place among the complete financial years held, {claim['best']} first",
        inputs=total.inputs,
        period=claim["year"],
        baseline=f"{totals.index[0]} to {totals.index[-1]}",
    )
    words = say(
        "With {total}, {year} is number {made} of the {years} complete years that are held, {best} first. They begin with "
        "{first}; what was before is not held.",
        total=total,
        year=claim["year"],
        made=made,
        best=claim["best"],
        first=str(totals.index[0]),
        years=ledger.figure(claim, "years", len(totals), "count", "complete financial years held", inputs=total.inputs),
    )
    return Finding("sound" if place == claimed else "fault", words, say("{made}", made=made))


def _judge_months(ledger: Ledger, claim: Claim) -> Finding:
    """Months that are said to be the lowest ever: by month where the series is monthly, else as far as quarters can
    tell.
    """
    figures, months = claim["figures"], claim["months"]
    if len(figures) not in (1, len(months)):
        raise Unfit(
            "figures",
            f"names {len(figures)} rows for {len(months)} months",
            "Name one row for each month, or one for all.",
        )
    series = ledger.series(claim["milestone"])
    named = dict(zip(months, figures if len(figures) == len(months) else figures * len(months), strict=True))
    broken = _beaten_by_another(ledger, claim, named) or _beaten_by_series(ledger, claim, named, series)
    if broken:
        return broken
    words, made = _of_periods(ledger, claim, series, months)
    if _size(series) == 1 and len(_periods(series, months)) == len(months):
        return Finding("sound", words, made)
    why = "Only quarters are held" if _size(series) > 1 else "Not all of these months are held"
    several = (
        say("One number is printed for several months, and the paper does not say whether it is that of each.")
        if len(figures) < len(months)
        else NOTHING
    )
    return Finding(
        "not_checkable",
        sentences(
            say("{why}, so the months themselves cannot be checked.", why=why),
            words,
            _together(ledger, claim, named, series),
            several,
        ),
        made,
    )


def _together(ledger: Ledger, claim: Claim, named: dict[str, str], series: pd.Series) -> Bound:
    """What the printed months make together, of each quarter of which all are printed, each with a number of its own."""
    import pandas as pd

    said: list[Bound] = []
    for period in _periods(series, tuple(named)) if len(set(named.values())) == len(named) else ():
        months = [f"{month:%Y-%m}" for month in pd.period_range(period.start_time, period.end_time, freq="M")]
        if len(months) > 1 and set(months) <= set(named):
            total = ledger.figure(
                claim,
                f"sum_{len(said) + 1}",
                sum(ledger.span(named[month]).value for month in months),
                "count",
                "sum of the printed months",
                period=metrics.period_in_words(period),
            )
            said.append(
                say("The printed months of {period} make {total}.", period=metrics.period_in_words(period), total=total)
            )
    return sentences(*said)


def _better(claim: Claim, one: float, other: float) -> bool:
    return one < other if claim["best"] == "lowest" else one > other


def _size(series: pd.Series) -> int:
    """The months in a period of *series*."""
    return 3 if series.index.freqstr.startswith("Q") else 1


def _beaten_by_another(ledger: Ledger, claim: Claim, named: dict[str, str]) -> Finding | None:
    """A later month of the claim that an earlier one beats is no record of its own."""
    in_order = sorted(named.items())
    for (_, before), (_, after) in pairwise(in_order):
        if _better(claim, ledger.span(before).value, ledger.span(after).value):
            return Finding(
                "fault",
                say(
                    "{after} is not the {best}: {before} was printed for an earlier month.",
                    best=claim["best"],
                    after=ledger.printed(after),
                    before=ledger.printed(before),
                ),
            )
    return None


def _beaten_by_series(ledger: Ledger, claim: Claim, named: dict[str, str], series: pd.Series) -> Finding | None:
    """An earlier period of the series that beats a claimed month. Some month of a quarter is at most a third of it."""
    claimed = _periods(series, tuple(named))
    for month, name in named.items():
        for period, count in series[series.index.end_time < _month_end(month)].items():
            if period in claimed or not _better(claim, float(count) / _size(series), ledger.span(name).value):
                continue
            when = metrics.period_in_words(period)
            other = ledger.figure(
                claim,
                "other",
                float(count),
                "count",
                "count of the period",
                period=when,
                inputs=(ledger.source(claim["milestone"]),),
            )
            words = say(
                "{printed} is not the {best}: {when} had {other}{each}.",
                printed=ledger.printed(name),
                best=claim["best"],
                when=when,
                other=other,
                each=", three months together" if _size(series) > 1 else "",
            )
            return Finding("fault", words, say("{other}", other=other))
    return None


def _month_end(month: str) -> pd.Timestamp:
    import pandas as pd

    return pd.Period(month, freq="M").end_time


def _periods(series: pd.Series, months: tuple[str, ...]) -> list[pd.Period]:
    """The periods of *series* that hold any of *months*."""
    import pandas as pd

    wanted = {pd.Period(month, freq="M") for month in months}
    return [
        period for period in series.index if wanted & set(pd.period_range(period.start_time, period.end_time, freq="M"))
    ]


def _of_periods(ledger: Ledger, claim: Claim, series: pd.Series, months: tuple[str, ...]) -> tuple[Bound, Bound]:
    """What the series says of the periods that hold the months."""
    said: list[Bound] = []
    shown: list[Figure] = []
    figure = partial(ledger.figure, claim, inputs=(ledger.source(claim["milestone"]),))
    for period in _periods(series, months):
        past, when, nth = series[series.index <= period], metrics.period_in_words(period), len(said) + 1
        place = float(past.rank(method="min", ascending=claim["best"] == "lowest")[period])
        count = figure(f"count_{nth}", float(series[period]), "count", "count of the period", period=when)
        rank = figure(
            f"place_{nth}",
            place,
            "rank",
            f"place among the periods until then, {claim['best']} first",
            period=when,
            baseline=metrics.period_in_words(past.index[0], period),
        )
        number = figure(f"held_{nth}", len(past), "count", "periods held until then")
        template = (
            "{period} had {count}, the {best} of the {number} that are held, from {first} on."
            if place == 1
            else "{period} had {count}, number {rank} of the {number} that are held from {first} on, {best} first."
        )
        said.append(
            say(
                template,
                count=count,
                rank=rank,
                number=number,
                period=when,
                first=_begins(series),
                best=claim["best"],
            )
        )
        shown.append(count)
    return sentences(*said), say("{shown}", shown=tuple(shown)) if shown else NOTHING


def _begins(series: pd.Series) -> str:
    first = series.index[0].start_time
    return wording.month(f"{first:%Y-%m}")


def _judge_level(ledger: Ledger, claim: Claim) -> Finding:
    """A printed level that is said to be the highest since a time that the printed ones do not reach back to."""
    own = ledger.span(claim["figure"])
    others = {name: ledger.span(name) for name in claim["others"]}
    lower = claim["best"] == "lowest"
    beaten = [name for name, other in others.items() if (other.value < own.value if lower else other.value > own.value)]
    figure, shown = ledger.printed(claim["figure"]), tuple(ledger.printed(name) for name in (beaten or others))
    if beaten:
        return Finding(
            "fault", say("{figure} is not the {best}: {shown}.", figure=figure, best=claim["best"], shown=shown)
        )
    return Finding(
        "not_checkable",
        say(
            "{figure} is the {best} of those that are printed beside it, {shown}. What came before, back "
            "to {since}, is not held.",
            figure=figure,
            best=claim["best"],
            shown=shown,
            since=claim["since"],
        ),
    )


RULES = (
    Rule(
        "record_year",
        "a record year against the series that is held",
        _judge_year,
        {"milestone": MILESTONE, "best": BEST, "year": YEAR, "figure": optional(ROW)},
        overrides="figure",
    ),
    Rule(
        "record_month",
        "record months against the series that is held",
        _judge_months,
        {"milestone": MILESTONE, "best": BEST, "months": MONTHS, "figures": ROWS},
    ),
    Rule(
        "record_level",
        "a record level against those printed beside it",
        _judge_level,
        {"figure": ROW, "others": ROWS, "best": BEST, "since": LINE},
    ),
)
