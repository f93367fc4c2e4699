"""The environment of a kernel: the same on every computer, as far as a page could show it."""

from __future__ import annotations

import importlib.util
import os
import tempfile
from pathlib import Path

# One thread a kernel: the order in which threads add up floats would show in the last digit.
FIXED = {
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "LANG": "C.UTF-8",
    "LANGUAGE": "",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "PYTHONNOUSERSITE": "1",
    "SOURCE_DATE_EPOCH": "0",
    "MPLBACKEND": "agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "NO_COLOR": "1",
    "COLUMNS": "80",
}
# What would let this computer's settings into a page.
_DROPPED = (
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PYTHONWARNINGS",
    "PYTHONOPTIMIZE",
    "PYTHONINSPECT",
    "LC_NUMERIC",
    "LC_TIME",
    "LC_COLLATE",
)


def kernel_environment(root: Path) -> dict[str, str]:
    """The environment of a kernel of the press: this process's, with whatever may alter a byte fixed or taken out."""
    environment = {key: value for key, value in os.environ.items() if key not in _DROPPED}
    environment |= FIXED
    environment["PCP_ROOT"] = str(Path(root).resolve())
    matplotlib = importlib.util.find_spec("matplotlib")
    if matplotlib and matplotlib.submodule_search_locations:
        environment["MATPLOTLIBRC"] = str(Path(matplotlib.submodule_search_locations[0]) / "mpl-data" / "matplotlibrc")
    return environment


def settle() -> None:
    """Give this process what libraries ask for: a folder that it works in where its own is gone, a HOME where the user is
    one whom the system does not know, and one thread for the library of numbers, which takes memory for each.
    """
    try:
        os.getcwd()
    except OSError:
        os.chdir("/")
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = tempfile.gettempdir()
    os.environ |= {name: value for name, value in FIXED.items() if name.endswith("_THREADS")}
