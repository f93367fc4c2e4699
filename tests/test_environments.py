"""Strange environments and strange paths: the same bytes as ever, or a clear word and the old pack; never a traceback.

Most run the command on the fixture of two small notebooks; where libraries are what is put at odds, it is the installed command
on a small root of the real data.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pcp_analysis.pack import manifest
from pcp_analysis.pack.job import PressError
from pcp_analysis.pack.limits import check_space, kernels
from tests.conftest import CHECKOUT, CYCLE, PCP, run_pcp, tree
from tests.pack_fixture import code, june, make_root, overview, write_notebook
from tests.ring import check_whole, left_running
from tests.small_root import make_small_root

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="limits and signals of Linux")]
#: What a page would show of the machine, if the machine were let in.
SHOWS = """
import locale, os, sys, tempfile, time
print(sorted("zäa", key=locale.strxfrm), time.tzname, time.localtime(0).tm_hour, hash("a"), sys.flags.optimize)
print(os.get_terminal_size.__name__, os.environ.get("COLUMNS"), os.environ.get("NO_COLOR"), len(os.sched_getaffinity(0)) > 0)
print(sys.stdout.encoding, "é ½ ✓", sys.flags.dev_mode, "json" in sys.modules, "shadowed" in dir(__import__("json")))
import datetime, warnings
print(datetime.date(2014, 6, 30).strftime("%A %d %B"), 1e22 / 3)
warnings.warn("careful", stacklevel=1)
"""
HOSTILE = """
c = get_config()
c.InteractiveShell.ast_node_interactivity = "all"
c.InteractiveShellApp.exec_lines = ["import pandas", "pandas.options.display.precision = 1", "print('from outside')"]
"""
#: A user whom the system does not know.
STRANGER = 12345
# He may read what this checkout and its Python lie in, wherever that is, and write nothing but his own.
READS = "-all,+dac_read_search"
AS_STRANGER = (
    *("setpriv", "--reuid", str(STRANGER), "--regid", str(STRANGER), "--clear-groups"),
    *("--inh-caps", READS, "--ambient-caps", READS),
)
RC = "lines.linewidth: 20\nfont.size: 30\nsvg.hashsalt: another\nsvg.fonttype: path\n"


@dataclass(frozen=True)
class Odd:
    """One environment: what is *set* (``{here}`` is a folder that holds *files*) and *unset*, or *nothing* but what is set;
    *first* is what a shell does before the command, *after* where its descriptors lead, *before* the program that starts it.

    *real*: the installed command on real data. *code* and *says* are the exit code and what stderr says where it cannot be done.
    """

    set: dict[str, str] = field(default_factory=dict)
    unset: tuple[str, ...] = ()
    nothing: bool = False
    files: dict[str, str] = field(default_factory=dict)
    first: str = ""
    after: str = ""
    before: tuple[str, ...] = ()
    folder: str = ""
    real: bool = False
    command: tuple[str, ...] = ("report", "--force")
    code: int = 0
    says: str = ""


ENVIRONMENTS: dict[str, Odd] = {
    # language, time, terminal
    "an empty environment": Odd(nothing=True),
    "nothing but numbers by 64 threads, without the newest instructions": Odd(
        {"OPENBLAS_NUM_THREADS": "64", "OMP_NUM_THREADS": "64", "NPY_DISABLE_CPU_FEATURES": "X86_V4"},
        nothing=True,
        real=True,
    ),
    "the locale C, and Python told to be no UTF-8": Odd({"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0"}),
    "Turkish, which is not installed": Odd({"LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "tr"}),
    "output that can only be ASCII": Odd({"PYTHONIOENCODING": "ascii", "LC_ALL": "POSIX"}),
    "the time of Kiritimati, 14 hours ahead": Odd({"TZ": "Pacific/Kiritimati"}),
    "the time of the Marquesas, 9 and a half hours behind": Odd({"TZ": "Pacific/Marquesas"}),
    "a time zone that is none": Odd({"TZ": "Nowhere/Nothing"}),
    "a terminal that can do nothing, 20 columns wide": Odd({"TERM": "dumb", "COLUMNS": "20"}),
    "no TERM, columns that are no number, colours that are forced": Odd(
        {"COLUMNS": "many", "FORCE_COLOR": "3"}, unset=("TERM", "NO_COLOR")
    ),
    # who, where
    "files that nobody else may read": Odd(first="umask 077"),
    "files that everybody may write": Odd(first="umask 000"),
    "no HOME": Odd(unset=("HOME",)),
    "a HOME and a temporary folder that are not there": Odd({"HOME": "/nowhere/at/all", "TMPDIR": "/nowhere/at/all"}),
    "no PATH": Odd(unset=("PATH",)),
    "a working folder that was deleted": Odd(first='mkdir "$HERE/gone"; cd "$HERE/gone"; rmdir "$HERE/gone"'),
    "a temporary folder with spaces and umlauts": Odd({"TMPDIR": "{here}/täglich neu"}, files={"täglich neu/file": ""}),
    "a temporary folder that is relative": Odd({"TMPDIR": "."}, folder="{here}"),
    # Python and its libraries
    "another seed of hashes, another day of the source": Odd({"PYTHONHASHSEED": "42", "SOURCE_DATE_EPOCH": "86400"}),
    "Python without assertions and docstrings": Odd({"PYTHONOPTIMIZE": "2", "PYTHONDONTWRITEBYTECODE": "1"}),
    "Python that makes errors of warnings": Odd({"PYTHONWARNINGS": "error"}),
    "PYTHONPATH with another json and another pandas": Odd(
        {"PYTHONPATH": "{here}"},
        files={"json.py": "raise RuntimeError('shadowed')\n", "pandas.py": "shadowed = True\n"},
        real=True,
    ),
    "a file that Python runs first": Odd(
        {"PYTHONSTARTUP": "{here}/first.py"}, files={"first.py": "print('outside')\n"}
    ),
    "matplotlib with windows, a matplotlibrc in the working folder, and a style of the user": Odd(
        {"MPLBACKEND": "TkAgg", "MPLCONFIGDIR": "{here}"},
        folder="{here}",
        files={"matplotlibrc": RC, "stylelib/a.mplstyle": "nonsense: [\n"},
        real=True,
    ),
    "IPython that prints and takes pandas away": Odd(
        {"IPYTHONDIR": "{here}/ipython", "HOME": "{here}"},
        files={
            f"{folder}/profile_default/{name}": text
            for folder in ("ipython", ".ipython")
            for name, text in (
                ("startup/00.py", "print('outside')\nimport sys\nsys.modules['pandas'] = None\n"),
                ("ipython_config.py", HOSTILE),
                ("ipython_kernel_config.py", HOSTILE),
            )
        },
        real=True,
    ),
    "Jupyter that is set up to do otherwise": Odd(
        {"JUPYTER_CONFIG_DIR": "{here}", "JUPYTER_PATH": "{here}", "JUPYTER_PLATFORM_DIRS": "1"},
        files={
            "jupyter_nbconvert_config.json": '{"HTMLExporter": {"template_name": "nonsense"}}',
            "jupyter_config.py": HOSTILE,
        },
    ),
    "settings that are nonsense: proxies, a repository, a seal, no UTF-8": Odd(
        {
            "http_proxy": "http://nonsense:1",
            "GIT_DIR": "/nowhere",
            "PCP_SEAL": "/nowhere",
            "ODD": os.fsdecode(b"\xff\xfe"),
        }
    ),
    # descriptors and limits
    "stdin and stdout closed": Odd(after="<&- >&-"),
    "stdin without end": Odd(after="</dev/zero"),
    "a full disk behind stdout": Odd(after=">/dev/full"),
    "one processor, and kind to others": Odd(before=("nice", "-n", "19", "taskset", "-c", "0")),
    "no network": Odd(before=("unshare", "-rn")),
    "64 open files": Odd(first="ulimit -n 64"),
    "24 open files": Odd(first="ulimit -n 24", code=5, says="too few files may be open at once"),
    "24 open files, to verify": Odd(
        first="ulimit -n 24", command=("verify",), code=5, says="too few files may be open"
    ),
    "100 MB of addresses": Odd(first="ulimit -v 100000", code=5, says="there is not enough memory"),
    "100 MB of addresses, to check": Odd(
        first="ulimit -v 100000", real=True, command=("check",), code=5, says="not enough memory"
    ),
    "600 MB of addresses, to verify": Odd(
        first="ulimit -v 600000", real=True, command=("verify",), code=5, says="not enough memory"
    ),
    "files of 5 kB at most": Odd(first="ulimit -f 5", code=5, says="File too large"),
}
#: Names of folders that hold the root, or that it has. A name has 255 bytes at most.
PATHS = {
    "spaces and quotation marks": "two  words 'one' \"two\"",
    "umlauts, emoji and letters that are put together": "Übersicht 🚓 o\u0308",
    "a line break": "one\ntwo",
    "a dash first": "-root",
    "per cent signs, # and ?": "100%20 #1 ?a=b&c;d",
    "letters of patterns": "[ab]*{c}!$HOME~",
    "a backslash and a colon": "C:\\root",
    "250 letters in each part": f"{'l' * 250}/{'r' * 250}",
    "two dots": "one/../one/two",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fixture's root with its pack, made by the command as it is run here."""
    front, second = overview(code(SHOWS)), june(code(SHOWS))
    root = make_root(tmp_path_factory.mktemp("made"), front=front, second=second)
    done = start(root, Odd(), root.parent)
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small root of the real data with its pack."""
    root = make_small_root(tmp_path_factory.mktemp("small") / "root")
    done = run_pcp("report", CYCLE, root=root)
    assert done.returncode == 0, done.stderr
    return root


def start(root: Path, odd: Odd, here: Path, **options: object) -> subprocess.CompletedProcess[str]:
    """The command in that environment; *here* is the folder of its files."""
    usual = {key: value for key, value in os.environ.items() if key not in ("PCP_ROOT", *odd.unset)}
    environment = {} if odd.nothing else usual
    environment |= {"HERE": str(here)} | {key: value.replace("{here}", str(here)) for key, value in odd.set.items()}
    program = [str(PCP)] if odd.real else [sys.executable, "-m", "tests.pack_fixture.command"]
    if not odd.real:  # the tests are no installed package
        path = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join([str(CHECKOUT), *([path] if path else [])])
    shell = ["/bin/bash", "-c", f'{odd.first or ":"}; exec "$@" {odd.after}', "bash"]
    return subprocess.run(
        [*shell, *odd.before, *program, *odd.command, "--root", str(root)],
        **{"cwd": odd.folder.replace("{here}", str(here)) or root, "env": environment, "timeout": 120} | options,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="backslashreplace",
        check=False,
    )


def check_done(root: Path, done: subprocess.CompletedProcess[str], plain: Path) -> None:
    """A new pack was published, with the same bytes as the one of *plain*, and nothing runs on."""
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    events = [json.loads(line) for line in (root / "outputs/run.log").read_text(encoding="utf-8").splitlines()]
    assert [event["event"] for event in events[-2:]] == ["published", "ended"]
    assert tree(root / "outputs" / CYCLE) == tree(plain / "outputs" / CYCLE)
    assert not left_running(root)


def copied(plain: Path, root: Path) -> Path:
    """A copy of a root with its pack, whose log is empty."""
    shutil.copytree(plain, root)
    (root / "outputs/run.log").unlink()
    return root


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_an_environment_changes_no_byte(made: Path, small: Path, tmp_path: Path, name: str) -> None:
    """The pack is the plain one; or the command says in words why it cannot, and the old pack stands."""
    odd = ENVIRONMENTS[name]
    if odd.before and subprocess.run([*odd.before, "true"], capture_output=True, check=False).returncode:
        pytest.skip(f"{odd.before[0]} may not be used here")
    plain = small if odd.real else made
    root, here = copied(plain, tmp_path / "root"), tmp_path / "here"
    here.mkdir()
    for file, text in odd.files.items():
        (here / file).parent.mkdir(parents=True, exist_ok=True)
        (here / file).write_text(text, encoding="utf-8")
    before = manifest.load(root / "outputs" / CYCLE)
    done = start(root, odd, here)
    if odd.code == 0:
        check_done(root, done, plain)
        return
    assert (done.returncode, odd.says in done.stderr, "Traceback" in done.stderr) == (odd.code, True, False), (
        done.stderr
    )
    check_whole(root, before)
    assert not left_running(root)


@pytest.mark.parametrize("name", PATHS)
def test_a_path_of_the_root_changes_no_byte(made: Path, tmp_path: Path, name: str) -> None:
    """Nothing of the path is in the pack, and nothing of it is taken for anything else than a path."""
    (tmp_path / "one").mkdir()
    place = tmp_path / PATHS[name]
    place.parent.mkdir(parents=True, exist_ok=True)
    done = start(copied(made, place), Odd(), tmp_path)
    check_done(place, done, made)


def test_a_root_behind_a_link_and_a_relative_root_change_no_byte(made: Path, tmp_path: Path) -> None:
    """The link is to the folder, the name of which begins with a dash and is given as it is from the working folder."""
    root = copied(made, tmp_path / "root")
    (tmp_path / "-link").symlink_to("root")
    check_done(root, start(Path("-link"), Odd(), tmp_path, cwd=tmp_path), made)


@pytest.mark.skipif(os.getuid() != 0 or shutil.which("setpriv") is None, reason="only root may become somebody else")
@pytest.mark.parametrize("may_write", [True, False])
def test_a_user_without_a_name_and_a_home(made: Path, may_write: bool) -> None:
    """The pack is the plain one; where the root may be read and not written, 5 says so and the old pack stands."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        root = copied(made, Path(name) / "root")
        before = manifest.load(root / "outputs" / CYCLE)
        for path in (root, *root.rglob("*")):
            os.chown(path, STRANGER if may_write else 0, -1)
            path.chmod(0o755 if path.is_dir() else 0o644)
        done = start(root, Odd(unset=("HOME",), before=AS_STRANGER, folder="/"), Path(name))
        if may_write:
            check_done(root, done, made)
            return
        assert (done.returncode, "Traceback" in done.stderr) == (5, False), done.stderr
        assert "cannot be written (Permission denied); the published pack stands" in done.stderr
        check_whole(root, before)


# What the limits are told by.


def test_as_many_kernels_run_as_there_is_room_for() -> None:
    """One where there is room for one; none is said with what is lacking."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    open_now = len(os.listdir("/proc/self/fd"))
    try:
        for more, count in ((200, 3), (100, 2), (60, 1)):
            resource.setrlimit(resource.RLIMIT_NOFILE, (open_now + more, hard))
            assert kernels(3) == count
        resource.setrlimit(resource.RLIMIT_NOFILE, (open_now + 20, hard))
        with pytest.raises(PressError, match="too few files may be open at once: 48 more are needed"):
            kernels(3)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_memory_that_cannot_be_had_is_said() -> None:
    """More than any computer has addresses for."""
    check_space()
    with pytest.raises(PressError, match="there is not enough memory"):
        check_space(1 << 50)


def test_a_notebook_that_the_computer_gives_nothing_costs_no_page(made: Path, tmp_path: Path) -> None:
    """It is run once more; then 5, with what it lacked, and the pack stands whole."""
    root = copied(made, tmp_path / "root")
    before = manifest.load(root / "outputs" / CYCLE)
    source = "raise OSError(24, 'Too many open files')"
    write_notebook(root / "notebooks" / "01_june.ipynb", june(code(source)))
    done = start(root, Odd(command=("report",)), tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (5, False), done.stderr
    assert "01_june could not be run, twice (died): OSError: [Errno 24] Too many open files" in done.stderr
    check_whole(root, before)
