"""The embedded PostgreSQL as root, where it must run as another user."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stores.embedded_helpers import (
    ask,
    copy_cluster,
    every_binary,
    hide,
    open_place,
    postmaster,
    ps,
    run,
    server,
)
from wildside.domain.command_errors import ServerFailed
from wildside.outbound.postgres.binaries import find_binaries
from wildside.outbound.postgres.privileges import NOBODY, Privileges, choose_privileges

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root must change to another user")


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_place() as place:
        yield place


@pytest.fixture
def bin_dir() -> Path:
    return find_binaries()


@every_binary
def test_root_may_run_it_as_nobody(folder: Path, bin_dir: Path) -> None:
    with server(folder, bin_dir, Privileges(uid=NOBODY)) as ours:
        assert ps(postmaster(folder), "uid") == str(NOBODY)
        assert (folder / "data/postgres").stat().st_uid == NOBODY
        run(ours, "create table walk as select 7 as length")
    # The other way takes the same data over, and this one takes it back.
    for privileges in (choose_privileges(), Privileges(uid=NOBODY)):
        with server(folder, bin_dir, privileges) as ours:
            assert ask(ours, "select length from walk") == 7


def test_nobody_gets_a_copy_of_programs_he_cannot_read(folder: Path, bin_dir: Path) -> None:
    hidden = hide(bin_dir, folder / "hidden")
    privileges = Privileges(uid=NOBODY, copies=folder)
    if hidden is None:
        pytest.skip("these programs cannot be moved")
    for _ in range(2):  # the second time it finds the copy
        with server(folder, hidden, privileges) as ours:
            assert ask(ours, "select 1") == 1
            copies = list(folder.glob("wildside-postgres-*"))
            assert len(copies) == 1
            assert str(copies[0]) in ps(postmaster(folder), "command")
    os.chown(copies[0], 12345, 12345)
    with pytest.raises(ServerFailed, match="was made by someone else"):
        server(folder, hidden, privileges).start()


def test_a_parent_that_nobody_can_enter_is_named(folder: Path, bin_dir: Path) -> None:
    folder.chmod(0o700)
    with pytest.raises(ServerFailed, match=f"cannot enter {folder}: choose a --data-dir"):
        server(folder, bin_dir, Privileges(uid=NOBODY)).start()


def test_a_folder_with_other_files_is_not_given_away(folder: Path, bin_dir: Path) -> None:
    home = folder / "data"
    home.mkdir(mode=0o700)
    (home / "letters").write_text("private")
    with pytest.raises(ServerFailed, match=f"cannot enter {home}"):
        server(folder, bin_dir, Privileges(uid=NOBODY)).start()
    assert home.stat().st_uid == 0


def test_data_of_another_user_is_not_taken(folder: Path, bin_dir: Path) -> None:
    copy_cluster(folder, bin_dir)
    os.chown(folder / "data/postgres", 12345, 12345)
    with pytest.raises(ServerFailed, match="belongs to the user with the number 12345"):
        server(folder, bin_dir).start()
