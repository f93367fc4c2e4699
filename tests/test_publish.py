"""The lock, the swap, and what is left of a run that was killed."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pcp_analysis.pack import publish
from pcp_analysis.pack.job import PressError


def folder(path: Path, **files: str) -> Path:
    """A folder with text files."""
    path.mkdir(parents=True)
    for name, text in files.items():
        (path / name).write_text(text, encoding="utf-8")
    return path


def test_the_first_pack_is_renamed_into_place(tmp_path: Path) -> None:
    """Nothing was there before."""
    publish.swap(folder(tmp_path / "new", a="1"), tmp_path / "2014-09")
    assert (tmp_path / "2014-09" / "a").read_text(encoding="utf-8") == "1"
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("exchange", [True, False])
def test_the_new_pack_replaces_the_old_one_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    """By an exchange, or by two renames where there is none; no file of the old pack is left."""
    if not exchange:
        monkeypatch.setattr(publish, "_exchange", lambda one, other: False)
    folder(tmp_path / "2014-09", a="old", gone="old")
    publish.swap(folder(tmp_path / ".press" / "new", a="new"), tmp_path / "2014-09")
    assert [file.name for file in (tmp_path / "2014-09").iterdir()] == ["a"]
    assert (tmp_path / "2014-09" / "a").read_text(encoding="utf-8") == "new"
    assert list((tmp_path / ".press").iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="renameat2 is Linux's")
def test_a_reader_never_finds_the_pack_missing_or_mixed(tmp_path: Path) -> None:
    """While packs are swapped as fast as they can be, the name always leads to one whole pack."""
    pack = folder(tmp_path / "2014-09", a="0", b="0")
    faults: list[str] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                seen = os.open(pack, os.O_RDONLY)
            except OSError as error:
                faults.append(str(error))
                continue
            os.close(seen)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(100):
        publish.swap(folder(tmp_path / "new", a=str(number), b=str(number)), pack)
    done.set()
    reader.join()
    assert faults == []


def test_an_error_of_the_exchange_is_not_taken_for_a_missing_one(tmp_path: Path) -> None:
    """Only a platform that cannot falls back on two renames."""
    if sys.platform != "linux":
        pytest.skip("renameat2 is Linux's")
    with pytest.raises(OSError, match="No such file") as caught:
        publish._exchange(tmp_path / "absent", tmp_path)
    assert caught.value.errno == errno.ENOENT


def test_a_second_run_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    """Another process, with its number and when it began."""
    script = f"""
import sys, time
from pathlib import Path
from pcp_analysis.pack import publish
with publish.holding(Path({str(tmp_path)!r})):
    print("held", flush=True)
    sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(PressError, match=f"process {other.pid} on .* since 20"), publish.holding(tmp_path):
            pass
        other.stdin.close()
        other.wait()
    with publish.holding(tmp_path) as work:
        assert json.loads((work / "holder.json").read_text(encoding="utf-8"))["pid"] == os.getpid()
    assert sorted(file.name for file in work.iterdir()) == ["lock"]


def test_a_child_process_does_not_inherit_the_lock(tmp_path: Path) -> None:
    """The lock of a run that is killed is free although a kernel of it may still live."""
    with publish.holding(tmp_path):
        child = subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE, close_fds=False
        )
    try:
        with publish.holding(tmp_path):
            pass
    finally:
        child.stdin.close()
        child.wait()


def test_the_lock_is_let_go_when_a_run_fails(tmp_path: Path) -> None:
    """The next run needs no help."""
    with pytest.raises(ZeroDivisionError), publish.holding(tmp_path):
        raise ZeroDivisionError
    with publish.holding(tmp_path):
        pass


def test_recovery_deletes_what_a_killed_run_left(tmp_path: Path) -> None:
    """A half-built pack and a pack that had been replaced; never anything else."""
    folder(tmp_path / "2014-09", a="new")
    folder(tmp_path / ".press" / "new", a="half")
    folder(tmp_path / ".press" / "old-2014-09", a="old")
    publish.recover(tmp_path)
    assert list((tmp_path / ".press").iterdir()) == []
    assert (tmp_path / "2014-09" / "a").read_text(encoding="utf-8") == "new"


def test_what_killed_runs_left_elsewhere_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of kernels that nobody holds, a half-written table, a half-laid cycle; not what is young, held or another's."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    left = folder(tmp_path / "tmp" / "pcp-left", **{"kernel": "{}", ".held": ""})
    other = folder(tmp_path / "tmp" / "other", a="1")
    data = folder(
        tmp_path / "root" / "data" / "raw", **{".register.toml.ab12_cd3": "", ".keep": "", "register.toml": ""}
    )
    half = folder(data / "cycles" / ".new-ab12_cd3", a="1")
    young = folder(tmp_path / "tmp" / "pcp-young", kernel="{}")
    with publish.scratch() as held:
        for each in (left, other, held, half, *data.iterdir()):
            os.utime(each, (0, 0))
        publish.sweep(tmp_path / "root")
        assert held.is_dir()
    assert (left.exists(), other.exists(), young.exists(), half.exists()) == (False, True, True, False)
    assert {each.name for each in data.iterdir()} == {".keep", "register.toml", "cycles"}
    assert not held.exists()


def test_what_a_killed_run_left_of_a_pack_is_swept_where_nobody_holds_the_lock(tmp_path: Path) -> None:
    """A run that finds nothing new takes no lock, and would leave it."""
    press = tmp_path / "outputs" / ".press"
    with publish.holding(tmp_path / "outputs"):
        left = folder(press / "new", a="1")
        publish.sweep(tmp_path)
        assert left.is_dir()
    (press / "holder.json").write_text("{}", encoding="utf-8")
    publish.sweep(tmp_path)
    assert [each.name for each in press.iterdir()] == ["lock"]


def test_recovery_ends_a_swap_that_stopped_between_two_renames(tmp_path: Path) -> None:
    """The old pack comes back under its name."""
    folder(tmp_path / ".press" / "old-2014-09", a="old")
    folder(tmp_path / ".press" / "new", a="new")
    publish.recover(tmp_path)
    assert (tmp_path / "2014-09" / "a").read_text(encoding="utf-8") == "old"


def test_a_folder_of_somebody_else_is_never_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that begins as ours do is no sign: without our lock in it only an empty folder goes."""
    monkeypatch.setattr(publish.tempfile, "gettempdir", lambda: str(tmp_path))
    for name in ("pcp-notes", "pcp-empty", "pcp-left"):
        (tmp_path / name).mkdir()
    (tmp_path / "pcp-notes" / "mine.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "pcp-left" / ".held").write_text("", encoding="utf-8")
    for folder in tmp_path.iterdir():
        os.utime(folder, (1, 1))
    publish.sweep(tmp_path / "root")
    assert [folder.name for folder in tmp_path.iterdir()] == ["pcp-notes"]
    assert (tmp_path / "pcp-notes" / "mine.txt").is_file()
