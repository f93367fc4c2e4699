"""A fault: what every room's ``check()`` returns a list of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong with an input, and how to mend it.

    *file* is relative to the root where it lies under it; *where* is a line, a column or a key path
    (``line 12, column count``; ``deliverable[2].cadence``); *value* is what stands there.
    """

    file: str
    where: str
    value: str
    rule: str
    mend: str

    def __str__(self) -> str:
        place = f"{self.file}: {self.where}" if self.where else self.file
        found = f" {self.value!r}:" if self.value else ""
        return f"{place}:{found} {self.rule}. {self.mend}"


class FaultError(Exception):
    """Raised where nothing can go on before the faults are mended; carries all of them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))
