"""What a cell of a notebook shows: HTML for people, text for a console, figures for machines."""

from __future__ import annotations

import json

from markupsafe import Markup

from pcp_analysis.figures.figure import MIME, Figure
from pcp_analysis.pages.exhibit import Exhibit, gather
from tests.conftest import figure_of


def made_up(id: str, value: float = 1.0) -> Figure:
    """A figure that nobody published."""
    return figure_of(id=id, title="Made up", value=value, unit="count", basis="quoted", method="", inputs=("made_up",))


def test_an_exhibit_has_html_text_and_figures_in_one_bundle():
    """The three forms of one output are what JupyterLab, a console and the press each read."""
    bundle = Exhibit(Markup("<p>One</p>"), "One", [made_up("a.b")])._repr_mimebundle_()
    assert bundle["text/html"] == "<p>One</p>"
    assert type(bundle["text/html"]) is str
    assert bundle["text/plain"] == "One"
    assert bundle[MIME] == [made_up("a.b").record()]
    assert json.loads(json.dumps(bundle)) == bundle


def test_an_exhibit_without_figures_has_no_list_of_them():
    """Words alone carry no empty record."""
    assert MIME not in Exhibit(Markup("<p>Words</p>"), "Words")._repr_mimebundle_()


def test_a_figure_that_is_shown_twice_travels_once():
    """A page's records name each figure once, in the order in which it is first shown."""
    exhibit = Exhibit(Markup(""), "", [made_up("a.b"), made_up("c.d"), made_up("a.b")])
    assert [figure.id for figure in exhibit.figures] == ["a.b", "c.d"]


def test_in_a_console_an_exhibit_is_its_text():
    """What is printed by hand is readable."""
    assert repr(Exhibit(Markup("<p>One</p>"), "One")) == "One"


def test_gathered_exhibits_keep_their_order_and_all_their_figures():
    """Several exhibits become one, and a figure that two of them show travels once."""
    both = gather(
        Exhibit(Markup("<p>One</p>"), "One", [made_up("a.b")]),
        Exhibit(Markup("<p>Two</p>"), "Two", [made_up("c.d"), made_up("a.b")]),
    )
    assert both.html == "<p>One</p>\n<p>Two</p>"
    assert both.plain == "One\n\nTwo"
    assert [figure.id for figure in both.figures] == ["a.b", "c.d"]


def test_nothing_gathered_is_an_empty_exhibit():
    """No exhibit at all is no error."""
    assert gather().html == ""
    assert gather().figures == ()
