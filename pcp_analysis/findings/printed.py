"""Figures of what the Board was shown: quoted from its papers, and the arithmetic that follows from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pcp_analysis import metrics
from pcp_analysis.figures.figure import Figure, Maker
from pcp_analysis.findings.implied import implied, of_two_counts
from pcp_analysis.findings.over_boards import over_boards
from pcp_analysis.findings.prospect import prospects
from pcp_analysis.findings.recorded import area_id
from pcp_analysis.loaders.disclosure import REASON, SUPPRESSED
from pcp_analysis.loaders.kinds import is_change

if TYPE_CHECKING:
    import pandas as pd

    from pcp_analysis.loaders.inputs import Inputs
    from pcp_analysis.plan import Milestone, Plan

AS_PRINTED = "as printed"


def makers(plan: Plan, inputs: Inputs, *, current: Callable[[str], bool]) -> Iterator[tuple[str, Maker]]:
    """The makers of every figure that the tables of printed figures give, by measure.

    *current* is whether the Board of a month was one of the plan: only what such a one was shown leaves something to be done.
    """
    for name in inputs.entries:
        kind = inputs.kind(name)
        if kind.figures not in MAKERS:
            continue
        key = [column for column in kind.key if column not in ("measure", "shown_to")]
        for measure in inputs.measures(name):
            rows = partial(_rows, inputs, name, measure, key)
            yield measure, partial(_made, MAKERS[kind.figures], rows, name)
            if kind.figures == "shown":
                yield measure, partial(_over_boards, inputs, name, measure)
            for milestone in plan.milestones:
                answer = answer_of(milestone, inputs)
                if kind.figures == "survey" and answer and (milestone.series or "").startswith(f"{measure}."):
                    yield milestone.id, partial(_made, partial(_wave_milestone, milestone, answer), rows, name)
                elif kind.figures == "shown" and milestone.id == measure and milestone.series is None:
                    yield measure, partial(_made, partial(prospects, milestone, current=current), rows, name)


def answer_of(milestone: Milestone, inputs: Inputs) -> str:
    """The answer of a survey that measures a milestone, ``agree`` of ``confidence.agree``; empty where none that is seen does.

    The series of an extract has a dot too, ``force_months.robbery``, and is of a table of counts.
    """
    measure, _, answer = (milestone.series or "").partition(".")
    return answer if any(measure in inputs.measures(name) for name in inputs.making("survey")) else ""


def _made(
    make: Callable[[pd.DataFrame, str], Iterator[Figure]], rows: Callable[[], pd.DataFrame], name: str
) -> Iterator[Figure]:
    """The figures that *make* gives of the rows of a table.

    The rows are taken when the first figure is asked for, so that a page uses only the tables whose figures it shows.
    """
    table = rows()
    # what follows from several printed figures was complete when the last of them was shown
    latest = str(table.shown_to.max())
    return (figure if figure.shown_to else replace(figure, shown_to=latest) for figure in make(table, name))


def _over_boards(inputs: Inputs, name: str, measure: str) -> Iterator[Figure]:
    table = inputs.tables[name]
    return over_boards(table[table.measure == measure], name)


def _rows(inputs: Inputs, name: str, measure: str, key: list[str]) -> pd.DataFrame:
    """The rows of a measure. What was shown to two Boards is the figure that the later one was shown."""
    table = inputs.tables[name]
    table = table[table.measure == measure]
    return table.sort_values("shown_to", kind="stable").drop_duplicates(["measure", *key], keep="last").sort_index()


def _quoted(row: Any, *, value: Any, **fields: Any) -> Figure:
    """A printed figure, or one whose place is known and whose number is lost."""
    import pandas as pd

    lost = pd.isna(value)
    why = REASON if row.basis == SUPPRESSED else "not held"
    return Figure(
        value=None if lost else float(value),
        basis="not held" if lost else "quoted",
        method=f"{why if lost else AS_PRINTED}, paragraph {row.paragraph}",
        shown_to=row.shown_to,
        suppressed=lost and row.basis == SUPPRESSED,
        measure=row.measure,
        **fields,
    )


def respondents(percent: float, base: int) -> int:
    """How many of *base* a printed percentage stands for; the printed figure is rounded, so this is the nearest count."""
    return round(percent / 100 * base)


def all_printed(*numbers: object) -> bool:
    """Whether all of *numbers* are printed: a blank cell is a number that is lost."""
    import pandas as pd

    return not any(pd.isna(number) for number in numbers)


def _survey(table: pd.DataFrame, name: str) -> Iterator[Figure]:
    for row in table.itertuples():
        quoted = _quoted(
            row,
            id=f"{row.measure}.{row.answer}.wave_{row.wave}",
            item=row.answer,
            wave=row.wave,
            grain="wave",
            value=row.percent,
            unit="percent",
            inputs=(name,),
            title=f"{row.measure.replace('_', ' ').capitalize()}: {answer_words(row.answer)}, wave {row.wave}",
            denominator=row.base if all_printed(row.base) else None,
            period=f"wave {row.wave}",
        )
        if all_printed(row.percent, row.base):
            estimate = metrics.wilson(respondents(row.percent, row.base), row.base)
            quoted = _with_interval(quoted, estimate, "(Wilson) on the printed base")
        yield quoted
    for (measure, answer), waves in table.sort_values("wave").groupby(["measure", "answer"], sort=False):
        for earlier, later in pairwise(waves.itertuples()):
            if all_printed(earlier.percent, later.percent):
                yield _wave_change(measure, answer, earlier, later, name)


def _wave_milestone(milestone: Milestone, answer: str, rows: pd.DataFrame, name: str) -> Iterator[Figure]:
    """The metric of a milestone that an answer of a survey measures, with the interval of the change between its last two waves."""
    measure = str(rows.measure.iloc[0])
    waves = rows[rows.answer == answer].sort_values("wave")
    last = list(waves.itertuples())[-2:]
    if len(last) < 2 or last[1].wave - last[0].wave != 1 or not all_printed(last[0].percent, last[1].percent):
        return
    found = getattr(metrics, milestone.metric or "")(waves.set_index("wave").percent)
    yield replace(
        _wave_change(measure, answer, last[0], last[1], name),
        id="",
        measure=milestone.id,
        item=milestone.metric or "",
        title=f"{milestone.title}: change on {found.baseline}",
        value=found.value,
        unit=found.unit,
        numerator=found.numerator,
        denominator=found.denominator,
        period=found.period,
        baseline=found.baseline or "",
    )


def _wave_change(measure: str, answer: str, earlier: Any, later: Any, name: str) -> Figure:
    made = Figure(
        id=f"{measure}.{answer}.change_wave_{later.wave}",
        measure=measure,
        item=answer,
        wave=later.wave,
        grain="wave",
        title=f"{measure.replace('_', ' ').capitalize()}: {answer_words(answer)}, change on the wave before",
        value=metrics.point_change(later.percent, earlier.percent),
        unit="points",
        signed=True,
        numerator=later.percent,
        denominator=earlier.percent,
        period=f"wave {later.wave}",
        baseline=f"wave {earlier.wave}",
        basis="arithmetic",
        inputs=(name,),
        method="difference of the printed percentages",
    )
    if not all_printed(earlier.base, later.base):
        return made
    estimate = metrics.proportion_difference(
        respondents(later.percent, later.base), later.base, respondents(earlier.percent, earlier.base), earlier.base
    )
    return _with_interval(made, estimate, "(Newcombe) on the printed bases")


def _with_interval(figure: Figure, estimate: metrics.Estimate, how: str) -> Figure:
    """A figure of a survey with its interval: indicative, because the design of the survey is not known."""
    method = f"{figure.method}; indicative 95% interval {how}"
    return replace(figure, low=estimate.low, high=estimate.high, method=method)


def answer_words(answer: str) -> str:
    """A survey answer in words: ``said_agree_to_some_extent`` is ``agree to some extent``."""
    words = answer.removeprefix("said_").replace("_", " ")
    return words if answer.startswith("said_") else f"{words} (summary)"


def _compliance(table: pd.DataFrame, name: str) -> Iterator[Figure]:
    for row in table.itertuples():
        title = f"{row.measure.replace('_', ' ').capitalize()}: {row.item.replace('_', ' ')}"
        if all_printed(row.correct, row.required) and row.required > 0:
            # where a paper prints more than all, its check says so; such a share has no interval
            spread = metrics.wilson(row.correct, row.required) if row.correct <= row.required else None
            yield Figure(
                measure=row.measure,
                item=row.item,
                title=f"{title}, share recorded correctly",
                value=100 * row.correct / row.required,
                unit="percent",
                low=spread.low if spread else None,
                high=spread.high if spread else None,
                numerator=row.correct,
                denominator=row.required,
                basis="arithmetic",
                inputs=(name,),
                method=f"share of the counts printed in paragraph {row.paragraph}; 95% interval (Wilson)",
            )
        yield _quoted(
            row,
            item=row.item,
            part="printed",
            title=f"{title}, printed rate",
            value=row.printed_percent,
            unit="percent",
            inputs=(name,),
        )
        for column in ("examined", "required", "correct"):
            yield _quoted(
                row,
                item=row.item,
                part=column,
                title=f"{title}, {column}",
                value=getattr(row, column),
                unit="count",
                inputs=(name,),
            )


def _ranking(table: pd.DataFrame, name: str) -> Iterator[Figure]:
    for row in table.itertuples():
        area = area_id(row.area)
        title = f"{row.measure.replace('_', ' ').capitalize()} in {row.area}"
        columns = (
            ("percent", row.percent, "percent", "actual"),
            ("variation", row.variation_percent, "percent", "variation from benchmark"),
            ("rank", row.rank, "rank", f"position of {row.ranked}"),
        )
        for suffix, value, unit, words in columns:
            yield _quoted(
                row,
                item=area,
                part=suffix,
                title=f"{title}: {words}",
                value=value,
                unit=unit,
                inputs=(name,),
                signed=suffix == "variation",
            )
        if not all_printed(row.rank, row.ranked):
            continue
        yield Figure(
            measure=row.measure,
            item=area,
            part="rank_share",
            title=f"{title}: position as a share of the number ranked",
            value=metrics.share(row.rank, row.ranked),
            unit="percent",
            numerator=row.rank,
            denominator=row.ranked,
            basis="arithmetic",
            inputs=(name,),
            method=f"share of the positions printed in paragraph {row.paragraph}",
        )


def _shown(table: pd.DataFrame, name: str) -> Iterator[Figure]:
    for row in table.itertuples():
        yield _quoted(
            row,
            item=row.item,
            title=row.title,
            value=row.value,
            unit=row.unit,
            inputs=(name,),
            period=row.period,
            baseline=row.baseline,
            signed=is_change(row.item),
            note=row.note,
        )
    printed = {row.item: row for row in table.itertuples() if all_printed(row.value)}
    measure = table.measure.iloc[0]
    yield from of_two_counts(measure, printed, name)
    yield from implied(measure, printed, name)


#: What makes the figures of a table, by the name that its kind declares.
MAKERS: dict[str, Callable[[pd.DataFrame, str], Iterator[Figure]]] = {
    "survey": _survey,
    "compliance": _compliance,
    "ranking": _ranking,
    "shown": _shown,
}
