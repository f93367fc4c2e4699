"""The claims of the real paper: every fault that it has, by its rule, and no sound figure accused; and faults of the
files.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from pcp_analysis.findings.view import CycleView, open_view
from pcp_analysis.loaders import check as check_inputs
from pcp_analysis.loaders import register_files
from pcp_analysis.paper import claims
from pcp_analysis.paper.claims import VERDICTS, JudgedClaim, check, check_claims, to_csv
from pcp_analysis.paper.declared import read_claims
from pcp_analysis.paper.rows import fold, read_paper
from pcp_analysis.paper.rules import RULES, Ledger
from pcp_analysis.paper.rules.words import WORDS
from pcp_analysis.strict.fault import FaultError
from tests.conftest import CHECKOUT, CYCLE, SHARED
from tests.test_nothing_stale import altered as with_another

FOLDER = Path("data/raw/cycles") / CYCLE
DOCS = CHECKOUT / "docs" / "claims.md"
TEXT = SHARED / "paper" / "spcb-2014-09-11-item-6.txt"

# The faults of the paper of 11 September 2014, by the claim, the rule that finds each, and the paragraph.
FAULTS = {
    ("started_well", "word", "2"),
    ("confidence.agree.increase.unit", "unit", "5"),
    ("neither_over_5", "more_than", "5"),
    ("sentinel_ends_unreadable", "readable", "10"),
    ("one_rounding", "one_rounding", "20, 36, 88"),
    ("no_crime_data_expected", "past", "22"),
    ("street_triage.incidents", "sum", "28"),
    ("funding.coventry_street_triage.unit", "unit", "29"),
    ("funding.black_country_street_triage.unit", "unit", "30"),
    ("sentinel_launch", "two_dates", "61"),
    ("significant_robbery", "word", "67"),
    ("significant_robbery_summary", "word", "2"),
    ("no_rape_integrity_issues", "none", "19"),
    ("satisfaction_crime_two_words", "two_words", "78"),
    *((f"numbering.paragraph_{number}", "numbering", str(number)) for number in range(82, 87)),
}
# Differences that rounding explains, which are no faults.
ROUNDING = {
    ("answers_wave_36", "whole"),
    ("answers_wave_34", "whole"),
    ("confidence.disagree.wave_36", "summary"),
    ("confidence.agree.wave_34", "summary"),
    ("crime_data_integrity.incidents.printed", "percentage"),
    ("crime_data_integrity.no_crime_robbery.printed", "percentage"),
    ("crime_data_integrity.no_crime_violence.printed", "percentage"),
    ("reoffending_top_15", "top_percent"),
    ("total_two_bases", "two_bases"),
}


@pytest.fixture(scope="module")
def rooted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the data, of which tests alter the paper and what it claims."""
    root = tmp_path_factory.mktemp("claims")
    shutil.copytree(CHECKOUT / "data", root / "data", ignore=shutil.ignore_patterns("processed"))
    return root


@pytest.fixture(scope="module")
def view(rooted: Path) -> CycleView:
    """The cycle of September 2014, opened once: the paper and its claims are read anew whenever they are checked."""
    return open_view(CYCLE, root=rooted)


@pytest.fixture(scope="module")
def all_claims(view: CycleView) -> list[JudgedClaim]:
    """The claims of the paper."""
    return check_claims(view)


@pytest.fixture(scope="module")
def found(all_claims: list[JudgedClaim]) -> dict[str, JudgedClaim]:
    """The claims of the paper by their id and rule."""
    return {f"{claim.id}/{claim.rule}": claim for claim in all_claims}


@pytest.fixture
def altered(rooted: Path, view: CycleView) -> Callable[..., list]:
    """Plants *new* for *old* in a file of the cycle and checks it; the file is put back afterwards."""
    held: dict[Path, str] = {}

    def alter(name: str, old: str, new: str, what: Callable[[CycleView], list] = check) -> list:
        path = rooted / FOLDER / name
        before = path.read_text(encoding="utf-8")
        held.setdefault(path, before)
        assert old in before, f"{old!r} is no longer in {name}"
        path.write_text(before.replace(old, new, 1), encoding="utf-8", newline="\n")
        return what(view)

    yield alter
    for path, text in held.items():
        path.write_text(text, encoding="utf-8", newline="\n")


def test_the_files_are_without_fault(view: CycleView) -> None:
    """The committed paper and its claims can be checked."""
    assert check(view) == []


def test_every_fault_of_the_paper_is_found_by_its_rule_and_no_other_is(found: dict[str, JudgedClaim]) -> None:
    """The faults are these, each by its own rule; everything else that the paper says is not accused."""
    assert {(claim.id, claim.rule, claim.paragraph) for claim in found.values() if claim.verdict == "fault"} == FAULTS


def test_what_rounding_explains_is_no_fault_and_is_said_to_be_that(found: dict[str, JudgedClaim]) -> None:
    """A summary of rounded parts, a percentage cut off, a share just above: explained, and in words."""
    explained = [claim for claim in found.values() if claim.verdict == "rounding"]
    assert {(claim.id, claim.rule) for claim in explained} == ROUNDING
    assert [claim.id for claim in explained if not re.search(r"round|nearest", claim.words.plain.casefold())] == []


def test_every_figure_of_the_paper_is_in_some_claim(view: CycleView, found: dict[str, JudgedClaim]) -> None:
    """No printed figure is passed over: it is checked, it is a part of what is checked, or it is said to stand alone."""
    rows = [row for row in read_paper(view.cycle.folder / "paper.csv") if row.basis != "no figure"]
    named = {figure.id.removeprefix("paper.") for claim in found.values() for figure in claim.figures}
    told = named | {claim.id.removesuffix(".unit") for claim in found.values()}
    printed_again = {row.id for row in rows if f"{row.id}.repeated" in told or row.id.endswith(".repeated")}
    spoken_of = {
        row.id
        for row in rows
        for claim in found.values()
        if fold(claim.quoted.plain.strip("…")) in row.quote and claim.paragraph == row.paragraph
    }
    assert [row.id for row in rows if row.id not in told | printed_again | spoken_of] == []


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("fall_since_2010_11/series_change", "sound"),
        ("shop_theft_change/held_change", "uncontradicted"),
        ("community_safety_partnerships.number/counted", "sound"),
        ("robbery_lowest_months/record_month", "not_checkable"),
        ("burglary_lowest_months/record_month", "not_checkable"),
        ("confidence_highest_since_2011/record_level", "not_checkable"),
        ("violence_july_significant/word", "not_checkable"),
        ("violence_stable_apart_from_july/word", "not_checkable"),
        ("fewer_than_most_similar/word", "not_checkable"),
        ("twenty_nine_weeks/period", "sound"),
        ("significant_burglary/word", "sound"),
        ("significant_since_2010_11/word", "not_checkable"),
        ("hate_crime_stable/word", "not_checkable"),
        ("violence_small_increase/word", "not_checkable"),
        ("second_lowest_year/record_year", "sound"),
        ("second_best_year/record_year", "sound"),
        ("lowest_year_2012_13/record_year", "sound"),
        ("small_increase_2013_14/word", "sound"),
        ("vehicle_crime_good/word", "sound"),
        ("business_crime_fifth/just_over", "sound"),
        ("establishment_increase/word", "sound"),
        ("metro_crime.change/percentage", "sound"),
        ("crime_data_integrity.directly_recorded.printed/percentage", "sound"),
        ("good_standard/word", "not_checkable"),
        ("summaries_wave_36/whole", "sound"),
        ("summaries_wave_35/whole", "sound"),
        ("summaries_wave_34/whole", "sound"),
        ("shop_theft_increased/word", "sound"),
        ("detentions_of_attended/part", "uncontradicted"),
        ("three_years_since_2010_11/period", "sound"),
        ("sentinel_2_expected/past", "uncontradicted"),
        ("reoffending_in_order/order", "sound"),
    ],
)
def test_what_is_near_a_fault_is_not_accused(found: dict[str, JudgedClaim], name: str, verdict: str) -> None:
    """Each was suspected and is not one: it follows, or what it would take is not held."""
    assert found[name].verdict == verdict


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("second_lowest_year/record_year", "2006/07"),
        ("burglary_lowest_months/record_month", "April 2006"),
        ("fall_since_2010_11/series_change", "212,369"),
        ("fall_since_2010_11/series_change", "−17.8%, or −37,845"),
        ("fall_since_2010_11/series_change", "215,350: −19.0%, or −40,826"),
        ("fall_since_2010_11/series_change", "it is not like for like"),
        ("total_two_bases/two_bases", "its base probably counts them"),
        ("no_rape_integrity_issues/none", "24 of 30 were right: 6 were not"),
        ("satisfaction_crime_two_words/two_words", "8 of the 12 months"),
        ("total_two_bases/two_bases", "73,018"),
        ("neither_over_5/more_than", "2.0 points"),
        ("street_triage.incidents/sum", "1,494"),
        ("robbery_lowest_months/record_month", "One number is printed for several months"),
        ("reoffending_top_15/top_percent", "first 25"),
    ],
)
def test_words_give_the_numbers(found: dict[str, JudgedClaim], name: str, said: str) -> None:
    """Since when a series is held, what a change was measured from, how far a share reaches."""
    assert said in found[name].words.plain


CORRUPTIONS = {
    "half as large again and one more": lambda row: (row.value * 3 / 2).quantize(row.value) + 1,
    "the other sign, and three more": lambda row: -row.value - 3,
    "ten times as large": lambda row: row.value * 10,
    "eleven less": lambda row: row.value - 11,
}


@pytest.mark.slow
@pytest.mark.parametrize("corrupted", CORRUPTIONS)
def test_every_corrupted_figure_of_the_paper_is_caught(view: CycleView, corrupted: str) -> None:
    """Each row of the real paper that is computed from others becomes a fault when its number is another one."""
    rows = read_paper(view.cycle.folder / "paper.csv")
    computed = [row for row in rows if row.basis in ("arithmetic", "recomputed")]
    assert len(computed) > 15
    missed = []
    for row in computed:
        other = replace(row, value=CORRUPTIONS[corrupted](row))
        judged, _ = claims.check_rows(Ledger([other if each is row else each for each in rows], view), [])
        if not any(claim.verdict == "fault" and claim.id == row.id for claim in judged):
            missed.append(row.id)
    assert missed == []


# Of a declared claim of the real paper that is sound: a number of it, and another one that it cannot be.
DECLARED = {
    "ten_outcomes": ("plan.outcomes", "9"),
    "second_lowest_year": ("total_recorded_crime.last_year_rank", "3"),
    "summaries_wave_36": ("confidence.agree.wave_36", "48"),
    "safe_and_unsafe": ("safety_by_day.unsafe", "20"),
    "confidence_rose_on_wave_34": ("confidence.agree.wave_36", "48"),
    "attended_of_incidents": ("street_triage.attended", "1508"),
    "twenty_nine_weeks": ("street_triage.weeks", "92"),
    "reoffending_top_two": ("reoffending.dudley.rank", "3"),
    "reoffending_top_15": ("reoffending.walsall.rank", "62"),
    "reoffending_in_order": ("reoffending.coventry.variation", "-51.55"),
    "total_two_bases": ("total_recorded_crime.change_on_lowest_year", "4.1"),
    "significant_since_2010_11": ("total_recorded_crime.difference_since_2010_11", "-4"),
    "vehicle_crime_good": ("vehicle_crime.change", "-2.5"),
    "violence_base": ("public_place_violence.difference", "623"),
    "shop_theft_change": ("shop_theft.change", "69"),
    "fall_since_2010_11": ("total_recorded_crime.difference_since_2010_11", "-4000"),
    "business_crime_fifth": ("business_crime.difference", "4198"),
    "establishment_increase": ("establishment.planned", "270"),
    "four_months": ("transport_crime.months", "6"),
    "taken_to_police_stations": ("street_triage.taken_to_police_stations", "200"),
    "burglary_lowest_months": ("burglary.june", "1803"),
    "robbery_lowest_months": ("robbery.lowest_month", "734"),
    "confidence_highest_since_2011": ("confidence.agree.wave_36", "48"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", DECLARED)
def test_a_declared_claim_of_the_paper_is_caught_when_its_number_is_another(
    view: CycleView, found: dict[str, JudgedClaim], name: str
) -> None:
    """The claims of the real paper in words, with digits turned round or another year's count in place of what is
    printed.
    """
    claim = next(each for each in found.values() if each.id == name)
    assert claim.verdict != "fault"
    row, value = DECLARED[name]
    rows = [
        replace(each, value=Decimal(value)) if each.id == row else each
        for each in read_paper(view.cycle.folder / "paper.csv")
    ]
    entries, faults = read_claims(view.cycle.folder / claims.FILE, claims.FILE, Ledger(rows, view))
    assert faults == []
    judged, _ = claims.check_rows(Ledger(rows, view), entries)
    assert [each.verdict for each in judged if each.id == name and each.rule == claim.rule] == ["fault"]


def test_the_quotes_are_the_papers_own_words() -> None:
    """Every quote of claims.toml stands in the text, white space folded, and so does every thing that is said to be
    listed.
    """
    if not TEXT.is_file():
        pytest.skip("the paper's text, ../shared/paper, is not beside this checkout")
    import tomllib

    whole = fold(TEXT.read_text(encoding="utf-8"))
    declared = tomllib.loads((CHECKOUT / FOLDER / "claims.toml").read_text(encoding="utf-8"))["claim"]
    assert [claim["id"] for claim in declared if fold(claim["quote"]) not in whole] == []
    assert [(claim["id"], item) for claim in declared for item in claim.get("items", []) if item not in whole] == []


def test_the_claims_come_in_the_order_of_the_paragraphs(found: dict[str, JudgedClaim]) -> None:
    """As a reader with the paper in hand goes through it; 82.2 comes before 83 and after 82."""
    numbers = [claim.paragraph for claim in found.values()]
    keys = [claims._number(paragraph) for paragraph in numbers]
    assert keys == sorted(keys)
    assert {"84.2", "85.2"} <= set(numbers)


def test_the_csv_has_its_columns_and_a_line_a_claim(found: dict[str, JudgedClaim]) -> None:
    """paper_check.csv: paragraph, quoted, recomputed, rule, verdict, and nothing else."""
    rows = list(csv.DictReader(io.StringIO(to_csv(found.values()))))
    assert list(rows[0]) == ["paragraph", "quoted", "recomputed", "rule", "verdict"]
    assert len(rows) == len(found) > 100
    assert {row["verdict"] for row in rows} == set(VERDICTS)
    assert {row["rule"] for row in rows} <= set(RULES)
    assert {
        "paragraph": "28",
        "quoted": "First 29 weeks (Jan to July)(1496 incidents)",
        "recomputed": "1,494",
        "rule": "sum",
        "verdict": "fault",
    } in rows


def test_a_figure_has_one_value_in_all_claims(found: dict[str, JudgedClaim], view: CycleView) -> None:
    """And one that is the cycle's own is the cycle's own record, so that figures.csv holds it once."""
    seen: dict[str, object] = {}
    for claim in found.values():
        for figure in claim.figures:
            assert seen.setdefault(figure.id, figure) == figure
            if figure.id in view.figures:
                assert figure == view.figures[figure.id]


def test_every_claim_has_an_id_of_its_own_by_rule(all_claims: list[JudgedClaim], found: dict[str, JudgedClaim]) -> None:
    """No two claims of one rule share an id."""
    assert len(all_claims) == len(found)


def test_each_rule_and_word_is_explained() -> None:
    """docs/claims.md has a heading with the id and the title of every rule, and says what each word must mean and why."""
    said = DOCS.read_text(encoding="utf-8")
    assert [rule.id for rule in RULES.values() if f"### `{rule.id}`: {rule.title}\n" not in said] == []
    assert [
        word for word, each in WORDS.items() if word not in said or each.meaning not in said or each.source not in said
    ] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "where", "mend"),
    [
        (
            'rule           = "record_year"',
            'rule           = "record_yaer"',
            "line 10, claim[1].rule (second_lowest_year)",
            "record_year",
        ),
        ('figure         = "total', 'figures        = "total', "claim[1].figures (second_lowest_year)", "figure"),
        ('best           = "lowest"', 'best           = "least"', "claim[1].best (second_lowest_year)", "lowest"),
        (
            '"total_recorded_crime.last_year_rank"',
            '"total_recorded_crime.last_year_rnk"',
            "claim[1].figure (second_lowest_year)",
            "total_recorded_crime.last_year_rank",
        ),
        (
            'milestone      = "total_recorded_crime"',
            'milestone      = "total_crime"',
            "claim[1].milestone (second_lowest_year)",
            "total_recorded_crime",
        ),
        ('year           = "2013/14"', 'year           = "2013"', "claim[1].year (second_lowest_year)", "2013/14"),
        ('year           = "2013/14"', 'year           = "1999/00"', "claim[1].year (second_lowest_year)", "years"),
        ('paragraph      = "2"', 'paragraph      = "200"', "claim[1].paragraph (second_lowest_year)", ""),
        ('id             = "second_lowest_year"\n', "", "claim[1].id", "Add id"),
        ('id             = "started_well"', 'id             = "second_lowest_year"', "claim[2].id", "its own id"),
        ('word           = "well"', 'word           = "small"', "claim[2].word (started_well)", "Quote the words"),
        ('word           = "well"', 'word           = "splendid"', "claim[2].word (started_well)", ""),
        (
            '"crime_data_integrity.incidents",',
            '"crime_data_integrity.incident",',
            "good_standard",
            "crime_data_integrity.incidents",
        ),
        ("whole          = 100\n", 'whole          = "a hundred"\n', "answers_wave_36", ""),
        (
            'dates          = { "11" = "2014-09", "61" = "2014-10" }',
            'dates          = { "11" = "2014-09" }',
            "sentinel_launch",
            "dates",
        ),
        (
            'months         = ["2014-04", "2014-07"]',
            'months         = ["2014-04", "2014-13"]',
            "robbery_lowest_months",
            "2014-09",
        ),
        (
            'figures        = ["burglary.april", "burglary.may", "burglary.june"]',
            'figures        = ["burglary.april", "burglary.may"]',
            "claim[",
            "one row for each month",
        ),
        (
            'dates          = { "11" = "2014-09", "61" = "2014-10" }',
            'dates          = { "1100" = "2014-09", "61" = "2014-10" }',
            "sentinel_launch",
            "11",
        ),
        ("months         = 5\n", "months         = 0\n", "total_two_bases", "1 or more"),
        ("months         = 5\n", "months         = 1e308\n", "total_two_bases", "1 or more"),
        ("[[claim]]", "[[claims]]", "claims", "claim"),
        ("[[claim]]", "[[claim]", "line 8", "syntax"),
    ],
)
def test_a_mistake_in_a_claim_is_named_with_its_place(
    altered: Callable[..., list], old: str, new: str, where: str, mend: str
) -> None:
    """A misspelt rule, key, row or series, a year that is not held, a word that is not quoted: file, key path, how to
    mend it.
    """
    faults = altered("claims.toml", old, new)
    assert len(faults) == 1, faults
    assert faults[0].file == (FOLDER / "claims.toml").as_posix()
    assert where in faults[0].where
    assert re.match(r"line \d+", faults[0].where)
    assert mend in faults[0].mend


def test_all_mistakes_come_at_once(altered: Callable[..., list]) -> None:
    """And while there is one, no claim is published."""
    altered("claims.toml", 'best           = "lowest"', 'best           = "least"')
    faults = altered("claims.toml", 'expected       = "2014-07"', 'expected       = "July"')
    assert ["second_lowest_year" in str(faults[0]), "no_crime_data_expected" in str(faults[1])] == [True, True]
    with pytest.raises(FaultError):
        altered("claims.toml", "[[claim]]", "[[claim]]", check_claims)


@pytest.mark.slow
def test_a_figure_that_the_cycle_does_not_make_is_a_fault_of_the_paper(altered: Callable[..., list]) -> None:
    """A row that is recomputed from nothing is named with its line and the nearest figures."""
    faults = altered(
        "paper.csv", "recomputed,total_recorded_crime.last_year_rank,", "recomputed,total_recorded_crime.last_year_rnk,"
    )
    assert [(fault.file, fault.where) for fault in faults] == [
        ((FOLDER / "paper.csv").as_posix(), "line 8, column computed_from")
    ]
    assert "total_recorded_crime.last_year_rank" in faults[0].mend


def test_a_corrected_paper_is_no_longer_accused(altered: Callable[..., list]) -> None:
    """With 923 in private premises, in the paper and in the table, the sum is right, and what was a fault is sound."""

    def corrected(view: CycleView) -> list[JudgedClaim]:
        table = view.inputs.tables["street_triage"]
        return check_claims(
            with_another(view, "street_triage", table.index[table["item"] == "in_private_premises"][0], value=923.0)
        )

    judged = altered("paper.csv", "- 921,921,921,", "- 923,923,923,", corrected)
    assert {claim.verdict for claim in judged if claim.id == "street_triage.incidents" and claim.rule == "sum"} == {
        "sound"
    }


def test_hostile_words_are_shown_and_not_obeyed(altered: Callable[..., list]) -> None:
    """Markup, bindings and braces in a claim are text on the page."""
    hostile = "<script>alert(1)</script> {robbery.target} {{x}} [a](javascript:b) ‘well’"
    judged = altered(
        "claims.toml",
        "the Force has started 2014/15 well in its ambition to strive to have its lowest ever crime levels",
        hostile,
        check_claims,
    )
    shown = next(claim for claim in judged if claim.id == "started_well").quoted
    assert shown.plain == hostile
    assert "<script" not in shown.html
    assert "&lt;script&gt;" in shown.html
    assert shown.figures == ()


def test_a_cycle_without_claims_in_words_is_checked_by_its_rows(rooted: Path, view: CycleView) -> None:
    """Without claims.toml what follows from paper.csv is still judged, and without either there is nothing to judge."""
    held = {name: (rooted / FOLDER / name).read_bytes() for name in ("claims.toml", "paper.csv")}
    try:
        (rooted / FOLDER / "claims.toml").unlink()
        judged = check_claims(view)
        assert ("street_triage.incidents", "fault") in {(claim.id, claim.verdict) for claim in judged}
        assert not {claim.id for claim in judged} & {"started_well", "sentinel_launch"}
        (rooted / FOLDER / "paper.csv").unlink()
        assert check_claims(view) == []
        (rooted / FOLDER / "claims.toml").write_bytes(held["claims.toml"])
        assert [fault.file for fault in check(view)] == [(FOLDER / "paper.csv").as_posix()]
    finally:
        for name, content in held.items():
            (rooted / FOLDER / name).write_bytes(content)


def test_equal_numerals_of_a_quote_are_marked_in_the_order_of_the_text(all_claims: list[JudgedClaim]) -> None:
    """Wave 36 prints 5% for two answers: the first is of those who said neither, the second of those who disagree."""
    quoted = next(claim.quoted for claim in all_claims if claim.id == "summaries_wave_36")
    marked = re.findall(r'data-figure="confidence\.(\w+)\.wave_36">(\d+)%', quoted.html)
    assert marked == [
        ("said_completely_agree", "13"),
        ("said_agree", "49"),
        ("said_agree_to_some_extent", "22"),
        ("said_neither", "5"),
        ("said_disagree_to_some_extent", "4"),
        ("said_disagree", "5"),
        ("said_completely_disagree", "1"),
        ("agree", "84"),
        ("disagree", "11"),
    ]


def test_a_paper_that_prints_another_promise_than_the_plan_is_at_fault_and_stops_nothing(
    altered: Callable[..., object],
) -> None:
    """Robbery by 7 per cent where the plan says 5: the verdict is a fault, and nothing about the inputs is."""

    def what(changed: CycleView) -> tuple[list, dict[str, JudgedClaim]]:
        return check(changed), {claim.id: claim for claim in check_claims(changed) if claim.rule == "promise"}

    faults, promises = altered(
        "paper.csv", "robbery (reduce by 5 per cent),5,-5,", "robbery (reduce by 7 per cent),7,-7,", what
    )
    assert faults == []
    assert promises["robbery.target"].verdict == "fault"
    assert promises["burglary.target"].verdict == "sound"


def test_an_impossible_share_is_the_papers_fault_and_stops_no_pack(copied_root: Path) -> None:
    """338 of 332 records right: the share has no interval, the check passes the inputs, and the claim is a fault."""
    for file in (
        copied_root / "data/raw/shown/crime_data_integrity.csv",
        copied_root / f"data/raw/cycles/{CYCLE}/paper.csv",
    ):
        text = file.read_text(encoding="utf-8")
        assert "328" in text
        file.write_text(text.replace("328", "338"), encoding="utf-8", newline="\n")
    register_files(copied_root, [copied_root / "data/raw/shown/crime_data_integrity.csv"], as_at=dt.date(2014, 9, 11))
    assert check_inputs(copied_root) == []
    view = open_view(CYCLE, root=copied_root)
    assert view.figures["crime_data_integrity.incidents"].low is None
    found = {claim.id: claim.verdict for claim in check_claims(view) if claim.rule == "impossible"}
    assert found["crime_data_integrity.incidents.correct.among"] == "fault"
