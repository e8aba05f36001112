"""`wildside users`: accounts by hand."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from threading import Timer
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result

from tests.cli.program import PATIENCE, environment
from tests.people import PASSWORD, account, person
from wildside.inbound.cli.main import cli
from wildside.tools import Tools

CANARY = "canary 4711 in the coal mine"


class Operator:
    """Runs commands on a database; a password comes on standard input."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __call__(self, *arguments: str, password: str | bytes | None = None) -> Result:
        stdin = password.encode() + b"\n" if isinstance(password, str) else password
        words = ["users", *arguments, *(["--password-stdin"] if password is not None else [])]
        return CliRunner().invoke(cli, words, input=stdin, obj=Tools(), env={"DATABASE_URL": self._url})

    def json(self, *arguments: str) -> Any:
        done = self(*arguments, "--json")
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self._url) as connection:
            return connection.execute(query.encode()).fetchall()


@pytest.fixture
def users(database_url: str) -> Operator:
    return Operator(database_url)


def told(done: Result, exit_code: int, *lines: str) -> None:
    assert (done.exit_code, done.stderr.splitlines()) == (exit_code, list(lines)), done.output
    assert done.stdout == ""


def test_an_account_is_made(users: Operator) -> None:
    done = users("create", "Ada", "--display-name", "Ada Lovelace", "--admin", password=CANARY)
    assert done.exit_code == 0, done.output
    ((user_id, name, username, password_hash),) = users.rows(
        "select id, display_name, username, password_hash from users join user_credentials on user_id = id"
    )
    assert (name, username) == ("Ada Lovelace", "ada")
    assert done.stdout == f"made ada: Ada Lovelace, admin, {user_id}\n"
    assert PasswordHasher().verify(password_hash, CANARY)
    assert UUID(str(user_id)).version == 7
    assert users.rows("select role from user_roles") == [("admin",)]
    assert CANARY not in done.output


def test_the_name_is_shown_where_nothing_else_is_to_be(users: Operator) -> None:
    assert users("create", "Bob_7", password=CANARY).exit_code == 0
    assert users.rows("select display_name from users") == [("Bob_7",)]
    assert users.rows("select role from user_roles") == []


def test_users_are_made_in_the_order_of_time(users: Operator) -> None:
    for name in ("zoe", "ada", "bob"):
        assert users("create", name, password=CANARY).exit_code == 0
    order = users.rows("select username from user_credentials order by user_id")
    made = users.rows("select username from user_credentials join users on id = user_id order by created_at")
    assert order == made


def test_everything_that_is_wrong_is_listed(users: Operator) -> None:
    done = users("create", "-", "--display-name", "!", password="ab")
    told(
        done,
        2,
        "a username has 3 to 64 characters",
        "a username has a-z 0-9 _ . @ + -, and begins with a letter or digit",
        "a display name has 3 to 32 characters",
        "a display name has letters, digits, spaces and underscores",
        "a password has 15 to 256 characters; a few words are a good one",
        "wildside: account_invalid: 5 problems",
    )
    assert users.rows("select count(*) from users") == [(0,)]


@pytest.mark.parametrize(
    ("password", "why"),
    [
        (b"\xff" * 20 + b"\n", "not UTF-8"),
        (b"", "15 to 256"),
        (b"nul \0 in the middle\n", "U+0000"),
        (b"correct horse battery staple\n", "many people"),
    ],
)
def test_a_password_that_cannot_be_is_refused(users: Operator, password: bytes, why: str) -> None:
    for arguments in (("create", "ada"), ("set-password", "ada")):
        done = users(*arguments, password=password)
        assert done.exit_code == 2
        assert why in done.stderr


@pytest.mark.parametrize("end", ["\n", "\r\n", "", "\nanother line\n"])
def test_a_password_is_one_line_as_it_is(users: Operator, end: str) -> None:
    assert users("create", "ada", password=f" {CANARY} {end}".encode()).exit_code == 0
    ((kept,),) = users.rows("select password_hash from user_credentials")
    assert PasswordHasher().verify(kept, f" {CANARY} ")


def test_a_name_is_taken_once_in_any_case(users: Operator) -> None:
    users("create", "ada", password=CANARY)
    told(users("create", "ADA", password=CANARY), 3, "wildside: this username is taken")
    assert users.rows("select count(*) from users") == [(1,)]


@pytest.mark.parametrize(
    "arguments",
    [("grant", "eve", "admin"), ("disable", "eve"), ("sessions", "eve"), ("revoke", "eve", "--all")],
)
def test_an_unknown_user_is_told(users: Operator, arguments: tuple[str, ...]) -> None:
    told(users(*arguments), 2, "wildside: there is no user 'eve'")
    told(users("set-password", "eve", password=CANARY), 2, "wildside: there is no user 'eve'")


def test_another_password_ends_the_sessions_and_forgives(users: Operator, database_url: str) -> None:
    ada, bob = account(database_url, "ada"), person(database_url, "Bob")
    _session(database_url, ada.id)
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "insert into login_attempts (username_hash, address) values (sha256('ada'), '192.0.2.1')"
        )
    done = users("set-password", "ADA", password=CANARY)
    assert (done.exit_code, done.stdout) == (0, "ada: the password is set, 1 sessions ended\n")
    ((kept,),) = users.rows("select password_hash from user_credentials where username = 'ada'")
    assert PasswordHasher().verify(kept, CANARY)
    assert users.rows("select user_id from sessions where revoked_at is null") == [(bob.id,)]
    assert users.rows("select count(*) from login_attempts") == [(0,)]


def _session(url: str, user_id: UUID) -> UUID:
    made = uuid4()
    with psycopg.connect(url) as connection:
        connection.execute(
            "insert into sessions (id, user_id, expires_at) "
            "values (%s, %s, clock_timestamp() + interval '1 h')",
            (made, user_id),
        )
    return made


def test_a_role_comes_and_goes(users: Operator, database_url: str) -> None:
    account(database_url, "ada")
    for flags, line in (
        ((), "ada: has the role admin\n"),
        ((), "ada: nothing to do: has the role admin\n"),
        (("--revoke",), "ada: has no longer the role admin\n"),
        (("--revoke",), "ada: nothing to do: has no longer the role admin\n"),
    ):
        done = users("grant", "Ada", "admin", *flags)
        assert (done.exit_code, done.stdout) == (0, line)
    assert users("grant", "ada", "emperor").exit_code == 2


def test_disabling_ends_the_sessions(users: Operator, database_url: str) -> None:
    ada = account(database_url, "ada")
    _session(database_url, ada.id)
    assert users("disable", "ada").stdout == "ada: is disabled, 1 sessions ended\n"
    assert users.rows("select count(*) from sessions where revoked_at is null") == [(0,)]
    assert users("disable", "ada").stdout == "ada: nothing to do: is disabled, 0 sessions ended\n"
    assert users("disable", "ada", "--enable").stdout == "ada: is enabled\n"
    assert users("disable", "ada", "--enable").stdout == "ada: nothing to do: is enabled\n"
    assert users.rows("select disabled_at from user_credentials") == [(None,)]


def test_accounts_are_listed_for_people_and_scripts(users: Operator, database_url: str) -> None:
    assert users("list").stdout == ""
    assert users.json("list") == []
    bob, ada = account(database_url, "bob", disabled=True), account(database_url, "ada.l", "admin")
    lines = users("list").stdout.splitlines()
    assert lines[0] == f"ada.l  {ada.id}  Ada L  admin"
    assert lines[1].startswith(f"bob    {bob.id}  Ada L  disabled since 20")
    first, second = users.json("list")
    assert first.keys() == {"id", "username", "displayName", "roles", "createdAt", "disabledAt"}
    assert (first["id"], first["username"], first["roles"]) == (str(ada.id), "ada.l", ["admin"])
    assert (first["disabledAt"], second["roles"]) == (None, [])
    assert second["disabledAt"].endswith("Z")
    assert "argon2" not in users("list").output + json.dumps([first, second])


def test_sessions_are_listed_and_ended_one_by_one_or_all(users: Operator, database_url: str) -> None:
    ada, bob = account(database_url, "ada"), account(database_url, "bob")
    mine, other = [str(_session(database_url, ada.id)) for _ in range(3)], _session(database_url, bob.id)
    assert [each["id"] for each in users.json("sessions", "ada")] == mine
    assert [line.partition(" ")[0] for line in users("sessions", "ada").stdout.splitlines()] == mine
    told(
        users("revoke", "ada", mine[0], str(other)),
        2,
        f"wildside: ada has no such session: {other}",
    )
    assert len(users.json("sessions", "ada")) == 3
    assert users("revoke", "ada", mine[0], mine[0]).stdout == "1 sessions ended\n"
    assert users("revoke", "ada", "--all").stdout == "2 sessions ended\n"
    assert users("revoke", "ada", "--all").stdout == "0 sessions ended\n"
    assert users.json("sessions", "ada") == []
    assert len(users.json("sessions", "bob")) == 1


@pytest.mark.parametrize("arguments", [(), ("--all", str(uuid4())), ("junk",)])
def test_what_to_end_is_to_be_said(users: Operator, database_url: str, arguments: tuple[str, ...]) -> None:
    account(database_url, "ada")
    assert users("revoke", "ada", *arguments).exit_code == 2


def test_without_a_terminal_a_password_is_not_waited_for(users: Operator) -> None:
    done = users("create", "ada")
    assert done.exit_code == 2
    assert "--password-stdin" in done.stderr


@pytest.mark.parametrize(("again", "made"), [(CANARY, True), ("another one\n" + CANARY, False)])
def test_at_a_terminal_a_password_is_typed_twice_and_not_shown(
    users: Operator, database_url: str, again: str, made: bool
) -> None:
    typed = f"{CANARY}\n{again}\n" + ("" if made else "\x04")
    code, shown = at_terminal(database_url, typed, "users", "create", "ada")
    assert (code == 0) is made, shown
    assert CANARY not in shown
    assert users.rows("select count(*) from users") == [(int(made),)]


def at_terminal(url: str, typed: str, *arguments: str) -> tuple[int, str]:
    """Run a command at a terminal of its own, where all is typed before it asks."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "wildside", *arguments],
        env=environment(DATABASE_URL=url),
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        watch = Timer(PATIENCE, process.kill)
        watch.start()
        os.close(theirs)
        shown = b""
        for line in typed.splitlines(keepends=True):
            shown += _until(process, b": ")
            os.write(ours, line.encode())
        out, err = process.communicate()
        watch.cancel()
    os.close(ours)
    return process.returncode, (shown + out + err).decode()


def _until(process: "subprocess.Popen[bytes]", end: bytes) -> bytes:
    """Read what it asks, up to where it waits."""
    assert process.stderr is not None
    shown = b""
    # "Error: " is said before it asks again, and what is typed too early is thrown away.
    while not shown.endswith(end) or shown.endswith(b"Error: "):
        read = os.read(process.stderr.fileno(), 1)
        if not read:
            break
        shown += read
    return shown


def test_no_command_takes_a_password_as_an_argument() -> None:
    group = cli.commands["users"]
    for command in group.commands.values():  # type: ignore[attr-defined]
        options = {option for each in command.params for option in each.opts}
        assert "--password" not in options


def test_no_database_is_told(tmp_path: Path) -> None:
    nowhere = Operator(f"postgresql://nobody@/none?host={tmp_path}")
    assert nowhere("list").exit_code == 4
    assert nowhere("create", "ada", password=PASSWORD).exit_code == 4
