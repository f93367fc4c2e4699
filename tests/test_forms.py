"""The forms of a binding: what each can be said of, and that what decides a word travels with it."""

from __future__ import annotations

import re

import pytest

from pcp_analysis.figures import commentary
from pcp_analysis.figures.forms import FORMS, WITH_UNIT, WORDS, misfit, said
from tests.conftest import CHECKOUT
from tests.test_unbound import FIGURES

DOCUMENT = (CHECKOUT / "docs/commentary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("binding", "printed", "decided"),
    [
        ("{robbery.change:significantly}", "more than chance", ()),
        ("{robbery.unsure:significantly}", "no more than chance", ()),
        ("{robbery.touching:significantly}", "no more than chance", ()),
        ("{robbery.latest_period:lowest}", "the lowest since April 2006", ("robbery.lowest_period",)),
        ("{robbery.autumn:highest}", "the highest since April 2006", ("robbery.highest_period",)),
        ("{trust.yes.wave_3:highest}", "the highest since wave 1", ("trust.yes.wave_1", "trust.yes.wave_2")),
        ("{trust.yes.wave_2:lowest}", "the lowest since wave 1", ("trust.yes.wave_1", "trust.yes.wave_3")),
    ],
)
def test_words_follow_their_figures(binding: str, printed: str, decided: tuple[str, ...]) -> None:
    """Whether a change is more than chance, and since when a count is the lowest or highest, is said by the figures,
    and all of them travel with it.
    """
    bound = commentary.sentence(f"It is {binding}.", FIGURES)
    assert (bound.html.striptags(), bound.plain) == (f"It is {printed}.",) * 2
    assert [each.id for each in bound.figures] == [binding[1:].partition(":")[0], *decided]
    assert all(f'data-figure="{each.id}"' in bound.html for each in bound.figures)


@pytest.mark.parametrize(
    ("binding", "rule"),
    [
        ("{robbery.level:significantly}", "a change that has an interval"),
        ("{robbery.bare:significantly}", "a change that has an interval"),
        ("{robbery.latest_period:significantly}", "a change that has an interval"),
        ("{burglary.latest_period:lowest}", "not the lowest"),
        ("{theft.latest_period:lowest}", "not the lowest"),  # as low as the record, which an earlier period holds
        ("{robbery.change:lowest}", "not the lowest"),
        ("{robbery.lowest_period:lowest}", "not the lowest"),  # of itself it says nothing
        ("{robbery.latest_period:highest}", "not the highest"),
        ("{trust.yes.wave_2:highest}", "not the highest"),
        ("{trust.yes.wave_1:highest}", "not the highest"),
        ("{trust.no.wave_3:highest}", "not the highest"),  # as high as another wave
        ("{trust.lone.wave_3:highest}", "not the highest"),  # no other wave is held
        ("{trust.lost.wave_3:highest}", "not the highest"),
    ],
)
def test_words_that_do_not_fit_are_a_problem(binding: str, rule: str) -> None:
    """A level is not more than chance, and what is low no longer is not the lowest."""
    (problem,) = commentary.problems(binding, FIGURES)
    assert problem.value == binding
    assert rule in problem.rule


@pytest.mark.parametrize("form", [*FORMS, *WORDS])
def test_a_form_fits_a_figure_or_says_why(form: str) -> None:
    """Of every figure it prints something, or the rule and the mend are named; none prints an empty text."""
    fitting = 0
    for name, figure in FIGURES.items():
        unfit = misfit(figure, form, FIGURES)
        if unfit:
            assert all(unfit), (name, form)
        else:
            words, used = said(figure, form, FIGURES)
            assert words, (name, form)
            assert figure in used, (name, form)
            fitting += 1
    # no made-up figure here is a rank, a chance or made of two
    assert fitting or form in ("numerator", "denominator", "place", "odds")


def test_forms_that_print_a_unit_are_forms() -> None:
    """And the document says of each form what it can be said of."""
    assert set(WITH_UNIT) < set(FORMS)
    assert re.findall(r"^\|.*?\{id:(\w+)\}` \| .+ \| .+ \|$", DOCUMENT, re.MULTILINE) == [*FORMS, *WORDS]
