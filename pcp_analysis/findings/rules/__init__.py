"""The rules that the claims of a paper are held to: code that knows no paper. What a paper claims is data."""

from __future__ import annotations

from pcp_analysis.findings.rules import amounts, arithmetic, bases, dates, notation, ranks, records, unheld, words
from pcp_analysis.findings.rules.held import Held
from pcp_analysis.findings.rules.rule import VERDICTS, Entry, Finding, Rule, Unfit, say, sentences
from pcp_analysis.findings.rules.unheld import ALONE

__all__ = ["ALONE", "RULES", "VERDICTS", "Entry", "Finding", "Held", "Rule", "Unfit", "say", "sentences"]

_MODULES = (arithmetic, bases, ranks, records, words, amounts, notation, dates, unheld)
#: Every rule by its id, in the order in which docs/claims.md explains them.
RULES: dict[str, Rule] = {rule.id: rule for module in _MODULES for rule in module.RULES}
