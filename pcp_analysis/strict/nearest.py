"""Names near a misspelt one: one wording, and one idea of near, for every fault and error."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

# What is longer is compared by its beginning: a text of many thousand characters is no name.
LONGEST = 80
MOST, MOST_LISTED = 4, 12
# How much of two names must be alike.
ALIKE = 0.55


def near(word: str, known: Iterable[str]) -> list[str]:
    """Up to four of *known* that look like *word*, the nearest first.

    >>> near("robery", ["robbery", "burglary"])
    ['robbery']
    """
    names = list(dict.fromkeys(known))
    return difflib.get_close_matches(word[:LONGEST], names, n=MOST, cutoff=ALIKE)


def suggest(close: Iterable[str]) -> str:
    """A sentence that asks for one of the names that are *close*; that none is near where there is none."""
    return f"Did you mean {' or '.join(close)}?" if close else "No name is near it."


def advise(word: str, known: Iterable[str], *, noun: str = "") -> str:
    """A sentence that names the nearest of *known*; where none comes near, all of them, or how many there are.

    >>> advise("weekly", ["monthly", "quarterly"], noun="cadences")
    'Known cadences: monthly, quarterly.'
    """
    names = list(dict.fromkeys(known))
    if close := near(word, names):
        return suggest(close)
    if not names:
        return f"There is no {noun or 'name'} at all."
    if len(names) > MOST_LISTED:
        return f"None of the {len(names)} known {noun or 'names'} looks like it."
    return f"Known{f' {noun}' if noun else ''}: {', '.join(names)}."


def unknown(what: str, name: str, known: Iterable[str]) -> KeyError:
    """The error for a *name* of a *what* that is not there, with the nearest ones."""
    return KeyError(f"no {what} {name!r}. {advise(name, known)}")
