"""Pictures inline in a page: the same bytes everywhere, ids of their own, text as text, and words in their stead."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import pandas as pd
import pytest
from markupsafe import Markup

from pcp_analysis.figures.commentary import Bound
from pcp_analysis.pages import plots, svg, trends
from pcp_analysis.pages.chart import Source

NAMESPACE = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"


def drawn(name: str = "robbery-path", alt: str = "Made up: latest 1,177.") -> str:
    """A made-up picture with a line, markers that are clipped, a filled band and words."""
    with svg.canvas(2.0, svg.HALF) as (figure, axes):
        axes.plot([1, 2, 3], [10, 12, 9], marker="o")
        axes.fill_between([1, 2, 3], [8, 9, 7], [12, 14, 11])
        axes.annotate("latest “1,177” & more", (3, 9))
        axes.set_ylabel("offences <b>")
    return str(svg.inline(figure, name=name, alt=alt))


@pytest.fixture(scope="module")
def picture() -> str:
    """The made-up picture."""
    return drawn()


def test_the_same_data_give_the_same_bytes(picture):
    """Drawing twice in one process changes nothing."""
    assert drawn() == picture


@pytest.mark.slow
def test_another_process_with_other_settings_gives_the_same_bytes(picture):
    """Neither hash seed nor time zone, locale or backend reaches a picture."""
    code = "import runpy, sys; sys.stdout.buffer.write(runpy.run_path(sys.argv[1])['drawn']().encode('utf-8'))"
    settings = {
        "PYTHONHASHSEED": "4242",
        "TZ": "Asia/Kathmandu",
        "LC_ALL": "C",
        "SOURCE_DATE_EPOCH": "1",
        "MPLBACKEND": "agg",
    }
    found = subprocess.run(
        [sys.executable, "-c", code, __file__], env={**os.environ, **settings}, capture_output=True, check=True
    )
    assert found.stdout.decode("utf-8") == picture


@pytest.mark.parametrize(
    "settings",
    [
        {"svg.fonttype": "path", "svg.hashsalt": "mine", "font.size": 30, "axes.grid": True},
        {"lines.linewidth": 5.0, "xtick.labelsize": 22, "axes.facecolor": "black"},
    ],
    ids=["what the pages set", "what the pages leave alone"],
)
def test_settings_of_the_machine_do_not_reach_a_picture(picture, settings):
    """A matplotlibrc or a theme of the analyst's changes the analyst's own charts, and no byte of a page."""
    import matplotlib

    with matplotlib.rc_context(settings):
        assert drawn() == picture


def test_a_picture_is_well_formed_and_stands_alone(picture):
    """It is one svg element without declaration, script, style sheet, metadata, comment, date or address to load from."""
    root = ElementTree.fromstring(picture)
    assert root.tag == f"{NAMESPACE}svg"
    tags = {element.tag.removeprefix(NAMESPACE) for element in root.iter()}
    assert not tags & {"script", "style", "metadata", "image", "foreignObject", "title", "desc"}
    assert "<!" not in picture
    assert "<?" not in picture
    assert not re.search(r"20\d\d-\d\d-\d\d|T\d\d:\d\d", picture)
    addresses = set(re.findall(r"https?://[^\"' ]+", picture))
    assert addresses == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert not [key for element in root.iter() for key in element.attrib if key.lower().startswith("on")]


def test_ids_begin_with_the_name_of_the_chart_and_every_reference_is_met(picture):
    """Ids are unique and carry the chart's name, and what is referred to is in the same picture."""
    root = ElementTree.fromstring(picture)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert ids
    assert len(ids) == len(set(ids))
    assert all(each.startswith("robbery-path-") for each in ids)
    references = {element.get(LINK).removeprefix("#") for element in root.iter() if element.get(LINK)}
    references |= set(re.findall(r"url\(#([^)]*)\)", picture))
    assert references
    assert references <= set(ids)


def test_a_name_that_begins_with_a_number_keeps_its_references():
    """The chart of an outcome is named after it, ``06_reduce_crime``: its marks are drawn too."""
    root = ElementTree.fromstring(drawn("06-made-up"))
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    references = {element.get(LINK).removeprefix("#") for element in root.iter() if element.get(LINK)}
    assert references
    assert references <= ids


def test_two_pictures_on_one_page_share_no_id(picture):
    """A clip path of one chart never cuts another."""
    other = drawn("burglary-path")
    ids = [set(re.findall(r'\bid="([^"]*)"', each)) for each in (picture, other)]
    assert not ids[0] & ids[1]


def test_text_is_kept_as_text(picture):
    """Words can be searched, read aloud and shown in the reader's own font."""
    texts = ["".join(element.itertext()) for element in ElementTree.fromstring(picture).iter(f"{NAMESPACE}text")]
    assert "latest “1,177” & more" in texts
    assert "offences <b>" in texts
    assert "DejaVu" not in picture
    assert "Arial" in picture


def test_text_is_at_least_twelve_pixels(picture):
    """No label is smaller than the page's limit: a point of the drawing is four thirds of a pixel at full width."""
    sizes = [float(size) for size in re.findall(r"font(?:-size)?:[^;\"]*?([0-9.]+)px", picture)]
    assert sizes
    assert min(sizes) * 4 / 3 >= 12


@pytest.mark.parametrize("alt", ['Said "so" & <b>more</b>', "It's 5 < 6 > 4", "–5.2% “quoted”"])
def test_the_alternative_in_words_is_escaped(alt):
    """Whatever the words, they stay in their attribute."""
    root = ElementTree.fromstring(drawn(alt=alt))
    assert root.get("aria-label") == alt
    assert root.get("role") == "img"


def test_the_size_is_left_to_the_page(picture):
    """A picture has a viewBox and no width or height, so that it fits 320 pixels as well as paper."""
    root = ElementTree.fromstring(picture)
    assert re.fullmatch(r"0 0 [0-9.]+ [0-9.]+", root.get("viewBox"))
    assert root.get("width") is None
    assert root.get("height") is None


def luminance(colour: str) -> float:
    """Relative luminance of a colour, as WCAG 2.2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", ["DARK_BLUE", "DARK_PINK", "ORANGE", "DARK_GREY", "MID_GREY"])
def test_every_colour_of_a_mark_has_a_contrast_of_three_to_one_with_white(name):
    """What carries meaning can be seen on the page's background."""
    assert 1.05 / (luminance(getattr(svg, name)) + 0.05) >= 3


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, as WCAG 2.2 defines it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", [*plots.ANSWER_COLOURS, *(colour for _, colour in trends.SIGNALS.values())])
def test_marks_have_a_contrast_of_three_to_one_with_the_page_and_with_their_white_edges(colour):
    """So no two answers that lie side by side run into each other: a white edge, to which both have 3:1, parts them."""
    assert contrast(colour, "#FFFFFF") >= 3


def test_bars_of_answers_have_white_edges_and_numbers_that_can_be_read():
    """The edge that parts them is drawn, and each number has 4.5:1 with the bar that it stands on."""
    from matplotlib.colors import to_hex

    answers = pd.DataFrame(
        [[14, 14, 14, 16, 14, 14, 14]], index=["Wave 1"], columns=[f"Answer {number}" for number in range(7)]
    )
    chart = plots.likert_chart(
        "made-up",
        Bound(Markup("Made up"), "Made up", ()),
        answers=answers,
        measure="Answers",
        source=Source(("made_up",), "None"),
    )
    bars = chart.axes.patches[:7]
    assert all(to_hex(bar.get_edgecolor()) == "#ffffff" and bar.get_linewidth() >= 1 for bar in bars)
    numbers = chart.axes.texts[:7]
    assert (
        min(
            contrast(to_hex(number.get_color()), to_hex(bar.get_facecolor()))
            for number, bar in zip(numbers, bars, strict=True)
        )
        >= 4.5
    )


def test_the_canvas_leaves_the_settings_as_they_were():
    """A chart of the page does not restyle the analyst's next one."""
    import matplotlib

    before = dict(matplotlib.rcParams)
    drawn()
    assert dict(matplotlib.rcParams) == before
