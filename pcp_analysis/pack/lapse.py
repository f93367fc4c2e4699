"""Signatures that lapsed: over a pack that is not the published one any more, and how many of its statements changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pcp_analysis.pack import paragraphs, signature


@dataclass(frozen=True)
class Lapsed:
    """A signature over a pack that is not the published one any more, of which so many statements have *changed*."""

    signature: signature.Signature
    changed: int | None

    @property
    def name(self) -> str:
        """The file in which it stands."""
        return signature.NAME

    def __str__(self) -> str:
        each = self.signature
        what = "the pack has changed since" if self.changed is None else f"{_count(self.changed)} changed since"
        return f"{signature.NAME}: the {each.role}'s signature ({each.name}, {each.date}) has lapsed: {what}"


def told(front: str, root: Path, cycle: str, pages: Mapping[str, str]) -> str:
    """The front page with how many statements of the *pages*, by their names, changed after each signature that lapsed."""
    now = paragraphs.of_pages(pages)
    for each in signature.read(root, cycle).roles.values() if signature.SINCE in front else ():
        words = _count(_changed(each.statements, now)) if each.statements else "the pack"
        front = front.replace(f"{signature.SINCE} {each.role} ", f"lapsed, since {words} ")
    return front


def _count(number: int) -> str:
    words = {0: "no statement, but its figures or its code,", 1: "one statement"}
    return words.get(number, f"{number} statements")


def lapsed(root: Path, cycle: str) -> list[Lapsed]:
    """The signatures of a cycle that do not cover the pack that is published; none where there is no pack to cover."""
    covered = signature.published(root, cycle)
    gone = [each for each in signature.read(root, cycle).roles.values() if covered and each.pack_sha256 != covered]
    now = paragraphs.of_pack(root / "outputs" / cycle) if gone else ()
    return [Lapsed(each, _changed(each.statements, now) if each.statements else None) for each in gone]


def _changed(before: Sequence[str], after: Sequence[str]) -> int:
    was, now = (
        {name: hashes.split() for name, _, hashes in (line.partition(": ") for line in each)}
        for each in (before, after)
    )
    return sum(paragraphs.changed(was.get(name, []), now.get(name, [])) for name in was.keys() | now.keys())
