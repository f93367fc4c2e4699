"""Numbers of paragraphs: in order, linked to themselves, and only where something is said."""

from __future__ import annotations

import re

import pytest

from pcp_analysis.pack.paragraphs import changed, number, statements


def numbers(body: str, prefix: str = "6.") -> list[str]:
    """The numbers that *body* gets."""
    return re.findall(r'<a class="number" href="#([^"]+)">', number(body, prefix))


def test_paragraphs_and_answers_are_numbered_in_their_order() -> None:
    """Each has an id that its own number leads to."""
    body = (
        '<h1>6. June</h1><p class="about">One.</p>'
        + "<dl><div><dt>Wet?</dt><dd>Yes.</dd></div></dl><section><p>Three.</p></section>"
    )
    made = number(body, "6.")
    assert numbers(body) == ["6.1", "6.2", "6.3"]
    assert '<p id="6.1" class="about"><a class="number" href="#6.1">6.1</a> One.</p>' in made
    assert '<dt>Wet?</dt><dd id="6.2"><a class="number" href="#6.2">6.2</a> Yes.</dd>' in made
    assert numbers(body, "") == ["1", "2", "3"]


@pytest.mark.parametrize(
    "body",
    [
        '<p class="note">A note.</p>',
        "<ul><li><p>A loose item.</p></li></ul>",
        "<details><p>Hidden.</p></details>",
        "<table><tr><td><p>A cell.</p></td></tr></table>",
        "<figure><figcaption><p>A title.</p></figcaption></figure>",
        "<blockquote><p>Quoted.</p></blockquote>",
        "<pre>not a paragraph</pre>",
    ],
)
def test_what_belongs_to_something_else_has_no_number(body: str) -> None:
    """And the paragraph after it is the first."""
    assert numbers(body) == []
    assert numbers(f"{body}<p>One.</p>") == ["6.1"]


def test_without_its_numbers_a_page_is_what_it_was() -> None:
    """Nothing but the number is added."""
    body = "<p>One &amp; two.</p>\n<p class='note'>Note</p><dl><dd>Three</dd></dl>"
    made = number(body, "A.")
    assert re.sub(r' id="A\.\d+"|<a class="number".*?</a> ', "", made) == body


def test_a_statement_is_known_by_its_words() -> None:
    """Its number, its links and the white space around it tell nothing; another word does."""
    one, two = (statements(number(f"<p>{words}</p><p>It is dry.</p>", "6.")) for words in ("It rained.", "It snowed."))
    linked = statements(number('<p>It\n <a href="#x">rained</a>.</p><p>It is dry.</p>', "7."))
    assert one == linked
    assert len(one) == len(set(one)) == 2
    assert changed(one, two) == 1


def test_statements_that_went_and_came_are_counted_once() -> None:
    """One that stands elsewhere did not change; of two that went and one that came, two changed."""
    assert changed(["a", "b"], ["b", "a"]) == 0
    assert changed(["a", "b", "c"], ["c", "d"]) == 2
    assert changed([], ["a"]) == changed(["a"], []) == 1
