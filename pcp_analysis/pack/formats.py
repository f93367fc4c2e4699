"""nbformat, imported without what its schemas have no use for.

jsonschema compiles 38 grammars of internationalised addresses while it is imported, a second of every process that
reads a notebook. The notebook format has no field of that kind, so the optional package that does it is declined for
that moment; jsonschema itself goes on without it. Papermill and nbconvert, which import nbformat too, are imported
after this module.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_GRAMMARS = "rfc3987_syntax"


@contextmanager
def _declined(name: str) -> Iterator[None]:
    """An import of *name* fails meanwhile, unless it was imported before; afterwards it may be imported as ever."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # how Python marks what is not to be imported
    try:
        yield
    finally:
        del sys.modules[name]


with _declined(_GRAMMARS):
    import nbformat

__all__ = ["nbformat"]
