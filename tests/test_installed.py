"""Installed versions against the lock."""

from __future__ import annotations

from pathlib import Path

import pytest

from pcp_analysis.pack.installed import check_installed, locked

CHECKOUT = Path(__file__).parents[1]


def test_without_a_lock_there_is_nothing_to_compare(tmp_path: Path) -> None:
    """A root of data alone has none."""
    assert locked(tmp_path) == {}
    assert check_installed(tmp_path) == []


def test_another_version_is_named(tmp_path: Path) -> None:
    """What is installed, what is pinned; what is not installed is no fault."""
    lock = f"pytest=={pytest.__version__} \\\n    --hash=sha256:00\nClick==0.1 ; python_version >= '3'\nno-such-thing==1\n# a==1\n"
    (tmp_path / "requirements.lock").write_text(lock, encoding="utf-8")
    (fault,) = check_installed(tmp_path)
    assert (fault.file, fault.rule) == ("requirements.lock", "the lock pins click 0.1")
    assert locked(tmp_path) == {"pytest": pytest.__version__, "click": "0.1", "no-such-thing": "1"}


def test_a_pin_for_another_interpreter_does_not_count(tmp_path: Path) -> None:
    """A lock for several versions of Python pins some names more than once."""
    lock = "pytest==0.1 ; python_full_version < '3' \\\n    --hash=sha256:00\npytest==0.2 ; python_full_version >= '3' and os_name != 'x'\n"
    (tmp_path / "requirements.lock").write_text(lock, encoding="utf-8")
    assert locked(tmp_path) == {"pytest": "0.2"}


def test_the_lock_of_this_repository_is_read() -> None:
    """It pins the libraries that the press stands on."""
    assert {"papermill", "nbconvert", "pandas", "filelock"} <= set(locked(CHECKOUT))
