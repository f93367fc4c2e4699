"""What leads reported to the Board of September 2014, and every kind of fault planted in a copy of it."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pcp_analysis.figures import unbound
from pcp_analysis.plan import cycle, reading
from pcp_analysis.plan.updates import Commitment

ROOT = Path(__file__).resolve().parents[1]
NAME = "data/raw/cycles/2014-09/updates.toml"
BINDING = re.compile(r"\{([^{}]*)\}")


@pytest.fixture(scope="module")
def september() -> cycle.Cycle:
    return cycle.load(ROOT, "2014-09")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / cycle.FOLDER / "2014-09", tmp_path / cycle.FOLDER / "2014-09")
    return tmp_path


def write(root: Path, text: str) -> None:
    (root / NAME).write_text(text, encoding="utf-8", newline="\n")


def shown_ids() -> set[str]:
    """The ids of every figure that the tables of what the Board was shown give, by the rule of their kind."""
    ids = set()
    for path in sorted((ROOT / "data" / "raw" / "shown").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if "wave" in row:
                    ids.add(f"{row['measure']}.{row['answer']}.wave_{row['wave']}")
                elif "rank" in row:
                    stem = f"{row['measure']}.{row['area'].lower().replace(' ', '_')}"
                    ids |= {f"{stem}.{each}" for each in ("percent", "variation", "rank")}
                else:
                    stem = f"{row['measure']}.{row['item']}"
                    counts = ("correct", "required", "examined") if "correct" in row else ()
                    ids |= {stem, *(f"{stem}.{each}" for each in counts)}
    return ids


def test_each_deliverable_has_one_update_in_the_order_of_the_plan(september):
    """All 51 deliverables have an update, in the order in which the plan promises them."""
    plan = reading.load(cycle.plan_folder(ROOT, september.plan))
    assert [each.deliverable for each in september.updates] == [each.id for each in plan.deliverables]
    assert all(
        each.source.startswith(("paragraph", "first paragraph", "second paragraph")) for each in september.updates
    )


def test_27_were_reported_17_pointed_elsewhere_and_7_awaited(september):
    """27 updates have a text, 17 name a report and 7 are awaited from the Commissioner's office."""
    assert sum(bool(each.text) for each in september.updates) == 27
    assert sum(bool(each.reported_in) for each in september.updates) == 17
    assert [each.awaited_from for each in september.updates if each.awaited_from] == ["WMOPC"] * 7
    assert {each.due for each in september.updates if each.awaited_from} == {"2014-09"}


def test_only_the_professional_standards_report_has_no_month(september):
    """Every report that an update points to has its month, but for the one whose month the paper does not print."""
    undated = [each for each in september.updates if each.reported_in and not each.due]
    assert [(each.deliverable, each.reported_in) for each in undated] == [
        ("complaints", "Professional Standards Report")
    ]


def test_each_report_is_due_in_the_month_from_which_its_cadence_counts(september):
    """What is deferred to a month is first due in that month of the plan."""
    plan = reading.load(cycle.plan_folder(ROOT, september.plan))
    for update in september.updates:
        if update.due and plan.deliverable(update.deliverable).first_due:
            assert update.due == plan.deliverable(update.deliverable).first_due, update.deliverable


def test_every_binding_is_a_figure_that_the_board_was_shown(september):
    """Each {figure} in a text is an id that the tables of printed figures give, or one that the paper prints and a
    series gives.
    """
    with (september.folder / "paper.csv").open(encoding="utf-8", newline="") as file:
        known = shown_ids() | {row["computed_from"] for row in csv.DictReader(file) if row["basis"] == "recomputed"}
    texts = [each.text for each in september.updates] + list(september.sections.values())
    texts = [re.sub(r"\{stated: [^}]*\}", "", text) for text in texts]
    bound = {name.partition(":")[0] for text in texts for name in BINDING.findall(text)}
    assert len(bound) > 60
    assert sorted(bound - known) == []


def test_no_number_is_typed_into_a_text(september):
    """Digits outside a binding belong to a date, a year, a section of an Act or the name of an operation."""
    allowed = re.compile(
        r"\b20\d\d/\d\d|\b20\d\d-\d\d|\b(\d{1,2} )?(January|February|March|April|May|June|July|August|September|"
        r"October|November|December)( 20\d\d)?|\b\d{1,2} to \d{1,2} |20\d\d\b|[Ss]ection 136|Sentinel 2"
    )
    for update in september.updates:
        left = allowed.sub("", BINDING.sub("", re.sub(r"\[[^]]*\]\{stated: [^}]*\}", "", update.text)))
        assert not re.search(r"\d", left), (update.deliverable, left)


def test_both_dates_of_sentinel_are_kept_where_they_are_said(september):
    """Paragraph 11 says September and paragraph 61 October: both are commitments, each in its update."""
    first, second = (september.update(name).commitments for name in ("under_reported_crime", "vulnerable_reporting"))
    assert first == (Commitment("sentinel_2_launch", "Sentinel 2 is launched (paragraph 11)", "2014-09"),)
    assert second[0].due == "2014-10"


def test_dated_commitments_have_a_month_or_a_day(september):
    """Commitments inside updates carry their dates: Coventry's street triage on 1 December, and so on."""
    dues = {each.due for update in september.updates for each in update.commitments}
    assert {"2014-07", "2014-09", "2014-10", "2014-11", "2014-11-01", "2014-12-01", "2015-01", "2015-04"} <= dues
    assert sum(len(update.commitments) for update in september.updates) == 13


def test_the_three_implications_are_blank_and_the_other_sections_are_not(september):
    """Financial, legal and equalities implications stand blank in the paper, and blank here."""
    blank = [name for name, text in september.sections.items() if not text]
    assert blank == ["financial_implications", "legal_implications", "equalities_implications"]


# what is planted, the place named, the value named, the rule, the mend
PLANTED = [
    ('deliverable = "robery"\ntext = "x"',
     "line 2, update[1].deliverable", "robery", "no deliverable of the plan", "None of the 51"),
    ('deliverable = "property_crim"\ntext = "x"',
     "update[1].deliverable", "property_crim", "no deliverable", "property_crime"),
    ('text = "x"', "line 1, update[1].deliverable", "", "is missing", "Add deliverable"),
    ('deliverable = "complaints"', "line 1, update[1] (complaints)", "", "says nothing", "exactly one"),
    ('deliverable = "complaints"\ntext = "x"\nawaited_from = "WMOPC"',
     "update[1]", "", "has text and awaited_from", "exactly one"),
    ('deliverable = "complaints"\ntext = "x"\nreported_in = "R"',
     "update[1]", "", "has text and reported_in", "exactly one"),
    ('deliverable = "complaints"\ntext = ""', "line 3, update[1].text", "", "is blank", "leave the whole entry out"),
    ('deliverable = "complaints"\ntext = "x"\ndue = "2014-12"',
     "update[1].due", "2014-12", "without reported_in", "commitment"),
    ('deliverable = "complaints"\nreported_in = "R"\ndue = "12/2014"',
     "update[1].due", "12/2014", "is no month", "2014-09"),
    ('deliverable = "complaints"\nreported_in = "R"\ndue = 2014',
     "update[1].due", "2014", "is a number", "quotation"),
    ('deliverable = "complaints"\nreported_in = "R"\ndue = 2014-12', "line 4", "", "is not TOML", "quotation marks"),
    ('deliverable = "complaints"\ntext = "x"\nnot_received = true',
     "update[1].not_received", "true", "without what was due", "in which month"),
    ('deliverable = "complaints"\nreported_in = "R"\nnot_received = true',
     "update[1].not_received", "true", "without what was due", "in which month"),
    ('deliverable = "complaints"\nreported_in = "R"\ndue = "2014-09"\nnot_received = true',
     "update[1].not_received", "true", "2014-09 has ended", "last day"),
    ('deliverable = "complaints"\ntext = "x"\nnot_received = "yes"',
     "update[1].not_received", "yes", "true or false", "quotation"),
    ('deliverable = "complaints"\ntexts = "x"', "line 3, update[1].texts (complaints)", "texts", "no key", "text"),
    ('deliverable = "complaints"\ntext = "a\\u0000b"', "update[1].text", "", "U+0000", "Take it out"),
    ('deliverable = "complaints"\ntext = "x"\n[[update.commitment]]\nwhat = "y"',
     "line 4, update[1].commitment[1].due", "", "is missing", "due"),
    ('deliverable = "complaints"\ntext = "x"\n[[update.commitment]]\nwhat = "y"\ndue = "autumn"',
     "commitment[1].due", "autumn", "neither a month", "2014-09-11"),
    ('deliverable = "complaints"\ntext = "x"\ncommitment = "y"',
     "update[1].commitment", "", "list of tables", "[[update.commitment]]"),
    ('deliverable = "complaints"\ntext = "x"\n[section.summary]\ntext = ""',
     "section.summary", "summary", "no key", "executive_summary"),
    ('deliverable = "complaints"\ntext = "x"\n[section.purpose]\ntxt = ""',
     "section.purpose.text", "", "is missing", "text"),
    ('deliverable = "complaints"\ntext = "x"\n[updates]', "updates", "updates", "no key", "update"),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "where", "shown", "rule", "mend"), PLANTED)
def test_each_planted_fault_is_named_with_line_key_value_rule_and_mend(copy, entry, where, shown, rule, mend):
    """Each kind of fault of an update is found by its rule, at its place, and says how it is mended."""
    write(copy, f"[[update]]\n{entry}\n")
    matching = [
        fault
        for fault in cycle.check(copy, "2014-09")
        if fault.file == NAME
        and where in fault.where
        and shown in fault.value
        and rule in fault.rule
        and mend in fault.mend
    ]
    assert matching, "\n".join(map(str, cycle.check(copy, "2014-09")))


def test_two_updates_for_one_deliverable_are_a_fault_that_names_the_first(copy):
    """The second update of a deliverable is at fault, and says where the first one stands."""
    entry = '[[update]]\ndeliverable = "complaints"\ntext = "x"\n'
    write(copy, entry * 2)
    (fault,) = cycle.check(copy, "2014-09")
    assert fault.where == "line 5, update[2].deliverable"
    assert "update[1]" in fault.mend


def test_without_updates_nothing_is_at_fault(copy):
    """An updates.toml that says nothing is no fault: nothing was received, and every section is blank."""
    write(copy, "# Nothing was received.\n")
    assert cycle.check(copy, "2014-09") == []
    loaded = cycle.load(copy, "2014-09")
    assert loaded.updates == ()
    assert loaded.update("complaints") is None
    assert set(loaded.sections.values()) == {""}


@pytest.mark.parametrize(
    ("text", "where", "rule", "mend"),
    [
        ("", "line 1", "is an empty file", "Restore it"),
        (" \n\n", "line 1", "is an empty file", "Restore it"),
        ('# One.\n[section.purpose]\ntext = """\nIt was cut', "line 3", "Unterminated string", "cut short"),
        (
            '[[update]]\ntext = """a"""\nsource = """\nb\n"""\nreported_in = \'\'\'\nIt was',
            "line 6",
            "not TOML",
            "cut short",
        ),
        ('[update]\ndeliverable = "complaints"\n[[update]]\n', "line 3, column 9", "stands above already", "[["),
        (
            '[[update]]\ndeliverable = "complaints"\ndeliverable = "complaints"\n',
            "line 3",
            "stands above already",
            "one of the two",
        ),
        (
            '[[update]]\ndeliverable = "complaints"\nreported_in = "R"\ndue = 2014-10-01\n',
            "line 4",
            "must be a month as text",
            '"2014-09"',
        ),
        ('# One.\n[[updates]]\ndeliverable = "complaints"\n', "line 2, updates", "is no key", "update"),
        ('[[update]]\ndeliverable = "complaints"\ntext = "a\0b"\n', "line 3", "Illegal character", "syntax"),
        ('[[update]]\ndeliverable = "complaints"\ntext = "a\\u0000b"\n', "line 3", "U+0000", "Take it out"),
        (f"x = {'[' * 5000}", "", "nested too deeply", "syntax"),
        (
            f'[[update]]\ndeliverable = "complaints"\ntext = "{"a" * 1_000_000}"\n',
            "line 3",
            "1,000,000 characters",
            "Shorten",
        ),
    ],
)
def test_a_strangers_file_has_a_fault_with_its_line(copy, text, where, rule, mend):
    """Cut short, of the wrong brackets, a key twice, a date for a month, a NUL: named with line, rule and mend, and no
    traceback.
    """
    write(copy, text)
    faults = cycle.check(copy, "2014-09")
    assert len(faults) == 1, faults
    assert faults[0].file == "data/raw/cycles/2014-09/updates.toml"
    assert where in faults[0].where
    assert rule in faults[0].rule
    assert mend in faults[0].mend


@pytest.mark.parametrize(
    ("encoding", "sound"), [("utf-8-sig", True), ("utf-16", False), ("cp1252", False), ("latin-1", False)]
)
def test_a_file_of_another_encoding_is_read_or_named(copy, encoding, sound):
    """A byte order mark of UTF-8 is read over; any other encoding is a fault with the line of the first byte that is
    none of UTF-8.
    """
    path = copy / "data/raw/cycles/2014-09/updates.toml"
    path.write_bytes('# One.\n[section.purpose]\ntext = "Caf\u00e9"\n'.encode(encoding))
    faults = cycle.check(copy, "2014-09")
    assert [fault.rule for fault in faults] == ([] if sound else ["is not UTF-8"])
    assert sound or faults[0].where == ("line 1" if encoding == "utf-16" else "line 3")


HOSTILE = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.lists(
        st.sampled_from(
            [
                "[[update]]\n",
                "[section.purpose]\n",
                "text = ",
                "due = ",
                "names = ",
                "deliverable = ",
                '"complaints"',
                '"""',
                '"',
                "'",
                "\\",
                "\n",
                "[",
                "]",
                "{",
                "}",
                "=",
                "#",
                "2014-10",
                "inf",
                "-0",
                "1e999",
                "\0",
                "\ufeff",
                "\u202e",
                "\\ud800",
                "true",
                "9" * 300,
                "a.b.c",
                "<script>",
            ]
        ),
        max_size=20,
    ).map(lambda parts: "".join(parts).encode()),
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HOSTILE)
@example(b"\x00")
@example(b'[[update]]\ndeliverable = "complaints"\ntext = "\\u0000"')
def test_any_file_at_all_is_read_or_named(copy, raw):
    """Whatever bytes stand in updates.toml, there is a cycle or there are faults of that file, and never another error."""
    (copy / "data/raw/cycles/2014-09/updates.toml").write_bytes(raw)
    faults = cycle.check(copy, "2014-09")
    assert {fault.file for fault in faults} <= {"data/raw/cycles/2014-09/updates.toml"}
    assert all(fault.rule and fault.mend for fault in faults)
    if not faults:
        list(unbound.faults(cycle.load(copy, "2014-09")))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=120))
@example("{robbery.change}\0")
@example("\u202e<script>alert(1)</script>")
def test_any_text_that_toml_can_hold_is_a_text_or_a_fault(copy, text):
    """A lead's words, written as TOML writes them: refused with the line of their key, or the same words when read
    back.
    """
    quoted = json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    (copy / "data/raw/cycles/2014-09/updates.toml").write_text(
        f'# Made up.\n[[update]]\ndeliverable = "complaints"\ntext = {quoted}\n', encoding="utf-8", newline="\n"
    )
    faults = cycle.check(copy, "2014-09")
    if faults:
        assert all(fault.where.startswith("line 4") for fault in faults)
    else:
        assert cycle.load(copy, "2014-09").update("complaints").text == text.strip()


def test_a_commitment_takes_a_month_or_a_day_in_either_notation(copy):
    """The date of a commitment may be a month, a day in quotation marks or a TOML date."""
    dues = ['"2014-10"', '"2014-10-01"', "2014-10-02"]
    commitments = "".join(
        f'[[update.commitment]]\nid = "it_{nth}"\nwhat = "it"\ndue = {due}\n' for nth, due in enumerate(dues)
    )
    write(copy, f'[[update]]\ndeliverable = "complaints"\ntext = "x"\n{commitments}')
    (update,) = cycle.load(copy, "2014-09").updates
    assert [each.due for each in update.commitments] == ["2014-10", "2014-10-01", "2014-10-02"]


def test_what_was_not_received_once_its_month_has_ended_is_recorded(copy):
    """A report due in August that had not come by September may be recorded as not received."""
    write(copy, '[[update]]\ndeliverable = "complaints"\nreported_in = "R"\ndue = "2014-08"\nnot_received = true\n')
    (update,) = cycle.load(copy, "2014-09").updates
    assert update.not_received


def test_a_caution_says_what_it_stands_beside(copy, september):
    """Beside the violence figures stands what the inspectors found of recording; a caution for nothing is a fault."""
    (caution,) = september.cautions
    assert "public_place_violence" in caution.applies_to
    write(copy, '[[caution]]\napplies_to = []\ntext = "x"\n[[caution]]\ntext = "x"\n')
    assert [(fault.where, fault.rule) for fault in cycle.check(copy, "2014-09")] == [
        ("line 2, caution[1].applies_to", "names nothing"),
        ("line 4, caution[2].applies_to", "is missing"),
    ]
