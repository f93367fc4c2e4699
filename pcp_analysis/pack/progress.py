"""Says how far a run is: a bar on a terminal, a plain line each where nobody watches."""

from __future__ import annotations

import sys
from typing import TextIO


class Progress:
    """Counts notebooks that are done. With *shown* false nothing is printed at all."""

    def __init__(self, cycle: str, total: int, *, shown: bool, stream: TextIO | None = None) -> None:
        self._cycle = cycle
        self._stream = stream or sys.stderr
        self._visible = shown
        self._bar = None
        if shown and self._stream.isatty():
            from tqdm import tqdm

            self._bar = tqdm(total=total, desc=cycle, unit="notebook", file=self._stream, dynamic_ncols=True)

    def tell(self, name: str, stage: str, *, done: bool = False) -> None:
        """*name* (a notebook or the pack) has reached *stage*; *done* counts it."""
        if self._bar is not None:
            self._bar.set_postfix_str(f"{name} {stage}")
            self._bar.update(int(done))
        elif self._visible:
            print(f"{self._cycle} {name} {stage}", file=self._stream, flush=True)

    def close(self) -> None:
        """Leave the terminal in order."""
        if self._bar is not None:
            self._bar.close()
