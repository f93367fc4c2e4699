"""Names as a file prints them: compared without regard to capitals, runs of spaces and the numbers of footnotes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pcp_analysis.loaders.places import JOINT

#: What a part of a name is called that is blank.
BLANK = "not stated"
_FOOTNOTE = re.compile(r"(?<=[^\d\s,])\s*\d{1,2}(?:,\s*\d{1,2})*(?=\)?$)")


def plain(text: str, footnotes: bool = False) -> str:
    """A printed name with single spaces and, where the file has *footnotes*, without their numbers.

    >>> plain("ENGLAND AND  WALES7,8", footnotes=True)
    'ENGLAND AND WALES'
    """
    text = " ".join(text.split())
    return JOINT.join(_FOOTNOTE.sub("", part) for part in text.split(JOINT)) if footnotes else text


class Names:
    """What each printed name stands for: names as they are, and names in which ``*`` stands for any part."""

    def __init__(self, table: Mapping[str, Any], footnotes: bool = False) -> None:
        self.table, self.footnotes = table, footnotes
        self._exact = {plain(name).casefold(): each for name, each in table.items()}
        self._answers: dict[str, Any] = {}
        self._open = [
            (re.compile("(.*)".join(map(re.escape, plain(name).casefold().split("*")))), each)
            for name, each in table.items()
            if "*" in name
        ]

    def of(self, printed: str) -> Any:
        """What the name stands for, a ``*`` in it filled with what stands there; None where it is not known."""
        if printed not in self._answers:
            self._answers[printed] = self._found(plain(printed, self.footnotes))
        return self._answers[printed]

    def _found(self, text: str) -> Any:
        folded = text.casefold()
        if folded in self._exact:
            return self._exact[folded]
        for pattern, each in self._open:
            if match := pattern.fullmatch(folded):
                part = text[slice(*match.span(1))]
                return tuple(name.replace("*", part) for name in each) if isinstance(each, tuple) else each
        return None

    @property
    def exact(self) -> list[str]:
        """The names that stand for one thing each."""
        return [name for name in self.table if "*" not in name]
