"""What comes of a run that is killed at a random instant: its exit code, the pack, what it leaves, the next run.

Run as ``python -m benchmarks.kills [--kills 300] [--minutes 20] [--seed N] [--first N] [--real-every 10] [--at-once 1]``.
SIGKILL, SIGTERM and SIGINT go to the run, its process group, a kernel and the zygote in turn, at instants drawn evenly over
the time for which an undisturbed run has them: runs of ``tests.pack_fixture``, and in each tenth round of twelve kills
``pcp report`` on a copy of the real root. Each kill draws from a seed of its own: ``--seed S --first N --kills 1`` repeats
one. Prints each failure as it happens, and a table; exit code 1 where anything failed.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import product
from pathlib import Path

import psutil

from pcp_analysis.pack import manifest
from tests.pack_fixture import CYCLE, code, june, make_root, markdown
from tests.ring import check_whole, left_running

CHECKOUT, PROGRAMS = Path(__file__).resolve().parents[1], Path(sys.executable).parent
TARGETS, SIGNALS = ("run", "group", "kernel", "zygote"), (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
ENDS = 60.0  # seconds within which a run must end that takes a few
Failures = list[tuple[str, str]]  # the kind of each, and what was found


class Root:
    """A root whose runs are killed; *spans* holds for each target the seconds from which and to which it is there."""

    def __init__(self, folder: Path, *, real: bool) -> None:
        self.root, self.temporary, self.said = folder / "root", folder / "tmp", folder / "said"
        self.temporary.mkdir(parents=True)
        if real:
            for name in ("data", "notebooks"):
                unwanted = shutil.ignore_patterns(".*", "processed")
                shutil.copytree(CHECKOUT / name, self.root / name, ignore=unwanted)
            self.command, self.option = [str(PROGRAMS / "pcp"), "report", CYCLE], "--force"
        else:
            self.root.mkdir()
            make_root(self.root, second=june(markdown("## In words"), code("import time\ntime.sleep(0.4)")))
            self.command, self.option = [sys.executable, "-m", "tests.pack_fixture", str(self.root)], "force"
        self.edited = self.root / "notebooks" / ("06_reduce_crime.ipynb" if real else "01_june.ipynb")
        self.text, self.changes = self.edited.read_text(encoding="utf-8"), 0
        assert end(self.start()) == 0, self.words()  # where there is no pack, none can be torn
        self.measure()

    def measure(self) -> None:
        """Watch a run that nobody disturbs: how long it takes depends on what else this computer does."""
        self.change()
        seen: dict[str, list[float]] = {target: [0.0] for target in TARGETS}
        begun, run = time.monotonic(), self.start(self.option)
        while run.poll() is None:
            for target in TARGETS:
                seen[target] += [time.monotonic() - begun] * bool(living(run, target))
            time.sleep(0.005)
        self.spans = {target: (times[target not in ("run", "group")], times[-1]) for target, times in seen.items()}

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        """A report in a session of its own, so that what its group is sent does not come here."""
        mine = {"PCP_ROOT": str(self.root), "TMPDIR": str(self.temporary), "PYTHONDONTWRITEBYTECODE": "1"}
        with open(self.said, "wb") as said:
            return subprocess.Popen(
                [*self.command, *options], cwd=CHECKOUT, env=os.environ | mine, stdout=said, stderr=said,
                start_new_session=True,
            )  # fmt: skip

    def words(self) -> str:
        """The end of what the last run printed."""
        return self.said.read_text(encoding="utf-8", errors="replace").strip()[-400:]

    def loaded(self) -> bool:
        """Whether the traceback that the last run printed comes from our own modules, and not from Python before them."""
        return f"{CHECKOUT / 'pcp_analysis'}{os.sep}" in self.said.read_text(encoding="utf-8", errors="replace")

    def pack(self) -> dict[str, object]:
        """The manifest of the published pack."""
        return manifest.load(self.root / "outputs" / CYCLE) or {}

    def change(self) -> None:
        """Give a notebook words that it never had, so that the next run makes another pack."""
        self.changes += 1
        word = "".join(chr(ord("a") + int(digit)) for digit in str(self.changes))  # typed numbers are faults
        changed = re.sub(r'(## [^"\\]*)"', rf'\1 ({word})"', self.text, count=1)
        self.edited.write_text(changed, encoding="utf-8", newline="\n")

    def wrong(self) -> Failures:
        """What is wrong with the published pack, and what still runs, which is ended."""
        found: Failures = [] if self.pack().get("complete") else [("incomplete", self.words())]
        for process in left_running(self.root, 10.0):
            with suppress(psutil.Error):
                found.append(("process", " ".join(process.cmdline())))
                process.kill()
        try:
            check_whole(self.root)
        except (AssertionError, OSError, ValueError) as error:
            found.append(("torn", repr(error)))
        return found

    def litter(self) -> list[Path]:
        """What lies about in the temporary folder and the data; made two minutes old, for nobody may still use it."""
        found = [*self.temporary.iterdir(), *(self.root / "data").rglob(".*")]
        for path in found:
            os.utime(path, (time.time() - 120,) * 2)
        return found


def end(run: subprocess.Popen[bytes]) -> int | None:
    """The exit code of *run*, or None where it does not end; it is then killed."""
    try:
        return run.wait(ENDS)
    except subprocess.TimeoutExpired:
        run.kill()
        run.wait()
        return None


def living(run: subprocess.Popen[bytes], target: str) -> list[int]:
    """The process ids of a *target*; none where there is none at this instant."""
    if run.poll() is not None or target in ("run", "group"):
        return [run.pid] * (run.returncode is None)
    with suppress(psutil.Error):
        zygotes = [each for each in psutil.Process(run.pid).children() if "pcp_analysis.pack.zygote" in each.cmdline()]
        found = zygotes if target == "zygote" else [kernel for each in zygotes for kernel in each.children()]
        return [each.pid for each in found if each.status() != psutil.STATUS_ZOMBIE]
    return []


def kill(place: Root, target: str, sent: signal.Signals, chance: random.Random) -> tuple[float, int | None, Failures]:
    """Make one kill: the instant, the exit code, and what failed then or in the next run."""
    while True:  # until there was somebody to be hit
        before, old, instant = place.pack(), place.edited.read_bytes(), chance.uniform(*place.spans[target])
        place.change()
        run = place.start(place.option)
        time.sleep(instant)
        while not (victims := living(run, target)) and run.poll() is None:
            time.sleep(0.004)
        if victims:
            (os.killpg if target == "group" else os.kill)(
                chance.choice(victims), sent
            )  # not waited for, so it is there
            break
        end(run)
        place.measure()  # it ended sooner than the one before it
    code = end(run)
    failures: Failures = [("hung", place.words())] if code is None else []
    failures += place.wrong()
    is_old = place.pack() == before
    # What another process meets costs nothing; a signal may come before Python can answer it, even while it starts itself.
    meant = {0} if target in ("kernel", "zygote") else {0, -9} if sent == signal.SIGKILL else {0, 5, -sent, 128 + sent}
    meant |= {1} if sent == signal.SIGINT and "\nKeyboardInterrupt" in place.words() and not place.loaded() else set()
    if code is not None and (code not in meant or (code == 0 and is_old) or (code == 5 and not is_old)):
        failures.append(("exit code", f"{code} with the {'old' if is_old else 'new'} pack: {place.words()}"))
    if chance.random() < 0.5:
        place.edited.write_bytes(old)  # nothing is new for the next run, where the old pack stands
    place.litter()
    if (following := end(place.start())) != 0:
        kind = "lock held" if "holds the lock" in place.words() else "next run"
        failures.append((kind, f"exit code {following}: {place.words()}"))
    failures += [(kind, f"after the next run: {what}") for kind, what in place.wrong()]
    outputs = place.root / "outputs"
    usual = {outputs / name for name in (CYCLE, "run.log", ".press", ".press/lock")}
    left = {*outputs.iterdir(), *(outputs / ".press").iterdir()} - usual
    failures += [("file", str(path.relative_to(place.root.parent))) for path in (*left, *place.litter())]
    return instant, code, failures


def main() -> None:
    """Make the kills and print what came of them."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    usual = {"kills": 300, "minutes": 20, "seed": 20140911, "first": 0, "real-every": 10, "at-once": 1}
    for name, value in usual.items():
        options.add_argument(f"--{name}", type=int, default=value)
    asked = options.parse_args()
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # ignored in the background of a shell, and so by every run
    print(f"seed {asked.seed}, load {os.getloadavg()[0]:.1f}", flush=True)
    begun, pairs = time.monotonic(), list(product(TARGETS, SIGNALS))
    codes, kinds = ({pair: Counter[object]() for pair in pairs} for _ in range(2))
    numbers = iter(range(asked.first, asked.first + asked.kills))

    def work(folder: Path) -> None:
        """Make kills on roots of one's own as long as there are any to make."""
        places: dict[bool, Root] = {}
        while time.monotonic() - begun < asked.minutes * 60 and (number := next(numbers, None)) is not None:
            real = bool(asked.real_every) and number // len(pairs) % asked.real_every == asked.real_every - 1
            if real not in places:
                places[real] = Root(folder / ("real" if real else "small"), real=real)
            pair = target, sent = pairs[number % len(pairs)]
            instant, code, failures = kill(places[real], target, sent, random.Random(f"{asked.seed}-{number}"))
            codes[pair][code] += 1
            kinds[pair].update(kind for kind, _ in failures)
            for kind, what in failures:
                where = f"{sent.name} to {target} at {instant:.3f} s of {'pcp report' if real else 'the fixture'}"
                print(f"{kind}: kill {number}, {where}: {what}", flush=True)

    with tempfile.TemporaryDirectory(prefix="kills-") as folder, ThreadPoolExecutor(asked.at_once) as pool:
        list(pool.map(work, [Path(folder, str(number)) for number in range(asked.at_once)]))
    made = sum(seen.total() for seen in codes.values())
    print(f"{made} of {asked.kills} kills in {(time.monotonic() - begun) / 60:.1f} minutes")
    print(f"{'target':8}{'signal':9}{'kills':>5}  exit codes; failures")
    for (target, sent), seen in codes.items():
        ends = ", ".join(f"{code}: {count}" for code, count in seen.most_common())
        failed = ", ".join(f"{kind}: {count}" for kind, count in kinds[target, sent].items()) or "none"
        print(f"{target:8}{sent.name:9}{seen.total():5}  {ends}; {failed}")
    sys.exit(any(count.total() for count in kinds.values()))


if __name__ == "__main__":
    main()
