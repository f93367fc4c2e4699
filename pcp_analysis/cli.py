"""The ``pcp`` command: gathers what each room finds wrong, hands the notebooks to the press, and says what came of it."""

from __future__ import annotations

import datetime as dt
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from pcp_analysis import __version__
from pcp_analysis.edition import PRELOAD, CycleEdition, gather, root_at
from pcp_analysis.pack import signature
from pcp_analysis.strict.fault import Fault, FaultError

if TYPE_CHECKING:
    from pcp_analysis.pack.warm import WarmKernels

AT_FAULT, INCOMPLETE, DIFFERENT, COULD_NOT = 1, 3, 4, 5
ROOT = click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="PCP_ROOT",
    show_envvar=True,
    help="Folder that holds data/, notebooks/ and outputs/ [default: the nearest one upwards from here].",
)
CYCLE = click.argument("cycle", required=False)
DAY = click.DateTime(formats=["%Y-%m-%d"])


class Commands(click.Group):
    """Turns faults into exit code 1, and what could not be done, or was stopped, into 5, in words."""

    def invoke(self, context: click.Context) -> object:
        """Run the command that was named; an exit code other than 0 comes with its reason."""
        from pcp_analysis.pack.job import PressError
        from pcp_analysis.pack.press import stoppable

        try:
            with stoppable():
                return super().invoke(context)
        except FaultError as error:
            _refuse(list(error.faults))
        except (PressError, OSError) as error:
            click.echo(f"pcp: could not: {error}", err=True)
            sys.exit(COULD_NOT)
        except KeyboardInterrupt:
            click.echo("pcp: could not: stopped by a signal; what was published before stands", err=True)
            sys.exit(COULD_NOT)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            click.echo(f"pcp: an error of its own, not of the inputs: {type(error).__name__}: {error}", err=True)
            traceback.print_exc()
            sys.exit(COULD_NOT)


def _refuse(faults: list[Fault]) -> NoReturn:
    for fault in sorted(set(faults)):
        click.echo(str(fault), err=True)
    count = len(set(faults))
    click.echo(f"{count} {'fault' if count == 1 else 'faults'}; nothing was run and nothing was changed.", err=True)
    sys.exit(AT_FAULT)


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="pcp")
def main() -> None:
    """A Police and Crime Plan's report to its Board, as a reproducible analysis."""


@main.command()
@CYCLE
@ROOT
def check(cycle: str | None, root: Path | None) -> None:
    """Check plan, register, inputs, updates and notebooks; print every fault at once."""
    edition = gather(root, cycle)
    faults = edition.faults()
    if faults:
        _refuse(faults)
    click.echo(
        f"{edition.cycle}: no fault in {len(edition.jobs)} notebooks, {len(edition.inputs)} inputs and the plan "
        f"{edition.plan.id} of {len(edition.plan.deliverables)} deliverables."
    )


@main.command()
@CYCLE
@ROOT
@click.option("--force", is_flag=True, help="Run every notebook, whether it changed or not.")
@click.option("--pdf", is_flag=True, help="Print the pack into outputs/CYCLE.pdf as well, with an installed Chromium.")
def report(cycle: str | None, root: Path | None, force: bool, pdf: bool) -> None:
    """Check, run what changed, render, and publish outputs/CYCLE."""
    from pcp_analysis.pack.pdf import find_chromium
    from pcp_analysis.pack.press import press, unchanged

    if pdf:
        find_chromium()  # whether it can be printed at all is known before anything is run
    edition = gather(root, cycle)
    for each in edition.stale:
        click.echo(str(each), err=True)
    # A notebook that is not there is a fault, which the check below names.
    whole = all(job.notebook.is_file() for job in edition.jobs)
    # What is executed again may come out other than it was signed, so it is a draft until its hash is known.
    same_again = whole and not force and signature.stands(edition)
    edition = _approved(edition, signature.published(edition.root, edition.cycle) if same_again else None)
    if not force and whole and (same := unchanged(edition)):
        click.echo(f"{edition.cycle}: nothing new; {_shown(same.pack, edition.root)} stands as published.")
        if pdf:
            _print(same.pack, edition.root)
        return
    with _warm(edition.root) as warm:
        passed = not force and edition.passed()
        if faults := edition.ground_faults(passed=passed):
            _refuse(faults)
        if faults := edition.figure_faults(passed=True) if passed else _judged_aside(edition, warm):
            _refuse(faults)
        done = press(edition, force=force, progress=True, warm=warm)
        now = _approved(edition, done.pack_sha256 if done.complete else None)
        if now.approval != edition.approval:
            press(now, warm=warm)
    click.echo(
        f"{edition.cycle}: {len(done.executed)} of {len(edition.jobs)} notebooks run, published in {done.seconds:.1f} s: "
        f"{_shown(done.pack, edition.root)}/index.html"
    )
    if pdf:
        _print(done.pack, edition.root)
    if not done.complete:
        for name, reason in done.failed.items():
            click.echo(f"{name}: {reason}", err=True)
        click.echo(
            f"INCOMPLETE: {len(done.failed)} of {len(edition.jobs)} pages are missing; see outputs/run.log.", err=True
        )
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
    click.echo(f"{pack.name}: printed on {count} sides: {_shown(target, root)}")


@main.command()
@CYCLE
@ROOT
def verify(cycle: str | None, root: Path | None) -> None:
    """Execute everything anew elsewhere and compare with what is published, byte by byte."""
    from pcp_analysis.pack import verify as press_again

    edition = gather(root, cycle)
    with _warm(edition.root) as warm:
        faults = edition.faults()
        if faults:
            _refuse(faults)
        edition = _approved(edition, signature.published(edition.root, edition.cycle))
        found = press_again.verify(edition, progress=True, warm=warm)
    for difference in found:
        click.echo(str(difference))
    if found:
        click.echo(
            f"{edition.cycle}: {len(found)} differences between what is published and what its inputs give.", err=True
        )
        sys.exit(DIFFERENT)
    click.echo(f"{edition.cycle}: the published pack is what its inputs give, byte for byte.")


def _approved(edition: CycleEdition, pack_sha256: str | None) -> CycleEdition:
    """The edition with the words in place of DRAFT, where the approver's signature covers the pack of that hash."""
    from pcp_analysis.figures import wording

    approved = signature.approver(signature.read(edition.root, edition.cycle), pack_sha256)
    words = f"Approved by {approved.name}, {wording.day(approved.date)}" if approved else ""
    return replace(edition, approval=words)


def _warm(root: Path) -> WarmKernels:
    """Processes to fork kernels from, started before the checks, so that both go on at once."""
    from pcp_analysis.pack.environment import kernel_environment
    from pcp_analysis.pack.warm import WarmKernels

    return WarmKernels(PRELOAD, kernel_environment(root))


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


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
        click.echo(line)
    click.echo(differences.summary(difference))


@main.command("sign-off")
@click.argument("cycle")
@click.option("--role", type=click.Choice(signature.ROLES), required=True)
@click.option("--name", required=True, help="Who signs.")
@click.option("--date", "day", type=DAY, required=True, help="Day of the signature, YYYY-MM-DD.")
@ROOT
def sign_off(cycle: str, role: str, name: str, day: dt.datetime, root: Path | None) -> None:
    """Record a signature over the pack that is published of CYCLE; DRAFT goes with the approver's."""
    from pcp_analysis.plan import cycle as cycles

    found = root_at(root)
    if cycle not in cycles.cycles(found):
        raise FaultError(cycles.check(found, cycle))
    signed = signature.sign(found, cycle, role, name, day.date())
    click.echo(
        f"{cycle}: signed by the {role}, {signed.name}, {signed.date}, over the pack {signed.pack_sha256[:12]}."
        + (f" Run pcp report {cycle} to take DRAFT off its pages." if role == "approver" else "")
    )


@main.command("import")
@click.argument("kind")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--anchor", type=click.Path(path_type=Path), help="The quarters that rolling years are anchored on.")
@click.option("--as-at", type=DAY, help="Date of the release, YYYY-MM-DD.")
@ROOT
def import_(
    kind: str, files: tuple[Path, ...], anchor: Path | None, as_at: dt.datetime | None, root: Path | None
) -> None:
    """Bring in a publisher's release of a KIND: a tidy table in data/raw/ and its entry in the register."""
    from pcp_analysis.loaders import IMPORT_KINDS, import_release

    if kind not in IMPORT_KINDS:
        raise click.BadParameter(
            f"{kind!r} is no kind of release; the kinds: {', '.join(IMPORT_KINDS)}.", param_hint="KIND"
        )
    entry = import_release(root_at(root), kind, list(files), anchor=anchor, as_at=as_at.date() if as_at else None)
    click.echo(f"data/raw/{entry.file}: {entry.title}, as at {entry.as_at}, sha256 {entry.sha256[:12]}")


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--as-at", type=DAY, required=True, help="Date of the data, YYYY-MM-DD.")
@ROOT
def register(files: tuple[Path, ...], as_at: dt.datetime, root: Path | None) -> None:
    """Record the sha256 and the as-at date of inputs that were written or changed on purpose."""
    from pcp_analysis.loaders import register_files

    for entry in register_files(root_at(root), list(files), as_at.date()):
        click.echo(f"data/raw/{entry.file}: as at {entry.as_at}, sha256 {entry.sha256[:12]}")


@main.command("new-cycle")
@click.argument("cycle")
@click.option("--board-date", type=DAY, required=True, help="Date of the Board, YYYY-MM-DD.")
@click.option("--data-cut-off", type=DAY, required=True, help="Last day that the cycle may see, YYYY-MM-DD.")
@click.option("--plan", help="The plan [default: that of the newest cycle].")
@ROOT
def new_cycle(
    cycle: str, board_date: dt.datetime, data_cut_off: dt.datetime, plan: str | None, root: Path | None
) -> None:
    """Lay out data/raw/cycles/CYCLE ready to fill in."""
    from pcp_analysis.plan import cycle as cycles

    found = root_at(root)
    plan = plan or cycles.load(found, cycles.newest(found)).plan
    folder = cycles.lay_out(found, cycle, board_date=board_date.date(), data_cut_off=data_cut_off.date(), plan=plan)
    click.echo(f"{_shown(folder, found)}: fill in updates.toml, then run pcp check {cycle}")
