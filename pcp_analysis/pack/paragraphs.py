"""Numbered paragraphs: each statement of a page has a number that a Board can cite and a link can lead to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from pcp_analysis.strict.files import sha256_text

# A paragraph of its own, or the answer to a question; what is inside of these is part of something else.
_NUMBERED = ("p", "dd")
_WHOLE = ("details", "table", "figure", "li", "blockquote")
# Nothing, or who leads a deliverable and where it stands: a Board speaks of each, whether there is more to be said of
# it or not.
_PLAIN = ("", ' class="about"')
_TAG = re.compile(rf"<(/?)({'|'.join((*_NUMBERED, *_WHOLE))})\b([^>]*)>")


def number(body: str, prefix: str) -> str:
    """*body* with its plain paragraphs and answers numbered in their order, ``6.1``, ``6.2`` … after the *prefix*
    ``6.``.

    Paragraphs with another class are notes, subtitles and the like; they have no number.
    """
    inside, count = 0, 0

    def numbered(match: re.Match[str]) -> str:
        nonlocal inside, count
        closing, tag, attributes = match[1], match[2], match[3]
        if tag in _WHOLE:
            inside += -1 if closing else 1
        elif not closing and not inside and attributes in _PLAIN:
            count += 1
            name = f"{prefix}{count}"
            return f'<{tag} id="{name}"{attributes}><a class="number" href="#{name}">{name}</a> '
        return match[0]

    return _TAG.sub(numbered, body)


_STATEMENT = re.compile(
    rf'<({"|".join(_NUMBERED)}) id="[^"]+"[^>]*><a class="number"[^>]*>[^<]*</a>(.*?)</\1>', re.DOTALL
)


def statements(page: str) -> list[str]:
    """The hash of each numbered statement of a rendered page, eight digits of its words, in their order."""
    return [sha256_text(" ".join(re.sub(r"<[^>]+>", "", found[2]).split()))[:8] for found in _STATEMENT.finditer(page)]


def of_pack(pack: Path) -> tuple[str, ...]:
    """A line for each page of a pack that has statements: its name, and their hashes."""
    return of_pages({each.name: each.read_text(encoding="utf-8") for each in pack.glob("*.html")})


def of_pages(pages: Mapping[str, str]) -> tuple[str, ...]:
    """The same of pages by their names."""
    found = {name: statements(text) for name, text in sorted(pages.items())}
    return tuple(f"{name}: {' '.join(hashes)}" for name, hashes in found.items() if hashes)


def changed(before: Sequence[str], after: Sequence[str]) -> int:
    """How many statements of a page are others: those that went or those that came, whichever are more."""
    went, came = Counter(before) - Counter(after), Counter(after) - Counter(before)
    return max(went.total(), came.total())
