"""What is installed, held against what is locked: another version may give other bytes."""

from __future__ import annotations

import re
from pathlib import Path

from pcp_analysis.strict.fault import Fault

LOCK = "requirements.lock"
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)\s*(?:;\s*([^\\]+))?")


def locked(root: Path) -> dict[str, str]:
    """The versions that requirements.lock under *root* pins for this interpreter and platform, by normalised name.

    Empty where there is no lock.
    """
    file = Path(root) / LOCK
    if not file.is_file():
        return {}
    from packaging.markers import Marker

    pins = (_PIN.match(line) for line in file.read_text(encoding="utf-8").splitlines())
    return {
        re.sub(r"[-_.]+", "-", pin[1]).lower(): pin[2]
        for pin in pins
        if pin and (not pin[3] or Marker(pin[3].strip()).evaluate())
    }


def check_installed(root: Path) -> list[Fault]:
    """A fault for every locked distribution that is installed in another version.

    One that is not installed at all is none: the lock holds what development and other platforms need as well.
    """
    from importlib.metadata import PackageNotFoundError, version

    found = []
    for name, pinned in locked(root).items():
        try:
            here = version(name)
        except PackageNotFoundError:
            continue
        if here != pinned:
            mend = f"Run make report, or pip install -r {LOCK}, in the environment of pcp."
            found.append(Fault(LOCK, name, here, f"the lock pins {name} {pinned}", mend))
    return found
