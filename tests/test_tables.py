"""Tables: a caption, a scope on every header, exact values behind printed ones, and hostile text kept as text."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from pcp_analysis.figures.commentary import Bound
from pcp_analysis.figures.figure import Figure
from pcp_analysis.pages.tables import Group, Table
from tests.conftest import figure_of

HOSTILE = "<script>alert(\"x\")</script> & 'quotes' {robbery.change}"


def made_up(value: float | None = -5.25, *, id: str = "robbery.change", **fields: object) -> Figure:
    """A figure that nobody published."""
    return figure_of(
        **{
            "id": id,
            "title": "Made up",
            "value": value,
            "unit": "percent",
            "method": "",
            "inputs": ("made_up",),
            "signed": True,
            "basis": "not held" if value is None else "recomputed",
            **fields,
        }
    )


def parsed(table: Table) -> ElementTree.Element:
    """The table's HTML; an element that is not closed is an error."""
    return ElementTree.fromstring(f"<div>{table.html}</div>")


def words(element: ElementTree.Element) -> str:
    """All text of an element."""
    return "".join(element.itertext())


MIXED = Table(
    "What was found",
    ("What", "Change", "Words"),
    [
        ("Robbery", made_up(), "fell"),
        ("Burglary", made_up(None, id="burglary.change"), None),
        ("Theft", made_up(3.0, id="theft.change"), ""),
    ],
    note="A note.",
    name="made-up",
)


def test_a_table_has_a_caption_and_a_scope_on_every_header():
    """A screen reader learns what a table is and which header each cell belongs to."""
    html = parsed(MIXED)
    (table,) = html.iter("table")
    assert [words(caption) for caption in table.iter("caption")] == ["What was found"]
    assert [header.get("scope") for header in table.iter("th")] == ["col"] * 3 + ["row"] * 3
    assert [words(header) for header in table.iter("th")] == ["What", "Change", "Words", "Robbery", "Burglary", "Theft"]
    assert [len(row) for row in table.iter("tr")] == [3, 3, 3, 3]
    assert [element.tag for element in table] == ["caption", "thead", "tbody"]


def test_no_header_cell_is_empty():
    """Every header says something, whatever the first cell of a row holds."""
    table = Table("Made up", ("What", "Value"), [(made_up(), "x"), (None, "y"), (("a", made_up(id="b.c")), "z")])
    assert all(words(header).strip() for header in parsed(table).iter("th"))


def test_the_region_that_scrolls_can_be_reached_and_is_named():
    """A wide table scrolls by keyboard, and its region says what it holds."""
    region = parsed(MIXED).find("div")
    assert (region.get("role"), region.get("tabindex")) == ("region", "0")
    assert region.get("aria-label").startswith("What was found")


def test_what_a_table_is_about_is_said_where_captions_repeat():
    """Two tables of one caption are told apart by those who do not see what stands around them."""
    table = Table("Figures", ("What",), [("a",)], about="robbery & more")
    assert parsed(table).find("div").get("aria-label") == "Figures: robbery & more"
    assert "robbery & more" in words(next(parsed(table).iter("caption")))


def test_a_table_with_a_heading_is_a_section_of_its_own():
    """The heading is a second-level one, and everything else stands below it."""
    (section,) = parsed(Table("Figures", ("What",), [("a",)], heading="How & why", note="A note."))
    assert section.tag == "section"
    assert [words(heading) for heading in section.iter("h2")] == ["How & why"]
    assert len(list(section.iter("table"))) == 1
    assert "A note." in words(section)


def test_figures_are_marked_with_their_exact_value_and_printed_with_their_unit():
    """The printed number is rounded, the mark is not; a figure that is not held is words."""
    cells = [row[1] for row in parsed(MIXED).iter("tr")][1:]
    assert [words(cell) for cell in cells] == ["−5.3%", "not held", "+3.0%"]
    assert cells[0].find("data").get("value") == "-5.25"
    assert cells[0].find("data").get("data-figure") == "robbery.change"
    assert cells[1].find("data") is None


def test_an_interval_stands_beside_its_figure():
    """A figure that has an interval never stands without it."""
    table = Table("Made up", ("What", "Value"), [("a", made_up(low=-9.0, high=-1.44))])
    assert words(next(parsed(table).iter("td"))) == "−5.3% (−9.0% to −1.4%)"
    assert "−5.3% (−9.0% to −1.4%)" in table.plain


def test_an_empty_cell_says_that_there_is_none():
    """A cell without content is words, and not a gap that can be overlooked."""
    assert [words(row[2]) for row in parsed(MIXED).iter("tr")][1:] == ["fell", "none", ""]
    assert "none" in MIXED.plain


def test_numbers_are_set_flush_right_where_a_column_holds_nothing_else():
    """A column of figures is aligned from its header down; a column with words is not."""

    def classes(column: int) -> set[str | None]:
        return {row[column].get("class") for row in parsed(MIXED).iter("tr")}

    assert classes(1) == {"figure"}
    assert classes(2) == {None}


@pytest.mark.parametrize("place", ["caption", "column", "row", "cell", "note", "about", "heading", "tuple"])
def test_hostile_text_stays_text(place):
    """Whatever comes from a file is escaped wherever a table can print it."""
    given_ = {
        key: HOSTILE if place == key else "plain"
        for key in ("caption", "column", "row", "cell", "note", "about", "heading")
    }
    cell = ("a", HOSTILE) if place == "tuple" else given_["cell"]
    table = Table(
        given_["caption"],
        ("What", given_["column"]),
        [(given_["row"], cell)],
        note=given_["note"],
        about=given_["about"],
        heading=given_["heading"],
    )
    html = parsed(table)
    assert not list(html.iter("script"))
    assert HOSTILE in words(html)


def test_hostile_words_of_a_figure_stay_text():
    """A figure's id with quotes in it does not end the attribute that it stands in."""
    table = Table("Made up", ("What", "Value"), [("a", made_up(id='x."><script>alert(1)</script>'))])
    (data,) = parsed(table).iter("data")
    assert data.get("data-figure") == 'x."><script>alert(1)</script>'
    assert not list(parsed(table).iter("script"))


def test_markup_and_bound_words_are_kept_as_markup():
    """A link that the page made, and commentary that was rendered, are not escaped a second time."""
    bound = Bound(Markup("<em>fell</em>"), "fell", (made_up(),))
    table = Table("Made up", ("What", "Words"), [(Markup('<a href="x.html">x &amp; y</a>'), bound)])
    assert [words(link) for link in parsed(table).iter("a")] == ["x & y"]
    assert [words(word) for word in parsed(table).iter("em")] == ["fell"]
    assert table.figures == (made_up(),)
    assert "x & y" in table.plain
    assert "<a" not in table.plain


def test_the_figures_of_a_table_are_all_that_its_cells_show():
    """Figures in cells, in tuples and in bound words all travel, in the order of reading."""
    first, second, third = made_up(id="a.a"), made_up(id="b.b"), made_up(id="c.c")
    table = Table(
        "Made up",
        ("What", "One", "Two"),
        [("x", (first, "on", second), Bound(Markup("w"), "w", (third,))), ("y", None, (("nested", third), first))],
    )
    assert table.figures == (first, second, third)


def test_the_frame_has_exact_values_and_plain_words():
    """The analyst's next question starts from unrounded numbers."""
    frame = Table(
        "Made up",
        ("What", "Change", "Words"),
        [
            (Markup("<a href='x'>Robbery</a>"), made_up(), (made_up(1.25, id="a.b"), "on 2013/14")),
            ("Burglary", made_up(3.25, id="c.d"), None),
        ],
    ).frame
    assert list(frame.columns) == ["What", "Change", "Words"]
    assert frame["What"].tolist() == ["Robbery", "Burglary"]
    assert frame["Change"].tolist() == [-5.25, 3.25]
    assert frame["Words"].tolist() == ["+1.3% on 2013/14", "none"]


def test_what_is_not_held_is_missing_in_the_frame():
    """No number is made up for a figure that is lost."""
    frame = MIXED.frame
    assert frame["Change"].isna().tolist() == [False, True, False]


@pytest.mark.parametrize("row", [("a",), ("a", "b", "c"), ()])
def test_a_row_of_another_length_is_an_error_that_names_both_numbers(row):
    """A row is never cut or filled up in silence."""
    with pytest.raises(ValueError, match=rf"Made up: a row of {len(row)} cells under 2 columns"):
        Table("Made up", ("What", "Value"), [("fine", "fine"), row])


def test_a_table_without_rows_still_has_its_headers():
    """Nothing found is shown as an empty table, and is no error."""
    table = Table("Nothing", ("What", "Value"), [])
    assert [words(header) for header in parsed(table).iter("th")] == ["What", "Value"]
    assert table.frame.shape == (0, 2)
    assert table.plain.splitlines()[0] == "Nothing"


def test_in_a_console_columns_are_aligned():
    """The text form lines up, and ends with the note."""
    lines = Table("Made up", ("What", "Value"), [("long name", "1"), ("b", "2")], note="A note.").plain.splitlines()
    assert lines == ["Made up", "What       Value", "long name  1", "b          2", "A note."]


CELLS = st.one_of(
    st.none(),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=12),
    st.floats(-1e6, 1e6).map(made_up),
    st.just(made_up(None)),
    st.tuples(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=6), st.just(made_up())),
)


@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=5),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"])),
)
def test_whatever_the_cells_the_table_is_whole(rows, caption):
    """Any words and figures give HTML that is closed, with all cells in place and a frame of the same shape."""
    table = Table(caption, ("What", "Value"), rows)
    html = parsed(table)
    assert [len(row) for row in html.iter("tr")] == [2] * (len(rows) + 1)
    assert all(header.get("scope") in {"col", "row"} for header in html.iter("th"))
    assert table.frame.shape == (len(rows), 2)
    assert words(next(html.iter("caption"))) == caption


def test_words_over_rows_are_their_header_and_no_row_of_the_frame():
    """A body of its own for each group, its header across all columns; the frame and the rows are without it."""
    rows = [Group("Rule: one & all"), ("2", "two"), Group("Rule: more"), ("5", "five"), ("6", "six")]
    table = Table("Claims", ("Paragraph", "Words"), rows)
    html = ElementTree.fromstring(f"<div>{table.html}</div>")
    bodies = list(html.iter("tbody"))
    assert [len(body) for body in bodies] == [2, 3]
    heads = [body[0][0] for body in bodies]
    assert [(head.text, head.get("scope"), head.get("colspan")) for head in heads] == [
        ("Rule: one & all", "rowgroup", "2"),
        ("Rule: more", "rowgroup", "2"),
    ]
    assert table.frame["Words"].tolist() == ["two", "five", "six"]
    assert table.plain.splitlines() == [
        "Claims",
        "Paragraph  Words",
        "Rule: one & all",
        "2          two",
        "Rule: more",
        "5          five",
        "6          six",
    ]
