"""Words that claim something of a quantity: found in a text, and not yet held to any figure.

A claim is a word of direction, size, significance, record, rank or keeping of a promise that is said of a quantity. An
aim, a question, a condition, an attribute and an idiom are none: ``to reduce crime``, ``lower risk cases``, ``met the
terms``. Written in ``docs/commentary.md`` for those who write updates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pcp_analysis.figures.lexicon import LEXICON
from pcp_analysis.figures.unbound import MARK, holds_number

_WORDS = [
    (kind, meaning, re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE))
    for kind, meaning, pattern in LEXICON
]
# What a direction, a size or a record can be said of. Without one of these, and without a figure, a word claims nothing.
_QUANTITY = re.compile(
    r"\b(?:crim(?:e|es)|burglar|robber|violen|thefts?\b|offences|offending|reoffend|homicid|killed|murder|stalking|harassment|"
    r"criminal damage|shoplift|weapon|drug offen|confiden|satisf|trusted|agree|disagree|feel(?:s|ing)?\b|victims|reports of|"
    r"reports|complain|detention|incidents|detect|volume|numbers?\b|calls|rates?\b|share\b|percentage|proportion|scores?\b|"
    r"recording|anti-social|knife|shops\b|stop and search|hate|domestic abuse|vehicle|milestone|target|promise|aspiration|"
    r"demand|performance|levels of|figures?\b|use of|making off|fraud|metro\b|residents|“)",
    re.IGNORECASE,
)
PROMISED = re.compile(r"\b(?:milestones?|targets?|promise[sd]?|aspiration|plan|course|track|schedule)\b", re.IGNORECASE)
_AIM = re.compile(
    r"\b(?:ambition|committed to|aims?|aimed|wants?|wanted|wish|plans? to|planned to|hopes?|seeks?|intend(?:s|ed)?|meant to|purpose|priority|proposals?|"
    r"so that|designed to|tr(?:y|ies|ying) to|is (?:what .*)?for|would|will|should|could|might|may|must|"
    r"helps? (?:to )?|work(?:s|ing)? (?:with \w+ )?to|to (?:reduce|increase|bring|cut|lower|raise|improve|make|get|keep|see))\b",
    re.IGNORECASE,
)
_AIMED_AT = re.compile(
    r"\b(?:ambition|committed|aims?|aimed|wants?|hopes?|plans?|in order|so as) to (?:\w+ ){0,3}$", re.IGNORECASE
)
_CONDITION = re.compile(
    r"^\W*(?:if|should|were|unless|whether|will|would|can|does|do|is|are|has|have)\b", re.IGNORECASE
)
_NEGATION = re.compile(r"\b(?:not|no|never|neither|nor|hardly)\b|(?:n['’]t|not)\b", re.IGNORECASE)
_NAMES = re.compile(
    r"(?:crime|burglary|violence|demand|harm|noise)[ -]reduction|more ways|while more of it|with a view to more|where \w+ falls|reduction (?:team|plan|group|programme|strategy|unit|board)|"
    r"most similar forces?|on top of|(?:the )?(?:lowest|highest) year(?! (?:ever|held|for|on record|of))|from the (?:lowest|highest)|"
    r"lower profile|(?:higher|lower|further) (?:risk|education|courts?|limit|house|floor|tier)|(?:the )?more vulnerable|most vulnerable|"
    r"promised (?:reduction|increase|rise|fall)|met (?:the )?(?:terms|conditions|needs?|with)|third (?:party|parties|sector)|set up|set down|no more than an?\b|at (?:least|most)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])[\s*_]+(?=[\W_]*[A-Z“\[{])|\n\s*\n")
_BINDING = re.compile(r"\{([^{}\n:]+)(?::([^{}\n]+))?\}")


@dataclass(frozen=True)
class Word:
    """A word that claims something: its *text* from the character *start* on, its *kind* and *meaning* of the lexicon, and
    whether it is *negated*.
    """

    text: str
    kind: str
    meaning: str
    start: int
    negated: bool = False

    @property
    def end(self) -> int:
        """The character behind it."""
        return self.start + len(self.text)


@dataclass(frozen=True)
class Binding:
    """A figure that is bound in a text: its *id* and *form*, from the character *start* to *end*."""

    id: str
    form: str
    start: int
    end: int


@dataclass(frozen=True)
class Sentence:
    """A sentence that claims something: its *text*, which begins at the character *start* of its source, its words and
    the figures that are bound in it.
    """

    text: str
    start: int
    words: tuple[Word, ...]
    bindings: tuple[Binding, ...]


def sentences(source: str) -> Iterator[Sentence]:
    """The sentences of *source* that claim something, with the claims that no mark says to be stated elsewhere.

    >>> [word.text for each in sentences("Burglary fell. Officers met the council.") for word in each.words]
    ['fell']
    """
    text = MARK.sub(lambda found: " " * len(found[0]), source)
    begin = 0
    for end in [*(found.start() for found in _SENTENCE.finditer(text)), len(text)]:
        said = text[begin:end]
        bound = tuple(
            Binding(found[1].strip(), (found[2] or "value").strip(), found.start(), found.end())
            for found in _BINDING.finditer(said)
        )
        words = tuple(_words(said, bool(bound)))
        if words:
            yield Sentence(said, begin, words, bound)
        begin = end


def faulty_marks(source: str) -> Iterator[tuple[str, str]]:
    """The marks that mark neither a number nor a claim, or that name no source, and the rule that each breaks."""
    for mark in MARK.finditer(source):
        if not holds_number(mark[1]) and not any(pattern.search(mark[1]) for _, _, pattern in _WORDS):
            yield mark[0], "what is marked as stated holds no number, and no word that claims something of a quantity"
        if not mark[2].strip():
            yield mark[0], "what is marked as stated names no source"


def _words(said: str, bound: bool) -> Iterator[Word]:
    """The words of one sentence that claim something."""
    if said.rstrip(" *_\n").endswith("?") or (_CONDITION.search(said) and not bound):
        return
    blank = _BINDING.sub(lambda found: "{" + "\ufffc" * (len(found[0]) - 1), said)
    spared = [found.span() for found in _NAMES.finditer(blank)]
    flat = re.sub(r"\s", " ", blank)
    found = [
        (each.start(), each.end(), kind, meaning)
        for kind, meaning, pattern in _WORDS
        for each in pattern.finditer(flat)
        if not any(start < each.end() and each.start() < end for start, end in spared)
    ]
    for start, end, kind, meaning in sorted(found):
        before = flat[:start]
        if any(_holds(other, (start, end, kind)) for other in found):
            continue
        if _AIMED_AT.search(before) or (not bound and not _of_a_quantity(kind, flat, before)):
            continue
        near = re.sub(r"“[^”]*”", "", before)[-60:]
        negated = _negates(near, before)
        # "did not rise significantly" says nothing of whether it rose
        if kind == "direction" and negated and re.match(r".{0,12}\bsignificantly", flat[end:]):
            continue
        yield Word(said[start:end], kind, meaning, start, negated)


def _holds(other: tuple[int, int, str, str], word: tuple[int, int, str]) -> bool:
    """Whether another claim says more with the same word: ``never been lower`` holds ``lower``."""
    start, end, kind = word
    inside = other[0] <= start and end <= other[1] and (other[0], other[1]) != (start, end)
    return inside and (other[2] == kind or kind == "direction" or other[2] != "direction")


def _of_a_quantity(kind: str, flat: str, before: str) -> bool:
    """Whether an unbound word is said of a quantity, and is no aim."""
    if kind == "promise":
        return bool(PROMISED.search(flat))
    if kind in ("direction", "size", "record") and _AIM.search(before):
        return False
    return kind == "rank" or "margin of error" in flat or bool(_QUANTITY.search(flat))


def _negates(near: str, before: str) -> bool:
    close = " ".join(near.split()[-4:])
    return bool(_NEGATION.search(close)) or bool(re.match(r"\W*neither\b(?!”)", before, re.IGNORECASE))
