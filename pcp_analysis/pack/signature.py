"""Signatures: who signed a pack, in which role, and the hash that each signature covers.

They stand in ``data/raw/cycles/CYCLE/sign-off.toml``, a table a role. A signature counts only while the hash that it
covers is that of the published pack: of its executed notebooks and figures.csv, not of how pages look.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pcp_analysis.pack import manifest
from pcp_analysis.pack.job import Job
from pcp_analysis.strict.fault import Fault, FaultError

FOLDER = Path("data", "raw", "cycles")
NAME = "sign-off.toml"
ROLES = ("analyst", "assurer", "approver")
LONGEST_NAME = 100
_HEADING = (
    "# Who signed the pack of this cycle. Written by `pcp sign-off`; a signature counts while the pack has its hash.\n"
)
_MEND = "Correct it, or take it away and sign again with pcp sign-off."


@dataclass(frozen=True)
class Signature:
    """One role's signature over the pack whose hash is *pack_sha256*."""

    role: str
    name: str
    date: date
    pack_sha256: str


def read(root: Path, cycle: str) -> dict[str, Signature]:
    """The signatures of a cycle by role, none where nobody signed. Raises FaultError with every fault of the file."""
    found, faults = _read(root, cycle)
    if faults:
        raise FaultError(faults)
    return found


def check(root: Path, cycle: str) -> list[Fault]:
    """Every fault of the signatures of a cycle; to have none of them is no fault."""
    return _read(root, cycle)[1]


def sign(root: Path, cycle: str, role: str, name: str, day: date) -> Signature:
    """Record that *name* signs what is published in ``outputs/CYCLE``, in place of an earlier signature of the same
    role.

    Raises FaultError, and writes nothing, where no complete pack is published there, where a file that the signature
    would cover is not as it was published, or where a name or a role cannot be recorded.
    """
    faults = [
        Fault("", key, value, rule, "Correct it.") for key, value, rule in _faulty({"name": name, "date": day}) if rule
    ]
    if role not in ROLES:
        faults.append(Fault("", "role", role, "is no role", f"The roles are {', '.join(ROLES)}."))
    pack = root / "outputs" / cycle
    shown = f"outputs/{cycle}"
    made = manifest.load(pack)
    if made is None or made.get("complete") is not True:
        rule = "is no complete pack, which is what a signature covers"
        faults.append(Fault(shown, "", "", rule, f"Run pcp report {cycle} until it is complete, then sign."))
    else:
        faults += [
            Fault(
                f"{shown}/{each}", "", "", "is not as it was published", f"Run pcp report {cycle}, read it, then sign."
            )
            for each in sorted(made["outputs"])
            if manifest.signed(each) and not manifest.intact(pack, made, each)
        ]
    held, wrong = _read(root, cycle)
    if faults or wrong:
        raise FaultError([*faults, *wrong])
    signature = Signature(role, name.strip(), day, manifest.pack_sha256(made["outputs"]))
    _write(root / FOLDER / cycle / NAME, to_toml({**held, role: signature}))
    return signature


def published(root: Path, cycle: str) -> str | None:
    """The hash of the complete pack that is published, from the hashes of its files; None where there is no such pack."""
    made = manifest.load(root / "outputs" / cycle)
    return manifest.pack_sha256(made["outputs"]) if made and made.get("complete") is True else None


def stands(root: Path, cycle: str, jobs: Sequence[Job], environment: Mapping[str, str]) -> bool:
    """Whether pressing *jobs* would execute none of them: each is published as its inputs, now as then, make it."""
    pack = root / "outputs" / cycle
    made = manifest.load(pack)
    if made is None or made.get("complete") is not True:
        return False
    entries = {job.id: made["notebooks"].get(job.id, {}) for job in jobs}
    return all(
        entries[job.id].get("key")
        == manifest.job_key(manifest.narrowed(job, entries[job.id].get("inputs")), environment)
        and manifest.intact(pack, made, f"notebooks/{job.id}.ipynb")
        for job in jobs
    )


def approver(signatures: Mapping[str, Signature], pack_sha256: str | None) -> Signature | None:
    """The approver's signature, if it covers the pack of that hash."""
    signature = signatures.get("approver")
    return signature if signature and pack_sha256 and signature.pack_sha256 == pack_sha256 else None


def to_toml(signatures: Mapping[str, Signature]) -> str:
    """The text of ``sign-off.toml``: the roles in their order."""
    blocks = [_HEADING]
    for signature in (signatures[role] for role in ROLES if role in signatures):
        # a JSON text is a TOML text too
        name = json.dumps(signature.name, ensure_ascii=False)
        blocks.append(
            f'[{signature.role}]\nname = {name}\ndate = {signature.date.isoformat()}\npack_sha256 = "{signature.pack_sha256}"\n'
        )
    return "\n".join(blocks)


def _read(root: Path, cycle: str) -> tuple[dict[str, Signature], list[Fault]]:
    file = (FOLDER / cycle / NAME).as_posix()
    try:
        data = tomllib.loads((root / file).read_bytes().decode("utf-8"))
    except FileNotFoundError:
        return {}, []
    except UnicodeDecodeError:
        return {}, [Fault(file, "", "", "is not UTF-8 text", "Take the file away and sign again with pcp sign-off.")]
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return {}, [Fault(file, "", str(error), "is not TOML", _MEND)]
    found, faults = {}, []
    for role, keys in data.items():
        if role not in ROLES:
            faults.append(Fault(file, role, "", "is no role", f"The roles are {', '.join(ROLES)}."))
        elif not isinstance(keys, dict):
            faults.append(Fault(file, role, str(keys), "is not a table", f"Head it with [{role}]. {_MEND}"))
        else:
            wrong = [(key, "", "is missing") for key in ("name", "date", "pack_sha256") if key not in keys]
            wrong += [each for each in _faulty(keys) if each[2]]
            faults += [Fault(file, f"{role}.{key}", value, rule, _MEND) for key, value, rule in wrong]
            if not wrong:
                found[role] = Signature(role, keys["name"], keys["date"], keys["pack_sha256"])
    return found, faults


def _faulty(keys: Mapping[str, object]) -> list[tuple[str, str, str]]:
    """Each key with its value and the rule that the value breaks, "" where it breaks none."""
    return [(key, str(value)[:LONGEST_NAME], _broken_rule(key, value)) for key, value in keys.items()]


def _broken_rule(key: str, value: object) -> str:
    if key == "date":
        # a datetime is a date to isinstance, and a day is what is meant
        return "" if isinstance(value, date) and not isinstance(value, datetime) else "is no date such as 2014-09-12"
    if key == "pack_sha256":
        return "" if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value) else "is no sha256 of a pack"
    if key != "name":
        return "is no key of a signature"
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_NAME:
        return f"is no name of 1 to {LONGEST_NAME} characters"
    hidden = any(unicodedata.category(each) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for each in value)
    return "holds a character that cannot be seen" if hidden else ""


def _write(path: Path, text: str) -> None:
    """Put *text* in the place of *path* in one step."""
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        # mkstemp makes a file that only its owner may read
        Path(beside).chmod(0o644)
        os.replace(beside, path)
    finally:
        Path(beside).unlink(missing_ok=True)
