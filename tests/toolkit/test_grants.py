"""`wildside db grants`: every right that differs from the committed page is seen."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import psycopg
import pytest

from tests.cli.program import wildside
from tests.conftest import url_of_connection
from tests.toolkit.separated import Separated, did
from wildside.config import DatabaseUrl, sql_folder
from wildside.domain.grants import Grant, Grants, Role, difference, render
from wildside.outbound.postgres.roles import read_grants

PAGE = sql_folder() / "grants.md"

DRIFTS = {
    "grant update on tags to wildside_app": "| `tags` | owner |  | select, update |",
    "grant select (actor) on repeatables to wildside_app": "| `repeatables.actor` | owner |  | select |",
    "grant usage on sequence reference_journal_id_seq to wildside_worker": "`reference_journal_id_seq`",
    "grant execute on function reference_new_epoch() to public": "| `reference_new_epoch()` |",
    "grant select on regions to wildside_app with grant option": "select*",
    "grant select on regions to pg_monitor": "pg_monitor: select",
    "revoke select on regions from wildside_app": "| `regions` | owner |  |  | select | select |",
    "revoke insert on tags from wildside_owner": "owner (only delete,",
    "create table theirs ()": "| `theirs` | wildside | ",
    "create function theirs() returns int language sql return 1": "| `theirs()` | wildside | ",
    "alter function reference_order(regclass) security definer": "`reference_order(regclass) as its owner`",
    "grant create on schema public to wildside_app": "create, usage",
    "grant temporary on database wildside to public": "temporary |",
    "alter default privileges for role wildside_owner grant insert on tables to wildside_app": "| `tables` |",
    "grant pg_read_all_data to wildside_app": "pg_read_all_data",
    "alter role wildside_worker createdb": "createdb",
    "alter role wildside_readonly reset default_transaction_read_only": "| readonly |",
    "alter role wildside_owner login": "| owner | yes |",
    "alter role wildside_migrator reset role": "| migrator |",
    "drop view reference_history": "-| `reference_history` |",
}


@pytest.fixture
def changed(separated_server: Separated) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A transaction of a superuser that is rolled back."""
    with psycopg.connect(separated_server.superuser) as connection:
        yield connection
        connection.rollback()


@pytest.mark.parametrize("statement", DRIFTS)
def test_a_drift_is_seen(
    changed: psycopg.Connection[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    assert difference(PAGE.read_text(), look(changed, monkeypatch)) == []
    changed.execute(statement.encode())
    lines = difference(PAGE.read_text(), look(changed, monkeypatch))
    told = [line for line in lines if line.startswith(("+|", "-|"))]
    assert any(DRIFTS[statement] in line for line in told), told


def look(connection: psycopg.Connection[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch) -> str:
    """The page of what this transaction sees."""

    class Inside:
        """The connection, without what only a transaction's first statement may say."""

        transaction = staticmethod(nullcontext)

        def execute(self, query: str, arguments: object = None) -> object:
            return None if query.startswith("set transaction") else connection.execute(query, arguments)  # type: ignore[call-overload]

    monkeypatch.setattr("wildside.outbound.postgres.roles.connected", lambda _url: nullcontext(Inside()))
    return render(read_grants(DatabaseUrl.parse("postgresql://")))


def test_the_page_is_up_to_date_and_a_difference_ends_with_1(tmp_path: Path) -> None:
    done = wildside("db", "grants", "--check")
    assert (done.returncode, done.stdout) == (0, "the grants are those of sql/grants.md\n"), done.stdout


def test_a_running_database_is_compared(separated_server: Separated) -> None:
    assert "are those" in did("db", "grants", "--check", "--database-url", separated_server.superuser, url="")
    found = json.loads(did("db", "grants", "--json", "--database-url", separated_server.superuser, url=""))
    assert {role["name"] for role in found["roles"]} == {"owner", "migrator", "app", "readonly", "worker"}


def test_a_database_of_a_single_user_differs(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    url = url_of_connection(connection)
    report = json.loads(did("db", "grants", "--check", "--json", "--database-url", url, url="", code=1))
    assert report["equal"] is False
    assert "--- sql/grants.md" in report["difference"]


def test_a_scratch_server_keeps_no_roles(separated_server: Separated) -> None:
    assert "are those" in did("db", "grants", "--check", "--scratch-url", separated_server.superuser, url="")
    with psycopg.connect(separated_server.superuser) as connection:
        for query in (
            "select 1 from pg_roles where rolname ~ 'scratch'",
            "select 1 from pg_database where datname ~ 'scratch'",
        ):
            assert connection.execute(query.encode()).fetchone() is None


def test_writing_goes_alone() -> None:
    assert wildside("db", "grants", "--write", "--check").returncode == 2
    assert wildside("db", "grants", "--write", "--database-url", "postgresql:///x").returncode == 2


def test_the_page_is_the_same_whatever_the_order() -> None:
    roles = [Role("app", True, False, (), (), ()), Role("owner", False, True, (), (), ())]
    grants = [Grant("table", "b", "owner", "app", ("select",)), Grant("table", "a", "owner", "", ())]
    page = render(Grants(roles, grants))
    assert page == render(Grants(roles[::-1], grants[::-1]))
    assert page.index("| owner |") < page.index("| app |")
    assert page.index("`a`") < page.index("`b`")
