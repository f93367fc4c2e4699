"""What was received: the register of inputs, the tidy tables, and the loaders of publishers' releases.

Names are found on first use, so that importing the room loads no pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pcp_analysis.loaders.checked import check as check
    from pcp_analysis.loaders.imports import import_release as import_release
    from pcp_analysis.loaders.imports import listed as listed
    from pcp_analysis.loaders.inputs import Inputs as Inputs
    from pcp_analysis.loaders.inputs import open_inputs as open_inputs
    from pcp_analysis.loaders.processed import write_processed as write_processed
    from pcp_analysis.loaders.registering import register_files as register_files
    from pcp_analysis.loaders.rows import visible as visible

_HOMES = {
    "Inputs": "inputs",
    "check": "checked",
    "import_release": "imports",
    "listed": "imports",
    "open_inputs": "inputs",
    "register_files": "registering",
    "visible": "rows",
    "write_processed": "processed",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"pcp_analysis.loaders.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
