"""Back-test of `metrics.project`: every force, offence and year, each projected from its own past only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
from scipy.stats import norm

from pcp_analysis.findings.courses import SCALE
from pcp_analysis.metrics import project

#: A year counts where the year before had as many offences: per cent of less is the noise of small numbers.
FEWEST = 100
PROMISE = 0.95


def back_test(panels: dict[str, pd.DataFrame], years: Iterable[int], stages: Iterable[int]) -> pd.DataFrame:
    """A row for each offence, force, year, stage and method.

    *panels* holds a frame of periods by forces for each offence, *years* the calendar years in which the financial
    years begin, *stages* how many periods of the year had ended. Columns: ``error`` (per cent of the year's total),
    ``place`` (probability that the method gave to a total up to the one that came), ``probability`` of at least 5 per
    cent below the year before, ``met`` (whether it came so), ``width`` of the 80 % interval (per cent of the total).
    """
    stages = list(stages)
    rows = [
        row
        for offence, panel in panels.items()
        for year in years
        for stage in stages
        for row in _year(offence, panel, year, stage)
    ]
    return pd.DataFrame(rows)


def _year(offence: str, panel: pd.DataFrame, year: int, stage: int) -> Iterator[dict[str, object]]:
    a_year = 12 if panel.index.freqstr == "M" else 4
    first = pd.Period(f"{year}-04-01", freq=panel.index.freq)
    if first + (a_year - 1) not in panel.index or first - a_year not in panel.index:
        return
    start = panel.index.get_loc(first)
    came = panel.iloc[start : start + a_year].sum()
    before = panel.iloc[start - a_year : start].sum()
    held = panel.iloc[: start + stage]
    naive = {
        "pro-rata": _prorata,
        "seasonal naive": _seasonal_naive,
    }
    spreads = {name: _past_spread(held, start, stage, a_year, method) for name, method in naive.items()}
    for force in panel.columns[((before >= FEWEST) & (came > 0)).to_numpy()]:
        known = {"offence": offence, "force": force, "year": year, "stage": stage}
        total, wanted = float(came[force]), PROMISE * float(before[force])
        known["met"] = total <= wanted
        others = held.drop(columns=force)
        found = project(
            held[force],
            as_at=held.index[-1],
            year_end=first + (a_year - 1),
            peers=None if others.empty else others,
        )
        yield known | {
            "method": "project",
            "error": 100 * (found.value / total - 1),
            "place": found.probability(total),
            "probability": found.probability(wanted),
            "width": 100 * (found.high - found.low) / total,
        }
        values = held[force].to_numpy(dtype=float)
        for name, method in naive.items():
            value, spread = method(values, start, stage, a_year), spreads[name]
            reach = norm.isf(0.1) * spread
            yield known | {
                "method": name,
                "error": 100 * (value / total - 1),
                "place": float(norm.cdf(np.log(total / value) / spread)),
                "probability": float(norm.cdf(np.log(wanted / value) / spread)),
                "width": 100 * value * (np.exp(reach) - np.exp(-reach)) / total,
            }


def _prorata(values: np.ndarray, start: int, stage: int, a_year: int) -> np.ndarray:
    """The year so far, times the periods of a year over those that had ended."""
    return np.maximum(values[start : start + stage].sum(axis=0) * a_year / stage, 1.0)


def _seasonal_naive(values: np.ndarray, start: int, stage: int, a_year: int) -> np.ndarray:
    """The year so far, and what came in the rest of last year."""
    so_far = values[start : start + stage].sum(axis=0)
    return np.maximum(so_far + values[start - a_year + stage : start].sum(axis=0), 1.0)


def _past_spread(held: pd.DataFrame, start: int, stage: int, a_year: int, method: object) -> float:
    """Root mean square of the method's errors (logarithms) at this stage of the years before, over all forces."""
    values = held.to_numpy(dtype=float)
    errors = []
    for past in range(start - a_year, 0, -a_year):
        before = values[past - a_year : past].sum(axis=0)
        came = values[past : past + a_year].sum(axis=0)
        usable = (before >= FEWEST) & (came > 0)
        errors.append(np.log(came[usable] / method(values[:, usable], past, stage, a_year)))
    every = np.concatenate(errors)
    return float(np.sqrt(np.mean(every**2))) if len(every) else 0.1


def summary(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Mean absolute error, coverage at 80 and 95 per cent, width of the 80 % interval, Brier score; by *by*."""
    scored = rows.assign(
        error=rows["error"].abs(),
        inside_80=100 * rows["place"].between(0.1, 0.9),
        inside_95=100 * rows["place"].between(0.025, 0.975),
        brier=(rows["probability"] - rows["met"]) ** 2,
        cases=1,
    )
    grouped = scored.groupby(by, sort=False)
    means = grouped[["error", "inside_80", "inside_95", "width", "brier"]].mean()
    return means.assign(cases=grouped["cases"].sum())


def reliability(rows: pd.DataFrame) -> pd.DataFrame:
    """How often the promise was kept, by stage and by the word that a page uses of the chance: per cent said, and come."""
    edges = [*(least / 100 - 0.005 for least, _ in reversed(SCALE)), 2.0]
    words = pd.cut(rows["probability"], edges, labels=[word for _, word in reversed(SCALE)], right=False)
    grouped = rows.assign(course=words.astype(str)).groupby(["stage", "course"], sort=False)
    found = grouped.agg(said=("probability", "mean"), came=("met", "mean"), cases=("met", "size"))
    order = {word: place for place, (_, word) in enumerate(SCALE)}
    found[["said", "came"]] *= 100
    return found.sort_index(key=lambda level: level.map(order) if level.name == "course" else level)
