"""Rules of notation: units, repeats, numbers of things listed, the numbering of paragraphs, and what the plan promises."""

from __future__ import annotations

from collections.abc import Iterator

from pcp_analysis import metrics
from pcp_analysis.paper import rows
from pcp_analysis.paper.rules.arithmetic import following
from pcp_analysis.paper.rules.entry import LINES, ROW, Entry
from pcp_analysis.paper.rules.ledger import Ledger
from pcp_analysis.paper.rules.rule import Finding, Rule, say, sentences

REPEATED = "repeated"
TARGET = "target"
CURRENCY = "£"


def _follow_unit(held: Ledger) -> Iterator[Entry]:
    """Money, and what is printed of a difference between two percentages."""
    for row in held.rows.values():
        if row.value is None or row.unit not in ("pounds", "points"):
            continue
        # a number that is not the difference in points is the matter of another rule
        if row.unit == "points" and held.checked[row.id].computed not in (None, row.value):
            continue
        yield Entry(f"{row.id}.unit", "unit", row.paragraph, row.quote, {"figure": row.id})


def _judge_unit(held: Ledger, entry: Entry) -> Finding:
    row = held.rows[entry["figure"]]
    if row.unit == "points" and "%" not in row.numeral:
        return Finding(
            "sound", say("It is printed without a per cent sign, as a difference of two percentages should be.")
        )
    if row.unit == "points":
        return _judge_points(held, entry)
    if CURRENCY in row.numeral:
        return Finding("sound", say("The currency is printed."))
    return Finding("fault", say("No currency is printed, so that it is an amount of money has to be guessed."))


def _judge_points(held: Ledger, entry: Entry) -> Finding:
    """A difference of two percentages with a per cent sign: its number is that of the points, and its sign is not."""
    row = held.rows[entry["figure"]]
    printed = held.printed(row.id)
    wrong = say("A difference of two percentages is in points; printed with a per cent sign it says another thing.")
    parts = rows.names(row.computed_from) if row.basis == "arithmetic" else []
    if len(parts) != 2:
        return Finding("fault", wrong)
    now, before = (held.span(name).value for name in parts)
    relative = held.made(
        entry,
        "in_per_cent",
        metrics.percent_change(now, before),
        "percent",
        f"per cent change of the parts of {row.computed_from}",
        signed=True,
    )
    words = say(
        "From {before} to {now} is {printed}; in per cent it is {relative}.",
        now=held.printed(parts[0]),
        before=held.printed(parts[1]),
        printed=printed,
        relative=relative,
    )
    return Finding("fault", sentences(words, wrong), say("{relative}", relative=relative))


def _follow_repeated(held: Ledger) -> Iterator[Entry]:
    for row in held.rows.values():
        if row.item == REPEATED and row.value is not None and row.subject in held.rows:
            yield Entry(row.id, "repeated", row.paragraph, row.quote, {"figure": row.id, "first": row.subject})


def _judge_repeated(held: Ledger, entry: Entry) -> Finding:
    here, first = held.printed(entry["figure"]), held.printed(entry["first"])
    if held.rows[entry["figure"]].value == held.rows[entry["first"]].value:
        return Finding("sound", say("{first} is printed both times.", first=first))
    return Finding("fault", say("{first} the first time, {here} the second.", first=first, here=here))


def _judge_listed(held: Ledger, entry: Entry) -> Finding:
    made = held.made(entry, "listed", len(entry["items"]), "count", "things listed in the paper")
    printed = held.printed(entry["figure"])
    words = say("The paper lists {made} of them.", made=made)
    if held.span(entry["figure"]).value == len(entry["items"]):
        return Finding("sound", words, say("{made}", made=made))
    return Finding("fault", sentences(words, say("It says {printed}.", printed=printed)), say("{made}", made=made))


def _judge_counted(held: Ledger, entry: Entry) -> Finding:
    found = held.checked[entry["figure"]]
    made = held.made(entry, "named", float(found.result), "count", f"computed as {found.row.computed_from}")
    printed = held.printed(entry["figure"])
    verdict = "sound" if found.computed == found.row.value else "fault"
    words = say("{made} of them are printed; the paper says {printed}.", made=made, printed=printed)
    return Finding(verdict, words, say("{made}", made=made))


def _numbers(held: Ledger) -> dict[int, list[str]]:
    """Every paragraph number with the occurrences that the rows tell apart: 82 with "82" and "82.2"."""
    found: dict[int, list[str]] = {}
    for paragraph in dict.fromkeys(row.paragraph for row in held.rows.values() if row.paragraph):
        found.setdefault(int(paragraph.split(".")[0]), []).append(paragraph)
    return found


def _follow_numbering(held: Ledger) -> Iterator[Entry]:
    numbers = _numbers(held)
    if not numbers:
        return
    yield Entry("numbering", "numbering", "", "the numbers of the paragraphs", {})
    for number, occurrences in sorted(numbers.items()):
        if len(occurrences) > 1:
            yield Entry(
                f"numbering.paragraph_{number}", "numbering", str(number), f"{number}.", {"twice": tuple(occurrences)}
            )


def _judge_numbering(held: Ledger, entry: Entry) -> Finding:
    if "twice" in entry:
        headings = dict.fromkeys(
            row.heading for name in entry["twice"] for row in held.rows.values() if row.paragraph == name
        )
        times = {2: "two", 3: "three"}.get(len(entry["twice"]), "several")
        where = " and ".join(f"“{heading}”" for heading in headings if heading)
        return Finding(
            "fault",
            say(
                "The number {number} stands before {times} paragraphs, under {where}. A reference to it is ambiguous.",
                number=entry.paragraph,
                times=times,
                where=where,
            ),
        )
    numbers = sorted(_numbers(held))
    missing = [str(number) for number in range(1, numbers[-1]) if number not in numbers]
    if missing:
        return Finding("fault", say("No paragraph has the number {missing}.", missing=", ".join(missing)))
    return Finding(
        "sound",
        say("They run from {first} to {last} and leave none out.", first=str(numbers[0]), last=str(numbers[-1])),
    )


def _follow_promise(held: Ledger) -> Iterator[Entry]:
    for row in held.rows.values():
        if row.item == TARGET and row.value is not None and row.id in held.view.figures:
            yield Entry(row.id, "promise", row.paragraph, row.quote, {"figure": row.id})


def _judge_promise(held: Ledger, entry: Entry) -> Finding:
    promised, printed = held.view.figures[entry["figure"]], held.printed(entry["figure"])
    verdict = "sound" if promised.value == printed.number else "fault"
    return Finding(
        verdict, say("The plan promises {promised}.", promised=promised), say("{promised}", promised=promised)
    )


RULES = (
    Rule("unit", "a number against the unit it is printed in", _judge_unit, follow=_follow_unit, declared=False),
    Rule("repeated", "a figure that is printed twice", _judge_repeated, follow=_follow_repeated, declared=False),
    Rule(
        "listed",
        "a number of things against the things listed",
        _judge_listed,
        {"figure": ROW, "items": LINES},
        takes_over="figure",
    ),
    Rule(
        "counted",
        "a number of things against those printed",
        _judge_counted,
        follow=following("counted"),
        declared=False,
        gives_way="figure",
    ),
    Rule("numbering", "the numbers of the paragraphs", _judge_numbering, follow=_follow_numbering, declared=False),
    Rule("promise", "a promise against the plan", _judge_promise, follow=_follow_promise, declared=False),
)
