"""Rules of dates: two dates for one event, a date that had passed, the length of a period, a date that cannot be read."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Any

from pcp_analysis.figures import wording
from pcp_analysis.paper.rules.claim import DATE, DATES, LINE, ROW, SPAN_END, Claim, Unfit
from pcp_analysis.paper.rules.ledger import Ledger
from pcp_analysis.paper.rules.rule import Finding, Rule, listed, say

_MONTHS = "|".join([*wording.MONTHS, *(month[:3] for month in wording.MONTHS), "Sept"])
_SEASONS = "spring|summer|autumn|winter"
_READABLE = re.compile(
    rf"(?:(\d{{1,2}})(?:st|nd|rd|th)? )?(?:(?:early|mid|late|the end of) )?"
    rf"({_MONTHS}|{_SEASONS}),? ([12]\d{{3}})",
    re.IGNORECASE,
)


def ends(date: str) -> tuple[dt.date, dt.date]:
    """The first and the last day of a month, ``2014-09``, or of a day."""
    if len(date) > 7:
        day = dt.date.fromisoformat(date)
        return day, day
    year, month = (int(part) for part in date.split("-"))
    return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])


def in_words(date: str) -> str:
    """A month or a day as a page says it."""
    return wording.month(date) if len(date) == 7 else wording.date_words(date)


def _judge_two_dates(ledger: Ledger, claim: Claim) -> Finding:
    said = [
        say("{date} in paragraph {paragraph}", date=in_words(date), paragraph=paragraph)
        for paragraph, date in claim["dates"].items()
    ]
    spans = [ends(date) for date in claim["dates"].values()]
    together = max(first for first, _ in spans) <= min(last for _, last in spans)
    words = say("{event}: {said}.", event=claim["event"], said=listed(said))
    return Finding("sound" if together else "fault", words, listed(said))


def _judge_past(ledger: Ledger, claim: Claim) -> Finding:
    """What is still expected must not lie wholly before the last day that the paper's own figures reach."""
    cut_off = ledger.view.cycle.data_cut_off
    _, last = ends(claim["expected"])
    shown: dict[str, Any] = {"expected": in_words(claim["expected"]), "cut_off": wording.day(cut_off)}
    if last < cut_off:
        words = say(
            "{expected} is still expected, though it had passed: the figures of the paper run to {cut_off}.", **shown
        )
        return Finding("fault", words, say("{expected}", **shown))
    return Finding(
        "sound", say("{expected} had not passed when the figures of the paper ended, on {cut_off}.", **shown)
    )


def _first_day(at: str) -> dt.date:
    return dt.date(int(at[:4]), 4, 1) if "/" in at else ends(at)[0]


def _last_day(at: str) -> dt.date:
    return dt.date(int(at[:4]) + 1, 3, 31) if "/" in at else ends(at)[1]


def _judge_period(ledger: Ledger, claim: Claim) -> Finding:
    """A printed length against the first and the last month, or the two years, that it is said to span."""
    row, first, last = ledger.rows[claim["figure"]], claim["first"], claim["last"]
    if row.unit not in ("weeks", "months", "years") or row.value is None:
        raise Unfit("figure", "is no length of time", "Name a row in weeks, months or years.")
    if ("/" in first) != ("/" in last) or _last_day(last) < _first_day(first):
        raise Unfit(
            "last", "does not come after the first, or is not of its kind", "Write two months, or two financial years."
        )
    printed, number = ledger.printed(row.id), int(row.value)
    shown: dict[str, Any] = {
        "printed": printed,
        "unit": row.unit,
        "first": _span_words(first),
        "last": _span_words(last),
    }
    if row.unit == "weeks":
        # the first week may begin on any day of the first month, and the last must end within the last one
        shortest = (_first_day(last) - _last_day(first)).days + 1
        longest = (_last_day(last) - _first_day(first)).days + 1
        made = ledger.figure(claim, "longest", longest // 7, "count", "whole weeks from the first day to the last")
        least = ledger.figure(
            claim,
            "shortest",
            -(-shortest // 7),
            "count",
            "weeks from the first month's last day to the last month's first",
        )
        words = say(
            "From {first} to {last} there is room for {least} to {made} weeks; {printed} are printed.",
            made=made,
            least=least,
            **shown,
        )
        return Finding(
            "sound" if shortest <= number * 7 <= longest else "fault",
            words,
            say("{least} to {made}", least=least, made=made),
        )
    # years from one to the next are counted as differences, months with both ends
    months = 12 if row.unit == "years" else 1
    count: float = int(last[:4]) - int(first[:4])
    if "/" not in first:
        count = (count * 12 + int(last[5:]) - int(first[5:]) + 1) / months
    made = ledger.figure(claim, "length", count, "count", f"{row.unit} from the first to the last")
    words = say("From {first} to {last} is {made} {unit}; {printed} are printed.", made=made, **shown)
    return Finding("sound" if count == number else "fault", words, say("{made}", made=made))


def _span_words(at: str) -> str:
    return at if "/" in at else wording.month(at)


def _judge_readable(ledger: Ledger, claim: Claim) -> Finding:
    found = _READABLE.fullmatch(claim["printed"].strip())
    words = say("“{printed}” names no month and year that can be read.", printed=claim["printed"])
    if not found:
        return Finding("fault", words)
    if found[1] and found[2].casefold() not in _SEASONS.split("|"):
        month = next(
            place for place, name in enumerate(wording.MONTHS, 1) if name.casefold().startswith(found[2][:3].casefold())
        )
        if not 1 <= int(found[1]) <= calendar.monthrange(int(found[3]), month)[1]:
            return Finding("fault", words)
    return Finding("sound", say("“{printed}” can be read.", printed=claim["printed"]))


RULES = (
    Rule("two_dates", "two dates for one event", _judge_two_dates, {"event": LINE, "dates": DATES}),
    Rule(
        "past",
        "a date still expected against the date of the paper",
        _judge_past,
        {"expected": DATE},
        refutes_only=True,
    ),
    Rule(
        "period",
        "the length of a period against its ends",
        _judge_period,
        {"figure": ROW, "first": SPAN_END, "last": SPAN_END},
    ),
    Rule("readable", "a date that must be readable", _judge_readable, {"printed": LINE}, refutes_only=True),
)
