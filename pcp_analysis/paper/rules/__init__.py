"""The rules that the claims of a paper are held to: code that knows no paper. What a paper claims is data."""

from __future__ import annotations

from pcp_analysis.paper.rules import (
    alone,
    amounts,
    arithmetic,
    bases,
    contradictions,
    dates,
    notation,
    ranks,
    records,
    recounts,
    words,
)
from pcp_analysis.paper.rules.alone import ALONE
from pcp_analysis.paper.rules.claim import Claim, Unfit
from pcp_analysis.paper.rules.ledger import Ledger
from pcp_analysis.paper.rules.rule import VERDICTS, Finding, Rule, say, sentences

__all__ = ["ALONE", "RULES", "VERDICTS", "Claim", "Finding", "Ledger", "Rule", "Unfit", "say", "sentences"]

_MODULES = (arithmetic, bases, recounts, ranks, records, words, amounts, contradictions, notation, dates, alone)
#: Every rule by its id, in the order in which docs/claims.md explains them.
RULES: dict[str, Rule] = {rule.id: rule for module in _MODULES for rule in module.RULES}
