"""Runs the press on a fixture root, as a command: ``python -m tests.pack_fixture ROOT [force] [workers=N]
[preload=A,B]``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pcp_analysis.pack import publish
from pcp_analysis.pack.press import PressError, press, unchanged
from tests.pack_fixture import make_edition


def main() -> int:
    """The steps and the exit code of ``pcp report``: 0 complete, 3 incomplete, 5 could not."""
    root = Path(sys.argv[1])
    options = dict(word.partition("=")[::2] for word in sys.argv[2:])
    try:
        publish.sweep(root)
        preload = tuple(name for name in options.get("preload", "").split(",") if name)
        edition = make_edition(root, preload=preload)
        outcome = (None if "force" in options else unchanged(edition)) or press(
            edition, force="force" in options, workers=int(options.get("workers", 2))
        )
    except PressError as error:
        print(error, file=sys.stderr)
        return 5
    print("unchanged" if outcome.unchanged else " ".join(outcome.executed))
    return 0 if outcome.complete else 3


if __name__ == "__main__":
    sys.exit(main())
