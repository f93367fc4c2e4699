"""nbformat without the grammars: quick, whole, and nothing else changed."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow
SOURCE = """
import sys
{before}
from pcp_analysis.pack.formats import nbformat
import jsonschema
assert "rfc3987_syntax" not in sys.modules or {imported}, "the grammars were compiled"
import rfc3987_syntax
assert rfc3987_syntax.is_valid_syntax("iri", "https://example.org/")
try:
    nbformat.validate({{"cells": [], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5, "more": 1}})
except nbformat.ValidationError:
    print("refused")
"""


def run(before: str = "", imported: bool = False) -> str:
    """What the source prints in a process of its own."""
    source = SOURCE.format(before=before, imported=imported)
    return subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True).stdout.strip()


def test_the_grammars_are_not_compiled_and_can_be_had_afterwards() -> None:
    """A notebook is still held against its schema; who wants the grammars imports them as ever."""
    assert run() == "refused"


def test_who_has_the_grammars_already_keeps_them() -> None:
    """Nothing is taken out of a process that imported them before."""
    assert run("import rfc3987_syntax", imported=True) == "refused"


def test_every_module_of_the_press_takes_nbformat_from_one_place() -> None:
    """Papermill, nbconvert and the press itself: whichever is imported first, the grammars stay out."""
    source = (
        "import sys; import pcp_analysis.pack.execute, pcp_analysis.pack.contract, pcp_analysis.pack.render\n"
        "from pcp_analysis.pack import formats; import papermill, nbconvert.exporters\n"
        "print('rfc3987_syntax' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True).stdout == "False\n"
    )
