"""The ``pcp`` command: gathers what each room finds wrong, hands the notebooks to the press, and says what came of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from pcp_analysis import __version__
from pcp_analysis.fault import Fault, FaultError

if TYPE_CHECKING:
    from pcp_analysis.pack.job import Heading, Job
    from pcp_analysis.pack.warm import WarmKernels
    from pcp_analysis.plan import Cycle, Plan

AT_FAULT, INCOMPLETE, DIFFERENT, COULD_NOT = 1, 3, 4, 5
# The files of a cycle that its pages are made from.
CYCLE_FILES = ("cycle.toml", "updates.toml", "paper.csv", "claims.toml")
# What every notebook imports, and so what a warm kernel has in memory.
PRELOAD = ("pandas", "scipy.stats", "statsmodels.tsa.seasonal", "seaborn", "matplotlib.backends.backend_svg", "pcp_analysis.pages")
ROOT = click.option("--root", type=click.Path(path_type=Path, file_okay=False), envvar="PCP_ROOT", show_envvar=True,
                    help="Folder that holds data/, notebooks/ and outputs/ [default: the nearest one upwards from here].")
CYCLE = click.argument("cycle", required=False)
DAY = click.DateTime(formats=["%Y-%m-%d"])


class Commands(click.Group):
    """Turns faults into exit code 1, and what could not be done into 5, in words."""

    def invoke(self, context: click.Context) -> object:
        """Run the command that was named; an exit code other than 0 comes with its reason."""
        from pcp_analysis.pack.job import PressError

        try:
            return super().invoke(context)
        except FaultError as error:
            _refuse(list(error.faults))
        except (PressError, OSError) as error:
            click.echo(f"pcp: could not: {error}", err=True)
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


@dataclass(frozen=True)
class Order:
    """A cycle to check or to press: what the rooms hold of it. Making one reads TOML and hashes rows, and loads no pandas."""

    root: Path
    cycle: Cycle
    plan: Plan
    jobs: list[Job]
    heading: Heading
    inputs: list[dict[str, Any]]
    environment: dict[str, str]

    @property
    def pressed(self) -> tuple[Path, str, list[Job], Heading]:
        """What the press is to make."""
        return self.root, self.cycle.id, self.jobs, self.heading

    @property
    def hashed(self) -> dict[str, Any]:
        """What it is made from."""
        return {"inputs": self.inputs, "environment": self.environment}

    def faults(self) -> list[Fault]:
        """Everything that is wrong, from every room."""
        from pcp_analysis import findings
        from pcp_analysis.pack.installed import check_installed

        faults = [*_ground_faults(self.root, self.jobs), *check_installed(self.root)]
        # Figures are made from the inputs: while those are at fault, what the figures lack is no news.
        return faults or findings.check(self.cycle.id, root=self.root)

    def write_processed(self) -> None:
        """Rebuild data/processed as the cycle sees it."""
        from pcp_analysis.loaders import open_inputs, write_processed

        inputs = open_inputs(self.root, cut_off=self.cycle.data_cut_off, board_date=self.cycle.board_date)
        write_processed(self.root, self.cycle.id, inputs)


def _ground_faults(root: Path, jobs: list[Job]) -> list[Fault]:
    """What is wrong with the register, the tables and the notebooks."""
    from pcp_analysis.loaders import check as check_inputs
    from pcp_analysis.pack.contract import check_notebooks

    return [*check_inputs(root), *check_notebooks(root, jobs)]


def _at(root: Path | None) -> Path:
    from pcp_analysis.plan.cycle import find_root

    return root.resolve() if root else find_root()


def _order(root: Path | None, cycle_id: str | None) -> Order:
    """What is to be checked or pressed. Raises FaultError with all that plan, cycle and register alone can tell."""
    from pcp_analysis.loaders import register
    from pcp_analysis.loaders.rows import visible_sha256
    from pcp_analysis.pack.manifest import installed
    from pcp_analysis.plan import cycle, model

    root = _at(root)
    cycle_id = cycle_id or cycle.newest(root)
    faults = [*cycle.check(root, cycle_id), *register.check(root)]
    if faults:
        if cycle_id not in cycle.cycles(root):
            raise FaultError(faults)
        plan = cycle.plan_as_read(root, cycle_id)
        raise FaultError([*faults, *_ground_faults(root, _jobs(root, cycle_id, plan, {}) if plan else [])])
    held = cycle.load(root, cycle_id)
    plan = model.load(cycle.plan_folder(root, held.plan), root=root)
    seen = visible_sha256(root, cut_off=held.data_cut_off, board_date=held.board_date)
    entries = register.read(root)
    inputs = [{"name": name, "title": entries[name].title, "publisher": entries[name].publisher,
               "as_at": entries[name].as_at.isoformat(), "sha256": digest} for name, digest in seen.items()]
    said = {f"{each}/{name}": _sha256(root / cycle.FOLDER / each / name)
            for each in (*cycle.earlier(root, cycle_id), cycle_id) for name in CYCLE_FILES if (root / cycle.FOLDER / each / name).is_file()}
    said["plan"] = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(cycle.plan_folder(root, held.plan).glob("*.toml")))
                                  ).hexdigest()
    return Order(root, held, plan, _jobs(root, held.id, plan, seen | said), _heading(held, plan), inputs, installed(_required()))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _required() -> list[str]:
    """The distributions that the package itself requires: their versions are part of what a pack is made from."""
    import re
    from importlib.metadata import requires

    return [re.match(r"[A-Za-z0-9._-]+", line)[0] for line in requires("pcp_analysis") or [] if "extra ==" not in line]


def _jobs(root: Path, cycle_id: str, plan: Plan, inputs: dict[str, str]) -> list[Job]:
    from pcp_analysis.pack.job import FRONT_PAGE, Job

    pages = [("00_overview", plan.title, FRONT_PAGE)]
    pages += [(outcome.id, f"{outcome.number}. {outcome.title}", f"{outcome.id}.html") for outcome in plan.outcomes]
    pages += [("paper_check", "The Board paper, checked claim by claim", "paper_check.html")]
    return [Job(id=name, title=title, notebook=root / "notebooks" / f"{name}.ipynb", parameters={"cycle": cycle_id}, page=page,
                inputs=inputs) for name, title, page in pages]


def _heading(cycle: Cycle, plan: Plan) -> Heading:
    from pcp_analysis.findings import text
    from pcp_analysis.pack.job import Heading

    return Heading(board=plan.board, title=cycle.title, date=text.day(cycle.board_date), agenda_item=cycle.agenda_item,
                   cycle=cycle.id, plan=plan.title, force=plan.police)


@main.command()
@CYCLE
@ROOT
def check(cycle: str | None, root: Path | None) -> None:
    """Check plan, register, inputs, updates and notebooks; print every fault at once."""
    order = _order(root, cycle)
    faults = order.faults()
    if faults:
        _refuse(faults)
    click.echo(f"{order.cycle.id}: no fault in {len(order.jobs)} notebooks, {len(order.inputs)} inputs and the plan "
               f"{order.plan.id} of {len(order.plan.deliverables)} deliverables.")


@main.command()
@CYCLE
@ROOT
@click.option("--force", is_flag=True, help="Run every notebook, whether it changed or not.")
def report(cycle: str | None, root: Path | None, force: bool) -> None:
    """Check, run what changed, render, and publish outputs/CYCLE."""
    from pcp_analysis.pack.press import press, unchanged

    order = _order(root, cycle)
    # A notebook that is not there is a fault, which the check below names.
    whole = all(job.notebook.is_file() for job in order.jobs)
    if not force and whole and (same := unchanged(*order.pressed, **order.hashed)):
        click.echo(f"{order.cycle.id}: nothing new; {_shown(same.pack, order.root)} stands as published.")
        return
    with _warm(order.root) as warm:
        faults = order.faults()
        if faults:
            _refuse(faults)
        order.write_processed()
        done = press(*order.pressed, **order.hashed, force=force, progress=True, preload=PRELOAD, warm=warm)
    click.echo(f"{order.cycle.id}: {len(done.executed)} of {len(order.jobs)} notebooks run, published in {done.seconds:.1f} s: "
               f"{_shown(done.pack, order.root)}/index.html")
    if not done.complete:
        for name, reason in done.failed.items():
            click.echo(f"{name}: {reason}", err=True)
        click.echo(f"INCOMPLETE: {len(done.failed)} of {len(order.jobs)} pages are missing; see outputs/run.log.", err=True)
        sys.exit(INCOMPLETE)


@main.command()
@CYCLE
@ROOT
def verify(cycle: str | None, root: Path | None) -> None:
    """Execute everything anew elsewhere and compare with what is published, byte by byte."""
    from pcp_analysis.pack import verify as press_again

    order = _order(root, cycle)
    with _warm(order.root) as warm:
        faults = order.faults()
        if faults:
            _refuse(faults)
        found = press_again.verify(*order.pressed, **order.hashed, progress=True, preload=PRELOAD, warm=warm)
    for difference in found:
        click.echo(str(difference))
    if found:
        click.echo(f"{order.cycle.id}: {len(found)} differences between what is published and what its inputs give.", err=True)
        sys.exit(DIFFERENT)
    click.echo(f"{order.cycle.id}: the published pack is what its inputs give, byte for byte.")


def _warm(root: Path) -> WarmKernels:
    """Processes to fork kernels from, started before the checks, so that both go on at once."""
    from pcp_analysis.pack.environment import kernel_environment
    from pcp_analysis.pack.warm import WarmKernels

    return WarmKernels(PRELOAD, kernel_environment(root))


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


@main.command("import")
@click.argument("kind")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--anchor", type=click.Path(path_type=Path), help="The quarters that rolling years are anchored on.")
@click.option("--as-at", type=DAY, help="Date of the release, YYYY-MM-DD.")
@ROOT
def import_(kind: str, files: tuple[Path, ...], anchor: Path | None, as_at: dt.datetime | None, root: Path | None) -> None:
    """Bring in a publisher's release of a KIND: a tidy table in data/raw/ and its entry in the register."""
    from pcp_analysis.loaders import IMPORT_KINDS, import_release

    if kind not in IMPORT_KINDS:
        raise click.BadParameter(f"{kind!r} is no kind of release; the kinds: {', '.join(IMPORT_KINDS)}.", param_hint="KIND")
    entry = import_release(_at(root), kind, list(files), anchor=anchor, as_at=as_at.date() if as_at else None)
    click.echo(f"data/raw/{entry.file}: {entry.title}, as at {entry.as_at}, sha256 {entry.sha256[:12]}")


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--as-at", type=DAY, required=True, help="Date of the data, YYYY-MM-DD.")
@ROOT
def register(files: tuple[Path, ...], as_at: dt.datetime, root: Path | None) -> None:
    """Record the sha256 and the as-at date of inputs that were written or changed on purpose."""
    from pcp_analysis.loaders import register_files

    for entry in register_files(_at(root), list(files), as_at.date()):
        click.echo(f"data/raw/{entry.file}: as at {entry.as_at}, sha256 {entry.sha256[:12]}")


@main.command("new-cycle")
@click.argument("cycle")
@click.option("--board-date", type=DAY, required=True, help="Date of the Board, YYYY-MM-DD.")
@click.option("--data-cut-off", type=DAY, required=True, help="Last day that the cycle may see, YYYY-MM-DD.")
@click.option("--plan", help="The plan [default: that of the newest cycle].")
@ROOT
def new_cycle(cycle: str, board_date: dt.datetime, data_cut_off: dt.datetime, plan: str | None, root: Path | None) -> None:
    """Lay out data/raw/cycles/CYCLE ready to fill in."""
    from pcp_analysis.plan import cycle as cycles

    found = _at(root)
    plan = plan or cycles.load(found, cycles.newest(found)).plan
    folder = cycles.lay_out(found, cycle, board_date=board_date.date(), data_cut_off=data_cut_off.date(), plan=plan)
    click.echo(f"{_shown(folder, found)}: fill in updates.toml, then run pcp check {cycle}")


