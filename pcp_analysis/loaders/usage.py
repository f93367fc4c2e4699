"""Which inputs an opened cycle has read, by name: the page of a notebook depends on these and on no other.

Whichever cell asks and through whichever room, the use is noted with the cycle that was opened. To see which inputs
there are, of which kind, and which measures they hold is no use of their rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

#: What every page uses: which tables and files of cycles there are, and which measures the tables hold.
LISTED = "tables"
Known = TypeVar("Known")


class Usage:
    """The names of the inputs that were read of an opened cycle, and of the earlier ones that it opened."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def note(self, name: str) -> None:
        """The input of that name has been read: a table, or a file of a cycle, ``2014-09/paper.csv``."""
        self._names.add(name)

    def names(self) -> list[str]:
        """Every input that was read until now, sorted."""
        return sorted(self._names)


class Tracked(Mapping[str, Known]):
    """Things by the name of the input that they are of; who takes one uses that input, who only lists them uses none."""

    def __init__(self, things: Mapping[str, Known], usage: Usage) -> None:
        self._things = things.untracked if isinstance(things, Tracked) else dict(things)
        self._usage = usage

    @property
    def untracked(self) -> dict[str, Known]:
        """The same for those who look at what there is, and use no row of it."""
        return self._things

    def __getitem__(self, name: str) -> Known:
        found = self._things[name]
        self._usage.note(name)
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._things

    def __iter__(self) -> Iterator[str]:
        return iter(self._things)

    def __len__(self) -> int:
        return len(self._things)
