"""Numbers typed by hand: which are found and where, which may stand, and what a mark and a bound word print."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcp_analysis.figures import commentary, unbound
from pcp_analysis.figures.figure import Figure, Figures
from pcp_analysis.findings.faults import check_words
from pcp_analysis.findings.view import open_view
from pcp_analysis.plan import cycle as cycles
from tests.conftest import CHECKOUT, CYCLE, figure_of

UPDATES = f"data/raw/cycles/{CYCLE}/updates.toml"
DOCUMENT = (CHECKOUT / "docs/commentary.md").read_text(encoding="utf-8")


def figure(name: str, value: float | None, **fields: object) -> Figure:
    """A made-up figure."""
    return figure_of(
        **{
            "id": name,
            "title": "Made up",
            "value": value,
            "unit": "percent",
            "method": "",
            "inputs": ("made_up",),
            "basis": "recomputed" if value is not None else "not held",
        }
        | fields
    )


SPRING = {"unit": "count", "period": "April to June 2014"}
WAVES = {"yes": (50.0, 40.0, 60.0), "no": (30.0, 60.0, 60.0), "lone": (None, None, 7.0), "lost": (1.0, 2.0, None)}
FIGURES = Figures(
    (each.id.partition(".")[0], lambda each=each: [each])
    for each in (
        *(
            figure(f"trust.{answer}.wave_{wave}", value, item=answer, wave=wave, grain="wave", period=f"wave {wave}")
            for answer, values in WAVES.items()
            for wave, value in enumerate(values, 1)
        ),
        figure("robbery.change", -5.25, signed=True, low=-9.0, high=-1.44),
        figure("robbery.unsure", 2.0, signed=True, low=-1.0, high=5.0),
        figure("robbery.touching", 2.0, signed=True, low=0.0, high=5.0),
        figure("robbery.level", 84.0, low=82.9, high=84.9),
        figure("robbery.bare", 1.0, signed=True),
        figure("robbery.latest_period", 1177.0, **SPRING),
        figure("robbery.lowest_period", 1177.0, since="April 2006", baseline="April 2006 to June 2014", **SPRING),
        figure("burglary.latest_period", 2512.0, **SPRING),
        figure(
            "burglary.lowest_period",
            2500.0,
            since="April 2006",
            baseline="April 2006 to June 2014",
            unit="count",
            period="April to June 2013",
        ),
        figure("robbery.autumn", 9.0, unit="count", period="July to September 2008"),
        figure(
            "robbery.highest_period",
            9.0,
            since="April 2006",
            baseline="April 2006 to June 2014",
            unit="count",
            period="July to September 2008",
        ),
        figure("theft.latest_period", 90.0, **SPRING),
        figure(
            "theft.lowest_period",
            90.0,
            since="April 2006",
            baseline="April 2006 to June 2014",
            unit="count",
            period="April to June 2013",
        ),
    )
)


def found(source: str, *names: str) -> list[str]:
    """The numbers of a text that were typed by hand."""
    return [each.value for each in unbound.typed(source, names)]


# What the document says may stand, and more of each kind.
ALLOWED = {
    "a day": ["2 June 2014", "on 1 December", "11–12 September", "1st May 2015", "on **2** June", "31\nMarch"],
    "a month": ["September 2014", "May, 2014", "in *June* 2014"],
    "a day or month in figures": ["2014-09-11", "by 2014-09"],
    "a financial year": ["2014/15", "2010-11 was", "2013/2014", "1999/00", "2009–10"],
    "a year": [
        "in 2020.",
        "since summer 2011",
        "(2014)",
        "In 2014 and before",
        "from 2011–2014",
        "by the end of 2014, it",
        "autumn\n2014,",
    ],
    "an Act": ["the Anti-Social Behaviour, Crime and Policing Act 2014.", "Mental Health Act 1983 detentions"],
    "a section": ["section 136", "Section 12A", "article 8", "schedule 3", "item 6"],
    "a paragraph": ["(paragraph 61; paragraph 84.2)", "Paragraph 5"],
    "paragraphs": ["paragraphs 12-21", "first paragraphs 82–86", "paragraphs 7, 26 and 47 to 50"],
}


@pytest.mark.parametrize(
    ("kind", "source"), [(kind, source) for kind, sources in ALLOWED.items() for source in sources]
)
def test_dates_and_references_stand_as_they_are(kind: str, source: str) -> None:
    """Each declared kind of number is let through, and it is its own pattern that lets it."""
    assert found(source) == []
    assert unbound.PATTERNS[kind].search(source)


def test_the_document_lists_every_kind_and_every_form() -> None:
    """What may be typed or bound is written down, and its examples hold."""
    rows = dict(re.findall(r"^\| (an? [\w ]+|paragraphs) \| (.+) \|$", DOCUMENT, re.MULTILINE))
    assert list(rows) == list(unbound.PATTERNS) == list(ALLOWED)
    for kind, examples in rows.items():
        assert found(examples.split(": ")[0]) == [], kind
    forms = re.findall(r"^\|.*?\{id:(\w+)\}` \|", DOCUMENT, re.MULTILINE)
    assert forms == [*commentary.FORMS, *commentary.WORDS]
    assert unbound.EXAMPLE in DOCUMENT


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("Crime rose by 39 offences.", ["39"]),
        ("It fell 5.3%, or 1,177, from £1,000 to -5 and +2.", ["5.3%", "1,177", "£1,000", "5", "+2"]),
        ("In 2014 cases were closed, and 2015 more.", ["2014", "2015"]),
        ("The 2014 total", ["2014"]),
        ("in 2014% of", ["2014%"]),
        ("since 1850", ["1850"]),
        ("2013/15 was", ["2013/15"]),
        ("39 May", ["39"]),
        ("paragraph 5 and 39 offences", ["39"]),
        ("section 1360", ["1360"]),
        ("24/7 and 9:30", ["24/7", "9:30"]),
        ("M6, A38 and COVID-19", ["6", "38", "19"]),
        ("٣٩ offences, ３９ more, ½ of it, x², Ⅳ and ①", ["٣٩", "３９", "½", "²", "Ⅳ", "①"]),
        ("{robbery.change}5 of 7", ["5", "7"]),
        ("1. one\n2. a\n4. b\n\n39) more", ["4", "39"]),
        ("[39](https://example.org/2014) and <https://example.org/39> {a.b_36}", ["39"]),
        ("one of both, once, the second half, half a year, a quarter, a third party, wave {a.wave_36:period}", []),
        ("> - 1. one\n> - 2. other", []),
        ("It has two hubs, Seven partnerships, twenty-one teams and 3 others.", ["two", "Seven", "twenty-one", "3"]),
        ("a fifth of crime, two thirds\nof it, hundreds of families, a dozen", ["fifth", "two", "hundreds", "dozen"]),
        (
            "half of them, one quarter of it, the last quarter of the year, the first half of 2014/15, the third of June",
            ["half", "quarter"],
        ),
        ("often, attentive, network, eighty-year-olds", ["eighty"]),
        ("[just over a fifth]{stated: paragraph 69} of all crime", []),
        ("[29 weeks]{stated: paragraph 28} and 29 weeks", ["29"]),
        ("[29 weeks] {stated: paragraph 28}", ["29"]),
    ],
)
def test_any_other_number_is_found(source: str, values: list[str]) -> None:
    """A numeral in any script that is neither a date nor a reference, bound or marked, is found as it stands."""
    assert found(source) == values


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 10**6) | st.integers(1890, 2110),
    st.sampled_from(["{} offences", "rose by {}", "({})", "**{}**", "- {}", "a{}", "{}th", "in {} cases", "£{}k"]),
)
def test_no_count_gets_through(number: int, sentence: str) -> None:
    """A count of whatever size is found wherever it stands, but for what reads as a year."""
    source = sentence.format(number)
    may_be_a_year = sentence in ("({})", "rose by {}") and 1900 <= number <= 2099
    assert len(found(source)) == (0 if may_be_a_year else 1), source


def test_a_declared_name_stands_and_nothing_beside_it() -> None:
    """The whole name, across a line's end and in emphasis, and no longer one."""
    assert found("Sentinel 2, *Sentinel*\n2 and Sentinel 2.", "Sentinel 2") == []
    assert found("Sentinel 21, Sentinels 2 and 2", "Sentinel 2") == ["21", "2", "2"]


@pytest.mark.parametrize(
    ("names", "rule"),
    [
        ('["Sentinel"]', "is no name with a number in it"),
        ('["39 offences"]', "is no name with a number in it"),
        ("3", "must be a list of texts"),
        ('[""]', "is blank"),
    ],
)
def test_names_are_read_strictly(copied_root: Path, names: str, rule: str) -> None:
    """A name without a number, a number that calls itself a name, a value of another kind: each a fault at its line."""
    path = copied_root / UPDATES
    path.write_text(path.read_text(encoding="utf-8").replace('["Sentinel 2"]', names), encoding="utf-8")
    faults = [fault for fault in cycles.check(copied_root, CYCLE) if rule in fault.rule]
    assert [(fault.file, "names" in fault.where, fault.where.startswith("line 5")) for fault in faults] == [
        (UPDATES, True, True)
    ]


# -- marks
# ----------------------------------------------------------------------------------------------------------------


def test_a_mark_prints_its_source_as_plain_text() -> None:
    """The words stand where they stood, with the source behind them in brackets; Markdown and bindings around go on."""
    bound = commentary.bind("It ran *for* [29 weeks]{stated: paragraph 28}, {robbery.level}.", FIGURES)
    assert bound.plain == "It ran *for* 29 weeks (stated, paragraph 28), 84.0%."
    assert str(bound.html).startswith("<p>It ran <em>for</em> 29 weeks (stated, paragraph 28), <data ")


@pytest.mark.parametrize("marked", ["29 weeks", "just over a fifth", "six months", "½"])
def test_what_is_marked_may_be_a_number_in_words(marked: str) -> None:
    """A lead's number is marked however it is written."""
    assert list(commentary.problems(f"It is [{marked}]{{stated: paragraph 69}} of all crime.", FIGURES)) == []


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("[some weeks]{stated: paragraph 28}", "holds no number"),
        ("[29 weeks]{stated:  }", "names no source"),
        ("[29 weeks]{stated}", "no number stands in square brackets"),
        ("[29 weeks] {stated: paragraph 28}", "no number stands in square brackets"),
        ("29 weeks{stated: paragraph 28}", "no number stands in square brackets"),
        ("[{robbery.level}, 29]{stated: paragraph 28}", "no number stands in square brackets"),
        ("[29 weeks]{statd: paragraph 28}", "a binding is a figure's id"),
    ],
)
def test_a_mark_that_marks_nothing_is_a_problem(source: str, rule: str) -> None:
    """Without a number, without a source, or misspelt: named, and nothing is rendered."""
    assert any(rule in problem.rule for problem in commentary.problems(source, FIGURES))
    with pytest.raises(ValueError, match=r"."):
        commentary.bind(source, FIGURES)


@pytest.mark.parametrize(
    "source",
    [
        "[1]{stated: <script>alert(1)</script>}",
        "[<img src=x onerror=alert(1)> 1]{stated: x}",
        "[x][1]{stated: javascript:alert(1)}",
        "[1 ](javascript:x)]{stated: y}",
        "![1]{stated: y}",
        "[1\u202e]{stated: y}",
        "[`1`]{stated: y}",
    ],
)
def test_a_hostile_mark_is_refused_or_rendered_harmless(source: str) -> None:
    """A mark is text like any other."""
    if not list(commentary.problems(source, FIGURES)):
        html = str(commentary.bind(source, FIGURES).html)
        assert re.sub(r"</?(p|em|strong)>", "", html).count("<") == 0


# -- pcp check
# ------------------------------------------------------------------------------------------------------------


def test_no_number_is_typed_in_what_is_committed() -> None:
    """Every cycle of this repository is bound, marked or names its dates."""
    for name in cycles.cycles(CHECKOUT):
        assert list(unbound.faults(cycles.load(CHECKOUT, name))) == []


def planted(root: Path) -> dict[str, int]:
    """Numbers typed into a text, a section, a caution and a commitment, with the line of each."""
    path = root / UPDATES
    source = path.read_text(encoding="utf-8")
    for old, new in (
        ("goes on under a chief superintendent", "goes on under 17 chief superintendents"),
        ("lowest year of total", "2nd lowest year of total"),
        ("The audit is provisional.", "The audit of 93 cases is provisional."),
        ("Sentinel is launched again (", "Sentinel is launched 3 times ("),
    ):
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    path.write_text(source, encoding="utf-8", newline="\n")
    lines = source.splitlines()
    return {
        value: next(number for number, text in enumerate(lines, 1) if words in text)
        for value, words in (
            ("17", "under 17 chief"),
            ("2", "2nd lowest"),
            ("93", "of 93 cases"),
            ("3", "launched 3 times"),
        )
    }


def test_a_typed_number_is_a_fault_with_its_line(copied_root: Path) -> None:
    """In every kind of text, at once, with file, line, value and how to mend it; a marked one is none."""
    expected = planted(copied_root)
    faults = [
        fault for fault in check_words(open_view(CYCLE, root=copied_root)) if fault.rule == "a number typed by hand"
    ]
    assert {fault.file for fault in faults} == {UPDATES}
    assert {fault.value: int(fault.where.partition(",")[0].removeprefix("line ")) for fault in faults} == expected
    assert {fault.value for fault in faults if "{stated: " in fault.mend} == {"17", "2", "93"}
    path = copied_root / UPDATES
    path.write_text(
        path.read_text(encoding="utf-8").replace("17 chief", "[17]{stated: paragraph 7} chief"), encoding="utf-8"
    )
    assert {fault.value for fault in unbound.faults(cycles.load(copied_root, CYCLE))} == {
        "2",
        "93",
        "3",
    }


def test_an_earlier_cycle_is_judged_for_its_cautions_alone(copied_root: Path) -> None:
    """What a later page prints too is named in the later check as well; the rest is the earlier check's."""
    planted(copied_root)
    shutil.copytree(copied_root / f"data/raw/cycles/{CYCLE}", copied_root / "data/raw/cycles/2014-08")
    held = cycles.load(copied_root, CYCLE)
    assert [fault.value for fault in unbound.faults(held, only_cautions=True)] == ["93"]
    assert len(list(unbound.faults(held))) == 4


def test_a_commitment_is_printed_as_it_stands(copied_root: Path) -> None:
    """It can neither bind nor mark: a brace in it is a fault at its line."""
    path = copied_root / UPDATES
    path.write_text(
        path.read_text(encoding="utf-8").replace("Sentinel is launched again", "{robbery.change}"), encoding="utf-8"
    )
    (fault,) = unbound.faults(cycles.load(copied_root, CYCLE))
    line = next(
        number
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "{robbery.change} (" in text
    )
    assert (fault.where.partition(",")[0], fault.value) == (f"line {line}", "{ or }")
