"""The summary of the front page: five questions of a chair, answered in figures and in words that follow them."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pcp_analysis.findings.chance import Verdict
from pcp_analysis.findings.view import CycleView, open_view
from pcp_analysis.pages.overview import OverviewPage
from pcp_analysis.pages.summary import LONGEST, owed_rows, summary

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def view() -> CycleView:
    """The cycle of September 2014."""
    return open_view("2014-09", root=ROOT)


def words(element: ElementTree.Element) -> str:
    """All text of an element."""
    return "".join(element.itertext())


def test_the_summary_answers_five_questions_with_figures(view):
    """What happened, the milestones, what is before the Board, what is expected, and what changed: each in a sentence
    or two.
    """
    html = ElementTree.fromstring(f"<div>{summary(view).html}</div>")
    asked = dict(zip([words(each) for each in html.iter("dt")], [words(each) for each in html.iter("dd")], strict=True))
    assert list(asked) == [
        "What happened?",
        "Where are the milestones going?",
        "What is before this Board?",
        "What is expected, and from whom?",
        "And since the last Board?",
    ]
    happened, courses, before, due, since = asked.values()
    assert happened == (
        "Burglary in a dwelling fell by 16.0% on April to June 2013, more than chance. Changes that can be chance: total "
        "recorded crime (+1.6% on April to June 2012), robbery (−13.4% on April to June 2013), vehicle crime (−2.7% on April "
        "to June 2013)."
    )
    assert courses == (
        "Of 16 milestones: 1 on course (burglary in a dwelling); 2 likely (robbery, vehicle crime); 1 unlikely (total recorded "
        "crime; could go either way with fraud offences in 2012/13); 1 met so far (overall confidence in policing); 3 not met so far (feeling safe during the day, satisfaction "
        "with the service for crime, satisfaction with the service for anti-social behaviour); 1 shown going the right way "
        "(crime on the bus network); 2 shown going the wrong way (public place violence, business crime); 3 shown with no "
        "clear change (recorded hate crime, crime on rail, crime on the Metro); 2 said to go the right way (feeling safe after "
        "dark, recorded domestic abuse)."
    )
    assert before == "Of 51 deliverables: 27 reported, 1 reported elsewhere, 16 deferred, 7 awaited."
    assert due.startswith(
        "7 from WMOPC (September 2014); 7 in the DoR Report (December 2014); 4 in the ACC Security Portfolio Report"
    )
    assert since == "No earlier cycle is held here, so there is no Board to compare with."
    assert len(summary(view).plain.split()) < 240, "more than a chair reads in a minute"


def test_the_summary_follows_the_data(view):
    """Where nothing stands out nothing is said to; where no series is held it says so; where all is reported nothing is
    expected.
    """
    calm = copy(view)
    chance_ = Verdict(False, "Made up.")
    calm.positions = {name: replace(held, verdict=chance_) for name, held in view.positions.items()}
    told = summary(calm).plain
    assert "more than chance" not in told
    assert (
        "Changes that can be chance: total recorded crime (+1.6% on April to June 2012), burglary in a dwelling" in told
    )
    bare = copy(view)
    bare.positions = {name: replace(held, official=()) for name, held in view.positions.items()}
    assert "No series is held that measures a milestone" in summary(bare).plain
    done = copy(view)
    done.owed = []
    assert "Nothing that was due or promised is missing." in summary(done).plain
    assert "Nothing that was due or promised is missing." in OverviewPage(done).deliverables().plain


def test_the_front_page_bears_a_few_rows_of_what_is_owed(view):
    """The most first, and no more than the printed side can bear; the caption says so where there are others."""
    view.figures.of("owed")  # the figures stay those of the real view
    many = copy(view)
    many.owed = [replace(view.owed[0], id=view.owed[number % 7].id) for number in range(LONGEST + 3)]
    assert len(list(owed_rows(many))) == LONGEST
    assert "when, the most of it" in OverviewPage(many).deliverables().plain
    assert "the most of it" not in OverviewPage(view).deliverables().plain
