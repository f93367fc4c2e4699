"""Words written by people, held to the figures that are bound in their sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcp_analysis.figures import wording
from pcp_analysis.figures.figure import Figure
from pcp_analysis.figures.forms import PLACES
from pcp_analysis.figures.words import PROMISED, Binding, Sentence, Word, sentences
from pcp_analysis.findings import assess, chance, courses

if TYPE_CHECKING:
    from pcp_analysis.findings.view import CycleView

UNBOUND = "claims something of a quantity, and no figure that could say it is bound in its sentence"
MARK_IT = "mark where it was stated: [the highest since 2011]{stated: paragraph 5}"

# The forms that print a number, and not its interval or its period.
NUMBERS = ("value", "size", "about", "place", "numerator", "denominator")
_FRACTIONS = {
    "half": 1 / 2,
    "third": 1 / 3,
    "quarter": 1 / 4,
    "fifth": 1 / 5,
    "sixth": 1 / 6,
    "tenth": 1 / 10,
    "hundredth": 1 / 100,
}
_COUNTS = {"a": 1, "one": 1, "two": 2, "three": 3}
_MORE = re.compile(r"(?:more than|over|at least)\W+(?:a )?$", re.IGNORECASE)
_LESS = re.compile(r"(?:less than|fewer than|under|nearly|almost|at most)\W+(?:a )?$", re.IGNORECASE)
_ABOUT = re.compile(r"(?:about|around|roughly|some)\W+$", re.IGNORECASE)
_ORDINAL = {name: place for place, name in enumerate(PLACES[1:5], 2)}
# What stands between two levels of which the first is the one that is spoken of.
_FIRST_IS_NEW = re.compile(
    r"\b(?:after|than|beside|against|compared|when|with|from|at|the low before|having once|while|to follow)\b|\(",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Problem:
    """What is wrong with a word: the *word*, its place in the source, the *rule* that it breaks and how to mend it;
    *of_a_promise* says that its sentence is about a milestone, a target or a promise.
    """

    word: Word
    start: int
    rule: str
    mend: str
    of_a_promise: bool


@dataclass(frozen=True)
class _Bound:
    """A binding of a sentence with its figure."""

    binding: Binding
    figure: Figure

    def gap(self, word: Word) -> int:
        """How many characters lie between it and a word."""
        return max(self.binding.start - word.end, word.start - self.binding.end, 0)

    @property
    def number(self) -> float:
        """The number that the binding prints: that of the figure, or one of its two parts."""
        if self.binding.form in ("numerator", "denominator"):
            return float(getattr(self.figure, self.binding.form) or 0.0)
        return self.figure.number


def problems(source: str, view: CycleView) -> Iterator[Problem]:
    """Every word of *source* that claims something which no figure of its sentence says, or that one contradicts."""
    for sentence in sentences(source):
        # a binding to nothing is a fault of its own, and its words are judged when it is mended
        if any(each.id not in view.figures for each in sentence.bindings):
            continue
        bound = [_Bound(each, view.figures[each.id]) for each in sentence.bindings]
        bound = [each for each in bound if each.figure.value is not None]
        promised = bool(PROMISED.search(sentence.text))
        for word in sentence.words:
            judged, start = _judge(word, sentence, bound, view), sentence.start + word.start
            if judged is None:
                mend = f"Bind it to a figure, as in {{robbery.year_to_date_change:verb}}, or {MARK_IT}."
                yield Problem(word, start, UNBOUND, mend, promised)
            elif isinstance(judged, str):
                yield Problem(word, start, judged, _right(word, bound), promised)


def _right(word: Word, bound: Sequence[_Bound]) -> str:
    """The binding that would be right in place of a word that a figure contradicts."""
    nearest = min((each for each in bound if each.figure.signed), key=lambda each: each.gap(word), default=None)
    if word.kind == "direction" and nearest is not None:
        return f"Write {{{nearest.figure.id}:verb}} by {{{nearest.figure.id}:size}}."
    return f"Say what the figure says, or {MARK_IT}."


def _judge(word: Word, sentence: Sentence, bound: Sequence[_Bound], view: CycleView) -> str | bool | None:
    """True where a figure bears a word out, a rule where one contradicts it, None where none can say it."""
    if not bound:
        return None
    judge = {
        "direction": _direction,
        "size": _size,
        "significance": _significance,
        "record": _record,
        "rank": _rank,
        "promise": _promise,
    }[word.kind]
    return judge(word, sentence, bound, view)


def _against(right: bool, said: str) -> str | bool:
    return True if right else f"is contradicted by {said}"


def _told(bound: Sequence[_Bound]) -> str:
    """The figures of a judgement as a fault shows them."""
    return wording.listed([f"{each.figure.id}, which is {_shown(each)}" for each in bound])


def _shown(each: _Bound) -> str:
    form = each.binding.form
    if form in ("numerator", "denominator"):
        return wording.part(each.figure, getattr(each.figure, form))
    return wording.value(each.figure)


def _nearest_change(word: Word, bound: Sequence[_Bound]) -> _Bound | None:
    """The change nearest to a word, by its interval or its parts too."""
    changes = [each for each in bound if each.figure.signed and each.figure.item != assess.TARGET]
    return min(changes, key=lambda each: each.gap(word), default=None)


def _levels(bound: Sequence[_Bound]) -> list[_Bound]:
    """The levels of a sentence that have the unit of its first one."""
    levels = [each for each in bound if not each.figure.signed and each.binding.form in NUMBERS]
    return [each for each in levels if each.figure.unit == levels[0].figure.unit]


def _pair(sentence: Sentence, levels: Sequence[_Bound]) -> tuple[_Bound, _Bound]:
    """Of several levels the one that is spoken of, and the one that it is compared with."""
    first, last = levels[0], levels[-1]
    before = sentence.text[: first.binding.start]
    between = sentence.text[first.binding.end : levels[1].binding.start]
    if re.search(r"\bfrom\W*$", before) or not _FIRST_IS_NEW.search(between):
        return last, first
    return first, levels[1]


def _direction(word: Word, sentence: Sentence, bound: Sequence[_Bound], view: CycleView) -> str | bool | None:
    change = _nearest_change(word, bound)
    levels = _levels(bound)
    if change is not None and (len(levels) < 2 or change.gap(word) <= min(each.gap(word) for each in levels)):
        moved, shown = change.figure.number, [change]
        if wording.verb(change.figure) == "is unchanged":
            moved = 0.0
        if word.meaning == "same":
            stays = moved == 0 or (word.text.lower() == "stable" and view.figures.more(change.figure) is False)
            return _against(stays != word.negated, _told(shown))
    elif len(levels) >= 2:
        new, old = _pair(sentence, levels)
        moved, shown = new.number - old.number, [new, old]
        if word.meaning == "same":
            return _against((moved == 0) != word.negated, _told(shown))
    elif levels and levels[0].figure.item == "ratio_to_expected":
        moved, shown = levels[0].number - 100, levels[:1]
    else:
        return None
    right = moved > 0 if word.meaning == "up" else moved < 0
    return _against(right != word.negated, _told(shown))


def _size(word: Word, sentence: Sentence, bound: Sequence[_Bound], view: CycleView) -> str | bool | None:
    text = word.text.lower()
    before = sentence.text[: word.start]
    wanted = _fraction(word)
    if wanted is None:
        return None
    change, levels = _nearest_change(word, bound), _levels(bound)
    if change is not None and change.figure.unit == "percent":
        actual, shown = change.figure.number / 100, [change]
    elif len(levels) >= 2:
        between = sentence.text[levels[0].binding.end : levels[1].binding.start]
        if "of" in between.split() and not word.meaning.strip("-/012"):
            actual, shown = levels[0].number / levels[1].number, levels[:2]
        else:
            new, old = _pair(sentence, levels)
            actual, shown = new.number / old.number - 1, [new, old]
    elif levels and levels[0].figure.unit == "percent":
        actual, shown = levels[0].number / 100, levels[:1]
    else:
        return None
    if word.meaning != "~" and (actual < 0) != (wanted < 0):
        return _against(False, _told(shown))
    size, wanted = abs(actual), abs(wanted)
    if text.startswith("most") or _MORE.search(before) or text.startswith("more than"):
        right = size > wanted
    elif _LESS.search(before) or text.startswith(("less than", "fewer than")):
        right = size < wanted and (size > 0.8 * wanted or text.startswith(("less", "fewer")))
    else:
        right = abs(size - wanted) <= (1 / 3 if _ABOUT.search(before) else 0.1) * wanted
    # "halved and more"
    right = right or (size > wanted and bool(re.match(r" and more\b", sentence.text[word.end :])))
    return _against(right != word.negated, _told(shown))


def _fraction(word: Word) -> float | None:
    """The share or the change that a word of size says; None of one that says no number."""
    if word.meaning != "~":
        return {"-1/2": -0.5, "1": 1.0, "2": 2.0}[word.meaning]
    text = word.text.lower()
    if "half" in text or text.startswith("most"):
        return 0.5
    for name, share in _FRACTIONS.items():
        if name in text:
            return _COUNTS.get(re.split(r"[ -]", text)[0], 1) * share
    return None


def _significance(word: Word, sentence: Sentence, bound: Sequence[_Bound], view: CycleView) -> str | bool | None:
    change = _nearest_change(word, bound)
    if change is None:
        return None
    more = view.figures.more(change.figure)
    said = (word.meaning == "yes") != word.negated
    if more is None:
        return f"is said of {change.figure.id}, of which nothing tells whether it is more than chance"
    return _against(more == said, f"{_told([change])}, and {chance.WORDS[more]}")


def _record(word: Word, sentence: Sentence, bound: Sequence[_Bound], view: CycleView) -> str | bool | None:
    high = word.meaning == "high"
    ranks = [each for each in bound if each.figure.unit == "rank"]
    if ranks:
        return _record_rank(word, sentence, ranks[0], high)
    if word.meaning == "best":
        return None
    levels = _levels(bound)
    if not levels:
        return None
    nearest = min(levels, key=lambda each: each.gap(word))
    levels = [each for each in levels if each.figure.measure == nearest.figure.measure]
    new = levels[0]
    if len(levels) == 1:
        others = _whole(new.figure, view)
        if not others:
            return None
        numbers = [each.number for each in others]
    else:
        numbers = [each.number for each in levels]
    right = new.number == (max(numbers) if high else min(numbers))
    return _against(right != word.negated, _told(levels[:3]))


def _whole(figure: Figure, view: CycleView) -> list[Figure]:
    """The figures that tell whether one is a record: the lowest and the highest period, or all waves of an answer."""
    own = view.figures.of(figure.measure)
    if figure.wave is not None:
        return [each for each in own if each.item == figure.item and each.wave is not None and not each.signed]
    ends = [each for each in own if each.item in ("lowest_period", "highest_period")]
    return [figure, *ends] if figure.grain in ("quarter", "month") and ends else []


def _record_rank(word: Word, sentence: Sentence, rank: _Bound, high: bool) -> str | bool | None:
    """A record said with a place among complete years, which counts from the lowest."""
    figure = rank.figure
    if word.meaning == "best" or figure.item != "last_year_rank":
        return None
    before = sentence.text[: word.start].rstrip(" *_")
    ordinal = re.search(r"(\w+)$", before)
    place = _ORDINAL.get(ordinal[1].lower(), 1) if ordinal else 1
    if before.endswith("}") and rank.binding.form == "place":
        place = round(figure.number)
    if high:
        years = int(figure.period[:4]) - int(figure.since[:4]) + 1
        return _against((figure.number == years - place + 1) != word.negated, _told([rank]))
    return _against((figure.number == place) != word.negated, _told([rank]))


def _rank(word: Word, sentence: Sentence, bound: Sequence[_Bound], view: CycleView) -> str | bool | None:
    ranks = [each for each in bound if each.figure.unit == "rank"]
    if not ranks:
        return None
    if word.meaning in ("ahead", "behind"):
        if len(ranks) < 2:
            return None
        ahead = ranks[0].number < ranks[1].number
        return _against(ahead == (word.meaning == "ahead"), _told(ranks[:2]))
    text = word.text.lower()
    place = next(
        (number for name, number in {"first": 1, "on top": 1, "top": 1, **_ORDINAL}.items() if name in text), None
    )
    return None if place is None else _against((ranks[0].number == place) != word.negated, _told(ranks[:1]))


def _promise(word: Word, sentence: Sentence, bound: Sequence[_Bound], view: CycleView) -> str | bool | None:
    met = (word.meaning == "met") != word.negated
    by_item = {each.figure.item: each for each in bound}
    if (chance_ := by_item.get("chance")) is not None:
        likely = chance_.number >= courses.SCALE[0][0] if met else chance_.number < courses.SCALE[-2][0]
        return _against(likely, _told([chance_]))
    change = _nearest_change(word, bound)
    if change is not None:
        target = by_item.get(assess.TARGET)
        figure = target.figure if target else view.figures.get(f"{change.figure.measure}.{assess.TARGET}")
        if figure is None:
            return None
        kept = change.number <= figure.number if figure.number < 0 else change.number >= figure.number
        return _against(kept == met, f"{_told([change])} against {wording.value(figure)}")
    if {"promised_total", "projected_total"} <= by_item.keys():
        kept = by_item["projected_total"].number <= by_item["promised_total"].number
        return _against(kept == met, _told([by_item["projected_total"], by_item["promised_total"]]))
    if (aspired := by_item.get("aspiration")) is not None and len(bound) > 1:
        level = next(each for each in bound if each is not aspired)
        return _against((level.number >= aspired.number) == met, _told([level, aspired]))
    return None
