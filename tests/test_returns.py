"""The leads' forms: what is asked of whom, and every way in which a workbook may come back."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from pcp_analysis.cli import main
from pcp_analysis.findings import status
from pcp_analysis.findings.view import open_view
from pcp_analysis.pack import signature
from pcp_analysis.plan import cycle as cycles
from pcp_analysis.returns import asked
from pcp_analysis.returns.workbook import ANSWERS, COLUMNS
from tests.conftest import CYCLE, tree
from tests.small_root import SMALL, make_small_root
from tests.test_signature import lay

NEXT = "2014-12"
UPDATES = f"data/raw/cycles/{NEXT}/updates.toml"
OPERATIONS, POLICING, NO_LEAD = "acc-operations.xlsx", "acc-local-policing.xlsx", "no-lead.xlsx"
SEPTEMBER = """\
[[update]]
deliverable = "transport_crime"
text = "Crime on buses changed by {bus_crime.change}, [in 29 weeks]{stated: paragraph 88}."

[[update]]
deliverable = "early_intervention"
reported_in = "DoR Report"
due = "2014-12"

[[update]]
deliverable = "community_capacity"
text = "Residents meet. LONG"

  [[update.commitment]]
  id = "community_fund"
  what = "The community fund opens (paragraph 92)"
  due = "2014-11"

[[update]]
deliverable = "summit_issues"
awaited_from = "WMOPC"
due = "2014-10"
""".replace("LONG", "They plan together and act together. " * 20)

Cells = dict[tuple[str, str, str], object]


def pcp(*arguments: object, root: Path) -> Result:
    """The command in this process."""
    return CliRunner().invoke(main, [*map(str, arguments), "--root", str(root)])


@pytest.fixture(scope="session")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small root with a September that was told things, a December laid out, and its forms; no test may change it.

    Made up: one deliverable is joint, one has no lead, one falls due only in March, and what was reported to September.
    """
    root = make_small_root(tmp_path_factory.mktemp("returns") / "root")
    plan = root / "plans/small" / f"{SMALL}.toml"
    text = plan.read_text(encoding="utf-8").replace('["Various"]', "[]")
    head, joint, rest = text.partition('id        = "community_capacity"')
    rest = rest.replace('["ACC Local Policing"]', '["ACC Local Policing", "ACC Operations"]')
    before, slow, between = head.partition('id        = "early_intervention"')
    head = before + slow + between.replace('"quarterly"', '"6 monthly"')
    plan.write_text(head + joint + rest, encoding="utf-8", newline="\n")
    (root / "data/raw/cycles/2014-09/updates.toml").write_text(SEPTEMBER, encoding="utf-8", newline="\n")
    done = pcp("new-cycle", NEXT, "--board-date", "2014-12-11", "--data-cut-off", "2014-11-30", root=root)
    assert done.exit_code == 0, done.output
    done = pcp("returns", NEXT, root=root)
    assert done.exit_code == 0, done.output
    assert f"outputs/{NEXT}-returns/{OPERATIONS}: deliverables 2, commitments 1" in done.stdout
    return root


@pytest.fixture
def root(laid_out: Path, tmp_path: Path) -> Path:
    """A copy of that root."""
    return Path(shutil.copytree(laid_out, tmp_path / "root"))


def sheets_of(path: Path) -> dict[str, list[list[object]]]:
    """The cells of each sheet of a workbook."""
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def save(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """A workbook of these cells, as a spreadsheet program saves it: days as days, no table, no formats."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "mmm yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, dt.date):
                        sheet.write_datetime(number, place, dt.datetime(cell.year, cell.month, cell.day), day)
                    elif isinstance(cell, str):
                        sheet.write_string(number, place, cell)
                    else:
                        sheet.write(number, place, cell)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(made.getvalue())
    return path


def fill(root: Path, form: str, cells: Cells, *, name: str = "", change: Callable = lambda sheets: None) -> Path:
    """A copy of a form with *cells* filled in, by sheet, id and heading, and then changed otherwise."""
    sheets = sheets_of(root / f"outputs/{NEXT}-returns" / form)
    for (sheet, id_, heading), value in cells.items():
        place = [each.heading for each in COLUMNS[sheet]].index(heading)
        (row,) = (row for row in sheets[sheet] if row[0] == id_)
        row[place] = value
    change(sheets)
    return save(root / "returns" / (name or form), sheets)


def answer(id_: str, kind: str, **others: object) -> Cells:
    """An answer on the first sheet; *others* by the first word of their heading."""
    headings = {"report": "report or body", "month": "month or day", "text": "text", "source": "source"}
    cells = {("Return", id_, headings[key]): value for key, value in others.items()}
    return {("Return", id_, "answer"): kind, **cells}


def settled(kind: str = "settled: kept", day: object = "2014-11-20", source: object = "paragraph 12") -> Cells:
    """An answer on the second sheet."""
    key = ("Commitments", "community_fund")
    return {(*key, "answer"): kind, (*key, "day"): day, (*key, "source"): source}


def refused(root: Path, *files: Path, count: int = 1) -> str:
    """What is said where these forms are refused: *count* faults, and not a byte is changed."""
    before = tree(root)
    done = pcp("returns", NEXT, "--read", *files, root=root)
    assert done.exit_code == 1, done.output
    assert f"{count} {'fault' if count == 1 else 'faults'}; nothing was run and nothing was changed." in done.stderr
    assert tree(root) == before
    return done.stderr


def taken(root: Path, *files: Path) -> Result:
    """What is said where these forms are taken."""
    done = pcp("returns", NEXT, "--read", *files, root=root)
    assert done.exit_code == 0, done.output
    return done


def rows(path: Path, sheet: str) -> list[list[object]]:
    """The rows of a form below its headings."""
    cells = sheets_of(path)[sheet]
    top = next(number for number, row in enumerate(cells) if row[0] == "id")
    return [row for row in cells[top + 1 :] if row[0]]


def test_a_form_says_what_was_told_and_what_was_promised(laid_out: Path) -> None:
    """Each lead has the deliverables that are due or promised for now, with the Board's date, figures in words, cut short."""
    folder = laid_out / f"outputs/{NEXT}-returns"
    assert sorted(path.name for path in folder.iterdir()) == sorted([OPERATIONS, POLICING, NO_LEAD])
    transport, joint = rows(folder / OPERATIONS, "Return")
    value = open_view("2014-09", root=laid_out).figures["bus_crime.change"].value
    assert transport[0] == "transport_crime"
    assert re.fullmatch(
        rf"Board of 11 September 2014: Crime on buses changed by \D?{abs(value):g}\.?0?%, in 29 weeks \(stated, paragraph 88\)\.",
        str(transport[2]),
    )
    assert transport[3] == "due in December 2014: nothing received yet"
    assert str(joint[1]).endswith("(joint with ACC Local Policing)")
    assert str(joint[2]).endswith("…")
    assert len(str(joint[2]).partition(": ")[2]) <= asked.LONGEST
    promised = {row[0]: row[3] for name in (POLICING, NO_LEAD) for row in rows(folder / name, "Return")}
    assert promised == {
        "early_intervention": f"DoR Report, December 2014: {status.NO_RECORD}",
        "community_capacity": "due in December 2014: nothing received yet",
        "summit_issues": f"WMOPC, October 2014: {status.NO_RECORD}",
    }
    (fund,) = rows(folder / POLICING, "Commitments")
    assert fund[0] == "community_fund"
    assert fund[2] == "Board of 11 September 2014: The community fund opens (paragraph 92)"
    assert str(fund[3]).startswith("November 2014: ")
    assert rows(folder / NO_LEAD, "Commitments") == []


def test_a_form_has_a_list_to_choose_from_and_is_a_table(laid_out: Path) -> None:
    """Answers are chosen from a list, headings stay in sight and text is wrapped: as the workbook's own parts say."""
    import zipfile

    with zipfile.ZipFile(laid_out / f"outputs/{NEXT}-returns" / OPERATIONS) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    for number, sheet in enumerate(ANSWERS, start=1):
        xml = parts[f"xl/worksheets/sheet{number}.xml"]
        assert f'<formula1>"{",".join(ANSWERS[sheet])}"</formula1>' in xml
        assert 'state="frozen"' in xml
        headings = re.findall(r'<tableColumn id="\d+" name="([^"]+)"', parts[f"xl/tables/table{number}.xml"])
        assert headings == [each.heading for each in COLUMNS[sheet]]
    assert 'wrapText="1"' in parts["xl/styles.xml"]
    assert "2014-12-11T00:00:00Z</dcterms:created>" in parts["docProps/core.xml"]
    assert parts["docProps/core.xml"].count("T00:00:00Z") == 2


def test_the_same_is_asked_in_the_same_bytes(root: Path) -> None:
    """Written again, and again once some of it was answered; a form that nobody is asked any more goes."""
    folder = root / f"outputs/{NEXT}-returns"
    before = tree(folder)
    taken(root, fill(root, POLICING, settled() | answer("community_capacity", "reported", text="Residents meet.")))
    shutil.copy(folder / NO_LEAD, folder / "dcc.xlsx")
    assert pcp("returns", NEXT, root=root).exit_code == 0
    assert tree(folder) == before


def test_a_form_that_is_filled_in_is_not_written_over(root: Path) -> None:
    """Whoever keeps what came back where it was written loses nothing."""
    target = root / f"outputs/{NEXT}-returns" / POLICING
    shutil.copy(fill(root, POLICING, answer("early_intervention", "reported", text="Meetings.")), target)
    before = tree(root)
    done = pcp("returns", NEXT, root=root)
    assert done.exit_code == 1
    assert f"{POLICING}: is filled in, and would be written over" in done.stderr
    assert tree(root) == before


def test_answers_come_back_as_entries(root: Path) -> None:
    """Each answer stands in place of the entry that was laid out, else at the end; nothing else of the file moves."""
    before = (root / UPDATES).read_text(encoding="utf-8")
    operations = fill(
        root,
        OPERATIONS,
        answer("transport_crime", "reported", text="The Safer Travel Plan\ngoes on.", source="paragraph 4")
        | answer("community_capacity", "reported in", report="DoR Report")
        | settled(),
    )
    policing = fill(root, POLICING, answer("early_intervention", "deferred to", report="DoR Report", month="2015-03"))
    no_lead = fill(root, NO_LEAD, answer("summit_issues", "settled: withdrawn", month="2014-10-14", source="letter"))
    done = taken(root, operations, policing, no_lead)
    assert (
        "answers taken: 5 (1 reported, 1 reported in, 1 deferred to, 1 settled: kept, 1 settled: withdrawn)"
        in done.stdout
    )
    assert "rows without an answer: 2." in done.stdout
    held = cycles.load(root, NEXT)
    assert [(each.deliverable, each.text, each.source) for each in held.updates if each.text] == [
        ("transport_crime", "The Safer Travel Plan\ngoes on.", "paragraph 4")
    ]
    assert {(each.deliverable, each.reported_in, each.due) for each in held.updates if not each.text} == {
        ("community_capacity", "DoR Report", None),
        ("early_intervention", "DoR Report", "2015-03"),
    }
    assert [(each.deliverable, each.commitment, each.became, each.date, each.source) for each in held.settlements] == [
        ("", "community_fund", "kept", dt.date(2014, 11, 20), "paragraph 12"),
        ("summit_issues", "", "withdrawn", dt.date(2014, 10, 14), "letter"),
    ]
    entries = {
        "transport_crime": 'source = "paragraph 4"\ntext = """\nThe Safer Travel Plan\ngoes on.\n"""\n',
        "community_capacity": 'reported_in = "DoR Report"\n',
        "early_intervention": 'reported_in = "DoR Report"\ndue = "2015-03"\n',
    }
    wanted = before
    for name, entry in entries.items():
        laid = rf'# \[\[update\]\]\n# deliverable = "{name}"\n(?:# .*\n)*?# """\n'
        wanted, count = re.subn(laid, f'[[update]]\ndeliverable = "{name}"\n{entry}', wanted)
        assert count == 1
    wanted += (
        '\n[[settled]]\ncommitment = "community_fund"\nbecame = "kept"\ndate = 2014-11-20\nsource = "paragraph 12"\n'
        '\n[[settled]]\ndeliverable = "summit_issues"\nbecame = "withdrawn"\ndate = 2014-10-14\nsource = "letter"\n'
    )
    assert (root / UPDATES).read_text(encoding="utf-8") == wanted


def test_an_entry_of_ones_own_stays_and_the_answer_stands_at_the_end(root: Path) -> None:
    """A commented entry in which words stand is a draft; the file's last line may have no end, and Windows' ends stay."""
    text = (root / UPDATES).read_text(encoding="utf-8")
    draft = text.replace('# deliverable = "transport_crime"', '# deliverable = "transport_crime"\n# my own draft')
    raw = draft.rstrip("\n").replace("\n", "\r\n").encode()
    (root / UPDATES).write_bytes(raw)
    taken(root, fill(root, OPERATIONS, answer("transport_crime", "reported", text="It\ngoes on.")))
    added = '\r\n\r\n[[update]]\r\ndeliverable = "transport_crime"\r\ntext = """\r\nIt\r\ngoes on.\r\n"""\r\n'
    assert (root / UPDATES).read_bytes() == raw + added.encode()


def test_an_entry_above_a_key_of_another_is_left_where_it_is(root: Path) -> None:
    """What stands right below a commented entry, and belongs to the table above it, must not become a part of the answer."""
    text = (root / UPDATES).read_text(encoding="utf-8")
    head, laid, rest = re.split(r'(# \[\[update\]\]\n# deliverable = "transport_crime"\n(?:# .*\n)*?# """\n)', text)
    own = f'[[update]]\ndeliverable = "early_intervention"\n{laid}text = "Meetings."\n'
    (root / UPDATES).write_text(head + own + rest, encoding="utf-8", newline="\n")
    taken(root, fill(root, OPERATIONS, answer("transport_crime", "reported in", report="DoR Report")))
    added = '\n[[update]]\ndeliverable = "transport_crime"\nreported_in = "DoR Report"\n'
    assert (root / UPDATES).read_text(encoding="utf-8") == head + own + rest + added


@pytest.mark.parametrize(
    ("words", "rule"), [("Meetings.", "stands within a text"), ("So '''they''' say.", "is not TOML")]
)
def test_an_answer_is_never_lost_in_a_text(root: Path, words: str, rule: str) -> None:
    """A commented entry within a text is no place for an answer: it would be a part of that text, or end it."""
    text = (root / UPDATES).read_text(encoding="utf-8")
    head, laid, rest = re.split(r'(# \[\[update\]\]\n# deliverable = "transport_crime"\n(?:# .*\n)*?# """\n)', text)
    own = f"[[update]]\ndeliverable = \"early_intervention\"\ntext = '''\n{laid}\n# more\n'''\n"
    (root / UPDATES).write_text(head + own + rest, encoding="utf-8", newline="\n")
    said = refused(root, fill(root, OPERATIONS, answer("transport_crime", "reported", text=words)))
    assert UPDATES in said
    assert rule in said


def test_what_excel_does_to_a_form_is_understood(root: Path) -> None:
    """Rows sorted, a month that became a day, quotes that became curly, blanks and line breaks, another name of the file."""

    def sort(sheets: dict[str, list[list[object]]]) -> None:
        rows = sheets["Return"]
        top = next(number for number, row in enumerate(rows) if row[0] == "id")
        rows[top + 1 :] = rows[:top:-1]
        rows.insert(0, ["a note of mine"])

    text = '  “You said”, we did: \r\n\r\n- met;  \n- \\slash and """quotes""""\n'
    cells = answer("early_intervention", "Reported ", text=text, source=4.0)
    cells |= answer("community_capacity", " AWAITED  from", report=" WM\nOPC ", month=dt.date(2015, 1, 1))
    cells |= settled(day=dt.date(2014, 11, 20))
    taken(root, fill(root, POLICING, cells, name="back from them (2).xlsx", change=sort))
    held = cycles.load(root, NEXT)
    assert {each.deliverable: (each.text, each.source, each.awaited_from, each.due) for each in held.updates} == {
        "early_intervention": ('“You said”, we did:\n\n- met;\n- \\slash and """quotes""""', "4", None, None),
        "community_capacity": ("", "", "WM OPC", "2015-01"),
    }
    assert held.settlements[0].date == dt.date(2014, 11, 20)


@pytest.mark.parametrize(
    ("given", "month"),
    [
        ("2015-03", "2015-03"),
        ("March 2015", "2015-03"),
        ("mar-2015", "2015-03"),
        ("2015-03-31", "2015-03"),
        (dt.date(2015, 3, 1), "2015-03"),
    ],
)
def test_a_month_may_be_written_in_these_ways(root: Path, given: object, month: str) -> None:
    """As text, in words, or as a day of it, which Excel makes of a month."""
    taken(root, fill(root, POLICING, answer("early_intervention", "deferred to", report="DoR Report", month=given)))
    assert cycles.load(root, NEXT).update("early_intervention").due == month


@pytest.mark.parametrize(
    ("cells", "cell", "rule"),
    [
        (
            answer("early_intervention", "reportd", text="x"),
            "E10",
            "'reportd': is no answer of this form. Did you mean reported",
        ),
        (answer("early_intervention", "reported"), "H10", "is blank, and the answer 'reported' needs it"),
        (answer("early_intervention", "reported in"), "F10", "is blank, and the answer 'reported in' needs it"),
        (answer("early_intervention", "deferred to", month="2015-03"), "F10", "needs it. Write the report or body"),
        (answer("early_intervention", "deferred to", report="DoR Report"), "G10", "needs it. Write the month or day"),
        (answer("early_intervention", "awaited from", report="WMOPC"), "G10", "needs it"),
        (answer("early_intervention", "deferred to", report="DoR Report", month="soon"), "G10", "'soon': is no month"),
        (answer("early_intervention", "deferred to", report="DoR Report", month="2015-13"), "G10", "is no month"),
        (answer("early_intervention", "deferred to", report="DoR Report", month=41974.5), "G10", "is no month"),
        (
            answer("early_intervention", "deferred to", report="DoR Report", month="2014-11"),
            "G10",
            "is not later than the Board",
        ),
        (
            answer("early_intervention", "deferred to", report="DoR Report", month="2014-12"),
            "G10",
            "is not later than the Board",
        ),
        (
            answer("early_intervention", "reported in", report="DoR Report", month="2015-01"),
            "G10",
            "is later than the Board",
        ),
        (
            answer("early_intervention", "reported in", report="DoR Report", text="x"),
            "H10",
            "does not go with the answer 'reported in'",
        ),
        (
            answer("early_intervention", "reported", text="x", month="2014-12"),
            "G10",
            "does not go with the answer 'reported'",
        ),
        (answer("early_intervention", "", text="words"), "E10", "is blank beside what stands in column H"),
        (
            answer("early_intervention", "reported", text="zero\u200bwidth"),
            "H10",
            "holds the invisible character U+200B",
        ),
        (answer("early_intervention", "settled: kept", month="2014-12", source="x"), "G10", "is no day"),
        (
            answer("early_intervention", "settled: kept", month="2014-12-12", source="x"),
            "G10",
            "is later than the Board",
        ),
        (answer("early_intervention", "settled: kept", month="2014-12-02"), "I10", "needs it. Write the source"),
        (
            answer("community_capacity", "settled: kept", month="2014-12-02", source="x"),
            "E11",
            "promised to no earlier Board",
        ),
    ],
)
def test_a_fault_names_its_cell(root: Path, cells: Cells, cell: str, rule: str) -> None:
    """One thing is wrong, and the line says in which cell of which sheet of which file, by what rule."""
    file = fill(root, POLICING, cells, change=lambda sheets: sheets["Return"].insert(0, ["a row of mine"]))
    said = refused(root, file)
    assert f"{POLICING}: sheet Return, cell {cell}: " in said
    assert rule in said


def test_faults_of_commitments_name_their_sheet(root: Path) -> None:
    """Only what settles is an answer there, and what is not open is unknown."""
    said = refused(root, fill(root, POLICING, settled("reported")))
    assert "sheet Commitments, cell E6: 'reported': is no answer of this form" in said

    def rename(sheets: dict[str, list[list[object]]]) -> None:
        sheets["Commitments"][5][0] = "community_fnd"

    said = refused(root, fill(root, POLICING, settled(), change=rename))
    assert "sheet Commitments, cell A6: 'community_fnd': is no open commitment. Did you mean community_fund?" in said


def test_all_faults_are_said_at_once_and_nothing_is_half_taken(root: Path) -> None:
    """Three files with a fault each beside answers that are sound."""
    said = refused(
        root,
        fill(root, POLICING, answer("early_intervention", "reported", text="Fine.") | settled(day="")),
        fill(root, OPERATIONS, answer("transport_crime", "reported in")),
        root / "returns/nowhere.xlsx",
        count=3,
    )
    assert f"{POLICING}: sheet Commitments, cell F6: is blank" in said
    assert f"{OPERATIONS}: sheet Return, cell F9: is blank" in said
    assert "nowhere.xlsx: cannot be read: No such file or directory" in said


def test_a_row_of_ones_own_is_refused_and_one_that_is_gone_is_not_answered(root: Path) -> None:
    """An id that the plan does not have, with the nearest; a row that was deleted is not missed."""

    def strange(sheets: dict[str, list[list[object]]]) -> None:
        sheets["Return"].append(["early_interventions", "", "", "", "reported", "", "", "Words."])
        sheets["Return"].append(["", "", "", "", "reported", "", "", "Words."])

    said = refused(root, fill(root, POLICING, {}, change=strange), count=2)
    assert "cell A12: is no deliverable of the plan" in said
    assert "cell A11: 'early_interventions': is no deliverable of the plan. Did you mean early_intervention" in said
    done = taken(root, fill(root, POLICING, settled(), change=lambda sheets: sheets["Return"].pop()))
    assert "answers taken: 1 (" in done.stdout
    assert "rows without an answer: 1." in done.stdout


def test_leads_of_one_deliverable_must_agree(root: Path) -> None:
    """Two forms that answer it differently name each other; two that say the same are one answer."""
    one = fill(root, POLICING, answer("community_capacity", "reported", text="Yes."))
    other = fill(root, OPERATIONS, answer("community_capacity", "reported", text="No."))
    said = refused(root, one, other)
    assert f"{OPERATIONS}: sheet Return, cell E10: 'reported': is answered otherwise in " in said
    assert f"{POLICING}, sheet Return, cell E10" in said
    same = fill(root, OPERATIONS, answer("community_capacity", "reported", text="Yes. "))
    assert "answers taken: 1 (" in taken(root, one, same).stdout


def test_what_stands_in_the_cycle_is_not_answered_again(root: Path) -> None:
    """The same form read twice adds nothing; another answer of the same deliverable or commitment is refused."""
    first = fill(root, POLICING, answer("early_intervention", "reported", text="Meetings.") | settled())
    taken(root, first)
    before = tree(root / "data")
    done = taken(root, first)
    assert "nothing new; rows without an answer: 1, taken before: 2." in done.stdout
    assert tree(root / "data") == before
    later = answer("early_intervention", "reported", text="More meetings.") | settled("settled: not kept")
    said = refused(root, fill(root, POLICING, later), count=1)
    assert f"cell A6: 'community_fund': has an entry in {UPDATES} already" in said


def test_a_text_that_was_bound_since_stands(root: Path) -> None:
    """The same form read again, when its number was bound, or with other words, leaves the text and says that it stands."""
    taken(root, fill(root, POLICING, answer("early_intervention", "reported", text="Meetings.")))
    (root / UPDATES).write_text(
        (root / UPDATES).read_text(encoding="utf-8").replace("Meetings.", "Meetings, bound."), encoding="utf-8"
    )
    before = tree(root / "data")
    done = taken(root, fill(root, POLICING, answer("early_intervention", "reported", text="Meetings.")))
    assert "updates.toml has a text of early_intervention, which stands" in done.stderr
    assert tree(root / "data") == before


def test_an_empty_form_is_a_note(root: Path) -> None:
    """Nothing is answered, nothing is wrong, and nothing is written."""
    before = tree(root / "data")
    done = taken(root, root / f"outputs/{NEXT}-returns" / POLICING)
    assert f"{POLICING}: no row has an answer." in done.stderr
    assert "nothing new; rows without an answer: 3." in done.stdout
    assert tree(root / "data") == before


@pytest.mark.parametrize(("place", "what"), [(1, "cycle"), (2, "plan")])
def test_a_form_of_another_cycle_is_refused(root: Path, place: int, what: str) -> None:
    """By the cell that says so, and by nothing else of it."""

    def other(sheets: dict[str, list[list[object]]]) -> None:
        sheets["Return"][6][place] = "another"

    said = refused(root, fill(root, POLICING, answer("early_intervention", "nonsense"), change=other))
    assert f"sheet Return, cell {'ABC'[place]}7: 'another': is a form of another {what}" in said


def test_a_form_of_before_the_plan_changed_is_read_with_a_note(root: Path) -> None:
    """What is asked may change after forms were sent out; an answer that still fits is taken."""

    def older(sheets: dict[str, list[list[object]]]) -> None:
        sheets["Return"][6][3] = "0123456789abcdef"

    done = taken(root, fill(root, POLICING, settled(), change=older))
    assert f"{POLICING}: what is asked has changed since this form was written." in done.stderr


def test_a_workbook_that_is_no_form_is_refused(root: Path) -> None:
    """No workbook, another sheet, no headings, a heading that was moved, and no row that says of which cycle it is."""
    text = root / "returns/text.xlsx"
    text.parent.mkdir()
    text.write_text("words", encoding="utf-8")
    assert "text.xlsx: is no workbook that can be read" in refused(root, text)

    def changed(change: Callable) -> str:
        file = fill(root, POLICING, answer("early_intervention", "reported", text="x"), change=change)
        return refused(root, file, count=change.__defaults__[0] if change.__defaults__ else 1)

    def renamed(sheets: dict[str, list[list[object]]]) -> None:
        sheets["Sheet1"] = sheets.pop("Return")

    assert "'Commitments, Sheet1': has no sheet Return. Name it Return again" in changed(renamed)

    def moved(sheets: dict[str, list[list[object]]], _count: int = 2) -> None:
        row = sheets["Return"][7]
        row[7], row[8] = row[8], row[7]

    said = changed(moved)
    assert "cell H8: 'source': is not the heading 'text', which stands in column I" in said
    assert "cell I8: 'text': is not the heading 'source', which stands in column H" in said

    def gone(sheets: dict[str, list[list[object]]]) -> None:
        sheets["Return"][7][4] = ""

    assert "cell E8: is not the heading 'answer'" in changed(gone)

    def headless(sheets: dict[str, list[list[object]]]) -> None:
        del sheets["Return"][7]

    assert "sheet Return: has no row of headings" in changed(headless)

    def nameless(sheets: dict[str, list[list[object]]]) -> None:
        del sheets["Return"][6]

    assert "sheet Return: has no row that begins with form" in changed(nameless)


def test_words_that_are_not_bound_are_taken_and_named_by_their_cell(root: Path) -> None:
    """A lead cannot bind a number: what pcp check will say of it is said with its cell, and pcp check then says it."""
    done = taken(
        root, fill(root, POLICING, answer("early_intervention", "reported", text="Fine.\nIt ran for 29 weeks."))
    )
    assert f"{POLICING}: sheet Return, cell H9: '29': a number typed by hand" in done.stderr
    assert f"To be bound or marked before a pack is made: 1, which pcp check {NEXT} names too." in done.stdout
    checked = pcp("check", NEXT, root=root)
    assert checked.exit_code == 1
    assert re.search(
        rf"{UPDATES}: line \d+, update early_intervention\.text: '29': a number typed by hand", checked.stderr
    )


def test_a_commitment_is_asked_until_a_board_settles_it(root: Path) -> None:
    """So is what was promised of a deliverable, and what fell due. A February Board asks neither once December was told of
    them, nor what was put off until June; it asks them all where December was told nothing.
    """
    laid = ("new-cycle", "2015-02", "--board-date", "2015-02-05", "--data-cut-off", "2015-01-31")
    assert pcp(*laid, root=root).exit_code == 0
    view = open_view("2015-02", root=root)
    assert {row.id for form in asked.forms_of(view) for row in form.rows["Return"]} == {
        "transport_crime",
        "community_capacity",
        "early_intervention",
        "summit_issues",
    }
    assert [row.id for form in asked.forms_of(view) for row in form.rows["Commitments"]] == ["community_fund"] * 2
    later = answer("early_intervention", "deferred to", report="DoR Report", month="2015-06")
    settles = fill(root, NO_LEAD, answer("summit_issues", "settled: kept", month="2014-12-01", source="x"))
    reports = answer("transport_crime", "reported", text="Goes on.") | answer(
        "community_capacity", "reported", text="Residents meet."
    )
    taken(root, fill(root, POLICING, settled() | later), fill(root, OPERATIONS, reports), settles)
    assert asked.forms_of(open_view("2015-02", root=root)) == []
    done = pcp("returns", "2015-02", root=root)
    assert done.exit_code == 0
    assert "nothing is asked of who leads what has no lead, ACC Local Policing, ACC Operations." in done.stdout


def test_a_cycle_that_is_closed_or_without_updates_takes_none(root: Path) -> None:
    """What is asked of the command itself: files go with --read, a cycle must be there and have updates."""
    assert pcp("returns", NEXT, "stray.xlsx", root=root).exit_code == 2
    assert pcp("returns", NEXT, "--read", root=root).exit_code == 2
    assert "is no cycle" in pcp("returns", "2014-11", root=root).stderr
    lay(root)
    signature.sign(root, CYCLE, "approver", "Made-up Person", dt.date(2014, 9, 12))
    done = pcp("returns", CYCLE, "--read", root / f"outputs/{NEXT}-returns" / POLICING, root=root)
    assert done.exit_code == 1
    assert "the cycle is approved and closed" in done.stderr
    file = root / f"data/raw/cycles/{NEXT}/cycle.toml"
    (root / UPDATES).unlink()
    with file.open("a", encoding="utf-8") as more:
        more.write('without = ["updates"]\nwithout_reason = "made up"\n')
    done = pcp("returns", NEXT, root=root)
    assert done.exit_code == 1
    assert "the cycle is without updates" in done.stderr
