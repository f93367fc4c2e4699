"""Plan x data x metrics: figures, positions, statuses and words.

Names are found on first use, so that what only needs a word of it loads no pandas.
"""

from __future__ import annotations

from importlib import import_module

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
    return sorted(__all__)
