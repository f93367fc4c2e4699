"""Characters that a reader cannot see or takes for others: no text of an input holds them, in whichever kind of file."""

from __future__ import annotations

import re
import unicodedata

# Control characters, marks of direction, breaks of lines and paragraphs, and what is no character.
INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
# Letters that print as nothing, and blanks other than a space and the one that does not break.
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"
_WORD = re.compile(r"[^\W\d_]+")
#: Control characters, but for a tab and the ends of lines.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def odd(text: str, *, breaks: str = "") -> str | None:
    """The rule that a text breaks by a character that is not what it looks like, or None; *breaks* may stand in it.

    >>> odd("8082"), odd("80\\u202e82"), odd("K\\u0435nt")
    (None, 'holds the invisible character U+202E', 'mixes the letters of two scripts in one word, U+0435')
    """
    if text.isascii():
        found = next((each[0] for each in CONTROL.finditer(text) if each[0] not in breaks), None)
        found = found or next((each for each in "\t\n\r" if each in text and each not in breaks), None)
        return f"holds the invisible character U+{ord(found):04X}" if found else None
    for character in text:
        kind = unicodedata.category(character)
        if kind in INVISIBLE and character not in breaks:
            return f"holds the invisible character U+{ord(character):04X}"
        if character in _BLANK or (kind == "Zs" and character not in " \xa0"):
            return f"holds the blank U+{ord(character):04X}, which looks like a space or like nothing"
        if kind == "Nd" and not character.isascii():
            return f"holds a digit of another script, U+{ord(character):04X}"
    for word in _WORD.findall(text):
        scripts = {unicodedata.name(letter, "?").split()[0]: letter for letter in word if letter.isalpha()}
        if "LATIN" in scripts and len(scripts) > 1:
            other = next(letter for name, letter in scripts.items() if name != "LATIN")
            return f"mixes the letters of two scripts in one word, U+{ord(other):04X}"
    return None
