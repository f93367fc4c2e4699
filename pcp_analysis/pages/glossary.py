"""The glossary: every word of the trade on a Board page, explained in a line. The words are data."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from pcp_analysis.pages.exhibit import Exhibit
from pcp_analysis.strict.fault import Fault

if TYPE_CHECKING:
    from pcp_analysis.findings import CycleView

OWN = Path(__file__).with_name("glossary.toml")
FILE = "glossary.toml"
PAGE = "glossary.html"
_KEYS = {"term": str, "meaning": str, "also": list}


@dataclass(frozen=True)
class Word:
    """A *term*, its other forms, and what it means."""

    term: str
    meaning: str
    also: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """The id of its place in the glossary."""
        return re.sub(r"[^a-z0-9]+", "-", self.term.lower()).strip("-")

    @property
    def pattern(self) -> re.Pattern[str]:
        """Finds it in a text; an abbreviation in capitals only as it is written."""
        forms = [re.escape(form).replace(r"\ ", r"\s+") for form in (self.term, *self.also)]
        flags = 0 if self.term.isupper() else re.IGNORECASE
        return re.compile(rf"(?<![\w-])(?:{'|'.join(forms)})(?![\w-])", flags)


def words(view: CycleView) -> list[Word]:
    """Every word that the package, this cycle or an earlier one explains, in the order of the alphabet; a later meaning
    counts.
    """
    boards = (*view.earlier, view.cycle)
    for board in boards:
        view.note(board, FILE)
    files = [OWN, *(board.folder / FILE for board in boards if (board.folder / FILE).is_file())]
    found = {word.term.lower(): word for file in files for word in _read(file)}
    return [found[name] for name in sorted(found)]


@cache
def _read(file: Path) -> tuple[Word, ...]:
    held = tomllib.loads(file.read_text(encoding="utf-8"))
    return tuple(Word(each["term"], each["meaning"], tuple(each.get("also", ()))) for each in held["word"])


def check_glossary(view: CycleView) -> list[Fault]:
    """Everything that is wrong with the cycle's ``glossary.toml``; a cycle may have none."""
    path = view.cycle.folder / FILE
    file = path.relative_to(view.root).as_posix()
    mend = 'Write [[word]] with term = "…" and meaning = "…", and also = ["…"] for its other forms.'
    if not path.is_file():
        return []
    try:
        held = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return [Fault(file, "", str(error), "is no TOML", mend)]
    entries = held.get("word")
    if set(held) != {"word"} or not isinstance(entries, list):
        return [Fault(file, "", ", ".join(held), "holds something else than words", mend)]
    faults, terms = [], set()
    for number, entry in enumerate(entries, 1):
        where = f"word {number}"
        for key in sorted({*entry, "term", "meaning"}):
            if (
                key not in _KEYS
                or not isinstance(entry.get(key), _KEYS[key])
                or not all(isinstance(each, str) for each in entry[key])
            ):
                rule = "is no key of a word" if key not in _KEYS else "is missing or of another kind"
                faults.append(Fault(file, f"{where}.{key}", str(entry.get(key, "")), rule, mend))
        term = str(entry.get("term", "")).lower()
        if term in terms:
            faults.append(Fault(file, f"{where}.term", term, "is explained twice", "Keep one of the two."))
        terms.add(term)
    return faults


def used(view: CycleView, texts: Iterable[str]) -> Exhibit:
    """The words that *texts* use, each leading to its line in the glossary; left to the screen."""
    text = " ".join(texts)
    found = [word for word in words(view) if word.pattern.search(text)]
    links = Markup(", ").join(Markup('<a href="{}#{}">{}</a>').format(PAGE, word.anchor, word.term) for word in found)
    html = Markup('<section class="screen"><h2>Words explained</h2><p class="words">{}.</p></section>').format(links)
    return Exhibit(html, "Words explained: " + "; ".join(f"{word.term}: {word.meaning}" for word in found))


def glossary(view: CycleView) -> Exhibit:
    """All words with what they mean."""
    held = words(view)
    entries = Markup("\n").join(
        Markup('<div id="{}"><dt>{}</dt><dd class="meaning">{}</dd></div>').format(word.anchor, word.term, word.meaning)
        for word in held
    )
    return Exhibit(
        Markup('<dl class="glossary">\n{}\n</dl>').format(entries),
        "\n".join(f"{word.term}: {word.meaning}" for word in held),
    )
