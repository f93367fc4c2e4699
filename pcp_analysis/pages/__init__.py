"""What a notebook shows: outcomes and the overview, with their tables, charts and words."""

from __future__ import annotations

from pcp_analysis.pages.outcome import Outcome, open_outcome
from pcp_analysis.pages.overview import Overview, open_overview

__all__ = ["Outcome", "Overview", "open_outcome", "open_overview"]
