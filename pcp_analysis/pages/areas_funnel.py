"""The funnel of the changes of a force's places, as a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcp_analysis.figures import wording
from pcp_analysis.figures.commentary import Bound
from pcp_analysis.pages import plots, svg
from pcp_analysis.pages.chart import Chart, Source, thousands

if TYPE_CHECKING:
    import pandas as pd

    from pcp_analysis.metrics import ChangeFunnel


def change_funnel_chart(name: str, message: Bound, found: ChangeFunnel, *, subject: str, source: Source) -> Chart:
    """Places by their change and their size, against the limits around the change of all of them together.

    Those beyond the outer limits stand out by colour, size and weight, and all beyond the inner ones have their names.
    """
    import numpy as np

    frame = found.frame
    both = (frame["current"] + frame["baseline"]).to_numpy()
    grid = np.unique(np.round(np.geomspace(both.min(), both.max(), 60)))
    with svg.canvas(2.2, svg.HALF) as (_, axes):
        for tail, dashes in ((0.025, "--"), (0.001, "-")):
            for limit in found.limits(grid, tail):
                axes.plot(grid, limit, color=svg.MID_GREY, linewidth=0.9, linestyle=dashes)
        axes.axhline(found.common, color=svg.DARK_GREY, linewidth=0.9)
        axes.annotate(
            f"all together\n{_change(found.common)}",
            (1, found.common),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            color=svg.DARK_GREY,
        )
        for verdict, marker in plots.VERDICT_MARKS.items():
            part = (frame["verdict"] == verdict).to_numpy()
            far = verdict.startswith("very")
            colour = svg.DARK_BLUE if far else svg.MID_GREY
            axes.plot(
                both[part],
                frame["change"][part],
                marker=marker,
                linestyle="none",
                color=colour,
                markersize=7 if far else 4,
            )
            for place, x, y in zip(frame.index[part], both[part], frame["change"][part], strict=True):
                if verdict != "within":
                    axes.annotate(
                        place,
                        (x, y),
                        xytext=(0, 8 if y > found.common else -8),
                        textcoords="offset points",
                        ha="center",
                        va="bottom" if y > found.common else "top",
                        color=colour,
                        fontweight="bold" if far else "normal",
                        annotation_clip=False,
                        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
                    )
        axes.set_xscale("log")
        steps = [digit * 10.0**power for power in range(7) for digit in (1, 2, 5)]
        inside = [step for step in steps if both.min() <= step <= both.max()]
        axes.set_xticks(inside or [both.min(), both.max()])
        axes.minorticks_off()
        reach = 1.3 * max(abs(frame["change"] - found.common).max(), 10.0)
        axes.set_ylim(found.common - reach, found.common + reach)
        axes.set(xlabel="offences in both years together", ylabel="change in per cent")
        thousands(axes.xaxis)
        thousands(axes.yaxis)
    beyond = frame[frame["verdict"] != "within"]
    alt = (
        f"Funnel chart of {subject}, {len(frame)} places. All together: {_change(found.common)}. "
        f"Beyond the limits: {'; '.join(f'{place}, {row.verdict}' for place, row in beyond.iterrows()) or 'none'}."
    )
    return Chart(
        name,
        message,
        f"{subject}; about one place in 20 would lie outside the broken lines, and one in 500 outside the full ones, by chance and "
        "by how places vary anyway",
        source,
        axes,
        _funnel_table(frame),
        alt,
    )


def _change(per_cent: float) -> str:
    return f"{wording.number(per_cent, places=1, signed=True)}%"


def _funnel_table(frame: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    limits = {
        f"{side} limit, {degree}": frame[f"{side}_{bound}"].where(lambda each: each < float("inf")).to_numpy()
        for bound, degree in (("95", "95%"), ("998", "99.8%"))
        for side in ("lower", "upper")
    }
    counts = {"this year": frame["current"].to_numpy(), "before": frame["baseline"].to_numpy()}
    return pd.DataFrame(
        {"place": frame.index, **counts, "change in per cent": frame["change"].to_numpy(), **limits}
        | {"verdict": frame["verdict"].to_numpy()}
    )
