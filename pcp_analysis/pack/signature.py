"""Signatures: who signed a pack, in which role, and the hash that each signature covers.

They stand in ``data/raw/cycles/CYCLE/sign-off.toml``, a table a role; those that lapsed and were given anew, and approvals
that were withdrawn, stand below. A signature counts only while the hash that it covers is that of the published pack: of its
executed notebooks and figures.csv, not of how pages look. The approver's closes the cycle: the pack is then in
:mod:`pcp_analysis.pack.archive`.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pcp_analysis.pack import archive, manifest, paragraphs
from pcp_analysis.pack.job import Edition, PressError
from pcp_analysis.strict import toml, value
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.files import write_whole
from pcp_analysis.strict.toml import Document, Key

FOLDER = archive.CYCLES
NAME = "sign-off.toml"
#: What stands before the role where the front page says how many statements changed after a signature.
SINCE = "lapsed, since statements of the pack signed by the"
ALLOWED = "allowed_signers"
ROLES = ("analyst", "assurer", "approver")
LONGEST_NAME = 100
_HEADING = (
    "# Who signed the pack of this cycle. Written by `pcp sign-off`; a signature counts while the pack has its hash.\n"
)
_MEND = "Correct it, or take it away and sign again with pcp sign-off."


@dataclass(frozen=True)
class Signature:
    """One role's signature over the pack whose hash is *pack_sha256*; *statements* has a line a page with the hash of each of
    its statements, by which a later report says how many changed.
    """

    role: str
    name: str
    date: date
    pack_sha256: str
    statements: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """All that was signed of a cycle: the signatures by *roles*, earlier ones that *lapsed* and were given anew, and the
    approvals that were *withdrawn*, each with its reason.
    """

    roles: Mapping[str, Signature]
    lapsed: tuple[Signature, ...] = ()
    withdrawn: tuple[tuple[Signature, str], ...] = ()

    @property
    def approver(self) -> Signature | None:
        """The approver's signature, with which the cycle is closed."""
        return self.roles.get("approver")

    def approval(self, pack_sha256: str | None, day: Callable[[date], str]) -> str:
        """The words that stand in place of DRAFT over the pack of that hash; empty where the approver did not sign it."""
        signed = self.approver
        if signed is None or signed.pack_sha256 != pack_sha256:
            return ""
        words = f"Approved by {signed.name}, {day(signed.date)}"
        if self.withdrawn:
            words += f". Edition {len(self.withdrawn) + 1}: {self.withdrawn[-1][1]}"
        return words

    def states(self, pack_sha256: str | None, day: Callable[[date], str]) -> tuple[str, ...]:
        """Every signature and what has become of it, oldest first: over the pack of that hash, lapsed, or withdrawn."""
        gone = [f"{_who(each, day)}: withdrawn: {reason}" for each, reason in self.withdrawn]
        gone += [f"{_who(each, day)}: lapsed" for each in self.lapsed]
        stands = [
            f"{_who(each, day)}: "
            + ("signed" if each.pack_sha256 == pack_sha256 else f"{SINCE} {each.role} changed after it")
            for each in self.roles.values()
        ]
        return (*gone, *stands)


def _who(signature: Signature, day: Callable[[date], str]) -> str:
    return f"{signature.role.capitalize()} {signature.name}, {day(signature.date)}"


def read(root: Path, cycle: str) -> Record:
    """What was signed of a cycle. Raises FaultError with every fault of the file."""
    found, faults = _read(root, cycle)
    if faults:
        raise FaultError(faults)
    return found


def check(root: Path, cycle: str) -> list[Fault]:
    """Every fault of the signatures of a cycle, and of the pack that its approver signed; to have none of them is no fault."""
    found, faults = _read(root, cycle)
    signed = found.approver
    return faults + (archive.faults(root, cycle, signed.pack_sha256) if signed and not faults else [])


def asked(
    record: Record, role: str, name: str, day: date, *, not_before: date, pack_sha256: str | None = None
) -> list[Fault]:
    """What is wrong with a signature that is asked for, beside those of the *record*, over the pack of that hash; none is
    older than *not_before*, the data cut-off.
    """
    wanted = Document(f"signature of {role}")
    wanted.take({"name": name, "date": day, "pack_sha256": "0" * 64}, "", _KEYS)
    if role not in ROLES:
        wanted.fault("role", role, "is no role", f"The roles are {', '.join(ROLES)}.")
    if day < not_before:
        wanted.fault("date", day, f"is before the data cut-off, {not_before}", "Give the day on which it was signed.")
    if record.approver is not None:
        rule = f"is closed: {record.approver.name} approved the pack on {record.approver.date}"
        wanted.fault("role", role, rule, "Withdraw the approval first, with pcp report CYCLE --reopen REASON.")
        return wanted.faults
    for other, signed in record.roles.items():
        stands = signed.pack_sha256 == pack_sha256
        if stands and other == role:
            rule = f"has signed this pack already: {signed.name}, {signed.date}"
            wanted.fault("role", role, rule, "A signature is not replaced while it stands.")
        elif stands and signed.name.casefold() == name.strip().casefold():
            wanted.fault(
                "name", name, f"has signed this pack already, as the {other}", "Each role is another person's."
            )
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
    """Record that *name* signs what is published in ``outputs/CYCLE``; an earlier signature of the role that lapsed stands
    below. With the approver's the pack is kept in the archive first.

    Raises FaultError, and writes nothing, where `unsigned` or `asked` find anything, or the file of signatures is at fault.
    """
    record, wrong = _read(root, cycle)
    covered = published(root, cycle)
    faults = [*asked(record, role, name, day, not_before=day, pack_sha256=covered), *unsigned(root, cycle), *wrong]
    if faults or covered is None:
        raise FaultError(faults)
    signature = Signature(role, name.strip(), day, covered, paragraphs.of_pack(root / "outputs" / cycle))
    if role == "approver":
        archive.put(root, cycle)
    write_whole(root / FOLDER / cycle / NAME, to_toml(signed_by(record, signature)))
    return signature


def signed_by(record: Record, signature: Signature) -> Record:
    """The record with one signature more."""
    before = record.roles.get(signature.role)
    lapsed = (*record.lapsed, before) if before else record.lapsed
    return replace(record, roles={**record.roles, signature.role: signature}, lapsed=lapsed)


def withdraw(root: Path, cycle: str, reason: str) -> Signature:
    """Withdraw the approval of a cycle for a *reason*: the pack is put aside, and the signature stands below with it.

    Raises FaultError, and changes nothing, where the cycle is not approved or the reason is no line of text.
    """
    record, faults = _read(root, cycle)
    asked_for = Document(f"pcp report {cycle} --reopen")
    reason = asked_for.take({"reason": reason}, "", {"reason": Key(value.line, required=True)}).get("reason", "")
    signed = record.approver
    if signed is None:
        rule = "is not approved, so that there is nothing to withdraw"
        asked_for.fault("cycle", cycle, rule, "Leave out --reopen.")
    if signed is None or asked_for.faults or faults:
        raise FaultError([*faults, *asked_for.faults])
    archive.withdraw(root, cycle, len(record.withdrawn) + 1)
    left = {role: each for role, each in record.roles.items() if role != "approver"}
    changed = replace(record, roles=left, withdrawn=(*record.withdrawn, (signed, reason.strip())))
    write_whole(root / FOLDER / cycle / NAME, to_toml(changed))
    return signed


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


def unproven(root: Path, cycle: str) -> Iterator[tuple[str, str]]:
    """The files ``ROLE.sig`` beside the signatures of a cycle that prove none of them, and why.

    Such a file is what ``ssh-keygen -Y sign -n pcp`` makes of the hash that the role signed, and
    ``data/raw/cycles/allowed_signers`` says whose key is whose. Raises PressError where ssh-keygen is not there to ask.
    """
    published_now, signatures = published(root, cycle), read(root, cycle).roles
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


def to_toml(record: Record) -> str:
    """The text of ``sign-off.toml``: the roles in their order, then what lapsed and what was withdrawn."""
    blocks = [_HEADING]

    def block(heading: str, signature: Signature, **more: str) -> None:
        values = {name: found for name in _KEYS if (found := getattr(signature, name)) != ()} | more
        blocks.append(f"{heading}\n" + "".join(f"{name} = {toml.written(each)}\n" for name, each in values.items()))

    for role in ROLES:
        if role in record.roles:
            block(f"[{role}]", record.roles[role])
    for each in record.lapsed:
        block("[[lapsed]]", each, role=each.role)
    for each, reason in record.withdrawn:
        block("[[withdrawn]]", each, reason=reason)
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
    "statements": Key(value.lines),
}


_LAPSED = {**_KEYS, "role": Key(value.one_of(ROLES, "role"), required=True, mend=_MEND)}
_WITHDRAWN = {**_KEYS, "reason": Key(value.line, required=True, mend=_MEND)}
_TABLES = {role: Key(value.table) for role in ROLES} | {name: Key(value.anything) for name in ("lapsed", "withdrawn")}


def _read(root: Path, cycle: str) -> tuple[Record, list[Fault]]:
    file = (FOLDER / cycle / NAME).as_posix()
    document = toml.read(root / file, file, may_lack=True)
    found = document.take(document.data, "", _TABLES)

    def taken(place: str, table: dict[str, Any], wanted: dict[str, Key]) -> list[dict[str, Any]]:
        before = len(document.faults)
        values = document.take(table, place, wanted)
        return [values] if len(document.faults) == before else []

    roles = {role: values for role in ROLES if role in found for values in taken(role, found[role], _KEYS)}
    lapsed = [each for at, table in document.tables(found, "lapsed") for each in taken(at, table, _LAPSED)]
    gone = [each for at, table in document.tables(found, "withdrawn") for each in taken(at, table, _WITHDRAWN)]
    record = Record(
        {role: Signature(role=role, **values) for role, values in roles.items()},
        tuple(Signature(**values) for values in lapsed),
        tuple(
            (Signature("approver", **{k: v for k, v in each.items() if k != "reason"}), each["reason"]) for each in gone
        ),
    )
    return record, document.faults
