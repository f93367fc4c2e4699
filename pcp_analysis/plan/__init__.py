"""What was promised, and when it is due: the plan (`model`), a Board cycle and what leads reported to it (`cycle`)."""

from __future__ import annotations

from pcp_analysis.plan.cadence import CADENCES
from pcp_analysis.plan.cycle import Cycle
from pcp_analysis.plan.model import Comparison, Deliverable, Milestone, Outcome, Plan
from pcp_analysis.plan.updates import Caution, Commitment, Update

__all__ = [
    "CADENCES",
    "Caution",
    "Commitment",
    "Comparison",
    "Cycle",
    "Deliverable",
    "Milestone",
    "Outcome",
    "Plan",
    "Update",
]
