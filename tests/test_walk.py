"""A walk over the whole pack: no two places say different things of the same two numbers."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from bs4 import BeautifulSoup

from tests.conftest import Pack

MORE = re.compile(r"(?<!no )\bmore than chance\b")
CHANCE = re.compile(r"\b(?:can be chance|no more than chance|differ as much by chance)\b")
SIDES = {"rose": 1, "risen": 1, "fell": -1, "fallen": -1}
Key = tuple[str, str]


@pytest.fixture(scope="module")
def parts(built: Pack) -> dict[str, Key]:
    """The two numbers that each change of the pack is made of, by its id."""
    return {
        row["id"]: (row["numerator"], row["denominator"])
        for row in built.figures
        if row["numerator"] and row["denominator"] and row["unit"] in ("percent", "points")
    }


def blocks(pack: Pack) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """Every paragraph, cell and caption of the pages: its page, and its sentences with the ids of the figures in each."""
    found = []
    for page, html in pack.pages.items():
        if page.endswith("_figures.html") or page == "glossary.html":
            continue
        soup = BeautifulSoup(html, "html.parser")
        for mark in soup.select('a[href*="_figures.html#"]'):
            mark.insert_before(f"⟦{mark['href'].partition('#')[2]}⟧")
        for block in soup.find_all(["p", "dd", "li", "td", "figcaption"]):
            if block.find(["p", "li", "td"]) or block.find_parent("nav"):
                continue
            text = " ".join(block.get_text(" ").split())
            found.append(
                (
                    page,
                    [
                        (re.sub(r"⟦[^⟧]*⟧ ?", "", sentence), re.findall(r"⟦([^⟧]*)⟧", sentence))
                        for sentence in re.split(r"(?<=[.!?]) (?=[A-Z⟦])", text)
                    ],
                )
            )
    return found


def said(pack: Pack) -> list[tuple[str, str, list[str]]]:
    """The sentences of all blocks, each with its page."""
    return [(page, *sentence) for page, sentences in blocks(pack) for sentence in sentences]


def test_no_two_places_give_two_verdicts_of_the_same_numbers(built: Pack, parts: dict[str, Key]) -> None:
    """Position, front page, charts and paper check say of a change either that it is more than chance or that it can be
    chance, and all say the same.
    """
    verdicts: dict[Key, dict[bool, set[str]]] = defaultdict(lambda: defaultdict(set))
    for page, sentences in blocks(built):
        before: list[str] = []
        for sentence, ids in sentences:
            before = [name for name in ids if name in parts] or before
            # what would be chance if there were so few says nothing of what there was
            for pattern, more in ((MORE, True), (CHANCE, False)) if not sentence.startswith("If ") else ():
                if pattern.search(sentence):
                    for name in before:
                        verdicts[parts[name]][more].add(f"{page}: {sentence}")
    assert len(verdicts) > 5
    assert {key: dict(both) for key, both in verdicts.items() if len(both) > 1} == {}


def test_no_two_places_give_two_directions_or_sizes_of_the_same_numbers(built: Pack, parts: dict[str, Key]) -> None:
    """One pair of numbers has one change, and every verb beside it goes its way."""
    values: dict[tuple[str, Key], set[float]] = defaultdict(set)
    for row in built.figures:
        if (
            row["id"] in parts
            and row["item" if "item" in row else "unit"] in ("percent", "points")
            and "change" in row["id"]
        ):
            values[row["unit"], parts[row["id"]]].add(round(float(row["value"]), 6))
    assert {key: found for key, found in values.items() if len(found) > 1} == {}
    signs = {row["id"]: float(row["value"]) for row in built.figures if row["id"] in parts and row["value"]}
    for page, sentence, ids in said(built):
        changes = [name for name in ids if name in signs and "change" in name]
        verbs = [SIDES[verb] for verb in re.findall(r"\b(rose|risen|fell|fallen)\b", sentence)]
        if len(changes) == 1 and len(verbs) == 1 and "said to" not in sentence:
            assert verbs[0] * signs[changes[0]] >= 0, (page, sentence)


def test_no_page_puts_a_verdict_beside_a_signal(built: Pack) -> None:
    """The word of a control chart's rule is not said beside what a change is."""
    for page, sentence, _ in said(built):
        assert not (CHANCE.search(sentence) and re.search(r"\ba signal\b", sentence)), (page, sentence)


def test_one_label_with_two_baselines_names_them(built: Pack) -> None:
    """Where a table or a sentence shows two changes of one measure, each is shown with what it is compared with."""
    baselines = {row["id"]: row["baseline"] for row in built.figures if row["baseline"] and "change" in row["id"]}
    for page, sentence, ids in said(built):
        shown = {name: baselines[name] for name in ids if name in baselines}
        if len(set(shown.values())) > 1 and len({name.partition(".")[0] for name in shown}) == 1:
            assert all(baseline in sentence for baseline in shown.values()), (page, sentence)
