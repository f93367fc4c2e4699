"""What a notebook shows: outcomes, the overview and the paper's check, with their tables, charts and words."""

from __future__ import annotations

from pcp_analysis.pages.calls import check_calls
from pcp_analysis.pages.glossary import check_glossary
from pcp_analysis.pages.outcome import OutcomePage, open_outcome
from pcp_analysis.pages.overview import OverviewPage, open_overview
from pcp_analysis.pages.paper_check import PaperCheckPage, open_paper_check

__all__ = [
    "OutcomePage",
    "OverviewPage",
    "PaperCheckPage",
    "check_calls",
    "check_glossary",
    "open_outcome",
    "open_overview",
    "open_paper_check",
]
