"""Commentary: what a binding prints, what is named as a problem, and that nothing hostile reaches a page."""

from __future__ import annotations

import time
import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pcp_analysis.figures import commentary, unbound
from pcp_analysis.figures.figure import Figures
from tests.conftest import figure_of

CHANGE = figure_of(
    id="robbery.change",
    title="Made up: robbery",
    value=-5.25,
    unit="percent",
    basis="recomputed",
    method="",
    inputs=("made_up",),
    signed=True,
    low=-9.0,
    high=-1.44,
    numerator=1177.0,
    denominator=1359.0,
    period="April to June 2014",
    baseline="April to June 2013",
)
LEVEL = figure_of(
    id="confidence.agree.wave_36",
    title="Made up: agree",
    value=84.0,
    unit="percent",
    basis="quoted",
    method="",
    inputs=("made_up",),
)
LOST = figure_of(
    id="safety.dark",
    title="Made up: lost",
    value=None,
    unit="percent",
    basis="not held",
    method="",
    inputs=("made_up",),
)
PROJECTED = figure_of(
    id="robbery.projected_total",
    title="Made up: projected",
    value=5087.4,
    unit="count",
    basis="recomputed",
    method="",
    inputs=("made_up",),
    low=4512.0,
    high=5744.0,
)
HOSTILE = figure_of(
    id="hostile.change",
    title="Made up",
    value=1.0,
    unit="percent",
    basis="quoted",
    method="",
    inputs=(),
    signed=True,
    period='<script>alert(1)</script>"',
    baseline="{robbery.change} *not emphasis* &amp;",
)
RANK = figure_of(
    id="robbery.last_year_rank",
    title="Made up",
    value=2.0,
    unit="rank",
    basis="recomputed",
    method="",
    inputs=("made_up",),
)
FAR = figure_of(
    id="robbery.far_rank", title="Made up", value=13.0, unit="rank", basis="recomputed", method="", inputs=("made_up",)
)
FIGURES = Figures(
    (figure.id.partition(".")[0], lambda figure=figure: [figure])
    for figure in (CHANGE, LEVEL, LOST, HOSTILE, PROJECTED, RANK, FAR)
)

# What Markdown may make of a commentary, and our own mark for a figure; nothing else may stand on a page.
TAGS = {"a", "blockquote", "br", "data", "em", "hr", "li", "ol", "p", "strong", "ul"}
ATTRIBUTES = {"a": {"href", "title"}, "data": {"class", "value", "data-figure"}, "ol": {"start"}}


def assert_harmless(source: str) -> None:
    """Either a problem is named and nothing is rendered, or what is rendered is Markdown's tags and our figures alone."""
    if list(commentary.problems(source, FIGURES)):
        with pytest.raises(ValueError, match=r"."):
            commentary.bind(source, FIGURES)
        return
    bound = commentary.bind(source, FIGURES)
    html = str(bound.html)
    assert not [each for each in html if unicodedata.category(each)[0] == "C" and each not in "\n\t"], (
        "an invisible character"
    )
    printed = set()
    for element in list(ElementTree.fromstring(f"<div>{html}</div>").iter())[1:]:
        assert element.tag in TAGS, f"the tag {element.tag}"
        assert set(element.attrib) <= ATTRIBUTES.get(element.tag, set()), f"the attributes {element.attrib}"
        address = element.get("href", "").strip().lower()
        assert not address.startswith(("javascript:", "vbscript:", "data:", "file:")), address
        if element.tag == "data":
            printed.add(element.get("data-figure"))
    assert printed <= {figure.id for figure in bound.figures}


# -- bindings
# -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("binding", "printed"),
    [
        ("{robbery.change}", "−5.3%"),
        ("{robbery.change:value}", "−5.3%"),
        ("{robbery.change:size}", "5.3%"),
        ("{robbery.change:verb}", "fell"),
        ("{robbery.change:interval}", "−9.0% to −1.4%"),
        ("{robbery.change:numerator}", "1,177"),
        ("{robbery.change:denominator}", "1,359"),
        ("{robbery.change:period}", "April to June 2014"),
        ("{robbery.change:baseline}", "April to June 2013"),
        ("{confidence.agree.wave_36}", "84%"),
        ("{safety.dark}", "not held"),
        ("{robbery.last_year_rank:place}", "second"),
        ("{robbery.projected_total}", "5,087"),
        ("{robbery.projected_total:about}", "5,090"),
        ("{robbery.projected_total:about_interval}", "4,510 to 5,740"),
    ],
)
def test_a_binding_prints_its_figure_in_the_form_asked_for(binding, printed):
    """Every documented form prints what it says, in HTML and in plain text alike."""
    bound = commentary.bind(f"It is {binding} now.", FIGURES)
    assert "".join(ElementTree.fromstring(str(bound.html)).itertext()) == f"It is {printed} now."
    assert bound.plain == f"It is {printed} now."
    assert [figure.id for figure in bound.figures] == [binding[1:-1].partition(":")[0]]


def test_every_form_is_tried_above():
    """A form that is added to the commentary is added to the tests as well."""
    assert set(commentary.FORMS) == {
        "value",
        "size",
        "verb",
        "interval",
        "about",
        "about_interval",
        "odds",
        "numerator",
        "denominator",
        "period",
        "baseline",
        "place",
    }


def test_a_figure_is_marked_for_machines_with_its_exact_value():
    """The printed number is rounded, the mark beside it is not, and names the figure."""
    mark = ElementTree.fromstring(str(commentary.bind("{robbery.change}", FIGURES).html)).find("data")
    assert mark.attrib == {"class": "figure", "value": "-5.25", "data-figure": "robbery.change"}
    assert mark.text == "−5.3%"


def test_a_figure_that_is_not_held_is_words_and_no_number():
    """What has no value carries no mark with a value."""
    bound = commentary.bind("{safety.dark}", FIGURES)
    assert str(bound.html) == "<p>not held</p>"
    assert bound.figures == (LOST,)


def test_a_figure_used_twice_is_one_record():
    """The records of a text name each figure once, in the order in which it is first used."""
    bound = commentary.bind(
        "{robbery.change:verb} by {robbery.change:size}, {confidence.agree.wave_36}, {robbery.change}", FIGURES
    )
    assert bound.figures == (CHANGE, LEVEL)


def test_markdown_around_a_binding_is_rendered():
    """Emphasis, lists and links are Markdown's, and a binding may stand inside them."""
    bound = commentary.bind(
        "**{robbery.change}** and *{confidence.agree.wave_36}*\n\n- [so](https://example.org/a)", FIGURES
    )
    tags = [element.tag for element in ElementTree.fromstring(f"<div>{bound.html}</div>").iter()]
    assert tags == ["div", "p", "strong", "data", "em", "data", "ul", "li", "a"]


def test_words_of_a_figure_are_neither_html_nor_markdown_nor_bindings():
    """What a period or a baseline says is text, whatever it looks like."""
    bound = commentary.bind("{hostile.change:period} {hostile.change:baseline}", FIGURES)
    paragraph = ElementTree.fromstring(str(bound.html))
    assert len(paragraph) == 0
    assert paragraph.text == f"{HOSTILE.period} {HOSTILE.baseline}"


def test_a_sentence_is_rendered_without_its_paragraph():
    """What stands in a table cell or a title brings no paragraph of its own."""
    bound = commentary.sentence("Robbery {robbery.change:verb}.", FIGURES)
    assert str(bound.html) == "Robbery fell."
    assert bound.figures == (CHANGE,)


# -- problems
# -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "value", "words"),
    [
        ("{robery.change}", "{robery.change}", "robbery.change"),
        ("{confidence.agree.wave_35}", "{confidence.agree.wave_35}", "confidence.agree.wave_36"),
        ("{robbery.change:siez}", "{robbery.change:siez}", "size"),
        ("{confidence.agree.wave_36:verb}", "{confidence.agree.wave_36:verb}", "a level"),
        ("{confidence.agree.wave_36:interval}", "{confidence.agree.wave_36:interval}", "no interval"),
        ("{confidence.agree.wave_36:about_interval}", "{confidence.agree.wave_36:about_interval}", "no interval"),
        ("{confidence.agree.wave_36:numerator}", "{confidence.agree.wave_36:numerator}", "not made of two"),
        ("{confidence.agree.wave_36:denominator}", "{confidence.agree.wave_36:denominator}", "not made of two"),
        ("{safety.dark:period}", "{safety.dark:period}", "no period"),
        ("{confidence.agree.wave_36:baseline}", "{confidence.agree.wave_36:baseline}", "compared with no period"),
        ("{safety.dark:verb}", "{safety.dark:verb}", "no number is held"),
        ("{robbery.change:place}", "{robbery.change:place}", "a rank from 1 to 12"),
        ("{robbery.far_rank:place}", "{robbery.far_rank:place}", "a rank from 1 to 12"),
        ("{robbery.change}%", "{robbery.change}%", "a unit typed beside"),
        ("{robbery.change:size} per cent", "{robbery.change:size} per cent", "5.3%"),
        ("**{robbery.change:size}** percent", "{robbery.change:size}** percent", "a unit typed beside"),
        ("{robbery.change} points", "{robbery.change} points", "a unit typed beside"),
        ("{robbery.change:denominator}%", "{robbery.change:denominator}%", "1,359"),
        ("£{robbery.projected_total}", "£{robbery.projected_total}", "5,087"),
        ("{robbery.projected_total} per 1,000", "{robbery.projected_total} per 1,000", "a unit typed beside"),
        ("{robbery}", "{robbery}", "a figure's id"),
        ("{}", "{}", "a figure's id"),
        ("{__class__}", "{__class__}", "a figure's id"),
        ("{robbery.change.__class__}", "{robbery.change.__class__}", "robbery.change"),
        ("{robbery.change!r}", "{robbery.change!r}", "a figure's id"),
        ("{robbery.change:>10}", "{robbery.change:>10}", "a figure's id"),
        ("{0.imag}", "{0.imag}", "a figure's id"),
        ("{ robbery.change }", "{ robbery.change }", "a figure's id"),
        ("{robbery.change", "{ or }", "a brace"),
        ("robbery.change}", "{ or }", "a brace"),
        ("{{robbery.change}}", "{ or }", "a brace"),
        ("{robbery.\nchange}", "{ or }", "a brace"),
        ("a\x00b", "U+0000", "control"),
        ("a\u202eb", "U+202E", "direction"),
        ("a\u2066b", "U+2066", "direction"),
        ("a\u200bb", "U+200B", "invisible"),
        ("a\ufeffb", "U+FEFF", "invisible"),
        ("a\x1bb", "U+001B", "control"),
        ("a\rb", "U+000D", "control"),
        ("a\ud800b", "U+D800", "control"),
    ],
)
def test_what_cannot_be_published_is_named_with_its_rule(source, value, words):
    """A problem says what stands there, which rule it breaks and what would be right."""
    found = [problem for problem in commentary.problems(source, FIGURES) if problem.value == value]
    assert len(found) == 1
    assert words in f"{found[0].rule} {found[0].mend}"
    with pytest.raises(ValueError, match=r"."):
        commentary.bind(source, FIGURES)


@pytest.mark.parametrize(
    "source",
    [
        "{confidence.agree.wave_36}, per cent, {robbery.change:verb} %",
        "a plan of {robbery.projected_total} points",
        "50 % {robbery.change}",
        "{robbery.change:period} per cent",
        "{robbery.change}\n\npoints of order",
        "£ and {robbery.change}",
    ],
)
def test_words_near_a_number_that_are_no_unit_of_it_stand(source):
    """A unit of another number, a form that prints none, and points that are counted."""
    assert list(commentary.problems(source, FIGURES)) == []


def test_all_problems_of_a_text_are_named_at_once():
    """A text with four problems is mended in one round, and a problem that stands twice is named once."""
    source = "{robery.change} {robery.change} {robbery.change:nope} \x07 and } alone"
    values = [problem.value for problem in commentary.problems(source, FIGURES)]
    assert sorted(values) == sorted(["U+0007", "{ or }", "{robery.change}", "{robbery.change:nope}"])


def test_an_unknown_figure_where_nothing_is_near_says_where_to_look():
    """Without near ids the list of all figures is named."""
    (problem,) = commentary.problems("{zzzz.qqqq}", FIGURES)
    assert "figures.csv" in problem.mend


def test_a_text_of_a_megabyte_is_refused_for_its_length():
    """Length is judged before anything else, so that a huge text costs nothing."""
    (problem,) = commentary.problems("{" * 1_000_000, FIGURES)
    assert "1000000 characters" in problem.value
    assert "20,000" in problem.rule


def test_a_text_of_the_longest_length_is_published():
    """The limit itself is allowed, one more is not."""
    assert not list(commentary.problems("a" * commentary.LONGEST, FIGURES))
    assert list(commentary.problems("a" * (commentary.LONGEST + 1), FIGURES))


@pytest.mark.parametrize(
    "source", ["", "Plain words.", "50 % of £3; it’s “quoted” – naïve, 北", "Line one\nline two\n\n\tcode?"]
)
def test_ordinary_words_have_no_problem(source):
    """Commentary in ordinary words is published as it is."""
    assert not list(commentary.problems(source, FIGURES))
    assert commentary.bind(source, FIGURES).figures == ()


# -- hostile text
# ---------------------------------------------------------------------------------------------------------

ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//example.org/x.js></SCRIPT>",
    '<img src=x onerror="alert(1)">',
    "<style>*{display:none}</style>",
    "<iframe src='https://example.org'></iframe>",
    "text <b onclick=alert(1)>bold</b>",
    "<!-- comment --><!DOCTYPE html><![CDATA[x]]><?php x ?>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](javascript&colon;alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](vbscript:msgbox)",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "[a]: javascript:alert(1)\n\n[a]",
    '[a](https://example.org "title\\" onmouseover=alert(1) x=\\"")',
    "![alt](https://example.org/x.png)",
    "![alt][r]\n\n[r]: https://example.org/x.png",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)",
    "{__class__}{robbery.__init__.__globals__}",
    "{" * 5_000 + "}" * 5_000,
    "{{{{robbery.change}}}}",
    "a\x00<script>",
    "\u202e<script>\u202c",
    "```html\n<script>alert(1)</script>\n```",
    "    <script>alert(1)</script>",
    "`<script>`",
    '```"><script>\nx\n```',
    "[" * 20_000,
    "> " * 9_999,
    "*a _b " * 3_000,
    "<" * 20_000,
    "a" * 1_000_000,
    "<data class='figure' value='1' data-figure='robbery.change'>99%</data>",
    "<!--" * 5_000,
    "text <!-- <script>alert(1)</script> --> text",
    "--><script>alert(1)</script><!--",
    "<!-- {robbery.change} -->",
    "[a](https://example.org '\"><script>alert(1)</script>')",
    '[a](https://example.org (x" onload=alert(1)))',
    "[a](<javascript:alert(1)>)",
    "[a](  javascript:alert(1) )",
    "[a](java\tscript:alert(1))",
    "[a](\\u006aavascript:alert(1))",
    "[a](%6aavascript:alert(1))",
    "<JAVASCRIPT:alert(1)>",
    '<https://example.org/"onmouseover=alert(1)>',
    "<mailto:a@b.c?body=<script>>",
    "".join(f"{{a.b{number}}}" for number in range(2_000)),
    "[" * 50 + "](" * 5_000,
    "\n".join(" " * depth + "- a" for depth in range(190)),
    "[a](" * 4_999 + "{robbery.change}",
    "{robbery.change:size}" * 900,
]


@pytest.mark.slow
@pytest.mark.parametrize("source", ATTACKS, ids=[f"{number:02d}" for number in range(len(ATTACKS))])
def test_a_hostile_text_is_refused_or_rendered_harmless(source):
    """Script, HTML, dangerous links, images, template tricks and floods of brackets never reach a page as such."""
    assert_harmless(source)


@pytest.mark.parametrize(
    "source",
    [
        "&#123;no.such_figure&#125;",
        "&lbrace;no.such&rbrace;",
        "&#x7b;robbery.change:nope&#x7d;",
        "&lcub;robbery.change&rcub;",
    ],
)
def test_a_binding_spelt_with_entities_is_no_way_around_the_check(source):
    """Braces that Markdown makes of entities bind nothing unseen, and break nothing."""
    if not list(commentary.problems(source, FIGURES)):
        bound = commentary.bind(source, FIGURES)
        assert "<data" not in bound.html


@pytest.mark.parametrize(
    "source",
    [
        "a&#x202e;b",
        "a&#8238;b",
        "a&#x200b;b",
        "a&rlm;b",
        "a&ZeroWidthSpace;b",
        "a&#12;b",
        "a&shy;b",
        '[a](https://example.org "&#x202e;b")',
        "[a](https://example.org/&#x202e;b)",
    ],
)
def test_an_invisible_character_spelt_as_an_entity_is_refused_or_left_out(source):
    """What may not stand in a text may not be smuggled in under its number or name either."""
    assert_harmless(source)


@pytest.mark.parametrize(
    "source",
    [
        "`{robbery.change}`",
        "    {robbery.change}",
        "```\n{robbery.change}\n```",
        "[link]({robbery.change})",
        '[link](https://example.org "{robbery.change}")',
        "<https://example.org/{robbery.change}>",
        '[link][r]\n\n[r]: https://example.org "{robbery.change}"',
        "> - [link][r]\n\n[r]: https://example.org/{robbery.change}",
        '[link](https://example.org "&lbrace;robbery.change&rbrace;")',
    ],
)
def test_a_binding_where_markdown_renders_no_figure_is_a_problem(source):
    """In code, in an address or in a link's title no figure can stand, so that a page never prints a raw binding."""
    if not list(commentary.problems(source, FIGURES)):
        bound = commentary.bind(source, FIGURES)
        assert "{" not in bound.html
        assert "%7B" not in bound.html
        assert bound.figures == (CHANGE,)


@pytest.mark.parametrize("source", ["# A title", "A title\n=====", "## Part", "Part\n---"])
def test_commentary_makes_no_heading_of_its_own(source):
    """The headings of a page are the page's, one h1 and the others in order; commentary adds none."""
    if not list(commentary.problems(source, FIGURES)):
        assert "<h" not in commentary.bind(source, FIGURES).html.replace("<hr", "")


PIECES = st.lists(
    st.sampled_from(
        [
            "[",
            "](",
            "![",
            "<",
            "<!--",
            "*",
            "_",
            "**",
            "`",
            ">",
            "- ",
            "1. ",
            "\n",
            " ",
            "\\",
            "&",
            "a",
            "(",
            ")",
            "{",
            "}",
            "{a.b}",
            "{robbery.change}",
            "{robbery.change:verb}",
            "[1]{stated: a}",
            "]{",
            "%",
            "5",
            "May",
        ]
    ),
    min_size=1,
    max_size=5,
).map("".join)


@settings(max_examples=25, deadline=None)
@given(PIECES)
@example("[[[[[](")
@example("*_")
@pytest.mark.slow
def test_no_text_of_the_longest_length_takes_long(piece):
    """Whatever is repeated until a text is as long as it may be is judged, and refused or rendered harmless, in bounded
    time.
    """
    source = (piece * (commentary.LONGEST // len(piece) + 1))[: commentary.LONGEST]
    begun = time.process_time()
    assert_harmless(source)
    list(unbound.typed(source, ["Sentinel 2"]))
    assert time.process_time() - begun < 10


def test_the_nearest_ids_are_looked_for_a_few_times_only(monkeypatch):
    """A text of thousands of unknown figures asks for the nearest ids of some, and still names each."""
    asked = []
    monkeypatch.setattr(Figures, "nearest", lambda _, name: asked.append(name) or [])
    source = "".join(f"{{a.b{number}}}" for number in range(2_000))
    assert len(list(commentary.problems(source, FIGURES))) == 2_000
    assert len(asked) == commentary.MOST_SUGGESTED


MARKDOWN = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "<",
                ">",
                "</",
                "script",
                "<script>",
                "</script>",
                "<img src=x onerror=x>",
                "javascript:",
                "[",
                "](",
                ")",
                "![",
                "]",
                "`",
                "```",
                "*",
                "**",
                "_",
                "\\",
                "&",
                "&lt;",
                "&#60;",
                "&quot;",
                '"',
                "'",
                "\n",
                "\n\n",
                "    ",
                "> ",
                "- ",
                "1. ",
                "=",
                "#",
                "---",
                "{robbery.change}",
                "{robbery.change:verb}",
                "{confidence.agree.wave_36}",
                "{hostile.change:period}",
                "{",
                "}",
                "{{",
                "}}",
                "{__class__}",
                "{0.x}",
                "https://example.org",
                "<https://example.org>",
                "[a]: ",
                "|",
                "~",
                "\t",
                "data:text/html,",
                "onload=",
            ]
        ),
        st.text(max_size=6),
    ),
    max_size=14,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(MARKDOWN)
@example("<script>{robbery.change}</script>")
@example("[x](javascript:{robbery.change})")
def test_no_markdown_gets_anything_but_markdown_onto_a_page(source):
    """Whatever is put together from Markdown, HTML and bindings is refused, or is Markdown's tags and our figures
    alone.
    """
    assert_harmless(source)


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_no_text_at_all_gets_anything_but_markdown_onto_a_page(source):
    """The same of any text whatever, in any script, with any invisible character."""
    assert_harmless(source)


@settings(max_examples=60, deadline=None)
@given(MARKDOWN)
def test_no_raw_script_ever_passes(source):
    """Whatever surrounds it, an opening script tag is never in the HTML of a page, in any case of letters."""
    wrapped = f"{source}<script>alert(1)</script>{source}"
    if not list(commentary.problems(wrapped, FIGURES)):
        assert "<script" not in commentary.bind(wrapped, FIGURES).html.lower()


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from([CHANGE, LEVEL, HOSTILE]), min_size=1, max_size=6),
    st.sampled_from([" ", ", ", " and *so* ", "\n\n- "]),
)
def test_every_figure_that_is_printed_is_among_the_records(used, between):
    """The records of a text are exactly the figures that it shows."""
    bound = commentary.bind(between.join(f"{{{figure.id}}}" for figure in used), FIGURES)
    shown = [element.get("data-figure") for element in ElementTree.fromstring(f"<div>{bound.html}</div>").iter("data")]
    assert shown == [figure.id for figure in used]
    assert {figure.id for figure in bound.figures} == set(shown)
