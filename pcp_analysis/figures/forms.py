"""What a binding can print of its figure: the forms that may stand after its colon, and what each can be said of."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial

from pcp_analysis.figures import wording as words
from pcp_analysis.figures.figure import Figure, Figures

PLACES = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
)

# What may stand after the colon of a binding, and what it prints.
FORMS: dict[str, Callable[[Figure], str]] = {
    "value": words.value,
    "size": words.size,
    "verb": words.verb,
    "about": words.about,
    "about_interval": words.about_interval,
    "odds": words.odds,
    "interval": words.interval,
    "numerator": lambda figure: words.part(figure, figure.numerator),
    "denominator": lambda figure: words.part(figure, figure.denominator),
    "period": lambda figure: figure.period,
    "baseline": lambda figure: figure.baseline,
    "place": lambda figure: PLACES[int(figure.number) - 1],
}
#: The forms that print a number with its unit.
WITH_UNIT = ("value", "size", "about", "about_interval", "interval", "numerator", "denominator")
_HELD: tuple[Callable[[Figure], object], str, str] = (
    lambda figure: figure.value is not None,
    "no number is held of this figure",
    "Bind its value, which says so, or leave the words out.",
)
_INTERVAL = (words.interval, "this figure has no interval", "Bind its value.")
_PARTS = "this figure is not made of two numbers"
# What a figure must be for a form to fit it, in order: what is asked of it, the rule, and how to mend it.
_ASKED: dict[str, tuple[tuple[Callable[[Figure], object], str, str], ...]] = {
    "verb": (
        _HELD,
        (
            lambda figure: figure.signed,
            "'rose' and 'fell' are said of a change; this figure is a level",
            "Bind a change.",
        ),
    ),
    "odds": (
        _HELD,
        (lambda figure: figure.item == "chance", "odds are said of a chance", "Bind its value."),
    ),
    "interval": (_INTERVAL,),
    "about_interval": (_INTERVAL,),
    "numerator": ((lambda figure: figure.numerator is not None, _PARTS, "Bind its value."),),
    "denominator": ((lambda figure: figure.denominator is not None, _PARTS, "Bind its value."),),
    "period": (
        (lambda figure: figure.period, "no period is stated of this figure", "Write the period, or leave it out."),
    ),
    "baseline": (
        (
            lambda figure: figure.baseline,
            "this figure is compared with no period",
            "Write the period, or leave it out.",
        ),
    ),
    "place": (
        _HELD,
        (
            lambda figure: figure.unit == "rank" and figure.value in range(1, len(PLACES) + 1),
            f"a place is said of a rank from 1 to {len(PLACES)}",
            "Bind its value.",
        ),
    ),
}

Said = tuple[str, tuple[Figure, ...]]


def _significantly(figure: Figure, figures: Figures) -> Said | None:
    """Whether a change is more than chance, by the one function; None of a level, and where nothing tells."""
    more = figures.more(figure) if figure.signed else None
    return None if more is None else ("more than chance" if more else "no more than chance", (figure,))


def _record(kind: str, figure: Figure, figures: Figures) -> Said | None:
    """That a figure is the lowest or the highest of its series, and since when; None where it is not."""
    beside = [figures[name] for name in figures.beside(figure.id) if name != figure.id]
    if figure.wave is not None:
        return _record_wave(kind, figure, [each for each in beside if (each.item, each.signed) == (figure.item, False)])
    record = next((each for each in beside if each.item == f"{kind}_period"), None)
    if record is None or (figure.value, figure.unit, figure.period) != (record.value, record.unit, record.period):
        return None
    return f"the {kind} since {record.since}", (figure, record)


def _record_wave(kind: str, figure: Figure, waves: list[Figure]) -> Said | None:
    """That a wave of a survey is the lowest or the highest of all *waves*, and since when; None where it is not."""
    others = [each for each in waves if each.value is not None]
    if figure.value is None or figure.signed or not others:
        return None
    beats = operator.lt if kind == "lowest" else operator.gt
    if not all(beats(figure.number, other.number) for other in others):
        return None
    first = min((figure, *others), key=lambda each: each.wave or 0)
    return f"the {kind} since {first.period}", (figure, *others)


# Words that depend on more than the figure that they are bound to; each gives what is said and the figures that decide
# it, or None where it cannot be said of the figure.
WORDS: dict[str, Callable[[Figure, Figures], Said | None]] = {
    "significantly": _significantly,
    "lowest": partial(_record, "lowest"),
    "highest": partial(_record, "highest"),
}
_UNFIT = {
    "significantly": ("what is more than chance is said of a change that has an interval", "Bind such a change."),
    "lowest": ("this figure is not the lowest of its series", "Leave the words out, or bind the figure that is."),
    "highest": ("this figure is not the highest of its series", "Leave the words out, or bind the figure that is."),
}


def said(figure: Figure, form: str, figures: Figures) -> Said:
    """What a form that fits says of a figure, and the figures that decide it."""
    if form in WORDS:
        return WORDS[form](figure, figures) or ("", (figure,))
    return FORMS[form or "value"](figure), (figure,)


def misfit(figure: Figure, form: str, figures: Figures) -> tuple[str, str] | None:
    """Why a form does not fit a figure, and how to mend it; None where it fits."""
    if form in WORDS:
        return None if WORDS[form](figure, figures) else _UNFIT[form]
    return next(((rule, mend) for fits, rule, mend in _ASKED.get(form, ()) if not fits(figure)), None)
