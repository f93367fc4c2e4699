"""Signatures: what is recorded, what is refused, when one counts, and that DRAFT goes and comes back with it."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pcp_analysis.cli import main
from pcp_analysis.pack import archive, bundle, manifest, signature
from pcp_analysis.pack.job import Edition, Job, PressError
from pcp_analysis.strict.fault import FaultError
from pcp_analysis.strict.files import sha256_of, sha256_text
from tests.conftest import CYCLE, Pack, run_pcp, tree
from tests.pack_fixture import make_edition

DAY = dt.date(2014, 9, 12)
FILE = f"data/raw/cycles/{CYCLE}/sign-off.toml"
NAME = "Made-up Person"


def lay(root: Path, *, figures: str = "outcome,id\n", complete: bool = True, page: str = "<h1>Made up</h1>") -> str:
    """A made-up pack of two notebooks under *root*, with its manifest and its archive; the hash that a signature covers is
    returned.
    """
    pack = root / "outputs" / CYCLE
    (pack / "notebooks").mkdir(parents=True, exist_ok=True)
    (root / FILE).parent.mkdir(parents=True, exist_ok=True)
    for each in ("a", "b"):
        (root / f"{each}.ipynb").write_text("{}\n", encoding="utf-8")
    texts = {"notebooks/a.ipynb": "{}\n", "notebooks/b.ipynb": "[]\n", "figures.csv": figures, "index.html": page}
    for name, text in texts.items():
        (pack / name).write_text(text, encoding="utf-8", newline="\n")
    outputs = {name: sha256_text(text) for name, text in texts.items()}
    keys = {job.id: {"key": manifest.job_key(job, {})} for job in jobs(root)}
    made = {"complete": complete, "notebooks": keys, "outputs": outputs, "pack_sha256": "0" * 64}
    within = {name: text.encode() for name, text in (texts | {"manifest.json": manifest.write(made)}).items()}
    (pack / "pack.zip").write_bytes(bundle.bundle(within, CYCLE))
    listed = made | {"outputs": outputs | {"pack.zip": sha256_of(pack / "pack.zip")}}
    (pack / "manifest.json").write_text(manifest.write(listed), encoding="utf-8")
    return manifest.pack_sha256(outputs)


def jobs(root: Path) -> list[Job]:
    """The two notebooks of the made-up pack."""
    return [
        Job(id=each, title=each, notebook=root / f"{each}.ipynb", parameters={}, page=f"{each}.html", inputs={})
        for each in ("a", "b")
    ]


def edition(root: Path, environment: dict[str, str]) -> Edition:
    """The edition whose pack was made up."""
    return make_edition(root, jobs=jobs(root), environment=environment)


def rules(error: FaultError) -> list[tuple[str, str, str]]:
    """File, place and rule of each fault."""
    return [(fault.file, fault.where, fault.rule) for fault in error.faults]


def test_a_signature_is_recorded_with_the_hash_of_the_pack(tmp_path: Path) -> None:
    """Role, name, day and hash stand in the cycle's folder, as TOML that reads back the same."""
    covered = lay(tmp_path)
    made = signature.sign(tmp_path, CYCLE, "approver", f' {NAME} "Ö" ', DAY)
    assert made == signature.Signature("approver", f'{NAME} "Ö"', DAY, covered, made.statements)
    assert signature.read(tmp_path, CYCLE) == signature.Record({"approver": made})
    assert tomllib.loads((tmp_path / FILE).read_text(encoding="utf-8")) == {
        "approver": {"name": f'{NAME} "Ö"', "date": DAY, "pack_sha256": covered}
    }
    assert signature.check(tmp_path, CYCLE) == []


def words(day: dt.date) -> str:
    """A day as the pages write it."""
    return f"{day:%-d %B %Y}"


def test_each_role_has_one_signature_and_none_is_lost(tmp_path: Path) -> None:
    """Roles sign in any order and stand in theirs. One that stands is not replaced, and one person has one role; one that
    lapsed is given anew, and stands below.
    """
    lay(tmp_path)
    for role in ("assurer", "analyst"):
        signature.sign(tmp_path, CYCLE, role, f"{NAME}, {role}", DAY)
    with pytest.raises(FaultError) as raised:
        signature.sign(tmp_path, CYCLE, "assurer", "Another Made-up Person", DAY)
    assert rules(raised.value) == [
        ("signature of assurer", "role", f"has signed this pack already: {NAME}, assurer, {DAY}")
    ]
    with pytest.raises(FaultError) as raised:
        signature.sign(tmp_path, CYCLE, "approver", f" {NAME.upper()}, assurer", DAY)
    assert rules(raised.value) == [("signature of approver", "name", "has signed this pack already, as the assurer")]
    now = lay(tmp_path, figures="outcome,id\nx,y\n")
    assert signature.read(tmp_path, CYCLE).states(now, words) == (
        f"Analyst {NAME}, analyst, 12 September 2014: {signature.SINCE} analyst changed after it",
        f"Assurer {NAME}, assurer, 12 September 2014: {signature.SINCE} assurer changed after it",
    )
    signature.sign(tmp_path, CYCLE, "assurer", "Another Made-up Person", dt.date(2014, 9, 13))
    record = signature.read(tmp_path, CYCLE)
    assert list(record.roles) == ["analyst", "assurer"]
    assert [(each.role, each.name) for each in record.lapsed] == [("assurer", f"{NAME}, assurer")]
    assert record.states(now, words) == (
        f"Assurer {NAME}, assurer, 12 September 2014: lapsed",
        f"Analyst {NAME}, analyst, 12 September 2014: {signature.SINCE} analyst changed after it",
        "Assurer Another Made-up Person, 13 September 2014: signed",
    )


def test_a_signature_counts_only_for_the_hash_that_it_covers(tmp_path: Path) -> None:
    """Another look of a page keeps it, another figure voids it, and the same figure again brings it back."""
    lay(tmp_path)
    signature.sign(tmp_path, CYCLE, "approver", NAME, DAY)

    def counts() -> bool:
        said = signature.read(tmp_path, CYCLE).approval(signature.published(tmp_path, CYCLE), words)
        return said == f"Approved by {NAME}, 12 September 2014"

    assert counts()
    lay(tmp_path, page="<h1>Prettier</h1>")
    assert counts()
    lay(tmp_path, figures="outcome,id\nx,y\n")
    assert not counts()
    lay(tmp_path)
    assert counts()
    lay(tmp_path, complete=False)
    assert not counts()


@pytest.mark.parametrize("role", ["analyst", "assurer"])
def test_only_the_approver_approves(tmp_path: Path, role: str) -> None:
    """The other roles sign, and the pages stay a draft."""
    covered = lay(tmp_path)
    signature.sign(tmp_path, CYCLE, role, NAME, DAY)
    assert signature.read(tmp_path, CYCLE).approval(covered, words) == ""
    assert not archive.folder(tmp_path, CYCLE).exists()


def test_an_approval_is_withdrawn_for_a_reason(tmp_path: Path) -> None:
    """The pack is put aside, the signature stands below, and what is approved next is the second edition, which says why."""
    covered = lay(tmp_path)
    with pytest.raises(FaultError, match="is not approved"):
        signature.withdraw(tmp_path, CYCLE, "made up")
    signature.sign(tmp_path, CYCLE, "approver", NAME, DAY)
    for reason in ("", " ", "a\nb"):
        with pytest.raises(FaultError, match="reason"):
            signature.withdraw(tmp_path, CYCLE, reason)
    signature.withdraw(tmp_path, CYCLE, "A count was corrected")
    record = signature.read(tmp_path, CYCLE)
    assert (record.approver, record.approval(covered, words)) == (None, "")
    assert record.states(covered, words) == (f"Approver {NAME}, 12 September 2014: withdrawn: A count was corrected",)
    folder = archive.folder(tmp_path, CYCLE)
    assert not folder.exists()
    assert (folder.with_name("withdrawn-1") / "pack.zip").is_file()
    signature.sign(tmp_path, CYCLE, "approver", NAME, dt.date(2014, 9, 15))
    assert signature.read(tmp_path, CYCLE).approval(covered, words) == (
        f"Approved by {NAME}, 15 September 2014. Edition 2: A count was corrected"
    )


def test_a_signature_over_a_pack_that_is_not_kept_is_a_fault(tmp_path: Path) -> None:
    """The approver's: the folder is gone, a file of it, or a byte of one; and each is named with the mend."""
    lay(tmp_path)
    signature.sign(tmp_path, CYCLE, "approver", NAME, DAY)
    folder = archive.folder(tmp_path, CYCLE)
    assert signature.check(tmp_path, CYCLE) == []
    whole = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(whole) == {"pack.zip", "manifest.json", "figures.csv"}
    for name, data in whole.items():
        for broken in (b"", data[:-9], data[:4] + bytes([data[4] ^ 1]) + data[5:]):
            (folder / name).write_bytes(broken)
            (fault, *_) = signature.check(tmp_path, CYCLE)
            assert fault.file.startswith(f"data/raw/cycles/{CYCLE}/approved"), (name, broken[:20])
            assert "--reopen" in fault.mend
        (folder / name).write_bytes(data)
    assert signature.check(tmp_path, CYCLE) == []
    shutil.rmtree(folder)
    assert "lacks pack.zip, manifest.json, figures.csv" in signature.check(tmp_path, CYCLE)[0].rule


def test_a_pack_stands_while_nothing_of_it_would_be_executed(tmp_path: Path) -> None:
    """A changed notebook, a version, an altered file, an incomplete pack or none at all: something would be."""
    lay(tmp_path)
    assert signature.stands(edition(tmp_path, {}))
    assert not signature.stands(edition(tmp_path, {"pandas": "9"}))
    (tmp_path / "a.ipynb").write_text("{} \n", encoding="utf-8")
    assert not signature.stands(edition(tmp_path, {}))
    lay(tmp_path)
    (tmp_path / "outputs" / CYCLE / "notebooks/b.ipynb").write_text("altered\n", encoding="utf-8")
    assert not signature.stands(edition(tmp_path, {}))
    lay(tmp_path, complete=False)
    assert not signature.stands(edition(tmp_path, {}))
    shutil.rmtree(tmp_path / "outputs")
    assert not signature.stands(edition(tmp_path, {}))
    assert signature.published(tmp_path, CYCLE) is None


def none_published(root: Path) -> None:
    """No pack at all."""
    shutil.rmtree(root / "outputs")


def incomplete(root: Path) -> None:
    """A pack with a page missing."""
    lay(root, complete=False)


def altered(root: Path) -> None:
    """A figure that somebody changed after publication."""
    (root / "outputs" / CYCLE / "figures.csv").write_text("outcome,id\nx,y\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (none_published, "is no complete pack"),
        (incomplete, "is no complete pack"),
        (altered, "is not as it was published"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_what_is_not_published_whole_cannot_be_signed(
    copied_root: Path, change: Callable[[Path], None], rule: str
) -> None:
    """Refused with exit 1, and nothing is written."""
    lay(copied_root)
    change(copied_root)
    before = tree(copied_root)
    result = sign(copied_root)
    assert result.exit_code == 1
    assert rule in result.stderr
    assert tree(copied_root) == before


@pytest.mark.parametrize(
    ("text", "where", "rule"),
    [
        ("[approver\n", "line 1, column 10", "is not TOML"),
        ("[director]\n", "line 1, director", "is no key that is known here"),
        ("approver = 1\n", "line 1, approver", "must be a table"),
        ('[approver]\ndate = 2014-09-12\npack_sha256 = "%s"\n' % ("a" * 64), "line 1, approver.name", "is missing"),
        (
            '[approver]\nname = "x"\ndate = 2014-09-12T10:00:00\npack_sha256 = "%s"\n' % ("a" * 64),
            "line 3, approver.date",
            "must be a date",
        ),
        (
            '[approver]\nname = "x"\ndate = 2014-09-12\npack_sha256 = "abc"\n',
            "line 4, approver.pack_sha256",
            "is no sha256",
        ),
        (
            '[approver]\nname = "a\\u202eb"\ndate = 2014-09-12\npack_sha256 = "%s"\n' % ("a" * 64),
            "line 2, approver.name",
            "holds the invisible character",
        ),
        (
            '[approver]\nname = " "\ndate = 2014-09-12\npack_sha256 = "%s"\n' % ("a" * 64),
            "line 2, approver.name",
            "is blank",
        ),
        (
            '[approver]\nname = "x"\nby = "y"\ndate = 2014-09-12\npack_sha256 = "%s"\n' % ("a" * 64),
            "line 3, approver.by",
            "is no key",
        ),
    ],
)
def test_a_file_of_signatures_is_read_strictly(tmp_path: Path, text: str, where: str, rule: str) -> None:
    """Each fault with file and key path; signing over a faulty file is refused too."""
    lay(tmp_path)
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    (fault,) = signature.check(tmp_path, CYCLE)
    assert (fault.file, fault.where) == (FILE, where)
    assert rule in fault.rule
    with pytest.raises(FaultError):
        signature.read(tmp_path, CYCLE)
    with pytest.raises(FaultError) as raised:
        signature.sign(tmp_path, CYCLE, "analyst", NAME, DAY)
    assert rules(raised.value) == rules(FaultError([fault]))


def test_every_fault_of_a_file_comes_at_once(tmp_path: Path) -> None:
    """Two roles, three faults; bytes that are no text are one."""
    lay(tmp_path)
    (tmp_path / FILE).write_text('[analyst]\nname = 3\ndate = "soon"\npack_sha256 = ""\n[clerk]\n', encoding="utf-8")
    assert [fault.where for fault in signature.check(tmp_path, CYCLE)] == [
        "line 5, clerk",
        "line 2, analyst.name",
        "line 3, analyst.date",
        "line 4, analyst.pack_sha256",
    ]
    (tmp_path / FILE).write_bytes(b"\xff\xfe")
    assert [fault.rule for fault in signature.check(tmp_path, CYCLE)] == ["is not UTF-8"]


# -- the command
# ----------------------------------------------------------------------------------------------------------


def sign(
    root: Path, *, role: str = "approver", name: str = NAME, cycle: str = CYCLE, day: str = "2014-09-12"
) -> Result:
    """pcp sign-off in this process."""
    return CliRunner().invoke(
        main, ["sign-off", cycle, "--role", role, "--name", name, "--date", day, "--root", str(root)]
    )


@pytest.mark.slow
def test_the_command_records_and_says_what(built: Pack, tmp_path: Path) -> None:
    """It prints role, name, day and the start of the hash. What is altered, older than the data, or not what its inputs
    give is not signed.
    """
    root = Path(shutil.copytree(built.root, tmp_path / "root"))
    covered = signature.published(root, CYCLE)
    page, log = root / "outputs" / CYCLE / "06_reduce_crime.html", root / "outputs" / CYCLE / "manifest.json"
    whole, listed = page.read_text(encoding="utf-8"), log.read_text(encoding="utf-8")
    page.write_text(whole.replace("Robbery", "Theft"), encoding="utf-8")
    result = sign(root)
    assert (result.exit_code, "06_reduce_crime.html" in result.stderr) == (1, True)
    # both the page and its hash: only making it again tells
    log.write_text(listed.replace(sha256_text(whole), sha256_text(page.read_text(encoding="utf-8"))), encoding="utf-8")
    result = sign(root)
    assert (result.exit_code, "nothing is signed" in result.stderr) == (4, True), result.output
    assert signature.read(root, CYCLE) == signature.Record({})
    page.write_text(whole, encoding="utf-8")
    log.write_text(listed, encoding="utf-8")
    result = sign(root, day="2014-08-30")
    assert (result.exit_code, "is before the data cut-off, 2014-08-31" in result.stderr) == (1, True), result.output
    result = sign(root)
    assert result.exit_code == 0, result.output
    assert all(words in result.stdout for words in ("approver", NAME, "2014-09-12", covered, "is closed"))
    assert signature.read(root, CYCLE).approver.pack_sha256 == covered
    (root / FILE).with_name("approver.sig").write_text("no signature at all", encoding="utf-8")
    verified = run_pcp("verify", CYCLE, root=root)
    assert verified.returncode == 4
    assert f"approver.sig: is no signature of {NAME} over this pack by a key of" in verified.stdout


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """A made-up key, and whose it is, as the folder of the cycles says."""
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not installed")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key")], check=True)
    public = (tmp_path / "key.pub").read_text(encoding="utf-8").split()
    lay(tmp_path)
    (tmp_path / "data/raw/cycles/allowed_signers").write_text(f'"{NAME}" {public[0]} {public[1]}\n', encoding="utf-8")
    return tmp_path


def prove(root: Path, text: str, role: str = "analyst") -> None:
    """What docs/reliability.md says: the hash, signed with the key."""
    asked = ["ssh-keygen", "-Y", "sign", "-n", "pcp", "-f", str(root / "key")]
    made = subprocess.run(asked, input=text.encode(), capture_output=True, check=True).stdout
    (root / FILE).with_name(f"{role}.sig").write_bytes(made)


def test_a_proof_beside_a_signature_is_checked(keys: Path) -> None:
    """One over the hash by the named one's key proves it; over other words, of another role, by another name: none does."""
    covered = signature.sign(keys, CYCLE, "analyst", NAME, DAY).pack_sha256
    assert list(signature.unproven(keys, CYCLE)) == []  # nobody gave a proof
    prove(keys, covered)
    assert list(signature.unproven(keys, CYCLE)) == []
    prove(keys, "0" * 64)
    ((where, what),) = signature.unproven(keys, CYCLE)
    assert where == f"data/raw/cycles/{CYCLE}/analyst.sig"
    assert what.startswith(f"is no signature of {NAME} over this pack")
    prove(keys, covered)
    prove(keys, covered, "assurer")
    assert [what for _, what in signature.unproven(keys, CYCLE)] == [
        "proves nothing: sign-off.toml has no signature of the assurer"
    ]
    signature.sign(keys, CYCLE, "assurer", "Another Made-up Person", DAY)
    assert [what[:40] for _, what in signature.unproven(keys, CYCLE)] == ["is no signature of Another Made-up Perso"]
    (keys / FILE).with_name("assurer.sig").write_text("no signature at all", encoding="utf-8")
    (keys / "data/raw/cycles/allowed_signers").unlink()
    assert len(list(signature.unproven(keys, CYCLE))) == 2
    lay(keys, figures="outcome,id\nchanged,1\n")
    assert {what[:39] for _, what in signature.unproven(keys, CYCLE)} == {"proves a signature over another pack th"}


def test_without_the_tool_a_proof_is_not_taken_for_good(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot be checked: exit 5, and no word that it was."""
    prove(keys, signature.sign(keys, CYCLE, "analyst", NAME, DAY).pack_sha256)
    monkeypatch.setenv("PATH", str(keys))
    with pytest.raises(PressError, match="ssh-keygen"):
        list(signature.unproven(keys, CYCLE))


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"role": "director"}, 2),
        ({"name": " "}, 1),
        ({"name": "x" * 101}, 1),
        ({"name": "a\nb"}, 1),
        ({"cycle": "2014-08"}, 1),
        ({"cycle": "../2014-09"}, 1),
    ],
)
def test_a_wrong_signature_is_refused(copied_root: Path, options: dict[str, str], code: int) -> None:
    """An unknown role is usage; a name that is none and a cycle that is none are faults; nothing is written."""
    lay(copied_root)
    before = tree(copied_root)
    result = sign(copied_root, **options)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    assert tree(copied_root) == before


def test_a_faulty_file_of_signatures_stops_check_and_report(copied_root: Path) -> None:
    """It is printed with file and key path, exit 1, before anything is run."""
    (copied_root / FILE).write_text("[director]\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["check", CYCLE, "--root", str(copied_root)])
    assert result.exit_code == 1
    assert f"{FILE}: line 1, director: 'director': is no key that is known here" in result.stderr


def state(root: Path) -> set[str]:
    """DRAFT, or the approval, as each page states it."""
    pages = (root / "outputs" / CYCLE).glob("*.html")
    return {"DRAFT" if "DRAFT" in page.read_text(encoding="utf-8") else "approved" for page in pages}


def told(root: Path, *events: str) -> list[dict]:
    """The lines of run.log that tell of *events*."""
    lines = (root / "outputs/run.log").read_text(encoding="utf-8").splitlines()
    return [line for line in map(json.loads, lines) if line["event"] in events]
