"""The glossary: every word of the trade on a Board page, explained in a line. The words are data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from pcp_analysis.findings.view import CycleView
from pcp_analysis.findings.words import problems
from pcp_analysis.pages.exhibit import Exhibit
from pcp_analysis.strict import toml, value
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.toml import Key

OWN = Path(__file__).with_name("glossary.toml")
FILE = "glossary.toml"
PAGE = "glossary.html"


@dataclass(frozen=True)
class Term:
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


_WORD = {"term": Key(value.line, required=True), "meaning": Key(value.line, required=True), "also": Key(value.lines)}


def words(view: CycleView) -> list[Term]:
    """Every word that the package, this cycle or an earlier one explains, in the order of the alphabet; a later meaning
    counts. Raises FaultError with every fault of a glossary.
    """
    found: dict[str, Term] = {}
    for document in (toml.read(OWN, OWN.name), *_documents(view)):
        found |= {word.term.lower(): word for word in _words(document)}
        if document.faults:
            raise FaultError(document.faults)
    return [found[name] for name in sorted(found)]


def check_glossary(view: CycleView) -> list[Fault]:
    """Everything that is wrong with the ``glossary.toml`` of this cycle and of those before it; a cycle may have none."""
    faults = []
    for document in _documents(view):
        for place, word in enumerate(_words(document), 1):
            for problem in problems(word.meaning, view):
                document.fault(
                    f"word[{place}].meaning",
                    problem.word.text,
                    problem.rule,
                    "Say what the word means, not what happened.",
                )
        faults += document.faults
    return faults


def _documents(view: CycleView) -> Iterator[toml.Document]:
    """The glossaries of the cycles, the earliest first."""
    for board in (*view.earlier, view.cycle):
        view.note(board, FILE)
        path = board.folder / FILE
        yield toml.read(path, path.relative_to(view.root).as_posix(), may_lack=True)


def _words(document: toml.Document) -> list[Term]:
    """The words of a glossary that are sound; the faults of the others are noted in the document."""
    document.take(document.data, "", {"word": Key(value.anything)})
    found: dict[str, Term] = {}
    for path, table in document.tables(document.data, "word"):
        word = Term(**{"term": "", "meaning": "", **document.take(table, path, _WORD)})
        if word.term and found.setdefault(word.term.lower(), word) is not word:
            document.fault(f"{path}.term", word.term, "is explained twice", "Keep one of the two.")
    return list(found.values())


def used(view: CycleView, texts: Iterable[str]) -> Exhibit:
    """The words that *texts* use, each leading to its line in the glossary; left to the screen."""
    text = " ".join(texts)
    found = [word for word in words(view) if word.pattern.search(text)]
    links = Markup(", ").join(Markup('<a href="{}#{}">{}</a>').format(PAGE, word.anchor, word.term) for word in found)
    html = Markup('<section class="screen"><h2>Words explained</h2><p class="words">{}.</p></section>').format(links)
    return Exhibit(html, "Words explained: " + "; ".join(f"{word.term}: {word.meaning}" for word in found))


def glossary(view: CycleView) -> Exhibit:
    """All words with what they mean."""
    terms = words(view)
    entries = Markup("\n").join(
        Markup('<div id="{}"><dt>{}</dt><dd class="meaning">{}</dd></div>').format(word.anchor, word.term, word.meaning)
        for word in terms
    )
    return Exhibit(
        Markup('<dl class="glossary">\n{}\n</dl>').format(entries),
        "\n".join(f"{word.term}: {word.meaning}" for word in terms),
    )
