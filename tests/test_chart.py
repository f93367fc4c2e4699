"""The kinds of chart: each from made-up data, with its message, alternative, data and source, and the same bytes
always.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from xml.etree import ElementTree

import pandas as pd
import pytest
from markupsafe import Markup

from pcp_analysis import metrics
from pcp_analysis.figures.commentary import Bound
from pcp_analysis.figures.figure import Figure
from pcp_analysis.findings.view import open_view
from pcp_analysis.pages import open_outcome, svg, trends
from pcp_analysis.pages.chart import Chart, Source, data_table
from pcp_analysis.pages.charts import source_of
from pcp_analysis.pages.exhibit import FILES_MIME
from tests.conftest import CHECKOUT, CYCLE, figure_of

NAMESPACE = "{http://www.w3.org/2000/svg}"


def made_up(id: str, value: float, low: float | None = None, high: float | None = None, **fields: object) -> Figure:
    """A figure that nobody published."""
    return figure_of(
        **{
            "id": id,
            "title": "Made up",
            "value": value,
            "unit": "percent",
            "basis": "recomputed",
            "method": "",
            "inputs": ("made_up",),
            "low": low,
            "high": high,
            **fields,
        }
    )


CHANGE = made_up("robbery.change", -13.4, -32.1, 10.5, signed=True)
MESSAGE = Bound(Markup("Robbery <em>fell</em> by 13.4% &amp; more"), "Robbery fell by 13.4% & more", (CHANGE,))
SOURCE = Source(("made_up",), "Nobody, as at 11 September 2014 & later")


def quarters(first: str, values: list[float]) -> pd.Series:
    """A quarterly series that nobody counted."""
    return pd.Series(values, pd.period_range(first, periods=len(values), freq="Q-DEC", name="period"), name="robbery")


def path(name: str = "robbery-path", **changed: object) -> Chart:
    """A year to date of two quarters against two earlier years, a promise and a projection."""
    return trends.path_chart(
        name,
        MESSAGE,
        **{
            "this_year": quarters("2014Q2", [1177, 1251]),
            "others": [
                ("2013/14", quarters("2013Q2", [1359, 1291, 1308, 1415])),
                ("2012/13, the lowest", quarters("2012Q2", [1456, 1251, 1378, 1276])),
            ],
            "year": "2014/15",
            "promise": 5104.4,
            "fan": (5000.0, 4600.0, 5400.0),
            "measure": "Recorded robbery, Made-up North",
            "source": SOURCE,
            **changed,
        },
    )


LEVELS = [100.0, 104, 98, 101, 99, 103, 100, 97, 102, 100, 101, 99, 103, 70]


def control(
    name: str = "robbery-control", values: list[float] = LEVELS, words: list[str] | None = None, **changed: object
) -> Chart:
    """Fourteen quarters, the last of them far below the rest."""
    frame = metrics.xmr(quarters("2011Q1", values)).frame
    return trends.control_chart(
        name,
        MESSAGE,
        **{
            "frame": frame,
            "words": words or ["", "", "high", *[""] * (len(values) - 4), "improvement"],
            "subject": "robbery, Made-up North, by quarter",
            "measure": "Robbery by quarter",
            "source": SOURCE,
            "breaks": [(7, "new rules & counting")],
            **changed,
        },
    )


def level(name: str = "robbery-level", **changed: object) -> Chart:
    """Six quarters."""
    return trends.level_chart(
        name,
        MESSAGE,
        **{
            "series": quarters("2013Q1", [1500, 1359, 1291, 1308, 1415, 1177]),
            "measure": "Recorded robbery, Made-up North",
            "source": SOURCE,
            **changed,
        },
    )


KINDS: dict[str, Callable[..., Chart]] = {"path": path, "control": control, "level": level}


def digests() -> str:
    """The hash of the HTML of each kind of chart, a line each."""
    return "\n".join(
        f"{kind} {hashlib.sha256(str(draw().html).encode('utf-8')).hexdigest()}" for kind, draw in KINDS.items()
    )


@pytest.fixture(scope="module")
def drawn() -> dict[str, Chart]:
    """A chart of each kind."""
    return {kind: draw() for kind, draw in KINDS.items()}


@pytest.fixture(params=list(KINDS))
def chart(request, drawn) -> Chart:
    """A chart of each kind in turn."""
    return drawn[request.param]


def parsed(chart: Chart) -> ElementTree.Element:
    """The chart's HTML; an element that is not closed is an error."""
    return ElementTree.fromstring(str(chart.html))


def words(element: ElementTree.Element) -> str:
    """All text of an element."""
    return "".join(element.itertext())


def test_the_message_is_the_title_and_the_source_stands_below(chart):
    """Title, subtitle, picture, source and data stand in this order in one figure element."""
    figure = parsed(chart)
    assert figure.tag == "figure"
    assert figure.get("id") == f"chart-{chart.name}"
    caption, scroll, source, details, file = figure
    assert [words(line) for line in caption] == [MESSAGE.plain, chart.subtitle]
    assert words(source) == f"Source: {SOURCE.words}"
    assert scroll.find(f"{NAMESPACE}svg") is not None
    assert (scroll.get("role"), scroll.get("tabindex")) == ("region", "0")
    assert details.tag == "details"
    assert words(details.find("summary"))
    assert [link.get("href") for link in file.iter("a")] == [chart.file] == list(chart.files)


def test_the_file_beside_the_page_holds_the_data_exactly(chart):
    """What is drawn can be computed with: every digit, a column for each of the table's, nothing where nothing is held."""
    held = pd.read_csv(io.StringIO(chart.files[chart.file]))
    pd.testing.assert_frame_equal(held, chart.frame, check_dtype=False, check_index_type=False)
    assert chart._repr_mimebundle_()[FILES_MIME] == chart.files


def test_the_alternative_says_in_words_what_the_picture_shows(chart):
    """Every picture has its own words, which are no placeholder and are printed in a console too."""
    (picture,) = parsed(chart).iter(f"{NAMESPACE}svg")
    assert picture.get("aria-label") == chart.alt
    assert len(chart.alt) > 60
    assert chart.alt in repr(chart)
    assert not re.search(r"\b(nan|None|inf)\b", chart.alt)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (
            "path",
            [
                "2014/15: 2,428 by the end of September",
                "2013/14: 2,650 by then, 5,373 over the year",
                "5,000, from 4,600 to 5,400",
            ],
        ),
        ("control", ["Latest 70", "average 98", "July to September 2011: high", "April to June 2014: improvement"]),
        (
            "level",
            [
                "latest 1,177",
                "lowest 1,177 in April to June 2014",
                "highest 1,500 in January to March 2013",
                "First 1,500",
            ],
        ),
    ],
)
def test_the_alternative_names_the_latest_and_the_telling_values(kind, said, drawn):
    """Who cannot see the picture learns the numbers that it is about."""
    assert [part for part in said if part not in drawn[kind].alt] == []


def test_the_data_of_a_chart_are_a_table_that_opens_without_script(chart):
    """A caption, a scope on each header, no empty header, and a cell for every value of the frame."""
    (table,) = parsed(chart).iter("table")
    assert words(table.find("caption")).endswith(MESSAGE.plain)
    headers = list(table.iter("th"))
    assert {header.get("scope") for header in headers} == {"col", "row"}
    assert all(words(header).strip() for header in headers)
    assert [words(header) for header in headers if header.get("scope") == "col"] == list(chart.frame.columns)
    rows = list(table.find("tbody"))
    assert [len(row) for row in rows] == [len(chart.frame.columns)] * len(chart.frame)
    assert [words(row[0]) for row in rows] == [str(value) for value in chart.frame.iloc[:, 0]]
    assert not [cell for cell in table.iter("td") if words(cell).strip() in {"", "nan", "None", "<NA>"}]


def test_a_chart_leaves_axes_and_a_frame_to_go_on_with(chart):
    """The analyst's next question is one cell away."""
    assert chart.axes.figure is not None
    assert len(chart.frame) > 0


def test_the_figures_of_a_chart_are_those_of_its_message_and_its_points(drawn):
    """Every chart carries the records of its title, and those that it is given besides."""
    assert all(CHANGE in chart.figures for chart in drawn.values())
    extra = made_up("robbery.extra", 1.0)
    assert extra in level(figures=[extra]).figures


def test_the_frames_hold_exact_values(drawn):
    """What is rounded in the picture is exact in the frame."""
    assert drawn["path"].frame["2014/15"].dropna().tolist() == [1177, 2428]
    assert drawn["path"].frame["2013/14"].tolist() == [1359, 2650, 3958, 5373]
    assert drawn["level"].frame.iloc[:, 1].tolist() == [1500, 1359, 1291, 1308, 1415, 1177]
    assert drawn["control"].frame["mean"].iloc[0] == pytest.approx(sum(LEVELS) / 14)
    assert drawn["control"].frame["signal"].tolist() == ["none", "none", "high", *["none"] * 10, "improvement"]


def test_the_same_data_give_the_same_bytes(drawn):
    """Drawing everything once more changes nothing."""
    assert digests() == "\n".join(
        f"{kind} {hashlib.sha256(str(each.html).encode('utf-8')).hexdigest()}" for kind, each in drawn.items()
    )


@pytest.mark.slow
def test_another_process_with_other_settings_gives_the_same_bytes():
    """Neither hash seed nor time zone nor locale reaches a chart of any kind."""
    code = "import runpy, sys; print(runpy.run_path(sys.argv[1])['digests']())"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Pacific/Chatham", "LC_ALL": "C", "LANG": "de_DE.UTF-8"}
    found = subprocess.run(
        [sys.executable, "-c", code, __file__], env=environment, capture_output=True, check=True, text=True
    )
    assert found.stdout.strip() == digests()


def test_no_two_charts_of_a_page_share_an_id(drawn):
    """All ids of all charts are different, and two charts of one kind with other names share none."""
    html = [str(each.html) for each in (*drawn.values(), control("burglary-control"), level("burglary-level"))]
    ids = [id for each in html for id in re.findall(r'\bid="([^"]*)"', each)]
    assert len(ids) == len(set(ids)) > 20


def test_nothing_that_runs_or_loads_is_in_a_chart(chart):
    """No script, style sheet, metadata, comment, event or address stands in the HTML of a chart."""
    html = str(chart.html)
    tags = {element.tag.removeprefix(NAMESPACE) for element in parsed(chart).iter()}
    assert not tags & {"script", "style", "metadata", "image", "link", "iframe"}
    assert "<!--" not in html
    assert not re.search(r"\son[a-z]+=", html)
    assert set(re.findall(r"https?://[^\"' ]+", html)) == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_labels_are_kept_as_text(drawn):
    """What a chart says is words in the page, and names with special characters survive."""
    said = {kind: [words(text) for text in parsed(each).iter(f"{NAMESPACE}text")] for kind, each in drawn.items()}
    assert {"2013/14", "2012/13, the lowest", "2014/15 so far"} <= set(said["path"])
    assert {"improvement", "average", "new rules & counting"} <= set(said["control"])


def test_a_signal_is_told_by_word_and_shape_as_well_as_by_colour():
    """Each kind of signal has a marker of its own, so that a page in black and white says the same."""
    shapes = [marker for marker, _ in trends.SIGNALS.values()]
    assert len(set(shapes)) == len(shapes) == 4
    assert set(trends.SIGNALS) == {"improvement", "concern", "high", "low"}


def test_a_chart_without_signals_says_so():
    """Where nothing is more than chance the alternative says it, and no last point is marked."""
    chart = control(words=[""] * len(LEVELS))
    assert "No signal" in chart.alt
    assert "improvement" not in words(parsed(chart))


@pytest.mark.parametrize("changed", [{"fan": None}, {"promise": None}, {"fan": None, "promise": None}])
def test_a_path_needs_neither_promise_nor_projection(changed):
    """A promise of direction alone, and a series too short to project, have a chart all the same."""
    chart = path(**changed)
    labels = {words(text) for text in parsed(chart).iter(f"{NAMESPACE}text")}
    assert ("projected" in labels) == ("fan" not in changed)
    assert ("promised" in labels) == ("promise" not in changed)
    assert ("Projected" in chart.alt) == ("fan" not in changed)


def test_a_whole_year_is_drawn_to_its_end():
    """At the year's end there is nothing left to project, and the count is that of the year."""
    chart = path(this_year=quarters("2014Q2", [1177, 1251, 1200, 1300]))
    assert "2014/15: 4,928 by the end of March" in chart.alt


def test_a_path_against_one_year_alone_is_drawn():
    """Where last year was the lowest there is one line less."""
    chart = path(others=[("2013/14", quarters("2013Q2", [1359, 1291, 1308, 1415]))])
    assert list(chart.frame.columns) == ["to the end of", "2013/14", "2014/15"]


def test_a_monthly_path_names_its_months():
    """Months are steps as quarters are."""
    months = pd.period_range("2013-04", periods=12, freq="M", name="period")
    this_year = pd.Series([90.0, 95.0, 99.0], months[:3] + 12)
    chart = path(others=[("2013/14", pd.Series(range(100, 112), months))], this_year=this_year, fan=None)
    assert chart.frame["to the end of"].tolist()[:3] == ["April", "May", "June"]
    assert "2014/15: 284 by the end of June" in chart.alt


@pytest.mark.parametrize("values", [[5.0] * 14, [5.0], [5.0, 6.0]], ids=["no variation", "one point", "two points"])
def test_a_series_that_gives_no_limits_is_drawn_all_the_same(values):
    """A series that does not vary, or that has just begun, has no usual range, and the chart says what it can."""
    chart = control(values=values, words=[""] * len(values), breaks=[])
    assert f"Latest {values[-1]:.0f}" in chart.alt
    assert not re.search(r"\b(nan|None|inf)\b", f"{chart.alt} {words(parsed(chart))}")


def test_counts_start_at_nought(drawn):
    """A count is never drawn on an axis that is cut off."""
    assert drawn["path"].axes.get_ylim()[0] == 0
    assert drawn["level"].axes.get_ylim()[0] == 0


@pytest.mark.parametrize("kind", ["path", "control"])
def test_labels_at_the_ends_of_lines_do_not_lie_on_each_other(kind, drawn):
    """Two labels at the right edge are at least a line of text apart."""
    axes = drawn[kind].axes
    axes.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in axes.texts if text.get_ha() == "left" and text.xyann[0] == 8]
    assert len(boxes) >= 2
    assert not [(a, b) for place, a in enumerate(boxes) for b in boxes[place + 1 :] if a.overlaps(b)]


def test_hostile_words_stay_words():
    """Whatever a label, a measure, a reason or a source says, it is text in the page."""
    hostile = '<script>alert("x")</script>&amp;'
    message = Bound(Markup.escape(hostile), hostile, ())
    frame = metrics.xmr(quarters("2011Q1", LEVELS)).frame
    chart = trends.control_chart(
        "made-up",
        message,
        frame=frame,
        words=[""] * 14,
        subject=hostile,
        measure=hostile,
        source=Source(("made_up",), hostile),
        breaks=[(7, hostile)],
    )
    assert not [element for element in parsed(chart).iter() if element.tag.endswith("script")]
    assert hostile in chart.alt
    assert words(parsed(chart)).count(hostile) >= 4


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (2512.0, "2,512"),
        (2512, "2,512"),
        (63.449, "63.4"),
        (-5.25, "−5.3"),
        (None, "none"),
        (float("nan"), "none"),
        ("none", "none"),
    ],
)
def test_the_values_of_a_data_table_are_printed_as_on_the_page(value, printed):
    """Thousands, a true minus and one place, and "none" where there is no value."""
    frame = pd.DataFrame({"what": ["a"], "value": pd.Series([value], dtype=object)})
    table = ElementTree.fromstring(str(data_table(frame, "Made up")))
    assert words(next(table.iter("td"))) == printed


def luminance(colour: str) -> float:
    """Relative luminance of a colour, as WCAG 2.2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_signals_can_be_seen_on_white():
    """Every colour that marks a signal has three to one against the page."""
    assert all(1.05 / (luminance(colour) + 0.05) >= 3 for _, colour in trends.SIGNALS.values())


def test_a_small_chart_is_half_a_page_wide(drawn):
    """Which charts stand side by side follows from their width."""
    for kind, each in drawn.items():
        half = each.axes.figure.get_figwidth() == svg.HALF
        assert ("half" in parsed(each).get("class").split()) == half, kind


class Novel(Chart):
    """A new kind of chart, as an analyst might add one."""


def novel(source: Source) -> Chart:
    """A made-up chart of the new kind."""
    with svg.canvas(1.7, svg.HALF) as (_, axes):
        axes.plot([1, 2], [3, 4])
    return Novel("novel", MESSAGE, "Made up", source, axes, pd.DataFrame({"period": ["1"], "count": [3]}), "Made up.")


def test_a_new_kind_of_chart_names_what_it_was_drawn_from() -> None:
    """None is made without a source, none whose source names nothing, and none of an input that is not there."""
    with pytest.raises(TypeError, match="source"):
        Novel("novel", MESSAGE, "Made up")
    with pytest.raises(ValueError, match="a chart names the inputs that it was drawn from"):
        novel(Source((), "Nobody"))
    with pytest.raises(KeyError, match="no input 'recorded_crme'"):
        source_of(open_view(CYCLE, root=CHECKOUT), "recorded_crme")


def test_what_a_new_kind_of_chart_was_drawn_from_is_a_source_of_the_page() -> None:
    """It has no figure of its own; the table that it names stands all the same in the list of the page's sources."""
    outcome = open_outcome("05_social_responsibility", CYCLE, root=CHECKOUT)
    assert "Recorded crime" not in outcome.sources().plain
    chart = outcome._chart(lambda view: novel(source_of(view, "recorded_crime")))
    assert chart.source.words.endswith("as at 25 April 2019")
    assert "data/raw/recorded_crime.csv" in outcome.sources().frame["File"].tolist()
