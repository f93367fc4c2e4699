"""Registering inputs that were written or changed on purpose: their hash, their as-at day, and what of them changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from pcp_analysis.loaders import register, rows, vintages
from pcp_analysis.loaders.register import RAW, REGISTER, SHOWN, Entry
from pcp_analysis.strict import toml
from pcp_analysis.strict.fault import Fault
from pcp_analysis.strict.files import sha256_lines, write_all
from pcp_analysis.strict.sheet import raise_any, shown_path


def register_files(root: Path, files: Iterable[Path | str], as_at: date) -> list[Entry]:
    """Record the sha256 and the as-at day of files that were written or changed on purpose.

    A file is named from the root, from ``data/raw`` or from anywhere (absolute). Its entry may lack ``sha256`` and
    ``as_at``, which are filled in. Raises FaultError, and changes nothing, where a file is missing, has no entry or cannot be
    read as a table.
    """
    document = toml.read(root / REGISTER, SHOWN)
    faults = [] if document.readable else document.faults
    changed: dict[str, None] = {}
    for file in files:
        path, relative = _place(root, Path(file))
        tables = document.data.items()
        name = next((name for name, keys in tables if isinstance(keys, dict) and keys.get("file") == relative), None)
        if not path.is_file():
            faults.append(Fault(shown_path(path, root), "", "", "is no file", "Correct the name."))
        elif name is None:
            keys = f'[name], file = "{relative}", title, publisher, licence, loader'
            mend = f"Write one there ({keys}), then run this again."
            faults.append(Fault(shown_path(path, root), "", "", f"has no entry in {SHOWN}", mend))
        else:
            document.data[name] |= {"sha256": sha256_lines(path), "as_at": as_at}
            changed[name] = None
    entries = register.entries_of(document)
    raise_any(faults + document.faults)
    registered = [(entries[name], rows.all_rows(root, entries[name])) for name in changed]
    write_all(
        {
            root / REGISTER: register.sound_text(entries),
            root / vintages.VINTAGES: vintages.text_with(root, registered),
        }
    )
    return [entries[name] for name in changed]


def _place(root: Path, file: Path) -> tuple[Path, str]:
    folder = (root / RAW).resolve()
    tried = [file] if file.is_absolute() else [folder / file, root.resolve() / file, Path.cwd() / file]
    path = next((path for path in tried if path.is_file()), tried[0]).resolve()
    return path, path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()
