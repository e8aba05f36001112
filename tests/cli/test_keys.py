"""`wildside keys`: keys are made and exchanged, and never shown."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import wildside
from wildside.domain.command_errors import OutputFailed
from wildside.domain.session_keys import fingerprint
from wildside.outbound.key_files import KeyFiles
from wildside.settings import read_key_file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A new file of keys."""
    made = tmp_path / "session.keys"
    done = wildside("keys", "new", str(made))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return made


def rotate(file: Path, step: str, code: int = 0) -> str:
    done = wildside("keys", "rotate", str(file), "--step", step)
    assert done.returncode == code, done.stderr
    for key in read_key_file(file)[0].keys:
        assert key.decode() not in done.stdout + done.stderr
    return done.stdout or done.stderr


def test_a_new_key_is_printed() -> None:
    first, second = (wildside("keys", "new").stdout.strip() for _ in range(2))
    assert first != second
    assert len(first) == 86
    assert first.isascii()


def test_a_new_file_is_for_its_owner_only(file: Path) -> None:
    ring, mode = read_key_file(file)
    assert (len(ring.keys), mode) == (1, 0o600)


def test_a_file_that_is_there_stays_as_it_is(file: Path) -> None:
    before = file.read_bytes()
    done = wildside("keys", "new", str(file))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"wildside: {file}: File exists\n"
    assert file.read_bytes() == before


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = wildside("keys", "new", str(tmp_path / "no" / "keys"))
    assert (done.returncode, done.stderr) == (
        2,
        f"wildside: {tmp_path / 'no' / 'keys'}: No such file or directory\n",
    )


def test_three_steps_exchange_the_key(file: Path) -> None:
    (old,) = read_key_file(file)[0].keys
    rotate(file, "introduce")
    signing, new = read_key_file(file)[0].keys
    assert signing == old
    rotate(file, "promote")
    assert read_key_file(file)[0].keys == (new, old)
    assert rotate(file, "retire") == f"{fingerprint(new)} signs\n"
    assert read_key_file(file)[0].keys == (new,)


@pytest.mark.parametrize(
    ("done", "step"),
    [
        ([], "promote"),
        ([], "retire"),
        (["introduce"], "introduce"),
        (["introduce"], "retire"),
        (["introduce", "promote"], "promote"),
        (["introduce", "promote"], "introduce"),
    ],
)
def test_a_step_out_of_order_is_refused_and_changes_nothing(file: Path, done: list[str], step: str) -> None:
    for each in done:
        rotate(file, each)
    before = file.read_bytes()
    assert "the next step is" in rotate(file, step, 3)
    assert file.read_bytes() == before


def test_the_step_must_be_said(file: Path) -> None:
    assert wildside("keys", "rotate", str(file)).returncode == 2


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o400])
def test_a_rotation_keeps_the_mode(file: Path, mode: int) -> None:
    file.chmod(mode)
    rotate(file, "introduce")
    assert file.stat().st_mode & 0o777 == mode


def test_a_rotation_leaves_nothing_else_behind(file: Path) -> None:
    rotate(file, "introduce")
    assert list(file.parent.iterdir()) == [file]


def test_a_link_stays_a_link(file: Path) -> None:
    link = file.with_name("link")
    link.symlink_to(file)
    rotate(link, "introduce")
    assert link.is_symlink()
    assert len(read_key_file(file)[0].keys) == 2


def test_a_file_that_cannot_be_written_stays_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    before = file.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputFailed, match="No space left"):
        KeyFiles().replace(file, "other")
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_fingerprints_show_which_key_signs(file: Path) -> None:
    rotate(file, "introduce")
    first, second = map(fingerprint, read_key_file(file)[0].keys)
    done = wildside("keys", "fingerprint", str(file))
    assert done.stdout == f"{first} signs\n{second} is accepted\n"
    assert done.stderr == "next step: promote\n"
    shown = json.loads(wildside("keys", "fingerprint", str(file), "--json").stdout)
    assert shown == {
        "keys": [{"fingerprint": first, "signs": True}, {"fingerprint": second, "signs": False}],
        "next": "promote",
    }


@pytest.mark.parametrize("command", [["fingerprint"], ["rotate", "--step", "introduce"]])
def test_a_file_that_is_wrong_is_told_without_its_keys(tmp_path: Path, command: list[str]) -> None:
    file = tmp_path / "keys"
    file.write_text("canary-4711\n")
    done = wildside("keys", *command, str(file))
    assert (done.returncode, done.stdout) == (2, "")
    assert "line 1: the key has 11 bytes" in done.stderr
    assert "canary" not in done.stderr
    assert file.read_text() == "canary-4711\n"
