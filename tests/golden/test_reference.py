"""The statistics against figures that other people's statistics gave; reference.toml has the call behind each."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from pcp_analysis import metrics

HERE = Path(__file__).parent
CASES = tomllib.loads((HERE / "reference.toml").read_text(encoding="utf-8"))["case"]
FIELDS = ("value", "low", "high", "p_value")


def limits(chart: metrics.ControlChart) -> list[float]:
    return chart.frame[["mean", "lower", "upper"]].iloc[-1].tolist()


def column(found: metrics.Funnel, name: str) -> list[float]:
    return found.frame[name].tolist()


def seasonal(series: pd.Series) -> list[float]:
    return metrics.seasonal_parts(series)["seasonal"].iloc[:12].tolist()


def nottem() -> pd.Series:
    table = pd.read_csv(HERE / "nottem.csv", index_col="year")
    return pd.Series(table.to_numpy().ravel(), pd.period_range("1920-01", periods=table.size, freq="M"))


def numbers(found: object, case: dict[str, object]) -> list[float]:
    return list(found) if "numbers" in case else [getattr(found, field) for field in FIELDS if field in case]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["call"]).split("\n")[0][:60])
def test_equals_the_reference(case: dict[str, object]) -> None:
    """Each call gives the numbers that its reference gave, to the digits that were printed."""
    names = vars(metrics) | {"limits": limits, "column": column, "seasonal": seasonal, "nottem": nottem()}
    found = numbers(eval(case["call"], names), case)
    expected = case.get("numbers") or [case[field] for field in FIELDS if field in case]
    tolerance = {"abs": case["tolerance"]} if "tolerance" in case else {"rel": 1e-8, "abs": 1e-12}
    assert found == pytest.approx(expected, **tolerance)


def test_there_are_at_least_forty_numbers() -> None:
    """The file holds enough numbers to be a reference, and no case without its origin."""
    assert sum(len(case.get("numbers") or [field for field in FIELDS if field in case]) for case in CASES) >= 40
    assert all(case["made_by"] and case["call"] for case in CASES)
