"""What an approval does to a cycle: it is signed and closed, stands as it was approved, is verified, or is withdrawn."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pcp_analysis.edition import PRELOAD, CycleEdition, gather, root_at
from pcp_analysis.exits import DIFFERENT
from pcp_analysis.pack import signature
from pcp_analysis.pack.progress import say
from pcp_analysis.strict.fault import FaultError

if TYPE_CHECKING:
    from pcp_analysis.pack.signature import Record, Signature
    from pcp_analysis.pack.verify import Mismatch
    from pcp_analysis.pack.warm import WarmKernels

#: So many files are named one by one.
MANY = 5


def closed(root: Path, cycle: str | None) -> str | None:
    """The id of the *cycle* (by default the newest) where it is approved and its pack is kept as it was; None of another."""
    from pcp_analysis.plan import cycle as cycles

    name = cycle or cycles.newest(root)
    if name not in cycles.cycles(root) or signature.check(root, name):
        return None  # what is wrong with it is named with everything else that is
    return name if signature.read(root, name).approver else None


def stand(root: Path, cycle: str) -> None:
    """Leave an approved pack as it was approved, put back what is gone of it, and say what has moved since."""
    from pcp_analysis.figures import wording
    from pcp_analysis.pack import archive
    from pcp_analysis.pack.log import Log
    from pcp_analysis.pack.verify import moved

    restored = archive.restore(root, cycle)
    covered = signature.published(root, cycle)
    words = signature.read(root, cycle).approval(covered, wording.day)
    say(f"{cycle}: {words}; outputs/{cycle} stands as it was approved.")
    if restored:
        names = ", ".join(restored) if len(restored) <= MANY else f"{len(restored)} files"
        say(f"{cycle}: put back from {kept(root, cycle)}: {names}.")
    try:
        since = [each.where for each in moved(signed(gather(root, cycle), covered))]
        if since:
            say(f"{cycle}: since then these have moved, and change nothing of it: {', '.join(since)}.")
    except FaultError as error:
        since = [f"{len(set(error.faults))} faults"]
        say(f"{cycle}: what has moved since cannot be told: its inputs have {since[0]}, which pcp check {cycle} names.")
    with suppress(OSError):  # it is as true on a disk that cannot be written
        Log(root / "outputs" / "run.log", cycle).write("stands", restored=restored, moved=since)


def kept(root: Path, cycle: str) -> str:
    """Where the approved pack of a cycle is kept, from the root."""
    from pcp_analysis.pack import archive

    return archive.folder(root, cycle).relative_to(root).as_posix()


def reopen(root: Path, cycle: str | None, reason: str) -> None:
    """Withdraw the approval of a cycle whose inputs are sound, so that a new edition of it can be made.

    Raises FaultError, and changes nothing, where they are not, or where the cycle is not approved.
    """
    from pcp_analysis.pack.log import Log

    edition = gather(root, cycle)
    if faults := edition.faults():
        raise FaultError(faults)
    with locked(root):
        withdrawn = signature.withdraw(root, edition.cycle, reason)
        with suppress(OSError):
            Log(root / "outputs" / "run.log", edition.cycle).write("withdrawn", reason=reason)
    say(f"{edition.cycle}: the approval by {withdrawn.name} of {withdrawn.date} is withdrawn: {reason}")


def verify_closed(root: Path, cycle: str) -> None:
    """Compare what is published with what was approved, and leave with 4 where it differs; then say what executing it again
    would give differently now.
    """
    from pcp_analysis.pack import archive

    found = [f"{name}: not as it was approved" for name in archive.differing(root, cycle)]
    found += [f"{where}: {what}" for where, what in signature.unproven(root, cycle)]
    refuse_different(found, f"{cycle}: {len(found)} differences between what is published and what was approved.")
    say(f"{cycle}: the published pack is what was approved, byte for byte.")
    try:
        now = differences(gather(root, cycle))
    except FaultError as error:
        say(f"{cycle}: what its inputs would give now cannot be told: they have {len(set(error.faults))} faults.")
        return
    for each in now:
        say(f"now different: {each}")
    say(f"{cycle}: executed again now it would {f'differ in {len(now)} things' if now else 'be the same'}.")


def refuse_different(found: list[str], words: str) -> None:
    """Say each difference and leave with exit code 4, where there is any."""
    for each in found:
        say(each)
    if found:
        say(words, err=True)
        sys.exit(DIFFERENT)


def differences(edition: CycleEdition) -> list[Mismatch]:
    """What differs between the published pack and what its inputs give. Raises FaultError for inputs at fault."""
    from pcp_analysis.pack import verify

    with warm(edition.root) as kernels:
        if faults := edition.faults():
            raise FaultError(faults)
        as_signed = signed(edition, signature.published(edition.root, edition.cycle))
        return verify.verify(as_signed, progress=True, warm=kernels)


def sign(root: Path, cycle: str, role: str, name: str, day: date) -> Signature:
    """Have a role sign the pack that is published, once it was made again and is the same: its pages then say who signed
    them. With the approver's signature the pack is kept, and the cycle closed.

    Raises FaultError where the signature is refused; leaves with 4 where the pack is not what its inputs give.
    """
    from pcp_analysis.pack.press import press
    from pcp_analysis.plan import cycle as cycles

    if cycle not in cycles.cycles(root):
        raise FaultError(cycles.check(root, cycle))
    edition, record = gather(root, cycle), signature.read(root, cycle)
    covered = signature.published(root, cycle)
    asked = signature.asked(record, role, name, day, not_before=edition.data_cut_off, pack_sha256=covered)
    if faults := [*asked, *signature.unsigned(root, cycle)]:
        raise FaultError(faults)
    found = [str(each) for each in differences(edition)]
    refuse_different(
        found,
        f"{cycle}: nothing is signed: the published pack is not what its inputs give. Run pcp report {cycle}, read it, then sign.",
    )
    # the pages that are kept are those that say who signed them
    becoming = signature.signed_by(record, signature.Signature(role, name.strip(), day, covered or ""))
    press(signed(edition, covered, becoming))
    return signature.sign(root, cycle, role, name, day)


def signed(edition: CycleEdition, pack_sha256: str | None, record: Record | None = None) -> CycleEdition:
    """The edition with the words in place of DRAFT, where the approver signed the pack of that hash, and every signature."""
    from pcp_analysis.figures import wording

    record = record or signature.read(edition.root, edition.cycle)
    states = record.states(pack_sha256, wording.day)
    return replace(edition, approval=record.approval(pack_sha256, wording.day), signed=states)


def tell_lapsed(edition: CycleEdition) -> None:
    """Say which signatures have lapsed with the pack that was just published, and note it in run.log."""
    from pcp_analysis.pack import lapse
    from pcp_analysis.pack.log import Log

    for each in lapse.lapsed(edition.root, edition.cycle):
        if each not in edition.doubts:  # those were said before
            say(str(each), err=True)
            with suppress(OSError):
                Log(edition.root / "outputs" / "run.log", edition.cycle).write("lapsed", signature=str(each))


@contextmanager
def locked(root: Path | None) -> Iterator[Path]:
    """The folder that a command is about, which no other command changes until the end."""
    from pcp_analysis.pack import publish

    found = root_at(root)
    with publish.holding(found / "outputs"):
        yield found


def warm(root: Path) -> WarmKernels:
    """Processes to fork kernels from, started before the checks, so that both go on at once."""
    from pcp_analysis.pack.environment import kernel_environment
    from pcp_analysis.pack.warm import WarmKernels

    return WarmKernels(PRELOAD, kernel_environment(root))
