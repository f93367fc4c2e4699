"""Says how far a run is, and what came of it: a bar on a terminal, a plain line each where nobody watches.

Whether a pack is published never depends on who listens: a listener that is gone, or a disk that is full, is told no more.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TextIO


def say(text: str, *, err: bool = False) -> None:
    """Print a line to standard output, or to standard error, for whoever still listens."""
    import click

    try:
        click.echo(text, err=err)
    except (OSError, ValueError):
        mute(sys.stderr if err else sys.stdout)


def mute(stream: TextIO | None) -> None:
    """Let a stream that nobody hears lead nowhere, so that Python's own last flush of it does not fail either."""
    with suppress(OSError, ValueError, AttributeError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())  # type: ignore[union-attr]
        os.close(null)


def open_standard() -> None:
    """Open the standard descriptors that the caller closed: a file of ours must not come to have one of their numbers."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free


class Progress:
    """Counts notebooks that are done. With *shown* false nothing is printed at all."""

    def __init__(self, cycle: str, total: int, *, shown: bool, stream: TextIO | None = None) -> None:
        self._cycle = cycle
        self._stream = stream or sys.stderr
        self._visible = shown and self._stream is not None
        self._bar = None
        if self._visible and self._stream.isatty():
            from tqdm import tqdm

            self._bar = tqdm(total=total, desc=cycle, unit="notebook", file=self._stream, dynamic_ncols=True)

    def tell(self, name: str, stage: str, *, done: bool = False) -> None:
        """*name* (a notebook or the pack) has reached *stage*; *done* counts it."""
        try:
            if self._bar is not None:
                self._bar.set_postfix_str(f"{name} {stage}")
                self._bar.update(int(done))
            elif self._visible:
                print(f"{self._cycle} {name} {stage}", file=self._stream, flush=True)
        except (OSError, ValueError):
            self._visible, self._bar = False, None
            mute(self._stream)

    def close(self) -> None:
        """Leave the terminal in order."""
        if self._bar is not None:
            with suppress(OSError, ValueError):
                self._bar.close()
