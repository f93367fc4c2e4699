"""The page that holds the Board paper against its own figures, claim by claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import groupby
from pathlib import Path

from markupsafe import Markup

from pcp_analysis.figures import wording
from pcp_analysis.figures.figure import Figure
from pcp_analysis.findings.view import open_view
from pcp_analysis.pages import sources
from pcp_analysis.pages.exhibit import Exhibit, gather
from pcp_analysis.pages.outcome import Page
from pcp_analysis.pages.tables import Cell, Group, Table
from pcp_analysis.paper import claims
from pcp_analysis.paper.claims import JudgedClaim, to_csv
from pcp_analysis.paper.rules import ALONE, RULES

FILE = "paper_check.csv"
NO_PAPER = "No paper is held for this cycle."
# What a verdict is called on the page, and what it means.
VERDICTS = {
    "fault": ("Does not follow", "The figures that the paper prints, or that are held here, say something else."),
    "rounding": (
        "Explained by rounding",
        "There is a difference, and the rounding of what is printed can be all of it: no fault.",
    ),
    "not_checkable": ("Cannot be checked", "What it would take is neither printed nor held here."),
    "uncontradicted": ("Not contradicted", "Nothing printed or held says otherwise, and nothing confirms it either."),
    "sound": ("Sound", "It follows from the figures."),
}
_COLUMNS = ("Paragraph", "The paper says", "Recomputed", "What the figures say")
# The claims that follow from their figures are the most, and stand on a page of their own.
SOUND_PAGE = "paper_sound.html"


class PaperCheckPage(Page):
    """The claims of a cycle's paper with their verdicts, for a notebook to show."""

    def __repr__(self) -> str:
        return f"The paper of {wording.day(self.view.cycle.board_date)}, {len(self.claims)} claims checked"

    @cached_property
    def claims(self) -> list[JudgedClaim]:
        """Every claim of the paper, in the order of its paragraphs."""
        return claims.check_claims(self.view)

    def summary(self) -> Exhibit:
        """How many claims have each verdict; publishes all of them as ``paper_check.csv`` beside the page."""
        counted = Counter(claim.verdict for claim in self.claims)
        if not counted:
            shown = Exhibit(Markup("<p>{}</p>").format(NO_PAPER), NO_PAPER)
        else:
            rows = [
                (words, self._count(verdict, counted[verdict]), meaning)
                for verdict, (words, meaning) in VERDICTS.items()
            ]
            rows.append(
                ("All", self._count("all", counted.total()), "Every claim in words, and every figure that is printed.")
            )
            table = Table(
                "The claims of the paper by verdict", ("Verdict", "Claims", "What it means"), rows, name="verdicts"
            )
            link = Markup(
                '<p class="note">Those that are sound stand on <a href="{}">a page of their own</a>. All of them as a file: '
                '<a href="{}">{}</a>.</p>'
            ).format(SOUND_PAGE, FILE, FILE)
            shown = gather(table, Exhibit(link, f"All of them as a file: {FILE}."))
        return self._show(Exhibit(shown.html, shown.plain, shown.figures, files={FILE: to_csv(self.claims)}))

    def _count(self, verdict: str, number: int) -> Figure:
        return Figure(
            measure="paper_check",
            item="verdicts",
            part=verdict,
            title=f"Claims of the paper: {verdict.replace('_', ' ')}",
            value=number,
            unit="count",
            basis="counted",
            method="count of the claims with this verdict",
            inputs=("paper",),
            period=self.view.cycle.id,
        )

    def faults(self) -> Exhibit:
        """What does not follow from its own figures."""
        return self._table("fault", "Claims that do not follow from their figures")

    def rounding(self) -> Exhibit:
        """What rounding explains."""
        return self._table("rounding", "Differences that rounding explains")

    def not_checkable(self) -> Exhibit:
        """What cannot be checked, and the figures that stand alone."""
        alone = [claim for claim in self._of("not_checkable") if claim.rule == ALONE.id]
        shown = self._table("not_checkable", "Claims that cannot be checked here, and why")
        if not alone:
            return shown
        table = Table(
            "Figures that stand alone: nothing printed or held tells whether they are right",
            _COLUMNS[:2],
            [(claim.paragraph or "all", claim.quoted) for claim in alone],
            name="claims",
        )
        return gather(shown, self._show(table))

    def uncontradicted(self) -> Exhibit:
        """What nothing contradicts, and nothing confirms."""
        return self._table("uncontradicted", "Claims that nothing contradicts")

    def sound(self) -> Exhibit:
        """What follows from its figures."""
        return self._table("sound", "Claims that follow from their figures")

    def _of(self, verdict: str) -> list[JudgedClaim]:
        return [claim for claim in self.claims if claim.verdict == verdict]

    def _table(self, verdict: str, caption: str) -> Exhibit:
        claims = sorted(
            (claim for claim in self._of(verdict) if claim.rule != ALONE.id),
            key=lambda claim: list(RULES).index(claim.rule),
        )
        if not claims:
            return self._show(Exhibit(Markup("<p>{}</p>").format("None."), "None."))
        rows: list[Sequence[Cell]] = []
        for rule, claimed in groupby(claims, key=lambda claim: claim.rule):
            title = RULES[rule].title
            rows.append(Group(f"Rule: {title}"))
            rows += [
                (
                    claim.paragraph or "all",
                    claim.quoted,
                    claim.recomputed if claim.recomputed.plain else "",
                    claim.words,
                )
                for claim in claimed
            ]
        return self._show(Table(caption, _COLUMNS, rows, name="claims"))

    def sources(self) -> Table:
        """As on every page, with the paper and what it claims."""
        table, cycle = super().sources(), self.view.cycle
        rows = [
            *sources.file_rows(self.view, cycle, claims.PAPER, "The figures of the Board paper"),
            *sources.file_rows(self.view, cycle, claims.FILE, "What the Board paper claims in words"),
        ]
        return Table(
            table.caption,
            table.columns,
            [*table.rows[:-1], *rows, table.rows[-1]],
            note=table.note,
            name="sources",
            heading=table.heading,
        )


def open_paper_check(cycle: str, *, root: Path | None = None) -> PaperCheckPage:
    """Open the check of the paper that *cycle* put before the Board. Raises FaultError with every fault of its files."""
    return PaperCheckPage(open_view(cycle, root=root))
