"""Back-tests the statistics on real recorded crime and writes the tables into docs/methods.md, between its markers.

Run by `make backtest`; takes some minutes. `--force NAME` (more than once) tests those forces only and writes nothing.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import alarms
import paces
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "methods.md"
RECORDED = ROOT / "data" / "raw" / "recorded_crime.csv"
MONTHLY = ROOT / "data" / "raw" / "met_recorded_crime.csv"
STAGES = {1: "one quarter", 2: "two quarters", 3: "three quarters", 6: "six months", 9: "nine months"}
YEARS = range(2010, 2018)
#: Constants were chosen on the years before this one.
LATER = 2014
MONTHS = range(2013, 2020)


def quarterly(forces: list[str]) -> dict[str, pd.DataFrame]:
    """Recorded crime by offence, quarters by forces; a force is left out where a label has a gap."""
    table = pd.read_csv(RECORDED)
    table["quarter"] = pd.PeriodIndex(pd.to_datetime(table["quarter_ending"]), freq="Q")
    wide = table.drop(columns="quarter_ending").set_index(["quarter", "force"])
    panels = {offence: wide[offence].unstack().dropna(how="all") for offence in wide}
    panels = {offence: panel.dropna(axis=1) for offence, panel in panels.items()}
    return {
        offence: panel[[force for force in panel if not forces or force in forces]]
        for offence, panel in panels.items()
        if panel.shape[0] >= 24
    }


def monthly() -> dict[str, pd.DataFrame]:
    """The Metropolitan Police's months by offence, up to March 2020; a label held for under six years is left out."""
    table = pd.read_csv(MONTHLY)
    months = pd.PeriodIndex(pd.to_datetime(table["month_ending"]), freq="M")
    # 2020/21 was no year to judge a method by
    counts = table.drop(columns=["force", "month_ending"]).set_index(months).loc[:"2020-03"]
    panels = {str(name): counts[[name]].dropna() for name in counts}
    return {name: panel for name, panel in panels.items() if len(panel) >= 72}


def by_month(panels: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Back-test of each monthly series in the years that have three complete years before them."""
    rows = []
    for name, panel in panels.items():
        years = [year for year in MONTHS if pd.Period(f"{year - 3}-04", freq="M") in panel.index]
        rows.append(paces.back_test({name: panel}, years, (3, 6, 9)))
    return pd.concat(rows, ignore_index=True)


def tables(forces: list[str]) -> str:
    """All tables as Markdown."""
    panels = quarterly(forces)
    rows = paces.back_test(panels, YEARS, (1, 2, 3))
    series = rows.groupby(["offence", "force"]).ngroups
    ours = rows[rows["method"] == "project"]
    text = [
        f"**Projection, {series} series of force and offence, 2010/11 to 2017/18.** Errors and widths in per cent of "
        "the year's total, coverage in per cent, Brier score for a year at least 5 per cent below the one before.",
        _markdown(paces.summary(rows, ["stage", "method"]).rename(index=STAGES)),
        "By year, coverage and error of `project` over all stages:",
        _markdown(paces.summary(ours.replace({"year": _named(YEARS)}), ["year"])),
        "By offence:",
        _markdown(paces.summary(ours, ["offence"])),
        f"By offence, {_named(YEARS)[LATER]} on, after the years on which the constants were chosen:",
        _markdown(paces.summary(ours[ours["year"] >= LATER], ["offence"])),
        "**Courses.** How often a year at least 5 per cent below the one before came, by the word that a page would have "
        'used of its chance; "said" is the mean chance, in per cent.',
        _markdown(paces.reliability(ours).rename(index=STAGES)),
        f"The same, {_named(YEARS)[LATER]} on:",
        _markdown(paces.reliability(ours[ours["year"] >= LATER]).rename(index=STAGES)),
    ]
    held = {} if forces else monthly()
    if held:
        months = by_month(held).replace({"stage": {3: "three months"}})
        text += [
            f"**Projection, {len(held)} series of the Metropolitan Police by month, 2013/14 to 2019/20**, without peers (from "
            f"{MONTHLY.relative_to(ROOT).as_posix()}).",
            _markdown(paces.summary(months, ["stage", "method"]).rename(index=STAGES)),
        ]
    changes = alarms.changes(panels, "2010Q2")
    text += [
        '**Change on the year, quarters from April to June 2010 on**, at the 5 per cent level; "ours" is '
        "`change_interval`. A change did not last where the same periods of the next year were back at the baseline "
        "or beyond it.",
        _markdown(alarms.change_summary(changes)),
        "**Which rule calls a change more than chance**, all series, each quarter judged by what came after it.",
        _markdown(alarms.rule_summary(changes)),
    ]
    if held:
        text += [
            '**Seasons, Metropolitan Police by month**: per cent of points that a chart of 36 months marks. "nothing '
            'changed": drawn series with the real seasons and remainders around one level, so that every signal is '
            'false. "as it was": the latest point of the real series at the end of each month, which did change.',
            _markdown(alarms.seasons(pd.concat(held.values(), axis=1))),
        ]
    return "\n\n".join(text)


def _named(years: range) -> dict[int, str]:
    return {year: f"{year}/{(year + 1) % 100:02d}" for year in years}


def _markdown(frame: pd.DataFrame) -> str:
    """*frame* as a Markdown table with its index as the first columns."""
    flat = frame.reset_index()
    lines = ["| " + " | ".join(str(name).replace("_", " ") for name in flat) + " |", "|" + "---|" * flat.shape[1]]
    lines += ["| " + " | ".join(_cell(name, value) for name, value in row.items()) + " |" for _, row in flat.iterrows()]
    return "\n".join(lines)


def _cell(name: object, value: object) -> str:
    if isinstance(value, str):
        return value.replace("_", " ")
    if name in ("cases", "charts"):
        return f"{value:.0f}"
    return f"{value:.3f}" if name == "brier" else f"{value:.1f}"


def write(text: str) -> None:
    """Puts *text* between the markers of docs/methods.md."""
    page = PAGE.read_text(encoding="utf-8")
    start, end = "<!-- backtest:begin -->", "<!-- backtest:end -->"
    head, rest = page.split(start)
    _, tail = rest.split(end)
    PAGE.write_text(f"{head}{start}\n\n{text}\n\n{end}{tail}", encoding="utf-8", newline="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="append", default=[], help="test this force only; nothing is written")
    forces = parser.parse_args().force
    text = tables(forces)
    print(text)
    if not forces:
        write(text)


if __name__ == "__main__":
    main()
