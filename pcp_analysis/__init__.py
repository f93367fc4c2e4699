"""The names a notebook may use, and nothing else.

They are found on first use, so that ``pcp --help`` loads no pandas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pcp_analysis.pages import open_outcome, open_overview, open_paper_check

__version__ = "0.1.0"

__all__ = ["open_outcome", "open_overview", "open_paper_check"]


def __getattr__(name: str) -> object:
    if name in __all__:
        from pcp_analysis import pages

        return getattr(pages, name)
    raise AttributeError(f"module 'pcp_analysis' has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
