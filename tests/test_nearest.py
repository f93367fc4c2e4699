"""Names near a misspelt one: a few of them, each once, in one sentence."""

from __future__ import annotations

import pytest

from pcp_analysis.strict.nearest import advise, near, suggest, unknown


@pytest.mark.parametrize(
    ("name", "known", "sentence"),
    [
        ("robery", ["robbery", "burglary"], "Did you mean robbery?"),
        ("robery", ["robbery", "robbery", "robberies"], "Did you mean robbery or robberies?"),
        ("zzz", ["robbery", "burglary"], "Known series: robbery, burglary."),
        ("zzz", [], "There is no series at all."),
        ("zzz", [f"name_{number}" for number in range(20)], "None of the 20 known series looks like it."),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest_or_with_all(name: str, known: list[str], sentence: str) -> None:
    """A fault says how to mend it: the nearest names, all where they are few, or how many there are."""
    assert advise(name, known, noun="series") == sentence


def test_no_name_is_offered_twice_and_no_more_than_four() -> None:
    """However often and however many of them are alike."""
    names = [f"robbery_{letter}" for letter in "abcdefgh"] * 3
    assert len(near("robbery", names)) == len(set(near("robbery", names))) == 4


def test_nothing_near_is_said_to_be_that() -> None:
    """Where there are too many names to list, and none is near."""
    assert suggest([]) == "No name is near it."


def test_a_long_text_is_answered_at_once() -> None:
    """A text of many thousand characters is no name, and is compared by its beginning."""
    assert advise("robbery" * 5000, ["robbery"]) == "Known: robbery."


def test_an_error_names_what_is_not_there_and_the_nearest() -> None:
    """As a notebook meets it, of names that come one by one as well."""
    assert str(unknown("milestone", "robery", iter(["robbery"]))) == repr(
        "no milestone 'robery'. Did you mean robbery?"
    )
