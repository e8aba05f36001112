"""Scratch databases: who may make them, what is left of them, and what others see meanwhile."""

import os
import re
import signal
from pathlib import Path

import psycopg
import pytest

from tests.cli.places import open_place, processes_in
from tests.cli.program import Program, wildside
from tests.toolkit.migrating.support import until
from wildside.config import DatabaseUrl
from wildside.domain.command_errors import ServerFailed
from wildside.outbound.postgres.dump import dump_schema


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=str)
@pytest.mark.parametrize("command", [("db", "roundtrip"), ("audit", "user-state")], ids=" ".join)
def test_told_to_stop_nothing_stays(command: tuple[str, str], number: int) -> None:
    with open_place() as place:
        with Program(*command, env={"TMPDIR": str(place)}) as program:
            until(lambda: list(place.glob("wildside-*/.s.PGSQL.*")))
            assert program.stop(number) == 130, program.output
        assert program.stderr[-1] == "stopped"
        assert (processes_in(place), list(place.iterdir())) == ({}, [])


def test_a_user_who_may_make_no_databases_is_told_so(scratch_url: str) -> None:
    role = f"modest_{os.getpid()}"
    with psycopg.connect(scratch_url, autocommit=True) as connection:
        connection.execute(f"create role {role} login".encode())
        try:
            url = re.sub("//[^@]*@", f"//{role}@", scratch_url)
            refused = wildside("db", "snapshot", "--check", "--scratch-url", url)
        finally:
            connection.execute(f"drop role {role}".encode())
    assert refused.returncode == 4, refused.stderr
    assert refused.stderr == "wildside: permission denied to create database\n"


def test_nobody_reads_the_password_off_the_arguments(tmp_path: Path) -> None:
    program = tmp_path / "pg_dump"
    program.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\necho "no entry with $PGPASSWORD" >&2\nexit 1\n'
    )
    program.chmod(0o755)
    with pytest.raises(ServerFailed) as failed:
        dump_schema(DatabaseUrl.parse("postgresql://me:s%20same@localhost/house"), tmp_path)
    assert str(failed.value) == "no entry with ***"
    said = (tmp_path / "arguments").read_text()
    assert "same" not in said
    assert "user=me dbname=house host=localhost" in said
