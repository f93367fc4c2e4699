"""Plan x data x metrics: figures, positions, statuses and words."""

from __future__ import annotations

from pcp_analysis.findings.evidence import Evidence, check, figures, open_evidence
from pcp_analysis.findings.figure import Figure, Figures

__all__ = ["Evidence", "Figure", "Figures", "check", "figures", "open_evidence"]
