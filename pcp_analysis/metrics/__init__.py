"""Pure arithmetic and statistics: numbers in, numbers out; knows no police, reads no file, rounds nothing.

A metric is one function. Every public function and class of the modules here is exported by its name
(``pcp_analysis.metrics.rate_ratio``), so that a new one is found as soon as it is written. pandas, scipy and
statsmodels are imported inside the functions: importing this package costs none of them.
"""

from __future__ import annotations

from importlib import import_module
from inspect import isclass, isfunction
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pcp_analysis.metrics.change import *
    from pcp_analysis.metrics.change_funnel import *
    from pcp_analysis.metrics.estimate import *
    from pcp_analysis.metrics.funnel import *
    from pcp_analysis.metrics.interval import *
    from pcp_analysis.metrics.pace import *
    from pcp_analysis.metrics.period import *
    from pcp_analysis.metrics.proportion import *
    from pcp_analysis.metrics.seasonal import *
    from pcp_analysis.metrics.spc import *
    from pcp_analysis.metrics.year import *


def _public() -> dict[str, object]:
    """The public functions and classes that the modules of this package define, by name."""
    found: dict[str, object] = {}
    for module_info in iter_modules(__path__):
        if module_info.name.startswith("_"):
            continue
        module = import_module(f"{__name__}.{module_info.name}")
        for name, value in vars(module).items():
            own = (isfunction(value) or isclass(value)) and value.__module__ == module.__name__
            if not own or name.startswith("_"):
                continue
            if name in found:
                raise ImportError(f"two metrics are called {name!r}: one is in {module.__name__}")
            found[name] = value
    return found


_found = dict(sorted(_public().items()))
globals().update(_found)
__all__ = list(_found)
