"""`wildside example-data`: what it prints, what it makes, and how it ends."""

import json
import os
import pty
import select
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
from argon2 import PasswordHasher

from tests.cli.program import PATIENCE, Program, environment, wildside
from tests.conftest import url_of_connection
from tests.sql.support import connect, scratch_database

Connection = psycopg.Connection[Any]
OURS = "a-walk-in-the-park"
ROWS = """
select u.id, u.display_name, u.created_at, c.username,
       array(select role from user_roles r where r.user_id = u.id)
  from users u join user_credentials c on c.user_id = u.id
 order by u.created_at, u.id
"""


def run(
    connection: Connection, *arguments: str, typed: str | None = None, city: bool = False
) -> subprocess.CompletedProcess[str]:
    only = [] if city else ["--people-only"]
    result = subprocess.run(
        [sys.executable, "-m", "wildside", "example-data", *only, *arguments],
        env=environment(DATABASE_URL=url_of_connection(connection)),
        input=typed,
        stdin=subprocess.DEVNULL if typed is None else None,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert "Traceback" not in result.stderr
    return result


def rows(connection: Connection) -> list[Any]:
    found = connection.execute(ROWS.encode()).fetchall()
    connection.rollback()
    return found


def passwords(connection: Connection) -> set[str]:
    found = {row[0] for row in connection.execute("select password_hash from user_credentials").fetchall()}
    connection.rollback()
    return found


def test_it_says_who_can_log_in_and_how(connection: Connection) -> None:
    result = run(connection)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [
        "12 people made of the seed demo: demo-1 to demo-12",
        "none is an administrator",
        f"their password: {OURS}",
    ]
    assert "only for demonstrations" in result.stderr
    assert len(rows(connection)) == 12
    (password_hash,) = passwords(connection)
    assert password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PasswordHasher().verify(password_hash, OURS)


def test_again_there_is_nothing_to_do(connection: Connection) -> None:
    run(connection, "--seed", "crowd", "--users", "3")
    before = rows(connection), passwords(connection)
    result = run(connection, "--seed", "crowd", "--users", "3")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "nothing to do: the 3 people of the seed crowd are there\n"
    assert (rows(connection), passwords(connection)) == before


def test_another_number_is_refused(connection: Connection) -> None:
    run(connection, "--users", "3")
    result = run(connection, "--users", "4")
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr == (
        "wildside: the seed demo was made with 3 users, and is made once; "
        "say --users 3, or take another --seed\n"
    )
    assert len(rows(connection)) == 3


def test_a_taken_name_is_told_and_nobody_is_made(connection: Connection) -> None:
    connection.execute("insert into users (id, display_name) values (gen_random_uuid(), 'Somebody')")
    connection.execute(
        "insert into user_credentials (user_id, username, password_hash) "
        "select id, 'demo-2', '$argon2id$' from users"
    )
    connection.commit()
    result = run(connection)
    assert (result.returncode, result.stdout) == (3, "")
    assert "demo-1 to demo-12 is somebody else already" in result.stderr
    assert len(rows(connection)) == 1


def test_the_same_seed_is_the_same_rows_in_another_database(
    cluster: Any, migrated_template: Any, connection: Connection
) -> None:
    template = migrated_template.template_dbname
    with scratch_database(cluster, template=template) as url, connect(url) as other:
        for each in (connection, other):
            assert run(each, "--seed", "crowd", "--users", "50", "--admin").returncode == 0
        assert rows(connection) == rows(other)
        assert passwords(connection).isdisjoint(passwords(other))  # under another salt
    assert [row[3] for row in rows(connection) if row[4] == ["admin"]] == ["crowd-1"]


def test_a_password_may_be_given_and_is_told_to_nobody(connection: Connection) -> None:
    result = run(connection, "--password-stdin", "--json", typed="plum kettle walks nine\r\nmore\n")
    assert (result.returncode, result.stderr) == (0, "")
    assert json.loads(result.stdout) == {
        "made": True,
        "seed": "demo",
        "users": 12,
        "usernames": {"first": "demo-1", "last": "demo-12"},
        "administrator": None,
        "password": None,
        "city": None,
    }
    (password_hash,) = passwords(connection)
    assert PasswordHasher().verify(password_hash, "plum kettle walks nine")


def test_who_sits_at_a_terminal_is_asked_twice_and_shown_nothing(connection: Connection) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "wildside", "example-data", "--people-only", "--password-stdin"]
    env = environment(DATABASE_URL=url_of_connection(connection))
    process = subprocess.Popen(
        command, env=env, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        for prompt in (b"Password: ", b"Repeat for confirmation: "):
            await_prompt(process, prompt)
            os.write(ours, b"plum kettle walks nine\n")
        printed, beside = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
        os.close(ours)
        os.close(theirs)
    assert process.returncode == 0, beside
    assert b"kettle" not in printed + beside
    (password_hash,) = passwords(connection)
    assert PasswordHasher().verify(password_hash, "plum kettle walks nine")


def await_prompt(process: subprocess.Popen[bytes], prompt: bytes) -> None:
    assert process.stderr
    seen = b""
    while not seen.endswith(prompt):
        assert select.select([process.stderr], [], [], PATIENCE)[0], seen
        read = os.read(process.stderr.fileno(), 1)
        assert read, seen
        seen += read


def test_a_script_is_told_our_password_when_it_was_set(connection: Connection) -> None:
    first, again = (json.loads(run(connection, "--admin", "--json").stdout) for _ in range(2))
    assert (first["made"], first["password"], first["administrator"]) == (True, OURS, "demo-1")
    assert (again["made"], again["password"], again["administrator"]) == (False, None, "demo-1")


@pytest.mark.parametrize(
    ("arguments", "typed", "told"),
    [
        (["--seed", "A B"], None, "'--seed'"),
        (["--seed", "a" * 33], None, "'--seed'"),
        (["--users", "0"], None, "'--users'"),
        (["--users", "10001"], None, "'--users'"),
        (["--password-stdin"], "", "password"),
        (["--password-stdin"], "short\n", "password"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_done(
    connection: Connection, arguments: list[str], typed: str | None, told: str
) -> None:
    result = run(connection, *arguments, typed=typed)
    assert (result.returncode, result.stdout) == (2, "")
    assert told in result.stderr
    assert rows(connection) == []


def test_ten_thousand_are_made_in_a_moment(connection: Connection) -> None:
    assert run(connection, "--users", "10000").returncode == 0
    assert len(rows(connection)) == 10_000


def test_a_database_that_is_not_there_exits_with_4() -> None:
    result = wildside("example-data", "--database-url", "postgresql://app:canary@127.0.0.1:1/x")
    assert (result.returncode, result.stdout) == (4, "")
    assert "canary" not in result.stderr


CITY = """
select (select count(*) from pois), (select count(*) from routes), (select count(*) from route_stops),
       (select count(*) from route_summaries),
       (select count(*) from community_picks where user_id is not null),
       (select changed_at from catalogue_state), (select count(*) from osm_ingestion_runs)
"""


def city_of(connection: Connection) -> tuple[Any, ...]:
    (found,) = connection.execute(CITY.encode()).fetchall()
    connection.rollback()
    return tuple(found)


def test_a_city_is_made_besides_and_once(seeded_connection: Connection) -> None:
    first = run(seeded_connection, city=True)
    assert first.returncode == 0, first.stderr
    assert first.stdout.splitlines()[3:] == [
        "1181 places of central Helsinki imported",
        "8 routes made of 8, and the catalogue",
    ]
    assert "© OpenStreetMap contributors, ODbL" in first.stderr
    made = city_of(seeded_connection)
    assert made[:5] == (1181, 8, 51, 8, 3)
    again = run(seeded_connection, "--json", city=True)
    city = json.loads(again.stdout)["city"]
    assert (city["placesImported"], city["routes"], city["routesMade"]) == (0, 8, 0)
    assert city_of(seeded_connection) == made


def test_without_reference_data_there_is_no_city_and_nobody(connection: Connection) -> None:
    result = run(connection, city=True)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "wildside: the city needs reference data: run wildside seed, or say --people-only\n"
    )
    assert rows(connection) == []


def test_up_has_the_city_also_where_somebody_of_it_was_erased(place: Path, connection: Connection) -> None:
    run(connection, "--admin")
    connection.execute(
        "delete from users u using user_credentials c where c.user_id = u.id and username = 'demo-1'"
    )
    connection.commit()
    arguments = ["up", "--port", "0", "--demo", "--database-url", url_of_connection(connection)]
    with Program(*arguments, cwd=place) as program:
        program.wait_for("Ctrl-C stops it.")
        assert any(line.startswith("nobody is made up: ") for line in program.stderr)
        assert "  log in  " not in program.output
        assert httpx2.get(f"{program.url()}/api/v1/catalogue/explore").json()["routes"]
        assert program.stop() == 0, program.output


def test_up_makes_them_and_says_how_to_log_in(place: Path, connection: Connection) -> None:
    for unless in ("", ", unless they were given another"):
        arguments = ["up", "--port", "0", "--demo", "--database-url", url_of_connection(connection)]
        with Program(*arguments, cwd=place) as program:
            program.wait_for("Ctrl-C stops it.")
            assert f"  with the password    {OURS}{unless}" in program.stdout
            assert "  who can log in       demo-1 (an administrator) to demo-12" in program.stdout
            line = program.wait_for("  log in  ")
            assert line.endswith(
                f"""-d '{{"username": "demo-1", "password": "{OURS}"}}' {program.url()}/api/v1/login"""
            )
            shown = [line.partition("curl ")[2] for line in program.stdout if "curl " in line]
            assert len(shown) == 4
            assert statuses([line for line in shown if "/pois" not in line]) == [200, 200, 200]
            assert program.stop() == 0, program.output
        found = rows(connection)
        assert len(found) == 12
        assert [row[3] for row in found if row[4] == ["admin"]] == ["demo-1"]


def statuses(lines: list[str]) -> list[int]:
    """Ask as these lines of curl do, one after another; what one logs in with is kept for the next."""
    found = []
    with httpx2.Client() as client:
        for line in lines:
            *options, url = shlex.split(line)
            body = json.loads(options[options.index("-d") + 1]) if "-d" in options else None
            answer = client.request("POST" if body else "GET", url, json=body)
            assert client.cookies or not body
            found.append(answer.status_code)
    return found


def test_up_makes_nobody_unless_it_is_told_to(place: Path, connection: Connection) -> None:
    with Program("up", "--port", "0", "--database-url", url_of_connection(connection), cwd=place) as program:
        program.wait_for("Ctrl-C stops it.")
        assert program.stop() == 0, program.output
    assert "password" not in program.output
    assert rows(connection) == []
