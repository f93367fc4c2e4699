"""Which inputs this process has read for a page, by name: an executed notebook depends on these and on no other.

A kernel runs one notebook, so what its process has read is what that notebook used, whichever cell asked and through
whichever room. To see which inputs there are, of which kind, and which measures they hold is no use of their rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

#: What every page uses: which tables and files of cycles there are, and which measures the tables hold.
LISTED = "tables"
Known = TypeVar("Known")
_NAMES: set[str] = set()


def note(name: str) -> None:
    """The input of that name has been used: a table, or a file of a cycle, ``2014-09/paper.csv``."""
    _NAMES.add(name)


def names() -> list[str]:
    """Every input that was used until now, sorted."""
    return sorted(_NAMES)


class Tracked(Mapping[str, Known]):
    """Things by the name of the input that they are of; who takes one uses that input, who only lists them uses none."""

    def __init__(self, held: Mapping[str, Known]) -> None:
        self._held = held.unnoted if isinstance(held, Tracked) else dict(held)

    @property
    def unnoted(self) -> dict[str, Known]:
        """The same for those who look at what there is, and use no row of it."""
        return self._held

    def __getitem__(self, name: str) -> Known:
        found = self._held[name]
        note(name)
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._held

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)
