"""What was received: the register of inputs, the tidy tables, and the loaders of publishers' releases.

Names are found on first use, so that importing the room loads no pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pcp_analysis.loaders.checked import check, check_table
    from pcp_analysis.loaders.frames import read_table
    from pcp_analysis.loaders.imports import IMPORT_KINDS, import_release
    from pcp_analysis.loaders.inputs import Inputs, open_inputs
    from pcp_analysis.loaders.processed import write_processed
    from pcp_analysis.loaders.register import Entry, register_files
    from pcp_analysis.loaders.rows import visible

_HOMES = {
    "Entry": "register",
    "Inputs": "inputs",
    "IMPORT_KINDS": "imports",
    "check": "checked",
    "check_table": "checked",
    "import_release": "imports",
    "open_inputs": "inputs",
    "read_table": "frames",
    "register_files": "register",
    "visible": "rows",
    "write_processed": "processed",
}

__all__ = [
    "IMPORT_KINDS",
    "Entry",
    "Inputs",
    "check",
    "check_table",
    "import_release",
    "open_inputs",
    "read_table",
    "register_files",
    "visible",
    "write_processed",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"pcp_analysis.loaders.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
