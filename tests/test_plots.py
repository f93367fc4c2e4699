"""Charts that compare: answers of a survey, figures with their intervals, and forces in a funnel, from made-up data."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pandas as pd
import pytest
from markupsafe import Markup

from pcp_analysis import metrics
from pcp_analysis.figures.commentary import Bound
from pcp_analysis.figures.figure import Figure
from pcp_analysis.pages import plots
from pcp_analysis.pages.chart import Chart, Source
from tests.conftest import figure_of

NAMESPACE = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert("x")</script>&amp;'
SOURCE = Source(("made_up",), "Nobody, as at 11 September 2014 & later")
ANSWERS = [
    "Completely agree",
    "Agree",
    "Agree to some extent",
    "Neither",
    "Disagree to some extent",
    "Disagree",
    "Completely disagree",
]


def made_up(id: str, value: float, low: float | None = None, high: float | None = None) -> Figure:
    """A figure that nobody published."""
    return figure_of(
        id=id,
        title="Made up",
        value=value,
        unit="percent",
        basis="recomputed",
        method="",
        inputs=("made_up",),
        low=low,
        high=high,
        signed=id.startswith("change"),
    )


CHANGE = made_up("made_up.change", 5.0)
MESSAGE = Bound(Markup("It <em>rose</em> &amp; more"), "It rose & more", (CHANGE,))
POINTS = [
    ("North", made_up("rate.north", 63.4, 63.1, 63.7)),
    ("South & East", made_up("rate.south", 71.2, 70.0, 72.4)),
    ("West", made_up("rate.west", 75.0)),
]


def likert(**changed: object) -> Chart:
    """Two waves of seven answers."""
    answers = pd.DataFrame(
        [[13, 49, 22, 5, 4, 5, 2], [13, 48, 21, 7, 4, 5, 2]], index=["Wave 36", "Wave 35"], columns=ANSWERS
    )
    return plots.likert_chart(
        "trust-answers", MESSAGE, **{"answers": answers, "measure": "Answers by wave", "source": SOURCE, **changed}
    )


def intervals(**changed: object) -> Chart:
    """Three places, one without an interval."""
    return plots.interval_chart(
        "robbery-rates",
        MESSAGE,
        **{
            "points": POINTS,
            "measure": "Robbery per 1,000",
            "source": SOURCE,
            "marked": "North",
            "reference": ("no change", 70.0),
            **changed,
        },
    )


def funnel(**changed: object) -> Chart:
    """Twelve forces, of which one is far above what is expected of it."""
    names = [f"Force {number}" for number in range(11)] + ["North & West"]
    expected = pd.Series([100.0 * number for number in range(1, 13)], names)
    observed = expected + pd.Series([3, -5, 4, -8, 6, 2, -9, 5, -4, 7, 1, 0], names)
    observed["Force 3"] += 300
    frame = metrics.funnel(observed, expected, overdispersed=False).frame
    return plots.funnel_chart(
        "robbery-funnel",
        MESSAGE,
        **{"frame": frame, "marked": "North & West", "measure": "Robbery by force", "source": SOURCE, **changed},
    )


CHANGES = [
    ("North", made_up("change.north", 4.5, -1.0, 10.2)),
    ("South & East", made_up("change.south", -12.4)),
    ("West", made_up("change.west", -3.0, -5.0, -1.0)),
]


def changes(**changed: object) -> Chart:
    """Three measures, of which the plan promises one and one has no interval."""
    return plots.changes_chart(
        "06_made_up-changes",
        MESSAGE,
        **{
            "changes": CHANGES,
            "measure": "Change in per cent on last year",
            "source": SOURCE,
            "marked": ["West"],
            **changed,
        },
    )


KINDS: dict[str, Callable[..., Chart]] = {
    "likert": likert,
    "intervals": intervals,
    "changes": changes,
    "funnel": funnel,
}


@pytest.fixture(scope="module")
def drawn() -> dict[str, Chart]:
    """A chart of each kind."""
    return {kind: draw() for kind, draw in KINDS.items()}


def parsed(chart: Chart) -> ElementTree.Element:
    """The chart's HTML; an element that is not closed is an error."""
    return ElementTree.fromstring(str(chart.html))


def words(element: ElementTree.Element) -> str:
    """All text of an element."""
    return "".join(element.itertext())


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_has_words_data_and_source(kind, drawn):
    """Message, alternative, the data as a table without a gap, the source, and the figures of its message."""
    chart = drawn[kind]
    (picture,) = parsed(chart).iter(f"{NAMESPACE}svg")
    assert picture.get("aria-label") == chart.alt
    assert not re.search(r"\b(nan|None|inf)\b", f"{chart.alt} {words(parsed(chart))}")
    (table,) = parsed(chart).iter("table")
    assert [words(header) for header in table.iter("th") if header.get("scope") == "col"] == list(chart.frame.columns)
    assert len(table.find("tbody")) == len(chart.frame)
    assert f"Source: {SOURCE.words}" in words(parsed(chart))
    assert CHANGE in chart.figures


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_data_give_the_same_bytes(kind, drawn):
    """Drawing once more changes nothing, and every id begins with the chart's own name."""
    html = str(drawn[kind].html)
    assert str(KINDS[kind]().html) == html
    ids = re.findall(r'\bid="([^"]*)"', html)
    assert len(ids) == len(set(ids)) > 3
    assert all(drawn[kind].name in id for id in ids)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("likert", ["Wave 36: Completely agree 13%, Agree 49%", "Neither 7%"]),
        ("intervals", ["North: 63.4% (63.1% to 63.7%)", "South & East: 71.2%", "West: 75.0%."]),
        (
            "changes",
            [
                "the change in per cent on last year, the largest fall first. South & East: −12.4%. West: −3.0% (−5.0% to −1.0%). North"
            ],
        ),
        ("funnel", ["12 forces", "North & West: 100 per cent of expected", "Force 3, very high"]),
    ],
)
def test_the_alternative_names_the_telling_values(kind, said, drawn):
    """Who cannot see the picture learns the numbers that it is about."""
    assert [part for part in said if part not in drawn[kind].alt] == []


def test_bars_part_at_the_middle_of_the_neutral_answer(drawn):
    """What agrees lies to the left of the line, what disagrees to the right, and the neutral answer half and half."""
    bars = [patch for patch in drawn["likert"].axes.patches if patch.get_y() < 0.5][:7]
    assert bars[0].get_x() == pytest.approx(-(13 + 49 + 22 + 2.5))
    assert bars[3].get_x() == pytest.approx(-2.5)
    assert bars[6].get_x() + bars[6].get_width() == pytest.approx(2.5 + 4 + 5 + 2)


def test_the_key_of_the_answers_is_in_the_order_of_the_bars(drawn):
    """Seven answers, each with a colour of its own, named in words below the bars."""
    assert [text.get_text() for text in drawn["likert"].axes.get_legend().get_texts()] == ANSWERS
    assert len(set(plots.ANSWER_COLOURS)) == 7


def test_one_wave_alone_has_bars():
    """A survey that was held once is drawn as well."""
    chart = likert(answers=pd.DataFrame([[13, 49, 22, 5, 4, 5, 2]], index=["Wave 1"], columns=ANSWERS))
    assert "Wave 1: Completely agree 13%" in chart.alt
    assert len(chart.frame) == 1


def test_an_answer_that_is_not_held_leaves_a_gap_and_the_rest():
    """A lost percentage is no bar and no number, and is said to be none."""
    answers = pd.DataFrame([[13.0, float("nan"), 22, 5, 4, 5, 2]], index=["Wave 1"], columns=ANSWERS)
    chart = likert(answers=answers)
    assert "Agree to some extent 22%" in chart.alt
    assert not re.search(r"\b(nan|None)\b", f"{chart.alt} {words(parsed(chart))}")


def test_the_marked_row_is_told_by_weight_and_shape_as_well_as_by_colour(drawn):
    """One place stands out, whatever the colours of the paper it is printed on."""
    axes = drawn["intervals"].axes
    weights = {label.get_text(): label.get_fontweight() for label in axes.get_yticklabels()}
    assert weights == {"North": "bold", "South & East": "normal", "West": "normal"}
    shapes = [line.get_marker() for line in axes.lines if line.get_marker() not in ("None", "", None)]
    assert shapes == ["o", "s", "s"]


def test_without_a_marked_row_all_rows_are_alike():
    """Where no place is the page's own none stands out."""
    shapes = {
        line.get_marker() for line in intervals(marked="").axes.lines if line.get_marker() not in ("None", "", None)
    }
    assert shapes == {"o"}


def test_every_point_is_a_figure_of_the_chart_with_exact_values(drawn):
    """The frame holds what is drawn, unrounded, and the records travel."""
    chart = drawn["intervals"]
    assert {figure.id for figure in chart.figures} == {"made_up.change", "rate.north", "rate.south", "rate.west"}
    assert chart.frame["value"].tolist() == [63.4, 71.2, 75.0]
    assert chart.frame["low"].tolist()[:2] == [63.1, 70.0]
    assert pd.isna(chart.frame["low"].iloc[2])


def test_a_figure_that_is_not_held_is_named_and_not_drawn():
    """A lost figure has its row and no dot."""
    lost = figure_of(
        id="rate.east", title="Made up", value=None, unit="percent", basis="not held", method="", inputs=("made_up",)
    )
    chart = intervals(points=[*POINTS, ("East", lost)])
    assert "East: not held" in chart.alt
    assert len(chart.frame) == 4


def test_changes_are_sorted_with_no_change_drawn_and_the_promised_marked(drawn):
    """The largest fall first; the line of no change is in the picture, and a promise is told by weight and shape too."""
    chart = drawn["changes"]
    assert chart.frame["measure"].tolist() == ["South & East", "West", "North"]
    assert chart.frame["change in per cent"].tolist() == [-12.4, -3.0, 4.5]
    weights = {label.get_text(): label.get_fontweight() for label in chart.axes.get_yticklabels()}
    assert weights == {"South & East": "normal", "West": "bold", "North": "normal"}
    shapes = [line.get_marker() for line in chart.axes.lines if line.get_marker() not in ("None", "", None)]
    assert shapes == ["s", "o", "s"]
    low, high = chart.axes.get_xlim()
    assert low < 0 < high
    assert any(list(line.get_xdata()) == [0, 0] for line in chart.axes.lines)
    assert "no change" in words(parsed(chart))


def test_a_funnel_holds_every_force_with_its_verdict(drawn):
    """Recorded, expected and what follows, a row a force; the one that is far above is told so."""
    frame = drawn["funnel"].frame.set_index("force")
    assert frame.loc["Force 3", "recorded"] == 692
    assert frame.loc["Force 3", "per cent of expected"] == pytest.approx(173.0)
    assert frame.loc["Force 3", "verdict"] == "very high"
    assert (frame["verdict"] != "within").sum() == 1


def test_every_verdict_of_a_funnel_has_a_mark_and_sides_are_told_apart():
    """Above and below are different shapes, so that a page in black and white says the same."""
    assert set(plots.VERDICT_MARKS) == {"within", "high", "very high", "low", "very low"}
    marks = plots.VERDICT_MARKS
    assert len({marks["within"], marks["high"], marks["low"]}) == 3


def test_a_funnel_in_which_all_is_usual_says_so():
    """Where no force is beyond the limits the alternative says none."""
    expected = pd.Series([100.0, 200.0, 400.0, 800.0], ["Force 0", "Force 1", "Force 2", "North & West"])
    chart = funnel(frame=metrics.funnel(expected, expected, overdispersed=False).frame)
    assert "Beyond the limits: none" in chart.alt


TWO = pd.Series([15.0, 30.0], [HOSTILE, "b"])


@pytest.mark.parametrize(
    ("draw", "data"),
    [
        (plots.interval_chart, {"points": [(HOSTILE, made_up("a.b", 1.0, 0.5, 1.5))], "marked": HOSTILE}),
        (plots.changes_chart, {"changes": [(HOSTILE, made_up("a.b", 1.0, 0.5, 1.5))], "marked": [HOSTILE]}),
        (
            plots.likert_chart,
            {"answers": pd.DataFrame([[1.0] * 7], index=[HOSTILE], columns=[HOSTILE, *"abcdef"])},
        ),
        (plots.funnel_chart, {"frame": metrics.funnel(TWO, TWO).frame, "marked": HOSTILE}),
    ],
    ids=["intervals", "changes", "likert", "funnel"],
)
def test_hostile_words_stay_words(draw, data):
    """Whatever a label, a measure or a source says, it is text in the page."""
    chart = draw(
        "made-up",
        Bound(Markup.escape(HOSTILE), HOSTILE, ()),
        measure=HOSTILE,
        source=Source(("made_up",), HOSTILE),
        **data,
    )
    assert not [element for element in parsed(chart).iter() if element.tag.endswith("script")]
    assert HOSTILE in chart.alt
    assert words(parsed(chart)).count(HOSTILE) >= 4
