"""Numbers typed by hand in commentary: which may stand there unbound, and the mark of a number that a lead states.

Numerals are judged, and numbers in words from two on. What may stand there is declared in `docs/commentary.md`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pcp_analysis.figures.wording import MONTHS
from pcp_analysis.plan.cycle import Cycle
from pcp_analysis.plan.updates import NUMBER_WORD
from pcp_analysis.strict.fault import Fault

#: A number that a lead states, and where: ``[29 weeks]{stated: paragraph 28}``.
MARK = re.compile(r"\[([^\[\]{}\n]+)\]\{stated: ([^\[\]{}\n]+)\}")
#: The page that holds the Board paper against its figures.
PAPER_CHECK = "paper_check.html"
EXAMPLE = "[29 weeks]{stated: paragraph 28}"

# Digits of every script, and the raised, lowered, circled, Roman and fractional ones, which `\d` passes over.
_DIGIT = "[\\d\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2089\u2150-\u2189\u2460-\u249b\u24ea-\u24ff\u2776-\u2793]"
_NUMERAL = re.compile(rf"[£$€+\u2212]?{_DIGIT}+(?:[.,:/–-]{_DIGIT}+)*%?|{NUMBER_WORD}", re.IGNORECASE)
# Words of one phrase may be parted by a line's end or by the marks of emphasis.
_GAP = r"[\s*_\\]+"
_YEAR = r"(?:19|20)\d\d"
_MONTH = f"(?:{'|'.join(MONTHS)})"
_DAY = r"(?:[1-9]|[12]\d|3[01])"
_PARAGRAPH = r"\d{1,3}(?:\.\d)?"
_TIME = (
    "in|since|until|by|from|before|after|during|of|to|and|spring|summer|autumn|winter|Christmas|Easter|year|early|mid|late|"
    "end of|start of|beginning of"
)
# What may follow a year; before any other word it can be a count: "in 2014 cases".
_ON = (
    "and|or|to|but|with|the|that|which|when|as|was|were|is|are|has|had|have|it|they|on|for|by|at|after|before|until|in"
)
# Each kind of number that may stand in commentary as it is.
PATTERNS: dict[str, re.Pattern[str]] = {
    "a day": re.compile(rf"\b{_DAY}(?:[–-]{_DAY})?(?:st|nd|rd|th)?{_GAP}{_MONTH}\b(?:{_GAP}{_YEAR}\b)?"),
    "a month": re.compile(rf"\b{_MONTH},?{_GAP}{_YEAR}\b"),
    "a day or month in figures": re.compile(rf"\b{_YEAR}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?\b"),
    "a financial year": re.compile(r"\b(?P<first>(?:19|20)\d\d)[/–-](?P<second>(?:19|20)?\d\d)\b"),
    "a year": re.compile(
        rf"(?:\b(?:{_TIME}){_GAP}|\(){_YEAR}(?:[–-]{_YEAR})?\b(?!%|{_GAP}(?!(?:{_ON})\b)[^\W\d_])", re.IGNORECASE
    ),
    "an Act": re.compile(rf"\bAct{_GAP}{_YEAR}\b"),
    "a section": re.compile(rf"\b(?:section|article|schedule|item){_GAP}\d{{1,3}}[A-Z]?\b", re.IGNORECASE),
    "a paragraph": re.compile(rf"\bparagraph{_GAP}{_PARAGRAPH}\b", re.IGNORECASE),
    "paragraphs": re.compile(
        rf"\bparagraphs{_GAP}{_PARAGRAPH}(?:(?:[–-]|,{_GAP}|{_GAP}(?:and|to){_GAP}){_PARAGRAPH})*\b", re.IGNORECASE
    ),
}
# What a page does not print, or prints from elsewhere: marks, bindings, addresses of links.
_NOT_TYPED = (
    MARK,
    re.compile(r"\{[^{}\n]*\}"),
    re.compile(r"(?:https?://|mailto:)[^\s<>()\[\]]*"),
    re.compile(r"\]\([^\s()]*"),
)
_LIST_ITEM = re.compile(r"^[ >-]*(\d{1,9})[.)](?=\s)", re.MULTILINE)
# A line's end that TOML takes away, as wide as what stands there; no commentary may hold this character itself.
_CONTINUED, _LINE_GOES_ON = "\\\n", " \u2028"


@dataclass(frozen=True)
class UnboundNumber:
    """A number that was typed by hand, as it stands, and how many lines stand before it."""

    value: str
    lines: int


def unmarked(source: str, checked: Callable[[str, str], bool] = lambda words, where: False) -> str:
    """*source* with every mark of what is stated elsewhere made into the words that a page prints.

    A number that is marked was looked at with its source; a word that claims something was not, unless the paper check
    has a verdict on it: *checked* says so of the words and where they were stated, and the page then leads there.

    >>> unmarked("It ran for [29 weeks]{stated: paragraph 28}.")
    'It ran for 29 weeks (stated, paragraph 28).'
    >>> unmarked("It was [the highest since 2011]{stated: paragraph 5}.")
    'It was the highest since 2011 (stated, not checked: paragraph 5).'
    """
    return MARK.sub(lambda mark: f"{mark[1]} ({_stated(mark[1], mark[2].strip(), checked)})", source)


def holds_number(text: str) -> bool:
    """Whether a text has a number in digits or words; what a share is of may stand behind it."""
    for kind in ("a month", "a financial year", "a year"):
        text = PATTERNS[kind].sub("", text)
    return bool(_NUMERAL.search(f"{text} of"))


def _stated(text: str, where: str, checked: Callable[[str, str], bool]) -> str:
    if checked(text, where):
        return f"[stated, {where}]({PAPER_CHECK})"
    return f"stated, {where}" if holds_number(text) else f"stated, not checked: {where}"


def typed(source: str, names: Iterable[str] = ()) -> Iterator[UnboundNumber]:
    """Every number of *source* that is neither bound nor marked nor of the kinds of `PATTERNS`, in its order.

    *names* are declared names that hold a number ("Sentinel 2"). *source* is commentary, or the TOML text of one.
    """
    text = source.replace(_CONTINUED, _LINE_GOES_ON)
    for pattern in _NOT_TYPED:
        text = pattern.sub(lambda found: "\N{OBJECT REPLACEMENT CHARACTER}" * len(found[0]), text)
    text = _without_list_numbers(text)
    allowed = [found.span() for pattern in PATTERNS.values() for found in pattern.finditer(text) if _is_a_year(found)]
    for name in names:
        spaced = _GAP.join(re.escape(word) for word in name.split())
        allowed += [found.span() for found in re.finditer(rf"(?<!\w){spaced}(?!\w)", text)]
    within = bytearray(len(text))
    for start, end in allowed:
        within[start:end] = b"\1" * (end - start)
    lines = counted = 0
    for numeral in _NUMERAL.finditer(text):
        lines += sum(text.count(line, counted, numeral.start()) for line in "\n\u2028")
        counted = numeral.start()
        if not all(within[numeral.start() : numeral.end()]):
            yield UnboundNumber(numeral[0], lines)


def _is_a_year(found: re.Match[str]) -> bool:
    """Of a financial year: whether its second year follows the first; of anything else, that it is what it looks like."""
    years = found.groupdict()
    return not years or (int(years["first"]) + 1) % 100 == int(years["second"][-2:])


def _without_list_numbers(text: str) -> str:
    """*text* without the numbers of a list that counts from one; any other number that begins a line is a number."""
    last = 0

    def replace(found: re.Match[str]) -> str:
        nonlocal last
        if (number := int(found[1])) not in (1, last + 1):
            return found[0]
        last = number
        return " " * len(found[0])

    return _LIST_ITEM.sub(replace, text)


def faults(board: Cycle, *, only_cautions: bool = False) -> Iterator[Fault]:
    """A fault for every number that was typed by hand into a text of a cycle.

    *only_cautions*: judge no more than what a later cycle prints too.
    """
    raw, lines = board.written.text, board.written.lines
    for path, where, source in texts(board, only_cautions=only_cautions):
        first = lines.get(path)
        if path.endswith(".what") and set("{}") & set(source):
            yield Fault(
                board.written.file,
                _place(first, 0, where),
                "{ or }",
                "a commitment is printed as it stands",
                "Leave the brace out; the text of its update can bind or mark a number.",
            )
            continue
        found = list(typed(source, board.names))
        written = list(typed(_block(raw, first), board.names)) if first and found else []
        mend = (
            f"Bind it to a figure, as in {{robbery.change:size}}, or mark what its lead states: {EXAMPLE}."
            if path.endswith(".text")
            else "Leave it out, or say it in the text of its update."
        )
        for number, each in enumerate(found):
            after = written[number].lines if len(written) == len(found) else 0
            yield Fault(board.written.file, _place(first, after, where), each.value, "a number typed by hand", mend)


def _place(first: int | None, after: int, where: str) -> str:
    return where if first is None else f"line {first + after}, {where}"


def place(board: Cycle, path: str, value: str, where: str, *, nth: int = 1) -> str:
    """The line of a cycle's `updates.toml` on which *value* stands for the *nth* time, at its key *path* or below, and
    *where* in words.
    """
    first = board.written.lines.get(path)
    # what a problem shows may go over a line's end; the line is that of its beginning
    wanted, seen = value.partition("\n")[0], 0
    for number, text in enumerate(board.written.text.split("\n"), 1):
        if number >= (first or 1) and (seen := seen + text.count(wanted)) >= nth:
            return _place(number, 0, where)
    return _place(first, 0, where)


def texts(board: Cycle, *, only_cautions: bool = False) -> Iterator[tuple[str, str, str]]:
    """Every text that was written for a cycle, or no more of it than a later one prints: its key path, that in words,
    the text.
    """
    for place, caution in enumerate(board.cautions, 1):
        yield f"caution[{place}].text", f"caution {', '.join(caution.applies_to)}.text", caution.text
    if only_cautions:
        return
    for name, source in board.sections.items():
        yield f"section.{name}.text", f"section.{name}.text", source
    for place, update in enumerate(board.updates, 1):
        yield f"update[{place}].text", f"update {update.deliverable}.text", update.text
        for below, commitment in enumerate(update.commitments, 1):
            yield (
                f"update[{place}].commitment[{below}].what",
                f"update {update.deliverable}, commitment {below}.what",
                commitment.what,
            )


def _block(raw: str, line: int) -> str:
    """What a key of a TOML text holds, as it is written from its line on."""
    text = "".join(raw.splitlines(keepends=True)[line - 1 :]).partition("=")[2]
    quotes = next((quotes for quotes in ('"""', "'''") if text.lstrip().startswith(quotes)), "")
    return text.split(quotes)[1] if quotes else text.partition("\n")[0]
