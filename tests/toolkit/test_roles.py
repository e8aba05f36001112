"""`wildside db roles`: made by whom, how often and with which names, the outcome is the same."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from uuid import uuid4

import psycopg
import pytest

from tests.cli.program import wildside
from tests.conftest import url_of
from tests.sql.support import scratch_database
from tests.toolkit.separated import Separated, did, migrate
from wildside.config import DatabaseUrl, sql_folder
from wildside.domain.grants import difference, render
from wildside.domain.roles import ROLES, with_prefix
from wildside.outbound.postgres.roles import read_grants

PAGE = (sql_folder() / "grants.md").read_text()
SCRIPT = (sql_folder() / "roles.sql").read_text()


@pytest.fixture
def prefix(cluster: SimpleNamespace) -> Iterator[str]:
    """A prefix of role names, dropped after the database of the test."""
    name = f"t{uuid4().hex[:10]}"
    yield name
    with psycopg.connect(
        url_of(cluster.host, cluster.port, cluster.user, "postgres"), autocommit=True
    ) as all_of:
        for role in ROLES:
            all_of.execute(f"drop role if exists {name}_{role}".encode())


@pytest.fixture
def url(prefix: str, database_url: str) -> str:
    """A migrated database of a single user."""
    return database_url


def page(url: str) -> str:
    return render(read_grants(DatabaseUrl.parse(url)))


def test_a_database_of_a_single_user_is_taken_over(url: str, prefix: str) -> None:
    assert "no roles beside it" in did("db", "repeatables", url=url)
    printed = did("db", "roles", "--apply", "--prefix", prefix, url=url)
    assert (
        printed == f"roles are there: {prefix}_owner, _migrator, _app, _readonly, _worker\nran: grants.sql\n"
    )
    assert difference(PAGE, page(url)) == []
    assert did("db", "repeatables", url=url) == "nothing to do\n"


def test_applying_again_changes_nothing(url: str, prefix: str) -> None:
    for _ in range(2):
        did("db", "roles", "--apply", "--prefix", prefix, url=url)
    assert difference(PAGE, page(url)) == []


def test_three_at_once_end_well(url: str, prefix: str) -> None:
    with ThreadPoolExecutor() as pool:
        runs = [pool.submit(did, "db", "roles", "--apply", "--prefix", prefix, url=url) for _ in range(3)]
        assert all("roles are there" in run.result() for run in runs)
    assert difference(PAGE, page(url)) == []


def test_one_that_is_at_work_is_waited_for_but_not_for_ever(url: str, prefix: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("select pg_advisory_xact_lock(1464421444, 18)")
        done = wildside("db", "roles", "--apply", "--prefix", prefix, env={"DATABASE_URL": url})
    assert done.returncode == 6
    assert (
        done.stderr == "wildside: roles.sql:6: lock_not_available: canceling statement due to lock timeout\n"
    )


def test_what_was_given_by_hand_is_taken_back(url: str, prefix: str) -> None:
    did("db", "roles", "--apply", "--prefix", prefix, url=url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"grant insert on tags to {prefix}_app".encode())
        connection.execute("grant execute on function reference_new_epoch() to public")
        connection.execute(f"grant create on schema public to {prefix}_worker".encode())
        connection.execute(f"alter role {prefix}_owner login".encode())
    assert len(difference(PAGE, page(url))) > 8
    did("db", "roles", "--apply", "--prefix", prefix, url=url)
    assert difference(PAGE, page(url)) == []


def test_the_printed_script_does_the_same(url: str, prefix: str) -> None:
    printed = wildside("db", "roles", "--print", "--prefix", prefix)
    assert (printed.returncode, printed.stderr) == (0, "")
    assert "wildside_" not in printed.stdout
    with psycopg.connect(url) as connection:
        connection.execute(printed.stdout.encode())
    assert (
        did("db", "repeatables", "--check", "--json", url=url, code=1)
        == '{\n  "pending": [\n    "grants"\n  ]\n}\n'
    )
    did("db", "repeatables", url=url)
    assert difference(PAGE, page(url)) == []


def test_without_tables_the_grants_come_with_the_migrations(prefix: str, cluster: SimpleNamespace) -> None:
    with scratch_database(cluster) as url:
        assert "no tables yet" in did("db", "roles", "--apply", "--prefix", prefix, url=url)
        migrate(url.replace(f"//{cluster.user}@", f"//{prefix}_migrator@"))
        did("db", "repeatables", url=url.replace(f"//{cluster.user}@", f"//{prefix}_migrator@"))
        assert difference(PAGE, page(url)) == []


def test_the_owner_of_a_database_who_may_make_roles_will_do(separated_server: Separated) -> None:
    with psycopg.connect(separated_server.superuser, autocommit=True) as connection:
        connection.execute("create role boss login createrole")
        connection.execute("create database theirs owner boss template template0")
    theirs = separated_server.superuser.replace("@/wildside?", "@/theirs?")
    did("db", "roles", "--apply", "--prefix", "theirs", url=theirs.replace("//wildside@", "//boss@"))
    migrate(theirs.replace("//wildside@", "//theirs_migrator@"))
    did("db", "repeatables", url=theirs.replace("//wildside@", "//theirs_migrator@"))
    assert difference(PAGE, page(theirs)) == []


@pytest.mark.parametrize("attribute", ["superuser", "createrole", "createdb", "replication", "bypassrls"])
def test_a_role_that_is_mighty_is_refused(url: str, prefix: str, attribute: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"create role {prefix}_app {attribute}".encode())
    done = wildside("db", "roles", "--apply", "--prefix", prefix, env={"DATABASE_URL": url})
    assert done.returncode == 6
    assert f"more than our roles may be: {prefix}_app" in done.stderr
    with psycopg.connect(url) as connection:
        row = connection.execute("select count(*) from pg_roles where rolname ^@ %s", [prefix]).fetchone()
    assert row == (1,)


def test_who_may_not_make_roles_is_told_where_it_failed(separated_server: Separated) -> None:
    done = wildside("db", "roles", "--apply", env={"DATABASE_URL": separated_server.url("app")})
    line = 1 + SCRIPT[: SCRIPT.index("alter role wildside_owner")].count("\n")
    assert done.returncode == 6
    assert done.stderr.startswith(f"wildside: roles.sql:{line}: insufficient_privilege: permission denied")


@pytest.mark.parametrize("prefix", ["", "Wild", "a-b", "x" * 41, "a b", "1a", 'a"b', "pg\n"])
def test_a_wrong_prefix_is_refused(prefix: str) -> None:
    done = wildside("db", "roles", "--print", "--prefix", prefix)
    assert (done.returncode, done.stdout) == (2, "")
    with pytest.raises(ValueError, match="is no prefix"):
        with_prefix(SCRIPT, prefix)


@pytest.mark.parametrize("flags", [(), ("--print", "--apply"), ("--apply",)])
def test_one_of_the_two_has_to_be_said(flags: tuple[str, ...]) -> None:
    assert wildside("db", "roles", *flags).returncode == 2


def test_no_password_is_given_or_taken() -> None:
    assert "password" not in SCRIPT.lower().replace("gives nobody a password", "")
    helped = wildside("db", "roles", "--help").stdout
    assert "--password" not in helped
