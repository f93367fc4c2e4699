"""Commentary: Markdown whose numbers are bound to figures. It is data, never code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from pcp_analysis.findings import stated_numbers
from pcp_analysis.findings import text as words
from pcp_analysis.findings.figure import Figure, Figures

LONGEST = 20_000
# What commentary has no use for: pictures, headings that would compete with the page's, code (where a binding would stand
# unrendered), entities (which smuggle characters in) and HTML.
NOT_MARKDOWN = ("image", "heading", "lheading", "code", "fence", "backticks", "entity", "html_block", "html_inline")
BINDING = re.compile(r"\{([^{}\n]*)\}")
NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+(:[a-z_]+)?")
# What may stand after the colon of a binding, and what it prints.
FORMS: dict[str, Callable[[Figure], str]] = {
    "value": words.value,
    "size": words.size,
    "verb": words.verb,
    "about": words.about,
    "about_interval": words.about_interval,
    "interval": words.interval,
    "numerator": lambda figure: words.part(figure, figure.numerator),
    "denominator": lambda figure: words.part(figure, figure.denominator),
    "period": lambda figure: figure.period,
    "baseline": lambda figure: figure.baseline,
}
# Words that depend on more than the figure that they are bound to; each gives None where it cannot be said of the figure.
WORDS: dict[str, Callable[[Figure, Figures], str | None]] = {
    "significantly": lambda figure, _: _significantly(figure),
    "lowest": lambda figure, figures: _lowest(figure, figures),
}
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
    if form not in ("value", "size", "about") or figure.value is None:
        return Markup("{}").format(FORMS[form](figure))
    return Markup('<data class="figure" value="{}" data-figure="{}">{}</data>').format(
        format(figure.value, ".15g"), figure.id, FORMS[form](figure))


def _significantly(figure: Figure) -> str | None:
    """Whether the interval of a change leaves out no change at all; None of a level and of what has no interval."""
    if not figure.signed or figure.low is None or figure.high is None:
        return None
    return "more than chance" if figure.low > 0 or figure.high < 0 else "no more than chance"


def _lowest(figure: Figure, figures: Figures) -> str | None:
    """That a figure is the lowest of its series, and since when; None where it is not."""
    name = f"{figure.id.rpartition('.')[0]}.lowest_period"
    lowest = figures.get(name)
    if lowest is None or (figure.value, figure.unit, figure.period) != (lowest.value, lowest.unit, lowest.period):
        return None
    return f"the lowest since {lowest.baseline.partition(' to ')[0]}"


def _said(binding: str, figures: Figures) -> str:
    """What a binding that has no problem says, as plain text."""
    name, _, form = binding.partition(":")
    return WORDS[form](figures[name], figures) or "" if form in WORDS else FORMS[form or "value"](figures[name])


def _marked(binding: str, figures: Figures) -> Markup:
    """The same for a page: a figure marked up, or the words that it decides."""
    name, _, form = binding.partition(":")
    return Markup.escape(_said(binding, figures)) if form in WORDS else mark(figures[name], form or "value")


def problems(source: str, figures: Figures) -> Iterator[Problem]:
    """Everything that keeps *source* from being published, all at once."""
    if len(source) > LONGEST:
        yield Problem(f"{len(source)} characters", f"a commentary has at most {LONGEST:,} characters", "Shorten it.")
        return
    for character in sorted(set(source)):
        if character not in _ALLOWED_CONTROLS and unicodedata.category(character) in UNPRINTABLE:
            yield Problem(f"U+{ord(character):04X}", "control, direction and invisible characters are not published",
                          "Delete the character.")
    for value, rule in stated_numbers.faulty_marks(source):
        yield Problem(value, rule, f"Write it as {stated_numbers.EXAMPLE}, or take the mark away.")
    source = stated_numbers.unmarked(source)
    if re.search(r"[{}]", BINDING.sub("", source)):
        yield Problem("{ or }", "a brace that is not part of a binding", "Bind as {figure.id}, or leave the brace out.")
    for binding in dict.fromkeys(BINDING.findall(source)):
        yield from _binding_problems(binding, figures)
    yield from _address_problems(_markdown().parse(source))


def _address_problems(tokens: Sequence[Token]) -> Iterator[Problem]:
    """What stands in the address or the title of a link, where no figure can stand and where an entity is unfolded."""
    for token in tokens:
        address = " ".join(str(value) for value in token.attrs.values())
        if "{" in address or "%7B" in address:
            yield Problem(address, "a binding in the address or the title of a link", "Bind it in the text of the link.")
        if any(unicodedata.category(character) in UNPRINTABLE for character in address):
            yield Problem(ascii(address), "an invisible character in the address or the title of a link", "Delete the character.")
        yield from _address_problems(token.children or ())


def _binding_problems(binding: str, figures: Figures) -> Iterator[Problem]:
    shown = "{" + binding + "}"
    if binding.startswith("stated"):
        yield Problem(shown, "no number stands in square brackets before this mark", f"Write it as {stated_numbers.EXAMPLE}.")
        return
    if not NAME.fullmatch(binding):
        yield Problem(shown, "a binding is a figure's id, and after a colon a form", "Write it as {robbery.change:size}.")
        return
    name, _, form = binding.partition(":")
    if form and form not in FORMS and form not in WORDS:
        yield Problem(shown, f"no form {form!r}", f"The forms are {', '.join([*FORMS, *WORDS])}.")
    if name not in figures:
        nearest = ", ".join(figures.nearest(name))
        yield Problem(shown, "no such figure in this cycle", f"Nearest: {nearest}." if nearest else "See figures.csv.")
        return
    figure = figures[name]
    if form == "verb" and not figure.signed:
        yield Problem(shown, "'rose' and 'fell' are said of a change; this figure is a level", "Bind a change.")
    if form in ("interval", "about_interval") and not words.interval(figure):
        yield Problem(shown, "this figure has no interval", "Bind its value.")
    if form == "significantly" and _significantly(figure) is None:
        yield Problem(shown, "what is more than chance is said of a change that has an interval", "Bind such a change.")
    if form == "lowest" and _lowest(figure, figures) is None:
        yield Problem(shown, "this figure is not the lowest of its series", "Leave the words out, or bind the figure that is.")


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable(NOT_MARKDOWN)


def bind(source: str, figures: Figures) -> Bound:
    """Render *source* with its figures in place. Raises ValueError where :func:`problems` finds any."""
    for problem in problems(source, figures):
        raise ValueError(f"{problem.value}: {problem.rule}. {problem.mend}")
    used: dict[str, Figure] = {}

    def replace(match: re.Match[str]) -> str:
        name = match[1].partition(":")[0]
        used[name] = figures[name]
        return str(_marked(match[1], figures))

    def render_text(_self: object, tokens: Sequence[object], index: int, _options: object, _env: object) -> str:
        # Escaping first: a figure's markup is the only markup that a text token may carry.
        return BINDING.sub(replace, str(Markup.escape(tokens[index].content)))

    markdown = _markdown()
    markdown.add_render_rule("text", render_text)
    html = Markup(markdown.render(stated_numbers.unmarked(source)).strip())
    return Bound(html, plain(source, figures), tuple(used.values()))


def plain(source: str, figures: Figures) -> str:
    """The commentary as plain text, for a console."""
    return BINDING.sub(lambda match: _said(match[1], figures), stated_numbers.unmarked(source.strip()))


def sentence(source: str, figures: Figures, *, title: str = "") -> Bound:
    """A sentence of the package's own with its figures in place: text and bindings, no Markdown.

    ``{title}`` stands for *title*, which is printed as it is, whatever characters it has.
    """
    used: dict[str, Figure] = {}

    def marked(match: re.Match[str]) -> str:
        if match[1] == "title":
            return str(Markup.escape(title))
        name = match[1].partition(":")[0]
        used[name] = figures[name]
        return str(_marked(match[1], figures))

    html = Markup(BINDING.sub(marked, str(Markup.escape(source))))
    words_ = BINDING.sub(lambda match: title if match[1] == "title" else _said(match[1], figures), source)
    return Bound(html, words_, tuple(used.values()))
