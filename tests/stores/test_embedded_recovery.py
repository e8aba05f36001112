"""One data directory: refused while it is held, recovered when its holder was killed."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.stores.embedded_helpers import (
    alive,
    ask,
    copy_cluster,
    every_binary,
    holder_of,
    holding,
    open_place,
    postmaster,
    put_number,
    server,
    unrelated,
)
from wildside.domain.command_errors import ServerFailed, ServerInUse
from wildside.outbound.postgres.binaries import find_binaries
from wildside.outbound.postgres.embedded import EmbeddedServer


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_place() as place:
        yield place


@pytest.fixture
def bin_dir() -> Path:
    return find_binaries()


@pytest.fixture
def made(folder: Path, bin_dir: Path) -> Path:
    return copy_cluster(folder, bin_dir)


def test_a_second_start_is_refused_and_names_the_holder(made: Path, bin_dir: Path) -> None:
    with holding(made, bin_dir) as holder:
        with pytest.raises(ServerInUse) as caught:
            server(made, bin_dir).start()
        assert f"{made / 'data'} is held by process {holder.pid} (`" in str(caught.value)
        assert "-c" in str(caught.value)
        assert "--data-dir" in str(caught.value)
        holder.communicate("")
    with server(made, bin_dir) as ours:
        assert ask(ours, "select 1") == 1


def test_a_second_server_in_this_process_is_refused(made: Path, bin_dir: Path) -> None:
    with server(made, bin_dir) as ours:
        with pytest.raises(ServerInUse, match=f"process {os.getpid()} "):
            server(made, bin_dir).start()
        assert ask(ours, "select 1") == 1


@every_binary
def test_recovers_the_server_of_a_killed_owner(made: Path, bin_dir: Path) -> None:
    with holding(made, bin_dir) as holder:
        holder.kill()
    orphan = postmaster(made)
    assert alive(orphan)
    with server(made, bin_dir) as ours:
        assert not alive(orphan)
        assert postmaster(made) != orphan
        assert ask(ours, "select 1") == 1


def test_removes_the_socket_folder_of_a_killed_owner(folder: Path, bin_dir: Path) -> None:
    deep = copy_cluster(folder / ("long" * 25), bin_dir)
    with holding(deep, bin_dir) as holder:
        holder.kill()
    sockets = Path((deep / "data/postgres/postmaster.pid").read_text().split("\n")[4])
    assert sockets.is_dir()
    with server(deep, bin_dir) as ours:
        assert not sockets.exists()
        assert ask(ours, "select 1") == 1


def test_a_stale_number_that_another_process_has_by_now(made: Path, bin_dir: Path) -> None:
    with server(made, bin_dir) as ours:
        os.kill(postmaster(made), signal.SIGKILL)
    with unrelated() as process:
        put_number(made / "data/postgres/postmaster.pid", process.pid)
        put_number(made / "data/.s.PGSQL.5432.lock", process.pid)
        with server(made, bin_dir) as ours:
            assert ask(ours, "select 1") == 1


@pytest.mark.parametrize("content", ["", "123456789\n", "cut sh"])
def test_a_stale_number_of_nobody(made: Path, bin_dir: Path, content: str) -> None:
    (made / "data/postgres/postmaster.pid").write_text(content)
    with server(made, bin_dir) as ours:
        assert ask(ours, "select 1") == 1


@every_binary
def test_a_session_of_a_dead_server_keeps_the_next_one_out(made: Path, bin_dir: Path) -> None:
    """If both could write they would ruin the data: PostgreSQL must see it without the file."""
    ours = server(made, bin_dir)
    with working_session(ours) as session:
        os.kill(postmaster(made), signal.SIGKILL)
        ours.stop()
        with unrelated() as process:
            put_number(made / "data/postgres/postmaster.pid", process.pid)
            with pytest.raises(ServerFailed, match="shared memory"):
                ours.start()
        assert alive(session)
    with ours:
        assert ask(ours, "select 1") == 1


@contextmanager
def working_session(ours: EmbeddedServer) -> Iterator[int]:
    """The process of a session that is too busy to see that its server is dead."""
    with ours, psycopg.connect(ours.url) as connection:
        session = connection.info.backend_pid
        work = threading.Thread(target=work_on, args=[connection])
        work.start()
        active = f"select count(*) from pg_stat_activity where pid = {session} and state = 'active'"
        while ask(ours, active) != 1:
            assert work.is_alive()
        try:
            yield session
        finally:
            if alive(session):
                os.kill(session, signal.SIGTERM)
            work.join()


def work_on(connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.OperationalError):
        connection.execute("do $$ begin loop perform 1; end loop; end $$")


def test_half_a_cluster_is_cleared(folder: Path, bin_dir: Path) -> None:
    half = folder / "data" / "postgres.new-abc"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with server(folder, bin_dir) as ours:
        assert ask(ours, "select 1") == 1
        assert not list((folder / "data").glob("postgres.new-*"))


def test_an_owner_killed_while_it_makes_the_cluster(folder: Path, bin_dir: Path) -> None:
    with holder_of(folder, bin_dir) as holder:
        while not list((folder / "data").glob("postgres.new-*/global")):
            assert holder.poll() is None
        holder.kill()
    assert not (folder / "data" / "postgres").exists()
    with server(folder, bin_dir) as ours:
        assert ask(ours, "select 1") == 1
