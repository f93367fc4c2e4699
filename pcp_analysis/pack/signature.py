"""Signatures: who signed a pack, in which role, and the hash that each signature covers.

They stand in ``data/raw/cycles/CYCLE/sign-off.toml``, a table a role. A signature counts only while the hash that it
covers is that of the published pack: of its executed notebooks and figures.csv, not of how pages look.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pcp_analysis.pack import manifest
from pcp_analysis.pack.job import Edition, PressError
from pcp_analysis.strict import toml, value
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.files import write_whole
from pcp_analysis.strict.toml import Document, Key

FOLDER = Path("data", "raw", "cycles")
NAME = "sign-off.toml"
ALLOWED = "allowed_signers"
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


def asked(role: str, name: str, day: date, *, not_before: date) -> list[Fault]:
    """What is wrong with a signature that is asked for; none is older than *not_before*, the data cut-off."""
    wanted = Document(f"signature of {role}")
    wanted.take({"name": name, "date": day, "pack_sha256": "0" * 64}, "", _KEYS)
    if role not in ROLES:
        wanted.fault("role", role, "is no role", f"The roles are {', '.join(ROLES)}.")
    if day < not_before:
        wanted.fault("date", day, f"is before the data cut-off, {not_before}", "Give the day on which it was signed.")
    return wanted.faults


def unsigned(root: Path, cycle: str) -> list[Fault]:
    """Why what is published in ``outputs/CYCLE`` cannot be signed: it is no complete pack, or a file of it was altered."""
    pack, shown = root / "outputs" / cycle, f"outputs/{cycle}"
    made = manifest.load(pack)
    if made is None or made.get("complete") is not True:
        rule = "is no complete pack, which is what a signature covers"
        return [Fault(shown, "", "", rule, f"Run pcp report {cycle} until it is complete, then sign.")]
    return [
        Fault(f"{shown}/{each}", "", "", "is not as it was published", f"Run pcp report {cycle}, read it, then sign.")
        for each in sorted(made["outputs"])
        if not manifest.intact(pack, made, each)
    ]


def sign(root: Path, cycle: str, role: str, name: str, day: date) -> Signature:
    """Record that *name* signs what is published in ``outputs/CYCLE``, in place of an earlier signature of the same
    role.

    Raises FaultError, and writes nothing, where `unsigned` or `asked` find anything, or the file of signatures is at fault.
    """
    signatures, wrong = _read(root, cycle)
    faults = [*asked(role, name, day, not_before=day), *unsigned(root, cycle), *wrong]
    covered = published(root, cycle)
    if faults or covered is None:
        raise FaultError(faults)
    signature = Signature(role, name.strip(), day, covered)
    write_whole(root / FOLDER / cycle / NAME, to_toml({**signatures, role: signature}))
    return signature


def published(root: Path, cycle: str) -> str | None:
    """The hash of the complete pack that is published, from the hashes of its files; None where there is no such pack."""
    made = manifest.load(root / "outputs" / cycle)
    return manifest.pack_sha256(made["outputs"]) if made and made.get("complete") is True else None


def stands(edition: Edition) -> bool:
    """Whether pressing an edition would execute nothing: each notebook is published as its inputs, now as then, make it."""
    pack = edition.pack
    made = manifest.load(pack)
    if made is None or made.get("complete") is not True:
        return False
    entries = {job.id: made["notebooks"].get(job.id, {}) for job in edition.jobs}
    return all(
        entries[job.id].get("key")
        == manifest.job_key(manifest.narrowed(job, entries[job.id].get("inputs")), edition.environment)
        and manifest.intact(pack, made, f"notebooks/{job.id}.ipynb")
        for job in edition.jobs
    )


def approver(signatures: Mapping[str, Signature], pack_sha256: str | None) -> Signature | None:
    """The approver's signature, if it covers the pack of that hash."""
    signature = signatures.get("approver")
    return signature if signature and pack_sha256 and signature.pack_sha256 == pack_sha256 else None


def unproven(root: Path, cycle: str) -> Iterator[tuple[str, str]]:
    """The files ``ROLE.sig`` beside the signatures of a cycle that prove none of them, and why.

    Such a file is what ``ssh-keygen -Y sign -n pcp`` makes of the hash that the role signed, and
    ``data/raw/cycles/allowed_signers`` says whose key is whose. Raises PressError where ssh-keygen is not there to ask.
    """
    published_now, signatures = published(root, cycle), read(root, cycle)
    for role in ROLES:
        file, allowed = root / FOLDER / cycle / f"{role}.sig", root / FOLDER / ALLOWED
        if not file.is_file():
            continue
        shown, signature = (FOLDER / cycle / file.name).as_posix(), signatures.get(role)
        if signature is None:
            yield shown, f"proves nothing: {NAME} has no signature of the {role}"
        elif signature.pack_sha256 != published_now:
            yield shown, "proves a signature over another pack than the one that is published"
        elif not _proves(file, allowed, signature):
            yield (
                shown,
                f"is no signature of {signature.name} over this pack by a key of {(FOLDER / ALLOWED).as_posix()}",
            )


def _proves(file: Path, allowed: Path, signature: Signature) -> bool:
    asked = ["ssh-keygen", "-Y", "verify", "-f", str(allowed), "-I", signature.name, "-n", "pcp", "-s", str(file)]
    try:
        return (
            subprocess.run(asked, input=signature.pack_sha256.encode(), capture_output=True, check=False).returncode
            == 0
        )
    except OSError as error:
        raise PressError(f"{file.name} cannot be checked: ssh-keygen: {error.strerror}") from error


def to_toml(signatures: Mapping[str, Signature]) -> str:
    """The text of ``sign-off.toml``: the roles in their order."""
    blocks = [_HEADING]
    for signature in (signatures[role] for role in ROLES if role in signatures):
        lines = [f"{name} = {toml.written(getattr(signature, name))}\n" for name in _KEYS]
        blocks.append(f"[{signature.role}]\n{''.join(lines)}")
    return "\n".join(blocks)


def _name(given: object) -> str:
    text = value.line(given).strip()
    if len(text) > LONGEST_NAME:
        raise value.Refused(f"is no name of 1 to {LONGEST_NAME} characters", "Shorten it.")
    return text


_KEYS = {
    "name": Key(_name, required=True, mend=_MEND),
    "date": Key(value.day, required=True, mend=_MEND),
    "pack_sha256": Key(value.matching(r"[0-9a-f]{64}", "is no sha256 of a pack", _MEND), required=True, mend=_MEND),
}


def _read(root: Path, cycle: str) -> tuple[dict[str, Signature], list[Fault]]:
    file = (FOLDER / cycle / NAME).as_posix()
    document = toml.read(root / file, file, may_lack=True)
    roles = document.take(document.data, "", {role: Key(value.table) for role in ROLES})
    found = {}
    for role, table in roles.items():
        before = len(document.faults)
        values = document.take(table, role, _KEYS)
        if len(document.faults) == before:
            found[role] = Signature(role, **values)
    return found, document.faults
