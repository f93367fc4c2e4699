"""The rules that claims are held to: for each, sound claims pass and corrupted copies of them are caught."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcp_analysis.findings.view import CycleView, open_view
from pcp_analysis.paper.claims import check_rows
from pcp_analysis.paper.rows import ROUNDINGS, Row
from pcp_analysis.paper.rules import RULES, Claim, Ledger

ROOT = Path(__file__).resolve().parents[1]
NEAREST = "half up"
Rows = list[Row]


@pytest.fixture(scope="module")
def view() -> CycleView:
    """The plan and the series of September 2014; the rows of the paper are each test's own."""
    return open_view("2014-09", root=ROOT)


def row(
    name: str,
    value: float | str | None,
    unit: str = "count",
    *,
    computed_from: str = "",
    numeral: str = "",
    basis: str = "",
    paragraph: str = "1",
    heading: str = "",
) -> Row:
    """A row of a paper, *value* with the decimals that it is printed with."""
    basis = basis or ("arithmetic" if computed_from else "quoted")
    printed = None if value is None else Decimal(str(value))
    return Row(
        name,
        paragraph,
        heading,
        f"the words around {numeral or value}",
        numeral or str(value),
        printed,
        unit,
        basis,
        computed_from,
        "",
        2,
    )


def counts(**values: float) -> Rows:
    return [row(f"m.{name}", value) for name, value in values.items()]


def percents(**values: float) -> Rows:
    return [row(f"m.{name}", value, "percent") for name, value in values.items()]


def made(value: float | str, unit: str, computed_from: str, *parts: Row) -> tuple[Rows, dict[str, Any]]:
    """Rows of which the last is computed from the others."""
    return [*parts, row("m.printed", value, unit, computed_from=computed_from)], {}


def share(value: float | str) -> tuple[Rows, dict[str, Any]]:
    return made(value, "percent", "share(m.part, m.whole)", *counts(part=328, whole=332))


def rounded(*printed: float) -> tuple[Rows, dict[str, Any]]:
    """Three shares, 98.8, 80.6 and 97.6 per cent, as they are printed."""
    pairs = zip(((328, 332), (25, 31), (121, 124)), printed, strict=True)
    return [
        each
        for at, ((part, whole), value) in enumerate(pairs)
        for each in (
            row(f"m{at}.part", part),
            row(f"m{at}.whole", whole),
            row(f"m{at}.printed", value, "percent", computed_from=f"share(m{at}.part, m{at}.whole)"),
        )
    ], {}


def summed(value: int) -> tuple[Rows, dict[str, Any]]:
    return made(value, "count", "total(m.a, m.b)", *counts(a=573, b=921))


def summary(value: float) -> tuple[Rows, dict[str, Any]]:
    return made(value, "percent", "total(m.a, m.b, m.c)", *percents(a=13, b=49, c=22))


def difference(value: float, later: float = 84, earlier: float = 82) -> tuple[Rows, dict[str, Any]]:
    return made(value, "points", "point_change(m.later, m.earlier)", *percents(later=later, earlier=earlier))


def answers(*values: float) -> tuple[Rows, dict[str, Any]]:
    rows = [row(f"m.a{at}", value, "percent") for at, value in enumerate(values)]
    return rows, {"parts": tuple(each.id for each in rows), "whole": 100.0}


def part(value: int, whole: int) -> tuple[Rows, dict[str, Any]]:
    return counts(part=value, whole=whole), {"parts": ("m.part",), "whole": "m.whole"}


def base(change: float, count: int, average: float = 14809) -> tuple[Rows, dict[str, Any]]:
    rows = [
        row("m.change", change, "percent"),
        row("m.difference", count),
        row("t.average", average),
        row("t.change", -1, "percent"),
    ]
    return rows, {
        "change": "m.change",
        "difference": "m.difference",
        "average": "t.average",
        "months": 5.0,
        "whole_change": "t.change",
    }


def printed_base(change: float, count: int, whole: int) -> tuple[Rows, dict[str, Any]]:
    """A change in per cent and in numbers, beside the count that both are measured from."""
    return [row("m.change", change, "percent"), row("m.difference", count), row("m.baseline", whole)], {}


def part_of(series: str, change: float, count: int) -> tuple[Rows, dict[str, Any]]:
    """A change of what is a part of a series that is held."""
    rows = [row("m.change", change, "percent"), row("m.difference", count)]
    return rows, {"change": "m.change", "difference": "m.difference", "within": series}


def none(whole: int, right: int) -> tuple[Rows, dict[str, Any]]:
    return counts(whole=whole, right=right), {"whole": "m.whole", "right": "m.right"}


def two_words(part: int, whole: int, word: str = "stable", other: str = "step change") -> tuple[Rows, dict[str, Any]]:
    return counts(part=part, whole=whole), {"word": word, "other_word": other, "part": "m.part", "whole": "m.whole"}


def one_difference(count: int, *changes: float) -> tuple[Rows, dict[str, Any]]:
    """A change in numbers that is printed with several in per cent, as the ids say."""
    rows = [row("m.change" if not at else f"m.change.n{at}", each, "percent") for at, each in enumerate(changes)]
    return [*rows, row("m.difference", count)], {}


def held_change(milestone: str, change: float) -> tuple[Rows, dict[str, Any]]:
    about = {"milestone": milestone, "baseline_year": "2013/14", "change": "m.change"}
    return [row("m.change", change, "percent")], about


def two_bases(change: float, count: int, average: float = 14809) -> tuple[Rows, dict[str, Any]]:
    rows, about = base(change, count, average)
    return rows, {key: value for key, value in about.items() if key != "whole_change"}


def since(
    change: float, count: int, year: str = "2013/14", baseline_year: str = "2012/13", **more: str
) -> tuple[Rows, dict[str, Any]]:
    rows = [row("m.change", change, "percent"), row("m.difference", count)]
    return rows, {
        "milestone": "total_recorded_crime",
        "year": year,
        "baseline_year": baseline_year,
        "change": "m.change",
        "difference": "m.difference",
        **more,
    }


def top(percent: float, last: int, ranked: int = 171) -> tuple[Rows, dict[str, Any]]:
    rows = [
        row("m.first", 1, "rank"),
        row("m.last", last, "rank"),
        row("m.ranked", ranked),
        row("m.top", percent, "percent"),
    ]
    return rows, {"figure": "m.top", "ranks": ("m.first", "m.last"), "ranked": "m.ranked"}


def positions(claimed: int, *ranks: int) -> tuple[Rows, dict[str, Any]]:
    rows = [row(f"m.r{at}", rank, "rank") for at, rank in enumerate(ranks)]
    return [*rows, row("m.top", claimed)], {"figure": "m.top", "ranks": tuple(each.id for each in rows)}


def ordered(best: str, *pairs: tuple[int, float]) -> tuple[Rows, dict[str, Any]]:
    ranks = [row(f"m.r{at}", rank, "rank") for at, (rank, _) in enumerate(pairs)]
    values = [row(f"m.v{at}", value, "percent") for at, (_, value) in enumerate(pairs)]
    return [*ranks, *values], {
        "ranks": tuple(each.id for each in ranks),
        "by": tuple(each.id for each in values),
        "best": best,
    }


def record_year(
    year: str, place: int, milestone: str = "total_recorded_crime", best: str = "lowest"
) -> tuple[Rows, dict[str, Any]]:
    return [row("m.place", place, "rank")], {"milestone": milestone, "best": best, "year": year, "figure": "m.place"}


def record_month(
    months: tuple[str, ...], *values: int, milestone: str = "burglary", best: str = "lowest"
) -> tuple[Rows, dict[str, Any]]:
    rows = [row(f"m.c{at}", value) for at, value in enumerate(values)]
    return rows, {"milestone": milestone, "best": best, "months": months, "figures": tuple(each.id for each in rows)}


def level(best: str, own: float, *others: float) -> tuple[Rows, dict[str, Any]]:
    rows = [row(f"m.o{at}", value, "percent") for at, value in enumerate(others)]
    about = {"figure": "m.own", "others": tuple(each.id for each in rows), "best": best, "since": "2011"}
    return [*rows, row("m.own", own, "percent")], about


def word(word: str, rows: Rows | None = None, **about: Any) -> tuple[Rows, dict[str, Any]]:
    return rows or [], {"word": word, **about}


def among(part: int, whole: int) -> tuple[Rows, dict[str, Any]]:
    """Records that were right among those that were required, as an audit prints them."""
    return [row("audit.item.correct", part), row("audit.item.required", whole)], {}


def changed(
    said: str,
    percent: float,
    count: int | None = None,
    measure: str = "public_place_violence",
    **about: Any,
) -> tuple[Rows, dict[str, Any]]:
    """A word of a printed change, with the change in numbers where it is printed too."""
    rows = [row(f"{measure}.change", percent, "percent")]
    about["change"] = rows[0].id
    if count is not None:
        rows.append(row(f"{measure}.difference", count))
        about["difference"] = rows[1].id
    return word(said, rows, **about)


def shares(earlier: float, later: float, *bases: int) -> tuple[Rows, dict[str, Any]]:
    about = {"earlier": "m.earlier", "later": "m.later", "direction": "higher"}
    rows = percents(earlier=earlier, later=later)
    if bases:
        rows += counts(earlier_base=bases[0], later_base=bases[1])
        about |= {"earlier_base": "m.earlier_base", "later_base": "m.later_base"}
    return word("significant", rows, **about)


AUDIT = tuple(
    f"crime_data_integrity.{kind}" for kind in ("incidents", "directly_recorded", "no_crime_rape", "no_crime_robbery")
)


def over(claimed: float, later: float, earlier: float) -> tuple[Rows, dict[str, Any]]:
    rows, _ = difference(claimed, later, earlier)
    return rows, {"figure": "m.printed"}


def just_over(claimed: float, change: float, count: int, average: float = 14809) -> tuple[Rows, dict[str, Any]]:
    rows, about = two_bases(change, count, average)
    return [*rows, row("m.share", claimed, "percent")], {"figure": "m.share", **about}


def money(numeral: str) -> tuple[Rows, dict[str, Any]]:
    return [row("m.money", 200000, "pounds", numeral=numeral)], {}


def points(numeral: str, value: float = 2) -> tuple[Rows, dict[str, Any]]:
    rows, about = difference(value)
    return [*rows[:-1], row("m.printed", value, "points", computed_from=rows[-1].computed_from, numeral=numeral)], about


def repeated(first: float, again: float) -> tuple[Rows, dict[str, Any]]:
    unit = "count" if float(first).is_integer() and float(again).is_integer() else "percent"
    return [row("m.count", first, unit), row("m.count.repeated", again, unit)], {}


def listed(claimed: int, *items: str) -> tuple[Rows, dict[str, Any]]:
    return counts(number=claimed), {"figure": "m.number", "items": items}


def counted(claimed: int, *values: int) -> tuple[Rows, dict[str, Any]]:
    parts = [row(f"m.c{at}", value) for at, value in enumerate(values)]
    return made(claimed, "count", f"count({', '.join(each.id for each in parts)})", *parts)


def numbered(*paragraphs: str) -> tuple[Rows, dict[str, Any]]:
    return [row(f"m.p{at}", 1, paragraph=each, heading=f"Heading {each}") for at, each in enumerate(paragraphs)], {}


def promised(milestone: str, value: float) -> tuple[Rows, dict[str, Any]]:
    return [row(f"{milestone}.target", value, "percent")], {}


def dates(**each: str) -> tuple[Rows, dict[str, Any]]:
    return [], {"event": "The launch", "dates": {name.removeprefix("p"): date for name, date in each.items()}}


def expected(date: str) -> tuple[Rows, dict[str, Any]]:
    return [], {"expected": date}


def period(number: int, unit: str, first: str, last: str) -> tuple[Rows, dict[str, Any]]:
    return [row("m.length", number, unit)], {"figure": "m.length", "first": first, "last": last}


def readable(printed: str) -> tuple[Rows, dict[str, Any]]:
    return [], {"printed": printed}


def official(value: float, of: str) -> tuple[Rows, dict[str, Any]]:
    return [
        Row("m.count", "1", "", f"words {value}", str(value), Decimal(str(value)), "count", "recomputed", of, "", 2)
    ], {}


SPRING = ("2014-04", "2014-05", "2014-06")
BURGLARY, ROBBERY = (
    {"milestone": "burglary", "baseline_year": "2013/14"},
    {"milestone": "robbery", "baseline_year": "2013/14"},
)
#: By rule: claims that must pass, with the verdict that they have, and corrupted copies that must be caught.
CASES: dict[str, tuple[list[tuple[Any, str]], list[Any]]] = {
    "percentage": (
        [
            (share("98.8"), "sound"),
            (share(99), "sound"),
            (share(98), "rounding"),
            (share("98.7"), "rounding"),
            (made("21.9", "percent", "percent_change(m.now, m.then)", *counts(now=39, then=32)), "sound"),
        ],
        [
            share(97),
            share(89),
            share("98.6"),
            share(100),
            made("-21.9", "percent", "percent_change(m.now, m.then)", *counts(now=39, then=32)),
        ],
    ),
    "one_rounding": (
        [(rounded(99, 81, 98), "sound"), (rounded(98, 80, 97), "rounding"), (rounded("98.8", "80.6", "97.6"), "sound")],
        [rounded(98, 80, 98), rounded(99, 80, 98), rounded(98, 81, 97)],
    ),
    "sum": (
        [
            (summed(1494), "sound"),
            (made(491, "count", "total(m.a, m.b, m.c)", *counts(a=341, b=100, c=50)), "sound"),
            (made(92, "count", "total(m.a, m.b, m.c)", *counts(a=30, b=31, c=31)), "sound"),
        ],
        [summed(1496), summed(1493), summed(1449)],
    ),
    "summary": (
        [(summary(84), "sound"), (summary(83), "rounding"), (summary(86), "rounding")],
        [summary(80), summary(87), summary(48)],
    ),
    "difference": (
        [(difference(2), "sound"), (difference(3), "rounding"), (difference(-2, 5, 7), "sound")],
        [difference(5), difference(-2), difference(0)],
    ),
    "whole": (
        [
            (answers(13, 48, 21, 7, 4, 5, 2), "sound"),
            (answers(13, 49, 22, 5, 4, 5, 1), "rounding"),
            (answers(84, 5, 11), "sound"),
        ],
        [answers(13, 49, 22, 5, 4, 5, 11), answers(84, 5, 14), answers(13, 49, 22, 5, 4, 1)],
    ),
    "part": (
        [(part(349, 573), "sound"), (part(2, 176), "sound"), (answers(96, 2), "sound")],
        [part(573, 349), part(177, 176), answers(96, 12)],
    ),
    "implied_base": (
        [
            (base(5.5, 236), "uncontradicted"),
            (base(-5.2, -470), "uncontradicted"),
            (base(10.1, 1498), "uncontradicted"),
            (printed_base(5.5, 236, 4291), "sound"),
            (part_of("violence_with_injury", 5.5, 236), "uncontradicted"),
        ],
        [
            printed_base(5.5, 236, 5300),
            part_of("violence_with_injury", 5.5, 623),
            base(5.5, -236),
            base(-5.2, 470),
            base(0.3, 1498),
        ],
    ),
    "two_bases": (
        [(two_bases(1.4, 1027), "rounding"), (two_bases(1.41, 1027), "rounding"), (two_bases(-5.2, -4060), "rounding")],
        [two_bases(2.4, 1027), two_bases(1.4, 1207), two_bases(1.4, 1027, 18409), two_bases(-1.4, 1027)],
    ),
    "series_change": (
        [
            (since(3.4, 5754), "sound"),
            (since(3, 6000), "sound"),
            (since(3.4, 5756), "uncontradicted"),
            (since(3.4, 5745), "uncontradicted"),
            (since(-19, -40000, baseline_year="2010/11", beside="fraud_offences"), "sound"),
        ],
        [
            since(-21, -40000, baseline_year="2010/11", beside="fraud_offences"),
            since(4.3, 5754),
            since(3.4, 7545),
            since(-3.4, 5754),
            since(-19, -40000, baseline_year="2010/11"),
        ],
    ),
    "none": (
        [(none(30, 30), "sound"), (none(1, 1), "sound"), (none(92, 92), "sound")],
        [none(30, 24), none(31, 30), none(92, 0)],
    ),
    "two_words": (
        [(two_words(1, 12), "sound"), (two_words(5, 12), "sound"), (two_words(2, 12, "steady", "fell"), "sound")],
        [two_words(8, 12), two_words(6, 12, "unchanged", "improve"), two_words(12, 12, "flat", "rose")],
    ),
    "one_difference": (
        [
            (one_difference(-470, -5.2, -5), "sound"),
            (one_difference(1498, 10.1, 10), "sound"),
            (one_difference(236, 5.5, 5.5, 6), "sound"),
        ],
        [one_difference(-470, -5.2, -7), one_difference(1498, 10.1, -10.1), one_difference(236, 5.5, 5.5, 2.3)],
    ),
    "held_change": (
        [
            (held_change("shoplifting", 6.9), "sound"),
            (held_change("burglary", -16), "sound"),
            (held_change("robbery", -13.4), "sound"),
        ],
        [held_change("shoplifting", 69), held_change("burglary", 61), held_change("robbery", -84.1)],
    ),
    "top_percent": (
        [(top(15, 26), "rounding"), (top(15, 25), "sound"), (top(16, 26), "sound")],
        [top(15, 27), top(5, 26), top(15, 172)],
    ),
    "top_positions": (
        [(positions(2, 1, 2, 8), "sound"), (positions(1, 1, 12), "sound"), (positions(3, 3, 2, 1), "sound")],
        [positions(2, 1, 3, 8), positions(3, 1, 2, 8), positions(1, 2, 8)],
    ),
    "order": (
        [
            (ordered("lowest", (1, -25.66), (2, -23.2), (8, -17.17)), "sound"),
            (ordered("lowest", (8, -17.17), (1, -25.66)), "sound"),
            (ordered("highest", (1, 90), (3, 80), (4, 80)), "sound"),
            (ordered("highest", (1, 90)), "not_checkable"),
        ],
        [
            ordered("lowest", (1, -23.2), (2, -25.66)),
            ordered("highest", (1, -25.66), (2, -23.2)),
            ordered("lowest", (1, -25.66), (1, -23.2)),
        ],
    ),
    "record_year": (
        [
            (record_year("2013/14", 2), "sound"),
            (record_year("2012/13", 1), "sound"),
            (record_year("2006/07", 1, best="highest"), "sound"),
        ],
        [record_year("2013/14", 1), record_year("2012/13", 2), record_year("2013/14", 2, "robbery")],
    ),
    "record_month": (
        [
            (record_month(SPRING, 868, 842, 803), "not_checkable"),
            (record_month(("2014-04", "2014-07"), 374, milestone="robbery"), "not_checkable"),
            (record_month(("2014-06",), 803), "not_checkable"),
        ],
        [
            record_month(SPRING, 868, 842, 893),
            record_month(("2014-04",), 1100),
            record_month(("2014-07",), 474, milestone="robbery"),
            record_month(("2014-04",), 500, milestone="robbery", best="highest"),
        ],
    ),
    "record_level": (
        [
            (level("highest", 84, 82, 82), "not_checkable"),
            (level("lowest", 5, 7, 7), "not_checkable"),
            (level("highest", 82, 82), "not_checkable"),
        ],
        [level("highest", 81, 82, 82), level("lowest", 84, 82), level("highest", 5, 7, 7)],
    ),
    "impossible": (
        [(among(328, 332), "sound"), (among(332, 332), "sound"), (among(0, 30), "sound")],
        [among(338, 332), among(31, 30), among(1, 0)],
    ),
    "word": (
        [
            (word("significant", direction="lower", **BURGLARY), "sound"),
            (word("significant", direction="lower", milestone="drug_offences", baseline_year="2013/14"), "sound"),
            (changed("significant", -5.2, -470, direction="lower"), "not_checkable"),
            (shares(82, 84, 8331, 8082), "sound"),
            (shares(82, 84), "not_checkable"),
            (changed("significant", 5.5), "not_checkable"),
            (changed("small", 4.4, 236), "sound"),
            (changed("small", -1.1, direction="lower"), "sound"),
            (word("small", milestone="total_recorded_crime", year="2013/14", baseline_year="2012/13"), "sound"),
            (changed("stable", 1.7), "sound"),
            (changed("stable", -1), "sound"),
            (changed("stable", 2), "rounding"),
            (changed("stable", 2.7), "not_checkable"),
            (changed("stable", -5.2), "not_checkable"),
            (word("stable", **ROBBERY), "not_checkable"),
            (changed("small", 5.5, 236), "not_checkable"),
            (changed("small", -5.5), "not_checkable"),
            (changed("good", -5.2, -470, "vehicle_crime"), "sound"),
            (changed("good", -2, measure="burglary"), "sound"),
            (word("good", shares=AUDIT[:1], least=95.0), "sound"),
            (word("good", shares=AUDIT[:2]), "not_checkable"),
            (changed("well", -1.4, measure="total_recorded_crime"), "sound"),
            (changed("well", 3, measure="confidence"), "sound"),
            (word("well", **ROBBERY), "sound"),
            (
                word(
                    "increase", counts(earlier=446, later=720), earlier="m.earlier", later="m.later", direction="higher"
                ),
                "sound",
            ),
            (word("lower", direction="lower", **ROBBERY), "sound"),
            (changed("higher", 1.4, direction="higher"), "sound"),
        ],
        [
            word("significant", direction="higher", **BURGLARY),
            changed("significant", 21.9, 7, "metro_crime"),
            shares(82, 83, 500, 500),
            word("significant", direction="lower", milestone="homicide", baseline_year="2013/14"),
            word("significant", direction="lower", **ROBBERY),
            word("small", milestone="drug_offences", baseline_year="2013/14"),
            changed("small", 4.4, direction="lower"),
            word("small", milestone="burglary", baseline_year="2013/14"),
            word("stable", **BURGLARY),
            word("stable", milestone="drug_offences", baseline_year="2013/14"),
            word("stable", counts(earlier=20, later=45), earlier="m.earlier", later="m.later"),
            changed("good", 5.2, 470, "vehicle_crime"),
            changed("good", -2.5, -230, "vehicle_crime"),
            changed("good", -1, measure="burglary"),
            word("good", shares=AUDIT),
            word("good", shares=AUDIT[2:], least=95.0),
            changed("well", 1.4, measure="total_recorded_crime"),
            changed("well", -3, measure="confidence"),
            word("well", milestone="total_recorded_crime", baseline_year="2012/13"),
            word("increase", counts(earlier=720, later=446), earlier="m.earlier", later="m.later", direction="higher"),
            word("lower", direction="lower", milestone="shoplifting", baseline_year="2013/14"),
            changed("higher", -1.4, direction="higher"),
        ],
    ),
    "more_than": (
        [(over(1, 84, 82), "sound"), (over(-5, 1, 7), "sound"), (over(2, 84, 82), "rounding")],
        [over(-5, 5, 7), over(5, 84, 82), over(-1, 84, 82)],
    ),
    "just_over": (
        [(just_over(20, 10.1, 1498), "sound"), (just_over(25, 8.5, 1498), "sound"), (just_over(10, 26, 1600), "sound")],
        [just_over(25, 10.1, 1498), just_over(20, 8.1, 1498), just_over(10, 10.1, 1498)],
    ),
    "unit": (
        [(money("£200k"), "sound"), (money("£200,000"), "sound"), (points("two"), "sound")],
        [money("200k"), money("200K"), points("2%"), points("2 per cent"), points("two percent")],
    ),
    "repeated": (
        [
            (repeated(176, 176), "sound"),
            (repeated(6, 6), "sound"),
            (repeated(83.6, 83.6), "sound"),
            (repeated(37.1, 37), "rounding"),
        ],
        [repeated(176, 167), repeated(6, 5), repeated(83.6, 83)],
    ),
    "listed": (
        [(listed(2, "a", "b"), "sound"), (listed(1, "a"), "sound"), (listed(3, "a", "b", "c"), "sound")],
        [listed(3, "a", "b"), listed(1, "a", "b"), listed(2, "a", "b", "c")],
    ),
    "counted": (
        [(counted(3, 868, 842, 803), "sound"), (counted(2, 1, 2), "sound"), (counted(1, 7), "sound")],
        [counted(2, 868, 842, 803), counted(4, 868, 842, 803), counted(7, 1, 2)],
    ),
    "numbering": (
        [
            (numbered("1", "2", "3"), "sound"),
            (numbered("1", "1", "2"), "sound"),
            (numbered("1"), "sound"),
            (numbered("1", "2.1", "2.2", "2.10"), "sound"),
            (numbered("1", "3"), "not_checkable"),
        ],
        [numbered("1", "2", "2.2"), numbered("1", "1.2", "2"), numbered("1", "2", "2.2", "3")],
    ),
    "promise": (
        [
            (promised("burglary", -2), "sound"),
            (promised("robbery", -5), "sound"),
            (promised("public_place_violence", -5), "sound"),
        ],
        [promised("burglary", -5), promised("robbery", 5), promised("public_place_violence", -0.5)],
    ),
    "two_dates": (
        [
            (dates(p11="2014-09", p61="2014-09"), "sound"),
            (dates(p11="2014-09", p61="2014-09-11"), "sound"),
            (dates(p1="2014-06-02", p2="2014-06-02", p3="2014-06"), "sound"),
        ],
        [
            dates(p11="2014-09", p61="2014-10"),
            dates(p11="2013-09", p61="2014-09"),
            dates(p11="2014-09-01", p61="2014-09-02"),
        ],
    ),
    "past": (
        [(expected("2014-10"), "sound"), (expected("2014-09"), "sound"), (expected("2014-08"), "sound")],
        [expected("2014-07"), expected("2013-10"), expected("2014-08-30")],
    ),
    "period": (
        [
            (period(29, "weeks", "2014-01", "2014-07"), "sound"),
            (period(4, "months", "2014-04", "2014-07"), "sound"),
            (period(3, "years", "2010/11", "2013/14"), "sound"),
            (period(1, "years", "2014-04", "2015-03"), "sound"),
        ],
        [
            period(31, "weeks", "2014-01", "2014-07"),
            period(21, "weeks", "2014-01", "2014-07"),
            period(3, "months", "2014-04", "2014-07"),
            period(4, "years", "2010/11", "2013/14"),
        ],
    ),
    "readable": (
        [
            (readable("August 2013"), "sound"),
            (readable("31st March 2015"), "sound"),
            (readable("late July 2014"), "sound"),
            (readable("summer 2011"), "sound"),
        ],
        [readable("the end of December 201,"), readable("31 November 2014"), readable("Agust 2013"), readable("July")],
    ),
    "official": (
        [
            (official(2512, "burglary.year_to_date"), "sound"),
            (official(1177, "robbery.year_to_date"), "sound"),
            (official(174524, "total_recorded_crime.last_year"), "sound"),
            (official(2514, "burglary.year_to_date"), "uncontradicted"),
            (official(174400, "total_recorded_crime.last_year"), "uncontradicted"),
        ],
        [
            official(2521, "burglary.year_to_date"),
            official(1717, "robbery.year_to_date"),
            official(168770, "total_recorded_crime.last_year"),
        ],
    ),
}
# What follows from the basis of a row alone, and accuses nobody.
UNHELD = {"not_held", "alone"}


def verdicts(view: CycleView, rule: str, case: tuple[Rows, dict[str, Any]]) -> list[str]:
    """What the claims of *rule* come to: the one that is declared, or those that follow from the rows."""
    rows, about = case
    quote = f"words of the paper, {about.get('word')} and {about.get('other_word')}"
    declared = [Claim("claim", rule, "1", quote, about, where="claim[1]")] if about else []
    claims, faults = check_rows(Ledger(rows, view), declared)
    assert faults == []
    return [claim.verdict for claim in claims if claim.rule == rule and (not about or claim.id == "claim")]


SOUND = [
    pytest.param(rule, case, verdict, id=f"{rule}-{at}")
    for rule, (sound, _) in CASES.items()
    for at, (case, verdict) in enumerate(sound)
]
CORRUPTED = [
    pytest.param(rule, case, id=f"{rule}-{at}") for rule, (_, wrong) in CASES.items() for at, case in enumerate(wrong)
]


@pytest.mark.parametrize(("rule", "case", "verdict"), SOUND)
def test_a_sound_claim_passes(view: CycleView, rule: str, case: tuple[Rows, dict[str, Any]], verdict: str) -> None:
    """It has the verdict that is due to it, and nothing about it is called a fault."""
    passed = "uncontradicted" if verdict == "sound" and RULES[rule].refutes_only else verdict
    assert verdicts(view, rule, case) == [passed]


@pytest.mark.parametrize(("rule", "case"), CORRUPTED)
def test_a_corrupted_claim_is_caught(view: CycleView, rule: str, case: tuple[Rows, dict[str, Any]]) -> None:
    """A copy with a number, a date, a direction or a place changed is a fault by that very rule."""
    assert "fault" in verdicts(view, rule, case)


def test_every_rule_has_three_sound_and_three_corrupted_claims() -> None:
    """A new rule cannot be without its cases."""
    assert set(CASES) == set(RULES) - UNHELD
    assert {
        rule: (len(sound), len(wrong)) for rule, (sound, wrong) in CASES.items() if len(sound) < 3 or len(wrong) < 3
    } == {}


def test_words_have_sound_and_corrupted_claims_of_every_size() -> None:
    """Each word of size or good has three claims of its own on the corrupted side, and at least three on the other."""
    sound, wrong = CASES["word"]
    said = Counter(case[1]["word"] for case, _ in sound), Counter(case[1]["word"] for case in wrong)
    for size in ("significant", "small", "stable", "good", "well"):
        assert min(count[size] for count in said) >= 3, size


COUNTS = st.integers(1, 10**6)


@settings(max_examples=150, deadline=None)
@given(whole=COUNTS, fraction=st.floats(0, 1), places=st.integers(0, 2), mode=st.sampled_from(sorted(ROUNDINGS)))
def test_any_rounding_of_a_share_is_no_fault(
    view: CycleView, whole: int, fraction: float, places: int, mode: str
) -> None:
    """Whatever way a true percentage is rounded, it is explained; to the nearest it is sound; two units off it is
    caught.
    """
    part_ = round(whole * fraction)
    exact = Decimal(repr(round(100 * part_ / whole, 9)))
    unit = Decimal(1).scaleb(-places)
    printed = exact.quantize(unit, rounding=ROUNDINGS[mode])
    parts = counts(part=part_, whole=whole)

    def verdict(value: Decimal) -> list[str]:
        return verdicts(view, "percentage", made(str(value), "percent", "share(m.part, m.whole)", *parts))

    assert verdict(printed) != ["fault"]
    if mode == NEAREST:
        assert verdict(printed) == ["sound"]
    assert verdict(printed + 2 * unit) == ["fault"]


@settings(max_examples=60, deadline=None)
@given(parts=st.lists(st.floats(0, 30), min_size=2, max_size=6))
def test_a_true_sum_of_rounded_parts_is_no_fault(view: CycleView, parts: list[float]) -> None:
    """Parts and their sum, each rounded to the nearest from the true numbers, never contradict each other."""

    def nearest(value: Decimal) -> Decimal:
        return value.quantize(Decimal(1), rounding=ROUNDINGS[NEAREST])

    true = [Decimal(repr(round(each, 6))) for each in parts]
    rows = [row(f"m.a{at}", str(nearest(each)), "percent") for at, each in enumerate(true)]
    expression = f"total({', '.join(each.id for each in rows)})"
    assert verdicts(view, "summary", made(str(nearest(sum(true))), "percent", expression, *rows)) != ["fault"]


@settings(max_examples=60, deadline=None)
@given(total=st.integers(1000, 10**6), before=st.integers(1000, 10**6), places=st.integers(0, 2))
def test_true_figures_never_imply_two_bases(view: CycleView, total: int, before: int, places: int) -> None:
    """A change, its difference and a monthly average, all rounded from the same counts, agree."""
    change = (Decimal(100 * (total - before)) / before).quantize(
        Decimal(1).scaleb(-places), rounding=ROUNDINGS[NEAREST]
    )
    average = (Decimal(total) / 5).quantize(Decimal(1), rounding=ROUNDINGS[NEAREST])
    assert verdicts(view, "two_bases", two_bases(change, total - before, average)) != ["fault"]
