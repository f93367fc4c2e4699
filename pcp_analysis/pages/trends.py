"""Plots of a series over time: a year against others, a control chart, a level. Each takes tidy data, returns a Chart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pcp_analysis.figures import wording
from pcp_analysis.figures.commentary import Bound
from pcp_analysis.figures.figure import Figure
from pcp_analysis.pages import svg
from pcp_analysis.pages.chart import Chart, Source, thousands

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def path_chart(
    name: str,
    message: Bound,
    *,
    this_year: pd.Series,
    others: Sequence[tuple[str, pd.Series]],
    year: str,
    promise: float | None,
    fan: tuple[float, float, float] | None,
    measure: str,
    source: Source,
    figures: Iterable[Figure] = (),
) -> Chart:
    """Cumulative counts of the year to date against earlier years, and where the milestone lies at the year's end.

    Each series holds the counts of the periods of one financial year in their order, *this_year* as far as the cycle
    sees. *others* are labelled, the first is the year to compare with. *promise* is the count that would just meet the
    milestone, *fan* the projected total of the year with the low and the high end of its interval.
    """
    import pandas as pd
    import seaborn as sns

    steps = [wording.MONTHS[period.end_time.month - 1] for period in others[0][1].index]
    at = range(1, len(steps) + 1)
    frame = pd.DataFrame({"to the end of": steps})
    with svg.canvas(1.7, svg.HALF) as (_, axes):
        styles = zip((svg.MID_GREY, svg.DARK_PINK), ("-", "--"), strict=True)
        for (label, series), (colour, dashes) in zip(others, styles, strict=False):
            total = series.cumsum().to_numpy()
            frame[label] = total
            sns.lineplot(x=at, y=total, ax=axes, color=colour, linestyle=dashes, linewidth=1.6, errorbar=None)
            _end_label(axes, label, at[-1], total[-1], colour)
        total = this_year.cumsum().to_numpy()
        frame[year] = pd.Series(total)
        if len(total):
            sns.lineplot(
                x=at[: len(total)],
                y=total,
                ax=axes,
                color=svg.DARK_BLUE,
                marker="o",
                markersize=8,
                linewidth=2.4,
                errorbar=None,
            )
        if len(total) == len(steps):  # beside the others, from which it is moved apart
            _end_label(axes, year, at[-1], total[-1], svg.DARK_BLUE, weight="bold")
        elif len(total):
            axes.annotate(
                f"{year} so far",
                (at[len(total) - 1], total[-1]),
                xytext=(11, -5),
                textcoords="offset points",
                ha="left",
                va="center",
                color=svg.DARK_BLUE,
                fontweight="bold",
            )
        if fan and 0 < len(total) < len(steps):
            start = at[len(total) - 1]
            axes.fill([start, at[-1], at[-1]], [total[-1], fan[1], fan[2]], color="#D5DFE9", linewidth=0, zorder=0)
            axes.plot([start, at[-1]], [total[-1], fan[0]], color=svg.DARK_BLUE, linewidth=1.2, linestyle=":")
            axes.plot([at[-1]] * 2, fan[1:], color=svg.DARK_BLUE, linewidth=3, solid_capstyle="butt", clip_on=False)
            _end_label(axes, "projected", at[-1], fan[0], svg.DARK_BLUE)
        if promise is not None:
            axes.plot(
                at[-1], promise, marker="D", color=svg.DARK_BLUE, markersize=6, markerfacecolor="white", clip_on=False
            )
            _end_label(axes, "promised", at[-1], promise, svg.DARK_BLUE)
        _spread_labels(axes)
        # of twelve months every third has its name, or one name lies on the next
        named = list(at)[2::3] if len(steps) > 4 else list(at)
        axes.set_xticks(named, [f"to {steps[each - 1][:3]}" for each in named])
        axes.set_ylim(bottom=0)
        axes.set_xlim(0.8, len(steps) + 0.2)
        axes.set(xlabel="", ylabel="")
        thousands(axes.yaxis)
    said = [f"Line chart of {measure}, added up over the financial year."]
    if len(total):
        said.append(f"{year}: {wording.number(total[-1], places=0)} by the end of {steps[len(total) - 1]}.")
    for label, _ in others:
        then = f"{wording.number(frame[label][len(total) - 1], places=0)} by then, " if len(total) else ""
        said.append(f"{label}: {then}{wording.number(frame[label].iloc[-1], places=0)} over the year.")
    said += [f"Projected for the year: {_about(fan)}."] if fan and len(total) < len(steps) else []
    said += [f"Promised: {wording.number(promise, places=0)}."] if promise is not None else []
    alt = " ".join(said)
    return Chart(name, message, f"{measure}, added up from April", source, axes, frame, alt, figures)


def _about(fan: tuple[float, float, float]) -> str:
    return "{}, from {} to {}".format(*(wording.number(value, places=0) for value in fan))


def _end_label(axes: Axes, label: str, x: float, y: float, colour: str, *, weight: str = "normal") -> None:
    """A label beside the end of a line, in the line's colour."""
    axes.annotate(
        label, (x, y), xytext=(8, 0), textcoords="offset points", va="center", color=colour, fontweight=weight
    )


def _spread_labels(axes: Axes) -> None:
    """Move the labels at the end of the lines apart, so that none lies on another."""
    from matplotlib.text import Annotation

    low, high = axes.get_ylim()
    notes = [each for each in axes.texts if isinstance(each, Annotation)]
    labels = sorted((each for each in notes if each.xyann[0] == 8), key=lambda each: each.xy[1])
    # The axes take about seven tenths of the figure's height; what is taken too low only moves a label a little
    # further.
    height = svg.figure_of(axes).get_figheight() * svg.POINTS_AN_INCH * 0.7
    last = None
    for label in labels:
        place = (label.xy[1] - low) / (high - low) * height
        moved = place if last is None else max(place, last + 13)
        label.xyann = (8, moved - place)
        last = moved


# A signal is told by shape and word as well as by colour.
SIGNALS = {
    "improvement": ("v", svg.DARK_BLUE),
    "concern": ("D", svg.ORANGE),
    "high": ("^", svg.DARK_PINK),
    "low": ("s", svg.DARK_PINK),
}


def control_chart(
    name: str,
    message: Bound,
    *,
    frame: pd.DataFrame,
    words: Sequence[str],
    subject: str,
    measure: str,
    source: Source,
    breaks: Sequence[tuple[int, str]] = (),
) -> Chart:
    """A control chart: the points, their mean and limits, and what each signal means.

    *subject* is what is charted, *measure* how it was charted. *frame* is that of ``metrics.xmr``; *words* has for each
    point its signal (a key of ``SIGNALS``) or an empty text.
    *breaks* are the places of rebases and their reasons.
    """
    import pandas as pd
    import seaborn as sns

    at = list(range(len(frame)))
    periods = [_period(period) for period in frame.index]
    table = pd.DataFrame(
        {
            "period": periods,
            "value": frame["value"].to_numpy(),
            "mean": frame["mean"].to_numpy(),
            "lower limit": frame["lower"].to_numpy(),
            "upper limit": frame["upper"].to_numpy(),
            "signal": [word or "none" for word in words],
        }
    )
    with svg.canvas(1.7, svg.HALF) as (_, axes):
        for _, part in frame.assign(at=at).groupby("group"):
            axes.fill_between(part["at"], part["lower"], part["upper"], color="#E8EDF2", linewidth=0)
            axes.plot(part["at"], part["mean"], color=svg.MID_GREY, linewidth=1)
        sns.lineplot(
            x=at,
            y=frame["value"].to_numpy(),
            ax=axes,
            color=svg.DARK_GREY,
            linewidth=1.2,
            marker="o",
            markersize=4,
            errorbar=None,
        )
        for place, word in zip(at, words, strict=True):
            if word:
                marker, colour = SIGNALS[word]
                axes.plot(place, frame["value"].iloc[place], marker=marker, color=colour, markersize=8)
        last = frame.iloc[-1]
        for level, label in ((last["upper"], "usual range"), (last["mean"], "average")):
            if not pd.isna(level):
                _end_label(axes, label, at[-1], level, svg.DARK_GREY)
        if words[-1]:
            _end_label(axes, words[-1], at[-1], last["value"], svg.DARK_GREY, weight="bold")
        for place, reason in breaks:
            axes.axvline(place - 0.5, color=svg.DARK_GREY, linewidth=0.8, linestyle=":")
            axes.annotate(
                reason,
                (place - 0.5, 1),
                xycoords=("data", "axes fraction"),
                xytext=(3, -2),
                textcoords="offset points",
                va="top",
            )
        axes.margins(y=0.08)
        _spread_labels(axes)
        step = max(1, round(len(at) / 4))
        axes.set_xticks(at[::-step][::-1], [_short(frame.index[place]) for place in at[::-step][::-1]])
        axes.set(xlabel="", ylabel="")
        thousands(axes.yaxis)
    ranged = (
        "no usual range can be told"
        if pd.isna(last["lower"])
        else (f"usual range {wording.number(last['lower'], places=0)} to {wording.number(last['upper'], places=0)}")
    )
    signals = [f"{period}: {word}" for period, word in zip(periods, words, strict=True) if word]
    alt = (
        f"Control chart of {subject}, {periods[0]} to {periods[-1]}. Latest {wording.number(last['value'], places=0)}, average "
        f"{wording.number(last['mean'], places=0)}, {ranged}. {'Signals: ' + '; '.join(signals) if signals else 'No signal'}."
    )
    return Chart(name, message, measure, source, axes, table, alt)


def _short(period: pd.Period) -> str:
    """A period in few letters, for an axis: ``Apr–Jun 2014``."""
    first, last = (wording.MONTHS[day.month - 1][:3] for day in (period.start_time, period.end_time))
    return f"{first}\n{period.year}" if first == last else f"{first}–{last}\n{period.end_time.year}"


def level_chart(
    name: str, message: Bound, *, series: pd.Series, measure: str, source: Source, figures: Iterable[Figure] = ()
) -> Chart:
    """The level of a series over time, its latest and its lowest period named."""
    import pandas as pd
    import seaborn as sns

    dates = series.index.to_timestamp()
    frame = pd.DataFrame({"period": [_period(period) for period in series.index], measure: series.to_numpy()})
    with svg.canvas(1.7, svg.HALF) as (_, axes):
        sns.lineplot(x=dates, y=series.to_numpy(), ax=axes, color=svg.DARK_BLUE, linewidth=1.8, errorbar=None)
        axes.plot(dates[-1], series.iloc[-1], marker="o", color=svg.DARK_BLUE, markersize=8, clip_on=False)
        axes.annotate(
            f"{_period(series.index[-1])}\n{wording.number(series.iloc[-1], places=0)}",
            (dates[-1], series.iloc[-1]),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            color=svg.DARK_BLUE,
            fontweight="bold",
        )
        axes.set_ylim(bottom=0)
        axes.set(xlabel="", ylabel="")
        thousands(axes.yaxis)
    alt = (
        f"Line chart of {measure}, {_period(series.index[0])} to {_period(series.index[-1])}. First "
        f"{wording.number(series.iloc[0], places=0)}, latest {wording.number(series.iloc[-1], places=0)}, lowest "
        f"{wording.number(series.min(), places=0)} in {_period(series.idxmin())}, highest {wording.number(series.max(), places=0)} in "
        f"{_period(series.idxmax())}."
    )
    return Chart(name, message, f"{measure}, by period", source, axes, frame, alt, figures)


def _period(period: pd.Period) -> str:
    from pcp_analysis.metrics import period_in_words

    return period_in_words(period)
