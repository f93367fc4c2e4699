"""The room as a whole: what it exports, what it costs to import, how fast and how small its statistics are."""

from __future__ import annotations

import ast
import doctest
import inspect
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pcp_analysis import metrics

MODULES = [path for path in Path(metrics.__file__).parent.glob("*.py") if not path.stem.startswith("_")]
POINTS = pd.Series(
    np.random.default_rng(1).poisson(900, 500), pd.period_range("1980-04", periods=500, freq="M"), name="made up"
)
LAST, WHOLE = POINTS.index[-1], POINTS.clip(upper=999)
STATISTICS = {
    "xmr": lambda: metrics.xmr(POINTS),
    "proportion_chart": lambda: metrics.proportion_chart(WHOLE, WHOLE * 0 + 1000),
    "level_chart": lambda: metrics.level_chart(POINTS, as_at=LAST),
    "seasonally_adjusted": lambda: metrics.seasonally_adjusted(POINTS),
    "seasonality": lambda: metrics.seasonality(POINTS),
    "funnel": lambda: metrics.funnel(POINTS, POINTS * 0 + 900.0),
    "year_to_date_change": lambda: metrics.year_to_date_change(POINTS, as_at=LAST, baseline_year="2019/20"),
    "change_interval": lambda: metrics.change_interval(POINTS, as_at=LAST, baseline_year="2019/20"),
    "year_totals": lambda: metrics.year_totals(POINTS, as_at=LAST),
    "record_low": lambda: metrics.record_low(POINTS, as_at=LAST),
    "rolling_years": lambda: metrics.rolling_years(POINTS),
    "project": lambda: metrics.project(POINTS, as_at=LAST, year_end="2022-03-31"),
    "adjusted_p_values": lambda: metrics.adjusted_p_values([0.001 * place for place in range(500)]),
}


def defined(path: Path) -> set[str]:
    """The public functions and classes that a module's text defines."""
    nodes = ast.parse(path.read_text(encoding="utf-8")).body
    found = {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    return {name for name in found if not name.startswith("_")}


def test_every_public_function_is_found_and_nothing_else() -> None:
    """A metric is one function: writing it in a module is enough."""
    written = [name for path in MODULES for name in defined(path)]
    assert sorted(written) == metrics.__all__
    assert all(getattr(metrics, name).__name__ == name for name in metrics.__all__)


@pytest.mark.parametrize("name", metrics.__all__)
def test_everything_is_documented(name: str) -> None:
    """Each function says what it gives and shows a figure in a doctest; options are keyword-only."""
    thing = getattr(metrics, name)
    assert inspect.getdoc(thing)
    if inspect.isfunction(thing):
        assert ">>> " in thing.__doc__
        options = [part for part in inspect.signature(thing).parameters.values() if part.default is not part.empty]
        assert all(part.kind is part.KEYWORD_ONLY or part.name == "last" for part in options)


def test_the_examples_of_the_methods_page_are_true() -> None:
    """Every example in docs/methods.md gives what the page says."""
    page = Path(__file__).resolve().parents[1] / "docs" / "methods.md"
    found = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert found.failed == 0
    assert found.attempted > 20


def test_import_costs_nothing_heavy() -> None:
    """Naming the metrics loads neither numpy nor pandas, scipy or statsmodels."""
    code = (
        "import sys, pcp_analysis.metrics as metrics; assert metrics.rate_ratio; "
        "print([name for name in ('numpy', 'pandas', 'scipy', 'statsmodels') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("name", STATISTICS)
def test_every_statistic_answers_on_five_hundred_points(name: str) -> None:
    """Each gives a result on a long series; how long that takes is no test's to say."""
    assert STATISTICS[name]() is not None


@pytest.mark.parametrize(
    "call",
    [
        lambda size: metrics.rate_ratio(size, size - 9),
        lambda size: metrics.count_interval(size),
        lambda size: metrics.wilson(size, 2 * size),
        lambda size: metrics.funnel([size], [size + 3.0]),
    ],
)
def test_large_counts_cost_no_more_memory(call: object) -> None:
    """70,000 offences need no more memory than 70 do."""
    peaks = []
    for size in (70, 70_000):
        call(size)
        tracemalloc.start()
        call(size)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 20_000
