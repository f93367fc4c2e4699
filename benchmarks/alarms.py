"""How often a change or a point is called a signal when it should not be, with our methods and with the plain ones."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pcp_analysis.metrics import (
    change_interval,
    financial_year,
    level_chart,
    previous_financial_year,
    rate_ratio,
    seasonal_parts,
    xmr,
)

FEWEST = 50
LEVEL = 0.05


def changes(panels: dict[str, pd.DataFrame], first: str) -> pd.DataFrame:
    """A row for each change of the year to date on last year from the quarter *first* on, that a later year can judge.

    A change *lasted* where the same periods of the year after still stood on the same side of the baseline. One that
    came by chance alone lasts in half of the cases, so the share of those that did not last which were called
    significant should be near the level of the test.
    """
    every = ((offence, force, panel[force]) for offence, panel in panels.items() for force in panel)
    return pd.DataFrame(row for named in every for row in _changes(*named, first))


def _changes(offence: str, force: str, series: pd.Series, first: str) -> Iterator[dict[str, object]]:
    # revisions leave a few quarters below zero, where no test can begin
    series = series.clip(lower=0)
    counts = series.to_numpy()
    for place in range(series.index.get_loc(pd.Period(first)), len(series) - 4):
        period = series.index[place]
        quarters = {6: 1, 9: 2, 12: 3, 3: 4}[period.month]
        baseline, current, after = (
            int(counts[end - quarters + 1 : end + 1].sum()) for end in (place - 4, place, place + 4)
        )
        if min(current, baseline) < FEWEST:
            continue
        before = previous_financial_year(financial_year(period))
        ours = change_interval(series, as_at=period, baseline_year=before).p_value < LEVEL
        last = level_chart(series, as_at=period).frame.iloc[-1]
        beyond = last["value"] < last["lower"] if current < baseline else last["value"] > last["upper"]
        yield {
            "offence": offence,
            "force": force,
            "quarters": quarters,
            "lasted": (after > baseline) == (current > baseline) and after != baseline,
            "poisson": rate_ratio(current, baseline).p_value < LEVEL,
            "ours": ours,
            "outside": ours or bool(beyond and current != baseline),
            "rule": ours or last["rule"] is not None,
            # the next quarter stands on the same side of the one a year before it
            "next": (counts[place + 1] > counts[place - 3]) == (current > baseline),
        }


def change_summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Per cent of changes called significant, and of those that did not last; all, dwelling burglary, by quarters."""
    parts = {"all": rows, "dwelling burglary": rows[rows["offence"] == "burglary_dwelling"]}
    stages = enumerate(("one quarter", "two quarters", "three quarters", "the year"), start=1)
    parts |= {f"after {stage}": rows[rows["quarters"] == count] for count, stage in stages}
    return pd.DataFrame.from_dict(
        {
            name: {
                "cases": len(part),
                "called, Poisson": 100 * part["poisson"].mean(),
                "called, ours": 100 * part["ours"].mean(),
                "did not last": 100 * (~part["lasted"]).mean(),
                "of those called, Poisson": 100 * part.loc[~part["lasted"], "poisson"].mean(),
                "of those called, ours": 100 * part.loc[~part["lasted"], "ours"].mean(),
            }
            for name, part in parts.items()
            if len(part)
        },
        orient="index",
    ).rename_axis("changes")


RULES = {
    "interval": "ours",
    "interval, or any rule of the chart": "rule",
    "interval, or the latest point outside its limits on the side of the change": "outside",
}


def rule_summary(rows: pd.DataFrame) -> pd.DataFrame:
    """What each way of calling a change does: how many it calls, how many of those that did not last, and what came next.

    *held next* is the share of the called changes whose next quarter stood on the same side of the one a year before.
    """
    found = {
        name: {
            "cases": len(rows),
            "called": 100 * rows[column].mean(),
            "of those that did not last": 100 * rows.loc[~rows["lasted"], column].mean(),
            "held next, when called": 100 * rows.loc[rows[column], "next"].mean(),
            "held next, when not": 100 * rows.loc[~rows[column], "next"].mean(),
        }
        for name, column in RULES.items()
    }
    return pd.DataFrame.from_dict(found, orient="index").rename_axis("a change is called more than chance by")


def seasons(panel: pd.DataFrame, *, draws: int = 40, seed: int = 20140911) -> pd.DataFrame:
    """Points that a chart of the latest 36 months marks, as recorded and with the seasons taken out; per cent.

    *panel* has a monthly series a column. "nothing changed" draws series that have the real seasons and the real
    remainders in random order around one level, so that every signal is false; "as it was" charts the real series at
    the end of every month and looks at the latest point.
    """
    rng = np.random.default_rng(seed)
    marked: dict[tuple[str, str], list[float]] = {}
    for name in panel:
        series = panel[name].dropna()
        if len(series) < 72 or (series <= 0).any():
            continue
        parts = seasonal_parts(np.log(series))
        for _ in range(draws):
            noise = rng.choice(parts["remainder"].to_numpy(), len(series))
            _count(marked, "nothing changed", np.exp(parts["trend"].mean() + parts["seasonal"] + noise), every=True)
        for end in range(48, len(series) + 1):
            _count(marked, "as it was", series.iloc[:end], every=False)
    return pd.DataFrame(
        {key: {"charts": len(found), "marked": 100 * np.mean(found)} for key, found in marked.items()}
    ).T.rename_axis(["series", "chart"])


def _count(marked: dict[tuple[str, str], list[float]], kind: str, series: pd.Series, *, every: bool) -> None:
    charts = {"as recorded": xmr(series.iloc[-36:]), "seasons taken out": level_chart(series, as_at=series.index[-1])}
    for how, chart in charts.items():
        found = chart.frame["rule"].notna()
        marked.setdefault((kind, how), []).append(float(found.mean() if every else found.iloc[-1]))
