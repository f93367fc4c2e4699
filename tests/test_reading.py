"""Reading a plan: every kind of fault, planted in a copy of the real one."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcp_analysis.plan import model, reading
from pcp_analysis.strict.fault import FaultError

FOLDER = Path(model.__file__).parent / "west-midlands-2014-15"
CRIME, CONFIDENCE = "06_reduce_crime.toml", "01_public_confidence.toml"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / FOLDER.name))


def edit(path: Path, old: str, new: str) -> None:
    """Plant *new* for the first *old*, which must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is no longer in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


# file, what stands there, what is planted, the place named, the value named, the rule, the mend
PLANTED = [
    (CRIME, "baseline_year", "baselne_year",
     "deliverable[1].milestone[1].baselne_year", "baselne_year", "no key", "baseline_year"),
    (CRIME, 'better = "lower"', 'better = "down"',
     "deliverable[1].milestone[1].better", "down", "no direction", "lower, higher, neutral"),
    (CRIME, '"monthly"', '"montly"', "deliverable[1].cadence", "montly", "no cadence", "monthly"),
    (CRIME, '"lowest_crime"', '"Lowest crime"', "deliverable[1].id", "Lowest crime", "no id", "small letters"),
    (CRIME, '"lowest_crime"', '"property_crime"',
     "deliverable[4].id", "property_crime", "id of another deliverable", "deliverable[1]"),
    (CRIME, '"lowest_crime"', '"complaints"',
     "deliverable[1].id", "complaints", "id of another deliverable", CONFIDENCE),
    (CRIME, 'id     = "robbery"', 'id     = "burglary"',
     "deliverable[4].milestone[2].id", "burglary", "id of another milestone", "milestone[1]"),
    (CRIME, 'metric = "year_to_date_change"\n', "",
     "deliverable[1].milestone[1].series", "total_recorded_crime", "without a metric", "Add the metric"),
    (CRIME, 'series = "robbery"\n', "",
     "deliverable[4].milestone[2].metric", "year_to_date_change", "without a series", "Add the series"),
    (CRIME, 'series = "robbery"\n', 'series = "Robbery!"\n',
     "milestone[2].series", "Robbery!", "no name of a series", "small letters"),
    (CRIME, '"2012/13"', '"2012/14"', "milestone[1].baseline_year", "2012/14", "no financial year", "2013/14"),
    (CRIME, '"2012/13"', '"2099/00"',
     "milestone[1].baseline_year", "2099/00", "is not before the year of the plan, 2014/15", "measured from"),
    (CRIME, '"2012/13"', '"2014/15"',
     "milestone[1].baseline_year", "2014/15", "is not before the year of the plan, 2014/15", "measured from"),
    (CRIME, '"2012/13"', '"2012-13"', "milestone[1].baseline_year", "2012-13", "no financial year", "2013/14"),
    (CRIME, '"2014-09"', '"2014-13"', "deliverable[1].first_due", "2014-13", "no month", "2014-09"),
    (CRIME, '"2014-09"', "2014-09-01",
     "deliverable[1].first_due", "2014-09-01", "is a date and must be a month as text", "quotation"),
    (CRIME, 'cadence   = "monthly"\n', "", "deliverable[1].first_due", "2014-09", "without a cadence", "cadence"),
    (CRIME, '"monthly"', '"as required"', "deliverable[1].first_due", "2014-09", "has no calendar", "cadence"),
    (CRIME, "target = -5.0", 'target = "-5"',
     "deliverable[3].milestone[1].target", "-5", "must be a finite number", "bare number"),
    (CRIME, "target = -5.0", "target = nan",
     "deliverable[3].milestone[1].target", "nan", "must be a finite number", "bare number"),
    (CRIME, "target = -5.0", "target = true",
     "deliverable[3].milestone[1].target", "True", "must be a finite number", "bare number"),
    (CRIME, "target = -5.0", f"target = {'9' * 400}",
     "deliverable[3].milestone[1].target", "a very large number", "must be a finite number", "bare number"),
    (CRIME, 'target = -5.0\n  better = "lower"', 'target = -5.0\n  better = "neutral"',
     "milestone[1].target", "-5.0", "neutral", "lower or higher"),
    (CRIME, '["ACC Local Policing", "ACC Crime"]', '"ACC Crime"',
     "deliverable[1].leads", "ACC Crime", "must be a list", '["one"'),
    (CRIME, '["ACC Local Policing", "ACC Crime"]', '["ACC Crime", "ACC Crime"]',
     "deliverable[1].leads", "ACC Crime", "twice", "once"),
    (CRIME, '["ACC Local Policing", "ACC Crime"]', '[" "]', "deliverable[1].leads", "' '", "is blank", "Write it"),
    (CRIME, 'title     = "Strive to have our lowest ever crime levels"\n', "",
     "deliverable[1].title", "", "is missing", "Add title"),
    (CRIME, 'title = "Reduce crime and offending"', "title = 6", "title", "6", "must be text", "quotation"),
    (CRIME, 'title = "Reduce crime and offending"', 'title = "Reduce\\u202ecrime"',
     "title", "", "U+202E", "Take it out"),
    (CRIME, 'title = "Reduce crime and offending"', 'titel = "Reduce crime"', "titel", "titel", "no key", "title"),
    (CRIME, "[[deliverable.milestone]]", "[deliverable.milestone]",
     "deliverable[1].milestone", "", "list of tables", "[[deliverable.milestone]]"),
    ("plan.toml", '"2014/15"', '"2014"', "year", "2014", "no financial year", "2013/14"),
    ("plan.toml", "[comparison]", "[comparision]", "comparision", "comparision", "no key", "comparison"),
    ("plan.toml", "[comparison]\n", "comparison = 1\n[other]\n", "comparison", "1", "must be a table", "brackets"),
    ("plan.toml", "forces", "force", "comparison.force", "force", "no key", "forces"),
    ("plan.toml", 'police = "West Midlands Police"\n', "", "police", "", "is missing", "Add police"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "where", "shown", "rule", "mend"), PLANTED)
def test_each_planted_fault_is_named_with_file_key_value_rule_and_mend(copy, name, old, new, where, shown, rule, mend):
    """Each kind of fault is found by its rule, at its place, and says how it is mended."""
    edit(copy / name, old, new)
    matching = [
        fault
        for fault in reading.check(copy)
        if fault.file == f"{FOLDER.name}/{name}"
        and where in fault.where
        and shown.strip("'") in fault.value
        and rule in fault.rule
        and mend in fault.mend
    ]
    assert matching, "\n".join(map(str, reading.check(copy)))
    with pytest.raises(FaultError) as raised:
        reading.load(copy)
    assert set(raised.value.faults) == set(reading.check(copy))


def test_a_fault_names_its_line_and_its_deliverable(copy):
    """A misspelt key is named by line, key path and the id of its deliverable."""
    edit(copy / CRIME, 'baseline_year = "2013/14"', 'baselne_year = "2013/14"')
    line = (copy / CRIME).read_text(encoding="utf-8").splitlines().index('  baselne_year = "2013/14"') + 1
    (fault,) = reading.check(copy)
    assert fault.where == f"line {line}, deliverable[4].milestone[1].baselne_year (property_crime)"


def test_the_faults_of_all_files_come_at_once(copy):
    """Three faults in three files are three faults of one check."""
    edit(copy / CRIME, '"monthly"', '"daily"')
    edit(copy / CONFIDENCE, "leads ", "lead ")
    edit(copy / "plan.toml", "title ", "titel ")
    faults = reading.check(copy)
    assert {fault.file.rpartition("/")[2] for fault in faults} == {CRIME, CONFIDENCE, "plan.toml"}
    assert len(faults) == 5  # two of the keys are unknown and so two others are missing


EXCEPTIONAL = """
[[exceptional]]
from = "2012-04"
until = "2013-03"
reason = "made up"
"""


@pytest.mark.parametrize(
    ("old", "new", "place", "rule"),
    [
        ('until = "2013-03"', 'until = "2012-03"', "exceptional[1].until", "is before 2012-04"),
        ('from = "2012-04"', 'since = "2012-04"', "exceptional[1].since", "no key"),
        ('reason = "made up"\n', "", "exceptional[1].reason", "missing"),
        ("[[exceptional]]", "[exceptional]", "exceptional", "must be a list of tables"),
    ],
)
def test_exceptional_months_are_read_or_named(copy, old, new, place, rule):
    """A first and a last month with the reason; series where not all are meant."""
    path = copy / "plan.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + EXCEPTIONAL, encoding="utf-8")
    assert reading.load(copy).exceptional == (model.Exceptional("2012-04", "2013-03", "made up"),)
    path.write_text(text + EXCEPTIONAL.replace(old, new), encoding="utf-8")
    assert any(place in fault.where and rule in fault.rule for fault in reading.check(copy)), reading.check(copy)


def test_what_is_no_toml_is_named_with_its_line(copy):
    """A syntax error names its line and column, and hides no fault of another file."""
    edit(copy / CRIME, "title = ", "title = = ")
    edit(copy / CONFIDENCE, '"quarterly"', '"weekly"')
    found = {fault.file.rpartition("/")[2]: fault for fault in reading.check(copy)}
    assert found[CRIME].where.startswith("line 1, column")
    assert "is not TOML" in found[CRIME].rule
    assert found[CONFIDENCE].value == "weekly"


def test_what_is_not_utf8_is_named_with_its_line(copy):
    """A file saved in another encoding names the line of the first wrong byte."""
    raw = (copy / "05_social_responsibility.toml").read_bytes()
    (copy / "05_social_responsibility.toml").write_bytes(raw.replace("‘green’".encode(), "‘green’".encode("cp1252")))
    (fault,) = reading.check(copy)
    assert (fault.where, fault.value, fault.rule) == ("line 5", r"\x91", "is not UTF-8")


def test_a_file_that_nests_without_end_is_a_fault(copy):
    """Brackets nested too deeply to be read are a fault and no crash."""
    (copy / CRIME).write_text("title = " + "[" * 100_000, encoding="utf-8")
    assert any("nested too deeply" in fault.rule or "is not TOML" in fault.rule for fault in reading.check(copy))


def test_a_file_saved_by_a_windows_editor_is_read(copy):
    """A byte order mark and carriage returns change nothing."""
    raw = (copy / CRIME).read_text(encoding="utf-8")
    (copy / CRIME).write_bytes(b"\xef\xbb\xbf" + raw.replace("\n", "\r\n").encode())
    assert reading.load(copy) == reading.load(FOLDER)


@pytest.mark.parametrize(
    ("name", "other", "rule"),
    [
        (CRIME, "11_reduce_crime.toml", "out of sequence"),
        (CRIME, "07_reduce_crime.toml", "out of sequence"),
        (CRIME, "6_reduce_crime.toml", "no name of an outcome's file"),
        ("plan.toml", "plan.tml", "the file is missing"),
    ],
)
def test_a_misnamed_file_is_a_fault(copy, name, other, rule):
    """A gap, a number used twice, a misnamed outcome and a plan without plan.toml are faults."""
    (copy / name).rename(copy / other)
    assert any(rule in fault.rule for fault in reading.check(copy))


def test_an_empty_outcome_and_an_empty_folder_are_faults(copy, tmp_path):
    """An outcome needs a deliverable, a plan an outcome, and a name a folder."""
    (copy / CRIME).write_text('title = "Reduce crime and offending"\ndeliverable = []\n', encoding="utf-8")
    assert [fault.rule for fault in reading.check(copy)] == ["is empty"]
    (tmp_path / "empty").mkdir()
    assert {fault.rule for fault in reading.check(tmp_path / "empty")} == {
        "the file is missing",
        "the plan has no outcome",
    }
    assert [fault.rule for fault in reading.check(tmp_path / "none")] == ["no folder of a plan is here"]


def test_files_are_named_from_the_root_where_they_lie_under_it(copy, tmp_path):
    """With a root given, a fault names its file from there."""
    edit(copy / CRIME, '"monthly"', '"daily"')
    assert reading.check(copy, root=tmp_path)[0].file == f"{FOLDER.name}/{CRIME}"
    assert reading.check(copy, root=tmp_path.parent)[0].file == f"{tmp_path.name}/{FOLDER.name}/{CRIME}"


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_crash(tmp_path_factory, raw):
    """Whatever stands in an outcome's file, check returns faults and raises nothing."""
    folder = tmp_path_factory.mktemp("plan")
    (folder / "01_any.toml").write_bytes(raw)
    assert reading.check(folder)


VALUES = st.one_of(
    st.text(max_size=20).map(lambda text: '"' + "".join(f"\\U{ord(each):08X}" for each in text) + '"'),
    st.integers().map(str),
    st.floats().map(lambda number: repr(number).replace("Infinity", "inf")),
    st.booleans().map(lambda flag: str(flag).lower()),
    st.dates().map(lambda day: day.isoformat()),
    st.just("[]"),
    st.just("{}"),
    st.just("[{}]"),
    st.just("12:30:00"),
)


@given(
    key=st.sampled_from(["id", "title", "leads", "source", "cadence", "first_due", "printed", "milestone", "other"]),
    value=VALUES,
)
def test_a_key_of_any_value_is_read_or_named(tmp_path_factory, key, value):
    """A deliverable with any value under any key is read whole, or a fault names that key."""
    folder = tmp_path_factory.mktemp("plan")
    (folder / "01_any.toml").write_text(f'title = "Any"\n[[deliverable]]\n{key} = {value}\n', encoding="utf-8")
    plan, faults = reading.read(folder)
    named = any(f"deliverable[1].{key}" in fault.where for fault in faults)
    if key == "other":
        assert named
    else:
        taken = getattr(plan.outcomes[0].deliverables[0], "milestones" if key == "milestone" else key)
        assert named or taken or value == "[]"


@pytest.mark.parametrize(("year", "end"), [("2014/15", dt.date(2015, 3, 31)), ("1999/00", dt.date(2000, 3, 31))])
def test_a_plans_year_ends_on_the_thirty_first_of_march(year, end):
    """2014/15 ends in 2015, and 1999/00 in 2000."""
    assert replace(reading.load(FOLDER), year=year).year_end == end


def test_a_plan_is_seen_as_it_stood_at_the_board(tmp_path):
    """What begins later or has ended is not there, and an outcome of which nothing stands is not either."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "plan"))
    file = folder / "05_social_responsibility.toml"
    file.write_text(
        re.sub(r"(?m)^(id +=)", 'from = "2014-12"\n\\1', file.read_text(encoding="utf-8")), encoding="utf-8"
    )
    file = folder / "06_reduce_crime.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('id     = "robbery"', 'id     = "robbery"\n  until  = "2014-11"'), encoding="utf-8")
    plan = reading.load(folder)
    september, december = plan.at("2014-09"), plan.at("2014-12")
    assert len(plan.outcomes) == len(december.outcomes) == len(september.outcomes) + 1
    assert "robbery" in {each.id for each in september.milestones}
    assert "robbery" not in {each.id for each in december.milestones}


def test_a_span_that_ends_before_it_begins_is_a_fault(tmp_path):
    """The months are named, with what to do."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "plan"))
    file = folder / "05_social_responsibility.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace("[[deliverable]]\n", '[[deliverable]]\nfrom = "2015-01"\nuntil = "2014-12"\n', 1), encoding="utf-8"
    )
    (fault,) = reading.check(folder)
    assert fault.rule == "is before 2015-01"
