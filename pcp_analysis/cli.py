"""The ``pcp`` command: gathers what each room finds wrong, hands the notebooks to the press, and says what came of it."""

from __future__ import annotations

import os
import sys

# What PYTHONPATH names could take the place of a module of ours or of Python's; kernels are not shown it either.
if os.path.basename(sys.argv[0]).startswith("pcp"):
    _foreign = {os.path.abspath(folder) for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep) if folder}
    sys.path[:] = [each for each in sys.path if each not in _foreign or each.startswith((sys.prefix, sys.base_prefix))]

import datetime as dt
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pcp_analysis import __version__, approval, boards
from pcp_analysis.approval import locked
from pcp_analysis.edition import CycleEdition, gather, root_at, sealed
from pcp_analysis.exits import AT_FAULT, COULD_NOT, INCOMPLETE, Commands, say_faults
from pcp_analysis.pack import signature
from pcp_analysis.pack.progress import say
from pcp_analysis.strict.fault import Fault, FaultError

if TYPE_CHECKING:
    from pcp_analysis.pack.warm import WarmKernels

ROOT = click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="PCP_ROOT",
    show_envvar=True,
    help="Folder that holds data/, notebooks/ and outputs/ [default: the nearest one upwards from here].",
)
CYCLE = click.argument("cycle", required=False)
DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="pcp")
def main() -> None:
    """A Police and Crime Plan's report to its Board, as a reproducible analysis."""


@main.command()
@CYCLE
@ROOT
def check(cycle: str | None, root: Path | None) -> None:
    """Check plan, register, inputs, updates and notebooks; print every fault at once, then what is still asked."""
    edition = gather(root, cycle)
    faults = edition.faults()
    for each in edition.doubts:
        say(str(each), err=True)
    if faults:
        raise FaultError(faults)
    say(
        f"{edition.cycle}: no fault in {len(edition.jobs)} notebooks, {len(edition.inputs)} inputs and the plan "
        f"{edition.plan.id} of {len(edition.plan.deliverables)} deliverables."
    )
    from pcp_analysis.findings import expected

    for question in expected.questions(edition.view):
        say(f"Question: {question}")


@main.command()
@CYCLE
@ROOT
@click.option("--force", is_flag=True, help="Run every notebook, whether it changed or not.")
@click.option("--pdf", is_flag=True, help="Print the pack into outputs/CYCLE.pdf as well, with an installed Chromium.")
@click.option("--reopen", metavar="REASON", help="Withdraw the approval of CYCLE first, and say why.")
@click.option("--all", "every", is_flag=True, help="Build the pack of every cycle, oldest first.")
def report(cycle: str | None, root: Path | None, force: bool, pdf: bool, reopen: str | None, every: bool) -> None:
    """Check, run what changed, render, and publish outputs/CYCLE; an approved cycle stands as it was approved."""
    from pcp_analysis.pack.pdf import find_chromium

    if every and (cycle or reopen):
        raise click.UsageError("--all stands alone: it names every cycle, and reopens none.")
    if pdf:
        find_chromium()  # whether it can be printed at all is known before anything is run
    from pcp_analysis.pack import log, publish
    from pcp_analysis.plan import cycle as cycles

    at = root_at(root)
    publish.sweep(at)
    with log.ended(at / "outputs" / "run.log", cycle or "", at_fault=AT_FAULT, could_not=COULD_NOT):
        if reopen is not None:
            approval.reopen(at, cycle, reopen)
        with sealed(at) as found:
            if not every:
                _build(found, cycle, force=force, pdf=pdf)
            elif code := max(
                _coded(found, name, force=force, pdf=pdf) for name in cycles.cycles(found) or [cycles.newest(found)]
            ):
                sys.exit(code)


def _coded(root: Path, cycle: str | None, *, force: bool, pdf: bool) -> int:
    """Build the pack of one cycle among several, of which none keeps another from being built; its exit code."""
    from pcp_analysis.pack.press import heed_stops

    heed_stops()
    try:
        _build(root, cycle, force=force, pdf=pdf)
    except FaultError as error:
        say(f"{cycle}:", err=True)
        say_faults(list(error.faults))
        return AT_FAULT
    except SystemExit as error:
        return int(error.code or 0)
    return 0


def _build(root: Path, cycle: str | None, *, force: bool, pdf: bool) -> None:
    """Build the pack of a cycle, or leave it as it was approved; the list of all packs says what came of it."""
    try:
        if closed := approval.closed(root, cycle):
            approval.stand(root, closed)
            if pdf:
                _print(root / "outputs" / closed, root)
        else:
            _report(root, cycle, force=force, pdf=pdf)
    finally:
        with suppress(OSError):  # why a pack cannot be published is said by what publishes it
            boards.write(root / "outputs")


def _report(root: Path, cycle: str | None, *, force: bool, pdf: bool) -> None:
    from pcp_analysis.pack.press import press, unchanged

    edition = gather(root, cycle)
    for each in edition.doubts:
        say(str(each), err=True)
    # A notebook that is not there is a fault, which the check below names.
    whole = all(job.notebook.is_file() for job in edition.jobs)
    # What is executed again may come out other than it was signed, so it is a draft until its hash is known.
    same_again = whole and not force and signature.stands(edition)
    edition = approval.signed(edition, signature.published(edition.root, edition.cycle) if same_again else None)
    if not force and whole and (same := unchanged(edition)):
        say(f"{edition.cycle}: nothing new; {_shown(same.pack, edition.root)} stands as published.")
        if pdf:
            _print(same.pack, edition.root)
        return
    with approval.warm(edition.root) as warm:
        passed = not force and edition.passed()
        if faults := edition.ground_faults(passed=passed):
            raise FaultError(faults)
        if faults := edition.figure_faults(passed=True) if passed else _judged_aside(edition, warm):
            raise FaultError(faults)
        done = press(edition, force=force, progress=True, warm=warm)
        now = approval.signed(edition, done.pack_sha256 if done.complete else None)
        if (now.approval, now.signed) != (edition.approval, edition.signed):
            press(now, warm=warm)
    approval.tell_lapsed(edition)
    say(
        f"{edition.cycle}: {len(done.executed)} of {len(edition.jobs)} notebooks run, published in {done.seconds:.1f} s: "
        f"{_shown(done.pack, edition.root)}/index.html"
    )
    if pdf:
        _print(done.pack, edition.root)
    if not done.complete:
        for name, reason in done.failed.items():
            say(f"{name}: {reason}", err=True)
        say(f"INCOMPLETE: {len(done.failed)} of {len(edition.jobs)} pages are missing; see outputs/run.log.", err=True)
        sys.exit(INCOMPLETE)


def _judged_aside(edition: CycleEdition, warm: WarmKernels) -> list[Fault]:
    """What figures tell, in a process of its own, while this one loads what comes next."""
    judging = edition.judge_aside(warm)
    from pcp_analysis.pack import press

    press.load()
    return judging()


def _print(pack: Path, root: Path) -> None:
    """Print a published pack beside itself: outside it, because no two versions of Chromium print the same bytes."""
    from pcp_analysis.pack import pdf

    target = pack.with_name(f"{pack.name}.pdf")
    count = pdf.print_pack(pack, target)
    say(f"{pack.name}: printed on {count} sides: {_shown(target, root)}")


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


@main.command()
@CYCLE
@ROOT
def verify(cycle: str | None, root: Path | None) -> None:
    """Execute everything anew elsewhere and compare with what is published; an approved pack with what was approved."""
    with sealed(root) as found:
        if closed := approval.closed(found, cycle):
            approval.verify_closed(found, closed)
            return
        edition = gather(found, cycle)
        differences = [str(each) for each in approval.differences(edition)]
        differences += [f"{where}: {what}" for where, what in signature.unproven(found, edition.cycle)]
    words = f"{len(differences)} differences between what is published and what its inputs give."
    approval.refuse_different(differences, f"{edition.cycle}: {words}")
    say(f"{edition.cycle}: the published pack is what its inputs give, byte for byte.")


@main.command()
@click.argument("before")
@click.argument("after")
@ROOT
def diff(before: str, after: str, root: Path | None) -> None:
    """Print what changed from the cycle BEFORE to the cycle AFTER: figures of milestones, and statuses."""
    from pcp_analysis.findings import diff as differences
    from pcp_analysis.findings.view import open_view

    found = root_at(root)
    difference = differences.between(*[open_view(cycle, root=found) for cycle in (before, after)])
    for line in differences.lines(difference):
        say(line)
    say(differences.summary(difference))


@main.command("sign-off")
@click.argument("cycle")
@click.option("--role", type=click.Choice(signature.ROLES), required=True)
@click.option("--name", required=True, help="Who signs.")
@click.option("--date", "day", type=DAY, required=True, help="Day of the signature, YYYY-MM-DD.")
@ROOT
def sign_off(cycle: str, role: str, name: str, day: dt.datetime, root: Path | None) -> None:
    """Record a signature over the pack that is published of CYCLE; the approver's takes DRAFT away and closes the cycle."""
    with locked(root) as found, sealed(found):
        signed = approval.sign(found, cycle, role, name, day.date())
        boards.write(found / "outputs")
    say(
        f"{cycle}: signed by the {role}, {signed.name}, {signed.date}, over the pack {signed.pack_sha256}."
        + (f" The cycle is closed; its pack is kept in {approval.kept(found, cycle)}." if role == "approver" else "")
    )


@main.command("import")
@click.argument("name", required=False)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--anchor", type=click.Path(path_type=Path), help="The quarters that rolling years are anchored on.")
@click.option("--as-at", type=DAY, multiple=True, help="Date of the vintage, YYYY-MM-DD: once, or once for each FILE.")
@click.option("--list", "listing", is_flag=True, help="What can be imported, and when it was last fed.")
@ROOT
def import_(
    name: str | None,
    files: tuple[Path, ...],
    anchor: Path | None,
    as_at: tuple[dt.datetime, ...],
    listing: bool,
    root: Path | None,
) -> None:
    """Bring in the FILEs of a release by the description of that NAME: a table in data/raw/ and its entry in the register."""
    from pcp_analysis.loaders import import_release, listed

    if listing:
        say("\n".join(listed(root_at(root))))
        return
    if not name or not files:
        raise click.UsageError("Name a release and its files; `pcp import --list` lists what there is.")
    with locked(root) as found:
        try:
            made = import_release(found, name, list(files), anchor=anchor, as_at=[each.date() for each in as_at])
        except KeyError as error:
            raise click.BadParameter(str(error.args[0]), param_hint="NAME") from None
    entry = made.entry
    head = f"data/raw/{entry.file}: {entry.title}, as at {entry.as_at}, sha256 {entry.sha256[:12]}"
    say("\n".join([head, *made.summary]))


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@ROOT
def describe(file: Path, root: Path | None) -> None:
    """Draft the description of a release from one FILE of it, and print it: keep it as data/releases/NAME.toml."""
    from pcp_analysis.loaders import series
    from pcp_analysis.loaders.releases.draft import draft

    say(draft(file, series.known(root_at(root))))


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--as-at", type=DAY, required=True, help="Date of the data, YYYY-MM-DD.")
@ROOT
def register(files: tuple[Path, ...], as_at: dt.datetime, root: Path | None) -> None:
    """Record the sha256 and the as-at date of inputs that were written or changed on purpose."""
    from pcp_analysis.loaders import register_files

    with locked(root) as found:
        entries = register_files(found, list(files), as_at.date())
    for entry in entries:
        say(f"data/raw/{entry.file}: as at {entry.as_at}, sha256 {entry.sha256[:12]}")


@main.command("new-cycle")
@click.argument("cycle")
@click.option("--board-date", type=DAY, required=True, help="Date of the Board, YYYY-MM-DD.")
@click.option("--data-cut-off", type=DAY, required=True, help="Last day that the cycle may see, YYYY-MM-DD.")
@click.option("--plan", help="The plan [default: that of the newest cycle].")
@ROOT
def new_cycle(
    cycle: str, board_date: dt.datetime, data_cut_off: dt.datetime, plan: str | None, root: Path | None
) -> None:
    """Lay out data/raw/cycles/CYCLE ready to fill in, with what was told last and what was promised for now."""
    from pcp_analysis.findings import briefing
    from pcp_analysis.plan import cycle as cycles

    with locked(root) as found:
        plan = plan or cycles.load(found, cycles.newest(found)).plan
        folder = briefing.lay_out(
            found, cycle, board_date=board_date.date(), data_cut_off=data_cut_off.date(), plan=plan
        )
    say(f"{_shown(folder, found)}: fill in updates.toml, then run pcp check {cycle}")


@main.command("returns")
@click.argument("cycle")
@ROOT
@click.option("--read", "reading", is_flag=True, help="Take the answers of FILES into updates.toml.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def returns_(cycle: str, root: Path | None, reading: bool, files: tuple[Path, ...]) -> None:
    """Write a form for each lead into outputs/CYCLE-returns, or --read those that were filled in."""
    from pcp_analysis import returns

    if reading != bool(files):
        raise click.UsageError("--read and the forms to read go together: pcp returns CYCLE --read FILE...")
    with locked(root) as found:
        if not reading:
            returns.write(found, cycle)
        elif approval.closed(found, cycle):
            mend = f"What leads report to it was published; pcp report {cycle} --reopen REASON withdraws the approval."
            raise FaultError([Fault(f"data/raw/cycles/{cycle}", "", "", "the cycle is approved and closed", mend)])
        else:
            returns.read(found, cycle, files)
