"""Words that people write: found where they claim something of a quantity, and held to the figures of their sentence.

The sentences of `corpus/` are in a leader's everyday language: 200 that claim what is false or what nothing bears out,
200 that are true or say where they were stated, and 200 that claim nothing. They were written apart from the code.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pcp_analysis.figures import commentary
from pcp_analysis.figures.words import faulty_marks, sentences
from pcp_analysis.findings import words
from pcp_analysis.findings.faults import check_words
from pcp_analysis.findings.view import CycleView, open_view
from tests.conftest import CHECKOUT, CYCLE

CORPUS = Path(__file__).with_name("corpus")


def corpus(name: str) -> list[str]:
    """The sentences of one file, without what is said about them after a tab."""
    return [line.partition("\t")[0] for line in (CORPUS / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def view() -> CycleView:
    """September 2014, opened."""
    return open_view(CYCLE, root=CHECKOUT)


def accused(source: str, view: CycleView) -> list[str]:
    """The words of a text that are faults."""
    return [problem.word.text for problem in words.problems(source, view)]


def test_what_is_false_is_named(view: CycleView) -> None:
    """Of 200 false sentences at least 190 are named."""
    missed = [sentence for sentence in corpus("false.txt") if not accused(sentence, view)]
    assert len(corpus("false.txt")) == 200
    assert len(missed) <= 10, missed


def test_what_is_true_is_not_accused(view: CycleView) -> None:
    """Of 200 true sentences none is accused, and every binding of them can be published."""
    wrong = {sentence: found for sentence in corpus("true.txt") if (found := accused(sentence, view))}
    assert len(corpus("true.txt")) == 200
    assert wrong == {}
    assert [each for each in corpus("true.txt") if list(commentary.problems(each, view.figures))] == []


def test_what_claims_nothing_is_hardly_ever_accused(view: CycleView) -> None:
    """Of 200 sentences that claim nothing at most 4 are accused."""
    wrong = {sentence: found for sentence in corpus("nothing.txt") if (found := accused(sentence, view))}
    assert len(corpus("nothing.txt")) == 200
    assert len(wrong) <= 4, wrong


def test_idioms_that_were_written_later_are_named_too(view: CycleView) -> None:
    """Of 50 false sentences full of idiom at least 48 are named, of 40 that claim nothing at most 1 is accused."""
    false, nothing = corpus("later_false.txt"), corpus("later_nothing.txt")
    assert (len(false), len(nothing)) == (50, 40)
    assert len([sentence for sentence in false if not accused(sentence, view)]) <= 2
    assert len([sentence for sentence in nothing if accused(sentence, view)]) <= 1


def test_the_sentence_that_no_board_may_be_given_is_refused_word_by_word(view: CycleView) -> None:
    """Six claims in one sentence without a figure: each is named."""
    sentence = (
        "Robbery rose significantly to its highest level ever, was the worst in the country and met its milestone, while "
        "crime halved."
    )
    assert accused(sentence, view) == ["rose", "significantly", "highest", "worst", "met", "halved"]
    assert {problem.rule for problem in words.problems(sentence, view)} == {words.UNBOUND}


def test_a_fault_names_the_figure_and_the_binding_that_would_be_right(view: CycleView) -> None:
    """A rise that the figure says is a fall: the word, the value, and what to write."""
    (problem,) = words.problems("Burglary rose by {burglary.year_to_date_change:size}.", view)
    assert problem.word.text == "rose"
    assert problem.rule == "is contradicted by burglary.year_to_date_change, which is −16.0%"
    assert problem.mend == "Write {burglary.year_to_date_change:verb} by {burglary.year_to_date_change:size}."


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Robbery rose to {robbery.latest_period}.", ["rose"]),
        ("Robbery fell to {robbery.latest_period}, after {robbery.highest_period}.", []),
        ("Robbery rose to {robbery.latest_period}, after {robbery.highest_period}.", ["rose"]),
        ("The change on the lowest year is {total_recorded_crime.year_to_date_change}.", []),
        ("Robbery is at [its lowest since 2006]{stated: paragraph 67}.", []),
        ("Burglary fell significantly ({burglary.year_to_date_change}).", []),
        ("Robbery fell significantly ({robbery.year_to_date_change}).", ["significantly"]),
        ("Robbery did not rise ({robbery.year_to_date_change}).", []),
        ("Robbery did not fall ({robbery.year_to_date_change}).", ["fall"]),
    ],
)
def test_a_word_is_held_to_the_figures_of_its_sentence(view: CycleView, sentence: str, found: list[str]) -> None:
    """One level decides no direction, two decide one; significance is what the one function says."""
    assert accused(sentence, view) == found


@pytest.mark.parametrize(
    ("mark", "rule"),
    [
        ("[the highest since 2011]{stated: paragraph 5}", None),
        ("[29 weeks]{stated: paragraph 28}", None),
        ("[a meeting]{stated: paragraph 28}", "no number"),
        ("[the highest]{stated:  }", "no source"),
    ],
)
def test_a_mark_holds_a_number_or_a_claim_and_names_its_source(mark: str, rule: str | None) -> None:
    """What is marked as stated elsewhere must be something that could be checked there."""
    found = [each for _, each in faulty_marks(mark)]
    assert (found == []) if rule is None else (rule in found[0])


def test_an_update_that_says_who_reported_it_keeps_its_words(copied_root: Path) -> None:
    """Directions and sizes may stand as reported, said once at the head; a promise, a record and a wrong word may not."""
    path = copied_root / "data" / "raw" / "cycles" / CYCLE / "updates.toml"
    text = path.read_text(encoding="utf-8")
    added = (
        'deliverable = "perceptions_of_safety"\nreported_by = "made-up lead, return of 28 August"\n',
        "{safety_by_day.unsafe} feel unsafe. Knife crime fell in the city centre. The milestone was met. "
        "Burglary rose by {burglary.year_to_date_change:size}.",
    )
    text = text.replace('deliverable = "perceptions_of_safety"\n', added[0], 1)
    path.write_text(text.replace("{safety_by_day.unsafe} feel unsafe.", added[1], 1), encoding="utf-8")
    found = check_words(open_view(CYCLE, root=copied_root))
    line = next(
        number for number, each in enumerate(path.read_text(encoding="utf-8").split("\n"), 1) if added[1][:40] in each
    )
    assert [(fault.value, fault.where.partition(",")[0]) for fault in found] == [
        ("met", f"line {line}"),
        ("rose", f"line {line}"),
    ]


def test_a_note_of_the_plan_claims_nothing(copied_root: Path, view: CycleView) -> None:
    """What a milestone's note says of a quantity belongs into an update, where a figure can be bound."""
    opened = open_view(CYCLE, root=copied_root)
    outcome = opened.plan.outcome_of("property_crime")
    (deliverable,) = (each for each in outcome.deliverables if each.id == "property_crime")
    milestones = (replace(deliverable.milestones[0], note="Burglary halved."), *deliverable.milestones[1:])
    changed = replace(outcome, deliverables=(replace(deliverable, milestones=milestones),))
    opened.plan = replace(opened.plan, outcomes=(changed,))
    (fault,) = [each for each in check_words(opened) if each.where.endswith(".note")]
    assert (fault.value, fault.where) == ("halved", f"deliverable property_crime, milestone {milestones[0].id}.note")
    assert [each for each in check_words(view) if each.where.endswith(".note")] == []


def test_the_words_of_a_sentence_are_where_they_stand() -> None:
    """A word is named by its place in the source, after marks and bindings too."""
    source = "See [29 weeks]{stated: paragraph 28}. Burglary fell by {burglary.year_to_date_change:size}."
    (sentence,) = sentences(source)
    (word,) = sentence.words
    assert source[sentence.start + word.start :].startswith("fell")
