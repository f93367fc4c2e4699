"""The pack of September 2014 as a reader gets it, built from a copy of the committed root by the command itself."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pcp_analysis.figures.figure import MIME
from pcp_analysis.findings.view import open_view
from pcp_analysis.plan import Plan, cycle, reading
from tests.conftest import CHECKOUT, CYCLE, OF_SEPTEMBER, PCP, Pack, copy_root, run_pcp, tree

pytestmark = pytest.mark.slow
COLUMNS = "outcome,id,value,unit,low,high,numerator,denominator,period,baseline,basis,method,inputs"
BASES = {"recomputed", "arithmetic", "counted", "quoted", "not held"}


class Page(HTMLParser):
    """What a test asks of a page: its elements, its texts, its tables' rows, its figures."""

    VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.words: list[str] = []
        self.figures: dict[str, set[str]] = {}
        self.entries: dict[str, list[str]] = {}
        self._open: list[str] = []
        self._entry, self._figure = None, ("", "", "")
        self.feed(text)
        assert self._open == [], f"not closed: {self._open}"

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Take an element in."""
        held = dict(attributes)
        self.elements.append((tag, held))
        if tag not in self.VOID:
            self._open.append(tag)
        if tag == "tr":
            self.rows.append([])
            self._entry = held.get("id")
        elif tag == "a":
            self._figure = (held.get("href") or "").rpartition("_figures.html#")
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Take an element of an image in that closes itself."""
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag: str) -> None:
        """Every element that was opened is closed, the innermost first."""
        assert self._open.pop() == tag, f"</{tag}> closes another element"
        if tag == "tr" and self._entry:
            self.entries[self._entry] = self.rows[-1]

    def handle_data(self, data: str) -> None:
        """Take words in, without those of styles."""
        if "style" in self._open:
            return
        self.words.append(data)
        if "a" in self._open and self._figure[0]:
            self.figures.setdefault(self._figure[2], set()).add(data)
        if {"td", "th"} & set(self._open):
            self.rows[-1][-1] += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element *tag*."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        """All words, their spaces made single."""
        return " ".join("".join(self.words).split())


@pytest.fixture(scope="module")
def pages(built: Pack) -> dict[str, Page]:
    return {name: Page(text) for name, text in built.pages.items()}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return reading.load(cycle.plan_folder(CHECKOUT, cycle.load(CHECKOUT, CYCLE).plan))


@pytest.fixture(scope="module")
def rows(built: Pack) -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in built.figures}


def executed(pack: Pack) -> Iterator[tuple[str, dict]]:
    """Every output of the executed notebooks, with its page."""
    for path in sorted((pack.folder / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", ()):
                yield path.stem, output


def test_the_command_says_what_it_published(built: Pack) -> None:
    """Every committed notebook was run; in a log there is a plain line for each step, and nothing is told as wrong."""
    assert f"{len(OF_SEPTEMBER)} of {len(OF_SEPTEMBER)} notebooks run" in built.said.stdout
    assert "outputs/2014-09/index.html" in built.said.stdout
    lines = built.said.stderr.splitlines()
    assert {f"{CYCLE} {path.stem} executed" for path in OF_SEPTEMBER} <= set(lines)
    assert all(re.fullmatch(rf"{CYCLE} \w+ (executed|rendered|published)", line) for line in lines), lines


def test_there_is_a_front_page_and_a_page_for_each_outcome(built: Pack, plan: Plan) -> None:
    """One page a notebook, the executed notebooks, the figures and the manifest; the log lies outside."""
    assert {"index.html", *(f"{outcome.id}.html" for outcome in plan.outcomes)} <= set(built.pages)
    assert {"figures.csv", "manifest.json"} <= set(tree(built.folder))
    notebooks = {path.stem for path in (built.folder / "notebooks").glob("*.ipynb")}
    assert notebooks == {path.stem for path in OF_SEPTEMBER}
    assert (built.root / "outputs" / "run.log").is_file()


def test_each_page_has_one_main_heading_the_plans_title(built: Pack, plan: Plan) -> None:
    """And it is the first thing in the title of the window."""
    titles = {f"{outcome.id}.html": f"{outcome.number}. {outcome.title}" for outcome in plan.outcomes} | {
        "index.html": plan.title
    }
    for name, title in titles.items():
        headings = re.findall(r"<h1[^>]*>(.*?)</h1>", built.pages[name], re.DOTALL)
        assert [unescape(heading) for heading in headings] == [title]
        assert unescape(re.search(r"<title>(.*?)</title>", built.pages[name])[1]).startswith(f"{title} – ")


def test_all_deliverables_stand_with_lead_cadence_and_status(built: Pack, pages: dict[str, Page], plan: Plan) -> None:
    """Each of the 51 stands on its outcome's page in the plan's order, and right below it who leads, how often, and
    where it stands.
    """
    statuses = open_view(CYCLE, root=built.root).statuses
    count = 0
    for outcome in plan.outcomes:
        text = pages[f"{outcome.id}.html"].text
        for each in outcome.deliverables:
            assert each.title in text, f"{each.id} does not stand on the page, or not in its order"
            text = text.split(each.title, 1)[1]
            leads = " and ".join(filter(None, [", ".join(each.leads[:-1]), *each.leads[-1:]])) or "none stated"
            below = text[:300]
            for words in (leads, each.cadence or "none stated", statuses[each.id].words):
                assert words in below, (each.id, words, below)
            count += 1
    assert count == 51


def test_the_statuses_add_up_to_51(pages: dict[str, Page], rows: dict[str, dict[str, str]]) -> None:
    """27 reported, 17 deferred or reported elsewhere, 7 awaited: on the front page, and by outcome."""
    shown = pages["index.html"].rows
    start = next(number for number, row in enumerate(shown) if row[:2] == ["Outcome", "Reported"])
    header, by_outcome, all_outcomes = shown[start], shown[start + 1 : start + 11], shown[start + 11]
    total = dict(zip(header[1:], map(int, all_outcomes[1:]), strict=True))
    assert {name: count for name, count in total.items() if count} == {
        "Reported": 27,
        "Reported elsewhere": 1,
        "Deferred": 16,
        "Awaited": 7,
        "All": 51,
    }
    for place, status in enumerate(header[1:], start=1):
        assert sum(int(row[place]) for row in by_outcome) == total[status]
    assert all(sum(map(int, row[1:-1])) == int(row[-1]) for row in (*by_outcome, all_outcomes))
    assert [int(row[-1]) for row in by_outcome] == [7, 7, 6, 5, 4, 5, 4, 6, 4, 3]
    assert rows["deliverables.all.reported"]["value"] == "27"


def test_figures_csv_has_its_columns_and_a_basis_for_every_row(built: Pack) -> None:
    """Each id once; a value is a number, or empty where the basis is not held."""
    header = (built.folder / "figures.csv").read_text(encoding="utf-8").split("\n", 1)[0]
    assert header == COLUMNS
    assert len({row["id"] for row in built.figures}) == len(built.figures) > 200
    for row in built.figures:
        assert row["basis"] in BASES, row
        assert row["unit"], row
        assert row["method"], row
        assert row["inputs"], row
        assert (row["value"] == "") == (row["basis"] == "not held"), row
        for column in ("value", "low", "high", "numerator", "denominator"):
            if row[column]:
                float(row[column])
    assert {row["outcome"] for row in built.figures} <= {path.stem for path in OF_SEPTEMBER}


@pytest.mark.parametrize(
    ("value", "name", "period"),
    [
        ("2512", "burglary.year_to_date", "April to June 2014"),
        ("2512", "burglary.lowest_period", "April to June 2014"),
        ("1177", "robbery.year_to_date", "April to June 2014"),
        ("1177", "robbery.lowest_period", "April to June 2014"),
        ("174524", "total_recorded_crime.last_year", "2013/14"),
        ("168770", "total_recorded_crime.lowest_year", "2012/13"),
    ],
)
def test_the_recomputed_figures_of_the_acceptance_case(
    rows: dict[str, dict[str, str]], value: str, name: str, period: str
) -> None:
    """Burglary and robbery of the quarter, each the lowest of the series, and the two years' totals, from the held
    table.
    """
    assert (rows[name]["value"], rows[name]["basis"], rows[name]["inputs"]) == (value, "recomputed", "recorded_crime")
    assert rows[name]["period"].startswith(period)


def test_total_crime_is_measured_from_both_years(rows: dict[str, dict[str, str]]) -> None:
    """Down 1.3 per cent on the year before, up 1.6 per cent on the lowest year: both, side by side."""
    changes = {
        row["baseline"]: round(float(row["value"]), 1)
        for name, row in rows.items()
        if name.startswith("total_recorded_crime.year_to_date_change") and row["period"] == "April to June 2014"
    }
    assert changes == {"April to June 2013": -1.3, "April to June 2012": 1.6}


def test_every_figure_on_a_page_is_in_figures_csv(pages: dict[str, Page], rows: dict[str, dict[str, str]]) -> None:
    """What is printed is what its row holds, rounded as a Board speaks of it, wherever it stands."""
    shown = [
        (name, figure, words)
        for name, page in pages.items()
        for figure, texts in page.figures.items()
        for words in texts
    ]
    assert len(shown) > 500
    assert [(name, figure) for name, figure, _ in shown if figure not in rows] == []
    wrong = [(name, figure, words) for name, figure, words in shown if not says(words, float(rows[figure]["value"]))]
    assert wrong == []


def says(words: str, value: float) -> bool:
    """Whether words that stand for a figure are its value: to the last place that is printed, or of a projection to
    three.
    """
    odds = re.fullmatch(r"about (\d+) in (\d+)", words)
    if odds:
        return abs(100 * int(odds[1]) / int(odds[2]) - value) <= 5
    found = re.search(r"\d[\d,]*(\.\d+)?", words)
    if found is None:
        return bool(re.search("[a-z]", words))  # a number that the paper writes in words, such as a fifth
    printed, places = float(found[0].replace(",", "")), len(found[1] or ".") - 1
    printed *= 1000 if re.search(r"\dk\b", words, re.IGNORECASE) else 1_000_000 if "million" in words else 1
    sign = -1 if "−" in words else 1 if "+" in words else 0
    return abs(printed - abs(value)) <= max(0.5000001 / 10**places, 0.005 * abs(value) if printed >= 1000 else 0) and (
        sign * value >= 0 or printed == 0
    )


def test_every_figure_has_one_entry_that_says_how_it_was_made(
    pages: dict[str, Page], rows: dict[str, dict[str, str]]
) -> None:
    """Each id of figures.csv once in the pack, with its exact value, its interval and method; and no entry of another."""
    entries = [(figure, cells) for page in pages.values() for figure, cells in page.entries.items()]
    assert len(entries) == len({figure for figure, _ in entries})
    assert {figure for figure, _ in entries} == set(rows)
    for figure, (title, value, parts, period, made, inputs) in entries:
        row = rows[figure]
        assert title.endswith(figure)
        assert len(title) > len(figure) + 5, f"{figure} has no title"
        assert value.startswith(f"{row['value']} {row['unit']}" if row["value"] else "not held")
        assert value.endswith(row["high"])
        assert parts == " / ".join(filter(None, [row["numerator"], row["denominator"]]))
        assert period.startswith(row["period"])
        assert period.endswith(row["baseline"])
        assert made == f"{row['basis']}: {row['method']}"
        assert inputs == row["inputs"]


def test_the_code_that_shows_a_figure_stands_beside_its_entry_and_on_no_page(built: Pack) -> None:
    """The line of the notebook is there, with a link to the notebook, and absent from the page for the Board."""
    text = built.pages["06_reduce_crime_figures.html"]
    before = text[: text.index('id="robbery.year_to_date"')]
    assert unescape(re.findall(r'scope="rowgroup".*?<code>(.*?)</code>', before)[-1]) == 'outcome.position("robbery")'
    assert 'href="notebooks/06_reduce_crime.ipynb"' in text
    for name, page in built.pages.items():
        assert name.endswith("_figures.html") or "outcome." not in page


def test_links_do_not_stand_in_links(built: Pack) -> None:
    """A figure in the words of another link would be a link in a link, which no browser shows as it is written."""
    for name, text in built.pages.items():
        assert not re.search(r"<a\b[^>]*>(?:(?!</a>).)*<a\b", text, re.DOTALL), name


def test_the_data_of_each_chart_lie_beside_its_page(built: Pack, pages: dict[str, Page]) -> None:
    """A file for each chart, linked under it, with as many rows as its table."""
    charts = 0
    for name, text in built.pages.items():
        for chart in re.findall(r'<figure class="chart.*?</figure>', text, re.DOTALL):
            charts += 1
            (file,) = re.findall(r'href="([a-z0-9_.-]+\.csv)"', chart)
            held = list(csv.reader((built.folder / file).read_text(encoding="utf-8").splitlines()))
            assert len(held) == len(re.findall("<tr>", chart)), (name, file)
    assert charts >= 15


def test_every_figure_in_figures_csv_stands_on_a_page(built: Pack, rows: dict[str, dict[str, str]]) -> None:
    """Each record's value is to be read in the very output that carries it: marked up, or in the words of a chart."""
    figures = open_view(CYCLE, root=built.root).figures
    seen, unseen = Counter(), []
    for page, output in executed(built):
        for record in output.get("data", {}).get(MIME, ()):
            html = "".join(output["data"]["text/html"])
            seen[record["id"]] += 1
            marked = f'data-figure="{record["id"]}"' in html
            if not marked and record["value"] is not None and not _said(figures, record, html):
                unseen.append((page, record["id"], record["value"]))
    assert set(seen) == set(rows)
    assert unseen == []


def _said(figures: dict, record: dict, html: str) -> bool:
    """Whether a figure without markup can be read: as it is printed, or with its unit left to the column's head."""
    from pcp_analysis.figures import wording

    printed = wording.value(figures[record["id"]]) if record["id"] in figures else str(record["value"])
    bare = re.search(r"−?[\d.,]*\d", printed)[0]
    words = unescape(re.sub(r"<[^>]+>", "\n", html))
    return any(
        re.search(rf"(?<![\d.,]){re.escape(form)}(?![\d]|[.,]\d)", words)
        for form in (printed, bare, bare.replace(",", ""))
    )


def test_a_page_needs_nothing_but_itself(built: Pack, pages: dict[str, Page]) -> None:
    """No script, no frame, nothing fetched: only links to the pack's own files, and those are there."""
    files = set(tree(built.folder))
    for name, page in pages.items():
        for tag in ("script", "iframe", "object", "embed", "link", "base", "form"):
            assert page.of(tag) == [], (name, tag)
        for tag, attributes in page.elements:
            assert not [key for key in attributes if key.startswith("on")], (name, tag, attributes)
            for key in ("src", "srcset", "href", "xlink:href", "action", "data", "poster"):
                target = attributes.get(key) or ""
                if not target or target.startswith(("#", "data:image/")):
                    continue
                assert target.split("#")[0] in files, (name, tag, target)
        assert "@import" not in built.pages[name]
        assert not re.search(r"url\(\s*['\"]?(?!#|data:)", built.pages[name]), name


def test_a_page_has_language_title_and_one_main_part(pages: dict[str, Page]) -> None:
    """What a screen reader asks first; every link inside the page leads somewhere, and every id is given once."""
    for name, page in pages.items():
        assert page.of("html") == [{"lang": "en-GB"}], name
        assert len(page.of("title")) >= 1
        assert len(page.of("main")) == len(page.of("h1")) == 1, name
        ids = [attributes["id"] for _, attributes in page.elements if attributes.get("id")]
        assert [given for given, count in Counter(ids).items() if count > 1] == [], name
        inside = {
            attributes["href"][1:] for attributes in page.of("a") if (attributes.get("href") or "").startswith("#")
        }
        assert inside <= set(ids), name
        for image in page.of("img"):
            assert image.get("alt"), name


def test_no_page_shows_a_traceback_or_a_blank_of_the_program(pages: dict[str, Page]) -> None:
    """Nothing that only a programmer would read."""
    for name, page in pages.items():
        for word in (
            "Traceback",
            "Error:",
            "NaN",
            "nan",
            "None",
            "NaT",
            "inf",
            "<pcp_analysis",
            "object at 0x",
            "{",
            "}",
        ):
            assert not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", page.text), (name, word)
        assert "INCOMPLETE" not in page.text
        assert "DRAFT" in page.text


def test_charts_are_drawn_and_pages_weigh_within_their_limits(built: Pack) -> None:
    """What ``make bench`` prints of pages: all charts in 6 s of one core, 65 kB, 250 kB, 1.5 MB, 20 kB of style; each
    row is met.
    """
    sys.path.insert(0, str(CHECKOUT / "benchmarks"))
    try:
        import pages as bench
    finally:
        sys.path.pop(0)
    rows = bench.rows(built.root, built.folder)
    assert len(rows) == 5
    assert [row for row in rows if not row.endswith("| yes |")] == []
    assert int(re.search(r"all (\d+) charts", rows[0])[1]) >= 15


def test_nothing_of_the_machine_is_in_the_pack(built: Pack) -> None:
    """No path, no name of a user or of a computer, in any file of the pack."""
    private = {str(built.root), str(CHECKOUT), sys.prefix, str(Path.home()), "/tmp/"}
    private |= {value for value in (os.environ.get("USER"), os.environ.get("HOSTNAME")) if value and len(value) > 4}
    for name, data in tree(built.folder).items():
        found = [word for word in private if len(word) > 4 and word.encode() in data]
        assert found == [], name
        assert not re.search(rb"\b20(2[5-9]|[3-9]\d)-\d\d-\d\d[T ]\d\d:", data), f"{name} holds a time of the clock"


def test_an_unchanged_report_runs_nothing_and_loads_nothing(built: Pack) -> None:
    """The second report compares hashes: no heavy library, no kernel, no byte changed."""
    before = tree(built.folder)
    script = (
        "import sys\nfrom pcp_analysis.cli import main\nmain(['report', '2014-09'], standalone_mode=False)\n"
        "print(sorted({'pandas', 'nbformat', 'papermill', 'nbconvert'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=built.root, capture_output=True, text=True, encoding="utf-8", timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith(f"{CYCLE}: nothing new")
    assert done.stdout.splitlines()[1] == "[]"
    assert tree(built.folder) == before


def test_a_fault_leaves_the_published_pack_as_it_was(built: Pack) -> None:
    """An input is altered: exit 1, every byte of outputs/ stands; put back, nothing is new."""
    before = tree(built.root / "outputs")
    path = built.root / "data/raw/shown/funding.csv"
    held = path.read_bytes()
    path.write_bytes(held.replace(b",", b", ", 1))
    try:
        done = run_pcp("report", CYCLE, root=built.root)
    finally:
        path.write_bytes(held)
    assert done.returncode == 1
    assert "data/raw/shown/funding.csv" in done.stderr
    assert tree(built.root / "outputs") == before
    assert "nothing new" in run_pcp("report", CYCLE, root=built.root).stdout


def test_later_rows_change_no_byte(built: Pack, press: Callable[..., Pack]) -> None:
    """Recorded crime from July 2014 and populations from mid-2014, changed and registered again: every page, every
    figure and every executed notebook is the same, though every notebook was run.
    """

    def change(root: Path) -> None:
        alter(
            root, "recorded_crime", "quarter_ending", lambda day: day > "2014-08-31", "robbery", "total_recorded_crime"
        )
        alter(root, "population", "mid_year", lambda year: year >= "2014", "persons")

    later = press(change)
    assert later.said.returncode == 0, later.said.stderr
    assert f"{len(OF_SEPTEMBER)} of {len(OF_SEPTEMBER)} notebooks run" in later.said.stdout
    ours, theirs = tree(built.folder), tree(later.folder)
    assert sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)) == []


def alter(root: Path, name: str, column: str, chosen: Callable[[str], bool], *counts: str) -> None:
    """Add 7 to *counts* in the chosen rows of an input and register it again, as at the same day."""
    path = root / "data" / "raw" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        held = list(csv.DictReader(file))
    changed = [row for row in held if chosen(row[column])]
    assert 0 < len(changed) < len(held)
    for row in changed:
        row.update({count: str(int(row[count]) + 7) for count in counts if row[count]})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, held[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(held)
    as_at = tomllib.loads((root / "data/raw/register.toml").read_text(encoding="utf-8"))[name]["as_at"]
    done = run_pcp("register", path, "--as-at", as_at, root=root)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def altered(press: Callable[..., Pack]) -> Pack:
    """A pack where robbery of April to June 2014 is 7 more everywhere, and one deliverable has no update."""

    def change(root: Path) -> None:
        alter(
            root, "recorded_crime", "quarter_ending", lambda day: day == "2014-06-30", "robbery", "total_recorded_crime"
        )
        updates = root / "data/raw/cycles" / CYCLE / "updates.toml"
        text = updates.read_text(encoding="utf-8")
        place = [match.start() for match in re.finditer(r"^\[\[update\]\]$", text, re.MULTILINE)]
        # The second update of the file goes; comments between two entries go with it.
        updates.write_text(text[: place[1]] + text[place[2] :], encoding="utf-8", newline="\n")

    return press(change)


def test_an_earlier_row_changes_the_figures_that_rest_on_it(altered: Pack, rows: dict[str, dict[str, str]]) -> None:
    """Seven robberies more in a quarter that the cycle sees: that figure is 1,184, burglary is what it was."""
    assert altered.said.returncode == 0, altered.said.stderr
    made = {row["id"]: row for row in altered.figures}
    assert made["robbery.year_to_date"]["value"] == "1184"
    assert made["burglary.year_to_date"] == rows["burglary.year_to_date"]
    assert "1,184" in altered.pages["06_reduce_crime.html"]


def test_a_deliverable_without_an_update_is_published_and_counted(altered: Pack) -> None:
    """It is no fault: the pack is complete, the front page counts one with nothing received, and still 51."""
    assert altered.said.returncode == 0, altered.said.stderr
    made = {row["id"]: row["value"] for row in altered.figures}
    assert made["deliverables.all.nothing_received"] == "1"
    assert made["deliverables.all.all"] == "51"
    assert "nothing received" in Page(altered.pages["01_public_confidence.html"]).text


@pytest.mark.parametrize("elsewhere", [False, True], ids=["in the root", "elsewhere"])
def test_plain_papermill_runs_a_notebook(tmp_path: Path, elsewhere: bool) -> None:
    """``papermill notebooks/06_reduce_crime.ipynb out.ipynb -p cycle 2014-09`` by hand: in the root, or with PCP_ROOT."""
    root = copy_root(tmp_path / "root")
    folder, notebook = root, "notebooks/06_reduce_crime.ipynb"
    environment = {key: value for key, value in os.environ.items() if key != "PCP_ROOT"}
    environment |= {"IPYTHONDIR": str(tmp_path / "ipython"), "JUPYTER_DATA_DIR": str(tmp_path / "jupyter")}
    if elsewhere:
        folder, notebook = tmp_path, str(root / notebook)
        environment["PCP_ROOT"] = str(root)
    done = subprocess.run(
        [PCP.with_name("papermill"), notebook, "out.ipynb", "-p", "cycle", CYCLE, "--no-progress-bar"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    cells = json.loads((folder / "out.ipynb").read_text(encoding="utf-8"))["cells"]
    assert not [output for cell in cells for output in cell.get("outputs", ()) if output["output_type"] == "error"]
    shown = {
        record["id"]: record["value"]
        for cell in cells
        for output in cell.get("outputs", ())
        for record in output.get("data", {}).get(MIME, ())
    }
    assert (shown["burglary.year_to_date"], shown["robbery.year_to_date"]) == (2512, 1177)
