"""Commentary: Markdown whose numbers are bound to figures. It is data, never code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from pcp_analysis.figures import unbound, words
from pcp_analysis.figures.figure import LAST_BOARD, Figure, Figures
from pcp_analysis.figures.forms import FORMS, WITH_UNIT, WORDS, misfit, said
from pcp_analysis.strict.nearest import suggest

LONGEST = 20_000
# Of so many unknown figures of one text the nearest ids are looked for; a misspelt one is found among the first.
MOST_SUGGESTED = 20
# What commentary has no use for: pictures, headings that would compete with the page's, code (where a binding would
# stand unrendered), entities (which smuggle characters in) and HTML.
NOT_MARKDOWN = ("image", "heading", "lheading", "code", "fence", "backticks", "entity", "html_block", "html_inline")
BINDING = re.compile(r"\{([^{}\n]*)\}")
NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+(:[a-z_]+)?")
# A unit typed beside a binding, which prints its own; words of one phrase may be parted by a line's end or by emphasis.
_UNIT_AFTER = re.compile(
    r"(?:[ \t*_]|\n(?!\s*\n))*"
    r"(%|per[\s-]?cent\b|percentage\s+points?\b|points?\b|per\s+1,?000\b|pounds?\b)",
    re.IGNORECASE,
)
_UNIT_BEFORE = re.compile(r"[£$€][\s*_]*$")
_ALLOWED_CONTROLS = "\n\t"
UNPRINTABLE = ("Cc", "Cf", "Cs", "Co", "Cn")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a commentary: the text at fault, the rule and how to mend it."""

    value: str
    rule: str
    mend: str


@dataclass(frozen=True)
class Bound:
    """A commentary with its figures in place: for people as *html* and *plain*, for machines as *figures*."""

    html: Markup
    plain: str
    figures: tuple[Figure, ...]


def mark(figure: Figure, form: str = "value") -> Markup:
    """A figure in running text, marked up so that a machine finds it again."""
    words = Markup.escape(FORMS[form](figure))
    return (
        _around(figure, words)
        if form in ("value", "size", "about", "odds", "place") and figure.value is not None
        else words
    )


def _around(figure: Figure, words: Markup) -> Markup:
    """Words with the mark of the figure that they are, or that decides them."""
    return Markup('<data class="figure" value="{}" data-figure="{}">{}</data>').format(
        format(figure.value, ".15g"), figure.id, words
    )


def _marked(binding: str, figures: Figures) -> tuple[Markup, str, tuple[Figure, ...]]:
    """What a binding that has no problem says: a figure marked up, or the words that figures decide; as text; those
    figures.
    """
    name, _, form = binding.partition(":")
    words, used = said(figures[name], form, figures)
    if form not in WORDS:
        return mark(figures[name], form or "value"), words, used
    # words carry the mark of every figure that decides them, so that none travels unseen
    return reduce(lambda html, figure: _around(figure, html), used, Markup.escape(words)), words, used


def problems(source: str, figures: Figures) -> Iterator[Problem]:
    """Everything that keeps *source* from being published, all at once."""
    if len(source) > LONGEST:
        yield Problem(f"{len(source)} characters", f"a commentary has at most {LONGEST:,} characters", "Shorten it.")
        return
    for character in sorted(set(source)):
        if character not in _ALLOWED_CONTROLS and unicodedata.category(character) in UNPRINTABLE:
            yield Problem(
                f"U+{ord(character):04X}",
                "control, direction and invisible characters are not published",
                "Delete the character.",
            )
    for value, rule in words.faulty_marks(source):
        yield Problem(value, rule, f"Write it as {unbound.EXAMPLE}, or take the mark away.")
    source = unbound.unmarked(source)
    if re.search(r"[{}]", BINDING.sub("", source)):
        yield Problem("{ or }", "a brace that is not part of a binding", "Bind as {figure.id}, or leave the brace out.")
    for number, binding in enumerate(dict.fromkeys(BINDING.findall(source))):
        yield from _binding_problems(binding, figures, with_near=number < MOST_SUGGESTED)
    yield from _unit_problems(source, figures)
    yield from _address_problems(_markdown().parse(source))


def _address_problems(tokens: Sequence[Token]) -> Iterator[Problem]:
    """What stands in the address or the title of a link, where no figure can stand and where an entity is unfolded."""
    for token in tokens:
        address = " ".join(str(value) for value in token.attrs.values())
        if "{" in address or "%7B" in address:
            yield Problem(
                address, "a binding in the address or the title of a link", "Bind it in the text of the link."
            )
        if any(unicodedata.category(character) in UNPRINTABLE for character in address):
            yield Problem(
                ascii(address), "an invisible character in the address or the title of a link", "Delete the character."
            )
        yield from _address_problems(token.children or ())


def _binding_problems(binding: str, figures: Figures, *, with_near: bool) -> Iterator[Problem]:
    shown = "{" + binding + "}"
    if binding.startswith("stated"):
        yield Problem(shown, "no number stands in square brackets before this mark", f"Write it as {unbound.EXAMPLE}.")
        return
    if not NAME.fullmatch(binding):
        yield Problem(
            shown, "a binding is a figure's id, and after a colon a form", "Write it as {robbery.change:size}."
        )
        return
    name, _, form = binding.partition(":")
    if form and form not in FORMS and form not in WORDS:
        yield Problem(shown, f"no form {form!r}", f"The forms are {', '.join([*FORMS, *WORDS])}.")
    if name not in figures:
        yield _unknown(shown, name, figures, with_near=with_near)
    elif unfit := misfit(figures[name], form, figures):
        yield Problem(shown, *unfit)


def _unknown(shown: str, name: str, figures: Figures, *, with_near: bool) -> Problem:
    """A binding to a figure that there is not, in this cycle or at the last Board."""
    rule = "no such figure in this cycle"
    if name.startswith(f"{LAST_BOARD}."):
        if figures.last_board is None:
            return Problem(
                shown,
                "no earlier cycle is held here, so there is no last Board",
                "Bind a figure of this cycle, or leave the words out.",
            )
        rule = f"the {figures.last_board.board} had no such figure"
    close = figures.nearest(name) if with_near else []
    return Problem(shown, rule, suggest(close) if close else "See figures.csv.")


def _unit_problems(source: str, figures: Figures) -> Iterator[Problem]:
    """The units that are typed beside a number which is printed with its own."""
    for found in BINDING.finditer(source):
        name, _, form = found[1].partition(":")
        if (form or "value") not in WITH_UNIT or not NAME.fullmatch(found[1]) or name not in figures:
            continue
        after, before = (
            _UNIT_AFTER.match(source, found.end()),
            _UNIT_BEFORE.search(source, max(found.start() - 20, 0), found.start()),
        )
        # a count may be one of points that somebody makes
        if after and not (figures[name].unit in ("count", "rank") and after[1].casefold() in ("point", "points")):
            typed = source[found.start() : after.end()]
        elif before:
            typed = source[before.start() : found.end()]
        else:
            continue
        yield Problem(
            typed,
            f"a unit typed beside a binding, which prints its own: {said(figures[name], form, figures)[0]}",
            "Take the unit away.",
        )


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable(NOT_MARKDOWN)


def bind(source: str, figures: Figures, *, checked: Callable[[str, str], bool] = lambda words, where: False) -> Bound:
    """Render *source* with its figures in place. Raises ValueError where :func:`problems` finds any.

    *checked* says of words that are marked as stated, and where, whether the paper check has a verdict on them.
    """
    for problem in problems(source, figures):
        raise ValueError(f"{problem.value}: {problem.rule}. {problem.mend}")
    used: dict[str, Figure] = {}

    def replace(match: re.Match[str]) -> str:
        html, _, decided = _marked(match[1], figures)
        used.update({figure.id: figure for figure in decided})
        return str(html)

    def render_text(_self: object, tokens: Sequence[Token], index: int, _options: object, _env: object) -> str:
        # Escaping first: a figure's markup is the only markup that a text token may carry.
        return BINDING.sub(replace, str(Markup.escape(tokens[index].content)))

    markdown = _markdown()
    markdown.add_render_rule("text", render_text)
    source = unbound.unmarked(source, checked)
    html = Markup(markdown.render(source).strip())
    return Bound(html, plain(source, figures), tuple(used.values()))


def plain(source: str, figures: Figures) -> str:
    """The commentary as plain text, for a console."""
    return BINDING.sub(lambda match: _marked(match[1], figures)[1], unbound.unmarked(source.strip()))


def sentence(source: str, figures: Figures, *, title: str = "") -> Bound:
    """A sentence of the package's own with its figures in place: text and bindings, no Markdown.

    ``{title}`` stands for *title*, which is printed as it is, whatever characters it has.
    """
    used: dict[str, Figure] = {}

    def marked(match: re.Match[str]) -> str:
        if match[1] == "title":
            return str(Markup.escape(title))
        html, _, decided = _marked(match[1], figures)
        used.update({figure.id: figure for figure in decided})
        return str(html)

    html = Markup(BINDING.sub(marked, str(Markup.escape(source))))
    words_ = BINDING.sub(lambda match: title if match[1] == "title" else _marked(match[1], figures)[1], source)
    return Bound(html, words_, tuple(used.values()))
