"""The numerals of a paper's text, told apart by a reader of their own: paper.csv must have a row for each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pcp_analysis.paper.rows import Recomputed, fold

# The number-words that count as numerals. Words of cadence (monthly, quarterly, fortnightly) name a rhythm and are
# none.
WORDS = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|"
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|"
    "half|quarter|once|twice|thrice|both|double|triple|dozen|couple|pair|single"
)
_NUMERAL = re.compile(
    rf"""^[ \t]*(?:[ivx]+|[IVX]+)(?=\.\s)                       # a list number: iv. or VIII.
    | (?<!\d)\d{{4}}(?:/|-\s*)\d{{2,4}}(?!\d)                    # a financial year: 2014/15, 2010-11
    | £?(?:(?<![\w)])[+-])?\d+(?:,\d{{3}})*(?:\.\d+)?            # digits, with the sign that touches them
      (?:%|(?:k|K|million|st|nd|rd|th)\b)?
    | \b(?i:{WORDS})s?\b""",
    re.MULTILINE | re.VERBOSE,
)


@dataclass(frozen=True)
class Numeral:
    """A numeral or number-word as the text prints it, and the line, from 1, where it begins."""

    text: str
    line: int


def numerals(text: str) -> list[Numeral]:
    """Every numeral and number-word of *text* in its order.

    A financial year is one numeral, even across lines; a sign counts where it touches its digits; per cent, ordinal
    endings, k and million belong to the numeral; Roman list numbers count at the start of a line.
    """
    return [Numeral(fold(found.group()), text.count("\n", 0, found.start()) + 1) for found in _NUMERAL.finditer(text)]


def explanation(found: Recomputed) -> str:
    """``exact``, the roundings that explain the printed value, ``rounded parts`` or ``none``; empty if not computed."""
    if found.computed is None:
        return ""
    if found.computed == found.row.value:
        return "exact"
    return ", ".join(found.roundings) or ("rounded parts" if found.parts else "none")
