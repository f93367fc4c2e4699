"""What a cycle finds: plan x data x metrics give figures, positions, statuses and words.

Names are found on first use, so that what only needs a word of it loads no pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pcp_analysis.findings.faults import check_names as check_names
    from pcp_analysis.findings.faults import check_words as check_words
    from pcp_analysis.findings.view import CycleView as CycleView
    from pcp_analysis.findings.view import figures as figures
    from pcp_analysis.findings.view import open_view as open_view

_HOMES = {
    "CycleView": "view",
    "check_names": "faults",
    "check_words": "faults",
    "figures": "view",
    "open_view": "view",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"pcp_analysis.findings.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
