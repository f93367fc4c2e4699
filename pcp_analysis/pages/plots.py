"""Plots that compare: answers of a survey, figures with their intervals, and forces in a funnel. Each returns a Chart."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from pcp_analysis.figures import wording
from pcp_analysis.figures.commentary import Bound
from pcp_analysis.figures.figure import Figure
from pcp_analysis.pages import svg
from pcp_analysis.pages.chart import Chart, Source, thousands

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

# Each has 3:1 against the white edge that parts it from its neighbours, and against the page.
ANSWER_COLOURS = ("#12436D", "#2C6DA3", "#6493C2", "#8C8C8C", "#C9739C", "#A8447B", "#801650")


def likert_chart(
    name: str, message: Bound, *, answers: pd.DataFrame, measure: str, source: Source, figures: Iterable[Figure] = ()
) -> Chart:
    """Answers on a scale from agreement to disagreement, as bars that part at the middle of the neutral answer.

    *answers* has one row a wave (the latest first), one column an answer from most agreeing to most disagreeing, in per
    cent.
    """
    frame = answers.reset_index(names="wave")
    columns, middle = list(answers.columns), len(answers.columns) // 2
    with svg.canvas(0.75 * len(answers) + 1.1) as (_, axes):
        for row, (_, values) in enumerate(answers.iterrows()):
            # an answer that is not held leaves a gap: what it took is not known
            known = values.fillna(0)
            left = -(known.iloc[:middle].sum() + known.iloc[middle] / 2)
            for value, colour in zip(known, ANSWER_COLOURS, strict=True):
                axes.barh(row, value, left=left, color=colour, edgecolor="white", linewidth=1, height=0.62)
                if value >= 4:
                    dark = colour in (ANSWER_COLOURS[0], ANSWER_COLOURS[1], ANSWER_COLOURS[5], ANSWER_COLOURS[6])
                    axes.text(
                        left + value / 2,
                        row,
                        wording.number(value, places=0),
                        ha="center",
                        va="center",
                        color="white" if dark else "black",
                    )
                left += value
        _answer_key(axes, columns)
        axes.set_yticks(range(len(answers)), list(answers.index))
        axes.invert_yaxis()
        axes.axvline(0, color=svg.DARK_GREY, linewidth=0.8, zorder=0)
        axes.set_xticks([])
        axes.spines[["left", "bottom"]].set_visible(False)
        axes.tick_params(length=0)
    alt = f"Diverging bars of {measure}. " + " ".join(
        f"{wave}: " + ", ".join(f"{answer} {_per_cent(value)}" for answer, value in values.items()) + "."
        for wave, values in answers.iterrows()
    )
    return Chart(name, message, f"{measure}, per cent of those asked", source, axes, frame, alt, figures)


def _per_cent(value: float) -> str:
    return wording.NOT_HELD if math.isnan(value) else f"{wording.number(value, places=0)}%"


def _answer_key(axes: Axes, columns: Sequence[str]) -> None:
    """The answers in the order of the bars, below them: no legend to hunt for."""
    from matplotlib.patches import Patch

    axes.legend(
        [Patch(color=colour) for colour in ANSWER_COLOURS],
        list(columns),
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        ncol=3,
        frameon=False,
        handlelength=1,
        columnspacing=1.2,
    )


def interval_chart(
    name: str,
    message: Bound,
    *,
    points: Sequence[tuple[str, Figure]],
    measure: str,
    source: Source,
    marked: str = "",
    reference: tuple[str, float] | None = None,
) -> Chart:
    """Figures as dots with their intervals, one a row; the row that is *marked* stands out by colour, shape and weight."""
    import pandas as pd

    frame = pd.DataFrame(
        [(label, figure.value, figure.low, figure.high) for label, figure in points],
        columns=[measure, "value", "low", "high"],
    )
    with svg.canvas(
        0.2 * len(points) + 0.5 if marked else 0.26 * len(points) + 0.7, svg.HALF if marked else svg.FULL
    ) as (_, axes):
        for row, (label, figure) in enumerate(points):
            chosen = label == marked or not marked
            colour = svg.DARK_BLUE if chosen else svg.MID_GREY
            if figure.value is None:
                continue
            if figure.low is not None and figure.high is not None:
                axes.plot([figure.low, figure.high], [row, row], color=colour, linewidth=2 if chosen else 1.4)
            axes.plot(figure.number, row, marker="o" if chosen else "s", color=colour, markersize=7 if chosen else 5)
            axes.annotate(
                wording.value(figure).split(" per")[0],
                (figure.value if figure.high is None else figure.high, row),
                xytext=(7, 0),
                textcoords="offset points",
                va="center",
                color=colour,
            )
        axes.set_yticks(
            range(len(points)),
            [label + (f": {wording.NOT_HELD}" if figure.value is None else "") for label, figure in points],
        )
        for tick, (label, _) in zip(axes.get_yticklabels(), points, strict=True):
            tick.set_fontweight("bold" if label == marked else "normal")
        if reference:
            axes.axvline(reference[1], color=svg.DARK_GREY, linewidth=0.9, linestyle="--")
            axes.annotate(reference[0], (reference[1], -0.6), ha="center", va="bottom", annotation_clip=False)
        axes.set_ylim(len(points) - 0.4, -0.6)
        axes.margins(x=0.12)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
    kind = (
        "Dots with intervals of" if any(wording.interval(figure) for _, figure in points) else "Dots without intervals:"
    )
    alt = f"{kind} {measure}. " + " ".join(
        f"{label}: {wording.value(figure)}{f' ({wording.interval(figure)})' if wording.interval(figure) else ''}."
        for label, figure in points
    )
    return Chart(name, message, measure, source, axes, frame, alt, [figure for _, figure in points])


def changes_chart(
    name: str,
    message: Bound,
    *,
    changes: Sequence[tuple[str, Figure]],
    measure: str,
    source: Source,
    marked: Collection[str] = (),
    marked_as: str = "what the plan promises",
) -> Chart:
    """Changes of many measures in per cent, one a row, the largest fall first, each with its interval against no
    change.

    Those that are *marked* stand out by shape and weight, and *marked_as* says what they are.
    """
    import pandas as pd

    changes = sorted(changes, key=lambda change: change[1].number)
    frame = pd.DataFrame(
        [(label, figure.value, figure.low, figure.high) for label, figure in changes],
        columns=["measure", "change in per cent", "low", "high"],
    )
    with svg.canvas(0.22 * len(changes) + 0.6, svg.HALF) as (_, axes):
        axes.axvline(0, color=svg.DARK_GREY, linewidth=0.9, linestyle="--", zorder=0)
        for row, (label, figure) in enumerate(changes):
            chosen = label in marked
            colour = svg.DARK_BLUE if chosen else svg.MID_GREY
            if figure.low is not None and figure.high is not None:
                axes.plot([figure.low, figure.high], [row, row], color=colour, linewidth=2 if chosen else 1.4)
            axes.plot(figure.number, row, marker="o" if chosen else "s", color=colour, markersize=7 if chosen else 5)
            # the numbers stand in a column of their own, where no line runs through them
            axes.annotate(
                wording.value(figure),
                (1, row),
                xycoords=("axes fraction", "data"),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                color=colour,
                annotation_clip=False,
            )
        axes.set_yticks(range(len(changes)), [label for label, _ in changes])
        for tick, (label, _) in zip(axes.get_yticklabels(), changes, strict=True):
            tick.set_fontweight("bold" if label in marked else "normal")
        axes.annotate("no change", (0, -0.6), ha="center", va="bottom", annotation_clip=False)
        axes.set_ylim(len(changes) - 0.4, -0.6)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
    alt = f"Dots with intervals of the {measure[0].lower()}{measure[1:]}, the largest fall first. " + " ".join(
        f"{label}: {wording.value(figure)}{f' ({wording.interval(figure)})' if wording.interval(figure) else ''}."
        for label, figure in changes
    )
    subtitle = f"{measure}, with 95% intervals" + (f"; in bold {marked_as}" if marked else "")
    return Chart(name, message, subtitle, source, axes, frame, alt, [figure for _, figure in changes])


# A unit's place in a funnel: its word in the table of data, and its mark.
VERDICT_MARKS = {"within": "o", "high": "^", "very high": "^", "low": "v", "very low": "v"}


def funnel_chart(
    name: str,
    message: Bound,
    *,
    frame: pd.DataFrame,
    marked: str,
    measure: str,
    source: Source,
    figures: Iterable[Figure] = (),
) -> Chart:
    """Units by their ratio to what is expected of them, against the limits that chance and usual variation set.

    *frame* is that of ``metrics.funnel``, indexed by unit; the one that is *marked* stands out by colour, size and
    name.
    """
    import pandas as pd

    table = pd.DataFrame(
        {
            "force": frame.index,
            "recorded": frame["observed"].to_numpy(),
            "expected": frame["expected"].to_numpy(),
            "per cent of expected": 100 * frame["ratio"].to_numpy(),
            "verdict": frame["verdict"].to_numpy(),
        }
    )
    ordered = frame.sort_values("expected")
    with svg.canvas(1.7, svg.HALF) as (_, axes):
        for bound, dashes in (("95", "--"), ("998", "-")):
            for side in ("lower", "upper"):
                axes.plot(
                    ordered["expected"],
                    100 * ordered[f"{side}_{bound}"],
                    color=svg.MID_GREY,
                    linewidth=0.9,
                    linestyle=dashes,
                )
        for verdict, marker in VERDICT_MARKS.items():
            part = frame[(frame["verdict"] == verdict) & (frame.index != marked)]
            axes.plot(
                part["expected"], 100 * part["ratio"], marker=marker, linestyle="none", color=svg.MID_GREY, markersize=4
            )
        own = frame.loc[marked]
        axes.plot(
            own["expected"], 100 * own["ratio"], marker=VERDICT_MARKS[own["verdict"]], color=svg.DARK_BLUE, markersize=8
        )
        axes.annotate(
            marked,
            (own["expected"], 100 * own["ratio"]),
            xytext=(0, 9),
            textcoords="offset points",
            ha="center",
            color=svg.DARK_BLUE,
            fontweight="bold",
            annotation_clip=False,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )  # a limit that runs behind the name stops at it
        axes.axhline(100, color=svg.DARK_GREY, linewidth=0.9)
        axes.set_xscale("log")
        steps = (digit * 10.0**power for power in range(7) for digit in (1, 2, 5))
        axes.set_xticks([step for step in steps if ordered["expected"].min() <= step <= ordered["expected"].max()])
        axes.minorticks_off()
        axes.set(xlabel="expected offences", ylabel="per cent of expected")
        thousands(axes.xaxis)
        thousands(axes.yaxis)
    beyond = frame[frame["verdict"] != "within"]
    alt = (
        f"Funnel chart of {measure}, {len(frame)} forces. {marked}: {wording.number(100 * own['ratio'], places=0)} per cent of expected, "
        f"{own['verdict']}. Beyond the limits: "
        + ("; ".join(f"{force}, {row['verdict']}" for force, row in beyond.iterrows()) or "none")
        + "."
    )
    return Chart(name, message, measure, source, axes, table, alt, figures)
