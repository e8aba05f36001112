"""`wildside up`: from nothing to a served release, and back to nothing."""

import signal
import socket
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import httpx2
import psycopg
import pytest

from tests.cli.places import copy_data, processes_in
from tests.cli.program import Program, wildside
from tests.conftest import url_of_connection
from wildside.domain.command_errors import AddressInUse
from wildside.inbound.http.server import reserve

LINK = "psql '"


def ephemeral(place: Path, *arguments: str, anew: bool = False) -> Program:
    command = ["up", "--ephemeral", "--port", "0", *arguments]
    return Program(*command, cwd=place, env={"TMPDIR": str(place)}, anew=anew)


def keeping(data: Path, *arguments: str) -> Program:
    return Program("up", "--port", "0", "--data-dir", str(data), *arguments, cwd=data.parent)


def bootstrap(program: Program) -> Any:
    response = httpx2.get(f"{program.url()}/api/v1/reference/bootstrap")
    assert response.status_code == 200, response.text
    return response.json()


def database_of(program: Program) -> psycopg.Connection[Any]:
    """Connect to its database as the last lines of its welcome say."""
    url = program.wait_for(LINK).partition(LINK)[2].rstrip("'")
    return psycopg.connect(url, autocommit=True)


def test_from_nothing_to_an_api_and_back_to_nothing(place: Path) -> None:
    with ephemeral(place) as program:
        assert len(bootstrap(program)["tables"]["tags"]) == 25
        assert httpx2.get(f"{program.url()}/health").json()["status"] == "pass"
        assert any("postgres" in command for command in processes_in(place).values())
        assert program.stop() == 0, program.output
    assert processes_in(place) == {}
    assert list(place.iterdir()) == []
    assert program.stderr[-1] == "stopped"
    assert "Traceback" not in program.output


def test_every_address_it_shows_answers(place: Path) -> None:
    with ephemeral(place) as program:
        program.wait_for("Ctrl-C stops it.")
        shown = [word for line in program.stdout for word in line.split() if word.startswith("http://")]
        assert len(shown) == 5
        assert [httpx2.get(url).status_code for url in shown[1:]] == [200] * 4
        with database_of(program) as connection:
            assert connection.execute("select count(*) from tags").fetchone() == (25,)
        assert program.stop(signal.SIGINT) == 0, program.output


def test_data_outlives_a_restart(made_data: Path, place: Path) -> None:
    data = copy_data(made_data, place)
    with keeping(data) as first:
        token = bootstrap(first)["referenceVersion"]
        with database_of(first) as connection:
            connection.execute(
                "update tags set icon = 'tag:mine', source_type = 'admin' where slug = 'coffee'"
            )
        assert first.stop() == 0
    with keeping(data) as second:
        after = bootstrap(second)
    assert after["tables"]["tags"][0]["icon"] == "tag:mine"
    assert after["referenceVersion"].startswith(token.partition(".")[0])
    assert "migrations: nothing to do" in second.stderr
    assert "adopted tags: coffee is left alone" in second.output


def test_a_killed_one_is_recovered_by_the_next(made_data: Path, place: Path) -> None:
    data = copy_data(made_data, place)
    with keeping(data) as first:
        before = bootstrap(first)
        assert first.stop(signal.SIGKILL) == -signal.SIGKILL
    assert processes_in(place) != {}
    with keeping(data) as second:
        assert bootstrap(second) == before
        assert second.stop() == 0, second.output


def test_a_second_one_on_the_same_data_names_the_first(made_data: Path, place: Path) -> None:
    data = copy_data(made_data, place)
    with keeping(data) as first:
        first.url()
        second = wildside("up", "--port", "0", "--data-dir", str(data))
        assert (second.returncode, second.stdout) == (5, "")
        assert f"process {first.process.pid} " in second.stderr
        assert "Traceback" not in second.stderr
        assert bootstrap(first)


def test_a_taken_port_is_told_before_any_work(place: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = wildside("up", "--port", port, "--data-dir", str(place / "data"))
    assert (result.returncode, result.stdout) == (5, "")
    assert len(result.stderr.splitlines()) == 1
    assert f"127.0.0.1:{port}" in result.stderr
    assert "--port" in result.stderr
    assert not (place / "data").exists()


def test_a_taken_port_is_told_by_serve_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = wildside("serve", "--port", port, "--database-url", "postgresql://127.0.0.1:1/x")
    assert (result.returncode, result.stdout) == (5, "")
    assert len(result.stderr.splitlines()) == 1


def test_a_port_is_reserved_for_one() -> None:
    """Else two that start at once would both do all the work, and one fail at its end."""
    with reserve("127.0.0.1", 0) as first, pytest.raises(AddressInUse):
        reserve("127.0.0.1", first.getsockname()[1]).close()


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_an_address_that_is_not_ours_is_told(place: Path, host: str) -> None:
    result = wildside("up", "--port", "0", "--data-dir", str(place / "data"), "--host", host)
    assert (result.returncode, result.stdout) == (5, "")
    assert len(result.stderr.splitlines()) == 1
    assert host in result.stderr


@pytest.mark.parametrize("other", [["--data-dir", "data"], ["--database-url", "postgresql:///x"]])
def test_what_is_kept_cannot_be_ephemeral(place: Path, other: list[str]) -> None:
    result = wildside("up", "--ephemeral", *other, cwd=place, env={"TMPDIR": str(place)})
    assert (result.returncode, result.stdout) == (2, "")
    assert "Usage:" in result.stderr
    assert "--ephemeral" in result.stderr.splitlines()[-1]
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("spelling", ["postgresql://", "postgresql+psycopg://"])
def test_a_real_server_is_used_as_it_is(cluster: Any, connection: psycopg.Connection, spelling: str) -> None:
    """Its database may hold nothing at all yet."""
    connection.execute("drop schema public cascade")
    connection.execute("create schema public")
    connection.commit()
    url = url_of_connection(connection).replace("postgresql://", spelling)
    with Program("up", "--port", "0", "--database-url", url) as program:
        assert len(bootstrap(program)["tables"]["tags"]) == 25
        assert program.stop() == 0, program.output
    connection.execute("select from tags")
    assert "starting PostgreSQL" not in program.output


def test_a_real_server_that_is_not_there_exits_with_4() -> None:
    result = wildside("up", "--port", "0", env={"DATABASE_URL": "postgresql://app:canary@127.0.0.1:1/x"})
    assert (result.returncode, result.stdout) == (4, "")
    assert "Traceback" not in result.stderr
    assert "canary" not in result.stderr


def up_with(place: Path, programs: Path) -> CompletedProcess[str]:
    arguments = ["--ephemeral", "--port", "0", "--pg-bin", str(programs)]
    return wildside("up", *arguments, env={"TMPDIR": str(place)})


def test_programs_that_are_not_there_are_one_clear_line(place: Path) -> None:
    result = up_with(place, place / "bin")
    assert (result.returncode, result.stdout) == (4, "")
    assert [line for line in result.stderr.splitlines() if line.startswith("wildside: ")] == [
        f"wildside: there is no folder {place / 'bin'}"
    ]
    assert "Traceback" not in result.stderr


def test_programs_that_do_not_work_are_one_clear_line(place: Path) -> None:
    for name in ("postgres", "initdb", "pg_ctl"):
        (place / name).write_text("#!/bin/sh\necho broken >&2; exit 1\n")
        (place / name).chmod(0o755)
    result = up_with(place, place)
    assert (result.returncode, result.stdout) == (4, "")
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("wildside: ")]
    assert "broken" in line
    assert "Traceback" not in result.stderr


def test_a_data_directory_that_is_a_file_is_a_wrong_usage(place: Path) -> None:
    (place / "data").write_text("mine")
    result = wildside("up", "--port", "0", "--data-dir", str(place / "data"))
    assert (result.returncode, result.stdout) == (2, "")
    assert (place / "data").read_text() == "mine"
