"""The embedded PostgreSQL: real servers, started and stopped."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psycopg
import pytest

from tests.stores.embedded_helpers import (
    alive,
    ask,
    copy_cluster,
    every_binary,
    family,
    open_place,
    postmaster,
    run,
    server,
)
from wildside.domain.command_errors import ServerFailed
from wildside.outbound.postgres.binaries import find_binaries, installed, major_version
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


@every_binary
def test_every_installed_postgresql_answers(folder: Path, bin_dir: Path) -> None:
    with server(folder, bin_dir) as ours:
        assert str(ask(ours, "select version()")).startswith(f"PostgreSQL {major_version(bin_dir)}")
        assert ask(ours, "select current_database() || ' ' || current_user") == "wildside wildside"
        assert ask(ours, "show server_encoding") == "UTF8"
        assert ask(ours, "show listen_addresses") == ""
        assert ask(ours, "show timezone") == "UTC"
        query = "select datcollate from pg_database where datname = current_database()"
        assert ask(ours, query) == "C"


def test_asyncpg_reads_the_same_url(made: Path, bin_dir: Path) -> None:
    async def answer(url: str) -> object:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval("select current_database()")
        finally:
            await connection.close()

    with server(made, bin_dir) as ours:
        assert asyncio.run(answer(ours.url)) == "wildside"


def test_the_socket_is_for_its_owner_only(made: Path, bin_dir: Path) -> None:
    with server(made, bin_dir) as ours:
        assert ours.socket_dir == made / "data"
        assert ours.socket_dir.stat().st_mode & 0o077 == 0
        assert (ours.socket_dir / ".s.PGSQL.5432").stat().st_mode & 0o077 == 0


def test_data_survives_a_restart(folder: Path, bin_dir: Path) -> None:
    with EmbeddedServer(folder / "data", bin_dir) as ours:
        run(ours, "create table walk as select 7 as length")
    with EmbeddedServer(folder / "data", bin_dir) as ours:
        assert ask(ours, "select length from walk") == 7
        assert ask(ours, "show fsync") == "on"


def test_a_cluster_of_another_version_is_refused(folder: Path, bin_dir: Path) -> None:
    cluster = folder / "data" / "postgres"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("14\n")
    with pytest.raises(ServerFailed) as caught:
        server(folder, bin_dir).start()
    assert "was made by PostgreSQL 14" in str(caught.value)
    assert f"are of PostgreSQL {major_version(bin_dir)}" in str(caught.value)
    assert "PostgreSQL 14's programs with --pg-bin" in str(caught.value)
    # The refusal has let go of the lock.
    with pytest.raises(ServerFailed, match="was made by PostgreSQL 14"):
        server(folder, bin_dir).start()


def test_a_folder_that_is_no_cluster_is_left_alone(folder: Path, bin_dir: Path) -> None:
    mine = folder / "data" / "postgres" / "thesis.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("two years of work")
    with pytest.raises(ServerFailed, match="is no PostgreSQL cluster"):
        server(folder, bin_dir).start()
    assert mine.read_text() == "two years of work"


def test_a_server_that_stops_at_once_shows_its_log(made: Path, bin_dir: Path) -> None:
    with server(made, bin_dir):
        pass
    with (made / "data/postgres/postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = 1\n")
    with pytest.raises(ServerFailed, match='unrecognized configuration parameter "no_such_setting"'):
        server(made, bin_dir).start()


@pytest.mark.parametrize("name", ["long" * 25, "with, comma"])
def test_a_path_unfit_for_a_socket(folder: Path, bin_dir: Path, name: str) -> None:
    unfit = copy_cluster(folder / name, bin_dir)
    with server(unfit, bin_dir) as ours:
        short = ours.socket_dir
        assert ask(ours, "select 1") == 1
        assert short != unfit / "data"
        assert len(str(short / ".s.PGSQL.5432")) < 100
        assert short.stat().st_mode & 0o077 == 0
    assert not short.exists()


def test_a_folder_that_others_may_enter_gets_no_socket(made: Path, bin_dir: Path) -> None:
    (made / "data").chmod(0o755)
    with server(made, bin_dir) as ours:
        assert ours.socket_dir != made / "data"
        assert ask(ours, "select 1") == 1


def test_a_path_with_marks_of_all_kinds(folder: Path, bin_dir: Path) -> None:
    odd = copy_cluster(folder / "ä %20&?#'\"=/", bin_dir)
    with server(odd, bin_dir) as ours:
        assert ours.socket_dir == odd / "data"
        assert ask(ours, "select 1") == 1


def test_stopping_twice_leaves_no_process(made: Path, bin_dir: Path) -> None:
    ours = server(made, bin_dir)
    ours.stop()
    ours.start()
    ours.start()
    with psycopg.connect(ours.url):
        processes = family(postmaster(made))
        assert len(processes) > 3
        ours.stop()
    ours.stop()
    assert not [pid for pid in processes if alive(pid)]
    with pytest.raises(ServerFailed, match="has not been started"):
        assert ours.url


def test_a_folder_without_programs_is_named(folder: Path) -> None:
    with pytest.raises(ServerFailed, match="lacks PostgreSQL's postgres, initdb, pg_ctl"):
        find_binaries(folder)
    with pytest.raises(ServerFailed, match="there is no folder"):
        find_binaries(folder / "nowhere")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("postgres (PostgreSQL) 14.9", "holds PostgreSQL 14; versions 15 to 18 are supported"),
        ("no such library", "--version answered: no such library"),
    ],
)
def test_programs_that_do_not_serve(folder: Path, answer: str, message: str) -> None:
    for name in ("postgres", "initdb", "pg_ctl"):
        (folder / name).write_text(f"#!/bin/sh\necho '{answer}'\n")
        (folder / name).chmod(0o755)
    with pytest.raises(ServerFailed, match=message):
        find_binaries(folder)


def test_given_programs_are_used() -> None:
    last = list(installed())[-1]
    assert find_binaries(last) == last
